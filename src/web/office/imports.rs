//! Lists of cameras as the pages show them.

use super::ask;
use crate::problem::Failure;
use crate::state::WebState;
use crate::visitor::SignedIn;
use base::{JobId, Language};
use domain::{Job, JobRow, RowFault, Tally, Verdict};
use templates::views::{CellView, JobRowView, JobView};

/// Reads a job's id.
pub fn job_id(text: &str) -> Result<JobId, Failure> {
    text.parse().map_err(|()| Failure::not_found())
}

/// A job of the caller's.
pub async fn job(state: &WebState, who: &SignedIn, id: JobId) -> Result<Job, Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| ops.job(&caller, id)).await
}

/// Counts by verdict, in the order in which they are shown.
pub fn tally(mut t: Tally) -> Vec<(Verdict, u64)> {
    Verdict::ALL.into_iter().map(|v| (v, u64::from(*t.of(v)))).collect()
}

/// Rows that the present work has before it.
pub fn rows_of_work(job: &Job) -> u64 {
    let t = job.tally;
    let n = match job.state {
        domain::JobState::Applying => t.good().saturating_add(job.done),
        domain::JobState::Undoing => t.stands().saturating_add(job.done),
        _ => job.rows,
    };
    u64::from(n)
}

/// A job as it is shown.
pub fn job_view(job: &Job) -> JobView {
    JobView {
        id: job.id.to_string(),
        title: job.title.clone(),
        kind: job.kind,
        state: job.state,
        interrupted: job.interrupted,
        rows: u64::from(job.rows),
        done: u64::from(job.done),
        tally: tally(job.tally),
        by: job.by_name.clone(),
        made_at: job.made_at,
        revision: job.revision,
    }
}

fn said(fault: &RowFault, language: Language) -> (String, Option<String>) {
    (fault.said.of(language).to_owned(), fault.article.clone())
}

/// A row as it is shown.
pub fn row_view(job: &Job, row: JobRow, language: Language) -> JobRowView {
    let columns = ops::columns_of(job);
    let mut placed = vec![false; row.faults.len()];
    let cells = columns.iter().zip(&row.cells).filter_map(|(column, value)| Some(((*column)?, value)));
    let cells: Vec<CellView> = cells
        .map(|(column, value)| {
            let mut faults = Vec::new();
            for (fault, placed) in row.faults.iter().zip(&mut placed) {
                // A fault of the position stands at both its halves, in words at the first.
                if fault.field == column.field || fault.field == column.rule_field() {
                    if !*placed {
                        faults.push(said(fault, language));
                    }
                    *placed = true;
                }
            }
            CellView {
                field: column.field.to_owned(),
                title: column.title(language).to_owned(),
                value: value.clone(),
                faults,
            }
        })
        .collect();
    let title = |field: &str| {
        let bare = field.strip_prefix("facts.").unwrap_or(field);
        let bare = bare.strip_prefix("device.").unwrap_or(bare).split('.').next().unwrap_or(bare);
        let known = ops::columns::column(bare).or_else(|| ops::columns::column(field));
        known.map_or_else(|| bare.to_owned(), |c| c.title(language).to_owned())
    };
    let mut changes: Vec<String> = row.fields.iter().map(|f| title(f)).collect();
    changes.dedup();
    // A fault of a column that the list does not have, or of none, is the row's.
    let whole = row.faults.iter().zip(&placed).filter(|(_, placed)| !**placed).map(|(fault, _)| {
        let (text, article) = said(fault, language);
        let named = ops::columns::column(&fault.field).map(|c| c.title(language));
        (named.map_or(text.clone(), |t| format!("{t}: {text}")), article)
    });
    let name = columns.iter().position(|c| c.is_some_and(|c| c.field == "name"));
    JobRowView {
        n: row.n,
        verdict: row.verdict,
        linked: row.camera.is_some() && row.verdict != Verdict::Undone,
        code: row.code.clone(),
        name: name.and_then(|i| row.cells.get(i)).cloned().unwrap_or_default(),
        faults: whole.collect(),
        warnings: row.warnings.iter().map(|w| w.said.of(language).to_owned()).collect(),
        changes,
        open: job.state.takes_rows()
            && !job.interrupted
            && !(row.verdict.stands() || matches!(row.verdict, Verdict::Undone | Verdict::Kept)),
        cells,
    }
}
