// The map, the search in the top bar and the list of cameras, as people use them.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Stage, moves, out, poll, signIn, telling } from "./harness.mjs";
import { place, unplace } from "./places.mjs";
import { raster } from "./pmtiles.mjs";

const stage = new Stage("map");
const step = telling(test, () => stage);
const pictures = join(out, "map");
mkdirSync(pictures, { recursive: true });
let demo, page, cameras, context;

before(async () => {
  demo = await stage.demo();
  const headers = { Authorization: `Bearer ${demo.token}` };
  cameras = await poll("eight cameras", async () => {
    const { items } = await (await fetch(`${demo.url}/api/v1/cameras`, { headers })).json();
    return items.length === 8 && items;
  });
  context = await stage.browser();
  page = await stage.page(context, demo.url, [/status of 404/]);
  await signIn(page, demo);
});
after(() => stage.clear());

const here = () => page.locator("[data-list] .mapside__one");
const drawn = () => page.waitForSelector("camera-map[data-ready]");
const news = () => page.innerText("[data-news]");
/** A point of the map, as a share of its width and height. */
async function point(x, y) {
  const box = await page.locator("camera-map").boundingBox();
  return [box.x + box.width * x, box.y + box.height * y];
}

step("without positions the map says what to do first", async () => {
  await unplace(demo, cameras.map((c) => c.code));
  await page.goto(`${demo.url}/map`);
  await drawn();
  await poll("words", async () => /Chưa camera nào có vị trí/.test(await news()));
});

step("cameras with a place are on the map and in the list beside it, with their states", async () => {
  await place(demo, cameras.map((c) => c.code));
  await page.goto(`${demo.url}/map`);
  await drawn();
  await poll("all eight in view", async () => (await here().count()) === 8);
  assert.match(await page.innerText("[data-here]"), /8 camera trong khung nhìn/);
  await poll("states come by themselves", async () => (await page.locator('.mapside__one[data-phase="live"]').count()) === 8);
  const colours = await page.evaluate(() => {
    const canvas = document.querySelector(".cm__canvas");
    const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    const seen = new Set();
    for (let i = 0; i < pixels.length; i += 400) seen.add(`${pixels[i] >> 5},${pixels[i + 1] >> 5},${pixels[i + 2] >> 5}`);
    return seen.size;
  });
  assert.ok(colours > 4, `the canvas shows something without any base map: ${colours} colours`);
});

step("choosing a camera opens its card with a moving picture and the ways on", async () => {
  await page.locator(`[data-list] [data-code="${cameras[2].code}"]`).click();
  await page.waitForSelector("[data-card]:not([hidden])");
  assert.match(await page.innerText("[data-card] h2"), new RegExp(cameras[2].name.slice(0, 8)));
  await moves(page, "[data-card]", 2);
  assert.match(await page.innerText("[data-card]"), /90°, góc 80°, tầm 60 m/);
  assert.equal(await page.getAttribute("[data-card] .btn--primary", "href"), `/live?grid=1&tiles=${cameras[2].code}`);
  await page.screenshot({ path: join(pictures, "card.png") });
});

step("a press on the map chooses what is there", async () => {
  await page.click("[data-card] button");
  await page.waitForSelector("[data-card][hidden]", { state: "attached" });
  const at = await page.evaluate(() => {
    const map = document.querySelector("camera-map");
    const spot = map.layer.spots.find((s) => s.n === 1);
    const box = map.getBoundingClientRect();
    return { x: box.x + spot.x, y: box.y + spot.y, code: map.data.code[spot.first] };
  });
  await page.mouse.click(at.x, at.y);
  await poll("that camera's card", async () => (await page.getAttribute("[data-card]", "data-code")) === at.code);
});

step("a drawn rectangle opens its cameras live, or as a list", async () => {
  await page.click("[data-fit]");
  await page.click("#map-draw > summary");
  await page.click('[data-draw="box"]');
  const [x1, y1] = await point(0.02, 0.02);
  const [x2, y2] = await point(0.98, 0.98);
  await page.mouse.move(x1, y1);
  await page.mouse.down();
  await page.mouse.move(x2, y2, { steps: 5 });
  await page.mouse.up();
  await page.waitForSelector("[data-shape]:not([hidden])");
  assert.match(await page.innerText("[data-shape-title]"), /8 camera trong vùng/);
  assert.match(await page.getAttribute("[data-shape-live] a", "href"), /grid=9&tiles=([^,]+,){7}/);
  await page.click("[data-shape-list]");
  await page.waitForSelector("table.table--cameras");
  assert.equal(await page.locator("tr[data-camera]").count(), 8);
  assert.match(await page.innerText(".chips"), /vùng đã vẽ/);
});

step("the same without a mouse: four numbers; and what they may not be", async () => {
  await page.goto(`${demo.url}/map`);
  await drawn();
  await poll("cameras", async () => (await here().count()) === 8);
  await page.click("#map-draw > summary");
  const fill = async (values) => {
    for (const [name, value] of Object.entries(values)) await page.fill(`[data-bbox] [name=${name}]`, value);
    await page.click("[data-bbox] button:not([type=button])");
  };
  await fill({ south: "11", west: "106.69", north: "10", east: "106.71" });
  assert.match(await page.innerText("[data-bbox-fault]"), /nam < bắc/);
  await fill({ south: "10,7740", west: "106,6990", north: "10,7750", east: "106,7100" });
  await page.waitForSelector("[data-shape]:not([hidden])");
  assert.match(await page.innerText("[data-here]"), /3 camera trong vùng/, "one row of places");
  await page.click("[data-shape-clear]");
  await page.waitForSelector("[data-shape][hidden]", { state: "attached" });
});

step("a polygon is closed by its keys, and given up by Escape", async () => {
  for (const [how, count] of [["Escape", 0], ["Enter", 1]]) {
    await page.click('[data-draw="polygon"]');
    for (const [x, y] of [[0.05, 0.1], [0.95, 0.1], [0.5, 0.95]]) await page.mouse.click(...(await point(x, y)));
    await page.keyboard.press(how);
    await poll(how, async () => (await page.locator(".cm__draw").count()) === 0);
    assert.equal(await page.locator("[data-shape]:not([hidden])").count(), count, how);
  }
  await page.click("[data-shape-clear]");
});

step("filters stay in the address; gaps and overlaps say what they are worked out from", async () => {
  await page.click(".mapwall__filter > summary");
  await page.selectOption("[data-map-filter] [name=state]", "waiting");
  await poll("nothing waits", async () => (await here().count()) === 0);
  assert.match(page.url(), /state=waiting/);
  await page.selectOption("[data-map-filter] [name=state]", "");
  await poll("all again", async () => (await here().count()) === 8);
  await page.click(".mapwall__filter > summary");
  await page.click("#map-layers > summary");
  await page.check("[data-layer=overlaps]");
  await page.check("[data-layer=gaps]");
  await poll("words on the coverage", async () => /8 camera/.test(await page.innerText("[data-coverage]")));
  assert.match(await page.innerText("[data-coverage]"), /không xét vật cản/);
  await page.screenshot({ path: join(pictures, "coverage.png") });
});

step("a base map that the district drops into the folder is shown, in ranges and only to those who are signed in", async () => {
  const folder = join(stage.root, "demo", "maps");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "quận-1.pmtiles"), raster([190, 205, 230]));
  writeFileSync(join(folder, "secret.txt"), "no map");
  await page.goto(`${demo.url}/map`);
  await drawn();
  await page.waitForSelector(".leaflet-tile-pane img[src^='blob:']", { state: "attached" });
  await poll("attribution as text", async () => /© Bản đồ thử/.test(await page.innerText(".leaflet-control-attribution")));
  await page.screenshot({ path: join(pictures, "base.png") });
  const file = `${demo.url}/maps/${encodeURIComponent("quận-1.pmtiles")}`;
  const headers = { Authorization: `Bearer ${demo.token}` };
  const part = await fetch(file, { headers: { ...headers, Range: "bytes=0-6" } });
  assert.deepEqual([part.status, await part.text(), part.headers.get("accept-ranges")], [206, "PMTiles", "bytes"]);
  assert.equal((await fetch(file)).status, 401);
  for (const name of ["secret.txt", "..%2Fnode.redb", "%2e%2e/node.redb", ".pmtiles"]) {
    assert.equal((await fetch(`${demo.url}/maps/${name}`, { headers })).status, 404, name);
  }
});

step("a file that is no map is named in words", async () => {
  writeFileSync(join(stage.root, "demo", "maps", "a-hỏng.pmtiles"), "not a map at all".repeat(2000));
  await page.goto(`${demo.url}/map`);
  await drawn();
  await poll("words", async () => /a-hỏng\.pmtiles/.test(await news()));
  page.faults.length = 0;
});

step("/ from anywhere finds by name without diacritics and by code, by keyboard alone", async () => {
  await page.goto(`${demo.url}/audit`);
  const plain = cameras[1].name.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
  await page.keyboard.press("/");
  await page.keyboard.type(plain.slice(0, 12));
  await page.waitForSelector(".find__one");
  assert.match(await page.innerText(".find__one >> nth=0"), new RegExp(cameras[1].code.replaceAll(".", "\\.")));
  assert.equal(await page.getAttribute("[data-find] input", "aria-expanded"), "true");
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.getAttribute("[data-find] input", "aria-activedescendant"), "find-0");
  await Promise.all([page.waitForURL(/\/cameras\/79/), page.keyboard.press("Enter")]);
  // Quicker than the answers: still the first hit.
  await page.keyboard.press("/");
  await page.keyboard.type(cameras[4].code);
  await page.keyboard.press("ArrowDown");
  await Promise.all([page.waitForURL(new RegExp(`/cameras/${cameras[4].code}$`)), page.keyboard.press("Enter")]);
});

step("former names of areas, typing errors, and people are found on the search page", async () => {
  await page.goto(`${demo.url}/search?q=${encodeURIComponent("Bến Nghé")}`);
  await page.waitForSelector('[data-hit="area"]');
  assert.match(await page.innerText('section:has([data-hit="area"])'), /nay là|trước đây|Phường Sài Gòn/);
  await page.goto(`${demo.url}/search?q=${encodeURIComponent(demo.account)}`);
  await page.waitForSelector('[data-hit="person"]');
});

step("the list: sorting by headings, columns of one's own, ticked rows open live", async () => {
  await page.goto(`${demo.url}/cameras?sort=name`);
  const names = () => page.$$eval("tr[data-camera] .table__main a", (links) => links.map((a) => a.textContent));
  const up = await names();
  await page.click("th[aria-sort=ascending] a");
  await page.waitForSelector("th[aria-sort=descending]");
  assert.deepEqual(await names(), [...up].reverse());
  await page.click("details:has(.columns-menu) > summary");
  await page.check("[name=col_height]");
  await page.uncheck("[name=col_unit]");
  await page.click(".columns-menu button");
  await page.waitForSelector("td[data-label='Độ cao']");
  assert.equal(await page.locator("td[data-label='Đơn vị']").count(), 0);
  assert.match(page.url(), /sort=name/, "the order stays");
  for (const n of [0, 1, 2]) await page.check(`[data-tick] >> nth=${n}`);
  assert.match(await page.innerText("[data-ticked]"), /Đã chọn 3/);
  assert.match(await page.getAttribute("[data-ticked-live]", "href"), /grid=4&tiles=[^,]+,[^,]+,[^,]+$/);
});

step("nothing went wrong on the way", async () => {
  assert.deepEqual(page.faults, []);
  await context.close();
});
