// @ts-check
// A tour: pages of cameras that follow each other by themselves, over more cameras than there are tiles or over saved
// layouts. The next page is connected shortly before its turn, so that it comes with pictures.

import { el, icon, number, say } from "./words.js";

/** @typedef {{grid: number, codes: string[]}} Stop */
/** @typedef {{set: string[] | null, layouts: string[], seconds: number}} Plan */

/** Bounds of the node (`base::limits`). */
const SECONDS = { least: 5, most: 3600, usual: 20 };
/** The next page is connected so long before its turn, or half a page's time if that is less. */
const AHEAD_MS = 3000;

/**
 * What a tour asks of the wall.
 * @typedef {{state: () => Stop, show: (stop: Stop) => void, prepare: (stop: Stop) => void, unprepare: () => void}} TourUser
 */

/** The clockwork. `changed` whenever what it says is different. */
export class Tour extends EventTarget {
  /** @type {Stop[]} */ stops = [];
  at = 0;
  running = false;
  paused = false;
  /** @type {Plan | null} */ plan = null;
  /** @type {Stop | null} what stood there before */ #before = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;

  /** @param {TourUser} user */
  constructor(user) {
    super();
    this.user = user;
    // Behind another window nobody sees the pages turn.
    document.addEventListener("visibilitychange", () => { if (this.running) this.#wait(); });
  }

  /** @param {Plan} plan @param {Stop[]} stops */
  start(plan, stops) {
    this.#before ??= this.user.state();
    Object.assign(this, { plan, stops, at: 0, running: true, paused: false });
    this.#turn(0);
  }

  /** Ends it; what stood there before comes back. */
  stop() {
    if (!this.running) return;
    const before = this.#before;
    this.forget();
    if (before) this.user.show(before);
  }

  /** Ends it and leaves what is there. */
  forget() {
    clearTimeout(this.#timer);
    this.user.unprepare();
    Object.assign(this, { plan: null, stops: [], running: false, paused: false });
    this.#before = null;
    this.#told();
  }

  /** @param {boolean} [paused] */
  pause(paused = !this.paused) {
    if (!this.running || paused === this.paused) return;
    this.paused = paused;
    this.#wait();
    this.#told();
  }

  /** @param {number} by */
  go(by) {
    if (this.running) this.#turn(this.at + by);
  }

  /** What a person changed on the page that is shown stays there: the tour waits for them. @param {Stop} stop */
  edited(stop) {
    if (!this.running) return;
    this.stops[this.at] = stop;
    this.pause(true);
  }

  /** Every camera of the tour, page by page, for saving it. */
  cameras() {
    return this.plan?.layouts.length ? null : this.stops.flatMap((s) => s.codes);
  }

  /** @param {number} to */
  #turn(to) {
    const n = this.stops.length;
    this.at = n ? ((to % n) + n) % n : 0;
    const stop = this.stops[this.at];
    if (stop) this.user.show(stop);
    this.#wait();
    this.#told();
  }

  #wait() {
    clearTimeout(this.#timer);
    const next = this.stops[(this.at + 1) % Math.max(1, this.stops.length)];
    if (!this.running || this.paused || document.hidden || !next || this.stops.length < 2) {
      this.user.unprepare();
      return;
    }
    const whole = (this.plan?.seconds ?? SECONDS.usual) * 1000;
    const ahead = Math.min(AHEAD_MS, whole / 2);
    this.#timer = setTimeout(() => {
      this.user.prepare(next);
      this.#timer = setTimeout(() => this.#turn(this.at + 1), ahead);
    }, whole - ahead);
  }

  #told() {
    this.dispatchEvent(new Event("changed"));
  }
}

/** Pages of so many tiles. @param {string[]} codes @param {number} grid @returns {Stop[]} */
export function pagesOf(codes, grid) {
  const all = codes.filter(Boolean);
  return Array.from({ length: Math.ceil(all.length / grid) }, (_, n) => ({ grid, codes: all.slice(n * grid, (n + 1) * grid) }));
}

/**
 * @typedef {{tour: Tour, layouts: import("./layouts.js").Layouts, favourites: import("./favourites.js").Favourites,
 *   found: () => string[], codes: () => string[], grid: () => number, tell: (text: string) => void}} TourMenuUser
 */

/** The menu that starts a tour, and the bar that leads it. */
export class TourMenu {
  #seconds = SECONDS.usual;
  /** @type {Set<string>} */ #ticked = new Set();
  #over = "shown";

  /** @param {HTMLDetailsElement} menu @param {HTMLElement} bar @param {TourMenuUser} user */
  constructor(menu, bar, user) {
    this.menu = menu;
    this.bar = bar;
    this.user = user;
    this.sheet = /** @type {HTMLElement} */ (menu.querySelector("[data-tour-sheet]"));
    menu.addEventListener("toggle", () => {
      if (!menu.open) return;
      this.draw();
      user.layouts.load().then(() => this.draw()).catch((error) => user.tell(error.message));
    });
    user.tour.addEventListener("changed", () => this.#lead());
    this.#build();
  }

  /** Starts what was last chosen, or ends it: for the key. */
  toggle() {
    if (this.user.tour.running) this.user.tour.stop();
    else this.#start();
  }

  /** The tour of a saved layout. @param {import("./layouts.js").Layout} layout */
  startOf(layout) {
    if (!layout.tour) return;
    this.#seconds = layout.tour.seconds;
    if (layout.tour.layouts.length) {
      this.#over = "layouts";
      this.#ticked = new Set(layout.tour.layouts);
    } else this.#over = "shown";
    this.#start();
  }

  draw() {
    const { user } = this;
    const focused = this.sheet.contains(document.activeElement) ? document.activeElement?.getAttribute("data-key") : null;
    const seconds = el("input", "input tour__seconds");
    seconds.type = "number";
    seconds.id = "tour-seconds";
    seconds.dataset.key = "seconds";
    [seconds.min, seconds.max, seconds.step] = [String(SECONDS.least), String(SECONDS.most), "1"];
    seconds.required = true;
    seconds.value = String(this.#seconds);
    seconds.addEventListener("change", () => { this.#seconds = Math.min(SECONDS.most, Math.max(SECONDS.least, Math.round(Number(seconds.value)) || SECONDS.usual)); });
    const label = el("label", "field__label", say("tour_seconds"));
    label.htmlFor = seconds.id;
    const over = el("fieldset", "tour__over", el("legend", "field__label", say("tour_over")));
    /** @type {[string, string][]} */
    const choices = [
      ["shown", say("tour_shown")],
      ["found", say("tour_found", { n: number(user.found().length) })],
      ["favourites", say("tour_favourites", { n: number(user.favourites.codes.length) })],
      ["layouts", say("tour_layouts")],
    ];
    for (const [value, text] of choices) {
      const radio = el("input");
      [radio.type, radio.name, radio.value, radio.checked] = ["radio", "over", value, value === this.#over];
      radio.dataset.key = value;
      radio.addEventListener("change", () => { this.#over = value; this.draw(); });
      over.append(el("label", "check", radio, el("span", "", text)));
    }
    if (this.#over === "layouts") {
      const list = el("div", "tour__layouts");
      for (const layout of user.layouts.all) {
        const box = el("input");
        box.type = "checkbox";
        box.checked = this.#ticked.has(layout.id);
        box.dataset.key = layout.id;
        box.addEventListener("change", () => this.#ticked[box.checked ? "add" : "delete"](layout.id));
        list.append(el("label", "check", box, el("span", "", layout.name)));
      }
      if (!user.layouts.all.length) list.append(el("p", "layouts__none", say("layout_none")));
      over.append(list);
    }
    const start = el("button", "btn btn--small btn--primary", say("tour_start"));
    start.dataset.key = "start";
    const form = el("form", "layouts__form", label, seconds, over, start);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#start()) {
        this.menu.open = false;
        this.menu.querySelector("summary")?.focus();
      }
    });
    this.sheet.replaceChildren(form);
    const again = focused && this.sheet.querySelector(`[data-key="${CSS.escape(focused)}"]`);
    if (again instanceof HTMLElement) again.focus();
  }

  /** @returns {boolean} did it start? */
  #start() {
    const { user } = this;
    user.tour.stop();
    const grid = user.grid();
    /** @type {Record<string, () => string[]>} */
    const sets = { found: user.found, favourites: () => user.favourites.codes, shown: user.codes };
    const set = sets[this.#over]?.() ?? null;
    const layouts = set ? [] : user.layouts.all.filter((l) => this.#ticked.has(l.id));
    const stops = set ? pagesOf(set, grid) : layouts.map((l) => ({ grid: l.grid, codes: l.tiles.map((c) => c ?? "").slice(0, l.grid) }));
    if (stops.length < 2) {
      user.tell(say("tour_one_page"));
      return false;
    }
    user.tell("");
    user.tour.start({ set, layouts: layouts.map((l) => l.id), seconds: this.#seconds }, stops);
    return true;
  }

  #build() {
    const { tour } = this.user;
    const button = (/** @type {string} */ key, /** @type {string} */ picture, /** @type {() => void} */ act) => {
      const made = el("button", "btn btn--small", icon(picture));
      made.type = "button";
      made.title = say(key);
      made.setAttribute("aria-label", say(key));
      made.addEventListener("click", act);
      return made;
    };
    this.pause = el("button", "btn btn--small");
    this.pause.type = "button";
    this.pause.dataset.tourPause = "";
    this.pause.addEventListener("click", () => tour.pause());
    this.page = el("span", "tour__page");
    this.bar.append(button("tour_before", "chevron-left", () => tour.go(-1)), this.pause, button("tour_after", "chevron-right", () => tour.go(1)), this.page,
      button("tour_stop", "x", () => tour.stop()));
  }

  #lead() {
    const { tour } = this.user;
    this.bar.hidden = !tour.running;
    if (!this.pause || !this.page) return;
    this.pause.textContent = say(tour.paused ? "tour_resume" : "tour_pause");
    this.pause.setAttribute("aria-pressed", String(tour.paused));
    this.page.textContent = say(tour.paused ? "tour_paused" : "tour_at", { n: number(tour.at + 1), of: number(tour.stops.length) });
  }
}
