//! What of the audit is not for the eyes of its reader: entries about police cameras that no grant names to them (A7.4).
//!
//! Such an entry stays in its place, with who, what and when, since the record is complete; its subjects' names, its facts and
//! its values are veiled, on pages, in tables and in files alike, and no search finds it by them. A file that is checked
//! offline holds such an entry by its number and hashes. What has been one of the police is remembered by its founding grant
//! (`police`), which stays in the store when the camera is removed or no longer one: then its holder alone reads what was
//! put on record of it. Not here: reading (`trail`), the form of files (`store`).

use crate::police;
use crate::{Caller, Eyes, Ops};
use base::{CameraId, GrantId, WallTime};
use domain::{AuditEntry, Changed, Holder, Subject};
use std::sync::PoisonError;
use store::Veil;

/// Facts that say nothing of the camera.
const TOLD: [&str; 7] = ["act", "article", "seconds", "bytes", "stream", "lease", "reason"];
/// Kinds of subjects that say nothing of where the camera is; of others not even the id is told.
const KINDS: [&str; 6] = ["camera", "account", "unit", "grant", "request", "document"];
const VEIL: &str = "•••";

/// What one reader is not shown of the audit.
pub(crate) struct ReaderVeil {
    ops: Ops,
    eyes: Eyes,
}

impl Ops {
    /// What that reader is not shown.
    pub(crate) fn veil(&self, reader: &Caller) -> ReaderVeil {
        ReaderVeil { ops: self.clone(), eyes: self.eyes(reader) }
    }
}

impl ReaderVeil {
    /// Is what was put on record of that camera at that moment hidden? Without a moment: whatever was, at any time?
    fn is_hidden(&self, id: CameraId, at: Option<WallTime>) -> bool {
        let there = {
            let catalogue = self.ops.catalogue.read().unwrap_or_else(PoisonError::into_inner);
            match catalogue.camera(id) {
                Some(camera) if camera.facts.police => return !self.eyes.sees(camera),
                other => other.is_some(),
            }
        };
        let founding = self.ops.rights.grants(|all| all.get(police::id_of(id)).filter(|g| g.founding).cloned());
        let Some(grant) = founding else { return false };
        let me = &self.eyes.caller().account;
        let theirs = match grant.holder {
            Holder::Account(account) => account == me.id,
            Holder::Unit(unit) => me.unit_id == Some(unit),
        };
        let hidden_then = match at {
            _ if !there => true,
            // Until it was no longer one: what came after is for everybody who sees it now.
            Some(at) => grant.given_at <= at && grant.ended.as_ref().is_none_or(|end| at <= end.at),
            None => false,
        };
        hidden_then && !theirs
    }
}

impl Veil for ReaderVeil {
    fn is_clear(&self) -> bool {
        self.eyes.caller().is_machine()
    }

    fn veil(&self, entry: &mut AuditEntry) -> bool {
        let of = |s: &Subject| if s.kind == "camera" { s.id.parse::<CameraId>().ok() } else { None };
        if self.is_clear() || !entry.subjects().filter_map(of).any(|id| self.is_hidden(id, Some(entry.at))) {
            return false;
        }
        let subjects = entry.subject.iter_mut().chain(&mut entry.also);
        subjects.filter(|s| s.kind != "account" && s.kind != "unit").for_each(|s| s.name = VEIL.to_owned());
        entry.also.retain(|s| KINDS.contains(&s.kind.as_str()));
        // Why a record was changed is for people to say, in any words.
        let free = entry.act.starts_with("camera");
        entry.facts.retain(|name, _| TOLD.contains(&name.as_str()) && !(free && name == "reason"));
        entry.changes.0.values_mut().for_each(|changed| *changed = Changed::default());
        true
    }

    fn hides(&self, kind: &str, id: &str) -> bool {
        let camera = match kind {
            "camera" => id.parse::<CameraId>().ok(),
            // A founding grant is named after its camera.
            "grant" => id.parse::<GrantId>().ok().map(|id| CameraId::from_bytes(id.to_bytes())),
            _ => None,
        };
        !self.is_clear() && camera.is_some_and(|id| self.is_hidden(id, None))
    }
}
