//! From a file's rows to a list of cameras: where its header is, which columns it has, which rows are none.

use super::columns::{self, Column};
use crate::office::lock;
use base::Said;
use domain::text::{cut, fold};
use sheets::{HEADER_WITHIN, Line, Table, Wanted};
use std::sync::Mutex;

/// A list as it was read.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    pub(crate) columns: Vec<&'static Column>,
    /// Number in the file, and the cells in the order of `columns`.
    pub(crate) rows: Vec<(u32, Vec<String>)>,
    pub(crate) notes: Vec<Said>,
    pub(crate) sheet: Option<String>,
}

fn titles(cells: &[String]) -> usize {
    cells.iter().filter(|c| columns::recognised(c).is_some()).count()
}

/// Reads a file.
///
/// # Errors
/// Why it cannot be read, and what to do.
pub(crate) fn listing(bytes: &[u8], sheet: Option<&str>) -> Result<Listing, Said> {
    // One at a time: what a file unpacks to is bounded, and so is then what all of them take.
    static READER: Mutex<()> = Mutex::new(());
    let _turn = lock(&READER);
    let table = sheets::read(bytes, &Wanted { sheet, titles: &titles }).map_err(|e| e.said())?;
    of_table(table)
}

fn of_table(table: Table) -> Result<Listing, Said> {
    let first = table.lines.iter().take(HEADER_WITHIN);
    // The first of the best: `max_by_key` would take the last.
    let best = first.clone().map(|l| titles(&l.cells)).max().unwrap_or(0);
    let at = first.clone().position(|l| titles(&l.cells) == best).filter(|_| best >= 2);
    let Some(at) = at else {
        return Err(Said::new(
            "Không thấy dòng tiêu đề. Hãy dùng tệp mẫu, hoặc đặt tiêu đề cột như “Mã camera”, “Tên camera”.",
            "There is no header. Use the template, or give the columns titles such as “Camera code”, “Camera name”.",
        ));
    };
    let (header, below) = header(&table.lines, at);
    let mut out = Listing { notes: table.notes, sheet: table.sheet, ..Listing::default() };
    if let [_, _, ..] = table.sheets.as_slice()
        && let Some(sheet) = &out.sheet
    {
        let others = table.sheets.iter().filter(|s| *s != sheet).map(|s| cut(s, 40)).collect::<Vec<_>>().join("”, “");
        out.notes.push(Said::new(
            format!("Đã đọc trang tính “{sheet}”. Các trang khác không được đọc: “{others}”."),
            format!("The sheet “{sheet}” was read. Others were not: “{others}”."),
        ));
    }
    let places = out.take_columns(&header);
    let fields: Vec<&str> = out.columns.iter().map(|c| c.field).collect();
    if !(fields.contains(&"code") || fields.contains(&"name") && fields.contains(&"main_url")) {
        return Err(Said::new(
            "Cần ít nhất cột “Mã camera” (để cập nhật), hoặc cả hai cột “Tên camera” và “Địa chỉ luồng chính (RTSP)” (để thêm \
             mới).",
            "At least the column “Camera code” is needed (to change cameras), or both “Camera name” and “Main stream (RTSP)” \
             (to add them).",
        ));
    }
    let mut examples = 0_usize;
    for line in table.lines.iter().skip(below) {
        let cell = |i: &usize| line.cells.get(*i).cloned().unwrap_or_default();
        let cells: Vec<String> = places.iter().map(cell).collect();
        if cells.iter().all(String::is_empty) || is_numbering(&line.cells) || repeats_header(&line.cells) {
            continue;
        }
        if is_example(&cells) {
            examples += 1;
            continue;
        }
        out.rows.push((line.number, cells));
    }
    if examples > 0 {
        out.notes.push(Said::new("Dòng ví dụ của tệp mẫu được bỏ qua.", "The template's example row was passed over."));
    }
    if out.rows.is_empty() {
        return Err(sheets::SheetFault::Empty.said());
    }
    Ok(out)
}

/// The titles, one for each cell of the file, and where the rows begin. A header may stand in two rows whose cells are
/// merged: a title that is missing in one is taken from the other.
fn header(lines: &[Line], at: usize) -> (Vec<String>, usize) {
    let mut titles: Vec<String> = lines.get(at).map(|l| l.cells.clone()).unwrap_or_default();
    let number = |i: usize| lines.get(i).map(|l| l.number);
    let mut lend = |from: &Line| {
        if titles.len() < from.cells.len() {
            titles.resize(from.cells.len(), String::new());
        }
        for (title, other) in titles.iter_mut().zip(&from.cells) {
            if columns::recognised(title).is_none() && columns::recognised(other).is_some() {
                title.clone_from(other);
            }
        }
    };
    if let Some(above) = at.checked_sub(1).and_then(|i| lines.get(i))
        && number(at) == Some(above.number + 1)
    {
        lend(above);
    }
    let mut below = at + 1;
    if let Some(next) = lines.get(below)
        && number(at).is_some_and(|n| n + 1 == next.number)
        && next.cells.iter().any(|c| columns::recognised(c).is_some())
        && next.cells.iter().all(|c| c.is_empty() || columns::recognised(c).is_some() || columns::is_passed_over(c))
    {
        lend(next);
        below += 1;
    }
    (titles, below)
}

impl Listing {
    /// Takes the columns that are known; gives the place of each in the file.
    fn take_columns(&mut self, header: &[String]) -> Vec<usize> {
        let mut places = Vec::new();
        for (i, title) in header.iter().enumerate() {
            let shown = cut(&title.replace('\n', " "), 60);
            match columns::recognised(title) {
                Some(column) if self.columns.iter().any(|c| c.field == column.field) => self.notes.push(Said::new(
                    format!("Cột “{shown}” lặp lại; chỉ cột đầu được đọc."),
                    format!("The column “{shown}” is there twice; only the first is read."),
                )),
                Some(column) => {
                    self.columns.push(column);
                    places.push(i);
                }
                None if title.is_empty() || columns::is_passed_over(title) => {}
                None => self.notes.push(match columns::nearest(title) {
                    Some(near) => Said::new(
                        format!("Không có cột “{shown}”; được bỏ qua. Có phải ý bạn là “{}”?", near.vi),
                        format!("There is no column “{shown}”; it is ignored. Is “{}” meant?", near.en),
                    ),
                    None => Said::new(
                        format!("Không có cột “{shown}”; được bỏ qua."),
                        format!("There is no column “{shown}”; it is ignored."),
                    ),
                }),
            }
        }
        places
    }
}

/// The row of column numbers under the header of official forms: (1) (2) (3) …
fn is_numbering(cells: &[String]) -> bool {
    let number = |c: &String| c.trim_matches(['(', ')', '[', ']', ' ']).parse::<u32>().ok();
    let filled: Vec<Option<u32>> = cells.iter().filter(|c| !c.is_empty()).map(number).collect();
    filled.len() >= 3 && filled.windows(2).all(|w| matches!(w, [Some(a), Some(b)] if *b == a + 1))
}

/// The header again, as on every printed page.
fn repeats_header(cells: &[String]) -> bool {
    let mut titles = 0;
    // The first cell that is no title ends it: this is asked of every row.
    for cell in cells.iter().filter(|c| !c.is_empty()) {
        match columns::recognised(cell) {
            Some(_) => titles += 1,
            None if columns::is_passed_over(cell) => {}
            None => return false,
        }
    }
    titles >= 3
}

fn is_example(cells: &[String]) -> bool {
    cells.iter().take(4).any(|c| {
        let folded = fold(c);
        folded.starts_with("(vi du") || folded.starts_with("(example")
    })
}

#[cfg(test)]
#[path = "../tests/import_reading.rs"]
mod tests;
