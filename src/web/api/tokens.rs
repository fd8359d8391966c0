//! `/api/v1/tokens`: bearer tokens of the caller's own account.

use crate::body::Json;
use crate::office;
use crate::problem::{Failure, Problem};
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use templates::views::TokenRow;
use utoipa::ToSchema;

/// One token; never the token itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenBody {
    /// Id, for revoking it.
    pub id: String,
    /// What it was called.
    pub label: String,
    /// When it was issued, RFC 3339 UTC.
    pub created_at: String,
    /// When it ends.
    pub expires_at: Option<String>,
    /// When it was last used.
    pub used_at: Option<String>,
    /// The token, only in the answer that issues it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// All tokens of the caller.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokensBody {
    /// The tokens.
    pub items: Vec<TokenBody>,
}

/// A new token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// What it is for.
    pub label: Option<String>,
    /// Days that it is good; 90 if left out.
    pub days: Option<u32>,
}

fn body(row: TokenRow) -> TokenBody {
    TokenBody {
        id: row.id,
        label: row.label,
        created_at: row.created_at.rfc3339(),
        expires_at: row.expires_at.map(base::WallTime::rfc3339),
        used_at: row.used_at.map(base::WallTime::rfc3339),
        token: None,
    }
}

/// The caller's tokens
#[utoipa::path(get, path = "/api/v1/tokens", tag = "tokens", operation_id = "tokens_list",
    responses((status = 200, body = TokensBody),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
pub async fn list(state: web::Data<WebState>, who: SignedIn) -> Result<HttpResponse, Failure> {
    let items = office::tokens(&state, &who).await?.into_iter().map(body).collect();
    Ok(HttpResponse::Ok().json(TokensBody { items }))
}

/// Issues a token; the answer holds it, this once
#[utoipa::path(post, path = "/api/v1/tokens", tag = "tokens", operation_id = "token_issue",
    request_body = NewToken,
    responses((status = 201, body = TokenBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub async fn issue(state: web::Data<WebState>, who: SignedIn, new: Json<NewToken>) -> Result<HttpResponse, Failure> {
    let (row, token) =
        office::issue_token(&state, &who, new.0.label.unwrap_or_default(), new.0.days.unwrap_or(90)).await?;
    let mut body = body(row);
    body.token = Some(token.expose().to_owned());
    Ok(HttpResponse::Created().json(body))
}

/// Revokes a token of the caller
#[utoipa::path(delete, path = "/api/v1/tokens/{id}", tag = "tokens", operation_id = "token_revoke",
    params(("id" = String, Path, description = "Token id")),
    responses((status = 204, description = "Revoked"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn revoke(state: web::Data<WebState>, who: SignedIn, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    let id = id.parse().map_err(|()| Failure::not_found())?;
    office::revoke_token(&state, &who, id).await?;
    Ok(HttpResponse::NoContent().finish())
}
