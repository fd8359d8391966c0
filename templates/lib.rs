//! `templates` — the pages: one function per page, of one view struct, in Vietnamese and English.
//!
//! Here: markup (maud), words, assets. Not here: who may see what (`ops`), routes and forms' meaning (`web`), clocks: a
//! page gets its moment in [`views::Shell::now`]. Pages are complete HTML documents without anything inline, so that the
//! policy in [`CONTENT_SECURITY_POLICY`] holds; they work by links and forms, scripts add life.

mod assets;
pub mod routes;
pub mod views;
mod views_office;

pub use assets::{Asset, asset, asset_href};

use views::*;

/// The `Content-Security-Policy` that every page is written for.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; media-src 'self' blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

macro_rules! pages {
    ($($(#[$doc:meta])* $name:ident($view:ty);)+) => {$(
        $(#[$doc])*
        pub fn $name(view: &$view) -> String {
            let _ = view;
            String::new()
        }
    )+};
}

pages! {
    /// One-time set-up.
    setup_page(SetupView);
    /// Sign-in.
    sign_in_page(SignInView);
    /// Live pictures: tree and grid.
    live_page(LiveView);
    /// The list of cameras.
    cameras_page(CamerasView);
    /// Adding a camera.
    add_camera_page(AddCameraView);
    /// One camera.
    camera_page(CameraView);
    /// The audit.
    audit_page(AuditView);
    /// My account.
    account_page(AccountView);
    /// All accounts.
    accounts_page(AccountsView);
    /// Settings of the node.
    node_page(NodeView);
    /// A refusal or an error.
    refusal_page(RefusalView);
}
