//! What is wanted of a camera stream, and how it stands.

use crate::StreamFault;
use crate::track::TrackKey;
use base::{Secret, WallTime};

/// How RTP comes from the camera.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Transport {
    /// Interleaved in the RTSP connection (RFC 2326 §10.12): the default, because it crosses firewalls.
    #[default]
    Tcp,
    /// Own UDP ports.
    Udp,
}

/// One stream that should be running. Equal specs mean: leave it alone.
#[derive(Clone, Debug)]
pub struct SourceSpec {
    /// Which track it feeds.
    pub key: TrackKey,
    /// `rtsp://host[:port]/path`, without user and password.
    pub url: String,
    /// The camera's user name, if it wants one.
    pub username: Option<String>,
    /// The camera's password.
    pub password: Option<Secret>,
    /// TCP or UDP.
    pub transport: Transport,
}

impl PartialEq for SourceSpec {
    fn eq(&self, o: &Self) -> bool {
        let secret = |s: &Option<Secret>| s.as_ref().map(|s| s.expose().to_owned());
        self.key == o.key
            && self.url == o.url
            && self.username == o.username
            && self.transport == o.transport
            && secret(&self.password) == secret(&o.password)
    }
}

/// Where a stream stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Talking to the camera; no picture yet.
    Connecting,
    /// Pictures arrive.
    Live,
    /// It failed; the next attempt is at [`StreamState::next_attempt`].
    Waiting,
}

/// What is known of a stream's pictures.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamFacts {
    /// For example `"H.264"`.
    pub codec: String,
    /// For example `"640028"` (RFC 6184 §8.1), if known.
    pub profile_level_id: Option<String>,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Pictures per second, measured.
    pub fps: Option<f64>,
    /// Seconds between random access points, measured.
    pub gop_s: Option<f64>,
    /// kbit/s, measured.
    pub kbit_s: Option<f64>,
}

/// The state of one stream, always with its reason and since when.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamState {
    /// Which stream.
    pub key: TrackKey,
    /// Where it stands.
    pub phase: Phase,
    /// Since when it is live, or since when it is not: attempts in between do not move it.
    pub since: WallTime,
    /// Why it is not live (the last failure), while it is not.
    pub fault: Option<StreamFault>,
    /// When the next attempt is due, while waiting.
    pub next_attempt: Option<WallTime>,
    /// Attempts since it was last live.
    pub attempts: u32,
    /// The pictures, once known; kept while the stream is away.
    pub facts: Option<StreamFacts>,
}
