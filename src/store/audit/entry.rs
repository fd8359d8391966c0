//! An entry of the audit.
//!
//! Here: its fields and their bounds. Not here: its number, its hashes' making and its place (`chain`).

use base::{AccountId, WallTime, limits};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// SHA-256 of an entry and, through the one before, of all before it.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct AuditHash(pub [u8; 32]);

impl fmt::Display for AuditHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::encoding::hex(&self.0))
    }
}
impl fmt::Debug for AuditHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuditHash({self})")
    }
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Actor {
    /// Somebody signed in, or a program with that account's token.
    Account {
        /// The account.
        id: AccountId,
        /// Its sign-in name at that time.
        name: String,
    },
    /// Somebody who is not signed in (a failed sign-in).
    Visitor,
    /// The node itself.
    System,
    /// The one-time set-up.
    Setup,
    /// A command on the node's own machine.
    Cli,
}

impl Actor {
    /// What [`crate::AuditFilter::who`] is compared with: the account's id, or `visitor`, `system`, `setup`, `cli`.
    pub fn who(&self) -> String {
        match self {
            Self::Account { id, .. } => id.to_string(),
            Self::Visitor => "visitor".into(),
            Self::System => "system".into(),
            Self::Setup => "setup".into(),
            Self::Cli => "cli".into(),
        }
    }
}

/// What it was done to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// `camera`, `account`, `token`, …
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Its name at that time.
    pub name: String,
}

/// An entry to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditDraft {
    /// Who did it.
    pub actor: Actor,
    /// A stable dotted name: `sign_in.ok`, `camera.added`, `view.began`.
    pub act: String,
    /// What it was done to.
    pub subject: Option<Subject>,
    /// Further facts; never a secret.
    pub facts: BTreeMap<String, String>,
    /// The address it came from.
    pub address: Option<String>,
}

impl AuditDraft {
    /// An entry with nothing but who and what.
    pub fn new(actor: Actor, act: impl Into<String>) -> Self {
        Self { actor, act: act.into(), subject: None, facts: BTreeMap::new(), address: None }
    }
    /// With what it was done to.
    pub fn subject(mut self, kind: impl Into<String>, id: impl Into<String>, name: impl Into<String>) -> Self {
        self.subject = Some(Subject { kind: kind.into(), id: id.into(), name: name.into() });
        self
    }
    /// With one more fact.
    pub fn fact(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.facts.insert(name.into(), value.into());
        self
    }
    /// With the address it came from.
    pub fn address(mut self, address: Option<String>) -> Self {
        self.address = address;
        self
    }
    /// Cuts every text to its bound.
    pub(crate) fn bounded(mut self) -> Self {
        let texts = [Some(&mut self.act), self.address.as_mut()].into_iter().flatten();
        let subject = self.subject.iter_mut().flat_map(|s| [&mut s.kind, &mut s.id, &mut s.name]);
        texts.chain(subject).for_each(cut);
        if let Actor::Account { name, .. } = &mut self.actor {
            cut(name);
        }
        let facts = std::mem::take(&mut self.facts).into_iter().take(limits::AUDIT_FACTS_MAX);
        self.facts = facts
            .map(|(mut name, mut value)| {
                cut(&mut name);
                cut(&mut value);
                (name, value)
            })
            .collect();
        self
    }
}

/// Cuts to [`limits::AUDIT_FACT_BYTES_MAX`], with "…" at the end.
fn cut(text: &mut String) {
    const MORE: &str = "…";
    if text.len() > limits::AUDIT_FACT_BYTES_MAX {
        let end = text.floor_char_boundary(limits::AUDIT_FACT_BYTES_MAX - MORE.len());
        text.truncate(end);
        text.push_str(MORE);
    }
}

/// An entry as it stands in the audit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its number; the first is 1, none is left out.
    pub seq: u64,
    /// When.
    pub at: WallTime,
    /// Who did it.
    pub actor: Actor,
    /// A stable dotted name.
    pub act: String,
    /// What it was done to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Subject>,
    /// Further facts.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, String>,
    /// The address it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// What a newer release has added.
    #[serde(flatten)]
    pub extra: BTreeMap<String, serde_json::Value>,
    /// The hash of the entry before; zeros for the first.
    #[serde(skip)]
    pub prev_hash: AuditHash,
    /// SHA-256 over `prev_hash` and the stored JSON.
    #[serde(skip)]
    pub hash: AuditHash,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_and_many_facts_are_cut() {
        let mut draft = AuditDraft::new(Actor::Visitor, "sign_in.failed").fact("agent", "ế".repeat(1_000_000));
        for n in 0..1_000 {
            draft = draft.fact(format!("f{n}"), "v");
        }
        let bounded = draft.subject("account", "x", "y".repeat(5_000)).bounded();
        assert_eq!(bounded.facts.len(), limits::AUDIT_FACTS_MAX);
        let agent = &bounded.facts["agent"];
        assert!(agent.len() <= limits::AUDIT_FACT_BYTES_MAX && agent.ends_with("ế…"));
        assert!(bounded.subject.is_some_and(|s| s.name.len() <= limits::AUDIT_FACT_BYTES_MAX));
    }
}
