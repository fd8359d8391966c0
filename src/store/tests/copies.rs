//! Backups: made while writes go on, checked, restored, never over anything.

use super::{NOW, add, draft, file, fingerprint};
use crate::{SecretKey, Store, StoreError, restore, verify_backup, verify_chain};
use base::{Secret, limits};
use domain::Camera;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

#[test]
fn a_copy_made_under_writes_is_one_moment_of_the_store() {
    let dir = tempfile::tempdir().expect("folder");
    let store = Store::open(dir.path(), NOW).expect("made");
    add(&store, 0).expect("added");
    let writer = {
        let store = store.clone();
        std::thread::spawn(move || (1..60).for_each(|n| add(&store, n).expect("added")))
    };
    for n in 0..4 {
        let path = dir.path().join(format!("copy-{n}"));
        store.backup(&path, NOW).expect("copied");
        let report = verify_backup(&path).expect("intact");
        assert_eq!(report.records, report.audit_entries, "each camera with its entry");
        assert!(report.records >= 1 && report.backup_at == Some(NOW));
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
        assert!(!dir.path().join(format!("copy-{n}.part")).exists());
    }
    writer.join().expect("written");
}

#[test]
fn restored_it_is_the_store_again() {
    let dir = tempfile::tempdir().expect("folder");
    let copy = dir.path().join("copy");
    let key = || SecretKey::of::<Camera>(&super::camera(1).id, "password");
    let store = Store::open(dir.path(), NOW).expect("made");
    add(&store, 1).expect("added");
    store
        .write::<_, StoreError>(NOW, move |w| {
            w.seal(&key(), &Secret::new("bí mật".into()))?;
            w.audit(draft("camera.changed"))
        })
        .expect("sealed");
    store.backup(&copy, NOW).expect("copied");
    assert!(matches!(store.backup(&copy, NOW), Err(StoreError::Exists(_))));
    assert!(matches!(verify_backup(&file(dir.path())), Err(StoreError::Locked(_))));
    drop(store);

    let before = fingerprint(&file(dir.path()));
    assert!(matches!(restore(&copy, dir.path()), Err(StoreError::Exists(_))));
    assert_eq!(fingerprint(&file(dir.path())), before, "nothing is overwritten");

    let other = tempfile::tempdir().expect("folder");
    restore(&copy, other.path()).expect("restored");
    assert!(matches!(Store::open(other.path(), NOW), Err(StoreError::KeyMissing(_))), "the key is not in a copy");
    fs::create_dir(other.path().join("keys")).expect("folder");
    fs::copy(dir.path().join("keys/sealing.key"), other.path().join("keys/sealing.key")).expect("copied");
    let store = Store::open(other.path(), NOW).expect("opened");
    let secret = store.read::<_, StoreError>(|r| r.unseal(&key())).expect("read").expect("there");
    assert_eq!(secret.expose(), "bí mật");
    add(&store, 2).expect("goes on");
    let report = store.read(|r| verify_chain(r, None)).expect("read");
    assert_eq!((report.entries, report.fault), (3, None));
}

#[test]
fn a_damaged_or_foreign_copy_is_not_restored() {
    let dir = tempfile::tempdir().expect("folder");
    let copy = dir.path().join("copy");
    let store = Store::open(dir.path(), NOW).expect("made");
    for n in 0..40 {
        add(&store, n).expect("added");
    }
    store.backup(&copy, NOW).expect("copied");
    drop(store);
    let good = fs::read(&copy).expect("read");
    let target = tempfile::tempdir().expect("folder");
    let mut caught = 0;
    // Every page that holds anything is checked: an altered byte in it is found.
    for page in 1..good.len() / 4096 {
        let mut bad = good.clone();
        bad[page * 4096] ^= 0x55;
        fs::write(&copy, &bad).expect("written");
        match verify_backup(&copy) {
            Ok(report) => assert_eq!((report.records, report.audit_entries), (40, 40), "an unused page"),
            Err(StoreError::Damaged { .. }) => {
                caught += 1;
                assert!(restore(&copy, target.path()).is_err());
            }
            Err(e) => panic!("{e}"),
        }
        assert_eq!(fs::read(&copy).expect("read"), bad, "looking changes nothing");
    }
    assert!(caught >= 5, "only {caught} damaged pages found");
    assert!(!file(target.path()).exists());

    fs::write(&copy, &good).expect("written");
    drop(Store::open(target.path(), NOW).expect("another store"));
    fs::remove_file(file(target.path())).expect("removed, its key left");
    assert!(matches!(restore(&copy, target.path()), Err(StoreError::WrongKey(_))));
    assert!(!file(target.path()).exists());
}

#[test]
fn daily_copies_are_one_a_day_and_not_without_end() {
    let dir = tempfile::tempdir().expect("folder");
    let store = Store::open(dir.path(), NOW).expect("made");
    add(&store, 1).expect("added");
    let backups = dir.path().join("backups");
    for day in 0..limits::DAILY_BACKUPS_MAX as u64 + 3 {
        let now = NOW.plus(Duration::from_secs(86_400 * day));
        let path = store.backup_daily(now).expect("copied").expect("a new one");
        assert_eq!(path, backups.join(format!("node-{}.redb", now.office_date())));
        assert_eq!(store.backup_daily(now).expect("looked"), None, "one a day");
    }
    let mut left: Vec<_> = fs::read_dir(&backups).expect("folder").map(|e| e.expect("entry").path()).collect();
    left.sort();
    assert_eq!(left.len(), limits::DAILY_BACKUPS_MAX);
    assert!(left[0].ends_with(format!("node-{}.redb", NOW.plus(Duration::from_secs(86_400 * 3)).office_date())));
    assert!(verify_backup(&left[0]).is_ok());
}
