//! What a good password is (A12.2, A12.3). The numbers are dated data (`data/policy.toml`) and come in as a value; the list
//! of passwords that everybody tries first is `data/common-passwords.txt`.
//!
//! Not here: hashing and checking (`ops`).

use crate::rights::{Refusal, Role};
use crate::text::{self, FieldFault};
use base::{Said, WallTime, limits};
use serde::Deserialize;
use std::time::Duration;

/// Sorted by bytes, lower case, one a line; its head says where it comes from.
const COMMON: &str = include_str!("../../data/common-passwords.txt");
/// What people here reach for first, for the guesser's dictionary, which knows English.
const LOCAL_WORDS: &[&str] = &[
    "matluoi",
    "matkhau",
    "admin",
    "quantri",
    "quantrivien",
    "camera",
    "giamsat",
    "hanoi",
    "saigon",
    "hochiminh",
    "tphcm",
    "thanhpho",
    "quan",
    "phuong",
    "congan",
    "ubnd",
    "vietnam",
    "anninh",
    "trungtam",
    "dieuhanh",
];
/// Shortest run of letters of a name that a password must not contain.
const NAME_LETTERS_MIN: usize = 5;

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
    /// The same for administrators, where it is shorter (A12.2).
    #[serde(default)]
    pub administrator_age_days_max: Option<u32>,
    /// So many former passwords may not come back.
    #[serde(default)]
    pub former_kept: u32,
}

impl PasswordPolicy {
    /// Days after which an account of that role must change it; `None`: never.
    pub fn age_days_max(&self, role: Role) -> Option<u32> {
        let own = if role == Role::Administrator { self.administrator_age_days_max } else { None };
        own.into_iter().chain(self.age_days_max).min()
    }
}

/// Is it one of the most common passwords?
fn is_common(password: &str) -> bool {
    let wanted = password.to_lowercase();
    if wanted.starts_with('#') || wanted.contains('\n') {
        return false;
    }
    // The whole text is searched by halves: from any place, the line around it is the next probe.
    let (mut low, mut high) = (0, COMMON.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let Some((before, after)) = COMMON.as_bytes().split_at_checked(middle) else { return false };
        let start = before.iter().rposition(|b| *b == b'\n').map_or(0, |n| n + 1);
        let end = after.iter().position(|b| *b == b'\n').map_or(COMMON.len(), |n| middle + n);
        let Some(line) = COMMON.get(start..end) else { return false };
        // The head is no password; it stands before all of them.
        let order = if line.starts_with('#') { std::cmp::Ordering::Less } else { line.cmp(&wanted) };
        match order {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => low = end + 1,
            std::cmp::Ordering::Greater => high = start,
        }
    }
    false
}

/// Letters and digits of a text, without diacritics.
fn bare(text: &str) -> String {
    text::fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// What of a name must not stand in a password: the whole, and its parts two by two, as far as they are long enough.
fn name_parts(name: &str) -> Vec<String> {
    let folded = text::fold(name);
    let words: Vec<String> = folded.split(|c: char| !c.is_alphanumeric()).map(bare).filter(|w| !w.is_empty()).collect();
    let mut parts = vec![words.concat()];
    for (n, a) in words.iter().enumerate() {
        parts.push(a.clone());
        for (m, b) in words.iter().enumerate() {
            if n != m {
                parts.push(format!("{a}{b}"));
            }
        }
    }
    parts.retain(|p| p.len() >= NAME_LETTERS_MIN);
    parts
}

/// May this be the account's new password? `related` are names that must not stand in it: the person's own, the e-mail
/// address, the unit's, the node's.
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
    let hay = bare(password);
    let related: Vec<&str> = related.iter().copied().filter(|w| w.len() <= limits::NAME_BYTES_MAX).collect();
    if related.iter().flat_map(|name| name_parts(name)).any(|part| hay.contains(&part)) {
        return fault(
            "Mật khẩu không được chứa họ tên, thư điện tử của bạn, tên đơn vị hay tên nút.".to_owned(),
            "The password must not contain your name, your e-mail address, your unit's name or this node's name."
                .to_owned(),
        );
    }
    if is_common(password) {
        return fault(
            "Mật khẩu này nằm trong danh sách mật khẩu đã lộ và thường bị thử đầu tiên. Hãy ghép vài từ không liên quan với nhau."
                .to_owned(),
            "This password is on the list of leaked passwords that are tried first. Join a few unrelated words.".to_owned(),
        );
    }
    let mut words = vec![account_name];
    words.extend(LOCAL_WORDS);
    words.extend(related);
    // Its dictionary has no diacritics, and neither do guesses.
    let plain = text::fold(password);
    let score = |text: &str| u8::from(zxcvbn::zxcvbn(text, &words).score());
    // zxcvbn looks at the first 100 characters only; the rest can only make it stronger.
    if score(password).min(score(&plain)) < policy.score_min {
        return fault(
            "Mật khẩu này dễ đoán (từ thường gặp, dãy phím, ngày tháng hoặc lặp lại). Hãy ghép vài từ không liên quan với nhau."
                .to_owned(),
            "This password is easy to guess (common words, keys in a row, dates or repeats). Join a few unrelated words."
                .to_owned(),
        );
    }
    Ok(())
}

/// Why a password must be changed before anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// An administrator set it.
    OneTime,
    /// It is older than the policy allows.
    Age {
        /// The policy's days.
        days: u32,
        /// They are those for administrators.
        administrator: bool,
    },
}

/// Is a password of that age due for a change?
pub fn decide_due(policy: &PasswordPolicy, role: Role, changed_at: WallTime, now: WallTime) -> Option<Due> {
    let days = policy.age_days_max(role)?;
    let administrator = role == Role::Administrator && policy.age_days_max.is_none_or(|all| all > days);
    (now.since(changed_at) >= Duration::from_secs(u64::from(days) * 86_400)).then_some(Due::Age { days, administrator })
}

impl Due {
    /// Why, with the rule behind it; no article for a one-time password.
    pub fn said(self) -> Said {
        match self {
            Due::OneTime => Said::new(
                "Mật khẩu này do quản trị viên đặt và chỉ dùng một lần: hãy chọn mật khẩu của riêng bạn.",
                "This password was set by an administrator for one use: choose one of your own.",
            ),
            Due::Age { days, administrator: true } => Said::new(
                format!("Mật khẩu quản trị phải đổi sau mỗi {days} ngày (Điều 12, khoản 2 và 3)."),
                format!("An administrator's password must be changed every {days} days (article 12.2 and 12.3)."),
            ),
            Due::Age { days, administrator: false } => Said::new(
                format!("Mật khẩu phải đổi định kỳ, sau mỗi {days} ngày (Điều 12, khoản 3)."),
                format!("A password must be changed regularly, every {days} days (article 12.3)."),
            ),
        }
    }
    /// The refusal of everything else until it is changed.
    pub fn refusal(self) -> Refusal {
        let said = self.said();
        Refusal {
            article: Some(if matches!(self, Due::Age { administrator: true, .. }) { "12.2" } else { "12.3" }),
            said: Said::new(
                format!("{} Trước khi đổi, các chức năng khác tạm khóa.", said.vi),
                format!("{} Until then everything else is closed.", said.en),
            ),
            who_can_help: Said::new(
                "Hãy đổi mật khẩu ở trang Của tôi. Nếu không nhớ mật khẩu, hãy đề nghị quản trị viên của nút đặt lại.",
                "Change it on the page Profile. If you do not know it, ask the node's administrator to reset it.",
            ),
        }
    }
}

/// The fault of a password that was used before.
pub fn used_before(field: &'static str, kept: u32) -> FieldFault {
    FieldFault::new(
        field,
        Said::new(
            format!("Không dùng lại mật khẩu hiện tại hoặc {kept} mật khẩu gần đây."),
            format!("Neither the current password nor the last {kept} may be used again."),
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: PasswordPolicy = PasswordPolicy {
        length_min: 10,
        score_min: 3,
        age_days_max: Some(180),
        administrator_age_days_max: Some(90),
        former_kept: 5,
    };

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
    fn names_in_every_guise() {
        let related = ["Nguyễn Thị Lan", "lan.nguyen@quan1.gov.vn", "Công an Quận 1"];
        let table = [
            ("nguyenthilan-Tx9!vmQ2", false),
            ("NguyễnLan!Tx9!vmQ2", false),
            ("x7 lan nguyen Tx9vmQ2", false),
            ("Thị.Lan-Tx9!vmQ2", false),
            ("Conganquan1-Tx9!vmQ2", false),
            ("đèn lồng sáng bến sông", true),
            ("Lan can cầu thang gỗ 42", true),
        ];
        for (password, good) in table {
            assert_eq!(decide_password(&POLICY, "password", password, "l.n", &related).is_ok(), good, "{password}");
        }
    }

    #[test]
    fn the_common_ones_are_found_and_only_they() {
        let words: Vec<&str> = COMMON.lines().filter(|l| !l.starts_with('#')).collect();
        assert!(words.len() > 50_000 && words.windows(2).all(|w| w[0] < w[1]), "sorted, without repeats");
        for word in words.iter().step_by(97).chain([&words[0], &words[words.len() - 1]]) {
            assert!(is_common(word) && is_common(&word.to_uppercase()), "{word}");
            assert!(!is_common(&format!("{word}\u{1}")) && !is_common(&format!("\u{1}{word}")));
        }
        for other in
            ["", "#", "# Sources:", "mèo xanh bảy lá 42", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzz~", "\n", "password1\n"]
        {
            assert!(!is_common(other), "{other}");
        }
        // Strong by counting guesses, and yet on everybody's list.
        let lax = PasswordPolicy { score_min: 0, ..POLICY };
        let fault = decide_password(&lax, "password", "1q2w3e4r5t6y", "lan", &[]).expect_err("common");
        assert!(fault.said.vi.contains("đã lộ"));
    }

    proptest::proptest! {
        #[test]
        fn no_password_is_repeated_in_its_fault(password in "\\PC{0,40}", name in "[a-z]{2,9}") {
            if let Err(f) = decide_password(&POLICY, "password", &password, &name, &["Trần Văn Minh"]) {
                proptest::prop_assert!(password.chars().count() < 8 || !f.said.to_string().contains(&password));
            }
        }

        #[test]
        fn a_stricter_policy_takes_nothing_that_a_laxer_one_refuses(password in "\\PC{0,30}", min in 1u32..20, score in 0u8..=4) {
            let lax = PasswordPolicy { length_min: min, score_min: score, ..POLICY };
            let strict = PasswordPolicy { length_min: min + 2, score_min: (score + 1).min(4), ..POLICY };
            let good = |p: &PasswordPolicy| decide_password(p, "password", &password, "lan", &[]).is_ok();
            proptest::prop_assert!(!good(&strict) || good(&lax));
        }
    }

    #[test]
    fn due_on_the_day() {
        let t = WallTime::from_unix_us(0);
        let day = Duration::from_secs(86_400);
        let due = |role, days: u32| decide_due(&POLICY, role, t, t.plus(day * days));
        assert_eq!(due(Role::Viewer, 179), None);
        assert_eq!(due(Role::Viewer, 180), Some(Due::Age { days: 180, administrator: false }));
        assert_eq!(due(Role::Administrator, 89), None);
        assert_eq!(due(Role::Administrator, 90), Some(Due::Age { days: 90, administrator: true }));
        let never = PasswordPolicy { age_days_max: None, administrator_age_days_max: None, ..POLICY };
        assert_eq!(decide_due(&never, Role::Administrator, t, t.plus(day * 9_999)), None);
        let laxer = PasswordPolicy { administrator_age_days_max: Some(365), ..POLICY };
        assert_eq!(laxer.age_days_max(Role::Administrator), Some(180), "never longer than for everybody");
        let refusal = Due::Age { days: 90, administrator: true }.refusal();
        assert!(refusal.article == Some("12.2") && refusal.said.en.contains("90 days"), "the reason and its rule");
    }
}
