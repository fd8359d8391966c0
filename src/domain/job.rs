//! Long work: an import of a list, a change of many cameras at once. What it is, how far it has come, and its rows.
//!
//! A job is kept with its rows, so that it can be left and come back to, survives a restart, and can be undone. Here: the
//! records. Not here: reading files (`sheets`), what a row means and doing it (`ops`).

use crate::text::FieldFault;
use crate::{Camera, Extra};
use base::{AccountId, CameraId, JobId, Said, WallTime};
use serde::{Deserialize, Serialize};

/// What kind of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// A list of cameras, from a file that a person sent.
    Import,
    /// A list of cameras, from a file in the folder `inbox`.
    Inbox,
    /// The same values for many cameras.
    Bulk,
}

impl JobKind {
    /// `"import"`, `"inbox"`, `"bulk"`.
    pub fn as_str(self) -> &'static str {
        match self {
            JobKind::Import => "import",
            JobKind::Inbox => "inbox",
            JobKind::Bulk => "bulk",
        }
    }
}

/// How far it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Its rows are being checked; nothing changes.
    Checking,
    /// Checked: waits for somebody to say go.
    Checked,
    /// Its good rows are being carried out.
    Applying,
    /// Carried out.
    Applied,
    /// What it did is being taken back.
    Undoing,
    /// Taken back.
    Undone,
    /// Somebody stopped it before anything was changed.
    Cancelled,
    /// It could not be read.
    Failed,
}

impl JobState {
    /// All.
    pub const ALL: [JobState; 8] = [
        JobState::Checking,
        JobState::Checked,
        JobState::Applying,
        JobState::Applied,
        JobState::Undoing,
        JobState::Undone,
        JobState::Cancelled,
        JobState::Failed,
    ];

    /// `"checking"`, `"checked"` …
    pub fn as_str(self) -> &'static str {
        match self {
            JobState::Checking => "checking",
            JobState::Checked => "checked",
            JobState::Applying => "applying",
            JobState::Applied => "applied",
            JobState::Undoing => "undoing",
            JobState::Undone => "undone",
            JobState::Cancelled => "cancelled",
            JobState::Failed => "failed",
        }
    }

    /// Is something being done, unless it was interrupted?
    pub fn is_work(self) -> bool {
        matches!(self, JobState::Checking | JobState::Applying | JobState::Undoing)
    }

    /// May rows be mended, and the rest be carried out?
    pub fn takes_rows(self) -> bool {
        matches!(self, JobState::Checked | JobState::Applied)
    }
}

/// A long work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// For life.
    pub id: JobId,
    /// What kind.
    pub kind: JobKind,
    /// Whose; `None`: the node's own.
    #[serde(default)]
    pub by: Option<AccountId>,
    /// The sign-in name of that account, then.
    #[serde(default)]
    pub by_name: String,
    /// What people call it: the file's name.
    pub title: String,
    /// How far it has come.
    pub state: JobState,
    /// It stood still with the node, or was stopped: it can be gone on with, or undone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub interrupted: bool,
    /// Rows.
    #[serde(default)]
    pub rows: u32,
    /// Rows looked at in the present state.
    #[serde(default)]
    pub done: u32,
    /// Rows by what they come to.
    #[serde(default)]
    pub tally: Tally,
    /// Names of the fields in the order of the rows' cells.
    #[serde(default)]
    pub columns: Vec<String>,
    /// What is worth knowing: columns that are not known, how the file was read.
    #[serde(default)]
    pub notes: Vec<Said>,
    /// The sheet, and the file's other sheets.
    #[serde(default)]
    pub sheet: Option<String>,
    /// SHA-256 of the file, hex.
    #[serde(default)]
    pub sha256: Option<String>,
    /// Why, for the record.
    #[serde(default)]
    pub reason: Option<String>,
    /// Why it failed.
    #[serde(default)]
    pub fault: Option<Said>,
    /// When it came.
    pub made_at: WallTime,
    /// When it last went on.
    pub changed_at: WallTime,
    /// Counts the changes, from 1; the `ETag`.
    pub revision: u64,
    /// Fields of a newer program.
    #[serde(flatten)]
    pub extra: Extra,
}

/// Rows by what they come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tally {
    /// Would add a camera.
    pub add: u32,
    /// Would change one.
    pub change: u32,
    /// Say what the catalogue says already.
    pub same: u32,
    /// Have a fault.
    pub fault: u32,
    /// Left out by a person.
    pub left: u32,
    /// Have added a camera.
    pub added: u32,
    /// Have changed one.
    pub changed: u32,
    /// Were taken back.
    pub undone: u32,
    /// Could not be taken back.
    pub kept: u32,
}

impl Tally {
    /// The count of a verdict.
    pub fn of(&mut self, verdict: Verdict) -> &mut u32 {
        match verdict {
            Verdict::Add => &mut self.add,
            Verdict::Change => &mut self.change,
            Verdict::Same => &mut self.same,
            Verdict::Fault => &mut self.fault,
            Verdict::Left => &mut self.left,
            Verdict::Added => &mut self.added,
            Verdict::Changed => &mut self.changed,
            Verdict::Undone => &mut self.undone,
            Verdict::Kept => &mut self.kept,
        }
    }
    /// A row goes from one verdict to another.
    pub fn moves(&mut self, from: Option<Verdict>, to: Verdict) {
        if let Some(from) = from {
            let n = self.of(from);
            *n = n.saturating_sub(1);
        }
        let n = self.of(to);
        *n = n.saturating_add(1);
    }
    /// Rows that would do something.
    pub fn good(&self) -> u32 {
        self.add.saturating_add(self.change)
    }
    /// Rows that have done something which stands.
    pub fn stands(&self) -> u32 {
        self.added.saturating_add(self.changed)
    }
}

/// What a row comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It would add a camera.
    Add,
    /// It would change one.
    Change,
    /// It says what the catalogue says already.
    Same,
    /// It has a fault.
    Fault,
    /// A person left it out.
    Left,
    /// It has added a camera.
    Added,
    /// It has changed one.
    Changed,
    /// What it did was taken back.
    Undone,
    /// What it did could not be taken back.
    Kept,
}

impl Verdict {
    /// All.
    pub const ALL: [Verdict; 9] = [
        Verdict::Fault,
        Verdict::Add,
        Verdict::Change,
        Verdict::Same,
        Verdict::Left,
        Verdict::Added,
        Verdict::Changed,
        Verdict::Undone,
        Verdict::Kept,
    ];

    /// `"add"`, `"fault"` …
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Add => "add",
            Verdict::Change => "change",
            Verdict::Same => "same",
            Verdict::Fault => "fault",
            Verdict::Left => "left",
            Verdict::Added => "added",
            Verdict::Changed => "changed",
            Verdict::Undone => "undone",
            Verdict::Kept => "kept",
        }
    }
    /// Reads [`Verdict::as_str`].
    pub fn parse(s: &str) -> Option<Verdict> {
        Verdict::ALL.into_iter().find(|v| v.as_str() == s)
    }
    /// Would it do something when the job is carried out?
    pub fn is_good(self) -> bool {
        matches!(self, Verdict::Add | Verdict::Change)
    }
    /// Has it done something which stands?
    pub fn stands(self) -> bool {
        matches!(self, Verdict::Added | Verdict::Changed)
    }
}

/// What is wrong with a cell, or with the row as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowFault {
    /// The field; empty: the row.
    #[serde(default)]
    pub field: String,
    /// What is wrong and how to mend it.
    pub said: Said,
    /// The article of Decision 01/2022/QĐ-UBND, where a rule refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
}

impl From<FieldFault> for RowFault {
    fn from(f: FieldFault) -> Self {
        Self { field: f.field.to_owned(), said: f.said, article: None }
    }
}

/// A row of a job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobRow {
    /// Whose.
    pub job: JobId,
    /// Its number in the file, as a spreadsheet program shows it.
    pub n: u32,
    /// Its cells, in the order of [`Job::columns`]; of secret ones only that there is something.
    pub cells: Vec<String>,
    /// Some of its cells are sealed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sealed: bool,
    /// What it comes to.
    pub verdict: Verdict,
    /// What is wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<RowFault>,
    /// What is worth a look, and does not hinder.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<RowFault>,
    /// Fields that would change, or have changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// The camera that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub camera: Option<CameraId>,
    /// Its code, once it has one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// The camera's revision after what the row did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u64>,
    /// The camera before it was changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Box<Camera>>,
    /// Fields of a newer program.
    #[serde(flatten)]
    pub extra: Extra,
}

impl JobRow {
    /// The key of a job's row.
    pub fn key_of(job: JobId, n: u32) -> [u8; 20] {
        let mut key = [0; 20];
        key[..16].copy_from_slice(&job.to_bytes());
        key[16..].copy_from_slice(&n.to_be_bytes());
        key
    }
}
