//! `matluoi-bench`: the figures of `docs/performance.md`, measured on the real program.
//!
//! Every case starts `matluoi` as child processes (simulated cameras, a node), drives them from outside over the outer
//! interfaces only, and reads what the kernel says of them. `tests/bench/run` builds all and runs `all`.
#![allow(clippy::print_stdout)]

mod audit;
mod cases;
mod catalogue;
mod http;
mod import;
mod node;
mod office;
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
    /// The record: appending, pages with every filter, checkpoints, proofs, start
    Audit {
        /// Entries; 10,000,000 with --long
        #[arg(long, default_value_t = 1_000_000)]
        entries: u64,
        /// Ten million
        #[arg(long)]
        long: bool,
    },
    /// The catalogue at 100,000 cameras: lists, search, map, start
    Catalogue {
        /// Cameras
        #[arg(long, default_value_t = 100_000)]
        cameras: u64,
    },
    /// The office at a city's size: decisions, lists with restricted eyes, changes a second, memory
    Office {
        /// Cameras
        #[arg(long, default_value_t = 100_000)]
        cameras: u64,
        /// Accounts
        #[arg(long, default_value_t = 5_000)]
        accounts: u64,
        /// Grants
        #[arg(long, default_value_t = 20_000)]
        grants: u64,
    },
    /// A list of cameras read, checked, carried out, given out, undone
    Import {
        /// Rows
        #[arg(long, default_value_t = 10_000)]
        rows: usize,
    },
    /// Writes a data folder with so many cameras (and the administrator `quan.tri`), for `tests/bench/map`
    CatalogueData {
        /// A new folder
        folder: std::path::PathBuf,
        /// Cameras
        #[arg(long, default_value_t = 10_000)]
        cameras: u64,
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
        Case::Audit { entries, long } => audit::audit(&mut report, if long { 10_000_000 } else { entries }),
        Case::Catalogue { cameras } => catalogue::catalogue(&mut report, cameras),
        Case::Office { cameras, accounts, grants } => {
            office::office(&mut report, office::Size { cameras, accounts, grants })
        }
        Case::Import { rows } => import::import(&mut report, rows),
        Case::CatalogueData { folder, cameras } => catalogue::fill(&folder, cameras),
        Case::All => cases::start(&mut report, 1_000)
            .and_then(|()| cases::idle(&mut report, 20))
            .and_then(|()| cases::first_picture(&mut report, 40))
            .and_then(|()| cases::ingest(&mut report, 32, 20))
            .and_then(|()| cases::viewers(&mut report, 100, 20))
            .and_then(|()| catalogue::catalogue(&mut report, 100_000))
            .and_then(|()| import::import(&mut report, 10_000)),
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
