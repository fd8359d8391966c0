//! Police cameras (camera chuyên dụng của lực lượng Công an, A1.4, A7.4) and the grant that each begins with.
//!
//! Nobody sees such a camera without a grant that names it, so the node makes one in the moment the camera is recorded as
//! such: for the unit that it belongs to, or without a unit for the account that recorded it. It follows the camera to
//! another unit, ends with it, and from it all further rights are given. Its id is the camera's own.

use crate::office::entry;
use crate::{Caller, Ops, OpsError};
use base::{CameraId, GrantId};
use domain::grant::GrantEnd;
use domain::{Act, Camera, Extra, Grant, Holder, Scope, Subject, Times, audit};
use store::WriteTx;

fn id_of(camera: CameraId) -> GrantId {
    GrantId::from_bytes(camera.to_bytes())
}

/// After a camera's record has been written: its founding grant is what it should be.
pub(crate) fn follow(w: &mut WriteTx<'_>, caller: &Caller, old: Option<&Camera>, new: &Camera) -> Result<(), OpsError> {
    let was = old.is_some_and(|c| c.facts.police);
    if was && !new.facts.police {
        return gone(w, caller, new);
    }
    let moved = old.is_some_and(|c| c.unit_id != new.unit_id);
    if !new.facts.police || (was && !moved) {
        return Ok(());
    }
    let before = w.find::<Grant>(&id_of(new.id))?;
    let grant = Grant {
        id: id_of(new.id),
        holder: new.unit_id.map_or(Holder::Account(caller.account.id), Holder::Unit),
        acts: Act::ON_CAMERAS.to_vec(),
        scope: Scope::of_camera(new.id),
        times: Times::default(),
        purpose: String::new(),
        document: None,
        request: None,
        via: None,
        within: None,
        founding: true,
        warned_at: None,
        given_by: caller.account.id,
        given_at: w.now(),
        awaits_second: false,
        confirmed_by: None,
        ended: None,
        revision: before.as_ref().map_or(1, |g| g.revision.saturating_add(1)),
        extra: Extra::new(),
    };
    w.audit(told(caller, audit::GRANT_FOUNDED, &grant, new).differences(before.as_ref(), Some(&grant)))?;
    w.put(&grant)?;
    Ok(())
}

/// The camera is no longer one of the police, or no longer there.
pub(crate) fn gone(w: &mut WriteTx<'_>, caller: &Caller, camera: &Camera) -> Result<(), OpsError> {
    let Some(before) = w.find::<Grant>(&id_of(camera.id))?.filter(|g| g.ended.is_none()) else { return Ok(()) };
    let mut grant = before.clone();
    grant.ended = Some(GrantEnd { at: w.now(), by: caller.account.id, why: String::new() });
    grant.revision = grant.revision.saturating_add(1);
    w.audit(told(caller, audit::GRANT_ENDED, &grant, camera).differences(Some(&before), Some(&grant)))?;
    w.put(&grant)?;
    Ok(())
}

fn told(caller: &Caller, act: &str, grant: &Grant, camera: &Camera) -> domain::AuditDraft {
    entry(caller, act).on(Subject::new("grant", grant.id, camera.code.as_str())).also(Subject::new(
        "camera",
        camera.id,
        format!("{} {}", camera.code, camera.name),
    ))
}

impl Ops {
    /// The founding grant that memory must look at again after a change of that camera.
    pub(crate) fn founding_of(&self, id: CameraId, camera: Option<&Camera>) -> Option<GrantId> {
        let grant = id_of(id);
        let known = self.rights.grants(|all| all.get(grant).is_some());
        (known || camera.is_some_and(|c| c.facts.police)).then_some(grant)
    }
}
