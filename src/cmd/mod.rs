//! The command line: one file per command. A command reads its arguments, calls the rooms, and prints; exit code 0 only
//! on success, a failure in one plain sentence on stderr, in Vietnamese and English.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod account;
mod backup;
mod check;
mod demo;
mod demo_world;
mod run;
mod simulate;
mod verify;

use base::Said;
use clap::{Args, Parser, Subcommand};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Mắt Lưới: cameras of public places, live in the browser, under rights, on record.
#[derive(Parser)]
#[command(name = "matluoi", version, about, propagate_version = true, arg_required_else_help = true)]
pub struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start a node with eight simulated cameras and show where to look. Chạy thử với tám camera mô phỏng.
    Demo(demo::DemoArguments),
    /// Run one node. Chạy một nút.
    Run(run::RunArguments),
    /// Serve simulated RTSP cameras (main and sub stream) in real time. Mô phỏng camera RTSP.
    Simulate(simulate::SimulateArguments),
    /// Accounts of a stopped node. Tài khoản của nút đang dừng.
    #[command(subcommand)]
    Account(account::AccountCommand),
    /// Bearer tokens of a stopped node. Mã truy cập API của nút đang dừng.
    #[command(subcommand)]
    Token(account::TokenCommand),
    /// Look at data folder, store, keys, clock, disk and ports: what is wrong and what to do. Kiểm tra nút.
    Check(check::CheckArguments),
    /// Copy the store of a stopped node into one file. Sao lưu kho dữ liệu.
    Backup(backup::BackupArguments),
    /// Make a store from a backup; never overwrites one. Khôi phục từ bản sao lưu.
    Restore(backup::RestoreArguments),
    /// Verify an audit export, a backup, or the record of a stopped node. Kiểm chứng nhật ký hoặc bản sao lưu.
    Verify(verify::VerifyArguments),
}

/// Why a command failed: one sentence, both languages.
pub struct Failure(pub Said);

impl Failure {
    /// Both languages at once.
    pub fn new(vi: impl Into<String>, en: impl Into<String>) -> Failure {
        Failure(Said::new(vi, en))
    }
}

impl From<Said> for Failure {
    fn from(said: Said) -> Self {
        Failure(said)
    }
}

impl From<crate::config::ConfigError> for Failure {
    fn from(e: crate::config::ConfigError) -> Self {
        Failure(e.0)
    }
}

impl From<crate::keys::KeyError> for Failure {
    fn from(e: crate::keys::KeyError) -> Self {
        Failure::new(format!("không dùng được khóa của nút: {e}"), format!("the node's keys cannot be used: {e}"))
    }
}

impl From<crate::tls::TlsError> for Failure {
    fn from(e: crate::tls::TlsError) -> Self {
        Failure::new(format!("không dùng được chứng chỉ TLS: {e}"), format!("the TLS certificate cannot be used: {e}"))
    }
}

/// The sentence for people says "see the log" for inner faults: here is what they find there.
fn log_inner(e: &dyn base::Fault) {
    if e.kind() == base::ErrorKind::Internal {
        tracing::error!("{e}");
    }
}

impl From<store::StoreError> for Failure {
    fn from(e: store::StoreError) -> Self {
        log_inner(&e);
        Failure(base::Fault::said(&e))
    }
}

impl From<ops::OpsError> for Failure {
    fn from(e: ops::OpsError) -> Self {
        log_inner(&e);
        Failure(base::Fault::said(&e))
    }
}

/// Where a command finds the node's data.
#[derive(Args)]
pub struct DataArguments {
    /// Data folder of the node
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Configuration of the node (TOML)
    #[arg(long, value_name = "FILE", conflicts_with = "data")]
    config: Option<PathBuf>,
}

/// The configuration that is used when none is named and this file is there.
const USUAL_CONFIG: &str = "/etc/matluoi/matluoi.toml";

impl DataArguments {
    fn node_file(&self) -> Result<crate::config::NodeFile, Failure> {
        let environment: BTreeMap<String, String> = std::env::vars().collect();
        let usual = PathBuf::from(USUAL_CONFIG);
        let file = match (&self.config, &self.data) {
            (Some(file), _) => Some(file.clone()),
            (None, None) if usual.exists() => Some(usual),
            _ => None,
        };
        let mut node = crate::config::NodeFile::load(file.as_deref(), usual_data_dir("node"), &environment)?;
        if let Some(dir) = &self.data {
            node.data_dir = dir.clone();
        }
        Ok(node)
    }
}

/// `/var/lib/matluoi` for root, otherwise a folder of one's own.
fn usual_data_dir(name: &str) -> PathBuf {
    // SAFETY: geteuid has no preconditions and cannot fail.
    if unsafe { libc::geteuid() } == 0 && name == "node" {
        return PathBuf::from("/var/lib/matluoi");
    }
    let home = std::env::var_os("XDG_DATA_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|h| PathBuf::from(h).join(".local/share")))
        .unwrap_or_else(|| PathBuf::from("."));
    home.join("matluoi").join(name)
}

/// Runs the chosen command.
pub fn dispatch(line: CommandLine) -> Result<(), Failure> {
    match line.command {
        Command::Demo(a) => demo::run(a),
        Command::Run(a) => run::run(a),
        Command::Simulate(a) => simulate::run(a),
        Command::Account(a) => account::run(a),
        Command::Token(a) => account::run_token(a),
        Command::Check(a) => check::run(a),
        Command::Backup(a) => backup::run(a),
        Command::Restore(a) => backup::run_restore(a),
        Command::Verify(a) => verify::run(a),
    }
}

/// Says on stderr why the command failed; Vietnamese first.
pub fn complain(failure: &Failure) {
    eprintln!("matluoi: {}", failure.0.vi);
    eprintln!("matluoi: {}", failure.0.en);
}

/// The runtime of the long-running commands: few threads, because the pictures have threads of their own.
fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().thread_name("matluoi").build().map_err(
        |e| {
            Failure::new(
                format!("hệ điều hành từ chối tạo luồng: {e}"),
                format!("the system refuses to make threads: {e}"),
            )
        },
    )
}

/// Log lines on stderr.
fn start_log(level: &str) {
    let filter = tracing_subscriber::EnvFilter::try_from_env("MATLUOI_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(format!("{level},retina=error,actix_server=warn")));
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .try_init();
}

/// Ctrl-C and SIGTERM, heard from the moment it is made: a command makes it before it says that it is ready, so that a
/// stop right after that is a clean one too.
struct StopAsked {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

impl StopAsked {
    fn listen() -> Result<StopAsked, Failure> {
        use tokio::signal::unix::{SignalKind, signal};
        let fault = |e: std::io::Error| {
            Failure::new(format!("không nhận được tín hiệu dừng: {e}"), format!("signals to stop cannot be heard: {e}"))
        };
        Ok(StopAsked {
            interrupt: signal(SignalKind::interrupt()).map_err(fault)?,
            terminate: signal(SignalKind::terminate()).map_err(fault)?,
        })
    }

    /// Waits for the first of them.
    async fn wait(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
