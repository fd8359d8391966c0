//! Stopping, and taking back: what a job added is removed, what it changed is restored, unless somebody has changed it since.

use super::applying::{Touched, as_seen, former_password, must_rest, not_now, row_fault};
use super::receiving::on_job;
use crate::jobs::Stop;
use crate::office::{entry, lock, still_good};
use crate::{Caller, Eyes, Ops, OpsError, camera_writes};
use base::{CameraId, JobId, Said, limits};
use domain::{Act, Camera, Job, JobRow, JobState, PasswordChange, RowFault, Verdict, audit};
use store::WriteTx;

/// What became of a row.
enum TakenBack {
    Removed(CameraId),
    Restored(CameraId, bool),
    /// It stays as it is, and why.
    Kept(RowFault),
}

impl Ops {
    /// Stops a job: one that runs, at its next batch; one that was only checked is put away.
    ///
    /// # Errors
    /// [`OpsError::Taken`] if there is nothing to stop, [`OpsError::Changed`] if it is no longer as it was seen.
    pub fn cancel_job(&self, caller: &Caller, id: JobId, seen: Option<u64>) -> Result<Job, OpsError> {
        let job = self.own_job(caller, id)?;
        as_seen(&job, seen)?;
        if self.stop_job(id) {
            return Ok(job);
        }
        if job.state != JobState::Checked && job.state != JobState::Checking {
            return Err(not_now("Việc này không còn gì để dừng.", "There is nothing left to stop."));
        }
        let theirs = caller.clone();
        self.write(move |w| {
            let Some(mut job) = w.find::<Job>(&id)? else { return Err(OpsError::NotFound("job")) };
            (job.state, job.interrupted) = (JobState::Cancelled, false);
            job.changed_at = w.now();
            job.revision = job.revision.saturating_add(1);
            w.put(&job)?;
            w.audit(on_job(entry(&theirs, audit::IMPORT_CANCELLED), &job))?;
            Ok(job)
        })
    }

    /// Takes back in the background what the job did; goes on where it was interrupted.
    ///
    /// # Errors
    /// [`OpsError::Taken`] if it runs or has done nothing, [`OpsError::Changed`] if it is no longer as it was seen.
    pub fn undo_job(&self, caller: &Caller, id: JobId, seen: Option<u64>) -> Result<Job, OpsError> {
        let job = self.own_job(caller, id)?;
        must_rest(&job)?;
        as_seen(&job, seen)?;
        if job.tally.stands() == 0 {
            return Err(not_now("Không còn gì để hoàn tác.", "There is nothing left to undo."));
        }
        let before = job.state;
        let job = self.turn(id, JobState::Undoing)?;
        let theirs = caller.clone();
        if let Err(e) = self.run_job(id, move |ops, stop| ops.undo(&theirs, id, stop)) {
            self.turn(id, before)?;
            return Err(e);
        }
        Ok(job)
    }

    fn undo(&self, caller: &Caller, id: JobId, stop: &Stop) -> Result<(), OpsError> {
        let mut touched = Touched::default();
        let mut after = 0;
        let result = loop {
            if stop.asked() {
                break self.end_work(caller, id, None);
            }
            let rows = match self.take_rows(id, after, limits::IMPORT_BATCH_ROWS, |row| row.verdict.stands()) {
                Ok(rows) => rows,
                Err(e) => break Err(e),
            };
            let Some((last, _)) = rows.last() else { break self.end_work(caller, id, Some(JobState::Undone)) };
            after = last.n;
            let (ops, theirs) = (self.clone(), caller.clone());
            let numbers: Vec<u32> = rows.into_iter().map(|(row, _)| row.n).collect();
            match self.write(move |w| ops.undo_batch(w, theirs, id, &numbers)) {
                Ok((batch, removed)) => {
                    lock(&self.leases).withdraw(|held| removed.contains(&held.guard.camera));
                    touched.streams |= batch.streams;
                    touched.ids.extend(batch.ids);
                }
                Err(e) => break Err(e),
            }
            if let Err(e) = touched.catch_up(self, 1_000) {
                break Err(e);
            }
        };
        touched.catch_up(self, 0)?;
        result
    }

    fn undo_batch(
        &self,
        w: &mut WriteTx<'_>,
        caller: Caller,
        id: JobId,
        numbers: &[u32],
    ) -> Result<(Touched, Vec<CameraId>), OpsError> {
        let fresh = still_good(w, w.now(), caller)?;
        let eyes = self.eyes(&fresh);
        let Some(mut job) = w.find::<Job>(&id)? else { return Err(OpsError::NotFound("job")) };
        let (mut touched, mut removed) = (Touched::default(), Vec::new());
        for n in numbers {
            let Some(mut row) = w.find::<JobRow>(&JobRow::key_of(id, *n))?.filter(|r| r.verdict.stands()) else {
                continue;
            };
            let before = row.verdict;
            let outcome = match take_back(w, &eyes, &job, &row) {
                Ok(outcome) => outcome,
                Err(e) => match super::deciding::fault_of(&e).and_then(|mut f| f.pop()) {
                    Some(fault) => TakenBack::Kept(fault),
                    None => return Err(e),
                },
            };
            match outcome {
                TakenBack::Removed(camera) => {
                    row.verdict = Verdict::Undone;
                    removed.push(camera);
                    touched.add(camera, true);
                }
                TakenBack::Restored(camera, streams) => {
                    row.verdict = Verdict::Undone;
                    touched.add(camera, streams);
                }
                TakenBack::Kept(fault) => {
                    row.verdict = Verdict::Kept;
                    row.faults = vec![fault];
                }
            }
            w.unset_secret(&former_password(id, *n))?;
            job.tally.moves(Some(before), row.verdict);
            job.done = job.done.saturating_add(1);
            w.put(&row)?;
        }
        job.changed_at = w.now();
        w.put(&job)?;
        Ok((touched, removed))
    }
}

fn take_back(w: &mut WriteTx<'_>, eyes: &Eyes, job: &Job, row: &JobRow) -> Result<TakenBack, OpsError> {
    let found = row.camera.map(|id| w.find::<Camera>(&id)).transpose()?.flatten();
    let Some(now) = found else {
        let said = Said::new("Camera này đã được gỡ bỏ sau đó.", "This camera was removed meanwhile.");
        return Ok(TakenBack::Kept(row_fault("code", said)));
    };
    if Some(now.revision) != row.revision {
        let said = Said::new(
            "Camera này đã được sửa sau đó, nên không hoàn tác được. Hãy xem lịch sử của camera và sửa tay nếu cần.",
            "This camera was changed meanwhile, so it cannot be taken back. See its history and mend it by hand if need be.",
        );
        return Ok(TakenBack::Kept(row_fault("code", said)));
    }
    eyes.must(Act::EditCameras, &now)?;
    let Some(before) = &row.before else {
        // Its own addition, untouched since: whoever may edit may take it back.
        camera_writes::remove_own(w, eyes, &now, Some(job.id))?;
        return Ok(TakenBack::Removed(now.id));
    };
    let password = match (w.unseal(&former_password(job.id, row.n))?, row.fields.iter().any(|f| f == "password")) {
        (Some(former), _) => PasswordChange::Set(former),
        (None, true) => PasswordChange::Forget,
        (None, false) => PasswordChange::Keep,
    };
    let (camera, streams) = camera_writes::restore(w, eyes, &now, before, password, job.id)?;
    Ok(TakenBack::Restored(camera, streams))
}
