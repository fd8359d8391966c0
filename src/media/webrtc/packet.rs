//! One RTP packet as a viewer gets it: header, extensions, payload, sealed.

use super::sdp::MediaNeeds;
use super::srtp::Sealer;
use av::RtpPayload;
use std::time::Duration;

/// What stands in one packet's header.
pub(super) struct Packet {
    pub payload_type: u8,
    pub ssrc: u32,
    pub index: u64,
    pub timestamp: u32,
    /// Sequence number of the packet that this one repeats (RFC 4588 §4).
    pub original: Option<u16>,
    /// When it is sent: for the viewer's estimate of what its network carries.
    pub sent_at: Duration,
}

impl Packet {
    fn header_bytes(needs: &MediaNeeds) -> usize {
        match (needs.send_time, needs.playout_delay) {
            (None, None) => 12,
            (Some(_), Some(_)) => 12 + 4 + 8,
            _ => 12 + 4 + 4,
        }
    }
    /// Bytes of the sealed packet.
    pub(super) fn size(&self, needs: &MediaNeeds, payload: &RtpPayload, sealer: &Sealer) -> usize {
        let original = if self.original.is_some() { 2 } else { 0 };
        Self::header_bytes(needs) + original + payload.len() + sealer.tag_bytes()
    }

    /// Writes and seals into `out`, which has exactly [`Packet::size`] bytes.
    pub(super) fn write(
        &self,
        needs: &MediaNeeds,
        payload: &RtpPayload,
        sealer: &mut Sealer,
        out: &mut [u8],
    ) -> Option<()> {
        let header_bytes = Self::header_bytes(needs);
        let header = av::rtp::RtpHeader {
            marker: payload.marker,
            payload_type: self.payload_type,
            sequence: self.index as u16,
            timestamp: self.timestamp,
            ssrc: self.ssrc,
        };
        out.get_mut(..12)?.copy_from_slice(&header.to_bytes());
        if header_bytes > 12 {
            *out.first_mut()? |= 0x10;
            let extension = out.get_mut(12..header_bytes)?;
            extension.fill(0);
            // One-byte form (RFC 8285 §4.2); zeros behind the elements are padding.
            extension.get_mut(..4)?.copy_from_slice(&[0xbe, 0xde, 0, ((header_bytes - 16) / 4) as u8]);
            let mut at = 4;
            if let Some(id) = needs.send_time {
                // 24 bits of seconds, 18 of them behind the point.
                let time = ((self.sent_at.as_micros() << 18) / 1_000_000) as u32;
                let [_, high, mid, low] = time.to_be_bytes();
                extension.get_mut(at..at + 4)?.copy_from_slice(&[id << 4 | 2, high, mid, low]);
                at += 4;
            }
            if let Some(id) = needs.playout_delay {
                // Smallest and largest delay 0: show each picture as soon as it is decoded.
                extension.get_mut(at..at + 4)?.copy_from_slice(&[id << 4 | 2, 0, 0, 0]);
            }
        }
        let mut at = header_bytes;
        if let Some(original) = self.original {
            out.get_mut(at..at + 2)?.copy_from_slice(&original.to_be_bytes());
            at += 2;
        }
        payload.write(out.get_mut(at..at + payload.len())?);
        sealer.seal(out, header_bytes, at + payload.len(), self.index, self.ssrc).map(|_| ())
    }
}
