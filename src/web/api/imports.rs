//! `/api/v1/imports`: lists of cameras taken in; `/api/v1/cameras.csv`, `.xlsx`: given out.

use super::registers::{etag, if_match, slice, stale};
use crate::body::{Asked, Body, Json, Parts};
use crate::office;
use crate::pages::imports as pages;
use crate::problem::{self, Failure, Problem};
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::http::header;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use base::{Language, limits};
use domain::{Job, JobRow, Verdict};
use ops::{BulkEdit, BulkHow, CameraFilter, ListFile, ListFormat};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A list at work.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportBody {
    /// Id.
    pub id: String,
    /// `import`, `inbox` or `bulk`.
    pub kind: &'static str,
    /// The file's name.
    pub title: String,
    /// `checking`, `checked`, `applying`, `applied`, `undoing`, `undone`, `cancelled`, `failed`.
    pub state: &'static str,
    /// It stands still in the middle; it can be gone on with (`apply`, `undo`).
    pub interrupted: bool,
    /// Is something being done now?
    pub works: bool,
    /// Rows of the list.
    pub rows: u32,
    /// Rows that the present work has dealt with,
    pub done: u32,
    /// of so many.
    pub of: u64,
    /// Rows by what they come to: `add`, `change`, `same`, `fault`, `left`, `added`, `changed`, `undone`, `kept`.
    pub tally: BTreeMap<&'static str, u64>,
    /// Fields of the list's columns, in order.
    pub columns: Vec<String>,
    /// What is worth knowing about the file.
    pub notes: Vec<String>,
    /// Why it broke off.
    pub fault: Option<String>,
    /// Sign-in name of whoever sent it.
    pub by: String,
    /// When it came, RFC 3339 UTC.
    pub made_at: String,
    /// Counts the changes; also in the `ETag`.
    pub revision: u64,
}

/// One page of lists, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportsBody {
    /// The lists.
    pub items: Vec<ImportBody>,
    /// Cursor of the next page; `null` on the last.
    pub next: Option<String>,
    /// All of them.
    pub total: usize,
}

/// What is wrong with a cell.
#[derive(Debug, Serialize, ToSchema)]
pub struct RowFaultBody {
    /// The field; empty: the row.
    pub field: String,
    /// What is wrong and how to mend it.
    pub detail: String,
    /// The article of the regulation, where a rule refused.
    pub article: Option<String>,
}

/// A row of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportRowBody {
    /// Its number in the file.
    pub row: u32,
    /// What it comes to.
    pub verdict: &'static str,
    /// Code of its camera, once it has one.
    pub code: String,
    /// Cells by field; of passwords only that there is one.
    pub cells: BTreeMap<String, String>,
    /// What is wrong.
    pub faults: Vec<RowFaultBody>,
    /// What is odd, and does not hinder.
    pub warnings: Vec<RowFaultBody>,
    /// Fields that change.
    pub changes: Vec<String>,
}

/// Rows of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportRowsBody {
    /// The rows.
    pub items: Vec<ImportRowBody>,
    /// Cursor of the next page; `null` on the last.
    pub next: Option<String>,
}

/// How a row is mended.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RowChange {
    /// New cells by field.
    #[serde(default)]
    pub cells: BTreeMap<String, String>,
    /// Leave the row out, or take it up again.
    pub left: Option<bool>,
}

/// The same values for many cameras.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkWish {
    /// Ids of cameras; all that fit the filter of the query if left out.
    pub ids: Option<Vec<String>>,
    /// What happens to which fields.
    pub edits: Vec<BulkWishEdit>,
    /// Why, for the record.
    pub reason: Option<String>,
}

/// One field of it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkWishEdit {
    /// Field.
    pub field: String,
    /// `set`, `clear`, `add` or `remove`.
    pub how: String,
    /// Value.
    #[serde(default)]
    pub value: String,
}

fn body(job: &Job, language: Language) -> ImportBody {
    ImportBody {
        id: job.id.to_string(),
        kind: job.kind.as_str(),
        title: job.title.clone(),
        state: job.state.as_str(),
        interrupted: job.interrupted,
        works: job.state.is_work() && !job.interrupted,
        rows: job.rows,
        done: job.done,
        of: office::rows_of_work(job),
        tally: office::tally(job.tally).into_iter().map(|(v, n)| (v.as_str(), n)).collect(),
        columns: job.columns.clone(),
        notes: job.notes.iter().map(|n| n.of(language).to_owned()).collect(),
        fault: job.fault.as_ref().map(|f| f.of(language).to_owned()),
        by: job.by_name.clone(),
        made_at: job.made_at.rfc3339(),
        revision: job.revision,
    }
}

fn row_body(job: &Job, row: JobRow, language: Language) -> ImportRowBody {
    let fault = |f: &domain::RowFault| RowFaultBody {
        field: f.field.clone(),
        detail: f.said.of(language).to_owned(),
        article: f.article.clone(),
    };
    ImportRowBody {
        row: row.n,
        verdict: row.verdict.as_str(),
        code: row.code,
        cells: job.columns.iter().cloned().zip(row.cells).collect(),
        faults: row.faults.iter().map(fault).collect(),
        warnings: row.warnings.iter().map(fault).collect(),
        changes: row.fields,
    }
}

fn answer(who: &SignedIn, job: &Job, mut response: actix_web::HttpResponseBuilder) -> HttpResponse {
    response.insert_header((header::ETAG, etag(job.revision))).json(body(job, who.visitor.language))
}

/// The revision in `If-Match`, if there is one; another form is none of ours (412).
fn seen(req: &HttpRequest) -> Result<Option<u64>, Failure> {
    if !req.headers().contains_key(header::IF_MATCH) {
        return Ok(None);
    }
    if_match(req).map(Some).map_err(|f| f.sorted(problem::CHANGED_MEANWHILE))
}

fn accepted(who: &SignedIn, job: &Job) -> HttpResponse {
    let mut response = HttpResponse::Accepted();
    response.insert_header((header::LOCATION, format!("/api/v1/imports/{}", job.id)));
    answer(who, job, response)
}

/// Your lists, newest first
#[utoipa::path(get, path = "/api/v1/imports", tag = "imports", operation_id = "import_list",
    params(("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<usize>, Query, description = "Rows, 1 to 500; 50 if left out")),
    responses((status = 200, body = ImportsBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub async fn list(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let caller = who.caller.clone();
    let jobs = office::ask(&state, move |ops| ops.jobs(&caller)).await?;
    let page = slice(jobs, |job| job.id.to_string(), &asked.0)?;
    let items = page.items.iter().map(|job| body(job, who.visitor.language)).collect();
    Ok(HttpResponse::Ok().json(ImportsBody { items, next: page.next, total: page.total }))
}

/// Sends a list of cameras
///
/// The body is the file itself (CSV or XLSX), or a form (`multipart/form-data`) with the field `file`. The list is checked in
/// the background; nothing changes until `apply`.
#[utoipa::path(post, path = "/api/v1/imports", tag = "imports", operation_id = "import_send",
    params(("name" = Option<String>, Query, description = "The file's name, for people"),
        ("sheet" = Option<String>, Query, description = "The sheet; the one with the best header if left out"),
        ("reason" = Option<String>, Query, description = "Why, for the record")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 202, body = ImportBody,
            headers(("Location" = String, description = "Where to ask how it stands"), ("ETag" = String, description = "Revision"))),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json")))]
pub async fn send(
    state: web::Data<WebState>,
    who: SignedIn,
    req: HttpRequest,
    asked: Asked,
    raw: Body,
) -> Result<HttpResponse, Failure> {
    let asked = asked.0;
    let in_form = req.content_type().trim().eq_ignore_ascii_case("multipart/form-data");
    let mut list = match in_form {
        true => pages::list_of(Parts::of(&req, raw.0).await?),
        false => ListFile { bytes: raw.0.to_vec(), ..ListFile::default() },
    };
    list.name = asked.optional("name").unwrap_or(list.name);
    list.sheet = asked.optional("sheet").or(list.sheet);
    list.reason = asked.optional("reason").or(list.reason);
    let caller = who.caller.clone();
    let job = office::ask(&state, move |ops| ops.receive_list(&caller, list)).await?;
    Ok(accepted(&who, &job))
}

/// How a list stands
#[utoipa::path(get, path = "/api/v1/imports/{id}", tag = "imports", operation_id = "import_get",
    params(("id" = String, Path, description = "Id")),
    responses((status = 200, body = ImportBody, headers(("ETag" = String, description = "Revision"))),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn get(state: web::Data<WebState>, who: SignedIn, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    let job = office::job(&state, &who, office::job_id(&id)?).await?;
    Ok(answer(&who, &job, HttpResponse::Ok()))
}

/// Its rows, with what each would do and what is wrong
#[utoipa::path(get, path = "/api/v1/imports/{id}/rows", tag = "imports", operation_id = "import_rows",
    params(("id" = String, Path, description = "Id"),
        ("verdict" = Option<String>, Query, description = "Only those: fault, add, change, same, left, added, changed, undone, kept"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<usize>, Query, description = "Rows, 1 to 500")),
    responses((status = 200, body = ImportRowsBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn rows(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Failure> {
    let bad = |field: &str| Failure::invalid(field, base::Said::new("Giá trị không đúng.", "The value is not right."));
    let id = office::job_id(&id)?;
    let verdict = match asked.0.optional("verdict") {
        None => None,
        Some(text) => Some(Verdict::parse(&text).ok_or_else(|| bad("verdict"))?),
    };
    let after: u32 = match asked.0.optional("cursor") {
        None => 0,
        Some(text) => text.parse().map_err(|_| bad("cursor"))?,
    };
    let limit: usize = match asked.0.optional("limit") {
        None => limits::PAGE_ROWS_DEFAULT,
        Some(text) => text.parse().ok().filter(|n| *n > 0).ok_or_else(|| bad("limit"))?,
    };
    let job = office::job(&state, &who, id).await?;
    let caller = who.caller.clone();
    let limit = limit.min(limits::PAGE_ROWS_MAX);
    let rows = office::ask(&state, move |ops| ops.job_rows(&caller, id, verdict, after, limit)).await?;
    let language = who.visitor.language;
    Ok(HttpResponse::Ok().json(ImportRowsBody {
        items: rows.rows.into_iter().map(|r| row_body(&job, r, language)).collect(),
        next: rows.next.map(|n| n.to_string()),
    }))
}

/// Mends a row, leaves it out, or takes it up again
///
/// With `If-Match` only if nobody has changed the list since; the answer's `ETag` is the list's.
#[utoipa::path(patch, path = "/api/v1/imports/{id}/rows/{row}", tag = "imports", operation_id = "import_mend",
    params(("id" = String, Path, description = "Id"), ("row" = u32, Path, description = "The row's number"),
        ("If-Match" = Option<String>, Header, description = "The list's ETag that was read")),
    request_body = RowChange,
    responses((status = 200, body = ImportRowBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 412, body = Problem, content_type = "application/problem+json")))]
pub async fn mend(
    state: web::Data<WebState>,
    who: SignedIn,
    req: HttpRequest,
    path: web::Path<(String, String)>,
    wish: Json<RowChange>,
) -> Result<HttpResponse, Failure> {
    let (id, n) = path.into_inner();
    let id = office::job_id(&id)?;
    let n: u32 = n.parse().map_err(|_| Failure::not_found())?;
    let (caller, seen) = (who.caller.clone(), seen(&req)?);
    let wish = wish.0;
    let (job, row) = office::ask(&state, move |ops| {
        let cells: Vec<(String, String)> = wish.cells.into_iter().collect();
        let mut row = ops.mend_row(&caller, id, n, &cells, seen)?;
        if wish.left == Some(true) {
            row = ops.leave_row(&caller, id, n, true)?;
        }
        Ok((ops.job(&caller, id)?, row))
    })
    .await
    .map_err(stale)?;
    let body = row_body(&job, row, who.visitor.language);
    Ok(HttpResponse::Ok().insert_header((header::ETAG, etag(job.revision))).json(body))
}

/// Carries out the good rows, stops, undoes, or checks anew
///
/// With `If-Match` and the `ETag` that was read only if nobody has mended rows or begun something meanwhile. `undo` takes back
/// what nobody has changed since.
#[utoipa::path(post, path = "/api/v1/imports/{id}/{act}", tag = "imports", operation_id = "import_act",
    params(("id" = String, Path, description = "Id"), ("act" = String, Path, description = "apply, cancel, undo or check"),
        ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    responses((status = 202, body = ImportBody),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 412, body = Problem, content_type = "application/problem+json")))]
pub async fn act(
    state: web::Data<WebState>,
    who: SignedIn,
    path: web::Path<(String, String)>,
    req: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let (id, act) = path.into_inner();
    let id = office::job_id(&id)?;
    let (caller, seen) = (who.caller.clone(), seen(&req)?);
    let job = office::ask(&state, move |ops| match act.as_str() {
        "apply" => ops.apply_job(&caller, id, seen).map(Some),
        "cancel" => ops.cancel_job(&caller, id, seen).map(Some),
        "undo" => ops.undo_job(&caller, id, seen).map(Some),
        "check" => ops.check_job_again(&caller, id, seen).map(Some),
        _ => Ok(None),
    })
    .await
    .map_err(stale)?;
    Ok(accepted(&who, &job.ok_or_else(Failure::not_found)?))
}

/// The rows with a fault, to be mended and sent again
#[utoipa::path(get, path = "/api/v1/imports/{id}/failed.xlsx", tag = "imports", operation_id = "import_failed",
    params(("id" = String, Path, description = "Id")),
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn failed(state: web::Data<WebState>, who: SignedIn, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    pages::failed(state, who, id).await
}

/// The template to fill in
#[utoipa::path(get, path = "/api/v1/imports/template.xlsx", tag = "imports", operation_id = "import_template",
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub async fn template(state: web::Data<WebState>, who: SignedIn) -> Result<HttpResponse, Failure> {
    pages::template_xlsx(state, who).await
}

/// Prepares the same values for many cameras
///
/// Checked in the background; nothing changes until `apply`. With the filter of `GET /api/v1/cameras` in the query if no ids
/// are given.
#[utoipa::path(post, path = "/api/v1/cameras/bulk", tag = "imports", operation_id = "camera_bulk",
    request_body = BulkWish,
    responses((status = 202, body = ImportBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub async fn bulk(
    state: web::Data<WebState>,
    who: SignedIn,
    asked: Asked,
    wish: Json<BulkWish>,
) -> Result<HttpResponse, Failure> {
    let wish = wish.0;
    let bad = |field: &str| Failure::invalid(field, base::Said::new("Giá trị không đúng.", "The value is not right."));
    let filter = match &wish.ids {
        Some(ids) => {
            let ids = ids.iter().map(|id| id.parse()).collect::<Result<_, ()>>().map_err(|()| bad("ids"))?;
            CameraFilter { only: Some(ids), ..CameraFilter::default() }
        }
        None => CameraFilter { cursor: None, ..office::camera_filter(&state, &asked.0)? },
    };
    let edit = |e: BulkWishEdit| {
        Ok(BulkEdit { how: BulkHow::parse(&e.how).ok_or_else(|| bad("how"))?, field: e.field, value: e.value })
    };
    let edits = wish.edits.into_iter().map(edit).collect::<Result<Vec<_>, Failure>>()?;
    let (caller, reason) = (who.caller.clone(), wish.reason);
    let job = office::ask(&state, move |ops| ops.prepare_bulk(&caller, &filter, &edits, reason.as_deref())).await?;
    Ok(accepted(&who, &job))
}

/// The list of cameras as CSV
///
/// Filtered as `GET /api/v1/cameras`; in the columns of the template, so that it can be changed and sent again. Without
/// passwords.
#[utoipa::path(get, path = "/api/v1/cameras.csv", tag = "imports", operation_id = "camera_export_csv",
    responses((status = 200, content_type = "text/csv", body = String),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
pub async fn csv(
    state: web::Data<WebState>,
    who: SignedIn,
    asked: Asked,
    req: HttpRequest,
) -> Result<HttpResponse, Failure> {
    pages::export(&state, &who, &asked.0, &req, ListFormat::Csv).await
}

/// The list of cameras as a workbook
#[utoipa::path(get, path = "/api/v1/cameras.xlsx", tag = "imports", operation_id = "camera_export_xlsx",
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
pub async fn xlsx(
    state: web::Data<WebState>,
    who: SignedIn,
    asked: Asked,
    req: HttpRequest,
) -> Result<HttpResponse, Failure> {
    pages::export(&state, &who, &asked.0, &req, ListFormat::Xlsx).await
}
