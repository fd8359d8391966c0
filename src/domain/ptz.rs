//! Who steers a camera: one at a time, by level, for a while (A9.3).
//!
//! A pure state machine: [`Steering::ask`] gives the control, keeps it, takes it over or names the holder. A higher level
//! takes over at once; an equal or lower one waits until the control is given back or its time is over. Each command renews
//! it. Not here: whether the account may steer that camera at all (`standing`), sending commands to devices.

use crate::Role;
use base::{AccountId, Said, WallTime};
use std::time::Duration;

/// Levels, lowest first: city before sector before district before unit before site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Điểm lắp đặt.
    Site,
    /// Đơn vị quản lý.
    Unit,
    /// Quận, huyện.
    District,
    /// Ngành, lĩnh vực.
    Sector,
    /// Thành phố.
    City,
}

impl Level {
    /// All, lowest first.
    pub const ALL: [Level; 5] = [Level::Site, Level::Unit, Level::District, Level::Sector, Level::City];

    /// The level of a role; the offices of a node steer at the node's own level.
    pub fn of(role: Role, node: Level) -> Level {
        match role {
            Role::CityCentre => Level::City,
            Role::SectorCentre => Level::Sector,
            Role::DistrictCentre => Level::District,
            Role::Unit | Role::UnitAdministrator => Level::Unit,
            Role::Administrator | Role::Operator | Role::Viewer => node,
            Role::Investor | Role::Inspector | Role::Citizen => Level::Site,
        }
    }
    /// For people.
    pub fn said(self) -> Said {
        match self {
            Level::Site => Said::new("điểm lắp đặt", "site"),
            Level::Unit => Said::new("đơn vị quản lý", "managing unit"),
            Level::District => Said::new("quận, huyện", "district"),
            Level::Sector => Said::new("ngành, lĩnh vực", "sector"),
            Level::City => Said::new("thành phố", "city"),
        }
    }
}

/// Who has the control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    /// Whose.
    pub account: AccountId,
    /// Name for people.
    pub name: String,
    /// At which level.
    pub level: Level,
    /// Since when.
    pub since: WallTime,
    /// Until when, unless renewed.
    pub until: WallTime,
}

/// What came of asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// It was free.
    Taken,
    /// It was one's own and goes on.
    Renewed,
    /// A lower level had it.
    TakenOver {
        /// Who lost it.
        from: Control,
    },
    /// Somebody of the same or a higher level has it.
    Held {
        /// Who, and until when.
        by: Control,
    },
}

impl Asked {
    /// May the command go out?
    pub fn granted(&self) -> bool {
        !matches!(self, Asked::Held { .. })
    }
}

/// Somebody who wants to steer.
#[derive(Clone, Debug)]
pub struct Pilot {
    /// Who.
    pub account: AccountId,
    /// Name for people.
    pub name: String,
    /// At which level.
    pub level: Level,
    /// When the right to steer ends by itself.
    pub right_until: Option<WallTime>,
}

/// The control of one camera.
#[derive(Clone, Debug, Default)]
pub struct Steering(Option<Control>);

impl Steering {
    /// Who has it now.
    pub fn holder(&self, now: WallTime) -> Option<&Control> {
        self.0.as_ref().filter(|c| now < c.until)
    }

    /// Asks for the control for `lease`, never longer than the right lasts.
    pub fn ask(&mut self, pilot: &Pilot, lease: Duration, now: WallTime) -> Asked {
        let until = pilot.right_until.map_or(now.plus(lease), |end| end.min(now.plus(lease)));
        let held = self.holder(now).cloned();
        let (asked, since) = match held {
            Some(own) if own.account == pilot.account => (Asked::Renewed, own.since),
            Some(other) if other.level >= pilot.level => return Asked::Held { by: other },
            Some(other) => (Asked::TakenOver { from: other }, now),
            None => (Asked::Taken, now),
        };
        self.0 = Some(Control { account: pilot.account, name: pilot.name.clone(), level: pilot.level, since, until });
        asked
    }

    /// Gives the control back; nothing happens if it is somebody else's.
    pub fn give_back(&mut self, account: AccountId) {
        if self.0.as_ref().is_some_and(|c| c.account == account) {
            self.0 = None;
        }
    }
}

/// The sentence for somebody who must wait.
pub fn held_by(control: &Control) -> Said {
    let (level, until) = (control.level.said(), control.until.office_time_text());
    Said::new(
        format!(
            "“{}” (cấp {}) đang điều khiển camera này đến {until}. Hãy đợi hoặc liên hệ người đó.",
            control.name, level.vi
        ),
        format!(
            "“{}” ({} level) is steering this camera until {until}. Wait, or contact them.",
            control.name, level.en
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LEASE: Duration = Duration::from_secs(30);

    fn at(s: u64) -> WallTime {
        WallTime::from_unix_us(1_000_000_000).plus(Duration::from_secs(s))
    }
    fn pilot(n: u8, level: Level) -> Pilot {
        Pilot { account: AccountId::from_parts(1, [n; 10]), name: format!("p{n}"), level, right_until: None }
    }

    #[test]
    fn one_steers_and_the_others_learn_who() {
        let (an, binh) = (pilot(1, Level::District), pilot(2, Level::District));
        let mut s = Steering::default();
        assert_eq!(s.ask(&an, LEASE, at(0)), Asked::Taken);
        let Asked::Held { by } = s.ask(&binh, LEASE, at(29)) else { panic!("an equal waits") };
        assert_eq!((by.name.as_str(), by.until), ("p1", at(30)));
        assert!(held_by(&by).vi.contains("p1") && held_by(&by).en.contains("district"));
        assert_eq!(s.ask(&an, LEASE, at(29)), Asked::Renewed);
        assert!(!s.ask(&binh, LEASE, at(31)).granted(), "renewed");
        assert_eq!(s.ask(&binh, LEASE, at(59)), Asked::Taken, "the time is over");
        s.give_back(an.account);
        assert!(s.holder(at(60)).is_some(), "not an's to give back");
        s.give_back(binh.account);
        assert!(s.holder(at(60)).is_none());
    }

    #[test]
    fn levels_take_over_downwards_only() {
        for high in Level::ALL {
            for low in Level::ALL {
                let mut s = Steering::default();
                s.ask(&pilot(1, low), LEASE, at(0));
                let asked = s.ask(&pilot(2, high), LEASE, at(1));
                assert_eq!(asked.granted(), high > low, "{high:?} over {low:?}");
                if high > low {
                    assert!(matches!(asked, Asked::TakenOver { from } if from.name == "p1"));
                }
            }
        }
    }

    #[test]
    fn the_control_does_not_outlive_the_right() {
        let mut s = Steering::default();
        s.ask(&Pilot { right_until: Some(at(5)), ..pilot(1, Level::City) }, LEASE, at(0));
        assert!(s.holder(at(4)).is_some() && s.holder(at(5)).is_none());
    }

    proptest! {
        #[test]
        fn a_lower_level_never_takes_it_from_a_higher(steps in proptest::collection::vec((0u8..4, 0usize..5, 0u64..20), 1..60)) {
            let mut s = Steering::default();
            let mut t = 0;
            for (who, level, pause) in steps {
                t += pause;
                let before = s.holder(at(t)).cloned();
                let pilot = pilot(who, Level::ALL[level]);
                let granted = s.ask(&pilot, LEASE, at(t)).granted();
                let after = s.holder(at(t)).cloned().expect("somebody has it");
                prop_assert_eq!(granted, after.account == pilot.account);
                if let Some(before) = before && before.account != after.account {
                    prop_assert!(after.level > before.level);
                }
            }
        }
    }
}
