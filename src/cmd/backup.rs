//! `matluoi backup` and `matluoi restore`: the store of a stopped node into one file, and back.
#![allow(clippy::print_stdout)]

use super::{DataArguments, Failure, start_log};
use crate::assemble;
use clap::Args;
use std::path::PathBuf;

/// Arguments of `backup`.
#[derive(Args)]
pub struct BackupArguments {
    /// File to write; must not exist
    file: PathBuf,
    #[command(flatten)]
    data: DataArguments,
}

/// Arguments of `restore`.
#[derive(Args)]
pub struct RestoreArguments {
    /// Backup to read
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
    store.backup(&arguments.file, clock.now())?;
    println!("{}", arguments.file.display());
    println!(
        "Hãy giữ cả thư mục {}: không có khóa niêm phong thì không đọc được mật khẩu camera.",
        file.data_dir.join("keys").display()
    );
    println!(
        "Keep {} as well: without the sealing key the camera passwords cannot be read.",
        file.data_dir.join("keys").display()
    );
    Ok(())
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
    Ok(())
}
