//! The table of routes: every address, what it takes and which right it needs. The app is built from it and tests walk
//! it; a route that is not here cannot exist.

use crate::body::Takes;
use crate::problem::{self, Failure};
use crate::rate::Door;
use crate::{api, assets, events, gate, maps, metrics, mse, openapi, pages, whep};
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
    /// As [`Need::Page`], on the `{camera}` of the address: the gate finds it for these eyes and decides the right to that
    /// very camera. The handler gets it as [`crate::visitor::TheCamera`] and can have no other.
    PageOn(Act),
    /// As [`Need::PageOn`], for programs.
    ProgramOn(Act),
    /// A bearer token: the one from the configuration, or an account's that may see the catalogue.
    Figures,
}

impl Need {
    /// Is the sign-in cookie looked at?
    pub fn knows_cookie(self) -> bool {
        !matches!(self, Need::Open | Need::Figures)
    }
    /// Is `Authorization: Bearer` looked at?
    pub fn knows_bearer(self) -> bool {
        matches!(self, Need::Program(_) | Need::ProgramOn(_) | Need::Figures)
    }
    /// The right that is asked for.
    pub fn act(self) -> Option<Act> {
        match self {
            Need::Page(act) | Need::Program(act) | Need::PageOn(act) | Need::ProgramOn(act) => Some(act),
            Need::Open | Need::Entrance | Need::Figures => None,
        }
    }
    /// Is the right asked for on the camera of the address?
    pub fn on_camera(self) -> bool {
        matches!(self, Need::PageOn(_) | Need::ProgramOn(_))
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
use Need::{Entrance, Figures, Open, Page, PageOn, Program, ProgramOn};

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
    see("/sign-in/code", Entrance, || web::to(pages::entrance::code_page)),
    post("/sign-in/code", Entrance, || web::to(pages::entrance::code)).behind(Door::SignIn),
    post("/sign-out", Page(OwnAccount), || web::to(pages::entrance::sign_out)),
    post("/language", Entrance, || web::to(pages::entrance::language)),
    post("/theme", Entrance, || web::to(pages::entrance::theme)),
    // -- pages ----------------------------------------------------------------------------------------------------
    see("/live", Page(WatchLive), || web::to(pages::live::page)),
    see("/map", Page(SeeCatalogue), || web::to(pages::map::page)),
    see("/search", Page(SeeCatalogue), || web::to(pages::search::page)),
    see("/cameras", Page(SeeCatalogue), || web::to(pages::cameras::list)),
    see("/cameras/add", Page(EditCameras), || web::to(pages::add_camera::page)),
    post("/cameras/add", Page(EditCameras), || web::to(pages::add_camera::submit)),
    post("/cameras/probe", Page(EditCameras), || web::to(pages::add_camera::probe)).behind(Door::Probe),
    see("/cameras/import", Page(EditCameras), || web::to(pages::imports::page)),
    row(Method::POST, "/cameras/import", Page(EditCameras), Takes::Parts, || web::to(pages::imports::send)),
    see("/cameras/import/template.xlsx", Page(EditCameras), || web::to(pages::imports::template_xlsx)),
    see("/cameras/import/template.csv", Page(EditCameras), || web::to(pages::imports::template_csv)),
    see("/cameras/import/{id}", Page(EditCameras), || web::to(pages::imports::job)),
    see("/cameras/import/{id}/failed.xlsx", Page(EditCameras), || web::to(pages::imports::failed)),
    post("/cameras/import/{id}/rows/{n}", Page(EditCameras), || web::to(pages::imports::mend)),
    post("/cameras/import/{id}/{act}", Page(EditCameras), || web::to(pages::imports::act)),
    see("/cameras/bulk", Page(EditCameras), || web::to(pages::imports::bulk)),
    post("/cameras/bulk", Page(EditCameras), || web::to(pages::imports::bulk_ticked)),
    post("/cameras/bulk/prepare", Page(EditCameras), || web::to(pages::imports::bulk_prepare)),
    see("/cameras/export.csv", Page(SeeCatalogue), || web::to(pages::imports::export_csv)),
    see("/cameras/export.xlsx", Page(SeeCatalogue), || web::to(pages::imports::export_xlsx)),
    see("/cameras/overlaps", Page(SeeCatalogue), || web::to(pages::assets::overlaps)),
    see("/cameras/{camera}", PageOn(SeeCatalogue), || web::to(pages::camera::page)),
    post("/cameras/{camera}", PageOn(EditCameras), || web::to(pages::camera::submit)),
    see("/cameras/{camera}/history", PageOn(SeeCatalogue), || web::to(pages::record::history)),
    post("/cameras/{camera}/confirm", PageOn(EditCameras), || web::to(pages::record::confirm)),
    post("/cameras/{camera}/device", PageOn(EditCameras), || web::to(pages::record::device)),
    row(Method::POST, "/cameras/{camera}/documents", PageOn(EditCameras), Takes::Parts, || {
        web::to(pages::record::add_document)
    }),
    post("/cameras/{camera}/documents/{id}/remove", PageOn(EditCameras), || web::to(pages::record::remove_document)),
    see("/documents/{id}/file", Page(SeeCatalogue), || web::to(pages::record::file)),
    see("/mounting-assets", Page(SeeCatalogue), || web::to(pages::assets::list)),
    post("/mounting-assets", Page(EditCameras), || web::to(pages::assets::add)),
    see("/mounting-assets/{asset}", Page(SeeCatalogue), || web::to(pages::assets::page)),
    post("/mounting-assets/{asset}", Page(EditCameras), || web::to(pages::assets::change)),
    post("/mounting-assets/{asset}/remove", Page(EditCameras), || web::to(pages::assets::remove)),
    post("/cameras/{camera}/remove", PageOn(RemoveCameras), || web::to(pages::camera::remove)),
    see("/sharing", Page(OwnAccount), || web::to(pages::sharing::list)),
    row(Method::POST, "/sharing", Page(Share), Takes::Parts, || web::to(pages::sharing::give)),
    see("/sharing/new", Page(Share), || web::to(pages::sharing::new)),
    see("/sharing/table", Page(OwnAccount), || web::to(pages::sharing::table)),
    see("/sharing/lists", Page(Share), || web::to(pages::camera_lists::list)),
    post("/sharing/lists", Page(Share), || web::to(pages::camera_lists::add)),
    see("/sharing/lists/new", Page(Share), || web::to(pages::camera_lists::new)),
    post("/sharing/lists/ticked", Page(Share), || web::to(pages::camera_lists::ticked)),
    see("/sharing/lists/{id}", Page(Share), || web::to(pages::camera_lists::page)),
    post("/sharing/lists/{id}", Page(Share), || web::to(pages::camera_lists::change)),
    post("/sharing/lists/{id}/remove", Page(Share), || web::to(pages::camera_lists::remove)),
    see("/sharing/{id}", Page(OwnAccount), || web::to(pages::sharing::page)),
    post("/sharing/{id}/end", Page(OwnAccount), || web::to(pages::sharing::end)),
    post("/sharing/{id}/confirm", Page(Share), || web::to(pages::sharing::confirm)),
    see("/requests", Page(RequestRights), || web::to(pages::requests::list)),
    row(Method::POST, "/requests", Page(RequestRights), Takes::Parts, || web::to(pages::requests::ask)),
    see("/requests/new", Page(RequestRights), || web::to(pages::requests::new)),
    see("/requests/{id}", Page(RequestRights), || web::to(pages::requests::page)),
    post("/requests/{id}/withdraw", Page(RequestRights), || web::to(pages::requests::withdraw)),
    row(Method::POST, "/requests/{id}/decide", Page(Share), Takes::Parts, || web::to(pages::requests::decide)),
    see("/audit", Page(ReadAudit), || web::to(pages::audit::page)),
    post("/audit/verify", Page(ReadAudit), || web::to(pages::audit::verify)),
    see("/policy", Page(ManageNode), || web::to(pages::policy::page)),
    see("/audit/checkpoints", Page(ReadAudit), || web::to(pages::audit::checkpoints)),
    see("/audit/export.jsonl", Page(ExportAudit), || web::to(pages::audit::export)),
    see("/audit/export.csv", Page(ExportAudit), || web::to(pages::audit::export_csv)),
    see("/audit/archive/{name}", Page(ExportAudit), || web::to(pages::audit::archive)),
    see("/account", Page(OwnAccount), || web::to(pages::account::page)),
    post("/account/preferences", Page(OwnAccount), || web::to(pages::account::preferences)),
    post("/account/password", Page(OwnAccount), || web::to(pages::account::password)).behind(Door::SignIn),
    post("/account/sign-ins/{id}/end", Page(OwnAccount), || web::to(pages::account::end_sign_in)),
    post("/account/tokens", Page(IssueTokens), || web::to(pages::account::issue_token)),
    post("/account/tokens/{id}/revoke", Page(OwnAccount), || web::to(pages::account::revoke_token)),
    post("/account/sign-in-seen", Page(OwnAccount), || web::to(pages::account::sign_in_seen)),
    see("/account/second-factor", Page(OwnAccount), || web::to(pages::second_factor::page)),
    post("/account/second-factor", Page(OwnAccount), || web::to(pages::second_factor::confirm)).behind(Door::SignIn),
    post("/account/second-factor/codes", Page(OwnAccount), || web::to(pages::second_factor::codes))
        .behind(Door::SignIn),
    post("/account/second-factor/remove", Page(OwnAccount), || web::to(pages::second_factor::remove))
        .behind(Door::SignIn),
    see("/accounts", Page(ManageAccounts), || web::to(pages::accounts::page)),
    post("/accounts", Page(ManageAccounts), || web::to(pages::accounts::add)),
    see("/accounts/export.csv", Page(ManageAccounts), || web::to(pages::accounts::export)),
    see("/accounts/{id}", Page(ManageAccounts), || web::to(pages::account_one::page)),
    post("/accounts/{id}", Page(ManageAccounts), || web::to(pages::account_one::details)),
    post("/accounts/{id}/role", Page(ManageAccounts), || web::to(pages::account_one::role)),
    post("/accounts/{id}/disable", Page(ManageAccounts), || web::to(pages::account_one::disable)),
    post("/accounts/{id}/enable", Page(ManageAccounts), || web::to(pages::account_one::enable)),
    post("/accounts/{id}/password", Page(ManageAccounts), || web::to(pages::account_one::password)),
    post("/accounts/{id}/second-factor", Page(ManageAccounts), || web::to(pages::account_one::second_factor)),
    post("/accounts/{id}/tokens", Page(ManageAccounts), || web::to(pages::account_one::issue_token)),
    post("/accounts/{id}/tokens/{token}/revoke", Page(ManageAccounts), || web::to(pages::account_one::revoke_token)),
    see("/sign-in-networks", Page(ManageNode), || web::to(pages::networks::page)),
    post("/sign-in-networks", Page(ManageNode), || web::to(pages::networks::submit)),
    see("/reviews", Page(OwnAccount), || web::to(pages::reviews::list)),
    post("/reviews", Page(ManageAccounts), || web::to(pages::reviews::start)),
    see("/reviews/{id}", Page(OwnAccount), || web::to(pages::reviews::page)),
    post("/reviews/{id}/accounts/{account}", Page(OwnAccount), || web::to(pages::reviews::answer)),
    post("/reviews/{id}/close", Page(ManageAccounts), || web::to(pages::reviews::close)),
    see("/reviews/{id}/print", Page(OwnAccount), || web::to(pages::reviews::print)),
    see("/reviews/{id}/export.csv", Page(OwnAccount), || web::to(pages::reviews::export)),
    see("/node", Page(ManageNode), || web::to(pages::node::page)),
    post("/node", Page(ManageNode), || web::to(pages::node::submit)),
    // -- base maps ------------------------------------------------------------------------------------------------
    see("/maps/{file}", Program(SeeCatalogue), || web::to(maps::file)),
    // -- administration, areas, units, registers ------------------------------------------------------------------
    see("/admin", Page(ManageAccounts), || web::to(pages::admin::page)),
    see("/areas", Page(SeeCatalogue), || web::to(pages::areas::list)),
    see("/areas/add", Page(ManageRegisters), || web::to(pages::areas::add_page)),
    post("/areas/add", Page(ManageRegisters), || web::to(pages::areas::add)),
    see("/areas/handover", Page(ManageRegisters), || web::to(pages::handovers::page)),
    post("/areas/handover", Page(ManageRegisters), || web::to(pages::handovers::submit)),
    see("/areas/handovers/{id}", Page(ManageRegisters), || web::to(pages::handovers::one)),
    post("/areas/handovers/{id}/undo", Page(ManageRegisters), || web::to(pages::handovers::undo)),
    post("/areas/handovers/{id}/confirm", Page(ManageRegisters), || web::to(pages::handovers::confirm)),
    see("/areas/{id}", Page(SeeCatalogue), || web::to(pages::areas::one)),
    post("/areas/{id}", Page(ManageRegisters), || web::to(pages::areas::change)),
    see("/units", Page(SeeCatalogue), || web::to(pages::units::list)),
    see("/units/add", Page(ManageRegisters), || web::to(pages::units::add_page)),
    post("/units/add", Page(ManageRegisters), || web::to(pages::units::add)),
    see("/units/{id}", Page(SeeCatalogue), || web::to(pages::units::one)),
    post("/units/{id}", Page(ManageRegisters), || web::to(pages::units::change)),
    see("/registers", Page(SeeCatalogue), || web::to(pages::registers::first)),
    see("/registers/{register}", Page(SeeCatalogue), || web::to(pages::registers::list)),
    post("/registers/{register}", Page(ManageRegisters), || web::to(pages::registers::add)),
    see("/registers/{register}/{code}", Page(SeeCatalogue), || web::to(pages::registers::one)),
    post("/registers/{register}/{code}", Page(ManageRegisters), || web::to(pages::registers::change)),
    // -- WHEP -----------------------------------------------------------------------------------------------------
    row(Method::GET, "/ws/mse/{camera}", ProgramOn(WatchLive), Takes::Socket, || web::to(mse::play)),
    row(Method::OPTIONS, "/whep/{camera}", Open, Takes::Nothing, || web::to(whep::options)),
    row(Method::POST, "/whep/{camera}", ProgramOn(WatchLive), Takes::Sdp, || web::to(whep::open)),
    row(Method::OPTIONS, "/whep/{camera}/{playback}", Open, Takes::Nothing, || web::to(whep::options_of_playback)),
    row(Method::DELETE, "/whep/{camera}/{playback}", Program(WatchLive), Takes::Nothing, || web::to(whep::close)),
    row(Method::PUT, "/whep/{camera}/{playback}/stream", ProgramOn(WatchLive), Takes::Nothing, || {
        web::to(whep::choose)
    }),
    row(Method::PATCH, "/whep/{camera}/{playback}", Open, Takes::Nothing, || web::to(whep::patch)),
    // -- API ------------------------------------------------------------------------------------------------------
    see("/api/v1/openapi.json", Open, || web::to(openapi::json)),
    see("/api/v1/node", Program(SeeCatalogue), || web::to(api::node::get)),
    see("/api/v1/me", Program(OwnAccount), || web::to(api::me::get)),
    row(Method::PATCH, "/api/v1/me", Program(OwnAccount), Takes::Json, || web::to(api::own::prefer)),
    row(Method::POST, "/api/v1/me/password", Program(OwnAccount), Takes::Json, || web::to(api::own::password)),
    see("/api/v1/me/second-factor", Program(OwnAccount), || web::to(api::own::second_factor)),
    row(Method::POST, "/api/v1/me/second-factor", Program(OwnAccount), Takes::Json, || web::to(api::own::confirm)),
    row(Method::POST, "/api/v1/me/second-factor/enrolment", Program(OwnAccount), Takes::Nothing, || {
        web::to(api::own::enrol)
    }),
    row(Method::POST, "/api/v1/me/second-factor/codes", Program(OwnAccount), Takes::Json, || web::to(api::own::codes)),
    row(Method::POST, "/api/v1/me/second-factor/remove", Program(OwnAccount), Takes::Json, || {
        web::to(api::own::remove)
    }),
    see("/api/v1/me/sign-ins", Program(OwnAccount), || web::to(api::me::sign_ins)),
    row(Method::DELETE, "/api/v1/me/sign-ins/{id}", Program(OwnAccount), Takes::Nothing, || {
        web::to(api::me::end_sign_in)
    }),
    see("/api/v1/me/sign-in-history", Program(OwnAccount), || web::to(api::me::history)),
    see("/api/v1/tokens", Program(OwnAccount), || web::to(api::tokens::list)),
    row(Method::POST, "/api/v1/tokens", Program(IssueTokens), Takes::Json, || web::to(api::tokens::issue)),
    row(Method::DELETE, "/api/v1/tokens/{id}", Program(OwnAccount), Takes::Nothing, || web::to(api::tokens::revoke)),
    see("/api/v1/search", Program(SeeCatalogue), || web::to(api::search::search)),
    see("/api/v1/map/cameras", Program(SeeCatalogue), || web::to(api::map::cameras)),
    see("/api/v1/cameras", Program(SeeCatalogue), || web::to(api::cameras::list)),
    row(Method::POST, "/api/v1/cameras", Program(EditCameras), Takes::Json, || web::to(api::cameras::add)),
    row(Method::POST, "/api/v1/cameras/probe", Program(EditCameras), Takes::Json, || web::to(api::probe::probe))
        .behind(Door::Probe),
    see("/api/v1/cameras.csv", Program(SeeCatalogue), || web::to(api::imports::csv)),
    see("/api/v1/cameras.xlsx", Program(SeeCatalogue), || web::to(api::imports::xlsx)),
    row(Method::POST, "/api/v1/cameras/bulk", Program(EditCameras), Takes::Json, || web::to(api::imports::bulk)),
    see("/api/v1/imports", Program(EditCameras), || web::to(api::imports::list)),
    row(Method::POST, "/api/v1/imports", Program(EditCameras), Takes::File, || web::to(api::imports::send)),
    see("/api/v1/imports/template.xlsx", Program(EditCameras), || web::to(api::imports::template)),
    see("/api/v1/imports/{id}", Program(EditCameras), || web::to(api::imports::get)),
    see("/api/v1/imports/{id}/failed.xlsx", Program(EditCameras), || web::to(api::imports::failed)),
    see("/api/v1/imports/{id}/rows", Program(EditCameras), || web::to(api::imports::rows)),
    row(Method::PATCH, "/api/v1/imports/{id}/rows/{row}", Program(EditCameras), Takes::Json, || {
        web::to(api::imports::mend)
    }),
    row(Method::POST, "/api/v1/imports/{id}/{act}", Program(EditCameras), Takes::Nothing, || {
        web::to(api::imports::act)
    }),
    see("/api/v1/cameras/overlaps", Program(SeeCatalogue), || web::to(api::record::pairs)),
    see("/api/v1/cameras/{camera}/history", ProgramOn(SeeCatalogue), || web::to(api::record::history)),
    see("/api/v1/cameras/{camera}/overlaps", ProgramOn(SeeCatalogue), || web::to(api::record::overlaps)),
    row(Method::POST, "/api/v1/cameras/{camera}/confirm", ProgramOn(EditCameras), Takes::Nothing, || {
        web::to(api::record::confirm)
    }),
    row(Method::POST, "/api/v1/cameras/{camera}/device", ProgramOn(EditCameras), Takes::Json, || {
        web::to(api::record::replace)
    }),
    see("/api/v1/cameras/{camera}/documents", ProgramOn(SeeCatalogue), || web::to(api::record::documents)),
    row(Method::POST, "/api/v1/cameras/{camera}/documents", ProgramOn(EditCameras), Takes::Json, || {
        web::to(api::record::add_document)
    }),
    row(Method::PATCH, "/api/v1/cameras/{camera}/documents/{id}", ProgramOn(EditCameras), Takes::Json, || {
        web::to(api::documents::change)
    }),
    row(Method::DELETE, "/api/v1/cameras/{camera}/documents/{id}", ProgramOn(EditCameras), Takes::Nothing, || {
        web::to(api::record::remove_document)
    }),
    row(Method::PUT, "/api/v1/cameras/{camera}/documents/{id}/file", ProgramOn(EditCameras), Takes::File, || {
        web::to(api::record::put_file)
    }),
    see("/api/v1/documents/{id}", Program(SeeCatalogue), || web::to(api::record::document)),
    row(Method::DELETE, "/api/v1/documents/{id}", Program(Share), Takes::Nothing, || web::to(api::documents::withdraw)),
    see("/api/v1/documents/{id}/history", Program(SeeCatalogue), || web::to(api::documents::history)),
    see("/api/v1/documents/{id}/file", Program(SeeCatalogue), || web::to(api::record::file)),
    row(Method::PUT, "/api/v1/documents/{id}/file", Program(RequestRights), Takes::File, || {
        web::to(api::record::attach_file)
    }),
    see("/api/v1/assets", Program(SeeCatalogue), || web::to(api::assets::list)),
    row(Method::POST, "/api/v1/assets", Program(EditCameras), Takes::Json, || web::to(api::assets::add)),
    see("/api/v1/assets/{asset}", Program(SeeCatalogue), || web::to(api::assets::get)),
    row(Method::PUT, "/api/v1/assets/{asset}", Program(EditCameras), Takes::Json, || web::to(api::assets::change)),
    row(Method::DELETE, "/api/v1/assets/{asset}", Program(EditCameras), Takes::Nothing, || {
        web::to(api::assets::remove)
    }),
    see("/api/v1/cameras/{camera}", ProgramOn(SeeCatalogue), || web::to(api::cameras::get)),
    row(Method::PATCH, "/api/v1/cameras/{camera}", ProgramOn(EditCameras), Takes::Json, || {
        web::to(api::cameras::change)
    }),
    row(Method::DELETE, "/api/v1/cameras/{camera}", ProgramOn(RemoveCameras), Takes::Nothing, || {
        web::to(api::cameras::remove)
    }),
    see("/api/v1/accounts", Program(ManageAccounts), || web::to(api::accounts::list)),
    row(Method::POST, "/api/v1/accounts", Program(ManageAccounts), Takes::Json, || web::to(api::accounts::add)),
    see("/api/v1/accounts/{id}", Program(ManageAccounts), || web::to(api::accounts::get)),
    row(Method::POST, "/api/v1/accounts/{id}/second-factor/reset", Program(ManageAccounts), Takes::Json, || {
        web::to(api::accounts::reset_second_factor)
    }),
    see("/api/v1/accounts/{id}/sign-in-history", Program(ManageAccounts), || web::to(api::accounts::history)),
    see("/api/v1/accounts/{id}/tokens", Program(ManageAccounts), || web::to(api::accounts::tokens)),
    row(Method::POST, "/api/v1/accounts/{id}/tokens", Program(ManageAccounts), Takes::Json, || {
        web::to(api::accounts::issue_token)
    }),
    see("/api/v1/sign-in-networks", Program(ManageNode), || web::to(api::networks::get)),
    row(Method::PUT, "/api/v1/sign-in-networks", Program(ManageNode), Takes::Json, || web::to(api::networks::set)),
    see("/api/v1/reviews", Program(OwnAccount), || web::to(api::reviews::list)),
    row(Method::POST, "/api/v1/reviews", Program(ManageAccounts), Takes::Json, || web::to(api::reviews::start)),
    see("/api/v1/reviews/{id}", Program(OwnAccount), || web::to(api::reviews::get)),
    see("/api/v1/reviews/{id}/accounts", Program(OwnAccount), || web::to(api::reviews::accounts)),
    row(Method::POST, "/api/v1/reviews/{id}/accounts/{account}", Program(OwnAccount), Takes::Json, || {
        web::to(api::reviews::answer)
    }),
    row(Method::POST, "/api/v1/reviews/{id}/close", Program(ManageAccounts), Takes::Json, || {
        web::to(api::reviews::close)
    }),
    row(Method::PATCH, "/api/v1/accounts/{id}", Program(ManageAccounts), Takes::Json, || {
        web::to(api::accounts::change)
    }),
    see("/api/v1/audit", Program(ReadAudit), || web::to(api::audit::list)),
    row(Method::POST, "/api/v1/audit/verify", Program(ReadAudit), Takes::Nothing, || web::to(api::audit::verify)),
    see("/api/v1/audit/export", Program(ExportAudit), || web::to(api::audit::export)),
    see("/api/v1/policy", Program(ManageNode), || web::to(api::policy::get)),
    see("/api/v1/audit/keeping", Program(ReadAudit), || web::to(api::checkpoints::keeping)),
    see("/api/v1/audit/checkpoints", Program(ReadAudit), || web::to(api::checkpoints::list)),
    see("/api/v1/audit/checkpoints/{size}", Program(ReadAudit), || web::to(api::checkpoints::get)),
    see("/api/v1/audit/checkpoints/{size}/consistency", Program(ReadAudit), || web::to(api::checkpoints::consistency)),
    see("/api/v1/audit/{seq}", Program(ReadAudit), || web::to(api::audit::get)),
    see("/api/v1/audit/{seq}/proof", Program(ReadAudit), || web::to(api::checkpoints::proof)),
    see("/api/v1/areas", Program(SeeCatalogue), || web::to(api::registers::areas)),
    row(Method::POST, "/api/v1/areas", Program(ManageRegisters), Takes::Json, || web::to(api::registers::area_add)),
    see("/api/v1/areas/handovers", Program(ManageRegisters), || web::to(api::handovers::list)),
    row(Method::POST, "/api/v1/areas/handovers", Program(ManageRegisters), Takes::Json, || {
        web::to(api::handovers::add)
    }),
    see("/api/v1/areas/handovers/{id}", Program(ManageRegisters), || web::to(api::handovers::get)),
    row(Method::POST, "/api/v1/areas/handovers/{id}/undo", Program(ManageRegisters), Takes::Nothing, || {
        web::to(api::handovers::undo)
    }),
    row(Method::POST, "/api/v1/areas/handovers/{id}/confirm", Program(ManageRegisters), Takes::Nothing, || {
        web::to(api::handovers::confirm)
    }),
    see("/api/v1/areas/{area}", Program(SeeCatalogue), || web::to(api::registers::area)),
    row(Method::PATCH, "/api/v1/areas/{area}", Program(ManageRegisters), Takes::Json, || {
        web::to(api::registers::area_change)
    }),
    see("/api/v1/units", Program(SeeCatalogue), || web::to(api::registers::units)),
    row(Method::POST, "/api/v1/units", Program(ManageRegisters), Takes::Json, || web::to(api::registers::unit_add)),
    see("/api/v1/units/{unit}", Program(SeeCatalogue), || web::to(api::registers::unit)),
    row(Method::PATCH, "/api/v1/units/{unit}", Program(ManageRegisters), Takes::Json, || {
        web::to(api::registers::unit_change)
    }),
    see("/api/v1/registers/{register}", Program(SeeCatalogue), || web::to(api::registers::items)),
    row(Method::POST, "/api/v1/registers/{register}", Program(ManageRegisters), Takes::Json, || {
        web::to(api::registers::item_add)
    }),
    see("/api/v1/registers/{register}/{code}", Program(SeeCatalogue), || web::to(api::registers::item)),
    row(Method::PATCH, "/api/v1/registers/{register}/{code}", Program(ManageRegisters), Takes::Json, || {
        web::to(api::registers::item_change)
    }),
    see("/api/v1/grants", Program(OwnAccount), || web::to(api::grants::list)),
    row(Method::POST, "/api/v1/grants", Program(Share), Takes::Json, || web::to(api::grants::give)),
    see("/api/v1/grants/{id}", Program(OwnAccount), || web::to(api::grants::get)),
    row(Method::DELETE, "/api/v1/grants/{id}", Program(OwnAccount), Takes::Nothing, || web::to(api::grants::end)),
    row(Method::POST, "/api/v1/grants/{id}/confirm", Program(Share), Takes::Nothing, || web::to(api::grants::confirm)),
    see("/api/v1/camera-lists", Program(Share), || web::to(api::camera_lists::list)),
    row(Method::POST, "/api/v1/camera-lists", Program(Share), Takes::Json, || web::to(api::camera_lists::make)),
    see("/api/v1/camera-lists/{id}", Program(Share), || web::to(api::camera_lists::get)),
    row(Method::PATCH, "/api/v1/camera-lists/{id}", Program(Share), Takes::Json, || web::to(api::camera_lists::change)),
    row(Method::DELETE, "/api/v1/camera-lists/{id}", Program(Share), Takes::Nothing, || {
        web::to(api::camera_lists::remove)
    }),
    see("/api/v1/layouts", Program(WatchLive), || web::to(api::layouts::list)),
    row(Method::POST, "/api/v1/layouts", Program(WatchLive), Takes::Json, || web::to(api::layouts::make)),
    see("/api/v1/layouts/{id}", Program(WatchLive), || web::to(api::layouts::get)),
    row(Method::PATCH, "/api/v1/layouts/{id}", Program(WatchLive), Takes::Json, || web::to(api::layouts::change)),
    row(Method::DELETE, "/api/v1/layouts/{id}", Program(WatchLive), Takes::Nothing, || web::to(api::layouts::remove)),
    see("/api/v1/requests", Program(RequestRights), || web::to(api::requests::list)),
    row(Method::POST, "/api/v1/requests", Program(RequestRights), Takes::Json, || web::to(api::requests::ask)),
    see("/api/v1/requests/{id}", Program(RequestRights), || web::to(api::requests::get)),
    row(Method::DELETE, "/api/v1/requests/{id}", Program(RequestRights), Takes::Nothing, || {
        web::to(api::requests::withdraw)
    }),
    row(Method::POST, "/api/v1/requests/{id}/decision", Program(Share), Takes::Json, || web::to(api::requests::decide)),
    see("/api/v1/me/rights", Program(OwnAccount), || web::to(api::rights::mine)),
    see("/api/v1/cameras/{camera}/rights", ProgramOn(SeeCatalogue), || web::to(api::rights::on_camera)),
    see("/api/v1/events", Program(SeeCatalogue), || web::to(events::listen)),
    see("/api/v1/cameras/{camera}/snapshot.jpg", ProgramOn(Snapshot), || web::to(api::snapshot::take)),
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
