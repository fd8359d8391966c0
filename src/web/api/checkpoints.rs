//! `/api/v1/audit/checkpoints` and the proofs that lead to them; how long entries are kept.

use crate::body::Asked;
use crate::office;
use crate::problem::{Failure, Problem};
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::{HttpResponse, web};
use ops::{AuditProof, Checkpoint};
use serde::Serialize;
use utoipa::ToSchema;

/// A checkpoint: the record up to an entry, in one hash.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckpointBody {
    /// Entries, from the first on, that it is over; names it.
    pub size: u64,
    /// Root of the Merkle tree over them (RFC 6962; leaf n is the chain's hash of entry n + 1), hex.
    pub root: String,
    /// The chain's hash of the last of them, hex.
    pub head: String,
    /// When it was made, RFC 3339 UTC.
    pub at: String,
    /// Fingerprint of the node whose good signature it has.
    pub signed_by: Option<String>,
    /// Names of other nodes whose good signatures it has.
    pub countersigned_by: Vec<String>,
    /// Text and signatures as a signed note (C2SP tlog-checkpoint): what is signed, and what a parent countersigns.
    pub note: String,
}

impl From<&Checkpoint> for CheckpointBody {
    fn from(c: &Checkpoint) -> Self {
        let row = office::checkpoint_row(c);
        Self {
            size: row.size,
            root: row.root,
            head: c.head.to_string(),
            at: row.at.rfc3339(),
            signed_by: row.signed_by,
            countersigned_by: row.countersigned_by,
            note: c.note(),
        }
    }
}

/// Checkpoints, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckpointsBody {
    /// The checkpoints.
    pub items: Vec<CheckpointBody>,
    /// Cursor of the next (older) page.
    pub next: Option<String>,
}

/// A proof of RFC 9162.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProofBody {
    /// The checkpoint whose root it leads to.
    pub checkpoint: CheckpointBody,
    /// Hashes, hex, from below to the root.
    pub hashes: Vec<String>,
}

impl From<AuditProof> for ProofBody {
    fn from(p: AuditProof) -> Self {
        Self { checkpoint: (&p.checkpoint).into(), hashes: p.hashes.iter().map(ToString::to_string).collect() }
    }
}

/// A file of old entries.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArchiveBody {
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
}

/// What becomes of old entries.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeepingBody {
    /// Months that they are kept; null: for ever.
    pub months: Option<u32>,
    /// Entries before this day may go, yyyy-mm-dd.
    pub before: Option<String>,
    /// Number of the oldest entry that is not in the archive.
    pub oldest: Option<u64>,
    /// What the next run moves into the archive: first entry,
    pub next_first: Option<u64>,
    /// and last.
    pub next_last: Option<u64>,
    /// Files in the archive, oldest first.
    pub archives: Vec<ArchiveBody>,
}

/// Checkpoints, newest first
#[utoipa::path(get, path = "/api/v1/audit/checkpoints", tag = "audit", operation_id = "audit_checkpoints",
    params(("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<usize>, Query, description = "Rows, 1 to 500; 50 if left out")),
    responses((status = 200, body = CheckpointsBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub async fn list(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let (limit, before) = (asked.0.page_rows()?, asked.0.whole("cursor")?);
    let caller = who.caller.clone();
    let (all, next) = office::ask(&state, move |ops| ops.audit_checkpoints(&caller, before, limit)).await?;
    let items = all.iter().map(CheckpointBody::from).collect();
    Ok(HttpResponse::Ok().json(CheckpointsBody { items, next: next.map(|n| n.to_string()) }))
}

/// One checkpoint
#[utoipa::path(get, path = "/api/v1/audit/checkpoints/{size}", tag = "audit", operation_id = "audit_checkpoint",
    params(("size" = u64, Path, description = "Entries that it is over")),
    responses((status = 200, body = CheckpointBody),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn get(state: web::Data<WebState>, who: SignedIn, size: web::Path<u64>) -> Result<HttpResponse, Failure> {
    let (caller, size) = (who.caller.clone(), *size);
    let checkpoint = office::ask(&state, move |ops| ops.audit_checkpoint(&caller, size)).await?;
    Ok(HttpResponse::Ok().json(CheckpointBody::from(&checkpoint)))
}

/// Proof that a checkpoint's record goes on from an earlier one's
#[utoipa::path(get, path = "/api/v1/audit/checkpoints/{size}/consistency", tag = "audit",
    operation_id = "audit_consistency",
    params(("size" = u64, Path, description = "Entries of the later checkpoint"),
        ("from" = u64, Query, description = "Entries of the earlier checkpoint")),
    responses((status = 200, body = ProofBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn consistency(
    state: web::Data<WebState>,
    who: SignedIn,
    size: web::Path<u64>,
    asked: Asked,
) -> Result<HttpResponse, Failure> {
    let Some(from) = asked.0.number::<u64>("from") else {
        let said = base::Said::new("from là số mục của điểm kiểm tra trước.", "from is the earlier checkpoint's size.");
        return Err(Failure::invalid("from", said));
    };
    let (caller, size) = (who.caller.clone(), *size);
    let proof = office::ask(&state, move |ops| ops.audit_consistency(&caller, from, size)).await?;
    Ok(HttpResponse::Ok().json(ProofBody::from(proof)))
}

/// Proof that an entry is in the record under a checkpoint
#[utoipa::path(get, path = "/api/v1/audit/{seq}/proof", tag = "audit", operation_id = "audit_proof",
    params(("seq" = u64, Path, description = "Number of the entry"),
        ("size" = Option<u64>, Query, description = "The checkpoint; the newest if left out")),
    responses((status = 200, body = ProofBody),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn proof(
    state: web::Data<WebState>,
    who: SignedIn,
    seq: web::Path<u64>,
    asked: Asked,
) -> Result<HttpResponse, Failure> {
    let (caller, seq, size) = (who.caller.clone(), *seq, asked.0.number("size"));
    let proof = office::ask(&state, move |ops| ops.audit_inclusion(&caller, seq, size)).await?;
    Ok(HttpResponse::Ok().json(ProofBody::from(proof)))
}

/// What becomes of old entries; nothing is done by asking
#[utoipa::path(get, path = "/api/v1/audit/keeping", tag = "audit", operation_id = "audit_keeping",
    responses((status = 200, body = KeepingBody),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub async fn keeping(state: web::Data<WebState>, who: SignedIn) -> Result<HttpResponse, Failure> {
    let caller = who.caller.clone();
    let keeping = office::ask(&state, move |ops| ops.audit_keeping(&caller)).await?;
    Ok(HttpResponse::Ok().json(KeepingBody {
        months: keeping.months,
        before: keeping.before.map(|day| day.to_string()),
        oldest: keeping.oldest.map(|o| o.0),
        next_first: keeping.next.as_ref().map(|n| n.first),
        next_last: keeping.next.as_ref().map(|n| n.checkpoint.size),
        archives: keeping.archives.into_iter().map(|(name, bytes)| ArchiveBody { name, bytes }).collect(),
    }))
}
