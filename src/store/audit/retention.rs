//! Old entries leave the store, and the rest still proves.
//!
//! Here: what may go, the archive that it goes into, taking it away. Not here: how long entries are kept (the policy),
//! when this is done (`ops`).
//!
//! Only whole checkpoints go, the oldest first. Before anything is taken away, what goes stands in a file of its own that
//! has been read again and verified. What stays: the *floor* (number and hash of the last entry that went), that entry's
//! checkpoint, and the hashes of the tree, so that chain, tree and proofs of the rest hold as before. The taking away goes
//! in small steps and can be broken off at any point: the floor always says where the entries begin.

use super::chain::{floor, floor_row, split, stored_entry};
use super::checkpoint::{self, Checkpoint, hash_of};
use super::entry::AuditHash;
use super::export::{export_range, verify_audit_export};
use super::index;
use super::merkle::leaf_hash;
use super::tree::{self, TILE};
use super::veil::Clear;
use crate::encoding::{hex, table, u64_at};
use crate::overlay::Span;
use crate::{ReadTx, Store, StoreError, WriteTx, disk};
use base::{WallTime, limits};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read};
use std::ops::Bound;
use std::path::{Path, PathBuf};

const META_PRUNING: &[u8] = b"audit_pruning";

/// What may go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prunable {
    /// Number of the first entry that goes.
    pub first: u64,
    /// The checkpoint up to which all go.
    pub checkpoint: Checkpoint,
    /// When the first was made.
    pub first_at: Option<WallTime>,
    /// When the last was made.
    pub last_at: Option<WallTime>,
}

impl Prunable {
    /// How many entries.
    pub fn entries(&self) -> u64 {
        self.checkpoint.size.saturating_sub(self.first).saturating_add(1)
    }
}

/// A file of entries that have left the store, or are about to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditArchive {
    /// The file.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// How many entries it holds.
    pub entries: u64,
    /// The chain's hash of the last.
    pub head: AuditHash,
}

impl ReadTx<'_> {
    /// Number of the newest entry that is in the archive and no longer here; 0 if there is none.
    pub fn audit_floor(&self) -> Result<u64, StoreError> {
        Ok(floor(self)?.0)
    }

    /// What may go because it was on record, under a checkpoint, before `before`.
    pub fn prunable(&self, before: WallTime) -> Result<Option<Prunable>, StoreError> {
        let (from, _) = floor(self)?;
        let mut last = None;
        for checkpoint in
            checkpoint::range(self, &checkpoint::above(from), false)?.take(limits::ARCHIVE_CHECKPOINTS_MAX)
        {
            match checkpoint? {
                c if c.at < before => last = Some(c),
                _ => break,
            }
        }
        let Some(checkpoint) = last else { return Ok(None) };
        let at = |seq| Ok::<_, StoreError>(self.audit_entry(seq)?.map(|e| e.at));
        let (first_at, last_at) = (at(from + 1)?, at(checkpoint.size)?);
        Ok(Some(Prunable { first: from + 1, checkpoint, first_at, last_at }))
    }

    /// Up to which entry a removal is under way; `None` if there is none.
    pub fn pruning(&self) -> Result<Option<u64>, StoreError> {
        Ok(self.value(table::META, META_PRUNING)?.and_then(|v| u64_at(&v, 0)))
    }
}

impl WriteTx<'_> {
    /// Decides that all entries up to `checkpoint` go; [`Store::prune_step`] then takes them away.
    pub fn begin_pruning(&mut self, checkpoint: u64) -> Result<(), StoreError> {
        if self.checkpoint(checkpoint)?.is_some() {
            self.view.own.set(table::META, META_PRUNING.to_vec(), Some(checkpoint.to_be_bytes().to_vec()));
        }
        Ok(())
    }

    fn prune(&mut self, most: u64) -> Result<bool, StoreError> {
        let Some(target) = self.pruning()? else { return Ok(false) };
        let (from, mut hash) = floor(&self.view)?;
        let to = target.max(from).min(from.saturating_add(most));
        let mut gone: Vec<(&'static str, Vec<u8>)> = Vec::new();
        let (mut seq, mut leaves) = (from, Vec::new());
        let span = Span { from: Bound::Unbounded, to: Bound::Included(to.to_be_bytes().to_vec()) };
        for row in self.scan(table::AUDIT, &span, false)? {
            let (key, stored) = row?;
            gone.extend(index::rows(&stored_entry(&stored)?)?);
            hash = split(&stored).map_or(hash, |s| s.hash);
            seq = u64_at(&key, 0).unwrap_or(seq);
            if seq > to - to % TILE {
                leaves.push((seq - 1, leaf_hash(&hash.0)));
            }
            gone.push((table::AUDIT, key));
        }
        // Leaves of a tile that is cut through stay; those of the last cut stay only if it is the same tile.
        let cut = to - to % TILE;
        let old = Span { from: Bound::Included(tree::key(0, 0)), to: Bound::Excluded(tree::key(0, cut)) };
        for row in self.scan(table::AUDIT_TREE, &old, false)? {
            gone.push((table::AUDIT_TREE, row?.0));
        }
        // Of the checkpoints, only that at the floor stays.
        let checkpoints = Span { from: Bound::Unbounded, to: Bound::Excluded(to.to_be_bytes().to_vec()) };
        for row in self.scan(table::AUDIT_CHECKPOINTS, &checkpoints, false)? {
            gone.push((table::AUDIT_CHECKPOINTS, row?.0));
        }
        for (table, key) in gone {
            self.view.own.set(table, key, None);
        }
        for (at, leaf) in leaves {
            self.view.own.set(table::AUDIT_TREE, tree::key(0, at), Some(leaf.to_vec()));
        }
        let (table, key, value) = floor_row(to, hash);
        self.view.own.set(table, key, Some(value));
        if to >= target {
            self.view.own.set(table::META, META_PRUNING.to_vec(), None);
        }
        Ok(to < target)
    }
}

impl Store {
    /// Writes the entries up to a checkpoint into `DIR/audit/archive`, reads the file again and verifies it. A file that
    /// an interrupted run has left there is taken if it holds just that.
    pub fn write_archive(&self, prunable: &Prunable) -> Result<AuditArchive, StoreError> {
        let size = prunable.checkpoint.size;
        let folder = archive_folder(self.dir());
        disk::folder(&folder)?;
        let path = folder.join(format!("nhat-ky-{:012}-{size:012}.jsonl", prunable.first));
        if !path.exists() {
            let part = disk::part_of(&path);
            let file = disk::fresh(&part)?;
            let mut out = BufWriter::new(file);
            self.read(|r| export_range(r, size, &Clear, &mut out))?;
            out.into_inner().map_err(|e| StoreError::at(&part, e.into_error()))?.sync_all()?;
            disk::put_in_place(&part, &path)?;
        }
        let bad = |detail: &str| StoreError::BadArchive { path: path.clone(), detail: detail.into() };
        let file = File::open(&path).map_err(|e| StoreError::at(&path, e))?;
        let bytes = file.metadata().map_err(|e| StoreError::at(&path, e))?.len();
        let mut reader = BufReader::new(Hashing { inner: file, hash: Sha256::new() });
        let report = verify_audit_export(&mut reader, None)?;
        let head = self.read(|r| hash_of(r, size))?.ok_or_else(|| bad("its last entry is not in the store"))?;
        match report.fault {
            Some(fault) => return Err(bad(&fault.said().en)),
            None if report.entries != size || report.archived + 1 != prunable.first || report.head != head => {
                return Err(bad("it holds other entries"));
            }
            None => {}
        }
        let sha256 = hex(&reader.into_inner().hash.finalize());
        Ok(AuditArchive { path, bytes, sha256, entries: prunable.entries(), head })
    }

    /// Takes away the next few entries of a removal that was decided; `false` when nothing is left to take.
    pub fn prune_step(&self, now: WallTime) -> Result<bool, StoreError> {
        self.write(now, |w| w.prune(limits::AUDIT_PRUNED_AT_ONCE))
    }

    /// Files in the archive, oldest first: name and size.
    pub fn archives(&self) -> Result<Vec<(String, u64)>, StoreError> {
        archives_of(self.dir())
    }

    /// One file of the archive, by its name.
    pub fn open_archive(&self, name: &str) -> Result<Option<File>, StoreError> {
        if !self.archives()?.iter().any(|(n, _)| n == name) {
            return Ok(None);
        }
        let path = archive_folder(self.dir()).join(name);
        File::open(&path).map(Some).map_err(|e| StoreError::at(&path, e))
    }
}

pub(crate) fn archive_folder(dir: &Path) -> PathBuf {
    dir.join("audit").join("archive")
}

/// Files in the archive of a data folder, oldest first: name and size.
pub(crate) fn archives_of(dir: &Path) -> Result<Vec<(String, u64)>, StoreError> {
    let folder = archive_folder(dir);
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return Ok(Vec::new()),
        Err(e) => return Err(StoreError::at(&folder, e)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|e| StoreError::at(&folder, e))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".jsonl") {
            found.push((name, entry.metadata().map_err(|e| StoreError::at(&folder, e))?.len()));
        }
    }
    found.sort();
    Ok(found)
}

/// Hashes what is read through it.
struct Hashing {
    inner: File,
    hash: Sha256,
}

impl Read for Hashing {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(into)?;
        self.hash.update(into.get(..n).unwrap_or_default());
        Ok(n)
    }
}
