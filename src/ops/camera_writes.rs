//! What adding, changing and removing a camera writes: within a transaction that the caller has, so that one form and one
//! row of ten thousand go the same way.
//!
//! Each asks the right to the very camera, as it was and as it will be, of the [`Eyes`] that it is given: no verb can forget
//! it. Not here: memory afterwards (`Ops::refresh_cameras`).

use crate::cameras::{camera_password, on_camera, taken};
use crate::office::entry;
use crate::record::documents;
use crate::{Caller, Eyes, Ops, OpsError, camera_lists, police};
use base::{CameraId, CivilDate, JobId, Said};
use domain::document::DocumentFacts;
use domain::{
    Act, AuditDraft, Camera, Change, Changes, Extra, FieldFault, HappeningKind, PasswordChange, Registration, audit,
    camera_edit,
};
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

/// How a change is put on record.
pub(crate) struct Writing {
    /// The act.
    pub(crate) act: &'static str,
    /// What has happened outside, if something has.
    pub(crate) kind: HappeningKind,
    /// The long work that it is part of.
    pub(crate) job: Option<JobId>,
}

/// The day on which it happened outside; not one to come.
fn happened(w: &WriteTx<'_>, on: Option<CivilDate>) -> Result<CivilDate, OpsError> {
    let today = w.now().office_date();
    match on {
        Some(day) if day > today => {
            let said =
                Said::new("Ngày thay đổi không thể ở tương lai.", "The day of the change cannot be in the future.");
            Err(FieldFault::new("happened_on", said).into())
        }
        day => Ok(day.unwrap_or(today)),
    }
}

/// The agreement becomes a document of the camera. It must be of a type that is one.
fn agree(
    ops: &Ops,
    w: &mut WriteTx<'_>,
    caller: &Caller,
    camera: &mut Camera,
    agreement: Option<DocumentFacts>,
) -> Result<bool, OpsError> {
    let Some(facts) = agreement else { return Ok(false) };
    if !ops.is_agreement(&facts.kind) {
        let said = Said::new(
            "Loại văn bản này không phải văn bản thống nhất lắp đặt thêm camera.",
            "This type of document is not an agreement to a further camera.",
        );
        return Err(FieldFault::new("agreement_kind", said).into());
    }
    let document = documents::write_new(w, caller, facts, None, Some(camera))?;
    camera.facts.documents.push(document.id);
    Ok(true)
}

/// Adds a camera under that id and code.
pub(crate) fn add(
    ops: &Ops,
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
    let mut camera = Camera {
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
    police::decide(&ops.registers(), eyes, None, &camera)?;
    documents::check_named(w, eyes, &[], &camera.facts.documents)?;
    let agreed = agree(ops, w, caller, &mut camera, reg.agreement)?;
    ops.may_view(eyes, None, &camera, agreed)?;
    let installed = camera.facts.installed_on.or(camera.facts.completed_on).filter(|d| *d <= now.office_date());
    camera.facts.note_happening(HappeningKind::Installed, installed.unwrap_or(now.office_date()), now);
    let e = on_camera(entry(caller, audit::CAMERA_ADDED), &camera)
        .changes(Changes::between(None, Some(&camera)).without(&["facts.happenings", "facts.handed_over"]));
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
    ops: &Ops,
    w: &mut WriteTx<'_>,
    eyes: &Eyes,
    old: &Camera,
    change: Change,
    job: Option<JobId>,
) -> Result<(Camera, bool), OpsError> {
    change_as(ops, w, eyes, old, change, Writing { act: audit::CAMERA_CHANGED, kind: HappeningKind::Changed, job })
}

/// As [`change`], put on record as another act.
pub(crate) fn change_as(
    ops: &Ops,
    w: &mut WriteTx<'_>,
    eyes: &Eyes,
    old: &Camera,
    change: Change,
    writing: Writing,
) -> Result<(Camera, bool), OpsError> {
    let (mut new, caller) = (change.camera, eyes.caller());
    eyes.must(Act::EditCameras, old)?;
    free(w, eyes, &new)?;
    eyes.may_make(&new)?;
    eyes.may_not_widen(old, &new)?;
    police::decide(&ops.registers(), eyes, Some(old), &new)?;
    documents::check_named(w, eyes, &old.facts.documents, &new.facts.documents)?;
    let agreed = agree(ops, w, caller, &mut new, change.agreement)?;
    ops.may_view(eyes, Some(old), &new, agreed)?;
    new.revision = old.revision.saturating_add(1);
    new.changed_at = w.now();
    let mut e = on_camera(entry(caller, writing.act), &new);
    if camera_edit::happened_outside(&change.changes) {
        let on = happened(w, change.happened_on)?;
        new.facts.note_happening(writing.kind, on, w.now());
        e = e.fact("happened_on", on.to_string());
    }
    w.audit(told(e.changes(change.changes), change.reason.as_ref(), writing.job))?;
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

/// Gives a camera its record back as it was before a long work changed it. Nothing of that has happened outside, so that the
/// record's happenings are the old ones too.
pub(crate) fn restore(
    w: &mut WriteTx<'_>,
    eyes: &Eyes,
    now: &Camera,
    before: &Camera,
    password: PasswordChange,
    job: JobId,
) -> Result<(CameraId, bool), OpsError> {
    let caller = eyes.caller();
    eyes.must(Act::EditCameras, now)?;
    let mut camera = before.clone();
    free(w, eyes, &camera)?;
    eyes.may_make(&camera)?;
    eyes.may_not_widen(now, &camera)?;
    camera.revision = now.revision.saturating_add(1);
    camera.changed_at = w.now();
    // Documents that came with the change stay with the camera: papers are not undone.
    camera.facts.documents.clone_from(&now.facts.documents);
    let changes = camera_edit::differences(now, &camera, &password).without(&["facts.happenings", "facts.handed_over"]);
    let e = on_camera(entry(caller, audit::CAMERA_CHANGED), &camera).changes(changes).fact("undone", "true");
    w.audit(told(e, None, Some(job)))?;
    w.put(&camera)?;
    police::follow(w, caller, Some(now), &camera)?;
    match password {
        PasswordChange::Set(p) => w.seal(&camera_password(camera.id), &p)?,
        PasswordChange::Forget => w.unset_secret(&camera_password(camera.id))?,
        PasswordChange::Keep => {}
    }
    Ok((camera.id, true))
}

/// Removes a camera with its password.
pub(crate) fn remove(w: &mut WriteTx<'_>, eyes: &Eyes, camera: &Camera, job: Option<JobId>) -> Result<(), OpsError> {
    eyes.must(Act::RemoveCameras, camera)?;
    remove_own(w, eyes, camera, job)
}

/// Takes back an addition of the caller's own, by whose right to add it was made. The one who calls has made sure of both.
pub(crate) fn remove_own(
    w: &mut WriteTx<'_>,
    eyes: &Eyes,
    camera: &Camera,
    job: Option<JobId>,
) -> Result<(), OpsError> {
    eyes.must(Act::EditCameras, camera)?;
    let caller: &Caller = eyes.caller();
    police::gone(w, caller, camera)?;
    camera_lists::leave(w, caller, camera)?;
    w.remove::<Camera>(&camera.id)?;
    let e = on_camera(entry(caller, audit::CAMERA_REMOVED), camera)
        .changes(Changes::between(Some(camera), None).without(&["facts.happenings", "facts.handed_over"]));
    w.audit(told(e, None, job))?;
    Ok(())
}
