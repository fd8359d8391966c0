//! The one writer thread.
//!
//! Here: the queue's other end, group commit, what happens when a closure errs or panics and when a commit fails.
//! Not here: what closures may do (`write`).
//!
//! Closures never run inside a redb transaction: they read a snapshot and write overlays, so nothing they do can unwind
//! through one. The transaction is begun when a batch is complete, takes its overlay and is committed.

use crate::overlay::{Overlay, Snapshot, definition};
use crate::sealing::Sealing;
use crate::{ReadTx, StoreError, WriteTx};
use base::{WallTime, limits};
use redb::{Database, Durability, ReadableDatabase};
use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Receiver;

/// Tells the one who waits how it ended; given the commit's result.
pub(crate) type Finish = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// What a closure has come to.
pub(crate) enum Verdict {
    /// Its changes shall stand; the answer waits for the commit.
    Keep(Finish),
    /// Its changes are dropped. The answer waits as well: it may rest on changes before it in the batch.
    Undo(Finish),
}

/// One write that waits for its turn.
pub(crate) struct Job {
    pub(crate) now: WallTime,
    pub(crate) run: Box<dyn FnOnce(&mut WriteTx<'_>) -> Verdict + Send>,
}

/// Counts since the store was opened.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) writes: AtomicU64,
    pub(crate) undone: AtomicU64,
    pub(crate) commits: AtomicU64,
    pub(crate) failed: AtomicU64,
}

/// Runs until the last sender is gone and the queue is empty.
pub(crate) fn run(db: &Database, sealing: &Sealing, queue: &Receiver<Job>, counts: &Arc<Counts>) {
    let mut broken = false;
    while let Ok(first) = queue.recv() {
        let snapshot = db.begin_read().map(Snapshot);
        let mut batch = Overlay::default();
        let mut answers: Vec<Finish> = Vec::new();
        let mut next = Some(first);
        while let Some(job) = next.take() {
            if let Ok(snapshot) = &snapshot {
                answers.extend(take_turn(snapshot, sealing, &mut batch, job, counts));
            }
            // Without a snapshot the job is dropped, and with it the sender on which its caller waits.
            if answers.len() < limits::STORE_BATCH_MAX && batch.bytes() < limits::STORE_BATCH_BYTES_MAX {
                next = queue.try_recv().ok();
            }
        }
        if let Err(e) = &snapshot {
            tracing::error!(error = %e, "the store cannot be read");
            continue;
        }
        // A snapshot that lives through the commit would keep the pages it replaces from being used again.
        drop(snapshot);
        let committed = if batch.is_empty() {
            Ok(())
        } else if broken {
            Err(StoreError::Engine("an earlier commit failed".into()))
        } else {
            catch_unwind(AssertUnwindSafe(|| commit(db, &batch)))
                .unwrap_or_else(|panic| Err(StoreError::Engine(panic_text(panic.as_ref()))))
        };
        match &committed {
            Ok(()) if batch.is_empty() => {}
            Ok(()) => {
                counts.commits.fetch_add(1, Ordering::Relaxed);
            }
            Err(e) => {
                // Whether the batch is in the file is not known now; redb wants to be opened anew after any failure.
                broken = true;
                counts.failed.fetch_add(1, Ordering::Relaxed);
                tracing::error!(error = %e, "a commit failed; the store takes no more changes");
            }
        }
        for answer in answers {
            let result = committed.as_ref().copied().map_err(likewise);
            if catch_unwind(AssertUnwindSafe(|| answer(result))).is_err() {
                tracing::error!("the answer to a write panicked");
            }
        }
    }
}

fn take_turn(snapshot: &Snapshot, sealing: &Sealing, batch: &mut Overlay, job: Job, counts: &Counts) -> Option<Finish> {
    counts.writes.fetch_add(1, Ordering::Relaxed);
    let mut view = ReadTx::new(snapshot, Some(sealing));
    view.batch = Some(batch);
    let mut tx = WriteTx::new(view, job.now);
    let verdict = catch_unwind(AssertUnwindSafe(|| (job.run)(&mut tx)));
    let undone = || counts.undone.fetch_add(1, Ordering::Relaxed);
    match verdict {
        Ok(Verdict::Keep(finish)) => match tx.finish() {
            Ok(own) => {
                batch.absorb(own);
                Some(finish)
            }
            Err(e) => {
                undone();
                tracing::error!(error = %e, "a write was undone");
                Some(Box::new(move |_| finish(Err(e))))
            }
        },
        Ok(Verdict::Undo(finish)) => {
            undone();
            Some(finish)
        }
        Err(panic) => {
            // The sender went down with the closure: its caller hears of it by that.
            undone();
            tracing::error!(panic = panic_text(panic.as_ref()), "a write panicked and was undone");
            None
        }
    }
}

fn commit(db: &Database, batch: &Overlay) -> Result<(), StoreError> {
    let mut tx = db.begin_write()?;
    tx.set_durability(Durability::Immediate).map_err(|e| StoreError::Engine(e.to_string()))?;
    tx.set_two_phase_commit(true);
    // The allocator's state goes with every commit: after a crash nothing needs to be walked to rebuild it.
    tx.set_quick_repair(true);
    for (name, changes) in batch.tables() {
        let mut table = tx.open_table(definition(name))?;
        for (key, value) in changes {
            match value {
                Some(value) => table.insert(key.as_slice(), value.as_slice())?,
                None => table.remove(key.as_slice())?,
            };
        }
    }
    tx.commit()?;
    Ok(())
}

/// The same failure for each one that waited for the batch.
fn likewise(e: &StoreError) -> StoreError {
    match e {
        StoreError::Disk(e) => StoreError::Disk(io::Error::new(e.kind(), e.to_string())),
        e => StoreError::Engine(e.to_string()),
    }
}

/// What a panic said.
pub(crate) fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic without words".into())
}
