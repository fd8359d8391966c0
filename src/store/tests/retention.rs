//! Old entries leave, and the rest still proves; and a store of the first release is brought to the present form.

use super::checkpoints::{Signer, at, fill};
use super::{NOW, draft, file};
use crate::overlay::definition;
use crate::{
    ChainFault, ChainFlaw, Store, StoreError, export_audit, merkle, verify_audit_export, verify_backup, verify_chain,
};
use domain::{AuditFilter, Subject};
use redb::ReadableTable;
use std::fs;
use std::io::BufReader;

/// 2,600 entries under checkpoints over 1,000, 2,100 and 2,600.
fn filled() -> (tempfile::TempDir, Store, Signer) {
    let dir = tempfile::tempdir().expect("folder");
    let store = Store::open(dir.path(), NOW).expect("made");
    let signer = Signer::new(1);
    let mut from = 0;
    for to in [1_000, 2_100, 2_600] {
        store
            .write::<_, StoreError>(at(to), move |w| {
                (from..to).try_for_each(|n| {
                    let subject = Subject::new("camera", n % 7, format!("79-{:04} Chợ", n % 7));
                    w.audit(draft("view.began").on(subject)).map(|_| ())
                })
            })
            .expect("recorded");
        store.make_checkpoint(at(to), Some(&signer)).expect("made");
        from = to;
    }
    (dir, store, signer)
}

fn intact(store: &Store) -> crate::ChainReport {
    let report = store.read(|r| verify_chain(r, None)).expect("read");
    assert_eq!(report.fault, None);
    let mut out = Vec::new();
    store.read(|r| export_audit(r, &mut out)).expect("exported");
    let exported = verify_audit_export(&mut out.as_slice(), None).expect("read");
    assert_eq!(exported, report, "the export says the same");
    report
}

#[test]
fn only_whole_checkpoints_go_and_the_rest_still_proves() {
    let (dir, store, signer) = filled();
    assert_eq!(store.read(|r| r.prunable(at(1_000))).expect("read"), None, "nothing is old enough");
    let prunable = store.read(|r| r.prunable(at(2_101))).expect("read").expect("two checkpoints");
    assert_eq!((prunable.first, prunable.checkpoint.size, prunable.entries()), (1, 2_100, 2_100));
    assert_eq!((prunable.first_at, prunable.last_at), (Some(at(1_000)), Some(at(2_100))));

    let archive = store.write_archive(&prunable).expect("written");
    assert_eq!(store.write_archive(&prunable).expect("the same"), archive, "an interrupted run's file is taken");
    store.write::<_, StoreError>(at(3_000), |w| w.begin_pruning(2_100)).expect("decided");
    assert!(store.prune_step(at(3_000)).expect("a step"), "more to take");
    // Broken off here: everything holds, from where the entries begin.
    let report = intact(&store);
    assert_eq!((report.archived, report.entries), (500, 2_600));
    drop(store);
    let store = Store::open(dir.path(), NOW).expect("opens");
    assert_eq!(store.read(|r| r.pruning()).expect("read"), Some(2_100));
    while store.prune_step(at(3_000)).expect("a step") {}
    assert!(!store.prune_step(at(3_000)).expect("nothing to do"));

    let report = intact(&store);
    assert_eq!((report.archived, report.entries, report.checkpoints), (2_100, 2_600, 2), "with the one at the floor");
    let find = |filter: &AuditFilter| store.read(|r| r.audit_page(filter)).expect("read").entries;
    let on_three = AuditFilter { subject: Some("79-0003".into()), limit: Some(500), ..Default::default() };
    assert_eq!(find(&on_three).len(), (2_100..2_600).filter(|n| n % 7 == 3).count());
    assert_eq!(find(&AuditFilter { before: Some(50), ..on_three }), vec![], "a cursor into the archive");
    for seq in [2_101, 2_200, 2_304, 2_305, 2_600] {
        let (entry, proof) =
            store.read::<_, StoreError>(|r| Ok((r.audit_entry(seq)?, r.inclusion_proof(seq, None)?))).expect("read");
        let (entry, proof) = (entry.expect("there"), proof.expect("proven"));
        let chain = crate::encoding::unhex32(entry.hash.as_bytes()).expect("hex");
        let path: Vec<_> = proof.hashes.iter().map(|h| h.0).collect();
        let root = merkle::root_of_inclusion(seq - 1, 2_600, merkle::leaf_hash(&chain), &path);
        assert_eq!(root, Some(proof.checkpoint.root.0));
    }
    assert_eq!(store.read(|r| r.inclusion_proof(5, None)).expect("read"), None, "it is in the archive");
    assert!(store.read(|r| r.consistency_proof(2_100, 2_600)).expect("read").is_some());

    // The archive proves as well, and the one goes on where the other ends.
    let mut reader = BufReader::new(fs::File::open(&archive.path).expect("there"));
    let of_archive = verify_audit_export(&mut reader, None).expect("read");
    assert_eq!((of_archive.fault, of_archive.archived, of_archive.entries), (None, 0, 2_100));
    assert_eq!(of_archive.head, archive.head);
    assert_eq!(
        store.archives().expect("listed"),
        vec![("nhat-ky-000000000001-000000002100.jsonl".into(), archive.bytes)]
    );

    // It grows on, is pruned again (within one tile and beyond), and still proves.
    fill(&store, 3_000, 3_040);
    store.make_checkpoint(at(4_000), Some(&signer)).expect("made");
    fill(&store, 3_040, 3_050);
    for before in [at(2_601), at(4_001)] {
        let prunable = store.read(|r| r.prunable(before)).expect("read").expect("one checkpoint");
        let archive = store.write_archive(&prunable).expect("written");
        store.write::<_, StoreError>(at(5_000), move |w| w.begin_pruning(prunable.checkpoint.size)).expect("decided");
        while store.prune_step(at(5_000)).expect("a step") {}
        let mut reader = BufReader::new(fs::File::open(&archive.path).expect("there"));
        assert_eq!(verify_audit_export(&mut reader, None).expect("read").fault, None);
        intact(&store);
    }
    assert_eq!(store.read(|r| r.audit_floor()).expect("read"), 2_640);
    fill(&store, 3_050, 3_300);
    store.make_checkpoint(at(6_000), Some(&signer)).expect("made");
    intact(&store);
    let copy = dir.path().join("copy.redb");
    assert_eq!(store.backup_whole(&copy, NOW).expect("copied"), []);
    let report = verify_backup(&copy).expect("good");
    assert_eq!((report.audit_entries, report.archived, report.archive_gap), (2_900, 2_640, None));
    let beside = dir.path().join("copy.redb.files/audit/archive");
    let second = beside.join("nhat-ky-000000002101-000000002600.jsonl");
    let mut bytes = fs::read(&second).expect("the archive is in the copy");
    fs::remove_file(&second).expect("removed");
    assert_eq!(verify_backup(&copy).expect("good").archive_gap, Some((2_101, 2_600)));
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&second, bytes).expect("written");
    assert!(matches!(verify_backup(&copy), Err(StoreError::BadArchive { .. })));
}

#[test]
fn an_archive_that_is_not_good_keeps_the_entries() {
    let (_dir, store, _) = filled();
    let prunable = store.read(|r| r.prunable(at(1_001))).expect("read").expect("one checkpoint");
    let path = store.write_archive(&prunable).expect("written").path;
    let text = fs::read_to_string(&path).expect("read");
    fs::write(&path, text.replacen("view.began", "view.ended", 1)).expect("altered");
    assert!(matches!(store.write_archive(&prunable), Err(StoreError::BadArchive { .. })));
    fs::write(&path, "").expect("emptied");
    assert!(matches!(store.write_archive(&prunable), Err(StoreError::BadArchive { .. })));
    assert_eq!(intact(&store).archived, 0);
}

#[test]
fn a_beginning_that_was_taken_away_by_hand_is_found() {
    let (dir, store, _) = filled();
    let entry = store.read::<_, StoreError>(|r| r.audit_entry(50)).expect("read").expect("there");
    drop(store);
    let db = redb::Database::open(file(dir.path())).expect("opened");
    let tx = db.begin_write().expect("write");
    {
        let mut audit = tx.open_table(definition("_audit")).expect("table");
        (1..=50u64).for_each(|n| drop(audit.remove(&n.to_be_bytes()[..]).expect("removed")));
        let hash = crate::encoding::unhex32(entry.hash.as_bytes()).expect("hex");
        let floor = [&50u64.to_be_bytes()[..], &hash].concat();
        tx.open_table(definition("_meta")).expect("table").insert(&b"audit_floor"[..], floor.as_slice()).expect("set");
    }
    tx.commit().expect("committed");
    drop(db);
    let store = Store::open(dir.path(), NOW).expect("opens");
    let report = store.read(|r| verify_chain(r, None)).expect("read");
    assert_eq!(report.fault, Some(ChainFault { seq: 50, flaw: ChainFlaw::Floor }));
}

/// Makes of a store what the first release would have written.
fn as_of_the_first_release(dir: &std::path::Path) {
    let db = redb::Database::open(file(dir)).expect("opened");
    let tx = db.begin_write().expect("write");
    {
        let audit = tx.open_table(definition("_audit")).expect("table");
        let mut who = tx.open_table(definition("_audit_by_who")).expect("table");
        let mut act = tx.open_table(definition("_audit_by_act")).expect("table");
        for row in audit.iter().expect("rows") {
            let (key, stored) = row.expect("row");
            let entry = crate::audit::read_entry(1, stored.value()).expect("entry");
            for (table, text) in [(&mut who, entry.actor.name()), (&mut act, entry.act.as_str())] {
                let len = u16::try_from(text.len()).expect("short").to_be_bytes();
                table.insert([&len[..], text.as_bytes(), key.value()].concat().as_slice(), &[][..]).expect("set");
            }
        }
        let mut meta = tx.open_table(definition("_meta")).expect("table");
        meta.insert(&b"format"[..], &1u32.to_be_bytes()[..]).expect("set");
    }
    for newer in ["_audit_who", "_audit_act", "_audit_subject", "_audit_names", "_audit_tree", "_audit_checkpoints"] {
        tx.delete_table(definition(newer)).expect("deleted");
    }
    tx.commit().expect("committed");
}

#[test]
fn a_store_of_the_first_release_is_brought_along() {
    let dir = tempfile::tempdir().expect("folder");
    let store = Store::open(dir.path(), NOW).expect("made");
    fill(&store, 0, 300);
    let all = [
        AuditFilter { subject: Some("79-0003".into()), ..Default::default() },
        AuditFilter { act: Some("view".into()), from: Some(at(100)), to: Some(at(200)), ..Default::default() },
        AuditFilter { who: Some("system".into()), subject: Some("4".into()), ..Default::default() },
        AuditFilter { text: Some("cho".into()), ..Default::default() },
    ];
    let find = |store: &Store| -> Vec<_> {
        all.iter()
            .map(|f| store.read(|r| r.audit_page(&AuditFilter { limit: Some(500), ..f.clone() })).expect("read"))
            .collect()
    };
    let before = find(&store);
    assert_eq!(before.iter().map(|p| p.entries.len()).collect::<Vec<_>>(), [43, 100, 43, 300]);
    drop(store);
    as_of_the_first_release(dir.path());
    assert_eq!(verify_backup(&file(dir.path())).expect("a copy of the first release is good").audit_entries, 300);
    for _ in 0..2 {
        let store = Store::open(dir.path(), NOW).expect("opens, and again");
        assert_eq!(find(&store), before);
        intact(&store);
    }
    let store = Store::open(dir.path(), NOW).expect("opens");
    fill(&store, 300, 310);
    store.make_checkpoint(at(400), Some(&Signer::new(1))).expect("made");
    assert_eq!(intact(&store).checkpoints, 1);
}
