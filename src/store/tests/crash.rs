//! kill -9 at any moment loses nothing that was acknowledged.

use super::{NOW, add, camera};
use crate::{Store, StoreError, verify_chain};
use domain::Camera;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

const DIR: &str = "MATLUOI_TEST_CRASH_DIR";

/// Not a test of its own: what the test below runs in a process of its own. Says the number of each camera that was
/// acknowledged.
#[test]
fn child_that_is_killed() {
    let Some(dir) = std::env::var_os(DIR).map(PathBuf::from) else { return };
    let store = Store::open(&dir, NOW).expect("opened");
    // Numbers beyond all that an earlier child has used.
    let taken = store.read::<_, StoreError>(|r| r.range::<Camera>(..)).expect("read");
    let start = taken.iter().filter_map(|c| c.code.rsplit('-').next()?.parse::<u64>().ok()).max().map_or(0, |n| n + 1);
    let threads: Vec<_> = (0..4)
        .map(|t| {
            let store = store.clone();
            std::thread::spawn(move || {
                for n in (start + t..).step_by(4) {
                    add(&store, n).expect("added");
                    writeln!(std::io::stdout().lock(), "added {n}").expect("heard");
                }
            })
        })
        .collect();
    for t in threads {
        let _ = t.join();
    }
}

#[test]
fn killed_at_any_moment_it_keeps_what_it_acknowledged() {
    let dir = tempfile::tempdir().expect("folder");
    let mut acknowledged = std::collections::BTreeSet::new();
    for wanted in [1, 7, 23, 40] {
        let mut child = Command::new(std::env::current_exe().expect("own name"))
            .args(["--exact", "tests::crash::child_that_is_killed", "--nocapture"])
            .env(DIR, dir.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("started");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines().map(|l| l.expect("line"));
        let number = |l: String| l.split("added ").nth(1).and_then(|n| n.trim().parse::<u64>().ok());
        acknowledged.extend(lines.by_ref().filter_map(number).take(wanted));
        child.kill().expect("SIGKILL");
        // What it still said before the blow counts as well.
        acknowledged.extend(lines.filter_map(number));
        child.wait().expect("gone");
        let store = Store::open(dir.path(), NOW).expect("opens after the blow");
        let (cameras, chain) =
            store.read::<_, StoreError>(|r| Ok((r.range::<Camera>(..)?, verify_chain(r, None)?))).expect("read");
        assert_eq!(chain.fault, None);
        assert_eq!(chain.entries, cameras.len() as u64, "a camera and its entry come together");
        for n in &acknowledged {
            assert!(cameras.contains(&camera(*n)), "camera {n} was acknowledged");
        }
    }
    assert!(acknowledged.len() >= 70);
}
