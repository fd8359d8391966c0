// @ts-check
// The cameras these eyes may see, and their states as the node tells them (server-sent events).

/** @typedef {{phase: string, said?: string | null, since?: string | number | null}} StreamState */
/** @typedef {{id: string, code: string, name: string, area?: string | null, unit?: string | null}} Camera */

/** Rows per request, and the most that are kept here; beyond that the node searches. */
const PAGE = 500;
const KEPT_MAX = 20_000;

export class Catalogue extends EventTarget {
  /** @type {Map<string, Camera>} by code */ cameras = new Map();
  /** @type {Map<string, {main?: StreamState | null, sub?: StreamState | null}>} by code */ states = new Map();
  total = 0;
  complete = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #again;

  /** Loads page after page; `changed` after each. Tries again by itself. */
  async load() {
    let cursor = "";
    const seen = new Set();
    for (let pause = 1000; ; ) {
      try {
        const page = await this.#page({ cursor, limit: String(PAGE) });
        pause = 1000;
        for (const camera of page.items) {
          this.#keep(camera);
          seen.add(camera.code);
        }
        this.total = page.total ?? this.cameras.size;
        cursor = page.next ?? "";
        this.complete = cursor === "";
        // On a later reading: those that are gone.
        if (this.complete) for (const code of [...this.cameras.keys()]) if (!seen.has(code)) this.cameras.delete(code);
        this.dispatchEvent(new CustomEvent("changed"));
        if (this.complete || this.cameras.size >= KEPT_MAX) return;
      } catch {
        this.dispatchEvent(new CustomEvent("failed", { detail: { s: Math.round(pause / 1000) } }));
        await new Promise((done) => setTimeout(done, pause));
        pause = Math.min(pause * 2, 15_000);
      }
    }
  }

  /** Asks the node, for catalogues too large to keep here. @param {string} q @returns {Promise<Camera[]>} */
  async search(q) {
    const page = await this.#page({ q, limit: "100" });
    for (const camera of page.items) this.#keep(camera);
    return page.items;
  }

  /** Makes sure that a camera named by its code is known. @param {string} code */
  async need(code) {
    const known = this.cameras.get(code);
    if (known) return known;
    const response = await fetch(`/api/v1/cameras/${encodeURIComponent(code)}`, { headers: { Accept: "application/json" } });
    if (!response.ok) return null;
    const camera = await response.json();
    this.#keep(camera);
    return /** @type {Camera} */ (camera);
  }

  /** @param {Record<string, string>} query */
  async #page(query) {
    const filled = Object.entries(query).filter(([, value]) => value !== "");
    const response = await fetch(`/api/v1/cameras?${new URLSearchParams(filled)}`, { headers: { Accept: "application/json" } });
    if (response.status === 401) location.reload();
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    /** @type {{items: Camera[], next?: string | null, total?: number}} */
    const page = await response.json();
    return page;
  }

  /** @param {any} camera */
  #keep(camera) {
    this.cameras.set(camera.code, camera);
    const state = camera.state ?? camera.streams ?? camera;
    if (state && (state.main?.phase || state.sub?.phase) && !this.states.has(camera.code)) {
      this.states.set(camera.code, { main: state.main, sub: state.sub });
    }
  }

  /** Follows the states; `state` for each camera, `link` when the stream of news comes or goes. */
  follow() {
    const events = new EventSource("/api/v1/events");
    events.addEventListener("open", () => this.dispatchEvent(new CustomEvent("link", { detail: { up: true } })));
    events.addEventListener("error", () => {
      this.dispatchEvent(new CustomEvent("link", { detail: { up: false } }));
      // The browser tries again by itself unless the node refused outright.
      if (events.readyState === EventSource.CLOSED) setTimeout(() => this.follow(), 5000 + Math.random() * 5000);
    });
    events.addEventListener("camera", (event) => {
      try {
        const news = JSON.parse(event.data);
        if (typeof news.code !== "string") return;
        this.states.set(news.code, { main: news.main, sub: news.sub });
        this.dispatchEvent(new CustomEvent("state", { detail: { code: news.code } }));
      } catch {
        // One unreadable event is not worth the page.
      }
    });
    // Cameras were added, changed or removed: read anew, a little later so that an import counts once.
    events.addEventListener("catalogue", () => {
      clearTimeout(this.#again);
      this.#again = setTimeout(() => this.load(), 1500 + Math.random() * 1500);
    });
    addEventListener("pagehide", () => events.close());
  }

  /** The state that people mean: the main stream's. @param {string} code @returns {StreamState} */
  state(code) {
    const state = this.states.get(code);
    return state?.main ?? state?.sub ?? { phase: "unknown" };
  }
}
