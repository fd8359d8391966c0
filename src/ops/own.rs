//! A person's own affairs: password, preferences, sign-ins, tokens.

use crate::caller::By;
use crate::office::{entry, lock, on_account};
use crate::{Caller, Ops, OpsError, secrets};
use base::{AccountId, Language, LoginSessionId, Said, Secret, TokenId, WallTime, limits};
use domain::{
    Account, Act, Extra, FieldFault, LoginSession, PasswordRecord, Subject, Theme, Token, audit, password, text,
};
use std::time::Duration;
use store::WriteTx;

/// A sign-in, for showing.
#[derive(Clone, Debug)]
pub struct SignInInfo {
    /// Its id, for ending it.
    pub id: LoginSessionId,
    /// When it began.
    pub began_at: WallTime,
    /// When it was last used.
    pub used_at: WallTime,
    /// From which address.
    pub address: Option<String>,
    /// What the browser called itself.
    pub agent: Option<String>,
}

/// A bearer token, for showing; never the token itself.
#[derive(Clone, Debug)]
pub struct TokenInfo {
    /// Its id, for revoking it.
    pub id: TokenId,
    /// Whose.
    pub account: AccountId,
    /// What it is for.
    pub label: String,
    /// When it was issued.
    pub created_at: WallTime,
    /// When it ends by itself.
    pub expires_at: Option<WallTime>,
    /// When it was last used, since the node started.
    pub used_at: Option<WallTime>,
}

/// What has ended in a transaction, so that its leases are withdrawn after it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ended {
    pub(crate) by: Vec<By>,
    pub(crate) account: Option<AccountId>,
}

/// Removes all sign-ins (but one) and, if wanted, tokens of an account.
pub(crate) fn end_all(
    w: &mut WriteTx<'_>,
    account: AccountId,
    but: Option<LoginSessionId>,
    tokens: bool,
) -> Result<Ended, OpsError> {
    let mut ended = Ended::default();
    for s in w.all_by::<LoginSession>("account", &account.to_bytes())? {
        if Some(s.id) != but {
            w.remove::<LoginSession>(&s.id)?;
            ended.by.push(By::Session(s.id));
        }
    }
    if tokens {
        for t in w.all_by::<Token>("account", &account.to_bytes())? {
            w.remove::<Token>(&t.id)?;
            ended.by.push(By::Token(t.id));
        }
        ended.account = but.is_none().then_some(account);
    }
    Ok(ended)
}

impl Ops {
    /// Withdraws what was in force by sign-ins, tokens and accounts that have ended.
    pub(crate) fn end_uses(&self, ended: &Ended) {
        if ended.by.is_empty() && ended.account.is_none() {
            return;
        }
        let mut used = lock(&self.used);
        ended.by.iter().for_each(|by| used.forget(*by));
        drop(used);
        lock(&self.leases).withdraw(|held| ended.by.contains(&held.by) || Some(held.guard.account) == ended.account);
    }

    /// Changes the caller's own password; its other sign-ins end.
    ///
    /// # Errors
    /// [`OpsError::Invalid`] for `password_old` or `password`; [`OpsError::Locked`] after many wrong old ones.
    pub fn change_password(&self, caller: &Caller, old: &Secret, new: &Secret) -> Result<(), OpsError> {
        self.authorise(caller, Act::OwnAccount)?;
        let Some(session) = caller.session else { return Err(OpsError::SignedOut) };
        let me = &caller.account;
        let address = caller.address.unwrap_or(std::net::IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED));
        let now = self.clock.now();
        if let Some(wait) = lock(&self.lockout).wait(&me.name, address, now) {
            return Err(OpsError::Locked { wait });
        }
        let related = [me.display_name.as_str()];
        password::decide_password(&self.policy.password, "password", new.expose(), &me.name, &related)?;
        let id = me.id;
        let hash = self.read(|r| Ok(r.find::<PasswordRecord>(&id)?))?.map(|p| p.hash);
        if !self.passwords.check(old, hash.as_deref()) {
            let pause = lock(&self.lockout).failed(&me.name, address, now);
            let mut failed = on_account(entry(caller, audit::SIGN_IN_FAILED), me).fact("reason", "wrong_old_password");
            if let Some(p) = pause {
                failed = failed.fact("locked_seconds", p.as_secs().to_string());
            }
            self.write(move |w| Ok(w.audit(failed)?))?;
            return Err(FieldFault::new(
                "password_old",
                Said::new("Mật khẩu hiện tại không đúng.", "The current password is not right."),
            )
            .into());
        }
        if secrets::same(old.expose(), new.expose()) {
            let said = Said::new(
                "Mật khẩu mới phải khác mật khẩu hiện tại.",
                "The new password must differ from the current one.",
            );
            return Err(FieldFault::new("password", said).into());
        }
        let hash = self.passwords.hash(new)?;
        let ended = self.act(caller, Act::OwnAccount, move |w, caller| {
            let Some(mut account) = w.find::<Account>(&id)? else { return Err(OpsError::SignedOut) };
            account.password_changed_at = w.now();
            account.must_change_password = false;
            let ended = end_all(w, id, Some(session), false)?;
            w.audit(
                on_account(entry(&caller, audit::PASSWORD_CHANGED), &account)
                    .fact("sign_ins_ended", ended.by.len().to_string()),
            )?;
            w.put(&account)?;
            w.put(&PasswordRecord { account: id, hash, extra: Extra::new() })?;
            Ok(ended)
        })?;
        lock(&self.lockout).succeeded(&me.name);
        self.end_uses(&ended);
        Ok(())
    }

    /// Keeps display name, language and theme; what is `None` stays.
    ///
    /// # Errors
    /// [`OpsError::Invalid`].
    pub fn set_preferences(
        &self,
        caller: &Caller,
        display_name: Option<String>,
        language: Option<Language>,
        theme: Option<String>,
    ) -> Result<Account, OpsError> {
        let display_name = display_name.map(|d| text::name("display_name", &d)).transpose()?;
        let theme = match theme.as_deref() {
            None => None,
            Some(t) => Some(Theme::parse(t).ok_or_else(|| {
                FieldFault::new(
                    "theme",
                    Said::new("Giao diện là auto, light hoặc dark.", "The theme is auto, light or dark."),
                )
            })?),
        };
        let account = self.act(caller, Act::OwnAccount, move |w, caller| {
            let Some(old) = w.find::<Account>(&caller.account.id)? else {
                return Err(OpsError::SignedOut);
            };
            let mut new = old.clone();
            new.display_name = display_name.unwrap_or(new.display_name);
            new.language = language.or(new.language);
            new.theme = theme.unwrap_or(new.theme);
            if new == old {
                return Ok(old);
            }
            let said = |l: Option<Language>| l.map_or("", Language::as_str);
            let mut e = on_account(entry(&caller, audit::PREFERENCES_CHANGED), &new);
            let texts = [
                ("display_name", old.display_name.as_str(), new.display_name.as_str()),
                ("language", said(old.language), said(new.language)),
                ("theme", old.theme.as_str(), new.theme.as_str()),
            ];
            for (field, a, b) in texts.into_iter().filter(|(_, a, b)| a != b) {
                e = e.fact(field, audit::old_to_new(a, b));
            }
            w.audit(e)?;
            w.put(&new.clone())?;
            Ok(new)
        })?;
        self.tell_accounts();
        Ok(account)
    }

    // ---- sign-ins ---------------------------------------------------------------------------------------------------

    /// The caller's own sign-ins that are in force, newest first.
    ///
    /// # Errors
    /// The store fails.
    pub fn sessions_of(&self, caller: &Caller) -> Result<Vec<SignInInfo>, OpsError> {
        self.authorise(caller, Act::OwnAccount)?;
        let now = self.clock.now();
        let rows = self.read(|r| Ok(r.all_by::<LoginSession>("account", &caller.account.id.to_bytes())?))?;
        let mut all: Vec<SignInInfo> = rows
            .into_iter()
            .map(|s| SignInInfo {
                used_at: self.session_used_at(&s),
                id: s.id,
                began_at: s.created_at,
                address: s.address,
                agent: Some(s.agent).filter(|a| !a.is_empty()),
            })
            .filter(|s| now.since(s.began_at) < limits::LOGIN_LIFE_MAX && now.since(s.used_at) < limits::LOGIN_IDLE_MAX)
            .collect();
        all.sort_by_key(|s| std::cmp::Reverse(s.began_at));
        Ok(all)
    }

    /// Ends one of the caller's own sign-ins, and whatever it was watching.
    ///
    /// # Errors
    /// [`OpsError::NotFound`] also for somebody else's.
    pub fn end_session(&self, caller: &Caller, id: LoginSessionId) -> Result<(), OpsError> {
        self.act(caller, Act::OwnAccount, move |w, caller| {
            let there = w.find::<LoginSession>(&id)?.filter(|s| s.account == caller.account.id);
            let Some(s) = there else { return Err(OpsError::NotFound("login_session")) };
            w.remove::<LoginSession>(&id)?;
            w.audit(entry(&caller, audit::SESSION_ENDED).on(Subject::new("login_session", id, s.agent)))?;
            Ok(())
        })?;
        self.end_uses(&Ended { by: vec![By::Session(id)], ..Ended::default() });
        Ok(())
    }

    // ---- tokens -----------------------------------------------------------------------------------------------------

    /// Issues a bearer token to an account: one's own, or (account management) another's. Shown once. Without `days` it
    /// lives as long as the policy allows.
    ///
    /// # Errors
    /// [`OpsError::Invalid`], [`OpsError::Full`] beyond [`limits::TOKENS_PER_ACCOUNT_MAX`].
    pub fn issue_token(
        &self,
        caller: &Caller,
        account: AccountId,
        label: String,
        days: Option<u32>,
    ) -> Result<(TokenInfo, Secret), OpsError> {
        let act = if account == caller.account.id { Act::IssueTokens } else { Act::ManageAccounts };
        self.authorise(caller, act)?;
        let label = text::name("label", &label)?;
        let max = self.policy.tokens.days_max;
        let days = days.unwrap_or(max);
        if days == 0 || days > max {
            let said = Said::new(format!("Số ngày từ 1 đến {max}."), format!("Days: from 1 to {max}."));
            return Err(FieldFault::new("days", said).into());
        }
        let now = self.clock.now();
        let secret = secrets::token::<32>(secrets::BEARER_PREFIX)?;
        let (ms, random) = secrets::id_parts(now)?;
        let token = Token {
            id: TokenId::from_parts(ms, random),
            account,
            name: label,
            token_hash: secrets::digest(secret.expose()),
            created_at: now,
            not_after: now.plus(Duration::from_secs(u64::from(days) * 86_400)),
            extra: Extra::new(),
        };
        let info = self.act(caller, act, move |w, caller| {
            let Some(owner) = w.find::<Account>(&account)?.filter(|a| a.enabled()) else {
                return Err(OpsError::NotFound("account"));
            };
            let mut live = 0;
            for t in w.all_by::<Token>("account", &account.to_bytes())? {
                if t.not_after <= w.now() {
                    w.remove::<Token>(&t.id)?;
                } else {
                    live += 1;
                }
            }
            if live >= limits::TOKENS_PER_ACCOUNT_MAX {
                return Err(OpsError::Full(Said::new(
                    format!("Tài khoản đã có {live} khoá truy cập. Hãy thu hồi khoá không còn dùng trước."),
                    format!("The account has {live} tokens already. Revoke one that is no longer used first."),
                )));
            }
            w.audit(
                entry(&caller, audit::TOKEN_ISSUED)
                    .on(Subject::new("token", token.id, token.name.as_str()))
                    .fact("account", owner.name)
                    .fact("until", token.not_after.rfc3339()),
            )?;
            w.put(&token.clone())?;
            Ok(info(token.clone(), None))
        })?;
        Ok((info, secret))
    }

    /// Issues a token to the account of that name, for the demo and for commands on the machine.
    ///
    /// # Errors
    /// As [`Ops::issue_token`].
    pub fn issue_token_for(&self, account: &str, label: &str, days: u32) -> Result<Secret, OpsError> {
        let name = text::sign_in_name("account", account)?;
        let found = self.read(|r| Ok(r.find_by::<Account>("name", name.as_bytes())?))?;
        let id = found.ok_or(OpsError::NotFound("account"))?.id;
        let by = if self.config.demo { Caller::system() } else { Caller::cli() };
        Ok(self.issue_token(&by, id, label.to_owned(), Some(days))?.1)
    }

    /// The caller's own tokens that are in force, newest first.
    ///
    /// # Errors
    /// The store fails.
    pub fn list_tokens(&self, caller: &Caller) -> Result<Vec<TokenInfo>, OpsError> {
        self.authorise(caller, Act::OwnAccount)?;
        let now = self.clock.now();
        let rows = self.read(|r| Ok(r.all_by::<Token>("account", &caller.account.id.to_bytes())?))?;
        let used = lock(&self.used);
        let live = rows.into_iter().filter(|t| now < t.not_after);
        let mut all: Vec<TokenInfo> = live
            .map(|t| {
                let at = used.at(By::Token(t.id));
                info(t, at)
            })
            .collect();
        all.sort_by_key(|t| std::cmp::Reverse(t.created_at));
        Ok(all)
    }

    /// Revokes a token, and ends whatever was watched with it: one's own, or (account management) another's.
    ///
    /// # Errors
    /// [`OpsError::NotFound`].
    pub fn revoke_token(&self, caller: &Caller, id: TokenId) -> Result<(), OpsError> {
        self.act(caller, Act::OwnAccount, move |w, caller| {
            let manages = caller.decide(Act::ManageAccounts).allowed();
            let there = w.find::<Token>(&id)?.filter(|t| manages || t.account == caller.account.id);
            let Some(t) = there else { return Err(OpsError::NotFound("token")) };
            w.remove::<Token>(&id)?;
            w.audit(entry(&caller, audit::TOKEN_REVOKED).on(Subject::new("token", id, t.name)))?;
            Ok(())
        })?;
        self.end_uses(&Ended { by: vec![By::Token(id)], ..Ended::default() });
        Ok(())
    }
}

fn info(t: Token, used_at: Option<WallTime>) -> TokenInfo {
    TokenInfo {
        id: t.id,
        account: t.account,
        label: t.name,
        created_at: t.created_at,
        expires_at: Some(t.not_after),
        used_at,
    }
}
