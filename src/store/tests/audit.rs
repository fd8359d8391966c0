//! The audit: its chain, its pages, its export; every kind of tampering is named with its place.

use super::{NOW, add, draft, file};
use crate::overlay::definition;
use crate::{ChainFault, ChainFlaw, Store, StoreError, export_audit, verify_audit_export, verify_chain};
use base::{AccountId, WallTime, limits};
use domain::{Actor, AuditDraft, AuditEntry, AuditFilter, Subject};
use redb::ReadableTable;
use std::time::Duration;

fn at(second: u64) -> WallTime {
    NOW.plus(Duration::from_secs(second))
}

fn record(store: &Store, second: u64, actor: Actor, act: &str) {
    let draft =
        AuditDraft::new(actor, act).on(Subject::new("camera", "1", "Chợ Bến Thành")).fact("n", second.to_string());
    store.write::<_, StoreError>(at(second), move |w| w.audit(draft)).expect("recorded");
}

fn person(name: &str) -> Actor {
    Actor::Account { id: AccountId::from_parts(1, [9; 10]), name: name.into() }
}

fn page(store: &Store, filter: AuditFilter) -> (Vec<u64>, Option<u64>) {
    let page = store.read(|r| r.audit_page(&filter)).expect("read");
    (page.entries.iter().map(|e: &AuditEntry| e.seq).collect(), page.next)
}

/// All pages of a filter, `limit` at a time.
fn all(store: &Store, mut filter: AuditFilter, limit: usize) -> Vec<u64> {
    let mut out = Vec::new();
    filter.limit = Some(limit);
    loop {
        let (seqs, next) = page(store, filter.clone());
        out.extend(seqs);
        match next {
            Some(_) => filter.before = next,
            None => return out,
        }
    }
}

#[test]
fn pages_show_what_was_asked_for_newest_first() {
    let dir = tempfile::tempdir().expect("folder");
    let store = Store::open(dir.path(), NOW).expect("opened");
    let people = ["lan", "Nguyễn Huệ", "lan.anh"];
    let acts = ["camera.added", "camera.changed", "sign_in.ok", "cameraman.left"];
    for n in 1..=60 {
        record(&store, n, person(people[n as usize % 3]), acts[n as usize % 4]);
    }
    // The clock is put back: the last entries are older than their numbers say.
    for n in 61..=64 {
        record(&store, n - 50, Actor::System, "node.started");
    }
    let entries: Vec<AuditEntry> =
        (1..=64).map(|n| store.read(|r| r.audit_entry(n)).expect("read").expect("there")).collect();
    let some = |t: &str| Some(t.to_owned());
    let cases = [
        (64, AuditFilter::default()),
        (40, AuditFilter { who: some("lan"), ..Default::default() }),
        (20, AuditFilter { who: some("nguyen hue"), ..Default::default() }),
        (0, AuditFilter { who: some("nobody"), ..Default::default() }),
        (30, AuditFilter { act: some("camera"), ..Default::default() }),
        (10, AuditFilter { act: some("sign_in.ok"), who: some("LAN"), ..Default::default() }),
        (14, AuditFilter { from: Some(at(10)), to: Some(at(20)), ..Default::default() }),
        (17, AuditFilter { from: Some(at(10)), who: some("lan.anh"), ..Default::default() }),
        (1, AuditFilter { text: some("cho ben thanh 17"), ..Default::default() }),
    ];
    for (count, filter) in cases {
        let mut want: Vec<u64> = entries.iter().filter(|e| filter.fits(e)).map(|e| e.seq).collect();
        want.reverse();
        assert_eq!(want.len(), count, "{filter:?}");
        for limit in [1, 3, 100] {
            let mut got = all(&store, filter.clone(), limit);
            if filter.from.is_some() && filter.who.is_none() {
                let times: Vec<_> = got.iter().map(|s| entries[*s as usize - 1].at).collect();
                assert!(times.is_sorted_by(|a, b| a >= b), "newest first by time");
                got.sort_unstable_by(|a, b| b.cmp(a));
            }
            assert_eq!(got, want, "{filter:?}, {limit} at a time");
        }
    }
    assert_eq!(page(&store, AuditFilter { limit: Some(2), ..Default::default() }), (vec![64, 63], Some(63)));
}

#[test]
fn a_page_that_finds_little_ends_at_its_bound_and_can_go_on() {
    let dir = tempfile::tempdir().expect("folder");
    let store = Store::open(dir.path(), NOW).expect("opened");
    record(&store, 0, person("lan"), "sign_in.ok");
    let many = limits::AUDIT_SCAN_MAX as u64 + 10;
    store
        .write::<_, StoreError>(NOW, move |w| (0..many).try_for_each(|_| w.audit(draft("view.began")).map(|_| ())))
        .expect("recorded");
    let filter = AuditFilter { text: Some("lan".into()), ..Default::default() };
    assert_eq!(page(&store, filter.clone()), (vec![], Some(12)));
    assert_eq!(page(&store, AuditFilter { before: Some(12), ..filter }), (vec![1], None));
}

/// Alters the file as somebody with a redb tool would, and verifies.
fn tampered(entries: u64, harm: impl FnOnce(&mut redb::Table<'_, &'static [u8], &'static [u8]>)) -> Option<ChainFault> {
    let dir = tempfile::tempdir().expect("folder");
    let store = Store::open(dir.path(), NOW).expect("made");
    for n in 0..entries {
        add(&store, n).expect("added");
    }
    drop(store);
    let db = redb::Database::open(file(dir.path())).expect("opened");
    let tx = db.begin_write().expect("write");
    harm(&mut tx.open_table(definition("_audit")).expect("table"));
    tx.commit().expect("committed");
    drop(db);
    let store = Store::open(dir.path(), NOW).expect("opens");
    let report = store.read(|r| verify_chain(r, None)).expect("read");
    assert_eq!(report.entries, report.fault.map_or(entries, |f| f.seq - 1));
    // The export of a tampered audit does not pass either, and for the same entry.
    let mut out = Vec::new();
    if store.read(|r| export_audit(r, &mut out)).is_ok()
        && report.fault.is_some_and(|f| f.flaw != ChainFlaw::EndMissing)
    {
        let export = verify_audit_export(&mut out.as_slice(), None).expect("read");
        assert_eq!(export.fault.map(|f| f.seq), report.fault.map(|f| f.seq));
    }
    report.fault
}

fn key(seq: u64) -> [u8; 8] {
    seq.to_be_bytes()
}

fn value(t: &redb::Table<'_, &'static [u8], &'static [u8]>, seq: u64) -> Vec<u8> {
    t.get(&key(seq)[..]).expect("read").expect("there").value().to_vec()
}

#[test]
fn tampering_is_named_with_its_place() {
    let fault = |seq, flaw| Some(ChainFault { seq, flaw });
    assert_eq!(tampered(5, |_| ()), None);
    let altered = tampered(5, |t| {
        let text = String::from_utf8(value(t, 3)[65..].to_vec()).expect("JSON").replace("camera.added", "camera.addeD");
        let v = [&value(t, 3)[..65], text.as_bytes()].concat();
        t.insert(&key(3)[..], v.as_slice()).expect("set");
    });
    assert_eq!(altered, fault(3, ChainFlaw::Altered));
    let rehashed = tampered(5, |t| {
        use sha2::{Digest, Sha256};
        let v = value(t, 3);
        let json = String::from_utf8(v[65..].to_vec()).expect("JSON").replace("camera.added", "camera.addeD");
        let hash = Sha256::new().chain_update(&v[1..33]).chain_update(&json).finalize();
        let v = [&v[..33], &hash, json.as_bytes()].concat();
        t.insert(&key(3)[..], v.as_slice()).expect("set");
    });
    assert_eq!(rehashed, fault(4, ChainFlaw::BrokenLink));
    let removed = |seq: u64| tampered(5, move |t| drop(t.remove(&key(seq)[..]).expect("removed")));
    assert_eq!(removed(1), fault(1, ChainFlaw::Missing));
    assert_eq!(removed(3), fault(3, ChainFlaw::Missing));
    assert_eq!(removed(5), fault(5, ChainFlaw::EndMissing));
    let exchanged = tampered(5, |t| {
        let (a, b) = (value(t, 2), value(t, 3));
        t.insert(&key(2)[..], b.as_slice()).expect("set");
        t.insert(&key(3)[..], a.as_slice()).expect("set");
    });
    assert_eq!(exchanged.map(|f| f.seq), Some(2));
    let garbage = tampered(5, |t| drop(t.insert(&key(4)[..], &b"?"[..]).expect("set")));
    assert_eq!(garbage, fault(4, ChainFlaw::Unreadable));
    let added = tampered(5, |t| {
        let v = value(t, 5);
        t.insert(&key(6)[..], v.as_slice()).expect("set");
    });
    assert_eq!(added.map(|f| f.seq), Some(6));
    assert!(fault(3, ChainFlaw::Missing).is_some_and(|f| f.said().vi.contains("thiếu mục số 3")));
}

#[test]
fn an_export_is_checked_without_the_node() {
    let dir = tempfile::tempdir().expect("folder");
    let store = Store::open(dir.path(), NOW).expect("made");
    let export = || {
        let mut out = Vec::new();
        let entries = store.read(|r| export_audit(r, &mut out)).expect("exported");
        (entries, String::from_utf8(out).expect("text"))
    };
    let check = |text: &str| verify_audit_export(&mut text.as_bytes(), None).expect("read");
    assert_eq!(check(&export().1).fault, None);
    for n in 0..6 {
        add(&store, n).expect("added");
    }
    let (entries, text) = export();
    let report = check(&text);
    assert_eq!((entries, report.entries, report.fault), (6, 6, None));
    assert_eq!(store.read::<_, StoreError>(|r| r.audit_head()).expect("read"), (6, report.head));
    for line in text.lines() {
        serde_json::from_str::<serde_json::Value>(line).expect("each line is JSON");
    }
    assert_eq!(check(&text.replace('\n', "\r\n")).fault, None, "a mailer's line ends do no harm");
    let without = |skip: usize| -> String {
        text.lines().enumerate().filter(|(n, _)| *n != skip).map(|(_, l)| format!("{l}\n")).collect()
    };
    let fault = |seq, flaw| Some(ChainFault { seq, flaw });
    assert_eq!(check(&without(2)).fault, fault(3, ChainFlaw::Missing));
    assert_eq!(check(&without(5)).fault, fault(6, ChainFlaw::EndMissing));
    assert_eq!(check(&without(6)).fault, fault(7, ChainFlaw::EndMissing));
    assert_eq!(check(&text.replacen("added", "ADDED", 1)).fault, fault(1, ChainFlaw::Altered));
    for cut in (0..text.len() - 1).step_by(37) {
        assert!(check(&text[..cut]).fault.is_some(), "cut at {cut}");
    }
    assert_eq!(check("not an export at all").fault, fault(1, ChainFlaw::Unreadable));
}
