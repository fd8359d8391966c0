//! The record's own verbs: checkpoints in time, excerpts and tables, keeping and the archive.

use super::{House, draft};
use crate::{ChainFlaw, OpsError};
use domain::{AuditFilter, CameraPatch, Role, audit};
use std::io::{BufReader, Read};
use std::sync::Arc;
use store::{NodeSigner, verify_audit_export};

/// A signer whose signatures nobody takes for good: what is signed and kept is `store`'s own test.
struct Signer;

impl NodeSigner for Signer {
    fn public_key(&self) -> [u8; 32] {
        [7; 32]
    }
    fn sign(&self, _: &[u8]) -> Result<[u8; 64], String> {
        Ok([1; 64])
    }
}

#[test]
fn a_checkpoint_comes_after_a_minute_or_a_thousand_entries() {
    let (house, admin) = House::set_up();
    let ops = &house.ops;
    assert_eq!(ops.checkpoint_when_due().expect("looked"), None, "nothing has waited for a minute");
    house.pass(59);
    assert_eq!(ops.checkpoint_when_due().expect("looked"), None);
    house.pass(1);
    let first = ops.checkpoint_when_due().expect("made").expect("it is due");
    assert_eq!(first.signature, None, "nobody signs yet");
    house.pass(3_600);
    assert_eq!(ops.checkpoint_when_due().expect("looked"), None, "nothing is new");
    ops.sign_with(Arc::new(Signer));
    assert_eq!(ops.fingerprint(), Some(store::node_fingerprint(&[7; 32])));
    ops.write(|w| {
        let e = domain::AuditDraft::new(domain::Actor::System, audit::NODE_STARTED);
        (0..1_000).try_for_each(|_| w.audit(e.clone()).map(|_| ())).map_err(OpsError::from)
    })
    .expect("recorded");
    let second = ops.checkpoint_when_due().expect("made").expect("so many are due at once");
    assert_eq!(second.size, first.size + 1_000);
    assert!(second.signature.is_some() && second.origin.ends_with(&store::node_fingerprint(&[7; 32])));
    assert_eq!(
        house.acts().iter().filter(|a| a.starts_with("audit")).count(),
        0,
        "no entry of its own: it would never end"
    );

    let boss = &admin.caller;
    let (all, next) = ops.audit_checkpoints(boss, None, 1).expect("listed");
    assert_eq!((all.as_slice(), next), ([second.clone()].as_slice(), Some(second.size)));
    assert_eq!(ops.audit_checkpoint(boss, first.size).expect("there"), first);
    assert!(matches!(ops.audit_checkpoint(boss, 1), Err(OpsError::NotFound(_))));
    assert_eq!(ops.audit_inclusion(boss, 1, None).expect("proven").checkpoint, second);
    assert!(ops.audit_consistency(boss, first.size, second.size).is_ok());
    assert!(matches!(ops.audit_inclusion(boss, 999_999, None), Err(OpsError::NotFound(_))));
    let viewer = house.person(boss, "minh", Role::Viewer);
    assert!(matches!(ops.audit_checkpoints(&viewer.caller, None, 1), Err(OpsError::Refused(_))));
    assert!(matches!(ops.audit_keeping(&viewer.caller), Err(OpsError::Refused(_))));
    // The signature is no good one: the check says so.
    let found = ops.verify_audit(boss).expect("checked").fault.expect("a flaw");
    assert_eq!(found.flaw, ChainFlaw::BadSignature);
    assert_eq!(house.last(audit::AUDIT_VERIFIED).facts["result"], "broken");
}

#[test]
fn what_is_filtered_is_taken_out_with_proofs_and_as_a_table() {
    let (house, admin) = House::set_up();
    let (ops, boss) = (&house.ops, &admin.caller);
    let (one, _) =
        (ops.register_camera(boss, draft("Nguyễn Huệ")).expect("added"), ops.register_camera(boss, draft("Lê Lợi")));
    let patch = CameraPatch { name: Some("=Chợ \"mới\"".into()), ..CameraPatch::default() };
    ops.change_camera(boss, one.id, patch, one.revision).expect("changed");
    let of_one = AuditFilter { subject: Some(one.id.to_string()), kind: Some("camera".into()), ..Default::default() };
    // Found by its code, and under the name that it had when it was added.
    for subject in [one.id.to_string(), one.code.clone(), format!("{} nguyen", one.code.to_lowercase())] {
        let found =
            ops.audit_page(boss, &AuditFilter { subject: Some(subject), ..of_one.clone() }).expect("page").entries;
        let acts: Vec<_> = found.iter().map(|e| e.act.as_str()).collect();
        assert_eq!(acts, [audit::CAMERA_CHANGED, audit::CAMERA_ADDED]);
    }
    let changed = house.last(audit::CAMERA_CHANGED);
    let name = &changed.changes.0["name"];
    assert_eq!((name.old.as_deref(), name.new.as_deref()), (Some("Nguyễn Huệ"), Some("=Chợ \"mới\"")));

    let mut out = Vec::new();
    assert_eq!(ops.export_audit_excerpt(boss, &of_one, &mut out).expect("taken out"), 2);
    let report = verify_audit_export(&mut out.as_slice(), None).expect("read");
    assert_eq!((report.fault, report.excerpt, report.entries), (None, true, 2));
    let e = house.last(audit::AUDIT_EXPORTED);
    assert_eq!((e.facts["form"].as_str(), e.facts["kind"].as_str()), ("jsonl", "camera"));

    let mut out = Vec::new();
    assert_eq!(ops.export_audit_csv(boss, &of_one, base::Language::Vi, &mut out).expect("taken out"), 2);
    let text = String::from_utf8(out).expect("UTF-8");
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("\u{FEFF}Số,Lúc,Giờ UTC,Người,Việc,"));
    assert!(
        lines[1].contains("Sửa camera,camera.changed,camera,")
            && lines[1].contains("tên: Nguyễn Huệ → =Chợ \"\"mới\"\""),
        "{}",
        lines[1]
    );
    assert!(lines[2].contains("24/11/2026 09:00:00,2026-11-24T02:00:00.000Z,lan,Thêm camera"), "{}", lines[2]);

    let minh = house.person(boss, "minh", Role::Viewer);
    assert!(matches!(
        ops.export_audit_csv(&minh.caller, &of_one, base::Language::Vi, &mut Vec::new()),
        Err(OpsError::Refused(_))
    ));
    assert!(matches!(ops.export_audit_excerpt(&minh.caller, &of_one, &mut Vec::new()), Err(OpsError::Refused(_))));
}

#[test]
fn old_entries_go_into_the_archive_and_that_is_on_record() {
    let (house, admin) = House::set_up();
    let (ops, boss) = (&house.ops, &admin.caller);
    let months = ops.policy().audit.months().expect("entries do not stay for ever");
    ops.register_camera(boss, draft("Nguyễn Huệ")).expect("added");
    ops.make_checkpoint().expect("made");
    assert_eq!(ops.archive_audit_when_due().expect("looked"), None);
    let keeping = ops.audit_keeping(boss).expect("asked");
    assert_eq!((keeping.months, keeping.next, keeping.archives.len()), (Some(months), None, 0));
    let old = house.record().len() as u64;
    house.pass(u64::from(months + 2) * 31 * 86_400);
    ops.record_started().expect("recorded");
    ops.make_checkpoint().expect("made");
    let caller = &crate::Caller::cli();
    let next = ops.audit_keeping(caller).expect("asked").next.expect("the old ones");
    assert_eq!((next.first, next.checkpoint.size), (1, old));
    assert_eq!(house.record().len() as u64, old + 1, "asking changes nothing");

    let archive = ops.archive_audit_when_due().expect("done").expect("one");
    assert_eq!(archive.entries, old);
    let e = house.last(audit::AUDIT_ARCHIVED);
    assert_eq!(e.facts["sha256"], archive.sha256);
    assert_eq!(house.record().first().map(|e| e.seq), Some(old + 1));
    assert_eq!(ops.archive_audit_when_due().expect("looked"), None);
    let keeping = ops.audit_keeping(caller).expect("asked");
    assert_eq!((keeping.next, keeping.oldest.map(|o| o.0)), (None, Some(old + 1)));
    let report = ops.verify_audit(caller).expect("checked");
    assert_eq!((report.fault, report.archived), (None, old));

    let name = &keeping.archives[0].0;
    let mut text = String::new();
    ops.audit_archive(caller, name).expect("there").read_to_string(&mut text).expect("read");
    assert!(text.contains("Nguyễn Huệ"));
    let report = verify_audit_export(&mut BufReader::new(text.as_bytes()), None).expect("read");
    assert_eq!((report.fault, report.entries), (None, old));
    assert_eq!(house.last(audit::AUDIT_EXPORTED).facts["file"], *name);
    for other in ["../keys/sealing.key", "/etc/passwd", "nhat-ky.jsonl"] {
        assert!(matches!(ops.audit_archive(caller, other), Err(OpsError::NotFound(_))));
    }
}
