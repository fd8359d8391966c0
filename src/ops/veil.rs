//! What of the audit is not for the eyes of its reader: entries about police cameras that no grant names to them (A7.4).
//!
//! Such an entry stays in its place, with who, what and when, since the record is complete; its subjects' names, its facts and
//! its values are veiled. The export, which proves the record, holds everything: whoever takes it out is on record. Not here:
//! reading (`trail`).

use crate::{Caller, Eyes, Ops};
use base::CameraId;
use domain::{AuditEntry, Changed};
use std::sync::PoisonError;

/// Facts that say nothing of the camera.
const TOLD: [&str; 7] = ["act", "article", "seconds", "bytes", "stream", "lease", "reason"];
const VEIL: &str = "•••";

impl Ops {
    /// The entries as that reader may see them.
    pub(crate) fn veiled(&self, caller: &Caller, mut entries: Vec<AuditEntry>) -> Vec<AuditEntry> {
        let eyes = self.eyes(caller);
        entries.iter_mut().filter(|e| self.is_hidden(&eyes, e)).for_each(veil);
        entries
    }

    fn is_hidden(&self, eyes: &Eyes, entry: &AuditEntry) -> bool {
        let catalogue = self.catalogue.read().unwrap_or_else(PoisonError::into_inner);
        let ids = entry.subjects().filter(|s| s.kind == "camera").filter_map(|s| s.id.parse::<CameraId>().ok());
        ids.filter_map(|id| catalogue.camera(id)).any(|c| c.facts.police && !eyes.sees(c))
    }
}

fn veil(entry: &mut AuditEntry) {
    let subjects = entry.subject.iter_mut().chain(&mut entry.also);
    subjects.filter(|s| s.kind != "account" && s.kind != "unit").for_each(|s| s.name = VEIL.to_owned());
    entry.facts.retain(|name, _| TOLD.contains(&name.as_str()));
    entry.changes.0.values_mut().for_each(|changed| *changed = Changed::default());
}
