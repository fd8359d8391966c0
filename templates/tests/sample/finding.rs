//! Sample filters and their choices.

use super::Ink;
use templates::views::*;

pub fn camera_filter(ink: Ink) -> CameraFilter {
    CameraFilter {
        q: ink.s("ben"),
        area: ink.s("Bến Cũ"),
        purpose: ink.s("traffic"),
        state: "live".into(),
        list: "stale".into(),
        within: ink.s("circle:10.77,106.70,250"),
        sort: "area".into(),
        ..CameraFilter::default()
    }
}

pub fn filter_choices(ink: Ink) -> FilterChoices {
    let choice = |value: &str, name: &str, depth, n| Counted { value: ink.s(value), name: ink.s(name), depth, n };
    FilterChoices {
        areas: vec![
            choice("a1", "Thành phố Hồ Chí Minh", 0, Some(10_412)),
            choice("a2", "Phường Bến Thành", 1, Some(212)),
            choice("-", "Chưa có địa bàn", 0, Some(3)),
        ],
        units: vec![
            choice("u1", "Sở Giao thông vận tải", 0, Some(7_000)),
            choice("u2", "Trung tâm điều khiển", 1, Some(1)),
        ],
        sectors: vec![choice("transport", "Giao thông", 0, None)],
        purposes: vec![choice("traffic", "Giao thông", 0, Some(40)), choice("order", "An ninh trật tự", 0, Some(0))],
        layers: vec![choice("l3", "Từ 3 m đến dưới 5 m", 0, Some(12))],
        places: vec![choice("street", "Đường phố", 0, Some(9))],
        phases: vec![(Phase::Live, 9_000), (Phase::Waiting, 12)],
    }
}
