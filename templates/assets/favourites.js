// @ts-check
// Favourite cameras: a star beside the camera, one list a person, kept by the node with the layouts.

import { Refused } from "./api.js";
import { say } from "./words.js";

export class Favourites extends EventTarget {
  /** One change after the other. */
  #row = Promise.resolve();

  /** @param {import("./layouts.js").Layouts} layouts */
  constructor(layouts) {
    super();
    this.layouts = layouts;
    /** @type {string[]} */ this.codes = [];
    layouts.addEventListener("changed", () => {
      this.codes = (layouts.favourites?.tiles ?? []).filter((code) => code !== null);
      this.dispatchEvent(new Event("changed"));
    });
  }

  /** @param {string} code */
  has(code) {
    return this.codes.includes(code);
  }

  /**
   * Marks it or takes the mark away.
   * @param {string} code
   * @returns {Promise<boolean>} is it one now?
   */
  toggle(code) {
    const done = this.#row.then(() => this.#toggle(code));
    this.#row = done.then(() => {}, () => {});
    return done;
  }

  /** @param {string} code */
  async #toggle(code) {
    if (!this.layouts.loaded) await this.layouts.load();
    const on = !this.has(code);
    const write = () => {
      const kept = this.layouts.favourites;
      if (!kept) return this.layouts.make({ name: say("favourites"), favourites: true, tiles: [code] });
      // Tiles stay where they are: an empty one may hold a camera that is hidden at present.
      const tiles = on ? [...kept.tiles, code] : kept.tiles.map((c) => (c === code ? null : c));
      return this.layouts.change(kept, { tiles: tiles.length > 200 ? tiles.filter(Boolean) : tiles });
    };
    try {
      await write();
    } catch (error) {
      // In another window meanwhile: it has been read anew, once more.
      if (!(error instanceof Refused) || error.status !== 412) throw error;
      if (this.has(code) !== on) await write();
    }
    return on;
  }
}
