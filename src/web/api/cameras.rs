//! `/api/v1/cameras`

use super::facts::{self, FactsBody, MissingBody, StandingBody};
use super::record::NewDocument;
use crate::body::{Asked, Json};
use crate::drafts::Address;
use crate::office::{self, Change, Further};
use crate::problem::{self, Failure, Problem};
use crate::state::WebState;
use crate::streams::{self, StreamBody};
use crate::visitor::{self, SignedIn, TheCamera};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use base::{CivilDate, Language, Said, Secret, StreamKind};
use domain::{Act, Camera};
use media::{StreamState, TrackKey};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use templates::views::DetailsForm;
use utoipa::ToSchema;

/// One camera. Its password is never part of an answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct CameraBody {
    /// Id; stays for life.
    pub id: String,
    /// Code, for example `79.760-0001`; either names the camera in addresses.
    pub code: String,
    /// Name.
    pub name: String,
    /// Area (địa bàn).
    pub area: Option<String>,
    /// Unit (đơn vị).
    pub unit: Option<String>,
    /// RTSP address of the main stream, without user and password; only for accounts that may edit cameras.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub main_url: Option<String>,
    /// RTSP address of the substream; as `main_url`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_url: Option<String>,
    /// The camera's user name; as `main_url`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// `tcp` or `udp`.
    pub transport: &'static str,
    /// Has it a substream?
    pub has_sub: bool,
    /// When it was added, RFC 3339 UTC.
    pub created_at: String,
    /// When its record was last changed.
    pub changed_at: String,
    /// Counts the changes; also in the `ETag`.
    pub revision: u64,
    /// Everything else of its record.
    pub facts: FactsBody,
    /// How complete the record is; only where one camera is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completeness: Option<StandingBody>,
    /// State of the main stream.
    pub main: StreamBody,
    /// State of the substream, if it has one.
    pub sub: Option<StreamBody>,
}

/// One page of cameras.
#[derive(Debug, Serialize, ToSchema)]
pub struct CamerasBody {
    /// The cameras.
    pub items: Vec<CameraBody>,
    /// Cursor of the next page; `null` on the last.
    pub next: Option<String>,
    /// All that match.
    pub total: Option<u64>,
}

/// A new camera.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCamera {
    /// Name.
    pub name: String,
    /// `rtsp://…`; user and password in it are taken out and kept sealed.
    pub main_url: String,
    /// RTSP address of the substream.
    pub sub_url: Option<String>,
    /// The camera's user name.
    pub username: Option<String>,
    /// The camera's password; kept sealed, never given back.
    #[schema(write_only)]
    pub password: Option<String>,
    /// Code; the next free one of the area if left out.
    pub code: Option<String>,
    /// Area (địa bàn).
    pub area: Option<String>,
    /// Unit (đơn vị).
    pub unit: Option<String>,
    /// `tcp` (default) or `udp`.
    pub transport: Option<Transport>,
    /// Everything else of its record; counts for completeness.
    #[schema(value_type = Option<FactsBody>)]
    pub facts: Option<Value>,
    /// The agreement, where cameras of like purpose see the same (articles 5.4, 13.1).
    pub agreement: Option<NewDocument>,
    /// Why, for the record.
    pub reason: Option<String>,
}

/// How RTP comes from the camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// Inside the RTSP connection.
    Tcp,
    /// Own UDP ports.
    Udp,
}

/// Changes to a camera: what is left out stays, `null` takes away.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CameraChange {
    /// Name.
    pub name: Option<String>,
    /// Code.
    pub code: Option<String>,
    /// Area.
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Option<String>)]
    pub area: Option<Option<String>>,
    /// Unit.
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Option<String>)]
    pub unit: Option<Option<String>>,
    /// RTSP address of the main stream.
    pub main_url: Option<String>,
    /// RTSP address of the substream.
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Option<String>)]
    pub sub_url: Option<Option<String>>,
    /// The camera's user name.
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Option<String>)]
    pub username: Option<Option<String>>,
    /// The camera's password.
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Option<String>, write_only)]
    pub password: Option<Option<String>>,
    /// `tcp` or `udp`.
    pub transport: Option<Transport>,
    /// The other facts that change: what is left out of it stays, `null` empties a field.
    #[schema(value_type = Option<FactsBody>)]
    pub facts: Option<Value>,
    /// The agreement, where cameras of like purpose see the same (articles 5.4, 13.1).
    pub agreement: Option<NewDocument>,
    /// The day on which it happened outside (article 9.1), `yyyy-mm-dd`; today if left out.
    #[schema(value_type = Option<String>)]
    pub happened_on: Option<CivilDate>,
    /// Why, for the record.
    pub reason: Option<String>,
}

/// `null` is a value; only an absent field is none.
fn some<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Option<String>>, D::Error> {
    Option::<String>::deserialize(d).map(Some)
}

/// A camera for that caller.
fn body(camera: Camera, states: &HashMap<TrackKey, StreamState>, language: Language, edits: bool) -> CameraBody {
    let of = |stream| streams::body(states.get(&TrackKey { camera: camera.id, stream }), language);
    CameraBody {
        facts: facts::body(&camera),
        completeness: None,
        main: of(StreamKind::Main),
        sub: camera.sub_url.is_some().then(|| of(StreamKind::Sub)),
        has_sub: camera.sub_url.is_some(),
        transport: if office::is_udp(&camera) { "udp" } else { "tcp" },
        id: camera.id.to_string(),
        code: camera.code,
        name: camera.name,
        area: camera.area,
        unit: camera.unit,
        main_url: edits.then_some(camera.main_url),
        sub_url: camera.sub_url.filter(|_| edits),
        username: camera.username.filter(|_| edits),
        created_at: camera.created_at.rfc3339(),
        changed_at: camera.changed_at.rfc3339(),
        revision: camera.revision,
    }
}

pub(super) fn etag(revision: u64) -> String {
    format!("\"r{revision}\"")
}

/// The revision in `If-Match` (RFC 9110 §13.1.1); required where a change could overwrite another.
pub(super) fn if_match(req: &HttpRequest) -> Result<u64, Failure> {
    let text = visitor::header_text(req, header::IF_MATCH).ok_or_else(|| {
        Failure::new(
            problem::IF_MATCH_NEEDED,
            Said::new(
                "Thiếu If-Match: hãy đọc camera trước và gửi lại ETag của nó.",
                "If-Match is missing: read the camera first and send its ETag.",
            ),
        )
    })?;
    text.trim().trim_matches('"').strip_prefix('r').and_then(|n| n.parse().ok()).ok_or_else(|| {
        Failure::new(
            problem::CHANGED_MEANWHILE,
            Said::new("If-Match không phải ETag của camera này.", "If-Match is not an ETag of this camera."),
        )
    })
}

/// One camera with what stands out about its record.
pub(super) async fn one(
    state: &WebState,
    who: &SignedIn,
    camera: Camera,
    mut response: actix_web::HttpResponseBuilder,
) -> Result<HttpResponse, Failure> {
    response.insert_header((header::ETAG, etag(camera.revision)));
    let edits = office::may_on(state, who, Act::EditCameras, &camera);
    let states = office::states_of(state, &[&camera]);
    let language = who.visitor.language;
    let (caller, of) = (who.caller.clone(), camera.clone());
    let standing = office::ask(state, move |ops| ops.camera_standing(&caller, &of)).await?;
    let missing = |m: domain::Missing| MissingBody { field: m.field.to_owned(), said: m.said.of(language).to_owned() };
    let standing = StandingBody {
        percent: standing.completeness.percent,
        missing: standing.completeness.missing.into_iter().map(missing).collect(),
        stale: standing.stale,
        layer: standing.layer.map(|l| l.code),
        fitting_purposes: match standing.advice {
            Some(domain::layer::HeightAdvice::Unfit { fitting, .. }) => Some(fitting),
            _ => None,
        },
    };
    Ok(response.json(CameraBody { completeness: Some(standing), ..body(camera, &states, language, edits) }))
}

/// Cameras, by code
#[utoipa::path(get, path = "/api/v1/cameras", tag = "cameras", operation_id = "cameras_list",
    params(("q" = Option<String>, Query, description = "Words in code, names, address, device, or names of area and unit \
            (former ones too); diacritics do not matter"),
        ("area" = Option<String>, Query, description = "An area and all within it: id, code or name; `-`: none"),
        ("unit" = Option<String>, Query, description = "A unit and all that belong to it: id, code or name; `-`: none"),
        ("sector" = Option<String>, Query, description = "Code of a sector"),
        ("purpose" = Option<String>, Query, description = "Code of a purpose"),
        ("layer" = Option<String>, Query, description = "Code of a height layer"),
        ("place" = Option<String>, Query, description = "Code of a category of places"),
        ("state" = Option<String>, Query, description = "Phase of the main stream: live, connecting, waiting, unknown"),
        ("list" = Option<String>, Query, description = "incomplete, stale, no-position, no-direction or unresolved"),
        ("bbox" = Option<String>, Query, description = "West,south,east,north in degrees (WGS 84)"),
        ("within" = Option<String>, Query, description = "`box:W,S,E,N`, `circle:LAT,LON,METRES` or `polygon:LAT,LON;LAT,LON;…`"),
        ("sort" = Option<String>, Query, description = "code (default), name, area, unit, state, completeness, changed"),
        ("dir" = Option<String>, Query, description = "asc (default) or desc"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<usize>, Query, description = "Rows, 1 to 500; 50 if left out")),
    responses((status = 200, body = CamerasBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
pub async fn list(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let filter = office::camera_filter(&state, &asked.0)?;
    let page = office::list_cameras(&state, &who, filter).await?;
    let eyes = state.ops.eyes(&who.caller);
    let states = office::states_of(&state, &page.items.iter().collect::<Vec<_>>());
    let language = who.visitor.language;
    Ok(HttpResponse::Ok().json(CamerasBody {
        items: page
            .items
            .into_iter()
            .map(|c| {
                let edits = eyes.may(Act::EditCameras, &c);
                body(c, &states, language, edits)
            })
            .collect(),
        next: page.next,
        total: Some(page.total as u64),
    }))
}

/// One camera
#[utoipa::path(get, path = "/api/v1/cameras/{camera}", tag = "cameras", operation_id = "camera_get",
    params(("camera" = String, Path, description = "Code or id")),
    responses((status = 200, body = CameraBody, headers(("ETag" = String, description = "Revision, for If-Match"))),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn get(state: web::Data<WebState>, who: SignedIn, camera: TheCamera) -> Result<HttpResponse, Failure> {
    let camera = camera.0;
    one(&state, &who, camera, HttpResponse::Ok()).await
}

/// Adds a camera
#[utoipa::path(post, path = "/api/v1/cameras", tag = "cameras", operation_id = "camera_add",
    request_body = NewCamera,
    responses((status = 201, body = CameraBody,
            headers(("Location" = String, description = "Its address"), ("ETag" = String, description = "Revision"))),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json")))]
pub async fn add(state: web::Data<WebState>, who: SignedIn, new: Json<NewCamera>) -> Result<HttpResponse, Failure> {
    let new = new.0;
    let details = DetailsForm {
        name: new.name,
        code: new.code.unwrap_or_default(),
        area: new.area.unwrap_or_default(),
        unit: new.unit.unwrap_or_default(),
    };
    let address = Address {
        main_url: new.main_url,
        sub_url: new.sub_url.filter(|s| !s.is_empty()),
        username: new.username.filter(|s| !s.is_empty()),
        password: new.password.filter(|s| !s.is_empty()).map(Secret::new),
        udp: new.transport == Some(Transport::Udp),
    };
    let further = Further {
        facts: facts::read(new.facts.as_ref())?,
        agreement: new.agreement.map(Into::into),
        reason: new.reason,
    };
    let camera = office::register(&state, &who, &details, address, further).await?;
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, format!("/api/v1/cameras/{}", templates::routes::segment(&camera.code))));
    one(&state, &who, camera, response).await
}

/// Changes a camera
///
/// Needs `If-Match` with the `ETag` that was read, so that nobody's change is lost unseen.
#[utoipa::path(patch, path = "/api/v1/cameras/{camera}", tag = "cameras", operation_id = "camera_change",
    params(("camera" = String, Path, description = "Code or id"),
        ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = CameraChange,
    responses((status = 200, body = CameraBody),
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
    camera: TheCamera,
    wish: Json<CameraChange>,
) -> Result<HttpResponse, Failure> {
    let camera = camera.0;
    let revision = if_match(&req)?;
    if revision != camera.revision {
        return Err(Failure::new(
            problem::CHANGED_MEANWHILE,
            Said::new(
                "Camera này đã được người khác thay đổi sau khi bạn đọc. Hãy đọc lại rồi gửi thay đổi.",
                "Somebody else changed this camera after you read it. Read it again and send your change.",
            ),
        ));
    }
    let wish = wish.0;
    let change = Change {
        name: wish.name,
        code: wish.code,
        area: wish.area,
        unit: wish.unit,
        main_url: wish.main_url,
        sub_url: wish.sub_url,
        username: wish.username,
        password: wish.password.map(|p| p.filter(|p| !p.is_empty()).map(Secret::new)),
        udp: wish.transport.map(|t| t == Transport::Udp),
        facts: facts::read(wish.facts.as_ref())?,
        agreement: wish.agreement.map(Into::into),
        happened_on: wish.happened_on,
        reason: wish.reason,
    };
    let camera = office::change(&state, &who, camera.id, change, revision).await?;
    one(&state, &who, camera, HttpResponse::Ok()).await
}

/// Removes a camera
///
/// With `confirm_name`, only if that is still the camera's name.
#[utoipa::path(delete, path = "/api/v1/cameras/{camera}", tag = "cameras", operation_id = "camera_remove",
    params(("camera" = String, Path, description = "Code or id"),
        ("confirm_name" = Option<String>, Query, description = "The camera's name, to be sure")),
    responses((status = 204, description = "Removed; its viewers have been told"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn remove(
    state: web::Data<WebState>,
    who: SignedIn,
    camera: TheCamera,
    asked: Asked,
) -> Result<HttpResponse, Failure> {
    let camera = camera.0;
    let name = asked.0.optional("confirm_name").unwrap_or_else(|| camera.name.clone());
    office::remove(&state, &who, camera.id, name).await?;
    Ok(HttpResponse::NoContent().finish())
}
