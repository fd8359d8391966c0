//! Documents through the API: changing what one says, its history. Not here: adding and taking away (`record`).

use super::record::{DocumentBody, FieldChangeBody, HistoryBody, HistoryRowBody, document_body, number};
use super::registers::{if_match, one, stale};
use crate::body::{Asked, Json};
use crate::office;
use crate::problem::{Failure, Problem};
use crate::state::WebState;
use crate::visitor::{self, SignedIn};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use base::limits;
use domain::{Document, DocumentDraft};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A document with its mark.
pub(super) fn with_mark(document: Document) -> HttpResponse {
    one(HttpResponse::Ok(), ops::document_mark(&document), document_body(document))
}

/// A page of a history. It grows at its beginning only, so that its newest entry and its length tell whether a reader has it.
pub(super) fn history_answer(req: &HttpRequest, page: ops::HistoryPage) -> HttpResponse {
    let newest = page.items.first().map_or(0, |r| r.seq);
    let mark = format!("\"h{newest}-{}-{}\"", page.items.len(), page.next.unwrap_or(0));
    let row = |r: ops::HistoryRow| HistoryRowBody {
        seq: r.seq,
        at: r.at.rfc3339(),
        who: r.who,
        act: r.act,
        changes: r.changes.into_iter().map(|(field, c)| FieldChangeBody { field, old: c.old, new: c.new }).collect(),
        reason: r.reason,
        happened_on: r.happened_on,
    };
    let body = HistoryBody { items: page.items.into_iter().map(row).collect(), next: page.next.map(|n| n.to_string()) };
    unless_known(req, &mark, &body)
}

/// The answer with its mark (`ETag`), or 304 to a reader that has it.
pub(super) fn unless_known<T: Serialize>(req: &HttpRequest, mark: &str, body: &T) -> HttpResponse {
    let known = visitor::header_text(req, header::IF_NONE_MATCH);
    let known = known.is_some_and(|t| t.split(',').any(|one| one.trim() == mark));
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((header::ETAG, mark)).insert_header((header::CACHE_CONTROL, "private, no-cache"));
    if known { response.finish() } else { response.json(body) }
}

/// What a document shall say; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentPatch {
    /// Type: code or name in the register `document_type`.
    pub kind: Option<String>,
    /// Number and symbol.
    pub number: Option<String>,
    /// Its date: `yyyy-mm-dd` or `dd/mm/yyyy`; empty: none.
    pub date: Option<String>,
    /// Who issued it.
    pub issuer: Option<String>,
    /// What it is about.
    pub title: Option<String>,
}

/// Changes what a camera's document says
///
/// Needs `If-Match`. Every camera that the document belongs to must be the caller's to edit.
#[utoipa::path(patch, path = "/api/v1/cameras/{camera}/documents/{id}", tag = "documents", operation_id = "camera_document_change",
    params(("camera" = String, Path, description = "Code or id"), ("id" = String, Path, description = "The document's id"),
        ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = DocumentPatch,
    responses((status = 200, body = DocumentBody, headers(("ETag" = String, description = "For If-Match"))),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 412, body = Problem, content_type = "application/problem+json"),
        (status = 428, body = Problem, content_type = "application/problem+json")))]
pub async fn change(
    state: web::Data<WebState>,
    who: SignedIn,
    place: web::Path<(String, String)>,
    patch: Json<DocumentPatch>,
    req: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let seen = if_match(&req)?;
    let (camera, id) = place.into_inner();
    let camera = office::camera(&state, &who, &camera).await?;
    let (caller, id, p) = (who.caller.clone(), office::document_id(&id)?, patch.0);
    let document = office::ask(&state, move |ops| {
        let d = ops.document(&caller, id)?;
        let date = d.date.map(|d| d.to_string()).unwrap_or_default();
        let draft = DocumentDraft {
            kind: p.kind.unwrap_or(d.kind),
            number: p.number.unwrap_or(d.number),
            date: p.date.unwrap_or(date),
            issuer: p.issuer.unwrap_or(d.issuer),
            title: p.title.unwrap_or(d.title),
        };
        ops.change_document(&caller, camera.id, id, &draft, None, Some(seen))
    })
    .await
    .map_err(stale)?;
    Ok(with_mark(document))
}

/// History of a document
#[utoipa::path(get, path = "/api/v1/documents/{id}/history", tag = "documents", operation_id = "document_history",
    params(("id" = String, Path, description = "Its id"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<usize>, Query, description = "Rows, 1 to 500; 50 if left out")),
    responses((status = 200, body = HistoryBody, headers(("ETag" = String, description = "For If-None-Match"))),
        (status = 304, description = "As it was read"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn history(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
    asked: Asked,
    req: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let (caller, id) = (who.caller.clone(), office::document_id(&id)?);
    let before = number::<u64>(&asked.0, "cursor")?;
    let limit = number::<usize>(&asked.0, "limit")?.unwrap_or(limits::PAGE_ROWS_DEFAULT);
    let page = office::ask(&state, move |ops| ops.document_history(&caller, id, before, limit)).await?;
    Ok(history_answer(&req, page))
}

/// Withdraws a paper: every right that rests on it ends
///
/// For those who may end each of those rights.
#[utoipa::path(delete, path = "/api/v1/documents/{id}", tag = "documents", operation_id = "document_withdraw",
    params(("id" = String, Path, description = "Id"),
        ("why" = String, Query, description = "Why, for the record")),
    responses((status = 204, description = "Withdrawn"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn withdraw(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Failure> {
    let id = id.parse().map_err(|()| Failure::not_found())?;
    let (caller, why) = (who.caller.clone(), asked.0.text("why").to_owned());
    office::ask(&state, move |ops| ops.withdraw_document(&caller, id, &why)).await?;
    Ok(HttpResponse::NoContent().finish())
}
