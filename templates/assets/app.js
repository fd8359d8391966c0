// @ts-check
// What every page gains from scripts: the search, menus, moments, confirmation by name, password strength, copying.
// Each works by itself and none is needed for the page to work.

import "./search.js";
import { ago, say } from "./words.js";

/** @returns {HTMLDetailsElement[]} */
const openMenus = () => [...document.querySelectorAll("details[data-menu][open]")].filter((m) => m instanceof HTMLDetailsElement);

document.addEventListener("click", (event) => {
  // By the way that the click took: what was clicked may have been drawn anew since.
  for (const menu of openMenus()) if (!event.composedPath().includes(menu)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});

function refreshAges() {
  for (const place of document.querySelectorAll("[data-ago]")) {
    place.textContent = ago(Number(place.getAttribute("data-ago")));
  }
}
refreshAges();
if (document.querySelector("[data-ago]")) setInterval(refreshAges, 5000);

// A filter acts as soon as a choice is made; the button stays for keyboards and for no script.
for (const form of document.querySelectorAll("form[data-filter]")) {
  form.addEventListener("change", (event) => {
    if (event.target instanceof HTMLSelectElement && form instanceof HTMLFormElement) form.requestSubmit();
  });
  // Empty fields make addresses long and say nothing.
  form.addEventListener("formdata", (event) => {
    const data = /** @type {FormDataEvent} */ (event).formData;
    for (const [name, value] of [...data.entries()]) if (value === "") data.delete(name);
  });
}

for (const form of document.querySelectorAll("form[data-busy]")) {
  form.addEventListener("submit", () => {
    const button = form.querySelector("button");
    if (!button) return;
    button.setAttribute("aria-busy", "true");
    // After the browser has read the form: a button that is off sends nothing.
    setTimeout(() => (button.disabled = true));
  });
}
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form[data-busy] button[aria-busy]")) {
    button.removeAttribute("aria-busy");
    if (button instanceof HTMLButtonElement) button.disabled = false;
  }
});

// The button looks like danger only when the name is right. It is never off: the node says what is wrong.
for (const form of document.querySelectorAll("form[data-confirm-name]")) {
  const name = (form.getAttribute("data-confirm-name") ?? "").normalize("NFC").trim();
  const field = form.querySelector("input[name=confirm_name]");
  if (!(field instanceof HTMLInputElement)) continue;
  form.querySelector("button")?.setAttribute("data-waits", "");
  const check = () => form.setAttribute("data-match", field.value.normalize("NFC").trim() === name ? "yes" : "no");
  field.addEventListener("input", check);
  check();
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!(button instanceof HTMLButtonElement)) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy ?? "");
    const text = button.querySelector("span");
    if (!(field instanceof HTMLInputElement) || !text) return;
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      text.textContent = say("copied");
    } catch {
      text.textContent = document.execCommand("copy") ? say("copied") : say("copy_failed");
    }
  });
}

/**
 * A rough guess at how hard a password is to guess, 0–4; the node decides with better means.
 * @param {string} password
 */
function strength(password) {
  const plain = password.toLowerCase();
  // Repeats and runs (aaa, 123, abc, qwe) add almost nothing.
  const rows = "abcdefghijklmnopqrstuvwxyz 01234567890 qwertyuiop asdfghjkl zxcvbnm";
  let worth = 0;
  for (let i = 0; i < plain.length; i++) {
    const pair = plain.slice(i - 1, i + 1);
    const run = i > 0 && (plain[i] === plain[i - 1] || rows.includes(pair) || rows.includes([...pair].reverse().join("")));
    worth += run ? 0.3 : plain.indexOf(plain[i] ?? "") < i ? 0.7 : 1;
  }
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^\w\s]/, /[\s\u0080-\uffff]/].filter((k) => k.test(password)).length;
  if (/(password|matkhau|mat khau|admin|camera|qwerty|iloveyou|123456|abc123|p@ss)/.test(plain)) worth -= 5;
  const bits = worth * (2.2 + kinds * 0.65);
  return bits < 18 ? 0 : bits < 28 ? 1 : bits < 36 ? 2 : bits < 50 ? 3 : 4;
}

for (const group of document.querySelectorAll("[data-password-min]")) {
  const [first, second] = group.querySelectorAll("input[type=password]");
  const place = group.querySelector("[data-strength]");
  const meter = place?.querySelector("meter");
  const text = place?.querySelector("p");
  const again = group.querySelector("[data-again]");
  if (!(first instanceof HTMLInputElement && second instanceof HTMLInputElement && place instanceof HTMLElement && meter && text && again)) continue;
  const least = Number(group.getAttribute("data-password-min"));
  const show = () => {
    const owner = group.closest("form")?.elements.namedItem(group.getAttribute("data-password-name") ?? "");
    const name = owner instanceof HTMLInputElement ? owner.value.trim().toLowerCase() : "";
    const length = [...first.value].length;
    const score = strength(first.value);
    place.hidden = length === 0;
    const hasName = name.length > 2 && first.value.toLowerCase().includes(name);
    meter.value = length < least || hasName ? Math.min(score, 1) : score;
    text.textContent = length < least ? say("password_short", { n: least - length })
      : hasName ? say("password_name")
      : say(score < 3 ? "password_weak" : score < 4 ? "password_fair" : "password_strong");
    again.textContent = second.value ? say(second.value === first.value ? "password_same" : "password_differs") : "";
  };
  first.addEventListener("input", show);
  second.addEventListener("input", show);
}

for (const button of document.querySelectorAll("button[data-print]")) {
  if (!(button instanceof HTMLButtonElement)) continue;
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
