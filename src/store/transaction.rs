//! Reading.
//!
//! Here: [`ReadTx`], a consistent view: the file at one moment, and within a write also what the write has changed.
//! Not here: changing (`write`), the audit's pages (`audit`).

use crate::encoding::{decode, index_prefix, table};
use crate::overlay::{Base, Overlay, Rows, Span, layered_scan, layered_value};
use crate::record::{Record, RecordKey};
use crate::sealing::{Sealing, SecretKey};
use crate::{AuditPage, StoreError, audit};
use base::Secret;
use domain::{AuditEntry, AuditFilter};
use std::ops::{Bound, RangeBounds};
use std::path::PathBuf;

/// A consistent view of the store.
pub struct ReadTx<'a> {
    pub(crate) base: &'a dyn Base,
    pub(crate) batch: Option<&'a Overlay>,
    pub(crate) own: Overlay,
    pub(crate) sealing: Option<&'a Sealing>,
}

impl<'a> ReadTx<'a> {
    pub(crate) fn new(base: &'a dyn Base, sealing: Option<&'a Sealing>) -> Self {
        Self { base, batch: None, own: Overlay::default(), sealing }
    }

    pub(crate) fn value(&self, table: &str, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        match self.batch {
            Some(batch) => layered_value(self.base, &[batch, &self.own], table, key),
            None => self.base.value(table, key),
        }
    }

    pub(crate) fn scan(&self, table: &str, span: &Span, back: bool) -> Result<Rows<'_>, StoreError> {
        match self.batch {
            Some(batch) => layered_scan(self.base, &[batch, &self.own], table, span, back),
            None => layered_scan(self.base, &[], table, span, back),
        }
    }

    /// The record with this key, if there is one.
    pub fn find<T: Record>(&self, key: &T::Key) -> Result<Option<T>, StoreError> {
        self.find_bytes(&key.key_bytes())
    }

    fn find_bytes<T: Record>(&self, key: &[u8]) -> Result<Option<T>, StoreError> {
        self.value(T::TABLE, key)?.map(|bytes| decode(&bytes)).transpose()
    }

    /// The record that has this value of a unique secondary key.
    pub fn find_by<T: Record>(&self, index: &str, value: &[u8]) -> Result<Option<T>, StoreError> {
        match self.value(table::INDEX, &index_prefix(T::TABLE, index, value)?)? {
            Some(primary) => self.find_bytes(&primary),
            None => Ok(None),
        }
    }

    /// All records that share this value of a secondary key, in order of their keys.
    pub fn all_by<T: Record>(&self, index: &str, value: &[u8]) -> Result<Vec<T>, StoreError> {
        let mut out = Vec::new();
        for row in self.scan(table::INDEX, &Span::of_prefix(&index_prefix(T::TABLE, index, value)?), false)? {
            out.extend(self.find_bytes(&row?.1)?);
        }
        Ok(out)
    }

    /// The records of a range of keys, in order. All of them are held in memory: for tables of unknown size use
    /// [`ReadTx::each`].
    pub fn range<T: Record>(&self, keys: impl RangeBounds<T::Key>) -> Result<Vec<T>, StoreError> {
        let mut out = Vec::new();
        self.each(keys, |record| {
            out.push(record);
            true
        })?;
        Ok(out)
    }

    /// Gives the records of a range of keys one by one, in order, until `visit` returns false.
    pub fn each<T: Record>(
        &self,
        keys: impl RangeBounds<T::Key>,
        mut visit: impl FnMut(T) -> bool,
    ) -> Result<(), StoreError> {
        let bytes = |bound: Bound<&T::Key>| bound.map(RecordKey::key_bytes);
        let span = Span { from: bytes(keys.start_bound()), to: bytes(keys.end_bound()) };
        for row in self.scan(T::TABLE, &span, false)? {
            if !visit(decode(&row?.1)?) {
                break;
            }
        }
        Ok(())
    }

    /// How many records of a kind there are. Walks the table.
    pub fn count<T: Record>(&self) -> Result<u64, StoreError> {
        self.scan(T::TABLE, &Span::ALL, false)?.try_fold(0, |n, row| row.map(|_| n + 1))
    }

    /// Opens a sealed secret; `None` if there is none at this place.
    pub fn unseal(&self, key: &SecretKey) -> Result<Option<Secret>, StoreError> {
        let Some(stored) = self.value(table::SEALED, &key.place()?)? else { return Ok(None) };
        let sealing = self.sealing.ok_or_else(|| StoreError::KeyMissing(PathBuf::from("sealing.key")))?;
        sealing.open_text(key, &stored).map(Some)
    }

    /// The audit entries that fit, newest first (by time, if the filter names a time and neither person nor act): those
    /// before [`AuditFilter::before`], at most [`AuditFilter::limit`]. See [`AuditPage::next`] for the rest.
    pub fn audit_page(&self, filter: &AuditFilter) -> Result<AuditPage, StoreError> {
        audit::page(self, filter, &audit::Clear)
    }

    /// As [`ReadTx::audit_page`], as one reader is shown it: what is veiled does not find an entry either.
    pub fn audit_page_for(&self, filter: &AuditFilter, veil: &dyn audit::Veil) -> Result<AuditPage, StoreError> {
        audit::page(self, filter, veil)
    }

    /// One audit entry by its number.
    pub fn audit_entry(&self, seq: u64) -> Result<Option<AuditEntry>, StoreError> {
        self.value(table::AUDIT, &seq.to_be_bytes())?.map(|stored| audit::read_entry(seq, &stored)).transpose()
    }

    /// Number and hash of the newest audit entry; number 0 and zeros if there is none yet.
    pub fn audit_head(&self) -> Result<(u64, crate::AuditHash), StoreError> {
        audit::head(self)
    }
}
