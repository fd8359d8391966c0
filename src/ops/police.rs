//! Police cameras (camera chuyên dụng của lực lượng Công an, A1.4, A7.4) and the grant that each begins with.
//!
//! Nobody sees such a camera without a grant that names it, so the node makes one in the moment the camera is recorded as
//! such: for the unit that it belongs to, or without a unit for the account that recorded it. It follows the camera to
//! another unit, ends with it, and from it all further rights are given. Its id is the camera's own.

use crate::office::entry;
use crate::{Caller, Eyes, Ops, OpsError, camera_lists};
use base::{CameraId, GrantId, Said, UnitId};
use domain::grant::GrantEnd;
use domain::presets::{self, Reach};
use domain::{Act, Camera, Extra, FieldFault, Grant, Holder, Refusal, Registers, Scope, Subject, Times, audit};
use store::WriteTx;

/// Id of a camera's founding grant.
pub(crate) fn id_of(camera: CameraId) -> GrantId {
    GrantId::from_bytes(camera.to_bytes())
}

/// Code of the entry of the register of kinds of units that says a unit is of the police.
const KIND: &str = "police";

/// Is that a unit of the police, or one below it?
fn is_of_the_police(book: &Registers, unit: UnitId) -> bool {
    book.unit_line(unit).iter().any(|u| u.kind == KIND)
}

/// May that become the camera's record, as far as it is one of the police? Only a camera of a unit of the police is (A7.4):
/// the mark takes it out of everybody else's sight. And only those set the mark who may give rights of their own office.
pub(crate) fn decide(book: &Registers, eyes: &Eyes, old: Option<&Camera>, new: &Camera) -> Result<(), OpsError> {
    let was = old.is_some_and(|c| c.facts.police);
    if !new.facts.police || (was && old.is_some_and(|c| c.unit_id == new.unit_id)) {
        return Ok(());
    }
    let (role, machine) = (eyes.caller().account.role, eyes.caller().is_machine());
    let answers = machine || (presets::of(role).police && presets::reach(role, Act::Share) == Reach::Own);
    if !was && !answers {
        return Err(OpsError::Refused(Refusal {
            article: Some("7.4"),
            said: Said::new(
                "Với vai trò của bạn, không thể đánh dấu camera chuyên dụng của lực lượng Công an.",
                "Your role cannot mark a camera as one of the police.",
            ),
            who_can_help: Said::new(
                "Hãy nhờ quản trị viên của đơn vị Công an hoặc quản trị viên của nút.",
                "Ask the administrator of the police unit or the node's administrator.",
            ),
        }));
    }
    if new.unit_id.is_some_and(|unit| is_of_the_police(book, unit)) {
        return Ok(());
    }
    Err(FieldFault::new(
        if was { "unit" } else { "police" },
        Said::new(
            "Camera chuyên dụng phải thuộc một đơn vị Công an trong danh mục đơn vị. Hãy chọn đơn vị đó, hoặc bỏ dấu này.",
            "A police camera must belong to a unit of the police in the register of units. Choose that unit, or take the mark \
             away.",
        ),
    )
    .into())
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
        // Since when the camera may have been hidden: what was put on record since stays so (`veil`).
        given_at: before.as_ref().map_or(w.now(), |g| g.given_at),
        awaits_second: false,
        confirmed_by: None,
        ended: None,
        revision: before.as_ref().map_or(1, |g| g.revision.saturating_add(1)),
        extra: Extra::new(),
    };
    w.audit(told(caller, audit::GRANT_FOUNDED, &grant, new).differences(before.as_ref(), Some(&grant)))?;
    w.put(&grant)?;
    if was {
        return Ok(());
    }
    leave_grants(w, caller, new)?;
    camera_lists::leave(w, caller, new)
}

/// The camera has become one of the police: what was given on it as an ordinary one holds it no longer (A7.4). It leaves the
/// grants that name it; one that names nothing else ends, for without names a scope would be wider.
fn leave_grants(w: &mut WriteTx<'_>, caller: &Caller, camera: &Camera) -> Result<(), OpsError> {
    let mut naming = w.range::<Grant>(..)?;
    naming.retain(|g| !g.founding && g.ended.is_none() && g.scope.cameras.contains(&camera.id));
    for before in naming {
        let mut grant = before.clone();
        grant.revision = before.revision.saturating_add(1);
        let act = if before.scope.cameras.len() == 1 {
            grant.ended = Some(GrantEnd { at: w.now(), by: caller.account.id, why: String::new() });
            audit::GRANT_ENDED
        } else {
            grant.scope.cameras.retain(|id| *id != camera.id);
            audit::GRANT_NARROWED
        };
        w.audit(told(caller, act, &grant, camera).differences(Some(&before), Some(&grant)))?;
        w.put(&grant)?;
    }
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
    /// The grants that memory must look at again after a change of that camera: its founding one, and of a police camera
    /// those that name it.
    pub(crate) fn grants_of(&self, id: CameraId, camera: Option<&Camera>) -> Vec<GrantId> {
        let (grant, police) = (id_of(id), camera.is_some_and(|c| c.facts.police));
        self.rights.grants(|all| {
            let founding = (police || all.get(grant).is_some()).then_some(grant);
            let naming = all.all().filter(|g| police && g.ended.is_none() && g.scope.cameras.contains(&id));
            founding.into_iter().chain(naming.map(|g| g.id)).collect()
        })
    }
}
