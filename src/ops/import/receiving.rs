//! Receiving a list: read, put on record, checked in the background.

use super::reading::{self, Listing};
use crate::office::entry;
use crate::{Caller, Ops, OpsError, secrets};
use base::{JobId, Said, limits};
use domain::text::cut;
use domain::{Act, AuditDraft, Extra, FieldFault, Job, JobKind, JobRow, JobState, Subject, Tally, audit, text};
use sha2::{Digest, Sha256};

/// A file with a list of cameras.
#[derive(Clone, Default)]
pub struct ListFile {
    /// Its name, for people.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The sheet that is meant; the one with the best header if none is named.
    pub sheet: Option<String>,
    /// Why, for the record.
    pub reason: Option<String>,
}

impl std::fmt::Debug for ListFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Its bytes may hold passwords.
        write!(f, "ListFile({:?}, {} bytes)", self.name, self.bytes.len())
    }
}

/// With a job as its subject.
pub(crate) fn on_job(draft: AuditDraft, job: &Job) -> AuditDraft {
    draft.on(Subject::new("job", job.id, &job.title))
}

/// Rows of a list, each with its number in the file.
pub(crate) type NumberedRows = Vec<(u32, Vec<String>)>;

impl Ops {
    /// Takes a list in and checks it in the background. Nothing changes until the job is carried out.
    ///
    /// # Errors
    /// [`OpsError::Invalid`] with a fault of `file` if it cannot be read, [`OpsError::Full`].
    pub fn receive_list(&self, caller: &Caller, file: ListFile) -> Result<Job, OpsError> {
        self.authorise(caller, Act::EditCameras)?;
        let (job, rows) = self.read_list(caller, &file, JobKind::Import)?;
        let (theirs, work) = (caller.clone(), job.clone());
        self.begin(&job, move |ops, stop| ops.check_rows(&theirs, &work, rows, stop))
    }

    /// The job of a file, and its rows; on record.
    pub(crate) fn read_list(
        &self,
        caller: &Caller,
        file: &ListFile,
        kind: JobKind,
    ) -> Result<(Job, NumberedRows), OpsError> {
        let reason = text::optional_remark("reason", file.reason.as_deref().unwrap_or(""))?;
        let listing = reading::listing(&file.bytes, file.sheet.as_deref())
            .map_err(|said| OpsError::from(FieldFault::new("file", said)))?;
        let Listing { columns, rows, notes, sheet } = listing;
        if rows.len() > limits::CAMERAS_MAX {
            let max = limits::CAMERAS_MAX;
            let said = Said::new(format!("Tối đa {max} dòng mỗi tệp."), format!("At most {max} rows in a file."));
            return Err(FieldFault::new("file", said).into());
        }
        let title: String = file.name.chars().filter(|c| !c.is_control()).collect();
        let title = if title.trim().is_empty() { "?".to_owned() } else { cut(title.trim(), 200) };
        let mut job = self.new_job(caller, kind, title, rows.len())?;
        job.columns = columns.iter().map(|c| c.field.to_owned()).collect();
        job.notes = notes.into_iter().take(40).collect();
        job.sheet = sheet.map(|s| cut(&s, 80));
        job.sha256 = Some(secrets::hex(&Sha256::digest(&file.bytes)));
        job.reason = reason;
        self.keep_job(caller, &job, audit::IMPORT_RECEIVED)?;
        Ok((job, rows))
    }

    pub(crate) fn new_job(&self, caller: &Caller, kind: JobKind, title: String, rows: usize) -> Result<Job, OpsError> {
        let now = self.clock.now();
        let (ms, random) = secrets::id_parts(now)?;
        Ok(Job {
            id: JobId::from_parts(ms, random),
            kind,
            by: (!caller.is_machine()).then_some(caller.account.id),
            by_name: caller.account.name.clone(),
            title,
            state: JobState::Checking,
            interrupted: false,
            rows: u32::try_from(rows).unwrap_or(u32::MAX),
            done: 0,
            tally: Tally::default(),
            columns: Vec::new(),
            notes: Vec::new(),
            sheet: None,
            sha256: None,
            reason: None,
            fault: None,
            made_at: now,
            changed_at: now,
            revision: 1,
            extra: Extra::new(),
        })
    }

    /// Keeps a new job; at the bound the oldest that stand still go with their rows.
    pub(crate) fn keep_job(&self, caller: &Caller, job: &Job, act: &'static str) -> Result<(), OpsError> {
        let mut all = self.read(|r| Ok(r.range::<Job>(..)?))?;
        all.retain(|j| !self.job_runs(j.id));
        let surplus = (all.len() + 1).saturating_sub(limits::JOBS_KEPT_MAX);
        for old in all.into_iter().take(surplus) {
            self.forget_job(old.id)?;
        }
        let mut e = on_job(entry(caller, act), job).fact("rows", job.rows.to_string());
        if let Some(sha256) = &job.sha256 {
            e = e.fact("sha256", sha256);
        }
        let job = job.clone();
        self.write(move |w| {
            w.put(&job)?;
            w.audit(e)?;
            Ok(())
        })
    }

    /// Begins a job's work; without a turn for it the job is not kept.
    pub(crate) fn begin(
        &self,
        job: &Job,
        work: impl FnOnce(&Ops, &crate::jobs::Stop) -> Result<(), OpsError> + Send + 'static,
    ) -> Result<Job, OpsError> {
        if let Err(e) = self.run_job(job.id, work) {
            self.forget_job(job.id)?;
            return Err(e);
        }
        Ok(job.clone())
    }

    /// Removes a job with its rows; what it did to cameras stays, and stays on record.
    fn forget_job(&self, id: JobId) -> Result<(), OpsError> {
        loop {
            let gone = self.write(move |w| {
                let mut keys = Vec::new();
                w.each::<JobRow>(super::rows_after(id, 0), |row| {
                    keys.push(row.n);
                    keys.len() < 1_000
                })?;
                for n in &keys {
                    w.remove::<JobRow>(&JobRow::key_of(id, *n))?;
                }
                if keys.is_empty() {
                    w.remove::<Job>(&id)?;
                }
                Ok(keys.len())
            })?;
            if gone == 0 {
                return Ok(());
            }
        }
    }
}
