//! The template: what to fill in, with explanations, drop-down lists and an example; and the file of the rows that failed.

use super::columns::{self, Column, Fill};
use super::export::{ListFormat, ListOut};
use super::{FAULT_TITLE, columns_of};
use crate::{Caller, Ops, OpsError};
use base::{JobId, Language};
use domain::facts_fields::Kind;
use domain::{Act, Job, JobRow, Register, Registers, Verdict};
use sheets::{Cell, Choices, Sheet};

/// A word in the language that is asked for.
pub(super) fn word(language: Language, vi: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::Vi => vi,
        Language::En => en,
    }
}

pub(super) fn broken(e: sheets::SheetFault) -> OpsError {
    OpsError::Inner(e.to_string())
}

/// The drop-down list of a column, if it has one.
fn choices(column: &Column, book: &Registers, language: Language) -> Option<Choices> {
    let items = |register: Register| -> Vec<String> {
        book.items(register, book.day()).map(|i| i.name(language).to_owned()).collect()
    };
    let title = column.title(language).to_owned();
    let list = |items: Vec<String>, open| Some(Choices { title: title.clone(), items, open });
    match column.fill {
        Fill::Transport => list(vec!["tcp".to_owned(), "udp".to_owned()], false),
        Fill::Place if column.field == "area" => {
            let leaves =
                book.areas().filter(|a| a.in_force(book.day()) && book.area_children(Some(a.id)).next().is_none());
            list(leaves.map(|a| a.name.clone()).collect(), true)
        }
        Fill::Place => list(book.units().filter(|u| u.ended_on.is_none()).map(|u| u.name.clone()).collect(), true),
        Fill::Fact(Kind::Item(register)) => list(items(register), false),
        Fill::Fact(Kind::Items(register)) => list(items(register), true),
        Fill::Fact(Kind::Yes) => {
            list(vec![word(language, "có", "yes").to_owned(), word(language, "không", "no").to_owned()], false)
        }
        _ => None,
    }
}

fn width(column: &Column) -> f64 {
    match column.fill {
        Fill::Name => 34.0,
        Fill::Url => 40.0,
        Fill::Place => 26.0,
        Fill::Degrees | Fill::Transport => 12.0,
        Fill::Fact(Kind::Line | Kind::Remark | Kind::Items(_)) => 26.0,
        _ => 18.0,
    }
}

/// A column as it is written.
pub(super) fn written(column: &Column, book: &Registers, language: Language) -> sheets::Column {
    let (vi, en) = (&column.help.vi, &column.help.en);
    let note = match language {
        Language::Vi => vi.clone(),
        Language::En => en.clone(),
    };
    sheets::Column {
        title: column.title(language).to_owned(),
        note: (!note.is_empty()).then_some(note),
        needed: column.is_needed(),
        fault: false,
        width: width(column),
        choices: choices(column, book, language),
        days: column.fill == Fill::Fact(Kind::Day),
    }
}

fn example(column: &Column, book: &Registers, language: Language) -> Cell {
    let first = |register| book.items(register, book.day()).next().map_or("", |i| i.name(language)).to_owned();
    let text = match (column.field, column.fill) {
        ("code", _) => "79.760-0001".to_owned(),
        ("name", _) => {
            word(language, "(Ví dụ) Ngã tư Lê Lợi – Nguyễn Huệ", "(Example) Le Loi – Nguyen Hue crossing").to_owned()
        }
        ("address", _) => "135 Nguyễn Huệ".to_owned(),
        ("lat", _) => "10.773374".to_owned(),
        ("lon", _) => "106.704146".to_owned(),
        ("height_m", _) => "6.5".to_owned(),
        ("direction_deg", _) => "45".to_owned(),
        ("angle_deg", _) => "90".to_owned(),
        ("range_m", _) => "60".to_owned(),
        ("main_url", _) => "rtsp://10.1.2.3/Streaming/Channels/101".to_owned(),
        ("sub_url", _) => "rtsp://10.1.2.3/Streaming/Channels/102".to_owned(),
        ("username", _) => "viewer".to_owned(),
        ("transport", _) => "tcp".to_owned(),
        ("installed_on", _) => "24/11/2026".to_owned(),
        (_, Fill::Fact(Kind::Item(r) | Kind::Items(r))) => first(r),
        _ => String::new(),
    };
    Cell::text(text)
}

/// The sheet of explanations.
fn guide(language: Language) -> Sheet {
    let title = |t: &str, width: f64| sheets::Column { title: t.to_owned(), width, ..Default::default() };
    let rules: &[(&str, &str)] = &[
        (
            "Mỗi dòng là một camera. Thứ tự cột tùy ý; cột không dùng có thể xóa.",
            "Each row is a camera. Columns may have any order; those that are not needed may be deleted.",
        ),
        (
            "Camera đã có (trùng mã): ô để trống thì giữ nguyên giá trị cũ.",
            "A camera that is there (same code): an empty cell leaves the old value.",
        ),
        ("Muốn xóa giá trị cũ của một mục, hãy ghi (xóa) vào ô.", "To empty a field, write (clear) into its cell."),
        (
            "Nhiều mục trong một ô cách nhau bằng dấu chấm phẩy, ví dụ: giao thông; trật tự.",
            "Several entries in one cell have semicolons between them.",
        ),
        ("Dòng có tên bắt đầu bằng (Ví dụ) được bỏ qua.", "A row whose name begins with (Example) is passed over."),
        (
            "Sau khi gửi, danh sách được kiểm tra thử; chưa có gì thay đổi cho đến khi bạn bấm thực hiện.",
            "After sending, the list is checked; nothing changes until you carry it out.",
        ),
    ];
    let both = |said: &base::Said| said.of(language).to_owned();
    let mut rows: Vec<Vec<Cell>> =
        rules.iter().map(|(vi, en)| vec![Cell::text("•"), Cell::text(word(language, vi, en))]).collect();
    rows.push(Vec::new());
    for column in columns::offered() {
        let needed = if column.is_needed() { " *" } else { "" };
        rows.push(vec![Cell::text(format!("{}{needed}", column.title(language))), Cell::text(both(&column.help))]);
    }
    Sheet {
        name: word(language, "Hướng dẫn", "Guide").to_owned(),
        columns: vec![
            title(word(language, "Hướng dẫn", "Guide"), 34.0),
            title(word(language, "Cách điền", "How to fill in"), 100.0),
        ],
        rows,
        marks: Vec::new(),
    }
}

/// The name of the sheet that holds cameras.
pub(super) const LIST_SHEET: &str = "Camera";

pub(super) fn lists_sheet(language: Language) -> &'static str {
    word(language, "Danh mục", "Lists")
}

impl Ops {
    /// The template to fill in.
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn list_template(&self, caller: &Caller, format: ListFormat, language: Language) -> Result<ListOut, OpsError> {
        self.authorise(caller, Act::EditCameras)?;
        let book = self.registers();
        let columns: Vec<sheets::Column> = columns::offered().map(|c| written(c, &book, language)).collect();
        let example = columns::offered().map(|c| example(c, &book, language)).collect();
        let sheet = Sheet { name: LIST_SHEET.to_owned(), columns, rows: vec![example], marks: Vec::new() };
        let bytes = match format {
            ListFormat::Csv => sheets::csv_bytes(&sheet),
            ListFormat::Xlsx => {
                let title = word(language, "Mẫu danh sách camera", "List of cameras: template");
                sheets::xlsx_bytes(&[sheet, guide(language)], lists_sheet(language), title)
            }
        };
        let name = word(language, "mau-danh-sach-camera", "camera-list-template");
        Ok(ListOut { name: format!("{name}.{}", format.as_str()), format, bytes: bytes.map_err(broken)?, rows: 1 })
    }

    /// The rows of a job that have a fault, with what to mend, to be filled in and sent again. Passwords are not in it.
    ///
    /// # Errors
    /// [`OpsError::NotFound`].
    pub fn failed_rows(&self, caller: &Caller, id: JobId, language: Language) -> Result<ListOut, OpsError> {
        let job = self.own_job(caller, id)?;
        let rows = self.read(|r| {
            let mut rows = Vec::new();
            r.each::<JobRow>(super::rows_after(id, 0), |row| {
                if matches!(row.verdict, Verdict::Fault | Verdict::Kept) {
                    rows.push(row);
                }
                true
            })?;
            Ok(rows)
        })?;
        let sheet = failed_sheet(&job, &rows, &self.registers(), language);
        let bytes = sheets::xlsx_bytes(&[sheet, guide(language)], lists_sheet(language), &job.title).map_err(broken)?;
        let stem = job.title.rsplit_once('.').map_or(job.title.as_str(), |(stem, _)| stem);
        let name = format!("{stem} - {}.xlsx", word(language, "dòng lỗi", "failed rows"));
        Ok(ListOut { name, format: ListFormat::Xlsx, bytes, rows: rows.len() })
    }
}

fn failed_sheet(job: &Job, rows: &[JobRow], book: &Registers, language: Language) -> Sheet {
    let columns: Vec<&'static Column> = columns_of(job).into_iter().flatten().collect();
    let fault = sheets::Column {
        title: word(language, FAULT_TITLE.0, FAULT_TITLE.1).to_owned(),
        fault: true,
        width: 60.0,
        ..Default::default()
    };
    let mut sheet = Sheet {
        name: LIST_SHEET.to_owned(),
        columns: std::iter::once(fault).chain(columns.iter().map(|c| written(c, book, language))).collect(),
        ..Sheet::default()
    };
    for (at, row) in rows.iter().enumerate() {
        let mut faults: Vec<String> = Vec::new();
        for fault in &row.faults {
            let column = columns.iter().position(|c| c.rule_field() == fault.field);
            if let Some(column) = column {
                sheet.marks.push((at, column + 1, String::new()));
            }
            let title = column.and_then(|i| columns.get(i)).map(|c| format!("{}: ", c.title(language)));
            faults.push(format!("{}{}", title.unwrap_or_default(), fault.said.of(language)));
        }
        let mut cells = Vec::with_capacity(columns.len() + 1);
        for (column, text) in columns.iter().zip(&row.cells) {
            let hidden = column.is_secret() && text.contains(super::MASK);
            let shown = if hidden { text.replace(super::MASK, "").trim().to_owned() } else { text.clone() };
            if hidden {
                let (vi, en) =
                    ("điền lại mật khẩu; mật khẩu không xuất ra tệp", "enter the password again; it is not given out");
                faults.push(format!("{}: {}", column.title(language), word(language, vi, en)));
            }
            cells.push(Cell::text(shown));
        }
        cells.insert(0, Cell::text(faults.join("\n")));
        sheet.rows.push(cells);
    }
    sheet
}
