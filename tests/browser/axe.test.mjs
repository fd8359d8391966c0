// Accessibility: every page of `list.mjs` in both themes, languages and widths, judged by axe-core; no violation at all.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Stage, out, poll, signIn, telling } from "./harness.mjs";
import { pages } from "./list.mjs";
import { affairs } from "./affairs.mjs";
import { place } from "./places.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const stage = new Stage("axe");
// Some eighty pages, each with its scripts: long on a busy machine.
const step = telling(test, () => stage, 8);
const only = process.env.MATLUOI_PAGES?.split(",");
const pictures = join(out, "axe");
mkdirSync(pictures, { recursive: true });
let node;

before(async () => {
  node = await stage.demo();
  const headers = { Authorization: `Bearer ${node.token}` };
  node.codes = await poll("cameras", async () => {
    const { items } = await (await fetch(`${node.url}/api/v1/cameras`, { headers })).json();
    return items.length === 8 && items.map((item) => item.code);
  });
  await place(node, node.codes);
  node.affairs = await affairs(stage, node);
});
after(() => stage.clear());

/** What axe finds on the page as it is now, in words. */
async function violations(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }),
  );
  return violations.map((v) => {
    const where = v.nodes.slice(0, 4).map((n) => `${n.target.join(" ")} ${n.any[0]?.message ?? n.all[0]?.message ?? ""}`);
    return `${v.id} (${v.impact}): ${v.help} — ${where.join(" | ")}`;
  });
}

for (const theme of ["light", "dark"]) {
  for (const width of [1440, 390]) {
    step(`every page at ${width} pixels, ${theme}`, async () => {
      const context = await stage.browser({ viewport: { width, height: width === 390 ? 844 : 900 }, colorScheme: theme, reducedMotion: "reduce" });
      const page = await stage.page(context, node.url, [/./]);
      const found = [];
      const look = async (entry, language) => {
        const address = new URL(entry.at(node));
        address.searchParams.set("lang", language);
        try {
          await page.goto(address.href, { waitUntil: "load" });
          await page.evaluate(() => document.fonts.ready);
          await entry.act?.(page);
          await page.screenshot({ path: join(pictures, `${entry.name}-${width}-${theme}-${language}.png`), fullPage: true });
          const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          if (sideways > 0) found.push(`${entry.name} ${language}: scrolls sideways by ${sideways} px`);
          for (const v of await violations(page)) found.push(`${entry.name} ${language}: ${v}`);
        } catch (fault) {
          found.push(`${entry.name} ${language}: ${fault.message.split("\n")[0]}`);
        }
      };
      const wanted = pages.filter((entry) => !only || only.includes(entry.name));
      for (const language of ["vi", "en"]) for (const entry of wanted.filter((e) => e.before)) await look(entry, language);
      await signIn(page, node);
      await page.evaluate(async (theme) => {
        const body = new URLSearchParams({ theme, next: "/live", csrf: document.querySelector("meta[name=csrf]").content });
        await fetch("/theme", { method: "POST", body });
      }, theme);
      for (const language of ["vi", "en"]) for (const entry of wanted.filter((e) => !e.before)) await look(entry, language);
      await context.close();
      assert.deepEqual(found, [], found.join("\n"));
    });
  }
}
