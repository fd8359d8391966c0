//! Entries that are refused, and why; what a list has no use for is left out.

use super::*;
use base::{ItemId, WallTime};

fn item(register: Register, n: u8, code: &str, traits: ItemTraits) -> RegisterItem {
    RegisterItem {
        id: ItemId::from_bytes([n; 16]),
        register,
        code: code.into(),
        vi: format!("Mục {code}"),
        en: format!("Entry {code}"),
        order: i64::from(n) * 10,
        valid_from: None,
        valid_to: None,
        traits,
        changed_at: WallTime::EPOCH,
        revision: 1,
        extra: Default::default(),
    }
}

fn layer(n: u8, from: Option<f64>, below: Option<f64>) -> RegisterItem {
    item(Register::Layer, n, &format!("l{n}"), ItemTraits { from_m: from, below_m: below, ..ItemTraits::default() })
}

fn book() -> Registers {
    let items = [
        layer(1, None, Some(3.0)),
        layer(2, Some(3.0), Some(5.0)),
        item(Register::Purpose, 3, "traffic", ItemTraits::default()),
        item(Register::Sector, 4, "health", ItemTraits::default()),
    ];
    Registers::new(CivilDate::constant(2026, 11, 24), [], [], items)
}

fn fields(register: Register, draft: &ItemDraft, own: Option<&RegisterItem>) -> Vec<&'static str> {
    decide_item(register, draft, own, &book()).err().unwrap_or_default().iter().map(|f| f.field).collect()
}

fn good() -> ItemDraft {
    ItemDraft { code: "x_1".into(), vi: "Mục mới".into(), ..ItemDraft::default() }
}

#[test]
fn each_rule_names_its_field() {
    let heights = |from, below| ItemDraft {
        traits: ItemTraits { from_m: from, below_m: below, ..ItemTraits::default() },
        ..good()
    };
    let day = |d| Some(CivilDate::constant(2026, 1, d));
    for (register, draft, expected) in [
        (Register::Place, good(), vec![]),
        (Register::Place, ItemDraft { code: "Đường".into(), vi: " ".into(), ..good() }, vec!["code", "vi"]),
        (Register::Purpose, ItemDraft { code: "traffic".into(), ..good() }, vec!["code"]),
        (Register::Place, ItemDraft { valid_from: day(2), valid_to: day(1), ..good() }, vec!["valid_to"]),
        (Register::Layer, heights(Some(5.0), None), vec![]),
        (Register::Layer, heights(Some(4.0), None), vec!["from_m"]),
        (Register::Layer, heights(Some(9.0), Some(9.0)), vec!["from_m"]),
        (Register::Layer, heights(Some(-1.0), Some(f64::NAN)), vec!["from_m"]),
        // Heights mean nothing to other lists.
        (Register::Place, heights(Some(9.0), Some(1.0)), vec![]),
    ] {
        assert_eq!(fields(register, &draft, None), expected, "{draft:?}");
    }
    let unknown = ItemTraits { purposes: vec!["traffic".into(), "none".into()], ..ItemTraits::default() };
    assert_eq!(fields(Register::Sector, &ItemDraft { traits: unknown, ..good() }, None), ["purposes"]);
}

#[test]
fn a_list_keeps_only_what_it_has_use_for() {
    let traits = ItemTraits {
        public: true,
        consent: true,
        told: vec!["Mục health".into()],
        from_m: Some(1.0),
        article: Some("5.3".into()),
        ..ItemTraits::default()
    };
    let mut record = item(Register::Place, 9, "x_1", ItemTraits::default());
    decide_item(Register::Place, &ItemDraft { traits, ..good() }, None, &book())
        .expect("good")
        .into_record(&mut record);
    let expected =
        ItemTraits { public: true, told: vec!["health".into()], article: Some("5.3".into()), ..ItemTraits::default() };
    assert_eq!((record.traits, record.en.as_str(), record.order), (expected, "Mục mới", 10));
}

#[test]
fn a_layer_does_not_cross_itself() {
    let book = book();
    let own = book.item(Register::Layer, "l2").expect("there");
    let wider = ItemTraits { from_m: Some(3.0), below_m: Some(6.0), ..ItemTraits::default() };
    assert_eq!(fields(Register::Layer, &ItemDraft { traits: wider, ..ItemDraft::of(own) }, Some(own)), [""; 0]);
    assert_eq!(fields(Register::Layer, &ItemDraft { code: "other".into(), ..ItemDraft::of(own) }, Some(own)), [""; 0]);
}
