//! ICE over TCP (RFC 6544), the passive side: viewers whose network lets no UDP through connect to the same port number
//! by TCP, and the same packets go over that connection, each with its length before it (RFC 4571 §2).
//!
//! A connection is a stranger's until a connectivity check that a viewer signed has come by it; strangers are few, and
//! are sent away after some seconds. Nothing is queued here beyond one batch of packets: while the system takes no more,
//! the viewer is not sent anything new, the ring goes on without it, and later it jumps to a newer key frame.

use super::DATAGRAM_BYTES_MAX;
use base::limits;
use socket2::{Domain, Protocol, Socket as RawSocket, Type};
use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::time::Duration;

/// Bytes of the length before each packet.
pub(super) const FRAME_HEAD_BYTES: usize = 2;
/// What the system may hold of a connection that has not been sent yet: more would only be more delay.
const UNSENT_BYTES_MAX: u32 = 128 * 1024;
/// Control packets that may wait behind pictures; a connection with more is stuck.
const WAITING_BYTES_MAX: usize = 192 * 1024;
/// Bytes read from one connection before others get their turn.
const READ_PER_TURN_BYTES: usize = 64 * 1024;
/// The listener's name among the events; connections count from 1.
const LISTENER: u64 = 0;
const EVENTS_PER_TURN: usize = 128;

struct Connection {
    stream: TcpStream,
    address: SocketAddr,
    /// The start of a packet whose rest has not come yet.
    input: Vec<u8>,
    /// What the system has not taken yet.
    output: Vec<u8>,
    taken: usize,
    /// When it came, while it is a stranger's.
    stranger_since: Option<Duration>,
}

/// What came of looking at the connections.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// A packet, without its length.
    Packet(u64, Vec<u8>),
    /// It takes bytes again.
    Room(u64),
    /// It is over.
    Closed(u64),
}

/// A shard's listener and connections.
pub(super) struct Connections {
    epoll: OwnedFd,
    listener: Option<TcpListener>,
    open: HashMap<u64, Connection>,
    next: u64,
    strangers: usize,
    /// Were there more events than one turn takes, or more bytes than one connection may have read at once?
    unfinished: Vec<u64>,
}

impl Connections {
    /// With the listener, if there is one.
    pub(super) fn new(listener: Option<TcpListener>) -> io::Result<Connections> {
        // SAFETY: epoll_create1 takes no pointers; the result is checked.
        let fd = unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) };
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: a fresh descriptor that nobody else owns.
        let epoll = unsafe { OwnedFd::from_raw_fd(fd) };
        let connections = Connections {
            epoll,
            listener,
            open: HashMap::new(),
            next: LISTENER + 1,
            strangers: 0,
            unfinished: Vec::new(),
        };
        if let Some(listener) = &connections.listener {
            connections.watch(listener.as_raw_fd(), LISTENER, libc::EPOLLIN)?;
        }
        Ok(connections)
    }

    /// Readable whenever [`Connections::turn`] has something to do.
    pub(super) fn fd(&self) -> RawFd {
        self.epoll.as_raw_fd()
    }
    /// Is there work left over from the last turn, for which no event will come?
    pub(super) fn has_unfinished(&self) -> bool {
        !self.unfinished.is_empty()
    }
    /// Connections that are open, strangers' included.
    pub(super) fn count(&self) -> usize {
        self.open.len()
    }
    /// Are there connections without a viewer, which are to be sent away in time?
    pub(super) fn has_strangers(&self) -> bool {
        self.strangers > 0
    }
    /// Whence it comes.
    pub(super) fn address(&self, number: u64) -> Option<SocketAddr> {
        self.open.get(&number).map(|c| c.address)
    }

    fn watch(&self, fd: RawFd, number: u64, events: i32) -> io::Result<()> {
        let mut event = libc::epoll_event { events: events as u32, u64: number };
        // SAFETY: a live descriptor and a live event.
        if unsafe { libc::epoll_ctl(self.epoll.as_raw_fd(), libc::EPOLL_CTL_ADD, fd, &mut event) } < 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(())
    }

    /// Takes in what has come: new connections, packets, room. Each packet is handed to `arrival`; so is the end of a
    /// connection, once.
    pub(super) fn turn(&mut self, now: Duration, mut arrival: impl FnMut(&mut Connections, Arrival)) {
        let mut events = [libc::epoll_event { events: 0, u64: 0 }; EVENTS_PER_TURN];
        // SAFETY: room for as many events as are named; no waiting.
        let n = unsafe { libc::epoll_wait(self.epoll.as_raw_fd(), events.as_mut_ptr(), EVENTS_PER_TURN as i32, 0) };
        let again = std::mem::take(&mut self.unfinished);
        let came = events.iter().take(usize::try_from(n).unwrap_or(0)).map(|e| (e.u64, e.events as i32));
        let left_over = again.into_iter().map(|number| (number, libc::EPOLLIN));
        for (number, what) in left_over.chain(came.collect::<Vec<_>>()) {
            if number == LISTENER {
                self.accept(now);
                continue;
            }
            if what & (libc::EPOLLIN | libc::EPOLLRDHUP | libc::EPOLLHUP | libc::EPOLLERR) != 0 {
                self.read(number, &mut arrival);
            }
            if what & libc::EPOLLOUT != 0 && self.flush(number) {
                arrival(self, Arrival::Room(number));
            }
        }
    }

    fn accept(&mut self, now: Duration) {
        while let Some(Ok((stream, _))) = self.listener.as_ref().map(TcpListener::accept) {
            // One too many: the newest goes, for those before it may be about to show whose they are.
            if self.strangers >= limits::WEBRTC_TCP_STRANGERS_MAX || self.open.len() >= limits::WEBRTC_TCP_MAX {
                continue;
            }
            if let Err(error) = self.adopt(stream, Vec::new(), Some(now)) {
                tracing::debug!(%error, "a TCP connection of a viewer could not be taken");
            }
        }
    }

    /// Takes a connection in, with what has been read of it already. Returns its number.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn adopt(&mut self, stream: TcpStream, input: Vec<u8>, since: Option<Duration>) -> io::Result<u64> {
        stream.set_nonblocking(true)?;
        stream.set_nodelay(true)?;
        let address = stream.peer_addr()?;
        keep_little_unsent(&stream);
        let number = self.next;
        self.next += 1;
        let events = libc::EPOLLIN | libc::EPOLLOUT | libc::EPOLLRDHUP | libc::EPOLLET;
        self.watch(stream.as_raw_fd(), number, events)?;
        self.strangers += usize::from(since.is_some());
        // What came before it was watched makes no event.
        self.unfinished.push(number);
        self.open
            .insert(number, Connection { stream, address, input, output: Vec::new(), taken: 0, stranger_since: since });
        Ok(number)
    }

    /// A viewer has shown itself to be at its other end.
    pub(super) fn settle(&mut self, number: u64) {
        if let Some(c) = self.open.get_mut(&number)
            && c.stranger_since.take().is_some()
        {
            self.strangers = self.strangers.saturating_sub(1);
        }
    }

    /// Gives a connection away, with what has been read and not been understood.
    pub(super) fn release(&mut self, number: u64) -> Option<(TcpStream, Vec<u8>)> {
        self.settle(number);
        let c = self.open.remove(&number)?;
        // SAFETY: a live descriptor; the event is ignored since Linux 2.6.9.
        unsafe {
            libc::epoll_ctl(self.epoll.as_raw_fd(), libc::EPOLL_CTL_DEL, c.stream.as_raw_fd(), std::ptr::null_mut())
        };
        Some((c.stream, c.input))
    }

    /// Ends a connection: what can be sent at once is sent.
    pub(super) fn close(&mut self, number: u64) {
        self.settle(number);
        self.open.remove(&number);
    }

    /// Sends strangers away whose time is up.
    pub(super) fn send_strangers_away(&mut self, now: Duration) {
        if self.strangers == 0 {
            return;
        }
        let late =
            |c: &Connection| c.stranger_since.is_some_and(|t| now.saturating_sub(t) >= limits::WEBRTC_TCP_STRANGER_MAX);
        let over: Vec<u64> = self.open.iter().filter(|(_, c)| late(c)).map(|(n, _)| *n).collect();
        over.into_iter().for_each(|n| self.close(n));
    }

    fn read(&mut self, number: u64, arrival: &mut impl FnMut(&mut Connections, Arrival)) {
        let mut buffer = [0u8; 8 * 1024];
        let mut budget = READ_PER_TURN_BYTES;
        // What came with a connection from another shard.
        let broken = !self.hand_on(number, arrival);
        loop {
            // Looked up anew for each piece: what was handed on may have ended it.
            let Some(c) = self.open.get_mut(&number) else { return };
            let over = match c.stream.read(&mut buffer) {
                _ if broken => true,
                Ok(0) => true,
                Ok(n) => {
                    c.input.extend_from_slice(buffer.get(..n).unwrap_or_default());
                    budget = budget.saturating_sub(n);
                    !self.hand_on(number, arrival)
                }
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => return,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => false,
                Err(_) => true,
            };
            if over {
                if self.open.contains_key(&number) {
                    self.close(number);
                    arrival(self, Arrival::Closed(number));
                }
                return;
            }
            if budget == 0 {
                return self.unfinished.push(number);
            }
        }
    }

    /// Hands whole packets on; false if what comes is no packet.
    fn hand_on(&mut self, number: u64, arrival: &mut impl FnMut(&mut Connections, Arrival)) -> bool {
        let mut packets = Vec::new();
        {
            let Some(c) = self.open.get_mut(&number) else { return true };
            let mut rest = c.input.as_slice();
            while let Some((head, tail)) = rest.split_first_chunk::<FRAME_HEAD_BYTES>() {
                let length = usize::from(u16::from_be_bytes(*head));
                if length > DATAGRAM_BYTES_MAX {
                    return false;
                }
                let Some((packet, tail)) = tail.split_at_checked(length) else { break };
                packets.push(packet.to_vec());
                rest = tail;
            }
            let rest = rest.len();
            c.input.drain(..c.input.len() - rest);
        }
        packets.into_iter().filter(|p| !p.is_empty()).for_each(|p| arrival(self, Arrival::Packet(number, p)));
        true
    }

    /// May pictures be sent? Only when nothing waits.
    pub(super) fn has_room(&self, number: u64) -> bool {
        self.open.get(&number).is_some_and(|c| c.output.is_empty())
    }

    /// Sends one packet (control traffic). False if it could not be taken.
    pub(super) fn send(&mut self, number: u64, packet: &[u8]) -> bool {
        let Ok(length) = u16::try_from(packet.len()) else { return false };
        let mut framed = Vec::with_capacity(FRAME_HEAD_BYTES + packet.len());
        framed.extend_from_slice(&length.to_be_bytes());
        framed.extend_from_slice(packet);
        self.send_framed(number, &framed)
    }

    /// Sends packets that have their lengths before them already; what the system does not take waits. False if nothing
    /// of it was taken, because the connection is gone or stuck.
    pub(super) fn send_framed(&mut self, number: u64, framed: &[u8]) -> bool {
        let Some(c) = self.open.get_mut(&number) else { return false };
        let mut done = 0;
        if c.output.is_empty() {
            match write_some(&mut c.stream, framed) {
                Some(n) => done = n,
                // It ends when it is read from, which the system will tell us to do.
                None => return false,
            }
        }
        let rest = framed.get(done..).unwrap_or_default();
        if c.output.len() - c.taken + rest.len() > WAITING_BYTES_MAX {
            return false;
        }
        c.output.extend_from_slice(rest);
        true
    }

    /// Sends what waits; true if nothing waits any more.
    fn flush(&mut self, number: u64) -> bool {
        let Some(c) = self.open.get_mut(&number) else { return false };
        if let Some(n) = c.output.get(c.taken..).and_then(|rest| write_some(&mut c.stream, rest)) {
            c.taken += n;
        }
        if c.taken < c.output.len() {
            return false;
        }
        // The buffer of a slow moment is not kept for life.
        c.output = Vec::new();
        c.taken = 0;
        true
    }
}

/// Writes until the system takes no more; `None` if the connection is broken.
fn write_some(stream: &mut TcpStream, data: &[u8]) -> Option<usize> {
    let mut done = 0;
    while done < data.len() {
        match stream.write(data.get(done..)?) {
            Ok(0) => return None,
            Ok(n) => done += n,
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => break,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
    Some(done)
}

/// The system reports room only when less than this is unsent: the delay of a slow line then lies in the ring, where
/// old pictures can be skipped, and not in the system's buffer, where they cannot.
fn keep_little_unsent(stream: &TcpStream) {
    let value = UNSENT_BYTES_MAX;
    // SAFETY: a live descriptor, a live u32 and its size.
    let failed = unsafe {
        libc::setsockopt(
            stream.as_raw_fd(),
            libc::IPPROTO_TCP,
            libc::TCP_NOTSENT_LOWAT,
            std::ptr::from_ref(&value).cast(),
            size_of::<u32>() as libc::socklen_t,
        )
    };
    if failed < 0 {
        tracing::debug!(error = %io::Error::last_os_error(), "TCP_NOTSENT_LOWAT is not to be had");
    }
}

/// A listener on that address. `[::]` takes IPv4 too; on a machine without IPv6 it becomes
/// `0.0.0.0`.
///
/// # Errors
/// What the system says.
pub(super) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    match open_listener(address) {
        Err(e) if address.is_ipv6() && address.ip().is_unspecified() && e.kind() != io::ErrorKind::AddrInUse => {
            open_listener(SocketAddr::from((Ipv4Addr::UNSPECIFIED, address.port())))
        }
        other => other,
    }
}

fn open_listener(address: SocketAddr) -> io::Result<TcpListener> {
    let raw = RawSocket::new(Domain::for_address(address), Type::STREAM.nonblocking().cloexec(), Some(Protocol::TCP))?;
    if address.is_ipv6() {
        raw.set_only_v6(!address.ip().is_unspecified())?;
    }
    // So that a node that starts anew need not wait for connections of the one before to be forgotten.
    raw.set_reuse_address(true)?;
    raw.bind(&address.into())?;
    raw.listen(256)?;
    Ok(raw.into())
}

#[cfg(test)]
mod tests;
