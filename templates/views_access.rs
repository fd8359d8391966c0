//! View structs of access: second step of signing in, second factor, accounts, networks, reviews.
//!
//! As `views.rs`, and re-exported there as [`crate::views`].

use crate::views::{FieldFault, Paging, Role, Shell, TokenRow};
use base::WallTime;

/// Something that the person should see to, shown above the page's content.
#[derive(Clone, Debug)]
pub struct Notice {
    /// One or two sentences in the page's language.
    pub text: String,
    /// Where it is seen to, with the link's words.
    pub link: Option<(String, String)>,
    /// It is late, or may be an attack.
    pub urgent: bool,
    /// A form that says "I have seen it" instead of a link: its action and words.
    pub seen: Option<(String, String)>,
}

/// The second step of signing in.
#[derive(Clone, Debug)]
pub struct SignInCodeView {
    /// Around it; nobody is signed in.
    pub shell: Shell,
    /// Where to go afterwards.
    pub next: String,
    /// What was wrong, in words.
    pub fault: Option<String>,
    /// Seconds to wait.
    pub wait_s: Option<u64>,
}

/// One's own second factor.
#[derive(Clone, Debug)]
pub struct SecondFactorView {
    /// Around it.
    pub shell: Shell,
    /// Since when it is set up, if it is.
    pub since: Option<WallTime>,
    /// The policy asks the role for it.
    pub required: bool,
    /// From when on nothing else is open without it.
    pub due_from: Option<WallTime>,
    /// That moment has come.
    pub overdue: bool,
    /// Recovery codes that are left.
    pub recovery_left: usize,
    /// What the app needs, while it is not set up.
    pub enrolment: Option<EnrolmentView>,
    /// Recovery codes made a moment ago: shown this once.
    pub codes_once: Vec<String>,
    /// What was refused.
    pub faults: Vec<FieldFault>,
}

/// What an authenticator app needs.
#[derive(Clone, Debug)]
pub struct EnrolmentView {
    /// The `otpauth:` address that the QR code holds.
    pub uri: String,
    /// The secret, for typing.
    pub secret: String,
}

/// One sign-in or failure of a history.
#[derive(Clone, Debug)]
pub struct SignInEventRow {
    /// When.
    pub at: WallTime,
    /// Did it succeed?
    pub ok: bool,
    /// Why not, as stored.
    pub reason: String,
    /// From which address.
    pub address: String,
    /// What the browser called itself.
    pub agent: String,
    /// With a second factor.
    pub second_factor: bool,
    /// The first from that network.
    pub new_network: bool,
}

/// What a form for tokens offers.
#[derive(Clone, Debug, Default)]
pub struct TokenForm {
    /// Days if nobody says otherwise.
    pub days_default: u32,
    /// Days at most.
    pub days_max: u32,
    /// Acts that the account's role has: name and words.
    pub acts: Vec<(String, String)>,
}

/// Accounts, for those who manage them.
#[derive(Clone, Debug)]
pub struct AccountsView {
    /// Around it.
    pub shell: Shell,
    /// The filter, as in the address.
    pub filter: AccountsFilter,
    /// The accounts.
    pub rows: Vec<AccountRow>,
    /// All that fit.
    pub total: u64,
    /// Where in the list.
    pub paging: Paging,
    /// How many are idle, without a second factor, disabled.
    pub counts: [u64; 3],
    /// Days after which an account is idle.
    pub idle_days: u32,
    /// Address of the file of this list.
    pub export_href: String,
    /// What was entered in the add form.
    pub add: AddAccountForm,
    /// Roles that may be given.
    pub roles: Vec<Role>,
    /// What was refused.
    pub faults: Vec<FieldFault>,
    /// A one-time password that was set a moment ago: whose, and the password, shown this once.
    pub password_once: Option<(String, String)>,
    /// Names of units, for suggestions.
    pub units: Vec<String>,
    /// May it run reviews and set networks?
    pub runs_node: bool,
}

/// Filter of the accounts, as in the address.
#[derive(Clone, Debug, Default)]
pub struct AccountsFilter {
    /// Text.
    pub q: String,
    /// Unit: a name or code.
    pub unit: String,
    /// Role, or empty.
    pub role: String,
    /// `person`, `service` or empty.
    pub kind: String,
    /// `idle`, `no_second_factor`, `enabled`, `disabled`, or empty.
    pub state: String,
    /// Order.
    pub sort: String,
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
    /// A program's account.
    pub service: bool,
    /// Unit, or empty.
    pub unit: String,
    /// Position, or empty.
    pub title: String,
    /// Telephone, or empty.
    pub phone: String,
    /// E-mail, or empty.
    pub email: String,
}

/// One account.
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
    /// A program's.
    pub service: bool,
    /// Unit; empty: none.
    pub unit: String,
    /// Position; empty: none.
    pub title: String,
    /// Telephone.
    pub phone: String,
    /// E-mail.
    pub email: String,
    /// Since when it is disabled, if it is.
    pub disabled_at: Option<WallTime>,
    /// Must the password be changed at the next sign-in?
    pub must_change_password: bool,
    /// Last sign-in or use of a token.
    pub used_at: Option<WallTime>,
    /// Nobody uses it.
    pub idle: bool,
    /// Has a second factor.
    pub second_factor: bool,
    /// When it was made.
    pub created_at: WallTime,
    /// Is it one's own? Then neither role nor state can be changed here.
    pub own: bool,
    /// Counts its changes.
    pub revision: u64,
}

/// One account by itself.
#[derive(Clone, Debug)]
pub struct OneAccountView {
    /// Around it.
    pub shell: Shell,
    /// The account.
    pub row: AccountRow,
    /// What is in the form: as stored, or as entered.
    pub form: AddAccountForm,
    /// Roles that may be given.
    pub roles: Vec<Role>,
    /// Names of units, for suggestions.
    pub units: Vec<String>,
    /// Its tokens.
    pub tokens: Vec<TokenRow>,
    /// The form for a token.
    pub token_form: TokenForm,
    /// A token issued a moment ago: shown this once.
    pub token_once: Option<String>,
    /// A one-time password set a moment ago: shown this once.
    pub password_once: Option<String>,
    /// Its sign-ins and failures.
    pub history: Vec<SignInEventRow>,
    /// Days that the history reaches back.
    pub history_days: u32,
    /// What was refused.
    pub faults: Vec<FieldFault>,
}

/// The networks for signing in.
#[derive(Clone, Debug)]
pub struct NetworksView {
    /// Around it.
    pub shell: Shell,
    /// The version in force, 0: none was ever set.
    pub version: u64,
    /// The list for everybody, one network a line.
    pub everyone: String,
    /// The lists of single roles.
    pub roles: Vec<(Role, String)>,
    /// Why it is changed.
    pub reason: String,
    /// From where the person asks.
    pub own_address: String,
    /// What the entered lists would mean: whether the own address would be inside.
    pub preview: Option<bool>,
    /// Versions, newest first.
    pub history: Vec<NetworksRow>,
    /// What was refused.
    pub faults: Vec<FieldFault>,
}

/// One version.
#[derive(Clone, Debug)]
pub struct NetworksRow {
    /// Number.
    pub version: u64,
    /// Since when.
    pub since: WallTime,
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
    /// For everybody; empty: from anywhere.
    pub everyone: String,
    /// For single roles.
    pub roles: Vec<(Role, String)>,
}

/// All reviews.
#[derive(Clone, Debug)]
pub struct ReviewsView {
    /// Around it.
    pub shell: Shell,
    /// Reviews, newest first.
    pub rows: Vec<ReviewRow>,
    /// May it start one?
    pub runs: bool,
    /// People and services whose accounts are enabled: what a review without unit and role covers.
    pub covered: (usize, usize),
    /// What is in the form: name, last day (`yyyy-mm-dd`), unit, what becomes of those unanswered.
    pub form: ReviewForm,
    /// Names of units, for suggestions.
    pub units: Vec<String>,
    /// What was refused.
    pub faults: Vec<FieldFault>,
}

/// The form that starts a review.
#[derive(Clone, Debug, Default)]
pub struct ReviewForm {
    /// Name.
    pub name: String,
    /// Last day for answers, `yyyy-mm-dd`.
    pub due: String,
    /// One unit, or empty: all.
    pub unit: String,
    /// Role, or empty: all.
    pub role: String,
    /// Service accounts too.
    pub services: bool,
    /// Disable those without an answer when it is closed.
    pub disable: bool,
}

/// One review.
#[derive(Clone, Debug)]
pub struct ReviewRow {
    /// Its id.
    pub id: String,
    /// Name.
    pub name: String,
    /// When it was started.
    pub started_at: WallTime,
    /// By whom.
    pub started_by: String,
    /// Last day for answers, `dd/mm/yyyy`.
    pub due: String,
    /// Days left; negative: overdue.
    pub days_left: i64,
    /// When it was closed, by whom, with which remark.
    pub closed: Option<(WallTime, String, String)>,
    /// Accounts in it.
    pub all: u32,
    /// Confirmed.
    pub kept: u32,
    /// Ended.
    pub ended: u32,
    /// Accounts that wait for this person.
    pub own_waiting: u32,
    /// Those without an answer are disabled at the close.
    pub disables: bool,
    /// Reminders on record: day, days left then, accounts waiting then.
    pub reminders: Vec<(String, i64, u32)>,
    /// Counts its changes.
    pub revision: u64,
}

/// A review with its accounts.
#[derive(Clone, Debug)]
pub struct ReviewView {
    /// Around it.
    pub shell: Shell,
    /// The review.
    pub review: ReviewRow,
    /// Shown: `waiting`, `answered` or empty for all.
    pub show: String,
    /// Accounts by unit.
    pub units: Vec<ReviewUnit>,
    /// May it close the review?
    pub runs: bool,
    /// Of which account the form was refused, and what was entered.
    pub refused: Option<(String, String)>,
    /// What was refused.
    pub faults: Vec<FieldFault>,
}

/// The accounts of one unit in a review.
#[derive(Clone, Debug)]
pub struct ReviewUnit {
    /// The unit's name; empty: without unit.
    pub name: String,
    /// The accounts.
    pub lines: Vec<ReviewLineRow>,
}

/// One account in a review.
#[derive(Clone, Debug)]
pub struct ReviewLineRow {
    /// The account's id.
    pub account: String,
    /// Sign-in name.
    pub name: String,
    /// Display name.
    pub display_name: String,
    /// Role.
    pub role: Role,
    /// A program's.
    pub service: bool,
    /// Position.
    pub title: String,
    /// Last sign-in until the start.
    pub last_sign_in_at: Option<WallTime>,
    /// Who answers; empty: the administrators.
    pub reviewer: String,
    /// The answer: kept?, reason, when, by whom, in place of the focal point.
    pub answer: Option<ReviewAnswer>,
    /// Disabled at the close, for want of an answer.
    pub disabled_at_close: bool,
    /// May this person answer now?
    pub answerable: bool,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct ReviewAnswer {
    /// Still needed.
    pub keep: bool,
    /// Why.
    pub reason: String,
    /// When.
    pub at: WallTime,
    /// By whom.
    pub by: String,
    /// An administrator, in place of the focal point.
    pub in_place: bool,
}
