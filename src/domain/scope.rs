//! Which cameras a scope holds, and when times are in force.
//!
//! A scope is the intersection of its parts; one without parts holds nothing unless it says `all`. Cameras and lists of
//! cameras are one part: what is named. Areas and units stand for whatever lies below them, lists for what is on them, so
//! these are needed ([`Trees`]). A police camera is held only by a scope that names it itself (A7.4). Not here: who has a scope (`standing`).

use crate::camera_list::{CameraList, ListedCamera};
use crate::{Camera, Scope, Shift, Times};
use base::{AreaId, CameraId, CameraListId, UnitId, WallTime, limits};
use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

/// What a unit answers for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitPlace {
    /// The unit that it belongs to.
    pub parent: Option<UnitId>,
    /// Its area.
    pub area: Option<AreaId>,
    /// Its sectors.
    pub sectors: Vec<String>,
}

/// The trees of areas and units, which sectors a purpose belongs to, and what is on the lists of cameras.
#[derive(Clone, Debug, Default)]
pub struct Trees {
    /// Each area with all that it lies within, itself first.
    areas: HashMap<AreaId, Vec<AreaId>>,
    unit_lines: HashMap<UnitId, Vec<UnitId>>,
    units: HashMap<UnitId, UnitPlace>,
    sectors: HashMap<String, Vec<String>>,
    lists: HashMap<CameraListId, Vec<ListedCamera>>,
    /// Which lists a camera is on, and since which revision of each.
    on_lists: HashMap<CameraId, Vec<(CameraListId, u64)>>,
}

/// Each thing with all that it lies within, nearest first, at most [`limits::TREE_DEPTH_MAX`]. A ring ends where it began.
fn lines<K: Copy + Eq + Hash>(parents: &HashMap<K, Vec<K>>) -> HashMap<K, Vec<K>> {
    let line = |id: K| {
        let (mut line, mut at) = (vec![id], 0);
        while let Some(one) = line.get(at).copied().filter(|_| line.len() < limits::TREE_DEPTH_MAX) {
            for up in parents.get(&one).into_iter().flatten() {
                if !line.contains(up) {
                    line.push(*up);
                }
            }
            at += 1;
        }
        line
    };
    parents.keys().map(|id| (*id, line(*id))).collect()
}

impl Trees {
    /// From areas with what they lie within, units with what they answer for, and sectors with their purposes.
    pub fn new<Parents: IntoIterator<Item = AreaId>>(
        areas: impl IntoIterator<Item = (AreaId, Parents)>,
        units: impl IntoIterator<Item = (UnitId, UnitPlace)>,
        purposes_of_sectors: impl IntoIterator<Item = (String, Vec<String>)>,
    ) -> Self {
        let mut sectors: HashMap<String, Vec<String>> = HashMap::new();
        for (sector, purposes) in purposes_of_sectors {
            for purpose in purposes {
                sectors.entry(purpose).or_default().push(sector.clone());
            }
        }
        let areas = areas.into_iter().map(|(id, parents)| (id, parents.into_iter().collect())).collect();
        let units: HashMap<UnitId, UnitPlace> = units.into_iter().collect();
        let unit_parents = units.iter().map(|(id, u)| (*id, u.parent.into_iter().collect())).collect();
        let (lists, on_lists) = (HashMap::new(), HashMap::new());
        Self { areas: lines(&areas), unit_lines: lines(&unit_parents), units, sectors, lists, on_lists }
    }

    /// With these lists of cameras.
    pub fn with_lists<'a>(mut self, lists: impl IntoIterator<Item = &'a CameraList>) -> Self {
        for list in lists {
            for on in &list.cameras {
                self.on_lists.entry(on.camera).or_default().push((list.id, on.since));
            }
            self.lists.insert(list.id, list.cameras.clone());
        }
        self
    }

    /// What is on a list; `None`: there is no such list.
    pub fn on_list(&self, list: CameraListId) -> Option<&[ListedCamera]> {
        self.lists.get(&list).map(Vec::as_slice)
    }

    /// Which lists the camera is on, and since which revision of each.
    pub fn lists_of(&self, camera: CameraId) -> &[(CameraListId, u64)] {
        self.on_lists.get(&camera).map_or(&[], Vec::as_slice)
    }

    /// The area and all that it lies within.
    pub fn area_line(&self, id: AreaId) -> impl Iterator<Item = AreaId> + '_ {
        let line = self.areas.get(&id);
        line.is_none().then_some(id).into_iter().chain(line.into_iter().flatten().copied())
    }
    /// The unit and all that it belongs to.
    pub fn unit_line(&self, id: UnitId) -> impl Iterator<Item = UnitId> + '_ {
        let line = self.unit_lines.get(&id);
        line.is_none().then_some(id).into_iter().chain(line.into_iter().flatten().copied())
    }
    /// Is the area that one, or below it?
    pub fn area_within(&self, id: AreaId, top: AreaId) -> bool {
        self.area_line(id).any(|a| a == top)
    }
    /// Is the unit that one, or below it?
    pub fn unit_within(&self, id: UnitId, top: UnitId) -> bool {
        self.unit_line(id).any(|u| u == top)
    }
    /// The sectors that a purpose belongs to.
    pub fn sectors_of(&self, purpose: &str) -> &[String] {
        self.sectors.get(purpose).map_or(&[], Vec::as_slice)
    }
    /// What a unit answers for.
    pub fn unit(&self, id: UnitId) -> Option<&UnitPlace> {
        self.units.get(&id)
    }
}

impl Scope {
    /// One area and what lies below it.
    pub fn of_area(id: AreaId) -> Self {
        Self { areas: vec![id], ..Self::default() }
    }
    /// One unit and those below it.
    pub fn of_unit(id: UnitId) -> Self {
        Self { units: vec![id], ..Self::default() }
    }
    /// Exactly this camera.
    pub fn of_camera(id: base::CameraId) -> Self {
        Self { cameras: vec![id], ..Self::default() }
    }

    /// Has it no part?
    pub fn is_empty(&self) -> bool {
        !self.all && self.parts() == 0
    }

    /// How many entries all its parts have together.
    pub fn parts(&self) -> usize {
        self.areas.len()
            + self.units.len()
            + self.sectors.len()
            + self.purposes.len()
            + self.cameras.len()
            + self.lists.len()
    }

    /// Does it name cameras or lists?
    pub fn names(&self) -> bool {
        !self.cameras.is_empty() || !self.lists.is_empty()
    }

    /// The cameras that it names: its own, and those on its lists as far as they are meant. Each once.
    pub fn named(&self, trees: &Trees) -> Vec<CameraId> {
        let of_list = self.lists.iter().flat_map(|l| {
            let on = trees.on_list(l.list).into_iter().flatten();
            on.filter(|c| c.since <= l.revision).map(|c| c.camera)
        });
        let mut all: Vec<CameraId> = self.cameras.iter().copied().chain(of_list).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Is the camera on one of its lists, as far as it is meant?
    fn lists_it(&self, camera: CameraId, trees: &Trees) -> bool {
        let meant =
            |(list, since): &(CameraListId, u64)| self.lists.iter().any(|l| l.list == *list && *since <= l.revision);
        !self.lists.is_empty() && trees.lists_of(camera).iter().any(meant)
    }

    /// Has the camera come onto one of its lists too late to be meant?
    pub fn listed_later(&self, camera: CameraId, trees: &Trees) -> bool {
        let later =
            |(list, since): &(CameraListId, u64)| self.lists.iter().any(|l| l.list == *list && *since > l.revision);
        trees.lists_of(camera).iter().any(later) && !self.cameras.contains(&camera) && !self.lists_it(camera, trees)
    }

    /// Is the camera within it? A police camera only if it is named itself.
    pub fn holds(&self, camera: &Camera, trees: &Trees) -> bool {
        (!camera.facts.police || self.cameras.contains(&camera.id)) && self.bounds(camera, trees)
    }

    /// As [`Scope::holds`], police cameras like others: for a scope that only bounds another.
    pub(crate) fn bounds(&self, camera: &Camera, trees: &Trees) -> bool {
        self.bounds_at(camera, camera.area_id, trees)
    }

    /// As [`Scope::bounds`], if the camera were in that area.
    pub(crate) fn bounds_at(&self, camera: &Camera, area: Option<AreaId>, trees: &Trees) -> bool {
        let purposes = &camera.facts.purposes;
        !self.is_empty()
            && (!self.names() || self.cameras.contains(&camera.id) || self.lists_it(camera.id, trees))
            && (self.areas.is_empty() || area.is_some_and(|at| trees.area_line(at).any(|a| self.areas.contains(&a))))
            && (self.units.is_empty()
                || camera.unit_id.is_some_and(|of| trees.unit_line(of).any(|u| self.units.contains(&u))))
            && (self.purposes.is_empty() || purposes.iter().any(|p| self.purposes.contains(p)))
            && (self.sectors.is_empty()
                || purposes.iter().any(|p| trees.sectors_of(p).iter().any(|s| self.sectors.contains(s))))
    }

    /// Does it hold every camera that `inner` holds? `named` are the cameras that `inner` names ([`Scope::named`]), as they
    /// stand now; a name that is not among them is not covered, and lists with nothing on them are not either. For what moves later, a grant keeps its bounds ([`crate::Grant::within`]).
    pub fn covers(&self, inner: &Scope, named: &[Camera], trees: &Trees) -> bool {
        if self.is_empty() || inner.is_empty() {
            return false;
        }
        if inner.names() {
            let ids = inner.named(trees);
            return !ids.is_empty() && every(&ids, named, |c| self.bounds(c, trees));
        }
        let part = |own: bool, fits: bool| own || fits;
        !self.names()
            && part(
                self.areas.is_empty(),
                !inner.areas.is_empty()
                    && inner.areas.iter().all(|a| trees.area_line(*a).any(|up| self.areas.contains(&up))),
            )
            && part(
                self.units.is_empty(),
                !inner.units.is_empty()
                    && inner.units.iter().all(|u| trees.unit_line(*u).any(|up| self.units.contains(&up))),
            )
            && part(
                self.purposes.is_empty(),
                !inner.purposes.is_empty() && inner.purposes.iter().all(|p| self.purposes.contains(p)),
            )
            && part(self.sectors.is_empty(), {
                let sectors = !inner.sectors.is_empty() && inner.sectors.iter().all(|s| self.sectors.contains(s));
                let purposes = !inner.purposes.is_empty()
                    && inner.purposes.iter().all(|p| trees.sectors_of(p).iter().any(|s| self.sectors.contains(s)));
                sectors || purposes
            })
    }
}

/// Is every one of these cameras among those, and does it fit?
pub(crate) fn every(ids: &[CameraId], named: &[Camera], fits: impl Fn(&Camera) -> bool) -> bool {
    let by_id: HashMap<CameraId, &Camera> = named.iter().map(|c| (c.id, c)).collect();
    ids.iter().all(|id| by_id.get(id).is_some_and(|c| fits(c)))
}

/// Minutes of a day and of a week.
const DAY_MIN: u32 = 1_440;
const WEEK_MIN: u32 = 7 * DAY_MIN;

impl Shift {
    /// First minute of the week in it and first no longer in it.
    fn in_week(self) -> (u32, u32) {
        let day = u32::from(self.weekday.saturating_sub(1)) * DAY_MIN;
        (day + u32::from(self.from_min), day + u32::from(self.until_min))
    }
    /// Does it make sense?
    pub fn fits(self) -> bool {
        (1..=7).contains(&self.weekday) && self.from_min < self.until_min && u32::from(self.until_min) <= DAY_MIN
    }
}

impl Times {
    /// In force at that moment?
    pub fn in_force(&self, now: WallTime) -> bool {
        self.from.is_none_or(|from| now >= from)
            && self.until.is_none_or(|until| now < until)
            && (self.shifts.is_empty() || self.shift_at(now.office_minute_of_week()).is_some())
    }

    fn shift_at(&self, minute: u32) -> Option<u32> {
        self.shifts.iter().map(|s| s.in_week()).find(|(from, until)| (*from..*until).contains(&minute)).map(|s| s.1)
    }

    /// When what is in force at that moment ends by itself; `None`: not by itself. Shifts that touch are one, also over
    /// midnight and from Sunday to Monday.
    pub fn ends(&self, now: WallTime) -> Option<WallTime> {
        let shift_end = (!self.shifts.is_empty()).then(|| {
            let start = now.office_minute_of_week();
            let mut end = start;
            while let Some(next) = self.shift_at(end % WEEK_MIN) {
                end = end - end % WEEK_MIN + next;
                if end - start >= WEEK_MIN {
                    return None;
                }
            }
            let minute = now.unix_us() - now.unix_us().rem_euclid(60_000_000);
            Some(WallTime::from_unix_us(minute).plus(Duration::from_secs(u64::from(end - start) * 60)))
        });
        [self.until, shift_end.flatten()].into_iter().flatten().min()
    }

    /// When it may come into force or end next, not earlier than after that moment; `None`: never again.
    pub fn next_change(&self, now: WallTime) -> Option<WallTime> {
        if self.over(now) {
            return None;
        }
        if let Some(from) = self.from.filter(|from| *from > now) {
            return Some(from);
        }
        if self.in_force(now) {
            return self.ends(now);
        }
        // Between shifts: the next begins on a full minute.
        let minute = now.unix_us() - now.unix_us().rem_euclid(60_000_000);
        Some(WallTime::from_unix_us(minute).plus(Duration::from_secs(60)))
    }

    /// Is it over for good at that moment?
    pub fn over(&self, now: WallTime) -> bool {
        self.until.is_some_and(|until| now >= until)
    }
}

#[cfg(test)]
#[path = "tests/scope.rs"]
mod tests;
