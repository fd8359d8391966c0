//! Areas, units and registers: taking over, editing, ending, handing over and undoing.

use super::{House, draft, fields};
use crate::{Caller, Ops, OpsError};
use base::{AreaId, CameraId, CivilDate, limits};
use domain::{
    Area, AreaDraft, AssetDraft, Camera, CameraDraft, CameraPatch, DocumentDraft, Edit, Handover, HandoverPlan,
    HandoverState, ItemDraft, Register, RegisterItem, Role, Unit, UnitDraft, audit,
};

pub(super) fn area_of(ops: &Ops, text: &str) -> AreaId {
    ops.registers().area_by(text).unwrap_or_else(|f| panic!("{text}: {}", f.said.en))
}

pub(super) fn unit(ops: &Ops, boss: &Caller, code: &str) -> Unit {
    let draft =
        UnitDraft {
            code: code.into(), name: format!("Đơn vị {code}"), kind: "police".into(), ..UnitDraft::default()
        };
    ops.add_unit(boss, draft).expect("added")
}

pub(super) fn camera_at(ops: &Ops, boss: &Caller, name: &str, area: &str) -> Camera {
    ops.register_camera(boss, CameraDraft { area: Some(area.into()), ..draft(name) }).expect("added")
}

pub(super) fn place_of(ops: &Ops, boss: &Caller, camera: CameraId) -> String {
    let camera = ops.camera(boss, &camera.to_string()).expect("there");
    camera.area_id.map(|a| ops.registers().area_name(a)).unwrap_or_default()
}

pub(super) fn plan(ops: &Ops, from: &[&str]) -> HandoverPlan {
    HandoverPlan {
        from: from.iter().map(|a| area_of(ops, a)).collect(),
        why: "NQ 1685".into(),
        ..HandoverPlan::default()
    }
}

pub(super) const SAI_GON: &str = "Phường Sài Gòn, Thành phố Hồ Chí Minh";
pub(super) const BEN_NGHE: &str = "Phường Bến Nghé, Quận 1, Thành phố Hồ Chí Minh";

#[test]
fn shipped_entries_come_once_and_edited_ones_stay() {
    let (house, boss) = House::set_up();
    let (ops, boss) = (&house.ops, &boss.caller);
    assert_eq!(house.acts().iter().filter(|a| *a == audit::REGISTERS_SHIPPED).count(), 1);
    let street = ops.item(boss, Register::Place, "street").expect("shipped");
    let edited = ItemDraft { vi: "Đường phố, đại lộ".into(), ..ItemDraft::of(&street) };
    ops.change_item(boss, street.id, edited, 1).expect("changed");
    let ward = ops.area(boss, "Phường Sài Gòn").expect("shipped");
    let renamed = AreaDraft { former_names: vec!["Trung tâm Quận 1".into()], ..AreaDraft::of(&ward) };
    ops.change_area(boss, ward.id, renamed, 1).expect("changed");
    // As if an older program had known less, and another had known an entry otherwise.
    let (gone, stale) = (ops.area(boss, "Côn Đảo").expect("shipped"), ops.area(boss, "Quận 1").expect("shipped"));
    ops.write(move |w| {
        w.remove::<Area>(&gone.id)?;
        w.put(&Area { name: "Quận Nhất".into(), ..stale })?;
        w.audit(domain::AuditDraft::new(domain::Actor::System, "test"))?;
        Ok(())
    })
    .expect("written");
    let house = house.restarted();
    let book = house.ops.registers();
    assert_eq!(book.item(Register::Place, "street").expect("there").vi, "Đường phố, đại lộ");
    assert_eq!(book.area_by("Trung tâm Quận 1"), Ok(ward.id));
    assert!(
        book.area_by("Đặc khu Côn Đảo").is_ok() && book.area_by("Quận 1").is_ok() && book.area_by("Quận Nhất").is_err()
    );
    let entry = house.last(audit::REGISTERS_SHIPPED);
    assert_eq!((entry.facts["areas"].as_str(), entry.facts["brought_up_to_date"].as_str()), ("1", "1"));
    // Nothing to do: nothing is written.
    let before = house.record().len();
    assert_eq!(house.restarted().record().len(), before);
}

#[test]
fn an_area_is_added_changed_and_ended_on_record() {
    let (house, boss) = House::set_up();
    let (ops, boss) = (&house.ops, &boss.caller);
    let new = AreaDraft {
        code: "KP1".into(),
        name: "Khu phố 1".into(),
        kind: "Khu phố".into(),
        parent: "Phường Sài Gòn".into(),
        ..AreaDraft::default()
    };
    let area = ops.add_area(boss, new.clone()).expect("added");
    assert_eq!(house.last(audit::AREA_ADDED).changes.0["name"].new.as_deref(), Some("Khu phố 1"));
    assert_eq!(ops.registers().area_name(area.id), format!("Khu phố 1, {SAI_GON}"));
    assert!(ops.registers().area_subtree(area_of(ops, "79")).contains(&area.id));
    assert_eq!(fields(&ops.add_area(boss, new).expect_err("the code is taken")), ["code"]);
    let draft = AreaDraft { name: "Khu phố Một".into(), ..AreaDraft::of(&area) };
    let changed = ops.change_area(boss, area.id, draft.clone(), 1).expect("changed");
    assert_eq!((changed.revision, changed.former_names.as_slice()), (2, ["Khu phố 1".to_owned()].as_slice()));
    assert!(matches!(ops.change_area(boss, area.id, draft, 1), Err(OpsError::Changed { expected: 1, found: 2 })));
    // In use: refused with what uses it, unless it becomes another or the day is yet to come.
    let camera = camera_at(ops, boss, "Cổng", "KP1");
    let today = house.clock.clock().now().office_date();
    let fault = ops.end_area(boss, area.id, today, vec![], 2).expect_err("in use");
    assert!(fields(&fault) == ["valid_to"] && fault.faults()[0].said.vi.contains("1 camera"), "{fault:?}");
    let tomorrow = today.tomorrow().expect("a day");
    assert_eq!(ops.end_area(boss, area.id, tomorrow, vec![], 2).expect("dated").revision, 3);
    assert!(ops.registers().area(area.id).expect("there").in_force(today));
    house.pass(24 * 60 * 60);
    assert!(ops.registers().area_now(area.id).is_empty(), "a new day: it has ended");
    let ended = ops.end_area(boss, area.id, today, vec!["Phường Sài Gòn".into()], 3).expect("becomes");
    assert_eq!(ops.registers().area_now(ended.id), [area_of(ops, "Phường Sài Gòn")]);
    assert_eq!(
        place_of(ops, boss, camera.id),
        format!("Khu phố Một, {SAI_GON}"),
        "the camera stays until it is handed over"
    );
}

#[test]
fn units_and_entries_by_the_same_rules() {
    let (house, boss) = House::set_up();
    let (ops, boss) = (&house.ops, &boss.caller);
    let (upper, lower) = (unit(ops, boss, "CATP"), unit(ops, boss, "CAP"));
    let under = UnitDraft { parent: "CATP".into(), area: "Quận 1".into(), ..UnitDraft::of(&lower) };
    let lower = ops.change_unit(boss, lower.id, under, 1).expect("changed");
    assert_eq!(fields(&ops.add_unit(boss, UnitDraft::of(&lower)).expect_err("the code is taken")), ["code"]);
    let circle = UnitDraft { parent: "CAP".into(), ..UnitDraft::of(&upper) };
    assert_eq!(fields(&ops.change_unit(boss, upper.id, circle, 1).expect_err("a circle")), ["parent"]);
    let today = house.clock.clock().now().office_date();
    assert_eq!(fields(&ops.end_unit(boss, upper.id, today, 1).expect_err("a unit belongs to it")), ["ended_on"]);
    ops.end_unit(boss, lower.id, today, 2).expect("nothing uses it");
    ops.end_unit(boss, upper.id, today, 1).expect("nothing uses it any more");
    assert_eq!(ops.registers().unit_by("CATP"), Ok(upper.id), "still found");

    let item = ItemDraft { code: "drone".into(), vi: "Bay trên cao".into(), ..ItemDraft::default() };
    let item = ops.add_item(boss, Register::Purpose, item).expect("added");
    assert_eq!((item.en.as_str(), item.revision), ("Bay trên cao", 1));
    let traffic = ops.item(boss, Register::Purpose, "traffic").expect("shipped");
    let fault = ops.end_item(boss, traffic.id, today, 1).expect_err("a sector and a layer name it");
    assert!(fields(&fault) == ["valid_to"] && fault.faults()[0].said.vi.contains("2 mục"), "{fault:?}");
    ops.end_item(boss, item.id, today, 1).expect("nothing uses it");
    let later = CivilDate::new(2030, 1, 1).expect("a day");
    let fault = ops.end_item(boss, traffic.id, later, 1).expect_err("not silently on a day to come either");
    assert_eq!(fields(&fault), ["valid_to"]);
    assert!(ops.registers().items(Register::Purpose, today).all(|i| i.code != "drone"));
    assert_eq!(ops.registers().item_name(Register::Purpose, "drone", base::Language::Vi), "Bay trên cao");
}

/// Kinds of assets, types of documents and layers too: they say what uses them, and end only when that is confirmed.
#[test]
fn an_entry_in_use_ends_only_when_that_is_confirmed() {
    let (house, boss) = House::set_up();
    let (ops, boss) = (&house.ops, &boss.caller);
    let today = house.clock.clock().now().office_date();
    let pole = AssetDraft { code: "T1".into(), kind: "post".into(), ..AssetDraft::default() };
    let pole = ops.add_asset(boss, &pole).expect("added");
    let camera = camera_at(ops, boss, "Cổng", "79");
    let mut patch = CameraPatch::default();
    patch.facts.height_m = Edit::Set(4.0);
    let camera = ops.change_camera(boss, camera.id, patch, camera.revision).expect("changed");
    let paper = DocumentDraft { kind: "technical".into(), title: "Sơ đồ".into(), ..DocumentDraft::default() };
    ops.add_document(boss, camera.id, &paper, None).expect("added");
    let layer = ops.registers().all_items(Register::Layer).iter().find(|l| l.traits.from_m == Some(3.0)).cloned();
    let layer = layer.expect("shipped");
    let uses = [
        (Register::AssetKind, "post", "1 trụ, tủ, vật gắn", "1 mounting assets"),
        (Register::DocumentType, "technical", "1 văn bản", "1 documents"),
        (Register::Layer, layer.code.as_str(), "1 camera", "1 cameras"),
    ];
    for (register, code, vi, en) in uses {
        let item = ops.item(boss, register, code).expect("shipped");
        let fault = ops.end_item(boss, item.id, today, item.revision).expect_err("in use");
        let said = fault.faults()[0].said.clone();
        assert!(fields(&fault) == ["valid_to"] && said.vi.contains(vi) && said.en.contains(en), "{said:?}");
        let sure = ItemDraft { valid_to: Some(today), in_use_too: true, ..ItemDraft::of(&item) };
        let ended = ops.change_item(boss, item.id, sure, item.revision).expect("confirmed");
        assert!(!ended.in_force(today));
        assert_eq!(house.last(audit::ITEM_ENDED).facts["in_use"], vi);
    }
    // What uses it keeps it, and is changed in other ways as before.
    let asset = ops.asset(boss, "T1").expect("there").0;
    assert_eq!((asset.id, asset.kind.as_str()), (pole.id, "post"));
    let named = AssetDraft { name: "Trụ 1".into(), kind: "post".into(), code: "T1".into(), ..AssetDraft::default() };
    assert_eq!(ops.change_asset(boss, pole.id, &named, 1).expect("its kind stays").kind, "post");
}

/// What a record must hold hangs on its place: lists say the new share at once when the register changes.
#[test]
fn completeness_in_lists_follows_the_register_of_places() {
    let (house, boss) = House::set_up();
    let (ops, boss) = (&house.ops, &boss.caller);
    let camera = camera_at(ops, boss, "Cổng", "79");
    let mut patch = CameraPatch::default();
    patch.facts.place = Edit::Set("street".into());
    let camera = ops.change_camera(boss, camera.id, patch, camera.revision).expect("changed");
    let listed = || ops.camera_shares(boss, &[camera.id]).expect("shares");
    assert_eq!(listed(), [ops.completeness_of(&camera).percent]);
    let before = listed();
    let street = ops.item(boss, Register::Place, "street").expect("shipped");
    let mut other = ItemDraft::of(&street);
    assert!(other.traits.public, "the shipped street is a public place");
    other.traits.public = false;
    ops.change_item(boss, street.id, other, street.revision).expect("changed");
    assert!(listed() > before, "no consent is asked for any more: {:?} {before:?}", listed());
    assert_eq!(listed(), [ops.completeness_of(&camera).percent]);
}

#[test]
fn only_those_who_keep_the_registers_change_them() {
    let (house, boss) = House::set_up();
    let ops = &house.ops;
    let viewer = house.person(&boss.caller, "minh", Role::Viewer).caller;
    let street = ops.item(&viewer, Register::Place, "street").expect("may be read");
    let ward = ops.area(&viewer, "Phường Sài Gòn").expect("may be read");
    let police = unit(ops, &boss.caller, "CATP");
    let refused = |e: OpsError| assert!(matches!(e, OpsError::Refused(_)), "{e:?}");
    refused(ops.change_item(&viewer, street.id, ItemDraft::of(&street), 1).expect_err("refused"));
    refused(ops.add_item(&viewer, Register::Place, ItemDraft::default()).expect_err("refused"));
    refused(ops.change_area(&viewer, ward.id, AreaDraft::of(&ward), 1).expect_err("refused"));
    refused(ops.add_area(&viewer, AreaDraft::default()).expect_err("refused"));
    refused(ops.change_unit(&viewer, police.id, UnitDraft::of(&police), 1).expect_err("refused"));
    refused(ops.add_unit(&viewer, UnitDraft::default()).expect_err("refused"));
    refused(ops.preview_handover(&viewer, &plan(ops, &["Quận 1"])).expect_err("refused"));
    refused(ops.hand_over(&viewer, plan(ops, &["Quận 1"])).expect_err("refused"));
    refused(ops.handovers(&viewer).expect_err("refused"));
}

#[test]
fn words_of_older_records_are_tied_to_the_registers_at_start() {
    let (house, boss) = House::set_up();
    let (ops, boss) = (&house.ops, boss.caller.clone());
    unit(ops, &boss, "CATP");
    let cameras: Vec<Camera> = (0..4).map(|n| camera_at(ops, &boss, &format!("C{n}"), "79")).collect();
    let ids: Vec<CameraId> = cameras.iter().map(|c| c.id).collect();
    let words = ["Quận 1", "Phường 15", "q3", "Phường Sài Gòn, TP.HCM"];
    let theirs = cameras.clone();
    ops.write(move |w| {
        for (camera, words) in theirs.into_iter().zip(words) {
            let unit = Some("catp".to_owned());
            w.put(&Camera { area_id: None, area: Some(words.into()), unit, ..camera })?;
        }
        w.audit(domain::AuditDraft::new(domain::Actor::System, "test"))?;
        Ok(())
    })
    .expect("written");
    let house = house.restarted();
    let ops = &house.ops;
    let places: Vec<String> = ids.iter().map(|id| place_of(ops, &boss, *id)).collect();
    assert_eq!(places, ["Quận 1, Thành phố Hồ Chí Minh", "", "Quận 3, Thành phố Hồ Chí Minh", SAI_GON]);
    let second = ops.camera(&boss, &ids[1].to_string()).expect("there");
    assert_eq!((second.area.as_deref(), second.unit.as_deref()), (Some("Phường 15"), Some("Đơn vị CATP")));
    let counts = ops.camera_counts(&boss).expect("counted");
    let book = ops.registers();
    assert_eq!((counts.unplaced, counts.in_former_areas(&book)), (1, 2));
    assert_eq!(counts.within(&book, area_of(ops, "79")), 3);
    assert_eq!(house.last(audit::CAMERAS_PLACED).facts["cameras"], "4");
    assert_eq!(ops.place_cameras().expect("again"), 0);
}

/// Two wards are merged into one: previewed, carried out with history, undone exactly, then for good.
#[test]
fn a_handover_by_the_register_is_previewed_undone_and_confirmed() {
    let (house, boss) = House::set_up();
    let (ops, boss) = (&house.ops, &boss.caller);
    let ben_nghe = camera_at(ops, boss, "Nhà hát", "Phường Bến Nghé");
    let da_kao = camera_at(ops, boss, "Cầu Bông", "Phường Đa Kao");
    let elsewhere = camera_at(ops, boss, "Chợ Lớn", "Quận 5");
    let police = unit(ops, boss, "CAPBN");
    let police = ops
        .change_unit(boss, police.id, UnitDraft { area: "Phường Bến Nghé".into(), ..UnitDraft::of(&police) }, 1)
        .expect("changed");
    let plan = HandoverPlan { by_register: true, units: true, ..plan(ops, &["Quận 1"]) };
    let preview = ops.preview_handover(boss, &plan).expect("previewed");
    assert_eq!((preview.moved(), preview.stayed(), preview.units.len()), (1, 1, 1));
    assert_eq!(
        (preview.moves[0].from, preview.moves[0].to),
        (area_of(ops, "Phường Bến Nghé"), area_of(ops, "Phường Sài Gòn"))
    );
    assert_eq!((preview.stays[0].candidates.len(), preview.stays[0].some.as_slice()), (2, [da_kao.id].as_slice()));
    assert_eq!(place_of(ops, boss, ben_nghe.id), BEN_NGHE, "a preview changes nothing");

    let done = ops.hand_over(boss, plan.clone()).expect("carried out");
    assert_eq!((done.state, done.moved), (HandoverState::Done, 1));
    assert_eq!(place_of(ops, boss, ben_nghe.id), SAI_GON);
    assert_eq!(place_of(ops, boss, da_kao.id), "Phường Đa Kao, Quận 1, Thành phố Hồ Chí Minh");
    assert_eq!(place_of(ops, boss, elsewhere.id), "Quận 5, Thành phố Hồ Chí Minh");
    assert_eq!(ops.registers().unit(police.id).expect("there").area, Some(area_of(ops, "Phường Sài Gòn")));
    let entry = house.last(audit::CAMERA_CHANGED);
    assert_eq!(entry.changes.0["area"].new.as_deref(), Some(SAI_GON));
    assert_eq!((entry.facts["why"].as_str(), entry.also[0].kind.as_str()), ("NQ 1685", "handover"));
    assert!(matches!(ops.undo_handover(boss, done.id, 9), Err(OpsError::Changed { .. })));

    let undone = ops.undo_handover(boss, done.id, done.revision).expect("undone");
    assert_eq!((undone.state, undone.moved, undone.parts), (HandoverState::Undone, 0, 0));
    let mut back = ops.camera(boss, &ben_nghe.id.to_string()).expect("there");
    assert_eq!(std::mem::take(&mut back.facts.handed_over).len(), 2, "the way there and back is noted");
    let same = Camera { revision: ben_nghe.revision, changed_at: ben_nghe.changed_at, ..back };
    assert_eq!(same, ben_nghe, "and else exactly as it was");
    assert_eq!(ops.registers().unit(police.id).expect("there").area, police.area);
    assert!(fields(&ops.undo_handover(boss, done.id, undone.revision).expect_err("once only")) == ["handover"]);

    house.pass(1);
    let again = ops.hand_over(boss, plan).expect("again");
    let confirmed = ops.confirm_handover(boss, again.id, again.revision).expect("confirmed");
    assert_eq!(confirmed.state, HandoverState::Confirmed);
    assert_eq!(fields(&ops.undo_handover(boss, again.id, confirmed.revision).expect_err("confirmed")), ["handover"]);
    assert_eq!(place_of(ops, boss, ben_nghe.id), SAI_GON);
    assert_eq!(ops.handovers(boss).expect("listed").iter().map(|h| h.id).collect::<Vec<_>>(), [again.id, done.id]);
    assert!(
        fields(
            &ops.hand_over(boss, HandoverPlan { by_register: true, ..self::plan(ops, &["Phường Bến Nghé"]) })
                .expect_err("nothing")
        ) == ["from"]
    );
}

#[test]
fn an_area_is_split_by_sub_area_by_camera_and_the_rest() {
    let (house, boss) = House::set_up();
    let (ops, boss) = (&house.ops, &boss.caller);
    let named = camera_at(ops, boss, "A", "Phường Sài Gòn");
    let rest = camera_at(ops, boss, "B", "Phường Sài Gòn");
    let zone = AreaDraft {
        code: "KP9".into(),
        name: "Khu phố 9".into(),
        kind: "khu_pho".into(),
        parent: "26740".into(),
        ..AreaDraft::default()
    };
    ops.add_area(boss, zone).expect("added");
    let inner = camera_at(ops, boss, "C", "Khu phố 9");
    let today = house.clock.clock().now().office_date();
    let [sg, td, bt, col] =
        ["Phường Sài Gòn", "Phường Tân Định", "Phường Bến Thành", "Phường Cầu Ông Lãnh"].map(|t| area_of(ops, t));
    let split = HandoverPlan {
        by_area: [(area_of(ops, "Khu phố 9"), td)].into(),
        by_camera: [(named.id, bt)].into(),
        others: Some(col),
        end_on: Some(today),
        ..plan(ops, &["Phường Sài Gòn"])
    };
    let itself = HandoverPlan { others: Some(sg), ..split.clone() };
    assert_eq!(fields(&ops.preview_handover(boss, &itself).expect_err("ends and takes over")), ["to"]);
    let former = HandoverPlan { others: Some(area_of(ops, "Quận 3")), ..split.clone() };
    assert_eq!(fields(&ops.preview_handover(boss, &former).expect_err("no longer in force")), ["to"]);
    assert_eq!(
        fields(&ops.hand_over(boss, HandoverPlan { why: " ".into(), ..split.clone() }).expect_err("no basis")),
        ["why"]
    );
    let done = ops.hand_over(boss, split).expect("carried out");
    let places = [named.id, rest.id, inner.id].map(|c| place_of(ops, boss, c));
    assert!(places[0].starts_with("Phường Bến Thành") && places[1].starts_with("Phường Cầu Ông Lãnh"), "{places:?}");
    assert!(places[2].starts_with("Phường Tân Định"), "{places:?}");
    let ended = ops.registers().area(sg).expect("there").clone();
    assert_eq!((ended.valid_to, ended.became), (Some(today), vec![col, td, bt]));
    ops.undo_handover(boss, done.id, done.revision).expect("undone");
    let back = ops.registers().area(sg).expect("there").clone();
    assert!(back.valid_to.is_none() && back.became.is_empty() && back.revision > 2);
}

/// More cameras than one transaction takes: in parts, taken up after a restart, undone in parts.
#[test]
fn a_large_handover_goes_on_after_a_restart() {
    let (house, boss) = House::set_up();
    let boss = boss.caller.clone();
    let model = camera_at(&house.ops, &boss, "Mẫu", "Phường Bến Nghé");
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
    let ops = &house.ops;
    let done = |id| -> Handover {
        // The rest is worked off by a thread of its own; each part is one transaction.
        for _ in 0..60_000 {
            let h = ops.handover(&boss, id).expect("there");
            if !matches!(h.state, HandoverState::Running | HandoverState::Undoing) {
                return h;
            }
            std::thread::yield_now();
        }
        panic!("the handover has not come to its end");
    };
    let begun = ops.hand_over(&boss, HandoverPlan { by_register: true, ..plan(ops, &["Quận 1"]) }).expect("begun");
    assert_eq!((begun.state, begun.moved), (HandoverState::Running, limits::HANDOVER_CHUNK as u64));
    let whole = done(begun.id);
    assert_eq!((whole.state, whole.moved, whole.parts), (HandoverState::Done, total as u64, 3));
    let book = ops.registers();
    // Memory follows each commit within a moment.
    let counted = |former: usize| {
        let now = || ops.camera_counts(&boss).expect("counted").in_former_areas(&book);
        (0..60_000).any(|_| {
            now() == former || {
                std::thread::yield_now();
                false
            }
        })
    };
    assert!(counted(0));
    let counts = ops.camera_counts(&boss).expect("counted");
    assert_eq!(counts.within(&book, area_of(ops, "Phường Sài Gòn")), total);
    let undoing = ops.undo_handover(&boss, whole.id, whole.revision).expect("begun");
    assert_eq!(undoing.state, HandoverState::Undoing);
    assert_eq!(done(whole.id).state, HandoverState::Undone);
    assert!(counted(total));
    // A node that stopped in the middle goes on by itself.
    let half = Handover { state: HandoverState::Running, moved: 0, parts: 0, closed_at: None, ..done(whole.id) };
    ops.write(move |w| {
        w.put(&half)?;
        w.audit(domain::AuditDraft::new(domain::Actor::System, "test"))?;
        Ok(())
    })
    .expect("written");
    ops.resume_handovers().expect("resumed");
    assert_eq!(done(whole.id).moved, total as u64);
}

#[test]
fn an_entry_of_an_administrator_is_not_taken_over() {
    let (house, boss) = House::set_up();
    let street = house.ops.item(&boss.caller, Register::Place, "street").expect("shipped");
    // An older program did not ship it, and an administrator had made one with the same code.
    let own = RegisterItem { id: base::ItemId::from_bytes([7; 16]), vi: "Phố".into(), ..street.clone() };
    house
        .ops
        .write(move |w| {
            w.remove::<RegisterItem>(&street.id)?;
            w.put(&own)?;
            w.audit(domain::AuditDraft::new(domain::Actor::System, "test"))?;
            Ok(())
        })
        .expect("written");
    let house = house.restarted();
    assert_eq!(house.ops.registers().item(Register::Place, "street").expect("one").vi, "Phố");
    let day = CivilDate::constant(2026, 11, 24);
    assert_eq!(house.ops.registers().items(Register::Place, day).filter(|i| i.code == "street").count(), 1);
}
