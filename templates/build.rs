//! Compiles the crate anew when an asset is added or changed. Nothing else belongs here.
#![allow(clippy::print_stdout)]

fn main() {
    println!("cargo:rerun-if-changed=assets");
}
