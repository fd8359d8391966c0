//! Cameras of an older record whose area or unit is only written in words: tied to the registers at start, when the words
//! fit one thing alone. A former area stays a former area until somebody hands it over.

use crate::office::entry;
use crate::{Caller, Ops, OpsError};
use base::{CameraId, limits};
use domain::{Camera, Registers, audit};
use std::sync::{Arc, PoisonError};

/// The camera with what the registers know of its words; `None` if they know nothing more.
fn placed(camera: &Camera, book: &Registers) -> Option<Camera> {
    let mut new = camera.clone();
    if let (None, Some(text)) = (camera.area_id, &camera.area)
        && let Some(area) = book.area_by(text).ok().and_then(|id| book.area(id))
    {
        (new.area_id, new.area) = (Some(area.id), Some(area.name.clone()));
    }
    if let (None, Some(text)) = (camera.unit_id, &camera.unit)
        && let Some(unit) = book.unit_by(text).ok().and_then(|id| book.unit(id))
    {
        (new.unit_id, new.unit) = (Some(unit.id), Some(unit.name.clone()));
    }
    (new.area_id != camera.area_id || new.unit_id != camera.unit_id).then_some(new)
}

impl Ops {
    /// Ties cameras to the registers where their words fit one thing alone. How many.
    ///
    /// # Errors
    /// The store fails.
    pub fn place_cameras(&self) -> Result<usize, OpsError> {
        let book = self.registers();
        let ids: Vec<CameraId> = {
            let catalogue = self.catalogue.read().unwrap_or_else(PoisonError::into_inner);
            catalogue.cameras().filter(|c| placed(c, &book).is_some()).map(|c| c.id).collect()
        };
        let mut n = 0;
        for part in ids.chunks(limits::HANDOVER_CHUNK) {
            let (theirs, book) = (part.to_vec(), Arc::clone(&book));
            n += self.write(move |w| {
                let mut n = 0;
                for id in theirs {
                    let Some(old) = w.find::<Camera>(&id)? else { continue };
                    let Some(mut new) = placed(&old, &book) else { continue };
                    new.revision = old.revision.saturating_add(1);
                    w.put(&new)?;
                    n += 1;
                }
                if n > 0 {
                    w.audit(entry(&Caller::system(), audit::CAMERAS_PLACED).fact("cameras", n.to_string()))?;
                }
                Ok(n)
            })?;
            self.refresh_cameras(part, false)?;
        }
        Ok(n)
    }
}
