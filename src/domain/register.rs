//! Registers (danh mục): the lists that the office works with, as dated data that an administrator edits.
//!
//! An entry is named by its code everywhere else (`camera.facts.purposes = ["traffic"]`). One that has ended stays, so that
//! old records keep their words. Not here: the shipped entries (`data/registers.toml`), areas and units, which are more than
//! lists.

use crate::Extra;
use base::{CivilDate, ItemId, Language, WallTime};
use serde::{Deserialize, Serialize};

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Register {
    /// Tiers of areas (cấp địa bàn): thành phố, quận, phường …
    Tier,
    /// Sorts of units (loại đơn vị).
    UnitKind,
    /// Sectors (lĩnh vực, A7.2).
    Sector,
    /// Purposes of a camera (mục đích, A4.1).
    Purpose,
    /// Categories of places (loại địa điểm, A5.3, A15).
    Place,
    /// Height layers (lớp độ cao, A13.2): `from_m`, `below_m`, `purposes`.
    Layer,
    /// Types of documents (loại văn bản).
    DocumentType,
    /// Who owns a camera (hình thức sở hữu).
    Ownership,
    /// What it was paid from (nguồn vốn).
    Funding,
    /// Sorts of mounting assets (loại vật gắn, A15.2): pole, cabinet, wall …
    AssetKind,
    /// Forms of update (hình thức cập nhật, A8).
    UpdateForm,
    /// Frequencies of update (tần suất cập nhật, A8).
    UpdateFrequency,
    /// Recording classes (lớp lưu trữ, A14.4).
    RecordingClass,
    /// Sharing classes (lớp chia sẻ, A7, A11).
    SharingClass,
}

impl Register {
    /// All, in the order of the page.
    pub const ALL: [Register; 14] = [
        Register::Sector,
        Register::Purpose,
        Register::Place,
        Register::Layer,
        Register::DocumentType,
        Register::Tier,
        Register::UnitKind,
        Register::Ownership,
        Register::Funding,
        Register::AssetKind,
        Register::UpdateForm,
        Register::UpdateFrequency,
        Register::RecordingClass,
        Register::SharingClass,
    ];

    /// Stable name, as stored, in `data/registers.toml` and in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Register::Tier => "tier",
            Register::UnitKind => "unit_kind",
            Register::Sector => "sector",
            Register::Purpose => "purpose",
            Register::Place => "place",
            Register::Layer => "layer",
            Register::DocumentType => "document_type",
            Register::Ownership => "ownership",
            Register::Funding => "funding",
            Register::AssetKind => "asset_kind",
            Register::UpdateForm => "update_form",
            Register::UpdateFrequency => "update_frequency",
            Register::RecordingClass => "recording_class",
            Register::SharingClass => "sharing_class",
        }
    }
    /// Reads [`Register::as_str`].
    pub fn parse(s: &str) -> Option<Register> {
        Register::ALL.into_iter().find(|r| r.as_str() == s)
    }
}

/// An entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegisterItem {
    /// For life.
    pub id: ItemId,
    /// Which list.
    pub register: Register,
    /// Stable code, lower-case ASCII; unique within its list.
    pub code: String,
    /// Name in Vietnamese.
    pub vi: String,
    /// Name in English.
    pub en: String,
    /// Place in lists; equal places by code.
    #[serde(default)]
    pub order: i64,
    /// First day in force; `None`: always.
    #[serde(default)]
    pub valid_from: Option<CivilDate>,
    /// First day no longer in force; `None`: still is.
    #[serde(default)]
    pub valid_to: Option<CivilDate>,
    /// What else the list needs of its entries.
    #[serde(default)]
    pub traits: ItemTraits,
    /// When it was last changed.
    pub changed_at: WallTime,
    /// Counts the changes, from 1; the `ETag`.
    pub revision: u64,
    /// Fields of a newer program.
    #[serde(flatten)]
    pub extra: Extra,
}

impl RegisterItem {
    /// Its name in that language.
    pub fn name(&self, language: Language) -> &str {
        match language {
            Language::Vi => &self.vi,
            Language::En => &self.en,
        }
    }
    /// Is it in force on that day?
    pub fn in_force(&self, day: CivilDate) -> bool {
        self.valid_from.is_none_or(|from| day >= from) && self.valid_to.is_none_or(|to| day < to)
    }
}

/// What only some lists need; absent where it does not apply.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ItemTraits {
    /// Tier: how people shorten it in names: `P.`, `Q.`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub short: Vec<String>,
    /// Height layer: lowest height above ground in it, metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_m: Option<f64>,
    /// Height layer: height at which the next one begins, metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below_m: Option<f64>,
    /// Height layer: purposes that fit it (A13.2). Sector: purposes that belong to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub purposes: Vec<String>,
    /// Place: is it a public place, to be shared upward (A5.3)?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub public: bool,
    /// Place: sectors whose department is told of plan and place (A15.3, A15.4).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub told: Vec<String>,
    /// Document type: is it the written consent of the People's Committee for sharing beyond one's scope (A10.3)?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub consent: bool,
    /// Document type: is it the agreement to a second camera on the same view (A5.4, A13.1)?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub second_view: bool,
    /// Height layer: the decision's own sentence on what it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// The article of Decision 01/2022/QĐ-UBND that it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// Fields of a newer program.
    #[serde(flatten)]
    pub extra: Extra,
}
