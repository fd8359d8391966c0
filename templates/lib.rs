//! `templates` — the pages: one function per page, of one view struct, in Vietnamese and English.
//!
//! Here: markup (maud), words, assets. Not here: who may see what (`ops`), routes and forms' meaning (`web`), clocks: a
//! page gets its moment in [`views::Shell::now`]. Pages are complete HTML documents without anything inline, so that the
//! policy in [`CONTENT_SECURITY_POLICY`] holds; they work by links and forms, scripts add life.

mod assets;
mod layout;
mod notice_words;
mod pages;
mod parts;
pub mod routes;
pub mod views;
mod views_access;
mod views_audit;
mod views_finding;
mod views_imports;
mod views_lists;
mod views_office;
mod views_policy;
mod views_record;
mod views_registers;
mod views_sharing;
mod words;

pub use assets::{Asset, asset, asset_href};

pub use notice_words::NoticeWords;
pub use pages::account::account_page;
pub use pages::account_one::one_account_page;
pub use pages::accounts::accounts_page;
pub use pages::admin::admin_page;
pub use pages::area_handover::{handover_one_page, handover_page};
pub use pages::areas::{area_page, areas_page};
pub use pages::assets::{asset_page, assets_page, overlaps_page};
pub use pages::audit::audit_page;
pub use pages::camera::camera_page;
pub use pages::camera_add::add_camera_page;
pub use pages::camera_lists::{camera_list_new_page, camera_list_page, camera_lists_page};
pub use pages::camera_rights::camera_rights;
pub use pages::cameras::cameras_page;
pub use pages::checkpoints::checkpoints_page;
pub use pages::gate::{setup_page, sign_in_code_page, sign_in_page};
pub use pages::imports::{bulk_page, import_page};
pub use pages::job::job_page;
pub use pages::live::live_page;
pub use pages::map::map_page;
pub use pages::networks::networks_page;
pub use pages::node::node_page;
pub use pages::policy::policy_page;
pub use pages::record::history_page;
pub use pages::refusal::refusal_page;
pub use pages::registers::registers_page;
pub use pages::review_print::review_print_page;
pub use pages::reviews::{review_page, reviews_page};
pub use pages::search::search_page;
pub use pages::second_factor::second_factor_page;
pub use pages::sharing::{grant_page, request_page, rights_table_page, sharing_page};
pub use pages::sharing_forms::rights_form_page;
pub use pages::units::{unit_page, units_page};

/// The `Content-Security-Policy` that every page is written for.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; media-src 'self' blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
