//! Which shard a viewer lives in: looked at for a check whose user name a shard does not know, never on the pictures' way.

use super::shard::Command;
use super::wake::Waker;
use parking_lot::RwLock;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError};

/// How to reach a shard.
pub(super) struct Door {
    pub commands: SyncSender<Command>,
    pub waker: Waker,
}

/// All shards, and the user names (ICE) of their viewers.
pub(super) struct Directory {
    doors: Vec<Door>,
    places: RwLock<HashMap<String, usize>>,
    closed: AtomicBool,
}

impl Directory {
    pub(super) fn new(doors: Vec<Door>) -> Directory {
        Directory { doors, places: RwLock::default(), closed: AtomicBool::new(false) }
    }
    /// A viewer lives in that shard from now on.
    pub(super) fn enter(&self, ufrag: &str, shard: usize) {
        self.places.write().insert(ufrag.to_owned(), shard);
    }
    /// It does so no more; nothing happens if it lives in another one by now.
    pub(super) fn leave(&self, ufrag: &str, shard: usize) {
        let mut places = self.places.write();
        if places.get(ufrag) == Some(&shard) {
            places.remove(ufrag);
        }
    }
    /// Where it lives.
    pub(super) fn find(&self, ufrag: &str) -> Option<usize> {
        self.places.read().get(ufrag).copied()
    }
    /// Tells a shard; false if its queue is full or it is gone.
    pub(super) fn tell(&self, shard: usize, command: Command) -> bool {
        let Some(door) = self.doors.get(shard) else { return false };
        let told = door.commands.try_send(command).is_ok();
        door.waker.wake();
        told
    }
    /// Tells a shard what must not be lost: gives it back if the queue is full.
    pub(super) fn hand_over(&self, shard: usize, command: Command) -> Result<(), Box<Command>> {
        let Some(door) = self.doors.get(shard) else { return Err(Box::new(command)) };
        let handed = door.commands.try_send(command).map_err(|e| match e {
            TrySendError::Full(c) | TrySendError::Disconnected(c) => Box::new(c),
        });
        door.waker.wake();
        handed
    }
    /// Nobody holds the outlet any more: the shards end.
    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.doors.iter().for_each(|d| d.waker.wake());
    }
    /// Is it closed?
    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }
    /// How many shards there are.
    pub(super) fn count(&self) -> usize {
        self.doors.len()
    }
}
