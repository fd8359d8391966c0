//! The Merkle tree over the entries, as the store keeps it.
//!
//! Here: which hashes are kept and how the others are made again from the entries. Not here: the arithmetic (`merkle`),
//! the checkpoints that name its root (`checkpoint`).
//!
//! Leaf `n` (from 0) is the chain's hash of entry `n + 1`. Kept are the complete subtrees of [`TILE`] leaves and larger
//! ones: one row for every 255 entries. Smaller ones are made again from the entries of their tile; of a tile that
//! retention has cut through, the leaves before the cut are kept.

use super::chain::split;
use super::merkle::{Frontier, Nodes, TreeHash, leaf_hash};
use crate::encoding::{table, u64_at};
use crate::overlay::Span;
use crate::{ReadTx, StoreError};
use std::cell::RefCell;
use std::ops::Bound;

/// Level from which on subtrees are kept.
const TILE_LEVEL: u32 = 8;
/// Leaves of the smallest subtree that is kept.
pub(crate) const TILE: u64 = 1 << TILE_LEVEL;

/// The tree of a view.
pub(crate) struct Tree<'v> {
    view: &'v ReadTx<'v>,
    /// The tile read last: proofs of neighbours share it.
    near: RefCell<Option<(u64, Vec<TreeHash>)>>,
}

/// A kept hash: level, index, hash.
pub(crate) type Kept = (u32, u64, TreeHash);

fn missing(what: String) -> StoreError {
    StoreError::Unreadable { table: table::AUDIT_TREE.into(), detail: what }
}

/// The key of a kept hash.
pub(crate) fn key(level: u32, index: u64) -> Vec<u8> {
    [&[u8::try_from(level).unwrap_or(u8::MAX)][..], &index.to_be_bytes()].concat()
}

impl<'v> Tree<'v> {
    pub(crate) fn of(view: &'v ReadTx<'v>) -> Self {
        Self { view, near: RefCell::new(None) }
    }

    fn kept(&self, level: u32, index: u64) -> Result<Option<TreeHash>, StoreError> {
        let Some(stored) = self.view.value(table::AUDIT_TREE, &key(level, index))? else { return Ok(None) };
        let hash = stored.try_into().map_err(|_| missing(format!("{level}/{index} has an unknown form")))?;
        Ok(Some(hash))
    }

    /// The leaves of the entries `from + 1..=to`, in order. Errors if one is missing.
    pub(crate) fn leaves(&self, from: u64, to: u64, mut leaf: impl FnMut(TreeHash)) -> Result<(), StoreError> {
        let after = |n: u64| Bound::Included(n.saturating_add(1).to_be_bytes().to_vec());
        let (mut due, kept_from) = (from, Bound::Included(key(0, from)));
        for row in
            self.view.scan(table::AUDIT_TREE, &Span { from: kept_from, to: Bound::Excluded(key(0, to)) }, false)?
        {
            let (at, hash) = row?;
            if u64_at(&at, 1) != Some(due) {
                return Err(missing(format!("leaf {due}")));
            }
            leaf(hash.try_into().map_err(|_| missing(format!("leaf {due} has an unknown form")))?);
            due += 1;
        }
        let span = Span { from: after(due), to: Bound::Excluded(to.saturating_add(1).to_be_bytes().to_vec()) };
        for row in self.view.scan(table::AUDIT, &span, false)? {
            let (at, stored) = row?;
            let entry = split(&stored).filter(|_| u64_at(&at, 0) == Some(due + 1));
            leaf(leaf_hash(&entry.ok_or_else(|| missing(format!("entry {}", due + 1)))?.hash.0));
            due += 1;
        }
        if due == to { Ok(()) } else { Err(missing(format!("entry {}", due + 1))) }
    }

    /// The edge of the tree of `size` entries; all of them are in the kept tree, or in the tile at its end.
    pub(crate) fn edge(&self, size: u64) -> Result<Frontier, StoreError> {
        let mut edge = Frontier::of(size - size % TILE, self)?;
        self.leaves(edge.size(), size, |leaf| edge.push(leaf, |_, _, _| ()))?;
        Ok(edge)
    }

    /// Grows from `from` entries, whose hashes are kept, to `to`: the edge then, and what must be kept in addition.
    pub(crate) fn grown(&self, from: u64, to: u64) -> Result<(Frontier, Vec<Kept>), StoreError> {
        let mut edge = Frontier::of(from - from % TILE, self)?;
        let mut kept = Vec::new();
        self.leaves(edge.size(), to, |leaf| {
            edge.push(leaf, |level, index, hash| {
                if level >= TILE_LEVEL {
                    kept.push((level, index, *hash));
                }
            });
        })?;
        Ok((edge, kept))
    }

    /// Is this hash kept as it must be? Smaller subtrees are not kept.
    pub(crate) fn holds(&self, level: u32, index: u64, hash: &TreeHash) -> Result<bool, StoreError> {
        Ok(level < TILE_LEVEL || self.kept(level, index)?.as_ref() == Some(hash))
    }

    fn tile(&self, tile: u64, from: u64, to: u64) -> Result<TreeHash, StoreError> {
        let mut near = self.near.borrow_mut();
        // A tile at the end of the tree is shorter now than it may be later; a view does not grow.
        let known = near.as_ref().is_some_and(|(at, leaves)| *at == tile && leaves.len() as u64 >= to);
        if !known {
            let mut leaves = Vec::new();
            self.leaves(tile * TILE, tile * TILE + to.max(1), |leaf| leaves.push(leaf))?;
            *near = Some((tile, leaves));
        }
        let mut edge = Frontier::default();
        let leaves = near.as_ref().map_or(&[][..], |(_, leaves)| leaves);
        let range = usize::try_from(from).ok().zip(usize::try_from(to).ok()).and_then(|(a, b)| leaves.get(a..b));
        range.ok_or_else(|| missing(format!("tile {tile}")))?.iter().for_each(|leaf| edge.push(*leaf, |_, _, _| ()));
        Ok(edge.root())
    }
}

impl Nodes for Tree<'_> {
    type Error = StoreError;
    fn complete(&self, level: u32, index: u64) -> Result<TreeHash, StoreError> {
        if level >= TILE_LEVEL {
            return self.kept(level, index)?.ok_or_else(|| missing(format!("{level}/{index}")));
        }
        let from = index << level;
        self.tile(from / TILE, from % TILE, from % TILE + (1 << level))
    }
}
