//! Lists, search and map through the API: what is asked badly is named, what is asked well is found.

use super::node::Node;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn every_part_of_a_filter_that_cannot_be_read_is_named() {
    let node = Node::start().await;
    let mut program = node.program("administrator").await;
    for path in ["/api/v1/cameras", "/api/v1/map/cameras"] {
        let bad = [
            ("state", "sleeping"),
            ("limit", "0"),
            ("sort", "colour"),
            ("dir", "up"),
            ("list", "all"),
            ("bbox", "1,2,3"),
            ("bbox", "106.8,10.7,106.6,10.8"),
            ("within", "star:1"),
            ("within", "circle:10,106,-5"),
        ];
        for (field, value) in bad {
            let answer = program.get(&format!("{path}?{field}={value}")).await;
            assert_eq!((answer.status, answer.json()["field"].as_str()), (400, Some(field)), "{path} {field}={value}");
        }
        let good =
            "sort=changed&dir=desc&list=stale&bbox=106,10,107,11&area=-&unit=x&layer=x&sector=x&purpose=x&place=x&q=a";
        assert_eq!(program.get(&format!("{path}?{good}")).await.json()["total"], 0);
    }
    // A page shows what is wrong instead of an error.
    let mut browser = node.browser("viewer").await;
    assert_eq!(browser.get("/map?within=star:1").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_is_found_by_search_list_and_map() {
    let node = Node::start().await;
    let mut program = node.program("administrator").await;
    for (code, name, position) in [("79-0001", "Chợ Bến Thành", "10.7724, 106.6980"), ("79-0002", "Cầu Mống", "")]
    {
        let facts = if position.is_empty() { json!({}) } else { json!({"position": position, "direction_deg": 90}) };
        let new = json!({"name": name, "code": code, "main_url": "rtsp://192.0.2.7/main", "facts": facts});
        let added = program.json("POST", "/api/v1/cameras", &new).await;
        assert_eq!(added.status, 201, "{}", added.text());
    }
    let found = program.get("/api/v1/search?q=cho+ben").await.json();
    assert_eq!(
        (found["items"][0]["kind"].as_str(), found["items"][0]["code"].as_str()),
        (Some("camera"), Some("79-0001"))
    );
    assert_eq!(found["items"][0]["href"], "/cameras/79-0001");
    assert_eq!(program.get("/api/v1/search?q=").await.json()["items"], json!([]));
    let meant = program.get("/api/v1/search?q=thanhh").await.json();
    assert_eq!(meant["meant"], "thanh", "{meant}");

    let map = program.get("/api/v1/map/cameras").await.json();
    assert_eq!((map["total"].clone(), map["placed"].clone()), (json!(2), json!(1)));
    assert_eq!(map["cameras"]["code"], json!(["79-0001"]));
    assert_eq!(
        (map["cameras"]["direction_deg"].clone(), map["cameras"]["angle_deg"].clone()),
        (json!([90.0]), json!([null]))
    );
    assert_eq!(map["cameras"]["state"], json!([0]));
    for (filter, total) in [
        ("bbox=106.69,10.77,106.70,10.78", 1),
        ("bbox=106.70,10.77,106.71,10.78", 0),
        ("within=circle:10.7724,106.6980,10", 1),
        ("list=no-position", 1),
        ("list=no-direction", 0),
        ("list=unresolved", 0),
        ("q=79-0002", 1),
    ] {
        assert_eq!(program.get(&format!("/api/v1/cameras?{filter}")).await.json()["total"], total, "{filter}");
    }
    let mut browser = node.browser("viewer").await;
    let people = browser.get("/api/v1/search?q=administrator").await.json();
    assert!(
        people["items"].as_array().expect("items").iter().all(|h| h["kind"] != "person"),
        "a viewer finds no accounts"
    );
    let people = program.get("/api/v1/search?q=viewer").await.json();
    assert!(people["items"].as_array().expect("items").iter().any(|h| h["kind"] == "person"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_base_map_is_read_in_ranges_and_by_those_who_are_signed_in() {
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join("quan-1.pmtiles"), b"PMTiles and more").expect("written");
    std::fs::write(folder.path().join("secret.txt"), b"no map").expect("written");
    let place = folder.path().to_owned();
    let node = Node::with(move |config| config.maps = Some(place)).await;
    let mut program = node.program("administrator").await;
    let part = program.send("GET", "/maps/quan-1.pmtiles", &[("Range", "bytes=0-6")], b"").await;
    assert_eq!((part.status, part.text().as_str()), (206, "PMTiles"));
    assert_eq!(part.header("content-range"), Some("bytes 0-6/16"));
    let beyond = program.send("GET", "/maps/quan-1.pmtiles", &[("Range", "bytes=99-")], b"").await;
    assert_eq!(beyond.status, 416);
    for name in ["secret.txt", "nothing.pmtiles", "..%2Fnode.redb", ".pmtiles"] {
        assert_eq!(program.get(&format!("/maps/{name}")).await.status, 404, "{name}");
    }
    let mut stranger = node.stranger();
    assert_eq!(stranger.get("/maps/quan-1.pmtiles").await.status, 401);
}
