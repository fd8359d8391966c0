//! Lists that are dropped into the folder `inbox`: the same way, as the node, by the dated policy.
//!
//! Not here: the folder (the roof watches it, waits until a file is whole, and puts it away).

use super::receiving::ListFile;
use crate::office::entry;
use crate::policy::InboxMode;
use crate::{Caller, Ops, OpsError};
use base::{Fault, JobId, Language};
use domain::text::cut;
use domain::{Job, JobKind, JobRow, JobState, Verdict, audit};
use std::fmt::Write;
use std::time::Duration;

/// What became of a file.
#[derive(Clone, Debug)]
pub struct InboxReport {
    /// Its job, if it could be read.
    pub job: Option<JobId>,
    /// Read, and no row has a fault.
    pub good: bool,
    /// In words, for the file beside it.
    pub text: String,
}

/// Rows that a report names; the page shows all.
const ROWS_TOLD: usize = 1_000;

impl Ops {
    /// Takes in a file from the folder, waits for its dry run and, where the policy says so, for its good rows to be carried
    /// out. Blocks for as long as that takes.
    ///
    /// # Errors
    /// The store fails; a file that cannot be read is a report.
    pub fn take_inbox_file(&self, name: String, bytes: Vec<u8>) -> Result<InboxReport, OpsError> {
        let caller = Caller::system();
        let file = ListFile { name: name.clone(), bytes, ..ListFile::default() };
        let (job, rows) = match self.read_list(&caller, &file, JobKind::Inbox) {
            Ok(read) => read,
            Err(e @ OpsError::Invalid(_)) => {
                let said = e.said();
                let entry = entry(&caller, audit::IMPORT_UNREADABLE).fact("file", &name).fact("reason", &said.vi);
                self.write(move |w| Ok(w.audit(entry)?))?;
                return Ok(unread(&name, &e));
            }
            Err(e) => return Err(e),
        };
        let (id, apply) = (job.id, self.policy.inbox.mode == InboxMode::ApplyGoodRows);
        let work = job.clone();
        self.begin(&job, move |ops, stop| {
            ops.check_rows(&Caller::system(), &work, rows, stop)?;
            let job = ops.own_job(&Caller::system(), id)?;
            if apply && job.state == JobState::Checked && job.tally.good() > 0 {
                ops.turn(id, JobState::Applying)?;
                ops.apply(&Caller::system(), id, stop)?;
            }
            Ok(())
        })?;
        while !self.wait_for_job(id, Duration::from_secs(1)) {}
        let job = self.own_job(&caller, id)?;
        self.inbox_report(&job)
    }

    fn inbox_report(&self, job: &Job) -> Result<InboxReport, OpsError> {
        let t = job.tally;
        let mut text = format!(
            "Tệp: {}\nLúc: {}\nViệc: {}\nDòng: {} · thêm mới: {} · cập nhật: {} · không đổi: {} · lỗi: {}\n",
            job.title,
            job.changed_at.office_text(),
            job.id,
            job.rows,
            t.add + t.added,
            t.change + t.changed,
            t.same,
            t.fault
        );
        let waits = job.state == JobState::Checked && t.good() > 0;
        if waits {
            text.push_str("Chưa có gì thay đổi: hãy mở trang Camera › Nhập danh sách để thực hiện.\n");
        }
        if job.interrupted {
            text.push_str("Việc này bị ngắt giữa chừng: hãy mở trang Camera › Nhập danh sách để tiếp tục.\n");
        }
        for note in &job.notes {
            let _ = writeln!(text, "Lưu ý: {}", note.vi);
        }
        let mut told = 0;
        let columns = super::columns_of(job);
        self.read(|r| {
            r.each::<JobRow>(super::rows_after(job.id, 0), |row| {
                if row.verdict == Verdict::Fault {
                    told += 1;
                    for fault in &row.faults {
                        let column = columns.iter().flatten().find(|c| c.rule_field() == fault.field);
                        let title = column.map_or("", |c| c.title(Language::Vi));
                        let _ = writeln!(text, "Dòng {} · {title} · {}", row.n, fault.said.vi);
                    }
                }
                told < ROWS_TOLD
            })?;
            Ok(())
        })?;
        Ok(InboxReport { job: Some(job.id), good: t.fault == 0 && !job.interrupted, text })
    }
}

fn unread(name: &str, e: &OpsError) -> InboxReport {
    let said = e.said();
    let text = format!("Tệp: {}\n{}\n\n{}\n", cut(name, 200), said.vi, said.en);
    InboxReport { job: None, good: false, text }
}
