//! Control packets (RFC 3550 §6, RFC 4585): what viewers tell us, and our sender reports.
//!
//! Packets come decrypted; they are still the viewer's text.

use base::WallTime;
use rtc_rtcp::goodbye::Goodbye;
use rtc_rtcp::packet::{Packet, marshal};
use rtc_rtcp::sender_report::SenderReport;
use rtc_rtcp::source_description::{SdesType, SourceDescription, SourceDescriptionChunk, SourceDescriptionItem};

/// What a viewer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Feedback {
    /// These packets (sequence numbers) did not arrive.
    Nack(Vec<u16>),
    /// It needs a key frame (PLI or FIR).
    KeyFrame,
    /// A receiver report on our pictures: lost since the last one, in 1/256.
    Report {
        /// 0 to 255.
        fraction_lost: u8,
    },
    /// What its network carries, as it estimates: bit/s (draft-alvestrand-rmcat-remb).
    Bandwidth(u64),
    /// It is leaving.
    Goodbye,
}

/// Sequence numbers of one packet that are looked at; a real one names a few.
const NACKS_MAX: usize = 1_024;

fn word(b: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(b.get(at..at + 4)?.try_into().ok()?))
}

/// Reads a compound packet. Ends at the first packet that is not complete; what is about other SSRCs is left out.
pub(super) fn read(mut compound: &[u8], ssrc: u32) -> Vec<Feedback> {
    let mut out = Vec::new();
    while let Some((&[b0, kind, l0, l1], _)) = compound.split_first_chunk::<4>() {
        let bytes = (usize::from(u16::from_be_bytes([l0, l1])) + 1) * 4;
        let Some((packet, rest)) = compound.split_at_checked(bytes) else { break };
        if b0 >> 6 != 2 {
            break;
        }
        out.extend(one(packet, b0 & 0x1f, kind, ssrc));
        compound = rest;
    }
    out
}

fn one(packet: &[u8], count: u8, kind: u8, ssrc: u32) -> Option<Feedback> {
    match (kind, count) {
        // Receiver report, and the same blocks at the end of a sender report.
        (200 | 201, count) => {
            let first = if kind == 200 { 28 } else { 8 };
            (0..usize::from(count))
                .map(|i| first + i * 24)
                .find(|at| word(packet, *at) == Some(ssrc))
                .and_then(|at| Some(Feedback::Report { fraction_lost: *packet.get(at + 4)? }))
        }
        (203, _) => Some(Feedback::Goodbye),
        (205, 1) if word(packet, 8) == Some(ssrc) => {
            let mut lost = Vec::new();
            for pair in packet.get(12..)?.chunks_exact(4) {
                let first = u16::from_be_bytes([pair[0], pair[1]]);
                let mask = u16::from_be_bytes([pair[2], pair[3]]);
                lost.push(first);
                lost.extend((0..16).filter(|i| mask & 1 << i != 0).map(|i| first.wrapping_add(i + 1)));
                if lost.len() >= NACKS_MAX {
                    break;
                }
            }
            Some(Feedback::Nack(lost))
        }
        (206, 1) if word(packet, 8) == Some(ssrc) => Some(Feedback::KeyFrame),
        // REMB: "REMB", number of SSRCs, exponent and mantissa, SSRCs.
        (206, 15) if packet.get(12..16) == Some(b"REMB") => {
            let [_, b1, b2, b3] = word(packet, 16)?.to_be_bytes();
            let mantissa = u64::from(b1 & 3) << 16 | u64::from(b2) << 8 | u64::from(b3);
            let ours = packet.get(20..)?.chunks_exact(4).any(|s| word(s, 0) == Some(ssrc));
            ours.then(|| Feedback::Bandwidth(mantissa.checked_shl(u32::from(b1 >> 2)).unwrap_or(u64::MAX)))
        }
        // FIR names the SSRC in its own entries (RFC 5104 §4.3.1.1).
        (206, 4) => packet.get(12..)?.chunks_exact(8).any(|e| word(e, 0) == Some(ssrc)).then_some(Feedback::KeyFrame),
        _ => None,
    }
}

/// NTP time (RFC 3550 §4) of a moment.
fn ntp(at: WallTime) -> u64 {
    const SECONDS_1900_TO_1970: i64 = 2_208_988_800;
    let us = at.unix_us();
    let seconds = (us.div_euclid(1_000_000) + SECONDS_1900_TO_1970) as u64;
    let fraction = (us.rem_euclid(1_000_000) as u64) << 32;
    (seconds << 32) | (fraction / 1_000_000)
}

/// A sender report with the name that binds the streams.
pub(super) fn sender_report(ssrc: u32, now: WallTime, timestamp: u32, packets: u32, octets: u32) -> Option<Vec<u8>> {
    let report = SenderReport {
        ssrc,
        ntp_time: ntp(now),
        rtp_time: timestamp,
        packet_count: packets,
        octet_count: octets,
        ..Default::default()
    };
    let name = SourceDescriptionItem { sdes_type: SdesType::SdesCname, text: bytes::Bytes::from_static(b"matluoi") };
    let names = SourceDescription { chunks: vec![SourceDescriptionChunk { source: ssrc, items: vec![name] }] };
    let parts: [Box<dyn Packet>; 2] = [Box::new(report), Box::new(names)];
    marshal(&parts).ok().map(|b| b.to_vec())
}

/// Our goodbye.
pub(super) fn goodbye(ssrc: u32) -> Option<Vec<u8>> {
    let parts: [Box<dyn Packet>; 1] = [Box::new(Goodbye { sources: vec![ssrc], ..Default::default() })];
    marshal(&parts).ok().map(|b| b.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rtc_rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
    use rtc_rtcp::receiver_report::ReceiverReport;
    use rtc_rtcp::reception_report::ReceptionReport;
    use rtc_rtcp::transport_feedbacks::transport_layer_nack::{NackPair, TransportLayerNack};

    #[test]
    fn what_the_library_writes_is_understood() {
        let parts: [Box<dyn Packet>; 4] = [
            Box::new(ReceiverReport {
                ssrc: 1,
                reports: vec![
                    ReceptionReport { ssrc: 5, fraction_lost: 9, ..Default::default() },
                    ReceptionReport { ssrc: 42, fraction_lost: 3, ..Default::default() },
                ],
                ..Default::default()
            }),
            Box::new(TransportLayerNack {
                sender_ssrc: 1,
                media_ssrc: 42,
                nacks: vec![NackPair { packet_id: 65_535, lost_packets: 0b101 }],
            }),
            Box::new(PictureLossIndication { sender_ssrc: 1, media_ssrc: 42 }),
            Box::new(Goodbye { sources: vec![1], ..Default::default() }),
        ];
        let bytes = marshal(&parts).expect("written");
        let all = [
            Feedback::Report { fraction_lost: 3 },
            Feedback::Nack(vec![65_535, 0, 2]),
            Feedback::KeyFrame,
            Feedback::Goodbye,
        ];
        assert_eq!(read(&bytes, 42), all);
        assert_eq!(read(&bytes, 43), [Feedback::Goodbye], "other streams' feedback is not ours");
    }

    #[test]
    fn an_estimate_of_bandwidth_is_read() {
        let p = rtc_rtcp::payload_feedbacks::receiver_estimated_maximum_bitrate::ReceiverEstimatedMaximumBitrate {
            sender_ssrc: 1,
            bitrate: 2_500_000.0,
            ssrcs: vec![41, 42],
        };
        let bytes = marshal(&[Box::new(p) as Box<dyn Packet>]).expect("written");
        let [Feedback::Bandwidth(bits)] = read(&bytes, 42)[..] else { panic!("{:?}", read(&bytes, 42)) };
        assert!((2_490_000..=2_510_000).contains(&bits), "{bits}");
        assert_eq!(read(&bytes, 43), []);
    }

    #[test]
    fn a_full_intra_request_asks_for_a_key_frame() {
        let mut p = vec![0x84, 206, 0, 4];
        p.extend([0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 42, 7, 0, 0, 0]);
        assert_eq!(read(&p, 42), [Feedback::KeyFrame]);
    }

    #[test]
    fn our_report_is_read_by_the_library() {
        let now = WallTime::parse_rfc3339("2026-11-24T00:00:00.5Z").expect("a time");
        let b = sender_report(42, now, 7, 1, 2).expect("written");
        let list = rtc_rtcp::packet::unmarshal(&mut &b[..]).expect("read");
        let sr = list[0].as_any().downcast_ref::<SenderReport>().expect("a sender report");
        assert_eq!((sr.ssrc, sr.rtp_time, sr.ntp_time & 0xffff_ffff), (42, 7, 1 << 31));
        assert_eq!(sr.ntp_time >> 32, (now.unix_us() / 1_000_000) as u64 + 2_208_988_800);
        assert!(goodbye(42).is_some());
    }

    proptest! {
        #[test]
        fn garbage_never_panics(data in proptest::collection::vec(any::<u8>(), 0..200), ssrc: u32) {
            read(&data, ssrc);
        }
        #[test]
        fn nearly_right_packets_never_panic(kind in 199u8..208, count in 0u8..32, body in proptest::collection::vec(any::<u8>(), 0..60)) {
            let mut p = vec![0x80 | count, kind, 0, (body.len() / 4) as u8];
            p.extend(body);
            read(&p, 0);
        }
    }
}
