// The operator's wall: six tiles with a large one, saved layouts, favourites, a tour, the wall in a window of its own,
// keys, and tiles that cost nothing while nobody sees them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Stage, moves, picture, poll, signIn, telling } from "./harness.mjs";
import { firstTile, inTree, tile } from "./live.mjs";

const stage = new Stage("wall");
const step = telling(test, () => stage);
const expected = [/status of (400|403|404|412)/];
let demo, page, mai, context, cameras, codes;

async function call(method, path, body) {
  const answer = await fetch(`${demo.url}${path}`, {
    method,
    headers: { Authorization: `Bearer ${demo.token}`, "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const told = await answer.json();
  assert.ok(answer.ok, `${method} ${path}: ${JSON.stringify(told)}`);
  return told;
}

const open = async (on, grid, some) => {
  await on.goto(`${demo.url}/live?grid=${grid}&tiles=${some.join(",")}`);
  await on.waitForSelector("[data-live][data-ready]");
};
const shown = (on) => on.$$eval("[data-tiles-place] > .tile", (tiles) => tiles.map((t) => t.querySelector("live-view")?.getAttribute("camera") ?? ""));
const menu = async (on, which) => {
  await on.click(`[data-${which}] > summary`);
  await on.waitForSelector(`[data-${which}][open]`);
};
const said = (on, words) => poll(`“${words}”`, async () => (await on.innerText("[data-news]")).includes(words));

before(async () => {
  demo = await stage.demo();
  cameras = await poll("eight cameras", async () => {
    const { items } = await call("GET", "/api/v1/cameras");
    return items.length === 8 && items;
  });
  codes = cameras.map((c) => c.code);
  const account = await call("POST", "/api/v1/accounts", { name: "mai", display_name: "Trần Thị Mai", role: "viewer" });
  context = await stage.browser();
  page = await stage.page(context, demo.url, expected);
  mai = await stage.page(await stage.browser(), demo.url, expected);
  await signIn(page, demo);
  await signIn(mai, demo, { account: "mai", password: account.password_once });
});
after(() => stage.clear());

step("of six tiles the first is large and has the main stream, the others the substream", async () => {
  await open(page, 6, codes.slice(0, 6));
  await poll("the main stream", async () => (await picture(page, firstTile))?.width === 1920);
  await poll("the substream", async () => (await picture(page, tile(6)))?.width === 640);
  const [large, small] = await Promise.all([firstTile, tile(2)].map((t) => page.locator(t).boundingBox()));
  assert.ok(large.width > small.width * 1.8 && large.height > small.height * 1.8);
  await page.locator(tile(3)).focus();
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.getAttribute(tile(6), "aria-current"), "true", "the one below, not the one three further");
});

step("a layout is saved, opened, saved over, renamed and removed", async () => {
  await open(page, 6, codes.slice(0, 3));
  await menu(page, "layouts");
  await page.fill("#layout-name", "Ca sáng");
  await page.press("#layout-name", "Enter");
  await said(page, "Ca sáng");
  assert.equal(await page.innerText("[data-layout-name]"), "Ca sáng");
  await page.click("[data-clear]");
  await page.click('[data-set-grid="4"]');
  await menu(page, "layouts");
  await page.click(".layouts__one:has-text('Ca sáng')");
  await poll("six tiles as they were", async () => String(await shown(page)) === String([...codes.slice(0, 3), "", "", ""]));

  await page.reload();
  await poll("it is still the one that is open", async () => (await page.innerText("[data-layout-name]")) === "Ca sáng");
  await page.locator(tile(4)).click({ position: { x: 30, y: 30 } });
  await page.click(inTree(cameras[5].name));
  await menu(page, "layouts");
  await page.click("[data-key=save]");
  await said(page, "Đã lưu");
  await menu(page, "layouts");
  await page.fill("#layout-name", "Ca chiều");
  await page.click("[data-key=rename]");
  await poll("its new name", async () => (await page.innerText("[data-layout-name]")) === "Ca chiều");
  const kept = (await call("GET", "/api/v1/layouts")).items;
  assert.deepEqual(kept.map((l) => [l.name, l.grid, l.tiles]), [["Ca chiều", 6, [...codes.slice(0, 3), codes[5]]]]);

  await menu(page, "layouts");
  await page.click("[data-key=remove]");
  await poll("asked once more", async () => /lần nữa/.test(await page.innerText("[data-key=remove]")));
  await page.click("[data-key=remove]");
  await said(page, "Đã xóa");
  assert.deepEqual((await call("GET", "/api/v1/layouts")).items, []);
});

step("a layout for all is opened by others, who cannot change it", async () => {
  await open(page, 4, codes.slice(2, 4));
  await menu(page, "layouts");
  await page.fill("#layout-name", "Chung");
  await page.check("input[name=for_unit]");
  await page.click("[data-key=send]");
  await said(page, "Chung");
  await open(mai, 1, [codes[7]]);
  await menu(mai, "layouts");
  assert.equal(await mai.locator("input[name=for_unit]").count(), 0, "who may not share does not keep any for others");
  await mai.click(".layouts__one:has-text('Chung')");
  await poll("the cameras of all", async () => String(await shown(mai)) === String([codes[2], codes[3], "", ""]));
  await menu(mai, "layouts");
  await mai.waitForSelector(".layouts__one[aria-current=true]");
  assert.equal(await mai.locator("[data-key=save], [data-key=remove], [data-key=rename]").count(), 0);
  // Her own of the same name is another one.
  await mai.fill("#layout-name", "Chung");
  await mai.press("#layout-name", "Enter");
  await said(mai, "Chung");
  await menu(mai, "layouts");
  await poll("two of that name", async () => (await mai.locator(".layouts__one:has-text('Chung')").count()) === 2);
  await mai.fill("#layout-name", "chung");
  await mai.press("#layout-name", "Enter");
  assert.match(await mai.innerText(".layouts__fault"), /Đã có bố cục/);
});

step("favourites stand above the areas, also elsewhere and later", async () => {
  await open(page, 4, codes.slice(0, 2));
  await page.locator(inTree(cameras[6].name)).first().hover();
  await page.locator(`${inTree(cameras[6].name)} .tree__star`).first().click();
  await said(page, cameras[6].name);
  await page.reload();
  await page.click("[data-group='f:']");
  const first = page.locator("[data-tree-list] .tree__camera").first();
  await poll("the favourite first", async () => (await first.innerText()).includes(cameras[6].name));
  assert.match(await first.innerText(), /Yêu thích/, "told in words, not by the star alone");
  // By key, for the camera of the chosen tile.
  await page.locator(firstTile).focus();
  await page.keyboard.press("*");
  await said(page, cameras[0].name);
  await page.keyboard.press("*");
  await said(page, "bỏ yêu thích");
});

step("a tour goes page by page without black, stops for the space bar, and gives back what was there", async () => {
  await open(page, 1, [codes[0]]);
  await moves(page, firstTile, 2);
  await menu(page, "tour");
  await page.fill("#tour-seconds", "5");
  await page.check("input[value=found]");
  await page.click("[data-key=start]");
  await moves(page, firstTile, 2);
  const [seen, black] = [new Set(), []];
  await poll("three pages", async () => {
    const [code] = await shown(page);
    const now = await picture(page, firstTile);
    // The very first page could not be connected before its turn.
    if (seen.size && (!now || now.contrast <= 10)) black.push(code);
    if (now && now.contrast > 10) seen.add(code);
    return seen.size >= 3;
  }, 40);
  assert.deepEqual(black, []);
  await page.locator(firstTile).focus();
  await page.keyboard.press("Space");
  await poll("told to be paused", async () => /tạm dừng/.test(await page.innerText(".tour__page")));
  const [at] = await shown(page);
  await page.keyboard.press("PageDown");
  await poll("turned by hand", async () => (await shown(page))[0] !== at);
  await page.keyboard.press("t");
  await poll("as before the tour", async () => String(await shown(page)) === codes[0]);
  assert.ok(await page.isHidden("[data-tour-bar]"));
  await page.reload();
  await poll("and remembered so", async () => String(await shown(page)) === codes[0]);
});

step("the wall in its own window shows what is chosen in the first", async () => {
  await open(page, 4, codes.slice(0, 1));
  const [wall] = await Promise.all([page.waitForEvent("popup"), page.click("[data-open-wall]")]);
  await wall.waitForSelector("[data-live][data-ready]");
  assert.ok(await wall.isHidden(".top") && await wall.isHidden(".nav") && await wall.isHidden(".tree"), "tiles alone");
  await page.click("[data-to-wall]:not([hidden])");
  for (const n of [3, 4]) await page.locator(inTree(cameras[n].name)).first().click();
  await poll("both on the wall", async () => String((await shown(wall)).filter(Boolean)) === String([codes[3], codes[4]]));
  await moves(wall, firstTile, 2);
  assert.deepEqual((await shown(page)).filter(Boolean), [codes[0]], "this window keeps its own");
  await wall.keyboard.press("f");
  await poll("full screen", () => wall.evaluate(() => Boolean(document.fullscreenElement)));
  await wall.evaluate(() => document.exitFullscreen());
  await wall.reload();
  await poll("it remembers its own layout", async () => String((await shown(wall)).filter(Boolean)) === String([codes[3], codes[4]]));
  await wall.close();
  await page.waitForSelector("[data-to-wall]", { state: "hidden" });
});

step("the question mark shows every key", async () => {
  await page.locator(firstTile).focus();
  await page.keyboard.press("?");
  await page.waitForSelector("dialog[data-keys][open]");
  assert.ok((await page.locator("dialog[data-keys] kbd").count()) > 14);
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog[data-keys]", { state: "hidden" });
});

step("a picture that is scrolled out of sight is given up, and comes back when it is seen", async () => {
  await page.setViewportSize({ width: 390, height: 500 });
  await page.goto(`${demo.url}/cameras/${codes[0]}`);
  const view = page.locator("live-view").first();
  await view.scrollIntoViewIfNeeded();
  await poll("it plays", async () => (await view.getAttribute("data-state")) === "playing");
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await poll("it is given up", async () => (await view.getAttribute("data-state")) === "connecting");
  assert.match(await view.locator(".lv__title").textContent(), /ngoài màn hình/);
  await view.scrollIntoViewIfNeeded();
  await poll("it plays again", async () => (await view.getAttribute("data-state")) === "playing");
});

step("nothing went wrong on the way", () => {
  assert.deepEqual([page.faults, mai.faults], [[], []]);
});
