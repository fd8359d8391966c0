// @ts-check
// Asking the node: JSON in, JSON out, the form token with every change, and the node's own words where it refuses.

import { csrf, say } from "./words.js";

/** Why the node did not do it, in its words. */
export class Refused extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/**
 * @param {string} method @param {string} path @param {unknown} [body] @param {number} [revision] sent as `If-Match`
 * @returns {Promise<any>} the answer; nothing for an empty one
 */
export async function ask(method, path, body, revision) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRF-Token"] = csrf;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (revision !== undefined) headers["If-Match"] = `"r${revision}"`;
  const sent = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
  const answer = await fetch(path, sent).catch(() => {
    throw new Refused(0, say("offline"));
  });
  if (answer.ok) return answer.status === 204 ? undefined : answer.json();
  const told = await answer.json().catch(() => ({}));
  const faults = Array.isArray(told.faults) ? told.faults.map((/** @type {any} */ f) => f.detail).filter(Boolean) : [];
  throw new Refused(answer.status, faults.join(" ") || told.detail || told.title || `HTTP ${answer.status}`);
}
