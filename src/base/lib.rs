//! `base` — the floor that every other room stands on.
//!
//! Here: typed identifiers, time values, the [`Clock`], bounds ([`limits`]), kinds of errors, the right in force
//! ([`Lease`]) and the type for secrets. Not here: files, sockets, an async runtime, any rule of the office
//! (those live in `domain`).

mod clock;
mod error;
mod ids;
mod lease;
pub mod limits;
mod secret;
mod text;
mod time;

pub use clock::{Clock, ClockSource, ManualClock};
pub use error::{ErrorKind, Fault};
pub use ids::{
    AccountId, AreaId, AssetId, CameraId, CameraListId, DocumentId, GrantId, ItemId, JobId, LayoutId, LeaseId,
    LoginSessionId, RequestId, ReviewId, TokenId, UnitId, WhepSessionId,
};
pub use lease::{EndReason, Lease, LeaseGuard, LeasePurpose};
pub use secret::{PASSWORD_PLACE, Secret};
pub use text::{Language, Said};
pub use time::{CivilDate, WallTime};

use serde::{Deserialize, Serialize};

/// Which of a camera's two pictures: the large one (luồng chính) or the small one (luồng phụ).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StreamKind {
    /// Luồng chính: full size.
    Main,
    /// Luồng phụ: small, for grids.
    Sub,
}

impl StreamKind {
    /// `"main"` or `"sub"`, as in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            StreamKind::Main => "main",
            StreamKind::Sub => "sub",
        }
    }

    /// Reads `"main"` or `"sub"`.
    pub fn parse(s: &str) -> Option<StreamKind> {
        match s {
            "main" => Some(StreamKind::Main),
            "sub" => Some(StreamKind::Sub),
            _ => None,
        }
    }
}
