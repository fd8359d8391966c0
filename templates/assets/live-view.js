// @ts-check
// <live-view camera="CODE" name="…" stream="auto|main|sub" large>: one live picture that always says how it stands.
// `large`: the main stream is worth it whatever the width. Out of sight it costs nothing.
//
// States (`data-state`): connecting, playing, stale (the picture stands still), failed (no picture; trying again).
// `data-frames` counts frames, `data-first-frame-ms` is the time from asking to the first frame. The clock badge is driven
// by frames, not by a timer: a frozen picture cannot look alive. Events: `statechange`.

import { MsePlayback } from "./mse.js";
import { askPurpose, purposeOf } from "./purpose.js";
import { saveSnapshot, takesSnapshots } from "./snapshot.js";
import { ago, el, icon, moment, number, say } from "./words.js";
import { watermark } from "./watermark.js";
import { WhepFailure, WhepPlayback } from "./whep.js";

/** No new frame for this long: the picture is called frozen. */
const STALE_MS = 1500;
/** Connected but no new frame for this long: start over. */
const SILENT_MS = 8000;
const BACKOFF_MS = [500, 1000, 2000, 4000, 8000];
const HIDDEN_MS = 30_000;
/** Out of sight for this long: the connection is given up. */
const OUT_MS = 3000;
/** A tile is connected when it is so near to being seen. */
const NEAR = "200px";
/** From this width in device pixels on, the main stream is worth its bandwidth … */
const MAIN_FROM_PX = 640;
/** … and it stays until the tile is narrower than this: a window that is drawn larger and smaller must not switch to and fro. */
const SUB_BELOW_PX = 560;

/** Which ways pictures have come in this page: after WebRTC failed, the others need not wait for it to fail again. */
export const ways = {
  /** WebRTC did not connect, at this time. */ blockedAt: 0,
  /** It is tried again after so long. */ againMs: 120_000,
  get blocked() {
    return this.blockedAt > 0 && Date.now() - this.blockedAt < this.againMs;
  },
};

/** One attempt: a playback and the video element it fills. */
class Attempt {
  /** @param {"main" | "sub"} stream @param {HTMLVideoElement} video */
  constructor(stream, video) {
    this.stream = stream;
    this.video = video;
    /** @type {WhepPlayback | MsePlayback | null} */ this.playback = null;
    this.startedAt = performance.now();
    this.frames = 0;
  }
  stop() {
    this.playback?.stop();
    this.playback = null;
  }
}

export class LiveView extends HTMLElement {
  static observedAttributes = ["camera", "stream", "name", "large"];

  /** @type {Attempt | null} */ #shown = null;
  /** @type {Attempt | null} */ #coming = null;
  /** @type {HTMLVideoElement[]} */ #videos = [];
  /** @type {Record<string, ReturnType<typeof setTimeout> | undefined>} */ #timers = {};
  /** @type {ReturnType<typeof setInterval> | undefined} */ #ticker;
  /** @type {ResizeObserver | null} */ #sizes = null;
  #built = false;
  #alive = false;
  #failures = 0;
  #retryAt = 0;
  #lastFrameAt = 0;
  #failedSince = 0;
  #subMissing = false;
  /** The node has the camera's codec only by the way of the pages: what it said. @type {WhepFailure | null} */ #pagesOnly = null;
  #paused = false;
  #out = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #outTimer;
  /** @type {IntersectionObserver | null} */ #sight = null;
  /** @type {WhepFailure | null} */ #failure = null;
  /** @type {{phase: string, said?: string | null, since?: string | number | null} | null} */ #camera = null;
  /** @type {{bytes: number, frames: number, at: number} | null} */ #before = null;
  #parts = {
    last: el("canvas", "lv__last"), name: el("span", "lv__name"), stream: el("span", "lv__stream"), clock: el("span", "lv__clock"),
    state: el("div", "lv__state"), title: el("p", "lv__title"), why: el("p", "lv__why"), next: el("p", "lv__next"), ask: el("button", "btn btn--small lv__ask", say("purpose_say")),
    stats: el("dl", "lv__stats"), tools: el("div", "lv__tools"), statsButton: el("button", "lv__tool"), streamButton: el("button", "lv__tool"),
  };

  get camera() { return this.getAttribute("camera") ?? ""; }

  connectedCallback() {
    if (this.#alive) {
      // Only moved to another place of the page: the picture goes on.
      this.#shown?.video.play().catch(() => {});
      return;
    }
    this.#alive = true;
    if (!this.#built) this.#build();
    this.#sizes = new ResizeObserver(() => this.#later("size", 400, () => this.#fitStream()));
    this.#sizes.observe(this);
    this.#sight = new IntersectionObserver((seen) => this.#seen(seen.at(-1)?.isIntersecting ?? true), { rootMargin: NEAR });
    this.#sight.observe(this);
    document.addEventListener("visibilitychange", this.#visibility);
    addEventListener("pagehide", this.#leave);
    addEventListener("pageshow", this.#return);
    addEventListener("online", this.#wake);
    this.#ticker = setInterval(() => this.#tick(), 250);
    this.#out = this.#paused = this.#isFar();
    if (this.#out) this.#set("connecting");
    else this.#restart();
  }

  /** Is it certainly out of sight? Known at once, so that a wall longer than the screen does not begin by connecting it all. */
  #isFar() {
    const box = this.getBoundingClientRect();
    const far = Number.parseInt(NEAR, 10);
    return box.width > 0 && (box.bottom < -far || box.top > innerHeight + far || box.right < -far || box.left > innerWidth + far);
  }

  disconnectedCallback() {
    setTimeout(() => { if (!this.isConnected) this.#end(); });
  }

  #end() {
    if (!this.#alive) return;
    this.#alive = false;
    this.#sizes?.disconnect();
    this.#sight?.disconnect();
    clearTimeout(this.#outTimer);
    document.removeEventListener("visibilitychange", this.#visibility);
    removeEventListener("pagehide", this.#leave);
    removeEventListener("pageshow", this.#return);
    removeEventListener("online", this.#wake);
    clearInterval(this.#ticker);
    this.#stopAll();
  }

  /** @param {string} name @param {string | null} before @param {string | null} now */
  attributeChangedCallback(name, before, now) {
    if (!this.#built || !this.isConnected || before === now) return;
    if (name === "name") this.#parts.name.textContent = now;
    else if (name === "stream" || name === "large") this.#fitStream();
    else {
      this.#parts.last.hidden = true;
      this.#lastFrameAt = 0;
      this.#subMissing = false;
      this.#pagesOnly = null;
      this.#camera = null;
      this.#restart();
    }
  }

  /** What the node says of the camera: shown while there is no picture; its return ends the waiting.
   *  @param {{phase: string, said?: string | null, since?: string | number | null}} state */
  setCameraState(state) {
    const returned = state.phase === "live" && this.#camera !== null && this.#camera.phase !== "live";
    this.#camera = state;
    if (returned && this.dataset.state === "failed" && !this.#coming) this.#restart();
    else this.#draw();
  }

  #build() {
    this.#built = true;
    const p = this.#parts;
    this.querySelector("noscript")?.remove();
    this.#videos = [0, 1].map(() => {
      const video = el("video", "lv__video");
      video.muted = video.autoplay = video.playsInline = true;
      video.disablePictureInPicture = true;
      video.tabIndex = -1;
      return video;
    });
    p.last.hidden = true;
    p.name.textContent = this.getAttribute("name") || this.camera;
    p.clock.title = say("clock");
    p.stats.hidden = true;
    p.state.setAttribute("role", "status");
    const screen = el("button", "lv__tool");
    for (const [button, label, picture, act] of /** @type {[HTMLButtonElement, string, string, () => void][]} */ ([
      [p.streamButton, say("stream_main"), "monitor", () => this.setAttribute("stream", this.#wanted() === "main" ? "sub" : "main")],
      ...(takesSnapshots() ? [[el("button", "lv__tool lv__snapshot"), say("snapshot_take"), "download", () => this.#snapshot()]] : []),
      [p.statsButton, say("stats"), "chart-no-axes-column", () => this.#toggleStats()],
      [screen, say("fullscreen"), "maximize", () => this.toggleFullscreen()],
    ])) {
      button.type = "button";
      button.title = label;
      button.setAttribute("aria-label", label);
      button.append(icon(picture));
      button.addEventListener("click", (event) => { event.stopPropagation(); act(); });
      p.tools.append(button);
    }
    this.addEventListener("dblclick", () => this.toggleFullscreen());
    this.addEventListener("fullscreenchange", () => this.#fitStream());
    p.state.append(icon("loader-circle"), p.title, p.why, p.next, p.ask);
    p.ask.type = "button";
    p.ask.hidden = true;
    p.ask.addEventListener("click", (event) => { event.stopPropagation(); this.#askPurpose(); });
    this.append(...this.#videos, p.last, el("div", "lv__bar", p.name, p.stream, p.clock), p.state, p.stats, p.tools);
    const mark = watermark();
    if (mark) this.append(mark);
  }

  async #snapshot() {
    const stream = this.#shown?.stream ?? this.#wanted();
    const fault = await saveSnapshot(this.camera, this.getAttribute("name") || this.camera, stream);
    const news = document.querySelector("[data-news]");
    if (news) news.textContent = fault;
  }

  toggleFullscreen() {
    if (document.fullscreenElement === this) document.exitFullscreen();
    else this.requestFullscreen?.().catch(() => {});
  }

  /** Which stream fits now. @returns {"main" | "sub"} */
  #wanted() {
    const asked = this.getAttribute("stream");
    if (asked === "main") return "main";
    if (this.#subMissing) return "main";
    if (asked === "sub") return "sub";
    if (document.fullscreenElement === this || this.hasAttribute("large")) return "main";
    const has = (this.#coming ?? this.#shown)?.stream;
    return this.clientWidth * devicePixelRatio >= (has === "main" ? SUB_BELOW_PX : MAIN_FROM_PX) ? "main" : "sub";
  }

  #fitStream() {
    if (this.#paused || !this.camera || !this.isConnected) return;
    const wanted = this.#wanted();
    if ((this.#coming ?? this.#shown)?.stream === wanted) return;
    // The old picture stays until the new stream plays.
    this.#coming?.stop();
    this.#coming = null;
    if (wanted === this.#shown?.stream) return;
    if (this.#shown) this.#change(this.#shown, wanted);
    else this.#connect(wanted);
  }

  /** The node goes on with the other stream in the same connection, from its newest key frame; where it cannot, a new
   *  playback begins behind the old picture. @param {Attempt} shown @param {"main" | "sub"} wanted */
  async #change(shown, wanted) {
    const before = shown.stream;
    shown.stream = wanted;
    const status = await shown.playback?.choose(wanted) ?? 0;
    if (status === 409) this.#subMissing = true;
    if (status !== 204) shown.stream = before;
    if (shown !== this.#shown || !this.#alive) return;
    this.#draw();
    if (status !== 204 && status !== 409 && wanted === this.#wanted() && !this.#coming) this.#connect(wanted);
    else if (wanted !== this.#wanted()) this.#fitStream();
  }

  #restart() {
    this.#stopAll();
    this.#failures = 0;
    this.#failedSince = 0;
    if (this.camera && !this.#paused) this.#connect(this.#wanted());
  }

  /** @param {"main" | "sub"} stream */
  async #connect(stream) {
    const webrtc = "RTCPeerConnection" in window;
    if (!webrtc && !MsePlayback.possible) {
      this.#failure = new WhepFailure(say("no_webrtc"));
      this.#set("failed");
      return;
    }
    const video = /** @type {HTMLVideoElement} */ (this.#videos.find((v) => v !== this.#shown?.video));
    const attempt = new Attempt(stream, video);
    this.#coming = attempt;
    this.#retryAt = 0;
    if (!this.#shown) this.#set("connecting");
    const lost = (/** @type {WhepFailure} */ failure) => this.#ended(attempt, failure);
    attempt.playback = (!webrtc || this.#pagesOnly || ways.blocked) && MsePlayback.possible
      ? new MsePlayback(this.camera, stream, video, { began: () => this.#watchFrames(attempt), lost }, purposeOf(this.camera))
      : new WhepPlayback(`/whep/${encodeURIComponent(this.camera)}?stream=${stream}`, {
      track: (media) => {
        video.srcObject = media;
        video.play().catch(() => {});
        this.#watchFrames(attempt);
      },
      lost,
    }, purposeOf(this.camera));
    try {
      await attempt.playback.start();
      if (attempt.playback instanceof WhepPlayback) ways.blockedAt = 0;
      this.#draw();
      // Connected without pictures is no picture either.
      if (this.#coming === attempt) this.#later("silent", SILENT_MS, () => this.#ended(attempt, new WhepFailure(say("no_frames"))));
    } catch (error) {
      this.#ended(attempt, error instanceof WhepFailure ? error : new WhepFailure(say("lost")));
    }
  }

  /** @param {Attempt} attempt */
  #watchFrames(attempt) {
    const { video } = attempt;
    const frame = () => {
      if (attempt !== this.#shown && attempt !== this.#coming) return;
      attempt.frames++;
      if (attempt === this.#coming) this.#show(attempt);
      this.#lastFrameAt = Date.now();
      this.dataset.frames = String(Number(this.dataset.frames ?? 0) + 1);
      this.#clock();
      if (this.dataset.state !== "playing") this.#set("playing");
      next();
    };
    let seen = 0;
    const counts = "requestVideoFrameCallback" in HTMLVideoElement.prototype;
    const next = counts ? () => void video.requestVideoFrameCallback(frame) : () => {
      // Older browsers: ask how many frames were shown.
      this.#later("poll", 100, () => {
        const shown = video.getVideoPlaybackQuality().totalVideoFrames;
        if (shown === seen) return next();
        seen = shown;
        return frame();
      });
    };
    next();
  }

  /** @param {Attempt} attempt */
  #show(attempt) {
    clearTimeout(this.#timers.silent);
    this.#shown?.stop();
    for (const video of this.#videos) {
      video.classList.toggle("lv__video--on", video === attempt.video);
      if (video !== attempt.video) video.srcObject = null;
    }
    this.#shown = attempt;
    this.#coming = null;
    this.#failures = 0;
    this.#failure = null;
    this.#failedSince = 0;
    this.#before = null;
    this.#parts.last.hidden = true;
    this.dataset.stream = attempt.stream;
    this.dataset.firstFrameMs ??= String(Math.round(performance.now() - attempt.startedAt));
  }

  /** @param {Attempt} attempt @param {WhepFailure} failure */
  #ended(attempt, failure) {
    if (attempt !== this.#shown && attempt !== this.#coming) return;
    attempt.stop();
    const switching = attempt === this.#coming && this.#shown !== null;
    if (MsePlayback.possible && (failure.kind === "no-path" || (failure.status === 406 && !this.#pagesOnly))) {
      // The node answered, but no packet of WebRTC came through, or WebRTC does not carry the camera's codec to this
      // browser: the pictures come by the way the page came. What is shown goes on.
      if (failure.status === 406) this.#pagesOnly = failure;
      else ways.blockedAt = Date.now();
      this.#coming = null;
      if (!this.#shown) this.#connect(attempt.stream);
      return;
    }
    // The node's own sentence says what can be done about the codec.
    if (failure.kind === "no-codec" && this.#pagesOnly) failure = this.#pagesOnly;
    if (attempt.stream === "sub" && [404, 409].includes(failure.status) && !this.#subMissing) {
      // A camera without substream: the main stream serves small tiles too. If that is missing as well, it says why.
      this.#subMissing = true;
      this.#coming = null;
      if (!this.#shown) this.#connect("main");
      return;
    }
    if (attempt === this.#shown) {
      this.#keepLast();
      this.#shown = null;
    }
    this.#coming = null;
    this.#failures++;
    this.#failure = failure;
    this.#failedSince ||= this.#lastFrameAt || Date.now();
    // Refusals do not mend themselves quickly; the node may also name a pause.
    const base = [401, 403, 404].includes(failure.status) ? 15_000 : BACKOFF_MS[Math.min(this.#failures - 1, BACKOFF_MS.length - 1)] ?? 8000;
    const wait = Math.max(failure.retryAfterMs, base) * (0.75 + Math.random() * 0.5);
    this.#retryAt = Date.now() + wait;
    // Without the right there is no picture to keep either.
    if ([401, 403, 404].includes(failure.status)) this.#parts.last.hidden = true;
    if (!switching) this.#set("failed");
    if (failure.kind === "purpose-needed") {
      // On a page about the camera nobody asked for its picture yet: there the button waits to be pressed.
      if (this.getAttribute("ask") !== "press") this.#askPurpose();
      return;
    }
    this.#later("retry", wait, () => { if (!this.#paused && !this.#coming) this.#connect(this.#wanted()); });
  }

  /** Asks what it is for, then tries again with the answer; whoever does not say finds the button. */
  async #askPurpose() {
    const camera = this.camera;
    const said = await askPurpose(camera, this.getAttribute("name") || camera);
    if (said && this.#alive && camera === this.camera) this.#restart();
  }

  /** Keeps the last picture, greyed by the style sheet. */
  #keepLast() {
    const video = this.#shown?.video;
    if (!video || !video.videoWidth) return;
    const { last } = this.#parts;
    last.width = video.videoWidth;
    last.height = video.videoHeight;
    try {
      last.getContext("2d")?.drawImage(video, 0, 0);
      last.hidden = false;
    } catch {
      // No picture to keep is no reason to fail.
    }
    video.classList.remove("lv__video--on");
  }

  #stopAll() {
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    this.#keepLast();
    this.#shown?.stop();
    this.#coming?.stop();
    this.#shown = this.#coming = null;
    this.#retryAt = 0;
  }

  #tick() {
    this.#clock();
    this.#climb();
    if (this.#shown && !document.hidden && this.#lastFrameAt) {
      const age = Date.now() - this.#lastFrameAt;
      if (age > SILENT_MS && !this.#coming) this.#ended(this.#shown, new WhepFailure(say("no_frames")));
      else if (age > STALE_MS && this.dataset.state === "playing") this.#set("stale");
    }
    if (this.dataset.state === "failed" || this.dataset.state === "stale") this.#draw();
    if (!this.#parts.stats.hidden) this.#throttleStats();
  }

  /** Pictures that come by the way of the pages: after a while WebRTC is tried behind them. */
  #climb() {
    const shown = this.#shown;
    if (!(shown?.playback instanceof MsePlayback) || this.#pagesOnly || ways.blocked || this.#coming || document.hidden) return;
    if ("RTCPeerConnection" in window) this.#connect(shown.stream);
  }

  #clock() {
    const { clock } = this.#parts;
    if (!this.#lastFrameAt) {
      clock.textContent = "";
      return;
    }
    const age = Date.now() - this.#lastFrameAt;
    const stale = age > STALE_MS || !this.#shown;
    const text = stale ? `${moment(this.#lastFrameAt)} · ${ago(this.#lastFrameAt)}` : moment(this.#lastFrameAt);
    if (clock.textContent !== text) clock.textContent = text;
    clock.classList.toggle("lv__clock--stale", stale);
  }

  /** @param {"connecting" | "playing" | "stale" | "failed"} state */
  #set(state) {
    if (this.dataset.state !== state) {
      this.dataset.state = state;
      this.dispatchEvent(new CustomEvent("statechange", { bubbles: true, detail: { state } }));
    }
    this.#draw();
  }

  /** The words in the middle: always there when no picture moves. */
  #draw() {
    const p = this.#parts;
    const state = this.dataset.state;
    const stream = this.#shown?.stream ?? this.#coming?.stream;
    this.#text(p.stream, stream ? say(`stream_${stream}`) : "");
    p.streamButton.setAttribute("aria-pressed", String(stream === "main"));
    const byPages = this.#shown?.playback instanceof MsePlayback;
    this.dataset.path = byPages ? "mse" : "webrtc";
    p.stream.title = byPages ? say("path_mse_why") : "";
    if (byPages && stream) this.#text(p.stream, `${say(`stream_${stream}`)} · ${say("path_mse")}`);
    p.state.hidden = state === "playing";
    if (state === "playing") return;
    const use = p.state.querySelector("use");
    const picture = state === "connecting" ? "loader-circle" : "image-off";
    const href = use?.getAttribute("href")?.replace(/#.*/, `#${picture}`);
    if (use && href && use.getAttribute("href") !== href) use.setAttribute("href", href);
    const down = this.#camera !== null && this.#camera.phase !== "live";
    const told = down ? this.#camera?.said ?? "" : "";
    let title = say("connecting");
    let why = told || (this.#coming?.video.srcObject ? say("first_frame") : say("connecting_what"));
    let next = "";
    if (this.#paused) {
      title = say(this.#out ? "out_of_sight" : "paused");
      why = "";
    } else if (state === "stale") {
      title = say("stale", { t: moment(this.#lastFrameAt) });
      why = told || say("no_frames");
    } else if (state === "failed") {
      const since = down && this.#camera?.since ? new Date(this.#camera.since).getTime() : this.#failedSince;
      title = since ? say("no_picture_since", { t: moment(since) }) : say("no_picture");
      why = told || this.#failure?.message || "";
      const wait = Math.ceil((this.#retryAt - Date.now()) / 1000);
      next = this.#coming || wait <= 0 ? (this.#retryAt || this.#coming ? say("retrying") : "") : say("retry_in", { n: wait });
    }
    this.#text(p.title, title);
    this.#text(p.why, why);
    this.#text(p.next, next);
    p.ask.hidden = state !== "failed" || this.#failure?.kind !== "purpose-needed" || this.#paused;
  }

  /** Only real changes reach the page (and screen readers). @param {HTMLElement} place @param {string} text */
  #text(place, text) {
    if (place.textContent !== text) place.textContent = text;
  }

  #toggleStats() {
    const { stats, statsButton } = this.#parts;
    stats.hidden = !stats.hidden;
    statsButton.setAttribute("aria-pressed", String(!stats.hidden));
    this.#before = null;
    if (!stats.hidden) this.#drawStats();
  }

  #throttleStats() {
    if (!this.#timers.stats) this.#later("stats", 1000, () => { this.#timers.stats = undefined; this.#drawStats(); });
  }

  async #drawStats() {
    const playback = this.#shown?.playback;
    if (playback instanceof MsePlayback) return this.#drawMse(playback);
    const report = await playback?.stats();
    const { stats } = this.#parts;
    if (!report) return;
    const found = { inbound: /** @type {any} */ (null), pair: /** @type {any} */ (null) };
    report.forEach((s) => {
      if (s.type === "inbound-rtp" && s.kind === "video") found.inbound = s;
      if (s.type === "candidate-pair" && s.nominated && s.state === "succeeded") found.pair = s;
    });
    const { inbound, pair } = found;
    if (!inbound) return;
    const codec = report.get(inbound.codecId);
    const local = pair && report.get(pair.localCandidateId);
    const now = { bytes: inbound.bytesReceived, frames: inbound.framesDecoded, at: inbound.timestamp };
    const past = this.#before;
    const span = past ? (now.at - past.at) / 1000 : 0;
    this.#before = now;
    /** @type {[string, string][]} */
    const rows = [
      [say("stats_codec"), String(codec?.mimeType ?? "").replace("video/", "") || "–"],
      [say("stats_size"), inbound.frameWidth ? `${inbound.frameWidth} × ${inbound.frameHeight}` : "–"],
      [say("stats_fps"), past && span > 0 ? number((now.frames - past.frames) / span, 1) : number(inbound.framesPerSecond ?? 0)],
      [say("stats_rate"), past && span > 0 ? `${number(((now.bytes - past.bytes) * 8) / span / 1000)} kbit/s` : "–"],
      [say("stats_rtt"), pair?.currentRoundTripTime !== undefined ? `${number(pair.currentRoundTripTime * 1000, 1)} ms` : "–"],
      [say("stats_lost"), number(Math.max(0, inbound.packetsLost ?? 0))],
      [say("stats_path"), `${local?.protocol ?? "–"}`.toUpperCase()],
    ];
    stats.replaceChildren(...rows.flatMap(([name, value]) => [el("dt", "", name), el("dd", "", value)]));
  }

  /** @param {MsePlayback} playback */
  #drawMse(playback) {
    const video = /** @type {HTMLVideoElement} */ (this.#shown?.video);
    const now = playback.told();
    const past = this.#before;
    const span = past ? (now.at - past.at) / 1000 : 0;
    this.#before = now;
    /** @type {[string, string][]} */
    const rows = [
      [say("stats_codec"), /codecs="([^"]+)"/.exec(now.kind)?.[1] ?? "–"],
      [say("stats_size"), video.videoWidth ? `${video.videoWidth} × ${video.videoHeight}` : "–"],
      [say("stats_fps"), past && span > 0 ? number((now.frames - past.frames) / span, 1) : "–"],
      [say("stats_rate"), past && span > 0 ? `${number(((now.bytes - past.bytes) * 8) / span / 1000)} kbit/s` : "–"],
      [say("stats_path"), say("path_mse")],
      [say("stats_why"), say("path_mse_why")],
    ];
    this.#parts.stats.replaceChildren(...rows.flatMap(([name, value]) => [el("dt", "", name), el("dd", "", value)]));
  }

  /** @param {string} name @param {number} ms @param {() => void} act */
  #later(name, ms, act) {
    clearTimeout(this.#timers[name]);
    this.#timers[name] = setTimeout(act, ms);
  }

  #pause() {
    this.#paused = true;
    this.#stopAll();
    this.#set("connecting");
  }

  /** Scrolled out of sight, or back. @param {boolean} is */
  #seen(is) {
    clearTimeout(this.#outTimer);
    if (!is && !this.#out) {
      this.#outTimer = setTimeout(() => {
        this.#out = true;
        this.#pause();
      }, OUT_MS);
    } else if (is && this.#out) {
      this.#out = false;
      if (document.hidden) return;
      this.#paused = false;
      this.#restart();
    }
  }

  #visibility = () => {
    if (document.hidden) {
      this.#later("hidden", HIDDEN_MS, () => this.#pause());
      return;
    }
    clearTimeout(this.#timers.hidden);
    if (this.#paused && !this.#out) {
      this.#paused = false;
      this.#restart();
    } else if (this.#shown && this.#lastFrameAt) {
      // No frames are counted while hidden; the age starts to count from now.
      this.#lastFrameAt = Date.now();
    }
  };
  #leave = () => this.#stopAll();
  /** @param {PageTransitionEvent} event */
  #return = (event) => { if (event.persisted) this.#restart(); };
  #wake = () => { if (this.dataset.state === "failed") this.#restart(); };
}

if (!customElements.get("live-view")) customElements.define("live-view", LiveView);
