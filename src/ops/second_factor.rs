//! A person's second factor: setting it up, recovery codes, giving it up; resetting another's.
//!
//! The secret is sealed like the passwords of cameras. A code is taken once: its time step is remembered in the same
//! transaction that takes it. Not here: what codes look like (`codes`), signing in with them (`sign_in`).

use crate::codes;
use crate::office::{entry, lock, on_account};
use crate::own::end_all;
use crate::sign_in::Origin;
use crate::{Caller, Ops, OpsError};
use base::{AccountId, Said, Secret, WallTime, limits};
use domain::second_factor::{self, Need};
use domain::{Account, Act, Extra, FieldFault, LoginSession, PasswordRecord, SecondFactor, audit, review};
use std::collections::HashMap;
use std::sync::PoisonError;
use store::{SecretKey, WriteTx};

/// A secret that was shown and is not confirmed yet. In memory only.
#[derive(Default)]
pub(crate) struct Enrolments(HashMap<AccountId, (Secret, WallTime)>);

/// What a person's app needs.
#[derive(Clone, Debug)]
pub struct Enrolment {
    /// The secret in base32.
    pub secret: Secret,
    /// Who issues the codes: the node's name.
    pub issuer: String,
    /// For which account.
    pub account: String,
}

/// A code that fits, before it is taken.
pub(crate) enum Code {
    /// Of the app: its time step.
    Step(u64),
    /// A recovery code: its digest.
    Recovery(String),
}

fn totp_key(account: AccountId) -> SecretKey {
    SecretKey::of::<SecondFactor>(&account, "totp")
}

/// The fault of a code.
pub(crate) fn wrong_code(field: &'static str) -> FieldFault {
    FieldFault::new(
        field,
        Said::new(
            "Mã không đúng hoặc đã được dùng. Hãy đợi ứng dụng hiện mã mới rồi nhập lại; kiểm tra giờ của điện thoại.",
            "The code is wrong or was used already. Wait for the app's next code and enter it; check the phone's clock.",
        ),
    )
}

impl Code {
    /// Takes the code; how it was, for the record. A code that somebody else took meanwhile is wrong.
    pub(crate) fn use_up(self, w: &mut WriteTx<'_>, account: AccountId) -> Result<&'static str, OpsError> {
        let Some(mut factor) = w.find::<SecondFactor>(&account)? else { return Err(OpsError::SignInFailed) };
        let how = match self {
            Code::Step(step) if step > factor.last_step => {
                factor.last_step = step;
                "totp"
            }
            Code::Recovery(digest) if factor.recovery.contains(&digest) => {
                factor.recovery.retain(|d| *d != digest);
                "recovery_code"
            }
            _ => return Err(wrong_code("code").into()),
        };
        w.put(&factor)?;
        Ok(how)
    }
}

impl Ops {
    /// Does the code fit the account's second factor? Both sorts of codes are tried whatever was typed.
    pub(crate) fn check_code(&self, id: AccountId, typed: &str, now: WallTime) -> Result<Option<Code>, OpsError> {
        let found = self.read(|r| Ok((r.find::<SecondFactor>(&id)?, r.unseal(&totp_key(id))?)))?;
        let (Some(factor), Some(secret)) = found else { return Ok(None) };
        let step = codes::step_of(&secret, typed, now)?.filter(|step| *step > factor.last_step);
        let recovery = codes::recovery_of(&factor.recovery, typed).and_then(|n| factor.recovery.get(n).cloned());
        Ok(step.map(Code::Step).or(recovery.map(Code::Recovery)))
    }

    /// The caller's second factor, if it has one.
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn second_factor(&self, caller: &Caller) -> Result<Option<SecondFactor>, OpsError> {
        self.authorise(caller, Act::OwnAccount)?;
        self.read(|r| Ok(r.find::<SecondFactor>(&caller.account.id)?))
    }

    /// When the rule began here: not before its own day, nor before this node first ran with it.
    pub(crate) fn second_factor_began(&self) -> WallTime {
        let here = self.node.read().unwrap_or_else(PoisonError::into_inner).second_factor_since;
        self.policy.since().max(here.unwrap_or(WallTime::EPOCH))
    }

    /// Does the policy ask the caller for one?
    pub fn second_factor_required(&self, account: &Account) -> bool {
        let without = Account { second_factor_since: None, ..account.clone() };
        let now = self.clock.now();
        second_factor::decide_need(&self.policy.second_factor, &without, self.second_factor_began(), now) != Need::Met
    }

    /// A secret for the caller's app; the same again until it is confirmed or too old.
    ///
    /// # Errors
    /// [`OpsError::SignedOut`] but for a browser that has signed in.
    pub fn begin_second_factor(&self, caller: &Caller) -> Result<Enrolment, OpsError> {
        self.authorise(caller, Act::OwnAccount)?;
        if caller.session.is_none() || caller.account.is_service() {
            return Err(OpsError::SignedOut);
        }
        let (id, now) = (caller.account.id, self.clock.now());
        let mut waiting = lock(&self.enrolments);
        waiting.0.retain(|_, (_, at)| now.since(*at) < limits::ENROLMENT_LIFE);
        let secret = match waiting.0.get(&id) {
            Some((secret, _)) => secret.clone(),
            None => {
                if waiting.0.len() >= limits::HALF_SIGN_INS_MAX {
                    return Err(OpsError::Full(Said::new(
                        "Quá nhiều người đang thiết lập cùng lúc. Hãy thử lại sau ít phút.",
                        "Too many people are setting it up at once. Try again in a few minutes.",
                    )));
                }
                let secret = codes::new_secret()?;
                waiting.0.insert(id, (secret.clone(), now));
                secret
            }
        };
        let issuer = self.node_record().name;
        let issuer = if issuer.is_empty() { "Mắt Lưới".to_owned() } else { issuer };
        Ok(Enrolment { secret, issuer, account: caller.account.name.clone() })
    }

    /// Is it the caller's own password? Failures are counted and put on record as those of signing in.
    ///
    /// # Errors
    /// [`OpsError::Locked`]; [`OpsError::Invalid`] for `password_old`.
    pub(crate) fn own_password(&self, caller: &Caller, password: &Secret) -> Result<(), OpsError> {
        let (me, now) = (&caller.account, self.clock.now());
        let address = caller.address.unwrap_or(std::net::IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED));
        let attempt = self.attempt_of(me, &Origin::new(address, ""))?;
        if let Some(wait) = lock(&self.lockout).wait(attempt, now) {
            return Err(OpsError::Locked { wait });
        }
        let id = me.id;
        let hash = self.read(|r| Ok(r.find::<PasswordRecord>(&id)?))?.map(|p| p.hash);
        if self.passwords.check(password, hash.as_deref()) {
            return Ok(());
        }
        let pause = lock(&self.lockout).failed(attempt, now);
        let mut failed = on_account(entry(caller, audit::SIGN_IN_FAILED), me).fact("reason", "wrong_old_password");
        if let Some(p) = pause {
            failed = failed.fact("locked_seconds", p.as_secs().to_string());
        }
        self.write(move |w| Ok(w.audit(failed)?))?;
        let said = Said::new("Mật khẩu hiện tại không đúng.", "The current password is not right.");
        Err(FieldFault::new("password_old", said).into())
    }

    /// Sets up the second factor by a first code of the app; gives the recovery codes, this once. The caller's other
    /// sign-ins end: they came in without it.
    ///
    /// # Errors
    /// [`OpsError::Invalid`] for `password_old` or `code`; [`OpsError::SignedOut`] if the secret is too old.
    pub fn confirm_second_factor(
        &self,
        caller: &Caller,
        password: &Secret,
        code: &str,
    ) -> Result<Vec<Secret>, OpsError> {
        self.authorise(caller, Act::OwnAccount)?;
        let Some(session) = caller.session else { return Err(OpsError::SignedOut) };
        let (id, now) = (caller.account.id, self.clock.now());
        let waiting = lock(&self.enrolments).0.get(&id).cloned();
        let Some((secret, _)) = waiting.filter(|(_, at)| now.since(*at) < limits::ENROLMENT_LIFE) else {
            let said = Said::new(
                "Mã QR đã quá 15 phút. Hãy quét mã mới bên dưới.",
                "The QR code is older than 15 minutes. Scan the new one below.",
            );
            return Err(FieldFault::new("code", said).into());
        };
        self.own_password(caller, password)?;
        let Some(step) = codes::step_of(&secret, code, now)? else { return Err(wrong_code("code").into()) };
        let n = usize::try_from(self.policy.second_factor.recovery_codes).unwrap_or(0).min(50);
        let (shown, recovery) = codes::new_recovery(n)?;
        let ended = self.act(caller, Act::OwnAccount, move |w, caller| {
            let Some(mut account) = w.find::<Account>(&id)? else { return Err(OpsError::SignedOut) };
            let Some(mut own) = w.find::<LoginSession>(&session)? else { return Err(OpsError::SignedOut) };
            let factor = SecondFactor {
                account: id,
                created_at: w.now(),
                confirmed_at: Some(w.now()),
                last_step: step,
                recovery,
                extra: Extra::new(),
            };
            account.second_factor_since = Some(w.now());
            own.second_factor = true;
            let ended = end_all(w, id, Some(session), false)?;
            w.audit(
                on_account(entry(&caller, audit::SECOND_FACTOR_SET), &account)
                    .fact("sign_ins_ended", ended.by.len().to_string()),
            )?;
            w.put(&factor)?;
            w.seal(&totp_key(id), &secret)?;
            w.put(&account)?;
            w.put(&own)?;
            Ok(ended)
        })?;
        lock(&self.enrolments).0.remove(&id);
        self.end_uses(&ended);
        self.tell_accounts();
        Ok(shown)
    }

    /// Makes new recovery codes; the old ones are void. Shown this once.
    ///
    /// # Errors
    /// [`OpsError::Invalid`] for `password_old` or `code`.
    pub fn renew_recovery_codes(
        &self,
        caller: &Caller,
        password: &Secret,
        code: &str,
    ) -> Result<Vec<Secret>, OpsError> {
        self.authorise(caller, Act::OwnAccount)?;
        self.own_password(caller, password)?;
        let (id, now) = (caller.account.id, self.clock.now());
        let Some(code) = self.check_code(id, code, now)? else { return Err(wrong_code("code").into()) };
        let n = usize::try_from(self.policy.second_factor.recovery_codes).unwrap_or(0).min(50);
        let (shown, recovery) = codes::new_recovery(n)?;
        self.act(caller, Act::OwnAccount, move |w, caller| {
            code.use_up(w, id)?;
            let Some(mut factor) = w.find::<SecondFactor>(&id)? else {
                return Err(OpsError::NotFound("second_factor"));
            };
            factor.recovery = recovery;
            w.audit(on_account(entry(&caller, audit::RECOVERY_CODES_RENEWED), &caller.account))?;
            w.put(&factor)?;
            Ok(())
        })?;
        Ok(shown)
    }

    /// Gives the caller's second factor up.
    ///
    /// # Errors
    /// [`OpsError::Refused`] where the policy asks the role for one; [`OpsError::Invalid`] for `password_old` or `code`.
    pub fn remove_second_factor(&self, caller: &Caller, password: &Secret, code: &str) -> Result<(), OpsError> {
        self.authorise(caller, Act::OwnAccount)?;
        if self.second_factor_required(&caller.account) {
            return Err(self.refuse(caller, Act::OwnAccount, second_factor::required()));
        }
        self.own_password(caller, password)?;
        let (id, now) = (caller.account.id, self.clock.now());
        let Some(code) = self.check_code(id, code, now)? else { return Err(wrong_code("code").into()) };
        self.act(caller, Act::OwnAccount, move |w, caller| {
            code.use_up(w, id)?;
            let Some(mut account) = w.find::<Account>(&id)? else { return Err(OpsError::SignedOut) };
            account.second_factor_since = None;
            w.remove::<SecondFactor>(&id)?;
            w.audit(on_account(entry(&caller, audit::SECOND_FACTOR_REMOVED), &account))?;
            w.put(&account)?;
            Ok(())
        })?;
        self.tell_accounts();
        Ok(())
    }

    /// Takes an account's second factor away, for a person who has lost phone and recovery codes; its sign-ins and tokens
    /// end. The reason is put on record.
    ///
    /// # Errors
    /// [`OpsError::NotFound`]; [`OpsError::Invalid`] for `reason`; [`OpsError::Refused`].
    pub fn reset_second_factor(&self, caller: &Caller, id: AccountId, reason: &str) -> Result<Account, OpsError> {
        let reason = review::remark("reason", reason, true)?;
        self.account(caller, id)?;
        let (account, ended) = self.act(caller, Act::ManageAccounts, move |w, caller| {
            let Some(mut account) = w.find::<Account>(&id)? else { return Err(OpsError::NotFound("account")) };
            if w.remove::<SecondFactor>(&id)?.is_none() {
                return Err(OpsError::NotFound("second_factor"));
            }
            account.second_factor_since = None;
            account.revision += 1;
            let ended = end_all(w, id, None, true)?;
            w.audit(
                on_account(entry(&caller, audit::SECOND_FACTOR_RESET), &account)
                    .fact("reason", reason)
                    .fact("sign_ins_and_tokens_ended", ended.by.len().to_string()),
            )?;
            w.put(&account.clone())?;
            Ok((account, ended))
        })?;
        self.end_uses(&ended);
        self.tell_accounts();
        Ok(account)
    }
}
