//! What the pages of saved lists of cameras show.

use crate::views::{FieldFault, GrantRow, Paging, Shell, ValueWord};
use base::WallTime;

/// A list in the index.
#[derive(Clone, Debug)]
pub struct CameraListRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The unit that keeps it.
    pub unit: Option<String>,
    /// Cameras on it that are seen.
    pub cameras: u64,
    /// Rights that rest on it.
    pub resting: u64,
    /// When it was last changed.
    pub changed_at: WallTime,
}

/// The index.
#[derive(Clone, Debug)]
pub struct CameraListsView {
    /// Frame.
    pub shell: Shell,
    /// Requests that wait for the caller.
    pub waiting: u64,
    /// Words.
    pub q: String,
    /// The lists.
    pub rows: Vec<CameraListRow>,
    /// Paging.
    pub paging: Paging,
}

/// What a form of a list holds.
#[derive(Clone, Debug, Default)]
pub struct CameraListForm {
    /// Name.
    pub name: String,
    /// Id of a list to add to, instead of a new one.
    pub list: String,
    /// Codes of cameras, one a line.
    pub cameras: String,
}

/// The form of a new list.
#[derive(Clone, Debug)]
pub struct CameraListNewView {
    /// Frame.
    pub shell: Shell,
    /// What it holds.
    pub form: CameraListForm,
    /// Lists to add to: id and name.
    pub lists: Vec<ValueWord>,
    /// Fields at fault.
    pub faults: Vec<FieldFault>,
}

/// A right that rests on a list.
#[derive(Clone, Debug)]
pub struct RestingGrant {
    /// The right.
    pub row: GrantRow,
    /// Cameras that came onto the list later and that it does not hold.
    pub later: u64,
}

/// One list.
#[derive(Clone, Debug)]
pub struct CameraListView {
    /// Frame.
    pub shell: Shell,
    /// What it is.
    pub row: CameraListRow,
    /// Who made it.
    pub made_by: String,
    /// When.
    pub made_at: WallTime,
    /// Its revision.
    pub revision: u64,
    /// The form.
    pub form: CameraListForm,
    /// Its cameras: id, code, name.
    pub cameras: Vec<(String, String, String)>,
    /// The rights that rest on it.
    pub resting: Vec<RestingGrant>,
    /// Fields at fault.
    pub faults: Vec<FieldFault>,
}
