// @ts-check
// "Chụp ảnh": saves the newest key frame of a camera as a JPEG file. The node names the file (code and time) and puts it on
// record; where its policy asks what for, the person is asked as for watching.

import { askPurpose, purposeOf } from "./purpose.js";
import { say } from "./words.js";

/** May this account take pictures of cameras at all? The page says so; of which cameras, the node. */
export function takesSnapshots() {
  return document.querySelector("[data-snapshots]") !== null;
}

/**
 * Saves a picture; resolves with a sentence if there is none to save, with nothing otherwise.
 * @param {string} camera @param {string} name @param {"main" | "sub"} stream @returns {Promise<string>}
 */
export async function saveSnapshot(camera, name, stream) {
  for (let purpose = purposeOf(camera); ; ) {
    const query = new URLSearchParams(purpose ? { stream, purpose } : { stream });
    const answer = await fetch(`/api/v1/cameras/${encodeURIComponent(camera)}/snapshot.jpg?${query}`).catch(() => null);
    if (!answer) return say("snapshot_failed");
    if (answer.ok) {
      save(await answer.blob(), /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? `${camera}.jpg`);
      return "";
    }
    const problem = await answer.json().catch(() => ({}));
    if (problem.type !== "/problems/purpose-needed") return problem.detail ?? say("snapshot_failed");
    purpose = await askPurpose(camera, name);
    if (!purpose) return "";
  }
}

/** @param {Blob} picture @param {string} file */
function save(picture, file) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(picture);
  link.download = file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
