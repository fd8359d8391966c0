// @ts-check
// The cameras of the map in columns, their states as the node tells them, and what is where on the screen.

/** States by number, as the API sends them. */
export const STATES = /** @type {const} */ (["unknown", "live", "connecting", "waiting"]);
export const WAITING = 3;
/** Changes of states within this time are drawn together. */
const GATHER_MS = 400;
const DEGREE = Math.PI / 180;
/** Metres around the equator of Web Mercator's sphere. */
const EQUATOR_M = 2 * Math.PI * 6378137;

/** Longitude and latitude to Web Mercator, 0 to 1. @param {number} lon */
export const mercatorX = (lon) => (lon + 180) / 360;
/** @param {number} lat */
export function mercatorY(lat) {
  const s = Math.sin(Math.max(-85.06, Math.min(85.06, lat)) * DEGREE);
  return 0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI);
}
/** Pixels per metre there at that scale (pixels of the world). @param {number} lat @param {number} scale */
export const pixelsPerMetre = (lat, scale) => scale / (EQUATOR_M * Math.cos(lat * DEGREE));

/**
 * @typedef {{x: number, y: number, n: number, counts: number[], first: number, all: number[]}} Spot a camera (`n` = 1) or
 * several, at pixels of the screen; `all` are their numbers
 */

export class MapData extends EventTarget {
  n = 0;
  /** @type {string[]} */ code = [];
  /** @type {string[]} */ name = [];
  lat = new Float64Array(0);
  lon = new Float64Array(0);
  x = new Float64Array(0);
  y = new Float64Array(0);
  direction = new Float32Array(0);
  angle = new Float32Array(0);
  range = new Float32Array(0);
  height = new Float32Array(0);
  state = new Uint8Array(0);
  area = new Uint32Array(0);
  unit = new Uint32Array(0);
  /** @type {number[][]} */ purposes = [];
  /** @type {string[]} */ areas = [];
  /** @type {string[]} */ units = [];
  /** @type {string[]} codes */ purposeCodes = [];
  /** @type {string[]} names */ purposeNames = [];
  /** @type {Map<string, number>} */ byCode = new Map();
  /** @type {[number, number, number][]} */ cells = [];
  /** @type {[number, number, number, number] | null} */ bounds = null;
  total = 0;
  placed = 0;
  /** Only this state; -1: all. */ onlyState = -1;
  /** @type {AbortController | null} */ #asking = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #again;
  /** @type {URLSearchParams} */ #query = new URLSearchParams();
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #changed;

  /** Asks the node; an older question is dropped. @param {URLSearchParams} query */
  async load(query) {
    this.#query = query;
    this.#asking?.abort();
    clearTimeout(this.#again);
    const asking = (this.#asking = new AbortController());
    try {
      performance.mark("map-ask");
      const answer = await fetch(`/api/v1/map/cameras?${query}`, { headers: { Accept: "application/json" }, signal: asking.signal });
      if (answer.status === 401) return location.reload();
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      const text = await answer.json();
      performance.mark("map-answer");
      if (asking.signal.aborted) return;
      this.#take(text);
      this.dispatchEvent(new CustomEvent("changed"));
    } catch {
      if (asking.signal.aborted) return;
      this.dispatchEvent(new CustomEvent("failed"));
      this.#again = setTimeout(() => this.load(this.#query), 4000);
    }
  }

  /** @param {any} a the answer */
  #take(a) {
    const c = a.cameras;
    const numbers = (/** @type {(number | null)[]} */ list) => Float32Array.from(list, (v) => v ?? NaN);
    this.n = c.code.length;
    this.code = c.code;
    this.name = c.name;
    this.lat = Float64Array.from(c.lat);
    this.lon = Float64Array.from(c.lon);
    this.x = this.lon.map(mercatorX);
    this.y = this.lat.map(mercatorY);
    this.direction = numbers(c.direction_deg);
    this.angle = numbers(c.angle_deg);
    this.range = numbers(c.range_m);
    this.height = numbers(c.height_m);
    this.state = Uint8Array.from(c.state);
    this.area = Uint32Array.from(c.area);
    this.unit = Uint32Array.from(c.unit);
    this.purposes = c.purposes;
    this.areas = a.areas;
    this.units = a.units;
    this.purposeCodes = a.purposes.map((/** @type {any} */ p) => p.code);
    this.purposeNames = a.purposes.map((/** @type {any} */ p) => p.name);
    this.byCode = new Map(this.code.map((code, i) => [code, i]));
    this.cells = a.cells;
    this.bounds = a.bounds;
    this.total = a.total;
    this.placed = a.placed;
  }

  /** Follows the states. @returns {() => void} stops it */
  follow() {
    const events = new EventSource("/api/v1/events");
    events.addEventListener("open", () => this.dispatchEvent(new CustomEvent("link", { detail: { up: true } })));
    events.addEventListener("error", () => this.dispatchEvent(new CustomEvent("link", { detail: { up: false } })));
    events.addEventListener("camera", (event) => {
      let news;
      try {
        news = JSON.parse(event.data);
      } catch {
        return; // one unreadable event is not worth the map
      }
      const i = this.byCode.get(news.code);
      const state = STATES.indexOf(news.main?.phase ?? "unknown");
      if (i === undefined || state < 0 || this.state[i] === state) return;
      this.state[i] = state;
      // Many at once, when a stream of news begins or a network fails, are told together.
      this.#changed ??= setTimeout(() => {
        this.#changed = undefined;
        this.dispatchEvent(new CustomEvent("state"));
      }, GATHER_MS);
    });
    /** @type {ReturnType<typeof setTimeout> | undefined} */ let again;
    events.addEventListener("catalogue", () => {
      clearTimeout(again);
      again = setTimeout(() => this.load(this.#query), 1500 + Math.random() * 1500);
    });
    const stop = () => {
      clearTimeout(again);
      events.close();
    };
    addEventListener("pagehide", stop, { once: true });
    return stop;
  }

  /** Is camera `i` to be shown? @param {number} i */
  shown(i) {
    return this.onlyState < 0 || this.state[i] === this.onlyState;
  }

  /** Is its view known? @param {number} i */
  hasView(i) {
    const angle = this.angle[i] ?? NaN;
    return (this.range[i] ?? 0) > 0 && angle > 0 && (angle >= 360 || !Number.isNaN(this.direction[i]));
  }

  /** The numbers of the shown cameras within degrees. @param {number} w @param {number} s @param {number} e @param {number} n */
  within(w, s, e, n) {
    const found = [];
    for (let i = 0; i < this.n; i++) {
      const lat = this.lat[i] ?? NaN;
      const lon = this.lon[i] ?? NaN;
      if (lat >= s && lat <= n && lon >= w && lon <= e && this.shown(i)) found.push(i);
    }
    return found;
  }

  /**
   * What stands where on a screen, neighbours together. Cells lie on the world, not on the screen: clusters stay while the
   * map moves.
   * @param {number} scale pixels of the world @param {number} left @param {number} top @param {number} width
   * @param {number} height @param {number} cell pixels
   * @returns {Spot[]}
   */
  spots(scale, left, top, width, height, cell) {
    /** @type {Map<number, Spot>} */
    const spots = new Map();
    const edge = cell * 2;
    for (let i = 0; i < this.n; i++) {
      const x = (this.x[i] ?? 0) * scale - left;
      const y = (this.y[i] ?? 0) * scale - top;
      if (x < -edge || y < -edge || x > width + edge || y > height + edge || !this.shown(i)) continue;
      const key = Math.floor((x + left) / cell) * 0x2000000 + Math.floor((y + top) / cell);
      let spot = spots.get(key);
      if (!spot) spots.set(key, (spot = { x: 0, y: 0, n: 0, counts: [0, 0, 0, 0], first: i, all: [] }));
      spot.x += x;
      spot.y += y;
      spot.n++;
      const state = this.state[i] ?? 0;
      spot.counts[state] = (spot.counts[state] ?? 0) + 1;
      spot.all.push(i);
    }
    for (const spot of spots.values()) {
      spot.x /= spot.n;
      spot.y /= spot.n;
    }
    return [...spots.values()];
  }

  /** Middles of the areas that the shown cameras name. @returns {{name: string, x: number, y: number, n: number}[]} */
  areaNames() {
    const sums = this.areas.map((name) => ({ name, x: 0, y: 0, n: 0 }));
    for (let i = 0; i < this.n; i++) {
      const sum = sums[this.area[i] ?? 0];
      if (!sum?.name || !this.shown(i)) continue;
      sum.x += this.x[i] ?? 0;
      sum.y += this.y[i] ?? 0;
      sum.n++;
    }
    return sums.filter((s) => s.n).map((s) => ({ ...s, x: s.x / s.n, y: s.y / s.n })).sort((a, b) => b.n - a.n);
  }
}
