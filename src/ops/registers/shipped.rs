//! The shipped areas and entries of registers (`data/areas/*.csv`, `data/registers.toml`), and how they come into a store.
//!
//! Each has an id that follows from its code, so that every node knows the same area by the same id, and taking over twice
//! changes nothing. A newer program adds what is new and brings up to date what nobody has edited (revision 1); what an
//! administrator has edited stays as it is.

use crate::OpsError;
use base::{AreaId, CivilDate, ItemId, WallTime};
use domain::{Area, Extra, ItemTraits, Register, RegisterItem};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use store::{ReadTx, WriteTx};

/// Files of areas. Later files may name areas of earlier ones.
const AREAS: [&str; 2] = [
    include_str!("../../../data/areas/79-since-2025-07-01.csv"),
    include_str!("../../../data/areas/79-until-2025-06-30.csv"),
];
const REGISTERS: &str = include_str!("../../../data/registers.toml");
/// Columns of a file of areas. No value holds a comma; several values are parted by `;`.
const COLUMNS: &str = "code,kind,name,parent,valid_from,valid_to,became,former_names";
/// Distance between two entries of a list, so that others fit between them.
const ORDER_STEP: i64 = 10;

/// What ships with the program.
pub(crate) struct Shipped {
    pub(crate) areas: Vec<Area>,
    pub(crate) items: Vec<RegisterItem>,
}

/// How many were taken over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) areas: usize,
    pub(crate) items: usize,
    pub(crate) brought_up_to_date: usize,
}

/// An id that follows from a name: UUID version 8 (RFC 9562 §5.8).
fn id_bytes(name: &str) -> [u8; 16] {
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(Sha256::digest(name.as_bytes())) {
        *to = from;
    }
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    bytes
}

/// The id of a shipped area: its code and its first day, since a code can come back.
pub(crate) fn area_id(code: &str, from: &str) -> AreaId {
    AreaId::from_bytes(id_bytes(&format!("matluoi/area/{code}/{from}")))
}

fn item_id(register: Register, code: &str) -> ItemId {
    ItemId::from_bytes(id_bytes(&format!("matluoi/item/{}/{code}", register.as_str())))
}

fn date(text: &str) -> Result<Option<CivilDate>, String> {
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(|_| format!("not a date: {text}")) }
}

/// Reads files of areas.
fn read_areas(files: &[&str], now: WallTime) -> Result<Vec<Area>, String> {
    let mut rows: Vec<Vec<&str>> = Vec::new();
    for file in files {
        let mut lines = file.lines();
        if lines.next() != Some(COLUMNS) {
            return Err("the columns of a file of areas differ".into());
        }
        for line in lines {
            let row: Vec<&str> = line.split(',').collect();
            if row.len() != 8 {
                return Err(format!("not eight columns: {line}"));
            }
            rows.push(row);
        }
    }
    // A parent is the area of that code that the same file knows; a successor one that has not ended.
    let mut first: HashMap<&str, AreaId> = HashMap::new();
    let mut lasting: HashMap<&str, AreaId> = HashMap::new();
    let mut former: HashMap<&str, AreaId> = HashMap::new();
    for row in &rows {
        let [code, _, _, _, from, to, ..] = row.as_slice() else { continue };
        let id = area_id(code, from);
        first.entry(code).or_insert(id);
        if to.is_empty() {
            lasting.insert(code, id)
        } else {
            former.insert(code, id)
        };
    }
    let mut areas = Vec::with_capacity(rows.len());
    for row in &rows {
        let [code, kind, name, parent, from, to, became, names] = row.as_slice() else { continue };
        let parent = match *parent {
            "" => None,
            p if to.is_empty() => Some(*lasting.get(p).ok_or_else(|| format!("no parent {p}"))?),
            p => Some(*former.get(p).or_else(|| first.get(p)).ok_or_else(|| format!("no parent {p}"))?),
        };
        let became: Result<Vec<AreaId>, String> = became
            .split(';')
            .filter(|c| !c.is_empty())
            .map(|c| lasting.get(c).copied().ok_or_else(|| format!("no successor {c}")))
            .collect();
        areas.push(Area {
            id: area_id(code, from),
            code: (*code).to_owned(),
            name: (*name).to_owned(),
            kind: (*kind).to_owned(),
            parent,
            former_names: names.split(';').filter(|n| !n.is_empty()).map(str::to_owned).collect(),
            valid_from: date(from)?,
            valid_to: date(to)?,
            became: became?,
            created_at: now,
            changed_at: now,
            revision: 1,
            extra: Extra::new(),
        });
    }
    Ok(areas)
}

#[derive(Deserialize)]
struct Entry {
    code: String,
    vi: String,
    en: String,
    #[serde(flatten)]
    traits: ItemTraits,
}

fn read_items(text: &str, now: WallTime) -> Result<Vec<RegisterItem>, String> {
    let lists: BTreeMap<String, Vec<Entry>> = toml::from_str(text).map_err(|e| e.to_string())?;
    let mut items = Vec::new();
    for (list, entries) in lists {
        let register = Register::parse(&list).ok_or_else(|| format!("no register {list}"))?;
        for (entry, place) in entries.into_iter().zip(1i64..) {
            if !entry.traits.extra.is_empty() {
                return Err(format!("{list}/{}: unknown {:?}", entry.code, entry.traits.extra.keys()));
            }
            items.push(RegisterItem {
                id: item_id(register, &entry.code),
                register,
                code: entry.code,
                vi: entry.vi,
                en: entry.en,
                order: place.saturating_mul(ORDER_STEP),
                valid_from: None,
                valid_to: None,
                traits: entry.traits,
                changed_at: now,
                revision: 1,
                extra: Extra::new(),
            });
        }
    }
    Ok(items)
}

/// Under what an entry's list and code are looked up.
pub(crate) fn item_key(item: &RegisterItem) -> Vec<u8> {
    store::caseless(&format!("{}/{}", item.register.as_str(), item.code))
}

fn same_area(old: &Area, new: &Area) -> bool {
    Area { created_at: old.created_at, changed_at: old.changed_at, ..new.clone() } == *old
}

fn same_item(old: &RegisterItem, new: &RegisterItem) -> bool {
    RegisterItem { changed_at: old.changed_at, ..new.clone() } == *old
}

impl Shipped {
    /// What is compiled in.
    ///
    /// # Errors
    /// [`OpsError::Inner`], which a test excludes.
    pub(crate) fn read(now: WallTime) -> Result<Self, OpsError> {
        let wrong = |e| OpsError::Inner(format!("the shipped registers: {e}"));
        Ok(Self { areas: read_areas(&AREAS, now).map_err(wrong)?, items: read_items(REGISTERS, now).map_err(wrong)? })
    }

    /// Is there anything for [`Shipped::take_over`] to do?
    pub(crate) fn is_missing(&self, r: &ReadTx<'_>) -> Result<bool, OpsError> {
        for area in &self.areas {
            let old = r.find::<Area>(&area.id)?;
            if old.is_none_or(|old| old.revision == 1 && !same_area(&old, area)) {
                return Ok(true);
            }
        }
        for item in &self.items {
            match r.find::<RegisterItem>(&item.id)? {
                Some(old) if old.revision > 1 || same_item(&old, item) => {}
                None if r.find_by::<RegisterItem>("code", &item_key(item))?.is_some() => {}
                _ => return Ok(true),
            }
        }
        Ok(false)
    }

    /// Puts into the store what is not there yet, and what nobody has edited and has changed.
    pub(crate) fn take_over(&self, w: &mut WriteTx<'_>) -> Result<Taken, OpsError> {
        let mut taken = Taken::default();
        for area in &self.areas {
            match w.find::<Area>(&area.id)? {
                None => taken.areas += 1,
                Some(old) if old.revision > 1 => continue,
                Some(old) if same_area(&old, area) => continue,
                Some(_) => taken.brought_up_to_date += 1,
            }
            w.put(area)?;
        }
        for item in &self.items {
            match w.find::<RegisterItem>(&item.id)? {
                None => {
                    if w.find_by::<RegisterItem>("code", &item_key(item))?.is_some() {
                        // An administrator was first with this code: theirs stays.
                        continue;
                    }
                    taken.items += 1;
                }
                Some(old) if old.revision > 1 => continue,
                Some(old) if same_item(&old, item) => continue,
                Some(_) => taken.brought_up_to_date += 1,
            }
            w.put(item)?;
        }
        Ok(taken)
    }
}

#[cfg(test)]
#[path = "../tests/shipped.rs"]
mod tests;
