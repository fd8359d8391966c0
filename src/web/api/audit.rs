//! `/api/v1/audit`

use crate::body::Asked;
use crate::office::{self, AuditAsked};
use crate::problem::{Failure, Problem};
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::{HttpResponse, web};
use base::limits;
use serde::Serialize;
use std::collections::BTreeMap;
use templates::views::AuditFilter;
use utoipa::ToSchema;

/// One entry.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEntryBody {
    /// Its number in the chain.
    pub seq: u64,
    /// When, RFC 3339 UTC.
    pub at: String,
    /// Who.
    pub actor: String,
    /// What, as a stable dotted name (`camera.added`).
    pub act: String,
    /// On what, by name.
    pub subject: Option<String>,
    /// Facts.
    pub facts: BTreeMap<String, String>,
    /// From which address.
    pub address: Option<String>,
    /// Its hash, hex.
    pub hash: String,
}

/// One page of the audit, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditBody {
    /// The entries.
    pub items: Vec<AuditEntryBody>,
    /// Cursor of the next (older) page.
    pub next: Option<String>,
}

/// Result of checking the chain.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChainBody {
    /// Is it whole?
    pub whole: bool,
    /// Entries checked.
    pub entries: u64,
    /// The first that does not fit.
    pub broken_at: Option<u64>,
    /// What is wrong, in the caller's language.
    pub said: Option<String>,
    /// Hash of the newest entry, hex.
    pub head: String,
}

/// The audit, newest first
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", operation_id = "audit_list",
    params(("who" = Option<String>, Query, description = "Account name"),
        ("act" = Option<String>, Query, description = "Act, by its dotted name"),
        ("q" = Option<String>, Query, description = "Text in subject or facts"),
        ("from" = Option<String>, Query, description = "From this day, yyyy-mm-dd (Asia/Ho_Chi_Minh)"),
        ("to" = Option<String>, Query, description = "To this day inclusive"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<usize>, Query, description = "Rows, 1 to 500; 50 if left out")),
    responses((status = 200, body = AuditBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub async fn list(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let asked = asked.0;
    let text = |name: &str| asked.text(name).trim().to_owned();
    let filter = AuditFilter { who: text("who"), act: text("act"), from: text("from"), to: text("to"), q: text("q") };
    let (wanted, faults) = AuditAsked::of(&filter, who.visitor.language);
    if let Some(fault) = faults.into_iter().next() {
        return Err(Failure::invalid(&fault.field, base::Said::new(fault.text.clone(), fault.text)));
    }
    let limit = asked.number("limit").unwrap_or(limits::PAGE_ROWS_DEFAULT).clamp(1, limits::PAGE_ROWS_MAX);
    let page = office::audit(&state, &who, wanted, asked.number("cursor"), limit).await?;
    let items = page
        .entries
        .iter()
        .map(|e| {
            let row = office::audit_row(e, who.visitor.language);
            AuditEntryBody {
                seq: row.seq,
                at: row.at.rfc3339(),
                actor: row.actor,
                act: row.act,
                subject: row.subject,
                facts: row.facts.into_iter().collect(),
                address: row.address,
                hash: row.hash,
            }
        })
        .collect();
    Ok(HttpResponse::Ok().json(AuditBody { items, next: page.next.map(|n| n.to_string()) }))
}

/// Checks the whole chain
#[utoipa::path(post, path = "/api/v1/audit/verify", tag = "audit", operation_id = "audit_verify",
    responses((status = 200, body = ChainBody),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub async fn verify(state: web::Data<WebState>, who: SignedIn) -> Result<HttpResponse, Failure> {
    let report = office::verify_audit(&state, &who).await?;
    Ok(HttpResponse::Ok().json(ChainBody {
        whole: report.whole,
        entries: report.entries,
        broken_at: report.broken_at,
        said: report.said.map(|s| s.of(who.visitor.language).to_owned()),
        head: report.head,
    }))
}
