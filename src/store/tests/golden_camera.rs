//! Golden files of a camera whose record says everything, and of a mounting asset.

use super::golden::reads;
use super::{NOW, camera};
use base::{AreaId, AssetId, CivilDate, DocumentId, JobId, UnitId};
use domain::camera_facts::HandedOver;
use domain::{Camera, CameraFacts, Device, Happening, HappeningKind, MountingAsset, Position};

macro_rules! golden {
    ($name:literal) => {
        include_str!(concat!("../golden/", $name))
    };
}

fn unit() -> UnitId {
    UnitId::from_parts(10, [1; 10])
}

fn asset() -> MountingAsset {
    MountingAsset {
        id: AssetId::from_parts(20, [1; 10]),
        code: "TRU-0001".into(),
        kind: "post".into(),
        name: "Trụ đèn ngã tư".into(),
        position: Some(Position { lat: 10.7769, lon: 106.7009 }),
        owner: "Sở Xây dựng".into(),
        unit_id: Some(unit()),
        removed_at: None,
        created_at: NOW,
        changed_at: NOW,
        revision: 3,
        extra: Default::default(),
    }
}

fn device(serial: &str) -> Device {
    Device {
        maker: "Hikvision".into(),
        model: "DS-2CD2".into(),
        firmware: "5.7.3".into(),
        serial: serial.into(),
        conformity: "QCVN135-0001".into(),
        from: Some(CivilDate::constant(2025, 11, 24)),
        until: None,
        reason: None,
        extra: Default::default(),
    }
}

fn facts() -> CameraFacts {
    let text = |t: &str| Some(t.to_owned());
    CameraFacts {
        other_names: vec!["Chợ Cũ".into()],
        address: text("12 Hàm Nghi"),
        position: Some(Position { lat: 10.7724, lon: 106.698 }),
        height_m: Some(6.5),
        direction_deg: Some(45.0),
        angle_deg: Some(90.0),
        range_m: Some(50.0),
        purposes: vec!["traffic".into(), "security".into()],
        place: text("street"),
        ownership: text("state"),
        funding: text("budget"),
        asset: Some(asset().id),
        device: Some(device("SN2")),
        former_devices: vec![Device {
            until: Some(CivilDate::constant(2025, 11, 24)),
            reason: text("hỏng"),
            ..device("SN1")
        }],
        installed_on: Some(CivilDate::constant(2025, 1, 2)),
        completed_on: Some(CivilDate::constant(2025, 1, 5)),
        integrated_on: Some(CivilDate::constant(2025, 1, 9)),
        confirmed_at: Some(NOW),
        happenings: vec![Happening {
            kind: HappeningKind::Replaced,
            on: CivilDate::constant(2025, 11, 24),
            entered_at: NOW,
        }],
        handed_over: vec![HandedOver {
            from: AreaId::from_parts(9, [2; 10]),
            at: NOW,
            handover: JobId::from_parts(30, [1; 10]),
        }],
        update_form: text("online"),
        update_frequency: text("monthly"),
        recording_class: text("class_30"),
        sharing_class: text("shared"),
        police: true,
        documents: vec![DocumentId::from_parts(40, [1; 10])],
        note: text("gần chợ"),
        extra: Default::default(),
    }
}

#[test]
fn a_camera_whose_record_says_everything() {
    let full = Camera {
        area: Some("Phường Sài Gòn".into()),
        unit: Some("Công an phường".into()),
        area_id: Some(AreaId::from_parts(9, [1; 10])),
        unit_id: Some(unit()),
        facts: facts(),
        sub_url: Some("rtsp://10.0.0.1/sub".into()),
        username: Some("viewer".into()),
        has_password: true,
        ..camera(1)
    };
    reads(golden!("camera_2.json"), &full);
}

#[test]
fn mounting_assets() {
    reads(golden!("mounting_asset.json"), &asset());
    let removed = MountingAsset { unit_id: None, removed_at: Some(NOW), ..asset() };
    reads(golden!("mounting_asset_removed.json"), &removed);
}
