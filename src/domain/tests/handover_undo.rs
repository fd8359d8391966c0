//! What an undo means for one thing: where the handover's own word still stands it goes back, whatever else was changed.

use super::*;
use crate::camera_facts::HandedOver;
use crate::{Extra, HandoverPlan, HandoverState};
use base::{AccountId, CivilDate, WallTime};

/// Handovers: the one that is undone, one after it, one before it.
const THIS: u8 = 1;
const NEXT: u8 = 2;
const BEFORE: u8 = 3;

fn job(n: u8) -> JobId {
    JobId::from_bytes([n; 16])
}

fn id(n: u8) -> AreaId {
    AreaId::from_bytes([n; 16])
}

/// A camera in that area, moved by these handovers, of that revision.
fn camera(at: Option<u8>, notes: &[u8], revision: u64) -> Camera {
    let json = serde_json::json!({
        "id": CameraId::from_bytes([9; 16]), "code": "79-0009", "name": "Cầu", "main_url": "rtsp://h/", "transport": "tcp",
        "has_password": false, "created_at": 0, "changed_at": 0, "revision": revision, "area_id": at.map(id),
    });
    let mut camera: Camera = serde_json::from_value(json).expect("a camera");
    for handover in notes {
        camera.facts.note_handover(HandedOver { from: id(1), at: WallTime::EPOCH, handover: job(*handover) });
    }
    camera
}

/// From area 1 to area 2, in revision 5.
fn moved() -> MovedCamera {
    MovedCamera {
        camera: CameraId::from_bytes([9; 16]),
        from: id(1),
        to: Some(id(2)),
        from_text: None,
        code: "79-0009".into(),
        name: "Cầu".into(),
        revision: 5,
        police: false,
    }
}

#[test]
fn a_camera_goes_back_where_its_area_still_stands() {
    let kept = |why| Undoing::Kept(why);
    let cases: &[(&str, Option<Camera>, Undoing)] = &[
        ("untouched", Some(camera(Some(2), &[THIS], 5)), Undoing::Back),
        ("another field was changed", Some(camera(Some(2), &[THIS], 8)), Undoing::Back),
        ("handed over before as well", Some(camera(Some(2), &[BEFORE, THIS], 6)), Undoing::Back),
        ("its note is no longer kept", Some(camera(Some(2), &[], 6)), Undoing::Back),
        ("set to another area", Some(camera(Some(3), &[THIS], 6)), kept(KeptWhy::Moved)),
        ("without an area", Some(camera(None, &[THIS], 6)), kept(KeptWhy::Moved)),
        ("handed on", Some(camera(Some(3), &[THIS, NEXT], 6)), kept(KeptWhy::Moved)),
        ("handed on and back again", Some(camera(Some(2), &[THIS, NEXT, 77], 7)), kept(KeptWhy::Moved)),
        ("handed on, and that undone", Some(camera(Some(2), &[THIS, NEXT, NEXT], 7)), Undoing::Back),
        ("handed on twice, both undone", Some(camera(Some(2), &[THIS, NEXT, 77, 77, NEXT], 9)), Undoing::Back),
        ("put back by hand", Some(camera(Some(1), &[THIS], 6)), Undoing::There),
        ("removed", None, kept(KeptWhy::Removed)),
    ];
    for (what, now, expected) in cases {
        assert_eq!(moved().undoing(job(THIS), now.as_ref()), *expected, "{what}");
    }
    // A list of an older program: untouched or not at all.
    let old = MovedCamera { to: None, code: String::new(), name: String::new(), ..moved() };
    assert_eq!(old.undoing(job(THIS), Some(&camera(Some(2), &[], 5))), Undoing::Back);
    assert_eq!(old.undoing(job(THIS), Some(&camera(Some(2), &[], 6))), kept(KeptWhy::Changed));
    assert_eq!(old.undoing(job(THIS), Some(&camera(Some(1), &[], 6))), Undoing::There);
}

#[test]
fn what_stays_is_named_as_it_is_and_what_is_gone_as_it_was() {
    let mut now = camera(Some(3), &[THIS], 6);
    now.name = "Cầu Mới".into();
    let named = |was: &MovedCamera, now: Option<&Camera>| {
        let thing = was.kept(now, KeptWhy::Removed);
        (thing.code, thing.name)
    };
    assert_eq!(named(&moved(), Some(&now)), ("79-0009".to_owned(), "Cầu Mới".to_owned()));
    assert_eq!(named(&moved(), None), ("79-0009".to_owned(), "Cầu".to_owned()));
    let old = MovedCamera { code: String::new(), name: String::new(), ..moved() };
    assert_eq!(named(&old, None), (old.camera.to_string(), String::new()));
}

#[test]
fn many_are_counted_and_the_first_named() {
    let mut kept = Kept::default();
    assert!(kept.is_none());
    let n = limits::HANDOVER_KEPT_NAMED_MAX as u64 + 7;
    for _ in 0..n {
        kept.add(moved().kept(None, KeptWhy::Removed));
    }
    assert_eq!(kept.count, Counts { cameras: n, units: 0, areas: 0 });
    assert_eq!(kept.first.len(), limits::HANDOVER_KEPT_NAMED_MAX);
}

fn area(n: u8, code: &str, valid_to: Option<CivilDate>, became: &[u8], revision: u64) -> Area {
    Area {
        id: id(n),
        code: code.into(),
        name: format!("Phường {n}"),
        kind: "phuong".into(),
        parent: None,
        former_names: Vec::new(),
        valid_from: None,
        valid_to,
        became: became.iter().map(|n| id(*n)).collect(),
        created_at: WallTime::EPOCH,
        changed_at: WallTime::EPOCH,
        revision,
        extra: Extra::new(),
    }
}

#[test]
fn an_area_goes_back_where_its_end_still_stands() {
    let end = Some(CivilDate::constant(2026, 11, 24));
    let before = area(1, "K1", None, &[], 3);
    let handover = |ended: Vec<EndedArea>| Handover {
        id: job(THIS),
        plan: HandoverPlan { end_on: end, ..HandoverPlan::default() },
        state: HandoverState::Done,
        by: AccountId::from_bytes([1; 16]),
        by_name: "lan".into(),
        at: WallTime::EPOCH,
        closed_at: None,
        cameras: 0,
        moved: 0,
        parts: 0,
        areas_before: vec![before.clone()],
        ended,
        units: Vec::new(),
        kept: Kept::default(),
        revision: 1,
        extra: Extra::new(),
    };
    let h = handover(vec![EndedArea { area: id(1), became: vec![id(2)] }]);
    let others = |code: &str| Registers::new(CivilDate::constant(2026, 12, 1), [area(5, code, None, &[], 1)], [], []);
    let free = others("K5");
    let renamed = Area { name: "Phường Một".into(), ..area(1, "K1", end, &[2], 9) };
    let cases: &[(&str, Option<Area>, Undoing)] = &[
        ("untouched", Some(area(1, "K1", end, &[2], 4)), Undoing::Back),
        ("renamed", Some(renamed), Undoing::Back),
        (
            "another day",
            Some(area(1, "K1", Some(CivilDate::constant(2027, 1, 1)), &[2], 5)),
            Undoing::Kept(KeptWhy::Changed),
        ),
        ("became another", Some(area(1, "K1", end, &[2, 3], 5)), Undoing::Kept(KeptWhy::Changed)),
        ("in force again by hand", Some(area(1, "K1", None, &[], 5)), Undoing::There),
        ("gone", None, Undoing::Kept(KeptWhy::Removed)),
    ];
    for (what, now, expected) in cases {
        assert_eq!(h.undoing_area(&before, now.as_ref(), &free), *expected, "{what}");
    }
    let left = area(1, "K1", end, &[2], 4);
    assert_eq!(h.undoing_area(&before, Some(&left), &others("k1")), Undoing::Kept(KeptWhy::CodeTaken));
    // A record of an older program: untouched or not at all.
    let old = handover(Vec::new());
    assert_eq!(old.undoing_area(&before, Some(&left), &free), Undoing::Back);
    let changed = area(1, "K1", end, &[2], 5);
    assert_eq!(old.undoing_area(&before, Some(&changed), &free), Undoing::Kept(KeptWhy::Changed));
}
