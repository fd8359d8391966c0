//! `/api/v1/sign-in-networks`: from where people sign in (A12.4).

use crate::body::Json;
use crate::office;
use crate::problem::{self, Failure, Problem};
use crate::state::WebState;
use crate::visitor::{self, SignedIn};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use base::Said;
use domain::{Role, SignInNetworks};
use ops::NetworksWish;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// One version of the rule.
#[derive(Debug, Serialize, ToSchema)]
pub struct NetworksBody {
    /// Number of the version; 0: none was ever set. Also in the `ETag`.
    pub version: u64,
    /// Since when, RFC 3339 UTC.
    pub since: Option<String>,
    /// Who set it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// For everybody whose role has no list of its own; empty: from anywhere.
    pub everyone: Vec<String>,
    /// For single roles, by name.
    pub roles: BTreeMap<String, Vec<String>>,
}

/// The rule in force and its history.
#[derive(Debug, Serialize, ToSchema)]
pub struct NetworksHistoryBody {
    /// The rule in force.
    pub current: NetworksBody,
    /// All versions, newest first.
    pub history: Vec<NetworksBody>,
    /// The address that this request came from.
    pub own_address: String,
}

/// Another rule.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NetworksWishBody {
    /// For everybody whose role has no list of its own; empty: from anywhere.
    pub everyone: Vec<String>,
    /// For single roles, by name.
    #[serde(default)]
    pub roles: BTreeMap<String, Vec<String>>,
    /// Why; goes on record.
    pub reason: String,
}

fn body(rule: &SignInNetworks) -> NetworksBody {
    NetworksBody {
        version: rule.version,
        since: (rule.version > 0).then(|| rule.since.rfc3339()),
        by: rule.by.clone(),
        reason: rule.reason.clone(),
        everyone: rule.everyone.clone(),
        roles: rule.roles.iter().map(|r| (r.role.as_str().to_owned(), r.networks.clone())).collect(),
    }
}

fn etag(version: u64) -> (header::HeaderName, String) {
    (header::ETAG, format!("\"r{version}\""))
}

/// The networks for signing in, with their history
#[utoipa::path(get, path = "/api/v1/sign-in-networks", tag = "accounts", operation_id = "sign_in_networks_get",
    responses((status = 200, body = NetworksHistoryBody, headers(("ETag" = String, description = "Version, for If-Match"))),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub async fn get(state: web::Data<WebState>, who: SignedIn) -> Result<HttpResponse, Failure> {
    let history = office::networks(&state, &who).await?;
    let current = history.first().cloned().unwrap_or_default();
    let answer = NetworksHistoryBody {
        current: body(&current),
        history: history.iter().map(body).collect(),
        own_address: who.visitor.address.to_string(),
    };
    Ok(HttpResponse::Ok().insert_header(etag(current.version)).json(answer))
}

/// Sets the networks for signing in; refused if the caller's own address would be outside
#[utoipa::path(put, path = "/api/v1/sign-in-networks", tag = "accounts", operation_id = "sign_in_networks_set",
    params(("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = NetworksWishBody,
    responses((status = 200, body = NetworksBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 412, body = Problem, content_type = "application/problem+json"),
        (status = 428, body = Problem, content_type = "application/problem+json")))]
pub async fn set(
    state: web::Data<WebState>,
    who: SignedIn,
    req: HttpRequest,
    wish: Json<NetworksWishBody>,
) -> Result<HttpResponse, Failure> {
    let text = visitor::header_text(&req, header::IF_MATCH).ok_or_else(|| {
        Failure::new(
            problem::IF_MATCH_NEEDED,
            Said::new(
                "Thiếu If-Match: hãy đọc trước và gửi lại ETag.",
                "If-Match is missing: read first and send the ETag.",
            ),
        )
    })?;
    let version = text.trim().trim_matches('"').strip_prefix('r').and_then(|n| n.parse().ok());
    let version = version.ok_or_else(|| {
        Failure::new(
            problem::CHANGED_MEANWHILE,
            Said::new("If-Match không đúng dạng.", "If-Match is not an ETag of this."),
        )
    })?;
    let mut roles = Vec::new();
    for (name, networks) in wish.0.roles.into_iter().take(100) {
        let role: Role = office::role_of(&name)?;
        roles.push((role, networks));
    }
    let wish = NetworksWish { everyone: wish.0.everyone, roles, reason: wish.0.reason, version: Some(version) };
    let set = office::set_networks(&state, &who, wish)
        .await
        .map_err(|f| if f.sort() == problem::CONFLICT { f.sorted(problem::CHANGED_MEANWHILE) } else { f })?;
    Ok(HttpResponse::Ok().insert_header(etag(set.version)).json(body(&set)))
}
