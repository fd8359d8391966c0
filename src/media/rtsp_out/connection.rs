//! One RTSP connection with at most one RTSP session (RFC 2326 §3.4), from accept to close.
//!
//! One task reads requests, one answers them and sends packets, so that packets and answers never mix on the wire.

use super::describe::{self, WantedTransport};
use super::message::{self, BadRequest, Front, Request, Response};
use super::outlet::{Outlet, Way, udp_pair, write_in_time};
use super::{Presentation, Presentations, access};
use base::{Clock, limits};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;
use tokio::time::{Duration, Instant, MissedTickBehavior};

/// Seconds between two sender reports; the first goes out before the first picture.
const REPORT_S: u32 = 5;
const METHODS: &str = "OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, GET_PARAMETER, SET_PARAMETER, TEARDOWN";

type Read = Result<Request, BadRequest>;

/// When the viewer was last heard, in milliseconds since the connection began.
struct Heard(Instant, AtomicU64);

impl Heard {
    fn now(&self) {
        self.1.store(self.0.elapsed().as_millis() as u64, Ordering::Relaxed);
    }
    fn silence(&self) -> Duration {
        self.0.elapsed().saturating_sub(Duration::from_millis(self.1.load(Ordering::Relaxed)))
    }
}

/// Serves one connection until it ends.
pub(super) async fn serve(socket: TcpStream, peer: SocketAddr, clock: Clock, what: Arc<dyn Presentations>) {
    let _ = socket.set_nodelay(true);
    let Ok(local) = socket.local_addr() else { return };
    let (reader, writer) = socket.into_split();
    let (requests_in, requests) = mpsc::channel(4);
    let heard = Arc::new(Heard(Instant::now(), AtomicU64::new(0)));
    let mut tasks = JoinSet::new();
    tasks.spawn(read(reader, requests_in, heard.clone()));
    let mut connection = Connection {
        writer,
        peer,
        local,
        clock,
        what,
        heard,
        nonce: random_hex(),
        session: random_hex(),
        path: String::new(),
        outlets: Vec::new(),
        playing: false,
        bell: Arc::new(Notify::new()),
        bells: Vec::new(),
        tasks,
        scratch: Vec::new(),
    };
    let ended = connection.run(requests).await;
    connection.play(false);
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "RTSP connection ended");
    }
}

fn random<const N: usize>() -> [u8; N] {
    let mut b = [0; N];
    // Without randomness from the system nothing is secret anyway; zeros keep a picture going.
    let _ = getrandom::fill(&mut b);
    b
}

fn random_hex() -> String {
    random::<16>().iter().map(|b| format!("{b:02x}")).collect()
}

/// Reads requests and hands them on; anything heard counts as a sign of life.
async fn read(mut from: OwnedReadHalf, to: mpsc::Sender<Read>, heard: Arc<Heard>) {
    let mut buffer: Vec<u8> = Vec::new();
    loop {
        let used = match message::front(&buffer) {
            Ok(Front::Interleaved(n) | Front::Blank(n)) => n,
            Ok(Front::Request(request, n)) => {
                if to.send(Ok(request)).await.is_err() {
                    return;
                }
                n
            }
            Ok(Front::Incomplete) => 0,
            Err(bad) => {
                let _ = to.send(Err(bad)).await;
                return;
            }
        };
        if used > 0 {
            buffer.drain(..used.min(buffer.len()));
            continue;
        }
        // Bounded: `front` refuses heads and bodies that are too large, and an interleaved packet has 64 KiB at most.
        match from.read_buf(&mut buffer).await {
            Ok(n) if n > 0 => heard.now(),
            _ => return,
        }
    }
}

struct Connection {
    writer: OwnedWriteHalf,
    peer: SocketAddr,
    local: SocketAddr,
    clock: Clock,
    what: Arc<dyn Presentations>,
    heard: Arc<Heard>,
    nonce: String,
    session: String,
    /// The presentation set up, while there are outlets.
    path: String,
    outlets: Vec<Outlet>,
    playing: bool,
    bell: Arc<Notify>,
    bells: Vec<u64>,
    tasks: JoinSet<()>,
    scratch: Vec<u8>,
}

impl Connection {
    async fn run(&mut self, mut requests: mpsc::Receiver<Read>) -> std::io::Result<()> {
        let mut second = tokio::time::interval(Duration::from_secs(1));
        second.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut until_report = 0;
        let bell = self.bell.clone();
        loop {
            tokio::select! {
                biased;
                request = requests.recv() => match request {
                    None => return Ok(()),
                    Some(Err(BadRequest)) => {
                        return write_in_time(&mut self.writer, &Response::new(400).to_bytes(None)).await;
                    }
                    Some(Ok(request)) => {
                        let was_playing = self.playing;
                        // After TEARDOWN the connection stays: the viewer closes it, or its silence does.
                        self.answer(&request).await?;
                        if self.playing && !was_playing {
                            until_report = 0;
                        }
                    }
                },
                _ = second.tick() => {
                    if self.heard.silence() > limits::RTSP_SILENCE_MAX && !self.is_open_by_tcp() {
                        return Ok(());
                    }
                    if !self.path.is_empty() && self.what.find(&self.path).is_none() {
                        return Ok(());
                    }
                    if self.playing {
                        until_report = if until_report == 0 { REPORT_S } else { until_report };
                        until_report -= 1;
                        if until_report == 0 {
                            self.report().await?;
                        }
                    }
                },
                _ = bell.notified(), if self.playing => self.send(&requests).await?,
            }
        }
    }

    /// A viewer over TCP need not say anything while packets are taken: a dead one fails a write in time.
    fn is_open_by_tcp(&self) -> bool {
        self.playing && self.outlets.iter().all(|o| matches!(o.way, Way::Tcp { .. }))
    }

    async fn send(&mut self, requests: &mpsc::Receiver<Read>) -> std::io::Result<()> {
        for outlet in &mut self.outlets {
            while let Some(unit) = outlet.take() {
                if outlet.is_silent() {
                    // Before the first picture, so that the viewer knows from the start what its time means.
                    outlet.tie_time_to(unit.clone());
                    outlet.report(&self.clock, &mut self.writer).await?;
                }
                outlet.send(unit, &mut self.writer, &mut self.scratch).await?;
                if !requests.is_empty() {
                    // Requests first; what is left is sent right after.
                    self.bell.notify_one();
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    async fn report(&mut self) -> std::io::Result<()> {
        for outlet in &self.outlets {
            outlet.report(&self.clock, &mut self.writer).await?;
        }
        Ok(())
    }

    /// Begins or ends sending.
    fn play(&mut self, on: bool) {
        if self.playing == on {
            return;
        }
        self.playing = on;
        for (i, outlet) in self.outlets.iter().enumerate() {
            outlet.count(on);
            if on {
                let bell = self.bell.clone();
                self.bells.push(outlet.track.hang_doorbell(Arc::new(move || bell.notify_one())));
            } else if let Some(id) = self.bells.get(i) {
                outlet.track.unhang_doorbell(*id);
            }
        }
        if on {
            self.bell.notify_one();
        } else {
            self.bells.clear();
        }
    }

    async fn answer(&mut self, request: &Request) -> std::io::Result<()> {
        let response = self.decide(request).await;
        write_in_time(&mut self.writer, &response.to_bytes(request.header("CSeq"))).await
    }

    async fn decide(&mut self, request: &Request) -> Response {
        if request.header("CSeq").is_none() {
            return Response::new(400);
        }
        match request.method.as_str() {
            "OPTIONS" => return Response::new(200).with("Public", METHODS),
            "DESCRIBE" | "SETUP" | "PLAY" | "PAUSE" | "GET_PARAMETER" | "SET_PARAMETER" | "TEARDOWN" => {}
            _ => return Response::new(501).with("Public", METHODS),
        }
        let named = request.header("Session").map(|s| s.split(';').next().unwrap_or("").trim());
        if named.is_some_and(|s| s != self.session || self.outlets.is_empty()) {
            return Response::new(454);
        }
        let (path, track) = request.path();
        // Keep-alives name a presentation or nothing at all.
        if request.method.ends_with("_PARAMETER") && (named.is_some() || path.is_empty()) {
            return self.ok();
        }
        let Some(found) = self.what.find(path) else { return Response::new(404) };
        if !access::admits(&found.access, request, &self.nonce) {
            return Response::new(401)
                .with(
                    "WWW-Authenticate",
                    format!(r#"Digest realm="{}", nonce="{}", algorithm=MD5"#, access::REALM, self.nonce),
                )
                .with("WWW-Authenticate", format!(r#"Basic realm="{}""#, access::REALM));
        }
        match request.method.as_str() {
            "DESCRIBE" => self.describe(request, found).await,
            "SETUP" => self.set_up(request, path, track, found).await,
            _ if request.method.ends_with("_PARAMETER") => Response::new(200),
            _ if self.outlets.is_empty() => Response::new(if named.is_some() { 454 } else { 455 }),
            _ if named.is_none() || path != self.path => Response::new(454),
            "PLAY" => self.start(request),
            "PAUSE" => {
                self.play(false);
                self.ok()
            }
            _ => {
                let response = self.ok();
                self.play(false);
                self.outlets.clear();
                self.path.clear();
                response
            }
        }
    }

    fn ok(&self) -> Response {
        let response = Response::new(200);
        if self.outlets.is_empty() { response } else { response.with("Session", self.session.clone()) }
    }

    async fn describe(&self, request: &Request, found: Presentation) -> Response {
        let mut sets = Vec::new();
        let deadline = Instant::now() + limits::RTSP_FIRST_PICTURE_MAX;
        for track in found.tracks.iter().take(limits::RTSP_TRACKS_MAX) {
            let mut written = track.subscribe();
            let unit = loop {
                if let Some(unit) = track.newest() {
                    break unit;
                }
                if tokio::time::timeout_at(deadline, written.changed()).await.is_err() {
                    return Response::new(503).with("Retry-After", "2");
                }
            };
            sets.push(unit.parameters.clone());
        }
        let id = u64::from_be_bytes(random());
        Response::new(200)
            .with("Content-Base", request.base_uri())
            .body("application/sdp", describe::sdp(&found.title, id >> 2, &sets))
    }

    async fn set_up(&mut self, request: &Request, path: &str, track: Option<usize>, found: Presentation) -> Response {
        if self.playing {
            return Response::new(455);
        }
        if !self.outlets.is_empty() && path != self.path {
            return Response::new(459);
        }
        let number = match (track, found.tracks.len()) {
            (Some(n), _) => n,
            (None, 1) => 0,
            (None, _) => return Response::new(459),
        };
        let Some(track) = found.tracks.get(number).filter(|_| number < limits::RTSP_TRACKS_MAX) else {
            return Response::new(404);
        };
        let (way, mut text) = match request.header("Transport").and_then(describe::transport) {
            None => return Response::new(461),
            Some(WantedTransport::Tcp(channels)) => {
                let (rtp, rtcp) = channels.unwrap_or((2 * number as u8, 2 * number as u8 + 1));
                (Way::Tcp { rtp, rtcp }, format!("RTP/AVP/TCP;unicast;interleaved={rtp}-{rtcp}"))
            }
            Some(WantedTransport::Udp(a, b)) => {
                // Only ever to where the connection comes from: the server cannot be made to flood a third party.
                let to = (SocketAddr::new(self.peer.ip(), a), SocketAddr::new(self.peer.ip(), b));
                let Ok((rtp, rtcp)) = udp_pair(self.local.ip()).await else { return Response::new(503) };
                let (Ok(p), Ok(q)) = (rtp.local_addr(), rtcp.local_addr()) else { return Response::new(503) };
                let rtcp = Arc::new(rtcp);
                self.listen_to_reports(rtcp.clone(), self.peer.ip());
                let text = format!("RTP/AVP;unicast;client_port={a}-{b};server_port={}-{}", p.port(), q.port());
                (Way::Udp { rtp, rtcp, to }, text)
            }
        };
        let outlet = Outlet::new(track.clone(), number, way, random());
        text += &format!(";ssrc={:08X}", outlet.ssrc);
        self.outlets.retain(|o| o.number != number);
        self.outlets.push(outlet);
        self.path = path.to_owned();
        let session = format!("{};timeout={}", self.session, limits::RTSP_SILENCE_MAX.as_secs());
        Response::new(200).with("Transport", text).with("Session", session)
    }

    /// Over UDP, the viewer's receiver reports are its signs of life.
    fn listen_to_reports(&mut self, socket: Arc<tokio::net::UdpSocket>, from: std::net::IpAddr) {
        let heard = self.heard.clone();
        if self.tasks.len() > 2 * limits::RTSP_TRACKS_MAX {
            // A viewer that sets up again and again: its requests are signs of life enough.
            return;
        }
        self.tasks.spawn(async move {
            let mut buffer = [0; 1_500];
            loop {
                match socket.recv_from(&mut buffer).await {
                    Ok((_, peer)) if peer.ip() == from => heard.now(),
                    Ok(_) => {}
                    // A closed port at the viewer comes back as an error; its silence decides.
                    Err(_) => tokio::time::sleep_until(Instant::now() + Duration::from_secs(1)).await,
                }
            }
        });
    }

    fn start(&mut self, request: &Request) -> Response {
        if self.playing {
            return self.ok();
        }
        let base = request.base_uri();
        let info: Vec<String> = self
            .outlets
            .iter_mut()
            .map(|o| {
                let (sequence, time) = o.rewind();
                let time = time.map(|t| format!(";rtptime={t}")).unwrap_or_default();
                format!("url={base}trackID={};seq={sequence}{time}", o.number)
            })
            .collect();
        self.play(true);
        self.ok().with("Range", "npt=now-").with("RTP-Info", info.join(","))
    }
}
