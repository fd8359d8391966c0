//! Bits of an H.264 bitstream (ISO/IEC 14496-10 §7.2, §9.1): read from clips, written for banners.

/// Reads bits of an RBSP (emulation prevention bytes taken out).
pub(super) struct BitReader<'a> {
    bytes: &'a [u8],
    /// Bits read so far.
    pub at: usize,
}

impl<'a> BitReader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }
    pub fn bit(&mut self) -> Option<bool> {
        let byte = self.bytes.get(self.at / 8)?;
        let bit = byte >> (7 - self.at % 8) & 1 == 1;
        self.at += 1;
        Some(bit)
    }
    pub fn bits(&mut self, count: u32) -> Option<u32> {
        (0..count).try_fold(0u32, |n, _| Some(n << 1 | u32::from(self.bit()?)))
    }
    /// ue(v)
    pub fn ue(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while !self.bit()? {
            zeros += 1;
            if zeros > 31 {
                return None;
            }
        }
        Some((1u32 << zeros) - 1 + self.bits(zeros)?)
    }
    /// se(v), as its code number: enough to copy or skip it.
    pub fn se(&mut self) -> Option<u32> {
        self.ue()
    }
}

/// Writes bits of an RBSP.
#[derive(Default)]
pub(super) struct BitWriter {
    bytes: Vec<u8>,
    /// Bits used of the last byte, 0 to 7; 0 means it is full.
    used: u32,
}

impl BitWriter {
    pub fn bit(&mut self, bit: bool) {
        if self.used == 0 {
            self.bytes.push(0);
        }
        if let (true, Some(last)) = (bit, self.bytes.last_mut()) {
            *last |= 0x80 >> self.used;
        }
        self.used = (self.used + 1) % 8;
    }
    pub fn bits(&mut self, value: u32, count: u32) {
        (0..count).rev().for_each(|i| self.bit(value >> i & 1 == 1));
    }
    /// ue(v), for numbers below 2^31.
    pub fn ue(&mut self, value: u32) {
        let coded = value + 1;
        let length = 32 - coded.leading_zeros();
        self.bits(0, length - 1);
        self.bits(coded, length);
    }
    pub fn align(&mut self) {
        self.used = 0;
    }
    /// Whole bytes; only after [`BitWriter::align`].
    pub fn aligned_bytes(&mut self, bytes: &[u8]) {
        debug_assert_eq!(self.used, 0);
        self.bytes.extend_from_slice(bytes);
    }
    /// Copies the bits of `from` from bit `at` on, down to the stop bit of its trailing bits, which is copied too.
    pub fn copy_rest(&mut self, from: &[u8], at: usize) {
        let last = from.iter().rposition(|b| *b != 0).unwrap_or(0);
        let end = last * 8 + 8 - from.get(last).map_or(0, |b| b.trailing_zeros() as usize);
        let mut reader = BitReader { bytes: from, at };
        while reader.at < end {
            let count = (end - reader.at).min(8) as u32;
            let Some(bits) = reader.bits(count) else { return };
            self.bits(bits, count);
        }
    }
    /// Ends with the stop bit (§7.3.2.11) and makes a NAL unit of it: header in front, emulation prevention inside.
    pub fn into_nal(mut self, header: u8) -> Vec<u8> {
        self.bit(true);
        self.into_nal_as_it_is(header)
    }
    /// The same for an RBSP whose stop bit is written already.
    pub fn into_nal_as_it_is(self, header: u8) -> Vec<u8> {
        let mut nal = Vec::with_capacity(self.bytes.len() + 16);
        nal.push(header);
        let mut zeros = 0;
        for b in self.bytes {
            if zeros >= 2 && b <= 3 {
                nal.push(3);
                zeros = 0;
            }
            zeros = if b == 0 { zeros + 1 } else { 0 };
            nal.push(b);
        }
        nal
    }
}

/// The RBSP of a NAL unit: without its header and emulation prevention bytes.
pub(super) fn rbsp(nal: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(nal.len());
    let mut zeros = 0;
    for b in nal.iter().skip(1) {
        if zeros >= 2 && *b == 3 {
            zeros = 0;
            continue;
        }
        zeros = if *b == 0 { zeros + 1 } else { 0 };
        out.push(*b);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(numbers in proptest::collection::vec(0u32..1 << 30, 0..20), raw in proptest::collection::vec(0u8..4, 0..60)) {
            let mut w = BitWriter::default();
            numbers.iter().for_each(|n| w.ue(*n));
            w.align();
            w.aligned_bytes(&raw);
            let nal = w.into_nal(0x65);
            prop_assert!(nal.windows(3).all(|w| w[0] != 0 || w[1] != 0 || w[2] > 2 || w[2] == 3), "a start code inside");
            let rbsp = rbsp(&nal);
            let mut r = BitReader::new(&rbsp);
            for n in numbers {
                prop_assert_eq!(r.ue(), Some(n));
            }
            let at = r.at.div_ceil(8);
            prop_assert_eq!(&rbsp[at..at + raw.len()], &raw[..]);
        }

        #[test]
        fn the_rest_is_copied_to_any_place(bytes in proptest::collection::vec(any::<u8>(), 1..40), at in 0usize..8, shift in 0u32..8) {
            let mut source = BitWriter::default();
            source.aligned_bytes(&bytes);
            let rbsp = rbsp(&source.into_nal(0x41));
            let mut w = BitWriter::default();
            w.bits(0, shift);
            w.copy_rest(&rbsp, at);
            let copied = super::rbsp(&w.into_nal_as_it_is(0x41));
            let (mut a, mut b) = (BitReader { bytes: &rbsp, at }, BitReader { bytes: &copied, at: shift as usize });
            for _ in 0..bytes.len() * 8 - at {
                prop_assert_eq!(a.bit(), b.bit());
            }
        }

        #[test]
        fn garbage_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let mut r = BitReader::new(&bytes);
            while r.ue().is_some() {}
            let _ = rbsp(&bytes);
        }
    }
}
