//! How areas, units and entries of registers are stored.
//!
//! Codes of areas are not unique here: a former area keeps the code that an area in force may have again (`ops` decides).

use crate::record::{IndexKey, Record};
use crate::records::caseless;
use base::{AreaId, ItemId, UnitId};
use domain::{Area, RegisterItem, Unit};

/// By `code` ([`caseless`]).
impl Record for Area {
    const TABLE: &'static str = "area";
    type Key = AreaId;
    fn key(&self) -> AreaId {
        self.id
    }
    fn index_keys(&self) -> Vec<IndexKey> {
        vec![IndexKey::shared("code", caseless(&self.code))]
    }
}

/// By `code` ([`caseless`], unique).
impl Record for Unit {
    const TABLE: &'static str = "unit";
    type Key = UnitId;
    fn key(&self) -> UnitId {
        self.id
    }
    fn index_keys(&self) -> Vec<IndexKey> {
        vec![IndexKey::unique("code", caseless(&self.code))]
    }
}

/// By `code` (list and code, unique).
impl Record for RegisterItem {
    const TABLE: &'static str = "register_item";
    type Key = ItemId;
    fn key(&self) -> ItemId {
        self.id
    }
    fn index_keys(&self) -> Vec<IndexKey> {
        vec![IndexKey::unique("code", caseless(&format!("{}/{}", self.register.as_str(), self.code)))]
    }
}
