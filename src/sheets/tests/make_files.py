"""Makes the files of this folder's tests: by openpyxl, XlsxWriter and iconv, so that readers are tried on what other
programs write. Run it only to make them anew: `python make_files.py` (openpyxl, xlsxwriter, iconv)."""

import datetime
import pathlib
import subprocess
import zipfile

import openpyxl
import xlsxwriter

HERE = pathlib.Path(__file__).parent / "files"
HERE.mkdir(exist_ok=True)
ROWS = [
    ["Mã camera", "Tên camera", "Địa bàn", "Ngày lắp đặt", "Độ cao", "Ghi chú"],
    ["79.760-0001", "Ngã tư Lê Lợi – Nguyễn Huệ", "Phường Bến Nghé", "24/11/2026", "7,5", "hai dòng\ntrong một ô"],
    ["79.760-0002", 'Cổng "Bắc" chợ Bến Thành', "Phường Bến Thành", "01/02/2025", "12", "=1+1"],
]


def csv(delimiter, rows=ROWS):
    def cell(text):
        return '"' + text.replace('"', '""') + '"' if any(c in text for c in delimiter + '"\n') else text

    return "\r\n".join(delimiter.join(cell(c) for c in row) for row in rows) + "\r\n"


def put(name, data):
    (HERE / name).write_bytes(data if isinstance(data, bytes) else data.encode())


put("utf8.csv", csv(","))
put("utf8-bom-semicolon.csv", "\ufeff" + csv(";"))
put("tab.txt", csv("\t"))
put("sep-line.csv", "sep=;\r\n" + csv(";"))
# As Excel saves "Unicode Text": UTF-16 with a mark, tabs.
put("unicode-text.txt", csv("\t").encode("utf-16"))
put("utf16be.csv", b"\xfe\xff" + csv(",").encode("utf-16-be"))
put("utf16le-no-mark.csv", csv(";").encode("utf-16-le"))
# Windows-1258 writes most Vietnamese letters as a letter and a combining mark; iconv does that from decomposed text.
put("windows-1258.csv", subprocess.run(["iconv", "-f", "UTF-8", "-t", "CP1258"], input=csv(";").encode(),
                                       capture_output=True, check=True).stdout)
import unicodedata

put("decomposed.csv", unicodedata.normalize("NFD", csv(",")))
put("blank-rows.csv", "\r\n\r\nDANH SÁCH CAMERA;;;;;\r\n\r\n" + csv(";"))

# openpyxl: several sheets, a merged title, blank rows, days and numbers as such, a unit merged over rows.
book = openpyxl.Workbook()
front = book.active
front.title = "Bìa"
front["B3"] = "Sở Thông tin và Truyền thông"
sheet = book.create_sheet("Camera")
sheet["A3"] = "DANH SÁCH CAMERA"
sheet.merge_cells("A3:F3")
for at, row in enumerate(ROWS, start=5):
    for column, value in enumerate(row, start=1):
        sheet.cell(at, column, value)
sheet["D6"] = datetime.date(2026, 11, 24)
sheet["D6"].number_format = "dd/mm/yyyy"
sheet["E6"] = 7.5
sheet["D7"] = datetime.datetime(2025, 2, 1)
sheet["E7"] = 12
sheet["F7"] = "=1+1"
sheet["C6"] = "Phường Bến Nghé"
sheet["C7"] = None
sheet.merge_cells("C6:C7")
hidden = book.create_sheet("Ẩn")
hidden.sheet_state = "hidden"
hidden["A1"] = "Mã camera"
book.save(HERE / "openpyxl.xlsx")

# XlsxWriter: the 1904 calendar, a fraction that is none, a time, yes and no, a formula with a cached result.
book = xlsxwriter.Workbook(str(HERE / "xlsxwriter-1904.xlsx"), {"date_1904": True})
sheet = book.add_worksheet("Sheet1")
sheet.write_row(0, 0, ROWS[0] + ["Có", "Giờ"])
sheet.write_string(1, 0, "79.760-0003")
sheet.write_string(1, 1, "Hẻm 12")
sheet.write_string(1, 2, "Phường Đa Kao")
sheet.write_datetime(1, 3, datetime.datetime(2024, 2, 29), book.add_format({"num_format": "d mmmm yyyy"}))
sheet.write_number(1, 4, 0.1 + 0.2)
sheet.write_formula(1, 5, '=HYPERLINK("http://evil.example","x")', None, "x")
sheet.write_boolean(1, 6, True)
sheet.write_datetime(1, 7, datetime.datetime(2024, 2, 29, 13, 45), book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
book.close()

# Hostile ones: made small, so that they can stand here.
with zipfile.ZipFile(HERE / "xlsxwriter-1904.xlsx") as good:
    parts = {n: good.read(n) for n in good.namelist()}


def hostile(name, change):
    with zipfile.ZipFile(HERE / name, "w", zipfile.ZIP_DEFLATED) as out:
        for part, data in parts.items():
            out.writestr(part, change(part, data))


hostile("huge-count.xlsx", lambda part, data: data.replace(b'uniqueCount="', b'uniqueCount="99999999') if "sharedStrings" in part else data)
hostile("far-corner.xlsx", lambda part, data: data.replace(b'r="A2"', b'r="XFD1048576"').replace(b"A1:H2", b"A1:XFD1048576") if "sheet1" in part else data)
hostile("cut-short.xlsx", lambda part, data: data[: len(data) // 2] if "sheet1" in part else data)
