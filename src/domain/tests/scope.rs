//! Tables for times and shifts; what covers what is proved in `standing`.

use super::*;

fn t(text: &str) -> WallTime {
    WallTime::parse_rfc3339(text).expect("time")
}
fn shift(weekday: u8, from_min: u16, until_min: u16) -> Shift {
    Shift { weekday, from_min, until_min }
}

#[test]
fn times_by_table() {
    // 25/11/2026 is a Wednesday.
    let day = Times { shifts: vec![shift(3, 480, 1_020)], ..Times::default() };
    let night = Times { shifts: vec![shift(3, 1_320, 1_440), shift(4, 0, 360)], ..Times::default() };
    let sunday = Times { shifts: vec![shift(7, 1_320, 1_440), shift(1, 0, 60)], ..Times::default() };
    let always = Times { shifts: (1..=7).map(|d| shift(d, 0, 1_440)).collect(), ..Times::default() };
    let dated = Times {
        from: Some(t("2026-11-25T08:00:00+07:00")),
        until: Some(t("2026-11-26T08:00:00+07:00")),
        ..Times::default()
    };
    let both = Times { until: Some(t("2026-11-25T12:00:00+07:00")), ..day.clone() };
    for (times, now, ends) in [
        (&day, "2026-11-25T07:59:59+07:00", None),
        (&day, "2026-11-25T08:00:00+07:00", Some(Some("2026-11-25T17:00:00+07:00"))),
        (&day, "2026-11-25T16:59:59+07:00", Some(Some("2026-11-25T17:00:00+07:00"))),
        (&day, "2026-11-25T17:00:00+07:00", None),
        (&day, "2026-11-26T09:00:00+07:00", None),
        (&night, "2026-11-25T23:30:00+07:00", Some(Some("2026-11-26T06:00:00+07:00"))),
        (&night, "2026-11-26T05:59:30+07:00", Some(Some("2026-11-26T06:00:00+07:00"))),
        (&sunday, "2026-11-29T23:00:00+07:00", Some(Some("2026-11-30T01:00:00+07:00"))),
        (&always, "2026-11-29T23:00:00+07:00", Some(None)),
        (&dated, "2026-11-25T07:59:59+07:00", None),
        (&dated, "2026-11-25T08:00:00+07:00", Some(Some("2026-11-26T08:00:00+07:00"))),
        (&dated, "2026-11-26T08:00:00+07:00", None),
        (&both, "2026-11-25T09:00:00+07:00", Some(Some("2026-11-25T12:00:00+07:00"))),
        (&Times::default(), "2026-11-25T09:00:00+07:00", Some(None)),
    ] {
        let now = t(now);
        assert_eq!(times.in_force(now), ends.is_some(), "{times:?} at {now}");
        if let Some(ends) = ends {
            assert_eq!(times.ends(now), ends.map(t), "{times:?} at {now}");
        }
    }
}

#[test]
fn shifts_that_make_no_sense() {
    for (shift, fits) in [
        (shift(1, 0, 1_440), true),
        (shift(0, 0, 60), false),
        (shift(8, 0, 60), false),
        (shift(1, 60, 60), false),
        (shift(1, 0, 1_441), false),
    ] {
        assert_eq!(shift.fits(), fits, "{shift:?}");
    }
}

#[test]
fn a_ring_in_the_tree_ends() {
    let id = |n: u8| AreaId::from_parts(1, [n; 10]);
    let trees = Trees::new([(id(1), Some(id(2))), (id(2), Some(id(1)))], [], []);
    assert_eq!(trees.area_line(id(1)).collect::<Vec<_>>(), [id(1), id(2)]);
    assert_eq!(trees.area_line(id(9)).collect::<Vec<_>>(), [id(9)], "one that is not in the tree lies within itself");
    assert!(!trees.area_within(id(1), id(3)));
}
