//! The ring of a track: the newest access units, for any number of readers.
//!
//! Readers hold a number. Falling behind is a value ([`Read::Lapped`]), and recovery is to jump to the newest random
//! access point: no queue per reader, and nothing a reader does reaches the writer.

use crate::AccessUnit;
use base::limits;
use std::collections::VecDeque;
use std::sync::Arc;

/// What a reader finds at its number.
#[derive(Clone, Debug)]
pub enum Read {
    /// The access unit with that number.
    Unit(Arc<AccessUnit>),
    /// It has not been written yet.
    NotYet,
    /// It has left the ring; go on at the newest random access point, if there is one.
    Lapped(Option<u64>),
}

/// The newest access units of one track, numbered from 0 in the order of arrival. Holds at least the newest group of
/// pictures unless that alone is larger than the bound ([`limits::RING_BYTES_MAX`], [`limits::RING_UNITS_MAX`]).
#[derive(Debug, Default)]
pub struct TrackRing {
    units: VecDeque<Arc<AccessUnit>>,
    /// Number of `units[0]`.
    first: u64,
    /// Number of the newest random access point still held.
    newest_random_access: Option<u64>,
    bytes: usize,
}

impl TrackRing {
    /// An empty ring.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends and returns the number. A new random access point lets everything before the previous one go, so the ring
    /// holds one whole group of pictures and the one being written.
    pub fn push(&mut self, unit: AccessUnit) -> u64 {
        let number = self.next();
        self.bytes += unit.size();
        if unit.random_access {
            if let Some(previous) = self.newest_random_access {
                while self.first < previous {
                    self.pop();
                }
            }
            self.newest_random_access = Some(number);
        }
        self.units.push_back(Arc::new(unit));
        while self.units.len() > 1 && (self.bytes > limits::RING_BYTES_MAX || self.units.len() > limits::RING_UNITS_MAX)
        {
            self.pop();
        }
        number
    }

    fn pop(&mut self) {
        if let Some(gone) = self.units.pop_front() {
            self.bytes -= gone.size();
            if self.newest_random_access == Some(self.first) {
                self.newest_random_access = None;
            }
            self.first += 1;
        }
    }

    /// The number that the next access unit will get.
    pub fn next(&self) -> u64 {
        self.first + self.units.len() as u64
    }

    /// Where decoding can start with the least delay.
    pub fn newest_random_access(&self) -> Option<u64> {
        self.newest_random_access
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The newest access unit.
    pub fn newest(&self) -> Option<&Arc<AccessUnit>> {
        self.units.back()
    }

    /// Reads one access unit by number.
    pub fn read(&self, number: u64) -> Read {
        if number >= self.next() {
            Read::NotYet
        } else if number < self.first {
            Read::Lapped(self.newest_random_access)
        } else {
            Read::Unit(self.units[(number - self.first) as usize].clone())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ParameterSets;
    use bytes::Bytes;
    use proptest::prelude::*;
    use std::time::Duration;

    fn unit(random_access: bool, bytes: usize) -> AccessUnit {
        AccessUnit {
            pts_90k: 0,
            captured: None,
            arrived: Duration::ZERO,
            random_access,
            parameters: Arc::new(ParameterSets {
                codec: crate::Codec::H264,
                vps: Bytes::new(),
                hevc: None,
                sps: Bytes::new(),
                pps: Bytes::new(),
                width: 16,
                height: 16,
                profile_level_id: [0; 3],
                fps: None,
            }),
            data: Bytes::from(vec![0; bytes]),
            payloads: Vec::new(),
        }
    }

    #[test]
    fn a_new_reader_always_finds_a_whole_group_of_pictures() {
        let mut ring = TrackRing::new();
        for n in 0..1_000u64 {
            ring.push(unit(n % 25 == 0, 1_000));
            let start = ring.newest_random_access().expect("a key frame");
            assert_eq!(start, n / 25 * 25);
            assert!((start..=n).all(|i| matches!(ring.read(i), Read::Unit(_))));
            // While a group is being written, the one before it is still whole.
            assert!(n < 25 || matches!(ring.read(start - 25), Read::Unit(u) if u.random_access));
        }
        assert!(ring.bytes() < 51 * 2_000);
    }

    #[test]
    fn a_lapped_reader_jumps_to_the_newest_key_frame() {
        let mut ring = TrackRing::new();
        (0..200).for_each(|n| {
            ring.push(unit(n % 50 == 0, 10));
        });
        assert!(matches!(ring.read(3), Read::Lapped(Some(150))));
        assert!(matches!(ring.read(150), Read::Unit(u) if u.random_access));
        assert!(matches!(ring.read(200), Read::NotYet));
    }

    #[test]
    fn a_group_too_large_is_cut_and_the_next_one_is_whole_again() {
        let mut ring = TrackRing::new();
        ring.push(unit(true, 10));
        (0..limits::RING_UNITS_MAX).for_each(|_| {
            ring.push(unit(false, 10));
        });
        assert_eq!(ring.newest_random_access(), None);
        assert!(matches!(ring.read(0), Read::Lapped(None)));
        let n = ring.push(unit(true, 10));
        assert_eq!(ring.newest_random_access(), Some(n));
        let n = ring.push(unit(true, limits::RING_BYTES_MAX + 1));
        assert!(matches!(ring.read(n), Read::Unit(_)), "the newest is kept whatever its size");
        ring.push(unit(false, 1));
        assert_eq!(ring.newest_random_access(), None);
        assert!(ring.bytes() <= limits::RING_BYTES_MAX);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn agrees_with_a_model(pushes in proptest::collection::vec((prop::bool::weighted(0.05), 0usize..2_000_000), 1..120)) {
            let mut ring = TrackRing::new();
            let mut all: Vec<(bool, usize)> = Vec::new();
            for (key, bytes) in pushes {
                let u = unit(key, bytes);
                let number = all.len() as u64;
                all.push((key, u.size()));
                prop_assert_eq!(ring.push(u), number);
                // The model: from the key frame before the newest one, or from the first that fits the bound.
                let mut keys = all.iter().enumerate().filter(|(_, u)| u.0).map(|(i, _)| i).rev();
                let (newest, before) = (keys.next(), keys.next());
                let mut first = if newest.is_some() { before.unwrap_or(0) } else { 0 };
                while first + 1 < all.len() && all[first..].iter().map(|u| u.1).sum::<usize>() > limits::RING_BYTES_MAX {
                    first += 1;
                }
                prop_assert_eq!(ring.bytes(), all[first..].iter().map(|u| u.1).sum::<usize>());
                prop_assert_eq!(ring.newest_random_access(), newest.filter(|k| *k >= first).map(|k| k as u64));
                prop_assert!(first == 0 || matches!(ring.read(first as u64 - 1), Read::Lapped(_)));
                prop_assert!(matches!(ring.read(first as u64), Read::Unit(_)));
            }
        }
    }
}
