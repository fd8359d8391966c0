//! Putting packets in order, asking for missing ones, and making pictures of them (RFC 6184).

use super::sdp::Server;
use av::rtp::RtpPacket;
use bytes::Bytes;
use rtc_rtcp::packet::Packet as ControlPacket;
use rtc_rtcp::sender_report::SenderReport;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// What a viewer has received.
#[derive(Clone, Debug, Default)]
pub struct Reception {
    /// Picture packets, each once, repeated ones among them.
    pub packets: u64,
    /// Their bytes, as decrypted.
    pub bytes: u64,
    /// Picture packets that never came, also not when asked for.
    pub lost: u64,
    /// Packets that came as repetitions.
    pub resent: u64,
    /// Packets that came more than once.
    pub doubled: u64,
    /// Packets that could not be decrypted.
    pub bad: u64,
    /// Sender reports.
    pub reports: u64,
    /// The newest sender report: NTP time and RTP time.
    pub report: Option<(u64, u32)>,
    /// Pictures, complete ones.
    pub pictures: u64,
    /// Pictures with a hole.
    pub broken: u64,
    /// Was AES-128-GCM chosen?
    pub gcm: bool,
}

/// One access unit.
#[derive(Clone, Debug)]
pub struct Picture {
    /// RTP timestamp.
    pub timestamp: u32,
    /// NAL units, without start codes.
    pub nals: Vec<Vec<u8>>,
    /// No packet of it is missing.
    pub complete: bool,
    /// When its last packet was taken.
    pub at: Instant,
}

impl Picture {
    /// Has it an IDR slice?
    pub fn is_key(&self) -> bool {
        self.nals.iter().any(|n| n.first().is_some_and(|h| h & 0x1f == 5))
    }
    /// As a byte stream with start codes, for a decoder.
    pub fn to_annex_b(&self) -> Vec<u8> {
        self.nals.iter().flat_map(|n| [0, 0, 0, 1].into_iter().chain(n.iter().copied())).collect()
    }
}

struct Held {
    marker: bool,
    timestamp: u32,
    payload: Bytes,
}

/// Missing packets are waited for this long …
const PATIENCE: Duration = Duration::from_millis(400);
/// … asked for this often …
const ASK_AGAIN: Duration = Duration::from_millis(40);
/// … and at most so many packets are held back meanwhile.
const HELD_MAX: usize = 4_096;

pub(super) struct Receiver {
    pictures: bool,
    resend: bool,
    pub gcm: bool,
    reception: Reception,
    /// Next packet to be used, as an extended sequence number.
    next: Option<u64>,
    highest: u64,
    held: BTreeMap<u64, Held>,
    /// Since when the packet `next` has been missing.
    missing_since: Option<Instant>,
    ask_at: Option<Instant>,
    unit: Option<Picture>,
    fragment: Option<Vec<u8>>,
    done: Vec<Picture>,
}

impl Receiver {
    pub(super) fn new(pictures: bool, resend: bool) -> Self {
        Receiver {
            pictures,
            resend,
            gcm: false,
            reception: Reception::default(),
            next: None,
            highest: 0,
            held: BTreeMap::new(),
            missing_since: None,
            ask_at: None,
            unit: None,
            fragment: None,
            done: Vec::new(),
        }
    }

    pub(super) fn reception(&self) -> &Reception {
        &self.reception
    }
    pub(super) fn highest(&self) -> u64 {
        self.highest
    }
    pub(super) fn count_bad(&mut self) {
        self.reception.bad += 1;
    }
    pub(super) fn count_reports(&mut self, list: &[Box<dyn ControlPacket>]) {
        for report in list.iter().filter_map(|p| p.as_any().downcast_ref::<SenderReport>()) {
            self.reception.reports += 1;
            self.reception.report = Some((report.ntp_time, report.rtp_time));
        }
    }

    pub(super) fn handle(&mut self, packet: Bytes, server: &Server, now: Instant) {
        let Ok(p) = RtpPacket::parse(&packet) else { return self.count_bad() };
        let payload = packet.slice_ref(p.payload);
        let h = p.header;
        self.reception.gcm = self.gcm;
        let (sequence, payload) = if h.ssrc == server.ssrc {
            (h.sequence, payload)
        } else if Some(h.ssrc) == server.rtx_ssrc && payload.len() >= 2 {
            self.reception.resent += 1;
            (u16::from_be_bytes([payload[0], payload[1]]), payload.slice(2..))
        } else {
            return self.count_bad();
        };
        if self.next.is_none() {
            self.next = Some(u64::from(sequence) + 65_536);
            self.highest = u64::from(sequence) + 65_536;
        }
        let extended = self.highest.wrapping_add_signed(i64::from(sequence.wrapping_sub(self.highest as u16) as i16));
        if self.next.is_some_and(|n| extended < n) || self.held.contains_key(&extended) {
            self.reception.doubled += 1;
            return;
        }
        self.highest = self.highest.max(extended);
        self.reception.packets += 1;
        self.reception.bytes += packet.len() as u64;
        self.held.insert(extended, Held { marker: h.marker, timestamp: h.timestamp, payload });
        self.release(now);
    }

    /// Uses packets in order; gives up a missing one when it is too late.
    fn release(&mut self, now: Instant) {
        while let Some(next) = self.next {
            if let Some(held) = self.held.remove(&next) {
                self.next = Some(next + 1);
                self.missing_since = None;
                if self.pictures {
                    self.depacketize(held, now);
                }
                continue;
            }
            let Some(first) = self.held.keys().next().copied() else {
                self.missing_since = None;
                break;
            };
            let since = *self.missing_since.get_or_insert(now);
            self.ask_at.get_or_insert(now);
            let give_up = !self.resend || now.duration_since(since) >= PATIENCE || self.held.len() > HELD_MAX;
            if !give_up {
                break;
            }
            self.reception.lost += first - next;
            self.next = Some(first);
            self.fragment = None;
            if let Some(u) = &mut self.unit {
                u.complete = false;
            }
        }
        if self.held.is_empty() {
            self.ask_at = None;
        }
    }

    /// Sequence numbers to ask for now.
    pub(super) fn poll_lost(&mut self, now: Instant) -> Vec<u16> {
        self.release(now);
        let (Some(next), true) = (self.next, self.resend && self.ask_at.is_some_and(|t| now >= t)) else {
            return Vec::new();
        };
        self.ask_at = Some(now + ASK_AGAIN);
        let highest = self.held.keys().next_back().copied().unwrap_or(next);
        (next..highest).filter(|n| !self.held.contains_key(n)).take(256).map(|n| n as u16).collect()
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        self.ask_at
    }

    fn depacketize(&mut self, held: Held, now: Instant) {
        let p = &held.payload;
        if self.unit.as_ref().is_some_and(|u| u.timestamp != held.timestamp) {
            self.finish(false, now);
        }
        let unit =
            self.unit.get_or_insert(Picture { timestamp: held.timestamp, nals: Vec::new(), complete: true, at: now });
        match p.first().map(|h| h & 0x1f) {
            Some(24) => {
                let mut rest = &p[1..];
                while let Some((&[a, b], tail)) = rest.split_first_chunk::<2>() {
                    let n = usize::from(u16::from_be_bytes([a, b]));
                    let Some((nal, tail)) = tail.split_at_checked(n) else {
                        unit.complete = false;
                        break;
                    };
                    unit.nals.push(nal.to_vec());
                    rest = tail;
                }
            }
            Some(28) if p.len() > 2 => {
                if p[1] & 0x80 != 0 {
                    self.fragment = Some(vec![(p[0] & 0xe0) | (p[1] & 0x1f)]);
                }
                match &mut self.fragment {
                    Some(f) => f.extend_from_slice(&p[2..]),
                    None => unit.complete = false,
                }
                if p[1] & 0x40 != 0 {
                    unit.nals.extend(self.fragment.take());
                }
            }
            Some(1..=23) => unit.nals.push(p.to_vec()),
            _ => unit.complete = false,
        }
        if held.marker {
            self.finish(true, now);
        }
    }

    fn finish(&mut self, marker: bool, now: Instant) {
        if let Some(mut unit) = self.unit.take() {
            unit.complete &= marker && self.fragment.take().is_none();
            unit.at = now;
            if unit.complete {
                self.reception.pictures += 1;
            } else {
                self.reception.broken += 1;
            }
            self.done.push(unit);
        }
    }

    pub(super) fn take_pictures(&mut self, now: Instant) -> Vec<Picture> {
        self.release(now);
        std::mem::take(&mut self.done)
    }
}
