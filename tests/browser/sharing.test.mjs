// A camera of another area (A10.3): from the refusal over the request to the grant, the picture, and its end, which the
// viewer sees within two seconds.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Stage, moves, signIn, telling } from "./harness.mjs";
import { firstTile } from "./live.mjs";

const stage = new Stage("sharing");
const step = telling(test, () => stage);
const expected = [/status of (401|403|404|409|422|503)/];
const scan = "%PDF-1.7\nscan of the consent";
let node, boss, an, camera, second, third, list;

/** The API as the node's administrator. */
async function call(method, path, body) {
  const answer = await fetch(`${node.url}${path}`, {
    method,
    headers: { Authorization: `Bearer ${node.token}`, "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const told = await answer.json();
  assert.ok(answer.ok, `${method} ${path}: ${JSON.stringify(told)}`);
  return told;
}

before(async () => {
  node = await stage.demo();
  await call("POST", "/api/v1/units", { code: "TT-BD", name: "Trung tâm Bình Dương", kind: "district_centre", area: "25760" });
  const account = await call("POST", "/api/v1/accounts", { name: "an", display_name: "Nguyễn Văn An", role: "district_centre", unit: "TT-BD" });
  const password = account.password_once;
  assert.ok(password, `a one-time password: ${Object.keys(account)}`);
  [camera, second, third] = (await call("GET", "/api/v1/cameras?limit=3")).items;
  const [own, theirs] = [await stage.browser(), await stage.browser()];
  boss = await stage.page(own, node.url, expected);
  an = await stage.page(theirs, node.url, expected);
  await signIn(boss, node);
  await signIn(an, node, { account: "an", password });
});
after(() => stage.clear());

step("another area's camera is not there, and the page leads to the request", async () => {
  const answer = await an.goto(`${node.url}/cameras/${camera.code}`);
  assert.equal(answer.status(), 404);
  const refusal = await an.innerText("main");
  assert.match(refusal, /Điều 10\.3/, "the rule is named");
  assert.ok(!refusal.includes(camera.name), "its name is not told");
  await an.goto(`${node.url}/cameras/khong-co-camera-nao`);
  assert.equal(await an.innerText("main"), refusal, "the same as of a camera that is not there");
  await an.goto(`${node.url}/cameras/${camera.code}`);
  await Promise.all([an.waitForURL(/\/requests\/new/), an.click("main a[href^='/requests/new']")]);
  assert.equal(await an.inputValue("textarea[name=cameras]"), camera.code);
  assert.ok(await an.isChecked("input[name=act_watch_live]") || await an.isChecked("input[name=act_see_catalogue]"));
});

step("the request is sent and waits", async () => {
  await an.check("input[name=act_watch_live]");
  await an.fill("input[name=purpose]", "Theo dõi ngập liên phường");
  await Promise.all([an.waitForURL(/\/requests\/[0-9a-f-]{36}/), an.click("form.rights-form button.btn--primary")]);
  assert.equal(await an.getAttribute("dl[data-request]", "data-state"), "open");
});

step("without consent and end it is refused by article 10.3", async () => {
  await boss.goto(`${node.url}/requests?of=to_decide`);
  await boss.click("tr[data-request] a");
  await boss.waitForSelector("form[action$='/decide']");
  assert.match(await boss.innerText("main"), new RegExp(camera.name.slice(0, 8)), "the code is found for who decides");
  await boss.click("form.rights-form button.btn--primary");
  await boss.waitForSelector(".flash--bad");
  assert.match(await boss.innerText(".flash--bad"), /Điều 10\.3/);
});

step("with them it is approved", async () => {
  const day = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
  await boss.fill("form.rights-form input[name=until]", day);
  await boss.selectOption("form.rights-form select[name=paper_kind]", "consent");
  await boss.fill("form.rights-form input[name=paper_number]", "123/UBND-VX");
  await boss.fill("form.rights-form input[name=paper_date]", "2026-11-20");
  await boss.fill("form.rights-form input[name=paper_issuer]", "UBND Thành phố");
  const file = (name, bytes) => ({ name, mimeType: "application/pdf", buffer: Buffer.from(bytes) });
  await boss.setInputFiles("input[name=file]", file("dong-y.pdf", "<script>alert(1)</script>"));
  await Promise.all([boss.waitForNavigation(), boss.click("form.rights-form button.btn--primary")]);
  assert.match(await boss.innerText(".field:has(#paper-file) .field__fault"), /theo nội dung/, "told by its bytes");
  await boss.setInputFiles("input[name=file]", file("đồng ý.pdf", scan));
  await Promise.all([boss.waitForNavigation(), boss.click("form.rights-form button.btn--primary")]);
  assert.equal(await boss.getAttribute("dl[data-request]", "data-state"), "approved", await boss.innerText("main"));
});

step("the consent's file opens for the approver and the holder, and for nobody else", async () => {
  await an.goto(`${node.url}/sharing`);
  await Promise.all([an.waitForNavigation(), an.click("tr[data-grant] a")]);
  const href = await an.getAttribute("a[data-paper-file]", "href");
  const take = (page) =>
    page.evaluate(async (href) => {
      const answer = await fetch(href);
      return { status: answer.status, kind: answer.headers.get("content-disposition") ?? "", text: await answer.text() };
    }, href);
  for (const page of [boss, an]) {
    const got = await take(page);
    assert.deepEqual([got.status, got.text], [200, scan]);
    assert.match(got.kind, /^attachment/);
  }
  for (const { account, password } of node.others) {
    const page = await stage.page(await stage.browser(), node.url, expected);
    await signIn(page, node, { account, password });
    assert.equal((await take(page)).status, 404, account);
    await page.context().close();
  }
});

step("the picture asks for the purpose once, and moves", async () => {
  await an.goto(`${node.url}/live?grid=1&tiles=${encodeURIComponent(camera.code)}`);
  await an.waitForSelector("dialog.purpose[open]");
  await an.fill("#purpose-input", "Trực ban phòng chống ngập");
  await an.click("dialog.purpose button.btn--primary");
  await an.waitForSelector(`${firstTile} live-view[data-state=playing]`);
  await moves(an, `${firstTile} live-view`);
  await an.reload();
  await an.waitForSelector(`${firstTile} live-view[data-state=playing]`);
  assert.equal(await an.locator("dialog.purpose").count(), 0, "not asked again");
});

step("when the right ends the viewer's picture stops within two seconds", async () => {
  await boss.goto(`${node.url}/sharing`);
  await boss.click("tr[data-grant] a");
  await boss.fill("textarea[name=why]", "xong việc");
  // The viewer notes for itself when its picture was last seen to move.
  await an.evaluate((selector) => {
    const view = document.querySelector(selector);
    let frames = view.dataset.frames;
    globalThis.lastFrameAt = Date.now();
    new MutationObserver(() => {
      if (view.dataset.frames === frames) return;
      frames = view.dataset.frames;
      globalThis.lastFrameAt = Date.now();
    }).observe(view, { attributes: true, attributeFilter: ["data-frames"] });
  }, `${firstTile} live-view`);
  await Promise.all([boss.waitForNavigation(), boss.click("form[action$='/end'] button.btn--danger")]);
  const ended = Date.now();
  assert.equal(await boss.getAttribute("dl[data-grant]", "data-state"), "ended");
  await an.waitForSelector(`${firstTile} live-view[data-state=failed]`);
  const last = await an.evaluate(() => globalThis.lastFrameAt);
  assert.ok(last - ended <= 2000, `the last frame came ${last - ended} ms after the end`);
  assert.equal((await an.goto(`${node.url}/cameras/${camera.code}`)).status(), 404);
});

step("ticked cameras become a list, and a right is given by it", async () => {
  await boss.goto(`${node.url}/cameras`);
  for (const code of [camera.code, second.code]) await boss.check(`[data-tick="${code}"]`);
  await Promise.all([boss.waitForNavigation(), boss.click("[data-ticked] button[formaction='/sharing/lists/ticked']")]);
  assert.deepEqual((await boss.inputValue("textarea[name=cameras]")).split("\n").sort(), [camera.code, second.code].sort());
  await boss.click("form.rights-form button.btn--primary");
  await boss.waitForSelector(".field__fault");
  await boss.fill("input[name=name]", "Cổng trường");
  await Promise.all([boss.waitForURL(/\/sharing\/lists\/[0-9a-f-]{36}/), boss.click("form.rights-form button.btn--primary")]);
  list = new URL(boss.url()).pathname;
  await Promise.all([boss.waitForURL(/\/sharing\/new/), boss.click("header a.btn--primary")]);
  assert.ok(await boss.isChecked("input[name^=list_]"), "the list is chosen already");
  await boss.fill("input[name=holder]", "an");
  for (const act of ["see_catalogue", "watch_live"]) await boss.check(`input[name=act_${act}]`);
  await boss.fill("input[name=purpose]", "An ninh trường học");
  await boss.fill("input[name=until]", new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10));
  const known = await boss.$$eval("select[name=document] option", (all) => all.map((o) => o.value).filter(Boolean));
  await boss.selectOption("select[name=document]", known[0]);
  await Promise.all([boss.waitForURL(/\/sharing\/[0-9a-f-]{36}$/), boss.click("form.rights-form button.btn--primary")]);
  assert.match(await boss.innerText("dl[data-grant]"), /Cổng trường \(2\)/);
  for (const code of [camera.code, second.code]) assert.equal((await an.goto(`${node.url}/cameras/${code}`)).status(), 200, code);
});

step("a camera that comes onto the list later is told of, and not given", async () => {
  await boss.goto(`${node.url}${list}`);
  await boss.fill("textarea[name=cameras]", third.code);
  await Promise.all([boss.waitForNavigation(), boss.click("form[data-list] button.btn--primary")]);
  assert.equal(await boss.getAttribute("[data-later]", "data-later"), "1");
  assert.equal((await an.goto(`${node.url}/cameras/${third.code}`)).status(), 404);
  await Promise.all([boss.waitForURL(/\/sharing\/new/), boss.click("[data-later] a")]);
  assert.ok(await boss.isChecked("input[name^=list_]"));
  await Promise.all([boss.waitForURL(/\/sharing\/[0-9a-f-]{36}$/), boss.click("form.rights-form button.btn--primary")]);
  assert.equal((await an.goto(`${node.url}/cameras/${third.code}`)).status(), 200, "given anew");
});

step("one that is taken off is gone at once", async () => {
  await boss.goto(`${node.url}${list}`);
  await boss.check(`tr[data-camera="${second.code}"] input`);
  await Promise.all([boss.waitForNavigation(), boss.click("form[data-list] button.btn--primary")]);
  assert.equal((await an.goto(`${node.url}/cameras/${second.code}`)).status(), 404);
  assert.equal((await an.goto(`${node.url}/cameras/${camera.code}`)).status(), 200);
  await boss.click("details.card summary");
  await Promise.all([boss.waitForNavigation(), boss.click("form[action$='/remove'] button")]);
  assert.match(await boss.innerText(".flash--bad"), /Còn 2 quyền/);
});

step("all of it is on record", async () => {
  const audit = await call("GET", "/api/v1/audit?limit=200");
  const acts = audit.items.map((entry) => entry.act);
  for (const act of ["request.made", "request.approved", "grant.given", "view.began", "grant.ended", "view.ended", "camera_list.added", "camera_list.changed"]) {
    assert.ok(acts.includes(act), act);
  }
  const began = audit.items.find((entry) => entry.act === "view.began" && entry.facts?.purpose);
  assert.equal(began?.facts.purpose, "Trực ban phòng chống ngập");
  for (const page of [boss, an]) assert.deepEqual(page.faults, []);
});
