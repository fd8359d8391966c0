//! How a view ends: the viewer is told, everything that points at it is taken away, and the end is handed on.

use super::{Shard, key_of};
use crate::track::Track;
use crate::webrtc::figures::count;
use crate::webrtc::peer::Peer;
use crate::webrtc::viewer::Viewer;
use crate::webrtc::{ENDING, REPORTED, ViewEnd, ViewEndReason};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::mpsc::error::TrySendError;

impl Shard {
    pub(super) fn end_all(&mut self, reason: ViewEndReason, which: impl Fn(&Viewer) -> bool) {
        for no in 0..self.viewers.len() {
            if self.viewers.get(no).and_then(Option::as_ref).is_some_and(|v| which(v)) {
                self.end(no, reason);
            }
        }
    }

    pub(super) fn end(&mut self, no: usize, reason: ViewEndReason) {
        let Some(mut viewer) = self.viewers.get_mut(no).and_then(Option::take) else { return };
        let now = self.p.clock.monotonic();
        if let Some(peer) = viewer.peer() {
            if let Some(goodbye) = viewer.goodbye() {
                self.p.socket.send(peer, &goodbye);
            }
            let (socket, identity) = (&mut self.p.socket, &self.p.identity);
            viewer.association.close(identity, now, |d| socket.send(peer, d));
        }
        if !viewer.is_connected() {
            self.connecting = self.connecting.saturating_sub(1);
            if reason == ViewEndReason::NeverConnected {
                count(&self.p.totals.handshakes_failed);
            }
        }
        self.p.directory.leave(&viewer.credentials.ufrag, self.p.number);
        if let Some(track) = self.take_out(no, &viewer) {
            track.counters.viewers.fetch_sub(1, Ordering::Relaxed);
        }
        let v = viewer.view;
        v.stage.store(ENDING, Ordering::Release);
        tracing::debug!(view = %v.id, ?reason, bytes = viewer.bytes, "view ended");
        let end = ViewEnd {
            id: v.id,
            lease: v.lease.id,
            account: v.lease.account,
            stream: v.stream,
            began: v.began,
            ended: self.p.clock.now(),
            reason,
            bytes: viewer.bytes,
        };
        self.unreported.push_back((end, v.stage));
    }

    /// Takes away all that points at a viewer's place; returns the track that it read.
    pub(super) fn take_out(&mut self, no: usize, viewer: &Viewer) -> Option<Arc<Track>> {
        self.by_ufrag.remove(&viewer.credentials.ufrag);
        self.by_id.remove(&viewer.view.id);
        for peer in viewer.peers() {
            if self.by_peer.get(peer) == Some(&no) {
                self.by_peer.remove(peer);
                if let Peer::Tcp(number) = peer {
                    self.p.socket.connections.close(*number);
                }
            }
        }
        self.behind.retain(|n| *n != no);
        let key = key_of(viewer);
        let mut track = None;
        if let Some(feed) = self.feeds.get_mut(&key) {
            feed.viewers.retain(|n| *n != no);
            track = Some(feed.track().clone());
            if feed.viewers.is_empty() {
                self.feeds.remove(&key);
            }
        }
        self.p.totals.viewers.fetch_sub(1, Ordering::Relaxed);
        self.free.push(no);
        track
    }

    /// Hands ended views on, without waiting.
    pub(super) fn report_ends(&mut self) {
        while let Some((end, stage)) = self.unreported.pop_front() {
            match self.p.ends.try_send(end) {
                Err(TrySendError::Full(end)) => {
                    self.unreported.push_front((end, stage));
                    return;
                }
                // Nobody wants to know any more.
                Err(TrySendError::Closed(_)) | Ok(()) => stage.store(REPORTED, Ordering::Release),
            }
        }
    }

    /// The last ends: nothing else is left to do, so this may wait for the receiver.
    pub(super) fn report_remaining(&mut self) {
        for (end, stage) in std::mem::take(&mut self.unreported) {
            if self.p.ends.blocking_send(end).is_err() {
                return;
            }
            stage.store(REPORTED, Ordering::Release);
        }
    }
}
