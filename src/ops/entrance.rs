//! The way in: set-up, signing in and out.
//!
//! Not here: recognising whoever has come in (`recognise`).

use crate::caller::By;
use crate::office::{entry, entry_by, lock, on_account};
use crate::own::Ended;
use crate::{Caller, Ops, OpsError, secrets};
use base::{AccountId, Language, LoginSessionId, Said, Secret, WallTime, limits};
use domain::{
    Account, AccountDraft, Actor, Extra, FieldFault, LoginSession, NodeRecord, PasswordRecord, Refusal, Role, account,
    audit, node, password, text,
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

/// A sign-in that has succeeded.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// For the cookie; nobody else ever sees it.
    pub token: Secret,
    /// Who it is.
    pub caller: Caller,
}

/// Longest text kept of what a browser calls itself, in bytes.
const AGENT_BYTES_MAX: usize = 200;

/// A sign-in about to be stored, with its token.
fn new_session(id: AccountId, address: IpAddr, agent: &str, now: WallTime) -> Result<(LoginSession, Secret), OpsError> {
    let token = secrets::token::<32>("")?;
    let (ms, random) = secrets::id_parts(now)?;
    let agent: String = agent.chars().filter(|c| !c.is_control()).collect();
    let session = LoginSession {
        id: LoginSessionId::from_parts(ms, random),
        account: id,
        token_hash: secrets::digest(token.expose()),
        created_at: now,
        address: Some(address.to_canonical().to_string()),
        agent: text::cut(&agent, AGENT_BYTES_MAX),
        extra: Extra::new(),
    };
    Ok((session, token))
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
            AccountDraft { name: form.account, display_name: form.display_name, role: Role::Administrator, unit: None };
        let draft = account::decide_account(&draft).map_err(|all| {
            faults.extend(
                all.into_iter().map(|f| FieldFault { field: if f.field == "name" { "account" } else { f.field }, ..f }),
            );
        });
        let place =
            node::decide_node(&form.node_name, form.area.as_deref().unwrap_or("")).map_err(|f| faults.extend(f));
        let name = draft.as_ref().map_or("", |d| d.name.as_str());
        let related = [form.node_name.as_str()];
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
        let (session, cookie) = new_session(account.id, address, agent, now)?;
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
            let me = Actor::Account { id: account.id, name: account.name.clone() };
            w.audit(entry_by(me, audit::SIGN_IN_OK, by).fact("agent", session.agent.as_str()))?;
            put_account(w, account, password)?;
            w.put(&session)?;
            w.put(&record.clone())?;
            Ok(record)
        })?;
        self.keep_node(record);
        self.tell();
        self.tell_accounts();
        Ok(SignedIn { token: cookie, caller })
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
        let draft = AccountDraft { name: name.to_owned(), display_name: display_name.to_owned(), role, unit: None };
        self.add_by_machine(draft, secret, if self.config.demo { Caller::system() } else { Caller::cli() })
    }

    pub(crate) fn add_by_machine(&self, draft: AccountDraft, secret: &Secret, by: Caller) -> Result<Account, OpsError> {
        let draft = account::decide_account(&draft)?;
        password::decide_password(&self.policy.password, "password", secret.expose(), &draft.name, &[])?;
        let (account, password) = self.new_account(draft, secret, self.clock.now())?;
        let (account, record) = self.write(move |w| {
            let mut record = w.find::<NodeRecord>(&())?.unwrap_or_default();
            crate::accounts::room_for(w, &account.name)?;
            let role = account.role.as_str();
            w.audit(on_account(entry(&by, audit::ACCOUNT_ADDED), &account).fact("role", role))?;
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
        account.unit = draft.unit;
        let hash = self.passwords.hash(secret)?;
        let password = PasswordRecord { account: account.id, hash, extra: Extra::new() };
        Ok((account, password))
    }

    // ---- signing in and out -----------------------------------------------------------------------------------------

    /// Signs in. Takes the same work whether the name is known or not, and never says which of the two was wrong.
    ///
    /// # Errors
    /// [`OpsError::SignInFailed`], [`OpsError::Locked`].
    pub fn sign_in(&self, name: &str, secret: &Secret, address: IpAddr, agent: &str) -> Result<SignedIn, OpsError> {
        let now = self.clock.now();
        if let Some(wait) = lock(&self.lockout).wait(name, address, now) {
            return Err(OpsError::Locked { wait });
        }
        let known = text::sign_in_name("name", name).ok();
        let found = match &known {
            Some(name) => self.read(|r| {
                let Some(account) = r.find_by::<Account>("name", name.as_bytes())? else { return Ok(None) };
                let hash = r.find::<PasswordRecord>(&account.id)?.map(|p| p.hash);
                Ok(Some((account, hash)))
            })?,
            None => None,
        };
        let hash = found.as_ref().and_then(|(_, h)| h.clone());
        let right = self.passwords.check(secret, hash.as_deref());
        let why = match &found {
            None => Some("unknown_name"),
            Some(_) if !right => Some("wrong_password"),
            Some((a, _)) if !a.enabled() => Some("disabled"),
            Some(_) => None,
        };
        match (found, why) {
            (Some((account, Some(hash))), None) => {
                let signed_in = self.begin_session(account, hash, address, agent, now)?;
                lock(&self.lockout).succeeded(name);
                Ok(signed_in)
            }
            (found, why) => {
                let account = found.map(|(a, _)| a);
                self.sign_in_failed(name, known, account, why.unwrap_or("no_password"), address)
            }
        }
    }

    fn sign_in_failed(
        &self,
        typed: &str,
        known: Option<String>,
        account: Option<Account>,
        why: &'static str,
        address: IpAddr,
    ) -> Result<SignedIn, OpsError> {
        let pause = lock(&self.lockout).failed(typed, address, self.clock.now());
        let by = Some(address.to_canonical().to_string());
        let mut failed = entry_by(Actor::Visitor, audit::SIGN_IN_FAILED, by.clone()).fact("reason", why);
        // What does not even look like a name is not kept: it may be a password in the wrong field.
        if let Some(name) = known {
            failed = failed.fact("name", name);
        }
        let mut entries = vec![failed];
        entries.extend(
            pause.map(|p| entry_by(Actor::Visitor, audit::SIGN_IN_LOCKED, by).fact("seconds", p.as_secs().to_string())),
        );
        self.write(move |w| {
            for mut e in entries {
                if let Some(a) = &account {
                    e = on_account(e, a);
                }
                w.audit(e)?;
            }
            Ok(())
        })?;
        Err(OpsError::SignInFailed)
    }

    fn begin_session(
        &self,
        account: Account,
        checked_hash: String,
        address: IpAddr,
        agent: &str,
        now: WallTime,
    ) -> Result<SignedIn, OpsError> {
        let (session, token) = new_session(account.id, address, agent, now)?;
        let by = By::Session(session.id);
        let (account, ended) = self.write(move |w| {
            // Meanwhile the account may have been disabled or its password reset.
            let Some(mut account) = w.find::<Account>(&account.id)? else {
                return Err(OpsError::SignInFailed);
            };
            let same = w.find::<PasswordRecord>(&account.id)?.is_some_and(|p| p.hash == checked_hash);
            if !account.enabled() || !same {
                return Err(OpsError::SignInFailed);
            }
            account.last_sign_in_at = Some(w.now());
            let ended = keep_session(w, &session)?;
            w.put(&account.clone())?;
            let me = Actor::Account { id: account.id, name: account.name.clone() };
            w.audit(entry_by(me, audit::SIGN_IN_OK, session.address.clone()).fact("agent", session.agent.as_str()))?;
            Ok((account, ended))
        })?;
        self.end_uses(&ended);
        lock(&self.used).note(by, now);
        let caller = self.as_stands(account, by).at(address);
        Ok(SignedIn { token, caller })
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
