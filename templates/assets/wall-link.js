// @ts-check
// The wall in a window of its own: opened from here, told from here which cameras to show. Windows of one person on one
// computer talk over a BroadcastChannel; nothing leaves the browser.

/**
 * @typedef {{put?: (code: string) => void, show?: (grid: number, codes: string[]) => void, here?: (is: boolean) => void}} Heard
 */

export class WallLink {
  /** @param {string} account @param {boolean} isWall @param {Heard} heard */
  constructor(account, isWall, heard) {
    this.channel = new BroadcastChannel(`matluoi.wall.${account}`);
    this.channel.addEventListener("message", (event) => {
      const { kind, code, grid, codes } = event.data ?? {};
      if (isWall) {
        if (kind === "who") this.#say({ kind: "here" });
        else if (kind === "put" && typeof code === "string") heard.put?.(code);
        else if (kind === "show" && typeof grid === "number" && Array.isArray(codes)) heard.show?.(grid, codes.map(String));
      } else if (kind === "here") heard.here?.(true);
      else if (kind === "gone") heard.here?.(false);
    });
    this.#say({ kind: isWall ? "here" : "who" });
    if (!isWall) return;
    addEventListener("pagehide", () => this.#say({ kind: "gone" }));
    addEventListener("pageshow", (event) => event.persisted && this.#say({ kind: "here" }));
    stayAwake();
  }

  /** @param {Record<string, unknown>} message */
  #say(message) {
    this.channel.postMessage(message);
  }

  /** @param {string} code */
  put(code) {
    this.#say({ kind: "put", code });
  }

  /** @param {number} grid @param {string[]} codes */
  show(grid, codes) {
    this.#say({ kind: "show", grid, codes });
  }
}

/** Opens the wall, on another monitor where the browser tells of one. @returns {Promise<boolean>} was it opened? */
export async function openWall() {
  let place = "popup,width=1280,height=720";
  try {
    const screens = /** @type {any} */ (window);
    if (/** @type {any} */ (screen).isExtended && screens.getScreenDetails) {
      const all = await screens.getScreenDetails();
      const other = all.screens.find((/** @type {any} */ s) => s !== all.currentScreen);
      if (other) place = `popup,left=${other.availLeft},top=${other.availTop},width=${other.availWidth},height=${other.availHeight}`;
    }
  } catch {
    // Not allowed to know the monitors: the window is moved by hand.
  }
  return window.open("/live?wall=1", "matluoi-wall", place) !== null;
}

/** The screen does not go dark while the wall is looked at, where the browser can see to that. */
function stayAwake() {
  const lock = () => {
    if (!document.hidden) navigator.wakeLock?.request("screen").catch(() => {});
  };
  document.addEventListener("visibilitychange", lock);
  lock();
}
