// @ts-check
// The live page: tiles that hold cameras, the tree beside them, keys, dragging, and a layout that is remembered.

import { Catalogue } from "./catalogue.js";
import { LiveView } from "./live-view.js";
import { CAMERA_TYPE, CameraTree } from "./tree.js";
import { el, icon, say } from "./words.js";

const GRIDS = [1, 4, 9, 16, 25];
const TILE_TYPE = "application/x-matluoi-tile";

class Wall {
  grid = 4;
  /** @type {string[]} codes by tile; empty text is an empty tile */ codes = [];
  chosen = 0;
  catalogue = new Catalogue();

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.place = /** @type {HTMLElement} */ (root.querySelector("[data-tiles-place]"));
    this.news = /** @type {HTMLElement} */ (root.querySelector("[data-news]"));
    this.store = `matluoi.layout.${root.dataset.account ?? ""}`;
    this.tree = new CameraTree(
      /** @type {HTMLElement} */ (root.querySelector("[data-tree-list]")),
      /** @type {HTMLElement} */ (root.querySelector("[data-tree-count]")),
      /** @type {HTMLInputElement} */ (root.querySelector("[data-search]")),
      this.catalogue,
      (code) => this.choose(code),
    );
    const remembered = this.#restore();
    this.#bind();
    this.draw();
    root.dataset.ready = "";
    this.catalogue.addEventListener("changed", () => {
      this.tree.draw();
      if (!remembered && this.codes.every((code) => !code)) this.#fillFirst();
      this.#names();
    });
    this.catalogue.addEventListener("failed", (event) => {
      this.news.textContent = say("list_failed", { n: /** @type {CustomEvent} */ (event).detail.s });
    });
    this.catalogue.addEventListener("state", (event) => {
      const { code } = /** @type {CustomEvent} */ (event).detail;
      this.tree.refresh(code);
      for (const view of this.#views(code)) view.setCameraState(this.catalogue.state(code));
    });
    this.catalogue.addEventListener("link", (event) => {
      this.news.textContent = /** @type {CustomEvent} */ (event).detail.up ? "" : say("events_lost");
    });
    this.catalogue.load().then(() => this.#names());
    this.catalogue.follow();
  }

  /** From the address, else from memory. @returns {boolean} */
  #restore() {
    const asked = this.root.dataset.tiles ?? "";
    const saved = asked || this.root.dataset.grid ? null : localStorage.getItem(this.store);
    let grid = Number(this.root.dataset.grid ?? 0);
    let codes = asked ? asked.split(",") : [];
    if (saved) {
      try {
        const layout = JSON.parse(saved);
        grid = Number(layout.grid);
        codes = Array.isArray(layout.tiles) ? layout.tiles.map(String) : [];
      } catch {
        // A broken memory is an empty one.
      }
    }
    this.grid = GRIDS.includes(grid) ? grid : innerWidth < 760 ? 1 : 4;
    this.codes = codes.slice(0, 25);
    return this.codes.some((code) => code);
  }

  #remember() {
    const tiles = this.codes.slice(0, this.grid);
    localStorage.setItem(this.store, JSON.stringify({ grid: this.grid, tiles: this.codes }));
    while (tiles.length && !tiles.at(-1)) tiles.pop();
    const query = `grid=${this.grid}${tiles.length ? `&tiles=${tiles.map(encodeURIComponent).join(",")}` : ""}`;
    history.replaceState(null, "", `${location.pathname}?${query}`);
    // The forms that bring people back here (language, theme) must bring them to this very wall.
    for (const next of document.querySelectorAll("input[name=next]")) {
      if (next instanceof HTMLInputElement) next.value = `${location.pathname}?${query}`;
    }
  }

  #fillFirst() {
    const all = [...this.catalogue.cameras.values()].sort((a, b) => a.code.localeCompare(b.code, "vi", { numeric: true }));
    this.codes = all.slice(0, this.grid).map((camera) => camera.code);
    this.draw();
  }

  /** @returns {HTMLElement[]} */
  #tiles() {
    return [...this.place.querySelectorAll(".tile")].map((tile) => /** @type {HTMLElement} */ (tile));
  }

  /** @param {string} code @returns {LiveView[]} */
  #views(code) {
    return [...this.place.querySelectorAll("live-view")].filter((v) => v instanceof LiveView && v.camera === code).map((v) => /** @type {LiveView} */ (v));
  }

  /** Makes the page show `grid`, `codes` and `chosen`; players that stay are left alone. */
  draw() {
    this.place.dataset.grid = String(this.grid);
    this.chosen = Math.min(this.chosen, this.grid - 1);
    const tiles = this.#tiles();
    for (const tile of tiles.slice(this.grid)) tile.remove();
    for (let n = tiles.length; n < this.grid; n++) this.place.append(this.#tile(n));
    this.#tiles().forEach((tile, n) => {
      const code = this.codes[n] ?? "";
      if (tile.dataset.code !== code || !tile.firstElementChild) this.#fill(tile, code);
      this.#label(tile, n);
    });
    for (const button of this.root.querySelectorAll("[data-set-grid]")) {
      button.setAttribute("aria-pressed", String(Number(button.getAttribute("data-set-grid")) === this.grid));
    }
    this.tree.mark(this.codes.slice(0, this.grid).filter(Boolean));
    this.#remember();
  }

  /** @param {HTMLElement} tile @param {number} n */
  #label(tile, n) {
    const code = this.codes[n] ?? "";
    const name = code ? this.catalogue.cameras.get(code)?.name ?? code : say("tile_empty");
    tile.setAttribute("aria-label", `${say("tile", { n: n + 1 })}: ${name}`);
    tile.setAttribute("aria-current", String(n === this.chosen));
    tile.tabIndex = n === this.chosen ? 0 : -1;
  }

  #names() {
    this.#tiles().forEach((tile, n) => {
      const code = this.codes[n];
      const view = tile.querySelector("live-view");
      if (!code || !view) return;
      const name = this.catalogue.cameras.get(code)?.name;
      if (name) view.setAttribute("name", name);
      else if (this.catalogue.complete || this.catalogue.cameras.size) {
        this.catalogue.need(code).then((camera) => camera && view.setAttribute("name", camera.name)).catch(() => {});
      }
      this.#label(tile, n);
    });
  }

  /** @param {number} n */
  #tile(n) {
    const tile = el("div", "tile");
    tile.setAttribute("role", "group");
    tile.dataset.tile = String(n);
    tile.addEventListener("focusin", () => this.#choose(n));
    tile.addEventListener("pointerdown", () => this.#choose(n));
    tile.addEventListener("dragstart", (event) => {
      const code = this.codes[n];
      if (!code || !event.dataTransfer) return event.preventDefault();
      event.dataTransfer.setData(TILE_TYPE, String(n));
      event.dataTransfer.setData(CAMERA_TYPE, code);
      return event.dataTransfer.effectAllowed = "move";
    });
    const over = (/** @type {DragEvent} */ event) => {
      const ours = event.dataTransfer?.types.some((type) => type === CAMERA_TYPE || type === TILE_TYPE);
      if (!ours) return;
      event.preventDefault();
      tile.classList.add("tile--over");
    };
    tile.addEventListener("dragenter", over);
    tile.addEventListener("dragover", over);
    tile.addEventListener("dragleave", (event) => {
      if (!(event.relatedTarget instanceof Node && tile.contains(event.relatedTarget))) tile.classList.remove("tile--over");
    });
    tile.addEventListener("drop", (event) => {
      tile.classList.remove("tile--over");
      const code = event.dataTransfer?.getData(CAMERA_TYPE);
      if (!code) return;
      event.preventDefault();
      const from = event.dataTransfer?.getData(TILE_TYPE) ?? "";
      if (from !== "") this.#swap(Number(from), n);
      else this.#put(n, code);
    });
    return tile;
  }

  /** @param {HTMLElement} tile @param {string} code */
  #fill(tile, code) {
    tile.dataset.code = code;
    tile.draggable = Boolean(code);
    if (!code) {
      tile.replaceChildren(el("div", "tile__empty", icon("cctv"), el("strong", "", say("tile_empty")), el("p", "", say("tile_hint"))));
      return;
    }
    const view = el(/** @type {any} */ ("live-view"));
    view.setAttribute("camera", code);
    view.setAttribute("stream", "auto");
    view.setAttribute("name", this.catalogue.cameras.get(code)?.name ?? code);
    tile.replaceChildren(view);
    const state = this.catalogue.states.get(code);
    if (state && view instanceof LiveView) view.setCameraState(this.catalogue.state(code));
  }

  /** @param {number} n */
  #choose(n) {
    if (n === this.chosen || n < 0 || n >= this.grid) return;
    this.chosen = n;
    this.#tiles().forEach((tile, i) => this.#label(tile, i));
  }

  /** @param {number} n @param {string} code */
  #put(n, code) {
    while (this.codes.length <= n) this.codes.push("");
    this.codes[n] = code;
    this.chosen = n;
    this.draw();
    this.#names();
  }

  /** Moves the players themselves, so that a swap shows no black. @param {number} a @param {number} b */
  #swap(a, b) {
    if (a === b) return;
    while (this.codes.length <= Math.max(a, b)) this.codes.push("");
    [this.codes[a], this.codes[b]] = [this.codes[b] ?? "", this.codes[a] ?? ""];
    const [one, two] = [this.#tiles()[a], this.#tiles()[b]];
    if (one && two) {
      const mine = [...one.childNodes];
      one.append(...two.childNodes);
      two.append(...mine);
      [one.dataset.code, two.dataset.code] = [two.dataset.code, one.dataset.code];
      for (const tile of [one, two]) tile.draggable = Boolean(tile.dataset.code);
    }
    this.chosen = b;
    this.draw();
  }

  /** A camera chosen in the tree goes to the chosen tile; then the next empty one is chosen. @param {string} code */
  choose(code) {
    this.#put(this.chosen, code);
    this.root.classList.remove("wall--tree");
    this.root.querySelector("[data-pick]")?.setAttribute("aria-expanded", "false");
    const after = [...Array(this.grid).keys()].map((i) => (this.chosen + 1 + i) % this.grid);
    const free = after.find((n) => !this.codes[n]);
    if (free !== undefined) this.#choose(free);
  }

  /** @param {number} grid */
  setGrid(grid) {
    this.grid = grid;
    this.draw();
    this.#names();
  }

  fullscreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.place.requestFullscreen?.().catch(() => {});
  }

  #bind() {
    for (const button of this.root.querySelectorAll("[data-set-grid]")) {
      button.addEventListener("click", () => this.setGrid(Number(button.getAttribute("data-set-grid"))));
    }
    this.root.querySelector("[data-clear]")?.addEventListener("click", () => {
      this.codes = [];
      this.chosen = 0;
      this.draw();
    });
    this.root.querySelector("[data-wall-fullscreen]")?.addEventListener("click", () => this.fullscreen());
    const pick = this.root.querySelector("[data-pick]");
    pick?.addEventListener("click", () => pick.setAttribute("aria-expanded", String(this.root.classList.toggle("wall--tree"))));
    document.addEventListener("keydown", (event) => this.#key(event));
    // A camera found by the search of the top bar is shown here instead of leaving the wall.
    document.addEventListener("findcamera", (event) => {
      event.preventDefault();
      this.choose(/** @type {CustomEvent} */ (event).detail.code);
      // The search field gives the focus away: to the tile that the next camera goes to.
      this.#tiles()[this.chosen]?.focus();
    });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const at = event.target;
    if (at instanceof HTMLElement && (at.matches("input, select, textarea") || at.closest("[role=tree], .menu"))) {
      // In the tree only the keys that it does not use itself.
      if (!at.closest("[role=tree]") || !/^[1-5fF]$/.test(event.key)) return;
    }
    const side = Math.sqrt(this.grid);
    const move = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -side, ArrowDown: side }[event.key];
    if (move !== undefined) {
      event.preventDefault();
      const to = this.chosen + move;
      if (to >= 0 && to < this.grid) {
        this.#choose(to);
        this.#tiles()[to]?.focus();
      }
    } else if (/^[1-5]$/.test(event.key)) {
      this.setGrid(GRIDS[Number(event.key) - 1] ?? 4);
    } else if (event.key === "f" || event.key === "F") {
      const view = this.#tiles()[this.chosen]?.querySelector("live-view");
      if (view instanceof LiveView) view.toggleFullscreen();
    } else if (event.key === "Delete" || event.key === "Backspace") {
      if (!this.codes[this.chosen]) return;
      event.preventDefault();
      this.#put(this.chosen, "");
      this.#tiles()[this.chosen]?.focus();
    } else if (event.key === "Enter" && at instanceof HTMLElement && at.classList.contains("tile")) {
      // Enter on a tile asks for a camera: to the list.
      event.preventDefault();
      this.root.classList.add("wall--tree");
      const search = this.root.querySelector("[data-search]");
      if (search instanceof HTMLElement) search.focus();
    }
  }
}

const root = document.querySelector("[data-live]");
if (root instanceof HTMLElement) new Wall(root);
