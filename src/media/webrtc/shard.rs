//! The shard: one thread, one socket, and the viewers that live here, with no lock but those of the tracks it reads.
//!
//! A round: commands, datagrams, tracks that rang, what is due by time; then it waits for the next of them.
//!
//! There are as many shards as cores, all on one port; the system gives each address of a viewer to one of their sockets.
//! A view is opened in one shard after the other; when its first check arrives at another one's socket, and nothing else
//! has come yet, it moves there for life. What arrives at the wrong shard after that (a viewer with a second address) is
//! passed on: see [`moves`].

mod arrivals;
mod ends;
mod levels;
mod moves;

use super::directory::Directory;
use super::dtls::Identity;
use super::feed::Feed;
use super::figures::{Totals, add};
use super::peer::Peer;
use super::rate::Level;
use super::sdp::MediaNeeds;
use super::send::Socket;
use super::viewer::{Credentials, Progress, View, Viewer};
use super::wake::{Sleeper, Waker};
use super::{DATAGRAM_BYTES_MAX, LIVE, ViewEnd, ViewEndReason};
use crate::track::{Track, TrackKey, Tracks};
use base::{CameraId, Clock, StreamKind, WhepSessionId, limits};
use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::os::fd::RawFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::sync::oneshot;

/// What the control plane asks.
pub(super) enum Command {
    Open(Box<Opening>),
    Close(WhepSessionId),
    /// Another stream of the same camera is asked for.
    Choose(WhepSessionId, StreamKind),
    StopCamera(CameraId),
    /// Ends the shard; answered when every viewer has been told.
    Stop(oneshot::Sender<()>),
    /// From another shard: see [`moves`].
    Moved(moves::Moved),
}

/// A new viewer.
pub(super) struct Opening {
    pub view: View,
    pub track: Arc<Track>,
    pub needs: MediaNeeds,
    pub secrets: Credentials,
}

/// What a shard is made of.
pub(super) struct Parts {
    /// Its place in `directory`.
    pub number: usize,
    pub directory: Arc<Directory>,
    pub socket: Socket,
    pub identity: Arc<Identity>,
    /// Looked at when a viewer changes its stream.
    pub tracks: Arc<Tracks>,
    pub clock: Clock,
    pub commands: Receiver<Command>,
    pub waker: Waker,
    pub sleeper: Sleeper,
    pub ends: mpsc::Sender<ViewEnd>,
    pub totals: Arc<Totals>,
}

/// Leases, silence and handshakes are looked at this often while a viewer is connecting …
const CONNECTING_PAUSE: Duration = Duration::from_millis(50);
/// … and this often otherwise.
const HOUSEKEEPING_PAUSE: Duration = Duration::from_millis(250);
/// Pacing of viewers that are behind: bytes per step and viewer, so that 4 MB take about 150 ms and a receiver's
/// buffer of the usual size is not overrun.
const PACE: Duration = Duration::from_millis(2);
const PACE_BYTES: usize = 56 * 1024;
/// All viewers of a shard together per step; each still gets [`PACE_BYTES_MIN`].
const PACE_BYTES_TOGETHER: usize = 2 << 20;
const PACE_BYTES_MIN: usize = 10 * 1024;
/// Datagrams that are taken before pictures get their turn.
const DATAGRAMS_PER_ROUND: usize = 256;

pub(super) struct Shard {
    p: Parts,
    viewers: Vec<Option<Box<Viewer>>>,
    free: Vec<usize>,
    feeds: HashMap<TrackKey, Feed>,
    by_ufrag: HashMap<String, usize>,
    by_peer: HashMap<Peer, usize>,
    /// Addresses of other shards' viewers whose datagrams arrive here, with the shard.
    elsewhere: HashMap<SocketAddr, usize>,
    by_id: HashMap<WhepSessionId, usize>,
    /// Viewers that are being paced out.
    behind: Vec<usize>,
    connecting: usize,
    /// Ends that the receiver has not taken yet; bounded by the register (`mod.rs`).
    unreported: VecDeque<(ViewEnd, Arc<AtomicU8>)>,
    next_housekeeping: Duration,
    next_pace: Duration,
    buffer: Vec<u8>,
}

impl Shard {
    pub(super) fn new(p: Parts) -> Self {
        Shard {
            p,
            viewers: Vec::new(),
            free: Vec::new(),
            feeds: HashMap::new(),
            by_ufrag: HashMap::new(),
            by_peer: HashMap::new(),
            elsewhere: HashMap::new(),
            by_id: HashMap::new(),
            behind: Vec::new(),
            connecting: 0,
            unreported: VecDeque::new(),
            next_housekeeping: Duration::ZERO,
            next_pace: Duration::ZERO,
            buffer: vec![0; DATAGRAM_BYTES_MAX],
        }
    }

    /// Runs until it is told to stop, or nobody holds the outlet any more.
    pub(super) fn run(mut self) {
        let mut timed_out = false;
        loop {
            self.p.sleeper.reset();
            if let Some(done) = self.handle_commands() {
                self.end_all(ViewEndReason::Stopped, |_| true);
                if let Some(done) = done {
                    let _ = done.send(());
                }
                return self.report_remaining();
            }
            self.handle_datagrams();
            self.handle_connections();
            self.handle_rings();
            let now = self.p.clock.monotonic();
            // A clock that a test holds still does not stop the pace: the wait itself has passed.
            if !self.behind.is_empty() && (timed_out || now >= self.next_pace) {
                self.next_pace = now + PACE;
                self.handle_pace(now);
            }
            if timed_out || now >= self.next_housekeeping {
                let pause = if self.connecting > 0 { CONNECTING_PAUSE } else { HOUSEKEEPING_PAUSE };
                self.next_housekeeping = now + pause;
                self.handle_housekeeping(now);
            }
            self.report_ends();
            add(&self.p.totals.send_errors, self.p.socket.take_failed());
            timed_out = !self.wait();
        }
    }

    /// Waits for a datagram, a bell or the next date. False if it was the date.
    fn wait(&self) -> bool {
        let now = self.p.clock.monotonic();
        let mut wait = None;
        if !self.by_id.is_empty() || !self.unreported.is_empty() || self.p.socket.connections.has_strangers() {
            wait = Some(self.next_housekeeping.saturating_sub(now).min(HOUSEKEEPING_PAUSE));
        }
        if !self.behind.is_empty() {
            wait = Some(self.next_pace.saturating_sub(now).min(PACE));
        }
        if self.p.socket.connections.has_unfinished() {
            wait = Some(Duration::ZERO);
        }
        poll([self.p.socket.fd(), self.p.sleeper.fd(), self.p.socket.connections.fd()], wait)
    }

    // ---- commands --------------------------------------------------------------------------------------------------

    /// `Some` when it is time to stop.
    fn handle_commands(&mut self) -> Option<Option<oneshot::Sender<()>>> {
        loop {
            match self.p.commands.try_recv() {
                Ok(Command::Open(opening)) => self.open(*opening),
                Ok(Command::Close(id)) => {
                    if let Some(no) = self.by_id.get(&id).copied() {
                        self.end(no, ViewEndReason::Closed);
                    }
                }
                Ok(Command::Choose(id, stream)) => {
                    if let Some(no) = self.by_id.get(&id).copied() {
                        self.choose(no, stream);
                    }
                }
                Ok(Command::StopCamera(camera)) => {
                    let of_camera = |v: &Viewer| v.view.lease.camera == camera;
                    self.end_all(ViewEndReason::Stopped, of_camera);
                }
                Ok(Command::Stop(done)) => return Some(Some(done)),
                Ok(Command::Moved(what)) => self.take_in(what),
                Err(TryRecvError::Empty) if !self.p.directory.is_closed() => return None,
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => return Some(None),
            }
        }
    }

    fn open(&mut self, o: Opening) {
        let now = self.p.clock.monotonic();
        o.track.counters.viewers.fetch_add(1, Ordering::Relaxed);
        let viewer = Box::new(Viewer::new(o.view, o.secrets, o.needs, now));
        self.house(viewer, o.track, now);
    }

    /// Gives a viewer that has not connected yet a place here; returns its number.
    fn house(&mut self, viewer: Box<Viewer>, track: Arc<Track>, now: Duration) -> usize {
        let key = track.key;
        let no = self.free.pop().unwrap_or_else(|| {
            self.viewers.push(None);
            self.viewers.len() - 1
        });
        self.p.directory.enter(&viewer.credentials.ufrag, self.p.number);
        self.by_ufrag.insert(viewer.credentials.ufrag.clone(), no);
        self.by_id.insert(viewer.view.id, no);
        self.p.totals.viewers.fetch_add(1, Ordering::Relaxed);
        // The camera may have been taken away and added again: then its track is a new one.
        let stale = self.feeds.get(&key).is_some_and(|f| !Arc::ptr_eq(f.track(), &track));
        if stale {
            self.end_all(ViewEndReason::Stopped, |v| v.view.lease.camera == key.camera && v.view.stream == key.stream);
        }
        let waker = self.p.waker.clone();
        self.feeds.entry(key).or_insert_with(|| Feed::new(track, waker)).viewers.push(no);
        if let Some(place) = self.viewers.get_mut(no) {
            *place = Some(viewer);
        }
        self.connecting += 1;
        self.next_housekeeping = self.next_housekeeping.min(now + CONNECTING_PAUSE);
        no
    }

    // ---- pictures --------------------------------------------------------------------------------------------------

    fn handle_rings(&mut self) {
        let now = self.p.clock.monotonic();
        for feed in self.feeds.values_mut() {
            if !feed.take_rung() {
                continue;
            }
            let viewers = std::mem::take(&mut feed.viewers);
            for no in &viewers {
                let Some(viewer) = self.viewers.get_mut(*no).and_then(Option::as_mut) else { continue };
                if viewer.is_connected() && !viewer.behind {
                    let progress = viewer.pump(feed, &mut self.p.socket, &self.p.totals, now, PACE_BYTES);
                    if progress == Progress::Behind {
                        viewer.behind = true;
                        self.behind.push(*no);
                    }
                }
            }
            feed.viewers = viewers;
        }
    }

    fn pump_if_connected(&mut self, no: usize, now: Duration) {
        if self.viewers.get(no).and_then(Option::as_ref).is_some_and(|v| v.is_connected()) {
            self.pump(no, now, PACE_BYTES);
        }
    }

    /// One viewer on its own; notes whether it is behind.
    fn pump(&mut self, no: usize, now: Duration, budget: usize) {
        let Some(viewer) = self.viewers.get_mut(no).and_then(Option::as_mut) else { return };
        let Some(feed) = self.feeds.get_mut(&key_of(viewer)) else { return };
        let progress = viewer.pump(feed, &mut self.p.socket, &self.p.totals, now, budget);
        let behind = progress == Progress::Behind;
        if behind && !viewer.behind {
            self.behind.push(no);
            self.next_pace = self.next_pace.min(now + PACE).max(now);
        }
        viewer.behind = behind;
    }

    fn handle_pace(&mut self, now: Duration) {
        let list = std::mem::take(&mut self.behind);
        let share = (PACE_BYTES_TOGETHER / list.len().max(1)).clamp(PACE_BYTES_MIN, PACE_BYTES);
        for no in list {
            if let Some(viewer) = self.viewers.get_mut(no).and_then(Option::as_mut)
                && viewer.behind
            {
                viewer.behind = false;
                self.pump(no, now, share);
            }
        }
    }

    // ---- by time ---------------------------------------------------------------------------------------------------

    fn handle_housekeeping(&mut self, now: Duration) {
        let wall = self.p.clock.now();
        let (mut by_tcp, mut slowed) = (0, 0);
        for feed in self.feeds.values_mut() {
            feed.measure(now);
        }
        self.p.socket.connections.send_strangers_away(now);
        for no in 0..self.viewers.len() {
            let Some(viewer) = self.viewers.get_mut(no).and_then(Option::as_mut) else { continue };
            let since = |t: Duration| now.saturating_sub(t);
            let over = if viewer.view.stage.load(Ordering::Acquire) != LIVE {
                Some(ViewEndReason::Closed)
            } else if viewer.view.lease.ended(wall).is_some() {
                Some(ViewEndReason::LeaseEnded)
            } else if !viewer.is_connected() {
                (since(viewer.opened()) >= limits::WHEP_CONNECT_MAX).then_some(ViewEndReason::NeverConnected)
            } else {
                (since(viewer.heard()) >= limits::WHEP_SILENCE_MAX).then_some(ViewEndReason::Silent)
            };
            if let Some(reason) = over {
                self.end(no, reason);
                continue;
            }
            if viewer.is_connected() {
                self.fit(no, now);
            }
            let Some(viewer) = self.viewers.get_mut(no).and_then(Option::as_mut) else { continue };
            slowed += u64::from(viewer.rate.level() > Level::Full);
            let (socket, identity) = (&mut self.p.socket, &self.p.identity);
            let Some(peer) = viewer.peer() else { continue };
            by_tcp += u64::from(matches!(peer, Peer::Tcp(_)));
            if viewer.association.poll_timeout(identity).is_some_and(|t| now >= t) {
                viewer.association.handle_timeout(identity, now, |d| socket.send(peer, d));
            }
            if let Some(report) = viewer.poll_report(now, wall) {
                socket.send(peer, &report);
            }
        }
        self.p.totals.tcp_viewers.store(by_tcp, Ordering::Relaxed);
        self.p.totals.slowed.store(slowed, Ordering::Relaxed);
        self.p.totals.tcp_connections.store(self.p.socket.connections.count() as u64, Ordering::Relaxed);
        self.p.totals.cpu_us.store(thread_cpu_us(), Ordering::Relaxed);
    }
}

fn key_of(viewer: &Viewer) -> TrackKey {
    TrackKey { camera: viewer.view.lease.camera, stream: viewer.view.stream }
}

/// Waits until one of them is readable; false if `wait` passed first.
fn poll(fds: [RawFd; 3], wait: Option<Duration>) -> bool {
    let mut fds = fds.map(|fd| libc::pollfd { fd, events: libc::POLLIN, revents: 0 });
    let time = wait.map(|w| libc::timespec {
        tv_sec: i64::try_from(w.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: i64::from(w.subsec_nanos()),
    });
    let time = time.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    // SAFETY: live pollfds and, if not null, a live timespec; no signal mask.
    unsafe { libc::ppoll(fds.as_mut_ptr(), fds.len() as libc::nfds_t, time, std::ptr::null()) != 0 }
}

/// CPU time of this thread so far, in microseconds.
fn thread_cpu_us() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: writes one live timespec.
    if unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) } != 0 {
        return 0;
    }
    u64::try_from(time.tv_sec).unwrap_or(0) * 1_000_000 + u64::try_from(time.tv_nsec).unwrap_or(0) / 1_000
}
