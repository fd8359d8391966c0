//! Entries of registers: reading, adding, changing, ending.

use super::uses::Uses;
use super::{changed, full, read_book};
use crate::office::entry;
use crate::{Caller, Ops, OpsError, secrets};
use base::{CivilDate, ItemId, Said, limits};
use domain::{Act, FieldFault, ItemDraft, Register, RegisterItem, Subject, audit, decide_item};

fn on_item(item: &RegisterItem) -> Subject {
    Subject::new("register_item", item.id, format!("{}/{} {}", item.register.as_str(), item.code, item.vi))
}

fn in_use(uses: Uses) -> OpsError {
    let said = uses.said();
    FieldFault::new(
        "valid_to",
        Said::new(
            format!(
                "Mục này đang được dùng: {}. Hãy sửa chúng trước, hoặc chọn một ngày kết thúc trong tương lai.",
                said.vi
            ),
            format!("The entry is in use: {}. Change them first, or choose a day in the future.", said.en),
        ),
    )
    .into()
}

impl Ops {
    /// The entry of that id or code.
    ///
    /// # Errors
    /// [`OpsError::NotFound`], [`OpsError::Refused`].
    pub fn item(&self, caller: &Caller, register: Register, named: &str) -> Result<RegisterItem, OpsError> {
        let book = self.book(caller)?;
        let by_id = named.parse().ok().and_then(|id: ItemId| book.item_of(id)).filter(|i| i.register == register);
        by_id.or_else(|| book.item(register, named)).cloned().ok_or(OpsError::NotFound("register_item"))
    }

    /// What uses an entry.
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn uses_of_item(&self, caller: &Caller, item: &RegisterItem) -> Result<Uses, OpsError> {
        Ok(self.item_uses(&*self.book(caller)?, item))
    }

    /// Adds an entry.
    ///
    /// # Errors
    /// [`OpsError::Invalid`] with every field at fault, [`OpsError::Full`].
    pub fn add_item(&self, caller: &Caller, register: Register, draft: ItemDraft) -> Result<RegisterItem, OpsError> {
        let (ms, random) = secrets::id_parts(self.clock.now())?;
        let item = self.act(caller, Act::ManageRegisters, move |w, caller| {
            let book = read_book(w, w.now().office_date())?;
            if Register::ALL.iter().map(|r| book.all_items(*r).len()).sum::<usize>() >= limits::REGISTER_ITEMS_MAX {
                return Err(full(limits::REGISTER_ITEMS_MAX, "mục danh mục", "entries of registers"));
            }
            let fields = decide_item(register, &draft, None, &book)?;
            let mut item = RegisterItem {
                id: ItemId::from_parts(ms, random),
                register,
                code: fields.code.clone(),
                vi: String::new(),
                en: String::new(),
                order: 0,
                valid_from: None,
                valid_to: None,
                traits: Default::default(),
                changed_at: w.now(),
                revision: 1,
                extra: domain::Extra::new(),
            };
            fields.into_record(&mut item);
            w.audit(entry(&caller, audit::ITEM_ADDED).on(on_item(&item)).differences(None, Some(&item)))?;
            w.put(&item)?;
            Ok(item)
        })?;
        self.follow_registers()?;
        Ok(item)
    }

    /// Changes an entry, if nobody else has since `expected_revision`; its code stays. Ending it while it is in use is
    /// refused, unless the day is yet to come.
    ///
    /// # Errors
    /// [`OpsError::Changed`], [`OpsError::Invalid`], [`OpsError::NotFound`].
    pub fn change_item(
        &self,
        caller: &Caller,
        id: ItemId,
        draft: ItemDraft,
        expected_revision: u64,
    ) -> Result<RegisterItem, OpsError> {
        self.authorise(caller, Act::ManageRegisters)?;
        let book = self.registers();
        let uses = book.item_of(id).map(|i| self.item_uses(&book, i)).unwrap_or_default();
        let item = self.act(caller, Act::ManageRegisters, move |w, caller| {
            let old = w.find::<RegisterItem>(&id)?.ok_or(OpsError::NotFound("register_item"))?;
            changed(expected_revision, old.revision)?;
            let today = w.now().office_date();
            let fields = decide_item(old.register, &draft, Some(&old), &read_book(w, today)?)?;
            let mut new = old.clone();
            fields.into_record(&mut new);
            if new == old {
                return Ok(new);
            }
            let ends = new.valid_to.is_some_and(|to| to <= today) && old.valid_to != new.valid_to;
            if ends && !uses.none() {
                return Err(in_use(uses));
            }
            new.revision = old.revision.saturating_add(1);
            new.changed_at = w.now();
            let act =
                if old.valid_to.is_none() && new.valid_to.is_some() { audit::ITEM_ENDED } else { audit::ITEM_CHANGED };
            w.audit(entry(&caller, act).on(on_item(&new)).differences(Some(&old), Some(&new)))?;
            w.put(&new)?;
            Ok(new)
        })?;
        self.follow_registers()?;
        Ok(item)
    }

    /// Ends an entry on a day.
    ///
    /// # Errors
    /// As [`Ops::change_item`].
    pub fn end_item(
        &self,
        caller: &Caller,
        id: ItemId,
        on: CivilDate,
        expected_revision: u64,
    ) -> Result<RegisterItem, OpsError> {
        self.authorise(caller, Act::ManageRegisters)?;
        let old = self.registers().item_of(id).cloned().ok_or(OpsError::NotFound("register_item"))?;
        self.change_item(caller, id, ItemDraft { valid_to: Some(on), ..ItemDraft::of(&old) }, expected_revision)
    }
}
