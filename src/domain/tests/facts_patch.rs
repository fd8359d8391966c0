//! Tables of the facts as typed.

use super::*;
use crate::AsWritten;
use crate::facts_fields::{FIELDS, text_of};
use base::AssetId;
use proptest::prelude::*;
use serde_json::json;

fn typed(fields: &[(&str, &str)]) -> Result<CameraFacts, Vec<FieldFault>> {
    let (mut patch, mut faults) = (FactsPatch::default(), Vec::new());
    for (name, text) in fields {
        match patch.set_text(name, text) {
            Ok(known) => assert!(known, "{name}"),
            Err(f) => faults.push(f),
        }
    }
    let facts = patch.apply(&CameraFacts::default(), &AsWritten, &mut faults);
    if faults.is_empty() { Ok(facts) } else { Err(faults) }
}

#[test]
fn a_year_of_two_digits_is_a_fault_that_says_what_was_meant() {
    for (text, meant) in
        [("05/03/24", "05/03/2024"), ("5-3-99", "05/03/1999"), ("31/02/24", "24/11/2026"), ("x", "24/11/2026")]
    {
        let faults = typed(&[("installed_on", text)]).expect_err(text);
        assert!(faults.iter().any(|f| f.said.vi.contains(meant) && f.said.en.contains(meant)), "{text}: {faults:?}");
    }
}

fn full() -> Vec<(&'static str, String)> {
    let asset = AssetId::from_parts(1, [1; 10]).to_string();
    let document = DocumentId::from_parts(1, [1; 10]).to_string();
    FIELDS
        .iter()
        .map(|f| {
            let text = match f.kind {
                Kind::Position => "10.5, 106.25".to_owned(),
                Kind::Number(_) => "7.5".to_owned(),
                Kind::Direction => "45".to_owned(),
                Kind::Items(_) => "traffic; security".to_owned(),
                Kind::Item(_) => "street".to_owned(),
                Kind::Asset => asset.clone(),
                Kind::Day => "24/11/2026".to_owned(),
                Kind::Yes => "true".to_owned(),
                Kind::Documents => document.clone(),
                Kind::Line | Kind::Remark | Kind::Names => format!("Chữ {}", f.name),
            };
            (f.name, text)
        })
        .collect()
}

#[test]
fn every_field_is_read_shown_and_cleared() {
    let full = full();
    let fields: Vec<(&str, &str)> = full.iter().map(|(n, t)| (*n, t.as_str())).collect();
    let facts = typed(&fields).expect("all fit");
    for (name, text) in &full {
        assert_eq!(text_of(&facts, name), *text, "{name}");
    }
    let (mut patch, mut faults) = (FactsPatch::default(), Vec::new());
    assert!(patch.is_empty());
    for f in FIELDS {
        assert_eq!(patch.set_text(f.name, " "), Ok(true));
    }
    assert_eq!(patch.apply(&facts, &AsWritten, &mut faults), CameraFacts::default());
    assert_eq!((faults, patch.set_text("revision", "1")), (Vec::new(), Ok(false)));
}

#[test]
fn values_as_people_write_them() {
    let table = [
        ("height_m", "7,5 m", "7.5"),
        ("height_m", "0", "0"),
        ("direction_deg", "đông bắc", "45"),
        ("direction_deg", "Tây-Nam", "225"),
        ("direction_deg", "360", "0"),
        ("direction_deg", "359,5°", "359.5"),
        ("angle_deg", "90°", "90"),
        ("range_m", "50m", "50"),
        ("installed_on", "2026-2-3", "03/02/2026"),
        ("installed_on", "3.2.2026", "03/02/2026"),
        ("police", "Có", "true"),
        ("police", "không", ""),
        ("other_names", "A; B\nC", "A; B; C"),
        ("purposes", "traffic, security, traffic", "traffic; security"),
    ];
    for (name, text, shown) in table {
        assert_eq!(text_of(&typed(&[(name, text)]).expect(text), name), shown, "{name} {text}");
    }
}

#[test]
fn faults_name_their_field() {
    let table = [
        ("height_m", "-1"),
        ("height_m", "cao"),
        ("height_m", "1001"),
        ("direction_deg", "-1"),
        ("direction_deg", "361"),
        ("direction_deg", "lên"),
        ("angle_deg", "0"),
        ("angle_deg", "361"),
        ("range_m", "0"),
        ("installed_on", "31/02/2026"),
        ("installed_on", "24/11/26"),
        ("installed_on", "1/1/1900"),
        ("position", "91, 200"),
        ("police", "maybe"),
        ("asset", "TRU-1"),
        ("purposes", "Giao thông"),
        ("place", "Đường phố"),
        ("documents", "x"),
        ("address", "a\u{202E}b"),
        ("note", "\u{0}"),
    ];
    for (name, text) in table {
        let faults = typed(&[(name, text)]).expect_err(text);
        assert_eq!(faults.iter().map(|f| f.field).collect::<Vec<_>>(), [name], "{text}");
    }
    let days = [("installed_on", "02/01/2026"), ("completed_on", "01/01/2026")];
    assert_eq!(typed(&days).expect_err("order").first().map(|f| f.field), Some("completed_on"));
    assert!(typed(&[("other_names", &"x;".repeat(99))]).is_err());
}

#[test]
fn an_ended_entry_that_the_record_has_is_kept() {
    struct Nothing;
    impl Lexicon for Nothing {
        fn item(&self, _: Register, field: &'static str, _: &str) -> Result<String, FieldFault> {
            Err(fault(field, "-", "-"))
        }
        fn area(&self, _: &str) -> Result<(base::AreaId, String), FieldFault> {
            Err(fault("area", "-", "-"))
        }
        fn unit(&self, _: &str) -> Result<(base::UnitId, String), FieldFault> {
            Err(fault("unit", "-", "-"))
        }
        fn asset(&self, _: &str) -> Option<AssetId> {
            None
        }
    }
    let before = CameraFacts { place: Some("old".into()), purposes: vec!["gone".into()], ..Default::default() };
    let same =
        FactsPatch { place: Edit::Set("old".into()), purposes: Edit::Set(vec!["gone".into()]), ..Default::default() };
    let mut faults = Vec::new();
    assert_eq!(same.apply(&before, &Nothing, &mut faults), before);
    assert!(faults.is_empty());
    let other = FactsPatch { place: Edit::Set("older".into()), ..Default::default() };
    assert_eq!(other.apply(&before, &Nothing, &mut faults).place, before.place);
    assert_eq!(faults.len(), 1);
}

#[test]
fn the_api_s_object() {
    let body = json!({
        "height_m": 7.5, "purposes": ["traffic", "security"], "position": {"lat": 10.5, "lon": 106.25}, "police": true,
        "device": {"maker": "Hãng", "from": "2026-01-02"}, "note": null, "direction_deg": "NE",
    });
    let patch = FactsPatch::from_json(&body).expect("fits");
    assert_eq!(patch.height_m, Edit::Set(7.5));
    assert_eq!((patch.note.clone(), patch.address.clone()), (Edit::Clear, Edit::Leave));
    let mut faults = Vec::new();
    let facts = patch.apply(&CameraFacts::default(), &AsWritten, &mut faults);
    assert_eq!(facts.device.as_ref().map(|d| (d.maker.as_str(), d.from)), Some(("Hãng", Some(jiff_day(2026, 1, 2)))));
    assert_eq!((facts.police, facts.direction_deg, facts.purposes.len()), (true, Some(45.0), 2));
    let gone = FactsPatch::from_json(&json!({"device": null})).expect("fits");
    assert_eq!(gone.apply(&facts, &AsWritten, &mut faults).device, None);
    let bad = json!({"height_m": {"x": 1}, "hieght_m": 5, "range_m": -1, "purposes": [[]]});
    let mut fields: Vec<&str> = FactsPatch::from_json(&bad).expect_err("bad").iter().map(|f| f.field).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["facts", "height_m", "purposes", "range_m"]);
    assert!(FactsPatch::from_json(&json!([1])).is_err() && FactsPatch::from_json(&json!(null)).is_ok());
}

fn jiff_day(y: i16, m: i8, d: i8) -> CivilDate {
    CivilDate::new(y, m, d).expect("a day")
}

#[test]
fn the_later_patch_counts() {
    let of = |n: f64| FactsPatch { height_m: Edit::Set(n), ..Default::default() };
    let both = of(1.0).and(FactsPatch { range_m: Edit::Clear, ..of(2.0) });
    assert_eq!((both.height_m, both.range_m, both.note), (Edit::Set(2.0), Edit::Clear, Edit::Leave));
}

proptest! {
    #[test]
    fn never_panics(text in any::<String>(), at in 0..FIELDS.len()) {
        let mut patch = FactsPatch::default();
        if patch.set_text(FIELDS[at].name, &text).is_ok() {
            let facts = patch.apply(&CameraFacts::default(), &AsWritten, &mut Vec::new());
            for f in FIELDS {
                let _ = text_of(&facts, f.name);
            }
        }
    }
}
