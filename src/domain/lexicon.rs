//! Finding what a person means by a word: entries of registers, areas, units, mounting assets.
//!
//! Rules that read typed text take a [`Lexicon`], so that they stay pure. Here too: [`AsWritten`], which knows no register.
//! Not here: the registers (`ops` keeps them in memory).

use crate::{FieldFault, Register};
use base::{AreaId, AssetId, Said, UnitId};

/// What words mean. Each text may be a code, a name (without regard to case and diacritics) or an id.
pub trait Lexicon {
    /// The code of an entry in force.
    ///
    /// # Errors
    /// A fault of `field` that says what would fit.
    fn item(&self, register: Register, field: &'static str, text: &str) -> Result<String, FieldFault>;
    /// An area in force, by a former name too, and its name.
    ///
    /// # Errors
    /// A fault of `area` that names the nearest, or the several that the text fits.
    fn area(&self, text: &str) -> Result<(AreaId, String), FieldFault>;
    /// A unit, and its name.
    ///
    /// # Errors
    /// A fault of `unit`, likewise.
    fn unit(&self, text: &str) -> Result<(UnitId, String), FieldFault>;
    /// A mounting asset.
    fn asset(&self, text: &str) -> Option<AssetId>;
}

/// Takes every well-formed code as it is and knows no area and no unit.
#[derive(Clone, Copy, Debug, Default)]
pub struct AsWritten;

impl Lexicon for AsWritten {
    fn item(&self, _: Register, field: &'static str, text: &str) -> Result<String, FieldFault> {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | '.');
        if !text.is_empty() && text.chars().all(fits) {
            return Ok(text.to_owned());
        }
        Err(FieldFault::new(field, Said::new("Không phải mã của danh mục.", "Not a code of the register.")))
    }
    fn area(&self, _: &str) -> Result<(AreaId, String), FieldFault> {
        Err(FieldFault::new("area", Said::new("Không có địa bàn nào.", "There are no areas.")))
    }
    fn unit(&self, _: &str) -> Result<(UnitId, String), FieldFault> {
        Err(FieldFault::new("unit", Said::new("Không có đơn vị nào.", "There are no units.")))
    }
    fn asset(&self, text: &str) -> Option<AssetId> {
        text.parse().ok()
    }
}
