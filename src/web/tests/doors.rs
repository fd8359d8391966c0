//! Every route without a sign-in, with too small a role, with a wrong form token, from a wrong origin.

use super::client::{Client, Reply};
use super::node::Node;
use crate::body::Takes;
use crate::routes::{Need, ROWS, Row};
use domain::Role;

/// An address of that row with something in its places.
pub fn address(row: &Row) -> String {
    address_with(row, "79-0001")
}

fn address_with(row: &Row, camera: &str) -> String {
    row.path
        .replace("{path:.*}", "x/y.css")
        .replace("{slug}", "invalid")
        .replace("{camera}", camera)
        .replace("{playback}", "0198f0c0-0000-7000-8000-000000000000")
        .replace("{id}", "0198f0c0-0000-7000-8000-000000000000")
}

/// Sends what the row takes, with these headers besides.
async fn knock(client: &mut Client, row: &Row, csrf: Option<&str>, more: &[(&str, &str)]) -> Reply {
    knock_with(client, row, "79-0001", csrf, more).await
}

/// The same on that camera.
pub async fn knock_at(client: &mut Client, row: &Row, camera: &str, csrf: Option<&str>) -> Reply {
    knock_with(client, row, camera, csrf, &[]).await
}

async fn knock_with(client: &mut Client, row: &Row, camera: &str, csrf: Option<&str>, more: &[(&str, &str)]) -> Reply {
    let mut headers: Vec<(&str, &str)> = more.to_vec();
    let (kind, body) = match row.takes {
        Takes::Nothing | Takes::Socket => ("", String::new()),
        Takes::Form => ("application/x-www-form-urlencoded", "name=x".to_owned()),
        Takes::Json => ("application/json", "{}".to_owned()),
        Takes::Sdp => ("application/sdp", "v=0\r\n".to_owned()),
        Takes::Parts => (
            "multipart/form-data; boundary=b",
            "--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nx\r\n--b--\r\n".to_owned(),
        ),
        Takes::File => ("application/octet-stream", "x".to_owned()),
    };
    if !kind.is_empty() {
        headers.push(("Content-Type", kind));
    }
    if let Some(token) = csrf {
        headers.push(("X-CSRF-Token", token));
    }
    client.send(row.method.as_str(), &address_with(row, camera), &headers, body.as_bytes()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_sign_in_every_door_but_the_open_ones_is_shut() {
    let node = Node::start().await;
    for row in ROWS {
        let mut stranger = node.stranger();
        let reply = knock(&mut stranger, row, None, &[]).await;
        let what = format!("{} {} → {}", row.method, row.path, reply.status);
        match row.need {
            Need::Page(_) | Need::PageOn(_) => {
                assert_eq!(reply.status, 303, "{what}");
                assert!(reply.header("location").is_some_and(|l| l.starts_with("/sign-in")), "{what}");
            }
            Need::Program(_) | Need::ProgramOn(_) | Need::Figures => {
                assert_eq!(reply.status, 401, "{what}");
                assert_eq!(reply.header("content-type"), Some("application/problem+json"), "{what}");
                assert!(reply.header("www-authenticate").is_some(), "{what}");
                assert_eq!(reply.json()["type"], "/problems/unauthenticated", "{what}");
            }
            Need::Entrance if row.changes() => assert_eq!(reply.status, 403, "{what}"),
            Need::Open | Need::Entrance => assert!(reply.status < 500 && reply.status != 401, "{what}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_opens_nothing_even_beside_a_good_cookie() {
    let node = Node::start().await;
    let mut browser = node.browser("administrator").await;
    browser.bearer = Some("mlt_0000000000000000000000000000000000000000000000000000000000000000".to_owned());
    for row in ROWS.iter().filter(|r| r.need.knows_bearer()) {
        let csrf = browser.csrf.clone();
        let reply = knock(&mut browser.clone(), row, Some(&csrf), &[]).await;
        assert_eq!(reply.status, 401, "{} {}", row.method, row.path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn too_small_a_role_is_refused_everywhere_and_on_record() {
    let node = Node::start().await;
    for role in [Role::Viewer, Role::Operator] {
        let browser = node.browser(role.as_str()).await;
        let program = node.program(role.as_str()).await;
        for row in ROWS {
            let Some(act) = row.need.act() else { continue };
            if domain::decide(role, act).allowed() {
                continue;
            }
            let csrf = browser.csrf.clone();
            let mut clients = vec![(browser.clone(), Some(csrf.as_str()))];
            if row.need.knows_bearer() {
                clients.push((program.clone(), None));
            }
            for (mut client, csrf) in clients {
                let reply = knock(&mut client, row, csrf, &[]).await;
                let what = format!("{role:?}: {} {} → {}", row.method, row.path, reply.status);
                assert_eq!(reply.status, 403, "{what}");
                if row.need.knows_bearer() {
                    assert_eq!(reply.json()["type"], "/problems/refused", "{what}");
                    assert!(reply.json()["who_can_help"].is_string(), "{what}");
                } else {
                    assert!(reply.text().contains("<html"), "{what}");
                }
            }
        }
    }
    let mut auditor = node.program("administrator").await;
    let audit = auditor.get("/api/v1/audit?act=access.refused&who=viewer").await.json();
    assert!(audit["items"].as_array().is_some_and(|i| !i.is_empty()), "{audit}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_changes_without_the_form_token_or_from_a_foreign_page() {
    let node = Node::start().await;
    let browser = node.browser("administrator").await;
    let own = format!("http://{}", node.at);
    let good = browser.csrf.clone();
    for row in ROWS.iter().filter(|r| r.changes() && r.need != Need::Open) {
        // The brakes of the doors count foreign knocks, too.
        node.time.advance(std::time::Duration::from_secs(60));
        for (csrf, headers) in [
            (None, vec![]),
            (Some("00000000000000000000000000000000"), vec![]),
            (Some(""), vec![]),
            (Some(good.as_str()), vec![("Origin", "http://evil.example")]),
            (Some(good.as_str()), vec![("Origin", "null")]),
            (Some(good.as_str()), vec![("Origin", own.as_str()), ("Sec-Fetch-Site", "cross-site")]),
            (Some(good.as_str()), vec![("Sec-Fetch-Site", "same-site")]),
        ] {
            let reply = knock(&mut browser.clone(), row, csrf, &headers).await;
            let what = format!("{} {} with {csrf:?} {headers:?} → {}", row.method, row.path, reply.status);
            assert_eq!(reply.status, 403, "{what}");
            if crate::outer::for_programs(row.path) {
                assert_eq!(reply.json()["type"], "/problems/form-token", "{what}");
            }
        }
    }
    // None of it has ended the sign-in, and the real thing works.
    let mut browser = browser;
    let origin = [("Origin", own.as_str()), ("Sec-Fetch-Site", "same-origin"), ("X-CSRF-Token", good.as_str())];
    let reply = browser.send("POST", "/api/v1/audit/verify", &origin, b"").await;
    assert_eq!(reply.status, 200, "{}", reply.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_of_a_foreign_page_is_refused() {
    let node = Node::start().await;
    // Without the cookie that goes with the form.
    let mut victim = node.stranger();
    let mut attacker = node.stranger();
    attacker.read_form("/sign-in").await;
    victim.csrf = attacker.csrf.clone();
    let fields = [("name", "administrator"), ("password", super::node::PASSWORD)];
    assert_eq!(victim.post("/sign-in", &fields).await.status, 403);
    assert!(victim.cookies.keys().all(|name| name != "matluoi-test1"));
    assert_eq!(attacker.post("/sign-in", &fields).await.status, 303);
}
