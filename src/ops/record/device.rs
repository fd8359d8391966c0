//! Confirming a record (A5.6), and replacing a device while the camera stays (A22.6).

use crate::camera_writes::{self, Writing};
use crate::{Caller, Ops, OpsError};
use base::{CameraId, Said, limits};
use domain::facts_fields::DEVICE_FIELDS;
use domain::{Act, Camera, CameraPatch, FieldFault, HappeningKind, audit, camera_edit};

/// A new device for a camera.
#[derive(Clone, Debug, Default)]
pub struct Replacement {
    /// What changes with it: the new device's fields in `facts`, addresses and password if they are new, reason, day.
    pub patch: CameraPatch,
}

impl Ops {
    /// Somebody has looked at the record and says that it is right.
    ///
    /// # Errors
    /// [`OpsError::Changed`] if it is not the record that was looked at, [`OpsError::NotFound`].
    pub fn confirm_camera(&self, caller: &Caller, id: CameraId, expected_revision: u64) -> Result<Camera, OpsError> {
        let camera =
            self.act_on(caller, Act::EditCameras, id, move |w, eyes, old| {
                changed(&old, expected_revision)?;
                let mut new = old.clone();
                new.facts.confirmed_at = Some(w.now());
                new.revision = old.revision.saturating_add(1);
                let at = |c: &Camera| c.facts.confirmed_at.map(|t| t.rfc3339());
                w.audit(
                    crate::cameras::on_camera(crate::office::entry(eyes.caller(), audit::CAMERA_CONFIRMED), &new)
                        .change("facts.confirmed_at", at(&old).as_deref(), at(&new).as_deref()),
                )?;
                w.put(&new)?;
                Ok(new)
            })?;
        self.refresh_camera(id, false)?;
        Ok(camera)
    }

    /// Puts a new device in the place of the old one: the camera keeps its id, code, history and rights.
    ///
    /// # Errors
    /// As [`Ops::change_camera`].
    pub fn replace_device(
        &self,
        caller: &Caller,
        id: CameraId,
        replacement: Replacement,
        expected_revision: u64,
    ) -> Result<Camera, OpsError> {
        let mut patch = replacement.patch;
        if DEVICE_FIELDS.iter().all(|name| *name == "device_from" || patch.facts.leaves(name)) {
            let said = Said::new(
                "Hãy ghi hãng, kiểu máy hoặc số sê-ri của thiết bị mới.",
                "Give maker, model or serial number of the new device.",
            );
            return Err(FieldFault::new("model", said).into());
        }
        let (lexicon, ops) = (self.lexicon(), self.clone());
        let (camera, streams) = self.act_on(caller, Act::EditCameras, id, move |w, eyes, old| {
            changed(&old, expected_revision)?;
            let today = w.now().office_date();
            let on = patch.happened_on.unwrap_or(today);
            let mut base = old.clone();
            let mut former = base.facts.device.take().unwrap_or_default();
            former.until = Some(on);
            former.reason = domain::text::optional_remark("reason", patch.reason.as_deref().unwrap_or(""))?;
            if former.from.is_none() {
                former.from = base.facts.installed_on;
            }
            if base.facts.former_devices.len() >= limits::LIST_ITEMS_MAX {
                base.facts.former_devices.remove(0);
            }
            base.facts.former_devices.push(former);
            if patch.facts.device_from.leaves() {
                patch.facts.device_from = domain::Edit::Set(on);
            }
            let mut change = camera_edit::decide_change(&base, &patch, &lexicon)?;
            change.changes = camera_edit::differences(&old, &change.camera, &change.password);
            let writing = Writing { act: audit::CAMERA_DEVICE_REPLACED, kind: HappeningKind::Replaced, job: None };
            camera_writes::change_as(&ops, w, &eyes, &old, change, writing)
        })?;
        self.refresh_camera(id, streams)?;
        Ok(camera)
    }
}

fn changed(camera: &Camera, expected: u64) -> Result<(), OpsError> {
    if camera.revision == expected {
        return Ok(());
    }
    Err(OpsError::Changed { expected, found: camera.revision })
}
