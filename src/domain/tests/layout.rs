//! What a change makes of a layout, and what stays of those that are hidden.

use super::*;
use crate::standing::tests::{NOW, account, camera_id, hours};

fn empty() -> Layout {
    Layout {
        id: LayoutId::from_parts(1, [1; 10]),
        owner: LayoutOwner::Account(account(1)),
        name: String::new(),
        favourites: false,
        grid: 4,
        tiles: vec![],
        tour: None,
        made_by: account(1),
        made_at: NOW,
        changed_at: NOW,
        revision: 0,
        extra: Extra::new(),
    }
}
fn made(cameras: &[Option<u8>]) -> Layout {
    let tiles = cameras.iter().map(|c| c.map(camera_id)).collect();
    let change =
        LayoutChange { name: Some(" Cổng trường ".into()), tiles: Some(tiles), ..LayoutChange::default() };
    empty().changed(&change, hours(1)).expect("good")
}
fn faults(change: &LayoutChange) -> Vec<&'static str> {
    empty().changed(change, NOW).expect_err("faults").iter().map(|f| f.field).collect()
}

#[test]
fn a_change_counts_once_and_a_change_of_nothing_not_at_all() {
    let one = made(&[Some(1), None, Some(2), None, None]);
    assert_eq!((one.name.as_str(), one.revision, one.changed_at), ("Cổng trường", 1, hours(1)));
    assert_eq!(one.tiles.len(), 3, "empty tiles at the end say nothing");
    assert_eq!(one.cameras(), [camera_id(1), camera_id(2)]);
    assert_eq!(one.changed(&LayoutChange::default(), hours(2)).expect("good"), one);
    let tour = LayoutTour { seconds: 20, layouts: vec![] };
    let toured = LayoutChange { grid: Some(6), tour: Some(Some(tour)), ..LayoutChange::default() };
    let two = one.changed(&toured, hours(2)).expect("good");
    assert_eq!((two.revision, two.grid, &two.tiles), (2, 6, &one.tiles));
    let none = LayoutChange { tour: Some(None), ..LayoutChange::default() };
    assert_eq!(two.changed(&none, hours(3)).expect("good").tour, None);
}

#[test]
fn bounds_are_told_by_field() {
    let tour = |seconds, n| Some(Some(LayoutTour { seconds, layouts: vec![LayoutId::from_parts(1, [1; 10]); n] }));
    let all = LayoutChange {
        name: Some(" ".into()),
        grid: Some(5),
        tiles: Some(vec![Some(camera_id(1)); limits::LAYOUT_CAMERAS_MAX + 1]),
        tour: tour(0, 0),
    };
    assert_eq!(faults(&all), ["name", "grid", "tiles", "tour"]);
    let long = "ố".repeat(limits::LAYOUT_NAME_BYTES_MAX / 3 + 1);
    assert_eq!(faults(&LayoutChange { name: Some(long), ..LayoutChange::default() }), ["name"]);
    let stops = LayoutChange { tour: tour(20, limits::LAYOUT_TOUR_STOPS_MAX + 1), ..LayoutChange::default() };
    assert_eq!(faults(&stops), ["tour"]);
    // As many as fit fit, whatever follows them empty.
    let mut tiles = vec![Some(camera_id(1)); limits::LAYOUT_CAMERAS_MAX];
    tiles.push(None);
    assert!(empty().changed(&LayoutChange { tiles: Some(tiles), ..LayoutChange::default() }, NOW).is_ok());
}

#[test]
fn what_is_hidden_from_whoever_changes_it_stays_in_its_tile() {
    let hidden = |c| c == camera_id(2) || c == camera_id(9);
    let old = made(&[Some(1), Some(2), Some(3), None, Some(9)]);
    let written = vec![None, None, Some(camera_id(4))];
    let kept = [None, Some(camera_id(2)), Some(camera_id(4)), None, Some(camera_id(9))];
    assert_eq!(old.keep_hidden(written, hidden), kept);
    // Whoever puts a camera of their own there has decided about the tile.
    let over = vec![Some(camera_id(7)), Some(camera_id(8))];
    assert_eq!(old.keep_hidden(over, hidden)[..2], [Some(camera_id(7)), Some(camera_id(8))]);
}

#[test]
fn owners_are_apart() {
    let unit = LayoutOwner::Unit(UnitId::from_bytes(account(1).to_bytes()));
    let keys = [LayoutOwner::Account(account(1)).key(), unit.key(), LayoutOwner::Node.key()];
    assert!(keys[0] != keys[1] && keys[1] != keys[2] && keys[0] != keys[2]);
}
