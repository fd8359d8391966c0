//! The words of the dated policy: each key with its name, unit and article, for those who look it up.
//!
//! Here: a table. Not here: the values (`data/policy.toml`, `ops`).

use crate::{Act, Role, audit_words};
use base::{CivilDate, Said};
use serde_json::Value;

/// What kind of value a key has, for showing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// As it stands.
    Plain,
    /// A number, followed by its unit.
    Count(&'static str, &'static str),
    /// A share of one, shown as a percentage.
    Share,
    /// A day.
    Day,
    /// Yes or no.
    YesNo,
    /// Roles.
    Roles,
    /// Acts on cameras.
    Acts,
    /// Names of a known few.
    Words(&'static [(&'static str, &'static str, &'static str)]),
}

/// A key of the policy.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its place in the file: `password.length_min`. One that ends in `.*` is for all keys of that table.
    pub path: &'static str,
    /// Name, Vietnamese.
    pub vi: &'static str,
    /// Name, English.
    pub en: &'static str,
    /// Article of the regulation, if one asks for it.
    pub article: &'static str,
    /// Its value.
    pub kind: Kind,
}

/// A part of the file: its name, Vietnamese, English.
pub const PARTS: &[(&str, &str, &str)] = &[
    ("", "Chung", "General"),
    ("password", "Mật khẩu", "Passwords"),
    ("second_factor", "Xác thực hai bước", "Second factor"),
    ("sign_in", "Chờ sau khi đăng nhập sai", "Pauses after failed sign-ins"),
    ("accounts", "Tài khoản không dùng", "Accounts that nobody uses"),
    ("review", "Rà soát tài khoản", "Reviews of accounts"),
    ("tokens", "Mã truy cập", "Bearer tokens"),
    ("sharing", "Cấp quyền trên camera", "Rights on cameras"),
    ("purpose", "Hỏi mục đích", "Asking for the purpose"),
    ("audit", "Nhật ký", "Audit"),
    ("duplicate_view", "Vùng quan sát trùng", "Duplicate views"),
    ("completeness", "Mức đầy đủ của hồ sơ camera", "Completeness of a camera's record"),
    ("live", "Xem trực tiếp", "Live pictures"),
    ("inbox", "Thư mục inbox", "The folder inbox"),
];

const DAYS: Kind = Kind::Count("ngày", "days");
const SECONDS: Kind = Kind::Count("giây", "s");
const MONTHS: Kind = Kind::Count("tháng", "months");
const FAILURES: Kind = Kind::Count("lần sai", "failures");
const POINTS: Kind = Kind::Count("điểm", "points");
const FOUR_EYES: Kind = Kind::Words(&[
    ("cross_scope", "ra ngoài phạm vi của người được cấp", "beyond the holder's own scope"),
    ("police", "camera chuyên dụng của Công an", "police cameras"),
    ("export", "trích xuất", "taking recordings out"),
    ("share", "chia sẻ tiếp", "handing rights on"),
]);
const INBOX: Kind = Kind::Words(&[
    ("dry_run", "chỉ kiểm tra, người có thẩm quyền thực hiện", "checked only; a person carries it out"),
    ("apply_good_rows", "thực hiện ngay các dòng không lỗi", "rows without a fault are carried out"),
]);

const fn key(path: &'static str, vi: &'static str, en: &'static str, article: &'static str, kind: Kind) -> Key {
    Key { path, vi, en, article, kind }
}

/// Every key, in the order of showing.
pub const KEYS: &[Key] = &[
    key("in_force_from", "Có hiệu lực từ", "In force from", "", Kind::Day),
    key("code_prefix", "Phần đầu của mã camera", "What camera codes begin with", "", Kind::Plain),
    key("password.length_min", "Độ dài tối thiểu", "Least length", "12.3", Kind::Count("ký tự", "characters")),
    key("password.score_min", "Độ mạnh tối thiểu (zxcvbn, 0–4)", "Least strength (zxcvbn, 0–4)", "12.3", Kind::Plain),
    key("password.age_days_max", "Phải đổi sau", "Must be changed after", "12.3", DAYS),
    key(
        "password.administrator_age_days_max",
        "Quản trị viên phải đổi sau",
        "Administrators must change it after",
        "12.2",
        DAYS,
    ),
    key(
        "password.former_kept",
        "Không được dùng lại",
        "May not come back",
        "12.3",
        Kind::Count("mật khẩu gần nhất", "former passwords"),
    ),
    key("second_factor.required_roles", "Bắt buộc với vai trò", "Required of the roles", "12.3", Kind::Roles),
    key("second_factor.grace_days", "Thời hạn thiết lập", "Time for setting it up", "12.3", DAYS),
    key("second_factor.recovery_codes", "Số mã khôi phục", "Recovery codes", "", Kind::Count("mã", "codes")),
    key(
        "sign_in.name_failures_free",
        "Một tên, từ một mạng: trước lần chờ đầu tiên",
        "One name from one network: before the first pause",
        "12.3",
        FAILURES,
    ),
    key(
        "sign_in.name_failures_anywhere",
        "Một tên, từ mọi nơi: trước khi trình duyệt lạ phải chờ",
        "One name from anywhere: before unknown browsers pause",
        "12.3",
        FAILURES,
    ),
    key(
        "sign_in.address_failures_free",
        "Một địa chỉ mạng: trước lần chờ đầu tiên",
        "One network address: before the first pause",
        "12.3",
        FAILURES,
    ),
    key("sign_in.pause_first_s", "Lần chờ đầu tiên (sau đó gấp đôi)", "First pause (then doubled)", "", SECONDS),
    key("sign_in.pause_max_s", "Chờ lâu nhất", "Longest pause", "", SECONDS),
    key("sign_in.forget_after_s", "Đếm lại từ đầu sau", "Counted anew after", "", SECONDS),
    key("accounts.idle_days", "Đánh dấu tài khoản không dùng sau", "Flagged as idle after", "12.3, 19.4", DAYS),
    key("accounts.history_days", "Lịch sử đăng nhập được xem lại", "History of sign-ins shown", "12.6", DAYS),
    key("review.remind_days_before", "Nhắc trước hạn", "Reminders before the last day", "19.4", DAYS),
    key(
        "review.remind_overdue_every_days",
        "Quá hạn: nhắc lại mỗi (0: không nhắc)",
        "Overdue: again every (0: not any more)",
        "19.4",
        DAYS,
    ),
    key("review.days_default", "Thời hạn trả lời mặc định", "Time for answers if not said", "19.4", DAYS),
    key("tokens.days_default", "Thời hạn mặc định", "Life if not said", "12.3", DAYS),
    key("tokens.days_max", "Thời hạn dài nhất", "Longest life", "12.3", DAYS),
    key("sharing.four_eyes", "Cần người thứ hai xác nhận khi", "A second person confirms when", "7.4, 10.3", FOUR_EYES),
    key("sharing.warn_days", "Báo sắp hết hạn trước", "Coming end told before", "10.3", DAYS),
    key(
        "sharing.cross_scope_days_max",
        "Quyền ngoài phạm vi: dài nhất",
        "Rights beyond the own scope: at most",
        "10.3",
        DAYS,
    ),
    key("purpose.ask_always", "Luôn hỏi khi", "Always asked for", "6, 7, 23.3", Kind::Acts),
    key(
        "purpose.ask_outside_scope",
        "Hỏi khi camera ngoài phạm vi",
        "Asked for beyond the own scope",
        "6, 7, 23.3",
        Kind::Acts,
    ),
    key("audit.keep_months", "Giữ trong cơ sở dữ liệu", "Kept in the store", "12.6", MONTHS),
    key("audit.keep_months_min", "Giữ ít nhất", "Kept at least", "12.6", MONTHS),
    key(
        "audit.checkpoint_entries",
        "Lập điểm kiểm tra sau",
        "A checkpoint after",
        "12.6",
        Kind::Count("mục", "entries"),
    ),
    key("audit.checkpoint_s", "hoặc sau", "or after", "12.6", SECONDS),
    key(
        "duplicate_view.threshold",
        "Cần văn bản thống nhất khi vùng trùng chiếm từ",
        "Agreement needed when both see at least",
        "5.4, 13.1",
        Kind::Share,
    ),
    key(
        "completeness.confirmed_days",
        "Hồ sơ cũ nếu không được xác nhận trong",
        "Stale without a confirmation for",
        "5.6",
        DAYS,
    ),
    key("completeness.weights.*", "", "", "8", POINTS),
    key(
        "completeness.consent.document_type",
        "Văn bản đồng ý vị trí: loại văn bản",
        "Consent to the place: type of document",
        "15.1",
        Kind::Plain,
    ),
    key("completeness.consent.weight", "Văn bản đồng ý vị trí", "Consent to the place", "15.1", POINTS),
    key(
        "completeness.report.document_type",
        "Văn bản thông báo: loại văn bản",
        "Report to the department: type of document",
        "15.3, 15.4",
        Kind::Plain,
    ),
    key("completeness.report.weight", "Văn bản thông báo", "Report to the department", "15.3, 15.4", POINTS),
    key(
        "live.watermark",
        "Hiện tên người xem, đơn vị và giờ trên hình",
        "Name, unit of whoever watches and time over the picture",
        "12",
        Kind::YesNo,
    ),
    key("inbox.mode", "Danh sách được thả vào thư mục", "Lists that are dropped into it", "", INBOX),
];

/// The key of that place in the file.
pub fn of(path: &str) -> Option<&'static Key> {
    KEYS.iter().find(|k| match k.path.strip_suffix('*') {
        Some(table) => path.starts_with(table),
        None => k.path == path,
    })
}

impl Key {
    /// Its name.
    pub fn said(&self, path: &str) -> Said {
        if self.vi.is_empty() {
            audit_words::field_said(path.rsplit('.').next().unwrap_or(path))
        } else {
            Said::new(self.vi, self.en)
        }
    }

    /// A value as people read it, with its unit.
    pub fn value(&self, value: &Value) -> Said {
        let both = |text: String| Said::new(text.clone(), text);
        let plain = |v: &Value| v.as_str().map_or_else(|| v.to_string(), str::to_owned);
        let list = |each: &dyn Fn(&Value) -> Said| {
            let all: Vec<Said> = value.as_array().into_iter().flatten().map(each).collect();
            if all.is_empty() {
                return Said::new("không", "none");
            }
            let join = |of: fn(&Said) -> &str| all.iter().map(of).collect::<Vec<_>>().join(", ");
            Said::new(join(|s| &s.vi), join(|s| &s.en))
        };
        match self.kind {
            Kind::Plain => both(plain(value)),
            Kind::YesNo => match value.as_bool() {
                Some(true) => Said::new("có", "yes"),
                Some(false) => Said::new("không", "no"),
                None => both(plain(value)),
            },
            Kind::Count(vi, en) => {
                let n = match value.as_array() {
                    Some(all) => all.iter().map(plain).collect::<Vec<_>>().join(", "),
                    None => plain(value),
                };
                Said::new(format!("{n} {vi}"), format!("{n} {en}"))
            }
            Kind::Share => both(value.as_f64().map_or_else(|| plain(value), |x| format!("{:.0} %", x * 100.0))),
            Kind::Day => {
                let day = plain(value);
                both(day.parse::<CivilDate>().map_or(day, |d| d.strftime("%d/%m/%Y").to_string()))
            }
            Kind::Roles => list(&|v| v.as_str().and_then(Role::parse).map_or_else(|| both(plain(v)), Role::said)),
            Kind::Acts => list(&|v| v.as_str().and_then(Act::parse).map_or_else(|| both(plain(v)), Act::said)),
            Kind::Words(words) => {
                let word = |v: &Value| {
                    let found = words.iter().find(|w| Some(w.0) == v.as_str());
                    found.map_or_else(|| both(plain(v)), |w| Said::new(w.1, w.2))
                };
                if value.is_array() { list(&word) } else { word(value) }
            }
        }
    }
}
