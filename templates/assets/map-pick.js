// @ts-check
// Setting one camera's place and view by hand: click for the place, handles for direction, range and angle. The numbers
// stand in the fields of the form; either side follows the other.

import { pixelsPerMetre } from "./map-data.js";
import { el } from "./words.js";
import { word } from "./map-words.js";

/** What is drawn before anything is known. */
const ANGLE = 90;
const RANGE_M = 40;
const RANGE_M_MAX = 2000;
/** @typedef {"lat" | "lon" | "direction" | "angle" | "range"} Part */
/** @type {Record<Part, string>} */
const FIELDS = { lat: "lat", lon: "lon", direction: "direction_deg", angle: "angle_deg", range: "range_m" };

/** A place some metres away. @param {any} from @param {number} degrees @param {number} metres */
function away(from, degrees, metres) {
  const r = (degrees * Math.PI) / 180;
  const lat = from.lat + (metres * Math.cos(r)) / 111_195;
  return [lat, from.lng + (metres * Math.sin(r)) / (111_195 * Math.cos((from.lat * Math.PI) / 180))];
}

/** Degrees clockwise from north. @param {any} from @param {any} to */
function bearing(from, to) {
  const x = (to.lng - from.lng) * Math.cos((from.lat * Math.PI) / 180);
  return ((Math.atan2(x, to.lat - from.lat) * 180) / Math.PI + 360) % 360;
}

export class Picker {
  /** @type {Record<Part, number | null>} */ values = { lat: null, lon: null, direction: null, angle: null, range: null };
  /** @type {any} */ #place = null;
  /** @type {any} */ #view = null;
  /** @type {any} */ #direction = null;
  /** @type {any} */ #angle = null;

  /** @param {import("./camera-map.js").CameraMap} host @param {any} L */
  constructor(host, L) {
    this.host = host;
    this.L = L;
    this.map = host.map;
    this.form = host.closest("form");
    host.append(el("p", "cm__pickhint", word("pick_hint")));
    this.#read();
    this.map.on("click", (/** @type {any} */ event) => this.#set({ lat: event.latlng.lat, lon: event.latlng.lng }));
    this.form?.addEventListener("input", (event) => {
      if (event.target instanceof HTMLInputElement && Object.keys(FIELDS).some((part) => this.#name(/** @type {Part} */ (part)) === /** @type {HTMLInputElement} */ (event.target).name)) this.#read();
    });
    this.map.on("zoomend", () => this.#draw());
    if (this.values.lat !== null) this.map.setView([this.values.lat, this.values.lon], 18);
  }

  /** Is there a place yet? */
  get placed() {
    return this.values.lat !== null;
  }

  /** @param {Part} part */
  #name(part) {
    return this.host.getAttribute(`field-${part}`) ?? FIELDS[part];
  }
  /** @param {Part} part @returns {HTMLInputElement | null} */
  #field(part) {
    const field = this.form?.elements.namedItem(this.#name(part));
    return field instanceof HTMLInputElement ? field : null;
  }

  /** From the fields (a comma may stand for the point), else from the attributes. */
  #read() {
    for (const part of /** @type {Part[]} */ (Object.keys(FIELDS))) {
      const text = (this.#field(part)?.value ?? this.host.getAttribute(part) ?? "").trim().replace(",", ".");
      const n = text === "" ? NaN : Number(text);
      this.values[part] = Number.isFinite(n) ? n : null;
    }
    const { lat, lon } = this.values;
    if (lat === null || lon === null || Math.abs(lat) > 90 || Math.abs(lon) > 180) this.values.lat = this.values.lon = null;
    else if (!this.map.getBounds().contains([lat, lon])) this.map.setView([lat, lon], Math.max(17, this.map.getZoom()));
    this.#draw();
  }

  /** By hand: into the fields, and told. @param {Partial<Record<Part, number>>} news */
  #set(news) {
    for (const [part, value] of /** @type {[Part, number][]} */ (Object.entries(news))) {
      const digits = part === "lat" || part === "lon" ? 6 : 0;
      this.values[part] = Number(value.toFixed(digits));
      const field = this.#field(part);
      if (!field) this.host.setAttribute(part, String(this.values[part]));
      else if (field.value !== String(this.values[part])) {
        field.value = String(this.values[part]);
        field.dispatchEvent(new Event("change", { bubbles: true }));
      }
    }
    this.#draw();
    this.host.dispatchEvent(new CustomEvent("pick", { bubbles: true, detail: { ...this.values } }));
  }

  /** @param {string} kind @param {string} label @param {(at: any) => void} moved */
  #handle(kind, label, moved) {
    const { L } = this;
    const mark = L.marker([0, 0], {
      draggable: true, keyboard: true, title: label, alt: label, autoPan: true,
      icon: L.divIcon({ className: `cm__handle cm__handle--${kind}`, iconSize: kind === "place" ? [22, 22] : [18, 18] }),
    });
    mark.on("drag", () => moved(mark.getLatLng()));
    // By keyboard: a handle in focus is moved by the arrow keys, a pixel at a time, ten with shift.
    mark.on("add", () => {
      const node = mark.getElement();
      node?.setAttribute("aria-label", label);
      node?.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
        const step = event.shiftKey ? 10 : 1;
        const by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
        if (!by) return;
        event.preventDefault();
        event.stopPropagation();
        moved(this.map.containerPointToLatLng(this.map.latLngToContainerPoint(mark.getLatLng()).add(by)));
      });
    });
    return mark;
  }

  #draw() {
    const { lat, lon } = this.values;
    if (lat === null || lon === null) {
      for (const part of [this.#place, this.#view, this.#direction, this.#angle]) part?.remove();
      return;
    }
    const at = this.L.latLng(lat, lon);
    this.#place ??= this.#handle("place", word("pick_place"), (to) => this.#set({ lat: to.lat, lon: to.lng }));
    this.#direction ??= this.#handle("direction", word("pick_direction"), (to) => {
      const from = this.L.latLng(this.values.lat, this.values.lon);
      const range = Math.max(1, Math.min(RANGE_M_MAX, from.distanceTo(to)));
      this.#set({ direction: Math.round(bearing(from, to)) % 360, range, ...(this.values.angle === null ? { angle: ANGLE } : {}) });
    });
    this.#angle ??= this.#handle("angle", word("pick_angle"), (to) => {
      const from = this.L.latLng(this.values.lat, this.values.lon);
      const off = (bearing(from, to) - (this.values.direction ?? 0) + 360) % 360;
      this.#set({ angle: Math.max(2, Math.min(360, Math.round(2 * (off > 180 ? 360 - off : off)))) });
    });
    // Handles stay within reach however far the camera sees.
    const metres = 1 / pixelsPerMetre(lat, 256 * 2 ** this.map.getZoom());
    const range = this.values.range ?? RANGE_M;
    const direction = this.values.direction ?? 0;
    const angle = Math.min(360, this.values.angle ?? ANGLE);
    const known = this.values.direction !== null && this.values.angle !== null && this.values.range !== null;
    const reach = Math.max(range, 26 * metres);
    this.#put(this.#place, at);
    this.#put(this.#direction, away(at, direction, reach));
    this.#put(this.#angle, away(at, direction + Math.min(angle, 358) / 2, Math.max(range * 0.7, 30 * metres)));
    const steps = Math.max(2, Math.ceil(angle / 5));
    const arc = Array.from({ length: steps + 1 }, (_, k) => away(at, direction - angle / 2 + (angle * k) / steps, range));
    this.#view?.remove();
    this.#view = this.L.polygon(angle >= 360 ? arc : [at, ...arc], { className: known ? "cm__pickview" : "cm__pickview cm__pickview--guess", weight: 2, interactive: false }).addTo(this.map);
  }

  /** @param {any} mark @param {any} at */
  #put(mark, at) {
    mark.setLatLng(at);
    if (!this.map.hasLayer(mark)) mark.addTo(this.map);
  }
}
