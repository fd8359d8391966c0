//! H.265 (ISO/IEC 23008-2): what those who only carry pictures need to know of NAL units and parameter sets.
//!
//! Of a sequence parameter set only the head is read, up to the bit depths: the rest is the decoder's business, and what
//! is not read cannot be wrong. (The parsers at hand overflow on hostile sets.) Rates are measured or told by the camera.

use crate::h264::{BadParameters, PIXELS_PER_SIDE_MAX, checked};
use crate::{Codec, HevcFacts, NalKind, ParameterSets};
use bytes::Bytes;
use h264_reader::rbsp::{BitRead, BitReader, BitReaderError, decode_nal};

/// Bytes of a NAL unit's header (§7.3.1.2).
pub const HEADER_BYTES: usize = 2;
/// `nal_unit_type` of the first picture at which decoding can start (BLA_W_LP, table 7-1) …
pub const IRAP_FIRST: u8 = 16;
/// … and of the last (RSV_IRAP_VCL23).
pub const IRAP_LAST: u8 = 23;
/// `nal_unit_type` of a video parameter set.
pub const VPS: u8 = 32;
/// `nal_unit_type` of a sequence parameter set.
pub const SPS: u8 = 33;
/// `nal_unit_type` of a picture parameter set.
pub const PPS: u8 = 34;
/// `nal_unit_type` of an access unit delimiter.
pub const DELIMITER: u8 = 35;
/// `nal_unit_type` of filler data.
pub const FILLER: u8 = 38;
/// Aggregation packets, fragments and PACI packets of RTP (RFC 7798 §4.4) have types from here on.
pub const RTP_TYPES_FROM: u8 = 48;

/// `nal_unit_type` of a NAL unit; 63 (unspecified) if it has no whole header.
pub fn nal_type(nal: &[u8]) -> u8 {
    match nal {
        [h, _, ..] => h >> 1 & 0x3f,
        _ => 63,
    }
}

/// Is it of the base layer? Further layers (scalable, 3D) are not carried.
pub fn is_base_layer(nal: &[u8]) -> bool {
    matches!(nal, [a, b, ..] if a & 1 == 0 && b >> 3 == 0)
}

/// What a NAL unit is.
pub(crate) fn kind(nal: &[u8]) -> NalKind {
    if !is_base_layer(nal) {
        return NalKind::Padding;
    }
    match nal_type(nal) {
        t @ (0..=9 | IRAP_FIRST..=IRAP_LAST) => NalKind::Slice {
            random_access: (IRAP_FIRST..=IRAP_LAST).contains(&t),
            // first_slice_segment_in_pic_flag (§7.3.6.1)
            first: nal.get(HEADER_BYTES).is_some_and(|b| b & 0x80 != 0),
            // Non-reference pictures (§7.4.2.2) may still be referred to by higher temporal layers.
            disposable: false,
        },
        VPS => NalKind::Vps,
        SPS => NalKind::Sps,
        PPS => NalKind::Pps,
        DELIMITER | FILLER => NalKind::Padding,
        _ => NalKind::Other,
    }
}

/// Reads what parameter sets (NAL units without start code) say.
///
/// # Errors
/// [`BadParameters`], when a picture cannot be decoded with them.
pub fn parse(vps: Bytes, sps: Bytes, pps: Bytes) -> Result<ParameterSets, BadParameters> {
    let (is_vps, is_sps, is_pps) = (nal_type(&vps) == VPS, nal_type(&sps) == SPS, nal_type(&pps) == PPS);
    let (vps, sps, pps) = (checked(vps, is_vps, "VPS")?, checked(sps, is_sps, "SPS")?, checked(pps, is_pps, "PPS")?);
    let unreadable = |which, why: &dyn std::fmt::Debug| BadParameters::Unreadable { which, why: format!("{why:?}") };
    // `decode_nal` skips the one byte of an H.264 header.
    let rbsp = decode_nal(sps.get(1..).unwrap_or_default()).map_err(|e| unreadable("SPS", &e))?;
    let head = read_sps(&rbsp).map_err(|e| unreadable("SPS", &e))?;
    let pixels = |whole: u32, cut: u64| u32::try_from(u64::from(whole).saturating_sub(cut)).unwrap_or(0);
    let width = pixels(head.width, head.cut_width);
    let height = pixels(head.height, head.cut_height);
    if head.width > PIXELS_PER_SIDE_MAX || head.height > PIXELS_PER_SIDE_MAX || width == 0 || height == 0 {
        return Err(BadParameters::Size);
    }
    let rbsp = decode_nal(pps.get(1..).unwrap_or_default()).map_err(|e| unreadable("PPS", &e))?;
    let mut bits = BitReader::new(&*rbsp);
    bits.read_ue("pps_pic_parameter_set_id").map_err(|e| unreadable("PPS", &e))?;
    let wanted = bits.read_ue("pps_seq_parameter_set_id").map_err(|e| unreadable("PPS", &e))?;
    if wanted != head.id {
        return Err(BadParameters::OtherSps { wanted, found: head.id });
    }
    let [profile, .., level] = head.facts.general;
    Ok(ParameterSets {
        codec: Codec::H265,
        vps,
        sps,
        pps,
        width,
        height,
        profile_level_id: [profile, 0, level],
        hevc: Some(head.facts),
        fps: None,
    })
}

struct SpsHead {
    id: u32,
    width: u32,
    height: u32,
    cut_width: u64,
    cut_height: u64,
    facts: HevcFacts,
}

/// `seq_parameter_set_rbsp` (§7.3.2.2) up to the bit depths, behind the first byte of `rbsp`, the second of the header.
fn read_sps(rbsp: &[u8]) -> Result<SpsHead, BitReaderError> {
    let mut b = BitReader::new(rbsp);
    let _video_parameter_set: u8 = b.read(4, "sps_video_parameter_set_id")?;
    let layers_minus1: u8 = b.read(3, "sps_max_sub_layers_minus1")?;
    let temporal_id_nested = b.read_bool("sps_temporal_id_nesting_flag")?;
    let mut general = [0u8; 12];
    for byte in &mut general {
        *byte = b.read(8, "profile_tier_level")?;
    }
    let mut present = Vec::with_capacity(usize::from(layers_minus1));
    for _ in 0..layers_minus1 {
        present.push((b.read_bool("sub_layer_profile_present_flag")?, b.read_bool("sub_layer_level_present_flag")?));
    }
    if layers_minus1 > 0 {
        for _ in layers_minus1..8 {
            b.skip(2, "reserved_zero_2bits")?;
        }
    }
    for (profile, level) in present {
        let bits = if profile { 88 } else { 0 } + if level { 8 } else { 0 };
        b.skip(bits, "sub_layer")?;
    }
    let id = b.read_ue("sps_seq_parameter_set_id")?;
    let chroma_format_idc = b.read_ue("chroma_format_idc")?;
    // Table 6-1: luma samples per chroma sample.
    let (across, down) = match chroma_format_idc {
        1 => (2, 2),
        2 => (2, 1),
        _ => (1, 1),
    };
    if chroma_format_idc == 3 {
        b.skip(1, "separate_colour_plane_flag")?;
    }
    let width = b.read_ue("pic_width_in_luma_samples")?;
    let height = b.read_ue("pic_height_in_luma_samples")?;
    let mut window = [0u64; 4];
    if b.read_bool("conformance_window_flag")? {
        for offset in &mut window {
            *offset = u64::from(b.read_ue("conf_win_offset")?);
        }
    }
    let [left, right, top, bottom] = window;
    let small = |n: u32| u8::try_from(n).unwrap_or(u8::MAX);
    let facts = HevcFacts {
        general,
        chroma_format_idc: small(chroma_format_idc),
        bit_depth_luma_minus8: small(b.read_ue("bit_depth_luma_minus8")?),
        bit_depth_chroma_minus8: small(b.read_ue("bit_depth_chroma_minus8")?),
        temporal_layers: layers_minus1 + 1,
        temporal_id_nested,
    };
    Ok(SpsHead { id, width, height, cut_width: (left + right) * across, cut_height: (top + bottom) * down, facts })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    // x265, Main profile, 1920 x 1080 (1088 coded), as ffmpeg writes it.
    pub(crate) const VPS_1080: &[u8] = &[
        0x40, 0x01, 0x0c, 0x01, 0xff, 0xff, 0x01, 0x60, 0x00, 0x00, 0x03, 0x00, 0x90, 0x00, 0x00, 0x03, 0x00, 0x00,
        0x03, 0x00, 0x78, 0x95, 0x98, 0x09,
    ];
    pub(crate) const SPS_1080: &[u8] = &[
        0x42, 0x01, 0x01, 0x01, 0x60, 0x00, 0x00, 0x03, 0x00, 0x90, 0x00, 0x00, 0x03, 0x00, 0x00, 0x03, 0x00, 0x78,
        0xa0, 0x03, 0xc0, 0x80, 0x10, 0xe5, 0x96, 0x56, 0x69, 0x24, 0xca, 0xf0, 0x16, 0x80, 0x80, 0x00, 0x00, 0x03,
        0x00, 0x80, 0x00, 0x00, 0x0c, 0x84,
    ];
    pub(crate) const PPS_1080: &[u8] = &[0x44, 0x01, 0xc1, 0x72, 0xb4, 0x62, 0x40];

    fn sets(vps: &[u8], sps: &[u8], pps: &[u8]) -> Result<ParameterSets, BadParameters> {
        parse(Bytes::copy_from_slice(vps), Bytes::copy_from_slice(sps), Bytes::copy_from_slice(pps))
    }

    #[test]
    fn real_parameter_sets_are_read() {
        let p = sets(VPS_1080, SPS_1080, PPS_1080).expect("real parameter sets");
        assert_eq!((p.width, p.height, p.codec), (1920, 1080, Codec::H265));
        let facts = p.hevc.expect("facts");
        assert_eq!((facts.general[0], facts.general[11], facts.chroma_format_idc), (1, 120, 1), "Main, 4:2:0");
        assert_eq!((facts.bit_depth_luma_minus8, facts.bit_depth_chroma_minus8, facts.temporal_layers), (0, 0, 1));
        assert_eq!(p.profile_level_id, [1, 0, 120]);
    }

    #[test]
    fn swapped_cut_or_foreign_sets_are_refused() {
        assert_eq!(sets(VPS_1080, PPS_1080, SPS_1080), Err(BadParameters::NotA("SPS")));
        assert_eq!(sets(SPS_1080, SPS_1080, PPS_1080), Err(BadParameters::NotA("VPS")));
        assert!(matches!(
            sets(VPS_1080, &SPS_1080[..12], PPS_1080),
            Err(BadParameters::Unreadable { which: "SPS", .. })
        ));
        // pps_pic_parameter_set_id 0, pps_seq_parameter_set_id 1
        assert_eq!(sets(VPS_1080, SPS_1080, &[0x44, 1, 0xa8]), Err(BadParameters::OtherSps { wanted: 1, found: 0 }));
    }

    #[test]
    fn nal_units_are_told_apart() {
        let kinds = [VPS_1080, SPS_1080, PPS_1080, &[0x46, 1, 0x50], &[0x4e, 1, 5], &[0x26, 9, 0x80], &[0x28]]
            .map(|n| Codec::H265.kind(n));
        assert_eq!(
            kinds,
            [
                NalKind::Vps,
                NalKind::Sps,
                NalKind::Pps,
                NalKind::Padding,
                NalKind::Other,
                NalKind::Padding,
                NalKind::Padding
            ],
            "a slice of another layer, and half a header, are nothing to carry"
        );
        let slice = |random_access, first| NalKind::Slice { random_access, first, disposable: false };
        assert_eq!(Codec::H265.kind(&[0x26, 1, 0xaf]), slice(true, true), "IDR_W_RADL");
        assert_eq!(Codec::H265.kind(&[0x2a, 1, 0x2f]), slice(true, false), "CRA, second slice");
        assert_eq!(Codec::H265.kind(&[0x02, 1, 0xd0]), slice(false, true), "TRAIL_R");
    }

    proptest! {
        #[test]
        fn garbage_never_panics(data in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = Codec::H265.kind(&data);
            let _ = sets(&data, &data, &data);
            let _ = sets(VPS_1080, &[&[0x42, 1, 1, 1, 0x60], &data[..]].concat(), PPS_1080);
            let _ = sets(VPS_1080, SPS_1080, &[&[0x44, 1], &data[..]].concat());
        }

        #[test]
        fn a_damaged_set_never_panics(at in 2usize..30, flip in 1u8..) {
            let mut sps = SPS_1080.to_vec();
            let at = at % sps.len();
            sps[at] ^= flip;
            let _ = sets(VPS_1080, &sps, PPS_1080);
        }
    }
}
