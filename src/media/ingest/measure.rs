//! What a stream does, measured over the last few seconds: pictures per second, key-frame distance, kbit/s.

use std::collections::VecDeque;
use std::time::Duration;

/// How far back is looked.
const WINDOW: Duration = Duration::from_secs(5);
/// Nothing is said before this much was seen: cameras begin with a burst.
const SPAN_MIN: Duration = Duration::from_secs(1);
/// Pictures remembered at most; with more, the window is shorter.
const PICTURES_MAX: usize = 512;

/// Sliding measurement of one stream.
#[derive(Debug, Default)]
pub(crate) struct Measure {
    /// When it arrived and how many bytes it had.
    pictures: VecDeque<(Duration, usize)>,
    bytes: usize,
    last_key_pts_90k: Option<i64>,
    first_key: Option<Duration>,
    gop_s: Option<f64>,
}

impl Measure {
    /// Counts a picture.
    pub fn count(&mut self, arrived: Duration, bytes: usize, pts_90k: i64, random_access: bool) {
        self.pictures.push_back((arrived, bytes));
        self.bytes += bytes;
        while self.pictures.len() > PICTURES_MAX
            || self.pictures.front().is_some_and(|(at, _)| arrived.saturating_sub(*at) > WINDOW)
        {
            self.bytes -= self.pictures.pop_front().map_or(0, |(_, b)| b);
        }
        if random_access {
            self.first_key.get_or_insert(arrived);
            let distance = self.last_key_pts_90k.map(|before| pts_90k.saturating_sub(before));
            // A step of the camera's clock is no distance.
            if let Some(d) = distance.filter(|d| (1..90_000 * 600).contains(d)) {
                self.gop_s = Some(d as f64 / 90_000.0);
            }
            self.last_key_pts_90k = Some(pts_90k);
        }
    }

    /// After a loss or a new connection: distances across it mean nothing.
    pub fn interrupted(&mut self) {
        self.last_key_pts_90k = None;
    }

    fn span_s(&self, now: Duration) -> Option<f64> {
        let first = self.pictures.front()?.0;
        // Up to now, not up to the newest picture, so that a stalling stream slows down in the figures, too.
        Some(now.saturating_sub(first)).filter(|s| *s >= SPAN_MIN).map(|s| s.as_secs_f64())
    }

    /// Pictures per second.
    pub fn fps(&self, now: Duration) -> Option<f64> {
        let newest = self.pictures.back()?.0;
        let quiet = now.saturating_sub(newest) > SPAN_MIN;
        let until = if quiet { now } else { newest };
        let span = self.span_s(until)?;
        Some((self.pictures.len() - 1) as f64 / span)
    }

    /// kbit/s of coded pictures.
    pub fn kbit_s(&self, now: Duration) -> Option<f64> {
        let span = self.span_s(now)?;
        let newest = self.pictures.back().map_or(0, |(_, b)| *b);
        Some((self.bytes - newest) as f64 * 8.0 / 1_000.0 / span)
    }

    /// Seconds between the two newest key frames.
    pub fn gop_s(&self) -> Option<f64> {
        self.gop_s
    }

    /// Seconds since the first key frame, if no second one has come: the distance is at least this.
    pub fn gop_s_min(&self, now: Duration) -> Option<f64> {
        self.first_key.filter(|_| self.gop_s.is_none()).map(|k| now.saturating_sub(k).as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_camera_measures_as_it_is() {
        let mut m = Measure::default();
        let at = |n: u64| Duration::from_millis(n * 40);
        for n in 0..500 {
            m.count(at(n), 20_000, n as i64 * 3_600, n % 50 == 0);
            assert!(n > 24 || m.fps(at(n)).is_none());
        }
        let near = |v: Option<f64>, want: f64| v.is_some_and(|v| (v - want).abs() < want * 0.02);
        assert!(near(m.fps(at(499)), 25.0), "{:?}", m.fps(at(499)));
        assert!(near(m.kbit_s(at(499)), 4_000.0), "{:?}", m.kbit_s(at(499)));
        assert_eq!(m.gop_s(), Some(2.0));
        assert_eq!(m.gop_s_min(at(499)), None);
        assert!(m.fps(at(499 + 100)).is_some_and(|f| f < 20.0), "a stall shows");
    }

    #[test]
    fn one_key_frame_gives_a_lower_bound_and_a_clock_step_gives_nothing() {
        let mut m = Measure::default();
        m.count(Duration::ZERO, 1, 0, true);
        assert_eq!((m.gop_s(), m.gop_s_min(Duration::from_secs(3))), (None, Some(3.0)));
        m.count(Duration::from_secs(1), 1, -5_000_000_000, true);
        assert_eq!(m.gop_s(), None);
        for n in 0..10_000 {
            m.count(Duration::from_secs(1), 7, n, false);
        }
        assert!(m.pictures.len() <= PICTURES_MAX);
    }
}
