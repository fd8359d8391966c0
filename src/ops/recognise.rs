//! Who a sign-in's cookie or a token belongs to, and whether it is still in force.
//!
//! Not here: how it came about (`entrance`, `own`).

use crate::caller::By;
use crate::office::lock;
use crate::{Caller, Ops, OpsError, secrets};
use base::{Secret, WallTime, limits};
use domain::{Account, LoginSession, Token, password};

impl Ops {
    /// A caller's snapshot of an account.
    pub(crate) fn as_stands(&self, mut account: Account, by: By) -> Caller {
        // A program cannot change a password: its token has an end of its own.
        account.must_change_password = matches!(by, By::Session(_))
            && !self.config.demo
            && (account.must_change_password
                || password::is_due(&self.policy.password, account.password_changed_at, self.clock.now()));
        Caller::new(account, by, None)
    }

    /// Whose sign-in that is; `None` if it has ended: by time, by disuse, by anybody's doing. Counts as a use.
    ///
    /// # Errors
    /// The store fails.
    pub fn caller_by_session(&self, token: &Secret) -> Result<Option<Caller>, OpsError> {
        let Some((session, account)) = self.session_in_force(token)? else { return Ok(None) };
        let by = By::Session(session.id);
        lock(&self.used).note(by, self.clock.now());
        Ok(Some(self.as_stands(account, by)))
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
        let by = By::Token(token.id);
        lock(&self.used).note(by, self.clock.now());
        Ok(Some(self.as_stands(account, by)))
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
