//! `/api/v1/assets`: mounting assets.

use super::cameras::if_match;
use super::record::tag;
use crate::body::{Asked, Json};
use crate::office;
use crate::problem::{self, Failure, Problem};
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use base::Said;
use domain::{AssetDraft, MountingAsset};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A mounting asset.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssetBody {
    /// Id.
    pub id: String,
    /// Code on its plate.
    pub code: String,
    /// Code of its kind (register `asset_kind`).
    pub kind: String,
    /// Name or remark.
    pub name: String,
    /// Latitude, WGS 84.
    pub lat: Option<f64>,
    /// Longitude, WGS 84.
    pub lon: Option<f64>,
    /// Who owns it.
    pub owner: String,
    /// Counts the changes; also in the `ETag`.
    pub revision: u64,
    /// Codes of the cameras on it that the caller sees; only where one asset is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cameras: Option<Vec<String>>,
    /// How many those are.
    pub cameras_n: Option<usize>,
}

/// One page of mounting assets.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssetsBody {
    /// By code.
    pub items: Vec<AssetBody>,
    /// Cursor of the next page; `null` on the last.
    pub next: Option<String>,
    /// All that match.
    pub total: usize,
}

/// A mounting asset to be stored.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssetWish {
    /// Code on its plate; unique.
    pub code: String,
    /// Kind: code or name in the register `asset_kind`.
    pub kind: String,
    /// Name or remark.
    #[serde(default)]
    pub name: String,
    /// Where: `10.776889, 106.700806`, degrees-minutes-seconds, or VN-2000.
    #[serde(default)]
    pub position: String,
    /// Who owns it.
    #[serde(default)]
    pub owner: String,
}

impl From<AssetWish> for AssetDraft {
    fn from(w: AssetWish) -> Self {
        AssetDraft { code: w.code, kind: w.kind, name: w.name, position: w.position, owner: w.owner }
    }
}

fn body(a: MountingAsset, cameras_n: Option<usize>) -> AssetBody {
    AssetBody {
        id: a.id.to_string(),
        code: a.code,
        kind: a.kind,
        name: a.name,
        lat: a.position.map(|p| p.lat),
        lon: a.position.map(|p| p.lon),
        owner: a.owner,
        revision: a.revision,
        cameras: None,
        cameras_n,
    }
}

/// Mounting assets, by code
#[utoipa::path(get, path = "/api/v1/assets", tag = "assets", operation_id = "assets_list",
    params(("q" = Option<String>, Query, description = "Words in code, name, owner"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<usize>, Query, description = "Rows, 1 to 500; 50 if left out")),
    responses((status = 200, body = AssetsBody)))]
pub async fn list(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let (caller, asked) = (who.caller.clone(), asked.0);
    let limit = asked.page_rows()?;
    let page = office::ask(&state, move |ops| {
        ops.list_assets(&caller, asked.text("q"), asked.optional("cursor").as_deref(), limit)
    })
    .await?;
    Ok(HttpResponse::Ok().json(AssetsBody {
        items: page.items.into_iter().map(|i| body(i.asset, Some(i.cameras))).collect(),
        next: page.next,
        total: page.total,
    }))
}

/// One mounting asset, with the cameras on it
#[utoipa::path(get, path = "/api/v1/assets/{asset}", tag = "assets", operation_id = "asset_get",
    params(("asset" = String, Path, description = "Code or id")),
    responses((status = 200, body = AssetBody, headers(("ETag" = String, description = "Revision, for If-Match"))),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn get(state: web::Data<WebState>, who: SignedIn, named: web::Path<String>) -> Result<HttpResponse, Failure> {
    let (caller, named) = (who.caller.clone(), named.into_inner());
    let (asset, cameras) = office::ask(&state, move |ops| ops.asset(&caller, &named)).await?;
    let revision = asset.revision;
    let codes: Vec<String> = cameras.into_iter().map(|c| c.code).collect();
    let body = AssetBody { cameras_n: Some(codes.len()), cameras: Some(codes), ..body(asset, None) };
    Ok(HttpResponse::Ok().insert_header((header::ETAG, tag(revision))).json(body))
}

/// Adds a mounting asset
#[utoipa::path(post, path = "/api/v1/assets", tag = "assets", operation_id = "asset_add", request_body = AssetWish,
    responses((status = 201, body = AssetBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json")))]
pub async fn add(state: web::Data<WebState>, who: SignedIn, wish: Json<AssetWish>) -> Result<HttpResponse, Failure> {
    let (caller, draft) = (who.caller.clone(), AssetDraft::from(wish.0));
    let asset = office::ask(&state, move |ops| ops.add_asset(&caller, &draft)).await?;
    let place = format!("/api/v1/assets/{}", asset.id);
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, place))
        .insert_header((header::ETAG, tag(asset.revision)))
        .json(body(asset, Some(0))))
}

/// The asset of that name, and the revision in `If-Match`, which must be its own.
async fn fresh(
    state: &WebState,
    who: &SignedIn,
    req: &HttpRequest,
    named: String,
) -> Result<(MountingAsset, u64), Failure> {
    let caller = who.caller.clone();
    let (asset, _) = office::ask(state, move |ops| ops.asset(&caller, &named)).await?;
    let revision = if_match(req)?;
    if revision == asset.revision {
        return Ok((asset, revision));
    }
    Err(Failure::new(
        problem::CHANGED_MEANWHILE,
        Said::new(
            "Mục này đã được người khác thay đổi sau khi bạn đọc. Hãy đọc lại rồi gửi thay đổi.",
            "Somebody else changed this after you read it. Read it again and send your change.",
        ),
    ))
}

/// Stores all of a mounting asset anew
#[utoipa::path(put, path = "/api/v1/assets/{asset}", tag = "assets", operation_id = "asset_change", request_body = AssetWish,
    params(("asset" = String, Path, description = "Code or id"),
        ("If-Match" = String, Header, description = "The ETag that was read")),
    responses((status = 200, body = AssetBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 412, body = Problem, content_type = "application/problem+json"),
        (status = 428, body = Problem, content_type = "application/problem+json")))]
pub async fn change(
    state: web::Data<WebState>,
    who: SignedIn,
    req: HttpRequest,
    named: web::Path<String>,
    wish: Json<AssetWish>,
) -> Result<HttpResponse, Failure> {
    let (asset, revision) = fresh(&state, &who, &req, named.into_inner()).await?;
    let (caller, draft) = (who.caller.clone(), AssetDraft::from(wish.0));
    let asset = office::ask(&state, move |ops| ops.change_asset(&caller, asset.id, &draft, revision)).await?;
    Ok(HttpResponse::Ok().insert_header((header::ETAG, tag(asset.revision))).json(body(asset, None)))
}

/// Removes a mounting asset that no camera is on
#[utoipa::path(delete, path = "/api/v1/assets/{asset}", tag = "assets", operation_id = "asset_remove",
    params(("asset" = String, Path, description = "Code or id"),
        ("If-Match" = String, Header, description = "The ETag that was read")),
    responses((status = 204, description = "Removed"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn remove(
    state: web::Data<WebState>,
    who: SignedIn,
    req: HttpRequest,
    named: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let (asset, revision) = fresh(&state, &who, &req, named.into_inner()).await?;
    let caller = who.caller.clone();
    office::ask(&state, move |ops| ops.remove_asset(&caller, asset.id, revision)).await?;
    Ok(HttpResponse::NoContent().finish())
}
