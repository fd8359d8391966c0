//! What a change has changed, as it is put on record (A12.6): each field with its old and its new value.
//!
//! Here: [`Changed`], [`Changes`], and the comparison of two records. Not here: the entry that carries them
//! ([`crate::audit`]), the history of a camera's fields.
//!
//! Adding something is a change from nothing, removing it a change to nothing, so that every entry of a change has
//! the same shape. Secrets are named and never told.

use crate::text;
use base::limits;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Old and new value of one field. Neither: it was changed, and its values are secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// The value before; `None` if there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// The value since; `None` if there is none any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
}

/// Changed fields by their names; a field inside another is `outer.inner`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Changes(pub BTreeMap<String, Changed>);

/// Bytes of one value at most; a longer one is cut, with the first difference in what is kept.
const VALUE_BYTES_MAX: usize = limits::AUDIT_FACT_BYTES_MAX / 2;
/// What of a common beginning is kept before the first difference of two long values, in bytes.
const CONTEXT_BYTES: usize = 40;

/// Fields that say nothing of what a person did.
const NOT_TOLD: &[&str] = &["id", "revision", "created_at", "changed_at"];
/// Words in the names of fields whose values are never told.
const SECRET: &[&str] = &["password", "secret", "hash", "token", "seed", "recovery"];

impl Changes {
    /// No change.
    pub fn none() -> Self {
        Self::default()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Notes a field, unless both values are the same; an empty value is none.
    pub fn note(&mut self, field: &str, old: Option<&str>, new: Option<&str>) {
        let some = |t: Option<&str>| t.filter(|t| !t.is_empty()).map(str::to_owned);
        let (old, new) = (some(old), some(new));
        if old != new {
            let (old, new) = shortened(old, new);
            self.0.insert(field.to_owned(), Changed { old, new });
        }
    }

    /// Notes that a secret was changed.
    pub fn note_secret(&mut self, field: &str) {
        self.0.insert(field.to_owned(), Changed::default());
    }

    /// What differs between two states of a record. `None` before: it was added; `None` after: it was removed. Fields
    /// with a secret are named without values; ids, revisions and times of storing are left out.
    pub fn between<T: Serialize>(old: Option<&T>, new: Option<&T>) -> Self {
        let fields = |record: Option<&T>| {
            let mut out = BTreeMap::new();
            if let Some(Ok(value)) = record.map(serde_json::to_value) {
                flatten("", &value, &mut out);
            }
            out
        };
        let (old, new) = (fields(old), fields(new));
        let mut changes = Self::none();
        for name in old.keys().chain(new.keys()) {
            let (a, b) = (old.get(name).map(String::as_str), new.get(name).map(String::as_str));
            let last = name.rsplit('.').next().unwrap_or(name);
            if NOT_TOLD.contains(&last) || a == b {
                continue;
            }
            // Whether there is one is no secret.
            if !last.starts_with("has_") && SECRET.iter().any(|word| last.contains(word)) {
                changes.note_secret(name);
            } else {
                changes.note(name, a, b);
            }
        }
        changes
    }

    /// Without these fields.
    pub fn without(mut self, fields: &[&str]) -> Self {
        self.0.retain(|name, _| !fields.contains(&name.as_str()));
        self
    }

    /// Puts both sets together; the later one counts.
    pub fn and(mut self, more: Changes) -> Self {
        self.0.extend(more.0);
        self
    }
}

/// Objects become dotted names, lists of plain values one line; what is empty is left out.
fn flatten(name: &str, value: &Value, out: &mut BTreeMap<String, String>) {
    let plain = |v: &Value| match v {
        Value::String(s) => s.clone(),
        other => other.to_string(),
    };
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            for (key, inner) in fields {
                let name = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
                flatten(&name, inner, out);
            }
        }
        Value::Array(items) if items.is_empty() => {}
        Value::Array(items) => {
            out.insert(name.to_owned(), items.iter().map(plain).collect::<Vec<_>>().join(", "));
        }
        other => {
            out.insert(name.to_owned(), plain(other));
        }
    }
}

/// Two values within the bound. Of two long ones the common beginning goes first: what differs must be seen.
fn shortened(old: Option<String>, new: Option<String>) -> (Option<String>, Option<String>) {
    let long = |t: &Option<String>| t.as_ref().is_some_and(|t| t.len() > VALUE_BYTES_MAX);
    if !long(&old) && !long(&new) {
        return (old, new);
    }
    let skip = match (&old, &new) {
        (Some(a), Some(b)) => {
            let same =
                a.char_indices().zip(b.chars()).find(|((_, x), y)| x != y).map_or(a.len().min(b.len()), |f| f.0.0);
            let mut from = same.saturating_sub(CONTEXT_BYTES);
            while !(a.is_char_boundary(from) && b.is_char_boundary(from)) {
                from = from.saturating_sub(1);
            }
            from
        }
        _ => 0,
    };
    let cut = |t: String| match t.get(skip..) {
        Some(rest) if skip > 0 => text::cut(&format!("…{rest}"), VALUE_BYTES_MAX),
        _ => text::cut(&t, VALUE_BYTES_MAX),
    };
    (old.map(cut), new.map(cut))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn changed(old: Option<&str>, new: Option<&str>) -> Changed {
        Changed { old: old.map(str::to_owned), new: new.map(str::to_owned) }
    }

    #[test]
    fn two_records_are_compared_field_by_field() {
        let old =
            json!({"id": 1, "name": "a", "facts": {"height": 5, "layers": ["x", "y"]}, "note": "", "revision": 1});
        let new = json!({"id": 1, "name": "b", "facts": {"height": 5, "layers": ["x"], "angle": 90.5}, "note": null,
            "revision": 2});
        let changes = Changes::between(Some(&old), Some(&new)).0;
        assert_eq!(
            changes,
            BTreeMap::from([
                ("name".into(), changed(Some("a"), Some("b"))),
                ("facts.layers".into(), changed(Some("x, y"), Some("x"))),
                ("facts.angle".into(), changed(None, Some("90.5"))),
            ])
        );
        assert!(Changes::between(Some(&old), Some(&old)).is_empty());
        assert_eq!(Changes::between(None, Some(&old)).0["name"], changed(None, Some("a")));
        assert_eq!(Changes::between(Some(&old), None).0["name"], changed(Some("a"), None));
        assert!(Changes::between(Some(&old), None).without(&["name"]).0.keys().all(|k| k.starts_with("facts")));
    }

    #[test]
    fn secrets_are_named_and_not_told() {
        let (old, new) = (
            json!({"totp": {"seed": "AAAA"}, "password": "x", "has_password": true}),
            json!({"totp": {"seed": "BBBB"}}),
        );
        let changes = Changes::between(Some(&old), Some(&new)).0;
        assert_eq!(
            changes,
            BTreeMap::from([
                ("totp.seed".into(), Changed::default()),
                ("password".into(), Changed::default()),
                ("has_password".into(), changed(Some("true"), None)),
            ])
        );
    }

    #[test]
    fn of_long_values_the_difference_is_kept() {
        let (old, new) = (format!("{}cũ", "ế".repeat(900)), format!("{}mới", "ế".repeat(900)));
        let mut changes = Changes::none();
        changes.note("text", Some(&old), Some(&new));
        let Changed { old: Some(old), new: Some(new) } = &changes.0["text"] else { panic!("both are there") };
        assert!(old.ends_with("cũ") && new.ends_with("mới") && old.starts_with('…'), "{old} {new}");
    }

    proptest! {
        #[test]
        fn values_are_bounded(old in "\\PC{0,900}", new in "\\PC{0,900}") {
            let mut changes = Changes::none();
            changes.note("f", Some(&old), Some(&new));
            for c in changes.0.values() {
                prop_assert!(c.old.as_ref().is_none_or(|t| t.len() <= VALUE_BYTES_MAX));
                prop_assert!(c.new.as_ref().is_none_or(|t| t.len() <= VALUE_BYTES_MAX));
            }
            prop_assert_eq!(changes.is_empty(), old == new);
        }
    }
}
