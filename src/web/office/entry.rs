//! Signing in and out, set-up, the node.

use super::ask;
use crate::body::Fields;
use crate::problem::{self, Failure};
use crate::state::WebState;
use crate::visitor::{SignedIn, Visitor};
use base::{Language, Said, Secret};
use ops::{Caller, Entered, NodeInfo, SetupForm};
use templates::views::{PasswordRules, Theme};
use tokio::sync::OwnedSemaphorePermit;

/// Who holds that sign-in; `None` if it has ended.
pub async fn by_session(state: &WebState, token: Secret) -> Result<Option<Caller>, Failure> {
    ask(state, move |ops| ops.caller_by_session(&token)).await
}

/// Whose token that is; `None` if it is no good.
pub async fn by_bearer(state: &WebState, token: Secret) -> Result<Option<Caller>, Failure> {
    ask(state, move |ops| ops.caller_by_bearer(&token)).await
}

/// Is whoever opened an event stream still signed in? Asking is not a use: an open page keeps nobody signed in.
pub async fn still_signed_in(state: &WebState, visitor: &Visitor) -> bool {
    let Some(credential) = visitor.credential.clone() else { return false };
    let bearer = visitor.bearer;
    let asked =
        ask(state, move |ops| if bearer { ops.bearer_stands(&credential) } else { ops.session_stands(&credential) });
    matches!(asked.await, Ok(true))
}

/// The caller as it stands now; `None` if its sign-in or token has ended.
pub async fn caller_again(state: &WebState, caller: &Caller) -> Option<Caller> {
    let theirs = caller.clone();
    ask(state, move |ops| ops.caller_again(&theirs)).await.ok().flatten()
}

/// A turn for a request that hashes a password; the node does two at a time, a few may wait.
pub(super) fn turn(state: &WebState) -> Result<OwnedSemaphorePermit, Failure> {
    state.password_turns.clone().try_acquire_owned().map_err(|_| {
        Failure::new(
            problem::UNAVAILABLE,
            Said::new(
                "Quá nhiều người đang đăng nhập cùng lúc. Hãy thử lại sau vài giây.",
                "Too many people are signing in at once. Try again in a few seconds.",
            ),
        )
        .retry_after(5)
    })
}

/// Gives the password: signed in, or the code of the second factor is owed.
pub async fn enter(state: &WebState, visitor: &Visitor, name: String, password: Secret) -> Result<Entered, Failure> {
    let _turn = turn(state)?;
    let origin = super::origin(visitor);
    ask(state, move |ops| ops.enter(&name, &password, &origin)).await
}

/// Ends the visitor's own sign-in.
pub async fn sign_out(state: &WebState, visitor: &Visitor) -> Result<(), Failure> {
    let Some(caller) = visitor.caller.clone() else { return Ok(()) };
    ask(state, move |ops| ops.sign_out(&caller)).await?;
    state.hub.sign_in_ended();
    Ok(())
}

/// Keeps display name, language and theme with the account; what is `None` stays.
pub async fn prefer(
    state: &WebState,
    visitor: &Visitor,
    display_name: Option<String>,
    language: Option<Language>,
    theme: Option<Theme>,
) -> Result<(), Failure> {
    let Some(caller) = visitor.caller.clone() else { return Err(Failure::unauthenticated()) };
    let theme = theme.map(|t| t.as_str().to_owned());
    ask(state, move |ops| ops.set_preferences(&caller, display_name, language, theme)).await.map(|_| ())
}

/// Is that set-up token good?
pub async fn setup_token_valid(state: &WebState, token: String) -> Result<bool, Failure> {
    ask(state, move |ops| Ok(ops.setup_token_valid(&token))).await
}

/// Sets the node up, and signs its first administrator in.
pub async fn complete_setup(
    state: &WebState,
    visitor: &Visitor,
    form: &Fields,
    language: Language,
) -> Result<ops::SignedIn, Failure> {
    let _turn = turn(state)?;
    let token = form.text("token").to_owned();
    let wish = SetupForm {
        account: form.text("account").trim().to_owned(),
        display_name: form.text("display_name").trim().to_owned(),
        password: form.secret("password"),
        node_name: form.text("node_name").trim().to_owned(),
        area: form.optional("area"),
        language,
    };
    let (address, agent) = (visitor.address, visitor.agent.clone());
    ask(state, move |ops| ops.complete_setup(&token, wish, address, &agent)).await
}

/// Changes the caller's password.
pub async fn change_password(state: &WebState, who: &SignedIn, old: Secret, new: Secret) -> Result<(), Failure> {
    let _turn = turn(state)?;
    let caller = who.caller.clone();
    ask(state, move |ops| ops.change_password(&caller, &old, &new)).await?;
    state.hub.sign_in_ended();
    Ok(())
}

/// The password rules in force for an account of that role.
pub fn password_rules(state: &WebState, role: domain::Role) -> PasswordRules {
    let policy = state.ops.password_policy();
    PasswordRules { length_min: policy.length_min, age_days_max: policy.age_days_max(role) }
}

/// What the node calls itself.
pub async fn node(state: &WebState) -> Result<NodeInfo, Failure> {
    ask(state, |ops| Ok(ops.node_info())).await
}

/// The node's name for the head of pages; empty before set-up.
pub fn node_name(state: &WebState) -> String {
    state.ops.node_info().name
}

/// Changes the node's name, area, language.
pub async fn set_node(
    state: &WebState,
    who: &SignedIn,
    name: String,
    area: Option<String>,
    language: Language,
) -> Result<(), Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| ops.set_node(&caller, name, area, language)).await.map(|_| ())
}
