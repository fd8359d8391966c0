//! The table that a department signs: preset × act × kind of camera.
//!
//! Every cell is asked of the rules themselves (`standing`, `giving`) with a small made-up city, so that the table cannot say
//! anything else than what the node does. `golden/rights.txt` is the signed one; a test compares. The page of the table shows
//! the same cells.

use crate::giving::{Giving, GrantDraft, HolderSide, NotGiven, SharingPolicy, decide_grant};
use crate::presets::{self, Home, Reach};
use crate::rights::{Act, Role};
use crate::standing::{Given, Standing};
use crate::{Camera, CameraFacts, Extra, Grant, Holder, Scope, Times, Transport, Trees, UnitPlace};
use base::{AccountId, AreaId, CameraId, GrantId, Said, UnitId, WallTime};
use std::sync::Arc;
use std::time::Duration;

/// The kinds of camera, in the order of the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// In the own scope.
    Own,
    /// Beyond it, with a grant that has consent and end.
    Granted,
    /// Beyond it, with a grant without consent.
    GrantedWithoutConsent,
    /// Beyond it, without a grant.
    Foreign,
    /// A police camera, with a grant that names it.
    PoliceNamed,
    /// A police camera, with grants that do not name it.
    Police,
}

impl Kind {
    /// All, in the order of the columns.
    pub const ALL: [Kind; 6] =
        [Kind::Own, Kind::Granted, Kind::GrantedWithoutConsent, Kind::Foreign, Kind::PoliceNamed, Kind::Police];

    /// The head of the column.
    pub fn said(self) -> Said {
        match self {
            Kind::Own => Said::new("trong phạm vi của mình", "in the own scope"),
            Kind::Granted => Said::new(
                "ngoài phạm vi, được cấp quyền có văn bản đồng ý và thời hạn (10.3)",
                "beyond it, granted with written consent and an end (10.3)",
            ),
            Kind::GrantedWithoutConsent => Said::new(
                "ngoài phạm vi, cấp quyền không có văn bản đồng ý (10.3)",
                "beyond it, granted without written consent (10.3)",
            ),
            Kind::Foreign => Said::new("ngoài phạm vi, không được cấp quyền", "beyond it, not granted"),
            Kind::PoliceNamed => Said::new(
                "camera chuyên dụng của Công an, quyền nêu đúng camera đó (7.4)",
                "police camera, with a grant that names it (7.4)",
            ),
            Kind::Police => Said::new(
                "camera chuyên dụng của Công an, không có quyền nêu đúng camera đó (7.4)",
                "police camera, without a grant that names it (7.4)",
            ),
        }
    }
}

/// A cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// May.
    Yes,
    /// May not.
    No,
    /// May not: such a grant is refused by that article.
    Refused(&'static str),
    /// There is no such camera for this preset.
    Absent,
}

impl Cell {
    fn sign(self) -> &'static str {
        match self {
            Cell::Yes => "✓",
            Cell::No => "–",
            Cell::Refused(_) => "✗",
            Cell::Absent => "·",
        }
    }
}

const NOW: WallTime = WallTime::from_unix_us(1_795_500_000_000_000);

fn area(n: u8) -> AreaId {
    AreaId::from_parts(1, [n; 10])
}
fn unit(n: u8) -> UnitId {
    UnitId::from_parts(1, [n; 10])
}
fn account(n: u8) -> AccountId {
    AccountId::from_parts(1, [n; 10])
}

/// City (area 0) with two districts; unit 1 answers for district 1 and sector `s1`, unit 2 for district 2 and `s2`.
fn city() -> Trees {
    let place = |n: u8| UnitPlace { parent: None, area: Some(area(n)), sectors: vec![format!("s{n}")] };
    Trees::new(
        [(area(0), None), (area(1), Some(area(0))), (area(2), Some(area(0)))],
        [(unit(1), place(1)), (unit(2), place(2))],
        [("s1".to_owned(), vec!["p1".to_owned()]), ("s2".to_owned(), vec!["p2".to_owned()])],
    )
}

fn camera(n: u8, police: bool) -> Camera {
    Camera {
        id: CameraId::from_parts(u64::from(n), [u8::from(police); 10]),
        code: format!("79-{n:04}"),
        name: String::new(),
        area: None,
        unit: None,
        area_id: Some(area(n)),
        unit_id: Some(unit(n)),
        facts: CameraFacts { police, purposes: vec![format!("p{n}")], ..CameraFacts::default() },
        main_url: String::new(),
        sub_url: None,
        username: None,
        has_password: false,
        transport: Transport::Tcp,
        created_at: NOW,
        changed_at: NOW,
        revision: 1,
        extra: Extra::new(),
    }
}

fn until() -> WallTime {
    NOW.plus(Duration::from_secs(86_400))
}

/// A grant to account 1 by an administrator, as the rules would let it be given.
fn given(role: Role, act: Act, scope: Scope, named: &[Camera], consent: bool) -> Result<Grant, NotGiven> {
    let trees = Arc::new(city());
    // Whoever may share a police camera has a grant that names it.
    let own = Grant { acts: Act::ON_CAMERAS.to_vec(), founding: true, ..grant(account(9), scope.clone()) };
    let giver = Standing::new(Role::Administrator, None, vec![Given::by_office(Arc::new(own))], trees.clone());
    let holder = HolderSide::account("", role, Some(unit(1)), &trees);
    let draft = GrantDraft {
        holder: Holder::Account(account(1)),
        acts: vec![act],
        scope: scope.clone(),
        times: Times { until: consent.then(until), ..Times::default() },
        purpose: "x".into(),
    };
    let policy = SharingPolicy { four_eyes: Vec::new(), warn_days: 0, cross_scope_days_max: 366 };
    let giving = Giving {
        giver: account(9),
        giver_unit: None,
        standing: &giver,
        holder: &holder,
        consent: consent.then_some(true),
        named,
        policy: &policy,
        now: NOW,
    };
    let made = decide_grant(&draft, &giving)?;
    Ok(Grant { acts: made.acts, times: draft.times, ..grant(account(1), scope) })
}

fn grant(holder: AccountId, scope: Scope) -> Grant {
    Grant {
        id: GrantId::from_parts(1, [1; 10]),
        holder: Holder::Account(holder),
        acts: Vec::new(),
        scope,
        times: Times { until: Some(until()), ..Times::default() },
        purpose: String::new(),
        document: None,
        request: None,
        via: None,
        within: None,
        founding: false,
        warned_at: None,
        given_by: account(9),
        given_at: NOW,
        awaits_second: false,
        confirmed_by: None,
        ended: None,
        revision: 1,
        extra: Extra::new(),
    }
}

/// May an account of that role (unit 1) do that to a camera of that kind?
pub fn cell(role: Role, act: Act, kind: Kind) -> Cell {
    let home = presets::of(role).home;
    let absent = match kind {
        Kind::Own => home == Home::Nothing,
        Kind::Granted | Kind::GrantedWithoutConsent | Kind::Foreign => home == Home::Node,
        Kind::PoliceNamed | Kind::Police => false,
    };
    if absent {
        return Cell::Absent;
    }
    let camera = match kind {
        Kind::Own => camera(1, false),
        Kind::Granted | Kind::GrantedWithoutConsent | Kind::Foreign => camera(2, false),
        Kind::PoliceNamed | Kind::Police => camera(1, true),
    };
    let wanted = match kind {
        Kind::Own | Kind::Foreign => None,
        Kind::Granted => Some((Scope::of_area(area(2)), true)),
        Kind::GrantedWithoutConsent => Some((Scope::of_area(area(2)), false)),
        Kind::PoliceNamed => Some((Scope::of_camera(camera.id), true)),
        // A grant on the whole city does not name it.
        Kind::Police => Some((Scope::of_area(area(0)), true)),
    };
    let grants = match wanted {
        None => Vec::new(),
        Some((scope, consent)) => {
            let named: Vec<Camera> = scope.cameras.iter().map(|_| camera.clone()).collect();
            match given(role, act, scope, &named, consent) {
                Ok(grant) => vec![Given::by_office(Arc::new(grant))],
                Err(NotGiven::Refused(refusal)) => return Cell::Refused(refusal.article.unwrap_or("")),
                Err(NotGiven::Faults(_)) if !consent && presets::reach(role, act) != Reach::Never => {
                    // The preset asks for an end, and there is none: the same rule by another name.
                    return Cell::Refused("10.3");
                }
                Err(NotGiven::Faults(_)) => Vec::new(),
            }
        }
    };
    let standing = Standing::new(role, Some(unit(1)), grants, Arc::new(city()));
    if standing.may(act, &camera, NOW) { Cell::Yes } else { Cell::No }
}

/// The table as text, for `golden/rights.txt`.
pub fn text() -> String {
    let mut out = String::from(
        "# Bảng quyền theo vai trò / Rights by preset\n\
         # Quyết định 01/2022/QĐ-UBND; số ở cột “điều” là điều, khoản / Decision 01/2022/QĐ-UBND; “điều” is the article\n\
         #\n\
         # ✓ được / may   – không / may not   ✗ không cấp được / such a grant is refused   · không có / does not exist\n\
         #\n\
         # Camera:\n",
    );
    for (n, kind) in (1..).zip(Kind::ALL) {
        let said = kind.said();
        out.push_str(&format!("# {n}  {} / {}\n", said.vi, said.en));
    }
    for role in Role::ALL {
        let (preset, said) = (presets::of(role), role.said());
        let own = preset.home.said();
        out.push_str(&format!("\n## {} / {} ({}) — điều {}\n", said.vi, said.en, role.as_str(), preset.article));
        out.push_str(&format!("Phạm vi của mình / own scope: {} / {}\n", own.vi, own.en));
        if preset.must_end {
            out.push_str("Mọi quyền được cấp phải có thời hạn / every grant must have an end\n");
        }
        out.push_str("điều | 1 | 2 | 3 | 4 | 5 | 6 | quyền / act\n");
        for act in Act::ON_CAMERAS {
            let cells = Kind::ALL.map(|kind| cell(role, act, kind).sign()).join(" | ");
            let said = act.said();
            out.push_str(&format!("{:<4} | {cells} | {} / {}\n", act.article().unwrap_or("-"), said.vi, said.en));
        }
        for act in Act::ALL.into_iter().filter(|a| !a.on_camera()) {
            let sign = if presets::reach(role, act) == Reach::Own { "✓" } else { "–" };
            let (article, said) = (act.article().unwrap_or("-"), act.said());
            out.push_str(&format!("{article:<4} | {sign:^21} | {} / {}\n", said.vi, said.en));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_signed_one() {
        let signed = include_str!("golden/rights.txt");
        assert_eq!(
            text(),
            signed,
            "the rights differ from golden/rights.txt; a change of rights is a decision (docs/rights.md)"
        );
    }

    #[test]
    fn no_preset_sees_police_cameras_that_no_grant_names() {
        for role in Role::ALL {
            for act in Act::ON_CAMERAS {
                assert!(!matches!(cell(role, act, Kind::Police), Cell::Yes), "{role:?} {act:?}");
                assert!(!matches!(cell(role, act, Kind::Foreign), Cell::Yes), "{role:?} {act:?}");
                assert!(!matches!(cell(role, act, Kind::GrantedWithoutConsent), Cell::Yes), "{role:?} {act:?}");
            }
        }
    }
}
