//! WHEP, events, and stopping.

use super::client::Client;
use super::node::{Node, PASSWORD};
use crate::body::{Asked, Body, Fields};
use crate::visitor::{SignedIn, TheCamera, Visitor};
use crate::{office, whep};
use actix_web::test::TestRequest;
use actix_web::web;
use base::{Language, Secret, limits};
use domain::AuditFilter;
use ops::Caller;
use serde_json::json;
use std::net::{IpAddr, Ipv4Addr};
use std::task::Poll;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

async fn camera(node: &Node) -> String {
    let mut program = node.program("operator").await;
    let new = json!({"name": "Kênh Tàu Hủ", "main_url": "rtsp://192.0.2.9/main"});
    program.json("POST", "/api/v1/cameras", &new).await.json()["code"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn whep_refuses_with_a_reason() {
    let node = Node::start().await;
    let code = camera(&node).await;
    let mut viewer = node.program("viewer").await;
    let sdp = [("Content-Type", "application/sdp")];
    let path = format!("/whep/{code}");
    let mut post =
        async |path: String, kind: &[(&str, &str)], body: &[u8]| viewer.send("POST", &path, kind, body).await;
    assert_eq!(post(path.clone(), &[("Content-Type", "application/json")], b"{}").await.status, 415);
    assert_eq!(post(format!("{path}?stream=third"), &sdp, b"v=0\r\n").await.status, 400);
    assert_eq!(post(format!("{path}?stream=sub"), &sdp, b"v=0\r\n").await.status, 409);
    assert_eq!(post("/whep/79-9999".into(), &sdp, b"v=0\r\n").await.status, 404);
    assert_eq!(post(path.clone(), &sdp, b"\xff\xfe").await.status, 400);
    let refused = post(path.clone(), &sdp, b"not an offer").await;
    assert!(matches!(refused.status, 400 | 503), "{}", refused.text());
    assert_eq!(refused.header("content-type"), Some("application/problem+json"));

    let playback = format!("{path}/0198f0c0-0000-7000-8000-000000000000");
    assert_eq!(viewer.send("DELETE", &playback, &[], b"").await.status, 404);
    assert_eq!(viewer.send("PATCH", &playback, &[], b"").await.status, 405);
    let options = node.stranger().send("OPTIONS", &path, &[("Origin", "http://evil.example")], b"").await;
    assert_eq!((options.status, options.header("accept-post")), (204, Some("application/sdp")));
    assert!(options.headers.iter().all(|(n, _)| !n.starts_with("access-control")), "CORS stays shut");

    // The lease that came to nothing is on record with its end.
    let audit = node.program("administrator").await.get("/api/v1/audit?act=view").await.json();
    let acts: Vec<_> = audit["items"].as_array().unwrap().iter().map(|e| e["act"].as_str().unwrap()).collect();
    assert_eq!(
        acts.iter().filter(|a| **a == "view.began").count(),
        acts.iter().filter(|a| **a == "view.ended").count()
    );
    assert!(acts.contains(&"view.began"), "{acts:?}");
}

/// An open event stream.
struct Listener {
    socket: TcpStream,
    heard: String,
}

impl Listener {
    async fn open(client: &Client) -> Listener {
        let mut socket = TcpStream::connect(client.at).await.unwrap();
        socket.write_all(&client.request("GET", "/api/v1/events", &[], b"")).await.unwrap();
        let mut listener = Listener { socket, heard: String::new() };
        listener.until("retry:").await;
        listener
    }
    /// Reads until it has heard that; panics if the stream ends before or says nothing for long.
    async fn until(&mut self, word: &str) {
        while !self.heard.contains(word) {
            assert!(self.more().await, "the stream ended: {}", self.heard);
        }
    }
    /// Reads to the end, which must come well before the next sign of life.
    async fn end(&mut self) {
        let all = async { while self.more().await {} };
        timeout(Duration::from_secs(10), all).await.expect("the stream ends");
    }
    async fn more(&mut self) -> bool {
        let mut piece = [0u8; 4096];
        let n = timeout(Duration::from_secs(20), self.socket.read(&mut piece)).await.expect("something in time");
        let n = n.unwrap_or(0);
        self.heard.push_str(&String::from_utf8_lossy(&piece[..n]));
        n > 0
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn listeners_hear_of_states_and_changes_and_end_with_their_sign_in() {
    let node = Node::start().await;
    let code = camera(&node).await;
    let mut browser = node.browser("viewer").await;
    let mut listener = Listener::open(&browser).await;
    assert!(listener.heard.contains("text/event-stream"));
    listener.until("event: camera").await;
    assert!(listener.heard.contains(&code));
    camera(&node).await;
    listener.until("event: catalogue").await;
    // One that opened after the change: nothing but the end of its sign-in can end it before its next sign of life.
    let mut second = Listener::open(&browser).await;
    assert_eq!(browser.post("/sign-out", &[]).await.status, 303);
    listener.end().await;
    second.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_ends_everything_within_three_seconds() {
    let node = Node::start().await;
    let browser = node.browser("viewer").await;
    let mut listener = Listener::open(&browser).await;
    // A keep-alive connection that does nothing, and one that never finishes its head.
    let idle = TcpStream::connect(node.at).await.unwrap();
    let mut slow = TcpStream::connect(node.at).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow").await.unwrap();
    timeout(Duration::from_secs(4), node.server.stop()).await.expect("stops in time");
    listener.end().await;
    let ended = timeout(Duration::from_secs(2), node.serving).await.expect("the future ends too");
    assert!(ended.unwrap().is_ok());
    drop((idle, slow));
}

const HOME: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Somebody signed in, as the gate hands them to a handler.
async fn signed_in(node: &Node, account: &'static str) -> SignedIn {
    let ops = node.state.ops.clone();
    let sign_in =
        move || ops.enter(account, &Secret::new(PASSWORD.to_owned()), &ops::Origin::new(HOME, "test")).unwrap();
    let ops::Entered::SignedIn(entered) = tokio::task::spawn_blocking(sign_in).await.unwrap() else {
        panic!("{account} has a second factor")
    };
    let visitor = Visitor {
        language: Language::Vi,
        caller: Some(entered.caller.clone()),
        form_token: String::new(),
        bearer: false,
        credential: Some(entered.token),
        before: None,
        flash: None,
        theme: None,
        browser: None,
        half: None,
        language_switched: false,
        here: "/".to_owned(),
        address: HOME,
        agent: String::new(),
    };
    SignedIn { caller: entered.caller, visitor }
}

/// How many entries of that act are on record.
async fn on_record(node: &Node, act: &'static str) -> usize {
    let ops = node.state.ops.clone();
    let read = move || {
        let filter = AuditFilter { act: Some(act.to_owned()), limit: Some(500), ..AuditFilter::default() };
        ops.audit_page(&Caller::cli(), &filter).unwrap().entries.len()
    };
    tokio::task::spawn_blocking(read).await.unwrap()
}

/// When a connection is reset, the server drops the handler wherever it stands; so here, at the place where it waits, and
/// after it. The camera was found by the gate: every handler that is asked begins a view.
#[tokio::test(flavor = "multi_thread")]
async fn a_view_whose_requester_has_gone_still_comes_to_its_end() {
    const EACH: usize = 10;
    let node = Node::start().await;
    let code = camera(&node).await;
    let who = signed_in(&node, "viewer").await;
    let camera = office::camera(&node.state, &who, &code).await.unwrap();
    // All at once: each that is not dropped waits for the first picture of a camera that does not answer.
    let asked = (1..=2).flat_map(|n| [n; EACH]).map(async |place| {
        let mut handler = Box::pin(whep::open(
            web::Data::new(node.state.clone()),
            who.clone(),
            TheCamera(camera.clone()),
            Asked(Fields::default()),
            Body(web::Bytes::from_static(b"v=0\r\n")),
            TestRequest::default().to_http_request(),
        ));
        let mut waits = 0;
        std::future::poll_fn(|cx| match handler.as_mut().poll(cx) {
            Poll::Ready(_) => Poll::Ready(()),
            Poll::Pending => {
                waits += 1;
                if waits == place { Poll::Ready(()) } else { Poll::Pending }
            }
        })
        .await;
        drop(handler);
    });
    futures_util::future::join_all(asked).await;
    // Each that began ends soon, without the clock moving on: no time-out helped.
    let all_end = async {
        let mut period = tokio::time::interval(Duration::from_millis(50));
        loop {
            period.tick().await;
            let (began, ended) = (on_record(&node, "view.began").await, on_record(&node, "view.ended").await);
            if began == 2 * EACH && began == ended {
                return;
            }
        }
    };
    if timeout(Duration::from_secs(20), all_end).await.is_err() {
        let (began, ended) = (on_record(&node, "view.began").await, on_record(&node, "view.ended").await);
        panic!("{began} views began and {ended} ended");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_stream_does_not_keep_its_person_signed_in() {
    let node = Node::start().await;
    let who = signed_in(&node, "viewer").await;
    let stands = || office::still_signed_in(&node.state, &who.visitor);
    node.time.advance(limits::LOGIN_IDLE_MAX / 2);
    assert!(stands().await);
    node.time.advance(limits::LOGIN_IDLE_MAX / 2);
    assert!(!stands().await, "nobody has used it for as long as it may lie idle");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_affairs_of_accounts_are_no_change_of_the_catalogue() {
    let node = Node::start().await;
    let browser = node.browser("viewer").await;
    let mut listener = Listener::open(&browser).await;
    let who = signed_in(&node, "operator").await;
    let (ops, caller) = (node.state.ops.clone(), who.caller.clone());
    tokio::task::spawn_blocking(move || ops.set_preferences(&caller, None, None, Some("dark".to_owned())).unwrap())
        .await
        .unwrap();
    // What is told after it has come; it has not.
    camera(&node).await;
    listener.until("event: catalogue").await;
    let viewer = signed_in(&node, "viewer").await.caller.account.id;
    let ops = node.state.ops.clone();
    tokio::task::spawn_blocking(move || ops.disable_account(&Caller::cli(), viewer).unwrap()).await.unwrap();
    listener.end().await;
    assert_eq!(listener.heard.matches("event: catalogue").count(), 1, "{}", listener.heard);
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_for_the_head_of_the_export_takes_nothing_out() {
    let node = Node::start().await;
    let mut browser = node.browser("administrator").await;
    let head = browser.send("HEAD", "/audit/export.jsonl", &[], b"").await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert!(head.header("content-disposition").is_some_and(|d| d.starts_with("attachment")));
    assert_eq!(on_record(&node, "audit.exported").await, 0);
    let export = browser.get("/audit/export.jsonl").await;
    assert!(export.status == 200 && export.text().contains("\"act\":\"account.added\""));
    assert_eq!(on_record(&node, "audit.exported").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_head_of_no_file_leaves_anything_on_record() {
    let node = Node::start().await;
    let mut browser = node.browser("administrator").await;
    let all = |node: &Node| {
        let ops = node.state.ops.clone();
        async move {
            let filter = AuditFilter { limit: Some(500), ..AuditFilter::default() };
            let page = tokio::task::spawn_blocking(move || ops.audit_page(&Caller::cli(), &filter));
            page.await.unwrap().unwrap().entries.len()
        }
    };
    let files: Vec<&str> = crate::routes::ROWS
        .iter()
        .filter(|r| r.method == "GET" && r.path.contains("export") && !r.path.contains('{'))
        .map(|r| r.path)
        .collect();
    assert!(files.len() >= 6, "{files:?}");
    for path in files {
        let before = all(&node).await;
        let head = browser.send("HEAD", path, &[], b"").await;
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        assert_eq!(all(&node).await, before, "HEAD {path}");
        assert_eq!(browser.get(path).await.status, 200, "{path}");
        assert_eq!(all(&node).await, before + 1, "GET {path}");
    }
}
