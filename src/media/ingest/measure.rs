//! What a stream does, measured over the last few seconds: pictures per second, key-frame distance, kbit/s.

use std::collections::VecDeque;
use std::time::Duration;

/// How far back is looked.
const WINDOW: Duration = Duration::from_secs(5);
/// Nothing is said before this much was seen: cameras begin with a burst.
const SPAN_MIN: Duration = Duration::from_secs(1);
/// A longer time between the oldest and the newest picture of the window is a step of the camera's clock.
const OWN_SPAN_S_MAX: f64 = 30.0;
/// Pictures remembered at most; with more, the window is shorter.
const PICTURES_MAX: usize = 512;

/// Sliding measurement of one stream.
#[derive(Debug, Default)]
pub(crate) struct Measure {
    /// When it arrived, how many bytes it had, and its place on the stream's own time line.
    pictures: VecDeque<(Duration, usize, i64)>,
    bytes: usize,
    last_key_pts_90k: Option<i64>,
    first_key: Option<Duration>,
    gop_s: Option<f64>,
}

impl Measure {
    /// Counts a picture.
    pub fn count(&mut self, arrived: Duration, bytes: usize, pts_90k: i64, random_access: bool) {
        self.pictures.push_back((arrived, bytes, pts_90k));
        self.bytes += bytes;
        while self.pictures.len() > PICTURES_MAX
            || self.pictures.front().is_some_and(|(at, ..)| arrived.saturating_sub(*at) > WINDOW)
        {
            self.bytes -= self.pictures.pop_front().map_or(0, |(_, b, _)| b);
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
        let (first, _, first_90k) = *self.pictures.front()?;
        let newest_90k = self.pictures.back()?.2;
        // Up to now, not up to the newest picture, so that a stalling stream slows down in the figures, too.
        let arrived = now.saturating_sub(first);
        if arrived < SPAN_MIN {
            return None;
        }
        // A camera that begins with a burst of older pictures sends more time than has passed: then its own line counts,
        // unless that has stepped.
        let own_s = newest_90k.saturating_sub(first_90k) as f64 / 90_000.0;
        Some(arrived.as_secs_f64().max(if own_s <= OWN_SPAN_S_MAX { own_s } else { 0.0 }))
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
        let newest = self.pictures.back().map_or(0, |(_, b, _)| *b);
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
    fn a_burst_at_the_start_does_not_count_as_speed() {
        let mut m = Measure::default();
        // Two seconds of pictures at once, then 25 a second for 1.2 s.
        for n in 0..80u64 {
            let at = Duration::from_millis(n.saturating_sub(50) * 40);
            m.count(at, 20_000, n as i64 * 3_600, n % 50 == 0);
        }
        let now = Duration::from_millis(29 * 40);
        let near = |v: Option<f64>, want: f64| v.is_some_and(|v| (v - want).abs() < want * 0.02);
        assert!(near(m.fps(now), 25.0), "{:?}", m.fps(now));
        assert!(near(m.kbit_s(now), 4_000.0), "{:?}", m.kbit_s(now));
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
