//! Between shards: datagrams that arrived at the wrong one, and viewers that move to where theirs arrive.

use super::{Command, Shard};
use crate::track::Track;
use crate::webrtc::figures::count;
use crate::webrtc::peer::Peer;
use crate::webrtc::viewer::Viewer;
use base::limits;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

/// What one shard hands to another.
pub(in crate::webrtc) enum Moved {
    /// A datagram of a viewer that lives there; it arrived at shard `via`.
    Datagram { from: SocketAddr, datagram: Vec<u8>, via: usize },
    /// A connection whose first packet named a viewer that lives there, with all that has been read of it.
    Connection { stream: TcpStream, input: Vec<u8> },
    /// A viewer whose first check arrived at that shard's socket: there it is nearer to the rest that will arrive.
    Viewer { viewer: Box<Viewer>, track: Arc<Track> },
}

impl Shard {
    /// A check with a user name that is not known here: perhaps it is known elsewhere.
    pub(super) fn pass_on_check(&mut self, ufrag: &str, datagram: &[u8], from: Peer) {
        let place = self.p.directory.find(ufrag).filter(|s| *s != self.p.number);
        let Some(shard) = place else { return count(&self.p.totals.stray_datagrams) };
        match from {
            Peer::Udp(address) => {
                if self.elsewhere.len() >= limits::WEBRTC_ELSEWHERE_MAX {
                    // Learned anew with the next check of each.
                    self.elsewhere.clear();
                }
                self.elsewhere.insert(address, shard);
                self.send_on(shard, address, datagram);
            }
            Peer::Tcp(number) => {
                let Some((stream, rest)) = self.p.socket.connections.release(number) else { return };
                let mut input = Vec::with_capacity(2 + datagram.len() + rest.len());
                input.extend_from_slice(&(datagram.len() as u16).to_be_bytes());
                input.extend_from_slice(datagram);
                input.extend_from_slice(&rest);
                // If it cannot be told, the connection ends, and the viewer makes another.
                self.p.directory.tell(shard, Command::Moved(Moved::Connection { stream, input }));
            }
        }
    }

    /// A datagram from an address that is not known here, and no check.
    pub(super) fn pass_on(&mut self, datagram: &[u8], from: Peer) {
        match from {
            Peer::Udp(address) if self.elsewhere.contains_key(&address) => {
                let shard = self.elsewhere.get(&address).copied().unwrap_or(self.p.number);
                self.send_on(shard, address, datagram);
            }
            _ => count(&self.p.totals.stray_datagrams),
        }
    }

    fn send_on(&mut self, shard: usize, from: SocketAddr, datagram: &[u8]) {
        count(&self.p.totals.passed_on);
        let moved = Moved::Datagram { from, datagram: datagram.to_vec(), via: self.p.number };
        // As on the network: what finds no room is lost, and is sent again.
        self.p.directory.tell(shard, Command::Moved(moved));
    }

    /// Something from another shard.
    pub(super) fn take_in(&mut self, what: Moved) {
        let now = self.p.clock.monotonic();
        match what {
            Moved::Datagram { from, datagram, via } => self.handle_datagram(&datagram, Peer::Udp(from), Some(via)),
            Moved::Connection { stream, input } => {
                if let Err(error) = self.p.socket.connections.adopt(stream, input, Some(now)) {
                    tracing::debug!(%error, "a viewer's TCP connection could not be taken over");
                }
            }
            Moved::Viewer { viewer, track } => {
                let peers: Vec<Peer> = viewer.peers().copied().collect();
                let no = self.house(viewer, track, now);
                for peer in peers {
                    if let Peer::Udp(address) = peer {
                        self.elsewhere.remove(&address);
                    }
                    self.by_peer.insert(peer, no);
                }
            }
        }
    }

    /// Moves a viewer of which nothing but one check has come to the shard at whose socket that arrived.
    pub(super) fn move_to(&mut self, shard: usize, no: usize) {
        let Some(viewer) = self.viewers.get_mut(no).and_then(Option::take) else { return };
        self.connecting = self.connecting.saturating_sub(1);
        let Some(track) = self.take_out(no, &viewer) else { return };
        // Told first, so that what comes meanwhile goes there.
        self.p.directory.enter(&viewer.credentials.ufrag, shard);
        let moved = Command::Moved(Moved::Viewer { viewer, track });
        if let Err(back) = self.p.directory.hand_over(shard, moved)
            && let Command::Moved(back) = *back
        {
            // No room there: it stays, and its datagrams are passed on.
            self.take_in(back);
        }
    }
}
