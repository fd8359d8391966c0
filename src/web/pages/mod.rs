//! The pages: each handler extracts, asks one operation, and hands a view struct to `templates`.
//!
//! A POST answers 303 to a page with a flash, or 422 with the same form and what is wrong in it; what was typed stays,
//! passwords never come back.

pub mod account;
pub mod account_one;
pub mod accounts;
pub mod add_camera;
pub mod admin;
pub mod areas;
pub mod assets;
pub mod audit;
pub mod camera;
pub mod camera_lists;
pub mod cameras;
pub mod entrance;
pub mod handovers;
pub mod imports;
pub mod live;
pub mod map;
pub mod networks;
pub mod node;
pub mod policy;
pub mod problems;
pub mod record;
pub mod registers;
pub mod requests;
pub mod reviews;
pub mod search;
pub mod second_factor;
pub mod setup;
pub mod sharing;
pub mod units;
