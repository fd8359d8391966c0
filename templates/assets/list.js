// @ts-check
// Ticking rows of the list of cameras: how many, watching them live, ticking the whole page. Bulk acts add their own
// buttons to the bar; the boxes belong to the form `bulk`.


/** Cameras of one wall at most. */
const WALL_MAX = 25;

const bar = document.querySelector("[data-ticked]");
const count = bar?.querySelector("[data-ticked-count]");
const live = bar?.querySelector("[data-ticked-live]");
const all = document.querySelector("[data-tick-all]");
const boxes = () => [...document.querySelectorAll("[data-tick]")].filter((box) => box instanceof HTMLInputElement).map((box) => /** @type {HTMLInputElement} */ (box));

function show() {
  const ticked = boxes().filter((box) => box.checked);
  if (!(bar instanceof HTMLElement) || !count || !(live instanceof HTMLAnchorElement) || !(all instanceof HTMLInputElement)) return;
  bar.hidden = ticked.length === 0;
  count.textContent = (count.getAttribute("data-text") ?? "{n}").replace("{n}", String(ticked.length));
  const codes = ticked.slice(0, WALL_MAX).map((box) => encodeURIComponent(box.dataset.tick ?? ""));
  const grid = [1, 4, 9, 16, 25].find((n) => n >= codes.length) ?? 25;
  live.href = `/live?grid=${grid}&tiles=${codes.join(",")}`;
  all.checked = ticked.length > 0 && ticked.length === boxes().length;
  all.indeterminate = ticked.length > 0 && !all.checked;
}

if (all instanceof HTMLInputElement) {
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
    show();
  });
}
document.addEventListener("change", (event) => {
  if (event.target instanceof Element && event.target.matches("[data-tick]")) show();
});
bar?.querySelector("[data-ticked-clear]")?.addEventListener("click", () => {
  for (const box of boxes()) box.checked = false;
  show();
  boxes()[0]?.focus();
});
// Boxes keep their ticks when a person comes back to the page.
addEventListener("pageshow", show);
