//! The shard: one thread, one UDP port, and the viewers that live here, with no lock but those of the tracks it reads.
//!
//! A round: commands, datagrams, tracks that rang, what is due by time; then it waits for the next of them.

mod ends;

use super::dtls::{Identity, Outcome};
use super::feed::Feed;
use super::figures::{Totals, add, count};
use super::rtcp::Feedback;
use super::sdp::MediaNeeds;
use super::send::Socket;
use super::srtp::Sealer;
use super::viewer::{Credentials, Progress, View, Viewer};
use super::wake::{Sleeper, Waker};
use super::{LIVE, ViewEnd, ViewEndReason, stun};
use crate::track::{Track, TrackKey};
use base::{CameraId, Clock, WhepSessionId, limits};
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
    StopCamera(CameraId),
    /// Ends the shard; answered when every viewer has been told.
    Stop(oneshot::Sender<()>),
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
    pub socket: Socket,
    pub identity: Identity,
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
/// The largest datagram of a viewer that is looked at.
const DATAGRAM_BYTES_MAX: usize = 2_048;

pub(super) struct Shard {
    p: Parts,
    viewers: Vec<Option<Box<Viewer>>>,
    free: Vec<usize>,
    feeds: HashMap<TrackKey, Feed>,
    by_ufrag: HashMap<String, usize>,
    by_address: HashMap<SocketAddr, usize>,
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
            by_address: HashMap::new(),
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
        if !self.by_id.is_empty() || !self.unreported.is_empty() {
            wait = Some(self.next_housekeeping.saturating_sub(now).min(HOUSEKEEPING_PAUSE));
        }
        if !self.behind.is_empty() {
            wait = Some(self.next_pace.saturating_sub(now).min(PACE));
        }
        poll(self.p.socket.fd(), self.p.sleeper.fd(), wait)
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
                Ok(Command::StopCamera(camera)) => {
                    let of_camera = |v: &Viewer| v.view.lease.camera == camera;
                    self.end_all(ViewEndReason::Stopped, of_camera);
                }
                Ok(Command::Stop(done)) => return Some(Some(done)),
                Err(TryRecvError::Empty) => return None,
                Err(TryRecvError::Disconnected) => return Some(None),
            }
        }
    }

    fn open(&mut self, o: Opening) {
        let now = self.p.clock.monotonic();
        let key = o.track.key;
        let no = self.free.pop().unwrap_or_else(|| {
            self.viewers.push(None);
            self.viewers.len() - 1
        });
        self.by_ufrag.insert(o.secrets.ufrag.clone(), no);
        self.by_id.insert(o.view.id, no);
        o.track.counters.viewers.fetch_add(1, Ordering::Relaxed);
        self.p.totals.viewers.fetch_add(1, Ordering::Relaxed);
        // The camera may have been taken away and added again: then its track is a new one.
        let stale = self.feeds.get(&key).is_some_and(|f| !Arc::ptr_eq(f.track(), &o.track));
        if stale {
            self.end_all(ViewEndReason::Stopped, |v| v.view.lease.camera == key.camera && v.view.stream == key.stream);
        }
        let waker = &self.p.waker;
        self.feeds.entry(key).or_insert_with(|| Feed::new(o.track, waker.clone())).viewers.push(no);
        self.viewers[no] = Some(Box::new(Viewer::new(o.view, o.secrets, o.needs, now)));
        self.connecting += 1;
        self.next_housekeeping = self.next_housekeeping.min(now + CONNECTING_PAUSE);
    }

    // ---- datagrams -------------------------------------------------------------------------------------------------

    fn handle_datagrams(&mut self) {
        let mut buffer = std::mem::take(&mut self.buffer);
        for _ in 0..DATAGRAMS_PER_ROUND {
            let Some((bytes, from)) = self.p.socket.receive(&mut buffer) else { break };
            if let Some(datagram) = buffer.get(..bytes) {
                self.handle_datagram(datagram, from);
            }
        }
        self.buffer = buffer;
    }

    /// Sorts by the first byte (RFC 7983). Only a check that a viewer signed opens the door for its address.
    fn handle_datagram(&mut self, datagram: &[u8], from: SocketAddr) {
        let known = self.by_address.get(&from).copied();
        match (datagram.first(), known) {
            (Some(0..=3), _) => self.handle_stun(datagram, from),
            (Some(20..=63), Some(no)) => self.handle_dtls(no, datagram, from),
            (Some(128..=191), Some(no)) => self.handle_control(no, datagram),
            _ => count(&self.p.totals.stray_datagrams),
        }
    }

    fn handle_stun(&mut self, datagram: &[u8], from: SocketAddr) {
        let now = self.p.clock.monotonic();
        let found = stun::requested_ufrag(datagram).and_then(|u| self.by_ufrag.get(u).copied());
        let viewer = found.and_then(|no| Some((no, self.viewers.get_mut(no)?.as_mut()?)));
        let Some((no, viewer)) = viewer else { return count(&self.p.totals.stray_datagrams) };
        let crypto = self.p.identity.provider().crypto();
        let Some(check) = stun::check(datagram, from, &viewer.credentials.password, crypto) else {
            return count(&self.p.totals.stray_datagrams);
        };
        self.p.socket.send(from, &check.answer);
        let forgotten = viewer.handle_check(from, check.use_candidate, check.priority, now);
        if let Some(old) = forgotten
            && self.by_address.get(&old) == Some(&no)
        {
            self.by_address.remove(&old);
        }
        self.by_address.insert(from, no);
    }

    fn handle_dtls(&mut self, no: usize, datagram: &[u8], from: SocketAddr) {
        let now = self.p.clock.monotonic();
        let Some(viewer) = self.viewers.get_mut(no).and_then(Option::as_mut) else { return };
        let (socket, identity) = (&mut self.p.socket, &self.p.identity);
        match viewer.association.handle(identity, now, datagram, |d| socket.send(from, d)) {
            Outcome::Pending => {}
            Outcome::Connected(keys) => match Sealer::new(&keys, identity.provider().crypto()) {
                Ok(sealer) => {
                    viewer.connect(sealer, now);
                    tracing::debug!(view = %viewer.view.id, address = %from, profile = ?keys.profile, "viewer connected");
                    self.connecting = self.connecting.saturating_sub(1);
                    self.pump(no, now, PACE_BYTES);
                }
                Err(e) => self.fail(no, &e),
            },
            Outcome::Closed => self.end(no, ViewEndReason::Closed),
            Outcome::Failed(e) => self.fail(no, &e),
        }
    }

    /// A handshake failed for good.
    fn fail(&mut self, no: usize, why: &str) {
        if let Some(v) = self.viewers.get(no).and_then(Option::as_ref) {
            tracing::warn!(view = %v.view.id, why, "a viewer's handshake failed");
        }
        self.end(no, ViewEndReason::NeverConnected);
    }

    fn handle_control(&mut self, no: usize, datagram: &[u8]) {
        // Viewers send no pictures: what is not RTCP (RFC 5761 §4) is dropped.
        if !datagram.get(1).is_some_and(|kind| (192..=223).contains(kind)) {
            return;
        }
        let now = self.p.clock.monotonic();
        let Some(viewer) = self.viewers.get_mut(no).and_then(Option::as_mut) else { return };
        for feedback in viewer.handle_control(datagram, now) {
            match feedback {
                Feedback::Report { fraction_lost } => {
                    if fraction_lost > 0 {
                        count(&self.p.totals.lossy_reports);
                    }
                }
                Feedback::Nack(lost) => {
                    let Some(viewer) = self.viewers.get_mut(no).and_then(Option::as_mut) else { return };
                    if let Some(feed) = self.feeds.get_mut(&key_of(viewer)) {
                        viewer.resend(&lost, feed, &mut self.p.socket, &self.p.totals, now);
                    }
                }
                Feedback::KeyFrame => {
                    count(&self.p.totals.key_frame_requests);
                    let Some(viewer) = self.viewers.get_mut(no).and_then(Option::as_mut) else { return };
                    if viewer.handle_key_frame_request(now) {
                        self.pump(no, now, PACE_BYTES);
                    }
                }
                Feedback::Goodbye => return self.end(no, ViewEndReason::Closed),
            }
        }
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
            let (socket, identity) = (&mut self.p.socket, &self.p.identity);
            let Some(address) = viewer.address() else { continue };
            if viewer.association.poll_timeout(identity).is_some_and(|t| now >= t) {
                viewer.association.handle_timeout(identity, now, |d| socket.send(address, d));
            }
            if let Some(report) = viewer.poll_report(now, wall) {
                socket.send(address, &report);
            }
        }
    }
}

fn key_of(viewer: &Viewer) -> TrackKey {
    TrackKey { camera: viewer.view.lease.camera, stream: viewer.view.stream }
}

/// Waits until one of the two is readable; false if `wait` passed first.
fn poll(socket: RawFd, bell: RawFd, wait: Option<Duration>) -> bool {
    let mut fds = [socket, bell].map(|fd| libc::pollfd { fd, events: libc::POLLIN, revents: 0 });
    let time = wait.map(|w| libc::timespec {
        tv_sec: i64::try_from(w.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: i64::from(w.subsec_nanos()),
    });
    let time = time.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    // SAFETY: live pollfds and, if not null, a live timespec; no signal mask.
    unsafe { libc::ppoll(fds.as_mut_ptr(), 2, time, std::ptr::null()) != 0 }
}
