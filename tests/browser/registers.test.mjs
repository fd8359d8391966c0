// Areas, units and registers in the browser: an old name is found, a unit is entered and mended, a register's entry is added,
// and the cameras of a former ward are handed over, undone and handed over for good.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Stage, poll, signIn, telling } from "./harness.mjs";

const stage = new Stage("registers");
const step = telling(test, () => stage);
let node, page;

before(async () => {
  node = await stage.demo();
  await poll("cameras", async () => (await call("GET", "/api/v1/cameras")).body.items.length === 8);
  const context = await stage.browser();
  page = await stage.page(context, node.url, [/status of (404|409|422)/]);
  await signIn(page, node);
});
after(() => stage.clear());

/** The API, as a program uses it. */
async function call(method, path, body, headers = {}) {
  const answer = await fetch(node.url + path, {
    method,
    headers: { Authorization: `Bearer ${node.token}`, "Content-Type": "application/json", ...headers },
    body: body ? JSON.stringify(body) : undefined,
  });
  const text = await answer.text();
  return { status: answer.status, etag: answer.headers.get("etag"), body: text ? JSON.parse(text) : null };
}

const submit = (selector) => Promise.all([page.waitForLoadState("load"), page.click(selector)]);
const flash = () => page.textContent(".main > .flash");

step("the door of administration leads to the areas, and an old name to what it became", async () => {
  await page.goto(`${node.url}/live`);
  await submit("nav.nav a[href='/admin']");
  assert.ok((await page.locator(".doors__one").count()) >= 5);
  await submit(".doors a[href='/areas']");
  assert.ok((await page.locator("tr[data-area]").count()) >= 100, "the wards of the city");
  await page.fill("input[name=q] >> visible=true >> nth=-1", "ben nghe");
  await submit(".filter__end button");
  const row = page.locator("tr[data-area='26740']").filter({ hasText: "Phường Bến Nghé" });
  assert.match(await row.textContent(), /Quận 1/);
  await Promise.all([page.waitForLoadState("load"), row.locator("a", { hasText: "Phường Sài Gòn" }).click()]);
  assert.equal(await page.textContent("h1"), "Phường Sài Gòn");
  assert.match(await page.textContent(".facts"), /Phường Bến Nghé/);
});

step("a unit with a fault is mended and kept", async () => {
  await page.goto(`${node.url}/units/add`);
  await page.fill("#name", "Ủy ban nhân dân phường Sài Gòn");
  await page.fill("#code", "UBND SG");
  await page.fill("#area", "Phường Sài Gonn");
  await submit(".card--form .btn--primary");
  assert.match(await page.textContent("#area-fault"), /Phường Sài Gòn/, "the nearest is named");
  assert.equal(await page.inputValue("#name"), "Ủy ban nhân dân phường Sài Gòn", "what was typed stays");
  await page.fill("#code", "UBND-SG");
  await page.fill("#area", "Phường Sài Gòn");
  await submit(".card--form .btn--primary");
  assert.match(await flash(), /Đã thêm đơn vị/);
  await page.goto(`${node.url}/units?missing=1`);
  assert.match(await page.textContent("tr[data-unit='UBND-SG']"), /Chưa phân công/);
});

step("an entry is added to a register and ends on a day", async () => {
  await page.goto(`${node.url}/registers/place`);
  await page.click("#add > summary");
  await page.fill("#vi", "Bãi biển");
  await page.fill("#en", "Beach");
  await page.fill("#code", "beach");
  await page.check("input[name=public]");
  await submit("#add .btn--primary");
  assert.match(await flash(), /Bãi biển/);
  assert.match(await page.textContent("tr[data-item=beach]"), /công cộng/);
  await submit("tr[data-item=beach] a");
  await page.fill("#valid_to", "2026-01-01");
  await submit(".card--form .btn--primary");
  assert.match(await page.textContent("tr[data-item=beach]"), /Đã kết thúc.*01\/01\/2026/s);
});

step("the cameras of a former ward are handed over, undone, and handed over for good", async () => {
  const { items } = (await call("GET", "/api/v1/cameras")).body;
  const code = items[0].code;
  const at = async () => (await call("GET", `/api/v1/cameras/${code}`)).body.area;
  const one = await call("GET", `/api/v1/cameras/${code}`);
  const moved = await call("PATCH", `/api/v1/cameras/${code}`, { area: "Phường Bến Nghé" }, { "If-Match": one.etag });
  assert.equal(moved.status, 200, JSON.stringify(moved.body));
  await page.goto(`${node.url}/areas`);
  await submit("a[href='/areas/handover?former=1']");
  assert.equal(await page.getAttribute("[data-moves]", "data-moves"), "1", "the preview says what would happen");
  assert.equal(await at(), "Phường Bến Nghé", "and changes nothing");
  await submit("button[value=carry_out]");
  assert.ok(await page.isVisible("#why-fault"), "without a basis it is not carried out");
  await page.fill("#why", "NQ 1685/NQ-UBTVQH15");
  await submit("button[value=carry_out]");
  assert.equal(await page.getAttribute("[data-state]", "data-state"), "done");
  assert.equal(await at(), "Phường Sài Gòn");
  await submit("form[action$='/undo'] button");
  assert.equal(await page.getAttribute("[data-state]", "data-state"), "undone");
  assert.equal(await at(), "Phường Bến Nghé");
  await page.goto(`${node.url}/areas/handover?former=1`);
  await page.fill("#why", "NQ 1685/NQ-UBTVQH15, lần 2");
  await submit("button[value=carry_out]");
  await submit("form[action$='/confirm'] button");
  assert.equal(await page.getAttribute("[data-state]", "data-state"), "confirmed");
  assert.equal(await page.locator("form[action$='/undo']").count(), 0);
  assert.equal(await at(), "Phường Sài Gòn");
});

step("an undo takes back what nobody has moved since, and names the rest before the click and after", async () => {
  const { items } = (await call("GET", "/api/v1/cameras?sort=code")).body;
  const [stays, leaves] = items.slice(-2).map((camera) => camera.code);
  const read = async (code) => (await call("GET", `/api/v1/cameras/${code}`)).body;
  const change = async (code, patch) => {
    const { etag } = await call("GET", `/api/v1/cameras/${code}`);
    const answer = await call("PATCH", `/api/v1/cameras/${code}`, patch, { "If-Match": etag });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
  };
  for (const code of [stays, leaves]) await change(code, { area: "Phường Bến Nghé, Quận 1, Thành phố Hồ Chí Minh" });
  await page.goto(`${node.url}/areas/handover?former=1`);
  await page.fill("#why", "NQ 1685/NQ-UBTVQH15, lần 3");
  await submit("button[value=carry_out]");
  const place = page.url();
  assert.equal(await page.getAttribute("[data-keeps]", "data-keeps"), "0", "nothing was changed yet");
  await change(stays, { name: "Tên mới sau bàn giao" });
  await change(leaves, { area: "Phường Tân Định, Thành phố Hồ Chí Minh" });

  await page.goto(place);
  assert.equal(await page.getAttribute("[data-back]", "data-back"), "1");
  assert.match(await page.textContent(`tr[data-thing='${leaves}']`), /Địa bàn đã được đổi sau đó/);
  await submit("form[action$='/undo'] button");
  assert.equal(await page.getAttribute("[data-state]", "data-state"), "undone");
  assert.match(await flash(), /trừ các mục đã đổi/);
  assert.equal(await page.getAttribute("#kept", "data-kept"), "1");
  assert.equal(await page.locator("form[action$='/undo'], form[action$='/confirm']").count(), 0, "it is closed");
  assert.deepEqual(
    [(await read(stays)).area, (await read(stays)).name],
    ["Phường Bến Nghé", "Tên mới sau bàn giao"],
    "back in its old area, with the name that it was given since",
  );
  assert.equal((await read(leaves)).area, "Phường Tân Định");
  await submit(`tr[data-thing='${leaves}'] a`);
  assert.match(await page.textContent("main"), new RegExp(leaves), "the link leads to the camera");
});

step("programs read and change the same, and never over another's change", async () => {
  const old = await call("GET", "/api/v1/areas/26740");
  assert.equal(old.body.path, "Phường Sài Gòn, Thành phố Hồ Chí Minh");
  const wish = { former_names: ["Trung tâm thành phố"] };
  assert.equal((await call("PATCH", "/api/v1/areas/26740", wish)).status, 428);
  const changed = await call("PATCH", "/api/v1/areas/26740", wish, { "If-Match": old.etag });
  assert.equal(changed.status, 200, JSON.stringify(changed.body));
  assert.equal((await call("PATCH", "/api/v1/areas/26740", wish, { "If-Match": old.etag })).status, 412);
  const first = (await call("GET", "/api/v1/areas?in_force=true&limit=100")).body;
  const second = (await call("GET", `/api/v1/areas?in_force=true&limit=100&cursor=${first.next}`)).body;
  assert.deepEqual([first.items.length, second.items.length, first.total, second.next], [100, 69, 169, null]);
  const bad = await call("POST", "/api/v1/units", { code: "X", name: "X", kind: "cong ann" });
  assert.equal(bad.status, 400);
  assert.match(JSON.stringify(bad.body), /Công an/);
  const layers = (await call("GET", "/api/v1/registers/layer")).body;
  assert.deepEqual(layers.items.map((item) => item.traits.from_m ?? 0), [20, 10, 5, 3, 0]);
});
