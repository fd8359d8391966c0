//! Areas that are refused, and why; what is kept when one is renamed.

use super::*;
use crate::{ItemTraits, RegisterItem};
use base::{ItemId, WallTime};

fn day(y: i16, m: i8, d: i8) -> CivilDate {
    CivilDate::constant(y, m, d)
}

fn tier() -> RegisterItem {
    RegisterItem {
        id: ItemId::from_bytes([1; 16]),
        register: Register::Tier,
        code: "phuong".into(),
        vi: "Phường".into(),
        en: "Ward".into(),
        order: 1,
        valid_from: None,
        valid_to: None,
        traits: ItemTraits { short: vec!["P.".into()], ..ItemTraits::default() },
        changed_at: WallTime::EPOCH,
        revision: 1,
        extra: Default::default(),
    }
}

fn area(n: u8, name: &str, parent: Option<u8>) -> Area {
    Area {
        id: AreaId::from_bytes([n; 16]),
        code: n.to_string(),
        name: name.into(),
        kind: "phuong".into(),
        parent: parent.map(|p| AreaId::from_bytes([p; 16])),
        former_names: Vec::new(),
        valid_from: None,
        valid_to: None,
        became: Vec::new(),
        created_at: WallTime::EPOCH,
        changed_at: WallTime::EPOCH,
        revision: 1,
        extra: Default::default(),
    }
}

fn book(areas: Vec<Area>) -> Registers {
    Registers::new(day(2026, 11, 24), areas, [], [tier()])
}

fn good() -> AreaDraft {
    AreaDraft {
        code: "26740".into(), name: "Phường Sài Gòn".into(), kind: "Phường".into(), ..AreaDraft::default()
    }
}

fn fields(faults: &[FieldFault]) -> Vec<&'static str> {
    faults.iter().map(|f| f.field).collect()
}

#[test]
fn each_rule_names_its_field() {
    let book = book(vec![area(1, "Phường Một", None), area(2, "Phường Hai", Some(1)), area(3, "Phường Ba", Some(2))]);
    let own = book.area(AreaId::from_bytes([1; 16])).expect("there").clone();
    let of = AreaDraft::of(&own);
    for (draft, own, expected) in [
        (good(), None, vec![]),
        (
            AreaDraft { name: " ".into(), code: "a b".into(), kind: "xóm".into(), ..good() },
            None,
            vec!["name", "code", "kind"],
        ),
        (AreaDraft { parent: "Phường Bốn".into(), ..good() }, None, vec!["parent"]),
        (AreaDraft { parent: "P. Hai".into(), ..good() }, None, vec![]),
        (AreaDraft { code: "1".into(), ..good() }, None, vec!["code"]),
        (of.clone(), Some(&own), vec![]),
        // Circles, near and far.
        (AreaDraft { parent: "1".into(), ..of.clone() }, Some(&own), vec!["parent"]),
        (AreaDraft { parent: "Phường Ba".into(), ..of.clone() }, Some(&own), vec!["parent"]),
        (
            AreaDraft { valid_from: Some(day(2026, 1, 2)), valid_to: Some(day(2026, 1, 2)), ..good() },
            None,
            vec!["valid_to"],
        ),
        (AreaDraft { became: vec!["2".into()], ..of.clone() }, Some(&own), vec!["valid_to"]),
        (
            AreaDraft { valid_to: Some(day(2026, 1, 1)), became: vec!["1".into()], ..of.clone() },
            Some(&own),
            vec!["became"],
        ),
        (
            AreaDraft { valid_to: Some(day(2026, 1, 1)), became: vec!["3".into(), "Phường Ba".into()], ..of },
            Some(&own),
            vec![],
        ),
        (AreaDraft { former_names: vec!["a\0b".into()], ..good() }, None, vec!["former_names"]),
        (AreaDraft { former_names: (0..70).map(|n| n.to_string()).collect(), ..good() }, None, vec!["former_names"]),
    ] {
        let got = decide_area(&draft, own, &book).err().unwrap_or_default();
        assert_eq!(fields(&got), expected, "{draft:?}");
    }
}

#[test]
fn a_code_comes_back_once_the_old_one_has_ended() {
    let old = Area { code: "26740".into(), valid_to: Some(day(2025, 7, 1)), ..area(1, "Phường Bến Nghé", None) };
    let book = book(vec![old]);
    let from = |y, m, d| AreaDraft { valid_from: Some(day(y, m, d)), ..good() };
    assert!(decide_area(&from(2025, 7, 1), None, &book).is_ok());
    assert_eq!(fields(&decide_area(&from(2025, 6, 30), None, &book).expect_err("a day too early")), ["code"]);
    assert_eq!(fields(&decide_area(&good(), None, &book).expect_err("always")), ["code"]);
}

#[test]
fn a_renamed_area_is_still_found_by_its_name() {
    let book = book(vec![area(1, "Phường Cũ", None)]);
    let own = book.area(AreaId::from_bytes([1; 16])).expect("there");
    let mut new = own.clone();
    decide_area(&AreaDraft { name: "Phường Mới".into(), ..AreaDraft::of(own) }, Some(own), &book)
        .expect("good")
        .into_record(&mut new);
    assert_eq!((new.name.as_str(), new.former_names.as_slice()), ("Phường Mới", ["Phường Cũ".to_owned()].as_slice()));
    let again =
        decide_area(&AreaDraft { name: "Phường Cũ".into(), ..AreaDraft::of(&new) }, Some(&new), &book).expect("back");
    assert_eq!(again.former_names, ["Phường Mới"], "the name in use is not a former one");
}

#[test]
fn the_tree_is_not_deeper_than_its_bound() {
    let max = u8::try_from(limits::TREE_DEPTH_MAX).expect("small");
    let book = book((1..=max).map(|n| area(n, &format!("Phường {n}"), n.checked_sub(1).filter(|p| *p > 0))).collect());
    let within = |n: u8| decide_area(&AreaDraft { parent: n.to_string(), ..good() }, None, &book);
    assert!(within(max - 1).is_ok());
    assert_eq!(fields(&within(max).expect_err("too deep")), ["parent"]);
}
