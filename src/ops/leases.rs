//! Rights in force: issuing a lease for a live picture, withdrawing it, and putting both ends of a view on record.

use crate::caller::By;
use crate::office::{ends_at, entry, entry_by, lock, still_good};
use crate::{Caller, Ops, OpsError, secrets};
use base::{CameraId, Lease, LeaseGuard, LeaseId, LeasePurpose, Said, StreamKind, WallTime, limits};
use domain::{Act, Actor, AuditDraft, Camera, Extra, OpenView, Refusal, Right, Subject, TokenLimit, audit, text};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use store::WriteTx;

/// How a view ended, as `media` tells it.
#[derive(Clone, Debug)]
pub struct ViewEnded {
    /// Whose lease.
    pub lease: LeaseId,
    /// The stream that was sent: the large one, if the small one that was asked for was away.
    pub stream: StreamKind,
    /// When.
    pub ended: WallTime,
    /// Bytes sent.
    pub bytes: u64,
    /// Why: `closed`, `silent`, `never_connected`, `right_ended`, `stopped`.
    pub reason: &'static str,
}

/// A lease that is out.
pub(crate) struct Held {
    pub(crate) guard: LeaseGuard,
    pub(crate) by: By,
    /// Since when nobody is known to have it in hands, on the monotonic clock.
    unheld_since: Option<Duration>,
    /// What its token is limited to.
    pub(crate) limit: Option<Arc<TokenLimit>>,
    /// When the right behind it ends, as it was last looked at.
    pub(crate) right_until: Option<WallTime>,
}

impl Held {
    fn new(guard: LeaseGuard, caller: &Caller, right_until: Option<WallTime>) -> Self {
        Self { guard, by: caller.by, unheld_since: None, limit: caller.limit.clone(), right_until }
    }
}

/// All leases that are out, at most [`limits::LEASES_MAX`].
#[derive(Default)]
pub(crate) struct Leases(pub(crate) HashMap<LeaseId, Held>);

impl Leases {
    /// Withdraws those that `which` picks. They stay in the table until their view's end is on record.
    pub(crate) fn withdraw(&self, which: impl Fn(&Held) -> bool) {
        self.0.values().filter(|h| which(h)).for_each(|h| h.guard.withdraw());
    }
}

impl Ops {
    /// A lease for a camera's live picture, or the refusal. "view.began" is on record when this returns. The lease dies
    /// with the sign-in, token, account or camera, and with the right behind it.
    ///
    /// # Errors
    /// As [`Ops::lease_live_for`].
    pub fn lease_live(
        &self,
        caller: &Caller,
        camera: CameraId,
        stream: StreamKind,
    ) -> Result<Result<Lease, Refusal>, OpsError> {
        self.lease_live_for(caller, camera, stream, "")
    }

    /// As [`Ops::lease_live`], with what it is for: policy asks for that in some cases.
    ///
    /// # Errors
    /// [`OpsError::NotFound`] also for a camera that these eyes do not see, [`OpsError::PurposeNeeded`],
    /// [`OpsError::SignedOut`], [`OpsError::Full`].
    pub fn lease_live_for(
        &self,
        caller: &Caller,
        camera: CameraId,
        stream: StreamKind,
        purpose: &str,
    ) -> Result<Result<Lease, Refusal>, OpsError> {
        let purpose = text::optional_name("purpose", purpose)?;
        let right = match self.right_to_watch(caller, camera, purpose.is_some()) {
            Err(OpsError::Refused(refusal)) => return Ok(Err(refusal)),
            other => other?,
        };
        let now = self.clock.now();
        self.end_forgotten_views()?;
        let (ms, random) = secrets::id_parts(now)?;
        let id = LeaseId::from_parts(ms, random);
        let longest = now.plus(limits::LIVE_LEASE_LIFE);
        let ends = [self.read(|r| ends_at(r, caller))?, right.until];
        let not_after = ends.into_iter().flatten().fold(longest, WallTime::min);
        let (lease, guard) = Lease::issue(id, caller.account.id, camera, LeasePurpose::Live, not_after);
        // In the table before the transaction: what ends later finds it there, what has ended the transaction sees.
        self.hold(Held::new(guard, caller, right.until))?;
        let began = self.begin_view(caller, camera, stream, id, purpose);
        if !matches!(began, Ok(None)) {
            lock(&self.leases).0.remove(&id);
        }
        match began? {
            None => Ok(Ok(lease)),
            Some(refusal) => {
                let _ = self.refuse(caller, Act::WatchLive, refusal.clone());
                Ok(Err(refusal))
            }
        }
    }

    fn right_to_watch(&self, caller: &Caller, id: CameraId, has_purpose: bool) -> Result<Right, OpsError> {
        if let Some(refusal) = caller.hindrance(Act::WatchLive) {
            return Err(self.refuse(caller, Act::WatchLive, refusal));
        }
        let camera = self.camera_named(&id.to_string()).ok_or(OpsError::NotFound("camera"))?;
        let right = self.authorise_on(caller, Act::WatchLive, &camera)?;
        let at_home = self.eyes(caller).at_home(&camera);
        if !has_purpose && self.policy.purpose.asks(Act::WatchLive, at_home) {
            return Err(OpsError::PurposeNeeded);
        }
        Ok(right)
    }

    fn begin_view(
        &self,
        caller: &Caller,
        camera: CameraId,
        stream: StreamKind,
        lease: LeaseId,
        purpose: Option<String>,
    ) -> Result<Option<Refusal>, OpsError> {
        let (ops, caller) = (self.clone(), caller.clone());
        self.write(move |w| {
            let caller = still_good(w, w.now(), caller)?;
            let Some(c) = w.find::<Camera>(&camera)? else { return Err(OpsError::NotFound("camera")) };
            let eyes = ops.eyes(&caller);
            let Some(right) = eyes.right(Act::WatchLive, &c) else {
                return if eyes.sees(&c) {
                    Ok(Some(eyes.refusal(Act::WatchLive)))
                } else {
                    Err(OpsError::NotFound("camera"))
                };
            };
            let view = OpenView {
                lease,
                account: caller.account.id,
                actor: caller.actor(),
                address: caller.address_text(),
                camera,
                camera_name: format!("{} {}", c.code, c.name),
                stream,
                began_at: w.now(),
                extra: Extra::new(),
            };
            let mut e = of_view(entry(&caller, audit::VIEW_BEGAN), &view);
            if let Some(grant) = right.grant {
                e = e.fact("grant", grant.to_string());
            }
            if let Some(purpose) = purpose {
                e = e.fact("purpose", purpose);
            }
            w.audit(e)?;
            w.put(&view)?;
            Ok(None)
        })
    }

    fn hold(&self, held: Held) -> Result<(), OpsError> {
        let mut table = lock(&self.leases);
        let own = table.0.values().filter(|h| h.guard.account == held.guard.account).count();
        if own >= limits::WHEP_VIEWERS_PER_ACCOUNT_MAX {
            return Err(OpsError::Full(Said::new(
                format!("Tài khoản này đang xem {own} luồng, là mức tối đa. Hãy đóng bớt hình rồi thử lại."),
                format!(
                    "This account is watching {own} streams, the most it may. Close some pictures, then try again."
                ),
            )));
        }
        if table.0.len() >= limits::LEASES_MAX {
            return Err(OpsError::Full(Said::new(
                "Nút đang phục vụ số người xem tối đa. Hãy thử lại sau ít phút.",
                "The node serves as many viewers as it can. Try again in a few minutes.",
            )));
        }
        table.0.insert(held.guard.id, held);
        Ok(())
    }

    /// Ends leases whose end nobody told: those whose time has run out, and those that nobody has had in hands for
    /// [`limits::LEASE_UNHELD_MAX`] (no view ever took them). To be called now and then.
    ///
    /// # Errors
    /// The store fails.
    pub fn end_forgotten_views(&self) -> Result<(), OpsError> {
        let (now, moment) = (self.clock.now(), self.clock.monotonic());
        let mut over = Vec::new();
        for (id, held) in &mut lock(&self.leases).0 {
            // A view that is just ending has let go of its lease, too: its end is told in a moment.
            held.unheld_since = if held.guard.in_hands() { None } else { held.unheld_since.or(Some(moment)) };
            if held.unheld_since.is_some_and(|t| moment.saturating_sub(t) >= limits::LEASE_UNHELD_MAX) {
                over.push((*id, "not_started"));
            } else if now.since(held.guard.not_after) > limits::LEASE_UNHELD_MAX {
                over.push((*id, "expired"));
            }
        }
        over.into_iter().try_for_each(|(lease, reason)| self.end_view(lease, None, now, 0, reason))
    }

    /// Puts the end of a view on record. One that is not known (any more) is tolerated: its end is on record already.
    ///
    /// # Errors
    /// The store fails.
    pub fn record_view_end(&self, end: ViewEnded) -> Result<(), OpsError> {
        self.end_view(end.lease, Some(end.stream), end.ended, end.bytes, end.reason)
    }

    fn end_view(
        &self,
        lease: LeaseId,
        sent: Option<StreamKind>,
        ended: WallTime,
        bytes: u64,
        reason: &'static str,
    ) -> Result<(), OpsError> {
        if let Some(held) = lock(&self.leases).0.remove(&lease) {
            held.guard.withdraw();
        }
        if self.read(|r| Ok(r.find::<OpenView>(&lease)?))?.is_none() {
            return Ok(());
        }
        self.write(move |w| {
            let Some(view) = w.remove::<OpenView>(&lease)? else { return Ok(()) };
            let sent = sent.unwrap_or(view.stream);
            w.audit(ended_entry(&view, ended, reason).fact("bytes", bytes.to_string()).fact("stream", sent.as_str()))?;
            Ok(())
        })
    }

    /// The view that was about to begin did not: no picture was sent.
    ///
    /// # Errors
    /// The store fails.
    pub fn refuse_view(&self, lease: &Lease, why: &str) -> Result<(), OpsError> {
        let (id, why) = (lease.id, why.to_owned());
        if let Some(held) = lock(&self.leases).0.remove(&id) {
            held.guard.withdraw();
        }
        self.write(move |w| {
            let Some(view) = w.remove::<OpenView>(&id)? else { return Ok(()) };
            let e = ended_entry(&view, w.now(), "not_started").fact("bytes", "0").fact("fault", why);
            w.audit(e)?;
            Ok(())
        })
    }
}

/// Puts an end to every view that is still open: the node stops, or was stopped without being able to say so.
pub(crate) fn close_views(w: &mut WriteTx<'_>, reason: &str) -> Result<usize, OpsError> {
    let open = w.range::<OpenView>(..)?;
    let n = open.len();
    for view in open {
        w.remove::<OpenView>(&view.lease)?;
        let e = ended_entry(&view, w.now(), reason);
        w.audit(e)?;
    }
    Ok(n)
}

fn of_view(draft: AuditDraft, view: &OpenView) -> AuditDraft {
    draft
        .on(Subject::new("camera", view.camera, view.camera_name.as_str()))
        .fact("stream", view.stream.as_str())
        .fact("lease", view.lease.to_string())
}

fn ended_entry(view: &OpenView, at: WallTime, reason: &str) -> AuditDraft {
    let actor: Actor = view.actor.clone();
    of_view(entry_by(actor, audit::VIEW_ENDED, view.address.clone()), view)
        .fact("seconds", at.since(view.began_at).as_secs().to_string())
        .fact("reason", reason)
}
