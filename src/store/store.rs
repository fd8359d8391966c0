//! The handle on an open store.
//!
//! Here: [`Store`]: opening, reading, queueing writes, closing when the last handle goes. Not here: how the file is
//! judged before it is opened (`open`), the writer thread's work (`writer`), copies (`backup`).

use crate::open::{self, Opened};
use crate::overlay::Snapshot;
use crate::sealing::Sealing;
use crate::writer::{self, Counts, Job, Verdict, panic_text};
use crate::{ReadTx, StoreError, WriteTx};
use base::{WallTime, limits};
use redb::{Database, ReadableDatabase};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle, ThreadId};

/// An open store; cheap to clone. The last clone to go lets the queued writes finish and closes the file.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    db: Arc<Database>,
    sealing: Arc<Sealing>,
    /// `None` only while closing.
    queue: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
    writer: ThreadId,
    dir: PathBuf,
    counts: Arc<Counts>,
}

/// Counts since the store was opened, for `/metrics`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreFigures {
    /// Writes that had their turn.
    pub writes: u64,
    /// Of these, writes that were undone (error, panic, no audit entry).
    pub undone: u64,
    /// Commits; fewer than writes when several shared one.
    pub commits: u64,
    /// Commits that failed. More than 0: the store takes no more changes until it is opened anew.
    pub failed: u64,
}

impl Store {
    /// Opens the store in `dir`, and makes one with its sealing key if there is neither. Errors: every way in which a
    /// store can be unusable has its own variant of [`StoreError`]; a refused file keeps every byte.
    pub fn open(dir: &Path, now: WallTime) -> Result<Self, StoreError> {
        Self::start(dir, open::open(dir, Some(now))?)
    }

    /// As [`Store::open`], but does not make a store ([`StoreError::Missing`]).
    pub fn open_existing(dir: &Path, _now: WallTime) -> Result<Self, StoreError> {
        Self::start(dir, open::open(dir, None)?)
    }

    pub(crate) fn start(dir: &Path, opened: Opened) -> Result<Self, StoreError> {
        let (db, sealing) = (Arc::new(opened.db), Arc::new(opened.sealing));
        let (queue, jobs) = sync_channel(limits::STORE_QUEUE_MAX);
        let counts = Arc::new(Counts::default());
        let theirs = (db.clone(), sealing.clone(), counts.clone());
        let thread = thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || writer::run(&theirs.0, &theirs.1, &jobs, &theirs.2))?;
        let writer = thread.thread().id();
        let inner = Inner { db, sealing, queue: Some(queue), thread: Some(thread), writer, dir: dir.into(), counts };
        Ok(Self(Arc::new(inner)))
    }

    /// The data folder.
    pub fn dir(&self) -> &Path {
        &self.0.dir
    }

    /// Reads a consistent view. Never waits for writes. A panic in `f` becomes [`StoreError::Panicked`].
    pub fn read<T, E: From<StoreError>>(&self, f: impl FnOnce(&ReadTx<'_>) -> Result<T, E>) -> Result<T, E> {
        let snapshot = Snapshot(self.0.db.begin_read().map_err(StoreError::from)?);
        catch_unwind(AssertUnwindSafe(|| f(&ReadTx::new(&snapshot, Some(&self.0.sealing))))).unwrap_or_else(|panic| {
            tracing::error!(panic = panic_text(panic.as_ref()), "a read panicked");
            Err(StoreError::Panicked(panic_text(panic.as_ref())).into())
        })
    }

    /// Runs `f` in its turn on the writer thread and returns when its changes are on the disk. With an `Err` of `f` all
    /// its changes, and only its, are undone. Blocks: not for async tasks.
    ///
    /// Errors of the store's own: [`StoreError::Unaudited`], [`StoreError::Panicked`], [`StoreError::Busy`],
    /// [`StoreError::Nested`], [`StoreError::Disk`] or [`StoreError::Engine`] when the commit failed (whether the
    /// changes are on the disk is then known only after the next opening).
    pub fn write<T, E>(
        &self,
        now: WallTime,
        f: impl FnOnce(&mut WriteTx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let panicked = |_| StoreError::Panicked("its own words are in the system log".into());
        self.submit(now, f)?.recv().map_err(panicked)?
    }

    /// Queues a write; the result comes through the receiver.
    pub(crate) fn submit<T, E>(
        &self,
        now: WallTime,
        f: impl FnOnce(&mut WriteTx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<Receiver<Result<T, E>>, StoreError>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        if thread::current().id() == self.0.writer {
            return Err(StoreError::Nested);
        }
        let (answer, waits) = sync_channel(1);
        let run = move |tx: &mut WriteTx<'_>| match f(tx) {
            // Nobody may be waiting any more; then there is nobody to tell.
            Ok(value) => Verdict::Keep(Box::new(move |committed| {
                let _ = answer.send(committed.map(|()| value).map_err(E::from));
            })),
            Err(e) => Verdict::Undo(Box::new(move |_| {
                let _ = answer.send(Err(e));
            })),
        };
        let queue = self.0.queue.as_ref().ok_or(StoreError::Closed)?;
        queue.try_send(Job { now, run: Box::new(run) }).map_err(|e| match e {
            TrySendError::Full(_) => StoreError::Busy,
            TrySendError::Disconnected(_) => StoreError::Closed,
        })?;
        Ok(waits)
    }

    /// Counts since the opening.
    pub fn figures(&self) -> StoreFigures {
        let c = &self.0.counts;
        StoreFigures {
            writes: c.writes.load(Ordering::Relaxed),
            undone: c.undone.load(Ordering::Relaxed),
            commits: c.commits.load(Ordering::Relaxed),
            failed: c.failed.load(Ordering::Relaxed),
        }
    }

    pub(crate) fn database(&self) -> &Database {
        &self.0.db
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({})", self.0.dir.display())
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.queue = None;
        // A closure may hold the last handle: then this is the writer thread, which cannot wait for itself.
        if let Some(thread) = self.thread.take().filter(|t| t.thread().id() != thread::current().id()) {
            let _ = thread.join();
        }
    }
}
