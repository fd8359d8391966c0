//! Accounts in the hard cases: networks, known browsers, history, services, limits of tokens, units' administrators, lists.

use super::*;
use crate::{AccountChange, AccountStep, NetworksWish, TokenWish};
use base::{UnitId, limits};
use domain::{AccountDetails, AccountKind, Act, FocalPoint, TokenLimit, Unit, audit};

fn ip(s: &str) -> IpAddr {
    s.parse().expect("address")
}

impl House {
    /// A unit of the register, as its own verbs would write it.
    pub(crate) fn unit(&self, code: &str, parent: Option<UnitId>, focal: Option<base::AccountId>) -> UnitId {
        let n = u8::try_from(self.ops.registers().units().count() % 200 + 1).expect("few");
        let json = serde_json::json!({
            "id": UnitId::from_bytes([n; 16]), "code": code, "name": format!("Đơn vị {code}"), "parent": parent,
            "created_at": 0, "changed_at": 0, "revision": 1,
        });
        let mut unit: Unit = serde_json::from_value(json).expect("unit");
        unit.focal_point = focal.map(|a| FocalPoint { account: Some(a), ..FocalPoint::default() });
        let id = unit.id;
        self.ops
            .write(move |w| {
                w.audit(domain::AuditDraft::new(domain::Actor::System, audit::NODE_CHANGED))?;
                w.put(&unit)?;
                Ok(())
            })
            .expect("written");
        self.ops.refresh_registers().expect("read");
        id
    }
    /// A person of a unit, signed in.
    pub(crate) fn person_of(&self, admin: &Caller, name: &str, role: Role, unit: UnitId) -> SignedIn {
        let mut new = NewAccount::new(name, role);
        new.details.unit_id = Some(unit);
        let first = self.ops.add_account(admin, new).expect("added").1.expect("password");
        let in_ = self.ops.sign_in(name, &first, HOME, "Firefox").expect("first sign-in");
        self.ops.change_password(&in_.caller, &first, &secret(GOOD)).expect("own password");
        self.ops.sign_in(name, &secret(GOOD), HOME, "Firefox").expect("sign-in")
    }
}

#[test]
fn a_known_browser_is_not_held_by_a_strangers_guesses() {
    let (house, admin) = House::set_up();
    let known = Origin { browser: admin.browser.clone(), ..Origin::new(HOME, "Firefox") };
    for n in 0..60u8 {
        let _ = house.ops.sign_in("lan", &secret(OTHER), IpAddr::V4(Ipv4Addr::new(10, 9, n, 1)), "bot");
    }
    let e = house.ops.sign_in("lan", &secret(GOOD), ip("10.77.0.1"), "").expect_err("the brake of the name");
    assert!(matches!(e, OpsError::Locked { .. }));
    assert!(house.ops.enter("lan", &secret(GOOD), &known).is_ok(), "the owner's own browser");
    let forged = Origin { browser: Some(secret("made up")), ..Origin::new(ip("10.77.0.1"), "Firefox") };
    assert!(matches!(house.ops.enter("lan", &secret(GOOD), &forged), Err(OpsError::Locked { .. })));
    // Nor does the cookie of one account open another.
    for n in 0..60u8 {
        let _ = house.ops.sign_in("nobody.here", &secret(OTHER), IpAddr::V4(Ipv4Addr::new(10, 9, n, 2)), "bot");
    }
    assert!(matches!(house.ops.enter("nobody.here", &secret(GOOD), &known), Err(OpsError::Locked { .. })));
}

#[test]
fn the_history_tells_of_failures_and_new_networks_and_forgets() {
    let (house, admin) = House::set_up();
    let _ = house.ops.sign_in("lan", &secret(OTHER), ip("10.0.0.77"), "Chrome");
    let far = house.ops.sign_in("lan", &secret(GOOD), ip("192.0.2.9"), "Chrome").expect("in");
    let history = house.ops.sign_in_history(&admin.caller).expect("history");
    let seen: Vec<_> = history.iter().map(|e| (e.ok, e.reason.as_str(), e.address.as_str(), e.new_network)).collect();
    assert_eq!(
        seen,
        [(true, "", "192.0.2.9", true), (false, "wrong_password", "10.0.0.77", false), (true, "", "10.0.0.9", false)]
    );
    assert_eq!(house.last(audit::SIGN_IN_NEW_NETWORK).address.as_deref(), Some("192.0.2.9"));
    let me = house.again(&admin).expect("in").account;
    assert_eq!(me.strange_sign_in.expect("noticed").address, "192.0.2.9");
    house.ops.acknowledge_strange_sign_in(&far.caller).expect("seen");
    assert_eq!(house.again(&admin).expect("in").account.strange_sign_in, None);
    house.ops.sign_in("lan", &secret(GOOD), ip("192.0.2.200"), "Chrome").expect("a neighbour is no news");
    assert_eq!(house.again(&admin).expect("in").account.strange_sign_in, None);

    let minh = house.person(&admin.caller, "minh", Role::Viewer);
    assert!(house.ops.sign_in_history_of(&minh.caller, admin.caller.account.id).is_err());
    assert_eq!(house.ops.sign_in_history_of(&admin.caller, minh.caller.account.id).expect("history").len(), 2);
    house.pass(91 * 86_400);
    let in_ = house.ops.sign_in("lan", &secret(GOOD), HOME, "").expect("in");
    assert_eq!(house.ops.sign_in_history(&in_.caller).expect("history").len(), 1, "90 days");
    let (account, origin) = (in_.caller.account.clone(), Origin::new(HOME, "bot"));
    house
        .ops
        .write(move |w| {
            w.audit(domain::AuditDraft::new(domain::Actor::System, audit::SIGN_IN_FAILED))?;
            for _ in 0..limits::SIGN_IN_HISTORY_MAX + 20 {
                crate::history::note(w, &account, &crate::history::Tried::failed("wrong_password"), &origin, 90)?;
            }
            Ok(())
        })
        .expect("written");
    let kept = house.ops.read(|r| Ok(r.count::<domain::SignInEvent>()?)).expect("count");
    assert!(kept <= limits::SIGN_IN_HISTORY_MAX as u64 + 2, "{kept}");
}

#[test]
fn outside_the_networks_nobody_signs_in_and_nobody_stays_in() {
    let (house, admin) = House::set_up();
    let ops = &house.ops;
    let boss = ops.placed(admin.caller.clone(), HOME);
    let minh = house.person(&boss, "minh", Role::Viewer);
    let wish = |everyone: &[&str], admins: &[&str]| NetworksWish {
        everyone: everyone.iter().map(|s| (*s).to_owned()).collect(),
        roles: vec![(Role::Administrator, admins.iter().map(|s| (*s).to_owned()).collect())],
        reason: "Chỉ mạng nội bộ".into(),
        version: None,
    };
    // Nobody shuts themselves out, whether by the list for everybody or by that of their role.
    for shut in [wish(&["192.0.2.0/24"], &[]), wish(&["10.0.0.0/8"], &["10.9.0.0/16"])] {
        assert!(!ops.preview_sign_in_networks(&boss, &shut).expect("preview").1);
        let e = ops.set_sign_in_networks(&boss, &shut).expect_err("own address outside");
        assert!(matches!(e, OpsError::Refused(r) if r.article == Some("12.4")));
    }
    assert_eq!(fields(&ops.set_sign_in_networks(&boss, &wish(&["mạng"], &[])).expect_err("bad")), ["networks"]);
    let no_reason = NetworksWish { reason: " ".into(), ..wish(&["10.0.0.0/8"], &[]) };
    assert_eq!(fields(&ops.set_sign_in_networks(&boss, &no_reason).expect_err("why?")), ["reason"]);
    assert!(ops.set_sign_in_networks(&minh.caller, &wish(&["10.0.0.0/8"], &[])).is_err());

    let far = ops.sign_in("minh", &secret(GOOD), ip("192.0.2.7"), "").expect("from anywhere yet");
    let set = ops.set_sign_in_networks(&boss, &wish(&["10.0.0.9/8"], &["10.0.0.0/24"])).expect("set");
    assert!(house.again(&far).is_none() && house.again(&minh).is_some(), "who is outside now is out");
    assert_eq!((set.version, set.everyone, set.by.as_str()), (1, vec!["10.0.0.0/8".to_owned()], "lan"));
    let on_record = house.last(audit::SIGN_IN_NETWORKS_CHANGED);
    assert_eq!(on_record.changes.0["networks"].new.as_deref(), Some("10.0.0.0/8"));
    assert_eq!(on_record.facts["reason"], "Chỉ mạng nội bộ");

    let refused = |r: Result<SignedIn, OpsError>| matches!(r, Err(OpsError::Refused(r)) if r.article == Some("12.4"));
    assert!(refused(ops.sign_in("lan", &secret(GOOD), ip("192.0.2.1"), "")));
    assert!(refused(ops.sign_in("nobody", &secret(GOOD), ip("192.0.2.1"), "")), "the answer tells nothing of names");
    assert!(ops.sign_in("minh", &secret(GOOD), ip("10.3.0.1"), "").is_ok());
    assert!(refused(ops.sign_in("lan", &secret(GOOD), ip("10.3.0.1"), "")), "administrators have a list of their own");
    assert!(
        matches!(ops.sign_in("lan", &secret(OTHER), ip("10.3.0.1"), ""), Err(OpsError::SignInFailed)),
        "but only a right password is told so"
    );
    assert_eq!(house.last(audit::SIGN_IN_FAILED).facts["reason"], "wrong_password");
    // A sign-in in force that moves outside is barred from everything; back inside it goes on.
    let moved = ops.placed(house.again(&admin).expect("in"), ip("192.0.2.1"));
    assert!(matches!(ops.names(&moved), Err(OpsError::Refused(r)) if r.article == Some("12.4")));
    assert!(ops.names(&ops.placed(moved, HOME)).is_ok());

    let old = NetworksWish { version: Some(0), ..wish(&[], &[]) };
    assert!(matches!(ops.set_sign_in_networks(&boss, &old), Err(OpsError::Changed { expected: 0, found: 1 })));
    let house = house.restarted();
    assert!(refused(house.ops.sign_in("minh", &secret(GOOD), ip("192.0.2.1"), "")), "after a restart too");
    house.ops.set_sign_in_networks(&Caller::cli(), &wish(&[], &[])).expect("the machine itself opens it again");
    assert!(house.ops.sign_in("minh", &secret(GOOD), ip("192.0.2.1"), "").is_ok());
    assert_eq!(house.ops.sign_in_networks(&Caller::cli()).expect("history").len(), 2, "every version is kept");
}

#[test]
fn a_service_has_tokens_only_and_they_have_limits() {
    let (house, admin) = House::set_up();
    let ops = &house.ops;
    let new = NewAccount { kind: AccountKind::Service, ..NewAccount::new("phan.tich", Role::Operator) };
    let (service, password) = ops.add_account(&admin.caller, new).expect("added");
    assert!(password.is_none());
    assert!(ops.sign_in("phan.tich", &secret(""), HOME, "").is_err());
    assert_eq!(house.last(audit::SIGN_IN_FAILED).facts["reason"], "service");
    assert!(matches!(ops.reset_password(&admin.caller, service.id), Err(OpsError::NotFound(_))));

    let wish = |limit: TokenLimit| TokenWish { label: "máy chủ".into(), days: None, limit };
    let beyond = TokenLimit { acts: Some(vec![Act::ReadAudit]), ..TokenLimit::default() };
    assert_eq!(fields(&ops.issue_token(&admin.caller, service.id, wish(beyond)).expect_err("never its")), ["acts"]);
    let limit = TokenLimit {
        acts: Some(vec![Act::SeeCatalogue]),
        networks: vec!["10.0.0.0/24".into()],
        ..TokenLimit::default()
    };
    let (info, token) = ops.issue_token(&admin.caller, service.id, wish(limit)).expect("issued");
    let days = info.expires_at.expect("ends").since(info.created_at).as_secs() / 86_400;
    assert_eq!(days, u64::from(ops.policy().tokens.days_default), "the policy's default");
    assert!(house.last(audit::TOKEN_ISSUED).facts["limit"].contains("see_catalogue"));

    let caller = ops.placed(ops.caller_by_bearer(&token).expect("store").expect("good"), HOME);
    assert!(caller.decide(Act::SeeCatalogue).allowed());
    for act in Act::ALL.into_iter().filter(|a| *a != Act::SeeCatalogue) {
        assert!(!caller.decide(act).allowed(), "{act:?} is not in the limit");
    }
    let e = ops.register_camera(&caller, draft("Một")).expect_err("an operator's right, but not this token's");
    assert!(matches!(e, OpsError::Refused(r) if r.said.en.contains("limited")));
    let outside = ops.placed(caller, ip("10.0.1.1"));
    assert!(!outside.decide(Act::SeeCatalogue).allowed(), "outside its networks it is worth nothing");

    // No token makes further tokens, limited or not.
    let (_, own) = ops.token(&admin.caller, "của tôi", 3).expect("issued");
    let by_token = ops.caller_by_bearer(&own).expect("store").expect("good");
    let e = ops.issue_token(&by_token, service.id, wish(TokenLimit::default())).expect_err("no");
    assert!(matches!(e, OpsError::Refused(r) if r.article == Some("12.3")));

    // Its last use outlives a restart, to the day.
    let house = house.restarted();
    let used = house.ops.list_tokens_of(&Caller::cli(), service.id).expect("list")[0].used_at;
    assert_eq!(used, Some(house.clock.clock().now()));
}

#[test]
fn idle_accounts_are_flagged_filtered_and_paged() {
    let (house, admin) = House::set_up();
    let (ops, boss) = (&house.ops, &admin.caller);
    let unit = house.unit("Q1", None, None);
    let below = house.unit("Q1-CA", Some(unit), None);
    for n in 0..12 {
        let mut new = NewAccount::new(format!("nguoi{n:02}"), if n % 2 == 0 { Role::Viewer } else { Role::Operator });
        new.display_name = format!("Người {n:02}");
        new.details.unit_id = Some(if n < 4 { below } else { unit });
        ops.add_account(boss, new).expect("added");
    }
    house.pass(90 * 86_400);
    let lan = ops.sign_in("lan", &secret(GOOD), HOME, "").expect("in");
    // Its password and second factor are due: the machine looks instead.
    assert!(lan.caller.duty.is_some());
    let boss = &Caller::cli();
    let list = |f: &AccountFilter| ops.list_accounts(boss, f).expect("list");
    let f = AccountFilter::default;
    assert_eq!(list(&AccountFilter { idle: true, ..f() }).total, 12, "all but the one who signed in");
    assert_eq!(list(&AccountFilter { unit: Some(unit), ..f() }).total, 12);
    assert_eq!(list(&AccountFilter { unit: Some(below), ..f() }).total, 4);
    assert_eq!(list(&AccountFilter { without_unit: true, ..f() }).total, 1);
    assert_eq!(list(&AccountFilter { role: Some(Role::Operator), unit: Some(below), ..f() }).total, 2);
    assert_eq!(list(&AccountFilter { q: Some("nguoi 07".into()), ..f() }).total, 1);
    assert_eq!(list(&AccountFilter { q: Some("don vi q1-ca".into()), ..f() }).total, 4);
    let counts = ops.account_counts(boss).expect("counts");
    assert_eq!((counts.all, counts.idle, counts.without_second_factor, counts.disabled), (13, 12, 13, 0));
    for sort in AccountSort::ALL {
        let (mut names, mut cursor) = (Vec::new(), None);
        loop {
            let page = list(&AccountFilter { sort, limit: 5, cursor, ..f() });
            names.extend(page.items.into_iter().map(|i| i.account.name));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        let whole: Vec<String> =
            list(&AccountFilter { sort, limit: 500, ..f() }).items.into_iter().map(|i| i.account.name).collect();
        assert_eq!(names, whole, "{sort:?}: pages make up the whole");
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 13, "{sort:?}");
    }
    // A row that leaves the filter between two pages does not lose its place.
    let page = list(&AccountFilter { idle: true, limit: 3, ..f() });
    ops.disable_account(boss, page.items[2].account.id).expect("disabled");
    let next = list(&AccountFilter { idle: true, limit: 500, cursor: page.next, ..f() });
    assert_eq!(next.items.len(), 9);
    let (file, taken) =
        ops.export_accounts(boss, &AccountFilter { enabled: Some(false), ..f() }, Language::Vi).expect("export");
    let file = String::from_utf8(file).expect("UTF-8");
    assert!(file.lines().count() == 2 && file.contains("Tên đăng nhập") && file.contains("Đơn vị Q1"), "{file}");
    assert_eq!((taken, house.last(audit::ACCOUNTS_EXPORTED).facts["accounts"].as_str()), (1, "1"));
}

#[test]
fn an_account_is_changed_as_it_was_seen() {
    let (house, admin) = House::set_up();
    let (ops, boss) = (&house.ops, &admin.caller);
    let minh = house.person(boss, "minh", Role::Viewer).caller.account;
    let step = |step, seen| ops.step_account(boss, minh.id, step, seen);
    let seen = ops.account(boss, minh.id).expect("there").revision;
    step(AccountStep::Role(Role::Operator), Some(seen)).expect("as it was seen");
    for late in [AccountStep::Role(Role::Viewer), AccountStep::Disable] {
        assert!(matches!(step(late, Some(seen)), Err(OpsError::Changed { .. })), "{late:?}");
    }
    assert!(ops.account(boss, minh.id).expect("there").enabled());
    let none = ops.reset_second_factor(boss, minh.id, "mất máy").expect_err("it has none");
    assert!(base::Fault::said(&none).vi.contains("chưa có xác thực hai lớp"));
}

#[test]
fn a_units_administrator_keeps_to_the_unit() {
    let (house, admin) = House::set_up();
    let (ops, boss) = (&house.ops, &admin.caller);
    let (q1, q3) = (house.unit("Q1", None, None), house.unit("Q3", None, None));
    let below = house.unit("Q1-CA", Some(q1), None);
    let keeper = house.person_of(boss, "q1.quantri", Role::UnitAdministrator, q1).caller;
    let theirs = house.person_of(boss, "q1.ca", Role::Unit, below);
    let other = house.person_of(boss, "q3.ca", Role::Unit, q3);
    assert_eq!(ops.names(&keeper).expect("list"), ["q1.ca", "q1.quantri"]);
    let found = |who: &Caller, text: &str| -> Vec<String> {
        ops.search(who, text, 10).expect("search").people.into_iter().map(|p| p.name).collect()
    };
    assert_eq!((found(&keeper, "q1.ca"), found(&keeper, "q3.ca")), (vec!["q1.ca".to_owned()], Vec::new()));
    assert_eq!(found(boss, "q3.ca"), ["q3.ca"]);
    let not_found = |r: Result<(), OpsError>| assert!(matches!(r, Err(OpsError::NotFound("account"))), "{r:?}");
    for id in [boss.account.id, other.caller.account.id] {
        not_found(ops.account(&keeper, id).map(drop));
        not_found(ops.disable_account(&keeper, id).map(drop));
        not_found(ops.reset_password(&keeper, id).map(drop));
        not_found(ops.change_role(&keeper, id, Role::Unit).map(drop));
        not_found(ops.change_account(&keeper, id, AccountChange::default()).map(drop));
        not_found(ops.reset_second_factor(&keeper, id, "x").map(drop));
        not_found(ops.list_tokens_of(&keeper, id).map(drop));
        not_found(ops.sign_in_history_of(&keeper, id).map(drop));
        not_found(ops.issue_token(&keeper, id, TokenWish { label: "x".into(), ..TokenWish::default() }).map(drop));
    }
    let add = |role: Role, unit: Option<UnitId>, name: &str| {
        let mut new = NewAccount::new(name, role);
        new.details.unit_id = unit;
        ops.add_account(&keeper, new)
    };
    assert!(add(Role::Unit, Some(below), "moi").is_ok());
    for role in [Role::Administrator, Role::Operator, Role::Viewer, Role::CityCentre, Role::Inspector] {
        assert!(matches!(add(role, Some(q1), "xx"), Err(OpsError::Refused(_))), "{role:?}");
        assert!(ops.change_role(&keeper, theirs.caller.account.id, role).is_err());
    }
    assert_eq!(fields(&add(Role::Unit, Some(q3), "xx").expect_err("another's unit")), ["unit"]);
    assert_eq!(fields(&add(Role::Unit, None, "xx").expect_err("no unit")), ["unit"]);
    // Nor is an account moved out of reach, or into it.
    let away = AccountChange {
        details: Some(AccountDetails { unit_id: Some(q3), ..AccountDetails::default() }),
        ..AccountChange::default()
    };
    assert_eq!(fields(&ops.change_account(&keeper, theirs.caller.account.id, away).expect_err("away")), ["unit"]);
    // With a unit come its cameras: nobody chooses their own, the administrator neither.
    let own = AccountChange {
        details: Some(AccountDetails { unit_id: Some(q3), ..AccountDetails::default() }),
        ..AccountChange::default()
    };
    let refused = ops.change_account(boss, boss.account.id, own.clone()).expect_err("one's own unit");
    assert!(matches!(&refused, OpsError::Refused(r) if r.article == Some("12.3")), "{refused:?}");
    ops.change_account(boss, theirs.caller.account.id, own).expect("somebody else's");
}

#[test]
fn details_change_with_old_and_new_on_record_and_never_over_anothers_change() {
    let (house, admin) = House::set_up();
    let (ops, boss) = (&house.ops, &admin.caller);
    let q1 = house.unit("Q1", None, None);
    let minh = house.person(boss, "minh", Role::Viewer).caller.account;
    let details = AccountDetails {
        phone: Some("0912 345 678".into()),
        title: Some("Trưởng ca".into()),
        ..ops.details_with_unit(AccountDetails::default(), "Đơn vị Q1")
    };
    assert_eq!(details.unit_id, Some(q1), "the register's unit by its name");
    let change = AccountChange { details: Some(details), revision: Some(minh.revision), ..AccountChange::default() };
    let new = ops.change_account(boss, minh.id, change.clone()).expect("changed");
    assert_eq!((new.unit_id, new.title.as_deref(), new.revision), (Some(q1), Some("Trưởng ca"), minh.revision + 1));
    let on_record = house.last(audit::ACCOUNT_CHANGED).changes;
    assert_eq!(on_record.0["phone"].new.as_deref(), Some("0912 345 678"));
    assert_eq!(on_record.0["unit"].new.as_deref(), Some("Đơn vị Q1"));
    let stale = AccountChange { display_name: Some("Khác".into()), ..change };
    assert!(matches!(ops.change_account(boss, minh.id, stale), Err(OpsError::Changed { .. })));
    let free = ops.details_with_unit(AccountDetails::default(), "Tổ bảo vệ chợ");
    assert_eq!((free.unit_id, free.unit.as_deref()), (None, Some("Tổ bảo vệ chợ")));
}
