//! What an account may do with which camera: its preset, its own scope and the grants it has, put together once and asked
//! often.
//!
//! **The rule.** An act on a camera is allowed when the preset does not exclude it, and either the act is the preset's own
//! and the camera is in the own scope, or a grant in force names the act and holds the camera. A police camera is in
//! nobody's own scope. A grant that was given from another one is bounded by that one, up to the office that began the
//! chain: whatever happens to cameras, areas or the giver's grant, it never reaches further than the giver's right. Nor does
//! a handover of areas bring cameras into a grant that is older than it ([`Grant::holds`]).
//!
//! A decision looks at the grants that can hold the camera (by its id, lists, areas, units, purposes) and at no others. Not here:
//! giving (`giving`), the records (`grant`), keeping standings up to date (`ops`).

use crate::presets::{self, Home, Reach};
use crate::scope::every;
use crate::{Act, Camera, Grant, Role, Scope, Trees};
use base::{AreaId, CameraId, CameraListId, GrantId, UnitId, WallTime};
use std::collections::HashMap;
use std::sync::Arc;

/// A right on a camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Right {
    /// When it ends by itself, as things stand.
    pub until: Option<WallTime>,
    /// The grant behind it; `None`: the own scope.
    pub grant: Option<GrantId>,
}

impl Right {
    /// The later of two ends; no end is the latest.
    pub fn lasts_longer_than(self, other: Right) -> bool {
        match (self.until, other.until) {
            (None, Some(_)) => true,
            (Some(a), Some(b)) => a > b,
            _ => false,
        }
    }
}

/// A grant with those that it was given from, nearest first.
#[derive(Clone, Debug)]
pub struct Given {
    /// The grant.
    pub grant: Arc<Grant>,
    /// The giver's grant, the giver's giver's, and so on.
    pub chain: Vec<Arc<Grant>>,
}

impl Given {
    /// A grant given by office.
    pub fn by_office(grant: Arc<Grant>) -> Self {
        Self { grant, chain: Vec::new() }
    }

    fn links(&self) -> impl Iterator<Item = &Grant> {
        std::iter::once(self.grant.as_ref()).chain(self.chain.iter().map(Arc::as_ref))
    }

    /// Does it hold the camera now, for that act? Each link of the chain must.
    fn holds(&self, act: Act, camera: &Camera, trees: &Trees, now: WallTime) -> bool {
        self.grant.acts.contains(&act)
            && self.chain.iter().all(|g| g.acts.contains(&act) && g.acts.contains(&Act::Share))
            && self.links().all(|g| stands(g) && g.times.in_force(now) && g.holds(camera, trees))
    }

    /// When it ends by itself, as things stand.
    pub fn ends(&self, now: WallTime) -> Option<WallTime> {
        self.links().filter_map(|g| g.times.ends(now)).min()
    }
}

/// Is the grant neither ended nor waiting for the second person? Its times are another question.
pub fn stands(grant: &Grant) -> bool {
    grant.ended.is_none() && !grant.awaits_second
}

/// The own scope of an account, resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Own {
    /// Every camera but those of the police.
    All,
    /// What this scope holds, but for police cameras.
    Within(Scope),
    /// Nothing.
    Nothing,
}

impl Own {
    /// Of that role in that unit.
    pub fn of(role: Role, unit: Option<UnitId>, trees: &Trees) -> Own {
        let place = unit.and_then(|u| trees.unit(u));
        match (presets::of(role).home, unit, place) {
            (Home::Node, _, _) => Own::All,
            (Home::Units, Some(unit), Some(_)) => Own::Within(Scope::of_unit(unit)),
            (Home::Area, _, Some(place)) => place.area.map_or(Own::Nothing, |a| Own::Within(Scope::of_area(a))),
            (Home::Sectors, _, Some(place)) if !place.sectors.is_empty() => {
                Own::Within(Scope { sectors: place.sectors.clone(), ..Scope::default() })
            }
            _ => Own::Nothing,
        }
    }

    fn holds(&self, camera: &Camera, trees: &Trees) -> bool {
        !camera.facts.police
            && match self {
                Own::All => true,
                Own::Within(scope) => scope.bounds(camera, trees),
                Own::Nothing => false,
            }
    }

    /// Does it hold every camera of that scope? `named` are the cameras that the scope names ([`Scope::named`]).
    pub fn covers(&self, scope: &Scope, named: &[Camera], trees: &Trees) -> bool {
        !scope.is_empty()
            && named.iter().all(|c| !c.facts.police)
            && match self {
                Own::All if scope.names() => {
                    let ids = scope.named(trees);
                    !ids.is_empty() && every(&ids, named, |_| true)
                }
                Own::All => true,
                Own::Within(own) => own.covers(scope, named, trees),
                Own::Nothing => false,
            }
    }

    /// As the bound of a grant that is given out of it.
    pub fn bound(&self) -> Option<Scope> {
        match self {
            Own::All => None,
            Own::Within(scope) => Some(scope.clone()),
            Own::Nothing => Some(Scope::default()),
        }
    }
}

/// Grants by the part of their scope through which they are found.
#[derive(Debug, Default)]
struct Index {
    cameras: HashMap<CameraId, Vec<u32>>,
    lists: HashMap<CameraListId, Vec<u32>>,
    areas: HashMap<AreaId, Vec<u32>>,
    units: HashMap<UnitId, Vec<u32>>,
    purposes: HashMap<String, Vec<u32>>,
    sectors: HashMap<String, Vec<u32>>,
    all: Vec<u32>,
}

impl Index {
    fn of(grants: &[Given]) -> Self {
        fn add<K: Clone + std::hash::Hash + Eq>(map: &mut HashMap<K, Vec<u32>>, keys: &[K], n: u32) {
            keys.iter().for_each(|k| map.entry(k.clone()).or_default().push(n));
        }
        let mut index = Self::default();
        for (n, given) in (0u32..).zip(grants) {
            let s = &given.grant.scope;
            if s.names() {
                add(&mut index.cameras, &s.cameras, n);
                add(&mut index.lists, &s.lists.iter().map(|l| l.list).collect::<Vec<_>>(), n);
            } else if !s.units.is_empty() {
                add(&mut index.units, &s.units, n);
            } else if !s.areas.is_empty() {
                add(&mut index.areas, &s.areas, n);
            } else if !s.purposes.is_empty() {
                add(&mut index.purposes, &s.purposes, n);
            } else if !s.sectors.is_empty() {
                add(&mut index.sectors, &s.sectors, n);
            } else if s.all {
                index.all.push(n);
            }
        }
        index
    }

    /// Numbers of grants that can hold the camera; one may come twice.
    fn near<'a>(&'a self, camera: &'a Camera, trees: &'a Trees) -> impl Iterator<Item = u32> + 'a {
        let purposes = &camera.facts.purposes;
        let named = self.cameras.get(&camera.id).into_iter();
        let listed = trees.lists_of(camera.id).iter().filter_map(|(l, _)| self.lists.get(l));
        let areas = camera.area_id.into_iter().flat_map(|a| trees.area_line(a)).filter_map(|a| self.areas.get(&a));
        let units = camera.unit_id.into_iter().flat_map(|u| trees.unit_line(u)).filter_map(|u| self.units.get(&u));
        let for_purpose = purposes.iter().filter_map(|p| self.purposes.get(p));
        let for_sector = purposes.iter().flat_map(|p| trees.sectors_of(p)).filter_map(|s| self.sectors.get(s));
        named
            .chain(listed)
            .chain(areas)
            .chain(units)
            .chain(for_purpose)
            .chain(for_sector)
            .flatten()
            .chain(&self.all)
            .copied()
    }
}

/// What an account may do, put together.
#[derive(Debug)]
pub struct Standing {
    role: Role,
    own: Own,
    grants: Vec<Given>,
    index: Index,
    trees: Arc<Trees>,
}

impl Standing {
    /// Of an account of that role and unit that has these grants.
    pub fn new(role: Role, unit: Option<UnitId>, grants: Vec<Given>, trees: Arc<Trees>) -> Self {
        Self { role, own: Own::of(role, unit, &trees), index: Index::of(&grants), grants, trees }
    }

    /// The preset.
    pub fn role(&self) -> Role {
        self.role
    }
    /// The own scope.
    pub fn own(&self) -> &Own {
        &self.own
    }
    /// The trees it was put together with.
    pub fn trees(&self) -> &Trees {
        &self.trees
    }
    /// The grants it was put together from.
    pub fn grants(&self) -> &[Given] {
        &self.grants
    }

    /// When a grant may begin or end next.
    pub fn next_change(&self, now: WallTime) -> Option<WallTime> {
        self.grants.iter().flat_map(Given::links).filter_map(|g| g.times.next_change(now)).min()
    }

    /// The right to that act on that camera now: of several, the one that lasts longest.
    pub fn right(&self, act: Act, camera: &Camera, now: WallTime) -> Option<Right> {
        let reach = presets::reach(self.role, act);
        if reach == Reach::Never || !act.on_camera() || self.barred(camera) {
            return None;
        }
        if reach == Reach::Own && self.own.holds(camera, &self.trees) {
            return Some(Right { until: None, grant: None });
        }
        let mut best: Option<Right> = None;
        for given in self.near(camera).filter(|g| self.reaches(g, act) && g.holds(act, camera, &self.trees, now)) {
            let right = Right { until: given.ends(now), grant: Some(given.grant.id) };
            if best.is_none_or(|b| right.lasts_longer_than(b)) {
                best = Some(right);
            }
        }
        best
    }

    /// Can that grant give this account the act at all? What a police camera's founding grant gives is what its unit would
    /// have of its own, no more; whoever may have rights for a time only has none from a grant without an end.
    pub(crate) fn reaches(&self, given: &Given, act: Act) -> bool {
        let ends = || given.links().any(|g| g.times.until.is_some());
        match presets::reach(self.role, act) {
            Reach::Never => false,
            Reach::Granted => !given.grant.founding && (!presets::of(self.role).must_end || ends()),
            Reach::Own => true,
        }
    }

    /// May it do that to that camera now?
    pub fn may(&self, act: Act, camera: &Camera, now: WallTime) -> bool {
        self.right(act, camera, now).is_some()
    }

    /// Is the camera one of the police, and the preset one that can have none of them?
    fn barred(&self, camera: &Camera) -> bool {
        camera.facts.police && !presets::of(self.role).police
    }

    /// Is there that camera, for these eyes? Any right on a camera lets its record be seen.
    pub fn sees(&self, camera: &Camera, now: WallTime) -> bool {
        if self.barred(camera) {
            return false;
        }
        if presets::reach(self.role, Act::SeeCatalogue) == Reach::Own && self.own.holds(camera, &self.trees) {
            return true;
        }
        self.near(camera).any(|given| {
            let acts = given.grant.acts.iter().copied();
            acts.filter(|a| self.reaches(given, *a)).any(|a| given.holds(a, camera, &self.trees, now))
        })
    }

    /// Is the camera in the own scope?
    pub fn at_home(&self, camera: &Camera) -> bool {
        self.own.holds(camera, &self.trees)
    }

    /// The grants that hold the camera in space, whether or not they are in force now: for showing why.
    pub fn about<'a>(&'a self, camera: &'a Camera) -> impl Iterator<Item = &'a Given> + 'a {
        let mut seen = Vec::new();
        self.index.near(camera, &self.trees).filter_map(move |n| {
            let given = self.grants.get(n as usize)?;
            let fresh = !seen.contains(&n) && given.links().all(|g| g.holds(camera, &self.trees));
            seen.push(n);
            fresh.then_some(given)
        })
    }

    fn near<'a>(&'a self, camera: &'a Camera) -> impl Iterator<Item = &'a Given> + 'a {
        self.index.near(camera, &self.trees).filter_map(|n| self.grants.get(n as usize))
    }
}

#[cfg(test)]
#[path = "tests/standing.rs"]
pub(crate) mod tests;
