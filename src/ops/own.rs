//! A person's own affairs: password, preferences, sign-ins.
//!
//! Not here: tokens (`tokens`), the second factor (`second_factor`), the history of sign-ins (`history`).

use crate::caller::By;
use crate::office::{entry, lock, on_account};
use crate::{Caller, Ops, OpsError};
use base::{AccountId, Language, LoginSessionId, Said, Secret, WallTime, limits};
use domain::{
    Account, Act, FieldFault, LoginSession, PasswordRecord, Subject, Theme, Token, TokenUse, audit, password, text,
};
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
            w.remove::<TokenUse>(&t.id)?;
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
        let (book, node) = (self.registers(), self.node_record().name);
        let unit = me.unit_id.and_then(|u| book.unit(u));
        let related: Vec<&str> =
            [Some(me.display_name.as_str()), me.email.as_deref(), me.unit.as_deref(), Some(node.as_str())]
                .into_iter()
                .flatten()
                .chain(unit.into_iter().flat_map(|u| [u.name.as_str(), u.short_name.as_str()]))
                .collect();
        let policy = &self.policy.password;
        password::decide_password(policy, "password", new.expose(), &me.name, &related)?;
        self.own_password(caller, old)?;
        let id = me.id;
        let kept = usize::try_from(policy.former_kept).unwrap_or(0);
        let record = self.read(|r| Ok(r.find::<PasswordRecord>(&id)?))?.ok_or(OpsError::SignedOut)?;
        let former = std::iter::once(&record.hash).chain(record.former.iter().take(kept));
        if former.into_iter().any(|hash| self.passwords.check(new, Some(hash))) {
            return Err(password::used_before("password", policy.former_kept).into());
        }
        let hash = self.passwords.hash(new)?;
        let ended = self.act(caller, Act::OwnAccount, move |w, caller| {
            let Some(mut account) = w.find::<Account>(&id)? else { return Err(OpsError::SignedOut) };
            account.password_changed_at = w.now();
            account.must_change_password = false;
            let ended = end_all(w, id, Some(session), false)?;
            w.audit(
                on_account(entry(&caller, audit::PASSWORD_CHANGED), &account)
                    .change_secret("password")
                    .fact("sign_ins_ended", ended.by.len().to_string()),
            )?;
            w.put(&account)?;
            w.put(&record.renewed(hash, kept))?;
            Ok(ended)
        })?;
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
                e = e.change(field, Some(a), Some(b));
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
}
