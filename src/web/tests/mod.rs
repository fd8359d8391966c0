//! Whole-server tests: a real store, real media, real sockets.
#![allow(clippy::unwrap_used)]

mod client;
mod doors;
mod node;
mod table;
