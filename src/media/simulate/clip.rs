//! Clips made ready for playing: each slice moved down to make room for the banner above it.
//!
//! The clips (`data/demo/make.py`) are H.264 with CAVLC, one slice a picture, every picture a reference. Moving a slice
//! down changes two numbers in its header: the address of its first macroblock, and that deblocking ends at its edges;
//! everything after the header keeps its bits.

use super::bits::{BitReader, BitWriter, rbsp};
use av::{ParameterSets, annexb, h264};
use bytes::Bytes;

/// A clip that is not as `make.py` makes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("clip cannot be used: {0}")]
pub(super) struct BadClip(pub &'static str);

/// What slices must repeat of the parameter sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SliceRules {
    /// Macroblocks of a row.
    pub columns: u32,
    /// Rows of macroblocks, banner included.
    pub rows: u32,
    /// Rows of the banner.
    pub banner_rows: u32,
    /// Bits of `frame_num`.
    pub frame_num_bits: u32,
}

/// A coded picture without its banner. IDR pictures come twice, with `idr_pic_id` 0 and 1, for neighbouring IDR pictures
/// must differ in it (§7.4.3).
#[derive(Clone, Debug)]
pub(super) struct Picture {
    pub slices: [Bytes; 2],
    pub nal_header: u8,
}

/// A clip: groups of pictures, each beginning with an IDR picture.
#[derive(Debug)]
pub(super) struct Clip {
    pub parameters: ParameterSets,
    pub rules: SliceRules,
    pub groups: Vec<Vec<Picture>>,
}

impl Clip {
    /// Reads a clip and makes room for `banner_rows` rows of macroblocks above it.
    pub fn read(stream: &[u8], banner_rows: u32) -> Result<Clip, BadClip> {
        let (mut sps, mut pps) = (None, None);
        for nal in annexb::nal_units(stream) {
            match h264::nal_type(nal) {
                h264::SPS if sps.is_none() => sps = Some(nal),
                h264::PPS if pps.is_none() => pps = Some(nal),
                h264::SLICE | h264::IDR_SLICE => break,
                _ => {}
            }
        }
        let (sps, pps) = sps.zip(pps).ok_or(BadClip("no parameter sets"))?;
        let (sps, rules) = taller(sps, banner_rows).ok_or(BadClip("SPS"))?;
        check_pps(pps)?;
        let parameters =
            ParameterSets::parse(sps.into(), Bytes::copy_from_slice(pps)).map_err(|_| BadClip("parameter sets"))?;
        let mut groups: Vec<Vec<Picture>> = Vec::new();
        for unit in annexb::access_units(stream) {
            let mut slices = unit.into_iter().filter(|n| h264::is_slice(n));
            let (Some(slice), None) = (slices.next(), slices.next()) else {
                return Err(BadClip("not one slice a picture"));
            };
            let moved = |id| moved_down(slice, rules, id).map(Bytes::from);
            let first = moved(0).ok_or(BadClip("slice"))?;
            let idr = h264::nal_type(slice) == h264::IDR_SLICE;
            let second = if idr { moved(1).ok_or(BadClip("slice"))? } else { first.clone() };
            let picture = Picture { slices: [first, second], nal_header: slice.first().copied().unwrap_or(0) };
            match groups.last_mut() {
                _ if idr => groups.push(vec![picture]),
                Some(group) => group.push(picture),
                None => return Err(BadClip("does not begin with an IDR picture")),
            }
        }
        if groups.is_empty() { Err(BadClip("no picture")) } else { Ok(Clip { parameters, rules, groups }) }
    }
}

/// The SPS with more rows. `None` if it is not High profile, progressive, with picture order as decoding order.
fn taller(sps: &[u8], more_rows: u32) -> Option<(Vec<u8>, SliceRules)> {
    let bytes = rbsp(sps);
    let mut r = BitReader::new(&bytes);
    let high = r.bits(24)? >> 16 == 100;
    let _id = r.ue()?;
    let plain = high && r.ue()? == 1 && r.ue()? == 0 && r.ue()? == 0 && r.bits(2)? == 0;
    let frame_num_bits = r.ue()? + 4;
    let in_order = plain && r.ue()? == 2 && frame_num_bits <= 16;
    let _references = r.ue()?;
    let no_gaps = !r.bit()?;
    let columns = r.ue()? + 1;
    let before = r.at;
    let rows = r.ue()? + 1;
    let after = r.at;
    let progressive = r.bit()?;
    if !(in_order && no_gaps && progressive && columns <= 1_024 && rows <= 1_024 && more_rows <= 64) {
        return None;
    }
    let mut w = BitWriter::default();
    copy(&mut w, &bytes, 0, before)?;
    w.ue(rows + more_rows - 1);
    w.copy_rest(&bytes, after);
    let rules = SliceRules { columns, rows: rows + more_rows, banner_rows: more_rows, frame_num_bits };
    Some((w.into_nal_as_it_is(*sps.first()?), rules))
}

fn copy(w: &mut BitWriter, from: &[u8], begin: usize, end: usize) -> Option<()> {
    let mut r = BitReader::new(from);
    r.at = begin;
    for _ in begin..end {
        w.bit(r.bit()?);
    }
    Some(())
}

/// CAVLC, one slice group, one reference, no weights, deblocking under control of the slice.
fn check_pps(pps: &[u8]) -> Result<(), BadClip> {
    let bytes = rbsp(pps);
    let mut r = BitReader::new(&bytes);
    let mut fits = || -> Option<bool> {
        let ids = r.ue()? == 0 && r.ue()? == 0;
        let cavlc = r.bits(2)? == 0;
        let one_group_one_reference = r.ue()? == 0 && r.ue()? == 0;
        let _ = r.ue()?;
        let unweighted = r.bits(3)? == 0;
        let _ = (r.se()?, r.se()?, r.se()?);
        let deblocking = r.bit()?;
        let neither_constrained_nor_redundant = r.bits(2)? == 0;
        Some(ids && cavlc && one_group_one_reference && unweighted && deblocking && neither_constrained_nor_redundant)
    };
    if fits() == Some(true) { Ok(()) } else { Err(BadClip("PPS")) }
}

/// The slice as it is below the banner (§7.3.3). `None` if it says something that such clips do not say.
fn moved_down(slice: &[u8], rules: SliceRules, idr_pic_id: u32) -> Option<Vec<u8>> {
    let header = *slice.first()?;
    let idr = header & 0x1f == h264::IDR_SLICE;
    let bytes = rbsp(slice);
    let mut r = BitReader::new(&bytes);
    let mut w = BitWriter::default();
    if r.ue()? != 0 || header & 0x60 == 0 {
        return None;
    }
    w.ue(rules.columns * rules.banner_rows);
    let kind = r.ue()?;
    if kind != if idr { 7 } else { 5 } {
        return None;
    }
    w.ue(kind);
    w.ue(r.ue()?);
    let frame_num = r.bits(rules.frame_num_bits)?;
    w.bits(frame_num, rules.frame_num_bits);
    if idr {
        r.ue()?;
        w.ue(idr_pic_id);
        w.bits(r.bits(2)?, 2);
    } else {
        // num_ref_idx_active_override_flag, ref_pic_list_modification_flag_l0, adaptive_ref_pic_marking_mode_flag
        let flags = r.bits(2)?;
        if flags & 1 != 0 || r.bit_after_override(flags >> 1 == 1)? {
            return None;
        }
        w.bits(flags, 2);
        w.bit(false);
    }
    w.ue(r.se()?);
    let deblocking = r.ue()?;
    w.ue(if deblocking == 0 { 2 } else { deblocking });
    w.copy_rest(&bytes, r.at);
    Some(w.into_nal_as_it_is(header))
}

impl BitReader<'_> {
    /// The marking flag, once it is known that no count of references stands before it.
    fn bit_after_override(&mut self, overridden: bool) -> Option<bool> {
        if overridden { None } else { self.bit() }
    }
}
