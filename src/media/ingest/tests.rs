//! Against real sockets: cameras that are wrong in every known way, and one that is right.

use super::session::{Event, Link};
use super::*;
use crate::address::CameraUrl;
use crate::source::{Phase, Transport};
use crate::{Excess, StreamFault, Track};
use av::Read;
use base::{CameraId, ClockSource, Secret, StreamKind, WallTime};
use proptest::prelude::*;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, timeout};

struct TestClock(Instant);

impl ClockSource for TestClock {
    fn now(&self) -> WallTime {
        WallTime::from_unix_us(1_800_000_000_000_000).plus(self.0.elapsed())
    }
    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }
}

fn clock() -> Clock {
    Clock::new(TestClock(Instant::now()))
}

fn loopback() -> AllowedNetworks {
    AllowedNetworks::new(vec!["127.0.0.0/8".parse().expect("a network")])
}

/// How a scripted camera behaves.
#[derive(Clone, Debug)]
enum Camera {
    /// Answers everything with these bytes, then closes.
    Says(Vec<u8>),
    /// Accepts and says nothing.
    Silent,
    /// Closes at once.
    Closes,
    /// Answers every request with this status line and further header lines.
    Status(&'static str),
    /// Wants Basic `admin:right`, then has no such path.
    Guarded,
    /// Describes itself with this SDP and plays these bytes, then closes or stays.
    Plays { sdp: String, then: Vec<u8>, stays: bool },
}

const SDP_HEAD: &str = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=x\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\n";
const H264: &str =
    "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1\r\na=control:v\r\n";
const SPS: &[u8] = &[
    0x67, 0x64, 0x00, 0x28, 0xac, 0xd9, 0x40, 0x78, 0x02, 0x27, 0xe5, 0xc0, 0x44, 0x00, 0x00, 0x03, 0x00, 0x04, 0x00,
    0x00, 0x03, 0x00, 0xc8, 0x3c, 0x60, 0xc6, 0x58,
];
const PPS: &[u8] = &[0x68, 0xeb, 0xe3, 0xcb, 0x22, 0xc0];

async fn request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<(String, String)> {
    loop {
        if let Some(end) = buffer.windows(4).position(|w| w == b"\r\n\r\n") {
            let text = String::from_utf8_lossy(&buffer[..end]).into_owned();
            buffer.drain(..end + 4);
            let cseq = text.lines().find_map(|l| l.strip_prefix("CSeq: ")).unwrap_or("0").to_owned();
            return Some((text, cseq));
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
}

async fn serve(mut stream: TcpStream, camera: Camera) -> Option<()> {
    let mut buffer = Vec::new();
    match camera {
        Camera::Closes => {}
        Camera::Silent => while request(&mut stream, &mut buffer).await.is_some() {},
        Camera::Says(bytes) => {
            request(&mut stream, &mut buffer).await?;
            stream.write_all(&bytes).await.ok()?;
        }
        Camera::Status(status) => {
            while let Some((_, cseq)) = request(&mut stream, &mut buffer).await {
                let answer = format!("RTSP/1.0 {status}\r\nCSeq: {cseq}\r\n\r\n");
                stream.write_all(answer.as_bytes()).await.ok()?;
            }
        }
        Camera::Guarded => {
            while let Some((text, cseq)) = request(&mut stream, &mut buffer).await {
                // "admin:right" in Base64.
                let status = if text.contains("Authorization: Basic YWRtaW46cmlnaHQ=") {
                    "404 Not Found"
                } else {
                    "401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"camera\""
                };
                stream.write_all(format!("RTSP/1.0 {status}\r\nCSeq: {cseq}\r\n\r\n").as_bytes()).await.ok()?;
            }
        }
        Camera::Plays { sdp, then, stays } => {
            while let Some((text, cseq)) = request(&mut stream, &mut buffer).await {
                let method = text.split(' ').next().unwrap_or_default().to_owned();
                let more = match method.as_str() {
                    "DESCRIBE" => {
                        format!("Content-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{sdp}", sdp.len())
                    }
                    "SETUP" => "Session: 1\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n\r\n".to_owned(),
                    _ => "Session: 1\r\n\r\n".to_owned(),
                };
                stream.write_all(format!("RTSP/1.0 200 OK\r\nCSeq: {cseq}\r\n{more}").as_bytes()).await.ok()?;
                if method == "PLAY" {
                    stream.write_all(&then).await.ok()?;
                    if !stays {
                        return None;
                    }
                }
            }
        }
    }
    None
}

async fn camera(camera: Camera) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let addr = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, camera.clone()));
        }
    });
    addr
}

fn link(addr: SocketAddr, login: Option<(&str, &str)>) -> Link {
    Link {
        at: CameraUrl::parse(&format!("rtsp://{addr}/cam")).expect("a URL"),
        username: login.map(|l| l.0.to_owned()),
        password: login.map(|l| Secret::new(l.1.to_owned())),
        transport: Transport::Tcp,
        unfinished: Arc::default(),
    }
}

/// Everything up to the first silence or fault; the number of pictures and the fault.
async fn watch_it(addr: SocketAddr, login: Option<(&str, &str)>) -> (usize, StreamFault) {
    let (networks, group) = (loopback(), Arc::default());
    let mut pictures = 0;
    let fault = async {
        let mut playing = link(addr, login).describe(&networks, &group).await?.play(&networks).await?;
        loop {
            if let Event::Picture(_) = playing.next().await? {
                pictures += 1;
            }
        }
    };
    let fault: Result<std::convert::Infallible, StreamFault> =
        timeout(Duration::from_secs(20), fault).await.unwrap_or(Err(StreamFault::Timeout));
    (pictures, fault.map_or_else(|f| f, |never| match never {}))
}

fn plays(media: &str) -> Camera {
    Camera::Plays { sdp: format!("{SDP_HEAD}{media}"), then: Vec::new(), stays: false }
}

#[tokio::test]
async fn every_way_of_being_wrong_has_its_name() {
    let html = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".to_vec();
    let audio = "m=audio 0 RTP/AVP 0\r\na=control:a\r\n";
    let mjpeg = "m=video 0 RTP/AVP 26\r\na=control:v\r\n";
    let mpeg4 = "m=video 0 RTP/AVP 96\r\na=rtpmap:96 MP4V-ES/90000\r\na=control:v\r\n";
    let unsupported = |c: &str| StreamFault::UnsupportedCodec(c.to_owned());
    let lost = |why: &str| StreamFault::Lost(why.to_owned());
    type Row<'a> = (Camera, Option<(&'a str, &'a str)>, StreamFault);
    let table: Vec<Row> = vec![
        (Camera::Guarded, None, StreamFault::WrongPassword { sent: false }),
        (Camera::Guarded, Some(("admin", "wrong")), StreamFault::WrongPassword { sent: true }),
        (Camera::Guarded, Some(("admin", "right")), StreamFault::NoSuchPath),
        (Camera::Status("401 Unauthorized"), Some(("a", "b")), StreamFault::WrongPassword { sent: true }),
        (Camera::Status("404 Not Found"), None, StreamFault::NoSuchPath),
        (Camera::Status("454 Session Not Found"), None, StreamFault::Status { status: 454 }),
        (Camera::Status("302 Moved\r\nLocation: rtsp://10.1.1.1/x"), None, StreamFault::Status { status: 302 }),
        (Camera::Says(html), None, StreamFault::NotRtsp),
        (Camera::Says(b"<!DOCTYPE HTML><html>".to_vec()), None, StreamFault::NotRtsp),
        (Camera::Says(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()), None, StreamFault::NotRtsp),
        (Camera::Says(vec![0, 1, 2, 3, 255]), None, StreamFault::NotRtsp),
        (Camera::Says(vec![0x15, 3, 3, 0, 2, 2, 0x46]), None, StreamFault::Tls),
        (Camera::Says(vec![0x16, 3, 1, 0, 2, 2, 0x46]), None, StreamFault::Tls),
        (Camera::Closes, None, lost("")),
        (plays(audio), None, StreamFault::NoVideo),
        (plays(""), None, StreamFault::NoVideo),
        (plays(mjpeg), None, unsupported("MJPEG")),
        (plays(mpeg4), None, unsupported("MPEG-4")),
        (plays(H264), None, lost("closed by the camera")),
        (plays(&format!("{H264}m=video 0 RTP/AVP  \r\n")), None, lost("closed by the camera")),
    ];
    for (script, login, want) in table {
        let (_, got) = watch_it(camera(script.clone()).await, login).await;
        match (&got, &want) {
            (StreamFault::Lost(_), StreamFault::Lost(why)) if why.is_empty() => {}
            _ => assert_eq!(got, want, "{script:?}"),
        }
    }
    let closed = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address");
    assert_eq!(watch_it(closed, None).await.1, StreamFault::Refused);
    let foreign = "10.255.255.1:554".parse().expect("an address");
    assert_eq!(watch_it(foreign, None).await.1, StreamFault::AddressNotAllowed("10.255.255.1".to_owned()));
}

fn rtp(channel: u8, sequence: u16, timestamp: u32, marker: bool, payload: &[u8]) -> Vec<u8> {
    let head = av::rtp::RtpHeader { marker, payload_type: 96, sequence, timestamp, ssrc: 7 };
    framed(channel, &[&head.to_bytes()[..], payload].concat())
}

fn framed(channel: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).expect("short").to_be_bytes();
    [&[b'$', channel][..], &length, body].concat()
}

/// `n` pictures of two slices, the first of each five with parameter sets and IDR.
fn film(n: u16) -> Vec<u8> {
    let mut out = Vec::new();
    let mut sequence = 100u16;
    for i in 0..n {
        let key = i % 5 == 0;
        let h = if key { 0x65 } else { 0x41 };
        let slices: &[&[u8]] =
            if key { &[SPS, PPS, &[h, 0x88, 1], &[h, 0x20, 2]] } else { &[&[h, 0x9a, 1], &[h, 0x21, 2]] };
        for (k, nal) in slices.iter().enumerate() {
            out.extend(rtp(0, sequence, u32::from(i) * 3_600, k + 1 == slices.len(), nal));
            sequence += 1;
        }
    }
    out
}

/// Fragments of one picture, `bytes` altogether.
fn endless_picture(bytes: usize) -> Vec<u8> {
    let mut out = film(1);
    for n in 0..bytes / 60_000 {
        let start = if n == 0 { 0x85 } else { 0x05 };
        out.extend(rtp(0, 104 + n as u16, 90_000, false, &[&[0x7c, start][..], &[1; 60_000]].concat()));
    }
    out
}

/// Good pictures, `bytes` altogether.
fn flood(bytes: usize) -> Vec<u8> {
    let slice = [&[0x65, 0x88][..], &[1; 60_000]].concat();
    (0..bytes / slice.len()).flat_map(|n| rtp(0, n as u16, n as u32 * 3_600, true, &slice)).collect()
}

#[tokio::test]
async fn what_has_no_end_is_cut_off_at_once_and_named() {
    let says = |text: String| Camera::Says(text.into_bytes());
    let ok = "RTSP/1.0 200 OK\r\nCSeq: 1\r\n";
    let stays = |then: Vec<u8>| Camera::Plays { sdp: format!("{SDP_HEAD}{H264}"), then, stays: true };
    let unasked = framed(8, &[0; 60_000]).repeat(100);
    let huge = format!("{SDP_HEAD}{}", H264.repeat(10_000));
    let told = Excess::Body(huge.len() as u64);
    let table = [
        ("a header line", says(format!("{ok}X: {}", "a".repeat(100_000))), Excess::Head, 0),
        ("header lines", says(format!("{ok}{}", "X: y\r\n".repeat(200))), Excess::Head, 0),
        ("a status line", says(format!("RTSP/1.0 200 {}", "a".repeat(100_000))), Excess::Head, 0),
        ("a large answer", says(format!("{ok}Content-Length: 4294967296\r\n\r\n")), Excess::Body(4_294_967_296), 0),
        ("media", Camera::Plays { sdp: huge, then: Vec::new(), stays: true }, told, 0),
        ("empty lines", Camera::Says(b"\r\n".repeat(4_000_000)), Excess::Unasked, 0),
        ("channels", stays(unasked.clone()), Excess::Unasked, 0),
        ("channels before the answer", Camera::Says(unasked), Excess::Unasked, 0),
        ("requests", stays(b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n".repeat(200_000)), Excess::Unasked, 0),
        ("a picture", stays(endless_picture(20_000_000)), Excess::Picture, 1),
        ("pictures", stays(flood(90_000_000)), Excess::Rate, 1_000),
    ];
    for (what, script, excess, at_least) in table {
        let (pictures, fault) = watch_it(camera(script).await, None).await;
        assert_eq!(fault, StreamFault::TooMuch(excess), "{what}");
        assert!(pictures >= at_least, "{what}: {pictures} pictures");
    }
}

/// What is only odd is not hostile.
#[tokio::test]
async fn many_media_and_foreign_requests_do_not_keep_the_video_away() {
    let sdp = format!("{SDP_HEAD}{H264}{}", "m=audio 0 RTP/AVP 0\r\n".repeat(2_500));
    let mut then = b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n".to_vec();
    then.extend(framed(6, &[1, 2, 3]));
    then.extend(film(10));
    let (pictures, fault) = watch_it(camera(Camera::Plays { sdp, then, stays: false }).await, None).await;
    assert_eq!((pictures, fault), (10, StreamFault::Lost("closed by the camera".to_owned())));
}

/// A camera that breaks off in the middle of SETUP and says that it keeps sessions for 136 years.
#[tokio::test]
async fn sessions_that_a_camera_will_not_end_do_not_pile_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let addr = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut buffer = Vec::new();
                while let Some((text, cseq)) = request(&mut stream, &mut buffer).await {
                    let sdp = format!("{SDP_HEAD}{H264}");
                    let more = match text.split(' ').next() {
                        Some("DESCRIBE") => format!("Content-Length: {}\r\n\r\n{sdp}", sdp.len()),
                        Some("SETUP") => "Session: 1;timeout=4294967295\r\nTransport: RTP/AVP\r\n\r\n".to_owned(),
                        // No answer to TEARDOWN, which is why it is sent again.
                        _ => continue,
                    };
                    let answer = format!("RTSP/1.0 200 OK\r\nCSeq: {cseq}\r\n{more}");
                    if stream.write_all(answer.as_bytes()).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    let (networks, group) = (loopback(), Arc::default());
    let udp = Link { transport: Transport::Udp, ..link(addr, None) };
    let mut faults = Vec::new();
    for _ in 0..limits::INGEST_TEARDOWNS_MAX + 2 {
        let described = udp.describe(&networks, &group).await.expect("a description");
        faults.push(described.play(&networks).await.err());
    }
    assert!(faults.iter().all(|f| matches!(f, Some(StreamFault::Protocol(_)))), "{faults:?}");
    assert_eq!(group.num_tracked(), limits::INGEST_TEARDOWNS_MAX);
}

#[tokio::test]
async fn a_slow_camera_is_told_from_a_silent_one() {
    let (networks, clock) = (loopback(), clock());
    let ask = |addr: SocketAddr| crate::ProbeRequest {
        main_url: format!("rtsp://{addr}/cam"),
        sub_url: None,
        username: None,
        password: None,
        transport: Transport::Tcp,
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let slow = listener.local_addr().expect("an address");
    let dripping = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a caller");
        let mut each = tokio::time::interval(Duration::from_millis(400));
        for byte in b"RTSP/1.0 200 OK\r\n" {
            each.tick().await;
            stream.write_all(&[*byte]).await.expect("a listener");
        }
    });
    let report = crate::probe::probe(ask(slow), &clock, &networks).await;
    assert!(matches!(report.main, Err(StreamFault::TooSlow { bytes: 8..=14 })), "{:?}", report.main);
    dripping.abort();
}

fn spec(addr: SocketAddr) -> SourceSpec {
    let key = TrackKey { camera: CameraId::from_parts(1, [1; 10]), stream: StreamKind::Main };
    let (username, password) = (None, None);
    SourceSpec { key, url: format!("rtsp://{addr}/cam"), username, password, transport: Transport::Tcp }
}

async fn until(ingest: &Ingest, key: TrackKey, what: impl Fn(&StreamState) -> bool) -> StreamState {
    let mut changes = ingest.changes();
    let wait = async {
        loop {
            if let Some(s) = ingest.state(key).filter(&what) {
                return s;
            }
            changes.changed().await.expect("the bell");
        }
    };
    timeout(Duration::from_secs(15), wait).await.unwrap_or_else(|_| panic!("stuck at {:?}", ingest.state(key)))
}

fn units(track: &Track) -> usize {
    (0..track.next()).filter(|n| matches!(track.read(*n), Read::Unit(_))).count()
}

#[tokio::test]
async fn a_camera_that_dies_comes_back_into_the_same_track() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let addr = listener.local_addr().expect("an address");
    let script = |stays| Camera::Plays { sdp: format!("{SDP_HEAD}{H264}"), then: film(10), stays };
    let first = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a caller");
        serve(stream, script(false)).await;
        // The listener goes with this task: from now on connections are refused.
    });
    let tracks = Arc::new(Tracks::default());
    let ingest = Ingest::new(clock(), loopback(), tracks.clone());
    let spec = spec(addr);
    ingest.reconcile(vec![spec.clone()]);
    let lost = until(&ingest, spec.key, |s| s.phase == Phase::Waiting).await;
    assert_eq!(lost.fault, Some(StreamFault::Lost("closed by the camera".into())));
    assert!(lost.next_attempt.is_some());
    let track = tracks.find(spec.key).expect("the track");
    assert_eq!(units(&track), 10);
    let facts = lost.facts.expect("what it was");
    assert_eq!((facts.width, facts.height, facts.profile_level_id.as_deref()), (1920, 1080, Some("640028")));
    first.await.expect("the first life");
    let refused = until(&ingest, spec.key, |s| s.fault == Some(StreamFault::Refused)).await;
    assert!(refused.attempts >= 1);
    assert_eq!(refused.since, lost.since, "not live since the loss, however often it was tried");

    let listener = TcpListener::bind(addr).await.expect("the port again");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(
                stream,
                Camera::Plays { sdp: format!("{SDP_HEAD}{H264}"), then: film(10), stays: true },
            ));
        }
    });
    let live = until(&ingest, spec.key, |s| s.phase == Phase::Live).await;
    assert_eq!((live.fault, live.attempts), (None, 0));
    let mut news = track.subscribe();
    timeout(Duration::from_secs(5), news.wait_for(|n| *n >= 20)).await.expect("in time").expect("pictures");

    // Removed: no state, no track, and no more attempts.
    assert_eq!(ingest.reconcile(Vec::new()), vec![spec.key]);
    assert!(ingest.state(spec.key).is_none() && tracks.find(spec.key).is_none());
    ingest.stop().await;
}

#[tokio::test]
async fn equal_wishes_leave_a_stream_alone_and_other_wishes_restart_it() {
    let addr = camera(Camera::Plays { sdp: format!("{SDP_HEAD}{H264}"), then: film(5), stays: true }).await;
    let ingest = Ingest::new(clock(), loopback(), Arc::default());
    let spec = spec(addr);
    ingest.reconcile(vec![spec.clone()]);
    let live = until(&ingest, spec.key, |s| s.phase == Phase::Live).await;
    assert!(ingest.reconcile(vec![spec.clone()]).is_empty());
    assert_eq!(ingest.state(spec.key).map(|s| s.since), Some(live.since));
    let other = SourceSpec { url: spec.url.replace("/cam", "/other"), ..spec.clone() };
    assert!(ingest.reconcile(vec![other]).is_empty());
    assert_eq!(ingest.state(spec.key).map(|s| s.phase), Some(Phase::Connecting));
    until(&ingest, spec.key, |s| s.phase == Phase::Live).await;
    ingest.stop().await;
}

#[tokio::test]
async fn probing_says_what_is_there_and_gives_up_within_five_seconds() {
    let ask = |addr: SocketAddr| crate::ProbeRequest {
        main_url: format!("rtsp://admin:s3cret@{addr}/cam/main"),
        sub_url: None,
        username: None,
        password: None,
        transport: Transport::Tcp,
    };
    let silent = camera(Camera::Silent).await;
    let good = camera(Camera::Plays { sdp: format!("{SDP_HEAD}{H264}"), then: film(11), stays: true }).await;
    let (clock, networks) = (clock(), loopback());
    let both = (crate::probe::probe(ask(silent), &clock, &networks), crate::probe::probe(ask(good), &clock, &networks));
    let (none, found) = tokio::join!(both.0, both.1);
    assert_eq!(none.main, Err(StreamFault::Timeout));
    assert!(none.took_ms <= 5_000 && found.took_ms <= 5_000, "{} {}", none.took_ms, found.took_ms);
    let main = found.main.expect("a stream");
    assert_eq!(main.url, format!("rtsp://{good}/cam/main"), "without user and password");
    assert_eq!((main.codec.as_str(), main.supported, main.width, main.height), ("H.264", true, 1920, 1080));
    assert_eq!(main.gop_s, Some(0.2));
    let sub = found.sub.expect("looked for").expect("found");
    assert_eq!(sub.url, format!("rtsp://{good}/cam/sub"));
}

#[tokio::test]
async fn loss_is_counted_and_drops_only_what_it_hit() {
    let mut bytes = film(5);
    // Sequence numbers go on at 112; two are missing, then a whole group of pictures.
    bytes.extend(rtp(0, 114, 20_000, true, &[0x41, 0x21, 2]));
    let mut more = film(5);
    more.clear();
    for (k, nal) in [SPS, PPS, &[0x65, 0x88, 1]].iter().enumerate() {
        more.extend(rtp(0, 115 + k as u16, 30_000, k == 2, nal));
    }
    bytes.extend(more);
    let addr = camera(Camera::Plays { sdp: format!("{SDP_HEAD}{H264}"), then: bytes, stays: true }).await;
    let tracks = Arc::new(Tracks::default());
    let ingest = Ingest::new(clock(), loopback(), tracks.clone());
    ingest.reconcile(vec![spec(addr)]);
    until(&ingest, spec(addr).key, |s| s.phase == Phase::Live).await;
    let track = tracks.find(spec(addr).key).expect("the track");
    let mut news = track.subscribe();
    timeout(Duration::from_secs(5), news.wait_for(|n| *n >= 6)).await.expect("in time").expect("pictures");
    let count = |n: &std::sync::atomic::AtomicU64| n.load(std::sync::atomic::Ordering::Relaxed);
    assert_eq!((count(&track.counters.lost_packets), count(&track.counters.dropped_units)), (2, 1));
    ingest.stop().await;
}

/// Who asks for a camera's picture while the camera is still being called gets it; who asks for one that is known to be
/// away hears so at once.
#[tokio::test]
async fn a_viewer_who_comes_with_the_camera_waits_for_its_first_picture() {
    let addr = camera(Camera::Plays { sdp: format!("{SDP_HEAD}{H264}"), then: film(5), stays: true }).await;
    let bind = "127.0.0.1:0".parse().expect("an address");
    let webrtc = crate::WebRtcConfig { bind, public_addresses: Vec::new(), tcp: false };
    let config = crate::MediaConfig { clock: clock(), networks: loopback(), webrtc };
    let (media, _ends) = crate::Media::start(config).await.expect("the room");
    let (spec, closed) = (spec(addr), camera(Camera::Closes).await);
    let away = SourceSpec {
        key: TrackKey { camera: CameraId::from_parts(2, [9; 10]), stream: StreamKind::Main },
        url: format!("rtsp://{closed}/cam"),
        ..spec.clone()
    };
    let identity = viewer::Identity::generate().expect("an identity");
    let (_viewer, offer) = viewer::Viewer::offer(&identity, viewer::Options::default()).expect("an offer");
    media.reconcile(vec![spec.clone(), away.clone()]);
    let lease = |camera| {
        let id = base::LeaseId::from_parts(1, [2; 10]);
        let end = WallTime::from_unix_us(1_900_000_000_000_000);
        base::Lease::issue(id, base::AccountId::from_parts(1, [3; 10]), camera, base::LeasePurpose::Live, end)
    };
    let (right, _guard) = lease(spec.key.camera);
    assert_eq!(media.state(spec.key).map(|s| s.phase), Some(Phase::Connecting));
    media.whep_open(right, StreamKind::Main, &offer).await.expect("an answer, once there is a picture");
    assert_eq!(media.state(spec.key).map(|s| s.phase), Some(Phase::Live));

    let mut changes = media.state_changes();
    while media.state(away.key).is_none_or(|s| s.phase != Phase::Waiting) {
        changes.changed().await.expect("the bell");
    }
    let (right, _guard) = lease(away.key.camera);
    let refused = media.whep_open(right, StreamKind::Main, &offer).await;
    assert_eq!(refused.err(), Some(crate::WhepError::NoPicture));
    media.stop().await;
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn hostile_bytes_end_in_a_fault_never_in_a_panic(
        before in proptest::option::weighted(0.3, proptest::collection::vec(any::<u8>(), 0..600)),
        packets in proptest::collection::vec((0u8..4, proptest::collection::vec(any::<u8>(), 0..60), any::<bool>()), 0..80),
        tail in proptest::collection::vec(any::<u8>(), 0..200),
        sdp in proptest::option::weighted(0.2, "[ -~\r\n]{0,300}"),
    ) {
        let script = match before {
            Some(bytes) => Camera::Says(bytes),
            None => {
                let mut then = film(3);
                for (n, (channel, body, sane)) in packets.iter().enumerate() {
                    if *sane {
                        then.extend(rtp(channel & 1, 200 + n as u16, n as u32 / 3 * 3_600, n % 3 == 2, body));
                    } else {
                        then.extend(framed(*channel, body));
                    }
                }
                then.extend(tail);
                Camera::Plays { sdp: sdp.unwrap_or_else(|| format!("{SDP_HEAD}{H264}")), then, stays: false }
            }
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (pictures, fault) = runtime.block_on(async { watch_it(camera(script).await, None).await });
        prop_assert!(pictures < 200);
        prop_assert!(fault != StreamFault::Timeout, "it must end with the connection");
        prop_assert!(!fault.said().vi.is_empty());
    }
}
