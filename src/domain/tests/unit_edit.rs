//! Units that are refused, and why; who misses a focal point.

use super::*;
use crate::{ItemTraits, RegisterItem};
use base::{ItemId, WallTime};

const TODAY: CivilDate = CivilDate::constant(2026, 11, 24);

fn item(register: Register, code: &str, vi: &str) -> RegisterItem {
    RegisterItem {
        id: ItemId::from_bytes([code.len() as u8; 16]),
        register,
        code: code.into(),
        vi: vi.into(),
        en: code.into(),
        order: 1,
        valid_from: None,
        valid_to: None,
        traits: ItemTraits::default(),
        changed_at: WallTime::EPOCH,
        revision: 1,
        extra: Default::default(),
    }
}

fn unit(n: u8, parent: Option<u8>) -> Unit {
    let json = serde_json::json!({
        "id": UnitId::from_bytes([n; 16]), "code": format!("U{n}"), "name": format!("Đơn vị {n}"), "kind": "police",
        "parent": parent.map(|p| UnitId::from_bytes([p; 16])), "manages": true, "created_at": 0, "changed_at": 0,
        "revision": 1,
    });
    serde_json::from_value(json).expect("a unit")
}

fn book() -> Registers {
    let items = [item(Register::UnitKind, "police", "Công an"), item(Register::Sector, "health", "Y tế")];
    Registers::new(TODAY, [], [unit(1, None), unit(2, Some(1)), unit(3, Some(2))], items)
}

fn good() -> UnitDraft {
    UnitDraft {
        code: "CATP".into(), name: "Công an Thành phố".into(), kind: "cong an".into(), ..UnitDraft::default()
    }
}

#[test]
fn each_rule_names_its_field() {
    let book = book();
    let own = book.unit(UnitId::from_bytes([1; 16])).expect("there");
    for (draft, own, expected) in [
        (good(), None, vec![]),
        (UnitDraft { kind: String::new(), ..good() }, None, vec![]),
        (UnitDraft { code: "u1".into(), ..good() }, None, vec!["code"]),
        (
            UnitDraft { code: "Công an".into(), name: String::new(), kind: "x".into(), ..good() },
            None,
            vec!["code", "name", "kind"],
        ),
        (UnitDraft { parent: "u3".into(), ..UnitDraft::of(own) }, Some(own), vec!["parent"]),
        (UnitDraft { parent: "U1".into(), ..UnitDraft::of(own) }, Some(own), vec!["parent"]),
        (UnitDraft { parent: "Đơn vị 3".into(), ..good() }, None, vec![]),
        (
            UnitDraft { area: "Quận 1".into(), sectors: vec!["Y tế".into(), "hoá".into()], ..good() },
            None,
            vec!["area", "sectors"],
        ),
        (UnitDraft { focal_title: "Phó Chủ tịch".into(), ..good() }, None, vec!["focal_name"]),
        (
            UnitDraft { focal_name: "Nguyễn Thị Lan".into(), focal_email: "lan@".into(), ..good() },
            None,
            vec!["focal_email"],
        ),
        (UnitDraft { email: "a b@c.vn".into(), phone: "0".repeat(300), ..good() }, None, vec!["phone", "email"]),
    ] {
        let faults = decide_unit(&draft, own, &book).err().unwrap_or_default();
        assert_eq!(faults.iter().map(|f| f.field).collect::<Vec<_>>(), expected, "{draft:?}");
    }
}

#[test]
fn a_draft_of_a_unit_leaves_it_as_it_is() {
    let book = book();
    let old = book.unit(UnitId::from_bytes([2; 16])).expect("there");
    let mut new = old.clone();
    decide_unit(&UnitDraft::of(old), Some(old), &book).expect("good").into_record(&mut new);
    assert_eq!(new, *old);
}

#[test]
fn those_that_manage_or_use_must_name_a_focal_point() {
    let with = |manages, uses_data, focal: Option<&str>, ended_on| Unit {
        manages,
        uses_data,
        focal_point: focal.map(|name| FocalPoint { name: name.into(), ..FocalPoint::default() }),
        ended_on,
        ..unit(1, None)
    };
    for (u, misses) in [
        (with(true, false, None, None), true),
        (with(false, true, None, None), true),
        (with(false, false, None, None), false),
        (with(true, true, Some("Lan"), None), false),
        (with(true, false, None, Some(TODAY)), false),
    ] {
        assert_eq!(misses_focal_point(&u, TODAY), misses, "{u:?}");
    }
}
