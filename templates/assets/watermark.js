// @ts-check
// Who watches, over the picture, where the node's policy says so: name, unit and time, so that a photograph of the screen
// tells whose screen it was. Laid over in this browser; the pictures themselves stay as they are.

import { el, moment } from "./words.js";

const who = document.querySelector('meta[name="watermark"]')?.getAttribute("content") ?? "";
/** Places across the picture. */
const PLACES = 3;

/** The layer for one picture; nothing where policy does not ask for it. @returns {HTMLElement | null} */
export function watermark() {
  if (!who) return null;
  const layer = el("div", "lv__mark", ...Array.from({ length: PLACES }, () => el("span")));
  layer.setAttribute("aria-hidden", "true");
  write(layer);
  return layer;
}

/** @param {Element} layer */
function write(layer) {
  const text = `${who} · ${moment(Date.now())}`;
  for (const place of layer.children) place.textContent = text;
}

if (who) setInterval(() => document.querySelectorAll(".lv__mark").forEach(write), 1000);
