//! `media` — running streams: from the camera to every outlet.
//!
//! camera → [`ingest`] → access units → one ring per [`track::Track`] → cursors: WebRTC ([`webrtc`]), RTSP out
//! ([`rtsp_out`]), later recorder, HLS and relay. Nothing a viewer does can make a camera wait.
//!
//! Not here: who may see what (`ops` decides and hands a [`base::Lease`]), pages (`templates`), formats (`av`). Only
//! `ingest` knows retina; only `webrtc` knows the WebRTC crates.

pub mod address;
pub mod fault;
pub mod ingest;
pub mod mse;
pub mod probe;
pub mod rtsp_out;
pub mod simulate;
pub mod snapshot;
pub mod source;
pub mod track;
pub mod webrtc;

mod media;

pub use address::AllowedNetworks;
pub use fault::{Excess, StreamFault};
pub use media::{Media, MediaConfig, MediaError, MediaFigures, TrackFigures};
pub use probe::{ProbeReport, ProbeRequest, ProbedStream};
pub use source::{Phase, SourceSpec, StreamFacts, StreamState, Transport};
pub use track::{Track, TrackCounters, TrackKey, Tracks};
pub use webrtc::{NotChosen, ViewEnd, ViewEndReason, WebRtcConfig, WhepAnswer, WhepError};
