//! `web` — what people and programs see and call: pages, `/api/v1/`, WHEP, events, figures.
//!
//! A request goes `outer` (host name, headers, how failures look) → the table in `routes` → `gate` (who, may they, is it
//! our own form, bounds) → a handler, which extracts, asks one operation of `ops` or `media`, and renders.
//!
//! Not here: who may do what and why (`ops`, `domain`), what pages look like (`templates`), pictures (`media`). Only this
//! room knows actix.

mod api;
mod assets;
mod body;
mod cookies;
mod drafts;
mod events;
mod flash;
mod gate;
mod links;
mod maps;
mod metrics;
mod mse;
mod office;
mod openapi;
mod outer;
mod pages;
mod problem;
mod rate;
mod routes;
mod rtsp;
mod serve;
mod shell;
mod state;
mod streams;
mod visitor;
mod whep;

#[cfg(test)]
mod tests;

pub use openapi::document as openapi_document;
pub use rtsp::RtspDoor;
pub use serve::{Listener, ServerHandle, serve};
pub use state::{ReadyProbe, WebConfig, WebState};
