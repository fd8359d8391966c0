//! Views: examples with known areas, and what holds for all of them.

use super::*;
use proptest::prelude::*;

const HERE: Position = Position { lat: 10.776_9, lon: 106.700_9 };

/// A place so many metres east and north.
fn off(east: f64, north: f64) -> Position {
    Position { lat: HERE.lat + north / DEGREE_M, lon: HERE.lon + east / (DEGREE_M * shrink(HERE.lat)) }
}

fn view(at: Position, direction_deg: f64, angle_deg: f64, range_m: f64) -> Sector {
    Sector { at, direction_deg, angle_deg, range_m }
}

fn near(a: f64, b: f64, by: f64) -> bool {
    (a - b).abs() <= by
}

#[test]
fn known_overlaps() {
    let table = [
        // The same, whole and in part.
        (view(HERE, 90.0, 60.0, 50.0), view(HERE, 90.0, 60.0, 50.0), 1.0),
        (view(HERE, 0.0, 360.0, 50.0), view(HERE, 123.0, 360.0, 50.0), 1.0),
        (view(HERE, 0.0, 60.0, 50.0), view(HERE, 30.0, 60.0, 50.0), 0.5),
        (view(HERE, 350.0, 40.0, 50.0), view(HERE, 10.0, 40.0, 50.0), 0.5),
        // A small one within a large one.
        (view(HERE, 90.0, 60.0, 50.0), view(off(-10.0, 0.0), 0.0, 360.0, 200.0), 1.0),
        (view(HERE, 45.0, 90.0, 30.0), view(HERE, 90.0, 270.0, 60.0), 2.0 / 3.0 + 1.0 / 3.0),
        // Back to back, side by side, apart.
        (view(HERE, 0.0, 90.0, 50.0), view(HERE, 180.0, 90.0, 50.0), 0.0),
        (view(HERE, 0.0, 60.0, 50.0), view(HERE, 60.0, 60.0, 50.0), 0.0),
        (view(HERE, 90.0, 60.0, 50.0), view(off(500.0, 0.0), 90.0, 60.0, 50.0), 0.0),
        // A quarter circle seen by one that looks into it from the far corner: r²(√3 − 1 … ) by hand, see below.
        (view(HERE, 45.0, 90.0, 100.0), view(off(100.0, 100.0), 225.0, 90.0, 100.0), QUARTERS),
        // Two circles whose centres are one radius apart: 2/3 − √3/(2π).
        (view(HERE, 0.0, 360.0, 100.0), view(off(100.0, 0.0), 0.0, 360.0, 100.0), 2.0 / 3.0 - 0.275_664_447_7),
    ];
    for (a, b, share) in table {
        let found = shared(&a, &b);
        assert!(near(found, share, 0.004), "{a:?} {b:?}: {found} instead of {share}");
    }
}

/// Lens of two quarter circles in a unit square: π/2 − 1 of the square, over π/4.
const QUARTERS: f64 = (std::f64::consts::FRAC_PI_2 - 1.0) / std::f64::consts::FRAC_PI_4;

#[test]
fn a_view_needs_all_that_makes_it() {
    let mut facts =
        CameraFacts { position: Some(HERE), angle_deg: Some(90.0), range_m: Some(40.0), ..Default::default() };
    assert_eq!(Sector::of(&facts), None, "where does it look?");
    facts.direction_deg = Some(10.0);
    assert!(Sector::of(&facts).is_some());
    facts = CameraFacts { direction_deg: None, angle_deg: Some(360.0), ..facts };
    assert!(Sector::of(&facts).is_some(), "all round");
    for broken in [f64::NAN, f64::INFINITY, 0.0, -1.0] {
        assert_eq!(Sector::of(&CameraFacts { range_m: Some(broken), ..facts.clone() }), None);
    }
}

#[test]
fn outlines_are_closed_by_the_camera() {
    let narrow = view(HERE, 90.0, 60.0, 50.0).outline();
    assert_eq!((narrow.first(), narrow.len()), (Some(&HERE), 12));
    let round = view(HERE, 0.0, 360.0, 50.0).outline();
    assert!(round.iter().all(|p| *p != HERE));
}

/// What the arc of `b` as a polygon may be off by within `a`: its corners stand Rθ²/12 outside, its sides Rθ²/24 inside, and
/// no more of it lies within the smaller view than that one's own circle is long.
fn rounding(a: &Sector, b: &Sector) -> f64 {
    let off = b.range_m * STEP_DEG.to_radians().powi(2) / 8.0;
    off * std::f64::consts::TAU * a.range_m.min(b.range_m) + 1e-6
}

prop_compose! {
    fn any_view()(east in -150.0..150.0, north in -150.0..150.0, direction in 0.0..360.0, angle in 1.0..=360.0, range in 1.0..300.0) -> Sector {
        view(off(east, north), direction, angle, range)
    }
}

proptest! {
    #[test]
    fn symmetric_and_within_bounds(a in any_view(), b in any_view()) {
        let share = shared(&a, &b);
        prop_assert!((0.0..=1.0).contains(&share));
        prop_assert_eq!(share.to_bits(), shared(&b, &a).to_bits());
        prop_assert!(overlap_m2(&a, &b) <= a.area_m2().min(b.area_m2()) * 1.02);
    }

    #[test]
    fn a_view_covers_itself(a in any_view()) {
        prop_assert!(shared(&a, &a) > 0.999, "{}", shared(&a, &a));
    }

    #[test]
    fn far_apart_shares_nothing(a in any_view(), b in any_view()) {
        let far = Sector { at: Position { lat: b.at.lat + 1.0, lon: b.at.lon }, ..b };
        prop_assert_eq!(shared(&a, &far), 0.0);
    }

    #[test]
    fn seeing_farther_never_shares_less_ground(a in any_view(), b in any_view(), more in 1.0..3.0_f64) {
        let farther = Sector { range_m: b.range_m * more, ..b };
        prop_assert!(overlap_m2(&a, &farther) >= overlap_m2(&a, &b) - rounding(&a, &farther));
    }

    #[test]
    fn a_wider_view_never_shares_less_ground(a in any_view(), b in any_view(), more in 1.0..3.0_f64) {
        let wider = Sector { angle_deg: (b.angle_deg * more).min(360.0), ..b };
        prop_assert!(overlap_m2(&a, &wider) >= overlap_m2(&a, &b) - rounding(&a, &b));
    }

    #[test]
    fn a_small_view_at_the_edge_of_a_large_one(more in 1.0..3.0_f64, angle in 100.0..360.0_f64, edge in 0.95..1.05_f64) {
        let b = view(HERE, 40.0, angle, 200.0);
        let a = view(off(200.0 * edge * 0.643, 200.0 * edge * 0.766), 0.0, 360.0, 8.0);
        let wider = Sector { angle_deg: (b.angle_deg * more).min(360.0), ..b };
        prop_assert!(overlap_m2(&a, &wider) >= overlap_m2(&a, &b) - rounding(&a, &wider));
    }

    #[test]
    fn agrees_with_counting_points(a in any_view(), b in any_view()) {
        // A grid of 40 × 40 points over the smaller view's box.
        let sees = |s: &Sector, x: f64, y: f64| {
            let (sx, sy) = ((s.at.lon - HERE.lon) * DEGREE_M * shrink(HERE.lat), (s.at.lat - HERE.lat) * DEGREE_M);
            let (dx, dy) = (x - sx, y - sy);
            let turn = (dx.atan2(dy).to_degrees() - s.direction_deg).rem_euclid(360.0);
            dx.hypot(dy) <= s.range_m && turn.min(360.0 - turn) <= s.angle_deg / 2.0
        };
        let small = if a.range_m < b.range_m { a } else { b };
        let (cx, cy) = ((small.at.lon - HERE.lon) * DEGREE_M * shrink(HERE.lat), (small.at.lat - HERE.lat) * DEGREE_M);
        let cell = small.range_m / 20.0;
        let mut both = 0;
        for i in 0..40 {
            for j in 0..40 {
                let (x, y) = (cx - small.range_m + cell * (f64::from(i) + 0.5), cy - small.range_m + cell * (f64::from(j) + 0.5));
                both += i32::from(sees(&a, x, y) && sees(&b, x, y));
            }
        }
        let counted = f64::from(both) * cell * cell;
        let box_m2 = 4.0 * small.range_m * small.range_m;
        prop_assert!(near(overlap_m2(&a, &b), counted, box_m2 * 0.03), "{} against {counted}", overlap_m2(&a, &b));
    }
}
