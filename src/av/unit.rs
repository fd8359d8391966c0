//! The access unit (ISO/IEC 14496-10 §3.1): one picture, as it travels through the house.

use crate::RtpPayload;
use base::WallTime;
use bytes::Bytes;
use std::sync::Arc;
use std::time::Duration;

/// How a picture is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Codec {
    /// H.264 / AVC (ISO/IEC 14496-10).
    H264,
}

impl Codec {
    /// The name people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Codec::H264 => "H.264",
        }
    }
}

/// The parameter sets in force for an access unit, and what they say.
#[derive(Clone, Debug, PartialEq)]
pub struct ParameterSets {
    /// Sequence parameter set, NAL unit without start code.
    pub sps: Bytes,
    /// Picture parameter set, NAL unit without start code.
    pub pps: Bytes,
    /// Width of the picture after cropping, in pixels.
    pub width: u32,
    /// Height of the picture after cropping, in pixels.
    pub height: u32,
    /// `profile_idc`, constraint flags and `level_idc`: the three bytes of `profile-level-id` (RFC 6184 §8.1).
    pub profile_level_id: [u8; 3],
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
    /// Decoding can start here: an IDR picture.
    pub random_access: bool,
    /// What is needed to decode it.
    pub parameters: Arc<ParameterSets>,
    /// Its NAL units, each with a 4-byte big-endian length before it (ISO/IEC 14496-15 §5.3.3, `lengthSizeMinusOne` 3).
    pub data: Bytes,
    /// The same, cut into RTP payloads once for all viewers (RFC 6184, packetization-mode 1). Bodies are slices of
    /// `data`; on a random access point the parameter sets come first.
    pub payloads: Vec<RtpPayload>,
}

impl AccessUnit {
    /// Bytes that it occupies in a ring.
    pub fn size(&self) -> usize {
        self.data.len() + self.payloads.len() * std::mem::size_of::<RtpPayload>() + std::mem::size_of::<Self>()
    }
}
