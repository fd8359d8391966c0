// The demo as a new user meets it: sign in, see moving pictures, place cameras, change grid, language and theme.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Stage, moves, picture, poll, signIn, telling } from "./harness.mjs";
import { badge, firstTile, frames, inTree, place, tile } from "./live.mjs";

const stage = new Stage("demo");
const step = telling(test, () => stage);
let demo, page, context, cameras;

before(async () => {
  demo = await stage.demo();
  context = await stage.browser();
  page = await stage.page(context, demo.url);
  cameras = await poll("eight cameras", async () => {
    const answer = await fetch(`${demo.url}/api/v1/cameras`, { headers: { Authorization: `Bearer ${demo.token}` } });
    const { items } = await answer.json();
    return items.length === 8 && items;
  });
});
after(() => stage.clear());

step("sign in through the form and see pictures move in several tiles", async () => {
  await signIn(page, demo);
  await page.goto(`${demo.url}/live?grid=4&tiles=${cameras.slice(0, 4).map((c) => c.code).join(",")}`);
  const shown = await Promise.all([1, 2, 3, 4].map((n) => moves(page, tile(n))));
  assert.equal(new Set(shown.map((p) => p.name)).size, 4, "four cameras show four different pictures");
});

step("frames and the clock badge go on", async () => {
  const [count, clock] = [await frames(page, firstTile), (await badge(page, firstTile)).text];
  assert.ok(count > 0);
  await poll("more frames", async () => (await frames(page, firstTile)) > count + 20);
  await poll("a later clock", async () => (await badge(page, firstTile)).text !== clock);
});

step("grids 1, 4, 6, 9 and 16 keep what was placed", async () => {
  for (const n of [16, 9, 6, 1, 4]) {
    await page.click(`[data-set-grid="${n}"]`);
    await poll(`${n} tiles`, async () => (await page.locator("[data-tiles-place] > .tile:visible").count()) === n);
    assert.equal(await page.getAttribute(`[data-set-grid="${n}"]`, "aria-pressed"), "true");
    await moves(page, firstTile, 2);
  }
});

step("small tiles take the substream, a large one the main stream", async () => {
  await page.click('[data-set-grid="16"]');
  await poll("the substream in a small tile", async () => (await picture(page, firstTile))?.width === 640);
  await page.click('[data-set-grid="1"]');
  await poll("the main stream in the single tile", async () => (await picture(page, firstTile))?.width === 1920);
});

step("full screen by double click takes the main stream, and Escape leads back", async () => {
  await page.click('[data-set-grid="9"]');
  await poll("the substream", async () => (await picture(page, firstTile))?.width === 640);
  await page.dblclick(firstTile);
  await poll("full screen", () => page.evaluate(() => Boolean(document.fullscreenElement)));
  await poll("the main stream", async () => (await picture(page, firstTile))?.width === 1920);
  await page.evaluate(() => document.exitFullscreen());
  await poll("the substream again", async () => (await picture(page, firstTile))?.width === 640);
});

step("a camera is placed by dragging", async () => {
  await page.click('[data-set-grid="4"]');
  await page.click("[data-clear]");
  await poll("empty tiles", async () => (await page.locator("[data-tiles-place] live-view").count()) === 0);
  await page.dragAndDrop(inTree(cameras[5].name), tile(3));
  await page.waitForSelector(`${tile(3)} live-view[camera="${cameras[5].code}"]`);
  await moves(page, tile(3));
  await page.reload();
  await page.waitForSelector(`${tile(3)} live-view[camera="${cameras[5].code}"]`);
});

step("search in the tree needs no diacritics", async () => {
  const plain = cameras[0].name.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replaceAll("đ", "d").replaceAll("Đ", "D");
  await page.fill("[data-search]", plain.toLowerCase());
  await poll("only matches", async () => {
    const shown = await page.locator("[data-tree-list] .tree__camera").allInnerTexts();
    return shown.length > 0 && shown.length < 8 && shown.some((text) => text.includes(cameras[0].name));
  });
  await page.press("[data-search]", "Escape");
});

step("language and theme switch on the page and stay", async () => {
  await page.goto(`${demo.url}/cameras`);
  assert.equal(await page.getAttribute("html", "lang"), "vi", "Vietnamese first");
  await page.click("form[action='/language'] button");
  await poll("English", async () => (await page.getAttribute("html", "lang")) === "en");
  assert.match(page.url(), /\/cameras$/, "on the same page");
  await page.reload();
  assert.equal(await page.getAttribute("html", "lang"), "en");
  const ink = () => page.evaluate(() => getComputedStyle(document.body).color);
  const colours = new Set();
  for (const theme of ["light", "dark"]) {
    await page.click("details[data-menu] summary");
    await page.click(`form[action='/theme'] button[value=${theme}]`);
    await poll(theme, async () => (await page.getAttribute("html", "data-theme")) === theme);
    await page.reload();
    colours.add(await ink());
  }
  assert.equal(colours.size, 2, "light and dark differ");
  await page.click("form[action='/language'] button");
});

step("keyboard alone: sign in, choose a tile, place a camera, change the grid", async () => {
  const other = await stage.browser();
  const keys = await stage.page(other, demo.url);
  await keys.goto(`${demo.url}/sign-in?next=/live?grid=4`);
  const focused = () =>
    keys.evaluate(() => {
      const e = document.activeElement;
      return e?.getAttribute("name") || e?.id || e?.tagName;
    });
  for (let n = 0; n < 10 && (await focused()) !== "name"; n++) await keys.keyboard.press("Tab");
  await keys.keyboard.type(demo.account);
  await keys.keyboard.press("Tab");
  await keys.keyboard.type(demo.password);
  await Promise.all([keys.waitForURL(/\/live/), keys.keyboard.press("Enter")]);
  await keys.waitForSelector(inTree(cameras[7].name));
  await keys.keyboard.press("/");
  await keys.keyboard.type(cameras[7].code);
  await keys.keyboard.press("ArrowDown");
  await keys.keyboard.press("Enter");
  await keys.waitForSelector(`live-view[camera="${cameras[7].code}"]`);
  await moves(keys, `.tile:has(live-view[camera="${cameras[7].code}"])`);
  await keys.keyboard.press("2");
  await keys.keyboard.press("4");
  await poll("nine tiles", async () => (await keys.locator("[data-tiles-place] > .tile").count()) === 9);
  const visible = await keys.evaluate(() => {
    const style = getComputedStyle(document.activeElement);
    return document.activeElement !== document.body && style.visibility !== "hidden";
  });
  assert.ok(visible, "the focus is somewhere to be seen");
  await other.close();
});

step("switching a tile shows no black in between", async () => {
  await page.goto(`${demo.url}/live?grid=1&tiles=${cameras[0].code}`);
  await moves(page, firstTile);
  await place(page, cameras[1].name, 1);
  const flat = [];
  const shown = await frames(page, firstTile);
  await poll("the other camera's frames", async () => {
    const now = await picture(page, firstTile);
    if (now && now.contrast <= 10) flat.push(now);
    return (await frames(page, firstTile)) !== shown && now;
  });
  await moves(page, firstTile);
  assert.deepEqual(flat, []);
});

step("nothing went wrong on the way", async () => {
  assert.deepEqual(page.faults, []);
});
