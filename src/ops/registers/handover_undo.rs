//! Undoing a handover of areas: what nobody has changed since goes back, the rest stays as it is and is named.
//!
//! As the handover itself, in one transaction or in parts that go on after a restart; what stays is noted in the handover's
//! record with the part that it was found in. Cameras of the police go back and stay by the same rule, and neither is told
//! to anybody (A7.4): an undo is possible or not, and its numbers are what they are, whatever became of them. Not here: the
//! rule for one thing ([`domain::handover_undo`]).

use super::handover::{fault, on_handover};
use super::handover_steps::{of_handover, open_handover, put_camera};
use super::{areas::on_area, read_book, units::on_unit};
use crate::office::entry;
use crate::{Caller, Ops, OpsError, police};
use base::{CameraId, JobId};
use domain::handover::MovedCamera;
use domain::handover_undo::{Counts, Kept, KeptId, Undoing, kept_area};
use domain::{Act, Area, AuditDraft, Camera, Grant, Handover, HandoverPart, HandoverState, Registers, Unit, audit};
use std::sync::PoisonError;
use store::{ReadTx, WriteTx, handover_part_key};

/// What an undo would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UndoPreview {
    /// What would be as it was before; what somebody has put back already is among it.
    pub back: Counts,
    /// What would stay as it is.
    pub kept: Kept,
    /// Is there anything to put back? Without it the undo is refused.
    pub possible: bool,
}

impl UndoPreview {
    fn note(&mut self, undoing: Undoing, count: impl FnOnce(&mut Counts) -> &mut u64) -> bool {
        if !matches!(undoing, Undoing::Kept(_)) {
            let n = count(&mut self.back);
            *n = n.saturating_add(1);
        }
        self.possible |= undoing == Undoing::Back;
        matches!(undoing, Undoing::Kept(_))
    }
}

/// What is told of a camera's way back. Nothing of one that was of the police when it was handed over. One that has become
/// one since stays in the numbers that were told before, as if it went back, whatever becomes of it: so they say nothing of
/// it. `founded`: has the node ever had a founding grant for it?
fn told(
    h: &Handover,
    was: &MovedCamera,
    now: Option<&Camera>,
    founded: impl FnOnce() -> Result<bool, OpsError>,
) -> Result<Option<Undoing>, OpsError> {
    if was.police {
        return Ok(None);
    }
    let hidden = match now {
        Some(camera) => camera.facts.police,
        None => founded()?,
    };
    Ok(Some(if hidden { Undoing::Back } else { was.undoing(h.id, now) }))
}

fn founded(r: &ReadTx<'_>, camera: CameraId) -> Result<bool, OpsError> {
    Ok(r.find::<Grant>(&police::id_of(camera))?.is_some_and(|g| g.founding))
}

/// Is there anything to put back? Looks no further than the first.
fn is_possible(r: &ReadTx<'_>, h: &Handover, book: &Registers) -> Result<bool, OpsError> {
    let area = |a: &Area| h.undoing_area(a, book.area(a.id), book) == Undoing::Back;
    if h.areas_before.iter().any(area) || h.units.iter().any(|u| u.undoing(book.unit(u.unit)) == Undoing::Back) {
        return Ok(true);
    }
    for number in (0..h.parts).rev() {
        let part = r.find::<HandoverPart>(&handover_part_key(h.id, number))?;
        for was in part.iter().flat_map(|p| &p.moved) {
            let now = r.find::<Camera>(&was.camera)?;
            if told(h, was, now.as_ref(), || founded(r, was.camera))? == Some(Undoing::Back) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn nothing_to_take_back() -> OpsError {
    fault(
        "handover",
        "Không còn gì để hoàn tác: mọi camera, đơn vị, địa bàn của lần bàn giao này đã được đưa về, chuyển tiếp, sửa hoặc gỡ bỏ \
         sau đó.",
        "There is nothing to take back: every camera, unit and area of this handover has been put back, moved on, changed or \
         removed since.",
    )
}

/// How far an undo has come, on record.
pub(super) fn undone_so_far(caller: &Caller, h: &Handover) -> AuditDraft {
    entry(caller, audit::AREA_HANDOVER_UNDONE)
        .on(on_handover(h))
        .fact("cameras", h.cameras.to_string())
        .fact("taken_back", h.taken_back().total().to_string())
        .fact("kept", h.kept.count.total().to_string())
}

/// Looks at the cameras of the last part and puts back those that may go. With the last of them the handover is undone.
pub(super) fn put_back_part(w: &mut WriteTx<'_>, caller: &Caller, h: &mut Handover) -> Result<Vec<CameraId>, OpsError> {
    let mut back = Vec::new();
    if let Some(number) = h.parts.checked_sub(1) {
        let book = read_book(w, w.now().office_date())?;
        let part = w.remove::<HandoverPart>(&handover_part_key(h.id, number))?;
        for was in part.map(|p| p.moved).unwrap_or_default() {
            h.moved = h.moved.saturating_sub(u64::from(!was.police));
            let now = w.find::<Camera>(&was.camera)?;
            if let Some(Undoing::Kept(why)) = told(h, &was, now.as_ref(), || founded(w, was.camera))? {
                h.kept.add(was.kept(now.as_ref(), why));
            }
            if let (Undoing::Back, Some(camera)) = (was.undoing(h.id, now.as_ref()), &now) {
                put_camera(w, caller, h, &book, camera, (was.from, was.from_text))?;
                back.push(was.camera);
            }
        }
        h.parts = number;
    }
    if h.parts == 0 {
        h.state = HandoverState::Undone;
        h.closed_at = Some(w.now());
    }
    Ok(back)
}

/// Areas and units are as they were, where the handover's own word still stands; what else was changed in them is kept.
fn restore_areas_and_units(
    w: &mut WriteTx<'_>,
    caller: &Caller,
    h: &mut Handover,
    book: &Registers,
) -> Result<(), OpsError> {
    for before in h.areas_before.clone() {
        let found = w.find::<Area>(&before.id)?;
        let old = match (h.undoing_area(&before, found.as_ref(), book), found) {
            (Undoing::Back, Some(old)) => old,
            (Undoing::Kept(why), now) => {
                h.kept.add(kept_area(&before, now.as_ref(), why));
                continue;
            }
            _ => continue,
        };
        let mut new = old.clone();
        (new.valid_to, new.became) = (before.valid_to, before.became);
        (new.revision, new.changed_at) = (old.revision.saturating_add(1), w.now());
        let e = entry(caller, audit::AREA_CHANGED).on(on_area(&new)).also(of_handover(h));
        w.audit(e.differences(Some(&old), Some(&new)))?;
        w.put(&new)?;
    }
    for moved in h.units.clone() {
        let found = w.find::<Unit>(&moved.unit)?;
        let old = match (moved.undoing(found.as_ref()), found) {
            (Undoing::Back, Some(old)) => old,
            (Undoing::Kept(why), now) => {
                h.kept.add(moved.kept(now.as_ref(), why));
                continue;
            }
            _ => continue,
        };
        let mut new = old.clone();
        new.area = Some(moved.from);
        (new.revision, new.changed_at) = (old.revision.saturating_add(1), w.now());
        let e = entry(caller, audit::UNIT_CHANGED).on(on_unit(&new)).also(of_handover(h));
        w.audit(e.differences(Some(&old), Some(&new)))?;
        w.put(&new)?;
    }
    Ok(())
}

impl Ops {
    /// What the undo of that handover would do now; `None` unless it can still be undone.
    ///
    /// # Errors
    /// [`OpsError::NotFound`], [`OpsError::Refused`].
    pub fn preview_undo(&self, caller: &Caller, id: JobId) -> Result<Option<UndoPreview>, OpsError> {
        self.authorise(caller, Act::ManageRegisters)?;
        let h = self.read(|r| Ok(r.find::<Handover>(&id)?))?.ok_or(OpsError::NotFound("handover"))?;
        if h.state != HandoverState::Done {
            return Ok(None);
        }
        let book = self.registers();
        let mut preview = UndoPreview::default();
        for before in &h.areas_before {
            let now = book.area(before.id);
            let undoing = h.undoing_area(before, now, &book);
            if preview.note(undoing, |n| &mut n.areas)
                && let Undoing::Kept(why) = undoing
            {
                preview.kept.add(kept_area(before, now, why));
            }
        }
        for moved in &h.units {
            let now = book.unit(moved.unit);
            let undoing = moved.undoing(now);
            if preview.note(undoing, |n| &mut n.units)
                && let Undoing::Kept(why) = undoing
            {
                preview.kept.add(moved.kept(now, why));
            }
        }
        // In the order of the undo, so that the same are named first.
        for number in (0..h.parts).rev() {
            let part = self.read(|r| Ok(r.find::<HandoverPart>(&handover_part_key(id, number))?))?;
            let catalogue = self.catalogue.read().unwrap_or_else(PoisonError::into_inner);
            for was in part.iter().flat_map(|p| &p.moved) {
                let now = catalogue.camera(was.camera);
                let founding = || Ok(self.has_been_of_the_police(was.camera));
                let Some(undoing) = told(&h, was, now, founding)? else { continue };
                if preview.note(undoing, |n| &mut n.cameras)
                    && let Undoing::Kept(why) = undoing
                {
                    preview.kept.add(was.kept(now, why));
                }
            }
        }
        self.name_for(caller, &mut preview.kept);
        Ok(Some(preview))
    }

    fn has_been_of_the_police(&self, camera: CameraId) -> bool {
        self.rights.grants(|all| all.get(police::id_of(camera)).is_some_and(|g| g.founding))
    }

    /// Undoes a handover: every camera, unit and area of which the handover's own word still stands is as it was before,
    /// and keeps what else was changed in it; the rest stays as it is, counted and named in the record that comes back. Up
    /// to [`base::limits::HANDOVER_CHUNK`] cameras at once; with more the rest follows in the background.
    ///
    /// # Errors
    /// [`OpsError::Changed`], [`OpsError::NotFound`]; [`OpsError::Invalid`] unless it is done and not yet confirmed, and if
    /// nothing of it can be put back.
    pub fn undo_handover(&self, caller: &Caller, id: JobId, expected_revision: u64) -> Result<Handover, OpsError> {
        self.authorise(caller, Act::ManageRegisters)?;
        // Looked at before the writer is held: of a large handover that was overtaken as a whole, this takes its time.
        let today = self.clock.now().office_date();
        let hopeless = self.read(|r| match r.find::<Handover>(&id)? {
            Some(h) if h.state == HandoverState::Done => Ok(!is_possible(r, &h, &read_book(r, today)?)?),
            _ => Ok(false),
        })?;
        let (handover, back) = self.act(caller, Act::ManageRegisters, move |w, caller| {
            let mut h = open_handover(w, id, expected_revision)?;
            let book = read_book(w, w.now().office_date())?;
            if hopeless || !is_possible(w, &h, &book)? {
                return Err(nothing_to_take_back());
            }
            (h.state, h.cameras) = (HandoverState::Undoing, h.moved);
            restore_areas_and_units(w, &caller, &mut h, &book)?;
            let back = put_back_part(w, &caller, &mut h)?;
            w.audit(undone_so_far(&caller, &h))?;
            h.revision = h.revision.saturating_add(1);
            w.put(&h)?;
            Ok((h, back))
        })?;
        self.follow_registers()?;
        self.refresh_cameras(&back, false)?;
        if handover.state == HandoverState::Undoing {
            self.go_on(caller.clone(), id);
        }
        Ok(self.as_told(caller, handover))
    }

    /// The record as this caller may read it: what has become a camera of the police since it was named is named no more.
    pub(super) fn as_told(&self, caller: &Caller, mut h: Handover) -> Handover {
        self.name_for(caller, &mut h.kept);
        h
    }

    fn name_for(&self, caller: &Caller, kept: &mut Kept) {
        if kept.is_none() {
            return;
        }
        let eyes = self.eyes(caller);
        let catalogue = self.catalogue.read().unwrap_or_else(PoisonError::into_inner);
        kept.first.retain(|thing| match thing.what {
            KeptId::Camera(id) => match catalogue.camera(id) {
                Some(camera) => !camera.facts.police && eyes.sees(camera),
                None => !self.has_been_of_the_police(id),
            },
            KeptId::Unit(_) | KeptId::Area(_) => true,
        });
    }
}
