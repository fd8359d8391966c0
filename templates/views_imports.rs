//! View structs of lists of cameras: import, a job with its rows, bulk change.

use crate::views::{FieldFault, Shell};
use base::WallTime;
pub use domain::{JobKind, JobState, Verdict};

/// A job in a list, and the head of its page.
#[derive(Clone, Debug)]
pub struct JobView {
    /// Id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// What kind.
    pub kind: JobKind,
    /// How far it has come.
    pub state: JobState,
    /// It stands still in the middle.
    pub interrupted: bool,
    /// Rows.
    pub rows: u64,
    /// Rows looked at in the present state.
    pub done: u64,
    /// Rows by what they come to.
    pub tally: Vec<(Verdict, u64)>,
    /// Sign-in name.
    pub by: String,
    /// When it came.
    pub made_at: WallTime,
    /// Counts the changes.
    pub revision: u64,
}

impl JobView {
    /// Rows of a verdict.
    pub fn count(&self, verdict: Verdict) -> u64 {
        self.tally.iter().find(|(v, _)| *v == verdict).map_or(0, |(_, n)| *n)
    }
    /// Is something being done now?
    pub fn works(&self) -> bool {
        self.state.is_work() && !self.interrupted
    }
}

/// The page of imports.
#[derive(Clone, Debug)]
pub struct ImportView {
    /// Around it.
    pub shell: Shell,
    /// What is wrong with what was sent.
    pub faults: Vec<FieldFault>,
    /// The reason as typed.
    pub reason: String,
    /// The sheet as typed.
    pub sheet: String,
    /// Jobs, newest first.
    pub jobs: Vec<JobView>,
    /// Is the folder there for this person?
    pub inbox: bool,
}

/// A cell of a row.
#[derive(Clone, Debug)]
pub struct CellView {
    /// Field.
    pub field: String,
    /// The column's title.
    pub title: String,
    /// What stands in it.
    pub value: String,
    /// What is wrong with it.
    pub faults: Vec<(String, Option<String>)>,
}

/// A row of a job.
#[derive(Clone, Debug)]
pub struct JobRowView {
    /// Its number.
    pub n: u32,
    /// What it comes to.
    pub verdict: Verdict,
    /// Code of its camera.
    pub code: String,
    /// Is there a camera of that code to look at?
    pub linked: bool,
    /// The name, as the row has it.
    pub name: String,
    /// All its cells.
    pub cells: Vec<CellView>,
    /// What is wrong with the row as a whole: sentence, article.
    pub faults: Vec<(String, Option<String>)>,
    /// What is odd.
    pub warnings: Vec<String>,
    /// Titles of fields that change.
    pub changes: Vec<String>,
    /// May it be mended?
    pub open: bool,
}

/// The page of a job.
#[derive(Clone, Debug)]
pub struct JobPageView {
    /// Around it.
    pub shell: Shell,
    /// The job.
    pub job: JobView,
    /// Why it failed.
    pub fault: Option<String>,
    /// About the file.
    pub notes: Vec<String>,
    /// Why, for the record.
    pub reason: Option<String>,
    /// The verdict that is shown; `None`: all.
    pub verdict: Option<Verdict>,
    /// The rows.
    pub rows: Vec<JobRowView>,
    /// Where the next rows begin.
    pub next: Option<u32>,
    /// Is this not the beginning?
    pub paged: bool,
}

/// A field of a bulk change.
#[derive(Clone, Debug)]
pub struct BulkFieldView {
    /// Field.
    pub field: String,
    /// Title.
    pub title: String,
    /// Has it several values?
    pub several: bool,
}

/// One line of the form of a bulk change, as typed.
#[derive(Clone, Debug, Default)]
pub struct BulkLineView {
    /// Field.
    pub field: String,
    /// `set`, `clear`, `add`, `remove`.
    pub how: String,
    /// Value.
    pub value: String,
}

/// The page of a bulk change.
#[derive(Clone, Debug)]
pub struct BulkView {
    /// Around it.
    pub shell: Shell,
    /// Cameras chosen.
    pub n: u64,
    /// Their ids with spaces between; empty: those of the filter.
    pub ids: String,
    /// The filter, as a query.
    pub filter: String,
    /// Fields to choose from.
    pub fields: Vec<BulkFieldView>,
    /// Suggestions: names of entries of registers, areas, units.
    pub suggestions: Vec<String>,
    /// Lines as typed.
    pub lines: Vec<BulkLineView>,
    /// The reason as typed.
    pub reason: String,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
}
