// Every page in both languages, themes and widths: accessible, quiet, at home, and photographed.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Stage, moves, out, poll, signIn, telling } from "./harness.mjs";
import { firstTile } from "./live.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const stage = new Stage("pages");
const step = telling(test, () => stage);
const pictures = join(out, "pages");
mkdirSync(pictures, { recursive: true });

let demo, fresh, codes;
before(async () => {
  [demo, fresh] = await Promise.all([stage.demo(), stage.run()]);
  codes = await poll("cameras", async () => {
    const answer = await fetch(`${demo.url}/api/v1/cameras`, { headers: { Authorization: `Bearer ${demo.token}` } });
    const { items } = await answer.json();
    return items.length === 8 && items.map((item) => item.code);
  });
});
after(() => stage.clear());

const open = {
  "sign-in": () => `${demo.url}/sign-in`,
  setup: () => fresh.setup,
  "setup-refused": () => `${fresh.url}/setup?token=${"0".repeat(32)}`,
};
const inside = {
  live: () => `${demo.url}/live?grid=4&tiles=${codes.slice(0, 3).join(",")}`,
  "live-16": () => `${demo.url}/live?grid=16&tiles=${codes.join(",")}`,
  cameras: () => `${demo.url}/cameras`,
  "cameras-none": () => `${demo.url}/cameras?q=khong-co-camera-nao`,
  camera: () => `${demo.url}/cameras/${codes[0]}`,
  "camera-add": () => `${demo.url}/cameras/add`,
  import: () => `${demo.url}/cameras/import`,
  bulk: () => `${demo.url}/cameras/bulk`,
  audit: () => `${demo.url}/audit`,
  account: () => `${demo.url}/account`,
  accounts: () => `${demo.url}/accounts`,
  "second-factor": () => `${demo.url}/account/second-factor`,
  "sign-in-networks": () => `${demo.url}/sign-in-networks`,
  reviews: () => `${demo.url}/reviews`,
  node: () => `${demo.url}/node`,
  "not-found": () => `${demo.url}/cameras/khong-co`,
};

async function look(page, name, url, { language, theme, width }) {
  const address = new URL(url);
  address.searchParams.set("lang", language);
  await page.goto(address.href, { waitUntil: "load" });
  if (name.startsWith("live")) await moves(page, firstTile, 2);
  assert.equal(await page.getAttribute("html", "lang"), language, `${name} in ${language}`);
  await page.evaluate(() => document.fonts.ready);
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await page.screenshot({ path: join(pictures, `${name}-${width}-${theme}-${language}.png`), fullPage: !name.startsWith("live") });
  assert.ok(sideways <= 0, `${name} at ${width} scrolls sideways by ${sideways} px`);
  if (language === "vi") {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() =>
      globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
    );
    const grave = violations
      .filter((v) => ["serious", "critical"].includes(v.impact))
      .map((v) => `${v.id}: ${v.help} — ${v.nodes.map((n) => n.target.join(" ")).slice(0, 5).join(" | ")}`);
    assert.deepEqual(grave, [], `${name} ${width} ${theme}`);
  }
}

for (const width of [1440, 390]) {
  for (const theme of ["light", "dark"]) {
    step(`every page at ${width} pixels, ${theme}`, async () => {
      const context = await stage.browser({ viewport: { width, height: width === 390 ? 844 : 900 }, colorScheme: theme });
      const before = await stage.page(context, "https://127.0.0.1", [/status of 4\d\d/]);
      const faults = [];
      const tryLook = async (page, name, url, language) => {
        await look(page, name, url, { language, theme, width }).catch((fault) => faults.push(fault.message));
      };
      for (const language of ["vi", "en"]) {
        for (const [name, url] of Object.entries(open)) {
          if (name !== "sign-in") await tryLook(before, name, url(), language);
        }
      }
      const page = await stage.page(context, demo.url, [/status of 404/]);
      for (const language of ["vi", "en"]) await tryLook(page, "sign-in", open["sign-in"](), language);
      await signIn(page, demo);
      await page.evaluate(async (theme) => {
        const body = new URLSearchParams({ theme, next: "/live", csrf: document.querySelector("meta[name=csrf]").content });
        await fetch("/theme", { method: "POST", body });
      }, theme);
      for (const language of ["vi", "en"]) {
        for (const [name, url] of Object.entries(inside)) await tryLook(page, name, url(), language);
      }
      assert.deepEqual([...faults, ...before.faults, ...page.faults], []);
      await context.close();
    });
  }
}

step("pages other than live work without JavaScript", async () => {
  const context = await stage.browser({ javaScriptEnabled: false });
  const page = await stage.page(context, demo.url, [/status of 404/]).catch(() => context.newPage());
  await signIn(page, demo);
  for (const name of ["cameras", "camera", "audit", "account", "accounts", "node"]) {
    const answer = await page.goto(inside[name]());
    assert.equal(answer.status(), 200, name);
    assert.ok((await page.innerText("h1")).trim(), name);
  }
  await page.goto(`${demo.url}/live`);
  assert.match(await page.innerText("main"), /JavaScript/);
  await context.close();
});
