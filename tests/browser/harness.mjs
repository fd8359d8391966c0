// What every browser test stands on: a node, cameras and Chromium that always end; polling with a deadline; pages that
// tell on themselves (console errors, CSP violations, requests to elsewhere).
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { createServer } from "node:net";
import { createSocket } from "node:dgram";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const here = dirname(fileURLToPath(import.meta.url));
export const tests = dirname(here);
export const out = join(process.env.MATLUOI_TEST_OUT ?? join(tests, "out"), "browser");
export const binary =
  process.env.MATLUOI_BIN ?? join(process.env.CARGO_TARGET_DIR ?? join(tests, "..", "target"), "debug", "matluoi");
const python = process.env.MATLUOI_TEST_PYTHON || join(tests, ".cache", "venv", "bin", "python");
mkdirSync(out, { recursive: true });

/** Asks `check` until it gives something truthy, and returns that. */
export async function poll(what, check, seconds = 20) {
  const until = Date.now() + seconds * 1000;
  let last;
  for (;;) {
    try {
      last = await check();
      if (last) return last;
    } catch (fault) {
      last = fault;
    }
    if (Date.now() > until) throw new Error(`not within ${seconds} s: ${what}; last seen: ${show(last)}`);
    await new Promise((resume) => setTimeout(resume, 60));
  }
}

const show = (value) => (value instanceof Error ? value.message : JSON.stringify(value));

export async function freePort(kind = "tcp") {
  const server = kind === "tcp" ? createServer() : createSocket("udp4");
  await new Promise((done) => (kind === "tcp" ? server.listen(0, "0.0.0.0", done) : server.bind(0, "0.0.0.0", done)));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** A process in a group of its own that does not outlive the tests; its output is read by lines and kept in a log. */
export class Child {
  constructor(name, command, options = {}) {
    this.lines = [];
    this.logPath = join(out, `${name}.log`);
    const log = openSync(this.logPath, "w");
    this.process = spawn("setpriv", ["--pdeathsig", "KILL", ...command], {
      env: { ...process.env, NO_COLOR: "1", ...options.env },
      stdio: ["pipe", "pipe", log],
      detached: true,
    });
    this.process.on("error", (fault) => this.lines.push(`cannot start: ${fault.message}`));
    this.ended = new Promise((done) => this.process.on("exit", (code, signal) => done(code ?? signal)));
    createInterface({ input: this.process.stdout }).on("line", (line) => {
      writeSync(log, `${line}\n`);
      this.lines.push(line);
    });
  }
  text() {
    return readFileSync(this.logPath, "utf8");
  }
  tail(count = 60) {
    return this.text().split("\n").slice(-count).join("\n");
  }
  /** The first thing that `match` makes of a line. */
  line(what, match, seconds = 30) {
    return poll(
      `${what} (log: ${this.logPath})`,
      () => {
        for (const line of this.lines) {
          const found = match(line);
          if (found) return found;
        }
        return null;
      },
      seconds,
    ).catch((fault) => {
      throw new Error(`${fault.message}\n${this.tail()}`);
    });
  }
  signal(name) {
    try {
      process.kill(-this.process.pid, name);
    } catch {
      // already gone
    }
  }
  async kill() {
    this.signal("SIGKILL");
    await this.ended;
  }
}

const json = (line) => {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
};

export class Stage {
  /** `chromium`: further arguments of the browser. */
  constructor(name, { chromium = [] } = {}) {
    this.name = name;
    this.chromiumArguments = chromium;
    this.root = mkdtempSync(join(tmpdir(), "matluoi-browser-"));
    this.children = [];
    this.pages = [];
  }
  #keep(child) {
    this.children.push(child);
    return child;
  }
  #name(kind) {
    return `${this.name}-${kind}-${this.children.length + 1}`;
  }

  async demo() {
    const port = await freePort();
    const child = this.#keep(
      new Child(this.#name("demo"), [binary, "demo", "--json", "--data", join(this.root, "demo"), "--port", `${port}`]),
    );
    const [about] = await child.line("demo ready", (line) => json(line)?.nodes);
    return { child, ...about, url: about.url.replace(/\/$/, "") };
  }

  async run() {
    // The same number is used by UDP and TCP.
    const [https, webrtc] = [await freePort(), await freePort()];
    const child = this.#keep(
      new Child(this.#name("node"), [binary, "run", "--json", "--data", join(this.root, "node")], {
        env: {
          MATLUOI_LISTEN__HTTPS: `127.0.0.1:${https}`,
          MATLUOI_LISTEN__WEBRTC: `0.0.0.0:${webrtc}`,
          MATLUOI_RTSP__LISTEN: "127.0.0.1:0",
          MATLUOI_RTSP__TLS_LISTEN: "127.0.0.1:0",
          MATLUOI_CAMERAS__NETWORKS: "127.0.0.0/8",
        },
      }),
    );
    const [about] = await child.line("node ready", (line) => json(line)?.nodes);
    const url = `https://127.0.0.1:${https}`;
    return { child, ...about, url, setup: about.setup_url };
  }

  async camera(...options) {
    const child = this.#keep(
      new Child(this.#name("camera"), [python, join(tests, "cameras", "gst_camera.py"), ...options]),
    );
    const ready = await child.line("camera ready", (line) => (json(line)?.event === "ready" ? json(line) : null));
    return { child, ...ready };
  }

  /** A browser with an empty profile. */
  async browser(options = {}) {
    this.chromium ??= await chromium.launch({
      executablePath: process.env.MATLUOI_CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--allow-loopback-in-peer-connection",
        "--autoplay-policy=no-user-gesture-required",
        ...this.chromiumArguments,
      ],
    });
    const context = await this.chromium.newContext({
      ignoreHTTPSErrors: true,
      locale: "vi-VN",
      timezoneId: "Asia/Ho_Chi_Minh",
      viewport: { width: 1440, height: 900 },
      ...options,
    });
    context.setDefaultTimeout(15_000);
    return context;
  }

  /** A page that remembers what went wrong on it; `allowed` are patterns of what is expected. */
  async page(context, origin, allowed = []) {
    const page = await context.newPage();
    const faults = [];
    const note = (text) => {
      if (!allowed.some((pattern) => pattern.test(text))) faults.push(text);
    };
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) note(`console ${message.type()}: ${message.text()}`);
    });
    page.on("pageerror", (fault) => note(`uncaught: ${fault.message}`));
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(origin) && !/^(data|blob|about):/.test(url)) note(`request to elsewhere: ${url}`);
    });
    await page.exposeFunction("__violation", (text) => note(`CSP: ${text}`));
    await page.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        globalThis.__violation(`${event.violatedDirective} ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`);
      });
    });
    page.faults = faults;
    this.pages.push(page);
    return page;
  }

  /** Call when a test failed: pictures of all pages and the ends of all logs. */
  async tell(test) {
    for (const [number, page] of this.pages.entries()) {
      if (page.isClosed()) continue;
      const file = join(out, `failed-${this.name}-${test.replace(/[^\w-]+/g, "-").slice(0, 60)}-${number + 1}.png`);
      await page.screenshot({ path: file }).catch(() => {});
      console.log(`screenshot of ${page.url()}: ${file}`);
    }
    for (const child of this.children) console.log(`--- ${child.logPath}\n${child.tail()}`);
  }

  async clear() {
    await this.chromium?.close().catch(() => {});
    for (const child of this.children.reverse()) await child.kill();
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** `test` of node:test with pictures and logs after a failure; none runs longer than `minutes`. */
export function telling(test, stage, minutes = 3) {
  return (name, body) =>
    test(name, { timeout: minutes * 60_000 }, async (context) => {
      try {
        await body(context);
      } catch (fault) {
        await stage().tell(name);
        throw fault;
      }
    });
}

export async function signIn(page, node, { account = node.account, password = node.password } = {}) {
  await page.goto(`${node.url}/sign-in`);
  await page.fill("input[name=name]", account);
  await page.fill("input[name=password]", password);
  await Promise.all([page.waitForURL(/\/live/), page.click("main form button:not([name])")]);
}

/** A short name of what a video shows now; empty before the first picture. */
export async function picture(page, selector) {
  const pixels = await page.evaluate((wanted) => {
    // The player has two videos, so that switching shows no black: the one that is on counts.
    const host = document.querySelector(wanted);
    const video = host?.querySelector("video.lv__video--on") ?? host?.querySelector("video");
    if (!video || !video.videoWidth) return null;
    const canvas = document.createElement("canvas");
    canvas.width = 96;
    canvas.height = 54;
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.drawImage(video, 0, 0, 96, 54);
    const data = pen.getImageData(0, 0, 96, 54).data;
    let low = 255;
    let high = 0;
    for (let i = 0; i < data.length; i += 4) {
      low = Math.min(low, data[i + 1]);
      high = Math.max(high, data[i + 1]);
    }
    return { bytes: Array.from(data), contrast: high - low, width: video.videoWidth, height: video.videoHeight };
  }, selector);
  if (!pixels) return null;
  const name = createHash("sha256").update(Buffer.from(pixels.bytes)).digest("hex").slice(0, 16);
  return { name, contrast: pixels.contrast, width: pixels.width, height: pixels.height };
}

/** Waits until a tile shows `count` different pictures that are not one flat colour. */
export async function moves(page, selector, count = 3, seconds = 30) {
  const seen = new Set();
  return poll(
    `moving pictures in ${selector}`,
    async () => {
      const now = await picture(page, selector);
      if (now && now.contrast > 30) seen.add(now.name);
      return seen.size >= count ? now : null;
    },
    seconds,
  );
}
