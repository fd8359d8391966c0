//! Units: reading, adding, changing, ending.

use super::uses::Uses;
use super::{changed, full, read_book};
use crate::office::entry;
use crate::{Caller, Ops, OpsError, secrets};
use base::{CivilDate, Said, UnitId, limits};
use domain::{Account, Act, FieldFault, Subject, Unit, UnitDraft, audit, decide_unit};

/// A unit as the subject of an audit entry.
pub(crate) fn on_unit(unit: &Unit) -> Subject {
    Subject::new("unit", unit.id, format!("{} {}", unit.code, unit.name))
}

fn in_use(uses: Uses) -> OpsError {
    let said = uses.said();
    FieldFault::new(
        "ended_on",
        Said::new(
            format!(
                "Đơn vị còn {}. Hãy chuyển chúng sang đơn vị khác trước, hoặc chọn một ngày kết thúc trong tương lai.",
                said.vi
            ),
            format!("The unit still has {}. Move them to another unit first, or choose a day in the future.", said.en),
        ),
    )
    .into()
}

fn focal_account(r: &store::ReadTx<'_>, draft: &UnitDraft) -> Result<(), OpsError> {
    match draft.focal_account {
        Some(id) if r.find::<Account>(&id)?.is_none() => {
            Err(FieldFault::new("focal_account", Said::new("Không có tài khoản này.", "There is no such account."))
                .into())
        }
        _ => Ok(()),
    }
}

impl Ops {
    /// The unit of that id, code or name.
    ///
    /// # Errors
    /// [`OpsError::NotFound`], [`OpsError::Refused`].
    pub fn unit(&self, caller: &Caller, named: &str) -> Result<Unit, OpsError> {
        let book = self.book(caller)?;
        let id = book.unit_by(named).map_err(|_| OpsError::NotFound("unit"))?;
        book.unit(id).cloned().ok_or(OpsError::NotFound("unit"))
    }

    /// What uses a unit.
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn uses_of_unit(&self, caller: &Caller, id: UnitId) -> Result<Uses, OpsError> {
        self.unit_uses(&*self.book(caller)?, id)
    }

    /// Adds a unit.
    ///
    /// # Errors
    /// [`OpsError::Invalid`] with every field at fault, [`OpsError::Full`].
    pub fn add_unit(&self, caller: &Caller, draft: UnitDraft) -> Result<Unit, OpsError> {
        let (ms, random) = secrets::id_parts(self.clock.now())?;
        let unit = self.act(caller, Act::ManageRegisters, move |w, caller| {
            let book = read_book(w, w.now().office_date())?;
            if book.units().count() >= limits::UNITS_MAX {
                return Err(full(limits::UNITS_MAX, "đơn vị", "units"));
            }
            focal_account(w, &draft)?;
            let fields = decide_unit(&draft, None, &book)?;
            let mut unit = Unit {
                id: UnitId::from_parts(ms, random),
                code: String::new(),
                name: String::new(),
                short_name: String::new(),
                kind: String::new(),
                parent: None,
                area: None,
                sectors: Vec::new(),
                manages: false,
                uses_data: false,
                invests: false,
                focal_point: None,
                phone: String::new(),
                email: String::new(),
                ended_on: None,
                created_at: w.now(),
                changed_at: w.now(),
                revision: 1,
                extra: domain::Extra::new(),
            };
            fields.into_record(&mut unit);
            w.audit(entry(&caller, audit::UNIT_ADDED).on(on_unit(&unit)).differences(None, Some(&unit)))?;
            w.put(&unit)?;
            Ok(unit)
        })?;
        self.follow_registers()?;
        Ok(unit)
    }

    /// Changes a unit, if nobody else has since `expected_revision`. Ending it while it is in use is refused, unless the
    /// day is yet to come.
    ///
    /// # Errors
    /// [`OpsError::Changed`], [`OpsError::Invalid`], [`OpsError::NotFound`].
    pub fn change_unit(
        &self,
        caller: &Caller,
        id: UnitId,
        draft: UnitDraft,
        expected_revision: u64,
    ) -> Result<Unit, OpsError> {
        self.authorise(caller, Act::ManageRegisters)?;
        let uses = self.unit_uses(&self.registers(), id)?;
        let unit = self.act(caller, Act::ManageRegisters, move |w, caller| {
            let old = w.find::<Unit>(&id)?.ok_or(OpsError::NotFound("unit"))?;
            changed(expected_revision, old.revision)?;
            let today = w.now().office_date();
            focal_account(w, &draft)?;
            let fields = decide_unit(&draft, Some(&old), &read_book(w, today)?)?;
            let mut new = old.clone();
            fields.into_record(&mut new);
            if new == old {
                return Ok(new);
            }
            let ends = new.ended_on.is_some_and(|on| on <= today) && old.ended_on != new.ended_on;
            if ends && !uses.none() {
                return Err(in_use(uses));
            }
            new.revision = old.revision.saturating_add(1);
            new.changed_at = w.now();
            let act =
                if old.ended_on.is_none() && new.ended_on.is_some() { audit::UNIT_ENDED } else { audit::UNIT_CHANGED };
            w.audit(entry(&caller, act).on(on_unit(&new)).differences(Some(&old), Some(&new)))?;
            w.put(&new)?;
            Ok(new)
        })?;
        self.follow_registers()?;
        Ok(unit)
    }

    /// Ends a unit on a day.
    ///
    /// # Errors
    /// As [`Ops::change_unit`].
    pub fn end_unit(
        &self,
        caller: &Caller,
        id: UnitId,
        on: CivilDate,
        expected_revision: u64,
    ) -> Result<Unit, OpsError> {
        self.authorise(caller, Act::ManageRegisters)?;
        let old = self.registers().unit(id).cloned().ok_or(OpsError::NotFound("unit"))?;
        self.change_unit(caller, id, UnitDraft { ended_on: Some(on), ..UnitDraft::of(&old) }, expected_revision)
    }
}
