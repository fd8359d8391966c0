//! The table of routes against the source, the description of the API and itself.

use crate::routes::{Need, ROWS};
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn no_row_stands_twice() {
    let mut seen = BTreeSet::new();
    for row in ROWS {
        assert!(seen.insert((row.method.to_string(), row.path)), "{} {} stands twice", row.method, row.path);
    }
    assert!(seen.len() > 50);
}

#[test]
fn what_changes_something_is_never_open() {
    for row in ROWS.iter().filter(|r| r.changes()) {
        let refuses_everyone = row.path == "/whep/{camera}/{playback}" && row.method == "PATCH";
        assert!(row.need != Need::Open || refuses_everyone, "{} {} is open", row.method, row.path);
    }
}

/// Every address comes from the table: nothing else in this room registers one.
#[test]
fn there_is_no_other_way_to_a_handler() {
    fn walk(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("readable").flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("routes.rs") {
                let text = std::fs::read_to_string(&path).expect("readable");
                let code = text.split("#[cfg(test)]").next().unwrap_or("").to_owned();
                for word in [".route(", ".service(", "web::resource(", "web::scope("] {
                    if code.contains(word) && !path.components().any(|c| c.as_os_str() == "tests") {
                        found.push(format!("{}: {word}", path.display()));
                    }
                }
            }
        }
    }
    let mut found = Vec::new();
    walk(Path::new(env!("CARGO_MANIFEST_DIR")), &mut found);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn the_description_holds_exactly_the_api() {
    let document: serde_json::Value = serde_json::from_str(&crate::openapi_document()).expect("JSON");
    assert_eq!(document["openapi"].as_str().map(|v| &v[..3]), Some("3.1"));
    let mut described = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            described.insert((method.to_uppercase(), path.clone()));
            assert!(operation["operationId"].is_string(), "{method} {path}");
            assert!(operation["summary"].is_string(), "{method} {path} has no summary");
        }
    }
    let table: BTreeSet<_> = ROWS
        .iter()
        .filter(|r| r.path.starts_with("/api/v1/"))
        .map(|r| (r.method.to_string(), r.path.to_owned()))
        .collect();
    assert_eq!(described, table);
}

#[test]
fn every_reference_in_the_description_leads_somewhere() {
    let text = crate::openapi_document();
    let document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    for part in text.split("\"$ref\":\"#").skip(1) {
        let pointer = part.split('"').next().unwrap_or("");
        assert!(document.pointer(pointer).is_some(), "{pointer} leads nowhere");
    }
}
