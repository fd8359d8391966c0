//! How much a viewer's network carries, judged by what the viewer and the sending say, and what it is sent for that.
//!
//! Who cannot take the stream that was asked for gets the camera's small stream, then only key frames; after a while the
//! next better one is tried again, at growing pauses while it does not hold. Signs that it is too much:
//! - the receiver's estimate (REMB) is below the stream's rate *and* falls, or is below it long after the last change: an
//!   estimate grows with what is sent, so that it is always low for a while after a climb;
//! - more than a tenth of the packets is lost;
//! - the viewer was lapped: it took less than the camera sent.
//!
//! Pure: no clock, no sockets.

use std::time::Duration;

/// What is sent of what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// The stream that was asked for.
    Full,
    /// The camera's small stream instead of the large one.
    Small,
    /// Only pictures at which decoding can start.
    KeyFrames,
}

/// So many signs within [`WINDOW`] lead down one level.
const SIGNS: usize = 3;
const WINDOW: Duration = Duration::from_secs(10);
/// Signs that come closer together than this are one.
const SIGN_PAUSE: Duration = Duration::from_millis(400);
/// Before the next better level is tried: at first, and at most.
const CLIMB_FIRST: Duration = Duration::from_secs(10);
const CLIMB_MAX: Duration = Duration::from_secs(160);
/// A level that was left within this time after a climb to it did not hold.
const HOLDS: Duration = Duration::from_secs(30);
/// For so long after a change an estimate below the stream's rate is not held against it, unless it falls.
const GRACE: Duration = Duration::from_secs(25);
/// Loss that is too much, in 1/256: retransmission mends what is below.
const LOSS_MAX: u8 = 25;

/// One viewer's network, as far as it is known.
#[derive(Debug)]
pub(super) struct Rate {
    level: Level,
    signs: [Option<Duration>; SIGNS],
    changed: Duration,
    /// Was the last change a climb?
    climbed: bool,
    pause: Duration,
    estimate: Option<u64>,
}

impl Rate {
    pub(super) fn new(now: Duration) -> Rate {
        Rate {
            level: Level::Full,
            signs: [None; SIGNS],
            changed: now,
            climbed: false,
            pause: CLIMB_FIRST,
            estimate: None,
        }
    }

    pub(super) fn level(&self) -> Level {
        self.level
    }

    /// The receiver's estimate of what its network carries, while a stream of `needed` is sent; both in bit/s.
    pub(super) fn handle_estimate(&mut self, bits: u64, needed: u64, now: Duration) {
        let before = self.estimate.replace(bits);
        let falls = before.is_some_and(|b| bits < b - b / 32);
        let settled = now.saturating_sub(self.changed) > GRACE;
        if needed > 0 && bits < needed / 5 * 4 && (falls || settled) {
            self.sign(now);
        }
    }

    /// A receiver report: lost of what was sent since the last, in 1/256.
    pub(super) fn handle_loss(&mut self, fraction: u8, now: Duration) {
        if fraction > LOSS_MAX {
            self.sign(now);
        }
    }

    /// It was so slow that the pictures in between had to be skipped.
    pub(super) fn handle_lapped(&mut self, now: Duration) {
        self.sign(now);
    }

    fn sign(&mut self, now: Duration) {
        let last = self.signs.last().copied().flatten();
        if last.is_none_or(|t| now.saturating_sub(t) >= SIGN_PAUSE) {
            self.signs.rotate_left(1);
            if let Some(last) = self.signs.last_mut() {
                *last = Some(now);
            }
        }
    }

    /// Is there anything to decide by [`Rate::poll`]?
    pub(super) fn is_due(&self, now: Duration) -> bool {
        self.is_too_much(now) || self.may_climb(now)
    }

    fn is_recent(sign: Option<Duration>, now: Duration) -> bool {
        sign.is_some_and(|t| now.saturating_sub(t) <= WINDOW)
    }

    fn is_too_much(&self, now: Duration) -> bool {
        self.level < Level::KeyFrames && self.signs.iter().all(|s| Self::is_recent(*s, now))
    }

    fn may_climb(&self, now: Duration) -> bool {
        self.level > Level::Full
            && now.saturating_sub(self.changed) >= self.pause
            && !self.signs.iter().any(|s| Self::is_recent(*s, now))
    }

    /// What it is to be sent from now on. `has_small`: is there a small stream beside the one that was asked for?
    pub(super) fn poll(&mut self, has_small: impl FnOnce() -> bool, now: Duration) -> Level {
        if self.is_too_much(now) {
            self.signs = [None; SIGNS];
            let did_not_hold = self.climbed && now.saturating_sub(self.changed) < HOLDS;
            self.pause = if did_not_hold { (self.pause * 2).min(CLIMB_MAX) } else { CLIMB_FIRST };
            self.change(if self.level == Level::Full && has_small() { Level::Small } else { Level::KeyFrames }, now);
        } else if self.may_climb(now) {
            self.change(if self.level == Level::KeyFrames && has_small() { Level::Small } else { Level::Full }, now);
            self.climbed = true;
        }
        self.level
    }

    fn change(&mut self, level: Level, now: Duration) {
        (self.level, self.changed, self.climbed, self.estimate) = (level, now, false, None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    /// A line that carries so many kbit/s, a stream of 4,000 and a small one of 500: the levels second by second. The
    /// estimate follows what is sent, as a receiver's does.
    fn watch(line_kbit: u64, has_small: bool, seconds: u64) -> Vec<Level> {
        let mut r = Rate::new(at(0));
        let mut estimate = 4_000_000u64;
        let mut out = Vec::new();
        for s in 1..=seconds {
            let sent = match r.level() {
                Level::Full => 4_000_000,
                Level::Small => 500_000,
                Level::KeyFrames => 60_000,
            };
            let carried = sent.min(line_kbit * 1_000);
            estimate = if carried < sent { carried * 85 / 100 } else { (estimate * 108 / 100).min(sent * 3 / 2) };
            r.handle_estimate(estimate, sent, at(s * 1_000));
            r.handle_loss(if carried < sent { 60 } else { 0 }, at(s * 1_000 + 500));
            out.push(r.poll(|| has_small, at(s * 1_000 + 600)));
        }
        out
    }

    #[test]
    fn a_line_that_carries_it_is_left_alone() {
        assert!(watch(10_000, true, 300).iter().all(|l| *l == Level::Full));
    }

    #[test]
    fn a_narrow_line_gets_the_small_stream_and_the_large_one_is_tried_ever_more_rarely() {
        let levels = watch(1_000, true, 600);
        assert!(levels[..4].contains(&Level::Small), "within seconds: {:?}", &levels[..6]);
        assert!(!levels.contains(&Level::KeyFrames));
        let tries = levels.windows(2).filter(|w| w[0] == Level::Small && w[1] == Level::Full).count();
        assert!((3..=7).contains(&tries), "{tries} tries in ten minutes");
        let full = levels.iter().filter(|l| **l == Level::Full).count();
        assert!(full < 40, "{full} s of 600 with too much");
    }

    #[test]
    fn a_very_narrow_line_gets_key_frames() {
        assert!(watch(100, true, 60).contains(&Level::KeyFrames));
        let levels = watch(1_000, false, 60);
        assert!(levels.contains(&Level::KeyFrames) && !levels.contains(&Level::Small), "no small stream");
    }

    #[test]
    fn a_line_that_recovers_gets_everything_again() {
        let mut r = Rate::new(at(0));
        for s in 1..=3 {
            r.handle_lapped(at(s * 1_000));
        }
        assert_eq!(r.poll(|| true, at(3_100)), Level::Small);
        assert_eq!(r.poll(|| true, at(13_000)), Level::Small);
        assert_eq!(r.poll(|| true, at(14_000)), Level::Full);
        // The estimate is low at first, and grows: no sign.
        for s in 0..30 {
            r.handle_estimate(600_000 + s * 150_000, 4_000_000, at(14_500 + s * 1_000));
            assert_eq!(r.poll(|| true, at(14_600 + s * 1_000)), Level::Full, "{s}");
        }
    }

    #[test]
    fn a_burst_of_signs_in_one_moment_is_one() {
        let mut r = Rate::new(at(0));
        (0..50).for_each(|i| r.handle_loss(255, at(1_000 + i)));
        assert_eq!(r.poll(|| true, at(2_000)), Level::Full);
        // And old ones do not count.
        r.handle_loss(255, at(9_000));
        r.handle_loss(255, at(18_000));
        assert_eq!(r.poll(|| true, at(18_100)), Level::Full);
    }
}
