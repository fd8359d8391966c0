//! Mending a list where it is shown: a cell, a row left out, everything checked anew.

use super::applying::{as_seen, must_rest, not_now};
use super::checking::{Check, Checked, keep};
use super::{columns_of, opened, rows_after};
use crate::{Caller, Ops, OpsError};
use base::{JobId, limits};
use domain::{Job, JobRow, JobState, Verdict};

/// A list that may be mended now.
fn open_rows(job: &Job) -> Result<(), OpsError> {
    must_rest(job)?;
    if job.state.takes_rows() {
        return Ok(());
    }
    Err(not_now("Danh sách này không còn sửa được.", "This list can no longer be mended."))
}

impl Ops {
    /// Mends cells of a row, by their fields, and checks it again. Secret cells that are given as they are shown stay.
    ///
    /// # Errors
    /// [`OpsError::NotFound`], [`OpsError::Taken`] if the row was carried out already, [`OpsError::Changed`] if the list is no
    /// longer as it was seen.
    pub fn mend_row(
        &self,
        caller: &Caller,
        id: JobId,
        n: u32,
        cells: &[(String, String)],
        seen: Option<u64>,
    ) -> Result<JobRow, OpsError> {
        let job = self.own_job(caller, id)?;
        open_rows(&job)?;
        as_seen(&job, seen)?;
        let columns = columns_of(&job);
        let mut check = Check::new(self, caller, &job);
        let mut others = Vec::new();
        let (row, mut text) = self.read(|r| {
            let Some(row) = r.find::<JobRow>(&JobRow::key_of(id, n))? else { return Err(OpsError::NotFound("row")) };
            // What the other rows say, for what may stand in the list only once, and for what they see.
            let mut fault = None;
            r.each::<JobRow>(rows_after(id, 0), |other| {
                if other.n != n && !matches!(other.verdict, Verdict::Left | Verdict::Undone) {
                    match opened(r, &other) {
                        Ok(cells) => {
                            check.note(other.n, &cells);
                            if other.verdict.is_good() {
                                others.push((other.n, cells));
                            }
                        }
                        Err(e) => fault = Some(e),
                    }
                }
                fault.is_none()
            })?;
            if let Some(e) = fault {
                return Err(e);
            }
            let text = opened(r, &row)?;
            Ok((row, text))
        })?;
        if row.verdict.stands() || matches!(row.verdict, Verdict::Undone | Verdict::Kept) {
            return Err(not_now("Dòng này đã được thực hiện.", "This row has been carried out."));
        }
        for (field, value) in cells {
            let Some(at) = columns.iter().position(|c| c.is_some_and(|c| c.field == field)) else { continue };
            let shown = row.cells.get(at);
            if let Some(slot) = text.get_mut(at)
                && shown != Some(value)
            {
                *slot = domain::text::cut(value.trim(), limits::IMPORT_CELL_BYTES_MAX);
            }
        }
        check.note_views(self, &text, &others);
        let checked = check.row(self, n, &text);
        self.put_row(id, row.verdict, checked)
    }

    /// Leaves a row out, or takes it up again.
    ///
    /// # Errors
    /// As [`Ops::mend_row`].
    pub fn leave_row(&self, caller: &Caller, id: JobId, n: u32, out: bool) -> Result<JobRow, OpsError> {
        let row = self.mend_row(caller, id, n, &[], None)?;
        if !out {
            return Ok(row);
        }
        let verdict = row.verdict;
        self.write(move |w| {
            let Some(mut job) = w.find::<Job>(&id)? else { return Err(OpsError::NotFound("job")) };
            let row = JobRow { verdict: Verdict::Left, ..row };
            job.tally.moves(Some(verdict), Verdict::Left);
            job.revision = job.revision.saturating_add(1);
            w.put(&row)?;
            w.put(&job)?;
            Ok(row)
        })
    }

    fn put_row(&self, id: JobId, before: Verdict, checked: Checked) -> Result<JobRow, OpsError> {
        self.write(move |w| {
            let Some(mut job) = w.find::<Job>(&id)? else { return Err(OpsError::NotFound("job")) };
            job.tally.moves(Some(before), checked.row.verdict);
            job.revision = job.revision.saturating_add(1);
            job.changed_at = w.now();
            let row = checked.row.clone();
            keep(w, &[checked])?;
            w.put(&job)?;
            Ok(row)
        })
    }

    /// Checks anew, in the background, every row that has not been carried out and was not left out.
    ///
    /// # Errors
    /// [`OpsError::Taken`] if it runs or can no longer be mended, [`OpsError::Changed`] if it is no longer as it was seen.
    pub fn check_job_again(&self, caller: &Caller, id: JobId, seen: Option<u64>) -> Result<Job, OpsError> {
        let job = self.own_job(caller, id)?;
        as_seen(&job, seen)?;
        let unread = |rows: &[(JobRow, Vec<String>)]| u32::try_from(rows.len()).is_ok_and(|n| n < job.rows);
        let begun = job.state == JobState::Checking && job.interrupted;
        if !begun {
            open_rows(&job)?;
        }
        let waits = |v: Verdict| matches!(v, Verdict::Fault | Verdict::Add | Verdict::Change | Verdict::Same);
        let rows = self.take_rows(id, 0, usize::MAX, |row| waits(row.verdict))?;
        if begun && unread(&rows) {
            return Err(not_now(
                "Tệp chưa được đọc hết trước khi bị ngắt. Hãy gửi lại tệp.",
                "The file was not read to its end before it was interrupted. Send it again.",
            ));
        }
        let before = job.state;
        self.turn(id, JobState::Checking)?;
        let job = self.write(move |w| {
            let Some(mut job) = w.find::<Job>(&id)? else { return Err(OpsError::NotFound("job")) };
            let t = &mut job.tally;
            (t.fault, t.add, t.change, t.same) = (0, 0, 0, 0);
            w.put(&job)?;
            Ok(job)
        })?;
        let rows = rows.into_iter().map(|(row, cells)| (row.n, cells)).collect();
        let (theirs, work) = (caller.clone(), job.clone());
        if let Err(e) = self.run_job(id, move |ops, stop| ops.check_rows(&theirs, &work, rows, stop)) {
            self.turn(id, before)?;
            return Err(e);
        }
        Ok(job)
    }
}
