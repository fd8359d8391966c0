//! Which of its camera's streams a viewer is sent: as asked for, or as much as its network carries ([`rate`]).
//!
//! [`rate`]: crate::webrtc::rate

use super::{PACE_BYTES, Shard};
use crate::track::{Track, TrackKey};
use crate::webrtc::feed::Feed;
use crate::webrtc::figures::count;
use crate::webrtc::rate::Level;
use base::{CameraId, StreamKind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// A track whose newest picture is older than this shows nothing that is live.
const FRESH: Duration = Duration::from_secs(5);

impl Shard {
    /// Somebody asks for another stream. If there is none such, what is shown goes on.
    pub(super) fn choose(&mut self, no: usize, stream: StreamKind) {
        let now = self.p.clock.monotonic();
        let Some(viewer) = self.viewers.get_mut(no).and_then(Option::as_mut) else { return };
        viewer.wish = stream;
        // A network that was too narrow for a large tile is not for a small one.
        if viewer.rate.level() == Level::Full {
            self.switch(no, stream, now);
        }
    }

    /// Follows what the viewer's network carries.
    pub(super) fn fit(&mut self, no: usize, now: Duration) {
        let Some(viewer) = self.viewers.get(no).and_then(Option::as_ref) else { return };
        if !viewer.rate.is_due(now) {
            return;
        }
        let (before, wish, camera) = (viewer.rate.level(), viewer.wish, viewer.view.lease.camera);
        let small = wish == StreamKind::Main && self.other(no, camera, StreamKind::Sub, now).is_some();
        let Some(viewer) = self.viewers.get_mut(no).and_then(Option::as_mut) else { return };
        let level = viewer.rate.poll(|| small, now);
        viewer.key_frames_only = level == Level::KeyFrames;
        if level == before {
            return;
        }
        count(&self.p.totals.level_changes);
        tracing::debug!(view = %viewer.view.id, ?before, ?level, "a viewer is sent what its network carries");
        let stream = if level > Level::Full && small { StreamKind::Sub } else { wish };
        self.switch(no, stream, now);
    }

    /// The track of another stream that the viewer could be shown: live, and of the codec that was agreed upon.
    fn other(&self, no: usize, camera: CameraId, stream: StreamKind, now: Duration) -> Option<Arc<Track>> {
        let viewer = self.viewers.get(no)?.as_ref()?;
        if viewer.view.stream == stream {
            return self.feeds.get(&TrackKey { camera, stream }).map(|f| f.track().clone());
        }
        let own = self.feeds.get(&TrackKey { camera, stream: viewer.view.stream })?.track().newest()?;
        let track = self.p.tracks.find(TrackKey { camera, stream })?;
        let newest = track.newest()?;
        let fits = newest.parameters.codec == own.parameters.codec && now.saturating_sub(newest.arrived) < FRESH;
        (fits && track.newest_random_access().is_some()).then_some(track)
    }

    /// Goes on with another stream at its newest random access point.
    fn switch(&mut self, no: usize, stream: StreamKind, now: Duration) {
        let Some(viewer) = self.viewers.get(no).and_then(Option::as_ref) else { return };
        let (camera, old) = (viewer.view.lease.camera, viewer.view.stream);
        if old == stream {
            return;
        }
        let Some(track) = self.other(no, camera, stream, now) else { return };
        let Some(newest) = track.newest() else { return };
        if let Some(feed) = self.feeds.get_mut(&TrackKey { camera, stream: old }) {
            feed.viewers.retain(|n| *n != no);
            feed.track().counters.viewers.fetch_sub(1, Ordering::Relaxed);
            if feed.viewers.is_empty() {
                self.feeds.remove(&TrackKey { camera, stream: old });
            }
        }
        track.counters.viewers.fetch_add(1, Ordering::Relaxed);
        let waker = self.p.waker.clone();
        self.feeds.entry(track.key).or_insert_with(|| Feed::new(track, waker)).viewers.push(no);
        if let Some(viewer) = self.viewers.get_mut(no).and_then(Option::as_mut) {
            viewer.change_stream(stream, newest.pts_90k, newest.arrived);
            if viewer.is_connected() {
                self.pump(no, now, PACE_BYTES);
            }
        }
    }
}
