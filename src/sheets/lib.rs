//! `sheets` — tables of people: bytes of a CSV or XLSX file to rows of text, and back.
//!
//! Here: which encoding and which delimiter a file has, which of its sheets is meant, what an Excel date says, what a
//! hostile file may not do, how a cell is written so that no program takes it for a formula. Not here: what the columns
//! mean (`ops::import`), files and folders (the roof). Pure: bytes in, values out.
//!
//! Formulas are never evaluated: of a formula cell the value is read that the program which saved the file left in it.

mod lines;
mod serial;
mod text;
mod workbook;
mod write;

pub use lines::CsvRows;
pub use serial::day_of_serial;
pub use write::{Cell, Choices, Column, Sheet, csv_bytes, escaped, xlsx_bytes};

use base::{Said, limits};

/// A row of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Its number as a spreadsheet program shows it, from 1.
    pub number: u32,
    /// Its cells, trimmed, in NFC; empty ones at the end are left out.
    pub cells: Vec<String>,
}

/// What a file holds.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Rows with something in them, in order.
    pub lines: Vec<Line>,
    /// The sheet that they are from, if the file has sheets.
    pub sheet: Option<String>,
    /// All its sheets.
    pub sheets: Vec<String>,
    /// How it was read, where that is a guess: encoding, delimiter.
    pub notes: Vec<Said>,
}

/// What is looked for.
pub struct Wanted<'a> {
    /// The sheet; the one with the best header if none is named.
    pub sheet: Option<&'a str>,
    /// How many of these cells are titles that are known.
    pub titles: &'a dyn Fn(&[String]) -> usize,
}

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SheetFault {
    /// It is nothing that can be read.
    #[error("not a CSV or XLSX file")]
    Foreign,
    /// An Excel file of before 2007, or one with a password.
    #[error("an old or encrypted Excel file")]
    OldOrLocked,
    /// It is broken.
    #[error("broken: {0}")]
    Broken(String),
    /// It is larger than a bound, or expands beyond one.
    #[error("larger than {0}")]
    TooLarge(&'static str),
    /// There is no such sheet.
    #[error("no such sheet")]
    NoSheet,
    /// Nothing stands in it.
    #[error("empty")]
    Empty,
    /// One cell is too long: usually a quotation mark that is not closed.
    #[error("row {row}, column {column}: too long")]
    LongCell {
        /// Row, from 1.
        row: u32,
        /// Column, from 1.
        column: usize,
    },
}

impl SheetFault {
    /// What is wrong and what to do.
    pub fn said(&self) -> Said {
        match self {
            SheetFault::Foreign => Said::new(
                "Tệp này không phải CSV hay XLSX. Hãy lưu bảng thành “Excel Workbook (.xlsx)” hoặc “CSV UTF-8”.",
                "This file is neither CSV nor XLSX. Save the table as “Excel Workbook (.xlsx)” or “CSV UTF-8”.",
            ),
            SheetFault::OldOrLocked => Said::new(
                "Tệp Excel kiểu cũ (.xls) hoặc có mật khẩu. Hãy mở nó rồi lưu thành “Excel Workbook (.xlsx)” không mật khẩu.",
                "An Excel file of the old kind (.xls), or one with a password. Open it and save it as “Excel Workbook \
                 (.xlsx)” without a password.",
            ),
            SheetFault::Broken(_) => Said::new(
                "Tệp bị hỏng, không đọc hết được. Hãy mở nó bằng Excel hoặc LibreOffice và lưu lại.",
                "The file is broken and cannot be read to its end. Open it in Excel or LibreOffice and save it anew.",
            ),
            SheetFault::TooLarge(what) => Said::new(
                format!("Tệp vượt quá mức cho phép ({what}). Hãy chia thành nhiều tệp nhỏ hơn."),
                format!("The file is beyond what is taken ({what}). Split it into smaller files."),
            ),
            SheetFault::NoSheet => Said::new("Tệp không có trang tính này.", "The file has no such sheet."),
            SheetFault::Empty => Said::new(
                "Tệp không có dòng nào. Hãy điền ít nhất một camera dưới dòng tiêu đề.",
                "The file has no rows. Fill in at least one camera below the header.",
            ),
            SheetFault::LongCell { row, column } => Said::new(
                format!("Dòng {row}, cột {column}: nội dung quá dài. Có thể thiếu một dấu ngoặc kép (\") đóng."),
                format!("Row {row}, column {column}: too long. A closing quotation mark (\") may be missing."),
            ),
        }
    }
}

/// Rows that are searched for a header.
pub const HEADER_WITHIN: usize = 40;

/// Reads a file.
///
/// # Errors
/// See [`SheetFault`].
pub fn read(bytes: &[u8], wanted: &Wanted<'_>) -> Result<Table, SheetFault> {
    if bytes.len() > limits::IMPORT_BYTES_MAX {
        return Err(SheetFault::TooLarge("20 MiB"));
    }
    let table = match bytes {
        [b'P', b'K', 3, 4, ..] => workbook::read(bytes, wanted)?,
        [0xD0, 0xCF, 0x11, 0xE0, ..] => return Err(SheetFault::OldOrLocked),
        _ => text::read(bytes, wanted)?,
    };
    if table.lines.is_empty() { Err(SheetFault::Empty) } else { Ok(table) }
}

/// The best header among the first rows.
fn header_score(lines: &[Line], wanted: &Wanted<'_>) -> usize {
    lines.iter().take(HEADER_WITHIN).map(|l| (wanted.titles)(&l.cells)).max().unwrap_or(0)
}

/// Collects rows within the bounds.
#[derive(Default)]
struct Collector {
    lines: Vec<Line>,
    cells: usize,
    bytes: usize,
}

impl Collector {
    fn put(&mut self, number: u32, mut cells: Vec<String>) -> Result<(), SheetFault> {
        while cells.last().is_some_and(String::is_empty) {
            cells.pop();
        }
        if cells.is_empty() {
            return Ok(());
        }
        if let Some(long) = cells.iter().position(|c| c.len() > limits::IMPORT_CELL_BYTES_MAX) {
            return Err(SheetFault::LongCell { row: number, column: long + 1 });
        }
        self.cells = self.cells.saturating_add(cells.len());
        self.bytes = cells.iter().fold(self.bytes, |n, c| n.saturating_add(c.len()));
        // The header and what stands above it come on top of the rows.
        if self.lines.len() >= limits::CAMERAS_MAX + HEADER_WITHIN {
            return Err(SheetFault::TooLarge("100.000 dòng/rows"));
        }
        if self.cells > limits::IMPORT_CELLS_MAX || self.bytes > limits::IMPORT_TEXT_BYTES_MAX {
            return Err(SheetFault::TooLarge("64 MiB"));
        }
        self.lines.push(Line { number, cells });
        Ok(())
    }
}

/// A cell's text as it is kept: NFC, trimmed, line ends as one.
fn tidy(text: &str) -> String {
    use unicode_normalization::{UnicodeNormalization, is_nfc};
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    if text.is_ascii() || is_nfc(text) { text.to_owned() } else { text.nfc().collect() }
}

#[cfg(test)]
#[path = "tests/mod.rs"]
mod tests;
