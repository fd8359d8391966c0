//! Where a header is, which rows are none.

use super::*;

fn read(text: &str) -> Result<Listing, Said> {
    listing(text.as_bytes(), None)
}

fn fields(l: &Listing) -> Vec<&'static str> {
    l.columns.iter().map(|c| c.field).collect()
}

#[test]
fn official_forms_are_read() {
    let text = "SỞ THÔNG TIN VÀ TRUYỀN THÔNG;;;;\nDANH SÁCH CAMERA GIÁM SÁT;;;;\n;;;;\n\
        STT;Mã camera;Tên camera (*);Độ cao (m);Ghi chú\n(1);(2);(3);(4);(5)\n\
        1;79-0001;Ngã tư;6,5;\n;;;;\n2;79-0002;Cầu;;x\nSTT;Mã camera;Tên camera;Độ cao;Ghi chú\n3;79-0003;Chợ;;\n";
    let l = read(text).expect("reads");
    assert_eq!(fields(&l), ["code", "name", "height_m", "note"]);
    let rows: Vec<(u32, &str)> = l.rows.iter().map(|(n, c)| (*n, c[1].as_str())).collect();
    assert_eq!(rows, [(6, "Ngã tư"), (8, "Cầu"), (10, "Chợ")]);
    assert_eq!(l.rows[0].1, ["79-0001", "Ngã tư", "6,5", ""]);
    assert!(l.notes.is_empty(), "{:?}", l.notes);
}

#[test]
fn a_header_in_two_merged_rows() {
    let text = "Mã camera,Tên camera,Toạ độ,,Ghi chú\n,,Vĩ độ,Kinh độ,\nA-1,Một,10.7,106.7,\n";
    let l = read(text).expect("reads");
    // "Toạ độ" above both halves is a group, and the halves are what counts… as far as they can be told apart.
    assert!(fields(&l).contains(&"lon"), "{:?}", fields(&l));
    assert_eq!(l.rows.len(), 1);
}

#[test]
fn unknown_and_double_columns_are_named() {
    let l = read("Mã camera,Tên camra,Số điện thoại,Mã camera\nA-1,x,y,z\n").expect("reads");
    assert_eq!(fields(&l), ["code"]);
    let said: Vec<&str> = l.notes.iter().map(|s| s.vi.as_str()).collect();
    assert!(said.iter().any(|s| s.contains("Tên camra") && s.contains("“Tên camera”")), "{said:?}");
    assert!(said.iter().any(|s| s.contains("Số điện thoại")), "{said:?}");
    assert!(said.iter().any(|s| s.contains("lặp lại")), "{said:?}");
    assert_eq!(l.rows[0].1, ["A-1"]);
}

#[test]
fn lists_that_are_none() {
    for (text, word) in [
        ("a,b,c\n1,2,3\n", "tiêu đề"),
        ("Tên camera,Ghi chú\nx,y\n", "Mã camera"),
        ("Mã camera,Tên camera\n", "không có dòng"),
        ("Mã camera,Tên camera\nA-1,(Ví dụ) Ngã tư\n", "không có dòng"),
    ] {
        let said = read(text).expect_err(text);
        assert!(said.vi.contains(word), "{text}: {}", said.vi);
    }
}

proptest::proptest! {
    #[test]
    fn any_list_is_survived(text in "(Mã camera|Tên camera|x|\\(1\\)|,|;|\n|\"|=){0,60}") {
        let _ = read(&text);
    }
}
