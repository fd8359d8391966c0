//! Taking a handover of areas back: what goes back, and what stays as it is and why.
//!
//! **The rule.** What the handover itself has set is looked at and nothing else: the area of a camera, the area that a unit
//! answers for, the end of an area and what it became. Where that still is as the handover left it, it is as before again,
//! and every other change made since is kept: a camera that was given a better name comes back to its old area with that
//! name. Where somebody has set it to something else since, by hand or by a further handover, or where the thing is gone, it
//! stays as it is and is named, as the undo of an import does. Not here: carrying it out (`ops`).

use crate::handover::{Handover, MovedCamera, MovedUnit};
use crate::{Area, Camera, Registers, Unit, area_edit};
use base::{AreaId, CameraId, JobId, Said, UnitId, limits};
use serde::{Deserialize, Serialize};

/// What the undo of a handover means for one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undoing {
    /// It is put back.
    Back,
    /// Somebody has put it back already: there is nothing to do, and nothing to tell.
    There,
    /// It stays as it is.
    Kept(KeptWhy),
}

/// Why something stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeptWhy {
    /// Its area was set to another since.
    Moved,
    /// It was changed since: an area's end or what it became; of a handover that an older program carried out, anything.
    Changed,
    /// It was removed since.
    Removed,
    /// Another area in force has its code since.
    CodeTaken,
}

impl KeptWhy {
    /// Stable name, for the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Moved => "moved",
            Self::Changed => "changed",
            Self::Removed => "removed",
            Self::CodeTaken => "code_taken",
        }
    }

    /// In words.
    pub fn said(self) -> Said {
        match self {
            Self::Moved => Said::new("Địa bàn đã được đổi sau đó", "Its area was changed meanwhile"),
            Self::Changed => Said::new("Đã được sửa sau đó", "It was changed meanwhile"),
            Self::Removed => Said::new("Đã được gỡ bỏ sau đó", "It was removed meanwhile"),
            Self::CodeTaken => Said::new(
                "Mã của địa bàn này nay thuộc một địa bàn khác đang có hiệu lực",
                "Another area in force has its code now",
            ),
        }
    }
}

/// Numbers of cameras, units and areas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Cameras. Those of the police are not counted.
    #[serde(default)]
    pub cameras: u64,
    /// Units.
    #[serde(default)]
    pub units: u64,
    /// Areas.
    #[serde(default)]
    pub areas: u64,
}

impl Counts {
    /// All together.
    pub fn total(self) -> u64 {
        self.cameras.saturating_add(self.units).saturating_add(self.areas)
    }
}

/// What an undo leaves as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// How many.
    #[serde(default)]
    pub count: Counts,
    /// The first of them, [`limits::HANDOVER_KEPT_NAMED_MAX`] at most. Never a camera of the police.
    #[serde(default)]
    pub first: Vec<KeptThing>,
}

/// Which thing stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeptId {
    /// A camera.
    Camera(CameraId),
    /// A unit.
    Unit(UnitId),
    /// An area.
    Area(AreaId),
}

impl KeptId {
    /// Stable name of what it is, for the API.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Camera(_) => "camera",
            Self::Unit(_) => "unit",
            Self::Area(_) => "area",
        }
    }
}

impl std::fmt::Display for KeptId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Camera(id) => id.fmt(f),
            Self::Unit(id) => id.fmt(f),
            Self::Area(id) => id.fmt(f),
        }
    }
}

/// One thing that an undo left as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptThing {
    /// Which.
    pub what: KeptId,
    /// Its code when the handover was undone; of one that is gone, when it was carried out.
    pub code: String,
    /// Its name in the same way.
    #[serde(default)]
    pub name: String,
    /// Why.
    pub why: KeptWhy,
}

impl Kept {
    /// Nothing stays?
    pub fn is_none(&self) -> bool {
        self.count.total() == 0
    }

    /// One more stays.
    pub fn add(&mut self, thing: KeptThing) {
        let n = match thing.what {
            KeptId::Camera(_) => &mut self.count.cameras,
            KeptId::Unit(_) => &mut self.count.units,
            KeptId::Area(_) => &mut self.count.areas,
        };
        *n = n.saturating_add(1);
        if self.first.len() < limits::HANDOVER_KEPT_NAMED_MAX {
            self.first.push(thing);
        }
    }
}

/// An area that ended with a handover, as the handover set it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedArea {
    /// Which.
    pub area: AreaId,
    /// What it became.
    pub became: Vec<AreaId>,
}

impl MovedCamera {
    /// What the undo of that handover means for the camera as it is now. A list of an older program does not say where the
    /// camera came to: then it goes back only if it has not been changed at all.
    pub fn undoing(&self, handover: JobId, now: Option<&Camera>) -> Undoing {
        let Some(now) = now else { return Undoing::Kept(KeptWhy::Removed) };
        if now.area_id == Some(self.from) {
            return Undoing::There;
        }
        let Some(to) = self.to else {
            let same = now.revision == self.revision;
            return if same { Undoing::Back } else { Undoing::Kept(KeptWhy::Changed) };
        };
        // Two further handovers may have led it in a circle: that they did was decided since.
        let moved_on = now.facts.last_handover().is_some_and(|last| last != handover);
        if now.area_id == Some(to) && !moved_on { Undoing::Back } else { Undoing::Kept(KeptWhy::Moved) }
    }

    /// How it is named if it stays.
    pub fn kept(&self, now: Option<&Camera>, why: KeptWhy) -> KeptThing {
        let (code, name) = match now {
            Some(now) => (now.code.clone(), now.name.clone()),
            None if self.code.is_empty() => (self.camera.to_string(), String::new()),
            None => (self.code.clone(), self.name.clone()),
        };
        KeptThing { what: KeptId::Camera(self.camera), code, name, why }
    }
}

impl MovedUnit {
    /// What the undo means for the unit as it is now.
    pub fn undoing(&self, now: Option<&Unit>) -> Undoing {
        match now.map(|unit| unit.area) {
            None => Undoing::Kept(KeptWhy::Removed),
            Some(at) if at == Some(self.from) => Undoing::There,
            Some(at) if at == Some(self.to) => Undoing::Back,
            Some(_) => Undoing::Kept(KeptWhy::Moved),
        }
    }

    /// How it is named if it stays.
    pub fn kept(&self, now: Option<&Unit>, why: KeptWhy) -> KeptThing {
        let (code, name) =
            now.map_or_else(|| (self.unit.to_string(), String::new()), |u| (u.code.clone(), u.name.clone()));
        KeptThing { what: KeptId::Unit(self.unit), code, name, why }
    }
}

impl Handover {
    /// What the undo means for an area that ended with the handover, as it was before and as it is now.
    pub fn undoing_area(&self, before: &Area, now: Option<&Area>, book: &Registers) -> Undoing {
        let Some(now) = now else { return Undoing::Kept(KeptWhy::Removed) };
        if (now.valid_to, &now.became) == (before.valid_to, &before.became) {
            return Undoing::There;
        }
        let as_left = match self.ended.iter().find(|ended| ended.area == before.id) {
            Some(ended) => (now.valid_to, &now.became) == (self.plan.end_on, &ended.became),
            // An older program did not note it.
            None => now.revision == before.revision.saturating_add(1),
        };
        if !as_left {
            return Undoing::Kept(KeptWhy::Changed);
        }
        let again = (now.valid_from, before.valid_to);
        match area_edit::code_held(&now.code, Some(now.id), again, book) {
            Some(_) => Undoing::Kept(KeptWhy::CodeTaken),
            None => Undoing::Back,
        }
    }

    /// What its undo has put back so far.
    pub fn taken_back(&self) -> Counts {
        let n = |all: usize| u64::try_from(all).unwrap_or(u64::MAX);
        Counts {
            cameras: self.cameras.saturating_sub(self.moved).saturating_sub(self.kept.count.cameras),
            units: n(self.units.len()).saturating_sub(self.kept.count.units),
            areas: n(self.areas_before.len()).saturating_sub(self.kept.count.areas),
        }
    }
}

/// How an area is named if it stays.
pub fn kept_area(before: &Area, now: Option<&Area>, why: KeptWhy) -> KeptThing {
    let area = now.unwrap_or(before);
    KeptThing { what: KeptId::Area(before.id), code: area.code.clone(), name: area.name.clone(), why }
}

#[cfg(test)]
#[path = "tests/handover_undo.rs"]
mod tests;
