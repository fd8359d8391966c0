// A review of accounts from start to its printed result: an administrator starts it, a unit's focal point answers, the
// administrator closes it and prints.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Stage, telling } from "./harness.mjs";

const stage = new Stage("review");
const step = telling(test, () => stage);
const password = "Sông-Sài-Gòn 7 nhánh";
const admin = { name: "tran.van.an", password };
let node, context, page, csrf;

before(async () => {
  node = await stage.run();
  context = await stage.browser();
  page = await stage.page(context, node.url, [/status of (401|403|404|409|422)/]);
});
after(() => stage.clear());

/** Calls the API with the page's own cookie. */
async function api(method, path, body, headers = {}) {
  csrf = await page.getAttribute("meta[name=csrf]", "content");
  return page.evaluate(
    async ([method, path, body, headers]) => {
      const answer = await fetch(path, { method, headers, body: body ? JSON.stringify(body) : undefined });
      const text = await answer.text();
      return { status: answer.status, body: text ? JSON.parse(text) : null, etag: answer.headers.get("etag") };
    },
    [method, path, body, { "content-type": "application/json", "x-csrf-token": csrf, ...headers }],
  );
}

async function signIn(on, name, secret) {
  await on.goto(`${node.url}/sign-in`);
  await on.fill("input[name=name]", name);
  await on.fill("input[name=password]", secret);
  await Promise.all([on.waitForURL((url) => !url.pathname.startsWith("/sign-in")), on.click("main form .btn--primary")]);
}

const figures = (on) =>
  on.$$eval("[data-figure]", (all) => Object.fromEntries(all.map((f) => [f.dataset.figure, Number(f.textContent)])));

let focalPage;

step("a node with a unit, its focal point and two people", async () => {
  await page.goto(node.setup);
  await page.fill("input[name=node_name]", "Quận 1");
  await page.fill("input[name=account]", admin.name);
  await page.fill("input[name=display_name]", "Trần Văn An");
  await page.fill("input[name=password]", password);
  await page.fill("input[name=password_again]", password);
  await Promise.all([page.waitForURL(/\/cameras/), page.click("main form[action='/setup'] button.btn--primary")]);
  const unit = await api("POST", "/api/v1/units", { code: "CAQ1", name: "Công an Quận 1", kind: "police", manages: true });
  assert.equal(unit.status, 201, JSON.stringify(unit.body));
  const make = async (name, display_name, role) => {
    const made = await api("POST", "/api/v1/accounts", { name, display_name, role, unit: "CAQ1" });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    return made.body;
  };
  const focal = await make("dau.moi", "Lê Đầu Mối", "viewer");
  await make("nguoi.o.lai", "Nguyễn Ở Lại", "viewer");
  await make("nguoi.di", "Phạm Ra Đi", "viewer");
  const named = await api(
    "PATCH",
    `/api/v1/units/${unit.body.id}`,
    { focal_point: { name: "Lê Đầu Mối", title: "Phó Trưởng Công an", phone: "", email: "", account: focal.id } },
    { "if-match": unit.etag },
  );
  assert.ok(named.status < 300, JSON.stringify(named.body));
  const theirs = await stage.browser();
  focalPage = await stage.page(theirs, node.url, [/status of (401|403|404|409|422)/]);
  await signIn(focalPage, "dau.moi", focal.password_once);
  await focalPage.goto(`${node.url}/account`);
  await focalPage.fill("input[name=password_old]", focal.password_once);
  await focalPage.fill("input[name=password]", "Cầu Ba Son 12 nhịp xanh");
  await focalPage.fill("input[name=password_again]", "Cầu Ba Son 12 nhịp xanh");
  await focalPage.click("form[action='/account/password'] button.btn--primary");
  await focalPage.waitForSelector(".flash--good");
});

step("the administrator starts a review", async () => {
  await page.goto(`${node.url}/reviews`);
  assert.match(await page.innerText("main"), /Chưa có đợt rà soát nào|No review yet/);
  await page.click("#start summary");
  await page.fill("#start input[name=name]", "Rà soát quý IV/2026");
  await page.check("#start input[name=unanswered][value=disable]");
  await Promise.all([page.waitForURL(/\/reviews\/[0-9a-f-]{36}/), page.click("#start button.btn--primary")]);
  assert.deepEqual(await figures(page), { all: 4, kept: 0, ended: 0, waiting: 4 });
});

step("the focal point is reminded on every page and answers for the unit alone", async () => {
  await focalPage.goto(`${node.url}/cameras`);
  const notice = focalPage.locator(".notice", { hasText: "Rà soát quý IV/2026" });
  assert.match(await notice.innerText(), /2/);
  await Promise.all([focalPage.waitForURL(/\/reviews\//), notice.locator("a").click()]);
  const rows = await focalPage.$$eval("tr[data-account]", (all) => all.map((r) => r.dataset.account));
  assert.deepEqual(rows.sort(), ["nguoi.di", "nguoi.o.lai"], "neither others' nor their own");
  await Promise.all([
    focalPage.waitForSelector(".flash--good"),
    focalPage.click("tr[data-account='nguoi.o.lai'] button[value=keep]"),
  ]);
  await focalPage.click("tr[data-account='nguoi.di'] button[value=end]");
  await focalPage.waitForSelector("tr[data-account='nguoi.di'] .field__fault");
  await focalPage.fill("tr[data-account='nguoi.di'] input[name=reason]", "Đã chuyển công tác");
  await Promise.all([
    focalPage.waitForSelector(".flash--good"),
    focalPage.click("tr[data-account='nguoi.di'] button[value=end]"),
  ]);
  await focalPage.goto(`${node.url}/cameras`);
  assert.equal(await focalPage.locator(".notice", { hasText: "Rà soát" }).count(), 0, "nothing is owed any more");
});

step("the administrator sees the progress; the ended account is disabled", async () => {
  await page.reload();
  assert.deepEqual(await figures(page), { all: 4, kept: 1, ended: 1, waiting: 2 });
  const list = await api("GET", "/api/v1/accounts?state=disabled");
  assert.deepEqual(list.body.items.map((a) => a.name), ["nguoi.di"]);
});

step("the review is closed and printed", async () => {
  await page.click("#close summary");
  await page.fill("#close input[name=remark]", "Đã hoàn tất.");
  await page.click("#close button.btn--danger");
  await page.waitForSelector(".flash--good");
  assert.equal(await page.locator("form.answer").count(), 0, "nothing can be changed any more");
  const list = await api("GET", "/api/v1/accounts?state=disabled");
  assert.deepEqual(list.body.items.map((a) => a.name).sort(), ["dau.moi", "nguoi.di"], "unanswered: disabled, as announced");
  await page.click("a[href$='/print']");
  await page.waitForSelector("article.paper");
  const paper = await page.innerText("article.paper");
  for (const part of ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Rà soát quý IV/2026", "Công an Quận 1", "Đã chuyển công tác", "Đã hoàn tất."])
    assert.ok(paper.toUpperCase().includes(part.toUpperCase()), `${part} is on the paper`);
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator("nav.nav").isVisible(), false, "only the paper is printed");
  assert.equal(await page.locator("[data-print]").isVisible(), false);
  const pdf = await page.pdf({ preferCSSPageSize: true });
  assert.ok(pdf.length > 5_000, "it prints");
  await page.emulateMedia({ media: "screen" });
});

step("the result is taken out as a file and all of it is on record", async () => {
  const id = page.url().match(/reviews\/([0-9a-f-]{36})/)[1];
  const file = await page.evaluate(async (path) => (await fetch(path)).text(), `/reviews/${id}/export.csv`);
  assert.equal(file.trim().split(/\r?\n/).length, 5);
  for (const act of ["review.started", "review.answered", "review.closed", "review.exported"]) {
    const found = await api("GET", `/api/v1/audit?act=${act}`);
    assert.ok(found.body.items.length > 0, `${act} is on record`);
  }
});
