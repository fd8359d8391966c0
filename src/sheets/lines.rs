//! CSV row by row, for tables that are too long to be held.
//!
//! Here: the writer. Not here: sheets as a whole (`write`).

use crate::escaped;
use std::io::{self, Write};

/// Writes CSV as [`crate::csv_bytes`] does: UTF-8 with a mark for Excel, comma, CRLF, nothing that is a formula.
pub struct CsvRows<W: Write>(csv::Writer<W>);

impl<W: Write> CsvRows<W> {
    /// Begins with the headings.
    ///
    /// # Errors
    /// The writer's.
    pub fn new<'a>(mut out: W, titles: impl IntoIterator<Item = &'a str>) -> io::Result<Self> {
        out.write_all("\u{FEFF}".as_bytes())?;
        let writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).flexible(true).from_writer(out);
        let mut rows = Self(writer);
        rows.row(titles)?;
        Ok(rows)
    }

    /// A row.
    ///
    /// # Errors
    /// The writer's.
    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
        self.0.write_record(cells.into_iter().map(escaped)).map_err(io::Error::from)
    }

    /// Ends.
    ///
    /// # Errors
    /// The writer's.
    pub fn finish(mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_as_those_of_a_whole_sheet() {
        let mut out = Vec::new();
        let mut rows = CsvRows::new(&mut out, ["Tên", "B"]).expect("begun");
        rows.row(["=1+1", "a \"b\", c\nd"]).expect("written");
        rows.finish().expect("ended");
        assert_eq!(String::from_utf8(out).expect("text"), "\u{FEFF}Tên,B\r\n'=1+1,\"a \"\"b\"\", c\nd\"\r\n");
    }
}
