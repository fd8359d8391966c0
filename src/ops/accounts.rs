//! Accounts, for administrators.

use crate::entrance::put_account;
use crate::office::{entry, on_account};
use crate::own::{Ended, end_all};
use crate::{Caller, Ops, OpsError, secrets};
use base::{AccountId, Said, Secret, limits};
use domain::{Account, AccountDraft, Act, Extra, PasswordRecord, Role, account, audit};
use store::WriteTx;

/// What an administrator wants of a new account.
pub type NewAccount = AccountDraft;

/// Letters and digits without look-alikes; 32, so that each carries five bits.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789A";

/// A password to be told once: four groups of five, 100 bits.
fn one_time_password() -> Result<Secret, OpsError> {
    let bytes = secrets::random::<20>()?;
    let letters: Vec<char> = bytes.iter().map(|b| char::from(LETTERS[usize::from(b & 31)])).collect();
    Ok(Secret::new(letters.chunks(5).map(|c| c.iter().collect::<String>()).collect::<Vec<_>>().join("-")))
}

/// Is the name free, and is there room?
pub(crate) fn room_for(w: &WriteTx<'_>, name: &str) -> Result<(), OpsError> {
    if w.find_by::<Account>("name", name.as_bytes())?.is_some() {
        return Err(OpsError::Taken {
            field: "name",
            said: Said::new(
                format!("Tên đăng nhập “{name}” đã có người dùng. Hãy chọn tên khác."),
                format!("The sign-in name “{name}” is taken. Choose another."),
            ),
        });
    }
    if w.count::<Account>()? >= limits::ACCOUNTS_MAX as u64 {
        return Err(OpsError::Full(Said::new(
            format!("Nút đã có {} tài khoản, là mức tối đa.", limits::ACCOUNTS_MAX),
            format!("The node has {} accounts, which is the most it takes.", limits::ACCOUNTS_MAX),
        )));
    }
    Ok(())
}

/// What an administrator does to an account.
#[derive(Clone, Copy, Debug)]
enum Step {
    Role(Role),
    Disable,
    Enable,
}

impl Ops {
    /// All accounts, by name.
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn list_accounts(&self, caller: &Caller) -> Result<Vec<Account>, OpsError> {
        self.authorise(caller, Act::ManageAccounts)?;
        self.all_accounts()
    }

    /// All accounts, for commands on the machine.
    ///
    /// # Errors
    /// The store fails.
    pub fn accounts_from_machine(&self) -> Result<Vec<Account>, OpsError> {
        self.all_accounts()
    }

    fn all_accounts(&self) -> Result<Vec<Account>, OpsError> {
        let mut all: Vec<Account> = self.read(|r| Ok(r.range::<Account>(..)?))?.into_iter().collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(all)
    }

    /// Adds an account from a command on the machine, with the password it was given.
    ///
    /// # Errors
    /// As [`Ops::add_account`]; the password must fit the policy.
    pub fn add_account_from_machine(
        &self,
        name: &str,
        role: Role,
        unit: Option<String>,
        password: &Secret,
    ) -> Result<Account, OpsError> {
        let draft = AccountDraft { name: name.to_owned(), display_name: String::new(), role, unit };
        self.add_by_machine(draft, password, Caller::cli())
    }

    /// Adds an account; the second value is its one-time password, to be changed at the first sign-in.
    ///
    /// # Errors
    /// [`OpsError::Invalid`], [`OpsError::Taken`], [`OpsError::Full`].
    pub fn add_account(&self, caller: &Caller, new: NewAccount) -> Result<(Account, Secret), OpsError> {
        self.authorise(caller, Act::ManageAccounts)?;
        let draft = account::decide_account(&new)?;
        let secret = one_time_password()?;
        let (mut account, password) = self.new_account(draft, &secret, self.clock.now())?;
        account.must_change_password = true;
        let account = self.act(caller, Act::ManageAccounts, move |w, caller| {
            room_for(w, &account.name)?;
            w.audit(
                on_account(entry(&caller, audit::ACCOUNT_ADDED), &account)
                    .fact("role", account.role.as_str())
                    .fact("display_name", account.display_name.as_str())
                    .fact("unit", account.unit.as_deref().unwrap_or("")),
            )?;
            put_account(w, account.clone(), password)?;
            Ok(account)
        })?;
        self.tell_accounts();
        Ok((account, secret))
    }

    /// Gives an account another role; its sign-ins, tokens and views end.
    ///
    /// # Errors
    /// [`OpsError::Refused`] for the last administrator, [`OpsError::NotFound`].
    pub fn change_role(&self, caller: &Caller, id: AccountId, role: Role) -> Result<Account, OpsError> {
        self.step(caller, id, Step::Role(role))
    }

    /// Disables an account; its sign-ins, tokens and views end.
    ///
    /// # Errors
    /// As [`Ops::change_role`].
    pub fn disable_account(&self, caller: &Caller, id: AccountId) -> Result<Account, OpsError> {
        self.step(caller, id, Step::Disable)
    }

    /// Enables an account again.
    ///
    /// # Errors
    /// [`OpsError::NotFound`].
    pub fn enable_account(&self, caller: &Caller, id: AccountId) -> Result<Account, OpsError> {
        self.step(caller, id, Step::Enable)
    }

    fn step(&self, caller: &Caller, id: AccountId, step: Step) -> Result<Account, OpsError> {
        let done = self.act(caller, Act::ManageAccounts, move |w, caller| {
            let Some(old) = w.find::<Account>(&id)? else { return Err(OpsError::NotFound("account")) };
            let mut new = old.clone();
            match step {
                Step::Role(role) => new.role = role,
                Step::Disable => new.disabled_at = new.disabled_at.or(Some(w.now())),
                Step::Enable => new.disabled_at = None,
            }
            if new == old {
                return Ok(Ok((old, Ended::default())));
            }
            if new.role != Role::Administrator || !new.enabled() {
                let all = w.range::<Account>(..)?;
                let others = all.iter().filter(|a| a.id != id && a.enabled() && a.role == Role::Administrator).count();
                if let Err(refusal) = account::decide_step_down(&old, others) {
                    return Ok(Err(refusal));
                }
            }
            let ends = !matches!(step, Step::Enable);
            let ended = if ends { end_all(w, id, None, true)? } else { Ended::default() };
            let e = match step {
                Step::Role(role) => entry(&caller, audit::ACCOUNT_CHANGED)
                    .fact("role", audit::old_to_new(old.role.as_str(), role.as_str())),
                Step::Disable => entry(&caller, audit::ACCOUNT_DISABLED),
                Step::Enable => entry(&caller, audit::ACCOUNT_ENABLED),
            };
            let e = if ends { e.fact("sign_ins_and_tokens_ended", ended.by.len().to_string()) } else { e };
            w.audit(on_account(e, &new))?;
            w.put(&new.clone())?;
            Ok(Ok((new, ended)))
        })?;
        let (account, ended) = done.map_err(|refusal| self.refuse(caller, Act::ManageAccounts, refusal))?;
        self.end_uses(&ended);
        self.tell_accounts();
        Ok(account)
    }

    /// Gives an account a new one-time password; its sign-ins, tokens and views end.
    ///
    /// # Errors
    /// [`OpsError::NotFound`].
    pub fn reset_password(&self, caller: &Caller, id: AccountId) -> Result<(Account, Secret), OpsError> {
        self.authorise(caller, Act::ManageAccounts)?;
        let secret = one_time_password()?;
        let hash = self.passwords.hash(&secret)?;
        let (account, ended) = self.act(caller, Act::ManageAccounts, move |w, caller| {
            let Some(mut account) = w.find::<Account>(&id)? else {
                return Err(OpsError::NotFound("account"));
            };
            account.must_change_password = true;
            account.password_changed_at = w.now();
            let ended = end_all(w, id, None, true)?;
            w.audit(
                on_account(entry(&caller, audit::ACCOUNT_PASSWORD_RESET), &account)
                    .fact("sign_ins_and_tokens_ended", ended.by.len().to_string()),
            )?;
            w.put(&account.clone())?;
            w.put(&PasswordRecord { account: id, hash, extra: Extra::new() })?;
            Ok((account, ended))
        })?;
        self.end_uses(&ended);
        self.tell_accounts();
        Ok((account, secret))
    }
}
