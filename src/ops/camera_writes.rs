//! What adding, changing and removing a camera writes: within a transaction that the caller has, so that one form and one
//! row of ten thousand go the same way.
//!
//! Each asks the right to the very camera, as it was and as it will be, of the [`Eyes`] that it is given: no verb can forget
//! it. Not here: memory afterwards (`Ops::refresh_cameras`).

use crate::cameras::{camera_password, on_camera, taken};
use crate::office::entry;
use crate::{Caller, Eyes, OpsError, police};
use base::{CameraId, JobId};
use domain::{Act, AuditDraft, Camera, Change, Extra, PasswordChange, Registration, audit};
use store::{WriteTx, caseless};

fn told(mut e: AuditDraft, reason: Option<&String>, job: Option<JobId>) -> AuditDraft {
    if let Some(reason) = reason {
        e = e.fact("reason", reason);
    }
    match job {
        Some(job) => e.fact("job", job.to_string()),
        None => e,
    }
}

fn free(w: &WriteTx<'_>, eyes: &Eyes, camera: &Camera) -> Result<(), OpsError> {
    match w.find_by::<Camera>("code", &caseless(&camera.code))? {
        Some(other) if other.id != camera.id => Err(taken(eyes, &other)),
        _ => Ok(()),
    }
}

/// Adds a camera under that id and code.
pub(crate) fn add(
    w: &mut WriteTx<'_>,
    eyes: &Eyes,
    mut reg: Registration,
    (id, code): (CameraId, String),
    job: Option<JobId>,
) -> Result<Camera, OpsError> {
    let (now, caller) = (w.now(), eyes.caller());
    if reg.unit_id.is_none() && reg.unit.is_none() {
        // Whoever keeps the cameras of a unit adds them to it.
        reg.unit_id = eyes.own_unit();
    }
    let camera = Camera {
        id,
        code,
        name: reg.name,
        area: reg.area,
        unit: reg.unit,
        area_id: reg.area_id,
        unit_id: reg.unit_id,
        facts: reg.facts,
        main_url: reg.main_url,
        sub_url: reg.sub_url,
        username: reg.username,
        has_password: reg.password.is_some(),
        transport: reg.transport,
        created_at: now,
        changed_at: now,
        revision: 1,
        extra: Extra::new(),
    };
    free(w, eyes, &camera)?;
    eyes.may_make(&camera)?;
    let e = on_camera(entry(caller, audit::CAMERA_ADDED), &camera).differences(None, Some(&camera));
    w.audit(told(e, reg.reason.as_ref(), job))?;
    w.put(&camera)?;
    police::follow(w, caller, None, &camera)?;
    if let Some(password) = &reg.password {
        w.seal(&camera_password(id), password)?;
    }
    Ok(camera)
}

/// Carries out a change; also says whether its streams must be called anew.
pub(crate) fn change(
    w: &mut WriteTx<'_>,
    eyes: &Eyes,
    old: &Camera,
    change: Change,
    job: Option<JobId>,
) -> Result<(Camera, bool), OpsError> {
    let (mut new, caller) = (change.camera, eyes.caller());
    eyes.must(Act::EditCameras, old)?;
    free(w, eyes, &new)?;
    eyes.may_make(&new)?;
    new.revision = old.revision.saturating_add(1);
    new.changed_at = w.now();
    let e = on_camera(entry(caller, audit::CAMERA_CHANGED), &new).changes(change.changes);
    w.audit(told(e, change.reason.as_ref(), job))?;
    w.put(&new)?;
    police::follow(w, caller, Some(old), &new)?;
    let mut streams = true;
    match change.password {
        PasswordChange::Set(p) => w.seal(&camera_password(new.id), &p)?,
        PasswordChange::Forget => w.unset_secret(&camera_password(new.id))?,
        PasswordChange::Keep => {
            streams = (&old.main_url, &old.sub_url, &old.username, old.transport)
                != (&new.main_url, &new.sub_url, &new.username, new.transport);
        }
    }
    Ok((new, streams))
}

/// Removes a camera with its password.
pub(crate) fn remove(
    w: &mut WriteTx<'_>,
    eyes: &Eyes,
    camera: &Camera,
    job: Option<JobId>,
) -> Result<(), OpsError> {
    eyes.must(Act::RemoveCameras, camera)?;
    let caller: &Caller = eyes.caller();
    police::gone(w, caller, camera)?;
    w.remove::<Camera>(&camera.id)?;
    let e = on_camera(entry(caller, audit::CAMERA_REMOVED), camera).fact("main_url", camera.main_url.as_str());
    w.audit(told(e, None, job))?;
    Ok(())
}
