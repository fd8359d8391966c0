//! The dated policy: `data/policy.toml` with what the node's own `policy.toml` says otherwise, read once and passed as a
//! value; that it has changed is put on record at the next start.
//!
//! Not here: what the numbers mean (`domain`, `lockout`).

use base::WallTime;
use domain::giving::{PurposePolicy, SharingPolicy};
use domain::review::ReminderPolicy;
use domain::{CompletenessPolicy, PasswordPolicy, SecondFactorPolicy};
use serde::Deserialize;

/// The policy in force.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Since when.
    pub in_force_from: toml::value::Datetime,
    /// What camera codes begin with.
    pub code_prefix: String,
    /// Passwords.
    pub password: PasswordPolicy,
    /// Pauses after failed sign-ins.
    pub sign_in: SignInPolicy,
    /// Second factor.
    pub second_factor: SecondFactorPolicy,
    /// Accounts that nobody uses, and the history of sign-ins.
    pub accounts: AccountPolicy,
    /// Reviews of accounts.
    pub review: ReminderPolicy,
    /// Bearer tokens.
    pub tokens: TokenPolicy,
    /// Giving rights on cameras.
    pub sharing: SharingPolicy,
    /// When a purpose is asked for.
    pub purpose: PurposePolicy,
    /// Two cameras on one view.
    pub duplicate_view: DuplicateViewPolicy,
    /// What a camera's record must tell.
    pub completeness: CompletenessPolicy,
    /// Live pictures.
    pub live: LivePolicy,
    /// The record.
    pub audit: AuditPolicy,
    /// Lists of cameras that are dropped into the folder `inbox`.
    #[serde(default)]
    pub inbox: InboxPolicy,
    /// All of it as it was read, for the record.
    #[serde(skip)]
    pub(crate) whole: serde_json::Value,
}

/// Live pictures.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LivePolicy {
    /// Name, unit and time of whoever watches stand over the picture.
    pub watermark: bool,
}

/// Lists that are dropped into the folder.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InboxPolicy {
    /// What happens to them.
    pub mode: InboxMode,
}

/// What happens to a list that is dropped into the folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InboxMode {
    /// It is checked; a person carries it out.
    #[default]
    DryRun,
    /// It is checked, and its good rows are carried out.
    ApplyGoodRows,
}

/// The record (nhật ký).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditPolicy {
    /// Months that entries stay in the store before they go into the archive; left out: for ever.
    pub keep_months: Option<u32>,
    /// The fewest that it may be, whatever stands above.
    pub keep_months_min: u32,
    /// A checkpoint is made when so many entries are without one,
    pub checkpoint_entries: u64,
    /// or when the first of them has waited for so many seconds.
    pub checkpoint_s: u64,
}

impl AuditPolicy {
    /// Months that entries stay; `None`: for ever.
    pub fn months(&self) -> Option<u32> {
        self.keep_months.map(|months| months.max(self.keep_months_min))
    }
}

/// Two cameras on one view (A5.4, A13.1).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DuplicateViewPolicy {
    /// Share of the smaller view from which the agreement is asked for: 0 to 1.
    pub threshold: f64,
}

/// Accounts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountPolicy {
    /// Without a sign-in or a use of a token for so many days, an account is flagged as idle.
    pub idle_days: u32,
    /// Days that the history of sign-ins reaches back.
    pub history_days: u32,
}

/// Growing pauses after failed sign-ins.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInPolicy {
    /// Failures of one name from one network, or from one known browser, before the first pause.
    pub name_failures_free: u32,
    /// Failures of one name from anywhere before browsers that are not known must pause.
    pub name_failures_anywhere: u32,
    /// Failures from one address before the first pause.
    pub address_failures_free: u32,
    /// First pause, in seconds; doubled with each further failure.
    pub pause_first_s: u32,
    /// Longest pause, in seconds.
    pub pause_max_s: u32,
    /// Without a failure for this long, in seconds, counting starts anew.
    pub forget_after_s: u32,
}

/// Bearer tokens.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenPolicy {
    /// Life if nobody says otherwise, in days.
    pub days_default: u32,
    /// Longest life, in days.
    pub days_max: u32,
}

impl Policy {
    /// The moment since when it is in force; the beginning of time if that cannot be read.
    pub fn since(&self) -> WallTime {
        let day = self.in_force_from.date.map(|d| d.to_string()).unwrap_or_default();
        day.parse().map_or(WallTime::EPOCH, WallTime::start_of_office_day)
    }

    /// Reads a whole policy file.
    ///
    /// # Errors
    /// What is wrong with it, in the words of the TOML reader.
    pub fn parse(text: &str) -> Result<Policy, String> {
        Self::of(text.parse::<toml::Table>().map_err(|e| e.to_string())?)
    }

    fn of(table: toml::Table) -> Result<Policy, String> {
        let whole = json(&toml::Value::Table(table.clone()));
        let policy: Policy = table.try_into().map_err(|e: toml::de::Error| e.to_string())?;
        policy.completeness.fault().map_or(Ok(Policy { whole, ..policy }), Err)
    }

    /// The policy that ships with the program.
    #[expect(clippy::expect_used, reason = "the file is compiled in and a test reads it")]
    pub fn shipped() -> Policy {
        Self::parse(SHIPPED).expect("the shipped policy can be read")
    }

    /// The shipped policy with what `own` says otherwise: only the keys that differ need to stand there.
    ///
    /// # Errors
    /// What is wrong with it, in the words of the TOML reader; a key that the policy does not have is named.
    pub fn with_own(own: &str) -> Result<Policy, String> {
        let mut table = SHIPPED.parse::<toml::Table>().map_err(|e| e.to_string())?;
        lay_over(&mut table, own.parse::<toml::Table>().map_err(|e| e.to_string())?);
        Self::of(table)
    }
}

const SHIPPED: &str = include_str!("../../data/policy.toml");

/// As the record keeps it; a date is its text.
fn json(value: &toml::Value) -> serde_json::Value {
    match value {
        toml::Value::Datetime(date) => date.to_string().into(),
        toml::Value::Table(table) => table.iter().map(|(key, v)| (key.clone(), json(v))).collect(),
        toml::Value::Array(list) => list.iter().map(json).collect(),
        toml::Value::String(text) => text.as_str().into(),
        toml::Value::Integer(n) => (*n).into(),
        toml::Value::Float(x) => (*x).into(),
        toml::Value::Boolean(b) => (*b).into(),
    }
}

/// Tables are joined key by key; anything else is replaced.
fn lay_over(below: &mut toml::Table, above: toml::Table) {
    for (key, value) in above {
        match (below.get_mut(&key), value) {
            (Some(toml::Value::Table(old)), toml::Value::Table(new)) => lay_over(old, new),
            (_, value) => {
                below.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_policy_reads() {
        let p = Policy::shipped();
        assert_eq!((p.password.length_min, p.password.score_min), (10, 3));
        assert_eq!(p.since().rfc3339(), "2026-11-23T17:00:00.000Z");
        assert!(
            p.tokens.days_default <= p.tokens.days_max
                && p.second_factor.required_roles == [domain::Role::Administrator]
        );
        assert_eq!(p.code_prefix, "79");
        assert!(Policy::parse("code_prefix = 1").is_err());
    }

    #[test]
    fn what_a_node_says_otherwise_is_laid_over_the_shipped_policy() {
        let p = Policy::with_own("in_force_from = 2027-01-01\n[accounts]\nidle_days = 30\n").expect("good");
        let shipped = Policy::shipped();
        assert_eq!((p.accounts.idle_days, p.accounts.history_days), (30, shipped.accounts.history_days));
        assert_eq!(p.whole["accounts"]["idle_days"], 30);
        assert!(Policy::with_own("[accounts]\nidel_days = 30").expect_err("a slip").contains("idel_days"));
        assert!(Policy::with_own("[accounts]\nidle_days = \"many\"").is_err());
        assert_eq!(Policy::with_own("").expect("nothing").whole, shipped.whole);
    }
}
