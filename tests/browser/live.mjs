// The live page's own markup, in one place.

/** The first tile. */
export const firstTile = tile(1);

/** Tile number `n`, from 1. */
export function tile(n) {
  return `[data-tiles-place] > .tile:nth-child(${n})`;
}

/** A camera in the tree, by its name. */
export function inTree(name) {
  return `[data-tree-list] .tree__camera:has-text("${name}")`;
}

/** Puts a camera into a tile by clicks. */
export async function place(page, name, n) {
  await page.locator(tile(n)).click({ position: { x: 40, y: 60 } });
  await page.click(inTree(name));
  await page.waitForSelector(`${tile(n)} live-view[name="${name}"]`);
}

/** `playing`, `connecting`, `stale` or `failed`, as the player says in `data-state`. */
export async function tileState(page, selector) {
  return page.locator(`${selector} live-view`).first().getAttribute("data-state");
}

/** Frames that the player has shown. */
export async function frames(page, selector) {
  return Number(await page.locator(`${selector} live-view`).first().getAttribute("data-frames"));
}

/** The clock badge: its text, and whether it is marked stale (red). */
export async function badge(page, selector) {
  const clock = page.locator(`${selector} .lv__clock`).first();
  return {
    text: (await clock.innerText()).trim(),
    stale: await clock.evaluate((element) => element.classList.contains("lv__clock--stale")),
  };
}
