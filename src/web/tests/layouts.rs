//! Layouts of live pictures through the API, and what the live page is told.

use super::node::Node;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_layout_lives_through_the_api() {
    let node = Node::start().await;
    let mut boss = node.program("administrator").await;
    let camera = json!({"name": "Kênh Tàu Hủ", "main_url": "rtsp://192.0.2.9/main"});
    let code = boss.json("POST", "/api/v1/cameras", &camera).await.json()["code"].as_str().unwrap().to_owned();
    let mut viewer = node.program("viewer").await;

    let wrong = json!({"name": "", "grid": 7, "tiles": ["79-0000"]});
    let refused = viewer.json("POST", "/api/v1/layouts", &wrong).await;
    assert_eq!((refused.status, refused.json()["faults"][0]["field"].as_str()), (400, Some("tiles")));
    let new = json!({"name": "Ca sáng", "grid": 6, "tiles": [null, code, null], "tour": {"seconds": 20}});
    let made = viewer.json("POST", "/api/v1/layouts", &new).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let path = made.header("location").unwrap().to_owned();
    let told = viewer.get(&path).await;
    assert_eq!(told.header("etag"), Some("\"r1\""));
    let told = told.json();
    assert_eq!((told["grid"].clone(), told["tiles"].clone()), (json!(6), json!([null, code])));
    assert_eq!((told["owner"].clone(), told["may_change"].clone()), (json!("person"), json!(true)));
    assert_eq!(told["tour"], json!({"seconds": 20, "layouts": []}));

    let json_of = ("Content-Type", "application/json");
    let patch = br#"{"tour": null, "name": "Ca chi\u1ec1u"}"#;
    assert_eq!(viewer.send("PATCH", &path, &[json_of], patch).await.status, 428);
    let changed = viewer.send("PATCH", &path, &[json_of, ("If-Match", "\"r1\"")], patch).await.json();
    assert_eq!((changed["tour"].clone(), changed["name"].clone()), (json!(null), json!("Ca chiều")));
    assert_eq!(viewer.send("PATCH", &path, &[json_of, ("If-Match", "\"r1\"")], patch).await.status, 412);
    let odd = br#"{"tour": {"seconds": 1}}"#;
    let refused = viewer.send("PATCH", &path, &[json_of, ("If-Match", "\"r2\"")], odd).await.json();
    assert_eq!(refused["faults"][0]["field"], "tour");

    // Another's is not there; a viewer keeps none for the node.
    assert_eq!(boss.get(&path).await.status, 404);
    let shared = json!({"name": "Chung", "for_unit": true, "tiles": [code]});
    assert_eq!(viewer.json("POST", "/api/v1/layouts", &shared).await.status, 403);
    assert_eq!(boss.json("POST", "/api/v1/layouts", &shared).await.status, 201);
    let all = viewer.get("/api/v1/layouts").await.json();
    let names: Vec<_> =
        all["items"].as_array().unwrap().iter().map(|l| (l["name"].clone(), l["owner"].clone())).collect();
    assert_eq!(names, [(json!("Ca chiều"), json!("person")), (json!("Chung"), json!("node"))]);

    assert_eq!(viewer.send("DELETE", &path, &[("If-Match", "\"r2\"")], b"").await.status, 204);
    assert_eq!(viewer.get(&path).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wall_has_no_frame_and_the_mark_of_whoever_watches_only_where_policy_says_so() {
    let node = Node::start().await;
    let mut boss = node.program("administrator").await;
    let camera = json!({"name": "Kênh Tàu Hủ", "main_url": "rtsp://192.0.2.9/main"});
    assert_eq!(boss.json("POST", "/api/v1/cameras", &camera).await.status, 201);
    let mut viewer = node.browser("viewer").await;
    let plain = viewer.get("/live?grid=6").await.text();
    assert!(plain.contains("data-grid=\"6\"") && !plain.contains("live--wall"));
    assert!(!plain.contains("name=\"watermark\""), "off as shipped");
    let wall = viewer.get("/live?wall=1").await.text();
    assert!(wall.contains("class=\"live live--wall\"") && wall.contains("data-wall"));
    assert!(plain.contains("data-keeps-unit") == wall.contains("data-keeps-unit"));
}
