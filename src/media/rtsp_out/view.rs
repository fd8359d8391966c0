//! A view from PLAY to its end, and what is counted of all of them.

use super::Presentations;
use crate::ViewEndReason;
use base::{Clock, Lease, LeaseId, StreamKind, WallTime};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A view that is over; for the record.
#[derive(Clone, Debug)]
pub struct RtspViewEnd {
    /// The lease it ran on.
    pub lease: LeaseId,
    /// Which stream.
    pub stream: StreamKind,
    /// When it ended.
    pub ended: WallTime,
    /// Why.
    pub reason: ViewEndReason,
    /// Bytes sent, with their RTP headers.
    pub bytes: u64,
}

/// Counts over all connections of a server. All only grow, apart from `connections` and `viewers`.
#[derive(Debug, Default)]
pub struct RtspTotals {
    pub(super) connections: AtomicU64,
    pub(super) viewers: AtomicU64,
    pub(super) views: AtomicU64,
    pub(super) bytes: AtomicU64,
    pub(super) packets: AtomicU64,
    pub(super) lapped: AtomicU64,
    pub(super) wrong_secrets: AtomicU64,
}

/// The same as numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RtspFigures {
    /// Open connections.
    pub connections: u64,
    /// Views running.
    pub viewers: u64,
    /// Views begun.
    pub views: u64,
    /// Bytes sent as pictures.
    pub bytes: u64,
    /// RTP packets sent.
    pub packets: u64,
    /// Times a slow viewer jumped to a newer key frame.
    pub lapped: u64,
    /// Sign-ins with what was no good.
    pub wrong_secrets: u64,
}

impl RtspTotals {
    /// As they stand.
    pub fn figures(&self) -> RtspFigures {
        let read = |n: &AtomicU64| n.load(Ordering::Relaxed);
        RtspFigures {
            connections: read(&self.connections),
            viewers: read(&self.viewers),
            views: read(&self.views),
            bytes: read(&self.bytes),
            packets: read(&self.packets),
            lapped: read(&self.lapped),
            wrong_secrets: read(&self.wrong_secrets),
        }
    }
}

/// A view under way. However it ends, its end is told: also when the task that has it is cut off.
pub(super) struct View {
    lease: Option<Lease>,
    stream: StreamKind,
    /// Why it will have ended, unless something else is said before.
    pub reason: ViewEndReason,
    /// Bytes sent in it.
    pub bytes: u64,
    clock: Clock,
    what: Arc<dyn Presentations>,
    totals: Arc<RtspTotals>,
}

impl View {
    pub fn begin(
        lease: Option<Lease>,
        stream: StreamKind,
        clock: Clock,
        what: Arc<dyn Presentations>,
        totals: Arc<RtspTotals>,
    ) -> Self {
        totals.viewers.fetch_add(1, Ordering::Relaxed);
        totals.views.fetch_add(1, Ordering::Relaxed);
        Self { lease, stream, reason: ViewEndReason::Stopped, bytes: 0, clock, what, totals }
    }
    /// Is the right to it in force?
    pub fn is_rightful(&self) -> bool {
        self.lease.as_ref().is_none_or(|l| l.ended(self.clock.now()).is_none())
    }
}

impl Drop for View {
    fn drop(&mut self) {
        self.totals.viewers.fetch_sub(1, Ordering::Relaxed);
        if let Some(lease) = &self.lease {
            let (lease, stream, bytes, ended) = (lease.id, self.stream, self.bytes, self.clock.now());
            let reason = if self.is_rightful() { self.reason } else { ViewEndReason::LeaseEnded };
            self.what.ended(RtspViewEnd { lease, stream, ended, reason, bytes });
        }
    }
}
