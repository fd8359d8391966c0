//! A camera's record and its code.
//!
//! The camera's password is never in the record: it is sealed apart from it (`store`). Not here: adding and changing one
//! (`camera_edit`), the networks that are allowed (`media`).

use crate::text::FieldFault;
use crate::{CameraFacts, Extra};
use base::{AreaId, CameraId, Said, UnitId, WallTime, limits};
use serde::{Deserialize, Serialize};

/// How RTP comes from a camera.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// Inside the RTSP connection.
    #[default]
    Tcp,
    /// Own UDP ports.
    Udp,
}

impl Transport {
    /// `"tcp"` or `"udp"`.
    pub fn as_str(self) -> &'static str {
        match self {
            Transport::Tcp => "tcp",
            Transport::Udp => "udp",
        }
    }
    /// Reads [`Transport::as_str`].
    pub fn parse(s: &str) -> Option<Transport> {
        [Transport::Tcp, Transport::Udp].into_iter().find(|t| t.as_str() == s)
    }
}

/// A camera of the catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Camera {
    /// For life, also when the device is replaced (A22.6).
    pub id: CameraId,
    /// For people and addresses; unique without regard to case.
    pub code: String,
    /// Name.
    pub name: String,
    /// Area (địa bàn) as it was written, while it is not found in the register; else the area's name when it was entered.
    #[serde(default)]
    pub area: Option<String>,
    /// Unit (đơn vị), likewise.
    #[serde(default)]
    pub unit: Option<String>,
    /// Area, in the register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area_id: Option<AreaId>,
    /// Unit that manages it, in the register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<UnitId>,
    /// Everything else of its record (A8, A13 to A15).
    #[serde(default, skip_serializing_if = "is_default")]
    pub facts: CameraFacts,
    /// RTSP address of the main stream, without user and password.
    pub main_url: String,
    /// RTSP address of the substream.
    #[serde(default)]
    pub sub_url: Option<String>,
    /// The camera's user name.
    #[serde(default)]
    pub username: Option<String>,
    /// Is a password sealed for it?
    #[serde(default)]
    pub has_password: bool,
    /// TCP or UDP.
    #[serde(default)]
    pub transport: Transport,
    /// When it was added.
    pub created_at: WallTime,
    /// When it was last changed.
    pub changed_at: WallTime,
    /// Counts the changes, from 1; the `ETag`.
    pub revision: u64,
    /// Fields of a newer program.
    #[serde(flatten)]
    pub extra: Extra,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Order of a list of cameras.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CameraSort {
    /// By code.
    #[default]
    Code,
    /// By name, without diacritics.
    Name,
    /// By area, then code.
    Area,
    /// By unit, then code.
    Unit,
    /// By how it stands, as the caller ranks it (`ops::Standing`), then code.
    Standing,
    /// By completeness, least first, then code.
    Completeness,
    /// By when the record was last changed, newest first.
    Changed,
}

/// Reads a camera code: Latin letters, digits, `.` and `-`, with a digit, not an id.
///
/// # Errors
/// A fault of `code`.
pub fn code(text: &str) -> Result<String, FieldFault> {
    let text = text.trim();
    let alnum = |c: char| c.is_ascii_alphanumeric();
    let fits = !text.is_empty()
        && text.len() <= limits::CODE_BYTES_MAX
        && text.chars().all(|c| alnum(c) || matches!(c, '.' | '-'))
        && text.starts_with(alnum)
        && text.ends_with(alnum)
        && !text.contains("..")
        // A word such as "add" would hide a page; an id would stand for another camera.
        && text.chars().any(|c| c.is_ascii_digit())
        && text.parse::<CameraId>().is_err();
    if fits {
        return Ok(text.to_owned());
    }
    Err(unusable_code())
}

/// The code cannot be used: it has no good form, or it is that of a camera which is not for these eyes. One sentence for
/// both, so that it says of no camera that it is there.
pub fn unusable_code() -> FieldFault {
    let max = limits::CODE_BYTES_MAX;
    FieldFault::new(
        "code",
        Said::new(
            format!(
                "Mã này không dùng được. Mã camera gồm chữ không dấu, số, dấu . và -, có ít nhất một chữ số, dài tối đa \
                 {max} ký tự, chưa dùng trong nút; ví dụ 79.760-0001. Hãy chọn mã khác hoặc để trống."
            ),
            format!(
                "This code cannot be used. A camera code has Latin letters, digits, . and -, at least one digit, at most \
                 {max} characters, and is new to the node; for example 79.760-0001. Choose another or leave it empty."
            ),
        ),
    )
}

/// The code of number `n` under a prefix: `79.760-0001`.
pub fn numbered_code(prefix: &str, n: u64) -> String {
    format!("{prefix}-{n:04}")
}

/// The number of a code made by [`numbered_code`].
pub fn number_of(code: &str) -> Option<(&str, u64)> {
    let (prefix, digits) = code.rsplit_once('-')?;
    (digits.len() >= 4 && digits.len() <= 12 && digits.bytes().all(|b| b.is_ascii_digit()))
        .then(|| digits.parse().ok().map(|n| (prefix, n)))?
}

#[cfg(test)]
#[path = "tests/camera.rs"]
mod tests;
