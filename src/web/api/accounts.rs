//! `/api/v1/accounts`, for administrators.

use crate::body::Json;
use crate::office::{self, AccountChange};
use crate::problem::{Failure, Problem};
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::{HttpResponse, web};
use base::{AccountId, Said};
use domain::Account;
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
    /// `administrator`, `operator` or `viewer`.
    pub role: &'static str,
    /// Unit.
    pub unit: Option<String>,
    /// When it was made, RFC 3339 UTC.
    pub created_at: String,
    /// Since when it is disabled, if it is.
    pub disabled_at: Option<String>,
    /// Last sign-in.
    pub last_sign_in_at: Option<String>,
    /// Must the password be changed at the next sign-in?
    pub must_change_password: bool,
    /// The one-time password, only in the answer to the request that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_once: Option<String>,
}

/// All accounts.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountsBody {
    /// The accounts, by name.
    pub items: Vec<AccountBody>,
}

/// A new account. The node makes its one-time password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    /// Sign-in name.
    pub name: String,
    /// Display name; the sign-in name if left out.
    pub display_name: Option<String>,
    /// `administrator`, `operator` or `viewer`.
    pub role: String,
    /// Unit.
    pub unit: Option<String>,
}

/// One change at a time.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountWish {
    /// `administrator`, `operator` or `viewer`.
    pub role: Option<String>,
    /// `true` disables the account and ends its sign-ins, tokens and views; `false` enables it.
    pub disabled: Option<bool>,
    /// `true` makes a new one-time password.
    pub reset_password: Option<bool>,
}

fn body(account: Account) -> AccountBody {
    AccountBody {
        id: account.id.to_string(),
        name: account.name,
        display_name: account.display_name,
        role: office::role_word(account.role).as_str(),
        unit: account.unit,
        created_at: account.created_at.rfc3339(),
        disabled_at: account.disabled_at.map(base::WallTime::rfc3339),
        last_sign_in_at: account.last_sign_in_at.map(base::WallTime::rfc3339),
        must_change_password: account.must_change_password,
        password_once: None,
    }
}

/// All accounts
#[utoipa::path(get, path = "/api/v1/accounts", tag = "accounts", operation_id = "accounts_list",
    responses((status = 200, body = AccountsBody),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub async fn list(state: web::Data<WebState>, who: SignedIn) -> Result<HttpResponse, Failure> {
    let items = office::accounts(&state, &who).await?.into_iter().map(body).collect();
    Ok(HttpResponse::Ok().json(AccountsBody { items }))
}

/// Adds an account; the answer holds its one-time password
#[utoipa::path(post, path = "/api/v1/accounts", tag = "accounts", operation_id = "account_add",
    request_body = NewAccount,
    responses((status = 201, body = AccountBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json")))]
pub async fn add(state: web::Data<WebState>, who: SignedIn, new: Json<NewAccount>) -> Result<HttpResponse, Failure> {
    let new = new.0;
    let role = office::role_word(office::role_of(&new.role)?);
    let form = AddAccountForm {
        display_name: new.display_name.unwrap_or_else(|| new.name.clone()),
        name: new.name,
        role,
        unit: new.unit.unwrap_or_default(),
    };
    let (account, password) = office::add_account(&state, &who, &form).await?;
    let mut body = body(account);
    body.password_once = Some(password.expose().to_owned());
    Ok(HttpResponse::Created().json(body))
}

/// Changes an account's role, disables or enables it, or makes a new one-time password
#[utoipa::path(patch, path = "/api/v1/accounts/{id}", tag = "accounts", operation_id = "account_change",
    params(("id" = String, Path, description = "Account id")),
    request_body = AccountWish,
    responses((status = 200, body = AccountBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json")))]
pub async fn change(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
    wish: Json<AccountWish>,
) -> Result<HttpResponse, Failure> {
    let id: AccountId = id.parse().map_err(|()| Failure::not_found())?;
    let change = match wish.0 {
        AccountWish { role: Some(role), disabled: None, reset_password: None } => {
            AccountChange::Role(office::role_of(&role)?)
        }
        AccountWish { role: None, disabled: Some(true), reset_password: None } => AccountChange::Disable,
        AccountWish { role: None, disabled: Some(false), reset_password: None } => AccountChange::Enable,
        AccountWish { role: None, disabled: None, reset_password: Some(true) } => {
            let (account, password) = office::reset_password(&state, &who, id).await?;
            let mut body = body(account);
            body.password_once = Some(password.expose().to_owned());
            return Ok(HttpResponse::Ok().json(body));
        }
        _ => {
            return Err(Failure::new(
                crate::problem::INVALID,
                Said::new(
                    "Gửi đúng một thay đổi: role, disabled hoặc reset_password.",
                    "Send exactly one change: role, disabled or reset_password.",
                ),
            ));
        }
    };
    let account = office::change_account(&state, &who, id, change).await?;
    Ok(HttpResponse::Ok().json(body(account)))
}
