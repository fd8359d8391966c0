//! Mounting assets (trụ, tủ): what cameras are mounted on, shared by them (A15.2).
//!
//! The record stands in `camera_facts`. Not here: whether a code is taken (`ops`), which cameras are on one (`ops`).

use crate::camera_facts::{MountingAsset, Position};
use crate::facts_patch::take;
use crate::text::{self, FieldFault};
use crate::{Lexicon, Register, place};
use base::Said;

/// A mounting asset as typed; also a change of one, which gives all of it anew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssetDraft {
    /// Code on its plate.
    pub code: String,
    /// Kind: code or name.
    pub kind: String,
    /// Name or remark.
    pub name: String,
    /// Where, on the globe, in any way of [`place::read`].
    pub position: String,
    /// Who owns it.
    pub owner: String,
}

/// A mounting asset that fits the rules.
#[derive(Clone, Debug, PartialEq)]
pub struct AssetFacts {
    /// Code.
    pub code: String,
    /// Code of its kind.
    pub kind: String,
    /// Name or remark.
    pub name: String,
    /// Where.
    pub position: Option<Position>,
    /// Owner.
    pub owner: String,
}

impl AssetFacts {
    /// Puts them into a record.
    pub fn put(self, asset: &mut MountingAsset) {
        let AssetFacts { code, kind, name, position, owner } = self;
        (asset.code, asset.kind, asset.name, asset.position, asset.owner) = (code, kind, name, position, owner);
    }
}

/// Reads a mounting asset by the rules.
///
/// # Errors
/// Every field that is wrong.
pub fn decide_asset(draft: &AssetDraft, lexicon: &dyn Lexicon) -> Result<AssetFacts, Vec<FieldFault>> {
    let mut faults = Vec::new();
    let f = &mut faults;
    let code = take(code(&draft.code), f).unwrap_or_default();
    let kind = match draft.kind.trim() {
        "" => take(text::name("kind", ""), f).unwrap_or_default(),
        typed => take(lexicon.item(Register::AssetKind, "kind", typed), f).unwrap_or_default(),
    };
    let name = take(text::optional_name("name", &draft.name), f).flatten().unwrap_or_default();
    let owner = take(text::optional_name("owner", &draft.owner), f).flatten().unwrap_or_default();
    let position = match draft.position.trim() {
        "" => None,
        typed => take(place::read(typed), f),
    };
    if faults.is_empty() { Ok(AssetFacts { code, kind, name, position, owner }) } else { Err(faults) }
}

/// Longest code of a plate, in characters.
const CODE_CHARS_MAX: usize = 40;

fn code(text: &str) -> Result<String, FieldFault> {
    let code = text::name("code", text)?;
    // An id would stand for another asset.
    if code.chars().count() <= CODE_CHARS_MAX && code.parse::<base::AssetId>().is_err() {
        return Ok(code);
    }
    Err(FieldFault::new(
        "code",
        Said::new(
            format!("Mã trụ, tủ dài tối đa {CODE_CHARS_MAX} ký tự, như ghi trên biển."),
            format!("The code has at most {CODE_CHARS_MAX} characters, as on the plate."),
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AsWritten;

    #[test]
    fn what_an_asset_must_have() {
        let full = AssetDraft {
            code: "TRU-0001".into(),
            kind: "pole".into(),
            position: "10.5, 106.25".into(),
            ..AssetDraft::default()
        };
        let read = decide_asset(&full, &AsWritten).expect("fits");
        assert_eq!((read.code.as_str(), read.position), ("TRU-0001", Some(Position { lat: 10.5, lon: 106.25 })));
        let id = "019500b0-0000-7000-8000-000000000000";
        for (draft, fields) in [
            (AssetDraft::default(), vec!["code", "kind"]),
            (AssetDraft { code: id.into(), ..full.clone() }, vec!["code"]),
            (AssetDraft { code: "x".repeat(41), position: "?".into(), ..full }, vec!["code", "position"]),
        ] {
            let faults = decide_asset(&draft, &AsWritten).expect_err("bad");
            assert_eq!(faults.iter().map(|f| f.field).collect::<Vec<_>>(), fields);
        }
    }
}
