//! What arrives at a shard: datagrams at its socket, packets on its TCP connections, and what they are.

use super::{DATAGRAMS_PER_ROUND, PACE_BYTES, Shard, key_of};
use crate::webrtc::dtls::Outcome;
use crate::webrtc::figures::count;
use crate::webrtc::peer::Peer;
use crate::webrtc::rtcp::Feedback;
use crate::webrtc::srtp::Sealer;
use crate::webrtc::tcp::Arrival;
use crate::webrtc::{ViewEndReason, stun};

impl Shard {
    pub(super) fn handle_datagrams(&mut self) {
        let mut buffer = std::mem::take(&mut self.buffer);
        for _ in 0..DATAGRAMS_PER_ROUND {
            let Some((bytes, from)) = self.p.socket.receive(&mut buffer) else { break };
            if let Some(datagram) = buffer.get(..bytes) {
                self.handle_datagram(datagram, Peer::Udp(from), None);
            }
        }
        self.buffer = buffer;
    }

    /// Connections of viewers that come by TCP.
    pub(super) fn handle_connections(&mut self) {
        let now = self.p.clock.monotonic();
        // What arrives may end connections or give them away: the packets are gathered first.
        let mut arrived = Vec::new();
        self.p.socket.connections.turn(now, |_, arrival| arrived.push(arrival));
        for arrival in arrived {
            match arrival {
                Arrival::Packet(number, packet) => self.handle_datagram(&packet, Peer::Tcp(number), None),
                Arrival::Room(number) => {
                    if let Some(no) = self.by_peer.get(&Peer::Tcp(number)).copied() {
                        self.pump_if_connected(no, now);
                    }
                }
                Arrival::Closed(number) => self.forget_peer(Peer::Tcp(number)),
            }
        }
    }

    pub(super) fn forget_peer(&mut self, peer: Peer) {
        if let Some(no) = self.by_peer.remove(&peer)
            && let Some(viewer) = self.viewers.get_mut(no).and_then(Option::as_mut)
        {
            viewer.handle_lost(peer);
        }
        if let Peer::Tcp(number) = peer {
            self.p.socket.connections.close(number);
        }
    }

    /// Sorts by the first byte (RFC 7983). Only a check that a viewer signed opens the door for its address. `via`: the
    /// shard at whose socket it arrived, if that is another.
    pub(super) fn handle_datagram(&mut self, datagram: &[u8], from: Peer, via: Option<usize>) {
        let known = self.by_peer.get(&from).copied();
        match (datagram.first(), known) {
            (Some(0..=3), _) => self.handle_stun(datagram, from, via),
            (Some(20..=63), Some(no)) => self.handle_dtls(no, datagram, from),
            (Some(128..=191), Some(no)) => self.handle_control(no, datagram),
            (Some(20..=63 | 128..=191), None) if via.is_none() => self.pass_on(datagram, from),
            _ => count(&self.p.totals.stray_datagrams),
        }
    }

    fn handle_stun(&mut self, datagram: &[u8], from: Peer, via: Option<usize>) {
        let now = self.p.clock.monotonic();
        let Some(ufrag) = stun::requested_ufrag(datagram) else { return count(&self.p.totals.stray_datagrams) };
        let Some(no) = self.by_ufrag.get(ufrag).copied() else {
            return if via.is_none() {
                self.pass_on_check(ufrag, datagram, from)
            };
        };
        let viewer = self.viewers.get_mut(no).and_then(Option::as_mut);
        let (Some(viewer), Some(address)) = (viewer, self.p.socket.address_of(from)) else { return };
        let crypto = self.p.identity.provider().crypto();
        let Some(check) = stun::check(datagram, address, &viewer.credentials.password, crypto) else {
            return count(&self.p.totals.stray_datagrams);
        };
        self.p.socket.send(from, &check.answer);
        if let Peer::Tcp(number) = from {
            self.p.socket.connections.settle(number);
        }
        let forgotten = viewer.handle_check(from, check.use_candidate, check.priority, now);
        let untouched = viewer.is_untouched();
        if let Some(old) = forgotten
            && self.by_peer.get(&old) == Some(&no)
        {
            self.forget_peer(old);
        }
        if let Some(before) = self.by_peer.insert(from, no)
            && before != no
            && let Some(viewer) = self.viewers.get_mut(before).and_then(Option::as_mut)
        {
            // The address has a new viewer behind it.
            viewer.handle_lost(from);
        }
        if let (Some(via), true) = (via, untouched) {
            self.move_to(via, no);
        }
    }

    fn handle_dtls(&mut self, no: usize, datagram: &[u8], from: Peer) {
        let now = self.p.clock.monotonic();
        let Some(viewer) = self.viewers.get_mut(no).and_then(Option::as_mut) else { return };
        let (socket, identity) = (&mut self.p.socket, &self.p.identity);
        match viewer.association.handle(identity, now, datagram, |d| socket.send(from, d)) {
            Outcome::Pending => {}
            Outcome::Connected(keys) => match Sealer::new(&keys, identity.provider().crypto()) {
                Ok(sealer) => {
                    viewer.connect(sealer, now);
                    tracing::debug!(view = %viewer.view.id, peer = ?from, profile = ?keys.profile, "viewer connected");
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

    pub(super) fn handle_control(&mut self, no: usize, datagram: &[u8]) {
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
                    if let Some(viewer) = self.viewers.get_mut(no).and_then(Option::as_mut) {
                        viewer.rate.handle_loss(fraction_lost, now);
                    }
                }
                Feedback::Bandwidth(bits) => {
                    let Some(viewer) = self.viewers.get_mut(no).and_then(Option::as_mut) else { return };
                    let needed = self.feeds.get(&key_of(viewer)).map_or(0, |f| f.bits_per_second());
                    viewer.rate.handle_estimate(bits, needed, now);
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
}
