// How long Chromium takes to draw the map of many cameras: from asking the node for them to the finished drawing.
//
//   cargo build --release -p matluoi -p matluoi-bench
//   node tests/bench/map.mjs [--cameras 10000] [--runs 5]
//
// Needs the npm packages of tests/ and Chromium. The node is real; its data folder is written by `matluoi-bench
// catalogue-data`. Figures come from the page's own marks: map-ask, map-answer, map-drawn.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const { chromium } = createRequire(join(here, "..", "package.json"))("playwright-core");
const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at > 0 ? Number(process.argv[at + 1]) : fallback;
};
const [cameras, runs] = [option("cameras", 10_000), option("runs", 5)];
const target = process.env.CARGO_TARGET_DIR ?? join(here, "..", "..", "target");
const binary = process.env.MATLUOI_BIN ?? join(target, "release", "matluoi");
const bench = process.env.MATLUOI_BENCH ?? join(target, "release", "matluoi-bench");
/** As `tests/bench/catalogue.rs` writes it. */
const account = { name: "quan.tri", password: "bảy-ghe-xuồng-Bến-Thành" };
const GOAL_MS = 1000;

const folder = mkdtempSync(join(tmpdir(), "matluoi-map-"));
let node;
let browser;
try {
  const filled = spawnSync(bench, ["catalogue-data", join(folder, "data"), "--cameras", `${cameras}`], { encoding: "utf8" });
  if (filled.status !== 0) throw new Error(`no data: ${filled.stdout}${filled.stderr}`);
  node = spawn("setpriv", ["--pdeathsig", "KILL", binary, "run", "--json", "--data", join(folder, "data")], {
    env: { ...process.env, MATLUOI_LISTEN__HTTPS: "127.0.0.1:0", MATLUOI_LISTEN__WEBRTC: "127.0.0.1:0", MATLUOI_RTSP__ENABLED: "false", MATLUOI_CAMERAS__NETWORKS: "10.0.0.0/8" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const url = await new Promise((done, fail) => {
    node.on("exit", () => fail(new Error("the node ended")));
    createInterface({ input: node.stdout }).on("line", (line) => {
      try {
        done(JSON.parse(line).nodes[0].url.replace(/\/$/, ""));
      } catch {
        // another line
      }
    });
  });
  browser = await chromium.launch({ executablePath: process.env.MATLUOI_CHROMIUM ?? "/usr/bin/chromium", args: ["--headless", "--no-sandbox", "--disable-gpu"] });
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(`${url}/sign-in`);
  await page.fill("input[name=name]", account.name);
  await page.fill("input[name=password]", account.password);
  await page.click("main form button:not([name])");
  await page.waitForURL((at) => !at.pathname.startsWith("/sign-in"));
  const times = { answer: [], draw: [], whole: [], page: [] };
  for (let run = 0; run < runs; run++) {
    await page.goto(`${url}/map`);
    // The first drawing after the answer.
    const marks = await (
      await page.waitForFunction(() => {
        const last = (name) => performance.getEntriesByName(name).map((e) => e.startTime);
        const answer = last("map-answer")[0];
        const drawn = last("map-drawn").find((t) => t > answer);
        return drawn ? { ask: last("map-ask")[0], answer, drawn } : null;
      })
    ).jsonValue();
    times.answer.push(marks.answer - marks.ask);
    times.draw.push(marks.drawn - marks.answer);
    times.whole.push(marks.drawn - marks.ask);
    times.page.push(marks.drawn);
  }
  const shown = await page.evaluate(() => document.querySelector("camera-map").data.n);
  const middle = (list) => Math.round([...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]);
  const worst = (list) => Math.round(Math.max(...list));
  console.log(`cameras drawn                          ${shown}`);
  for (const [what, list] of [["asked until answered", times.answer], ["answer until drawn", times.draw], ["asked until drawn", times.whole], ["page asked until drawn", times.page]]) {
    console.log(`${what.padEnd(38)} p50 ${middle(list)} ms, slowest of ${runs} ${worst(list)} ms`);
  }
  console.log(JSON.stringify({ cameras: shown, answer_ms: middle(times.answer), draw_ms: middle(times.draw), whole_ms: middle(times.whole), page_ms: middle(times.page), goal_ms: GOAL_MS }));
  process.exitCode = worst(times.whole) <= GOAL_MS ? 0 : 1;
} finally {
  await browser?.close();
  node?.removeAllListeners("exit");
  node?.kill("SIGTERM");
  await new Promise((done) => (node?.exitCode === null ? node.on("exit", done) : done()));
  rmSync(folder, { recursive: true, force: true });
}
