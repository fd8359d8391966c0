//! The chain of hashes.
//!
//! Here: how an entry is stored and linked to the one before, and the walk that finds where the links break. Not here:
//! what is said of a break (`flaw`), the tree and its checkpoints (`verify`), the ways in (`index`).
//!
//! Stored: format byte, hash before (32), hash (32), JSON. `hash = SHA-256(hash before ‖ JSON)`, over the very bytes
//! that are stored. Number and hash of the newest entry stand apart, so that entries missing at the end are noticed.

use super::entry::{AuditHash, StoredEntry};
use super::flaw::{ChainFault, ChainFlaw};
use super::index;
use crate::encoding::{table, u64_at};
use crate::{ReadTx, StoreError};
use base::WallTime;
use domain::{AuditDraft, AuditEntry};
use sha2::{Digest, Sha256};

const ENTRY_FORMAT: u8 = 1;
const META_HEAD: &[u8] = b"audit_head";
const META_FLOOR: &[u8] = b"audit_floor";

fn unreadable(detail: impl ToString) -> StoreError {
    StoreError::Unreadable { table: table::AUDIT.into(), detail: detail.to_string() }
}

fn link(prev: AuditHash, json: &[u8]) -> AuditHash {
    AuditHash(Sha256::new().chain_update(prev.0).chain_update(json).finalize().into())
}

/// Is the entry's hash that of its contents?
pub(crate) fn is_linked(entry: &Stored<'_>) -> bool {
    link(entry.prev, entry.json) == entry.hash
}

/// A stored entry in its parts.
pub(crate) struct Stored<'a> {
    pub(crate) prev: AuditHash,
    pub(crate) hash: AuditHash,
    pub(crate) json: &'a [u8],
}

/// What is told of an entry that is not for its reader.
pub(crate) struct Veiled {
    pub(crate) seq: u64,
    pub(crate) prev: AuditHash,
    pub(crate) hash: AuditHash,
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
    read_parts(&parts)
}

/// As [`read_entry`], in its parts.
pub(crate) fn read_parts(parts: &Stored<'_>) -> Result<AuditEntry, StoreError> {
    let entry: StoredEntry = serde_json::from_slice(parts.json).map_err(unreadable)?;
    Ok(entry.entry(parts.prev, parts.hash))
}

fn mark(view: &ReadTx<'_>, key: &[u8]) -> Result<(u64, AuditHash), StoreError> {
    let Some(stored) = view.value(table::META, key)? else { return Ok((0, AuditHash::default())) };
    let parts = u64_at(&stored, 0).zip(stored.get(8..).and_then(|h| h.try_into().ok()));
    parts.map(|(seq, hash)| (seq, AuditHash(hash))).ok_or_else(|| unreadable("the head has an unknown form"))
}

/// Number and hash of the newest entry.
pub(crate) fn head(view: &ReadTx<'_>) -> Result<(u64, AuditHash), StoreError> {
    mark(view, META_HEAD)
}

/// Number and hash of the newest entry that retention has taken away; number 0 and zeros if it never has.
pub(crate) fn floor(view: &ReadTx<'_>) -> Result<(u64, AuditHash), StoreError> {
    mark(view, META_FLOOR)
}

/// The row that moves the floor.
pub(crate) fn floor_row(seq: u64, hash: AuditHash) -> AuditRow {
    (table::META, META_FLOOR.to_vec(), [&seq.to_be_bytes()[..], &hash.0].concat())
}

/// Table, key and value.
pub(crate) type AuditRow = (&'static str, Vec<u8>, Vec<u8>);

/// One more entry.
pub(crate) struct Appended {
    /// The rows to write.
    pub(crate) rows: Vec<AuditRow>,
    /// Rows of the table of names, to write unless they are there.
    pub(crate) names: Vec<Vec<u8>>,
    /// Its number.
    pub(crate) seq: u64,
    /// Its hash.
    pub(crate) hash: AuditHash,
}

/// What to write for one more entry.
pub(crate) fn append(draft: AuditDraft, last: u64, prev: AuditHash, now: WallTime) -> Result<Appended, StoreError> {
    let seq = last.checked_add(1).ok_or_else(|| unreadable("the numbers are used up"))?;
    let entry = StoredEntry::new(draft, seq, now);
    let json = serde_json::to_vec(&entry).map_err(unreadable)?;
    let hash = link(prev, &json);
    let stored = [&[ENTRY_FORMAT][..], &prev.0, &hash.0, &json].concat();
    let number = seq.to_be_bytes();
    let mut rows = vec![
        (table::AUDIT, number.to_vec(), stored),
        (table::META, META_HEAD.to_vec(), [&number[..], &hash.0].concat()),
    ];
    rows.extend(index::rows(&entry)?.into_iter().map(|(table, key)| (table, key, Vec::new())));
    Ok(Appended { rows, names: index::names(&entry)?, seq, hash })
}

/// Reads a stored entry for its secondary rows.
pub(crate) fn stored_entry(stored: &[u8]) -> Result<StoredEntry, StoreError> {
    let parts = split(stored).ok_or_else(|| unreadable("an entry has an unknown form"))?;
    serde_json::from_slice(parts.json).map_err(unreadable)
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
        let altered = !is_linked(entry);
        match number(entry.json) {
            // In an export the number stands in the entry only.
            Some(number) if seq.is_none() && !altered && number > due => return fault(ChainFlaw::Missing),
            _ if altered => return fault(ChainFlaw::Altered),
            Some(number) if number == due => {}
            Some(_) => return fault(ChainFlaw::BrokenLink),
            None => return fault(ChainFlaw::Unreadable),
        }
        if entry.prev != self.hash {
            return fault(ChainFlaw::BrokenLink);
        }
        (self.seq, self.hash) = (due, entry.hash);
        Ok(())
    }

    /// Takes the next entry of which number and hashes alone are told: its hash is taken as given.
    pub(crate) fn step_veiled(&mut self, entry: &Veiled) -> Result<(), ChainFault> {
        let due = self.seq.saturating_add(1);
        let fault = |flaw| Err(ChainFault { seq: due, flaw });
        match entry.seq {
            seq if seq > due => fault(ChainFlaw::Missing),
            seq if seq != due || entry.prev != self.hash => fault(ChainFlaw::BrokenLink),
            _ => {
                (self.seq, self.hash) = (due, entry.hash);
                Ok(())
            }
        }
    }
}

/// The number in an entry's JSON; `None` if it is not readable.
pub(crate) fn number(json: &[u8]) -> Option<u64> {
    // As this and every release before has written it; whoever writes otherwise is read in full.
    let quick = || {
        let digits = json.strip_prefix(b"{\"seq\":")?;
        let len = digits.iter().position(|b| !b.is_ascii_digit()).filter(|n| (1..20).contains(n))?;
        let ends = digits.get(len..)?.starts_with(b",\"at\":") && json.ends_with(b"}");
        ends.then(|| std::str::from_utf8(digits.get(..len)?).ok()?.parse().ok()).flatten()
    };
    #[derive(serde::Deserialize)]
    struct Number {
        seq: u64,
    }
    quick().or_else(|| serde_json::from_slice::<Number>(json).ok().map(|n| n.seq))
}
