//! The file below redb.
//!
//! Here: the real file, and the *rehearsal* of an opening: everything redb would write while it opens and repairs goes
//! to memory, so that a store that is refused keeps every byte. Not here: what makes a store acceptable (`open`).
//!
//! Both hold the same open file, whose whole-file lock (`flock`) was taken before; redb's own locks are therefore
//! answered with yes.

use redb::{BackendError, StorageBackend};
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::ops::Bound;
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The locked file itself.
#[derive(Debug)]
pub(crate) struct RealFile(pub(crate) Arc<File>);

impl StorageBackend for RealFile {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }
    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.0.read_exact_at(out, offset)
    }
    fn set_len(&self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }
    fn sync_data(&self) -> io::Result<()> {
        self.0.sync_data()
    }
    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.0.write_all_at(data, offset)
    }
    fn try_lock_range(&self, _: Bound<u64>, _: Bound<u64>) -> Result<bool, BackendError> {
        Ok(true)
    }
    fn unlock_range(&self, _: Bound<u64>, _: Bound<u64>) -> Result<(), BackendError> {
        Ok(())
    }
}

const PAGE: u64 = 4096;

#[derive(Debug)]
struct Sheet {
    /// Length as redb believes it.
    len: u64,
    /// Up to here the file's own bytes still show; beyond it, after a shortening, there are zeros.
    shown: u64,
    pages: BTreeMap<u64, Box<[u8]>>,
}

/// The file as redb would have it, without touching the file.
#[derive(Debug)]
pub(crate) struct Rehearsal {
    file: Arc<File>,
    sheet: Mutex<Sheet>,
}

impl Rehearsal {
    pub(crate) fn new(file: Arc<File>) -> io::Result<Self> {
        let len = file.metadata()?.len();
        Ok(Self { file, sheet: Mutex::new(Sheet { len, shown: len, pages: BTreeMap::new() }) })
    }
    fn sheet(&self) -> MutexGuard<'_, Sheet> {
        self.sheet.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// The file's own bytes from `offset` on, zeros where it shows none.
    fn below(&self, shown: u64, offset: u64, out: &mut [u8]) -> io::Result<()> {
        out.fill(0);
        let there = usize::try_from(shown.saturating_sub(offset)).unwrap_or(usize::MAX).min(out.len());
        let (from_file, _) = out.split_at_mut(there);
        self.file.read_exact_at(from_file, offset)
    }
}

fn outside() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "beyond the end of the file")
}

/// Pages that `offset..offset + len` touches: page number, start within the page, start within the data, length.
fn pieces(offset: u64, len: usize) -> impl Iterator<Item = (u64, usize, usize, usize)> {
    let mut done = 0;
    std::iter::from_fn(move || {
        if done >= len {
            return None;
        }
        let at = offset + done as u64;
        let within = (at % PAGE) as usize;
        let n = (PAGE as usize - within).min(len - done);
        let piece = (at / PAGE, within, done, n);
        done += n;
        Some(piece)
    })
}

impl StorageBackend for Rehearsal {
    fn len(&self) -> io::Result<u64> {
        Ok(self.sheet().len)
    }
    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let sheet = self.sheet();
        if offset.checked_add(out.len() as u64).is_none_or(|end| end > sheet.len) {
            return Err(outside());
        }
        if sheet.pages.range(offset / PAGE..=(offset + out.len() as u64) / PAGE).next().is_none() {
            return self.below(sheet.shown, offset, out);
        }
        for (page, within, done, n) in pieces(offset, out.len()) {
            let part = out.get_mut(done..done + n).ok_or_else(outside)?;
            match sheet.pages.get(&page).and_then(|p| p.get(within..within + n)) {
                Some(bytes) => part.copy_from_slice(bytes),
                None => self.below(sheet.shown, offset + done as u64, part)?,
            }
        }
        Ok(())
    }
    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut sheet = self.sheet();
        if len < sheet.len {
            sheet.shown = sheet.shown.min(len);
            sheet.pages.split_off(&len.div_ceil(PAGE));
            let within = (len % PAGE) as usize;
            if let Some(last) = sheet.pages.get_mut(&(len / PAGE)).and_then(|p| p.get_mut(within..)) {
                last.fill(0);
            }
        }
        sheet.len = len;
        Ok(())
    }
    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }
    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut sheet = self.sheet();
        let end = offset.checked_add(data.len() as u64).ok_or_else(outside)?;
        sheet.len = sheet.len.max(end);
        for (page, within, done, n) in pieces(offset, data.len()) {
            if !sheet.pages.contains_key(&page) {
                let mut bytes = vec![0; PAGE as usize].into_boxed_slice();
                self.below(sheet.shown, page * PAGE, &mut bytes)?;
                sheet.pages.insert(page, bytes);
            }
            let target = sheet.pages.get_mut(&page).and_then(|p| p.get_mut(within..within + n)).ok_or_else(outside)?;
            target.copy_from_slice(data.get(done..done + n).ok_or_else(outside)?);
        }
        Ok(())
    }
    fn try_lock_range(&self, _: Bound<u64>, _: Bound<u64>) -> Result<bool, BackendError> {
        Ok(true)
    }
    fn unlock_range(&self, _: Bound<u64>, _: Bound<u64>) -> Result<(), BackendError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// Whatever is written, cut and read: as on a vector of bytes, and the file keeps its own.
        #[test]
        fn it_behaves_as_a_file_and_touches_none(
            steps in proptest::collection::vec((0u8..3, 0u64..20_000, 0usize..9_000, any::<u8>()), 1..40)
        ) {
            let dir = tempfile::tempdir().expect("folder");
            let path = dir.path().join("f");
            let original: Vec<u8> = (0..10_000u32).map(|i| (i % 251) as u8).collect();
            std::fs::write(&path, &original).expect("written");
            let it = Rehearsal::new(Arc::new(File::open(&path).expect("opened"))).expect("length");
            let mut model = original.clone();
            for (what, offset, len, byte) in steps {
                let (o, end) = (offset as usize, offset as usize + len);
                match what {
                    0 => {
                        it.write(offset, &vec![byte; len]).expect("write");
                        if model.len() < end { model.resize(end, 0); }
                        model[o..end].fill(byte);
                    }
                    1 => {
                        it.set_len(offset).expect("cut");
                        model.resize(o, 0);
                    }
                    _ => {
                        let mut out = vec![0; len];
                        let read = it.read(offset, &mut out);
                        prop_assert_eq!(read.is_ok(), end <= model.len());
                        if read.is_ok() { prop_assert_eq!(&out[..], &model[o..end]); }
                    }
                }
                prop_assert_eq!(it.len().expect("length"), model.len() as u64);
            }
            prop_assert_eq!(std::fs::read(&path).expect("read"), original);
        }
    }
}
