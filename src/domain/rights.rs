//! Who may do what: one table of role × act, and the refusal that says what to do next.
//!
//! The table is printed to `golden/rights.txt`, which a department can read and sign; a test compares the two. Not here:
//! who has which role (`account`), withdrawing what is in force (`ops`).

use base::Said;
use serde::{Deserialize, Serialize};

/// What an account is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Quản trị: answers for the node.
    Administrator,
    /// Vận hành: watches, and keeps the catalogue.
    Operator,
    /// Người xem: watches.
    Viewer,
}

impl Role {
    /// All, highest first.
    pub const ALL: [Role; 3] = [Role::Administrator, Role::Operator, Role::Viewer];

    /// `"administrator"`, `"operator"`, `"viewer"`: as stored, in forms and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Administrator => "administrator",
            Role::Operator => "operator",
            Role::Viewer => "viewer",
        }
    }
    /// Reads [`Role::as_str`].
    pub fn parse(s: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|r| r.as_str() == s)
    }
    /// The role's name for people.
    pub fn said(self) -> Said {
        match self {
            Role::Administrator => Said::new("Quản trị", "Administrator"),
            Role::Operator => Said::new("Vận hành", "Operator"),
            Role::Viewer => Said::new("Người xem", "Viewer"),
        }
    }
}

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// See the list of cameras and their state.
    SeeCatalogue,
    /// Watch live pictures.
    WatchLive,
    /// Probe, add and change cameras; see their addresses.
    EditCameras,
    /// Remove cameras.
    RemoveCameras,
    /// Add, change, disable accounts.
    ManageAccounts,
    /// Read and verify the audit.
    ReadAudit,
    /// Take the audit out as a file.
    ExportAudit,
    /// Change the node's name, area and language.
    ManageNode,
    /// Issue bearer tokens to oneself.
    IssueTokens,
    /// One's own password, language, sign-ins; revoke one's own tokens.
    OwnAccount,
}

impl Act {
    /// All, in the order of the table.
    pub const ALL: [Act; 10] = [
        Act::SeeCatalogue,
        Act::WatchLive,
        Act::EditCameras,
        Act::RemoveCameras,
        Act::ManageAccounts,
        Act::ReadAudit,
        Act::ExportAudit,
        Act::ManageNode,
        Act::IssueTokens,
        Act::OwnAccount,
    ];

    /// Stable name, as audit entries carry it.
    pub fn as_str(self) -> &'static str {
        match self {
            Act::SeeCatalogue => "see_catalogue",
            Act::WatchLive => "watch_live",
            Act::EditCameras => "edit_cameras",
            Act::RemoveCameras => "remove_cameras",
            Act::ManageAccounts => "manage_accounts",
            Act::ReadAudit => "read_audit",
            Act::ExportAudit => "export_audit",
            Act::ManageNode => "manage_node",
            Act::IssueTokens => "issue_tokens",
            Act::OwnAccount => "own_account",
        }
    }

    /// What it is, in words that fit after "may".
    pub fn said(self) -> Said {
        match self {
            Act::SeeCatalogue => Said::new("xem danh mục camera", "see the catalogue of cameras"),
            Act::WatchLive => Said::new("xem hình trực tiếp", "watch live pictures"),
            Act::EditCameras => Said::new("thêm và sửa camera", "add and change cameras"),
            Act::RemoveCameras => Said::new("gỡ bỏ camera", "remove cameras"),
            Act::ManageAccounts => Said::new("quản lý tài khoản", "manage accounts"),
            Act::ReadAudit => Said::new("đọc nhật ký", "read the audit"),
            Act::ExportAudit => Said::new("xuất nhật ký", "export the audit"),
            Act::ManageNode => Said::new("thay đổi thiết lập của nút", "change the node's settings"),
            Act::IssueTokens => Said::new("tạo khoá truy cập cho chương trình", "issue tokens for programs"),
            Act::OwnAccount => Said::new("quản lý tài khoản của chính mình", "manage one's own account"),
        }
    }

    /// The article of Decision 01/2022/QĐ-UBND that asks for this right to be given by task.
    pub fn article(self) -> Option<&'static str> {
        match self {
            Act::SeeCatalogue | Act::WatchLive => Some("7"),
            Act::EditCameras | Act::RemoveCameras => Some("9.1"),
            Act::ManageAccounts | Act::IssueTokens | Act::OwnAccount => Some("12.3"),
            Act::ReadAudit | Act::ExportAudit => Some("12.6"),
            Act::ManageNode => None,
        }
    }
}

/// A "no" that names its rule and says what to do next. A value, not an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Article of the regulation, for example `"10.3"`, if one stands behind it.
    pub article: Option<&'static str>,
    /// What was refused and by which rule.
    pub said: Said,
    /// What to do next: who can help.
    pub who_can_help: Said,
}

/// Yes, or no with the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Go on.
    Allowed,
    /// Not with this right.
    Refused(Refusal),
}

impl Decision {
    /// Is it a yes?
    pub fn allowed(&self) -> bool {
        matches!(self, Decision::Allowed)
    }
}

/// The table.
fn may(role: Role, act: Act) -> bool {
    match act {
        Act::SeeCatalogue | Act::WatchLive | Act::OwnAccount => true,
        Act::EditCameras | Act::IssueTokens => matches!(role, Role::Administrator | Role::Operator),
        Act::RemoveCameras | Act::ManageAccounts | Act::ReadAudit | Act::ExportAudit | Act::ManageNode => {
            role == Role::Administrator
        }
    }
}

/// May an account of this role do that?
pub fn decide(role: Role, act: Act) -> Decision {
    if may(role, act) {
        return Decision::Allowed;
    }
    let (role, what) = (role.said(), act.said());
    Decision::Refused(Refusal {
        article: act.article(),
        said: Said::new(
            format!("Vai trò “{}” của bạn không có quyền {}.", role.vi, what.vi),
            format!("Your role “{}” has no right to {}.", role.en, what.en),
        ),
        who_can_help: ask_administrator(),
    })
}

/// The usual next step after a refusal.
pub fn ask_administrator() -> Said {
    Said::new(
        "Nếu công việc của bạn cần quyền này, hãy đề nghị quản trị viên của nút cấp vai trò phù hợp.",
        "If your task needs this right, ask the node's administrator for a fitting role.",
    )
}

/// The refusal for an account whose password must be changed first (A12.3).
pub fn password_due() -> Refusal {
    Refusal {
        article: Some("12.3"),
        said: Said::new(
            "Mật khẩu của bạn đã đến hạn phải đổi; trước khi đổi, các chức năng khác tạm khoá.",
            "Your password is due for a change; until then everything else is closed.",
        ),
        who_can_help: Said::new(
            "Hãy đổi mật khẩu ở trang Tài khoản. Nếu không nhớ mật khẩu, hãy đề nghị quản trị viên của nút đặt lại.",
            "Change it on the Account page. If you do not know it, ask the node's administrator to reset it.",
        ),
    }
}

/// The table as text, for `golden/rights.txt`.
pub fn table() -> String {
    let mut out = String::from("# Quyền theo vai trò / Rights by role; article: of Decision 01/2022/QĐ-UBND\n\n");
    out.push_str("act             | article | administrator | operator | viewer | nghĩa / meaning\n");
    for act in Act::ALL {
        let [a, o, v] = Role::ALL.map(|role| if may(role, act) { "yes" } else { "-" });
        let (name, article, said) = (act.as_str(), act.article().unwrap_or("-"), act.said());
        out.push_str(&format!("{name:<15} | {article:<7} | {a:<13} | {o:<8} | {v:<6} | {} / {}\n", said.vi, said.en));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_signed_one() {
        let signed = include_str!("golden/rights.txt");
        assert_eq!(table(), signed, "the rights differ from golden/rights.txt; a change of rights is a decision");
    }

    #[test]
    fn a_refusal_says_what_to_do() {
        let Decision::Refused(r) = decide(Role::Viewer, Act::ReadAudit) else { panic!("a viewer reads no audit") };
        assert!(r.said.vi.contains("Người xem") && r.said.en.contains("read the audit"));
        assert!(r.who_can_help.en.contains("administrator"));
        assert_eq!(r.article, Some("12.6"));
    }

    #[test]
    fn roles_read_back() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
        assert_eq!(Role::parse("root"), None);
    }
}
