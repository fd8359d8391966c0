//! The catalogue in memory: lists and searches without touching the disk.
//!
//! Derived from the store when the office opens and after each commit; never a source of truth. Search works on folded
//! text (without diacritics), so "nguyen hue" finds "Nguyễn Huệ".

use base::{CameraId, limits};
use domain::text::fold;
use domain::{Camera, CameraSort, camera};
use memchr::memmem::Finder;
use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::sync::{Arc, OnceLock};

/// Which cameras are wanted.
#[derive(Clone, Debug)]
pub struct CameraFilter {
    /// Words that occur in name, code, area or unit.
    pub q: Option<String>,
    /// Exactly this area, but for diacritics and case.
    pub area: Option<String>,
    /// Exactly this unit, but for diacritics and case.
    pub unit: Option<String>,
    /// Order.
    pub sort: CameraSort,
    /// Rows; cut to [`limits::PAGE_ROWS_MAX`].
    pub limit: usize,
    /// Where to go on: [`Page::next`] of the page before, with the same filter.
    pub cursor: Option<String>,
}

impl Default for CameraFilter {
    fn default() -> Self {
        Self { q: None, area: None, unit: None, sort: CameraSort::Code, limit: limits::PAGE_ROWS_DEFAULT, cursor: None }
    }
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
    /// All that match.
    pub total: usize,
}

struct Row {
    camera: Camera,
    code: String,
    name: String,
    area: String,
    unit: String,
}

impl Row {
    fn new(camera: Camera) -> Self {
        let place = |p: &Option<String>| p.as_deref().map(fold).unwrap_or_default();
        let (code, name) = (camera.code.to_ascii_lowercase(), fold(&camera.name));
        let (area, unit) = (place(&camera.area), place(&camera.unit));
        Self { camera, code, name, area, unit }
    }
    /// What the row is sorted by; the code makes it unique.
    fn sorted_by(&self, sort: CameraSort) -> (&str, &str) {
        let first = match sort {
            CameraSort::Code => "",
            CameraSort::Name => &self.name,
            CameraSort::Area => &self.area,
            CameraSort::Unit => &self.unit,
        };
        (first, &self.code)
    }
    fn key(&self, sort: CameraSort) -> Key {
        let (first, code) = self.sorted_by(sort);
        (first.to_owned(), code.to_owned())
    }
}

type Key = (String, String);
/// A place's folded and written name, and how many cameras are there.
type Places = BTreeMap<(String, String), usize>;
const SORTS: [CameraSort; 4] = [CameraSort::Code, CameraSort::Name, CameraSort::Area, CameraSort::Unit];

/// See the module.
#[derive(Default)]
pub(crate) struct Catalogue {
    rows: HashMap<CameraId, Arc<Row>>,
    /// One for each of [`SORTS`].
    orders: [BTreeMap<Key, Arc<Row>>; SORTS.len()],
    areas: Places,
    units: Places,
    /// Highest number given under a prefix.
    numbers: HashMap<String, u64>,
    /// What searches walk through, one for each of [`SORTS`]; made by the first search after a change.
    texts: [OnceLock<Texts>; SORTS.len()],
}

/// All rows' texts behind each other, in one order: a search reads memory from front to end instead of jumping about.
struct Texts {
    all: String,
    /// Where each row's text ends.
    rows: Vec<(usize, Arc<Row>)>,
}

impl Texts {
    fn of(order: &BTreeMap<Key, Arc<Row>>) -> Self {
        let mut texts = Self { all: String::new(), rows: Vec::with_capacity(order.len()) };
        for row in order.values() {
            for part in [&row.name, &row.code, &row.area, &row.unit] {
                texts.all.push_str(part);
                texts.all.push(' ');
            }
            texts.rows.push((texts.all.len(), row.clone()));
        }
        texts
    }
    /// The rows whose text has all the words, in order.
    fn with<'a>(&'a self, words: &'a [Finder<'_>]) -> impl Iterator<Item = &'a Row> {
        let mut start = 0;
        self.rows.iter().filter_map(move |(end, row)| {
            let text = self.all.as_bytes().get(start..*end).unwrap_or_default();
            start = *end;
            words.iter().all(|w| w.find(text).is_some()).then_some(row.as_ref())
        })
    }
}

fn count_place(places: &mut Places, place: Option<&String>, come: bool) {
    let Some(place) = place else { return };
    let key = (fold(place), place.clone());
    let n = places.entry(key.clone()).or_default();
    *n = if come { n.saturating_add(1) } else { n.saturating_sub(1) };
    if *n == 0 {
        places.remove(&key);
    }
}

impl Catalogue {
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Puts a camera in, or takes it out.
    pub(crate) fn set(&mut self, id: CameraId, camera: Option<Camera>) {
        self.texts = Default::default();
        if let Some(old) = self.rows.remove(&id) {
            for (order, sort) in self.orders.iter_mut().zip(SORTS) {
                order.remove(&old.key(sort));
            }
            count_place(&mut self.areas, old.camera.area.as_ref(), false);
            count_place(&mut self.units, old.camera.unit.as_ref(), false);
        }
        let Some(camera) = camera else { return };
        self.note_number(&camera.code);
        count_place(&mut self.areas, camera.area.as_ref(), true);
        count_place(&mut self.units, camera.unit.as_ref(), true);
        let row = Arc::new(Row::new(camera));
        for (order, sort) in self.orders.iter_mut().zip(SORTS) {
            order.insert(row.key(sort), row.clone());
        }
        self.rows.insert(id, row);
    }

    fn note_number(&mut self, code: &str) {
        if let Some((prefix, n)) = camera::number_of(code) {
            let highest = self.numbers.entry(prefix.to_ascii_lowercase()).or_default();
            *highest = (*highest).max(n);
        }
    }

    /// The next free code under a prefix.
    pub(crate) fn next_code(&self, prefix: &str) -> String {
        let mut n = self.numbers.get(&prefix.to_ascii_lowercase()).copied().unwrap_or(0).saturating_add(1);
        loop {
            let code = camera::numbered_code(prefix, n);
            if self.row_of(&code).is_none() {
                return code;
            }
            n = n.saturating_add(1);
        }
    }

    /// As [`Catalogue::next_code`]; nobody else gets this one.
    pub(crate) fn take_code(&mut self, prefix: &str) -> String {
        let code = self.next_code(prefix);
        self.note_number(&code);
        code
    }

    fn order(&self, sort: CameraSort) -> (&BTreeMap<Key, Arc<Row>>, &OnceLock<Texts>) {
        let ([code, name, area, unit], [by_code, by_name, by_area, by_unit]) = (&self.orders, &self.texts);
        match sort {
            CameraSort::Code => (code, by_code),
            CameraSort::Name => (name, by_name),
            CameraSort::Area => (area, by_area),
            CameraSort::Unit => (unit, by_unit),
        }
    }
    fn row_of(&self, code: &str) -> Option<&Arc<Row>> {
        self.order(CameraSort::Code).0.get(&(String::new(), code.to_ascii_lowercase()))
    }
    pub(crate) fn by_id(&self, id: CameraId) -> Option<Camera> {
        self.rows.get(&id).map(|r| r.camera.clone())
    }
    pub(crate) fn by_code(&self, code: &str) -> Option<Camera> {
        self.row_of(code).map(|r| r.camera.clone())
    }
    pub(crate) fn codes(&self) -> HashMap<CameraId, String> {
        self.rows.iter().map(|(id, r)| (*id, r.camera.code.clone())).collect()
    }
    /// Areas and units that occur, in order.
    pub(crate) fn places(&self) -> (Vec<String>, Vec<String>) {
        let of = |places: &Places| places.keys().map(|(_, written)| written.clone()).collect();
        (of(&self.areas), of(&self.units))
    }

    /// A page. `Err` if the cursor is not one of ours.
    pub(crate) fn list(&self, filter: &CameraFilter) -> Result<Page<Camera>, ()> {
        let limit = filter.limit.clamp(1, limits::PAGE_ROWS_MAX);
        let after = filter.cursor.as_deref().map(read_cursor).transpose()?;
        let wanted = |t: &Option<String>| t.as_deref().map(fold).filter(|t| !t.is_empty());
        let q = filter.q.as_deref().map(|q| fold(&domain::text::cut(q, limits::QUERY_BYTES_MAX))).unwrap_or_default();
        let words: Vec<Finder<'_>> = q.split(' ').filter(|w| !w.is_empty()).map(Finder::new).collect();
        let (area, unit) = (wanted(&filter.area), wanted(&filter.unit));
        let there = |r: &&Row| area.as_ref().is_none_or(|a| r.area == *a) && unit.as_ref().is_none_or(|u| r.unit == *u);
        let (order, texts) = self.order(filter.sort);
        // One row more than asked for tells whether there is a next page.
        let (mut rows, total): (Vec<&Row>, usize) = if words.is_empty() {
            let all = area.is_none() && unit.is_none();
            let from = after.map_or(Bound::Unbounded, Bound::Excluded);
            let rows = order.range((from, Bound::Unbounded)).map(|(_, r)| r.as_ref()).filter(there).take(limit + 1);
            let total = if all { self.rows.len() } else { order.values().map(AsRef::as_ref).filter(there).count() };
            (rows.collect(), total)
        } else {
            let (mut rows, mut total) = (Vec::new(), 0);
            for row in texts.get_or_init(|| Texts::of(order)).with(&words).filter(there) {
                total += 1;
                let later = |(first, code): &Key| row.sorted_by(filter.sort) > (first.as_str(), code.as_str());
                if rows.len() <= limit && after.as_ref().is_none_or(later) {
                    rows.push(row);
                }
            }
            (rows, total)
        };
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|r| cursor(r.sorted_by(filter.sort)));
        let items = rows.into_iter().map(|r| r.camera.clone()).collect();
        Ok(Page { items, next, total })
    }
}

fn cursor((first, code): (&str, &str)) -> String {
    format!("{code}~{first}")
}

fn read_cursor(text: &str) -> Result<Key, ()> {
    let (code, first) = text.split_once('~').ok_or(())?;
    // A code never holds a `~`.
    if code.len() > limits::CODE_BYTES_MAX || first.len() > 4 * limits::NAME_BYTES_MAX {
        return Err(());
    }
    Ok((first.to_owned(), code.to_owned()))
}

#[cfg(test)]
#[path = "tests/catalogue.rs"]
mod tests;
