// @ts-check
// What a camera is watched for, where the node's policy asks: asked in a dialog once for each camera and sign-in, then sent
// with every playback and put on record there.

import { csrf, el, say } from "./words.js";

/** The form token changes with each sign-in, and with it what was said is forgotten. @param {string} camera */
const key = (camera) => `purpose:${csrf}:${camera}`;

/** What was said for that camera, or nothing. @param {string} camera */
export function purposeOf(camera) {
  try {
    return sessionStorage.getItem(key(camera)) ?? "";
  } catch {
    return "";
  }
}

/** Dialogs stand in a row: one question at a time. */
let row = Promise.resolve("");

/**
 * Asks; resolves with what was said, or with nothing if the person would not say.
 * @param {string} camera @param {string} name @returns {Promise<string>}
 */
export function askPurpose(camera, name) {
  row = row.then(() => purposeOf(camera) || dialogue(camera, name));
  return row;
}

/** @param {string} camera @param {string} name @returns {Promise<string>} */
function dialogue(camera, name) {
  const input = el("input", "input");
  const label = el("label", "field__label", say("purpose_label"));
  const send = el("button", "btn btn--primary", say("purpose_send"));
  const cancel = el("button", "btn btn--quiet", say("purpose_cancel"));
  const title = el("h2", "", say("purpose_title", { name }));
  const form = el("form", "", title, el("p", "", say("purpose_why")), label, input, el("div", "acts", send, cancel));
  const dialog = el("dialog", "card purpose", form);
  input.id = "purpose-input";
  input.required = true;
  input.maxLength = 120;
  input.autocomplete = "off";
  label.htmlFor = input.id;
  title.id = "purpose-title";
  dialog.setAttribute("aria-labelledby", title.id);
  form.method = "dialog";
  cancel.type = "button";
  document.body.append(dialog);
  return new Promise((done) => {
    cancel.addEventListener("click", () => dialog.close());
    form.addEventListener("submit", () => {
      try {
        sessionStorage.setItem(key(camera), input.value.trim());
      } catch {
        // Without a store it is asked again; watching goes on all the same.
      }
      done(input.value.trim());
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      done("");
    });
    dialog.showModal();
    input.focus();
  });
}
