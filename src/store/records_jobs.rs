//! How long works and their rows are stored.
//!
//! Both may change without an audit entry: a dry run changes nothing of the office. What a job does to cameras is on
//! record with each camera, and the job as a whole by its verbs.

use crate::record::Record;
use base::JobId;
use domain::{Job, JobRow};

impl Record for Job {
    const TABLE: &'static str = "job";
    const HOUSEKEEPING: bool = true;
    type Key = JobId;
    fn key(&self) -> JobId {
        self.id
    }
}

/// By job and number: a job's rows stand together, in order.
impl Record for JobRow {
    const TABLE: &'static str = "job_row";
    const HOUSEKEEPING: bool = true;
    type Key = [u8; 20];
    fn key(&self) -> [u8; 20] {
        JobRow::key_of(self.job, self.n)
    }
}
