//! Pictures into access units: parameter sets, time, and what to show after a loss.
//!
//! **After a loss** the pictures up to the next key frame refer to something that is not there; shown, they smear.
//! People who watch streets prefer a still picture for a moment to a smeared one, but not a still picture for the rest of
//! a long group of pictures. So: if a key frame is due within [`HOLD_MAX`], pictures are held back until it comes;
//! otherwise they go on at once. The loss of a picture that no other refers to holds nothing back. A damaged picture itself
//! is never passed on.

use super::assemble::Picture;
use av::{AccessUnit, Codec, ParameterSets, RawSets, h264, packetize};
use base::{WallTime, limits};
use bytes::Bytes;
use std::sync::Arc;
use std::time::Duration;

/// Longest stillness after a loss.
pub(crate) const HOLD_MAX: Duration = Duration::from_secs(2);

/// What became of a picture.
#[derive(Debug)]
pub(crate) enum Fed {
    /// To be written to the track.
    Unit(AccessUnit),
    /// Thrown away: damaged, too large, without parameter sets, or held back after a loss.
    Dropped,
    /// Not yet decodable: the stream's first key frame has not come. Nobody misses it.
    BeforeFirstKey,
}

/// Turns one stream's pictures into access units.
#[derive(Debug, Default)]
pub(crate) struct Feed {
    sets: RawSets,
    parameters: Option<Arc<ParameterSets>>,
    started: bool,
    hold_until: Option<Duration>,
    last_key: Option<Duration>,
    key_distance: Option<Duration>,
    camera_clock: Option<(i64, WallTime)>,
}

impl Feed {
    /// For that codec, with the parameter sets of the SDP, as far as it has any.
    pub fn new(from_sdp: RawSets) -> Self {
        let sets = RawSets { codec: from_sdp.codec, ..RawSets::default() };
        let mut feed = Feed { sets, ..Self::default() };
        feed.new_sets(from_sdp);
        feed
    }

    /// Of which codec.
    pub fn codec(&self) -> Codec {
        self.sets.codec
    }

    /// The parameter sets in force.
    pub fn parameters(&self) -> Option<&Arc<ParameterSets>> {
        self.parameters.as_ref()
    }

    /// An RTCP sender report (RFC 3550 §6.4.1): at this media time the camera's clock showed that.
    pub fn camera_clock(&mut self, pts_90k: i64, at: WallTime) {
        self.camera_clock = Some((pts_90k, at));
    }

    fn new_sets(&mut self, new: RawSets) {
        let mut changed = false;
        let places = [(new.vps, &mut self.sets.vps), (new.sps, &mut self.sets.sps), (new.pps, &mut self.sets.pps)];
        for (set, place) in places {
            // What is too large for a parameter set is none, and is not kept either.
            let Some(set) = set.filter(|s| s.len() <= h264::PARAMETER_SET_BYTES_MAX) else { continue };
            if place.as_ref() != Some(&set) {
                // Copied, so that a few bytes do not keep a whole picture in memory.
                *place = Some(Bytes::copy_from_slice(&set));
                changed = true;
            }
        }
        let Some(read) = self.sets.parse().filter(|_| changed) else { return };
        self.parameters = match read {
            Ok(p) => Some(Arc::new(p)),
            Err(error) => {
                tracing::debug!(%error, "parameter sets of no use");
                None
            }
        };
    }

    fn captured(&self, pts_90k: i64) -> Option<WallTime> {
        let (at_pts, at) = self.camera_clock?;
        let us = pts_90k.checked_sub(at_pts)?.checked_mul(100)? / 9;
        let d = Duration::from_micros(us.unsigned_abs());
        Some(if us < 0 { at.minus(d) } else { at.plus(d) })
    }

    /// Something that others refer to is missing.
    fn broken(&mut self, now: Duration) {
        let due = match (self.last_key, self.key_distance) {
            (Some(key), Some(distance)) => (key + distance).saturating_sub(now),
            // Not known yet: wait in hope, at most as long as is allowed.
            _ => HOLD_MAX,
        };
        // Half a second of grace, for key frames are never quite punctual.
        if due <= HOLD_MAX {
            self.hold_until = Some(now + due.max(Duration::from_millis(200)) + Duration::from_millis(500));
        }
    }

    /// Takes the next picture, which arrived at `now` on the node's monotonic clock.
    pub fn take(&mut self, picture: Picture, now: Duration) -> Fed {
        if picture.gap || (picture.damaged && !picture.disposable) {
            self.broken(now);
        }
        let codec = self.sets.codec;
        if picture.damaged || picture.data.len() > limits::ACCESS_UNIT_BYTES_MAX || !codec.has_picture(&picture.data) {
            return Fed::Dropped;
        }
        let data = Bytes::from(picture.data);
        let inside = codec.parameter_sets_in(&data);
        if !inside.is_empty() {
            self.new_sets(inside);
        }
        let random_access = codec.is_random_access(&data);
        if random_access {
            if let Some(before) = self.last_key.filter(|_| !picture.gap) {
                self.key_distance = Some(now.saturating_sub(before));
            }
            self.last_key = Some(now);
            self.hold_until = None;
        }
        if self.hold_until.is_some_and(|until| now < until) {
            return Fed::Dropped;
        }
        self.hold_until = None;
        if !self.started && !random_access {
            return Fed::BeforeFirstKey;
        }
        let Some(parameters) = self.parameters.clone() else { return Fed::Dropped };
        self.started = true;
        let payloads = packetize(codec, &data, random_access.then_some(&*parameters));
        let captured = self.captured(picture.pts_90k);
        Fed::Unit(AccessUnit {
            pts_90k: picture.pts_90k,
            captured,
            arrived: now,
            random_access,
            parameters,
            data,
            payloads,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPS: &[u8] = &[
        0x67, 0x64, 0x00, 0x28, 0xac, 0xd9, 0x40, 0x78, 0x02, 0x27, 0xe5, 0xc0, 0x44, 0x00, 0x00, 0x03, 0x00, 0x04,
        0x00, 0x00, 0x03, 0x00, 0xc8, 0x3c, 0x60, 0xc6, 0x58,
    ];
    const PPS: &[u8] = &[0x68, 0xeb, 0xe3, 0xcb, 0x22, 0xc0];

    fn picture(n: i64, nals: &[&[u8]]) -> Picture {
        let data = h264::length_prefixed(nals.iter().copied());
        Picture { pts_90k: n * 3_600, data, damaged: false, gap: false, disposable: false }
    }
    fn key(n: i64) -> Picture {
        picture(n, &[SPS, PPS, &[0x65, 0x88, 1]])
    }
    fn other(n: i64) -> Picture {
        picture(n, &[&[0x41, 0x9a, 1]])
    }
    fn at(n: i64) -> Duration {
        Duration::from_millis(n as u64 * 40)
    }

    fn from_sdp() -> RawSets {
        RawSets { sps: Some(Bytes::from_static(SPS)), pps: Some(Bytes::from_static(PPS)), ..RawSets::default() }
    }

    /// Pictures passed on of 25 a second with a key frame every `gop`, when picture `hurt` is damaged.
    fn shown(gop: i64, pictures: i64, hurt: i64, disposable: bool) -> Vec<i64> {
        let mut feed = Feed::default();
        (0..pictures)
            .filter(|n| {
                let mut p = if n % gop == 0 { key(*n) } else { other(*n) };
                p.damaged = *n == hurt;
                p.disposable = disposable && *n == hurt;
                matches!(feed.take(p, at(*n)), Fed::Unit(_))
            })
            .collect()
    }

    #[test]
    fn after_a_loss_the_picture_stands_still_until_a_near_key_frame() {
        assert_eq!(shown(50, 160, 120, false), (0..120).chain(150..160).collect::<Vec<_>>());
    }

    #[test]
    fn a_long_group_of_pictures_is_not_frozen() {
        assert_eq!(shown(250, 600, 300, false), (0..300).chain(301..600).collect::<Vec<_>>());
    }

    #[test]
    fn what_is_too_large_for_a_parameter_set_is_not_kept() {
        let mut feed = Feed::default();
        let huge = [&[0x67, 0x64, 0, 0x28][..], &[1; 1_000_000]].concat();
        assert!(matches!(feed.take(picture(0, &[&huge, PPS, &[0x65, 0x88, 1]]), at(0)), Fed::Dropped));
        assert!(feed.sets.sps.is_none() && feed.parameters().is_none());
        assert!(matches!(feed.take(key(1), at(1)), Fed::Unit(_)));
        let Fed::Unit(unit) = feed.take(picture(2, &[&huge, PPS, &[0x65, 0x88, 1]]), at(2)) else { panic!("dropped") };
        assert_eq!(unit.parameters.sps, SPS, "the one before stays in force");
    }

    #[test]
    fn losing_what_nobody_refers_to_holds_nothing_back() {
        assert_eq!(shown(50, 160, 120, true), (0..120).chain(121..160).collect::<Vec<_>>());
    }

    #[test]
    fn a_key_frame_that_does_not_come_ends_the_wait() {
        let shown = shown(1_000_000, 200, 10, false);
        let resumed = shown.iter().find(|n| **n > 10).copied().expect("it goes on");
        assert!((50..90).contains(&(resumed - 10)), "after {} pictures", resumed - 10);
    }

    #[test]
    fn starts_with_a_key_frame_and_takes_parameter_sets_from_anywhere() {
        let mut feed = Feed::default();
        assert!(matches!(feed.take(other(0), at(0)), Fed::BeforeFirstKey));
        assert!(matches!(feed.take(picture(1, &[&[0x65, 0x88]]), at(1)), Fed::Dropped), "without parameter sets");
        assert!(matches!(feed.take(key(2), at(2)), Fed::Unit(u) if u.random_access && u.parameters.height == 1080));
        let mut feed = Feed::new(from_sdp());
        let Fed::Unit(u) = feed.take(picture(1, &[&[0x65, 0x88]]), at(1)) else { panic!("sets from the SDP") };
        assert!(u.payloads.len() == 2 && u.payloads[1].marker, "parameter sets first, then the picture");
    }

    #[test]
    fn a_change_of_size_in_the_middle_is_followed() {
        let mut feed = Feed::new(from_sdp());
        let mut small = SPS.to_vec();
        // level_idc
        small[3] = 0x1f;
        let Fed::Unit(u) = feed.take(picture(0, &[&small, &[0x65, 0x88]]), at(0)) else { panic!("a unit") };
        assert_eq!(u.parameters.profile_level_id_text(), "64001f");
        let broken = picture(1, &[&[0x67, 0x64], &[0x65, 0x88]]);
        assert!(matches!(feed.take(broken, at(1)), Fed::Dropped), "sets that cannot be read");
        assert!(matches!(feed.take(key(2), at(2)), Fed::Unit(_)));
    }

    #[test]
    fn the_camera_s_own_time_is_carried() {
        let mut feed = Feed::default();
        let noon = WallTime::from_unix_us(1_700_000_000_000_000);
        feed.camera_clock(3_600, noon);
        let Fed::Unit(u) = feed.take(key(26), at(26)) else { panic!("a unit") };
        assert_eq!(u.captured, Some(noon.plus(Duration::from_secs(1))));
        let Fed::Unit(u) = feed.take(key(0), at(27)) else { panic!("a unit") };
        assert_eq!(u.captured, Some(noon.minus(Duration::from_millis(40))));
        let mut far = key(0);
        far.pts_90k = i64::MIN;
        assert!(matches!(feed.take(far, at(28)), Fed::Unit(u) if u.captured.is_none()));
    }
}
