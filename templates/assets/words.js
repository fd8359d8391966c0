// @ts-check
// Words, moments and small things that all modules share. Sentences come from the page (templates/words.rs).

/** @param {string} name */
function meta(name) {
  return document.querySelector(`meta[name="${name}"]`)?.getAttribute("content") ?? "";
}

/** @type {Record<string, string>} */
const words = JSON.parse(meta("words") || "{}");

/** The token that requests which change something must carry. */
export const csrf = meta("csrf");

const asset = new URL("./vendor/icons.svg", import.meta.url).pathname;
const locale = document.documentElement.lang === "en" ? "en-GB" : "vi-VN";
const ZONE = "Asia/Ho_Chi_Minh";
const clock = new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, day: "2-digit", month: "2-digit", year: "numeric" });

/**
 * A sentence with its places filled.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function say(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** @param {number} n @param {number} [digits] */
export function number(n, digits = 0) {
  return n.toLocaleString(locale, { maximumFractionDigits: digits });
}

/** `HH:MM:SS`, with the day before it when it is not today. @param {number} ms */
export function moment(ms) {
  const at = new Date(ms);
  return day.format(at) === day.format(new Date()) ? clock.format(at) : `${day.format(at)} ${clock.format(at)}`;
}

/** "12 giây trước". @param {number} ms */
export function ago(ms) {
  const s = Math.max(0, Math.round((Date.now() - ms) / 1000));
  if (s < 3) return say("just_now");
  if (s < 90) return say("age", { n: s });
  if (s < 90 * 60) return say("age_minutes", { n: Math.round(s / 60) });
  if (s < 36 * 3600) return say("age_hours", { n: Math.round(s / 3600) });
  return say("age_days", { n: Math.round(s / 86400) });
}

/** An icon of the sprite. @param {string} name */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${asset}#${name}`);
  svg.append(use);
  return svg;
}

/**
 * An element with a class and text or children.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string} [className]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function el(tag, className = "", ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

/** Without diacritics, đ = d, lower case: "nguyen hue" finds "Nguyễn Huệ". @param {string} text */
export function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
}

/** The icon of a camera's phase. @param {string} phase */
export function phaseIcon(phase) {
  return { live: "video", connecting: "loader-circle", waiting: "video-off" }[phase] ?? "circle-help";
}
