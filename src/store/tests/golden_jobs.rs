//! Long works and their rows. As `golden`: files are only added to.

use super::golden::{account, reads};
use super::{NOW, camera};
use crate::Record;
use base::{JobId, Said};
use domain::{Extra, Job, JobKind, JobRow, JobState, RowFault, Tally, Verdict};

macro_rules! golden {
    ($name:literal) => {
        include_str!(concat!("../golden/", $name))
    };
}

fn job() -> JobId {
    JobId::from_parts(20, [7; 10])
}

#[test]
fn long_works_of_the_second_release() {
    let record = Job {
        id: job(),
        kind: JobKind::Import,
        by: Some(account()),
        by_name: "lan".into(),
        title: "danh sách.xlsx".into(),
        state: JobState::Applied,
        interrupted: true,
        rows: 3,
        done: 2,
        tally: Tally { added: 1, changed: 1, fault: 1, ..Tally::default() },
        columns: vec!["code".into(), "name".into()],
        notes: vec![Said::new("lưu ý", "note")],
        sheet: Some("Camera".into()),
        sha256: Some("ab".repeat(32)),
        reason: Some("đợt 1".into()),
        fault: Some(Said::new("lỗi", "fault")),
        made_at: NOW,
        changed_at: NOW,
        revision: 4,
        extra: Extra::new(),
    };
    reads(golden!("job.json"), &record);
    let row = JobRow {
        job: job(),
        n: 6,
        cells: vec!["79-0001".into(), "Ngã tư".into()],
        sealed: true,
        verdict: Verdict::Changed,
        faults: vec![RowFault {
            field: "unit".into(),
            said: Said::new("ngoài phạm vi", "beyond"),
            article: Some("7".into()),
        }],
        warnings: Vec::new(),
        fields: vec!["name".into()],
        camera: Some(camera(1).id),
        code: "79-0001".into(),
        revision: Some(2),
        before: Some(Box::new(camera(1))),
        extra: Extra::new(),
    };
    reads(golden!("job_row.json"), &row);
}

#[test]
fn their_tables_keep_their_names() {
    assert_eq!((Job::TABLE, JobRow::TABLE), ("job", "job_row"));
    assert_eq!(JobRow::key_of(job(), 6)[16..], [0, 0, 0, 6]);
}
