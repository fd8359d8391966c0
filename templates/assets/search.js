// @ts-check
// The search in the top bar: `/` from anywhere, results while typing, chosen by keyboard (ARIA combobox with a listbox).
// Without it the field is a form that leads to /search.
//
// Before a page is left for a camera, `findcamera` {code} is told to the document; whoever can show the camera here
// (the live page) does so and prevents the default.

import { el, icon, say } from "./words.js";

/** Keys pressed within this time are one question. */
const PAUSE_MS = 120;
/** @type {Record<string, string>} */
const ICONS = { camera: "cctv", area: "map-pin", unit: "building-2", person: "circle-user-round", document: "file-text" };

/** @typedef {{kind: string, id: string, code: string, name: string, about: string, href: string}} Hit */

const form = document.querySelector("[data-find]");
const field = form?.querySelector("input");

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const at = event.target;
  if (at instanceof HTMLElement && (at.isContentEditable || at.matches("input:not([type=checkbox], [type=radio], [type=button]), select, textarea"))) return;
  event.preventDefault();
  if (field && field.offsetParent !== null) {
    field.focus();
    field.select();
  } else if (form instanceof HTMLFormElement) location.href = form.action;
});

if (form instanceof HTMLFormElement && field instanceof HTMLInputElement) {
  const list = el("div", "find__list");
  list.id = "find-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", say("find_results"));
  list.hidden = true;
  const news = el("p", "hidden");
  news.setAttribute("role", "status");
  form.append(list, news);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");
  field.setAttribute("aria-controls", list.id);

  /** @type {AbortController | null} */ let asking = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let waiting;
  /** @type {Hit[]} */ let hits = [];
  let at = -1;
  /** What was pressed before the answer came: to the first hit, or into it. @type {"" | "mark" | "go"} */ let early = "";

  const options = () => [...list.querySelectorAll("[role=option]")].map((o) => /** @type {HTMLElement} */ (o));
  const close = () => {
    list.hidden = true;
    at = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const mark = (/** @type {number} */ n) => {
    const all = options();
    at = all.length ? (n + all.length) % all.length : -1;
    all.forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
    const option = all[at];
    if (!option) return;
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };
  const go = (/** @type {Hit} */ hit) => {
    if (hit.kind === "camera") {
      const told = new CustomEvent("findcamera", { cancelable: true, detail: { code: hit.code } });
      if (!document.dispatchEvent(told)) {
        close();
        field.value = "";
        field.blur();
        return;
      }
    }
    location.href = hit.href;
  };

  /** @param {{items: Hit[], cameras_total: number, meant: string | null}} found */
  const show = (found) => {
    hits = found.items;
    list.replaceChildren();
    if (found.meant) list.append(el("p", "find__note", say("find_meant", { meant: found.meant })));
    let kind = "";
    /** @type {HTMLElement} */ let group = list;
    hits.forEach((hit, i) => {
      if (hit.kind !== kind) {
        kind = hit.kind;
        group = el("div", "find__group");
        group.setAttribute("role", "group");
        const title = el("p", "find__kind", say(`find_${kind}`));
        title.id = `find-${kind}`;
        title.setAttribute("role", "presentation");
        group.setAttribute("aria-labelledby", title.id);
        group.append(title);
        list.append(group);
      }
      const option = el("div", "find__one", icon(ICONS[hit.kind] ?? "search"));
      option.id = `find-${i}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.append(el("span", "find__name", hit.name || hit.code), el("span", "find__about", [hit.name ? hit.code : "", hit.about].filter(Boolean).join(" · ")));
      // The field keeps the focus: pressing must not take it away before the click arrives.
      option.addEventListener("pointerdown", (event) => event.preventDefault());
      option.addEventListener("click", () => go(hit));
      group.append(option);
    });
    const said = hits.length ? say("find_n", { n: hits.length }) : say("find_none");
    if (!hits.length) list.append(el("p", "find__note", said));
    news.textContent = said;
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
    at = -1;
    field.removeAttribute("aria-activedescendant");
    const [first] = hits;
    if (early && first) mark(0);
    if (early === "go" && first) go(first);
    early = "";
  };

  const ask = async () => {
    clearTimeout(waiting);
    waiting = undefined;
    asking?.abort();
    const q = field.value.trim();
    if (!q) return close();
    asking = new AbortController();
    const { signal } = asking;
    try {
      const answer = await fetch(`/api/v1/search?limit=5&q=${encodeURIComponent(q)}`, { headers: { Accept: "application/json" }, signal });
      if (answer.ok && !signal.aborted) show(await answer.json());
    } catch {
      // Dropped for a newer question, or the node is away: Enter still leads to the search page.
    }
  };

  field.addEventListener("input", () => {
    early = "";
    asking?.abort();
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE_MS);
  });
  field.addEventListener("focus", () => {
    if (field.value.trim() && list.hidden) ask();
  });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    const hit = hits[at];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden || waiting !== undefined) {
        early = "mark";
        ask();
      } else mark(event.key === "ArrowDown" ? at + 1 : at < 0 ? -1 : at - 1);
    } else if (event.key === "Enter" && early) early = "go";
    else if (event.key === "Enter" && !list.hidden && hit) go(hit);
    else if (event.key === "Escape") {
      if (list.hidden) field.blur();
      else close();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
}
