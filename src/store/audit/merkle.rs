//! Merkle trees as in RFC 6962 and RFC 9162: hashes, roots, proofs and their checks.
//!
//! Here: pure arithmetic over hashes. Not here: what the leaves are and where hashes are kept (`tree`).
//!
//! Written out and not a library's: those for Rust hold the whole tree in memory (ct-merkle, rs_merkle) or bring a log
//! server's storage (tlog_tiles); this tree lives in the store, and old entries are taken out from under it. The tests
//! hold it against the vectors of certificate-transparency and against ct-merkle.

use sha2::{Digest, Sha256};

/// A hash of the tree.
pub type TreeHash = [u8; 32];

/// Hash of a leaf: `SHA-256(0x00 ‖ data)`.
pub fn leaf_hash(data: &[u8]) -> TreeHash {
    Sha256::new().chain_update([0]).chain_update(data).finalize().into()
}

/// Hash of two subtrees: `SHA-256(0x01 ‖ left ‖ right)`.
pub fn node_hash(left: &TreeHash, right: &TreeHash) -> TreeHash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// Root of the tree without leaves: `SHA-256()`.
pub fn empty_root() -> TreeHash {
    Sha256::digest([]).into()
}

/// Where hashes of complete subtrees come from: `2^level` leaves, the `index`th such subtree.
pub trait Nodes {
    /// Why one cannot be had.
    type Error;
    /// The hash.
    fn complete(&self, level: u32, index: u64) -> Result<TreeHash, Self::Error>;
}

/// The right edge of a tree that grows: its complete subtrees, from the largest to the smallest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    hashes: Vec<TreeHash>,
}

impl Frontier {
    /// The edge of the tree of `size` leaves.
    pub fn of<N: Nodes>(size: u64, nodes: &N) -> Result<Self, N::Error> {
        let hashes = subtrees(0, size).map(|(level, index)| nodes.complete(level, index)).collect::<Result<_, _>>()?;
        Ok(Self { size, hashes })
    }

    /// An edge that somebody else has written down; `None` if a tree of that size has another number of subtrees.
    pub fn from_parts(size: u64, hashes: Vec<TreeHash>) -> Option<Self> {
        let fits = usize::try_from(size.count_ones()).is_ok_and(|n| n == hashes.len());
        fits.then_some(Self { size, hashes })
    }

    /// Leaves so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Its complete subtrees, from the largest to the smallest.
    pub fn hashes(&self) -> &[TreeHash] {
        &self.hashes
    }

    /// Adds a leaf; `made` hears of each subtree that is complete now: level, index, hash.
    pub fn push(&mut self, leaf: TreeHash, mut made: impl FnMut(u32, u64, &TreeHash)) {
        let (mut hash, mut level, mut index) = (leaf, 0, self.size);
        made(level, index, &hash);
        while index & 1 == 1 {
            let Some(left) = self.hashes.pop() else { break };
            (hash, level, index) = (node_hash(&left, &hash), level + 1, index >> 1);
            made(level, index, &hash);
        }
        self.hashes.push(hash);
        self.size += 1;
    }

    /// Root of the tree so far.
    pub fn root(&self) -> TreeHash {
        fold(self.hashes.iter().copied()).unwrap_or_else(empty_root)
    }
}

/// Subtrees from left to right become one, the smaller ones first.
fn fold(hashes: impl DoubleEndedIterator<Item = TreeHash>) -> Option<TreeHash> {
    hashes.rev().reduce(|right, left| node_hash(&left, &right))
}

/// The complete subtrees that make up the leaves `from..to`, where `from` is a multiple of the largest of them.
fn subtrees(from: u64, to: u64) -> impl Iterator<Item = (u32, u64)> {
    let (mut at, count) = (from, to.saturating_sub(from));
    (0..u64::BITS).rev().filter(move |level| count >> level & 1 == 1).map(move |level| {
        let index = at >> level;
        at += 1 << level;
        (level, index)
    })
}

fn range<N: Nodes>(from: u64, to: u64, nodes: &N) -> Result<TreeHash, N::Error> {
    let hashes: Vec<_> = subtrees(from, to).map(|(l, i)| nodes.complete(l, i)).collect::<Result<_, _>>()?;
    Ok(fold(hashes.into_iter()).unwrap_or_else(empty_root))
}

/// Root of the tree over the first `size` leaves.
pub fn root<N: Nodes>(size: u64, nodes: &N) -> Result<TreeHash, N::Error> {
    range(0, size, nodes)
}

/// The largest power of two below `n`, for `n` of 2 and more.
fn split(n: u64) -> u64 {
    1 << (n - 1).ilog2()
}

/// Proof that leaf `index` (from 0) is in the tree of `size` leaves; `None` if it is not. From the leaf to the root.
pub fn inclusion<N: Nodes>(index: u64, size: u64, nodes: &N) -> Result<Option<Vec<TreeHash>>, N::Error> {
    if index >= size {
        return Ok(None);
    }
    let (mut from, mut to, mut proof) = (0, size, Vec::new());
    while to - from > 1 {
        let middle = from + split(to - from);
        if index < middle {
            proof.push(range(middle, to, nodes)?);
            to = middle;
        } else {
            proof.push(range(from, middle, nodes)?);
            from = middle;
        }
    }
    proof.reverse();
    Ok(Some(proof))
}

/// Proof that the tree of `old` leaves is the beginning of that of `new` leaves; `None` if `old` is 0 or above `new`.
pub fn consistency<N: Nodes>(old: u64, new: u64, nodes: &N) -> Result<Option<Vec<TreeHash>>, N::Error> {
    if old == 0 || old > new {
        return Ok(None);
    }
    let (mut from, mut to, mut whole, mut proof) = (0, new, true, Vec::new());
    while to > old {
        let middle = from + split(to - from);
        if old <= middle {
            proof.push(range(middle, to, nodes)?);
            to = middle;
        } else {
            proof.push(range(from, middle, nodes)?);
            (from, whole) = (middle, false);
        }
    }
    if !whole {
        proof.push(range(from, to, nodes)?);
    }
    proof.reverse();
    Ok(Some(proof))
}

/// The root that a proof of inclusion leads to; `None` if it has not the form of one (RFC 9162, 2.1.3.2).
pub fn root_of_inclusion(index: u64, size: u64, leaf: TreeHash, proof: &[TreeHash]) -> Option<TreeHash> {
    if index >= size {
        return None;
    }
    let (mut fnum, mut snum, mut hash) = (index, size - 1, leaf);
    for p in proof {
        if snum == 0 {
            return None;
        }
        if fnum & 1 == 1 || fnum == snum {
            hash = node_hash(p, &hash);
            while fnum & 1 == 0 && fnum != 0 {
                (fnum, snum) = (fnum >> 1, snum >> 1);
            }
        } else {
            hash = node_hash(&hash, p);
        }
        (fnum, snum) = (fnum >> 1, snum >> 1);
    }
    (snum == 0).then_some(hash)
}

/// Does the proof show that the tree with `old_root` is the beginning of that with `new_root` (RFC 9162, 2.1.4.2)?
pub fn is_consistent(old: u64, old_root: &TreeHash, new: u64, new_root: &TreeHash, proof: &[TreeHash]) -> bool {
    if old == 0 || old > new {
        return false;
    }
    if old == new {
        return proof.is_empty() && old_root == new_root;
    }
    let mut path: Vec<TreeHash> = Vec::with_capacity(proof.len() + 1);
    if old.is_power_of_two() {
        path.push(*old_root);
    }
    path.extend_from_slice(proof);
    let Some((first, rest)) = path.split_first() else { return false };
    let (mut fnum, mut snum) = (old - 1, new - 1);
    while fnum & 1 == 1 {
        (fnum, snum) = (fnum >> 1, snum >> 1);
    }
    let (mut first_root, mut second_root) = (*first, *first);
    for c in rest {
        if snum == 0 {
            return false;
        }
        if fnum & 1 == 1 || fnum == snum {
            first_root = node_hash(c, &first_root);
            second_root = node_hash(c, &second_root);
            while fnum & 1 == 0 && fnum != 0 {
                (fnum, snum) = (fnum >> 1, snum >> 1);
            }
        } else {
            second_root = node_hash(&second_root, c);
        }
        (fnum, snum) = (fnum >> 1, snum >> 1);
    }
    snum == 0 && first_root == *old_root && second_root == *new_root
}

#[cfg(test)]
#[path = "../tests/merkle.rs"]
mod tests;
