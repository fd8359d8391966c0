//! The audit (nhật ký): who did what, when, to what, chained by hashes.
//!
//! Here: entries and their bytes, appending, pages, verification, export. Not here: which acts are recorded and who may
//! read them (`ops`).

mod chain;
mod entry;
mod export;
mod page;

pub use chain::{ChainFault, ChainFlaw, ChainReport, verify_chain};
pub(crate) use chain::{append, head, read_entry};
pub use entry::AuditHash;
pub use export::{export_audit, verify_audit_export};
pub use page::AuditPage;
pub(crate) use page::page;
