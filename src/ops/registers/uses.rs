//! What uses an area, a unit or an entry: asked before it ends.

use crate::{Caller, Ops, OpsError};
use base::{AreaId, Said, UnitId};
use domain::{Account, Area, Camera, Register, RegisterItem, Registers, Unit};
use std::collections::HashMap;
use std::sync::PoisonError;

/// What uses a thing of the registers now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    /// Cameras.
    pub cameras: usize,
    /// Areas within it, or of its tier.
    pub areas: usize,
    /// Units that belong to it, answer for it, or are of its kind.
    pub units: usize,
    /// Accounts of the unit.
    pub accounts: usize,
    /// Other entries that name it.
    pub items: usize,
    /// Mounting assets.
    pub assets: usize,
    /// Documents that are not withdrawn.
    pub documents: usize,
}

impl Uses {
    /// Nothing at all?
    pub fn none(&self) -> bool {
        *self == Self::default()
    }

    /// What it is, in words: `12 camera, 2 đơn vị`.
    pub fn said(&self) -> Said {
        let all = [
            (self.cameras, "camera", "cameras"),
            (self.areas, "địa bàn", "areas"),
            (self.units, "đơn vị", "units"),
            (self.accounts, "tài khoản", "accounts"),
            (self.items, "mục danh mục", "entries"),
            (self.assets, "trụ, tủ, vật gắn", "mounting assets"),
            (self.documents, "văn bản", "documents"),
        ];
        let list = |vi: bool| {
            let words = all.iter().filter(|(n, ..)| *n > 0).map(|(n, v, e)| format!("{n} {}", if vi { v } else { e }));
            words.collect::<Vec<_>>().join(", ")
        };
        Said::new(list(true), list(false))
    }
}

/// How many cameras the caller sees where.
#[derive(Clone, Debug, Default)]
pub struct CameraCounts {
    /// By the area of their record.
    areas: HashMap<AreaId, usize>,
    units: HashMap<UnitId, usize>,
    /// With an area or unit in words only.
    pub unplaced: usize,
}

impl CameraCounts {
    /// Cameras in the area and all that lies within it.
    pub fn within(&self, book: &Registers, id: AreaId) -> usize {
        book.area_subtree(id).iter().filter_map(|a| self.areas.get(a)).sum()
    }
    /// Cameras of the unit and of all that belong to it.
    pub fn of_unit(&self, book: &Registers, id: UnitId) -> usize {
        book.unit_subtree(id).iter().filter_map(|u| self.units.get(u)).sum()
    }
    /// Cameras of areas that have ended.
    pub fn in_former_areas(&self, book: &Registers) -> usize {
        let former = |a: &AreaId| book.area(*a).is_some_and(|a| !a.in_force(book.day()));
        self.areas.iter().filter(|(a, _)| former(a)).map(|(_, n)| n).sum()
    }
}

impl Ops {
    /// How many cameras the caller sees by area and unit.
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn camera_counts(&self, caller: &Caller) -> Result<CameraCounts, OpsError> {
        self.authorise(caller, domain::Act::SeeCatalogue)?;
        let eyes = self.eyes(caller);
        let mut counts = CameraCounts::default();
        let catalogue = self.catalogue.read().unwrap_or_else(PoisonError::into_inner);
        for camera in catalogue.cameras().filter(|c| eyes.sees(c)) {
            if let Some(area) = camera.area_id {
                *counts.areas.entry(area).or_default() += 1;
            }
            if let Some(unit) = camera.unit_id {
                *counts.units.entry(unit).or_default() += 1;
            }
            let in_words = |id: bool, text: &Option<String>| !id && text.is_some();
            if in_words(camera.area_id.is_some(), &camera.area) || in_words(camera.unit_id.is_some(), &camera.unit) {
                counts.unplaced += 1;
            }
        }
        Ok(counts)
    }

    fn count_cameras(&self, uses: impl Fn(&Camera) -> bool) -> usize {
        let catalogue = self.catalogue.read().unwrap_or_else(PoisonError::into_inner);
        catalogue.cameras().filter(|c| uses(c)).count()
    }

    /// What uses the area: its own cameras, its parts in force, units that answer for it.
    pub(crate) fn area_uses(&self, book: &Registers, id: AreaId) -> Uses {
        Uses {
            cameras: self.count_cameras(|c| c.area_id == Some(id)),
            areas: book.area_children(Some(id)).filter(|a: &&Area| a.in_force(book.day())).count(),
            units: book.units().filter(|u: &&Unit| u.area == Some(id) && u.active(book.day())).count(),
            ..Uses::default()
        }
    }

    /// What uses the unit: its own cameras, active units that belong to it, its accounts.
    pub(crate) fn unit_uses(&self, book: &Registers, id: UnitId) -> Result<Uses, OpsError> {
        let accounts = self.read(|r| Ok(r.range::<Account>(..)?))?;
        Ok(Uses {
            cameras: self.count_cameras(|c| c.unit_id == Some(id)),
            units: book.unit_children(Some(id)).filter(|u| u.active(book.day())).count(),
            accounts: accounts.iter().filter(|a| a.unit_id == Some(id) && a.enabled()).count(),
            ..Uses::default()
        })
    }

    /// What carries the entry's code.
    pub(crate) fn item_uses(&self, book: &Registers, item: &RegisterItem) -> Uses {
        let code = item.code.as_str();
        let is = |field: &Option<String>| field.as_deref() == Some(code);
        let cameras = |uses: &dyn Fn(&Camera) -> bool| self.count_cameras(uses);
        let mut found = Uses::default();
        match item.register {
            Register::Tier => found.areas = book.areas().filter(|a| a.kind == code && a.in_force(book.day())).count(),
            Register::UnitKind => found.units = book.units().filter(|u| u.kind == code && u.active(book.day())).count(),
            Register::Sector => {
                let told = |i: &&RegisterItem| i.traits.told.iter().any(|s| s == code) && i.in_force(book.day());
                found.items = book.all_items(Register::Place).iter().filter(told).count();
                let works = |u: &&Unit| u.sectors.iter().any(|s| s == code) && u.active(book.day());
                found.units = book.units().filter(works).count();
            }
            Register::Purpose => {
                let names = |i: &&RegisterItem| i.traits.purposes.iter().any(|p| p == code) && i.in_force(book.day());
                let lists = [Register::Sector, Register::Layer];
                found.items = lists.iter().flat_map(|r| book.all_items(*r)).filter(names).count();
                found.cameras = cameras(&|c| c.facts.purposes.iter().any(|p| p == code));
            }
            Register::Place => found.cameras = cameras(&|c| is(&c.facts.place)),
            Register::Ownership => found.cameras = cameras(&|c| is(&c.facts.ownership)),
            Register::Funding => found.cameras = cameras(&|c| is(&c.facts.funding)),
            Register::UpdateForm => found.cameras = cameras(&|c| is(&c.facts.update_form)),
            Register::UpdateFrequency => found.cameras = cameras(&|c| is(&c.facts.update_frequency)),
            Register::RecordingClass => found.cameras = cameras(&|c| is(&c.facts.recording_class)),
            Register::SharingClass => found.cameras = cameras(&|c| is(&c.facts.sharing_class)),
            Register::Layer => {
                let (from, below) = (item.traits.from_m.unwrap_or(0.0), item.traits.below_m.unwrap_or(f64::INFINITY));
                found.cameras = cameras(&|c| c.facts.height_m.is_some_and(|h| (from..below).contains(&h)));
            }
            Register::AssetKind => found.assets = self.assets_book().of_kind(code),
            Register::DocumentType => found.documents = self.documents_of_kind(code),
        }
        found
    }
}
