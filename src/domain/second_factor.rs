//! The second factor (xác thực hai bước): whose policy asks for it, its record, and what is refused without it.
//!
//! Not here: codes and their secrets, which are sealed (`ops`, `store`).

use crate::account::Account;
use crate::rights::{Refusal, Role};
use crate::{Extra, rights};
use base::{AccountId, Said, WallTime};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The rule in force.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecondFactorPolicy {
    /// Roles that must have one.
    pub required_roles: Vec<Role>,
    /// Days that a person has for setting it up, from being given the role.
    pub grace_days: u32,
    /// Recovery codes that are made.
    pub recovery_codes: u32,
}

/// Must this account have a second factor?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It has one, or need not.
    Met,
    /// From that moment on; the person is reminded.
    Soon(WallTime),
    /// Now: nothing else is open until it is set up.
    Now,
}

/// Decides it. `in_force_from` is when the rule itself began.
pub fn decide_need(policy: &SecondFactorPolicy, account: &Account, in_force_from: WallTime, now: WallTime) -> Need {
    let asked = !account.is_service() && policy.required_roles.contains(&account.role);
    if !asked || account.second_factor_since.is_some() {
        return Need::Met;
    }
    let began = account.role_since.unwrap_or(account.created_at).max(in_force_from);
    let from = began.plus(Duration::from_secs(u64::from(policy.grace_days) * 86_400));
    if now >= from { Need::Now } else { Need::Soon(from) }
}

/// The second factor of an account. Its secret is sealed beside it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct SecondFactor {
    /// Whose.
    pub account: AccountId,
    /// When the secret was made.
    pub created_at: WallTime,
    /// When the first code confirmed it; `None`: shown, not yet in force.
    #[serde(default)]
    pub confirmed_at: Option<WallTime>,
    /// The last time step whose code was taken: it and those before are never taken again (RFC 6238 §5.2).
    #[serde(default)]
    pub last_step: u64,
    /// SHA-256 of each recovery code that is left, hex.
    #[serde(default)]
    pub recovery: Vec<String>,
    /// Fields of a newer program.
    #[serde(flatten)]
    pub extra: Extra,
}

impl std::fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SecondFactor({}, {} recovery codes)", self.account, self.recovery.len())
    }
}

/// The refusal for an account that must set one up first.
pub fn due() -> Refusal {
    Refusal {
        article: Some("12.3"),
        said: Said::new(
            "Vai trò của bạn phải có xác thực hai bước; trước khi thiết lập, các chức năng khác tạm khóa.",
            "Your role must have a second factor; until it is set up everything else is closed.",
        ),
        who_can_help: Said::new(
            "Hãy thiết lập ở trang Của tôi → Xác thực hai bước, bằng một ứng dụng tạo mã trên điện thoại.",
            "Set it up on the page Profile → Second factor, with an authenticator app on your phone.",
        ),
    }
}

/// The refusal of giving it up where the policy asks for it.
pub fn required() -> Refusal {
    Refusal {
        article: Some("12.3"),
        said: Said::new(
            "Chính sách của nút buộc vai trò của bạn phải có xác thực hai bước; không tắt được.",
            "The node's policy asks your role for a second factor; it cannot be turned off.",
        ),
        who_can_help: Said::new(
            "Nếu đổi điện thoại, hãy thiết lập lại; nếu mất cả điện thoại và mã khôi phục, hãy đề nghị quản trị viên đặt lại.",
            "With a new phone, set it up anew; if phone and recovery codes are lost, ask an administrator to reset it.",
        ),
    }
}

/// The refusal of issuing a token from anything but a full sign-in.
pub fn needed_for_tokens() -> Refusal {
    Refusal {
        article: Some("12.3"),
        said: Said::new(
            "Chỉ tạo được mã truy cập sau khi đăng nhập trên trang, qua đủ các bước xác thực của tài khoản.",
            "Tokens are issued only from a sign-in on the pages that went through all steps the account has.",
        ),
        who_can_help: rights::ask_administrator(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_must_have_one_and_when() {
        let day = |n: u64| WallTime::EPOCH.plus(Duration::from_secs(n * 86_400));
        let policy =
            SecondFactorPolicy { required_roles: vec![Role::Administrator], grace_days: 14, recovery_codes: 10 };
        let of = |role| Account::new(AccountId::from_bytes([1; 16]), "a".into(), "A".into(), role, day(100));
        let need = |a: &Account, from: u64, now: u64| decide_need(&policy, a, day(from), day(now));
        let admin = of(Role::Administrator);
        assert_eq!(need(&admin, 0, 113), Need::Soon(day(114)));
        assert_eq!(need(&admin, 0, 114), Need::Now);
        assert_eq!(need(&admin, 200, 213), Need::Soon(day(214)), "the rule came later than the account");
        let promoted = Account { role_since: Some(day(300)), ..admin.clone() };
        assert_eq!(need(&promoted, 0, 301), Need::Soon(day(314)), "from being given the role");
        let met = Account { second_factor_since: Some(day(101)), ..admin.clone() };
        assert_eq!(need(&met, 0, 999), Need::Met);
        assert_eq!(need(&of(Role::Viewer), 0, 999), Need::Met);
        let service = Account { kind: crate::AccountKind::Service, ..admin };
        assert_eq!(need(&service, 0, 999), Need::Met, "services have tokens only");
    }
}
