//! The WebRTC outlet: WHEP viewers on one UDP port.
//!
//! Own ICE-lite and own sending path; webrtc-rs's sub-crates do the handshake (`dtls`) and the control packets. The
//! pictures go from the track's ring straight into one buffer and out with segmentation offload. All of it runs in
//! threads of its own, the *shards* (`shard`), one per core, each with its own state and its own socket on the one port:
//! the control plane here only puts commands into bounded queues, and nothing a viewer does can make a camera wait.
//! Viewers whose network lets no UDP through come to the same port number by TCP (`tcp`).
//!
//! Here in `mod.rs`: the outlet's face and the register of views, which holds the bounds per node and account. Not
//! here: who may watch (a [`Lease`] says so), HTTP (`web`).

mod candidates;
mod directory;
mod dtls;
mod feed;
mod figures;
mod guest;
mod packet;
mod peer;
mod rate;
mod rtcp;
mod said;
mod sdp;
mod send;
mod shard;
mod srtp;
mod stun;
mod tcp;
mod timeline;
mod viewer;
mod wake;

#[cfg(test)]
mod tests;

pub use candidates::own_addresses;
pub use figures::WebRtcFigures;
pub(crate) use guest::GuestView;
pub(crate) use timeline::Timeline;

use crate::track::{TrackKey, Tracks};
use base::{AccountId, CameraId, Clock, Lease, LeaseId, LeasePurpose, StreamKind, WallTime, WhepSessionId, limits};
use directory::{Directory, Door};
use figures::Totals;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// Where the outlet listens and what it tells viewers.
#[derive(Clone, Debug)]
pub struct WebRtcConfig {
    /// UDP address to bind, for example `[::]:8189` or `0.0.0.0:8189`; port 0 takes any.
    pub bind: SocketAddr,
    /// Addresses to offer as candidates; empty: all addresses of the machine's interfaces, loopback last.
    pub public_addresses: Vec<IpAddr>,
    /// Listen on the same port number by TCP too (RFC 6544), for viewers whose network lets no UDP through.
    pub tcp: bool,
}

/// The largest packet of a viewer that is looked at.
const DATAGRAM_BYTES_MAX: usize = 2_048;

/// The answer to an offer.
#[derive(Clone, Debug)]
pub struct WhepAnswer {
    /// For the `Location`.
    pub id: WhepSessionId,
    /// SDP answer.
    pub sdp: String,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WhepError {
    /// The offer is not SDP or lacks what WebRTC needs (400); says what, as SDP calls it.
    #[error("bad offer: {0}")]
    BadOffer(&'static str),
    /// The viewer does not offer the codec of the pictures (406).
    #[error("{} is not offered", .0.name())]
    NoCommonCodec(av::Codec),
    /// The camera gives no picture now (503 with Retry-After); the reason is in the stream's state.
    #[error("no picture now")]
    NoPicture,
    /// Too many viewers (503).
    #[error("too many viewers")]
    TooManyViewers,
    /// The lease is no longer in force (403).
    #[error("the right has ended")]
    LeaseEnded,
    /// The node is stopping (503).
    #[error("stopping")]
    Stopping,
}

/// Why no other stream was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotChosen {
    /// There is no such view of that account, or it is over.
    NoView,
    /// The camera has no such stream.
    NoStream,
}

/// Why a view ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewEndReason {
    /// The viewer said goodbye (DELETE, or DTLS close).
    Closed,
    /// The viewer was not heard any more.
    Silent,
    /// It never finished connecting.
    NeverConnected,
    /// The lease ended.
    LeaseEnded,
    /// The camera was removed or the node stops.
    Stopped,
}

/// A view that is over; for the record.
#[derive(Clone, Debug)]
pub struct ViewEnd {
    /// The playback.
    pub id: WhepSessionId,
    /// The lease it ran on.
    pub lease: LeaseId,
    /// Who watched.
    pub account: AccountId,
    /// Which stream.
    pub stream: StreamKind,
    /// When it began.
    pub began: WallTime,
    /// When it ended.
    pub ended: WallTime,
    /// Why.
    pub reason: ViewEndReason,
    /// Bytes sent.
    pub bytes: u64,
}

/// A view in the register: the shard moves `stage` on, the register drops what is over.
struct Entry {
    account: AccountId,
    camera: CameraId,
    stage: Arc<AtomicU8>,
    /// It lives in no shard.
    guest: bool,
}

/// The view runs.
const LIVE: u8 = 0;
/// It is over, or has been told to end.
const ENDING: u8 = 1;
/// Its [`ViewEnd`] has been delivered: the register may forget it. Until then it counts against the bounds, so that
/// the ends waiting for a slow receiver are bounded too.
const REPORTED: u8 = 2;

struct Outlet {
    tracks: Arc<Tracks>,
    clock: Clock,
    directory: Arc<Directory>,
    /// The shard for the next view: they take turns, and a viewer moves on to where its packets arrive.
    turn: AtomicUsize,
    /// One for each shard.
    totals: Vec<Arc<Totals>>,
    /// For guests; weak, so that the receiver hears of the end of the shards.
    ends: mpsc::WeakSender<ViewEnd>,
    /// Held for the register only; never by a shard.
    register: Mutex<HashMap<WhepSessionId, Entry>>,
    fingerprint: String,
    local: SocketAddr,
    tcp: bool,
    public_addresses: Vec<IpAddr>,
    stopping: AtomicBool,
}

impl Drop for Outlet {
    fn drop(&mut self) {
        self.directory.close();
    }
}

/// The running outlet. Cheap to clone; when the last clone goes, the shards end.
#[derive(Clone)]
pub struct WebRtc(Arc<Outlet>);

impl std::fmt::Debug for WebRtc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "WebRtc({})", self.0.local)
    }
}

impl WebRtc {
    /// Binds the port and starts a shard per core. The receiver yields every view that ends; while nobody takes them,
    /// they wait, and count against the bound of viewers.
    ///
    /// # Errors
    /// The port cannot be had, or the system gives no thread or randomness.
    pub fn start(
        config: WebRtcConfig,
        tracks: Arc<Tracks>,
        clock: Clock,
    ) -> std::io::Result<(WebRtc, mpsc::Receiver<ViewEnd>)> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self::start_with(config, tracks, clock, cores.min(limits::WEBRTC_SHARDS_MAX))
    }

    fn start_with(
        config: WebRtcConfig,
        tracks: Arc<Tracks>,
        clock: Clock,
        shards: usize,
    ) -> std::io::Result<(WebRtc, mpsc::Receiver<ViewEnd>)> {
        let (first, listener) = bind(&config)?;
        let local = first.local()?;
        let tcp = listener.is_some();
        let mut sockets = vec![first];
        for _ in 1..shards.max(1) {
            match sockets.first().map(send::Socket::sibling) {
                Some(Ok(socket)) => sockets.push(socket),
                Some(Err(error)) => {
                    tracing::warn!(%error, "WebRTC sends from fewer cores: no further socket on its port")
                }
                None => {}
            }
        }
        if let (Some(first), Some(listener)) = (sockets.first_mut(), listener) {
            first.connections = tcp::Connections::new(Some(listener))?;
        }
        let identity = Arc::new(dtls::Identity::generate()?);
        let fingerprint = identity.fingerprint().to_owned();
        let (ends, ended) = mpsc::channel(limits::WHEP_ENDS_QUEUED_MAX);
        let (mut doors, mut inner) = (Vec::new(), Vec::new());
        for _ in &sockets {
            let (waker, sleeper) = wake::pair()?;
            let (commands, queue) = sync_channel(limits::WHEP_COMMANDS_MAX);
            doors.push(Door { commands, waker: waker.clone() });
            inner.push((queue, waker, sleeper));
        }
        let directory = Arc::new(Directory::new(doors));
        let mut totals = Vec::new();
        for (number, (socket, (commands, waker, sleeper))) in sockets.into_iter().zip(inner).enumerate() {
            let own = Arc::new(Totals::default());
            totals.push(own.clone());
            let shard = shard::Shard::new(shard::Parts {
                number,
                directory: directory.clone(),
                socket,
                identity: identity.clone(),
                tracks: tracks.clone(),
                clock: clock.clone(),
                commands,
                waker,
                sleeper,
                ends: ends.clone(),
                totals: own,
            });
            std::thread::Builder::new().name(format!("webrtc-{number}")).spawn(move || shard.run())?;
        }
        tracing::info!(address = %local, tcp, shards = totals.len(), "WebRTC outlet listens");
        let outlet = Outlet {
            tracks,
            clock,
            directory,
            turn: AtomicUsize::new(0),
            totals,
            ends: ends.downgrade(),
            register: Mutex::new(HashMap::new()),
            fingerprint,
            local,
            tcp,
            public_addresses: config.public_addresses,
            stopping: AtomicBool::new(false),
        };
        Ok((WebRtc(Arc::new(outlet)), ended))
    }

    /// The bound address, with the port that the system chose if the configuration said 0.
    pub fn local(&self) -> SocketAddr {
        self.0.local
    }

    /// Starts one view. Does not wait: the view's shard hears of it before the viewer can have read the answer.
    ///
    /// # Errors
    /// See [`WhepError`].
    pub fn open(&self, lease: Lease, key: TrackKey, offer: &str) -> Result<WhepAnswer, WhepError> {
        let o = &*self.0;
        if o.stopping.load(Ordering::Acquire) {
            return Err(WhepError::Stopping);
        }
        let now = o.clock.now();
        if lease.ended(now).is_some() || lease.camera != key.camera || lease.purpose != LeasePurpose::Live {
            return Err(WhepError::LeaseEnded);
        }
        let track = o.tracks.find(key).ok_or(WhepError::NoPicture)?;
        let pictures = track.newest().map_or_else(sdp::Pictures::default, |u| sdp::Pictures {
            codec: u.parameters.codec,
            profile: Some(u.parameters.profile_level_id),
        });
        let needs = sdp::read_offer(offer, pictures)?;
        let secrets = viewer::Credentials::generate().map_err(|e| {
            tracing::error!(error = %e, "no randomness for a viewer");
            WhepError::TooManyViewers
        })?;
        let addresses = candidates::addresses(&o.public_addresses, o.local);
        let sdp = sdp::answer(
            &needs,
            &sdp::Ours {
                ufrag: &secrets.ufrag,
                password: &secrets.password,
                fingerprint: &o.fingerprint,
                ssrc: secrets.ssrc,
                rtx_ssrc: secrets.rtx_ssrc,
                addresses: &addresses,
                port: o.local.port(),
                tcp: o.tcp,
            },
        );
        let id = WhepSessionId::from_parts(u64::try_from(now.unix_ms()).unwrap_or(0), secrets.id);
        let stage = Arc::new(AtomicU8::new(LIVE));
        self.enter(id, Entry { account: lease.account, camera: key.camera, stage: stage.clone(), guest: false })?;
        let view = viewer::View { id, lease, stream: key.stream, began: now, stage };
        let command = shard::Command::Open(Box::new(shard::Opening { view, track, needs: needs.media, secrets }));
        let shard = o.turn.fetch_add(1, Ordering::Relaxed) % o.directory.count().max(1);
        if !o.directory.tell(shard, command) {
            o.register.lock().remove(&id);
            return Err(WhepError::TooManyViewers);
        }
        Ok(WhepAnswer { id, sdp })
    }

    /// Takes the view into the register if the bounds allow.
    fn enter(&self, id: WhepSessionId, entry: Entry) -> Result<(), WhepError> {
        let mut register = self.0.register.lock();
        register.retain(|_, e| e.stage.load(Ordering::Acquire) != REPORTED);
        let own = register.values().filter(|e| e.account == entry.account).count();
        if register.len() >= limits::WHEP_VIEWERS_MAX || own >= limits::WHEP_VIEWERS_PER_ACCOUNT_MAX {
            return Err(WhepError::TooManyViewers);
        }
        register.insert(id, entry);
        Ok(())
    }

    /// Ends a view of that account. False if there is none, or if it is over already.
    pub fn close(&self, id: WhepSessionId, account: AccountId) -> bool {
        let open = self.0.register.lock().get(&id).is_some_and(|e| {
            e.account == account && e.stage.compare_exchange(LIVE, ENDING, Ordering::AcqRel, Ordering::Acquire).is_ok()
        });
        // The shard looks at the stage of every view several times a second; the ring only makes it sooner.
        // A guest's own task looks at its stage.
        if open {
            self.tell_all(|| shard::Command::Close(id));
        }
        open
    }

    /// Shows another stream of the same camera in a view of that account, from its newest random access point on, without
    /// a new negotiation. If that stream is away or has another codec, what is shown goes on.
    ///
    /// # Errors
    /// [`NotChosen`].
    pub fn choose(&self, id: WhepSessionId, account: AccountId, stream: StreamKind) -> Result<(), NotChosen> {
        let o = &*self.0;
        let camera = {
            let register = o.register.lock();
            let open = |e: &&Entry| e.account == account && e.stage.load(Ordering::Acquire) == LIVE;
            register.get(&id).filter(open).ok_or(NotChosen::NoView)?.camera
        };
        o.tracks.find(TrackKey { camera, stream }).ok_or(NotChosen::NoStream)?;
        self.tell_all(|| shard::Command::Choose(id, stream));
        Ok(())
    }

    /// Ends all views of a camera.
    pub fn stop_camera(&self, camera: CameraId) {
        self.end_guests(|e| e.camera == camera);
        let any = self.0.register.lock().values().any(|e| e.camera == camera);
        if any && !self.tell_all(|| shard::Command::StopCamera(camera)) {
            // Its lease ends with the camera, which stops the picture in any case.
            tracing::warn!(%camera, "WebRTC command queue is full: viewers end with their leases");
        }
    }

    /// Tells every shard; false if one of them could not be told.
    fn tell_all(&self, command: impl Fn() -> shard::Command) -> bool {
        let directory = &self.0.directory;
        let mut told = true;
        for shard in 0..directory.count() {
            told &= directory.tell(shard, command());
        }
        told
    }

    /// Ends all views and the shards; returns when the viewers have been told, after 1 s at most.
    pub async fn stop(&self) {
        self.0.stopping.store(true, Ordering::Release);
        self.end_guests(|_| true);
        let directory = &self.0.directory;
        let mut all = Vec::new();
        for shard in 0..directory.count() {
            let (done, told) = oneshot::channel();
            if directory.tell(shard, shard::Command::Stop(done)) {
                all.push(told);
            }
        }
        let _ = tokio::time::timeout(Duration::from_secs(1), futures_util::future::join_all(all)).await;
    }

    /// The outlet's totals.
    pub fn figures(&self) -> WebRtcFigures {
        self.0.totals.iter().fold(WebRtcFigures::default(), |sum, t| sum.plus(&t.read()))
    }

    /// The totals of each shard.
    pub fn shard_figures(&self) -> Vec<WebRtcFigures> {
        self.0.totals.iter().map(|t| t.read()).collect()
    }
}

/// The UDP socket and, if wanted, a TCP listener with the same port number. If the system may choose the number, it does
/// so again where the other half of one is taken.
fn bind(config: &WebRtcConfig) -> std::io::Result<(send::Socket, Option<std::net::TcpListener>)> {
    const TRIES: u32 = 32;
    for left in (0..TRIES).rev() {
        let socket = send::Socket::bind(config.bind)?;
        if !config.tcp {
            return Ok((socket, None));
        }
        match tcp::listen(socket.local()?) {
            Ok(listener) => return Ok((socket, Some(listener))),
            Err(e) if config.bind.port() == 0 && e.kind() == std::io::ErrorKind::AddrInUse && left > 0 => {}
            Err(e) => return Err(e),
        }
    }
    Err(std::io::ErrorKind::AddrInUse.into())
}
