//! All grants and lists of cameras in memory, and the standings put together from them.
//!
//! Derived from the store when the office opens and after each commit; never a source of truth. A standing
//! ([`domain::Standing`]) is put together when its account first asks after a change, and kept: a decision is then a few
//! look-ups. Not here: the rule (`domain::standing`), deciding for a caller (`eyes`), the verbs (`grants`).

use crate::catalogue::{Bits, Catalogue};
use crate::office::lock;
use crate::{Ops, OpsError};
use base::{AccountId, CameraListId, GrantId, TokenId, UnitId, WallTime, limits};
use domain::standing::{Given, stands};
use domain::{Account, CameraList, Grant, Holder, Register, Registers, Role, Standing, Trees, UnitPlace};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// Grants by id and by holder.
#[derive(Default)]
pub(crate) struct Grants {
    by_id: HashMap<GrantId, Arc<Grant>>,
    by_holder: HashMap<Holder, Vec<GrantId>>,
}

impl Grants {
    fn set(&mut self, id: GrantId, grant: Option<Grant>) {
        if let Some(old) = self.by_id.remove(&id)
            && let Some(ids) = self.by_holder.get_mut(&old.holder)
        {
            ids.retain(|other| *other != id);
        }
        let Some(grant) = grant else { return };
        self.by_holder.entry(grant.holder).or_default().push(id);
        self.by_id.insert(id, Arc::new(grant));
    }

    pub(crate) fn get(&self, id: GrantId) -> Option<&Arc<Grant>> {
        self.by_id.get(&id)
    }
    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<Grant>> {
        self.by_id.values()
    }
    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }
    pub(crate) fn of(&self, holder: Holder) -> impl Iterator<Item = &Arc<Grant>> {
        self.by_holder.get(&holder).into_iter().flatten().filter_map(|id| self.by_id.get(id))
    }

    /// The grant with those it was given from; `None` if one of them is gone or has ended.
    fn given(&self, grant: &Arc<Grant>) -> Option<Given> {
        let (mut chain, mut next) = (Vec::new(), grant.via);
        while let Some(id) = next {
            let link = self.get(id).filter(|g| stands(g))?;
            if chain.len() >= limits::GRANT_CHAIN_MAX {
                return None;
            }
            next = link.via;
            chain.push(link.clone());
        }
        Some(Given { grant: grant.clone(), chain })
    }

    /// What an account of that unit has: its own grants and its unit's.
    fn of_account(&self, account: AccountId, unit: Option<UnitId>, now: WallTime) -> Vec<Given> {
        let own = self.of(Holder::Account(account));
        let of_unit = unit.into_iter().flat_map(|u| self.of(Holder::Unit(u)));
        own.chain(of_unit).filter(|g| stands(g) && !g.times.over(now)).filter_map(|g| self.given(g)).collect()
    }
}

/// Whose sight: an account, or a token that is limited to some cameras.
pub(crate) type Beholder = (AccountId, Option<TokenId>);

/// What was last seen of the catalogue.
struct Seen {
    standing: Arc<Standing>,
    change: u64,
    /// When a grant may begin or end.
    until: Option<WallTime>,
    bits: Arc<Bits>,
}

#[derive(Default)]
struct Compiled {
    registers: Option<Arc<Registers>>,
    trees: Arc<Trees>,
    standings: HashMap<AccountId, (Role, Option<UnitId>, Arc<Standing>)>,
    seen: HashMap<Beholder, Seen>,
}

impl Compiled {
    fn forget(&mut self) {
        self.standings.clear();
        self.seen.clear();
    }
}

/// See the module.
#[derive(Default)]
pub(crate) struct RightsBook {
    grants: RwLock<Grants>,
    lists: RwLock<HashMap<CameraListId, Arc<CameraList>>>,
    compiled: Mutex<Compiled>,
    /// Counts the changes of grants, lists, areas, units and sectors.
    epoch: AtomicU64,
}

/// The trees of a book of registers, without lists.
pub(crate) fn trees_of(book: &Registers) -> Trees {
    let areas = book.areas().map(|a| {
        // An area that went into another as a whole lies within it, as in the book.
        let whole = if let ([whole], Some(_)) = (a.became.as_slice(), a.valid_to) { Some(*whole) } else { None };
        (a.id, a.parent.into_iter().chain(whole).collect::<Vec<_>>())
    });
    let units = book.units().map(|u| (u.id, UnitPlace { parent: u.parent, area: u.area, sectors: u.sectors.clone() }));
    let sectors = book.all_items(Register::Sector).iter().map(|i| (i.code.clone(), i.traits.purposes.clone()));
    Trees::new(areas, units, sectors)
}

impl RightsBook {
    pub(crate) fn grants<T>(&self, f: impl FnOnce(&Grants) -> T) -> T {
        f(&self.grants.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    /// Puts grants in or takes them out, and forgets what was put together.
    fn set(&self, grants: impl IntoIterator<Item = (GrantId, Option<Grant>)>) {
        let mut all = self.grants.write().unwrap_or_else(PoisonError::into_inner);
        grants.into_iter().for_each(|(id, grant)| all.set(id, grant));
        lock(&self.compiled).forget();
        self.epoch.fetch_add(1, Ordering::AcqRel);
    }

    pub(crate) fn lists<T>(&self, f: impl FnOnce(&HashMap<CameraListId, Arc<CameraList>>) -> T) -> T {
        f(&self.lists.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts lists in or takes them out, and forgets what was put together.
    pub(crate) fn set_lists(&self, lists: impl IntoIterator<Item = (CameraListId, Option<CameraList>)>) {
        let mut all = self.lists.write().unwrap_or_else(PoisonError::into_inner);
        for (id, list) in lists {
            match list {
                Some(list) => all.insert(id, Arc::new(list)),
                None => all.remove(&id),
            };
        }
        drop(all);
        let mut compiled = lock(&self.compiled);
        // The trees are put together anew when they are next asked for.
        compiled.registers = None;
        compiled.forget();
        self.epoch.fetch_add(1, Ordering::AcqRel);
    }

    fn with_compiled<T>(&self, registers: Arc<Registers>, f: impl FnOnce(&mut Compiled) -> T) -> T {
        let mut compiled = lock(&self.compiled);
        if !compiled.registers.as_ref().is_some_and(|r| Arc::ptr_eq(r, &registers)) {
            let lists = self.lists.read().unwrap_or_else(PoisonError::into_inner);
            compiled.trees = Arc::new(trees_of(&registers).with_lists(lists.values().map(Arc::as_ref)));
            drop(lists);
            compiled.registers = Some(registers);
            compiled.forget();
            self.epoch.fetch_add(1, Ordering::AcqRel);
        }
        f(&mut compiled)
    }

    pub(crate) fn trees(&self, registers: Arc<Registers>) -> Arc<Trees> {
        self.with_compiled(registers, |c| c.trees.clone())
    }

    pub(crate) fn standing(&self, account: &Account, registers: Arc<Registers>, now: WallTime) -> Arc<Standing> {
        let (id, role, unit) = (account.id, account.role, account.unit_id);
        // Grants before what is put together, always: else the two could wait for each other.
        let grants = self.grants.read().unwrap_or_else(PoisonError::into_inner);
        self.with_compiled(registers, |c| {
            if let Some((_, _, standing)) = c.standings.get(&id).filter(|(r, u, _)| (*r, *u) == (role, unit)) {
                return standing.clone();
            }
            if c.standings.len() >= limits::STANDINGS_MAX {
                c.forget();
            }
            let standing = Arc::new(Standing::new(role, unit, grants.of_account(id, unit, now), c.trees.clone()));
            c.standings.insert(id, (role, unit, standing.clone()));
            standing
        })
    }

    /// The slots of the catalogue that a beholder sees: kept from last time, and caught up.
    pub(crate) fn sight(
        &self,
        beholder: Beholder,
        standing: &Arc<Standing>,
        catalogue: &Catalogue,
        now: WallTime,
        sees: impl Fn(&domain::Camera) -> bool,
    ) -> Arc<Bits> {
        let kept = lock(&self.compiled).seen.remove(&beholder);
        let kept = kept.filter(|k| Arc::ptr_eq(&k.standing, standing) && k.until.is_none_or(|until| now < until));
        let (until, mut bits, changed) = match kept {
            Some(k) => (k.until, k.bits, catalogue.changed_since(k.change)),
            None => (standing.next_change(now), Arc::default(), None),
        };
        match changed {
            Some([]) => {}
            Some(slots) => {
                let bits = Arc::make_mut(&mut bits);
                slots.iter().for_each(|slot| bits.set(*slot, catalogue.camera_at(*slot).is_some_and(&sees)));
            }
            None => {
                let mut fresh = Bits::new(catalogue.slots());
                for slot in 0..u32::try_from(catalogue.slots()).unwrap_or(u32::MAX) {
                    fresh.set(slot, catalogue.camera_at(slot).is_some_and(&sees));
                }
                bits = Arc::new(fresh);
            }
        }
        let seen = Seen { standing: standing.clone(), change: catalogue.change(), until, bits: bits.clone() };
        let mut compiled = lock(&self.compiled);
        if compiled.seen.len() >= limits::SIGHTS_MAX {
            compiled.seen.clear();
        }
        compiled.seen.insert(beholder, seen);
        bits
    }
}

impl Ops {
    /// When the office opens: all grants into memory.
    pub(crate) fn load_grants(&self) -> Result<(), OpsError> {
        let all = self.read(|r| Ok(r.range::<Grant>(..)?))?;
        self.rights.set(all.into_iter().map(|g| (g.id, Some(g))));
        Ok(())
    }

    /// After a commit: memory says what the store says, rights that are lost are withdrawn, watchers hear of it.
    pub(crate) fn refresh_grants(&self, ids: &[GrantId]) -> Result<(), OpsError> {
        let found =
            self.read(|r| ids.iter().map(|id| Ok((*id, r.find::<Grant>(id)?))).collect::<Result<Vec<_>, OpsError>>())?;
        self.rights.set(found);
        self.withdraw_lost_rights()?;
        self.tell();
        Ok(())
    }

    /// The trees as the rights see them.
    pub(crate) fn trees(&self) -> Arc<Trees> {
        self.rights.trees(self.registers())
    }
}
