//! Changes that are not in the file yet, seen as if they were.
//!
//! Here: [`Overlay`] (what one closure, or one batch of closures, has changed), the layering of overlays over a
//! snapshot, the snapshot of redb. Not here: records and secondary keys (`transaction`, `write`).

use crate::StoreError;
use redb::{ReadTransaction, TableDefinition, TableError};
use std::collections::BTreeMap;
use std::iter::Peekable;
use std::ops::Bound;

/// Every table of the file is of this type.
pub(crate) fn definition(table: &str) -> TableDefinition<'_, &'static [u8], &'static [u8]> {
    TableDefinition::new(table)
}

/// One key and its value.
pub(crate) type Row = (Vec<u8>, Vec<u8>);
/// Rows in order of their keys, forth or back.
pub(crate) type Rows<'a> = Box<dyn Iterator<Item = Result<Row, StoreError>> + 'a>;

/// A range of keys.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    pub(crate) from: Bound<Vec<u8>>,
    pub(crate) to: Bound<Vec<u8>>,
}

impl Span {
    pub(crate) const ALL: Span = Span { from: Bound::Unbounded, to: Bound::Unbounded };

    /// All keys that begin with `prefix`.
    pub(crate) fn of_prefix(prefix: &[u8]) -> Self {
        let to = crate::encoding::after_prefix(prefix).map_or(Bound::Unbounded, Bound::Excluded);
        Self { from: Bound::Included(prefix.to_vec()), to }
    }
    /// Whether no key can be in it; the ordered maps below panic on ranges that end before they begin.
    fn is_empty(&self) -> bool {
        match (&self.from, &self.to) {
            (Bound::Included(a), Bound::Included(b)) => a > b,
            (Bound::Included(a) | Bound::Excluded(a), Bound::Included(b) | Bound::Excluded(b)) => a >= b,
            _ => false,
        }
    }
    fn bounds(&self) -> (Bound<&[u8]>, Bound<&[u8]>) {
        (self.from.as_ref().map(Vec::as_slice), self.to.as_ref().map(Vec::as_slice))
    }
}

/// Where rows are read that lie below the overlays.
pub(crate) trait Base {
    /// One value.
    fn value(&self, table: &str, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;
    /// The rows of a range that is not empty.
    fn scan(&self, table: &str, span: &Span, back: bool) -> Result<Rows<'_>, StoreError>;
}

/// The file as it was when the snapshot was taken.
pub(crate) struct Snapshot(pub(crate) ReadTransaction);

impl Base for Snapshot {
    fn value(&self, table: &str, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        match self.0.open_table(definition(table)) {
            Ok(t) => Ok(t.get(key)?.map(|v| v.value().to_vec())),
            Err(TableError::TableDoesNotExist(_)) => Ok(None),
            Err(e) => Err(e.into()),
        }
    }
    fn scan(&self, table: &str, span: &Span, back: bool) -> Result<Rows<'_>, StoreError> {
        let rows = match self.0.open_table(definition(table)) {
            Ok(t) => t.range::<&[u8]>(span.bounds())?,
            Err(TableError::TableDoesNotExist(_)) => return Ok(Box::new(std::iter::empty())),
            Err(e) => return Err(e.into()),
        };
        type Guard = redb::AccessGuard<'static, &'static [u8]>;
        let owned = |row: Result<(Guard, Guard), redb::StorageError>| {
            row.map(|(k, v)| (k.value().to_vec(), v.value().to_vec())).map_err(StoreError::from)
        };
        Ok(if back { Box::new(rows.rev().map(owned)) } else { Box::new(rows.map(owned)) })
    }
}

type Change = (Vec<u8>, Option<Vec<u8>>);
type Changes = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// Changes by table and key; `None` means removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Overlay {
    tables: BTreeMap<&'static str, Changes>,
    bytes: usize,
}

impl Overlay {
    /// Notes a change.
    pub(crate) fn set(&mut self, table: &'static str, key: Vec<u8>, value: Option<Vec<u8>>) {
        self.bytes += key.len() + value.as_ref().map_or(0, Vec::len);
        self.tables.entry(table).or_default().insert(key, value);
    }
    /// Takes over the changes of a later overlay.
    pub(crate) fn absorb(&mut self, later: Overlay) {
        self.bytes += later.bytes;
        for (table, changes) in later.tables {
            self.tables.entry(table).or_default().extend(changes);
        }
    }
    /// What it says of a key: nothing, removed, or this value.
    fn said(&self, table: &str, key: &[u8]) -> Option<Option<&Vec<u8>>> {
        self.tables.get(table)?.get(key).map(Option::as_ref)
    }
    fn collect(&self, table: &str, span: &Span, into: &mut Changes) {
        if let Some(changes) = self.tables.get(table) {
            into.extend(changes.range::<[u8], _>(span.bounds()).map(|(k, v)| (k.clone(), v.clone())));
        }
    }
    pub(crate) fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }
    /// Bytes noted, about what the transaction will write.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }
    /// All changes, table by table.
    pub(crate) fn tables(&self) -> impl Iterator<Item = (&'static str, &Changes)> {
        self.tables.iter().map(|(t, c)| (*t, c))
    }
}

/// One value through the layers, the last one on top.
pub(crate) fn layered_value(
    base: &dyn Base,
    layers: &[&Overlay],
    table: &str,
    key: &[u8],
) -> Result<Option<Vec<u8>>, StoreError> {
    match layers.iter().rev().find_map(|layer| layer.said(table, key)) {
        Some(said) => Ok(said.cloned()),
        None => base.value(table, key),
    }
}

/// A range through the layers. The changes of the layers are copied first: a closure may write while it walks.
pub(crate) fn layered_scan<'a>(
    base: &'a dyn Base,
    layers: &[&Overlay],
    table: &str,
    span: &Span,
    back: bool,
) -> Result<Rows<'a>, StoreError> {
    if span.is_empty() {
        return Ok(Box::new(std::iter::empty()));
    }
    let mut changes = Changes::new();
    for layer in layers {
        layer.collect(table, span, &mut changes);
    }
    let below = base.scan(table, span, back)?;
    if changes.is_empty() {
        return Ok(below);
    }
    let changes: Box<dyn Iterator<Item = Change>> =
        if back { Box::new(changes.into_iter().rev()) } else { Box::new(changes.into_iter()) };
    Ok(Box::new(Merged { below: below.peekable(), changes: changes.peekable(), back }))
}

struct Merged<'a> {
    below: Peekable<Rows<'a>>,
    changes: Peekable<Box<dyn Iterator<Item = Change>>>,
    back: bool,
}

impl Iterator for Merged<'_> {
    type Item = Result<Row, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let order = match (self.below.peek(), self.changes.peek()) {
                (_, None) | (Some(Err(_)), _) => return self.below.next(),
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (Some(Ok((below, _))), Some((changed, _))) if self.back => changed.cmp(below),
                (Some(Ok((below, _))), Some((changed, _))) => below.cmp(changed),
            };
            if order.is_lt() {
                return self.below.next();
            }
            if order.is_eq() {
                self.below.next();
            }
            if let Some((key, Some(value))) = self.changes.next() {
                return Some(Ok((key, value)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    impl Base for BTreeMap<Vec<u8>, Vec<u8>> {
        fn value(&self, _: &str, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
            Ok(self.get(key).cloned())
        }
        fn scan(&self, _: &str, span: &Span, back: bool) -> Result<Rows<'_>, StoreError> {
            let rows = self.range::<[u8], _>(span.bounds()).map(|(k, v)| Ok((k.clone(), v.clone())));
            Ok(if back { Box::new(rows.rev()) } else { Box::new(rows) })
        }
    }

    fn key() -> impl Strategy<Value = Vec<u8>> {
        proptest::collection::vec(0u8..4, 0..3)
    }
    fn bound() -> impl Strategy<Value = Bound<Vec<u8>>> {
        prop_oneof![Just(Bound::Unbounded), key().prop_map(Bound::Included), key().prop_map(Bound::Excluded)]
    }
    fn changes() -> impl Strategy<Value = Vec<(Vec<u8>, Option<Vec<u8>>)>> {
        proptest::collection::vec((key(), proptest::option::of(key())), 0..12)
    }

    proptest! {
        /// Two layers over a base read as the map would that had taken every change in turn.
        #[test]
        fn layers_read_as_one_map(
            start in proptest::collection::btree_map(key(), key(), 0..12),
            first in changes(), second in changes(), from in bound(), to in bound(), at in key(),
        ) {
            let mut model = start.clone();
            let (mut batch, mut own) = (Overlay::default(), Overlay::default());
            for (layer, list) in [(&mut batch, first), (&mut own, second)] {
                for (k, v) in list {
                    match &v { Some(v) => model.insert(k.clone(), v.clone()), None => model.remove(&k) };
                    layer.set("t", k, v);
                }
            }
            let mut one = batch.clone();
            one.absorb(own.clone());
            let span = Span { from, to };
            for layers in [&[&batch, &own][..], &[&one][..]] {
                prop_assert_eq!(layered_value(&start, layers, "t", &at).expect("reads"), model.get(&at).cloned());
                for back in [false, true] {
                    let got: Vec<Row> = layered_scan(&start, layers, "t", &span, back)
                        .expect("reads").map(|r| r.expect("row")).collect();
                    let mut want: Vec<Row> = if span.is_empty() { vec![] } else {
                        model.range::<[u8], _>(span.bounds()).map(|(k, v)| (k.clone(), v.clone())).collect()
                    };
                    if back { want.reverse(); }
                    prop_assert_eq!(got, want);
                }
            }
        }
    }
}
