//! `/api/v1/`: JSON for programs and for the pages' own scripts. Each handler extracts, asks one operation, answers.
//!
//! Camera passwords go in and never come out; tokens and one-time passwords come out once, when they are made.

pub mod accounts;
pub mod audit;
pub mod cameras;
pub mod me;
pub mod node;
pub mod probe;
pub mod streams;
pub mod tokens;
