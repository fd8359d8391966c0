//! A key frame decoded, within bounds of size and time.

use super::SnapshotError;
use super::picture::{Colours, Picture};
use av::{AccessUnit, Codec};
use base::{Clock, limits};
use rust_h264::decoder::{ChromaFormat, Decoder, Frame};
use rust_h264::error::DecodeError;
use rust_h264::nal::{NalUnit, NalUnitType, parse_avcc, parse_sps_info};
use std::time::Duration;

/// One slice more is not begun after so long: a picture of the largest size takes less.
const DECODING_MAX: Duration = Duration::from_secs(4);

fn fault(error: DecodeError) -> SnapshotError {
    match error {
        DecodeError::Unsupported(what) => SnapshotError::Unsupported(what.to_owned()),
        other => SnapshotError::Broken(other.to_string()),
    }
}

/// Decodes one access unit. Everything in it is the camera's word.
pub(super) fn decode(unit: &AccessUnit, clock: &Clock) -> Result<Picture, SnapshotError> {
    if unit.parameters.codec != Codec::H264 {
        return Err(SnapshotError::Unsupported(unit.parameters.codec.name().to_owned()));
    }
    let begun = clock.monotonic();
    let mut sets = Vec::with_capacity(unit.parameters.sps.len() + unit.parameters.pps.len() + 8);
    for set in [&unit.parameters.sps, &unit.parameters.pps] {
        sets.extend_from_slice(&u32::try_from(set.len()).unwrap_or(0).to_be_bytes());
        sets.extend_from_slice(set);
    }
    let mut decoder = Decoder::new();
    let mut colours = Colours::default();
    let mut frame: Option<Frame> = None;
    let nals: Vec<NalUnit<'_>> = parse_avcc(&sets, 4).into_iter().chain(parse_avcc(&unit.data, 4)).collect();
    for nal in &nals {
        match nal.nal_unit_type {
            // Each of them, wherever it stands: the decoder makes room for what the last one says.
            NalUnitType::Sps => colours = bounded(nal)?,
            NalUnitType::Pps | NalUnitType::SliceIdr | NalUnitType::Slice => {}
            _ => continue,
        }
        if clock.monotonic().saturating_sub(begun) > DECODING_MAX {
            return Err(SnapshotError::Busy);
        }
        if let Some(done) = decoder.decode_nal(nal).map_err(fault)? {
            frame.get_or_insert(done);
        }
    }
    let frame = frame.or_else(|| decoder.flush());
    picture(frame.ok_or_else(|| SnapshotError::Broken("no picture in it".to_owned()))?, colours)
}

/// The size that a parameter set announces is held against the bound.
fn bounded(nal: &NalUnit<'_>) -> Result<Colours, SnapshotError> {
    let info = parse_sps_info(nal).map_err(fault)?;
    let (width, height) = (info.coded_width, info.coded_height);
    if width.checked_mul(height).is_none_or(|pixels| pixels > limits::SNAPSHOT_PIXELS_MAX) {
        return Err(SnapshotError::TooLarge { width, height });
    }
    Ok(Colours { full_range: info.full_range, matrix: info.matrix })
}

fn picture(frame: Frame, colours: Colours) -> Result<Picture, SnapshotError> {
    let (width, height) = (frame.width, frame.height);
    let (chroma_width, chroma_height) = (
        width / 2,
        match frame.chroma_format {
            ChromaFormat::Yuv420 => height / 2,
            ChromaFormat::Yuv422 => height,
        },
    );
    let eight = |plane: Vec<u8>| match frame.bit_depth {
        8 => plane,
        depth => plane
            .chunks_exact(2)
            .map(|b| (u16::from_le_bytes([b[0], b[1]]) >> u32::from(depth.clamp(8, 16) - 8)).min(255) as u8)
            .collect(),
    };
    let [y, u, v] = [eight(frame.y), eight(frame.u), eight(frame.v)];
    let whole = |plane: &[u8], w: u32, h: u32| plane.len() == w as usize * h as usize && w > 0 && h > 0;
    if !whole(&y, width, height) || !whole(&u, chroma_width, chroma_height) || !whole(&v, chroma_width, chroma_height) {
        return Err(SnapshotError::Broken("planes".to_owned()));
    }
    Ok(Picture { width, height, y, u, v, chroma_width, chroma_height, colours })
}
