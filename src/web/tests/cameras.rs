//! Cameras through the pages and the API: adding, changing, removing, passwords that never come back, long lists.

use super::node::Node;
use domain::CameraDraft;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_lives_through_the_api_and_its_password_is_in_no_answer() {
    let node = Node::start().await;
    let mut program = node.program("administrator").await;
    let secret = "Bí-mật-của-máy-9";
    let new = json!({
        "name": "Nguyễn Huệ – Lê Lợi", "main_url": "rtsp://admin:s3cr3t-in-url@192.0.2.7/main",
        "sub_url": "rtsp://192.0.2.7/sub", "password": secret, "area": "760"
    });
    let mut odd = new.clone();
    (odd["area"], odd["unit"]) = (json!("Quận 1x"), json!("Công an phường <b>"));
    let refused = program.json("POST", "/api/v1/cameras", &odd).await;
    let faults = refused.json()["faults"].clone();
    assert_eq!(
        (refused.status, faults[0]["field"].as_str(), faults[1]["field"].as_str()),
        (400, Some("area"), Some("unit"))
    );
    assert!(faults[0]["detail"].to_string().contains("Quận 1,"), "the nearest is named: {faults}");
    let added = program.json("POST", "/api/v1/cameras", &new).await;
    assert_eq!(added.status, 201, "{}", added.text());
    let code = added.json()["code"].as_str().unwrap().to_owned();
    assert_eq!(added.header("location"), Some(format!("/api/v1/cameras/{code}").as_str()));
    let etag = added.header("etag").unwrap().to_owned();
    let path = format!("/api/v1/cameras/{code}");

    let stale = program.send("PATCH", &path, &[("Content-Type", "application/json")], b"{\"unit\":null}").await;
    assert_eq!((stale.status, stale.json()["type"].as_str()), (428, Some("/problems/if-match-needed")));
    let headers = [("Content-Type", "application/json"), ("If-Match", etag.as_str())];
    let changed = program.send("PATCH", &path, &headers, b"{\"unit\":null,\"name\":\"L\\u00ea L\\u1ee3i\"}").await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    assert_eq!((changed.json()["unit"].clone(), changed.json()["name"].clone()), (json!(null), json!("Lê Lợi")));
    let late = program.send("PATCH", &path, &headers, b"{\"unit\":\"x\"}").await;
    assert_eq!((late.status, late.json()["type"].as_str()), (412, Some("/problems/changed-meanwhile")));

    let found = program.get("/api/v1/cameras?q=le+loi").await.json();
    assert_eq!((found["total"].clone(), found["items"][0]["code"].clone()), (json!(1), json!(code)));
    assert_eq!(program.get("/api/v1/cameras?state=unknown").await.json()["total"], 1);
    assert_eq!(program.get("/api/v1/cameras?state=live").await.json()["total"], 0);
    assert_eq!(program.get("/api/v1/cameras?state=sleeping").await.status, 400);
    assert_eq!(program.get("/api/v1/cameras?limit=0").await.status, 400);
    assert_eq!(program.get("/api/v1/cameras?cursor=%00x").await.status / 100, 4);

    // Nowhere: not in the API, not in the pages, not in the audit, not for administrators.
    let mut browser = node.browser("administrator").await;
    let pages = [
        path.clone(),
        "/api/v1/cameras".into(),
        "/api/v1/audit".into(),
        "/api/v1/events/".into(),
        "/api/v1/streams".into(),
        format!("/cameras/{code}"),
        "/cameras".into(),
        "/audit".into(),
        "/audit/export.jsonl".into(),
        "/node".into(),
    ];
    for page in &pages {
        let text = browser.get(page).await.text();
        assert!(!text.contains(secret) && !text.contains("s3cr3t-in-url"), "{page} holds a camera's password");
    }
    let page = browser.get(&format!("/cameras/{code}")).await.text();
    assert!(page.contains("rtsp://192.0.2.7/main"), "the address itself is shown to those who may edit");

    // A viewer sees the camera, but neither its address nor its user name.
    let seen = node.program("viewer").await.get(&path).await.json();
    assert_eq!(seen["name"], "Lê Lợi");
    assert!(seen.get("main_url").is_none() && seen.get("username").is_none(), "{seen}");

    let wrong = program.send("DELETE", &format!("{path}?confirm_name=other"), &[], b"").await;
    assert_eq!(wrong.status, 400, "{}", wrong.text());
    assert_eq!(program.send("DELETE", &path, &[], b"").await.status, 204);
    assert_eq!(program.get(&path).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_change_and_remove_a_camera() {
    let node = Node::start().await;
    let mut program = node.program("administrator").await;
    let new = json!({"name": "Chợ Bến Thành", "main_url": "rtsp://192.0.2.8/main", "username": "u", "password": "kept-secret-1"});
    let code = program.json("POST", "/api/v1/cameras", &new).await.json()["code"].as_str().unwrap().to_owned();
    let mut browser = node.browser("administrator").await;
    let page = format!("/cameras/{code}");
    let fields = |name: &'static str, revision: &'static str| {
        vec![
            ("revision", revision),
            ("name", name),
            ("code", ""),
            ("area", ""),
            ("unit", ""),
            ("main_url", "rtsp://192.0.2.8/main"),
            ("sub_url", ""),
            ("username", "u"),
            ("password", ""),
            ("transport", "tcp"),
        ]
    };
    let revision = program.get(&format!("/api/v1/cameras/{code}")).await.json()["revision"].to_string();
    let revision: &'static str = Box::leak(revision.into_boxed_str());
    let reply = browser.post(&page, &fields("", revision)).await;
    assert_eq!(reply.status, 422, "an empty name");
    let reply = browser.post(&page, &fields("Chợ Bến Thành, cửa Nam", revision)).await;
    assert_eq!((reply.status, reply.header("location")), (303, Some(page.as_str())), "{}", reply.text());
    let shown = browser.get(&page).await.text();
    assert!(shown.contains("Chợ Bến Thành, cửa Nam") && !shown.contains("kept-secret-1"));
    let again = browser.get(&page).await.text();
    assert!(again.len() < shown.len(), "the flash is shown once");
    // The form that a colleague still has open is of an older revision.
    let reply = browser.post(&page, &fields("Khác", revision)).await;
    assert_eq!(reply.status, 422);

    let remove = format!("{page}/remove");
    assert_eq!(browser.post(&remove, &[("confirm_name", "sai tên")]).await.status, 422);
    let reply = browser.post(&remove, &[("confirm_name", "Chợ Bến Thành, cửa Nam")]).await;
    assert_eq!((reply.status, reply.header("location")), (303, Some("/cameras")), "{}", reply.text());
    assert_eq!(browser.get(&page).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_probe_outside_the_camera_networks_says_so_and_is_not_added() {
    let node = Node::start().await;
    let mut browser = node.browser("operator").await;
    let fields = [("main_url", "rtsp://admin:geheim-77@198.51.100.9/x"), ("transport", "tcp")];
    let reply = browser.post("/cameras/probe", &fields).await;
    assert_eq!(reply.status, 200);
    let text = reply.text();
    assert!(text.contains("198.51.100.9") && !text.contains("geheim-77"));
    assert!(!text.contains("name=\"draft\""), "nothing to add");
    let reply = browser.post("/cameras/probe", &[("main_url", "http://169.254.169.254/latest")]).await;
    assert_eq!(reply.status, 422);
    let reply = browser.post("/cameras/add", &[("draft", "0000"), ("name", "x")]).await;
    assert_eq!((reply.status, reply.header("location")), (303, Some("/cameras/add")));
    let program = &mut node.program("operator").await;
    let body = json!({"main_url": "rtsp://198.51.100.9/x"});
    let found = program.json("POST", "/api/v1/cameras/probe", &body).await.json();
    assert_eq!(found["main"]["ok"], false);
    assert!(found["main"]["said"].is_string() && found["main"]["fault"].is_string(), "{found}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_cameras_do_not_make_the_page_long() {
    let node = Node::start().await;
    let mut program = node.program("operator").await;
    let admin = node.browser("administrator").await;
    let caller = ops::Caller::system();
    // Many at once, so that the store's group commit carries them.
    let threads: Vec<_> = (0..64)
        .map(|t| {
            let (ops, caller) = (node.state.ops.clone(), caller.clone());
            tokio::task::spawn_blocking(move || {
                for i in (t..10_000).step_by(64) {
                    let draft = CameraDraft {
                        name: format!("Camera số {i} đường Nguyễn Huệ"),
                        code: Some(format!("79.760-{i:05}")),
                        main_url: format!("rtsp://192.0.2.1/{i}"),
                        ..CameraDraft::default()
                    };
                    ops.register_camera(&caller, draft).unwrap();
                }
            })
        })
        .collect();
    for thread in threads {
        thread.await.unwrap();
    }
    let mut browser = admin;
    for path in ["/cameras", "/cameras?q=nguyen+hue+9999", "/cameras?sort=name", "/cameras?state=unknown", "/live"] {
        let reply = browser.get(path).await;
        assert_eq!(reply.status, 200, "{path}");
        assert!(reply.body.len() < 200_000, "{path} is {} bytes long", reply.body.len());
    }
    // Page by page, every camera comes exactly once.
    let mut seen = std::collections::BTreeSet::new();
    let mut next = String::new();
    loop {
        let page = program.get(&format!("/api/v1/cameras?limit=500&cursor={next}")).await.json();
        assert_eq!(page["total"], 10_000);
        for item in page["items"].as_array().unwrap() {
            assert!(seen.insert(item["code"].as_str().unwrap().to_owned()));
        }
        match page["next"].as_str() {
            Some(cursor) => next = url::form_urlencoded::byte_serialize(cursor.as_bytes()).collect(),
            None => break,
        }
    }
    assert_eq!(seen.len(), 10_000);
    let by_state = program.get("/api/v1/cameras?state=unknown&limit=7").await.json();
    assert_eq!((by_state["items"].as_array().unwrap().len(), by_state["total"].clone()), (7, json!(10_000)));
}
