//! The system clock: the only place in the product that reads it.
#![allow(clippy::disallowed_methods)]

use base::{Clock, ClockSource, WallTime};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

struct SystemClock {
    start: Instant,
}

impl ClockSource for SystemClock {
    fn now(&self) -> WallTime {
        // A clock before 1970 is as good as no clock: stay at the epoch, `matluoi check` says so.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        WallTime::from_unix_us(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }
}

/// The machine's clock.
pub fn system() -> Clock {
    Clock::new(SystemClock { start: Instant::now() })
}
