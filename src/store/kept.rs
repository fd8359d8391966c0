//! What a node keeps beside its store: the files of documents and the archive of old audit entries.
//!
//! Here: where they are, whether they are all there and as they were kept, taking them into a copy and back. Not here:
//! which files are taken and for whom (`ops`), what an archive holds (`audit`).

use crate::audit::{archive_folder, archives_of};
use crate::{ReadTx, StoreError, disk, verify_audit_export};
use base::Said;
use domain::Document;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufReader, Write as _};
use std::path::{Path, PathBuf};

/// Where a node keeps a document's file: `DIR/files/ab/ab…`, by the SHA-256 of its bytes. Digests come from records, yet a
/// broken one must not lead elsewhere: `None` if it is none.
pub fn kept_file(dir: &Path, sha256: &str) -> Option<PathBuf> {
    let is_digest = sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f'));
    let folder = sha256.get(..2).filter(|_| is_digest)?;
    Some(dir.join("files").join(folder).join(sha256))
}

/// A document's file that is not there as it was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostFile {
    /// The document and the file's name, for people.
    pub name: String,
    /// SHA-256 of what was kept.
    pub sha256: String,
    /// Something is there, but with other bytes.
    pub altered: bool,
}

impl LostFile {
    /// Which file of which document, and what is wrong with it.
    pub fn said(&self) -> Said {
        let (vi, en) =
            if self.altered { ("đã bị thay đổi", "was altered") } else { ("bị thiếu", "is missing") };
        let Self { name, sha256, .. } = self;
        Said::new(format!("Tệp {name} {vi} (SHA-256 {sha256})"), format!("The file {name} {en} (SHA-256 {sha256})"))
    }
}

/// A file that a document names.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    name: String,
    size: u64,
    sha256: String,
}

/// The files that documents name, each once.
pub(crate) fn named(r: &ReadTx<'_>) -> Result<Vec<Named>, StoreError> {
    let mut found = BTreeMap::new();
    r.each::<Document>(.., |d| {
        if let Some(file) = d.file {
            let name = format!("“{}” ({})", file.name, d.number);
            found.entry(file.sha256.clone()).or_insert(Named { name, size: file.size, sha256: file.sha256 });
        }
        true
    })?;
    Ok(found.into_values().collect())
}

impl Named {
    fn lost(&self, altered: bool) -> LostFile {
        LostFile { name: self.name.clone(), sha256: self.sha256.clone(), altered }
    }

    /// Its bytes as they were kept.
    fn read(&self, dir: &Path) -> Result<Result<Vec<u8>, LostFile>, StoreError> {
        let Some(path) = kept_file(dir, &self.sha256) else { return Ok(Err(self.lost(true))) };
        match fs::metadata(&path) {
            Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(Err(self.lost(false)));
            }
            Err(e) => return Err(StoreError::at(&path, e)),
            // Of another length it is another file; and it need not be read, however long it is.
            Ok(meta) if !meta.is_file() || meta.len() != self.size => return Ok(Err(self.lost(true))),
            Ok(_) => {}
        }
        let bytes = fs::read(&path).map_err(|e| StoreError::at(&path, e))?;
        let digest = Sha256::digest(&bytes).iter().fold(String::with_capacity(64), |mut hex, b| {
            let _ = write!(hex, "{b:02x}");
            hex
        });
        Ok(if digest == self.sha256 { Ok(bytes) } else { Err(self.lost(true)) })
    }
}

/// The files that are not in that folder as they were kept.
pub(crate) fn lost(dir: &Path, named: &[Named]) -> Result<Vec<LostFile>, StoreError> {
    let mut out = Vec::new();
    for file in named {
        out.extend(file.read(dir)?.err());
    }
    Ok(out)
}

/// Takes what is kept beside a store from one folder to another: the files that documents name and the whole archive. What is
/// there already stays, so that an interrupted run goes on. Gives the files that were not to be had.
pub(crate) fn take(from: &Path, to: &Path, named: &[Named]) -> Result<Vec<LostFile>, StoreError> {
    let mut lost = Vec::new();
    for file in named {
        if file.read(to)?.is_ok() {
            continue;
        }
        match (file.read(from)?, kept_file(to, &file.sha256)) {
            (Ok(bytes), Some(path)) => {
                if let Some(folder) = path.parent() {
                    disk::folder(folder)?;
                }
                disk::discard(&path)?;
                let part = disk::part_of(&path);
                disk::fresh(&part)?.write_all(&bytes).map_err(|e| StoreError::at(&part, e))?;
                disk::put_in_place(&part, &path)?;
            }
            (Err(fault), _) => lost.push(fault),
            (_, None) => lost.push(file.lost(true)),
        }
    }
    let (here, there) = (archive_folder(from), archive_folder(to));
    for (name, size) in archives_of(from)? {
        let (path, goal) = (here.join(&name), there.join(&name));
        if fs::metadata(&goal).is_ok_and(|m| m.len() == size) {
            continue;
        }
        disk::folder(&there)?;
        let part = disk::part_of(&goal);
        let mut source = File::open(&path).map_err(|e| StoreError::at(&path, e))?;
        io::copy(&mut source, &mut disk::fresh(&part)?).map_err(|e| StoreError::at(&part, e))?;
        disk::put_in_place(&part, &goal)?;
    }
    Ok(lost)
}

/// Verifies every file of the archive in that folder. Gives the first run of entries up to `archived` that none holds.
pub(crate) fn archive_gap(dir: &Path, archived: u64) -> Result<Option<(u64, u64)>, StoreError> {
    let mut next = 1;
    for (name, _) in archives_of(dir)? {
        let path = archive_folder(dir).join(&name);
        let file = File::open(&path).map_err(|e| StoreError::at(&path, e))?;
        let report = verify_audit_export(&mut BufReader::new(file), None)?;
        if let Some(fault) = report.fault {
            return Err(StoreError::BadArchive { path, detail: fault.said().en });
        }
        if report.archived >= next {
            break;
        }
        next = next.max(report.entries.saturating_add(1));
    }
    Ok((next <= archived).then(|| {
        let later = archives_of(dir).unwrap_or_default().into_iter().filter_map(|(name, _)| first_of(&name));
        (next, later.filter(|first| *first > next).min().map_or(archived, |first| first - 1).min(archived))
    }))
}

/// The first entry of a file of the archive, by its name `nhat-ky-FIRST-LAST.jsonl`.
fn first_of(name: &str) -> Option<u64> {
    name.strip_prefix("nhat-ky-")?.split('-').next()?.parse().ok()
}

/// What goes with a copy at `path`: `path.files`; with a daily copy what the node itself keeps, beside whose store it is.
pub(crate) fn beside(path: &Path) -> PathBuf {
    let own = own_folder(path);
    let node = path.parent().filter(|p| p.ends_with("backups")).and_then(Path::parent);
    match node {
        Some(dir) if !own.is_dir() => dir.to_owned(),
        _ => own,
    }
}

/// `node.redb` → `node.redb.files`, in the same folder.
pub(crate) fn own_folder(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".files");
    name.into()
}
