//! Copies of the store.
//!
//! Here: a consistent copy while the node runs, the daily one, the check of a copy, restoring. What is kept beside the
//! store (`kept`) goes with a copy in a folder of its own, `FILE.files`; a daily copy stays in the data folder and leaves it
//! there. Not here: the sealing key, which is never in a copy: `keys/` must be kept as well.

use crate::encoding::table;
use crate::kept::{self, LostFile, Named};
use crate::medium::RealFile;
use crate::open::{self, META_BACKUP_AT, builder, lock_folder, rehearse, store_path};
use crate::overlay::{Base, Snapshot, Span, definition};
use crate::sealing::key_path;
use crate::{ReadTx, Store, StoreError, disk, verify_chain};
use base::{WallTime, limits};
use redb::{Database, Durability, ReadableDatabase, TableHandle};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Rows of one commit while a copy is written: bounds the memory it takes.
const ROWS_PER_COMMIT: usize = 20_000;

/// What a copy holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupReport {
    /// Records of all kinds, without the audit.
    pub records: u64,
    /// Audit entries; their chain is intact.
    pub audit_entries: u64,
    /// When the copy was made; `None` if the file is not a copy but a store itself.
    pub backup_at: Option<WallTime>,
    /// Files that its documents name.
    pub files: u64,
    /// Those of them that are not there as they were kept.
    pub lost: Vec<LostFile>,
    /// Older audit entries that are in the archive.
    pub archived: u64,
    /// The first run of those that no file of the archive holds.
    pub archive_gap: Option<(u64, u64)>,
}

/// Files that are not as they were kept, and the first run of archived audit entries that no file holds.
pub type KeptFlaws = (Vec<LostFile>, Option<(u64, u64)>);

impl Store {
    /// Writes a consistent copy of the store, as it is at this moment, while the node goes on. The file appears at
    /// `path` only when it is whole and on the disk. Errors: [`StoreError::Exists`], disk errors.
    pub fn backup(&self, path: &Path, now: WallTime) -> Result<(), StoreError> {
        if path.try_exists().map_err(|e| StoreError::at(path, e))? {
            return Err(StoreError::Exists(path.into()));
        }
        let part = disk::part_of(path);
        let written = disk::fresh(&part).and_then(|file| copy_into(self.database(), file, now));
        match written.and_then(|()| disk::put_in_place(&part, path)) {
            Ok(()) => Ok(()),
            Err(e) => {
                disk::discard(&part)?;
                Err(e)
            }
        }
    }

    /// Writes a copy as [`Store::backup`] does, and beside it, in `path.files`, what the node keeps beside its store: the
    /// files of documents and the archive of the record. Gives the files that were not to be had: the copy is written
    /// without them. Errors: as there.
    pub fn backup_whole(&self, path: &Path, now: WallTime) -> Result<Vec<LostFile>, StoreError> {
        let folder = kept::own_folder(path);
        for place in [path, &folder] {
            if place.try_exists().map_err(|e| StoreError::at(place, e))? {
                return Err(StoreError::Exists(place.into()));
            }
        }
        let named = self.read(kept::named)?;
        let taken = kept::take(self.dir(), &folder, &named).and_then(|lost| self.backup(path, now).map(|()| lost));
        if taken.is_err() && folder.is_dir() {
            fs::remove_dir_all(&folder).map_err(|e| StoreError::at(&folder, e))?;
        }
        taken
    }

    /// Files of documents that are not in the data folder as they were kept, and the first run of archived audit entries
    /// that no file of the archive holds.
    pub fn verify_kept(&self, archived: u64) -> Result<KeptFlaws, StoreError> {
        let named = self.read(kept::named)?;
        Ok((kept::lost(self.dir(), &named)?, kept::archive_gap(self.dir(), archived)?))
    }

    /// The daily copy: `DIR/backups/node-YYYY-MM-DD.redb` of the office's day, if that is not there yet; then removes
    /// the oldest daily copies beyond [`limits::DAILY_BACKUPS_MAX`]. Returns the new file, if one was written.
    pub fn backup_daily(&self, now: WallTime) -> Result<Option<PathBuf>, StoreError> {
        let folder = self.dir().join("backups");
        disk::folder(&folder)?;
        let path = folder.join(format!("node-{}.redb", now.office_date()));
        match self.backup(&path, now) {
            Ok(()) => {}
            Err(StoreError::Exists(_)) => return Ok(None),
            Err(e) => return Err(e),
        }
        let mut daily = Vec::new();
        for entry in fs::read_dir(&folder).map_err(|e| StoreError::at(&folder, e))? {
            let entry = entry.map_err(|e| StoreError::at(&folder, e))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with("node-") && name.ends_with(".redb") && name.len() == "node-2026-11-24.redb".len() {
                daily.push(entry.path());
            }
        }
        daily.sort();
        let surplus = daily.len().saturating_sub(limits::DAILY_BACKUPS_MAX);
        for old in daily.iter().take(surplus) {
            disk::discard(old)?;
        }
        Ok(Some(path))
    }
}

fn copy_into(from: &Database, file: File, now: WallTime) -> Result<(), StoreError> {
    let snapshot = Snapshot(from.begin_read()?);
    let to = builder().create_with_backend(RealFile(Arc::new(file)))?;
    let names: Vec<String> = snapshot.0.list_tables()?.map(|t| t.name().to_owned()).collect();
    for name in names {
        let mut rows = snapshot.scan(&name, &Span::ALL, false)?.peekable();
        while rows.peek().is_some() {
            let mut tx = to.begin_write()?;
            tx.set_durability(Durability::Immediate).map_err(|e| StoreError::Engine(e.to_string()))?;
            {
                let mut table = tx.open_table(definition(&name))?;
                for row in rows.by_ref().take(ROWS_PER_COMMIT) {
                    let (key, value) = row?;
                    table.insert(key.as_slice(), value.as_slice())?;
                }
                if name == table::META {
                    table.insert(META_BACKUP_AT, now.unix_us().to_be_bytes().as_slice())?;
                }
            }
            tx.commit()?;
        }
    }
    Ok(())
}

/// Checks a copy (or a store that no process has open) page by page, its audit chain, and what is kept beside it; changes
/// nothing. Errors: as for opening; [`StoreError::Damaged`] also when the audit chain is broken;
/// [`StoreError::BadArchive`].
pub fn verify_backup(path: &Path) -> Result<BackupReport, StoreError> {
    let Examined { mut report, named, .. } = examine(path)?;
    let beside = kept::beside(path);
    report.lost = kept::lost(&beside, &named)?;
    report.archive_gap = kept::archive_gap(&beside, report.archived)?;
    Ok(report)
}

/// What a copy was found to be.
struct Examined {
    report: BackupReport,
    check: Option<Vec<u8>>,
    named: Vec<Named>,
}

fn examine(path: &Path) -> Result<Examined, StoreError> {
    let file = File::open(path).map_err(|e| match e.kind() {
        io::ErrorKind::NotFound => StoreError::Missing(path.into()),
        _ => StoreError::at(path, e),
    })?;
    match file.try_lock_shared() {
        Err(fs::TryLockError::WouldBlock) => return Err(StoreError::Locked(path.into())),
        Err(fs::TryLockError::Error(e)) => return Err(StoreError::at(path, e)),
        Ok(()) => {}
    }
    rehearse(&Arc::new(file), path, true, |db| {
        let snapshot = Snapshot(db.begin_read()?);
        let mut records = 0;
        let names: Vec<String> = snapshot.0.list_tables()?.map(|t| t.name().to_owned()).collect();
        for name in names.iter().filter(|n| !n.starts_with('_')) {
            records += snapshot.scan(name, &Span::ALL, false)?.try_fold(0, |n, row| row.map(|_| n + 1))?;
        }
        let view = ReadTx::new(&snapshot, None);
        let chain = verify_chain(&view, None)?;
        if let Some(fault) = chain.fault {
            return Err(StoreError::Damaged { path: path.into(), detail: fault.said().en });
        }
        let at =
            snapshot.value(table::META, META_BACKUP_AT)?.and_then(|v| Some(i64::from_be_bytes(v.try_into().ok()?)));
        let backup_at = at.map(WallTime::from_unix_us);
        let named = kept::named(&view)?;
        let (files, archived) = (named.len() as u64, chain.archived);
        let audit_entries = chain.entries;
        let report =
            BackupReport { records, audit_entries, backup_at, files, lost: Vec::new(), archived, archive_gap: None };
        Ok(Examined { report, check: open::key_check(db)?, named })
    })
}

/// Makes the store of `dir` from a copy, after checking it. Refuses to overwrite ([`StoreError::Exists`]); if the
/// folder has a sealing key already, it must be the copy's ([`StoreError::WrongKey`]). Without one the store is put in
/// place, and opening it asks for the key ([`StoreError::KeyMissing`]). What is kept beside the copy goes into the folder;
/// files of documents that are in neither are named by the report.
pub fn restore(backup: &Path, dir: &Path) -> Result<BackupReport, StoreError> {
    let Examined { mut report, check, named } = examine(backup)?;
    disk::folder(dir)?;
    let _restoring = lock_folder(dir)?;
    let path = store_path(dir);
    if path.try_exists().map_err(|e| StoreError::at(&path, e))? {
        return Err(StoreError::Exists(path));
    }
    if key_path(dir).exists() {
        open::matching_key(dir, check.as_deref())?;
    }
    report.lost = kept::take(&kept::beside(backup), dir, &named)?;
    report.archive_gap = kept::archive_gap(dir, report.archived)?;
    let part = dir.join("node.redb.restoring");
    let copied = (|| {
        let mut from = File::open(backup).map_err(|e| StoreError::at(backup, e))?;
        let mut to = disk::fresh(&part)?;
        io::copy(&mut from, &mut to).map_err(|e| StoreError::at(&part, e))?;
        disk::put_in_place(&part, &path)
    })();
    match copied {
        Ok(()) => Ok(report),
        Err(e) => {
            disk::discard(&part)?;
            Err(e)
        }
    }
}
