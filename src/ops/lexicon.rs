//! What words of a form, a list or the API mean on this node today: the registers as they stand.

use crate::Ops;
use crate::record::Assets;
use base::{AreaId, AssetId, UnitId};
use domain::{FieldFault, Lexicon, Register, Registers};
use std::sync::Arc;

/// The registers of one moment, for reading typed text.
pub struct NodeLexicon {
    registers: Arc<Registers>,
    assets: Arc<Assets>,
}

impl Lexicon for NodeLexicon {
    fn item(&self, register: Register, field: &'static str, text: &str) -> Result<String, FieldFault> {
        self.registers.item_by(register, field, text)
    }
    fn area(&self, text: &str) -> Option<(AreaId, String)> {
        let id = self.registers.area_by(text).ok()?;
        self.registers.area(id).map(|a| (id, a.name.clone()))
    }
    fn unit(&self, text: &str) -> Option<(UnitId, String)> {
        let id = self.registers.unit_by(text).ok()?;
        self.registers.unit(id).map(|u| (id, u.name.clone()))
    }
    fn asset(&self, text: &str) -> Option<AssetId> {
        self.assets.find(text).map(|a| a.id)
    }
}

impl Ops {
    /// What words mean now.
    pub(crate) fn lexicon(&self) -> NodeLexicon {
        NodeLexicon { registers: self.registers(), assets: self.assets_book() }
    }
}
