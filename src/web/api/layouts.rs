//! `/api/v1/layouts`: saved layouts of live pictures, of a person and of a unit.

use super::rights_bodies as b;
use crate::body::{Asked, Json};
use crate::office::{self, sharing as s};
use crate::problem::{Failure, Problem};
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use base::{CameraId, LayoutId, Said};
use domain::{FieldFault, LayoutChange, LayoutOwner, LayoutTour};
use ops::{LayoutInfo, NewLayout};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

/// A tour: pages that follow each other by themselves.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TourBody {
    /// Seconds that a page stays, 5 to 3600.
    pub seconds: u32,
    /// Ids of the layouts that follow each other; empty: the pages of this layout's own cameras.
    #[serde(default)]
    pub layouts: Vec<String>,
}

/// A layout.
#[derive(Debug, Serialize, ToSchema)]
pub struct LayoutBody {
    /// Id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Whose: `person` (the caller), `unit` or `node`.
    pub owner: &'static str,
    /// Id of the unit whose it is.
    pub unit_id: Option<String>,
    /// Name of that unit.
    pub unit: Option<String>,
    /// Is it the caller's favourite cameras rather than a layout?
    pub favourites: bool,
    /// May the caller change and remove it?
    pub may_change: bool,
    /// Tiles: 1, 4, 6, 9, 16 or 25.
    pub grid: u8,
    /// Codes of the cameras by tile, as far as the caller sees them; `null` is an empty tile. Beyond the grid: the pages
    /// that follow.
    pub tiles: Vec<Option<String>>,
    /// Its tour.
    pub tour: Option<TourBody>,
    /// Who made it.
    pub made_by: String,
    /// When, RFC 3339 UTC.
    pub made_at: String,
    /// When it was last changed, RFC 3339 UTC.
    pub changed_at: String,
    /// Counts the changes; also in the `ETag`.
    pub revision: u64,
}

/// A page of layouts.
#[derive(Debug, Serialize, ToSchema)]
pub struct LayoutsBody {
    /// The layouts: the caller's own first, then by name.
    pub items: Vec<LayoutBody>,
    /// Cursor of the next page; `null` on the last.
    pub next: Option<String>,
    /// All that there are.
    pub total: usize,
}

/// A layout to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLayoutBody {
    /// What it is called; no other layout of the same owner is called so.
    pub name: String,
    /// For the caller's unit rather than the caller; needs the right to share cameras.
    #[serde(default)]
    pub for_unit: bool,
    /// The caller's favourite cameras; one for each person.
    #[serde(default)]
    pub favourites: bool,
    /// Tiles: 1, 4, 6, 9, 16 or 25; 4 if left out.
    #[serde(default)]
    pub grid: Option<u8>,
    /// Cameras by tile, by code or id; `null` is an empty tile. At most 250, over all pages.
    #[serde(default)]
    pub tiles: Vec<Option<String>>,
    /// Its tour.
    #[serde(default)]
    pub tour: Option<TourBody>,
}

/// A change of a layout; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LayoutPatch {
    /// Another name.
    pub name: Option<String>,
    /// Another number of tiles.
    pub grid: Option<u8>,
    /// Other cameras, all of them. A tile that is left empty keeps a camera that the caller does not see.
    pub tiles: Option<Vec<Option<String>>>,
    /// Another tour; `null`: none.
    #[serde(deserialize_with = "some")]
    #[schema(value_type = Option<TourBody>)]
    pub tour: Option<Option<TourBody>>,
}

/// `null` is a value; only an absent field is none.
fn some<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Option<TourBody>>, D::Error> {
    Option::<TourBody>::deserialize(d).map(Some)
}

fn body(info: &LayoutInfo) -> LayoutBody {
    let l = &info.layout;
    let (owner, unit_id) = match l.owner {
        LayoutOwner::Account(_) => ("person", None),
        LayoutOwner::Unit(id) => ("unit", Some(id.to_string())),
        LayoutOwner::Node => ("node", None),
    };
    LayoutBody {
        id: l.id.to_string(),
        name: l.name.clone(),
        owner,
        unit_id,
        unit: info.unit.clone(),
        favourites: l.favourites,
        may_change: info.may_change,
        grid: l.grid,
        tiles: info.tiles.clone(),
        tour: l
            .tour
            .as_ref()
            .map(|t| TourBody { seconds: t.seconds, layouts: t.layouts.iter().map(ToString::to_string).collect() }),
        made_by: info.made_by.clone(),
        made_at: l.made_at.rfc3339(),
        changed_at: l.changed_at.rfc3339(),
        revision: l.revision,
    }
}

fn one(info: &LayoutInfo, mut response: HttpResponseBuilder) -> HttpResponse {
    response.insert_header((header::ETAG, b::etag(info.layout.revision)));
    response.json(body(info))
}

fn id_of(text: &str) -> Result<LayoutId, Failure> {
    text.parse().map_err(|()| Failure::not_found())
}

fn tiles(
    ops: &ops::Ops,
    caller: &ops::Caller,
    named: &[Option<String>],
) -> Result<Vec<Option<CameraId>>, ops::OpsError> {
    let max = base::limits::LAYOUT_CAMERAS_MAX;
    if named.len() > max {
        let said = Said::new(
            format!("Một bố cục có tối đa {max} ô, kể cả các trang sau."),
            format!("A layout has at most {max} tiles, those of further pages included."),
        );
        return Err(FieldFault::new("tiles", said).into());
    }
    let (mut ids, mut faults) = (Vec::with_capacity(named.len()), Vec::new());
    for code in named {
        let Some(code) = code.as_deref().filter(|c| !c.is_empty()) else {
            ids.push(None);
            continue;
        };
        match ops.camera(caller, code) {
            Ok(camera) => ids.push(Some(camera.id)),
            Err(ops::OpsError::NotFound(_)) => faults.push(FieldFault { field: "tiles", ..s::no_such_camera(code) }),
            Err(other) => return Err(other),
        }
    }
    if faults.is_empty() { Ok(ids) } else { Err(faults.into()) }
}

fn tour(body: TourBody) -> Result<LayoutTour, FieldFault> {
    let layouts = body.layouts.iter().map(|id| id.parse::<LayoutId>()).collect::<Result<_, ()>>();
    let said = || Said::new("tour.layouts gồm mã định danh của các bố cục.", "tour.layouts holds ids of layouts.");
    Ok(LayoutTour { seconds: body.seconds, layouts: layouts.map_err(|()| FieldFault::new("tour", said()))? })
}

/// Layouts of live pictures
///
/// The caller's own, those of the caller's unit and of the units above it, and the node's for those who see all of it.
/// Cameras that the caller may not see are empty tiles.
#[utoipa::path(get, path = "/api/v1/layouts", tag = "live", operation_id = "layouts_list",
    params(("all" = Option<bool>, Query, description = "`true`: also those of units below, for those who keep them"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<usize>, Query, description = "Rows, 1 to 500; 50 if left out")),
    responses((status = 200, body = LayoutsBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub async fn list(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let (caller, cursor, all) = (who.caller.clone(), asked.0.optional("cursor"), asked.0.text("all") == "true");
    let limit = b::limit(&asked.0)?;
    let page = office::ask(&state, move |ops| ops.layouts(&caller, all, cursor.as_deref(), limit)).await?;
    Ok(HttpResponse::Ok().json(LayoutsBody {
        items: page.items.iter().map(body).collect(),
        next: page.next,
        total: page.total,
    }))
}

/// One layout
#[utoipa::path(get, path = "/api/v1/layouts/{id}", tag = "live", operation_id = "layout_get",
    params(("id" = String, Path, description = "Id")),
    responses((status = 200, body = LayoutBody, headers(("ETag" = String, description = "Revision, for If-Match"))),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn get(state: web::Data<WebState>, who: SignedIn, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    let (caller, id) = (who.caller.clone(), id_of(&id)?);
    let info = office::ask(&state, move |ops| ops.layout(&caller, id)).await?;
    Ok(one(&info, HttpResponse::Ok()))
}

/// Makes a layout, for the caller or the caller's unit
#[utoipa::path(post, path = "/api/v1/layouts", tag = "live", operation_id = "layout_make",
    request_body = NewLayoutBody,
    responses((status = 201, body = LayoutBody,
            headers(("Location" = String, description = "Its address"), ("ETag" = String, description = "Revision"))),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub async fn make(
    state: web::Data<WebState>,
    who: SignedIn,
    new: Json<NewLayoutBody>,
) -> Result<HttpResponse, Failure> {
    let (caller, new) = (who.caller.clone(), new.0);
    let info = office::ask(&state, move |ops| {
        let with = LayoutChange {
            name: Some(new.name),
            grid: new.grid,
            tiles: Some(tiles(ops, &caller, &new.tiles)?),
            tour: new.tour.map(tour).transpose()?.map(Some),
        };
        ops.make_layout(&caller, NewLayout { for_unit: new.for_unit, favourites: new.favourites, with })
    })
    .await?;
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, format!("/api/v1/layouts/{}", info.layout.id)));
    Ok(one(&info, response))
}

/// Changes a layout
#[utoipa::path(patch, path = "/api/v1/layouts/{id}", tag = "live", operation_id = "layout_change",
    params(("id" = String, Path, description = "Id"), ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = LayoutPatch,
    responses((status = 200, body = LayoutBody),
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
    wish: Json<LayoutPatch>,
) -> Result<HttpResponse, Failure> {
    let (caller, id, revision, wish) = (who.caller.clone(), id_of(&id)?, b::if_match(&req)?, wish.0);
    let done = office::ask(&state, move |ops| {
        let tour = match wish.tour {
            None => None,
            Some(new) => Some(new.map(tour).transpose()?),
        };
        let tiles = wish.tiles.map(|named| tiles(ops, &caller, &named)).transpose()?;
        ops.change_layout(&caller, id, Some(revision), LayoutChange { name: wish.name, grid: wish.grid, tiles, tour })
    });
    let info = done.await.map_err(b::precondition)?;
    Ok(one(&info, HttpResponse::Ok()))
}

/// Removes a layout
#[utoipa::path(delete, path = "/api/v1/layouts/{id}", tag = "live", operation_id = "layout_remove",
    params(("id" = String, Path, description = "Id"), ("If-Match" = String, Header, description = "The ETag that was read")),
    responses((status = 204, description = "Removed"),
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
    let done = office::ask(&state, move |ops| ops.remove_layout(&caller, id, Some(revision)));
    done.await.map_err(b::precondition)?;
    Ok(HttpResponse::NoContent().finish())
}
