//! Set-up, sign-ins, lock-out, tokens: who comes in and when they are out again.

use super::*;
use base::{ErrorKind, Fault, limits};
use domain::{Act, audit};

#[test]
fn set_up_by_a_token_once_and_in_time() {
    let house = House::new();
    let ops = &house.ops;
    assert!(ops.setup_pending());
    let void = ops.issue_setup_token().expect("first");
    let token = ops.issue_setup_token().expect("second");
    assert_eq!(token.expose().len(), 32, "128 bits in hex");
    assert!(!ops.setup_token_valid(void.expose()) && ops.setup_token_valid(token.expose()));
    assert!(matches!(ops.complete_setup("", form(), HOME, ""), Err(OpsError::Refused(_))));

    let bad = SetupForm { account: "ô".into(), password: secret("1234567890"), node_name: String::new(), ..form() };
    let e = ops.complete_setup(token.expose(), bad, HOME, "").expect_err("three faults");
    assert_eq!(fields(&e), ["account", "node_name", "password"]);

    house.pass(3_600);
    assert!(!ops.setup_token_valid(token.expose()), "60 minutes are over");
    let token = ops.issue_setup_token().expect("third");
    let in_ = ops.complete_setup(token.expose(), form(), HOME, "Firefox\n\u{7}").expect("set up");
    assert_eq!((in_.caller.account.name.as_str(), in_.caller.account.role), ("lan", Role::Administrator));
    assert!(!ops.setup_pending() && !ops.setup_token_valid(token.expose()));
    assert!(ops.complete_setup(token.expose(), form(), HOME, "").is_err() && ops.issue_setup_token().is_err());
    assert_eq!(ops.node_info().name, "Quận Bến Nghé");
    assert_eq!(house.again(&in_).expect("signed in").account.display_name, "Nguyễn Thị Lan");

    let house = house.restarted();
    assert!(!house.ops.setup_pending() && house.again(&in_).is_some(), "the same data after a restart");
    assert!(house.acts().ends_with(&["setup.done".to_owned(), "sign_in.ok".to_owned()]));
}

#[test]
fn a_failed_sign_in_never_says_what_was_wrong() {
    let (house, admin) = House::set_up();
    let minh = house.person(&admin.caller, "minh", Role::Viewer);
    house.ops.disable_account(&admin.caller, minh.caller.account.id).expect("disabled");
    let mut said = Vec::new();
    for (name, password) in [("lan", OTHER), ("nobody", OTHER), ("minh", GOOD), ("' or 1=1 --", OTHER), ("", "")] {
        let e = house.ops.sign_in(name, &secret(password), HOME, "").expect_err(name);
        assert_eq!(e.kind(), ErrorKind::Unauthenticated);
        said.push(e.said());
    }
    said.dedup();
    assert_eq!(said.len(), 1);
    let reasons: Vec<String> =
        house.record().iter().filter(|e| e.act == audit::SIGN_IN_FAILED).map(|e| e.facts["reason"].clone()).collect();
    assert_eq!(reasons, ["wrong_password", "unknown_name", "disabled", "unknown_name", "unknown_name"]);
    let text = format!("{:?}", house.record());
    assert!(!text.contains(GOOD) && !text.contains(OTHER) && !text.contains("1=1"), "no password on record");
}

#[test]
fn failures_lock_a_name_for_a_while() {
    let (house, _) = House::set_up();
    for n in 0..5 {
        // Neighbours in one network count together; from elsewhere the owner is not held.
        let from = IpAddr::V4(Ipv4Addr::new(10, 0, 0, n));
        assert!(matches!(house.ops.sign_in("lan", &secret(OTHER), from, ""), Err(OpsError::SignInFailed)));
    }
    let elsewhere = IpAddr::V4(Ipv4Addr::new(10, 0, 1, 1));
    assert!(house.ops.sign_in("lan", &secret(GOOD), elsewhere, "").is_ok());
    let e = house.ops.sign_in("LAN", &secret(GOOD), HOME, "").expect_err("locked, even with the right password");
    assert_eq!((e.kind(), e.wait()), (ErrorKind::Exhausted, Some(Duration::from_secs(5))));
    assert!(e.said().vi.contains("5 giây"));
    assert_eq!(house.last(audit::SIGN_IN_LOCKED).facts["seconds"], "5");
    house.pass(5);
    assert!(house.ops.sign_in("lan", &secret(GOOD), HOME, "").is_ok());
    assert!(house.ops.sign_in("lan", &secret(OTHER), HOME, "").is_err());
    assert!(house.ops.sign_in("lan", &secret(GOOD), HOME, "").is_ok(), "counting starts anew after a success");
}

#[test]
fn a_sign_in_ends_by_disuse_by_age_and_by_hand() {
    let (house, admin) = House::set_up();
    let idle = limits::LOGIN_IDLE_MAX.as_secs();
    house.pass(idle - 1);
    assert!(house.again(&admin).is_some(), "used: counts anew");
    house.pass(idle - 1);
    assert!(house.again(&admin).is_some());
    house.pass(idle);
    assert!(house.again(&admin).is_none(), "12 hours without use");

    let second = house.ops.sign_in("lan", &secret(GOOD), HOME, "").expect("again");
    for _ in 0..13 {
        house.pass(idle - 1);
        assert!(house.again(&second).is_some());
    }
    house.pass(idle - 60);
    assert!(house.again(&second).is_some());
    house.pass(120);
    assert!(house.again(&second).is_none(), "7 days in any case");

    let third = house.ops.sign_in("lan", &secret(GOOD), HOME, "").expect("again");
    house.ops.sign_out(&third.caller).expect("out");
    assert!(house.again(&third).is_none());
    assert!(matches!(house.ops.sign_out(&third.caller), Err(OpsError::SignedOut)));
    assert_eq!(house.last(audit::SIGN_OUT).actor.name(), "lan");
    assert!(house.ops.caller_by_session(&secret("")).expect("store").is_none());
}

#[test]
fn the_oldest_sign_in_gives_way() {
    let (house, admin) = House::set_up();
    for _ in 1..limits::LOGIN_SESSIONS_PER_ACCOUNT_MAX {
        house.pass(1);
        house.ops.sign_in("lan", &secret(GOOD), HOME, "").expect("in");
    }
    assert!(house.again(&admin).is_some());
    house.pass(1);
    let newest = house.ops.sign_in("lan", &secret(GOOD), HOME, "").expect("in");
    assert!(house.again(&admin).is_none() && house.again(&newest).is_some());
    let list = house.ops.sessions_of(&newest.caller).expect("list");
    assert_eq!(list.len(), limits::LOGIN_SESSIONS_PER_ACCOUNT_MAX);
    assert_eq!(Some(list[0].id), newest.caller.session);
}

#[test]
fn one_ends_ones_own_sign_ins_only() {
    let (house, admin) = House::set_up();
    let minh = house.person(&admin.caller, "minh", Role::Viewer);
    let theirs = minh.caller.session.expect("session");
    assert!(matches!(house.ops.end_session(&admin.caller, theirs), Err(OpsError::NotFound(_))));
    let second = house.ops.sign_in("minh", &secret(GOOD), HOME, "Chrome").expect("second");
    house.ops.end_session(&minh.caller, second.caller.session.expect("session")).expect("own");
    assert!(house.again(&second).is_none() && house.again(&minh).is_some());
    assert_eq!(house.last(audit::SESSION_ENDED).subject.expect("subject").name, "Chrome");
}

#[test]
fn passwords_are_changed_by_rule_and_grow_old() {
    let (house, admin) = House::set_up();
    let ops = &house.ops;
    let elsewhere = ops.sign_in("lan", &secret(GOOD), HOME, "").expect("second sign-in");
    let change = |old: &str, new: &str| ops.change_password(&admin.caller, &secret(old), &secret(new));
    assert_eq!(fields(&change(OTHER, OTHER).expect_err("wrong old one")), ["password_old"]);
    assert_eq!(fields(&change(GOOD, "short").expect_err("weak")), ["password"]);
    assert_eq!(fields(&change(GOOD, GOOD).expect_err("the same")), ["password"]);
    change(GOOD, OTHER).expect("changed");
    assert!(house.again(&admin).is_some() && house.again(&elsewhere).is_none(), "other sign-ins end");
    assert!(ops.sign_in("lan", &secret(GOOD), HOME, "").is_err());
    assert_eq!(house.last(audit::PASSWORD_CHANGED).facts["sign_ins_ended"], "1");

    house.pass(180 * 86_400);
    let late = ops.sign_in("lan", &secret(OTHER), HOME, "").expect("may still sign in");
    assert!(late.caller.account.must_change_password);
    assert!(matches!(ops.names(&late.caller), Err(OpsError::Refused(r)) if r.article == Some("12.2")));
    const THIRD: &str = "bến sông ngày mưa 8 giờ";
    ops.change_password(&late.caller, &secret(OTHER), &secret(THIRD)).expect("changed");
    let now = house.again(&late).expect("still in");
    assert!(!now.account.must_change_password);
    assert!(matches!(ops.names(&now), Err(OpsError::Refused(r)) if r.said.vi.contains("hai bước")), "the next duty");
    for old in [GOOD, OTHER, THIRD] {
        let e = ops.change_password(&now, &secret(THIRD), &secret(old)).expect_err("used before");
        assert!(e.faults()[0].said.en.contains("used again"), "{e:?}");
    }
}

#[test]
fn many_wrong_old_passwords_lock_as_well() {
    let (house, admin) = House::set_up();
    for _ in 0..5 {
        let _ = house.ops.change_password(&admin.caller, &secret("sai"), &secret(OTHER));
    }
    let e = house.ops.change_password(&admin.caller, &secret(GOOD), &secret(OTHER)).expect_err("locked");
    assert!(matches!(e, OpsError::Locked { .. }));
}

#[test]
fn tokens_live_until_their_day_or_their_revocation() {
    let (house, admin) = House::set_up();
    let ops = &house.ops;
    let (info, token) = ops.token(&admin.caller, "kịch bản", 2).expect("issued");
    assert!(token.expose().starts_with("mlt_") && token.expose().len() == 68);
    let caller = ops.caller_by_bearer(&token).expect("store").expect("good");
    assert!(caller.session.is_none() && ops.names(&caller).is_ok());
    assert_eq!(ops.list_tokens(&admin.caller).expect("list")[0].id, info.id);
    house.pass(2 * 86_400);
    assert!(ops.caller_by_bearer(&token).expect("store").is_none(), "its day has come");

    let again = ops.sign_in("lan", &secret(GOOD), HOME, "").expect("in");
    let (info, token) = ops.token(&again.caller, "hai", 5).expect("issued");
    let caller = ops.caller_by_bearer(&token).expect("store").expect("good");
    ops.revoke_token(&again.caller, info.id).expect("revoked");
    assert!(ops.caller_by_bearer(&token).expect("store").is_none());
    assert!(
        matches!(ops.set_node(&caller, "x".into(), None, Language::Vi), Err(OpsError::SignedOut)),
        "a snapshot is no right"
    );
    for bad in ["", "mlt_", "mlt_00", again.token.expose()] {
        assert!(ops.caller_by_bearer(&secret(bad)).expect("store").is_none());
    }
    assert_eq!(fields(&ops.token(&again.caller, "x", 0).expect_err("days")), ["days"]);
    for n in 0..limits::TOKENS_PER_ACCOUNT_MAX {
        ops.token(&again.caller, &format!("t{n}"), 1).expect("room");
    }
    assert!(matches!(ops.token(&again.caller, "x", 1), Err(OpsError::Full(_))));
}

#[test]
fn a_viewer_issues_no_tokens_and_sees_no_others() {
    let (house, admin) = House::set_up();
    let minh = house.person(&admin.caller, "minh", Role::Viewer);
    assert!(matches!(house.ops.token(&minh.caller, "x", 5), Err(OpsError::Refused(_))));
    assert_eq!(house.last(audit::ACCESS_REFUSED).facts["act"], Act::IssueTokens.as_str());
    let refusals = || house.acts().iter().filter(|a| *a == audit::ACCESS_REFUSED).count();
    let before = refusals();
    let _ = house.ops.token(&minh.caller, "x", 5);
    assert_eq!(refusals(), before, "once a minute is enough");
    let (info, _) = house.ops.token(&admin.caller, "a", 5).expect("issued");
    assert!(matches!(house.ops.revoke_token(&minh.caller, info.id), Err(OpsError::NotFound(_))));
}

#[test]
fn asking_whether_a_sign_in_stands_does_not_keep_it() {
    let (house, admin) = House::set_up();
    let (_, token) = house.ops.token(&admin.caller, "x", 5).expect("token");
    let stands = || house.ops.session_stands(&admin.token).expect("store");
    let idle = limits::LOGIN_IDLE_MAX.as_secs();
    house.pass(idle - 60);
    assert!(house.again(&admin).is_some(), "a use, which keeps it");
    for _ in 0..4 {
        house.pass((idle - 4) / 4);
        assert!(stands() && house.ops.bearer_stands(&token).expect("store"));
    }
    house.pass(4);
    assert!(!stands(), "only asked after, not used");
    assert!(house.again(&admin).is_none());
    let fresh = house.ops.sign_in("lan", &secret(GOOD), HOME, "").expect("in");
    let tokens = house.ops.list_tokens(&fresh.caller).expect("list");
    assert_eq!(tokens[0].used_at, None, "a token that was asked after was not used");
    assert!(!house.ops.session_stands(&secret("x")).expect("store"));
    assert!(!house.ops.bearer_stands(&secret("x")).expect("store"));
}
