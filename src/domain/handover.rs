//! Handing over areas (sáp nhập, chia tách, bàn giao địa bàn): which camera comes to which area, and the record of it.
//!
//! One operation for all: a merge hands several areas to one, a split hands one to several, a handover follows what the
//! register says an area became. Here: the rule for one camera, and the records. Not here: carrying it out (`ops`).

use crate::handover_undo::{EndedArea, Kept};
use crate::{Area, Camera, Extra, Registers};
use base::{AccountId, AreaId, CameraId, CivilDate, JobId, UnitId, WallTime};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, HashSet};

/// What is handed over to whom. A camera goes by the first that fits: it is named itself; its area, or the nearest above
/// it, is named; the register says what its area became, and that is one area; the area for all others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoverPlan {
    /// The areas that are handed over, with all that lies within them.
    pub from: Vec<AreaId>,
    /// Cameras of these areas, and of what lies within them, come to that one.
    #[serde(default)]
    pub by_area: BTreeMap<AreaId, AreaId>,
    /// These cameras come to that one.
    #[serde(default)]
    pub by_camera: BTreeMap<CameraId, AreaId>,
    /// Follow what the register says the areas became.
    #[serde(default)]
    pub by_register: bool,
    /// All others come to this one; `None`: they stay.
    #[serde(default)]
    pub others: Option<AreaId>,
    /// Units that answer for one of the areas answer for the area that its cameras come to, if that is one.
    #[serde(default)]
    pub units: bool,
    /// The areas of `from` end on that day and become what their cameras came to.
    #[serde(default)]
    pub end_on: Option<CivilDate>,
    /// Why: the paper that it rests on, in words.
    #[serde(default)]
    pub why: String,
}

/// Where a camera goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Not part of what is handed over.
    Elsewhere,
    /// It is there already.
    There,
    /// To that area.
    To(AreaId),
    /// It stays: its area became several, and nothing says which of them is right.
    Divided,
    /// It stays: nothing says where to.
    Unsaid,
}

/// The plan with what it needs of the book, for many cameras.
pub struct Assigning<'a> {
    plan: &'a HandoverPlan,
    book: &'a Registers,
    within: HashSet<AreaId>,
    by_area: HashMap<AreaId, Fate>,
}

impl<'a> Assigning<'a> {
    /// Prepares the plan.
    pub fn new(plan: &'a HandoverPlan, book: &'a Registers) -> Self {
        let within: HashSet<AreaId> = plan.from.iter().flat_map(|a| book.area_parts(*a)).collect();
        let mut assigning = Self { plan, book, within, by_area: HashMap::new() };
        assigning.by_area = assigning.within.iter().map(|a| (*a, assigning.of_area(*a))).collect();
        assigning
    }

    fn of_area(&self, area: AreaId) -> Fate {
        let named = self.book.area_line(area).into_iter().find_map(|a| self.plan.by_area.get(&a.id));
        if let Some(to) = named {
            return Fate::To(*to);
        }
        let now = if self.plan.by_register { self.book.area_now(area) } else { Vec::new() };
        match (now.as_slice(), self.plan.others) {
            ([to], _) if *to != area => Fate::To(*to),
            (_, Some(to)) => Fate::To(to),
            ([_, _, ..], None) => Fate::Divided,
            (_, None) => Fate::Unsaid,
        }
    }

    /// Where cameras of that area go that are not named themselves.
    pub fn area(&self, area: AreaId) -> Fate {
        match self.by_area.get(&area).copied() {
            None => Fate::Elsewhere,
            Some(Fate::To(to)) if to == area => Fate::There,
            Some(fate) => fate,
        }
    }

    /// Where that camera goes.
    pub fn camera(&self, camera: &Camera) -> Fate {
        let Some(at) = camera.area_id else { return Fate::Elsewhere };
        match (self.area(at), self.plan.by_camera.get(&camera.id)) {
            (Fate::Elsewhere, _) => Fate::Elsewhere,
            (_, Some(to)) if *to == at => Fate::There,
            (_, Some(to)) => Fate::To(*to),
            (fate, None) => fate,
        }
    }
}

/// Where a handover stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandoverState {
    /// Cameras are being moved; goes on after a restart.
    Running,
    /// Carried out; can be undone.
    Done,
    /// Is being undone; goes on after a restart.
    Undoing,
    /// Was undone: everything that was not changed since is as it was before. Nothing more is done with it.
    Undone,
    /// Confirmed: can no longer be undone.
    Confirmed,
}

impl HandoverState {
    /// Stable name, for the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Undoing => "undoing",
            Self::Undone => "undone",
            Self::Confirmed => "confirmed",
        }
    }
}

/// A handover on record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Handover {
    /// For life.
    pub id: JobId,
    /// What was asked for.
    pub plan: HandoverPlan,
    /// Where it stands.
    pub state: HandoverState,
    /// Who carried it out.
    pub by: AccountId,
    /// Their sign-in name.
    pub by_name: String,
    /// When.
    pub at: WallTime,
    /// When it was undone or confirmed.
    #[serde(default)]
    pub closed_at: Option<WallTime>,
    /// Cameras to be moved. Those of the police are moved as well, and not counted: whoever reads this may not know of them.
    pub cameras: u64,
    /// Cameras moved so far; while it is being undone, those still to be looked at. Counted in the same way.
    pub moved: u64,
    /// Parts of the list of moved cameras.
    #[serde(default)]
    pub parts: u32,
    /// Areas that ended with it, as they were before.
    #[serde(default)]
    pub areas_before: Vec<Area>,
    /// The same areas, as it set them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ended: Vec<EndedArea>,
    /// Units that it moved.
    #[serde(default)]
    pub units: Vec<MovedUnit>,
    /// What its undo left as it is, because it was changed since ([`crate::handover_undo`]).
    #[serde(default, skip_serializing_if = "Kept::is_none")]
    pub kept: Kept,
    /// Counts the changes, from 1; the `ETag`.
    pub revision: u64,
    /// Fields of a newer program.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A unit that came to answer for another area.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedUnit {
    /// Which.
    pub unit: UnitId,
    /// The area before.
    pub from: AreaId,
    /// The area since.
    pub to: AreaId,
    /// Its revision since.
    pub revision: u64,
}

/// Part of the list of cameras that a handover moved; kept until it is confirmed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HandoverPart {
    /// Of which handover.
    pub handover: JobId,
    /// Number of the part, from 0.
    pub number: u32,
    /// The cameras.
    pub moved: Vec<MovedCamera>,
    /// Fields of a newer program.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A camera that came to another area.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedCamera {
    /// Which.
    pub camera: CameraId,
    /// The area before.
    pub from: AreaId,
    /// The area since; a list of an older program does not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<AreaId>,
    /// The area's name in the record before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_text: Option<String>,
    /// Its code then, to name it by should it be gone; empty for a camera of the police.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// Its name in the same way.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Its revision since: if it is another now, somebody has changed the camera.
    pub revision: u64,
    /// A camera of the police: it goes with the others, and neither its number nor its name is told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub police: bool,
}

#[cfg(test)]
#[path = "tests/handover.rs"]
mod tests;
