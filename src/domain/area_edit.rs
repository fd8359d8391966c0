//! What a record of an area must look like when it is added or changed.
//!
//! Not here: what uses an area that shall end, moving cameras (`ops`).

use crate::text::{self, FieldFault};
use crate::{Area, Register, Registers};
use base::{AreaId, CivilDate, Said, limits};
use std::collections::HashSet;

/// An area as it is entered. Other areas are named by id, code or name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AreaDraft {
    /// Official code.
    pub code: String,
    /// Name with its kind.
    pub name: String,
    /// Tier: a code of the register, or its name.
    pub kind: String,
    /// What it is part of; empty: of nothing.
    pub parent: String,
    /// Former names and other ways to write it.
    pub former_names: Vec<String>,
    /// First day in force.
    pub valid_from: Option<CivilDate>,
    /// First day no longer in force.
    pub valid_to: Option<CivilDate>,
    /// What it becomes when it ends.
    pub became: Vec<String>,
}

/// An area's fields, found good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AreaFields {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Tier.
    pub kind: String,
    /// What it is part of.
    pub parent: Option<AreaId>,
    /// Former names.
    pub former_names: Vec<String>,
    /// First day in force.
    pub valid_from: Option<CivilDate>,
    /// First day no longer in force.
    pub valid_to: Option<CivilDate>,
    /// What it becomes.
    pub became: Vec<AreaId>,
}

impl AreaDraft {
    /// The draft that would leave the area as it is: to be changed and given back.
    pub fn of(area: &Area) -> Self {
        Self {
            code: area.code.clone(),
            name: area.name.clone(),
            kind: area.kind.clone(),
            parent: area.parent.map(|p| p.to_string()).unwrap_or_default(),
            former_names: area.former_names.clone(),
            valid_from: area.valid_from,
            valid_to: area.valid_to,
            became: area.became.iter().map(ToString::to_string).collect(),
        }
    }
}

impl AreaFields {
    /// Writes the fields into a record.
    pub fn into_record(self, area: &mut Area) {
        area.code = self.code;
        area.name = self.name;
        area.kind = self.kind;
        area.parent = self.parent;
        area.former_names = self.former_names;
        area.valid_from = self.valid_from;
        area.valid_to = self.valid_to;
        area.became = self.became;
    }
}

/// Reads a code of an area or unit: Latin letters, digits, `.`, `-`, `_`.
///
/// # Errors
/// A fault of `field`.
pub fn code(field: &'static str, text: &str) -> Result<String, FieldFault> {
    let text = text.trim();
    let fits = (1..=limits::REGISTER_CODE_BYTES_MAX).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
    if fits {
        return Ok(text.to_owned());
    }
    let max = limits::REGISTER_CODE_BYTES_MAX;
    Err(FieldFault::new(
        field,
        Said::new(
            format!("Mã dài 1–{max} ký tự, gồm chữ không dấu, số và . - _"),
            format!("A code has 1 to {max} characters: Latin letters, digits and . - _"),
        ),
    ))
}

/// Do two periods have a day in common? `None` has no bound.
pub fn overlap(
    (from_a, to_a): (Option<CivilDate>, Option<CivilDate>),
    (from_b, to_b): (Option<CivilDate>, Option<CivilDate>),
) -> bool {
    let begins_before_end = |from: Option<CivilDate>, to: Option<CivilDate>| match (from, to) {
        (Some(from), Some(to)) => from < to,
        _ => true,
    };
    begins_before_end(from_a, to_b) && begins_before_end(from_b, to_a)
}

/// The other area that has this code within that period.
pub(crate) fn code_held<'a>(
    code: &str,
    own: Option<AreaId>,
    period: (Option<CivilDate>, Option<CivilDate>),
    book: &'a Registers,
) -> Option<&'a Area> {
    book.areas()
        .find(|a| Some(a.id) != own && a.code.eq_ignore_ascii_case(code) && overlap(period, (a.valid_from, a.valid_to)))
}

fn of_field(field: &'static str) -> impl Fn(FieldFault) -> FieldFault {
    move |fault| FieldFault { field, said: fault.said }
}

/// Reads lines of names, each once.
fn names(field: &'static str, lines: &[String], own: &str) -> Result<Vec<String>, FieldFault> {
    let mut out: Vec<String> = Vec::new();
    for line in lines {
        if let Some(name) = text::optional_name(field, line)?
            && name != own
            && !out.contains(&name)
        {
            out.push(name);
        }
    }
    if out.len() > limits::AREA_NAMES_MAX {
        let max = limits::AREA_NAMES_MAX;
        return Err(FieldFault::new(
            field,
            Said::new(format!("Nhiều nhất {max} tên."), format!("At most {max} names.")),
        ));
    }
    Ok(out)
}

/// Reads what an area is part of: there, not itself nor something within it, not too deep.
fn parent(text: &str, own: Option<AreaId>, book: &Registers) -> Result<Option<AreaId>, FieldFault> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let id = book.area_by(text).map_err(of_field("parent"))?;
    let line = book.area_line(id);
    if own.is_some_and(|own| line.iter().any(|a| a.id == own)) {
        return Err(FieldFault::new(
            "parent",
            Said::new(
                "Địa bàn không thể thuộc chính nó hoặc thuộc một địa bàn nằm trong nó.",
                "An area cannot be part of itself or of something within it.",
            ),
        ));
    }
    if line.len() >= limits::TREE_DEPTH_MAX {
        let max = limits::TREE_DEPTH_MAX;
        return Err(FieldFault::new(
            "parent",
            Said::new(format!("Cây địa bàn sâu nhất {max} cấp."), format!("The tree of areas is at most {max} deep.")),
        ));
    }
    Ok(Some(id))
}

/// Reads what an area becomes: there, not itself, not something that becomes it.
fn became(texts: &[String], own: Option<AreaId>, book: &Registers) -> Result<Vec<AreaId>, FieldFault> {
    let mut out = Vec::new();
    for text in texts.iter().filter(|t| !t.trim().is_empty()) {
        let id = book.area_by(text).map_err(of_field("became"))?;
        let (mut seen, mut next) = (HashSet::from([id]), vec![id]);
        while let Some(area) = next.pop().and_then(|id| book.area(id)) {
            next.extend(area.became.iter().copied().filter(|a| seen.insert(*a)));
        }
        if own.is_some_and(|own| seen.contains(&own)) {
            return Err(FieldFault::new(
                "became",
                Said::new("Địa bàn không thể trở thành chính nó.", "An area cannot become itself."),
            ));
        }
        if !out.contains(&id) {
            out.push(id);
        }
    }
    if out.len() > limits::AREA_NAMES_MAX {
        let max = limits::AREA_NAMES_MAX;
        let said = Said::new(format!("Nhiều nhất {max} địa bàn."), format!("At most {max} areas."));
        return Err(FieldFault::new("became", said));
    }
    Ok(out)
}

/// Decides an area: every field that is wrong at once. `own` is the record that is changed; a former name of it is kept
/// by itself.
///
/// # Errors
/// Every field at fault.
pub fn decide_area(draft: &AreaDraft, own: Option<&Area>, book: &Registers) -> Result<AreaFields, Vec<FieldFault>> {
    let id = own.map(|a| a.id);
    let mut faults = Vec::new();
    let mut keep = |fault: FieldFault| {
        faults.push(fault);
    };
    let name = text::name("name", &draft.name).map_err(&mut keep).ok();
    let code = code("code", &draft.code).map_err(&mut keep).ok();
    let kind = book.item_by(Register::Tier, "kind", &draft.kind).map_err(&mut keep).ok();
    let parent = parent(&draft.parent, id, book).map_err(&mut keep).ok();
    let became = became(&draft.became, id, book).map_err(&mut keep).ok();
    let mut former = draft.former_names.clone();
    // Who looks for the name that it had must still find it.
    former.extend(own.filter(|a| Some(&a.name) != name.as_ref()).map(|a| a.name.clone()));
    let former = names("former_names", &former, name.as_deref().unwrap_or("")).map_err(&mut keep).ok();
    if let (Some(from), Some(to)) = (draft.valid_from, draft.valid_to)
        && from >= to
    {
        keep(FieldFault::new(
            "valid_to",
            Said::new("Ngày hết hiệu lực phải sau ngày có hiệu lực.", "The end must come after the beginning."),
        ));
    }
    if draft.valid_to.is_none() && became.as_ref().is_some_and(|b| !b.is_empty()) {
        keep(FieldFault::new(
            "valid_to",
            Said::new(
                "Địa bàn kế thừa chỉ ghi cho địa bàn có ngày hết hiệu lực.",
                "Only an area with an end becomes something else.",
            ),
        ));
    }
    if let Some(code) = &code
        && let Some(other) = code_held(code, id, (draft.valid_from, draft.valid_to), book)
    {
        keep(FieldFault::new(
            "code",
            Said::new(
                format!("Mã “{code}” đang là của “{}” trong cùng thời gian hiệu lực.", other.name),
                format!("The code “{code}” belongs to “{}” at the same time.", other.name),
            ),
        ));
    }
    match (code, name, kind, parent, former, became) {
        (Some(code), Some(name), Some(kind), Some(parent), Some(former_names), Some(became)) if faults.is_empty() => {
            let (valid_from, valid_to) = (draft.valid_from, draft.valid_to);
            Ok(AreaFields { code, name, kind, parent, former_names, valid_from, valid_to, became })
        }
        _ => Err(faults),
    }
}

#[cfg(test)]
#[path = "tests/area_edit.rs"]
mod tests;
