//! Lists of cameras: taken in, checked row by row, mended, carried out, taken back; and given out in the same shape.
//!
//! One way for all of them: a file that a person sends, a file in the folder `inbox`, the same values for many cameras
//! (`bulk`). Each is a job with rows. A **dry run** decides every row by the same rules as the form and changes nothing;
//! **carrying out** decides each again within the transaction that writes it, a batch of rows at a time, so that others come
//! between; **undoing** takes back what nobody has changed since. Passwords in a list are sealed from the moment it is
//! received. Not here: reading and writing files (`sheets`), the rules (`domain`), threads (`jobs`).

mod applying;
mod bulk;
mod checking;
pub mod columns;
mod deciding;
mod export;
mod inbox;
mod mending;
mod reading;
mod receiving;
mod template;
mod undoing;

pub use bulk::{BulkEdit, BulkHow, fields as bulk_fields};
pub use export::{ListFormat, ListOut};
pub use inbox::InboxReport;
pub use receiving::ListFile;

use crate::{Caller, Ops, OpsError};
use base::JobId;
use columns::Column;
use domain::{Act, Job, JobRow, Verdict};
use std::collections::BTreeMap;
use std::ops::Bound;

/// The title of the column of faults in a file that is sent back, in both languages.
pub const FAULT_TITLE: (&str, &str) = ("Lỗi cần sửa", "What to mend");

/// Stands for a secret that is there.
pub(crate) const MASK: &str = "••••••";

/// Rows of a job.
#[derive(Clone, Debug, Default)]
pub struct JobRows {
    /// The rows.
    pub rows: Vec<JobRow>,
    /// The number of the last one, if there are more.
    pub next: Option<u32>,
}

/// The columns of a job; a column of a newer program is not known and left out.
pub fn columns_of(job: &Job) -> Vec<Option<&'static Column>> {
    job.columns.iter().map(|field| columns::column(field)).collect()
}

/// Where a row's secret cells are sealed.
fn sealed_cells(job: JobId, n: u32) -> store::SecretKey {
    store::SecretKey::of::<JobRow>(&JobRow::key_of(job, n), "cells")
}

/// Secret cells by their places, as they are sealed.
type Secrets = BTreeMap<usize, String>;

/// The row's cells as they came, with what was sealed.
fn opened(r: &store::ReadTx<'_>, row: &JobRow) -> Result<Vec<String>, OpsError> {
    let mut cells = row.cells.clone();
    if row.sealed
        && let Some(text) = r.unseal(&sealed_cells(row.job, row.n))?
    {
        let secrets: Secrets =
            serde_json::from_str(text.expose()).map_err(|e| OpsError::Inner(format!("sealed cells: {e}")))?;
        for (at, text) in secrets {
            if let Some(cell) = cells.get_mut(at) {
                *cell = text;
            }
        }
    }
    Ok(cells)
}

/// The bounds of a job's rows after a number.
fn rows_after(job: JobId, after: u32) -> (Bound<[u8; 20]>, Bound<[u8; 20]>) {
    (Bound::Excluded(JobRow::key_of(job, after)), Bound::Included(JobRow::key_of(job, u32::MAX)))
}

impl Ops {
    /// The caller's long works, newest first; the node's own too for whoever keeps the node.
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn jobs(&self, caller: &Caller) -> Result<Vec<Job>, OpsError> {
        self.authorise(caller, Act::EditCameras)?;
        let mut all = self.read(|r| Ok(r.range::<Job>(..)?))?;
        all.retain(|job| self.is_theirs(caller, job));
        all.reverse();
        Ok(all.into_iter().map(|job| self.as_it_runs(job)).collect())
    }

    /// One of them.
    ///
    /// # Errors
    /// [`OpsError::NotFound`].
    pub fn job(&self, caller: &Caller, id: JobId) -> Result<Job, OpsError> {
        self.own_job(caller, id)
    }

    /// Its rows behind number `after`: those of a verdict, or all; at most `limit`.
    ///
    /// # Errors
    /// [`OpsError::NotFound`].
    pub fn job_rows(
        &self,
        caller: &Caller,
        id: JobId,
        verdict: Option<Verdict>,
        after: u32,
        limit: usize,
    ) -> Result<JobRows, OpsError> {
        self.own_job(caller, id)?;
        self.read(|r| {
            let mut out = JobRows::default();
            r.each::<JobRow>(rows_after(id, after), |row| {
                if verdict.is_some_and(|v| v != row.verdict) {
                    return true;
                }
                if out.rows.len() == limit {
                    out.next = out.rows.last().map(|r| r.n);
                    return false;
                }
                out.rows.push(row);
                true
            })?;
            Ok(out)
        })
    }

    /// Reads rows that fit, behind `after`, at most `limit`, with their cells as they came.
    fn take_rows(
        &self,
        id: JobId,
        after: u32,
        limit: usize,
        fits: impl Fn(&JobRow) -> bool,
    ) -> Result<Vec<(JobRow, Vec<String>)>, OpsError> {
        self.read(|r| {
            let mut rows = Vec::new();
            r.each::<JobRow>(rows_after(id, after), |row| {
                if fits(&row) {
                    rows.push(row);
                }
                rows.len() < limit
            })?;
            rows.into_iter().map(|row| opened(r, &row).map(|cells| (row, cells))).collect()
        })
    }
}
