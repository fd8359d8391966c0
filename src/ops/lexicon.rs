//! What words of a form, a list or the API mean on this node today: the registers as they stand.

use crate::Ops;
use crate::office::lock;
use crate::record::Assets;
use base::{AreaId, AssetId, UnitId, limits};
use domain::{FieldFault, Lexicon, Register, Registers};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// The registers of one moment, for reading typed text.
pub struct NodeLexicon {
    registers: Arc<Registers>,
    assets: Arc<Assets>,
    /// What was asked for and is not there. A list of ten thousand rows has the same slip in most of them, and the nearest
    /// names are not found for nothing.
    unknown: Mutex<HashMap<(&'static str, String), FieldFault>>,
}

impl NodeLexicon {
    /// Asks the registers once for each text that they do not know.
    fn ask<T>(
        &self,
        field: &'static str,
        text: &str,
        find: impl FnOnce() -> Result<T, FieldFault>,
    ) -> Result<T, FieldFault> {
        let key = (field, text.to_owned());
        if let Some(fault) = lock(&self.unknown).get(&key) {
            return Err(fault.clone());
        }
        find().inspect_err(|fault| {
            let mut unknown = lock(&self.unknown);
            if unknown.len() < limits::UNKNOWN_NAMES_MAX {
                unknown.insert(key, fault.clone());
            }
        })
    }
}

impl Lexicon for NodeLexicon {
    fn item(&self, register: Register, field: &'static str, text: &str) -> Result<String, FieldFault> {
        self.registers.item_by(register, field, text)
    }
    fn area(&self, text: &str) -> Result<(AreaId, String), FieldFault> {
        let id = self.ask("area", text, || self.registers.area_by(text))?;
        Ok((id, self.registers.area(id).map_or_else(String::new, |a| a.name.clone())))
    }
    fn unit(&self, text: &str) -> Result<(UnitId, String), FieldFault> {
        let id = self.ask("unit", text, || self.registers.unit_by(text))?;
        Ok((id, self.registers.unit(id).map_or_else(String::new, |u| u.name.clone())))
    }
    fn asset(&self, text: &str) -> Option<AssetId> {
        self.assets.find(text).map(|a| a.id)
    }
}

impl Ops {
    /// What words mean now.
    pub(crate) fn lexicon(&self) -> NodeLexicon {
        NodeLexicon { registers: self.registers(), assets: self.assets_book(), unknown: Mutex::default() }
    }
}
