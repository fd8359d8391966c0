//! Rights over cameras: own scopes, grants, requests, police cameras; what is watched stops with the right behind it.

use super::*;
use crate::{GrantFilter, GrantState, GrantWish, RequestWish, RequestsOf, Verdict};
use base::{CivilDate, EndReason, GrantId, Lease, StreamKind, UnitId, limits};
use domain::facts_patch::Edit;
use domain::grant::PaperDraft;
use domain::unit_edit::UnitDraft;
use domain::{Act, Camera, CameraPatch, Grant, Holder, Scope, TokenLimit, audit};

pub(super) const NORTH: &str = "25760";
pub(super) const SOUTH: &str = "25768";

/// Two wards with a unit each; a camera in each.
pub(super) struct City {
    pub(super) house: House,
    pub(super) boss: Caller,
    pub(super) north: UnitId,
    pub(super) south: UnitId,
    pub(super) in_north: Camera,
    pub(super) in_south: Camera,
}

fn unit(house: &House, boss: &Caller, code: &str, area: &str) -> UnitId {
    let draft = UnitDraft {
        code: code.into(),
        name: format!("UBND {code}"),
        kind: "police".into(),
        area: area.into(),
        sectors: vec!["transport".into()],
        manages: true,
        ..UnitDraft::default()
    };
    house.ops.add_unit(boss, draft).expect("unit").id
}

pub(super) fn camera(house: &House, boss: &Caller, name: &str, area: &str, unit: &str, police: bool) -> Camera {
    let mut wish = draft(name);
    (wish.area, wish.unit) = (Some(area.into()), Some(unit.into()));
    wish.facts.purposes = Edit::Set(vec!["traffic".into()]);
    if police {
        wish.facts.police = Edit::Set(true);
    }
    house.ops.register_camera(boss, wish).expect("camera")
}

impl City {
    pub(super) fn new() -> Self {
        let (house, admin) = House::set_up();
        let boss = admin.caller;
        let (north, south) = (unit(&house, &boss, "BAC", NORTH), unit(&house, &boss, "NAM", SOUTH));
        let in_north = camera(&house, &boss, "Cầu Bắc", NORTH, "BAC", false);
        let in_south = camera(&house, &boss, "Cầu Nam", SOUTH, "NAM", false);
        Self { house, boss, north, south, in_north, in_south }
    }
    pub(super) fn ops(&self) -> &Ops {
        &self.house.ops
    }
    /// An account of that role and unit, signed in.
    pub(super) fn person(&self, name: &str, role: Role, unit: Option<UnitId>) -> Caller {
        let mut new = NewAccount::new(name, role);
        new.details.unit_id = unit;
        let (_, first) = self.ops().add_account(&self.boss, new).expect("added");
        let first = first.expect("password");
        let in_ = self.ops().sign_in(name, &first, HOME, "Firefox").expect("first sign-in");
        self.ops().change_password(&in_.caller, &first, &secret(GOOD)).expect("own password");
        self.ops().sign_in(name, &secret(GOOD), HOME, "Firefox").expect("sign-in").caller
    }
    pub(super) fn codes(&self, who: &Caller) -> Vec<String> {
        let page = self.ops().list_cameras(who, &Default::default()).expect("list");
        assert_eq!(page.total, page.items.len());
        page.items.into_iter().map(|c| c.code).collect()
    }
    pub(super) fn watch(&self, who: &Caller, camera: &Camera) -> Lease {
        self.ops().lease_live_for(who, camera.id, StreamKind::Main, "trực ban").expect("store").expect("allowed")
    }
    pub(super) fn gone(&self, lease: &Lease) -> bool {
        self.ops().sweep_rights().expect("swept");
        lease.ended(self.ops().clock.now()) == Some(EndReason::Withdrawn)
    }
    pub(super) fn hours(&self, h: u64) -> WallTime {
        self.ops().clock.now().plus(Duration::from_secs(h * 3_600))
    }
    pub(super) fn wish(&self, holder: &Caller, acts: &[Act], camera: &Camera) -> GrantWish {
        GrantWish {
            holder: Holder::Account(holder.account.id),
            acts: acts.to_vec(),
            scope: Scope::of_camera(camera.id),
            times: domain::Times { until: Some(self.hours(8)), ..Default::default() },
            purpose: "Điều tra tai nạn".into(),
            document: None,
            paper: Some(consent()),
        }
    }
    pub(super) fn give(&self, holder: &Caller, acts: &[Act], camera: &Camera) -> Grant {
        self.ops().give_grant(&self.boss, self.wish(holder, acts, camera)).expect("given")
    }
}

pub(super) fn consent() -> PaperDraft {
    PaperDraft {
        kind: "consent".into(),
        number: "123/UBND-VX".into(),
        date: Some(CivilDate::constant(2026, 11, 20)),
        issuer: "UBND Thành phố".into(),
        title: String::new(),
        file: None,
    }
}

pub(super) fn article(e: OpsError) -> Option<&'static str> {
    match e {
        OpsError::Refused(refusal) => refusal.article,
        other => panic!("a refusal: {other:?}"),
    }
}

pub(super) fn missing<T: std::fmt::Debug>(r: Result<T, OpsError>) -> bool {
    matches!(r, Err(OpsError::NotFound("camera")))
}

#[test]
fn each_preset_sees_its_own_scope() {
    let c = City::new();
    let north = |role| c.person(&format!("n-{role:?}").to_lowercase(), role, Some(c.north));
    let (own, both) = (vec![c.in_north.code.clone()], vec![c.in_north.code.clone(), c.in_south.code.clone()]);
    for (role, sees) in [
        (Role::CityCentre, &both),
        (Role::SectorCentre, &both),
        (Role::DistrictCentre, &own),
        (Role::Unit, &own),
        (Role::UnitAdministrator, &own),
        (Role::Investor, &own),
        (Role::Inspector, &vec![]),
        (Role::Citizen, &vec![]),
        (Role::Viewer, &both),
    ] {
        let who = north(role);
        assert_eq!(&c.codes(&who), sees, "{role:?}");
        for camera in [&c.in_north, &c.in_south] {
            let there = sees.contains(&camera.code);
            assert_eq!(!missing(c.ops().camera(&who, &camera.code)), there, "{role:?}");
            assert_eq!(!missing(c.ops().lease_live_for(&who, camera.id, StreamKind::Main, "x")), there, "{role:?}");
            assert_eq!(c.ops().sees(&who, camera.id), there);
        }
        assert_eq!(c.ops().visible_codes(&who).len(), sees.len());
    }
}

#[test]
fn a_camera_is_kept_within_the_scope_of_who_keeps_it() {
    let c = City::new();
    let who = c.person("an", Role::Unit, Some(c.north));
    let made = c.ops().register_camera(&who, draft("Chợ")).expect("without a unit it is the own one's");
    assert_eq!(made.unit_id, Some(c.north));
    let mut elsewhere = draft("Chợ");
    elsewhere.unit = Some("NAM".into());
    assert_eq!(article(c.ops().register_camera(&who, elsewhere).expect_err("not theirs")), Some("7"));
    let patch = CameraPatch { unit: Some(Some("NAM".into())), ..CameraPatch::default() };
    assert_eq!(article(c.ops().change_camera(&who, made.id, patch.clone(), 1).expect_err("not away")), Some("7"));
    assert!(missing(c.ops().change_camera(&who, c.in_south.id, patch, 1)));
    assert_eq!(article(c.ops().remove_camera(&who, made.id, "Chợ").expect_err("no right")), Some("9.1"));
    let head = c.person("binh", Role::UnitAdministrator, Some(c.north));
    assert!(missing(c.ops().remove_camera(&head, c.in_south.id, "Cầu Nam")));
    c.ops().remove_camera(&head, made.id, "Chợ").expect("removed");
    let mut taken = draft("Chợ");
    taken.code = Some(c.in_south.code.clone());
    let said = match c.ops().register_camera(&who, taken) {
        Err(OpsError::Invalid(faults)) => faults[0].said.clone(),
        other => panic!("as one that has no good form: {other:?}"),
    };
    assert!(!said.vi.contains("Nam") && !said.en.contains("Nam"), "the other camera's name is not told");
}

#[test]
fn from_refusal_over_request_to_grant_to_end() {
    let c = City::new();
    let an = c.person("an", Role::DistrictCentre, Some(c.north));
    let live = |purpose: &str| c.ops().lease_live_for(&an, c.in_south.id, StreamKind::Main, purpose);
    assert!(missing(live("x")), "beyond the own scope");
    let ask = |named: &str| RequestWish {
        acts: vec![Act::WatchLive],
        named: vec![named.into()],
        purpose: "Theo dõi ngập".into(),
        ..RequestWish::default()
    };
    c.ops().request_access(&an, ask("79-9999")).expect("asking does not tell whether a camera is there");
    let request = c.ops().request_access(&an, ask(&c.in_south.code)).expect("asked");
    let mine = c.ops().list_requests(&an, RequestsOf::Mine, None, 50).expect("mine");
    assert!(mine.items.iter().all(|r| r.cameras.is_empty()), "nor does the list");

    let waiting = c.ops().list_requests(&c.boss, RequestsOf::ToDecide, None, 50).expect("to decide");
    assert_eq!(waiting.total, 2);
    let info = waiting.items.iter().find(|r| r.request.id == request.id).expect("there");
    assert!(info.beyond_own_scope && info.may_decide && info.cameras.len() == 1);
    let approve = |times, paper| Verdict::Approve { acts: None, times, paper };
    let decide = |by: &Caller, v| c.ops().decide_request(by, request.id, Some(1), v);
    assert_eq!(article(decide(&c.boss, approve(None, None)).expect_err("no consent")), Some("10.3"));
    let until = domain::Times { until: Some(c.hours(2)), ..Default::default() };
    assert_eq!(article(decide(&c.boss, approve(Some(until.clone()), None)).expect_err("no consent")), Some("10.3"));
    assert_eq!(article(decide(&c.boss, approve(None, Some(consent()))).expect_err("no end")), Some("10.3"));
    let viewer = c.person("vo", Role::Viewer, None);
    assert!(decide(&viewer, approve(None, None)).is_err());
    let (request, grant) = decide(&c.boss, approve(Some(until), Some(consent()))).expect("approved");
    let grant = grant.expect("a grant");
    assert!(matches!(request.state, domain::RequestState::Approved { grant: g, .. } if g == grant.id));

    assert_eq!(c.codes(&an).len(), 2, "the record is seen");
    assert!(matches!(live(""), Err(OpsError::PurposeNeeded)), "beyond the own scope the purpose is asked");
    let lease = live("Theo dõi ngập").expect("store").expect("allowed");
    assert_eq!(lease.not_after, c.hours(2), "not longer than the grant");
    let began = c.house.last(audit::VIEW_BEGAN);
    assert_eq!(
        (began.facts["purpose"].as_str(), began.facts["grant"].clone()),
        ("Theo dõi ngập", grant.id.to_string())
    );
    c.ops().end_grant(&c.boss, grant.id, Some(1), "xong việc").expect("ended");
    assert_eq!(lease.ended(c.ops().clock.now()), Some(EndReason::Withdrawn), "at once");
    assert!(missing(live("x")));
    assert_eq!(c.codes(&an), std::slice::from_ref(&c.in_north.code));
    let acts = c.house.acts();
    for act in [audit::REQUEST_MADE, audit::REQUEST_APPROVED, audit::GRANT_GIVEN, audit::GRANT_ENDED] {
        assert!(acts.iter().any(|a| a == act), "{act}");
    }
    let entry = c.house.last(audit::GRANT_ENDED);
    assert_eq!(entry.changes.0["ended.why"].new.as_deref(), Some("xong việc"));
    assert!(entry.subjects().any(|s| s.kind == "account" && s.name == "an"), "found by its holder");
    let again = c.ops().end_grant(&c.boss, grant.id, None, "");
    assert!(matches!(again, Err(OpsError::NotFound("grant"))));
}

#[test]
fn what_is_watched_stops_with_the_right() {
    let c = City::new();
    let an = c.person("an", Role::DistrictCentre, Some(c.north));
    let own = c.watch(&an, &c.in_north);

    let grant = c.give(&an, &[Act::WatchLive], &c.in_south);
    let lease = c.watch(&an, &c.in_south);
    assert!(!c.gone(&lease));
    c.ops().withdraw_document(&c.boss, grant.document.expect("paper"), "bị thu hồi").expect("withdrawn");
    assert!(c.gone(&lease), "its paper was withdrawn");
    let reuse = GrantWish { document: grant.document, paper: None, ..c.wish(&an, &[Act::WatchLive], &c.in_south) };
    assert_eq!(fields(&c.ops().give_grant(&c.boss, reuse).expect_err("withdrawn")), ["document"]);

    c.give(&an, &[Act::WatchLive], &c.in_south);
    let lease = c.watch(&an, &c.in_south);
    c.house.pass(8 * 3_600);
    assert_eq!(lease.ended(c.ops().clock.now()), Some(EndReason::Expired), "its time is over");

    // The camera moves out of the area.
    let patch = CameraPatch { area: Some(Some(SOUTH.into())), ..CameraPatch::default() };
    c.ops().change_camera(&c.boss, c.in_north.id, patch, 1).expect("moved");
    assert!(c.gone(&own), "the camera is elsewhere now");

    // The unit answers for another area.
    let back = CameraPatch { area: Some(Some(NORTH.into())), ..CameraPatch::default() };
    c.ops().change_camera(&c.boss, c.in_north.id, back, 2).expect("moved back");
    let own = c.watch(&an, &c.in_north);
    assert!(!c.gone(&own));
    let change = UnitDraft {
        code: "BAC".into(),
        name: "Bắc".into(),
        kind: "district_centre".into(),
        area: SOUTH.into(),
        ..UnitDraft::default()
    };
    c.ops().change_unit(&c.boss, c.north, change, 1).expect("changed");
    assert!(c.gone(&own), "the unit answers for another area");

    // The account comes to another unit.
    let binh = c.person("binh", Role::Unit, Some(c.north));
    let lease = c.watch(&binh, &c.in_north);
    let details = domain::AccountDetails { unit_id: Some(c.south), ..Default::default() };
    let change = crate::AccountChange { details: Some(details), ..Default::default() };
    c.ops().change_account(&c.boss, binh.account.id, change).expect("changed");
    assert!(c.gone(&lease), "the account belongs to another unit");
}

#[test]
fn police_cameras_are_for_those_whom_a_grant_names_them_to() {
    let c = City::new();
    let police = camera(&c.house, &c.boss, "Chuyên dụng", NORTH, "BAC", true);
    assert!(missing(c.ops().camera(&c.boss, &police.code)), "not even for whoever recorded it");
    assert_eq!(c.codes(&c.boss).len(), 2);
    let city = c.person("tp", Role::CityCentre, None);
    assert!(missing(c.ops().lease_live(&city, police.id, StreamKind::Main)));
    assert!(missing(c.ops().change_camera(&c.boss, police.id, CameraPatch::default(), 1)));
    assert!(!c.ops().figure_codes().contains_key(&police.id));
    let found = c.ops().search(&c.boss, "chuyen dung", 10).expect("search");
    assert!(found.cameras_total == 0 && found.meant.is_none_or(|m| !m.contains("chuyen") && !m.contains("dung")));

    let filter = AuditFilter { act: Some(audit::CAMERA_ADDED.into()), ..AuditFilter::default() };
    let read = c.ops().audit_page(&c.boss, &filter).expect("audit").entries;
    let about = |e: &AuditEntry| e.subjects().any(|s| s.id == police.id.to_string());
    let veiled = read.iter().find(|e| about(e)).expect("the entry stays in its place");
    assert!(!format!("{veiled:?}").contains("dùng"), "but its contents are veiled: {veiled:?}");
    assert!(read.iter().any(|e| format!("{e:?}").contains("Cầu Bắc")), "those of others are not");

    let head = c.person("ca", Role::UnitAdministrator, Some(c.north));
    assert_eq!(c.codes(&head).len(), 2, "the camera's own unit has the first grant");
    let lease = c.watch(&head, &police);
    let an = c.person("an", Role::DistrictCentre, Some(c.south));
    let wish = c.wish(&an, &[Act::WatchLive], &police);
    assert_eq!(fields(&c.ops().give_grant(&c.boss, wish.clone()).expect_err("unseen")), ["scope"]);
    let by_area = GrantWish { scope: Scope { all: true, ..Scope::default() }, ..wish.clone() };
    c.ops().give_grant(&c.boss, by_area).expect("given");
    assert!(missing(c.ops().camera(&an, &police.code)), "a grant that does not name it");

    let grant = c.ops().give_grant(&head, wish).expect("given");
    assert!(grant.awaits_second, "the shipped policy asks for a second person");
    assert!(missing(c.ops().camera(&an, &police.code)), "not in force yet");
    assert!(c.ops().confirm_grant(&head, grant.id, None).is_err(), "the giver is not the second");
    assert!(matches!(c.ops().confirm_grant(&c.boss, grant.id, None), Err(OpsError::NotFound("grant"))));
    let second = c.person("ca2", Role::UnitAdministrator, Some(c.north));
    c.ops().confirm_grant(&second, grant.id, Some(1)).expect("confirmed");
    assert!(c.ops().camera(&an, &police.code).is_ok());
    let listed = c.ops().list_grants(&c.boss, &GrantFilter { limit: 50, ..Default::default() }).expect("grants");
    assert!(listed.items.iter().all(|g| g.grant.scope.cameras.is_empty()), "nor are its grants shown to others");

    let founding = GrantId::from_bytes(police.id.to_bytes());
    assert_eq!(article(c.ops().end_grant(&head, founding, None, "").expect_err("goes with the camera")), Some("7.4"));
    // It follows the camera to another unit.
    let machine = Caller::cli();
    let patch = CameraPatch { unit: Some(Some("NAM".into())), ..CameraPatch::default() };
    c.ops().change_camera(&machine, police.id, patch, 1).expect("moved");
    assert!(c.gone(&lease) && missing(c.ops().camera(&head, &police.code)));
    let south = c.person("ca3", Role::UnitAdministrator, Some(c.south));
    assert!(c.ops().camera(&south, &police.code).is_ok());
    let mut plain = CameraPatch::default();
    plain.facts.police = Edit::Set(false);
    c.ops().change_camera(&south, police.id, plain, 2).expect("no longer one");
    assert_eq!(c.codes(&c.boss).len(), 3);
}

#[test]
fn the_mark_of_the_police_is_set_by_those_who_answer_for_a_police_unit() {
    let c = City::new();
    let other =
        UnitDraft {
            code: "QLDT".into(), name: "Quản lý đô thị".into(), area: NORTH.into(), ..UnitDraft::default()
        };
    let other = c.ops().add_unit(&c.boss, UnitDraft { kind: "subordinate".into(), ..other }).expect("unit").id;
    let plain = camera(&c.house, &c.boss, "Thường", NORTH, "QLDT", false);
    let mark = |who: &Caller, camera: &Camera| {
        let mut patch = CameraPatch::default();
        patch.facts.police = Edit::Set(true);
        c.ops().change_camera(who, camera.id, patch, camera.revision)
    };
    let investor = c.person("cdt", Role::Investor, Some(c.north));
    let clerk = c.person("nv", Role::Unit, Some(c.north));
    for who in [&investor, &clerk] {
        assert_eq!(article(mark(who, &c.in_north).expect_err("not theirs to say")), Some("7.4"));
    }
    let head = c.person("qt", Role::UnitAdministrator, Some(other));
    assert_eq!(fields(&mark(&head, &plain).expect_err("no police unit")), ["police"]);
    assert_eq!(fields(&mark(&c.boss, &plain).expect_err("nor for the administrator")), ["police"]);

    let head = c.person("ca", Role::UnitAdministrator, Some(c.north));
    // What was given on it as an ordinary camera holds it no longer, whether it was named alone or with others.
    let (an, binh) = (c.person("an", Role::DistrictCentre, Some(c.south)), c.person("binh", Role::CityCentre, None));
    let alone = c.give(&an, &[Act::WatchLive], &c.in_north);
    let both = Scope { cameras: vec![c.in_north.id, c.in_south.id], ..Scope::default() };
    let wish = GrantWish { scope: both, ..c.wish(&binh, &[Act::WatchLive], &c.in_north) };
    let both = c.ops().give_grant(&c.boss, wish).expect("given");
    let lease = c.watch(&an, &c.in_north);
    let police = mark(&head, &c.in_north).expect("a police unit's own");
    assert!(c.gone(&lease) && missing(c.ops().camera(&an, &police.code)), "named alone");
    assert!(missing(c.ops().camera(&binh, &police.code)), "named with another");
    assert!(c.ops().camera(&binh, &c.in_south.code).is_ok());
    let ended = |id| c.ops().grant(&c.boss, id).expect("there").grant.ended.is_some();
    assert!(ended(alone.id) && !ended(both.id));
    assert!(c.ops().camera(&clerk, &police.code).is_ok(), "its unit goes on with it");
    let may = |who: &Caller, act| c.ops().eyes(who).may(act, &police);
    assert!(may(&head, Act::Share) && may(&head, Act::EditCameras) && may(&clerk, Act::WatchLive));
    assert!(!may(&clerk, Act::Export), "the mark gives nobody what they had not");
    assert!(missing(c.ops().camera(&investor, &police.code)));
    // Nor does it leave the police by a change of its unit.
    let away = CameraPatch { unit: Some(Some("QLDT".into())), ..CameraPatch::default() };
    assert_eq!(
        fields(&c.ops().change_camera(&Caller::cli(), police.id, away, police.revision).expect_err("no")),
        ["unit"]
    );
}

#[test]
fn nobody_moves_a_camera_into_their_own_scope() {
    let c = City::new();
    let an = c.person("an", Role::Unit, Some(c.north));
    let grant = c.give(&an, &[Act::EditCameras], &c.in_south);
    let change = |unit: Option<&str>, area: Option<&str>, name: &str| {
        let patch = CameraPatch {
            unit: unit.map(|u| Some(u.into())),
            area: area.map(|a| Some(a.into())),
            name: Some(name.into()),
            ..CameraPatch::default()
        };
        let now = c.ops().camera(&c.boss, &c.in_south.code).expect("there");
        c.ops().change_camera(&an, now.id, patch, now.revision)
    };
    change(None, None, "Cầu Nam mới").expect("what the grant is for");
    assert_eq!(article(change(Some("BAC"), None, "Cầu Nam").expect_err("their own unit")), Some("12.3"));
    c.ops().end_grant(&c.boss, grant.id, None, "").expect("ended");
    assert!(missing(c.ops().camera(&an, &c.in_south.code)));
    // What is their own they may give away, and not take back.
    let patch = CameraPatch { unit: Some(Some("NAM".into())), ..CameraPatch::default() };
    assert!(
        c.ops().change_camera(&an, c.in_north.id, patch, c.in_north.revision).is_err(),
        "nor put it into another's"
    );
}

#[test]
fn a_grant_to_a_unit_is_measured_by_what_its_plain_accounts_have() {
    let c = City::new();
    let wish = GrantWish {
        holder: Holder::Unit(c.north),
        scope: Scope::of_area(c.ops().registers().area_by(NORTH).expect("area")),
        paper: None,
        times: domain::Times::default(),
        ..c.wish(&c.boss, &[Act::WatchLive, Act::Playback], &c.in_north)
    };
    assert_eq!(article(c.ops().give_grant(&c.boss, wish.clone()).expect_err("its centre's area")), Some("10.3"));
    let tomorrow = PaperDraft { date: Some(CivilDate::constant(2030, 1, 1)), ..consent() };
    let early = GrantWish { paper: Some(tomorrow), ..wish.clone() };
    assert_eq!(fields(&c.ops().give_grant(&c.boss, early).expect_err("not written yet")), ["paper_date"]);
    let own = GrantWish { scope: Scope::of_unit(c.north), ..wish };
    c.ops().give_grant(&c.boss, own).expect("its own cameras");
    // Who may have rights for a time only has none from a grant without an end.
    let inspector = c.person("tt", Role::Inspector, Some(c.north));
    assert!(missing(c.ops().camera(&inspector, &c.in_north.code)));
}

#[test]
fn rights_that_were_handed_on_end_with_what_they_rest_on() {
    let c = City::new();
    let an = c.person("an", Role::DistrictCentre, Some(c.north));
    let binh = c.person("binh", Role::Inspector, None);
    let first = c.give(&an, &[Act::WatchLive, Act::Share], &c.in_south);
    let too_much = c.wish(&binh, &[Act::Playback], &c.in_south);
    assert_eq!(article(c.ops().give_grant(&an, too_much).expect_err("not theirs")), Some("7"));
    let second = c.ops().give_grant(&an, c.wish(&binh, &[Act::WatchLive], &c.in_south)).expect("handed on");
    assert_eq!(second.via, Some(first.id));
    let lease = c.watch(&binh, &c.in_south);
    c.ops().end_grant(&c.boss, first.id, None, "").expect("ended");
    assert!(c.gone(&lease));
    let info = c.ops().grant(&binh, second.id).expect("the holder sees it");
    assert_eq!((info.state, info.grant.ended.is_some()), (GrantState::Ended, true));
}

#[test]
fn a_token_has_the_rights_that_its_limit_leaves() {
    let c = City::new();
    let an = c.person("an", Role::CityCentre, None);
    let limit = TokenLimit {
        acts: Some(vec![Act::SeeCatalogue, Act::WatchLive, Act::Share]),
        scope: Some(Scope::of_camera(c.in_south.id)),
        networks: vec![],
    };
    let wish = TokenWish { label: "x".into(), days: Some(5), limit };
    let (_, token) = c.ops().issue_token(&an, an.account.id, wish).expect("token");
    let program = c.ops().caller_by_bearer(&token).expect("store").expect("good");
    assert_eq!(c.codes(&program), std::slice::from_ref(&c.in_south.code));
    assert!(missing(c.ops().camera(&program, &c.in_north.code)));
    assert!(c.ops().lease_live(&program, c.in_south.id, StreamKind::Main).expect("store").is_ok());
    let binh = c.person("binh", Role::Inspector, None);
    let beyond =
        GrantWish { scope: Scope { all: true, ..Scope::default() }, ..c.wish(&binh, &[Act::WatchLive], &c.in_south) };
    assert_eq!(article(c.ops().give_grant(&program, beyond).expect_err("beyond the limit")), Some("12.3"));
    c.ops().give_grant(&program, c.wish(&binh, &[Act::WatchLive], &c.in_south)).expect("within it");
}

#[test]
fn coming_ends_are_on_record_once() {
    let c = City::new();
    let an = c.person("an", Role::DistrictCentre, Some(c.north));
    let grant = c.give(&an, &[Act::WatchLive], &c.in_south);
    let count = |act: &str| c.house.acts().iter().filter(|a| *a == act).count();
    for _ in 0..2 {
        c.ops().note_grants_ending().expect("noted");
        assert_eq!((count(audit::GRANT_EXPIRING), count(audit::GRANT_EXPIRED)), (1, 0));
    }
    assert_eq!(c.ops().grant(&an, grant.id).expect("grant").state, GrantState::Expiring);
    c.house.pass(8 * 3_600);
    for _ in 0..2 {
        c.ops().note_grants_ending().expect("noted");
        assert_eq!((count(audit::GRANT_EXPIRING), count(audit::GRANT_EXPIRED)), (1, 1));
    }
    assert_eq!(c.ops().grant(&an, grant.id).expect("grant").state, GrantState::Expired);
}

#[test]
fn grants_are_read_again_after_a_restart() {
    let c = City::new();
    let an = c.person("an", Role::DistrictCentre, Some(c.north));
    c.give(&an, &[Act::WatchLive], &c.in_south);
    let house = c.house.restarted();
    assert_eq!(house.ops.visible_codes(&an).len(), 2);
}

#[test]
fn shifts_begin_and_end_in_lists_too() {
    let c = City::new();
    let an = c.person("an", Role::Inspector, None);
    // It is Tuesday, 09:00; the shift is from 10:00 to 11:00.
    let mut wish = c.wish(&an, &[Act::WatchLive], &c.in_south);
    wish.times.until = Some(c.hours(24 * 30));
    wish.times.shifts = vec![domain::Shift { weekday: 2, from_min: 600, until_min: 660 }];
    c.ops().give_grant(&c.boss, wish).expect("given");
    assert!(c.codes(&an).is_empty());
    c.house.pass(3_600);
    assert_eq!(c.codes(&an).len(), 1);
    assert_eq!(c.watch(&an, &c.in_south).not_after, c.hours(1), "until the end of the shift");
    c.house.pass(3_600);
    assert!(c.codes(&an).is_empty());
}

#[test]
fn the_register_of_rights_is_paged_and_filtered() {
    let c = City::new();
    let an = c.person("an", Role::DistrictCentre, Some(c.north));
    let mut ids: Vec<GrantId> = (0..5).map(|_| c.give(&an, &[Act::WatchLive], &c.in_south).id).collect();
    ids.push(c.give(&an, &[Act::Ptz], &c.in_north).id);
    let list = |who: &Caller, f: GrantFilter| c.ops().list_grants(who, &f).expect("list");
    let (mut cursor, mut seen) = (None, Vec::new());
    loop {
        let page = list(&c.boss, GrantFilter { limit: 4, cursor, ..Default::default() });
        assert_eq!(page.total, 6);
        seen.extend(page.items.iter().map(|g| g.grant.id));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    seen.sort_unstable();
    ids.sort_unstable();
    assert_eq!(seen, ids);
    let f = |camera: Option<&str>, act, holder| GrantFilter {
        camera: camera.map(str::to_owned),
        act,
        holder,
        limit: 50,
        ..Default::default()
    };
    assert_eq!(list(&c.boss, f(Some(&c.in_north.code), None, None)).total, 1);
    assert_eq!(list(&c.boss, f(None, Some(Act::WatchLive), None)).total, 5);
    assert_eq!(list(&c.boss, f(None, None, Some(Holder::Unit(c.north)))).total, 0);
    assert_eq!(list(&an, f(None, None, None)).total, 6, "the holder sees its own");
    let stranger = c.person("binh", Role::Unit, Some(c.south));
    assert_eq!(list(&stranger, f(None, None, None)).total, 0);
    let foreign =
        c.ops().list_grants(&c.boss, &GrantFilter { cursor: Some("x".into()), limit: 5, ..Default::default() });
    assert_eq!(fields(&foreign.expect_err("foreign")), ["cursor"]);
    let explained = c.ops().explain(&an, &c.in_south).expect("seen");
    assert!(!explained.at_home && explained.grants.len() == 5);
    let may = |act| explained.acts.iter().find(|a| a.0 == act).expect("act").2.is_some();
    assert!(may(Act::WatchLive) && !may(Act::Ptz));
    const { assert!(limits::GRANTS_PER_HOLDER_MAX > 6) };
}
