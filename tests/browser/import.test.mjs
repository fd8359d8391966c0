// An investor's list with 200 bad rows: sent, some mended on the page, the good ones taken, the failed ones taken out as a
// file, everything undone; then many cameras changed at once from the list.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Stage, out, poll, telling } from "./harness.mjs";

const stage = new Stage("import");
const step = telling(test, () => stage);
const person = { account: "tran.van.an", password: "mèo xanh bảy lá 42" };
const BAD = 200;
const GOOD = 60;
let node, page, context;

const head = "Mã camera;Tên camera;Địa chỉ luồng chính (RTSP);Độ cao so với mặt đất (m);Ngày lắp đặt;Số điện thoại\n";
const good = Array.from({ length: GOOD }, (_, n) => `;Camera tốt ${n};rtsp://10.1.0.${n + 1}/1;6,5;24/11/2025;x`);
const bad = Array.from({ length: BAD }, (_, n) => (n % 2 ? `;;rtsp://10.2.0.${n + 1}/1;5;;` : `;Camera lỗi ${n};rtsp://10.2.0.${n + 1}/1;cao;32/13/2025;`));

async function button(name) {
  await page.click(`main button:has-text("${name}")`);
}

/** Presses a button that leads to a page, and waits for that page. */
async function press(locator) {
  await Promise.all([page.waitForNavigation(), locator.click()]);
}

async function tile(verdict) {
  const text = await page.locator(`.verdictbox[data-verdict=${verdict}] strong`).textContent({ timeout: 1000 }).catch(() => "0");
  return Number(text?.replace(".", "") ?? 0);
}

/** The page of a list that is not at work, whole. */
async function rests() {
  await poll("the work is done", () =>
    page.evaluate(() => document.readyState === "complete" && !!document.querySelector("[data-acts]") && !document.querySelector("[data-job-watch]")),
  );
}

before(async () => {
  node = await stage.run();
  context = await stage.browser();
  page = await stage.page(context, node.url, [/status of (401|403|404|409|422|503)/]);
  await page.goto(node.setup);
  await page.fill("input[name=node_name]", "Phường Sài Gòn");
  await page.fill("input[name=account]", person.account);
  await page.fill("input[name=display_name]", "Trần Văn An");
  await page.fill("input[name=password]", person.password);
  await page.fill("input[name=password_again]", person.password);
  await Promise.all([page.waitForURL(/\/cameras/), page.click("main form[action='/setup'] button.btn--primary")]);
});
after(() => stage.clear());

step("the empty catalogue leads to the page, which gives a template", async () => {
  await page.click("main a[href='/cameras/import']");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("a[href$='template.xlsx']")]);
  assert.equal(readFileSync(await download.path()).subarray(0, 2).toString(), "PK");
});

step("what is no list is refused beside the field", async () => {
  const path = join(out, "no-list.csv");
  writeFileSync(path, "a,b\n1,2\n");
  await page.setInputFiles("input[name=file]", path);
  await button("Gửi và kiểm tra");
  await page.waitForSelector("#file-fault");
  assert.match(await page.innerText("#file-fault"), /tiêu đề/);
});

step("the list is checked: every fault by row, column and what to do", async () => {
  const path = join(out, "list.csv");
  writeFileSync(path, head + [...good, ...bad].join("\n"));
  await page.setInputFiles("input[name=file]", path);
  await page.fill("textarea[name=reason]", "hồ sơ chủ đầu tư");
  await Promise.all([page.waitForURL(/\/cameras\/import\/[0-9a-f-]{36}/), button("Gửi và kiểm tra")]);
  await rests();
  assert.equal(await tile("fault"), BAD);
  assert.equal(await tile("add"), GOOD);
  assert.match(await page.innerText("main"), /Không có cột “Số điện thoại”/);
  const first = page.locator("tr[data-row]").first();
  assert.equal(await first.getAttribute("data-row"), String(GOOD + 2));
  assert.equal(await first.locator("[aria-invalid=true]").count(), 2, "both cells at fault stand open");
});

step("rows are mended on the page", async () => {
  for (let n = 0; n < 3; n += 1) {
    const row = page.locator("tr[data-verdict=fault]").first();
    const inputs = row.locator("[aria-invalid=true]");
    for (let i = 0; i < (await inputs.count()); i += 1) {
      const name = await inputs.nth(i).getAttribute("name");
      await inputs.nth(i).fill({ "cell-height_m": "7,5", "cell-installed_on": "01/02/2025", "cell-name": `Đã sửa ${n}` }[name ?? ""] ?? "?");
    }
    await press(row.locator("button[value=mend]"));
    await page.waitForSelector(".flash--good");
    assert.equal(await tile("fault"), BAD - n - 1);
  }
  // One that stays wrong says so, and keeps what was typed.
  const row = page.locator("tr[data-verdict=fault]").first();
  await row.locator("[aria-invalid=true]").first().fill("");
  await press(row.locator("button[value=mend]"));
  await page.waitForSelector(".flash--bad");
  const left = page.locator("tr[data-verdict=fault]").first();
  await press(left.locator("button[value=leave]"));
  await page.waitForSelector(".flash--good");
  assert.equal(await tile("left"), 1);
});

step("the good rows alone are carried out", async () => {
  await Promise.all([page.waitForNavigation(), button(`Thực hiện ${GOOD + 3} dòng`)]);
  await rests();
  assert.equal(await tile("added"), GOOD + 3);
  assert.equal(await tile("fault"), BAD - 4);
});

step("the failed rows come out as a file that can be sent again", async () => {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("a[href$='failed.xlsx']")]);
  const here = page.url();
  const path = join(out, "failed.xlsx");
  await download.saveAs(path);
  await page.goto(`${node.url}/cameras/import`);
  await page.setInputFiles("input[name=file]", path);
  await Promise.all([page.waitForURL(/\/cameras\/import\/[0-9a-f-]{36}/), button("Gửi và kiểm tra")]);
  await rests();
  assert.equal(await tile("fault"), BAD - 4, "the same faults");
  await Promise.all([page.waitForNavigation(), button("Hủy danh sách này")]);
  await page.waitForSelector("[data-state=cancelled]");
  await page.goto(here);
});

step("everything is undone", async () => {
  await Promise.all([page.waitForNavigation(), button(`Hoàn tác ${GOOD + 3} dòng`)]);
  await rests();
  assert.equal(await tile("undone"), GOOD + 3);
  await page.goto(`${node.url}/cameras`);
  assert.equal(await page.locator("tr[data-camera]").count(), 0);
});

step("many cameras are changed at once, after a preview", async () => {
  await page.goto(`${node.url}/cameras/import`);
  const path = join(out, "good.csv");
  writeFileSync(path, head + good.slice(0, 5).join("\n"));
  await page.setInputFiles("input[name=file]", path);
  await Promise.all([page.waitForURL(/\/cameras\/import\/[0-9a-f-]{36}/), button("Gửi và kiểm tra")]);
  await rests();
  await Promise.all([page.waitForNavigation(), button("Thực hiện 5 dòng")]);
  await rests();
  await page.goto(`${node.url}/cameras`);
  await page.locator("[data-tick]").nth(0).check();
  await page.locator("[data-tick]").nth(2).check();
  await Promise.all([page.waitForURL(/\/cameras\/bulk/), button("Sửa hàng loạt")]);
  assert.match(await page.innerText("main"), /2 camera được chọn/);
  await button("Xem trước");
  await page.waitForSelector(".flash--bad");
  await page.selectOption("#field0", "note");
  await page.fill("#value0", "đã rà soát");
  await page.selectOption("#field1", "height_m");
  await page.selectOption("#how1", "clear");
  assert.ok(await page.isDisabled("#value1"), "nothing to type where it is emptied");
  await Promise.all([page.waitForURL(/\/cameras\/import\//), button("Xem trước")]);
  await rests();
  assert.equal(await tile("change"), 2);
  assert.match(await page.innerText("tr[data-row='1']"), /Thay đổi:.*Ghi chú/s);
  await Promise.all([page.waitForNavigation(), button("Thực hiện 2 dòng")]);
  await rests();
  assert.equal(await tile("changed"), 2);
  // What is filtered goes out as it is, and all of it can be chosen.
  await page.goto(`${node.url}/cameras?q=tot`);
  await page.click("[data-lists] summary");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("a[href^='/cameras/export.csv']")]);
  const text = readFileSync(await download.path(), "utf8");
  assert.equal(text.split("\r\n").filter(Boolean).length, 6);
  assert.match(text, /đã rà soát/);
  if (!(await page.locator("[data-lists]").getAttribute("open"))) await page.evaluate(() => document.querySelector("[data-lists]")?.setAttribute("open", ""));
  await Promise.all([page.waitForURL(/\/cameras\/bulk/), page.click("[data-lists] a[href^='/cameras/bulk']")]);
  assert.match(await page.innerText("main"), /5 camera được chọn/);
});
