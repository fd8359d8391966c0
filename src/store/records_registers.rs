//! How areas, units and entries of registers are stored.
//!
//! Codes of areas are not unique here: a former area keeps the code that an area in force may have again (`ops` decides).

use crate::record::{IndexKey, Record};
use crate::records::caseless;
use base::{AreaId, ItemId, JobId, UnitId};
use domain::{Area, Handover, HandoverPart, RegisterItem, Unit};

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

impl Record for Handover {
    const TABLE: &'static str = "handover";
    type Key = JobId;
    fn key(&self) -> JobId {
        self.id
    }
}

/// Key: the handover's id and the part's number.
impl Record for HandoverPart {
    const TABLE: &'static str = "handover_part";
    type Key = [u8; 20];
    fn key(&self) -> [u8; 20] {
        handover_part_key(self.handover, self.number)
    }
}

/// The key of a part of a handover's list.
pub fn handover_part_key(handover: JobId, number: u32) -> [u8; 20] {
    let mut key = [0; 20];
    let (id, n) = key.split_at_mut(16);
    id.copy_from_slice(&handover.to_bytes());
    n.copy_from_slice(&number.to_be_bytes());
    key
}
