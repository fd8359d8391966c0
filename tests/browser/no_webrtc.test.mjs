// Behind a network that lets nothing through but the pages: WebRTC connects to nowhere (the browser is told to use relays
// only, and there is none), and the pictures come by HTTPS.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Stage, moves, picture, poll, signIn, telling } from "./harness.mjs";
import { firstTile, tile } from "./live.mjs";

const stage = new Stage("no-webrtc");
const step = telling(test, () => stage);
let demo, page, codes;

const label = (n) => page.locator(`${tile(n)} .lv__stream`).innerText();
const path = (n) => page.locator(`${tile(n)} live-view`).getAttribute("data-path");

before(async () => {
  demo = await stage.demo();
  const context = await stage.browser();
  page = await stage.page(context, demo.url);
  await page.addInitScript(() => {
    const Real = globalThis.RTCPeerConnection;
    globalThis.__open = false;
    globalThis.RTCPeerConnection = class extends Real {
      constructor(options) {
        super(globalThis.__open ? options : { ...options, iceTransportPolicy: "relay" });
      }
    };
  });
  codes = await poll("eight cameras", async () => {
    const answer = await fetch(`${demo.url}/api/v1/cameras`, { headers: { Authorization: `Bearer ${demo.token}` } });
    const { items } = await answer.json();
    return items.length === 8 && items.map((c) => c.code);
  });
});
after(() => stage.clear());

step("four tiles show moving pictures, and say which way they come", async () => {
  await signIn(page, demo);
  await page.goto(`${demo.url}/live?grid=4&tiles=${codes.slice(0, 4).join(",")}`);
  const shown = await Promise.all([1, 2, 3, 4].map((n) => moves(page, tile(n))));
  assert.equal(new Set(shown.map((p) => p.name)).size, 4, "four cameras show four different pictures");
  for (const n of [1, 2, 3, 4]) assert.deepEqual([await path(n), /qua HTTPS/.test(await label(n))], ["mse", true]);
  await page.hover(firstTile);
  await page.click(`${firstTile} .lv__tool[title="Thông số"]`);
  const stats = page.locator(`${firstTile} .lv__stats`);
  await poll("the statistics say why", async () => /Mạng không cho WebRTC đi qua/.test(await stats.innerText()));
  await poll("and how much", async () => /avc1\.[0-9a-f]{6}/.test(await stats.innerText()) && /[1-9][\d.]* kbit\/s/.test(await stats.innerText()));
});

step("the pictures stay at the live edge", async () => {
  const behind = await page.evaluate((selector) => {
    const video = document.querySelector(`${selector} video.lv__video--on`);
    return video.buffered.end(video.buffered.length - 1) - video.currentTime;
  }, firstTile);
  assert.ok(behind < 2, `${behind} s behind the newest picture`);
});

step("a larger tile takes the main stream here too", async () => {
  await page.click('[data-set-grid="1"]');
  await poll("the main stream", async () => (await picture(page, firstTile))?.width === 1920);
  assert.equal(await path(1), "mse");
  await page.click('[data-set-grid="4"]');
});

step("when WebRTC comes through again, the tiles go back to it by themselves", async () => {
  await page.evaluate(async () => {
    globalThis.__open = true;
    const address = performance.getEntriesByType("resource").map((e) => e.name).find((n) => /live-view[^/]*\.js/.test(n));
    (await import(address)).ways.againMs = 1;
  });
  await poll("WebRTC", async () => (await path(1)) === "webrtc" && !/HTTPS/.test(await label(1)));
  await moves(page, firstTile);
});
