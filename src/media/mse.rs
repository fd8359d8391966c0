//! Pictures as a stream of fragmented MP4, for players that reach nothing but the node's pages (MediaSource over
//! WebSocket): a reader of a track like any other, one fragment a picture.
//!
//! A new player begins at the newest random access point, its pictures squeezed together before the live edge. There is no
//! queue: whoever takes the fragments more slowly than they come is lapped, and goes on at a newer random access point.

use crate::track::Track;
use crate::webrtc::{GuestView, Timeline, ViewEndReason};
use av::fmp4::{self, Sample};
use av::{AccessUnit, ParameterSets, Read};
use base::Clock;
use bytes::Bytes;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// What a player gets next.
#[derive(Clone, Debug)]
pub enum Piece {
    /// What its decoder must know: at the beginning, and whenever the parameter sets change.
    Init {
        /// For `addSourceBuffer` and `changeType`: `video/mp4; codecs="avc1.640028"`.
        kind: String,
        /// The initialisation segment.
        segment: Bytes,
    },
    /// A picture.
    Fragment(Bytes),
}

/// Further behind than this, a player jumps to the newest random access point.
const LATE_MAX: Duration = Duration::from_millis(1_000);
/// The right behind it is looked at this often while nothing comes.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How long a picture is shown if nothing is known better, and at most: 90 kHz.
const DURATION: i64 = 3_600;
const DURATION_MAX: i64 = 90_000;

/// One running playback. Dropping it ends the view.
#[derive(Debug)]
pub struct Mse {
    track: Arc<Track>,
    clock: Clock,
    view: GuestView,
    news: watch::Receiver<u64>,
    timeline: Timeline,
    /// Number of the next access unit; none before the beginning and after a lap.
    next: Option<u64>,
    told: Option<Arc<ParameterSets>>,
    sequence: u32,
    decoded: Option<i64>,
}

impl Mse {
    pub(crate) fn new(track: Arc<Track>, clock: Clock, view: GuestView) -> Mse {
        let news = track.subscribe();
        let timeline = Timeline::new(0);
        Mse { track, clock, view, news, timeline, next: None, told: None, sequence: 0, decoded: None }
    }

    /// The stream that is played.
    pub fn stream(&self) -> base::StreamKind {
        self.track.key.stream
    }

    /// Waits for what comes next; `None` when the view is over (its right, its camera or the node ended).
    pub async fn next(&mut self) -> Option<Piece> {
        loop {
            if let Some(reason) = self.view.over() {
                self.view.end(reason);
                return None;
            }
            self.news.borrow_and_update();
            if let Some(piece) = self.take() {
                if let Piece::Fragment(bytes) = &piece {
                    self.view.count(bytes.len());
                }
                return Some(piece);
            }
            // Neither news nor its absence decides anything: the loop looks again.
            let _ = tokio::time::timeout(LOOK_EVERY, self.news.changed()).await;
            if self.news.has_changed().is_err() {
                self.view.end(ViewEndReason::Stopped);
                return None;
            }
        }
    }

    /// What is there now.
    fn take(&mut self) -> Option<Piece> {
        loop {
            let number = match self.next {
                Some(number) => number,
                None => self.begin()?,
            };
            let unit = match self.track.read(number) {
                Read::Unit(unit) => unit,
                Read::NotYet => {
                    self.next = Some(number);
                    return None;
                }
                Read::Lapped(_) => {
                    self.next = None;
                    continue;
                }
            };
            let late = self.clock.monotonic().saturating_sub(unit.arrived) > LATE_MAX;
            if late && self.track.newest_random_access().is_some_and(|newest| newest > number) {
                self.next = None;
                continue;
            }
            if !self.told.as_ref().is_some_and(|p| Arc::ptr_eq(p, &unit.parameters) || **p == *unit.parameters) {
                self.next = Some(number);
                self.told = Some(unit.parameters.clone());
                let kind = format!("video/mp4; codecs=\"{}\"", fmp4::codec_string(&unit.parameters));
                return Some(Piece::Init { kind, segment: fmp4::init_segment(&unit.parameters).into() });
            }
            self.next = Some(number + 1);
            return Some(self.fragment(number, &unit));
        }
    }

    fn begin(&mut self) -> Option<u64> {
        let first = self.track.newest_random_access()?;
        let edge = self.track.next().checked_sub(1)?;
        let Read::Unit(newest) = self.track.read(edge) else { return None };
        self.timeline.begin(first, edge, newest.pts_90k);
        Some(first)
    }

    fn fragment(&mut self, number: u64, unit: &AccessUnit) -> Piece {
        let shown = self.timeline.stamp_wide(number, unit.pts_90k).max(0);
        // Pictures are decoded in the order in which they come; those that are shown earlier get a negative offset.
        let decoded = self.decoded.map_or(shown, |before| shown.max(before + 1));
        let duration = self.decoded.map_or(DURATION, |before| (decoded - before).clamp(1, DURATION_MAX));
        self.decoded = Some(decoded);
        self.sequence = self.sequence.wrapping_add(1);
        let sample = Sample {
            data: &unit.data,
            duration: u32::try_from(duration).unwrap_or(1),
            offset: i32::try_from(shown - decoded).unwrap_or(0),
            random_access: unit.random_access,
        };
        let decoded = u64::try_from(decoded).unwrap_or(0);
        Piece::Fragment(fmp4::fragment(self.sequence, decoded, &[sample]).into())
    }
}
