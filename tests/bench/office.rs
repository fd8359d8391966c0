//! The office at a city's size: 100,000 cameras, 5,000 accounts, 20,000 grants; decisions, lists seen with restricted eyes,
//! changes a second with their audit, memory.
//!
//! Grants are given, tokens issued and cameras changed through the office's own doors; cameras and accounts are put into
//! the store beforehand, because each account would hash a password.

use crate::catalogue;
use crate::process::own_memory_mib;
use crate::report::{Goal, Report, percentile};
use crate::watch::now;
use base::{AccountId, CivilDate, WallTime};
use domain::grant::PaperDraft;
use domain::{Account, Act, Actor, AuditDraft, CameraPatch, Holder, Role, Scope, Subject, Times, audit};
use ops::{Caller, CameraFilter, GrantWish, Ops};
use std::time::Duration;
use store::{Store, StoreError};
use viewer::Failure;

const CASE: &str = "office";
const THREADS: u64 = 32;

/// How large the office is.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Cameras.
    pub cameras: u64,
    /// Accounts.
    pub accounts: u64,
    /// Grants.
    pub grants: u64,
}

fn account(n: u64) -> AccountId {
    AccountId::from_parts(n + 1, [3; 10])
}

fn name(n: u64) -> String {
    format!("nguoi.{n:05}")
}

/// Accounts of districts, without an area of their own: what they may is what they are granted.
fn put_accounts(store: &Store, accounts: u64) -> Result<(), Failure> {
    for from in (0..accounts).step_by(1_000) {
        store.write::<_, StoreError>(catalogue::NOW, move |w| {
            for n in from..(from + 1_000).min(accounts) {
                w.put(&Account::new(account(n), name(n), format!("Người {n}"), Role::DistrictCentre, catalogue::NOW))?;
            }
            let subject = Subject::new("account", account(from), name(from));
            w.audit(AuditDraft::new(Actor::System, audit::ACCOUNT_ADDED).on(subject)).map(|_| ())
        })?;
    }
    Ok(())
}

/// Runs `work` for `0..count` on many threads; how many a second.
fn at_once(count: u64, work: impl Fn(u64) -> Result<(), String> + Sync) -> Result<f64, Failure> {
    let (begun, work) = (now(), &work);
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..THREADS)
            .map(|t| scope.spawn(move || (t..count).step_by(THREADS as usize).try_for_each(work)))
            .collect();
        all.into_iter().try_for_each(|t| t.join().unwrap_or_else(|_| Err("a thread panicked".into())))
    })?;
    Ok(count as f64 / (now() - begun).as_secs_f64())
}

fn grants(report: &mut Report, ops: &Ops, size: Size) -> Result<(), Failure> {
    let boss = Caller::system();
    let ids = ops.camera_ids(&boss, &CameraFilter::default())?;
    let until: WallTime = catalogue::NOW.plus(Duration::from_secs(90 * 86_400));
    let wish = |n: u64| {
        let cameras = (0..5).filter_map(|k| ids.get((n * 7_919 + k * 131) as usize % ids.len().max(1)).copied());
        GrantWish {
            holder: Holder::Account(account(n % size.accounts)),
            acts: vec![Act::SeeCatalogue, Act::WatchLive],
            scope: Scope { cameras: cameras.collect(), ..Scope::default() },
            times: Times { until: Some(until), ..Times::default() },
            purpose: "Theo dõi ngập".into(),
            document: None,
            paper: None,
        }
    };
    let paper = PaperDraft {
        kind: "consent".into(),
        number: "123/UBND-VX".into(),
        date: Some(CivilDate::constant(2026, 11, 20)),
        issuer: "UBND Thành phố".into(),
        title: String::new(),
        file: None,
    };
    let first = ops.give_grant(&boss, GrantWish { paper: Some(paper), ..wish(0) })?;
    let rate = at_once(size.grants.saturating_sub(1), |n| {
        let wish = GrantWish { document: first.document, ..wish(n + 1) };
        ops.give_grant(&boss, wish).map(|_| ()).map_err(|e| e.to_string())
    })?;
    report.note(CASE, format!("{} grants given, with their audit", size.grants), rate, "grants/s", Goal::None);
    Ok(())
}

/// Fills the office and measures it.
pub fn office(report: &mut Report, size: Size) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    catalogue::fill(folder.path(), size.cameras)?;
    put_accounts(&Store::open(folder.path(), catalogue::NOW)?, size.accounts)?;
    let before = own_memory_mib()?;
    let begun = now();
    let ops = catalogue::office(folder.path())?;
    grants(report, &ops, size)?;
    drop(ops);
    let filled = now();
    let ops = catalogue::office(folder.path())?;
    report.note(CASE, "office opens", (now() - filled).as_secs_f64(), "s", Goal::AtMost(5.0));
    report.note(CASE, "memory of it", own_memory_mib()? - before, "MiB", Goal::None);
    let boss = Caller::system();
    let ids = ops.camera_ids(&boss, &CameraFilter::default())?;
    let mut callers = Vec::new();
    for n in 0..50 {
        let token = ops.issue_token_for(&name(n * 97 % size.accounts), "bench", 7)?;
        callers.push(ops.caller_by_bearer(&token)?.ok_or("no caller")?);
    }
    let cameras = (0..200)
        .filter_map(|n| ids.get(n * 7_919 % ids.len()))
        .map(|id| ops.camera(&boss, &id.to_string()))
        .collect::<Result<Vec<_>, _>>()?;
    let (mut first, mut times, mut allowed) = (Vec::new(), Vec::new(), 0u64);
    for caller in &callers {
        for (k, camera) in cameras.iter().enumerate() {
            let begun = now();
            let may = ops.eyes(caller).may(Act::WatchLive, camera);
            let took = (now() - begun).as_secs_f64() * 1e6;
            if k == 0 {
                first.push(took)
            } else {
                times.push(took)
            }
            allowed += u64::from(may);
        }
    }
    times.sort_by(f64::total_cmp);
    first.sort_by(f64::total_cmp);
    report.note(CASE, "one decision, p50", percentile(&times, 50), "µs", Goal::None);
    report.note(CASE, "one decision, p99", percentile(&times, 99), "µs", Goal::AtMost(20.0));
    report.note(CASE, "a person's first decision, slowest", percentile(&first, 100), "µs", Goal::None);
    report.note(CASE, format!("of {} decisions, allowed", times.len() + first.len()), allowed as f64, "", Goal::None);
    let (mut times, mut refused) = (Vec::new(), 0u64);
    for caller in &callers {
        let theirs = ops.list_cameras(caller, &CameraFilter { limit: 100, ..CameraFilter::default() })?.items;
        for camera in theirs.iter().map(|c| ops.camera(&boss, &c.code)).collect::<Result<Vec<_>, _>>()? {
            let begun = now();
            let may = ops.eyes(caller).may(Act::WatchLive, &camera);
            times.push((now() - begun).as_secs_f64() * 1e6);
            refused += u64::from(!may);
        }
    }
    times.sort_by(f64::total_cmp);
    report.note(CASE, "one decision on a camera they see, p99", percentile(&times, 99), "µs", Goal::AtMost(20.0));
    report.note(CASE, format!("of {} such decisions, refused", times.len()), refused as f64, "", Goal::None);
    let mut lists = Vec::new();
    for caller in callers.iter().cycle().take(200) {
        let begun = now();
        ops.list_cameras(caller, &CameraFilter { q: Some("nguyen".into()), ..CameraFilter::default() })?;
        lists.push((now() - begun).as_secs_f64() * 1_000.0);
    }
    lists.sort_by(f64::total_cmp);
    report.note(CASE, "filtered list with restricted eyes, p50", percentile(&lists, 50), "ms", Goal::None);
    report.note(CASE, "filtered list with restricted eyes, p99", percentile(&lists, 99), "ms", Goal::AtMost(50.0));
    let rate = at_once(10_000, |n| {
        let Some(id) = ids.get(n as usize) else { return Ok(()) };
        let camera = ops.camera(&boss, &id.to_string()).map_err(|e| e.to_string())?;
        let patch = CameraPatch { name: Some(format!("Đổi tên {n}")), ..CameraPatch::default() };
        ops.change_camera(&boss, *id, patch, camera.revision).map(|_| ()).map_err(|e| e.to_string())
    })?;
    report.note(CASE, "changes, each with its audit, 32 at once", rate, "changes/s", Goal::AtLeast(1_000.0));
    report.note(CASE, "memory after 10,000 changes", own_memory_mib()? - before, "MiB", Goal::None);
    report.note(CASE, "all of it took", (now() - begun).as_secs_f64(), "s", Goal::None);
    Ok(())
}
