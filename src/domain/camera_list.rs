//! Saved lists of cameras (danh sách camera) that rights are given by.
//!
//! **Nobody gains a camera by an edit of a list.** A scope names a list as it stood at one revision ([`ListedAs`]): a camera
//! that comes onto the list later is not within it until somebody decides so, by giving the right anew; one that leaves the
//! list leaves every scope that names it, at once. A police camera is never on a list: rights on it are given by its own
//! name (A7.4). Here: the record and what may be made of it. Not here: who may edit (`ops`), what a scope holds (`scope`).

use crate::text::{self, FieldFault};
use crate::{Camera, Extra};
use base::{AccountId, CameraId, CameraListId, Said, UnitId, WallTime, limits};
use serde::{Deserialize, Serialize};

/// A saved list of cameras.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CameraList {
    /// For life.
    pub id: CameraListId,
    /// What it is called: `Camera cổng trường học`.
    pub name: String,
    /// The unit that keeps it; `None`: the node's administrators.
    #[serde(default)]
    pub unit: Option<UnitId>,
    /// The cameras on it, by id.
    #[serde(default)]
    pub cameras: Vec<ListedCamera>,
    /// Who made it.
    pub made_by: AccountId,
    /// When.
    pub made_at: WallTime,
    /// When it was last changed.
    pub changed_at: WallTime,
    /// Counts the changes, from 1; the `ETag`.
    pub revision: u64,
    /// Fields of a newer program.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A camera on a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedCamera {
    /// Which.
    pub camera: CameraId,
    /// The list's revision with which it came.
    pub since: u64,
}

/// A list as it stood at one of its revisions: what a scope names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ListedAs {
    /// Which list.
    pub list: CameraListId,
    /// Cameras that came with a later revision are not meant.
    pub revision: u64,
}

/// What is to become of a list; what is `None` or empty stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CameraListChange {
    /// Another name.
    pub name: Option<String>,
    /// Cameras that come onto it; those that are on it already stay as they are.
    pub add: Vec<CameraId>,
    /// Cameras that leave it.
    pub remove: Vec<CameraId>,
}

fn fault(field: &'static str, vi: impl Into<String>, en: impl Into<String>) -> FieldFault {
    FieldFault::new(field, Said::new(vi, en))
}

impl CameraList {
    /// Is the camera on it?
    pub fn has(&self, camera: CameraId) -> bool {
        self.cameras.binary_search_by_key(&camera, |c| c.camera).is_ok()
    }

    /// The list after that change. `come` are the cameras of `add` as they stand. A change that changes nothing gives back
    /// the same list with its revision.
    ///
    /// # Errors
    /// Faults of `name` and `cameras`.
    pub fn changed(&self, change: &CameraListChange, come: &[Camera], now: WallTime) -> Result<Self, Vec<FieldFault>> {
        let mut faults = Vec::new();
        let mut new = self.clone();
        let next = self.revision.saturating_add(1);
        if let Some(name) = &change.name {
            new.name = text::name("name", name).map_err(|f| faults.push(f)).unwrap_or_default();
        }
        new.cameras.retain(|c| !change.remove.contains(&c.camera));
        for id in &change.add {
            let Some(camera) = come.iter().find(|c| c.id == *id) else {
                faults.push(fault(
                    "cameras",
                    format!("Không tìm thấy camera “{id}”, hoặc bạn không được xem."),
                    format!("There is no camera “{id}”, or you may not see it."),
                ));
                continue;
            };
            if camera.facts.police {
                faults.push(on_no_list(&camera.code));
            } else if let Err(at) = new.cameras.binary_search_by_key(id, |c| c.camera) {
                new.cameras.insert(at, ListedCamera { camera: *id, since: next });
            }
        }
        if new.cameras.len() > limits::LIST_CAMERAS_MAX {
            let max = limits::LIST_CAMERAS_MAX;
            faults.push(fault(
                "cameras",
                format!(
                    "Một danh sách có tối đa {max} camera. Hãy chia thành nhiều danh sách, hoặc cấp quyền theo địa bàn."
                ),
                format!("A list has at most {max} cameras. Make several lists, or give rights by area."),
            ));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        if new != *self {
            (new.revision, new.changed_at) = (next, now);
        }
        Ok(new)
    }

    /// Without that camera, if it was on it.
    pub fn without(&self, camera: CameraId, now: WallTime) -> Option<Self> {
        let change = CameraListChange { remove: vec![camera], ..CameraListChange::default() };
        self.changed(&change, &[], now).ok().filter(|new| new.revision != self.revision)
    }
}

fn on_no_list(code: &str) -> FieldFault {
    fault(
        "cameras",
        format!(
            "{code} là camera chuyên dụng của lực lượng Công an: chỉ cấp quyền trên chính camera đó, không qua danh sách."
        ),
        format!("{code} is a police camera: rights on it are given by its own name only, not through a list."),
    )
}

#[cfg(test)]
#[path = "tests/camera_list.rs"]
mod tests;
