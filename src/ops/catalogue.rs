//! The catalogue in memory: lists and searches without touching the disk.
//!
//! Derived from the store when the office opens and after each commit; never a source of truth. Search works on folded
//! text (without diacritics), so "nguyen hue" finds "Nguyễn Huệ".

use base::{CameraId, limits};
use domain::text::fold;
use domain::{Camera, CameraSort, camera};
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap};
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
    fn key(&self, sort: CameraSort) -> (&str, &str) {
        let first = match sort {
            CameraSort::Code => "",
            CameraSort::Name => &self.name,
            CameraSort::Area => &self.area,
            CameraSort::Unit => &self.unit,
        };
        (first, &self.code)
    }
}

/// See the module.
#[derive(Default)]
pub(crate) struct Catalogue {
    rows: HashMap<CameraId, Arc<Row>>,
    by_code: BTreeMap<String, Arc<Row>>,
    /// Highest number given under a prefix.
    numbers: HashMap<String, u64>,
}

impl Catalogue {
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Puts a camera in, or takes it out.
    pub(crate) fn set(&mut self, id: CameraId, camera: Option<Camera>) {
        if let Some(old) = self.rows.remove(&id) {
            self.by_code.remove(&old.code);
        }
        let Some(camera) = camera else { return };
        self.note_number(&camera.code);
        let row = Arc::new(Row::new(camera));
        self.by_code.insert(row.code.clone(), row.clone());
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
            if !self.by_code.contains_key(&code.to_ascii_lowercase()) {
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

    pub(crate) fn by_id(&self, id: CameraId) -> Option<Camera> {
        self.rows.get(&id).map(|r| r.camera.clone())
    }
    pub(crate) fn by_code(&self, code: &str) -> Option<Camera> {
        self.by_code.get(&code.to_ascii_lowercase()).map(|r| r.camera.clone())
    }
    pub(crate) fn codes(&self) -> HashMap<CameraId, String> {
        self.rows.iter().map(|(id, r)| (*id, r.camera.code.clone())).collect()
    }
    /// Areas and units that occur, in order.
    pub(crate) fn places(&self) -> (Vec<String>, Vec<String>) {
        let of = |pick: fn(&Camera) -> Option<&String>| -> Vec<String> {
            let all: BTreeSet<(String, &String)> = self
                .rows
                .values()
                .filter_map(|r| pick(&r.camera))
                .collect::<BTreeSet<_>>()
                .into_iter()
                .map(|p| (fold(p), p))
                .collect();
            all.into_iter().map(|(_, p)| p.clone()).collect()
        };
        (of(|c| c.area.as_ref()), of(|c| c.unit.as_ref()))
    }

    /// A page. `Err` if the cursor is not one of ours.
    pub(crate) fn list(&self, filter: &CameraFilter) -> Result<Page<Camera>, ()> {
        let limit = filter.limit.clamp(1, limits::PAGE_ROWS_MAX);
        let after = filter.cursor.as_deref().map(read_cursor).transpose()?;
        let after = after.as_ref().map(|(a, b)| (a.as_str(), b.as_str()));
        let wanted = |t: &Option<String>| t.as_deref().map(fold).filter(|t| !t.is_empty());
        let q = filter.q.as_deref().map(|q| fold(&domain::text::cut(q, limits::QUERY_BYTES_MAX)));
        let words: Vec<&str> = q.as_deref().unwrap_or("").split(' ').filter(|w| !w.is_empty()).collect();
        let (area, unit) = (wanted(&filter.area), wanted(&filter.unit));
        let fits = |r: &Row| {
            area.as_ref().is_none_or(|a| r.area == *a)
                && unit.as_ref().is_none_or(|u| r.unit == *u)
                && words.iter().all(|w| r.text.contains(w))
        };
        let all = words.is_empty() && area.is_none() && unit.is_none();
        let (rows, more, total) = if filter.sort == CameraSort::Code {
            let from = after.map_or(std::ops::Bound::Unbounded, |(_, code)| std::ops::Bound::Excluded(code));
            let mut rest =
                self.by_code.range::<str, _>((from, std::ops::Bound::Unbounded)).map(|(_, r)| r).filter(|r| fits(r));
            let rows: Vec<&Row> = rest.by_ref().take(limit).map(AsRef::as_ref).collect();
            let more = rest.next().is_some();
            let total = if all { self.rows.len() } else { self.rows.values().filter(|r| fits(r)).count() };
            (rows, more, total)
        } else {
            // The smallest `limit` + 1 keys after the cursor: one walk, one heap, no sorting of everything.
            let mut heap = BinaryHeap::with_capacity(limit + 2);
            let mut total = 0;
            for row in self.rows.values().filter(|r| fits(r)) {
                total += 1;
                let key = row.key(filter.sort);
                let fuller = heap.len() > limit && heap.peek().is_some_and(|(k, _)| key >= *k);
                if after.is_none_or(|a| key > a) && !fuller {
                    heap.push((key, row.camera.id));
                    if heap.len() > limit + 1 {
                        heap.pop();
                    }
                }
            }
            let sorted = heap.into_sorted_vec();
            let rows = sorted.iter().take(limit).filter_map(|(_, id)| self.rows.get(id).map(AsRef::as_ref)).collect();
            (rows, sorted.len() > limit, total)
        };
        let next = rows.last().filter(|_| more).map(|r| cursor(r.key(filter.sort)));
        Ok(Page { items: rows.into_iter().map(|r| r.camera.clone()).collect(), next, total })
    }
}

/// Two texts that cannot be mistaken for each other: neither holds a control character.
fn cursor((first, code): (&str, &str)) -> String {
    format!("{code}~{first}")
}

fn read_cursor(text: &str) -> Result<(String, String), ()> {
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
