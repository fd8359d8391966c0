//! Bytes of records and keys.
//!
//! Here: the one-byte format version before a record's JSON, the composition of keys. Not here: what the records mean.

use crate::StoreError;
use crate::record::{IndexKey, Record};
use base::limits;

/// Version of a record's envelope: this byte, then JSON.
pub(crate) const RECORD_FORMAT: u8 = 1;

/// The store's own tables; record tables have the names that [`Record::TABLE`] gives.
pub(crate) mod table {
    pub(crate) const META: &str = "_meta";
    pub(crate) const INDEX: &str = "_index";
    pub(crate) const SEALED: &str = "_sealed";
    pub(crate) const AUDIT: &str = "_audit";
    pub(crate) const AUDIT_BY_TIME: &str = "_audit_by_time";
    pub(crate) const AUDIT_WHO: &str = "_audit_who";
    pub(crate) const AUDIT_ACT: &str = "_audit_act";
    pub(crate) const AUDIT_SUBJECT: &str = "_audit_subject";
    pub(crate) const AUDIT_NAMES: &str = "_audit_names";
    pub(crate) const AUDIT_TREE: &str = "_audit_tree";
    pub(crate) const AUDIT_CHECKPOINTS: &str = "_audit_checkpoints";
}

/// The record's stored bytes.
pub(crate) fn encode<T: Record>(record: &T) -> Result<Vec<u8>, StoreError> {
    let mut out = vec![RECORD_FORMAT];
    serde_json::to_writer(&mut out, record)
        .map_err(|e| StoreError::Unreadable { table: T::TABLE.into(), detail: e.to_string() })?;
    if out.len() > limits::RECORD_BYTES_MAX {
        return Err(StoreError::TooLarge { table: T::TABLE, bytes: out.len() });
    }
    Ok(out)
}

/// Reads what [`encode`] wrote, in this release or an older one.
pub(crate) fn decode<T: Record>(bytes: &[u8]) -> Result<T, StoreError> {
    let unreadable = |detail: String| StoreError::Unreadable { table: T::TABLE.into(), detail };
    match bytes.split_first() {
        Some((&RECORD_FORMAT, json)) => serde_json::from_slice(json).map_err(|e| unreadable(e.to_string())),
        Some((other, _)) => Err(unreadable(format!("format {other}"))),
        None => Err(unreadable("empty".into())),
    }
}

/// Joins parts so that different parts never give the same bytes: each is preceded by its length.
pub(crate) fn joined(table: &'static str, parts: &[&[u8]]) -> Result<Vec<u8>, StoreError> {
    let mut out = Vec::with_capacity(parts.iter().map(|p| p.len() + 2).sum());
    for part in parts {
        let len = u16::try_from(part.len()).map_err(|_| StoreError::TooLarge { table, bytes: part.len() })?;
        out.extend_from_slice(&len.to_be_bytes());
        out.extend_from_slice(part);
    }
    Ok(out)
}

/// Where all entries of one secondary key value begin.
pub(crate) fn index_prefix(table: &'static str, index: &str, value: &[u8]) -> Result<Vec<u8>, StoreError> {
    joined(table, &[table.as_bytes(), index.as_bytes(), value])
}

/// The place of one record's secondary key.
pub(crate) fn index_place(table: &'static str, key: &IndexKey, primary: &[u8]) -> Result<Vec<u8>, StoreError> {
    let mut out = index_prefix(table, key.index, &key.value)?;
    if !key.unique {
        out.extend_from_slice(primary);
    }
    Ok(out)
}

/// The first key after all keys that begin with `prefix`; none if there is no such key.
pub(crate) fn after_prefix(prefix: &[u8]) -> Option<Vec<u8>> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            return Some(end);
        }
    }
    None
}

/// A moment as bytes in the order of time.
pub(crate) fn time_bytes(us: i64) -> [u8; 8] {
    (us.cast_unsigned() ^ (1 << 63)).to_be_bytes()
}

/// Eight bytes from `at` on as a number; `None` if they are not all there.
pub(crate) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_be_bytes(bytes.get(at..at.checked_add(8)?)?.try_into().ok()?))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

pub(crate) fn unhex32(text: &[u8]) -> Option<[u8; 32]> {
    let digit = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let mut out = [0; 32];
    let (pairs, rest) = text.as_chunks::<2>();
    if pairs.len() != 32 || !rest.is_empty() {
        return None;
    }
    for (o, [high, low]) in out.iter_mut().zip(pairs) {
        *o = digit(*high)? << 4 | digit(*low)?;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_parts_cannot_be_shifted() {
        let a = joined("t", &[b"ab", b"c"]).expect("short");
        let b = joined("t", &[b"a", b"bc"]).expect("short");
        assert_ne!(a, b);
        assert!(matches!(joined("t", &[&[0; 70_000]]), Err(StoreError::TooLarge { .. })));
    }

    #[test]
    fn prefixes_end_where_the_next_begins() {
        assert_eq!(after_prefix(&[1, 2]), Some(vec![1, 3]));
        assert_eq!(after_prefix(&[1, 255]), Some(vec![2]));
        assert_eq!(after_prefix(&[255, 255]), None);
    }

    #[test]
    fn times_sort_across_1970() {
        let mut t = [i64::MAX, 0, -1, 1, i64::MIN].map(time_bytes);
        t.sort_unstable();
        assert_eq!(t, [i64::MIN, -1, 0, 1, i64::MAX].map(time_bytes));
    }

    #[test]
    fn hex_goes_both_ways() {
        let bytes: [u8; 32] = std::array::from_fn(|i| u8::try_from(i * 7 % 256).expect("below 256"));
        assert_eq!(unhex32(hex(&bytes).as_bytes()), Some(bytes));
        assert_eq!(unhex32(b"00"), None);
        assert_eq!(unhex32(&[b'g'; 64]), None);
    }
}
