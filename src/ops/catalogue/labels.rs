//! The areas and units that cameras name, by number; and what stands in the registers around each.
//!
//! A camera's own text does not hold the names of its area and unit where they are in the register: a search looks them up
//! here, former names and what lies above included. So a renamed or merged area changes no camera's text.

use super::{Catalogue, texts::Query};
use base::{AreaId, UnitId};
use domain::Registers;
use domain::text::fold;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError};

/// What a camera names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    /// Nothing.
    None,
    /// An entry of the register.
    Id([u8; 16]),
    /// As it was written.
    Text(String),
}

impl Key {
    pub(crate) fn of(id: Option<[u8; 16]>, text: Option<&str>) -> Self {
        match (id, text) {
            (Some(id), _) => Key::Id(id),
            (None, Some(text)) => Key::Text(text.to_owned()),
            (None, None) => Key::None,
        }
    }
}

/// Numbers for what cameras name, and how many name it.
#[derive(Default)]
pub(crate) struct Labels {
    pub(crate) keys: Vec<(Key, usize)>,
    numbers: HashMap<Key, u32>,
}

impl Labels {
    pub(crate) fn enter(&mut self, key: Key) -> u32 {
        let n = match self.numbers.get(&key) {
            Some(n) => *n,
            None => {
                let n = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
                self.keys.push((key.clone(), 0));
                self.numbers.insert(key, n);
                n
            }
        };
        if let Some((_, count)) = self.keys.get_mut(n as usize) {
            *count += 1;
        }
        n
    }
    pub(crate) fn leave(&mut self, n: u32) {
        if let Some((_, count)) = self.keys.get_mut(n as usize) {
            *count = count.saturating_sub(1);
        }
    }
}

/// One label with its names.
#[derive(Default)]
pub(crate) struct Spot {
    /// For people; empty where nothing is named.
    pub(crate) name: String,
    /// What it stands by in order.
    pub(crate) sort: String,
    /// All its names, folded: former ones, those it came from, those above.
    text: String,
    /// Place in the order.
    pub(crate) rank: u32,
}

/// The spots of all labels.
#[derive(Default)]
pub(crate) struct Spots(pub(crate) Vec<Spot>);

impl Spots {
    fn new(labels: &Labels, spot: impl Fn(&Key) -> Spot) -> Self {
        let mut spots: Vec<Spot> = labels.keys.iter().map(|(key, _)| spot(key)).collect();
        let mut order: Vec<usize> = (0..spots.len()).collect();
        order.sort_by(|a, b| spots.get(*a).map(|s| &s.sort).cmp(&spots.get(*b).map(|s| &s.sort)));
        let mut rank = 0;
        let mut before: Option<String> = None;
        for n in order {
            if let Some(spot) = spots.get_mut(n) {
                // Equal names are one place of the order: the code decides.
                rank += u32::from(before.as_ref() != Some(&spot.sort));
                before = Some(spot.sort.clone());
                spot.rank = rank;
            }
        }
        Self(spots)
    }
    pub(crate) fn get(&self, n: u32) -> Option<&Spot> {
        self.0.get(n as usize)
    }
    pub(crate) fn name(&self, n: u32) -> &str {
        self.get(n).map_or("", |s| s.name.as_str())
    }
    /// The words that fit each label's names.
    pub(crate) fn hits(&self, q: &Query) -> Vec<u16> {
        self.0.iter().map(|s| q.hits(&s.text)).collect()
    }
    /// Folded words of all names.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(|s| s.text.split(|c: char| !c.is_alphanumeric()))
    }
    /// The names that occur, in order, each once.
    pub(crate) fn names(&self, labels: &Labels) -> Vec<String> {
        let mut used: Vec<&Spot> = self
            .0
            .iter()
            .zip(&labels.keys)
            .filter(|(s, (_, n))| *n > 0 && !s.name.is_empty())
            .map(|(s, _)| s)
            .collect();
        used.sort_by(|a, b| (a.rank, &a.name).cmp(&(b.rank, &b.name)));
        used.dedup_by(|a, b| a.name == b.name);
        used.into_iter().map(|s| s.name.clone()).collect()
    }
}

/// What stands around the cameras on one reading of the registers.
pub(crate) struct Around {
    /// Every change of the registers makes a new book.
    book: Arc<Registers>,
    sizes: (usize, usize),
    pub(crate) areas: Spots,
    pub(crate) units: Spots,
}

fn written(text: &str) -> Spot {
    Spot { name: text.to_owned(), sort: fold(text), text: String::new(), rank: 0 }
}

/// Folded names, one behind the other.
fn folded<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for name in names {
        text.push_str(&fold(name));
        text.push(' ');
    }
    text
}

/// For each area in force, the ended ones that are now there.
pub(crate) fn came_from(book: &Registers) -> HashMap<AreaId, Vec<AreaId>> {
    let mut from: HashMap<AreaId, Vec<AreaId>> = HashMap::new();
    for old in book.areas().filter(|a| !a.in_force(book.day())) {
        for now in book.area_now(old.id) {
            from.entry(now).or_default().push(old.id);
        }
    }
    from
}

/// All names by which an area is found: its own, former ones, its code, those above, and the same of what it came from.
pub(crate) fn area_text(book: &Registers, id: AreaId, from: &HashMap<AreaId, Vec<AreaId>>) -> String {
    let mut areas: Vec<&domain::Area> = book.area_line(id);
    for old in from.get(&id).into_iter().flatten() {
        areas.extend(book.area_line(*old));
    }
    let mut seen = HashSet::new();
    areas.retain(|a| seen.insert(a.id));
    folded(areas.iter().flat_map(|a| {
        std::iter::once(a.name.as_str()).chain([a.code.as_str()]).chain(a.former_names.iter().map(String::as_str))
    }))
}

/// All names by which a unit is found.
pub(crate) fn unit_text(book: &Registers, id: UnitId) -> String {
    folded(book.unit_line(id).iter().flat_map(|u| [u.name.as_str(), u.short_name.as_str(), u.code.as_str()]))
}

impl Catalogue {
    /// What the registers say around the cameras; made anew only when they or the labels have changed.
    pub(crate) fn around(&self, book: &Arc<Registers>) -> Arc<Around> {
        let sizes = (self.areas.keys.len(), self.units.keys.len());
        let mut kept = self.around.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(around) = kept.as_ref().filter(|a| Arc::ptr_eq(&a.book, book) && a.sizes == sizes) {
            return around.clone();
        }
        let from = came_from(book);
        let areas = Spots::new(&self.areas, |key| match key {
            Key::None => Spot::default(),
            Key::Text(text) => written(text),
            Key::Id(id) => {
                let id = AreaId::from_bytes(*id);
                let name = book.area(id).map(|a| a.name.clone()).unwrap_or_default();
                Spot { sort: fold(&name), name, text: area_text(book, id, &from), rank: 0 }
            }
        });
        let units = Spots::new(&self.units, |key| match key {
            Key::None => Spot::default(),
            Key::Text(text) => written(text),
            Key::Id(id) => {
                let id = UnitId::from_bytes(*id);
                let name = book.unit_name(id).to_owned();
                Spot { sort: fold(&name), name, text: unit_text(book, id), rank: 0 }
            }
        });
        let around = Arc::new(Around { book: book.clone(), sizes, areas, units });
        *kept = Some(around.clone());
        around
    }
}
