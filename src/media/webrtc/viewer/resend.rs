//! Packets again that did not arrive (RFC 4585 §6.2.1, RFC 4588): out of the track's ring, without copies per viewer.

use super::{Sent, Viewer};
use crate::webrtc::feed::Feed;
use crate::webrtc::figures::{Totals, add, count};
use crate::webrtc::packet::Packet;
use crate::webrtc::send::Socket;
use av::Read;
use base::limits;
use std::time::Duration;

impl Viewer {
    /// Sends packets again that the viewer has not got.
    pub(in crate::webrtc) fn resend(
        &mut self,
        lost: &[u16],
        feed: &mut Feed,
        socket: &mut Socket,
        totals: &Totals,
        now: Duration,
    ) {
        add(&totals.nacked, lost.len() as u64);
        if now.saturating_sub(self.resends_since) >= Duration::from_secs(1) {
            self.resends_since = now;
            self.resends_left = limits::WHEP_RESENT_PER_SECOND_MAX;
        }
        let (Some(peer), Some(mut sealer)) = (self.peer(), self.sealer.take()) else { return };
        let mut batch = socket.batch(peer);
        for sequence in lost {
            let Some((sent, place, index)) = self.find_sent(*sequence) else { continue };
            if self.resends_left == 0 {
                break;
            }
            let (number, timestamp) = (sent.number, sent.timestamp);
            let Read::Unit(unit) = feed.read(number) else { continue };
            let Some(payload) = unit.payloads.get(place) else { continue };
            self.resends_left -= 1;
            let packet = match self.needs.rtx_payload_type {
                Some(payload_type) => {
                    self.rtx_index += 1;
                    Packet {
                        payload_type,
                        ssrc: self.credentials.rtx_ssrc,
                        index: self.rtx_index,
                        timestamp,
                        original: Some(*sequence),
                        sent_at: now,
                    }
                }
                // The very same packet again: the same index must never seal anything else, so there are no
                // times of sending without RTX (see `sdp.rs`).
                None => Packet {
                    payload_type: self.needs.payload_type,
                    ssrc: self.credentials.ssrc,
                    index,
                    timestamp,
                    original: None,
                    sent_at: Duration::ZERO,
                },
            };
            let size = packet.size(&self.needs, payload, &sealer);
            if let Some(slot) = batch.slot(size)
                && packet.write(&self.needs, payload, &mut sealer, slot).is_some()
            {
                batch.filled(size);
                self.bytes += size as u64;
                count(&totals.retransmitted);
                count(&totals.packets);
                add(&totals.bytes, size as u64);
            }
        }
        drop(batch);
        self.sealer = Some(sealer);
    }

    /// The access unit of a sequence number, the payload's place in it, and the packet's index.
    fn find_sent(&self, sequence: u16) -> Option<(&Sent, usize, u64)> {
        let newest = self.index.checked_sub(1)?;
        let index = newest.checked_sub(u64::from((newest as u16).wrapping_sub(sequence)))?;
        let after = self.sent.partition_point(|s| s.first <= index);
        let sent = self.sent.get(after.checked_sub(1)?)?;
        Some((sent, usize::try_from(index - sent.first).ok()?, index))
    }
}
