//! Changing.
//!
//! Here: [`WriteTx`]: records with their secondary keys, secrets, audit entries, all into the closure's own overlay.
//! Not here: when and how that reaches the file (`writer`).

use crate::encoding::{encode, index_place, joined, table};
use crate::overlay::{Overlay, Span};
use crate::record::{IndexKey, Record, RecordKey};
use crate::{AuditHash, ReadTx, SecretKey, StoreError, audit};
use base::{Secret, WallTime, limits};
use domain::AuditDraft;
use std::ops::Deref;
use std::path::PathBuf;

/// One write under way. Reads through it see what it has changed.
pub struct WriteTx<'a> {
    pub(crate) view: ReadTx<'a>,
    now: WallTime,
    audited: bool,
    /// The first table changed that asks for an audit entry.
    owes: Option<&'static str>,
}

impl<'a> Deref for WriteTx<'a> {
    type Target = ReadTx<'a>;
    fn deref(&self) -> &ReadTx<'a> {
        &self.view
    }
}

impl<'a> WriteTx<'a> {
    pub(crate) fn new(view: ReadTx<'a>, now: WallTime) -> Self {
        Self { view, now, audited: false, owes: None }
    }

    /// The moment of this write, as given to [`crate::Store::write`].
    pub fn now(&self) -> WallTime {
        self.now
    }

    /// Stores a record, in place of an older one with the same key. Errors: [`StoreError::Taken`] if another record has
    /// one of its unique secondary keys (nothing is changed then), [`StoreError::TooLarge`].
    pub fn put<T: Record>(&mut self, record: &T) -> Result<(), StoreError> {
        debug_assert!(!T::TABLE.starts_with('_'), "names with _ are the store's own");
        let primary = record.key().key_bytes();
        if primary.len() > limits::KEY_BYTES_MAX {
            return Err(StoreError::TooLarge { table: T::TABLE, bytes: primary.len() });
        }
        let bytes = encode(record)?;
        let mut places = Vec::new();
        for key in record.index_keys() {
            let place = index_place(T::TABLE, &key, &primary)?;
            if key.unique && self.value(table::INDEX, &place)?.is_some_and(|holder| holder != primary) {
                return Err(StoreError::Taken { table: T::TABLE, index: key.index });
            }
            places.push(place);
        }
        self.forget_index::<T>(&record.key(), &primary)?;
        for place in places {
            self.view.own.set(table::INDEX, place, Some(primary.clone()));
        }
        self.view.own.set(T::TABLE, primary, Some(bytes));
        self.note::<T>();
        Ok(())
    }

    /// Removes a record, its secondary keys and its sealed secrets. Returns it if there was one.
    pub fn remove<T: Record>(&mut self, key: &T::Key) -> Result<Option<T>, StoreError> {
        let primary = key.key_bytes();
        let old = self.forget_index::<T>(key, &primary)?;
        if old.is_some() {
            let prefix = joined(T::TABLE, &[T::TABLE.as_bytes(), &primary])?;
            let secrets: Result<Vec<_>, _> =
                self.scan(table::SEALED, &Span::of_prefix(&prefix), false)?.map(|row| row.map(|(k, _)| k)).collect();
            for place in secrets? {
                self.view.own.set(table::SEALED, place, None);
            }
            self.view.own.set(T::TABLE, primary, None);
            self.note::<T>();
        }
        Ok(old)
    }

    fn forget_index<T: Record>(&mut self, key: &T::Key, primary: &[u8]) -> Result<Option<T>, StoreError> {
        let old = self.find::<T>(key)?;
        let keys: Vec<IndexKey> = old.as_ref().map(Record::index_keys).unwrap_or_default();
        for key in keys {
            self.view.own.set(table::INDEX, index_place(T::TABLE, &key, primary)?, None);
        }
        Ok(old)
    }

    fn note<T: Record>(&mut self) {
        if !T::HOUSEKEEPING {
            self.owes.get_or_insert(T::TABLE);
        }
    }

    /// Seals a secret at its place, over an older one.
    pub fn seal(&mut self, key: &SecretKey, secret: &Secret) -> Result<(), StoreError> {
        let place = key.place()?;
        let sealing = self.view.sealing.ok_or_else(|| StoreError::KeyMissing(PathBuf::from("sealing.key")))?;
        let stored = sealing.seal(&place, secret.expose().as_bytes())?;
        self.view.own.set(table::SEALED, place, Some(stored));
        if !key.quiet {
            self.owes.get_or_insert(key.table);
        }
        Ok(())
    }

    /// Removes a sealed secret; nothing happens if there is none.
    pub fn unset_secret(&mut self, key: &SecretKey) -> Result<(), StoreError> {
        let place = key.place()?;
        if self.value(table::SEALED, &place)?.is_some() {
            self.view.own.set(table::SEALED, place, None);
            if !key.quiet {
                self.owes.get_or_insert(key.table);
            }
        }
        Ok(())
    }

    /// Appends to the audit; the entry's number and hash. Longer texts are cut ([`limits::AUDIT_FACT_BYTES_MAX`]).
    pub fn audit(&mut self, draft: AuditDraft) -> Result<(u64, AuditHash), StoreError> {
        let (seq, prev) = audit::head(&self.view)?;
        let entry = audit::append(draft, seq, prev, self.now)?;
        for (table, key, value) in entry.rows {
            self.view.own.set(table, key, Some(value));
        }
        for key in entry.names {
            if self.value(table::AUDIT_NAMES, &key)?.is_none() {
                self.view.own.set(table::AUDIT_NAMES, key, Some(Vec::new()));
            }
        }
        self.audited = true;
        Ok((entry.seq, entry.hash))
    }

    /// The changes, if they may stand.
    pub(crate) fn finish(self) -> Result<Overlay, StoreError> {
        match self.owes {
            Some(table) if !self.audited => Err(StoreError::Unaudited(table)),
            _ => Ok(self.view.own),
        }
    }
}
