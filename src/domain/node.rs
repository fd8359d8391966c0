//! The node's own record, and the views that have begun and not ended.
//!
//! Not here: the node file (where to listen, where to write), which the roof reads.

use crate::Extra;
use crate::audit::Actor;
use crate::text::{self, FieldFault};
use base::{AccountId, CameraId, Language, LeaseId, StreamKind, WallTime};
use serde::{Deserialize, Serialize};

/// The node: one record.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NodeRecord {
    /// Its name.
    pub name: String,
    /// Its area (địa bàn): a code such as `760`, or a name.
    #[serde(default)]
    pub area: String,
    /// Language for people who have not chosen one.
    #[serde(default)]
    pub language: Language,
    /// When set-up was done; `None`: pending.
    #[serde(default)]
    pub set_up_at: Option<WallTime>,
    /// The dated policy at the last start, so that a change of it can be put on record.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub policy: serde_json::Value,
    /// When the node first started with a policy that asks for a second factor: the time for setting it up counts from
    /// then, also for a node that is upgraded years later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_factor_since: Option<WallTime>,
    /// SHA-256 of the one-time set-up token, hex.
    #[serde(default)]
    pub setup_token_hash: Option<String>,
    /// When that token ends.
    #[serde(default)]
    pub setup_token_not_after: Option<WallTime>,
    /// Fields of a newer program.
    #[serde(flatten)]
    pub extra: Extra,
}

impl NodeRecord {
    /// What the codes of new cameras begin with: the prefix of the policy, and the area if it is a code.
    pub fn code_prefix(&self, policy_prefix: &str) -> String {
        let is_code = !self.area.is_empty() && self.area.len() <= 10 && self.area.bytes().all(|b| b.is_ascii_digit());
        if is_code { format!("{policy_prefix}.{}", self.area) } else { policy_prefix.to_owned() }
    }
}

/// Reads name and area of a node.
///
/// # Errors
/// Every field that is wrong (`node_name`, `area`).
pub fn decide_node(name: &str, area: &str) -> Result<(String, String), Vec<FieldFault>> {
    match (text::name("node_name", name), text::optional_name("area", area)) {
        (Ok(name), Ok(area)) => Ok((name, area.unwrap_or_default())),
        (name, area) => Err([name.err(), area.err()].into_iter().flatten().collect()),
    }
}

/// A view that has begun: kept until its end is on record, so that a crash leaves no view without an end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenView {
    /// The lease of it.
    pub lease: LeaseId,
    /// Who looks.
    pub account: AccountId,
    /// The same, for the audit.
    pub actor: Actor,
    /// From which address.
    #[serde(default)]
    pub address: Option<String>,
    /// At what.
    pub camera: CameraId,
    /// The camera's code and name at that time.
    pub camera_name: String,
    /// Which stream.
    pub stream: StreamKind,
    /// Since when.
    pub began_at: WallTime,
    /// Fields of a newer program.
    #[serde(flatten)]
    pub extra: Extra,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_begin_with_the_area() {
        let node = |area: &str| NodeRecord { area: area.into(), ..Default::default() };
        for (area, prefix) in [("760", "79.760"), ("", "79"), ("Quận 1", "79"), ("12345678901", "79")] {
            assert_eq!(node(area).code_prefix("79"), prefix);
        }
    }

    #[test]
    fn both_faults_at_once() {
        assert_eq!(decide_node("", "\0").expect_err("both").len(), 2);
        assert_eq!(decide_node(" Quận 1 ", "").expect("fits"), ("Quận 1".to_owned(), String::new()));
    }
}
