//! The second factor from setting it up to losing it.

use super::*;
use crate::{Entered, codes};
use base::limits;
use domain::audit;

/// Sets it up for whoever has signed in with [`GOOD`]; the secret and the recovery codes.
fn enrol(house: &House, who: &SignedIn) -> (Secret, Vec<Secret>) {
    let ops = &house.ops;
    let enrolment = ops.begin_second_factor(&who.caller).expect("secret");
    let code = codes::code_at(&enrolment.secret, house.clock.clock().now());
    let recovery = ops.confirm_second_factor(&who.caller, &secret(GOOD), &code).expect("confirmed");
    house.pass(30);
    (enrolment.secret, recovery)
}

fn half(house: &House, name: &str) -> Secret {
    match house.ops.enter(name, &secret(GOOD), &Origin::new(HOME, "Firefox")).expect("password") {
        Entered::CodeNeeded(half) => half,
        Entered::SignedIn(_) => panic!("no code asked"),
    }
}

fn now(house: &House, secret: &Secret) -> String {
    codes::code_at(secret, house.clock.clock().now())
}

#[test]
fn it_is_set_up_by_password_and_first_code() {
    let (house, admin) = House::set_up();
    let ops = &house.ops;
    let other = ops.sign_in("lan", &secret(GOOD), HOME, "Chrome").expect("second browser");
    let first = ops.begin_second_factor(&admin.caller).expect("secret");
    let again = ops.begin_second_factor(&admin.caller).expect("the same on a reload");
    assert_eq!(first.secret.expose(), again.secret.expose());
    assert_eq!((first.issuer.as_str(), first.account.as_str()), ("Quận Bến Nghé", "lan"));
    let code = now(&house, &first.secret);
    let confirm = |password: &str, code: &str| ops.confirm_second_factor(&admin.caller, &secret(password), code);
    assert_eq!(fields(&confirm(OTHER, &code).expect_err("password")), ["password_old"]);
    assert_eq!(fields(&confirm(GOOD, "000000").expect_err("code")), ["code"]);
    let recovery = confirm(GOOD, &code).expect("confirmed");
    assert_eq!(recovery.len(), 10);
    assert!(house.again(&other).is_none(), "sign-ins without it end");
    let me = house.again(&admin).expect("this one stays");
    assert!(me.second_factor && me.account.second_factor_since.is_some() && me.second_factor_from.is_none());
    let record = format!("{:?}{:?}", house.record(), ops.second_factor(&me).expect("read"));
    assert!(!record.contains(first.secret.expose()) && recovery.iter().all(|c| !record.contains(c.expose())));
    let file = std::fs::read(house.dir.path().join("node.redb")).expect("store");
    let holds = |text: &str| file.windows(text.len()).any(|w| w == text.as_bytes());
    assert!(!holds(first.secret.expose()) && !holds(recovery[0].expose()), "sealed and hashed at rest");
    house.pass(limits::ENROLMENT_LIFE.as_secs());
    assert_eq!(fields(&confirm(GOOD, &code).expect_err("too old")), ["code"]);
}

#[test]
fn the_sign_in_has_two_steps_and_a_code_is_taken_once() {
    let (house, admin) = House::set_up();
    let (key, _) = enrol(&house, &admin);
    let ops = &house.ops;
    let origin = Origin::new(HOME, "Firefox");
    let one = half(&house, "lan");
    assert!(ops.code_awaited(&one) && !ops.code_awaited(&secret("x")));
    let code = now(&house, &key);
    let in_ = ops.enter_code(&one, &code, &origin).expect("in");
    assert!(in_.caller.second_factor && house.again(&in_).expect("in").second_factor);
    assert_eq!(house.last(audit::SIGN_IN_OK).facts["second_factor"], "totp");
    assert!(matches!(ops.enter_code(&one, &code, &origin), Err(OpsError::SignedOut)), "a half is used once");
    let two = half(&house, "lan");
    assert_eq!(fields(&ops.enter_code(&two, &code, &origin).expect_err("replay")), ["code"]);
    house.pass(30);
    assert!(ops.enter_code(&two, &now(&house, &key), &origin).is_ok());
    let three = half(&house, "lan");
    house.pass(limits::HALF_SIGN_IN_LIFE.as_secs());
    assert!(matches!(ops.enter_code(&three, &now(&house, &key), &origin), Err(OpsError::SignedOut)), "too slow");
    assert!(matches!(ops.sign_in("lan", &secret(OTHER), HOME, ""), Err(OpsError::SignInFailed)), "no code without it");
    let house = house.restarted();
    house.pass(30);
    let four = half(&house, "lan");
    assert!(house.ops.enter_code(&four, &now(&house, &key), &origin).is_ok(), "after a restart");
}

#[test]
fn wrong_codes_end_the_half_and_bring_the_pauses() {
    let (house, admin) = House::set_up();
    let (key, _) = enrol(&house, &admin);
    let origin = Origin::new(HOME, "Firefox");
    let h = half(&house, "lan");
    for _ in 0..limits::CODE_TRIES_MAX {
        assert_eq!(fields(&house.ops.enter_code(&h, "000000", &origin).expect_err("wrong")), ["code"]);
    }
    assert!(matches!(house.ops.enter_code(&h, &now(&house, &key), &origin), Err(OpsError::SignedOut)));
    let e = house.ops.enter("lan", &secret(GOOD), &origin).expect_err("paused");
    assert!(matches!(e, OpsError::Locked { .. }));
    assert_eq!(house.last(audit::SIGN_IN_FAILED).facts["reason"], "wrong_code");
    assert!(house.acts().iter().any(|a| a == audit::SIGN_IN_LOCKED));
}

#[test]
fn recovery_codes_work_once_and_are_renewed() {
    let (house, admin) = House::set_up();
    let (key, recovery) = enrol(&house, &admin);
    let ops = &house.ops;
    let origin = Origin::new(HOME, "Firefox");
    let in_ = ops.enter_code(&half(&house, "lan"), &recovery[4].expose().to_uppercase(), &origin).expect("in");
    assert_eq!(house.last(audit::SIGN_IN_OK).facts["second_factor"], "recovery_code");
    assert_eq!(ops.second_factor(&in_.caller).expect("read").expect("set").recovery.len(), 9);
    assert!(ops.enter_code(&half(&house, "lan"), recovery[4].expose(), &origin).is_err(), "once");
    house.pass(30);
    let fresh = ops.renew_recovery_codes(&in_.caller, &secret(GOOD), &now(&house, &key)).expect("renewed");
    assert!(ops.enter_code(&half(&house, "lan"), recovery[0].expose(), &origin).is_err(), "the old ones are void");
    assert!(ops.enter_code(&half(&house, "lan"), fresh[0].expose(), &origin).is_ok());
}

#[test]
fn who_must_have_one_is_closed_out_until_it_is_set_up() {
    let (house, admin) = House::set_up();
    let ops = &house.ops;
    let (_, token) = ops.token(&admin.caller, "trước", 90).expect("within the days of grace");
    assert!(admin.caller.duty.is_none() && house.again(&admin).expect("in").second_factor_from.is_some());
    let minh = house.person(&admin.caller, "minh", Role::Viewer);
    house.pass(14 * 86_400);
    let in_ = ops.sign_in("lan", &secret(GOOD), HOME, "").expect("may sign in");
    assert!(matches!(ops.names(&in_.caller), Err(OpsError::Refused(r)) if r.article == Some("12.3")));
    let by_token = ops.caller_by_bearer(&token).expect("store").expect("good");
    assert!(matches!(ops.names(&by_token), Err(OpsError::Refused(_))), "a token is no way around it");
    assert!(ops.token(&in_.caller, "x", 1).is_err(), "nor is a new one");
    let viewer = ops.sign_in("minh", &secret(GOOD), HOME, "").expect("in");
    assert!(
        viewer.caller.duty.is_none() && viewer.caller.second_factor_from.is_none(),
        "{:?}",
        minh.caller.account.role
    );
    let (key, _) = enrol(&house, &in_);
    let me = house.again(&in_).expect("in");
    assert!(ops.names(&me).is_ok() && ops.token(&me, "x", 1).is_ok());
    assert!(ops.names(&ops.caller_by_bearer(&token).expect("store").expect("good")).is_ok());
    let e = ops.remove_second_factor(&me, &secret(GOOD), &now(&house, &key)).expect_err("required");
    assert!(matches!(e, OpsError::Refused(r) if r.article == Some("12.3")));
}

#[test]
fn others_give_it_up_and_an_administrator_resets_it() {
    let (house, admin) = House::set_up();
    let ops = &house.ops;
    let minh = house.person(&admin.caller, "minh", Role::Operator);
    let (key, _) = enrol(&house, &minh);
    let me = house.again(&minh).expect("in");
    assert_eq!(fields(&ops.remove_second_factor(&me, &secret(GOOD), "000000").expect_err("code")), ["code"]);
    ops.remove_second_factor(&me, &secret(GOOD), &now(&house, &key)).expect("given up");
    assert!(ops.sign_in("minh", &secret(GOOD), HOME, "").is_ok());

    let (_, recovery) = enrol(&house, &minh);
    let (id, boss) = (minh.caller.account.id, &admin.caller);
    assert_eq!(fields(&ops.reset_second_factor(boss, id, "").expect_err("why?")), ["reason"]);
    assert!(ops.reset_second_factor(&minh.caller, boss.account.id, "x").is_err());
    ops.reset_second_factor(boss, id, "Mất điện thoại").expect("reset");
    assert!(house.again(&minh).is_none(), "sign-ins end");
    assert_eq!(house.last(audit::SECOND_FACTOR_RESET).facts["reason"], "Mất điện thoại");
    assert!(matches!(ops.reset_second_factor(boss, id, "again"), Err(OpsError::NotFound(_))));
    let in_ = ops.sign_in("minh", &secret(GOOD), HOME, "").expect("by password alone");
    assert!(ops.renew_recovery_codes(&in_.caller, &secret(GOOD), recovery[0].expose()).is_err());
}

#[test]
fn the_time_for_setting_it_up_counts_from_the_first_start_with_the_rule() {
    let (house, _) = House::set_up();
    // A node whose administrators are older than the rule is upgraded long after the rule's day.
    house.pass(100 * 86_400);
    house.ops.record_started().expect("started");
    let admin = house.ops.sign_in("lan", &secret(GOOD), HOME, "Firefox").expect("signed in");
    let from = house.again(&admin).expect("signed in").second_factor_from.expect("time to set it up");
    let grace = u64::from(house.ops.policy.second_factor.grace_days) * 86_400;
    assert_eq!(from, house.clock.clock().now().plus(Duration::from_secs(grace)));
    house.pass(3_600);
    house.ops.record_started().expect("started again");
    assert_eq!(house.again(&admin).expect("signed in").second_factor_from, Some(from), "another start changes nothing");
}
