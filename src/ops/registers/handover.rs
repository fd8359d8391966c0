//! Handing over areas: preview, carrying out, confirming.
//!
//! A handover of up to [`limits::HANDOVER_CHUNK`] cameras is one transaction. A larger one is many, so that the writer is
//! never held for long; the record of it is written with the first and goes on after a restart, so that in the end all of
//! it is done. Every camera has its own audit entry. Cameras of the police move with the others, and are
//! neither counted nor named to anybody (A7.4). Not here: which camera goes where
//! ([`domain::Assigning`]), the undo (`handover_undo`).

use super::handover_steps::{end_areas, is_under_way, move_part, move_units, open_handover, successors};
use super::handover_undo::{put_back_part, undone_so_far};
use super::read_book;
use crate::office::entry;
use crate::{Caller, Ops, OpsError, secrets};
use base::{AreaId, CameraId, GrantId, JobId, Said, UnitId, limits};
use domain::handover_undo::Kept;
use domain::{
    Act, Assigning, Fate, FieldFault, Handover, HandoverPart, HandoverPlan, HandoverState, Registers, Subject, audit,
    text,
};
use std::collections::HashMap;
use std::sync::PoisonError;
use store::handover_part_key;

/// What a handover would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HandoverPreview {
    /// How many cameras come from where to where; most first.
    pub moves: Vec<HandoverMove>,
    /// Cameras that stay, by area, and why; most first.
    pub stays: Vec<HandoverStay>,
    /// Units that would answer for another area: unit, area before, area since.
    pub units: Vec<(UnitId, AreaId, AreaId)>,
    /// Grants in force that name one of the areas, or one that cameras come to. They keep naming it, and hold no camera
    /// that comes: each needs a decision.
    pub grants: usize,
    /// The first of them, most cameras first.
    pub touched: Vec<HandoverGrant>,
    /// Areas that end, and what they become.
    pub ends: Vec<(AreaId, Vec<AreaId>)>,
}

/// Cameras that go from one area to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandoverMove {
    /// From.
    pub from: AreaId,
    /// To.
    pub to: AreaId,
    /// How many.
    pub cameras: usize,
}

/// A grant that a handover touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandoverGrant {
    /// Which.
    pub id: GrantId,
    /// The holder's name.
    pub holder: String,
    /// Cameras that leave its areas, at most: purposes and units of its scope are not looked at.
    pub loses: usize,
    /// Cameras that come into its areas, and that it does not hold.
    pub withheld: usize,
}

/// Cameras that stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandoverStay {
    /// Where they are.
    pub area: AreaId,
    /// Why.
    pub why: Fate,
    /// How many.
    pub cameras: usize,
    /// The areas that it became, to choose from.
    pub candidates: Vec<AreaId>,
    /// The first of them, to be assigned by hand.
    pub some: Vec<CameraId>,
}

impl HandoverPreview {
    /// Cameras that move.
    pub fn moved(&self) -> usize {
        self.moves.iter().map(|m| m.cameras).sum()
    }
    /// Cameras that stay.
    pub fn stayed(&self) -> usize {
        self.stays.iter().map(|s| s.cameras).sum()
    }
}

/// Cameras that are named one by one in a preview, per area.
const NAMED_MAX: usize = 50;

pub(super) fn on_handover(h: &Handover) -> Subject {
    Subject::new("handover", h.id, h.plan.why.as_str())
}

pub(super) fn fault(field: &'static str, vi: impl Into<String>, en: impl Into<String>) -> OpsError {
    FieldFault::new(field, Said::new(vi, en)).into()
}

/// The plan must name areas that are there, and targets in force.
fn check(plan: &HandoverPlan, book: &Registers) -> Result<(), OpsError> {
    if plan.from.is_empty() {
        return Err(fault("from", "Hãy chọn địa bàn cần bàn giao.", "Choose the areas to be handed over."));
    }
    if plan.from.len() > limits::AREAS_MAX || plan.by_camera.len() > limits::HANDOVER_CHUNK {
        let max = limits::HANDOVER_CHUNK;
        let (vi, en) = (format!("Chỉ định riêng nhiều nhất {max} camera."), format!("At most {max} single cameras."));
        return Err(fault("by_camera", vi, en));
    }
    if plan.from.iter().chain(plan.by_area.keys()).any(|a| book.area(*a).is_none()) {
        return Err(OpsError::NotFound("area"));
    }
    let targets = plan.by_area.values().chain(plan.by_camera.values()).chain(&plan.others);
    for to in targets {
        let Some(area) = book.area(*to) else { return Err(OpsError::NotFound("area")) };
        if !area.in_force(book.day()) {
            return Err(fault(
                "to",
                format!("“{}” không còn hiệu lực, không thể nhận bàn giao.", area.name),
                format!("“{}” is no longer in force and cannot take over.", area.name),
            ));
        }
        if plan.end_on.is_some() && plan.from.contains(to) {
            return Err(fault(
                "to",
                format!("“{}” không thể vừa kết thúc vừa nhận bàn giao.", area.name),
                format!("“{}” cannot end and take over at once.", area.name),
            ));
        }
    }
    Ok(())
}

impl Ops {
    /// What the plan would do now.
    ///
    /// # Errors
    /// [`OpsError::Invalid`], [`OpsError::NotFound`], [`OpsError::Refused`].
    pub fn preview_handover(&self, caller: &Caller, plan: &HandoverPlan) -> Result<HandoverPreview, OpsError> {
        self.authorise(caller, Act::ManageRegisters)?;
        let book = self.registers();
        check(plan, &book)?;
        let (mut preview, _) = self.assign(plan, &book);
        (preview.grants, preview.touched) = self.grants_touched(plan, &book, &preview.moves)?;
        Ok(preview)
    }

    /// The preview, and the cameras that move.
    fn assign(&self, plan: &HandoverPlan, book: &Registers) -> (HandoverPreview, Vec<CameraId>) {
        let assigning = Assigning::new(plan, book);
        let mut moves: HashMap<(AreaId, AreaId), usize> = HashMap::new();
        let mut stays: HashMap<AreaId, HandoverStay> = HashMap::new();
        let mut ids = Vec::new();
        let catalogue = self.catalogue.read().unwrap_or_else(PoisonError::into_inner);
        for camera in catalogue.cameras() {
            let Some(at) = camera.area_id else { continue };
            match assigning.camera(camera) {
                Fate::Elsewhere | Fate::There => {}
                Fate::To(_) if camera.facts.police => ids.push(camera.id),
                _ if camera.facts.police => {}
                Fate::To(to) => {
                    *moves.entry((at, to)).or_default() += 1;
                    ids.push(camera.id);
                }
                why => {
                    let candidates = || book.area_now(at).into_iter().filter(|a| *a != at).collect();
                    let stay = stays.entry(at).or_insert_with(|| HandoverStay {
                        area: at,
                        why,
                        cameras: 0,
                        candidates: candidates(),
                        some: Vec::new(),
                    });
                    stay.cameras += 1;
                    if stay.some.len() < NAMED_MAX {
                        stay.some.push(camera.id);
                    }
                }
            }
        }
        drop(catalogue);
        ids.sort();
        let mut preview = HandoverPreview {
            moves: moves.into_iter().map(|((from, to), cameras)| HandoverMove { from, to, cameras }).collect(),
            stays: stays.into_values().collect(),
            ..HandoverPreview::default()
        };
        preview.moves.sort_by(|a, b| b.cameras.cmp(&a.cameras).then(a.from.cmp(&b.from)).then(a.to.cmp(&b.to)));
        preview.stays.sort_by(|a, b| b.cameras.cmp(&a.cameras).then(a.area.cmp(&b.area)));
        preview.stays.iter_mut().for_each(|s| s.some.sort());
        if plan.units {
            let moved = book.units().filter(|u| u.active(book.day())).filter_map(|u| {
                let at = u.area?;
                if let Fate::To(to) = assigning.area(at) { Some((u.id, at, to)) } else { None }
            });
            preview.units = moved.collect();
            preview.units.sort();
        }
        if plan.end_on.is_some() {
            preview.ends = plan.from.iter().map(|a| (*a, successors(plan, book, &assigning, &preview, *a))).collect();
        }
        (preview, ids)
    }

    /// Carries the plan out. Up to [`limits::HANDOVER_CHUNK`] cameras at once; with more the record comes back as running
    /// and the rest follows in the background.
    ///
    /// # Errors
    /// As [`Ops::preview_handover`]; [`OpsError::Invalid`] if nothing would move or another handover is under way.
    pub fn hand_over(&self, caller: &Caller, plan: HandoverPlan) -> Result<Handover, OpsError> {
        self.authorise(caller, Act::ManageRegisters)?;
        let mut plan = plan;
        plan.why = text::name("why", &plan.why)?;
        let book = self.registers();
        check(&plan, &book)?;
        let (preview, mut ids) = self.assign(&plan, &book);
        if preview.moves.is_empty() && preview.units.is_empty() && preview.ends.is_empty() {
            return Err(fault("from", "Không có gì để bàn giao.", "There is nothing to hand over."));
        }
        let (ms, random) = secrets::id_parts(self.clock.now())?;
        let (total, told) = (ids.len(), preview.moved());
        ids.truncate(limits::HANDOVER_CHUNK);
        let first = ids.clone();
        let handover = self.act(caller, Act::ManageRegisters, move |w, caller| {
            if let Some(open) = w.range::<Handover>(..)?.iter().find(|h| is_under_way(h)) {
                return Err(fault(
                    "from",
                    format!("Việc bàn giao “{}” đang chạy; hãy đợi nó xong.", open.plan.why),
                    format!("The handover “{}” is under way; wait until it is done.", open.plan.why),
                ));
            }
            let book = read_book(w, w.now().office_date())?;
            let mut h = Handover {
                id: JobId::from_parts(ms, random),
                plan,
                state: if total > first.len() { HandoverState::Running } else { HandoverState::Done },
                by: caller.account.id,
                by_name: caller.account.name.clone(),
                at: w.now(),
                closed_at: None,
                cameras: u64::try_from(told).unwrap_or(u64::MAX),
                moved: 0,
                parts: 0,
                areas_before: Vec::new(),
                ended: Vec::new(),
                units: Vec::new(),
                kept: Kept::default(),
                revision: 1,
                extra: domain::Extra::new(),
            };
            let mut head = entry(&caller, audit::AREA_HANDED_OVER).on(on_handover(&h));
            for (from, area) in
                h.plan.from.iter().filter_map(|a| Some((a, book.area(*a)?))).take(limits::AUDIT_SUBJECTS_MAX)
            {
                head = head.also(Subject::new("area", *from, area.name.as_str()));
            }
            w.audit(head.fact("cameras", told.to_string()).fact("units", preview.units.len().to_string()))?;
            end_areas(w, &caller, &mut h, &preview.ends)?;
            move_units(w, &caller, &mut h, &preview.units)?;
            move_part(w, &caller, &mut h, &book, &first)?;
            w.put(&h)?;
            Ok(h)
        })?;
        self.follow_registers()?;
        self.refresh_cameras(&ids, false)?;
        if handover.state == HandoverState::Running {
            self.go_on(caller.clone(), handover.id);
        }
        Ok(handover)
    }

    /// All handovers, newest first; what an undo kept is counted, and named by [`Ops::handover`] alone.
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn handovers(&self, caller: &Caller) -> Result<Vec<Handover>, OpsError> {
        self.authorise(caller, Act::ManageRegisters)?;
        let mut all = self.read(|r| Ok(r.range::<Handover>(..)?))?;
        all.reverse();
        all.iter_mut().for_each(|h| h.kept.first.clear());
        Ok(all)
    }

    /// One handover.
    ///
    /// # Errors
    /// [`OpsError::NotFound`], [`OpsError::Refused`].
    pub fn handover(&self, caller: &Caller, id: JobId) -> Result<Handover, OpsError> {
        self.authorise(caller, Act::ManageRegisters)?;
        let h = self.read(|r| Ok(r.find::<Handover>(&id)?))?.ok_or(OpsError::NotFound("handover"))?;
        Ok(self.as_told(caller, h))
    }

    /// Confirms a handover: it can no longer be undone.
    ///
    /// # Errors
    /// [`OpsError::Changed`], [`OpsError::NotFound`], [`OpsError::Invalid`] unless it is done.
    pub fn confirm_handover(&self, caller: &Caller, id: JobId, expected_revision: u64) -> Result<Handover, OpsError> {
        self.act(caller, Act::ManageRegisters, move |w, caller| {
            let mut h = open_handover(w, id, expected_revision)?;
            for number in 0..h.parts {
                w.remove::<HandoverPart>(&handover_part_key(id, number))?;
            }
            h.state = HandoverState::Confirmed;
            (h.closed_at, h.parts) = (Some(w.now()), 0);
            h.revision = h.revision.saturating_add(1);
            w.audit(entry(&caller, audit::AREA_HANDOVER_CONFIRMED).on(on_handover(&h)))?;
            w.put(&h)?;
            Ok(h)
        })
    }

    /// The plan that hands over all cameras of former areas to what these became: one click.
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn former_areas_plan(&self, caller: &Caller) -> Result<HandoverPlan, OpsError> {
        self.authorise(caller, Act::ManageRegisters)?;
        let book = self.registers();
        let mut from: Vec<AreaId> = {
            let catalogue = self.catalogue.read().unwrap_or_else(PoisonError::into_inner);
            let former = |a: &AreaId| book.area(*a).is_some_and(|a| !a.in_force(book.day()));
            catalogue.cameras().filter(|c| !c.facts.police).filter_map(|c| c.area_id).filter(former).collect()
        };
        from.sort();
        from.dedup();
        Ok(HandoverPlan { from, by_register: true, units: true, ..HandoverPlan::default() })
    }

    /// Takes up what was under way when the node stopped.
    pub(crate) fn resume_handovers(&self) -> Result<(), OpsError> {
        for h in self.read(|r| Ok(r.range::<Handover>(..)?))?.into_iter().filter(is_under_way) {
            self.go_on(Caller::system(), h.id);
        }
        Ok(())
    }

    /// Works off the rest of a handover on a thread of its own. Should it fail or the node stop, the next start goes on.
    pub(super) fn go_on(&self, caller: Caller, id: JobId) {
        let ops = self.clone();
        let work = move || {
            loop {
                match ops.next_part(&caller, id) {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(e) => {
                        tracing::error!(error = %e, handover = %id, "a handover stopped; it goes on at the next start");
                        break;
                    }
                }
            }
        };
        if let Err(e) = std::thread::Builder::new().name("handover".into()).spawn(work) {
            tracing::error!(error = %e, "no thread for a handover; it goes on at the next start");
        }
    }

    /// One more part of a handover that is running or being undone. False when it has come to its end.
    pub(crate) fn next_part(&self, caller: &Caller, id: JobId) -> Result<bool, OpsError> {
        let Some(h) = self.read(|r| Ok(r.find::<Handover>(&id)?))?.filter(is_under_way) else { return Ok(false) };
        let book = self.registers();
        let mut ids = if h.state == HandoverState::Running { self.assign(&h.plan, &book).1 } else { Vec::new() };
        let last = ids.len() <= limits::HANDOVER_CHUNK;
        ids.truncate(limits::HANDOVER_CHUNK);
        let (caller, theirs) = (caller.clone(), ids.clone());
        let (more, moved) = self.write(move |w| {
            let Some(mut h) = w.find::<Handover>(&id)?.filter(is_under_way) else { return Ok((false, Vec::new())) };
            let moved = if h.state == HandoverState::Running {
                let book = read_book(w, w.now().office_date())?;
                move_part(w, &caller, &mut h, &book, &theirs)?;
                if last {
                    h.state = HandoverState::Done;
                    h.cameras = h.moved;
                }
                let so_far = entry(&caller, audit::AREA_HANDED_OVER).on(on_handover(&h));
                w.audit(so_far.fact("moved", h.moved.to_string()))?;
                theirs
            } else {
                let back = put_back_part(w, &caller, &mut h)?;
                w.audit(undone_so_far(&caller, &h))?;
                back
            };
            h.revision = h.revision.saturating_add(1);
            w.put(&h)?;
            Ok((is_under_way(&h), moved))
        })?;
        self.refresh_cameras(&moved, false)?;
        self.tell();
        Ok(more)
    }
}
