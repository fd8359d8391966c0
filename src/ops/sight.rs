//! What a caller sees of the catalogue: asked for many cameras at once, so that lists, searches and maps stay quick.
//!
//! Not here: the rule itself (`domain::standing`).

use crate::catalogue::Bits;
use domain::Camera;
use std::sync::Arc;

/// Which cameras these eyes see.
pub(crate) enum Sight<'a> {
    /// Every one. For the node's own use.
    All,
    /// Those of these slots of the catalogue.
    Kept(Arc<Bits>),
    /// Those for which this says so.
    #[cfg_attr(not(test), expect(dead_code, reason = "tests look through eyes of their own"))]
    Asked(&'a dyn Fn(&Camera) -> bool),
}

impl Sight<'_> {
    pub(crate) fn sees(&self, slot: u32, camera: &Camera) -> bool {
        match self {
            Sight::All => true,
            Sight::Kept(bits) => bits.has(slot),
            Sight::Asked(sees) => sees(camera),
        }
    }
}
