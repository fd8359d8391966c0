//! Signing in and out: the password, then the code of the second factor where the account has one.
//!
//! Whatever is wrong, the work is the same and the answer does not say which it was. Not here: set-up (`entrance`),
//! recognising whoever has come in (`recognise`), the second factor's own affairs (`second_factor`).

use crate::caller::By;
use crate::history::{self, Tried};
use crate::lockout::Attempt;
use crate::office::{entry, entry_by, lock, on_account};
use crate::own::Ended;
use crate::second_factor::Code;
use crate::{Caller, Ops, OpsError, secrets};
use base::{AccountId, LoginSessionId, Secret, WallTime, limits};
use domain::{Account, Actor, Extra, Known, LoginSession, PasswordRecord, audit, network, text};
use std::collections::HashMap;
use std::net::IpAddr;
use store::WriteTx;

/// From where somebody signs in.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Network address.
    pub address: IpAddr,
    /// What the browser calls itself.
    pub agent: String,
    /// The cookie by which the browser is known from earlier sign-ins, if it has one.
    pub browser: Option<Secret>,
}

impl Origin {
    /// A browser that is not known.
    pub fn new(address: IpAddr, agent: impl Into<String>) -> Self {
        Self { address: address.to_canonical(), agent: agent.into(), browser: None }
    }
    fn browser_digest(&self) -> Option<String> {
        self.browser.as_ref().map(|b| secrets::digest(b.expose()))
    }
    pub(crate) fn address_text(&self) -> String {
        self.address.to_string()
    }
}

/// A sign-in that has succeeded.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// For the cookie; nobody else ever sees it.
    pub token: Secret,
    /// Who it is.
    pub caller: Caller,
    /// A cookie by which this browser will be known, if it has none yet.
    pub browser: Option<Secret>,
}

/// What a right password leads to.
#[derive(Clone, Debug)]
pub enum Entered {
    /// Signed in.
    SignedIn(Box<SignedIn>),
    /// The code of the second factor is still owed; the secret names this half of a sign-in for a few minutes.
    CodeNeeded(Secret),
}

/// Longest text kept of what a browser calls itself, in bytes.
const AGENT_BYTES_MAX: usize = 200;

/// A password that was right, while the code is owed.
#[derive(Clone)]
pub(crate) struct Half {
    account: AccountId,
    checked_hash: String,
    since: WallTime,
    tries: u32,
}

/// Halves of sign-ins, by the digest of their secret. In memory only: after a restart the password is asked anew.
#[derive(Default)]
pub(crate) struct Halves(HashMap<String, Half>);

impl Halves {
    fn keep(&mut self, digest: String, half: Half) {
        let now = half.since;
        self.0.retain(|_, h| now.since(h.since) < limits::HALF_SIGN_IN_LIFE);
        while self.0.len() >= limits::HALF_SIGN_INS_MAX {
            let Some(oldest) = self.0.iter().min_by_key(|(_, h)| h.since).map(|(k, _)| k.clone()) else { break };
            self.0.remove(&oldest);
        }
        self.0.insert(digest, half);
    }
    fn find(&self, digest: &str, now: WallTime) -> Option<Half> {
        self.0.get(digest).filter(|h| now.since(h.since) < limits::HALF_SIGN_IN_LIFE).cloned()
    }
    /// A wrong code; the last one ends the half.
    fn wrong(&mut self, digest: &str) {
        if let Some(half) = self.0.get_mut(digest) {
            half.tries += 1;
            if half.tries >= limits::CODE_TRIES_MAX {
                self.0.remove(digest);
            }
        }
    }
}

/// A sign-in about to be stored, with its token.
pub(crate) fn new_session(
    id: AccountId,
    origin: &Origin,
    second_factor: bool,
    now: WallTime,
) -> Result<(LoginSession, Secret), OpsError> {
    let token = secrets::token::<32>("")?;
    let (ms, random) = secrets::id_parts(now)?;
    let session = LoginSession {
        id: LoginSessionId::from_parts(ms, random),
        account: id,
        token_hash: secrets::digest(token.expose()),
        created_at: now,
        address: Some(origin.address_text()),
        agent: agent_text(&origin.agent),
        second_factor,
        extra: Extra::new(),
    };
    Ok((session, token))
}

/// What is kept of what a browser calls itself.
pub(crate) fn agent_text(agent: &str) -> String {
    let agent: String = agent.chars().filter(|c| !c.is_control()).collect();
    text::cut(&agent, AGENT_BYTES_MAX)
}

/// Stores a sign-in; those that are over, and the oldest beyond the bound, go.
fn keep_session(w: &mut WriteTx<'_>, session: &LoginSession) -> Result<Ended, OpsError> {
    let mut others: Vec<LoginSession> = w.all_by("account", &session.account.to_bytes())?;
    others.sort_by_key(|s| s.created_at);
    let room = limits::LOGIN_SESSIONS_PER_ACCOUNT_MAX - 1;
    let surplus = others.len().saturating_sub(room);
    let mut ended = Ended::default();
    for (n, old) in others.into_iter().enumerate() {
        if n < surplus || session.created_at.since(old.created_at) >= limits::LOGIN_LIFE_MAX {
            w.remove::<LoginSession>(&old.id)?;
            ended.by.push(By::Session(old.id));
        }
    }
    w.put(&session.clone())?;
    Ok(ended)
}

/// What a try found.
struct Found {
    account: Account,
    hash: Option<String>,
    /// The browser is known with this account.
    known: bool,
}

impl Ops {
    fn find_for_sign_in(&self, name: Option<&str>, browser: Option<&str>) -> Result<Option<Found>, OpsError> {
        let Some(name) = name else { return Ok(None) };
        self.read(|r| {
            let Some(account) = r.find_by::<Account>("name", name.as_bytes())? else { return Ok(None) };
            let hash = r.find::<PasswordRecord>(&account.id)?.map(|p| p.hash).filter(|_| !account.is_service());
            let known = match browser {
                Some(digest) => r.find::<Known>(&account.id)?.is_some_and(|k| k.knows_browser(digest)),
                None => false,
            };
            Ok(Some(Found { account, hash, known }))
        })
    }

    /// Gives the password. Takes the same work whether the name is known or not, and never says which of the two was wrong.
    ///
    /// # Errors
    /// [`OpsError::SignInFailed`], [`OpsError::Locked`]; [`OpsError::Refused`] outside the networks for signing in (A12.4).
    pub fn enter(&self, name: &str, secret: &Secret, origin: &Origin) -> Result<Entered, OpsError> {
        let now = self.clock.now();
        if !self.zones().admits_anybody(origin.address) {
            // Before anything is asked: the answer says nothing about the name.
            return Err(self.outside(name, None, origin));
        }
        let known = text::sign_in_name("name", name).ok();
        let browser = origin.browser_digest();
        let found = self.find_for_sign_in(known.as_deref(), browser.as_deref())?;
        let trusted = browser.as_deref().filter(|_| found.as_ref().is_some_and(|f| f.known));
        let attempt = Attempt::new(name, origin.address, trusted);
        if let Some(wait) = lock(&self.lockout).wait(attempt, now) {
            return Err(OpsError::Locked { wait });
        }
        let right = self.passwords.check(secret, found.as_ref().and_then(|f| f.hash.as_deref()));
        let why = match &found {
            None => Some("unknown_name"),
            Some(f) if f.account.is_service() => Some("service"),
            Some(_) if !right => Some("wrong_password"),
            Some(f) if !f.account.enabled() => Some("disabled"),
            Some(_) => None,
        };
        match (found, why) {
            (Some(Found { account, hash: Some(hash), .. }), None) => {
                if !self.zones().admits(account.role, origin.address) {
                    return Err(self.outside(name, Some(account), origin));
                }
                if account.second_factor_since.is_some() {
                    return self.ask_code(account, hash, origin, now).map(Entered::CodeNeeded);
                }
                let signed_in = self.begin_session(account, hash, None, origin, now)?;
                lock(&self.lockout).succeeded(attempt);
                Ok(Entered::SignedIn(Box::new(signed_in)))
            }
            (found, why) => {
                let account = found.map(|f| f.account);
                Err(self.sign_in_failed(attempt, known, account, why.unwrap_or("no_password"), origin)?)
            }
        }
    }

    /// Puts a try from outside the networks on record.
    fn outside(&self, name: &str, account: Option<Account>, origin: &Origin) -> OpsError {
        let refusal = network::outside();
        // From one address, one entry a minute: whoever is outside cannot fill the record.
        let key = (AccountId::from_bytes(history::fingerprint(&origin.address_text())), audit::SIGN_IN_FAILED);
        if lock(&self.said).first_in(key, crate::office::REFUSAL_PERIOD, self.clock.now()) {
            let mut e = entry_by(Actor::Visitor, audit::SIGN_IN_FAILED, Some(origin.address_text()))
                .fact("reason", "network")
                .fact("article", "12.4");
            if let Ok(name) = text::sign_in_name("name", name) {
                e = e.fact("name", name);
            }
            let (origin, keep) = (origin.clone(), self.policy.accounts.history_days);
            let written = self.write(move |w| {
                if let Some(a) = &account {
                    history::note(w, a, &Tried::failed("network"), &origin, keep)?;
                    e = on_account(e, a);
                }
                w.audit(e)?;
                Ok(())
            });
            if let Err(e) = written {
                tracing::error!(error = %e, "a sign-in from outside could not be put on record");
            }
        }
        OpsError::Refused(refusal)
    }

    /// Counts a failure and puts it on record; the error to answer with.
    fn sign_in_failed(
        &self,
        attempt: Attempt,
        known: Option<String>,
        account: Option<Account>,
        why: &'static str,
        origin: &Origin,
    ) -> Result<OpsError, OpsError> {
        let pause = lock(&self.lockout).failed(attempt, self.clock.now());
        let by = Some(origin.address_text());
        let mut failed = entry_by(Actor::Visitor, audit::SIGN_IN_FAILED, by.clone()).fact("reason", why);
        // What does not even look like a name is not kept: it may be a password in the wrong field.
        if let Some(name) = known {
            failed = failed.fact("name", name);
        }
        let mut entries = vec![failed];
        entries.extend(
            pause.map(|p| entry_by(Actor::Visitor, audit::SIGN_IN_LOCKED, by).fact("seconds", p.as_secs().to_string())),
        );
        let (origin, keep) = (origin.clone(), self.policy.accounts.history_days);
        self.write(move |w| {
            if let Some(a) = &account {
                history::note(w, a, &Tried::failed(why), &origin, keep)?;
            }
            for mut e in entries {
                if let Some(a) = &account {
                    e = on_account(e, a);
                }
                w.audit(e)?;
            }
            Ok(())
        })?;
        Ok(OpsError::SignInFailed)
    }

    fn ask_code(&self, account: Account, hash: String, origin: &Origin, now: WallTime) -> Result<Secret, OpsError> {
        let half = secrets::token::<16>("")?;
        let e = on_account(entry_by(Actor::Visitor, audit::SIGN_IN_CODE_ASKED, Some(origin.address_text())), &account);
        self.write(move |w| Ok(w.audit(e)?))?;
        let kept = Half { account: account.id, checked_hash: hash, since: now, tries: 0 };
        lock(&self.halves).keep(secrets::digest(half.expose()), kept);
        Ok(half)
    }

    /// Is that half of a sign-in still waiting for its code?
    pub fn code_awaited(&self, half: &Secret) -> bool {
        lock(&self.halves).find(&secrets::digest(half.expose()), self.clock.now()).is_some()
    }

    /// Gives the code of the second factor, or a recovery code.
    ///
    /// # Errors
    /// [`OpsError::SignedOut`] if the password must be given anew, [`OpsError::Invalid`] for `code`, [`OpsError::Locked`].
    pub fn enter_code(&self, half: &Secret, code: &str, origin: &Origin) -> Result<SignedIn, OpsError> {
        let (digest, now) = (secrets::digest(half.expose()), self.clock.now());
        let Some(waiting) = lock(&self.halves).find(&digest, now) else { return Err(OpsError::SignedOut) };
        let id = waiting.account;
        let Some(account) = self.read(|r| Ok(r.find::<Account>(&id)?))? else { return Err(OpsError::SignedOut) };
        let attempt = self.attempt_of(&account, origin)?;
        if let Some(wait) = lock(&self.lockout).wait(attempt, now) {
            return Err(OpsError::Locked { wait });
        }
        match self.check_code(id, code, now)? {
            Some(found) => {
                let signed_in = self.begin_session(account, waiting.checked_hash, Some(found), origin, now);
                if !matches!(signed_in, Err(OpsError::Invalid(_))) {
                    lock(&self.halves).0.remove(&digest);
                    lock(&self.lockout).succeeded(attempt);
                }
                signed_in
            }
            None => {
                lock(&self.halves).wrong(&digest);
                let name = account.name.clone();
                self.sign_in_failed(attempt, Some(name), Some(account), "wrong_code", origin)?;
                Err(crate::second_factor::wrong_code("code").into())
            }
        }
    }

    /// The attempt of somebody whose account is known already.
    pub(crate) fn attempt_of(&self, account: &Account, origin: &Origin) -> Result<Attempt, OpsError> {
        let browser = origin.browser_digest();
        let known = match &browser {
            Some(digest) => self.read(|r| Ok(r.find::<Known>(&account.id)?))?.is_some_and(|k| k.knows_browser(digest)),
            None => false,
        };
        Ok(Attempt::new(&account.name, origin.address, browser.as_deref().filter(|_| known)))
    }

    fn begin_session(
        &self,
        account: Account,
        checked_hash: String,
        code: Option<Code>,
        origin: &Origin,
        now: WallTime,
    ) -> Result<SignedIn, OpsError> {
        let (session, token) = new_session(account.id, origin, code.is_some(), now)?;
        let by = By::Session(session.id);
        let browser = if origin.browser.is_none() { Some(secrets::token::<16>("")?) } else { None };
        let digest = browser.as_ref().map(|b| secrets::digest(b.expose())).or_else(|| origin.browser_digest());
        let (from, keep) = (origin.clone(), self.policy.accounts.history_days);
        let with_code = code.is_some();
        let (account, ended) = self.write(move |w| {
            // Meanwhile the account may have been disabled or its password reset.
            let Some(mut account) = w.find::<Account>(&account.id)? else {
                return Err(OpsError::SignInFailed);
            };
            let same = w.find::<PasswordRecord>(&account.id)?.is_some_and(|p| p.hash == checked_hash);
            if !account.enabled() || !same || account.second_factor_since.is_some() != code.is_some() {
                return Err(OpsError::SignInFailed);
            }
            let mut e = entry_by(account_actor(&account), audit::SIGN_IN_OK, session.address.clone())
                .fact("agent", session.agent.as_str());
            if let Some(code) = code {
                e = e.fact("second_factor", code.use_up(w, account.id)?);
            }
            account.last_sign_in_at = Some(w.now());
            let tried = Tried { ok: true, why: "", second_factor: session.second_factor, browser: digest };
            let strange = history::note(w, &account, &tried, &from, keep)?;
            let ended = keep_session(w, &session)?;
            w.audit(e)?;
            if let Some(strange) = strange {
                let e = entry_by(account_actor(&account), audit::SIGN_IN_NEW_NETWORK, session.address.clone());
                w.audit(on_account(e, &account))?;
                account.strange_sign_in = Some(strange);
            }
            w.put(&account.clone())?;
            Ok((account, ended))
        })?;
        self.end_uses(&ended);
        lock(&self.used).note(by, now);
        let caller = Caller { second_factor: with_code, ..self.as_stands(account, by).at(origin.address) };
        Ok(SignedIn { token, caller, browser })
    }

    /// Ends the caller's own sign-in, and whatever it was watching.
    ///
    /// # Errors
    /// [`OpsError::SignedOut`] if it has ended already.
    pub fn sign_out(&self, caller: &Caller) -> Result<(), OpsError> {
        let Some(id) = caller.session else { return Err(OpsError::NotFound("login_session")) };
        let by = entry(caller, audit::SIGN_OUT);
        self.write(move |w| {
            w.remove::<LoginSession>(&id)?.ok_or(OpsError::SignedOut)?;
            w.audit(by)?;
            Ok(())
        })?;
        self.end_uses(&Ended { by: vec![By::Session(id)], ..Ended::default() });
        Ok(())
    }
}

pub(crate) fn account_actor(account: &Account) -> Actor {
    Actor::Account { id: account.id, name: account.name.clone() }
}
