//! Accounts, sign-ins and tokens.

use super::{account_id, ask};
use crate::body::Fields;
use crate::problem::Failure;
use crate::state::WebState;
use crate::visitor::SignedIn;
use base::{AccountId, Language, LoginSessionId, Said, Secret, TokenId, limits};
use domain::{Account, AccountDetails, AccountKind, Act, Role, Scope, TokenLimit, presets};
use ops::{
    AccountCounts, AccountFilter, AccountInfo, AccountPage, AccountSort, AccountStep, NewAccount, Ops, TokenWish,
};
use templates::views::{
    self, AccountRow, AccountsFilter, AddAccountForm, SignInEventRow, SignInRow, TokenForm, TokenRow,
};

/// Longest list of names of units that a page suggests.
const UNITS_SUGGESTED_MAX: usize = 2_000;

/// Reads a filter as it stands in an address.
pub fn account_filter(state: &WebState, f: &AccountsFilter) -> Result<AccountFilter, Failure> {
    let text = |t: &str| Some(t.trim().to_owned()).filter(|t| !t.is_empty());
    let unit = match text(&f.unit) {
        Some(unit) => Some(state.ops.registers().unit_by(&unit).map_err(|f| Failure::invalid("unit", f.said))?),
        None => None,
    };
    let mut filter = AccountFilter {
        q: text(&f.q),
        unit,
        role: Role::parse(&f.role),
        kind: AccountKind::parse(&f.kind),
        sort: AccountSort::parse(&f.sort).unwrap_or_default(),
        limit: limits::PAGE_ROWS_DEFAULT,
        ..AccountFilter::default()
    };
    match f.state.as_str() {
        "idle" => filter.idle = true,
        "no_second_factor" => filter.without_second_factor = true,
        "enabled" => filter.enabled = Some(true),
        "disabled" => filter.enabled = Some(false),
        _ => {}
    }
    Ok(filter)
}

/// The filter of an address, as text.
pub fn accounts_filter(asked: &Fields) -> AccountsFilter {
    let text = |name: &str| asked.text(name).trim().to_owned();
    AccountsFilter {
        q: text("q"),
        unit: text("unit"),
        role: text("role"),
        kind: text("kind"),
        state: text("state"),
        sort: text("sort"),
    }
}

/// A page of accounts.
pub async fn accounts(state: &WebState, who: &SignedIn, filter: AccountFilter) -> Result<AccountPage, Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| ops.list_accounts(&caller, &filter)).await
}

/// How many people and how many services have an account that is enabled.
pub async fn accounts_by_kind(state: &WebState, who: &SignedIn) -> Result<(usize, usize), Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| {
        let of = |kind| {
            let filter = AccountFilter { kind: Some(kind), enabled: Some(true), limit: 1, ..AccountFilter::default() };
            ops.list_accounts(&caller, &filter).map(|page| page.total)
        };
        Ok((of(AccountKind::Person)?, of(AccountKind::Service)?))
    })
    .await
}

/// How many accounts need attention.
pub async fn account_counts(state: &WebState, who: &SignedIn) -> Result<AccountCounts, Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| ops.account_counts(&caller)).await
}

/// All accounts of a filter as CSV.
pub async fn export_accounts(state: &WebState, who: &SignedIn, filter: AccountFilter) -> Result<Vec<u8>, Failure> {
    let (caller, language) = (who.caller.clone(), who.visitor.language);
    Ok(ask(state, move |ops| ops.export_accounts(&caller, &filter, language)).await?.0)
}

/// One account.
pub async fn one_account(state: &WebState, who: &SignedIn, id: AccountId) -> Result<Account, Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| ops.account(&caller, id)).await
}

/// Roles that the caller may give.
pub fn roles_to_give(who: &SignedIn) -> Vec<Role> {
    let own = who.caller.account.role;
    Role::ALL.into_iter().filter(|role| presets::may_appoint(own, *role)).collect()
}

/// Names of the units that are active, for suggestions.
pub fn unit_names(state: &WebState) -> Vec<String> {
    let book = state.ops.registers();
    let mut names: Vec<String> = book.units().filter(|u| u.ended_on.is_none()).map(|u| u.name.clone()).collect();
    names.sort();
    names.truncate(UNITS_SUGGESTED_MAX);
    names
}

/// An account as a page shows it.
pub fn account_row(who: &SignedIn, info: &AccountInfo) -> AccountRow {
    let a = &info.account;
    let given = |t: &Option<String>| t.clone().unwrap_or_default();
    AccountRow {
        id: a.id.to_string(),
        name: a.name.clone(),
        display_name: a.display_name.clone(),
        role: a.role,
        service: a.is_service(),
        unit: info.unit.clone(),
        title: given(&a.title),
        phone: given(&a.phone),
        email: given(&a.email),
        disabled_at: a.disabled_at,
        must_change_password: a.must_change_password,
        used_at: info.used_at,
        idle: info.idle,
        second_factor: a.second_factor_since.is_some(),
        created_at: a.created_at,
        own: a.id == who.caller.account.id,
        revision: a.revision,
    }
}

fn details(ops: &Ops, form: &AddAccountForm) -> AccountDetails {
    let given = |t: &str| Some(t.trim().to_owned()).filter(|t| !t.is_empty());
    let details = AccountDetails {
        title: given(&form.title),
        phone: given(&form.phone),
        email: given(&form.email),
        ..AccountDetails::default()
    };
    ops.details_with_unit(details, &form.unit)
}

/// Adds an account; a person's comes with its one-time password.
pub async fn add_account(
    state: &WebState,
    who: &SignedIn,
    form: &AddAccountForm,
) -> Result<(Account, Option<Secret>), Failure> {
    let (caller, form) = (who.caller.clone(), form.clone());
    ask(state, move |ops| {
        let new = NewAccount {
            name: form.name.clone(),
            display_name: form.display_name.clone(),
            role: form.role,
            kind: if form.service { AccountKind::Service } else { AccountKind::Person },
            details: details(ops, &form),
        };
        ops.add_account(&caller, new)
    })
    .await
}

/// Changes what is kept of an account.
pub async fn change_details(
    state: &WebState,
    who: &SignedIn,
    id: AccountId,
    form: &AddAccountForm,
    revision: Option<u64>,
) -> Result<Account, Failure> {
    let (caller, form) = (who.caller.clone(), form.clone());
    ask(state, move |ops| {
        let change = ops::AccountChange {
            display_name: Some(form.display_name.clone()),
            details: Some(details(ops, &form)),
            revision,
        };
        ops.change_account(&caller, id, change)
    })
    .await
}

/// Another role, disabled, or enabled again; as it was seen, where that is said.
pub async fn change_account(
    state: &WebState,
    who: &SignedIn,
    id: AccountId,
    step: AccountStep,
    seen: Option<u64>,
) -> Result<Account, Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| ops.step_account(&caller, id, step, seen)).await
}

/// A new one-time password for an account.
pub async fn reset_password(state: &WebState, who: &SignedIn, id: AccountId) -> Result<(Account, Secret), Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| ops.reset_password(&caller, id)).await
}

/// Takes an account's second factor away.
pub async fn reset_second_factor(
    state: &WebState,
    who: &SignedIn,
    id: AccountId,
    reason: String,
) -> Result<Account, Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| ops.reset_second_factor(&caller, id, &reason)).await
}

/// The caller's sign-ins, newest first.
pub async fn sign_ins(state: &WebState, who: &SignedIn) -> Result<Vec<SignInRow>, Failure> {
    let caller = who.caller.clone();
    let own = who.caller.session;
    let list = ask(state, move |ops| ops.sessions_of(&caller)).await?;
    Ok(list
        .into_iter()
        .map(|s| SignInRow {
            current: Some(s.id) == own,
            id: s.id.to_string(),
            began_at: s.began_at,
            used_at: s.used_at,
            address: s.address.unwrap_or_default(),
            agent: s.agent.unwrap_or_default(),
        })
        .collect())
}

fn history_row(e: domain::SignInEvent) -> SignInEventRow {
    SignInEventRow {
        at: e.at,
        ok: e.ok,
        reason: e.reason,
        address: e.address,
        agent: e.agent,
        second_factor: e.second_factor,
        new_network: e.new_network,
    }
}

/// Sign-ins and failures of the caller's account, or of another's; newest first.
pub async fn history(state: &WebState, who: &SignedIn, id: Option<AccountId>) -> Result<Vec<SignInEventRow>, Failure> {
    let caller = who.caller.clone();
    let events = ask(state, move |ops| match id {
        Some(id) => ops.sign_in_history_of(&caller, id),
        None => ops.sign_in_history(&caller),
    });
    Ok(events.await?.into_iter().map(history_row).collect())
}

/// Days that a history reaches back.
pub fn history_days(state: &WebState) -> u32 {
    state.ops.policy().accounts.history_days
}

/// The person has seen the notice of a sign-in from a new network.
pub async fn sign_in_seen(state: &WebState, who: &SignedIn) -> Result<(), Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| ops.acknowledge_strange_sign_in(&caller)).await
}

/// Ends one of the caller's sign-ins.
pub async fn end_sign_in(state: &WebState, who: &SignedIn, id: LoginSessionId) -> Result<(), Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| ops.end_session(&caller, id)).await?;
    state.hub.sign_in_ended();
    Ok(())
}

// ---- tokens -------------------------------------------------------------------------------------------------------------

/// What a limit takes away, in words.
fn limit_words(state: &WebState, limit: Option<&TokenLimit>, language: Language) -> Vec<String> {
    let Some(limit) = limit else { return Vec::new() };
    let book = state.ops.registers();
    let mut out = Vec::new();
    if let Some(acts) = &limit.acts {
        out.push(acts.iter().map(|act| act.said().of(language).to_owned()).collect::<Vec<_>>().join(", "));
    }
    if let Some(scope) = &limit.scope {
        out.extend(scope.areas.iter().map(|area| book.area_name(*area)));
        out.extend(scope.units.iter().map(|unit| book.unit_name(*unit).to_owned()));
        if !scope.cameras.is_empty() {
            out.push(format!("{} camera", scope.cameras.len()));
        }
    }
    if !limit.networks.is_empty() {
        out.push(limit.networks.join(", "));
    }
    out
}

fn token_row(state: &WebState, t: ops::TokenInfo, language: Language) -> TokenRow {
    TokenRow {
        limit: limit_words(state, t.limit.as_ref(), language),
        id: t.id.to_string(),
        label: t.label,
        created_at: t.created_at,
        expires_at: t.expires_at,
        used_at: t.used_at,
    }
}

/// The caller's tokens, or another account's, as `ops` tells of them.
pub async fn token_infos(
    state: &WebState,
    who: &SignedIn,
    id: Option<AccountId>,
) -> Result<Vec<ops::TokenInfo>, Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| match id {
        Some(id) => ops.list_tokens_of(&caller, id),
        None => ops.list_tokens(&caller),
    })
    .await
}

/// The caller's tokens, or another account's.
pub async fn tokens(state: &WebState, who: &SignedIn, id: Option<AccountId>) -> Result<Vec<TokenRow>, Failure> {
    let infos = token_infos(state, who, id).await?;
    Ok(infos.into_iter().map(|t| token_row(state, t, who.visitor.language)).collect())
}

/// What a form for a token of that role offers.
pub fn token_form(state: &WebState, role: Role, language: Language) -> TokenForm {
    let policy = &state.ops.policy().tokens;
    let acts = Act::ALL.into_iter().filter(|act| domain::decide(role, *act).allowed());
    TokenForm {
        days_default: policy.days_default,
        days_max: policy.days_max,
        acts: acts.map(|act| (act.as_str().to_owned(), act.said().of(language).to_owned())).collect(),
    }
}

/// Reads the limit of a token from a form: networks, areas by name or code, cameras by code, ticked acts.
pub async fn token_limit(state: &WebState, who: &SignedIn, form: &Fields) -> Result<TokenLimit, Failure> {
    let acts: Vec<Act> = Act::ALL.into_iter().filter(|act| form.ticked(&format!("act_{}", act.as_str()))).collect();
    let areas = form.text("areas").split(';').map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned).collect();
    let cameras = domain::network::split(form.text("cameras"));
    let scope = scope_of(state, who, areas, cameras).await?;
    Ok(TokenLimit {
        acts: (!acts.is_empty()).then_some(acts),
        scope,
        networks: domain::network::split(form.text("networks")),
    })
}

/// The scope that names of areas and codes of cameras mean; none if there are neither.
pub async fn scope_of(
    state: &WebState,
    who: &SignedIn,
    areas: Vec<String>,
    cameras: Vec<String>,
) -> Result<Option<Scope>, Failure> {
    if areas.is_empty() && cameras.is_empty() {
        return Ok(None);
    }
    let book = state.ops.registers();
    let mut scope = Scope::default();
    for area in &areas {
        scope.areas.push(book.area_by(area).map_err(|f| Failure::invalid("areas", f.said))?);
    }
    let caller = who.caller.clone();
    let found = ask(state, move |ops| {
        Ok(cameras.into_iter().map(|code| (ops.camera(&caller, &code).ok().map(|c| c.id), code)).collect::<Vec<_>>())
    });
    for (id, code) in found.await? {
        let shown: String = code.chars().take(60).collect();
        let said = || Said::new(format!("Không có camera “{shown}”."), format!("There is no camera “{shown}”."));
        scope.cameras.push(id.ok_or_else(|| Failure::invalid("cameras", said()))?);
    }
    Ok(Some(scope))
}

/// Issues a token to the caller's account, or to another's.
pub async fn issue_token(
    state: &WebState,
    who: &SignedIn,
    id: Option<AccountId>,
    wish: TokenWish,
) -> Result<(ops::TokenInfo, Secret), Failure> {
    let caller = who.caller.clone();
    let account = id.unwrap_or_else(|| account_id(&who.caller));
    ask(state, move |ops| ops.issue_token(&caller, account, wish)).await
}

/// Revokes a token: one's own, or of an account that the caller manages.
pub async fn revoke_token(state: &WebState, who: &SignedIn, id: TokenId) -> Result<(), Failure> {
    let caller = who.caller.clone();
    ask(state, move |ops| ops.revoke_token(&caller, id)).await?;
    state.hub.sign_in_ended();
    Ok(())
}

/// An empty form for an account.
pub fn empty_account_form() -> AddAccountForm {
    AddAccountForm {
        name: String::new(),
        display_name: String::new(),
        role: views::Role::Viewer,
        service: false,
        unit: String::new(),
        title: String::new(),
        phone: String::new(),
        email: String::new(),
    }
}

/// The form for an account as it was sent.
pub fn account_form(form: &Fields, role: Role) -> AddAccountForm {
    let text = |name: &str| form.text(name).trim().to_owned();
    AddAccountForm {
        name: text("name"),
        display_name: text("display_name"),
        role,
        service: form.ticked("service"),
        unit: text("unit"),
        title: text("title"),
        phone: text("phone"),
        email: text("email"),
    }
}
