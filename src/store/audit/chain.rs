//! The chain of hashes.
//!
//! Here: how an entry is stored and linked to the one before, and how a broken chain is found. Not here: pages.
//!
//! Stored: format byte, hash before (32), hash (32), JSON. `hash = SHA-256(hash before ‖ JSON)`, over the very bytes
//! that are stored. Number and hash of the newest entry stand apart, so that entries missing at the end are noticed.

use super::entry::{AuditHash, StoredEntry};
use crate::encoding::{joined, table, time_bytes, u64_at};
use crate::overlay::Span;
use crate::{ReadTx, StoreError};
use base::{Said, WallTime};
use domain::{AuditDraft, AuditEntry};
use sha2::{Digest, Sha256};

const ENTRY_FORMAT: u8 = 1;
const META_HEAD: &[u8] = b"audit_head";

fn unreadable(detail: impl ToString) -> StoreError {
    StoreError::Unreadable { table: table::AUDIT.into(), detail: detail.to_string() }
}

fn link(prev: AuditHash, json: &[u8]) -> AuditHash {
    AuditHash(Sha256::new().chain_update(prev.0).chain_update(json).finalize().into())
}

/// A stored entry in its parts.
pub(crate) struct Stored<'a> {
    pub(crate) prev: AuditHash,
    pub(crate) hash: AuditHash,
    pub(crate) json: &'a [u8],
}

pub(crate) fn split(stored: &[u8]) -> Option<Stored<'_>> {
    let (&ENTRY_FORMAT, rest) = stored.split_first()? else { return None };
    let (prev, rest) = rest.split_first_chunk::<32>()?;
    let (hash, json) = rest.split_first_chunk::<32>()?;
    Some(Stored { prev: AuditHash(*prev), hash: AuditHash(*hash), json })
}

/// Reads a stored entry.
pub(crate) fn read_entry(seq: u64, stored: &[u8]) -> Result<AuditEntry, StoreError> {
    let parts = split(stored).ok_or_else(|| unreadable(format!("entry {seq} has an unknown form")))?;
    let entry: StoredEntry = serde_json::from_slice(parts.json).map_err(unreadable)?;
    Ok(entry.entry(parts.prev, parts.hash))
}

/// Number and hash of the newest entry.
pub(crate) fn head(view: &ReadTx<'_>) -> Result<(u64, AuditHash), StoreError> {
    let Some(stored) = view.value(table::META, META_HEAD)? else { return Ok((0, AuditHash::default())) };
    let parts = u64_at(&stored, 0).zip(stored.get(8..).and_then(|h| h.try_into().ok()));
    parts.map(|(seq, hash)| (seq, AuditHash(hash))).ok_or_else(|| unreadable("the head has an unknown form"))
}

/// Table, key and value.
pub(crate) type AuditRow = (&'static str, Vec<u8>, Vec<u8>);

/// The rows to write for one more entry, its number and its hash.
pub(crate) fn append(
    draft: AuditDraft,
    last: u64,
    prev: AuditHash,
    now: WallTime,
) -> Result<(Vec<AuditRow>, u64, AuditHash), StoreError> {
    let seq = last.checked_add(1).ok_or_else(|| unreadable("the numbers are used up"))?;
    let entry = StoredEntry::new(draft, seq, now);
    let json = serde_json::to_vec(&entry).map_err(unreadable)?;
    let hash = link(prev, &json);
    let stored = [&[ENTRY_FORMAT][..], &prev.0, &hash.0, &json].concat();
    let number = seq.to_be_bytes();
    let rows = vec![
        (table::AUDIT, number.to_vec(), stored),
        (table::AUDIT_BY_WHO, by_text(table::AUDIT_BY_WHO, entry.actor.name(), seq)?, Vec::new()),
        (table::AUDIT_BY_ACT, by_text(table::AUDIT_BY_ACT, &entry.act, seq)?, Vec::new()),
        (table::AUDIT_BY_TIME, by_time(now, seq), Vec::new()),
        (table::META, META_HEAD.to_vec(), [&number[..], &hash.0].concat()),
    ];
    Ok((rows, seq, hash))
}

/// Key of a secondary row by who or act.
pub(crate) fn by_text(table: &'static str, text: &str, seq: u64) -> Result<Vec<u8>, StoreError> {
    let mut key = joined(table, &[text.as_bytes()])?;
    key.extend_from_slice(&seq.to_be_bytes());
    Ok(key)
}

/// Key of a secondary row by time.
pub(crate) fn by_time(at: WallTime, seq: u64) -> Vec<u8> {
    [time_bytes(at.unix_us()), seq.to_be_bytes()].concat()
}

/// What is wrong at a place of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainFlaw {
    /// There is no entry with this number, but later ones.
    Missing,
    /// The entry's contents are not what its hash was made of.
    Altered,
    /// The entry does not follow from the one before: that one, or this one's link, was exchanged.
    BrokenLink,
    /// The entry has no readable form.
    Unreadable,
    /// The entries from this number to the end are missing.
    EndMissing,
}

/// The first place where a chain is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainFault {
    /// Number of the entry.
    pub seq: u64,
    /// What is wrong with it.
    pub flaw: ChainFlaw,
}

impl ChainFault {
    /// The finding in words.
    pub fn said(&self) -> Said {
        let n = self.seq;
        let (vi, en) = match self.flaw {
            ChainFlaw::Missing => (format!("thiếu mục số {n}"), format!("entry {n} is missing")),
            ChainFlaw::Altered => (format!("nội dung mục số {n} đã bị sửa"), format!("entry {n} was altered")),
            ChainFlaw::BrokenLink => (
                format!("mục số {n} không nối tiếp mục trước nó (mục này hoặc mục trước đã bị thay)"),
                format!("entry {n} does not follow from the one before it (one of the two was exchanged)"),
            ),
            ChainFlaw::Unreadable => (format!("không đọc được mục số {n}"), format!("entry {n} cannot be read")),
            ChainFlaw::EndMissing => {
                (format!("thiếu các mục từ số {n} đến cuối"), format!("the entries from {n} to the end are missing"))
            }
        };
        Said::new(
            format!("Nhật ký không còn nguyên vẹn: {vi}. Hãy giữ nguyên tệp và so với các bản sao lưu."),
            format!("The record is not intact: {en}. Keep the file as it is and compare it with the backups."),
        )
    }
}

/// What a verification has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainReport {
    /// Entries found intact, from the first on.
    pub entries: u64,
    /// Hash of the last intact entry. Noted elsewhere (on paper, at the parent), it proves all entries up to it.
    pub head: AuditHash,
    /// The first flaw, if there is one.
    pub fault: Option<ChainFault>,
}

/// A walk along a chain.
#[derive(Default)]
pub(crate) struct Walk {
    pub(crate) seq: u64,
    pub(crate) hash: AuditHash,
}

impl Walk {
    /// Takes the next entry; `seq` is where it stands, if its place says so.
    pub(crate) fn step(&mut self, seq: Option<u64>, entry: &Stored<'_>) -> Result<(), ChainFault> {
        let due = self.seq.saturating_add(1);
        let fault = |flaw| Err(ChainFault { seq: due, flaw });
        if seq.is_some_and(|s| s != due) {
            return fault(ChainFlaw::Missing);
        }
        let altered = link(entry.prev, entry.json) != entry.hash;
        #[derive(serde::Deserialize)]
        struct Number {
            seq: u64,
        }
        match serde_json::from_slice::<Number>(entry.json) {
            // In an export the number stands in the entry only.
            Ok(number) if seq.is_none() && !altered && number.seq > due => return fault(ChainFlaw::Missing),
            _ if altered => return fault(ChainFlaw::Altered),
            Ok(number) if number.seq == due => {}
            Ok(_) => return fault(ChainFlaw::BrokenLink),
            Err(_) => return fault(ChainFlaw::Unreadable),
        }
        if entry.prev != self.hash {
            return fault(ChainFlaw::BrokenLink);
        }
        (self.seq, self.hash) = (due, entry.hash);
        Ok(())
    }
    pub(crate) fn report(self, fault: Option<ChainFault>) -> ChainReport {
        ChainReport { entries: self.seq, head: self.hash, fault }
    }
}

/// Walks the whole chain and reports the first flaw. Errors only if the store cannot be read.
pub fn verify_chain(view: &ReadTx<'_>) -> Result<ChainReport, StoreError> {
    let mut walk = Walk::default();
    for row in view.scan(table::AUDIT, &Span::ALL, false)? {
        let (key, stored) = row?;
        let step = match (u64_at(&key, 0), split(&stored)) {
            (seq @ Some(_), Some(entry)) => walk.step(seq, &entry),
            _ => Err(ChainFault { seq: walk.seq.saturating_add(1), flaw: ChainFlaw::Unreadable }),
        };
        if let Err(fault) = step {
            return Ok(walk.report(Some(fault)));
        }
    }
    let (seq, hash) = head(view)?;
    let flaw = if seq > walk.seq {
        Some(ChainFault { seq: walk.seq.saturating_add(1), flaw: ChainFlaw::EndMissing })
    } else if (seq, hash) != (walk.seq, walk.hash) {
        Some(ChainFault { seq: walk.seq, flaw: ChainFlaw::BrokenLink })
    } else {
        None
    };
    Ok(walk.report(flaw))
}
