// The audit's pages: what was changed in words with old and new values, filters, the export that verifies offline, the
// checkpoints.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Stage, binary, poll, signIn, telling } from "./harness.mjs";

const stage = new Stage("audit");
const step = telling(test, () => stage);
let node, page, camera, entries;

async function call(method, path, body, headers = {}) {
  const answer = await fetch(`${node.url}${path}`, {
    method,
    headers: { Authorization: `Bearer ${node.token}`, "Content-Type": "application/json", ...headers },
    body: body && JSON.stringify(body),
  });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
  return { told: await answer.json(), etag: answer.headers.get("etag") };
}

/** The entry's words for its details, by its act: the newest. */
const details = (act) => page.innerText(`.table--audit tr[data-act="${act}"] .table__facts >> nth=0`);

before(async () => {
  node = await stage.demo();
  camera = (await call("GET", "/api/v1/cameras?limit=1")).told.items[0];
  page = await stage.page(await stage.browser({ acceptDownloads: true }), node.url, [/status of (400|422)/, /2026-13-45/]);
  await signIn(page, node);
});
after(() => stage.clear());

step("a change is told in words, with what was and what is", async () => {
  const at = `/api/v1/cameras/${camera.code}`;
  const { told, etag } = await call("GET", at);
  await call("PATCH", at, { name: "Cầu Mống", password: "Bí-mật-1357", facts: { height_m: 7.5 } }, { "If-Match": etag });
  await page.goto(`${node.url}/audit?subject=${camera.code}&act=camera.changed`);
  const text = await details("camera.changed");
  for (const part of [told.name, "Cầu Mống", "7.5"]) assert.ok(text.replace("7,5", "7.5").includes(part), `${part} in: ${text}`);
  assert.ok(!text.includes("Bí-mật-1357"), "the password is not told");
  assert.doesNotMatch(text, /has_password|facts\.|_m\b|\btrue\b|\bfalse\b/, "no name of a program's field");
  assert.equal(await page.locator(`tr[data-act="camera.changed"] .change del`).count() > 0, true, "old beside new");
  await page.goto(`${node.url}/audit?subject=${camera.code}&act=camera.changed&lang=en`);
  assert.doesNotMatch(await details("camera.changed"), /has_password|facts\.|_m\b/);
  await page.goto(`${node.url}/audit?lang=vi&act=grant.given`);
  const given = await details("grant.given");
  assert.match(given, /xem hình trực tiếp/, "acts in words");
  assert.doesNotMatch(given, /watch_live|[0-9a-f]{8}-[0-9a-f]{4}-/, "no name and no id of a program");
});

step("filters by person, act, subject and day; a day that is none is said", async () => {
  await page.goto(`${node.url}/audit`);
  await page.fill("#f-subject", camera.code);
  await page.selectOption("select[name=act]", "camera.changed");
  await Promise.all([page.waitForNavigation(), page.click("form[data-filter] button.btn:not(.btn--quiet)")]);
  const acts = await page.$$eval(".table--audit tbody tr", (rows) => rows.map((r) => r.dataset.act));
  assert.ok(acts.length > 0 && acts.every((a) => a === "camera.changed"), acts.join());
  await page.goto(`${node.url}/audit?who=khong-co-ai`);
  assert.equal(await page.locator(".table--audit").count(), 0);
  assert.match(await page.innerText("main"), /Không có|Chưa có/);
  await page.goto(`${node.url}/audit?from=2026-13-45`);
  assert.equal(await page.locator(".field__fault").count(), 1);
  await page.goto(`${node.url}/audit?from=2020-01-01&to=2020-01-02`);
  assert.equal(await page.locator(".table--audit").count(), 0, "nothing that long ago");
});

step("the chain is checked on the page", async () => {
  await page.goto(`${node.url}/audit`);
  await Promise.all([page.waitForNavigation(), page.click("form[action='/audit/verify'] button")]);
  assert.equal(await page.getAttribute("[data-chain]", "data-chain"), "whole");
});

step("checkpoints come by themselves, are signed, and say what they are", async () => {
  await poll("a checkpoint", async () => {
    await page.goto(`${node.url}/audit/checkpoints`);
    return page.locator("main table tbody tr").count();
  }, 100);
  const text = await page.innerText("main");
  assert.match(text, /nút đã ký/);
  assert.ok(await page.isVisible("[data-keeping]"), "how long entries are kept");
});

step("the whole record is exported and verifies offline; what is filtered is an excerpt with proofs", async () => {
  const take = async (address, kind) => {
    await page.goto(node.url + address);
    await page.click("details.menu[data-menu]:has(a[download]) > summary");
    const [file] = await Promise.all([page.waitForEvent("download"), page.click(`a[download][href^='${kind}'] >> nth=-1`)]);
    const path = join(stage.root, file.suggestedFilename());
    await file.saveAs(path);
    return path;
  };
  const whole = await take("/audit", "/audit/export.jsonl");
  entries = readFileSync(whole, "utf8").trim().split("\n").length;
  assert.ok(entries > 10);
  const told = execFileSync(binary, ["verify", whole], { encoding: "utf8" });
  assert.match(told, /\d+/);
  const broken = readFileSync(whole, "utf8").replace("camera.changed", "camera.removed");
  const { writeFileSync } = await import("node:fs");
  writeFileSync(`${whole}.broken`, broken);
  assert.throws(() => execFileSync(binary, ["verify", `${whole}.broken`], { stdio: "pipe" }), "one word changed is found");
  const table = await take(`/audit?act=camera.changed`, "/audit/export.csv");
  const csv = readFileSync(table, "utf8");
  assert.match(csv, /Cầu Mống/);
  assert.equal(csv.includes("camera.removed"), false);
});

step("the exports are on record, and the pages were quiet", async () => {
  await page.goto(`${node.url}/audit?act=audit.exported`);
  assert.equal(await page.locator(`tr[data-act="audit.exported"]`).count(), 2);
  assert.deepEqual(page.faults, []);
});
