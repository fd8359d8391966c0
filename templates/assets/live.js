// @ts-check
// The live page: tiles that hold cameras, the tree beside them, keys, dragging, and a layout that is remembered.

import { Catalogue } from "./catalogue.js";
import { Favourites } from "./favourites.js";
import { bindKeys } from "./keys.js";
import { Layouts, LayoutsMenu } from "./layouts.js";
import { LiveView } from "./live-view.js";
import { NextPage } from "./next-page.js";
import { Tour, TourMenu } from "./tour.js";
import { CAMERA_TYPE, CameraTree } from "./tree.js";
import { addExtras } from "./tree-extras.js";
import { WallLink, openWall } from "./wall-link.js";
import { el, icon, say } from "./words.js";

const GRIDS = [1, 4, 6, 9, 16, 25];
/** Tiles of a layout over all its pages (`base::limits::LAYOUT_CAMERAS_MAX`). */
const CODES_MAX = 250;
/** What was done is told for so long. */
const TOLD_MS = 6000;
const TILE_TYPE = "application/x-matluoi-tile";

class Wall {
  grid = 4;
  /** @type {string[]} codes by tile; empty text is an empty tile. Those beyond the grid wait for a larger one, or a tour */ codes = [];
  chosen = 0;
  catalogue = new Catalogue();

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.place = /** @type {HTMLElement} */ (root.querySelector("[data-tiles-place]"));
    this.news = /** @type {HTMLElement} */ (root.querySelector("[data-news]"));
    this.isWall = root.dataset.wall !== undefined;
    this.store = `matluoi.layout.${root.dataset.account ?? ""}${this.isWall ? ".wall" : ""}`;
    this.layouts = new Layouts();
    this.favourites = new Favourites(this.layouts);
    this.tree = new CameraTree(
      /** @type {HTMLElement} */ (root.querySelector("[data-tree-list]")),
      /** @type {HTMLElement} */ (root.querySelector("[data-tree-count]")),
      /** @type {HTMLInputElement} */ (root.querySelector("[data-search]")),
      this.catalogue,
      (code) => this.choose(code),
    );
    this.next = new NextPage(this.place, (code) => this.#player(code));
    this.tour = new Tour({ state: () => this.state(), show: (stop) => this.show(stop), prepare: (stop) => this.next.prepare(stop, new Set(this.codes.slice(0, this.grid))), unprepare: () => this.next.clear() });
    this.tourMenu = new TourMenu(
      /** @type {HTMLDetailsElement} */ (root.querySelector("[data-tour]")),
      /** @type {HTMLElement} */ (root.querySelector("[data-tour-bar]")),
      { tour: this.tour, layouts: this.layouts, favourites: this.favourites, found: () => this.tree.found(), codes: () => this.codes,
        grid: () => this.grid, tell: (text) => this.tell(text) },
    );
    this.layoutsMenu = new LayoutsMenu(/** @type {HTMLDetailsElement} */ (root.querySelector("[data-layouts]")), this.layouts, {
      state: () => this.#forSaving(),
      open: (layout) => this.#open(layout),
      tell: (text) => this.tell(text),
      keepsUnit: root.dataset.keepsUnit !== undefined,
    });
    this.link = new WallLink(root.dataset.account ?? "", this.isWall, {
      put: (code) => this.choose(code),
      show: (grid, codes) => this.open(grid, codes),
      here: (is) => this.#wallIs(is),
    });
    const look = addExtras({ tree: this.tree, catalogue: this.catalogue, favourites: this.favourites, chosen: () => this.codes[this.chosen] ?? "", star: (code) => this.#star(code) });
    root.addEventListener("tilechosen", look);
    this.layouts.load().then(() => this.layoutsMenu.draw()).catch(() => {});
    const remembered = this.#restore();
    this.#bind();
    this.draw();
    root.dataset.ready = "";
    this.catalogue.addEventListener("changed", () => {
      this.tree.draw();
      if (!remembered && !this.isWall && this.codes.every((code) => !code)) this.#fillFirst();
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
    let grid = Number(this.root.dataset.grid ?? 0);
    let codes = asked ? asked.split(",") : [];
    try {
      const saved = JSON.parse(localStorage.getItem(this.store) ?? "null");
      /** @type {string[]} */
      const all = Array.isArray(saved?.tiles) ? saved.tiles.map(String) : [];
      const text = (/** @type {string[]} */ some) => some.join(",").replace(/,+$/, "");
      // The address tells what is to be seen; the memory knows more of it: further pages, and which layout it is.
      const same = grid === Number(saved?.grid) && text(codes) === text(all.slice(0, grid));
      if (saved && (same || (!asked && !grid))) {
        grid = Number(saved.grid);
        codes = all;
        this.layoutsMenu.current = typeof saved.layout === "string" ? saved.layout : null;
      }
    } catch {
      // A broken memory is an empty one.
    }
    this.grid = GRIDS.includes(grid) ? grid : innerWidth < 760 ? 1 : 4;
    this.codes = codes.slice(0, CODES_MAX);
    return this.codes.some((code) => code);
  }

  #remember() {
    // The pages of a tour come and go; what stood there before is what is remembered.
    if (this.tour.running) return;
    const tiles = this.codes.slice(0, this.grid);
    localStorage.setItem(this.store, JSON.stringify({ grid: this.grid, tiles: this.codes, layout: this.layoutsMenu.current }));
    while (tiles.length && !tiles.at(-1)) tiles.pop();
    const query = `${this.isWall ? "wall=1&" : ""}grid=${this.grid}${tiles.length ? `&tiles=${tiles.map(encodeURIComponent).join(",")}` : ""}`;
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
    this.#spare = this.#leaving(tiles);
    for (const tile of tiles.slice(this.grid)) tile.remove();
    for (let n = tiles.length; n < this.grid; n++) this.place.append(this.#tile(n));
    this.#tiles().forEach((tile, n) => {
      const code = this.codes[n] ?? "";
      if (tile.dataset.code !== code || !tile.firstElementChild) this.#fill(tile, code);
      // With six tiles the first is large: it gets the main stream.
      tile.querySelector("live-view")?.toggleAttribute("large", this.grid === 6 && n === 0);
      this.#label(tile, n);
    });
    this.#spare.clear();
    for (const button of this.root.querySelectorAll("[data-set-grid]")) {
      button.setAttribute("aria-pressed", String(Number(button.getAttribute("data-set-grid")) === this.grid));
    }
    this.tree.mark(this.codes.slice(0, this.grid).filter(Boolean));
    this.#remember();
  }

  /** Players of cameras that leave their tile: another tile may want them, and takes them as they play. @type {Map<string, Element>} */
  #spare = new Map();

  /** @param {HTMLElement[]} tiles */
  #leaving(tiles) {
    const leaving = new Map();
    tiles.forEach((tile, n) => {
      const code = tile.dataset.code ?? "";
      const view = tile.querySelector("live-view");
      if (code && view && (n >= this.grid || this.codes[n] !== code)) leaving.set(code, view);
    });
    for (const view of this.next.views()) {
      const code = view.getAttribute("camera") ?? "";
      if (!leaving.has(code)) leaving.set(code, view);
    }
    return leaving;
  }

  /** @returns {import("./tour.js").Stop} */
  state() {
    return { grid: this.grid, codes: [...this.codes] };
  }

  /** Shows that; players of cameras that stay go on. @param {import("./tour.js").Stop} stop */
  show({ grid, codes }) {
    this.grid = GRIDS.includes(grid) ? grid : 4;
    this.codes = codes.slice(0, CODES_MAX);
    this.draw();
    this.next.clear();
    this.#names();
  }

  /** Shows that instead of whatever ran or stood there. @param {number} grid @param {string[]} codes */
  open(grid, codes) {
    this.tour.forget();
    this.chosen = 0;
    this.show({ grid, codes });
  }

  /** @param {import("./layouts.js").Layout} layout */
  #open(layout) {
    const codes = layout.tiles.map((code) => code ?? "");
    if (this.#toWall) return this.link.show(layout.grid, codes);
    this.open(layout.grid, codes);
    if (layout.tour) this.tourMenu.startOf(layout);
  }

  /** What is saved: of a tour all its pages. */
  #forSaving() {
    const { plan, running } = this.tour;
    const codes = (running && this.tour.cameras()) || this.codes;
    const tour = running && plan ? { seconds: plan.seconds, layouts: plan.layouts } : null;
    return { grid: this.grid, tiles: codes.map((code) => code || null), tour };
  }

  /** @param {string} text */
  tell(text) {
    this.news.textContent = text;
    clearTimeout(this.#untold);
    this.#untold = setTimeout(() => { if (this.news.textContent === text) this.news.textContent = ""; }, TOLD_MS);
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #untold;

  #toWall = false;

  /** The wall is open in another window, or no longer. @param {boolean} is */
  #wallIs(is) {
    const button = this.root.querySelector("[data-to-wall]");
    if (!(button instanceof HTMLElement)) return;
    button.hidden = !is;
    if (!is) this.#toWall = false;
    button.setAttribute("aria-pressed", String(this.#toWall));
    this.tell(is ? say("wall_here") : "");
  }

  /** @param {string} code */
  async #star(code) {
    const name = this.catalogue.cameras.get(code)?.name ?? code;
    try {
      this.tell(say((await this.favourites.toggle(code)) ? "favourite_on" : "favourite_off", { name }));
    } catch (error) {
      this.tell(error instanceof Error ? error.message : "");
    }
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
    const view = this.#spare.get(code) ?? this.#player(code);
    this.#spare.delete(code);
    tile.replaceChildren(view);
    const state = this.catalogue.states.get(code);
    if (state && view instanceof LiveView) view.setCameraState(this.catalogue.state(code));
  }

  /** @param {string} code @returns {HTMLElement} */
  #player(code) {
    const view = el(/** @type {any} */ ("live-view"));
    view.setAttribute("camera", code);
    view.setAttribute("stream", "auto");
    view.setAttribute("name", this.catalogue.cameras.get(code)?.name ?? code);
    // Nobody is asked while the pages of a tour go by; the tile has a button for it.
    if (this.tour.running) view.setAttribute("ask", "press");
    return view;
  }

  /** @param {number} n */
  #choose(n) {
    if (n === this.chosen || n < 0 || n >= this.grid) return;
    this.chosen = n;
    this.#tiles().forEach((tile, i) => this.#label(tile, i));
    this.root.dispatchEvent(new Event("tilechosen"));
  }

  /** @param {number} n @param {string} code */
  #put(n, code) {
    while (this.codes.length <= n) this.codes.push("");
    this.codes[n] = code;
    this.chosen = n;
    this.tour.edited(this.state());
    this.draw();
    this.#names();
    this.root.dispatchEvent(new Event("tilechosen"));
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
    this.tour.edited(this.state());
    this.draw();
  }

  /** A camera chosen in the tree goes to the chosen tile; then the next empty one is chosen. @param {string} code */
  choose(code) {
    if (this.#toWall) {
      this.link.put(code);
      return this.tell(say("wall_sent", { name: this.catalogue.cameras.get(code)?.name ?? code }));
    }
    this.#put(this.chosen, code);
    this.root.classList.remove("wall--tree");
    this.root.querySelector("[data-pick]")?.setAttribute("aria-expanded", "false");
    const after = [...Array(this.grid).keys()].map((i) => (this.chosen + 1 + i) % this.grid);
    const free = after.find((n) => !this.codes[n]);
    if (free !== undefined) this.#choose(free);
    // On a full wall the tiles take turns: whoever chooses from another window does not choose the tile.
    else if (this.isWall) this.#choose((this.chosen + 1) % this.grid);
  }

  /** @param {number} grid */
  setGrid(grid) {
    this.grid = grid;
    this.tour.edited(this.state());
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
      this.layoutsMenu.current = null;
      this.layoutsMenu.draw();
      this.open(this.grid, []);
    });
    this.root.querySelector("[data-open-wall]")?.addEventListener("click", async () => {
      if (!(await openWall())) this.tell(say("wall_blocked"));
    });
    const toWall = this.root.querySelector("[data-to-wall]");
    toWall?.addEventListener("click", () => {
      this.#toWall = !this.#toWall;
      toWall.setAttribute("aria-pressed", String(this.#toWall));
    });
    this.root.querySelector("[data-wall-fullscreen]")?.addEventListener("click", () => this.fullscreen());
    const pick = this.root.querySelector("[data-pick]");
    pick?.addEventListener("click", () => pick.setAttribute("aria-expanded", String(this.root.classList.toggle("wall--tree"))));
    this.#keys();
    // A camera found by the search of the top bar is shown here instead of leaving the wall.
    document.addEventListener("findcamera", (event) => {
      event.preventDefault();
      this.choose(/** @type {CustomEvent} */ (event).detail.code);
      // The search field gives the focus away: to the tile that the next camera goes to.
      this.#tiles()[this.chosen]?.focus();
    });
  }

  #keys() {
    const step = { left: -1, right: 1, up: 0, down: 0 };
    bindKeys({
      move: (way) => {
        const to = step[way] ? this.chosen + step[way] : this.#beside(way === "down");
        if (to < 0 || to >= this.grid) return;
        this.#choose(to);
        this.#tiles()[to]?.focus();
      },
      grid: (n) => this.setGrid(GRIDS[n - 1] ?? 4),
      enlarge: () => {
        if (this.isWall) return this.fullscreen();
        const view = this.#tiles()[this.chosen]?.querySelector("live-view");
        if (view instanceof LiveView) view.toggleFullscreen();
      },
      empty: () => {
        if (!this.codes[this.chosen]) return false;
        this.#put(this.chosen, "");
        this.#tiles()[this.chosen]?.focus();
        return true;
      },
      find: () => {
        this.root.classList.add("wall--tree");
        const search = this.root.querySelector("[data-search]");
        if (search instanceof HTMLElement) search.focus();
      },
      star: () => {
        const code = this.codes[this.chosen];
        if (code) this.#star(code);
      },
      layouts: () => {
        this.layoutsMenu.menu.open = true;
        this.layoutsMenu.menu.querySelector("summary")?.focus();
      },
      tour: () => this.tourMenu.toggle(),
      pause: () => {
        this.tour.pause();
        return this.tour.running;
      },
      page: (by) => {
        this.tour.go(by);
        return this.tour.running;
      },
    }, this.root.querySelector("dialog[data-keys]"));
  }

  /** The tile below or above the chosen one, whatever the grid. @param {boolean} below */
  #beside(below) {
    const tiles = this.#tiles();
    const from = tiles[this.chosen]?.getBoundingClientRect();
    if (!from) return -1;
    let [best, least] = [-1, Infinity];
    tiles.forEach((tile, n) => {
      const to = tile.getBoundingClientRect();
      if (below ? to.top < from.bottom - 1 : to.bottom > from.top + 1) return;
      const far = Math.abs(to.top - from.top) * 4 + Math.abs(to.left - from.left);
      if (far < least) [best, least] = [n, far];
    });
    return best;
  }
}

const root = document.querySelector("[data-live]");
if (root instanceof HTMLElement) new Wall(root);
