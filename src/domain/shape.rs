//! Shapes drawn on a map: a rectangle, a circle, a polygon; and whether a position is inside.
//!
//! Distances are on a sphere, which is right to half a percent: a shape is drawn by hand. Not here: view sectors and their
//! overlap.

use crate::camera_facts::Position;
use base::limits;

/// Metres per degree of latitude on the mean sphere (radius 6,371,008.8 m).
const METRES_PER_DEGREE: f64 = 111_195.08;

/// A shape.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// From the south-west to the north-east corner. Does not cross the 180th meridian.
    Box {
        /// South-west.
        low: Position,
        /// North-east.
        high: Position,
    },
    /// Everything within a distance.
    Circle {
        /// Centre.
        centre: Position,
        /// Metres.
        radius_m: f64,
    },
    /// A closed ring of corners; the last is joined to the first. May cross itself: inside is decided by even-odd.
    Polygon(Vec<Position>),
}

fn position(lat: &str, lon: &str) -> Option<Position> {
    let read = |s: &str, max: f64| s.trim().parse::<f64>().ok().filter(|n| n.is_finite() && n.abs() <= max);
    Some(Position { lat: read(lat, 90.0)?, lon: read(lon, 180.0)? })
}

impl Shape {
    /// Reads `west,south,east,north` (the order of RFC 7946 §5).
    pub fn parse_bbox(text: &str) -> Option<Shape> {
        let parts: Vec<&str> = text.split(',').collect();
        let [west, south, east, north] = parts.as_slice() else { return None };
        let (low, high) = (position(south, west)?, position(north, east)?);
        (low.lat <= high.lat && low.lon <= high.lon).then_some(Shape::Box { low, high })
    }

    /// Reads `box:W,S,E,N`, `circle:LAT,LON,METRES` or `polygon:LAT,LON;LAT,LON;…` with 3 to
    /// [`limits::SHAPE_CORNERS_MAX`] corners.
    pub fn parse(text: &str) -> Option<Shape> {
        let (kind, rest) = text.split_once(':')?;
        match kind {
            "box" => Shape::parse_bbox(rest),
            "circle" => {
                let parts: Vec<&str> = rest.split(',').collect();
                let [lat, lon, radius] = parts.as_slice() else { return None };
                let radius_m = radius.trim().parse::<f64>().ok().filter(|r| r.is_finite() && *r > 0.0)?;
                Some(Shape::Circle { centre: position(lat, lon)?, radius_m })
            }
            "polygon" => {
                if rest.matches(';').count() >= limits::SHAPE_CORNERS_MAX {
                    return None;
                }
                let corner = |c: &str| c.split_once(',').and_then(|(lat, lon)| position(lat, lon));
                let corners = rest.split(';').map(corner).collect::<Option<Vec<_>>>()?;
                (corners.len() >= 3).then_some(Shape::Polygon(corners))
            }
            _ => None,
        }
    }

    /// Is that position inside?
    pub fn holds(&self, at: Position) -> bool {
        match self {
            Shape::Box { low, high } => {
                at.lat >= low.lat && at.lat <= high.lat && at.lon >= low.lon && at.lon <= high.lon
            }
            Shape::Circle { centre, radius_m } => distance_m(*centre, at) <= *radius_m,
            Shape::Polygon(corners) => {
                let mut inside = false;
                let before = corners.iter().cycle().skip(corners.len().saturating_sub(1));
                for (a, b) in corners.iter().zip(before) {
                    let crosses = (a.lat > at.lat) != (b.lat > at.lat);
                    if crosses && at.lon < (b.lon - a.lon) * (at.lat - a.lat) / (b.lat - a.lat) + a.lon {
                        inside = !inside;
                    }
                }
                inside
            }
        }
    }
}

/// Metres between two positions, on a sphere.
pub fn distance_m(a: Position, b: Position) -> f64 {
    let (p, q) = (a.lat.to_radians(), b.lat.to_radians());
    let half = |d: f64| (d / 2.0).sin().powi(2);
    let h = half(q - p) + p.cos() * q.cos() * half((b.lon - a.lon).to_radians());
    2.0 * h.sqrt().clamp(0.0, 1.0).asin().to_degrees() * METRES_PER_DEGREE
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(lat: f64, lon: f64) -> Position {
        Position { lat, lon }
    }

    #[test]
    fn what_is_read_and_what_is_not() {
        let good = [
            "box:106.6,10.7,106.8,10.8",
            "circle:10.77,106.70,250",
            "polygon:10,106;11,106;11,107",
            "polygon:10.5, 106.5;11,106;11,107;10,107",
        ];
        let bad = [
            "",
            "box:",
            "box:106.8,10.7,106.6,10.8",
            "box:1,2,3",
            "circle:10.77,106.70,-1",
            "circle:91,0,5",
            "circle:10,106,inf",
            "polygon:10,106;11,106",
            "polygon:10,106;x,106;11,107",
            "star:1,2",
            "circle:NaN,0,5",
        ];
        assert!(good.iter().all(|s| Shape::parse(s).is_some()));
        for s in bad {
            assert_eq!(Shape::parse(s), None, "{s}");
        }
        let many = format!("polygon:{}", vec!["10,106"; limits::SHAPE_CORNERS_MAX + 1].join(";"));
        assert_eq!(Shape::parse(&many), None);
    }

    #[test]
    fn inside_and_outside() {
        let notre_dame = at(10.7798, 106.6990);
        let cases = [
            ("box:106.69,10.77,106.70,10.78", true),
            ("box:106.70,10.77,106.71,10.78", false),
            ("circle:10.7798,106.7045,610", true),
            ("circle:10.7798,106.7045,590", false),
            ("polygon:10.77,106.69;10.79,106.69;10.79,106.71;10.77,106.71", true),
            // A ring with a bite taken out where the point is.
            ("polygon:10.77,106.69;10.79,106.69;10.775,106.7;10.79,106.71;10.77,106.71", false),
        ];
        for (shape, inside) in cases {
            assert_eq!(Shape::parse(shape).expect("shape").holds(notre_dame), inside, "{shape}");
        }
        assert!((distance_m(at(10.0, 106.0), at(11.0, 106.0)) - METRES_PER_DEGREE).abs() < 0.01);
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,80}", lat in -90.0..90.0f64, lon in -180.0..180.0f64) {
            if let Some(shape) = Shape::parse(&text) { let _ = shape.holds(at(lat, lon)); }
        }

        #[test]
        fn a_box_and_its_ring_hold_the_same(w in 106.0..106.5f64, s in 10.0..10.5f64, lat in 9.9..11.1f64, lon in 105.9..107.1f64) {
            let (e, n) = (w + 0.5, s + 0.5);
            let ring = Shape::Polygon(vec![at(s, w), at(n, w), at(n, e), at(s, e)]);
            let rectangle = Shape::Box { low: at(s, w), high: at(n, e) };
            prop_assume!([lat - s, lat - n, lon - w, lon - e].iter().all(|d| d.abs() > 1e-9));
            prop_assert_eq!(ring.holds(at(lat, lon)), rectangle.holds(at(lat, lon)));
        }
    }
}
