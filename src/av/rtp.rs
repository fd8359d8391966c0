//! The fixed RTP header (RFC 3550 §5.1), read and written. RTCP, encryption and sockets live in `media`.

/// Bytes of the fixed header.
pub const HEADER_BYTES: usize = 12;

/// Why a datagram is not an RTP packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRtp {
    /// Shorter than its header says it must be.
    #[error("RTP packet too short")]
    Short,
    /// Another version than 2.
    #[error("RTP version {0}, not 2")]
    Version(u8),
    /// The padding is longer than what it pads.
    #[error("RTP padding too long")]
    Padding,
}

/// What a packet says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RtpHeader {
    /// For video: last packet of the access unit.
    pub marker: bool,
    /// 7 bits.
    pub payload_type: u8,
    /// Counts packets, wraps.
    pub sequence: u16,
    /// For video 90 kHz, wraps.
    pub timestamp: u32,
    /// Whose packet it is.
    pub ssrc: u32,
}

impl RtpHeader {
    /// The header as it travels: no padding, no extension, no contributing sources.
    pub fn to_bytes(self) -> [u8; HEADER_BYTES] {
        let mut b = [0; HEADER_BYTES];
        b[0] = 0x80;
        b[1] = u8::from(self.marker) << 7 | (self.payload_type & 0x7f);
        b[2..4].copy_from_slice(&self.sequence.to_be_bytes());
        b[4..8].copy_from_slice(&self.timestamp.to_be_bytes());
        b[8..12].copy_from_slice(&self.ssrc.to_be_bytes());
        b
    }
}

/// A packet as read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RtpPacket<'a> {
    /// The fixed header.
    pub header: RtpHeader,
    /// Profile number and content of the header extension (§5.3.1), if there is one.
    pub extension: Option<(u16, &'a [u8])>,
    /// Without padding.
    pub payload: &'a [u8],
}

impl<'a> RtpPacket<'a> {
    /// Reads a datagram.
    ///
    /// # Errors
    /// [`BadRtp`], when it is none.
    pub fn parse(packet: &'a [u8]) -> Result<Self, BadRtp> {
        let (&[b0, b1, s0, s1, t0, t1, t2, t3, i0, i1, i2, i3], mut rest) =
            packet.split_first_chunk::<HEADER_BYTES>().ok_or(BadRtp::Short)?;
        if b0 >> 6 != 2 {
            return Err(BadRtp::Version(b0 >> 6));
        }
        rest = rest.get(usize::from(b0 & 0x0f) * 4..).ok_or(BadRtp::Short)?;
        let mut extension = None;
        if b0 & 0x10 != 0 {
            let (&[p0, p1, w0, w1], tail) = rest.split_first_chunk::<4>().ok_or(BadRtp::Short)?;
            let bytes = usize::from(u16::from_be_bytes([w0, w1])) * 4;
            let (inside, tail) = tail.split_at_checked(bytes).ok_or(BadRtp::Short)?;
            extension = Some((u16::from_be_bytes([p0, p1]), inside));
            rest = tail;
        }
        if b0 & 0x20 != 0 {
            let padding = usize::from(*rest.last().ok_or(BadRtp::Padding)?);
            let keep = rest.len().checked_sub(padding).filter(|_| padding > 0).ok_or(BadRtp::Padding)?;
            rest = rest.get(..keep).ok_or(BadRtp::Padding)?;
        }
        let header = RtpHeader {
            marker: b1 & 0x80 != 0,
            payload_type: b1 & 0x7f,
            sequence: u16::from_be_bytes([s0, s1]),
            timestamp: u32::from_be_bytes([t0, t1, t2, t3]),
            ssrc: u32::from_be_bytes([i0, i1, i2, i3]),
        };
        Ok(Self { header, extension, payload: rest })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sources_extension_and_padding_are_taken_off() {
        let h = RtpHeader { marker: true, payload_type: 96, sequence: 65_535, timestamp: 7, ssrc: 0xdead_beef };
        let mut p = h.to_bytes().to_vec();
        p[0] |= 0x20 | 0x10 | 1;
        p.extend([0, 0, 0, 9, 0xbe, 0xde, 0, 1, 1, 2, 3, 4, b'h', b'i', 0, 0, 3]);
        let read = RtpPacket::parse(&p).expect("a packet");
        assert_eq!(read.header, h);
        assert_eq!(read.extension, Some((0xbede, &[1u8, 2, 3, 4][..])));
        assert_eq!(read.payload, b"hi");
    }

    #[test]
    fn what_is_not_rtp_is_said_to_be_so() {
        assert_eq!(RtpPacket::parse(&[0x80; 11]), Err(BadRtp::Short));
        assert_eq!(RtpPacket::parse(&[0x16; 20]), Err(BadRtp::Version(0)));
        let mut p = [0u8; 14];
        p[0] = 0xa0;
        for padding in [0, 3, 200] {
            p[13] = padding;
            assert_eq!(RtpPacket::parse(&p), Err(BadRtp::Padding));
        }
    }

    proptest! {
        #[test]
        fn garbage_never_panics(data in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = RtpPacket::parse(&data);
            let mut v2 = data;
            if let Some(b) = v2.first_mut() {
                *b = 0x80 | (*b & 0x3f);
            }
            let _ = RtpPacket::parse(&v2);
        }

        #[test]
        fn written_headers_are_read_back(marker: bool, payload_type in 0u8..128, sequence: u16, timestamp: u32, ssrc: u32) {
            let h = RtpHeader { marker, payload_type, sequence, timestamp, ssrc };
            prop_assert_eq!(RtpPacket::parse(&h.to_bytes()).map(|p| p.header), Ok(h));
        }
    }
}
