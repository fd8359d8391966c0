//! Views that are carried by others (fragmented MP4 over WebSocket) and still count here: one register, one set of bounds,
//! one record for all that a node shows live.

use super::{ENDING, Entry, LIVE, Outlet, REPORTED, ViewEnd, ViewEndReason, WebRtc, WhepError};
use crate::track::TrackKey;
use base::{Lease, LeasePurpose, StreamKind, WallTime, WhepSessionId};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// One view. Its end is reported when it goes.
pub(crate) struct GuestView {
    outlet: Arc<Outlet>,
    id: WhepSessionId,
    lease: Lease,
    stream: StreamKind,
    began: WallTime,
    stage: Arc<AtomicU8>,
    bytes: u64,
    reason: ViewEndReason,
}

impl std::fmt::Debug for GuestView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "GuestView({})", self.id)
    }
}

impl WebRtc {
    /// Begins a view that somebody else carries.
    ///
    /// # Errors
    /// See [`WhepError`]: the bounds, the lease, the node that stops.
    pub(crate) fn guest(&self, lease: Lease, key: TrackKey) -> Result<GuestView, WhepError> {
        let o = &self.0;
        if o.stopping.load(Ordering::Acquire) {
            return Err(WhepError::Stopping);
        }
        let began = o.clock.now();
        if lease.ended(began).is_some() || lease.camera != key.camera || lease.purpose != LeasePurpose::Live {
            return Err(WhepError::LeaseEnded);
        }
        let mut random = [0; 10];
        getrandom::fill(&mut random).map_err(|_| WhepError::TooManyViewers)?;
        let id = WhepSessionId::from_parts(u64::try_from(began.unix_ms()).unwrap_or(0), random);
        let stage = Arc::new(AtomicU8::new(LIVE));
        let (account, camera) = (lease.account, key.camera);
        self.enter(id, Entry { account, camera, stage: stage.clone(), guest: true })?;
        let (outlet, stream) = (o.clone(), key.stream);
        Ok(GuestView { outlet, id, lease, stream, began, stage, bytes: 0, reason: ViewEndReason::Closed })
    }

    /// Tells guests to end.
    pub(super) fn end_guests(&self, which: impl Fn(&Entry) -> bool) {
        for entry in self.0.register.lock().values().filter(|e| e.guest && which(e)) {
            let _ = entry.stage.compare_exchange(LIVE, ENDING, Ordering::AcqRel, Ordering::Acquire);
        }
    }
}

impl GuestView {
    /// Is it over, and why?
    pub(crate) fn over(&self) -> Option<ViewEndReason> {
        if self.stage.load(Ordering::Acquire) != LIVE {
            return Some(ViewEndReason::Stopped);
        }
        self.lease.ended(self.outlet.clock.now()).map(|_| ViewEndReason::LeaseEnded)
    }
    /// So much more was sent.
    pub(crate) fn count(&mut self, bytes: usize) {
        self.bytes += bytes as u64;
    }
    /// Why it will have ended; without a word, because the viewer left.
    pub(crate) fn end(&mut self, reason: ViewEndReason) {
        self.reason = reason;
    }
}

impl Drop for GuestView {
    fn drop(&mut self) {
        let end = ViewEnd {
            id: self.id,
            lease: self.lease.id,
            account: self.lease.account,
            stream: self.stream,
            began: self.began,
            ended: self.outlet.clock.now(),
            reason: self.reason,
            bytes: self.bytes,
        };
        let stage = self.stage.clone();
        stage.store(ENDING, Ordering::Release);
        let Some(ends) = self.outlet.ends.upgrade() else { return stage.store(REPORTED, Ordering::Release) };
        match (ends.try_reserve_owned(), tokio::runtime::Handle::try_current()) {
            (Ok(place), _) => {
                place.send(end);
                stage.store(REPORTED, Ordering::Release);
            }
            // Until the receiver has taken it, it counts against the bounds of the register.
            (Err(tokio::sync::mpsc::error::TrySendError::Full(ends)), Ok(runtime)) => {
                runtime.spawn(async move {
                    let _ = ends.send(end).await;
                    stage.store(REPORTED, Ordering::Release);
                });
            }
            _ => stage.store(REPORTED, Ordering::Release),
        }
    }
}
