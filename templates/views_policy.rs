//! What the page of the policy shows.

use crate::views::Shell;

/// The policy in force.
#[derive(Clone, Debug)]
pub struct PolicyView {
    /// Frame.
    pub shell: Shell,
    /// Its parts.
    pub parts: Vec<PolicyPart>,
}

/// A part of it.
#[derive(Clone, Debug)]
pub struct PolicyPart {
    /// Name.
    pub name: String,
    /// Its keys.
    pub rows: Vec<PolicyRow>,
}

/// One key.
#[derive(Clone, Debug)]
pub struct PolicyRow {
    /// Its place in the file.
    pub key: String,
    /// In words.
    pub name: String,
    /// The value in force, with its unit.
    pub value: String,
    /// Article; empty: none.
    pub article: String,
    /// What was shipped, where the node says otherwise.
    pub shipped: Option<String>,
}
