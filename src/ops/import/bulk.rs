//! The same values for many cameras at once: a list that nobody had to write, checked, shown and carried out as any other.

use super::columns::{self, Fill};
use crate::{Caller, CameraFilter, Ops, OpsError};
use base::{CameraId, Language, Said, limits};
use domain::facts_fields::Kind;
use domain::text::fold;
use domain::{Act, Camera, FieldFault, Job, JobKind, Lexicon, audit, text};
use std::sync::PoisonError;

/// What happens to a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BulkHow {
    /// Gets the value.
    Set,
    /// Is emptied.
    Clear,
    /// The value is added to those that are there.
    Add,
    /// The value is taken from those that are there.
    Remove,
}

impl BulkHow {
    /// All.
    pub const ALL: [BulkHow; 4] = [BulkHow::Set, BulkHow::Clear, BulkHow::Add, BulkHow::Remove];
    /// `"set"`, `"clear"`, `"add"`, `"remove"`.
    pub fn as_str(self) -> &'static str {
        match self {
            BulkHow::Set => "set",
            BulkHow::Clear => "clear",
            BulkHow::Add => "add",
            BulkHow::Remove => "remove",
        }
    }
    /// Reads [`BulkHow::as_str`].
    pub fn parse(s: &str) -> Option<BulkHow> {
        BulkHow::ALL.into_iter().find(|h| h.as_str() == s)
    }
}

/// A field of a bulk change.
#[derive(Clone, Debug)]
pub struct BulkEdit {
    /// Which.
    pub field: String,
    /// What happens to it.
    pub how: BulkHow,
    /// The value, as typed.
    pub value: String,
}

/// The fields that many cameras may share; several values: `add` and `remove` make sense.
pub fn fields() -> impl Iterator<Item = (&'static columns::Column, bool)> {
    columns::offered()
        .filter(|c| {
            !matches!(c.field, "code" | "name" | "main_url" | "sub_url" | "serial" | "lat" | "lon" | "conformity")
        })
        .map(|c| (c, matches!(c.fill, Fill::Fact(Kind::Items(_) | Kind::Names))))
}

/// What empties a field, in a list.
const CLEAR: &str = "(xóa)";

fn values(camera: &Camera, field: &str) -> Vec<String> {
    if field == "purposes" { camera.facts.purposes.clone() } else { camera.facts.other_names.clone() }
}

impl Ops {
    /// Prepares the same values for many cameras: named ones, or all that fit a filter. Checked in the background; nothing
    /// changes until the job is carried out.
    ///
    /// # Errors
    /// [`OpsError::Invalid`] if no field or no camera is chosen.
    pub fn prepare_bulk(
        &self,
        caller: &Caller,
        filter: &CameraFilter,
        edits: &[BulkEdit],
        reason: Option<&str>,
    ) -> Result<Job, OpsError> {
        self.authorise(caller, Act::EditCameras)?;
        let reason = text::optional_remark("reason", reason.unwrap_or(""))?;
        let known: Vec<_> = fields().collect();
        let mut chosen = Vec::new();
        for edit in edits {
            let fault = |vi: &str, en: &str| OpsError::from(FieldFault::new("field", Said::new(vi, en)));
            let Some((column, several)) = known.iter().find(|(c, _)| c.field == edit.field) else {
                return Err(fault(
                    "Không sửa hàng loạt được mục này.",
                    "This field cannot be changed for many at once.",
                ));
            };
            let many = matches!(edit.how, BulkHow::Add | BulkHow::Remove);
            if many && !several {
                return Err(fault("Mục này chỉ có một giá trị.", "This field has one value only."));
            }
            if edit.how != BulkHow::Clear && edit.value.trim().is_empty() {
                return Err(fault("Hãy điền giá trị.", "Fill in the value."));
            }
            if chosen.iter().any(|(c, _): &(&columns::Column, &BulkEdit)| c.field == column.field) {
                return Err(fault("Mỗi mục chỉ được chọn một lần.", "Each field may be chosen once."));
            }
            chosen.push((*column, edit));
        }
        if chosen.is_empty() {
            let said = Said::new("Hãy chọn ít nhất một mục để sửa.", "Choose at least one field to change.");
            return Err(FieldFault::new("field", said).into());
        }
        let ids = self.camera_ids(caller, filter)?;
        let rows = self.bulk_rows(&ids, &chosen);
        if rows.is_empty() {
            let said = Said::new("Không có camera nào được chọn.", "No camera is chosen.");
            return Err(FieldFault::new("cameras", said).into());
        }
        let titles = |language: Language| -> String {
            let all: Vec<&str> = chosen.iter().map(|(c, _)| c.title(language)).collect();
            all.join(", ")
        };
        let mut job = self.new_job(caller, JobKind::Bulk, titles(Language::Vi), rows.len())?;
        job.columns = std::iter::once("code").chain(chosen.iter().map(|(c, _)| c.field)).map(str::to_owned).collect();
        job.reason = reason;
        self.keep_job(caller, &job, audit::BULK_PREPARED)?;
        let (theirs, work) = (caller.clone(), job.clone());
        self.begin(&job, move |ops, stop| ops.check_rows(&theirs, &work, rows, stop))
    }

    fn bulk_rows(&self, ids: &[CameraId], chosen: &[(&'static columns::Column, &BulkEdit)]) -> Vec<(u32, Vec<String>)> {
        let lexicon = self.lexicon();
        let same = |field: &str, typed: &str| match columns::column(field).map(|c| c.fill) {
            Some(Fill::Fact(Kind::Items(register))) => {
                lexicon.item(register, "purposes", typed).unwrap_or_else(|_| typed.to_owned())
            }
            _ => typed.to_owned(),
        };
        let catalogue = self.catalogue.read().unwrap_or_else(PoisonError::into_inner);
        let cameras = ids.iter().filter_map(|id| catalogue.by_id(*id)).take(limits::CAMERAS_MAX);
        cameras
            .zip(1_u32..)
            .map(|(camera, n)| {
                let mut cells = vec![camera.code.clone()];
                for (column, edit) in chosen {
                    cells.push(match edit.how {
                        BulkHow::Set => edit.value.trim().to_owned(),
                        BulkHow::Clear => CLEAR.to_owned(),
                        BulkHow::Add | BulkHow::Remove => {
                            let typed: Vec<String> = edit
                                .value
                                .split(';')
                                .map(|t| same(column.field, t.trim()))
                                .filter(|t| !t.is_empty())
                                .collect();
                            let mut all = values(&camera, column.field);
                            all.retain(|v| !typed.iter().any(|t| fold(t) == fold(v)));
                            if edit.how == BulkHow::Add {
                                // What is there already keeps its place.
                                let before = values(&camera, column.field);
                                all = before;
                                for t in typed {
                                    if !all.iter().any(|v| fold(v) == fold(&t)) {
                                        all.push(t);
                                    }
                                }
                            }
                            if all.is_empty() { CLEAR.to_owned() } else { all.join("; ") }
                        }
                    });
                }
                (n, cells)
            })
            .collect()
    }
}
