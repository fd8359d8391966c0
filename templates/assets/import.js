// @ts-check
// A long work: its progress without reloading, and the page anew when it is done. The form of a bulk change: only what a
// field can have, and no value where it is emptied.

/** Time between two questions. */
const EVERY_MS = 700;

/** @param {Element} card */
async function watch(card) {
  const id = card.getAttribute("data-job-watch") ?? "";
  const bar = card.querySelector("progress");
  const text = card.querySelector("[data-job-done]");
  const answer = await fetch(`/api/v1/imports/${encodeURIComponent(id)}`, { headers: { accept: "application/json" } }).catch(() => null);
  if (answer?.ok) {
    const job = await answer.json();
    if (!job.works) {
      location.reload();
      return;
    }
    if (bar) {
      bar.max = Math.max(1, job.of);
      bar.value = job.done;
    }
    const words = text?.getAttribute("data-text");
    if (text && words) text.textContent = words.replace("{done}", job.done.toLocaleString(document.documentElement.lang)).replace("{n}", job.of.toLocaleString(document.documentElement.lang));
  } else if (answer) {
    // Signed out, or gone: the page says so.
    location.reload();
    return;
  }
  setTimeout(() => watch(card), EVERY_MS);
}

for (const card of document.querySelectorAll("[data-job-watch]")) setTimeout(() => watch(card), EVERY_MS);

/** @param {Element} line */
function fit(line) {
  const field = line.querySelector("[data-bulk-field]");
  const how = line.querySelector("[data-bulk-how]");
  const value = line.querySelector("[data-bulk-value]");
  if (!(field instanceof HTMLSelectElement && how instanceof HTMLSelectElement && value instanceof HTMLInputElement)) return;
  const several = field.selectedOptions[0]?.hasAttribute("data-several") ?? false;
  for (const option of how.options) {
    if (option.value === "add" || option.value === "remove") option.disabled = !several;
  }
  if (how.selectedOptions[0]?.disabled) how.value = "set";
  value.disabled = how.value === "clear";
}

for (const line of document.querySelectorAll("[data-bulk-line]")) {
  line.addEventListener("change", () => fit(line));
  fit(line);
}
