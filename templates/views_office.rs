//! View structs of the office's own pages: audit, my account, accounts, node, refusals and errors.
//!
//! Here and not in `views.rs` only to keep files readable; both are re-exported as [`crate::views`].

use crate::views::{FieldFault, Paging, PasswordRules, Role, Shell, Theme};
use base::{Language, WallTime};

// ---- audit ------------------------------------------------------------------------------------------------------

/// The audit (nhật ký).
#[derive(Clone, Debug)]
pub struct AuditView {
    /// Around it.
    pub shell: Shell,
    /// The filter, as in the address.
    pub filter: AuditFilter,
    /// Acts that can be chosen, by their stable dotted names.
    pub acts: Vec<String>,
    /// The entries, newest first.
    pub rows: Vec<AuditRow>,
    /// Where in the list.
    pub paging: Paging,
    /// Result of the last check of the chain, when it was just asked for.
    pub chain: Option<ChainView>,
    /// Address of the export.
    pub export_href: String,
    /// What of the filter was refused (a date that is none, for example).
    pub faults: Vec<FieldFault>,
}

/// Filter of the audit, as in the address.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Person: sign-in name.
    pub who: String,
    /// Act: dotted name, or empty.
    pub act: String,
    /// From this day, `yyyy-mm-dd` as a date field sends it, or empty.
    pub from: String,
    /// To this day inclusive, `yyyy-mm-dd`, or empty.
    pub to: String,
    /// Text in subject or facts.
    pub q: String,
}

/// One entry of the audit.
#[derive(Clone, Debug)]
pub struct AuditRow {
    /// Its number in the chain.
    pub seq: u64,
    /// When.
    pub at: WallTime,
    /// Who: display or sign-in name, or the program's part in the page's language.
    pub actor: String,
    /// Dotted name, for example `camera.added`; the page says it in words.
    pub act: String,
    /// Did it go well? `false` for failures and refusals.
    pub good: bool,
    /// On what: its name.
    pub subject: Option<String>,
    /// Page of the subject, if it has one.
    pub subject_href: Option<String>,
    /// Facts: name and value. Known names are said in words.
    pub facts: Vec<(String, String)>,
    /// From which address.
    pub address: Option<String>,
    /// Its hash in hex.
    pub hash: String,
}

/// Result of checking the chain.
#[derive(Clone, Debug)]
pub struct ChainView {
    /// Is it whole?
    pub whole: bool,
    /// Entries checked.
    pub entries: u64,
    /// Number of the first entry that does not fit, if one does not.
    pub broken_at: Option<u64>,
    /// What is wrong, in the page's language.
    pub said: Option<String>,
    /// Hash of the last entry in hex, to be written down elsewhere.
    pub head: String,
    /// When it was checked.
    pub at: WallTime,
}

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
}

// ---- administration ---------------------------------------------------------------------------------------------

/// Accounts, for administrators.
#[derive(Clone, Debug)]
pub struct AccountsView {
    /// Around it.
    pub shell: Shell,
    /// Search text.
    pub q: String,
    /// The accounts.
    pub rows: Vec<AccountRow>,
    /// Where in the list.
    pub paging: Paging,
    /// What was entered in the add form.
    pub add: AddAccountForm,
    /// What was refused.
    pub faults: Vec<FieldFault>,
    /// A one-time password that was set a moment ago: whose, and the password, shown this once.
    pub password_once: Option<(String, String)>,
    /// The password rules in force.
    pub password: PasswordRules,
    /// Units that occur.
    pub units: Vec<String>,
}

/// The form for a new account.
#[derive(Clone, Debug)]
pub struct AddAccountForm {
    /// Sign-in name.
    pub name: String,
    /// Display name.
    pub display_name: String,
    /// Role.
    pub role: Role,
    /// Unit, or empty.
    pub unit: String,
}

/// One account in the list.
#[derive(Clone, Debug)]
pub struct AccountRow {
    /// Its id.
    pub id: String,
    /// Sign-in name.
    pub name: String,
    /// Display name.
    pub display_name: String,
    /// Role.
    pub role: Role,
    /// Unit.
    pub unit: Option<String>,
    /// Since when it is disabled, if it is.
    pub disabled_at: Option<WallTime>,
    /// Must the password be changed at the next sign-in?
    pub must_change_password: bool,
    /// Last sign-in.
    pub last_sign_in_at: Option<WallTime>,
    /// When it was made.
    pub created_at: WallTime,
    /// Is it one's own? Then neither role nor state can be changed here.
    pub own: bool,
}

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
