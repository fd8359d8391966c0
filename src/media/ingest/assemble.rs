//! RTP payloads into pictures: the receiving side of RFC 6184 (single NAL units, STAP-A, FU-A) and of RFC 7798 (single NAL
//! units, AP, FU; without DONL, which no camera is known to use), with bounded memory.
//!
//! The RTSP client's own depacketizer has no bound for a picture that never ends; this one drops what is larger than
//! [`limits::ACCESS_UNIT_BYTES_MAX`]. Not here: what to do about a damaged picture (`feed`), sockets (`session`).

use av::{Codec, NalKind, h265};
use base::limits;

/// One picture as it came.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    /// 90 kHz, unwrapped.
    pub pts_90k: i64,
    /// NAL units, each with its 4-byte length; delimiters and filler are left out. Empty if nothing was worth keeping.
    pub data: Vec<u8>,
    /// Parts are missing, too large or not understood.
    pub damaged: bool,
    /// Packets were lost since the picture before, so whole pictures may be missing.
    pub gap: bool,
    /// No other picture refers to it (H.264: `nal_ref_idc` 0), as far as its parts have come.
    pub disposable: bool,
}

/// Gathers packets, in their order, into pictures.
#[derive(Debug, Default)]
pub(crate) struct Assembler {
    codec: Codec,
    data: Vec<u8>,
    /// Where the length of the NAL unit in fragments stands.
    fragment: Option<usize>,
    pts_90k: i64,
    open: bool,
    has_slice: bool,
    damaged: bool,
    gap: bool,
    is_reference: bool,
    /// NAL units in `data`.
    nals: usize,
    /// What has come of the open picture, kept or not.
    received: usize,
    /// Nothing more of the open picture is kept.
    too_large: bool,
    last_pts_90k: Option<i64>,
    /// The camera sets the marker on packets within a picture (against RFC 6184 §5.1): only a new timestamp ends one.
    markers_lie: bool,
    size_hint: usize,
}

impl Assembler {
    /// For pictures of that codec.
    pub fn new(codec: Codec) -> Self {
        Assembler { codec, ..Assembler::default() }
    }

    /// Something of the stream is missing before the next packet.
    pub fn lost(&mut self) {
        self.gap = true;
    }

    /// Takes one packet; gives the pictures that it completes (at most two).
    pub fn push(&mut self, payload: &[u8], pts_90k: i64, marker: bool, lost_before: bool) -> [Option<Picture>; 2] {
        let mut before = None;
        if lost_before {
            self.gap = true;
            self.damaged |= self.open;
        }
        if self.open && pts_90k != self.pts_90k {
            if self.has_slice || self.fragment.is_some() || self.damaged {
                self.damaged |= self.fragment.is_some();
                before = Some(self.finish());
                // What was lost may have been this picture's end or the next one's beginning.
                self.gap |= lost_before;
            } else {
                // Parameter sets sent with a timestamp of their own belong to the picture after them.
                self.pts_90k = pts_90k;
            }
        }
        if !self.open {
            self.open = true;
            self.pts_90k = pts_90k;
            self.data.reserve(self.size_hint);
        }
        self.received = self.received.saturating_add(payload.len());
        if !self.too_large && self.take(payload).is_none() {
            self.damaged = true;
            self.fragment = None;
        }
        if self.data.len() > limits::ACCESS_UNIT_BYTES_MAX || self.nals > limits::ACCESS_UNIT_NALS_MAX {
            (self.damaged, self.too_large) = (true, true);
            self.data = Vec::new();
            self.nals = 0;
            self.fragment = None;
        }
        let ends = marker && !self.markers_lie && (self.has_slice || self.damaged);
        let now = if ends {
            self.damaged |= self.fragment.is_some();
            Some(self.finish())
        } else {
            None
        };
        [before, now]
    }

    /// Has more come of the open picture than any picture has?
    pub fn is_endless(&self) -> bool {
        self.received > limits::INGEST_PICTURE_BYTES_MAX
    }

    fn finish(&mut self) -> Picture {
        self.size_hint = self.data.len().min(limits::ACCESS_UNIT_BYTES_MAX / 8);
        self.last_pts_90k = Some(self.pts_90k);
        // A ring counts the bytes of a picture, so it must not hold many more than those.
        if self.data.capacity() > 2 * self.data.len() + 4_096 {
            self.data.shrink_to_fit();
        }
        let picture = Picture {
            pts_90k: self.pts_90k,
            data: std::mem::take(&mut self.data),
            damaged: self.damaged,
            gap: self.gap,
            disposable: !self.is_reference,
        };
        (self.open, self.has_slice, self.damaged, self.gap, self.is_reference) = (false, false, false, false, false);
        (self.nals, self.received, self.too_large) = (0, 0, false);
        self.fragment = None;
        picture
    }

    /// `None`: not understood.
    fn take(&mut self, payload: &[u8]) -> Option<()> {
        match self.codec {
            Codec::H264 => self.take_h264(payload),
            Codec::H265 => self.take_h265(payload),
        }
    }

    fn take_h264(&mut self, payload: &[u8]) -> Option<()> {
        let (&header, rest) = payload.split_first()?;
        if header & 0x80 != 0 {
            return None;
        }
        match header & 0x1f {
            1..=23 => self.whole(payload),
            24 => self.aggregate(rest),
            28 => {
                let (&fu, body) = rest.split_first()?;
                self.fragment(fu, &[(header & 0xe0) | (fu & 0x1f)], body)
            }
            _ => None,
        }
    }

    /// RFC 7798 §4.4.
    fn take_h265(&mut self, payload: &[u8]) -> Option<()> {
        let (&[first, second], rest) = payload.split_first_chunk::<{ h265::HEADER_BYTES }>()?;
        if first & 0x80 != 0 {
            return None;
        }
        match h265::nal_type(payload) {
            0..h265::RTP_TYPES_FROM => self.whole(payload),
            48 => self.aggregate(rest),
            49 => {
                let (&fu, body) = rest.split_first()?;
                self.fragment(fu, &[(first & 0x81) | (fu & 0x3f) << 1, second], body)
            }
            _ => None,
        }
    }

    fn whole(&mut self, nal: &[u8]) -> Option<()> {
        let whole = self.fragment.is_none();
        self.nal(nal);
        whole.then_some(())
    }

    fn aggregate(&mut self, mut rest: &[u8]) -> Option<()> {
        while !rest.is_empty() {
            let (length, tail) = rest.split_first_chunk::<2>()?;
            let (nal, tail) = tail.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
            self.nal(nal);
            rest = tail;
        }
        Some(())
    }

    /// `fu`: the header of the fragment; `header`: that of the NAL unit.
    fn fragment(&mut self, fu: u8, header: &[u8], body: &[u8]) -> Option<()> {
        let (start, end) = (fu & 0x80 != 0, fu & 0x40 != 0);
        match (start, self.fragment) {
            (true, None) => {
                self.nals += 1;
                self.fragment = Some(self.data.len());
                self.data.extend_from_slice(&[0; 4]);
                self.data.extend_from_slice(header);
            }
            (false, Some(_)) => {}
            // A beginning within a NAL unit, or a middle without beginning: packets are missing.
            _ => return None,
        }
        self.data.extend_from_slice(body);
        if end {
            self.end_fragments();
        }
        Some(())
    }

    fn end_fragments(&mut self) {
        let Some(at) = self.fragment.take() else { return };
        let nal = self.data.get(at + 4..).unwrap_or_default();
        let (kind, length) = (self.codec.kind(nal), nal.len());
        if matches!(kind, NalKind::Slice { .. }) {
            self.note_slice(at + 4);
        } else if kind == NalKind::Padding || split_point(nal).is_some() {
            let nal = self.data.split_off(at).split_off(4);
            self.nal(&nal);
            return;
        }
        if let (Some(head), Ok(n)) = (self.data.get_mut(at..at + 4), u32::try_from(length)) {
            head.copy_from_slice(&n.to_be_bytes());
        }
    }

    /// Appends a whole NAL unit. Some cameras put several with start codes between them where RFC 6184 §5.6 wants one;
    /// they always begin with a parameter set, message or delimiter, so only those are searched.
    fn nal(&mut self, nal: &[u8]) {
        let mut rest = nal;
        while !rest.is_empty() {
            let is_slice = |nal| matches!(self.codec.kind(nal), NalKind::Slice { .. });
            let cut = if is_slice(rest) { None } else { split_point(rest) };
            let (one, after) = match cut {
                Some((end, next)) => (rest.get(..end).unwrap_or_default(), rest.get(next..).unwrap_or_default()),
                None => (rest, &[][..]),
            };
            rest = after;
            if one.is_empty() || self.codec.kind(one) == NalKind::Padding {
                continue;
            }
            let slice = is_slice(one);
            let at = self.data.len() + 4;
            if let Ok(n) = u32::try_from(one.len()) {
                self.nals += 1;
                self.data.extend_from_slice(&n.to_be_bytes());
                self.data.extend_from_slice(one);
            }
            if slice {
                self.note_slice(at);
            }
        }
    }

    fn note_slice(&mut self, at: usize) {
        let nal = self.data.get(at..).unwrap_or_default();
        let NalKind::Slice { first, disposable, .. } = self.codec.kind(nal) else { return };
        self.is_reference |= !disposable;
        if !self.has_slice && !first {
            // The picture's beginning is missing: lost, or ended too early by a marker that should not be there.
            self.damaged = true;
            self.markers_lie |= !self.gap && self.last_pts_90k == Some(self.pts_90k);
        }
        self.has_slice = true;
    }
}

/// Where a start code (ISO/IEC 14496-10 annex B) cuts: the end of what is before it, the start of what is behind it.
fn split_point(nal: &[u8]) -> Option<(usize, usize)> {
    let at = nal.windows(3).position(|w| w == [0, 0, 1])?;
    let before = nal.get(..at)?;
    Some((before.iter().rposition(|b| *b != 0).map_or(0, |i| i + 1), at + 3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use av::h264;
    use proptest::prelude::*;

    fn nals(p: &Picture) -> Vec<&[u8]> {
        h264::nal_units(&p.data).collect()
    }

    fn fragments(nal: &[u8], size: usize) -> Vec<Vec<u8>> {
        let chunks: Vec<&[u8]> = nal[1..].chunks(size).collect();
        let last = chunks.len() - 1;
        let fu = |i: usize| (u8::from(i == 0) << 7) | (u8::from(i == last) << 6) | (nal[0] & 0x1f);
        chunks.iter().enumerate().map(|(i, c)| [&[(nal[0] & 0xe0) | 28, fu(i)], *c].concat()).collect()
    }

    const SPS: &[u8] = &[0x67, 1, 2];
    const PPS: &[u8] = &[0x68, 3];
    const IDR: &[u8] = &[0x65, 0x88, 9, 9, 9, 9, 9, 9];
    const P: &[u8] = &[0x41, 0x9a, 5, 5];

    #[test]
    fn aggregates_fragments_and_whole_units_become_one_picture() {
        let mut a = Assembler::default();
        let stap = [&[0x78, 0, 3][..], SPS, &[0, 2], PPS].concat();
        assert_eq!(a.push(&stap, 100, false, false), [None, None]);
        let parts = fragments(IDR, 3);
        for (i, part) in parts.iter().enumerate() {
            let [before, now] = a.push(part, 100, i + 1 == parts.len(), false);
            assert_eq!(before, None);
            if let Some(p) = now {
                assert_eq!(nals(&p), [SPS, PPS, IDR]);
                assert!(!p.damaged && !p.gap && !p.disposable && h264::is_whole(&p.data));
                return;
            }
        }
        panic!("no picture");
    }

    #[test]
    fn h265_comes_whole_aggregated_and_in_fragments() {
        let (vps, sps, pps) = (&[0x40u8, 1, 2][..], &[0x42u8, 1, 3][..], &[0x44u8, 1, 4][..]);
        let (idr, second) = (&[0x26u8, 1, 0xaf, 9, 9, 9, 9, 9][..], &[0x26u8, 1, 0x2f, 8, 8][..]);
        let mut a = Assembler::new(Codec::H265);
        let ap = [&[0x60, 1, 0, 3][..], vps, &[0, 3], sps, &[0, 3], pps].concat();
        assert_eq!(a.push(&ap, 100, false, false), [None, None]);
        for (flags, part) in [(0x80, &idr[2..5]), (0, &idr[5..6]), (0x40, &idr[6..])] {
            assert_eq!(a.push(&[&[0x62, 1, flags | 19][..], part].concat(), 100, false, false), [None, None]);
        }
        assert_eq!(a.push(&[0x46, 1, 0x50], 100, false, false), [None, None], "a delimiter is left out");
        let [_, now] = a.push(second, 100, true, false);
        let p = now.expect("a picture");
        assert_eq!(nals(&p), [vps, sps, pps, idr, second]);
        assert!(!p.damaged && !p.gap && Codec::H265.is_random_access(&p.data));
        // A middle without its beginning.
        let [_, now] = a.push(&[0x62, 1, 0x41, 5, 5], 200, true, true);
        assert!(now.is_some_and(|p| p.damaged && p.gap));
    }

    #[test]
    fn a_new_timestamp_ends_a_picture_without_marker() {
        let mut a = Assembler::default();
        assert_eq!(a.push(P, 1, false, false), [None, None]);
        let [before, now] = a.push(P, 2, true, false);
        assert_eq!(before.map(|p| p.pts_90k), Some(1));
        assert_eq!(now.map(|p| p.pts_90k), Some(2));
    }

    #[test]
    fn parameter_sets_with_a_timestamp_and_marker_of_their_own_join_the_next_picture() {
        let mut a = Assembler::default();
        assert_eq!(a.push(SPS, 1, true, false), [None, None]);
        assert_eq!(a.push(PPS, 1, true, false), [None, None]);
        let [_, now] = a.push(IDR, 2, true, false);
        assert_eq!(now.map(|p| (p.pts_90k, nals(&p).len())), Some((2, 3)));
    }

    #[test]
    fn start_codes_within_a_payload_are_understood() {
        let mut a = Assembler::default();
        let all = [SPS, &[0, 0, 0, 1], PPS, &[0, 0, 1], IDR].concat();
        let [_, now] = a.push(&all, 1, true, false);
        assert_eq!(
            now.map(|p| nals(&p).iter().map(|n| n.to_vec()).collect::<Vec<_>>()),
            Some(vec![SPS.into(), PPS.into(), IDR.into()])
        );
        let mut last = None;
        for (i, part) in fragments(&all, 5).iter().enumerate() {
            last = a.push(part, 2, i == all[1..].chunks(5).count() - 1, false)[1].take();
        }
        assert_eq!(last.map(|p| nals(&p).len()), Some(3));
    }

    #[test]
    fn loss_damages_the_picture_it_hits_and_is_told_to_the_next() {
        let mut a = Assembler::default();
        let parts = fragments(IDR, 2);
        let _ = a.push(&parts[0], 1, false, false);
        let [_, now] = a.push(&parts[3], 1, true, true);
        assert!(now.is_some_and(|p| p.damaged && p.gap));
        // The end of one picture and the beginning of the next.
        let _ = a.push(&parts[0], 2, false, false);
        let [before, now] = a.push(&parts[2], 3, true, true);
        assert!(before.is_some_and(|p| p.damaged));
        assert!(now.is_some_and(|p| p.damaged && p.gap));
        // A whole picture is missing between two whole ones.
        let [_, now] = a.push(P, 5, true, true);
        assert!(now.is_some_and(|p| !p.damaged && p.gap));
    }

    #[test]
    fn markers_on_every_slice_are_learnt() {
        let mut a = Assembler::default();
        let second = &[0x41, 0x20, 7][..];
        let mut whole = 0;
        for pts in 0..10 {
            let given = [a.push(P, pts, true, false), a.push(second, pts, true, false)];
            whole += given.into_iter().flatten().flatten().filter(|p| !p.damaged && nals(p).len() == 2).count();
        }
        assert!(whole >= 8, "{whole} of 10 pictures");
    }

    #[test]
    fn a_picture_that_never_ends_costs_bounded_memory() {
        let mut a = Assembler::default();
        let start = [&[0x7c, 0x85][..], &[1; 1400]].concat();
        let middle = [&[0x7c, 0x05][..], &[1; 1400]].concat();
        let _ = a.push(&start, 1, false, false);
        for _ in 0..3 * limits::ACCESS_UNIT_BYTES_MAX / 1400 {
            assert_eq!(a.push(&middle, 1, false, false), [None, None]);
            assert!(a.data.capacity() <= 2 * limits::ACCESS_UNIT_BYTES_MAX + 4096);
        }
        assert!(a.is_endless());
        let [before, _] = a.push(P, 2, true, false);
        assert!(before.is_some_and(|p| p.damaged) && !a.is_endless());
    }

    #[test]
    fn a_small_picture_after_a_large_one_holds_little() {
        let mut a = Assembler::default();
        let large = [&[0x65, 0x88][..], &[1; 60_000]].concat();
        (0..15).for_each(|_| assert_eq!(a.push(&large, 1, false, false), [None, None]));
        let _ = a.push(P, 1, true, false);
        let [_, now] = a.push(P, 2, true, false);
        assert!(now.is_some_and(|p| p.data.len() == 8 && p.data.capacity() <= 4_112));
    }

    #[test]
    fn a_picture_of_countless_parts_is_none() {
        // Aggregates of one-byte NAL units: each costs far more than its bytes once it is cut for the viewers.
        let crumbs = [&[0x78][..], &[0, 1, 0x41].repeat(400)].concat();
        let mut a = Assembler::default();
        for _ in 0..20 {
            assert_eq!(a.push(&crumbs, 1, false, false), [None, None]);
        }
        let [_, now] = a.push(P, 1, true, false);
        assert!(now.is_some_and(|p| p.damaged && p.data.len() < 20_000));
        let [_, now] = a.push(P, 2, true, false);
        assert!(now.is_some_and(|p| !p.damaged), "the next one is judged by itself");
    }

    proptest! {
        #[test]
        fn garbage_never_panics_and_what_is_undamaged_is_whole(
            packets in proptest::collection::vec((proptest::collection::vec(any::<u8>(), 0..40), 0i64..4, any::<bool>(), prop::bool::weighted(0.1)), 0..60)
        ) {
            let mut a = Assembler::default();
            for (payload, pts, marker, lost) in packets {
                for p in a.push(&payload, pts, marker, lost).into_iter().flatten().filter(|p| !p.damaged) {
                    prop_assert!(h264::is_whole(&p.data) && h264::has_picture(&p.data));
                }
            }
        }
    }
}
