//! Areas: reading, adding, changing, ending.

use super::uses::Uses;
use super::{changed, full, read_book};
use crate::office::entry;
use crate::{Caller, Ops, OpsError, secrets};
use base::{AreaId, CivilDate, Said, limits};
use domain::{Act, Area, AreaDraft, FieldFault, Subject, audit, decide_area};
use store::WriteTx;

/// An area as the subject of an audit entry.
pub(crate) fn on_area(area: &Area) -> Subject {
    Subject::new("area", area.id, format!("{} {}", area.code, area.name))
}

fn in_use(uses: Uses) -> OpsError {
    let said = uses.said();
    FieldFault::new(
        "valid_to",
        Said::new(
            format!(
                "Địa bàn đang được dùng: {}. Hãy bàn giao trước, ghi địa bàn kế thừa, hoặc chọn một ngày kết thúc trong tương lai.",
                said.vi
            ),
            format!("The area is in use: {}. Hand it over first, say what it becomes, or choose a day in the future.", said.en),
        ),
    )
    .into()
}

impl Ops {
    /// The area of that id, code or name.
    ///
    /// # Errors
    /// [`OpsError::NotFound`], [`OpsError::Refused`].
    pub fn area(&self, caller: &Caller, named: &str) -> Result<Area, OpsError> {
        let book = self.book(caller)?;
        let id = book.area_by(named).map_err(|_| OpsError::NotFound("area"))?;
        book.area(id).cloned().ok_or(OpsError::NotFound("area"))
    }

    /// What uses an area.
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn uses_of_area(&self, caller: &Caller, id: AreaId) -> Result<Uses, OpsError> {
        Ok(self.area_uses(&*self.book(caller)?, id))
    }

    /// Adds an area.
    ///
    /// # Errors
    /// [`OpsError::Invalid`] with every field at fault, [`OpsError::Full`].
    pub fn add_area(&self, caller: &Caller, draft: AreaDraft) -> Result<Area, OpsError> {
        let (ms, random) = secrets::id_parts(self.clock.now())?;
        let area = self.act(caller, Act::ManageRegisters, move |w, caller| {
            let book = read_book(w, w.now().office_date())?;
            if book.areas().count() >= limits::AREAS_MAX {
                return Err(full(limits::AREAS_MAX, "địa bàn", "areas"));
            }
            let fields = decide_area(&draft, None, &book)?;
            let mut area = Area {
                id: AreaId::from_parts(ms, random),
                code: String::new(),
                name: String::new(),
                kind: String::new(),
                parent: None,
                former_names: Vec::new(),
                valid_from: None,
                valid_to: None,
                became: Vec::new(),
                created_at: w.now(),
                changed_at: w.now(),
                revision: 1,
                extra: domain::Extra::new(),
            };
            fields.into_record(&mut area);
            w.audit(entry(&caller, audit::AREA_ADDED).on(on_area(&area)).differences(None, Some(&area)))?;
            w.put(&area)?;
            Ok(area)
        })?;
        self.follow_registers()?;
        Ok(area)
    }

    /// Changes an area, if nobody else has since `expected_revision`. Ending it while it is in use is refused, unless it
    /// becomes another or the day is yet to come.
    ///
    /// # Errors
    /// [`OpsError::Changed`], [`OpsError::Invalid`], [`OpsError::NotFound`].
    pub fn change_area(
        &self,
        caller: &Caller,
        id: AreaId,
        draft: AreaDraft,
        expected_revision: u64,
    ) -> Result<Area, OpsError> {
        let uses = self.area_uses(&self.registers(), id);
        let area = self.act(caller, Act::ManageRegisters, move |w, caller| {
            let old = w.find::<Area>(&id)?.ok_or(OpsError::NotFound("area"))?;
            changed(expected_revision, old.revision)?;
            let today = w.now().office_date();
            let book = read_book(w, today)?;
            let fields = decide_area(&draft, Some(&old), &book)?;
            let mut new = old.clone();
            fields.into_record(&mut new);
            let ends = new.valid_to.is_some_and(|to| to <= today) && old.valid_to != new.valid_to;
            if ends && new.became.is_empty() && !uses.none() {
                return Err(in_use(uses));
            }
            put_changed(w, &caller, &old, new)
        })?;
        self.follow_registers()?;
        Ok(area)
    }

    /// Ends an area on a day, with what it becomes.
    ///
    /// # Errors
    /// As [`Ops::change_area`].
    pub fn end_area(
        &self,
        caller: &Caller,
        id: AreaId,
        on: CivilDate,
        became: Vec<String>,
        expected_revision: u64,
    ) -> Result<Area, OpsError> {
        self.authorise(caller, Act::ManageRegisters)?;
        let old = self.registers().area(id).cloned().ok_or(OpsError::NotFound("area"))?;
        let draft = AreaDraft { valid_to: Some(on), became, ..AreaDraft::of(&old) };
        self.change_area(caller, id, draft, expected_revision)
    }
}

/// Stores a changed area with its audit entry; nothing if nothing differs.
fn put_changed(w: &mut WriteTx<'_>, caller: &Caller, old: &Area, mut new: Area) -> Result<Area, OpsError> {
    if new == *old {
        return Ok(new);
    }
    new.revision = old.revision.saturating_add(1);
    new.changed_at = w.now();
    let act = if old.valid_to.is_none() && new.valid_to.is_some() { audit::AREA_ENDED } else { audit::AREA_CHANGED };
    w.audit(entry(caller, act).on(on_area(&new)).differences(Some(old), Some(&new)))?;
    w.put(&new)?;
    Ok(new)
}
