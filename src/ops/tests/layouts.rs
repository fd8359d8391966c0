//! Layouts of live pictures: whose they are, who keeps them, and that no camera is told through one.

use super::rights::{City, NORTH, camera};
use super::*;
use crate::NewLayout;
use base::{LayoutId, limits};
use domain::{Act, AuditFilter, Camera, FieldFault, LayoutChange, LayoutTour, audit};

fn faults<T: std::fmt::Debug>(r: Result<T, OpsError>) -> Vec<&'static str> {
    match r {
        Err(OpsError::Invalid(faults)) => faults.into_iter().map(|f: FieldFault| f.field).collect(),
        other => panic!("faults: {other:?}"),
    }
}

fn with(name: &str, cameras: &[Option<&Camera>]) -> LayoutChange {
    let tiles = cameras.iter().map(|c| c.map(|c| c.id)).collect();
    LayoutChange { name: Some(name.into()), tiles: Some(tiles), ..LayoutChange::default() }
}

impl City {
    fn keep(&self, by: &Caller, name: &str, for_unit: bool, cameras: &[Option<&Camera>]) -> Result<LayoutId, OpsError> {
        let new = NewLayout { for_unit, favourites: false, with: with(name, cameras) };
        self.ops().make_layout(by, new).map(|info| info.layout.id)
    }
    fn names(&self, who: &Caller) -> Vec<String> {
        let page = self.ops().layouts(who, false, None, 50).expect("layouts");
        page.items.into_iter().map(|l| l.layout.name).collect()
    }
    fn tiles(&self, who: &Caller, id: LayoutId) -> Vec<Option<String>> {
        self.ops().layout(who, id).expect("theirs to open").tiles
    }
}

fn gone<T: std::fmt::Debug>(r: Result<T, OpsError>) -> bool {
    matches!(r, Err(OpsError::NotFound("layout")))
}

#[test]
fn a_persons_layouts_are_nobody_elses_business() {
    let c = City::new();
    let (hoa, thu) = (c.person("hoa", Role::Viewer, None), c.person("thu", Role::Viewer, None));
    let id = c.keep(&hoa, "Cổng trường", false, &[Some(&c.in_north), None, Some(&c.in_south)]).expect("kept");
    assert_eq!(c.tiles(&hoa, id), [Some(c.in_north.code.clone()), None, Some(c.in_south.code.clone())]);
    assert!(c.names(&thu).is_empty() && c.names(&c.boss).is_empty(), "not even the administrator's");
    assert!(gone(c.ops().layout(&thu, id)) && gone(c.ops().remove_layout(&c.boss, id, None)));
    assert!(gone(c.ops().change_layout(&thu, id, None, with("x", &[]))));
    // Names are apart by person, not within one.
    c.keep(&thu, "Cổng trường", false, &[]).expect("hers");
    assert_eq!(faults(c.keep(&hoa, "cong TRƯỜNG", false, &[])), ["name"]);

    let e = c.house.last(audit::LAYOUT_ADDED);
    assert_eq!(e.subject.expect("layout").name, "Cổng trường");
    let tour = Some(Some(LayoutTour { seconds: 30, layouts: vec![id] }));
    let changed = c.ops().change_layout(&hoa, id, Some(1), LayoutChange { tour, grid: Some(6), ..Default::default() });
    assert_eq!(changed.expect("changed").layout.revision, 2);
    let e = c.house.last(audit::LAYOUT_CHANGED);
    assert_eq!((e.changes.0["grid"].new.as_deref(), e.changes.0["tour"].new.as_deref()), (Some("6"), Some("30")));
    let late = c.ops().change_layout(&hoa, id, Some(1), with("Muộn", &[]));
    assert!(matches!(late, Err(OpsError::Changed { expected: 1, found: 2 })));
    let house = c.house.restarted();
    let hoa = house.ops.sign_in("hoa", &secret(GOOD), HOME, "Firefox").expect("sign-in").caller;
    assert_eq!(house.ops.layout(&hoa, id).expect("after a restart").layout.grid, 6);
    house.ops.remove_layout(&hoa, id, Some(2)).expect("removed");
    assert!(house.ops.layouts(&hoa, false, None, 50).expect("layouts").items.is_empty());
    assert!(house.last(audit::LAYOUT_REMOVED).subject.is_some());
}

#[test]
fn a_units_layout_shows_each_the_cameras_that_are_for_their_eyes() {
    let c = City::new();
    let keeper = c.person("bac", Role::UnitAdministrator, Some(c.north));
    let of_unit = c.person("can-bo", Role::Unit, Some(c.north));
    let other = c.person("nam", Role::Unit, Some(c.south));
    let id = c.keep(&keeper, "Chung", true, &[Some(&c.in_north)]).expect("kept");
    assert_eq!((c.names(&of_unit), c.names(&other)), (vec!["Chung".to_owned()], vec![]));
    assert!(gone(c.ops().layout(&other, id)), "another unit's is not there");

    // To open is not to change; and only those who may share keep one for their unit.
    let tried = [
        c.ops().change_layout(&of_unit, id, None, with("Của tôi", &[])).map(|_| ()),
        c.ops().remove_layout(&of_unit, id, None),
        c.keep(&of_unit, "Khác", true, &[]).map(|_| ()),
    ];
    assert!(tried.iter().all(|r| matches!(r, Err(OpsError::Refused(_)))), "{tried:?}");
    assert!(!c.ops().layout(&of_unit, id).expect("opens").may_change);

    // The node's keeper puts a camera in that the unit does not see: an empty tile for them, and there to stay.
    let tiles = [Some(&c.in_north), Some(&c.in_south)];
    c.ops().change_layout(&c.boss, id, None, with("Chung", &tiles)).expect("the administrator keeps all units'");
    assert_eq!(c.tiles(&of_unit, id), [Some(c.in_north.code.clone())]);
    c.ops().change_layout(&keeper, id, None, with("Chung 2", &[])).expect("emptied, as far as they see");
    assert_eq!(c.tiles(&c.boss, id), [None, Some(c.in_south.code.clone())]);
    assert!(c.names(&c.boss).is_empty(), "a unit's layouts do not crowd the administrator's own");
    assert_eq!(c.ops().layouts(&c.boss, true, None, 50).expect("all").total, 1);
    assert_eq!(
        faults(c.keep(&keeper, "x", false, &[Some(&c.in_south)])),
        ["tiles"],
        "nobody places what they do not see"
    );

    // The node's own layouts are for those who see the whole node.
    let node = c.keep(&c.boss, "Cả nút", true, &[Some(&c.in_south)]).expect("the node's");
    let viewer = c.person("truc-ban", Role::Viewer, None);
    assert_eq!(c.tiles(&viewer, node), [Some(c.in_south.code.clone())]);
    assert!(gone(c.ops().layout(&keeper, node)));
}

#[test]
fn a_police_camera_is_told_by_no_layout_and_no_entry_about_one() {
    let c = City::new();
    let hidden = camera(&c.house, &c.boss, "Camera Cong An", NORTH, "BAC", true);
    // The founding grant is the unit's that keeps it.
    let of_unit = c.person("can-bo", Role::UnitAdministrator, Some(c.north));
    assert!(c.codes(&of_unit).contains(&hidden.code), "theirs to see");
    let mine = c.keep(&of_unit, "Riêng", false, &[Some(&hidden)]).expect("kept");
    let shared = c.keep(&of_unit, "Chung", true, &[Some(&c.in_north), Some(&hidden)]).expect("kept");
    assert_eq!(c.tiles(&of_unit, mine), [Some(hidden.code.clone())]);
    assert_eq!(c.tiles(&c.boss, shared), [Some(c.in_north.code.clone())], "not with the administrator's eyes");
    assert_eq!(faults(c.keep(&c.boss, "Dò", false, &[Some(&hidden)])), ["tiles"]);
    let dup = c.ops().change_layout(&c.boss, shared, None, with("Chung", &[None, None, Some(&hidden)]));
    assert_eq!(faults(dup), ["tiles"], "nor by guessing");
    let filter = AuditFilter { limit: Some(500), ..AuditFilter::default() };
    let told = format!("{:?}", c.ops().audit_page(&c.boss, &filter).expect("audit"));
    assert!(!told.contains(&hidden.code) && !told.contains("Cong An"), "veiled");
}

#[test]
fn favourites_are_one_list_a_person() {
    let c = City::new();
    let hoa = c.person("hoa", Role::Viewer, None);
    let stars = |for_unit| NewLayout { for_unit, favourites: true, with: with("Yêu thích", &[Some(&c.in_north)]) };
    assert_eq!(faults(c.ops().make_layout(&c.boss, stars(true))), ["for_unit"]);
    let id = c.ops().make_layout(&hoa, stars(false)).expect("kept").layout.id;
    assert_eq!(faults(c.ops().make_layout(&hoa, stars(false))), ["favourites"]);
    let both = with("gì đó", &[Some(&c.in_north), Some(&c.in_south)]);
    let info = c.ops().change_layout(&hoa, id, Some(1), both).expect("changed");
    assert_eq!((info.layout.name.as_str(), info.tiles.len()), ("Yêu thích", 2), "its name is the page's to say");
    // A removed camera is an empty tile.
    c.ops().remove_camera(&c.boss, c.in_north.id, &c.in_north.name).expect("removed");
    assert_eq!(c.tiles(&hoa, id), [None, Some(c.in_south.code.clone())]);
}

#[test]
fn one_more_than_the_bound_is_refused_with_a_sentence() {
    let c = City::new();
    let hoa = c.person("hoa", Role::Viewer, None);
    for n in 0..limits::LAYOUTS_PER_OWNER_MAX {
        c.keep(&hoa, &format!("Bố cục {n}"), false, &[]).expect("kept");
    }
    assert!(matches!(c.keep(&hoa, "Nữa", false, &[]), Err(OpsError::Full(_))));
    let first = c.ops().layouts(&hoa, false, None, 20).expect("page");
    assert_eq!((first.items.len(), first.total), (20, limits::LAYOUTS_PER_OWNER_MAX));
    let next = c.ops().layouts(&hoa, false, first.next.as_deref(), 500).expect("page");
    assert_eq!((next.items.len(), next.from, next.next), (30, 21, None));
    assert_eq!(faults(c.ops().layouts(&hoa, false, Some("x"), 5)), ["cursor"]);
    let citizen = c.person("dan", Role::Citizen, None);
    assert!(c.ops().authorise(&citizen, Act::Share).is_err());
}
