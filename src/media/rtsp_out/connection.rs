//! One RTSP connection with at most one RTSP session (RFC 2326 §3.4), from accept to close.
//!
//! One task reads requests, one answers them and sends packets, so that packets and answers never mix on the wire.

use super::access::{Nonce, Shown, shown};
use super::describe::{self, WantedTransport};
use super::message::{self, BadRequest, Front, Request, Response};
use super::outlet::{Outlet, Way, udp_pair, write_in_time};
use super::view::{RtspTotals, View};
use super::{Denial, Presentation, Presentations, Wish};
use crate::ViewEndReason;
use base::{Clock, Secret, limits};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;
use tokio::time::{Duration, Instant, MissedTickBehavior};

/// Seconds between two sender reports; the first goes out before the first picture.
const REPORT: Duration = Duration::from_secs(5);
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

type Reader = Box<dyn AsyncRead + Send + Unpin>;
type Writer = Box<dyn AsyncWrite + Send + Sync + Unpin>;

/// Between whom a connection is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ends {
    pub peer: SocketAddr,
    pub local: SocketAddr,
    /// In TLS?
    pub encrypted: bool,
}

/// What was said in the address of a description and is not repeated in the requests that follow it.
#[derive(Default)]
struct Remembered {
    path: String,
    token: Option<Secret>,
    purpose: String,
}

/// Serves one connection until it ends.
pub(super) async fn serve(
    reader: Reader,
    writer: Writer,
    ends: Ends,
    clock: Clock,
    what: Arc<dyn Presentations>,
    totals: Arc<RtspTotals>,
) {
    let (requests_in, requests) = mpsc::channel(4);
    let heard = Arc::new(Heard(Instant::now(), AtomicU64::new(0)));
    let mut tasks = JoinSet::new();
    tasks.spawn(read(reader, requests_in, heard.clone()));
    let mut connection = Connection {
        writer,
        ends,
        clock,
        what,
        totals,
        heard,
        nonce: Nonce::new(random_hex()),
        session: random_hex(),
        path: String::new(),
        remembered: Remembered::default(),
        let_in: false,
        wrong: 0,
        over: false,
        outlets: Vec::new(),
        view: None,
        bell: Arc::new(Notify::new()),
        bells: Vec::new(),
        tasks,
        scratch: Vec::new(),
    };
    let ended = connection.run(requests).await;
    let reason = match &ended {
        Err(error) if error.kind() == std::io::ErrorKind::TimedOut => ViewEndReason::Silent,
        Ok(reason) => *reason,
        Err(_) => ViewEndReason::Closed,
    };
    connection.end_view(reason);
    if let Err(error) = ended {
        tracing::debug!(peer = %ends.peer, %error, "RTSP connection ended");
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
async fn read(mut from: Reader, to: mpsc::Sender<Read>, heard: Arc<Heard>) {
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
    writer: Writer,
    ends: Ends,
    clock: Clock,
    what: Arc<dyn Presentations>,
    totals: Arc<RtspTotals>,
    heard: Arc<Heard>,
    nonce: Nonce,
    session: String,
    /// The presentation set up, while there are outlets.
    path: String,
    remembered: Remembered,
    /// Something was shown or refused to somebody who is known.
    let_in: bool,
    /// Times that something no good was shown.
    wrong: u32,
    /// To be closed after the answer.
    over: bool,
    outlets: Vec<Outlet>,
    /// Playing, while there is one.
    view: Option<View>,
    bell: Arc<Notify>,
    bells: Vec<u64>,
    tasks: JoinSet<()>,
    scratch: Vec<u8>,
}

impl Connection {
    async fn run(&mut self, mut requests: mpsc::Receiver<Read>) -> std::io::Result<ViewEndReason> {
        let mut look = tokio::time::interval(limits::RTSP_LEASE_LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let begun = Instant::now();
        let mut report_at = begun;
        let bell = self.bell.clone();
        loop {
            tokio::select! {
                biased;
                // First, so that neither requests nor pictures keep a right from ending.
                _ = look.tick() => {
                    if self.heard.silence() > limits::RTSP_SILENCE_MAX && !self.is_open_by_tcp() {
                        return Ok(ViewEndReason::Silent);
                    }
                    if !self.let_in && begun.elapsed() > limits::RTSP_SIGN_IN_MAX {
                        return Ok(ViewEndReason::Silent);
                    }
                    if !self.is_rightful() {
                        return Ok(ViewEndReason::LeaseEnded);
                    }
                    if self.outlets.iter().any(|o| !self.what.stands(&o.track)) {
                        return Ok(ViewEndReason::Stopped);
                    }
                    if self.view.is_some() && Instant::now() >= report_at {
                        report_at = Instant::now() + REPORT;
                        self.report().await?;
                    }
                },
                request = requests.recv() => match request {
                    None => return Ok(ViewEndReason::Closed),
                    Some(Err(BadRequest)) => {
                        write_in_time(&mut self.writer, &Response::new(400).to_bytes(None)).await?;
                        return Ok(ViewEndReason::Closed);
                    }
                    Some(Ok(request)) => {
                        // After TEARDOWN the connection stays: the viewer closes it, or its silence does.
                        self.answer(&request).await?;
                        if self.over {
                            return Ok(ViewEndReason::Closed);
                        }
                    }
                },
                _ = bell.notified(), if self.view.is_some() => {
                    self.send(&requests).await?;
                }
            }
        }
    }

    fn is_rightful(&self) -> bool {
        self.view.as_ref().is_none_or(View::is_rightful)
    }

    /// A viewer over TCP need not say anything while packets are taken: a dead one fails a write in time.
    fn is_open_by_tcp(&self) -> bool {
        self.view.is_some() && self.outlets.iter().all(|o| matches!(o.way, Way::Tcp { .. }))
    }

    async fn send(&mut self, requests: &mpsc::Receiver<Read>) -> std::io::Result<()> {
        let Some(view) = &mut self.view else { return Ok(()) };
        for outlet in &mut self.outlets {
            while let Some(unit) = outlet.take() {
                if !view.is_rightful() {
                    return Ok(());
                }
                if outlet.is_silent() {
                    // Before the first picture, so that the viewer knows from the start what its time means.
                    outlet.tie_time_to(unit.clone());
                    outlet.report(&self.clock, &mut self.writer).await?;
                }
                let still = || view.is_rightful();
                let sent = outlet.send(unit, &mut self.writer, &mut self.scratch, &still).await?;
                view.bytes += sent.bytes;
                self.totals.bytes.fetch_add(sent.bytes, Ordering::Relaxed);
                self.totals.packets.fetch_add(sent.packets, Ordering::Relaxed);
                self.totals.lapped.fetch_add(std::mem::take(&mut outlet.lapped), Ordering::Relaxed);
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

    fn begin_view(&mut self, view: View) {
        for outlet in &self.outlets {
            outlet.count(true);
            let bell = self.bell.clone();
            self.bells.push(outlet.track.hang_doorbell(Arc::new(move || bell.notify_one())));
        }
        self.view = Some(view);
        self.bell.notify_one();
    }

    fn end_view(&mut self, reason: ViewEndReason) {
        let Some(mut view) = self.view.take() else { return };
        for (outlet, bell) in self.outlets.iter().zip(self.bells.drain(..)) {
            outlet.count(false);
            outlet.track.unhang_doorbell(bell);
        }
        view.reason = reason;
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
        // Keep-alives name a presentation or nothing at all. They tell nothing and change nothing.
        if request.method.ends_with("_PARAMETER") && (named.is_some() || path.is_empty()) {
            return self.ok();
        }
        if matches!(request.method.as_str(), "PAUSE" | "TEARDOWN") && named.is_some() && path == self.path {
            // The session is this connection's own.
            let response = self.ok();
            self.end_view(ViewEndReason::Closed);
            if request.method == "TEARDOWN" {
                self.outlets.clear();
                self.path.clear();
            }
            return response;
        }
        let (shown, purpose, stale) = self.what_is_shown(request, path);
        let wish = Wish {
            path,
            shown: &shown,
            purpose: &purpose,
            peer: self.ends.peer.ip().to_canonical(),
            encrypted: self.ends.encrypted,
        };
        if request.method == "PLAY" && named.is_some() && path == self.path {
            if self.view.is_some() {
                return self.ok();
            }
            return match self.what.clone().begin(&wish).await {
                Err(denial) => self.deny(denial, &shown, stale),
                Ok(lease) => {
                    let stream = self.outlets.first().map_or(base::StreamKind::Main, |o| o.track.key.stream);
                    let (clock, what, totals) = (self.clock.clone(), self.what.clone(), self.totals.clone());
                    let view = View::begin(lease, stream, clock, what, totals);
                    self.start(request, view)
                }
            };
        }
        let found = match self.what.clone().find(&wish).await {
            Ok(found) => found,
            Err(denial) => return self.deny(denial, &shown, stale),
        };
        self.let_in = true;
        match request.method.as_str() {
            "DESCRIBE" => self.describe(request, found).await,
            "SETUP" => self.set_up(request, path, track, found).await,
            _ if request.method.ends_with("_PARAMETER") => Response::new(200),
            _ if self.outlets.is_empty() => Response::new(if named.is_some() { 454 } else { 455 }),
            _ => Response::new(454),
        }
    }

    /// By what a request wants to be let in, and what for: in its header, in its address, or as an address said before on
    /// this connection. True: by an answer to a challenge that is too old.
    fn what_is_shown(&mut self, request: &Request, path: &str) -> (Shown, String, bool) {
        if self.remembered.path != path {
            self.remembered = Remembered { path: path.to_owned(), ..Remembered::default() };
        }
        if let Some(token) = request.query("token") {
            self.remembered.token = Some(Secret::new(token));
        }
        if let Some(purpose) = request.query("purpose") {
            self.remembered.purpose = purpose;
        }
        let purpose = self.remembered.purpose.clone();
        if self.nonce.is_old(self.nonce.age()) {
            self.nonce.renew(random_hex());
        }
        match (shown(request, &self.nonce), &self.remembered.token) {
            ((Shown::Nothing, _), Some(token)) => (Shown::Bearer(token.clone()), purpose, false),
            ((shown, stale), _) => (shown, purpose, stale),
        }
    }

    fn deny(&mut self, denial: Denial, shown: &Shown, stale: bool) -> Response {
        match denial {
            Denial::SignIn => {
                if !stale && !matches!(shown, Shown::Nothing) {
                    self.wrong += 1;
                    self.totals.wrong_secrets.fetch_add(1, Ordering::Relaxed);
                    self.over = self.wrong >= limits::RTSP_WRONG_SECRETS_MAX;
                    if let Some(wait) = self.what.wrong_secret(self.ends.peer.ip().to_canonical()) {
                        self.over = true;
                        return Response::new(503).with("Retry-After", wait.to_string());
                    }
                }
                let schemes = self.what.schemes(self.ends.encrypted);
                let challenges = self.nonce.challenges(schemes, stale);
                challenges.into_iter().fold(Response::new(401), |r, c| r.with("WWW-Authenticate", c))
            }
            Denial::Missing(said) => Response::new(404).saying(&said),
            Denial::Refused(said) => Response::new(403).saying(&said),
            Denial::Unavailable(said, wait) => Response::new(503).with("Retry-After", wait.to_string()).saying(&said),
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
        if self.view.is_some() {
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
            // What is asked for in TLS does not leave in the clear.
            Some(WantedTransport::Udp(..)) if self.ends.encrypted => return Response::new(461),
            Some(WantedTransport::Udp(a, b)) => {
                // Only ever to where the connection comes from: the server cannot be made to flood a third party.
                let to = (SocketAddr::new(self.ends.peer.ip(), a), SocketAddr::new(self.ends.peer.ip(), b));
                let Ok((rtp, rtcp)) = udp_pair(self.ends.local.ip()).await else { return Response::new(503) };
                let (Ok(p), Ok(q)) = (rtp.local_addr(), rtcp.local_addr()) else { return Response::new(503) };
                let rtcp = Arc::new(rtcp);
                self.listen_to_reports(rtcp.clone(), self.ends.peer.ip());
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

    fn start(&mut self, request: &Request, view: View) -> Response {
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
        self.begin_view(view);
        self.ok().with("Range", "npt=now-").with("RTP-Info", info.join(","))
    }
}
