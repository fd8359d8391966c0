//! The pages, one module each; the functions are re-exported at the crate's root.

pub(crate) mod account;
pub(crate) mod account_one;
pub(crate) mod accounts;
pub(crate) mod admin;
pub(crate) mod area_handover;
pub(crate) mod areas;
pub(crate) mod assets;
pub(crate) mod audit;
pub(crate) mod checkpoints;
pub(crate) mod camera;
pub(crate) mod camera_add;
pub(crate) mod cameras;
pub(crate) mod filter_bar;
pub(crate) mod gate;
pub(crate) mod live;
pub(crate) mod map;
pub(crate) mod networks;
pub(crate) mod node;
pub(crate) mod record;
pub(crate) mod refusal;
pub(crate) mod registers;
pub(crate) mod review_print;
pub(crate) mod reviews;
pub(crate) mod search;
pub(crate) mod second_factor;
pub(crate) mod units;
