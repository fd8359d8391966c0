// A person's second factor: set up from the secret that the page shows, asked for at the next sign-in, helped out by a
// recovery code once, and reset by the administrator with a reason.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { Stage, poll, signIn, telling } from "./harness.mjs";

const stage = new Stage("second-factor");
const step = telling(test, () => stage);
const expected = [/status of (400|401|403|422|429)/];
const name = "lan";
let node, boss, page, account, password, secret, codes;

/** The code of RFC 6238 for the time step that holds that moment (SHA-1, six digits, 30 s). */
function totp(base32, moment) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...base32].map((c) => alphabet.indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(moment / 30_000)));
  const hash = createHmac("sha1", key).update(counter).digest();
  const at = hash[hash.length - 1] & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** A code that has not been taken yet: the one of the next step, which is good already. */
const fresh = () => totp(secret, Date.now() + 30_000);

async function first(on) {
  await on.goto(`${node.url}/sign-in`);
  await on.fill("input[name=name]", name);
  await on.fill("input[name=password]", password);
  await Promise.all([on.waitForNavigation(), on.click("main form button:not([name])")]);
}

async function second(on, code) {
  await on.fill("input[name=code]", code);
  await Promise.all([on.waitForNavigation(), on.click("main form button.btn--primary")]);
}

before(async () => {
  node = await stage.demo();
  const answer = await fetch(`${node.url}/api/v1/accounts`, {
    method: "POST",
    headers: { Authorization: `Bearer ${node.token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ name, display_name: "Trần Thị Lan", role: "viewer" }),
  });
  account = await answer.json();
  assert.equal(answer.status, 201, JSON.stringify(account));
  password = account.password_once;
  boss = await stage.page(await stage.browser(), node.url, expected);
  page = await stage.page(await stage.browser(), node.url, expected);
  await signIn(boss, node);
  await signIn(page, node, { account: name, password });
});
after(() => stage.clear());

step("the page shows a secret, and takes no wrong code", async () => {
  await page.goto(`${node.url}/account/second-factor`);
  assert.ok(await page.isVisible("svg.qr"), "as a picture to scan");
  secret = (await page.inputValue("#secret")).replaceAll(" ", "");
  assert.match(secret, /^[A-Z2-7]{32,}$/);
  await page.fill("input[name=password_old]", password);
  await page.fill("input[name=code]", totp(secret, 0));
  await page.click("main form button.btn--primary");
  await page.waitForSelector(".field__fault");
  assert.equal((await page.inputValue("#secret")).replaceAll(" ", ""), secret, "the same secret: it may be scanned already");
});

step("the right code sets it up, and recovery codes are shown once", async () => {
  await page.fill("input[name=password_old]", password);
  await page.fill("input[name=code]", totp(secret, Date.now()));
  await page.click("main form button.btn--primary");
  codes = await page.waitForSelector("[data-codes]").then(() => page.$$eval("[data-codes] li", (all) => all.map((l) => l.textContent.trim())));
  assert.equal(new Set(codes).size, 10);
  await page.goto(`${node.url}/account/second-factor`);
  assert.equal(await page.locator("[data-codes]").count(), 0);
  assert.equal(await page.locator("#secret").count(), 0, "nor is the secret shown again");
});

let other;
step("the password alone opens nothing any more", async () => {
  other = await stage.page(await stage.browser(), node.url, expected);
  await first(other);
  assert.match(other.url(), /\/sign-in\/code/);
  for (const path of ["/live", "/cameras", "/account"]) {
    await other.goto(node.url + path);
    assert.match(other.url(), /\/sign-in/, `${path} is closed`);
  }
  await first(other);
  await second(other, totp(secret, 0));
  assert.equal(await other.locator(".flash--bad").count(), 1, "a wrong code is said to be wrong");
});

step("with the code it does, and a code works once", async () => {
  const code = await poll("a code that opens", async () => {
    const code = fresh();
    await second(other, code);
    return /\/live/.test(other.url()) && code;
  });
  const third = await stage.page(await stage.browser(), node.url, expected);
  await first(third);
  await second(third, code);
  assert.match(third.url(), /\/sign-in\/code/, "the same code again opens nothing");
  await second(third, codes[0]);
  assert.match(third.url(), /\/live/, "a recovery code does");
  const fourth = await stage.page(await stage.browser(), node.url, expected);
  await first(fourth);
  await second(fourth, codes[0]);
  assert.match(fourth.url(), /\/sign-in\/code/, "once");
});

step("the administrator resets it with a reason", async () => {
  await boss.goto(`${node.url}/accounts/${account.id}`);
  await boss.click("details.nested:has(form[action$='/second-factor']) > summary");
  await boss.fill("form[action$='/second-factor'] input[name=reason]", "Mất điện thoại, đã xác minh tại đơn vị");
  await Promise.all([boss.waitForNavigation(), boss.click("form[action$='/second-factor'] button")]);
  assert.equal(await boss.locator(".flash--good").count(), 1, await boss.innerText("main"));
  await page.goto(`${node.url}/account`);
  assert.match(page.url(), /\/sign-in/, "every sign-in has ended");
  await signIn(page, node, { account: name, password });
  await page.goto(`${node.url}/account/second-factor`);
  const anew = (await page.inputValue("#secret")).replaceAll(" ", "");
  assert.ok(anew && anew !== secret, "a new secret");
});

step("all of it is on record, in words, without the secret", async () => {
  await boss.goto(`${node.url}/audit?subject=${name}`);
  const table = await boss.innerText(".table--audit");
  for (const part of ["Thiết lập xác thực hai bước", "Quản trị viên đặt lại xác thực hai bước", "Mất điện thoại"]) {
    assert.ok(table.includes(part), `${part}\n${table}`);
  }
  const answer = await fetch(`${node.url}/api/v1/audit?limit=500`, { headers: { Authorization: `Bearer ${node.token}` } });
  const whole = await answer.text();
  for (const hidden of [secret, ...codes, password]) assert.ok(!whole.includes(hidden), "no secret is on record");
  for (const one of [boss, page, other]) assert.deepEqual(one.faults, []);
});
