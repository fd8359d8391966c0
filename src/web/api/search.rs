//! `/api/v1/search`

use crate::body::Asked;
use crate::office;
use crate::problem::{Failure, Problem};
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

/// Hits of each kind when the caller does not say.
const HITS: usize = 8;

/// Something that was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct HitBody {
    /// `camera`, `area`, `unit`, `person` or `document`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Code, sign-in name, or number of a document.
    pub code: String,
    /// Name.
    pub name: String,
    /// More about it, in the caller's language.
    pub about: String,
    /// Its page.
    pub href: String,
    /// How well it fits; higher is better.
    pub score: u16,
}

/// What was found: kinds one after the other, each best first.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchBody {
    /// The hits.
    pub items: Vec<HitBody>,
    /// Cameras that match in all.
    pub cameras_total: usize,
    /// Nothing fits what was typed: this was searched for instead.
    pub meant: Option<String>,
}

/// Searches cameras, areas, units, people, documents
///
/// Without diacritics, by code, former area name, beginnings of words. Only what the caller may see.
#[utoipa::path(get, path = "/api/v1/search", tag = "search", operation_id = "search",
    params(("q" = String, Query, description = "What to look for"),
        ("limit" = Option<usize>, Query, description = "Hits of each kind, 1 to 50; 8 if left out")),
    responses((status = 200, body = SearchBody),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
pub async fn search(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let limit = asked.0.number::<usize>("limit").unwrap_or(HITS);
    let found = office::search(&state, &who, asked.0.text("q").to_owned(), limit).await?;
    let (cameras_total, meant) = (found.cameras_total, found.meant.clone());
    let items = office::hits(found, who.visitor.language).into_iter();
    let items = items.map(|h| HitBody {
        kind: h.kind.as_str(),
        id: h.id,
        code: h.code,
        name: h.name,
        about: h.about,
        href: h.href,
        score: h.score,
    });
    Ok(HttpResponse::Ok().json(SearchBody { items: items.collect(), cameras_total, meant }))
}
