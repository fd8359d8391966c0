//! What an edit makes of a list, and what a scope that names it holds.

use super::*;
use crate::Scope;
use crate::standing::tests::{NOW, a_list, account, camera, camera_id, city_with, hours, list};

fn list_of(name: &str, cameras: &[u8]) -> CameraList {
    let empty = CameraList { cameras: vec![], revision: 1, ..a_list(1) };
    let come: Vec<Camera> = cameras.iter().map(|n| camera(*n, 1, 1, 0, false)).collect();
    let add = come.iter().map(|c| c.id).collect();
    empty.changed(&CameraListChange { name: Some(name.into()), add, remove: vec![] }, &come, NOW).expect("good")
}
fn add(list: &CameraList, n: u8) -> CameraList {
    let come = [camera(n, 1, 1, 0, false)];
    let change = CameraListChange { add: vec![come[0].id], ..CameraListChange::default() };
    list.changed(&change, &come, hours(1)).expect("good")
}
fn take(list: &CameraList, n: u8) -> CameraList {
    list.without(camera_id(n), hours(2)).expect("was on it")
}
fn as_of(list: &CameraList) -> Scope {
    Scope { lists: vec![ListedAs { list: list.id, revision: list.revision }], ..Scope::default() }
}
fn held(scope: &Scope, list: &CameraList) -> Vec<u8> {
    let trees = city_with(std::slice::from_ref(list));
    (0..12).filter(|n| scope.holds(&camera(*n, 1, 1, 0, false), &trees)).collect()
}

#[test]
fn what_comes_later_is_not_meant_and_what_leaves_is_gone_at_once() {
    let first = list_of("Cổng trường", &[3, 1, 2]);
    let given = as_of(&first);
    assert_eq!(held(&given, &first), [1, 2, 3]);

    let more = add(&first, 4);
    assert_eq!((held(&given, &more), held(&as_of(&more), &more)), (vec![1, 2, 3], vec![1, 2, 3, 4]));
    let trees = city_with(std::slice::from_ref(&more));
    assert!(given.listed_later(camera_id(4), &trees) && !given.listed_later(camera_id(3), &trees));
    assert!(!given.listed_later(camera_id(9), &trees), "is on no list");

    let back = add(&take(&more, 2), 2);
    assert_eq!(held(&given, &back), [1, 3], "who comes back has come later");
    assert_eq!(held(&as_of(&back), &back), [1, 2, 3, 4]);
    assert_eq!(
        held(&given, &CameraList { id: list(9), ..back }),
        Vec::<u8>::new(),
        "a list that is not there holds nothing"
    );
}

#[test]
fn cameras_and_lists_together_are_what_is_named_and_other_parts_cut_it_down() {
    let l = list_of("x", &[1, 2]);
    let both = Scope { cameras: vec![camera_id(7)], ..as_of(&l) };
    assert_eq!(held(&both, &l), [1, 2, 7]);
    let trees = city_with(std::slice::from_ref(&l));
    assert_eq!(both.named(&trees), [camera_id(1), camera_id(2), camera_id(7)]);
    let cut = Scope { purposes: vec!["p5".into()], ..both };
    assert_eq!(held(&cut, &l), Vec::<u8>::new());
    let mut police = camera(1, 1, 1, 0, false);
    police.facts.police = true;
    assert!(!as_of(&l).holds(&police, &trees), "a police camera must be named itself");
    assert!(Scope::of_camera(police.id).holds(&police, &trees));
}

#[test]
fn what_no_list_takes() {
    let l = list_of("x", &[1]);
    let mut police = camera(2, 1, 1, 0, false);
    police.facts.police = true;
    let change = |ids: &[u8]| CameraListChange {
        add: ids.iter().map(|n| camera_id(*n)).collect(),
        ..CameraListChange::default()
    };
    let faults = |l: &CameraList, c: &CameraListChange, come: &[Camera]| {
        l.changed(c, come, NOW).expect_err("a fault").into_iter().map(|f| f.field).collect::<Vec<_>>()
    };
    assert_eq!(faults(&l, &change(&[2]), std::slice::from_ref(&police)), ["cameras"]);
    assert_eq!(faults(&l, &change(&[5, 6]), &[]), ["cameras", "cameras"], "cameras that nobody has found");
    let unnamed = CameraListChange { name: Some(" ".into()), ..CameraListChange::default() };
    assert_eq!(faults(&l, &unnamed, &[]), ["name"]);
    let full = CameraList {
        cameras: (0..limits::LIST_CAMERAS_MAX)
            .map(|n| ListedCamera { camera: CameraId::from_parts(n as u64 + 2, [0; 10]), since: 1 })
            .collect(),
        ..l.clone()
    };
    assert_eq!(faults(&full, &change(&[2]), &[camera(2, 1, 1, 0, false)]), ["cameras"]);
    assert!(
        l.changed(&CameraListChange::default(), &[], NOW).expect("good").revision == l.revision,
        "no change, no revision"
    );
    assert_eq!((l.made_by, l.has(camera_id(1)), l.has(camera_id(2))), (account(9), true, false));
}
