// @ts-check
// What stands above the areas of the tree: the favourites, and the cameras nearest to the one in the chosen tile.

import { neighbours } from "./near.js";

/**
 * @param {{tree: import("./tree.js").CameraTree, catalogue: import("./catalogue.js").Catalogue,
 *   favourites: import("./favourites.js").Favourites, chosen: () => string, star: (code: string) => void}} wall
 * @returns {() => void} to be called when another tile is chosen, or another camera stands in it
 */
export function addExtras({ tree, catalogue, favourites, chosen, star }) {
  let open = false;
  let asked = "";
  /** @type {import("./near.js").Neighbour[]} */ let near = [];
  const look = async () => {
    const code = chosen();
    if (code === asked) return;
    [asked, near] = [code, []];
    tree.draw();
    if (!open || !code) return;
    const found = await neighbours(code).catch(() => []);
    await Promise.all(found.map((c) => catalogue.need(c.code).catch(() => null)));
    if (code !== asked) return;
    near = found;
    tree.draw();
  };
  tree.extras = {
    favourites: () => favourites.codes,
    isFavourite: (code) => favourites.has(code),
    star,
    near: () => {
      const code = chosen();
      return code ? { name: catalogue.cameras.get(code)?.name ?? code, cameras: near } : null;
    },
    openNear: (is) => {
      [open, asked] = [is, ""];
      if (is) look();
    },
  };
  favourites.addEventListener("changed", () => tree.draw());
  return look;
}
