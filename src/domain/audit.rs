//! What is put on record (A12.6): who did what to which thing, when, from where, with the facts.
//!
//! Here: the entry, the names of the acts and their words. Not here: the chain of hashes (`store`), deciding when to
//! write (`ops`).

use crate::changes::Changes;
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
    /// What else it concerns (the camera of a grant, the account of a token): found by these as by the subject. At most
    /// [`limits::AUDIT_SUBJECTS_MAX`]; further ones are left out.
    pub also: Vec<Subject>,
    /// What was changed, field by field with old and new value. Every change of a record fills this.
    pub changes: Changes,
    /// The rest, in text; each value is cut to [`limits::AUDIT_FACT_BYTES_MAX`].
    pub facts: BTreeMap<String, String>,
    /// From which network address.
    pub address: Option<String>,
}

impl AuditDraft {
    /// An entry without subject, facts and address.
    pub fn new(actor: Actor, act: &str) -> Self {
        let (also, changes, facts) = (Vec::new(), Changes::none(), BTreeMap::new());
        Self { actor, act: act.to_owned(), subject: None, also, changes, facts, address: None }
    }
    /// With a subject.
    pub fn on(mut self, subject: Subject) -> Self {
        self.subject = Some(subject);
        self
    }
    /// With something else that it concerns.
    pub fn also(mut self, subject: Subject) -> Self {
        self.also.push(subject);
        self
    }
    /// With a field's old and new value; nothing if they are the same. An empty value is none.
    pub fn change(mut self, field: &str, old: Option<&str>, new: Option<&str>) -> Self {
        self.changes.note(field, old, new);
        self
    }
    /// With a changed secret: named, not told.
    pub fn change_secret(mut self, field: &str) -> Self {
        self.changes.note_secret(field);
        self
    }
    /// With all these changes.
    pub fn changes(mut self, changes: Changes) -> Self {
        self.changes = self.changes.and(changes);
        self
    }
    /// With all that differs between two states of a record ([`Changes::between`]): added if there was none before,
    /// removed if there is none after.
    pub fn differences<T: Serialize>(self, old: Option<&T>, new: Option<&T>) -> Self {
        self.changes(Changes::between(old, new))
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
    /// What else it concerns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Subject>,
    /// What was changed, with old and new values.
    #[serde(default, skip_serializing_if = "Changes::is_empty")]
    pub changes: Changes,
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
    /// What it was done to, or what else it concerns: an id, or how a name (a camera's code) begins.
    pub subject: Option<String>,
    /// Kind of that subject (`camera`).
    pub kind: Option<String>,
    /// Words that occur in actor, subjects, changes, facts or address, without diacritics.
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
            && self.subject.as_deref().filter(|s| !s.trim().is_empty()).is_none_or(|wanted| {
                let folded = text::fold(wanted);
                e.subjects().any(|s| {
                    self.kind.as_ref().is_none_or(|k| *k == s.kind)
                        && (s.id == wanted || text::fold(&s.name).starts_with(&folded))
                })
            })
            && wanted(&self.text).is_none_or(|t| {
                let hay = e.haystack();
                t.split(' ').all(|word| hay.contains(word))
            })
    }
}

impl AuditEntry {
    /// All that the entry concerns, its subject first.
    pub fn subjects(&self) -> impl Iterator<Item = &Subject> {
        self.subject.iter().chain(&self.also)
    }

    fn haystack(&self) -> String {
        let mut all = format!("{} {}", self.actor.name(), self.address.as_deref().unwrap_or(""));
        for s in self.subjects() {
            all.push_str(&format!(" {} {} {}", s.kind, s.id, s.name));
        }
        for v in self.changes.0.values().flat_map(|c| [&c.old, &c.new]).flatten() {
            all.push(' ');
            all.push_str(v);
        }
        for v in self.facts.values() {
            all.push(' ');
            all.push_str(v);
        }
        text::fold(&all)
    }
}

/// `old → new` in one line, for facts that are not a record's fields. Changes of records go into
/// [`AuditDraft::changes`].
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
    SIGN_IN_LOCKED = "sign_in.locked", "Tạm khóa đăng nhập do sai nhiều lần", "Sign-in locked for a while after failures";
    SIGN_OUT = "sign_out", "Đăng xuất", "Signed out";
    SESSION_ENDED = "session.ended", "Kết thúc một phiên đăng nhập", "A sign-in was ended";
    PASSWORD_CHANGED = "password.changed", "Đổi mật khẩu", "Password changed";
    PREFERENCES_CHANGED = "preferences.changed", "Đổi ngôn ngữ hoặc giao diện", "Language or theme changed";
    ACCOUNT_ADDED = "account.added", "Thêm tài khoản", "Account added";
    ACCOUNT_CHANGED = "account.changed", "Sửa tài khoản", "Account changed";
    ACCOUNT_DISABLED = "account.disabled", "Khóa tài khoản", "Account disabled";
    ACCOUNT_ENABLED = "account.enabled", "Mở khóa tài khoản", "Account enabled";
    ACCOUNT_PASSWORD_RESET = "account.password_reset", "Đặt lại mật khẩu tài khoản", "Account's password reset";
    SIGN_IN_CODE_ASKED = "sign_in.code_asked", "Đúng mật khẩu, chờ mã xác thực", "Password right, code of the second factor asked";
    SIGN_IN_NEW_NETWORK = "sign_in.new_network", "Đăng nhập từ mạng mới", "Signed in from a new network";
    SIGN_IN_NETWORKS_CHANGED = "sign_in.networks_changed", "Đổi các mạng được phép đăng nhập", "Networks for signing in changed";
    SECOND_FACTOR_SET = "second_factor.set", "Thiết lập xác thực hai bước", "Second factor set up";
    SECOND_FACTOR_REMOVED = "second_factor.removed", "Tắt xác thực hai bước", "Second factor removed";
    SECOND_FACTOR_RESET = "second_factor.reset", "Quản trị viên đặt lại xác thực hai bước", "Second factor reset by an administrator";
    RECOVERY_CODES_RENEWED = "second_factor.codes_renewed", "Tạo lại mã khôi phục", "Recovery codes renewed";
    REVIEW_STARTED = "review.started", "Mở đợt rà soát tài khoản", "Review of accounts started";
    REVIEW_ANSWERED = "review.answered", "Trả lời rà soát tài khoản", "Account reviewed";
    REVIEW_REMINDED = "review.reminded", "Nhắc rà soát tài khoản", "Reviewers reminded";
    REVIEW_CLOSED = "review.closed", "Đóng đợt rà soát tài khoản", "Review of accounts closed";
    REVIEW_EXPORTED = "review.exported", "Xuất kết quả rà soát tài khoản", "Result of a review exported";
    ACCOUNTS_EXPORTED = "account.exported", "Xuất danh sách tài khoản", "List of accounts exported";
    TOKEN_ISSUED = "token.issued", "Tạo mã truy cập", "Token issued";
    TOKEN_REVOKED = "token.revoked", "Thu hồi mã truy cập", "Token revoked";
    CAMERA_ADDED = "camera.added", "Thêm camera", "Camera added";
    CAMERA_CHANGED = "camera.changed", "Sửa camera", "Camera changed";
    CAMERA_REMOVED = "camera.removed", "Gỡ bỏ camera", "Camera removed";
    CAMERA_CONFIRMED = "camera.confirmed", "Xác nhận thông tin camera còn đúng", "Camera's record confirmed";
    CAMERA_DEVICE_REPLACED = "camera.device_replaced", "Thay thiết bị camera", "Camera's device replaced";
    DOCUMENT_ADDED = "document.added", "Thêm văn bản", "Document added";
    DOCUMENT_CHANGED = "document.changed", "Sửa văn bản", "Document changed";
    DOCUMENT_REMOVED = "document.removed", "Gỡ bỏ văn bản", "Document removed";
    DOCUMENT_READ = "document.read", "Tải tệp của văn bản", "Document's file taken out";
    ASSET_ADDED = "asset.added", "Thêm trụ, tủ", "Mounting asset added";
    ASSET_CHANGED = "asset.changed", "Sửa trụ, tủ", "Mounting asset changed";
    ASSET_REMOVED = "asset.removed", "Gỡ bỏ trụ, tủ", "Mounting asset removed";
    CAMERAS_EXPORTED = "camera.exported", "Xuất danh sách camera", "List of cameras exported";
    IMPORT_RECEIVED = "import.received", "Nhận danh sách camera để nhập", "List of cameras received";
    IMPORT_UNREADABLE = "import.unreadable", "Danh sách camera không đọc được", "List of cameras could not be read";
    IMPORT_APPLIED = "import.applied", "Nhập danh sách camera", "List of cameras imported";
    IMPORT_UNDONE = "import.undone", "Hoàn tác việc nhập danh sách camera", "Import of a list undone";
    IMPORT_CANCELLED = "import.cancelled", "Hủy việc nhập danh sách camera", "Import of a list cancelled";
    BULK_PREPARED = "bulk.prepared", "Chuẩn bị sửa hàng loạt camera", "Change of many cameras prepared";
    BULK_APPLIED = "bulk.applied", "Sửa hàng loạt camera", "Many cameras changed at once";
    BULK_UNDONE = "bulk.undone", "Hoàn tác việc sửa hàng loạt camera", "Change of many cameras undone";
    REGISTERS_SHIPPED = "registers.shipped", "Nạp danh mục đi kèm chương trình", "Shipped registers taken over";
    AREA_ADDED = "area.added", "Thêm địa bàn", "Area added";
    AREA_CHANGED = "area.changed", "Sửa địa bàn", "Area changed";
    AREA_ENDED = "area.ended", "Kết thúc địa bàn", "Area ended";
    AREA_HANDED_OVER = "area.handed_over", "Bàn giao địa bàn", "Area handed over";
    AREA_HANDOVER_UNDONE = "area.handover_undone", "Hoàn tác bàn giao địa bàn", "Handover of an area undone";
    AREA_HANDOVER_CONFIRMED = "area.handover_confirmed", "Xác nhận bàn giao địa bàn", "Handover of an area confirmed";
    UNIT_ADDED = "unit.added", "Thêm đơn vị", "Unit added";
    UNIT_CHANGED = "unit.changed", "Sửa đơn vị", "Unit changed";
    UNIT_ENDED = "unit.ended", "Kết thúc đơn vị", "Unit ended";
    ITEM_ADDED = "register.item_added", "Thêm mục danh mục", "Entry of a register added";
    ITEM_CHANGED = "register.item_changed", "Sửa mục danh mục", "Entry of a register changed";
    ITEM_ENDED = "register.item_ended", "Kết thúc mục danh mục", "Entry of a register ended";
    CAMERAS_PLACED = "camera.placed", "Gắn camera vào danh mục địa bàn, đơn vị", "Cameras tied to the registers of areas and units";
    VIEW_BEGAN = "view.began", "Bắt đầu xem trực tiếp", "Live view began";
    VIEW_ENDED = "view.ended", "Kết thúc xem trực tiếp", "Live view ended";
    SNAPSHOT_TAKEN = "snapshot.taken", "Chụp ảnh từ camera", "Single picture taken from a camera";
    CAMERA_LIST_ADDED = "camera_list.added", "Lưu danh sách camera", "List of cameras saved";
    CAMERA_LIST_CHANGED = "camera_list.changed", "Sửa danh sách camera", "List of cameras changed";
    CAMERA_LIST_REMOVED = "camera_list.removed", "Xóa danh sách camera", "List of cameras removed";
    LAYOUT_ADDED = "layout.added", "Lưu bố cục xem trực tiếp", "Layout of live pictures saved";
    LAYOUT_CHANGED = "layout.changed", "Sửa bố cục xem trực tiếp", "Layout of live pictures changed";
    LAYOUT_REMOVED = "layout.removed", "Xóa bố cục xem trực tiếp", "Layout of live pictures removed";
    GRANT_GIVEN = "grant.given", "Cấp quyền trên camera", "Right on cameras given";
    GRANT_CONFIRMED = "grant.confirmed", "Xác nhận quyền được cấp (người thứ hai)", "Given right confirmed by a second person";
    GRANT_FOUNDED = "grant.founded", "Lập quyền ban đầu cho camera chuyên dụng của Công an", "First right on a police camera made";
    GRANT_NARROWED = "grant.narrowed", "Thu hẹp quyền được cấp", "Given right narrowed";
    GRANT_ENDED = "grant.ended", "Kết thúc quyền được cấp", "Given right ended";
    GRANT_EXPIRING = "grant.expiring", "Quyền được cấp sắp hết hạn", "Given right about to end";
    GRANT_EXPIRED = "grant.expired", "Quyền được cấp hết hạn", "Given right has run out";
    DOCUMENT_WITHDRAWN = "document.withdrawn", "Thu hồi hiệu lực của văn bản", "Paper no longer good";
    REQUEST_MADE = "request.made", "Đề nghị cấp quyền", "Right asked for";
    REQUEST_WITHDRAWN = "request.withdrawn", "Rút đề nghị cấp quyền", "Request withdrawn";
    REQUEST_APPROVED = "request.approved", "Duyệt đề nghị cấp quyền", "Request approved";
    REQUEST_REFUSED = "request.refused", "Từ chối đề nghị cấp quyền", "Request refused";
    ACCESS_REFUSED = "access.refused", "Từ chối quyền", "Access refused";
    AUDIT_READ = "audit.read", "Đọc nhật ký", "Audit read";
    AUDIT_EXPORTED = "audit.exported", "Xuất nhật ký", "Audit exported";
    AUDIT_ARCHIVED = "audit.archived", "Chuyển nhật ký cũ vào tệp lưu trữ", "Old entries moved into the archive";
    AUDIT_VERIFIED = "audit.verified", "Kiểm tra tính toàn vẹn nhật ký", "Audit verified";
    NODE_CHANGED = "node.changed", "Sửa thiết lập của nút", "Node's settings changed";
    POLICY_CHANGED = "node.policy_changed", "Chính sách của nút thay đổi", "Node's policy changed";
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
        assert_eq!(act_said("of.tomorrow").vi, "of.tomorrow");
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
            also: vec![Subject::new("account", 9, "minh")],
            changes: {
                let mut c = Changes::none();
                c.note("name", Some("Chợ Cũ"), Some("Chợ Mới"));
                c
            },
            facts: BTreeMap::from([("reason".into(), old_to_new("a", "b"))]),
            address: Some("10.0.0.9".into()),
            prev_hash: String::new(),
            hash: String::new(),
        };
        let f = AuditFilter::default;
        let some = |t: &str| Some(t.to_owned());
        assert!(f().fits(&e));
        assert!(AuditFilter { who: some("LAN"), act: some("camera"), text: some("huệ 10.0"), ..f() }.fits(&e));
        assert!(AuditFilter { text: some("cho cu moi"), ..f() }.fits(&e));
        assert!(!AuditFilter { act: some("cam"), ..f() }.fits(&e));
        for (subject, kind, fits) in [
            ("7", None, true),
            ("nguyen", Some("camera"), true),
            ("Nguyễn", Some("account"), false),
            ("minh", None, true),
            ("9", Some("account"), true),
            ("hue", None, false),
        ] {
            let f = AuditFilter { subject: some(subject), kind: kind.map(str::to_owned), ..f() };
            assert_eq!(f.fits(&e), fits, "{f:?}");
        }
        assert!(!AuditFilter { text: some("huệ xa"), ..f() }.fits(&e));
        assert!(!AuditFilter { from: Some(WallTime::from_unix_us(6)), ..f() }.fits(&e));
        assert!(!AuditFilter { to: Some(WallTime::from_unix_us(5)), ..f() }.fits(&e));
    }
}
