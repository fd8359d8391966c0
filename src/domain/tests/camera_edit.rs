//! Tables for adding and changing a camera.

use super::*;
use crate::Register;
use crate::{AsWritten, Changed, Extra};
use base::{AssetId, CameraId, WallTime};
use proptest::prelude::*;

fn draft() -> CameraDraft {
    CameraDraft {
        name: "Ngã tư Hàng Xanh".into(),
        main_url: "rtsp://admin:mật@10.0.0.5/m".into(),
        ..Default::default()
    }
}

fn camera() -> Camera {
    Camera {
        id: CameraId::from_parts(1, [1; 10]),
        code: "79-0001".into(),
        name: "Cầu".into(),
        area: None,
        unit: None,
        area_id: None,
        unit_id: None,
        facts: Default::default(),
        main_url: "rtsp://10.0.0.5/m".into(),
        sub_url: None,
        username: Some("admin".into()),
        has_password: true,
        transport: Transport::Tcp,
        created_at: WallTime::EPOCH,
        changed_at: WallTime::EPOCH,
        revision: 1,
        extra: Extra::new(),
    }
}

fn fields(faults: &[FieldFault]) -> Vec<&str> {
    faults.iter().map(|f| f.field).collect()
}

#[test]
fn the_login_moves_out_of_the_address() {
    let r = decide_register(&draft(), &AsWritten).expect("fits");
    assert_eq!((r.main_url.as_str(), r.username.as_deref()), ("rtsp://10.0.0.5/m", Some("admin")));
    assert_eq!(r.password.as_ref().map(Secret::expose), Some("mật"));
    let own = CameraDraft { username: Some("op".into()), password: Some(Secret::new("x".into())), ..draft() };
    let r = decide_register(&own, &AsWritten).expect("fits");
    assert_eq!((r.username.as_deref(), r.password.as_ref().map(Secret::expose)), (Some("op"), Some("x")));
}

#[test]
fn all_faults_at_once() {
    let bad = CameraDraft {
        name: "\0".into(),
        code: Some("add".into()),
        main_url: "http://x".into(),
        sub_url: Some("ftp://x".into()),
        username: Some("a\nb".into()),
        ..Default::default()
    };
    assert_eq!(
        fields(&decide_register(&bad, &AsWritten).expect_err("bad")),
        ["name", "code", "main_url", "sub_url", "username"]
    );
    let two = CameraDraft { sub_url: Some("rtsp://other:x@10.0.0.5/s".into()), ..draft() };
    assert_eq!(fields(&decide_register(&two, &AsWritten).expect_err("two logins")), ["sub_url"]);
}

/// Knows the area “Quận 1” and the unit “CATP”, and offers them for anything else.
struct Known;

impl Lexicon for Known {
    fn item(&self, register: Register, field: &'static str, text: &str) -> Result<String, FieldFault> {
        AsWritten.item(register, field, text)
    }
    fn area(&self, text: &str) -> Result<(AreaId, String), FieldFault> {
        let id = AreaId::from_parts(1, [1; 10]);
        let fault = || FieldFault::new("area", Said::new("Gần nhất: Quận 1.", "Nearest: Quận 1."));
        (text == "760").then(|| (id, "Quận 1".to_owned())).ok_or_else(fault)
    }
    fn unit(&self, text: &str) -> Result<(UnitId, String), FieldFault> {
        let id = UnitId::from_parts(1, [1; 10]);
        let fault = || FieldFault::new("unit", Said::new("Gần nhất: CATP.", "Nearest: CATP."));
        (text == "CATP").then(|| (id, "Công an thành phố".to_owned())).ok_or_else(fault)
    }
    fn asset(&self, text: &str) -> Option<AssetId> {
        AsWritten.asset(text)
    }
}

#[test]
fn an_area_or_unit_that_the_registers_do_not_know_is_a_fault_that_names_the_nearest() {
    let at = |area: &str, unit: &str| CameraDraft { area: Some(area.into()), unit: Some(unit.into()), ..draft() };
    let good = decide_register(&at("760", "CATP"), &Known).expect("known");
    assert_eq!((good.area.as_deref(), good.area_id.is_some()), (Some("Quận 1"), true));
    assert_eq!((good.unit.as_deref(), good.unit_id.is_some()), (Some("Công an thành phố"), true));
    let bad = decide_register(&at("Quận 1x", "CAPT"), &Known).expect_err("unknown");
    assert_eq!(fields(&bad), ["area", "unit"]);
    assert!(bad.iter().all(|f| f.said.vi.starts_with("Gần nhất") && f.said.en.starts_with("Nearest")));
    assert_eq!(decide_register(&at(" ", ""), &Known).map(|r| (r.area, r.unit)).expect("none"), (None, None));

    let to = |area: Option<&str>, unit: Option<&str>| CameraPatch {
        area: Some(area.map(Into::into)),
        unit: Some(unit.map(Into::into)),
        ..CameraPatch::default()
    };
    assert_eq!(
        fields(&decide_change(&camera(), &to(Some("x"), Some("y")), &Known).expect_err("unknown")),
        ["area", "unit"]
    );
    let old = Camera { area: Some("Khu phố cũ".into()), unit: Some("Tổ 3".into()), ..camera() };
    let same = decide_change(&old, &to(Some("Khu phố cũ "), Some("Tổ 3")), &Known).expect("as it was");
    assert!(same.changes.is_empty(), "{:?}", same.changes);
    assert_eq!(
        fields(&decide_change(&old, &to(Some("Khu phố mới"), Some("Tổ 3")), &Known).expect_err("new")),
        ["area"]
    );
    let gone = decide_change(&old, &to(None, None), &Known).expect("emptied").camera;
    assert_eq!((gone.area, gone.unit), (None, None));
    let named = decide_change(&old, &to(Some("760"), None), &Known).expect("known").camera;
    assert_eq!((named.area.as_deref(), named.area_id.is_some(), named.unit), (Some("Quận 1"), true, None));
}

#[test]
fn a_change_names_what_changes_and_hides_the_password() {
    let patch = CameraPatch {
        name: Some("Cầu Sài Gòn".into()),
        password: Some(Some(Secret::new("geheim".into()))),
        unit: Some(Some("CATP".into())),
        transport: Some(Transport::Udp),
        ..Default::default()
    };
    let change = decide_change(&camera(), &patch, &Known).expect("fits");
    let both = |old: &str, new: &str| Changed { old: Some(old.into()), new: Some(new.into()) };
    assert_eq!(change.changes.0["name"], both("Cầu", "Cầu Sài Gòn"));
    assert_eq!(change.changes.0["transport"], both("tcp", "udp"));
    assert_eq!(change.changes.0["unit"], Changed { old: None, new: Some("Công an thành phố".into()) });
    assert_eq!(change.changes.0["password"], Changed::default());
    assert!(!format!("{change:?}").contains("geheim"));
    assert!(decide_change(&camera(), &CameraPatch::default(), &AsWritten).expect("nothing").changes.is_empty());
}

#[test]
fn a_kept_password_does_not_go_to_another_host() {
    let to = |url: &str| CameraPatch { main_url: Some(url.into()), ..Default::default() };
    assert!(decide_change(&camera(), &to("rtsp://10.0.0.5:554/other"), &AsWritten).is_ok());
    for url in ["rtsp://10.6.6.6/m", "rtsp://10.0.0.5:5540/m"] {
        assert_eq!(fields(&decide_change(&camera(), &to(url), &AsWritten).expect_err(url)), ["password"]);
    }
    let sub = CameraPatch { sub_url: Some(Some("rtsp://10.6.6.6/s".into())), ..Default::default() };
    assert_eq!(fields(&decide_change(&camera(), &sub, &AsWritten).expect_err("sub")), ["password"]);
    for password in [Some(None), Some(Some(Secret::new("new".into())))] {
        let patch = CameraPatch { password, ..to("rtsp://10.6.6.6/m") };
        assert!(decide_change(&camera(), &patch, &AsWritten).is_ok());
    }
}

proptest! {
    #[test]
    fn never_panics(name in any::<String>(), c in any::<String>(), url in any::<String>()) {
        let d = CameraDraft { name: name.clone(), code: Some(c.clone()), main_url: url.clone(), sub_url: Some(url.clone()), ..Default::default() };
        let _ = decide_register(&d, &AsWritten);
        let p = CameraPatch { name: Some(name), code: Some(c.clone()), main_url: Some(url), ..Default::default() };
        let _ = decide_change(&camera(), &p, &AsWritten);
    }
}
