//! `GET /problems/{slug}`: what a problem's `type` means.

use crate::problem::{self, Failure};
use actix_web::{HttpResponse, web};

/// In both languages, as plain text: developers follow this address, not people at work.
pub async fn page(slug: web::Path<String>) -> Result<HttpResponse, Failure> {
    let sort = problem::ALL.iter().find(|s| s.slug == slug.as_str()).ok_or_else(Failure::not_found)?;
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body(format!("{} · HTTP {}\n{}\n{}\n", sort.slug, sort.status, sort.vi, sort.en)))
}
