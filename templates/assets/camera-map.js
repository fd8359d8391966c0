// @ts-check
// <camera-map>: a map of cameras, or (with `pick`) the place and view of one camera to be set by hand.
//
// Attributes
//   files      base maps, one address in each line (`/maps/x.pmtiles`); the first is shown. None: graticule and names.
//   outlines   address of a GeoJSON file of areas' outlines
//   query      filter of the cameras, as for /api/v1/map/cameras
//   pick       sets one camera's place: reads and writes fields of the form around it, named by `field-lat`, `field-lon`,
//              `field-direction`, `field-angle`, `field-range` (by default lat, lon, direction_deg, angle_deg, range_m);
//              without a form: the attributes `lat`, `lon`, `direction`, `angle`, `range`
//   lat lon zoom   where the map begins
// Events (bubble)
//   ready         the map stands
//   choose        {code} a camera was chosen by a person; code "" if the choice was taken back
//   viewchange    the part of the world that is shown has changed
//   drawn         after each drawing
//   pick          {lat, lon, direction, angle, range} a person set these (`null` where not known)
// For scripts: `data` (MapData), `choose(code)`, `load(query)`, `drawShape(kind)`, `setShape(shape)`, `layers({sectors, gaps,
// overlaps})`, `baseMap(url)`, `fit()`, `bounds()`.

import { cameraLayer } from "./map-canvas.js";
import { MapData } from "./map-data.js";
import { draw, inside, shapeLayer } from "./map-draw.js";
import { baseMap, isDark, leaflet } from "./map-leaflet.js";
import { Picker } from "./map-pick.js";
import { el } from "./words.js";
import { word } from "./map-words.js";

/** Where the map begins when nothing says so: Ho Chi Minh City. @type {[number, number]} */
const HOME = [10.776, 106.701];
const HOME_ZOOM = 12;
/** Longest GeoJSON ring and most rings that are drawn. */
const RINGS_MAX = 5000;

export class CameraMap extends HTMLElement {
  data = new MapData();
  /** @type {any} */ map = null;
  /** @type {any} */ L = null;
  /** @type {any} */ layer = null;
  /** @type {any} */ #base = null;
  /** @type {any} */ #shapeLayer = null;
  /** @type {import("./map-draw.js").Shape | null} */ shape = null;
  /** @type {AbortController | null} */ #drawing = null;
  /** @type {(() => void)[]} */ #ends = [];
  #fitted = false;
  options = { base: false, sectors: true, gaps: false, overlaps: false, chosen: -1, marked: /** @type {Set<number>} */ (new Set()), outlines: /** @type {number[][][] | null} */ (null) };
  /** The code of the chosen camera. */ chosen = "";

  connectedCallback() {
    if (!this.map) this.#build();
  }

  disconnectedCallback() {
    setTimeout(() => {
      if (this.isConnected) return;
      for (const end of this.#ends.splice(0)) end();
      this.map?.remove();
      this.map = null;
    });
  }

  async #build() {
    const place = el("div", "cm__map");
    this.replaceChildren(place);
    try {
      this.L = await leaflet();
    } catch {
      this.replaceChildren(el("p", "cm__failed", word("library_failed")));
      return;
    }
    if (!this.isConnected || this.map) return;
    const { L } = this;
    const number = (/** @type {string} */ name) => (this.getAttribute(name) ? Number(this.getAttribute(name)) : NaN);
    const [lat, lon, zoom] = ["lat", "lon", "zoom"].map(number);
    const placed = Number.isFinite(lat) && Number.isFinite(lon);
    // Without animations: what is drawn on the canvas is always where it belongs.
    this.map = L.map(place, {
      zoomControl: false, zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, attributionControl: false,
      minZoom: 3, maxZoom: 20, zoomSnap: 0.5, wheelPxPerZoomLevel: 90, worldCopyJump: true, doubleClickZoom: !this.hasAttribute("pick"),
    });
    this.map.setView(placed ? [lat, lon] : HOME, Number.isFinite(zoom) ? zoom : placed ? 17 : HOME_ZOOM);
    this.#fitted = placed;
    place.setAttribute("role", "application");
    place.setAttribute("aria-label", word("map"));
    L.control.zoom({ zoomInTitle: word("zoom_in"), zoomOutTitle: word("zoom_out") }).addTo(this.map);
    L.control.scale({ imperial: false, maxWidth: 120 }).addTo(this.map);
    L.control.attribution({ prefix: false }).addTo(this.map);
    this.layer = cameraLayer(L, this.data, this.options).addTo(this.map);
    this.layer.on("drawn", () => {
      performance.mark("map-drawn");
      this.#tell("drawn");
    });
    this.map.on("moveend", () => this.#tell("viewchange"));
    this.#follow(place);
    for (const file of (this.getAttribute("files") ?? "").split("\n").slice(0, 1)) if (file) await this.baseMap(file);
    const outlines = this.getAttribute("outlines");
    if (outlines) this.#loadOutlines(outlines);
    if (this.hasAttribute("pick")) this.#fitted = new Picker(this, L).placed || this.#fitted;
    else this.map.on("click", (/** @type {any} */ event) => this.#click(event));
    this.load(new URLSearchParams(this.getAttribute("query") ?? ""));
    this.dataset.ready = "";
    this.#tell("ready");
  }

  /** @param {HTMLElement} place */
  #follow(place) {
    const redraw = () => this.layer?.redraw();
    this.data.addEventListener("changed", () => {
      this.options.chosen = this.data.byCode.get(this.chosen) ?? -1;
      if (!this.#fitted) this.fit();
      redraw();
    });
    this.data.addEventListener("state", redraw);
    const sizes = new ResizeObserver(() => this.map?.invalidateSize({ pan: false }));
    sizes.observe(place);
    const theme = new MutationObserver(redraw);
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", redraw);
    document.fonts?.ready.then(redraw);
    this.#ends.push(this.data.follow(), () => sizes.disconnect(), () => theme.disconnect(), () => dark.removeEventListener("change", redraw));
  }

  /** @param {string} type @param {any} [detail] */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { bubbles: true, detail }));
  }

  /** Reads the cameras of a filter. @param {URLSearchParams} query */
  load(query) {
    return this.data.load(query);
  }

  /** Shows all cameras of the filter. */
  fit() {
    const { bounds } = this.data;
    if (!bounds || !this.map) return;
    this.#fitted = true;
    const [w, s, e, n] = bounds;
    this.map.fitBounds([[s, w], [n, e]], { padding: [40, 40], maxZoom: 17 });
  }

  /** West, south, east, north of what is shown. @returns {[number, number, number, number]} */
  bounds() {
    const b = this.map.getBounds();
    return [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()];
  }

  /** @param {any} event */
  #click(event) {
    const spot = this.layer.at(event.containerPoint.x, event.containerPoint.y);
    if (!spot) return this.choose("", true);
    if (spot.n === 1) return this.choose(this.data.code[spot.first] ?? "", true);
    return this.open(spot.all);
  }

  /** A cluster: nearer, until its cameras stand apart; those of one place are chosen in turn. @param {number[]} all */
  open(all) {
    const lats = all.map((i) => this.data.lat[i] ?? 0);
    const lons = all.map((i) => this.data.lon[i] ?? 0);
    const box = this.L.latLngBounds([Math.min(...lats), Math.min(...lons)], [Math.max(...lats), Math.max(...lons)]);
    const before = this.map.getZoom();
    const apart = box.getSouthWest().distanceTo(box.getNorthEast()) > 3;
    if (apart && before < 19) this.map.fitBounds(box, { padding: [60, 60], maxZoom: Math.max(before + 1, 19) });
    if (!apart || this.map.getZoom() === before) {
      const at = all.indexOf(this.options.chosen);
      this.choose(this.data.code[all[(at + 1) % all.length] ?? -1] ?? "", true);
    }
  }

  /** @param {string} code @param {boolean} [byPerson] */
  choose(code, byPerson = false) {
    const changed = code !== this.chosen;
    this.chosen = code;
    this.options.chosen = this.data.byCode.get(code) ?? -1;
    this.layer?.redraw();
    if (byPerson && changed) this.#tell("choose", { code });
  }

  /** Brings a camera into view. @param {string} code */
  show(code) {
    const i = this.data.byCode.get(code);
    if (i === undefined) return;
    const at = [this.data.lat[i], this.data.lon[i]];
    if (this.map.getZoom() < 16) this.map.setView(at, 17);
    else this.map.panInside(at, { padding: [60, 60] });
  }

  /** @param {{sectors?: boolean, gaps?: boolean, overlaps?: boolean}} wish */
  layers(wish) {
    Object.assign(this.options, wish);
    this.layer?.redraw();
  }

  /** @param {"box" | "circle" | "polygon"} kind @returns {Promise<import("./map-draw.js").Shape | null>} */
  async drawShape(kind) {
    this.#drawing?.abort();
    this.#drawing = new AbortController();
    const shape = await draw(this.L, this.map, kind, this.#drawing.signal);
    if (shape) this.setShape(shape);
    return shape;
  }

  /** Shows a shape, or none. @param {import("./map-draw.js").Shape | null} shape */
  setShape(shape) {
    this.#shapeLayer?.remove();
    this.shape = shape;
    this.#shapeLayer = shape ? shapeLayer(this.L, shape).addTo(this.map) : null;
    this.layer.redraw();
  }

  /** The shown cameras inside the shape, or in view where there is none. @returns {number[]} */
  here() {
    if (!this.map) return [];
    const { shape } = this;
    if (!shape) return this.data.within(...this.bounds());
    return this.data.within(-180, -90, 180, 90).filter((i) => inside(this.L, shape, this.data.lat[i] ?? 0, this.data.lon[i] ?? 0));
  }

  /** Shows a base map, or none (`""`). Gives false if it cannot be read. @param {string} url */
  async baseMap(url) {
    this.#base?.remove();
    this.#base = null;
    let good = true;
    if (url) {
      try {
        const { layer } = await baseMap(url, isDark());
        this.#base = layer.addTo(this.map);
      } catch {
        good = false;
        this.#tell("basemapfailed", { url });
      }
    }
    this.options.base = this.#base !== null;
    this.layer?.redraw();
    return good;
  }

  /** @param {string} url */
  async #loadOutlines(url) {
    try {
      const answer = await fetch(url);
      if (!answer.ok) return;
      const { mercatorX, mercatorY } = await import("./map-data.js");
      /** @type {number[][][]} */ const rings = [];
      const take = (/** @type {any} */ g) => {
        if (g?.type === "FeatureCollection") for (const f of g.features) take(f.geometry);
        else if (g?.type === "Feature") take(g.geometry);
        else if (g?.type === "GeometryCollection") for (const one of g.geometries) take(one);
        else if (g?.type === "MultiPolygon") for (const polygon of g.coordinates) rings.push(...polygon);
        else if (g?.type === "Polygon") rings.push(...g.coordinates);
      };
      take(await answer.json());
      this.options.outlines = rings.slice(0, RINGS_MAX).map((ring) => ring.map(([lon, lat]) => [mercatorX(lon ?? 0), mercatorY(lat ?? 0)]));
      this.layer.redraw();
    } catch {
      // Without outlines the map still shows the cameras.
    }
  }
}

customElements.define("camera-map", CameraMap);
