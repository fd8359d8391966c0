//! Rights by saved lists of cameras: nobody gains a camera by an edit, and what leaves a list is gone at once.

use super::rights::{City, NORTH, SOUTH, article, camera, consent};
use super::*;
use crate::{GrantFilter, GrantWish, RequestWish};
use base::{CameraId, CameraListId};
use domain::facts_patch::Edit;
use domain::{
    Act, Camera, CameraListChange, CameraPatch, FactsPatch, FieldFault, Grant, Holder, ListedAs, Scope, TokenLimit,
    audit,
};

const SEE: [Act; 2] = [Act::SeeCatalogue, Act::WatchLive];

fn faults<T: std::fmt::Debug>(r: Result<T, OpsError>) -> Vec<&'static str> {
    match r {
        Err(OpsError::Invalid(faults)) => faults.into_iter().map(|f: FieldFault| f.field).collect(),
        other => panic!("faults: {other:?}"),
    }
}

fn police(on: bool) -> CameraPatch {
    let facts = FactsPatch { police: Edit::Set(on), ..FactsPatch::default() };
    CameraPatch { facts, ..CameraPatch::default() }
}

impl City {
    fn list(&self, by: &Caller, name: &str, cameras: &[&Camera]) -> CameraListId {
        let ids: Vec<CameraId> = cameras.iter().map(|c| c.id).collect();
        self.ops().make_camera_list(by, name, &ids).expect("made").list.id
    }
    fn by_list(&self, by: &Caller, holder: &Caller, list: CameraListId) -> Result<Grant, OpsError> {
        self.ops().give_grant(
            by,
            GrantWish {
                holder: Holder::Account(holder.account.id),
                acts: SEE.to_vec(),
                scope: Scope { lists: vec![ListedAs { list, revision: u64::MAX }], ..Scope::default() },
                times: domain::Times { until: Some(self.hours(900)), ..Default::default() },
                purpose: "Cổng trường".into(),
                document: None,
                paper: Some(consent()),
            },
        )
    }
    fn edit(&self, by: &Caller, list: CameraListId, add: &[&Camera], remove: &[&Camera]) -> Result<(), OpsError> {
        let ids = |all: &[&Camera]| all.iter().map(|c| c.id).collect();
        let change = CameraListChange { name: None, add: ids(add), remove: ids(remove) };
        self.ops().change_camera_list(by, list, None, change).map(|_| ())
    }
    fn on_list(&self, by: &Caller, list: CameraListId) -> Vec<String> {
        let info = self.ops().camera_list(by, list).expect("theirs");
        info.cameras.into_iter().map(|(_, code, _)| code).collect()
    }
}

#[test]
fn what_comes_onto_a_list_later_needs_a_decision_and_what_leaves_it_stops_at_once() {
    let c = City::new();
    let an = c.person("an", Role::Inspector, None);
    let list = c.list(&c.boss, "Cổng trường", &[&c.in_north]);
    let made = c.house.last(audit::CAMERA_LIST_ADDED);
    assert_eq!(
        (made.subject.expect("list").name.as_str(), made.facts["added"].as_str()),
        ("Cổng trường", c.in_north.code.as_str())
    );
    let grant = c.by_list(&c.boss, &an, list).expect("given");
    assert_eq!(grant.scope.lists[0].revision, 1, "the revision is the node's to say, not the caller's");
    assert_eq!(c.codes(&an), std::slice::from_ref(&c.in_north.code));

    c.edit(&c.boss, list, &[&c.in_south], &[]).expect("added");
    assert_eq!(c.codes(&an), std::slice::from_ref(&c.in_north.code), "nobody gains a camera by an edit");
    let told = c.ops().grants_on_list(&c.boss, list).expect("told");
    assert_eq!(told.iter().map(|g| (g.lists[0].cameras, g.lists[0].later)).collect::<Vec<_>>(), [(1, 1)]);
    let again = c.by_list(&c.boss, &an, list).expect("given anew");
    assert_eq!(c.codes(&an), [c.in_north.code.clone(), c.in_south.code.clone()]);
    assert_eq!(c.ops().explain(&an, &c.in_south).expect("seen").grants[0].grant.id, again.id);

    let (north, south) = (c.watch(&an, &c.in_north), c.watch(&an, &c.in_south));
    c.edit(&c.boss, list, &[], &[&c.in_south]).expect("taken off");
    assert!(c.gone(&south) && !c.gone(&north), "the picture stops with the right");
    assert_eq!(c.codes(&an), std::slice::from_ref(&c.in_north.code));
    c.edit(&c.boss, list, &[&c.in_south], &[]).expect("added again");
    assert_eq!(c.codes(&an), std::slice::from_ref(&c.in_north.code), "who comes back has come later");
    let e = c.house.last(audit::CAMERA_LIST_CHANGED);
    assert!(e.also.iter().any(|s| s.id == c.in_south.id.to_string()), "found by the camera: {:?}", e.also);
}

#[test]
fn it_is_all_there_after_a_restart() {
    let c = City::new();
    let an = c.person("an", Role::Inspector, None);
    let list = c.list(&c.boss, "Cổng trường", &[&c.in_north]);
    c.by_list(&c.boss, &an, list).expect("given");
    c.edit(&c.boss, list, &[&c.in_south], &[]).expect("added");
    let (codes, on) = (c.codes(&an), c.on_list(&c.boss, list));
    let boss = c.boss.clone();
    let house = c.house.restarted();
    let an = house.ops.sign_in("an", &secret(GOOD), HOME, "Firefox").expect("sign-in").caller;
    let page = house.ops.list_cameras(&an, &Default::default()).expect("list");
    assert_eq!(page.items.into_iter().map(|c| c.code).collect::<Vec<_>>(), codes);
    assert_eq!(house.ops.camera_list(&boss, list).expect("there").cameras.len(), on.len());
}

#[test]
fn a_list_is_its_units_own() {
    let c = City::new();
    let north = c.person("bac", Role::UnitAdministrator, Some(c.north));
    let south = c.person("nam", Role::UnitAdministrator, Some(c.south));
    let viewer = c.person("xem", Role::Unit, Some(c.north));
    let list = c.list(&north, "Của Bắc", &[&c.in_north]);
    let names = |who: &Caller| {
        let page = c.ops().camera_lists(who, "", None, 50).expect("lists");
        page.items.into_iter().map(|l| l.list.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        (names(&north), names(&south), names(&c.boss)),
        (vec!["Của Bắc".into()], vec![], vec!["Của Bắc".into()])
    );
    for r in [
        c.ops().camera_list(&south, list).map(|_| ()),
        c.edit(&south, list, &[], &[]),
        c.ops().remove_camera_list(&south, list, None),
    ] {
        assert!(matches!(r, Err(OpsError::NotFound("camera_list"))), "{r:?}");
    }
    assert!(
        matches!(c.ops().make_camera_list(&viewer, "x", &[]), Err(OpsError::Refused(_))),
        "only who may give rights"
    );
    assert_eq!(faults(c.by_list(&south, &viewer, list)), ["scope"], "nor is it there to give by");
    assert_eq!(
        faults(c.ops().make_camera_list(&north, "x", &[c.in_south.id])),
        ["cameras"],
        "no camera that is not seen"
    );
    assert_eq!(faults(c.ops().make_camera_list(&north, "của  bắc", &[])), ["name"], "no second one of that name");
    c.list(&south, "Của Bắc", &[]);
}

#[test]
fn nobody_gives_by_a_list_what_they_have_not() {
    let c = City::new();
    let north = c.person("bac", Role::UnitAdministrator, Some(c.north));
    let an = c.person("an", Role::Unit, Some(c.south));
    // The administrator puts a camera of the other unit onto the unit's list.
    let list = c.list(&north, "Của Bắc", &[&c.in_north]);
    c.edit(&c.boss, list, &[&c.in_south], &[]).expect("added");
    assert_eq!(c.on_list(&north, list), std::slice::from_ref(&c.in_north.code), "what is not seen is not told");
    assert_eq!(article(c.by_list(&north, &an, list).expect_err("refused")), Some("7"));
    c.edit(&north, list, &[], &[&c.in_south]).expect("nothing to do for these eyes");
    assert_eq!(c.on_list(&c.boss, list).len(), 2, "nor taken off by who does not see it");

    // Beyond the holder's own scope: the same rule as by name (A10.3).
    c.edit(&c.boss, list, &[], &[&c.in_south]).expect("taken off");
    let bare = GrantWish {
        holder: Holder::Account(an.account.id),
        acts: SEE.to_vec(),
        scope: Scope { lists: vec![ListedAs { list, revision: 0 }], ..Scope::default() },
        times: domain::Times::default(),
        purpose: "x".into(),
        document: None,
        paper: None,
    };
    assert_eq!(article(c.ops().give_grant(&north, bare).expect_err("refused")), Some("10.3"));
    let empty = c.list(&c.boss, "Trống", &[]);
    assert_eq!(faults(c.by_list(&c.boss, &an, empty)), ["scope"]);
}

#[test]
fn nobody_takes_from_a_right_that_is_not_theirs_to_end() {
    let c = City::new();
    let north = c.person("bac", Role::UnitAdministrator, Some(c.north));
    let an = c.person("an", Role::Inspector, None);
    let list = c.list(&north, "Của Bắc", &[&c.in_north]);
    c.edit(&c.boss, list, &[&c.in_south], &[]).expect("added");
    c.by_list(&c.boss, &an, list).expect("given by the administrator, on both");
    // The unit could not give that right as a whole, so it may not narrow it either.
    assert_eq!(article(c.edit(&north, list, &[], &[&c.in_north]).expect_err("refused")), Some("7.5"));
    assert_eq!(c.codes(&an).len(), 2);
    c.edit(&c.boss, list, &[], &[&c.in_south]).expect("the giver may");
    c.edit(&north, list, &[], &[&c.in_north]).expect("now the unit could give what is left of it");
    assert!(c.codes(&an).is_empty());
    assert_eq!(faults(c.ops().remove_camera_list(&north, list, None)), ["camera_list"], "a right rests on it");
    let all = GrantFilter { list: Some(list), limit: 50, ..GrantFilter::default() };
    let grant = c.ops().list_grants(&c.boss, &all).expect("list").items.remove(0).grant;
    c.ops().end_grant(&c.boss, grant.id, None, "xong").expect("ended");
    c.ops().remove_camera_list(&north, list, None).expect("removed");
    assert_eq!(c.house.last(audit::CAMERA_LIST_REMOVED).subject.expect("list").name, "Của Bắc");
}

#[test]
fn a_police_camera_is_on_no_list_and_a_removed_one_leaves_them() {
    let c = City::new();
    let hidden = camera(&c.house, &c.boss, "Mật phục", NORTH, "BAC", true);
    let of_north = c.person("bac", Role::UnitAdministrator, Some(c.north));
    let an = c.person("an", Role::Inspector, None);
    assert_eq!(faults(c.ops().make_camera_list(&of_north, "x", &[hidden.id])), ["cameras"]);
    let third = camera(&c.house, &c.boss, "Cầu Ba", SOUTH, "NAM", false);
    let list = c.list(&c.boss, "Cầu", &[&c.in_north, &c.in_south, &third]);
    c.by_list(&c.boss, &an, list).expect("given");
    assert_eq!(c.codes(&an).len(), 3);

    let patch = police(true);
    c.ops().change_camera(&c.boss, c.in_north.id, patch, c.in_north.revision).expect("marked");
    c.ops().remove_camera(&c.boss, third.id, &third.name).expect("removed");
    assert_eq!(c.on_list(&c.boss, list), std::slice::from_ref(&c.in_south.code));
    assert_eq!(c.codes(&an), std::slice::from_ref(&c.in_south.code));
    // The mark is taken away: it does not come back by itself.
    let patch = police(false);
    c.ops().change_camera(&of_north, c.in_north.id, patch, c.in_north.revision + 1).expect("unmarked");
    assert_eq!(c.codes(&an), std::slice::from_ref(&c.in_south.code));
}

#[test]
fn requests_and_tokens_name_no_lists() {
    let c = City::new();
    let an = c.person("an", Role::Unit, Some(c.north));
    let list = c.list(&c.boss, "Cầu", &[&c.in_north]);
    let scope = Scope { lists: vec![ListedAs { list, revision: 1 }], ..Scope::default() };
    let wish = RequestWish {
        for_unit: false,
        acts: SEE.to_vec(),
        scope: scope.clone(),
        named: vec![],
        times: Default::default(),
        purpose: "x".into(),
        paper: None,
    };
    assert_eq!(faults(c.ops().request_access(&an, wish)), ["scope"]);
    let limit = TokenLimit { scope: Some(scope), ..TokenLimit::default() };
    assert_eq!(domain::token::decide_limit(limit).expect_err("no lists").field, "scope");
}
