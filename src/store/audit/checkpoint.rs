//! Checkpoints: the tree's root over the first so many entries, signed by the node, ready to be signed by its parent.
//!
//! Here: the record, the text that is signed, making, listing. Not here: the tree (`tree`), the key (it comes from the
//! roof as a [`NodeSigner`]), when one is made (`ops`).
//!
//! The text is a checkpoint of C2SP's tlog-checkpoint, and with its signatures a signed note (C2SP signed-note), so that
//! witnesses and tools of transparency logs can read it; a countersignature is a cosignature (C2SP tlog-cosignature).

use super::chain::{head, split};
use super::entry::AuditHash;
use super::merkle::{self, TreeHash};
use super::tree::{self, Tree};
use crate::encoding::{hex, table, u64_at};
use crate::overlay::Span;
use crate::{ReadTx, Store, StoreError};
use base::{WallTime, limits};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use domain::Extra;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::ops::Bound;

const FORMAT: u8 = 1;
/// Signature types of C2SP signed-note.
const ED25519: u8 = 1;
const COSIGNATURE: u8 = 4;

/// Signs with the node's own Ed25519 key. The roof brings it in; nothing below knows where the key is kept.
pub trait NodeSigner: Send + Sync {
    /// The public key.
    fn public_key(&self) -> [u8; 32];
    /// The signature of a message, or why there is none.
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], String>;
}

/// SHA-256 of a public key, in hexadecimal: how a node is known.
pub fn node_fingerprint(public_key: &[u8]) -> String {
    hex(&Sha256::digest(public_key))
}

/// A signature with its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeSignature {
    /// Ed25519 public key, base64.
    pub key: String,
    /// Ed25519 signature of [`Checkpoint::text`], base64.
    pub signature: String,
}

/// Another node's signature: it has seen this checkpoint, and that it goes on from the one it saw before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Countersignature {
    /// Name of the node that signs.
    pub name: String,
    /// Its Ed25519 public key, base64.
    pub key: String,
    /// When it signed.
    pub at: WallTime,
    /// Ed25519 signature of [`Checkpoint::cosigned`], base64.
    pub signature: String,
}

/// The record up to an entry, in one hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// How many entries, from the first on, it is over. Names the checkpoint.
    pub size: u64,
    /// Root of the Merkle tree over them.
    pub root: AuditHash,
    /// The chain's hash of the last of them.
    pub head: AuditHash,
    /// When it was made.
    pub at: WallTime,
    /// Whose record: `matluoi/` and the node's fingerprint; empty if the node did not sign.
    pub origin: String,
    /// The node's signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<NodeSignature>,
    /// Signatures of other nodes, the parent's first of all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub countersignatures: Vec<Countersignature>,
    /// Fields of a newer release.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Checkpoint {
    /// What the node signs: a tlog-checkpoint with the chain's hash and the time in lines of their own.
    pub fn text(&self) -> String {
        let root = BASE64.encode(self.root.0);
        format!("{}\n{}\n{root}\nhead {}\ntime {}\n", self.origin, self.size, self.head, self.at.rfc3339())
    }

    /// What another node signs at that time.
    pub fn cosigned(&self, at: WallTime) -> String {
        format!("cosignature/v1\ntime {}\n{}", at.unix_us().div_euclid(1_000_000), self.text())
    }

    /// Text and signatures as a signed note.
    pub fn note(&self) -> String {
        let mut out = self.text() + "\n";
        let mut line = |name: &str, kind: u8, key: &str, middle: &[u8], signature: &str| {
            if let (Some(key), Ok(signature)) = (public_key(key), BASE64.decode(signature)) {
                let id = Sha256::new().chain_update(name).chain_update([b'\n', kind]).chain_update(key).finalize();
                let [a, b, c, d, ..] = <[u8; 32]>::from(id);
                out += &format!("— {name} {}\n", BASE64.encode([&[a, b, c, d], middle, &signature[..]].concat()));
            }
        };
        if let Some(s) = &self.signature {
            line(&self.origin, ED25519, &s.key, &[], &s.signature);
        }
        for c in &self.countersignatures {
            let seconds = c.at.unix_us().div_euclid(1_000_000).to_be_bytes();
            line(&c.name, COSIGNATURE, &c.key, &seconds, &c.signature);
        }
        out
    }

    /// The fingerprint of the node that signed it, if its signature is good; `None` if it is not, or if there is none.
    pub fn signed_by(&self) -> Option<String> {
        let signature = self.signature.as_ref()?;
        let key = public_key(&signature.key)?;
        let good = is_signature(&key, self.text().as_bytes(), &BASE64.decode(&signature.signature).ok()?);
        let fingerprint = node_fingerprint(&key);
        (good && self.origin == origin_of(&fingerprint)).then_some(fingerprint)
    }

    /// Is this other node's signature of it good?
    pub fn is_countersigned(&self, by: &Countersignature) -> bool {
        let key = public_key(&by.key).zip(BASE64.decode(&by.signature).ok());
        key.is_some_and(|(key, signature)| is_signature(&key, self.cosigned(by.at).as_bytes(), &signature))
    }
}

/// A public key as a checkpoint shows it.
pub fn public_key(base64: &str) -> Option<[u8; 32]> {
    BASE64.decode(base64).ok()?.try_into().ok()
}

fn origin_of(fingerprint: &str) -> String {
    format!("matluoi/{fingerprint}")
}

fn is_signature(key: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
    ring::signature::UnparsedPublicKey::new(&ring::signature::ED25519, key).verify(message, signature).is_ok()
}

fn unreadable(detail: impl ToString) -> StoreError {
    StoreError::Unreadable { table: table::AUDIT_CHECKPOINTS.into(), detail: detail.to_string() }
}

/// Reads a stored checkpoint.
pub(crate) fn read(stored: &[u8]) -> Result<Checkpoint, StoreError> {
    match stored.split_first() {
        Some((&FORMAT, json)) => serde_json::from_slice(json).map_err(unreadable),
        _ => Err(unreadable("unknown form")),
    }
}

/// The checkpoints of these sizes, in order or back.
pub(crate) fn range<'v>(
    view: &'v ReadTx<'v>,
    span: &Span,
    back: bool,
) -> Result<impl Iterator<Item = Result<Checkpoint, StoreError>> + 'v, StoreError> {
    Ok(view.scan(table::AUDIT_CHECKPOINTS, span, back)?.map(|row| read(&row?.1)))
}

/// Sizes above `from` as a range of keys.
pub(crate) fn above(from: u64) -> Span {
    Span { from: Bound::Excluded(from.to_be_bytes().to_vec()), to: Bound::Unbounded }
}

/// A proof with the checkpoint that it leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditProof {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// Hashes from the leaf, or from the older root, up to the root (RFC 9162).
    pub hashes: Vec<AuditHash>,
}

fn hashes(proof: Vec<TreeHash>) -> Vec<AuditHash> {
    proof.into_iter().map(AuditHash).collect()
}

impl ReadTx<'_> {
    /// The newest checkpoint.
    pub fn last_checkpoint(&self) -> Result<Option<Checkpoint>, StoreError> {
        let mut rows = self.scan(table::AUDIT_CHECKPOINTS, &Span::ALL, true)?;
        rows.next().map(|row| read(&row?.1)).transpose()
    }

    /// The checkpoint over exactly so many entries.
    pub fn checkpoint(&self, size: u64) -> Result<Option<Checkpoint>, StoreError> {
        self.value(table::AUDIT_CHECKPOINTS, &size.to_be_bytes())?.map(|stored| read(&stored)).transpose()
    }

    /// Checkpoints, newest first, with fewer entries than `before`; and what to give as `before` for the rest.
    pub fn checkpoints(&self, before: Option<u64>, limit: usize) -> Result<(Vec<Checkpoint>, Option<u64>), StoreError> {
        let limit = limit.clamp(1, limits::PAGE_ROWS_MAX);
        let to = before.map_or(Bound::Unbounded, |size| Bound::Excluded(size.to_be_bytes().to_vec()));
        let mut out: Vec<Checkpoint> = Vec::new();
        for row in self.scan(table::AUDIT_CHECKPOINTS, &Span { from: Bound::Unbounded, to }, true)? {
            if out.len() >= limit {
                let next = out.last().map(|c| c.size);
                return Ok((out, next));
            }
            out.push(read(&row?.1)?);
        }
        Ok((out, None))
    }

    /// Proof that entry `seq` is in the record that a checkpoint is over: that of `size` entries, or else the newest.
    /// `None` if there is no such checkpoint, if it is older than the entry, or if the entry is in the archive.
    pub fn inclusion_proof(&self, seq: u64, size: Option<u64>) -> Result<Option<AuditProof>, StoreError> {
        let checkpoint = match size {
            Some(size) => self.checkpoint(size)?,
            None => self.last_checkpoint()?,
        };
        let (Some(checkpoint), Some(index)) = (checkpoint, seq.checked_sub(1)) else { return Ok(None) };
        if self.audit_entry(seq)?.is_none() {
            return Ok(None);
        }
        let proof = merkle::inclusion(index, checkpoint.size, &Tree::of(self))?;
        Ok(proof.map(|proof| AuditProof { checkpoint, hashes: hashes(proof) }))
    }

    /// Proof that the record of checkpoint `new` goes on from that of checkpoint `old`. `None` if one of them is not
    /// there, `old` is the later one, or the entries needed for it are in the archive.
    pub fn consistency_proof(&self, old: u64, new: u64) -> Result<Option<AuditProof>, StoreError> {
        let (Some(_), Some(checkpoint)) = (self.checkpoint(old)?, self.checkpoint(new)?) else { return Ok(None) };
        if old < super::chain::floor(self)?.0 {
            return Ok(None);
        }
        let proof = merkle::consistency(old, new, &Tree::of(self))?;
        Ok(proof.map(|proof| AuditProof { checkpoint, hashes: hashes(proof) }))
    }

    /// How many entries no checkpoint is over yet, and when the first of them was made.
    pub fn beyond_checkpoint(&self) -> Result<(u64, Option<WallTime>), StoreError> {
        let covered = self.covered()?;
        let beyond = head(self)?.0.saturating_sub(covered);
        Ok((beyond, if beyond == 0 { None } else { self.audit_entry(covered + 1)?.map(|e| e.at) }))
    }

    fn covered(&self) -> Result<u64, StoreError> {
        let last = self.scan(table::AUDIT_CHECKPOINTS, &Span::ALL, true)?.next().transpose()?;
        Ok(last.and_then(|(key, _)| u64_at(&key, 0)).unwrap_or(0))
    }
}

impl Store {
    /// Makes a checkpoint over all entries there are, if there are any since the last; signed, if there is a signer.
    /// The hashes are made on the caller's thread; only what is new is written.
    pub fn make_checkpoint(
        &self,
        now: WallTime,
        signer: Option<&dyn NodeSigner>,
    ) -> Result<Option<Checkpoint>, StoreError> {
        let made = self.read(|r| {
            let (from, (to, chain)) = (r.covered()?, head(r)?);
            if to <= from {
                return Ok::<_, StoreError>(None);
            }
            let (edge, kept) = Tree::of(r).grown(from, to)?;
            Ok(Some((from, edge.size(), edge.root(), chain, kept)))
        })?;
        let Some((from, size, root, chain, kept)) = made else { return Ok(None) };
        let mut checkpoint = Checkpoint {
            size,
            root: AuditHash(root),
            head: chain,
            at: now,
            origin: String::new(),
            signature: None,
            countersignatures: Vec::new(),
            extra: Extra::new(),
        };
        if let Some(signer) = signer {
            let key = signer.public_key();
            checkpoint.origin = origin_of(&node_fingerprint(&key));
            let signature = signer.sign(checkpoint.text().as_bytes()).map_err(StoreError::Unsigned)?;
            let (key, signature) = (BASE64.encode(key), BASE64.encode(signature));
            checkpoint.signature = Some(NodeSignature { key, signature });
        }
        self.write(now, move |w| {
            // Somebody else may have been quicker.
            if w.covered()? != from {
                return w.last_checkpoint();
            }
            for (level, index, hash) in kept {
                w.view.own.set(table::AUDIT_TREE, tree::key(level, index), Some(hash.to_vec()));
            }
            put(w, &checkpoint)?;
            Ok(Some(checkpoint))
        })
    }

    /// Adds another node's signature to a checkpoint; `false` if there is no such checkpoint, or the signature is not
    /// good. A node's earlier signature of the same checkpoint is replaced.
    pub fn countersign(&self, now: WallTime, size: u64, by: Countersignature) -> Result<bool, StoreError> {
        self.write(now, move |w| {
            let Some(mut checkpoint) = w.checkpoint(size)?.filter(|c| c.is_countersigned(&by)) else {
                return Ok(false);
            };
            checkpoint.countersignatures.retain(|c| c.key != by.key);
            if checkpoint.countersignatures.len() >= limits::COUNTERSIGNATURES_MAX {
                return Ok(false);
            }
            checkpoint.countersignatures.push(by);
            put(w, &checkpoint)?;
            Ok(true)
        })
    }
}

fn put(w: &mut crate::WriteTx<'_>, checkpoint: &Checkpoint) -> Result<(), StoreError> {
    let mut stored = vec![FORMAT];
    serde_json::to_writer(&mut stored, checkpoint).map_err(unreadable)?;
    w.view.own.set(table::AUDIT_CHECKPOINTS, checkpoint.size.to_be_bytes().to_vec(), Some(stored));
    Ok(())
}

/// The chain's hash of an entry.
pub(crate) fn hash_of(view: &ReadTx<'_>, seq: u64) -> Result<Option<AuditHash>, StoreError> {
    Ok(view.value(table::AUDIT, &seq.to_be_bytes())?.and_then(|stored| split(&stored).map(|s| s.hash)))
}
