//! Carrying out: the good rows, a batch to a transaction, each camera with its own entry in the record.

use super::columns::Column;
use super::deciding::{self, Cells, Step, Ways};
use super::opened;
use super::receiving::on_job;
use crate::jobs::{Stop, busy};
use crate::office::{entry, still_good};
use crate::{Caller, Eyes, Ops, OpsError, camera_writes, secrets};
use base::{CameraId, JobId, Said, WallTime, limits};
use domain::{
    Act, Camera, Job, JobKind, JobRow, JobState, Lexicon, PasswordChange, Register, Registration, RowFault, Verdict,
    audit,
};
use std::sync::PoisonError;
use store::{SecretKey, WriteTx, caseless};

/// Rows after which memory (lists, searches, streams) catches up.
const CATCH_UP: usize = 1_000;
/// How often an automatic code is tried again when somebody was quicker.
const CODE_ATTEMPTS: usize = 100;

/// Where the password is sealed that a camera had before a row changed it.
pub(super) fn former_password(job: JobId, n: u32) -> SecretKey {
    SecretKey::of::<JobRow>(&JobRow::key_of(job, n), "password")
}

/// What a batch has touched.
#[derive(Default)]
pub(super) struct Touched {
    pub(super) ids: Vec<CameraId>,
    pub(super) streams: bool,
}

impl Touched {
    pub(super) fn add(&mut self, id: CameraId, streams: bool) {
        self.ids.push(id);
        self.streams |= streams;
    }
    pub(super) fn catch_up(&mut self, ops: &Ops, at_least: usize) -> Result<(), OpsError> {
        if self.ids.len() >= at_least.max(1) {
            let done = std::mem::take(self);
            ops.refresh_cameras(&done.ids, done.streams)?;
        }
        Ok(())
    }
}

/// The state before the work that is asked for.
pub(super) fn must_rest(job: &Job) -> Result<(), OpsError> {
    if job.state.is_work() && !job.interrupted { Err(busy()) } else { Ok(()) }
}

/// Nobody has changed it since it was read, where the caller says what was read.
pub(super) fn as_seen(job: &Job, seen: Option<u64>) -> Result<(), OpsError> {
    match seen {
        Some(expected) if expected != job.revision => Err(OpsError::Changed { expected, found: job.revision }),
        _ => Ok(()),
    }
}

pub(super) fn not_now(vi: &str, en: &str) -> OpsError {
    OpsError::Taken { field: "state", said: Said::new(vi, en) }
}

impl Ops {
    /// Carries out the good rows in the background; goes on where it was interrupted.
    ///
    /// # Errors
    /// [`OpsError::Taken`] if it runs or has nothing to do, [`OpsError::Changed`] if somebody mended it meanwhile.
    pub fn apply_job(&self, caller: &Caller, id: JobId, seen: Option<u64>) -> Result<Job, OpsError> {
        let job = self.own_job(caller, id)?;
        must_rest(&job)?;
        as_seen(&job, seen)?;
        if !(job.state.takes_rows() || job.state == JobState::Applying) || job.tally.good() == 0 {
            return Err(not_now("Không có dòng nào để thực hiện.", "There is no row to carry out."));
        }
        let job = self.turn(id, JobState::Applying)?;
        let theirs = caller.clone();
        if let Err(e) = self.run_job(id, move |ops, stop| ops.apply(&theirs, id, stop)) {
            self.turn(id, job.state)?;
            return Err(e);
        }
        Ok(job)
    }

    /// The job in another state; its row count begins anew.
    pub(super) fn turn(&self, id: JobId, state: JobState) -> Result<Job, OpsError> {
        self.write(move |w| {
            let Some(mut job) = w.find::<Job>(&id)? else { return Err(OpsError::NotFound("job")) };
            (job.state, job.interrupted, job.fault, job.done) = (state, false, None, 0);
            job.changed_at = w.now();
            job.revision = job.revision.saturating_add(1);
            w.put(&job)?;
            Ok(job)
        })
    }

    /// As if the node had stopped in the middle.
    #[cfg(test)]
    pub(crate) fn turn_for_test(&self, id: JobId) {
        self.turn(id, JobState::Applying).expect("turned");
    }

    /// The work of [`Ops::apply_job`].
    pub(crate) fn apply(&self, caller: &Caller, id: JobId, stop: &Stop) -> Result<(), OpsError> {
        self.reserve_codes(id)?;
        let mut touched = Touched::default();
        let mut after = 0;
        let result = loop {
            if stop.asked() {
                break self.end_work(caller, id, None);
            }
            let rows = match self.take_rows(id, after, limits::IMPORT_BATCH_ROWS, |row| row.verdict.is_good()) {
                Ok(rows) => rows,
                Err(e) => break Err(e),
            };
            let Some((last, _)) = rows.last() else { break self.end_work(caller, id, Some(JobState::Applied)) };
            after = last.n;
            let (ops, theirs) = (self.clone(), caller.clone());
            let numbers: Vec<u32> = rows.into_iter().map(|(row, _)| row.n).collect();
            match self.write(move |w| ops.apply_batch(w, theirs, id, &numbers)) {
                Ok(batch) => {
                    touched.streams |= batch.streams;
                    touched.ids.extend(batch.ids);
                }
                Err(e) => break Err(e),
            }
            if let Err(e) = touched.catch_up(self, CATCH_UP) {
                break Err(e);
            }
        };
        touched.catch_up(self, 0)?;
        result
    }

    /// Codes that the list gives itself are not given to rows without one.
    fn reserve_codes(&self, id: JobId) -> Result<(), OpsError> {
        let mut codes = Vec::new();
        self.read(|r| {
            r.each::<JobRow>(super::rows_after(id, 0), |row| {
                if row.verdict == Verdict::Add && !row.code.is_empty() {
                    codes.push(row.code);
                }
                true
            })?;
            Ok(())
        })?;
        let mut catalogue = self.catalogue.write().unwrap_or_else(PoisonError::into_inner);
        codes.iter().for_each(|code| catalogue.note_number(code));
        Ok(())
    }

    fn apply_batch(
        &self,
        w: &mut WriteTx<'_>,
        caller: Caller,
        id: JobId,
        numbers: &[u32],
    ) -> Result<Touched, OpsError> {
        let fresh = still_good(w, w.now(), caller)?;
        let eyes = self.eyes(&fresh);
        let lexicon = self.lexicon();
        let Some(mut job) = w.find::<Job>(&id)? else { return Err(OpsError::NotFound("job")) };
        let columns: Vec<&'static Column> = super::columns_of(&job).into_iter().flatten().collect();
        let mut touched = Touched::default();
        let mut room =
            limits::CAMERAS_MAX.saturating_sub(self.catalogue.read().unwrap_or_else(PoisonError::into_inner).len());
        for n in numbers {
            // Somebody may have mended or left it out since it was picked.
            let Some(mut row) = w.find::<JobRow>(&JobRow::key_of(id, *n))?.filter(|r| r.verdict.is_good()) else {
                continue;
            };
            let before = row.verdict;
            let cells = opened(w, &row)?;
            let text = Cells { columns: &columns, cells: &cells };
            let done = self.apply_row(w, &eyes, &lexicon, &job, &mut row, &text, &mut room);
            match done {
                Ok(None) => row.verdict = Verdict::Same,
                Ok(Some((camera, streams))) => touched.add(camera, streams),
                Err(e) => match deciding::fault_of(&e) {
                    Some(faults) => (row.verdict, row.faults) = (Verdict::Fault, faults),
                    None => return Err(e),
                },
            }
            job.tally.moves(Some(before), row.verdict);
            job.done = job.done.saturating_add(1);
            w.put(&row)?;
        }
        job.changed_at = w.now();
        w.put(&job)?;
        Ok(touched)
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one transaction")]
    fn apply_row(
        &self,
        w: &mut WriteTx<'_>,
        eyes: &Eyes,
        lexicon: &dyn Lexicon,
        job: &Job,
        row: &mut JobRow,
        text: &Cells<'_>,
        room: &mut usize,
    ) -> Result<Option<(CameraId, bool)>, OpsError> {
        let existing = found(w, text.text("code"))?;
        let kind = self.agreement_kind();
        let ways = Ways { reason: job.reason.as_ref(), lexicon, agreement: kind.as_deref() };
        match deciding::decide(text, existing.as_ref(), &ways)? {
            Step::Same => Ok(None),
            Step::Change(change) => {
                let Some(old) = existing else { return Ok(None) };
                eyes.must(Act::EditCameras, &old)?;
                let former = match change.password {
                    PasswordChange::Keep => None,
                    _ => w.unseal(&crate::cameras::camera_password(old.id))?,
                };
                row.fields = change.changes.0.keys().cloned().collect();
                let (camera, streams) = camera_writes::change(self, w, eyes, &old, *change, Some(job.id))?;
                if let Some(former) = former {
                    w.seal(&former_password(job.id, row.n), &former)?;
                }
                (row.verdict, row.camera, row.revision) = (Verdict::Changed, Some(camera.id), Some(camera.revision));
                row.code = camera.code;
                row.before = Some(Box::new(old));
                Ok(Some((camera.id, streams)))
            }
            Step::Add(reg) => {
                if *room == 0 {
                    let max = limits::CAMERAS_MAX;
                    return Err(OpsError::Full(Said::new(
                        format!("Nút đã có {max} camera, là mức tối đa."),
                        format!("The node has {max} cameras, which is the most it takes."),
                    )));
                }
                let code = self.free_code(w, &reg)?;
                let id = new_id(w.now())?;
                let camera = camera_writes::add(self, w, eyes, *reg, (id, code), Some(job.id))?;
                *room -= 1;
                (row.verdict, row.camera, row.revision) = (Verdict::Added, Some(camera.id), Some(camera.revision));
                row.code = camera.code;
                Ok(Some((camera.id, true)))
            }
        }
    }

    /// The type of document that agrees to a further camera.
    pub(super) fn agreement_kind(&self) -> Option<String> {
        let book = self.registers();
        book.items(Register::DocumentType, book.day()).find(|i| i.traits.second_view).map(|i| i.code.clone())
    }

    fn free_code(&self, w: &WriteTx<'_>, reg: &Registration) -> Result<String, OpsError> {
        if let Some(code) = &reg.code {
            return Ok(code.clone());
        }
        let prefix = self.prefix(reg.area.as_deref());
        for _ in 0..CODE_ATTEMPTS {
            let code = self.catalogue.write().unwrap_or_else(PoisonError::into_inner).take_code(&prefix);
            if w.find_by::<Camera>("code", &caseless(&code))?.is_none() {
                return Ok(code);
            }
        }
        Err(OpsError::Inner("no free code".to_owned()))
    }

    /// Ends a work: in `state`, or interrupted. One entry for the job as a whole.
    pub(super) fn end_work(&self, caller: &Caller, id: JobId, state: Option<JobState>) -> Result<(), OpsError> {
        let theirs = caller.clone();
        self.write(move |w| {
            let Some(mut job) = w.find::<Job>(&id)? else { return Err(OpsError::NotFound("job")) };
            let act = match (job.state == JobState::Undoing, job.kind == JobKind::Bulk) {
                (true, true) => audit::BULK_UNDONE,
                (true, false) => audit::IMPORT_UNDONE,
                (false, true) => audit::BULK_APPLIED,
                (false, false) => audit::IMPORT_APPLIED,
            };
            let t = job.tally;
            let counts = [
                ("added", t.added),
                ("changed", t.changed),
                ("same", t.same),
                ("fault", t.fault),
                ("left", t.left),
                ("undone", t.undone),
                ("kept", t.kept),
            ];
            let mut e = on_job(entry(&theirs, act), &job);
            for (name, n) in counts.into_iter().filter(|(_, n)| *n > 0) {
                e = e.fact(name, n.to_string());
            }
            if let Some(reason) = &job.reason {
                e = e.fact("reason", reason);
            }
            match state {
                Some(state) => job.state = state,
                None => {
                    job.interrupted = true;
                    e = e.fact("interrupted", "true");
                }
            }
            job.changed_at = w.now();
            job.revision = job.revision.saturating_add(1);
            w.put(&job)?;
            w.audit(e)?;
            Ok(())
        })
    }
}

/// The camera that a code (or id) names, as the transaction sees it.
pub(super) fn found(w: &WriteTx<'_>, code: &str) -> Result<Option<Camera>, OpsError> {
    Ok(match (code, code.parse::<CameraId>()) {
        ("", _) => None,
        (_, Ok(id)) => w.find::<Camera>(&id)?,
        (code, Err(())) => w.find_by::<Camera>("code", &caseless(code))?,
    })
}

fn new_id(now: WallTime) -> Result<CameraId, OpsError> {
    let (ms, random) = secrets::id_parts(now)?;
    Ok(CameraId::from_parts(ms, random))
}

/// A row's fault in words of its own.
pub(super) fn row_fault(field: &str, said: Said) -> RowFault {
    RowFault { field: field.to_owned(), said, article: None }
}
