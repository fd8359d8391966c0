//! Rights in force: issuing a lease for a live picture, withdrawing it, and putting both ends of a view on record.

use crate::caller::By;
use crate::office::{entry, entry_by, lock, still_good};
use crate::{Caller, Ops, OpsError, secrets};
use base::{CameraId, Lease, LeaseGuard, LeaseId, LeasePurpose, Said, StreamKind, WallTime, limits};
use domain::{Act, Actor, AuditDraft, Camera, Decision, Extra, OpenView, Refusal, Subject, audit};
use std::collections::HashMap;
use store::WriteTx;

/// How a view ended, as `media` tells it.
#[derive(Clone, Debug)]
pub struct ViewEnded {
    /// Whose lease.
    pub lease: LeaseId,
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
}

/// All leases that are out, at most [`limits::LEASES_MAX`].
#[derive(Default)]
pub(crate) struct Leases(HashMap<LeaseId, Held>);

impl Leases {
    /// Withdraws those that `which` picks. They stay in the table until their view's end is on record.
    pub(crate) fn withdraw(&self, which: impl Fn(&Held) -> bool) {
        self.0.values().filter(|h| which(h)).for_each(|h| h.guard.withdraw());
    }
}

impl Ops {
    /// A lease for a camera's live picture, or the refusal. "view.began" is on record when this returns. The lease dies
    /// with the sign-in, token, account or camera.
    ///
    /// # Errors
    /// [`OpsError::NotFound`], [`OpsError::SignedOut`], [`OpsError::Full`].
    pub fn lease_live(
        &self,
        caller: &Caller,
        camera: CameraId,
        stream: StreamKind,
    ) -> Result<Result<Lease, Refusal>, OpsError> {
        if let Err(e) = self.authorise(caller, Act::WatchLive) {
            return match e {
                OpsError::Refused(refusal) => Ok(Err(refusal)),
                e => Err(e),
            };
        }
        let now = self.clock.now();
        self.end_forgotten(now)?;
        let (ms, random) = secrets::id_parts(now)?;
        let id = LeaseId::from_parts(ms, random);
        let not_after = now.plus(limits::LIVE_LEASE_LIFE);
        let (lease, guard) = Lease::issue(id, caller.account.id, camera, LeasePurpose::Live, not_after);
        // In the table before the transaction: what ends later finds it there, what has ended the transaction sees.
        self.hold(guard, caller.by)?;
        let began = self.begin_view(caller, camera, stream, id);
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

    fn begin_view(
        &self,
        caller: &Caller,
        camera: CameraId,
        stream: StreamKind,
        lease: LeaseId,
    ) -> Result<Option<Refusal>, OpsError> {
        let caller = caller.clone();
        self.write(move |w| {
            let caller = still_good(w, caller)?;
            if let Decision::Refused(refusal) = caller.decide(Act::WatchLive) {
                return Ok(Some(refusal));
            }
            let Some(c) = w.find::<Camera>(&camera)? else { return Err(OpsError::NotFound("camera")) };
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
            w.audit(of_view(entry(&caller, audit::VIEW_BEGAN), &view))?;
            w.put(&view)?;
            Ok(None)
        })
    }

    fn hold(&self, guard: LeaseGuard, by: By) -> Result<(), OpsError> {
        let mut table = lock(&self.leases);
        let own = table.0.values().filter(|h| h.guard.account == guard.account).count();
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
        table.0.insert(guard.id, Held { guard, by });
        Ok(())
    }

    /// Ends leases whose time has run out and whose end nobody told: a safety net for a bounded table.
    fn end_forgotten(&self, now: WallTime) -> Result<(), OpsError> {
        const GRACE: std::time::Duration = std::time::Duration::from_secs(60);
        let over: Vec<LeaseId> = {
            let table = lock(&self.leases);
            table.0.values().filter(|h| now.since(h.guard.not_after) > GRACE).map(|h| h.guard.id).collect()
        };
        over.into_iter()
            .try_for_each(|lease| self.record_view_end(ViewEnded { lease, ended: now, bytes: 0, reason: "expired" }))
    }

    /// Puts the end of a view on record. One that is not known (any more) is tolerated: its end is on record already.
    ///
    /// # Errors
    /// The store fails.
    pub fn record_view_end(&self, end: ViewEnded) -> Result<(), OpsError> {
        if let Some(held) = lock(&self.leases).0.remove(&end.lease) {
            held.guard.withdraw();
        }
        if self.read(|r| Ok(r.find::<OpenView>(&end.lease)?))?.is_none() {
            return Ok(());
        }
        self.write(move |w| {
            let Some(view) = w.remove::<OpenView>(&end.lease)? else { return Ok(()) };
            let e = ended_entry(&view, end.ended, end.reason).fact("bytes", end.bytes.to_string());
            w.audit(e)?;
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
