//! XLSX: read cell by cell within bounds, whatever the file claims.
//!
//! The file is unpacked once with a counter before the reading library sees it, so that a few kilobytes cannot become
//! gigabytes; cells are taken from its stream, so that a single cell in the last corner of a sheet makes no empty ones.

use crate::{Collector, Line, SheetFault, Table, Wanted, header_score, tidy};
use base::limits;
use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Parts of one file.
const PARTS_MAX: usize = 4_000;
/// Sheets that are looked through for a header.
const SHEETS_MAX: usize = 64;
/// Columns; cells further right are ignored.
const COLUMNS_MAX: u32 = 512;
/// Merged regions; further ones are ignored.
const MERGED_MAX: usize = 20_000;

type Book<'a> = Xlsx<Cursor<&'a [u8]>>;

fn broken(e: impl std::fmt::Display) -> SheetFault {
    SheetFault::Broken(e.to_string())
}

pub(crate) fn read(bytes: &[u8], wanted: &Wanted<'_>) -> Result<Table, SheetFault> {
    bounded(bytes)?;
    // A fault of the reading library takes this file with it and nothing else.
    catch_unwind(AssertUnwindSafe(|| read_bounded(bytes, wanted))).unwrap_or_else(|_| Err(broken("a panic")))
}

/// Unpacks everything piece by piece, keeping nothing, and refuses what goes beyond the bounds or would make the reader set
/// aside memory on the file's word. What the file itself says of its sizes is asked first.
fn bounded(bytes: &[u8]) -> Result<(), SheetFault> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if zip.len() > PARTS_MAX {
        return Err(SheetFault::TooLarge("4.000 phần/parts"));
    }
    let all = limits::IMPORT_EXPANDED_BYTES_MAX as u64;
    let mut said = 0_u64;
    for i in 0..zip.len() {
        said = said.saturating_add(zip.by_index_raw(i).map_err(broken)?.size());
    }
    if said > all {
        return Err(SheetFault::TooLarge("256 MiB"));
    }
    let mut left = all;
    for i in 0..zip.len() {
        let entry = zip.by_index(i).map_err(broken)?;
        // The reader keeps every text of this table at once; of the sheets it keeps a cell at a time.
        let texts = entry.name().is_ok_and(|n| n.to_ascii_lowercase().ends_with("sharedstrings.xml"));
        let room = if texts { left.min(limits::IMPORT_TEXT_BYTES_MAX as u64) } else { left };
        match unpacked(entry, room)? {
            Some(size) => left = left.saturating_sub(size),
            None if room < left => return Err(SheetFault::TooLarge("64 MiB")),
            None => return Err(SheetFault::TooLarge("256 MiB")),
        }
    }
    Ok(())
}

/// Size of a part that is unpacked at once.
const PIECE: u64 = 64 * 1024;
/// What is looked at again with the next piece: longer than a count and the noise before it.
const OVERLAP: usize = 256;
/// Characters between the word and its number.
const NOISE_MAX: usize = 128;

/// How large a part is; `None`: larger than `room`.
pub(crate) fn unpacked(mut part: impl Read, room: u64) -> Result<Option<u64>, SheetFault> {
    let (mut piece, mut size, mut counted) = (Vec::new(), 0_u64, 0_u128);
    loop {
        let n = part.by_ref().take(PIECE).read_to_end(&mut piece).map_err(broken)?;
        if n == 0 {
            break;
        }
        // UTF-16, which no program writes here, would hide the word.
        let hidden = size == 0 && (piece.starts_with(&[0xFF, 0xFE]) || piece.starts_with(&[0xFE, 0xFF]));
        size = size.saturating_add(n as u64);
        if size > room {
            return Ok(None);
        }
        counted = counted.max(largest_count(&piece).filter(|_| !hidden).ok_or_else(|| broken("a hidden count"))?);
        piece.drain(..piece.len().saturating_sub(OVERLAP));
    }
    if counted > u128::from(size) { Err(broken("a count beyond the file's size")) } else { Ok(Some(size)) }
}

/// The table of texts says how many there are (`uniqueCount`), and the reader sets that much aside. `None` if there is so much
/// noise before the number that it is meant to be overlooked.
fn largest_count(piece: &[u8]) -> Option<u128> {
    const WORD: &[u8] = b"uniqueCount";
    let (mut rest, mut largest) = (piece, 0);
    while let Some(at) = rest.windows(WORD.len()).position(|w| w == WORD) {
        rest = rest.get(at + WORD.len()..).unwrap_or_default();
        let noise = rest.iter().take_while(|b| b.is_ascii_whitespace() || matches!(b, b'=' | b'"' | b'\'')).count();
        if noise > NOISE_MAX {
            return None;
        }
        let digits: Vec<u8> = rest.iter().skip(noise).take_while(|b| b.is_ascii_digit()).take(20).copied().collect();
        largest = largest.max(String::from_utf8_lossy(&digits).parse::<u128>().unwrap_or(0));
    }
    Some(largest)
}

fn read_bounded(bytes: &[u8], wanted: &Wanted<'_>) -> Result<Table, SheetFault> {
    let mut book: Book<'_> = Xlsx::new(Cursor::new(bytes)).map_err(|e| match e {
        calamine::XlsxError::Password => SheetFault::OldOrLocked,
        e => broken(e),
    })?;
    let visible = |s: &&calamine::Sheet| s.visible == SheetVisible::Visible && s.typ == SheetType::WorkSheet;
    let sheets: Vec<String> =
        book.sheets_metadata().iter().filter(visible).take(SHEETS_MAX).map(|s| s.name.clone()).collect();
    let name = match wanted.sheet {
        Some(name) => sheets.iter().find(|s| *s == name).cloned().ok_or(SheetFault::NoSheet)?,
        None => best(&mut book, &sheets, wanted)?,
    };
    let mut lines = lines(&mut book, &name, usize::MAX)?;
    fill_merged(&mut book, &name, &mut lines);
    Ok(Table { lines, sheet: Some(name), sheets, notes: Vec::new() })
}

/// The first sheet with the best header; without any header, the first with rows.
fn best(book: &mut Book<'_>, sheets: &[String], wanted: &Wanted<'_>) -> Result<String, SheetFault> {
    let mut found: Option<(usize, bool, &String)> = None;
    for name in sheets {
        let lines = lines(book, name, crate::HEADER_WITHIN)?;
        let fit = (header_score(&lines, wanted), !lines.is_empty());
        if found.is_none_or(|(score, rows, _)| fit > (score, rows)) {
            found = Some((fit.0, fit.1, name));
        }
    }
    found.map(|(_, _, name)| name.clone()).ok_or(SheetFault::Empty)
}

fn lines(book: &mut Book<'_>, sheet: &str, at_most: usize) -> Result<Vec<Line>, SheetFault> {
    let mut cells = book.worksheet_cells_reader(sheet).map_err(broken)?;
    let mut out = Collector::default();
    let (mut row, mut gathered): (u32, BTreeMap<u32, String>) = (0, BTreeMap::new());
    let mut seen = 0_usize;
    while let Some(cell) = cells.next_cell().map_err(broken)? {
        let (at_row, column) = cell.get_position();
        seen += 1;
        if seen > limits::IMPORT_CELLS_MAX {
            return Err(SheetFault::TooLarge("64 MiB"));
        }
        if at_row < row {
            return Err(broken("rows out of order"));
        }
        if at_row > row {
            out.put(row.saturating_add(1), dense(&mut gathered))?;
            row = at_row;
            if out.lines.len() >= at_most {
                return Ok(out.lines);
            }
        }
        if column < COLUMNS_MAX {
            let text = text_of(cell.get_value());
            if !text.is_empty() {
                gathered.insert(column, text);
            }
        }
    }
    out.put(row.saturating_add(1), dense(&mut gathered))?;
    Ok(out.lines)
}

fn dense(cells: &mut BTreeMap<u32, String>) -> Vec<String> {
    let width = cells.last_key_value().map_or(0, |(column, _)| *column as usize + 1);
    let mut out = vec![String::new(); width];
    for (column, text) in std::mem::take(cells) {
        if let Some(slot) = out.get_mut(column as usize) {
            *slot = text;
        }
    }
    out
}

/// What stands in a cell, as text that fields read: days as dd/mm/yyyy, numbers with a decimal point.
fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::String(s) => tidy(s),
        DataRef::SharedString(s) => tidy(s),
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(n) => number(*n),
        DataRef::Bool(b) => if *b { "true" } else { "false" }.to_owned(),
        DataRef::DateTime(t) => moment(t),
        DataRef::DateTimeIso(t) | DataRef::DurationIso(t) => iso(t),
        // The cached result of a formula that failed: it is shown as it is and refused by the field.
        DataRef::Error(e) => e.to_string(),
    }
}

/// Without the noise of binary fractions: 0.1 + 0.2 is 0.3, a serial number is no power of ten.
fn number(n: f64) -> String {
    if !n.is_finite() {
        return String::new();
    }
    if n == n.trunc() && n.abs() < 1e15 {
        return format!("{n:.0}");
    }
    let rounded: f64 = format!("{n:.14e}").parse().unwrap_or(n);
    rounded.to_string()
}

fn moment(t: &ExcelDateTime) -> String {
    if t.is_duration() || !(1.0..2_958_466.0).contains(&t.as_f64()) {
        return number(t.as_f64());
    }
    let (y, m, d, h, min, s, _) = t.to_ymd_hms_milli();
    if (h, min, s) == (0, 0, 0) {
        format!("{d:02}/{m:02}/{y:04}")
    } else {
        format!("{d:02}/{m:02}/{y:04} {h:02}:{min:02}")
    }
}

fn iso(text: &str) -> String {
    let day = text.get(..10).unwrap_or(text);
    match day.split('-').collect::<Vec<_>>().as_slice() {
        [y, m, d] if y.len() == 4 => format!("{d}/{m}/{y}"),
        _ => tidy(text),
    }
}

/// A cell merged over several rows counts for each of them (a unit written once beside its cameras).
fn fill_merged(book: &mut Book<'_>, sheet: &str, lines: &mut [Line]) {
    let Ok(regions) = book.merge_cells_by_sheet_name(sheet) else { return };
    let mut left = limits::IMPORT_CELLS_MAX;
    for region in regions.iter().take(MERGED_MAX) {
        let ((top, column), (bottom, right)) = (region.start, region.end);
        if column != right || top >= bottom || column >= COLUMNS_MAX {
            continue;
        }
        let column = column as usize;
        let first = lines.partition_point(|l| l.number < top.saturating_add(1));
        let Some(text) =
            lines.get(first).filter(|l| l.number == top.saturating_add(1)).and_then(|l| l.cells.get(column))
        else {
            continue;
        };
        let text = text.clone();
        for line in lines.iter_mut().skip(first + 1).take_while(|l| l.number <= bottom.saturating_add(1)) {
            left = left.saturating_sub(1);
            if left == 0 {
                return;
            }
            if line.cells.len() <= column {
                line.cells.resize(column + 1, String::new());
            }
            if let Some(slot) = line.cells.get_mut(column).filter(|c| c.is_empty()) {
                slot.clone_from(&text);
            }
        }
    }
}
