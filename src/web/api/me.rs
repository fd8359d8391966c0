//! `GET /api/v1/me`

use crate::office;
use crate::problem::{Failure, Problem};
use crate::visitor::SignedIn;
use actix_web::HttpResponse;
use domain::Act;
use serde::Serialize;
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
    /// `administrator`, `operator` or `viewer`.
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
