//! `/api/v1/camera-lists`: saved lists of cameras that rights are given by (A7.5).

use super::rights_bodies as b;
use crate::body::{Asked, Json};
use crate::office::{self, sharing as s};
use crate::problem::{Failure, Problem};
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use base::{CameraId, CameraListId};
use domain::{CameraListChange, FieldFault};
use ops::CameraListInfo;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A list of cameras.
#[derive(Debug, Serialize, ToSchema)]
pub struct CameraListBody {
    /// Id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Id of the unit that keeps it; `null`: the node's administrators.
    pub unit: Option<String>,
    /// Codes of its cameras, as far as the caller sees them.
    pub cameras: Vec<String>,
    /// Rights that name it and have not ended.
    pub grants: usize,
    /// Who made it.
    pub made_by: String,
    /// When, RFC 3339 UTC.
    pub made_at: String,
    /// When it was last changed, RFC 3339 UTC.
    pub changed_at: String,
    /// Counts the changes; also in the `ETag`.
    pub revision: u64,
}

/// A page of lists.
#[derive(Debug, Serialize, ToSchema)]
pub struct CameraListsBody {
    /// The lists, by name.
    pub items: Vec<CameraListBody>,
    /// Cursor of the next page; `null` on the last.
    pub next: Option<String>,
    /// All that match.
    pub total: usize,
}

/// A list to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCameraList {
    /// What it is called; no other list of the same unit is called so.
    pub name: String,
    /// Cameras by code or id; not of the police.
    #[serde(default)]
    pub cameras: Vec<String>,
}

/// A change of a list; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CameraListPatch {
    /// Another name.
    #[serde(default)]
    pub name: Option<String>,
    /// Cameras that come onto it, by code or id. Rights that were given before do not hold them.
    #[serde(default)]
    pub add: Vec<String>,
    /// Cameras that leave it, by code or id. Rights that held them through the list end for them at once.
    #[serde(default)]
    pub remove: Vec<String>,
}

fn body(info: &CameraListInfo) -> CameraListBody {
    CameraListBody {
        id: info.list.id.to_string(),
        name: info.list.name.clone(),
        unit: info.list.unit.map(|u| u.to_string()),
        cameras: info.cameras.iter().map(|(_, code, _)| code.clone()).collect(),
        grants: info.resting,
        made_by: info.made_by.clone(),
        made_at: info.list.made_at.rfc3339(),
        changed_at: info.list.changed_at.rfc3339(),
        revision: info.list.revision,
    }
}

fn one(info: &CameraListInfo, mut response: HttpResponseBuilder) -> HttpResponse {
    response.insert_header((header::ETAG, b::etag(info.list.revision)));
    response.json(body(info))
}

fn id_of(text: &str) -> Result<CameraListId, Failure> {
    text.parse().map_err(|()| Failure::not_found())
}

fn ids(ops: &ops::Ops, caller: &ops::Caller, named: &[String]) -> Result<Vec<CameraId>, ops::OpsError> {
    let (mut ids, mut faults) = (Vec::with_capacity(named.len()), Vec::new());
    for code in named {
        match ops.camera(caller, code) {
            Ok(camera) => ids.push(camera.id),
            Err(ops::OpsError::NotFound(_)) => faults.push(FieldFault { field: "cameras", ..s::no_such_camera(code) }),
            Err(other) => return Err(other),
        }
    }
    if faults.is_empty() { Ok(ids) } else { Err(faults.into()) }
}

/// Lists of cameras
///
/// Those that the caller keeps: of its own unit and the units below it.
#[utoipa::path(get, path = "/api/v1/camera-lists", tag = "rights", operation_id = "camera_lists_list",
    params(("q" = Option<String>, Query, description = "Words in the name or the unit's"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<usize>, Query, description = "Rows, 1 to 500; 50 if left out")),
    responses((status = 200, body = CameraListsBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub async fn list(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let (caller, q, cursor) = (who.caller.clone(), asked.0.text("q").to_owned(), asked.0.optional("cursor"));
    let limit = b::limit(&asked.0)?;
    let page = office::ask(&state, move |ops| ops.camera_lists(&caller, &q, cursor.as_deref(), limit)).await?;
    Ok(HttpResponse::Ok().json(CameraListsBody {
        items: page.items.iter().map(body).collect(),
        next: page.next,
        total: page.total,
    }))
}

/// One list of cameras
#[utoipa::path(get, path = "/api/v1/camera-lists/{id}", tag = "rights", operation_id = "camera_list_get",
    params(("id" = String, Path, description = "Id")),
    responses((status = 200, body = CameraListBody, headers(("ETag" = String, description = "Revision, for If-Match"))),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn get(state: web::Data<WebState>, who: SignedIn, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    let (caller, id) = (who.caller.clone(), id_of(&id)?);
    let info = office::ask(&state, move |ops| ops.camera_list(&caller, id)).await?;
    Ok(one(&info, HttpResponse::Ok()))
}

/// Makes a list of cameras, for the caller's unit
#[utoipa::path(post, path = "/api/v1/camera-lists", tag = "rights", operation_id = "camera_list_make",
    request_body = NewCameraList,
    responses((status = 201, body = CameraListBody,
            headers(("Location" = String, description = "Its address"), ("ETag" = String, description = "Revision"))),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub async fn make(
    state: web::Data<WebState>,
    who: SignedIn,
    new: Json<NewCameraList>,
) -> Result<HttpResponse, Failure> {
    let (caller, new) = (who.caller.clone(), new.0);
    let info = office::ask(&state, move |ops| {
        let cameras = ids(ops, &caller, &new.cameras)?;
        ops.make_camera_list(&caller, &new.name, &cameras)
    })
    .await?;
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, format!("/api/v1/camera-lists/{}", info.list.id)));
    Ok(one(&info, response))
}

/// Changes a list of cameras
///
/// A camera that comes onto it is not within rights that were given before; one that leaves it leaves them at once. Refused
/// where that would take from a right that the caller may not end.
#[utoipa::path(patch, path = "/api/v1/camera-lists/{id}", tag = "rights", operation_id = "camera_list_change",
    params(("id" = String, Path, description = "Id"), ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = CameraListPatch,
    responses((status = 200, body = CameraListBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 412, body = Problem, content_type = "application/problem+json"),
        (status = 428, body = Problem, content_type = "application/problem+json")))]
pub async fn change(
    state: web::Data<WebState>,
    who: SignedIn,
    req: HttpRequest,
    id: web::Path<String>,
    wish: Json<CameraListPatch>,
) -> Result<HttpResponse, Failure> {
    let (caller, id, revision, wish) = (who.caller.clone(), id_of(&id)?, b::if_match(&req)?, wish.0);
    let done = office::ask(&state, move |ops| {
        let (add, remove) = (ids(ops, &caller, &wish.add)?, ids(ops, &caller, &wish.remove)?);
        ops.change_camera_list(&caller, id, Some(revision), CameraListChange { name: wish.name, add, remove })
    });
    let info = done.await.map_err(b::precondition)?;
    Ok(one(&info, HttpResponse::Ok()))
}

/// Removes a list of cameras that no right rests on
#[utoipa::path(delete, path = "/api/v1/camera-lists/{id}", tag = "rights", operation_id = "camera_list_remove",
    params(("id" = String, Path, description = "Id"), ("If-Match" = String, Header, description = "The ETag that was read")),
    responses((status = 204, description = "Removed"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 412, body = Problem, content_type = "application/problem+json"),
        (status = 428, body = Problem, content_type = "application/problem+json")))]
pub async fn remove(
    state: web::Data<WebState>,
    who: SignedIn,
    req: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let (caller, id, revision) = (who.caller.clone(), id_of(&id)?, b::if_match(&req)?);
    let done = office::ask(&state, move |ops| ops.remove_camera_list(&caller, id, Some(revision)));
    done.await.map_err(b::precondition)?;
    Ok(HttpResponse::NoContent().finish())
}
