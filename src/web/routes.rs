//! The table of routes: every address, what it takes and which right it needs. The app is built from it and tests walk
//! it; a route that is not here cannot exist.

use crate::body::Takes;
use crate::problem::{self, Failure};
use crate::rate::Door;
use crate::{api, assets, events, gate, metrics, openapi, pages, whep};
use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::{HttpResponse, Route, guard, web};
use base::Said;
use domain::Act;

/// Who may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Anyone; nobody is asked who they are.
    Open,
    /// Anyone, but whoever is signed in is recognised: the pages before signing in. Set-up checks its token itself.
    Entrance,
    /// A page: the sign-in cookie, of an account with that right.
    Page(Act),
    /// A program's address: bearer token or cookie, of an account with that right.
    Program(Act),
    /// A bearer token: the one from the configuration, or an account's that may see the catalogue.
    Figures,
}

impl Need {
    /// Is the sign-in cookie looked at?
    pub fn knows_cookie(self) -> bool {
        matches!(self, Need::Entrance | Need::Page(_) | Need::Program(_))
    }
    /// Is `Authorization: Bearer` looked at?
    pub fn knows_bearer(self) -> bool {
        matches!(self, Need::Program(_) | Need::Figures)
    }
}

/// One row.
#[derive(Debug)]
pub struct Row {
    /// Method; `GET` includes `HEAD`.
    pub method: Method,
    /// Address, with `{names}`.
    pub path: &'static str,
    /// Who may come.
    pub need: Need,
    /// What body it takes.
    pub takes: Takes,
    /// Its brake.
    pub door: Door,
    handler: fn() -> Route,
}

impl Row {
    /// Does it change something? Then a form token is needed with the cookie.
    pub fn changes(&self) -> bool {
        !matches!(self.method, Method::GET | Method::OPTIONS)
    }
    const fn behind(mut self, door: Door) -> Row {
        self.door = door;
        self
    }
}

const fn row(method: Method, path: &'static str, need: Need, takes: Takes, handler: fn() -> Route) -> Row {
    Row { method, path, need, takes, door: Door::Free, handler }
}
const fn see(path: &'static str, need: Need, handler: fn() -> Route) -> Row {
    row(Method::GET, path, need, Takes::Nothing, handler)
}
const fn post(path: &'static str, need: Need, handler: fn() -> Route) -> Row {
    row(Method::POST, path, need, Takes::Form, handler)
}

use Act::*;
use Need::{Entrance, Figures, Open, Page, Program};

/// The table. More particular addresses stand before `{…}` ones.
pub static ROWS: &[Row] = &[
    // -- for everyone ---------------------------------------------------------------------------------------------
    see("/healthz", Open, || web::to(metrics::health)),
    see("/readyz", Open, || web::to(metrics::ready)),
    see("/metrics", Figures, || web::to(metrics::figures)),
    see("/assets/{path:.*}", Open, || web::to(assets::asset)),
    see("/favicon.ico", Open, || web::to(assets::favicon)),
    see("/problems/{slug}", Open, || web::to(pages::problems::page)),
    // -- before signing in ----------------------------------------------------------------------------------------
    see("/", Entrance, || web::to(pages::entrance::door)),
    see("/setup", Entrance, || web::to(pages::setup::page)).behind(Door::SetUp),
    post("/setup", Entrance, || web::to(pages::setup::submit)).behind(Door::SetUp),
    see("/sign-in", Entrance, || web::to(pages::entrance::sign_in_page)),
    post("/sign-in", Entrance, || web::to(pages::entrance::sign_in)).behind(Door::SignIn),
    post("/sign-out", Page(OwnAccount), || web::to(pages::entrance::sign_out)),
    post("/language", Entrance, || web::to(pages::entrance::language)),
    post("/theme", Entrance, || web::to(pages::entrance::theme)),
    // -- pages ----------------------------------------------------------------------------------------------------
    see("/live", Page(WatchLive), || web::to(pages::live::page)),
    see("/cameras", Page(SeeCatalogue), || web::to(pages::cameras::list)),
    see("/cameras/add", Page(EditCameras), || web::to(pages::add_camera::page)),
    post("/cameras/add", Page(EditCameras), || web::to(pages::add_camera::submit)),
    post("/cameras/probe", Page(EditCameras), || web::to(pages::add_camera::probe)).behind(Door::Probe),
    see("/cameras/{camera}", Page(SeeCatalogue), || web::to(pages::camera::page)),
    post("/cameras/{camera}", Page(EditCameras), || web::to(pages::camera::submit)),
    post("/cameras/{camera}/remove", Page(RemoveCameras), || web::to(pages::camera::remove)),
    see("/audit", Page(ReadAudit), || web::to(pages::audit::page)),
    post("/audit/verify", Page(ReadAudit), || web::to(pages::audit::verify)),
    see("/audit/export.jsonl", Page(ExportAudit), || web::to(pages::audit::export)),
    see("/account", Page(OwnAccount), || web::to(pages::account::page)),
    post("/account/preferences", Page(OwnAccount), || web::to(pages::account::preferences)),
    post("/account/password", Page(OwnAccount), || web::to(pages::account::password)).behind(Door::SignIn),
    post("/account/sign-ins/{id}/end", Page(OwnAccount), || web::to(pages::account::end_sign_in)),
    post("/account/tokens", Page(IssueTokens), || web::to(pages::account::issue_token)),
    post("/account/tokens/{id}/revoke", Page(OwnAccount), || web::to(pages::account::revoke_token)),
    see("/accounts", Page(ManageAccounts), || web::to(pages::accounts::page)),
    post("/accounts", Page(ManageAccounts), || web::to(pages::accounts::add)),
    post("/accounts/{id}/role", Page(ManageAccounts), || web::to(pages::accounts::role)),
    post("/accounts/{id}/disable", Page(ManageAccounts), || web::to(pages::accounts::disable)),
    post("/accounts/{id}/enable", Page(ManageAccounts), || web::to(pages::accounts::enable)),
    post("/accounts/{id}/password", Page(ManageAccounts), || web::to(pages::accounts::password)),
    see("/node", Page(ManageNode), || web::to(pages::node::page)),
    post("/node", Page(ManageNode), || web::to(pages::node::submit)),
    // -- WHEP -----------------------------------------------------------------------------------------------------
    row(Method::OPTIONS, "/whep/{camera}", Open, Takes::Nothing, || web::to(whep::options)),
    row(Method::POST, "/whep/{camera}", Program(WatchLive), Takes::Sdp, || web::to(whep::open)),
    row(Method::OPTIONS, "/whep/{camera}/{playback}", Open, Takes::Nothing, || web::to(whep::options_of_playback)),
    row(Method::DELETE, "/whep/{camera}/{playback}", Program(WatchLive), Takes::Nothing, || web::to(whep::close)),
    row(Method::PATCH, "/whep/{camera}/{playback}", Open, Takes::Nothing, || web::to(whep::patch)),
    // -- API ------------------------------------------------------------------------------------------------------
    see("/api/v1/openapi.json", Open, || web::to(openapi::json)),
    see("/api/v1/node", Program(SeeCatalogue), || web::to(api::node::get)),
    see("/api/v1/me", Program(OwnAccount), || web::to(api::me::get)),
    see("/api/v1/tokens", Program(OwnAccount), || web::to(api::tokens::list)),
    row(Method::POST, "/api/v1/tokens", Program(IssueTokens), Takes::Json, || web::to(api::tokens::issue)),
    row(Method::DELETE, "/api/v1/tokens/{id}", Program(OwnAccount), Takes::Nothing, || web::to(api::tokens::revoke)),
    see("/api/v1/cameras", Program(SeeCatalogue), || web::to(api::cameras::list)),
    row(Method::POST, "/api/v1/cameras", Program(EditCameras), Takes::Json, || web::to(api::cameras::add)),
    row(Method::POST, "/api/v1/cameras/probe", Program(EditCameras), Takes::Json, || web::to(api::probe::probe))
        .behind(Door::Probe),
    see("/api/v1/cameras/{camera}", Program(SeeCatalogue), || web::to(api::cameras::get)),
    row(Method::PATCH, "/api/v1/cameras/{camera}", Program(EditCameras), Takes::Json, || web::to(api::cameras::change)),
    row(Method::DELETE, "/api/v1/cameras/{camera}", Program(RemoveCameras), Takes::Nothing, || {
        web::to(api::cameras::remove)
    }),
    see("/api/v1/accounts", Program(ManageAccounts), || web::to(api::accounts::list)),
    row(Method::POST, "/api/v1/accounts", Program(ManageAccounts), Takes::Json, || web::to(api::accounts::add)),
    row(Method::PATCH, "/api/v1/accounts/{id}", Program(ManageAccounts), Takes::Json, || {
        web::to(api::accounts::change)
    }),
    see("/api/v1/audit", Program(ReadAudit), || web::to(api::audit::list)),
    row(Method::POST, "/api/v1/audit/verify", Program(ReadAudit), Takes::Nothing, || web::to(api::audit::verify)),
    see("/api/v1/events", Program(SeeCatalogue), || web::to(events::listen)),
    see("/api/v1/streams", Program(SeeCatalogue), || web::to(api::streams::list)),
];

/// Builds the app from the table. An address with a method that it does not have is answered with 405 and `Allow`.
pub fn configure(app: &mut web::ServiceConfig) {
    let mut done: Vec<&str> = Vec::new();
    for first in ROWS {
        if done.contains(&first.path) {
            continue;
        }
        done.push(first.path);
        let mut resource = web::resource(first.path);
        let mut allowed = Vec::new();
        for row in ROWS.iter().filter(|r| r.path == first.path) {
            let method = if row.method == Method::GET {
                allowed.extend(["GET", "HEAD"]);
                guard::Any(guard::Get()).or(guard::Head())
            } else {
                allowed.push(row.method.as_str());
                guard::Any(guard::Method(row.method.clone()))
            };
            resource = resource
                .route((row.handler)().guard(method).wrap(from_fn(move |req, next| gate::pass(row, req, next))));
        }
        let allowed = allowed.join(", ");
        resource = resource.default_service(web::to(move || {
            let allowed = allowed.clone();
            async move { Err::<HttpResponse, Failure>(no_such_method(allowed)) }
        }));
        app.service(resource);
    }
}

fn no_such_method(allowed: String) -> Failure {
    Failure::new(
        problem::METHOD,
        Said::new(
            format!("Địa chỉ này chỉ nhận: {allowed}."),
            format!("This address takes these methods only: {allowed}."),
        ),
    )
    .allow(allowed)
}
