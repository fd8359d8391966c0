//! What can be stored: the traits that a record type implements.
//!
//! Here: [`Record`], its primary key and its secondary keys. Not here: the records themselves (`domain`, `ops`) and
//! their bytes (`encoding`).

use serde::{Serialize, de::DeserializeOwned};

/// A kind of stored record. Its JSON is kept for ever readable: new fields need `#[serde(default)]`, and the type keeps
/// unknown ones with `#[serde(flatten)] extra` (invariant 9).
pub trait Record: Serialize + DeserializeOwned {
    /// The table's stable name; must not start with `_` (those are the store's own).
    const TABLE: &'static str;
    /// True for records that may change without an audit entry because they say nothing about what people did (when a
    /// sign-in was last used). Anything else that changes without one is undone ([`crate::StoreError::Unaudited`]).
    const HOUSEKEEPING: bool = false;
    /// The primary key.
    type Key: RecordKey;
    /// This record's primary key.
    fn key(&self) -> Self::Key;
    /// This record's secondary keys, kept up to date by the store.
    fn index_keys(&self) -> Vec<IndexKey> {
        Vec::new()
    }
}

/// A primary key: bytes whose order is the order of ranges.
pub trait RecordKey {
    /// The key's bytes.
    fn key_bytes(&self) -> Vec<u8>;
}

/// A secondary key of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexKey {
    /// The index's stable name within its table, such as `"name"`.
    pub index: &'static str,
    /// What is looked up; at most 65,535 bytes.
    pub value: Vec<u8>,
    /// Whether only one record may have it ([`crate::StoreError::Taken`]).
    pub unique: bool,
}

impl IndexKey {
    /// A key that one record at most may have.
    pub fn unique(index: &'static str, value: impl Into<Vec<u8>>) -> Self {
        Self { index, value: value.into(), unique: true }
    }
    /// A key that many records may share.
    pub fn shared(index: &'static str, value: impl Into<Vec<u8>>) -> Self {
        Self { index, value: value.into(), unique: false }
    }
}

macro_rules! id_keys {
    ($($id:ident),+) => {$(
        impl RecordKey for base::$id {
            fn key_bytes(&self) -> Vec<u8> { self.to_bytes().to_vec() }
        }
    )+};
}
id_keys!(
    CameraId,
    AccountId,
    UnitId,
    AreaId,
    ItemId,
    DocumentId,
    AssetId,
    GrantId,
    CameraListId,
    LayoutId,
    RequestId,
    ReviewId,
    JobId,
    LeaseId,
    LoginSessionId,
    TokenId
);

impl RecordKey for str {
    fn key_bytes(&self) -> Vec<u8> {
        self.as_bytes().to_vec()
    }
}
impl RecordKey for &str {
    fn key_bytes(&self) -> Vec<u8> {
        self.as_bytes().to_vec()
    }
}
impl RecordKey for String {
    fn key_bytes(&self) -> Vec<u8> {
        self.as_bytes().to_vec()
    }
}
impl RecordKey for u64 {
    fn key_bytes(&self) -> Vec<u8> {
        self.to_be_bytes().to_vec()
    }
}
impl<const N: usize> RecordKey for [u8; N] {
    fn key_bytes(&self) -> Vec<u8> {
        self.to_vec()
    }
}
/// The one record of a table that holds only one.
impl RecordKey for () {
    fn key_bytes(&self) -> Vec<u8> {
        Vec::new()
    }
}
