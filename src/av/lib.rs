//! `av` — formats of pictures: access units, parameter sets, RTP payloads, the ring of a track.
//!
//! Pure: no I/O, no clock, no runtime. What a camera says is hostile until it has passed through here: every parser
//! answers with a value or an error, never with a panic. Not here: sockets and sessions (`media`), recordings' index
//! (`store`).

pub mod annexb;
pub mod fmp4;
pub mod h264;
pub mod h265;
pub mod packetize;
pub mod ring;
pub mod rtp;
pub mod unit;

pub use packetize::{RtpPayload, packetize};
pub use ring::{Read, TrackRing};
pub use unit::{AccessUnit, Codec, HevcFacts, NalKind, ParameterSets, RawSets};
