//! Tables of the review: who answers, what may be answered, when somebody is reminded.

use super::*;
use crate::unit::FocalPoint;
use proptest::prelude::*;
use std::collections::HashMap;

fn id(n: u8) -> AccountId {
    AccountId::from_bytes([n; 16])
}
fn unit_id(n: u8) -> UnitId {
    UnitId::from_bytes([n; 16])
}
fn day(n: i8) -> CivilDate {
    let start: CivilDate = "2026-11-01".parse().expect("date");
    start.checked_add(std::time::Duration::from_secs(u64::try_from(n).expect("day") * 86_400)).expect("date")
}
fn account(n: u8, unit: Option<u8>) -> Account {
    let mut a = Account::new(id(n), format!("a{n}"), format!("A{n}"), Role::Viewer, WallTime::EPOCH);
    a.unit_id = unit.map(unit_id);
    a
}
fn review() -> Review {
    Review {
        id: ReviewId::from_bytes([9; 16]),
        name: "Quý IV".into(),
        due: day(20),
        scope: ReviewScope::default(),
        unanswered: Unanswered::Report,
        started_at: WallTime::start_of_office_day(day(0)),
        started_by: "lan".into(),
        reminders: Vec::new(),
        closed: None,
        revision: 1,
        extra: Extra::new(),
    }
}
fn line(of: &Account, reviewer: Option<u8>) -> ReviewLine {
    ReviewLine {
        review: review().id,
        account: of.id,
        name: of.name.clone(),
        display_name: of.display_name.clone(),
        role: of.role,
        kind: of.kind,
        title: String::new(),
        unit: of.unit_id,
        unit_name: String::new(),
        last_sign_in_at: None,
        reviewer: reviewer.map(id),
        reviewer_name: String::new(),
        answer: None,
        disabled_at_close: false,
        extra: Extra::new(),
    }
}

/// Units by number: parent and the account of the focal point.
fn unit(n: u8, parent: Option<u8>, focal: Option<u8>) -> (UnitId, Unit) {
    let json = serde_json::json!({
        "id": unit_id(n), "code": format!("U{n}"), "name": format!("Đơn vị {n}"), "parent": parent.map(unit_id),
        "created_at": 0, "changed_at": 0, "revision": 1,
    });
    let mut unit: Unit = serde_json::from_value(json).expect("unit");
    unit.focal_point = focal.map(|f| FocalPoint { account: Some(id(f)), ..FocalPoint::default() });
    (unit.id, unit)
}

#[test]
fn the_nearest_focal_point_answers_and_never_for_itself() {
    let units: HashMap<UnitId, Unit> = [
        unit(1, None, Some(10)),
        unit(2, Some(1), Some(20)),
        unit(3, Some(2), None),
        unit(4, None, None),
        unit(5, Some(5), None),
    ]
    .into();
    let who =
        |a: &Account, gone: &[u8]| reviewer_of(a, |u| units.get(&u).cloned(), |f| !gone.iter().any(|g| id(*g) == f));
    let table = [
        (account(1, Some(2)), vec![], Some(20)),
        (account(1, Some(3)), vec![], Some(20)),
        (account(1, Some(3)), vec![20], Some(10)),
        (account(20, Some(2)), vec![], Some(10)),
        (account(10, Some(1)), vec![], None),
        (account(1, Some(4)), vec![], None),
        (account(1, Some(5)), vec![], None),
        (account(1, None), vec![], None),
        (account(1, Some(99)), vec![], None),
    ];
    for (n, (a, gone, expected)) in table.into_iter().enumerate() {
        assert_eq!(who(&a, &gone), expected.map(id), "row {n}");
    }
}

#[test]
fn who_may_answer_what() {
    let (focal, admin, other) = (account(20, Some(2)), account(30, None), account(40, Some(2)));
    let theirs = line(&account(1, Some(2)), Some(20));
    let say = |l: &ReviewLine, a: &Account, administers: bool, others: bool, v: Verdict, reason: &str| {
        decide_answer(&review(), l, Answerer { account: a, administers, others_administer: others }, v, reason)
    };
    assert_eq!(say(&theirs, &focal, false, true, Verdict::Keep, ""), Ok(Ok(String::new())));
    assert_eq!(say(&theirs, &focal, false, true, Verdict::End, " đã \n nghỉ ").expect("may"), Ok("đã nghỉ".into()));
    assert_eq!(say(&theirs, &focal, false, true, Verdict::End, " ").expect("may").expect_err("why?").field, "reason");
    assert!(
        say(&theirs, &admin, true, true, Verdict::Keep, "").is_ok(),
        "an administrator in place of the focal point"
    );
    assert_eq!(say(&theirs, &other, false, true, Verdict::Keep, "").expect_err("not theirs").article, Some("19.4"));
    let own = line(&admin, None);
    assert!(say(&own, &admin, true, true, Verdict::Keep, "").is_err(), "nobody reviews their own account");
    assert!(say(&own, &admin, true, false, Verdict::Keep, "").is_ok(), "but for the only administrator");
    assert!(say(&own, &admin, true, false, Verdict::End, "x").is_err(), "who cannot end itself");
    let mut ended = theirs.clone();
    ended.answer = Some(Answer {
        verdict: Verdict::End,
        reason: "x".into(),
        at: WallTime::EPOCH,
        by: "F".into(),
        in_place: false,
    });
    assert!(say(&ended, &focal, false, true, Verdict::Keep, "").is_err(), "what was ended stays ended");
    let closed = Review {
        closed: Some(ReviewClosed { at: WallTime::EPOCH, by: "lan".into(), remark: String::new() }),
        ..review()
    };
    let who = Answerer { account: &admin, administers: true, others_administer: true };
    assert!(decide_answer(&closed, &theirs, who, Verdict::Keep, "").is_err());
}

#[test]
fn the_scope_is_cut_by_unit_role_and_kind() {
    let all = ReviewScope::default();
    let mut a = account(1, Some(2));
    assert!(is_in_scope(&all, &[], &a));
    let units = ReviewScope { units: vec![unit_id(1)], ..ReviewScope::default() };
    assert!(is_in_scope(&units, &[unit_id(1), unit_id(2)], &a) && !is_in_scope(&units, &[unit_id(1)], &a));
    assert!(!is_in_scope(&units, &[unit_id(1)], &account(1, None)));
    let roles = ReviewScope { roles: vec![Role::Administrator], ..ReviewScope::default() };
    assert!(!is_in_scope(&roles, &[], &a));
    a.kind = AccountKind::Service;
    assert!(!is_in_scope(&all, &[], &a) && is_in_scope(&ReviewScope { services: true, ..all.clone() }, &[], &a));
    a = account(1, None);
    a.disabled_at = Some(WallTime::EPOCH);
    assert!(!is_in_scope(&all, &[], &a));
}

#[test]
fn reminders_come_on_their_days_once_and_are_made_up_for() {
    let policy = ReminderPolicy { remind_days_before: vec![7, 1, 0], remind_overdue_every_days: 3, days_default: 30 };
    let mut r = review();
    let mut sent = Vec::new();
    for n in 0..30 {
        if is_reminder_due(&policy, &r, day(n)) {
            r.reminders.push(Reminder { on: day(n), days_left: days_left(r.due, day(n)), waiting: 1 });
            sent.push(n);
        }
        assert!(!is_reminder_due(&policy, &r, day(n)), "once a day");
    }
    assert_eq!(sent, [13, 19, 20, 23, 26, 29]);
    r.reminders.clear();
    assert!(is_reminder_due(&policy, &r, day(15)), "the node was off on the 13th day");
    r.closed = Some(ReviewClosed { at: WallTime::EPOCH, by: "lan".into(), remark: String::new() });
    assert!(!is_reminder_due(&policy, &r, day(15)));
}

#[test]
fn a_start_needs_a_name_and_a_day_to_come() {
    assert_eq!(decide_start(" Quý IV ", day(5), day(5)), Ok("Quý IV".into()));
    let faults = decide_start("", day(4), day(5)).expect_err("two");
    assert_eq!(faults.iter().map(|f| f.field).collect::<Vec<_>>(), ["name", "due"]);
}

proptest! {
    /// However often the duty runs and sleeps, nobody is reminded twice on a day, nor before the first of the policy's days.
    #[test]
    fn reminders_never_pile_up(awake in proptest::collection::vec(any::<bool>(), 40)) {
        let policy = ReminderPolicy { remind_days_before: vec![7, 1], remind_overdue_every_days: 2, days_default: 30 };
        let mut r = review();
        for (n, _) in awake.iter().enumerate().filter(|(_, on)| **on) {
            let today = day(i8::try_from(n).expect("few"));
            for _ in 0..3 {
                if is_reminder_due(&policy, &r, today) {
                    r.reminders.push(Reminder { on: today, days_left: days_left(r.due, today), waiting: 1 });
                }
            }
        }
        let days: Vec<CivilDate> = r.reminders.iter().map(|m| m.on).collect();
        prop_assert!(days.windows(2).all(|w| w[0] < w[1]));
        prop_assert!(days.iter().all(|d| *d >= day(13)));
    }

    #[test]
    fn progress_adds_up(answers in proptest::collection::vec(0u8..3, 0..50)) {
        let lines: Vec<ReviewLine> = answers.iter().map(|n| {
            let mut l = line(&account(1, None), None);
            let verdict = match n { 0 => return l, 1 => Verdict::Keep, _ => Verdict::End };
            l.answer = Some(Answer { verdict, reason: String::new(), at: WallTime::EPOCH, by: String::new(), in_place: false });
            l
        }).collect();
        let p = Progress::of(&lines);
        prop_assert_eq!(p.all, p.kept + p.ended + p.waiting());
        prop_assert_eq!(p.waiting() as usize, answers.iter().filter(|n| **n == 0).count());
    }
}
