// @ts-check
// The cameras nearest to one: by the positions on record, as far as these eyes see them.

import { ask } from "./api.js";

/** How many are told. */
const NEAREST = 8;
/** How far is looked: degrees to each side, wider until enough are found. */
const REACH = [0.005, 0.02, 0.1];
const METRES_PER_DEGREE = 111_195;

/** @typedef {{code: string, metres: number}} Neighbour */

/** @param {string} code @returns {Promise<Neighbour[]>} nearest first; none without a position */
export async function neighbours(code) {
  const camera = await ask("GET", `/api/v1/cameras/${encodeURIComponent(code)}`);
  const here = camera.facts?.position ?? camera.position;
  if (typeof here?.lat !== "number" || typeof here?.lon !== "number") return [];
  const squeeze = Math.cos((here.lat * Math.PI) / 180);
  /** @type {Neighbour[]} */ let found = [];
  for (const reach of REACH) {
    const box = [here.lon - reach / squeeze, here.lat - reach, here.lon + reach / squeeze, here.lat + reach];
    const { cameras } = await ask("GET", `/api/v1/map/cameras?bbox=${box.map((n) => n.toFixed(6)).join(",")}`);
    found = cameras.code.map((/** @type {string} */ other, /** @type {number} */ n) => ({
      code: other,
      metres: METRES_PER_DEGREE * Math.hypot(cameras.lat[n] - here.lat, (cameras.lon[n] - here.lon) * squeeze),
    })).filter((/** @type {Neighbour} */ c) => c.code !== code);
    if (found.length >= NEAREST) break;
  }
  return found.sort((a, b) => a.metres - b.metres).slice(0, NEAREST);
}
