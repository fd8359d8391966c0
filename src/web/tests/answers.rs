//! What every answer carries: headers, cookies, problem bodies, bounds, host names, the way back; setting up a node.

use super::client::Client;
use super::node::{Node, PASSWORD};
use base::limits;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_security_headers() {
    let node = Node::start().await;
    for path in ["/sign-in", "/", "/nowhere", "/api/v1/me", "/api/v1/nowhere", "/healthz", "/api/v1/openapi.json"] {
        let reply = node.stranger().get(path).await;
        assert_eq!(
            reply.header("content-security-policy"),
            Some(
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; \
                 connect-src 'self'; media-src 'self' blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
            ),
            "{path}"
        );
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(reply.header("referrer-policy"), Some("same-origin"), "{path}");
        assert_eq!(reply.header("cross-origin-opener-policy"), Some("same-origin"), "{path}");
        assert_eq!(reply.header("cross-origin-resource-policy"), Some("same-origin"), "{path}");
        assert!(reply.header("permissions-policy").is_some_and(|p| p.contains("camera=()")), "{path}");
        assert_eq!(reply.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(reply.header("strict-transport-security"), None, "{path}: plain HTTP");
        assert_eq!(reply.header("access-control-allow-origin"), None, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_in_an_address_is_said() {
    let node = Node::start().await;
    let mut program = node.program("administrator").await;
    for (path, field) in [
        ("/api/v1/audit?limit=abc", "limit"),
        ("/api/v1/audit?cursor=abc", "cursor"),
        ("/api/v1/audit?from=zz", "from"),
        ("/api/v1/audit/checkpoints?limit=0", "limit"),
        ("/api/v1/accounts?limit=x", "limit"),
        ("/api/v1/imports?cursor=x", "cursor"),
        ("/api/v1/reviews?limit=-1", "limit"),
        ("/api/v1/cameras?bbox=106,10,107,11&within=circle:10.7,106.7,500", "within"),
    ] {
        let reply = program.get(path).await;
        assert_eq!((reply.status, reply.json()["field"].as_str()), (400, Some(field)), "{path}: {}", reply.text());
    }
    let both = program.get("/api/v1/cameras?bbox=106,10,107,11&within=circle:10.7,106.7,500").await.json();
    assert!(both["detail"].as_str().is_some_and(|d| d.contains("bbox") && d.contains("within")), "{both}");
    let mut browser = node.browser("administrator").await;
    let page = browser.get("/audit?from=zz").await.text();
    assert!(page.contains("flash--bad") && !page.contains("table--audit"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_index_of_administration_is_for_those_who_administer() {
    let node = Node::start().await;
    for (name, status) in [("administrator", 200), ("operator", 403), ("viewer", 403)] {
        let mut browser = node.browser(name).await;
        assert_eq!(browser.get("/admin").await.status, status, "{name}");
        for path in ["/units", "/live"] {
            let page = browser.get(path).await.text();
            assert_eq!(page.contains("href=\"/admin\""), status == 200, "{name} {path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sign_in_cookie_is_as_strict_as_the_transport_allows() {
    let node = Node::start().await;
    let mut browser = node.stranger();
    browser.read_form("/sign-in").await;
    let reply = browser.post("/sign-in", &[("name", "viewer"), ("password", PASSWORD), ("next", "/account")]).await;
    assert_eq!((reply.status, reply.header("location")), (303, Some("/account")));
    let cookies = reply.cookies();
    let cookie = cookies.iter().find(|c| c.starts_with("matluoi-test1=")).unwrap_or_else(|| panic!("{cookies:?}"));
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure") && !cookie.contains("Domain"), "{cookie}");

    let node = Node::with(|c| c.https = true).await;
    let mut browser = node.stranger();
    browser.read_form("/sign-in").await;
    let reply = browser.post("/sign-in", &[("name", "viewer"), ("password", PASSWORD)]).await;
    assert!(reply.header("strict-transport-security").is_some());
    let cookies = reply.cookies();
    let cookie =
        cookies.iter().find(|c| c.starts_with("__Host-matluoi-test1=")).unwrap_or_else(|| panic!("{cookies:?}"));
    for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Secure"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    for other in cookies {
        assert!(other.starts_with("__Host-") && other.contains("Secure") && other.contains("HttpOnly"), "{other}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_sign_in_on_the_server() {
    let node = Node::start().await;
    let mut browser = node.browser("viewer").await;
    let mut thief = browser.clone();
    assert_eq!(browser.post("/sign-out", &[]).await.status, 303);
    assert!(!browser.cookies.contains_key("matluoi-test1"));
    let reply = thief.get("/account").await;
    assert_eq!(reply.status, 303);
    assert_eq!(reply.header("location"), Some("/sign-in?next=%2Faccount"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_sign_in_keeps_the_name_and_never_the_password() {
    let node = Node::start().await;
    let mut browser = node.stranger();
    browser.read_form("/sign-in").await;
    for name in ["viewer", "nobody-of-that-name"] {
        let reply =
            browser.post("/sign-in", &[("name", name), ("password", "sai-hoàn-toàn-9"), ("next", "/live")]).await;
        assert_eq!(reply.status, 422);
        assert!(reply.text().contains(name) && reply.text().contains("/live"));
        assert!(!reply.text().contains("sai-hoàn-toàn-9"));
    }
    // Hostile text comes back as text.
    let reply = browser.post("/sign-in", &[("name", "\"><script>alert(1)</script>"), ("password", "x")]).await;
    assert!(!reply.text().contains("<script>alert"), "{}", reply.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_redirect_leads_elsewhere() {
    let node = Node::start().await;
    for next in
        ["//evil.example/", "https://evil.example/", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)"]
    {
        let mut browser = node.stranger();
        browser.read_form("/sign-in").await;
        let reply = browser.post("/sign-in", &[("name", "viewer"), ("password", PASSWORD), ("next", next)]).await;
        assert_eq!((reply.status, reply.header("location")), (303, Some("/")), "{next:?}");
        browser.read_form("/account").await;
        let reply = browser.post("/language", &[("language", "en"), ("next", next)]).await;
        assert_eq!((reply.status, reply.header("location")), (303, Some("/")), "{next:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn problems_speak_the_callers_language_and_keep_their_type() {
    let node = Node::start().await;
    let mut program = node.program("operator").await;
    let ask = |language: &'static str| [("Accept-Language", language), ("Content-Type", "application/json")];
    let body = br#"{"name": "", "main_url": "http://10.0.0.1/"}"#;
    let en = program.send("POST", "/api/v1/cameras", &ask("en-GB"), body).await;
    let vi = program.send("POST", "/api/v1/cameras", &ask("vi-VN"), body).await;
    assert_eq!((en.status, en.header("content-type")), (400, Some("application/problem+json")));
    assert_eq!(
        (en.json()["type"].clone(), vi.json()["type"].clone()),
        (json!("/problems/invalid"), json!("/problems/invalid"))
    );
    assert_eq!(en.header("content-language"), Some("en"));
    assert_ne!(en.json()["detail"], vi.json()["detail"]);
    let fields: Vec<_> = en.json()["faults"].as_array().unwrap().iter().map(|f| f["field"].clone()).collect();
    assert_eq!(fields, [json!("name"), json!("main_url")], "every field at fault is named");
    let explained = node.stranger().get("/problems/invalid").await;
    assert_eq!(explained.status, 200);
    assert!(explained.text().contains("HTTP 400"));
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_bodies_get_a_sentence_each() {
    let node = Node::start().await;
    let mut program = node.program("operator").await;
    let json_type = [("Content-Type", "application/json")];
    for body in
        ["", "{", "[]", "null", "\u{0}", "{\"name\": 1}", "{\"name\": \"x\", \"main_url\": \"rtsp://h/\", \"root\": 1}"]
    {
        let reply = program.send("POST", "/api/v1/cameras", &json_type, body.as_bytes()).await;
        assert_eq!((reply.status, reply.json()["type"].as_str()), (400, Some("/problems/invalid")), "{body:?}");
    }
    let deep = "[".repeat(100_000);
    assert_eq!(program.send("POST", "/api/v1/cameras", &json_type, deep.as_bytes()).await.status, 400);
    let reply = program.send("POST", "/api/v1/cameras", &[("Content-Type", "text/plain")], b"{}").await;
    assert_eq!((reply.status, reply.json()["type"].as_str()), (415, Some("/problems/unsupported-media-type")));

    let huge = vec![b'a'; limits::BODY_BYTES_MAX + 1];
    let reply = program.send("POST", "/api/v1/cameras", &json_type, &huge).await;
    assert_eq!((reply.status, reply.json()["type"].as_str()), (413, Some("/problems/too-large")));
    let sdp = vec![b'a'; limits::SDP_BYTES_MAX + 1];
    let reply = program.send("POST", "/whep/x?stream=main", &[("Content-Type", "application/sdp")], &sdp).await;
    assert_eq!(reply.status, 413);

    let mut browser = node.browser("operator").await;
    let long = "x".repeat(limits::BODY_BYTES_MAX + 1);
    assert_eq!(browser.post("/cameras/probe", &[("main_url", &long)]).await.status, 413);
    let reply = browser.send("DELETE", "/live", &[], b"").await;
    assert_eq!((reply.status, reply.header("allow")), (405, Some("GET, HEAD")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_host_name_is_refused() {
    let node = Node::with(|c| c.public_host = Some("camera.quan1.example".to_owned())).await;
    let at = |host: &str| Client { host: host.to_owned(), ..node.stranger() };
    for good in ["127.0.0.1", "localhost:8080", "[::1]:9", "CAMERA.quan1.example", "camera.quan1.example:8443"] {
        assert_eq!(at(good).get("/sign-in").await.status, 200, "{good}");
    }
    for bad in ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", ""] {
        let reply = at(bad).get("/sign-in").await;
        assert!(reply.status == 421 || reply.status == 400, "{bad:?}: {}", reply.status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_sign_ins_from_one_address_are_braked() {
    let node = Node::start().await;
    let mut last = 0;
    for _ in 0..(limits::SIGN_IN_RATE.0.get() + 2) {
        let reply = node.stranger().post("/sign-in", &[("name", "x"), ("password", "y")]).await;
        last = reply.status;
        if last == 429 {
            assert!(reply.header("retry-after").and_then(|s| s.parse::<u32>().ok()).is_some_and(|s| s > 0));
        }
    }
    assert_eq!(last, 429);
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_need_a_token_and_can_be_read_by_prometheus() {
    let node = Node::start().await;
    assert_eq!(node.browser("administrator").await.get("/metrics").await.status, 401, "a cookie is not enough");
    for mut program in [node.program("viewer").await, Client::with_bearer(node.at, "figures-only")] {
        let reply = program.get("/metrics").await;
        assert_eq!(reply.status, 200);
        let text = reply.text();
        for name in
            ["matluoi_build_info{", "process_resident_memory_bytes ", "process_open_fds ", "matluoi_webrtc_viewers "]
        {
            assert!(text.lines().any(|l| l.starts_with(name)), "{name} is missing");
        }
        for line in text.lines().filter(|l| !l.starts_with('#')) {
            let value = line.rsplit_once(' ').and_then(|(_, v)| v.parse::<f64>().ok());
            assert!(value.is_some_and(f64::is_finite), "{line}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_set_up_address_is_good_once() {
    let node = Node::bare(|_| {}).await;
    let ops = node.state.ops.clone();
    let token = tokio::task::spawn_blocking(move || ops.issue_setup_token().unwrap()).await.unwrap();
    assert_eq!(node.stranger().get("/").await.header("location"), Some("/setup"));
    assert_eq!(node.stranger().get("/setup?token=00000000").await.status, 403);
    let address = format!("/setup?token={}", token.expose());
    let mut browser = node.stranger();
    browser.read_form(&address).await;
    let mut fields = vec![
        ("token", token.expose()),
        ("account", "lan"),
        ("display_name", "Nguyễn Thị Lan"),
        ("password", "ngắn"),
        ("password_again", "ngắn"),
        ("node_name", "Quận Bến Nghé"),
        ("area", "760"),
        ("language", "vi"),
    ];
    let reply = browser.post("/setup", &fields).await;
    assert_eq!(reply.status, 422, "a weak password");
    assert!(reply.text().contains("Nguyễn Thị Lan") && !reply.text().contains("value=\"ngắn\""));
    fields[3].1 = PASSWORD;
    fields[4].1 = PASSWORD;
    let reply = browser.post("/setup", &fields).await;
    assert_eq!((reply.status, reply.header("location")), (303, Some("/cameras")), "{}", reply.text());
    assert_eq!(browser.get("/cameras").await.status, 200, "signed in at once");
    let again = node.stranger().get(&address).await;
    assert_eq!((again.status, again.header("location")), (303, Some("/")), "used up");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_one_time_password_opens_nothing_but_its_own_change() {
    let node = Node::start().await;
    let mut admin = node.program("administrator").await;
    let added = admin.json("POST", "/api/v1/accounts", &json!({"name": "hoa", "role": "operator"})).await;
    assert_eq!(added.status, 201, "{}", added.text());
    let once = added.json()["password_once"].as_str().unwrap().to_owned();
    assert!(!admin.get("/api/v1/accounts").await.text().contains(&once), "shown once");

    let mut browser = node.stranger();
    browser.read_form("/sign-in").await;
    assert_eq!(browser.post("/sign-in", &[("name", "hoa"), ("password", &once)]).await.status, 303);
    assert_eq!(browser.get("/live").await.header("location"), Some("/account"));
    let refused = browser.get("/api/v1/cameras").await;
    assert_eq!((refused.status, refused.json()["type"].as_str()), (403, Some("/problems/password-change-due")));

    browser.read_form("/account").await;
    let own = "kênh-nhiêu-lộc-12-cây-cầu";
    let mut fields = [("password_old", "wrong-one-9"), ("password", own), ("password_again", own)];
    assert_eq!(browser.post("/account/password", &fields).await.status, 422);
    fields[0].1 = &once;
    fields[2].1 = "another-one-9";
    assert_eq!(browser.post("/account/password", &fields).await.status, 422);
    fields[2].1 = own;
    let reply = browser.post("/account/password", &fields).await;
    assert_eq!((reply.status, reply.header("location")), (303, Some("/account")), "{}", reply.text());
    assert_eq!(browser.get("/live").await.status, 200, "the same sign-in goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_shown_once_and_works_until_it_is_revoked() {
    let node = Node::start().await;
    let mut browser = node.browser("operator").await;
    let page = browser.post("/account/tokens", &[("label", "Bảng điều khiển"), ("days", "30")]).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let text = page.text();
    let at = text.find("mlt_").unwrap_or_else(|| panic!("no token on the page"));
    let token: String = text[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    assert!(!browser.get("/account").await.text().contains(&token));
    let mut program = Client::with_bearer(node.at, &token);
    assert_eq!(program.get("/api/v1/me").await.json()["name"], "operator");
    let listed = program.get("/api/v1/tokens").await;
    assert!(!listed.text().contains(&token));
    let id = listed.json()["items"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(browser.post(&format!("/account/tokens/{id}/revoke"), &[]).await.status, 303);
    assert_eq!(program.get("/api/v1/me").await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_ones_own_is_changed_over_the_api_too_but_secrets_by_no_token() {
    let node = Node::start().await;
    let (mut browser, mut program) = (node.browser("viewer").await, node.program("viewer").await);
    let wish = json!({"language": "en", "theme": "dark"});
    assert_eq!(program.json("PATCH", "/api/v1/me", &wish).await.status, 204);
    let me = browser.get("/api/v1/me").await.json();
    assert_eq!(me["language"], "en");
    let odd = program.json("PATCH", "/api/v1/me", &json!({"theme": "pink"})).await;
    assert_eq!((odd.status, odd.json()["field"].as_str()), (400, Some("theme")));

    let new = "Bảy chiếc ghe qua sông Hậu";
    let change = |old: &str| json!({"password_old": old, "password": new});
    let begin = "/api/v1/me/second-factor/enrolment";
    let refused = [
        program.json("POST", "/api/v1/me/password", &change(PASSWORD)).await,
        program.send("POST", begin, &[], b"").await,
    ];
    for refused in refused {
        assert_eq!((refused.status, refused.json()["article"].as_str()), (403, Some("12.3")));
    }
    let csrf = browser.csrf.clone();
    let enrolment = browser.send("POST", begin, &[("X-CSRF-Token", &csrf)], b"").await;
    assert!(enrolment.json()["uri"].as_str().is_some_and(|uri| uri.starts_with("otpauth://totp/")), "{enrolment:?}");
    let codeless = json!({"password_old": PASSWORD, "code": "000000"});
    let wrong = browser.json("POST", "/api/v1/me/second-factor", &codeless).await;
    assert_eq!((wrong.status, wrong.json()["field"].as_str()), (400, Some("code")), "{wrong:?}");
    let none = browser.get("/api/v1/me/second-factor").await.json();
    assert_eq!((none["since"].is_null(), none["recovery_left"].as_u64()), (true, Some(0)));

    let wrong = browser.json("POST", "/api/v1/me/password", &change("sai rồi")).await;
    assert_eq!((wrong.status, wrong.json()["field"].as_str()), (400, Some("password_old")), "{wrong:?}");
    assert_eq!(browser.json("POST", "/api/v1/me/password", &change(PASSWORD)).await.status, 204);
    assert_eq!(browser.get("/api/v1/me").await.status, 200, "this sign-in stays");
}
