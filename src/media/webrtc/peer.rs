//! Where a viewer is on the network: at a UDP address, or at the other end of a TCP connection (RFC 6544).

use std::net::SocketAddr;

/// One way to a viewer. What arrives by it is told by this name, what is to leave by it is given this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Peer {
    /// Datagrams to and from that address, over the shard's UDP socket.
    Udp(SocketAddr),
    /// The connection of that number. Numbers are never used twice in a shard, so that what was said about an ended
    /// connection cannot reach another.
    Tcp(u64),
}
