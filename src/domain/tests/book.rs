//! The book: subtrees, lines and successors of any records, however broken, and what they mean of good ones.

use super::*;
use base::WallTime;
use proptest::prelude::*;

const TODAY: CivilDate = CivilDate::constant(2026, 11, 24);

fn id(n: u8) -> AreaId {
    AreaId::from_bytes([n; 16])
}

fn area(n: u8, parent: Option<u8>) -> Area {
    Area {
        id: id(n),
        code: n.to_string(),
        name: format!("Phường {n}"),
        kind: "phuong".into(),
        parent: parent.map(id),
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

fn ended(n: u8, parent: Option<u8>, became: &[u8]) -> Area {
    let to = Some(CivilDate::constant(2025, 7, 1));
    Area { valid_to: to, became: became.iter().map(|n| id(*n)).collect(), ..area(n, parent) }
}

fn book(areas: Vec<Area>) -> Registers {
    Registers::new(TODAY, areas, [], [])
}

#[test]
fn a_parent_that_is_not_there_hides_nothing() {
    let book = book(vec![area(1, Some(9)), area(2, Some(1))]);
    assert_eq!(book.area_children(None).map(|a| a.id).collect::<Vec<_>>(), [id(1)]);
    assert_eq!(book.area_subtree(id(1)).len(), 2);
    assert!(book.area_subtree(id(9)).is_empty() && book.area_name(id(9)).is_empty() && book.area_now(id(9)).is_empty());
}

#[test]
fn a_book_is_of_its_day() {
    let future = Area { valid_from: Some(CivilDate::constant(2027, 1, 1)), ..area(1, None) };
    let was = ended(2, None, &[1]);
    let today = book(vec![future.clone(), was.clone()]);
    assert_eq!(today.area_now(id(2)), [], "what it becomes is not in force yet");
    let later = Registers::new(CivilDate::constant(2027, 1, 1), [future, was], [], []);
    assert_eq!(later.area_now(id(2)), [id(1)]);
}

#[test]
fn names_with_codes_are_found_exactly() {
    let old = Area { name: "Phường Cũ".into(), ..ended(7, None, &[8]) };
    let new = Area { code: "7".into(), name: "Phường Mới".into(), ..area(8, None) };
    let book = book(vec![old, new]);
    assert_eq!(book.area_by("Phường Cũ (7)"), Ok(id(7)));
    assert_eq!(book.area_by("phuong moi (7)"), Ok(id(8)));
    assert_eq!(book.area_by("7"), Ok(id(8)), "of two with the code, the one in force");
    assert!(book.area_by("Phường Khác (7)").is_err());
    assert!(book.area_by("()").is_err() && book.area_by(")").is_err() && book.area_by("(7)").is_err());
}

#[test]
fn diacritics_decide_between_names_that_differ_in_nothing_else() {
    let named = |n, name: &str| Area { name: name.into(), ..area(n, None) };
    let book = book(vec![named(1, "Xã Thanh An"), named(2, "Xã Thạnh An")]);
    for (text, n) in [("Xã Thanh An", 1), ("xã thạnh  an", 2)] {
        assert_eq!(book.area_by(text), Ok(id(n)), "{text}");
    }
    for text in ["xã thành an", "xa thanh an"] {
        assert!(book.area_by(text).is_err(), "spelt as neither, both are offered: {text}");
    }
}

fn any_area() -> impl Strategy<Value = Area> {
    let became = proptest::collection::vec(0u8..12, 0..3);
    (0u8..12, proptest::option::of(0u8..12), any::<bool>(), became)
        .prop_map(|(n, parent, over, became)| if over { ended(n, parent, &became) } else { area(n, parent) })
}

proptest! {
    /// Circles and gaps in the records neither hang nor lose anything, and what lies within is transitive.
    #[test]
    fn any_records_make_a_book(areas in proptest::collection::vec(any_area(), 0..14)) {
        let book = book(areas);
        for a in book.areas() {
            let within = book.area_subtree(a.id);
            prop_assert!(within.contains(&a.id));
            for inner in within {
                prop_assert!(book.area_subtree(*inner).is_subset(within));
            }
            let parts: HashSet<AreaId> = book.area_parts(a.id).into_iter().collect();
            prop_assert!(parts.is_subset(within));
            let line = book.area_line(a.id);
            prop_assert!(line.first().is_some_and(|f| f.id == a.id));
            for outer in &line {
                prop_assert!(book.area_subtree(outer.id).contains(&a.id));
            }
            for now in book.area_now(a.id) {
                prop_assert!(book.area(now).is_some_and(|n| n.in_force(TODAY)));
            }
            if a.in_force(TODAY) {
                prop_assert_eq!(book.area_now(a.id), vec![a.id]);
            }
            prop_assert_eq!(book.area_by(&a.id.to_string()), Ok(a.id));
            let _ = book.area_name(a.id);
        }
    }

    #[test]
    fn any_text_is_answered(text in any::<String>(), areas in proptest::collection::vec(any_area(), 0..8)) {
        let book = book(areas);
        if let Err(fault) = book.area_by(&text) {
            prop_assert!(fault.field == "area" && fault.said.vi.len() < 2_000);
        }
        let _ = (book.unit_by(&text), book.item_by(Register::Place, "place", &text));
    }
}
