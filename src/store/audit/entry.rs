//! The stored form of an entry.
//!
//! Here: what of a [`domain::AuditEntry`] is hashed and stored, the bounds of its texts. Not here: its fields' meaning
//! (`domain::audit`), its links (`chain`).

use base::{WallTime, limits};
use domain::{Actor, AuditDraft, AuditEntry, Changes, Subject};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// SHA-256 of an entry and, through the one before, of all before it. Shown in hex.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct AuditHash(pub [u8; 32]);

impl fmt::Display for AuditHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::encoding::hex(&self.0))
    }
}
impl Serialize for AuditHash {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for AuditHash {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        let hash = crate::encoding::unhex32(text.as_bytes());
        hash.map(Self).ok_or_else(|| serde::de::Error::custom("not a hash: 64 hexadecimal digits"))
    }
}
impl fmt::Debug for AuditHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuditHash({self})")
    }
}

/// The JSON that is stored and hashed. Never written anew: what a newer release has put in stays in the bytes.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredEntry {
    pub(crate) seq: u64,
    pub(crate) at: WallTime,
    pub(crate) actor: Actor,
    pub(crate) act: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) subject: Option<Subject>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) also: Vec<Subject>,
    #[serde(default, skip_serializing_if = "Changes::is_empty")]
    pub(crate) changes: Changes,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) facts: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) address: Option<String>,
}

impl StoredEntry {
    /// The entry that a draft becomes, every text cut to its bound.
    pub(crate) fn new(draft: AuditDraft, seq: u64, at: WallTime) -> Self {
        let AuditDraft { mut actor, mut act, mut subject, mut also, changes, facts, mut address } = draft;
        also.truncate(limits::AUDIT_SUBJECTS_MAX);
        let texts = [Some(&mut act), address.as_mut()].into_iter().flatten();
        let subject_texts = subject.iter_mut().chain(&mut also).flat_map(|s| [&mut s.kind, &mut s.id, &mut s.name]);
        texts.chain(subject_texts).for_each(cut);
        if let Actor::Account { name, .. } = &mut actor {
            cut(name);
        }
        let mut facts: BTreeMap<_, _> = facts.into_iter().take(limits::AUDIT_FACTS_MAX).collect();
        if facts.keys().any(|name| name.len() > limits::AUDIT_FACT_BYTES_MAX) {
            facts.retain(|name, _| name.len() <= limits::AUDIT_FACT_BYTES_MAX);
        }
        facts.values_mut().for_each(cut);
        let short = |(name, _): &(String, _)| name.len() <= limits::AUDIT_FACT_BYTES_MAX;
        let mut changes = Changes(changes.0.into_iter().filter(short).take(limits::AUDIT_FACTS_MAX).collect());
        changes.0.values_mut().flat_map(|c| [&mut c.old, &mut c.new]).flatten().for_each(cut);
        Self { seq, at, actor, act, subject, also, changes, facts, address }
    }

    /// All that it concerns.
    pub(crate) fn subjects(&self) -> impl Iterator<Item = &Subject> {
        self.subject.iter().chain(&self.also)
    }

    /// As the other rooms see it.
    pub(crate) fn entry(self, prev: AuditHash, hash: AuditHash) -> AuditEntry {
        let Self { seq, at, actor, act, subject, also, changes, facts, address } = self;
        let (prev_hash, hash) = (prev.to_string(), hash.to_string());
        AuditEntry { seq, at, actor, act, subject, also, changes, facts, address, prev_hash, hash }
    }
}

fn cut(text: &mut String) {
    if text.len() > limits::AUDIT_FACT_BYTES_MAX {
        *text = domain::text::cut(text, limits::AUDIT_FACT_BYTES_MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_and_many_facts_are_cut() {
        let mut draft = AuditDraft::new(Actor::Visitor, "sign_in.failed");
        draft.facts.insert("agent".into(), "ế".repeat(1_000_000));
        draft.facts.extend((0..1_000).map(|n| (format!("f{n}"), "v".into())));
        draft.subject = Some(Subject::new("account", "x", "y".repeat(5_000)));
        let stored = StoredEntry::new(draft, 1, WallTime::EPOCH);
        assert_eq!(stored.facts.len(), limits::AUDIT_FACTS_MAX);
        let agent = &stored.facts["agent"];
        assert!(agent.len() <= limits::AUDIT_FACT_BYTES_MAX && agent.ends_with("ế…"));
        assert!(stored.subject.is_some_and(|s| s.name.len() <= limits::AUDIT_FACT_BYTES_MAX));
    }
}
