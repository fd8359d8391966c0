//! What a record lacks.

use super::*;
use crate::{CameraFacts, Extra, ItemTraits, RegisterItem, Transport};
use base::{CameraId, CivilDate, ItemId};

fn policy() -> CompletenessPolicy {
    CompletenessPolicy {
        confirmed_days: 180,
        weights: [("area", 2), ("unit", 3), ("height_m", 1), ("direction_deg", 1), ("sub_url", 0)]
            .map(|(n, w)| (n.to_owned(), w))
            .into(),
        consent: PaperRule { document_type: "place_consent".into(), weight: 2 },
        report: PaperRule { document_type: "place_report".into(), weight: 1 },
    }
}

fn item(register: Register, code: &str, traits: ItemTraits) -> RegisterItem {
    RegisterItem {
        id: ItemId::from_parts(code.len() as u64, [7; 10]),
        register,
        code: code.into(),
        vi: format!("vi {code}"),
        en: format!("en {code}"),
        order: 0,
        valid_from: None,
        valid_to: None,
        traits,
        changed_at: WallTime::EPOCH,
        revision: 1,
        extra: Extra::new(),
    }
}

fn registers() -> Registers {
    let told = vec!["health".to_owned()];
    let items = [
        item(Register::Place, "street", ItemTraits { public: true, ..Default::default() }),
        item(Register::Place, "hospital", ItemTraits { public: true, told, ..Default::default() }),
        item(Register::Place, "private", ItemTraits::default()),
        item(Register::Sector, "health", ItemTraits::default()),
    ];
    Registers::new(CivilDate::new(2026, 11, 24).expect("a day"), [], [], items)
}

fn camera(facts: CameraFacts) -> Camera {
    Camera {
        id: CameraId::from_parts(1, [1; 10]),
        code: "79-0001".into(),
        name: "Cầu".into(),
        area: Some("Quận 1".into()),
        unit: Some("CATP".into()),
        area_id: None,
        unit_id: None,
        facts,
        main_url: "rtsp://10.0.0.5/m".into(),
        sub_url: None,
        username: None,
        has_password: false,
        transport: Transport::Tcp,
        created_at: WallTime::EPOCH,
        changed_at: WallTime::EPOCH,
        revision: 1,
        extra: Extra::new(),
    }
}

fn at(place: &str) -> Camera {
    let (height_m, direction_deg) = (Some(5.0), Some(1.0));
    camera(CameraFacts { place: Some(place.into()), height_m, direction_deg, ..Default::default() })
}

#[test]
fn what_is_missing_counts_by_its_weight() {
    let (p, r) = (policy(), registers());
    let table: [(Camera, &[&str], u8, &[&str]); 8] = [
        (at("private"), &[], 100, &[]),
        (at("gone"), &[], 100, &[]),
        (at("street"), &[], 77, &["documents"]),
        (at("street"), &["place_report"], 77, &["documents"]),
        (at("street"), &["place_consent"], 100, &[]),
        (at("hospital"), &["place_consent"], 90, &["documents"]),
        (at("hospital"), &["place_consent", "place_report"], 100, &[]),
        (
            Camera { area: None, unit: None, ..camera(CameraFacts::default()) },
            &[],
            0,
            &["unit", "area", "direction_deg", "height_m"],
        ),
    ];
    for (camera, kinds, percent, missing) in table {
        let found = p.assess(&camera, kinds, &r);
        let fields: Vec<&str> = found.missing.iter().map(|m| m.field).collect();
        assert_eq!((found.percent, fields.as_slice()), (percent, missing), "{:?}", camera.facts.place);
    }
    let told = p.assess(&at("hospital"), &["place_consent"], &r).missing;
    assert!(told.first().is_some_and(|m| m.said.vi.contains("vi health") && m.said.en.contains("en health")));
    let round = camera(CameraFacts { angle_deg: Some(360.0), height_m: Some(1.0), ..Default::default() });
    assert_eq!(p.assess(&round, &[], &r).percent, 100, "all round needs no direction");
}

#[test]
fn records_grow_stale() {
    let (p, day) = (policy(), Duration::from_secs(86_400));
    let fresh = WallTime::EPOCH.plus(day * 179);
    assert!(!p.is_stale(&at("street"), fresh));
    assert!(p.is_stale(&at("street"), fresh.plus(day)), "never confirmed: counts from when it was entered");
    let confirmed = camera(CameraFacts { confirmed_at: Some(fresh), ..Default::default() });
    assert!(!p.is_stale(&confirmed, fresh.plus(day * 179)) && p.is_stale(&confirmed, fresh.plus(day * 180)));
}

#[test]
fn a_policy_with_unknown_fields_is_told() {
    let mut p = policy();
    assert_eq!(p.fault(), None);
    p.weights.insert("colour".into(), 1);
    assert!(p.fault().is_some_and(|f| f.contains("colour")));
}
