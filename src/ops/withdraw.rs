//! Duty: what is being watched is what may be watched.
//!
//! A lease ends by itself with the right it was issued for. What ends a right earlier (a grant is ended, an account gets
//! another preset or unit, a camera moves out of the scope, areas are merged) is found here: every lease that is out is
//! decided anew when anything changed that a decision rests on. Takes no input; cheap when nothing has changed.

use crate::caller::By;
use crate::office::lock;
use crate::{Caller, Ops, OpsError};
use base::{AccountId, LeaseId};
use domain::{Account, Act};
use std::collections::HashMap;
use std::sync::PoisonError;

/// What decisions rest on, counted: grants and registers, cameras, accounts.
pub(crate) type Ground = (u64, u64, u64);

impl Ops {
    fn ground(&self) -> Ground {
        // Asking for the trees notices that the registers are other ones.
        let _ = self.trees();
        let cameras = self.catalogue.read().unwrap_or_else(PoisonError::into_inner).change();
        (self.rights.epoch(), cameras, *self.account_changes.borrow())
    }

    /// Withdraws every lease whose right is gone, if anything has changed since the last time. To be called at least every
    /// [`base::limits::RIGHTS_SWEEP`].
    ///
    /// # Errors
    /// The store fails.
    pub fn sweep_rights(&self) -> Result<(), OpsError> {
        let (ground, now) = (self.ground(), self.clock.now());
        let changed = std::mem::replace(&mut *lock(&self.swept), ground) != ground;
        let due = || lock(&self.leases).0.values().any(|held| held.right_until.is_some_and(|until| until <= now));
        if changed || due() { self.withdraw_lost_rights() } else { Ok(()) }
    }

    /// Decides every lease that is out anew.
    pub(crate) fn withdraw_lost_rights(&self) -> Result<(), OpsError> {
        let out: Vec<_> = lock(&self.leases)
            .0
            .iter()
            .filter(|(_, held)| !matches!(held.by, By::Cli | By::System))
            .map(|(id, held)| (*id, held.guard.account, held.guard.camera, held.by, held.limit.clone()))
            .collect();
        if out.is_empty() {
            return Ok(());
        }
        let mut accounts: HashMap<AccountId, Option<Account>> = HashMap::new();
        self.read(|r| {
            for (_, id, ..) in &out {
                if !accounts.contains_key(id) {
                    accounts.insert(*id, r.find::<Account>(id)?.filter(Account::enabled));
                }
            }
            Ok::<_, OpsError>(())
        })?;
        let catalogue = self.catalogue.read().unwrap_or_else(PoisonError::into_inner);
        let mut found: Vec<(LeaseId, Option<domain::Right>)> = Vec::with_capacity(out.len());
        for (lease, account, camera, by, limit) in out {
            let right = accounts.get(&account).cloned().flatten().zip(catalogue.camera(camera)).and_then(
                |(account, camera)| {
                    let caller = Caller { limit, ..Caller::new(account, by, None) };
                    self.eyes(&caller).right(Act::WatchLive, camera)
                },
            );
            found.push((lease, right));
        }
        drop(catalogue);
        let mut table = lock(&self.leases);
        for (lease, right) in found {
            let Some(held) = table.0.get_mut(&lease) else { continue };
            match right {
                Some(right) => held.right_until = right.until,
                None => held.guard.withdraw(),
            }
        }
        Ok(())
    }
}
