//! One track on its way to one viewer: RTP packets, sender reports (RFC 3550), over TCP or UDP.

use super::describe::PAYLOAD_TYPE;
use crate::Track;
use av::rtp::RtpHeader;
use av::{AccessUnit, Read};
use base::{Clock, WallTime, limits};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::net::UdpSocket;
use tokio::time::{Duration, Instant};

/// Seconds between 1900 (NTP) and 1970 (RFC 5905 §6).
const NTP_EPOCH_S: u64 = 2_208_988_800;
/// Bytes after which a sender over UDP rests for [`UDP_REST`], so that a key frame does not overrun the receiver's buffer.
const UDP_BURST_BYTES: usize = 48 * 1024;
const UDP_REST: Duration = Duration::from_millis(3);

/// Where the packets go.
pub(super) enum Way {
    /// Between the responses of the connection, on these channels.
    Tcp { rtp: u8, rtcp: u8 },
    /// From our two ports to the viewer's two.
    Udp { rtp: UdpSocket, rtcp: Arc<UdpSocket>, to: (SocketAddr, SocketAddr) },
}

/// Two neighbouring UDP ports, the first even (RFC 3550 §11).
pub(super) async fn udp_pair(ip: IpAddr) -> std::io::Result<(UdpSocket, UdpSocket)> {
    let mut last = std::io::Error::from(std::io::ErrorKind::AddrInUse);
    for _ in 0..50 {
        let first = UdpSocket::bind((ip, 0)).await?;
        let port = first.local_addr()?.port();
        if port % 2 == 1 {
            continue;
        }
        match UdpSocket::bind((ip, port + 1)).await {
            Ok(second) => return Ok((first, second)),
            Err(e) => last = e,
        }
    }
    Err(last)
}

/// One track being sent.
pub(super) struct Outlet {
    pub track: Arc<Track>,
    pub number: usize,
    pub way: Way,
    pub ssrc: u32,
    sequence: u16,
    /// Added to the track's time, so that streams cannot be told apart by guessing (RFC 3550 §5.1).
    offset: u32,
    next: u64,
    /// Nothing can be decoded before the next random access point.
    waits_for_key: bool,
    packets: u32,
    octets: u32,
    last: Option<Arc<AccessUnit>>,
    burst: usize,
    /// Times it was lapped and jumped on.
    pub lapped: u64,
}

/// What was sent at once.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sent {
    /// Packets.
    pub packets: u64,
    /// Their bytes, with RTP headers.
    pub bytes: u64,
}

impl Outlet {
    pub fn new(track: Arc<Track>, number: usize, way: Way, random: [u8; 10]) -> Self {
        let [a, b, c, d, e, f, g, h, i, j] = random;
        Self {
            track,
            number,
            way,
            ssrc: u32::from_be_bytes([a, b, c, d]),
            sequence: u16::from_be_bytes([e, f]),
            offset: u32::from_be_bytes([g, h, i, j]),
            next: 0,
            waits_for_key: true,
            packets: 0,
            octets: 0,
            last: None,
            burst: 0,
            lapped: 0,
        }
    }

    /// Goes to the newest random access point held. Returns sequence number and time of what comes first (`RTP-Info`),
    /// the time only if it is known already.
    pub fn rewind(&mut self) -> (u16, Option<u32>) {
        self.next = self.track.newest_random_access().unwrap_or_else(|| self.track.next());
        self.waits_for_key = true;
        let time = match self.track.read(self.next) {
            Read::Unit(u) => Some(self.rtp_time(&u)),
            _ => None,
        };
        (self.sequence, time)
    }

    fn rtp_time(&self, unit: &AccessUnit) -> u32 {
        (unit.pts_90k as u32).wrapping_add(self.offset)
    }

    /// The next access unit that this viewer has not had, if there is one.
    pub fn take(&mut self) -> Option<Arc<AccessUnit>> {
        loop {
            match self.track.read(self.next) {
                Read::NotYet => return None,
                Read::Lapped(newest) => {
                    self.next = newest.unwrap_or_else(|| self.track.next());
                    self.waits_for_key = true;
                    self.lapped += 1;
                }
                Read::Unit(unit) => {
                    self.next += 1;
                    if unit.random_access || !self.waits_for_key {
                        self.waits_for_key = false;
                        return Some(unit);
                    }
                }
            }
        }
    }

    /// Sends one access unit, as long as `still` says so. `scratch` is a buffer to build in.
    pub async fn send(
        &mut self,
        unit: Arc<AccessUnit>,
        tcp: &mut (impl AsyncWrite + Unpin),
        scratch: &mut Vec<u8>,
        still: &(dyn Fn() -> bool + Sync),
    ) -> std::io::Result<Sent> {
        let timestamp = self.rtp_time(&unit);
        let mut sent = Sent::default();
        scratch.clear();
        for payload in &unit.payloads {
            let header = RtpHeader {
                marker: payload.marker,
                payload_type: PAYLOAD_TYPE,
                sequence: self.sequence,
                timestamp,
                ssrc: self.ssrc,
            };
            self.sequence = self.sequence.wrapping_add(1);
            self.packets = self.packets.wrapping_add(1);
            self.octets = self.octets.wrapping_add(payload.len() as u32);
            let packet_bytes = av::rtp::HEADER_BYTES + payload.len();
            sent.packets += 1;
            sent.bytes += packet_bytes as u64;
            if let Way::Tcp { rtp, .. } = self.way {
                let [a, b] = (packet_bytes as u16).to_be_bytes();
                scratch.extend_from_slice(&[b'$', rtp, a, b]);
            } else {
                scratch.clear();
            }
            scratch.extend_from_slice(&header.to_bytes());
            let at = scratch.len();
            scratch.resize(at + payload.len(), 0);
            payload.write(scratch.get_mut(at..).unwrap_or_default());
            if let Way::Udp { rtp, to, .. } = &self.way {
                // A viewer whose port is closed is noticed by the RTSP connection, not here.
                let _ = rtp.send_to(scratch, to.0).await;
                self.burst += scratch.len();
                if self.burst >= UDP_BURST_BYTES {
                    self.burst = 0;
                    tokio::time::sleep_until(Instant::now() + UDP_REST).await;
                    if !still() {
                        return Ok(sent);
                    }
                }
            }
        }
        if matches!(self.way, Way::Tcp { .. }) {
            write_while(tcp, scratch, still).await?;
        }
        self.last = Some(unit);
        Ok(sent)
    }

    /// Sends a sender report and the canonical name (RFC 3550 §6.4.1, §6.5). The report ties the track's time to the
    /// camera's own clock, if it is known, else to ours.
    pub async fn report(&self, clock: &Clock, tcp: &mut (impl AsyncWrite + Unpin)) -> std::io::Result<()> {
        let Some(unit) = &self.last else { return Ok(()) };
        let since = clock.monotonic().saturating_sub(unit.arrived);
        let wall = match unit.captured {
            Some(t) => t.plus(since),
            None => clock.now(),
        };
        let ticks = (since.as_micros() * 9 / 100) as u32;
        let report = sender_report(self.ssrc, wall, self.rtp_time(unit).wrapping_add(ticks), self.packets, self.octets);
        match &self.way {
            Way::Tcp { rtcp, .. } => {
                let [a, b] = (report.len() as u16).to_be_bytes();
                write_in_time(tcp, &[&[b'$', *rtcp, a, b], &report[..]].concat()).await
            }
            Way::Udp { rtcp, to, .. } => {
                let _ = rtcp.send_to(&report, to.1).await;
                Ok(())
            }
        }
    }

    /// Has nothing been sent yet?
    pub fn is_silent(&self) -> bool {
        self.last.is_none()
    }

    /// Sender reports speak of this access unit's time from now on.
    pub fn tie_time_to(&mut self, unit: Arc<AccessUnit>) {
        self.last = Some(unit);
    }

    /// Counts this viewer in or out.
    pub fn count(&self, in_: bool) {
        let viewers = &self.track.counters.viewers;
        if in_ {
            viewers.fetch_add(1, Ordering::Relaxed)
        } else {
            viewers.fetch_sub(1, Ordering::Relaxed)
        };
    }
}

/// Writes all, or fails after [`limits::RTSP_WRITE_MAX`]: whoever reads nothing for that long is gone.
pub(super) async fn write_in_time(tcp: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> std::io::Result<()> {
    write_while(tcp, bytes, &|| true).await
}

/// The same, but goes on only while `still` says so: what a slow reader has not taken when its right ends it does not get.
async fn write_while(
    tcp: &mut (impl AsyncWrite + Unpin),
    mut bytes: &[u8],
    still: &(dyn Fn() -> bool + Sync),
) -> std::io::Result<()> {
    let deadline = Instant::now() + limits::RTSP_WRITE_MAX;
    loop {
        if !still() {
            return Err(std::io::ErrorKind::PermissionDenied.into());
        }
        let step = async {
            if bytes.is_empty() {
                // In TLS, what was written may still be on this side.
                return tcp.flush().await.map(|()| None);
            }
            tcp.write(bytes).await.map(Some)
        };
        match tokio::time::timeout(limits::RTSP_LEASE_LOOK, step).await {
            Ok(Ok(None)) => return Ok(()),
            Ok(Ok(Some(0))) => return Err(std::io::ErrorKind::WriteZero.into()),
            Ok(Ok(Some(n))) => bytes = bytes.get(n..).unwrap_or_default(),
            Ok(Err(error)) => return Err(error),
            Err(_) if Instant::now() >= deadline => return Err(std::io::ErrorKind::TimedOut.into()),
            Err(_) => {}
        }
    }
}

/// A sender report without report blocks, and a source description with the canonical name.
fn sender_report(ssrc: u32, wall: WallTime, rtp_time: u32, packets: u32, octets: u32) -> Vec<u8> {
    let us = u64::try_from(wall.unix_us()).unwrap_or(0);
    let seconds = us / 1_000_000 + NTP_EPOCH_S;
    let fraction = ((us % 1_000_000) << 32) / 1_000_000;
    let mut b = vec![0x80, 200, 0, 6];
    for word in [ssrc, seconds as u32, fraction as u32, rtp_time, packets, octets] {
        b.extend_from_slice(&word.to_be_bytes());
    }
    b.extend_from_slice(&[0x81, 202, 0, 4]);
    b.extend_from_slice(&ssrc.to_be_bytes());
    // CNAME: "matluoi" with its type, length and end fills three words.
    b.extend_from_slice(&[1, 7]);
    b.extend_from_slice(b"matluoi\0\0\0");
    b
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_tells_the_real_time() {
        let t = WallTime::parse_rfc3339("2026-11-24T03:00:00.5Z").expect("a time");
        let b = sender_report(7, t, 90_000, 3, 4_000);
        assert_eq!(b.len(), 28 + 20, "both lengths are in whole words");
        assert_eq!(u32::from_be_bytes([b[8], b[9], b[10], b[11]]) as u64, 1_795_489_200 + NTP_EPOCH_S);
        assert_eq!(u32::from_be_bytes([b[12], b[13], b[14], b[15]]), 1 << 31);
        assert_eq!(&b[38..45], b"matluoi");
    }
}
