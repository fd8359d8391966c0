//! Files cut short and altered: a clear error and an untouched file, or everything that was acknowledged.

use super::{NOW, add, camera, file, fingerprint};
use crate::{Store, StoreError, verify_chain};
use domain::Camera;
use proptest::prelude::*;
use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;

const CAMERAS: u64 = 60;

/// A store closed in order, and the same as a crash would have left it.
fn both() -> [tempfile::TempDir; 2] {
    let (closed, crashed) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    let store = Store::open(closed.path(), NOW).expect("made");
    for n in 0..CAMERAS {
        add(&store, n).expect("added");
    }
    copy(closed.path(), crashed.path());
    drop(store);
    [closed, crashed]
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to.join("keys")).expect("folder");
    fs::copy(from.join("keys/sealing.key"), to.join("keys/sealing.key")).expect("key");
    fs::copy(file(from), file(to)).expect("store");
}

/// Opens a copy of `from` that `harm` was done to. `None`: refused, and every byte kept.
fn try_harmed(from: &Path, harm: impl FnOnce(&fs::File)) -> Option<Store> {
    let dir = tempfile::tempdir().expect("folder");
    copy(from, dir.path());
    harm(&OpenOptions::new().write(true).open(file(dir.path())).expect("opened"));
    let before = fingerprint(&file(dir.path()));
    match Store::open(dir.path(), NOW) {
        Ok(store) => Some(store),
        Err(e) => {
            assert!(
                matches!(
                    e,
                    StoreError::CutShort { .. }
                        | StoreError::Damaged { .. }
                        | StoreError::NotAStore(_)
                        | StoreError::NewerFormat { .. }
                        | StoreError::WrongKey(_)
                ),
                "{e:?}"
            );
            assert_eq!(fingerprint(&file(dir.path())), before, "every byte is kept ({e})");
            None
        }
    }
}

/// All that was acknowledged is there.
fn whole(store: &Store) -> bool {
    let all = store.read::<_, StoreError>(|r| Ok((r.range::<Camera>(..)?, verify_chain(r, None)?)));
    let Ok((cameras, chain)) = all else { return false };
    cameras == (0..CAMERAS).map(camera).collect::<Vec<_>>() && chain.fault.is_none() && chain.entries == CAMERAS
}

#[test]
fn unharmed_both_open_with_everything() {
    for dir in both() {
        assert!(whole(&try_harmed(dir.path(), |_| ()).expect("opens")));
    }
}

#[test]
fn cut_short_anywhere() {
    for (dir, crashed) in both().iter().zip([false, true]) {
        let len = fs::metadata(file(dir.path())).expect("there").len();
        let pages = (0..len).step_by(4096 * 8).chain([4096, 8192, 12_288, len - 4096, len - 8192]);
        let odd = [0, 1, 8, 9, 10, 63, 64, 100, 320, 512, 4095, 4097, 8191, len / 2, len / 2 + 1, len - 1];
        let mut refusals = 0;
        for cut in pages.chain(odd) {
            match try_harmed(dir.path(), |f| f.set_len(cut).expect("cut")) {
                None => refusals += 1,
                Some(store) => {
                    assert!(crashed, "a store closed in order must not open when cut at {cut} of {len}");
                    assert!(whole(&store), "opened with a loss, cut at {cut} of {len}");
                }
            }
        }
        assert!(refusals > 20, "only {refusals} refusals");
    }
}

#[test]
fn an_empty_or_headless_file_says_so() {
    let [dir, _] = both();
    for (len, cut_short) in [(0, true), (9, true), (320, true), (4096, true), (len_of(dir.path()) - 1, true)] {
        let copied = tempfile::tempdir().expect("folder");
        copy(dir.path(), copied.path());
        OpenOptions::new().write(true).open(file(copied.path())).expect("opened").set_len(len).expect("cut");
        let error = Store::open(copied.path(), NOW).expect_err("refused");
        assert_eq!(matches!(error, StoreError::CutShort { .. }), cut_short, "{len}: {error}");
    }
}

fn len_of(dir: &Path) -> u64 {
    fs::metadata(file(dir)).expect("there").len()
}

#[test]
fn zeros_over_the_first_half_are_damage() {
    for dir in both() {
        let half = usize::try_from(len_of(dir.path()) / 2).expect("small");
        assert!(try_harmed(dir.path(), |f| f.write_all_at(&vec![0; half], 0).expect("written")).is_none());
        let after_head = vec![0; half];
        // A store closed in order is trusted when it is opened; what is damaged within shows when it is read.
        let store = try_harmed(dir.path(), |f| f.write_all_at(&after_head, 4096).expect("written"));
        assert!(store.is_none_or(|s| !whole(&s)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// Whatever bytes are altered: no panic comes out, a refused file is kept, and what opens reads or says that it
    /// cannot.
    #[test]
    fn altered_anywhere(places in proptest::collection::vec((0.0f64..1.0, any::<u8>(), 1usize..600), 1..5), crashed: bool) {
        let dirs = ORIGINALS.get_or_init(both);
        let dir = dirs[usize::from(crashed)].path();
        let len = len_of(dir);
        let store = try_harmed(dir, |f| for (at, byte, n) in &places {
            let at = (at * len as f64) as u64;
            let n = (*n).min(usize::try_from(len - at).expect("small"));
            f.write_all_at(&vec![*byte; n], at).expect("written");
        });
        if let Some(store) = store {
            let _ = whole(&store);
        }
    }
}

static ORIGINALS: std::sync::OnceLock<[tempfile::TempDir; 2]> = std::sync::OnceLock::new();
