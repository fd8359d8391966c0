//! Files made by other programs (`tests/make_files.py`), hostile ones, and any bytes at all.

use super::*;
use base::CivilDate;
use proptest::prelude::*;
use std::path::Path;

fn file(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files").join(name);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn titles(cells: &[String]) -> usize {
    cells.iter().filter(|c| ["Mã camera", "Tên camera", "Địa bàn", "Ngày lắp đặt"].contains(&c.as_str())).count()
}

fn taken(bytes: &[u8]) -> Result<Table, SheetFault> {
    read(bytes, &Wanted { sheet: None, titles: &titles })
}

fn rows(table: &Table) -> Vec<Vec<&str>> {
    table.lines.iter().map(|l| l.cells.iter().map(String::as_str).collect()).collect()
}

const FIRST: [&str; 6] =
    ["79.760-0001", "Ngã tư Lê Lợi – Nguyễn Huệ", "Phường Bến Nghé", "24/11/2026", "7,5", "hai dòng\ntrong một ô"];

#[test]
fn every_encoding_and_delimiter() {
    let table = [
        ("utf8.csv", 0),
        ("utf8-bom-semicolon.csv", 0),
        ("tab.txt", 0),
        ("sep-line.csv", 0),
        ("unicode-text.txt", 0),
        ("utf16be.csv", 0),
        ("utf16le-no-mark.csv", 0),
        ("windows-1258.csv", 1),
        ("decomposed.csv", 0),
    ];
    for (name, notes) in table {
        let table = taken(&file(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
        let rows = rows(&table);
        assert_eq!(rows.len(), 3, "{name}");
        assert_eq!(titles(&table.lines[0].cells), 4, "{name}: {:?}", rows[0]);
        assert_eq!(rows[1], FIRST, "{name}");
        assert_eq!(rows[2][1], "Cổng \"Bắc\" chợ Bến Thành", "{name}");
        assert_eq!(rows[2][5], "=1+1", "{name}: text is text");
        assert_eq!(table.notes.len(), notes, "{name}: {:?}", table.notes);
        // The second row holds a line break: rows are counted as a spreadsheet program shows them.
        assert_eq!(table.lines.iter().map(|l| l.number).collect::<Vec<_>>(), [1, 2, 3], "{name}");
    }
}

#[test]
fn blank_rows_count_and_are_no_rows() {
    let table = taken(&file("blank-rows.csv")).expect("reads");
    assert_eq!(table.lines.iter().map(|l| l.number).collect::<Vec<_>>(), [3, 5, 6, 7]);
    assert_eq!(rows(&table)[2], FIRST);
}

#[test]
fn a_workbook_by_openpyxl() {
    let bytes = file("openpyxl.xlsx");
    let table = taken(&bytes).expect("reads");
    assert_eq!(table.sheet.as_deref(), Some("Camera"));
    assert_eq!(table.sheets, ["Bìa", "Camera"], "hidden sheets are not offered");
    assert_eq!(table.lines.iter().map(|l| l.number).collect::<Vec<_>>(), [3, 5, 6, 7]);
    let rows = rows(&table);
    assert_eq!(rows[2][..5], ["79.760-0001", "Ngã tư Lê Lợi – Nguyễn Huệ", "Phường Bến Nghé", "24/11/2026", "7.5"]);
    // Merged over both rows; a formula without a kept result is empty, not evaluated.
    assert_eq!(rows[3], ["79.760-0002", "Cổng \"Bắc\" chợ Bến Thành", "Phường Bến Nghé", "01/02/2025", "12"]);
    let chosen = read(&bytes, &Wanted { sheet: Some("Bìa"), titles: &titles }).expect("the other sheet");
    assert_eq!(chosen.lines, [Line { number: 3, cells: vec!["".into(), "Sở Thông tin và Truyền thông".into()] }]);
    assert_eq!(read(&bytes, &Wanted { sheet: Some("Ẩn"), titles: &titles }).expect_err("hidden"), SheetFault::NoSheet);
}

#[test]
fn a_workbook_by_xlsxwriter() {
    let table = taken(&file("xlsxwriter-1904.xlsx")).expect("reads");
    let expected = ["79.760-0003", "Hẻm 12", "Phường Đa Kao", "29/02/2024", "0.3", "x", "true", "29/02/2024 13:45"];
    assert_eq!(rows(&table)[1], expected);
}

#[test]
fn hostile_files_are_refused_and_bounded() {
    assert!(matches!(taken(&file("huge-count.xlsx")), Err(SheetFault::Broken(_))));
    assert!(matches!(taken(&file("cut-short.xlsx")), Err(SheetFault::Broken(_))));
    // A cell in the last corner makes no million rows.
    match taken(&file("far-corner.xlsx")) {
        Ok(table) => assert!(table.lines.len() <= 3),
        Err(e) => assert!(matches!(e, SheetFault::Broken(_)), "{e}"),
    }
    assert_eq!(taken(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1]).expect_err("xls"), SheetFault::OldOrLocked);
    assert_eq!(taken(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").expect_err("a picture"), SheetFault::Foreign);
    assert_eq!(taken(b"").expect_err("nothing"), SheetFault::Empty);
    assert_eq!(taken(b" ;;; \r\n;;\r\n").expect_err("blank"), SheetFault::Empty);
    let open = format!("Mã camera,Tên camera\n1,\"{}", "x,y\n".repeat(10_000));
    assert_eq!(taken(open.as_bytes()).expect_err("an open quotation"), SheetFault::LongCell { row: 2, column: 2 });
    let many = "1,2\n".repeat(limits::CAMERAS_MAX + 100);
    assert!(matches!(taken(many.as_bytes()), Err(SheetFault::TooLarge(_))));
}

#[test]
fn a_file_that_expands_without_end_is_refused() {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let zeros = vec![b' '; 1024 * 1024];
    zip.start_file("xl/worksheets/sheet1.xml", zip::write::SimpleFileOptions::default()).expect("part");
    for _ in 0..=limits::IMPORT_EXPANDED_BYTES_MAX / zeros.len() {
        zip.write_all(&zeros).expect("write");
    }
    let bytes = zip.finish().expect("zip").into_inner();
    assert!(bytes.len() < 2 * 1024 * 1024, "the file itself is small");
    assert!(matches!(taken(&bytes), Err(SheetFault::TooLarge(_))));
}

#[test]
fn a_count_beyond_the_file_is_seen_wherever_it_lies() {
    use crate::workbook::unpacked;
    for before in [0, 65_521, 65_531, 65_539, 131_060, 200_000] {
        let part = |count: &str| [vec![b' '; before], format!("<sst {count}>").into_bytes()].concat();
        let read = |count: &str| unpacked(part(count).as_slice(), u64::MAX);
        assert!(read("uniqueCount=\"99999999\"").is_err() && read("uniqueCount = '99999999'").is_err(), "{before}");
        assert!(read(&format!("uniqueCount{}=\"9\"", " ".repeat(300))).is_err(), "{before}");
        assert_eq!(read("uniqueCount=\"5\"").expect("good"), Some(before as u64 + 21), "{before}");
        assert_eq!(unpacked(part("").as_slice(), before as u64).expect("too large"), None, "{before}");
    }
}

fn sheet(cells: &[&str]) -> Sheet {
    let column = |title: &str| Column { title: title.to_owned(), ..Column::default() };
    Sheet {
        name: "Camera".into(),
        columns: vec![column("Mã camera"), column("Tên camera")],
        rows: cells.iter().map(|c| vec![Cell::text("79-0001"), Cell::text(*c)]).collect(),
        ..Sheet::default()
    }
}

#[test]
fn no_cell_becomes_a_formula() {
    let table = [
        ("=1+1", "'=1+1"),
        ("+84 28 3829", "'+84 28 3829"),
        ("-cmd", "'-cmd"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1", "'＝1"),
        ("'=x", "''=x"),
        ("-12.5", "-12.5"),
        ("+84283829", "+84283829"),
        ("'tis", "'tis"),
        ("Chợ", "Chợ"),
    ];
    for (text, written) in table {
        assert_eq!(escaped(text), written);
        let csv = csv_bytes(&sheet(&[text])).expect("csv");
        assert!(csv.starts_with(b"\xEF\xBB\xBF"), "Excel wants the mark");
        assert_eq!(taken(&csv).expect("reads").lines[1].cells[1], text);
        let xlsx = xlsx_bytes(&[sheet(&[text])], "Danh mục", "x").expect("xlsx");
        assert_eq!(taken(&xlsx).expect("reads").lines[1].cells[1], text);
    }
}

#[test]
fn lists_and_days_are_written() {
    let mut page = sheet(&["Một"]);
    let choices =
        Choices { title: "Mục đích".into(), items: vec!["Giao thông".into(), "Trật tự".into()], open: true };
    page.columns.push(Column {
        title: "Mục đích".into(),
        choices: Some(choices),
        note: Some("?".into()),
        ..Column::default()
    });
    page.columns.push(Column { title: "Ngày lắp đặt".into(), days: true, ..Column::default() });
    page.rows[0].extend([Cell::text("Giao thông"), Cell::Day(CivilDate::constant(2026, 11, 24))]);
    page.marks.push((0, 1, "sai".into()));
    let bytes = xlsx_bytes(&[page], "Danh mục", "x").expect("xlsx");
    let table = taken(&bytes).expect("reads");
    assert_eq!(table.sheets, ["Camera", "Danh mục"]);
    assert_eq!(rows(&table)[1], ["79-0001", "Một", "Giao thông", "24/11/2026"]);
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("zip");
    let mut xml = String::new();
    std::io::Read::read_to_string(&mut zip.by_name("xl/worksheets/sheet1.xml").expect("sheet"), &mut xml).expect("xml");
    assert!(xml.contains("<dataValidation ") && xml.contains("$A$2:$A$3"), "{xml}");
    assert!(!xml.contains("<f>"), "no formula");
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = taken(&bytes);
    }

    #[test]
    fn a_damaged_workbook_is_survived(at in 0usize..6000, with in any::<[u8; 4]>()) {
        let mut bytes = file("openpyxl.xlsx");
        let at = at % bytes.len().saturating_sub(4);
        bytes[at..at + 4].copy_from_slice(&with);
        let _ = taken(&bytes);
    }

    #[test]
    fn what_is_written_is_read_back(cells in proptest::collection::vec("[ -~àđế=+@'\",;\n]{1,30}", 1..8)) {
        let tidy: Vec<String> = cells.iter().map(|c| tidy(c)).filter(|c| !c.is_empty()).collect();
        let wanted: Vec<&str> = tidy.iter().map(String::as_str).collect();
        let csv = csv_bytes(&sheet(&wanted)).expect("csv");
        let back = taken(&csv).expect("reads");
        let read: Vec<&str> = back.lines.iter().skip(1).map(|l| l.cells[1].as_str()).collect();
        prop_assert_eq!(&read, &wanted);
        let xlsx = xlsx_bytes(&[sheet(&wanted)], "Danh mục", "x").expect("xlsx");
        let back = taken(&xlsx).expect("reads");
        let read: Vec<&str> = back.lines.iter().skip(1).map(|l| l.cells[1].as_str()).collect();
        prop_assert_eq!(&read, &wanted);
    }
}
