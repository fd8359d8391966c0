//! Ingest: from cameras to tracks. One task per wanted stream, watched over; the only place that knows retina.
//!
//! - [`session`]: one RTSP session · [`classify`]: its errors · [`assemble`]: packets into pictures · [`feed`]: pictures
//!   into access units · [`measure`]: fps, kbit/s · [`keep`]: one source kept running · [`states`]: what is known of all.
//!
//! Not here: which cameras there are (`ops` says so through [`crate::Media::reconcile`]), who sees them, recording.

mod assemble;
mod classify;
mod feed;
mod keep;
mod measure;
pub(crate) mod session;
mod states;
#[cfg(test)]
mod tests;

pub(crate) use assemble::Picture;
pub(crate) use feed::{Fed, Feed};
pub(crate) use measure::Measure;

use crate::address::AllowedNetworks;
use crate::source::{SourceSpec, StreamState};
use crate::track::{TrackKey, Tracks};
use base::{Clock, limits};
use keep::{Keeper, Shared};
use parking_lot::Mutex;
use states::States;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, watch};

/// At the start of many sources at once, so much time per source: 1,000 begin within 5 s.
const SPREAD_PER_SOURCE: Duration = Duration::from_millis(5);
/// How long [`Ingest::stop`] waits for cameras to answer TEARDOWN.
const STOP_MAX: Duration = Duration::from_millis(1_800);

/// All sources of the node.
#[derive(Debug)]
pub(crate) struct Ingest {
    shared: Arc<Shared>,
    runtime: tokio::runtime::Handle,
    running: Mutex<HashMap<TrackKey, Keeper>>,
}

impl Ingest {
    /// Nothing runs yet. To be called within a tokio runtime, which then runs all sources.
    pub fn new(clock: Clock, networks: AllowedNetworks, tracks: Arc<Tracks>) -> Self {
        let shared = Shared {
            states: States::new(clock.clone()),
            clock,
            networks,
            tracks,
            handshakes: Semaphore::new(limits::INGEST_HANDSHAKES_AT_ONCE_MAX),
            doubtful_handshakes: Semaphore::new(limits::INGEST_DOUBTFUL_HANDSHAKES_AT_ONCE_MAX),
        };
        Self { shared: Arc::new(shared), runtime: tokio::runtime::Handle::current(), running: Mutex::default() }
    }

    /// Makes the running sources equal to `wanted`; of two with one key the last counts. Returns the keys of the sources
    /// that are gone for good.
    pub fn reconcile(&self, wanted: Vec<SourceSpec>) -> Vec<TrackKey> {
        let wanted: HashMap<TrackKey, SourceSpec> = wanted.into_iter().map(|s| (s.key, s)).collect();
        let mut running = self.running.lock();
        let gone: Vec<TrackKey> = running.keys().filter(|k| !wanted.contains_key(k)).copied().collect();
        for key in &gone {
            if let Some(keeper) = running.remove(key) {
                keeper.tell_to_stop();
            }
            self.shared.states.forget(*key);
            self.shared.tracks.remove(*key);
        }
        let fresh: Vec<SourceSpec> =
            wanted.into_values().filter(|s| running.get(&s.key).is_none_or(|k| *k.spec != *s)).collect();
        let spread = SPREAD_PER_SOURCE.saturating_mul(u32::try_from(fresh.len()).unwrap_or(u32::MAX));
        for spec in fresh {
            let key = spec.key;
            let previous = running.remove(&key);
            let track = self.shared.tracks.ensure(key);
            self.shared.states.begin(key);
            let delay = keep::jitter(spread);
            running.insert(key, Keeper::start(&self.runtime, self.shared.clone(), track, spec, previous, delay));
        }
        gone
    }

    /// The state of one stream.
    pub fn state(&self, key: TrackKey) -> Option<StreamState> {
        self.shared.states.of(key)
    }

    /// The states of all streams, in the order of their keys.
    pub fn states(&self) -> Vec<StreamState> {
        self.shared.states.all()
    }

    /// See [`crate::Media::state_changes`].
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.shared.states.changes()
    }

    /// Ends all sources; waits a moment for the cameras' answers to TEARDOWN.
    pub async fn stop(&self) {
        let keepers: Vec<Keeper> = self.running.lock().drain().map(|(_, k)| k).collect();
        keepers.iter().for_each(Keeper::tell_to_stop);
        let all = futures_util::future::join_all(keepers.into_iter().map(Keeper::ended));
        if tokio::time::timeout(STOP_MAX, all).await.is_err() {
            tracing::debug!("some cameras did not answer TEARDOWN in time");
        }
    }
}
