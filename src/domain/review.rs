//! Reviews of accounts (rà soát tài khoản, A19.4): each unit's focal point confirms or ends each account; the result is
//! kept.
//!
//! Here: the campaign, its lines, who answers for which account, what may be answered, when reminders are due. Not here:
//! ending accounts, writing (`ops`).

use crate::Extra;
use crate::account::{Account, AccountKind};
use crate::rights::{Refusal, Role};
use crate::text::{self, FieldFault};
use crate::unit::Unit;
use base::{AccountId, CivilDate, ReviewId, Said, UnitId, WallTime, limits};
use serde::{Deserialize, Serialize};

/// Units above a unit that are looked through for a focal point; a deeper tree ends there.
const UNITS_CLIMBED_MAX: usize = 32;

/// What becomes of accounts for which nobody has answered when the review is closed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unanswered {
    /// They stay as they are and stand in the result.
    #[default]
    Report,
    /// They are disabled.
    Disable,
}

impl Unanswered {
    /// Both.
    pub const ALL: [Unanswered; 2] = [Unanswered::Report, Unanswered::Disable];
    /// `"report"`, `"disable"`.
    pub fn as_str(self) -> &'static str {
        match self {
            Unanswered::Report => "report",
            Unanswered::Disable => "disable",
        }
    }
    /// Reads [`Unanswered::as_str`].
    pub fn parse(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|u| u.as_str() == s)
    }
}

/// Which accounts are reviewed; every part that is empty means all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewScope {
    /// Of these units and those below them.
    #[serde(default)]
    pub units: Vec<UnitId>,
    /// With these roles.
    #[serde(default)]
    pub roles: Vec<Role>,
    /// Service accounts too?
    #[serde(default)]
    pub services: bool,
}

/// A review: one campaign.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Review {
    /// For ever.
    pub id: ReviewId,
    /// What it is called: `Rà soát tài khoản quý IV/2026`.
    pub name: String,
    /// Last day for answers.
    pub due: CivilDate,
    /// Which accounts.
    #[serde(default)]
    pub scope: ReviewScope,
    /// What becomes of those without an answer.
    #[serde(default)]
    pub unanswered: Unanswered,
    /// When it was started.
    pub started_at: WallTime,
    /// By whom: sign-in name.
    pub started_by: String,
    /// Reminders on record.
    #[serde(default)]
    pub reminders: Vec<Reminder>,
    /// When it was closed, if it is.
    #[serde(default)]
    pub closed: Option<ReviewClosed>,
    /// Counts the changes, from 1; the `ETag`.
    pub revision: u64,
    /// Fields of a newer program.
    #[serde(flatten)]
    pub extra: Extra,
}

/// The end of a review.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReviewClosed {
    /// When.
    pub at: WallTime,
    /// By whom: sign-in name.
    pub by: String,
    /// Concluding remark.
    #[serde(default)]
    pub remark: String,
}

/// A reminder of those who still owe answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminder {
    /// On which day.
    pub on: CivilDate,
    /// Days left then; negative: overdue.
    pub days_left: i64,
    /// Accounts without an answer then.
    pub waiting: u32,
}

/// One account in a review, as it stood when the review was started, and what was answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReviewLine {
    /// Of which review.
    pub review: ReviewId,
    /// Which account.
    pub account: AccountId,
    /// Its sign-in name.
    pub name: String,
    /// Its name for showing.
    pub display_name: String,
    /// Its role.
    pub role: Role,
    /// Person or service.
    #[serde(default)]
    pub kind: AccountKind,
    /// Position.
    #[serde(default)]
    pub title: String,
    /// Its unit.
    #[serde(default)]
    pub unit: Option<UnitId>,
    /// The unit's name; empty: none.
    #[serde(default)]
    pub unit_name: String,
    /// Last sign-in until then.
    #[serde(default)]
    pub last_sign_in_at: Option<WallTime>,
    /// Who answers: the account of the unit's focal point; `None`: the administrators.
    #[serde(default)]
    pub reviewer: Option<AccountId>,
    /// That account's name for showing; empty: the administrators.
    #[serde(default)]
    pub reviewer_name: String,
    /// The answer.
    #[serde(default)]
    pub answer: Option<Answer>,
    /// Closing the review disabled it, because nobody had answered.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disabled_at_close: bool,
    /// Fields of a newer program.
    #[serde(flatten)]
    pub extra: Extra,
}

impl ReviewLine {
    /// Key of a line: review, then account.
    pub fn key_of(review: ReviewId, account: AccountId) -> [u8; 32] {
        let mut key = [0; 32];
        key[..16].copy_from_slice(&review.to_bytes());
        key[16..].copy_from_slice(&account.to_bytes());
        key
    }
}

/// What was said of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Still needed.
    Keep,
    /// To be ended.
    End,
}

impl Verdict {
    /// `"keep"`, `"end"`.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Keep => "keep",
            Verdict::End => "end",
        }
    }
    /// Reads [`Verdict::as_str`].
    pub fn parse(s: &str) -> Option<Self> {
        [Verdict::Keep, Verdict::End].into_iter().find(|v| v.as_str() == s)
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Which.
    pub verdict: Verdict,
    /// Why.
    #[serde(default)]
    pub reason: String,
    /// When.
    pub at: WallTime,
    /// By whom: name for showing.
    pub by: String,
    /// An administrator, in place of the focal point.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_place: bool,
}

/// How far a review is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Accounts.
    pub all: u32,
    /// Confirmed.
    pub kept: u32,
    /// Ended.
    pub ended: u32,
}

impl Progress {
    /// Counts lines.
    pub fn of<'a>(lines: impl IntoIterator<Item = &'a ReviewLine>) -> Self {
        let mut p = Progress::default();
        for line in lines {
            p.all += 1;
            match line.answer.as_ref().map(|a| a.verdict) {
                Some(Verdict::Keep) => p.kept += 1,
                Some(Verdict::End) => p.ended += 1,
                None => {}
            }
        }
        p
    }
    /// Without an answer.
    pub fn waiting(self) -> u32 {
        self.all.saturating_sub(self.kept).saturating_sub(self.ended)
    }
}

/// Days until the end of answers; negative: overdue.
pub fn days_left(due: CivilDate, today: CivilDate) -> i64 {
    (due - today).get_days().into()
}

/// Reads what a review is started with.
///
/// # Errors
/// Faults of `name` and `due`.
pub fn decide_start(name: &str, due: CivilDate, today: CivilDate) -> Result<String, Vec<FieldFault>> {
    let name = text::name("name", name);
    let in_time = days_left(due, today) >= 0;
    match (name, in_time) {
        (Ok(name), true) => Ok(name),
        (name, _) => {
            let late = FieldFault::new(
                "due",
                Said::new("Hạn trả lời phải từ hôm nay trở đi.", "The last day for answers must not be past."),
            );
            Err(name.err().into_iter().chain((!in_time).then_some(late)).collect())
        }
    }
}

/// Is the account reviewed? `units` are the scope's units with all below them.
pub fn is_in_scope(scope: &ReviewScope, units: &[UnitId], account: &Account) -> bool {
    account.enabled()
        && (scope.services || !account.is_service())
        && (scope.roles.is_empty() || scope.roles.contains(&account.role))
        && (scope.units.is_empty() || account.unit_id.is_some_and(|u| units.contains(&u)))
}

/// Who answers for the account: the focal point of its unit or of the nearest unit above that has one whose account
/// stands; never the account itself. `None`: the administrators.
pub fn reviewer_of(
    account: &Account,
    unit: impl Fn(UnitId) -> Option<Unit>,
    stands: impl Fn(AccountId) -> bool,
) -> Option<AccountId> {
    let mut at = account.unit_id;
    for _ in 0..UNITS_CLIMBED_MAX {
        let here = unit(at?)?;
        let focal = here.focal_point.and_then(|f| f.account).filter(|a| *a != account.id && stands(*a));
        if focal.is_some() {
            return focal;
        }
        at = here.parent;
    }
    None
}

/// Who wants to answer.
#[derive(Clone, Copy, Debug)]
pub struct Answerer<'a> {
    /// The account.
    pub account: &'a Account,
    /// May manage accounts.
    pub administers: bool,
    /// There is another who administers.
    pub others_administer: bool,
}

/// May that be answered for this line?
///
/// # Errors
/// A refusal (A19.4), or a fault of `reason`.
pub fn decide_answer(
    review: &Review,
    line: &ReviewLine,
    who: Answerer<'_>,
    verdict: Verdict,
    reason: &str,
) -> Result<Result<String, FieldFault>, Refusal> {
    let no = |vi: &str, en: &str, help_vi: &str, help_en: &str| {
        Err(Refusal { article: Some("19.4"), said: Said::new(vi, en), who_can_help: Said::new(help_vi, help_en) })
    };
    if review.closed.is_some() {
        return no(
            "Đợt rà soát này đã đóng; kết quả không thay đổi được nữa.",
            "This review is closed; its result cannot be changed any more.",
            "Quản trị viên có thể mở đợt rà soát mới, hoặc khóa tài khoản ở trang Tài khoản.",
            "An administrator can start another review, or disable the account on the page Accounts.",
        );
    }
    let own_line = line.reviewer == Some(who.account.id);
    if !own_line && !who.administers {
        return no(
            "Tài khoản này thuộc phần rà soát của đầu mối khác.",
            "Another focal point answers for this account.",
            "Hãy liên hệ đầu mối của đơn vị đó hoặc quản trị viên của nút.",
            "Turn to that unit's focal point or the node's administrator.",
        );
    }
    if line.account == who.account.id && (who.others_administer || verdict == Verdict::End) {
        return no(
            "Không ai tự rà soát tài khoản của chính mình.",
            "Nobody reviews their own account.",
            "Hãy để một quản trị viên khác trả lời cho tài khoản này.",
            "Let another administrator answer for this account.",
        );
    }
    if line.answer.as_ref().is_some_and(|a| a.verdict == Verdict::End) {
        return no(
            "Tài khoản này đã được kết thúc trong đợt rà soát.",
            "This account was ended in this review already.",
            "Nếu nhầm, quản trị viên có thể mở khóa tài khoản ở trang Tài khoản.",
            "If that was a mistake, an administrator can enable it on the page Accounts.",
        );
    }
    Ok(remark("reason", reason, verdict == Verdict::End))
}

/// Reads a reason or remark: one line.
///
/// # Errors
/// A fault of `field`.
pub fn remark(field: &'static str, text: &str, required: bool) -> Result<String, FieldFault> {
    // A form's text area may bring line breaks: they are spaces here.
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.len() > limits::REMARK_BYTES_MAX {
        let max = limits::REMARK_BYTES_MAX;
        let said =
            Said::new(format!("Dài quá {max} byte. Hãy rút ngắn."), format!("Longer than {max} bytes. Shorten it."));
        return Err(FieldFault::new(field, said));
    }
    if flat.chars().any(char::is_control) {
        let said = Said::new("Có ký tự điều khiển.", "Contains control characters.");
        return Err(FieldFault::new(field, said));
    }
    if required && flat.is_empty() {
        let said = Said::new("Hãy ghi lý do.", "Give the reason.");
        return Err(FieldFault::new(field, said));
    }
    Ok(flat)
}

/// When reminders are sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReminderPolicy {
    /// Days before the end of answers; 0 is the last day.
    pub remind_days_before: Vec<u32>,
    /// After it, every so many days; 0: not any more.
    pub remind_overdue_every_days: u32,
    /// Days for answers that the form proposes.
    pub days_default: u32,
}

/// Is a reminder due today? A day that the node slept through is made up for, once.
pub fn is_reminder_due(policy: &ReminderPolicy, review: &Review, today: CivilDate) -> bool {
    let last = review.reminders.iter().map(|r| r.on).max().unwrap_or_else(|| review.started_at.office_date());
    // A day is due if it is one of the policy's and lies after the last reminder and not after today.
    let since = days_left(review.due, last);
    let now = days_left(review.due, today);
    let before = policy.remind_days_before.iter().map(|d| i64::from(*d)).any(|d| d < since && d >= now);
    let every = i64::from(policy.remind_overdue_every_days);
    let overdue = every > 0 && now < 0 && {
        let newest = -((-now) / every) * every;
        newest < 0 && newest < since
    };
    review.closed.is_none() && (before || overdue)
}

#[cfg(test)]
#[path = "tests/review.rs"]
mod tests;
