//! View structs of what is found: the list of cameras, the map, the search.
//!
//! Here and not in `views.rs` only to keep files readable; both are re-exported as [`crate::views`].

use crate::views::{Paging, Phase, Shell, StreamStatus};

/// One entry of a choice list with how many cameras it would show.
#[derive(Clone, Debug)]
pub struct Counted {
    /// The value in the address.
    pub value: String,
    /// Its name in the page's language.
    pub name: String,
    /// How deep in the tree it stands; 0 is at the top.
    pub depth: usize,
    /// How many; `None`: not counted.
    pub n: Option<u64>,
}

/// The filter of a list of cameras as it stands in the address: raw text, empty where nothing is asked.
#[derive(Clone, Debug, Default)]
pub struct CameraFilter {
    /// Search text.
    pub q: String,
    /// Area: id, code or name; `-`: none.
    pub area: String,
    /// Unit, likewise.
    pub unit: String,
    /// Code of a sector.
    pub sector: String,
    /// Code of a purpose.
    pub purpose: String,
    /// Code of a height layer.
    pub layer: String,
    /// Code of a category of places.
    pub place: String,
    /// State of the main stream: a phase's word.
    pub state: String,
    /// A special list: `incomplete`, `stale`, `no-position`, `no-direction`, `unresolved`.
    pub list: String,
    /// A shape drawn on the map.
    pub within: String,
    /// Order.
    pub sort: String,
    /// `desc`: from the other end.
    pub dir: String,
    /// Columns as in the address: names with commas; empty: the usual ones.
    pub cols: String,
}

impl CameraFilter {
    /// Name and value of each part that says which cameras, not how they are shown.
    pub fn parts(&self) -> [(&'static str, &str); 10] {
        [
            ("q", &self.q),
            ("area", &self.area),
            ("unit", &self.unit),
            ("sector", &self.sector),
            ("purpose", &self.purpose),
            ("layer", &self.layer),
            ("place", &self.place),
            ("state", &self.state),
            ("list", &self.list),
            ("within", &self.within),
        ]
    }
    /// Does it leave cameras out?
    pub fn narrows(&self) -> bool {
        self.parts().iter().any(|(_, v)| !v.is_empty())
    }
    /// An address with the filter, and these instead of its own order and columns.
    pub fn href(&self, path: &str, more: &[(&str, &str)]) -> String {
        let mut all: Vec<(&str, &str)> = self.parts().to_vec();
        for pair in [("sort", self.sort.as_str()), ("dir", &self.dir), ("cols", &self.cols)] {
            if !more.iter().any(|(name, _)| *name == pair.0) {
                all.push(pair);
            }
        }
        all.extend_from_slice(more);
        crate::routes::with_query(path, &all)
    }
}

/// What a filter bar offers.
#[derive(Clone, Debug, Default)]
pub struct FilterChoices {
    /// Areas, as a tree.
    pub areas: Vec<Counted>,
    /// Units, as a tree.
    pub units: Vec<Counted>,
    /// Sectors.
    pub sectors: Vec<Counted>,
    /// Purposes.
    pub purposes: Vec<Counted>,
    /// Height layers.
    pub layers: Vec<Counted>,
    /// Categories of places.
    pub places: Vec<Counted>,
    /// How many are in each phase.
    pub phases: Vec<(Phase, u64)>,
}

/// The columns that a list of cameras can have, in their order.
pub const CAMERA_COLUMNS: [&str; 10] =
    ["code", "area", "unit", "purposes", "place", "height", "device", "completeness", "changed", "state"];
/// Those that it has when nothing is said.
pub const CAMERA_COLUMNS_USUAL: [&str; 5] = ["code", "area", "unit", "purposes", "state"];

/// The list of cameras.
#[derive(Clone, Debug)]
pub struct CamerasView {
    /// Around it.
    pub shell: Shell,
    /// The filter, as in the address.
    pub filter: CameraFilter,
    /// What the filter bar offers.
    pub choices: FilterChoices,
    /// The columns, of [`CAMERA_COLUMNS`].
    pub columns: Vec<&'static str>,
    /// The rows of this page.
    pub rows: Vec<CameraRow>,
    /// Where in the list.
    pub paging: Paging,
    /// Cameras on the node without any filter; 0 makes the page say what to do first.
    pub cameras_total: u64,
    /// What of the filter cannot be read, in words.
    pub fault: Option<String>,
}

/// One row of the list of cameras.
#[derive(Clone, Debug)]
pub struct CameraRow {
    /// Its id, for ticking it.
    pub id: String,
    /// Its code, also its address under `/cameras/`.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its area.
    pub area: Option<String>,
    /// Its unit.
    pub unit: Option<String>,
    /// Names of its purposes.
    pub purposes: Vec<String>,
    /// Name of its place's category.
    pub place: Option<String>,
    /// Height above ground, in words.
    pub height: Option<String>,
    /// Maker and model.
    pub device: Option<String>,
    /// Percent of the record that is there.
    pub completeness: u8,
    /// When the record was last changed.
    pub changed_at: base::WallTime,
    /// The main stream's state.
    pub status: StreamStatus,
}

/// The map.
#[derive(Clone, Debug)]
pub struct MapView {
    /// Around it.
    pub shell: Shell,
    /// The filter, as in the address.
    pub filter: CameraFilter,
    /// What the filter bar offers.
    pub choices: FilterChoices,
    /// Base maps: address and name.
    pub bases: Vec<(String, String)>,
    /// Address of the areas' outlines.
    pub outlines: Option<String>,
    /// Cameras that these eyes see at all.
    pub cameras_total: u64,
    /// What of the filter cannot be read, in words.
    pub fault: Option<String>,
}

/// What sort of thing was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HitKind {
    /// Camera.
    Camera,
    /// Địa bàn.
    Area,
    /// Đơn vị.
    Unit,
    /// Người.
    Person,
    /// Văn bản.
    Document,
}

impl HitKind {
    /// All, in the order of the page.
    pub const ALL: [HitKind; 5] = [HitKind::Camera, HitKind::Area, HitKind::Unit, HitKind::Person, HitKind::Document];
    /// Its stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            HitKind::Camera => "camera",
            HitKind::Area => "area",
            HitKind::Unit => "unit",
            HitKind::Person => "person",
            HitKind::Document => "document",
        }
    }
}

/// Something that was found.
#[derive(Clone, Debug)]
pub struct Hit {
    /// What it is.
    pub kind: HitKind,
    /// Its id.
    pub id: String,
    /// Code, sign-in name, or number of a document.
    pub code: String,
    /// Name.
    pub name: String,
    /// More about it.
    pub about: String,
    /// Its page.
    pub href: String,
    /// How well it fits.
    pub score: u16,
}

/// The search.
#[derive(Clone, Debug)]
pub struct SearchView {
    /// Around it.
    pub shell: Shell,
    /// What was typed.
    pub q: String,
    /// What was found, kind by kind.
    pub hits: Vec<Hit>,
    /// Cameras that match in all.
    pub cameras_total: u64,
    /// What was searched for instead.
    pub meant: Option<String>,
}
