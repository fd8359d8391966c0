//! The book of areas, units and registers: one unchanging snapshot that answers every question about them from memory.
//!
//! Here: what lies within what, what an area became, names in words. Finding by what people write: `book_names`. Not here:
//! where the records come from and how they change (`ops`).

use crate::book_names::Names;
use crate::text::FieldFault;
use crate::{Area, Register, RegisterItem, Unit};
use base::{AreaId, CivilDate, ItemId, Language, UnitId};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::Hash;

/// The book as it is on one day.
#[derive(Debug)]
pub struct Registers {
    day: CivilDate,
    areas: Tree<AreaId, Area>,
    units: Tree<UnitId, Unit>,
    /// In the order of lists.
    items: BTreeMap<Register, Vec<RegisterItem>>,
    /// Where each entry stands in its list, by its code.
    places: HashMap<(Register, String), usize>,
    area_names: Names<AreaId>,
    unit_names: Names<UnitId>,
}

/// Things with a parent, and for each all that lies within it.
#[derive(Debug)]
struct Tree<K, T> {
    all: HashMap<K, T>,
    /// In order of names; those without a parent under `None`.
    children: HashMap<Option<K>, Vec<K>>,
    within: HashMap<K, HashSet<K>>,
    nothing: HashSet<K>,
}

impl<K: Copy + Eq + Hash, T> Tree<K, T> {
    /// `parents` gives the thing's parent, `also` one more that it counts as within.
    fn new(
        all: HashMap<K, T>,
        parent: impl Fn(&T) -> Option<K>,
        also: impl Fn(&T) -> Option<K>,
        order: impl Fn(&T, &T) -> std::cmp::Ordering,
    ) -> Self {
        let mut children: HashMap<Option<K>, Vec<K>> = HashMap::new();
        let mut inside: HashMap<K, Vec<K>> = HashMap::new();
        for (id, thing) in &all {
            // A parent that is not there would hide its children.
            let above = parent(thing).filter(|p| all.contains_key(p));
            children.entry(above).or_default().push(*id);
            for outer in above.into_iter().chain(also(thing)) {
                inside.entry(outer).or_default().push(*id);
            }
        }
        for list in children.values_mut() {
            list.sort_by(|a, b| match (all.get(a), all.get(b)) {
                (Some(a), Some(b)) => order(a, b),
                _ => std::cmp::Ordering::Equal,
            });
        }
        let within = all
            .keys()
            .map(|id| {
                // Walks each thing once, so that a circle in broken records cannot hold it up.
                let (mut seen, mut next) = (HashSet::from([*id]), vec![*id]);
                while let Some(outer) = next.pop() {
                    next.extend(inside.get(&outer).into_iter().flatten().filter(|i| seen.insert(**i)));
                }
                (*id, seen)
            })
            .collect();
        Self { all, children, within, nothing: HashSet::new() }
    }
    fn children(&self, of: Option<K>) -> impl Iterator<Item = &T> {
        self.children.get(&of).into_iter().flatten().filter_map(|id| self.all.get(id))
    }
    fn within(&self, id: K) -> &HashSet<K> {
        self.within.get(&id).unwrap_or(&self.nothing)
    }
    /// It and what it is part of, itself first.
    fn line(&self, id: K, parent: impl Fn(&T) -> Option<K>) -> Vec<&T> {
        let (mut out, mut seen, mut next) = (Vec::new(), HashSet::new(), Some(id));
        while let Some(thing) = next.filter(|id| seen.insert(*id)).and_then(|id| self.all.get(&id)) {
            out.push(thing);
            next = parent(thing);
        }
        out
    }
}

impl Default for Registers {
    fn default() -> Self {
        Self::new(CivilDate::MIN, [], [], [])
    }
}

impl Registers {
    /// Makes the book of these records, as it is on that day.
    pub fn new(
        day: CivilDate,
        areas: impl IntoIterator<Item = Area>,
        units: impl IntoIterator<Item = Unit>,
        items: impl IntoIterator<Item = RegisterItem>,
    ) -> Self {
        let mut lists: BTreeMap<Register, Vec<RegisterItem>> = BTreeMap::new();
        for item in items {
            lists.entry(item.register).or_default().push(item);
        }
        let mut places = HashMap::new();
        for (register, list) in &mut lists {
            list.sort_by(|a, b| (a.order, &a.code).cmp(&(b.order, &b.code)));
            places.extend(list.iter().enumerate().map(|(at, i)| ((*register, i.code.clone()), at)));
        }
        let areas = Tree::new(
            areas.into_iter().map(|a| (a.id, a)).collect(),
            |a: &Area| a.parent,
            // An area that went into another as a whole lies within it.
            |a| if let ([whole], Some(_)) = (a.became.as_slice(), a.valid_to) { Some(*whole) } else { None },
            |a, b| (&a.kind, &a.code, a.valid_from).cmp(&(&b.kind, &b.code, b.valid_from)),
        );
        let units = Tree::new(
            units.into_iter().map(|u| (u.id, u)).collect(),
            |u: &Unit| u.parent,
            |_| None,
            |a, b| (&a.name, &a.code).cmp(&(&b.name, &b.code)),
        );
        let tiers = lists.get(&Register::Tier).map(Vec::as_slice).unwrap_or_default();
        let area_names = Names::of_areas(areas.all.values(), tiers);
        let unit_names = Names::of_units(units.all.values());
        Self { day, areas, units, items: lists, places, area_names, unit_names }
    }

    /// The day that it is for.
    pub fn day(&self) -> CivilDate {
        self.day
    }

    // ---- areas

    /// An area, in force or not.
    pub fn area(&self, id: AreaId) -> Option<&Area> {
        self.areas.all.get(&id)
    }
    /// All areas, in no order.
    pub fn areas(&self) -> impl Iterator<Item = &Area> {
        self.areas.all.values()
    }
    /// Its parts, ended ones too, in order of tier and code; of `None`: those that are part of nothing.
    pub fn area_children(&self, of: Option<AreaId>) -> impl Iterator<Item = &Area> {
        self.areas.children(of)
    }
    /// All that lies within it, at any depth, and itself: its parts, and former areas that went into one of these as a
    /// whole. Empty if there is no such area.
    pub fn area_subtree(&self, id: AreaId) -> &HashSet<AreaId> {
        self.areas.within(id)
    }
    /// It and its parts at any depth, without former areas that went into them from elsewhere.
    pub fn area_parts(&self, id: AreaId) -> Vec<AreaId> {
        let (mut out, mut seen, mut next) = (Vec::new(), HashSet::from([id]), vec![id]);
        while let Some(id) = next.pop() {
            if self.area(id).is_some() {
                out.push(id);
            }
            next.extend(self.area_children(Some(id)).map(|a| a.id).filter(|a| seen.insert(*a)));
        }
        out
    }
    /// It and what it is part of, itself first.
    pub fn area_line(&self, id: AreaId) -> Vec<&Area> {
        self.areas.line(id, |a| a.parent)
    }
    /// Its name with what it is part of: `Phường Sài Gòn, Thành phố Hồ Chí Minh`; empty if there is no such area.
    pub fn area_name(&self, id: AreaId) -> String {
        self.area_line(id).into_iter().map(|a| a.name.as_str()).collect::<Vec<_>>().join(", ")
    }
    /// The areas that are now where that one was: itself if it is in force, else what it became, and that, and so on. In
    /// the order of the record; empty if it ended without a successor.
    pub fn area_now(&self, id: AreaId) -> Vec<AreaId> {
        let (mut out, mut seen, mut next) = (Vec::new(), HashSet::from([id]), vec![id]);
        while let Some(id) = next.pop() {
            let Some(area) = self.area(id) else { continue };
            if area.in_force(self.day) {
                out.push(id);
            } else {
                next.extend(area.became.iter().rev().copied().filter(|a| seen.insert(*a)));
            }
        }
        out
    }
    /// The area that a text names: its id, its code, its name in force, or a former name; with or without its tier
    /// (`Phường Bến Nghé`, `P. Bến Nghé`, `ben nghe`) and what it is part of (`…, Quận 1`). An area in force goes before
    /// one that has ended.
    ///
    /// # Errors
    /// A fault of `area` that names the nearest, or the several that the text fits.
    pub fn area_by(&self, text: &str) -> Result<AreaId, FieldFault> {
        self.find_area(text)
    }

    // ---- units

    /// A unit, active or not.
    pub fn unit(&self, id: UnitId) -> Option<&Unit> {
        self.units.all.get(&id)
    }
    /// All units, in no order.
    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        self.units.all.values()
    }
    /// The units that belong to it, ended ones too, in order of names; of `None`: those that belong to none.
    pub fn unit_children(&self, of: Option<UnitId>) -> impl Iterator<Item = &Unit> {
        self.units.children(of)
    }
    /// It and all that belong to it, at any depth. Empty if there is no such unit.
    pub fn unit_subtree(&self, id: UnitId) -> &HashSet<UnitId> {
        self.units.within(id)
    }
    /// It and what it belongs to, itself first.
    pub fn unit_line(&self, id: UnitId) -> Vec<&Unit> {
        self.units.line(id, |u| u.parent)
    }
    /// Its full name; empty if there is no such unit.
    pub fn unit_name(&self, id: UnitId) -> &str {
        self.unit(id).map_or("", |u| u.name.as_str())
    }
    /// The unit that a text names: its id, code, full or short name. An active unit goes before one that has ended.
    ///
    /// # Errors
    /// A fault of `unit` that names the nearest, or the several that the text fits.
    pub fn unit_by(&self, text: &str) -> Result<UnitId, FieldFault> {
        self.find_unit(text)
    }

    // ---- registers

    /// An entry by its code, in force or not.
    pub fn item(&self, register: Register, code: &str) -> Option<&RegisterItem> {
        let at = *self.places.get(&(register, code.to_owned()))?;
        self.items.get(&register)?.get(at)
    }
    /// An entry by its id.
    pub fn item_of(&self, id: ItemId) -> Option<&RegisterItem> {
        self.items.values().flatten().find(|i| i.id == id)
    }
    /// All entries of a list, in its order, ended ones too.
    pub fn all_items(&self, register: Register) -> &[RegisterItem] {
        self.items.get(&register).map(Vec::as_slice).unwrap_or_default()
    }
    /// The entries in force on a day, in the order of the list.
    pub fn items(&self, register: Register, on_day: CivilDate) -> impl Iterator<Item = &RegisterItem> {
        self.all_items(register).iter().filter(move |i| i.in_force(on_day))
    }
    /// An entry's name; its code if there is no such entry.
    pub fn item_name<'a>(&'a self, register: Register, code: &'a str, language: Language) -> &'a str {
        self.item(register, code).map_or(code, |i| i.name(language))
    }
    /// The code of the entry that a text names: its code, or its name in either language.
    ///
    /// # Errors
    /// A fault of `field` that names the nearest.
    pub fn item_by(&self, register: Register, field: &'static str, text: &str) -> Result<String, FieldFault> {
        self.find_item(register, field, text)
    }

    pub(crate) fn names(&self) -> (&Names<AreaId>, &Names<UnitId>) {
        (&self.area_names, &self.unit_names)
    }
}

#[cfg(test)]
#[path = "tests/book.rs"]
mod tests;
