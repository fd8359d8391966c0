//! RTP timestamps of one viewer.
//!
//! A new viewer gets everything from the newest key frame on, which is up to a group of pictures old, and must be at the
//! live edge at once. A receiver shows pictures at the distances of their timestamps; so the burst's timestamps are
//! squeezed together before the live edge, about as close as its packets travel, and the live pictures follow at their
//! natural distances. No delay is left over.

/// Distance of two pictures in a burst: 1 ms.
const SQUEEZED_90K: i64 = 90;
/// What a burst may take when the viewer is at the live edge already (a key frame asked for again): shorter than the
/// distance to the next picture at 60 per second.
const AGAIN_90K: i64 = 1_350;
/// A step of the camera's own line that is taken for one: larger forward, or this much backward (reordered pictures go
/// back by less).
const STEP_FORWARD_90K: i64 = 10 * 90_000;
const STEP_BACK_90K: i64 = 90_000;
/// The distance that is put in the place of a step.
const STEP_AS_90K: i64 = 3_600;

#[derive(Debug)]
pub(crate) struct Timeline {
    /// What is added to the track's presentation times.
    offset: i64,
    /// The largest timestamp given out.
    last: Option<i64>,
    last_pts: Option<i64>,
    burst: Option<Burst>,
}

#[derive(Debug)]
struct Burst {
    /// Number of the access unit at the live edge.
    edge: u64,
    /// Its timestamp.
    end: i64,
    distance: i64,
}

impl Timeline {
    /// Starts anywhere: `start` is random (RFC 3550 §5.1).
    pub(crate) fn new(start: u32) -> Self {
        Timeline { offset: i64::from(start), last: None, last_pts: None, burst: None }
    }

    /// Access units from `first` to `edge` (the newest; its time is `edge_pts`) are going to be sent in a burst.
    pub(crate) fn begin(&mut self, first: u64, edge: u64, edge_pts: i64) {
        self.bridge(edge_pts);
        let natural = edge_pts + self.offset;
        let count = i64::try_from(edge.saturating_sub(first)).unwrap_or(i64::MAX).saturating_add(1);
        let (end, distance) = match self.last {
            None => (natural, SQUEEZED_90K),
            Some(last) => {
                let end = natural.max(last + AGAIN_90K);
                (end, ((end - last) / count).clamp(1, SQUEEZED_90K))
            }
        };
        self.burst = Some(Burst { edge, end, distance });
    }

    /// Another track follows, whose line has nothing to do with the one before: `before` and `after` are presentation times
    /// of a picture of each, which arrived `apart` (90 kHz) from each other.
    pub(super) fn change_line(&mut self, before: i64, after: i64, apart: i64) {
        self.offset = self.offset.saturating_add(before).saturating_add(apart).saturating_sub(after);
        self.last_pts = None;
    }

    /// If the camera's line stepped since the last picture, moves the offset so that ours does not.
    fn bridge(&mut self, pts: i64) {
        if let (Some(last), Some(last_pts)) = (self.last, self.last_pts) {
            let step = pts.saturating_sub(last_pts);
            if !(-STEP_BACK_90K..=STEP_FORWARD_90K).contains(&step) {
                self.offset = (last + STEP_AS_90K).saturating_sub(pts);
            }
        }
    }

    /// The timestamp of an access unit; ask once per unit, in order.
    pub(super) fn stamp(&mut self, number: u64, pts: i64) -> u32 {
        self.stamp_wide(number, pts) as u32
    }

    /// The same, where timestamps do not wrap.
    pub(crate) fn stamp_wide(&mut self, number: u64, pts: i64) -> i64 {
        let out = match &self.burst {
            Some(b) if number <= b.edge => {
                let before = i64::try_from(b.edge - number).unwrap_or(i64::MAX);
                b.end.saturating_sub(before.saturating_mul(b.distance))
            }
            _ => {
                self.burst = None;
                self.bridge(pts);
                let natural = pts.saturating_add(self.offset);
                match (self.last, self.last_pts) {
                    // A burst that ran ahead a little must not make time go back.
                    (Some(last), Some(last_pts)) if natural <= last && pts > last_pts => last + 1,
                    _ => natural,
                }
            }
        };
        self.last = Some(self.last.map_or(out, |l| l.max(out)));
        self.last_pts = Some(pts);
        out
    }

    /// The natural timestamp that belongs to a presentation time, for sender reports.
    pub(super) fn natural(&self, pts: i64) -> u32 {
        pts.saturating_add(self.offset) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FRAME: i64 = 3_600;
    fn pts(n: u64) -> i64 {
        n as i64 * FRAME - 1_000_000
    }

    #[test]
    fn another_track_s_line_joins_on_whatever_its_times_are() {
        for other in [-7_000_000_000, 0, 45_000, 7_000_000_000] {
            let mut t = Timeline::new(5);
            t.begin(0, 0, pts(0));
            let first = (0..50).map(|n| t.stamp(n, pts(n))).next_back().expect("stamps");
            // The other track's newest picture arrived one picture later than ours.
            t.change_line(pts(49), other, FRAME);
            t.begin(100, 110, other);
            let burst: Vec<u32> = (100..=110).map(|n| t.stamp(n, other - (110 - n as i64) * FRAME)).collect();
            assert!(burst.windows(2).all(|w| w[0] < w[1]) && burst[0] > first, "{first} {burst:?}");
            assert_eq!(burst[10].wrapping_sub(first), FRAME as u32);
            assert_eq!(t.stamp(111, other + FRAME).wrapping_sub(burst[10]), FRAME as u32);
        }
    }

    #[test]
    fn a_burst_ends_at_the_live_edge_and_live_pictures_keep_their_distance() {
        let mut t = Timeline::new(u32::MAX - 1_000); // wraps within the burst's reach
        t.begin(100, 199, pts(199));
        let burst: Vec<u32> = (100..200).map(|n| t.stamp(n, pts(n))).collect();
        assert!(burst.windows(2).all(|w| w[1].wrapping_sub(w[0]) == 90), "1 ms apart");
        let edge = *burst.last().expect("some");
        assert_eq!(edge, t.natural(pts(199)), "no delay is left over");
        assert_eq!(t.stamp(200, pts(200)).wrapping_sub(edge), FRAME as u32);
        assert_eq!(t.stamp(201, pts(201)).wrapping_sub(edge), 2 * FRAME as u32);
    }

    #[test]
    fn a_key_frame_asked_for_again_never_turns_time_back_nor_leaves_a_delay() {
        let mut t = Timeline::new(7);
        t.begin(0, 0, pts(0));
        let mut last = t.stamp(0, pts(0));
        for n in 1..=150 {
            last = t.stamp(n, pts(n));
        }
        t.begin(50, 150, pts(150));
        for n in 50..=150 {
            let s = t.stamp(n, pts(n));
            assert!(s > last, "{n}: {s} after {last}");
            last = s;
        }
        let next = t.stamp(151, pts(151));
        assert_eq!(next, t.natural(pts(151)));
        assert!(next > last);
    }

    #[test]
    fn a_step_of_the_cameras_clock_is_bridged() {
        let mut t = Timeline::new(0);
        t.begin(0, 0, 0);
        let a = t.stamp(0, 0);
        for (n, pts) in [(1, 90_000_000_000), (2, -5_000_000_000), (3, i64::MAX / 2)] {
            let before = t.last.expect("some") as u32;
            assert_eq!(t.stamp(n, pts).wrapping_sub(before), STEP_AS_90K as u32);
        }
        assert_eq!(t.stamp(4, i64::MAX / 2 + FRAME).wrapping_sub(a), 4 * FRAME as u32);
    }

    proptest! {
        #[test]
        fn any_times_do_not_panic(steps in proptest::collection::vec((any::<i64>(), any::<bool>()), 1..50)) {
            let mut t = Timeline::new(1);
            for (n, (pts, burst)) in steps.into_iter().enumerate() {
                let pts = pts / 4;
                if burst {
                    t.begin(n as u64, n as u64 + 3, pts);
                }
                t.stamp(n as u64, pts);
                t.natural(pts);
            }
        }
    }
}
