//! Rights that were given (quyền được cấp): which acts, on which cameras, when, on which paper; and requests for them.
//!
//! Here: the records. Not here: what a scope holds (`scope`), the decision over a camera (`standing`), what may be given
//! (`giving`), withdrawing what is in force (`ops`).

use crate::camera_list::ListedAs;
use crate::document::StoredFile;
use crate::{Camera, Extra, Trees, rights::Act};
use base::{AccountId, AreaId, CameraId, CivilDate, DocumentId, GrantId, RequestId, UnitId, WallTime};
use serde::{Deserialize, Serialize};

/// Which cameras. A camera is within the scope if it fits every part that is not empty; a scope whose parts are all empty
/// holds no camera at all, unless `all` says so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// Every camera of the node (police cameras apart, as ever).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub all: bool,
    /// In one of these areas or below it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub areas: Vec<AreaId>,
    /// Of one of these units or below it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<UnitId>,
    /// For a purpose that belongs to one of these sectors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sectors: Vec<String>,
    /// For one of these purposes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub purposes: Vec<String>,
    /// One of these cameras, or on one of the lists. Only a camera that is named here can be a police camera (A7.4).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cameras: Vec<CameraId>,
    /// On one of these lists since that revision of it or an earlier one, or one of the cameras.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lists: Vec<ListedAs>,
}

/// When.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// Not before; `None`: from when it is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<WallTime>,
    /// Ends by itself; `None`: only when somebody ends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<WallTime>,
    /// Only within these weekly shifts (Asia/Ho_Chi_Minh); empty: at all hours.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shifts: Vec<Shift>,
}

/// A weekly shift; one past midnight is two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// 1 is Monday, 7 is Sunday (ISO 8601).
    pub weekday: u8,
    /// First minute of the day in it, 0 to 1,439.
    pub from_min: u16,
    /// First minute no longer in it, up to 1,440.
    pub until_min: u16,
}

/// Who has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum Holder {
    /// One account.
    Account(AccountId),
    /// Every account of a unit.
    Unit(UnitId),
}

/// A right that was given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Grant {
    /// For life.
    pub id: GrantId,
    /// Who has it.
    pub holder: Holder,
    /// What may be done.
    pub acts: Vec<Act>,
    /// On which cameras.
    pub scope: Scope,
    /// When.
    #[serde(default)]
    pub times: Times,
    /// What for, in words.
    #[serde(default)]
    pub purpose: String,
    /// The paper that it rests on; the written consent where it reaches beyond one's own scope (A10.3).
    #[serde(default)]
    pub document: Option<DocumentId>,
    /// The request that it answers.
    #[serde(default)]
    pub request: Option<RequestId>,
    /// The giver's own grant that it was given from; it lasts and reaches no further than that one. `None`: it was given
    /// out of the giver's own scope, by office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<GrantId>,
    /// The giver's own scope when it was given: a camera that leaves it is no longer within the grant. `None`: the whole
    /// node, or `via` bounds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Scope>,
    /// Made by the node when a camera was recorded as one of the police, for the unit that it belongs to (A7.4): somebody
    /// must be able to see it and to give rights on it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub founding: bool,
    /// When its coming end was put on record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warned_at: Option<WallTime>,
    /// Who gave it.
    pub given_by: AccountId,
    /// When.
    pub given_at: WallTime,
    /// Policy asks for a second person, who has not confirmed yet: not in force.
    #[serde(default)]
    pub awaits_second: bool,
    /// The second person.
    #[serde(default)]
    pub confirmed_by: Option<AccountId>,
    /// When somebody ended it, and why.
    #[serde(default)]
    pub ended: Option<GrantEnd>,
    /// Counts the changes, from 1; the `ETag`.
    pub revision: u64,
    /// Fields of a newer program.
    #[serde(flatten)]
    pub extra: Extra,
}

/// What handovers of areas have changed for a grant, with regard to one camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touched {
    /// It held the camera, which has gone to another area since.
    Lost,
    /// The camera has come into its areas since, and it does not hold it: nobody has decided that.
    Withheld,
}

impl Grant {
    /// Does it hold the camera in space? One that a handover of areas brought into its areas after it was given is not
    /// within it: nobody gains a camera by a handover without a decision.
    pub fn holds(&self, camera: &Camera, trees: &Trees) -> bool {
        self.fits(camera, camera.area_id, trees) && self.touched(camera, trees) != Some(Touched::Withheld)
    }

    fn fits(&self, camera: &Camera, area: Option<AreaId>, trees: &Trees) -> bool {
        (!camera.facts.police || self.scope.cameras.contains(&camera.id))
            && self.scope.bounds_at(camera, area, trees)
            && self.within.as_ref().is_none_or(|w| w.bounds_at(camera, area, trees))
    }

    /// What handovers of areas since it was given have changed.
    pub fn touched(&self, camera: &Camera, trees: &Trees) -> Option<Touched> {
        let was = camera.facts.handed_over_since(self.given_at)?;
        let before = was.is_ok_and(|area| self.fits(camera, Some(area), trees));
        match (before, self.fits(camera, camera.area_id, trees)) {
            (true, false) => Some(Touched::Lost),
            (false, true) => Some(Touched::Withheld),
            _ => None,
        }
    }
}

/// The end of a grant before its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantEnd {
    /// When.
    pub at: WallTime,
    /// Who.
    pub by: AccountId,
    /// Why.
    #[serde(default)]
    pub why: String,
}

/// A request for a right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccessRequest {
    /// For life.
    pub id: RequestId,
    /// Who asks.
    pub account: AccountId,
    /// For whom: the account itself, or its unit.
    pub holder: Holder,
    /// What is wanted.
    pub acts: Vec<Act>,
    /// On which cameras.
    pub scope: Scope,
    /// Codes of cameras as they were typed. They are looked up with the eyes of whoever decides: the answer to a request
    /// must not tell whether a camera exists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub named: Vec<String>,
    /// When.
    #[serde(default)]
    pub times: Times,
    /// What for.
    pub purpose: String,
    /// The paper that it rests on, if it has one already.
    #[serde(default)]
    pub document: Option<DocumentId>,
    /// When it was made.
    pub made_at: WallTime,
    /// Where it stands.
    pub state: RequestState,
    /// Counts the changes, from 1; the `ETag`.
    pub revision: u64,
    /// Fields of a newer program.
    #[serde(flatten)]
    pub extra: Extra,
}

/// Where a request stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum RequestState {
    /// Waits for a decision.
    Open,
    /// Was withdrawn by whoever made it.
    Withdrawn {
        /// When.
        at: WallTime,
    },
    /// Was approved.
    Approved {
        /// When.
        at: WallTime,
        /// By whom.
        by: AccountId,
        /// The grant that came of it.
        grant: GrantId,
    },
    /// Was refused.
    Refused {
        /// When.
        at: WallTime,
        /// By whom.
        by: AccountId,
        /// Why.
        why: String,
    },
}

/// A paper as it is entered with a form: number, date, issuer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaperDraft {
    /// Type of document.
    pub kind: String,
    /// Number and symbol.
    pub number: String,
    /// Its date.
    pub date: Option<CivilDate>,
    /// Who issued it.
    pub issuer: String,
    /// What it is about.
    pub title: String,
    /// Its file, if one came with it.
    pub file: Option<StoredFile>,
}
