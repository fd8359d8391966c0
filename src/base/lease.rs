//! The right in force: the only thing that `media` accepts as permission.
//!
//! `ops` turns (who, action, camera, why) into a [`Lease`] and keeps its [`LeaseGuard`]. A lease ends by itself at
//! `not_after` and is withdrawn at once when its guard says so (the grant, account or sign-in has ended). Whoever uses
//! a lease asks [`Lease::ended`] at least once a second (so that a picture stops within 2 s).

use crate::{AccountId, CameraId, LeaseId, WallTime};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Weak};

/// What a lease is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LeasePurpose {
    /// Watching the live picture.
    Live,
    /// Probing an address before a camera exists; carries no camera picture outward.
    Probe,
}

/// Why a lease is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EndReason {
    /// Its time ran out.
    Expired,
    /// The grant, account, sign-in or camera behind it ended.
    Withdrawn,
}

const IN_FORCE: u8 = 0;
const WITHDRAWN: u8 = 1;

/// A right in force for one use: one viewer, one camera. Cheap to clone; all clones end together.
#[derive(Clone, Debug)]
pub struct Lease {
    /// Its own id; the audit's "view begins" and "view ends" entries carry it.
    pub id: LeaseId,
    /// Who looks.
    pub account: AccountId,
    /// At what.
    pub camera: CameraId,
    /// For which use.
    pub purpose: LeasePurpose,
    /// When it ends by itself.
    pub not_after: WallTime,
    state: Arc<AtomicU8>,
}

/// The withdrawing end of a lease; kept by `ops`.
#[derive(Clone, Debug)]
pub struct LeaseGuard {
    /// The lease's id.
    pub id: LeaseId,
    /// The lease's holder.
    pub account: AccountId,
    /// The lease's camera.
    pub camera: CameraId,
    /// When it ends by itself.
    pub not_after: WallTime,
    /// Weak, so that the guard knows when nobody has the lease any more.
    state: Weak<AtomicU8>,
}

impl Lease {
    /// Makes a lease and its guard. Only `ops` calls this (tests/tidy.rs).
    pub fn issue(
        id: LeaseId,
        account: AccountId,
        camera: CameraId,
        purpose: LeasePurpose,
        not_after: WallTime,
    ) -> (Lease, LeaseGuard) {
        let state = Arc::new(AtomicU8::new(IN_FORCE));
        let guard = LeaseGuard { id, account, camera, not_after, state: Arc::downgrade(&state) };
        (Lease { id, account, camera, purpose, not_after, state }, guard)
    }

    /// `None` while in force.
    pub fn ended(&self, now: WallTime) -> Option<EndReason> {
        if self.state.load(Ordering::Acquire) == WITHDRAWN {
            Some(EndReason::Withdrawn)
        } else if now >= self.not_after {
            Some(EndReason::Expired)
        } else {
            None
        }
    }
}

impl LeaseGuard {
    /// Ends the lease now, everywhere.
    pub fn withdraw(&self) {
        if let Some(state) = self.state.upgrade() {
            state.store(WITHDRAWN, Ordering::Release);
        }
    }

    /// Has anybody still got the lease? What nobody has, nobody uses, now or later.
    pub fn in_hands(&self) -> bool {
        self.state.strong_count() > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn ends_by_time_and_by_withdrawal() {
        let t = WallTime::from_unix_us(1_000_000);
        let ids =
            (LeaseId::from_parts(1, [1; 10]), AccountId::from_parts(1, [2; 10]), CameraId::from_parts(1, [3; 10]));
        let (lease, guard) = Lease::issue(ids.0, ids.1, ids.2, LeasePurpose::Live, t.plus(Duration::from_secs(10)));
        let copy = lease.clone();
        assert_eq!(lease.ended(t), None);
        assert_eq!(lease.ended(t.plus(Duration::from_secs(10))), Some(EndReason::Expired));
        guard.withdraw();
        assert_eq!(copy.ended(t), Some(EndReason::Withdrawn));
        drop(lease);
        assert!(guard.in_hands(), "the copy is left");
        drop(copy);
        assert!(!guard.in_hands());
        guard.withdraw();
    }
}
