//! Accounts, cameras, the node, the audit.

use super::*;
use crate::CameraFilter;
use base::{CameraId, ErrorKind, Fault};
use domain::{CameraPatch, audit};
use std::collections::BTreeSet;

#[test]
fn accounts_from_beginning_to_end() {
    let (house, admin) = House::set_up();
    let (ops, boss) = (&house.ops, &admin.caller);
    let new = |name: &str| {
        let mut new = NewAccount { display_name: "Minh".into(), ..NewAccount::new(name, Role::Viewer) };
        new.details.unit = Some("Công an".into());
        new
    };
    let (minh, first) = ops.add_account(boss, new("Minh")).expect("added");
    let first = first.expect("a person has a password");
    assert_eq!((minh.name.as_str(), minh.must_change_password), ("minh", true));
    let e = ops.add_account(boss, new("MINH")).expect_err("taken");
    assert_eq!((e.kind(), e.field()), (ErrorKind::Conflict, Some("name")));
    assert_eq!(fields(&ops.add_account(boss, new("<b>")).expect_err("bad name")), ["name"]);

    let in_ = ops.sign_in("minh", &first, HOME, "").expect("with the one-time password");
    assert!(matches!(ops.camera(&in_.caller, "x"), Err(OpsError::Refused(_))), "an own password first");
    ops.change_password(&in_.caller, &first, &secret(GOOD)).expect("own password");
    assert!(matches!(ops.camera(&house.again(&in_).expect("in"), "x"), Err(OpsError::NotFound(_))));

    let changed = ops.change_role(boss, minh.id, Role::Operator).expect("operator");
    assert_eq!(changed.role, Role::Operator);
    assert!(house.again(&in_).is_none(), "a change of role ends sign-ins");
    assert_eq!(house.last(audit::ACCOUNT_CHANGED).changes.0["role"].new.as_deref(), Some("operator"));

    let (_, second) = ops.reset_password(boss, minh.id).expect("reset");
    assert!(ops.sign_in("minh", &secret(GOOD), HOME, "").is_err());
    let in_ = ops.sign_in("minh", &second, HOME, "").expect("new one");
    assert!(in_.caller.account.must_change_password);

    ops.disable_account(boss, minh.id).expect("disabled");
    assert!(house.again(&in_).is_none() && ops.sign_in("minh", &second, HOME, "").is_err());
    ops.enable_account(boss, minh.id).expect("enabled");
    assert!(ops.sign_in("minh", &second, HOME, "").is_ok());
    assert_eq!(ops.names(boss).expect("list"), ["lan", "minh"]);
    assert!(!format!("{:?}", house.record()).contains(second.expose()));
}

#[test]
fn the_last_administrator_stays() {
    let (house, admin) = House::set_up();
    let (ops, boss) = (&house.ops, &admin.caller);
    let id = boss.account.id;
    for e in
        [ops.disable_account(boss, id).expect_err("last"), ops.change_role(boss, id, Role::Viewer).expect_err("last")]
    {
        assert!(matches!(&e, OpsError::Refused(r) if r.who_can_help.vi.contains("quản trị viên khác")));
    }
    assert!(house.again(&admin).is_some());
    let second = house.person(boss, "minh", Role::Administrator);
    ops.disable_account(&second.caller, id).expect("there is another now");
    assert!(house.again(&admin).is_none());
    assert!(matches!(ops.enable_account(boss, id), Err(OpsError::SignedOut)), "an old snapshot changes nothing");
}

#[test]
fn preferences() {
    let (house, admin) = House::set_up();
    let ops = &house.ops;
    let a = ops
        .set_preferences(&admin.caller, Some("Chị Lan".into()), Some(Language::En), Some("dark".into()))
        .expect("set");
    assert_eq!((a.display_name.as_str(), a.language, a.theme.as_str()), ("Chị Lan", Some(Language::En), "dark"));
    assert_eq!(house.last(audit::PREFERENCES_CHANGED).changes.0["theme"].new.as_deref(), Some("dark"));
    let before = house.acts().len();
    ops.set_preferences(&admin.caller, None, None, Some("dark".into())).expect("nothing new");
    assert_eq!(house.acts().len(), before);
    assert_eq!(
        fields(&ops.set_preferences(&admin.caller, None, None, Some("pink".into())).expect_err("theme")),
        ["theme"]
    );
}

#[test]
fn a_camera_from_beginning_to_end() {
    let (house, admin) = House::set_up();
    let (ops, boss) = (&house.ops, &admin.caller);
    let wanted = ops.wanted_sources();
    assert_eq!(ops.next_code(boss, None).expect("code"), "79.760-0001");
    let cam = ops.register_camera(boss, draft("Ngã tư O'Hara <b>")).expect("added");
    assert_eq!((cam.code.as_str(), cam.revision, cam.has_password), ("79.760-0001", 1, true));
    let source = wanted.borrow()[0].clone();
    assert_eq!((source.main_url.as_str(), source.username.as_deref()), ("rtsp://10.1.0.5/main", Some("admin")));
    assert_eq!(source.password.expect("password").expose(), "geheim-7");
    assert!(ops.camera(boss, "79.760-0001").is_ok() && ops.camera(boss, &cam.id.to_string()).is_ok());

    let taken = CameraDraft { code: Some("79.760-0001".into()), ..draft("Khác") };
    let e = ops.register_camera(boss, taken).expect_err("taken");
    assert_eq!((e.kind(), e.field()), (ErrorKind::Conflict, Some("code")));
    assert!(e.said().vi.contains("O'Hara <b>"), "names the other camera");
    let second = ops.register_camera(boss, CameraDraft { area: Some("761".into()), ..draft("Hai") }).expect("added");
    assert_eq!(second.code, "79.761-0001");

    let patch = |name: &str| CameraPatch { name: Some(name.into()), ..CameraPatch::default() };
    let changed = ops.change_camera(boss, cam.id, patch("Cầu Sài Gòn"), 1).expect("changed");
    assert_eq!(changed.revision, 2);
    let late = ops.change_camera(boss, cam.id, patch("Khác"), 1).expect_err("somebody was first");
    assert!(matches!(late, OpsError::Changed { expected: 1, found: 2 }) && late.kind() == ErrorKind::Conflict);
    assert_eq!(ops.change_camera(boss, cam.id, patch("Cầu Sài Gòn"), 2).expect("nothing").revision, 2);
    let code = CameraPatch { code: Some("79.761-0001".into()), ..CameraPatch::default() };
    assert!(matches!(ops.change_camera(boss, cam.id, code, 2), Err(OpsError::Taken { .. })));
    let secret_change = CameraPatch { password: Some(Some(secret("neu-8"))), ..CameraPatch::default() };
    ops.change_camera(boss, cam.id, secret_change, 2).expect("changed");
    assert_eq!(house.last(audit::CAMERA_CHANGED).changes.0["password"], domain::Changed::default(), "named, not told");
    let passwords = |ops: &Ops| -> BTreeSet<String> {
        ops.wanted_sources()
            .borrow()
            .iter()
            .filter_map(|s| s.password.as_ref().map(|p| p.expose().to_owned()))
            .collect()
    };
    assert_eq!(passwords(ops), BTreeSet::from(["geheim-7".to_owned(), "neu-8".to_owned()]));

    let house = house.restarted();
    let ops = &house.ops;
    assert_eq!(ops.camera(boss, "79.760-0001").expect("there").revision, 3);
    assert_eq!(passwords(ops).len(), 2, "sealed passwords come back");
    let (areas, _) = ops.places(boss).expect("places");
    assert_eq!(areas, ["Quận 12"], "code 761, by its name in the register");

    assert_eq!(fields(&ops.remove_camera(boss, cam.id, "Cầu").expect_err("name")), ["confirm_name"]);
    ops.remove_camera(boss, cam.id, "Cầu Sài Gòn").expect("removed");
    assert!(matches!(ops.camera(boss, "79.760-0001"), Err(OpsError::NotFound("camera"))));
    assert_eq!(passwords(ops).len(), 1);
    assert_eq!(ops.next_code(boss, None).expect("code"), "79.760-0002", "a number is not given twice");
    assert!(
        !format!("{:?}", house.record()).contains("geheim-7") && !format!("{:?}", house.record()).contains("neu-8")
    );
    let missing = CameraId::from_parts(1, [0; 10]);
    assert!(matches!(ops.remove_camera(boss, missing, ""), Err(OpsError::NotFound(_))));
}

#[test]
fn search_and_pages_through_the_verb() {
    let (house, admin) = House::set_up();
    for name in ["Nguyễn Huệ", "Đồng Khởi", "Nguyễn Trãi"] {
        house.ops.register_camera(&admin.caller, draft(name)).expect("added");
    }
    let list = |q: &str, limit| {
        let filter = CameraFilter { q: Some(q.into()), limit, ..CameraFilter::default() };
        house.ops.list_cameras(&admin.caller, &filter).expect("list")
    };
    assert_eq!(list("nguyen", 10).total, 2);
    let page = list("", 2);
    assert_eq!((page.items.len(), page.total), (2, 3));
    let rest = CameraFilter { cursor: page.next, ..CameraFilter::default() };
    assert_eq!(house.ops.list_cameras(&admin.caller, &rest).expect("rest").items.len(), 1);
    let foreign = CameraFilter { cursor: Some("?".into()), ..CameraFilter::default() };
    assert_eq!(fields(&house.ops.list_cameras(&admin.caller, &foreign).expect_err("cursor")), ["cursor"]);
}

#[test]
fn what_a_role_may_not_it_cannot() {
    let (house, admin) = House::set_up();
    let ops = &house.ops;
    let cam = ops.register_camera(&admin.caller, draft("Một")).expect("added");
    let viewer = house.person(&admin.caller, "xem", Role::Viewer).caller;
    let operator = house.person(&admin.caller, "van.hanh", Role::Operator).caller;
    let refused = |e: Result<(), OpsError>| assert!(matches!(e, Err(OpsError::Refused(_))));
    refused(ops.register_camera(&viewer, draft("Hai")).map(drop));
    refused(ops.change_camera(&viewer, cam.id, CameraPatch::default(), 1).map(drop));
    assert!(ops.register_camera(&operator, draft("Hai")).is_ok());
    for caller in [&viewer, &operator] {
        assert!(ops.camera(caller, &cam.code).is_ok());
        refused(ops.remove_camera(caller, cam.id, "Một").map(drop));
        refused(ops.names(caller).map(drop));
        refused(ops.add_account(caller, NewAccount::new("x", Role::Administrator)).map(drop));
        refused(ops.change_role(caller, caller.account.id, Role::Administrator).map(drop));
        refused(ops.reset_password(caller, admin.caller.account.id).map(drop));
        refused(ops.audit_page(caller, &AuditFilter::default()).map(drop));
        refused(ops.verify_audit(caller).map(drop));
        refused(ops.export_audit(caller, &mut Vec::new()).map(drop));
        refused(ops.set_node(caller, "x".into(), None, Language::Vi).map(drop));
        refused(ops.issue_token(caller, admin.caller.account.id, crate::TokenWish::default()).map(drop));
    }
}

#[test]
fn the_node_and_its_watchers() {
    let (house, admin) = House::set_up();
    let mut changes = house.ops.changes();
    changes.mark_unchanged();
    house.ops.set_node(&admin.caller, "Quận 1".into(), None, Language::En).expect("set");
    assert!(changes.has_changed().expect("open"));
    changes.mark_unchanged();
    let mut accounts = house.ops.account_changes();
    accounts.mark_unchanged();
    let mut rung = |what: &str| {
        assert!(accounts.has_changed().expect("open"), "{what} rings for accounts");
        assert!(!changes.has_changed().expect("open"), "{what} does not concern the catalogue");
        accounts.mark_unchanged();
    };
    house.ops.set_preferences(&admin.caller, None, None, Some("dark".into())).expect("set");
    rung("a preference");
    let new = NewAccount::new("an", Role::Viewer);
    let (an, _) = house.ops.add_account(&admin.caller, new).expect("added");
    rung("a new account");
    house.ops.change_role(&admin.caller, an.id, Role::Operator).expect("changed");
    rung("a role");
    house.ops.reset_password(&admin.caller, an.id).expect("reset");
    rung("a password");
    let name = &house.last(audit::NODE_CHANGED).changes.0["name"];
    assert_eq!((name.old.as_deref(), name.new.as_deref()), (Some("Quận Bến Nghé"), Some("Quận 1")));
    let house = house.restarted();
    let info = house.ops.node_info();
    assert_eq!((info.name.as_str(), info.area, info.language), ("Quận 1", None, Language::En));
}

#[test]
fn the_audit_is_read_checked_and_taken_out() {
    let (house, admin) = House::set_up();
    let (ops, boss) = (&house.ops, &admin.caller);
    ops.register_camera(boss, draft("Nguyễn Huệ")).expect("added");
    let find = |f: AuditFilter| ops.audit_page(boss, &f).expect("page").entries;
    let some = |t: &str| Some(t.to_owned());
    assert_eq!(find(AuditFilter { act: some("camera"), ..Default::default() }).len(), 1);
    assert_eq!(find(AuditFilter { text: some("nguyen hue"), ..Default::default() }).len(), 1);
    assert!(find(AuditFilter { who: some("lan"), ..Default::default() }).iter().all(|e| e.actor.name() == "lan"));
    assert_eq!(house.acts().iter().filter(|a| *a == audit::AUDIT_READ).count(), 1, "once an hour");
    house.pass(3_600);
    let first = ops.audit_page(boss, &AuditFilter { limit: Some(2), ..Default::default() }).expect("page");
    assert_eq!((first.entries.len(), first.entries[0].act.as_str()), (2, audit::AUDIT_READ));
    let next = find(AuditFilter { before: first.next, ..Default::default() });
    assert_eq!(next[0].seq + 1, first.entries[1].seq);

    let check = ops.verify_audit(boss).expect("check");
    assert!(check.fault.is_none() && check.entries >= 5 && check.head.to_string().len() == 64);
    let mut out = Vec::new();
    let n = ops.export_audit(boss, &mut out).expect("export");
    let text = String::from_utf8(out).expect("UTF-8");
    assert_eq!(text.lines().filter(|l| l.contains("\"entry\":")).count() as u64, n);
    assert!(text.lines().rev().nth(1).is_some_and(|l| l.starts_with("{\"checkpoint\":")), "up to its end under one");
    assert_eq!(house.acts().last().map(String::as_str), Some(audit::AUDIT_EXPORTED));
    let known: BTreeSet<&str> = audit::ACTS.iter().copied().collect();
    assert!(house.acts().iter().all(|a| known.contains(a.as_str())));
}

#[test]
fn commands_on_the_machine_and_the_demo() {
    let house = House::new();
    let ops = &house.ops;
    assert_eq!(
        fields(&ops.add_account_from_machine("lan", Role::Administrator, None, &secret("short")).expect_err("weak")),
        ["password"]
    );
    ops.add_account_from_machine("lan", Role::Administrator, None, &secret(GOOD)).expect("added");
    assert!(!ops.setup_pending(), "there is an administrator");
    let token = ops.issue_token_for("lan", "script", 7).expect("token");
    assert!(ops.caller_by_bearer(&token).expect("store").is_some());
    assert!(matches!(ops.issue_token_for("nobody", "x", 7), Err(OpsError::NotFound(_))));
    assert_eq!(house.last(audit::TOKEN_ISSUED).actor.name(), "cli");
    assert_eq!(ops.accounts_from_machine().expect("list").len(), 1);
}

/// A policy that is not that of the last start is on record with its old and new values; the same one is not.
#[test]
fn a_changed_policy_is_on_record() {
    let (house, admin) = House::set_up();
    let changed = |ops: &Ops| {
        let filter = AuditFilter { act: Some("node.policy_changed".into()), ..AuditFilter::default() };
        ops.audit_page(&admin.caller, &filter).expect("the record").entries
    };
    house.ops.record_started().expect("started");
    house.ops.record_started().expect("started again");
    assert!(changed(&house.ops).is_empty(), "the shipped policy is nothing new");
    let super::House { dir, clock, ops } = house;
    drop(ops);
    let store = store::Store::open(dir.path(), clock.clock().now()).expect("store");
    let policy = crate::Policy::with_own("[accounts]\nidle_days = 30").expect("good");
    let ops = Ops::open(store, clock.clock(), policy, crate::OpsConfig::default()).expect("office");
    ops.record_started().expect("started");
    ops.record_started().expect("started again");
    let entries = changed(&ops);
    assert_eq!(entries.len(), 1);
    let change = &entries[0].changes.0["accounts.idle_days"];
    assert_eq!((change.old.as_deref(), change.new.as_deref()), (Some("90"), Some("30")));
}
