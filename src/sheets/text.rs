//! CSV: which encoding, which delimiter, which rows.

use crate::write::unescaped;
use crate::{Collector, Line, SheetFault, Table, Wanted, header_score, tidy};
use base::Said;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1258};

/// What of a file is looked at to guess its delimiter, in bytes.
const LOOK: usize = 64 * 1024;
const DELIMITERS: [u8; 4] = [b';', b',', b'\t', b'|'];

pub(crate) fn read(bytes: &[u8], wanted: &Wanted<'_>) -> Result<Table, SheetFault> {
    let (text, note) = decode(bytes)?;
    let (given, text) = separator_line(&text);
    let delimiter = given.unwrap_or_else(|| guess(text, wanted));
    let mut table = Table { lines: records(text, delimiter)?, ..Table::default() };
    table.notes.extend(note);
    Ok(table)
}

/// The text, and what is worth saying about how it was read.
fn decode(bytes: &[u8]) -> Result<(String, Option<Said>), SheetFault> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return decode_as(encoding, bytes.get(mark..).unwrap_or_default());
    }
    if let Some(wide) = wide(bytes) {
        return decode_as(wide, bytes);
    }
    // A text has line ends and tabs, and no other control characters to speak of.
    let controls = bytes.iter().filter(|b| **b < 32 && !matches!(**b, b'\t' | b'\n' | b'\r')).count();
    if bytes.contains(&0) || controls > bytes.len() / 100 {
        return Err(SheetFault::Foreign);
    }
    let (text, broken) = UTF_8.decode_without_bom_handling(bytes);
    if !broken {
        return Ok((text.into_owned(), None));
    }
    // A few broken bytes in what is clearly UTF-8, or another encoding altogether?
    let damaged = text.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
    let whole = text.chars().filter(|c| !c.is_ascii() && *c != char::REPLACEMENT_CHARACTER).count();
    if damaged.saturating_mul(10) < whole {
        let note = damage(true, &text);
        return Ok((text.into_owned(), note));
    }
    let (text, _) = WINDOWS_1258.decode_without_bom_handling(bytes);
    let note = Said::new(
        "Tệp không phải UTF-8; đã đọc theo bảng mã Windows-1258. Nếu chữ tiếng Việt sai, hãy lưu lại thành “CSV UTF-8”.",
        "The file is not UTF-8; it was read as Windows-1258. If Vietnamese letters are wrong, save it as “CSV UTF-8”.",
    );
    Ok((text.into_owned(), Some(note)))
}

fn decode_as(encoding: &'static Encoding, bytes: &[u8]) -> Result<(String, Option<Said>), SheetFault> {
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    if text.contains('\0') {
        return Err(SheetFault::Foreign);
    }
    let note = damage(broken, &text);
    Ok((text.into_owned(), note))
}

fn damage(broken: bool, text: &str) -> Option<Said> {
    let n = text.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
    broken.then(|| {
        Said::new(
            format!("Tệp có {n} ký tự hỏng, hiện thành \u{FFFD}. Hãy kiểm tra các ô đó."),
            format!("The file has {n} broken characters, shown as \u{FFFD}. Look at those cells."),
        )
    })
}

/// UTF-16 without a mark: every other byte of ordinary text is zero.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
    let zeros = |from: usize| sample.iter().skip(from).step_by(2).filter(|b| **b == 0).count();
    let (even, odd, many) = (zeros(0), zeros(1), sample.len() / 6);
    match () {
        () if sample.len() < 4 => None,
        () if odd > many && even == 0 => Some(UTF_16LE),
        () if even > many && odd == 0 => Some(UTF_16BE),
        () => None,
    }
}

/// Excel's first line `sep=;`, which is no row.
fn separator_line(text: &str) -> (Option<u8>, &str) {
    let line_end = text.find('\n').map_or(text.len(), |i| i + 1);
    let (first, rest) = text.split_at(line_end);
    match first.trim_end_matches(['\r', '\n']).as_bytes() {
        [b's', b'e', b'p', b'=', d] | [b'"', b's', b'e', b'p', b'=', d, b'"'] => (Some(*d), rest),
        _ => (None, text),
    }
}

/// The delimiter under which the best header is found; without any, the one that makes most columns.
fn guess(text: &str, wanted: &Wanted<'_>) -> u8 {
    let mut end = text.len().min(LOOK);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let look = text.get(..end).unwrap_or_default();
    let fit = |d: &u8| {
        let (lines, _) = records_of(look, *d, crate::HEADER_WITHIN);
        let columns = lines.iter().map(|l| l.cells.len()).filter(|n| *n > 1).sum::<usize>();
        (header_score(&lines, wanted), columns)
    };
    // `max_by_key` takes the last of equals: the order of the table shall count.
    DELIMITERS.into_iter().rev().max_by_key(fit).unwrap_or(b',')
}

fn records(text: &str, delimiter: u8) -> Result<Vec<Line>, SheetFault> {
    match records_of(text, delimiter, usize::MAX) {
        (lines, None) => Ok(lines),
        (_, Some(fault)) => Err(fault),
    }
}

/// The rows up to the first fault.
fn records_of(text: &str, delimiter: u8, at_most: usize) -> (Vec<Line>, Option<SheetFault>) {
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut out = Collector::default();
    let mut record = csv::StringRecord::new();
    // The reader passes over empty lines; people count them.
    let (mut number, mut from) = (0_u32, 0_usize);
    while out.lines.len() < at_most {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(e) => return (out.lines, Some(SheetFault::Broken(e.to_string()))),
        }
        let to = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        number = number.saturating_add(1).saturating_add(empty_lines(text, from, to));
        from = to;
        let cells = record.iter().map(|c| unescaped(&tidy(c))).collect();
        if let Err(fault) = out.put(number, cells) {
            return (out.lines, Some(fault));
        }
    }
    (out.lines, None)
}

/// Empty lines at the beginning of `text[from..to]`, where the second half of a line end may stand first.
fn empty_lines(text: &str, from: usize, to: usize) -> u32 {
    let bytes = text.as_bytes();
    let half = from > 0 && bytes.get(from - 1) == Some(&b'\r') && bytes.get(from) == Some(&b'\n');
    let mut rest = bytes.get(from + usize::from(half)..to).unwrap_or_default();
    let mut n = 0;
    loop {
        rest = match rest {
            [b'\r', b'\n', rest @ ..] | [b'\r' | b'\n', rest @ ..] => rest,
            _ => return n,
        };
        n += 1;
    }
}
