//! `/api/v1/grants`: rights on cameras that were given (A7.5, A10.3).

use super::rights_bodies::{self as b, GrantBody, GrantsBody, PaperBody, ScopeBody, TimesBody};
use crate::body::{Asked, Json};
use crate::office;
use crate::problem::{Failure, Problem};
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use base::{GrantId, Said};
use domain::{FieldFault, Holder, ListedAs};
use ops::{GrantFilter, GrantInfo, GrantState, GrantWish};
use serde::Deserialize;
use utoipa::ToSchema;

/// A right to give.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGrant {
    /// Sign-in name or id of an account.
    #[serde(default)]
    pub account: Option<String>,
    /// Id, code or name of a unit, instead of an account.
    #[serde(default)]
    pub unit: Option<String>,
    /// Acts on cameras: `see_catalogue`, `watch_live`, `playback`, `snapshot`, `export`, `ptz`, `talk`, `edit_cameras`,
    /// `remove_cameras`, `share`.
    pub acts: Vec<String>,
    /// On which cameras.
    pub scope: ScopeBody,
    /// When; beyond the holder's own scope `until` is needed (A10.3).
    #[serde(default)]
    pub times: TimesBody,
    /// What for.
    pub purpose: String,
    /// Id of a paper that the node has.
    #[serde(default)]
    pub document: Option<String>,
    /// A paper; beyond the holder's own scope the written consent (A10.3).
    #[serde(default)]
    pub paper: Option<PaperBody>,
}

fn one(info: &GrantInfo, mut response: HttpResponseBuilder) -> HttpResponse {
    response.insert_header((header::ETAG, b::etag(info.grant.revision)));
    response.json(b::grant_body(info))
}

fn id_of(text: &str) -> Result<GrantId, Failure> {
    text.parse().map_err(|()| Failure::not_found())
}

fn no_such(field: &'static str) -> FieldFault {
    FieldFault::new(field, Said::new("Không có mục này.", "There is no such thing."))
}

/// Rights that concern the caller
///
/// Those that were given to the caller or its unit, that the caller gave, and that the caller could give.
#[utoipa::path(get, path = "/api/v1/grants", tag = "rights", operation_id = "grants_list",
    params(("q" = Option<String>, Query, description = "Words in the holder's name or the purpose"),
        ("account" = Option<String>, Query, description = "Holder: sign-in name or id of an account"),
        ("unit" = Option<String>, Query, description = "Holder: id, code or name of a unit"),
        ("camera" = Option<String>, Query, description = "That hold this camera: code or id"),
        ("list" = Option<String>, Query, description = "That name this list of cameras: its id"),
        ("act" = Option<String>, Query, description = "With this act"),
        ("state" = Option<String>, Query, description = "current, expiring, coming, awaits_second, ended, expired, handed_over (those that a handover of areas has touched since they were given) or all; those that have not ended if left out"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<usize>, Query, description = "Rows, 1 to 500; 50 if left out")),
    responses((status = 200, body = GrantsBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
pub async fn list(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let asked = asked.0;
    let limit = b::limit(&asked)?;
    let act = match asked.optional("act") {
        None => None,
        Some(name) => b::acts(&[name]).map_err(|f| Failure::invalid("act", f.said))?.first().copied(),
    };
    let wanted = asked.optional("state");
    let grant_state = match wanted.as_deref() {
        None | Some("all" | "handed_over") => None,
        Some(text) => Some(GrantState::parse(text).ok_or_else(|| {
            let all = GrantState::ALL.map(GrantState::as_str).join(", ");
            Failure::invalid(
                "state",
                Said::new(
                    format!("state là: {all}, handed_over, all."),
                    format!("state is one of: {all}, handed_over, all."),
                ),
            )
        })?),
    };
    let list = asked.optional("list").map(|id| id.parse().map_err(|()| no_such("list"))).transpose();
    let list = list.map_err(|f| Failure::invalid("list", f.said))?;
    let caller = who.caller.clone();
    let (account, unit) = (asked.optional("account"), asked.optional("unit"));
    let (q, camera, cursor) = (asked.optional("q"), asked.optional("camera"), asked.optional("cursor"));
    let page = office::ask(&state, move |ops| {
        let holder = match (account, unit) {
            (Some(name), _) => Some(Holder::Account(ops.account_named(&name).ok_or_else(|| no_such("account"))?)),
            (None, Some(name)) => Some(Holder::Unit(ops.registers().unit_by(&name)?)),
            (None, None) => None,
        };
        let ended_too = wanted.as_deref() == Some("all");
        let handed_over = wanted.as_deref() == Some("handed_over");
        let state = grant_state;
        let filter = GrantFilter { q, holder, camera, act, state, ended_too, list, handed_over, cursor, limit };
        ops.list_grants(&caller, &filter)
    })
    .await?;
    Ok(HttpResponse::Ok().json(GrantsBody {
        items: page.items.iter().map(b::grant_body).collect(),
        next: page.next,
        total: page.total,
    }))
}

/// One right
#[utoipa::path(get, path = "/api/v1/grants/{id}", tag = "rights", operation_id = "grant_get",
    params(("id" = String, Path, description = "Id")),
    responses((status = 200, body = GrantBody, headers(("ETag" = String, description = "Revision, for If-Match"))),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn get(state: web::Data<WebState>, who: SignedIn, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    let (caller, id) = (who.caller.clone(), id_of(&id)?);
    let info = office::ask(&state, move |ops| ops.grant(&caller, id)).await?;
    Ok(one(&info, HttpResponse::Ok()))
}

/// Gives a right
///
/// Refused with article 10.3 where it reaches beyond the holder's own scope without the written consent or without an end,
/// and with article 7 for what the caller has not. Where policy asks for a second person, its state is `awaits_second`.
#[utoipa::path(post, path = "/api/v1/grants", tag = "rights", operation_id = "grant_give",
    request_body = NewGrant,
    responses((status = 201, body = GrantBody,
            headers(("Location" = String, description = "Its address"), ("ETag" = String, description = "Revision"))),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub async fn give(state: web::Data<WebState>, who: SignedIn, new: Json<NewGrant>) -> Result<HttpResponse, Failure> {
    let (caller, new) = (who.caller.clone(), new.0);
    let (acts, wanted) = (new.acts.clone(), new.scope.clone());
    let info = office::ask(&state, move |ops| {
        let book = ops.registers();
        let mut scope = b::scope(&book, &new.scope)?;
        for named in &new.scope.cameras {
            match ops.camera(&caller, named) {
                Ok(camera) => scope.cameras.push(camera.id),
                Err(ops::OpsError::NotFound(_)) => return Err(no_such("scope").into()),
                Err(other) => return Err(other),
            }
        }
        for named in &new.scope.lists {
            scope.lists.push(ListedAs { list: ops.camera_list_named(&caller, named)?, revision: 0 });
        }
        let holder = match (&new.account, &new.unit) {
            (Some(name), None) => Holder::Account(ops.account_named(name).ok_or_else(|| no_such("account"))?),
            (None, Some(name)) => Holder::Unit(book.unit_by(name)?),
            _ => {
                let said =
                    Said::new("Hãy điền account hoặc unit, một trong hai.", "Give account or unit, one of them.");
                return Err(FieldFault::new("account", said).into());
            }
        };
        let document = match new.document.as_deref() {
            None => None,
            Some(text) => Some(text.parse().map_err(|()| no_such("document"))?),
        };
        let wish = GrantWish {
            holder,
            acts: b::acts(&new.acts)?,
            scope,
            times: b::times(&new.times)?,
            purpose: new.purpose,
            document,
            paper: new.paper.as_ref().map(b::paper).transpose()?,
        };
        let grant = ops.give_grant(&caller, wish)?;
        ops.grant(&caller, grant.id)
    })
    .await
    .map_err(|failure| failure.asking_for(&acts, &wanted.cameras, &wanted.areas, &wanted.units))?;
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, format!("/api/v1/grants/{}", info.grant.id)));
    Ok(one(&info, response))
}

/// Confirms a right as the second person
#[utoipa::path(post, path = "/api/v1/grants/{id}/confirm", tag = "rights", operation_id = "grant_confirm",
    params(("id" = String, Path, description = "Id"), ("If-Match" = String, Header, description = "The ETag that was read")),
    responses((status = 200, body = GrantBody),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 412, body = Problem, content_type = "application/problem+json"),
        (status = 428, body = Problem, content_type = "application/problem+json")))]
pub async fn confirm(
    state: web::Data<WebState>,
    who: SignedIn,
    req: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let (caller, id, revision) = (who.caller.clone(), id_of(&id)?, b::if_match(&req)?);
    let done = office::ask(&state, move |ops| {
        ops.confirm_grant(&caller, id, Some(revision))?;
        ops.grant(&caller, id)
    });
    let info = done.await.map_err(b::precondition)?;
    Ok(one(&info, HttpResponse::Ok()))
}

/// Ends a right
///
/// With those that were handed on from it. What is being watched by them stops at once.
#[utoipa::path(delete, path = "/api/v1/grants/{id}", tag = "rights", operation_id = "grant_end",
    params(("id" = String, Path, description = "Id"),
        ("why" = Option<String>, Query, description = "Why, for the record"),
        ("If-Match" = String, Header, description = "The ETag that was read")),
    responses((status = 200, body = GrantBody),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 412, body = Problem, content_type = "application/problem+json"),
        (status = 428, body = Problem, content_type = "application/problem+json")))]
pub async fn end(
    state: web::Data<WebState>,
    who: SignedIn,
    req: HttpRequest,
    id: web::Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Failure> {
    let (caller, id, revision) = (who.caller.clone(), id_of(&id)?, b::if_match(&req)?);
    let why = asked.0.text("why").to_owned();
    let done = office::ask(&state, move |ops| {
        ops.end_grant(&caller, id, Some(revision), &why)?;
        ops.grant(&caller, id)
    });
    let info = done.await.map_err(b::precondition)?;
    Ok(one(&info, HttpResponse::Ok()))
}
