//! How what belongs to cameras is stored: mounting assets.
//!
//! As `records`: one [`Record`] each; their fields stand in `domain`.

use crate::record::{IndexKey, Record};
use crate::records::caseless;
use base::AssetId;
use domain::MountingAsset;

/// By `code` ([`caseless`], unique).
impl Record for MountingAsset {
    const TABLE: &'static str = "mounting_asset";
    type Key = AssetId;
    fn key(&self) -> AssetId {
        self.id
    }
    fn index_keys(&self) -> Vec<IndexKey> {
        vec![IndexKey::unique("code", caseless(&self.code))]
    }
}
