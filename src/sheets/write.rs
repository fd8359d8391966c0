//! Writing tables: CSV that no program takes for formulas, XLSX with headings, notes and drop-down lists.

use crate::SheetFault;
use base::CivilDate;
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder,
    Formula, Note, Workbook, Worksheet, XlsxError,
};

/// What a cell gets.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// Text, never a formula.
    Text(String),
    /// A number.
    Number(f64),
    /// A day.
    Day(CivilDate),
}

impl Cell {
    /// Text, or nothing.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
    }
    fn plain(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(t) => t.clone(),
            Cell::Number(n) => n.to_string(),
            Cell::Day(d) => d.strftime("%d/%m/%Y").to_string(),
        }
    }
}

/// A drop-down list.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// Heading of its column in the sheet of lists.
    pub title: String,
    /// What can be chosen.
    pub items: Vec<String>,
    /// Other text is taken too (several entries, a code).
    pub open: bool,
}

/// A column.
#[derive(Clone, Debug, Default)]
pub struct Column {
    /// Heading.
    pub title: String,
    /// Note on the heading.
    pub note: Option<String>,
    /// Must be filled in.
    pub needed: bool,
    /// Marked as what is wrong.
    pub fault: bool,
    /// Width, in characters.
    pub width: f64,
    /// Drop-down list.
    pub choices: Option<Choices>,
    /// Holds days.
    pub days: bool,
}

/// A sheet.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// Name, at most 31 characters.
    pub name: String,
    /// Columns.
    pub columns: Vec<Column>,
    /// Rows below the heading.
    pub rows: Vec<Vec<Cell>>,
    /// Cells to mark, as row (from 0, below the heading) and column, with a note each.
    pub marks: Vec<(usize, usize, String)>,
}

/// Characters that make a spreadsheet program take a text for a formula or a command.
fn leads(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
}

fn is_number(text: &str) -> bool {
    let digits = text.trim_start_matches(['+', '-']);
    !digits.is_empty() && digits.len() + 1 >= text.len() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

/// A text as a CSV cell that is no formula: with `'` before it where a spreadsheet program would calculate
/// (CWE-1236). Plain numbers stay. Reading the file back takes the `'` away.
pub fn escaped(text: &str) -> String {
    if text.trim_start_matches('\'').starts_with(leads) && !is_number(text) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// Takes away what [`escaped`] put there.
pub(crate) fn unescaped(text: &str) -> String {
    match text.strip_prefix('\'') {
        Some(rest) if rest.trim_start_matches('\'').starts_with(leads) => rest.to_owned(),
        _ => text.to_owned(),
    }
}

/// CSV: UTF-8 with a mark for Excel, comma, CRLF (RFC 4180).
///
/// # Errors
/// [`SheetFault::Broken`] if the writer fails, which it does not in memory.
pub fn csv_bytes(sheet: &Sheet) -> Result<Vec<u8>, SheetFault> {
    let broken = |e: csv::Error| SheetFault::Broken(e.to_string());
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer("\u{FEFF}".as_bytes().to_vec());
    writer.write_record(sheet.columns.iter().map(|c| escaped(&c.title))).map_err(broken)?;
    for row in &sheet.rows {
        writer.write_record(row.iter().map(|c| escaped(&c.plain()))).map_err(broken)?;
    }
    writer.into_inner().map_err(|e| SheetFault::Broken(e.to_string()))
}

/// XLSX. Drop-down lists get a sheet of their own, named `lists`.
///
/// # Errors
/// [`SheetFault::Broken`] if it does not fit the format (more than 1,048,576 rows, a sheet's name too long).
pub fn xlsx_bytes(sheets: &[Sheet], lists: &str, title: &str) -> Result<Vec<u8>, SheetFault> {
    workbook(sheets, lists, title).map_err(|e| SheetFault::Broken(e.to_string()))
}

fn workbook(sheets: &[Sheet], lists: &str, title: &str) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // A fixed day: the same table gives the same file.
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&made));
    let choices: Vec<&Choices> =
        unique(sheets.iter().flat_map(|s| s.columns.iter().filter_map(|c| c.choices.as_ref())));
    for sheet in sheets {
        fill(book.add_worksheet(), sheet, lists, &choices)?;
    }
    if !choices.is_empty() {
        let page = book.add_worksheet().set_name(lists)?;
        let head = heading();
        for (column, list) in choices.iter().enumerate() {
            let column = u16::try_from(column).unwrap_or(u16::MAX);
            page.write_string_with_format(0, column, &list.title, &head)?;
            page.set_column_width(column, 32)?;
            for (row, item) in (1_u32..).zip(&list.items) {
                page.write_string(row, column, item)?;
            }
        }
        page.set_freeze_panes(1, 0)?;
    }
    book.save_to_buffer()
}

fn unique<'a>(all: impl Iterator<Item = &'a Choices>) -> Vec<&'a Choices> {
    let mut out: Vec<&Choices> = Vec::new();
    for list in all {
        if !list.items.is_empty() && !out.iter().any(|o| o.title == list.title) {
            out.push(list);
        }
    }
    out
}

fn heading() -> Format {
    Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Top)
        .set_background_color(Color::RGB(0x00DD_E8F0))
        .set_border_bottom(FormatBorder::Thin)
}

/// Rows below the heading that get drop-down lists although nothing stands in them yet.
const ROWS_TO_FILL: u32 = 5_000;

fn fill(page: &mut Worksheet, sheet: &Sheet, lists: &str, choices: &[&Choices]) -> Result<(), XlsxError> {
    page.set_name(&sheet.name)?;
    let (head, plain) = (heading(), Format::new().set_num_format("@").set_align(FormatAlign::Top));
    let needed = heading().set_background_color(Color::RGB(0x00FF_E9B8));
    let fault = heading().set_background_color(Color::RGB(0x00F8_D0CC));
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let day = Format::new().set_num_format("dd/mm/yyyy").set_align(FormatAlign::Top);
    let last_row = u32::try_from(sheet.rows.len()).unwrap_or(u32::MAX).max(ROWS_TO_FILL);
    for (at, column) in sheet.columns.iter().enumerate() {
        let at = u16::try_from(at).unwrap_or(u16::MAX);
        let format = if column.fault {
            &fault
        } else if column.needed {
            &needed
        } else {
            &head
        };
        page.write_string_with_format(0, at, &column.title, format)?;
        page.set_column_width(at, if column.width > 0.0 { column.width } else { 18.0 })?;
        page.set_column_format(
            at,
            if column.fault {
                &wrapped
            } else if column.days {
                &day
            } else {
                &plain
            },
        )?;
        if let Some(note) = &column.note {
            page.insert_note(0, at, &Note::new(note.as_str()).set_author("Mắt Lưới").add_author_prefix(false))?;
        }
        let place = |list: &Choices| choices.iter().position(|c| c.title == list.title);
        if let Some((list, place)) = column.choices.as_ref().and_then(|l| place(l).map(|p| (l, p))) {
            let letter = column_letters(place);
            let range = format!("='{}'!${letter}$2:${letter}${}", lists.replace('\'', "''"), list.items.len() + 1);
            let style =
                if list.open { DataValidationErrorStyle::Information } else { DataValidationErrorStyle::Warning };
            let rule = DataValidation::new()
                .allow_list_formula(Formula::new(range))
                .set_error_style(style)
                .show_error_message(!list.open);
            page.add_data_validation(1, at, last_row, at, &rule)?;
        }
    }
    for (row, cells) in (1_u32..).zip(&sheet.rows) {
        for (at, cell) in (0_u16..).zip(cells) {
            match cell {
                Cell::Empty => {}
                Cell::Text(text) => {
                    let wraps = sheet.columns.get(usize::from(at)).is_some_and(|c| c.fault) || text.contains('\n');
                    // The format's own bound.
                    let text: String = text.chars().take(32_767).collect();
                    page.write_string_with_format(row, at, text, if wraps { &wrapped } else { &plain })?;
                }
                Cell::Number(n) => {
                    page.write_number(row, at, *n)?;
                }
                Cell::Day(d) => {
                    let (y, m, d) = (d.year().unsigned_abs(), d.month().unsigned_abs(), d.day().unsigned_abs());
                    page.write_with_format(row, at, &ExcelDateTime::from_ymd(y, m, d)?, &day)?;
                }
            }
        }
    }
    let marked =
        Format::new().set_num_format("@").set_background_color(Color::RGB(0x00F8_D0CC)).set_align(FormatAlign::Top);
    for (row, column, _) in sheet.marks.iter() {
        let (Ok(r), Ok(c)) = (u32::try_from(row + 1), u16::try_from(*column)) else { continue };
        let text = sheet.rows.get(*row).and_then(|cells| cells.get(*column)).map(Cell::plain).unwrap_or_default();
        if text.is_empty() {
            page.write_blank(r, c, &marked)?;
        } else {
            page.write_string_with_format(r, c, text, &marked)?;
        }
    }
    page.set_freeze_panes(1, 0)?;
    Ok(())
}

fn column_letters(at: usize) -> String {
    let (mut n, mut out) = (at + 1, String::new());
    while n > 0 {
        out.insert(0, char::from(b'A' + u8::try_from((n - 1) % 26).unwrap_or(0)));
        n = (n - 1) / 26;
    }
    out
}
