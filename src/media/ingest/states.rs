//! What is known of every wanted stream, and a bell for whoever shows it.

use crate::StreamFault;
use crate::source::{Phase, StreamFacts, StreamState};
use crate::track::TrackKey;
use base::{Clock, WallTime};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use tokio::sync::watch;

/// The states of all wanted streams.
#[derive(Debug)]
pub(super) struct States {
    clock: Clock,
    all: Mutex<BTreeMap<TrackKey, StreamState>>,
    bell: watch::Sender<u64>,
}

impl States {
    pub fn new(clock: Clock) -> Self {
        Self { clock, all: Mutex::default(), bell: watch::Sender::new(0) }
    }

    pub fn of(&self, key: TrackKey) -> Option<StreamState> {
        self.all.lock().get(&key).cloned()
    }
    pub fn all(&self) -> Vec<StreamState> {
        self.all.lock().values().cloned().collect()
    }
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.bell.subscribe()
    }

    fn ring(&self) {
        self.bell.send_modify(|n| *n = n.wrapping_add(1));
    }

    /// A source is wanted, or wanted otherwise: what was known no longer counts.
    pub fn begin(&self, key: TrackKey) {
        let state = StreamState {
            key,
            phase: Phase::Connecting,
            since: self.clock.now(),
            fault: None,
            next_attempt: None,
            attempts: 0,
            facts: None,
        };
        self.all.lock().insert(key, state);
        self.ring();
    }

    pub fn forget(&self, key: TrackKey) {
        self.all.lock().remove(&key);
        self.ring();
    }

    /// Only of what is still wanted; a task that ends late changes nothing.
    fn change(&self, key: TrackKey, change: impl FnOnce(&mut StreamState, WallTime) -> bool) {
        let now = self.clock.now();
        if self.all.lock().get_mut(&key).is_some_and(|s| change(s, now)) {
            self.ring();
        }
    }

    pub fn connecting(&self, key: TrackKey) {
        self.change(key, |s, _| {
            (s.phase, s.next_attempt) = (Phase::Connecting, None);
            s.attempts = s.attempts.saturating_add(1);
            true
        });
    }

    pub fn live(&self, key: TrackKey) {
        self.change(key, |s, now| {
            (s.phase, s.since, s.fault, s.next_attempt, s.attempts) = (Phase::Live, now, None, None, 0);
            true
        });
    }

    pub fn waiting(&self, key: TrackKey, fault: StreamFault, next_attempt: WallTime) {
        self.change(key, |s, now| {
            if s.phase == Phase::Live {
                s.since = now;
            }
            (s.phase, s.fault, s.next_attempt) = (Phase::Waiting, Some(fault), Some(next_attempt));
            true
        });
    }

    /// New figures; rings only if the pictures themselves are others.
    pub fn facts(&self, key: TrackKey, facts: StreamFacts) {
        self.change(key, |s, _| {
            let known = s.facts.as_ref();
            let same = known.is_some_and(|k| {
                (k.width, k.height, &k.codec, &k.profile_level_id)
                    == (facts.width, facts.height, &facts.codec, &facts.profile_level_id)
            });
            s.facts = Some(facts);
            !same
        });
    }
}
