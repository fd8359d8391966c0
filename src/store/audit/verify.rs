//! Is the audit as it was written?
//!
//! Here: chain, tree and checkpoints held against each other, in the store and in an export alike. Not here: reading
//! an export (`export`), saying what is wrong (`flaw`).
//!
//! Three layers, each of which finds what the one before cannot: the chain shows an altered, missing or moved entry; the
//! checkpoints show a chain that was made anew as a whole; their signatures show a checkpoint that was made anew.

use super::chain::{Stored, Veiled, Walk, floor, head, split};
use super::checkpoint::{self, Checkpoint};
use super::entry::AuditHash;
use super::flaw::{ChainFault, ChainFlaw, ChainReport, SignedHead};
use super::merkle::{Frontier, leaf_hash};
use super::tree::Tree;
use crate::encoding::{table, u64_at};
use crate::overlay::Span;
use crate::{ReadTx, StoreError};

/// A verification under way.
pub(crate) struct Verification<'n> {
    pub(crate) walk: Walk,
    edge: Frontier,
    node: Option<&'n str>,
    report: ChainReport,
    /// Entries that the last checkpoint that fits is over.
    fits: u64,
}

impl<'n> Verification<'n> {
    /// From the first entry on; with `node`, only this node's signatures are good.
    pub(crate) fn new(node: Option<&'n str>) -> Self {
        let (walk, edge) = (Walk::default(), Frontier::default());
        Self { walk, edge, node, report: ChainReport::default(), fits: 0 }
    }

    /// From behind `floor` on; `edge` is that of the tree over the entries up to it.
    pub(crate) fn behind(node: Option<&'n str>, floor: (u64, AuditHash), edge: Frontier) -> Self {
        let (seq, hash) = floor;
        let report = ChainReport { archived: seq, ..ChainReport::default() };
        Self { walk: Walk { seq, hash }, edge, node, report, fits: seq }
    }

    /// The next entry; `made` hears of the subtrees that are complete now.
    pub(crate) fn step(
        &mut self,
        seq: Option<u64>,
        entry: &Stored<'_>,
        made: impl FnMut(u32, u64, &[u8; 32]),
    ) -> Result<(), ChainFault> {
        self.walk.step(seq, entry)?;
        self.edge.push(leaf_hash(&entry.hash.0), made);
        Ok(())
    }

    /// The next entry, of which number and hashes alone are told.
    pub(crate) fn step_veiled(&mut self, entry: &Veiled) -> Result<(), ChainFault> {
        self.walk.step_veiled(entry)?;
        self.edge.push(leaf_hash(&entry.hash.0), |_, _, _| ());
        self.report.veiled += 1;
        Ok(())
    }

    /// A checkpoint over the entries up to here.
    pub(crate) fn checkpoint(&mut self, checkpoint: &Checkpoint) -> Result<(), ChainFault> {
        let fault = |flaw| Err(ChainFault { seq: checkpoint.size, flaw });
        let signed = match signature_of(checkpoint, self.node) {
            Ok(signed) => signed,
            Err(flaw) => return fault(flaw),
        };
        if checkpoint.size != self.walk.seq
            || checkpoint.head != self.walk.hash
            || checkpoint.root.0 != self.edge.root()
        {
            return fault(ChainFlaw::Rewritten { after: self.fits });
        }
        self.fits = checkpoint.size;
        self.report.checkpoints += 1;
        self.report.signed = signed.or(self.report.signed.take());
        Ok(())
    }

    pub(crate) fn report(self, fault: Option<ChainFault>) -> ChainReport {
        ChainReport { entries: self.walk.seq, head: self.walk.hash, fault, ..self.report }
    }
}

/// Who has signed a checkpoint; with the fingerprint of a node, only that one may have. A checkpoint without any signature
/// (made before the node had a key to sign with) is as good as none when a node is expected.
pub(crate) fn signature_of(checkpoint: &Checkpoint, node: Option<&str>) -> Result<Option<SignedHead>, ChainFlaw> {
    match (checkpoint.signed_by(), node) {
        (None, None) if checkpoint.signature.is_none() => Ok(None),
        (None, _) => Err(ChainFlaw::BadSignature),
        (Some(by), Some(node)) if by != node => Err(ChainFlaw::OtherNode),
        (Some(node), _) => {
            let good = checkpoint.countersignatures.iter().filter(|c| checkpoint.is_countersigned(c)).count();
            let (entries, at) = (checkpoint.size, checkpoint.at);
            Ok(Some(SignedHead { entries, at, node, countersignatures: good as u64 }))
        }
    }
}

/// Verifies chain, tree and checkpoints, and reports the first flaw; with the fingerprint of a node, only this node's
/// signatures are good. Errors only if the store cannot be read.
pub fn verify_chain(view: &ReadTx<'_>, node: Option<&str>) -> Result<ChainReport, StoreError> {
    let (from, hash) = floor(view)?;
    let tree = Tree::of(view);
    let mut state = match tree.edge(from) {
        Ok(edge) => Verification::behind(node, (from, hash), edge),
        Err(StoreError::Unreadable { .. }) => {
            let state = Verification::behind(node, (from, hash), Frontier::default());
            return Ok(state.report(Some(ChainFault { seq: from, flaw: ChainFlaw::Floor })));
        }
        Err(e) => return Err(e),
    };
    if let Some(checkpoint) = view.checkpoint(from)?.filter(|_| from > 0)
        && let Err(fault) = state.checkpoint(&checkpoint)
    {
        let flaw = if let ChainFlaw::Rewritten { .. } = fault.flaw { ChainFlaw::Floor } else { fault.flaw };
        return Ok(state.report(Some(ChainFault { flaw, ..fault })));
    }
    // Only while entries are being taken away may the floor stand between two checkpoints.
    let under_way = view.pruning()?.is_some_and(|to| to > from);
    if from > 0 && view.checkpoint(from)?.is_none() && !under_way {
        return Ok(state.report(Some(ChainFault { seq: from, flaw: ChainFlaw::Floor })));
    }
    let mut checkpoints = checkpoint::range(view, &checkpoint::above(from), false)?.peekable();
    let mut exchanged = None;
    let covered = view.last_checkpoint()?.map_or(from, |c| c.size);
    for row in view.scan(table::AUDIT, &Span::ALL, false)? {
        let (key, stored) = row?;
        let mut subtrees = Vec::new();
        let step = match (u64_at(&key, 0), split(&stored)) {
            (seq @ Some(_), Some(entry)) => state.step(seq, &entry, |l, i, h| subtrees.push((l, i, *h))),
            _ => Err(ChainFault { seq: state.walk.seq.saturating_add(1), flaw: ChainFlaw::Unreadable }),
        };
        if step.is_ok() && state.walk.seq <= covered && exchanged.is_none() {
            for (level, index, hash) in &subtrees {
                if !tree.holds(*level, *index, hash)? {
                    exchanged = Some(ChainFault { seq: state.walk.seq, flaw: ChainFlaw::Tree });
                }
            }
        }
        let mut result = step;
        while result.is_ok() && matches!(checkpoints.peek(), Some(Ok(c)) if c.size <= state.walk.seq) {
            // If the checkpoint fits, it is the kept hash that does not; else it is an entry.
            let fits = checkpoints.next().transpose()?.map_or(Ok(()), |c| state.checkpoint(&c));
            result = fits.and_then(|()| exchanged.map_or(Ok(()), Err));
        }
        if let Err(fault) = result {
            return Ok(state.report(Some(fault)));
        }
    }
    let (seq, hash) = head(view)?;
    let beyond = checkpoints.next().transpose()?.is_some();
    let (at, is) = (state.walk.seq, state.walk.hash);
    let flaw = if seq > at || beyond {
        Some(ChainFault { seq: at.saturating_add(1), flaw: ChainFlaw::EndMissing })
    } else if (seq, hash) != (at, is) {
        Some(ChainFault { seq: at, flaw: ChainFlaw::BrokenLink })
    } else {
        None
    };
    Ok(state.report(flaw))
}
