//! H.264 (ISO/IEC 14496-10): NAL units, parameter sets, and where a picture begins.
//!
//! NAL units travel through the house with a 4-byte big-endian length before each (ISO/IEC 14496-15 §5.3.3). Start codes
//! are in [`crate::annexb`], RTP payloads in [`crate::packetize`]. Decoding pictures belongs nowhere in this house.

use crate::{Codec, NalKind, ParameterSets};
use bytes::Bytes;
use h264_reader::nal::sps::SeqParameterSet;
use h264_reader::rbsp::{BitRead, BitReader, decode_nal};
use std::ops::Range;

/// `nal_unit_type` of a coded slice of a non-IDR picture (table 7-1).
pub const SLICE: u8 = 1;
/// `nal_unit_type` of a coded slice of an IDR picture.
pub const IDR_SLICE: u8 = 5;
/// `nal_unit_type` of supplemental enhancement information.
pub const SEI: u8 = 6;
/// `nal_unit_type` of a sequence parameter set.
pub const SPS: u8 = 7;
/// `nal_unit_type` of a picture parameter set.
pub const PPS: u8 = 8;
/// `nal_unit_type` of an access unit delimiter.
pub const DELIMITER: u8 = 9;
/// `nal_unit_type` of filler data.
pub const FILLER: u8 = 12;

/// Largest width and height that is taken for a picture: 16,384 pixels, the largest of level 6.2 (table A-1).
pub const PIXELS_PER_SIDE_MAX: u32 = 16_384;
/// Parameter sets larger than this are refused; real ones have some tens of bytes.
pub const PARAMETER_SET_BYTES_MAX: usize = 4_096;

/// Why parameter sets are of no use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadParameters {
    /// Not the NAL unit it should be, empty, or larger than [`PARAMETER_SET_BYTES_MAX`].
    #[error("not a {0} NAL unit")]
    NotA(&'static str),
    /// It cannot be read.
    #[error("{which} cannot be read: {why}")]
    Unreadable {
        /// `"VPS"`, `"SPS"` or `"PPS"`.
        which: &'static str,
        /// What the reader said.
        why: String,
    },
    /// The picture would have no pixel, or more than [`PIXELS_PER_SIDE_MAX`] on a side.
    #[error("impossible picture size")]
    Size,
    /// The picture parameter set belongs to another sequence parameter set.
    #[error("PPS belongs to SPS {wanted}, not {found}")]
    OtherSps {
        /// `seq_parameter_set_id` in the PPS.
        wanted: u32,
        /// `seq_parameter_set_id` of the SPS.
        found: u32,
    },
}

/// `nal_unit_type` of a NAL unit, 0 (unspecified) if it is empty.
pub fn nal_type(nal: &[u8]) -> u8 {
    nal.first().map_or(0, |h| h & 0x1f)
}

/// Is it a slice of a coded picture (types 1 to 5)?
pub fn is_slice(nal: &[u8]) -> bool {
    (SLICE..=IDR_SLICE).contains(&nal_type(nal))
}

/// Is it the first slice of its picture? Reads `first_mb_in_slice` (§7.3.3), which is 0 there: no camera uses arbitrary
/// slice order (only Baseline and Extended profile would allow it).
pub fn is_first_slice(nal: &[u8]) -> bool {
    // ue(v) 0 is a single 1 bit; the byte after the header can have no emulation prevention byte before it.
    is_slice(nal) && nal.get(1).is_some_and(|b| b & 0x80 != 0)
}

/// Byte ranges of the NAL units in length-prefixed data, without their lengths. Ends at the first length that reaches
/// beyond the data; empty NAL units are left out.
pub fn nal_ranges(data: &[u8]) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0usize;
    std::iter::from_fn(move || {
        loop {
            let length = data.get(at..)?.first_chunk::<4>().map(|b| u32::from_be_bytes(*b))?;
            let start = at + 4;
            let end = start.checked_add(usize::try_from(length).ok()?)?;
            if end > data.len() {
                at = data.len();
                return None;
            }
            at = end;
            if end > start {
                return Some(start..end);
            }
        }
    })
}

/// The NAL units in length-prefixed data; see [`nal_ranges`].
pub fn nal_units(data: &[u8]) -> impl Iterator<Item = &[u8]> + '_ {
    nal_ranges(data).filter_map(|r| data.get(r))
}

/// Is the data whole: nothing but lengths and NAL units up to the last byte?
pub fn is_whole(data: &[u8]) -> bool {
    let mut rest = data;
    while let Some((length, tail)) = rest.split_first_chunk::<4>() {
        match usize::try_from(u32::from_be_bytes(*length)).ok().and_then(|n| tail.get(n..)) {
            Some(next) => rest = next,
            None => return false,
        }
    }
    rest.is_empty()
}

/// Does an access unit (length-prefixed) hold an IDR picture?
pub fn is_idr(data: &[u8]) -> bool {
    nal_units(data).any(|n| nal_type(n) == IDR_SLICE)
}

/// Does an access unit (length-prefixed) hold any slice at all?
pub fn has_picture(data: &[u8]) -> bool {
    nal_units(data).any(is_slice)
}

/// What a NAL unit is.
pub(crate) fn kind(nal: &[u8]) -> NalKind {
    match nal_type(nal) {
        t @ SLICE..=IDR_SLICE => NalKind::Slice {
            random_access: t == IDR_SLICE,
            first: is_first_slice(nal),
            // nal_ref_idc 0
            disposable: nal.first().is_some_and(|h| h & 0x60 == 0),
        },
        SPS => NalKind::Sps,
        PPS => NalKind::Pps,
        DELIMITER | FILLER => NalKind::Padding,
        _ => NalKind::Other,
    }
}

/// NAL units, each with its 4-byte length before it. NAL units of 4 GiB and more cannot be said and are left out.
pub fn length_prefixed<'a>(nals: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut out = Vec::new();
    for nal in nals {
        if let Ok(n) = u32::try_from(nal.len()) {
            out.extend_from_slice(&n.to_be_bytes());
            out.extend_from_slice(nal);
        }
    }
    out
}

/// A parameter set without what does not belong to it, if it is one.
pub(crate) fn checked(nal: Bytes, is_it: bool, name: &'static str) -> Result<Bytes, BadParameters> {
    // trailing_zero_8bits belong to the byte stream, not to the NAL unit; some cameras leave them in.
    let length = nal.iter().rposition(|b| *b != 0).map_or(0, |i| i + 1);
    if !is_it || !(2..=PARAMETER_SET_BYTES_MAX).contains(&length) {
        return Err(BadParameters::NotA(name));
    }
    Ok(nal.slice(..length))
}

impl ParameterSets {
    /// Reads what an SPS and a PPS (NAL units without start code) say.
    ///
    /// # Errors
    /// [`BadParameters`], when a picture cannot be decoded with them.
    pub fn parse(sps: Bytes, pps: Bytes) -> Result<ParameterSets, BadParameters> {
        let (is_sps, is_pps) = (nal_type(&sps) == SPS, nal_type(&pps) == PPS);
        let (sps, pps) = (checked(sps, is_sps, "SPS")?, checked(pps, is_pps, "PPS")?);
        let unreadable =
            |which, why: &dyn std::fmt::Debug| BadParameters::Unreadable { which, why: format!("{why:?}") };

        let rbsp = decode_nal(&sps).map_err(|e| unreadable("SPS", &e))?;
        let read = SeqParameterSet::from_bits(BitReader::new(&*rbsp)).map_err(|e| unreadable("SPS", &e))?;
        let mbs_max = PIXELS_PER_SIDE_MAX / 16;
        if read.pic_width_in_mbs_minus1 >= mbs_max || read.pic_height_in_map_units_minus1 >= mbs_max {
            return Err(BadParameters::Size);
        }
        let (width, height) = read.pixel_dimensions().map_err(|_| BadParameters::Size)?;
        if !(1..=PIXELS_PER_SIDE_MAX).contains(&width) || !(1..=PIXELS_PER_SIDE_MAX).contains(&height) {
            return Err(BadParameters::Size);
        }
        let fps = read.fps().filter(|f| f.is_finite() && *f > 0.0 && *f <= 1_000.0);

        // Of the PPS only the ids: cameras append what they like, and the decoder is the one who must like it.
        let rbsp = decode_nal(&pps).map_err(|e| unreadable("PPS", &e))?;
        let mut bits = BitReader::new(&*rbsp);
        bits.read_ue("pic_parameter_set_id").map_err(|e| unreadable("PPS", &e))?;
        let wanted = bits.read_ue("seq_parameter_set_id").map_err(|e| unreadable("PPS", &e))?;
        let found = u32::from(read.id().id());
        if wanted != found {
            return Err(BadParameters::OtherSps { wanted, found });
        }

        let profile_level_id = match *rbsp_head(&sps) {
            [p, c, l] => [p, c, l],
            _ => return Err(BadParameters::NotA("SPS")),
        };
        let (codec, vps) = (Codec::H264, Bytes::new());
        Ok(ParameterSets { codec, vps, sps, pps, width, height, profile_level_id, hevc: None, fps })
    }

    /// `profile-level-id` as SDP writes it: six hexadecimal digits (RFC 6184 §8.1).
    pub fn profile_level_id_text(&self) -> String {
        let [p, c, l] = self.profile_level_id;
        format!("{p:02x}{c:02x}{l:02x}")
    }
}

/// The three bytes after the NAL header: `profile_idc`, constraint flags, `level_idc`. No emulation prevention byte can
/// be among them, since `profile_idc` is never 0 in a readable SPS.
fn rbsp_head(sps: &[u8]) -> &[u8] {
    sps.get(1..4).unwrap_or(&[])
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// x264, High, 1920 × 1080 (1088 cropped), 25 pictures a second.
    pub(crate) const SPS_1080: &[u8] = &[
        0x67, 0x64, 0x00, 0x28, 0xac, 0xd9, 0x40, 0x78, 0x02, 0x27, 0xe5, 0xc0, 0x44, 0x00, 0x00, 0x03, 0x00, 0x04,
        0x00, 0x00, 0x03, 0x00, 0xc8, 0x3c, 0x60, 0xc6, 0x58,
    ];
    pub(crate) const PPS_1080: &[u8] = &[0x68, 0xeb, 0xe3, 0xcb, 0x22, 0xc0];

    fn sets(sps: &[u8], pps: &[u8]) -> Result<ParameterSets, BadParameters> {
        ParameterSets::parse(Bytes::copy_from_slice(sps), Bytes::copy_from_slice(pps))
    }

    #[test]
    fn a_full_hd_camera_is_1080_lines_high_not_1088() {
        let p = sets(SPS_1080, PPS_1080).expect("real parameter sets");
        assert_eq!((p.width, p.height), (1920, 1080));
        assert_eq!(p.profile_level_id_text(), "640028");
        assert_eq!(p.fps, Some(25.0));
    }

    #[test]
    fn zero_bytes_after_the_sets_are_cut_off() {
        let p = sets(&[SPS_1080, &[0, 0]].concat(), &[PPS_1080, &[0]].concat()).expect("readable");
        assert_eq!((&p.sps[..], &p.pps[..]), (SPS_1080, PPS_1080));
    }

    #[test]
    fn swapped_cut_or_foreign_sets_are_refused() {
        assert_eq!(sets(PPS_1080, SPS_1080), Err(BadParameters::NotA("SPS")));
        assert_eq!(sets(SPS_1080, &[0x68]), Err(BadParameters::NotA("PPS")));
        assert!(matches!(sets(&SPS_1080[..8], PPS_1080), Err(BadParameters::Unreadable { which: "SPS", .. })));
        // pic_parameter_set_id 0, seq_parameter_set_id 1
        assert_eq!(sets(SPS_1080, &[0x68, 0xa8]), Err(BadParameters::OtherSps { wanted: 1, found: 0 }));
    }

    #[test]
    fn slices_of_one_picture_are_told_from_the_next_picture() {
        assert!(is_first_slice(&[0x65, 0x88, 0x80]));
        assert!(!is_first_slice(&[0x65, 0x40, 0x80]), "first_mb_in_slice 1");
        assert!(!is_first_slice(&[0x67, 0x88]), "not a slice");
        assert!(!is_first_slice(&[0x65]) && !is_first_slice(&[]));
    }

    #[test]
    fn a_length_beyond_the_end_ends_the_walk() {
        let good = length_prefixed([&[0x65, 1, 2][..], &[][..], &[0x41, 3][..]]);
        assert_eq!(nal_units(&good).collect::<Vec<_>>(), [&[0x65, 1, 2][..], &[0x41, 3]]);
        assert!(is_whole(&good) && is_idr(&good) && has_picture(&good));
        let cut = &good[..good.len() - 1];
        assert_eq!(nal_units(cut).count(), 1);
        assert!(!is_whole(cut));
    }

    proptest! {
        #[test]
        fn garbage_never_panics(data in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = (nal_units(&data).count(), is_whole(&data), is_idr(&data));
            let _ = sets(&data, &data);
            let _ = sets(&[&[0x67, 100, 0, 40], &data[..]].concat(), PPS_1080);
            let _ = sets(&[&[0x67, 66, 0, 30], &data[..]].concat(), PPS_1080);
            let _ = sets(SPS_1080, &[&[0x68], &data[..]].concat());
        }

        #[test]
        fn a_damaged_set_never_panics(at in 1usize..27, flip in 1u8..) {
            let mut sps = SPS_1080.to_vec();
            sps[at] ^= flip;
            let _ = sets(&sps, PPS_1080);
        }

        #[test]
        fn what_is_prefixed_is_found_again(nals in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..40), 0..8)) {
            let data = length_prefixed(nals.iter().map(Vec::as_slice));
            prop_assert!(is_whole(&data));
            prop_assert_eq!(nal_units(&data).map(<[u8]>::to_vec).collect::<Vec<_>>(), nals);
        }
    }
}
