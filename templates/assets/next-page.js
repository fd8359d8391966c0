// @ts-check
// The page of a tour that comes next: its players, connected out of sight where tiles of the same size would be, so that
// the page comes with pictures. Bounded: what is beyond begins when its turn has come.

import { el } from "./words.js";

/** Players that are connected before their turn. */
const PREPARED_MAX = 9;

export class NextPage {
  /** @type {HTMLElement | null} */ #stage = null;

  /** @param {HTMLElement} place the tiles @param {(code: string) => HTMLElement} player */
  constructor(place, player) {
    this.place = place;
    this.player = player;
  }

  /** @param {import("./tour.js").Stop} stop @param {Set<string>} shown cameras that play already */
  prepare(stop, shown) {
    this.clear();
    const stage = (this.#stage = el("div", "tiles tiles--next"));
    stage.dataset.grid = String(stop.grid);
    stage.setAttribute("aria-hidden", "true");
    stage.inert = true;
    this.place.after(stage);
    let made = 0;
    for (let n = 0; n < stop.grid; n++) {
      const code = stop.codes[n] ?? "";
      const tile = el("div", "tile");
      stage.append(tile);
      if (!code || shown.has(code) || ++made > PREPARED_MAX) continue;
      const view = this.player(code);
      view.toggleAttribute("large", stop.grid === 6 && n === 0);
      tile.append(view);
    }
  }

  /** The players that wait there. @returns {Element[]} */
  views() {
    return [...(this.#stage?.querySelectorAll("live-view") ?? [])];
  }

  clear() {
    this.#stage?.remove();
    this.#stage = null;
  }
}
