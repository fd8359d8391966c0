//! `/api/v1/map/cameras`

use crate::body::Asked;
use crate::office::{self, class_of};
use crate::problem::{Failure, Problem};
use crate::state::WebState;
use crate::visitor::SignedIn;
use crate::{assets, streams};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use domain::Register;
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// Cameras in columns: the n-th value of each belongs to the n-th camera.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct MapColumns {
    /// Id.
    pub id: Vec<String>,
    /// Code.
    pub code: Vec<String>,
    /// Name.
    pub name: Vec<String>,
    /// Latitude, WGS 84, degrees.
    pub lat: Vec<f64>,
    /// Longitude.
    pub lon: Vec<f64>,
    /// Height above ground, metres.
    pub height_m: Vec<Option<f64>>,
    /// Where it looks, degrees clockwise from north.
    pub direction_deg: Vec<Option<f64>>,
    /// Angle of view, degrees.
    pub angle_deg: Vec<Option<f64>>,
    /// How far it sees, metres.
    pub range_m: Vec<Option<f64>>,
    /// Purposes, as places in `purposes`.
    pub purposes: Vec<Vec<usize>>,
    /// Area, as place in `areas`; 0 is none.
    pub area: Vec<u32>,
    /// Unit, as place in `units`; 0 is none.
    pub unit: Vec<u32>,
    /// Main stream: 0 unknown, 1 live, 2 connecting, 3 waiting.
    pub state: Vec<u8>,
}

/// A purpose.
#[derive(Debug, Serialize, ToSchema)]
pub struct MapPurpose {
    /// Its code.
    pub code: String,
    /// Its name in the caller's language.
    pub name: String,
}

/// What a map draws.
#[derive(Debug, Serialize, ToSchema)]
pub struct MapBody {
    /// Cameras that match.
    pub total: usize,
    /// Those of them that have a position.
    pub placed: usize,
    /// West, south, east, north of all of these.
    pub bounds: Option<[f64; 4]>,
    /// The cameras; empty if they are too many, then `cells` count them.
    pub cameras: MapColumns,
    /// Latitude, longitude, number of cameras.
    pub cells: Vec<(f64, f64, usize)>,
    /// Names of areas; the first is empty.
    pub areas: Vec<String>,
    /// Names of units; the first is empty.
    pub units: Vec<String>,
    /// Purposes that occur.
    pub purposes: Vec<MapPurpose>,
}

/// Seven digits are a centimetre.
fn short(degrees: f64) -> f64 {
    (degrees * 1e7).round() / 1e7
}

/// Cameras for a map
///
/// In columns, packed for speed. At most 20,000; where more match, they are counted by cells instead: narrow the filter or
/// ask for a `bbox`.
#[utoipa::path(get, path = "/api/v1/map/cameras", tag = "cameras", operation_id = "map_cameras",
    params(("q" = Option<String>, Query, description = "As for `/api/v1/cameras`; likewise `area`, `unit`, `sector`, \
            `purpose`, `layer`, `place`, `state`, `list`, `within`"),
        ("bbox" = Option<String>, Query, description = "West,south,east,north in degrees")),
    responses((status = 200, body = MapBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
pub async fn cameras(
    state: web::Data<WebState>,
    who: SignedIn,
    req: HttpRequest,
    asked: Asked,
) -> Result<HttpResponse, Failure> {
    let filter = office::camera_filter(&state, &asked.0)?;
    let page = office::map_cameras(&state, &who, filter).await?;
    let book = office::book(&state, &who).await?;
    let phases = streams::main_phases(&state);
    let language = who.visitor.language;
    let packs = assets::takes_gzip(&req);
    let bytes = web::block(move || {
        let mut c = MapColumns::default();
        let mut purposes: Vec<MapPurpose> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        for row in page.rows {
            let own = row.purposes.into_iter().map(|code| {
                *places.entry(code).or_insert_with_key(|code| {
                    let name = book.item_name(Register::Purpose, code, language).to_owned();
                    purposes.push(MapPurpose { code: code.clone(), name });
                    purposes.len() - 1
                })
            });
            c.purposes.push(own.collect());
            c.state.push(phases.get(&row.id).map_or(0, |(phase, _)| class_of(*phase)));
            c.id.push(row.id.to_string());
            c.code.push(row.code);
            c.name.push(row.name);
            c.lat.push(short(row.lat));
            c.lon.push(short(row.lon));
            c.height_m.push(row.height_m);
            c.direction_deg.push(row.direction_deg);
            c.angle_deg.push(row.angle_deg);
            c.range_m.push(row.range_m);
            c.area.push(row.area);
            c.unit.push(row.unit);
        }
        let body = MapBody {
            total: page.total,
            placed: page.placed,
            bounds: page.bounds,
            cameras: c,
            cells: page.cells.iter().map(|c| (short(c.lat), short(c.lon), c.n)).collect(),
            areas: page.areas,
            units: page.units,
            purposes,
        };
        let text = serde_json::to_vec(&body)?;
        let packed = if packs { assets::pack_quickly(&text) } else { None };
        Ok::<_, serde_json::Error>((text, packed))
    })
    .await
    .map_err(Failure::internal)?
    .map_err(Failure::internal)?;
    let mut response = HttpResponse::Ok();
    response.content_type("application/json").insert_header((header::VARY, "Accept-Encoding"));
    Ok(match bytes {
        (_, Some(packed)) => response.insert_header((header::CONTENT_ENCODING, "gzip")).body(packed),
        (text, None) => response.body(text),
    })
}
