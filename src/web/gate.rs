//! The gate before every handler: who asks, may they, does the request really come from our own page, and is the body
//! within its bounds. What a route needs stands in the table (`routes`).
//!
//! Against forged requests (a foreign page that sends our cookie): whatever changes something needs, with the cookie,
//! (1) an `Origin` or `Sec-Fetch-Site` of this node where the browser sends one, and (2) the form token that only our
//! pages know, as field `csrf` or header `X-CSRF-Token`. Bearer tokens are never sent by a browser on its own and need
//! neither. The forms before signing in are bound to a random cookie in the same way (login CSRF).

use crate::body::{self, Body, Fields, Parts, Takes};
use crate::cookies::{self, Kind};
use crate::office;
use crate::problem::{self, Failure};
use crate::routes::{Need, Row};
use crate::state::WebState;
use crate::visitor::{self, TheCamera, Visitor};
use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, web};
use base::{Said, Secret};
use domain::{Act, Camera};
use ops::{Caller, Duty};
use templates::views::Theme;

/// Lets a request through to its handler, or answers it.
pub async fn pass(
    row: &'static Row,
    mut req: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match check(row, &mut req).await {
        Ok(()) => next.call(req).await,
        Err(failure) => Ok(req.error_response(failure)),
    }
}

async fn check(row: &'static Row, req: &mut ServiceRequest) -> Result<(), Failure> {
    let Some(state) = req.app_data::<web::Data<WebState>>().map(|d| d.get_ref().clone()) else {
        return Err(Failure::internal("no state in the app"));
    };
    let request = req.request().clone();
    let result = check_inner(row, &state, &request, req).await;
    drop(request);
    result
}

async fn check_inner(
    row: &'static Row,
    state: &WebState,
    request: &HttpRequest,
    req: &mut ServiceRequest,
) -> Result<(), Failure> {
    let found = recognise(state, request, row.need).await?;
    let visitor = visitor_of(state, request, row, found);
    request.extensions_mut().insert(visitor.clone());

    state.brakes.check(row.door, visitor.address).map_err(too_many)?;
    entitled(state, row, request, &visitor).await?;
    let by_cookie = !visitor.bearer && row.need.knows_cookie();
    // Browsers let any page open a WebSocket to anywhere, with the cookies of there.
    if (row.changes() || row.takes == Takes::Socket) && by_cookie {
        own_origin(state, request)?;
    }
    if row.takes == Takes::Socket {
        return on_camera(row, state, request, &visitor).await;
    }
    let mut payload = req.take_payload();
    if row.takes.is_upload() {
        // Held until the request is answered: its body is in memory so long.
        let turn = state.upload_turns.clone().try_acquire_owned().map_err(|_| busy())?;
        request.extensions_mut().insert(turn);
    }
    let bytes = body::read(request, &mut payload, row.takes.bytes_max()).await?;
    row.takes.check_type(request)?;
    let parts = match row.takes {
        Takes::Parts => Some(Parts::of(request, bytes.clone()).await?),
        _ => None,
    };
    if row.changes() && by_cookie {
        own_form(request, row.takes, &bytes, parts.as_ref(), &visitor)?;
    }
    if let Some(parts) = parts {
        request.extensions_mut().insert(parts);
    }
    on_camera(row, state, request, &visitor).await?;
    request.extensions_mut().insert(Body(bytes));
    Ok(())
}

/// The right to the very camera of the address, where the row asks for one.
async fn on_camera(
    row: &'static Row,
    state: &WebState,
    request: &HttpRequest,
    visitor: &Visitor,
) -> Result<(), Failure> {
    if let (true, Some(act)) = (row.need.on_camera(), row.need.act()) {
        let camera = entitled_on(state, request, visitor, act).await?;
        request.extensions_mut().insert(TheCamera(camera));
    }
    Ok(())
}

struct Found {
    caller: Option<Caller>,
    credential: Option<Secret>,
    bearer: bool,
}

/// The bearer token in a request, if there is one.
pub fn bearer(req: &HttpRequest) -> Option<Secret> {
    let text = visitor::header_text(req, header::AUTHORIZATION)?;
    let (scheme, token) = text.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() && token.len() <= 512)
        .then(|| Secret::new(token.to_owned()))
}

/// Who it is, by bearer token (where the route takes one) or by cookie.
async fn recognise(state: &WebState, req: &HttpRequest, need: Need) -> Result<Found, Failure> {
    if need.knows_bearer() && req.headers().contains_key(header::AUTHORIZATION) {
        // A wrong token is not made good by a cookie beside it.
        let token = bearer(req);
        let caller = match token.clone() {
            Some(token) => office::by_bearer(state, token).await?,
            None => None,
        };
        return Ok(Found { caller, credential: token, bearer: true });
    }
    if need.knows_cookie()
        && let Some(cookie) = cookies::read(&state.config, req, Kind::SignIn)
    {
        let token = Secret::new(cookie);
        let caller = office::by_session(state, token.clone()).await?;
        return Ok(Found { credential: caller.is_some().then_some(token), caller, bearer: false });
    }
    Ok(Found { caller: None, credential: None, bearer: false })
}

fn visitor_of(state: &WebState, req: &HttpRequest, row: &Row, found: Found) -> Visitor {
    let mut before = None;
    let form_token = match (&found.caller, &found.credential) {
        (Some(_), Some(credential)) => cookies::form_token(Kind::SignIn, credential.expose()),
        _ if row.need.knows_cookie() => {
            let value = cookies::read(&state.config, req, Kind::Before).or_else(|| {
                before = cookies::random();
                before.clone()
            });
            value.map_or_else(String::new, |v| cookies::form_token(Kind::Before, &v))
        }
        _ => String::new(),
    };
    let account = found.caller.as_ref().and_then(crate::office::language_of);
    Visitor {
        language: visitor::language(state, req, account, found.bearer),
        caller: found.caller.map(|c| state.ops.placed(c, visitor::address(req))),
        browser: cookies::read(&state.config, req, Kind::Browser).map(Secret::new),
        half: cookies::read(&state.config, req, Kind::Half).map(Secret::new),
        form_token,
        bearer: found.bearer,
        credential: found.credential,
        before,
        flash: cookies::read(&state.config, req, Kind::Flash),
        theme: cookies::read(&state.config, req, Kind::Theme).and_then(|t| Theme::parse(&t)),
        language_switched: visitor::language_in_address(req).is_some(),
        here: visitor::here(req),
        address: visitor::address(req),
        agent: visitor::agent(req),
    }
}

/// May they? `ops` asks again; here it keeps those without the right from the handler, and the refusal is on record.
async fn entitled(state: &WebState, row: &Row, req: &HttpRequest, visitor: &Visitor) -> Result<(), Failure> {
    let act = match row.need {
        Need::Open | Need::Entrance => return Ok(()),
        Need::Page(act) | Need::Program(act) | Need::PageOn(act) | Need::ProgramOn(act) => act,
        Need::Figures => {
            let own = state.config.metrics_token.as_ref();
            if own.zip(bearer(req)).is_some_and(|(own, sent)| cookies::same_secret(own.expose(), sent.expose())) {
                return Ok(());
            }
            Act::SeeCatalogue
        }
    };
    let Some(caller) = visitor.caller.clone() else { return Err(Failure::unauthenticated()) };
    if act != Act::OwnAccount
        && caller.barred.is_none()
        && let Some(duty) = caller.duty
    {
        let sort = match duty {
            Duty::Password(_) => problem::PASSWORD_DUE,
            Duty::SecondFactor => problem::SECOND_FACTOR_DUE,
        };
        return Err(Failure::refused(&duty.refusal()).sorted(sort));
    }
    if office::may(&caller, act) {
        return Ok(());
    }
    let camera = req.match_info().get("camera");
    let refused = office::ask(state, move |ops| ops.authorise(&caller, act)).await;
    refused.map_err(|failure| failure.asking(camera, act))
}

/// The camera of the address, if these eyes may do that to it. One that they do not see is not there.
async fn entitled_on(state: &WebState, req: &HttpRequest, visitor: &Visitor, act: Act) -> Result<Camera, Failure> {
    let Some(caller) = visitor.caller.clone() else { return Err(Failure::unauthenticated()) };
    let named = req.match_info().get("camera").unwrap_or_default().to_owned();
    let asked = named.clone();
    let found = office::ask(state, move |ops| ops.camera_for(&caller, act, &named)).await;
    found.map_err(|failure| failure.asking(Some(&asked), act))
}

fn too_many(wait_s: u32) -> Failure {
    Failure::new(
        problem::TOO_MANY,
        Said::new(
            format!("Quá nhiều yêu cầu từ địa chỉ của bạn. Hãy thử lại sau {wait_s} giây."),
            format!("Too many requests from your address. Try again in {wait_s} seconds."),
        ),
    )
    .retry_after(wait_s)
}

/// The request comes from a page of this node, as far as the browser says.
fn own_origin(state: &WebState, req: &HttpRequest) -> Result<(), Failure> {
    let forged = |what: &str| {
        tracing::warn!(what, path = req.path(), "a request from a foreign page was refused");
        Err(forged())
    };
    if let Some(site) = visitor::header_text(req, header::HeaderName::from_static("sec-fetch-site"))
        && site != "same-origin"
    {
        return forged("Sec-Fetch-Site");
    }
    if let Some(origin) = req.headers().get(header::ORIGIN) {
        let scheme = if state.config.https { "https" } else { "http" };
        let own = crate::outer::host(req).map(|h| format!("{scheme}://{}", h.to_ascii_lowercase()));
        if own.is_none() || origin.to_str().ok().map(str::to_ascii_lowercase) != own {
            return forged("Origin");
        }
    }
    Ok(())
}

/// The request carries the form token of this sign-in (or of this browser, before signing in).
fn own_form(
    req: &HttpRequest,
    takes: Takes,
    body: &[u8],
    parts: Option<&Parts>,
    visitor: &Visitor,
) -> Result<(), Failure> {
    let header = visitor::header_text(req, header::HeaderName::from_static("x-csrf-token")).map(str::to_owned);
    let sent = match (header, takes) {
        (Some(token), _) => token,
        (None, Takes::Form) => Fields::parse(body)?.text("csrf").to_owned(),
        (None, _) => parts.map_or_else(String::new, |p| p.fields.text("csrf").to_owned()),
    };
    // A visitor without a cookie has just been given a new value: nothing that was sent can match it.
    let known = !visitor.form_token.is_empty() && visitor.before.is_none();
    if known && cookies::same_secret(&sent, &visitor.form_token) { Ok(()) } else { Err(forged()) }
}

fn busy() -> Failure {
    Failure::new(
        problem::UNAVAILABLE,
        Said::new(
            "Nút đang nhận nhiều tệp cùng lúc. Hãy thử lại sau ít giây.",
            "The node is taking several files at once. Try again in a few seconds.",
        ),
    )
    .retry_after(5)
}

fn forged() -> Failure {
    Failure::new(
        problem::FORGED,
        Said::new(
            "Biểu mẫu này đã cũ hoặc không đến từ trang của nút. Hãy mở lại trang rồi gửi lại; chưa có gì thay đổi.",
            "This form is out of date or did not come from a page of this node. Open the page again and send it again; \
             nothing has been changed.",
        ),
    )
}
