//! One viewer: where it is on the network, what it has been sent, and what it gets next.
//!
//! No sockets of its own and no clock: the shard hands in the time, the feed and the way out.

mod resend;

use super::dtls::Association;
use super::feed::Feed;
use super::figures::{Totals, add, count};
use super::packet::Packet;
use super::peer::Peer;
use super::rate::Rate;
use super::rtcp::{self, Feedback};
use super::sdp::MediaNeeds;
use super::send::Socket;
use super::srtp::Sealer;
use super::timeline::Timeline;
use av::{AccessUnit, Read};
use base::{Lease, StreamKind, WallTime, WhepSessionId, limits};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::AtomicU8;
use std::time::Duration;

/// Who watches, and on which right.
pub(super) struct View {
    pub id: WhepSessionId,
    pub lease: Lease,
    pub stream: StreamKind,
    pub began: WallTime,
    /// Shared with the register; see `mod.rs`.
    pub stage: Arc<AtomicU8>,
}

/// Our half of the ICE credentials, and the random numbers of a view.
pub(super) struct Credentials {
    pub ufrag: String,
    pub password: String,
    pub ssrc: u32,
    pub rtx_ssrc: u32,
    pub id: [u8; 10],
    first_sequence: u16,
    first_rtx_sequence: u16,
    first_timestamp: u32,
}

impl Credentials {
    /// Fresh ones. 48 bits tell viewers apart, 128 bits are secret (RFC 8445 §5.3 wants 24 and 128).
    pub(super) fn generate() -> Result<Self, getrandom::Error> {
        fn random<const N: usize>() -> Result<[u8; N], getrandom::Error> {
            let mut b = [0; N];
            getrandom::fill(&mut b)?;
            Ok(b)
        }
        let hex = |b: &[u8]| b.iter().map(|x| format!("{x:02x}")).collect::<String>();
        let ssrc = u32::from_be_bytes(random()?) | 1;
        Ok(Credentials {
            ufrag: hex(&random::<6>()?),
            password: hex(&random::<16>()?),
            ssrc,
            // Even, so never the same.
            rtx_ssrc: (u32::from_be_bytes(random()?) & !1).max(2),
            id: random()?,
            // Below 2^15, so that receivers cannot misjudge the roll-over counter at the start (RFC 3711 §3.3.1).
            first_sequence: u16::from_be_bytes(random()?) & 0x7fff,
            first_rtx_sequence: u16::from_be_bytes(random()?) & 0x7fff,
            first_timestamp: u32::from_be_bytes(random()?),
        })
    }
}

/// Where the viewer stands in the track.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cursor {
    /// Not begun, or no random access point is held: start at the next one.
    Start,
    /// The next packet is payload `payload` of access unit `number`.
    At { number: u64, payload: usize },
}

/// How far a [`Viewer::pump`] got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// At the live edge, or waiting for a random access point, or for the system to take more.
    UpToDate,
    /// The budget is used up.
    Behind,
}

/// An access unit whose packets have been sent.
struct Sent {
    /// Index of its first packet.
    first: u64,
    number: u64,
    timestamp: u32,
}

struct Remote {
    peer: Peer,
    /// Of the pair, as the viewer sees it.
    priority: u32,
    heard: Duration,
}

/// A current pair that has been silent this long gives way to any other pair.
const PAIR_SILENCE_MAX: Duration = Duration::from_secs(5);
/// A viewer that is further behind than this jumps to the newest key frame, if it has not begun with that one.
const LATE_MAX: Duration = Duration::from_millis(1_000);
/// Key frames on request: at most one in this time.
const KEY_FRAME_PAUSE: Duration = Duration::from_secs(1);
/// Between two sender reports.
const REPORT_PAUSE: Duration = Duration::from_secs(2);

pub(super) struct Viewer {
    pub view: View,
    pub credentials: Credentials,
    pub association: Association,
    needs: MediaNeeds,
    opened: Duration,
    heard: Duration,
    remote: Option<Remote>,
    /// All ways to it that have passed the check, oldest first.
    remotes: VecDeque<Peer>,
    sealer: Option<Sealer>,
    cursor: Cursor,
    timeline: Timeline,
    timestamp: u32,
    /// 48-bit index of the next packet (roll-over counter and sequence number).
    index: u64,
    rtx_index: u64,
    sent: VecDeque<Sent>,
    /// Newest unit sent, and when it had arrived: the base of sender reports.
    newest: Option<(i64, Duration)>,
    resends_left: u32,
    resends_since: Duration,
    key_frame_at: Option<Duration>,
    /// The stream that was asked for; `view.stream` is the one that is sent.
    pub wish: StreamKind,
    pub rate: Rate,
    /// Of the stream, only pictures at which decoding can start are sent.
    pub key_frames_only: bool,
    report_at: Duration,
    packets: u32,
    octets: u32,
    pub bytes: u64,
    /// Is the shard pacing it out?
    pub behind: bool,
}

impl Viewer {
    pub(super) fn new(view: View, credentials: Credentials, needs: MediaNeeds, now: Duration) -> Self {
        Viewer {
            association: Association::new(needs.fingerprint),
            timeline: Timeline::new(credentials.first_timestamp),
            index: u64::from(credentials.first_sequence),
            rtx_index: u64::from(credentials.first_rtx_sequence),
            wish: view.stream,
            view,
            credentials,
            needs,
            opened: now,
            heard: now,
            remote: None,
            remotes: VecDeque::new(),
            sealer: None,
            cursor: Cursor::Start,
            timestamp: 0,
            sent: VecDeque::new(),
            newest: None,
            resends_left: limits::WHEP_RESENT_PER_SECOND_MAX,
            resends_since: now,
            key_frame_at: None,
            rate: Rate::new(now),
            key_frames_only: false,
            report_at: now,
            packets: 0,
            octets: 0,
            bytes: 0,
            behind: false,
        }
    }

    // ---- what it is ------------------------------------------------------------------------------------------------

    pub(super) fn is_connected(&self) -> bool {
        self.sealer.is_some()
    }
    pub(super) fn opened(&self) -> Duration {
        self.opened
    }
    /// Last sign of life.
    pub(super) fn heard(&self) -> Duration {
        self.heard
    }
    /// The way by which it is sent pictures.
    pub(super) fn peer(&self) -> Option<Peer> {
        self.remote.as_ref().map(|r| r.peer)
    }
    pub(super) fn peers(&self) -> impl Iterator<Item = &Peer> {
        self.remotes.iter()
    }
    /// Has nothing of the handshake come yet? Then it can still change its shard.
    pub(super) fn is_untouched(&self) -> bool {
        !self.association.has_begun() && self.remotes.len() <= 1
    }

    // ---- the network -----------------------------------------------------------------------------------------------

    /// A connectivity check from `from` has passed. Returns a way that is to be forgotten, if there are too many.
    pub(super) fn handle_check(
        &mut self,
        from: Peer,
        use_candidate: bool,
        priority: u32,
        now: Duration,
    ) -> Option<Peer> {
        self.heard = now;
        match &mut self.remote {
            Some(r) if r.peer == from => {
                r.heard = now;
                r.priority = r.priority.max(priority);
            }
            // Browsers may nominate several pairs: the better one wins, and a silent one loses.
            Some(r) if now.saturating_sub(r.heard) > PAIR_SILENCE_MAX || (use_candidate && priority >= r.priority) => {
                tracing::debug!(view = %self.view.id, old = ?r.peer, new = ?from, "viewer moved");
                *r = Remote { peer: from, priority, heard: now };
            }
            Some(_) => {}
            None => self.remote = Some(Remote { peer: from, priority, heard: now }),
        }
        if self.remotes.contains(&from) {
            return None;
        }
        self.remotes.push_back(from);
        let current = self.peer();
        (self.remotes.len() > limits::WHEP_REMOTES_MAX)
            .then(|| {
                let oldest = self.remotes.iter().position(|a| Some(*a) != current)?;
                self.remotes.remove(oldest)
            })
            .flatten()
    }

    /// A way to it is no more. If it was the current one, the next check by any other takes its place.
    pub(super) fn handle_lost(&mut self, peer: Peer) {
        self.remotes.retain(|p| *p != peer);
        if self.peer() == Some(peer) {
            self.remote = None;
        }
    }

    /// The handshake is done: pictures may go out.
    pub(super) fn connect(&mut self, sealer: Sealer, now: Duration) {
        self.sealer = Some(sealer);
        self.heard = now;
        self.report_at = now;
    }

    /// Opens a control packet and says what is in it; nothing if it is not this viewer's.
    pub(super) fn handle_control(&mut self, packet: &[u8], now: Duration) -> Vec<Feedback> {
        let Some(opened) = self.sealer.as_mut().and_then(|s| s.open_control(packet)) else { return Vec::new() };
        self.heard = now;
        rtcp::read(&opened, self.credentials.ssrc)
    }

    /// A control packet, sealed: a sender report if one is due.
    pub(super) fn poll_report(&mut self, now: Duration, wall: WallTime) -> Option<bytes::BytesMut> {
        if now < self.report_at || self.behind {
            return None;
        }
        let (pts, arrived) = self.newest?;
        self.report_at = now + REPORT_PAUSE;
        let since_90k = i64::try_from(now.saturating_sub(arrived).as_micros()).unwrap_or(0).saturating_mul(9) / 100;
        let timestamp = self.timeline.natural(pts.saturating_add(since_90k));
        let report = rtcp::sender_report(self.credentials.ssrc, wall, timestamp, self.packets, self.octets)?;
        self.sealer.as_mut()?.seal_control(&report)
    }

    /// A goodbye, sealed.
    pub(super) fn goodbye(&mut self) -> Option<bytes::BytesMut> {
        let packet = rtcp::goodbye(self.credentials.ssrc)?;
        self.sealer.as_mut()?.seal_control(&packet)
    }

    /// Another stream of the same camera follows; of its newest picture the time and when it arrived.
    pub(super) fn change_stream(&mut self, stream: StreamKind, pts_90k: i64, arrived: Duration) {
        if let Some((before, before_arrived)) = self.newest.take() {
            let ticks = |d: Duration| i64::try_from(d.as_micros()).unwrap_or(0).saturating_mul(9) / 100;
            self.timeline.change_line(before, pts_90k, ticks(arrived).saturating_sub(ticks(before_arrived)));
        }
        // What was sent lies in another ring: it cannot be sent again.
        self.sent.clear();
        self.view.stream = stream;
        self.cursor = Cursor::Start;
    }

    // ---- pictures --------------------------------------------------------------------------------------------------

    /// Start anew at the newest random access point, unless that is under way or was just done.
    pub(super) fn handle_key_frame_request(&mut self, now: Duration) -> bool {
        let recent = self.key_frame_at.is_some_and(|t| now.saturating_sub(t) < KEY_FRAME_PAUSE);
        if self.behind || recent || self.cursor == Cursor::Start {
            return false;
        }
        self.key_frame_at = Some(now);
        self.cursor = Cursor::Start;
        true
    }

    /// Sends what there is, up to about `budget` bytes.
    pub(super) fn pump(
        &mut self,
        feed: &mut Feed,
        socket: &mut Socket,
        totals: &Totals,
        now: Duration,
        mut budget: usize,
    ) -> Progress {
        loop {
            // On a slow TCP connection pictures wait in the ring, where they can be skipped.
            if self.peer().is_some_and(|p| !socket.has_room(p)) {
                return Progress::UpToDate;
            }
            let (number, payload) = match self.cursor {
                Cursor::At { number, payload } => (number, payload),
                Cursor::Start => {
                    let Some((first, edge, edge_pts)) = feed.start() else { return Progress::UpToDate };
                    self.timeline.begin(first, edge, edge_pts);
                    self.key_frame_at = Some(now);
                    (first, 0)
                }
            };
            self.cursor = Cursor::At { number, payload };
            let unit = match feed.read(number) {
                Read::Unit(unit) => unit,
                Read::NotYet => return Progress::UpToDate,
                Read::Lapped(_) => {
                    count(&totals.lapped);
                    self.rate.handle_lapped(now);
                    self.cursor = Cursor::Start;
                    continue;
                }
            };
            // Between pictures only: half of one would have to be thrown away at the other end.
            if payload == 0
                && now.saturating_sub(unit.arrived) > LATE_MAX
                && feed.newest_random_access().is_some_and(|newest| newest > number)
            {
                count(&totals.lapped);
                self.rate.handle_lapped(now);
                self.cursor = Cursor::Start;
                continue;
            }
            if payload == 0 && self.key_frames_only && !unit.random_access {
                self.cursor = Cursor::At { number: number + 1, payload: 0 };
                continue;
            }
            if payload == 0 {
                self.begin_unit(number, &unit);
            }
            let next = self.send_unit(&unit, payload, socket, totals, now, &mut budget);
            if next < unit.payloads.len() {
                self.cursor = Cursor::At { number, payload: next };
                return Progress::Behind;
            }
            self.cursor = Cursor::At { number: number + 1, payload: 0 };
        }
    }

    fn begin_unit(&mut self, number: u64, unit: &AccessUnit) {
        self.timestamp = self.timeline.stamp(number, unit.pts_90k);
        self.newest = Some((unit.pts_90k, unit.arrived));
        if self.sent.len() >= limits::WHEP_RESENDABLE_UNITS_MAX {
            self.sent.pop_front();
        }
        self.sent.push_back(Sent { first: self.index, number, timestamp: self.timestamp });
    }

    /// Sends payloads from `from` on; returns the first that was not sent, because the budget is used up.
    fn send_unit(
        &mut self,
        unit: &AccessUnit,
        from: usize,
        socket: &mut Socket,
        totals: &Totals,
        now: Duration,
        budget: &mut usize,
    ) -> usize {
        let (Some(peer), Some(mut sealer)) = (self.peer(), self.sealer.take()) else {
            return unit.payloads.len();
        };
        let (mut packets, mut bytes, mut next) = (0u64, 0u64, from);
        let mut batch = socket.batch(peer);
        for payload in unit.payloads.get(from..).unwrap_or_default() {
            if *budget == 0 {
                break;
            }
            let packet = Packet {
                payload_type: self.needs.payload_type,
                ssrc: self.credentials.ssrc,
                index: self.index,
                timestamp: self.timestamp,
                original: None,
                sent_at: now,
            };
            let size = packet.size(&self.needs, payload, &sealer);
            if let Some(slot) = batch.slot(size)
                && packet.write(&self.needs, payload, &mut sealer, slot).is_some()
            {
                batch.filled(size);
                packets += 1;
                bytes += size as u64;
            }
            self.index += 1;
            self.octets = self.octets.wrapping_add(payload.len() as u32);
            *budget = budget.saturating_sub(size);
            next += 1;
        }
        drop(batch);
        self.sealer = Some(sealer);
        self.packets = self.packets.wrapping_add(packets as u32);
        self.bytes += bytes;
        add(&totals.packets, packets);
        add(&totals.bytes, bytes);
        next
    }
}
