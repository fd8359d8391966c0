//! `GET /api/v1/openapi.json`: OpenAPI 3.1 of everything under `/api/v1/`, generated from the handlers.

use crate::{api, assets, events, problem};
use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use std::sync::OnceLock;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

#[derive(OpenApi)]
#[openapi(
    info(title = "Mắt Lưới", description = "Cameras, live pictures, accounts and audit of one node. Errors are RFC 9457 \
        problems; their `type` is stable. With the sign-in cookie instead of a bearer token, whatever changes something \
        also needs the header `X-CSRF-Token`."),
    paths(
        document_itself,
        api::node::get,
        api::me::get,
        api::tokens::list,
        api::tokens::issue,
        api::tokens::revoke,
        api::cameras::list,
        api::map::cameras,
        api::search::search,
        api::cameras::add,
        api::probe::probe,
        api::cameras::get,
        api::cameras::change,
        api::cameras::remove,
        api::record::confirm,
        api::record::replace,
        api::record::history,
        api::record::overlaps,
        api::record::pairs,
        api::record::documents,
        api::record::add_document,
        api::documents::change,
        api::documents::history,
        api::documents::withdraw,
        api::record::remove_document,
        api::record::put_file,
        api::record::attach_file,
        api::record::document,
        api::record::file,
        api::assets::list,
        api::assets::get,
        api::assets::add,
        api::assets::change,
        api::assets::remove,
        api::imports::csv,
        api::imports::xlsx,
        api::imports::bulk,
        api::imports::list,
        api::imports::send,
        api::imports::template,
        api::imports::get,
        api::imports::failed,
        api::imports::rows,
        api::imports::mend,
        api::imports::act,
        api::own::prefer,
        api::own::password,
        api::own::second_factor,
        api::own::enrol,
        api::own::confirm,
        api::own::codes,
        api::own::remove,
        api::me::sign_ins,
        api::me::end_sign_in,
        api::me::history,
        api::accounts::list,
        api::accounts::add,
        api::accounts::get,
        api::accounts::change,
        api::accounts::reset_second_factor,
        api::accounts::history,
        api::accounts::tokens,
        api::accounts::issue_token,
        api::networks::get,
        api::networks::set,
        api::reviews::list,
        api::reviews::start,
        api::reviews::get,
        api::reviews::accounts,
        api::reviews::answer,
        api::reviews::close,
        api::audit::list,
        api::audit::verify,
        api::audit::get,
        api::audit::export,
        api::policy::get,
        api::checkpoints::list,
        api::checkpoints::get,
        api::checkpoints::consistency,
        api::checkpoints::proof,
        api::checkpoints::keeping,
        api::grants::list,
        api::grants::give,
        api::grants::get,
        api::grants::confirm,
        api::grants::end,
        api::camera_lists::list,
        api::camera_lists::make,
        api::camera_lists::get,
        api::camera_lists::change,
        api::camera_lists::remove,
        api::layouts::list,
        api::layouts::make,
        api::layouts::get,
        api::layouts::change,
        api::layouts::remove,
        api::requests::list,
        api::requests::ask,
        api::requests::get,
        api::requests::withdraw,
        api::requests::decide,
        api::rights::mine,
        api::rights::on_camera,
        api::snapshot::take,
        api::streams::list,
        api::handovers::list,
        api::handovers::add,
        api::handovers::get,
        api::handovers::undo,
        api::handovers::confirm,
        api::registers::areas,
        api::registers::area,
        api::registers::area_add,
        api::registers::area_change,
        api::registers::units,
        api::registers::unit,
        api::registers::unit_add,
        api::registers::unit_change,
        api::registers::items,
        api::registers::item,
        api::registers::item_add,
        api::registers::item_change,
        events::listen,
    ),
    components(schemas(events::CameraEvent, events::CatalogueEvent, problem::Problem)),
    security(("bearer" = []), ("cookie" = [])),
    modifiers(&Keys),
)]
struct Description;

struct Keys;

impl Modify for Keys {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_default();
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A token of an account: page “Account”, or `matluoi token issue ACCOUNT`"))
            .build();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        let cookie = ApiKeyValue::with_description(
            "__Host-matluoi-…",
            "The sign-in cookie of the pages; its name ends in a suffix of the node's own",
        );
        components.add_security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// This description
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "node", operation_id = "openapi", security(()),
    responses((status = 200, description = "OpenAPI 3.1", content_type = "application/json")))]
#[allow(dead_code)] // only its description is used; `json` answers
async fn document_itself() {}

/// The description as JSON text.
pub fn document() -> String {
    let mut document = Description::openapi();
    document.info.version = "1".to_owned();
    document.to_json().unwrap_or_default()
}

static WHOLE: OnceLock<(Bytes, Option<Bytes>)> = OnceLock::new();

/// Answers with it, packed where the asker takes that.
pub async fn json(req: HttpRequest) -> HttpResponse {
    let (plain, packed) = WHOLE.get_or_init(|| {
        let text = Bytes::from(document());
        let packed = assets::pack(&text);
        (text, packed)
    });
    let mut response = HttpResponse::Ok();
    response.content_type("application/json").insert_header((header::VARY, "Accept-Encoding"));
    match packed {
        Some(small) if assets::takes_gzip(&req) => {
            response.insert_header((header::CONTENT_ENCODING, "gzip")).body(small.clone())
        }
        _ => response.body(plain.clone()),
    }
}
