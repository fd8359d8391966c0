//! A track: one ring of access units with its writer's and readers' doorbells.
//!
//! Every origin (camera, clip; later recording, relay) feeds the same kind of track, so every outlet works for every
//! origin.

use av::{AccessUnit, Read, TrackRing};
use base::{CameraId, StreamKind};
use parking_lot::{Mutex, RwLock};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::watch;

/// Which track: a camera's main or sub stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TrackKey {
    /// The camera.
    pub camera: CameraId,
    /// Its stream.
    pub stream: StreamKind,
}

/// Running totals of a track; all only grow except `viewers`.
#[derive(Debug, Default)]
pub struct TrackCounters {
    /// Access units written.
    pub units: AtomicU64,
    /// Random access points among them.
    pub random_access: AtomicU64,
    /// Bytes of coded picture written.
    pub bytes: AtomicU64,
    /// RTP packets that the camera sent and that did not arrive.
    pub lost_packets: AtomicU64,
    /// Access units thrown away, because damaged, too large or without parameter sets.
    pub dropped_units: AtomicU64,
    /// Times the source was connected anew.
    pub reconnects: AtomicU64,
    /// Viewers reading now.
    pub viewers: AtomicU64,
}

/// Rung after each new access unit; must be quick and never block.
pub type Doorbell = Arc<dyn Fn() + Send + Sync>;

/// One stream's newest pictures, shared by all who read it.
pub struct Track {
    /// Which one it is.
    pub key: TrackKey,
    /// Its totals.
    pub counters: TrackCounters,
    ring: Mutex<TrackRing>,
    latest: watch::Sender<u64>,
    doorbells: RwLock<Vec<(u64, Doorbell)>>,
    doorbell_ids: AtomicU64,
}

impl std::fmt::Debug for Track {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Track({:?})", self.key)
    }
}

impl Track {
    /// An empty track.
    pub fn new(key: TrackKey) -> Arc<Track> {
        Arc::new(Track {
            key,
            counters: TrackCounters::default(),
            ring: Mutex::new(TrackRing::new()),
            latest: watch::Sender::new(0),
            doorbells: RwLock::new(Vec::new()),
            doorbell_ids: AtomicU64::new(0),
        })
    }

    /// Appends an access unit and tells the readers. Only the track's one source calls this.
    pub fn push(&self, unit: AccessUnit) {
        self.counters.units.fetch_add(1, Ordering::Relaxed);
        self.counters.bytes.fetch_add(unit.data.len() as u64, Ordering::Relaxed);
        if unit.random_access {
            self.counters.random_access.fetch_add(1, Ordering::Relaxed);
        }
        let next = {
            let mut ring = self.ring.lock();
            ring.push(unit);
            ring.next()
        };
        self.latest.send_replace(next);
        for (_, bell) in self.doorbells.read().iter() {
            bell();
        }
    }

    /// Reads by number; see [`TrackRing::read`].
    pub fn read(&self, number: u64) -> Read {
        self.ring.lock().read(number)
    }
    /// See [`TrackRing::next`].
    pub fn next(&self) -> u64 {
        self.ring.lock().next()
    }
    /// See [`TrackRing::newest_random_access`].
    pub fn newest_random_access(&self) -> Option<u64> {
        self.ring.lock().newest_random_access()
    }
    /// The newest access unit.
    pub fn newest(&self) -> Option<Arc<AccessUnit>> {
        self.ring.lock().newest().cloned()
    }
    /// Bytes held in memory.
    pub fn bytes_held(&self) -> usize {
        self.ring.lock().bytes()
    }
    /// Wakes an async reader: holds the number that the next access unit will get.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.latest.subscribe()
    }
    /// Wakes a reader with a thread of its own. Returns a number for [`Track::unhang_doorbell`].
    pub fn hang_doorbell(&self, bell: Doorbell) -> u64 {
        let id = self.doorbell_ids.fetch_add(1, Ordering::Relaxed);
        self.doorbells.write().push((id, bell));
        id
    }
    /// Takes a doorbell away.
    pub fn unhang_doorbell(&self, id: u64) {
        self.doorbells.write().retain(|(i, _)| *i != id);
    }
}

/// All tracks of the node, by key.
#[derive(Debug, Default)]
pub struct Tracks(RwLock<HashMap<TrackKey, Arc<Track>>>);

impl Tracks {
    /// The track of that key, if there is one.
    pub fn find(&self, key: TrackKey) -> Option<Arc<Track>> {
        self.0.read().get(&key).cloned()
    }
    /// The track of that key, made if there is none.
    pub fn ensure(&self, key: TrackKey) -> Arc<Track> {
        if let Some(t) = self.find(key) {
            return t;
        }
        self.0.write().entry(key).or_insert_with(|| Track::new(key)).clone()
    }
    /// Forgets a track; readers that still hold it find no new pictures.
    pub fn remove(&self, key: TrackKey) {
        self.0.write().remove(&key);
    }
    /// A list of all.
    pub fn all(&self) -> Vec<Arc<Track>> {
        self.0.read().values().cloned().collect()
    }
}
