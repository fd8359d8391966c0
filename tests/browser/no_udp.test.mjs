// Behind a network that lets no UDP through: the browser itself refuses to send any (its policy for such networks), and
// the same pictures come by TCP.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Stage, moves, poll, signIn, telling } from "./harness.mjs";
import { firstTile, tile } from "./live.mjs";

const stage = new Stage("no-udp", { chromium: ["--webrtc-ip-handling-policy=disable_non_proxied_udp"] });
const step = telling(test, () => stage);
let demo, page, codes;

const metric = async (name) => {
  const answer = await fetch(`${demo.url}/metrics`, { headers: { Authorization: `Bearer ${demo.token}` } });
  const line = (await answer.text()).split("\n").find((l) => l.startsWith(`${name} `));
  return Number(line?.split(" ").at(-1));
};

before(async () => {
  demo = await stage.demo();
  const context = await stage.browser();
  page = await stage.page(context, demo.url);
  codes = await poll("eight cameras", async () => {
    const answer = await fetch(`${demo.url}/api/v1/cameras`, { headers: { Authorization: `Bearer ${demo.token}` } });
    const { items } = await answer.json();
    return items.length === 8 && items.map((c) => c.code);
  });
});
after(() => stage.clear());

step("four tiles show moving pictures, by TCP", async () => {
  await signIn(page, demo);
  await page.goto(`${demo.url}/live?grid=4&tiles=${codes.slice(0, 4).join(",")}`);
  const shown = await Promise.all([1, 2, 3, 4].map((n) => moves(page, tile(n))));
  assert.equal(new Set(shown.map((p) => p.name)).size, 4, "four cameras show four different pictures");
  await poll("the node counts them so", async () => (await metric('matluoi_webrtc_viewers_by_path{path="tcp"}')) === 4);
  assert.equal(await metric('matluoi_webrtc_viewers_by_path{path="udp"}'), 0);
});

step("the statistics of a tile say which way its pictures take", async () => {
  await page.hover(firstTile);
  await page.click(`${firstTile} .lv__tool[title="Thông số"]`);
  await poll("TCP", async () => /\bTCP\b/.test(await page.locator(`${firstTile} .lv__stats`).innerText()));
});
