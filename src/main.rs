//! `matluoi`: puts the rooms together. Decides nothing.
mod clock;
mod config;
mod keys;
mod tls;
fn main() {}
