//! Styles, scripts, fonts and icons under names that change with their content: kept by browsers for ever, packed once.

use crate::problem::Failure;
use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::collections::HashMap;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

/// Packed assets by path. Bounded by the number of assets in the binary: only paths that exist are kept.
static PACKED: Mutex<Option<HashMap<String, Bytes>>> = Mutex::new(None);

/// Gzip, best effort for size; `None` if it does not get smaller (fonts, pictures).
pub fn pack(bytes: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 3), Compression::best());
    encoder.write_all(bytes).ok()?;
    let packed = encoder.finish().ok()?;
    (packed.len() < bytes.len()).then(|| Bytes::from(packed))
}

/// Gzip for one answer: quickly rather than small.
pub fn pack_quickly(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::fast());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok().filter(|packed| packed.len() < bytes.len())
}

/// Does the asker take gzip (RFC 9110 §12.5.3)?
pub fn takes_gzip(req: &HttpRequest) -> bool {
    crate::visitor::header_text(req, header::ACCEPT_ENCODING).is_some_and(|text| {
        text.split(',').any(|part| {
            let mut words = part.split(';').map(str::trim);
            let name = words.next().unwrap_or("");
            name.eq_ignore_ascii_case("gzip") && !words.any(|w| matches!(w, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        })
    })
}

fn packed(path: &str, bytes: &[u8]) -> Option<Bytes> {
    let mut table = PACKED.lock().unwrap_or_else(PoisonError::into_inner);
    let table = table.get_or_insert_default();
    // An empty entry says: not worth packing.
    let entry = table.entry(path.to_owned()).or_insert_with(|| pack(bytes).unwrap_or_default());
    (!entry.is_empty()).then(|| entry.clone())
}

/// `GET /assets/{hash}/{name}`.
pub async fn asset(req: HttpRequest, path: web::Path<String>) -> Result<HttpResponse, Failure> {
    let asset = templates::asset(&path).ok_or_else(Failure::not_found)?;
    let mut response = HttpResponse::Ok();
    response
        .content_type(asset.content_type)
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((header::VARY, "Accept-Encoding"));
    if takes_gzip(&req)
        && let Some(small) = packed(&path, &asset.bytes)
    {
        return Ok(response.insert_header((header::CONTENT_ENCODING, "gzip")).body(small));
    }
    Ok(response.body(asset.bytes.into_owned()))
}

/// `GET /favicon.ico`: browsers ask for it unbidden; the pages name their icon themselves.
pub async fn favicon() -> HttpResponse {
    HttpResponse::NoContent().insert_header((header::CACHE_CONTROL, "public, max-age=86400")).finish()
}
