//! Giving the list out: what these eyes may see of what is filtered, in the columns of the template, so that it can be
//! changed and read in again. Passwords never; addresses only to those who may edit the camera.

use super::columns::{self, Column, Fill};
use super::template::{LIST_SHEET, broken, lists_sheet, word, written};
use crate::lexicon::NodeLexicon;
use crate::office::entry;
use crate::{Caller, CameraFilter, Eyes, Ops, OpsError};
use base::Language;
use domain::facts_fields::{self, Kind};
use domain::{Act, Camera, Lexicon, Register, Registers, audit};
use sheets::{Cell, Sheet};
use std::sync::PoisonError;

/// A list's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListFormat {
    /// UTF-8 with a mark for Excel, commas.
    Csv,
    /// A workbook.
    Xlsx,
}

impl ListFormat {
    /// `"csv"` or `"xlsx"`: also how the file's name ends.
    pub fn as_str(self) -> &'static str {
        match self {
            ListFormat::Csv => "csv",
            ListFormat::Xlsx => "xlsx",
        }
    }
    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            ListFormat::Csv => "text/csv; charset=utf-8",
            ListFormat::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// A file to be given out.
#[derive(Clone, Debug)]
pub struct ListOut {
    /// Its name.
    pub name: String,
    /// Its format.
    pub format: ListFormat,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Rows below the header.
    pub rows: usize,
}

/// What a camera's fields say, for a list that can be read in again.
pub(super) struct Shown<'a> {
    pub(super) book: &'a Registers,
    pub(super) lexicon: &'a NodeLexicon,
    pub(super) language: Language,
}

impl Shown<'_> {
    /// The entry's name, if that name finds it again; else its code.
    fn item(&self, register: Register, code: &str) -> String {
        let name = self.book.item_name(register, code, self.language);
        let found = self.lexicon.item(register, "item", name);
        if found.is_ok_and(|c| c == code) { name.to_owned() } else { code.to_owned() }
    }

    /// A field as text that is read back as the same.
    pub(super) fn text(&self, camera: &Camera, column: &Column, addresses: bool) -> String {
        let some = |t: &Option<String>| t.clone().unwrap_or_default();
        let position = camera.facts.position;
        match (column.fill, column.field) {
            (Fill::Code, _) => camera.code.clone(),
            (Fill::Name, _) => camera.name.clone(),
            // As the record has it: the same text is no change. A record that has the id alone says the register's name.
            (Fill::Place, "area") => match (&camera.area, camera.area_id) {
                (Some(area), _) => area.clone(),
                (None, Some(id)) => self.book.area(id).map(|a| a.name.clone()).unwrap_or_default(),
                _ => String::new(),
            },
            (Fill::Place, _) => match (&camera.unit, camera.unit_id) {
                (Some(unit), _) => unit.clone(),
                (None, Some(id)) => self.book.unit(id).map(|u| u.name.clone()).unwrap_or_default(),
                _ => String::new(),
            },
            (Fill::Url, "main_url") if addresses => camera.main_url.clone(),
            (Fill::Url, _) if addresses => some(&camera.sub_url),
            (Fill::User, _) if addresses => some(&camera.username),
            (Fill::Url | Fill::User | Fill::Password | Fill::Agreement, _) => String::new(),
            (Fill::Transport, _) => camera.transport.as_str().to_owned(),
            (Fill::Degrees, "lat") => position.map(|p| p.lat.to_string()).unwrap_or_default(),
            (Fill::Degrees, _) => position.map(|p| p.lon.to_string()).unwrap_or_default(),
            (Fill::Fact(kind), field) => {
                let text = facts_fields::text_of(&camera.facts, field);
                match kind {
                    Kind::Item(register) if !text.is_empty() => self.item(register, &text),
                    Kind::Items(register) => {
                        let names: Vec<String> = camera.facts.purposes.iter().map(|c| self.item(register, c)).collect();
                        names.join("; ")
                    }
                    Kind::Yes if !text.is_empty() => word(self.language, "có", "yes").to_owned(),
                    _ => text,
                }
            }
        }
    }

    fn cell(&self, camera: &Camera, column: &Column, addresses: bool) -> Cell {
        let text = self.text(camera, column, addresses);
        match column.fill {
            Fill::Degrees | Fill::Fact(Kind::Number(_) | Kind::Direction) => {
                text.parse().map_or_else(|_| Cell::text(text), Cell::Number)
            }
            Fill::Fact(Kind::Day) => {
                facts_fields::day(column.field, &text).map_or_else(|_| Cell::text(text), Cell::Day)
            }
            _ => Cell::text(text),
        }
    }
}

fn may_see_addresses(eyes: &Eyes, camera: &Camera) -> bool {
    eyes.may(Act::EditCameras, camera)
}

impl Ops {
    /// The list of the cameras that fit the filter and that the caller sees; on record.
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn export_cameras(
        &self,
        caller: &Caller,
        filter: &CameraFilter,
        format: ListFormat,
        language: Language,
    ) -> Result<ListOut, OpsError> {
        let ids = self.camera_ids(caller, filter)?;
        let (book, lexicon, eyes) = (self.registers(), self.lexicon(), self.eyes(caller));
        let shown = Shown { book: &book, lexicon: &lexicon, language };
        let columns: Vec<&'static Column> = columns::offered().collect();
        let mut rows = Vec::with_capacity(ids.len());
        for id in ids {
            let camera = self.catalogue.read().unwrap_or_else(PoisonError::into_inner).by_id(id);
            let Some(camera) = camera.filter(|c| eyes.sees(c)) else { continue };
            let addresses = may_see_addresses(&eyes, &camera);
            rows.push(columns.iter().map(|c| shown.cell(&camera, c, addresses)).collect());
        }
        let n = rows.len();
        let written = columns.iter().map(|c| written(c, &book, language)).collect();
        let sheet = Sheet { name: LIST_SHEET.to_owned(), columns: written, rows, marks: Vec::new() };
        let bytes = match format {
            ListFormat::Csv => sheets::csv_bytes(&sheet),
            ListFormat::Xlsx => {
                let title = word(language, "Danh sách camera", "List of cameras");
                sheets::xlsx_bytes(&[sheet], lists_sheet(language), title)
            }
        };
        let mut e = entry(caller, audit::CAMERAS_EXPORTED).fact("rows", n.to_string()).fact("format", format.as_str());
        let parts = [("q", &filter.q), ("area", &filter.area), ("unit", &filter.unit), ("purpose", &filter.purpose)];
        for (name, value) in parts {
            if let Some(value) = value.as_ref().filter(|v| !v.is_empty()) {
                e = e.fact(name, value);
            }
        }
        self.write(move |w| Ok(w.audit(e)?))?;
        let day = self.clock.now().office_date().strftime("%Y-%m-%d").to_string();
        Ok(ListOut {
            name: format!("camera-{day}.{}", format.as_str()),
            format,
            bytes: bytes.map_err(broken)?,
            rows: n,
        })
    }
}
