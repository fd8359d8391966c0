//! Areas, units and registers as the pages and the API show them; dates and lines from forms.

use super::ask;
use crate::problem::Failure;
use crate::state::WebState;
use crate::visitor::SignedIn;
use base::{AreaId, CivilDate, Language, Said, UnitId};
use domain::{Area, FieldFault, Register, Registers, Unit, misses_focal_point};
use ops::CameraCounts;
use std::sync::Arc;
use templates::views::{AreaRow, Named, UnitRow};

/// The book and how many cameras are where, for this caller.
pub async fn book(state: &WebState, who: &SignedIn) -> Result<(Arc<Registers>, CameraCounts), Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| Ok((ops.book(&caller)?, ops.camera_counts(&caller)?))).await
}

/// A date from a form or a program: `yyyy-mm-dd`; empty is none.
///
/// # Errors
/// A fault of the field.
pub fn date(field: &'static str, text: &str) -> Result<Option<CivilDate>, FieldFault> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| {
            FieldFault::new(
                field,
                Said::new("Ngày không hợp lệ. Dạng đúng: 2025-07-01.", "Not a date. Write it as 2025-07-01."),
            )
        }),
    }
}

/// As a form takes it back.
pub fn date_text(day: Option<CivilDate>) -> String {
    day.map(|d| d.to_string()).unwrap_or_default()
}

/// The lines of a field of several lines.
pub fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect()
}

/// An area with its name.
pub fn named_area(book: &Registers, id: AreaId) -> Named {
    Named { id: id.to_string(), name: book.area(id).map(|a| a.name.clone()).unwrap_or_default() }
}

/// A unit with its name.
pub fn named_unit(book: &Registers, id: UnitId) -> Named {
    Named { id: id.to_string(), name: book.unit_name(id).to_owned() }
}

/// What the area is part of, outermost first.
pub fn area_line(book: &Registers, id: AreaId) -> Vec<Named> {
    book.area_line(id).into_iter().rev().map(|a| Named { id: a.id.to_string(), name: a.name.clone() }).collect()
}

/// How many parts a list would show: those in force of an area in force, all of one that has ended.
fn parts(book: &Registers, area: &Area) -> u64 {
    let now = area.in_force(book.day());
    book.area_children(Some(area.id)).filter(|a| !now || a.in_force(book.day())).count() as u64
}

/// A row of a list of areas.
pub fn area_row(book: &Registers, counts: &CameraCounts, area: &Area, language: Language) -> AreaRow {
    let outer = area.parent.map(|p| book.area_name(p)).unwrap_or_default();
    AreaRow {
        id: area.id.to_string(),
        code: area.code.clone(),
        name: area.name.clone(),
        tier: book.item_name(Register::Tier, &area.kind, language).to_owned(),
        within: outer,
        cameras: counts.within(book, area.id) as u64,
        parts: parts(book, area),
        from: area.valid_from,
        to: area.valid_to,
        in_force: area.in_force(book.day()),
        became: area.became.iter().map(|a| named_area(book, *a)).collect(),
    }
}

/// A row of a list of units.
pub fn unit_row(book: &Registers, counts: &CameraCounts, unit: &Unit, language: Language, told: bool) -> UnitRow {
    UnitRow {
        id: unit.id.to_string(),
        code: unit.code.clone(),
        name: unit.name.clone(),
        kind: book.item_name(Register::UnitKind, &unit.kind, language).to_owned(),
        area: unit.area.map(|a| named_area(book, a).name).unwrap_or_default(),
        manages: unit.manages,
        uses_data: unit.uses_data,
        invests: unit.invests,
        focal: unit.focal_point.as_ref().filter(|_| told).map(|f| f.name.clone()),
        misses_focal: told && misses_focal_point(unit, book.day()),
        cameras: counts.of_unit(book, unit.id) as u64,
        ended_on: unit.ended_on,
    }
}

/// Codes and names of a register's entries in force, in its order.
pub fn choices(book: &Registers, register: Register, language: Language) -> Vec<(String, String)> {
    book.items(register, book.day()).map(|i| (i.code.clone(), i.name(language).to_owned())).collect()
}

/// Names of areas in force, to be suggested.
pub fn area_names(book: &Registers) -> Vec<String> {
    let mut names: Vec<String> = book.areas().filter(|a| a.in_force(book.day())).map(|a| a.name.clone()).collect();
    names.sort();
    names.dedup();
    names
}

/// Names of active units, to be suggested.
pub fn unit_names(book: &Registers) -> Vec<String> {
    let mut names: Vec<String> = book.units().filter(|u| u.active(book.day())).map(|u| u.name.clone()).collect();
    names.sort();
    names.truncate(base::limits::PAGE_ROWS_MAX);
    names
}

/// Does a thing with these texts fit the search? Every word occurs, diacritics aside.
pub fn fits(q: &str, texts: &[&str]) -> bool {
    let all = domain::text::fold(&texts.join(" "));
    domain::text::fold(q).split(' ').all(|word| all.contains(word))
}
