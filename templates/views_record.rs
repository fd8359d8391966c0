//! View structs of a camera's record, of mounting assets and of common views.
//!
//! As `views.rs`, and re-exported there as [`crate::views`].

use crate::views::{FieldFault, Paging, Shell};
use base::{CivilDate, WallTime};

/// How a fact is entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactInput {
    /// One line.
    Line,
    /// Several lines.
    Remark,
    /// A number with its unit.
    Number(&'static str),
    /// A day.
    Day,
    /// One of these: code and name.
    Choice(Vec<(String, String)>),
    /// Any of these: code, name, chosen.
    Ticks(Vec<(String, String, bool)>),
    /// Yes or no.
    Yes,
    /// Not entered in a field of its own.
    Apart,
}

/// A fact of a camera's record.
#[derive(Clone, Debug)]
pub struct FactField {
    /// Name in forms.
    pub name: &'static str,
    /// Words.
    pub label: String,
    /// What stands in the field.
    pub value: String,
    /// What is shown; empty if there is none.
    pub shown: String,
    /// How it is entered.
    pub input: FactInput,
}

/// A document of a camera.
#[derive(Clone, Debug)]
pub struct DocumentRow {
    /// Id.
    pub id: String,
    /// Type, in words.
    pub kind: String,
    /// Number.
    pub number: String,
    /// Date.
    pub date: Option<CivilDate>,
    /// Issuer.
    pub issuer: String,
    /// What it is about.
    pub title: String,
    /// Name and size of its file.
    pub file: Option<(String, u64)>,
    /// Is it no longer good?
    pub withdrawn: bool,
}

/// A document as typed.
#[derive(Clone, Debug, Default)]
pub struct DocumentForm {
    /// Type.
    pub kind: String,
    /// Number.
    pub number: String,
    /// Date.
    pub date: String,
    /// Issuer.
    pub issuer: String,
    /// What it is about.
    pub title: String,
}

/// A camera that sees the same.
#[derive(Clone, Debug)]
pub struct OverlapRow {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Share, in hundredths.
    pub percent: u8,
    /// Purposes that both have, in words.
    pub purposes: String,
    /// Over the policy's threshold?
    pub over: bool,
}

/// A device that was in place.
#[derive(Clone, Debug)]
pub struct FormerDevice {
    /// Maker, model, serial number.
    pub name: String,
    /// Since when.
    pub from: Option<CivilDate>,
    /// Until when.
    pub until: Option<CivilDate>,
    /// Why it was replaced.
    pub reason: Option<String>,
}

/// A change of the record.
#[derive(Clone, Debug)]
pub struct RecordChange {
    /// When.
    pub at: WallTime,
    /// Who.
    pub who: String,
    /// The act, in words.
    pub act: String,
    /// Field in words, old and new value in words; neither: secret.
    pub changes: Vec<(String, Option<String>, Option<String>)>,
    /// Why.
    pub reason: Option<String>,
    /// The day on which it happened outside.
    pub happened_on: Option<String>,
}

/// A camera's record beyond name and streams.
#[derive(Clone, Debug, Default)]
pub struct RecordView {
    /// All facts, in order.
    pub facts: Vec<FactField>,
    /// Latitude, in the field.
    pub lat: String,
    /// Longitude, in the field.
    pub lon: String,
    /// VN-2000 as typed: x, y, meridian, zone.
    pub plane: [String; 4],
    /// Codes of mounting assets, to choose from.
    pub assets: Vec<String>,
    /// Types of documents: code and name.
    pub document_kinds: Vec<(String, String)>,
    /// Those that are an agreement to a second camera.
    pub agreement_kinds: Vec<(String, String)>,
    /// The agreement as typed.
    pub agreement: DocumentForm,
    /// Is the agreement asked for?
    pub agreement_due: bool,
    /// The document as typed.
    pub document: DocumentForm,
    /// Reason as typed.
    pub reason: String,
    /// Day of the change as typed.
    pub happened_on: String,
    /// How complete, 0 to 100.
    pub percent: u8,
    /// What is missing: field and words.
    pub missing: Vec<(String, String)>,
    /// Days after which a record is stale; `None` if it is not.
    pub stale_days: Option<u32>,
    /// When it was last confirmed.
    pub confirmed_at: Option<WallTime>,
    /// Height layer, in words.
    pub layer: Option<String>,
    /// What is odd about height and purposes.
    pub advice: Option<String>,
    /// Mounting asset: its code.
    pub asset: Option<String>,
    /// Cameras that see the same; `None`: the record does not tell its view.
    pub overlaps: Option<Vec<OverlapRow>>,
    /// Documents.
    pub documents: Vec<DocumentRow>,
    /// Largest file, MiB.
    pub file_mib_max: usize,
    /// What happened, on which day, and when it was entered.
    pub happenings: Vec<(String, CivilDate, WallTime)>,
    /// Former devices, newest first.
    pub former_devices: Vec<FormerDevice>,
    /// The newest changes.
    pub history: Vec<RecordChange>,
    /// Base maps, one address in each line.
    pub map_files: String,
    /// Which form was sent: `place`, `class`, `device`, `papers`, `edit`, or empty.
    pub part: String,
}

impl RecordView {
    /// The fact of that name.
    pub fn fact(&self, name: &str) -> Option<&FactField> {
        self.facts.iter().find(|f| f.name == name)
    }
}

/// The whole history of a camera.
#[derive(Clone, Debug)]
pub struct HistoryView {
    /// Around it.
    pub shell: Shell,
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Fields to choose from.
    pub fields: Vec<(String, String)>,
    /// The chosen field, or empty.
    pub field: String,
    /// Changes, newest first.
    pub rows: Vec<RecordChange>,
    /// Address of the next page.
    pub older: Option<String>,
    /// Is this not the first page?
    pub later: bool,
}

/// A mounting asset in a list.
#[derive(Clone, Debug)]
pub struct AssetRow {
    /// Id.
    pub id: String,
    /// Code.
    pub code: String,
    /// Kind, in words.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Owner.
    pub owner: String,
    /// Cameras on it.
    pub cameras: u64,
}

/// A mounting asset as typed.
#[derive(Clone, Debug, Default)]
pub struct AssetForm {
    /// Code.
    pub code: String,
    /// Kind.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Position.
    pub position: String,
    /// Owner.
    pub owner: String,
    /// Revision that it was drawn from.
    pub revision: u64,
}

/// The list of mounting assets.
#[derive(Clone, Debug)]
pub struct AssetsView {
    /// Around it.
    pub shell: Shell,
    /// Search text.
    pub q: String,
    /// Rows.
    pub rows: Vec<AssetRow>,
    /// Pages.
    pub paging: Paging,
    /// Kinds to choose from.
    pub kinds: Vec<(String, String)>,
    /// The form for adding; `None` for those who may not.
    pub add: Option<AssetForm>,
    /// What is wrong in it.
    pub faults: Vec<FieldFault>,
}

/// One mounting asset.
#[derive(Clone, Debug)]
pub struct AssetView {
    /// Around it.
    pub shell: Shell,
    /// It.
    pub row: AssetRow,
    /// Position, in words.
    pub position: String,
    /// Cameras on it: code, name, unit.
    pub cameras: Vec<(String, String, String)>,
    /// Kinds to choose from.
    pub kinds: Vec<(String, String)>,
    /// The form; `None` for those who may not.
    pub form: Option<AssetForm>,
    /// What is wrong in it.
    pub faults: Vec<FieldFault>,
}

/// A pair of the report.
#[derive(Clone, Debug)]
pub struct PairRow {
    /// Code, name and unit of one.
    pub one: (String, String, String),
    /// Of the other.
    pub other: (String, String, String),
    /// Share, in hundredths.
    pub percent: u8,
    /// Purposes that both have, in words.
    pub purposes: String,
    /// Agreed in writing?
    pub agreed: bool,
}

/// The report of common views.
#[derive(Clone, Debug)]
pub struct OverlapsView {
    /// Around it.
    pub shell: Shell,
    /// Units: id and name.
    pub units: Vec<(String, String)>,
    /// The chosen one.
    pub unit: String,
    /// Purposes: code and name.
    pub purposes: Vec<(String, String)>,
    /// The chosen one.
    pub purpose: String,
    /// From which share, in hundredths.
    pub least: u8,
    /// Only without agreement?
    pub without_agreement: bool,
    /// Pairs.
    pub rows: Vec<PairRow>,
    /// Pages.
    pub paging: Paging,
}
