//! `matluoi backup` and `matluoi restore`: the store of a stopped node into one file, what it keeps beside it into a folder
//! of the same name, and back.
#![allow(clippy::print_stdout)]

use super::{DataArguments, Failure, start_log};
use crate::assemble;
use base::Said;
use clap::Args;
use std::path::PathBuf;
use store::LostFile;

/// Arguments of `backup`.
#[derive(Args)]
pub struct BackupArguments {
    /// File to write; must not exist. Documents' files and the archive of the record go beside it, into FILE.files
    file: PathBuf,
    #[command(flatten)]
    data: DataArguments,
}

/// Arguments of `restore`.
#[derive(Args)]
pub struct RestoreArguments {
    /// Backup to read, with FILE.files beside it
    file: PathBuf,
    #[command(flatten)]
    data: DataArguments,
}

/// Writes a backup.
pub fn run(arguments: BackupArguments) -> Result<(), Failure> {
    start_log("warn");
    let file = arguments.data.node_file()?;
    let clock = crate::clock::system();
    let store = store::Store::open_existing(&file.data_dir, clock.now())?;
    let lost = store.backup_whole(&arguments.file, clock.now())?;
    println!("{}", arguments.file.display());
    println!(
        "Hãy giữ cả thư mục {}: không có khóa niêm phong thì không đọc được mật khẩu camera.",
        file.data_dir.join("keys").display()
    );
    println!(
        "Keep {} as well: without the sealing key the camera passwords cannot be read.",
        file.data_dir.join("keys").display()
    );
    lost_files(&lost).map_or(Ok(()), Err)
}

/// Says which files of documents are missing, if any are. The rest is good.
pub(super) fn lost_files(lost: &[LostFile]) -> Option<Failure> {
    lost.first()?;
    let list = |said: fn(Said) -> String| {
        let mut lines: Vec<String> = lost.iter().take(NAMED_MAX).map(|f| said(f.said())).collect();
        lines.extend((lost.len() > NAMED_MAX).then(|| format!("… +{}", lost.len() - NAMED_MAX)));
        lines.join("; ")
    };
    let (vi, en) = (list(|s| s.vi), list(|s| s.en));
    let n = lost.len();
    Some(Failure::new(
        format!("mọi thứ khác đều tốt, nhưng {n} tệp của văn bản không còn nguyên: {vi}"),
        format!("all else is good, but {n} files of documents are not as they were kept: {en}"),
    ))
}

/// Files that a sentence names; the rest is counted.
const NAMED_MAX: usize = 20;

/// Entries that no file of the archive holds: the archive may be kept elsewhere, so this is told and no failure.
pub(super) fn tell_gap(gap: Option<(u64, u64)>) {
    if let Some((from, to)) = gap {
        println!("Không có tệp lưu trữ của các mục nhật ký {from} đến {to} ở đây");
        println!("The archive of entries {from} to {to} of the record is not here");
    }
}

/// Makes a store from a backup.
pub fn run_restore(arguments: RestoreArguments) -> Result<(), Failure> {
    start_log("warn");
    let file = arguments.data.node_file()?;
    assemble::data_folder(&file.data_dir)?;
    let report = store::restore(&arguments.file, &file.data_dir)?;
    println!(
        "{}: {} bản ghi / records",
        file.data_dir.join("node.redb").display(),
        report.records + report.audit_entries
    );
    tell_gap(report.archive_gap);
    lost_files(&report.lost).map_or(Ok(()), Err)
}
