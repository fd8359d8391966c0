//! View structs of the office's own pages: my account, accounts, node, refusals and errors.
//!
//! Here and not in `views.rs` only to keep files readable; both are re-exported as [`crate::views`].

use crate::views::{FieldFault, PasswordRules, Shell, SignInEventRow, Theme, TokenForm};
use base::{Language, WallTime};

// ---- my account -------------------------------------------------------------------------------------------------

/// My account.
#[derive(Clone, Debug)]
pub struct AccountView {
    /// Around it; `person` is there.
    pub shell: Shell,
    /// Display name as entered.
    pub display_name: String,
    /// Language kept with the account.
    pub language: Language,
    /// Theme kept with the account.
    pub theme: Theme,
    /// When the password was last changed.
    pub password_changed_at: WallTime,
    /// The password must be changed before anything else.
    pub must_change_password: bool,
    /// The password rules in force.
    pub password: PasswordRules,
    /// Sign-ins of this account.
    pub sign_ins: Vec<SignInRow>,
    /// API tokens of this account.
    pub tokens: Vec<TokenRow>,
    /// A token issued a moment ago: shown this once.
    pub token_once: Option<String>,
    /// May this account have tokens?
    pub may_issue_tokens: bool,
    /// The form for a token.
    pub token_form: TokenForm,
    /// Why the password must be changed, in words.
    pub due: Option<String>,
    /// Since when there is a second factor.
    pub second_factor_since: Option<WallTime>,
    /// The policy asks the role for one.
    pub second_factor_required: bool,
    /// Sign-ins and failures, newest first.
    pub history: Vec<SignInEventRow>,
    /// Days that the history reaches back.
    pub history_days: u32,
    /// What was refused.
    pub faults: Vec<FieldFault>,
}

/// One sign-in.
#[derive(Clone, Debug)]
pub struct SignInRow {
    /// Its id, for ending it.
    pub id: String,
    /// Is it this very one?
    pub current: bool,
    /// When it began.
    pub began_at: WallTime,
    /// When it was last used.
    pub used_at: WallTime,
    /// From which address.
    pub address: String,
    /// What the browser calls itself.
    pub agent: String,
}

/// One API token; the token itself is never shown again.
#[derive(Clone, Debug)]
pub struct TokenRow {
    /// Its id, for revoking it.
    pub id: String,
    /// What the person called it.
    pub label: String,
    /// When it was issued.
    pub created_at: WallTime,
    /// When it ends, if it does.
    pub expires_at: Option<WallTime>,
    /// When it was last used.
    pub used_at: Option<WallTime>,
    /// What it is limited to, in words; empty: nothing.
    pub limit: Vec<String>,
}

// ---- administration ---------------------------------------------------------------------------------------------

/// Settings of the node.
#[derive(Clone, Debug)]
pub struct NodeView {
    /// Around it.
    pub shell: Shell,
    /// Name as entered.
    pub name: String,
    /// Area as entered.
    pub area: String,
    /// Language for those who have not chosen.
    pub language: Language,
    /// Allowed camera networks, read-only here.
    pub networks: Vec<String>,
    /// Where they are changed: the configuration file's path, if there is a file.
    pub config_file: Option<String>,
    /// Read-only facts of the node: label in the page's language, value.
    pub facts: Vec<(String, String)>,
    /// What was refused.
    pub faults: Vec<FieldFault>,
}

// ---- refusals and errors ----------------------------------------------------------------------------------------

/// A page that says no, and what to do next.
#[derive(Clone, Debug)]
pub struct RefusalView {
    /// Around it.
    pub shell: Shell,
    /// HTTP status, chooses the heading.
    pub status: u16,
    /// What happened, in words.
    pub said: String,
    /// The rule that refused, for example `10.3`.
    pub article: Option<String>,
    /// Who can help, in words.
    pub who_can_help: Option<String>,
    /// What to do next: label and address. Without any, the page offers the way back.
    pub next: Vec<(String, String)>,
}
