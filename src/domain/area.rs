//! Areas (địa bàn): a tree of any depth, dated, with former names and successors.
//!
//! Tiers are data: an area's `kind` is the code of an entry of the register of tiers, no tier has a name in code. An area
//! that has ended stays, so that its name still finds what is now elsewhere. Not here: the shipped areas (`data/`), moving
//! cameras when areas merge (`ops`).

use crate::Extra;
use base::{AreaId, CivilDate, WallTime};
use serde::{Deserialize, Serialize};

/// An area.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Area {
    /// For life.
    pub id: AreaId,
    /// Official code (Decision 124/2004/QĐ-TTg and its successors), for example `760` or `26734`; unique among areas in
    /// force.
    pub code: String,
    /// Name with its kind, as people write it: `Phường Bến Nghé`.
    pub name: String,
    /// Tier: code of an entry of [`crate::register::Register::Tier`].
    pub kind: String,
    /// The area that it is part of.
    #[serde(default)]
    pub parent: Option<AreaId>,
    /// Names it has had, and other ways to write it: found by search.
    #[serde(default)]
    pub former_names: Vec<String>,
    /// First day in force; `None`: always.
    #[serde(default)]
    pub valid_from: Option<CivilDate>,
    /// First day no longer in force; `None`: still is.
    #[serde(default)]
    pub valid_to: Option<CivilDate>,
    /// The areas that took its place when it ended; several if it was split.
    #[serde(default)]
    pub became: Vec<AreaId>,
    /// When the record was made.
    pub created_at: WallTime,
    /// When it was last changed.
    pub changed_at: WallTime,
    /// Counts the changes, from 1; the `ETag`.
    pub revision: u64,
    /// Fields of a newer program.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Area {
    /// Is it in force on that day?
    pub fn in_force(&self, day: CivilDate) -> bool {
        self.valid_from.is_none_or(|from| day >= from) && self.valid_to.is_none_or(|to| day < to)
    }
}
