//! Tables of places as people write them, and VN-2000 against EPSG's reference implementation.

use super::*;
use proptest::prelude::*;

/// Metres between two places, near enough for small distances.
fn metres(a: Position, b: Position) -> f64 {
    let north = (a.lat - b.lat) * 110_600.0;
    let east = (a.lon - b.lon) * 111_320.0 * a.lat.to_radians().cos();
    north.hypot(east)
}

#[test]
fn many_ways_to_write_one_place() {
    let here = Position { lat: 10.776_944_444, lon: 106.700_833_333 };
    for text in [
        "10.776944444, 106.700833333",
        "10.776944444,106.700833333",
        "10.776944444 106.700833333",
        "10,776944444; 106,700833333",
        "10,776944444 106,700833333",
        "106.700833333, 10.776944444",
        "10.776944444°, 106.700833333°",
        "10.776944444N 106.700833333E",
        "N10.776944444 E106.700833333",
        "10°46'37\"N 106°42'3\"E",
        "10°46′37″N, 106°42′03″E",
        "10°46’37”B 106°42’03”Đ",
        "E106°42'3\" N10°46'37\"",
        "10 46 37, 106 42 3",
        "10° 46.616666667' 106° 42.05'",
        "  10º46'37\" / 106º42'3\" ",
    ] {
        let p = read(text).unwrap_or_else(|f| panic!("{text}: {f:?}"));
        assert!(metres(p, here) < 0.01, "{text}: {p:?}");
    }
    assert_eq!(read("-33.5, -70.6").expect("south-west"), Position { lat: -33.5, lon: -70.6 });
    assert_eq!(read("33°30'S 70°36'W").expect("south-west"), Position { lat: -33.5, lon: -70.6 });
    assert_eq!(from_lat_lon("10,5", "106,25").expect("commas"), Position { lat: 10.5, lon: 106.25 });
    assert_eq!(from_lat_lon("10°30'", "106°15'").expect("minutes"), Position { lat: 10.5, lon: 106.25 });
}

#[test]
fn what_is_no_place_is_refused_with_an_example() {
    for text in [
        "",
        "10.7",
        "10.7, 106.7, 5",
        "91, 181",
        "10.7, 190",
        "abc",
        "10°61'N 106°E",
        "10N 106N",
        "10.7 E",
        "NaN, NaN",
        "1e5 2e5",
        "1191942.5 603797.77",
        "VN2000",
        "VN2000 1191942.5 603797.77",
        "VN2000 1191942.5 603797.77 99",
        "VN2000 11 60 105.75",
        "VN2000 1191942.5 603797.77 105.75 4",
    ] {
        let fault = read(text).expect_err(text);
        assert_eq!(fault.field, "position");
    }
}

#[test]
fn decimals_as_people_write_them() {
    let table = [
        ("7", Some(7.0)),
        ("7,5", Some(7.5)),
        ("7.5", Some(7.5)),
        ("1.191.942,5", Some(1_191_942.5)),
        ("1,191,942.5", Some(1_191_942.5)),
        ("1 191 942,5", Some(1_191_942.5)),
        ("\u{2212}3", Some(-3.0)),
        ("", None),
        ("7,5.1,2", None),
        ("1e9", None),
        ("inf", None),
        ("--3", None),
    ];
    for (text, n) in table {
        assert_eq!(decimal(text), n, "{text}");
    }
}

/// Northing, easting, meridian, zone; and where that is by PROJ 9 with EPSG's grid of the country (CRS 9210, 3405, 3406;
/// transformation 6960).
const CONTROL: &[(f64, f64, f64, Zone, f64, f64)] = &[
    (1_191_942.5, 603_797.77, 105.75, Zone::Three, 10.776_901_749, 106.700_904_662),
    (1_180_000.0, 590_000.0, 105.75, Zone::Three, 10.669_296_807, 106.574_456_629),
    (1_225_000.0, 560_000.25, 105.75, Zone::Three, 11.076_742_404, 106.300_993_286),
    (1_191_939.15, 685_779.98, 105.0, Zone::Six, 10.776_899_586, 106.700_892_732),
    (2_326_000.0, 585_000.0, 105.0, Zone::Six, 21.031_855_085, 105.819_908_598),
    (1_350_000.0, 300_000.0, 111.0, Zone::Six, 12.204_863_228, 109.163_431_351),
];

#[test]
fn vn_2000_agrees_with_the_reference_implementation() {
    for (north, east, meridian, zone, lat, lon) in CONTROL {
        let there = Position { lat: *lat, lon: *lon };
        let here = from_vn2000(*north, *east, *meridian, *zone).expect("in the country");
        assert!(metres(here, there) < 0.005, "{north} {east}: {here:?} is {} m off", metres(here, there));
        assert_eq!(from_vn2000(*east, *north, *meridian, *zone), Ok(here), "the order does not matter");
    }
}

#[test]
fn vn_2000_in_words() {
    let here = from_vn2000(1_191_942.5, 603_797.77, 105.75, Zone::Three).expect("fits");
    for text in [
        "VN2000 1191942.5 603797.77 105°45'",
        "VN-2000: X=1191942,5 Y=603797,77 (105°45', 3°)",
        "vn 2000 603797.77; 1191942.5; 105.75",
        "VN2000 1.191.942,5 603.797,77 105 45 3",
    ] {
        assert_eq!(read(text), Ok(here), "{text}");
    }
    let six = from_vn2000(1_191_939.15, 685_779.98, 105.0, Zone::Six).expect("fits");
    assert_eq!(read("VN2000 1191939.15 685779.98 105 6°"), Ok(six));
    assert!(metres(here, six) < 2.0);
}

proptest! {
    #[test]
    fn never_panics(text in any::<String>(), plane in "VN2000[ 0-9.,°'xy=-]{0,40}", x in any::<f64>(), y in any::<f64>(), m in any::<f64>()) {
        for p in [read(&text), read(&plane), from_vn2000(x, y, m, Zone::Three)].into_iter().flatten() {
            prop_assert!(fits(p));
        }
        let _ = decimal(&text);
    }

    #[test]
    fn what_is_shown_is_read_back(lat in -90.0..90.0, lon in -180.0..180.0) {
        let p = rounded(Position { lat, lon });
        prop_assert_eq!(read(&format!("{}, {}", p.lat, p.lon)), Ok(p));
    }
}
