//! Entries of registers: reading, adding, changing, ending.

use super::uses::Uses;
use super::{changed, full, read_book};
use crate::office::entry;
use crate::{Caller, Ops, OpsError, secrets};
use base::{CivilDate, ItemId, Said, limits};
use domain::{Act, FieldFault, ItemDraft, Register, RegisterItem, Subject, audit, decide_item};
use std::sync::PoisonError;

fn on_item(item: &RegisterItem) -> Subject {
    Subject::new("register_item", item.id, format!("{}/{} {}", item.register.as_str(), item.code, item.vi))
}

fn in_use(uses: Uses) -> OpsError {
    let said = uses.said();
    FieldFault::new(
        "valid_to",
        Said::new(
            format!(
                "Mục này đang được dùng: {}. Hãy chuyển chúng sang mục khác trước, hoặc xác nhận kết thúc: nơi đang dùng \
                 vẫn giữ mục này.",
                said.vi
            ),
            format!(
                "The entry is in use: {}. Give these another one first, or confirm that it ends: what uses it keeps it.",
                said.en
            ),
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
        self.follow_item(&item)?;
        Ok(item)
    }

    /// Memory follows. A place tells what the record of a camera there must hold (A5.3, A15.3): how complete those records
    /// are is found anew. Nothing else of that rule stands in the registers.
    fn follow_item(&self, item: &RegisterItem) -> Result<(), OpsError> {
        self.refresh_registers()?;
        if item.register == Register::Place {
            let mut catalogue = self.catalogue.write().unwrap_or_else(PoisonError::into_inner);
            catalogue.assess_again(|camera| camera.facts.place.as_ref() == Some(&item.code));
        }
        self.tell();
        Ok(())
    }

    /// Changes an entry, if nobody else has since `expected_revision`; its code stays. Ending it while it is in use, now or
    /// on a day to come, is refused unless that is confirmed ([`ItemDraft::in_use_too`]); the record then tells what used it.
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
            let ends = new.valid_to.is_some_and(|to| old.valid_to.is_none_or(|before| to < before));
            if ends && !uses.none() && !draft.in_use_too {
                return Err(in_use(uses));
            }
            new.revision = old.revision.saturating_add(1);
            new.changed_at = w.now();
            let act =
                if old.valid_to.is_none() && new.valid_to.is_some() { audit::ITEM_ENDED } else { audit::ITEM_CHANGED };
            let mut told = entry(&caller, act).on(on_item(&new)).differences(Some(&old), Some(&new));
            if ends && !uses.none() {
                told = told.fact("in_use", uses.said().vi);
            }
            w.audit(told)?;
            w.put(&new)?;
            Ok(new)
        })?;
        self.follow_item(&item)?;
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
