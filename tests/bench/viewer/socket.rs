//! A socket that the tests and benches do not lose packets in.

use std::net::UdpSocket;
use std::os::fd::AsRawFd;

/// The reading side must not be what loses packets.
pub(super) fn large_buffer(socket: &UdpSocket) {
    for option in [libc_options::SO_RCVBUFFORCE, libc_options::SO_RCVBUF] {
        if libc_options::set(socket.as_raw_fd(), option, 8 << 20) {
            return;
        }
    }
}

mod libc_options {
    pub use libc::{SO_RCVBUF, SO_RCVBUFFORCE};
    use std::os::fd::RawFd;

    pub fn set(fd: RawFd, option: i32, value: i32) -> bool {
        // SAFETY: a live i32 and its size.
        unsafe {
            libc::setsockopt(fd, libc::SOL_SOCKET, option, (&raw const value).cast(), size_of::<i32>() as u32) == 0
        }
    }
}
