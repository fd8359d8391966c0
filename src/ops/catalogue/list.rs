//! Filtering, counting and paging: one pass over short rows, whatever the filter.

use super::filter::{CameraFilter, Facet, Facets, Page, Special};
use super::labels::{Around, Key, Spots};
use super::texts::Query;
use super::{Catalogue, Col, PURPOSE_BITS};
use crate::sight::Sight;
use base::{AreaId, UnitId, limits};
use domain::text::fold;
use domain::{Camera, CameraSort, Position, Register, Registers, Shape};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// A set of slots.
#[derive(Clone, Default)]
pub(crate) struct Bits(Vec<u64>);

impl Bits {
    pub(crate) fn new(len: usize) -> Self {
        Self(vec![0; len.div_ceil(64)])
    }
    pub(crate) fn has(&self, n: u32) -> bool {
        self.0.get(n as usize / 64).is_some_and(|w| w >> (n % 64) & 1 == 1)
    }
    pub(crate) fn set(&mut self, n: u32, on: bool) {
        let at = n as usize / 64;
        if at >= self.0.len() {
            self.0.resize(at + 1, 0);
        }
        if let Some(w) = self.0.get_mut(at) {
            *w = if on { *w | 1 << (n % 64) } else { *w & !(1 << (n % 64)) };
        }
    }
}

/// What of a filter a camera can fail; each a bit, so that facets know which one alone stands in the way.
mod fails {
    pub(super) const OTHER: u8 = 1;
    pub(super) const AREA: u8 = 2;
    pub(super) const UNIT: u8 = 4;
    pub(super) const PURPOSE: u8 = 8;
    pub(super) const LAYER: u8 = 16;
    pub(super) const PLACE: u8 = 32;
    pub(super) const CLASS: u8 = 64;
}

/// A height layer: code, from, below.
type Layer = (String, f64, f64);

/// A filter with its words looked up.
struct Wanted<'a> {
    q: Query,
    /// Per area and unit: the words that its names have.
    area_hits: Vec<u16>,
    unit_hits: Vec<u16>,
    areas: Option<Vec<bool>>,
    units: Option<Vec<bool>>,
    /// Bits of purposes, and codes beyond the bits.
    purposes: Option<(u128, Vec<&'a str>)>,
    sector: Option<(u128, Vec<&'a str>)>,
    place: Option<u32>,
    layer: Option<(f64, f64)>,
    only: Option<HashSet<u32>>,
    filter: &'a CameraFilter,
}

fn layers(book: &Registers) -> Vec<Layer> {
    let layer = |i: &domain::RegisterItem| {
        (i.code.clone(), i.traits.from_m.unwrap_or(f64::NEG_INFINITY), i.traits.below_m.unwrap_or(f64::INFINITY))
    };
    book.items(Register::Layer, book.day()).map(layer).collect()
}

fn in_layer(height: f64, (from, below): (f64, f64)) -> bool {
    height >= from && height < below
}

/// The areas that a text names: itself with all within it; of an ended one also where it is now.
fn areas_named(book: &Registers, text: &str) -> HashSet<AreaId> {
    let Ok(id) = book.area_by(text) else { return HashSet::new() };
    let mut all = book.area_subtree(id).clone();
    if book.area(id).is_some_and(|a| !a.in_force(book.day())) {
        let now: Vec<AreaId> = all.iter().flat_map(|a| book.area_now(*a)).collect();
        all.extend(now.into_iter().flat_map(|a| book.area_subtree(a).iter().copied()));
    }
    all
}

/// Which labels a text of the filter means.
fn labels_named(keys: &[(Key, usize)], text: &str, named: impl Fn(&[u8; 16]) -> bool) -> Vec<bool> {
    let folded = fold(text);
    let is = |key: &Key| match key {
        Key::None => text == "-",
        Key::Id(id) => named(id),
        Key::Text(written) => fold(written) == folded,
    };
    keys.iter().map(|(key, _)| is(key)).collect()
}

impl Catalogue {
    fn wanted<'a>(&self, filter: &'a CameraFilter, book: &'a Registers, around: &Around) -> Wanted<'a> {
        let q = Query::new(filter.q.as_deref().unwrap_or_default());
        let some = |t: &'a Option<String>| t.as_deref().map(str::trim).filter(|t| !t.is_empty());
        let areas = some(&filter.area).map(|text| {
            let named = areas_named(book, text);
            labels_named(&self.areas.keys, text, |id| named.contains(&AreaId::from_bytes(*id)))
        });
        let units = some(&filter.unit).map(|text| {
            let named = book.unit_by(text).map(|u| book.unit_subtree(u).clone()).unwrap_or_default();
            labels_named(&self.units.keys, text, |id| named.contains(&UnitId::from_bytes(*id)))
        });
        let bits = |codes: Vec<&'a str>| {
            let (mut bits, mut beyond) = (0u128, Vec::new());
            for code in codes {
                match self.code_numbers.get(code).map(|n| *n as usize) {
                    Some(n) if n < PURPOSE_BITS => bits |= 1 << n,
                    Some(_) => beyond.push(code),
                    None => {}
                }
            }
            (bits, beyond)
        };
        let sector = some(&filter.sector).map(|s| {
            let item = book.item(Register::Sector, s);
            bits(item.map(|i| i.traits.purposes.iter().map(String::as_str).collect()).unwrap_or_default())
        });
        let nowhere = (f64::INFINITY, f64::INFINITY);
        let layer = some(&filter.layer).map(|code| {
            layers(book).into_iter().find(|l| l.0 == code).map_or(nowhere, |(_, from, below)| (from, below))
        });
        let only = filter.only.as_ref().map(|ids| ids.iter().filter_map(|id| self.by_id.get(id).copied()).collect());
        Wanted {
            area_hits: if q.is_empty() { Vec::new() } else { around.areas.hits(&q) },
            unit_hits: if q.is_empty() { Vec::new() } else { around.units.hits(&q) },
            q,
            areas,
            units,
            purposes: some(&filter.purpose).map(|p| bits(vec![p])),
            sector,
            place: some(&filter.place).map(|p| self.code_numbers.get(p).copied().unwrap_or(u32::MAX)),
            layer,
            only,
            filter,
        }
    }

    /// Does the camera have one of these purposes?
    fn has_purpose(&self, slot: u32, col: &Col, (bits, beyond): &(u128, Vec<&str>)) -> bool {
        col.purposes & bits != 0
            || (!beyond.is_empty()
                && self.camera_at(slot).is_some_and(|c| c.facts.purposes.iter().any(|p| beyond.contains(&p.as_str()))))
    }

    /// What of the filter the camera fails; 0: nothing.
    fn fails(&self, slot: u32, col: &Col, w: &Wanted<'_>, class: u8) -> u8 {
        let mut fails = 0;
        let mut unless = |ok: bool, what: u8| fails |= if ok { 0 } else { what };
        let named =
            |set: &Option<Vec<bool>>, n: u32| set.as_ref().is_none_or(|s| s.get(n as usize).copied().unwrap_or(false));
        unless(named(&w.areas, col.area), fails::AREA);
        unless(named(&w.units, col.unit), fails::UNIT);
        unless(w.purposes.as_ref().is_none_or(|p| self.has_purpose(slot, col, p)), fails::PURPOSE);
        unless(w.layer.is_none_or(|l| in_layer(col.height_m, l)), fails::LAYER);
        unless(w.place.is_none_or(|p| p == col.place), fails::PLACE);
        unless(w.filter.class.is_none_or(|c| c == class), fails::CLASS);
        let other = w.sector.as_ref().is_none_or(|s| self.has_purpose(slot, col, s))
            && w.only.as_ref().is_none_or(|o| o.contains(&slot))
            && w.filter.special.is_none_or(|s| self.special(col, s))
            && w.filter.within.as_ref().is_none_or(|s| inside(col, s))
            && (w.q.is_empty() || self.has_words(slot, col, w));
        unless(other, fails::OTHER);
        fails
    }

    fn special(&self, col: &Col, special: Special) -> bool {
        let in_words = |keys: &[(Key, usize)], n: u32| matches!(keys.get(n as usize), Some((Key::Text(_), _)));
        match special {
            Special::Incomplete => col.complete < 100,
            Special::Stale(before) => col.confirmed_at < before,
            Special::NoPosition => col.lat.is_nan(),
            Special::NoDirection => !col.lat.is_nan() && !col.has_direction,
            Special::Unresolved => in_words(&self.areas.keys, col.area) || in_words(&self.units.keys, col.unit),
        }
    }

    fn has_words(&self, slot: u32, col: &Col, w: &Wanted<'_>) -> bool {
        let of = |hits: &[u16], n: u32| hits.get(n as usize).copied().unwrap_or(0);
        let missing = w.q.all() & !(of(&w.area_hits, col.area) | of(&w.unit_hits, col.unit));
        if missing == 0 {
            return true;
        }
        let text = self.texts.of(slot);
        let has =
            |n: usize| w.q.words.get(n).is_some_and(|word| super::texts::fit(text, word) != super::texts::Fit::No);
        (0..w.q.words.len()).filter(|n| missing >> n & 1 == 1).all(has)
    }

    /// The slots that match and are seen, how many, and the facets if asked for.
    pub(super) fn matching(
        &self,
        filter: &CameraFilter,
        book: &Registers,
        around: &Around,
        sight: &Sight<'_>,
    ) -> (Bits, usize, Option<Box<Facets>>) {
        let wanted = self.wanted(filter, book, around);
        let layers = layers(book);
        let mut counts = filter.facets.then(|| Counts::new(self, &layers));
        let (mut matched, mut total) = (Bits::new(self.slots()), 0);
        for ((slot, row), col) in (0u32..).zip(&self.rows).zip(&self.cols) {
            let Some(row) = row else { continue };
            let running = filter.running.as_ref().and_then(|r| r.0.get(&row.camera.id));
            let class = running.map_or(0, |r| r.0);
            let fails = self.fails(slot, col, &wanted, class);
            // Facets need those that one choice alone keeps out.
            if !(fails == 0 || (counts.is_some() && fails & fails::OTHER == 0 && fails.is_power_of_two())) {
                continue;
            }
            if !sight.sees(slot, &row.camera) {
                continue;
            }
            if fails == 0 {
                matched.set(slot, true);
                total += 1;
            }
            if let Some(counts) = &mut counts {
                counts.add(col, class, fails, &layers);
            }
        }
        let facets = counts.map(|c| Box::new(c.facets(self, around, &layers)));
        (matched, total, facets)
    }

    /// By what a camera is sorted, where that is a number.
    fn number(&self, slot: u32, filter: &CameraFilter, around: &Around) -> u64 {
        let (Some(col), Some(camera)) = (self.col(slot), self.camera_at(slot)) else { return 0 };
        match filter.sort {
            CameraSort::Code | CameraSort::Name => 0,
            CameraSort::Area => u64::from(around.areas.get(col.area).map_or(0, |s| s.rank)),
            CameraSort::Unit => u64::from(around.units.get(col.unit).map_or(0, |s| s.rank)),
            CameraSort::Standing => filter.running.as_ref().and_then(|r| r.0.get(&camera.id)).map_or(0, |r| r.1),
            CameraSort::Completeness => u64::from(col.complete),
            CameraSort::Changed => u64::MAX.saturating_sub(u64::try_from(col.changed_at.unix_us()).unwrap_or(0)),
        }
    }

    /// The matching slots in the order that is wanted.
    fn in_order(&self, filter: &CameraFilter, around: &Around, matched: &Bits) -> Vec<u32> {
        let orders = self.orders();
        let order = if filter.sort == CameraSort::Name { &orders.name } else { &orders.code };
        let mut slots: Vec<u32> = order.iter().copied().filter(|s| matched.has(*s)).collect();
        if !matches!(filter.sort, CameraSort::Code | CameraSort::Name) {
            // Stable: equals stay in the order of their codes.
            slots.sort_by_cached_key(|s| self.number(*s, filter, around));
        }
        if filter.descending {
            slots.reverse();
        }
        slots
    }

    /// What a camera is sorted by, as a cursor holds it.
    fn sorted_by(&self, slot: u32, filter: &CameraFilter, around: &Around) -> String {
        let (Some(row), Some(col)) = (self.row(slot), self.col(slot)) else { return String::new() };
        match filter.sort {
            CameraSort::Code => String::new(),
            CameraSort::Name => row.name.clone(),
            CameraSort::Area => around.areas.get(col.area).map(|s| s.sort.clone()).unwrap_or_default(),
            CameraSort::Unit => around.units.get(col.unit).map(|s| s.sort.clone()).unwrap_or_default(),
            _ => self.number(slot, filter, around).to_string(),
        }
    }

    /// Where a camera stands to a cursor, in the ascending order.
    fn stands(&self, slot: u32, filter: &CameraFilter, around: &Around, cursor: &Cursor) -> std::cmp::Ordering {
        let code = self.row(slot).map_or("", |r| r.code.as_str());
        let first = match filter.sort {
            CameraSort::Code => std::cmp::Ordering::Equal,
            CameraSort::Name => self.row(slot).map_or("", |r| r.name.as_str()).cmp(&cursor.value),
            CameraSort::Area | CameraSort::Unit => self.sorted_by(slot, filter, around).cmp(&cursor.value),
            _ => self.number(slot, filter, around).cmp(&cursor.number),
        };
        first.then_with(|| code.cmp(&cursor.code))
    }

    /// A page. `Err` if the cursor is not one of ours.
    pub(crate) fn list(
        &self,
        filter: &CameraFilter,
        book: &Arc<Registers>,
        sight: &Sight<'_>,
    ) -> Result<Page<Camera>, ()> {
        let limit = filter.limit.clamp(1, limits::PAGE_ROWS_MAX);
        let after = filter.cursor.as_deref().map(read_cursor).transpose()?;
        let around = self.around(book);
        let (matched, total, facets) = self.matching(filter, book, &around, sight);
        let slots = self.in_order(filter, &around, &matched);
        let start = after.map_or(0, |cursor| {
            let behind = if filter.descending { std::cmp::Ordering::Less } else { std::cmp::Ordering::Greater };
            slots.partition_point(|s| self.stands(*s, filter, &around, &cursor) != behind)
        });
        let rows = slots.get(start..slots.len().min(start.saturating_add(limit))).unwrap_or_default();
        let more = start + rows.len() < slots.len();
        let next = rows.last().filter(|_| more).map(|last| {
            let code = self.row(*last).map_or("", |r| r.code.as_str());
            format!("{code}~{}", self.sorted_by(*last, filter, &around))
        });
        let items: Vec<Camera> = rows.iter().filter_map(|s| self.camera_at(*s)).cloned().collect();
        let from = if items.is_empty() { 0 } else { start + 1 };
        Ok(Page { items, next, total, from, facets })
    }

    /// The ids of all that match, in order, at most `max`.
    pub(crate) fn matching_ids(
        &self,
        filter: &CameraFilter,
        book: &Arc<Registers>,
        sight: &Sight<'_>,
        max: usize,
    ) -> Vec<base::CameraId> {
        let around = self.around(book);
        let (matched, _, _) = self.matching(filter, book, &around, sight);
        let slots = self.in_order(filter, &around, &matched);
        slots.iter().take(max).filter_map(|s| self.camera_at(*s)).map(|c| c.id).collect()
    }
}

fn inside(col: &Col, shape: &Shape) -> bool {
    !col.lat.is_nan() && shape.holds(Position { lat: col.lat, lon: col.lon })
}

/// Counts for the facets.
struct Counts {
    areas: Vec<usize>,
    units: Vec<usize>,
    purposes: [usize; PURPOSE_BITS],
    layers: Vec<usize>,
    places: Vec<usize>,
    classes: BTreeMap<u8, usize>,
}

impl Counts {
    fn new(catalogue: &Catalogue, layers: &[Layer]) -> Self {
        Self {
            areas: vec![0; catalogue.areas.keys.len()],
            units: vec![0; catalogue.units.keys.len()],
            purposes: [0; PURPOSE_BITS],
            layers: vec![0; layers.len()],
            places: vec![0; catalogue.codes.len()],
            classes: BTreeMap::new(),
        }
    }

    /// Counts a camera that fails at most one thing: for that thing's own choices, or for all.
    fn add(&mut self, col: &Col, class: u8, failed: u8, layers: &[Layer]) {
        let counts = |what: u8| failed & !what == 0;
        let plus = |list: &mut Vec<usize>, n: u32| list.get_mut(n as usize).into_iter().for_each(|c| *c += 1);
        if counts(fails::AREA) {
            plus(&mut self.areas, col.area);
        }
        if counts(fails::UNIT) {
            plus(&mut self.units, col.unit);
        }
        if counts(fails::PURPOSE) {
            let mut rest = col.purposes;
            while rest != 0 {
                let n = rest.trailing_zeros();
                self.purposes.get_mut(n as usize).into_iter().for_each(|c| *c += 1);
                rest &= rest - 1;
            }
        }
        if counts(fails::LAYER) {
            let layer = layers.iter().position(|(_, from, below)| in_layer(col.height_m, (*from, *below)));
            layer.and_then(|n| self.layers.get_mut(n)).into_iter().for_each(|c| *c += 1);
        }
        if counts(fails::PLACE) {
            plus(&mut self.places, col.place);
        }
        if counts(fails::CLASS) {
            *self.classes.entry(class).or_default() += 1;
        }
    }

    fn facets(self, catalogue: &Catalogue, around: &Around, layers: &[Layer]) -> Facets {
        let labelled = |keys: &[(Key, usize)], spots: &Spots, counts: &[usize]| {
            let mut all: Vec<(u32, Facet)> = Vec::new();
            for (at, ((key, _), n)) in (0u32..).zip(keys.iter().zip(counts).map(|(k, n)| (k, *n))) {
                let value = match key {
                    Key::None => "-".to_owned(),
                    Key::Id(id) => AreaId::from_bytes(*id).to_string(),
                    Key::Text(text) => text.clone(),
                };
                if n > 0 {
                    let name = spots.name(at).to_owned();
                    all.push((spots.get(at).map_or(0, |s| s.rank), Facet { value, name, n }));
                }
            }
            all.sort_by(|a, b| (a.0, &a.1.value).cmp(&(b.0, &b.1.value)));
            all.into_iter().map(|(_, f)| f).collect()
        };
        let by_code = |counts: &[usize]| {
            let facet = |(code, n): (&String, &usize)| {
                (*n > 0 && !code.is_empty()).then(|| Facet { value: code.clone(), name: String::new(), n: *n })
            };
            let mut all: Vec<Facet> = catalogue.codes.iter().zip(counts).filter_map(facet).collect();
            all.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.value.cmp(&b.value)));
            all
        };
        let in_layers = layers.iter().zip(&self.layers).filter(|(_, n)| **n > 0);
        Facets {
            areas: labelled(&catalogue.areas.keys, &around.areas, &self.areas),
            units: labelled(&catalogue.units.keys, &around.units, &self.units),
            purposes: by_code(&self.purposes),
            layers: in_layers
                .map(|((code, _, _), n)| Facet { value: code.clone(), name: String::new(), n: *n })
                .collect(),
            places: by_code(&self.places),
            classes: self.classes.into_iter().collect(),
        }
    }
}

/// Where a page ended.
struct Cursor {
    value: String,
    number: u64,
    code: String,
}

fn read_cursor(text: &str) -> Result<Cursor, ()> {
    // A code never holds a `~`.
    let (code, value) = text.split_once('~').ok_or(())?;
    if code.len() > limits::CODE_BYTES_MAX || value.len() > 4 * limits::NAME_BYTES_MAX {
        return Err(());
    }
    Ok(Cursor { number: value.parse().unwrap_or(0), value: value.to_owned(), code: code.to_owned() })
}
