// A camera's record on its page: place and view, what is missing, a paper with its file, a new device, history; what was
// typed is kept on a fault.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Stage, signIn, telling } from "./harness.mjs";

const stage = new Stage("camera-record");
const step = telling(test, () => stage);
let node, page, code;

before(async () => {
  const demo = await stage.demo();
  node = demo;
  const context = await stage.browser();
  page = await stage.page(context, node.url, [/status of (400|404|409|422|503)/]);
  await signIn(page, node);
  const listed = await (await fetch(`${node.url}/api/v1/cameras?limit=1`, { headers: { Authorization: `Bearer ${node.token}` } })).json();
  code = listed.items[0].code;
});
after(() => stage.clear());

const part = (name) => page.locator(`#part-${name}`);

step("place and view are set, and what was typed is kept on a fault", async () => {
  await page.goto(`${node.url}/cameras/${code}`);
  await part("place").locator("#edit-place > summary").click();
  const form = part("place").locator("#edit-place form");
  await form.locator("input[name=height_m]").fill("cao lắm");
  await form.locator("input[name=lat]").fill("10°46'37\"N");
  await form.locator("input[name=lon]").fill("106°42'03\"E");
  await form.locator("button.btn--primary").click();
  await page.waitForSelector("#edit-place [aria-invalid=true]");
  assert.equal(await form.locator("input[name=height_m]").inputValue(), "cao lắm");
  await form.locator("input[name=height_m]").fill("2,5");
  await Promise.all([page.waitForURL(/#part-place/), form.locator("button.btn--primary").click()]);
  assert.match(await part("place").locator("[data-fact=height_m]").innerText(), /2,5 m/);
});

step("a paper with its file", async () => {
  await part("papers").locator("#edit-papers > summary").click();
  const form = part("papers").locator("#edit-papers form");
  await form.locator("select[name=kind]").selectOption("technical");
  await form.locator("input[name=number]").fill("12/KT");
  await form.locator("input[type=file]").setInputFiles({ name: "Bản vẽ.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\n") });
  await Promise.all([page.waitForURL(/#part-papers/), form.locator("button.btn--primary").click()]);
  assert.match(await part("papers").innerText(), /12\/KT[\s\S]*Bản vẽ\.pdf/);
});

step("a new device; the old one and the change stand in the history", async () => {
  await part("device").locator("#edit-replace > summary").click();
  const form = part("device").locator("#edit-replace form");
  await form.locator("input[name=model]").fill("Mới-2");
  await form.locator("input[name=reason]").fill("hỏng");
  await Promise.all([page.waitForURL(/#part-device/), form.locator("button.btn--primary").click()]);
  assert.match(await part("device").innerText(), /Mới-2/);
  await page.goto(`${node.url}/cameras/${code}/history`);
  assert.match(await page.innerText("main"), /Mới-2[\s\S]*hỏng/);
});

step("the record is confirmed", async () => {
  await page.goto(`${node.url}/cameras/${code}`);
  await Promise.all([page.waitForURL(/#part-overview/), part("overview").locator("form button").click()]);
  assert.doesNotMatch(await part("overview").innerText(), /chưa lần nào/);
});
