//! The undo of a handover and cameras of the police: they go back and stay by the same rule, and nothing is told of them.

use super::fields;
use super::handover_undo::{AWAY, before_undo, cameras, change, named, now, relocate, undo};
use super::registers::area_of;
use super::rights::{City, NORTH, SOUTH, camera};
use crate::Caller;
use domain::facts_patch::Edit;
use domain::handover_undo::KeptWhy;
use domain::{Camera, CameraPatch, FactsPatch, HandoverPlan, Role, audit};

fn north_to_south(c: &City) -> HandoverPlan {
    let area = |code: &str| area_of(c.ops(), code);
    HandoverPlan { from: vec![area(NORTH)], others: Some(area(SOUTH)), why: "QĐ 12".into(), ..HandoverPlan::default() }
}

/// Goes back, stays, is gone: of a camera of the police nothing of it is told.
#[test]
fn a_camera_of_the_police_is_neither_counted_nor_named() {
    let fates: [fn(&City, &Caller, &Camera); 3] = [
        |_, _, _| {},
        |c, head, hidden| relocate(c.ops(), head, hidden.id, AWAY),
        |c, head, hidden| {
            c.ops().remove_camera(head, hidden.id, "Hẻm Bảy Lá").expect("removed");
        },
    ];
    let mut told = Vec::new();
    for fate in fates {
        let c = City::new();
        let head = c.person("ca", Role::UnitAdministrator, Some(c.north));
        let hidden = camera(&c.house, &c.boss, "Hẻm Bảy Lá", NORTH, "BAC", true);
        let other = camera(&c.house, &c.boss, "Cầu Nhỏ", NORTH, "BAC", false);
        let done = c.ops().hand_over(&c.boss, north_to_south(&c)).expect("done");
        fate(&c, &head, &hidden);
        relocate(c.ops(), &c.boss, other.id, AWAY);
        let preview = before_undo(c.ops(), &c.boss, &done);
        let undone = undo(c.ops(), &c.boss, &done);
        assert_eq!(named(&undone.kept), [("camera", other.code.as_str(), "Cầu Nhỏ", KeptWhy::Moved)]);
        let entry = c.house.last(audit::AREA_HANDOVER_UNDONE);
        let names: Vec<_> = undone.kept.first.iter().map(|t| t.name.clone()).collect();
        told.push((preview.back, preview.kept.count, undone.taken_back(), undone.kept.count, names, entry.facts));
    }
    assert_eq!(told[0].2, cameras(1), "Cầu Bắc alone");
    assert!(told.iter().all(|t| *t == told[0]), "whatever became of it: {told:?}");
}

#[test]
fn a_camera_of_the_police_follows_the_rule_and_opens_no_undo() {
    let c = City::new();
    let head = c.person("ca", Role::UnitAdministrator, Some(c.north));
    let hidden = camera(&c.house, &c.boss, "Hẻm Bảy Lá", NORTH, "BAC", true);
    let second = camera(&c.house, &c.boss, "Hẻm Tám Lá", NORTH, "BAC", true);
    let area = |code: &str| Some(area_of(c.ops(), code));
    let done = c.ops().hand_over(&c.boss, north_to_south(&c)).expect("done");
    relocate(c.ops(), &head, second.id, AWAY);
    let undone = undo(c.ops(), &c.boss, &done);
    assert!(undone.kept.is_none());
    assert_eq!(now(c.ops(), &head, hidden.id).area_id, area(NORTH));
    assert_eq!(now(c.ops(), &head, second.id).area_id, area(AWAY), "its unit has decided");

    // All that is told of the handover was moved on: refused, as without the hidden ones.
    c.house.pass(60);
    let again = c.ops().hand_over(&c.boss, north_to_south(&c)).expect("again");
    relocate(c.ops(), &c.boss, c.in_north.id, AWAY);
    assert!(!before_undo(c.ops(), &c.boss, &again).possible);
    assert_eq!(fields(&c.ops().undo_handover(&c.boss, again.id, again.revision).expect_err("nothing")), ["handover"]);
    assert_eq!(now(c.ops(), &head, hidden.id).area_id, area(SOUTH));
}

/// It was told when it moved and is hidden since: its name goes, and the numbers say nothing of it.
#[test]
fn a_camera_that_becomes_one_of_the_police_is_named_no_more() {
    let mark = |c: &City, camera: &Camera| {
        let facts = FactsPatch { police: Edit::Set(true), ..FactsPatch::default() };
        change(c.ops(), &c.boss, camera.id, CameraPatch { facts, ..CameraPatch::default() });
    };
    for fate in ["back", "moved", "removed"] {
        let c = City::new();
        let head = c.person("ca", Role::UnitAdministrator, Some(c.north));
        let hidden = camera(&c.house, &c.boss, "Hẻm Bảy Lá", NORTH, "BAC", false);
        let done = c.ops().hand_over(&c.boss, north_to_south(&c)).expect("done");
        mark(&c, &hidden);
        match fate {
            "moved" => relocate(c.ops(), &head, hidden.id, AWAY),
            "removed" => drop(c.ops().remove_camera(&head, hidden.id, "Hẻm Bảy Lá").expect("removed")),
            _ => {}
        }
        let preview = before_undo(c.ops(), &c.boss, &done);
        assert_eq!((preview.back, preview.kept.is_none()), (cameras(2), true), "{fate}");
        let undone = undo(c.ops(), &c.boss, &done);
        assert_eq!((undone.taken_back(), undone.kept.is_none()), (cameras(2), true), "{fate}");
    }
    // Named first, hidden afterwards.
    let c = City::new();
    let [marked, gone] = ["Hẻm Bảy Lá", "Hẻm Tám Lá"].map(|n| camera(&c.house, &c.boss, n, NORTH, "BAC", false));
    let done = c.ops().hand_over(&c.boss, north_to_south(&c)).expect("done");
    for away in [&marked, &gone] {
        relocate(c.ops(), &c.boss, away.id, AWAY);
    }
    assert_eq!(undo(c.ops(), &c.boss, &done).kept.first.len(), 2);
    mark(&c, &marked);
    let kept = c.ops().handover(&c.boss, done.id).expect("there").kept;
    assert_eq!(named(&kept), [("camera", gone.code.as_str(), "Hẻm Tám Lá", KeptWhy::Moved)]);
    assert_eq!(kept.count, cameras(2), "what was told stays told");
    mark(&c, &gone);
    let head = c.person("ca", Role::UnitAdministrator, Some(c.north));
    c.ops().remove_camera(&head, gone.id, "Hẻm Tám Lá").expect("removed");
    assert!(c.ops().handover(&c.boss, done.id).expect("there").kept.first.is_empty());
}
