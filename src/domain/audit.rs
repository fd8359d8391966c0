//! What is put on record (A12.6): who did what to which thing, when, from where, with the facts.
//!
//! Here: the entry, the names of the acts and their words. Not here: the chain of hashes (`store`), deciding when to
//! write (`ops`).

use crate::text;
use base::{AccountId, Said, WallTime, limits};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Who acted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Actor {
    /// A person or a program with an account.
    Account {
        /// Which.
        id: AccountId,
        /// Its sign-in name at that time.
        name: String,
    },
    /// Somebody who has not signed in (a failed sign-in).
    Visitor,
    /// The node itself.
    System,
    /// Whoever held the set-up token.
    Setup,
    /// The command line on the machine.
    Cli,
}

impl Actor {
    /// Name for showing and filtering: the sign-in name, or `visitor`, `system`, `setup`, `cli`.
    pub fn name(&self) -> &str {
        match self {
            Actor::Account { name, .. } => name,
            Actor::Visitor => "visitor",
            Actor::System => "system",
            Actor::Setup => "setup",
            Actor::Cli => "cli",
        }
    }
    /// Name for people.
    pub fn said(&self) -> Said {
        match self {
            Actor::Account { name, .. } => Said::new(name.clone(), name.clone()),
            Actor::Visitor => Said::new("chưa đăng nhập", "not signed in"),
            Actor::System => Said::new("hệ thống", "the system"),
            Actor::Setup => Said::new("thiết lập ban đầu", "set-up"),
            Actor::Cli => Said::new("dòng lệnh", "command line"),
        }
    }
}

/// What was acted on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// `camera`, `account`, `token`, `login_session`, `node`, `audit`.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Its name at that time.
    pub name: String,
}

impl Subject {
    /// A subject.
    pub fn new(kind: &str, id: impl ToString, name: impl Into<String>) -> Self {
        Self { kind: kind.to_owned(), id: id.to_string(), name: name.into() }
    }
}

/// An entry before the store has numbered and chained it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditDraft {
    /// Who.
    pub actor: Actor,
    /// What: a name of [`ACTS`].
    pub act: String,
    /// To what.
    pub subject: Option<Subject>,
    /// The rest, in text; each value is cut to [`limits::AUDIT_FACT_BYTES_MAX`].
    pub facts: BTreeMap<String, String>,
    /// From which network address.
    pub address: Option<String>,
}

impl AuditDraft {
    /// An entry without subject, facts and address.
    pub fn new(actor: Actor, act: &str) -> Self {
        Self { actor, act: act.to_owned(), subject: None, facts: BTreeMap::new(), address: None }
    }
    /// With a subject.
    pub fn on(mut self, subject: Subject) -> Self {
        self.subject = Some(subject);
        self
    }
    /// With a fact.
    pub fn fact(mut self, name: &str, value: impl AsRef<str>) -> Self {
        self.facts.insert(name.to_owned(), text::cut(value.as_ref(), limits::AUDIT_FACT_BYTES_MAX));
        self
    }
    /// With an address.
    pub fn from(mut self, address: Option<String>) -> Self {
        self.address = address;
        self
    }
}

/// An entry of the audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Number, from 1, without gaps.
    pub seq: u64,
    /// When.
    pub at: WallTime,
    /// Who.
    pub actor: Actor,
    /// What.
    pub act: String,
    /// To what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Subject>,
    /// The rest.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, String>,
    /// From which network address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Hash of the entry before, hex; zeros for the first.
    pub prev_hash: String,
    /// Hash of this entry and `prev_hash`, hex.
    pub hash: String,
}

/// Which entries are wanted; empty wants all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Part of the actor's name.
    pub who: Option<String>,
    /// An act, or a group of them (`camera` finds `camera.added`).
    pub act: Option<String>,
    /// Words that occur in actor, subject, facts or address, without diacritics.
    pub text: Option<String>,
    /// Not before.
    pub from: Option<WallTime>,
    /// Before.
    pub to: Option<WallTime>,
    /// Entries with a smaller number only (the cursor: newest first).
    pub before: Option<u64>,
    /// How many; cut to [`limits::PAGE_ROWS_MAX`].
    pub limit: Option<usize>,
}

impl AuditFilter {
    /// Does the entry fit (number and limit aside)?
    pub fn fits(&self, e: &AuditEntry) -> bool {
        let wanted = |t: &Option<String>| t.as_deref().map(text::fold).filter(|t| !t.is_empty());
        self.from.is_none_or(|from| e.at >= from)
            && self.to.is_none_or(|to| e.at < to)
            && self
                .act
                .as_deref()
                .filter(|a| !a.is_empty())
                .is_none_or(|a| e.act == a || e.act.strip_prefix(a).is_some_and(|rest| rest.starts_with('.')))
            && wanted(&self.who).is_none_or(|w| text::fold(e.actor.name()).contains(&w))
            && wanted(&self.text).is_none_or(|t| {
                let hay = e.haystack();
                t.split(' ').all(|word| hay.contains(word))
            })
    }
}

impl AuditEntry {
    fn haystack(&self) -> String {
        let mut all = format!("{} {}", self.actor.name(), self.address.as_deref().unwrap_or(""));
        if let Some(s) = &self.subject {
            all.push_str(&format!(" {} {} {}", s.kind, s.id, s.name));
        }
        for v in self.facts.values() {
            all.push(' ');
            all.push_str(v);
        }
        text::fold(&all)
    }
}

/// `old → new`, as facts show a change.
pub fn old_to_new(old: &str, new: &str) -> String {
    let half = limits::AUDIT_FACT_BYTES_MAX / 2 - 4;
    let shown = |t: &str| if t.is_empty() { "—".to_owned() } else { text::cut(t, half) };
    format!("{} → {}", shown(old), shown(new))
}

macro_rules! acts {
    ($($name:ident = $act:literal, $vi:literal, $en:literal;)+) => {
        $(#[doc = concat!("`", $act, "`: ", $en, ".")] pub const $name: &str = $act;)+
        /// Every act there is; names never change once released.
        pub const ACTS: &[&str] = &[$($act),+];
        fn words(act: &str) -> Option<Said> {
            match act { $($act => Some(Said::new($vi, $en)),)+ _ => None }
        }
    };
}

acts! {
    SETUP_TOKEN_ISSUED = "setup.token_issued", "Tạo địa chỉ thiết lập dùng một lần", "One-time set-up address made";
    SETUP_DONE = "setup.done", "Hoàn tất thiết lập ban đầu", "Set-up done";
    SIGN_IN_OK = "sign_in.ok", "Đăng nhập", "Signed in";
    SIGN_IN_FAILED = "sign_in.failed", "Đăng nhập không thành công", "Sign-in failed";
    SIGN_IN_LOCKED = "sign_in.locked", "Tạm khoá đăng nhập do sai nhiều lần", "Sign-in locked for a while after failures";
    SIGN_OUT = "sign_out", "Đăng xuất", "Signed out";
    SESSION_ENDED = "session.ended", "Kết thúc một phiên đăng nhập", "A sign-in was ended";
    PASSWORD_CHANGED = "password.changed", "Đổi mật khẩu", "Password changed";
    PREFERENCES_CHANGED = "preferences.changed", "Đổi ngôn ngữ hoặc giao diện", "Language or theme changed";
    ACCOUNT_ADDED = "account.added", "Thêm tài khoản", "Account added";
    ACCOUNT_CHANGED = "account.changed", "Sửa tài khoản", "Account changed";
    ACCOUNT_DISABLED = "account.disabled", "Tắt tài khoản", "Account disabled";
    ACCOUNT_ENABLED = "account.enabled", "Bật lại tài khoản", "Account enabled";
    ACCOUNT_PASSWORD_RESET = "account.password_reset", "Đặt lại mật khẩu tài khoản", "Account's password reset";
    TOKEN_ISSUED = "token.issued", "Tạo khoá truy cập", "Token issued";
    TOKEN_REVOKED = "token.revoked", "Thu hồi khoá truy cập", "Token revoked";
    CAMERA_ADDED = "camera.added", "Thêm camera", "Camera added";
    CAMERA_CHANGED = "camera.changed", "Sửa camera", "Camera changed";
    CAMERA_REMOVED = "camera.removed", "Gỡ bỏ camera", "Camera removed";
    VIEW_BEGAN = "view.began", "Bắt đầu xem trực tiếp", "Live view began";
    VIEW_ENDED = "view.ended", "Kết thúc xem trực tiếp", "Live view ended";
    ACCESS_REFUSED = "access.refused", "Từ chối quyền", "Access refused";
    AUDIT_READ = "audit.read", "Đọc nhật ký", "Audit read";
    AUDIT_EXPORTED = "audit.exported", "Xuất nhật ký", "Audit exported";
    AUDIT_VERIFIED = "audit.verified", "Kiểm tra tính toàn vẹn nhật ký", "Audit verified";
    NODE_CHANGED = "node.changed", "Sửa thiết lập của nút", "Node's settings changed";
    NODE_STARTED = "node.started", "Nút khởi động", "Node started";
    NODE_STOPPED = "node.stopped", "Nút dừng", "Node stopped";
}

/// An act's words for the page; an act of a newer program is shown by its name.
pub fn act_said(act: &str) -> Said {
    words(act).unwrap_or_else(|| Said::new(act, act))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_has_words() {
        for act in ACTS {
            let said = act_said(act);
            assert!(!said.vi.is_empty() && said.vi != *act && said.en != *act, "{act}");
        }
        assert_eq!(act_said("grant.given").vi, "grant.given");
    }

    #[test]
    fn facts_are_bounded() {
        let d = AuditDraft::new(Actor::System, NODE_STARTED).fact("x", "ẩ".repeat(9_999));
        assert!(d.facts["x"].len() <= limits::AUDIT_FACT_BYTES_MAX && d.facts["x"].ends_with('…'));
        assert!(old_to_new(&"é".repeat(9_999), &"x".repeat(9_999)).len() <= limits::AUDIT_FACT_BYTES_MAX);
    }

    #[test]
    fn the_filter_finds_what_a_person_means() {
        let e = AuditEntry {
            seq: 1,
            at: WallTime::from_unix_us(5),
            actor: Actor::Account { id: AccountId::from_parts(1, [0; 10]), name: "lan".into() },
            act: CAMERA_CHANGED.into(),
            subject: Some(Subject::new("camera", 7, "Nguyễn Huệ")),
            facts: BTreeMap::from([("name".into(), old_to_new("a", "b"))]),
            address: Some("10.0.0.9".into()),
            prev_hash: String::new(),
            hash: String::new(),
        };
        let f = AuditFilter::default;
        let some = |t: &str| Some(t.to_owned());
        assert!(f().fits(&e));
        assert!(AuditFilter { who: some("LAN"), act: some("camera"), text: some("huệ 10.0"), ..f() }.fits(&e));
        assert!(!AuditFilter { act: some("cam"), ..f() }.fits(&e));
        assert!(!AuditFilter { text: some("huệ xa"), ..f() }.fits(&e));
        assert!(!AuditFilter { from: Some(WallTime::from_unix_us(6)), ..f() }.fits(&e));
        assert!(!AuditFilter { to: Some(WallTime::from_unix_us(5)), ..f() }.fits(&e));
    }
}
