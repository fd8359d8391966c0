//! Bearer tokens (mã truy cập): issuing, limiting, listing, revoking.
//!
//! A token's rights are the intersection of its account's and its own limit. Not here: recognising them (`recognise`).

use crate::caller::By;
use crate::office::{entry, lock};
use crate::own::Ended;
use crate::secrets::DigestKeys;
use crate::{Caller, Ops, OpsError, secrets};
use base::{AccountId, Said, Secret, TokenId, WallTime, limits};
use domain::{
    Account, Act, Extra, FieldFault, Subject, Token, TokenLimit, TokenUse, audit, second_factor, text, token,
};
use std::time::Duration;
use store::{ReadTx, SecretKey};

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
    /// When it was last used; to the day, beyond a restart.
    pub used_at: Option<WallTime>,
    /// What it is limited to.
    pub limit: Option<TokenLimit>,
}

/// A wish for a token.
#[derive(Clone, Debug, Default)]
pub struct TokenWish {
    /// What it is for.
    pub label: String,
    /// Days that it is good; the policy's default if left out.
    pub days: Option<u32>,
    /// What it is limited to.
    pub limit: TokenLimit,
}

impl Ops {
    /// Issues a bearer token to an account: one's own, or (account management) another's. Shown once. It takes a sign-in
    /// that went through all steps the account has: no token makes further tokens.
    ///
    /// # Errors
    /// [`OpsError::Refused`], [`OpsError::Invalid`], [`OpsError::Full`] beyond [`limits::TOKENS_PER_ACCOUNT_MAX`].
    pub fn issue_token(
        &self,
        caller: &Caller,
        account: AccountId,
        wish: TokenWish,
    ) -> Result<(TokenInfo, Secret), OpsError> {
        let own = account == caller.account.id;
        let act = if own { Act::IssueTokens } else { Act::ManageAccounts };
        self.authorise(caller, act)?;
        let full = caller.session.is_some() && (caller.second_factor || caller.account.second_factor_since.is_none());
        if !caller.is_machine() && !full {
            return Err(self.refuse(caller, act, second_factor::needed_for_tokens()));
        }
        if !own {
            self.account(caller, account)?;
        }
        let label = text::name("label", &wish.label)?;
        let policy = &self.policy.tokens;
        let max = policy.days_max;
        let days = wish.days.unwrap_or(policy.days_default);
        if days == 0 || days > max {
            let said = Said::new(format!("Số ngày từ 1 đến {max}."), format!("Days: from 1 to {max}."));
            return Err(FieldFault::new("days", said).into());
        }
        let limit = token::decide_limit(wish.limit)?;
        if let Some(acts) = limit.as_ref().and_then(|l| l.acts.as_ref()) {
            let role = if own { caller.account.role } else { self.account(caller, account)?.role };
            if let Some(act) = acts.iter().find(|act| !domain::decide(role, **act).allowed()) {
                let what = act.said();
                let said = Said::new(
                    format!("Vai trò của tài khoản không có quyền {}; không giới hạn vào quyền đó được.", what.vi),
                    format!("The account's role has no right to {}; a token cannot be limited to that.", what.en),
                );
                return Err(FieldFault::new("acts", said).into());
            }
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
            limit,
            extra: Extra::new(),
        };
        let shown = secret.clone();
        let info = self.act(caller, act, move |w, caller| {
            let Some(owner) = w.find::<Account>(&account)?.filter(|a| a.enabled()) else {
                return Err(OpsError::NotFound("account"));
            };
            let mut live = 0;
            for t in w.all_by::<Token>("account", &account.to_bytes())? {
                if t.not_after <= w.now() {
                    w.remove::<Token>(&t.id)?;
                    w.remove::<TokenUse>(&t.id)?;
                } else {
                    live += 1;
                }
            }
            if live >= limits::TOKENS_PER_ACCOUNT_MAX {
                return Err(OpsError::Full(Said::new(
                    format!("Tài khoản đã có {live} mã truy cập. Hãy thu hồi mã không còn dùng trước."),
                    format!("The account has {live} tokens already. Revoke one that is no longer used first."),
                )));
            }
            let mut e = entry(&caller, audit::TOKEN_ISSUED)
                .on(Subject::new("token", token.id, token.name.as_str()))
                .also(Subject::new("account", owner.id, owner.name.as_str()))
                .fact("account", owner.name.as_str())
                .fact("until", token.not_after.rfc3339());
            let name = owner.name;
            if let Some(limit) = &token.limit {
                e = e.fact("limit", serde_json::to_string(limit).unwrap_or_default());
            }
            w.audit(e)?;
            w.put(&token.clone())?;
            w.seal(&digest_keys(token.id), &DigestKeys::of(&name, &shown).joined())?;
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
        let wish = TokenWish { label: label.to_owned(), days: Some(days), ..TokenWish::default() };
        Ok(self.issue_token(&by, id, wish)?.1)
    }

    /// The caller's own tokens that are in force, newest first.
    ///
    /// # Errors
    /// The store fails.
    pub fn list_tokens(&self, caller: &Caller) -> Result<Vec<TokenInfo>, OpsError> {
        self.authorise(caller, Act::OwnAccount)?;
        self.tokens(caller.account.id)
    }

    /// The tokens of another's account.
    ///
    /// # Errors
    /// [`OpsError::Refused`], [`OpsError::NotFound`].
    pub fn list_tokens_of(&self, caller: &Caller, id: AccountId) -> Result<Vec<TokenInfo>, OpsError> {
        self.account(caller, id)?;
        self.tokens(id)
    }

    fn tokens(&self, id: AccountId) -> Result<Vec<TokenInfo>, OpsError> {
        let now = self.clock.now();
        let rows = self.read(|r| {
            let live = r.all_by::<Token>("account", &id.to_bytes())?.into_iter().filter(|t| now < t.not_after);
            live.map(|t| {
                let at = kept_use(r, t.id)?;
                Ok((t, at))
            })
            .collect::<Result<Vec<_>, OpsError>>()
        })?;
        let used = lock(&self.used);
        let mut all: Vec<TokenInfo> = rows
            .into_iter()
            .map(|(t, kept)| {
                let at = used.at(By::Token(t.id)).max(kept);
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
        let ops = self.clone();
        self.act(caller, Act::OwnAccount, move |w, caller| {
            let there = match w.find::<Token>(&id)? {
                Some(t) if t.account == caller.account.id => Some(t),
                Some(t) if caller.decide(Act::ManageAccounts).allowed() => {
                    w.find::<Account>(&t.account)?.filter(|a| ops.manages(&caller, a)).map(|_| t)
                }
                _ => None,
            };
            let Some(t) = there else { return Err(OpsError::NotFound("token")) };
            w.remove::<Token>(&id)?;
            w.remove::<TokenUse>(&id)?;
            w.audit(entry(&caller, audit::TOKEN_REVOKED).on(Subject::new("token", id, t.name)))?;
            Ok(())
        })?;
        self.end_uses(&Ended { by: vec![By::Token(id)], ..Ended::default() });
        Ok(())
    }
}

/// Where the keys are sealed by which a token is checked when it is shown by Digest.
pub(crate) fn digest_keys(id: TokenId) -> SecretKey {
    SecretKey::of::<Token>(&id, "digest")
}

/// The use that was kept of a token.
fn kept_use(r: &ReadTx<'_>, id: TokenId) -> Result<Option<WallTime>, OpsError> {
    Ok(r.find::<TokenUse>(&id)?.map(|u| u.at))
}

fn info(t: Token, used_at: Option<WallTime>) -> TokenInfo {
    TokenInfo {
        id: t.id,
        account: t.account,
        label: t.name,
        created_at: t.created_at,
        expires_at: Some(t.not_after),
        used_at,
        limit: t.limit,
    }
}
