//! The record's duties: checkpoints in time, signed with the node's key; old entries into the archive.
//!
//! Not here: what is due (`ops`), the loops of pictures and copies (`assemble`).

use crate::keys::NodeKey;
use ops::{Ops, OpsError};
use std::time::Duration;
use tokio::sync::watch;

/// How often it is looked whether a checkpoint is due: two lookups in the store.
const LOOK: Duration = Duration::from_secs(1);
/// How often it is looked whether old entries must go.
const LOOK_FOR_OLD: Duration = Duration::from_secs(60 * 60);

impl ops::NodeSigner for NodeKey {
    fn public_key(&self) -> [u8; 32] {
        self.public()
    }
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], String> {
        self.signature(message)
    }
}

/// Duty: checkpoints when they are due, and one at the end; archives.
pub async fn keep(ops: Ops, mut stopping: watch::Receiver<bool>) {
    let mut look = tokio::time::interval(LOOK);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut look_for_old = tokio::time::interval(LOOK_FOR_OLD);
    // A store that fails says so once, and once more when it goes again.
    let mut failing = false;
    loop {
        tokio::select! {
            _ = look.tick() => {
                let failed = run(&ops, "a checkpoint of the audit", failing, |o| o.checkpoint_when_due().map(|_| ())).await;
                failing = failed;
            }
            _ = look_for_old.tick() => {
                run(&ops, "the archive of the audit", false, |o| o.archive_audit_when_due().map(|_| ())).await;
            }
            _ = stopping.changed() => return,
        }
    }
}

async fn run(ops: &Ops, what: &str, quiet: bool, f: fn(&Ops) -> Result<(), OpsError>) -> bool {
    let ops = ops.clone();
    match tokio::task::spawn_blocking(move || f(&ops)).await {
        Ok(Err(e)) => {
            if !quiet {
                tracing::error!("{what} failed: {e}");
            }
            true
        }
        Ok(Ok(())) => false,
        Err(e) => {
            tracing::error!("{what} broke off: {e}");
            true
        }
    }
}
