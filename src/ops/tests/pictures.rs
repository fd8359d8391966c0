//! Leases: given by right, on record at both ends, withdrawn at once with whatever they hung on.

use super::*;
use crate::ViewEnded;
use base::{EndReason, Lease, StreamKind, limits};
use domain::{Camera, audit};

fn watch(house: &House, caller: &Caller, camera: &Camera) -> Lease {
    house.ops.lease_live(caller, camera.id, StreamKind::Main).expect("store").expect("allowed")
}

fn ended(house: &House, lease: &Lease) -> Option<EndReason> {
    lease.ended(house.ops.clock.now())
}

fn end(lease: &Lease, at: WallTime) -> ViewEnded {
    ViewEnded { lease: lease.id, stream: StreamKind::Main, ended: at, bytes: 1_234, reason: "closed" }
}

#[test]
fn a_view_from_beginning_to_end() {
    let (house, admin) = House::set_up();
    let cam = house.ops.register_camera(&admin.caller, draft("Chợ")).expect("added");
    let lease = watch(&house, &admin.caller, &cam);
    assert_eq!(ended(&house, &lease), None);
    let began = house.last(audit::VIEW_BEGAN);
    assert_eq!((began.facts["stream"].as_str(), began.address.as_deref()), ("main", Some("10.0.0.9")));
    house.pass(65);
    house.ops.record_view_end(end(&lease, house.ops.clock.now())).expect("end");
    let e = house.last(audit::VIEW_ENDED);
    assert_eq!(
        (e.facts["seconds"].as_str(), e.facts["bytes"].as_str(), e.facts["reason"].as_str()),
        ("65", "1234", "closed")
    );
    assert_eq!(e.subject.expect("camera").name, "79.760-0001 Chợ");
    let before = house.acts().len();
    house.ops.record_view_end(end(&lease, house.ops.clock.now())).expect("a second end is tolerated");
    assert_eq!(house.acts().len(), before);
    let lease = watch(&house, &admin.caller, &cam);
    house.ops.refuse_view(&lease, "no common codec").expect("refused by media");
    assert_eq!(house.last(audit::VIEW_ENDED).facts["reason"], "not_started");
    assert!(ended(&house, &lease).is_some());
}

#[test]
fn a_lease_dies_with_what_it_hangs_on() {
    let (house, admin) = House::set_up();
    let (ops, boss) = (&house.ops, &admin.caller);
    let cam = ops.register_camera(boss, draft("Chợ")).expect("added");
    let other = ops.register_camera(boss, draft("Cầu")).expect("added");
    let own = watch(&house, boss, &other);
    let gone = |l: &Lease| ended(&house, l) == Some(EndReason::Withdrawn);

    let out = house.person(boss, "a1", Role::Viewer);
    let lease = watch(&house, &out.caller, &cam);
    ops.sign_out(&out.caller).expect("out");
    assert!(gone(&lease), "sign-out");
    assert!(matches!(ops.lease_live(&out.caller, cam.id, StreamKind::Main), Err(OpsError::SignedOut)));

    let two = house.person(boss, "a2", Role::Viewer);
    let second = ops.sign_in("a2", &secret(GOOD), HOME, "").expect("in");
    let (kept, lease) = (watch(&house, &two.caller, &cam), watch(&house, &second.caller, &cam));
    ops.end_session(&two.caller, second.caller.session.expect("session")).expect("ended");
    assert!(gone(&lease) && !gone(&kept), "only that sign-in's");

    ops.change_role(boss, two.caller.account.id, Role::Operator).expect("role");
    assert!(gone(&kept), "change of role");

    let three = house.person(boss, "a3", Role::Viewer);
    let lease = watch(&house, &three.caller, &cam);
    ops.disable_account(boss, three.caller.account.id).expect("disabled");
    assert!(gone(&lease), "account disabled");

    let four = house.person(boss, "a4", Role::Operator);
    let (info, token) = ops.token(&four.caller, "x", 30).expect("token");
    let program = ops.caller_by_bearer(&token).expect("store").expect("good");
    let (by_token, by_hand) = (watch(&house, &program, &cam), watch(&house, &four.caller, &cam));
    ops.revoke_token(&four.caller, info.id).expect("revoked");
    assert!(gone(&by_token) && !gone(&by_hand), "only that token's");
    ops.reset_password(boss, four.caller.account.id).expect("reset");
    assert!(gone(&by_hand), "password reset");

    let five = house.person(boss, "a5", Role::Viewer);
    let lease = watch(&house, &five.caller, &cam);
    ops.remove_camera(boss, cam.id, "Chợ").expect("removed");
    assert!(gone(&lease), "camera removed");
    assert!(matches!(ops.lease_live(&five.caller, cam.id, StreamKind::Main), Err(OpsError::NotFound("camera"))));
    assert!(!gone(&own), "an unrelated view goes on");
    house.pass(limits::LIVE_LEASE_LIFE.as_secs());
    assert_eq!(ended(&house, &own), Some(EndReason::Expired));
}

#[test]
fn a_refusal_is_a_value_and_on_record() {
    let (house, admin) = House::set_up();
    let cam = house.ops.register_camera(&admin.caller, draft("Chợ")).expect("added");
    let (_, first) = house.ops.add_account(&admin.caller, NewAccount::new("minh", Role::Viewer)).expect("added");
    let minh = house.ops.sign_in("minh", &first.expect("password"), HOME, "").expect("in");
    let refusal =
        house.ops.lease_live(&minh.caller, cam.id, StreamKind::Main).expect("store").expect_err("password due");
    assert!(refusal.who_can_help.vi.contains("đổi mật khẩu"));
    assert_eq!(house.last(audit::ACCESS_REFUSED).actor.name(), "minh");
    assert!(!house.acts().iter().any(|a| a == audit::VIEW_BEGAN));
}

#[test]
fn one_account_cannot_take_every_place() {
    let (house, admin) = House::set_up();
    let cam = house.ops.register_camera(&admin.caller, draft("Chợ")).expect("added");
    let mut leases: Vec<Lease> =
        (0..limits::WHEP_VIEWERS_PER_ACCOUNT_MAX).map(|_| watch(&house, &admin.caller, &cam)).collect();
    let full = house.ops.lease_live(&admin.caller, cam.id, StreamKind::Main);
    assert!(matches!(full, Err(OpsError::Full(_))));
    let one = leases.pop().expect("one");
    house.ops.record_view_end(end(&one, house.ops.clock.now())).expect("end");
    watch(&house, &admin.caller, &cam);
}

#[test]
fn views_that_a_crash_left_open_get_their_end() {
    let (house, admin) = House::set_up();
    let cam = house.ops.register_camera(&admin.caller, draft("Chợ")).expect("added");
    let lease = watch(&house, &admin.caller, &cam);
    house.pass(30);
    let house = house.restarted();
    house.ops.record_started().expect("started");
    let e = house.last(audit::VIEW_ENDED);
    assert_eq!((e.facts["reason"].as_str(), e.facts["lease"].clone()), ("node_stopped", lease.id.to_string()));
    assert_eq!(house.last(audit::NODE_STARTED).facts["views_left_open"], "1");
    house.ops.record_view_end(end(&lease, house.ops.clock.now())).expect("a late end is tolerated");
    house.ops.record_stopped().expect("stopped");
    assert_eq!(house.acts().last().map(String::as_str), Some(audit::NODE_STOPPED));
}

#[test]
fn a_lease_that_no_view_took_ends_soon() {
    let (house, admin) = House::set_up();
    let cam = house.ops.register_camera(&admin.caller, draft("Chợ")).expect("added");
    let (dropped, used) = (watch(&house, &admin.caller, &cam), watch(&house, &admin.caller, &cam));
    let id = dropped.id.to_string();
    drop(dropped);
    let ends = || house.acts().iter().filter(|a| *a == audit::VIEW_ENDED).count();
    house.ops.end_forgotten_views().expect("swept");
    house.pass(limits::LEASE_UNHELD_MAX.as_secs() - 1);
    house.ops.end_forgotten_views().expect("swept");
    assert_eq!(ends(), 0, "its end may still be told");
    house.pass(1);
    house.ops.end_forgotten_views().expect("swept");
    assert_eq!(ends(), 1);
    let e = house.last(audit::VIEW_ENDED);
    assert_eq!((e.facts["lease"].clone(), e.facts["reason"].as_str()), (id, "not_started"));
    assert_eq!(ended(&house, &used), None, "what is in use goes on");
    house.ops.record_view_end(end(&used, house.ops.clock.now())).expect("end");
    assert_eq!(ends(), 2);
}

#[test]
fn a_lease_does_not_outlive_the_sign_in_or_token_by_time() {
    let (house, admin) = House::set_up();
    let (ops, boss) = (&house.ops, &admin.caller);
    let cam = ops.register_camera(boss, draft("Chợ")).expect("added");
    let an = house.person(boss, "an", Role::Viewer);
    let (_, token) = ops.token(boss, "x", 1).expect("token");
    let program = ops.caller_by_bearer(&token).expect("store").expect("good");
    let start = ops.clock.now();
    assert_eq!(watch(&house, &an.caller, &cam).not_after, start.plus(limits::LIVE_LEASE_LIFE), "the longest");

    let day = 86_400;
    house.pass(day - 60);
    let lease = watch(&house, &program, &cam);
    assert_eq!(lease.not_after, start.plus(Duration::from_secs(day)), "the token's end");
    house.pass(60);
    assert_eq!(ended(&house, &lease), Some(EndReason::Expired));
    // A request that was let through a moment before the end.
    assert!(matches!(ops.lease_live(&program, cam.id, StreamKind::Main), Err(OpsError::SignedOut)));

    let life = limits::LOGIN_LIFE_MAX.as_secs();
    house.pass(life - day - 60);
    assert_eq!(watch(&house, &an.caller, &cam).not_after, start.plus(limits::LOGIN_LIFE_MAX), "the sign-in's end");
    house.pass(60);
    assert!(matches!(ops.lease_live(&an.caller, cam.id, StreamKind::Main), Err(OpsError::SignedOut)));
    let renamed = ops.set_preferences(&an.caller, Some("An".into()), None, None);
    assert!(matches!(renamed, Err(OpsError::SignedOut)), "the same for every verb");
}

#[test]
fn the_stream_that_was_sent_is_on_record() {
    let (house, admin) = House::set_up();
    let cam = house.ops.register_camera(&admin.caller, draft("Chợ")).expect("added");
    let lease = house.ops.lease_live(&admin.caller, cam.id, StreamKind::Sub).expect("store").expect("allowed");
    assert_eq!(house.last(audit::VIEW_BEGAN).facts["stream"], "sub", "what was asked for");
    house.ops.record_view_end(end(&lease, house.ops.clock.now())).expect("end");
    assert_eq!(house.last(audit::VIEW_ENDED).facts["stream"], "main", "what was sent");
}
