//! What an entry of a register must look like when it is added or changed.
//!
//! The code of an entry never changes: other records carry it. Not here: what uses an entry that shall end (`ops`).

use crate::text::{self, FieldFault};
use crate::{ItemTraits, Register, RegisterItem, Registers};
use base::{CivilDate, Said, limits};

/// An entry as it is entered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ItemDraft {
    /// Code; of an entry that is changed it is left as it is.
    pub code: String,
    /// Name in Vietnamese.
    pub vi: String,
    /// Name in English; empty: as in Vietnamese.
    pub en: String,
    /// Place in the list; `None`: last.
    pub order: Option<i64>,
    /// First day in force.
    pub valid_from: Option<CivilDate>,
    /// First day no longer in force.
    pub valid_to: Option<CivilDate>,
    /// What else its list needs.
    pub traits: ItemTraits,
    /// It may end although it is in use: whatever carries its code keeps it, and its name.
    pub in_use_too: bool,
}

/// An entry's fields, found good.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemFields {
    /// Code.
    pub code: String,
    vi: String,
    en: String,
    order: i64,
    valid_from: Option<CivilDate>,
    valid_to: Option<CivilDate>,
    traits: ItemTraits,
}

impl ItemDraft {
    /// The draft that would leave the entry as it is: to be changed and given back.
    pub fn of(item: &RegisterItem) -> Self {
        Self {
            code: item.code.clone(),
            vi: item.vi.clone(),
            en: item.en.clone(),
            order: Some(item.order),
            valid_from: item.valid_from,
            valid_to: item.valid_to,
            traits: item.traits.clone(),
            in_use_too: false,
        }
    }
}

impl ItemFields {
    /// Writes the fields into a record.
    pub fn into_record(self, item: &mut RegisterItem) {
        item.vi = self.vi;
        item.en = self.en;
        item.order = self.order;
        item.valid_from = self.valid_from;
        item.valid_to = self.valid_to;
        item.traits = self.traits;
    }
}

/// Distance between the last entry and a new one.
const ORDER_STEP: i64 = 10;

fn code(text: &str) -> Result<String, FieldFault> {
    let text = text.trim();
    let max = limits::REGISTER_CODE_BYTES_MAX;
    let fits = (1..=max).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && text.starts_with(|c: char| c.is_ascii_lowercase());
    if fits {
        return Ok(text.to_owned());
    }
    Err(FieldFault::new(
        "code",
        Said::new(
            format!("Mã dài 1–{max} ký tự, gồm chữ thường không dấu, số và _, bắt đầu bằng chữ."),
            format!("A code has 1 to {max} characters: small Latin letters, digits and _, beginning with a letter."),
        ),
    ))
}

/// Codes of another list that must be there.
fn codes(field: &'static str, of: Register, texts: &[String], book: &Registers) -> Result<Vec<String>, FieldFault> {
    let mut out = Vec::new();
    for text in texts.iter().filter(|t| !t.trim().is_empty()) {
        let code = book.item_by(of, field, text)?;
        if !out.contains(&code) {
            out.push(code);
        }
    }
    Ok(out)
}

/// Heights in metres that a layer may have.
const HEIGHTS: std::ops::RangeInclusive<f64> = 0.0..=1_000.0;

/// Only what the list has use for, with what is wrong about it.
fn traits(
    register: Register,
    given: &ItemTraits,
    own: Option<&RegisterItem>,
    book: &Registers,
    faults: &mut Vec<FieldFault>,
) -> ItemTraits {
    let mut out = ItemTraits { article: given.article.clone(), extra: given.extra.clone(), ..ItemTraits::default() };
    let mut read = |field, of, texts: &[String]| {
        codes(field, of, texts, book).unwrap_or_else(|fault| {
            faults.push(fault);
            Vec::new()
        })
    };
    match register {
        Register::Tier => {
            out.short = given.short.iter().map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()).collect()
        }
        Register::Sector => out.purposes = read("purposes", Register::Purpose, &given.purposes),
        Register::Place => {
            out.public = given.public;
            out.told = read("told", Register::Sector, &given.told);
        }
        Register::Layer => {
            out.purposes = read("purposes", Register::Purpose, &given.purposes);
            out.words = given.words.clone();
            (out.from_m, out.below_m) = (given.from_m, given.below_m);
            let bound = |m: Option<f64>| m.is_none_or(|m| HEIGHTS.contains(&m));
            let (from, below) = (given.from_m.unwrap_or(0.0), given.below_m.unwrap_or(f64::INFINITY));
            if !bound(given.from_m) || !bound(given.below_m) || from >= below {
                faults.push(FieldFault::new(
                    "from_m",
                    Said::new(
                        "Lớp độ cao bắt đầu từ 0 đến 1000 mét và kết thúc ở độ cao lớn hơn.",
                        "A layer begins at 0 to 1000 metres and ends higher than it begins.",
                    ),
                ));
            }
            let crosses = |l: &&RegisterItem| {
                Some(l.id) != own.map(|o| o.id)
                    && l.in_force(book.day())
                    && from < l.traits.below_m.unwrap_or(f64::INFINITY)
                    && l.traits.from_m.unwrap_or(0.0) < below
            };
            if let Some(other) = book.all_items(Register::Layer).iter().find(crosses) {
                faults.push(FieldFault::new(
                    "from_m",
                    Said::new(
                        format!("Trùng với lớp “{}”. Hãy sửa hoặc kết thúc lớp đó trước.", other.vi),
                        format!("Overlaps the layer “{}”. Change or end that one first.", other.en),
                    ),
                ));
            }
        }
        Register::DocumentType => (out.consent, out.second_view) = (given.consent, given.second_view),
        _ => {}
    }
    out
}

/// Decides an entry: every field that is wrong at once. `own` is the record that is changed.
///
/// # Errors
/// Every field at fault.
pub fn decide_item(
    register: Register,
    draft: &ItemDraft,
    own: Option<&RegisterItem>,
    book: &Registers,
) -> Result<ItemFields, Vec<FieldFault>> {
    let mut faults = Vec::new();
    let traits = traits(register, &draft.traits, own, book, &mut faults);
    let mut keep = |fault: FieldFault| {
        faults.push(fault);
    };
    let code = match own {
        Some(item) => Some(item.code.clone()),
        None => code(&draft.code).map_err(&mut keep).ok(),
    };
    let vi = text::name("vi", &draft.vi).map_err(&mut keep).ok();
    let en = text::optional_name("en", &draft.en).map_err(&mut keep).ok();
    if let (Some(from), Some(to)) = (draft.valid_from, draft.valid_to)
        && from >= to
    {
        keep(FieldFault::new(
            "valid_to",
            Said::new("Ngày hết hiệu lực phải sau ngày có hiệu lực.", "The end must come after the beginning."),
        ));
    }
    if let Some(code) = &code
        && own.is_none()
        && let Some(other) = book.item(register, code)
    {
        keep(FieldFault::new(
            "code",
            Said::new(
                format!("Mã “{code}” đã là của mục “{}”.", other.vi),
                format!("The code “{code}” belongs to the entry “{}”.", other.en),
            ),
        ));
    }
    let last = book.all_items(register).last().map_or(0, |i| i.order);
    match (code, vi, en) {
        (Some(code), Some(vi), Some(en)) if faults.is_empty() => Ok(ItemFields {
            code,
            en: en.unwrap_or_else(|| vi.clone()),
            vi,
            order: draft.order.unwrap_or_else(|| last.saturating_add(ORDER_STEP)),
            valid_from: draft.valid_from,
            valid_to: draft.valid_to,
            traits,
        }),
        _ => Err(faults),
    }
}

#[cfg(test)]
#[path = "tests/item_edit.rs"]
mod tests;
