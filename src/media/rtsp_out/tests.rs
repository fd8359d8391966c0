//! The RTSP server, as other hands talk to it: methods, authentication, transports, hostile input, slow readers.

use super::*;
use crate::simulate::{SimulateConfig, Simulation};
use base::{AccountId, CameraId, Clock, LeaseGuard, LeaseId, LeasePurpose, ManualClock, Secret, WallTime, limits};
use parking_lot::Mutex;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};

async fn camera(password: Option<&str>) -> Simulation {
    let clock = ManualClock::at(WallTime::parse_rfc3339("2026-11-24T03:00:00Z").expect("a time"));
    Simulation::start(SimulateConfig {
        cameras: 1,
        bind: ([127, 0, 0, 1], 0).into(),
        gop_s: None,
        mbit_s: None,
        credentials: password.map(|p| ("admin".to_owned(), Secret::new(p.to_owned()))),
        clock: clock.clock(),
    })
    .await
    .expect("starts")
}

/// A player of the plainest sort.
struct Player(TcpStream, u32, SocketAddr);

impl Player {
    async fn at(addr: SocketAddr) -> Player {
        Player(TcpStream::connect(addr).await.expect("connects"), 0, addr)
    }
    /// Sends a request and returns status, head and body; packets in between are skipped.
    async fn ask(&mut self, method: &str, path: &str, headers: &str) -> (u16, String) {
        self.1 += 1;
        let text = format!("{method} rtsp://{}/{path} RTSP/1.0\r\nCSeq: {}\r\n{headers}\r\n", self.2, self.1);
        self.0.write_all(text.as_bytes()).await.expect("written");
        loop {
            if let Ok(text) = self.next().await {
                let status = text.get(9..12).and_then(|s| s.parse().ok()).expect("a status");
                return (status, text);
            }
        }
    }
    /// The next response, or the next packet with its channel.
    async fn next(&mut self) -> Result<String, (u8, Vec<u8>)> {
        let first = self.0.read_u8().await.expect("open");
        if first == b'$' {
            let channel = self.0.read_u8().await.expect("open");
            let length = self.0.read_u16().await.expect("open");
            let mut packet = vec![0; usize::from(length)];
            self.0.read_exact(&mut packet).await.expect("open");
            return Err((channel, packet));
        }
        let mut text = vec![first];
        while !text.ends_with(b"\r\n\r\n") {
            text.push(self.0.read_u8().await.expect("open"));
        }
        let head = String::from_utf8(text).expect("text");
        let length =
            head.lines().find_map(|l| l.strip_prefix("Content-Length: ")).and_then(|n| n.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).await.expect("open");
        Ok(head + &String::from_utf8(body).expect("text"))
    }
    async fn closed(&mut self) -> bool {
        let mut rest = Vec::new();
        self.0.read_to_end(&mut rest).await.is_ok()
    }
}

fn session(text: &str) -> String {
    text.lines()
        .find_map(|l| l.strip_prefix("Session: "))
        .and_then(|s| s.split(';').next())
        .expect("a session")
        .to_owned()
}

#[tokio::test]
async fn a_player_over_tcp_gets_a_key_frame_first_and_the_real_time() {
    let sim = camera(None).await;
    let mut p = Player::at(sim.addr).await;
    assert!(p.ask("OPTIONS", "", "").await.1.contains("Public: OPTIONS, DESCRIBE"));
    let (status, sdp) = p.ask("DESCRIBE", "cam1/main", "Accept: application/sdp\r\n").await;
    assert_eq!(status, 200);
    for wanted in [
        "profile-level-id=640028",
        "packetization-mode=1",
        "sprop-parameter-sets=Z2Q",
        "a=control:trackID=0",
        "a=framerate:12\r\n",
    ] {
        assert!(sdp.contains(wanted), "{wanted} in {sdp}");
    }
    let (status, text) =
        p.ask("SETUP", "cam1/main/trackID=0", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n").await;
    assert_eq!(status, 200);
    assert!(text.contains("interleaved=0-1") && text.contains("timeout=60"));
    let session = session(&text);
    let (status, text) = p.ask("PLAY", "cam1/main", &format!("Session: {session}\r\n")).await;
    assert_eq!(status, 200, "{text}");
    assert!(text.contains("RTP-Info: url=rtsp://") && text.contains("seq="));
    let (channel, report) = p.next().await.expect_err("a packet");
    assert_eq!(channel, 1, "first the time");
    let (channel, first) = p.next().await.expect_err("a packet");
    let rtp = av::rtp::RtpPacket::parse(&first).expect("RTP");
    assert_eq!((channel, rtp.header.payload_type, rtp.payload[0] & 0x1f), (0, 96, 24), "then the parameter sets");
    assert!(text.contains(&format!("seq={};rtptime={}", rtp.header.sequence, rtp.header.timestamp)), "{text}");
    let ntp_s = u32::from_be_bytes([report[8], report[9], report[10], report[11]]);
    assert_eq!(ntp_s, 1_795_489_200u32.wrapping_add(2_208_988_800), "the camera's clock");
    assert_eq!(p.ask("PAUSE", "cam1/main", &format!("Session: {session}\r\n")).await.0, 200);
    assert_eq!(p.ask("TEARDOWN", "cam1/main", &format!("Session: {session}\r\n")).await.0, 200);
    assert_eq!(p.ask("PLAY", "cam1/main", &format!("Session: {session}\r\n")).await.0, 454, "the session is over");
}

#[tokio::test]
async fn a_player_over_udp_gets_packets_from_the_ports_it_was_told() {
    let sim = camera(None).await;
    let rtp = UdpSocket::bind(("127.0.0.1", 0)).await.expect("binds");
    let port = rtp.local_addr().expect("bound").port();
    let mut p = Player::at(sim.addr).await;
    let transport = format!("Transport: RTP/AVP;unicast;client_port={port}-{}\r\n", port.wrapping_add(1).max(1));
    let (status, text) = p.ask("SETUP", "cam1/sub/trackID=0", &transport).await;
    assert_eq!(status, 200, "{text}");
    assert_eq!(p.ask("PLAY", "cam1/sub", &format!("Session: {}\r\n", session(&text))).await.0, 200);
    let mut buffer = [0; 1_500];
    let (n, from) = rtp.recv_from(&mut buffer).await.expect("a packet");
    assert!(av::rtp::RtpPacket::parse(&buffer[..n]).is_ok());
    assert!(from.port() % 2 == 0 && text.contains(&format!("server_port={}-{}", from.port(), from.port() + 1)));
}

#[tokio::test]
async fn without_the_password_there_is_nothing() {
    let sim = camera(Some("bí mật")).await;
    let mut p = Player::at(sim.addr).await;
    assert_eq!(p.ask("OPTIONS", "cam1/main", "").await.0, 200);
    for (method, path) in [("DESCRIBE", "cam1/main"), ("SETUP", "cam1/main/trackID=0")] {
        let (status, text) = p.ask(method, path, "Transport: RTP/AVP/TCP;interleaved=0-1\r\n").await;
        assert_eq!(status, 401);
        assert!(text.contains("WWW-Authenticate: Digest realm=") && text.contains("WWW-Authenticate: Basic realm="));
    }
    let basic = access::base64("admin:bí mật".as_bytes());
    assert_eq!(p.ask("DESCRIBE", "cam1/main", &format!("Authorization: Basic {basic}\r\n")).await.0, 200);
    assert_eq!(p.ask("DESCRIBE", "cam9/main", &format!("Authorization: Basic {basic}\r\n")).await.0, 404);
}

#[tokio::test]
async fn wrong_turns_are_answered_and_rubbish_is_shown_the_door() {
    let sim = camera(None).await;
    let mut p = Player::at(sim.addr).await;
    assert_eq!(p.ask("DESCRIBE", "nowhere", "").await.0, 404);
    assert_eq!(p.ask("PLAY", "cam1/main", "").await.0, 455);
    assert_eq!(p.ask("PLAY", "cam1/main", "Session: 1\r\n").await.0, 454);
    assert_eq!(p.ask("SETUP", "cam1/main/trackID=0", "Transport: RTP/AVP;multicast\r\n").await.0, 461);
    assert_eq!(p.ask("SETUP", "cam1/main/trackID=7", "Transport: RTP/AVP/TCP\r\n").await.0, 404);
    assert_eq!(p.ask("ANNOUNCE", "cam1/main", "").await.0, 501);
    assert_eq!(p.ask("GET_PARAMETER", "cam1/main", "").await.0, 200);
    p.0.write_all(b"\x16\x03\x01 not RTSP\r\n\r\n").await.expect("written");
    assert!(p.next().await.expect("an answer").starts_with("RTSP/1.0 400"));
    assert!(p.closed().await);
}

#[tokio::test]
async fn viewers_are_counted_and_let_go() {
    let sim = camera(None).await;
    let mut p = Player::at(sim.addr).await;
    let (_, text) = p.ask("SETUP", "cam1/sub/trackID=0", "Transport: RTP/AVP/TCP\r\n").await;
    p.ask("PLAY", "cam1/sub", &format!("Session: {}\r\n", session(&text))).await;
    p.next().await.expect_err("a packet");
    let mut other = Player::at(sim.addr).await;
    assert_eq!(other.ask("OPTIONS", "", "").await.0, 200);
    sim.stop().await;
    assert!(p.closed().await, "the server's end is the viewer's end");
}

/// A door like the node's own: one camera, one token, a lease for each view.
struct Guarded {
    track: Arc<Track>,
    clock: ManualClock,
    guards: Mutex<Vec<LeaseGuard>>,
    ended: Mutex<Vec<RtspViewEnd>>,
    gone: std::sync::atomic::AtomicBool,
}

impl Presentations for Guarded {
    fn schemes(&self, _: bool) -> &'static [Scheme] {
        &[Scheme::DigestSha256, Scheme::DigestMd5]
    }
    fn find<'a>(&'a self, wish: &'a Wish<'a>) -> futures_util::future::BoxFuture<'a, Result<Presentation, Denial>> {
        let said = |text: &str| base::Said::new(text, text);
        let answer = match (wish.shown, camera_and_stream(wish.path)) {
            (Shown::Bearer(token), found) if token.expose() == "good" => match found {
                Some((camera, _)) if camera == "cửa 1" && wish.purpose == "tuần tra" => {
                    Ok(Presentation { title: camera, tracks: vec![self.track.clone()] })
                }
                Some((camera, _)) if camera == "cửa 1" => Err(Denial::Refused(said("say what for"))),
                _ => Err(Denial::Missing(said("no such camera"))),
            },
            _ => Err(Denial::SignIn),
        };
        Box::pin(std::future::ready(answer))
    }
    fn begin<'a>(&'a self, wish: &'a Wish<'a>) -> futures_util::future::BoxFuture<'a, Result<Option<Lease>, Denial>> {
        Box::pin(async move {
            self.find(wish).await?;
            let ids = (
                LeaseId::from_parts(1, [self.guards.lock().len() as u8; 10]),
                AccountId::from_parts(1, [2; 10]),
                CameraId::from_parts(1, [3; 10]),
            );
            let until = self.clock.clock().now().plus(Duration::from_secs(3_600));
            let (lease, guard) = Lease::issue(ids.0, ids.1, ids.2, LeasePurpose::Live, until);
            self.guards.lock().push(guard);
            Ok(Some(lease))
        })
    }
    fn stands(&self, _: &Arc<Track>) -> bool {
        !self.gone.load(std::sync::atomic::Ordering::Relaxed)
    }
    fn ended(&self, end: RtspViewEnd) {
        self.ended.lock().push(end);
    }
}

fn guarded() -> (RtspOut, Arc<Guarded>, Arc<RtspTotals>) {
    let clock = ManualClock::at(WallTime::parse_rfc3339("2026-11-24T03:00:00Z").expect("a time"));
    let track = crate::simulate::first_picture(StreamKind::Sub, &clock.clock());
    let door = Arc::new(Guarded {
        track,
        clock: clock.clone(),
        guards: Mutex::default(),
        ended: Mutex::default(),
        gone: false.into(),
    });
    let totals = Arc::<RtspTotals>::default();
    let tcp = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("binds");
    let server = RtspOut::start(vec![RtspListener { tcp, tls: None }], clock.clock(), door.clone(), totals.clone());
    (server.expect("starts"), door, totals)
}

const ASKED: &str = "c%E1%BB%ADa%201/sub?token=good&purpose=tu%E1%BA%A7n%20tra";

/// Sets up and plays; the address with token and purpose is said once only, as players do it.
async fn playing(server: &RtspOut) -> Player {
    let mut p = Player::at(server.addresses[0]).await;
    let (status, sdp) = p.ask("DESCRIBE", ASKED, "").await;
    assert_eq!(status, 200, "{sdp}");
    assert!(sdp.contains("s=cửa 1\r\n") && !sdp.contains("good"), "{sdp}");
    let path = "c%E1%BB%ADa%201/sub";
    let (status, text) =
        p.ask("SETUP", &format!("{path}/trackID=0"), "Transport: RTP/AVP/TCP;interleaved=0-1\r\n").await;
    assert_eq!(status, 200, "{text}");
    let (status, text) = p.ask("PLAY", &format!("{path}/"), &format!("Session: {}\r\n", session(&text))).await;
    assert_eq!(status, 200, "{text}");
    p.next().await.expect_err("a report");
    p.next().await.expect_err("a picture");
    p
}

#[tokio::test]
async fn a_view_ends_with_its_right_and_is_told() {
    let (server, door, totals) = guarded();
    let mut p = playing(&server).await;
    assert_eq!((totals.figures().viewers, totals.figures().views), (1, 1));
    door.guards.lock()[0].withdraw();
    assert!(p.closed().await);
    let end = door.ended.lock().pop().expect("told");
    assert_eq!((end.lease, end.reason), (door.guards.lock()[0].id, crate::ViewEndReason::LeaseEnded));
    assert!(end.bytes > 1_000 && end.bytes == totals.figures().bytes && totals.figures().viewers == 0, "{end:?}");
    // One whose camera goes ends too, and one that leaves.
    let mut p = playing(&server).await;
    door.gone.store(true, std::sync::atomic::Ordering::Relaxed);
    assert!(p.closed().await);
    door.gone.store(false, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(door.ended.lock().pop().expect("told").reason, crate::ViewEndReason::Stopped);
    let mut p = playing(&server).await;
    let text = p.ask("OPTIONS", "", "").await.1;
    let _ = text;
    p.0.shutdown().await.expect("closes");
    assert!(p.closed().await);
    assert_eq!(door.ended.lock().pop().expect("told").reason, crate::ViewEndReason::Closed);
}

#[tokio::test]
async fn nothing_is_told_before_the_sign_in_and_reasons_after_it() {
    let (server, _door, totals) = guarded();
    let mut p = Player::at(server.addresses[0]).await;
    for path in ["cua/main", "c%E1%BB%ADa%201/sub", "x", "%ff%00/main"] {
        let (status, text) = p.ask("DESCRIBE", path, "").await;
        assert_eq!(status, 401, "{path}");
        let algorithms: Vec<_> = text.lines().filter(|l| l.starts_with("WWW-Authenticate")).collect();
        assert!(algorithms[0].contains("SHA-256") && algorithms[1].contains("MD5"), "{text}");
    }
    assert_eq!(totals.figures().wrong_secrets, 0, "showing nothing is not wrong");
    let (status, text) = p.ask("DESCRIBE", "x/main?token=good", "").await;
    assert_eq!(status, 404);
    assert!(text.starts_with("RTSP/1.0 404 no such camera\r\n"), "{text}");
    let (status, text) = p.ask("DESCRIBE", "c%E1%BB%ADa%201/main?token=good", "").await;
    assert!(status == 403 && text.contains("say what for"), "{text}");
    for n in 1..=limits::RTSP_WRONG_SECRETS_MAX {
        let (status, _) = p.ask("DESCRIBE", "x/main?token=bad", "").await;
        assert_eq!((status, totals.figures().wrong_secrets), (401, u64::from(n)));
    }
    assert!(p.closed().await, "enough is enough");
}

#[tokio::test]
async fn the_end_of_the_server_is_told_as_such() {
    let (mut server, door, totals) = guarded();
    let mut p = playing(&server).await;
    server.stop().await;
    assert!(p.closed().await);
    drop(server);
    while totals.figures().connections > 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(door.ended.lock().pop().expect("told").reason, crate::ViewEndReason::Stopped);
}

#[test]
fn addresses_are_cut_in_two() {
    for (path, wanted) in [
        ("79.760-0001/main", Some(("79.760-0001", StreamKind::Main))),
        ("a%20b+c%2Fd/sub", Some(("a b+c/d", StreamKind::Sub))),
        ("x&y=z/main", Some(("x&y=z", StreamKind::Main))),
        ("main", None),
        ("/main", None),
        ("a/b/main", None),
        ("a/other", None),
    ] {
        let found = camera_and_stream(path);
        assert_eq!(found.as_ref().map(|(c, s)| (c.as_str(), *s)), wanted, "{path}");
    }
}

/// Serves until it is ended: for trying players by hand.
/// `SIM_PORT=8554 cargo test -p matluoi-media serve_for_players -- --ignored`
#[tokio::test]
#[ignore = "serves until it is ended"]
async fn serve_for_players() {
    struct Real(std::time::Instant);
    impl base::ClockSource for Real {
        fn now(&self) -> WallTime {
            let since = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
            WallTime::EPOCH.plus(since)
        }
        fn monotonic(&self) -> std::time::Duration {
            self.0.elapsed()
        }
    }
    let number = |name: &str| std::env::var(name).ok().and_then(|v| v.parse::<f64>().ok());
    let start = tokio::time::Instant::now().into_std();
    let sim = Simulation::start(SimulateConfig {
        cameras: number("SIM_CAMERAS").unwrap_or(8.0) as usize,
        bind: ([127, 0, 0, 1], number("SIM_PORT").unwrap_or(8554.0) as u16).into(),
        gop_s: number("SIM_GOP"),
        mbit_s: number("SIM_MBPS"),
        credentials: std::env::var("SIM_PASSWORD").ok().map(|p| ("admin".to_owned(), Secret::new(p))),
        clock: Clock::new(Real(start)),
    })
    .await
    .expect("starts");
    std::future::pending::<()>().await;
    drop(sim);
}
