// @ts-check
// The tree of the live page: favourites, what is near, areas, units, cameras; searchable; draws only what is open, in portions, so that thousands of
// cameras cost nothing. Keys as in the ARIA tree pattern. Cameras are dragged or chosen (click, Enter).

import { el, fold, icon, number, phaseIcon, say } from "./words.js";

/** @typedef {import("./catalogue.js").Camera} Camera */

/**
 * What stands above the areas: favourites, and the cameras near the one that is chosen.
 * @typedef {{favourites: () => string[], isFavourite: (code: string) => boolean, star: (code: string) => void,
 *   near: () => {name: string, cameras: import("./near.js").Neighbour[]} | null, openNear: (open: boolean) => void}} TreeExtras
 */

/** What a dragged camera is called. */
export const CAMERA_TYPE = "application/x-matluoi-camera";
const PORTION = 100;
const MATCHES_MAX = 200;

export class CameraTree {
  /** @type {Set<string>} */ #open = new Set();
  #query = "";
  #opened = false;
  #asked = 0;
  /** @type {TreeExtras | null} */ extras = null;

  /**
   * @param {HTMLElement} list
   * @param {HTMLElement} count
   * @param {HTMLInputElement} search
   * @param {import("./catalogue.js").Catalogue} catalogue
   * @param {(code: string) => void} choose
   */
  constructor(list, count, search, catalogue, choose) {
    this.list = list;
    this.count = count;
    this.catalogue = catalogue;
    this.choose = choose;
    /** @type {Set<string>} */ this.placed = new Set();
    list.append(el("p", "tree__more", say("loading")));
    search.addEventListener("input", () => {
      this.#query = fold(search.value.trim());
      this.draw();
      this.#askNode(search.value.trim());
    });
    search.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "Enter") {
        const first = this.#items()[0];
        if (!first) return;
        event.preventDefault();
        if (event.key === "Enter" && first.dataset.code) this.choose(first.dataset.code);
        else this.#focus(first);
      } else if (event.key === "Escape" && search.value) {
        search.value = this.#query = "";
        this.draw();
      }
    });
    list.addEventListener("click", (event) => {
      const star = event.target instanceof Element ? event.target.closest(".tree__star") : null;
      const item = star?.closest("[data-code]");
      if (item instanceof HTMLElement) this.extras?.star(item.dataset.code ?? "");
      else this.#act(event.target);
    });
    list.addEventListener("keydown", (event) => this.#key(event));
    list.addEventListener("dragstart", (event) => {
      const item = event.target instanceof Element ? event.target.closest("[data-code]") : null;
      if (!(item instanceof HTMLElement) || !event.dataTransfer) return;
      event.dataTransfer.setData(CAMERA_TYPE, item.dataset.code ?? "");
      event.dataTransfer.setData("text/plain", item.dataset.code ?? "");
      event.dataTransfer.effectAllowed = "copy";
    });
  }

  /** A catalogue too large to be here is searched by the node. @param {string} text */
  async #askNode(text) {
    if (this.catalogue.complete || !text) return;
    const asked = ++this.#asked;
    await new Promise((done) => setTimeout(done, 200));
    if (asked !== this.#asked) return;
    await this.catalogue.search(text).catch(() => []);
    if (asked === this.#asked) this.draw();
  }

  draw() {
    const focused = document.activeElement instanceof HTMLElement && this.list.contains(document.activeElement)
      ? document.activeElement.dataset.key : undefined;
    const scroll = this.list.scrollTop;
    this.list.replaceChildren();
    const all = [...this.catalogue.cameras.values()];
    if (this.#query) this.#drawMatches(all);
    else this.#drawAreas(all);
    const items = this.#items();
    for (const item of items) item.tabIndex = -1;
    const again = items.find((item) => item.dataset.key === focused);
    const entry = again ?? items[0];
    if (entry) entry.tabIndex = 0;
    again?.focus();
    this.list.scrollTop = scroll;
  }

  /** The cameras that the list holds now, by code: all, or those that were searched for. @returns {string[]} */
  found() {
    const all = [...this.catalogue.cameras.values()];
    const order = new Intl.Collator("vi", { numeric: true });
    return (this.#query ? this.#matches(all) : all).map((c) => c.code).sort(order.compare);
  }

  /** @param {Camera[]} all */
  #matches(all) {
    const terms = this.#query.split(/\s+/);
    return all.filter((camera) => {
      const text = fold(`${camera.code} ${camera.name} ${camera.area ?? ""} ${camera.unit ?? ""}`);
      return terms.every((term) => text.includes(term));
    });
  }

  /** @param {Camera[]} all */
  #drawMatches(all) {
    const found = this.#matches(all);
    for (const camera of found.slice(0, MATCHES_MAX)) this.list.append(this.#camera(camera, camera.area ?? ""));
    if (found.length > MATCHES_MAX) this.list.append(el("p", "tree__more", say("more", { n: number(found.length - MATCHES_MAX) })));
    this.count.textContent = say("matches", { n: number(found.length) });
  }

  /** @param {Camera[]} all */
  #drawAreas(all) {
    /** @type {Map<string, Map<string, Camera[]>>} */
    const areas = new Map();
    for (const camera of all) {
      const units = areas.get(camera.area ?? "") ?? new Map();
      areas.set(camera.area ?? "", units);
      const unit = units.get(camera.unit ?? "") ?? [];
      units.set(camera.unit ?? "", unit);
      unit.push(camera);
    }
    const order = new Intl.Collator("vi", { numeric: true });
    // Without a name last.
    const names = (/** @type {Iterable<string>} */ keys) => [...keys].sort((a, b) => (a === "" ? 1 : b === "" ? -1 : order.compare(a, b)));
    const sorted = names(areas.keys());
    if (!this.#opened && sorted[0] !== undefined) {
      this.#opened = true;
      if (all.length <= 60) for (const area of sorted) this.#open.add(`a:${area}`);
      else this.#open.add(`a:${sorted[0]}`);
    }
    this.#drawExtras();
    for (const area of sorted) {
      const units = areas.get(area) ?? new Map();
      const cameras = [...units.values()].flat();
      const [head, body] = this.#group(`a:${area}`, area || say("no_area"), "map-pin", cameras.length, 1);
      this.list.append(head, body);
      if (body.hidden) continue;
      if (units.size < 2) {
        this.#portion(body, cameras.sort((a, b) => order.compare(a.code, b.code)), 0);
        continue;
      }
      for (const unit of names(units.keys())) {
        const own = units.get(unit) ?? [];
        const [unitHead, unitBody] = this.#group(`u:${area}\u0000${unit}`, unit || say("no_unit"), "building-2", own.length, 2);
        unitHead.classList.add("tree__unit");
        unitBody.classList.add("tree__deep");
        body.append(unitHead, unitBody);
        if (!unitBody.hidden) this.#portion(unitBody, own.sort((/** @type {Camera} */ a, /** @type {Camera} */ b) => order.compare(a.code, b.code)), 0);
      }
    }
    this.count.textContent = say("total", { n: number(this.catalogue.total || all.length) });
  }

  /** Favourites, and what is near the chosen camera: above the areas. */
  #drawExtras() {
    const { extras } = this;
    if (!extras) return;
    const add = (/** @type {string} */ key, /** @type {string} */ name, /** @type {string} */ picture, /** @type {{code: string, where: string}[]} */ cameras) => {
      const [head, body] = this.#group(key, name, picture, cameras.length, 1);
      this.list.append(head, body);
      if (body.hidden) return;
      for (const { code, where } of cameras) {
        const camera = this.catalogue.cameras.get(code);
        if (!camera) continue;
        const item = this.#camera(camera, where);
        item.dataset.key = `${key}${code}`;
        body.append(item);
      }
    };
    const favourites = extras.favourites().map((code) => ({ code, where: "" }));
    if (favourites.length) add("f:", say("favourites"), "star", favourites);
    const near = extras.near();
    if (near) add("n:", say("near", { name: near.name }), "locate-fixed", near.cameras.map((c) => ({ code: c.code, where: say("metres", { n: number(c.metres) }) })));
  }

  /**
   * @param {string} key @param {string} name @param {string} picture @param {number} n @param {number} level
   * @returns {[HTMLElement, HTMLElement]}
   */
  #group(key, name, picture, n, level) {
    const open = this.#open.has(key) || (level === 2 && !this.#open.has(`-${key}`));
    const head = el("div", "tree__group", icon("chevron-right"), icon(picture), el("span", "", name), el("span", "tree__n", number(n)));
    head.setAttribute("role", "treeitem");
    head.setAttribute("aria-expanded", String(open));
    head.setAttribute("aria-level", String(level));
    head.dataset.key = head.dataset.group = key;
    const body = el("div");
    body.setAttribute("role", "group");
    body.hidden = !open;
    return [head, body];
  }

  /** Draws a portion; the next one when its end comes into sight. @param {HTMLElement} body @param {Camera[]} cameras @param {number} from */
  #portion(body, cameras, from) {
    for (const camera of cameras.slice(from, from + PORTION)) body.append(this.#camera(camera, ""));
    const rest = cameras.length - from - PORTION;
    if (rest <= 0) return;
    const end = el("p", "tree__more", say("more", { n: number(rest) }));
    body.append(end);
    new IntersectionObserver((seen, observer) => {
      if (!seen.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      end.remove();
      this.#portion(body, cameras, from + PORTION);
    }, { root: this.list, rootMargin: "400px" }).observe(end);
  }

  /** @param {Camera} camera @param {string} where */
  #camera(camera, where) {
    const sub = el("span", "tree__sub");
    const item = el("div", "tree__camera", icon("circle-help"), el("span", "tree__text", el("span", "tree__name", camera.name), sub));
    if (this.extras) {
      // For the mouse; the key for it is *.
      const star = el("span", "tree__star", icon("star"));
      star.title = `${say("favourite")} (*)`;
      item.append(star);
    }
    item.setAttribute("role", "treeitem");
    item.draggable = true;
    item.tabIndex = -1;
    item.dataset.code = camera.code;
    item.dataset.key = `c:${camera.code}`;
    item.dataset.where = where;
    this.#state(item);
    return item;
  }

  /** @param {HTMLElement} item */
  #state(item) {
    const code = item.dataset.code ?? "";
    const state = this.catalogue.state(code);
    const use = item.querySelector("use");
    use?.setAttribute("href", (use.getAttribute("href") ?? "").replace(/#.*/, `#${phaseIcon(state.phase)}`));
    const sub = item.querySelector(".tree__sub");
    const starred = this.extras?.isFavourite(code) ?? false;
    item.classList.toggle("tree__camera--starred", starred);
    if (sub) sub.textContent = [code, item.dataset.where, say(`phase_${state.phase}`), starred && say("favourite")].filter(Boolean).join(" · ");
    item.dataset.phase = state.phase;
    item.title = state.said ?? "";
    item.setAttribute("aria-selected", String(this.placed.has(code)));
  }

  /** News of one camera. @param {string} code */
  refresh(code) {
    for (const item of this.list.querySelectorAll(`[data-code="${CSS.escape(code)}"]`)) {
      if (item instanceof HTMLElement) this.#state(item);
    }
  }

  /** Which cameras stand in tiles. @param {string[]} codes */
  mark(codes) {
    this.placed = new Set(codes);
    for (const item of this.#items()) if (item.dataset.code) item.setAttribute("aria-selected", String(this.placed.has(item.dataset.code)));
  }

  /** @returns {HTMLElement[]} */
  #items() {
    return [...this.list.querySelectorAll("[role=treeitem]")].filter((i) => i instanceof HTMLElement && i.offsetParent !== null).map((i) => /** @type {HTMLElement} */ (i));
  }

  /** @param {HTMLElement | undefined} item */
  #focus(item) {
    if (!item) return;
    this.list.querySelector("[tabindex='0']")?.setAttribute("tabindex", "-1");
    item.tabIndex = 0;
    item.focus();
    item.scrollIntoView({ block: "nearest" });
  }

  /** @param {EventTarget | null} target */
  #act(target) {
    const item = target instanceof Element ? target.closest("[role=treeitem]") : null;
    if (!(item instanceof HTMLElement)) return;
    if (item.dataset.code) {
      this.#focus(item);
      this.choose(item.dataset.code);
    } else this.#toggle(item.dataset.group ?? "", item);
  }

  /** @param {string} key @param {HTMLElement} item */
  #toggle(key, item) {
    const open = item.getAttribute("aria-expanded") === "true";
    if (open) {
      this.#open.delete(key);
      this.#open.add(`-${key}`);
    } else {
      this.#open.delete(`-${key}`);
      this.#open.add(key);
    }
    if (key === "n:") this.extras?.openNear(!open);
    item.focus();
    this.draw();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const items = this.#items();
    const item = document.activeElement;
    if (!(item instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = items.indexOf(item);
    const expanded = item.getAttribute("aria-expanded");
    const act = {
      ArrowDown: () => this.#focus(items[at + 1]),
      ArrowUp: () => this.#focus(items[at - 1]),
      Home: () => this.#focus(items[0]),
      End: () => this.#focus(items.at(-1)),
      ArrowRight: () => expanded === "false" ? this.#toggle(item.dataset.group ?? "", item) : this.#focus(items[at + 1]),
      ArrowLeft: () => expanded === "true" ? this.#toggle(item.dataset.group ?? "", item)
        : this.#focus(items.slice(0, at).reverse().find((i) => i.dataset.group)),
      Enter: () => this.#act(item),
      " ": () => this.#act(item),
      "*": () => item.dataset.code && this.extras?.star(item.dataset.code),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }
}
