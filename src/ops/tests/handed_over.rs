//! Grants by area and handovers of areas: nobody gains a camera without a decision, and nothing is lost unseen.

use super::rights::{City, NORTH, SOUTH, consent};
use super::*;
use crate::{GrantFilter, GrantWish};
use domain::{Act, Grant, HandoverPlan, Holder, Scope};

fn area(c: &City, code: &str) -> base::AreaId {
    c.ops().area(&c.boss, code).expect("shipped").id
}

fn by_area(c: &City, holder: &Caller, code: &str) -> Grant {
    let wish = GrantWish {
        holder: Holder::Account(holder.account.id),
        acts: vec![Act::SeeCatalogue, Act::WatchLive],
        scope: Scope::of_area(area(c, code)),
        times: domain::Times { until: Some(c.hours(900)), ..Default::default() },
        purpose: "Theo dõi ngập".into(),
        document: None,
        paper: Some(consent()),
    };
    c.ops().give_grant(&c.boss, wish).expect("given")
}

fn touched(c: &City) -> Vec<(base::GrantId, usize, usize)> {
    let filter = GrantFilter { handed_over: true, limit: 50, ..GrantFilter::default() };
    let page = c.ops().list_grants(&c.boss, &filter).expect("list");
    page.items.iter().map(|g| (g.grant.id, g.lost, g.withheld)).collect()
}

/// The north's cameras come to the south.
fn plan(c: &City) -> HandoverPlan {
    HandoverPlan {
        from: vec![area(c, NORTH)],
        others: Some(area(c, SOUTH)),
        why: "NQ 1685".into(),
        ..HandoverPlan::default()
    }
}

#[test]
fn nobody_gains_a_camera_by_a_handover_without_a_decision() {
    let c = City::new();
    let an = c.person("an", Role::Inspector, None);
    let bo = c.person("bo", Role::Inspector, None);
    let (of_north, of_south) = (by_area(&c, &an, NORTH), by_area(&c, &bo, SOUTH));
    assert_eq!((c.codes(&an), c.codes(&bo)), (vec![c.in_north.code.clone()], vec![c.in_south.code.clone()]));
    c.house.pass(60);

    let preview = c.ops().preview_handover(&c.boss, &plan(&c)).expect("previewed");
    let mut both = [(of_north.id, 1, 0), (of_south.id, 0, 1)];
    both.sort();
    let mut told: Vec<_> = preview.touched.iter().map(|g| (g.id, g.loses, g.withheld)).collect();
    told.sort();
    assert_eq!((preview.grants, told), (2, both.to_vec()));
    assert!(touched(&c).is_empty(), "a preview changes nothing");
    let done = c.ops().hand_over(&c.boss, plan(&c)).expect("carried out");

    assert_eq!(c.codes(&bo), std::slice::from_ref(&c.in_south.code), "the camera that came is not within it");
    assert!(c.codes(&an).is_empty(), "the camera has left its area");
    let mut all = touched(&c);
    all.sort();
    assert_eq!(all, both, "and both are told");
    let info = c.ops().grant(&c.boss, of_north.id).expect("there");
    assert!(info.areas_now.contains(&area(&c, SOUTH)), "where to give it anew");

    // The decision: a new grant holds what is there now, an ended one is told no more.
    c.house.pass(60);
    let anew = by_area(&c, &bo, SOUTH);
    assert_eq!(c.codes(&bo).len(), 2);
    c.ops().end_grant(&c.boss, of_south.id, None, "cấp lại").expect("ended");
    assert_eq!(touched(&c), [(of_north.id, 1, 0)]);

    // Undone, it is as it was before; the right that was given in between has lost what went back, and that is told.
    c.house.pass(60);
    c.ops().undo_handover(&c.boss, done.id, done.revision).expect("undone");
    assert_eq!(touched(&c), [(anew.id, 1, 0)]);
    assert_eq!((c.codes(&an), c.codes(&bo)), (vec![c.in_north.code.clone()], vec![c.in_south.code.clone()]));
}

/// An undo is a handover too: what it brings back is not within what was given while it was away.
#[test]
fn nobody_gains_a_camera_by_an_undo_without_a_decision() {
    let c = City::new();
    let an = c.person("an", Role::Inspector, None);
    let done = c.ops().hand_over(&c.boss, plan(&c)).expect("carried out");
    c.house.pass(60);
    let given = by_area(&c, &an, NORTH);
    assert!(c.codes(&an).is_empty(), "nothing is there");
    c.house.pass(60);
    c.ops().undo_handover(&c.boss, done.id, done.revision).expect("undone");
    assert!(c.codes(&an).is_empty(), "who decided did not see it there");
    assert_eq!(touched(&c), [(given.id, 0, 1)], "and it is told");
    c.house.pass(60);
    by_area(&c, &an, NORTH);
    assert_eq!(c.codes(&an), std::slice::from_ref(&c.in_north.code), "a new decision holds it");
}

/// An undo that keeps something: what went back is held as before, what stays gains nobody a right.
#[test]
fn what_an_undo_keeps_is_still_in_nobodys_grant_without_a_decision() {
    const THIRD: &str = "26737";
    let c = City::new();
    let stays = super::rights::camera(&c.house, &c.boss, "Cầu Nhỏ", NORTH, "BAC", false);
    let [an, bo, cu] = ["an", "bo", "cu"].map(|name| c.person(name, Role::Inspector, None));
    let of_north = by_area(&c, &an, NORTH);
    by_area(&c, &bo, SOUTH);
    let of_third = by_area(&c, &cu, THIRD);
    assert_eq!(c.codes(&an).len(), 2);
    c.house.pass(60);
    let done = c.ops().hand_over(&c.boss, plan(&c)).expect("carried out");
    let elsewhere = domain::CameraPatch { area: Some(Some(THIRD.into())), ..Default::default() };
    c.ops().change_camera(&c.boss, stays.id, elsewhere, stays.revision + 1).expect("changed");
    let undone = c.ops().undo_handover(&c.boss, done.id, done.revision).expect("undone");
    assert_eq!(undone.kept.first.iter().map(|t| t.code.as_str()).collect::<Vec<_>>(), [stays.code.as_str()]);

    assert_eq!(c.codes(&an), std::slice::from_ref(&c.in_north.code), "back, and held again");
    assert_eq!(c.codes(&bo), std::slice::from_ref(&c.in_south.code), "as before");
    assert!(c.codes(&cu).is_empty(), "nobody has decided that they see what was moved on");
    let mut told = touched(&c);
    told.sort();
    let mut of_both = [(of_north.id, 1, 0), (of_third.id, 0, 1)];
    of_both.sort();
    assert_eq!(told, of_both, "both are told, and of the one that went back nothing");
}

#[test]
fn a_grant_by_an_area_above_both_goes_on() {
    let c = City::new();
    let an = c.person("an", Role::Inspector, None);
    by_area(&c, &an, "79");
    c.house.pass(60);
    assert_eq!(c.ops().preview_handover(&c.boss, &plan(&c)).expect("previewed").grants, 0);
    c.ops().hand_over(&c.boss, plan(&c)).expect("carried out");
    assert_eq!(c.codes(&an).len(), 2);
    assert!(touched(&c).is_empty());
}

#[test]
fn what_was_handed_on_gains_nothing_either() {
    let c = City::new();
    let centre = c.person("trung.tam", Role::DistrictCentre, Some(c.south));
    let bo = c.person("bo", Role::Inspector, None);
    let wish = GrantWish {
        holder: Holder::Account(bo.account.id),
        acts: vec![Act::SeeCatalogue],
        scope: Scope { purposes: vec!["traffic".into()], areas: vec![area(&c, SOUTH)], ..Scope::default() },
        times: domain::Times { until: Some(c.hours(900)), ..Default::default() },
        purpose: "Theo dõi ngập".into(),
        document: None,
        paper: Some(consent()),
    };
    c.ops().give_grant(&centre, wish).expect("out of its own scope");
    c.house.pass(60);
    c.ops().hand_over(&c.boss, plan(&c)).expect("carried out");
    assert_eq!(c.codes(&centre).len(), 2, "the area's own centre answers for what is in its area: by office");
    assert_eq!(c.codes(&bo).len(), 1, "not so whom it gave a right before");
}
