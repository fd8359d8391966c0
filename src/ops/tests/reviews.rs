//! A review of accounts from start to result.

use super::*;
use crate::ReviewWish;
use domain::audit;
use domain::review::{ReviewScope, Unanswered, Verdict};
use std::time::Duration;

fn wish(house: &House, days: u64, unanswered: Unanswered) -> ReviewWish {
    let due = house.clock.clock().now().plus(Duration::from_secs(days * 86_400)).office_date();
    ReviewWish { name: "Rà soát quý IV/2026".into(), due, scope: ReviewScope::default(), unanswered }
}

#[test]
fn focal_points_answer_administrators_close_and_the_result_stays() {
    let (house, admin) = House::set_up();
    let (ops, boss) = (&house.ops, &admin.caller);
    let focal = house.person(boss, "q1.daumoi", Role::Viewer);
    let q1 = house.unit("Q1", None, Some(focal.caller.account.id));
    let below = house.unit("Q1-CA", Some(q1), None);
    let an = house.person_of(boss, "an", Role::Unit, below);
    let binh = house.person_of(boss, "binh", Role::Unit, q1);
    let chi = house.person(boss, "chi", Role::Viewer);
    assert!(matches!(
        ops.start_review(&focal.caller, wish(&house, 20, Unanswered::Disable)),
        Err(OpsError::Refused(_))
    ));
    let past = ReviewWish { due: "2020-01-01".parse().expect("date"), ..wish(&house, 1, Unanswered::Report) };
    assert_eq!(fields(&ops.start_review(boss, past).expect_err("past")), ["due"]);
    let review = ops.start_review(boss, wish(&house, 20, Unanswered::Disable)).expect("started");

    // Who owes what: the focal point its unit's two, the administrators the rest.
    let duty =
        |who: &SignedIn| ops.review_duties(&house.again(who).expect("in")).first().map(|d| (d.waiting, d.days_left));
    assert_eq!(duty(&focal), Some((2, 20)));
    assert_eq!(duty(&admin), Some((3, 20)), "chi, the focal point itself, and lan");
    assert_eq!(duty(&an), None);
    let (info, lines) = ops.review(&focal.caller, review.id).expect("own part");
    assert_eq!((lines.len(), info.progress.all, info.own.all), (2, 5, 2));
    assert!(matches!(ops.review(&an.caller, review.id), Err(OpsError::NotFound("review"))), "none for these eyes");
    assert!(ops.reviews(&an.caller).expect("none").is_empty());

    let say = |who: &SignedIn, about: &SignedIn, v: Verdict, why: &str| {
        ops.answer_review(&who.caller, review.id, about.caller.account.id, v, why)
    };
    say(&focal, &an, Verdict::Keep, "đang trực").expect("kept");
    assert_eq!(fields(&say(&focal, &binh, Verdict::End, "").expect_err("why?")), ["reason"]);
    say(&focal, &binh, Verdict::End, "đã chuyển công tác").expect("ended");
    assert!(house.again(&binh).is_none(), "ended at once");
    let on_record = house.last(audit::ACCOUNT_DISABLED);
    assert_eq!(
        (on_record.facts["reason"].as_str(), on_record.facts["article"].as_str()),
        ("đã chuyển công tác", "19.4")
    );
    assert!(matches!(say(&focal, &binh, Verdict::Keep, ""), Err(OpsError::Refused(_))), "what was ended stays ended");
    assert!(matches!(say(&focal, &chi, Verdict::Keep, ""), Err(OpsError::NotFound(_))), "another's part");
    assert!(matches!(say(&an, &an, Verdict::Keep, ""), Err(OpsError::NotFound(_))));
    assert_eq!(duty(&focal), None);
    say(&admin, &focal, Verdict::Keep, "").expect("the administrators answer for the focal point itself");
    say(&admin, &admin, Verdict::Keep, "").expect("the only administrator answers for itself");
    assert!(say(&admin, &admin, Verdict::End, "x").is_err());

    let closed = ops.close_review(boss, review.id, "Đã hoàn tất", Some(review.revision)).expect("closed");
    assert_eq!(closed.closed.as_ref().map(|c| c.remark.as_str()), Some("Đã hoàn tất"));
    assert!(house.again(&chi).is_none(), "unanswered: disabled by this review's own rule");
    let facts = house.last(audit::REVIEW_CLOSED).facts;
    let figures = ["accounts", "kept", "ended", "unanswered", "disabled"].map(|f| facts[f].clone());
    assert_eq!(figures, ["5", "3", "1", "1", "1"]);
    assert!(matches!(ops.close_review(boss, review.id, "", None), Err(OpsError::Changed { .. })));
    assert!(matches!(say(&admin, &an, Verdict::Keep, ""), Err(OpsError::Refused(_))), "closed");
    let (_, lines) = ops.export_review(boss, review.id).expect("result");
    assert_eq!(lines.iter().filter(|l| l.disabled_at_close).count(), 1);
    assert_eq!(lines.iter().map(|l| l.unit_name.as_str()).collect::<Vec<_>>()[..2], ["Đơn vị Q1", "Đơn vị Q1-CA"]);

    let (_, file) = ops.review_csv(boss, review.id, Language::Vi).expect("file");
    let file = String::from_utf8(file).expect("UTF-8");
    assert!(
        file.lines().count() == 6 && file.contains("đã chuyển công tác") && file.contains("bị khóa khi đóng"),
        "{file}"
    );

    let id = review.id;
    let house = house.restarted();
    let (info, lines) = house.ops.review(&Caller::cli(), id).expect("kept for ever");
    assert_eq!((info.progress.kept, lines.len()), (3, 5));
    assert!(house.acts().iter().any(|a| a == audit::REVIEW_EXPORTED));
}

#[test]
fn nobody_ends_the_last_administrator_and_reporting_disables_nobody() {
    let (house, admin) = House::set_up();
    let (ops, boss) = (&house.ops, &admin.caller);
    let second = house.person(boss, "minh", Role::Administrator);
    let review = ops.start_review(boss, wish(&house, 5, Unanswered::Report)).expect("started");
    let ask = |who: &SignedIn, about: &SignedIn, v| {
        ops.answer_review(&who.caller, review.id, about.caller.account.id, v, "x")
    };
    assert!(matches!(ask(&admin, &admin, Verdict::Keep), Err(OpsError::Refused(r)) if r.article == Some("19.4")));
    ask(&second, &admin, Verdict::End).expect("another administrator is left");
    let e = ops
        .answer_review(&second.caller, review.id, second.caller.account.id, Verdict::End, "x")
        .expect_err("the last");
    assert!(matches!(e, OpsError::Refused(_)));
    ops.close_review(&second.caller, review.id, "", None).expect("closed");
    assert!(house.again(&second).is_some(), "unanswered and yet there");
}

#[test]
fn reminders_go_on_record_on_their_days() {
    let (house, admin) = House::set_up();
    let ops = &house.ops;
    assert_eq!(ops.remind_reviewers().expect("nothing runs"), 0);
    let review = ops.start_review(&admin.caller, wish(&house, 4, Unanswered::Report)).expect("started");
    let mut days = Vec::new();
    for day in 0..12 {
        for _ in 0..3 {
            days.extend((ops.remind_reviewers().expect("duty") > 0).then_some(day));
        }
        house.pass(86_400);
    }
    assert_eq!(days, [1, 3, 4, 7, 10], "3 days, 1 day, the last day, then every third");
    let facts = house.last(audit::REVIEW_REMINDED).facts;
    assert_eq!((facts["days_left"].as_str(), facts["waiting"].as_str()), ("-6", "1"));
    let (info, _) = ops.review(&Caller::cli(), review.id).expect("there");
    assert_eq!((info.review.reminders.len(), info.days_left), (5, -8));
    ops.close_review(&Caller::cli(), review.id, "", None).expect("closed");
    house.pass(10 * 86_400);
    assert_eq!(ops.remind_reviewers().expect("duty"), 0);
}

#[test]
fn whoever_owes_a_password_answers_nothing() {
    let (house, admin) = House::set_up();
    let (ops, boss) = (&house.ops, &admin.caller);
    let focal = house.person(boss, "daumoi", Role::Viewer);
    let q1 = house.unit("Q1", None, Some(focal.caller.account.id));
    let an = house.person_of(boss, "an", Role::Unit, q1);
    let review = ops.start_review(boss, wish(&house, 5, Unanswered::Report)).expect("started");
    let (_, once) = ops.reset_password(boss, focal.caller.account.id).expect("reset");
    let in_ = ops.sign_in("daumoi", &once, HOME, "").expect("in");
    assert!(ops.review_duties(&in_.caller).is_empty());
    let e = ops.answer_review(&in_.caller, review.id, an.caller.account.id, Verdict::Keep, "").expect_err("first");
    assert!(matches!(e, OpsError::Refused(r) if r.article == Some("12.3")));
    assert!(ops.reviews(&in_.caller).is_err() && ops.review(&in_.caller, review.id).is_err());
}
