//! Handovers of areas through the API and on their page: what an undo would do, what it did, what it left and why.

use super::node::Node;
use serde_json::{Value, json};

const OLD: &str = "Phường Bến Nghé, Quận 1, Thành phố Hồ Chí Minh";
const AWAY: &str = "Phường Tân Định, Thành phố Hồ Chí Minh";

/// Three cameras of a former ward, handed over; then one is renamed, one moved on, one removed.
async fn overtaken(node: &Node) -> (super::client::Client, String) {
    let mut program = node.program("administrator").await;
    for (code, name) in [("79-0001", "Một"), ("79-0002", "Hai"), ("79-0003", "Ba")] {
        let new = json!({"name": name, "code": code, "main_url": "rtsp://192.0.2.7/main", "area": OLD});
        let added = program.json("POST", "/api/v1/cameras", &new).await;
        assert_eq!(added.status, 201, "{}", added.text());
    }
    let wish = json!({"from": [OLD], "by_register": true, "why": "NQ 1685"});
    let done = program.json("POST", "/api/v1/areas/handovers", &wish).await;
    assert_eq!(done.status, 201, "{}", done.text());
    let patch = async |program: &mut super::client::Client, code: &str, patch: Value| {
        let path = format!("/api/v1/cameras/{code}");
        let etag = program.get(&path).await.header("etag").unwrap().to_owned();
        let json = ("Content-Type", "application/json");
        let body = serde_json::to_vec(&patch).unwrap();
        let answer = program.send("PATCH", &path, &[("If-Match", &etag), json], &body).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    };
    patch(&mut program, "79-0001", json!({"name": "Một, cổng sau"})).await;
    patch(&mut program, "79-0002", json!({"area": AWAY})).await;
    let gone = program.send("DELETE", "/api/v1/cameras/79-0003?confirm_name=Ba", &[], b"").await;
    assert_eq!(gone.status, 204, "{}", gone.text());
    (program, format!("/areas/handovers/{}", done.json()["id"].as_str().unwrap()))
}

fn stays(kept: &Value) -> Vec<(String, String)> {
    let text = |item: &Value, name: &str| item[name].as_str().unwrap().to_owned();
    let mut all: Vec<_> = kept["items"].as_array().unwrap().iter().map(|i| (text(i, "code"), text(i, "why"))).collect();
    all.sort();
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_hear_before_and_after_what_an_undo_leaves() {
    let node = Node::start().await;
    let (mut program, place) = overtaken(&node).await;
    let path = format!("/api/v1{place}");
    let left = [("79-0002".to_owned(), "moved".to_owned()), ("79-0003".to_owned(), "removed".to_owned())];
    let answer = program.get(&path).await;
    let (etag, before) = (answer.header("etag").unwrap().to_owned(), answer.json());
    assert_eq!(before["undo"]["possible"], true);
    assert_eq!(before["undo"]["back"], json!({"cameras": 1, "units": 0, "areas": 0}));
    assert_eq!(stays(&before["undo"]["kept"]), left);
    assert!(before["kept"].is_null() && before["taken_back"].is_null(), "nothing was undone yet: {before}");
    let undone = program.send("POST", &format!("{path}/undo"), &[("If-Match", &etag)], b"").await;
    assert_eq!((undone.status, undone.json()["state"].as_str()), (200, Some("undone")), "{}", undone.text());
    for told in [undone.json(), program.get(&path).await.json()] {
        assert_eq!(told["taken_back"]["cameras"], 1);
        assert_eq!(told["kept"]["count"], json!({"cameras": 2, "units": 0, "areas": 0}));
        assert_eq!(stays(&told["kept"]), left);
        assert!(told["undo"].is_null());
    }
    let listed = program.get("/api/v1/areas/handovers").await.json();
    assert_eq!(
        (listed["items"][0]["kept"]["count"]["cameras"].clone(), stays(&listed["items"][0]["kept"])),
        (json!(2), vec![])
    );
    let camera = program.get("/api/v1/cameras/79-0001").await.json();
    assert_eq!((camera["area"].as_str(), camera["name"].as_str()), (Some("Phường Bến Nghé"), Some("Một, cổng sau")));

    // Closed: neither undone again nor confirmed.
    let etag = program.get(&path).await.header("etag").unwrap().to_owned();
    for act in ["undo", "confirm"] {
        let refused = program.send("POST", &format!("{path}/{act}"), &[("If-Match", &etag)], b"").await;
        assert_eq!((refused.status, refused.json()["field"].as_str()), (400, Some("handover")), "{}", refused.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_names_what_an_undo_leaves_and_leads_to_it() {
    let node = Node::start().await;
    let (mut program, place) = overtaken(&node).await;
    let mut browser = node.browser("administrator").await;
    let id = program.get("/api/v1/cameras/79-0002").await.json()["id"].as_str().unwrap().to_owned();
    let named = |page: &str| {
        assert!(page.contains(&format!("href=\"/cameras/{id}\"")), "a link to the camera: {page}");
        assert!(
            page.contains("data-thing=\"79-0003\"") && page.contains("/audit?subject="),
            "the one that is gone: {page}"
        );
        for why in ["Địa bàn đã được đổi sau đó", "Đã được gỡ bỏ sau đó"] {
            assert!(page.contains(why), "{why}: {page}");
        }
    };
    let before = browser.get(&place).await.text();
    named(&before);
    assert!(before.contains("data-back=\"1\"") && before.contains("data-keeps=\"2\""), "{before}");
    browser.read_form(&place).await;
    let undone = browser.post(&format!("{place}/undo"), &[("revision", "1")]).await;
    assert_eq!(undone.status, 303, "{}", undone.text());
    let after = browser.get(&place).await.text();
    named(&after);
    assert!(
        after.contains("data-state=\"undone\"") && after.contains("đã đóng") && !after.contains("/undo\""),
        "{after}"
    );
}
