//! Backups: made while writes go on, checked, restored, never over anything.

use super::{NOW, add, draft, file, fingerprint};
use crate::{LostFile, SecretKey, Store, StoreError, kept_file, restore, verify_backup, verify_chain};
use base::{Secret, limits};
use domain::{Camera, Document};
use sha2::{Digest, Sha256};
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

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// A document with a file of these bytes, kept where the node keeps it.
fn keep(store: &Store, n: u8, bytes: &[u8]) -> String {
    let sha256 = sha256(bytes);
    let path = kept_file(store.dir(), &sha256).expect("a digest");
    fs::create_dir_all(path.parent().expect("folder")).expect("made");
    fs::write(&path, bytes).expect("written");
    let document: Document = serde_json::from_value(serde_json::json!({
        "id": base::DocumentId::from_parts(u64::from(n), [n; 10]), "kind": "agreement", "number": format!("{n}/UBND"),
        "date": null, "added_by": base::AccountId::from_parts(1, [1; 10]), "added_at": 0,
        "file": {"name": format!("tệp {n}.pdf"), "media_type": "application/pdf", "size": bytes.len(), "sha256": sha256},
    }))
    .expect("a document");
    store
        .write::<_, StoreError>(NOW, move |w| {
            w.put(&document)?;
            w.audit(draft("document.added"))
        })
        .expect("added");
    sha256
}

#[test]
fn files_of_documents_go_with_a_copy_and_back_and_a_lost_one_is_named() {
    let (dir, out) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    let store = Store::open(dir.path(), NOW).expect("made");
    let (one, two) = (keep(&store, 1, b"first"), keep(&store, 2, b"second"));
    let copy = out.path().join("node.copy");
    assert_eq!(store.backup_whole(&copy, NOW).expect("copied"), []);
    assert!(matches!(store.backup_whole(&copy, NOW), Err(StoreError::Exists(_))));
    let report = verify_backup(&copy).expect("intact");
    assert_eq!((report.files, report.lost.as_slice()), (2, [].as_slice()));

    // Back: in another place everything is there, whatever became of the first.
    let there = tempfile::tempdir().expect("folder");
    assert_eq!(restore(&copy, there.path()).expect("restored").lost, []);
    for (sha256, bytes) in [(&one, b"first".as_slice()), (&two, b"second")] {
        assert_eq!(fs::read(kept_file(there.path(), sha256).expect("path")).expect("there"), bytes);
    }
    let mode = fs::metadata(kept_file(there.path(), &one).expect("path")).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    // One is altered, one is gone: named by the check, by a further copy and by restoring.
    let beside = out.path().join("node.copy.files");
    fs::write(kept_file(&beside, &one).expect("path"), b"fIrst").expect("written");
    fs::remove_file(kept_file(&beside, &two).expect("path")).expect("removed");
    let told = |lost: &[LostFile]| {
        let mut all: Vec<_> = lost.iter().map(|f| (f.name.clone(), f.altered)).collect();
        all.sort();
        all
    };
    let both = [("“tệp 1.pdf” (1/UBND)".to_owned(), true), ("“tệp 2.pdf” (2/UBND)".to_owned(), false)];
    let lost = verify_backup(&copy).expect("the store is intact").lost;
    assert_eq!(told(&lost), both);
    assert!(lost.iter().all(|f| f.said().en.contains(&f.sha256)));
    let again = tempfile::tempdir().expect("folder");
    assert_eq!(told(&restore(&copy, again.path()).expect("the rest").lost), both);
    assert!(file(again.path()).exists());
    fs::remove_dir_all(beside).expect("removed");
    assert_eq!(verify_backup(&copy).expect("the store").lost.len(), 2, "a copy without its folder");
    fs::remove_file(kept_file(dir.path(), &two).expect("path")).expect("removed");
    let lost = store.backup_whole(&out.path().join("later"), NOW).expect("the rest is copied");
    assert_eq!(told(&lost), both[1..]);
    assert_eq!(told(&store.verify_kept(0).expect("looked").0), both[1..]);
    // A daily copy stays where the files are.
    let daily = store.backup_daily(NOW).expect("copied").expect("a new one");
    drop(store);
    assert_eq!(told(&verify_backup(&daily).expect("good").lost), both[1..]);
    assert!(
        kept_file(dir.path(), "../../../../etc/passwd").is_none() && kept_file(dir.path(), &"AB".repeat(32)).is_none()
    );
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
