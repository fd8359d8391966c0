//! One's own second factor.

use crate::body::Form;
use crate::flash::Note;
use crate::office::{self, FactorStep};
use crate::problem::{self, Failure};
use crate::shell;
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::{HttpResponse, web};
use templates::routes;
use templates::views::{EnrolmentView, FieldFault, SecondFactorView};

async fn view(state: &WebState, who: &SignedIn) -> Result<SecondFactorView, Failure> {
    let factor = office::second_factor(state, who).await?;
    let enrolment = match factor {
        Some(_) => None,
        None => Some(office::begin_second_factor(state, who).await?),
    };
    let mut shell = shell::shell(state, &who.visitor);
    // This page says it itself.
    shell.notices.retain(|n| n.link.as_ref().is_none_or(|(href, _)| href != routes::SECOND_FACTOR));
    Ok(SecondFactorView {
        shell,
        since: factor.as_ref().and_then(|f| f.confirmed_at),
        required: office::second_factor_required(state, &who.caller),
        due_from: who.caller.second_factor_from.filter(|_| factor.is_none()),
        overdue: factor.is_none() && office::must_set_second_factor(&who.caller),
        recovery_left: factor.as_ref().map_or(0, |f| f.recovery.len()),
        enrolment: enrolment
            .map(|e| EnrolmentView { uri: office::enrolment_uri(&e), secret: grouped(e.secret.expose()) }),
        codes_once: Vec::new(),
        faults: Vec::new(),
    })
}

/// In groups of four, for typing.
fn grouped(secret: &str) -> String {
    secret.chars().collect::<Vec<_>>().chunks(4).map(|c| c.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// `GET /account/second-factor`
pub async fn page(state: web::Data<WebState>, who: SignedIn) -> Result<HttpResponse, Failure> {
    let view = view(&state, &who).await?;
    Ok(shell::ok(&state, &who.visitor, templates::second_factor_page(&view)))
}

async fn step(state: &WebState, who: &SignedIn, form: &Form, step: FactorStep) -> Result<HttpResponse, Failure> {
    let (password, code) = (form.0.secret("password_old"), form.0.text("code").to_owned());
    match office::factor_step(state, who, step, password, code).await {
        Ok(_) if matches!(step, FactorStep::Remove) => {
            Ok(shell::done(state, routes::SECOND_FACTOR, Note::SecondFactorRemoved, ""))
        }
        Ok(codes) => {
            let mut view = view(state, who).await?;
            // What was owed until a moment ago is done.
            (view.due_from, view.overdue) = (None, false);
            view.shell.notices.clear();
            view.codes_once = codes.iter().map(|c| c.expose().to_owned()).collect();
            Ok(shell::ok(state, &who.visitor, templates::second_factor_page(&view)))
        }
        // A wrong password is a fault of the field here, not an ended sign-in.
        Err(failure) if failure.sort() == problem::UNAUTHENTICATED && failure.field().is_some() => {
            let text = failure.detail().of(who.visitor.language).to_owned();
            again(state, who, vec![FieldFault { field: "password_old".to_owned(), text }]).await
        }
        Err(failure) => again(state, who, shell::faults(failure, &who.visitor)?).await,
    }
}

async fn again(state: &WebState, who: &SignedIn, faults: Vec<FieldFault>) -> Result<HttpResponse, Failure> {
    let mut view = view(state, who).await?;
    view.faults = faults;
    Ok(shell::again(state, &who.visitor, templates::second_factor_page(&view)))
}

/// `POST /account/second-factor`
pub async fn confirm(state: web::Data<WebState>, who: SignedIn, form: Form) -> Result<HttpResponse, Failure> {
    step(&state, &who, &form, FactorStep::Confirm).await
}

/// `POST /account/second-factor/codes`
pub async fn codes(state: web::Data<WebState>, who: SignedIn, form: Form) -> Result<HttpResponse, Failure> {
    step(&state, &who, &form, FactorStep::Renew).await
}

/// `POST /account/second-factor/remove`
pub async fn remove(state: web::Data<WebState>, who: SignedIn, form: Form) -> Result<HttpResponse, Failure> {
    step(&state, &who, &form, FactorStep::Remove).await
}
