//! Saved layouts of live pictures (bố cục): which cameras stand in which tiles, for a person or for a unit.
//!
//! **A layout gives nobody a right.** It names cameras by their ids; whoever opens it finds those that they may see, and
//! empty tiles for the others, police cameras included. Here: the record and what may be made of it. Not here: who may keep
//! and open one (`ops`), how it is shown (`templates`).

use crate::Extra;
use crate::text::{self, FieldFault};
use base::{AccountId, CameraId, LayoutId, Said, UnitId, WallTime, limits};
use serde::{Deserialize, Serialize};

/// How many tiles a wall may have. With six, the first is large.
pub const GRIDS: [u8; 6] = [1, 4, 6, 9, 16, 25];

/// Whose layout it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum LayoutOwner {
    /// One person's.
    Account(AccountId),
    /// A unit's: for its people and those of the units below it.
    Unit(UnitId),
    /// The node's: for those who see the whole node.
    Node,
}

impl LayoutOwner {
    /// As bytes, for finding an owner's layouts.
    pub fn key(self) -> Vec<u8> {
        let of = |sort: u8, id: &[u8]| [&[sort], id].concat();
        match self {
            LayoutOwner::Account(id) => of(b'a', &id.to_bytes()),
            LayoutOwner::Unit(id) => of(b'u', &id.to_bytes()),
            LayoutOwner::Node => of(b'n', &[]),
        }
    }
}

/// A tour (tuần tra): pages that follow each other by themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayoutTour {
    /// Seconds that a page stays.
    pub seconds: u32,
    /// Layouts that follow each other; empty: the pages of this layout's own cameras.
    #[serde(default)]
    pub layouts: Vec<LayoutId>,
}

/// A saved layout.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Layout {
    /// For life.
    pub id: LayoutId,
    /// Whose.
    pub owner: LayoutOwner,
    /// What it is called.
    pub name: String,
    /// Is it the person's favourite cameras rather than a layout? One for each person.
    #[serde(default)]
    pub favourites: bool,
    /// How many tiles, one of [`GRIDS`].
    pub grid: u8,
    /// Cameras by tile; `None` is an empty tile. Beyond the grid: those of the pages that follow.
    #[serde(default)]
    pub tiles: Vec<Option<CameraId>>,
    /// Its tour.
    #[serde(default)]
    pub tour: Option<LayoutTour>,
    /// Who made it.
    pub made_by: AccountId,
    /// When.
    pub made_at: WallTime,
    /// When it was last changed.
    pub changed_at: WallTime,
    /// Counts the changes, from 1; the `ETag`.
    pub revision: u64,
    /// Fields of a newer program.
    #[serde(flatten)]
    pub extra: Extra,
}

/// What is to become of a layout; what is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LayoutChange {
    /// Another name.
    pub name: Option<String>,
    /// Another number of tiles.
    pub grid: Option<u8>,
    /// Other cameras, all of them.
    pub tiles: Option<Vec<Option<CameraId>>>,
    /// Another tour, or none.
    pub tour: Option<Option<LayoutTour>>,
}

fn fault(field: &'static str, vi: impl Into<String>, en: impl Into<String>) -> FieldFault {
    FieldFault::new(field, Said::new(vi, en))
}

fn trimmed(mut tiles: Vec<Option<CameraId>>) -> Vec<Option<CameraId>> {
    while tiles.last().is_some_and(Option::is_none) {
        tiles.pop();
    }
    tiles
}

impl Layout {
    /// The cameras in its tiles, each once.
    pub fn cameras(&self) -> Vec<CameraId> {
        let mut all: Vec<CameraId> = self.tiles.iter().flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// New tiles as somebody wrote them who does not see all of the old ones: where they left a tile empty that holds a
    /// camera hidden from them, it stays.
    pub fn keep_hidden(
        &self,
        mut tiles: Vec<Option<CameraId>>,
        hidden: impl Fn(CameraId) -> bool,
    ) -> Vec<Option<CameraId>> {
        for (n, old) in self.tiles.iter().enumerate() {
            let Some(camera) = old.filter(|c| hidden(*c)) else { continue };
            if n >= tiles.len() {
                tiles.resize(n + 1, None);
            }
            if let Some(tile @ None) = tiles.get_mut(n) {
                *tile = Some(camera);
            }
        }
        tiles
    }

    /// The layout after that change. A change that changes nothing gives back the same layout with its revision.
    ///
    /// # Errors
    /// Faults of `name`, `grid`, `tiles` and `tour`.
    pub fn changed(&self, change: &LayoutChange, now: WallTime) -> Result<Self, Vec<FieldFault>> {
        let mut faults = Vec::new();
        let mut new = self.clone();
        if let Some(name) = &change.name {
            match text::name("name", name) {
                Ok(name) if name.len() <= limits::LAYOUT_NAME_BYTES_MAX => new.name = name,
                Ok(_) => {
                    let max = limits::LAYOUT_NAME_BYTES_MAX;
                    faults.push(fault(
                        "name",
                        format!("Dài quá {max} byte (khoảng {} chữ có dấu). Hãy rút ngắn.", max / 3),
                        format!("Longer than {max} bytes. Shorten it."),
                    ));
                }
                Err(f) => faults.push(f),
            }
        }
        if let Some(grid) = change.grid {
            new.grid = grid;
            if !GRIDS.contains(&grid) {
                let all = GRIDS.map(|g| g.to_string()).join(", ");
                faults.push(fault("grid", format!("Số ô là một trong: {all}."), format!("The grid is one of: {all}.")));
            }
        }
        if let Some(tiles) = &change.tiles {
            new.tiles = trimmed(tiles.clone());
            let max = limits::LAYOUT_CAMERAS_MAX;
            if new.tiles.len() > max {
                faults.push(fault(
                    "tiles",
                    format!("Một bố cục có tối đa {max} ô, kể cả các trang sau. Hãy chia thành nhiều bố cục."),
                    format!("A layout has at most {max} tiles, those of further pages included. Make several."),
                ));
            }
        }
        if let Some(tour) = &change.tour {
            faults.extend(tour.as_ref().and_then(tour_fault));
            new.tour.clone_from(tour);
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        if new != *self {
            (new.revision, new.changed_at) = (self.revision.saturating_add(1), now);
        }
        Ok(new)
    }
}

fn tour_fault(tour: &LayoutTour) -> Option<FieldFault> {
    let (least, most) = (*limits::LAYOUT_TOUR_SECONDS.start(), *limits::LAYOUT_TOUR_SECONDS.end());
    if !limits::LAYOUT_TOUR_SECONDS.contains(&tour.seconds) {
        return Some(fault(
            "tour",
            format!("Mỗi trang hiện từ {least} đến {most} giây."),
            format!("A page stays for {least} to {most} seconds."),
        ));
    }
    let max = limits::LAYOUT_TOUR_STOPS_MAX;
    (tour.layouts.len() > max).then(|| {
        fault(
            "tour",
            format!("Một lượt tuần tra qua tối đa {max} bố cục."),
            format!("A tour has at most {max} layouts."),
        )
    })
}

#[cfg(test)]
#[path = "tests/layout.rs"]
mod tests;
