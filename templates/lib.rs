//! `templates` — the pages: one function per page, of one view struct, in Vietnamese and English.
//!
//! Here: markup (maud), words, assets. Not here: who may see what (`ops`), routes and forms' meaning (`web`), clocks: a
//! page gets its moment in [`views::Shell::now`]. Pages are complete HTML documents without anything inline, so that the
//! policy in [`CONTENT_SECURITY_POLICY`] holds; they work by links and forms, scripts add life.

mod assets;
mod layout;
mod pages;
mod parts;
pub mod routes;
pub mod views;
mod views_office;
mod words;

pub use assets::{Asset, asset, asset_href};

pub use pages::account::account_page;
pub use pages::accounts::accounts_page;
pub use pages::audit::audit_page;
pub use pages::camera::camera_page;
pub use pages::camera_add::add_camera_page;
pub use pages::cameras::cameras_page;
pub use pages::gate::{setup_page, sign_in_page};
pub use pages::live::live_page;
pub use pages::node::node_page;
pub use pages::refusal::refusal_page;

/// The `Content-Security-Policy` that every page is written for.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; media-src 'self' blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
