//! `matluoi verify`: is an audit export, a backup, or the record of a stopped node as it was written?
#![allow(clippy::print_stdout)]

use super::{DataArguments, Failure, start_log};
use clap::Args;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;

/// Arguments of `verify`.
#[derive(Args)]
pub struct VerifyArguments {
    /// Audit export (JSON Lines) or backup; without it, the record in the data folder of a stopped node
    file: Option<PathBuf>,
    #[command(flatten)]
    data: DataArguments,
}

/// Verifies and says precisely what was altered; exit code 0 only if intact.
pub fn run(arguments: VerifyArguments) -> Result<(), Failure> {
    start_log("warn");
    let report = match &arguments.file {
        Some(path) => {
            let fault = |e: std::io::Error| {
                Failure::new(
                    format!("không đọc được {}: {e}", path.display()),
                    format!("cannot read {}: {e}", path.display()),
                )
            };
            let mut reader = BufReader::new(File::open(path).map_err(fault)?);
            let start = reader.fill_buf().map_err(fault)?;
            if start.first() == Some(&b'{') {
                store::verify_audit_export(&mut reader)?
            } else {
                let records = store::verify_backup(path)?.records;
                println!("{}: nguyên vẹn / intact ({records} bản ghi / records)", path.display());
                return Ok(());
            }
        }
        None => {
            let file = arguments.data.node_file()?;
            let store = store::Store::open_existing(&file.data_dir, crate::clock::system().now())?;
            store.read(store::verify_chain)?
        }
    };
    match report.fault {
        None => {
            println!("Nhật ký nguyên vẹn: {} mục, mã băm cuối {}", report.entries, report.head);
            println!("The record is intact: {} entries, last hash {}", report.entries, report.head);
            Ok(())
        }
        Some(fault) => Err(Failure(fault.said())),
    }
}
