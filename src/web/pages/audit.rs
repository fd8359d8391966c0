//! The audit: filter, check of the chain, export.

use crate::body::{Asked, Fields, Form};
use crate::office::{self, AuditAsked};
use crate::problem::Failure;
use crate::shell;
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::http::{Method, header};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use base::limits;
use futures_util::stream;
use std::convert::Infallible;
use templates::routes;
use templates::views::{AuditFilter, AuditView, ChainView, Paging};

async fn view(state: &WebState, who: &SignedIn, asked: &Fields) -> Result<AuditView, Failure> {
    let filter = AuditFilter {
        who: asked.text("who").trim().to_owned(),
        act: asked.text("act").trim().to_owned(),
        from: asked.text("from").trim().to_owned(),
        to: asked.text("to").trim().to_owned(),
        q: asked.text("q").trim().to_owned(),
    };
    let before: Option<u64> = asked.number("before");
    let (wanted, faults) = AuditAsked::of(&filter, who.visitor.language);
    let page = office::audit(state, who, wanted, before, limits::PAGE_ROWS_DEFAULT).await?;
    let at = |before: &str| {
        routes::with_query(
            routes::AUDIT,
            &[
                ("who", &filter.who),
                ("act", &filter.act),
                ("from", &filter.from),
                ("to", &filter.to),
                ("q", &filter.q),
                ("before", before),
            ],
        )
    };
    Ok(AuditView {
        shell: shell::shell(state, &who.visitor),
        acts: office::audit_acts(),
        rows: page.entries.iter().map(|e| office::audit_row(e, who.visitor.language)).collect(),
        paging: Paging {
            total: None,
            from: None,
            first: before.is_some().then(|| at("")),
            previous: None,
            next: page.next.map(|n| at(&n.to_string())),
        },
        chain: None,
        export_href: "/audit/export.jsonl".to_owned(),
        faults,
        filter,
    })
}

/// `GET /audit`
pub async fn page(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let view = view(&state, &who, &asked.0).await?;
    Ok(shell::ok(&state, &who.visitor, templates::audit_page(&view)))
}

/// `POST /audit/verify`: checks the whole chain and says so above the list.
pub async fn verify(state: web::Data<WebState>, who: SignedIn, form: Form) -> Result<HttpResponse, Failure> {
    let report = office::verify_audit(&state, &who).await?;
    let mut view = view(&state, &who, &form.0).await?;
    view.chain = Some(ChainView {
        whole: report.whole,
        entries: report.entries,
        broken_at: report.broken_at,
        said: report.said.map(|s| s.of(who.visitor.language).to_owned()),
        head: report.head,
        at: state.config.clock.now(),
    });
    Ok(shell::ok(&state, &who.visitor, templates::audit_page(&view)))
}

/// `GET /audit/export.jsonl`: every entry with its hashes, one a line; checked offline by `matluoi verify`. `HEAD` takes
/// nothing out, and so leaves nothing on record.
pub async fn export(state: web::Data<WebState>, who: SignedIn, req: HttpRequest) -> Result<HttpResponse, Failure> {
    let day = state.config.clock.now().office_date();
    let mut response = HttpResponse::Ok();
    response
        .content_type("application/jsonl; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"nhat-ky-{day}.jsonl\"")));
    if req.method() == Method::HEAD {
        return Ok(response.streaming(stream::empty::<Result<Bytes, Infallible>>()));
    }
    let body = office::export_audit(&state, &who).await?;
    Ok(response.streaming(body))
}
