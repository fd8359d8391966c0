//! Accounts, sign-ins and tokens.

use super::{account_id, ask};
use crate::problem::Failure;
use crate::state::WebState;
use crate::visitor::SignedIn;
use base::{AccountId, LoginSessionId, Secret, TokenId};
use domain::{Account, Role};
use ops::NewAccount;
use templates::views::{AddAccountForm, SignInRow, TokenRow};

/// A change to an account.
#[derive(Clone, Copy, Debug)]
pub enum AccountChange {
    /// Another role.
    Role(Role),
    /// No more sign-in; everything that is open ends.
    Disable,
    /// Sign-in again.
    Enable,
}

/// All accounts, by name.
pub async fn accounts(state: &WebState, who: &SignedIn) -> Result<Vec<Account>, Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| ops.list_accounts(&caller)).await
}

/// Adds an account; its one-time password.
pub async fn add_account(
    state: &WebState,
    who: &SignedIn,
    form: &AddAccountForm,
) -> Result<(Account, Secret), Failure> {
    let caller = who.caller.clone();
    let role = super::role_of(form.role.as_str())?;
    let unit = Some(form.unit.trim().to_owned()).filter(|u| !u.is_empty());
    let new = NewAccount { name: form.name.clone(), display_name: form.display_name.clone(), role, unit };
    ask(state, move |ops| ops.add_account(&caller, new)).await
}

/// Changes an account.
pub async fn change_account(
    state: &WebState,
    who: &SignedIn,
    id: AccountId,
    change: AccountChange,
) -> Result<Account, Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| match change {
        AccountChange::Role(role) => ops.change_role(&caller, id, role),
        AccountChange::Disable => ops.disable_account(&caller, id),
        AccountChange::Enable => ops.enable_account(&caller, id),
    })
    .await
}

/// A new one-time password for an account.
pub async fn reset_password(state: &WebState, who: &SignedIn, id: AccountId) -> Result<(Account, Secret), Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| ops.reset_password(&caller, id)).await
}

/// The caller's sign-ins, newest first.
pub async fn sign_ins(state: &WebState, who: &SignedIn) -> Result<Vec<SignInRow>, Failure> {
    let caller = who.caller.clone();
    let own = who.caller.session;
    let list = ask(state, move |ops| ops.sessions_of(&caller)).await?;
    Ok(list
        .into_iter()
        .map(|s| SignInRow {
            current: Some(s.id) == own,
            id: s.id.to_string(),
            began_at: s.began_at,
            used_at: s.used_at,
            address: s.address.unwrap_or_default(),
            agent: s.agent.unwrap_or_default(),
        })
        .collect())
}

/// Ends one of the caller's sign-ins.
pub async fn end_sign_in(state: &WebState, who: &SignedIn, id: LoginSessionId) -> Result<(), Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| ops.end_session(&caller, id)).await?;
    state.hub.sign_in_ended();
    Ok(())
}

fn token_row(t: ops::TokenInfo) -> TokenRow {
    TokenRow {
        id: t.id.to_string(),
        label: t.label,
        created_at: t.created_at,
        expires_at: t.expires_at,
        used_at: t.used_at,
    }
}

/// The caller's tokens.
pub async fn tokens(state: &WebState, who: &SignedIn) -> Result<Vec<TokenRow>, Failure> {
    let caller = who.caller.clone();
    Ok(ask(state, move |ops| ops.list_tokens(&caller)).await?.into_iter().map(token_row).collect())
}

/// Issues a token to the caller's account.
pub async fn issue_token(
    state: &WebState,
    who: &SignedIn,
    label: String,
    days: u32,
) -> Result<(TokenRow, Secret), Failure> {
    let caller = who.caller.clone();
    let account = account_id(&who.caller);
    let (info, token) = ask(state, move |ops| ops.issue_token(&caller, account, label, Some(days))).await?;
    Ok((token_row(info), token))
}

/// Revokes one of the caller's tokens.
pub async fn revoke_token(state: &WebState, who: &SignedIn, id: TokenId) -> Result<(), Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| ops.revoke_token(&caller, id)).await?;
    state.hub.sign_in_ended();
    Ok(())
}
