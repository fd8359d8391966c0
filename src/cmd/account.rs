//! `matluoi account …` and `matluoi token …`: accounts and bearer tokens of a stopped node, from the machine itself.
//!
//! Whoever can read the data folder may do this; it is on record as done from the command line. While the node runs, the
//! store is locked and the pages Tài khoản do the same.
#![allow(clippy::print_stdout)]

use super::{DataArguments, Failure, start_log};
use crate::assemble;
use base::Secret;
use clap::{Args, Subcommand};
use std::io::BufRead;

/// Commands on accounts.
#[derive(Subcommand)]
pub enum AccountCommand {
    /// Add an account; its password is read from standard input
    Add(AddArguments),
    /// List accounts
    List(ListArguments),
}

/// Arguments of `account add`.
#[derive(Args)]
pub struct AddArguments {
    /// Sign-in name
    name: String,
    /// administrator, operator or viewer
    #[arg(long, value_parser = ["administrator", "operator", "viewer"])]
    role: String,
    /// Unit that the person belongs to
    #[arg(long, value_name = "U")]
    unit: Option<String>,
    /// Read the password from the first line of standard input
    #[arg(long, required = true)]
    password_stdin: bool,
    #[command(flatten)]
    data: DataArguments,
}

/// Arguments of `account list`.
#[derive(Args)]
pub struct ListArguments {
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data: DataArguments,
}

/// Commands on tokens.
#[derive(Subcommand)]
pub enum TokenCommand {
    /// Issue a bearer token and print it once
    Issue(IssueArguments),
}

/// Arguments of `token issue`.
#[derive(Args)]
pub struct IssueArguments {
    /// Account that the token acts for
    account: String,
    /// Days that the token is good
    #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=3660))]
    days: u32,
    #[command(flatten)]
    data: DataArguments,
}

/// Only `account add` may make a new store (to prepare a node before its first start); elsewhere a folder without one is
/// a mistyped folder.
fn office(data: &DataArguments, new: bool) -> Result<ops::Ops, Failure> {
    start_log("warn");
    let file = data.node_file()?;
    if !new {
        drop(store::Store::open_existing(&file.data_dir, crate::clock::system().now())?);
    }
    Ok(assemble::office(&file.data_dir, &crate::clock::system(), false)?.1)
}

fn password() -> Result<Secret, Failure> {
    let mut line = String::new();
    let bound = base::limits::PASSWORD_BYTES_MAX as u64 + 2;
    std::io::BufReader::new(std::io::Read::take(std::io::stdin(), bound)).read_line(&mut line).map_err(|e| {
        Failure::new(
            format!("không đọc được mật khẩu từ đầu vào chuẩn: {e}"),
            format!("the password cannot be read from standard input: {e}"),
        )
    })?;
    Ok(Secret::new(line.trim_end_matches(['\r', '\n']).to_owned()))
}

/// Runs an account command.
pub fn run(command: AccountCommand) -> Result<(), Failure> {
    match command {
        AccountCommand::Add(a) => {
            let role = match a.role.as_str() {
                "administrator" => domain::Role::Administrator,
                "operator" => domain::Role::Operator,
                _ => domain::Role::Viewer,
            };
            let ops = office(&a.data, true)?;
            let account = ops.add_account_from_machine(&a.name, role, a.unit, &password()?)?;
            println!("{}", account.name);
        }
        AccountCommand::List(a) => {
            let ops = office(&a.data, false)?;
            let accounts = ops.accounts_from_machine()?;
            if a.json {
                let list: Vec<_> = accounts
                    .iter()
                    .map(|x| serde_json::json!({"name": x.name, "role": x.role.as_str(), "unit": x.unit, "disabled": x.disabled_at.is_some()}))
                    .collect();
                println!("{}", serde_json::json!({ "accounts": list }));
            } else {
                for x in accounts {
                    println!(
                        "{}\t{}\t{}",
                        x.name,
                        x.role.as_str(),
                        if x.disabled_at.is_some() { "disabled" } else { "" }
                    );
                }
            }
        }
    }
    Ok(())
}

/// Runs a token command.
pub fn run_token(command: TokenCommand) -> Result<(), Failure> {
    match command {
        TokenCommand::Issue(a) => {
            let ops = office(&a.data, false)?;
            println!("{}", ops.issue_token_for(&a.account, "matluoi token issue", a.days)?.expose());
        }
    }
    Ok(())
}
