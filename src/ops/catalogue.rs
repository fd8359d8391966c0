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
use std::sync::Arc;

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
    text: String,
}

impl Row {
    fn new(camera: Camera) -> Self {
        let place = |p: &Option<String>| p.as_deref().map(fold).unwrap_or_default();
        let (code, name) = (camera.code.to_ascii_lowercase(), fold(&camera.name));
        let (area, unit) = (place(&camera.area), place(&camera.unit));
        Self { text: format!("{name} {code} {area} {unit}"), camera, code, name, area, unit }
    }
    /// What the row is sorted by; the code makes it unique.
    fn key(&self, sort: CameraSort) -> Key {
        let first = match sort {
            CameraSort::Code => "",
            CameraSort::Name => &self.name,
            CameraSort::Area => &self.area,
            CameraSort::Unit => &self.unit,
        };
        (first.to_owned(), self.code.clone())
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

    fn order(&self, sort: CameraSort) -> &BTreeMap<Key, Arc<Row>> {
        let [code, name, area, unit] = &self.orders;
        match sort {
            CameraSort::Code => code,
            CameraSort::Name => name,
            CameraSort::Area => area,
            CameraSort::Unit => unit,
        }
    }
    fn row_of(&self, code: &str) -> Option<&Arc<Row>> {
        self.order(CameraSort::Code).get(&(String::new(), code.to_ascii_lowercase()))
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
        let after = filter.cursor.as_deref().map(read_cursor).transpose()?.map_or(Bound::Unbounded, Bound::Excluded);
        let wanted = |t: &Option<String>| t.as_deref().map(fold).filter(|t| !t.is_empty());
        let q = filter.q.as_deref().map(|q| fold(&domain::text::cut(q, limits::QUERY_BYTES_MAX))).unwrap_or_default();
        let words: Vec<Finder<'_>> = q.split(' ').filter(|w| !w.is_empty()).map(Finder::new).collect();
        let (area, unit) = (wanted(&filter.area), wanted(&filter.unit));
        let fits = |r: &Row| {
            area.as_ref().is_none_or(|a| r.area == *a)
                && unit.as_ref().is_none_or(|u| r.unit == *u)
                && words.iter().all(|w| w.find(r.text.as_bytes()).is_some())
        };
        let mut rest = self.order(filter.sort).range((after, Bound::Unbounded)).filter(|(_, r)| fits(r));
        let rows: Vec<_> = rest.by_ref().take(limit).collect();
        let more = rest.next().is_some();
        let next = rows.last().filter(|_| more).map(|(key, _)| cursor(key));
        let items: Vec<Camera> = rows.into_iter().map(|(_, r)| r.camera.clone()).collect();
        let all = words.is_empty() && area.is_none() && unit.is_none();
        let total = match filter.cursor {
            _ if all => self.rows.len(),
            None if !more => items.len(),
            _ => self.rows.values().filter(|r| fits(r)).count(),
        };
        Ok(Page { items, next, total })
    }
}

fn cursor((first, code): &Key) -> String {
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
