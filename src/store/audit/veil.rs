//! What of the audit a reader is not shown.
//!
//! Here: the question that pages, exports and copies of archives ask for each entry. Not here: the answer (`ops`), which
//! looks at who reads.
//!
//! A veiled entry keeps its place in the chain: a page shows what is left of it, and finds it by nothing else; a file that
//! can be checked holds its number and its hashes in place of its contents.

use domain::AuditEntry;

/// What one reader is not shown.
pub trait Veil: Send + Sync {
    /// Is nothing veiled at all? Then nobody asks further.
    fn is_clear(&self) -> bool {
        false
    }
    /// Takes out of the entry what is not for this reader. Says whether there was anything.
    fn veil(&self, entry: &mut AuditEntry) -> bool;
    /// Are the names of that subject veiled in every entry? Then none of them is searched.
    fn hides(&self, kind: &str, id: &str) -> bool;
}

/// Nothing is veiled: for the node itself.
pub struct Clear;

impl Veil for Clear {
    fn is_clear(&self) -> bool {
        true
    }
    fn veil(&self, _: &mut AuditEntry) -> bool {
        false
    }
    fn hides(&self, _: &str, _: &str) -> bool {
        false
    }
}
