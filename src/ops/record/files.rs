//! Files kept with documents: in the data folder under `files/`, named by the SHA-256 of their bytes.
//!
//! A file is bounded, its type is told by its bytes and must be one of [`TYPES`]; its given name is for people and never a
//! path. Nothing here is ever run or shown by the node itself. Not here: which document has which file (`documents`).

use crate::{Ops, OpsError, secrets};
use base::{Said, WallTime, limits};
use domain::{Document, FieldFault, StoredFile, text};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// A file as it was sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Upload {
    /// The name that it was given.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Upload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Upload({} bytes)", self.bytes.len())
    }
}

/// Types that are kept: papers, scans, pictures, tables. Media type and ending.
const TYPES: &[(&str, &str)] = &[
    ("application/pdf", "pdf"),
    ("image/png", "png"),
    ("image/jpeg", "jpg"),
    ("image/tiff", "tif"),
    ("image/webp", "webp"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ("application/msword", "doc"),
    ("application/vnd.ms-excel", "xls"),
    ("application/vnd.oasis.opendocument.text", "odt"),
    ("application/vnd.oasis.opendocument.spreadsheet", "ods"),
];

/// The type told by the bytes, if it is one of [`TYPES`].
fn type_of(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    let found = infer::get(bytes)?.mime_type();
    TYPES.iter().copied().find(|(media_type, _)| *media_type == found)
}

/// A name for people: the last part of what was given, without what a file system or a header could take for more than a
/// letter, with the ending that fits the type.
fn shown_name(given: &str, ending: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or("");
    let clean: String =
        last.chars()
            .map(|c| {
                if c.is_control() || matches!(c, '"' | '<' | '>' | ':' | '|' | '?' | '*' | '%' | ';') { ' ' } else { c }
            })
            .collect();
    let clean = text::optional_name("file", &clean).ok().flatten().unwrap_or_default();
    let stem = clean.rsplit_once('.').map_or(clean.as_str(), |(stem, _)| stem).trim_matches(['.', ' ']);
    let stem = text::cut(stem, NAME_BYTES_MAX);
    if stem.is_empty() { format!("tep.{ending}") } else { format!("{stem}.{ending}") }
}

const NAME_BYTES_MAX: usize = 120;

fn fault(vi: impl Into<String>, en: impl Into<String>) -> OpsError {
    FieldFault::new("file", Said::new(vi, en)).into()
}

fn disk(e: std::io::Error) -> OpsError {
    tracing::error!(error = %e, "a file of a document cannot be kept");
    match e.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => OpsError::Full(Said::new(
            "Ổ đĩa của nút đã đầy; tệp chưa được lưu. Hãy báo quản trị viên.",
            "The node's disk is full; the file was not kept. Tell the administrator.",
        )),
        _ => OpsError::Inner(format!("files: {e}")),
    }
}

impl Ops {
    fn files_dir(&self) -> PathBuf {
        self.store.dir().join("files")
    }

    fn file_path(&self, sha256: &str) -> Option<PathBuf> {
        store::kept_file(self.store.dir(), sha256)
    }

    /// Keeps a file; the same bytes are kept once.
    ///
    /// # Errors
    /// [`OpsError::Invalid`] for one that is too large, empty or of another type.
    pub(crate) fn keep_file(&self, upload: &Upload) -> Result<StoredFile, OpsError> {
        let size = upload.bytes.len();
        if size > limits::FILE_BYTES_MAX {
            let max = limits::FILE_BYTES_MAX / (1024 * 1024);
            return Err(fault(format!("Tệp lớn quá {max} MiB."), format!("The file is larger than {max} MiB.")));
        }
        let Some((media_type, ending)) = type_of(&upload.bytes) else {
            return Err(fault(
                "Chỉ nhận tệp PDF, ảnh (PNG, JPEG, TIFF, WebP), văn bản (DOCX, DOC, ODT) và bảng tính (XLSX, XLS, ODS); loại \
                 tệp được nhận biết theo nội dung, không theo tên.",
                "PDF, pictures (PNG, JPEG, TIFF, WebP), texts (DOCX, DOC, ODT) and tables (XLSX, XLS, ODS) are taken; the type \
                 is told by the content, not by the name.",
            ));
        };
        let sha256 = secrets::hex(&Sha256::digest(&upload.bytes));
        let path = self.file_path(&sha256).ok_or_else(|| OpsError::Inner("a digest that is none".to_owned()))?;
        write_once(&path, &upload.bytes, self.clock.now()).map_err(disk)?;
        let name = shown_name(&upload.name, ending);
        Ok(StoredFile { name, media_type: media_type.to_owned(), size: size as u64, sha256 })
    }

    /// The bytes of a kept file, as they were when it was kept.
    ///
    /// # Errors
    /// [`OpsError::NotFound`] if it is gone, [`OpsError::Inner`] if it was altered.
    pub(crate) fn file_bytes(&self, file: &StoredFile) -> Result<Vec<u8>, OpsError> {
        let path = self.file_path(&file.sha256).ok_or(OpsError::NotFound("file"))?;
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == ErrorKind::NotFound => return Err(OpsError::NotFound("file")),
            Err(e) => return Err(OpsError::Inner(format!("{}: {e}", path.display()))),
        };
        if secrets::hex(&Sha256::digest(&bytes)) != file.sha256 {
            return Err(OpsError::Inner(format!("{} is not what was kept", path.display())));
        }
        Ok(bytes)
    }

    /// Removes files that no document names and that have been there for [`limits::FILE_ORPHAN_LIFE`]: of removed
    /// documents, and of uploads that came to nothing. Gives their number.
    ///
    /// # Errors
    /// The folder or the store cannot be read.
    pub fn clean_files(&self) -> Result<usize, OpsError> {
        let now = self.clock.now();
        let names: HashSet<String> = self.read(|r| {
            Ok(r.range::<Document>(..)?.into_iter().filter_map(|d| Some(d.file?.sha256)).collect::<HashSet<_>>())
        })?;
        let mut removed = 0;
        for folder in entries(&self.files_dir())? {
            for path in entries(&folder)? {
                let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
                if !names.contains(name) && age(&path, now) >= limits::FILE_ORPHAN_LIFE {
                    match fs::remove_file(&path) {
                        Ok(()) => removed += 1,
                        Err(e) => tracing::warn!(path = %path.display(), error = %e, "an orphaned file stays"),
                    }
                }
            }
        }
        Ok(removed)
    }
}

/// What is in a folder; nothing if it is none.
fn entries(dir: &Path) -> Result<Vec<PathBuf>, OpsError> {
    match fs::read_dir(dir) {
        Ok(all) => Ok(all.filter_map(|e| Some(e.ok()?.path())).collect()),
        Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(Vec::new()),
        Err(e) => Err(OpsError::Inner(format!("{}: {e}", dir.display()))),
    }
}

fn age(path: &Path, now: WallTime) -> Duration {
    let modified = fs::metadata(path).and_then(|m| m.modified()).ok();
    let since_1970 = modified.and_then(|t| t.duration_since(SystemTime::UNIX_EPOCH).ok()).unwrap_or_default();
    now.since(WallTime::EPOCH.plus(since_1970))
}

/// Writes aside and renames, so that a file under its name is whole; one that is there is marked as used now.
fn write_once(path: &Path, bytes: &[u8], now: WallTime) -> std::io::Result<()> {
    let moment = SystemTime::UNIX_EPOCH + now.since(WallTime::EPOCH);
    if let Ok(file) = File::options().write(true).open(path)
        && file.metadata()?.len() == bytes.len() as u64
    {
        return file.set_modified(moment);
    }
    let folder = path.parent().ok_or(ErrorKind::InvalidInput)?;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let part = secrets::random::<8>().map_err(|e| std::io::Error::other(e.to_string()))?;
    let aside = folder.join(format!(".{}.part", secrets::hex(&part)));
    let written = (|| {
        let mut file = File::options().write(true).create_new(true).mode(0o600).open(&aside)?;
        file.write_all(bytes)?;
        file.set_modified(moment)?;
        file.sync_all()?;
        fs::rename(&aside, path)?;
        File::open(folder)?.sync_all()
    })();
    if written.is_err() {
        let _ = fs::remove_file(&aside);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_told_by_the_bytes() {
        assert_eq!(type_of(b"%PDF-1.7\n...").map(|t| t.1), Some("pdf"));
        assert_eq!(type_of(b"\x89PNG\r\n\x1a\n....").map(|t| t.1), Some("png"));
        assert_eq!(type_of(b"\xff\xd8\xff\xe0....").map(|t| t.1), Some("jpg"));
        for bytes in [
            &b""[..],
            b"<html><script>",
            b"<svg xmlns=",
            b"MZ\x90\0",
            b"\x7fELF\x02\x01",
            b"#!/bin/sh\n",
            b"GIF89a",
            b"PK\x03\x04",
        ] {
            assert_eq!(type_of(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn names_are_for_people_and_never_paths() {
        for (given, shown) in [
            ("Văn bản số 12.pdf", "Văn bản số 12.pdf"),
            ("../../etc/passwd", "passwd.pdf"),
            ("C:\\Users\\x\\bản vẽ.exe", "bản vẽ.pdf"),
            ("a\r\nSet-Cookie: x=1.pdf", "a  Set-Cookie  x=1.pdf"),
            ("\"; filename=evil.html", "filename=evil.pdf"),
            ("...", "tep.pdf"),
            ("", "tep.pdf"),
            ("x\u{202E}fdp.exe", "tep.pdf"),
        ] {
            assert_eq!(shown_name(given, "pdf"), shown, "{given:?}");
        }
        assert!(shown_name(&"ế".repeat(100), "pdf").len() <= NAME_BYTES_MAX + 8);
    }
}
