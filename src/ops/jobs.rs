//! Long work in the background: each job on a thread of its own, bounded, to be stopped at the next batch.
//!
//! What a job is and how far it has come stands in its record ([`domain::Job`]), which every batch writes along; here is only
//! which of them run now. A job whose record says that it works and that does not run was interrupted. Not here: what the
//! work is (`import`).

use crate::office::lock;
use crate::{Caller, Ops, OpsError};
use base::{JobId, Said, limits};
use domain::{Act, Job, JobKind};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// The jobs that run now.
#[derive(Default)]
pub(crate) struct Running {
    now: Mutex<HashMap<JobId, Stop>>,
    ended: Condvar,
    closing: AtomicBool,
}

/// Asked between batches: go on?
#[derive(Clone, Default)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    pub(crate) fn asked(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// Takes the job off the list, however its thread ends.
struct Presence {
    ops: Ops,
    id: JobId,
}

impl Drop for Presence {
    fn drop(&mut self) {
        lock(&self.ops.running.now).remove(&self.id);
        self.ops.running.ended.notify_all();
    }
}

impl Ops {
    /// Runs work for a job, now. One at a time for each job.
    pub(crate) fn run_job(
        &self,
        id: JobId,
        work: impl FnOnce(&Ops, &Stop) -> Result<(), OpsError> + Send + 'static,
    ) -> Result<(), OpsError> {
        let stop = Stop::default();
        {
            let mut now = lock(&self.running.now);
            if self.running.closing.load(Ordering::Acquire) || now.len() >= limits::JOBS_RUNNING_MAX {
                let n = limits::JOBS_RUNNING_MAX;
                return Err(OpsError::Full(Said::new(
                    format!("Đang có {n} việc dài chạy cùng lúc. Hãy đợi một việc xong rồi thử lại."),
                    format!("{n} long works are running at once. Wait until one is done, then try again."),
                )));
            }
            if now.contains_key(&id) {
                return Err(busy());
            }
            now.insert(id, stop.clone());
        }
        let presence = Presence { ops: self.clone(), id };
        let started = std::thread::Builder::new().name("job".into()).spawn(move || {
            let ops = presence.ops.clone();
            if let Err(e) = work(&ops, &stop) {
                tracing::error!(job = %presence.id, error = %e, "a long work broke off");
                let said = base::Fault::said(&e);
                if let Err(e) = ops.note_fault(presence.id, said) {
                    tracing::error!(job = %presence.id, error = %e, "and that could not be noted");
                }
            }
        });
        started.map(drop).map_err(|e| OpsError::Inner(format!("no thread for a long work: {e}")))
    }

    fn note_fault(&self, id: JobId, said: Said) -> Result<(), OpsError> {
        self.write(move |w| {
            if let Some(mut job) = w.find::<Job>(&id)? {
                job.interrupted = true;
                job.fault = Some(said);
                job.changed_at = w.now();
                w.put(&job)?;
            }
            Ok(())
        })
    }

    /// Does it run now?
    pub fn job_runs(&self, id: JobId) -> bool {
        lock(&self.running.now).contains_key(&id)
    }

    /// Asks it to stop at its next batch.
    pub(crate) fn stop_job(&self, id: JobId) -> bool {
        let now = lock(&self.running.now);
        now.get(&id).inspect(|stop| stop.0.store(true, Ordering::Release)).is_some()
    }

    /// Waits until it no longer runs, at most that long. True: it does not.
    pub fn wait_for_job(&self, id: JobId, at_most: Duration) -> bool {
        let now = lock(&self.running.now);
        let waited = self.running.ended.wait_timeout_while(now, at_most, |now| now.contains_key(&id));
        let (now, _) = waited.unwrap_or_else(PoisonError::into_inner);
        !now.contains_key(&id)
    }

    /// Before the node stops: no new work; what runs stops at its next batch, and is waited for.
    pub fn stop_jobs(&self, at_most: Duration) {
        self.running.closing.store(true, Ordering::Release);
        let now = lock(&self.running.now);
        now.values().for_each(|stop| stop.0.store(true, Ordering::Release));
        let waited = self.running.ended.wait_timeout_while(now, at_most, |now| !now.is_empty());
        drop(waited);
    }

    /// A job, if it is the caller's to see: their own, and the node's for whoever keeps the node.
    pub(crate) fn own_job(&self, caller: &Caller, id: JobId) -> Result<Job, OpsError> {
        self.authorise(caller, Act::EditCameras)?;
        let job = self.read(|r| Ok(r.find::<Job>(&id)?))?.filter(|job| self.is_theirs(caller, job));
        job.map(|job| self.as_it_runs(job)).ok_or(OpsError::NotFound("job"))
    }

    /// Is it theirs?
    pub(crate) fn is_theirs(&self, caller: &Caller, job: &Job) -> bool {
        let of_node = job.kind == JobKind::Inbox || job.by != Some(caller.account.id);
        !of_node || caller.is_machine() || caller.decide(Act::ManageNode) == domain::Decision::Allowed
    }

    /// With whether it stands still.
    pub(crate) fn as_it_runs(&self, mut job: Job) -> Job {
        job.interrupted |= job.state.is_work() && !self.job_runs(job.id);
        job
    }
}

pub(crate) fn busy() -> OpsError {
    OpsError::Taken {
        field: "state",
        said: Said::new("Việc này đang chạy. Hãy đợi nó xong.", "This is running. Wait until it is done."),
    }
}
