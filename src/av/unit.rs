//! The access unit (ISO/IEC 14496-10 §3.1): one picture, as it travels through the house.

use crate::{RtpPayload, h264, h265};
use base::WallTime;
use bytes::Bytes;
use std::sync::Arc;
use std::time::Duration;

/// How a picture is coded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Codec {
    /// H.264 / AVC (ISO/IEC 14496-10).
    #[default]
    H264,
    /// H.265 / HEVC (ISO/IEC 23008-2).
    H265,
}

/// What a NAL unit is to those who only carry it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NalKind {
    /// A slice of a coded picture.
    Slice {
        /// Of a picture where decoding can start.
        random_access: bool,
        /// The first one of its picture.
        first: bool,
        /// No other picture refers to its picture.
        disposable: bool,
    },
    /// Video parameter set (H.265 only).
    Vps,
    /// Sequence parameter set.
    Sps,
    /// Picture parameter set.
    Pps,
    /// Says nothing that a decoder needs: access unit delimiters, filler.
    Padding,
    /// Anything else: messages (SEI), extensions.
    Other,
}

impl Codec {
    /// The name people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Codec::H264 => "H.264",
            Codec::H265 => "H.265",
        }
    }
    /// Its name in RTP (`a=rtpmap`): RFC 6184 §8.1, RFC 7798 §7.1.
    pub fn encoding_name(self) -> &'static str {
        match self {
            Codec::H264 => "H264",
            Codec::H265 => "H265",
        }
    }
    /// What a NAL unit is.
    pub fn kind(self, nal: &[u8]) -> NalKind {
        match self {
            Codec::H264 => h264::kind(nal),
            Codec::H265 => h265::kind(nal),
        }
    }
    /// Can decoding start with this access unit (length-prefixed)?
    pub fn is_random_access(self, data: &[u8]) -> bool {
        h264::nal_units(data).any(|n| matches!(self.kind(n), NalKind::Slice { random_access: true, .. }))
    }
    /// Does an access unit (length-prefixed) hold any slice at all?
    pub fn has_picture(self, data: &[u8]) -> bool {
        h264::nal_units(data).any(|n| matches!(self.kind(n), NalKind::Slice { .. }))
    }
    /// The last parameter sets inside an access unit (length-prefixed), as slices of it.
    pub fn parameter_sets_in(self, data: &Bytes) -> RawSets {
        let mut found = RawSets { codec: self, ..RawSets::default() };
        for range in h264::nal_ranges(data) {
            let place = match data.get(range.clone()).map(|n| self.kind(n)) {
                Some(NalKind::Vps) => &mut found.vps,
                Some(NalKind::Sps) => &mut found.sps,
                Some(NalKind::Pps) => &mut found.pps,
                _ => continue,
            };
            *place = Some(data.slice(range));
        }
        found
    }
}

/// Parameter sets as they came, NAL units without start code: from a session description, or from within the stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawSets {
    /// Of which codec.
    pub codec: Codec,
    /// Video parameter set; H.264 has none.
    pub vps: Option<Bytes>,
    /// Sequence parameter set.
    pub sps: Option<Bytes>,
    /// Picture parameter set.
    pub pps: Option<Bytes>,
}

impl RawSets {
    /// Is there any?
    pub fn is_empty(&self) -> bool {
        self.vps.is_none() && self.sps.is_none() && self.pps.is_none()
    }
    /// What they say, once all that the codec needs are there.
    ///
    /// # Errors
    /// [`h264::BadParameters`], when a picture cannot be decoded with them.
    pub fn parse(&self) -> Option<Result<ParameterSets, h264::BadParameters>> {
        let (sps, pps) = (self.sps.clone()?, self.pps.clone()?);
        match self.codec {
            Codec::H264 => Some(ParameterSets::parse(sps, pps)),
            Codec::H265 => Some(h265::parse(self.vps.clone()?, sps, pps)),
        }
    }
}

/// What boxes and descriptions of H.265 want to know beyond [`ParameterSets::profile_level_id`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HevcFacts {
    /// Profile space, tier, profile, compatibility and constraint flags, level: the first 12 bytes of
    /// `profile_tier_level` (ISO/IEC 23008-2 §7.3.3), as `hvcC` repeats them (ISO/IEC 14496-15 §8.3.3.1).
    pub general: [u8; 12],
    /// `chroma_format_idc`.
    pub chroma_format_idc: u8,
    /// `bit_depth_luma_minus8`.
    pub bit_depth_luma_minus8: u8,
    /// `bit_depth_chroma_minus8`.
    pub bit_depth_chroma_minus8: u8,
    /// `sps_max_sub_layers_minus1` + 1.
    pub temporal_layers: u8,
    /// `sps_temporal_id_nesting_flag`.
    pub temporal_id_nested: bool,
}

/// The parameter sets in force for an access unit, and what they say.
#[derive(Clone, Debug, PartialEq)]
pub struct ParameterSets {
    /// Of which codec.
    pub codec: Codec,
    /// Video parameter set; empty for H.264, which has none.
    pub vps: Bytes,
    /// Sequence parameter set, NAL unit without start code.
    pub sps: Bytes,
    /// Picture parameter set, NAL unit without start code.
    pub pps: Bytes,
    /// Width of the picture after cropping, in pixels.
    pub width: u32,
    /// Height of the picture after cropping, in pixels.
    pub height: u32,
    /// H.264: `profile_idc`, constraint flags and `level_idc`, the three bytes of `profile-level-id` (RFC 6184 §8.1).
    /// H.265: profile space, tier and profile in one byte, 0, `general_level_idc`.
    pub profile_level_id: [u8; 3],
    /// For H.265, the rest.
    pub hevc: Option<HevcFacts>,
    /// Pictures per second as the VUI timing information states it, if it does.
    pub fps: Option<f64>,
}

/// One coded picture with all its slices. Shared by all viewers; never changed after it is made.
#[derive(Clone, Debug)]
pub struct AccessUnit {
    /// Presentation time on the track's own 90 kHz line; unwrapped, starts anywhere, may step where the camera steps.
    pub pts_90k: i64,
    /// When the camera says it was taken (from RTCP sender reports), if it says so.
    pub captured: Option<WallTime>,
    /// When its last packet arrived, on the node's monotonic clock ([`base::Clock::monotonic`]).
    pub arrived: Duration,
    /// Decoding can start here: an IDR picture, in H.265 any IRAP picture.
    pub random_access: bool,
    /// What is needed to decode it.
    pub parameters: Arc<ParameterSets>,
    /// Its NAL units, each with a 4-byte big-endian length before it (ISO/IEC 14496-15 §5.3.3, `lengthSizeMinusOne` 3).
    pub data: Bytes,
    /// The same, cut into RTP payloads once for all viewers (RFC 6184, packetization-mode 1; RFC 7798). Bodies are slices of
    /// `data`; on a random access point the parameter sets come first.
    pub payloads: Vec<RtpPayload>,
}

impl AccessUnit {
    /// Bytes that it occupies in a ring.
    pub fn size(&self) -> usize {
        self.data.len() + self.payloads.len() * std::mem::size_of::<RtpPayload>() + std::mem::size_of::<Self>()
    }
}
