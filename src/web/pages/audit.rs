//! The audit: filter, check of the whole, export, checkpoints, archive.

use crate::body::{Asked, Fields, Form};
use crate::office::{self, AuditAsked, Export};
use crate::problem::Failure;
use crate::shell;
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::http::{Method, header};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use base::limits;
use domain::Act;
use futures_util::stream;
use std::convert::Infallible;
use std::io::Read;
use templates::routes;
use templates::views::{AuditView, CheckpointsView, Paging};

async fn view(state: &WebState, who: &SignedIn, asked: &Fields) -> Result<AuditView, Failure> {
    let filter = office::audit_filter(asked);
    let before: Option<u64> = asked.number("before");
    let (wanted, faults) = AuditAsked::of(&filter, who.visitor.language);
    let page = match faults.is_empty() {
        true => office::audit(state, who, wanted, before, limits::PAGE_ROWS_DEFAULT).await?,
        // What is wrong is said above a list of nothing: all entries would pass for those that were asked for.
        false => ops::AuditPage::default(),
    };
    let caller = who.caller.clone();
    let (newest, _) = office::ask(state, move |ops| ops.audit_checkpoints(&caller, None, 1)).await?;
    let at = |before: &str| {
        let pairs: Vec<_> = filter.pairs().into_iter().chain([("before", before)]).collect();
        routes::with_query(routes::AUDIT, &pairs)
    };
    Ok(AuditView {
        shell: shell::shell(state, &who.visitor),
        acts: office::audit_acts(),
        rows: page
            .entries
            .iter()
            .map(|e| office::for_people(office::audit_row(e, who.visitor.language), &state.ops.registers()))
            .collect(),
        paging: Paging {
            total: None,
            from: None,
            first: before.is_some().then(|| at("")),
            previous: None,
            next: page.next.map(|n| at(&n.to_string())),
        },
        looked_at: page.looked_at.map(|n| (n, page.reached)),
        chain: None,
        checkpoint: newest.first().map(office::checkpoint_row),
        exports: office::may(&who.caller, Act::ExportAudit),
        faults,
        filter,
    })
}

/// `GET /audit`
pub async fn page(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let view = view(&state, &who, &asked.0).await?;
    Ok(shell::ok(&state, &who.visitor, templates::audit_page(&view)))
}

/// `POST /audit/verify`: checks the whole and says so above the list.
pub async fn verify(state: web::Data<WebState>, who: SignedIn, form: Form) -> Result<HttpResponse, Failure> {
    let caller = who.caller.clone();
    let report = office::ask(&state, move |ops| ops.verify_audit(&caller)).await?;
    let mut view = view(&state, &who, &form.0).await?;
    view.chain = Some(office::chain_view(&report, who.visitor.language, state.config.clock.now()));
    Ok(shell::ok(&state, &who.visitor, templates::audit_page(&view)))
}

/// `GET /audit/checkpoints`: checkpoints, how long entries are kept, the archive.
pub async fn checkpoints(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let before: Option<u64> = asked.0.number("before");
    let caller = who.caller.clone();
    let (rows, next, keeping) = office::ask(&state, move |ops| {
        let (rows, next) = ops.audit_checkpoints(&caller, before, limits::PAGE_ROWS_DEFAULT)?;
        Ok((rows, next, ops.audit_keeping(&caller)?))
    })
    .await?;
    let view = CheckpointsView {
        shell: shell::shell(&state, &who.visitor),
        fingerprint: state.ops.fingerprint(),
        rows: rows.iter().map(office::checkpoint_row).collect(),
        paging: Paging {
            total: None,
            from: None,
            first: before.is_some().then(|| routes::AUDIT_CHECKPOINTS.to_owned()),
            previous: None,
            next: next.map(|n| routes::with_query(routes::AUDIT_CHECKPOINTS, &[("before", &n.to_string())])),
        },
        keeping: office::keeping_view(keeping),
        exports: office::may(&who.caller, Act::ExportAudit),
    };
    Ok(shell::ok(&state, &who.visitor, templates::checkpoints_page(&view)))
}

/// An answer that is kept as a file. `HEAD` takes nothing out, and so leaves nothing on record.
async fn download(
    state: &WebState,
    who: &SignedIn,
    req: &HttpRequest,
    export: Export,
    kind: &str,
    name: String,
) -> Result<HttpResponse, Failure> {
    let mut response = HttpResponse::Ok();
    response
        .content_type(kind)
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")));
    if req.method() == Method::HEAD {
        return Ok(response.streaming(stream::empty::<Result<Bytes, Infallible>>()));
    }
    Ok(response.streaming(office::export_audit(state, who, export).await?))
}

/// What of the audit an address asks for; a day that is none is refused: half an export would pass for a whole one.
pub fn asked_for(who: &SignedIn, asked: &Fields) -> Result<Option<AuditAsked>, Failure> {
    let filter = office::audit_filter(asked);
    let (wanted, faults) = AuditAsked::of(&filter, who.visitor.language);
    if let Some(fault) = faults.into_iter().next() {
        return Err(Failure::invalid(&fault.field, base::Said::new(fault.text.clone(), fault.text)));
    }
    Ok(filter.is_set().then_some(wanted))
}

/// As JSON Lines: every entry with its hashes, or with a filter an excerpt with proofs; checked offline by
/// `matluoi verify`.
pub async fn as_jsonl(
    state: &WebState,
    who: &SignedIn,
    asked: &Fields,
    req: &HttpRequest,
) -> Result<HttpResponse, Failure> {
    let day = state.config.clock.now().office_date();
    let (export, name) = match asked_for(who, asked)? {
        None => (Export::Whole, format!("nhat-ky-{day}.jsonl")),
        Some(asked) => (Export::Excerpt(asked), format!("nhat-ky-trich-{day}.jsonl")),
    };
    download(state, who, req, export, "application/jsonl; charset=utf-8", name).await
}

/// As a table for people.
pub async fn as_csv(
    state: &WebState,
    who: &SignedIn,
    asked: &Fields,
    req: &HttpRequest,
) -> Result<HttpResponse, Failure> {
    let day = state.config.clock.now().office_date();
    let export = Export::Csv(asked_for(who, asked)?.unwrap_or_default(), who.visitor.language);
    download(state, who, req, export, "text/csv; charset=utf-8", format!("nhat-ky-{day}.csv")).await
}

/// `GET /audit/export.jsonl`
pub async fn export(
    state: web::Data<WebState>,
    who: SignedIn,
    asked: Asked,
    req: HttpRequest,
) -> Result<HttpResponse, Failure> {
    as_jsonl(&state, &who, &asked.0, &req).await
}

/// `GET /audit/export.csv`
pub async fn export_csv(
    state: web::Data<WebState>,
    who: SignedIn,
    asked: Asked,
    req: HttpRequest,
) -> Result<HttpResponse, Failure> {
    as_csv(&state, &who, &asked.0, &req).await
}

/// Bytes of one piece of an archive under way.
const PIECE_BYTES: usize = 64 * 1024;

/// `GET /audit/archive/{name}`
pub async fn archive(
    state: web::Data<WebState>,
    who: SignedIn,
    name: web::Path<String>,
    req: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let mut response = HttpResponse::Ok();
    response
        .content_type("application/jsonl; charset=utf-8")
        .insert_header(header::ContentDisposition::attachment(name.as_str()));
    if req.method() == Method::HEAD {
        return Ok(response.streaming(stream::empty::<Result<Bytes, Infallible>>()));
    }
    let caller = who.caller.clone();
    let name = name.into_inner();
    let file = office::ask(&state, move |ops| ops.audit_archive(&caller, &name)).await?;
    let pieces = stream::unfold(Some(file), |file| async move {
        let mut file = file?;
        let read = web::block(move || {
            let mut piece = vec![0; PIECE_BYTES];
            let n = file.read(&mut piece)?;
            piece.truncate(n);
            Ok::<_, std::io::Error>((piece, file))
        })
        .await;
        match read {
            Ok(Ok((piece, _))) if piece.is_empty() => None,
            Ok(Ok((piece, file))) => Some((Ok(Bytes::from(piece)), Some(file))),
            Ok(Err(e)) => Some((Err(e), None)),
            Err(e) => Some((Err(std::io::Error::other(e)), None)),
        }
    });
    Ok(response.streaming(Box::pin(pieces)))
}
