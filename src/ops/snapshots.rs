//! Taking single pictures of a camera: the right to it and its entry on record. Not here: the picture (`media`).

use crate::office::{entry, lock, still_good};
use crate::{Caller, Ops, OpsError};
use base::{CameraId, StreamKind, limits};
use domain::{Act, Camera, Subject, audit, text};

impl Ops {
    /// May the caller take a picture of that camera now? If so it is on record when this returns. A program that takes one
    /// every few seconds, or a page that refreshes its tiles, would bury everything else: pictures of one stream by the same
    /// sign-in or token within [`limits::SNAPSHOT_RECORD_PERIOD`] are one entry, which says so.
    ///
    /// # Errors
    /// [`OpsError::NotFound`] also for a camera that these eyes do not see, [`OpsError::Refused`],
    /// [`OpsError::PurposeNeeded`] where policy asks what for, [`OpsError::SignedOut`].
    pub fn allow_snapshot(
        &self,
        caller: &Caller,
        camera: CameraId,
        stream: StreamKind,
        purpose: &str,
    ) -> Result<(), OpsError> {
        let purpose = text::optional_name("purpose", purpose)?;
        let found = self.camera_for(caller, Act::Snapshot, &camera.to_string())?;
        let at_home = self.eyes(caller).at_home(&found);
        if purpose.is_none() && self.policy.purpose.asks(Act::Snapshot, at_home) {
            return Err(OpsError::PurposeNeeded);
        }
        let key = (caller.by, camera, stream);
        if !lock(&self.snapshots).first_in(key, limits::SNAPSHOT_RECORD_PERIOD, self.clock.now()) {
            return Ok(());
        }
        let (ops, theirs) = (self.clone(), caller.clone());
        let done = self.write(move |w| {
            let caller = still_good(w, w.now(), theirs)?;
            let Some(c) = w.find::<Camera>(&camera)? else { return Err(OpsError::NotFound("camera")) };
            let right = ops.eyes(&caller).must(Act::Snapshot, &c)?;
            let mut e = entry(&caller, audit::SNAPSHOT_TAKEN)
                .on(Subject::new("camera", c.id, format!("{} {}", c.code, c.name)))
                .fact("stream", stream.as_str())
                .fact("counts_for_s", limits::SNAPSHOT_RECORD_PERIOD.as_secs().to_string());
            if let Some(grant) = right.grant {
                e = e.fact("grant", grant.to_string());
            }
            if let Some(purpose) = purpose {
                e = e.fact("purpose", purpose);
            }
            Ok(w.audit(e)?)
        });
        if done.is_err() {
            // What is not on record has not been: the next one tries again.
            lock(&self.snapshots).forget(key);
        }
        self.on_record(caller, Act::Snapshot, done).map(|_| ())
    }
}
