//! The way out: the UDP port, one socket for both families, and packets of one viewer joined into one system call (GSO,
//! `UDP_SEGMENT`); beside it the shard's TCP connections, which get the same packets in one write.
//!
//! Where the system knows no segmentation offload, the same packets go one by one. A full send buffer makes the shard
//! wait a few milliseconds for the network card; after that packets are given up, and viewers ask for them again.

use super::peer::Peer;
use super::tcp::{Connections, FRAME_HEAD_BYTES};
use socket2::{Domain, Protocol, SockAddr, Socket as RawSocket, Type};
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::os::fd::{AsRawFd, RawFd};

/// What we ask of the system; without privileges it gives less.
const SEND_BUFFER_BYTES: usize = 8 << 20;
const RECEIVE_BUFFER_BYTES: usize = 4 << 20;
/// One offloaded send: below the 65,507 bytes of a datagram and the 64 segments of older kernels.
const BATCH_BYTES_MAX: usize = 62_000;
const BATCH_SEGMENTS_MAX: usize = 60;
/// Times that a send waits for room in the send buffer, and how long each.
const WAITS_MAX: u32 = 4;
const WAIT_MS: i32 = 5;

/// A shard's socket and connections, and the buffer in which packets are joined.
pub(super) struct Socket {
    socket: UdpSocket,
    /// Viewers that come by TCP.
    pub(super) connections: Connections,
    offload: bool,
    /// A wait for the network card was in vain: until a send succeeds, there is no further waiting.
    congested: bool,
    buffer: Vec<u8>,
    failed: u64,
}

impl Socket {
    /// Binds. `[::]` takes IPv4 too; on a machine without IPv6 it becomes `0.0.0.0`.
    pub(super) fn bind(address: SocketAddr) -> io::Result<Socket> {
        let socket = match Self::open(address, false) {
            Err(e) if address.is_ipv6() && address.ip().is_unspecified() && e.kind() != io::ErrorKind::AddrInUse => {
                tracing::warn!(error = %e, "no IPv6 on this machine: WebRTC listens on IPv4 only");
                Self::open(SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), address.port()), false)?
            }
            other => other?,
        };
        Self::with(socket)
    }

    fn with(socket: UdpSocket) -> io::Result<Socket> {
        let connections = Connections::new(None)?;
        Ok(Socket { socket, connections, offload: true, congested: false, buffer: vec![0; BATCH_BYTES_MAX], failed: 0 })
    }

    /// A further socket on the same port, for another shard: the system gives each viewer's address to one of them
    /// (SO_REUSEPORT). The first one was bound without sharing, so that a port that another program has is an error.
    pub(super) fn sibling(&self) -> io::Result<Socket> {
        socket2::SockRef::from(&self.socket).set_reuse_port(true)?;
        Self::with(Self::open(self.local()?, true)?)
    }

    fn open(address: SocketAddr, shared: bool) -> io::Result<UdpSocket> {
        let raw =
            RawSocket::new(Domain::for_address(address), Type::DGRAM.nonblocking().cloexec(), Some(Protocol::UDP))?;
        if address.is_ipv6() {
            raw.set_only_v6(!address.ip().is_unspecified())?;
        }
        for (name, set) in [
            ("send", raw.set_send_buffer_size(SEND_BUFFER_BYTES)),
            ("receive", raw.set_recv_buffer_size(RECEIVE_BUFFER_BYTES)),
        ] {
            if let Err(e) = set {
                tracing::debug!(error = %e, "the system refuses a large {name} buffer");
            }
        }
        if shared {
            raw.set_reuse_port(true)?;
        }
        raw.bind(&address.into())?;
        Ok(raw.into())
    }

    pub(super) fn local(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }
    pub(super) fn fd(&self) -> RawFd {
        self.socket.as_raw_fd()
    }
    /// Packets that the system did not take since the last call.
    pub(super) fn take_failed(&mut self) -> u64 {
        std::mem::take(&mut self.failed)
    }

    /// The next datagram, if one has come.
    pub(super) fn receive(&self, buffer: &mut [u8]) -> Option<(usize, SocketAddr)> {
        // Anything but a datagram (nothing there, or an ICMP error of some viewer) is no reason to stop.
        (0..8).find_map(|_| match self.socket.recv_from(buffer) {
            Ok(got) => Some(Some(got)),
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => Some(None),
            Err(_) => None,
        })?
    }

    /// Sends one datagram (control traffic: not joined, not waited for).
    pub(super) fn send(&mut self, to: Peer, datagram: &[u8]) {
        let sent = match to {
            Peer::Udp(address) => self.socket.send_to(datagram, address).is_ok(),
            Peer::Tcp(number) => self.connections.send(number, datagram),
        };
        if !sent {
            self.failed += 1;
        }
    }

    /// May pictures go there now? UDP always; a TCP connection when nothing waits on it.
    pub(super) fn has_room(&self, to: Peer) -> bool {
        match to {
            Peer::Udp(_) => true,
            Peer::Tcp(number) => self.connections.has_room(number),
        }
    }

    /// The address at the other end.
    pub(super) fn address_of(&self, peer: Peer) -> Option<SocketAddr> {
        match peer {
            Peer::Udp(address) => Some(address),
            Peer::Tcp(number) => self.connections.address(number),
        }
    }

    /// Begins joining packets for one viewer.
    pub(super) fn batch(&mut self, to: Peer) -> Batch<'_> {
        let to = match to {
            Peer::Udp(address) => To::Udp(SockAddr::from(address), address),
            Peer::Tcp(number) => To::Tcp(number),
        };
        Batch { to, socket: self, used: 0, segment: 0, segments: 0 }
    }

    fn transmit(&mut self, to: &SockAddr, address: SocketAddr, bytes: usize, segment: usize, segments: usize) {
        if segments > 1 && self.offload {
            match self.send_segments(to, bytes, segment) {
                Ok(()) => return,
                // EIO, EINVAL, ENOPROTOOPT: this system or this card cannot; EMSGSIZE: not at this size.
                Err(e) if matches!(e.raw_os_error(), Some(libc::EIO | libc::EINVAL | libc::ENOPROTOOPT)) => {
                    tracing::warn!(error = %e, "no UDP segmentation offload here: packets go out one by one");
                    self.offload = false;
                }
                Err(e) => {
                    tracing::debug!(error = %e, viewer = %address, "packets not sent");
                    self.failed += segments as u64;
                    return;
                }
            }
        }
        let mut at = 0;
        while at < bytes {
            let end = (at + segment).min(bytes);
            if self.send_range(to, at..end, None).is_err() {
                self.failed += 1;
            }
            at = end;
        }
    }

    fn send_segments(&mut self, to: &SockAddr, bytes: usize, segment: usize) -> io::Result<()> {
        self.send_range(to, 0..bytes, u16::try_from(segment).ok())
    }

    fn send_range(&mut self, to: &SockAddr, range: std::ops::Range<usize>, segment: Option<u16>) -> io::Result<()> {
        let Some(data) = self.buffer.get(range) else { return Err(io::ErrorKind::InvalidInput.into()) };
        let mut waits = if self.congested { WAITS_MAX } else { 0 };
        loop {
            match send_message(self.socket.as_raw_fd(), to, data, segment) {
                Err(e) if e.kind() == io::ErrorKind::WouldBlock && waits < WAITS_MAX => {
                    waits += 1;
                    let mut wait = libc::pollfd { fd: self.socket.as_raw_fd(), events: libc::POLLOUT, revents: 0 };
                    // SAFETY: one live pollfd.
                    unsafe { libc::poll(&mut wait, 1, WAIT_MS) };
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => {
                    self.congested = e.kind() == io::ErrorKind::WouldBlock;
                    return Err(e);
                }
                Ok(()) => {
                    self.congested = false;
                    return Ok(());
                }
            }
        }
    }
}

/// `sendmsg`, with the segment size if the data is to be cut into several datagrams.
fn send_message(fd: RawFd, to: &SockAddr, data: &[u8], segment: Option<u16>) -> io::Result<()> {
    /// Room for one control message with a `u16`, aligned as `cmsghdr` wants it.
    #[repr(C, align(8))]
    struct Control([u8; 32]);
    let mut control = Control([0; 32]);
    let mut part = libc::iovec { iov_base: data.as_ptr().cast_mut().cast(), iov_len: data.len() };
    // SAFETY: msghdr is plain data for which zero is valid; every pointer set below outlives the call; the control
    // message fits `Control` (CMSG_SPACE(2) is 24 bytes on 64-bit Linux), as is checked.
    unsafe {
        let mut message: libc::msghdr = std::mem::zeroed();
        message.msg_name = to.as_ptr().cast_mut().cast();
        message.msg_namelen = to.len();
        message.msg_iov = &mut part;
        message.msg_iovlen = 1;
        if let Some(segment) = segment {
            let space = libc::CMSG_SPACE(2) as usize;
            debug_assert!(space <= size_of::<Control>());
            message.msg_control = control.0.as_mut_ptr().cast();
            message.msg_controllen = space as _;
            let head = libc::CMSG_FIRSTHDR(&message);
            (*head).cmsg_level = libc::SOL_UDP;
            (*head).cmsg_type = libc::UDP_SEGMENT;
            (*head).cmsg_len = libc::CMSG_LEN(2) as _;
            std::ptr::write_unaligned(libc::CMSG_DATA(head).cast::<u16>(), segment);
        }
        if libc::sendmsg(fd, &message, 0) < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
    }
}

/// Where a batch goes.
enum To {
    Udp(SockAddr, SocketAddr),
    Tcp(u64),
}

/// Packets for one viewer, joined: over UDP while they are of equal size, over TCP each with its length before it.
pub(super) struct Batch<'a> {
    socket: &'a mut Socket,
    to: To,
    used: usize,
    segment: usize,
    segments: usize,
}

impl Batch<'_> {
    /// Bytes before each packet.
    fn head(&self) -> usize {
        match self.to {
            To::Udp(..) => 0,
            To::Tcp(_) => FRAME_HEAD_BYTES,
        }
    }
    /// Room for the next packet of exactly `bytes`; `None` if no datagram can be that large.
    pub(super) fn slot(&mut self, bytes: usize) -> Option<&mut [u8]> {
        let head = self.head();
        let full = self.used + head + bytes > BATCH_BYTES_MAX;
        let unlike = head == 0 && (self.segments >= BATCH_SEGMENTS_MAX || bytes > self.segment);
        if self.segments > 0 && (full || unlike) {
            self.flush();
        }
        let at = self.used;
        if head > 0 {
            let length = u16::try_from(bytes).ok()?;
            self.socket.buffer.get_mut(at..at + head)?.copy_from_slice(&length.to_be_bytes());
        }
        self.socket.buffer.get_mut(at + head..at + head + bytes)
    }
    /// The slot has been filled.
    pub(super) fn filled(&mut self, bytes: usize) {
        if self.segments == 0 {
            self.segment = bytes;
        }
        self.segments += 1;
        self.used += self.head() + bytes;
        // Only the last of a batch of datagrams may be shorter.
        if bytes < self.segment && self.head() == 0 {
            self.flush();
        }
    }
    /// Sends what is there.
    pub(super) fn flush(&mut self) {
        if self.segments == 0 {
            return;
        }
        match &self.to {
            To::Udp(to, address) => self.socket.transmit(to, *address, self.used, self.segment, self.segments),
            To::Tcp(number) => {
                let Socket { connections, buffer, failed, .. } = &mut *self.socket;
                let sent = buffer.get(..self.used).is_some_and(|b| connections.send_framed(*number, b));
                *failed += if sent { 0 } else { self.segments as u64 };
            }
        }
        (self.used, self.segment, self.segments) = (0, 0, 0);
    }
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        self.flush();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(bind: &str, receiver: &str, offload: bool) {
        let mut s = Socket::bind(bind.parse().expect("address")).expect("bound");
        s.offload = offload;
        let r = UdpSocket::bind(receiver).expect("bound");
        r.set_read_timeout(Some(std::time::Duration::from_secs(5))).expect("set");
        let to = match (s.local().expect("address"), r.local_addr().expect("address")) {
            (SocketAddr::V6(_), SocketAddr::V4(v4)) => SocketAddr::new(v4.ip().to_ipv6_mapped().into(), v4.port()),
            (_, to) => to,
        };
        // Equal, equal, shorter, longer, and more than one batch holds.
        let sizes: Vec<usize> = [1_200, 1_200, 900, 1_100].into_iter().chain([1_000; 70]).collect();
        let mut b = s.batch(Peer::Udp(to));
        for (i, n) in sizes.iter().enumerate() {
            b.slot(*n).expect("room").fill(i as u8);
            b.filled(*n);
        }
        drop(b);
        assert_eq!(s.take_failed(), 0);
        let mut buffer = [0; 2_000];
        for (i, n) in sizes.iter().enumerate() {
            let got = r.recv(&mut buffer).expect("a packet");
            assert_eq!((got, buffer[0], buffer[got - 1]), (*n, i as u8, i as u8));
        }
    }

    #[test]
    fn packets_arrive_one_by_one_with_and_without_offload() {
        for offload in [true, false] {
            exchange("127.0.0.1:0", "127.0.0.1:0", offload);
            exchange("[::]:0", "127.0.0.1:0", offload);
        }
    }

    #[test]
    fn a_port_in_use_is_an_error() {
        let s = Socket::bind("[::]:0".parse().expect("address")).expect("bound");
        assert!(Socket::bind(s.local().expect("address")).is_err());
    }

    #[test]
    fn a_packet_too_large_has_no_slot() {
        let mut s = Socket::bind("127.0.0.1:0".parse().expect("address")).expect("bound");
        let to = s.local().expect("address");
        assert!(s.batch(Peer::Udp(to)).slot(BATCH_BYTES_MAX + 1).is_none());
    }
}
