//! Files and folders with the right modes, put in place all at once.
//!
//! Here: folders 0700, files 0600, temporary file → fsync → in place → fsync of the folder. Not here: what is in them.

use crate::StoreError;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Makes a folder (and those above it) that only this user may enter; one that is there stays as it is.
pub(crate) fn folder(path: &Path) -> Result<(), StoreError> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|e| match e.kind() {
        io::ErrorKind::AlreadyExists => StoreError::NotWritable { path: path.into(), source: e },
        _ => StoreError::at(path, e),
    })
}

/// A new file for reading and writing that only this user may read; what an interrupted run left there is replaced.
pub(crate) fn fresh(path: &Path) -> Result<File, StoreError> {
    discard(path)?;
    let made = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path);
    made.map_err(|e| StoreError::at(path, e))
}

/// Removes a temporary file if it is there.
pub(crate) fn discard(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(StoreError::at(path, e)),
        _ => Ok(()),
    }
}

/// `name` → `name.part`, in the same folder.
pub(crate) fn part_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

/// Puts a finished file in place. Refuses to overwrite, also when another process is quicker.
pub(crate) fn put_in_place(part: &Path, path: &Path) -> Result<(), StoreError> {
    let at = |e| StoreError::at(path, e);
    File::open(part).and_then(|f| f.sync_all()).map_err(at)?;
    fs::hard_link(part, path).map_err(|e| match e.kind() {
        io::ErrorKind::AlreadyExists => StoreError::Exists(path.into()),
        _ => StoreError::at(path, e),
    })?;
    discard(part)?;
    sync_folder_of(path)
}

/// Writes a small new file in place; refuses to overwrite.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let part = part_of(path);
    fresh(&part)?.write_all(bytes).map_err(|e| StoreError::at(&part, e))?;
    put_in_place(&part, path)
}

/// Makes names in the folder of `path` durable.
pub(crate) fn sync_folder_of(path: &Path) -> Result<(), StoreError> {
    let folder = match path.parent() {
        Some(p) if !p.as_os_str().is_empty() => p,
        _ => Path::new("."),
    };
    File::open(folder).and_then(|f| f.sync_all()).map_err(|e| StoreError::at(folder, e))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn what_is_there_is_not_overwritten() {
        let dir = tempfile::tempdir().expect("folder");
        let path = dir.path().join("k");
        write_new(&path, b"first").expect("written");
        assert!(matches!(write_new(&path, b"second"), Err(StoreError::Exists(_))));
        assert_eq!(fs::read(&path).expect("read"), b"first");
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_file_where_a_folder_should_be_is_said() {
        let dir = tempfile::tempdir().expect("folder");
        let path = dir.path().join("f");
        fs::write(&path, b"").expect("written");
        assert!(matches!(folder(&path), Err(StoreError::NotWritable { .. })));
        assert!(matches!(folder(&path.join("below")), Err(StoreError::NotWritable { .. })));
    }
}
