//! A disk that fails under a running store: who waited is told, nothing that was acknowledged is lost.

use super::{NOW, add, camera, file};
use crate::medium::RealFile;
use crate::open::{Opened, builder};
use crate::sealing::{Sealing, key_path};
use crate::{Store, StoreError, verify_chain};
use base::{ErrorKind, Fault};
use domain::Camera;
use redb::{BackendError, StorageBackend};
use std::fs::OpenOptions;
use std::io;
use std::ops::Bound;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A file whose disk can be filled up.
#[derive(Debug)]
struct Disk(RealFile, Arc<AtomicBool>);

impl Disk {
    fn room(&self) -> io::Result<()> {
        if self.1.load(Ordering::SeqCst) { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }
}

impl StorageBackend for Disk {
    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }
    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.0.read(offset, out)
    }
    fn set_len(&self, len: u64) -> io::Result<()> {
        self.room()?;
        self.0.set_len(len)
    }
    fn sync_data(&self) -> io::Result<()> {
        self.room()?;
        self.0.sync_data()
    }
    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.room()?;
        self.0.write(offset, data)
    }
    fn try_lock_range(&self, a: Bound<u64>, b: Bound<u64>) -> Result<bool, BackendError> {
        self.0.try_lock_range(a, b)
    }
    fn unlock_range(&self, a: Bound<u64>, b: Bound<u64>) -> Result<(), BackendError> {
        self.0.unlock_range(a, b)
    }
}

#[test]
fn a_full_disk_is_told_and_costs_nothing_acknowledged() {
    let dir = tempfile::tempdir().expect("folder");
    drop(Store::open(dir.path(), NOW).expect("made"));
    let full = Arc::new(AtomicBool::new(false));
    let opened = OpenOptions::new().read(true).write(true).open(file(dir.path())).expect("opened");
    let disk = Disk(RealFile(Arc::new(opened)), full.clone());
    let sealing = Sealing::read(&key_path(dir.path())).expect("read").expect("there");
    let db = builder().create_with_backend(disk).expect("opened");
    let store = Store::start(dir.path(), Opened { db, sealing }).expect("started");
    for n in 0..10 {
        add(&store, n).expect("added");
    }
    full.store(true, Ordering::SeqCst);
    let told = add(&store, 10).expect_err("the disk is full");
    assert!(matches!(told, StoreError::Disk(_)) && told.kind() == ErrorKind::Unavailable, "{told}");
    full.store(false, Ordering::SeqCst);
    let still = add(&store, 11).expect_err("until it is opened anew");
    assert!(still.said().en.contains("restart the node"), "{still}");
    assert_eq!((store.figures().commits, store.figures().failed), (10, 2));
    drop(store);
    let store = Store::open(dir.path(), NOW).expect("opens");
    let (cameras, chain) =
        store.read::<_, StoreError>(|r| Ok((r.range::<Camera>(..)?, verify_chain(r, None)?))).expect("read");
    assert!((0..10).all(|n| cameras.contains(&camera(n))) && chain.fault.is_none());
    assert_eq!(chain.entries, cameras.len() as u64);
    add(&store, 12).expect("goes on");
}
