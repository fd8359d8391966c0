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
    /// Take away an account's second factor, when phone and recovery codes are lost
    ResetSecondFactor(ResetArguments),
    /// Let people sign in from any network again, when the list shuts out those who could change it
    OpenNetworks(DataArguments),
}

/// Arguments of `account reset-second-factor`.
#[derive(Args)]
pub struct ResetArguments {
    /// Sign-in name
    name: String,
    /// Why; goes on record
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    data: DataArguments,
}

/// Arguments of `account add`.
#[derive(Args)]
pub struct AddArguments {
    /// Sign-in name
    name: String,
    /// Role, for example administrator, operator, viewer, district_centre
    #[arg(long, value_parser = domain::Role::ALL.map(domain::Role::as_str))]
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
    /// Days that the token is good; the policy's default if left out
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    days: Option<u32>,
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
            let role = domain::Role::parse(&a.role).unwrap_or(domain::Role::Viewer);
            let ops = office(&a.data, true)?;
            let account = ops.add_account_from_machine(&a.name, role, a.unit, &password()?)?;
            println!("{}", account.name);
        }
        AccountCommand::ResetSecondFactor(a) => {
            let ops = office(&a.data, false)?;
            let all = ops.accounts_from_machine()?;
            let Some(account) = all.iter().find(|x| x.name == a.name) else {
                return Err(Failure::new(
                    format!("không có tài khoản {}", a.name),
                    format!("there is no account {}", a.name),
                ));
            };
            ops.reset_second_factor(&ops::Caller::cli(), account.id, &a.reason)?;
            println!("{}", account.name);
        }
        AccountCommand::OpenNetworks(data) => {
            let ops = office(&data, false)?;
            let reason = "matluoi account open-networks".to_owned();
            let wish = ops::NetworksWish { reason, ..ops::NetworksWish::default() };
            println!("{}", ops.set_sign_in_networks(&ops::Caller::cli(), &wish)?.version);
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
            let days = a.days.unwrap_or(ops.policy().tokens.days_default);
            println!("{}", ops.issue_token_for(&a.account, "matluoi token issue", days)?.expose());
        }
    }
    Ok(())
}
