//! Lists of accounts: filters, order, pages, what stands in a file of them.
//!
//! The table is read whole for each page: it holds some thousands of rows at most ([`limits::ACCOUNTS_MAX`]). Not here:
//! changing them (`accounts`).

use crate::office::entry;
use crate::{Caller, Ops, OpsError};
use base::{AccountId, Language, Said, UnitId, WallTime, limits};
use domain::text::fold;
use domain::{Account, AccountKind, Act, Role, TokenUse, audit};
use sheets::CsvRows;
use std::collections::{HashMap, HashSet};

/// Order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AccountSort {
    /// By name for showing.
    #[default]
    Name,
    /// By sign-in name.
    SignInName,
    /// By role, highest first.
    Role,
    /// By unit.
    Unit,
    /// By last use, longest ago first.
    LastUse,
    /// By when they were made, newest first.
    Created,
}

impl AccountSort {
    /// All.
    pub const ALL: [AccountSort; 6] = [
        AccountSort::Name,
        AccountSort::SignInName,
        AccountSort::Role,
        AccountSort::Unit,
        AccountSort::LastUse,
        AccountSort::Created,
    ];
    /// As in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            AccountSort::Name => "name",
            AccountSort::SignInName => "sign_in_name",
            AccountSort::Role => "role",
            AccountSort::Unit => "unit",
            AccountSort::LastUse => "last_use",
            AccountSort::Created => "created",
        }
    }
    /// Reads [`AccountSort::as_str`].
    pub fn parse(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.as_str() == s)
    }
}

/// Which accounts are wanted; empty wants all.
#[derive(Clone, Debug, Default)]
pub struct AccountFilter {
    /// Words that occur in names, unit, position, telephone or e-mail, without diacritics.
    pub q: Option<String>,
    /// Of this unit or one below it.
    pub unit: Option<UnitId>,
    /// Without a unit of the register.
    pub without_unit: bool,
    /// With this role.
    pub role: Option<Role>,
    /// Persons or services.
    pub kind: Option<AccountKind>,
    /// Enabled or disabled.
    pub enabled: Option<bool>,
    /// Nobody has used them for the policy's days.
    pub idle: bool,
    /// Persons without a second factor.
    pub without_second_factor: bool,
    /// Order.
    pub sort: AccountSort,
    /// Rows; cut to [`limits::PAGE_ROWS_MAX`].
    pub limit: usize,
    /// Where to go on: [`AccountPage::next`] of the page before, with the same filter.
    pub cursor: Option<String>,
}

/// One row.
#[derive(Clone, Debug)]
pub struct AccountInfo {
    /// The account.
    pub account: Account,
    /// Its unit's name; empty: none.
    pub unit: String,
    /// Last sign-in or use of a token.
    pub used_at: Option<WallTime>,
    /// Nobody has used it for the policy's days.
    pub idle: bool,
}

/// A page of the list.
#[derive(Clone, Debug)]
pub struct AccountPage {
    /// The rows.
    pub items: Vec<AccountInfo>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
    /// All that match.
    pub total: usize,
}

/// How many need attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccountCounts {
    /// All that the caller manages.
    pub all: usize,
    /// Idle ones.
    pub idle: usize,
    /// Enabled persons without a second factor.
    pub without_second_factor: usize,
    /// Disabled ones.
    pub disabled: usize,
}

fn lacks_second_factor(a: &Account) -> bool {
    a.enabled() && !a.is_service() && a.second_factor_since.is_none()
}

type Key = (String, String, AccountId);

impl AccountInfo {
    fn key(&self, sort: AccountSort) -> Key {
        // Moments as digits of one length sort as text; newest first turns them round.
        let moment = |t: Option<WallTime>| format!("{:020}", t.map_or(0, |t| t.unix_us().max(0)));
        let a = &self.account;
        let first = match sort {
            AccountSort::Name | AccountSort::SignInName => String::new(),
            AccountSort::Role => format!("{:02}", Role::ALL.iter().position(|r| *r == a.role).unwrap_or(99)),
            AccountSort::Unit => fold(&self.unit),
            AccountSort::LastUse => moment(self.used_at),
            AccountSort::Created => format!("{:020}", i64::MAX - a.created_at.unix_us().max(0)),
        };
        let second = if sort == AccountSort::SignInName { a.name.clone() } else { fold(&a.display_name) };
        (first, second, a.id)
    }
    fn fits(&self, f: &AccountFilter, units: Option<&HashSet<UnitId>>, words: &[String]) -> bool {
        let a = &self.account;
        f.role.is_none_or(|r| r == a.role)
            && f.kind.is_none_or(|k| k == a.kind)
            && f.enabled.is_none_or(|e| e == a.enabled())
            && (!f.idle || self.idle)
            && (!f.without_second_factor || lacks_second_factor(a))
            && (!f.without_unit || a.unit_id.is_none())
            && units.is_none_or(|u| a.unit_id.is_some_and(|id| u.contains(&id)))
            && (words.is_empty() || {
                let given = |t: &Option<String>| t.clone().unwrap_or_default();
                let all = [
                    a.name.clone(),
                    a.display_name.clone(),
                    self.unit.clone(),
                    given(&a.title),
                    given(&a.phone),
                    given(&a.email),
                ];
                let hay = fold(&all.join(" "));
                words.iter().all(|w| hay.contains(w))
            })
    }
}

impl Ops {
    fn managed(&self, caller: &Caller) -> Result<Vec<AccountInfo>, OpsError> {
        self.authorise(caller, Act::ManageAccounts)?;
        let (accounts, uses) = self.read(|r| Ok((r.range::<Account>(..)?, r.range::<TokenUse>(..)?)))?;
        let mut used: HashMap<AccountId, WallTime> = HashMap::new();
        for u in uses {
            let at = used.entry(u.account).or_insert(u.at);
            *at = u.at.max(*at);
        }
        let (now, days) = (self.clock.now(), self.policy.accounts.idle_days);
        let book = self.registers();
        let mine = accounts.into_iter().filter(|a| self.manages(caller, a));
        Ok(mine
            .map(|account| {
                let token = used.get(&account.id).copied();
                let unit = match account.unit_id {
                    Some(id) => book.unit_name(id).to_owned(),
                    None => account.unit.clone().unwrap_or_default(),
                };
                let (idle, used_at) = (account.idle(days, token, now), account.last_sign_in_at.max(token));
                AccountInfo { unit, used_at, idle, account }
            })
            .collect())
    }

    fn selected(&self, caller: &Caller, f: &AccountFilter) -> Result<Vec<AccountInfo>, OpsError> {
        let book = self.registers();
        let units = f.unit.map(|u| book.unit_subtree(u));
        let words: Vec<String> =
            fold(f.q.as_deref().unwrap_or("")).split_whitespace().take(20).map(str::to_owned).collect();
        let mut rows = self.managed(caller)?;
        rows.retain(|row| row.fits(f, units, &words));
        rows.sort_by_cached_key(|row| row.key(f.sort));
        Ok(rows)
    }

    /// A page of the accounts that the caller manages.
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn list_accounts(&self, caller: &Caller, f: &AccountFilter) -> Result<AccountPage, OpsError> {
        let mut rows = self.selected(caller, f)?;
        let total = rows.len();
        // The cursor is the last row's account: where it would stand now, the next page begins.
        if let Some(id) = f.cursor.as_deref().and_then(|c| c.parse::<AccountId>().ok()) {
            let here = rows.iter().position(|r| r.account.id == id).map(|n| n + 1);
            let from = match here {
                Some(from) => from,
                None => {
                    let key = self.managed(caller)?.iter().find(|r| r.account.id == id).map(|r| r.key(f.sort));
                    key.map_or(0, |key| rows.partition_point(|r| r.key(f.sort) <= key))
                }
            };
            rows.drain(..from);
        }
        let limit = if f.limit == 0 { limits::PAGE_ROWS_DEFAULT } else { f.limit.min(limits::PAGE_ROWS_MAX) };
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|r| r.account.id.to_string());
        Ok(AccountPage { items: rows, next, total })
    }

    /// How many of the accounts that the caller manages need attention.
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn account_counts(&self, caller: &Caller) -> Result<AccountCounts, OpsError> {
        let rows = self.managed(caller)?;
        let count = |f: fn(&AccountInfo) -> bool| rows.iter().filter(|r| f(r)).count();
        Ok(AccountCounts {
            all: rows.len(),
            idle: count(|r| r.idle),
            without_second_factor: count(|r| lacks_second_factor(&r.account)),
            disabled: count(|r| !r.account.enabled()),
        })
    }

    /// All accounts of a filter as CSV, and how many they are; that it was taken out is on record.
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn export_accounts(
        &self,
        caller: &Caller,
        f: &AccountFilter,
        language: Language,
    ) -> Result<(Vec<u8>, usize), OpsError> {
        let rows = self.selected(caller, f)?;
        let (n, total) = (rows.len().to_string(), rows.len());
        self.act(caller, Act::ManageAccounts, move |w, caller| {
            w.audit(entry(&caller, audit::ACCOUNTS_EXPORTED).fact("accounts", n))?;
            Ok(())
        })?;
        Ok((csv(&rows, language).map_err(OpsError::Export)?, total))
    }
}

/// Headings of the file.
const COLUMNS: [(&str, &str); 14] = [
    ("Tên đăng nhập", "Sign-in name"),
    ("Tên hiển thị", "Display name"),
    ("Loại", "Kind"),
    ("Vai trò", "Role"),
    ("Đơn vị", "Unit"),
    ("Chức vụ", "Position"),
    ("Điện thoại", "Telephone"),
    ("Thư điện tử", "E-mail"),
    ("Tạo lúc", "Made"),
    ("Dùng lần cuối", "Last used"),
    ("Lâu không dùng", "Idle"),
    ("Xác thực hai bước", "Second factor"),
    ("Đổi mật khẩu lần cuối", "Password changed"),
    ("Khóa từ", "Disabled since"),
];

fn csv(rows: &[AccountInfo], language: Language) -> std::io::Result<Vec<u8>> {
    let word = |vi: &str, en: &str| Said::new(vi, en).of(language).to_owned();
    let (yes, no) = (word("có", "yes"), word("không", "no"));
    let flag = |b: bool| if b { yes.as_str() } else { no.as_str() };
    let moment = |t: Option<WallTime>| t.map(WallTime::office_text).unwrap_or_default();
    let mut out = Vec::new();
    let mut file = CsvRows::new(&mut out, COLUMNS.map(|(vi, en)| if language == Language::Vi { vi } else { en }))?;
    for row in rows {
        let a = &row.account;
        let given = |t: &Option<String>| t.clone().unwrap_or_default();
        let (person, service) = (word("cá nhân", "person"), word("dịch vụ", "service"));
        let password = if a.is_service() { String::new() } else { moment(Some(a.password_changed_at)) };
        file.row([
            a.name.as_str(),
            &a.display_name,
            if a.is_service() { &service } else { &person },
            a.role.said().of(language),
            &row.unit,
            &given(&a.title),
            &given(&a.phone),
            &given(&a.email),
            &moment(Some(a.created_at)),
            &moment(row.used_at),
            flag(row.idle),
            flag(a.second_factor_since.is_some()),
            &password,
            &moment(a.disabled_at),
        ])?;
    }
    file.finish()?;
    Ok(out)
}
