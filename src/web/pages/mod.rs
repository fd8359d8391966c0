//! The pages: each handler extracts, asks one operation, and hands a view struct to `templates`.
//!
//! A POST answers 303 to a page with a flash, or 422 with the same form and what is wrong in it; what was typed stays,
//! passwords never come back.

pub mod account;
pub mod accounts;
pub mod add_camera;
pub mod audit;
pub mod camera;
pub mod cameras;
pub mod entrance;
pub mod live;
pub mod node;
pub mod problems;
pub mod setup;
