//! Reviews of accounts: all, one, its print and its file.

use super::accounts::{bodiless, csv, only_head};
use crate::body::{Asked, Form};
use crate::flash::Note;
use crate::office;
use crate::problem::{self, Failure};
use crate::shell;
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::{HttpRequest, HttpResponse, web};
use base::{AccountId, ReviewId, WallTime};
use domain::Role;
use domain::review::{ReviewScope, Unanswered, Verdict};
use ops::ReviewWish;
use std::time::Duration;
use templates::routes;
use templates::views::{FieldFault, ReviewForm, ReviewView, ReviewsView};

fn id_of(text: &str) -> Result<ReviewId, Failure> {
    text.parse().map_err(|()| Failure::not_found())
}

fn place(id: ReviewId, show: &str) -> String {
    routes::with_query(&format!("{}/{id}", routes::REVIEWS), &[("show", show)])
}

async fn list_view(state: &WebState, who: &SignedIn) -> Result<ReviewsView, Failure> {
    let reviews = office::reviews(state, who).await?;
    let runs = office::runs_reviews(state, &who.caller);
    let covered = if runs { office::accounts_by_kind(state, who).await? } else { (0, 0) };
    let now: WallTime = state.config.clock.now();
    let due = now.plus(Duration::from_secs(u64::from(office::review_days(state)) * 86_400)).office_date();
    Ok(ReviewsView {
        shell: shell::shell(state, &who.visitor),
        rows: reviews.iter().map(office::review_row).collect(),
        runs,
        covered,
        // Each account (A19.4): leaving services out is a choice.
        form: ReviewForm { due: due.to_string(), services: true, ..ReviewForm::default() },
        units: office::unit_names(state),
        faults: Vec::new(),
    })
}

/// `GET /reviews`
pub async fn list(state: web::Data<WebState>, who: SignedIn) -> Result<HttpResponse, Failure> {
    let view = list_view(&state, &who).await?;
    Ok(shell::ok(&state, &who.visitor, templates::reviews_page(&view)))
}

/// `POST /reviews`
pub async fn start(state: web::Data<WebState>, who: SignedIn, form: Form) -> Result<HttpResponse, Failure> {
    let fields = &form.0;
    let text = |name: &str| fields.text(name).trim().to_owned();
    let entered = ReviewForm {
        name: text("name"),
        due: text("due"),
        unit: text("unit"),
        role: text("role"),
        services: fields.ticked("services"),
        disable: fields.text("unanswered") == Unanswered::Disable.as_str(),
    };
    let wish = || -> Result<ReviewWish, Failure> {
        let unit = match entered.unit.as_str() {
            "" => None,
            unit => Some(state.ops.registers().unit_by(unit).map_err(|f| Failure::invalid("unit", f.said))?),
        };
        Ok(ReviewWish {
            name: entered.name.clone(),
            due: office::read_day("due", &entered.due)?,
            scope: ReviewScope {
                units: unit.into_iter().collect(),
                roles: Role::parse(&entered.role).into_iter().collect(),
                services: entered.services,
            },
            unanswered: if entered.disable { Unanswered::Disable } else { Unanswered::Report },
        })
    };
    let started = match wish() {
        Ok(wish) => office::start_review(&state, &who, wish).await,
        Err(failure) => Err(failure),
    };
    match started {
        Ok(review) => Ok(shell::done(&state, &place(review.id, ""), Note::ReviewStarted, &review.name)),
        Err(failure) => {
            let faults = shell::faults(failure, &who.visitor)?;
            let mut view = list_view(&state, &who).await?;
            (view.form, view.faults) = (entered, faults);
            Ok(shell::again(&state, &who.visitor, templates::reviews_page(&view)))
        }
    }
}

async fn view(state: &WebState, who: &SignedIn, id: ReviewId, show: &str, out: bool) -> Result<ReviewView, Failure> {
    let (info, lines) = office::review(state, who, id, out).await?;
    let open = info.review.closed.is_none();
    Ok(ReviewView {
        shell: shell::shell(state, &who.visitor),
        units: office::review_units(state, &who.caller, open, &lines, show),
        review: office::review_row(&info),
        show: show.to_owned(),
        runs: office::runs_reviews(state, &who.caller),
        refused: None,
        faults: Vec::new(),
    })
}

/// `GET /reviews/{id}`
pub async fn page(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Failure> {
    let view = view(&state, &who, id_of(&id)?, asked.0.text("show"), false).await?;
    Ok(shell::ok(&state, &who.visitor, templates::review_page(&view)))
}

/// `POST /reviews/{id}/accounts/{account}`
pub async fn answer(
    state: web::Data<WebState>,
    who: SignedIn,
    path: web::Path<(String, String)>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let id = id_of(&path.0)?;
    let account: AccountId = path.1.parse().map_err(|()| Failure::not_found())?;
    let (show, reason) = (form.0.text("show").to_owned(), form.0.text("reason").to_owned());
    let Some(verdict) = Verdict::parse(form.0.text("verdict")) else { return Err(Failure::not_found()) };
    let failure = match office::answer_review(&state, &who, id, account, verdict, reason.clone()).await {
        Ok(line) => {
            let note = if verdict == Verdict::Keep { Note::ReviewKept } else { Note::ReviewEnded };
            return Ok(shell::done(&state, &place(id, &show), note, &line.name));
        }
        Err(failure) => failure,
    };
    let faults = if failure.sort() == problem::REFUSED {
        let mut text = failure.detail().of(who.visitor.language).to_owned();
        if let Some(help) = failure.help() {
            text = format!("{text} {}", help.of(who.visitor.language));
        }
        vec![FieldFault { field: String::new(), text }]
    } else {
        shell::faults(failure, &who.visitor)?
    };
    let mut view = view(&state, &who, id, &show, false).await?;
    (view.refused, view.faults) = (Some((account.to_string(), reason)), faults);
    Ok(shell::again(&state, &who.visitor, templates::review_page(&view)))
}

/// `POST /reviews/{id}/close`
pub async fn close(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let id = id_of(&id)?;
    let remark = form.0.text("remark").to_owned();
    let review = office::close_review(&state, &who, id, remark, form.0.number("revision")).await?;
    Ok(shell::done(&state, &place(id, ""), Note::ReviewClosed, &review.name))
}

/// `GET /reviews/{id}/print`
pub async fn print(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
    req: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let view = view(&state, &who, id_of(&id)?, "", !only_head(&req)).await?;
    Ok(shell::ok(&state, &who.visitor, templates::review_print_page(&view)))
}

/// `GET /reviews/{id}/export.csv`
pub async fn export(
    state: web::Data<WebState>,
    who: SignedIn,
    id: web::Path<String>,
    req: HttpRequest,
) -> Result<HttpResponse, Failure> {
    if only_head(&req) {
        office::review(&state, &who, id_of(&id)?, false).await?;
        return Ok(HttpResponse::Ok().content_type("text/csv; charset=utf-8").streaming(bodiless()));
    }
    let (review, bytes) = office::review_csv(&state, &who, id_of(&id)?).await?;
    Ok(csv(&format!("ra-soat-tai-khoan-{}", review.started_at.office_date()), bytes))
}
