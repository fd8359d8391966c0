//! `/api/v1/tokens`: bearer tokens of the caller's own account.

use crate::body::Json;
use crate::office;
use crate::problem::{Failure, Problem};
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::{HttpResponse, web};
use base::Said;
use domain::{Act, Scope, TokenLimit};
use ops::{TokenInfo, TokenWish};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a token is limited to, within the rights of its account. What is left out takes nothing away.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenLimitBody {
    /// Only these acts, for example `see_catalogue`, `watch_live`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acts: Vec<String>,
    /// Only from these networks (CIDR or single addresses).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub networks: Vec<String>,
    /// Only cameras in these areas and below them: ids, codes or names when sent, ids in answers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub areas: Vec<String>,
    /// Only these cameras: codes or ids when sent, ids in answers. With `areas`, a camera must fit both.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cameras: Vec<String>,
}

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
    /// When it was last used; to the day, beyond a restart of the node.
    pub used_at: Option<String>,
    /// What it is limited to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<TokenLimitBody>,
    /// The token, only in the answer that issues it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

impl TokenBody {
    /// Of a token.
    pub fn of(t: TokenInfo) -> Self {
        let limit = t.limit.map(|l| {
            let scope = l.scope.unwrap_or_default();
            TokenLimitBody {
                acts: l.acts.unwrap_or_default().into_iter().map(|a| a.as_str().to_owned()).collect(),
                networks: l.networks,
                areas: scope.areas.iter().map(ToString::to_string).collect(),
                cameras: scope.cameras.iter().map(ToString::to_string).collect(),
            }
        });
        Self {
            id: t.id.to_string(),
            label: t.label,
            created_at: t.created_at.rfc3339(),
            expires_at: t.expires_at.map(base::WallTime::rfc3339),
            used_at: t.used_at.map(base::WallTime::rfc3339),
            limit,
            token: None,
        }
    }
}

/// All tokens of an account.
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
    /// Days that it is good; the policy's default (90) if left out.
    pub days: Option<u32>,
    /// What it is limited to.
    pub limit: Option<TokenLimitBody>,
}

impl NewToken {
    /// As a wish.
    pub async fn wish(self, state: &WebState, who: &SignedIn) -> Result<TokenWish, Failure> {
        let limit = self.limit.unwrap_or_default();
        let mut acts = Vec::with_capacity(limit.acts.len().min(Act::ALL.len()));
        for name in limit.acts.iter().take(100) {
            acts.push(Act::parse(name).ok_or_else(|| {
                let all = Act::ALL.map(Act::as_str).join(", ");
                Failure::invalid(
                    "acts",
                    Said::new(format!("Quyền là một trong: {all}."), format!("An act is one of: {all}.")),
                )
            })?);
        }
        let scope: Option<Scope> = office::scope_of(state, who, limit.areas, limit.cameras).await?;
        Ok(TokenWish {
            label: self.label.unwrap_or_default(),
            days: self.days,
            limit: TokenLimit { acts: (!acts.is_empty()).then_some(acts), scope, networks: limit.networks },
        })
    }
}

/// The caller's tokens
#[utoipa::path(get, path = "/api/v1/tokens", tag = "tokens", operation_id = "tokens_list",
    responses((status = 200, body = TokensBody),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
pub async fn list(state: web::Data<WebState>, who: SignedIn) -> Result<HttpResponse, Failure> {
    let items = office::token_infos(&state, &who, None).await?.into_iter().map(TokenBody::of).collect();
    Ok(HttpResponse::Ok().json(TokensBody { items }))
}

/// Issues a token; the answer holds it, this once
///
/// It takes a sign-in on the pages (the cookie) that went through all steps the account has: no token makes further tokens.
#[utoipa::path(post, path = "/api/v1/tokens", tag = "tokens", operation_id = "token_issue",
    request_body = NewToken,
    responses((status = 201, body = TokenBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub async fn issue(state: web::Data<WebState>, who: SignedIn, new: Json<NewToken>) -> Result<HttpResponse, Failure> {
    let wish = new.0.wish(&state, &who).await?;
    let (info, token) = office::issue_token(&state, &who, None, wish).await?;
    Ok(HttpResponse::Created().json(TokenBody { token: Some(token.expose().to_owned()), ..TokenBody::of(info) }))
}

/// Revokes a token of the caller, or of an account that the caller manages
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
