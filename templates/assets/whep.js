// @ts-check
// One WHEP playback (draft-ietf-wish-whep): offer, answer, tracks, end. Knows nothing of pages; `live-view.js` decides
// when to start, to start over and what to tell people.

import { csrf, say } from "./words.js";

/** Longest wait for ICE candidates before the offer goes out: the node learns our address from our checks anyway. */
const GATHER_MS = 300;
/** Not connected after this long: the attempt is given up and the player starts over. */
const CONNECT_MS = 3000;

/** Why a playback did not come about or ended. */
export class WhepFailure extends Error {
  /**
   * @param {string} said in the page's language
   * @param {{status?: number, retryAfterMs?: number, kind?: string}} [more]
   */
  constructor(said, more = {}) {
    super(said);
    /** HTTP status, 0 when there was no answer. */
    this.status = more.status ?? 0;
    this.retryAfterMs = more.retryAfterMs ?? 0;
    /** The problem's stable name, such as `purpose-needed`. */
    this.kind = more.kind ?? "";
  }
}

/** @param {Response} response */
async function failureOf(response) {
  let said = "";
  let kind = "";
  try {
    const body = await response.json();
    kind = String(body.type ?? "").replace("/problems/", "");
    said = String(body.detail || body.title || "");
  } catch {
    // Not a problem body: a proxy's own page, for example. The status alone must do.
  }
  if (response.status === 401) said = say("signed_out");
  const after = Number(response.headers.get("retry-after"));
  return new WhepFailure(said || `HTTP ${response.status}`, {
    status: response.status,
    kind,
    retryAfterMs: Number.isFinite(after) ? after * 1000 : 0,
  });
}

/** @param {RTCPeerConnection} peer */
function gathered(peer) {
  if (peer.iceGatheringState === "complete") return Promise.resolve();
  return new Promise((done) => {
    const timer = setTimeout(done, GATHER_MS, undefined);
    peer.addEventListener("icegatheringstatechange", () => {
      if (peer.iceGatheringState !== "complete") return;
      clearTimeout(timer);
      done(undefined);
    });
  });
}

export class WhepPlayback {
  /** @type {RTCPeerConnection | null} */ #peer = null;
  /** @type {string | null} */ #resource = null;
  #abort = new AbortController();
  #over = false;

  /**
   * @param {string} url
   * @param {{track: (stream: MediaStream) => void, lost: (failure: WhepFailure) => void}} tell
   * @param {string} [purpose] what it is for, where policy asks
   */
  constructor(url, tell, purpose = "") {
    this.url = url;
    this.tell = tell;
    this.purpose = purpose;
  }

  /** Resolves once connected; rejects with a `WhepFailure`. After that, `lost` tells of the end. */
  async start() {
    const peer = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    this.#peer = peer;
    const receiver = peer.addTransceiver("video", { direction: "recvonly" }).receiver;
    // The newest picture matters, not an even pace: ask for no waiting in the receiver's buffer.
    const wishes = /** @type {any} */ (receiver);
    if ("jitterBufferTarget" in receiver) wishes.jitterBufferTarget = 0;
    if ("playoutDelayHint" in receiver) wishes.playoutDelayHint = 0;
    peer.addEventListener("track", (event) => this.tell.track(event.streams[0] ?? new MediaStream([event.track])));
    const connected = this.#connected(peer);
    // Told through `lost` or through the failure below; never an unhandled rejection.
    connected.catch(() => {});
    try {
      await peer.setLocalDescription(await peer.createOffer());
      await gathered(peer);
      const timer = setTimeout(() => this.#abort.abort(), CONNECT_MS + 2000);
      const response = await fetch(this.url, {
        method: "POST",
        headers: { "Content-Type": "application/sdp", "Accept": "application/sdp, application/problem+json", "X-CSRF-Token": csrf, "X-Purpose": encodeURIComponent(this.purpose) },
        body: peer.localDescription?.sdp ?? "",
        credentials: "same-origin",
        signal: this.#abort.signal,
      });
      if (response.status !== 201) {
        clearTimeout(timer);
        throw await failureOf(response);
      }
      const location = response.headers.get("location");
      if (location) this.#resource = new URL(location, new URL(this.url, document.baseURI)).href;
      const answer = await response.text();
      clearTimeout(timer);
      if (this.#over) return this.#release();
      await peer.setRemoteDescription({ type: "answer", sdp: answer });
      await connected;
    } catch (error) {
      this.stop();
      if (error instanceof WhepFailure) throw error;
      const slow = error instanceof DOMException && error.name === "AbortError";
      throw new WhepFailure(say(slow ? "slow" : "offline"));
    }
  }

  /** @param {RTCPeerConnection} peer */
  #connected(peer) {
    return new Promise((done, fail) => {
      let up = false;
      /** @type {ReturnType<typeof setTimeout> | undefined} */ let timer;
      peer.addEventListener("signalingstatechange", () => {
        if (peer.signalingState === "stable" && !up) timer = setTimeout(() => fail(new WhepFailure(say("slow"), { kind: "no-path" })), CONNECT_MS);
      });
      peer.addEventListener("connectionstatechange", () => {
        if (peer.connectionState === "connected") {
          up = true;
          clearTimeout(timer);
          done(undefined);
        } else if (["failed", "closed"].includes(peer.connectionState)) {
          clearTimeout(timer);
          const failure = new WhepFailure(say("lost"));
          if (up && !this.#over) this.tell.lost(failure);
          else fail(new WhepFailure(say("lost"), { kind: this.#over ? "" : "no-path" }));
        }
      });
    });
  }

  /** @returns {Promise<RTCStatsReport | null>} */
  async stats() {
    return (await this.#peer?.getStats()) ?? null;
  }

  /** Goes on with the other stream in the same connection. @param {"main" | "sub"} stream
   *  @returns {Promise<number>} the node's status: 204 it does, 409 the camera has no such stream, 0 no answer */
  async choose(stream) {
    if (!this.#resource) return 0;
    const to = `${this.#resource}/stream?to=${stream}`;
    const answer = await fetch(to, { method: "PUT", credentials: "same-origin", headers: { "X-CSRF-Token": csrf } }).catch(() => null);
    return answer?.status ?? 0;
  }

  /** Ends it and tells the node, also while the page goes away. */
  stop() {
    this.#over = true;
    this.#abort.abort();
    const peer = this.#peer;
    this.#peer = null;
    // The node is told first: after DTLS's goodbye the playback would be gone and the DELETE would find nothing (404).
    this.#release().finally(() => peer?.close());
  }

  async #release() {
    const resource = this.#resource;
    this.#resource = null;
    if (!resource) return;
    await fetch(resource, { method: "DELETE", keepalive: true, credentials: "same-origin", headers: { "X-CSRF-Token": csrf } }).catch(() => {});
  }
}
