//! Whoever signs in finds every page by links, from the first one on.

use super::node::Node;
use crate::routes::{Need, ROWS};
use serde_json::json;
use std::collections::BTreeSet;

/// Pages to which nothing leads in this test, because what they are about is not there or is not linked to on purpose.
const ELSEWHERE: &[&str] = &[
    // Of things that this node does not have.
    "/cameras/import/{id}",
    "/cameras/import/{id}/failed.xlsx",
    "/documents/{id}/file",
    "/sharing/{id}",
    "/sharing/lists/{id}",
    "/requests/{id}",
    "/audit/archive/{name}",
    "/reviews/{id}",
    "/reviews/{id}/print",
    "/reviews/{id}/export.csv",
    "/areas/handovers/{id}",
];

fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len() && pattern.iter().zip(path).all(|(p, s)| p.starts_with('{') && !s.is_empty() || *p == s)
}

/// The row that answers for a path: more particular ones stand first.
fn row_of(path: &str) -> Option<&'static str> {
    ROWS.iter().find(|r| r.method == "GET" && fits(r.path, path)).map(|r| r.path)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_reached_by_links_from_the_navigation() {
    let node = Node::start().await;
    let mut program = node.program("administrator").await;
    let asset = json!({"code": "T-01", "kind": "post", "name": "Trụ 1"});
    let made = program.json("POST", "/api/v1/assets", &asset).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let camera = json!({"name": "Chợ", "main_url": "rtsp://192.0.2.7/main", "area": "26740"});
    assert_eq!(program.json("POST", "/api/v1/cameras", &camera).await.status, 201);
    let unit = json!({"code": "TT", "name": "Trung tâm", "kind": "district_centre"});
    assert_eq!(program.json("POST", "/api/v1/units", &unit).await.status, 201);

    let mut browser = node.browser("administrator").await;
    let (mut seen, mut next) = (BTreeSet::new(), vec!["/live".to_owned()]);
    while let Some(path) = next.pop() {
        // One page of each row: what stands on one stands on its like.
        let Some(row) = row_of(&path) else { continue };
        if !seen.insert(row) {
            continue;
        }
        let page = browser.get(&path).await;
        if page.status == 303 {
            next.extend(page.header("location").map(str::to_owned));
            continue;
        }
        assert_eq!(page.status, 200, "{path}");
        let html = page.header("content-type").is_some_and(|t| t.starts_with("text/html"));
        let text = if html { page.text() } else { String::new() };
        for link in text.split("href=\"").skip(1).filter_map(|l| l.split('"').next()) {
            let path = link.split(['?', '#']).next().unwrap_or("");
            if path.starts_with('/') && !path.starts_with("/assets/") {
                next.insert(0, path.to_owned());
            }
        }
    }
    let pages = ROWS.iter().filter(|r| r.method == "GET" && matches!(r.need, Need::Page(_) | Need::PageOn(_)));
    let lost: Vec<&str> = pages.map(|r| r.path).filter(|p| !seen.contains(p) && !ELSEWHERE.contains(p)).collect();
    assert!(lost.is_empty(), "nothing leads to {lost:?}");
    let led: Vec<_> = ELSEWHERE.iter().filter(|p| seen.contains(*p)).collect();
    assert!(led.is_empty(), "these are reached after all: {led:?}");
}
