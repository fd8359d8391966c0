//! View structs of administration, areas, units and registers.
//!
//! As `views.rs`, and re-exported there as [`crate::views`].

use crate::views::{FieldFault, Paging, Shell};
use base::{CivilDate, Said, WallTime};
use domain::Register;

/// A page of administration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdminDoor {
    /// Accounts.
    Accounts,
    /// Review of accounts.
    Reviews,
    /// Units.
    Units,
    /// Areas.
    Areas,
    /// Registers.
    Registers,
    /// Mounting assets.
    Assets,
    /// Networks for signing in.
    Networks,
    /// Rights on cameras.
    Sharing,
    /// The policy in force.
    Policy,
    /// The node.
    Node,
}

/// The index of administration.
#[derive(Clone, Debug)]
pub struct AdminView {
    /// Around it.
    pub shell: Shell,
    /// The doors that the person may open, each with how many things there are to see to.
    pub doors: Vec<(AdminDoor, u64)>,
}

/// A thing with a page of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// An area in a list.
#[derive(Clone, Debug)]
pub struct AreaRow {
    /// Id.
    pub id: String,
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Tier, in words.
    pub tier: String,
    /// What it is part of, in words.
    pub within: String,
    /// Cameras in it and below.
    pub cameras: u64,
    /// Areas within it.
    pub parts: u64,
    /// First day in force.
    pub from: Option<CivilDate>,
    /// First day no longer in force.
    pub to: Option<CivilDate>,
    /// Is it in force today?
    pub in_force: bool,
    /// What it became.
    pub became: Vec<Named>,
}

/// The tree of areas, one level at a time, or what a search has found.
#[derive(Clone, Debug)]
pub struct AreasView {
    /// Around it.
    pub shell: Shell,
    /// May areas be changed?
    pub edits: bool,
    /// Search text.
    pub q: String,
    /// `now`, `former`, `all`; empty: now, and in a search all.
    pub show: String,
    /// The area whose parts are shown, and what it is part of, outermost first.
    pub line: Vec<Named>,
    /// The rows.
    pub rows: Vec<AreaRow>,
    /// Paging.
    pub paging: Paging,
    /// Cameras that belong to areas that have ended.
    pub old_cameras: u64,
    /// Cameras that are not tied to the registers.
    pub unplaced: u64,
}

/// The form of an area.
#[derive(Clone, Debug, Default)]
pub struct AreaForm {
    /// The revision that is changed; 0 for a new one.
    pub revision: u64,
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Tier code.
    pub kind: String,
    /// What it is part of.
    pub parent: String,
    /// One a line.
    pub former_names: String,
    /// `yyyy-mm-dd` or empty.
    pub valid_from: String,
    /// `yyyy-mm-dd` or empty.
    pub valid_to: String,
    /// One a line.
    pub became: String,
}

/// One area, or the form of a new one.
#[derive(Clone, Debug)]
pub struct AreaView {
    /// Around it.
    pub shell: Shell,
    /// May it be changed?
    pub edits: bool,
    /// The area; `None`: a new one.
    pub row: Option<AreaRow>,
    /// What it is part of, outermost first.
    pub line: Vec<Named>,
    /// Former names.
    pub former_names: Vec<String>,
    /// Areas that became it.
    pub came_from: Vec<Named>,
    /// Its parts.
    pub parts: Vec<AreaRow>,
    /// Units that answer for it.
    pub units: Vec<Named>,
    /// The form.
    pub form: AreaForm,
    /// What was wrong.
    pub faults: Vec<FieldFault>,
    /// Tiers: code and name.
    pub tiers: Vec<(String, String)>,
    /// Suggestions of area names.
    pub areas: Vec<String>,
}

/// The form of a handover.
#[derive(Clone, Debug, Default)]
pub struct HandoverForm {
    /// One area a line.
    pub from: String,
    /// Follow the register.
    pub by_register: bool,
    /// Area for all others.
    pub others: String,
    /// `old = new` a line.
    pub by_area: String,
    /// `camera = new` a line.
    pub by_camera: String,
    /// Units go along.
    pub units: bool,
    /// `yyyy-mm-dd` or empty.
    pub end_on: String,
    /// Basis.
    pub why: String,
}

/// What a handover would do.
#[derive(Clone, Debug, Default)]
pub struct HandoverPreviewView {
    /// From, to, how many cameras.
    pub moves: Vec<(String, String, u64)>,
    /// Cameras that stay, by area.
    pub stays: Vec<StayRow>,
    /// Unit, from, to.
    pub units: Vec<(String, String, String)>,
    /// Area and what it becomes.
    pub ends: Vec<(String, String)>,
    /// Grants that it touches.
    pub grants: u64,
    /// The first of them: id, holder, cameras that leave it, cameras that come and are not within it.
    pub touched: Vec<(String, String, u64, u64)>,
}

/// Cameras that stay in an area.
#[derive(Clone, Debug)]
pub struct StayRow {
    /// The area's id.
    pub area: String,
    /// Its name.
    pub name: String,
    /// Was it divided among several?
    pub divided: bool,
    /// How many.
    pub cameras: u64,
    /// Areas to choose from.
    pub candidates: Vec<Named>,
    /// Codes of the first.
    pub some: Vec<String>,
}

/// The wizard.
#[derive(Clone, Debug)]
pub struct HandoverView {
    /// Around it.
    pub shell: Shell,
    /// The form.
    pub form: HandoverForm,
    /// What was wrong.
    pub faults: Vec<FieldFault>,
    /// The preview, once asked for.
    pub preview: Option<HandoverPreviewView>,
    /// Suggestions of area names.
    pub areas: Vec<String>,
    /// Handovers so far.
    pub past: Vec<HandoverRow>,
}

/// A handover on record.
#[derive(Clone, Debug)]
pub struct HandoverRow {
    /// Id.
    pub id: String,
    /// Basis.
    pub why: String,
    /// `running`, `done`, `undoing`, `undone`, `confirmed`.
    pub state: &'static str,
    /// Who.
    pub by: String,
    /// When.
    pub at: WallTime,
    /// When it was undone or confirmed.
    pub closed_at: Option<WallTime>,
    /// Cameras.
    pub cameras: u64,
    /// Of these moved.
    pub moved: u64,
    /// Of these put back by an undo.
    pub back: u64,
    /// Revision.
    pub revision: u64,
}

/// Something that an undo leaves as it is.
#[derive(Clone, Debug)]
pub struct KeptRow {
    /// `camera`, `unit` or `area`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Is it gone?
    pub gone: bool,
    /// Why it stays.
    pub why: Said,
}

/// What an undo leaves as it is.
#[derive(Clone, Debug, Default)]
pub struct KeptView {
    /// How many.
    pub total: u64,
    /// The first of them.
    pub rows: Vec<KeptRow>,
}

/// What an undo would do.
#[derive(Clone, Debug)]
pub struct UndoView {
    /// Cameras, units, areas that would be as before.
    pub back: (u64, u64, u64),
    /// What would stay.
    pub kept: KeptView,
    /// Is there anything to put back?
    pub possible: bool,
}

/// One handover.
#[derive(Clone, Debug)]
pub struct HandoverOneView {
    /// Around it.
    pub shell: Shell,
    /// It.
    pub row: HandoverRow,
    /// Areas handed over.
    pub from: Vec<Named>,
    /// Units that went along.
    pub units: u64,
    /// Areas that ended.
    pub ended: u64,
    /// What its undo would do, while it can be undone.
    pub undo: Option<UndoView>,
    /// What its undo left as it is.
    pub kept: KeptView,
    /// What was wrong.
    pub faults: Vec<FieldFault>,
}

/// A unit in a list.
#[derive(Clone, Debug)]
pub struct UnitRow {
    /// Id.
    pub id: String,
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Kind, in words.
    pub kind: String,
    /// Area, in words.
    pub area: String,
    /// Manages camera systems.
    pub manages: bool,
    /// Uses data.
    pub uses_data: bool,
    /// Invests.
    pub invests: bool,
    /// Focal point's name.
    pub focal: Option<String>,
    /// Must it name one and has not?
    pub misses_focal: bool,
    /// Cameras of it and of the units below.
    pub cameras: u64,
    /// Since when it is no longer active.
    pub ended_on: Option<CivilDate>,
}

/// Units.
#[derive(Clone, Debug)]
pub struct UnitsView {
    /// Around it.
    pub shell: Shell,
    /// May units be changed?
    pub edits: bool,
    /// Search text.
    pub q: String,
    /// Chosen kind.
    pub kind: String,
    /// Only those without a focal point.
    pub missing: bool,
    /// Kinds: code and name.
    pub kinds: Vec<(String, String)>,
    /// The rows.
    pub rows: Vec<UnitRow>,
    /// Paging.
    pub paging: Paging,
    /// Units without a focal point.
    pub missing_n: u64,
    /// Is there no unit at all?
    pub none_at_all: bool,
}

/// The form of a unit.
#[derive(Clone, Debug, Default)]
pub struct UnitForm {
    /// The revision that is changed; 0 for a new one.
    pub revision: u64,
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Short name.
    pub short_name: String,
    /// Kind code.
    pub kind: String,
    /// What it belongs to.
    pub parent: String,
    /// Area.
    pub area: String,
    /// Sector codes.
    pub sectors: Vec<String>,
    /// Manages.
    pub manages: bool,
    /// Uses data.
    pub uses_data: bool,
    /// Invests.
    pub invests: bool,
    /// Focal point: name.
    pub focal_name: String,
    /// Position.
    pub focal_title: String,
    /// Telephone.
    pub focal_phone: String,
    /// E-mail.
    pub focal_email: String,
    /// Telephone of the unit.
    pub phone: String,
    /// E-mail of the unit.
    pub email: String,
    /// `yyyy-mm-dd` or empty.
    pub ended_on: String,
}

/// One unit, or the form of a new one.
#[derive(Clone, Debug)]
pub struct UnitView {
    /// Around it.
    pub shell: Shell,
    /// May it be changed?
    pub edits: bool,
    /// The unit; `None`: a new one.
    pub row: Option<UnitRow>,
    /// Focal point's contacts, in one line.
    pub focal_contact: String,
    /// What it belongs to, outermost first.
    pub line: Vec<Named>,
    /// Units below it.
    pub children: Vec<Named>,
    /// Accounts of it.
    pub accounts: u64,
    /// The form.
    pub form: UnitForm,
    /// What was wrong.
    pub faults: Vec<FieldFault>,
    /// Kinds: code and name.
    pub kinds: Vec<(String, String)>,
    /// Sectors: code and name.
    pub sectors: Vec<(String, String)>,
    /// Suggestions of unit names.
    pub units: Vec<String>,
    /// Suggestions of area names.
    pub areas: Vec<String>,
}

/// An entry in its list.
#[derive(Clone, Debug)]
pub struct ItemRow {
    /// Code.
    pub code: String,
    /// Name in the page's language.
    pub name: String,
    /// Name in the other.
    pub other: String,
    /// Article.
    pub article: Option<String>,
    /// First day in force.
    pub from: Option<CivilDate>,
    /// First day no longer in force.
    pub to: Option<CivilDate>,
    /// Is it in force today?
    pub in_force: bool,
    /// What else its list says of it, in words.
    pub more: Vec<String>,
    /// The decision's words.
    pub words: Option<String>,
}

/// The form of an entry.
#[derive(Clone, Debug, Default)]
pub struct ItemForm {
    /// The revision that is changed; 0 for a new one.
    pub revision: u64,
    /// Code.
    pub code: String,
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
    /// Order.
    pub order: String,
    /// `yyyy-mm-dd` or empty.
    pub valid_from: String,
    /// `yyyy-mm-dd` or empty.
    pub valid_to: String,
    /// Layer.
    pub from_m: String,
    /// Layer.
    pub below_m: String,
    /// Layer, sector: purpose codes.
    pub purposes: Vec<String>,
    /// Place.
    pub public: bool,
    /// Place: sector codes.
    pub told: Vec<String>,
    /// Document type.
    pub consent: bool,
    /// Document type.
    pub second_view: bool,
    /// Tier: parted by commas.
    pub short: String,
    /// It ends although it is in use.
    pub in_use_too: bool,
}

/// One register.
#[derive(Clone, Debug)]
pub struct RegistersView {
    /// Around it.
    pub shell: Shell,
    /// May entries be changed?
    pub edits: bool,
    /// Which register.
    pub register: Register,
    /// Its entries.
    pub rows: Vec<ItemRow>,
    /// The form of a new or changed entry.
    pub form: ItemForm,
    /// The entry that is changed, with what uses it; `None`: the form is for a new one.
    pub changed: Option<(ItemRow, String)>,
    /// What was wrong.
    pub faults: Vec<FieldFault>,
    /// Purposes: code and name.
    pub purposes: Vec<(String, String)>,
    /// Sectors: code and name.
    pub sectors: Vec<(String, String)>,
}
