//! What a write changes, what it leaves, and how writes share a commit.

use super::{NOW, add, camera, draft};
use crate::{SecretKey, Store, StoreError};
use base::{ErrorKind, Fault, Secret};
use domain::Camera;
use std::sync::mpsc::sync_channel;

type Done = Result<(), StoreError>;

fn names(store: &Store) -> Vec<u64> {
    let cameras = store.read::<_, StoreError>(|r| r.range::<Camera>(..)).expect("read");
    cameras.iter().map(|c| c.code.rsplit('-').next().and_then(|n| n.parse().ok()).expect("number")).collect()
}

#[test]
fn an_error_undoes_its_own_write_and_no_other() {
    let dir = tempfile::tempdir().expect("folder");
    let store = Store::open(dir.path(), NOW).expect("opened");
    let (go, wait) = sync_channel::<()>(1);
    // All four stand in one batch: the first holds the writer until the others are queued.
    let first = store.submit::<_, StoreError>(NOW, move |w| {
        wait.recv().expect("told to go");
        w.put(&camera(1))?;
        w.audit(draft("camera.added"))
    });
    let second: Result<_, _> = store.submit(NOW, |w| -> Done {
        assert!(w.find::<Camera>(&camera(1).id)?.is_some(), "sees the write before it");
        w.put(&camera(2))?;
        w.audit(draft("camera.added"))?;
        Err(StoreError::Busy)
    });
    let third: Result<_, _> = store.submit(NOW, |w| -> Done {
        w.put(&camera(3))?;
        panic!("on purpose");
    });
    let fourth = store.submit::<_, StoreError>(NOW, |w| {
        assert!(w.find::<Camera>(&camera(2).id)?.is_none() && w.find::<Camera>(&camera(3).id)?.is_none());
        w.put(&camera(4))?;
        w.audit(draft("camera.added"))
    });
    go.send(()).expect("waiting");
    assert_eq!(first.expect("queued").recv().expect("answer").expect("kept").0, 1);
    assert!(matches!(second.expect("queued").recv(), Ok(Err(StoreError::Busy))));
    assert!(third.expect("queued").recv().is_err(), "its caller is told that it panicked");
    assert_eq!(fourth.expect("queued").recv().expect("answer").expect("kept").0, 2, "the audit has no gap");
    assert_eq!(names(&store), [1, 4]);
    let figures = store.figures();
    assert_eq!((figures.writes, figures.undone, figures.commits), (4, 2, 1));
    drop(store);
    assert_eq!(names(&Store::open(dir.path(), NOW).expect("opened again")), [1, 4]);
}

#[test]
fn a_panic_is_told_and_the_store_goes_on() {
    let dir = tempfile::tempdir().expect("folder");
    let store = Store::open(dir.path(), NOW).expect("opened");
    let write = store.write(NOW, |_| -> Done { panic!("on purpose") });
    assert!(matches!(write, Err(StoreError::Panicked(_))));
    let read = store.read(|_| -> Done { panic!("on purpose") });
    assert!(matches!(read, Err(StoreError::Panicked(text)) if text == "on purpose"));
    add(&store, 1).expect("goes on");
}

#[test]
fn a_change_without_an_audit_entry_does_not_happen() {
    let dir = tempfile::tempdir().expect("folder");
    let store = Store::open(dir.path(), NOW).expect("opened");
    let put = store.write(NOW, |w| w.put(&camera(1)));
    assert!(matches!(put, Err(StoreError::Unaudited("camera"))));
    add(&store, 2).expect("added");
    let remove = store.write(NOW, |w| w.remove::<Camera>(&camera(2).id).map(|_| ()));
    assert!(matches!(remove, Err(StoreError::Unaudited("camera"))));
    let key = SecretKey::of::<Camera>(&camera(2).id, "password");
    let seal = store.write(NOW, move |w| w.seal(&key, &Secret::new("x".into())));
    assert!(matches!(seal, Err(StoreError::Unaudited("camera"))));
    assert_eq!(names(&store), [2]);
}

#[test]
fn a_write_within_a_write_is_refused_instead_of_waiting_for_itself() {
    let dir = tempfile::tempdir().expect("folder");
    let store = Store::open(dir.path(), NOW).expect("opened");
    let inner = store.clone();
    let result = store.write(NOW, move |_| add(&inner, 1));
    assert!(matches!(result, Err(StoreError::Nested)));
}

#[test]
fn a_full_queue_says_try_again() {
    let dir = tempfile::tempdir().expect("folder");
    let store = Store::open(dir.path(), NOW).expect("opened");
    let (go, wait) = sync_channel::<()>(1);
    let (started, is_on) = sync_channel::<()>(1);
    let mut waiting = Vec::new();
    waiting.push(store.submit(NOW, move |_| -> Done {
        started.send(()).expect("heard");
        wait.recv().expect("told to go");
        Ok(())
    }));
    is_on.recv().expect("started");
    waiting.extend((0..base::limits::STORE_QUEUE_MAX).map(|_| store.submit(NOW, |_| -> Done { Ok(()) })));
    assert!(waiting.iter().all(Result::is_ok));
    let busy = store.write(NOW, |_| -> Done { Ok(()) }).expect_err("one too many");
    assert!(matches!(busy, StoreError::Busy) && busy.kind() == ErrorKind::Exhausted);
    go.send(()).expect("waiting");
    for w in waiting {
        w.expect("queued").recv().expect("answer").expect("done");
    }
    add(&store, 1).expect("room again");
}

#[test]
fn secondary_keys_follow_their_record() {
    let dir = tempfile::tempdir().expect("folder");
    let store = Store::open(dir.path(), NOW).expect("opened");
    add(&store, 1).expect("added");
    add(&store, 2).expect("added");
    let taken = store.write(NOW, |w| -> Done {
        let mut other = camera(3);
        other.code = camera(1).code.to_uppercase();
        w.audit(draft("camera.added"))?;
        w.put(&other)
    });
    assert!(matches!(&taken, Err(e @ StoreError::Taken { index: "code", .. }) if e.kind() == ErrorKind::Conflict));
    store
        .write(NOW, |w| -> Done {
            let mut renamed = camera(1);
            renamed.code = "Cổng-A".into();
            w.put(&renamed)?;
            // The name that has become free can be had in the same write.
            let mut second = camera(2);
            second.code = camera(1).code;
            w.put(&second)?;
            w.audit(draft("camera.changed")).map(|_| ())
        })
        .expect("renamed");
    let by = |code: &str| {
        let value = crate::caseless(code);
        store.read::<_, StoreError>(|r| r.find_by::<Camera>("code", &value)).expect("read").map(|c| c.id)
    };
    assert_eq!(by("cổng-a"), Some(camera(1).id));
    assert_eq!(by(&camera(1).code), Some(camera(2).id));
    assert_eq!(by(&camera(2).code), None);
}

#[test]
fn a_removed_camera_takes_its_password_with_it() {
    let dir = tempfile::tempdir().expect("folder");
    let store = Store::open(dir.path(), NOW).expect("opened");
    let key = |n| SecretKey::of::<Camera>(&camera(n).id, "password");
    for n in [1, 2] {
        add(&store, n).expect("added");
        store
            .write(NOW, move |w| -> Done {
                w.seal(&key(n), &Secret::new(format!("mật khẩu {n}")))?;
                w.audit(draft("camera.changed")).map(|_| ())
            })
            .expect("sealed");
    }
    store
        .write(NOW, |w| -> Done {
            w.remove::<Camera>(&camera(1).id)?;
            w.audit(draft("camera.removed")).map(|_| ())
        })
        .expect("removed");
    let unsealed = |n| store.read::<_, StoreError>(|r| r.unseal(&key(n))).expect("read").map(|s| s.expose().to_owned());
    assert_eq!((unsealed(1), unsealed(2).as_deref()), (None, Some("mật khẩu 2")));
    drop(store);
    let (bytes, clear) = (std::fs::read(super::file(dir.path())).expect("read"), "mật khẩu".as_bytes());
    assert!(!bytes.windows(clear.len()).any(|w| w == clear), "sealed in the file");
}
