//! The way in for the first time: set-up, and accounts made on the machine.
//!
//! Not here: signing in and out (`sign_in`), recognising whoever has come in (`recognise`).

use crate::caller::By;
use crate::history::{self, Tried};
use crate::office::{entry, entry_by, on_account};
use crate::sign_in::{Origin, SignedIn, account_actor, new_session};
use crate::{Caller, Ops, OpsError, secrets};
use base::{AccountId, Language, Said, Secret, WallTime, limits};
use domain::{
    Account, AccountDraft, Actor, FieldFault, NodeRecord, PasswordRecord, Refusal, Role, account, audit, node, password,
};
use std::net::IpAddr;
use std::sync::PoisonError;
use store::WriteTx;

/// What set-up asks for.
#[derive(Clone, Debug)]
pub struct SetupForm {
    /// Sign-in name of the first administrator.
    pub account: String,
    /// Name for showing.
    pub display_name: String,
    /// Password.
    pub password: Secret,
    /// The node's name.
    pub node_name: String,
    /// The node's area.
    pub area: Option<String>,
    /// The node's language, and the administrator's.
    pub language: Language,
}

impl Ops {
    // ---- set-up -----------------------------------------------------------------------------------------------------

    pub(crate) fn node_record(&self) -> NodeRecord {
        self.node.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
    pub(crate) fn keep_node(&self, record: NodeRecord) {
        *self.node.write().unwrap_or_else(PoisonError::into_inner) = record;
    }

    /// Has the node no administrator yet?
    pub fn setup_pending(&self) -> bool {
        self.node.read().unwrap_or_else(PoisonError::into_inner).set_up_at.is_none()
    }

    /// A new one-time set-up token (128 bit); an older one is void from now on.
    ///
    /// # Errors
    /// The node is set up already, or the store fails.
    pub fn issue_setup_token(&self) -> Result<Secret, OpsError> {
        let token = secrets::token::<16>("")?;
        let hash = secrets::digest(token.expose());
        let record = self.write(move |w| {
            let mut record = w.find::<NodeRecord>(&())?.unwrap_or_default();
            if record.set_up_at.is_some() {
                return Err(OpsError::Refused(setup_over()));
            }
            record.setup_token_hash = Some(hash);
            record.setup_token_not_after = Some(w.now().plus(limits::SETUP_TOKEN_LIFE));
            w.audit(entry_by(Actor::System, audit::SETUP_TOKEN_ISSUED, None))?;
            w.put(&record.clone())?;
            Ok(record)
        })?;
        self.keep_node(record);
        Ok(token)
    }

    /// Is that the set-up token in force?
    pub fn setup_token_valid(&self, token: &str) -> bool {
        token_fits(&self.node_record(), &secrets::digest(token), self.clock.now())
    }

    /// Sets the node up: its first administrator, its name, area and language; signs the administrator in.
    ///
    /// # Errors
    /// [`OpsError::Refused`] if the token is not (or no longer) good, [`OpsError::Invalid`] with every field at fault.
    pub fn complete_setup(
        &self,
        token: &str,
        form: SetupForm,
        address: IpAddr,
        agent: &str,
    ) -> Result<SignedIn, OpsError> {
        let digest = secrets::digest(token);
        let now = self.clock.now();
        if !token_fits(&self.node_record(), &digest, now) {
            return Err(OpsError::Refused(setup_over()));
        }
        let mut faults = Vec::new();
        let draft =
            AccountDraft { display_name: form.display_name, ..AccountDraft::new(form.account, Role::Administrator) };
        let draft = account::decide_account(&draft).map_err(|all| {
            faults.extend(
                all.into_iter().map(|f| FieldFault { field: if f.field == "name" { "account" } else { f.field }, ..f }),
            );
        });
        let place =
            node::decide_node(&form.node_name, form.area.as_deref().unwrap_or("")).map_err(|f| faults.extend(f));
        let name = draft.as_ref().map_or("", |d| d.name.as_str());
        let display = draft.as_ref().map_or("", |d| d.display_name.as_str());
        let related = [form.node_name.as_str(), display];
        if let Err(f) =
            password::decide_password(&self.policy.password, "password", form.password.expose(), name, &related)
        {
            faults.push(f);
        }
        let (Ok(draft), Ok((node_name, area)), true) = (draft, place, faults.is_empty()) else {
            return Err(OpsError::Invalid(faults));
        };
        let (mut account, password) = self.new_account(draft, &form.password, now)?;
        account.language = Some(form.language);
        account.last_sign_in_at = Some(now);
        let origin = Origin::new(address, agent);
        let (session, cookie) = new_session(account.id, &origin, false, now)?;
        let browser = secrets::token::<16>("")?;
        let tried = Tried { ok: true, why: "", second_factor: false, browser: Some(secrets::digest(browser.expose())) };
        let keep = self.policy.accounts.history_days;
        let caller = Caller::new(account.clone(), By::Session(session.id), Some(address.to_canonical()));
        let by = caller.address_text();
        let record = self.write(move |w| {
            let mut record = w.find::<NodeRecord>(&())?.unwrap_or_default();
            if !token_fits(&record, &digest, w.now()) {
                return Err(OpsError::Refused(setup_over()));
            }
            record = NodeRecord { name: node_name, area, language: form.language, ..record };
            (record.set_up_at, record.setup_token_hash, record.setup_token_not_after) = (Some(w.now()), None, None);
            w.audit(
                on_account(entry_by(Actor::Setup, audit::SETUP_DONE, by.clone()), &account)
                    .fact("node", record.name.as_str())
                    .fact("area", record.area.as_str()),
            )?;
            w.audit(entry_by(account_actor(&account), audit::SIGN_IN_OK, by).fact("agent", session.agent.as_str()))?;
            history::note(w, &account, &tried, &origin, keep)?;
            put_account(w, account, password)?;
            w.put(&session)?;
            w.put(&record.clone())?;
            Ok(record)
        })?;
        self.keep_node(record);
        self.tell();
        self.tell_accounts();
        Ok(SignedIn { token: cookie, caller, browser: Some(browser) })
    }

    /// Adds an account without asking who may: for the demo and for commands on the machine. An administrator completes
    /// a pending set-up.
    ///
    /// # Errors
    /// As for adding an account.
    pub fn bootstrap_account(
        &self,
        name: &str,
        display_name: &str,
        role: Role,
        secret: &Secret,
    ) -> Result<Account, OpsError> {
        let draft = AccountDraft { display_name: display_name.to_owned(), ..AccountDraft::new(name, role) };
        self.add_by_machine(draft, secret, if self.config.demo { Caller::system() } else { Caller::cli() })
    }

    pub(crate) fn add_by_machine(&self, draft: AccountDraft, secret: &Secret, by: Caller) -> Result<Account, OpsError> {
        let draft = account::decide_account(&draft)?;
        self.fits(&by, draft.role, &draft.details)?;
        let related = [draft.display_name.as_str()];
        password::decide_password(&self.policy.password, "password", secret.expose(), &draft.name, &related)?;
        let (account, password) = self.new_account(draft, secret, self.clock.now())?;
        let (account, record) = self.write(move |w| {
            let mut record = w.find::<NodeRecord>(&())?.unwrap_or_default();
            crate::accounts::room_for(w, &account.name)?;
            let role = account.role.as_str();
            w.audit(on_account(entry(&by, audit::ACCOUNT_ADDED), &account).change("role", None, Some(role)))?;
            if record.set_up_at.is_none() && account.role == Role::Administrator {
                (record.set_up_at, record.setup_token_hash, record.setup_token_not_after) = (Some(w.now()), None, None);
                w.audit(on_account(entry(&by, audit::SETUP_DONE), &account))?;
                w.put(&record.clone())?;
            }
            put_account(w, account.clone(), password)?;
            Ok((account, record))
        })?;
        self.keep_node(record);
        self.tell_accounts();
        Ok(account)
    }

    pub(crate) fn new_account(
        &self,
        draft: AccountDraft,
        secret: &Secret,
        now: WallTime,
    ) -> Result<(Account, PasswordRecord), OpsError> {
        let (ms, random) = secrets::id_parts(now)?;
        let mut account =
            Account::new(AccountId::from_parts(ms, random), draft.name, draft.display_name, draft.role, now);
        account.kind = draft.kind;
        draft.details.put(&mut account);
        let hash = self.passwords.hash(secret)?;
        let password = PasswordRecord::new(account.id, hash);
        Ok((account, password))
    }
}

fn token_fits(record: &NodeRecord, digest: &str, now: WallTime) -> bool {
    let in_time = record.set_up_at.is_none() && record.setup_token_not_after.is_some_and(|t| now < t);
    let same = record.setup_token_hash.as_deref().is_some_and(|h| secrets::same(h, digest));
    in_time && same
}

fn setup_over() -> Refusal {
    Refusal {
        article: None,
        said: Said::new(
            "Địa chỉ thiết lập này không đúng, đã hết hạn hoặc đã được dùng.",
            "This set-up address is wrong, has expired or has been used.",
        ),
        who_can_help: Said::new(
            "Nếu nút chưa được thiết lập, hãy khởi động lại nút để nhận địa chỉ mới; nếu đã thiết lập, hãy đăng nhập.",
            "If the node is not set up yet, restart it for a new address; if it is, sign in.",
        ),
    }
}

/// Stores an account and its password.
pub(crate) fn put_account(w: &mut WriteTx<'_>, account: Account, password: PasswordRecord) -> Result<(), OpsError> {
    w.put(&account)?;
    w.put(&password)?;
    Ok(())
}
