//! The record at a million and at ten million entries: appending, pages with every filter, checkpoints, proofs, start.
//!
//! Here the store is driven directly, in this process: what is measured is the store's part of a request.

use crate::report::{Goal, Report, percentile};
use crate::watch::now;
use base::{AccountId, CameraId, WallTime};
use domain::{Actor, AuditDraft, AuditFilter, Subject, audit};
use std::path::Path;
use std::time::{Duration, Instant};
use store::{Store, StoreError};
use viewer::Failure;

const CASE: &str = "audit";
const PERSONS: u64 = 5_000;
const CAMERAS: u64 = 100_000;
/// Entries of one checkpoint.
const AT_ONCE: u64 = 1_000;
/// Entries of one write, with one time, and of one checkpoint while the record is filled.
const FILLED_AT_ONCE: u64 = 20_000;
const BEGAN: WallTime = WallTime::from_unix_us(1_600_000_000_000_000);
const ACTS: [&str; 8] = [
    audit::VIEW_BEGAN,
    audit::VIEW_ENDED,
    audit::SIGN_IN_OK,
    audit::SIGN_IN_FAILED,
    audit::CAMERA_CHANGED,
    audit::ACCESS_REFUSED,
    audit::CAMERA_ADDED,
    audit::TOKEN_ISSUED,
];

/// Numbers that look random and are the same in every run.
fn mixed(n: u64) -> u64 {
    let n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}

fn person(n: u64) -> String {
    format!("nguoi.{:04}", n % PERSONS)
}

fn at(n: u64) -> WallTime {
    BEGAN.plus(Duration::from_secs(n * 15))
}

/// Entry `n`: few persons act often and many seldom, most acts are views.
fn entry(n: u64) -> AuditDraft {
    let r = mixed(n);
    let who = (r % PERSONS).min(mixed(r) % PERSONS);
    let camera = mixed(r ^ 7) % CAMERAS;
    let act = ACTS[(r >> 20).trailing_zeros() as usize % ACTS.len()];
    let id = AccountId::from_parts(who, [1; 10]);
    let mut draft = AuditDraft::new(Actor::Account { id, name: person(who) }, act)
        .on(Subject::new(
            "camera",
            CameraId::from_parts(camera, [2; 10]),
            format!("79.760-{camera:06} Ngã tư {}", camera % 977),
        ))
        .fact("stream", "main")
        .from(Some(format!("10.{}.{}.{}", r >> 8 & 7, r >> 16 & 255, r >> 24 & 255)));
    if act == audit::CAMERA_CHANGED {
        draft =
            draft.change("name", Some("Ngã tư cũ"), Some("Ngã tư mới")).change("unit", None, Some("Công an phường"));
    }
    draft
}

fn ms(since: Instant) -> f64 {
    (now() - since).as_secs_f64() * 1_000.0
}

/// Times `count` runs and notes their median and 99th percentile.
fn timed(
    report: &mut Report,
    what: &str,
    count: usize,
    goal: Goal,
    mut run: impl FnMut(u64) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut times = Vec::new();
    for n in 0..count as u64 {
        let begun = now();
        run(n)?;
        times.push(ms(begun));
    }
    times.sort_by(f64::total_cmp);
    report.note(CASE, format!("{what}, p50"), percentile(&times, 50), "ms", Goal::None);
    report.note(CASE, format!("{what}, p99"), percentile(&times, 99), "ms", goal);
    Ok(())
}

fn fill(report: &mut Report, store: &Store, entries: u64) -> Result<(), Failure> {
    let begun = now();
    for from in (0..entries).step_by(FILLED_AT_ONCE as usize) {
        let to = (from + FILLED_AT_ONCE).min(entries);
        store.write::<_, StoreError>(at(from), move |w| (from..to).try_for_each(|n| w.audit(entry(n)).map(|_| ())))?;
        store.make_checkpoint(at(to), None)?;
    }
    let took = (now() - begun).as_secs_f64();
    report.note(CASE, "filled, with a checkpoint every 20,000", entries as f64 / took, "entries/s", Goal::None);
    Ok(())
}

/// Checkpoints as they come when it is busiest, on top of `entries`; how many entries there are then.
fn checkpoints(report: &mut Report, store: &Store, entries: u64) -> Result<u64, Failure> {
    let mut times = Vec::new();
    let mut from = entries;
    for _ in 0..50 {
        let begin = from;
        store.write::<_, StoreError>(at(begin), move |w| {
            (begin..begin + AT_ONCE).try_for_each(|n| w.audit(entry(n)).map(|_| ()))
        })?;
        from += AT_ONCE;
        let begun = now();
        store.make_checkpoint(at(from), None)?;
        times.push(ms(begun));
    }
    times.sort_by(f64::total_cmp);
    report.note(CASE, "checkpoint over 1,000 new ones, p50", percentile(&times, 50), "ms", Goal::None);
    report.note(CASE, "the same, p99", percentile(&times, 99), "ms", Goal::AtMost(200.0));
    Ok(from)
}

fn append(report: &mut Report, store: &Store, entries: u64) -> Result<(), Failure> {
    timed(report, "one entry, alone", 300, Goal::AtMost(50.0), |n| {
        let n = entries + n;
        store.write::<_, StoreError>(at(n), move |w| w.audit(entry(n)).map(|_| ()))?;
        Ok(())
    })?;
    const THREADS: u64 = 32;
    const EACH: u64 = 100;
    let begun = now();
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..THREADS)
            .map(|t| {
                scope.spawn(move || {
                    (0..EACH).try_for_each(|k| {
                        let n = entries + 1_000 + t * EACH + k;
                        store.write::<_, StoreError>(at(n), move |w| w.audit(entry(n)).map(|_| ()))
                    })
                })
            })
            .collect();
        all.into_iter().try_for_each(|t| t.join().unwrap_or(Err(StoreError::Closed)))
    })?;
    let rate = (THREADS * EACH) as f64 / (now() - begun).as_secs_f64();
    report.note(CASE, "durable entries of 32 at once", rate, "entries/s", Goal::AtLeast(1_000.0));
    Ok(())
}

fn pages(report: &mut Report, store: &Store, entries: u64) -> Result<(), Failure> {
    let some = |t: String| Some(t);
    let who = |n: u64| some(person(mixed(n) % 500));
    let camera = |n: u64| some(format!("79.760-{:06}", mixed(n) % CAMERAS));
    let from = |n: u64| at(mixed(n) % entries);
    let day = Duration::from_secs(86_400);
    type Make<'a> = Box<dyn Fn(u64) -> AuditFilter + 'a>;
    let filters: Vec<(&str, Make<'_>)> = vec![
        ("page, newest", Box::new(|_| AuditFilter::default())),
        ("page, person", Box::new(move |n| AuditFilter { who: who(n), ..Default::default() })),
        (
            "page, part of a name",
            Box::new(move |n| AuditFilter { who: some(format!("{:02}", n % 100)), ..Default::default() }),
        ),
        ("page, camera", Box::new(move |n| AuditFilter { subject: camera(n), ..Default::default() })),
        (
            "page, act",
            Box::new(|n| AuditFilter { act: some(ACTS[n as usize % ACTS.len()].into()), ..Default::default() }),
        ),
        ("page, group of acts", Box::new(|_| AuditFilter { act: some("camera".into()), ..Default::default() })),
        (
            "page, a day",
            Box::new(move |n| AuditFilter { from: Some(from(n)), to: Some(from(n).plus(day)), ..Default::default() }),
        ),
        (
            "page, a day of an act",
            Box::new(move |n| AuditFilter {
                act: some(audit::VIEW_BEGAN.into()),
                from: Some(from(n)),
                to: Some(from(n).plus(day)),
                ..Default::default()
            }),
        ),
        (
            "page, person and act",
            Box::new(move |n| AuditFilter {
                who: who(n),
                act: some(audit::CAMERA_CHANGED.into()),
                ..Default::default()
            }),
        ),
        (
            "page, person and camera",
            Box::new(move |n| AuditFilter { who: who(n), subject: camera(n), ..Default::default() }),
        ),
        (
            "page, camera, act, month",
            Box::new(move |n| AuditFilter {
                subject: camera(n),
                act: some("view".into()),
                from: Some(from(n)),
                to: Some(from(n).plus(day * 30)),
                ..Default::default()
            }),
        ),
        (
            "page, deep cursor",
            Box::new(move |n| AuditFilter { who: who(n), before: Some(mixed(n) % entries + 1), ..Default::default() }),
        ),
        (
            "page, text of a camera",
            Box::new(move |n| AuditFilter { subject: camera(n), text: some("cong an".into()), ..Default::default() }),
        ),
    ];
    for (what, make) in &filters {
        timed(report, what, 200, Goal::AtMost(50.0), |n| {
            store.read(|r| r.audit_page(&make(n)))?;
            Ok(())
        })?;
    }
    timed(report, "page, rare text: all it looks at", 50, Goal::AtMost(100.0), |n| {
        let filter =
            AuditFilter { text: Some("khong co".into()), before: Some(mixed(n) % entries + 1), ..Default::default() };
        store.read(|r| r.audit_page(&filter))?;
        Ok(())
    })
}

fn proofs(report: &mut Report, store: &Store, entries: u64) -> Result<(), Failure> {
    timed(report, "proof of inclusion", 200, Goal::AtMost(50.0), |n| {
        let found = store.read(|r| r.inclusion_proof(mixed(n) % entries + 1, None))?;
        found.map(|_| ()).ok_or_else(|| "no proof".into())
    })?;
    timed(report, "proof of consistency", 200, Goal::AtMost(50.0), |n| {
        let old = (mixed(n) % (entries / FILLED_AT_ONCE) + 1) * FILLED_AT_ONCE;
        let found = store.read(|r| r.consistency_proof(old, entries))?;
        found.map(|_| ()).ok_or_else(|| "no proof".into())
    })
}

fn open(report: &mut Report, what: &str, dir: &Path) -> Result<Store, Failure> {
    let begun = now();
    let store = Store::open(dir, at(0))?;
    store.read(|r| r.audit_page(&AuditFilter::default()))?;
    report.note(CASE, format!("opened {what}, first page read"), ms(begun) / 1_000.0, "s", Goal::AtMost(5.0));
    Ok(store)
}

/// Fills a record and measures it.
pub fn audit(report: &mut Report, entries: u64) -> Result<(), Failure> {
    let folder = tempfile::tempdir_in(std::env::var("MATLUOI_BENCH_DIR").unwrap_or_else(|_| "/tmp".into()))?;
    let dir = folder.path().join("data");
    let entries = entries.next_multiple_of(FILLED_AT_ONCE);
    let store = Store::open(&dir, at(0))?;
    report.note(CASE, "entries", entries as f64, "", Goal::None);
    fill(report, &store, entries)?;
    let entries = checkpoints(report, &store, entries)?;
    let bytes = std::fs::metadata(dir.join("node.redb"))?.len();
    report.note(CASE, "bytes in the file per entry", bytes as f64 / entries as f64, "bytes", Goal::None);
    proofs(report, &store, entries)?;
    pages(report, &store, entries)?;
    append(report, &store, entries)?;
    report.note(CASE, "memory", crate::process::own_memory_mib()?, "MiB", Goal::None);
    // As after a crash: the file as it is while the store is open.
    let crashed = folder.path().join("crashed");
    std::fs::create_dir_all(crashed.join("keys"))?;
    std::fs::copy(dir.join("keys/sealing.key"), crashed.join("keys/sealing.key"))?;
    std::fs::copy(dir.join("node.redb"), crashed.join("node.redb"))?;
    drop(store);
    drop(open(report, "after a crash", &crashed)?);
    std::fs::remove_dir_all(&crashed)?;
    let store = open(report, "in order", &dir)?;
    store.make_checkpoint(at(entries * 2), None)?;
    let begun = now();
    let found = store.read(|r| store::verify_chain(r, None))?;
    if let Some(fault) = found.fault {
        return Err(fault.said().en.into());
    }
    let rate = found.entries as f64 / (now() - begun).as_secs_f64();
    report.note(CASE, "verified: chain, tree, checkpoints", rate, "entries/s", Goal::None);
    let begun = now();
    let count = store.read(|r| store::export_audit(r, &mut std::io::sink()))?;
    report.note(CASE, "exported", count as f64 / (now() - begun).as_secs_f64(), "entries/s", Goal::None);
    store.write::<_, StoreError>(at(0), |w| w.begin_pruning(FILLED_AT_ONCE))?;
    timed(report, "500 old ones taken away", 20, Goal::AtMost(500.0), |_| {
        store.prune_step(at(0))?;
        Ok(())
    })
}
