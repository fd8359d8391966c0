//! The audit (nhật ký): who did what, when, to what, chained by hashes, under the checkpoints of a Merkle tree.
//!
//! Here: entries and their bytes, appending, pages, checkpoints, verification, export, retention. Not here: which acts are
//! recorded and who may read them (`ops`).

mod chain;
mod checkpoint;
mod entry;
mod export;
mod flaw;
mod index;
mod join;
pub mod merkle;
mod page;
mod retention;
mod tree;
mod veil;
mod verify;

pub(crate) use chain::{append, head, read_entry};
pub use checkpoint::{
    AuditProof, Checkpoint, Countersignature, NodeSignature, NodeSigner, node_fingerprint, public_key,
};
pub use entry::AuditHash;
pub use export::{VeiledLines, export_audit, export_audit_for, export_excerpt, verify_audit_export};
pub use flaw::{ChainFault, ChainFlaw, ChainReport, SignedHead};
pub use page::AuditPage;
pub(crate) use page::page;
pub use retention::{AuditArchive, Prunable};
pub(crate) use retention::{archive_folder, archives_of};
pub use veil::{Clear, Veil};
pub use verify::verify_chain;

use crate::StoreError;

/// The secondary rows of a stored entry: table and key.
pub(crate) fn entry_rows(stored: &[u8]) -> Result<Vec<(&'static str, Vec<u8>)>, StoreError> {
    index::rows(&chain::stored_entry(stored)?)
}

/// The rows of a stored entry in the table of names.
pub(crate) fn entry_names(stored: &[u8]) -> Result<Vec<Vec<u8>>, StoreError> {
    index::names(&chain::stored_entry(stored)?)
}
