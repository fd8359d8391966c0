//! The clock as a value that drivers hold. The one system clock lives in the roof (`src/clock.rs`).

use crate::WallTime;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// Where a [`Clock`] reads the time.
pub trait ClockSource: Send + Sync + 'static {
    /// The wall clock, UTC. May be stepped by an administrator or NTP.
    fn now(&self) -> WallTime;
    /// Time since an arbitrary start; never goes back.
    fn monotonic(&self) -> Duration;
}

/// A handle on the node's clock; cheap to clone.
#[derive(Clone)]
pub struct Clock(Arc<dyn ClockSource>);

impl Clock {
    /// Wraps a source.
    pub fn new(source: impl ClockSource) -> Self {
        Self(Arc::new(source))
    }
    /// See [`ClockSource::now`].
    pub fn now(&self) -> WallTime {
        self.0.now()
    }
    /// See [`ClockSource::monotonic`].
    pub fn monotonic(&self) -> Duration {
        self.0.monotonic()
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}

/// A clock that a test moves by hand.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<AtomicI64>, WallTime);

impl ManualClock {
    /// Stands at `start` until moved.
    pub fn at(start: WallTime) -> Self {
        Self(Arc::new(AtomicI64::new(0)), start)
    }
    /// Moves wall and monotonic time on together.
    pub fn advance(&self, d: Duration) {
        self.0.fetch_add(i64::try_from(d.as_micros()).unwrap_or(i64::MAX), Ordering::SeqCst);
    }
    /// A handle on this clock.
    pub fn clock(&self) -> Clock {
        Clock::new(self.clone())
    }
}

impl ClockSource for ManualClock {
    fn now(&self) -> WallTime {
        self.1.plus(self.monotonic())
    }
    fn monotonic(&self) -> Duration {
        Duration::from_micros(self.0.load(Ordering::SeqCst).unsigned_abs())
    }
}
