//! The room of durable facts: one redb file, one writer thread, one hash-chained audit.
//!
//! Here: tables and their encodings, transactions, secondary keys, the sealing of secrets, the audit chain, opening,
//! backups. Not here: who may do what (`domain`, `ops`), HTTP, cameras' pictures. No other room knows redb.
//!
//! How a write goes, the invariants and the file formats are told in `DESIGN.md` beside this file.

mod audit;
mod backup;
mod disk;
mod encoding;
mod fault;
mod kept;
mod medium;
mod open;
mod overlay;
mod record;
mod records;
mod records_access;
mod records_camera;
mod records_jobs;
mod records_registers;
mod records_rights;
mod sealing;
mod store;
mod transaction;
mod upgrade;
mod write;
mod writer;

#[cfg(test)]
mod tests;

pub use audit::{
    AuditArchive, AuditHash, AuditPage, AuditProof, ChainFault, ChainFlaw, ChainReport, Checkpoint, Clear,
    Countersignature, NodeSignature, NodeSigner, Prunable, SignedHead, Veil, VeiledLines, export_audit,
    export_audit_for, export_excerpt, merkle, node_fingerprint, public_key, verify_audit_export, verify_chain,
};
pub use backup::{BackupReport, restore, verify_backup};
pub use fault::StoreError;
pub use kept::{LostFile, kept_file};
pub use record::{IndexKey, Record, RecordKey};
pub use records::caseless;
pub use records_registers::handover_part_key;
pub use sealing::SecretKey;
pub use store::{Store, StoreFigures};
pub use transaction::ReadTx;
pub use write::WriteTx;
