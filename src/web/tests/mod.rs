//! Whole-server tests: a real store, real media, real sockets.
#![allow(clippy::unwrap_used)]

mod answers;
mod cameras;
mod client;
mod doors;
mod finding;
mod handovers;
mod layouts;
mod live;
mod node;
mod reach;
mod rights;
mod table;
