// @ts-check
// Drawing a rectangle, a circle or a polygon on the map with a mouse, a pen or a finger.

import { el } from "./words.js";
import { word } from "./map-words.js";

/**
 * @typedef {{kind: "box", w: number, s: number, e: number, n: number} | {kind: "circle", lat: number, lon: number, radius: number} |
 *   {kind: "polygon", corners: [number, number][]}} Shape corners as latitude, longitude
 */

/** A shape as the node reads it (`within=`). @param {Shape} shape */
export function shapeText(shape) {
  const f = (/** @type {number} */ v) => v.toFixed(6);
  if (shape.kind === "box") return `box:${[shape.w, shape.s, shape.e, shape.n].map(f).join(",")}`;
  if (shape.kind === "circle") return `circle:${f(shape.lat)},${f(shape.lon)},${Math.max(1, Math.round(shape.radius))}`;
  return `polygon:${shape.corners.map((c) => c.map(f).join(",")).join(";")}`;
}

/** Is it inside? As the node decides (domain::shape). @param {any} L @param {Shape} shape @param {number} lat @param {number} lon */
export function inside(L, shape, lat, lon) {
  if (shape.kind === "box") return lat >= shape.s && lat <= shape.n && lon >= shape.w && lon <= shape.e;
  if (shape.kind === "circle") return L.CRS.Earth.distance(L.latLng(shape.lat, shape.lon), L.latLng(lat, lon)) <= shape.radius;
  let within = false;
  shape.corners.forEach(([alat, alon], at) => {
    const [blat, blon] = shape.corners.at(at - 1) ?? [0, 0];
    if (alat > lat !== blat > lat && lon < ((blon - alon) * (lat - alat)) / (blat - alat) + alon) within = !within;
  });
  return within;
}

/** Shows a shape. @param {any} L @param {Shape} shape */
export function shapeLayer(L, shape) {
  const look = { className: "cm__shape", weight: 2, fillOpacity: 0.08, interactive: false };
  if (shape.kind === "box") return L.rectangle([[shape.s, shape.w], [shape.n, shape.e]], look);
  if (shape.kind === "circle") return L.circle([shape.lat, shape.lon], { ...look, radius: shape.radius });
  return L.polygon(shape.corners, look);
}

/** Corners of a polygon at most (base::limits::SHAPE_CORNERS_MAX). */
const CORNERS_MAX = 200;

/**
 * Lets a person draw; gives the shape, or nothing after Escape.
 * @param {any} L @param {any} map @param {"box" | "circle" | "polygon"} kind @param {AbortSignal} signal
 * @returns {Promise<Shape | null>}
 */
export function draw(L, map, kind, signal) {
  return new Promise((done) => {
    const cover = el("div", "cm__draw");
    cover.append(el("p", "cm__hint", word(`draw_${kind}`)));
    cover.tabIndex = -1;
    map.getContainer().append(cover);
    cover.focus();
    /** @type {any} */ let shown = null;
    /** @type {any} */ let from = null;
    /** @type {[number, number][]} */ const corners = [];
    const at = (/** @type {PointerEvent} */ event) => map.mouseEventToLatLng(event);
    const show = (/** @type {Shape} */ shape) => {
      shown?.remove();
      shown = shapeLayer(L, shape).addTo(map);
    };
    /** @param {Shape | null} shape */
    const end = (shape) => {
      shown?.remove();
      cover.remove();
      signal.removeEventListener("abort", cancel);
      map.getContainer().focus();
      done(shape);
    };
    const cancel = () => end(null);
    signal.addEventListener("abort", cancel);
    const between = (/** @type {any} */ to) => /** @type {Shape} */ (kind === "circle"
      ? { kind, lat: from.lat, lon: from.lng, radius: from.distanceTo(to) }
      : { kind: "box", w: Math.min(from.lng, to.lng), e: Math.max(from.lng, to.lng), s: Math.min(from.lat, to.lat), n: Math.max(from.lat, to.lat) });
    const ring = (/** @type {any} */ next) => {
      const all = next ? [...corners, /** @type {[number, number]} */ ([next.lat, next.lng])] : corners;
      if (all.length > 1) show({ kind: "polygon", corners: all });
    };
    const close = () => (corners.length >= 3 ? end({ kind: "polygon", corners }) : undefined);
    cover.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      cover.focus();
      if (kind === "polygon") {
        const p = at(event);
        const first = corners[0];
        const near = first && map.latLngToContainerPoint(first).distanceTo(map.latLngToContainerPoint(p)) < 10;
        if (near || corners.length >= CORNERS_MAX) return close();
        // The second press of a double click is at the same place.
        const last = corners.at(-1);
        if (!last || map.latLngToContainerPoint(last).distanceTo(map.latLngToContainerPoint(p)) > 2) corners.push([p.lat, p.lng]);
        return ring(null);
      }
      from = at(event);
      cover.setPointerCapture(event.pointerId);
    });
    cover.addEventListener("pointermove", (event) => {
      if (kind === "polygon" && corners.length) ring(at(event));
      else if (from) show(between(at(event)));
    });
    cover.addEventListener("pointerup", (event) => {
      if (!from || kind === "polygon") return;
      const to = at(event);
      // A press without a drag draws nothing yet.
      if (map.latLngToContainerPoint(from).distanceTo(map.latLngToContainerPoint(to)) < 5) from = null;
      else end(between(to));
    });
    cover.addEventListener("dblclick", (event) => {
      event.preventDefault();
      if (kind === "polygon") close();
    });
    cover.addEventListener("keydown", (event) => {
      if (event.key === "Escape") cancel();
      else if (event.key === "Enter") close();
      else if (event.key === "Backspace") {
        corners.pop();
        ring(null);
      } else return;
      event.preventDefault();
      event.stopPropagation();
    });
  });
}
