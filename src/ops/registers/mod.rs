//! Areas, units and registers: the book in memory, and how it follows the store.
//!
//! Not here: the book's questions ([`domain::Registers`]), the shipped entries (`registers_shipped`), the verbs that change
//! them (`areas`, `units`, `items`, `handover`).

mod areas;
mod handover;
mod handover_steps;
mod handover_undo;
mod items;
mod placing;
mod shipped;
mod units;
mod uses;

use crate::office::entry_by;
use crate::{Caller, Ops, OpsError};
use base::{CivilDate, Said};
use domain::{Act, Actor, Area, RegisterItem, Registers, Unit, audit};
pub use handover::{HandoverGrant, HandoverMove, HandoverPreview, HandoverStay};
pub use handover_undo::UndoPreview;
use shipped::Shipped;
use std::sync::{Arc, PoisonError, RwLock};
use store::ReadTx;
pub use uses::{CameraCounts, Uses};

/// The book as it last was; made anew after each change and on each new day.
pub(crate) type Book = RwLock<Arc<Registers>>;

pub(crate) fn read_book(r: &ReadTx<'_>, day: CivilDate) -> Result<Registers, OpsError> {
    Ok(Registers::new(day, r.range::<Area>(..)?, r.range::<Unit>(..)?, r.range::<RegisterItem>(..)?))
}

/// Nobody else may have changed it.
fn changed(expected: u64, found: u64) -> Result<(), OpsError> {
    if expected == found { Ok(()) } else { Err(OpsError::Changed { expected, found }) }
}

/// A bound is reached.
fn full(max: usize, vi: &str, en: &str) -> OpsError {
    OpsError::Full(Said::new(
        format!("Nút đã có {max} {vi}, là mức tối đa."),
        format!("The node has {max} {en}, which is the most it takes."),
    ))
}

impl Ops {
    /// The book of areas, units and registers as it is today: from memory, no right asked. For the rooms' own use; people
    /// read through [`Ops::book`].
    pub fn registers(&self) -> Arc<Registers> {
        let book = self.book.read().unwrap_or_else(PoisonError::into_inner).clone();
        let today = self.clock.now().office_date();
        if book.day() == today {
            return book;
        }
        // A new day: what is in force may be other than yesterday.
        self.refresh_registers().unwrap_or_else(|e| {
            tracing::error!(error = %e, "the book of registers could not be made anew for this day");
            book
        })
    }

    /// The same for a caller who may see the catalogue.
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn book(&self, caller: &Caller) -> Result<Arc<Registers>, OpsError> {
        self.authorise(caller, Act::SeeCatalogue)?;
        Ok(self.registers())
    }

    /// When the office opens: what ships with the program comes into the store, then all of it into memory.
    pub(crate) fn load_registers(&self) -> Result<(), OpsError> {
        let now = self.clock.now();
        let shipped = Shipped::read(now)?;
        let missing = self.read(|r| shipped.is_missing(r))?;
        if missing {
            self.write(move |w| {
                let taken = shipped.take_over(w)?;
                w.audit(
                    entry_by(Actor::System, audit::REGISTERS_SHIPPED, None)
                        .fact("areas", taken.areas.to_string())
                        .fact("items", taken.items.to_string())
                        .fact("brought_up_to_date", taken.brought_up_to_date.to_string()),
                )?;
                Ok(())
            })?;
        }
        self.refresh_registers()?;
        Ok(())
    }

    /// After a commit: memory says what the store says. Reading under the lock makes the last one right.
    pub(crate) fn refresh_registers(&self) -> Result<Arc<Registers>, OpsError> {
        let mut book = self.book.write().unwrap_or_else(PoisonError::into_inner);
        let day = self.clock.now().office_date();
        let fresh = Arc::new(self.read(|r| read_book(r, day))?);
        *book = fresh.clone();
        Ok(fresh)
    }

    /// After a verb has changed the registers: memory follows, and those who watch the catalogue hear of it.
    pub(crate) fn follow_registers(&self) -> Result<(), OpsError> {
        self.refresh_registers()?;
        self.tell();
        Ok(())
    }
}
