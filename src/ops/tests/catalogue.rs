//! The catalogue: search, order, pages, codes, speed.

use super::*;
use crate::sight::Sight;
use base::{AreaId, UnitId, WallTime, limits};
use domain::{CameraSort, Extra, Register, Registers, Transport};
use proptest::prelude::*;

fn camera(n: u64, code: &str, name: &str, area: &str) -> Camera {
    Camera {
        id: CameraId::from_parts(n, [0; 10]),
        code: code.into(),
        name: name.into(),
        area: Some(area.to_owned()).filter(|a| !a.is_empty()),
        unit: None,
        area_id: None,
        unit_id: None,
        facts: Default::default(),
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

fn list_in(c: &Catalogue, book: &Arc<Registers>, f: &CameraFilter) -> Page<Camera> {
    c.list(f, book, &Sight::All).expect("a page")
}

fn list(c: &Catalogue, f: &CameraFilter) -> Page<Camera> {
    list_in(c, &Arc::default(), f)
}

fn codes(page: &Page<Camera>) -> Vec<&str> {
    page.items.iter().map(|c| c.code.as_str()).collect()
}

#[test]
fn search_without_diacritics_and_by_code() {
    let c = catalogue(100);
    for (q, n) in
        [("nguyen hue", 20), ("ĐỒNG khoi", 20), ("79-0042", 1), ("0042", 1), ("không có", 0), ("uyen", 20), ("", 100)]
    {
        assert_eq!(list(&c, &filter(q)).total, n, "{q}");
    }
    let decomposed = "Nguye\u{302}\u{303}n Hue\u{323}\u{302}";
    assert_eq!(list(&c, &filter(decomposed)).total, 20);
    let area = CameraFilter { area: Some("phuong 3".into()), ..CameraFilter::default() };
    assert_eq!(list(&c, &area).total, 10);
    let without = CameraFilter { area: Some("-".into()), ..CameraFilter::default() };
    assert_eq!(list(&c, &without).total, 0);
    assert_eq!(c.by_code("79-0001").map(|c| c.id), Some(CameraId::from_parts(1, [0; 10])));
}

const SORTS: [CameraSort; 7] = [
    CameraSort::Code,
    CameraSort::Name,
    CameraSort::Area,
    CameraSort::Unit,
    CameraSort::Standing,
    CameraSort::Completeness,
    CameraSort::Changed,
];

#[test]
fn pages_cover_everything_once_in_order() {
    let c = catalogue(1_003);
    for (sort, q, descending) in SORTS.into_iter().flat_map(|s| [(s, "", false), (s, "79", false), (s, "", true)]) {
        let mut f = CameraFilter { sort, descending, limit: 100, ..filter(q) };
        let mut seen: Vec<Camera> = Vec::new();
        loop {
            let page = list(&c, &f);
            // Every code begins with 79: searching finds the same.
            assert_eq!((page.total, page.from), (1_003, seen.len() + 1), "{sort:?}");
            seen.extend(page.items);
            f.cursor = page.next;
            if f.cursor.is_none() {
                break;
            }
        }
        let key = |c: &Camera| match sort {
            CameraSort::Name => (fold(&c.name), c.code.clone()),
            CameraSort::Area => (c.area.as_deref().map(fold).unwrap_or_default(), c.code.clone()),
            _ => (String::new(), c.code.clone()),
        };
        let in_order = |a: &Camera, b: &Camera| if descending { key(a) > key(b) } else { key(a) < key(b) };
        assert!(seen.windows(2).all(|w| in_order(&w[0], &w[1])), "{sort:?} {descending}");
        assert_eq!(seen.len(), 1_003, "{sort:?}");
    }
    let nonsense = CameraFilter { cursor: Some("nonsense".into()), ..CameraFilter::default() };
    assert!(c.list(&nonsense, &Arc::default(), &Sight::All).is_err());
}

#[test]
fn a_page_goes_on_where_it_was_although_rows_have_gone() {
    let mut c = catalogue(30);
    for sort in SORTS {
        let first = list(&c, &CameraFilter { sort, limit: 10, ..CameraFilter::default() });
        let last = first.items.last().expect("rows").id;
        let kept = c.by_id(last);
        c.set(last, None);
        let f = CameraFilter { sort, limit: 10, cursor: first.next, ..CameraFilter::default() };
        let second = list(&c, &f);
        assert!(second.items.iter().all(|c| !first.items.iter().any(|f| f.id == c.id)), "{sort:?}: none twice");
        assert_eq!((second.items.len(), second.total), (10, 29), "{sort:?}");
        c.set(last, kept);
    }
}

/// The city, two wards of it, one of them with a former name and what went into it; a unit with a part.
fn book() -> Arc<Registers> {
    let day = |text: &str| text.parse::<base::CivilDate>().expect("day");
    let area = |n: u8, code: &str, name: &str, parent: Option<u8>| domain::Area {
        id: area_id(n),
        code: code.into(),
        name: name.into(),
        kind: "ward".into(),
        parent: parent.map(area_id),
        former_names: Vec::new(),
        valid_from: None,
        valid_to: None,
        became: Vec::new(),
        created_at: WallTime::EPOCH,
        changed_at: WallTime::EPOCH,
        revision: 1,
        extra: Extra::new(),
    };
    let unit = |n: u8, code: &str, name: &str, parent: Option<u8>| domain::Unit {
        id: UnitId::from_parts(1, [n; 10]),
        code: code.into(),
        name: name.into(),
        parent: parent.map(|p| UnitId::from_parts(1, [p; 10])),
        ..serde_json::from_value(serde_json::json!({"id": UnitId::from_parts(1, [n; 10]), "code": "", "name": "",
            "created_at": 0, "changed_at": 0, "revision": 1}))
        .expect("unit")
    };
    let mut saigon = area(2, "26740", "Phường Sài Gòn", Some(1));
    saigon.former_names = vec!["Phường Trung Tâm".into()];
    let mut ben_nghe = area(4, "26741", "Phường Bến Nghé", Some(3));
    ben_nghe.valid_to = Some(day("2025-07-01"));
    ben_nghe.became = vec![area_id(2)];
    let mut district = area(3, "760", "Quận 1", Some(1));
    district.valid_to = Some(day("2025-07-01"));
    let areas = vec![
        area(1, "79", "Thành phố Hồ Chí Minh", None),
        saigon,
        district,
        ben_nghe,
        area(5, "27154", "Phường Chợ Lớn", Some(1)),
    ];
    let units = vec![
        unit(1, "SGTVT", "Sở Giao thông vận tải", None),
        unit(2, "TTDK", "Trung tâm điều khiển giao thông", Some(1)),
    ];
    let item = |register, code: &str, traits: serde_json::Value| domain::RegisterItem {
        register,
        code: code.into(),
        traits: serde_json::from_value(traits).expect("traits"),
        ..serde_json::from_value(
            serde_json::json!({"id": base::ItemId::from_parts(1, [0; 10]), "register": "layer", "code": "",
            "vi": "x", "en": "x", "changed_at": 0, "revision": 1}),
        )
        .expect("item")
    };
    let items = vec![
        item(Register::Layer, "low", serde_json::json!({"below_m": 5.0})),
        item(Register::Layer, "high", serde_json::json!({"from_m": 5.0})),
        item(Register::Sector, "transport", serde_json::json!({"purposes": ["traffic"]})),
    ];
    Arc::new(Registers::new(day("2026-11-24"), areas, units, items))
}

fn area_id(n: u8) -> AreaId {
    AreaId::from_parts(1, [n; 10])
}

/// Cameras: 1 in Sài Gòn, 2 still in Bến Nghé, 3 in Chợ Lớn, 4 in a place that nobody has resolved.
fn placed() -> Catalogue {
    let mut c = Catalogue::default();
    let mut add = |n: u64, area: Option<u8>, unit: Option<u8>, facts: serde_json::Value| {
        let mut camera = camera(n, &camera::numbered_code("79", n), &format!("Ngã tư {n}"), "");
        camera.area_id = area.map(area_id);
        camera.unit_id = unit.map(|u| UnitId::from_parts(1, [u; 10]));
        camera.facts = serde_json::from_value(facts).expect("facts");
        if area.is_none() {
            camera.area = Some("Khu phố cũ".into());
        }
        c.set(camera.id, Some(camera));
    };
    add(
        1,
        Some(2),
        Some(2),
        serde_json::json!({"purposes": ["traffic", "order"], "height_m": 4.9, "position": {"lat": 10.77, "lon": 106.70}, "place": "street"}),
    );
    add(
        2,
        Some(4),
        Some(1),
        serde_json::json!({"purposes": ["order"], "height_m": 5.0, "position": {"lat": 10.78, "lon": 106.71}, "place": "park"}),
    );
    add(
        3,
        Some(5),
        None,
        serde_json::json!({"purposes": ["traffic"], "position": {"lat": 10.75, "lon": 106.66}, "direction_deg": 10.0}),
    );
    add(
        4,
        None,
        None,
        serde_json::json!({"address": "12 Hàm Nghi", "other_names": ["Chợ Cũ"], "device": {"maker": "Hikvision"}}),
    );
    c
}

#[test]
fn every_part_of_the_filter_by_itself() {
    let (c, book) = (placed(), book());
    let d = CameraFilter::default;
    let some = |t: &str| Some(t.to_owned());
    let shape = domain::Shape::parse("box:106.69,10.76,106.72,10.79");
    let running = Arc::new(Running([(CameraId::from_parts(2, [0; 10]), (3, 7))].into()));
    let stale = Special::Stale(WallTime::from_unix_us(1));
    let cases: Vec<(&str, CameraFilter, &[u64])> = vec![
        ("a ward, with what went into it", CameraFilter { area: some("26740"), ..d() }, &[1, 2]),
        ("the city by its code", CameraFilter { area: some("79"), ..d() }, &[1, 2, 3]),
        ("a ward by its id", CameraFilter { area: Some(area_id(5).to_string()), ..d() }, &[3]),
        ("an ended ward: where it is now too", CameraFilter { area: some("Phường Bến Nghé"), ..d() }, &[1, 2]),
        ("an ended district", CameraFilter { area: some("760"), ..d() }, &[1, 2]),
        ("as it was written", CameraFilter { area: some("khu pho cu"), ..d() }, &[4]),
        ("a unit with its parts", CameraFilter { unit: some("sgtvt"), ..d() }, &[1, 2]),
        ("a part", CameraFilter { unit: some("TTDK"), ..d() }, &[1]),
        ("no unit", CameraFilter { unit: some("-"), ..d() }, &[3, 4]),
        ("purpose", CameraFilter { purpose: some("traffic"), ..d() }, &[1, 3]),
        ("a purpose that nobody has", CameraFilter { purpose: some("x"), ..d() }, &[]),
        ("sector", CameraFilter { sector: some("transport"), ..d() }, &[1, 3]),
        ("place", CameraFilter { place: some("park"), ..d() }, &[2]),
        ("layer below 5 m", CameraFilter { layer: some("low"), ..d() }, &[1]),
        ("layer from 5 m", CameraFilter { layer: some("high"), ..d() }, &[2]),
        ("no such layer", CameraFilter { layer: some("x"), ..d() }, &[]),
        ("inside", CameraFilter { within: shape, ..d() }, &[1, 2]),
        ("not on the map", CameraFilter { special: Some(Special::NoPosition), ..d() }, &[4]),
        ("no direction", CameraFilter { special: Some(Special::NoDirection), ..d() }, &[1, 2]),
        ("unresolved", CameraFilter { special: Some(Special::Unresolved), ..d() }, &[4]),
        ("incomplete", CameraFilter { special: Some(Special::Incomplete), ..d() }, &[1, 2, 3, 4]),
        ("stale", CameraFilter { special: Some(stale), ..d() }, &[1, 2, 3, 4]),
        ("class", CameraFilter { running: Some(running.clone()), class: Some(3), ..d() }, &[2]),
        ("class 0", CameraFilter { running: Some(running), class: Some(0), ..d() }, &[1, 3, 4]),
        ("only", CameraFilter { only: Some(vec![CameraId::from_parts(3, [0; 10])]), ..d() }, &[3]),
        ("word in other names", filter("cho cu"), &[4]),
        ("word in the address", filter("hàm nghi"), &[4]),
        ("the maker", filter("hikvision"), &[4]),
        ("name of the area", filter("sai gon"), &[1]),
        ("its former name", filter("phuong trung tam"), &[1]),
        ("the name of what went into it", filter("ben nghe"), &[1, 2]),
        ("the district that it was in", filter("quan 1"), &[1, 2]),
        ("area and name together", filter("sai gon nga tu"), &[1]),
        ("name of the unit above", filter("so giao thong"), &[1, 2]),
        ("several at once", CameraFilter { purpose: some("traffic"), area: some("26740"), ..filter("nga") }, &[1]),
    ];
    for (what, f, want) in cases {
        let want: Vec<String> = want.iter().map(|n| camera::numbered_code("79", *n)).collect();
        let page = list_in(&c, &book, &f);
        assert_eq!(codes(&page), want, "{what}");
        assert_eq!(page.total, want.len(), "{what}");
    }
}

#[test]
fn facets_count_what_each_other_choice_would_show() {
    let (c, book) = (placed(), book());
    let f = CameraFilter { purpose: Some("traffic".into()), facets: true, ..CameraFilter::default() };
    let page = list_in(&c, &book, &f);
    let facets = page.facets.expect("asked for");
    let counts = |all: &[Facet]| all.iter().map(|f| (f.value.clone(), f.n)).collect::<Vec<_>>();
    assert_eq!(
        counts(&facets.purposes),
        [("order".to_owned(), 2), ("traffic".to_owned(), 2)],
        "as if no purpose was chosen"
    );
    assert_eq!(
        facets.areas.iter().map(|f| (f.name.as_str(), f.n)).collect::<Vec<_>>(),
        [("Phường Chợ Lớn", 1), ("Phường Sài Gòn", 1)]
    );
    assert_eq!(counts(&facets.layers), [("low".to_owned(), 1)]);
    assert_eq!(facets.classes, [(0, 2)]);
    for facet in &facets.purposes {
        let f = CameraFilter { purpose: Some(facet.value.clone()), ..CameraFilter::default() };
        assert_eq!(list_in(&c, &book, &f).total, facet.n, "{}", facet.value);
    }
}

#[test]
fn what_is_not_seen_is_in_no_list_count_facet_or_hit() {
    let (c, book) = (placed(), book());
    let third = |c: &Camera| c.code != "79-0003";
    let sight = Sight::Asked(&third);
    let page = c.list(&CameraFilter { facets: true, ..CameraFilter::default() }, &book, &sight).expect("page");
    assert_eq!((page.total, page.items.len()), (3, 3));
    let facets = page.facets.expect("asked for");
    assert!(facets.areas.iter().all(|a| a.name != "Phường Chợ Lớn"));
    assert_eq!(c.find(&Query::new("79-0003"), &book, &sight, 10).1, 0);
    assert_eq!(c.map(&CameraFilter::default(), &book, &sight).rows.len(), 2);
}

#[test]
fn search_puts_codes_before_names_before_words() {
    let mut c = Catalogue::default();
    for (n, code, name) in [
        (1, "Q1-1", "Cổng sau chợ Bến Thành"),
        (2, "Q1-2", "Bến Thành"),
        (3, "Q1-3", "Bến Thành cổng chính"),
        (4, "BEN-4", "Đường Lê Lợi"),
        (5, "Q1-5", "Thành phố, bến xe"),
        (6, "Q1-6", "Xe buýt Tân Bến"),
    ] {
        c.set(CameraId::from_parts(n, [0; 10]), Some(camera(n, code, name, "")));
    }
    let found = |q: &str| {
        let (hits, total) = c.find(&Query::new(q), &Arc::default(), &Sight::All, 10);
        assert_eq!(hits.len(), total);
        hits.into_iter().map(|h| h.camera.code).collect::<Vec<_>>()
    };
    assert_eq!(found("bến thành"), ["Q1-2", "Q1-3", "Q1-1", "Q1-5"], "whole, beginning, phrase, words");
    assert_eq!(found("ben"), ["BEN-4", "Q1-2", "Q1-3", "Q1-1", "Q1-5", "Q1-6"], "a code's beginning first");
    assert_eq!(found("q1-5"), ["Q1-5"]);
    assert_eq!(found("thanh ph"), ["Q1-5"]);
    assert_eq!(found("hanh"), ["Q1-1", "Q1-2", "Q1-3", "Q1-5"], "inside a word");
    let meant = |q: &str| c.meant(&Query::new(q), &Arc::default());
    assert_eq!(meant("bne thahn"), Some("bne thanh".into()), "a short word is left alone");
    assert_eq!(meant("thanhh cogn"), Some("thanh cong".into()));
    assert_eq!(meant("xyzzy"), None);
}

#[test]
fn the_map_counts_by_cells_beyond_its_bound() {
    let mut c = catalogue(0);
    let n = u64::try_from(limits::MAP_CAMERAS_MAX).expect("small") + 1;
    let all: Vec<_> = (0..n)
        .map(|i| {
            let mut camera = camera(i, &camera::numbered_code("79", i + 1), "x", "");
            let f = i as f64 / n as f64;
            camera.facts.position = Some(domain::Position { lat: 10.0 + f, lon: 106.0 + f });
            (camera.id, Some(camera))
        })
        .collect();
    let extra = all[0].0;
    c.set_many(all);
    let page = c.map(&CameraFilter::default(), &Arc::default(), &Sight::All);
    assert!(page.rows.is_empty() && page.cells.len() <= limits::MAP_CELLS_PER_SIDE * limits::MAP_CELLS_PER_SIDE);
    assert_eq!(page.cells.iter().map(|c| c.n).sum::<usize>(), page.placed);
    c.set(extra, None);
    let page = c.map(&CameraFilter::default(), &Arc::default(), &Sight::All);
    assert_eq!((page.rows.len(), page.cells.len()), (limits::MAP_CAMERAS_MAX, 0));
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

proptest! {
    /// Whatever is put in, changed and taken out: lists, orders and words are those of a catalogue made anew.
    #[test]
    fn changes_leave_what_a_fresh_catalogue_would_be(
        changes in prop::collection::vec((0u64..12, prop::option::of("[a-c]{1,3}( [a-c]{1,3})?"), 0u8..3), 1..60)
    ) {
        let mut c = Catalogue::default();
        let mut known = std::collections::BTreeMap::new();
        c.orders();
        for (n, name, area) in changes {
            let id = CameraId::from_parts(n, [0; 10]);
            let new = name.map(|name| camera(n, &camera::numbered_code("79", n), &name, ["", "A", "B"][usize::from(area)]));
            c.set(id, new.clone());
            match new { Some(new) => known.insert(id, new), None => known.remove(&id) };
        }
        let mut fresh = Catalogue::default();
        fresh.set_many(known.into_iter().map(|(id, c)| (id, Some(c))));
        prop_assert_eq!(&c.words, &fresh.words);
        for sort in SORTS {
            for q in ["", "a", "bc"] {
                let f = CameraFilter { sort, facets: true, ..filter(q) };
                let (one, other) = (list(&c, &f), list(&fresh, &f));
                prop_assert_eq!(codes(&one), codes(&other));
                let (one, other) = (one.facets.expect("asked"), other.facets.expect("asked"));
                prop_assert_eq!(&one.areas, &other.areas);
            }
        }
    }
}
