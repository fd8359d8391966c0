//! The states of streams in words, for pages, the API and events.

use crate::state::WebState;
use base::{CameraId, Language, Said, StreamKind};
use media::{Phase, StreamState, TrackKey};
use serde::Serialize;
use std::collections::HashMap;
use std::sync::atomic::Ordering;
use templates::views::{self, PictureFacts, StreamStatus};
use utoipa::ToSchema;

/// The state of one stream.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StreamBody {
    /// `live`, `connecting`, `waiting` or `unknown`.
    pub phase: &'static str,
    /// Since when, RFC 3339 UTC.
    pub since: Option<String>,
    /// Why there is no picture, as a stable name: `refused`, `timeout`, `wrong-password` …
    pub fault: Option<&'static str>,
    /// Why there is no picture and what to do, in the caller's language.
    pub said: Option<String>,
    /// When the next attempt is due, while waiting.
    pub next_attempt: Option<String>,
    /// Attempts since it was last live.
    pub attempts: u32,
    /// For example `H.264`.
    pub codec: Option<String>,
    /// Pixels.
    pub width: Option<u32>,
    /// Pixels.
    pub height: Option<u32>,
    /// Pictures per second, measured.
    pub fps: Option<f64>,
    /// Seconds between key frames, measured.
    pub gop_s: Option<f64>,
    /// kbit/s, measured.
    pub kbit_s: Option<f64>,
}

/// The word for a phase in addresses and answers.
pub fn word(phase: Phase) -> views::Phase {
    match phase {
        Phase::Live => views::Phase::Live,
        Phase::Connecting => views::Phase::Connecting,
        Phase::Waiting => views::Phase::Waiting,
    }
}

/// Why there is no picture, if there is none.
fn fault(state: &StreamState) -> Option<&media::StreamFault> {
    state.fault.as_ref().filter(|_| state.phase != Phase::Live)
}

/// The same in words.
fn reason(state: &StreamState) -> Option<Said> {
    fault(state).map(media::StreamFault::said)
}

/// For programs.
pub fn body(state: Option<&StreamState>, language: Language) -> StreamBody {
    let facts = state.and_then(|s| s.facts.as_ref());
    let pixels = |n: u32| (n > 0).then_some(n);
    StreamBody {
        phase: state.map_or(views::Phase::Unknown, |s| word(s.phase)).as_str(),
        since: state.map(|s| s.since.rfc3339()),
        fault: state.and_then(fault).map(media::StreamFault::slug),
        said: state.and_then(reason).map(|s| s.of(language).to_owned()),
        next_attempt: state.and_then(|s| s.next_attempt).map(base::WallTime::rfc3339),
        attempts: state.map_or(0, |s| s.attempts),
        codec: facts.map(|f| f.codec.clone()),
        width: facts.and_then(|f| pixels(f.width)),
        height: facts.and_then(|f| pixels(f.height)),
        fps: facts.and_then(|f| f.fps).map(rounded),
        gop_s: facts.and_then(|f| f.gop_s).map(rounded),
        kbit_s: facts.and_then(|f| f.kbit_s).map(rounded),
    }
}

/// Two digits after the point are all that a measurement holds; not-a-number has no place in JSON.
fn rounded(x: f64) -> f64 {
    if x.is_finite() { (x * 100.0).round() / 100.0 } else { 0.0 }
}

/// For pages.
pub fn status(state: &WebState, camera: CameraId, stream: StreamKind, language: Language) -> StreamStatus {
    let key = TrackKey { camera, stream };
    let now = state.media.state(key);
    let viewers = state.media.tracks().find(key).map_or(0, |t| t.counters.viewers.load(Ordering::Relaxed));
    StreamStatus {
        stream,
        phase: now.as_ref().map_or(views::Phase::Unknown, |s| word(s.phase)),
        since: now.as_ref().map(|s| s.since),
        reason: now.as_ref().and_then(reason).map(|s| s.of(language).to_owned()),
        next_attempt: now.as_ref().and_then(|s| s.next_attempt),
        attempts: now.as_ref().map_or(0, |s| s.attempts),
        facts: now.and_then(|s| s.facts).map(|f| PictureFacts {
            codec: f.codec,
            width: f.width,
            height: f.height,
            fps: f.fps,
            key_frame_s: f.gop_s,
            kbit_s: f.kbit_s,
        }),
        viewers,
    }
}

/// All states at once, by stream.
pub fn all(state: &WebState) -> HashMap<TrackKey, StreamState> {
    state.media.states().into_iter().map(|s| (s.key, s)).collect()
}

/// The main stream's phase per camera, for filtering lists.
pub fn main_phases(state: &WebState) -> HashMap<CameraId, (views::Phase, base::WallTime)> {
    state
        .media
        .states()
        .into_iter()
        .filter(|s| s.key.stream == StreamKind::Main)
        .map(|s| (s.key.camera, (word(s.phase), s.since)))
        .collect()
}
