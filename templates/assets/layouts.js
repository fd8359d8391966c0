// @ts-check
// Saved layouts: those of the person, the unit, the node, as the node keeps them; and the menu that opens, saves, renames
// and removes them. A layout's cameras come as far as these eyes see them.

import { Refused, ask } from "./api.js";
import { el, icon, number, say } from "./words.js";

/** @typedef {{seconds: number, layouts: string[]}} TourOf */
/**
 * @typedef {{id: string, name: string, owner: "person" | "unit" | "node", unit: string | null, favourites: boolean,
 *   may_change: boolean, grid: number, tiles: (string | null)[], tour: TourOf | null, revision: number}} Layout
 */

const PATH = "/api/v1/layouts";
/** Layouts that are read at most; those beyond are found by the API. */
const READ_MAX = 500;

export class Layouts extends EventTarget {
  /** @type {Layout[]} without the favourites */ all = [];
  /** @type {Layout | null} */ favourites = null;
  loaded = false;

  /** Reads them all; `changed` when they are there. */
  async load() {
    const found = await ask("GET", `${PATH}?limit=${READ_MAX}`);
    /** @type {Layout[]} */
    const items = found.items;
    const rank = (/** @type {Layout} */ l) => `${["person", "unit", "node"].indexOf(l.owner)}${l.unit ?? ""}`;
    // By whose they are; within that as the node sorts them, by name.
    this.all = items.filter((l) => !l.favourites).sort((a, b) => rank(a).localeCompare(rank(b), "vi"));
    this.favourites = items.find((l) => l.favourites) ?? null;
    this.loaded = true;
    this.dispatchEvent(new Event("changed"));
  }

  /** @param {string | null} id */
  get(id) {
    return this.all.find((l) => l.id === id);
  }

  /** @param {Record<string, unknown>} body @returns {Promise<Layout>} */
  async make(body) {
    const made = await ask("POST", PATH, body);
    await this.load();
    return made;
  }

  /** @param {Layout} layout @param {Record<string, unknown>} patch @returns {Promise<Layout>} */
  async change(layout, patch) {
    try {
      const changed = await ask("PATCH", `${PATH}/${layout.id}`, patch, layout.revision);
      await this.load();
      return changed;
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 412) throw error;
      await this.load();
      throw new Refused(412, say("layout_changed"));
    }
  }

  /** @param {Layout} layout */
  async remove(layout) {
    await ask("DELETE", `${PATH}/${layout.id}`, undefined, layout.revision);
    await this.load();
  }
}

/**
 * What the menu asks of the wall.
 * @typedef {{state: () => {grid: number, tiles: (string | null)[], tour: TourOf | null}, open: (layout: Layout) => void,
 *   tell: (text: string) => void, keepsUnit: boolean}} LayoutUser
 */

export class LayoutsMenu {
  /** @type {string | null} the layout that was opened last */ current = null;
  #sure = false;

  /** @param {HTMLDetailsElement} menu @param {Layouts} layouts @param {LayoutUser} user */
  constructor(menu, layouts, user) {
    this.menu = menu;
    this.layouts = layouts;
    this.user = user;
    this.sheet = /** @type {HTMLElement} */ (menu.querySelector("[data-layouts-sheet]"));
    this.title = /** @type {HTMLElement} */ (menu.querySelector("[data-layout-name]"));
    this.plain = this.title.textContent ?? "";
    menu.addEventListener("toggle", () => {
      if (!menu.open) return;
      this.#sure = false;
      this.draw();
      layouts.load().catch((error) => user.tell(error instanceof Refused ? error.message : say("layout_failed")));
    });
    layouts.addEventListener("changed", () => this.draw());
  }

  draw() {
    const open = this.layouts.get(this.current);
    this.title.textContent = open ? open.name : this.plain;
    if (!this.menu.open) return;
    // What is being typed stays.
    const typed = this.sheet.querySelector("input[name=name]");
    const text = typed instanceof HTMLInputElement ? typed.value : "";
    const focused = this.sheet.contains(document.activeElement) ? document.activeElement?.getAttribute("data-key") : null;
    this.sheet.replaceChildren(this.#list(), this.#acts(open), this.#form(open, text));
    const again = focused && this.sheet.querySelector(`[data-key="${CSS.escape(focused)}"]`);
    if (again instanceof HTMLElement) again.focus();
  }

  #list() {
    const list = el("div", "layouts__list");
    if (!this.layouts.all.length) list.append(el("p", "layouts__none", this.layouts.loaded ? say("layout_none") : say("loading")));
    let group = "";
    for (const layout of this.layouts.all) {
      const whose = layout.owner === "person" ? say("layout_own") : layout.owner === "node" ? say("layout_node") : layout.unit ?? "";
      if (whose !== group) list.append(el("p", "layouts__whose", whose));
      group = whose;
      const about = say("layout_tiles", { n: number(layout.grid), c: number(layout.tiles.filter(Boolean).length) });
      const one = el("button", "menu__item layouts__one", icon(layout.tour ? "refresh-cw" : "bookmark"), el("span", "", layout.name), el("small", "", about));
      one.type = "button";
      one.dataset.key = layout.id;
      if (layout.id === this.current) one.setAttribute("aria-current", "true");
      one.addEventListener("click", () => {
        this.menu.open = false;
        this.current = layout.id;
        this.user.open(layout);
        this.draw();
        this.user.tell(say("layout_opened", { name: layout.name }));
        this.menu.querySelector("summary")?.focus();
      });
      list.append(one);
    }
    return list;
  }

  /** @param {Layout | undefined} open */
  #acts(open) {
    const acts = el("div", "layouts__acts");
    if (!open?.may_change) return acts;
    const save = el("button", "menu__item", icon("download"), el("span", "", say("layout_save", { name: open.name })));
    const remove = el("button", "menu__item menu__item--danger", icon("trash-2"), el("span", "", this.#sure ? say("layout_remove_sure") : say("layout_remove", { name: open.name })));
    for (const [button, key] of /** @type {[HTMLButtonElement, string][]} */ ([[save, "save"], [remove, "remove"]])) {
      button.type = "button";
      button.dataset.key = key;
    }
    save.addEventListener("click", () => this.#do(async () => {
      const { grid, tiles, tour } = this.user.state();
      await this.layouts.change(open, tour ? { grid, tiles, tour } : { grid, tiles });
      this.user.tell(say("layout_saved", { name: open.name }));
    }));
    remove.addEventListener("click", () => {
      // Twice, so that a slip of the hand removes nothing.
      if (!this.#sure) {
        this.#sure = true;
        return this.draw();
      }
      this.#sure = false;
      return this.#do(async () => {
        await this.layouts.remove(open);
        this.current = null;
        this.user.tell(say("layout_removed", { name: open.name }));
      });
    });
    acts.append(save, remove);
    return acts;
  }

  /** @param {Layout | undefined} open @param {string} text */
  #form(open, text) {
    const name = el("input", "input");
    name.name = name.dataset.key = "name";
    name.id = "layout-name";
    name.maxLength = 100;
    name.required = true;
    name.autocomplete = "off";
    name.value = text;
    const label = el("label", "field__label", say("layout_name"));
    label.htmlFor = name.id;
    const unit = el("input");
    unit.type = "checkbox";
    unit.name = "for_unit";
    const send = el("button", "btn btn--small btn--primary", say("layout_save_as"));
    send.dataset.key = "send";
    const form = el("form", "layouts__form", label, name);
    if (this.user.keepsUnit) form.append(el("label", "check", unit, el("span", "", say("layout_for_unit"))));
    const buttons = el("div", "layouts__buttons", send);
    if (open?.may_change) {
      const rename = el("button", "btn btn--small", say("layout_rename"));
      rename.type = "button";
      rename.dataset.key = "rename";
      rename.addEventListener("click", () => {
        if (!form.reportValidity()) return;
        this.#do(async () => {
          const changed = await this.layouts.change(open, { name: name.value });
          this.user.tell(say("layout_saved", { name: changed.name }));
        });
      });
      buttons.append(rename);
    }
    form.append(buttons);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#do(async () => {
        const made = await this.layouts.make({ name: name.value, for_unit: unit.checked, ...this.user.state() });
        this.current = made.id;
        this.user.tell(say("layout_saved", { name: made.name }));
      });
    });
    return form;
  }

  /** Does it, then closes; a refusal stands in the menu. @param {() => Promise<void>} act */
  async #do(act) {
    try {
      await act();
      this.menu.open = false;
      this.draw();
      this.menu.querySelector("summary")?.focus();
    } catch (error) {
      const told = el("p", "layouts__fault", icon("triangle-alert"), el("span", "", error instanceof Error ? error.message : ""));
      told.setAttribute("role", "alert");
      this.sheet.querySelector(".layouts__fault")?.remove();
      this.sheet.append(told);
    }
  }
}
