//! Making a store, opening it again, and every way in which it is refused.

use super::{NOW, add, camera, draft, file, fingerprint};
use crate::open::STORE_FORMAT;
use crate::overlay::definition;
use crate::{Store, StoreError};
use base::Fault;
use domain::Camera;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn refused(dir: &Path) -> StoreError {
    let path = file(dir);
    let before = path.is_file().then(|| fingerprint(&path));
    let error = Store::open(dir, NOW).expect_err("refused");
    assert_eq!(path.is_file().then(|| fingerprint(&path)), before, "every byte is kept");
    let said = error.said();
    assert!(!said.vi.is_empty() && said.en.contains(&dir.display().to_string()), "{said}");
    error
}

fn filled() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("folder");
    let store = Store::open(dir.path(), NOW).expect("made");
    for n in 0..20 {
        add(&store, n).expect("added");
    }
    dir
}

#[test]
fn a_new_store_is_for_this_user_only_and_opens_again() {
    let outer = tempfile::tempdir().expect("folder");
    let dir = outer.path().join("a").join("b");
    let store = Store::open(&dir, NOW).expect("made");
    add(&store, 1).expect("added");
    drop(store);
    let mode = |p: &Path| fs::metadata(p).expect("there").permissions().mode() & 0o777;
    assert_eq!((mode(&dir), mode(&dir.join("keys"))), (0o700, 0o700));
    assert_eq!((mode(&file(&dir)), mode(&dir.join("keys/sealing.key"))), (0o600, 0o600));
    assert_eq!(fs::read_dir(&dir).expect("folder").count(), 2, "no temporary file is left");
    let store = Store::open_existing(&dir, NOW).expect("opened");
    assert_eq!(store.read::<_, StoreError>(|r| r.count::<Camera>()).expect("read"), 1);
}

#[test]
fn there_is_none() {
    let dir = tempfile::tempdir().expect("folder");
    assert!(matches!(Store::open_existing(dir.path(), NOW), Err(StoreError::Missing(_))));
    assert_eq!(fs::read_dir(dir.path()).expect("folder").count(), 0, "nothing was made");
}

#[test]
fn a_lost_store_is_not_replaced_by_an_empty_one() {
    let dir = filled();
    fs::remove_file(file(dir.path())).expect("removed");
    assert!(matches!(refused(dir.path()), StoreError::StoreGone(_)));
}

#[test]
fn an_interrupted_making_is_begun_again() {
    let dir = filled();
    // As after a crash between the making of the key and the naming of the store.
    fs::rename(file(dir.path()), dir.path().join("node.redb.part")).expect("renamed");
    let store = Store::open(dir.path(), NOW).expect("made");
    assert_eq!(store.read::<_, StoreError>(|r| r.count::<Camera>()).expect("read"), 0);
}

#[test]
fn the_key_is_missing_wrong_or_damaged() {
    let (dir, other) = (filled(), filled());
    let (key, others) = (dir.path().join("keys/sealing.key"), other.path().join("keys/sealing.key"));
    let own = fs::read(&key).expect("key");
    fs::remove_file(&key).expect("removed");
    assert!(matches!(refused(dir.path()), StoreError::KeyMissing(_)));
    fs::copy(others, &key).expect("copied");
    assert!(matches!(refused(dir.path()), StoreError::WrongKey(_)));
    fs::write(&key, b"short").expect("written");
    assert!(matches!(refused(dir.path()), StoreError::KeyDamaged(_)));
    fs::write(&key, own).expect("written");
    Store::open(dir.path(), NOW).expect("with its own key again");
}

#[test]
fn another_has_it_open() {
    let dir = filled();
    let store = Store::open(dir.path(), NOW).expect("opened");
    assert!(matches!(Store::open(dir.path(), NOW), Err(StoreError::Locked(_))));
    drop(store);
    Store::open(dir.path(), NOW).expect("free again");
}

#[test]
fn the_folder_cannot_be_written() {
    let dir = tempfile::tempdir().expect("folder");
    let blocked = dir.path().join("file");
    fs::write(&blocked, b"not a folder").expect("written");
    for at in [blocked.clone(), blocked.join("below")] {
        assert!(matches!(refused(&at), StoreError::NotWritable { .. }), "{}", at.display());
    }
    // A place where even the superuser cannot make a folder.
    let error = Store::open(Path::new("/proc/matluoi"), NOW).expect_err("refused");
    assert!(matches!(error, StoreError::NotWritable { .. } | StoreError::Disk(_)), "{error}");
}

#[test]
fn something_else_has_the_name() {
    let dir = filled();
    let path = file(dir.path());
    for bytes in [&b"PK\x03\x04 an archive"[..], &[0; 100_000], &[255; 3]] {
        fs::write(&path, bytes).expect("written");
        assert!(matches!(refused(dir.path()), StoreError::NotAStore(_)));
    }
    fs::remove_file(&path).expect("removed");
    fs::create_dir(&path).expect("a folder");
    assert!(matches!(Store::open(dir.path(), NOW), Err(StoreError::NotAStore(_) | StoreError::Disk(_))));
    fs::remove_dir(&path).expect("removed");
    let db = redb::Database::create(&path).expect("a redb file of somebody else");
    drop(db);
    assert!(matches!(refused(dir.path()), StoreError::NotAStore(_)));
}

#[test]
fn a_newer_release_has_written_it() {
    let dir = filled();
    let path = file(dir.path());
    let before = fs::read(&path).expect("read");
    let db = redb::Database::open(&path).expect("opened");
    let tx = db.begin_write().expect("write");
    tx.open_table(definition("_meta"))
        .expect("table")
        .insert(&b"format"[..], &(STORE_FORMAT + 1).to_be_bytes()[..])
        .expect("set");
    tx.commit().expect("committed");
    drop(db);
    assert!(
        matches!(refused(dir.path()), StoreError::NewerFormat { found, known: STORE_FORMAT, .. } if found == STORE_FORMAT + 1)
    );
    // The engine's own format: the version byte of either commit slot.
    let mut newer = before;
    (newer[64], newer[192]) = (4, 4);
    fs::write(&path, newer).expect("written");
    assert!(matches!(refused(dir.path()), StoreError::NewerFormat { found: 4, .. }));
}

/// The figure of DESIGN.md: `cargo test -p matluoi-store --release -- --ignored --nocapture large`.
#[test]
#[ignore = "a figure, not a judgement"]
#[allow(clippy::disallowed_methods, clippy::print_stderr)]
fn opening_a_large_store() {
    let dir = tempfile::tempdir().expect("folder");
    let store = Store::open(dir.path(), NOW).expect("made");
    for k in 0..100 {
        store
            .write::<_, StoreError>(NOW, move |w| {
                for n in k * 10..k * 10 + 10 {
                    w.put(&camera(n))?;
                }
                (0..1_000).try_for_each(|_| w.audit(draft("view.began")).map(|_| ()))
            })
            .expect("written");
    }
    let unclean = tempfile::tempdir().expect("folder");
    fs::create_dir(unclean.path().join("keys")).expect("folder");
    fs::copy(dir.path().join("keys/sealing.key"), unclean.path().join("keys/sealing.key")).expect("copied");
    fs::copy(file(dir.path()), file(unclean.path())).expect("copied while open: as after a crash");
    drop(store);
    for (what, dir) in [("in order", dir.path()), ("after a crash", unclean.path())] {
        let bytes = fs::metadata(file(dir)).expect("there").len();
        let start = std::time::Instant::now();
        let store = Store::open(dir, NOW).expect("opened");
        let opened = start.elapsed();
        let cameras = store.read::<_, StoreError>(|r| r.range::<Camera>(..)).expect("read").len();
        eprintln!("{what}: {bytes} bytes, opened in {opened:?}, {cameras} cameras read after {:?}", start.elapsed());
        let start = std::time::Instant::now();
        let report = store.read(|r| crate::verify_chain(r, None)).expect("read");
        eprintln!("chain of {} verified in {:?}", report.entries, start.elapsed());
        assert!(report.fault.is_none());
    }
}
