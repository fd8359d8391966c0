//! Opening: what stands in the folder is judged before redb may touch it.
//!
//! Here: the look at the file's head, the rehearsal, the checks of format and sealing key, the making of a new store.
//! Not here: the file below redb (`medium`), running an open store (`store`).

use crate::encoding::table;
use crate::medium::{RealFile, Rehearsal};
use crate::overlay::{Base, Snapshot, definition};
use crate::sealing::{Sealing, key_path};
use crate::upgrade::upgrade;
use crate::writer::panic_text;
use crate::{StoreError, disk};
use base::{WallTime, limits};
use redb::{Builder, Database, Durability, ReadableDatabase};
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::FileExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Format of the store as a whole: which tables there are and how they hang together.
pub(crate) const STORE_FORMAT: u32 = 2;
pub(crate) const META_FORMAT: &[u8] = b"format";
pub(crate) const META_CREATED_AT: &[u8] = b"created_at";
pub(crate) const META_BACKUP_AT: &[u8] = b"backup_at";
const META_KEY_CHECK: &[u8] = b"key_check";
/// Sealed at this place with this text, to tell the store's own sealing key from another.
const KEY_CHECK_PLACE: &[u8] = b"_meta/key_check";
const KEY_CHECK_TEXT: &[u8] = b"matluoi";

/// A store that may be used.
pub(crate) struct Opened {
    pub(crate) db: Database,
    pub(crate) sealing: Sealing,
}

/// The store file of a data folder.
pub(crate) fn store_path(dir: &Path) -> PathBuf {
    dir.join("node.redb")
}

/// Opens the store in `dir`; with `create` (the time) makes one if there is neither store nor key.
pub(crate) fn open(dir: &Path, create: Option<WallTime>) -> Result<Opened, StoreError> {
    let path = store_path(dir);
    if let Some(now) = create {
        match path.try_exists() {
            Ok(true) => {}
            Ok(false) => make(dir, &path, now)?,
            Err(e) => return Err(StoreError::at(dir, e)),
        }
    }
    let file = OpenOptions::new().read(true).write(true).open(&path).map_err(|e| match e.kind() {
        io::ErrorKind::NotFound => StoreError::Missing(path.clone()),
        _ => StoreError::at(&path, e),
    })?;
    lock(&file, &path)?;
    let file = Arc::new(file);
    let key_check = rehearse(&file, &path, false, |db| meta(db, META_KEY_CHECK))?;
    let sealing = matching_key(dir, key_check.as_deref())?;
    let db = guarded(&path, || builder().create_with_backend(RealFile(file)).map_err(StoreError::from))?;
    upgrade(&db)?;
    Ok(Opened { db, sealing })
}

/// The folder's sealing key, if it is the one that this check was sealed with.
pub(crate) fn matching_key(dir: &Path, check: Option<&[u8]>) -> Result<Sealing, StoreError> {
    let path = key_path(dir);
    let sealing = Sealing::read(&path)?.ok_or_else(|| StoreError::KeyMissing(path.clone()))?;
    match check.and_then(|c| sealing.open(KEY_CHECK_PLACE, c)) {
        Some(text) if *text == KEY_CHECK_TEXT => Ok(sealing),
        _ => Err(StoreError::WrongKey(path)),
    }
}

/// A value of the store's table of facts about itself.
pub(crate) fn meta(db: &Database, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    Snapshot(db.begin_read()?).value(table::META, key)
}

/// What the key check of this store is.
pub(crate) fn key_check(db: &Database) -> Result<Option<Vec<u8>>, StoreError> {
    meta(db, META_KEY_CHECK)
}

pub(crate) fn builder() -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(limits::STORE_CACHE_BYTES);
    builder
}

/// Takes the file for this process, or says that another has it.
pub(crate) fn lock(file: &File, path: &Path) -> Result<(), StoreError> {
    file.try_lock().map_err(|e| match e {
        TryLockError::WouldBlock => StoreError::Locked(path.into()),
        TryLockError::Error(e) => StoreError::at(path, e),
    })
}

/// Runs the engine on a doubtful file: its panics and complaints become [`StoreError::Damaged`].
fn guarded<T>(path: &Path, f: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    let damaged = |detail| StoreError::Damaged { path: path.into(), detail };
    match catch_unwind(AssertUnwindSafe(f)) {
        Ok(Err(StoreError::Engine(detail))) => Err(damaged(detail)),
        Ok(Err(StoreError::Disk(e))) => Err(match e.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
                damaged(e.to_string())
            }
            _ => StoreError::Disk(e),
        }),
        Ok(result) => result,
        Err(panic) => Err(damaged(panic_text(panic.as_ref()))),
    }
}

/// Opens the file with every write going to memory, and gives the result to `look`. The file keeps every byte. A file
/// that was not closed in order (or with `thorough`, any) is checked page by page against its checksums.
pub(crate) fn rehearse<T>(
    file: &Arc<File>,
    path: &Path,
    thorough: bool,
    look: impl FnOnce(&Database) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let head = Head::read(file, path)?;
    let result = guarded(path, || {
        let mut builder = builder();
        builder.set_check_integrity_on_open(thorough || !head.closed_in_order);
        let db = builder.create_with_backend(Rehearsal::new(file.clone())?)?;
        let format = meta(&db, META_FORMAT)?.and_then(|v| Some(u32::from_be_bytes(v.try_into().ok()?)));
        match format {
            Some(found) if found > STORE_FORMAT => {
                return Err(StoreError::NewerFormat { path: path.into(), found, known: STORE_FORMAT });
            }
            Some(_) => {}
            None => return Err(StoreError::NotAStore(path.into())),
        }
        look(&db)
    });
    match result {
        Err(StoreError::Damaged { .. }) if head.len < head.wanted => {
            Err(StoreError::CutShort { path: path.into(), len: head.len })
        }
        other => other,
    }
}

/// What the first bytes of a redb file say (redb's docs/design.md, "Database super-header").
struct Head {
    len: u64,
    /// Length that the head gives the file.
    wanted: u64,
    closed_in_order: bool,
}

impl Head {
    const MAGIC: [u8; 9] = *b"redb\x1a\x0a\xa9\x0d\x0a";
    const PAGE: u64 = 4096;
    /// Newest file format of redb that this release reads; the version byte stands first in either commit slot.
    const ENGINE_FORMAT: u8 = 3;

    fn read(file: &File, path: &Path) -> Result<Self, StoreError> {
        let at = |e| StoreError::at(path, e);
        let meta = file.metadata().map_err(at)?;
        if !meta.is_file() {
            return Err(StoreError::NotAStore(path.into()));
        }
        let len = meta.len();
        let cut_short = || StoreError::CutShort { path: path.into(), len };
        let mut start = [0; 256];
        let there = usize::try_from(len).unwrap_or(usize::MAX).min(start.len());
        let (bytes, _) = start.split_at_mut(there);
        file.read_exact_at(bytes, 0).map_err(at)?;
        if bytes.iter().zip(Self::MAGIC).any(|(a, b)| *a != b) {
            return Err(StoreError::NotAStore(path.into()));
        }
        if len < 2 * Self::PAGE {
            return Err(cut_short());
        }
        let [.., god] = *start.first_chunk::<10>().ok_or_else(cut_short)?;
        let u32_at = |at: usize| start.get(at..at + 4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_le_bytes);
        let slot = if god & 1 == 0 { 64 } else { 192 };
        let version = start.get(slot).copied().unwrap_or(0);
        if version > Self::ENGINE_FORMAT {
            let (found, known) = (u32::from(version), u32::from(Self::ENGINE_FORMAT));
            return Err(StoreError::NewerFormat { path: path.into(), found, known });
        }
        let (page, head, full) = (u64::from(u32_at(12)), u64::from(u32_at(16)), u64::from(u32_at(20)));
        let (regions, last) = (u64::from(u32_at(24)), u64::from(u32_at(28)));
        let last = if last > 0 { head.saturating_add(last) } else { 0 };
        let pages = regions.saturating_mul(head.saturating_add(full)).saturating_add(last).saturating_add(1);
        let head = Self { len, wanted: pages.saturating_mul(page), closed_in_order: god & 2 == 0 };
        if head.closed_in_order && len < head.wanted && page == Self::PAGE {
            return Err(cut_short());
        }
        Ok(head)
    }
}

/// Makes key and store. The order lets an interrupted making be told from a lost store: the unfinished store file is
/// there before the key, and gets its name last.
fn make(dir: &Path, path: &Path, now: WallTime) -> Result<(), StoreError> {
    disk::folder(dir)?;
    let _making = lock_folder(dir)?;
    if path.exists() {
        return Ok(());
    }
    let (part, key) = (disk::part_of(path), key_path(dir));
    let sealing = match Sealing::read(&key)? {
        Some(_) if !part.exists() => return Err(StoreError::StoreGone(path.into())),
        Some(sealing) => sealing,
        None => {
            disk::fresh(&part)?.sync_all().map_err(|e| StoreError::at(&part, e))?;
            disk::sync_folder_of(&part)?;
            Sealing::create(&key)?
        }
    };
    let file = disk::fresh(&part)?;
    let db = builder().create_with_backend(RealFile(Arc::new(file)))?;
    let check = sealing.seal(KEY_CHECK_PLACE, KEY_CHECK_TEXT)?;
    let mut tx = db.begin_write()?;
    tx.set_durability(Durability::Immediate).map_err(|e| StoreError::Engine(e.to_string()))?;
    tx.set_two_phase_commit(true);
    {
        let mut meta = tx.open_table(definition(table::META))?;
        meta.insert(META_FORMAT, STORE_FORMAT.to_be_bytes().as_slice())?;
        meta.insert(META_CREATED_AT, now.unix_us().to_be_bytes().as_slice())?;
        meta.insert(META_KEY_CHECK, check.as_slice())?;
    }
    tx.commit()?;
    drop(db);
    disk::put_in_place(&part, path)
}

/// Keeps other processes from making or restoring a store in this folder at the same time.
pub(crate) fn lock_folder(dir: &Path) -> Result<File, StoreError> {
    let folder = File::open(dir).map_err(|e| StoreError::at(dir, e))?;
    lock(&folder, dir)?;
    Ok(folder)
}
