//! `/api/v1/cameras/{camera}/…`: confirming, replacing the device, history, documents, common views; `/api/v1/documents`.

use super::cameras::{etag, if_match, one};
use super::documents::{history_answer, with_mark};
use crate::body::{Asked, Body, Json};
use crate::office;
use crate::problem::{Failure, Problem};
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::{HttpRequest, HttpResponse, web};
use base::{CivilDate, Said, Secret, UnitId, limits};
use domain::{Camera, CameraPatch, Document, DocumentDraft, FactsPatch};
use ops::{OverlapFilter, Upload};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A document.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentBody {
    /// Id.
    pub id: String,
    /// Type: code of the register `document_type`.
    pub kind: String,
    /// Number and symbol.
    pub number: String,
    /// Its date, `yyyy-mm-dd`.
    pub date: Option<String>,
    /// Who issued it.
    pub issuer: String,
    /// What it is about.
    pub title: String,
    /// Its file; taken out at `/api/v1/documents/{id}/file`.
    pub file: Option<FileBody>,
    /// When it was entered, RFC 3339 UTC.
    pub added_at: String,
    /// Is it no longer good?
    pub withdrawn: bool,
}

/// A kept file.
#[derive(Debug, Serialize, ToSchema)]
pub struct FileBody {
    /// Name for people.
    pub name: String,
    /// Media type, told by its bytes.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the bytes, hex.
    pub sha256: String,
}

pub(super) fn document_body(d: Document) -> DocumentBody {
    DocumentBody {
        id: d.id.to_string(),
        kind: d.kind,
        number: d.number,
        date: d.date.map(|d| d.to_string()),
        issuer: d.issuer,
        title: d.title,
        file: d.file.map(|f| FileBody { name: f.name, media_type: f.media_type, size: f.size, sha256: f.sha256 }),
        added_at: d.added_at.rfc3339(),
        withdrawn: d.withdrawn.is_some(),
    }
}

/// A document to be added.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDocument {
    /// Type: code or name in the register `document_type`.
    pub kind: String,
    /// Number and symbol.
    #[serde(default)]
    pub number: String,
    /// Its date: `yyyy-mm-dd` or `dd/mm/yyyy`.
    #[serde(default)]
    pub date: String,
    /// Who issued it.
    #[serde(default)]
    pub issuer: String,
    /// What it is about.
    #[serde(default)]
    pub title: String,
}

impl From<NewDocument> for DocumentDraft {
    fn from(d: NewDocument) -> Self {
        DocumentDraft { kind: d.kind, number: d.number, date: d.date, issuer: d.issuer, title: d.title }
    }
}

/// Documents of a camera.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentsBody {
    /// In the order in which they were added.
    pub items: Vec<DocumentBody>,
}

/// Confirms that a camera's record is right
///
/// Needs `If-Match`: what is confirmed is the record that was read (article 5.6).
#[utoipa::path(post, path = "/api/v1/cameras/{camera}/confirm", tag = "cameras", operation_id = "camera_confirm",
    params(("camera" = String, Path, description = "Code or id"),
        ("If-Match" = String, Header, description = "The ETag that was read")),
    responses((status = 200, body = super::cameras::CameraBody),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 412, body = Problem, content_type = "application/problem+json"),
        (status = 428, body = Problem, content_type = "application/problem+json")))]
pub async fn confirm(
    state: web::Data<WebState>,
    who: SignedIn,
    req: HttpRequest,
    camera: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let camera = office::camera(&state, &who, &camera).await?;
    let camera = office::confirm(&state, &who, camera.id, fresh(&req, &camera)?).await?;
    one(&state, &who, camera, HttpResponse::Ok()).await
}

/// The revision in `If-Match`, which must be the camera's.
pub(super) fn fresh(req: &HttpRequest, camera: &Camera) -> Result<u64, Failure> {
    let revision = if_match(req)?;
    if revision == camera.revision {
        return Ok(revision);
    }
    Err(Failure::new(
        crate::problem::CHANGED_MEANWHILE,
        Said::new(
            "Camera này đã được người khác thay đổi sau khi bạn đọc. Hãy đọc lại rồi gửi thay đổi.",
            "Somebody else changed this camera after you read it. Read it again and send your change.",
        ),
    ))
}

/// A new device for a camera.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDevice {
    /// Maker.
    pub maker: Option<String>,
    /// Model.
    pub model: Option<String>,
    /// Firmware.
    pub firmware: Option<String>,
    /// Serial number.
    pub serial: Option<String>,
    /// Number of the certificate of conformity (QCVN 135).
    pub conformity: Option<String>,
    /// Day of the replacement, `yyyy-mm-dd`; today if left out.
    #[schema(value_type = Option<String>)]
    pub on: Option<CivilDate>,
    /// Why.
    pub reason: Option<String>,
    /// New address of the main stream.
    pub main_url: Option<String>,
    /// New address of the substream.
    pub sub_url: Option<String>,
    /// New user name.
    pub username: Option<String>,
    /// New password.
    #[schema(write_only)]
    pub password: Option<String>,
}

/// Replaces a camera's device
///
/// The camera keeps its id, code, history and rights; the old device goes to `facts.former_devices` (article 22.6).
#[utoipa::path(post, path = "/api/v1/cameras/{camera}/device", tag = "cameras", operation_id = "camera_device_replace",
    params(("camera" = String, Path, description = "Code or id"),
        ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = NewDevice,
    responses((status = 200, body = super::cameras::CameraBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 412, body = Problem, content_type = "application/problem+json"),
        (status = 428, body = Problem, content_type = "application/problem+json")))]
pub async fn replace(
    state: web::Data<WebState>,
    who: SignedIn,
    req: HttpRequest,
    camera: web::Path<String>,
    new: Json<NewDevice>,
) -> Result<HttpResponse, Failure> {
    let camera = office::camera(&state, &who, &camera).await?;
    let revision = fresh(&req, &camera)?;
    let new = new.0;
    let mut facts = FactsPatch::default();
    let mut faults = Vec::new();
    let fields = [
        ("maker", new.maker),
        ("model", new.model),
        ("firmware", new.firmware),
        ("serial", new.serial),
        ("conformity", new.conformity),
    ];
    for (name, text) in fields {
        if let Some(Err(fault)) = text.map(|t| facts.set_text(name, &t)) {
            faults.push(fault);
        }
    }
    if !faults.is_empty() {
        return Err(office::invalid(faults));
    }
    let patch = CameraPatch {
        facts: facts.without_clearing(),
        main_url: new.main_url,
        sub_url: new.sub_url.map(Some),
        username: new.username.map(Some),
        password: new.password.filter(|p| !p.is_empty()).map(|p| Some(Secret::new(p))),
        happened_on: new.on,
        reason: new.reason,
        ..CameraPatch::default()
    };
    let camera = office::replace(&state, &who, camera.id, patch, revision).await?;
    one(&state, &who, camera, HttpResponse::Ok()).await
}

/// A change of one field. Neither value: it is secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldChangeBody {
    /// Name of the field, as in `facts` or in the camera.
    pub field: String,
    /// The value before.
    pub old: Option<String>,
    /// The value since.
    pub new: Option<String>,
}

/// A change of a camera's record.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryRowBody {
    /// Number of the entry in the record of acts.
    pub seq: u64,
    /// When, RFC 3339 UTC.
    pub at: String,
    /// Who.
    pub who: String,
    /// The act, for example `camera.changed`.
    pub act: String,
    /// Fields with old and new values.
    pub changes: Vec<FieldChangeBody>,
    /// Why.
    pub reason: Option<String>,
    /// The day on which it happened outside, `yyyy-mm-dd`.
    pub happened_on: Option<String>,
}

/// One page of a history, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryBody {
    /// Changes.
    pub items: Vec<HistoryRowBody>,
    /// Cursor of the next page; `null` on the last.
    pub next: Option<String>,
}

/// History of a camera's record
#[utoipa::path(get, path = "/api/v1/cameras/{camera}/history", tag = "cameras", operation_id = "camera_history",
    params(("camera" = String, Path, description = "Code or id"),
        ("field" = Option<String>, Query, description = "Only changes of this field"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<usize>, Query, description = "Rows, 1 to 500; 50 if left out")),
    responses((status = 200, body = HistoryBody, headers(("ETag" = String, description = "For If-None-Match"))),
        (status = 304, description = "As it was read"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn history(
    state: web::Data<WebState>,
    who: SignedIn,
    camera: web::Path<String>,
    asked: Asked,
    req: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let camera = office::camera(&state, &who, &camera).await?;
    let (asked, caller) = (asked.0, who.caller.clone());
    let before = number::<u64>(&asked, "cursor")?;
    let limit = number::<usize>(&asked, "limit")?.unwrap_or(limits::PAGE_ROWS_DEFAULT);
    let field = asked.optional("field");
    let page =
        office::ask(&state, move |ops| ops.camera_history(&caller, &camera, field.as_deref(), before, limit)).await?;
    Ok(history_answer(&req, page))
}

pub(super) fn number<T: std::str::FromStr>(asked: &crate::body::Fields, name: &str) -> Result<Option<T>, Failure> {
    match asked.optional(name) {
        None => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|_| {
            Failure::invalid(
                name,
                Said::new(format!("{name} không phải một số đúng."), format!("{name} is not a number that fits.")),
            )
        }),
    }
}

/// A camera that sees the same.
#[derive(Debug, Serialize, ToSchema)]
pub struct OverlapBody {
    /// Id.
    pub id: String,
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Share of the smaller view that both see, 0 to 1.
    pub share: f64,
    /// Codes of the purposes that both have.
    pub purposes: Vec<String>,
    /// From the policy's threshold on, an agreement is needed (articles 5.4, 13.1).
    pub over_threshold: bool,
}

/// Cameras that see the same as one.
#[derive(Debug, Serialize, ToSchema)]
pub struct OverlapsBody {
    /// Those that share most first.
    pub items: Vec<OverlapBody>,
}

/// Cameras of like purpose that see the same
#[utoipa::path(get, path = "/api/v1/cameras/{camera}/overlaps", tag = "cameras", operation_id = "camera_overlaps",
    params(("camera" = String, Path, description = "Code or id")),
    responses((status = 200, body = OverlapsBody),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn overlaps(
    state: web::Data<WebState>,
    who: SignedIn,
    camera: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let camera = office::camera(&state, &who, &camera).await?;
    let caller = who.caller.clone();
    let all = office::ask(&state, move |ops| ops.overlaps_of(&caller, &camera)).await?;
    let one = |o: ops::Overlap| OverlapBody {
        id: o.camera.id.to_string(),
        code: o.camera.code,
        name: o.camera.name,
        share: o.share,
        purposes: o.purposes,
        over_threshold: o.over_threshold,
    };
    Ok(HttpResponse::Ok().json(OverlapsBody { items: all.into_iter().map(one).collect() }))
}

/// Two cameras that see the same.
#[derive(Debug, Serialize, ToSchema)]
pub struct PairBody {
    /// Codes of both.
    pub cameras: [String; 2],
    /// Share of the smaller view that both see, 0 to 1.
    pub share: f64,
    /// Codes of the purposes that both have.
    pub purposes: Vec<String>,
    /// Has one of them the agreement?
    pub agreed: bool,
}

/// One page of pairs.
#[derive(Debug, Serialize, ToSchema)]
pub struct PairsBody {
    /// Those that share most first.
    pub items: Vec<PairBody>,
    /// Cursor of the next page; `null` on the last.
    pub next: Option<String>,
    /// All that match.
    pub total: usize,
}

/// Pairs of cameras of like purpose that see the same
#[utoipa::path(get, path = "/api/v1/cameras/overlaps", tag = "cameras", operation_id = "cameras_overlaps",
    params(("unit" = Option<String>, Query, description = "Id of a unit: one of the two belongs to it or below"),
        ("purpose" = Option<String>, Query, description = "Code of a purpose that both have"),
        ("least" = Option<f64>, Query, description = "Share from which, 0.1 to 1; the policy's threshold if left out"),
        ("open" = Option<bool>, Query, description = "`true`: only pairs without an agreement"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<usize>, Query, description = "Rows, 1 to 500; 50 if left out")),
    responses((status = 200, body = PairsBody),
        (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn pairs(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let (asked, caller) = (asked.0, who.caller.clone());
    let unit = asked.optional("unit").map(|u| {
        let said = Said::new("unit là mã định danh của một đơn vị.", "unit is the id of a unit.");
        u.parse::<UnitId>().map_err(|()| Failure::invalid("unit", said))
    });
    let filter = OverlapFilter {
        unit: unit.transpose()?,
        purpose: asked.optional("purpose"),
        least: number::<f64>(&asked, "least")?.map(|n| n.clamp(0.0, 1.0)),
        without_agreement: asked.ticked("open"),
        cursor: asked.optional("cursor"),
        limit: number::<usize>(&asked, "limit")?.unwrap_or(limits::PAGE_ROWS_DEFAULT),
    };
    let page = office::ask(&state, move |ops| ops.overlap_report(&caller, &filter)).await?;
    let one = |p: ops::OverlapPair| PairBody {
        cameras: [p.one.code, p.other.code],
        share: p.share,
        purposes: p.purposes,
        agreed: p.agreed,
    };
    Ok(HttpResponse::Ok().json(PairsBody {
        items: page.items.into_iter().map(one).collect(),
        next: page.next,
        total: page.total,
    }))
}

/// Documents of a camera
#[utoipa::path(get, path = "/api/v1/cameras/{camera}/documents", tag = "documents", operation_id = "camera_documents",
    params(("camera" = String, Path, description = "Code or id")),
    responses((status = 200, body = DocumentsBody),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn documents(
    state: web::Data<WebState>,
    who: SignedIn,
    camera: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let camera = office::camera(&state, &who, &camera).await?;
    let caller = who.caller.clone();
    let all = office::ask(&state, move |ops| ops.documents_of(&caller, &camera)).await?;
    Ok(HttpResponse::Ok().json(DocumentsBody { items: all.into_iter().map(document_body).collect() }))
}

/// Adds a document to a camera
#[utoipa::path(post, path = "/api/v1/cameras/{camera}/documents", tag = "documents", operation_id = "camera_document_add",
    params(("camera" = String, Path, description = "Code or id")),
    request_body = NewDocument,
    responses((status = 201, body = DocumentBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn add_document(
    state: web::Data<WebState>,
    who: SignedIn,
    camera: web::Path<String>,
    new: Json<NewDocument>,
) -> Result<HttpResponse, Failure> {
    let camera = office::camera(&state, &who, &camera).await?;
    let (caller, draft) = (who.caller.clone(), DocumentDraft::from(new.0));
    let document = office::ask(&state, move |ops| ops.add_document(&caller, camera.id, &draft, None)).await?;
    Ok(HttpResponse::Created().json(document_body(document)))
}

/// Takes a document away from a camera
#[utoipa::path(delete, path = "/api/v1/cameras/{camera}/documents/{id}", tag = "documents", operation_id = "camera_document_remove",
    params(("camera" = String, Path, description = "Code or id"), ("id" = String, Path, description = "The document's id")),
    responses((status = 204, description = "Taken away; it goes altogether when nothing else rests on it"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn remove_document(
    state: web::Data<WebState>,
    who: SignedIn,
    place: web::Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let (camera, id) = place.into_inner();
    let camera = office::camera(&state, &who, &camera).await?;
    office::remove_document(&state, &who, camera.id, office::document_id(&id)?).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Keeps the file of a camera's document
///
/// The body is the file itself; its type is told by its bytes: PDF, PNG, JPEG, TIFF, WebP, DOCX, DOC, ODT, XLSX, XLS, ODS.
#[utoipa::path(put, path = "/api/v1/cameras/{camera}/documents/{id}/file", tag = "documents", operation_id = "camera_document_file_put",
    params(("camera" = String, Path, description = "Code or id"), ("id" = String, Path, description = "The document's id"),
        ("name" = Option<String>, Query, description = "The file's name, for people")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = DocumentBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json")))]
pub async fn put_file(
    state: web::Data<WebState>,
    who: SignedIn,
    place: web::Path<(String, String)>,
    asked: Asked,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let (camera, id) = place.into_inner();
    let camera = office::camera(&state, &who, &camera).await?;
    let (caller, id) = (who.caller.clone(), office::document_id(&id)?);
    let upload = Upload { name: asked.0.text("name").to_owned(), bytes: body.0.to_vec() };
    let document = office::ask(&state, move |ops| {
        let d = ops.document(&caller, id)?;
        let date = d.date.map(|d| d.to_string()).unwrap_or_default();
        let same = DocumentDraft { kind: d.kind, number: d.number, date, issuer: d.issuer, title: d.title };
        ops.change_document(&caller, camera.id, id, &same, Some(&upload), None)
    })
    .await?;
    Ok(HttpResponse::Ok().json(document_body(document)))
}

/// Adds the file to a paper of a grant or a request
///
/// By whoever entered the paper, once. The body is the file itself, as of a camera's document.
#[utoipa::path(put, path = "/api/v1/documents/{id}/file", tag = "documents", operation_id = "document_file_put",
    params(("id" = String, Path, description = "The document's id"),
        ("name" = Option<String>, Query, description = "The file's name, for people")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = DocumentBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json")))]
pub async fn attach_file(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
    asked: Asked,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let (caller, id) = (who.caller.clone(), office::document_id(&id)?);
    let upload = Upload { name: asked.0.text("name").to_owned(), bytes: body.0.to_vec() };
    let document = office::ask(&state, move |ops| ops.attach_file(&caller, id, &upload)).await?;
    Ok(HttpResponse::Ok().json(document_body(document)))
}

/// One document
#[utoipa::path(get, path = "/api/v1/documents/{id}", tag = "documents", operation_id = "document_get",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, body = DocumentBody, headers(("ETag" = String, description = "For If-Match"))),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn document(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let (caller, id) = (who.caller.clone(), office::document_id(&id)?);
    let document = office::ask(&state, move |ops| ops.document(&caller, id)).await?;
    Ok(with_mark(document))
}

/// A document's file
#[utoipa::path(get, path = "/api/v1/documents/{id}/file", tag = "documents", operation_id = "document_file",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The file, as an attachment", content_type = "application/octet-stream"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn file(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
    req: HttpRequest,
) -> Result<HttpResponse, Failure> {
    crate::pages::record::file(state, who, id, req).await
}

/// The `ETag` of a revision, for the other records of this room.
pub(super) fn tag(revision: u64) -> String {
    etag(revision)
}
