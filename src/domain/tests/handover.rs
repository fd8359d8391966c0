//! Where a camera goes: the first rule that fits, and never anything but what the plan names.

use super::*;
use base::WallTime;
use proptest::prelude::*;

fn id(n: u8) -> AreaId {
    AreaId::from_bytes([n; 16])
}

/// City 1; ward 2 with its parts 3 and 4; wards 5 and 6; ended 7 that became 5, and 8 that became 5 and 6.
fn book() -> Registers {
    let area = |n: u8, parent: Option<u8>, became: &[u8]| Area {
        id: id(n),
        code: n.to_string(),
        name: format!("Phường {n}"),
        kind: "phuong".into(),
        parent: parent.map(id),
        former_names: Vec::new(),
        valid_from: None,
        valid_to: (!became.is_empty()).then_some(CivilDate::constant(2025, 7, 1)),
        became: became.iter().map(|n| id(*n)).collect(),
        created_at: WallTime::EPOCH,
        changed_at: WallTime::EPOCH,
        revision: 1,
        extra: Extra::new(),
    };
    let areas = [
        area(1, None, &[]),
        area(2, Some(1), &[]),
        area(3, Some(2), &[]),
        area(4, Some(2), &[]),
        area(5, Some(1), &[]),
        area(6, Some(1), &[]),
        area(7, Some(1), &[5]),
        area(8, Some(1), &[5, 6]),
    ];
    Registers::new(CivilDate::constant(2026, 11, 24), areas, [], [])
}

fn camera(n: u8, at: Option<u8>) -> Camera {
    let json = serde_json::json!({
        "id": CameraId::from_bytes([n; 16]), "code": n.to_string(), "name": "x", "main_url": "rtsp://h/", "transport": "tcp",
        "has_password": false, "created_at": 0, "changed_at": 0, "revision": 1, "area_id": at.map(id),
    });
    serde_json::from_value(json).expect("a camera")
}

#[test]
fn the_first_rule_that_fits_decides() {
    let book = book();
    let plan = HandoverPlan {
        from: vec![id(2), id(7), id(8)],
        by_area: BTreeMap::from([(id(3), id(6))]),
        by_camera: BTreeMap::from([(CameraId::from_bytes([9; 16]), id(5))]),
        by_register: true,
        ..HandoverPlan::default()
    };
    let fate = |plan: &HandoverPlan, n, at| Assigning::new(plan, &book).camera(&camera(n, at));
    for (n, at, expected) in [
        (1, None, Fate::Elsewhere),
        (1, Some(6), Fate::Elsewhere),
        (1, Some(1), Fate::Elsewhere),
        (1, Some(3), Fate::To(id(6))),
        (9, Some(3), Fate::To(id(5))),
        (1, Some(4), Fate::Unsaid),
        (9, Some(4), Fate::To(id(5))),
        (1, Some(7), Fate::To(id(5))),
        (1, Some(8), Fate::Divided),
        (9, Some(8), Fate::To(id(5))),
        // A camera is named, but is not where it is handed over from.
        (9, Some(6), Fate::Elsewhere),
    ] {
        assert_eq!(fate(&plan, n, at), expected, "camera {n} at {at:?}");
    }
    let all = HandoverPlan { others: Some(id(6)), ..plan };
    assert_eq!(fate(&all, 1, Some(8)), Fate::To(id(6)));
    assert_eq!(fate(&all, 1, Some(4)), Fate::To(id(6)));
    let blind = HandoverPlan { by_register: false, others: None, ..all };
    assert_eq!(fate(&blind, 1, Some(7)), Fate::Unsaid);
    // A ward that is divided keeps those that are in their part already.
    let split = HandoverPlan { from: vec![id(2)], others: Some(id(3)), ..HandoverPlan::default() };
    assert_eq!(fate(&split, 1, Some(3)), Fate::There);
    assert_eq!(fate(&split, 1, Some(2)), Fate::To(id(3)));
}

proptest! {
    /// Nothing outside `from` moves; nothing goes where the plan or the register does not say; once there, it stays.
    #[test]
    fn a_plan_does_what_it_says(
        from in proptest::collection::vec(1u8..=8, 0..4),
        by_area in proptest::collection::btree_map(1u8..=8, 1u8..=6, 0..4),
        others in proptest::option::of(1u8..=6),
        by_register in any::<bool>(),
        at in 1u8..=8,
    ) {
        let book = book();
        let plan = HandoverPlan {
            from: from.iter().map(|n| id(*n)).collect(),
            by_area: by_area.iter().map(|(a, b)| (id(*a), id(*b))).collect(),
            others: others.map(id),
            by_register,
            ..HandoverPlan::default()
        };
        let assigning = Assigning::new(&plan, &book);
        let within = from.iter().any(|f| book.area_parts(id(*f)).contains(&id(at)));
        match assigning.camera(&camera(1, Some(at))) {
            Fate::Elsewhere => prop_assert!(!within),
            Fate::To(to) => {
                let said = plan.by_area.values().any(|t| *t == to) || plan.others == Some(to);
                prop_assert!(within && to != id(at));
                prop_assert!(said || (by_register && book.area_now(id(at)) == vec![to]));
            }
            Fate::There | Fate::Divided | Fate::Unsaid => prop_assert!(within),
        }
    }
}
