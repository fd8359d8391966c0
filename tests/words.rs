//! Nothing that is put on record lacks words: the names of facts and fields that the sources of `ops` write, and those of
//! the records whose old and new values are told.

use domain::audit_words::knows_field;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn files(folder: &Path, end: &str, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, end, out);
        } else if path.to_string_lossy().ends_with(end) {
            out.push(path);
        }
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The names written in place: `.fact("name", …)`, `.change("outer.name", …)`.
#[test]
fn every_fact_and_change_that_ops_writes_has_words() {
    let mut sources = Vec::new();
    files(&root().join("src/ops"), ".rs", &mut sources);
    sources.retain(|p| !p.components().any(|c| c.as_os_str() == "tests") && !p.ends_with("tests.rs"));
    let (mut seen, mut lack) = (0, BTreeSet::new());
    for path in sources {
        let text = fs::read_to_string(&path).expect("source");
        for call in [".fact(", ".change(", ".change_secret(", ".note(", ".note_secret("] {
            for (at, _) in text.match_indices(call) {
                let rest = text[at + call.len()..].trim_start();
                let Some((name, _)) = rest.strip_prefix('"').and_then(|r| r.split_once('"')) else { continue };
                seen += 1;
                let last = name.rsplit('.').next().unwrap_or(name);
                if !knows_field(name) && !knows_field(last) {
                    lack.insert(format!("{name} ({})", path.display()));
                }
            }
        }
    }
    assert!(seen > 50, "only {seen} found: has the way of writing them changed?");
    assert!(lack.is_empty(), "without words in domain::audit_words: {lack:#?}");
}

/// The fields of every stored record, by its golden files.
#[test]
fn every_field_of_a_record_has_words() {
    let mut golden = Vec::new();
    files(&root().join("src/store/golden"), ".json", &mut golden);
    // Working papers of a job (counts, cells as they were read) are told by facts alone, which the test above covers.
    golden.retain(|p| !p.file_name().is_some_and(|n| n == "job.json" || n == "job_row.json"));
    // Never told: ids, revisions and times of storing, and whatever is a secret.
    let untold = ["id", "revision", "created_at", "changed_at"];
    let secret = ["password", "secret", "hash", "token", "seed", "recovery"];
    let mut lack = BTreeSet::new();
    for path in golden {
        let record = serde_json::from_str(&fs::read_to_string(&path).expect("golden")).expect("JSON");
        let mut open = vec![&record];
        while let Some(value) = open.pop() {
            let serde_json::Value::Object(fields) = value else { continue };
            for (name, inner) in fields {
                if inner.is_object() {
                    open.push(inner);
                } else if !untold.contains(&name.as_str())
                    && !secret.iter().any(|s| name.contains(s))
                    && !name.contains('-')
                    && !knows_field(name)
                {
                    lack.insert(format!("{name} ({})", path.display()));
                }
            }
        }
    }
    assert!(lack.is_empty(), "without words in domain::audit_words: {lack:#?}");
}

/// The table of rights that is kept is the one that the rules make; with `MATLUOI_WRITE_RIGHTS` set it is written anew.
#[test]
fn the_rights_table_is_kept_or_written_anew() {
    let (kept, made) = (root().join("src/domain/golden/rights.txt"), domain::rights_table::text());
    if std::env::var_os("MATLUOI_WRITE_RIGHTS").is_some() {
        fs::write(&kept, &made).expect("written");
    }
    assert_eq!(fs::read_to_string(&kept).expect("kept"), made, "see docs/rights.md");
}
