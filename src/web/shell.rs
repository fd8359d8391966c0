//! What stands around a page's content, and how pages are sent.

use crate::cookies::{self, Kind};
use crate::flash::{self, Note};
use crate::office;
use crate::outer;
use crate::problem::{self, Failure};
use crate::state::WebState;
use crate::visitor::{self, Visitor};
use actix_web::cookie::Cookie;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use base::Said;
use templates::routes;
use templates::views::{FieldFault, Flash, RefusalView, Shell};

/// The shell of a page for that visitor.
pub fn shell(state: &WebState, visitor: &Visitor) -> Shell {
    let flash = visitor.flash.as_deref().and_then(|f| flash::decode(f, visitor.language));
    let account_theme = visitor.caller.as_ref().and_then(office::theme_of);
    Shell {
        language: visitor.language,
        theme: visitor.theme.or(account_theme).unwrap_or_default(),
        csrf: visitor.form_token.clone(),
        node_name: office::node_name(state),
        person: visitor.caller.as_ref().map(office::person),
        here: visitor.here.clone(),
        flash: flash.map(|(good, text)| Flash { good, text }),
        notices: visitor.caller.as_ref().map(|c| office::notices(state, c, visitor.language)).unwrap_or_default(),
        watermark: visitor.caller.as_ref().and_then(|c| office::watermark(state, c)),
        now: state.config.clock.now(),
    }
}

/// Sends a page. The flash has now been shown; the browser gets its forerunner and language cookies where due.
pub fn page(state: &WebState, visitor: &Visitor, status: StatusCode, html: String) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    response.content_type("text/html; charset=utf-8");
    response.insert_header((header::CONTENT_LANGUAGE, visitor.language.as_str()));
    if let Some(value) = &visitor.before {
        response.cookie(cookies::set(&state.config, Kind::Before, value.clone()));
    }
    if visitor.flash.is_some() {
        response.cookie(cookies::clear(&state.config, Kind::Flash));
    }
    if visitor.language_switched {
        response.cookie(cookies::set(&state.config, Kind::Language, visitor.language.as_str().to_owned()));
    }
    response.body(html)
}

/// A page that worked.
pub fn ok(state: &WebState, visitor: &Visitor, html: String) -> HttpResponse {
    page(state, visitor, StatusCode::OK, html)
}

/// The same form again, with what is wrong in it.
pub fn again(state: &WebState, visitor: &Visitor, html: String) -> HttpResponse {
    page(state, visitor, StatusCode::UNPROCESSABLE_ENTITY, html)
}

/// After an act: on to a page that says how it went.
pub fn done(state: &WebState, place: &str, note: Note, word: &str) -> HttpResponse {
    with_cookie(outer::see_other(place), &cookies::set(&state.config, Kind::Flash, flash::encode(note, word)))
}

/// Adds a cookie to a finished answer.
pub fn with_cookie(mut response: HttpResponse, cookie: &Cookie<'_>) -> HttpResponse {
    if let Err(error) = response.add_cookie(cookie) {
        tracing::error!(%error, "a cookie does not fit in a header");
    }
    response
}

/// A failure that belongs into the form: every field with its sentence. `Err` gives back what must not be shown there
/// (not found, no right …).
pub fn faults(failure: Failure, visitor: &Visitor) -> Result<Vec<FieldFault>, Failure> {
    let shown = [problem::INVALID, problem::CONFLICT, problem::TOO_MANY, problem::UNAVAILABLE];
    if !shown.contains(&failure.sort()) {
        return Err(failure);
    }
    let one =
        |field: &str, said: &Said| FieldFault { field: field.to_owned(), text: said.of(visitor.language).to_owned() };
    if failure.faults().is_empty() {
        return Ok(vec![one(failure.field().unwrap_or(""), failure.detail())]);
    }
    Ok(failure.faults().iter().map(|(field, said)| one(field, said)).collect())
}

/// A failure as a page.
pub fn failure_page(state: &WebState, req: &HttpRequest, known: Option<&Visitor>, failure: &Failure) -> HttpResponse {
    let unknown;
    let visitor = match known {
        Some(visitor) => visitor,
        None => {
            unknown = stranger(state, req);
            &unknown
        }
    };
    if failure.sort() == problem::UNAUTHENTICATED {
        let response = outer::to_sign_in(req, &visitor.here);
        // A cookie that is no longer good is taken away, so that it is not looked up again and again.
        return match cookies::read(&state.config, req, Kind::SignIn) {
            Some(_) => with_cookie(response, &cookies::clear(&state.config, Kind::SignIn)),
            None => response,
        };
    }
    if failure.sort() == problem::PASSWORD_DUE {
        return done(state, routes::ACCOUNT, Note::PasswordDue, "");
    }
    if failure.sort() == problem::SECOND_FACTOR_DUE {
        return done(state, routes::SECOND_FACTOR, Note::SecondFactorDue, "");
    }
    let view = RefusalView {
        status: failure.status().as_u16(),
        said: failure.detail().of(visitor.language).to_owned(),
        article: failure.article().map(str::to_owned),
        who_can_help: failure.help().map(|h| h.of(visitor.language).to_owned()),
        next: failure
            .request_form()
            .map(|form| (ask_word(visitor.language).to_owned(), form.to_owned()))
            .into_iter()
            .collect(),
        shell: shell(state, visitor),
    };
    page(state, visitor, failure.status(), templates::refusal_page(&view))
}

fn ask_word(language: base::Language) -> &'static str {
    match language {
        base::Language::Vi => "Đề nghị cấp quyền",
        base::Language::En => "Ask for the right",
    }
}

/// Someone at an address that is not in the table: nobody has looked who it is.
fn stranger(state: &WebState, req: &HttpRequest) -> Visitor {
    Visitor {
        language: visitor::language(state, req, None, false),
        caller: None,
        form_token: String::new(),
        bearer: false,
        credential: None,
        before: None,
        flash: None,
        theme: None,
        browser: None,
        half: None,
        language_switched: false,
        here: visitor::here(req),
        address: visitor::address(req),
        agent: String::new(),
    }
}
