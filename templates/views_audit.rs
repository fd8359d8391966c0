//! View structs of the audit's pages.

use crate::views::{FieldFault, Paging, Shell};
use base::WallTime;

/// The audit (nhật ký).
#[derive(Clone, Debug)]
pub struct AuditView {
    /// Around it.
    pub shell: Shell,
    /// The filter, as in the address.
    pub filter: AuditFilter,
    /// Acts that can be chosen, by their stable dotted names.
    pub acts: Vec<String>,
    /// The entries, newest first.
    pub rows: Vec<AuditRow>,
    /// Where in the list.
    pub paging: Paging,
    /// The search ended at its bound, after so many entries, this far back.
    pub looked_at: Option<(usize, Option<WallTime>)>,
    /// Result of the last check of the chain, when it was just asked for.
    pub chain: Option<ChainView>,
    /// The newest checkpoint.
    pub checkpoint: Option<CheckpointRow>,
    /// May the reader take it out?
    pub exports: bool,
    /// What of the filter was refused (a date that is none, for example).
    pub faults: Vec<FieldFault>,
}

/// Filter of the audit, as in the address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Person: sign-in name.
    pub who: String,
    /// Act: dotted name, or empty.
    pub act: String,
    /// Camera or other thing: its code, how its name begins, or its id.
    pub subject: String,
    /// Kind of that thing, or empty.
    pub kind: String,
    /// From this day, `yyyy-mm-dd` as a date field sends it, or empty.
    pub from: String,
    /// To this day inclusive, `yyyy-mm-dd`, or empty.
    pub to: String,
    /// Text in subject, changes or facts.
    pub q: String,
}

impl AuditFilter {
    /// Names in the address and values.
    pub fn pairs(&self) -> [(&'static str, &str); 7] {
        [
            ("who", &self.who),
            ("act", &self.act),
            ("subject", &self.subject),
            ("kind", &self.kind),
            ("from", &self.from),
            ("to", &self.to),
            ("q", &self.q),
        ]
    }
    /// Does it leave anything out?
    pub fn is_set(&self) -> bool {
        self.pairs().iter().any(|(_, v)| !v.is_empty())
    }
}

/// Something that an entry concerns.
#[derive(Clone, Debug)]
pub struct AuditSubject {
    /// `camera`, `account` …
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Its name then.
    pub name: String,
    /// Its page, if it has one.
    pub href: Option<String>,
}

/// A field with its values. Neither: it was changed and is secret.
#[derive(Clone, Debug)]
pub struct AuditChange {
    /// The field.
    pub field: String,
    /// Before.
    pub old: Option<String>,
    /// Since.
    pub new: Option<String>,
}

/// One entry of the audit.
#[derive(Clone, Debug)]
pub struct AuditRow {
    /// Its number in the chain.
    pub seq: u64,
    /// When.
    pub at: WallTime,
    /// Who: display or sign-in name, or the program's part in the page's language.
    pub actor: String,
    /// Dotted name, for example `camera.added`; the page says it in words.
    pub act: String,
    /// Did it go well? `false` for failures and refusals.
    pub good: bool,
    /// On what, and what else it concerns.
    pub subjects: Vec<AuditSubject>,
    /// What was changed.
    pub changes: Vec<AuditChange>,
    /// Facts: name and value. Known names are said in words.
    pub facts: Vec<(String, String)>,
    /// From which address.
    pub address: Option<String>,
    /// Hash of the entry before, hex.
    pub prev_hash: String,
    /// Its hash in hex.
    pub hash: String,
}

/// Result of checking the chain.
#[derive(Clone, Debug)]
pub struct ChainView {
    /// Is it whole?
    pub whole: bool,
    /// Number of the last entry that fits.
    pub entries: u64,
    /// Entries before the first one checked: in the archive.
    pub archived: u64,
    /// Checkpoints that fit.
    pub checkpoints: u64,
    /// Entries under the newest signature, and whose it is.
    pub signed: Option<(u64, String)>,
    /// Number of the first entry that does not fit, if one does not.
    pub broken_at: Option<u64>,
    /// What is wrong, in the page's language.
    pub said: Option<String>,
    /// Hash of the last entry in hex, to be written down elsewhere.
    pub head: String,
    /// When it was checked.
    pub at: WallTime,
}

/// One checkpoint.
#[derive(Clone, Debug)]
pub struct CheckpointRow {
    /// Entries that it is over.
    pub size: u64,
    /// When it was made.
    pub at: WallTime,
    /// Root of the tree, hex.
    pub root: String,
    /// Fingerprint of the node whose good signature it has.
    pub signed_by: Option<String>,
    /// Names of other nodes whose good signatures it has.
    pub countersigned_by: Vec<String>,
}

/// Checkpoints, how long entries are kept, the archive.
#[derive(Clone, Debug)]
pub struct CheckpointsView {
    /// Around it.
    pub shell: Shell,
    /// Fingerprint of this node's key.
    pub fingerprint: Option<String>,
    /// The checkpoints, newest first.
    pub rows: Vec<CheckpointRow>,
    /// Where in the list.
    pub paging: Paging,
    /// What becomes of old entries.
    pub keeping: KeepingView,
    /// May the reader take archives out?
    pub exports: bool,
}

/// What becomes of old entries.
#[derive(Clone, Debug, Default)]
pub struct KeepingView {
    /// Months that they are kept; `None`: for ever.
    pub months: Option<u32>,
    /// Entries before this day may go, `dd/mm/yyyy`.
    pub before: Option<String>,
    /// What goes next: first and last number, and when they were made.
    pub next: Option<(u64, u64, Option<WallTime>, Option<WallTime>)>,
    /// Oldest entry here: number and time.
    pub oldest: Option<(u64, WallTime)>,
    /// Files in the archive: name and bytes.
    pub archives: Vec<(String, u64)>,
}
