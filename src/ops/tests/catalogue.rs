//! The catalogue: search, order, pages, codes, speed.

use super::*;
use base::WallTime;
use domain::{Extra, Transport};

fn camera(n: u64, code: &str, name: &str, area: &str) -> Camera {
    Camera {
        id: CameraId::from_parts(n, [0; 10]),
        code: code.into(),
        name: name.into(),
        area: Some(area.to_owned()).filter(|a| !a.is_empty()),
        unit: None,
        main_url: "rtsp://10.0.0.1/".into(),
        sub_url: None,
        username: None,
        has_password: false,
        transport: Transport::Tcp,
        created_at: WallTime::EPOCH,
        changed_at: WallTime::EPOCH,
        revision: 1,
        extra: Extra::new(),
    }
}

fn catalogue(n: u64) -> Catalogue {
    let mut c = Catalogue::default();
    let streets = ["Nguyễn Huệ", "Đồng Khởi", "Lê Lợi", "Trần Hưng Đạo", "Hàm Nghi"];
    for i in 1..=n {
        let street = streets[usize::try_from(i).expect("small") % streets.len()];
        let area = format!("Phường {}", i % 10);
        c.set(
            CameraId::from_parts(i, [0; 10]),
            Some(camera(i, &camera::numbered_code("79", i), &format!("{street} {i}"), &area)),
        );
    }
    c
}

fn filter(q: &str) -> CameraFilter {
    CameraFilter { q: Some(q.into()), ..CameraFilter::default() }
}

#[test]
fn search_without_diacritics_and_by_code() {
    let c = catalogue(100);
    assert_eq!(c.list(&filter("nguyen hue")).expect("list").total, 20);
    assert_eq!(c.list(&filter("ĐỒNG khoi")).expect("list").total, 20);
    assert_eq!(c.list(&filter("79-0042")).expect("list").total, 1);
    assert_eq!(c.list(&filter("không có")).expect("list").total, 0);
    let area = CameraFilter { area: Some("phuong 3".into()), ..CameraFilter::default() };
    assert_eq!(c.list(&area).expect("list").total, 10);
    assert_eq!(c.by_code("79-0001").map(|c| c.id), Some(CameraId::from_parts(1, [0; 10])));
}

#[test]
fn pages_cover_everything_once_in_order() {
    let c = catalogue(1_003);
    for (sort, q) in SORTS.into_iter().flat_map(|s| [(s, ""), (s, "7")]) {
        let mut f = CameraFilter { sort, limit: 100, ..filter(q) };
        let mut seen: Vec<Camera> = Vec::new();
        loop {
            let page = c.list(&f).expect("list");
            // Every code has a 7 in it: the two ways of listing find the same.
            assert_eq!(page.total, 1_003);
            seen.extend(page.items);
            f.cursor = page.next;
            if f.cursor.is_none() {
                break;
            }
        }
        let keys: Vec<_> = seen.iter().map(|c| Row::new(c.clone())).collect();
        assert!(keys.windows(2).all(|w| w[0].key(sort) < w[1].key(sort)), "{sort:?}");
        assert_eq!(seen.len(), 1_003, "{sort:?}");
    }
    assert!(c.list(&CameraFilter { cursor: Some("nonsense".into()), ..CameraFilter::default() }).is_err());
}

#[test]
fn next_codes() {
    let mut c = catalogue(3);
    assert_eq!((c.next_code("79"), c.next_code("79.760")), ("79-0004".into(), "79.760-0001".into()));
    assert_eq!((c.take_code("79"), c.take_code("79")), ("79-0004".into(), "79-0005".into()));
    c.set(CameraId::from_parts(9, [1; 10]), Some(camera(9, "79-9999", "x", "")));
    assert_eq!(c.next_code("79"), "79-10000");
}

#[test]
fn changing_and_removing() {
    let mut c = catalogue(2);
    let id = CameraId::from_parts(1, [0; 10]);
    c.set(id, Some(camera(1, "Q1-1", "Khác", "")));
    assert!(c.by_code("79-0001").is_none() && c.by_code("q1-1").is_some());
    c.set(id, None);
    assert_eq!((c.len(), c.by_id(id), c.by_code("Q1-1")), (1, None, None));
}
