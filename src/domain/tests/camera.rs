//! Tables for the rules of cameras.

use super::*;
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
    let r = decide_register(&draft()).expect("fits");
    assert_eq!((r.main_url.as_str(), r.username.as_deref()), ("rtsp://10.0.0.5/m", Some("admin")));
    assert_eq!(r.password.as_ref().map(Secret::expose), Some("mật"));
    let own = CameraDraft { username: Some("op".into()), password: Some(Secret::new("x".into())), ..draft() };
    let r = decide_register(&own).expect("fits");
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
    assert_eq!(fields(&decide_register(&bad).expect_err("bad")), ["name", "code", "main_url", "sub_url", "username"]);
    let two = CameraDraft { sub_url: Some("rtsp://other:x@10.0.0.5/s".into()), ..draft() };
    assert_eq!(fields(&decide_register(&two).expect_err("two logins")), ["sub_url"]);
}

#[test]
fn codes_by_rule() {
    for good in ["79.760-0001", "A1", "q1-cam.7"] {
        assert_eq!(code(good).expect(good), good);
    }
    for bad in [
        "",
        "add",
        "probe",
        "-1",
        "1-",
        "a b1",
        "mã1",
        "1/2",
        "..1",
        "1..2",
        &"1".repeat(65),
        "019500b0-0000-7000-8000-000000000000",
    ] {
        assert!(code(bad).is_err(), "{bad}");
    }
    assert_eq!(number_of(&numbered_code("79.760", 12)), Some(("79.760", 12)));
    assert_eq!(numbered_code("79", 12_345), "79-12345");
    assert_eq!(number_of("79-99999999999999999999"), None);
}

#[test]
fn a_change_names_what_changes_and_hides_the_password() {
    let patch = CameraPatch {
        name: Some("Cầu Sài Gòn".into()),
        password: Some(Some(Secret::new("geheim".into()))),
        unit: Some(Some("Công an Quận 1".into())),
        transport: Some(Transport::Udp),
        ..Default::default()
    };
    let change = decide_change(&camera(), &patch).expect("fits");
    let text = format!("{:?}", change.facts);
    assert!(
        text.contains("Cầu → Cầu Sài Gòn") && text.contains("tcp → udp") && text.contains("\"password\", \"changed\"")
    );
    assert!(!text.contains("geheim") && !format!("{change:?}").contains("geheim"));
    assert!(decide_change(&camera(), &CameraPatch::default()).expect("nothing").facts.is_empty());
}

#[test]
fn a_kept_password_does_not_go_to_another_host() {
    let to = |url: &str| CameraPatch { main_url: Some(url.into()), ..Default::default() };
    assert!(decide_change(&camera(), &to("rtsp://10.0.0.5:554/other")).is_ok());
    for url in ["rtsp://10.6.6.6/m", "rtsp://10.0.0.5:5540/m"] {
        assert_eq!(fields(&decide_change(&camera(), &to(url)).expect_err(url)), ["password"]);
    }
    let sub = CameraPatch { sub_url: Some(Some("rtsp://10.6.6.6/s".into())), ..Default::default() };
    assert_eq!(fields(&decide_change(&camera(), &sub).expect_err("sub")), ["password"]);
    for password in [Some(None), Some(Some(Secret::new("new".into())))] {
        let patch = CameraPatch { password, ..to("rtsp://10.6.6.6/m") };
        assert!(decide_change(&camera(), &patch).is_ok());
    }
}

proptest! {
    #[test]
    fn never_panics(name in any::<String>(), c in any::<String>(), url in any::<String>()) {
        let d = CameraDraft { name: name.clone(), code: Some(c.clone()), main_url: url.clone(), sub_url: Some(url.clone()), ..Default::default() };
        let _ = decide_register(&d);
        let p = CameraPatch { name: Some(name), code: Some(c.clone()), main_url: Some(url), ..Default::default() };
        let _ = decide_change(&camera(), &p);
        let _ = number_of(&c);
    }
}
