//! Accounts, sign-ins and tokens as records, and the rules for changing them.
//!
//! No password, hash or token text is in an [`Account`]: hashes are records of their own ([`PasswordRecord`]), tokens are
//! kept as SHA-256 only. Not here: hashing, lock-out (`ops`), the strength of passwords (`password`).

use crate::rights::{Refusal, Role};
use crate::{Extra, text};
use base::{AccountId, Language, LoginSessionId, Said, TokenId, WallTime};
use serde::{Deserialize, Serialize};

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
    /// Its unit (đơn vị).
    #[serde(default)]
    pub unit: Option<String>,
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
            unit: None,
            language: None,
            theme: Theme::Auto,
            created_at: now,
            disabled_at: None,
            password_changed_at: now,
            must_change_password: false,
            last_sign_in_at: None,
            extra: Extra::new(),
        }
    }
    /// May it sign in?
    pub fn enabled(&self) -> bool {
        self.disabled_at.is_none()
    }
}

/// The password hash of an account, kept apart from it.
#[derive(Clone, Serialize, Deserialize)]
pub struct PasswordRecord {
    /// Whose.
    pub account: AccountId,
    /// PHC string (argon2id).
    pub hash: String,
    /// Fields of a newer program.
    #[serde(flatten)]
    pub extra: Extra,
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
    /// Unit, or none.
    pub unit: Option<String>,
}

/// Reads the names of a draft.
///
/// # Errors
/// Every field that is wrong, at once.
pub fn decide_account(draft: &AccountDraft) -> Result<AccountDraft, Vec<text::FieldFault>> {
    let name = text::sign_in_name("name", &draft.name);
    let display = text::optional_name("display_name", &draft.display_name);
    let unit = text::optional_name("unit", draft.unit.as_deref().unwrap_or(""));
    match (name, display, unit) {
        (Ok(name), Ok(display), Ok(unit)) => {
            Ok(AccountDraft { display_name: display.unwrap_or_else(|| name.clone()), name, role: draft.role, unit })
        }
        (name, display, unit) => Err([name.err(), display.err(), unit.err()].into_iter().flatten().collect()),
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
        json["phone"] = "0900".into();
        let read: Account = serde_json::from_value(json.clone()).expect("reads");
        assert_eq!(serde_json::to_value(read).expect("serialises"), json);
    }

    #[test]
    fn all_faults_of_a_draft_at_once() {
        let draft = AccountDraft { name: "ô".into(), display_name: "a\0".into(), role: Role::Viewer, unit: None };
        let faults = decide_account(&draft).expect_err("two faults");
        assert_eq!(faults.iter().map(|f| f.field).collect::<Vec<_>>(), ["name", "display_name"]);
    }
}
