//! `/`, signing in and out, switching language and theme.

use crate::body::{Asked, Form};
use crate::cookies::{self, Kind};
use crate::flash::Note;
use crate::problem::{self, Failure};
use crate::state::WebState;
use crate::visitor::Visitor;
use crate::{links, office, outer, shell};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use base::{Language, Secret};
use ops::Entered;
use templates::routes;
use templates::views::{SignInCodeView, SignInView, Theme};

/// `/`: to the pictures, to sign-in, or to what the set-up needs.
pub async fn door(state: web::Data<WebState>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    if visitor.caller.is_some() {
        return Ok(outer::see_other(routes::LIVE));
    }
    let pending = office::ask(&state, |ops| Ok(ops.setup_pending())).await?;
    Ok(outer::see_other(if pending { routes::SETUP } else { routes::SIGN_IN }))
}

fn view(state: &WebState, visitor: &Visitor, name: &str, next: &str) -> SignInView {
    SignInView {
        shell: shell::shell(state, visitor),
        name: name.to_owned(),
        next: links::local(next).unwrap_or_default(),
        fault: None,
        wait_s: None,
    }
}

/// `GET /sign-in`
pub async fn sign_in_page(state: web::Data<WebState>, visitor: Visitor, asked: Asked) -> Result<HttpResponse, Failure> {
    let next = asked.0.text("next");
    if visitor.caller.is_some() {
        return Ok(outer::see_other(&links::after_sign_in(next)));
    }
    if office::ask(&state, |ops| Ok(ops.setup_pending())).await? {
        return Ok(outer::see_other(routes::SETUP));
    }
    Ok(shell::ok(&state, &visitor, templates::sign_in_page(&view(&state, &visitor, "", next))))
}

/// `POST /sign-in`
pub async fn sign_in(state: web::Data<WebState>, visitor: Visitor, form: Form) -> Result<HttpResponse, Failure> {
    let form = form.0;
    let next = form.text("next").to_owned();
    let name = form.text("name").trim().to_owned();
    match office::enter(&state, &visitor, name.clone(), form.secret("password")).await {
        Ok(Entered::SignedIn(entered)) => {
            Ok(signed_in(&state, outer::see_other(&links::after_sign_in(&next)), &entered))
        }
        Ok(Entered::CodeNeeded(half)) => {
            let next = links::local(&next).unwrap_or_default();
            let place = routes::with_query(routes::SIGN_IN_CODE, &[("next", &next)]);
            let cookie = cookies::set(&state.config, Kind::Half, half.expose().to_owned());
            Ok(shell::with_cookie(outer::see_other(&place), &cookie))
        }
        Err(failure) => {
            let status = match failure.sort() {
                problem::UNAUTHENTICATED | problem::INVALID => StatusCode::UNPROCESSABLE_ENTITY,
                problem::TOO_MANY | problem::UNAVAILABLE => failure.status(),
                _ => return Err(failure),
            };
            let mut view = view(&state, &visitor, &name, &next);
            view.fault = Some(failure.detail().of(visitor.language).to_owned());
            view.wait_s = failure.retry_after_s().map(u64::from);
            let mut response = shell::page(&state, &visitor, status, templates::sign_in_page(&view));
            if let Some(seconds) = failure.retry_after_s() {
                response.headers_mut().insert(actix_web::http::header::RETRY_AFTER, seconds.into());
            }
            Ok(response)
        }
    }
}

/// The half of a sign-in that this browser holds, if it still waits for its code.
fn half(state: &WebState, visitor: &Visitor) -> Option<Secret> {
    visitor.half.clone().filter(|half| office::code_awaited(state, half))
}

fn code_view(state: &WebState, visitor: &Visitor, next: &str) -> SignInCodeView {
    SignInCodeView {
        shell: shell::shell(state, visitor),
        next: links::local(next).unwrap_or_default(),
        fault: None,
        wait_s: None,
    }
}

/// Back to the password: the half of a sign-in is over.
fn too_late(state: &WebState) -> HttpResponse {
    let response = shell::done(state, routes::SIGN_IN, Note::CodeTooLate, "");
    shell::with_cookie(response, &cookies::clear(&state.config, Kind::Half))
}

/// `GET /sign-in/code`
pub async fn code_page(state: web::Data<WebState>, visitor: Visitor, asked: Asked) -> Result<HttpResponse, Failure> {
    let next = asked.0.text("next");
    if visitor.caller.is_some() {
        return Ok(outer::see_other(&links::after_sign_in(next)));
    }
    if half(&state, &visitor).is_none() {
        return Ok(too_late(&state));
    }
    Ok(shell::ok(&state, &visitor, templates::sign_in_code_page(&code_view(&state, &visitor, next))))
}

/// `POST /sign-in/code`
pub async fn code(state: web::Data<WebState>, visitor: Visitor, form: Form) -> Result<HttpResponse, Failure> {
    let next = form.0.text("next").to_owned();
    let Some(half) = half(&state, &visitor) else { return Ok(too_late(&state)) };
    match office::enter_code(&state, &visitor, half.clone(), form.0.text("code").to_owned()).await {
        Ok(entered) => {
            let response = signed_in(&state, outer::see_other(&links::after_sign_in(&next)), &entered);
            Ok(shell::with_cookie(response, &cookies::clear(&state.config, Kind::Half)))
        }
        Err(failure) => {
            let status = match failure.sort() {
                problem::INVALID => StatusCode::UNPROCESSABLE_ENTITY,
                problem::TOO_MANY => failure.status(),
                problem::UNAUTHENTICATED => return Ok(too_late(&state)),
                _ => return Err(failure),
            };
            if !office::code_awaited(&state, &half) {
                return Ok(too_late(&state));
            }
            let mut view = code_view(&state, &visitor, &next);
            view.fault = Some(failure.detail().of(visitor.language).to_owned());
            view.wait_s = failure.retry_after_s().map(u64::from);
            Ok(shell::page(&state, &visitor, status, templates::sign_in_code_page(&view)))
        }
    }
}

/// Puts the sign-in into the browser. The forerunner goes, and so does a language chosen on this browser before: the
/// account's own counts from here.
pub fn signed_in(state: &WebState, response: HttpResponse, entered: &ops::SignedIn) -> HttpResponse {
    let token = entered.token.expose().to_owned();
    let mut response = shell::with_cookie(response, &cookies::set(&state.config, Kind::SignIn, token));
    if let Some(browser) = &entered.browser {
        response =
            shell::with_cookie(response, &cookies::set(&state.config, Kind::Browser, browser.expose().to_owned()));
    }
    [Kind::Before, Kind::Language, Kind::Theme]
        .into_iter()
        .fold(response, |r, kind| shell::with_cookie(r, &cookies::clear(&state.config, kind)))
}

/// `POST /sign-out`
pub async fn sign_out(state: web::Data<WebState>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    office::sign_out(&state, &visitor).await?;
    let response = shell::done(&state, routes::SIGN_IN, Note::SignedOut, "");
    Ok(shell::with_cookie(response, &cookies::clear(&state.config, Kind::SignIn)))
}

/// `POST /language`: kept with the account, or on this browser before signing in.
pub async fn language(state: web::Data<WebState>, visitor: Visitor, form: Form) -> Result<HttpResponse, Failure> {
    let response = outer::see_other(form.0.text("next"));
    let Some(language) = Language::parse(form.0.text("language")) else { return Ok(response) };
    if visitor.caller.is_some() {
        office::prefer(&state, &visitor, None, Some(language), None).await?;
        return Ok(shell::with_cookie(response, &cookies::clear(&state.config, Kind::Language)));
    }
    Ok(shell::with_cookie(response, &cookies::set(&state.config, Kind::Language, language.as_str().to_owned())))
}

/// `POST /theme`: as [`language`].
pub async fn theme(state: web::Data<WebState>, visitor: Visitor, form: Form) -> Result<HttpResponse, Failure> {
    let response = outer::see_other(form.0.text("next"));
    let Some(theme) = Theme::parse(form.0.text("theme")) else { return Ok(response) };
    if visitor.caller.is_some() {
        office::prefer(&state, &visitor, None, None, Some(theme)).await?;
        return Ok(shell::with_cookie(response, &cookies::clear(&state.config, Kind::Theme)));
    }
    Ok(shell::with_cookie(response, &cookies::set(&state.config, Kind::Theme, theme.as_str().to_owned())))
}
