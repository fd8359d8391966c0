//! A socket that the tests and benches do not lose packets in, or a TCP connection with the same packets in it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::os::fd::{AsRawFd, RawFd};

/// How a viewer reaches its server.
pub(super) enum Line {
    Udp(UdpSocket),
    /// RFC 4571: each packet with its length before it. `input` is what has come and is no whole packet yet.
    Tcp {
        stream: TcpStream,
        input: Vec<u8>,
    },
}

impl Line {
    pub(super) fn udp(bind: SocketAddr) -> std::io::Result<Line> {
        let socket = UdpSocket::bind(bind)?;
        socket.set_nonblocking(true)?;
        large_buffer(&socket);
        Ok(Line::Udp(socket))
    }
    pub(super) fn tcp(to: SocketAddr) -> std::io::Result<Line> {
        let stream = TcpStream::connect(to)?;
        stream.set_nonblocking(true)?;
        stream.set_nodelay(true)?;
        Ok(Line::Tcp { stream, input: Vec::new() })
    }
    pub(super) fn is_v4(&self) -> std::io::Result<bool> {
        match self {
            Line::Udp(s) => Ok(s.local_addr()?.is_ipv4()),
            Line::Tcp { stream, .. } => Ok(stream.local_addr()?.is_ipv4()),
        }
    }
    pub(super) fn fd(&self) -> RawFd {
        match self {
            Line::Udp(s) => s.as_raw_fd(),
            Line::Tcp { stream, .. } => stream.as_raw_fd(),
        }
    }
    pub(super) fn send(&self, datagram: &[u8], to: SocketAddr) {
        match self {
            Line::Udp(s) => {
                let _ = s.send_to(datagram, to);
            }
            Line::Tcp { stream, .. } => {
                let framed = [&(datagram.len() as u16).to_be_bytes(), datagram].concat();
                // A viewer says little: the system takes it whole, or the connection is gone.
                let _ = (&*stream).write_all(&framed);
            }
        }
    }
    /// The next packet, if one has come.
    pub(super) fn receive(&mut self, buffer: &mut [u8]) -> Option<usize> {
        match self {
            Line::Udp(s) => s.recv(buffer).ok(),
            Line::Tcp { stream, input } => loop {
                if let Some((head, rest)) = input.split_first_chunk::<2>() {
                    let n = usize::from(u16::from_be_bytes(*head));
                    if let Some(packet) = rest.get(..n) {
                        buffer.get_mut(..n)?.copy_from_slice(packet);
                        input.drain(..2 + n);
                        return Some(n);
                    }
                }
                let mut piece = [0; 4_096];
                let n = stream.read(&mut piece).ok().filter(|n| *n > 0)?;
                input.extend_from_slice(&piece[..n]);
            },
        }
    }
}

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
