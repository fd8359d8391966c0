//! Who asks: recognised once per request by `gate`, extracted by handlers as [`Visitor`] or [`SignedIn`].

use crate::cookies::{self, Kind};
use crate::problem::Failure;
use crate::state::WebState;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use base::{Language, Secret};
use domain::Camera;
use ops::Caller;
use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr};
use templates::views::Theme;

/// What is known of the one who asks.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// Language to answer in.
    pub language: Language,
    /// The account and its rights; `None` if nobody is signed in.
    pub caller: Option<Caller>,
    /// The token that forms must send back.
    pub form_token: String,
    /// Known by a bearer token, not by the cookie.
    pub bearer: bool,
    /// The sign-in cookie or bearer token that was good.
    pub credential: Option<Secret>,
    /// A new forerunner cookie to set, when a form is shown before signing in.
    pub before: Option<String>,
    /// The result of the last act, as its cookie says it.
    pub flash: Option<String>,
    /// Theme chosen on this browser.
    pub theme: Option<Theme>,
    /// The cookie by which this browser is known from earlier sign-ins.
    pub browser: Option<Secret>,
    /// Half of a sign-in that owes its code.
    pub half: Option<Secret>,
    /// The address asked for another language; it is remembered.
    pub language_switched: bool,
    /// Path and query.
    pub here: String,
    /// Where it comes from.
    pub address: IpAddr,
    /// What the browser calls itself; cut.
    pub agent: String,
}

/// A visitor that is signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The account and its rights.
    pub caller: Caller,
    /// The rest.
    pub visitor: Visitor,
}

/// The camera of the address, for which the gate has found these eyes entitled ([`crate::routes::Need::PageOn`]).
#[derive(Clone, Debug)]
pub struct TheCamera(pub Camera);

impl FromRequest for TheCamera {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = req.extensions().get::<TheCamera>().cloned();
        ready(found.ok_or_else(|| Failure::internal("a handler that takes a camera in a row that asks no right to it")))
    }
}

/// The network address at the other end.
pub fn address(req: &HttpRequest) -> IpAddr {
    req.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |a| a.ip().to_canonical())
}

/// Path and query, as local address for the way back.
pub fn here(req: &HttpRequest) -> String {
    let here = req.uri().path_and_query().map_or("/", |p| p.as_str());
    crate::links::local(here).unwrap_or_else(|| "/".to_owned())
}

/// What the browser calls itself, cut to a line.
pub fn agent(req: &HttpRequest) -> String {
    header_text(req, header::USER_AGENT).unwrap_or("").chars().filter(|c| !c.is_control()).take(200).collect()
}

/// A header as text.
pub fn header_text(req: &HttpRequest, name: header::HeaderName) -> Option<&str> {
    req.headers().get(name).and_then(|v| v.to_str().ok())
}

/// The language: `?lang=`, then the switch on this browser, then the account, then what the browser asks for; a program
/// with a token says it in `Accept-Language`. Vietnamese otherwise.
pub fn language(state: &WebState, req: &HttpRequest, account: Option<Language>, bearer: bool) -> Language {
    let asked = language_in_address(req);
    let chosen = || cookies::read(&state.config, req, Kind::Language).and_then(|v| Language::parse(&v));
    let wanted = || header_text(req, header::ACCEPT_LANGUAGE).and_then(accepted);
    asked
        .or_else(chosen)
        .or_else(|| if bearer { wanted().or(account) } else { account.or_else(wanted) })
        .unwrap_or_default()
}

/// `?lang=`.
pub fn language_in_address(req: &HttpRequest) -> Option<Language> {
    url::form_urlencoded::parse(req.query_string().as_bytes())
        .find(|(n, _)| n == "lang")
        .and_then(|(_, v)| Language::parse(&v))
}

/// The best of our languages in an `Accept-Language` (RFC 9110 §12.5.4).
fn accepted(header: &str) -> Option<Language> {
    let mut best: Option<(f32, Language)> = None;
    for part in header.split(',').take(20) {
        let (range, parameters) = part.split_once(';').unwrap_or((part, ""));
        let weight = match parameters.trim().strip_prefix("q=") {
            Some(q) => q.trim().parse::<f32>().unwrap_or(0.0),
            None => 1.0,
        };
        let primary = range.trim().split('-').next().unwrap_or("").to_ascii_lowercase();
        if let Some(language) = Language::parse(&primary)
            && weight > 0.0
            && best.is_none_or(|(w, _)| weight > w)
        {
            best = Some((weight, language));
        }
    }
    best.map(|(_, l)| l)
}

impl FromRequest for Visitor {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = req.extensions().get::<Visitor>().cloned();
        ready(found.ok_or_else(|| Failure::internal("a handler outside the table of routes")))
    }
}

impl FromRequest for SignedIn {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = req.extensions().get::<Visitor>().cloned();
        ready(match found {
            Some(visitor) => match visitor.caller.clone() {
                Some(caller) => Ok(SignedIn { caller, visitor }),
                None => Err(Failure::unauthenticated()),
            },
            None => Err(Failure::internal("a handler outside the table of routes")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browsers_wish_is_heard() {
        assert_eq!(accepted("en-US,en;q=0.9,vi;q=0.8"), Some(Language::En));
        assert_eq!(accepted("fr-FR, vi;q=0.7, en;q=0.3"), Some(Language::Vi));
        assert_eq!(accepted("en;q=0"), None);
        assert_eq!(accepted("fr, *;q=0.1"), None);
        assert_eq!(accepted(";;q=,,en;q=x"), None);
    }
}
