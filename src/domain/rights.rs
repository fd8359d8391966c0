//! Roles and acts by their names, and the refusal that says what to do next.
//!
//! Not here: what a role may do (`presets`), the decision over a camera (`standing`), the table that a department signs
//! (`rights_table`), who has which role (`account`), withdrawing what is in force (`ops`).

use crate::presets::{self, Reach};
use base::Said;
use serde::{Deserialize, Serialize};

/// What an account is for: a preset of the regulation, or an office of the node. What each may do stands in
/// [`crate::presets`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Quản trị: answers for the node.
    Administrator,
    /// Vận hành: watches, and keeps the catalogue.
    Operator,
    /// Người xem: watches.
    Viewer,
    /// Trung tâm điều hành đô thị thông minh (A7.1).
    CityCentre,
    /// Trung tâm điều hành ngành, lĩnh vực (A7.2).
    SectorCentre,
    /// Trung tâm điều hành, chỉ huy quận, huyện (A7.3).
    DistrictCentre,
    /// Đơn vị quản lý hệ thống camera (A22).
    Unit,
    /// Quản trị đơn vị: delegated administration inside a unit (A7.2).
    UnitAdministrator,
    /// Chủ đầu tư (A15.5).
    Investor,
    /// Kiểm tra, thanh tra: reads only, for a limited time.
    Inspector,
    /// Người dân (A11).
    Citizen,
}

impl Role {
    /// All: the offices of the node, highest first, then the regulation's presets.
    pub const ALL: [Role; 11] = [
        Role::Administrator,
        Role::Operator,
        Role::Viewer,
        Role::CityCentre,
        Role::SectorCentre,
        Role::DistrictCentre,
        Role::Unit,
        Role::UnitAdministrator,
        Role::Investor,
        Role::Inspector,
        Role::Citizen,
    ];

    /// `"administrator"`, `"district_centre"` …: as stored, in forms and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Administrator => "administrator",
            Role::Operator => "operator",
            Role::Viewer => "viewer",
            Role::CityCentre => "city_centre",
            Role::SectorCentre => "sector_centre",
            Role::DistrictCentre => "district_centre",
            Role::Unit => "unit",
            Role::UnitAdministrator => "unit_administrator",
            Role::Investor => "investor",
            Role::Inspector => "inspector",
            Role::Citizen => "citizen",
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
            Role::CityCentre => Said::new("Trung tâm điều hành đô thị thông minh", "City operations centre"),
            Role::SectorCentre => Said::new("Trung tâm điều hành ngành, lĩnh vực", "Sector centre"),
            Role::DistrictCentre => Said::new("Trung tâm điều hành quận, huyện", "District centre"),
            Role::Unit => Said::new("Đơn vị quản lý hệ thống camera", "Managing unit"),
            Role::UnitAdministrator => Said::new("Quản trị đơn vị", "Unit administrator"),
            Role::Investor => Said::new("Chủ đầu tư", "Investor"),
            Role::Inspector => Said::new("Kiểm tra, thanh tra", "Inspector"),
            Role::Citizen => Said::new("Người dân", "Citizen"),
        }
    }
}

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// See the list of cameras and their state.
    SeeCatalogue,
    /// Watch live pictures.
    WatchLive,
    /// Probe, add and change cameras; see their addresses.
    EditCameras,
    /// Remove cameras.
    RemoveCameras,
    /// Watch recordings.
    Playback,
    /// Take single pictures.
    Snapshot,
    /// Take recordings out (trích xuất).
    Export,
    /// Steer the camera (PTZ).
    Ptz,
    /// Speak through the camera.
    Talk,
    /// Give others rights on cameras; decide requests.
    Share,
    /// Ask for rights.
    RequestRights,
    /// Keep areas, units and registers.
    ManageRegisters,
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
    pub const ALL: [Act; 18] = [
        Act::SeeCatalogue,
        Act::WatchLive,
        Act::EditCameras,
        Act::RemoveCameras,
        Act::Playback,
        Act::Snapshot,
        Act::Export,
        Act::Ptz,
        Act::Talk,
        Act::Share,
        Act::RequestRights,
        Act::ManageRegisters,
        Act::ManageAccounts,
        Act::ReadAudit,
        Act::ExportAudit,
        Act::ManageNode,
        Act::IssueTokens,
        Act::OwnAccount,
    ];

    /// Acts on a camera: these can be granted. All others are on the node as a whole.
    pub const ON_CAMERAS: [Act; 10] = [
        Act::SeeCatalogue,
        Act::WatchLive,
        Act::EditCameras,
        Act::RemoveCameras,
        Act::Playback,
        Act::Snapshot,
        Act::Export,
        Act::Ptz,
        Act::Talk,
        Act::Share,
    ];

    /// Is it done to a camera?
    pub fn on_camera(self) -> bool {
        Act::ON_CAMERAS.contains(&self)
    }

    /// Reads [`Act::as_str`].
    pub fn parse(s: &str) -> Option<Act> {
        Act::ALL.into_iter().find(|a| a.as_str() == s)
    }

    /// Stable name, as audit entries carry it.
    pub fn as_str(self) -> &'static str {
        match self {
            Act::SeeCatalogue => "see_catalogue",
            Act::WatchLive => "watch_live",
            Act::EditCameras => "edit_cameras",
            Act::RemoveCameras => "remove_cameras",
            Act::Playback => "playback",
            Act::Snapshot => "snapshot",
            Act::Export => "export",
            Act::Ptz => "ptz",
            Act::Talk => "talk",
            Act::Share => "share",
            Act::RequestRights => "request_rights",
            Act::ManageRegisters => "manage_registers",
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
            Act::Playback => Said::new("xem lại hình đã ghi", "watch recordings"),
            Act::Snapshot => Said::new("chụp ảnh từ camera", "take single pictures"),
            Act::Export => Said::new("trích xuất dữ liệu đã ghi", "export recordings"),
            Act::Ptz => Said::new("điều khiển camera (PTZ)", "steer the camera (PTZ)"),
            Act::Talk => Said::new("nói qua loa của camera", "speak through the camera"),
            Act::Share => Said::new("cấp quyền trên camera", "give rights on cameras"),
            Act::RequestRights => Said::new("đề nghị cấp quyền", "ask for rights"),
            Act::ManageRegisters => Said::new("quản lý địa bàn, đơn vị và danh mục", "keep areas, units and registers"),
            Act::ManageAccounts => Said::new("quản lý tài khoản", "manage accounts"),
            Act::ReadAudit => Said::new("đọc nhật ký", "read the audit"),
            Act::ExportAudit => Said::new("xuất nhật ký", "export the audit"),
            Act::ManageNode => Said::new("thay đổi thiết lập của nút", "change the node's settings"),
            Act::IssueTokens => Said::new("tạo mã truy cập cho chương trình", "issue tokens for programs"),
            Act::OwnAccount => Said::new("quản lý tài khoản của chính mình", "manage one's own account"),
        }
    }

    /// The article of Decision 01/2022/QĐ-UBND that asks for this right to be given by task.
    pub fn article(self) -> Option<&'static str> {
        match self {
            Act::SeeCatalogue | Act::WatchLive | Act::Playback | Act::Snapshot => Some("7"),
            Act::Export => Some("23.3"),
            Act::Ptz | Act::Talk => Some("9.3"),
            Act::Share | Act::RequestRights => Some("10.3"),
            Act::ManageRegisters => Some("7.5"),
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

/// May an account of this role do that at all? For an act on cameras this only says that there may be cameras with which it
/// may; which ones, [`crate::standing`] knows.
pub fn decide(role: Role, act: Act) -> Decision {
    if presets::reach(role, act) > Reach::Never {
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
            "Mật khẩu của bạn đã đến hạn phải đổi; trước khi đổi, các chức năng khác tạm khóa.",
            "Your password is due for a change; until then everything else is closed.",
        ),
        who_can_help: Said::new(
            "Hãy đổi mật khẩu ở trang Tài khoản. Nếu không nhớ mật khẩu, hãy đề nghị quản trị viên của nút đặt lại.",
            "Change it on the Account page. If you do not know it, ask the node's administrator to reset it.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
