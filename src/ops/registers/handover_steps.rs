//! The steps of a handover inside a transaction: areas end, units and cameras move. Not here: all of it back again
//! (`handover_undo`).

use super::handover::{HandoverGrant, HandoverMove, HandoverPreview};
use super::{areas::on_area, changed, units::on_unit};
use crate::office::entry;
use crate::{Caller, Ops, OpsError};
use base::{AreaId, CameraId, JobId, Said, UnitId};
use domain::camera_facts::HandedOver;
use domain::handover::{MovedCamera, MovedUnit};
use domain::handover_undo::EndedArea;
use domain::{
    Area, Assigning, Camera, Fate, FieldFault, Grant, Handover, HandoverPart, HandoverPlan, HandoverState, Registers,
    Subject, Unit, audit,
};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use store::{ReadTx, WriteTx};

/// Is there still work to do?
pub(super) fn is_under_way(h: &Handover) -> bool {
    matches!(h.state, HandoverState::Running | HandoverState::Undoing)
}

/// What an area of the plan becomes: where its cameras go, and what the plan says of it.
pub(super) fn successors(
    plan: &HandoverPlan,
    book: &Registers,
    assigning: &Assigning<'_>,
    preview: &HandoverPreview,
    area: AreaId,
) -> Vec<AreaId> {
    let parts: HashSet<AreaId> = book.area_parts(area).into_iter().collect();
    let said = match assigning.area(area) {
        Fate::To(to) => Some(to),
        _ => None,
    };
    let named = plan.by_area.iter().filter(|(from, _)| parts.contains(from)).map(|(_, to)| *to);
    let gone = preview.moves.iter().filter(|m| parts.contains(&m.from)).map(|m| m.to);
    let mut out = Vec::new();
    for to in said.into_iter().chain(named).chain(gone) {
        if to != area && !out.contains(&to) {
            out.push(to);
        }
    }
    out
}

/// The areas of the plan end and become what their cameras came to.
pub(super) fn end_areas(
    w: &mut WriteTx<'_>,
    caller: &Caller,
    h: &mut Handover,
    ends: &[(AreaId, Vec<AreaId>)],
) -> Result<(), OpsError> {
    for (id, became) in ends {
        let old = w.find::<Area>(id)?.ok_or(OpsError::NotFound("area"))?;
        if old.valid_to.is_some() {
            // It has its end already, and the register says what it became.
            continue;
        }
        let mut new = old.clone();
        new.valid_to = h.plan.end_on;
        new.became = became.clone();
        new.revision = old.revision.saturating_add(1);
        new.changed_at = w.now();
        w.audit(
            entry(caller, audit::AREA_ENDED).on(on_area(&new)).also(of_handover(h)).differences(Some(&old), Some(&new)),
        )?;
        w.put(&new)?;
        h.areas_before.push(old);
        h.ended.push(EndedArea { area: *id, became: new.became });
    }
    Ok(())
}

pub(super) fn of_handover(h: &Handover) -> Subject {
    Subject::new("handover", h.id, h.plan.why.as_str())
}

/// Units answer for another area.
pub(super) fn move_units(
    w: &mut WriteTx<'_>,
    caller: &Caller,
    h: &mut Handover,
    units: &[(UnitId, AreaId, AreaId)],
) -> Result<(), OpsError> {
    for (id, from, to) in units {
        let Some(old) = w.find::<Unit>(id)?.filter(|u| u.area == Some(*from)) else { continue };
        let new =
            Unit { area: Some(*to), revision: old.revision.saturating_add(1), changed_at: w.now(), ..old.clone() };
        w.audit(
            entry(caller, audit::UNIT_CHANGED)
                .on(on_unit(&new))
                .also(of_handover(h))
                .differences(Some(&old), Some(&new)),
        )?;
        w.put(&new)?;
        h.units.push(MovedUnit { unit: *id, from: *from, to: *to, revision: new.revision });
    }
    Ok(())
}

/// Stores a camera at another place with its audit entry.
pub(super) fn put_camera(
    w: &mut WriteTx<'_>,
    caller: &Caller,
    h: &Handover,
    book: &Registers,
    old: &Camera,
    to: (AreaId, Option<String>),
) -> Result<u64, OpsError> {
    let mut new = old.clone();
    // An undo is a handover back, and noted as one: a right that was given in between was decided with the areas as they
    // were then, and gains nothing by it.
    if let Some(from) = old.area_id {
        new.facts.note_handover(HandedOver { from, at: w.now(), handover: h.id });
    }
    (new.area_id, new.area) = (Some(to.0), to.1);
    new.revision = old.revision.saturating_add(1);
    new.changed_at = w.now();
    let name = |id: Option<AreaId>| id.map(|id| book.area_name(id)).unwrap_or_default();
    w.audit(
        entry(caller, audit::CAMERA_CHANGED)
            .on(Subject::new("camera", new.id, format!("{} {}", new.code, new.name)))
            .also(of_handover(h))
            .change("area", Some(&name(old.area_id)), Some(&name(new.area_id)))
            .fact("why", &h.plan.why),
    )?;
    w.put(&new)?;
    Ok(new.revision)
}

/// Moves these cameras, if the plan still wants it, and keeps the list.
pub(super) fn move_part(
    w: &mut WriteTx<'_>,
    caller: &Caller,
    h: &mut Handover,
    book: &Registers,
    ids: &[CameraId],
) -> Result<(), OpsError> {
    let plan = h.plan.clone();
    let mut part = HandoverPart { handover: h.id, number: h.parts, moved: Vec::new(), extra: domain::Extra::new() };
    let assigning = Assigning::new(&plan, book);
    for id in ids {
        let Some(camera) = w.find::<Camera>(id)? else { continue };
        let (Fate::To(to), Some(from)) = (assigning.camera(&camera), camera.area_id) else { continue };
        let revision = put_camera(w, caller, h, book, &camera, (to, book.area(to).map(|a| a.name.clone())))?;
        let police = camera.facts.police;
        let (code, name) = if police { Default::default() } else { (camera.code, camera.name) };
        let to = Some(to);
        part.moved.push(MovedCamera { camera: *id, from, to, from_text: camera.area, code, name, revision, police });
    }
    let told = part.moved.iter().filter(|c| !c.police).count();
    h.moved = h.moved.saturating_add(u64::try_from(told).unwrap_or(u64::MAX));
    if !part.moved.is_empty() {
        h.parts = h.parts.saturating_add(1);
        w.put(&part)?;
    }
    Ok(())
}

/// The handover, if it is done and neither confirmed nor undone yet.
pub(super) fn open_handover(r: &ReadTx<'_>, id: JobId, expected_revision: u64) -> Result<Handover, OpsError> {
    let h = r.find::<Handover>(&id)?.ok_or(OpsError::NotFound("handover"))?;
    let refuse = |vi: &str, en: &str| Err(FieldFault::new("handover", Said::new(vi, en)).into());
    match h.state {
        HandoverState::Done => {}
        HandoverState::Confirmed => {
            return refuse("Việc bàn giao này đã được xác nhận.", "This handover has been confirmed.");
        }
        HandoverState::Undone => {
            return refuse(
                "Việc bàn giao này đã được hoàn tác và đã đóng; không còn gì phải làm.",
                "This handover has been undone and is closed; nothing more is to be done.",
            );
        }
        HandoverState::Running | HandoverState::Undoing => {
            return refuse(
                "Việc bàn giao này đang chạy; hãy đợi nó xong.",
                "This handover is under way; wait for its end.",
            );
        }
    }
    changed(expected_revision, h.revision)?;
    Ok(h)
}

impl Ops {
    /// The grants in force that a handover touches: that name an area of it, or one that its cameras come to. The number of
    /// all, and the first, most cameras first.
    pub(super) fn grants_touched(
        &self,
        plan: &HandoverPlan,
        book: &Registers,
        moves: &[HandoverMove],
    ) -> Result<(usize, Vec<HandoverGrant>), OpsError> {
        let within: HashSet<AreaId> = plan.from.iter().flat_map(|a| book.area_parts(*a)).collect();
        let now = self.clock.now();
        let all: Vec<Arc<Grant>> = self.rights.grants(|g| {
            g.all().filter(|g| g.ended.is_none() && !g.times.over(now) && !g.scope.areas.is_empty()).cloned().collect()
        });
        let lines: HashMap<AreaId, HashSet<AreaId>> = moves
            .iter()
            .flat_map(|m| [m.from, m.to])
            .map(|a| (a, book.area_line(a).into_iter().map(|up| up.id).collect()))
            .collect();
        let mut touched = Vec::new();
        for grant in all {
            let holds =
                |at: AreaId| lines.get(&at).is_some_and(|line| grant.scope.areas.iter().any(|a| line.contains(a)));
            let (mut loses, mut withheld) = (0, 0);
            for m in moves {
                match (holds(m.from), holds(m.to)) {
                    (true, false) => loses += m.cameras,
                    (false, true) => withheld += m.cameras,
                    _ => {}
                }
            }
            if loses + withheld > 0 || grant.scope.areas.iter().any(|a| within.contains(a)) {
                touched.push((grant, loses, withheld));
            }
        }
        touched.sort_by_key(|(grant, loses, withheld)| (std::cmp::Reverse(loses + withheld), grant.id));
        let n = touched.len();
        let first = touched.into_iter().take(GRANTS_NAMED_MAX).map(|(grant, loses, withheld)| {
            Ok(HandoverGrant { id: grant.id, holder: self.holder_name(grant.holder)?, loses, withheld })
        });
        Ok((n, first.collect::<Result<_, OpsError>>()?))
    }
}

/// Grants that are named one by one in a preview.
const GRANTS_NAMED_MAX: usize = 100;
