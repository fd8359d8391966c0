//! The catalogue in memory: lists and searches without touching the disk.
//!
//! Derived from the store when the office opens and after each commit; never a source of truth. A camera has a slot: its
//! record, one short row of what is filtered by (`cols`), and its folded text in one long string (`texts`), so that a search
//! reads memory from front to end. A change of one camera touches its slot and its place in two orders, nothing else.
//!
//! Here: what is kept and how it follows the store. Filters and pages: `list`; ranked search: `find`; names of areas and
//! units around the cameras: `labels`; folded text: `texts`.

mod filter;
mod find;
mod labels;
pub(crate) mod list;
mod map;
mod texts;

pub use filter::{CameraFilter, Facet, Facets, Page, Running, Special};
pub use find::CameraHit;
pub(crate) use find::{nearest_words, score_text};
pub(crate) use list::Bits;
pub use map::{MapCell, MapPage, MapRow};
pub(crate) use texts::Query;

use base::{CameraId, WallTime};
use domain::text::fold;
use domain::{Camera, camera};
use labels::{Around, Key, Labels};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};
use texts::Texts;

/// Changes that a derived view (what an account sees) can catch up with; further behind, it is made anew.
const LOG: usize = 2_048;
/// Purposes beyond this many are looked up in the record.
const PURPOSE_BITS: usize = 128;
/// Codes of words that typing errors are measured against: words of at least so many letters.
const WORD_LETTERS_MIN: usize = 3;

/// A camera and its folded code and name.
struct Row {
    camera: Camera,
    code: String,
    name: String,
}

/// What is filtered and sorted by, one short row for each slot.
#[derive(Clone, Copy)]
struct Col {
    /// Of [`Labels`].
    area: u32,
    /// Of [`Labels`].
    unit: u32,
    /// Of [`Catalogue::codes`]; 0: none.
    place: u32,
    /// One bit for each of the first [`PURPOSE_BITS`] codes.
    purposes: u128,
    /// NaN: not known.
    lat: f64,
    lon: f64,
    height_m: f64,
    /// Percent.
    complete: u8,
    has_direction: bool,
    confirmed_at: WallTime,
    changed_at: WallTime,
}

/// Slots in an order, kept up to date once it was asked for.
struct Orders {
    code: Vec<u32>,
    name: Vec<u32>,
}

/// See the module.
#[derive(Default)]
pub(crate) struct Catalogue {
    rows: Vec<Option<Arc<Row>>>,
    cols: Vec<Col>,
    texts: Texts,
    free: Vec<u32>,
    by_id: HashMap<CameraId, u32>,
    /// By code in small letters.
    by_code: HashMap<String, u32>,
    orders: OnceLock<Orders>,
    areas: Labels,
    units: Labels,
    /// Codes of purposes and places; the first is the empty one.
    codes: Vec<String>,
    code_numbers: HashMap<String, u32>,
    /// Words of names and addresses, and how many cameras have them: what typing errors are measured against.
    words: HashMap<String, u32>,
    /// Highest number given under a prefix.
    numbers: HashMap<String, u64>,
    /// Counts the changes.
    change: u64,
    /// The slots that changed last, newest last.
    log: Vec<u32>,
    around: Mutex<Option<Arc<Around>>>,
    /// How complete a record is, in percent.
    assess: Option<Assess>,
}

/// Tells how complete a record is, in percent: the rule needs what the catalogue does not hold.
pub(crate) type Assess = Box<dyn Fn(&Camera) -> u8 + Send + Sync>;

impl Catalogue {
    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }

    /// From now on, records are judged by this.
    pub(crate) fn assess_by(&mut self, assess: Assess) {
        self.assess = Some(assess);
    }

    /// Slots, taken and free: the length of a [`list::Bits`] over all.
    pub(crate) fn slots(&self) -> usize {
        self.rows.len()
    }

    /// Puts a camera in, or takes it out.
    pub(crate) fn set(&mut self, id: CameraId, camera: Option<Camera>) {
        let before = self.by_id.get(&id).copied();
        if let Some(slot) = before {
            self.take_out(slot);
        }
        let Some(camera) = camera else {
            if let Some(slot) = before {
                self.by_id.remove(&id);
                self.texts.set(slot, "");
                self.free.push(slot);
                self.note(slot);
            }
            return;
        };
        let slot = match before.or_else(|| self.free.pop()) {
            Some(slot) => slot,
            None => u32::try_from(self.rows.len()).unwrap_or(u32::MAX),
        };
        self.put_in(slot, camera);
        self.by_id.insert(id, slot);
        self.note(slot);
    }

    /// As [`Catalogue::set`] for many at once: the orders are made anew afterwards instead of moved for each.
    pub(crate) fn set_many(&mut self, cameras: impl IntoIterator<Item = (CameraId, Option<Camera>)>) {
        self.orders = OnceLock::new();
        for (id, camera) in cameras {
            self.set(id, camera);
        }
        self.orders();
    }

    fn note(&mut self, slot: u32) {
        self.change += 1;
        if self.log.len() >= 2 * LOG {
            self.log.drain(..LOG);
        }
        self.log.push(slot);
    }

    /// The slots that changed since `change`; `None` if that is too long ago.
    pub(crate) fn changed_since(&self, change: u64) -> Option<&[u32]> {
        let n = usize::try_from(self.change.checked_sub(change)?).ok()?;
        self.log.get(self.log.len().checked_sub(n)?..)
    }

    fn take_out(&mut self, slot: u32) {
        let at = slot as usize;
        let Some(old) = self.rows.get_mut(at).and_then(Option::take) else { return };
        if let Some(col) = self.cols.get(at) {
            self.areas.leave(col.area);
            self.units.leave(col.unit);
        }
        self.by_code.remove(&old.code);
        for word in spelled(&old) {
            if let Some(n) = self.words.get_mut(&word) {
                *n = n.saturating_sub(1);
                if *n == 0 {
                    self.words.remove(&word);
                }
            }
        }
        let Some(mut orders) = self.orders.take() else { return };
        // The row is out of `rows` already: found by what it was.
        let place = |order: &[u32], by: &dyn Fn(&Row) -> std::cmp::Ordering| {
            let start = order.partition_point(|s| *s != slot && self.row(*s).is_some_and(|r| by(r).is_lt()));
            order.get(start..)?.iter().position(|s| *s == slot).map(|n| start + n)
        };
        if let Some(n) = place(&orders.code, &|r| r.code.cmp(&old.code)) {
            orders.code.remove(n);
        }
        if let Some(n) = place(&orders.name, &|r| (&r.name, &r.code).cmp(&(&old.name, &old.code))) {
            orders.name.remove(n);
        }
        let _ = self.orders.set(orders);
    }

    fn put_in(&mut self, slot: u32, camera: Camera) {
        self.note_number(&camera.code);
        let area = self.areas.enter(Key::of(camera.area_id.map(|a| a.to_bytes()), camera.area.as_deref()));
        let unit = self.units.enter(Key::of(camera.unit_id.map(|u| u.to_bytes()), camera.unit.as_deref()));
        let facts = &camera.facts;
        let place = facts.place.as_deref().map_or(0, |p| self.code_number(p));
        let mut purposes = 0u128;
        for p in &facts.purposes {
            let n = self.code_number(p) as usize;
            purposes |= if n < PURPOSE_BITS { 1 << n } else { 0 };
        }
        let col = Col {
            area,
            unit,
            place,
            purposes,
            lat: facts.position.map_or(f64::NAN, |p| p.lat),
            lon: facts.position.map_or(f64::NAN, |p| p.lon),
            height_m: facts.height_m.unwrap_or(f64::NAN),
            complete: self.assess.as_ref().map_or(0, |assess| assess(&camera)),
            has_direction: facts.direction_deg.is_some() || facts.angle_deg.is_some_and(|a| a >= 360.0),
            confirmed_at: facts.confirmed_at.unwrap_or(camera.created_at),
            changed_at: camera.changed_at,
        };
        let row = Row { code: camera.code.to_ascii_lowercase(), name: fold(&camera.name), camera };
        self.texts.set(slot, &texts::text_of(&row.code, &row.name, &row.camera));
        self.by_code.insert(row.code.clone(), slot);
        for word in spelled(&row) {
            *self.words.entry(word).or_default() += 1;
        }
        let at = slot as usize;
        if at >= self.rows.len() {
            self.rows.resize_with(at + 1, || None);
            self.cols.resize(at + 1, col);
        }
        if let Some(place) = self.cols.get_mut(at) {
            *place = col;
        }
        let row = Arc::new(row);
        if let Some(mut orders) = self.orders.take() {
            let n = orders.code.partition_point(|s| self.row(*s).is_some_and(|r| r.code < row.code));
            orders.code.insert(n, slot);
            let before = |r: &Row| (&r.name, &r.code) < (&row.name, &row.code);
            let n = orders.name.partition_point(|s| self.row(*s).is_some_and(before));
            orders.name.insert(n, slot);
            let _ = self.orders.set(orders);
        }
        if let Some(place) = self.rows.get_mut(at) {
            *place = Some(row);
        }
    }

    /// Finds anew how complete these cameras' records are: what the rule rests on beside them has changed.
    pub(crate) fn assess_again(&mut self, which: impl Fn(&Camera) -> bool) {
        let Some(assess) = &self.assess else { return };
        for (row, col) in self.rows.iter().zip(&mut self.cols) {
            if let Some(row) = row.as_deref().filter(|row| which(&row.camera)) {
                col.complete = assess(&row.camera);
            }
        }
    }

    fn row(&self, slot: u32) -> Option<&Row> {
        self.rows.get(slot as usize)?.as_deref()
    }
    pub(crate) fn camera_at(&self, slot: u32) -> Option<&Camera> {
        self.row(slot).map(|r| &r.camera)
    }
    fn col(&self, slot: u32) -> Option<&Col> {
        self.cols.get(slot as usize)
    }

    fn orders(&self) -> &Orders {
        self.orders.get_or_init(|| {
            let mut rows: Vec<(&Row, u32)> =
                (0..).zip(&self.rows).filter_map(|(s, r)| Some((r.as_deref()?, s))).collect();
            rows.sort_unstable_by(|a, b| a.0.code.cmp(&b.0.code));
            let code: Vec<u32> = rows.iter().map(|r| r.1).collect();
            rows.sort_by(|a, b| a.0.name.cmp(&b.0.name));
            Orders { code, name: rows.into_iter().map(|r| r.1).collect() }
        })
    }

    /// The number of a code of a purpose or place.
    fn code_number(&mut self, code: &str) -> u32 {
        if self.codes.is_empty() {
            self.codes.push(String::new());
        }
        if let Some(n) = self.code_numbers.get(code) {
            return *n;
        }
        let n = u32::try_from(self.codes.len()).unwrap_or(u32::MAX);
        self.codes.push(code.to_owned());
        self.code_numbers.insert(code.to_owned(), n);
        n
    }

    /// Codes that the node gives come behind this one.
    pub(crate) fn note_number(&mut self, code: &str) {
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
        self.by_id.get(&id).and_then(|s| self.camera_at(*s)).cloned()
    }
    pub(crate) fn camera(&self, id: CameraId) -> Option<&Camera> {
        self.by_id.get(&id).and_then(|slot| self.camera_at(*slot))
    }
    /// Counts the changes.
    pub(crate) fn change(&self) -> u64 {
        self.change
    }
    /// How complete its record is, in percent, if it is seen.
    pub(crate) fn share(&self, id: CameraId, sight: &crate::sight::Sight<'_>) -> Option<u8> {
        let slot = *self.by_id.get(&id)?;
        self.camera_at(slot).filter(|c| sight.sees(slot, c))?;
        self.col(slot).map(|c| c.complete)
    }
    pub(crate) fn by_code(&self, code: &str) -> Option<Camera> {
        self.by_code.get(&code.to_ascii_lowercase()).and_then(|s| self.camera_at(*s)).cloned()
    }
    pub(crate) fn codes(&self) -> HashMap<CameraId, String> {
        self.cameras().map(|c| (c.id, c.code.clone())).collect()
    }
    /// All cameras, in no order.
    pub(crate) fn cameras(&self) -> impl Iterator<Item = &Camera> {
        self.rows.iter().flatten().map(|r| &r.camera)
    }
    /// Areas and units that occur as people wrote them, in order.
    pub(crate) fn places(&self, registers: &Arc<domain::Registers>) -> (Vec<String>, Vec<String>) {
        let around = self.around(registers);
        (around.areas.names(&self.areas), around.units.names(&self.units))
    }
}

/// The words of a camera's name that can be misspelled.
fn spelled(row: &Row) -> impl Iterator<Item = String> {
    let word = |w: &&str| w.chars().count() >= WORD_LETTERS_MIN && w.chars().all(char::is_alphabetic);
    let own = row.name.split(|c: char| !c.is_alphanumeric()).filter(word).map(str::to_owned);
    let address = row.camera.facts.address.as_deref().map(fold).unwrap_or_default();
    let more: Vec<String> = address.split(|c: char| !c.is_alphanumeric()).filter(word).map(str::to_owned).collect();
    own.collect::<Vec<_>>().into_iter().chain(more)
}

#[cfg(test)]
#[path = "../tests/catalogue.rs"]
mod tests;
