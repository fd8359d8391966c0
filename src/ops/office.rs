//! [`Ops`] itself: what it holds, how it opens, and the one way in which every verb goes.
//!
//! Not here: the verbs (`entrance`, `own`, `accounts`, `cameras`, `leases`, `trail`, `node`).

use crate::caller::By;
use crate::catalogue::Catalogue;
use crate::leases::Leases;
use crate::lockout::Lockout;
use crate::passwords::Passwords;
use crate::{Caller, OpsError, Policy, WantedSource};
use base::{AccountId, Clock, WallTime, limits};
use domain::{
    Account, Act, Actor, AuditDraft, Decision, LoginSession, NodeRecord, PasswordPolicy, Refusal, Subject, Token, audit,
};
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;
use store::{ReadTx, Store, WriteTx};
use tokio::sync::watch;

/// How the office is set up.
#[derive(Clone, Copy, Debug, Default)]
pub struct OpsConfig {
    /// The demo: its passwords do not grow old.
    pub demo: bool,
}

/// All verbs of the office. Cheap to clone.
#[derive(Clone)]
pub struct Ops(Arc<Inner>);

/// The inside of [`Ops`]; its fields are for this room only.
pub struct Inner {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) policy: Policy,
    pub(crate) config: OpsConfig,
    pub(crate) passwords: Passwords,
    pub(crate) lockout: Mutex<Lockout>,
    pub(crate) halves: Mutex<crate::sign_in::Halves>,
    pub(crate) enrolments: Mutex<crate::second_factor::Enrolments>,
    pub(crate) zones: RwLock<Arc<domain::SignInZones>>,
    pub(crate) open_reviews: RwLock<Arc<Vec<crate::reviews::OpenReview>>>,
    /// When uses of tokens were last kept.
    pub(crate) token_uses: Mutex<Recent<base::TokenId>>,
    pub(crate) catalogue: RwLock<Catalogue>,
    pub(crate) folded: Mutex<crate::finding::Folded>,
    pub(crate) node: RwLock<NodeRecord>,
    pub(crate) book: crate::registers::Book,
    pub(crate) shelf: crate::record::Shelf,
    pub(crate) rights: crate::rights_book::RightsBook,
    pub(crate) swept: Mutex<crate::withdraw::Ground>,
    pub(crate) leases: Mutex<Leases>,
    /// When sign-ins and tokens were last used. In memory only: a restart counts as a use.
    pub(crate) used: Mutex<Recent<By>>,
    /// Repeats that are not put on record again.
    pub(crate) said: Mutex<Recent<(AccountId, &'static str)>>,
    /// Snapshots that need not be put on record again.
    pub(crate) snapshots: Mutex<Recent<(By, base::CameraId, base::StreamKind)>>,
    pub(crate) changes: watch::Sender<u64>,
    pub(crate) account_changes: watch::Sender<u64>,
    pub(crate) wanted: watch::Sender<Arc<Vec<WantedSource>>>,
    pub(crate) sources: Mutex<BTreeMap<base::CameraId, WantedSource>>,
    /// Long works that run now.
    pub(crate) running: crate::jobs::Running,
    pub(crate) opened_at: WallTime,
    /// Signs the audit's checkpoints; none on the command line.
    pub(crate) signer: std::sync::OnceLock<Arc<dyn store::NodeSigner>>,
}

impl std::ops::Deref for Ops {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl std::fmt::Debug for Ops {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Ops({:?})", self.store)
    }
}

/// Takes a lock; a panic elsewhere must not close the office.
pub(crate) fn lock<T>(m: &Mutex<T>) -> MutexGuard<'_, T> {
    m.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A table of moments, bounded by [`limits::RECENT_ENTRIES_MAX`]; at the bound the older half is forgotten.
pub(crate) struct Recent<K>(HashMap<K, WallTime>);

impl<K: Eq + Hash + Copy> Recent<K> {
    fn new() -> Self {
        Self(HashMap::new())
    }
    pub(crate) fn at(&self, key: K) -> Option<WallTime> {
        self.0.get(&key).copied()
    }
    pub(crate) fn note(&mut self, key: K, now: WallTime) {
        if self.0.len() >= limits::RECENT_ENTRIES_MAX && !self.0.contains_key(&key) {
            let mut times: Vec<WallTime> = self.0.values().copied().collect();
            let middle = times.len() / 2;
            let middle = *times.select_nth_unstable(middle).1;
            self.0.retain(|_, t| *t > middle);
        }
        self.0.insert(key, now);
    }
    pub(crate) fn forget(&mut self, key: K) {
        self.0.remove(&key);
    }
    /// True once per period, and then noted.
    pub(crate) fn first_in(&mut self, key: K, period: Duration, now: WallTime) -> bool {
        let first = self.at(key).is_none_or(|t| now.since(t) >= period);
        if first {
            self.note(key, now);
        }
        first
    }
}

pub(crate) const REFUSAL_PERIOD: Duration = Duration::from_secs(60);

impl Ops {
    /// Opens the office on a store: reads the catalogue into memory.
    ///
    /// # Errors
    /// The store cannot be read, or there is no randomness.
    pub fn open(store: Store, clock: Clock, policy: Policy, config: OpsConfig) -> Result<Ops, OpsError> {
        let node = store.read::<_, OpsError>(|r| Ok(r.find::<NodeRecord>(&())?))?.unwrap_or_default();
        let ops = Ops(Arc::new(Inner {
            passwords: Passwords::new()?,
            lockout: Mutex::new(Lockout::new(policy.sign_in.clone())),
            halves: Mutex::default(),
            enrolments: Mutex::default(),
            zones: RwLock::default(),
            open_reviews: RwLock::default(),
            token_uses: Mutex::new(Recent::new()),
            catalogue: RwLock::new(Catalogue::default()),
            folded: Mutex::default(),
            node: RwLock::new(node),
            book: crate::registers::Book::default(),
            shelf: crate::record::Shelf::default(),
            rights: crate::rights_book::RightsBook::default(),
            swept: Mutex::default(),
            leases: Mutex::new(Leases::default()),
            used: Mutex::new(Recent::new()),
            said: Mutex::new(Recent::new()),
            snapshots: Mutex::new(Recent::new()),
            changes: watch::Sender::new(0),
            account_changes: watch::Sender::new(0),
            wanted: watch::Sender::new(Arc::default()),
            sources: Mutex::new(BTreeMap::new()),
            running: crate::jobs::Running::default(),
            opened_at: clock.now(),
            signer: std::sync::OnceLock::new(),
            store,
            clock,
            policy,
            config,
        }));
        ops.load_registers()?;
        ops.load_zones()?;
        ops.load_open_reviews()?;
        ops.load_shelf()?;
        let office = Arc::downgrade(&ops.0);
        // Weak: the catalogue must not keep the office open that holds it.
        let assess = move |c: &domain::Camera| office.upgrade().map_or(0, |o| Ops(o).completeness_of(c).percent);
        ops.catalogue.write().unwrap_or_else(PoisonError::into_inner).assess_by(Box::new(assess));
        ops.load_cameras()?;
        ops.place_cameras()?;
        ops.resume_handovers()?;
        ops.load_grants()?;
        ops.load_lists()?;
        Ok(ops)
    }

    /// Rings whenever cameras or the node change; the value is a running number.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Rings whenever accounts or their preferences change; the value is a running number.
    pub fn account_changes(&self) -> watch::Receiver<u64> {
        self.account_changes.subscribe()
    }

    /// The password rules in force.
    pub fn password_policy(&self) -> &PasswordPolicy {
        &self.policy.password
    }

    /// The policy in force.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// May the caller do that? A refusal is put on record (once a minute per account and act).
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn authorise(&self, caller: &Caller, act: Act) -> Result<(), OpsError> {
        match caller.decide(act) {
            Decision::Allowed => Ok(()),
            Decision::Refused(refusal) => Err(self.refuse(caller, act, refusal)),
        }
    }

    /// Puts a refusal on record and gives it back as an error.
    pub(crate) fn refuse(&self, caller: &Caller, act: Act, refusal: Refusal) -> OpsError {
        let now = self.clock.now();
        if lock(&self.said).first_in((caller.account.id, act.as_str()), REFUSAL_PERIOD, now) {
            let mut entry =
                entry(caller, audit::ACCESS_REFUSED).fact("act", act.as_str()).fact("reason", &refusal.said.vi);
            if let Some(article) = refusal.article {
                entry = entry.fact("article", article);
            }
            if let Err(e) = self.write(|w| Ok(w.audit(entry)?)) {
                tracing::error!(error = %e, "a refusal could not be put on record");
            }
        }
        OpsError::Refused(refusal)
    }

    /// One transaction.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut WriteTx<'_>) -> Result<T, OpsError> + Send + 'static,
    ) -> Result<T, OpsError> {
        self.store.write(self.clock.now(), f)
    }

    /// One consistent view.
    pub(crate) fn read<T>(&self, f: impl FnOnce(&ReadTx<'_>) -> Result<T, OpsError>) -> Result<T, OpsError> {
        self.store.read(f)
    }

    /// The way of every verb that changes something: authorised before the transaction and, since the caller is a
    /// snapshot, once more within it. The closure gets the account as it stands.
    pub(crate) fn act<T: Send + 'static>(
        &self,
        caller: &Caller,
        act: Act,
        f: impl FnOnce(&mut WriteTx<'_>, Caller) -> Result<T, OpsError> + Send + 'static,
    ) -> Result<T, OpsError> {
        self.authorise(caller, act)?;
        let theirs = caller.clone();
        let done = self.write(move |w| {
            let fresh = still_good(w, w.now(), theirs)?;
            match fresh.decide(act) {
                Decision::Refused(refusal) => Err(OpsError::Refused(refusal)),
                Decision::Allowed => f(w, fresh),
            }
        });
        self.on_record(caller, act, done)
    }

    /// A refusal within a transaction is put on record after it.
    pub(crate) fn on_record<T>(&self, caller: &Caller, act: Act, done: Result<T, OpsError>) -> Result<T, OpsError> {
        match done {
            Err(OpsError::Refused(refusal)) => Err(self.refuse(caller, act, refusal)),
            other => other,
        }
    }

    /// Tells those who watch the catalogue and the node.
    pub(crate) fn tell(&self) {
        self.changes.send_modify(|n| *n = n.wrapping_add(1));
    }

    /// Tells those who watch accounts.
    pub(crate) fn tell_accounts(&self) {
        self.account_changes.send_modify(|n| *n = n.wrapping_add(1));
    }
}

/// The caller as it stands now.
///
/// # Errors
/// [`OpsError::SignedOut`] if account, sign-in or token have ended meanwhile, by time too.
pub(crate) fn still_good(r: &ReadTx<'_>, now: WallTime, mut caller: Caller) -> Result<Caller, OpsError> {
    let Some(ends_at) = ends_at(r, &caller)? else { return Ok(caller) };
    match r.find::<Account>(&caller.account.id)? {
        Some(account) if now < ends_at && account.enabled() => {
            let due = caller.account.must_change_password;
            caller.account = Account { must_change_password: due, ..account };
            Ok(caller)
        }
        _ => Err(OpsError::SignedOut),
    }
}

/// When the caller's sign-in or token ends by itself, used or not; `None` for the machine, whose right has no end.
///
/// # Errors
/// [`OpsError::SignedOut`] if it is no longer there.
pub(crate) fn ends_at(r: &ReadTx<'_>, caller: &Caller) -> Result<Option<WallTime>, OpsError> {
    let found = match caller.by {
        By::Cli | By::System => return Ok(None),
        By::Session(id) => r.find::<LoginSession>(&id)?.map(|s| (s.account, s.created_at.plus(limits::LOGIN_LIFE_MAX))),
        By::Token(id) => r.find::<Token>(&id)?.map(|t| (t.account, t.not_after)),
    };
    match found {
        Some((account, at)) if account == caller.account.id => Ok(Some(at)),
        _ => Err(OpsError::SignedOut),
    }
}

/// The beginning of an audit entry by this caller.
pub(crate) fn entry(caller: &Caller, act: &str) -> AuditDraft {
    AuditDraft::new(caller.actor(), act).from(caller.address_text())
}

/// An entry by somebody without an account.
pub(crate) fn entry_by(actor: Actor, act: &str, address: Option<String>) -> AuditDraft {
    AuditDraft::new(actor, act).from(address)
}

/// With an account as its subject.
pub(crate) fn on_account(draft: AuditDraft, account: &Account) -> AuditDraft {
    draft.on(Subject::new("account", account.id, account.name.as_str()))
}
