//! Cutting an access unit into RTP payloads (RFC 6184, packetization-mode 1; RFC 7798 without DONL), once per track, for
//! every viewer.

use crate::{Codec, NalKind, ParameterSets, h264, h265};
use bytes::{BufMut, Bytes, BytesMut};

/// Bytes of one RTP payload at most: with RTP header and extensions (20), RTX number (2), SRTP tag (16), UDP and IPv6
/// headers (48) it stays below 1,280, the smallest MTU of IPv6 (RFC 8200 §5).
pub const PAYLOAD_BYTES_MAX: usize = 1_188;

/// One RTP payload: a short head of our own and a slice of the access unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RtpPayload {
    /// What stands before a fragment, the first `head_len` bytes of the payload: FU indicator and FU header (RFC 6184
    /// §5.8), payload header and FU header (RFC 7798 §4.4.3).
    pub head: [u8; 3],
    /// 0 for a whole NAL unit or an aggregation packet; for a fragment 2 in H.264, 3 in H.265.
    pub head_len: u8,
    /// The rest of the payload.
    pub body: Bytes,
    /// Last of its access unit: the RTP marker bit.
    pub marker: bool,
}

impl RtpPayload {
    /// Bytes of the payload.
    pub fn len(&self) -> usize {
        usize::from(self.head_len) + self.body.len()
    }
    /// Never true for a payload made by [`packetize`].
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Writes the payload to the front of `out`, which must have room for [`RtpPayload::len`] bytes.
    pub fn write(&self, out: &mut [u8]) {
        let h = usize::from(self.head_len);
        out[..h].copy_from_slice(&self.head[..h]);
        out[h..h + self.body.len()].copy_from_slice(&self.body);
    }
}

/// Type of an aggregation packet without decoding order number (RFC 6184 §5.7.1).
const STAP_A: u8 = 24;
/// Type of a fragment without decoding order number (RFC 6184 §5.8).
const FU_A: u8 = 28;
/// Type of an aggregation packet of H.265 (RFC 7798 §4.4.2).
const AP: u8 = 48;
/// Type of a fragment of H.265 (RFC 7798 §4.4.3).
const FU: u8 = 49;

/// Cuts the length-prefixed NAL units of `data`. With `parameters`, an aggregation packet of the parameter sets comes
/// first and any parameter set or access unit delimiter in `data` is left out. Fragments of one NAL unit are of equal size
/// but for the last, as UDP segmentation offload wants them.
///
/// NAL units that RTP cannot carry (in H.264 types 0 and 24 to 31, in H.265 48 to 63 mean something else there) are left
/// out, as is whatever follows a length that reaches beyond the data.
pub fn packetize(codec: Codec, data: &Bytes, parameters: Option<&ParameterSets>) -> Vec<RtpPayload> {
    let mut out = Vec::new();
    if let Some(p) = parameters {
        push_parameters(&mut out, p);
    }
    for range in h264::nal_ranges(data) {
        let nal = data.slice(range);
        let kind = codec.kind(&nal);
        let doubled =
            parameters.is_some() && matches!(kind, NalKind::Vps | NalKind::Sps | NalKind::Pps | NalKind::Padding);
        let carried = match codec {
            Codec::H264 => (1..STAP_A).contains(&h264::nal_type(&nal)),
            Codec::H265 => h265::nal_type(&nal) < h265::RTP_TYPES_FROM && h265::is_base_layer(&nal),
        };
        if !doubled && carried {
            push_nal(codec, &mut out, nal);
        }
    }
    if let Some(last) = out.last_mut() {
        last.marker = true;
    }
    out
}

/// The parameter sets in one packet, or on their own if they are too large for one.
fn push_parameters(out: &mut Vec<RtpPayload>, p: &ParameterSets) {
    let sets = || [&p.vps, &p.sps, &p.pps].into_iter().filter(|s| !s.is_empty());
    let bytes = h265::HEADER_BYTES + sets().map(|s| 2 + s.len()).sum::<usize>();
    if bytes > PAYLOAD_BYTES_MAX {
        return sets().for_each(|s| push_nal(p.codec, out, s.clone()));
    }
    let mut body = BytesMut::with_capacity(bytes);
    match p.codec {
        Codec::H264 => {
            let importance = sets().filter_map(|s| s.first()).map(|h| h & 0x60).max().unwrap_or(0);
            body.put_u8(importance | STAP_A);
        }
        // Of the base layer, TemporalId 0.
        Codec::H265 => body.put_slice(&[AP << 1, 1]),
    }
    for s in sets() {
        // Below PAYLOAD_BYTES_MAX, so it fits 16 bits.
        body.put_u16(s.len() as u16);
        body.put_slice(s);
    }
    out.push(RtpPayload { head: [0; 3], head_len: 0, body: body.freeze(), marker: false });
}

fn push_nal(codec: Codec, out: &mut Vec<RtpPayload>, nal: Bytes) {
    if nal.len() <= PAYLOAD_BYTES_MAX {
        out.push(RtpPayload { head: [0; 3], head_len: 0, body: nal, marker: false });
        return;
    }
    let (header_bytes, head_len) = match codec {
        Codec::H264 => (1, 2),
        Codec::H265 => (h265::HEADER_BYTES, 3),
    };
    let (first, second) = (nal[0], nal[1]);
    let content = nal.slice(header_bytes..);
    let fragments = content.len().div_ceil(PAYLOAD_BYTES_MAX - usize::from(head_len));
    let size = content.len().div_ceil(fragments);
    let mut at = 0;
    while at < content.len() {
        let end = (at + size).min(content.len());
        let ends = u8::from(at == 0) << 7 | u8::from(end == content.len()) << 6;
        let head = match codec {
            Codec::H264 => [(first & 0xe0) | FU_A, ends | (first & 0x1f), 0],
            Codec::H265 => [(first & 0x81) | FU << 1, second, ends | (first >> 1 & 0x3f)],
        };
        out.push(RtpPayload { head, head_len, body: content.slice(at..end), marker: false });
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::h264::tests::{PPS_1080, SPS_1080};
    use proptest::prelude::*;

    /// What a receiver makes of the payloads (RFC 6184 §5.6 to §5.8).
    fn reassemble(payloads: &[RtpPayload]) -> Vec<Vec<u8>> {
        let mut nals: Vec<Vec<u8>> = Vec::new();
        for p in payloads {
            let mut b = vec![0; p.len()];
            p.write(&mut b);
            match b[0] & 0x1f {
                STAP_A => {
                    let mut rest = &b[1..];
                    while !rest.is_empty() {
                        let n = usize::from(u16::from_be_bytes([rest[0], rest[1]]));
                        nals.push(rest[2..2 + n].to_vec());
                        rest = &rest[2 + n..];
                    }
                }
                FU_A => {
                    if b[1] & 0x80 != 0 {
                        nals.push(vec![(b[0] & 0xe0) | (b[1] & 0x1f)]);
                    }
                    nals.last_mut().expect("a fragment before its start").extend(&b[2..]);
                }
                _ => nals.push(b),
            }
        }
        nals
    }

    /// The same for RFC 7798 §4.4.
    fn reassemble_h265(payloads: &[RtpPayload]) -> Vec<Vec<u8>> {
        let mut nals: Vec<Vec<u8>> = Vec::new();
        for p in payloads {
            let mut b = vec![0; p.len()];
            p.write(&mut b);
            match b[0] >> 1 & 0x3f {
                AP => {
                    let mut rest = &b[2..];
                    while !rest.is_empty() {
                        let n = usize::from(u16::from_be_bytes([rest[0], rest[1]]));
                        nals.push(rest[2..2 + n].to_vec());
                        rest = &rest[2 + n..];
                    }
                }
                FU => {
                    if b[2] & 0x80 != 0 {
                        nals.push(vec![(b[0] & 0x81) | (b[2] & 0x3f) << 1, b[1]]);
                    }
                    nals.last_mut().expect("a fragment before its start").extend(&b[3..]);
                }
                _ => nals.push(b),
            }
        }
        nals
    }

    #[test]
    fn an_h265_key_frame_begins_with_its_parameter_sets_once() {
        use crate::h265::tests::{PPS_1080 as PPS, SPS_1080 as SPS, VPS_1080 as VPS};
        let [vps, sps, pps] = [VPS, SPS, PPS].map(Bytes::from_static);
        let sets = h265::parse(vps, sps, pps).expect("parameter sets");
        let idr = [&[0x26u8, 1, 0xaf][..], &[7; 5_000]].concat();
        let data = Bytes::from(h264::length_prefixed([&[0x46u8, 1, 0x50][..], VPS, SPS, PPS, &idr]));
        let out = packetize(Codec::H265, &data, Some(&sets));
        assert_eq!(reassemble_h265(&out), [VPS, SPS, PPS, &idr]);
        let sizes: Vec<_> = out[1..].iter().map(RtpPayload::len).collect();
        assert!(sizes.windows(2).all(|w| w[0] == w[1] || w[1] == *sizes.last().expect("fragments")), "{sizes:?}");
        assert!(out.iter().all(|p| p.len() <= PAYLOAD_BYTES_MAX) && out.last().is_some_and(|p| p.marker));
    }

    fn sets() -> ParameterSets {
        ParameterSets::parse(Bytes::from_static(SPS_1080), Bytes::from_static(PPS_1080)).expect("parameter sets")
    }

    #[test]
    fn a_key_frame_begins_with_its_parameter_sets_once() {
        let idr = [&[0x65u8, 0x88][..], &[7; 5_000]].concat();
        let data = Bytes::from(h264::length_prefixed([&[0x09u8, 0xf0][..], SPS_1080, PPS_1080, &idr]));
        let out = packetize(Codec::H264, &data, Some(&sets()));
        assert_eq!(reassemble(&out), [SPS_1080, PPS_1080, &idr]);
        assert_eq!(out[0].body[0], 0x78, "STAP-A of the highest importance inside");
        let sizes: Vec<_> = out[1..].iter().map(RtpPayload::len).collect();
        assert!(sizes.windows(2).all(|w| w[0] == w[1] || w[1] == *sizes.last().expect("fragments")), "{sizes:?}");
        assert!(sizes.iter().all(|s| *s <= PAYLOAD_BYTES_MAX && *s <= sizes[0]), "{sizes:?}");
        assert_eq!(out.iter().map(|p| p.marker).collect::<Vec<_>>(), {
            let mut m = vec![false; out.len()];
            m[out.len() - 1] = true;
            m
        });
    }

    #[test]
    fn nal_units_that_would_pass_for_aggregation_are_left_out() {
        let data =
            Bytes::from(h264::length_prefixed([&[0x78u8, 0, 200, 1][..], &[0x7c, 0x85], &[0x00, 1], &[0x41, 0x9a]]));
        assert_eq!(reassemble(&packetize(Codec::H264, &data, None)), [[0x41, 0x9a]]);
        assert_eq!(packetize(Codec::H264, &Bytes::new(), None), []);
    }

    #[test]
    fn parameter_sets_too_large_for_one_packet_go_on_their_own() {
        let mut large = sets();
        large.sps = Bytes::from([SPS_1080, &[1; 3_000]].concat());
        let out = packetize(Codec::H264, &Bytes::from(h264::length_prefixed([&[0x65u8, 0x88][..]])), Some(&large));
        assert!(out.iter().all(|p| p.len() <= PAYLOAD_BYTES_MAX));
        assert_eq!(reassemble(&out), [large.sps.to_vec(), large.pps.to_vec(), vec![0x65, 0x88]]);
    }

    proptest! {
        #[test]
        fn reassembled_equals_the_original(
            nals in proptest::collection::vec((1u8..24, 0u8..8, proptest::collection::vec(any::<u8>(), 0..4_000)), 1..6),
        ) {
            let nals: Vec<Vec<u8>> =
                nals.into_iter().map(|(kind, top, body)| [&[(top & 3) << 5 | kind][..], &body].concat()).collect();
            let data = Bytes::from(h264::length_prefixed(nals.iter().map(Vec::as_slice)));
            let out = packetize(Codec::H264, &data, None);
            prop_assert!(out.iter().all(|p| p.len() <= PAYLOAD_BYTES_MAX && !p.is_empty()));
            prop_assert_eq!(out.iter().filter(|p| p.marker).count(), 1);
            prop_assert!(out.last().is_some_and(|p| p.marker));
            prop_assert_eq!(reassemble(&out), nals);
        }

        #[test]
        fn reassembled_h265_equals_the_original(
            nals in proptest::collection::vec((0u8..48, proptest::collection::vec(any::<u8>(), 0..4_000)), 1..6),
        ) {
            let nals: Vec<Vec<u8>> = nals.into_iter().map(|(kind, body)| [&[kind << 1, 1][..], &body].concat()).collect();
            let data = Bytes::from(h264::length_prefixed(nals.iter().map(Vec::as_slice)));
            let out = packetize(Codec::H265, &data, None);
            prop_assert!(out.iter().all(|p| p.len() <= PAYLOAD_BYTES_MAX && !p.is_empty()));
            prop_assert_eq!(out.iter().filter(|p| p.marker).count(), 1);
            prop_assert_eq!(reassemble_h265(&out), nals);
        }

        #[test]
        fn garbage_never_panics(data in proptest::collection::vec(any::<u8>(), 0..200)) {
            let data = Bytes::from(data);
            let _ = (packetize(Codec::H264, &data, None), packetize(Codec::H264, &data, Some(&sets())));
            let _ = (packetize(Codec::H265, &data, None), packetize(Codec::H265, &data, Some(&sets())));
        }
    }
}
