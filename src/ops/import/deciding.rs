//! What one row would do: the same rules as the form's, cell by cell.
//!
//! An empty cell leaves what is there; a special word empties it. Pure but for the right, which the eyes decide.

use super::columns::{Column, Fill};
use crate::{Eyes, Ops, OpsError};
use base::{Said, Secret, limits};
use domain::camera_edit::{self, CameraDraft, CameraPatch};
use domain::facts_fields::Kind;
use domain::place;
use domain::text::fold;
use domain::{
    Act, Camera, Change, DocumentDraft, Edit, FactsPatch, FieldFault, Lexicon, Registration, RowFault, Transport,
};
use std::sync::LazyLock;

/// Words that empty a field, folded.
const CLEAR: &[&str] = &["(xoa)", "(xoa trong)", "(clear)", "(empty)"];

/// Does the cell say that the field shall be emptied?
pub(crate) fn clears(cell: &str) -> bool {
    cell.len() <= 24 && cell.starts_with('(') && CLEAR.contains(&fold(cell).as_str())
}

/// What a row comes to.
#[derive(Debug)]
pub(crate) enum Step {
    /// A new camera, with its code if it names one.
    Add(Box<Registration>),
    /// Another state of a camera.
    Change(Box<Change>),
    /// Nothing.
    Same,
}

/// What rows are read with.
pub(crate) struct Ways<'a> {
    /// Why, for the record.
    pub(crate) reason: Option<&'a String>,
    /// What words mean.
    pub(crate) lexicon: &'a dyn Lexicon,
    /// The type of document that agrees to a further camera.
    pub(crate) agreement: Option<&'a str>,
}

/// A row's text by columns.
pub(crate) struct Cells<'a> {
    pub(crate) columns: &'a [&'static Column],
    pub(crate) cells: &'a [String],
}

/// What a cell says.
enum Says<'a> {
    Nothing,
    Clear,
    Value(&'a str),
}

impl<'a> Cells<'a> {
    /// The text of a field; empty if there is none.
    pub(crate) fn text(&self, field: &str) -> &'a str {
        let at = self.columns.iter().position(|c| c.field == field);
        at.and_then(|i| self.cells.get(i)).map_or("", |c| c.trim())
    }
    fn says(&self, field: &str) -> Says<'a> {
        match self.text(field) {
            "" => Says::Nothing,
            t if clears(t) => Says::Clear,
            t => Says::Value(t),
        }
    }
    fn value(&self, field: &str) -> Option<String> {
        match self.says(field) {
            Says::Value(t) => Some(t.to_owned()),
            _ => None,
        }
    }
    fn optional(&self, field: &str) -> Option<Option<String>> {
        match self.says(field) {
            Says::Nothing => None,
            Says::Clear => Some(None),
            Says::Value(t) => Some(Some(t.to_owned())),
        }
    }

    fn facts(&self, faults: &mut Vec<FieldFault>) -> FactsPatch {
        let mut patch = FactsPatch::default();
        let mut set = |field: &'static str, text: &str| {
            if let Err(fault) = patch.set_text(field, text) {
                faults.push(fault);
            }
        };
        for (column, cell) in self.columns.iter().zip(self.cells) {
            let Fill::Fact(kind) = column.fill else { continue };
            match cell.trim() {
                "" => {}
                t if clears(t) => set(column.field, ""),
                t if kind == Kind::Day => set(column.field, &day_text(t)),
                t => set(column.field, t),
            }
        }
        match (self.says("lat"), self.says("lon")) {
            (Says::Nothing, Says::Nothing) => {}
            (Says::Clear, Says::Clear) => patch.position = Edit::Clear,
            (Says::Value(lat), Says::Value(lon)) => match place::from_lat_lon(lat, lon) {
                Ok(position) => patch.position = Edit::Set(position),
                Err(fault) => faults.push(fault),
            },
            _ => faults.push(FieldFault::new(
                "position",
                Said::new("Hãy điền cả vĩ độ và kinh độ.", "Fill in both latitude and longitude."),
            )),
        }
        patch
    }

    fn transport(&self, faults: &mut Vec<FieldFault>) -> Option<Transport> {
        match self.says("transport") {
            Says::Nothing => None,
            Says::Clear => Some(Transport::default()),
            Says::Value(t) => {
                let read = Transport::parse(&t.to_ascii_lowercase());
                if read.is_none() {
                    faults.push(FieldFault::new("transport", Said::new("Hãy ghi tcp hoặc udp.", "Write tcp or udp.")));
                }
                read
            }
        }
    }

    fn agreement(&self, kind: Option<&str>) -> Option<DocumentDraft> {
        let text = |field| self.value(field).unwrap_or_default();
        let draft = DocumentDraft {
            kind: kind.unwrap_or("").to_owned(),
            number: text("agreement_number"),
            date: day_text(&text("agreement_date")),
            issuer: text("agreement_issuer"),
            title: String::new(),
        };
        (!draft.is_empty()).then_some(draft)
    }

    fn not_emptied(&self, field: &'static str, faults: &mut Vec<FieldFault>) {
        if matches!(self.says(field), Says::Clear) {
            let said = Said::new("Mục này không được để trống.", "This field cannot be empty.");
            faults.push(FieldFault::new(field, said));
        }
    }
}

/// A day as the rules read it: without its time, and from Excel's serial number where a cell lost its format.
fn day_text(text: &str) -> String {
    let day = text.split_once(' ').map_or(text, |(day, _)| day);
    let serial = day.parse::<u32>().ok().filter(|n| (15_000..80_000).contains(n)).and_then(sheets::day_of_serial);
    serial.map_or_else(|| day.to_owned(), |d| d.strftime("%d/%m/%Y").to_string())
}

/// What the row would do to the camera that its code names, or as a new one.
///
/// # Errors
/// Every cell at fault.
pub(crate) fn decide(row: &Cells<'_>, existing: Option<&Camera>, ways: &Ways<'_>) -> Result<Step, Vec<FieldFault>> {
    let mut faults = Vec::new();
    let (facts, transport) = (row.facts(&mut faults), row.transport(&mut faults));
    for field in ["name", "code", "main_url"] {
        row.not_emptied(field, &mut faults);
    }
    let step = match existing {
        Some(camera) => {
            let patch = CameraPatch {
                name: row.value("name"),
                area: row.optional("area"),
                unit: row.optional("unit"),
                facts,
                main_url: row.value("main_url"),
                sub_url: row.optional("sub_url"),
                username: row.optional("username"),
                password: row.optional("password").map(|p| p.map(Secret::new)),
                transport,
                agreement: row.agreement(ways.agreement),
                reason: ways.reason.cloned(),
                ..CameraPatch::default()
            };
            camera_edit::decide_change(camera, &patch, ways.lexicon).map(|change| match change.changes.is_empty() {
                true => Step::Same,
                false => Step::Change(Box::new(change)),
            })
        }
        None => {
            let draft = CameraDraft {
                name: row.value("name").unwrap_or_default(),
                code: row.value("code"),
                area: row.value("area"),
                unit: row.value("unit"),
                facts,
                main_url: row.value("main_url").unwrap_or_default(),
                sub_url: row.value("sub_url"),
                username: row.value("username"),
                password: row.value("password").map(Secret::new),
                transport: transport.unwrap_or_default(),
                agreement: row.agreement(ways.agreement),
                reason: ways.reason.cloned(),
            };
            camera_edit::decide_register(&draft, ways.lexicon).map(|reg| Step::Add(Box::new(reg)))
        }
    };
    match step {
        Ok(step) if faults.is_empty() => Ok(step),
        Ok(_) => Err(faults),
        Err(more) => {
            faults.extend(more);
            Err(faults)
        }
    }
}

/// As the rows keep them.
pub(crate) fn row_faults(faults: Vec<FieldFault>) -> Vec<RowFault> {
    faults.into_iter().take(limits::IMPORT_FAULTS_PER_ROW_MAX).map(RowFault::from).collect()
}

/// An error of a verb as a fault of its row; `None`: it is none of the row's.
pub(crate) fn fault_of(e: &OpsError) -> Option<Vec<RowFault>> {
    Some(match e {
        OpsError::Invalid(all) => row_faults(all.clone()),
        OpsError::Rule { article, faults } => row_faults(faults.clone())
            .into_iter()
            .map(|f| RowFault { article: Some((*article).to_owned()), ..f })
            .collect(),
        OpsError::Taken { field, said } => {
            vec![RowFault { field: (*field).to_owned(), said: said.clone(), article: None }]
        }
        OpsError::Refused(refusal) => vec![RowFault {
            field: "unit".to_owned(),
            said: Said::new(
                format!("{} {}", refusal.said.vi, refusal.who_can_help.vi),
                format!("{} {}", refusal.said.en, refusal.who_can_help.en),
            ),
            article: refusal.article.map(str::to_owned),
        }],
        OpsError::Full(said) => vec![RowFault { field: String::new(), said: said.clone(), article: None }],
        OpsError::NotFound(_) => vec![out_of_sight()],
        _ => return None,
    })
}

/// The code is taken by a camera that these eyes do not see: told as one that has no good form.
pub(crate) fn out_of_sight() -> RowFault {
    let fault = domain::camera::unusable_code();
    RowFault { field: fault.field.to_owned(), said: fault.said, article: None }
}

/// The camera as the row would leave it; a new one only as far as the rules of rights and views ask: where it is, whose it
/// is, what it sees and what for.
pub(crate) fn outcome(step: &Step, eyes: &Eyes) -> Option<Camera> {
    match step {
        Step::Same => None,
        Step::Change(change) => Some(change.camera.clone()),
        Step::Add(reg) => {
            let mut camera = PATTERN.clone();
            (camera.area_id, camera.unit_id) = (reg.area_id, reg.unit_id);
            if reg.unit_id.is_none() && reg.unit.is_none() {
                camera.unit_id = eyes.own_unit();
            }
            camera.facts = reg.facts.clone();
            Some(camera)
        }
    }
}

/// Does the row bring the agreement to a further camera?
fn agrees(step: &Step) -> bool {
    match step {
        Step::Same => false,
        Step::Change(change) => change.agreement.is_some(),
        Step::Add(reg) => reg.agreement.is_some(),
    }
}

/// May these eyes do that, and may the camera see what it would? Asked for the dry run; carrying out asks again within the
/// transaction.
///
/// # Errors
/// The refusal.
pub(crate) fn allowed(ops: &Ops, step: &Step, existing: Option<&Camera>, eyes: &Eyes) -> Result<(), OpsError> {
    if let Some(camera) = existing {
        eyes.must(Act::EditCameras, camera)?;
    }
    let Some(camera) = outcome(step, eyes) else { return Ok(()) };
    eyes.may_make(&camera)?;
    ops.may_view(eyes, existing, &camera, agrees(step))
}

static PATTERN: LazyLock<Camera> = LazyLock::new(|| Camera {
    id: base::CameraId::from_bytes([0; 16]),
    code: String::new(),
    name: String::new(),
    area: None,
    unit: None,
    area_id: None,
    unit_id: None,
    facts: Default::default(),
    main_url: String::new(),
    sub_url: None,
    username: None,
    has_password: false,
    transport: Transport::Tcp,
    created_at: base::WallTime::EPOCH,
    changed_at: base::WallTime::EPOCH,
    revision: 0,
    extra: Default::default(),
});
