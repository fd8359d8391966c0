//! Parts of a camera's page that have addresses of their own: confirming, replacing the device, documents, history.

use super::accounts::{bodiless, only_head};
use super::camera::again;
use crate::body::{Asked, Form, Parts};
use crate::flash::Note;
use crate::problem::Failure;
use crate::state::WebState;
use crate::visitor::SignedIn;
use crate::{office, shell};
use actix_web::http::header::{
    self, Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue, HeaderValue,
};
use actix_web::{HttpRequest, HttpResponse, web};
use domain::{CameraPatch, StoredFile};
use templates::routes;
use templates::views::HistoryView;

fn back(code: &str, part: &str) -> String {
    format!("{}#part-{part}", routes::camera(code))
}

/// `POST /cameras/{camera}/confirm`
pub async fn confirm(
    state: web::Data<WebState>,
    who: SignedIn,
    camera: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let camera = office::camera(&state, &who, &camera).await?;
    let revision = form.0.number("revision").unwrap_or(0);
    match office::confirm(&state, &who, camera.id, revision).await {
        Ok(camera) => Ok(shell::done(&state, &back(&camera.code, "overview"), Note::CameraConfirmed, &camera.name)),
        Err(failure) => again(&state, &who, &camera, failure, &form.0, "").await,
    }
}

/// `POST /cameras/{camera}/device`
pub async fn device(
    state: web::Data<WebState>,
    who: SignedIn,
    camera: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let camera = office::camera(&state, &who, &camera).await?;
    let revision = form.0.number("revision").unwrap_or(0);
    let filled = |name: &str| form.0.optional(name);
    let password = form.0.secret("password");
    let patch = office::facts_of(&form.0).and_then(|facts| {
        // Empty fields of the new device are not known, which is not a change by itself.
        let mut patch = CameraPatch {
            facts: facts.without_clearing(),
            main_url: filled("main_url"),
            sub_url: filled("sub_url").map(Some),
            username: filled("username").map(Some),
            password: (!password.is_empty()).then_some(Some(password)),
            ..CameraPatch::default()
        };
        office::why_of(&form.0, &mut patch).map_err(|f| vec![f])?;
        Ok(patch)
    });
    let done = match patch {
        Ok(patch) => office::replace(&state, &who, camera.id, patch, revision).await,
        Err(faults) => Err(office::invalid(faults)),
    };
    match done {
        Ok(camera) => Ok(shell::done(&state, &back(&camera.code, "device"), Note::DeviceReplaced, &camera.name)),
        Err(failure) => again(&state, &who, &camera, failure, &form.0, "replace").await,
    }
}

/// `POST /cameras/{camera}/documents`
pub async fn add_document(
    state: web::Data<WebState>,
    who: SignedIn,
    camera: web::Path<String>,
    parts: Parts,
) -> Result<HttpResponse, Failure> {
    let camera = office::camera(&state, &who, &camera).await?;
    match office::add_document(&state, &who, camera.id, parts.clone()).await {
        Ok(_) => Ok(shell::done(&state, &back(&camera.code, "papers"), Note::DocumentAdded, &camera.name)),
        Err(failure) => again(&state, &who, &camera, failure, &parts.fields, "papers").await,
    }
}

/// `POST /cameras/{camera}/documents/{id}/remove`
pub async fn remove_document(
    state: web::Data<WebState>,
    who: SignedIn,
    place: web::Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let (camera, id) = place.into_inner();
    let camera = office::camera(&state, &who, &camera).await?;
    office::remove_document(&state, &who, camera.id, office::document_id(&id)?).await?;
    Ok(shell::done(&state, &back(&camera.code, "papers"), Note::DocumentRemoved, &camera.name))
}

/// `GET /documents/{id}/file`, for pages and programs.
pub async fn file(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
    req: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let (caller, id) = (who.caller.clone(), office::document_id(&id)?);
    if only_head(&req) {
        let document = office::ask(&state, move |ops| ops.document(&caller, id)).await?;
        let file = document.file.ok_or_else(Failure::not_found)?;
        return Ok(HttpResponse::Ok().content_type(file.media_type).streaming(bodiless()));
    }
    let (file, bytes) = office::ask(&state, move |ops| ops.document_file(&caller, id)).await?;
    Ok(attachment(&file, bytes))
}

/// A kept file: to be saved, never shown or run by the browser on the node's behalf.
fn attachment(file: &StoredFile, bytes: Vec<u8>) -> HttpResponse {
    let plain: String = file.name.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '_' }).collect();
    let plain = plain.replace(['"', '\\'], "_");
    let whole = ExtendedValue {
        charset: Charset::Ext("UTF-8".to_owned()),
        language_tag: None,
        value: file.name.clone().into_bytes(),
    };
    let disposition = ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::Filename(plain), DispositionParam::FilenameExt(whole)],
    };
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, file.media_type.as_str()))
        .insert_header(disposition)
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .insert_header((header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")))
        .insert_header((header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")))
        .body(bytes)
}

/// Rows of a page of a history.
const ROWS: usize = 50;

/// `GET /cameras/{camera}/history`
pub async fn history(
    state: web::Data<WebState>,
    who: SignedIn,
    camera: web::Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Failure> {
    let camera = office::camera(&state, &who, &camera).await?;
    let language = who.visitor.language;
    let fields = office::history_fields(language);
    let field = asked.0.optional("field").filter(|f| fields.iter().any(|(n, _)| n == f));
    let before: Option<u64> = asked.0.number("before");
    let (caller, of, wanted) = (who.caller.clone(), camera.clone(), field.clone());
    let (page, registers) = office::ask(&state, move |ops| {
        Ok((ops.camera_history(&caller, &of, wanted.as_deref(), before, ROWS)?, ops.registers()))
    })
    .await?;
    let here = format!("{}/history", routes::camera(&camera.code));
    let field = field.unwrap_or_default();
    let older = page.next.map(|n| routes::with_query(&here, &[("field", &field), ("before", &n.to_string())]));
    let view = HistoryView {
        shell: shell::shell(&state, &who.visitor),
        code: camera.code,
        name: camera.name,
        fields,
        field,
        rows: page.items.iter().map(|r| office::change_row(r, &registers, language)).collect(),
        older,
        later: before.is_some(),
    };
    Ok(shell::ok(&state, &who.visitor, templates::history_page(&view)))
}
