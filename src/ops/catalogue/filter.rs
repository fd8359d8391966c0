//! What can be asked of the catalogue, and what comes back.

use base::{CameraId, WallTime, limits};
use domain::{CameraSort, Shape};
use std::collections::HashMap;
use std::sync::Arc;

/// How cameras stand as something outside the office knows it (the running streams): a class from 1, and a rank by which a
/// list is put in order, lowest first. A camera that is not named is of class 0 and rank 0.
#[derive(Clone, Debug, Default)]
pub struct Running(pub HashMap<CameraId, (u8, u64)>);

/// Lists for a special purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Special {
    /// Something that the record must say is missing (A8).
    Incomplete,
    /// Nobody has confirmed the record since then (A5.6).
    Stale(WallTime),
    /// Not on the map.
    NoPosition,
    /// On the map, but not where it looks.
    NoDirection,
    /// Area or unit is only written in words that the registers do not know.
    Unresolved,
}

/// Which cameras are wanted. What is `None` does not matter.
#[derive(Clone, Debug)]
pub struct CameraFilter {
    /// Words that occur in code, name, address, device, or the names of area and unit, former ones included.
    pub q: Option<String>,
    /// An area and all within it: id, code or name; `-`: those without.
    pub area: Option<String>,
    /// A unit and all that belong to it: id, code or name; `-`: those without.
    pub unit: Option<String>,
    /// Code of a sector.
    pub sector: Option<String>,
    /// Code of a purpose.
    pub purpose: Option<String>,
    /// Code of a category of places.
    pub place: Option<String>,
    /// Code of a height layer.
    pub layer: Option<String>,
    /// Inside a shape.
    pub within: Option<Shape>,
    /// A special list.
    pub special: Option<Special>,
    /// How cameras stand; needed for `class`, for [`CameraSort::Standing`] and for the facets of classes.
    pub running: Option<Arc<Running>>,
    /// Of that class.
    pub class: Option<u8>,
    /// Exactly these cameras, where they fit the rest.
    pub only: Option<Vec<CameraId>>,
    /// Order.
    pub sort: CameraSort,
    /// From the other end.
    pub descending: bool,
    /// Rows; cut to [`limits::PAGE_ROWS_MAX`].
    pub limit: usize,
    /// Where to go on: [`Page::next`] of the page before, with the same filter.
    pub cursor: Option<String>,
    /// Count by area, unit, purpose … too.
    pub facets: bool,
}

impl Default for CameraFilter {
    fn default() -> Self {
        Self {
            q: None,
            area: None,
            unit: None,
            sector: None,
            purpose: None,
            place: None,
            layer: None,
            within: None,
            special: None,
            running: None,
            class: None,
            only: None,
            sort: CameraSort::Code,
            descending: false,
            limit: limits::PAGE_ROWS_DEFAULT,
            cursor: None,
            facets: false,
        }
    }
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
    /// All that match.
    pub total: usize,
    /// Number of the first row among them, from 1; 0 if there is none.
    pub from: usize,
    /// How many there are of each, if asked for.
    pub facets: Option<Box<Facets>>,
}

/// A choice with how many cameras it would show, the other choices staying as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facet {
    /// The value to filter by.
    pub value: String,
    /// Its name, where it is not an entry of a register.
    pub name: String,
    /// How many.
    pub n: usize,
}

/// Choices of the filter, most cameras first; areas and units by name.
#[derive(Clone, Debug, Default)]
pub struct Facets {
    /// Areas that cameras name.
    pub areas: Vec<Facet>,
    /// Units that cameras name.
    pub units: Vec<Facet>,
    /// Codes of purposes.
    pub purposes: Vec<Facet>,
    /// Codes of height layers.
    pub layers: Vec<Facet>,
    /// Codes of categories of places.
    pub places: Vec<Facet>,
    /// By class of [`Running`].
    pub classes: Vec<(u8, usize)>,
}
