//! Who may know whom: the table of rooms in ARCHITECTURE.md, read from the `Cargo.toml` files and the sources.
//!
//! Break a wall on purpose and this test names it. When a wall must move, move it here and in ARCHITECTURE.md together.

use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Room, folder, rooms below it that it may use.
const ROOMS: &[(&str, &str, &[&str])] = &[
    ("base", "src/base", &[]),
    ("domain", "src/domain", &["base"]),
    ("av", "src/av", &["base"]),
    ("store", "src/store", &["base", "domain"]),
    ("sheets", "src/sheets", &["base"]),
    ("update", "src/update", &["base"]),
    ("ops", "src/ops", &["base", "domain", "store", "sheets"]),
    ("media", "src/media", &["base", "av"]),
    ("federation", "src/federation", &["base", "domain", "av", "ops", "media"]),
    ("web", "src/web", &["base", "domain", "av", "ops", "media", "federation", "templates"]),
    ("templates", "templates", &["base", "domain"]),
];

/// Outside crate, the only rooms that may name it. `matluoi` is the root package.
const OWNERS: &[(&str, &[&str])] = &[
    ("redb", &["store"]),
    ("retina", &["media"]),
    ("rtc-", &["media"]),
    ("hickory-resolver", &["media"]),
    ("rust_h264", &["media"]),
    ("jpeg-encoder", &["media"]),
    ("fast_image_resize", &["media"]),
    ("tokio-rustls", &["media"]),
    ("maud", &["templates"]),
    ("actix-", &["web"]),
    ("utoipa", &["web"]),
    ("argon2", &["ops"]),
    ("totp-rs", &["ops"]),
    ("infer", &["ops"]),
    ("multer", &["web"]),
    ("rstar", &["ops"]),
    ("proj4rs", &["domain"]),
    ("qrcodegen", &["templates"]),
    ("calamine", &["sheets"]),
    ("csv", &["sheets"]),
    ("encoding_rs", &["sheets"]),
    ("rust_xlsxwriter", &["sheets"]),
    ("zip", &["sheets"]),
    ("chacha20poly1305", &["store"]),
    ("clap", &["matluoi"]),
    ("notify", &["matluoi"]),
    ("rcgen", &["matluoi"]),
    ("tracing-subscriber", &["matluoi"]),
];

/// Rooms that do no I/O: neither these crates nor these words may stand in them.
const PURE: &[&str] = &["base", "domain", "av", "sheets", "templates"];
const IMPURE_CRATES: &[&str] =
    &["tokio", "socket2", "getrandom", "rand", "notify", "libc", "futures-util", "actix-web", "retina"];
const IMPURE_WORDS: &[&str] = &["std::fs", "std::net::Tcp", "std::net::Udp", "std::process", "std::thread", "async fn"];

/// Never, anywhere: second TLS stacks, licences that bind the whole, unmaintained.
const REFUSED: &[&str] = &["openssl", "native-tls", "actix-governor", "aws-lc-rs", "chrono"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn manifest(folder: &str) -> Option<toml::Table> {
    let text = fs::read_to_string(root().join(folder).join("Cargo.toml")).ok()?;
    Some(text.parse().expect("Cargo.toml is TOML"))
}

fn dependencies(manifest: &toml::Table, section: &str) -> BTreeSet<String> {
    manifest.get(section).and_then(|d| d.as_table()).map(|t| t.keys().cloned().collect()).unwrap_or_default()
}

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

fn room_sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    sources(&root().join(folder), &mut files);
    files
        .into_iter()
        .map(|p| {
            let text = fs::read_to_string(&p).expect("readable source");
            (p, text)
        })
        .collect()
}

/// Test modules with a file of their own.
fn is_test(path: &Path) -> bool {
    path.file_name().is_some_and(|n| n == "tests.rs") || path.components().any(|c| c.as_os_str() == "tests")
}

/// The code without its test modules (which stand last in a file) and without comment lines.
fn code(text: &str) -> String {
    let end = text.find("#[cfg(test)]").unwrap_or(text.len());
    text[..end].lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn rooms_use_only_rooms_below_them() {
    let names: BTreeSet<&str> = ROOMS.iter().map(|r| r.0).collect();
    let mut seen = 0;
    for (room, folder, may) in ROOMS {
        let Some(m) = manifest(folder) else { continue };
        seen += 1;
        for dependency in dependencies(&m, "dependencies") {
            if names.contains(dependency.as_str()) {
                assert!(may.contains(&dependency.as_str()), "room `{room}` must not depend on `{dependency}`");
            }
        }
    }
    assert!(seen >= 8, "only {seen} rooms found: has a folder moved?");
}

#[test]
fn outside_crates_stay_with_their_owner() {
    let folders = ROOMS.iter().map(|(r, f, _)| (*r, *f)).chain([("matluoi", ".")]);
    for (room, folder) in folders {
        let Some(m) = manifest(folder) else { continue };
        for dependency in dependencies(&m, "dependencies") {
            assert!(!REFUSED.contains(&dependency.as_str()), "`{dependency}` is refused (docs/dependencies.md)");
            for (outside, owners) in OWNERS {
                if dependency == *outside || (outside.ends_with('-') && dependency.starts_with(outside)) {
                    assert!(owners.contains(&room), "only {owners:?} may know `{dependency}`, not `{room}`");
                }
            }
            if PURE.contains(&room) {
                assert!(!IMPURE_CRATES.contains(&dependency.as_str()), "`{room}` is pure: no `{dependency}` in it");
            }
        }
    }
}

#[test]
fn within_media_each_library_has_one_home() {
    for (path, text) in room_sources("src/media").into_iter().filter(|(p, _)| !is_test(p)) {
        let text = code(&text);
        let at = path.strip_prefix(root().join("src/media")).expect("inside").to_string_lossy().into_owned();
        if !at.starts_with("ingest") {
            assert!(!text.contains("retina::"), "{at}: only media::ingest knows retina");
        }
        if !at.starts_with("webrtc") {
            assert!(!text.contains("rtc_"), "{at}: only media::webrtc knows the WebRTC crates");
        }
    }
}

#[test]
fn pure_rooms_do_no_io() {
    for room in PURE {
        let folder = ROOMS.iter().find(|r| r.0 == *room).expect("known room").1;
        for (path, text) in room_sources(folder) {
            if path.ends_with("build.rs") || is_test(&path) {
                continue;
            }
            let text = code(&text);
            for word in IMPURE_WORDS {
                assert!(!text.contains(word), "{}: `{word}` in a pure room", path.display());
            }
        }
    }
}

#[test]
fn only_ops_issues_leases() {
    for (room, folder, _) in ROOMS {
        if matches!(*room, "ops" | "base") {
            continue;
        }
        for (path, text) in room_sources(folder).into_iter().filter(|(p, _)| !is_test(p)) {
            assert!(!code(&text).contains("Lease::issue"), "{}: only ops issues leases", path.display());
        }
    }
}

#[test]
fn every_module_has_a_door_sign() {
    for (_, folder, _) in ROOMS.iter().copied().chain([("matluoi", "src/cmd", [].as_slice())]) {
        for (path, text) in room_sources(folder) {
            let first = text.lines().find(|l| !l.trim().is_empty() && !l.starts_with("#!"));
            assert!(
                first.is_some_and(|l| l.starts_with("//!")),
                "{}: begin with a //! comment that says what belongs here",
                path.display()
            );
        }
    }
}

/// What others made (src/vendor) is as they made it, or its README names the file among those that were changed.
#[test]
fn what_others_made_is_theirs_or_said_to_be_changed() {
    let folders: Vec<PathBuf> =
        fs::read_dir(root().join("src/vendor")).expect("src/vendor").flatten().map(|e| e.path()).collect();
    assert!(!folders.is_empty());
    for folder in folders {
        let readme = fs::read_to_string(folder.join("README.md")).expect("a README says from where and what");
        let licences = fs::read_dir(&folder).expect("readable").flatten();
        let licences = licences.filter(|e| e.file_name().to_string_lossy().starts_with("LICENSE")).count();
        assert!(licences > 0, "{}: the licence comes along", folder.display());
        let sums = fs::read_to_string(folder.join("UPSTREAM.sha256")).expect("the sums of the original files");
        let sums: BTreeMap<&str, &str> = sums.lines().filter_map(|l| l.split_once("  ").map(|(s, f)| (f, s))).collect();
        let mut files = Vec::new();
        sources(&folder, &mut files);
        for file in files {
            let name = file.strip_prefix(&folder).expect("inside").to_string_lossy().into_owned();
            let is_named = readme.lines().any(|l| l.starts_with('|') && l.contains(&format!("`{name}`")));
            let sum = Sha256::digest(fs::read(&file).expect("readable"));
            let sum: String = sum.iter().map(|b| format!("{b:02x}")).collect();
            let is_theirs = sums.get(name.as_str()).is_some_and(|s| *s == sum);
            assert!(is_theirs != is_named, "{}: changed without a word, or not changed after all", file.display());
        }
    }
}

#[test]
fn files_stay_readable() {
    let mut long = Vec::new();
    for (_, folder, _) in ROOMS.iter().copied().chain([("matluoi", "src/cmd", [].as_slice())]) {
        for (path, text) in room_sources(folder) {
            let lines = text.lines().count();
            if lines > 700 {
                long.push(format!("{} has {lines} lines", path.display()));
            }
        }
    }
    assert!(long.is_empty(), "split where there is a second reason to open it: {long:?}");
}
