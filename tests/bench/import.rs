//! A list of 10,000 cameras: read and checked, carried out, given out, read again, undone; and how long somebody else's
//! change waits meanwhile.
//!
//! The office is opened in this process on a real store, as in `catalogue`.

use crate::report::{Goal, Report, percentile};
use crate::watch::{now, pause};
use base::{Language, ManualClock, WallTime};
use domain::{CameraDraft, CameraPatch, Job, JobState, Register};
use ops::{Caller, CameraFilter, ListFile, ListFormat, Ops, OpsConfig, Policy};
use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use store::Store;
use viewer::Failure;

const CASE: &str = "import";
const NOW: WallTime = WallTime::from_unix_us(1_795_500_000_000_000);
/// From the file to the last camera in the catalogue (issue: 10,000 rows within 5 s).
const END_TO_END_S: f64 = 5.0;

fn list(rows: usize, areas: &[String], purposes: &[String]) -> String {
    let mut text = "Mã camera;Tên camera;Địa bàn;Địa chỉ lắp đặt;Vĩ độ;Kinh độ;Độ cao;Hướng quan sát;Góc quan sát;Tầm quan sát;\
                    Mục đích;Địa chỉ luồng chính (RTSP);Tên đăng nhập camera;Mật khẩu camera;Hãng sản xuất;Kiểu máy;Số sê-ri;\
                    Ngày lắp đặt;Ghi chú\n"
        .to_owned();
    for n in 0..rows {
        let area = areas.get(n % areas.len().max(1)).map_or("", String::as_str);
        let purpose = purposes.get(n % purposes.len().max(1)).map_or("", String::as_str);
        // Apart from each other, so that no two share a view.
        let (lat, lon) = (10.40 + (n / 100) as f64 * 0.004, 106.40 + (n % 100) as f64 * 0.004);
        let _ = writeln!(
            text,
            "79.999-{n:05};Ngã tư số {n};{area};{n} Nguyễn Huệ;{lat:.6};{lon:.6};6,5;{};90;50;{purpose};rtsp://10.{}.{}.{}/main;\
             viewer;mật khẩu {n};Hikvision;DS-2CD2;SN{n:08};24/11/2025;ghi chú {n}",
            n % 360,
            n >> 16 & 255,
            n >> 8 & 255,
            n & 255
        );
    }
    text
}

fn rest(ops: &Ops, who: &Caller, job: &Job, wanted: JobState) -> Result<Job, Failure> {
    while !ops.wait_for_job(job.id, Duration::from_secs(60)) {}
    let job = ops.job(who, job.id)?;
    if job.state != wanted || job.interrupted {
        return Err(format!("the list is {} and not {}: {:?}", job.state.as_str(), wanted.as_str(), job.fault).into());
    }
    Ok(job)
}

/// Measures all of it.
pub fn import(report: &mut Report, rows: usize) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let store = Store::open(folder.path(), NOW)?;
    let ops = Ops::open(store, ManualClock::at(NOW).clock(), Policy::shipped(), OpsConfig::default())?;
    let who = Caller::system();
    let book = ops.registers();
    let leaf = |a: &&domain::Area| a.in_force(book.day()) && book.area_children(Some(a.id)).next().is_none();
    let areas: Vec<String> = book.areas().filter(leaf).map(|a| a.name.clone()).collect();
    let purposes: Vec<String> = book.items(Register::Purpose, book.day()).map(|i| i.vi.clone()).collect();
    let text = list(rows, &areas, &purposes);
    let mib = text.len() as f64 / (1024.0 * 1024.0);

    let begun = now();
    let file = ListFile { name: "ds.csv".into(), bytes: text.into_bytes(), ..ListFile::default() };
    let job = ops.receive_list(&who, file)?;
    let job = rest(&ops, &who, &job, JobState::Checked)?;
    let checked = (now() - begun).as_secs_f64();
    if job.tally.add as usize != rows {
        let first = ops.job_rows(&who, job.id, Some(domain::Verdict::Fault), 0, 1)?;
        return Err(format!("{} of {rows} rows are good: {first:?}", job.tally.add).into());
    }

    // Somebody else works meanwhile.
    let other = ops.register_camera(
        &who,
        CameraDraft { name: "x".into(), main_url: "rtsp://192.168.1.1/x".into(), ..CameraDraft::default() },
    )?;
    let done = Arc::new(AtomicBool::new(false));
    let waits = std::thread::spawn({
        let (ops, who, done) = (ops.clone(), who.clone(), done.clone());
        move || {
            let mut times = Vec::new();
            while !done.load(Ordering::Acquire) {
                let begun = now();
                let named = ops.camera(&who, &other.id.to_string());
                let patch = CameraPatch { name: Some(format!("x {}", times.len())), ..CameraPatch::default() };
                if named.and_then(|c| ops.change_camera(&who, c.id, patch, c.revision)).is_ok() {
                    times.push((now() - begun).as_secs_f64() * 1_000.0);
                }
                pause(Duration::from_millis(5));
            }
            times.sort_by(f64::total_cmp);
            times
        }
    });
    let begun = now();
    ops.apply_job(&who, job.id, None)?;
    rest(&ops, &who, &job, JobState::Applied)?;
    let applied = (now() - begun).as_secs_f64();
    done.store(true, Ordering::Release);
    let times = waits.join().map_err(|_| "the other one panicked")?;
    report.note(CASE, format!("{rows} rows of CSV ({mib:.1} MiB) read and checked"), checked, "s", Goal::None);
    report.note(CASE, format!("{rows} rows carried out"), applied, "s", Goal::None);
    report.note(CASE, format!("{rows} rows, both"), checked + applied, "s", Goal::AtMost(END_TO_END_S));
    report.note(CASE, "somebody else's change meanwhile, p50", percentile(&times, 50), "ms", Goal::None);
    report.note(CASE, "somebody else's change meanwhile, p99", percentile(&times, 99), "ms", Goal::None);

    let begun = now();
    let out = ops.export_cameras(&who, &CameraFilter::default(), ListFormat::Xlsx, Language::Vi)?;
    report.note(CASE, format!("{} cameras as XLSX", out.rows), (now() - begun).as_secs_f64(), "s", Goal::None);
    let begun = now();
    let file = ListFile { name: out.name, bytes: out.bytes, ..ListFile::default() };
    let again = ops.receive_list(&who, file)?;
    let again = rest(&ops, &who, &again, JobState::Checked)?;
    report.note(
        CASE,
        format!("{} rows of XLSX read and checked", again.rows),
        (now() - begun).as_secs_f64(),
        "s",
        Goal::None,
    );
    if again.tally.same != again.rows {
        return Err(format!("{} of {} rows say the same", again.tally.same, again.rows).into());
    }
    let begun = now();
    ops.undo_job(&who, job.id, None)?;
    rest(&ops, &who, &job, JobState::Undone)?;
    report.note(CASE, format!("{rows} rows undone"), (now() - begun).as_secs_f64(), "s", Goal::None);
    Ok(())
}
