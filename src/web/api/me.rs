//! `/api/v1/me`: the caller, and the caller's own sign-ins.

use crate::office;
use crate::problem::{Failure, Problem};
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::{HttpResponse, web};
use domain::Act;
use serde::Serialize;
use templates::views::SignInEventRow;
use utoipa::ToSchema;

/// The caller.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeBody {
    /// Account id.
    pub id: String,
    /// Sign-in name.
    pub name: String,
    /// Display name.
    pub display_name: String,
    /// The preset, for example `administrator` or `district_centre`.
    pub role: &'static str,
    /// Unit.
    pub unit: Option<String>,
    /// Language of the answers: `vi` or `en`.
    pub language: &'static str,
    /// What the account may do.
    pub may: Vec<&'static str>,
}

/// Who the caller is and may do
#[utoipa::path(get, path = "/api/v1/me", tag = "node", operation_id = "me",
    responses((status = 200, body = MeBody),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
pub async fn get(who: SignedIn) -> Result<HttpResponse, Failure> {
    let account = office::account(&who.caller);
    Ok(HttpResponse::Ok().json(MeBody {
        id: account.id.to_string(),
        name: account.name.clone(),
        display_name: account.display_name.clone(),
        role: office::role_word(account.role).as_str(),
        unit: account.unit.clone(),
        language: who.visitor.language.as_str(),
        may: Act::ALL.into_iter().filter(|act| office::may(&who.caller, *act)).map(Act::as_str).collect(),
    }))
}

/// One sign-in in force.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignInBody {
    /// Id, for ending it.
    pub id: String,
    /// Is it this very one?
    pub current: bool,
    /// When it began, RFC 3339 UTC.
    pub began_at: String,
    /// When it was last used.
    pub used_at: String,
    /// From which address.
    pub address: String,
    /// What the browser calls itself.
    pub agent: String,
}

/// The caller's sign-ins in force.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignInsBody {
    /// Newest first.
    pub items: Vec<SignInBody>,
}

/// One sign-in, or one that failed.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignInEventBody {
    /// When, RFC 3339 UTC.
    pub at: String,
    /// Did it succeed?
    pub ok: bool,
    /// Why not: `wrong_password`, `wrong_code`, `disabled`, `network`, `service`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// From which address.
    pub address: String,
    /// What the browser called itself.
    pub agent: String,
    /// With a second factor.
    pub second_factor: bool,
    /// The first from that network.
    pub new_network: bool,
}

/// Sign-ins and failures of the caller's account.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnHistoryBody {
    /// Newest first.
    pub items: Vec<SignInEventBody>,
}

/// A row of a history for a program.
pub fn event_body(e: SignInEventRow) -> SignInEventBody {
    SignInEventBody {
        at: e.at.rfc3339(),
        ok: e.ok,
        reason: e.reason,
        address: e.address,
        agent: e.agent,
        second_factor: e.second_factor,
        new_network: e.new_network,
    }
}

/// The caller's sign-ins in force
#[utoipa::path(get, path = "/api/v1/me/sign-ins", tag = "accounts", operation_id = "own_sign_ins",
    responses((status = 200, body = SignInsBody),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
pub async fn sign_ins(state: web::Data<WebState>, who: SignedIn) -> Result<HttpResponse, Failure> {
    let rows = office::sign_ins(&state, &who).await?;
    let items = rows.into_iter().map(|s| SignInBody {
        id: s.id,
        current: s.current,
        began_at: s.began_at.rfc3339(),
        used_at: s.used_at.rfc3339(),
        address: s.address,
        agent: s.agent,
    });
    Ok(HttpResponse::Ok().json(SignInsBody { items: items.collect() }))
}

/// Ends one of the caller's sign-ins
#[utoipa::path(delete, path = "/api/v1/me/sign-ins/{id}", tag = "accounts", operation_id = "own_sign_in_end",
    params(("id" = String, Path, description = "Id of the sign-in")),
    responses((status = 204, description = "Ended"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn end_sign_in(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let id = id.parse().map_err(|()| Failure::not_found())?;
    office::end_sign_in(&state, &who, id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Sign-ins and failures of the caller's account, newest first, as far back as the policy says
#[utoipa::path(get, path = "/api/v1/me/sign-in-history", tag = "accounts", operation_id = "own_sign_in_history",
    responses((status = 200, body = OwnHistoryBody),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
pub async fn history(state: web::Data<WebState>, who: SignedIn) -> Result<HttpResponse, Failure> {
    let rows = office::history(&state, &who, None).await?;
    Ok(HttpResponse::Ok().json(OwnHistoryBody { items: rows.into_iter().map(event_body).collect() }))
}
