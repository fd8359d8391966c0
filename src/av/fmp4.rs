//! Fragmented MP4 (ISO/IEC 14496-12 §8.8) with one video track (ISO/IEC 14496-15): for players that take a byte stream.
//!
//! Own boxes: some two hundred lines for the one shape that is needed, written once per picture on the pictures' way.
//! Times are on the track's own 90 kHz line. What is written here is read back by other hands in the tests (ffprobe,
//! browsers).

use crate::{Codec, ParameterSets};

/// Ticks per second of all times.
pub const TIMESCALE: u32 = 90_000;

/// One picture in decoding order.
#[derive(Clone, Copy, Debug)]
pub struct Sample<'a> {
    /// Its NAL units, each with its 4-byte length.
    pub data: &'a [u8],
    /// How long it is shown, 90 kHz.
    pub duration: u32,
    /// Presentation time less decoding time, 90 kHz.
    pub offset: i32,
    /// Decoding can start here.
    pub random_access: bool,
}

/// A box: its size, its type, and what `fill` writes.
fn put(out: &mut Vec<u8>, kind: &[u8; 4], fill: impl FnOnce(&mut Vec<u8>)) {
    let at = out.len();
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(kind);
    fill(out);
    // Bounded by what goes in: parameter sets of 4 KiB and pictures of some MiB.
    let size = u32::try_from(out.len() - at).unwrap_or(u32::MAX);
    if let Some(head) = out.get_mut(at..at + 4) {
        head.copy_from_slice(&size.to_be_bytes());
    }
}

/// A full box: version and flags before the rest.
fn put_full(out: &mut Vec<u8>, kind: &[u8; 4], version: u8, flags: u32, fill: impl FnOnce(&mut Vec<u8>)) {
    put(out, kind, |out| {
        u32s(out, &[u32::from(version) << 24 | flags]);
        fill(out);
    });
}

fn u32s(out: &mut Vec<u8>, values: &[u32]) {
    values.iter().for_each(|v| out.extend_from_slice(&v.to_be_bytes()));
}
fn u16s(out: &mut Vec<u8>, values: &[u16]) {
    values.iter().for_each(|v| out.extend_from_slice(&v.to_be_bytes()));
}

/// The unity matrix of `mvhd` and `tkhd`.
const MATRIX: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];

/// `ftyp` and `moov`: what a decoder must know before the first fragment. New parameter sets need a new one.
pub fn init_segment(p: &ParameterSets) -> Vec<u8> {
    let mut out = Vec::with_capacity(1_024);
    put(&mut out, b"ftyp", |b| b.extend_from_slice(b"iso6\0\0\0\x01iso6isommp41"));
    put(&mut out, b"moov", |b| {
        put_full(b, b"mvhd", 0, 0, |b| {
            u32s(b, &[0, 0, TIMESCALE, 0, 0x1_0000]);
            b.extend_from_slice(&[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
            u32s(b, &MATRIX);
            u32s(b, &[0, 0, 0, 0, 0, 0, 2]);
        });
        put(b, b"trak", |b| {
            // Enabled, in the movie.
            put_full(b, b"tkhd", 0, 3, |b| {
                u32s(b, &[0, 0, 1, 0, 0, 0, 0]);
                u16s(b, &[0, 0, 0, 0]);
                u32s(b, &MATRIX);
                u32s(b, &[p.width << 16, p.height << 16]);
            });
            put(b, b"mdia", |b| {
                // Language undetermined.
                put_full(b, b"mdhd", 0, 0, |b| {
                    u32s(b, &[0, 0, TIMESCALE, 0]);
                    u16s(b, &[0x55c4, 0]);
                });
                put_full(b, b"hdlr", 0, 0, |b| b.extend_from_slice(b"\0\0\0\0vide\0\0\0\0\0\0\0\0\0\0\0\0\0"));
                put(b, b"minf", |b| {
                    put_full(b, b"vmhd", 0, 1, |b| u16s(b, &[0; 4]));
                    put(b, b"dinf", |b| {
                        put_full(b, b"dref", 0, 0, |b| {
                            u32s(b, &[1]);
                            put_full(b, b"url ", 0, 1, |_| {});
                        });
                    });
                    put(b, b"stbl", |b| {
                        put_full(b, b"stsd", 0, 0, |b| {
                            u32s(b, &[1]);
                            sample_entry(b, p);
                        });
                        for empty in [b"stts", b"stsc", b"stco"] {
                            put_full(b, empty, 0, 0, |b| u32s(b, &[0]));
                        }
                        put_full(b, b"stsz", 0, 0, |b| u32s(b, &[0, 0]));
                    });
                });
            });
        });
        put(b, b"mvex", |b| put_full(b, b"trex", 0, 0, |b| u32s(b, &[1, 1, 0, 0, 0])));
    });
    out
}

fn sample_entry(out: &mut Vec<u8>, p: &ParameterSets) {
    let kind = match p.codec {
        Codec::H264 => b"avc1",
        Codec::H265 => b"hvc1",
    };
    put(out, kind, |b| {
        b.extend_from_slice(&[0, 0, 0, 0, 0, 0, 0, 1]);
        u32s(b, &[0; 4]);
        let side = |n: u32| u16::try_from(n).unwrap_or(u16::MAX);
        u16s(b, &[side(p.width), side(p.height)]);
        // 72 dots per inch, one frame per sample, no name.
        u32s(b, &[0x48_0000, 0x48_0000, 0]);
        u16s(b, &[1]);
        b.extend_from_slice(&[0; 32]);
        u16s(b, &[0x18, 0xffff]);
        match p.codec {
            Codec::H264 => put(b, b"avcC", |b| avc_configuration(b, p)),
            Codec::H265 => put(b, b"hvcC", |b| hevc_configuration(b, p)),
        }
    });
}

fn put_set(out: &mut Vec<u8>, set: &[u8]) {
    // Parameter sets are at most `h264::PARAMETER_SET_BYTES_MAX` long.
    u16s(out, &[u16::try_from(set.len()).unwrap_or(0)]);
    out.extend_from_slice(set);
}

/// ISO/IEC 14496-15 §5.3.3.1.
fn avc_configuration(out: &mut Vec<u8>, p: &ParameterSets) {
    let [profile, constraints, level] = p.profile_level_id;
    out.extend_from_slice(&[1, profile, constraints, level, 0xff, 0xe1]);
    put_set(out, &p.sps);
    out.push(1);
    put_set(out, &p.pps);
    // The profiles of which the box says more: 4:2:0, 8 bits, no extensions is what cameras send.
    if matches!(profile, 100 | 110 | 122 | 144) {
        out.extend_from_slice(&[0xfd, 0xf8, 0xf8, 0]);
    }
}

/// ISO/IEC 14496-15 §8.3.3.1.
fn hevc_configuration(out: &mut Vec<u8>, p: &ParameterSets) {
    let Some(h) = &p.hevc else { return };
    out.push(1);
    out.extend_from_slice(&h.general);
    out.extend_from_slice(&[0xf0, 0, 0xfc, 0xfc | (h.chroma_format_idc & 3)]);
    out.extend_from_slice(&[0xf8 | (h.bit_depth_luma_minus8 & 7), 0xf8 | (h.bit_depth_chroma_minus8 & 7), 0, 0]);
    out.push((h.temporal_layers & 7) << 3 | u8::from(h.temporal_id_nested) << 2 | 3);
    out.push(3);
    for (kind, set) in [(crate::h265::VPS, &p.vps), (crate::h265::SPS, &p.sps), (crate::h265::PPS, &p.pps)] {
        out.extend_from_slice(&[0x80 | kind, 0, 1]);
        put_set(out, set);
    }
}

/// The codec as players are told of it (RFC 6381; ISO/IEC 14496-15 annex E): `avc1.640028`, `hvc1.1.6.L120.90`.
pub fn codec_string(p: &ParameterSets) -> String {
    let Some(h) = &p.hevc else { return format!("avc1.{}", p.profile_level_id_text()) };
    let [first, c0, c1, c2, c3, constraints @ .., level] = h.general;
    let space = ["", "A", "B", "C"].get(usize::from(first >> 6)).copied().unwrap_or_default();
    let tier = if first & 0x20 == 0 { 'L' } else { 'H' };
    let compatible = u32::from_be_bytes([c0, c1, c2, c3]).reverse_bits();
    let mut s = format!("hvc1.{space}{}.{compatible:X}.{tier}{level}", first & 0x1f);
    let last = constraints.iter().rposition(|b| *b != 0).map_or(0, |i| i + 1);
    constraints.iter().take(last).for_each(|b| s.push_str(&format!(".{b:X}")));
    s
}

/// `moof` and `mdat` of some pictures in decoding order, the first of them at `decode_time`.
pub fn fragment(sequence: u32, decode_time: u64, samples: &[Sample<'_>]) -> Vec<u8> {
    let bytes: usize = samples.iter().map(|s| s.data.len()).sum();
    let mut out = Vec::with_capacity(128 + samples.len() * 16 + bytes);
    let mut data_offset_at = 0;
    put(&mut out, b"moof", |b| {
        put_full(b, b"mfhd", 0, 0, |b| u32s(b, &[sequence]));
        put(b, b"traf", |b| {
            // default-base-is-moof
            put_full(b, b"tfhd", 0, 0x02_0000, |b| u32s(b, &[1]));
            put_full(b, b"tfdt", 1, 0, |b| b.extend_from_slice(&decode_time.to_be_bytes()));
            // Data offset; of each sample duration, size, flags and offset of its presentation (version 1: signed).
            put_full(b, b"trun", 1, 0x0f01, |b| {
                u32s(b, &[u32::try_from(samples.len()).unwrap_or(0)]);
                data_offset_at = b.len();
                u32s(b, &[0]);
                for s in samples {
                    // Depends on no other and others on it; or on others, and no place to start.
                    let flags = if s.random_access { 0x0200_0000 } else { 0x0101_0000 };
                    u32s(b, &[s.duration, u32::try_from(s.data.len()).unwrap_or(0), flags, s.offset as u32]);
                }
            });
        });
    });
    let offset = u32::try_from(out.len() + 8).unwrap_or(0);
    if let Some(place) = out.get_mut(data_offset_at..data_offset_at + 4) {
        place.copy_from_slice(&offset.to_be_bytes());
    }
    put(&mut out, b"mdat", |b| samples.iter().for_each(|s| b.extend_from_slice(s.data)));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    /// The boxes of a list, outermost first: type and content.
    fn boxes(mut data: &[u8]) -> Vec<([u8; 4], &[u8])> {
        let mut out = Vec::new();
        while let Some((size, rest)) = data.split_first_chunk::<4>() {
            let size = u32::from_be_bytes(*size) as usize;
            let (kind, _) = rest.split_first_chunk::<4>().expect("a type");
            out.push((*kind, &data[8..size]));
            data = &data[size..];
        }
        out
    }
    fn find<'a>(data: &'a [u8], path: &[&[u8; 4]]) -> &'a [u8] {
        path.iter().fold(data, |d, kind| boxes(d).into_iter().find(|b| b.0 == **kind).expect("the box").1)
    }
    fn h264() -> ParameterSets {
        use crate::h264::tests::{PPS_1080, SPS_1080};
        ParameterSets::parse(Bytes::from_static(SPS_1080), Bytes::from_static(PPS_1080)).expect("parameter sets")
    }
    fn h265() -> ParameterSets {
        use crate::h265::tests::{PPS_1080, SPS_1080, VPS_1080};
        let [v, s, p] = [VPS_1080, SPS_1080, PPS_1080].map(Bytes::from_static);
        crate::h265::parse(v, s, p).expect("parameter sets")
    }

    #[test]
    fn sizes_add_up_and_the_sets_are_where_players_look() {
        for p in [h264(), h265()] {
            let init = init_segment(&p);
            assert_eq!(boxes(&init).iter().map(|b| b.0).collect::<Vec<_>>(), [*b"ftyp", *b"moov"]);
            let entry = find(&init, &[b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd"]);
            let (kind, entry) = boxes(&entry[8..])[0];
            assert_eq!(&kind, if p.codec == Codec::H264 { b"avc1" } else { b"hvc1" });
            assert_eq!(entry[24..28], [0x07, 0x80, 0x04, 0x38], "1920 by 1080");
            let (kind, configuration) = boxes(&entry[78..])[0];
            assert_eq!(&kind, if p.codec == Codec::H264 { b"avcC" } else { b"hvcC" });
            for set in [&p.sps, &p.pps] {
                assert!(configuration.windows(set.len()).any(|w| w == &set[..]));
            }
        }
        assert_eq!(codec_string(&h264()), "avc1.640028");
        assert_eq!(codec_string(&h265()), "hvc1.1.6.L120.90");
    }

    #[test]
    fn a_fragment_says_where_its_pictures_are() {
        let samples = [
            Sample { data: &[1; 100], duration: 3_600, offset: 0, random_access: true },
            Sample { data: &[2; 50], duration: 3_000, offset: -600, random_access: false },
        ];
        let f = fragment(7, 1 << 40, &samples);
        assert_eq!(boxes(&f).iter().map(|b| b.0).collect::<Vec<_>>(), [*b"moof", *b"mdat"]);
        assert_eq!(find(&f, &[b"mdat"]), [[1; 100].as_slice(), &[2; 50]].concat());
        assert_eq!(find(&f, &[b"moof", b"traf", b"tfdt"])[4..], (1u64 << 40).to_be_bytes());
        let run = find(&f, &[b"moof", b"traf", b"trun"]);
        let word = |at: usize| u32::from_be_bytes(run[at..at + 4].try_into().expect("four bytes"));
        assert_eq!(word(4), 2);
        let data = word(8) as usize;
        assert_eq!(f[data..data + 100], [1; 100], "from the beginning of the moof");
        assert_eq!([word(12), word(16), word(24)], [3_600, 100, 0]);
        assert_eq!([word(28), word(32), word(40) as i32 as u32], [3_000, 50, -600i32 as u32]);
    }
}
