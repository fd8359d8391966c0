//! The presets (vai trò theo Quy chế): what each role may do at most, and which cameras are its own scope.
//!
//! One table, [`REACH`]: an act is never for a role, may be granted to it, or is its own within its own scope. The own scope
//! ([`Home`]) comes from the account's unit. Police cameras are in nobody's own scope (A7.4). Not here: the decision over a
//! camera (`standing`), what may be granted to whom (`giving`).

use crate::rights::{Act, Role};
use base::Said;

/// How far an act reaches for a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Not for this role, whatever is granted.
    Never,
    /// Only by a grant.
    Granted,
    /// In the role's own scope without more, elsewhere by a grant.
    Own,
}

/// The cameras that are a role's own scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// Every camera of the node.
    Node,
    /// Those in the area that the account's unit answers for, and below it (A7.3).
    Area,
    /// Those with a purpose of a sector of the account's unit (A7.2).
    Sectors,
    /// Those of the account's unit and of the units below it (A3.2, A22).
    Units,
    /// None: only what is granted.
    Nothing,
}

impl Home {
    /// In words, after "own scope:".
    pub fn said(self) -> Said {
        match self {
            Home::Node => Said::new("mọi camera của nút", "every camera of the node"),
            Home::Area => Said::new(
                "camera trên địa bàn mà đơn vị phụ trách, kể cả địa bàn cấp dưới",
                "cameras in the area that the unit answers for, and below it",
            ),
            Home::Sectors => Said::new(
                "camera có mục đích thuộc lĩnh vực của đơn vị",
                "cameras with a purpose of the unit's sectors",
            ),
            Home::Units => Said::new(
                "camera do đơn vị và các đơn vị trực thuộc quản lý",
                "cameras of the unit and of the units below it",
            ),
            Home::Nothing => Said::new("không có; chỉ theo quyền được cấp", "none; only what is granted"),
        }
    }
}

/// A preset.
#[derive(Clone, Copy, Debug)]
pub struct Preset {
    /// Which role.
    pub role: Role,
    /// Its own scope.
    pub home: Home,
    /// Must its accounts belong to a unit of the register?
    pub needs_unit: bool,
    /// Must every grant to it have an end?
    pub must_end: bool,
    /// Can a police camera be granted to it at all?
    pub police: bool,
    /// The article of Decision 01/2022/QĐ-UBND that it comes from.
    pub article: &'static str,
}

const fn preset(role: Role, home: Home, article: &'static str) -> Preset {
    let needs_unit = matches!(home, Home::Area | Home::Sectors | Home::Units);
    let must_end = matches!(role, Role::Inspector);
    let police = !matches!(role, Role::Investor | Role::Citizen);
    Preset { role, home, needs_unit, must_end, police, article }
}

/// All presets, in the order of [`Role::ALL`].
pub const PRESETS: [Preset; 11] = [
    preset(Role::Administrator, Home::Node, "12.2"),
    preset(Role::Operator, Home::Node, "12.3"),
    preset(Role::Viewer, Home::Node, "12.3"),
    preset(Role::CityCentre, Home::Node, "7.1"),
    preset(Role::SectorCentre, Home::Sectors, "7.2"),
    preset(Role::DistrictCentre, Home::Area, "7.3"),
    preset(Role::Unit, Home::Units, "22"),
    preset(Role::UnitAdministrator, Home::Units, "7.2"),
    preset(Role::Investor, Home::Units, "15.5"),
    preset(Role::Inspector, Home::Nothing, "12.3"),
    preset(Role::Citizen, Home::Nothing, "11"),
];

const N: Reach = Reach::Never;
const G: Reach = Reach::Granted;
const O: Reach = Reach::Own;

/// The table: acts down, roles across in the order of [`Role::ALL`].
#[rustfmt::skip]
pub const REACH: [(Act, [Reach; 11]); 18] = [
    //                       adm opr viw city sect dist unit uadm inv insp citz
    (Act::SeeCatalogue,     [O,  O,  O,  O,   O,   O,   O,   O,   O,  G,   G]),
    (Act::WatchLive,        [O,  O,  O,  O,   O,   O,   O,   O,   O,  G,   G]),
    (Act::EditCameras,      [O,  O,  N,  N,   N,   G,   O,   O,   O,  N,   N]),
    (Act::RemoveCameras,    [O,  N,  N,  N,   N,   N,   N,   O,   N,  N,   N]),
    (Act::Playback,         [O,  O,  N,  O,   O,   O,   O,   O,   G,  G,   N]),
    (Act::Snapshot,         [O,  O,  N,  O,   O,   O,   O,   O,   O,  G,   N]),
    (Act::Export,           [O,  N,  N,  O,   G,   O,   G,   O,   N,  N,   N]),
    (Act::Ptz,              [O,  O,  N,  O,   O,   O,   O,   O,   N,  N,   N]),
    (Act::Talk,             [O,  O,  N,  O,   G,   O,   O,   O,   N,  N,   N]),
    (Act::Share,            [O,  N,  N,  O,   G,   O,   N,   O,   N,  N,   N]),
    (Act::RequestRights,    [O,  O,  O,  O,   O,   O,   O,   O,   O,  O,   O]),
    (Act::ManageRegisters,  [O,  N,  N,  N,   N,   N,   N,   N,   N,  N,   N]),
    (Act::ManageAccounts,   [O,  N,  N,  N,   N,   N,   N,   O,   N,  N,   N]),
    (Act::ReadAudit,        [O,  N,  N,  N,   N,   N,   N,   N,   N,  N,   N]),
    (Act::ExportAudit,      [O,  N,  N,  N,   N,   N,   N,   N,   N,  N,   N]),
    (Act::ManageNode,       [O,  N,  N,  N,   N,   N,   N,   N,   N,  N,   N]),
    (Act::IssueTokens,      [O,  O,  N,  O,   O,   O,   N,   O,   N,  N,   N]),
    (Act::OwnAccount,       [O,  O,  O,  O,   O,   O,   O,   O,   O,  O,   O]),
];

/// The preset of a role.
pub fn of(role: Role) -> &'static Preset {
    static ALL: [Preset; 11] = PRESETS;
    &ALL[role as usize % ALL.len()]
}

/// How far an act reaches for a role.
pub fn reach(role: Role, act: Act) -> Reach {
    REACH[act as usize % REACH.len()].1[role as usize % PRESETS.len()]
}

/// Do accounts of that role learn who answers for which unit and where poles stand? Not those who have no cameras of their own.
pub fn learns_contacts(role: Role) -> bool {
    of(role).home != Home::Nothing
}

/// May an account of that role give this role to another (delegated administration, A7.2)? Never one that sees more cameras
/// or may do more than its own.
pub fn may_appoint(own: Role, other: Role) -> bool {
    match own {
        Role::Administrator => true,
        Role::UnitAdministrator => {
            matches!(other, Role::UnitAdministrator | Role::Unit | Role::Investor | Role::Citizen)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_in_the_order_of_their_types() {
        for (preset, role) in PRESETS.iter().zip(Role::ALL) {
            assert_eq!((preset.role, of(role).role), (role, role));
        }
        for ((act, _), expected) in REACH.iter().zip(Act::ALL) {
            assert_eq!(*act, expected);
        }
    }

    #[test]
    fn nobody_appoints_above_themselves() {
        for own in Role::ALL {
            for other in Role::ALL.into_iter().filter(|r| may_appoint(own, *r)) {
                for act in Act::ALL {
                    assert!(reach(other, act) <= reach(own, act), "{own:?} gives {other:?} more: {act:?}");
                }
            }
        }
    }
}
