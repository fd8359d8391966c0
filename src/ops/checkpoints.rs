//! Checkpoints of the audit: making them in time, showing them, proofs, signatures of other nodes.
//!
//! Not here: the tree and its hashes (`store`), the key (the roof brings a signer).

use crate::{Caller, Ops, OpsError};
use domain::Act;
use std::sync::Arc;
use std::time::Duration;
use store::{AuditProof, Checkpoint, Countersignature, NodeSigner};

impl Ops {
    /// With this the node signs its checkpoints from now on. Once; a second signer is not taken.
    pub fn sign_with(&self, signer: Arc<dyn NodeSigner>) {
        let _ = self.signer.set(signer);
    }

    /// Fingerprint of the key that the node signs with.
    pub fn fingerprint(&self) -> Option<String> {
        self.signer.get().map(|s| store::node_fingerprint(&s.public_key()))
    }

    /// Duty: a checkpoint, if so many entries are without one or the first of them has waited so long (the policy's
    /// numbers). The one that was made, if one was.
    ///
    /// # Errors
    /// The store or the signer fails.
    pub fn checkpoint_when_due(&self) -> Result<Option<Checkpoint>, OpsError> {
        let (entries, since) = self.read(|r| Ok(r.beyond_checkpoint()?))?;
        let policy = &self.policy.audit;
        let waited = since.map_or(Duration::ZERO, |since| self.clock.now().since(since));
        let due = entries >= policy.checkpoint_entries || waited >= Duration::from_secs(policy.checkpoint_s);
        if entries > 0 && due { self.make_checkpoint() } else { Ok(None) }
    }

    /// A checkpoint over all there is, if anything is new: before an export, when the node stops.
    ///
    /// # Errors
    /// As [`Ops::checkpoint_when_due`].
    pub fn make_checkpoint(&self) -> Result<Option<Checkpoint>, OpsError> {
        let signer = self.signer.get().map(|s| &**s as &dyn NodeSigner);
        Ok(self.store.make_checkpoint(self.clock.now(), signer)?)
    }

    /// Checkpoints, newest first, over fewer entries than `before`; and `before` for what follows.
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn audit_checkpoints(
        &self,
        caller: &Caller,
        before: Option<u64>,
        limit: usize,
    ) -> Result<(Vec<Checkpoint>, Option<u64>), OpsError> {
        self.authorise(caller, Act::ReadAudit)?;
        self.read(|r| Ok(r.checkpoints(before, limit)?))
    }

    /// The checkpoint over so many entries.
    ///
    /// # Errors
    /// [`OpsError::Refused`], [`OpsError::NotFound`].
    pub fn audit_checkpoint(&self, caller: &Caller, size: u64) -> Result<Checkpoint, OpsError> {
        self.authorise(caller, Act::ReadAudit)?;
        self.read(|r| Ok(r.checkpoint(size)?))?.ok_or(OpsError::NotFound("checkpoint"))
    }

    /// Proof that an entry is in the record under a checkpoint: that over `size` entries, or else the newest.
    ///
    /// # Errors
    /// [`OpsError::Refused`]; [`OpsError::NotFound`] if there is no such entry or checkpoint, or the one is newer than the
    /// other.
    pub fn audit_inclusion(&self, caller: &Caller, seq: u64, size: Option<u64>) -> Result<AuditProof, OpsError> {
        self.authorise(caller, Act::ReadAudit)?;
        self.read(|r| Ok(r.inclusion_proof(seq, size)?))?.ok_or(OpsError::NotFound("proof"))
    }

    /// Proof that the record under checkpoint `new` goes on from that under checkpoint `old`.
    ///
    /// # Errors
    /// [`OpsError::Refused`]; [`OpsError::NotFound`] if one of them is not there, or `old` is the later one.
    pub fn audit_consistency(&self, caller: &Caller, old: u64, new: u64) -> Result<AuditProof, OpsError> {
        self.authorise(caller, Act::ReadAudit)?;
        self.read(|r| Ok(r.consistency_proof(old, new)?))?.ok_or(OpsError::NotFound("proof"))
    }

    /// Takes another node's signature of a checkpoint; `false` if it is not good.
    ///
    /// # Errors
    /// The store fails.
    pub fn countersign_audit(&self, size: u64, by: Countersignature) -> Result<bool, OpsError> {
        Ok(self.store.countersign(self.clock.now(), size, by)?)
    }
}
