//! Every route against cameras that are not for these eyes: without a right, with another's, with one that has ended.

use super::client::Client;
use super::doors::knock_at;
use super::node::{Node, PASSWORD};
use crate::routes::{Need, ROWS, Row};
use base::{Secret, UnitId};
use domain::facts_patch::Edit;
use domain::{AccountDetails, Act, Role, UnitDraft};
use media::rtsp_out::{Denial, Presentations, Shown, Wish};
use ops::{Caller, Ops};
use serde_json::{Value, json};

/// Words that only the cameras have which are not for these eyes.
const SECRET: [&str; 2] = ["7731", "Bi Mat"];

/// A node with two wards: `north` and `south` are units there, each with a camera; `police` is a police camera of `south`.
struct City {
    node: Node,
    north: String,
    south: String,
    police: String,
}

fn unit(ops: &Ops, code: &str, area: &str) -> UnitId {
    let draft = UnitDraft {
        code: code.into(),
        name: format!("UBND {code}"),
        kind: "police".into(),
        area: area.into(),
        ..UnitDraft::default()
    };
    ops.add_unit(&Caller::cli(), draft).unwrap().id
}

fn camera(ops: &Ops, code: &str, name: &str, area: &str, unit: &str, police: bool) -> String {
    let mut draft = domain::CameraDraft {
        name: name.into(),
        code: Some(code.into()),
        area: Some(area.into()),
        unit: Some(unit.into()),
        main_url: "rtsp://192.0.2.9/main".into(),
        ..Default::default()
    };
    if police {
        draft.facts.police = Edit::Set(true);
    }
    ops.register_camera(&Caller::cli(), draft).unwrap().code
}

impl City {
    /// `who` is an account of that role in the north.
    async fn new(role: Role) -> City {
        let node = Node::start().await;
        let ops = node.state.ops.clone();
        let (north, south, police) = tokio::task::spawn_blocking(move || {
            let (n, _) = (unit(&ops, "BAC", "25760"), unit(&ops, "NAM", "25768"));
            let password = Secret::new(PASSWORD.to_owned());
            ops.bootstrap_account("who", "Người thử", Role::Viewer, &password).unwrap();
            let id = ops.account_named("who").unwrap();
            let details = AccountDetails { unit_id: Some(n), ..Default::default() };
            let change = ops::AccountChange { details: Some(details), ..Default::default() };
            ops.change_account(&Caller::cli(), id, change).unwrap();
            ops.change_role(&Caller::cli(), id, role).unwrap();
            (
                camera(&ops, "79-1111", "Cau Bac", "25760", "BAC", false),
                camera(&ops, "79-7731", "Bi Mat Nam", "25768", "NAM", false),
                camera(&ops, "79-7731.1", "Bi Mat Cong An", "25760", "NAM", true),
            )
        })
        .await
        .unwrap();
        City { node, north, south, police }
    }

    /// As the administrator gives a right on the southern camera.
    async fn give(&self, acts: &[&str]) -> Value {
        let mut boss = self.node.program("administrator").await;
        let grant = json!({
            "account": "who", "acts": acts, "scope": {"cameras": [self.south]}, "purpose": "Theo dõi",
            "times": {"until": "2026-12-24T03:00:00Z"},
            "paper": {"kind": "consent", "number": "1/UBND", "date": "2026-11-20", "issuer": "UBND Thành phố"},
        });
        let reply = boss.json("POST", "/api/v1/grants", &grant).await;
        assert_eq!(reply.status, 201, "{}", reply.text());
        reply.json()
    }

    async fn end(&self, grant: &Value) {
        let mut boss = self.node.program("administrator").await;
        let path = format!("/api/v1/grants/{}?why=xong", grant["id"].as_str().unwrap());
        let reply = boss.send("DELETE", &path, &[("If-Match", "\"r1\"")], b"").await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        assert_eq!(reply.json()["state"], "ended");
    }

    /// Both ways in: cookie and token.
    async fn ways(&self) -> Ways {
        Ways { browser: self.node.browser("who").await, program: self.node.program("who").await }
    }
}

struct Ways {
    browser: Client,
    program: Client,
}

impl Ways {
    /// Those that the row takes, with the form token.
    fn of(&self, row: &Row) -> Vec<(Client, Option<String>)> {
        let mut all = vec![(self.browser.clone(), Some(self.browser.csrf.clone()))];
        if row.need.knows_bearer() {
            all.push((self.program.clone(), None));
        }
        all
    }
}

fn of_camera() -> impl Iterator<Item = &'static Row> {
    ROWS.iter().filter(|r| r.need.on_camera())
}

/// A route with a camera in its address asks the right to that camera; the few that need none say why.
#[test]
fn no_route_with_a_camera_forgets_the_camera() {
    for row in ROWS.iter().filter(|r| r.path.contains("{camera}")) {
        let why = match (row.method.as_str(), row.path) {
            ("OPTIONS", _) => "says what a POST takes, the same for every address",
            ("DELETE", "/whep/{camera}/{playback}") => "ends one's own playback, also after the right has ended",
            ("PATCH", "/whep/{camera}/{playback}") => "refuses everyone",
            _ => "",
        };
        assert!(row.need.on_camera() || !why.is_empty(), "{} {} asks no right to its camera", row.method, row.path);
    }
    for row in ROWS.iter().filter(|r| r.need.on_camera()) {
        assert!(row.path.contains("{camera}") && row.need.act().is_some_and(Act::on_camera), "{}", row.path);
    }
    assert!(of_camera().count() >= 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_with_anothers_camera_is_as_if_it_were_not_there() {
    let city = City::new(Role::UnitAdministrator).await;
    let ways = city.ways().await;
    for row in of_camera() {
        for (mut client, csrf) in ways.of(row) {
            let mut bodies = Vec::new();
            for code in ["79-0000", &city.south, &city.police] {
                let reply = knock_at(&mut client, row, code, csrf.as_deref()).await;
                assert_eq!(reply.status, 404, "{} {} {code}: {}", row.method, row.path, reply.text());
                assert!(reply.text().contains("/requests/new?camera="), "{} leads to the form", row.path);
                // The page tells the time; everything else is the same but for the code.
                let text = reply.text().replace(code, "CODE");
                bodies.push(text.lines().filter(|l| !l.contains("datetime")).collect::<String>());
            }
            assert!(
                bodies.windows(2).all(|w| w[0] == w[1]),
                "{} {} tells which cameras there are",
                row.method,
                row.path
            );
            if row.method == "DELETE" && row.path.ends_with("{camera}") {
                continue; // With it the own camera would be gone for the rows that follow.
            }
            let own = knock_at(&mut client, row, &city.north, csrf.as_deref()).await;
            // What lies within the camera (`{id}`) is not there in this city.
            let there = own.status != 404 || row.path.contains("{id}");
            assert!(![401, 403].contains(&own.status) && there, "{} {} → {}", row.method, row.path, own.status);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_follows_a_grant_from_its_beginning_to_its_end() {
    let city = City::new(Role::DistrictCentre).await;
    let ways = city.ways().await;
    let grant = city.give(&["watch_live"]).await;
    for row in of_camera() {
        let act = row.need.act().unwrap();
        for (mut client, csrf) in ways.of(row) {
            let reply = knock_at(&mut client, row, &city.south, csrf.as_deref()).await;
            let what = format!("{} {} → {}", row.method, row.path, reply.status);
            match act {
                // The right is there: what comes is another matter (no purpose, no picture …), never "not there".
                Act::WatchLive => {
                    assert_ne!((reply.status, reply.text().contains("/problems/refused")), (403, true), "{what}")
                }
                Act::SeeCatalogue => assert_eq!(reply.status, 200, "{what}"),
                _ => assert_eq!(reply.status, 403, "{what}"),
            }
            if act == Act::WatchLive {
                assert_ne!(reply.status, 404, "{what}");
            }
        }
    }
    city.end(&grant).await;
    for row in of_camera() {
        for (mut client, csrf) in ways.of(row) {
            let reply = knock_at(&mut client, row, &city.south, csrf.as_deref()).await;
            let never = domain::presets::reach(Role::DistrictCentre, row.need.act().unwrap()) == domain::Reach::Never;
            assert_eq!(reply.status, if never { 403 } else { 404 }, "{} {}", row.method, row.path);
        }
    }
}

/// The RTSP server is no row of the table, and asks the same: without a right, with another's, with one that has ended.
#[tokio::test(flavor = "multi_thread")]
async fn the_rtsp_server_follows_the_same_rights() {
    let city = City::new(Role::DistrictCentre).await;
    let ops = city.node.state.ops.clone();
    let token = tokio::task::spawn_blocking(move || ops.issue_token_for("who", "đầu ghi", 5).unwrap()).await.unwrap();
    let mine = Shown::Bearer(token.clone());
    let (door, _ends) = crate::RtspDoor::new(city.node.state.clone());
    let ask = async |code: &str, shown: &Shown, purpose: &str, encrypted: bool| {
        let path = format!("{code}/main");
        let wish = Wish { path: &path, shown, purpose, peer: [127, 0, 0, 1].into(), encrypted };
        let found = door.find(&wish).await.err();
        let begun = door.begin(&wish).await;
        match (found, begun) {
            (Some(Denial::SignIn), Err(Denial::SignIn)) => (401, None),
            (Some(Denial::Missing(_)), Err(Denial::Missing(_))) => (404, None),
            (Some(Denial::Refused(_)), Err(Denial::Refused(_))) => (403, None),
            (Some(Denial::Unavailable(..)), Err(Denial::Unavailable(..))) => (503, None),
            (None, Err(Denial::Refused(said))) if said.en.contains("purpose") => (449, None),
            (None, Ok(Some(lease))) => (200, Some(lease)),
            other => panic!("{code}: {other:?}"),
        }
    };
    for code in [&city.north, &city.south, &city.police, "79-0000"] {
        let strange = Shown::Bearer(Secret::new("mlt_0".to_owned()));
        for (shown, encrypted) in [(&Shown::Nothing, true), (&strange, true), (&mine, false)] {
            assert_eq!(ask(code, shown, "", encrypted).await.0, 401, "{code} {shown:?}");
        }
    }
    for code in [&city.south, &city.police, "79-0000"] {
        assert_eq!(ask(code, &mine, "Trực ban", true).await.0, 404, "{code}");
    }
    assert_eq!(ask(&city.north, &mine, "", true).await.0, 503, "it has no picture");
    let wanted = city.node.state.ops.wanted_sources().borrow().clone();
    for source in wanted.iter() {
        let key = media::TrackKey { camera: source.camera, stream: base::StreamKind::Main };
        city.node.state.media.tracks().ensure(key);
    }
    assert_eq!(ask(&city.north, &mine, "", true).await.0, 200, "at home nobody asks what for");
    let grant = city.give(&["watch_live"]).await;
    assert_eq!(ask(&city.south, &mine, "", true).await.0, 449);
    let (status, lease) = ask(&city.south, &mine, "Trực ban", true).await;
    let (lease, now) = (lease.unwrap(), city.node.state.config.clock.now());
    assert!(status == 200 && lease.ended(now).is_none());
    city.end(&grant).await;
    let ops = city.node.state.ops.clone();
    tokio::task::spawn_blocking(move || ops.sweep_rights().unwrap()).await.unwrap();
    assert!(lease.ended(now).is_some(), "what plays stops");
    assert_eq!(ask(&city.south, &mine, "Trực ban", true).await.0, 404);
}

/// No page and no answer of the node tells of a camera that is not for these eyes.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_tells_of_cameras_that_are_not_for_these_eyes() {
    let city = City::new(Role::UnitAdministrator).await;
    let ways = city.ways().await;
    let endless = ["/api/v1/events"];
    for row in ROWS.iter().filter(|r| r.method == "GET" && !endless.contains(&r.path) && r.need != Need::Open) {
        for (mut client, _) in ways.of(row) {
            let path = super::doors::address(row);
            for query in ["", "?q=bi+mat", "?q=7731", "?camera=79-1111", "?area=25768"] {
                let reply = client.get(&format!("{path}{query}")).await;
                let text = reply.text().replace("q=7731", "").replace("value=\"7731\"", "").replace("“7731”", "");
                for word in SECRET {
                    assert!(!text.contains(word), "{path}{query} tells of “{word}”: {}", around(&text, word));
                }
            }
        }
    }
    // Nor to the administrator, of police cameras: only a grant that names it lets one be seen (A7.4).
    let mut boss = city.node.program("administrator").await;
    for path in [
        "/api/v1/cameras",
        "/api/v1/streams",
        "/metrics",
        "/api/v1/grants?state=all",
        "/api/v1/map/cameras",
        "/api/v1/search?q=cong+an",
    ] {
        let text = boss.get(path).await.text();
        assert!(!text.contains("7731.1") && !text.contains("Cong An"), "{path}: {}", around(&text, "7731.1"));
    }
    assert_eq!(boss.get("/api/v1/cameras").await.json()["total"], 2, "nor is it counted");
}

fn around(text: &str, word: &str) -> String {
    let at = text.find(word).unwrap_or(0);
    text.chars().skip(text[..at].chars().count().saturating_sub(120)).take(240).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_of_cameras_are_for_those_who_see_them() {
    for (role, sees) in [
        (Role::Citizen, [false, false]),
        (Role::Inspector, [false, false]),
        (Role::Investor, [true, false]),
        (Role::DistrictCentre, [true, false]),
        (Role::Viewer, [true, true]),
    ] {
        let city = City::new(role).await;
        let wanted = city.node.state.ops.wanted_sources().borrow().clone();
        let specs = wanted.iter().map(|source| media::SourceSpec {
            key: media::TrackKey { camera: source.camera, stream: base::StreamKind::Main },
            url: source.main_url.clone(),
            username: None,
            password: None,
            transport: media::Transport::Tcp,
        });
        city.node.state.media.reconcile(specs.collect());
        let text = city.node.program("who").await.get("/metrics").await.text();
        let told = [&city.north, &city.south].map(|code| text.contains(&format!("camera=\"{code}\"")));
        assert_eq!(told, sees, "{role:?}");
        assert!(!text.contains(&city.police), "{role:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purpose_is_asked_for_beyond_the_own_scope_and_is_on_record() {
    let city = City::new(Role::DistrictCentre).await;
    city.give(&["watch_live"]).await;
    let mut who = city.node.program("who").await;
    let sdp = [("Content-Type", "application/sdp")];
    let reply = who.send("POST", &format!("/whep/{}", city.south), &sdp, b"v=0\r\n").await;
    assert_eq!((reply.status, reply.json()["type"].as_str()), (403, Some("/problems/purpose-needed")));
    assert_eq!(reply.json()["field"], "purpose");
    let with = format!("/whep/{}?purpose=Tr%E1%BB%B1c+ban", city.south);
    assert_ne!(who.send("POST", &with, &sdp, b"v=0\r\n").await.status, 403);
    let header = [("Content-Type", "application/sdp"), ("X-Purpose", "Ng%E1%BA%ADp")];
    assert_ne!(who.send("POST", &format!("/whep/{}", city.south), &header, b"v=0\r\n").await.status, 403);
    assert_ne!(
        who.send("POST", &format!("/whep/{}", city.north), &sdp, b"v=0\r\n").await.status,
        403,
        "at home nobody asks"
    );
    let audit = city.node.program("administrator").await.get("/api/v1/audit?act=view.began").await.json();
    let facts: Vec<String> =
        audit["items"].as_array().unwrap().iter().map(|e| e["facts"]["purpose"].to_string()).collect();
    assert!(facts.contains(&"\"Trực ban\"".to_owned()) && facts.contains(&"\"Ngập\"".to_owned()), "{audit}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_of_giving_leads_to_the_form_of_what_was_wanted() {
    let city = City::new(Role::DistrictCentre).await;
    let mut boss = city.node.program("administrator").await;
    let shift = json!({"weekday": 7, "from": "22:00", "until": "06:00"});
    let times = json!({"until": "2026-12-01T00:00:00Z", "shifts": [shift, "T2-T3 07:30-17:00"]});
    let mut give = json!({"account": "who", "acts": ["watch_live"], "scope": {"cameras": [city.south]}, "times": times,
        "purpose": "Ngập"});
    let refused = boss.json("POST", "/api/v1/grants", &give).await;
    assert_eq!((refused.status, refused.json()["article"].as_str()), (403, Some("10.3")), "{}", refused.text());
    let form = refused.json()["request_form"].as_str().unwrap().to_owned();
    assert_eq!(form, format!("/requests/new?camera={}&act=watch_live", city.south));
    let page = city.node.browser("who").await.get(&form).await.text();
    assert!(page.contains(&city.south), "{page}");
    // Shifts have one form in every language.
    give["paper"] = json!({"kind": "consent", "number": "1/UBND", "date": "2026-11-20", "issuer": "UBND"});
    let made = boss.json("POST", "/api/v1/grants", &give).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let part = |weekday: u8, from: &str, until: &str| json!({"weekday": weekday, "from": from, "until": until});
    assert_eq!(
        made.json()["times"]["shifts"],
        json!([
            part(7, "22:00", "24:00"),
            part(1, "00:00", "06:00"),
            part(1, "07:30", "17:00"),
            part(2, "07:30", "17:00")
        ])
    );
    city.end(&made.json()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn citizens_are_not_told_whom_to_call() {
    let city = City::new(Role::Citizen).await;
    let focal = json!({"name": "Trần Thị Lan", "phone": "0909000111", "email": "lan@example.org"});
    let unit = json!({"code": "SO-X", "name": "Sở X", "kind": "department", "manages": true, "phone": "02839990000",
        "focal_point": focal});
    let made = city.node.program("administrator").await.json("POST", "/api/v1/units", &unit).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let page = format!("/units/{}", made.json()["id"].as_str().unwrap());
    for (name, told) in [("who", false), ("administrator", true)] {
        let mut program = city.node.program(name).await;
        let mut all = program.get("/api/v1/units?limit=500").await.text();
        all.push_str(&program.get("/api/v1/units/SO-X").await.text());
        assert!(all.contains("SO-X"), "{name}: {all}");
        let mut browser = city.node.browser(name).await;
        for path in ["/units", "/units?missing=1", page.as_str()] {
            all.push_str(&browser.get(path).await.text());
        }
        for word in ["Trần Thị Lan", "0909000111", "lan@example.org", "02839990000"] {
            assert_eq!(all.contains(word), told, "{name}: {word}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_over_the_api_from_asking_to_the_end() {
    let city = City::new(Role::DistrictCentre).await;
    let (mut who, mut boss) = (city.node.program("who").await, city.node.program("administrator").await);
    let ask = json!({"acts": ["watch_live"], "scope": {"cameras": [city.south]}, "purpose": "Ngập"});
    let made = who.json("POST", "/api/v1/requests", &ask).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let path = made.header("location").unwrap().to_owned();
    assert_eq!(boss.get("/api/v1/requests?of=to_decide").await.json()["total"], 1);
    let decide = format!("{path}/decision");
    let verdict = |more: Value| {
        let mut body = json!({"verdict": "approve"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let send = async |client: &mut Client, body: Value, tag: Option<&str>| {
        let text = body.to_string();
        let mut headers = vec![("Content-Type", "application/json")];
        headers.extend(tag.map(|t| ("If-Match", t)));
        client.send("POST", &decide, &headers, text.as_bytes()).await
    };
    assert_eq!(send(&mut boss, verdict(json!({})), None).await.status, 428);
    assert_eq!(send(&mut boss, verdict(json!({})), Some("\"r9\"")).await.status, 412);
    let refused = send(&mut boss, verdict(json!({})), Some("\"r1\"")).await;
    assert_eq!((refused.status, refused.json()["article"].as_str()), (403, Some("10.3")), "{}", refused.text());
    assert_eq!(send(&mut who, verdict(json!({})), Some("\"r1\"")).await.status, 403, "not one's own");
    let paper = json!({"kind": "consent", "number": "1/UBND", "date": "2026-11-20", "issuer": "UBND"});
    let good = verdict(json!({"paper": paper, "times": {"until": "2026-12-01T00:00:00Z"}}));
    let done = send(&mut boss, good, Some("\"r1\"")).await;
    assert_eq!((done.status, done.json()["state"].as_str()), (200, Some("approved")), "{}", done.text());
    let grant = who.get(&format!("/api/v1/grants/{}", done.json()["grant"].as_str().unwrap())).await;
    assert_eq!(grant.header("etag"), Some("\"r1\""));
    assert_eq!(who.get("/api/v1/me/rights").await.json()["grants"].as_array().unwrap().len(), 1);
    let rights = who.get(&format!("/api/v1/cameras/{}/rights", city.south)).await.json();
    let may = |act: &str| rights["acts"].as_array().unwrap().iter().any(|a| a["act"] == act && a["may"] == true);
    assert!(may("watch_live") && !may("ptz") && rights["in_own_scope"] == false);
    city.end(&grant.json()).await;
    assert_eq!(who.get(&format!("/api/v1/cameras/{}/rights", city.south)).await.status, 404);
}
