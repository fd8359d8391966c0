// A new node's first day: from the one-time set-up address to a real camera that moves, dies and comes back, with all
// of it in the audit.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Stage, moves, poll, telling } from "./harness.mjs";
import { badge, firstTile, place, tileState } from "./live.mjs";

const stage = new Stage("first-day");
const step = telling(test, () => stage);
const person = { account: "tran.van.an", password: "Sông-Nhà-Bè 7 nhánh" };
const gst = ["--gop", "1", "--auth", "digest", "--user", "admin", "--password", "Camera-2468"];
let node, camera, page, context;

before(async () => {
  [node, camera] = await Promise.all([stage.run(), stage.camera(...gst)]);
  context = await stage.browser();
  page = await stage.page(context, node.url, [/status of (401|403|404|409|422|503)/]);
});
after(() => stage.clear());

step("the set-up address leads through and ends signed in", async () => {
  await page.goto(node.setup);
  await page.fill("input[name=node_name]", "Phường Sài Gòn");
  await page.fill("input[name=area]", "79.760");
  await page.fill("input[name=account]", person.account);
  await page.fill("input[name=display_name]", "Trần Văn An");
  await page.fill("input[name=password]", "matkhau123");
  await page.fill("input[name=password_again]", "matkhau123");
  await page.click("main form[action='/setup'] button.btn--primary");
  await page.waitForSelector("main [aria-invalid=true], main .flash--bad");
  assert.equal(await page.inputValue("input[name=node_name]"), "Phường Sài Gòn", "what was entered is kept");
  await page.fill("input[name=password]", person.password);
  await page.fill("input[name=password_again]", person.password);
  await Promise.all([page.waitForURL(/\/cameras/), page.click("main form[action='/setup'] button.btn--primary")]);
  assert.match(await page.innerText("header"), /Phường Sài Gòn/);
});

step("the address is good only once", async () => {
  const other = await stage.browser();
  const second = await stage.page(other, node.url, [/status of 4\d\d/]);
  const answer = await second.goto(node.setup);
  assert.ok(answer.status() >= 400 || second.url().endsWith("/sign-in"), `${answer.status()} ${second.url()}`);
  assert.equal(await second.locator("input[name=password_again]").count(), 0);
  await other.close();
});

step("sign out, and in again through the form", async () => {
  await page.click("details[data-menu] summary");
  await Promise.all([page.waitForURL(/\/sign-in|\/$/), page.click("form[action='/sign-out'] button")]);
  await page.goto(`${node.url}/cameras`);
  assert.match(page.url(), /\/sign-in\?next=/, "asks who it is, and remembers where to go");
  await page.fill("input[name=name]", person.account);
  await page.fill("input[name=password]", "không đúng mật khẩu");
  await page.click("main form[action='/sign-in'] button.btn--primary");
  await page.waitForSelector(".flash--bad");
  await page.fill("input[name=password]", person.password);
  await Promise.all([page.waitForURL(/\/cameras$/), page.click("main form[action='/sign-in'] button.btn--primary")]);
});

async function probe(password) {
  await page.goto(`${node.url}/cameras/add`);
  await page.fill("input[name=main_url]", camera.main);
  await page.fill("input[name=sub_url]", camera.sub);
  await page.fill("input[name=username]", "admin");
  await page.fill("input[name=password]", password);
  await page.click("form[action='/cameras/probe'] button.btn--primary");
  await page.waitForSelector("[data-probe]");
  return page.getAttribute("[data-probe]", "data-probe");
}

step("a wrong camera password is said in words, with what was entered still there", async () => {
  assert.equal(await probe("sai"), "bad");
  assert.match(await page.innerText("[data-probe]"), /mật khẩu/i);
  assert.equal(await page.inputValue("input[name=main_url]"), camera.main);
});

step("the probe says what is there; one click adds it", async () => {
  assert.equal(await probe("Camera-2468"), "good");
  const words = await page.innerText("[data-probe]");
  assert.match(words, /H\.264/);
  assert.match(words, /1280\s*[×x]\s*720/);
  assert.match(words, /640\s*[×x]\s*360/);
  assert.doesNotMatch(await page.content(), /Camera-2468/, "the password is not written into the page");
  await page.fill("input[name=name]", "Cầu Thị Nghè");
  await Promise.all([
    page.waitForURL(/\/(cameras\/(?!add|probe)[^/?]+|live.*|cameras)$/),
    page.click("form[action='/cameras/add'] button.btn--primary"),
  ]);
  await poll("the camera's page says live", async () => {
    await page.reload();
    return (await page.innerText("main")).includes("Có hình");
  });
});

step("it moves on the live page", async () => {
  await page.goto(`${node.url}/live?grid=4`);
  await place(page, "Cầu Thị Nghè", 1);
  await moves(page, firstTile);
  const fresh = await badge(page, firstTile);
  assert.match(fresh.text, /\d{1,2}:\d{2}:\d{2}/, "the clock badge shows the time of the newest frame");
});

step("the camera dies: words, a red badge, the last picture kept; it returns: the picture moves again", async () => {
  const clock = (await badge(page, firstTile)).text;
  await camera.child.kill();
  await poll("a state that is not playing", async () => (await tileState(page, firstTile)) !== "playing", 30);
  await poll("words that say why", async () => /Không có hình|Hình đứng|Mất/.test(await page.innerText(firstTile)), 30);
  const red = await badge(page, firstTile);
  assert.ok(red.stale, `the badge is marked stale: ${JSON.stringify(red)}`);
  camera = await stage.camera(...gst, "--port", `${camera.port}`);
  await poll("playing again", async () => (await tileState(page, firstTile)) === "playing", 60);
  await moves(page, firstTile);
  await poll("the clock goes on", async () => (await badge(page, firstTile)).text !== clock);
  assert.ok(!(await badge(page, firstTile)).stale);
});

step("sign-ins, the new camera and the views stand in the audit, and the chain is whole", async () => {
  await page.goto(`${node.url}/live?tiles=`);
  await page.goto(`${node.url}/audit`);
  const acts = await page.$$eval("tr[data-act]", (rows) => rows.map((row) => row.dataset.act));
  for (const act of ["sign_in.ok", "sign_in.failed", "camera.added", "view.began"]) {
    assert.ok(acts.includes(act), `${act} is missing in ${acts}`);
  }
  const text = await page.innerText("main");
  assert.match(text, /tran\.van\.an|Trần Văn An/);
  assert.match(text, /Cầu Thị Nghè/);
  assert.doesNotMatch(text, /Camera-2468/);
  await poll("the end of a view", async () => {
    await page.goto(`${node.url}/audit?act=view.ended`);
    return (await page.locator("tr[data-act='view.ended']").count()) > 0;
  });
  await page.goto(`${node.url}/audit`);
  await page.click("form[action='/audit/verify'] button");
  await page.waitForSelector("[data-chain=whole]");
});

step("removing asks for the name", async () => {
  await page.goto(`${node.url}/cameras`);
  await page.click("table a:has-text('Cầu Thị Nghè')");
  const form = page.locator("form[action$='/remove']");
  const open = page.locator("details:has(form[action$='/remove']) > summary");
  if (await open.count()) await open.click();
  await form.locator("input[name=confirm_name]").fill("Cầu khác");
  await form.locator("button").click();
  await page.waitForSelector(".flash--bad, [aria-invalid=true]");
  if (await open.count()) if (!(await form.locator("button").isVisible())) await open.click();
  await form.locator("input[name=confirm_name]").fill("Cầu Thị Nghè");
  await Promise.all([page.waitForURL(/\/cameras(\?.*)?$/), form.locator("button").click()]);
  assert.equal(await page.locator("table a:has-text('Cầu Thị Nghè')").count(), 0);
});

step("nothing went wrong on the way", async () => {
  assert.deepEqual(page.faults, []);
});
