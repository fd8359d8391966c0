//! The undo of a handover: what nobody has changed since goes back, the rest stays and is named.

use super::registers::{BEN_NGHE, SAI_GON, area_of, camera_at, place_of, plan, unit};
use super::{House, fields};
use crate::{Caller, Ops, UndoPreview};
use base::{AreaId, CameraId, JobId, UnitId, limits};
use domain::handover_undo::{Counts, Kept, KeptWhy};
use domain::{AreaDraft, Camera, CameraPatch, Handover, HandoverPart, HandoverPlan, HandoverState, UnitDraft, audit};
use store::handover_part_key;

const DA_KAO: &str = "Phường Đa Kao, Quận 1, Thành phố Hồ Chí Minh";
/// Where nothing of these tests is handed over from or to.
pub(super) const AWAY: &str = "Phường Tân Định, Thành phố Hồ Chí Minh";

pub(super) fn now(ops: &Ops, boss: &Caller, camera: CameraId) -> Camera {
    ops.camera(boss, &camera.to_string()).expect("there")
}

pub(super) fn change(ops: &Ops, boss: &Caller, camera: CameraId, patch: CameraPatch) -> Camera {
    ops.change_camera(boss, camera, patch, now(ops, boss, camera).revision).expect("changed")
}

fn rename(ops: &Ops, boss: &Caller, camera: CameraId, name: &str) -> Camera {
    change(ops, boss, camera, CameraPatch { name: Some(name.into()), ..CameraPatch::default() })
}

pub(super) fn relocate(ops: &Ops, boss: &Caller, camera: CameraId, area: &str) {
    change(ops, boss, camera, CameraPatch { area: Some(Some(area.into())), ..CameraPatch::default() });
}

/// The ward of the Opera and the one beside it come to Sài Gòn ward.
fn merge(ops: &Ops) -> HandoverPlan {
    HandoverPlan {
        others: Some(area_of(ops, "Phường Sài Gòn")), ..plan(ops, &["Phường Bến Nghé", "Phường Đa Kao"])
    }
}

pub(super) fn undo(ops: &Ops, boss: &Caller, h: &Handover) -> Handover {
    ops.undo_handover(boss, h.id, h.revision).expect("undone")
}

pub(super) fn before_undo(ops: &Ops, boss: &Caller, h: &Handover) -> UndoPreview {
    ops.preview_undo(boss, h.id).expect("looked at").expect("can be undone")
}

/// What stays, in words and by code: what it is, its code, its name, why.
pub(super) fn named(kept: &Kept) -> Vec<(&'static str, &str, &str, KeptWhy)> {
    let mut all: Vec<_> = kept.first.iter().map(|t| (t.what.kind(), t.code.as_str(), t.name.as_str(), t.why)).collect();
    all.sort_by_key(|t| t.1);
    all
}

pub(super) fn cameras(cameras: u64) -> Counts {
    Counts { cameras, ..Counts::default() }
}

#[test]
fn what_nobody_has_moved_since_goes_back_and_the_rest_is_named() {
    let (house, boss) = House::set_up();
    let (ops, boss) = (&house.ops, &boss.caller);
    let [same, renamed, relocated, returned, removed] = ["Một", "Hai", "Ba", "Bốn", "Năm"]
        .map(|name| camera_at(ops, boss, name, if name == "Hai" { DA_KAO } else { BEN_NGHE }));
    let done = ops.hand_over(boss, merge(ops)).expect("carried out");
    rename(ops, boss, renamed.id, "Hai, cổng sau");
    relocate(ops, boss, relocated.id, AWAY);
    rename(ops, boss, relocated.id, "Ba, dời đi");
    relocate(ops, boss, returned.id, BEN_NGHE);
    let by_hand = now(ops, boss, returned.id);
    ops.remove_camera(boss, removed.id, "Năm").expect("removed");

    let preview = before_undo(ops, boss, &done);
    assert!(preview.possible);
    assert_eq!((preview.back, preview.kept.count), (cameras(3), cameras(2)));
    let stays = [
        ("camera", relocated.code.as_str(), "Ba, dời đi", KeptWhy::Moved),
        ("camera", removed.code.as_str(), "Năm", KeptWhy::Removed),
    ];
    assert_eq!(named(&preview.kept), stays);
    assert_eq!(place_of(ops, boss, same.id), SAI_GON, "a preview changes nothing");

    let undone = undo(ops, boss, &done);
    assert_eq!((undone.state, undone.parts, undone.moved), (HandoverState::Undone, 0, 0));
    assert_eq!((undone.taken_back(), undone.kept.count), (cameras(3), cameras(2)));
    assert_eq!(named(&undone.kept), stays, "as it was told before");
    let mut back = now(ops, boss, same.id);
    let noted = std::mem::take(&mut back.facts.handed_over);
    assert_eq!((noted.len(), noted[0].handover, noted[1].handover), (2, done.id, done.id), "the way there and back");
    assert_eq!(
        Camera { revision: same.revision, changed_at: same.changed_at, ..back },
        same,
        "and else exactly as it was"
    );
    let back = now(ops, boss, renamed.id);
    assert_eq!((place_of(ops, boss, renamed.id).as_str(), back.name.as_str()), (DA_KAO, "Hai, cổng sau"));
    assert_eq!(place_of(ops, boss, relocated.id), AWAY, "where somebody has put it since");
    assert_eq!(now(ops, boss, returned.id), by_hand, "where it belongs already: not touched");

    // It is on record, and stays in the handover's own record.
    let entry = house.last(audit::AREA_HANDOVER_UNDONE);
    let facts = ["cameras", "taken_back", "kept"].map(|f| entry.facts[f].as_str());
    assert_eq!(facts, ["5", "3", "2"]);
    assert_eq!(named(&ops.handover(boss, done.id).expect("there").kept), stays);
    assert_eq!(ops.handovers(boss).expect("listed")[0].kept.count, cameras(2), "counted in lists");
    let house = house.restarted();
    assert_eq!(named(&house.ops.handover(boss, done.id).expect("there").kept), stays);

    // And that is its end: nothing is left to be done with it.
    let (ops, again) = (&house.ops, undone.revision);
    assert_eq!(ops.preview_undo(boss, done.id).expect("looked at"), None);
    for refused in [ops.undo_handover(boss, done.id, again), ops.confirm_handover(boss, done.id, again)] {
        let fault = refused.expect_err("closed");
        assert!(fields(&fault) == ["handover"] && fault.faults()[0].said.vi.contains("đã đóng"), "{fault:?}");
    }
}

#[test]
fn what_a_further_handover_has_moved_is_its_to_give_back() {
    let (house, boss) = House::set_up();
    let (ops, boss) = (&house.ops, &boss.caller);
    let opera = camera_at(ops, boss, "Nhà hát", BEN_NGHE);
    let market = camera_at(ops, boss, "Chợ", DA_KAO);
    let first = ops.hand_over(boss, merge(ops)).expect("carried out");
    house.pass(60);
    let on = HandoverPlan { by_camera: [(opera.id, area_of(ops, AWAY))].into(), ..plan(ops, &["Phường Sài Gòn"]) };
    let second = ops.hand_over(boss, HandoverPlan { end_on: None, ..on }).expect("on");
    let undone = undo(ops, boss, &first);
    assert_eq!(named(&undone.kept), [("camera", opera.code.as_str(), "Nhà hát", KeptWhy::Moved)]);
    assert_eq!((place_of(ops, boss, opera.id).as_str(), place_of(ops, boss, market.id).as_str()), (AWAY, DA_KAO));
    // Back in Sài Gòn, it still carries the first handover: that its area comes from there is told to grants.
    let undone = undo(ops, boss, &second);
    assert!(undone.kept.is_none());
    assert_eq!(place_of(ops, boss, opera.id), SAI_GON);
    let facts = now(ops, boss, opera.id).facts;
    assert_eq!((facts.last_handover(), facts.handed_over.len()), (Some(first.id), 3), "there, on, and back");
}

#[test]
fn an_undo_that_would_take_nothing_back_is_refused() {
    let (house, boss) = House::set_up();
    let (ops, boss) = (&house.ops, &boss.caller);
    let (moved, gone) = (camera_at(ops, boss, "Một", BEN_NGHE), camera_at(ops, boss, "Hai", DA_KAO));
    let returned = camera_at(ops, boss, "Ba", DA_KAO);
    let done = ops.hand_over(boss, merge(ops)).expect("carried out");
    relocate(ops, boss, moved.id, AWAY);
    relocate(ops, boss, returned.id, DA_KAO);
    ops.remove_camera(boss, gone.id, "Hai").expect("removed");
    assert!(!before_undo(ops, boss, &done).possible);
    let records = house.record().len();
    let fault = ops.undo_handover(boss, done.id, done.revision).expect_err("nothing");
    assert!(fields(&fault) == ["handover"] && fault.faults()[0].said.vi.contains("Không còn gì"), "{fault:?}");
    assert_eq!(house.record().len(), records, "nothing was written");
    let same = ops.handover(boss, done.id).expect("there");
    assert_eq!((same.state, same.revision), (HandoverState::Done, done.revision));
    assert_eq!(ops.confirm_handover(boss, done.id, done.revision).expect("closed").state, HandoverState::Confirmed);
}

/// A unit of the ward of the Opera, and what the handover gave it.
fn units_of(ops: &Ops, boss: &Caller, codes: [&str; 3]) -> [UnitId; 3] {
    codes.map(|code| {
        let new = unit(ops, boss, code);
        let at = UnitDraft { area: BEN_NGHE.into(), ..UnitDraft::of(&new) };
        ops.change_unit(boss, new.id, at, new.revision).expect("changed").id
    })
}

fn change_unit(ops: &Ops, boss: &Caller, id: UnitId, change: impl FnOnce(&mut UnitDraft)) {
    let old = ops.registers().unit(id).expect("there").clone();
    let mut draft = UnitDraft::of(&old);
    change(&mut draft);
    ops.change_unit(boss, id, draft, old.revision).expect("changed");
}

#[test]
fn units_follow_the_same_rule() {
    let (house, boss) = House::set_up();
    let (ops, boss) = (&house.ops, &boss.caller);
    let [same, renamed, elsewhere] = units_of(ops, boss, ["A", "B", "C"]);
    let done = ops.hand_over(boss, HandoverPlan { units: true, ..merge(ops) }).expect("carried out");
    change_unit(ops, boss, renamed, |d| d.name = "Công an phường".into());
    change_unit(ops, boss, elsewhere, |d| d.area = AWAY.into());
    let undone = undo(ops, boss, &done);
    assert_eq!(named(&undone.kept), [("unit", "C", "Đơn vị C", KeptWhy::Moved)]);
    assert_eq!((undone.taken_back().units, undone.kept.count.units), (2, 1));
    let book = ops.registers();
    let at = |id: UnitId| book.unit(id).expect("there").area.map(|a| book.area_name(a)).unwrap_or_default();
    assert_eq!([at(same), at(renamed), at(elsewhere)], [BEN_NGHE, BEN_NGHE, AWAY]);
    assert_eq!(book.unit(renamed).expect("there").name, "Công an phường", "the other change is kept");
}

fn quarter(ops: &Ops, boss: &Caller, code: &str) -> AreaId {
    let new = AreaDraft {
        code: code.into(),
        name: format!("Khu phố {code}"),
        kind: "khu_pho".into(),
        parent: "Phường Sài Gòn".into(),
        ..AreaDraft::default()
    };
    ops.add_area(boss, new).expect("added").id
}

fn change_area(ops: &Ops, boss: &Caller, id: AreaId, change: impl FnOnce(&mut AreaDraft)) {
    let old = ops.registers().area(id).expect("there").clone();
    let mut draft = AreaDraft::of(&old);
    change(&mut draft);
    ops.change_area(boss, id, draft, old.revision).expect("changed");
}

#[test]
fn areas_that_ended_follow_the_same_rule() {
    let (house, boss) = House::set_up();
    let (ops, boss) = (&house.ops, &boss.caller);
    let today = house.clock.clock().now().office_date();
    let codes = ["KP1", "KP2", "KP3", "KP4"];
    let [same, renamed, later, taken] = codes.map(|code| quarter(ops, boss, code));
    let to = area_of(ops, "Phường Tân Định");
    let split = HandoverPlan { others: Some(to), end_on: Some(today), ..plan(ops, &codes) };
    let done = ops.hand_over(boss, split).expect("carried out");
    assert!(
        codes.map(|code| area_of(ops, code)).iter().all(|a| !ops.registers().area(*a).expect("there").in_force(today))
    );
    change_area(ops, boss, renamed, |d| d.name = "Khu phố Hai".into());
    change_area(ops, boss, later, |d| d.valid_to = today.tomorrow().ok());
    let new = quarter(ops, boss, "KP9");
    let since = AreaDraft {
        code: "KP4".into(),
        valid_from: Some(today),
        ..AreaDraft::of(ops.registers().area(new).expect("there"))
    };
    ops.change_area(boss, new, since, 1).expect("the code is free again");

    let preview = before_undo(ops, boss, &done);
    let undone = undo(ops, boss, &done);
    assert_eq!(preview.kept, undone.kept);
    assert_eq!(
        named(&undone.kept),
        [("area", "KP3", "Khu phố KP3", KeptWhy::Changed), ("area", "KP4", "Khu phố KP4", KeptWhy::CodeTaken)]
    );
    let book = ops.registers();
    let ends = |id: AreaId| {
        let area = book.area(id).expect("there");
        (area.valid_to, area.became.clone())
    };
    assert_eq!((ends(same), ends(renamed)), ((None, vec![]), (None, vec![])));
    assert_eq!((ends(later), ends(taken)), ((today.tomorrow().ok(), vec![to]), (Some(today), vec![to])));
    let kept = book.area(renamed).expect("there");
    assert_eq!(
        (kept.name.as_str(), kept.former_names.as_slice()),
        ("Khu phố Hai", ["Khu phố KP2".to_owned()].as_slice())
    );
}

/// More cameras than one transaction takes, handed over in three parts.
fn many(house: House, boss: &Caller) -> (House, Handover, usize) {
    let model = camera_at(&house.ops, boss, "Mẫu", "Phường Bến Nghé");
    let total = limits::HANDOVER_CHUNK * 2 + 10;
    house
        .ops
        .write(move |w| {
            for n in 1..total {
                let id = CameraId::from_parts(u64::try_from(n).unwrap_or(0), [9; 10]);
                w.put(&Camera { id, code: format!("X-{n}"), ..model.clone() })?;
            }
            w.audit(domain::AuditDraft::new(domain::Actor::System, "test"))?;
            Ok(())
        })
        .expect("written");
    let house = house.restarted();
    let begun = house.ops.hand_over(boss, merge(&house.ops)).expect("begun");
    let whole = rested(&house.ops, boss, begun.id);
    assert_eq!((whole.state, whole.parts), (HandoverState::Done, 3));
    (house, whole, total)
}

/// The rest is worked off by a thread of its own; each part is one transaction, which memory follows within a moment.
fn rested(ops: &Ops, boss: &Caller, id: JobId) -> Handover {
    for _ in 0..600_000 {
        let h = ops.handover(boss, id).expect("there");
        if !matches!(h.state, HandoverState::Running | HandoverState::Undoing) {
            return h;
        }
        std::thread::yield_now();
    }
    panic!("the handover has not come to its end");
}

/// Cameras of each part, first to last.
fn parts(ops: &Ops, h: &Handover) -> Vec<Vec<CameraId>> {
    let part = |number| {
        let part = ops.read(|r| Ok(r.find::<HandoverPart>(&handover_part_key(h.id, number))?)).expect("read");
        part.expect("there").moved.iter().map(|c| c.camera).collect()
    };
    (0..h.parts).map(part).collect()
}

fn stored(ops: &Ops, camera: CameraId) -> Camera {
    ops.read(|r| Ok(r.find::<Camera>(&camera)?)).expect("read").expect("there")
}

/// As somebody would: `n` of them to another area.
fn move_away(ops: &Ops, of: &[CameraId]) {
    let (of, to) = (of.to_vec(), area_of(ops, AWAY));
    ops.write(move |w| {
        for id in of {
            let camera = w.find::<Camera>(&id)?.expect("there");
            w.put(&Camera { area_id: Some(to), revision: camera.revision + 1, ..camera })?;
        }
        w.audit(domain::AuditDraft::new(domain::Actor::System, "test"))?;
        Ok(())
    })
    .expect("written");
}

#[test]
fn a_large_undo_goes_on_after_a_restart_and_forgets_nothing_that_stays() {
    let (house, boss) = House::set_up();
    let boss = boss.caller;
    let (house, whole, total) = many(house, &boss);
    let parts = parts(&house.ops, &whole);
    let many = limits::HANDOVER_KEPT_NAMED_MAX;
    let away = [&parts[0][..many], &parts[1][..3], &parts[2][..2]].concat();
    move_away(&house.ops, &away);
    // The node stops when two of three parts are through: the first transaction of the undo, and one of those that follow.
    let half = Handover { state: HandoverState::Undoing, ..whole.clone() };
    house
        .ops
        .write(move |w| {
            w.put(&half)?;
            w.audit(domain::AuditDraft::new(domain::Actor::System, "test"))?;
            Ok(())
        })
        .expect("written");
    for (left, kept) in [(2, 2), (1, 5)] {
        assert!(house.ops.next_part(&boss, whole.id).expect("a part"), "there is more");
        let h = house.ops.handover(&boss, whole.id).expect("there");
        assert_eq!((h.state, h.parts, h.kept.count.cameras), (HandoverState::Undoing, left, kept));
        assert_eq!(h.moved, limits::HANDOVER_CHUNK as u64 * u64::from(left), "still to be looked at");
    }
    assert_eq!(stored(&house.ops, parts[0][many]).area_id, Some(area_of(&house.ops, "Phường Sài Gòn")), "not yet");
    let house = house.restarted();
    let ops = &house.ops;
    let undone = rested(ops, &boss, whole.id);
    assert_eq!((undone.state, undone.moved, undone.parts), (HandoverState::Undone, 0, 0));
    assert_eq!(undone.kept.count.cameras as usize, away.len());
    assert_eq!(undone.taken_back().cameras as usize, total - away.len());
    assert_eq!(undone.kept.first.len(), many, "named up to the bound");
    assert!(undone.kept.first[0].code == stored(ops, parts[2][0]).code, "those of before the restart as well");
    let ben_nghe = area_of(ops, "Phường Bến Nghé");
    let back = |of: &[CameraId]| of.iter().filter(|c| stored(ops, **c).area_id == Some(ben_nghe)).count();
    assert_eq!(parts.iter().map(|p| back(p)).sum::<usize>(), total - away.len());
    assert_eq!(back(&away), 0);
    let entries: Vec<_> = house.record().into_iter().filter(|e| e.act == audit::AREA_HANDOVER_UNDONE).collect();
    let told: Vec<_> = entries.iter().map(|e| (e.facts["taken_back"].as_str(), e.facts["kept"].as_str())).collect();
    assert_eq!(told.last(), Some(&((total - away.len()).to_string().as_str(), away.len().to_string().as_str())));
}

#[test]
fn of_two_who_undo_at_once_one_does() {
    let (house, boss) = House::set_up();
    let (ops, boss) = (&house.ops, &boss.caller);
    let ids: Vec<CameraId> = (0..20).map(|n| camera_at(ops, boss, &format!("C{n}"), BEN_NGHE).id).collect();
    let done = ops.hand_over(boss, merge(ops)).expect("carried out");
    relocate(ops, boss, ids[0], AWAY);
    let both: Vec<_> = std::thread::scope(|s| {
        let one = || s.spawn(|| ops.undo_handover(boss, done.id, done.revision));
        [one(), one()].map(|t| t.join().expect("no panic")).into()
    });
    assert_eq!(both.iter().filter(|r| r.is_ok()).count(), 1, "{both:?}");
    let h = ops.handover(boss, done.id).expect("there");
    assert_eq!((h.taken_back(), h.kept.count), (cameras(19), cameras(1)), "nothing is counted twice");
    assert!(ids[1..].iter().all(|id| place_of(ops, boss, *id) == BEN_NGHE));
    assert_eq!(house.acts().iter().filter(|a| *a == audit::AREA_HANDOVER_UNDONE).count(), 1);
}

// ---- what an older program has written -----------------------------------------------------------------------------

#[test]
fn a_list_of_an_older_program_goes_back_where_nothing_was_changed() {
    let (house, boss) = House::set_up();
    let (ops, boss) = (&house.ops, &boss.caller);
    let [same, renamed, removed] = ["Một", "Hai", "Ba"].map(|name| camera_at(ops, boss, name, BEN_NGHE));
    let done = ops.hand_over(boss, merge(ops)).expect("carried out");
    let id = done.id;
    ops.write(move |w| {
        let mut part = w.find::<HandoverPart>(&handover_part_key(id, 0))?.expect("there");
        for was in &mut part.moved {
            (was.to, was.code, was.name) = (None, String::new(), String::new());
        }
        w.put(&part)?;
        w.audit(domain::AuditDraft::new(domain::Actor::System, "test"))?;
        Ok(())
    })
    .expect("written");
    rename(ops, boss, renamed.id, "Hai, cổng sau");
    ops.remove_camera(boss, removed.id, "Ba").expect("removed");
    let undone = undo(ops, boss, &done);
    let mut stays = named(&undone.kept);
    stays.sort_by_key(|t| t.3 == KeptWhy::Removed);
    let gone = removed.id.to_string();
    assert_eq!(
        stays,
        [
            ("camera", renamed.code.as_str(), "Hai, cổng sau", KeptWhy::Changed),
            ("camera", gone.as_str(), "", KeptWhy::Removed)
        ]
    );
    assert_eq!((place_of(ops, boss, same.id).as_str(), place_of(ops, boss, renamed.id).as_str()), (BEN_NGHE, SAI_GON));
}
