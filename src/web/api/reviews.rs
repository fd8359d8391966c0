//! `/api/v1/reviews`: reviews of accounts (A19.4).

use super::registers::slice;
use crate::body::{Asked, Json};
use crate::office;
use crate::problem::{self, Failure, Problem};
use crate::state::WebState;
use crate::visitor::{self, SignedIn};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use base::{AccountId, ReviewId, Said};
use domain::ReviewLine;
use domain::review::{ReviewScope, Unanswered, Verdict};
use ops::{ReviewInfo, ReviewWish};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One review.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewBody {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Last day for answers, yyyy-mm-dd.
    pub due: String,
    /// Days left; negative: overdue.
    pub days_left: i64,
    /// `report` or `disable`: what becomes of accounts without an answer at the close.
    pub unanswered: &'static str,
    /// When it was started, RFC 3339 UTC.
    pub started_at: String,
    /// By whom.
    pub started_by: String,
    /// When it was closed.
    pub closed_at: Option<String>,
    /// By whom.
    pub closed_by: Option<String>,
    /// Concluding remark.
    pub remark: Option<String>,
    /// Accounts in it.
    pub accounts: u32,
    /// Confirmed.
    pub kept: u32,
    /// Ended.
    pub ended: u32,
    /// Without an answer.
    pub waiting: u32,
    /// Of those, the caller's to answer.
    pub own_waiting: u32,
    /// Days of the reminders on record.
    pub reminded_on: Vec<String>,
    /// Counts its changes; also in the `ETag`.
    pub revision: u64,
}

/// One page of the reviews that the caller may see, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewsBody {
    /// The reviews.
    pub items: Vec<ReviewBody>,
    /// Cursor of the next page; `null` on the last.
    pub next: Option<String>,
    /// All of them.
    pub total: usize,
}

/// One account in a review.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewLineBody {
    /// Account id.
    pub account: String,
    /// Sign-in name.
    pub name: String,
    /// Display name.
    pub display_name: String,
    /// A role's name.
    pub role: &'static str,
    /// `person` or `service`.
    pub kind: &'static str,
    /// Unit.
    pub unit: Option<String>,
    /// Last sign-in until the review was started.
    pub last_sign_in_at: Option<String>,
    /// Who answers: the focal point's name; left out: the administrators.
    pub reviewer: Option<String>,
    /// `keep` or `end`; left out: no answer yet.
    pub verdict: Option<&'static str>,
    /// Why.
    pub reason: Option<String>,
    /// When it was answered.
    pub answered_at: Option<String>,
    /// By whom.
    pub answered_by: Option<String>,
    /// Disabled at the close, for want of an answer.
    pub disabled_at_close: bool,
}

/// One page of the accounts in a review.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewLinesBody {
    /// The accounts, by unit and name.
    pub items: Vec<ReviewLineBody>,
    /// Cursor of the next page.
    pub next: Option<String>,
    /// All of them.
    pub total: usize,
}

/// What a review is started with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReview {
    /// Name.
    pub name: String,
    /// Last day for answers, yyyy-mm-dd.
    pub due: String,
    /// Only these units and those below them (ids, codes or names); left out: all.
    #[serde(default)]
    pub units: Vec<String>,
    /// Only these roles; left out: all.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Service accounts too; yes if left out (article 19.4: each account).
    pub services: Option<bool>,
    /// `report` (if left out) or `disable`.
    pub unanswered: Option<String>,
}

/// An answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAnswer {
    /// `keep` or `end`; ending disables the account at once.
    pub verdict: String,
    /// Why; needed for `end`.
    #[serde(default)]
    pub reason: String,
}

/// The end of a review.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseWish {
    /// Concluding remark.
    #[serde(default)]
    pub remark: String,
}

fn body(info: &ReviewInfo) -> ReviewBody {
    let r = &info.review;
    let closed = r.closed.as_ref();
    ReviewBody {
        id: r.id.to_string(),
        name: r.name.clone(),
        due: r.due.to_string(),
        days_left: info.days_left,
        unanswered: r.unanswered.as_str(),
        started_at: r.started_at.rfc3339(),
        started_by: r.started_by.clone(),
        closed_at: closed.map(|c| c.at.rfc3339()),
        closed_by: closed.map(|c| c.by.clone()),
        remark: closed.map(|c| c.remark.clone()),
        accounts: info.progress.all,
        kept: info.progress.kept,
        ended: info.progress.ended,
        waiting: info.progress.waiting(),
        own_waiting: if closed.is_some() { 0 } else { info.own.waiting() },
        reminded_on: r.reminders.iter().map(|m| m.on.to_string()).collect(),
        revision: r.revision,
    }
}

fn line_body(l: &ReviewLine) -> ReviewLineBody {
    let given = |t: &str| Some(t.to_owned()).filter(|t| !t.is_empty());
    let answer = l.answer.as_ref();
    ReviewLineBody {
        account: l.account.to_string(),
        name: l.name.clone(),
        display_name: l.display_name.clone(),
        role: l.role.as_str(),
        kind: l.kind.as_str(),
        unit: given(&l.unit_name),
        last_sign_in_at: l.last_sign_in_at.map(base::WallTime::rfc3339),
        reviewer: given(&l.reviewer_name),
        verdict: answer.map(|a| a.verdict.as_str()),
        reason: answer.and_then(|a| given(&a.reason)),
        answered_at: answer.map(|a| a.at.rfc3339()),
        answered_by: answer.map(|a| a.by.clone()),
        disabled_at_close: l.disabled_at_close,
    }
}

fn id_of(text: &str) -> Result<ReviewId, Failure> {
    text.parse().map_err(|()| Failure::not_found())
}

async fn answer_with(state: &WebState, who: &SignedIn, id: ReviewId, created: bool) -> Result<HttpResponse, Failure> {
    let (info, _) = office::review(state, who, id, false).await?;
    let body = body(&info);
    let mut response = if created { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(response.insert_header((header::ETAG, format!("\"r{}\"", body.revision))).json(body))
}

/// The reviews that the caller may see, newest first
#[utoipa::path(get, path = "/api/v1/reviews", tag = "reviews", operation_id = "reviews_list",
    params(("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<usize>, Query, description = "Rows, 1 to 500; 50 if left out")),
    responses((status = 200, body = ReviewsBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
pub async fn list(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let page = slice(office::reviews(&state, &who).await?, |info| info.review.id.to_string(), &asked.0)?;
    let items = page.items.iter().map(body).collect();
    Ok(HttpResponse::Ok().json(ReviewsBody { items, next: page.next, total: page.total }))
}

/// Starts a review
#[utoipa::path(post, path = "/api/v1/reviews", tag = "reviews", operation_id = "review_start",
    request_body = NewReview,
    responses((status = 201, body = ReviewBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub async fn start(state: web::Data<WebState>, who: SignedIn, new: Json<NewReview>) -> Result<HttpResponse, Failure> {
    let new = new.0;
    let mut scope = ReviewScope { services: new.services.unwrap_or(true), ..ReviewScope::default() };
    let book = state.ops.registers();
    for unit in new.units.iter().take(1_000) {
        scope.units.push(book.unit_by(unit).map_err(|f| Failure::invalid("units", f.said))?);
    }
    for role in new.roles.iter().take(100) {
        scope.roles.push(office::role_of(role)?);
    }
    let unanswered = match new.unanswered.as_deref() {
        None => Unanswered::Report,
        Some(text) => Unanswered::parse(text).ok_or_else(|| {
            Failure::invalid(
                "unanswered",
                Said::new("unanswered là report hoặc disable.", "unanswered is report or disable."),
            )
        })?,
    };
    let wish = ReviewWish { name: new.name, due: office::read_day("due", &new.due)?, scope, unanswered };
    let review = office::start_review(&state, &who, wish).await?;
    answer_with(&state, &who, review.id, true).await
}

/// One review
#[utoipa::path(get, path = "/api/v1/reviews/{id}", tag = "reviews", operation_id = "review_get",
    params(("id" = String, Path, description = "Review id")),
    responses((status = 200, body = ReviewBody, headers(("ETag" = String, description = "Revision, for If-Match"))),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn get(state: web::Data<WebState>, who: SignedIn, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    answer_with(&state, &who, id_of(&id)?, false).await
}

/// The accounts in a review, by unit and name: administrators see all, focal points their own
#[utoipa::path(get, path = "/api/v1/reviews/{id}/accounts", tag = "reviews", operation_id = "review_accounts",
    params(("id" = String, Path, description = "Review id"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<usize>, Query, description = "Rows, 1 to 500; 50 if left out")),
    responses((status = 200, body = ReviewLinesBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn accounts(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Failure> {
    let (_, lines) = office::review(&state, &who, id_of(&id)?, false).await?;
    let page = slice(lines, |l| l.account.to_string(), &asked.0)?;
    let items = page.items.iter().map(line_body).collect();
    Ok(HttpResponse::Ok().json(ReviewLinesBody { items, next: page.next, total: page.total }))
}

/// Answers for an account: it stays, or it ends at once
#[utoipa::path(post, path = "/api/v1/reviews/{id}/accounts/{account}", tag = "reviews", operation_id = "review_answer",
    params(("id" = String, Path, description = "Review id"), ("account" = String, Path, description = "Account id")),
    request_body = NewAnswer,
    responses((status = 200, body = ReviewLineBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn answer(
    state: web::Data<WebState>,
    who: SignedIn,
    path: web::Path<(String, String)>,
    new: Json<NewAnswer>,
) -> Result<HttpResponse, Failure> {
    let id = id_of(&path.0)?;
    let account: AccountId = path.1.parse().map_err(|()| Failure::not_found())?;
    let verdict = Verdict::parse(&new.0.verdict).ok_or_else(|| {
        Failure::invalid("verdict", Said::new("verdict là keep hoặc end.", "verdict is keep or end."))
    })?;
    let line = office::answer_review(&state, &who, id, account, verdict, new.0.reason).await?;
    Ok(HttpResponse::Ok().json(line_body(&line)))
}

/// Closes a review; its result stands for ever
#[utoipa::path(post, path = "/api/v1/reviews/{id}/close", tag = "reviews", operation_id = "review_close",
    params(("id" = String, Path, description = "Review id"),
        ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = CloseWish,
    responses((status = 200, body = ReviewBody),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 412, body = Problem, content_type = "application/problem+json"),
        (status = 428, body = Problem, content_type = "application/problem+json")))]
pub async fn close(
    state: web::Data<WebState>,
    who: SignedIn,
    req: HttpRequest,
    id: web::Path<String>,
    wish: Json<CloseWish>,
) -> Result<HttpResponse, Failure> {
    let id = id_of(&id)?;
    let text = visitor::header_text(&req, header::IF_MATCH).ok_or_else(|| {
        Failure::new(
            problem::IF_MATCH_NEEDED,
            Said::new(
                "Thiếu If-Match: hãy đọc trước và gửi lại ETag.",
                "If-Match is missing: read first and send the ETag.",
            ),
        )
    })?;
    let revision = text.trim().trim_matches('"').strip_prefix('r').and_then(|n| n.parse().ok()).unwrap_or(0);
    office::close_review(&state, &who, id, wish.0.remark, Some(revision))
        .await
        .map_err(|f| if f.sort() == problem::CONFLICT { f.sorted(problem::CHANGED_MEANWHILE) } else { f })?;
    answer_with(&state, &who, id, false).await
}
