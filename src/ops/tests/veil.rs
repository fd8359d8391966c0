//! What police cameras' hiddenness must hold against: the record of acts and all that is taken out of it, now and after the
//! camera is gone.

use super::rights::{City, NORTH, SOUTH, article, camera, missing};
use super::*;
use domain::facts_patch::Edit;
use domain::{
    Act, AssetDraft, Camera, CameraPatch, Document, DocumentDraft, FactsPatch, HandoverPlan, MountingAsset, audit,
};
use std::io::{BufReader, Read};
use store::{AuditPage, verify_audit_export};

/// A camera of the police and its own unit's administrator; the node's administrator does not see it.
fn hidden(c: &City) -> (Camera, Caller) {
    let head = c.person("ca", Role::UnitAdministrator, Some(c.north));
    (camera(&c.house, &c.boss, "Hẻm Bảy Lá", NORTH, "BAC", true), head)
}

fn find(c: &City, who: &Caller, filter: AuditFilter) -> AuditPage {
    c.ops().audit_page(who, &filter).expect("page")
}

fn text(q: &str) -> AuditFilter {
    AuditFilter { text: Some(q.into()), ..AuditFilter::default() }
}

fn subject(named: &str, kind: Option<&str>) -> AuditFilter {
    AuditFilter { subject: Some(named.into()), kind: kind.map(Into::into), ..AuditFilter::default() }
}

/// What the administrator can take out: export, excerpt, both tables.
fn taken_out(c: &City) -> Vec<(&'static str, String)> {
    let (ops, boss, all) = (c.ops(), &c.boss, AuditFilter::default());
    let (mut whole, mut excerpt, mut vi, mut en) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    ops.export_audit(boss, &mut whole).expect("export");
    ops.export_audit_excerpt(boss, &all, &mut excerpt).expect("excerpt");
    ops.export_audit_csv(boss, &all, Language::Vi, &mut vi).expect("table");
    ops.export_audit_csv(boss, &all, Language::En, &mut en).expect("table");
    let named = [("whole", whole), ("excerpt", excerpt), ("vi", vi), ("en", en)];
    named.into_iter().map(|(name, bytes)| (name, String::from_utf8(bytes).expect("UTF-8"))).collect()
}

/// Nothing of the camera stands there in clear.
fn says_nothing(of: &Camera, what: &str, text: &str) {
    for secret in [of.code.as_str(), "Bảy Lá"] {
        assert!(!text.contains(secret), "{what} tells “{secret}”");
    }
}

#[test]
fn no_search_of_the_record_finds_what_it_does_not_show() {
    let c = City::new();
    let (police, _) = hidden(&c);
    let nothing = |filter: AuditFilter| {
        for limit in [1, 2, 50] {
            let page = find(&c, &c.boss, AuditFilter { limit: Some(limit), ..filter.clone() });
            assert_eq!(page, AuditPage::default(), "{filter:?}: as if there were no such words");
        }
    };
    nothing(text("bay la"));
    nothing(text(&police.code));
    for kind in [None, Some("camera"), Some("grant")] {
        nothing(subject(&police.code, kind));
        nothing(subject(&format!("{} hẻm", police.code), kind));
    }
    assert!(!find(&c, &c.boss, text("cau bac")).entries.is_empty(), "other words find what they did");
    // By what is shown of it, it is found: that it is there is no secret of the record.
    let by_id = find(&c, &c.boss, subject(&police.id.to_string(), Some("camera")));
    assert!(!by_id.entries.is_empty());
    says_nothing(&police, "the entry", &format!("{:?}", by_id.entries));
    // A page that is full does not tell of hidden ones behind it.
    let all = find(&c, &c.boss, AuditFilter { act: Some("camera".into()), limit: Some(50), ..AuditFilter::default() });
    assert!(all.next.is_none() && all.entries.len() >= 3);
    // The machine's own command line is not veiled.
    assert!(!find(&c, &Caller::cli(), text("bay la")).entries.is_empty());
}

#[test]
fn what_is_taken_out_of_the_record_tells_nothing_and_still_proves() {
    let c = City::new();
    let (police, _) = hidden(&c);
    for (name, text) in taken_out(&c) {
        says_nothing(&police, name, &text);
        assert!(text.contains("Cầu Bắc"), "{name}: others' cameras stand there");
    }
    for (name, text) in taken_out(&c).into_iter().take(2) {
        let report = verify_audit_export(&mut text.as_bytes(), None).expect("read");
        assert_eq!((report.fault, report.veiled), (None, 2), "{name}: added, and its founding grant");
        assert!(report.entries > 4);
        // A veiled entry holds its place: neither left out nor exchanged.
        let lines: Vec<&str> = text.lines().collect();
        let at = lines.iter().position(|l| l.contains("\"veiled\":")).expect("a veiled one");
        let without: Vec<&str> = lines.iter().enumerate().filter(|(n, _)| *n != at).map(|(_, l)| *l).collect();
        let broken = |text: String| verify_audit_export(&mut text.as_bytes(), None).expect("read").fault.is_some();
        assert!(broken(without.join("\n") + "\n"), "{name}: left out");
        let hash = lines[at].split('"').nth(7).expect("its hash");
        let other = format!("{}{}", if hash.starts_with('0') { '1' } else { '0' }, &hash[1..]);
        assert!(broken(text.replace(hash, &other)), "{name}: another hash");
        let number = lines[at].split("\"veiled\":").nth(1).expect("its number");
        let number: String = number.chars().take_while(char::is_ascii_digit).collect();
        let moved = lines[at].replace(&format!("\"veiled\":{number}"), "\"veiled\":1");
        let moved: Vec<&str> =
            lines.iter().enumerate().map(|(n, l)| if n == at { moved.as_str() } else { l }).collect();
        assert!(broken(moved.join("\n") + "\n"), "{name}: another number");
    }
    // The node's own file holds all.
    let mut whole = Vec::new();
    c.ops().export_audit(&Caller::cli(), &mut whole).expect("export");
    assert!(String::from_utf8(whole).expect("UTF-8").contains("Bảy Lá"));
}

#[test]
fn an_archive_is_handed_out_as_its_reader_may_see_it() {
    let c = City::new();
    let (police, _) = hidden(&c);
    let months = c.ops().policy().audit.months().expect("entries do not stay for ever");
    c.ops().make_checkpoint().expect("made");
    c.house.pass(u64::from(months + 2) * 31 * 86_400);
    c.ops().record_started().expect("recorded");
    c.ops().make_checkpoint().expect("made");
    c.ops().archive_audit_when_due().expect("done").expect("one");
    let name = c.ops().audit_keeping(&c.boss).expect("asked").archives[0].0.clone();
    let mut text = String::new();
    c.ops().audit_archive(&c.boss, &name).expect("there").read_to_string(&mut text).expect("read");
    says_nothing(&police, "the archive", &text);
    let report = verify_audit_export(&mut BufReader::new(text.as_bytes()), None).expect("read");
    assert_eq!((report.fault, report.veiled), (None, 2));
}

#[test]
fn what_was_put_on_record_of_a_police_camera_stays_veiled_after_it() {
    let c = City::new();
    let (police, head) = hidden(&c);
    let other = camera(&c.house, &c.boss, "Hẻm Bảy Lá 2", NORTH, "BAC", true);
    c.ops().remove_camera(&head, police.id, "Hẻm Bảy Lá").expect("removed");
    c.house.pass(60);
    // The other one is made an ordinary camera: what comes after is for everybody.
    let mut plain = CameraPatch { name: Some("Cầu Mới".into()), ..CameraPatch::default() };
    plain.facts.police = Edit::Set(false);
    let other = c.ops().change_camera(&head, other.id, plain, other.revision).expect("no longer one");
    c.house.pass(60);
    let patch = CameraPatch { name: Some("Cầu Mới Nhất".into()), ..CameraPatch::default() };
    c.ops().change_camera(&head, other.id, patch, other.revision).expect("changed");

    let c = City { house: c.house.restarted(), ..c };
    assert_eq!(find(&c, &c.boss, text("bay la")), AuditPage::default(), "not after a restart either");
    let removed = AuditFilter { act: Some(audit::CAMERA_REMOVED.into()), ..AuditFilter::default() };
    let removed = find(&c, &c.boss, removed).entries;
    assert_eq!(removed.len(), 1, "that it was removed, and by whom, is told");
    says_nothing(&police, "the removal", &format!("{removed:?}"));
    for (name, text) in taken_out(&c) {
        says_nothing(&police, name, &text);
        assert!(text.contains("Cầu Mới Nhất"), "{name}: a camera that is an ordinary one now");
    }
    let history = c.ops().camera_history(&c.boss, &other, None, None, 50).expect("history");
    assert!(!format!("{history:?}").contains("Bảy Lá"), "nor in its own history");
    assert!(format!("{history:?}").contains("Cầu Mới Nhất"));
}

/// A pole that somebody enters.
fn pole(c: &City, who: &Caller, code: &str) -> MountingAsset {
    let draft = AssetDraft { code: code.into(), kind: "post".into(), ..AssetDraft::default() };
    c.ops().add_asset(who, &draft).expect("entered")
}

fn mount(c: &City, who: &Caller, camera: &Camera, code: &str) -> Camera {
    let facts = FactsPatch { asset: Edit::Set(code.into()), ..FactsPatch::default() };
    let patch = CameraPatch { facts, ..CameraPatch::default() };
    c.ops().change_camera(who, camera.id, patch, camera.revision).expect("mounted")
}

#[test]
fn removing_an_asset_tells_nothing_of_a_hidden_camera_on_it() {
    let c = City::new();
    let (police, head) = hidden(&c);
    let (bare, held) = (pole(&c, &c.boss, "TRU-1"), pole(&c, &c.boss, "TRU-2"));
    let police = mount(&c, &head, &police, "TRU-2");
    for asset in [&bare, &held] {
        c.ops().remove_asset(&c.boss, asset.id, asset.revision).expect("as if nothing were on it");
        assert!(matches!(c.ops().asset(&c.boss, &asset.code), Err(OpsError::NotFound("asset"))));
        assert!(matches!(c.ops().remove_asset(&c.boss, asset.id, 2), Err(OpsError::NotFound("asset"))));
    }
    assert_eq!(c.ops().list_assets(&c.boss, "", None, 10).expect("listed").total, 0);
    // Whoever sees the camera sees what it is on, and may go on editing it.
    assert_eq!(c.ops().list_assets(&head, "", None, 10).expect("listed").total, 1);
    let (kept, on) = c.ops().asset(&head, "TRU-2").expect("there");
    assert_eq!((kept.id, on.len()), (held.id, 1));
    mount(&c, &head, &police, "TRU-2");
    // The code of either can be entered again, and comes back to the same asset.
    for asset in [&bare, &held] {
        let again = pole(&c, &c.boss, &asset.code);
        assert_eq!((again.id, again.removed_at), (asset.id, None));
    }
    assert_eq!(c.ops().list_assets(&c.boss, "", None, 10).expect("listed").total, 2);
}

#[test]
fn an_asset_is_changed_by_those_whose_it_is() {
    let c = City::new();
    let north = c.person("bac", Role::Unit, Some(c.north));
    let (south, investor) =
        (c.person("nam", Role::Unit, Some(c.south)), c.person("cdt", Role::Investor, Some(c.south)));
    let draft = |name: &str| AssetDraft {
        code: "TRU-1".into(),
        kind: "post".into(),
        name: name.into(),
        ..AssetDraft::default()
    };
    let asset = pole(&c, &north, "TRU-1");
    assert_eq!(asset.unit_id, Some(c.north));
    let change = |who: &Caller, name: &str, revision| c.ops().change_asset(who, asset.id, &draft(name), revision);
    for other in [&south, &investor] {
        assert_eq!(article(change(other, "cột", 1).expect_err("not theirs")), Some("9.1"));
        assert_eq!(article(c.ops().remove_asset(other, asset.id, 1).expect_err("not theirs")), Some("9.1"));
        let (found, on) = c.ops().asset(other, "TRU-1").expect("seen");
        assert!(!c.ops().may_change_asset(other, &found, &on), "and the page offers nothing");
    }
    change(&north, "cột của Bắc", 1).expect("their unit's");
    change(&c.boss, "cột", 2).expect("the node's office");
    // Its cameras are theirs: so is it, as far as they see what is on it.
    mount(&c, &south, &c.in_south, "TRU-1");
    change(&south, "cột của Nam", 3).expect("all they see on it is theirs");
    mount(&c, &north, &c.in_north, "TRU-1");
    let city = c.person("vh", Role::Operator, None);
    assert!(matches!(c.ops().remove_asset(&city, asset.id, 4), Err(OpsError::Invalid(_))), "cameras are on it");
}

#[test]
fn a_handover_counts_and_names_no_camera_of_the_police_and_moves_it() {
    let c = City::new();
    let (police, head) = hidden(&c);
    let area = |code: &str| c.ops().registers().area_by(code).expect("area");
    let plan = HandoverPlan {
        from: vec![area(NORTH)],
        others: Some(area(SOUTH)),
        why: "QĐ 12".into(),
        ..HandoverPlan::default()
    };
    let preview = c.ops().preview_handover(&c.boss, &plan).expect("preview");
    assert_eq!((preview.moved(), preview.stayed()), (1, 0), "the one that the administrator sees");
    let stays = HandoverPlan { others: None, ..plan.clone() };
    let stays = c.ops().preview_handover(&c.boss, &stays).expect("preview");
    assert_eq!((stays.moved(), stays.stayed()), (0, 1));
    assert!(stays.stays.iter().all(|s| !s.some.contains(&police.id)));

    let done = c.ops().hand_over(&c.boss, plan).expect("done");
    assert_eq!((done.cameras, done.moved), (1, 1));
    let moved = c.ops().camera(&head, &police.code).expect("theirs as before");
    assert_eq!(moved.area_id, Some(area(SOUTH)), "it has gone with the others");
    assert_eq!(c.house.last(audit::AREA_HANDED_OVER).facts["cameras"], "1");
    let record = find(&c, &c.boss, AuditFilter::default()).entries;
    let veiled = record.iter().find(|e| e.subjects().any(|s| s.id == police.id.to_string())).expect("on record");
    assert!(veiled.subjects().all(|s| s.kind != "handover"), "where it was is not told: {veiled:?}");

    // A change of the hidden camera since is in nobody's way.
    let patch = CameraPatch { name: Some("Hẻm Bảy Lá Mới".into()), ..CameraPatch::default() };
    c.ops().change_camera(&head, police.id, patch, moved.revision).expect("changed");
    let undone = c.ops().undo_handover(&c.boss, done.id, done.revision).expect("undone");
    assert_eq!(undone.moved, 0);
    let back = c.ops().camera(&head, &police.code).expect("theirs");
    assert_eq!((back.area_id, back.name.as_str()), (Some(area(NORTH)), "Hẻm Bảy Lá Mới"));

    // With nothing else in the area there is nothing to hand over, for all that is told.
    c.ops().remove_camera(&c.boss, c.in_north.id, "Cầu Bắc").expect("removed");
    let plan = HandoverPlan { from: vec![area(NORTH)], others: Some(area(SOUTH)), ..HandoverPlan::default() };
    let plan = HandoverPlan { why: "QĐ 13".into(), ..plan };
    assert!(matches!(c.ops().hand_over(&c.boss, plan), Err(OpsError::Invalid(_))));
    assert!(missing(c.ops().camera(&c.boss, &police.code)));
}

#[test]
fn the_code_of_a_hidden_camera_is_refused_as_one_of_no_good_form() {
    let c = City::new();
    let (police, _) = hidden(&c);
    let refused = |code: &str| {
        let new = CameraDraft { code: Some(code.into()), ..draft("Mới") };
        match c.ops().register_camera(&c.boss, new) {
            Err(OpsError::Invalid(faults)) => faults.into_iter().map(|f| (f.field, f.said)).collect::<Vec<_>>(),
            other => panic!("refused: {other:?}"),
        }
    };
    assert_eq!(refused(&police.code), refused("không phải mã"));
    let patch = CameraPatch { code: Some(police.code.clone()), ..CameraPatch::default() };
    let changed = c.ops().change_camera(&c.boss, c.in_north.id, patch, c.in_north.revision);
    assert!(matches!(changed, Err(OpsError::Invalid(_))));
}

fn consent_of(c: &City, who: &Caller, camera: &Camera, number: &str) -> Document {
    let draft = DocumentDraft {
        kind: "consent".into(),
        number: number.into(),
        date: "2026-11-20".into(),
        issuer: "Công an Thành phố".into(),
        title: "Đồng ý chia sẻ".into(),
    };
    let file = crate::Upload { name: "dong-y.pdf".into(), bytes: b"%PDF-1.4 \n%%EOF".to_vec() };
    c.ops().add_document(who, camera.id, &draft, Some(&file)).expect("added")
}

#[test]
fn a_paper_of_a_hidden_camera_is_neither_offered_nor_good_for_a_grant() {
    let c = City::new();
    let (police, head) = hidden(&c);
    let secret = consent_of(&c, &head, &police, "77/CA-BM");
    let open = consent_of(&c, &head, &c.in_north, "78/CA");
    let an = c.person("an", Role::DistrictCentre, Some(c.south));
    let offered =
        |who: &Caller| c.ops().consents(who).expect("listed").into_iter().map(|(id, _)| id).collect::<Vec<_>>();
    assert_eq!(offered(&c.boss), [open.id], "that of a camera which they see");
    assert_eq!(offered(&head).len(), 2);
    assert!(matches!(c.ops().document(&c.boss, secret.id), Err(OpsError::NotFound("document"))));
    let mut wish = c.wish(&an, &[Act::WatchLive], &c.in_north);
    wish.paper = None;
    wish.document = Some(secret.id);
    assert_eq!(fields(&c.ops().give_grant(&c.boss, wish.clone()).expect_err("not theirs to know")), ["document"]);
    assert!(matches!(c.ops().withdraw_document(&c.boss, secret.id, "sai"), Err(OpsError::NotFound("document"))));
    wish.document = Some(open.id);
    c.ops().give_grant(&c.boss, wish).expect("given");

    // Reading it is on record for those alone who see the camera.
    c.ops().document_file(&head, secret.id).expect("theirs");
    let read = AuditFilter { act: Some(audit::DOCUMENT_READ.into()), ..AuditFilter::default() };
    let read = find(&c, &c.boss, read).entries;
    assert!(read.len() == 1 && !format!("{read:?}").contains("77/CA-BM") && !format!("{read:?}").contains("dong-y"));
}

#[test]
fn a_list_out_of_the_inbox_does_not_find_them_either() {
    let c = City::new();
    let (police, _) = hidden(&c);
    let row = |code: &str| format!("Mã camera,Ghi chú\n{code},gần chợ\n").into_bytes();
    let told = |code: &str| {
        let report = c.ops().take_inbox_file(format!("{code}.csv"), row(code)).expect("taken");
        format!("{report:?}").replace(code, "…")
    };
    let (hidden, nowhere) = (told(&police.code), told("79-9999"));
    assert!(!hidden.contains("Bảy Lá"), "{hidden}");
    let jobs = c.ops().jobs(&c.boss).expect("lists");
    let verdicts: Vec<_> = jobs.iter().map(|j| (j.tally.change, j.tally.fault)).collect();
    assert_eq!(
        verdicts,
        [(0, 1), (0, 1)],
        "a camera that is hidden is no more there than one that is not: {hidden} {nowhere}"
    );
}
