//! Snapshots: the newest key frame of a track as JPEG.
//!
//! Decoding is work for a processor, so it is done off the async threads, a bounded number at once, and once per key frame
//! however many ask: askers of one track wait for each other and find what the first one made. What cameras send is hostile:
//! the picture's size is held against a bound before anything is decoded, the decoder's time is bounded, and a panic in it is
//! a broken picture. Not here: who may take one (`ops`).

mod decode;
mod picture;

use crate::track::{Track, TrackKey};
use av::{AccessUnit, Read};
use base::{Clock, Said, WallTime, limits};
use bytes::Bytes;
use parking_lot::Mutex;
use picture::Picture;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;

/// A picture for showing.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The file.
    pub jpeg: Bytes,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// When the camera took it, as far as it says so; else when it arrived.
    pub taken: WallTime,
    /// Names this very picture in this size; for `ETag`.
    pub tag: String,
}

/// Why there is no picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// The track has no key frame.
    #[error("no key frame")]
    NoPicture,
    /// Too many ask at once, or the decoder took too long.
    #[error("too many snapshots at once")]
    Busy,
    /// Beyond [`limits::SNAPSHOT_PIXELS_MAX`].
    #[error("{width} × {height} is too large")]
    TooLarge {
        /// Coded pixels across.
        width: u32,
        /// Coded pixels down.
        height: u32,
    },
    /// Coded in a way that the decoder does not know.
    #[error("not supported: {0}")]
    Unsupported(String),
    /// The bytes make no picture.
    #[error("broken picture: {0}")]
    Broken(String),
}

impl SnapshotError {
    /// What is wrong and what to do.
    pub fn said(&self) -> Said {
        match self {
            SnapshotError::NoPicture => Said::new(
                "Camera hiện chưa có hình. Lý do có ở trang camera.",
                "The camera gives no picture now; its page says why.",
            ),
            SnapshotError::Busy => Said::new(
                "Đang có quá nhiều yêu cầu chụp ảnh cùng lúc. Hãy thử lại sau vài giây.",
                "Too many snapshots are asked for at once. Try again in a few seconds.",
            ),
            SnapshotError::TooLarge { width, height } => Said::new(
                format!(
                    "Hình của camera quá lớn để chụp ảnh ({width} × {height}). Hãy chụp từ luồng phụ (stream=sub)."
                ),
                format!(
                    "The camera's picture is too large for a snapshot ({width} × {height}). Take it from the sub stream (stream=sub)."
                ),
            ),
            SnapshotError::Unsupported(what) => Said::new(
                format!(
                    "Camera mã hóa hình theo cách mà nút không giải mã được để chụp ảnh ({what}). Hãy đặt camera phát H.264 Baseline, Main hoặc High, 4:2:0."
                ),
                format!(
                    "The camera codes its picture in a way that the node cannot decode for a snapshot ({what}). Set the camera to H.264 Baseline, Main or High, 4:2:0."
                ),
            ),
            SnapshotError::Broken(what) => Said::new(
                format!("Hình mới nhất của camera bị hỏng ({what}). Hãy thử lại sau khi camera gửi hình khác."),
                format!("The camera's newest picture is damaged ({what}). Try again once it has sent another."),
            ),
        }
    }
}

/// One key frame: numbers begin anew when a track does, arrival times do not.
#[derive(Clone, Copy, PartialEq, Eq)]
struct FrameId {
    key: TrackKey,
    number: u64,
    arrived: Duration,
}

/// What is kept of one key frame.
struct Held {
    id: FrameId,
    /// Decoded, or why not.
    picture: Result<Arc<Picture>, SnapshotError>,
    sizes: Vec<(u32, Snapshot)>,
    /// Counts up with each use.
    used: u64,
}

impl Held {
    fn bytes(&self) -> usize {
        let picture = self.picture.as_ref().map_or(64, |p| p.bytes());
        picture + self.sizes.iter().map(|(_, s)| s.jpeg.len()).sum::<usize>()
    }
}

/// The newest key frames that were asked for, one for each track.
#[derive(Default)]
struct Shelf {
    held: Vec<Held>,
    uses: u64,
}

impl Shelf {
    fn find(&mut self, id: FrameId) -> Option<&mut Held> {
        self.uses += 1;
        let uses = self.uses;
        let found = self.held.iter_mut().find(|h| h.id == id)?;
        found.used = uses;
        Some(found)
    }

    fn keep(&mut self, id: FrameId, picture: Result<Arc<Picture>, SnapshotError>) {
        self.held.retain(|h| h.id.key != id.key);
        self.held.push(Held { id, picture, sizes: Vec::new(), used: self.uses });
        self.make_room();
    }

    /// What was longest unused goes; the newest stays, however large.
    fn make_room(&mut self) {
        while self.held.len() > 1 && self.held.iter().map(Held::bytes).sum::<usize>() > limits::SNAPSHOT_HELD_BYTES_MAX
        {
            let Some(oldest) = self.held.iter().enumerate().min_by_key(|(_, h)| h.used).map(|(i, _)| i) else { return };
            self.held.swap_remove(oldest);
        }
    }

    /// What is kept for that frame in that width, good or bad.
    fn ready(&mut self, id: FrameId, width: u32) -> Option<Result<Snapshot, SnapshotError>> {
        let held = self.find(id)?;
        match &held.picture {
            Err(error) => Some(Err(error.clone())),
            Ok(_) => held.sizes.iter().find(|(w, _)| *w == width).map(|(_, s)| Ok(s.clone())),
        }
    }
}

/// Makes snapshots, for all tracks.
pub(crate) struct Snapshots {
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
    shelf: Arc<Mutex<Shelf>>,
    /// One asker of a track at a time goes to the decoder.
    gates: Mutex<HashMap<TrackKey, Arc<tokio::sync::Mutex<()>>>>,
    clock: Clock,
}

struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Snapshots {
    pub fn new(clock: Clock) -> Self {
        Self {
            turns: Arc::new(Semaphore::new(limits::SNAPSHOTS_AT_ONCE_MAX)),
            waiting: AtomicUsize::new(0),
            shelf: Arc::default(),
            gates: Mutex::default(),
            clock,
        }
    }

    /// The newest key frame, `width` pixels across or as it is; never larger than it is.
    pub async fn take(&self, track: &Track, width: Option<u32>) -> Result<Snapshot, SnapshotError> {
        let width = width.map_or(u32::MAX, |w| w.clamp(limits::SNAPSHOT_WIDTH.0, limits::SNAPSHOT_WIDTH.1));
        let (id, _) = newest(track)?;
        if let Some(ready) = self.shelf.lock().ready(id, width) {
            return ready;
        }
        let waiting = self.waiting.fetch_add(1, Ordering::Relaxed);
        let _waiting = Waiting(&self.waiting);
        if waiting >= limits::SNAPSHOTS_WAITING_MAX {
            return Err(SnapshotError::Busy);
        }
        let made = tokio::time::timeout(limits::SNAPSHOT_WAIT_MAX, self.made(track, width)).await;
        made.unwrap_or(Err(SnapshotError::Busy))
    }

    async fn made(&self, track: &Track, width: u32) -> Result<Snapshot, SnapshotError> {
        let gate = self.gate(track.key).lock_owned().await;
        // While this one waited, another may have made it, and the camera a newer one.
        let (id, unit) = newest(track)?;
        if let Some(ready) = self.shelf.lock().ready(id, width) {
            return ready;
        }
        let turn = self.turns.clone().acquire_owned().await.map_err(|_| SnapshotError::Busy)?;
        let (shelf, clock) = (self.shelf.clone(), self.clock.clone());
        // It goes on when its asker has left: turn and gate stay taken until it is done.
        let work = tokio::task::spawn_blocking(move || {
            let _held = (gate, turn);
            make(&shelf, &clock, id, &unit, width)
        });
        work.await.unwrap_or_else(|e| Err(SnapshotError::Broken(e.to_string())))
    }

    fn gate(&self, key: TrackKey) -> Arc<tokio::sync::Mutex<()>> {
        let mut gates = self.gates.lock();
        gates.retain(|k, gate| *k == key || Arc::strong_count(gate) > 1);
        gates.entry(key).or_default().clone()
    }
}

fn newest(track: &Track) -> Result<(FrameId, Arc<AccessUnit>), SnapshotError> {
    let number = track.newest_random_access().ok_or(SnapshotError::NoPicture)?;
    match track.read(number) {
        Read::Unit(unit) => Ok((FrameId { key: track.key, number, arrived: unit.arrived }, unit)),
        _ => Err(SnapshotError::NoPicture),
    }
}

/// The whole work, on a blocking thread.
fn make(
    shelf: &Mutex<Shelf>,
    clock: &Clock,
    id: FrameId,
    unit: &AccessUnit,
    width: u32,
) -> Result<Snapshot, SnapshotError> {
    let decoded = shelf.lock().find(id).map(|h| h.picture.clone());
    let picture = match decoded {
        Some(picture) => picture,
        None => {
            let decoded = catch_unwind(AssertUnwindSafe(|| decode::decode(unit, clock)))
                .unwrap_or_else(|_| Err(SnapshotError::Broken("decoder".to_owned())))
                .map(Arc::new);
            shelf.lock().keep(id, decoded.clone());
            decoded
        }
    }?;
    let (jpeg, width_made, height) = catch_unwind(AssertUnwindSafe(|| picture.jpeg(width)))
        .unwrap_or_else(|_| Err(SnapshotError::Broken("encoder".to_owned())))?;
    let since = clock.monotonic().saturating_sub(unit.arrived);
    let taken = unit.captured.unwrap_or_else(|| clock.now().minus(since));
    let tag = format!("{:x}-{:x}-{width_made}", id.number, id.arrived.as_micros());
    let snapshot = Snapshot { jpeg: jpeg.into(), width: width_made, height, taken, tag };
    let mut shelf = shelf.lock();
    if let Some(held) = shelf.find(id) {
        if held.sizes.len() >= limits::SNAPSHOT_SIZES_MAX {
            held.sizes.remove(0);
        }
        held.sizes.push((width, snapshot.clone()));
        shelf.make_room();
    }
    Ok(snapshot)
}

#[cfg(test)]
mod tests;
