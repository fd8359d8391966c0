//! Waking a shard out of its wait for datagrams: an `eventfd` that is written at most once between two waits.
//!
//! A camera's source rings it for every access unit, so it must be cheap and must never block.

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

struct Bell {
    fd: OwnedFd,
    rung: AtomicBool,
}

/// The ringing end; cheap to clone.
#[derive(Clone)]
pub(super) struct Waker(Arc<Bell>);

/// The end that waits.
pub(super) struct Sleeper(Arc<Bell>);

/// A bell.
pub(super) fn pair() -> io::Result<(Waker, Sleeper)> {
    // SAFETY: eventfd takes no pointers; the result is checked.
    let fd = unsafe { libc::eventfd(0, libc::EFD_NONBLOCK | libc::EFD_CLOEXEC) };
    if fd < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: a fresh descriptor that nobody else owns.
    let fd = unsafe { OwnedFd::from_raw_fd(fd) };
    let bell = Arc::new(Bell { fd, rung: AtomicBool::new(false) });
    Ok((Waker(bell.clone()), Sleeper(bell)))
}

impl Waker {
    /// Ends the current or the next wait.
    pub(super) fn wake(&self) {
        if !self.0.rung.swap(true, Ordering::AcqRel) {
            let one = 1u64.to_ne_bytes();
            // SAFETY: writes eight bytes from a live buffer. It can fail only when the counter is full, and then the
            // descriptor is readable anyway.
            unsafe { libc::write(self.0.fd.as_raw_fd(), one.as_ptr().cast(), one.len()) };
        }
    }
}

impl Sleeper {
    /// What to wait on for reading.
    pub(super) fn fd(&self) -> RawFd {
        self.0.fd.as_raw_fd()
    }
    /// Resets the bell. Call before looking for work, so that a ring during the work is not lost.
    pub(super) fn reset(&self) {
        if self.0.rung.load(Ordering::Acquire) {
            let mut count = [0u8; 8];
            // SAFETY: reads eight bytes into a live buffer; non-blocking.
            unsafe { libc::read(self.0.fd.as_raw_fd(), count.as_mut_ptr().cast(), count.len()) };
            // A swap, not a store: it makes visible what the ringers did before they rang.
            self.0.rung.swap(false, Ordering::AcqRel);
        }
    }
}
