//! `matluoi`: puts the rooms together. Decides nothing.
//!
//! Here: the command line (`cmd/`), the node file (`config.rs`), keys and certificates (`keys.rs`, `tls.rs`), the system
//! clock (`clock.rs`), the folder of lists (`inbox.rs`), the record's duties (`record.rs`) and the wiring (`assemble.rs`). Rules live in `domain`, verbs in `ops`, pictures in `media`, pages
//! in `web` and `templates`.

mod assemble;
mod clock;
mod cmd;
mod config;
mod inbox;
mod keys;
mod record;
mod tls;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let line = cmd::CommandLine::parse();
    match cmd::dispatch(line) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            cmd::complain(&failure);
            ExitCode::FAILURE
        }
    }
}
