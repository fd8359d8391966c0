//! The camera's record: facts, agreement, device, documents and files, mounting assets, history.

use super::{House, draft, fields};
use crate::{Caller, OpsError, OverlapFilter, Replacement, Upload};
use base::{Secret, limits};
use domain::unit_edit::UnitDraft;
use domain::{
    AssetDraft, Camera, CameraDraft, CameraPatch, DocumentDraft, Edit, FactsPatch, HappeningKind, Position, audit,
};
use std::time::Duration;

fn facts(fields: &[(&str, &str)]) -> FactsPatch {
    let mut patch = FactsPatch::default();
    for (name, text) in fields {
        assert_eq!(patch.set_text(name, text), Ok(true), "{name}");
    }
    patch
}

fn view(east_m: f64, purposes: &str) -> FactsPatch {
    let lon = 106.7009 + east_m / 109_000.0;
    FactsPatch {
        position: Edit::Set(Position { lat: 10.7769, lon }),
        ..facts(&[("direction_deg", "90"), ("angle_deg", "90"), ("range_m", "50"), ("purposes", purposes)])
    }
}

fn with(name: &str, facts: FactsPatch) -> CameraDraft {
    CameraDraft { facts, ..draft(name) }
}

fn agreement() -> DocumentDraft {
    DocumentDraft {
        kind: "second_view".into(),
        number: "12/UBND-VX".into(),
        date: "01/11/2026".into(),
        issuer: "UBND Quận 1".into(),
        title: String::new(),
    }
}

fn change(house: &House, caller: &Caller, camera: &Camera, patch: CameraPatch) -> Result<Camera, OpsError> {
    house.ops.change_camera(caller, camera.id, patch, camera.revision)
}

#[test]
fn facts_are_read_by_the_registers_and_put_on_record() {
    let (house, boss) = (House::new(), Caller::cli());
    let wish = facts(&[
        ("height_m", "7,5"),
        ("purposes", "Trật tự an toàn giao thông; security"),
        ("installed_on", "01/11/2026"),
    ]);
    let camera = house.ops.register_camera(&boss, with("Một", wish)).expect("added");
    assert_eq!(camera.facts.purposes, ["traffic", "security"], "by name and by code");
    let happening = camera.facts.happenings.last().expect("installed");
    assert_eq!((happening.kind, happening.on.to_string().as_str()), (HappeningKind::Installed, "2026-11-01"));
    let unknown = house.ops.register_camera(&boss, with("Hai", facts(&[("purposes", "không có"), ("place", "ở đâu")])));
    assert_eq!(fields(&unknown.expect_err("unknown")), ["place", "purposes"]);

    let patch = CameraPatch {
        facts: facts(&[("height_m", "2"), ("note", "gần chợ")]),
        reason: Some("đo lại".into()),
        happened_on: Some("2026-11-20".parse().expect("a day")),
        ..CameraPatch::default()
    };
    let changed = change(&house, &boss, &camera, patch).expect("changed");
    let e = house.last(audit::CAMERA_CHANGED);
    assert_eq!(e.changes.0["facts.height_m"].old.as_deref(), Some("7.5"));
    assert_eq!((e.facts["reason"].as_str(), e.facts["happened_on"].as_str()), ("đo lại", "2026-11-20"));
    assert_eq!(changed.facts.happenings.last().map(|h| h.kind), Some(HappeningKind::Changed));
    let later = CameraPatch {
        happened_on: Some("2027-01-01".parse().expect("a day")),
        facts: facts(&[("height_m", "3")]),
        ..CameraPatch::default()
    };
    assert_eq!(fields(&change(&house, &boss, &changed, later).expect_err("to come")), ["happened_on"]);
    // A note is nothing that has happened outside.
    let n = changed.facts.happenings.len();
    let noted =
        change(&house, &boss, &changed, CameraPatch { facts: facts(&[("note", "khác")]), ..CameraPatch::default() });
    assert_eq!(noted.expect("noted").facts.happenings.len(), n);
}

#[test]
fn a_second_camera_on_a_view_needs_the_agreement() {
    let (house, boss) = (House::new(), Caller::cli());
    let first = house.ops.register_camera(&boss, with("Một", view(0.0, "traffic"))).expect("nobody sees it yet");
    let refused = house.ops.register_camera(&boss, with("Hai", view(5.0, "traffic"))).expect_err("the same view");
    let OpsError::Rule { article: "5.4", faults } = &refused else { panic!("{refused:?}") };
    assert_eq!(faults[0].field, "agreement_number");
    assert!(faults[0].said.vi.contains(&first.code) && faults[0].said.en.contains("13.1"), "{:?}", faults[0].said);
    // Another purpose, another place, or the police: no question.
    house.ops.register_camera(&boss, with("Ba", view(5.0, "flood"))).expect("another purpose");
    house.ops.register_camera(&boss, with("Bốn", view(500.0, "traffic"))).expect("another place");
    let police = FactsPatch { police: Edit::Set(true), ..view(5.0, "traffic") };
    let unit = UnitDraft { code: "CA".into(), name: "Công an".into(), kind: "police".into(), ..UnitDraft::default() };
    house.ops.add_unit(&boss, unit).expect("unit");
    let police = CameraDraft { unit: Some("CA".into()), ..with("Năm", police) };
    let police = house.ops.register_camera(&boss, police).expect("police cameras are excepted");

    let agreed = CameraDraft { agreement: Some(agreement()), ..with("Sáu", view(5.0, "traffic")) };
    let wrong = DocumentDraft { kind: "consent".into(), ..agreement() };
    let other = CameraDraft { agreement: Some(wrong), ..agreed.clone() };
    assert_eq!(fields(&house.ops.register_camera(&boss, other).expect_err("another paper")), ["agreement_kind"]);
    let half = CameraDraft {
        agreement: Some(DocumentDraft { number: "7".into(), ..DocumentDraft::default() }),
        ..agreed.clone()
    };
    assert_eq!(
        fields(&house.ops.register_camera(&boss, half).expect_err("half")),
        ["agreement_kind", "agreement_issuer", "agreement_date"]
    );
    let second = house.ops.register_camera(&boss, agreed).expect("agreed");
    assert_eq!(second.facts.documents.len(), 1);
    // What is agreed may be moved about; a view that stays needs no agreement anew.
    let moved = CameraPatch { facts: facts(&[("direction_deg", "95")]), ..CameraPatch::default() };
    let second = change(&house, &boss, &second, moved.clone()).expect("agreed already");
    change(&house, &boss, &first, CameraPatch { name: Some("Một A".into()), ..CameraPatch::default() })
        .expect("renamed");
    let turned = change(&house, &boss, &house.ops.camera(&boss, &first.code).expect("there"), moved);
    assert!(matches!(turned, Err(OpsError::Rule { .. })), "turning makes it a question again");

    let of = house.ops.overlaps_of(&boss, &second).expect("seen");
    assert_eq!(of.iter().map(|o| o.camera.code.as_str()).collect::<Vec<_>>(), [first.code.as_str()]);
    assert!(of[0].over_threshold && of[0].share > 0.5 && !of.iter().any(|o| o.camera.id == police.id));
    let report = |f: OverlapFilter| house.ops.overlap_report(&boss, &OverlapFilter { limit: 10, ..f }).expect("report");
    let all = report(OverlapFilter::default());
    assert_eq!((all.total, all.items[0].agreed), (1, true));
    assert_eq!(report(OverlapFilter { without_agreement: true, ..OverlapFilter::default() }).total, 0);
    assert_eq!(report(OverlapFilter { purpose: Some("flood".into()), ..OverlapFilter::default() }).total, 0);
    house.ops.remove_document(&boss, second.id, second.facts.documents[0]).expect("taken away");
    assert_eq!(report(OverlapFilter { without_agreement: true, ..OverlapFilter::default() }).total, 1);
    house.ops.remove_camera(&boss, second.id, "Sáu").expect("removed");
    assert_eq!(report(OverlapFilter::default()).total, 0);
}

#[test]
fn a_device_is_replaced_and_the_camera_stays() {
    let (house, boss) = (House::new(), Caller::cli());
    let device = facts(&[("maker", "A"), ("model", "A1"), ("serial", "001"), ("installed_on", "01/02/2026")]);
    let camera = house
        .ops
        .register_camera(
            &boss,
            CameraDraft {
                username: Some("u".into()), password: Some(Secret::new("p1".into())), ..with("Một", device)
            },
        )
        .expect("added");
    let replacement = |fields: &[(&str, &str)], url: Option<&str>, password: Option<&str>| Replacement {
        patch: CameraPatch {
            facts: facts(fields),
            main_url: url.map(str::to_owned),
            password: password.map(|p| Some(Secret::new(p.into()))),
            reason: Some("hỏng".into()),
            happened_on: Some("2026-11-20".parse().expect("a day")),
            ..CameraPatch::default()
        },
    };
    let replace = |c: &Camera, r: Replacement| house.ops.replace_device(&boss, c.id, r, c.revision);
    assert_eq!(fields(&replace(&camera, replacement(&[], None, None)).expect_err("what is new?")), ["model"]);
    let elsewhere = replacement(&[("model", "B2")], Some("rtsp://10.0.0.77/m"), None);
    assert_eq!(fields(&replace(&camera, elsewhere).expect_err("the kept password stays here")), ["password"]);
    let new =
        replace(&camera, replacement(&[("model", "B2")], Some("rtsp://10.0.0.77/m"), Some("p2"))).expect("replaced");
    assert_eq!((new.id, &new.code, new.main_url.as_str()), (camera.id, &camera.code, "rtsp://10.0.0.77/m"));
    let device = new.facts.device.as_ref().expect("a device");
    assert_eq!(
        (device.model.as_str(), device.maker.as_str(), device.serial.as_str()),
        ("B2", "", ""),
        "nothing is carried over"
    );
    assert_eq!(device.from.map(|d| d.to_string()).as_deref(), Some("2026-11-20"));
    let former = &new.facts.former_devices[0];
    assert_eq!((former.serial.as_str(), former.reason.as_deref()), ("001", Some("hỏng")));
    assert_eq!(former.from.map(|d| d.to_string()).as_deref(), Some("2026-02-01"));
    assert_eq!(new.facts.happenings.last().map(|h| h.kind), Some(HappeningKind::Replaced));
    let e = house.last(audit::CAMERA_DEVICE_REPLACED);
    assert!(e.changes.0.contains_key("password") && e.changes.0["facts.device.model"].new.as_deref() == Some("B2"));
    assert!(!format!("{e:?}").contains("p2"));
}

#[test]
fn a_record_is_confirmed_as_it_was_read_and_its_history_is_told() {
    let (house, boss) = (House::new(), Caller::cli());
    let camera = house.ops.register_camera(&boss, draft("Một")).expect("added");
    house.clock.advance(Duration::from_secs(200 * 86_400));
    assert!(house.ops.is_stale(&camera, house.clock.clock().now()));
    assert!(matches!(house.ops.confirm_camera(&boss, camera.id, 99), Err(OpsError::Changed { .. })));
    let camera = house.ops.confirm_camera(&boss, camera.id, camera.revision).expect("confirmed");
    assert!(!house.ops.is_stale(&camera, house.clock.clock().now()));
    let patch = |name: &str, height: &str| CameraPatch {
        name: Some(name.into()),
        facts: facts(&[("height_m", height)]),
        reason: Some("vì".into()),
        ..CameraPatch::default()
    };
    let camera = change(&house, &boss, &camera, patch("Hai", "5")).expect("changed");
    let camera = change(&house, &boss, &camera, patch("Hai", "6")).expect("changed");
    let history = |field: Option<&str>, before, limit| {
        house.ops.camera_history(&boss, &camera, field, before, limit).expect("told")
    };
    let acts: Vec<String> = history(None, None, 50).items.into_iter().map(|r| r.act).collect();
    assert_eq!(acts, [audit::CAMERA_CHANGED, audit::CAMERA_CHANGED, audit::CAMERA_CONFIRMED, audit::CAMERA_ADDED]);
    let heights = history(Some("height_m"), None, 50).items;
    assert_eq!(heights.len(), 2);
    assert_eq!(
        heights[0].changes,
        [("height_m".to_owned(), domain::Changed { old: Some("5".into()), new: Some("6".into()) })]
    );
    assert_eq!(heights[0].reason.as_deref(), Some("vì"));
    let first = history(None, None, 2);
    assert_eq!(first.items.len(), 2);
    let rest = history(None, first.next, 50);
    assert_eq!((rest.items.len(), rest.next), (2, None));
}

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n";

fn upload(name: &str, bytes: &[u8]) -> Upload {
    Upload { name: name.into(), bytes: bytes.to_vec() }
}

#[test]
fn documents_and_their_files() {
    let (house, boss) = (House::new(), Caller::cli());
    let camera = house.ops.register_camera(&boss, with("Một", facts(&[("place", "street")]))).expect("added");
    let before = house.ops.completeness_of(&camera).percent;
    let paper = DocumentDraft { kind: "place_consent".into(), number: "5/UBND".into(), ..DocumentDraft::default() };
    let hostile = [("a.pdf", &b"<script>alert(1)</script>"[..]), ("x.exe", b"MZ\x90\x00"), ("empty.pdf", b"")];
    for (name, bytes) in hostile {
        let refused = house.ops.add_document(&boss, camera.id, &paper, Some(&upload(name, bytes))).expect_err(name);
        assert_eq!(fields(&refused), ["file"]);
    }
    let mut large = PDF.to_vec();
    large.resize(limits::FILE_BYTES_MAX + 1, 0);
    assert_eq!(
        fields(&house.ops.add_document(&boss, camera.id, &paper, Some(&upload("l.pdf", &large))).expect_err("large")),
        ["file"]
    );
    let document =
        house.ops.add_document(&boss, camera.id, &paper, Some(&upload("../../văn bản.PDF", PDF))).expect("kept");
    let file = document.file.as_ref().expect("a file");
    assert_eq!(
        (file.name.as_str(), file.media_type.as_str(), file.size),
        ("văn bản.pdf", "application/pdf", PDF.len() as u64)
    );
    let camera = house.ops.camera(&boss, &camera.code).expect("there");
    assert_eq!(camera.facts.documents, [document.id]);
    assert!(house.ops.completeness_of(&camera).percent > before, "the consent counts (A15.1)");

    let (_, bytes) = house.ops.document_file(&boss, document.id).expect("taken out");
    assert_eq!(bytes, PDF);
    assert_eq!(house.last(audit::DOCUMENT_READ).facts["file"], "văn bản.pdf");
    // An altered file is not given out as what was kept.
    let path = house.dir.path().join("files").join(&file.sha256[..2]).join(&file.sha256);
    std::fs::write(&path, b"%PDF-1.7 forged").expect("written");
    assert!(matches!(house.ops.document_file(&boss, document.id), Err(OpsError::Inner(_))));
    std::fs::write(&path, PDF).expect("written");

    // What nobody names any more goes, after its time.
    assert_eq!(house.ops.clean_files().expect("cleaned"), 0);
    house.ops.remove_document(&boss, camera.id, document.id).expect("taken away");
    assert!(matches!(house.ops.document(&boss, document.id), Err(OpsError::NotFound(_))));
    let file = std::fs::File::options().write(true).open(&path).expect("still there");
    let now = std::time::SystemTime::UNIX_EPOCH + house.clock.clock().now().since(base::WallTime::EPOCH);
    file.set_modified(now).expect("set");
    assert_eq!(house.ops.clean_files().expect("too young"), 0);
    house.clock.advance(limits::FILE_ORPHAN_LIFE);
    assert_eq!(house.ops.clean_files().expect("cleaned"), 1);
    assert!(!path.exists());
}

#[test]
fn naming_a_document_does_not_open_it_to_others() {
    let (house, boss) = (House::new(), Caller::cli());
    let one = house.ops.register_camera(&boss, draft("Một")).expect("added");
    let foreign = base::DocumentId::from_parts(1, [9; 10]);
    let patch = CameraPatch {
        facts: FactsPatch { documents: Edit::Set(vec![foreign]), ..FactsPatch::default() },
        ..CameraPatch::default()
    };
    assert_eq!(fields(&change(&house, &boss, &one, patch).expect_err("no such document")), ["documents"]);
}

#[test]
fn mounting_assets_are_shared_by_cameras() {
    let (house, boss) = (House::new(), Caller::cli());
    let pole = AssetDraft {
        code: "TRU-0001".into(),
        kind: "column".into(),
        position: "10.5, 106.25".into(),
        ..AssetDraft::default()
    };
    let asset = house.ops.add_asset(&boss, &pole).expect("added");
    assert!(matches!(
        house.ops.add_asset(&boss, &AssetDraft { code: "tru-0001".into(), ..pole.clone() }),
        Err(OpsError::Taken { .. })
    ));
    let camera =
        house.ops.register_camera(&boss, with("Một", facts(&[("asset", "tru-0001")]))).expect("found by its code");
    assert_eq!(camera.facts.asset, Some(asset.id));
    let (_, on) = house.ops.asset(&boss, "TRU-0001").expect("there");
    assert_eq!(on.iter().map(|c| c.id).collect::<Vec<_>>(), [camera.id]);
    assert_eq!(house.ops.list_assets(&boss, "tru", None, 10).expect("listed").items[0].cameras, 1);
    assert!(house.ops.remove_asset(&boss, asset.id, asset.revision).is_err(), "a camera is on it");
    let renamed = AssetDraft { code: "TRU-0002".into(), ..pole };
    let asset = house.ops.change_asset(&boss, asset.id, &renamed, asset.revision).expect("changed");
    assert!(matches!(house.ops.change_asset(&boss, asset.id, &renamed, 1), Err(OpsError::Changed { .. })));
    change(
        &house,
        &boss,
        &camera,
        CameraPatch { facts: FactsPatch { asset: Edit::Clear, ..FactsPatch::default() }, ..CameraPatch::default() },
    )
    .expect("taken down");
    house.ops.remove_asset(&boss, asset.id, asset.revision).expect("removed");
    assert_eq!(house.ops.list_assets(&boss, "", None, 10).expect("listed").total, 0);
}

#[test]
fn memory_is_as_before_after_a_restart() {
    let (house, boss) = (House::new(), Caller::cli());
    house.ops.register_camera(&boss, with("Một", view(0.0, "traffic"))).expect("added");
    let second = CameraDraft { agreement: Some(agreement()), ..with("Hai", view(5.0, "traffic")) };
    let second = house.ops.register_camera(&boss, second).expect("agreed");
    let house = house.restarted();
    let report =
        house.ops.overlap_report(&boss, &OverlapFilter { limit: 10, ..OverlapFilter::default() }).expect("report");
    assert_eq!((report.total, report.items[0].agreed), (1, true));
    assert_eq!(house.ops.documents_of(&boss, &second).expect("seen").len(), 1);
}
