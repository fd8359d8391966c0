//! Accounts, for administrators: those of the node, and those of a unit for its own accounts (A7.2).
//!
//! Not here: lists of them (`account_list`), their tokens (`tokens`), their second factor (`second_factor`), reviews
//! (`reviews`).

use crate::entrance::put_account;
use crate::office::{entry, on_account};
use crate::own::{Ended, end_all};
use crate::{Caller, Ops, OpsError, secrets};
use base::{AccountId, Said, Secret, UnitId, limits};
use domain::{
    Account, AccountDetails, AccountDraft, AccountKind, Act, AuditDraft, FieldFault, PasswordRecord, Refusal, Role,
    account, audit, presets, text,
};
use store::WriteTx;

/// What an administrator wants of a new account.
pub type NewAccount = AccountDraft;

/// Letters of a one-time password: 100 bits.
const ONE_TIME_LETTERS: usize = 20;

/// A password to be told once: four groups of five.
fn one_time_password() -> Result<Secret, OpsError> {
    let letters: Vec<char> = secrets::letters::<ONE_TIME_LETTERS>()?.chars().collect();
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
pub enum AccountStep {
    /// Another role.
    Role(Role),
    /// No more sign-in; everything that is open ends.
    Disable,
    /// Sign-in again.
    Enable,
}

/// A change of what is kept of an account; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct AccountChange {
    /// Name for showing.
    pub display_name: Option<String>,
    /// All of the details.
    pub details: Option<AccountDetails>,
    /// The revision that the change was made on.
    pub revision: Option<u64>,
}

/// May that account stop being an enabled administrator? Asked within the transaction that would do it.
pub(crate) fn may_step_down(w: &WriteTx<'_>, account: &Account) -> Result<Result<(), Refusal>, OpsError> {
    if account.role != Role::Administrator || !account.enabled() {
        return Ok(Ok(()));
    }
    let all = w.range::<Account>(..)?;
    let others = all.iter().filter(|a| a.id != account.id && a.enabled() && a.role == Role::Administrator).count();
    Ok(account::decide_step_down(account, others))
}

/// Disables an account within a transaction and puts it on record; its sign-ins and tokens end.
pub(crate) fn disable(w: &mut WriteTx<'_>, mut account: Account, e: AuditDraft) -> Result<(Account, Ended), OpsError> {
    account.disabled_at = account.disabled_at.or(Some(w.now()));
    account.revision += 1;
    let ended = end_all(w, account.id, None, true)?;
    w.audit(on_account(e, &account).fact("sign_ins_and_tokens_ended", ended.by.len().to_string()))?;
    w.put(&account.clone())?;
    Ok((account, ended))
}

impl Ops {
    /// All accounts, for commands on the machine.
    ///
    /// # Errors
    /// The store fails.
    pub fn accounts_from_machine(&self) -> Result<Vec<Account>, OpsError> {
        let mut all: Vec<Account> = self.read(|r| Ok(r.range::<Account>(..)?))?;
        all.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(all)
    }

    /// May the caller manage that account? Administrators all; a unit's administrator those of the unit and the units below
    /// it whose role it could give.
    pub(crate) fn manages(&self, caller: &Caller, account: &Account) -> bool {
        caller.is_machine()
            || self.manages_unit(caller, account.unit_id) && presets::may_appoint(caller.account.role, account.role)
    }

    fn manages_unit(&self, caller: &Caller, unit: Option<UnitId>) -> bool {
        if caller.is_machine() || presets::of(caller.account.role).home == presets::Home::Node {
            return true;
        }
        caller.account.unit_id.zip(unit).is_some_and(|(own, unit)| self.registers().unit_subtree(own).contains(&unit))
    }

    /// One account, for those who manage it.
    ///
    /// # Errors
    /// [`OpsError::Refused`], [`OpsError::NotFound`].
    pub fn account(&self, caller: &Caller, id: AccountId) -> Result<Account, OpsError> {
        self.authorise(caller, Act::ManageAccounts)?;
        let found = self.read(|r| Ok(r.find::<Account>(&id)?))?.filter(|a| self.manages(caller, a));
        found.ok_or(OpsError::NotFound("account"))
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
        let mut draft = AccountDraft::new(name, role);
        draft.details = self.details_with_unit(AccountDetails::default(), unit.as_deref().unwrap_or(""));
        self.add_by_machine(draft, password, Caller::cli())
    }

    /// The details with the unit that a text means: one of the register where it names one, otherwise the text itself.
    pub fn details_with_unit(&self, mut details: AccountDetails, unit: &str) -> AccountDetails {
        let unit = unit.trim();
        details.unit_id = if unit.is_empty() { None } else { self.registers().unit_by(unit).ok() };
        details.unit = (details.unit_id.is_none() && !unit.is_empty()).then(|| unit.to_owned());
        details
    }

    /// The name of an account's unit, for showing; empty: none.
    pub fn unit_of(&self, account: &Account) -> String {
        match account.unit_id {
            Some(id) => self.registers().unit_name(id).to_owned(),
            None => account.unit.clone().unwrap_or_default(),
        }
    }

    /// May the caller give that role in that unit, and does the role have the unit that it needs?
    pub(crate) fn fits(&self, caller: &Caller, role: Role, details: &AccountDetails) -> Result<(), OpsError> {
        if !caller.is_machine() && !presets::may_appoint(caller.account.role, role) {
            let (own, other) = (caller.account.role.said(), role.said());
            return Err(self.refuse(
                caller,
                Act::ManageAccounts,
                Refusal {
                    article: Some("7.2"),
                    said: Said::new(
                        format!("Vai trò “{}” không được giao vai trò “{}”.", own.vi, other.vi),
                        format!("The role “{}” may not give the role “{}”.", own.en, other.en),
                    ),
                    who_can_help: domain::rights::ask_administrator(),
                },
            ));
        }
        let fault = |vi: &str, en: &str| Err(FieldFault::new("unit", Said::new(vi, en)).into());
        if details.unit_id.is_some_and(|u| self.registers().unit(u).is_none()) {
            return fault("Không có đơn vị này trong danh mục.", "There is no such unit in the register.");
        }
        if !self.manages_unit(caller, details.unit_id) {
            return fault(
                "Chỉ chọn được đơn vị của bạn hoặc đơn vị trực thuộc.",
                "Only your own unit or one below it can be chosen.",
            );
        }
        if presets::of(role).needs_unit && details.unit_id.is_none() {
            return fault(
                "Vai trò này phải thuộc một đơn vị trong danh mục đơn vị. Hãy chọn đơn vị.",
                "This role must belong to a unit of the register of units. Choose one.",
            );
        }
        Ok(())
    }

    /// Adds an account; a person's comes with its one-time password, to be changed at the first sign-in. A service's has
    /// none.
    ///
    /// # Errors
    /// [`OpsError::Invalid`], [`OpsError::Taken`], [`OpsError::Full`], [`OpsError::Refused`].
    pub fn add_account(&self, caller: &Caller, new: NewAccount) -> Result<(Account, Option<Secret>), OpsError> {
        self.authorise(caller, Act::ManageAccounts)?;
        let draft = account::decide_account(&new)?;
        self.fits(caller, draft.role, &draft.details)?;
        let secret = one_time_password()?;
        let (mut account, password) = self.new_account(draft, &secret, self.clock.now())?;
        let service = account.is_service();
        account.must_change_password = !service;
        let unit = self.unit_of(&account);
        let account = self.act(caller, Act::ManageAccounts, move |w, caller| {
            room_for(w, &account.name)?;
            w.audit(
                on_account(entry(&caller, audit::ACCOUNT_ADDED), &account)
                    .change("role", None, Some(account.role.as_str()))
                    .change("kind", None, Some(account.kind.as_str()))
                    .change("display_name", None, Some(&account.display_name))
                    .change("unit", None, Some(&unit)),
            )?;
            if service {
                w.put(&account.clone())?;
            } else {
                put_account(w, account.clone(), password)?;
            }
            Ok(account)
        })?;
        self.tell_accounts();
        Ok((account, (!service).then_some(secret)))
    }

    /// Changes what is kept of an account.
    ///
    /// # Errors
    /// [`OpsError::Invalid`], [`OpsError::NotFound`], [`OpsError::Changed`].
    pub fn change_account(&self, caller: &Caller, id: AccountId, change: AccountChange) -> Result<Account, OpsError> {
        let old = self.account(caller, id)?;
        let name = change.display_name.map(|n| text::name("display_name", &n));
        let details = change.details.map(|d| account::decide_details(&d));
        let mut faults: Vec<FieldFault> = Vec::new();
        let name = name.transpose().map_err(|f| faults.push(f)).ok().flatten();
        let details = details.transpose().map_err(|all| faults.extend(all)).ok().flatten();
        if !faults.is_empty() {
            return Err(faults.into());
        }
        if let Some(details) = &details {
            self.fits(caller, old.role, details)?;
            if id == caller.account.id && details.unit_id != old.unit_id {
                return Err(self.refuse(caller, Act::ManageAccounts, own_unit()));
            }
        }
        let expected = change.revision;
        let ops = self.clone();
        let account = self.act(caller, Act::ManageAccounts, move |w, caller| {
            let Some(old) = w.find::<Account>(&id)? else { return Err(OpsError::NotFound("account")) };
            if let Some(expected) = expected.filter(|e| *e != old.revision) {
                return Err(OpsError::Changed { expected, found: old.revision });
            }
            let mut new = old.clone();
            new.display_name = name.unwrap_or(new.display_name);
            if let Some(details) = details {
                details.put(&mut new);
            }
            if new == old {
                return Ok(old);
            }
            new.revision += 1;
            let mut e = on_account(entry(&caller, audit::ACCOUNT_CHANGED), &new).change(
                "display_name",
                Some(&old.display_name),
                Some(&new.display_name),
            );
            e = e.change("unit", Some(&ops.unit_of(&old)), Some(&ops.unit_of(&new)));
            for (field, a, b) in [
                ("title", &old.title, &new.title),
                ("phone", &old.phone, &new.phone),
                ("email", &old.email, &new.email),
            ] {
                e = e.change(field, a.as_deref(), b.as_deref());
            }
            w.audit(e)?;
            w.put(&new.clone())?;
            Ok(new)
        })?;
        self.tell_accounts();
        Ok(account)
    }

    /// Gives an account another role; its sign-ins, tokens and views end.
    ///
    /// # Errors
    /// [`OpsError::Refused`] for the last administrator, [`OpsError::NotFound`].
    pub fn change_role(&self, caller: &Caller, id: AccountId, role: Role) -> Result<Account, OpsError> {
        self.step_account(caller, id, AccountStep::Role(role), None)
    }

    /// Disables an account; its sign-ins, tokens and views end.
    ///
    /// # Errors
    /// As [`Ops::change_role`].
    pub fn disable_account(&self, caller: &Caller, id: AccountId) -> Result<Account, OpsError> {
        self.step_account(caller, id, AccountStep::Disable, None)
    }

    /// Enables an account again.
    ///
    /// # Errors
    /// [`OpsError::NotFound`].
    pub fn enable_account(&self, caller: &Caller, id: AccountId) -> Result<Account, OpsError> {
        self.step_account(caller, id, AccountStep::Enable, None)
    }

    /// One of these, if the account is still as it was `seen`, where the caller says so.
    ///
    /// # Errors
    /// As [`Ops::change_role`]; [`OpsError::Changed`].
    pub fn step_account(
        &self,
        caller: &Caller,
        id: AccountId,
        step: AccountStep,
        seen: Option<u64>,
    ) -> Result<Account, OpsError> {
        let account = self.account(caller, id)?;
        if let AccountStep::Role(role) = step {
            self.fits(caller, role, &AccountDetails::of(&account))?;
        }
        let done = self.act(caller, Act::ManageAccounts, move |w, caller| {
            let Some(old) = w.find::<Account>(&id)? else { return Err(OpsError::NotFound("account")) };
            if let Some(expected) = seen.filter(|seen| *seen != old.revision) {
                return Err(OpsError::Changed { expected, found: old.revision });
            }
            let unchanged = match step {
                AccountStep::Role(role) => old.role == role,
                AccountStep::Disable => !old.enabled(),
                AccountStep::Enable => old.enabled(),
            };
            if unchanged {
                return Ok(Ok((old, Ended::default())));
            }
            let leaves = match step {
                AccountStep::Role(role) => role != Role::Administrator,
                AccountStep::Disable => true,
                AccountStep::Enable => false,
            };
            if leaves && let Err(refusal) = may_step_down(w, &old)? {
                return Ok(Err(refusal));
            }
            if matches!(step, AccountStep::Disable) {
                return disable(w, old, entry(&caller, audit::ACCOUNT_DISABLED)).map(Ok);
            }
            let mut new = old.clone();
            new.revision += 1;
            let (e, ended) = match step {
                AccountStep::Role(role) => {
                    (new.role, new.role_since) = (role, Some(w.now()));
                    let ended = end_all(w, id, None, true)?;
                    let e = entry(&caller, audit::ACCOUNT_CHANGED)
                        .change("role", Some(old.role.as_str()), Some(role.as_str()))
                        .fact("sign_ins_and_tokens_ended", ended.by.len().to_string());
                    (e, ended)
                }
                AccountStep::Disable | AccountStep::Enable => {
                    new.disabled_at = None;
                    (entry(&caller, audit::ACCOUNT_ENABLED), Ended::default())
                }
            };
            w.audit(on_account(e, &new))?;
            w.put(&new.clone())?;
            Ok(Ok((new, ended)))
        })?;
        let (account, ended) = done.map_err(|refusal| self.refuse(caller, Act::ManageAccounts, refusal))?;
        self.end_uses(&ended);
        self.tell_accounts();
        Ok(account)
    }

    /// Gives a person's account a new one-time password; its sign-ins, tokens and views end.
    ///
    /// # Errors
    /// [`OpsError::NotFound`], also for a service.
    pub fn reset_password(&self, caller: &Caller, id: AccountId) -> Result<(Account, Secret), OpsError> {
        if self.account(caller, id)?.kind == AccountKind::Service {
            return Err(OpsError::NotFound("password"));
        }
        let secret = one_time_password()?;
        let hash = self.passwords.hash(&secret)?;
        let kept = usize::try_from(self.policy.password.former_kept).unwrap_or(0);
        let (account, ended) = self.act(caller, Act::ManageAccounts, move |w, caller| {
            let Some(mut account) = w.find::<Account>(&id)? else {
                return Err(OpsError::NotFound("account"));
            };
            account.must_change_password = true;
            account.password_changed_at = w.now();
            account.revision += 1;
            let ended = end_all(w, id, None, true)?;
            w.audit(
                on_account(entry(&caller, audit::ACCOUNT_PASSWORD_RESET), &account)
                    .change_secret("password")
                    .fact("sign_ins_and_tokens_ended", ended.by.len().to_string()),
            )?;
            w.put(&account.clone())?;
            let record = match w.find::<PasswordRecord>(&id)? {
                Some(old) => old.renewed(hash, kept),
                None => PasswordRecord::new(id, hash),
            };
            w.put(&record)?;
            Ok((account, ended))
        })?;
        self.end_uses(&ended);
        self.tell_accounts();
        Ok((account, secret))
    }
}

/// With the unit come its cameras and the rights given to it: nobody chooses their own.
fn own_unit() -> Refusal {
    Refusal {
        article: Some("12.3"),
        said: Said::new("Không ai được tự đổi đơn vị của chính mình.", "Nobody changes their own unit."),
        who_can_help: Said::new(
            "Hãy nhờ một quản trị viên khác; đổi đơn vị là đổi phạm vi quyền.",
            "Ask another administrator: a change of unit is a change of rights.",
        ),
    }
}
