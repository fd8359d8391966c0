//! One track as a shard sees it: its doorbell, and the viewers in this shard that read it.

use super::wake::Waker;
use crate::track::Track;
use av::{AccessUnit, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub(super) struct Feed {
    track: Arc<Track>,
    bell: u64,
    rung: Arc<AtomicBool>,
    /// Numbers of the viewers.
    pub(super) viewers: Vec<usize>,
    /// The access unit read last: at the live edge all viewers want the same one, and the ring has a lock.
    latest: Option<(u64, Arc<AccessUnit>)>,
    /// Since when, and how many bytes there were then.
    measured: (Duration, u64),
    bits_per_second: u64,
}

/// Over how long a stream's rate is measured: longer than most groups of pictures.
const MEASURED_OVER: Duration = Duration::from_secs(4);

impl Feed {
    /// Hangs a doorbell that wakes the shard.
    pub(super) fn new(track: Arc<Track>, waker: Waker) -> Self {
        let rung = Arc::new(AtomicBool::new(false));
        let ring = rung.clone();
        let bell = track.hang_doorbell(Arc::new(move || {
            if !ring.swap(true, Ordering::AcqRel) {
                waker.wake();
            }
        }));
        Feed { track, bell, rung, viewers: Vec::new(), latest: None, measured: (Duration::ZERO, 0), bits_per_second: 0 }
    }

    pub(super) fn track(&self) -> &Arc<Track> {
        &self.track
    }

    /// Call now and then.
    pub(super) fn measure(&mut self, now: Duration) {
        let bytes = self.track.counters.bytes.load(Ordering::Relaxed);
        let (since, before) = self.measured;
        let span = now.saturating_sub(since);
        if before == 0 {
            self.measured = (now, bytes);
        } else if span >= MEASURED_OVER {
            let bits = bytes.saturating_sub(before).saturating_mul(8_000);
            self.bits_per_second = bits / u64::try_from(span.as_millis()).unwrap_or(u64::MAX).max(1);
            self.measured = (now, bytes);
        }
    }
    /// What the stream needs, measured; 0 while it is not known.
    pub(super) fn bits_per_second(&self) -> u64 {
        self.bits_per_second
    }

    /// Has it rung since the last call?
    pub(super) fn take_rung(&self) -> bool {
        // Looking is cheaper than swapping, and most have not rung.
        self.rung.load(Ordering::Acquire) && self.rung.swap(false, Ordering::AcqRel)
    }

    /// Reads by number, like [`Track::read`].
    pub(super) fn read(&mut self, number: u64) -> Read {
        if let Some((n, unit)) = &self.latest
            && *n == number
        {
            return Read::Unit(unit.clone());
        }
        let read = self.track.read(number);
        if let Read::Unit(unit) = &read {
            self.latest = Some((number, unit.clone()));
        }
        read
    }

    /// Number of the newest random access point that the ring holds.
    pub(super) fn newest_random_access(&self) -> Option<u64> {
        self.track.newest_random_access()
    }

    /// Where a viewer starts: the newest random access point, and the number and time of the newest access unit.
    pub(super) fn start(&self) -> Option<(u64, u64, i64)> {
        let first = self.track.newest_random_access()?;
        let edge = self.track.next().checked_sub(1)?;
        match self.track.read(edge) {
            Read::Unit(unit) => Some((first, edge, unit.pts_90k)),
            Read::NotYet | Read::Lapped(_) => None,
        }
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.track.unhang_doorbell(self.bell);
    }
}
