//! `/api/v1/requests`: asking for rights on cameras, and deciding what was asked for.

use super::rights_bodies::{self as b, PaperBody, RequestBody, RequestsBody, ScopeBody, TimesBody};
use crate::body::{Asked, Json};
use crate::office;
use crate::problem::{Failure, Problem};
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use base::{RequestId, Said};
use ops::{RequestInfo, RequestWish, RequestsOf, Verdict, no_lists_in_requests};
use serde::Deserialize;
use utoipa::ToSchema;

/// A right to ask for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRequest {
    /// For the whole unit of the account.
    #[serde(default)]
    pub for_unit: bool,
    /// Acts on cameras, as of a grant.
    pub acts: Vec<String>,
    /// On which cameras. Codes are taken as they are: the answer does not tell whether a camera is there.
    pub scope: ScopeBody,
    /// When.
    #[serde(default)]
    pub times: TimesBody,
    /// What for.
    pub purpose: String,
    /// The written consent or another paper, if there is one.
    #[serde(default)]
    pub paper: Option<PaperBody>,
}

/// A decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// `approve` or `refuse`.
    pub verdict: Word,
    /// Why, if it is refused.
    #[serde(default)]
    pub why: String,
    /// Acts to give, if not those asked for.
    #[serde(default)]
    pub acts: Option<Vec<String>>,
    /// Times to give it for, if not those asked for.
    #[serde(default)]
    pub times: Option<TimesBody>,
    /// The paper that it rests on, if the request has none.
    #[serde(default)]
    pub paper: Option<PaperBody>,
}

/// The decision in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Word {
    /// A grant is given.
    Approve,
    /// It is refused.
    Refuse,
}

fn one(info: &RequestInfo, mut response: HttpResponseBuilder) -> HttpResponse {
    response.insert_header((header::ETAG, b::etag(info.request.revision)));
    response.json(b::request_body(info))
}

fn id_of(text: &str) -> Result<RequestId, Failure> {
    text.parse().map_err(|()| Failure::not_found())
}

/// Requests
#[utoipa::path(get, path = "/api/v1/requests", tag = "rights", operation_id = "requests_list",
    params(("of" = Option<String>, Query, description = "mine (default), to_decide, or all that the caller may decide or could have"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<usize>, Query, description = "Rows, 1 to 500; 50 if left out")),
    responses((status = 200, body = RequestsBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub async fn list(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let of = match asked.0.text("of") {
        "" | "mine" => RequestsOf::Mine,
        "to_decide" => RequestsOf::ToDecide,
        "all" => RequestsOf::All,
        _ => {
            let said = Said::new("of là mine, to_decide hoặc all.", "of is mine, to_decide or all.");
            return Err(Failure::invalid("of", said));
        }
    };
    let (caller, cursor, limit) = (who.caller.clone(), asked.0.optional("cursor"), b::limit(&asked.0)?);
    let page = office::ask(&state, move |ops| ops.list_requests(&caller, of, cursor.as_deref(), limit)).await?;
    Ok(HttpResponse::Ok().json(RequestsBody {
        items: page.items.iter().map(b::request_body).collect(),
        next: page.next,
        total: page.total,
    }))
}

/// One request
#[utoipa::path(get, path = "/api/v1/requests/{id}", tag = "rights", operation_id = "request_get",
    params(("id" = String, Path, description = "Id")),
    responses((status = 200, body = RequestBody, headers(("ETag" = String, description = "Revision, for If-Match"))),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn get(state: web::Data<WebState>, who: SignedIn, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    let (caller, id) = (who.caller.clone(), id_of(&id)?);
    let info = office::ask(&state, move |ops| ops.request(&caller, id)).await?;
    Ok(one(&info, HttpResponse::Ok()))
}

/// Asks for a right
#[utoipa::path(post, path = "/api/v1/requests", tag = "rights", operation_id = "request_make",
    request_body = NewRequest,
    responses((status = 201, body = RequestBody,
            headers(("Location" = String, description = "Its address"), ("ETag" = String, description = "Revision"))),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json")))]
pub async fn ask(state: web::Data<WebState>, who: SignedIn, new: Json<NewRequest>) -> Result<HttpResponse, Failure> {
    let (caller, new) = (who.caller.clone(), new.0);
    let info = office::ask(&state, move |ops| {
        if !new.scope.lists.is_empty() {
            return Err(no_lists_in_requests().into());
        }
        let wish = RequestWish {
            for_unit: new.for_unit,
            acts: b::acts(&new.acts)?,
            scope: b::scope(&ops.registers(), &new.scope)?,
            named: new.scope.cameras,
            times: b::times(&new.times)?,
            purpose: new.purpose,
            paper: new.paper.as_ref().map(b::paper).transpose()?,
        };
        let request = ops.request_access(&caller, wish)?;
        ops.request(&caller, request.id)
    })
    .await?;
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, format!("/api/v1/requests/{}", info.request.id)));
    Ok(one(&info, response))
}

/// Takes one's own request back
#[utoipa::path(delete, path = "/api/v1/requests/{id}", tag = "rights", operation_id = "request_withdraw",
    params(("id" = String, Path, description = "Id"), ("If-Match" = String, Header, description = "The ETag that was read")),
    responses((status = 200, body = RequestBody),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 412, body = Problem, content_type = "application/problem+json"),
        (status = 428, body = Problem, content_type = "application/problem+json")))]
pub async fn withdraw(
    state: web::Data<WebState>,
    who: SignedIn,
    req: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let (caller, id, revision) = (who.caller.clone(), id_of(&id)?, b::if_match(&req)?);
    let done = office::ask(&state, move |ops| {
        ops.withdraw_request(&caller, id, Some(revision))?;
        ops.request(&caller, id)
    });
    let info = done.await.map_err(b::precondition)?;
    Ok(one(&info, HttpResponse::Ok()))
}

/// Decides a request
///
/// An approval gives the grant by the same rules as `POST /api/v1/grants`; its id is in `grant`.
#[utoipa::path(post, path = "/api/v1/requests/{id}/decision", tag = "rights", operation_id = "request_decide",
    params(("id" = String, Path, description = "Id"), ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = Decision,
    responses((status = 200, body = RequestBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 412, body = Problem, content_type = "application/problem+json"),
        (status = 428, body = Problem, content_type = "application/problem+json")))]
pub async fn decide(
    state: web::Data<WebState>,
    who: SignedIn,
    req: HttpRequest,
    id: web::Path<String>,
    wish: Json<Decision>,
) -> Result<HttpResponse, Failure> {
    let (caller, id, revision) = (who.caller.clone(), id_of(&id)?, b::if_match(&req)?);
    let wish = wish.0;
    let done = office::ask(&state, move |ops| {
        let verdict = match wish.verdict {
            Word::Refuse => Verdict::Refuse { why: wish.why },
            Word::Approve => Verdict::Approve {
                acts: wish.acts.as_deref().map(b::acts).transpose()?,
                times: wish.times.as_ref().map(b::times).transpose()?,
                paper: wish.paper.as_ref().map(b::paper).transpose()?,
            },
        };
        ops.decide_request(&caller, id, Some(revision), verdict)?;
        ops.request(&caller, id)
    });
    let info = done.await.map_err(b::precondition)?;
    Ok(one(&info, HttpResponse::Ok()))
}
