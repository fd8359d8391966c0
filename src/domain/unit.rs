//! Units (đơn vị): those that manage camera systems, those that use their data, those that invest in them.
//!
//! Not here: their people's accounts (`account`), the rights they are given (`grant`).

use crate::Extra;
use base::{AccountId, AreaId, CivilDate, UnitId, WallTime};
use serde::{Deserialize, Serialize};

/// A unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unit {
    /// For life.
    pub id: UnitId,
    /// Short code for lists and imports, for example `CATP` or `UBND-Q1`; unique among units, without regard to case.
    pub code: String,
    /// Full name.
    pub name: String,
    /// Short name, or empty.
    #[serde(default)]
    pub short_name: String,
    /// What sort of unit: code of an entry of [`crate::register::Register::UnitKind`].
    #[serde(default)]
    pub kind: String,
    /// The unit that it belongs to.
    #[serde(default)]
    pub parent: Option<UnitId>,
    /// The area that it answers for.
    #[serde(default)]
    pub area: Option<AreaId>,
    /// The sectors that it works in: codes of [`crate::register::Register::Sector`].
    #[serde(default)]
    pub sectors: Vec<String>,
    /// Manages camera systems (đơn vị quản lý hệ thống camera, A3.2, A22).
    #[serde(default)]
    pub manages: bool,
    /// Uses data of the central system (đơn vị sử dụng dữ liệu, A3.5, A23).
    #[serde(default)]
    pub uses_data: bool,
    /// Invests in residential areas (chủ đầu tư, A15.5).
    #[serde(default)]
    pub invests: bool,
    /// The one leader that it names (đầu mối, A22.1, A23.1).
    #[serde(default)]
    pub focal_point: Option<FocalPoint>,
    /// Telephone of the unit, or empty.
    #[serde(default)]
    pub phone: String,
    /// E-mail of the unit, or empty.
    #[serde(default)]
    pub email: String,
    /// First day no longer active; `None`: still is.
    #[serde(default)]
    pub ended_on: Option<CivilDate>,
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

impl Unit {
    /// Is it active on that day?
    pub fn active(&self, day: CivilDate) -> bool {
        self.ended_on.is_none_or(|end| day < end)
    }
}

/// Whom to turn to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FocalPoint {
    /// Name.
    pub name: String,
    /// Position, for example `Phó Chủ tịch`.
    #[serde(default)]
    pub title: String,
    /// Telephone.
    #[serde(default)]
    pub phone: String,
    /// E-mail.
    #[serde(default)]
    pub email: String,
    /// The account, if there is one on this node.
    #[serde(default)]
    pub account: Option<AccountId>,
}
