//! The web's way to `ops`: every call in one place, on a blocking thread, its errors turned into [`Failure`].
//!
//! No rule stands here: `ops` authorises again whatever the table of routes has let through.

mod access;
mod accounts;
mod audit;
mod cameras;
mod entry;
mod finding;
mod imports;
mod record;
pub mod registers;
pub mod sharing;

pub use access::*;
pub use accounts::*;
pub use audit::*;
pub use cameras::*;
pub use entry::*;
pub use finding::*;
pub use imports::*;
pub use record::*;

use crate::problem::{self, Failure};
use crate::state::WebState;
use actix_web::web;
use base::{AccountId, Language};
use domain::{Account, Act, Role};
use ops::{Caller, Ops, OpsError};
use templates::views::{self, Person, Theme};

/// Asks `ops` on a blocking thread.
pub async fn ask<T: Send + 'static>(
    state: &WebState,
    question: impl FnOnce(&Ops) -> Result<T, OpsError> + Send + 'static,
) -> Result<T, Failure> {
    let ops = state.ops.clone();
    web::block(move || question(&ops)).await.map_err(Failure::internal)?.map_err(failure)
}

/// An error of `ops` for the caller.
pub fn failure(error: OpsError) -> Failure {
    let failure = match &error {
        OpsError::Refused(refusal) => Failure::refused(refusal),
        OpsError::Rule { article, .. } => Failure::from_fault(&error).by_article(article),
        OpsError::PurposeNeeded => Failure::from_fault(&error).sorted(problem::PURPOSE_NEEDED).at("purpose"),
        other => Failure::from_fault(other),
    };
    let failure = error.faults().iter().fold(failure, |f, fault| f.with_fault(fault.field, fault.said.clone()));
    match error.wait() {
        Some(wait) => failure.retry_after(u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1)),
        None => failure,
    }
}

/// The caller's account.
pub fn account(caller: &Caller) -> &Account {
    &caller.account
}
/// The caller's account id.
pub fn account_id(caller: &Caller) -> AccountId {
    caller.account.id
}
/// May the caller do that, by role? Only for what is shown; `ops` decides.
pub fn may(caller: &Caller, act: Act) -> bool {
    caller.decide(act).allowed()
}
/// Must the password be changed before anything else?
pub fn must_change_password(caller: &Caller) -> bool {
    caller.account.must_change_password
}
/// The account's language.
pub fn language_of(caller: &Caller) -> Option<Language> {
    caller.account.language
}
/// The account's theme.
pub fn theme_of(caller: &Caller) -> Option<Theme> {
    Theme::parse(caller.account.theme.as_str())
}

/// A role as the pages name it.
pub fn role_word(role: Role) -> views::Role {
    role
}
/// A role from outside.
pub fn role_of(word: &str) -> Result<Role, Failure> {
    Role::parse(word).ok_or_else(|| {
        Failure::invalid(
            "role",
            base::Said::new(
                format!("Vai trò là một trong: {}.", Role::ALL.map(Role::as_str).join(", ")),
                format!("The role is one of: {}.", Role::ALL.map(Role::as_str).join(", ")),
            ),
        )
    })
}

/// Who watches, to stand over live pictures; `None` where policy does not say so.
pub fn watermark(state: &WebState, caller: &Caller) -> Option<String> {
    if !state.ops.policy().live.watermark {
        return None;
    }
    let account = account(caller);
    let name = if account.display_name.is_empty() { &account.name } else { &account.display_name };
    let unit = match account.unit_id {
        Some(id) => state.ops.registers().unit_name(id).to_owned(),
        None => account.unit.clone().unwrap_or_default(),
    };
    Some([name.as_str(), unit.as_str()].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" · "))
}

/// The caller for the navigation.
pub fn person(caller: &Caller) -> Person {
    let account = account(caller);
    Person {
        name: account.name.clone(),
        display_name: account.display_name.clone(),
        role: role_word(account.role),
        edits_cameras: may(caller, Act::EditCameras),
        shares: may(caller, Act::Share),
        reads_audit: may(caller, Act::ReadAudit),
        manages_accounts: may(caller, Act::ManageAccounts),
        manages_node: may(caller, Act::ManageNode),
        manages_registers: may(caller, Act::ManageRegisters),
    }
}
