// @ts-check
// The keys of the live page. In fields and open menus keys mean what they always mean.

/**
 * What the keys do. Each gives back whether it did something.
 * @typedef {{move: (way: "left" | "right" | "up" | "down") => void, grid: (n: number) => void, enlarge: () => void,
 *   empty: () => boolean, find: () => void, star: () => void, layouts: () => void, tour: () => void, pause: () => boolean,
 *   page: (by: number) => boolean}} KeyActs
 */

/** @type {Record<string, "left" | "right" | "up" | "down">} */
const WAYS = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };

/** @param {KeyActs} acts @param {HTMLDialogElement | null} help */
export function bindKeys(acts, help) {
  const show = () => { if (help && !help.open) help.showModal(); };
  document.querySelector("[data-keys-open]")?.addEventListener("click", show);
  // Beside the sheet it closes, as menus do.
  help?.addEventListener("click", (event) => { if (event.target === help) help.close(); });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const at = event.target;
    const here = at instanceof HTMLElement ? at : document.body;
    if (here.matches("input, select, textarea") || here.closest("[role=tree], .menu, dialog")) {
      // In the tree only the keys that it does not use itself.
      if (!here.closest("[role=tree]") || !/^[1-6fFtTlL?]$/.test(event.key)) return;
    }
    const way = WAYS[event.key];
    const onTile = here.classList.contains("tile");
    let done = true;
    if (way) acts.move(way);
    else if (/^[1-6]$/.test(event.key)) acts.grid(Number(event.key));
    else if (/^[fF]$/.test(event.key)) acts.enlarge();
    else if (event.key === "Delete" || event.key === "Backspace") done = acts.empty();
    // Enter on a tile asks for a camera: to the list.
    else if (event.key === "Enter" && onTile) acts.find();
    else if (event.key === "*") acts.star();
    else if (/^[lL]$/.test(event.key)) acts.layouts();
    else if (/^[tT]$/.test(event.key)) acts.tour();
    else if (event.key === " " && !here.closest("button, a, summary")) done = acts.pause();
    else if (event.key === "PageDown" || event.key === "PageUp") done = acts.page(event.key === "PageDown" ? 1 : -1);
    else if (event.key === "?") show();
    else done = false;
    if (done) event.preventDefault();
  });
}
