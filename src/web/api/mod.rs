//! `/api/v1/`: JSON for programs and for the pages' own scripts. Each handler extracts, asks one operation, answers.
//!
//! Camera passwords go in and never come out; tokens and one-time passwords come out once, when they are made.

pub mod accounts;
pub mod assets;
pub mod audit;
pub mod camera_lists;
pub mod cameras;
pub mod checkpoints;
pub mod documents;
pub mod facts;
pub mod grants;
pub mod handovers;
pub mod imports;
pub mod layouts;
pub mod map;
pub mod me;
pub mod networks;
pub mod node;
pub mod own;
pub mod policy;
pub mod probe;
pub mod record;
mod register_bodies;
pub mod registers;
pub mod requests;
pub mod reviews;
pub mod rights;
pub mod rights_bodies;
pub mod search;
pub mod snapshot;
pub mod streams;
pub mod tokens;
