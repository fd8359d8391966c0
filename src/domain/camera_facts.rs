//! What a camera's record says beyond its address: everything that A8 and A13 to A15 ask for.
//!
//! All of it is optional when a camera is added and counts for completeness. Not here: the rules (`camera`, `place`).

use crate::Extra;
use base::{AreaId, AssetId, CivilDate, DocumentId, JobId, Said, UnitId, WallTime, limits};
use serde::{Deserialize, Serialize};

/// The facts of a camera's record. Codes are those of [`crate::register`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CameraFacts {
    /// Other names, found by search.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_names: Vec<String>,
    /// Where, in words (địa chỉ).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Where, on the globe.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// Height above ground, metres (A13.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height_m: Option<f64>,
    /// Where it looks: degrees clockwise from true north, 0 ≤ d < 360.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction_deg: Option<f64>,
    /// Horizontal angle of view, degrees, up to 360 (góc quan sát).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub angle_deg: Option<f64>,
    /// How far it sees usefully, metres (tầm quan sát).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range_m: Option<f64>,
    /// What it is for (mục đích, A4.1): several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub purposes: Vec<String>,
    /// Category of its place (A5.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Who owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ownership: Option<String>,
    /// What it was paid from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub funding: Option<String>,
    /// What it is mounted on (A15.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset: Option<AssetId>,
    /// The device in place now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<Device>,
    /// Devices that were in place before (A22.6), newest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_devices: Vec<Device>,
    /// Day of installation (lắp đặt).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installed_on: Option<CivilDate>,
    /// Day of completion (hoàn thành, A14.2): the integration clock starts here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_on: Option<CivilDate>,
    /// Day of integration (tích hợp).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integrated_on: Option<CivilDate>,
    /// When somebody last confirmed that the record is right (A5.6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_at: Option<WallTime>,
    /// What has happened to it outside and when that was entered (A9.1), newest last; the oldest go at
    /// [`base::limits::LIST_ITEMS_MAX`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub happenings: Vec<Happening>,
    /// The areas that it was in before handovers of areas (bàn giao địa bàn) moved it, oldest first: a grant by area that is
    /// older than such a move does not follow it ([`crate::Grant::holds`]).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub handed_over: Vec<HandedOver>,
    /// Form of update (A8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update_form: Option<String>,
    /// Frequency of update (A8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update_frequency: Option<String>,
    /// Recording class (A14.4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recording_class: Option<String>,
    /// Sharing class (A7, A11).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sharing_class: Option<String>,
    /// A specialised camera of the police (camera chuyên dụng của lực lượng Công an, A1.4, A7.4): apart, and invisible
    /// without a grant that names it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub police: bool,
    /// Technical documents, consents, reports, agreements.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<DocumentId>,
    /// Notes for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Fields of a newer program.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A change of a camera outside, and when the system was brought up to date: what the ten working days of A9.1 run between.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happening {
    /// What.
    pub kind: HappeningKind,
    /// On which day.
    pub on: CivilDate,
    /// When it was entered.
    pub entered_at: WallTime,
}

/// What has happened to a camera outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HappeningKind {
    /// It was installed.
    Installed,
    /// Place, view, purpose, owner … were changed.
    Changed,
    /// Its device was replaced (A22.6).
    Replaced,
    /// Something that a newer program knows.
    #[serde(other)]
    Other,
}

impl HappeningKind {
    /// In words.
    pub fn said(self) -> Said {
        match self {
            HappeningKind::Installed => Said::new("Lắp đặt mới", "New installation"),
            HappeningKind::Changed => Said::new("Thay đổi", "Change"),
            HappeningKind::Replaced => Said::new("Thay thiết bị", "Device replaced"),
            HappeningKind::Other => Said::new("Khác", "Other"),
        }
    }
}

/// That a handover of areas, or its undo, moved a camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedOver {
    /// The area before.
    pub from: AreaId,
    /// When.
    pub at: WallTime,
    /// By which handover, also where it was its undo.
    pub handover: JobId,
}

impl CameraFacts {
    /// Notes that a handover moved it; at the bound the oldest note goes.
    pub fn note_handover(&mut self, moved: HandedOver) {
        if self.handed_over.len() >= limits::LIST_ITEMS_MAX {
            self.handed_over.remove(0);
        }
        self.handed_over.push(moved);
    }

    /// The last handover that moved it and was not undone: an undo is noted as a further move by the same handover.
    pub fn last_handover(&self) -> Option<JobId> {
        let mut standing: Vec<JobId> = Vec::new();
        for moved in &self.handed_over {
            match standing.last() {
                Some(last) if *last == moved.handover => drop(standing.pop()),
                _ => standing.push(moved.handover),
            }
        }
        standing.pop()
    }

    /// Where it was when something was decided at that moment, if a handover has moved it since; `Err` if that is no longer
    /// known.
    pub fn handed_over_since(&self, decided: WallTime) -> Option<Result<AreaId, ()>> {
        let (n, first) = self.handed_over.iter().enumerate().find(|(_, h)| h.at >= decided)?;
        Some(if n == 0 && self.handed_over.len() >= limits::LIST_ITEMS_MAX { Err(()) } else { Ok(first.from) })
    }

    /// Notes what has happened outside; at the bound the oldest note goes.
    pub fn note_happening(&mut self, kind: HappeningKind, on: CivilDate, entered_at: WallTime) {
        if self.happenings.len() >= limits::LIST_ITEMS_MAX {
            self.happenings.remove(0);
        }
        self.happenings.push(Happening { kind, on, entered_at });
    }
}

/// A place on the globe: WGS 84, degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Position {
    /// Latitude, −90 to 90.
    pub lat: f64,
    /// Longitude, −180 to 180.
    pub lon: f64,
}

/// A device (thiết bị).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Device {
    /// Maker (hãng).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub maker: String,
    /// Model.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub model: String,
    /// Firmware.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub firmware: String,
    /// Serial number.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub serial: String,
    /// Number of its certificate of conformity with QCVN 135:2024/BTTTT (chứng nhận hợp quy).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub conformity: String,
    /// Since when it is in place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<CivilDate>,
    /// Until when it was, for a former one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<CivilDate>,
    /// Why it was replaced, for a former one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Fields of a newer program.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A mounting asset: a pole, a cabinet, shared by cameras (A15.2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MountingAsset {
    /// For life.
    pub id: AssetId,
    /// Code on its plate; unique without regard to case.
    pub code: String,
    /// Code of an entry of [`crate::register::Register::AssetKind`].
    pub kind: String,
    /// Name or remark.
    #[serde(default)]
    pub name: String,
    /// Where.
    #[serde(default)]
    pub position: Option<Position>,
    /// Who owns it, in words.
    #[serde(default)]
    pub owner: String,
    /// The unit of whoever entered it: its people keep the record. `None`: the node's own office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<UnitId>,
    /// When it was removed. The record stays for cameras that are on it: who sees one of them sees it, nobody else does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed_at: Option<WallTime>,
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
