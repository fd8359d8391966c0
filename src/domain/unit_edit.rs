//! What a record of a unit must look like when it is added or changed.
//!
//! Not here: what uses a unit that shall end (`ops`).

use crate::area_edit::code;
use crate::text::{self, FieldFault};
use crate::{FocalPoint, Register, Registers, Unit};
use base::{AccountId, AreaId, CivilDate, Said, UnitId, limits};

/// A unit as it is entered. Areas and other units are named by id, code or name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitDraft {
    /// Short code.
    pub code: String,
    /// Full name.
    pub name: String,
    /// Short name.
    pub short_name: String,
    /// What sort of unit: a code of the register, or its name; empty: not said.
    pub kind: String,
    /// The unit that it belongs to.
    pub parent: String,
    /// The area that it answers for.
    pub area: String,
    /// The sectors that it works in.
    pub sectors: Vec<String>,
    /// Manages camera systems.
    pub manages: bool,
    /// Uses data.
    pub uses_data: bool,
    /// Invests in residential areas.
    pub invests: bool,
    /// The leader named as focal point; without a name there is none.
    pub focal_name: String,
    /// Position.
    pub focal_title: String,
    /// Telephone.
    pub focal_phone: String,
    /// E-mail.
    pub focal_email: String,
    /// Account.
    pub focal_account: Option<AccountId>,
    /// Telephone of the unit.
    pub phone: String,
    /// E-mail of the unit.
    pub email: String,
    /// First day no longer active.
    pub ended_on: Option<CivilDate>,
}

/// A unit's fields, found good.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitFields {
    code: String,
    name: String,
    short_name: String,
    kind: String,
    parent: Option<UnitId>,
    area: Option<AreaId>,
    sectors: Vec<String>,
    manages: bool,
    uses_data: bool,
    invests: bool,
    focal_point: Option<FocalPoint>,
    phone: String,
    email: String,
    ended_on: Option<CivilDate>,
}

impl UnitDraft {
    /// The draft that would leave the unit as it is: to be changed and given back.
    pub fn of(unit: &Unit) -> Self {
        let focal = unit.focal_point.clone().unwrap_or_default();
        Self {
            code: unit.code.clone(),
            name: unit.name.clone(),
            short_name: unit.short_name.clone(),
            kind: unit.kind.clone(),
            parent: unit.parent.map(|p| p.to_string()).unwrap_or_default(),
            area: unit.area.map(|a| a.to_string()).unwrap_or_default(),
            sectors: unit.sectors.clone(),
            manages: unit.manages,
            uses_data: unit.uses_data,
            invests: unit.invests,
            focal_name: focal.name,
            focal_title: focal.title,
            focal_phone: focal.phone,
            focal_email: focal.email,
            focal_account: focal.account,
            phone: unit.phone.clone(),
            email: unit.email.clone(),
            ended_on: unit.ended_on,
        }
    }
}

impl UnitFields {
    /// Writes the fields into a record.
    pub fn into_record(self, unit: &mut Unit) {
        unit.code = self.code;
        unit.name = self.name;
        unit.short_name = self.short_name;
        unit.kind = self.kind;
        unit.parent = self.parent;
        unit.area = self.area;
        unit.sectors = self.sectors;
        unit.manages = self.manages;
        unit.uses_data = self.uses_data;
        unit.invests = self.invests;
        unit.focal_point = self.focal_point;
        unit.phone = self.phone;
        unit.email = self.email;
        unit.ended_on = self.ended_on;
    }
}

fn contact(field: &'static str, text: &str) -> Result<String, FieldFault> {
    let text = text::optional_name(field, text)?.unwrap_or_default();
    let max = limits::CONTACT_BYTES_MAX;
    if text.len() > max {
        let said = Said::new(format!("Dài quá {max} byte. Hãy rút ngắn."), format!("Longer than {max} bytes."));
        return Err(FieldFault::new(field, said));
    }
    Ok(text)
}

fn email(field: &'static str, text: &str) -> Result<String, FieldFault> {
    let text = contact(field, text)?;
    let fits = text.is_empty()
        || text.split_once('@').is_some_and(|(user, host)| {
            !user.is_empty() && host.contains('.') && !host.contains('@') && !text.contains(char::is_whitespace)
        });
    if fits {
        return Ok(text);
    }
    Err(FieldFault::new(
        field,
        Said::new("Địa chỉ e-mail có dạng ten@coquan.gov.vn.", "An e-mail address looks like name@office.gov.vn."),
    ))
}

fn parent(text: &str, own: Option<UnitId>, book: &Registers) -> Result<Option<UnitId>, FieldFault> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let id = book.unit_by(text).map_err(|f| FieldFault { field: "parent", said: f.said })?;
    let line = book.unit_line(id);
    if own.is_some_and(|own| line.iter().any(|u| u.id == own)) {
        return Err(FieldFault::new(
            "parent",
            Said::new(
                "Đơn vị không thể trực thuộc chính nó hoặc trực thuộc một đơn vị cấp dưới của nó.",
                "A unit cannot belong to itself or to a unit below it.",
            ),
        ));
    }
    if line.len() >= limits::TREE_DEPTH_MAX {
        let max = limits::TREE_DEPTH_MAX;
        return Err(FieldFault::new(
            "parent",
            Said::new(format!("Cây đơn vị sâu nhất {max} cấp."), format!("The tree of units is at most {max} deep.")),
        ));
    }
    Ok(Some(id))
}

/// Decides a unit: every field that is wrong at once. `own` is the record that is changed.
///
/// # Errors
/// Every field at fault.
pub fn decide_unit(draft: &UnitDraft, own: Option<&Unit>, book: &Registers) -> Result<UnitFields, Vec<FieldFault>> {
    let id = own.map(|u| u.id);
    let mut faults = Vec::new();
    let mut keep = |fault: FieldFault| {
        faults.push(fault);
    };
    let code = code("code", &draft.code).map_err(&mut keep).ok();
    let name = text::name("name", &draft.name).map_err(&mut keep).ok();
    let short = text::optional_name("short_name", &draft.short_name).map_err(&mut keep).ok();
    let kind = match draft.kind.trim() {
        "" => Some(String::new()),
        text => book.item_by(Register::UnitKind, "kind", text).map_err(&mut keep).ok(),
    };
    let parent = parent(&draft.parent, id, book).map_err(&mut keep).ok();
    let area = match draft.area.trim() {
        "" => Some(None),
        text => book.area_by(text).map(Some).map_err(&mut keep).ok(),
    };
    let mut sectors = Vec::new();
    for text in draft.sectors.iter().filter(|s| !s.trim().is_empty()) {
        match book.item_by(Register::Sector, "sectors", text) {
            Ok(code) if sectors.contains(&code) => {}
            Ok(code) => sectors.push(code),
            Err(fault) => keep(fault),
        }
    }
    let focal = (
        text::optional_name("focal_name", &draft.focal_name).map_err(&mut keep).ok(),
        text::optional_name("focal_title", &draft.focal_title).map_err(&mut keep).ok(),
        contact("focal_phone", &draft.focal_phone).map_err(&mut keep).ok(),
        email("focal_email", &draft.focal_email).map_err(&mut keep).ok(),
    );
    let contacts =
        (contact("phone", &draft.phone).map_err(&mut keep).ok(), email("email", &draft.email).map_err(&mut keep).ok());
    let other_focal = [&draft.focal_title, &draft.focal_phone, &draft.focal_email];
    if draft.focal_name.trim().is_empty() && other_focal.iter().any(|t| !t.trim().is_empty()) {
        keep(FieldFault::new(
            "focal_name",
            Said::new(
                "Hãy ghi họ tên cán bộ lãnh đạo làm đầu mối, hoặc để trống cả mục này.",
                "Give the name of the leader who is the focal point, or leave the whole part empty.",
            ),
        ));
    }
    if let Some(code) = &code
        && let Some(other) = book.units().find(|u| Some(u.id) != id && u.code.eq_ignore_ascii_case(code))
    {
        keep(FieldFault::new(
            "code",
            Said::new(
                format!("Mã “{code}” đã là của “{}”.", other.name),
                format!("The code “{code}” belongs to “{}”.", other.name),
            ),
        ));
    }
    let (Some(code), Some(name), Some(short), Some(kind), Some(parent), Some(area)) =
        (code, name, short, kind, parent, area)
    else {
        return Err(faults);
    };
    let ((Some(focal_name), Some(title), Some(focal_phone), Some(focal_email)), (Some(phone), Some(email))) =
        (focal, contacts)
    else {
        return Err(faults);
    };
    if !faults.is_empty() {
        return Err(faults);
    }
    let title = title.unwrap_or_default();
    let account = draft.focal_account;
    let focal_point =
        focal_name.map(|name| FocalPoint { name, title, phone: focal_phone, email: focal_email, account });
    Ok(UnitFields {
        code,
        name,
        short_name: short.unwrap_or_default(),
        kind,
        parent,
        area,
        sectors,
        manages: draft.manages,
        uses_data: draft.uses_data,
        invests: draft.invests,
        focal_point,
        phone,
        email,
        ended_on: draft.ended_on,
    })
}

/// Must this unit name a focal point and has not (A22.1, A23.1)? Those that manage camera systems or use their data must.
pub fn misses_focal_point(unit: &Unit, day: CivilDate) -> bool {
    unit.active(day) && (unit.manages || unit.uses_data) && unit.focal_point.is_none()
}

#[cfg(test)]
#[path = "tests/unit_edit.rs"]
mod tests;
