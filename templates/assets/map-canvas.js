// @ts-check
// What the map draws on one canvas: graticule, coverage, view sectors, cameras and clusters, names of areas.
//
// A state is a shape and a colour: a disc with a triangle (live), a square with a cross (no picture), a ring (connecting),
// a diamond (not known).

import { STATES, WAITING, pixelsPerMetre } from "./map-data.js";
import { number } from "./words.js";
import { word } from "./map-words.js";

/** From this zoom on, view sectors are drawn. */
const SECTORS_ZOOM = 15;
/** From this zoom on, coverage can be worked out. */
export const COVERAGE_ZOOM = 15;
/** From this zoom on, cameras have their names beside them, if there are not too many. */
const NAMES_ZOOM = 18;
const NAMES_MAX = 60;
/** Coverage is worked out in squares of so many pixels. */
const RASTER = 3;
const STEPS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 45];

/** How close cameras are joined to a cluster. @param {number} zoom */
const cellOf = (zoom) => (zoom >= 18 ? 10 : zoom >= 17 ? 20 : zoom >= 15 ? 40 : 64);

/** Colours of the page, as its theme has them. @param {Element} at */
function palette(at) {
  // A property of our own is read as it is written; only a colour in use is worked out for the theme.
  const probe = document.createElement("i");
  at.append(probe);
  const { style } = probe;
  const of = (/** @type {string} */ name) => {
    style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const colours = {
    ground: of("--map-ground"), line: of("--map-line"), ink: of("--map-ink"), halo: of("--map-halo"), sector: of("--map-sector"),
    cluster: of("--map-cluster"), clusterInk: of("--map-cluster-ink"), gap: of("--map-gap"), overlap: of("--map-overlap"), chosen: of("--map-chosen"),
    states: [of("--map-unknown"), of("--map-live"), of("--map-connecting"), of("--map-waiting")],
  };
  probe.remove();
  return colours;
}

/** @typedef {ReturnType<typeof palette>} Palette */

/**
 * A Leaflet layer that draws `data`; `options` may be changed at any time, then call `redraw()`.
 * @param {any} L @param {import("./map-data.js").MapData} data
 * @param {{base: boolean, sectors: boolean, gaps: boolean, overlaps: boolean, chosen: number, marked: Set<number>, outlines: number[][][] | null}} options
 */
export function cameraLayer(L, data, options) {
  return new (L.Layer.extend({
    onAdd(/** @type {any} */ map) {
      this._map = map;
      this.canvas = L.DomUtil.create("canvas", "cm__canvas leaflet-zoom-hide");
      this.canvas.setAttribute("aria-hidden", "true");
      map.getPanes().overlayPane.append(this.canvas);
      map.on("moveend zoomend resize viewreset", this.redraw, this);
      this.redraw();
    },
    onRemove(/** @type {any} */ map) {
      map.off("moveend zoomend resize viewreset", this.redraw, this);
      this.canvas.remove();
    },
    /** Draws with the next frame; several wishes are one. */
    redraw() {
      this._wish ||= requestAnimationFrame(() => {
        this._wish = 0;
        if (this._map) new Drawing(L, this._map, this.canvas, data, options, this).draw();
      });
    },
    /** The spots of the last drawing, at pixels of the map's container. @type {import("./map-data.js").Spot[]} */
    spots: [],
    /** @type {{known: number, unknown: number} | null} of the last coverage */
    coverage: null,
    /** What is at a point of the container. @param {number} x @param {number} y */
    at(x, y) {
      let best = null;
      let nearest = 18 * 18;
      for (const spot of this.spots) {
        const reach = spot.n > 1 ? 4 + radius(spot.n) : 0;
        const d = Math.max(0, (spot.x - x) ** 2 + (spot.y - y) ** 2 - reach * reach);
        if (d < nearest) [best, nearest] = [spot, d];
      }
      return best;
    },
  }))();
}

/** @param {number} n */
const radius = (n) => 13 + Math.min(13, Math.log10(n) * 6);

class Drawing {
  /** @param {any} L @param {any} map @param {HTMLCanvasElement} canvas @param {import("./map-data.js").MapData} data @param {any} options @param {any} layer */
  constructor(L, map, canvas, data, options, layer) {
    this.map = map;
    this.data = data;
    this.options = options;
    this.layer = layer;
    const size = map.getSize();
    // A margin, so that dragging does not show an empty edge at once.
    this.margin = Math.round(Math.min(size.x, size.y) * 0.2);
    this.width = size.x + 2 * this.margin;
    this.height = size.y + 2 * this.margin;
    this.zoom = map.getZoom();
    this.scale = 256 * 2 ** this.zoom;
    const corner = map.getPixelBounds().min;
    this.left = corner.x - this.margin;
    this.top = corner.y - this.margin;
    const dpr = Math.min(2, devicePixelRatio || 1);
    canvas.width = this.width * dpr;
    canvas.height = this.height * dpr;
    const { style } = canvas;
    style.width = `${this.width}px`;
    style.height = `${this.height}px`;
    L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([-this.margin, -this.margin]));
    this.pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    this.pen.scale(dpr, dpr);
    this.colours = palette(map.getContainer());
  }

  draw() {
    if (!this.options.base) this.#graticule();
    if (this.options.outlines) this.#outlines();
    this.layer.coverage = null;
    if ((this.options.gaps || this.options.overlaps) && this.zoom >= COVERAGE_ZOOM) this.#coverage();
    if (this.data.cells.length) this.#cells();
    const spots = this.data.spots(this.scale, this.left, this.top, this.width, this.height, cellOf(this.zoom));
    if (this.options.sectors && this.zoom >= SECTORS_ZOOM) this.#sectors();
    if (!this.options.base && this.zoom < 17) this.#names(spots);
    for (const spot of spots) if (spot.n > 1) this.#cluster(spot);
    for (const spot of spots) if (spot.n === 1) this.#camera(spot);
    if (this.zoom >= NAMES_ZOOM) this.#cameraNames(spots);
    this.layer.spots = spots.map((s) => ({ ...s, x: s.x - this.margin, y: s.y - this.margin }));
    this.layer.fire("drawn");
  }

  /** @param {number} i @returns {[number, number]} */
  #place(i) {
    return [(this.data.x[i] ?? 0) * this.scale - this.left, (this.data.y[i] ?? 0) * this.scale - this.top];
  }

  // ---- ground

  #graticule() {
    const { pen, map, colours } = this;
    const nw = map.containerPointToLatLng([-this.margin, -this.margin]);
    const se = map.containerPointToLatLng([this.width - this.margin, this.height - this.margin]);
    const wide = (se.lng - nw.lng) * (110 / this.width);
    const step = STEPS.find((s) => s >= wide) ?? 45;
    const digits = step >= 1 ? 0 : Math.ceil(-Math.log10(step));
    const label = (/** @type {number} */ v, /** @type {string} */ letter) => `${number(Math.abs(v), digits)}° ${letter}`;
    pen.strokeStyle = colours.line;
    pen.fillStyle = colours.ink;
    pen.font = '11px "Be Vietnam Pro", sans-serif';
    pen.lineWidth = 1;
    pen.beginPath();
    const texts = [];
    for (let k = Math.ceil(nw.lng / step); k * step <= se.lng; k++) {
      const x = Math.round(map.latLngToContainerPoint([se.lat, k * step]).x + this.margin) + 0.5;
      pen.moveTo(x, 0);
      pen.lineTo(x, this.height);
      texts.push([label(k * step, word(k < 0 ? "west" : "east")), x + 4, this.height - this.margin - 24]);
    }
    for (let k = Math.ceil(se.lat / step); k * step <= nw.lat; k++) {
      const y = Math.round(map.latLngToContainerPoint([k * step, nw.lng]).y + this.margin) + 0.5;
      pen.moveTo(0, y);
      pen.lineTo(this.width, y);
      if (y < this.height - this.margin - 44) texts.push([label(k * step, word(k < 0 ? "south" : "north")), this.margin + 56, y - 4]);
    }
    pen.stroke();
    pen.globalAlpha = 0.75;
    for (const [text, x, y] of texts) pen.fillText(String(text), Number(x), Number(y));
    pen.globalAlpha = 1;
  }

  /** The rings of the outlines as a path. @param {CanvasRenderingContext2D} pen @param {number} shrink */
  #rings(pen, shrink) {
    pen.beginPath();
    for (const ring of /** @type {number[][][]} */ (this.options.outlines ?? [])) {
      ring.forEach(([x, y], at) => {
        const px = ((x ?? 0) * this.scale - this.left) / shrink;
        const py = ((y ?? 0) * this.scale - this.top) / shrink;
        if (at) pen.lineTo(px, py);
        else pen.moveTo(px, py);
      });
      pen.closePath();
    }
  }

  #outlines() {
    const { pen } = this;
    this.#rings(pen, 1);
    pen.strokeStyle = this.colours.ink;
    pen.globalAlpha = 0.5;
    pen.lineWidth = 1.5;
    pen.stroke();
    pen.globalAlpha = 1;
  }

  // ---- views

  /** The view of camera `i` as a path. @param {CanvasRenderingContext2D} pen @param {number} i @param {number} shrink */
  #sector(pen, i, shrink) {
    const [x, y] = this.#place(i);
    const reach = ((this.data.range[i] ?? 0) * pixelsPerMetre(this.data.lat[i] ?? 0, this.scale)) / shrink;
    const angle = this.data.angle[i] ?? 0;
    pen.beginPath();
    if (angle >= 360) {
      pen.arc(x / shrink, y / shrink, reach, 0, 2 * Math.PI);
      return;
    }
    const middle = (((this.data.direction[i] ?? 0) - 90) * Math.PI) / 180;
    const half = (angle * Math.PI) / 360;
    pen.moveTo(x / shrink, y / shrink);
    pen.arc(x / shrink, y / shrink, reach, middle - half, middle + half);
    pen.closePath();
  }

  /** The numbers of cameras whose view may reach into the drawing. */
  #viewing() {
    const found = [];
    for (let i = 0; i < this.data.n; i++) {
      if (!this.data.hasView(i) || !this.data.shown(i)) continue;
      const [x, y] = this.#place(i);
      const reach = (this.data.range[i] ?? 0) * pixelsPerMetre(this.data.lat[i] ?? 0, this.scale);
      if (x > -reach && y > -reach && x < this.width + reach && y < this.height + reach) found.push(i);
    }
    return found;
  }

  #sectors() {
    const { pen, colours } = this;
    pen.lineWidth = 1;
    for (const i of this.#viewing()) {
      const chosen = i === this.options.chosen;
      this.#sector(pen, i, 1);
      pen.fillStyle = chosen ? colours.chosen : colours.sector;
      pen.globalAlpha = chosen ? 0.4 : 0.22;
      pen.fill();
      pen.globalAlpha = chosen ? 1 : 0.6;
      pen.strokeStyle = chosen ? colours.chosen : colours.sector;
      pen.stroke();
    }
    pen.globalAlpha = 1;
  }

  /** Gaps and overlaps of like purpose, in small squares. */
  #coverage() {
    const w = Math.ceil(this.width / RASTER);
    const h = Math.ceil(this.height / RASTER);
    const sheet = new OffscreenCanvas(w, h);
    const pen = /** @type {any} */ (sheet.getContext("2d", { willReadFrequently: true }));
    const viewing = this.#viewing();
    const any = new Uint8Array(w * h);
    const twice = new Uint8Array(w * h);
    /** @type {Map<number, number[]>} cameras by purpose; -1: without */
    const groups = new Map();
    for (const i of viewing) {
      const purposes = this.data.purposes[i] ?? [];
      for (const p of purposes.length ? purposes : [-1]) groups.set(p, [...(groups.get(p) ?? []), i]);
    }
    for (const [purpose, cameras] of groups) {
      pen.globalCompositeOperation = "source-over";
      pen.fillStyle = "#000";
      pen.fillRect(0, 0, w, h);
      pen.globalCompositeOperation = "lighter";
      pen.fillStyle = "rgb(20 0 0)";
      for (const i of cameras) {
        this.#sector(pen, i, RASTER);
        pen.fill();
      }
      const { data } = pen.getImageData(0, 0, w, h);
      for (let k = 0; k < w * h; k++) {
        const red = data[4 * k];
        if (red >= 10) any[k] = 1;
        if (red >= 30 && purpose >= 0) twice[k] = 1;
      }
    }
    let inside = null;
    if (this.options.outlines) {
      pen.globalCompositeOperation = "source-over";
      pen.fillStyle = "#000";
      pen.fillRect(0, 0, w, h);
      pen.fillStyle = "#fff";
      this.#rings(pen, RASTER);
      pen.fill("evenodd");
      inside = pen.getImageData(0, 0, w, h).data;
    }
    this.#paintCoverage(pen, sheet, any, twice, inside);
    let unknown = 0;
    for (let i = 0; i < this.data.n; i++) {
      const [x, y] = this.#place(i);
      if (!this.data.hasView(i) && this.data.shown(i) && x > this.margin && y > this.margin && x < this.width - this.margin && y < this.height - this.margin) unknown++;
    }
    this.layer.coverage = { known: viewing.length, unknown };
  }

  /** Stripes for overlaps, dots for gaps: patterns, so that colour is not all. @param {any} pen @param {OffscreenCanvas} sheet @param {Uint8Array} any @param {Uint8Array} twice @param {Uint8ClampedArray | null} inside */
  #paintCoverage(pen, sheet, any, twice, inside) {
    const { width: w, height: h } = sheet;
    const image = pen.createImageData(w, h);
    const probe = /** @type {any} */ (new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true }));
    const rgb = [this.colours.gap, this.colours.overlap].map((colour) => {
      probe.fillStyle = colour;
      probe.fillRect(0, 0, 1, 1);
      return probe.getImageData(0, 0, 1, 1).data;
    });
    const put = (/** @type {number} */ k, /** @type {any} */ colour, /** @type {number} */ alpha) => image.data.set([colour[0], colour[1], colour[2], alpha], 4 * k);
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++) {
        const k = y * w + x;
        if (this.options.overlaps && twice[k]) put(k, rgb[1], (x + y) % 5 < 2 ? 190 : 70);
        else if (this.options.gaps && !any[k] && (!inside || (inside[4 * k] ?? 0) > 127)) put(k, rgb[0], x % 5 === 0 && y % 5 === 0 ? 220 : 45);
      }
    }
    pen.putImageData(image, 0, 0);
    this.pen.imageSmoothingEnabled = false;
    this.pen.drawImage(sheet, 0, 0, w * RASTER, h * RASTER);
  }

  // ---- cameras

  /** @param {import("./map-data.js").Spot} spot */
  #camera(spot) {
    const { pen, colours } = this;
    const i = spot.first;
    const state = this.data.state[i] ?? 0;
    const chosen = i === this.options.chosen || this.options.marked.has(i);
    const r = chosen ? 10 : 8;
    pen.lineWidth = chosen ? 3 : 2;
    pen.strokeStyle = chosen ? colours.chosen : colours.halo;
    pen.fillStyle = colours.states[state] ?? colours.ink;
    pen.beginPath();
    const { x, y } = spot;
    if (state === WAITING) pen.rect(x - r + 1, y - r + 1, 2 * r - 2, 2 * r - 2);
    else if (STATES[state] === "unknown") {
      pen.moveTo(x, y - r - 1);
      pen.lineTo(x + r + 1, y);
      pen.lineTo(x, y + r + 1);
      pen.lineTo(x - r - 1, y);
      pen.closePath();
    } else pen.arc(x, y, r, 0, 2 * Math.PI);
    pen.fill();
    pen.stroke();
    this.#glyph(x, y, state, r * 0.45);
  }

  /** @param {number} x @param {number} y @param {number} state @param {number} r */
  #glyph(x, y, state, r) {
    const { pen, colours } = this;
    pen.strokeStyle = pen.fillStyle = colours.halo;
    pen.lineWidth = 2;
    pen.beginPath();
    if (STATES[state] === "live") {
      pen.moveTo(x - r * 0.7, y - r);
      pen.lineTo(x + r, y);
      pen.lineTo(x - r * 0.7, y + r);
      pen.closePath();
      pen.fill();
    } else if (state === WAITING) {
      pen.moveTo(x - r, y - r);
      pen.lineTo(x + r, y + r);
      pen.moveTo(x + r, y - r);
      pen.lineTo(x - r, y + r);
      pen.stroke();
    } else if (STATES[state] === "connecting") {
      pen.arc(x, y, r, 0, 1.5 * Math.PI);
      pen.stroke();
    } else {
      pen.arc(x, y, r * 0.5, 0, 2 * Math.PI);
      pen.fill();
    }
  }

  /** A disc with the number, a ring with the shares of the states, a mark with how many have no picture. @param {import("./map-data.js").Spot} spot */
  #cluster(spot) {
    const { pen, colours } = this;
    const r = radius(spot.n);
    const { x, y } = spot;
    const chosen = spot.all.includes(this.options.chosen);
    pen.beginPath();
    pen.arc(x, y, r + 5, 0, 2 * Math.PI);
    pen.fillStyle = chosen ? colours.chosen : colours.halo;
    pen.fill();
    let from = -Math.PI / 2;
    spot.counts.forEach((count, state) => {
      if (!count) return;
      const to = from + (2 * Math.PI * count) / spot.n;
      pen.beginPath();
      pen.arc(x, y, r + 2, from, to);
      pen.strokeStyle = colours.states[state] ?? colours.ink;
      pen.lineWidth = 4;
      pen.stroke();
      from = to;
    });
    pen.beginPath();
    pen.arc(x, y, r, 0, 2 * Math.PI);
    pen.fillStyle = colours.cluster;
    pen.fill();
    this.#text(number(spot.n), x, y + 0.5, spot.n > 9999 ? 10 : 12, colours.clusterInk, null);
    const lost = spot.counts[WAITING] ?? 0;
    if (lost && r > 13) {
      const text = `× ${number(lost)}`;
      pen.font = '600 10px "Be Vietnam Pro", sans-serif';
      const w = pen.measureText(text).width + 8;
      pen.beginPath();
      pen.roundRect(x - w / 2, y + r - 3, w, 14, 7);
      pen.fillStyle = colours.states[WAITING] ?? colours.ink;
      pen.fill();
      pen.strokeStyle = colours.halo;
      pen.lineWidth = 1;
      pen.stroke();
      this.#text(text, x, y + r + 4.5, 10, colours.halo, null);
    }
  }

  /** @param {string} text @param {number} x @param {number} y @param {number} size @param {string} colour @param {string | null} halo */
  #text(text, x, y, size, colour, halo) {
    const { pen } = this;
    pen.font = `600 ${size}px "Be Vietnam Pro", sans-serif`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    if (halo) {
      pen.lineWidth = 3;
      pen.lineJoin = "round";
      pen.strokeStyle = halo;
      pen.strokeText(text, x, y);
    }
    pen.fillStyle = colour;
    pen.fillText(text, x, y);
    pen.textAlign = "start";
    pen.textBaseline = "alphabetic";
  }

  /** Cells of the node's grid, where cameras are too many. */
  #cells() {
    /** @type {import("./map-data.js").Spot[]} */ const joined = [];
    const side = 44;
    /** @type {Map<string, import("./map-data.js").Spot>} */ const grid = new Map();
    for (const [lat, lon, n] of this.data.cells) {
      const p = this.map.latLngToContainerPoint([lat, lon]);
      const x = p.x + this.margin;
      const y = p.y + this.margin;
      const key = `${Math.floor((x + this.left) / side)},${Math.floor((y + this.top) / side)}`;
      let spot = grid.get(key);
      if (!spot) grid.set(key, (spot = { x: 0, y: 0, n: 0, counts: [0, 0, 0, 0], first: -1, all: [] }));
      spot.x = (spot.x * spot.n + x * n) / (spot.n + n);
      spot.y = (spot.y * spot.n + y * n) / (spot.n + n);
      spot.n += n;
      spot.counts[0] = spot.n;
    }
    joined.push(...grid.values());
    for (const spot of joined) this.#cluster(spot);
  }

  /** Names of areas in the middle of their cameras, the larger first, none over another or over a cluster. @param {import("./map-data.js").Spot[]} spots */
  #names(spots) {
    const { pen, colours } = this;
    /** @type {[number, number, number, number][]} */
    const taken = spots.map((s) => [s.x - 22, s.y - 22, s.x + 22, s.y + 22]);
    pen.font = '600 12px "Be Vietnam Pro", sans-serif';
    for (const area of this.data.areaNames()) {
      const x = area.x * this.scale - this.left;
      const y = area.y * this.scale - this.top - 34;
      if (x < 0 || y < 0 || x > this.width || y > this.height) continue;
      const half = pen.measureText(area.name).width / 2 + 4;
      const box = /** @type {[number, number, number, number]} */ ([x - half, y - 9, x + half, y + 9]);
      if (taken.some((t) => box[0] < t[2] && box[2] > t[0] && box[1] < t[3] && box[3] > t[1])) continue;
      taken.push(box);
      this.#text(area.name, x, y, 12, colours.ink, colours.ground);
    }
  }

  /** @param {import("./map-data.js").Spot[]} spots */
  #cameraNames(spots) {
    const single = spots.filter((s) => s.n === 1);
    if (single.length > NAMES_MAX) return;
    for (const s of single) this.#text(this.data.name[s.first] ?? "", s.x, s.y + 20, 11, this.colours.ink, this.colours.ground);
  }
}
