// @ts-check
// One playback as fragmented MP4 over WebSocket into a MediaSource: for networks that let no WebRTC through. The same face
// as `WhepPlayback`, so that `live-view.js` need not care; it decides which of the two to try.

import { say } from "./words.js";
import { WhepFailure } from "./whep.js";

/** Not begun after this long: given up. */
const BEGIN_MS = 8000;
/** Further behind the newest picture than this: jump; than the other: play a little faster. */
const JUMP_S = 2;
const HURRY_S = 0.6;
/** So much of the past is kept. */
const KEEP_S = 4;

/** @returns {typeof MediaSource | null} Safari on phones has it under another name */
const source = () => /** @type {any} */ (globalThis).MediaSource ?? /** @type {any} */ (globalThis).ManagedMediaSource ?? null;

export class MsePlayback {
  static get possible() {
    return source() !== null && "WebSocket" in globalThis;
  }

  /** @type {WebSocket | null} */ #socket = null;
  /** @type {MediaSource | null} */ #media = null;
  /** @type {SourceBuffer | null} */ #buffer = null;
  /** @type {(ArrayBuffer | {kind: string})[]} */ #queue = [];
  #address = "";
  #over = false;
  #begun = false;
  #kind = "";
  #bytes = 0;
  #frames = 0;

  /**
   * @param {string} camera @param {"main" | "sub"} stream @param {HTMLVideoElement} video
   * @param {{began: () => void, lost: (failure: WhepFailure) => void}} tell
   * @param {string} [purpose]
   */
  constructor(camera, stream, video, tell, purpose = "") {
    const url = new URL(`/ws/mse/${encodeURIComponent(camera)}`, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    url.searchParams.set("stream", stream);
    if (purpose) url.searchParams.set("purpose", purpose);
    this.url = url.href;
    this.video = video;
    this.tell = tell;
  }

  /** Resolves once pictures come; rejects with a `WhepFailure`. After that, `lost` tells of the end. */
  start() {
    const Source = source();
    if (!Source) return Promise.reject(new WhepFailure(say("no_mse")));
    return new Promise((done, fail) => {
      const failed = (/** @type {WhepFailure} */ failure) => {
        if (this.#over) return fail(failure);
        this.stop();
        if (this.#begun) this.tell.lost(failure);
        fail(failure);
      };
      const timer = setTimeout(() => failed(new WhepFailure(say("slow"))), BEGIN_MS);
      const media = new Source();
      this.#media = media;
      this.#address = URL.createObjectURL(media);
      // Asked for by the managed kind.
      this.video.disableRemotePlayback = true;
      this.video.srcObject = null;
      this.video.src = this.#address;
      media.addEventListener("sourceopen", () => this.#next(failed));
      const socket = new WebSocket(this.url);
      socket.binaryType = "arraybuffer";
      this.#socket = socket;
      let told = "";
      socket.addEventListener("message", (event) => {
        if (typeof event.data !== "string") {
          this.#bytes += event.data.byteLength;
          this.#frames++;
          this.#queue.push(event.data);
          if (!this.#begun && this.#frames > 1) {
            this.#begun = true;
            clearTimeout(timer);
            this.tell.began();
            done(undefined);
          }
          return this.#next(failed);
        }
        const message = JSON.parse(event.data);
        if (message.type === "init") {
          if (!Source.isTypeSupported(message.kind)) return failed(new WhepFailure(say("no_codec"), { kind: "no-codec" }));
          this.#queue.push({ kind: message.kind });
        } else {
          told = message.detail;
          failed(new WhepFailure(told, { status: message.status, kind: String(message.problem ?? "").replace("/problems/", ""), retryAfterMs: 1000 * (message.retry_after ?? 0) }));
        }
        return undefined;
      });
      const ended = () => { clearTimeout(timer); failed(new WhepFailure(told || say(this.#begun ? "lost" : "offline"))); };
      socket.addEventListener("close", ended);
      socket.addEventListener("error", ended);
    });
  }

  /** Feeds the decoder, one message at a time. @param {(failure: WhepFailure) => void} failed */
  #next(failed) {
    const media = this.#media;
    if (this.#over || media?.readyState !== "open" || this.#buffer?.updating) return;
    const message = this.#queue.shift();
    if (!message) return;
    try {
      if (!(message instanceof ArrayBuffer)) {
        if (!this.#buffer) {
          this.#buffer = media.addSourceBuffer(message.kind);
          this.#buffer.addEventListener("updateend", () => { this.#follow(); this.#next(failed); });
        } else if (message.kind !== this.#kind) this.#buffer.changeType(message.kind);
        this.#kind = message.kind;
        this.#next(failed);
        return;
      }
      this.#buffer?.appendBuffer(message);
    } catch (error) {
      // The decoder gave up, or its memory is full: a new playback begins clean.
      failed(new WhepFailure(error instanceof Error && error.name === "QuotaExceededError" ? say("slow") : say("lost")));
    }
  }

  /** Stays at the newest picture and lets the past go. */
  #follow() {
    const { video } = this;
    const buffer = this.#buffer;
    if (!buffer || buffer.updating || !buffer.buffered.length) return;
    const end = buffer.buffered.end(buffer.buffered.length - 1);
    const start = buffer.buffered.start(buffer.buffered.length - 1);
    const behind = end - video.currentTime;
    if (video.currentTime < start || behind > JUMP_S) video.currentTime = Math.max(start, end - 0.1);
    else video.playbackRate = behind > HURRY_S ? 1.1 : 1;
    if (video.paused) video.play().catch(() => {});
    const first = buffer.buffered.start(0);
    if (video.currentTime - first > 2 * KEEP_S) buffer.remove(first, video.currentTime - KEEP_S);
  }

  /** For the statistics: what has come so far. */
  told() {
    return { kind: this.#kind, bytes: this.#bytes, frames: this.#frames, at: performance.now() };
  }

  async stats() {
    return null;
  }

  /** Another stream needs a new connection here. @param {"main" | "sub"} _stream @returns {Promise<number>} */
  async choose(_stream) {
    return 0;
  }

  stop() {
    if (this.#over) return;
    this.#over = true;
    this.#socket?.close();
    this.#queue = [];
    if (!this.#address) return;
    URL.revokeObjectURL(this.#address);
    // A moment later: whoever ends this may still want to keep the last picture.
    setTimeout(() => {
      if (this.video.src !== this.#address || this.video.srcObject) return;
      this.video.removeAttribute("src");
      this.video.load();
    });
  }
}
