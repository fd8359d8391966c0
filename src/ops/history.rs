//! The history of sign-ins that a person sees, and from where their account is known.
//!
//! Not here: the audit, which keeps all of it for everybody and for ever (`trail`).

use crate::office::entry;
use crate::sign_in::{Origin, agent_text};
use crate::{Caller, Ops, OpsError, secrets};
use base::{AccountId, WallTime, limits};
use domain::account::StrangeSignIn;
use domain::{Account, Act, Extra, Known, SignInEvent, audit};
use std::time::Duration;
use store::{ReadTx, WriteTx};

/// How a try went.
pub(crate) struct Tried {
    pub(crate) ok: bool,
    pub(crate) why: &'static str,
    pub(crate) second_factor: bool,
    /// Digest of the cookie by which the browser is known from now on.
    pub(crate) browser: Option<String>,
}

impl Tried {
    pub(crate) fn failed(why: &'static str) -> Self {
        Self { ok: false, why, second_factor: false, browser: None }
    }
}

/// Sixteen bytes that stand for a text.
pub(crate) fn fingerprint(text: &str) -> [u8; 16] {
    let digest = secrets::digest(text);
    let mut out = [0; 16];
    out.copy_from_slice(&digest.as_bytes()[..16]);
    out
}

fn all(r: &ReadTx<'_>, account: AccountId) -> Result<Vec<SignInEvent>, OpsError> {
    let end = WallTime::from_unix_us(i64::MAX);
    let keys = SignInEvent::key_of(account, WallTime::EPOCH, 0)..=SignInEvent::key_of(account, end, u32::MAX);
    Ok(r.range::<SignInEvent>(keys)?)
}

/// Notes a try; gives the sign-in if it came from a network that is new. What is too old or too much goes.
pub(crate) fn note(
    w: &mut WriteTx<'_>,
    account: &Account,
    tried: &Tried,
    origin: &Origin,
    keep_days: u32,
) -> Result<Option<StrangeSignIn>, OpsError> {
    let (now, id) = (w.now(), account.id);
    let mut new_network = false;
    if tried.ok {
        let mut known = w.find::<Known>(&id)?.unwrap_or_else(|| Known::new(id));
        new_network = known.note_network(origin.address, now);
        if let Some(browser) = &tried.browser {
            known.note_browser(browser.clone(), now);
        }
        w.put(&known)?;
    }
    let old = now.minus(Duration::from_secs(u64::from(keep_days) * 86_400));
    let past = all(w, id)?;
    let surplus = (past.len() + 1).saturating_sub(limits::SIGN_IN_HISTORY_MAX);
    let number = past.iter().filter(|e| e.at == now).map(|e| e.number + 1).max().unwrap_or(0);
    for (n, event) in past.iter().enumerate() {
        if n < surplus || event.at < old {
            w.remove::<SignInEvent>(&SignInEvent::key_of(id, event.at, event.number))?;
        }
    }
    let event = SignInEvent {
        account: id,
        at: now,
        number,
        ok: tried.ok,
        reason: tried.why.to_owned(),
        address: origin.address_text(),
        agent: agent_text(&origin.agent),
        second_factor: tried.second_factor,
        new_network,
        extra: Extra::new(),
    };
    w.put(&event)?;
    Ok(new_network.then(|| StrangeSignIn { at: now, address: origin.address_text() }))
}

impl Ops {
    /// Sign-ins and failures of the caller's own account, newest first, as far back as the policy says.
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn sign_in_history(&self, caller: &Caller) -> Result<Vec<SignInEvent>, OpsError> {
        self.authorise(caller, Act::OwnAccount)?;
        self.history_of(caller.account.id)
    }

    /// The same of another's account.
    ///
    /// # Errors
    /// [`OpsError::Refused`], [`OpsError::NotFound`].
    pub fn sign_in_history_of(&self, caller: &Caller, id: AccountId) -> Result<Vec<SignInEvent>, OpsError> {
        self.account(caller, id)?;
        self.history_of(id)
    }

    fn history_of(&self, id: AccountId) -> Result<Vec<SignInEvent>, OpsError> {
        let days = Duration::from_secs(u64::from(self.policy.accounts.history_days) * 86_400);
        let from = self.clock.now().minus(days);
        let mut events = self.read(|r| all(r, id))?;
        events.retain(|e| e.at >= from);
        events.reverse();
        Ok(events)
    }

    /// The person has seen the notice of a sign-in from a new network.
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn acknowledge_strange_sign_in(&self, caller: &Caller) -> Result<(), OpsError> {
        self.act(caller, Act::OwnAccount, move |w, caller| {
            let Some(mut account) = w.find::<Account>(&caller.account.id)? else { return Err(OpsError::SignedOut) };
            let Some(strange) = account.strange_sign_in.take() else { return Ok(()) };
            w.audit(entry(&caller, audit::PREFERENCES_CHANGED).fact("seen_sign_in_from", strange.address))?;
            w.put(&account)?;
            Ok(())
        })?;
        self.tell_accounts();
        Ok(())
    }
}
