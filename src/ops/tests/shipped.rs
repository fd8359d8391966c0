//! The shipped data: how much there is, that it hangs together, that it is found by what people write.

use super::*;
use base::Language;
use domain::Registers;
use std::collections::HashSet;

fn date(year: i16, month: i8, day: i8) -> CivilDate {
    CivilDate::constant(year, month, day)
}

fn shipped() -> Shipped {
    Shipped::read(WallTime::EPOCH).expect("the shipped registers can be read")
}

fn book() -> Registers {
    let s = shipped();
    Registers::new(date(2026, 11, 24), s.areas, [], s.items)
}

#[test]
fn the_city_has_168_wards_communes_and_one_special_zone() {
    let s = shipped();
    let day = date(2025, 7, 1);
    let now: Vec<&Area> = s.areas.iter().filter(|a| a.in_force(day)).collect();
    let of = |kind: &str| now.iter().filter(|a| a.kind == kind).count();
    assert_eq!((now.len(), of("phuong"), of("xa"), of("dac_khu"), of("thanh_pho_tw")), (169, 113, 54, 1, 1));
    let before: Vec<&Area> = s.areas.iter().filter(|a| a.in_force(date(2025, 6, 30))).collect();
    let of = |kinds: &[&str]| before.iter().filter(|a| kinds.contains(&a.kind.as_str())).count();
    // 273 of the city, 91 of Bình Dương, 77 of Bà Rịa - Vũng Tàu; 22, 9 and 7 districts and the like, of which Côn Đảo
    // had no wards.
    assert_eq!(of(&["phuong", "xa", "thi_tran"]), 441);
    assert_eq!((of(&["quan", "huyen", "thanh_pho", "thi_xa"]), of(&["tinh"]), before.len()), (38, 2, 482));
}

#[test]
fn every_former_area_has_a_successor_and_nothing_goes_in_circles() {
    let s = shipped();
    let ids: HashSet<AreaId> = s.areas.iter().map(|a| a.id).collect();
    assert_eq!(ids.len(), s.areas.len());
    let book = book();
    for a in &s.areas {
        assert_eq!(a.became.is_empty(), a.valid_to.is_none(), "{} {}", a.code, a.name);
        assert!(a.became.iter().chain(&a.parent).all(|id| ids.contains(id)), "{}", a.name);
        let now = book.area_now(a.id);
        assert!(
            !now.is_empty() && now.iter().all(|n| book.area(*n).is_some_and(|n| n.valid_to.is_none())),
            "{}",
            a.name
        );
        assert!(book.area_line(a.id).len() <= 3 && book.item(Register::Tier, &a.kind).is_some(), "{}", a.name);
        for (codes, day) in [(&ids, date(2025, 6, 30)), (&ids, date(2025, 7, 1))] {
            let same = s.areas.iter().filter(|b| b.code == a.code && b.in_force(day) && codes.contains(&b.id)).count();
            assert!(same <= 1, "{} twice in force", a.code);
        }
    }
    // Each new ward came from somewhere, and the whole of the old map lies within the city.
    let came: HashSet<AreaId> = s.areas.iter().flat_map(|a| a.became.iter().copied()).collect();
    assert!(s.areas.iter().filter(|a| a.valid_to.is_none()).all(|a| came.contains(&a.id)));
    let city = book.area_by("79").expect("the city");
    assert_eq!(book.area_subtree(city).len(), s.areas.len());
}

#[test]
fn areas_are_found_by_what_people_write() {
    let book = book();
    let name = |text: &str| match book.area_by(text) {
        Ok(id) => book.area_name(id),
        Err(f) => format!("! {}", f.said.en),
    };
    for (written, found) in [
        ("26740", "Phường Sài Gòn, Thành phố Hồ Chí Minh"),
        ("Phường Sài Gòn", "Phường Sài Gòn, Thành phố Hồ Chí Minh"),
        ("p. sai gon", "Phường Sài Gòn, Thành phố Hồ Chí Minh"),
        ("Sài Gòn", "Phường Sài Gòn, Thành phố Hồ Chí Minh"),
        ("Phường Bến Nghé", "Phường Bến Nghé, Quận 1, Thành phố Hồ Chí Minh"),
        ("ben nghe", "Phường Bến Nghé, Quận 1, Thành phố Hồ Chí Minh"),
        ("P.Bến Nghé, Q.1", "Phường Bến Nghé, Quận 1, Thành phố Hồ Chí Minh"),
        ("Q1", "Quận 1, Thành phố Hồ Chí Minh"),
        ("Quận 01", "Quận 1, Thành phố Hồ Chí Minh"),
        ("760", "Quận 1, Thành phố Hồ Chí Minh"),
        ("TP.HCM", "Thành phố Hồ Chí Minh"),
        ("TP Thủ Đức", "Thành phố Thủ Đức, Thành phố Hồ Chí Minh"),
        ("Quận 2", "Thành phố Thủ Đức, Thành phố Hồ Chí Minh"),
        ("Phường 15, Phú Nhuận", "Phường 15, Quận Phú Nhuận, Thành phố Hồ Chí Minh"),
        ("Côn Đảo", "Đặc khu Côn Đảo, Thành phố Hồ Chí Minh"),
        ("huyen con dao", "Huyện Côn Đảo, Tỉnh Bà Rịa - Vũng Tàu"),
        // In force goes before what has ended, unless the text says more.
        ("Phường Tân Định", "Phường Tân Định, Thành phố Hồ Chí Minh"),
        ("Phường Tân Định, Quận 1", "Phường Tân Định, Quận 1, Thành phố Hồ Chí Minh"),
        ("Bình Dương", "Phường Bình Dương, Thành phố Hồ Chí Minh"),
    ] {
        assert_eq!(name(written), found, "{written}");
    }
    let fault = book.area_by("Phường Sài Gongg").expect_err("a slip");
    assert!(fault.field == "area" && fault.said.vi.contains("Phường Sài Gòn"), "{}", fault.said.vi);
    let fault = book.area_by("Phường 15").expect_err("several");
    assert!(fault.said.vi.contains("cùng tên này"), "{}", fault.said.vi);
    assert!(book.area_by("").is_err() && book.area_by(",,,").is_err() && book.area_by(&"x".repeat(9_999)).is_err());
}

#[test]
fn a_former_area_is_followed_to_what_it_became() {
    let book = book();
    let now = |text: &str| -> Vec<String> {
        let id = book.area_by(text).expect(text);
        book.area_now(id).into_iter().filter_map(|a| Some(book.area(a)?.name.clone())).collect()
    };
    assert_eq!(now("Phường Bến Nghé, Quận 1"), ["Phường Sài Gòn"]);
    assert_eq!(now("Phường Đa Kao"), ["Phường Tân Định", "Phường Sài Gòn"]);
    assert_eq!(now("Quận 1"), ["Phường Tân Định", "Phường Sài Gòn", "Phường Bến Thành", "Phường Cầu Ông Lãnh"]);
    assert_eq!(now("Tỉnh Bình Dương"), ["Thành phố Hồ Chí Minh"]);
    // What went into it as a whole lies within it; what was divided does not.
    let within = |outer: &str, inner: &str| {
        let (outer, inner) = (book.area_by(outer).expect(outer), book.area_by(inner).expect(inner));
        book.area_subtree(outer).contains(&inner)
    };
    assert!(within("Phường Sài Gòn", "Phường Bến Nghé") && !within("Phường Sài Gòn", "Phường Đa Kao"));
    assert!(within("79", "Phường Đa Kao") && within("79", "Huyện Bàu Bàng") && within("Quận 1", "Phường Đa Kao"));
}

#[test]
fn the_registers_hang_together() {
    let book = book();
    let day = date(2026, 11, 24);
    for register in Register::ALL {
        assert!(book.items(register, day).count() >= 4, "{register:?}");
        for item in book.all_items(register) {
            assert!(
                item.code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'),
                "{}",
                item.code
            );
            assert!(!item.vi.is_empty() && !item.en.is_empty() && item.vi != item.en, "{}", item.code);
            let known = |r, codes: &[String]| codes.iter().all(|c| book.item(r, c).is_some());
            assert!(known(Register::Purpose, &item.traits.purposes) && known(Register::Sector, &item.traits.told));
        }
    }
    // The layers meet without gap or overlap, from the ground up (A13.2).
    let mut layers: Vec<_> = book.all_items(Register::Layer).iter().map(|l| &l.traits).collect();
    layers.sort_by(|a, b| a.from_m.unwrap_or(0.0).total_cmp(&b.from_m.unwrap_or(0.0)));
    assert_eq!(
        layers.iter().map(|l| l.from_m).collect::<Vec<_>>(),
        [None, Some(3.0), Some(5.0), Some(10.0), Some(20.0)]
    );
    assert!(layers.windows(2).all(|w| w[0].below_m == w[1].from_m) && layers[4].below_m.is_none());
    assert!(layers.iter().all(|l| !l.purposes.is_empty() && l.words.is_some()));
    // The public places that A5.3 names.
    for place in [
        "street",
        "sidewalk",
        "park",
        "square",
        "bus_station",
        "pier",
        "hospital",
        "school",
        "river",
        "canal",
        "waste_plant",
    ] {
        assert!(book.item(Register::Place, place).is_some_and(|p| p.traits.public), "{place}");
    }
    assert_eq!(book.item_by(Register::Place, "place", "benh vien"), Ok("hospital".into()));
    assert_eq!(book.item_by(Register::Purpose, "purposes", "Reading number plates"), Ok("plate".into()));
    let fault = book.item_by(Register::Place, "place", "bệnh vien xã").expect_err("unknown");
    assert!(fault.said.vi.contains("Bệnh viện"), "{}", fault.said.vi);
    assert_eq!(book.item_name(Register::Sector, "health", Language::Vi), "Y tế");
    assert_eq!(
        book.all_items(Register::DocumentType).iter().filter(|d| d.traits.consent || d.traits.second_view).count(),
        2
    );
}

#[test]
fn broken_data_is_refused_with_its_place() {
    let head = format!("{COLUMNS}\n");
    for (rows, why) in [
        ("1,x,A", "eight columns"),
        ("1,x,A,9,,,,", "no parent 9"),
        ("1,x,A,,,2025-07-01,7,", "no successor 7"),
        ("1,x,A,,2025-99-01,,,", "not a date"),
    ] {
        let fault = read_areas(&[&format!("{head}{rows}\n")], WallTime::EPOCH).expect_err(rows);
        assert!(fault.contains(why), "{fault}");
    }
    assert!(read_areas(&["code,name\n"], WallTime::EPOCH).is_err());
    assert!(read_items("[[nonsense]]\ncode='a'\nvi='b'\nen='c'", WallTime::EPOCH).is_err());
    assert!(read_items("[[place]]\ncode='a'\nvi='b'\nen='c'\ntypo=1", WallTime::EPOCH).is_err());
}
