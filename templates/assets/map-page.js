// @ts-check
// The map page: filter, the card of the chosen camera, the list of what is in view or in a drawn shape, layers.

import { CameraMap } from "./camera-map.js";
import { STATES } from "./map-data.js";
import { shapeText } from "./map-draw.js";
import { LiveView } from "./live-view.js";
import { COVERAGE_ZOOM } from "./map-canvas.js";
import { el, icon, number, phaseIcon } from "./words.js";
import { word } from "./map-words.js";

/** Rows of the list at most. */
const LIST_MAX = 100;
/** Cameras of one wall. */
const WALL = 25;
/** Further walls that are offered. */
const WALLS_MAX = 8;

class MapPage {
  #listed = "";
  /** What is wrong with the base map; stays until another one is chosen. */ #baseFault = "";

  /** @param {HTMLElement} root @param {CameraMap} map */
  constructor(root, map) {
    this.root = root;
    this.map = map;
    this.data = map.data;
    this.card = this.#part("[data-card]");
    this.list = this.#part("[data-list]");
    this.title = this.#part("[data-here]");
    this.news = this.#part("[data-news]");
    this.coverage = this.#part("[data-coverage]");
    this.form = /** @type {HTMLFormElement} */ (this.#part("[data-map-filter]"));
    this.news.textContent = word("loading");
    this.#filter();
    this.#tools();
    map.addEventListener("choose", (event) => this.#choose(/** @type {CustomEvent} */ (event).detail.code, false));
    map.addEventListener("viewchange", () => this.#draw());
    map.addEventListener("drawn", () => this.#sayCoverage());
    map.addEventListener("basemapfailed", (event) => {
      const name = decodeURIComponent(/** @type {CustomEvent} */ (event).detail.url.split("/").pop() ?? "");
      this.#baseFault = word("basemap_failed", { name });
      this.#sayPlaced();
    });
    this.data.addEventListener("changed", () => {
      this.#sayPlaced();
      this.#draw();
      if (map.chosen) this.#choose(map.chosen, false);
    });
    this.data.addEventListener("failed", () => (this.news.textContent = word("load_failed")));
    this.data.addEventListener("link", (event) => {
      if (!(/** @type {CustomEvent} */ (event).detail.up)) this.news.textContent = word("events_lost");
      else if (this.news.textContent === word("events_lost")) this.#sayPlaced();
    });
    this.data.addEventListener("state", () => {
      this.#draw();
      this.#cardState();
    });
    document.addEventListener("findcamera", (event) => {
      const { code } = /** @type {CustomEvent} */ (event).detail;
      if (!this.data.byCode.has(code)) return;
      event.preventDefault();
      this.#choose(code, true);
    });
  }

  /** @param {string} selector @returns {HTMLElement} */
  #part(selector) {
    return /** @type {HTMLElement} */ (this.root.querySelector(selector));
  }

  #sayPlaced() {
    const { data } = this;
    if (data.cells.length) this.news.textContent = word("cells", { n: number(data.placed) });
    else if (data.total && !data.placed) this.news.textContent = word("none_at_all");
    else this.news.textContent = data.placed < data.total ? word("placed", { n: number(data.placed), all: number(data.total) }) : "";
    if (this.#baseFault) this.news.textContent = `${this.#baseFault} ${this.news.textContent}`;
  }

  // ---- filter

  #filter() {
    const take = () => {
      const query = new URLSearchParams();
      for (const [name, value] of new FormData(this.form)) if (value !== "") query.set(name, String(value));
      history.replaceState(null, "", `${location.pathname}${query.size ? `?${query}` : ""}`);
      for (const next of document.querySelectorAll("input[name=next]")) {
        if (next instanceof HTMLInputElement) next.value = location.pathname + location.search;
      }
      // The state is known here and changes by itself; the node is asked for the rest.
      this.data.onlyState = STATES.indexOf(/** @type {any} */ (query.get("state") ?? ""));
      query.delete("state");
      return query;
    };
    const form = /** @type {HTMLFormElement} */ (this.form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.map.load(take());
    });
    form.addEventListener("change", (event) => {
      if (event.target instanceof HTMLSelectElement) this.map.load(take());
    });
    take();
  }

  // ---- the chosen camera

  /** @param {string} code @param {boolean} bring */
  #choose(code, bring) {
    const before = this.card.dataset.code ?? "";
    this.map.choose(code);
    if (bring) this.map.show(code);
    const i = this.data.byCode.get(code);
    if (i === undefined) {
      this.card.hidden = true;
      this.card.replaceChildren();
      delete this.card.dataset.code;
      this.#draw();
      return;
    }
    if (before !== code) this.#fillCard(i);
    this.#draw();
  }

  /** @param {number} i */
  #fillCard(i) {
    const { data, card } = this;
    const code = data.code[i] ?? "";
    const name = data.name[i] ?? "";
    card.dataset.code = code;
    const close = el("button", "btn btn--small btn--quiet", icon("x"), el("span", "", word("close")));
    close.type = "button";
    close.addEventListener("click", () => {
      this.#choose("", false);
      /** @type {HTMLElement | null} */ (this.map.querySelector(".cm__map"))?.focus();
    });
    const view = el(/** @type {any} */ ("live-view"));
    for (const [key, value] of [["camera", code], ["stream", "sub"], ["name", name], ["ask", "press"]]) view.setAttribute(String(key), String(value));
    const screen = el("div", "screen", view);
    const facts = el("dl", "facts facts--wide");
    const fact = (/** @type {string} */ label, /** @type {string | Node} */ value) => {
      if (value) facts.append(el("div", "", el("dt", "", label), el("dd", "", value)));
    };
    const state = el("span");
    state.dataset.cardState = "";
    fact(word("state"), state);
    fact(word("code"), el("span", "code", code));
    fact(word("area"), data.areas[data.area[i] ?? 0] ?? "");
    fact(word("unit"), data.units[data.unit[i] ?? 0] ?? "");
    fact(word("purposes"), (data.purposes[i] ?? []).map((p) => data.purposeNames[p] ?? "").join(", "));
    const height = data.height[i] ?? NaN;
    if (!Number.isNaN(height)) fact(word("height"), word("metres", { n: number(height, 1) }));
    fact(word("view"), data.hasView(i)
      ? word("view_text", { d: number(data.direction[i] || 0), a: number(data.angle[i] ?? 0), r: number(data.range[i] ?? 0) })
      : word("no_view"));
    const link = (/** @type {string} */ href, /** @type {string} */ picture, /** @type {string} */ text, /** @type {string} */ look) => {
      const a = el("a", `btn btn--small ${look}`, icon(picture), el("span", "", text));
      a.href = href;
      return a;
    };
    const encoded = encodeURIComponent(code);
    card.replaceChildren(
      el("header", "mapside__head", el("h2", "", name), close),
      screen,
      facts,
      el("div", "acts", link(`/live?grid=1&tiles=${encoded}`, "eye", word("open_live"), "btn--primary"), link(`/cameras/${encoded}`, "cctv", word("open_camera"), "")),
    );
    card.hidden = false;
    this.#cardState();
  }

  #cardState() {
    const i = this.data.byCode.get(this.card.dataset.code ?? "");
    const place = this.card.querySelector("[data-card-state]");
    if (i === undefined || !place) return;
    const phase = STATES[this.data.state[i] ?? 0] ?? "unknown";
    place.replaceChildren(el("span", `state state--${phase}`, icon(phaseIcon(phase)), word(phase)));
    const view = this.card.querySelector("live-view");
    if (view instanceof LiveView) view.setCameraState({ phase });
  }

  // ---- what is here

  /** The list of what is in view, or in the shape: what the canvas shows, for keyboards and screen readers. */
  #draw() {
    const here = this.map.here();
    this.title.textContent = word(this.map.shape ? "in_shape" : "in_view", { n: number(here.length) });
    const shown = here.slice(0, LIST_MAX);
    const within = this.map.shape ? shapeText(this.map.shape) : "";
    const key = `${within}|${this.map.chosen}|${here.length}|${shown.map((i) => `${this.data.code[i]}:${this.data.state[i]}`).join()}`;
    if (key === this.#listed) return;
    this.#listed = key;
    const focused = document.activeElement instanceof HTMLElement && this.list.contains(document.activeElement) ? document.activeElement.dataset.code : undefined;
    this.list.replaceChildren(...shown.map((i) => {
      const code = this.data.code[i] ?? "";
      const phase = STATES[this.data.state[i] ?? 0] ?? "unknown";
      const button = el("button", "mapside__one", icon(phaseIcon(phase)), el("span", "mapside__name", this.data.name[i] ?? ""), el("span", "mapside__sub", `${code} · ${word(phase)}`));
      button.type = "button";
      button.dataset.code = code;
      button.dataset.phase = phase;
      if (code === this.map.chosen) button.setAttribute("aria-current", "true");
      button.addEventListener("click", () => this.#choose(code, true));
      return el("li", "", button);
    }));
    if (here.length > LIST_MAX) this.list.append(el("li", "mapside__more", word("more", { n: number(here.length - LIST_MAX) })));
    if (!here.length && this.data.total && !this.data.cells.length) this.list.append(el("li", "mapside__more", word("none_here")));
    const again = focused && [...this.list.querySelectorAll("button")].find((b) => b.dataset.code === focused);
    if (again) again.focus();
    if (this.map.shape) this.#shapeActs(here);
  }

  /** @param {number[]} here */
  #shapeActs(here) {
    this.#part("[data-shape-title]").textContent = word("in_shape", { n: number(here.length) });
    const links = [];
    for (let from = 0; from < Math.min(here.length, WALL * WALLS_MAX); from += WALL) {
      const part = here.slice(from, from + WALL);
      const grid = [1, 4, 9, 16, 25].find((n) => n >= part.length) ?? WALL;
      const a = el("a", `btn btn--small${from ? "" : " btn--primary"}`, icon("eye"), el("span", "", word("shape_open", { a: from + 1, b: from + part.length })));
      a.href = `/live?grid=${grid}&tiles=${part.map((i) => encodeURIComponent(this.data.code[i] ?? "")).join(",")}`;
      links.push(a);
    }
    this.#part("[data-shape-live]").replaceChildren(...links);
    const query = new URLSearchParams(location.search);
    if (this.map.shape) query.set("within", shapeText(this.map.shape));
    /** @type {HTMLAnchorElement} */ (this.#part("[data-shape-list]")).href = `/cameras?${query}`;
  }

  #shapeChanged() {
    this.#part("[data-shape]").hidden = !this.map.shape;
    this.#draw();
  }

  // ---- tools

  #tools() {
    const { map, root } = this;
    this.#part("[data-fit]").addEventListener("click", () => map.fit());
    for (const button of root.querySelectorAll("[data-draw]")) {
      button.addEventListener("click", async () => {
        await map.drawShape(/** @type {any} */ (button.getAttribute("data-draw")));
        this.#shapeChanged();
      });
    }
    this.#part("[data-shape-clear]").addEventListener("click", () => {
      map.setShape(null);
      this.#shapeChanged();
      /** @type {HTMLElement | null} */ (map.querySelector(".cm__map"))?.focus();
    });
    for (const box of root.querySelectorAll("[data-layer]")) {
      box.addEventListener("change", () => {
        if (box instanceof HTMLInputElement) map.layers({ [box.getAttribute("data-layer") ?? ""]: box.checked });
      });
    }
    const base = root.querySelector("[data-base]");
    base?.addEventListener("change", () => {
      this.#baseFault = "";
      this.#sayPlaced();
      if (base instanceof HTMLSelectElement) map.baseMap(base.value);
    });
    this.#boxFields();
  }

  /** A shape without a mouse: four numbers. */
  #boxFields() {
    const form = /** @type {HTMLFormElement} */ (this.#part("[data-bbox]"));
    const fault = this.#part("[data-bbox-fault]");
    const field = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
    const names = ["west", "south", "east", "north"];
    this.#part("[data-bbox-view]").addEventListener("click", () => {
      this.map.bounds().forEach((value, k) => (field(names[k] ?? "").value = value.toFixed(6)));
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const [w, s, e, n] = names.map((name) => Number(field(name).value.trim().replace(",", "."))).map((v) => (Number.isFinite(v) ? v : NaN));
      const good = w !== undefined && s !== undefined && e !== undefined && n !== undefined && w < e && s < n && s >= -90 && n <= 90 && w >= -180 && e <= 180;
      fault.hidden = good;
      fault.textContent = good ? "" : word("shape_bad");
      if (!good) return;
      this.map.setShape({ kind: "box", w, s, e, n });
      this.map.map.fitBounds([[s, w], [n, e]]);
      this.#shapeChanged();
    });
  }

  #sayCoverage() {
    const { options } = this.map;
    const wanted = options.gaps || options.overlaps;
    this.coverage.hidden = !wanted;
    if (!wanted) return;
    const found = this.map.layer.coverage;
    if (!found || this.map.map.getZoom() < COVERAGE_ZOOM) {
      this.coverage.textContent = word("zoom_for_coverage");
      return;
    }
    const ground = options.gaps ? ` ${word(options.outlines ? "coverage_outline" : "coverage_no_outline")}` : "";
    this.coverage.textContent = word("coverage", { n: number(found.known), m: number(found.unknown) }) + ground;
  }
}

const root = document.querySelector("[data-map]");
const map = root?.querySelector("camera-map");
if (root instanceof HTMLElement && map instanceof CameraMap) new MapPage(root, map);
