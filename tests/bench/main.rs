//! `matluoi-bench`: the figures of `docs/performance.md`, measured on the real program.
//!
//! Every case starts `matluoi` as child processes (simulated cameras, a node), drives them from outside over the outer
//! interfaces only, and reads what the kernel says of them. `tests/bench/run` builds all and runs `all`.
#![allow(clippy::print_stdout)]

mod cases;
mod http;
mod node;
mod process;
mod report;
mod watch;

use clap::{Parser, Subcommand};
use report::Report;

/// Measures Mắt Lưới on this machine.
#[derive(Parser)]
#[command(name = "matluoi-bench")]
struct Arguments {
    #[command(subcommand)]
    case: Case,
    /// Also print the figures as one JSON line
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Case {
    /// First decoded picture of a new viewer, key frames 4 s apart
    FirstPicture {
        /// Viewers that join, one after the other, at random moments
        #[arg(long, default_value_t = 40)]
        joins: usize,
    },
    /// Many viewers of 4 Mbit/s: lost packets, CPU, memory
    Viewers {
        /// How many
        #[arg(long, default_value_t = 100)]
        n: usize,
        /// How long, in seconds
        #[arg(long, default_value_t = 20)]
        seconds: u64,
    },
    /// Many cameras of 4 Mbit/s taken in, nobody watching: CPU, memory
    Ingest {
        /// How many
        #[arg(long, default_value_t = 32)]
        cameras: usize,
        /// How long, in seconds
        #[arg(long, default_value_t = 20)]
        seconds: u64,
    },
    /// A demo node with nobody watching: memory
    Idle {
        /// How long, in seconds
        #[arg(long, default_value_t = 20)]
        seconds: u64,
    },
    /// From the start of the process to ready
    Start {
        /// Cameras in the catalogue
        #[arg(long, default_value_t = 1_000)]
        cameras: usize,
    },
    /// All of them
    All,
}

fn main() -> std::process::ExitCode {
    let arguments = Arguments::parse();
    let mut report = Report::default();
    let done = match arguments.case {
        Case::FirstPicture { joins } => cases::first_picture(&mut report, joins),
        Case::Viewers { n, seconds } => cases::viewers(&mut report, n, seconds),
        Case::Ingest { cameras, seconds } => cases::ingest(&mut report, cameras, seconds),
        Case::Idle { seconds } => cases::idle(&mut report, seconds),
        Case::Start { cameras } => cases::start(&mut report, cameras),
        Case::All => cases::start(&mut report, 1_000)
            .and_then(|()| cases::idle(&mut report, 20))
            .and_then(|()| cases::first_picture(&mut report, 40))
            .and_then(|()| cases::ingest(&mut report, 32, 20))
            .and_then(|()| cases::viewers(&mut report, 100, 20)),
    };
    print!("{}", report.table());
    if arguments.json {
        println!("{}", report.json());
    }
    if let Err(e) = done {
        println!("failed: {e}");
        return std::process::ExitCode::from(2);
    }
    std::process::ExitCode::from(u8::from(!report.all_reached()))
}
