//! `/api/v1/audit`: entries, the check of the whole, export. Checkpoints and proofs: `checkpoints`.

use crate::body::Asked;
use crate::office::{self, AuditAsked};
use crate::pages::audit as files;
use crate::problem::{Failure, Problem};
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use std::collections::BTreeMap;
use templates::views::{AuditRow, AuditSubject};
use utoipa::ToSchema;

/// Something that an entry concerns.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditSubjectBody {
    /// `camera`, `account`, `grant` …
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Its name at that time.
    pub name: String,
}

/// A field's old and new value. Neither: it was changed and is secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditChangeBody {
    /// The value before; left out if there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// The value since; left out if there is none any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
}

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
    /// All that it concerns, its subject first.
    pub subjects: Vec<AuditSubjectBody>,
    /// What was changed, by field.
    pub changes: BTreeMap<String, AuditChangeBody>,
    /// Facts.
    pub facts: BTreeMap<String, String>,
    /// From which address.
    pub address: Option<String>,
    /// Hash of the entry before, hex.
    pub prev_hash: String,
    /// Its hash, hex.
    pub hash: String,
}

impl From<AuditRow> for AuditEntryBody {
    fn from(row: AuditRow) -> Self {
        let subject = |AuditSubject { kind, id, name, .. }| AuditSubjectBody { kind, id, name };
        Self {
            seq: row.seq,
            at: row.at.rfc3339(),
            actor: row.actor,
            act: row.act,
            subject: row.subjects.first().map(|s| s.name.clone()),
            subjects: row.subjects.into_iter().map(subject).collect(),
            changes: row.changes.into_iter().map(|c| (c.field, AuditChangeBody { old: c.old, new: c.new })).collect(),
            facts: row.facts.into_iter().collect(),
            address: row.address,
            prev_hash: row.prev_hash,
            hash: row.hash,
        }
    }
}

/// One page of the audit, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditBody {
    /// The entries.
    pub items: Vec<AuditEntryBody>,
    /// Cursor of the next (older) page. A page may be short, or empty, and still have one: see `looked_at`.
    pub next: Option<String>,
    /// Entries looked at, if the search for `q` ended there and not because the page was full.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub looked_at: Option<usize>,
    /// How far back that was, RFC 3339 UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reached: Option<String>,
}

/// Up to where the node has signed.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignedBody {
    /// Entries under the newest good signature.
    pub entries: u64,
    /// When it was made, RFC 3339 UTC.
    pub at: String,
    /// Fingerprint of the node's key.
    pub node: String,
    /// Good signatures of other nodes beside it.
    pub countersignatures: u64,
}

/// Result of checking the whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChainBody {
    /// Is it whole?
    pub whole: bool,
    /// Number of the last entry that fits.
    pub entries: u64,
    /// Entries before the first one checked: they are in the archive.
    pub archived: u64,
    /// Checkpoints that fit.
    pub checkpoints: u64,
    /// Up to where the node has signed.
    pub signed: Option<SignedBody>,
    /// The first entry, or size of the checkpoint, that does not fit.
    pub broken_at: Option<u64>,
    /// What is wrong, in the caller's language.
    pub said: Option<String>,
    /// Hash of the newest entry, hex.
    pub head: String,
}

/// The audit, newest first
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", operation_id = "audit_list",
    params(("who" = Option<String>, Query, description = "Account name, or part of it"),
        ("act" = Option<String>, Query, description = "Act by its dotted name, or a group of them (`camera`)"),
        ("camera" = Option<String>, Query, description = "Camera: id, code, or how code and name begin or once began"),
        ("subject" = Option<String>, Query, description = "Anything else that an entry concerns: id, or how its name begins"),
        ("kind" = Option<String>, Query, description = "Kind of `subject`: camera, account, unit, area, grant, …"),
        ("q" = Option<String>, Query, description = "Text in subject, changes or facts; looked for in some thousand entries at a time"),
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
    let wanted: AuditAsked = files::asked_for(&who, &asked)?.unwrap_or_default();
    let page = office::audit(&state, &who, wanted, asked.whole("cursor")?, asked.page_rows()?).await?;
    let items = page.entries.iter().map(|e| office::audit_row(e, who.visitor.language).into()).collect();
    Ok(HttpResponse::Ok().json(AuditBody {
        items,
        next: page.next.map(|n| n.to_string()),
        looked_at: page.looked_at,
        reached: page.reached.map(base::WallTime::rfc3339),
    }))
}

/// One entry
#[utoipa::path(get, path = "/api/v1/audit/{seq}", tag = "audit", operation_id = "audit_get",
    params(("seq" = u64, Path, description = "Its number")),
    responses((status = 200, body = AuditEntryBody),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn get(state: web::Data<WebState>, who: SignedIn, seq: web::Path<u64>) -> Result<HttpResponse, Failure> {
    let (caller, seq) = (who.caller.clone(), *seq);
    let entry = office::ask(&state, move |ops| ops.audit_entry(&caller, seq)).await?;
    Ok(HttpResponse::Ok().json(AuditEntryBody::from(office::audit_row(&entry, who.visitor.language))))
}

/// Takes the audit out
///
/// JSON Lines without a filter are every entry with its hashes, and the checkpoints; with one, each entry found has the proof
/// that it is in the record. `matluoi verify` checks both offline. CSV is for people.
#[utoipa::path(get, path = "/api/v1/audit/export", tag = "audit", operation_id = "audit_export",
    params(("form" = Option<String>, Query, description = "`jsonl` (if left out) or `csv`"),
        ("who" = Option<String>, Query, description = "As in the list, and so the other filters"),
        ("act" = Option<String>, Query, description = ""), ("camera" = Option<String>, Query, description = ""),
        ("subject" = Option<String>, Query, description = ""), ("kind" = Option<String>, Query, description = ""),
        ("q" = Option<String>, Query, description = ""), ("from" = Option<String>, Query, description = ""),
        ("to" = Option<String>, Query, description = "")),
    responses((status = 200, description = "The entries", body = String, content_type = "application/jsonl"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub async fn export(
    state: web::Data<WebState>,
    who: SignedIn,
    asked: Asked,
    req: HttpRequest,
) -> Result<HttpResponse, Failure> {
    match asked.0.text("form") {
        "" | "jsonl" => files::as_jsonl(&state, &who, &asked.0, &req).await,
        "csv" => files::as_csv(&state, &who, &asked.0, &req).await,
        _ => Err(Failure::invalid("form", base::Said::new("form là jsonl hoặc csv.", "form is jsonl or csv."))),
    }
}

/// Checks chain, tree, checkpoints and signatures
#[utoipa::path(post, path = "/api/v1/audit/verify", tag = "audit", operation_id = "audit_verify",
    responses((status = 200, body = ChainBody),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub async fn verify(state: web::Data<WebState>, who: SignedIn) -> Result<HttpResponse, Failure> {
    let caller = who.caller.clone();
    let report = office::ask(&state, move |ops| ops.verify_audit(&caller)).await?;
    Ok(HttpResponse::Ok().json(ChainBody {
        whole: report.fault.is_none(),
        entries: report.entries,
        archived: report.archived,
        checkpoints: report.checkpoints,
        signed: report.signed.map(|s| SignedBody {
            entries: s.entries,
            at: s.at.rfc3339(),
            node: s.node,
            countersignatures: s.countersignatures,
        }),
        broken_at: report.fault.map(|f| f.seq),
        said: report.fault.map(|f| f.said().of(who.visitor.language).to_owned()),
        head: report.head.to_string(),
    }))
}
