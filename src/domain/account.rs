//! Accounts, sign-ins and tokens as records, and the rules for changing them.
//!
//! No password, hash or token text is in an [`Account`]: hashes are records of their own ([`PasswordRecord`]), tokens are
//! kept as SHA-256 only. Not here: hashing, lock-out (`ops`), the strength of passwords (`password`), what a token may
//! (`token`), the second factor (`second_factor`).

use crate::rights::{Refusal, Role};
use crate::token::TokenLimit;
use crate::{Extra, text};
use base::{AccountId, Language, LoginSessionId, Said, TokenId, UnitId, WallTime, limits};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Colours of the pages that a person chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the system says.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// `"auto"`, `"light"`, `"dark"`.
    pub fn as_str(self) -> &'static str {
        match self {
            Theme::Auto => "auto",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
    /// Reads [`Theme::as_str`].
    pub fn parse(s: &str) -> Option<Theme> {
        [Theme::Auto, Theme::Light, Theme::Dark].into_iter().find(|t| t.as_str() == s)
    }
}

/// Who is behind an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccountKind {
    /// Somebody who signs in.
    #[default]
    Person,
    /// A program: has tokens only, never a password.
    Service,
}

impl AccountKind {
    /// Both, persons first.
    pub const ALL: [AccountKind; 2] = [AccountKind::Person, AccountKind::Service];
    /// `"person"`, `"service"`.
    pub fn as_str(self) -> &'static str {
        match self {
            AccountKind::Person => "person",
            AccountKind::Service => "service",
        }
    }
    /// Reads [`AccountKind::as_str`].
    pub fn parse(s: &str) -> Option<AccountKind> {
        AccountKind::ALL.into_iter().find(|k| k.as_str() == s)
    }
    fn is_person(&self) -> bool {
        *self == AccountKind::Person
    }
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// A person's or a service's account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// For life.
    pub id: AccountId,
    /// Sign-in name (see [`text::sign_in_name`]); unique.
    pub name: String,
    /// Name for showing.
    pub display_name: String,
    /// What it may do.
    pub role: Role,
    /// Person or service.
    #[serde(default, skip_serializing_if = "AccountKind::is_person")]
    pub kind: AccountKind,
    /// Its unit (đơn vị), as a name: where the register has none for it.
    #[serde(default)]
    pub unit: Option<String>,
    /// Its unit in the register of units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<UnitId>,
    /// Position in the unit (chức vụ).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Telephone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// E-mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Language of its pages; `None`: as the browser asks.
    #[serde(default)]
    pub language: Option<Language>,
    /// Colours of its pages.
    #[serde(default)]
    pub theme: Theme,
    /// When it was made.
    pub created_at: WallTime,
    /// Since when it is disabled, if it is.
    #[serde(default)]
    pub disabled_at: Option<WallTime>,
    /// When its password was last set.
    pub password_changed_at: WallTime,
    /// An administrator set the password: the person must choose an own one first.
    #[serde(default)]
    pub must_change_password: bool,
    /// Last sign-in that succeeded.
    #[serde(default)]
    pub last_sign_in_at: Option<WallTime>,
    /// Since when it has this role; absent: since it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_since: Option<WallTime>,
    /// Since when it has a second factor, if it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_factor_since: Option<WallTime>,
    /// The last sign-in from a network that was new, until the person has seen it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strange_sign_in: Option<StrangeSignIn>,
    /// Counts the changes by administrators; the `ETag`.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub revision: u64,
    /// Fields of a newer program.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Account {
    /// An enabled account.
    pub fn new(id: AccountId, name: String, display_name: String, role: Role, now: WallTime) -> Self {
        Self {
            id,
            name,
            display_name,
            role,
            kind: AccountKind::Person,
            unit: None,
            unit_id: None,
            title: None,
            phone: None,
            email: None,
            language: None,
            theme: Theme::Auto,
            created_at: now,
            disabled_at: None,
            password_changed_at: now,
            must_change_password: false,
            last_sign_in_at: None,
            role_since: None,
            second_factor_since: None,
            strange_sign_in: None,
            revision: 0,
            extra: Extra::new(),
        }
    }
    /// May it sign in?
    pub fn enabled(&self) -> bool {
        self.disabled_at.is_none()
    }
    /// Is it a program's?
    pub fn is_service(&self) -> bool {
        self.kind == AccountKind::Service
    }
    /// Has nobody signed in to this enabled account for `days` (A12.3, A19.4)? `used_at` is when one of its tokens was
    /// last used, for services.
    pub fn idle(&self, days: u32, used_at: Option<WallTime>, now: WallTime) -> bool {
        let last = [self.last_sign_in_at, used_at].into_iter().flatten().fold(self.created_at, WallTime::max);
        self.enabled() && now.since(last) >= Duration::from_secs(u64::from(days) * 86_400)
    }
}

/// A sign-in from a network that the account had not been used from before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StrangeSignIn {
    /// When.
    pub at: WallTime,
    /// From which address.
    pub address: String,
}

/// The password hash of an account, kept apart from it.
#[derive(Clone, Serialize, Deserialize)]
pub struct PasswordRecord {
    /// Whose.
    pub account: AccountId,
    /// PHC string (argon2id).
    pub hash: String,
    /// Hashes of the passwords before, newest first: none of them may come back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former: Vec<String>,
    /// Fields of a newer program.
    #[serde(flatten)]
    pub extra: Extra,
}

impl PasswordRecord {
    /// The record of a first password.
    pub fn new(account: AccountId, hash: String) -> Self {
        Self { account, hash, former: Vec::new(), extra: Extra::new() }
    }
    /// With a new hash; the old one joins the former ones, of which `kept` stay.
    pub fn renewed(mut self, hash: String, kept: usize) -> Self {
        self.former.insert(0, std::mem::replace(&mut self.hash, hash));
        self.former.truncate(kept);
        self
    }
}

impl std::fmt::Debug for PasswordRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PasswordRecord({})", self.account)
    }
}

/// One sign-in of one browser.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoginSession {
    /// Its id; not the token.
    pub id: LoginSessionId,
    /// Who.
    pub account: AccountId,
    /// SHA-256 of the token in the cookie, hex.
    pub token_hash: String,
    /// When.
    pub created_at: WallTime,
    /// From which address.
    #[serde(default)]
    pub address: Option<String>,
    /// What the browser called itself.
    #[serde(default)]
    pub agent: String,
    /// Came in with a second factor.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub second_factor: bool,
    /// Fields of a newer program.
    #[serde(flatten)]
    pub extra: Extra,
}

/// One bearer token of an account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Token {
    /// Its id; not the token.
    pub id: TokenId,
    /// Whose rights it has.
    pub account: AccountId,
    /// What it is for.
    pub name: String,
    /// SHA-256 of the token, hex.
    pub token_hash: String,
    /// When it was issued.
    pub created_at: WallTime,
    /// When it ends by itself.
    pub not_after: WallTime,
    /// What it is limited to, within its account's rights; `None`: all that its account may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<TokenLimit>,
    /// Fields of a newer program.
    #[serde(flatten)]
    pub extra: Extra,
}

/// When a token was last used; kept to the day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TokenUse {
    /// Which.
    pub token: TokenId,
    /// Whose.
    pub account: AccountId,
    /// When.
    pub at: WallTime,
    /// Fields of a newer program.
    #[serde(flatten)]
    pub extra: Extra,
}

/// What an administrator wants of a new account.
#[derive(Clone, Debug)]
pub struct AccountDraft {
    /// Sign-in name.
    pub name: String,
    /// Name for showing; the sign-in name if empty.
    pub display_name: String,
    /// Role.
    pub role: Role,
    /// Person or service.
    pub kind: AccountKind,
    /// The rest.
    pub details: AccountDetails,
}

impl AccountDraft {
    /// A person without details.
    pub fn new(name: impl Into<String>, role: Role) -> Self {
        Self {
            name: name.into(),
            display_name: String::new(),
            role,
            kind: AccountKind::Person,
            details: AccountDetails::default(),
        }
    }
}

/// What is kept of an account beside its names and its role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountDetails {
    /// Unit as a name, where the register has none for it.
    pub unit: Option<String>,
    /// Unit in the register.
    pub unit_id: Option<UnitId>,
    /// Position.
    pub title: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// E-mail.
    pub email: Option<String>,
}

impl AccountDetails {
    /// Those of an account.
    pub fn of(a: &Account) -> Self {
        Self {
            unit: a.unit.clone(),
            unit_id: a.unit_id,
            title: a.title.clone(),
            phone: a.phone.clone(),
            email: a.email.clone(),
        }
    }
    /// Puts them into an account.
    pub fn put(self, a: &mut Account) {
        (a.unit, a.unit_id, a.title, a.phone, a.email) = (self.unit, self.unit_id, self.title, self.phone, self.email);
    }
}

/// Reads the details. That the unit exists is for the caller to see to.
///
/// # Errors
/// Every field that is wrong, at once.
pub fn decide_details(d: &AccountDetails) -> Result<AccountDetails, Vec<text::FieldFault>> {
    fn given(t: &Option<String>) -> &str {
        t.as_deref().unwrap_or("")
    }
    let unit = text::optional_name("unit", given(&d.unit));
    let title = text::optional_name("title", given(&d.title));
    let phone = phone(given(&d.phone));
    let email = email(given(&d.email));
    match (unit, title, phone, email) {
        // A unit of the register needs no name of its own.
        (Ok(unit), Ok(title), Ok(phone), Ok(email)) => {
            Ok(AccountDetails { unit: unit.filter(|_| d.unit_id.is_none()), unit_id: d.unit_id, title, phone, email })
        }
        (unit, title, phone, email) => {
            Err([unit.err(), title.err(), phone.err(), email.err()].into_iter().flatten().collect())
        }
    }
}

fn phone(text: &str) -> Result<Option<String>, text::FieldFault> {
    let text = text.trim();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let fits = text.len() <= limits::CONTACT_BYTES_MAX
        && (3..=15).contains(&digits)
        && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '.' | '-' | '(' | ')'));
    if text.is_empty() || fits {
        return Ok((!text.is_empty()).then(|| text.to_owned()));
    }
    Err(text::FieldFault::new(
        "phone",
        Said::new(
            "Số điện thoại gồm 3–15 chữ số, có thể có + ở đầu, dấu cách, chấm, gạch nối hoặc ngoặc.",
            "A telephone number has 3 to 15 digits, with + in front, spaces, dots, hyphens or brackets where wanted.",
        ),
    ))
}

fn email(text: &str) -> Result<Option<String>, text::FieldFault> {
    let text = text.trim();
    let fits = text.len() <= limits::CONTACT_BYTES_MAX
        && text.split_once('@').is_some_and(|(local, host)| {
            let label = |l: &str| !l.is_empty() && l.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
            !local.is_empty()
                && local.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '@' | '<' | '>' | '"' | '\\' | ',' | ';'))
                && host.contains('.')
                && host.split('.').all(label)
        });
    if text.is_empty() || fits {
        return Ok((!text.is_empty()).then(|| text.to_owned()));
    }
    Err(text::FieldFault::new(
        "email",
        Said::new("Thư điện tử có dạng ten@donvi.vn.", "An e-mail address looks like name@unit.vn."),
    ))
}

/// Reads a draft.
///
/// # Errors
/// Every field that is wrong, at once.
pub fn decide_account(draft: &AccountDraft) -> Result<AccountDraft, Vec<text::FieldFault>> {
    let name = text::sign_in_name("name", &draft.name);
    let display = text::optional_name("display_name", &draft.display_name);
    let details = decide_details(&draft.details);
    match (name, display, details) {
        (Ok(name), Ok(display), Ok(details)) => Ok(AccountDraft {
            display_name: display.unwrap_or_else(|| name.clone()),
            name,
            role: draft.role,
            kind: draft.kind,
            details,
        }),
        (name, display, details) => {
            Err([name.err(), display.err()].into_iter().flatten().chain(details.err().unwrap_or_default()).collect())
        }
    }
}

/// May this account stop being an enabled administrator? `others` counts the other enabled administrators.
pub fn decide_step_down(account: &Account, others: usize) -> Result<(), Refusal> {
    if account.role != Role::Administrator || !account.enabled() || others > 0 {
        return Ok(());
    }
    Err(Refusal {
        article: Some("12.2"),
        said: Said::new(
            format!("“{}” là quản trị viên duy nhất của nút; không thể tắt hoặc đổi vai trò.", account.name),
            format!(
                "“{}” is the node's only administrator; it cannot be disabled or given another role.",
                account.name
            ),
        ),
        who_can_help: Said::new(
            "Hãy tạo hoặc bật một quản trị viên khác trước, rồi thử lại.",
            "Add or enable another administrator first, then try again.",
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(role: Role) -> Account {
        Account::new(AccountId::from_parts(1, [1; 10]), "lan".into(), "Lan".into(), role, WallTime::EPOCH)
    }

    #[test]
    fn the_last_administrator_stays() {
        let mut a = account(Role::Administrator);
        assert!(decide_step_down(&a, 0).expect_err("last").who_can_help.en.contains("another administrator"));
        assert!(decide_step_down(&a, 1).is_ok());
        a.disabled_at = Some(WallTime::EPOCH);
        assert!(decide_step_down(&a, 0).is_ok());
        assert!(decide_step_down(&account(Role::Operator), 0).is_ok());
    }

    #[test]
    fn unknown_fields_are_kept() {
        let mut json = serde_json::to_value(account(Role::Viewer)).expect("serialises");
        json["from_the_future"] = "0900".into();
        let read: Account = serde_json::from_value(json.clone()).expect("reads");
        assert_eq!(serde_json::to_value(read).expect("serialises"), json);
    }

    #[test]
    fn all_faults_of_a_draft_at_once() {
        let mut draft = AccountDraft { display_name: "a\0".into(), ..AccountDraft::new("ô", Role::Viewer) };
        draft.details.email = Some("nguyen an@".into());
        draft.details.phone = Some("0".into());
        let faults = decide_account(&draft).expect_err("four faults");
        assert_eq!(faults.iter().map(|f| f.field).collect::<Vec<_>>(), ["name", "display_name", "phone", "email"]);
    }

    #[test]
    fn contacts_are_read() {
        for good in ["", "0912 345 678", "+84 (28) 3829-1234", "113"] {
            assert_eq!(phone(good).expect(good).unwrap_or_default(), good);
        }
        for bad in ["12", "gọi tôi", "1234567890123456", "09;12345"] {
            assert!(phone(bad).is_err(), "{bad}");
        }
        for good in ["", "an@quan1.gov.vn", "a.b+c@x-y.vn"] {
            assert_eq!(email(good).expect(good).unwrap_or_default(), good);
        }
        for bad in ["an", "an@", "@x.vn", "an@vn", "a b@x.vn", "a@x..vn", "<a@x.vn>", "a@x.vn, b@x.vn"] {
            assert!(email(bad).is_err(), "{bad}");
        }
        let both = AccountDetails {
            unit: Some("Tổ 3".into()),
            unit_id: Some(UnitId::from_bytes([7; 16])),
            ..AccountDetails::default()
        };
        assert_eq!(decide_details(&both).expect("good").unit, None, "the register's unit counts");
    }

    #[test]
    fn idle_is_counted_from_the_last_use() {
        let day = |n: u64| WallTime::EPOCH.plus(Duration::from_secs(n * 86_400));
        let mut a = account(Role::Viewer);
        assert!(!a.idle(90, None, day(89)) && a.idle(90, None, day(90)), "never signed in: from when it was made");
        a.last_sign_in_at = Some(day(50));
        assert!(!a.idle(90, None, day(139)) && a.idle(90, None, day(140)));
        assert!(!a.idle(90, Some(day(100)), day(140)), "a token was used since");
        a.disabled_at = Some(day(60));
        assert!(!a.idle(90, None, day(999)), "a disabled account is not idle but ended");
    }

    #[test]
    fn former_hashes_are_kept_newest_first() {
        let mut p = PasswordRecord::new(AccountId::from_bytes([0; 16]), "1".into());
        for n in 2..=5 {
            p = p.renewed(n.to_string(), 3);
        }
        assert_eq!((p.hash.as_str(), p.former), ("5", vec!["4".to_owned(), "3".into(), "2".into()]));
    }
}
