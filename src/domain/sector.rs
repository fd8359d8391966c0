//! What a camera sees on the ground, as a sector of a circle, and how much of it two cameras share (A5.4, A13.1).
//!
//! A sector is cut into convex wedges, whose arcs are polygons with the area of the true arc; two convex polygons are
//! intersected by clipping one with the edges of the other (Sutherland–Hodgman), which has no special cases. Places are laid
//! flat around the middle of the two (equirectangular): within 20 km that is off by less than a thousandth. Not here: which
//! cameras are compared (`ops`), obstacles and relief, which the record does not know.

use crate::camera_facts::{CameraFacts, Position};

/// A camera's view.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sector {
    /// Where it stands.
    pub at: Position,
    /// The middle of its view, degrees clockwise from north; of no account if it looks all round.
    pub direction_deg: f64,
    /// Angle of view, over 0 to 360.
    pub angle_deg: f64,
    /// How far it sees, metres, over 0.
    pub range_m: f64,
}

/// A point of the plane: metres east and north of an origin.
type Point = (f64, f64);

/// Metres of one degree of latitude on the sphere of the Earth's mean radius.
const DEGREE_M: f64 = 111_194.926_644_558_73;
/// Widest wedge: convex, and its arc well approximated.
const WEDGE_DEG: f64 = 90.0;
/// Arc between two points of a polygon.
const STEP_DEG: f64 = 6.0;

impl Sector {
    /// What a record tells of its view; `None` unless position, angle and range are there, and the direction if it does not
    /// look all round.
    pub fn of(facts: &CameraFacts) -> Option<Sector> {
        let (at, angle_deg, range_m) = (facts.position?, facts.angle_deg?, facts.range_m?);
        let direction_deg = if angle_deg >= 360.0 { 0.0 } else { facts.direction_deg? };
        let sound = |n: f64| n.is_finite() && n > 0.0;
        let whole = sound(angle_deg) && sound(range_m) && angle_deg <= 360.0 && direction_deg.is_finite();
        (whole && at.lat.abs() <= 90.0 && at.lon.abs() <= 180.0).then_some(Sector {
            at,
            direction_deg,
            angle_deg,
            range_m,
        })
    }

    /// Area, square metres.
    pub fn area_m2(&self) -> f64 {
        std::f64::consts::PI * self.range_m * self.range_m * self.angle_deg / 360.0
    }

    /// The box around it: lowest and highest latitude and longitude. Of the whole circle: it may be larger than the view.
    pub fn bounds(&self) -> (Position, Position) {
        let (north, east) = (self.range_m / DEGREE_M, self.range_m / (DEGREE_M * shrink(self.at.lat)));
        (
            Position { lat: self.at.lat - north, lon: self.at.lon - east },
            Position { lat: self.at.lat + north, lon: self.at.lon + east },
        )
    }

    /// Its outline as places, the camera first unless it looks all round; for maps.
    pub fn outline(&self) -> Vec<Position> {
        let scale = shrink(self.at.lat);
        let place = |(east, north): Point| Position {
            lat: self.at.lat + north / DEGREE_M,
            lon: self.at.lon + east / (DEGREE_M * scale),
        };
        let steps = (self.angle_deg / STEP_DEG).ceil().max(2.0);
        let from = self.direction_deg - self.angle_deg / 2.0;
        let arc = (0..=steps as u32)
            .map(|i| on_circle((0.0, 0.0), self.range_m, from + self.angle_deg * f64::from(i) / steps));
        let centre = (self.angle_deg < 360.0).then_some((0.0, 0.0));
        centre.into_iter().chain(arc).map(place).collect()
    }

    /// The convex pieces, laid flat.
    fn wedges(&self, origin: Position, scale: f64) -> Vec<Vec<Point>> {
        let centre = ((self.at.lon - origin.lon) * DEGREE_M * scale, (self.at.lat - origin.lat) * DEGREE_M);
        let count = (self.angle_deg / WEDGE_DEG).ceil().max(1.0);
        let wide = self.angle_deg / count;
        let steps = (wide / STEP_DEG).ceil().max(1.0);
        // A polygon within the arc is smaller than it: the radius makes up for that.
        let step = (wide / steps).to_radians();
        let radius = self.range_m * (step / step.sin()).sqrt();
        let from = self.direction_deg - self.angle_deg / 2.0;
        (0..count as u32)
            .map(|w| {
                let start = from + wide * f64::from(w);
                let arc = (0..=steps as u32).map(|i| on_circle(centre, radius, start + wide * f64::from(i) / steps));
                std::iter::once(centre).chain(arc).collect()
            })
            .collect()
    }
}

/// Metres of a degree of longitude as a share of one of latitude.
fn shrink(lat: f64) -> f64 {
    lat.to_radians().cos().max(1e-6)
}

fn on_circle((x, y): Point, radius: f64, bearing_deg: f64) -> Point {
    let (sin, cos) = bearing_deg.to_radians().sin_cos();
    (x + radius * sin, y + radius * cos)
}

/// Area that both see, square metres.
pub fn overlap_m2(a: &Sector, b: &Sector) -> f64 {
    // In one order, so that the result does not depend on who is asked first.
    let key = |s: &Sector| [s.at.lat, s.at.lon, s.direction_deg, s.angle_deg, s.range_m];
    let later = key(a).partial_cmp(&key(b)).is_some_and(std::cmp::Ordering::is_gt);
    let (a, b) = if later { (b, a) } else { (a, b) };
    let origin = Position { lat: f64::midpoint(a.at.lat, b.at.lat), lon: f64::midpoint(a.at.lon, b.at.lon) };
    let scale = shrink(origin.lat);
    let apart = ((a.at.lon - b.at.lon) * DEGREE_M * scale).hypot((a.at.lat - b.at.lat) * DEGREE_M);
    if apart > (a.range_m + b.range_m) * 1.01 {
        return 0.0;
    }
    let (mine, theirs) = (a.wedges(origin, scale), b.wedges(origin, scale));
    mine.iter().flat_map(|m| theirs.iter().map(move |t| area(&clip(m, t)))).sum()
}

/// How much of the smaller view the other one covers: 0 to 1. Symmetric: it does not matter which camera was there first.
pub fn shared(a: &Sector, b: &Sector) -> f64 {
    let smaller = a.area_m2().min(b.area_m2());
    if smaller <= 0.0 { 0.0 } else { (overlap_m2(a, b) / smaller).clamp(0.0, 1.0) }
}

/// The part of a convex polygon that lies within another one; both go clockwise (as bearings do).
fn clip(polygon: &[Point], by: &[Point]) -> Vec<Point> {
    let mut left = polygon.to_vec();
    let next = by.iter().skip(1).chain(by.first());
    for (&from, &to) in by.iter().zip(next) {
        if left.is_empty() {
            break;
        }
        // Over 0: to the left of the edge, which is outside.
        let side = |p: Point| (to.0 - from.0) * (p.1 - from.1) - (to.1 - from.1) * (p.0 - from.0);
        let whole = std::mem::take(&mut left);
        let Some(mut before) = whole.last().copied() else { break };
        for point in whole {
            let (was, is) = (side(before), side(point));
            if (was <= 0.0) != (is <= 0.0) {
                let share = was / (was - is);
                left.push((before.0 + share * (point.0 - before.0), before.1 + share * (point.1 - before.1)));
            }
            if is <= 0.0 {
                left.push(point);
            }
            before = point;
        }
    }
    left
}

/// Area of a polygon (shoelace), seen from one of its corners so that far origins cost no digits.
fn area(polygon: &[Point]) -> f64 {
    let Some(&corner) = polygon.first() else { return 0.0 };
    let seen = |p: Point| (p.0 - corner.0, p.1 - corner.1);
    let twice: f64 = polygon
        .windows(2)
        .map(|pair| if let [a, b] = pair { seen(*b).0 * seen(*a).1 - seen(*a).0 * seen(*b).1 } else { 0.0 })
        .sum();
    (twice / 2.0).abs()
}

#[cfg(test)]
#[path = "tests/sector.rs"]
mod tests;
