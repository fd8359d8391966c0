//! The cameras as a map wants them: positions and view sectors, or counted by cells where they are too many.

use super::labels::Around;
use super::{CameraFilter, Catalogue};
use crate::sight::Sight;
use base::{CameraId, limits};
use domain::Registers;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A camera on the map.
#[derive(Clone, Debug)]
pub struct MapRow {
    /// Its id.
    pub id: CameraId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Degrees.
    pub lat: f64,
    /// Degrees.
    pub lon: f64,
    /// Height above ground, metres.
    pub height_m: Option<f64>,
    /// Where it looks.
    pub direction_deg: Option<f64>,
    /// Angle of view.
    pub angle_deg: Option<f64>,
    /// How far it sees.
    pub range_m: Option<f64>,
    /// Codes of its purposes.
    pub purposes: Vec<String>,
    /// Number of its area in [`MapPage::areas`]; 0: none.
    pub area: u32,
    /// Number of its unit in [`MapPage::units`]; 0: none.
    pub unit: u32,
}

/// How many cameras are in a cell of the grid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MapCell {
    /// Middle of the cameras in it.
    pub lat: f64,
    /// Middle of the cameras in it.
    pub lon: f64,
    /// How many.
    pub n: usize,
}

/// What the map draws.
#[derive(Clone, Debug, Default)]
pub struct MapPage {
    /// The cameras; empty where `cells` stand for them.
    pub rows: Vec<MapRow>,
    /// Where more than [`limits::MAP_CAMERAS_MAX`] match: how many are where.
    pub cells: Vec<MapCell>,
    /// All that match and have a position.
    pub placed: usize,
    /// All that match.
    pub total: usize,
    /// Names of areas; the first is empty.
    pub areas: Vec<String>,
    /// Names of units; the first is empty.
    pub units: Vec<String>,
    /// West, south, east, north of all that match.
    pub bounds: Option<[f64; 4]>,
}

/// Numbers for the names that occur, from 1.
struct Used<'a> {
    of: BTreeMap<u32, u32>,
    names: Vec<String>,
    name: Box<dyn Fn(u32) -> String + 'a>,
}

impl<'a> Used<'a> {
    fn new(name: impl Fn(u32) -> String + 'a) -> Self {
        Self { of: BTreeMap::new(), names: vec![String::new()], name: Box::new(name) }
    }
    fn number(&mut self, label: u32) -> u32 {
        if let Some(n) = self.of.get(&label) {
            return *n;
        }
        let name = (self.name)(label);
        let n = if name.is_empty() { 0 } else { u32::try_from(self.names.len()).unwrap_or(0) };
        if n > 0 {
            self.names.push(name);
        }
        self.of.insert(label, n);
        n
    }
}

impl Catalogue {
    /// The cameras that match and have a position.
    pub(crate) fn map(&self, filter: &CameraFilter, book: &Arc<Registers>, sight: &Sight<'_>) -> MapPage {
        let around = self.around(book);
        let (matched, total, _) = self.matching(filter, book, &around, sight);
        let placed: Vec<u32> =
            self.orders().code.iter().copied().filter(|s| matched.has(*s) && self.at(*s).is_some()).collect();
        let mut bounds: Option<[f64; 4]> = None;
        for (lat, lon) in placed.iter().filter_map(|s| self.at(*s)) {
            let [w, s, e, n] = bounds.unwrap_or([lon, lat, lon, lat]);
            bounds = Some([w.min(lon), s.min(lat), e.max(lon), n.max(lat)]);
        }
        let page = MapPage { placed: placed.len(), total, bounds, ..MapPage::default() };
        match bounds {
            Some(bounds) if placed.len() > limits::MAP_CAMERAS_MAX => {
                MapPage { cells: self.cells(&placed, bounds), ..page }
            }
            _ => self.map_rows(&placed, &around, page),
        }
    }

    fn at(&self, slot: u32) -> Option<(f64, f64)> {
        self.col(slot).filter(|c| !c.lat.is_nan()).map(|c| (c.lat, c.lon))
    }

    fn map_rows(&self, placed: &[u32], around: &Around, page: MapPage) -> MapPage {
        let mut areas = Used::new(|n| around.areas.name(n).to_owned());
        let mut units = Used::new(|n| around.units.name(n).to_owned());
        let row = |slot: &u32| {
            let (camera, col) = (self.camera_at(*slot)?, self.col(*slot)?);
            let facts = &camera.facts;
            Some(MapRow {
                id: camera.id,
                code: camera.code.clone(),
                name: camera.name.clone(),
                lat: col.lat,
                lon: col.lon,
                height_m: facts.height_m,
                direction_deg: facts.direction_deg,
                angle_deg: facts.angle_deg,
                range_m: facts.range_m,
                purposes: facts.purposes.clone(),
                area: areas.number(col.area),
                unit: units.number(col.unit),
            })
        };
        let rows = placed.iter().filter_map(row).collect();
        MapPage { rows, areas: areas.names, units: units.names, ..page }
    }

    fn cells(&self, placed: &[u32], [west, south, east, north]: [f64; 4]) -> Vec<MapCell> {
        let side = limits::MAP_CELLS_PER_SIDE;
        let of = |x: f64, low: f64, high: f64| {
            let share = if high > low { (x - low) / (high - low) } else { 0.0 };
            // Within 0..side by construction; the clamp is for the upper edge itself.
            ((share * side as f64) as usize).min(side - 1)
        };
        let mut cells: BTreeMap<(usize, usize), (f64, f64, usize)> = BTreeMap::new();
        for (lat, lon) in placed.iter().filter_map(|s| self.at(*s)) {
            let cell = cells.entry((of(lat, south, north), of(lon, west, east))).or_default();
            *cell = (cell.0 + lat, cell.1 + lon, cell.2 + 1);
        }
        cells.into_values().map(|(lat, lon, n)| MapCell { lat: lat / n as f64, lon: lon / n as f64, n }).collect()
    }
}
