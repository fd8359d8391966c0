//! Duty: lists of cameras that are dropped into the folder `inbox` of the data folder are taken in.
//!
//! The folder is watched, and looked through at the start and now and then, since some file systems tell nothing. A file is
//! taken when it has stopped growing; then it is moved to `inbox/done` or `inbox/failed`, with a report beside it. Here: files
//! and moments; what becomes of a list is a verb (`ops::take_inbox_file`).

use base::{Clock, limits};
use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{RecursiveMode, Watcher};
use ops::{Ops, OpsError};
use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::sync::{Notify, watch};

/// Between two looks at a file that may still be growing.
const STILL: Duration = Duration::from_secs(2);
/// Between two looks when nothing was told.
const LOOK: Duration = Duration::from_secs(30);
/// Endings of files that are lists; others are left alone (an old Excel file is taken, to be told what to do).
const LISTS: &[&str] = &["csv", "txt", "tsv", "xlsx", "xlsm", "xls"];

/// What a file looked like.
#[derive(Clone, PartialEq)]
struct Look {
    len: u64,
    modified: Option<SystemTime>,
}

/// The folder.
struct Inbox {
    dir: PathBuf,
    clock: Clock,
    /// Files that were there at the last look.
    seen: HashMap<PathBuf, Look>,
    /// Files that could not be put away: not again, until they change.
    stuck: HashMap<PathBuf, Look>,
}

/// Runs until the node stops.
pub async fn keep(ops: Ops, dir: PathBuf, clock: Clock, mut stopping: watch::Receiver<bool>) {
    let mut inbox = Inbox { dir: dir.join("inbox"), clock, seen: HashMap::new(), stuck: HashMap::new() };
    if let Err(e) = inbox.make() {
        tracing::warn!("the folder {} cannot be made: {e}", inbox.dir.display());
        return;
    }
    let told = Arc::new(Notify::new());
    let _watcher = follow(&inbox.dir, told.clone());
    loop {
        let ops = ops.clone();
        let Ok(looked) = tokio::task::spawn_blocking(move || {
            let growing = inbox.look(&ops);
            (inbox, growing)
        })
        .await
        else {
            tracing::error!("the inbox is no longer looked at: a look panicked");
            return;
        };
        inbox = looked.0;
        let pause = if looked.1 { STILL } else { LOOK };
        tokio::select! {
            () = tokio::time::sleep_until(tokio::time::Instant::now() + pause) => {}
            // A file that grows tells much: it is looked at once per pause.
            () = told.notified(), if !looked.1 => {}
            _ = stopping.changed() => return,
        }
    }
}

fn follow(dir: &Path, told: Arc<Notify>) -> Option<notify::RecommendedWatcher> {
    let watching = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Opening and reading are told, too, and our own look at the folder is both: it must not call for the next one.
        let only_read = event
            .is_ok_and(|e| e.kind.is_access() && e.kind != EventKind::Access(AccessKind::Close(AccessMode::Write)));
        if !only_read {
            told.notify_one();
        }
    })
    .and_then(|mut watcher| watcher.watch(dir, RecursiveMode::NonRecursive).map(|()| watcher));
    watching
        .inspect_err(|e| tracing::warn!("{} is not watched ({e}); it is looked at twice a minute", dir.display()))
        .ok()
}

impl Inbox {
    fn make(&self) -> io::Result<()> {
        for dir in [self.dir.clone(), self.dir.join("done"), self.dir.join("failed")] {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        }
        Ok(())
    }

    /// Takes in what has stopped growing. True: something may still grow.
    fn look(&mut self, ops: &Ops) -> bool {
        let now = match self.files() {
            Ok(now) => now,
            Err(e) => {
                tracing::warn!("{} cannot be read: {e}", self.dir.display());
                return false;
            }
        };
        let before = std::mem::replace(&mut self.seen, now.clone());
        self.stuck.retain(|path, look| now.get(path) == Some(look));
        let mut growing = false;
        let mut still: Vec<(PathBuf, Look)> = Vec::new();
        for (path, look) in now {
            match before.get(&path) {
                _ if self.stuck.contains_key(&path) => {}
                Some(last) if *last == look => still.push((path, look)),
                _ => growing = true,
            }
        }
        still.sort_by(|a, b| a.0.cmp(&b.0));
        for (path, look) in still {
            match self.take(ops, &path, &look) {
                Ok(true) => {}
                Ok(false) => tracing::info!("{} waits for its turn", path.display()),
                Err(e) => {
                    tracing::error!("{} could not be taken in: {e}", path.display());
                    self.stuck.insert(path, look);
                }
            }
        }
        growing
    }

    /// Ordinary files that are lists; no links, no hidden or half-written ones.
    fn files(&self) -> io::Result<HashMap<PathBuf, Look>> {
        let mut out = HashMap::new();
        for entry in fs::read_dir(&self.dir)?.flatten() {
            if out.len() >= limits::INBOX_FILES_MAX {
                break;
            }
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
            if name.starts_with(['.', '~']) || !LISTS.contains(&ending.as_str()) {
                continue;
            }
            // Not following links: what they point to is not in this folder.
            let Ok(facts) = fs::symlink_metadata(&path) else { continue };
            if facts.is_file() {
                out.insert(path, Look { len: facts.len(), modified: facts.modified().ok() });
            }
        }
        Ok(out)
    }

    /// Takes a file in and puts it away. False: too much is at work now.
    fn take(&self, ops: &Ops, path: &Path, look: &Look) -> io::Result<bool> {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let (good, text) = if look.len > limits::IMPORT_BYTES_MAX as u64 {
            let max = limits::IMPORT_BYTES_MAX / (1024 * 1024);
            (false, format!("Tệp lớn hơn {max} MiB. / The file is larger than {max} MiB.\n"))
        } else {
            match ops.take_inbox_file(name.clone(), read(path)?) {
                Ok(report) => (report.good, report.text),
                Err(OpsError::Full(_)) => return Ok(false),
                Err(e) => return Err(io::Error::other(e.to_string())),
            }
        };
        let folder = self.dir.join(if good { "done" } else { "failed" });
        let to = free_name(&folder, &format!("{} {name}", self.stamp()));
        fs::rename(path, &to)?;
        // It may hold passwords.
        fs::set_permissions(&to, fs::Permissions::from_mode(0o600))?;
        let beside = PathBuf::from(format!("{}.report.txt", to.display()));
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(beside)?.write_all(text.as_bytes())?;
        tracing::info!("{name}: taken in, now {}", to.display());
        thin_out(&folder)?;
        Ok(true)
    }

    /// `20261124-153012`, in the office's zone.
    fn stamp(&self) -> String {
        let now = self.clock.now();
        let time: String = now.office_time_text().chars().filter(char::is_ascii_digit).collect();
        format!("{}-{time}", now.office_date().strftime("%Y%m%d"))
    }
}

/// Reads a file, if it still is one and no link.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let file: File = OpenOptions::new().read(true).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK).open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("not an ordinary file"));
    }
    let mut bytes = Vec::new();
    file.take(limits::IMPORT_BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn free_name(folder: &Path, name: &str) -> PathBuf {
    let first = folder.join(name);
    let numbered = (2_u32..).map(|n| folder.join(format!("{n} {name}")));
    std::iter::once(first.clone()).chain(numbered).find(|p| !p.exists()).unwrap_or(first)
}

/// Beyond [`limits::INBOX_KEPT_MAX`] the oldest go: their names begin with the moment.
fn thin_out(folder: &Path) -> io::Result<()> {
    let mut names: Vec<PathBuf> = fs::read_dir(folder)?.flatten().map(|e| e.path()).collect();
    names.sort();
    let surplus = names.len().saturating_sub(2 * limits::INBOX_KEPT_MAX);
    for old in names.into_iter().take(surplus) {
        fs::remove_file(old)?;
    }
    Ok(())
}
