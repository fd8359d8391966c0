//! The policy in force, key by key, for those who run the node.

use crate::{Caller, Ops, OpsError, Policy};
use domain::Act;
use serde_json::Value;

/// One key of the policy.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyLine {
    /// Its place in the file: `password.length_min`.
    pub path: String,
    /// The value in force.
    pub value: Value,
    /// The value that ships with the program, where the node's own file says otherwise.
    pub shipped: Option<Value>,
}

/// Keys and values of nested tables, in the order of the names.
fn flat(at: &str, value: &Value, into: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(table) => {
            for (key, value) in table {
                let path = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
                flat(&path, value, into);
            }
        }
        _ => into.push((at.to_owned(), value.clone())),
    }
}

fn lines_of(policy: &Policy) -> Vec<PolicyLine> {
    let (mut all, mut shipped) = (Vec::new(), Vec::new());
    flat("", &policy.whole, &mut all);
    flat("", &Policy::shipped().whole, &mut shipped);
    all.into_iter()
        .map(|(path, value)| {
            let was = shipped.iter().find(|(p, _)| *p == path).map_or(Value::Null, |(_, v)| v.clone());
            PolicyLine { shipped: (was != value).then_some(was), path, value }
        })
        .collect()
}

impl Ops {
    /// The policy in force.
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn policy_lines(&self, caller: &Caller) -> Result<Vec<PolicyLine>, OpsError> {
        self.authorise(caller, Act::ManageNode)?;
        Ok(lines_of(&self.policy))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::policy_words::{self, KEYS, PARTS};

    #[test]
    fn every_key_has_words_and_every_word_a_key() {
        let lines = lines_of(&Policy::shipped());
        for line in &lines {
            let key = policy_words::of(&line.path).unwrap_or_else(|| panic!("{} has no words", line.path));
            let said = key.said(&line.path);
            assert!(said.vi != line.path.rsplit('.').next().unwrap_or_default(), "{} has no words", line.path);
            assert!(!key.value(&line.value).vi.is_empty());
            let part = line.path.split_once('.').map_or("", |(part, _)| part);
            assert!(PARTS.iter().any(|p| p.0 == part), "{part} is no part");
            assert_eq!(line.shipped, None);
        }
        for key in KEYS {
            let table = key.path.trim_end_matches('*');
            assert!(lines.iter().any(|l| l.path.starts_with(table)), "{} is no key", key.path);
        }
    }

    #[test]
    fn what_the_node_says_otherwise_is_told_with_what_was_shipped() {
        let own = Policy::with_own("[password]\nlength_min = 14\n[sharing]\nfour_eyes = [\"police\", \"share\"]\n");
        let lines = lines_of(&own.expect("good"));
        let otherwise: Vec<_> = lines.iter().filter(|l| l.shipped.is_some()).collect();
        assert_eq!(otherwise.len(), 2);
        assert_eq!((otherwise[0].path.as_str(), &otherwise[0].shipped), ("password.length_min", &Some(10.into())));
        let key = policy_words::of("sharing.four_eyes").expect("there");
        assert_eq!(key.value(&otherwise[1].value).en, "police cameras, handing rights on");
    }
}
