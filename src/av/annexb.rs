//! Byte streams with start codes (ISO/IEC 14496-10 annex B): into NAL units, and NAL units into access units.
//!
//! For files and clips; cameras speak RTP. Works on data that is in memory as a whole.

use crate::h264;

/// The NAL units of a byte stream, without start codes and without the zero bytes around them. What stands before the
/// first start code is left out.
pub fn nal_units(stream: &[u8]) -> impl Iterator<Item = &[u8]> + '_ {
    let mut rest = after_start_code(stream);
    std::iter::from_fn(move || {
        loop {
            let data = rest?;
            let end = start_code(data);
            rest = end.and_then(|e| data.get(e + 3..));
            let nal = data.get(..end.unwrap_or(data.len()))?;
            let length = nal.iter().rposition(|b| *b != 0).map_or(0, |i| i + 1);
            if length > 0 {
                return nal.get(..length);
            }
        }
    })
}

/// Where the next `00 00 01` begins.
fn start_code(data: &[u8]) -> Option<usize> {
    data.windows(3).position(|w| w == [0, 0, 1])
}

fn after_start_code(data: &[u8]) -> Option<&[u8]> {
    start_code(data).and_then(|i| data.get(i + 3..))
}

/// The access units of a byte stream: each a list of its NAL units. All slices of a picture stay together, with the
/// parameter sets, delimiters and messages before it (§7.4.1.2.3). NAL units after the last picture that belong to a
/// picture that never comes form an access unit of their own.
pub fn access_units(stream: &[u8]) -> Vec<Vec<&[u8]>> {
    let mut units: Vec<Vec<&[u8]>> = Vec::new();
    let mut current: Vec<&[u8]> = Vec::new();
    let mut has_picture = false;
    for nal in nal_units(stream) {
        if has_picture && begins_access_unit(nal) {
            units.push(std::mem::take(&mut current));
            has_picture = false;
        }
        has_picture |= h264::is_slice(nal);
        current.push(nal);
    }
    if !current.is_empty() {
        units.push(current);
    }
    units
}

/// After a picture, does this NAL unit begin the next access unit?
pub fn begins_access_unit(nal: &[u8]) -> bool {
    match h264::nal_type(nal) {
        h264::SLICE..=h264::IDR_SLICE => h264::is_first_slice(nal),
        h264::SEI | h264::SPS | h264::PPS | h264::DELIMITER | 14..=18 => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stream(nals: &[&[u8]]) -> Vec<u8> {
        nals.iter()
            .enumerate()
            .flat_map(|(i, n)| [if i % 2 == 0 { &[0, 0, 0, 1][..] } else { &[0, 0, 1] }, n].concat())
            .collect()
    }

    #[test]
    fn several_slices_stay_one_picture() {
        let (sps, pps, sei) = (&[0x67u8, 1][..], &[0x68u8, 1][..], &[0x06u8, 5][..]);
        let (i0, i1, p0, p1) = (&[0x65u8, 0x88][..], &[0x65u8, 0x20][..], &[0x41u8, 0x9a][..], &[0x41u8, 0x21][..]);
        let filler = &[0x0cu8, 0xff, 0x80][..];
        let s = stream(&[sps, pps, sei, i0, i1, filler, p0, p1, p0, p1, sps, pps, i0]);
        let units = access_units(&s);
        assert_eq!(units, vec![vec![sps, pps, sei, i0, i1, filler], vec![p0, p1], vec![p0, p1], vec![sps, pps, i0],]);
    }

    #[test]
    fn zeros_and_rubbish_around_start_codes_do_no_harm() {
        let s = [&[7, 7, 0, 0, 0, 0, 1, 0x65, 9, 0, 0, 0, 0, 1][..], &[0, 0, 1, 0x41, 8, 0, 0]].concat();
        assert_eq!(nal_units(&s).collect::<Vec<_>>(), [&[0x65u8, 9][..], &[0x41, 8]]);
        assert_eq!(nal_units(&[]).count() + nal_units(&[0, 0, 1]).count() + nal_units(&[1, 2, 3]).count(), 0);
    }

    proptest! {
        #[test]
        fn garbage_never_panics_and_loses_no_nal_unit(data in proptest::collection::vec(0u8..4, 0..400)) {
            let all = nal_units(&data).count();
            prop_assert_eq!(access_units(&data).iter().map(Vec::len).sum::<usize>(), all);
        }
    }
}
