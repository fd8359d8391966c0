//! Golden files of areas, units, entries of registers and handovers.

use super::NOW;
use super::golden::{account, reads};
use base::{AreaId, CameraId, CivilDate, ItemId, JobId, UnitId};
use domain::handover::{MovedCamera, MovedUnit};
use domain::handover_undo::{Counts, EndedArea, Kept, KeptId, KeptThing, KeptWhy};
use domain::{
    Area, FocalPoint, Handover, HandoverPart, HandoverPlan, HandoverState, ItemTraits, Register, RegisterItem, Unit,
};

macro_rules! golden {
    ($name:literal) => {
        include_str!(concat!("../golden/", $name))
    };
}

fn area_id(n: u8) -> AreaId {
    AreaId::from_parts(9, [n; 10])
}

fn area() -> Area {
    Area {
        id: area_id(1),
        code: "26740".into(),
        name: "Phường Bến Nghé".into(),
        kind: "phuong".into(),
        parent: Some(area_id(2)),
        former_names: vec!["Bến Nghé cũ".into()],
        valid_from: Some(CivilDate::constant(1988, 12, 5)),
        valid_to: Some(CivilDate::constant(2025, 7, 1)),
        became: vec![area_id(3)],
        created_at: NOW,
        changed_at: NOW,
        revision: 2,
        extra: Default::default(),
    }
}

fn unit() -> Unit {
    Unit {
        id: UnitId::from_parts(10, [1; 10]),
        code: "CATP".into(),
        name: "Công an Thành phố".into(),
        short_name: "CATP".into(),
        kind: "police".into(),
        parent: Some(UnitId::from_parts(10, [2; 10])),
        area: Some(area_id(1)),
        sectors: vec!["security".into()],
        manages: true,
        uses_data: true,
        invests: false,
        focal_point: Some(FocalPoint {
            name: "Trần Văn Nam".into(),
            title: "Phó Giám đốc".into(),
            phone: "028 3838 0000".into(),
            email: "nam@catp.gov.vn".into(),
            account: Some(account()),
        }),
        phone: "113".into(),
        email: "vp@catp.gov.vn".into(),
        ended_on: None,
        created_at: NOW,
        changed_at: NOW,
        revision: 3,
        extra: Default::default(),
    }
}

#[test]
fn records_of_the_registers() {
    reads(golden!("area.json"), &area());
    reads(golden!("unit.json"), &unit());
    let layer = RegisterItem {
        id: ItemId::from_parts(11, [1; 10]),
        register: Register::Layer,
        code: "from_3".into(),
        vi: "Độ cao từ 03 mét đến dưới 05 mét".into(),
        en: "3 metres to less than 5 metres".into(),
        order: 40,
        valid_from: Some(CivilDate::constant(2022, 1, 22)),
        valid_to: None,
        traits: ItemTraits {
            short: vec!["L4".into()],
            from_m: Some(3.0),
            below_m: Some(5.0),
            purposes: vec!["plate".into()],
            public: true,
            told: vec!["health".into()],
            consent: true,
            second_view: true,
            words: Some("Phục vụ giám sát".into()),
            article: Some("13.2d".into()),
            extra: Default::default(),
        },
        changed_at: NOW,
        revision: 1,
        extra: Default::default(),
    };
    reads(golden!("register_item.json"), &layer);
}

#[test]
fn records_of_handovers() {
    let camera = CameraId::from_parts(1, [1; 10]);
    let id = JobId::from_parts(12, [1; 10]);
    let handover = Handover {
        id,
        plan: HandoverPlan {
            from: vec![area_id(1)],
            by_area: [(area_id(1), area_id(3))].into(),
            by_camera: [(camera, area_id(4))].into(),
            by_register: true,
            others: Some(area_id(5)),
            units: true,
            end_on: Some(CivilDate::constant(2025, 7, 1)),
            why: "Nghị quyết 1685/NQ-UBTVQH15".into(),
        },
        state: HandoverState::Done,
        by: account(),
        by_name: "lan".into(),
        at: NOW,
        closed_at: None,
        cameras: 2,
        moved: 1,
        parts: 1,
        areas_before: vec![area()],
        ended: Vec::new(),
        units: vec![MovedUnit { unit: unit().id, from: area_id(1), to: area_id(3), revision: 4 }],
        kept: Kept::default(),
        revision: 5,
        extra: Default::default(),
    };
    reads(golden!("handover.json"), &handover);
    let part = HandoverPart {
        handover: id,
        number: 0,
        moved: vec![MovedCamera {
            camera,
            from: area_id(1),
            to: None,
            from_text: Some("Phường Bến Nghé".into()),
            code: String::new(),
            name: String::new(),
            revision: 2,
            police: false,
        }],
        extra: Default::default(),
    };
    reads(golden!("handover_part.json"), &part);
    handovers_with_what_an_undo_needs(handover, part);
}

/// Since an undo takes back what it can: where to a camera came and how it was called, what an area became, what stayed.
fn handovers_with_what_an_undo_needs(handover: Handover, mut part: HandoverPart) {
    let other = CameraId::from_parts(1, [2; 10]);
    let kept = |what, code: &str, name: &str, why| KeptThing { what, code: code.into(), name: name.into(), why };
    let first = part.moved[0].clone();
    let undone = Handover {
        state: HandoverState::Undone,
        closed_at: Some(NOW),
        cameras: 300,
        moved: 0,
        parts: 0,
        areas_before: vec![Area { valid_to: None, became: Vec::new(), ..area() }],
        ended: vec![EndedArea { area: area_id(1), became: vec![area_id(3)] }],
        kept: Kept {
            count: Counts { cameras: 2, units: 1, areas: 1 },
            first: vec![
                kept(KeptId::Area(area_id(1)), "26740", "Phường Bến Nghé", KeptWhy::Changed),
                kept(KeptId::Unit(unit().id), "CATP", "Công an Thành phố", KeptWhy::Moved),
                kept(KeptId::Camera(first.camera), "79.760-0001", "Ngã tư Nguyễn Huệ 1", KeptWhy::Removed),
                kept(KeptId::Camera(other), "79.760-0002", "Ngã tư Nguyễn Huệ 2", KeptWhy::CodeTaken),
            ],
        },
        revision: 7,
        ..handover
    };
    reads(golden!("handover_2.json"), &undone);
    let police = MovedCamera {
        camera: other,
        to: Some(area_id(3)),
        from_text: None,
        revision: 3,
        police: true,
        ..first.clone()
    };
    let told =
        MovedCamera {
            to: Some(area_id(3)), code: "79.760-0001".into(), name: "Ngã tư Nguyễn Huệ 1".into(), ..first
        };
    part.moved = vec![told, police];
    reads(golden!("handover_part_2.json"), &part);
}
