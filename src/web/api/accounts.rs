//! `/api/v1/accounts`, for those who manage them: administrators all, a unit's administrator those of the unit.

use super::registers::stale;
use crate::api::me::{SignInEventBody, event_body};
use crate::api::rights_bodies as b;
use crate::api::tokens::{NewToken, TokenBody, TokensBody};
use crate::body::{Asked, Json};
use crate::office;
use crate::problem::{self, Failure, Problem};
use crate::state::WebState;
use crate::visitor::{self, SignedIn};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use base::{AccountId, Said};
use domain::Account;
use ops::{AccountInfo, AccountStep};
use serde::{Deserialize, Serialize};
use templates::views::AddAccountForm;
use utoipa::ToSchema;

/// One account.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountBody {
    /// Id.
    pub id: String,
    /// Sign-in name.
    pub name: String,
    /// Display name.
    pub display_name: String,
    /// A role's name, for example `administrator` or `district_centre`.
    pub role: &'static str,
    /// `person` or `service`.
    pub kind: &'static str,
    /// Unit's name.
    pub unit: Option<String>,
    /// Id of the unit in the register, if it is one of it.
    pub unit_id: Option<String>,
    /// Position in the unit.
    pub title: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// When it was made, RFC 3339 UTC.
    pub created_at: String,
    /// Since when it is disabled, if it is.
    pub disabled_at: Option<String>,
    /// Last sign-in.
    pub last_sign_in_at: Option<String>,
    /// Last sign-in or use of a token; only in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used_at: Option<String>,
    /// Nobody has used it for the policy's days; only in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle: Option<bool>,
    /// Since when it has a second factor.
    pub second_factor_since: Option<String>,
    /// Must the password be changed at the next sign-in?
    pub must_change_password: bool,
    /// Counts its changes; also in the `ETag`.
    pub revision: u64,
    /// The one-time password, only in the answer to the request that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_once: Option<String>,
}

/// One page of accounts.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountsBody {
    /// The accounts.
    pub items: Vec<AccountBody>,
    /// Cursor of the next page.
    pub next: Option<String>,
    /// All that fit the filter.
    pub total: usize,
}

/// A new account. The node makes a person's one-time password; a service has none.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    /// Sign-in name.
    pub name: String,
    /// Display name; the sign-in name if left out.
    pub display_name: Option<String>,
    /// A role's name.
    pub role: String,
    /// `person` (if left out) or `service`.
    pub kind: Option<String>,
    /// Unit: id, code or name of the register; another text is kept as it is.
    pub unit: Option<String>,
    /// Position in the unit.
    pub title: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// E-mail.
    pub email: Option<String>,
}

/// One change at a time: `role`, `disabled` or `reset_password`; or any of the details together.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountWish {
    /// A role's name.
    pub role: Option<String>,
    /// `true` disables the account and ends its sign-ins, tokens and views; `false` enables it.
    pub disabled: Option<bool>,
    /// `true` makes a new one-time password.
    pub reset_password: Option<bool>,
    /// Display name.
    pub display_name: Option<String>,
    /// Unit; empty: none.
    pub unit: Option<String>,
    /// Position; empty: none.
    pub title: Option<String>,
    /// Telephone; empty: none.
    pub phone: Option<String>,
    /// E-mail; empty: none.
    pub email: Option<String>,
}

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonWish {
    /// Goes on record.
    pub reason: String,
}

/// Sign-ins and failures of an account.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignInEventsBody {
    /// Newest first.
    pub items: Vec<SignInEventBody>,
}

fn body(state: &WebState, account: Account) -> AccountBody {
    let unit = state.ops.unit_of(&account);
    AccountBody {
        id: account.id.to_string(),
        name: account.name,
        display_name: account.display_name,
        role: account.role.as_str(),
        kind: account.kind.as_str(),
        unit: Some(unit).filter(|u| !u.is_empty()),
        unit_id: account.unit_id.map(|u| u.to_string()),
        title: account.title,
        phone: account.phone,
        email: account.email,
        created_at: account.created_at.rfc3339(),
        disabled_at: account.disabled_at.map(base::WallTime::rfc3339),
        last_sign_in_at: account.last_sign_in_at.map(base::WallTime::rfc3339),
        used_at: None,
        idle: None,
        second_factor_since: account.second_factor_since.map(base::WallTime::rfc3339),
        must_change_password: account.must_change_password,
        revision: account.revision,
        password_once: None,
    }
}

fn row(state: &WebState, info: AccountInfo) -> AccountBody {
    let (used_at, idle) = (info.used_at.map(base::WallTime::rfc3339), Some(info.idle));
    AccountBody { used_at, idle, ..body(state, info.account) }
}

fn id_of(text: &str) -> Result<AccountId, Failure> {
    text.parse().map_err(|()| Failure::not_found())
}

fn tagged(mut response: actix_web::HttpResponseBuilder, body: AccountBody) -> HttpResponse {
    response.insert_header((header::ETAG, format!("\"r{}\"", body.revision))).json(body)
}

/// The revision in `If-Match`, if there is one.
fn if_match(req: &HttpRequest) -> Result<Option<u64>, Failure> {
    let Some(text) = visitor::header_text(req, header::IF_MATCH) else { return Ok(None) };
    let revision = text.trim().trim_matches('"').strip_prefix('r').and_then(|n| n.parse().ok());
    revision.map(Some).ok_or_else(|| {
        Failure::new(
            problem::CHANGED_MEANWHILE,
            Said::new("If-Match không phải ETag của tài khoản này.", "If-Match is not an ETag of this account."),
        )
    })
}

/// A page of the accounts that the caller manages
#[utoipa::path(get, path = "/api/v1/accounts", tag = "accounts", operation_id = "accounts_list",
    params(("q" = Option<String>, Query, description = "Search in names, unit, position, telephone, e-mail; diacritics do not matter"),
        ("unit" = Option<String>, Query, description = "Unit (id, code or name), with those below it"),
        ("role" = Option<String>, Query, description = "A role's name"),
        ("kind" = Option<String>, Query, description = "`person` or `service`"),
        ("state" = Option<String>, Query, description = "`enabled`, `disabled`, `idle` or `no_second_factor`"),
        ("sort" = Option<String>, Query, description = "`name`, `sign_in_name`, `role`, `unit`, `last_use` or `created`"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<usize>, Query, description = "Rows, 1 to 500; 50 if left out")),
    responses((status = 200, body = AccountsBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub async fn list(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let asked = asked.0;
    let mut filter = office::account_filter(&state, &office::accounts_filter(&asked))?;
    filter.limit = asked.page_rows()?;
    filter.cursor = asked.optional("cursor");
    let page = office::accounts(&state, &who, filter).await?;
    let items = page.items.into_iter().map(|info| row(&state, info)).collect();
    Ok(HttpResponse::Ok().json(AccountsBody { items, next: page.next, total: page.total }))
}

/// Adds an account; the answer holds a person's one-time password
#[utoipa::path(post, path = "/api/v1/accounts", tag = "accounts", operation_id = "account_add",
    request_body = NewAccount,
    responses((status = 201, body = AccountBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json")))]
pub async fn add(state: web::Data<WebState>, who: SignedIn, new: Json<NewAccount>) -> Result<HttpResponse, Failure> {
    let new = new.0;
    let service = match new.kind.as_deref() {
        None | Some("person") => false,
        Some("service") => true,
        Some(_) => {
            return Err(Failure::invalid(
                "kind",
                Said::new("kind là person hoặc service.", "kind is person or service."),
            ));
        }
    };
    let form = AddAccountForm {
        display_name: new.display_name.unwrap_or_else(|| new.name.clone()),
        name: new.name,
        role: office::role_of(&new.role)?,
        service,
        unit: new.unit.unwrap_or_default(),
        title: new.title.unwrap_or_default(),
        phone: new.phone.unwrap_or_default(),
        email: new.email.unwrap_or_default(),
    };
    let (account, password) = office::add_account(&state, &who, &form).await?;
    let mut body = body(&state, account);
    body.password_once = password.map(|p| p.expose().to_owned());
    Ok(tagged(HttpResponse::Created(), body))
}

/// One account
#[utoipa::path(get, path = "/api/v1/accounts/{id}", tag = "accounts", operation_id = "account_get",
    params(("id" = String, Path, description = "Account id")),
    responses((status = 200, body = AccountBody, headers(("ETag" = String, description = "Revision, for If-Match"))),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn get(state: web::Data<WebState>, who: SignedIn, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    let account = office::one_account(&state, &who, id_of(&id)?).await?;
    Ok(tagged(HttpResponse::Ok(), body(&state, account)))
}

/// Changes an account's details, its role, disables or enables it, or makes a new one-time password
///
/// With `If-Match`, only if nobody else has changed the account since.
#[utoipa::path(patch, path = "/api/v1/accounts/{id}", tag = "accounts", operation_id = "account_change",
    params(("id" = String, Path, description = "Account id"),
        ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    request_body = AccountWish,
    responses((status = 200, body = AccountBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 412, body = Problem, content_type = "application/problem+json")))]
pub async fn change(
    state: web::Data<WebState>,
    who: SignedIn,
    req: HttpRequest,
    id: web::Path<String>,
    wish: Json<AccountWish>,
) -> Result<HttpResponse, Failure> {
    let id = id_of(&id)?;
    let wish = wish.0;
    let details = [&wish.display_name, &wish.unit, &wish.title, &wish.phone, &wish.email].iter().any(|f| f.is_some());
    let seen = if_match(&req)?;
    let step = match (wish.role.as_deref(), wish.disabled, wish.reset_password, details) {
        (Some(role), None, None, false) => AccountStep::Role(office::role_of(role)?),
        (None, Some(true), None, false) => AccountStep::Disable,
        (None, Some(false), None, false) => AccountStep::Enable,
        (None, None, Some(true), false) => {
            let old = office::one_account(&state, &who, id).await?;
            if seen.is_some_and(|seen| seen != old.revision) {
                return Err(b::changed());
            }
            let (account, password) = office::reset_password(&state, &who, id).await?;
            let mut body = body(&state, account);
            body.password_once = Some(password.expose().to_owned());
            return Ok(tagged(HttpResponse::Ok(), body));
        }
        (None, None, None, true) => {
            let old = office::one_account(&state, &who, id).await?;
            let given = |new: Option<String>, old: &Option<String>| new.or_else(|| old.clone()).unwrap_or_default();
            let unit = old.unit_id.map_or_else(|| old.unit.clone(), |u| Some(u.to_string()));
            let form = AddAccountForm {
                name: old.name.clone(),
                display_name: wish.display_name.unwrap_or_else(|| old.display_name.clone()),
                role: old.role,
                service: old.is_service(),
                unit: given(wish.unit, &unit),
                title: given(wish.title, &old.title),
                phone: given(wish.phone, &old.phone),
                email: given(wish.email, &old.email),
            };
            // What was not sent is taken from what was just read: it must still be that.
            let revision = seen.unwrap_or(old.revision);
            let account = office::change_details(&state, &who, id, &form, Some(revision))
                .await
                .map_err(|f| if f.sort() == problem::CONFLICT { f.sorted(problem::CHANGED_MEANWHILE) } else { f })?;
            return Ok(tagged(HttpResponse::Ok(), body(&state, account)));
        }
        _ => {
            return Err(Failure::new(
                problem::INVALID,
                Said::new(
                    "Gửi đúng một thay đổi: role, disabled, reset_password, hoặc các thông tin của tài khoản.",
                    "Send exactly one change: role, disabled, reset_password, or details of the account.",
                ),
            ));
        }
    };
    let account = office::change_account(&state, &who, id, step, seen).await.map_err(stale)?;
    Ok(tagged(HttpResponse::Ok(), body(&state, account)))
}

/// Resets an account's second factor; its sign-ins and tokens end
#[utoipa::path(post, path = "/api/v1/accounts/{id}/second-factor/reset", tag = "accounts",
    operation_id = "account_second_factor_reset",
    params(("id" = String, Path, description = "Account id")),
    request_body = ReasonWish,
    responses((status = 200, body = AccountBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn reset_second_factor(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
    wish: Json<ReasonWish>,
) -> Result<HttpResponse, Failure> {
    let account = office::reset_second_factor(&state, &who, id_of(&id)?, wish.0.reason).await?;
    Ok(tagged(HttpResponse::Ok(), body(&state, account)))
}

/// Sign-ins and failures of an account, newest first
#[utoipa::path(get, path = "/api/v1/accounts/{id}/sign-in-history", tag = "accounts",
    operation_id = "account_sign_in_history",
    params(("id" = String, Path, description = "Account id")),
    responses((status = 200, body = SignInEventsBody),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn history(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let rows = office::history(&state, &who, Some(id_of(&id)?)).await?;
    Ok(HttpResponse::Ok().json(SignInEventsBody { items: rows.into_iter().map(event_body).collect() }))
}

/// Tokens of an account
#[utoipa::path(get, path = "/api/v1/accounts/{id}/tokens", tag = "accounts", operation_id = "account_tokens_list",
    params(("id" = String, Path, description = "Account id")),
    responses((status = 200, body = TokensBody),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn tokens(state: web::Data<WebState>, who: SignedIn, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    let infos = office::token_infos(&state, &who, Some(id_of(&id)?)).await?;
    Ok(HttpResponse::Ok().json(TokensBody { items: infos.into_iter().map(TokenBody::of).collect() }))
}

/// Issues a token to an account; the answer holds it, this once
///
/// It takes a sign-in on the pages (the cookie): no token makes further tokens.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/tokens", tag = "accounts", operation_id = "account_token_issue",
    params(("id" = String, Path, description = "Account id")),
    request_body = NewToken,
    responses((status = 201, body = TokenBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn issue_token(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
    new: Json<NewToken>,
) -> Result<HttpResponse, Failure> {
    let id = id_of(&id)?;
    let wish = new.0.wish(&state, &who).await?;
    let (info, token) = office::issue_token(&state, &who, Some(id), wish).await?;
    Ok(HttpResponse::Created().json(TokenBody { token: Some(token.expose().to_owned()), ..TokenBody::of(info) }))
}
