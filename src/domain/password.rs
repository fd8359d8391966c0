//! What a good password is (A12.3). The numbers are dated data (`data/policy.toml`) and come in as a value.
//!
//! Not here: hashing and checking (`ops`).

use crate::text::{self, FieldFault};
use base::{Said, WallTime, limits};
use serde::Deserialize;
use std::time::Duration;

/// The rule in force.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordPolicy {
    /// Shortest, in characters.
    pub length_min: u32,
    /// Lowest zxcvbn score, 0 to 4.
    pub score_min: u8,
    /// Days until it must be changed; absent: never.
    #[serde(default)]
    pub age_days_max: Option<u32>,
}

/// May this be the account's new password? `related` are words that it must not be made of: names, the node's name.
///
/// # Errors
/// A fault of `field` that says what to do; it does not repeat the password.
pub fn decide_password(
    policy: &PasswordPolicy,
    field: &'static str,
    password: &str,
    account_name: &str,
    related: &[&str],
) -> Result<(), FieldFault> {
    let fault = |vi: String, en: String| Err(FieldFault::new(field, Said::new(vi, en)));
    if password.len() > limits::PASSWORD_BYTES_MAX {
        let max = limits::PASSWORD_BYTES_MAX;
        return fault(format!("Mật khẩu dài quá {max} byte."), format!("The password is longer than {max} bytes."));
    }
    let min = policy.length_min;
    if password.chars().count() < usize::try_from(min).unwrap_or(usize::MAX) {
        return fault(
            format!("Mật khẩu phải có ít nhất {min} ký tự; một câu ngắn dễ nhớ là tốt nhất."),
            format!("The password needs at least {min} characters; a short sentence is best."),
        );
    }
    let name = text::fold(account_name);
    if name.len() >= 3 && text::fold(password).contains(&name) {
        return fault(
            "Mật khẩu không được chứa tên đăng nhập.".to_owned(),
            "The password must not contain the sign-in name.".to_owned(),
        );
    }
    let mut words = vec![account_name, "matluoi", "mat luoi"];
    words.extend(related.iter().copied().filter(|w| w.len() <= limits::NAME_BYTES_MAX));
    // zxcvbn looks at the first 100 characters only; the rest can only make it stronger.
    if u8::from(zxcvbn::zxcvbn(password, &words).score()) < policy.score_min {
        return fault(
            "Mật khẩu này dễ đoán (từ thường gặp, dãy phím, ngày tháng hoặc lặp lại). Hãy ghép vài từ không liên quan với nhau."
                .to_owned(),
            "This password is easy to guess (common words, keys in a row, dates or repeats). Join a few unrelated words."
                .to_owned(),
        );
    }
    Ok(())
}

/// Is a password of that age due for a change?
pub fn is_due(policy: &PasswordPolicy, changed_at: WallTime, now: WallTime) -> bool {
    policy.age_days_max.is_some_and(|days| now.since(changed_at) >= Duration::from_secs(u64::from(days) * 86_400))
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: PasswordPolicy = PasswordPolicy { length_min: 10, score_min: 3, age_days_max: Some(180) };

    #[test]
    fn good_and_bad() {
        let table = [
            ("Zq8!", false),
            ("1234567890", false),
            ("qwertyuiop", false),
            ("aaaaaaaaaaaaaaa", false),
            ("mật khẩu con mèo xanh 7 lá", true),
            ("Correct-Horse-42-Battery", true),
            ("lan.nguyen-Tx9!vmQ2", false),
            (&"x".repeat(513), false),
        ];
        for (password, good) in table {
            let decided = decide_password(&POLICY, "password", password, "lan.nguyen", &["Quận 1"]);
            assert_eq!(decided.is_ok(), good, "{password}");
            if let Err(f) = decided {
                assert!(!f.said.to_string().contains(password));
            }
        }
    }

    #[test]
    fn due_on_the_day() {
        let t = WallTime::from_unix_us(0);
        let day = Duration::from_secs(86_400);
        assert!(!is_due(&POLICY, t, t.plus(day * 179)));
        assert!(is_due(&POLICY, t, t.plus(day * 180)));
        assert!(!is_due(&PasswordPolicy { age_days_max: None, ..POLICY }, t, t.plus(day * 9_999)));
    }
}
