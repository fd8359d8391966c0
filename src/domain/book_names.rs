//! Finding areas, units and entries by what people write: without diacritics, with or without the tier, abbreviated, with
//! former names, with what they are part of; and naming the nearest when nothing fits.
//!
//! No tier has a name in code: how a tier is written and shortened is data ([`crate::Register::Tier`]).

use crate::book::Registers;
use crate::text::{self, FieldFault, fold};
use crate::{Area, Register, RegisterItem, Unit};
use base::{AreaId, Said, UnitId, limits};
use std::collections::HashMap;
use std::hash::Hash;
use unicode_normalization::UnicodeNormalization;

/// Names that are offered when a text fits nothing or several.
const OFFERED_MAX: usize = 3;
/// Below this likeness a name is not worth offering.
const LIKENESS_MIN: f64 = 0.7;

/// Folded names and what has them.
#[derive(Debug)]
pub(crate) struct Names<K> {
    codes: HashMap<String, Vec<K>>,
    /// With the tier.
    whole: HashMap<String, Vec<K>>,
    /// Without it.
    bare: HashMap<String, Vec<K>>,
    /// How a tier's word is shortened, and the word: longest first.
    short: Vec<(String, String)>,
}

/// Folded, punctuation as spaces, numbers without leading zeros, digits apart from letters: `P.05` is `p 5`.
pub(crate) fn key(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len());
    let mut before = ' ';
    for c in fold(text).chars() {
        let c = if c.is_alphanumeric() { c } else { ' ' };
        if before.is_alphabetic() && c.is_ascii_digit() {
            spaced.push(' ');
        }
        spaced.push(c);
        before = c;
    }
    let word = |w: &str| {
        let digits = w.bytes().all(|b| b.is_ascii_digit());
        if digits { w.trim_start_matches('0').to_owned() } else { w.to_owned() }
    };
    spaced.split_whitespace().map(word).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
}

/// As it is spelt, diacritics and all: what tells `Thanh An` from `Thạnh An`.
fn spelt(text: &str) -> String {
    text.nfc().collect::<String>().to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Of several that a text without diacritics could mean, those that are spelt so, with or without the tier; all if none is.
fn as_spelt<K: Copy>(found: Vec<K>, text: &str, names: impl Fn(K) -> Vec<String>) -> Vec<K> {
    let wanted = spelt(text);
    let is_it = |name: &String| {
        let name = spelt(name);
        name == wanted || name.strip_suffix(wanted.as_str()).is_some_and(|tier| tier.ends_with(' '))
    };
    let exact: Vec<K> = found.iter().copied().filter(|id| names(*id).iter().any(is_it)).collect();
    if exact.is_empty() { found } else { exact }
}

fn add<K: Copy + Eq + Hash>(to: &mut HashMap<String, Vec<K>>, key: String, id: K) {
    let ids = to.entry(key).or_default();
    if !ids.contains(&id) {
        ids.push(id);
    }
}

impl<K: Copy + Eq + Hash> Names<K> {
    fn new() -> Self {
        Self { codes: HashMap::new(), whole: HashMap::new(), bare: HashMap::new(), short: Vec::new() }
    }

    /// With the tier's word in full: `q 1` → `quan 1`.
    fn in_full(&self, key: &str) -> String {
        for (short, word) in &self.short {
            if let Some(rest) = key.strip_prefix(short.as_str()).and_then(|r| r.strip_prefix(' ')) {
                return format!("{word} {rest}");
            }
        }
        key.to_owned()
    }

    /// All that the text can mean; those whose whole name it is go before those whose bare name it is.
    fn with(&self, text: &str) -> Vec<K> {
        let key = key(text);
        let full = self.in_full(&key);
        for (table, key) in
            [(&self.codes, fold(text)), (&self.whole, key), (&self.whole, full), (&self.bare, self::key(text))]
        {
            if let Some(ids) = table.get(&key) {
                return ids.clone();
            }
        }
        Vec::new()
    }

    /// The nearest names' owners, best first.
    fn nearest(&self, text: &str) -> Vec<K> {
        let wanted = self.in_full(&key(&text::cut(text, limits::QUERY_BYTES_MAX)));
        let mut scored: Vec<(f64, &String, K)> = self
            .whole
            .iter()
            .chain(&self.bare)
            .flat_map(|(name, ids)| ids.iter().map(move |id| (name, *id)))
            .map(|(name, id)| (strsim::jaro_winkler(name, &wanted), name, id))
            .filter(|(score, ..)| *score >= LIKENESS_MIN)
            .collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        let mut out = Vec::new();
        for (.., id) in scored {
            if !out.contains(&id) {
                out.push(id);
            }
            if out.len() == OFFERED_MAX {
                break;
            }
        }
        out
    }
}

impl Names<AreaId> {
    pub(crate) fn of_areas<'a>(areas: impl Iterator<Item = &'a Area>, tiers: &[RegisterItem]) -> Self {
        let mut names = Self::new();
        let words: Vec<String> = tiers.iter().map(|t| key(&t.vi)).collect();
        for (tier, word) in tiers.iter().zip(&words) {
            names.short.extend(tier.traits.short.iter().map(|s| (key(s), word.clone())).filter(|(s, w)| s != w));
        }
        names.short.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then(a.cmp(b)));
        for area in areas {
            add(&mut names.codes, fold(&area.code), area.id);
            for name in std::iter::once(&area.name).chain(&area.former_names) {
                let whole = names.in_full(&key(name));
                let rest = words.iter().filter_map(|w| whole.strip_prefix(w.as_str())?.strip_prefix(' '));
                if let Some(bare) = rest.min_by_key(|r| r.len()) {
                    add(&mut names.bare, bare.to_owned(), area.id);
                }
                add(&mut names.whole, whole, area.id);
            }
        }
        names
    }
}

impl Names<UnitId> {
    pub(crate) fn of_units<'a>(units: impl Iterator<Item = &'a Unit>) -> Self {
        let mut names = Self::new();
        for unit in units {
            add(&mut names.codes, fold(&unit.code), unit.id);
            add(&mut names.whole, key(&unit.name), unit.id);
            if !unit.short_name.is_empty() {
                add(&mut names.whole, key(&unit.short_name), unit.id);
            }
        }
        names
    }
}

/// What to do about a text that fits nothing.
fn unknown(field: &'static str, what: Said, offered: &[String]) -> FieldFault {
    let said = if offered.is_empty() {
        Said::new(
            format!("Không có {} nào như vậy. Hãy chọn trong danh mục, hoặc thêm vào danh mục trước.", what.vi),
            format!("There is no such {}. Choose one of the register, or add it there first.", what.en),
        )
    } else {
        let list = offered.iter().map(|o| format!("“{o}”")).collect::<Vec<_>>().join("; ");
        Said::new(
            format!("Không có {} nào như vậy. Gần nhất: {list}.", what.vi),
            format!("There is no such {}. Nearest: {list}.", what.en),
        )
    };
    FieldFault::new(field, said)
}

/// What to do about a text that fits several.
fn several(field: &'static str, what: Said, offered: &[String], all: usize) -> FieldFault {
    let list = offered.iter().map(|o| format!("“{o}”")).collect::<Vec<_>>().join("; ");
    FieldFault::new(
        field,
        Said::new(
            format!("Có {all} {} cùng tên này: {list}. Hãy ghi rõ thêm hoặc dùng mã.", what.vi),
            format!("{all} {} have this name: {list}. Say more, or use the code.", what.en),
        ),
    )
}

/// `name (code)`, as lists and forms show it, taken apart.
fn with_code(text: &str) -> Option<(&str, &str)> {
    let (name, code) = text.trim().strip_suffix(')')?.rsplit_once('(')?;
    Some((name.trim(), code.trim())).filter(|(name, code)| !name.is_empty() && !code.is_empty())
}

impl<K: Copy + Eq + Hash> Names<K> {
    /// What has that code and that name.
    fn coded(&self, text: &str) -> Option<K> {
        let (name, code) = with_code(text)?;
        let same_code = self.codes.get(&fold(code))?;
        let same_name = self.whole.get(&self.in_full(&key(name)));
        match same_code.as_slice() {
            [one] => Some(*one),
            many => many.iter().copied().find(|k| same_name.is_some_and(|n| n.contains(k))),
        }
    }
}

impl Registers {
    pub(crate) fn find_area(&self, text: &str) -> Result<AreaId, FieldFault> {
        let what = || Said::new("địa bàn", "area");
        if let Some(area) = text.trim().parse().ok().and_then(|id| self.area(id)) {
            return Ok(area.id);
        }
        let names = self.names().0;
        if let Some(id) = names.coded(text) {
            return Ok(id);
        }
        let mut parts = text.split(',').map(str::trim).filter(|p| !p.is_empty());
        let first = parts.next().unwrap_or_default();
        let outer: Vec<Vec<AreaId>> = parts.map(|p| names.with(p)).collect();
        // The whole text may be a name with a comma in it; else each further part must be what the area is part of.
        let mut found = if outer.is_empty() { Vec::new() } else { names.with(text) };
        if found.is_empty() {
            found = names.with(first);
            found.retain(|id| {
                let line: Vec<AreaId> = self.area_line(*id).iter().skip(1).map(|a| a.id).collect();
                let within = |ids: &Vec<AreaId>| {
                    ids.iter().any(|o| line.contains(o) || self.area_subtree(*o).contains(id) && o != id)
                };
                outer.iter().all(within)
            });
        }
        if found.len() > 1 {
            let now: Vec<AreaId> =
                found.iter().copied().filter(|id| self.area(*id).is_some_and(|a| a.in_force(self.day()))).collect();
            if !now.is_empty() {
                found = now;
            }
        }
        if found.len() > 1 {
            let names = |id| self.area(id).map_or_else(Vec::new, |a| vec![a.name.clone()]);
            found = as_spelt(found, first, names);
        }
        found.sort_by_key(|id| self.area(*id).map(|a| (a.code.clone(), a.valid_from)));
        match found.as_slice() {
            [one] => Ok(*one),
            [] => {
                let offered: Vec<String> = names.nearest(first).into_iter().map(|id| self.area_name(id)).collect();
                Err(unknown("area", what(), &offered))
            }
            many => {
                let offered: Vec<String> = many
                    .iter()
                    .take(OFFERED_MAX)
                    .filter_map(|id| Some(format!("{} ({})", self.area_name(*id), self.area(*id)?.code)))
                    .collect();
                Err(several("area", Said::new("địa bàn", "areas"), &offered, many.len()))
            }
        }
    }

    pub(crate) fn find_unit(&self, text: &str) -> Result<UnitId, FieldFault> {
        if let Some(unit) = text.trim().parse().ok().and_then(|id| self.unit(id)) {
            return Ok(unit.id);
        }
        let names = self.names().1;
        if let Some(id) = names.coded(text) {
            return Ok(id);
        }
        let mut found = names.with(text);
        if found.len() > 1 {
            let now: Vec<UnitId> =
                found.iter().copied().filter(|id| self.unit(*id).is_some_and(|u| u.active(self.day()))).collect();
            if !now.is_empty() {
                found = now;
            }
        }
        if found.len() > 1 {
            let names = |id| self.unit(id).map_or_else(Vec::new, |u| vec![u.name.clone(), u.short_name.clone()]);
            found = as_spelt(found, text, names);
        }
        let shown = |id: &UnitId| self.unit(*id).map(|u| format!("{} ({})", u.name, u.code));
        match found.as_slice() {
            [one] => Ok(*one),
            [] => {
                let offered: Vec<String> = names.nearest(text).iter().filter_map(shown).collect();
                Err(unknown("unit", Said::new("đơn vị", "unit"), &offered))
            }
            many => {
                let offered: Vec<String> = many.iter().take(OFFERED_MAX).filter_map(shown).collect();
                Err(several("unit", Said::new("đơn vị", "units"), &offered, many.len()))
            }
        }
    }

    pub(crate) fn find_item(&self, register: Register, field: &'static str, text: &str) -> Result<String, FieldFault> {
        let wanted = key(text);
        let written = |i: &&RegisterItem| [&i.code, &i.vi, &i.en].into_iter().any(|t| key(t) == wanted);
        let all = self.all_items(register);
        let found = all.iter().filter(|i| i.in_force(self.day())).find(written).or_else(|| all.iter().find(written));
        if let Some(item) = found {
            return Ok(item.code.clone());
        }
        let mut scored: Vec<(f64, &RegisterItem)> = all
            .iter()
            .filter(|i| i.in_force(self.day()))
            .map(|i| {
                let likeness = |t: &str| strsim::jaro_winkler(&key(t), &wanted);
                (likeness(&i.vi).max(likeness(&i.en)).max(likeness(&i.code)), i)
            })
            .collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0));
        let offered: Vec<String> =
            scored.into_iter().take(OFFERED_MAX).map(|(_, i)| format!("{} ({})", i.vi, i.code)).collect();
        Err(unknown(field, Said::new("mục", "entry"), &offered))
    }
}
