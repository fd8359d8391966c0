//! Who a sign-in's cookie or a token belongs to, whether it is still in force, and whether it may come from its address.
//!
//! Not here: how it came about (`entrance`, `own`), the networks (`networks`).

use crate::caller::{By, Duty};
use crate::office::lock;
use crate::secrets::DigestKeys;
use crate::tokens::digest_keys;
use crate::{Caller, Ops, OpsError, secrets};
use base::{Secret, WallTime, limits};
use domain::password::{self, Due};
use domain::second_factor::{self, Need};
use domain::{Account, Extra, LoginSession, Token, TokenUse, network};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// The use of a token is kept at most this often.
const TOKEN_USE_PERIOD: Duration = Duration::from_secs(24 * 60 * 60);

impl Ops {
    /// A caller's snapshot of an account.
    pub(crate) fn as_stands(&self, mut account: Account, by: By) -> Caller {
        let now = self.clock.now();
        let (mut duty, mut from) = (None, None);
        if !self.config.demo {
            // A program cannot change a password: its token has an end of its own.
            if matches!(by, By::Session(_)) {
                let aged = password::decide_due(&self.policy.password, account.role, account.password_changed_at, now);
                let due = if account.must_change_password { Some(Due::OneTime) } else { aged };
                duty = due.map(Duty::Password);
            }
            // But a token is no way around the second factor that its account owes.
            match second_factor::decide_need(&self.policy.second_factor, &account, self.second_factor_began(), now) {
                Need::Met => {}
                Need::Soon(at) => from = Some(at),
                Need::Now => duty = duty.or(Some(Duty::SecondFactor)),
            }
        }
        account.must_change_password = matches!(duty, Some(Duty::Password(_)));
        Caller { duty, second_factor_from: from, ..Caller::new(account, by, None) }
    }

    /// The caller at its network address, barred where it may not come from there: outside the zones for its role, or
    /// outside its token's networks (A12.4).
    pub fn placed(&self, caller: Caller, address: IpAddr) -> Caller {
        let mut caller = caller.at(address);
        let admitted = self.zones().admits(caller.account.role, address)
            && caller.limit.as_ref().is_none_or(|limit| limit.admits(address));
        caller.barred = (!admitted).then(|| Arc::new(network::outside()));
        caller
    }

    /// Whose sign-in that is; `None` if it has ended: by time, by disuse, by anybody's doing. Counts as a use.
    ///
    /// # Errors
    /// The store fails.
    pub fn caller_by_session(&self, token: &Secret) -> Result<Option<Caller>, OpsError> {
        let Some((session, account)) = self.session_in_force(token)? else { return Ok(None) };
        let by = By::Session(session.id);
        lock(&self.used).note(by, self.clock.now());
        Ok(Some(Caller { second_factor: session.second_factor, ..self.as_stands(account, by) }))
    }

    /// Is that sign-in in force? Asking is not a use of it: an open page does not keep its person signed in.
    ///
    /// # Errors
    /// The store fails.
    pub fn session_stands(&self, token: &Secret) -> Result<bool, OpsError> {
        Ok(self.session_in_force(token)?.is_some())
    }

    fn session_in_force(&self, token: &Secret) -> Result<Option<(LoginSession, Account)>, OpsError> {
        let (digest, now) = (secrets::digest(token.expose()), self.clock.now());
        let found = self.read(|r| {
            let Some(s) = r.find_by::<LoginSession>("token_hash", digest.as_bytes())? else { return Ok(None) };
            Ok(r.find::<Account>(&s.account)?.map(|a| (s, a)))
        })?;
        Ok(found.filter(|(session, account)| {
            let over = now.since(session.created_at) >= limits::LOGIN_LIFE_MAX
                || now.since(self.session_used_at(session)) >= limits::LOGIN_IDLE_MAX;
            !over && account.enabled() && secrets::same(&session.token_hash, &digest)
        }))
    }

    pub(crate) fn session_used_at(&self, session: &LoginSession) -> WallTime {
        let used = lock(&self.used).at(By::Session(session.id));
        used.unwrap_or_else(|| session.created_at.max(self.opened_at))
    }

    /// Whose token that is; `None` if it is no good. Counts as a use.
    ///
    /// # Errors
    /// The store fails.
    pub fn caller_by_bearer(&self, token: &Secret) -> Result<Option<Caller>, OpsError> {
        let Some((token, account)) = self.token_in_force(token)? else { return Ok(None) };
        Ok(Some(self.by_token(token, account)))
    }

    /// Whose token that is, shown by Digest (RFC 7616) under the name of its account: `fits` looks whether the answer was
    /// made with these keys. Counts as a use. It is asked equally often whatever the name is. Tokens that were issued
    /// before this release have no such keys and do not fit.
    ///
    /// # Errors
    /// The store fails.
    pub fn caller_by_digest(&self, name: &str, fits: impl Fn(&DigestKeys) -> bool) -> Result<Option<Caller>, OpsError> {
        let now = self.clock.now();
        let account = domain::text::sign_in_name("account", name).unwrap_or_default();
        let known: Vec<(Token, Account, DigestKeys)> = self.read(|r| {
            let Some(a) = r.find_by::<Account>("name", account.as_bytes())?.filter(Account::enabled) else {
                return Ok(Vec::new());
            };
            let mut known = Vec::new();
            for t in r.all_by::<Token>("account", &a.id.to_bytes())?.into_iter().filter(|t| now < t.not_after) {
                if let Some(keys) = r.unseal(&digest_keys(t.id))?.as_ref().and_then(DigestKeys::split) {
                    known.push((t, a.clone(), keys));
                }
            }
            Ok(known)
        })?;
        let nobodys = DigestKeys { md5: Secret::new(String::new()), sha256: Secret::new(String::new()) };
        let mut found = None;
        for i in 0..limits::TOKENS_PER_ACCOUNT_MAX.max(known.len()) {
            match known.get(i) {
                Some((t, a, keys)) if fits(keys) => found = Some((t.clone(), a.clone())),
                Some(_) => {}
                None => {
                    fits(&nobodys);
                }
            }
        }
        Ok(found.map(|(token, account)| self.by_token(token, account)))
    }

    fn by_token(&self, token: Token, account: Account) -> Caller {
        let (by, now) = (By::Token(token.id), self.clock.now());
        lock(&self.used).note(by, now);
        self.keep_token_use(&token, now);
        Caller { limit: token.limit.map(Arc::new), ..self.as_stands(account, by) }
    }

    /// Keeps the day of a token's last use beyond the next start. Never a reason to refuse the use.
    fn keep_token_use(&self, token: &Token, now: WallTime) {
        if !lock(&self.token_uses).first_in(token.id, TOKEN_USE_PERIOD, now) {
            return;
        }
        let kept = TokenUse { token: token.id, account: token.account, at: now, extra: Extra::new() };
        if let Err(e) = self.write(move |w| Ok(w.put(&kept)?)) {
            tracing::warn!(error = %e, "the use of a token could not be kept");
        }
    }

    /// Is that token good? Asking is not a use of it.
    ///
    /// # Errors
    /// The store fails.
    pub fn bearer_stands(&self, token: &Secret) -> Result<bool, OpsError> {
        Ok(self.token_in_force(token)?.is_some())
    }

    fn token_in_force(&self, token: &Secret) -> Result<Option<(Token, Account)>, OpsError> {
        if !token.expose().starts_with(secrets::BEARER_PREFIX) {
            return Ok(None);
        }
        let (digest, now) = (secrets::digest(token.expose()), self.clock.now());
        let found = self.read(|r| {
            let Some(t) = r.find_by::<Token>("token_hash", digest.as_bytes())? else { return Ok(None) };
            Ok(r.find::<Account>(&t.account)?.map(|a| (t, a)))
        })?;
        Ok(found.filter(|(t, a)| now < t.not_after && a.enabled() && secrets::same(&t.token_hash, &digest)))
    }
}
