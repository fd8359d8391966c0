//! Tables for giving: who may give what to whom, and on which paper.

use super::*;
use crate::standing::tests::{NOW, account, area, camera, city, grant, hours, unit};
use std::sync::Arc;

fn policy() -> SharingPolicy {
    SharingPolicy { four_eyes: vec![], warn_days: 14, cross_scope_days_max: 366 }
}

fn draft(acts: &[Act], scope: Scope, until: Option<WallTime>) -> GrantDraft {
    let times = Times { until, ..Times::default() };
    GrantDraft {
        holder: Holder::Account(account(2)), acts: acts.to_vec(), scope, times, purpose: " Điều tra ".into()
    }
}

fn give(
    giver: &Standing,
    holder: &HolderSide,
    draft: &GrantDraft,
    consent: Option<bool>,
    named: &[Camera],
) -> Result<Giveable, NotGiven> {
    let policy = policy();
    decide_grant(
        draft,
        &Giving {
            giver: account(1),
            giver_unit: None,
            standing: giver,
            holder,
            consent,
            named,
            policy: &policy,
            now: NOW,
        },
    )
}

fn article(result: Result<Giveable, NotGiven>) -> Option<&'static str> {
    match result {
        Err(NotGiven::Refused(refusal)) => refusal.article,
        other => panic!("a refusal: {other:?}"),
    }
}
fn fault_fields(result: Result<Giveable, NotGiven>) -> Vec<&'static str> {
    match result {
        Err(NotGiven::Faults(faults)) => faults.iter().map(|f| f.field).collect(),
        other => panic!("faults: {other:?}"),
    }
}

#[test]
fn beyond_the_own_scope_only_with_consent_and_an_end() {
    let trees = city();
    let admin = Standing::new(Role::Administrator, None, vec![], trees.clone());
    let district = HolderSide::account("q2", Role::DistrictCentre, Some(unit(4)), &trees);
    let (own, foreign) = (Scope::of_area(area(8)), Scope::of_area(area(5)));
    let live = [Act::WatchLive];
    let ok =
        give(&admin, &district, &draft(&live, own, None), None, &[]).expect("within the own scope nothing is asked");
    assert_eq!((ok.cross_scope, ok.purpose.as_str(), ok.via, ok.within), (false, "Điều tra", None, None));
    for (consent, until) in [(None, None), (None, Some(hours(1))), (Some(false), Some(hours(1))), (Some(true), None)] {
        let refused = give(&admin, &district, &draft(&live, foreign.clone(), until), consent, &[]);
        assert_eq!(article(refused), Some("10.3"), "{consent:?} {until:?}");
    }
    let ok = give(&admin, &district, &draft(&live, foreign.clone(), Some(hours(1))), Some(true), &[]).expect("given");
    assert!(ok.cross_scope);
    let long = give(&admin, &district, &draft(&live, foreign, Some(hours(24 * 367))), Some(true), &[]);
    assert_eq!(fault_fields(long), ["until"]);
    // A unit's own scope is what all of its accounts have: its cameras, not the area that only its centre sees.
    let whole = HolderSide::unit("u4", unit(4), &trees);
    assert!(!give(&admin, &whole, &draft(&live, Scope::of_unit(unit(8)), None), None, &[]).expect("own").cross_scope);
    assert_eq!(article(give(&admin, &whole, &draft(&live, Scope::of_area(area(4)), None), None, &[])), Some("10.3"));
}

#[test]
fn nobody_gives_more_than_they_have() {
    let trees = city();
    let holder = HolderSide::account("h", Role::DistrictCentre, Some(unit(5)), &trees);
    let district = Standing::new(Role::DistrictCentre, Some(unit(2)), vec![], trees.clone());
    let live = |scope| draft(&[Act::WatchLive], scope, Some(hours(5)));
    let ok = give(&district, &holder, &live(Scope::of_area(area(4))), Some(true), &[]).expect("of its own area");
    assert_eq!(ok.within, Some(Scope::of_area(area(2))), "bounded by the giver's own scope for ever");
    for scope in [Scope::of_area(area(3)), Scope::of_area(area(1)), Scope { all: true, ..Scope::default() }] {
        assert_eq!(article(give(&district, &holder, &live(scope.clone()), Some(true), &[])), Some("7"), "{scope:?}");
    }
    let (inside, outside) = (camera(1, 9, 1, 0, false), camera(2, 3, 1, 0, false));
    let both = Scope { cameras: vec![inside.id, outside.id], ..Scope::default() };
    let named = [inside.clone(), outside];
    assert_eq!(article(give(&district, &holder, &live(both), Some(true), &named)), Some("7"));
    assert!(give(&district, &holder, &live(Scope::of_camera(inside.id)), Some(true), &named[..1]).is_ok());
    let unknown = live(Scope::of_camera(base::CameraId::from_parts(1, [99; 10])));
    assert_eq!(article(give(&district, &holder, &unknown, Some(true), &[])), Some("7"), "a camera that is not there");
    for role in [Role::Operator, Role::Viewer, Role::Unit, Role::Investor, Role::Inspector, Role::Citizen] {
        let giver = Standing::new(role, Some(unit(2)), vec![], trees.clone());
        assert_eq!(
            article(give(&giver, &holder, &live(Scope::of_area(area(4))), Some(true), &[])),
            Some("7"),
            "{role:?}"
        );
    }
}

#[test]
fn handing_on_rests_on_one_grant_and_ends_no_later() {
    let trees = city();
    let holder = HolderSide::account("h", Role::Inspector, None, &trees);
    let until = Times { until: Some(hours(10)), ..Times::default() };
    let with = |acts: &[Act], times: &Times| {
        let g = grant(5, acts, Scope::of_area(area(3)), times.clone());
        Standing::new(Role::SectorCentre, Some(unit(2)), vec![Given::by_office(Arc::new(g))], trees.clone())
    };
    let wish = |h| draft(&[Act::WatchLive], Scope::of_area(area(6)), Some(hours(h)));
    let giver = with(&[Act::WatchLive, Act::Share], &until);
    let ok = give(&giver, &holder, &wish(10), Some(true), &[]).expect("handed on");
    assert_eq!((ok.via, ok.within), (Some(GrantId::from_parts(1, [5; 10])), None));
    assert_eq!(fault_fields(give(&giver, &holder, &wish(11), Some(true), &[])), ["until"]);
    let without_share = with(&[Act::WatchLive], &until);
    assert_eq!(article(give(&without_share, &holder, &wish(1), Some(true), &[])), Some("7"));
    let over = with(&[Act::WatchLive, Act::Share], &Times { until: Some(hours(-1)), ..Times::default() });
    assert_eq!(article(give(&over, &holder, &wish(1), Some(true), &[])), Some("7"));
}

#[test]
fn the_holders_preset_bounds_what_it_is_given() {
    let trees = city();
    let admin = Standing::new(Role::Administrator, None, vec![], trees.clone());
    let inspector = HolderSide::account("kt", Role::Inspector, None, &trees);
    let scope = || Scope::of_area(area(5));
    assert_eq!(
        fault_fields(give(&admin, &inspector, &draft(&[Act::Ptz], scope(), Some(hours(1))), Some(true), &[])),
        ["acts"]
    );
    assert_eq!(
        fault_fields(give(&admin, &inspector, &draft(&[Act::Playback], scope(), None), Some(true), &[])),
        ["until"]
    );
    assert!(give(&admin, &inspector, &draft(&[Act::Playback], scope(), Some(hours(1))), Some(true), &[]).is_ok());
    assert_eq!(
        fault_fields(give(&admin, &inspector, &draft(&[Act::ManageNode], scope(), Some(hours(1))), None, &[])),
        ["acts", "acts"]
    );
    let empty = GrantDraft { purpose: " ".into(), ..draft(&[], Scope::default(), Some(hours(-1))) };
    assert_eq!(fault_fields(give(&admin, &inspector, &empty, None, &[])), ["acts", "scope", "until", "purpose"]);
}

#[test]
fn nobody_serves_themselves() {
    let trees = city();
    let admin = Standing::new(Role::Administrator, None, vec![], trees.clone());
    let me = HolderSide::account("me", Role::Administrator, None, &trees);
    let own = GrantDraft { holder: Holder::Account(account(1)), ..draft(&[Act::Ptz], Scope::of_area(area(1)), None) };
    assert_eq!(article(give(&admin, &me, &own, None, &[])), Some("12.3"));

    let mut g = grant(1, &[Act::WatchLive], Scope::of_area(area(1)), Times::default());
    (g.given_by, g.holder) = (account(1), Holder::Account(account(2)));
    let confirm = |second, standing: &Standing| decide_confirm(&g, (second, None), standing, &[], NOW);
    assert_eq!(confirm(account(1), &admin).expect_err("the giver").article, Some("12.3"));
    assert_eq!(confirm(account(2), &admin).expect_err("the holder").article, Some("12.3"));
    assert_eq!(confirm(account(3), &admin), Ok(()));
    let viewer = Standing::new(Role::Viewer, None, vec![], trees);
    assert_eq!(confirm(account(3), &viewer).expect_err("not theirs to give").article, Some("7"));
}

#[test]
fn police_cameras_are_given_only_by_those_whom_a_grant_names_them_to() {
    let trees = city();
    let police = camera(7, 4, 4, 0, true);
    let holder = HolderSide::account("h", Role::CityCentre, None, &trees);
    let wish = draft(&[Act::WatchLive], Scope::of_camera(police.id), Some(hours(1)));
    let named = [police.clone()];
    let admin = Standing::new(Role::Administrator, None, vec![], trees.clone());
    assert_eq!(article(give(&admin, &holder, &wish, Some(true), &named)), Some("7"));
    let founding = grant(3, &Act::ON_CAMERAS, Scope::of_camera(police.id), Times::default());
    let unit_admin = Standing::new(
        Role::UnitAdministrator,
        Some(unit(4)),
        vec![Given::by_office(Arc::new(founding))],
        trees.clone(),
    );
    let ok = give(&unit_admin, &holder, &wish, Some(true), &named).expect("given");
    assert!(ok.cross_scope && ok.via.is_some(), "apart from everybody's own scope, so A10.3 applies");
    assert_eq!(article(give(&unit_admin, &holder, &wish, None, &named)), Some("10.3"));
    let by_area = grant(3, &Act::ON_CAMERAS, Scope::of_area(area(4)), Times::default());
    let other = Standing::new(Role::UnitAdministrator, Some(unit(4)), vec![Given::by_office(Arc::new(by_area))], trees);
    assert_eq!(article(give(&other, &holder, &wish, Some(true), &named)), Some("7"), "a grant that does not name it");
}
