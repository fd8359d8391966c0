//! Documents (văn bản): the papers that consents, agreements, reports and grants rest on, and the files kept with records.
//!
//! Not here: the files' bytes (`ops` keeps them in the data folder, named by their hash).

use crate::Extra;
use base::{AccountId, CivilDate, DocumentId, WallTime};
use serde::{Deserialize, Serialize};

/// A paper that something rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// For life.
    pub id: DocumentId,
    /// Code of an entry of [`crate::register::Register::DocumentType`].
    pub kind: String,
    /// Number and symbol, for example `123/UBND-VX`.
    pub number: String,
    /// Its date.
    pub date: Option<CivilDate>,
    /// Who issued it (cơ quan ban hành).
    #[serde(default)]
    pub issuer: String,
    /// What it is about (trích yếu).
    #[serde(default)]
    pub title: String,
    /// Its file, if one was given.
    #[serde(default)]
    pub file: Option<StoredFile>,
    /// Who entered it.
    pub added_by: AccountId,
    /// When.
    pub added_at: WallTime,
    /// Fields of a newer program.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A file in the data folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredFile {
    /// Its name as it was given, for people; never a path.
    pub name: String,
    /// Media type, from the content and not from the name.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the bytes, hex; also where they are kept.
    pub sha256: String,
}
