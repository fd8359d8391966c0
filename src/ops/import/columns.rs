//! The columns of a list of cameras: their titles in both languages, by which they are found, and what stands in them.
//!
//! Everything of a camera's record but its papers; what the facts are is [`domain::facts_fields`]. The order is that of the
//! template and of exports; a list may have any order and leave columns out.

use base::{Language, Said};
use domain::facts_fields::{FIELDS, Kind};
use domain::text::fold;
use std::collections::HashMap;
use std::sync::LazyLock;

/// How a column is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// The camera's code: by it a row finds its camera.
    Code,
    /// Name.
    Name,
    /// Area, unit.
    Place,
    /// An address; may hold a password.
    Url,
    /// User name.
    User,
    /// Password: read, never written.
    Password,
    /// TCP or UDP.
    Transport,
    /// One half of the position.
    Degrees,
    /// A part of the agreement to a further camera on the same view.
    Agreement,
    /// A fact.
    Fact(Kind),
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// The field, as in forms and the API; `lat` and `lon` make `position`.
    pub field: &'static str,
    /// Vietnamese title.
    pub vi: &'static str,
    /// English title.
    pub en: &'static str,
    /// How it is read.
    pub fill: Fill,
    /// What to write, for the template.
    pub help: Said,
    /// Other titles, folded.
    aliases: &'static [&'static str],
}

impl Column {
    /// Its title.
    pub fn title(&self, language: Language) -> &'static str {
        match language {
            Language::Vi => self.vi,
            Language::En => self.en,
        }
    }
    /// May its text hold a secret?
    pub fn is_secret(&self) -> bool {
        matches!(self.fill, Fill::Url | Fill::Password)
    }
    /// Must a new camera have it?
    pub fn is_needed(&self) -> bool {
        matches!(self.field, "name" | "main_url")
    }
    /// The field under which the rules speak of it.
    pub fn rule_field(&self) -> &'static str {
        if self.fill == Fill::Degrees { "position" } else { self.field }
    }
}

type Own = (&'static str, &'static str, &'static str, Fill, &'static str, &'static str, &'static [&'static str]);

/// The fields that are no facts. `None` of a help: it speaks for itself.
const OWN: &[Own] = &[
    (
        "code",
        "Mã camera",
        "Camera code",
        Fill::Code,
        "Có mã: cập nhật camera mang mã đó, hoặc thêm camera mới với mã đó. Để trống: camera mới, nút tự cấp mã.",
        "With a code: the camera that has it is changed, or a new one gets it. Empty: a new camera; the node gives a code.",
        &["ma", "ma so", "code", "ma thiet bi", "camera id", "so hieu"],
    ),
    (
        "name",
        "Tên camera",
        "Camera name",
        Fill::Name,
        "Bắt buộc với camera mới.",
        "Needed for a new camera.",
        &["ten", "name", "ten goi", "camera", "ten thiet bi"],
    ),
    (
        "unit",
        "Đơn vị quản lý",
        "Unit",
        Fill::Place,
        "Tên, tên tắt hoặc mã đơn vị.",
        "Name, short name or code of the unit.",
        &["don vi", "unit", "don vi quan ly he thong camera", "managing unit"],
    ),
    (
        "area",
        "Địa bàn",
        "Area",
        Fill::Place,
        "Tên hoặc mã phường, xã, đặc khu; tên cũ cũng được nhận.",
        "Name or code of the ward, commune or special zone; former names are found too.",
        &["area", "phuong", "phuong/xa", "phuong xa", "xa", "quan", "quan/huyen", "dia ban lap dat"],
    ),
    (
        "lat",
        "Vĩ độ",
        "Latitude",
        Fill::Degrees,
        "WGS 84, độ; ví dụ 10,77689.",
        "WGS 84, degrees; for example 10.77689.",
        &["lat", "vi do (wgs84)", "vi do wgs84", "y"],
    ),
    (
        "lon",
        "Kinh độ",
        "Longitude",
        Fill::Degrees,
        "WGS 84, độ; ví dụ 106,70081.",
        "WGS 84, degrees; for example 106.70081.",
        &["lon", "lng", "long", "kinh do (wgs84)", "kinh do wgs84", "x"],
    ),
    (
        "main_url",
        "Địa chỉ luồng chính (RTSP)",
        "Main stream (RTSP)",
        Fill::Url,
        "Bắt buộc với camera mới. Ví dụ rtsp://10.1.2.3/Streaming/Channels/101.",
        "Needed for a new camera. For example rtsp://10.1.2.3/Streaming/Channels/101.",
        &["main_url", "rtsp", "url", "dia chi rtsp", "luong chinh", "main stream", "dia chi luong chinh", "rtsp url"],
    ),
    (
        "sub_url",
        "Địa chỉ luồng phụ (RTSP)",
        "Substream (RTSP)",
        Fill::Url,
        "Luồng nhỏ cho lưới nhiều hình.",
        "The small stream for grids of many pictures.",
        &["sub_url", "luong phu", "substream", "dia chi luong phu", "sub stream"],
    ),
    (
        "username",
        "Tên đăng nhập camera",
        "Camera user name",
        Fill::User,
        "Tên đăng nhập vào camera.",
        "The camera's user name.",
        &["username", "user", "ten dang nhap", "tai khoan"],
    ),
    (
        "password",
        "Mật khẩu camera",
        "Camera password",
        Fill::Password,
        "Được niêm phong khi lưu; không bao giờ có trong tệp xuất ra.",
        "Sealed when it is stored; never in an exported file.",
        &["password", "mat khau", "pass"],
    ),
    (
        "transport",
        "Giao thức truyền",
        "Transport",
        Fill::Transport,
        "tcp (mặc định) hoặc udp.",
        "tcp (unless said) or udp.",
        &["transport", "giao thuc"],
    ),
    (
        "agreement_number",
        "Văn bản thống nhất: số",
        "Agreement: number",
        Fill::Agreement,
        "Khi đã có camera cùng mục đích quan sát nơi này (Điều 5.4): số, ký hiệu văn bản thống nhất.",
        "Where cameras of like purpose see the place already (article 5.4): number of the agreement.",
        &["so van ban thong nhat", "van ban thong nhat"],
    ),
    (
        "agreement_date",
        "Văn bản thống nhất: ngày",
        "Agreement: date",
        Fill::Agreement,
        "Ngày/tháng/năm.",
        "Day/month/year.",
        &["ngay van ban thong nhat"],
    ),
    (
        "agreement_issuer",
        "Văn bản thống nhất: cơ quan ban hành",
        "Agreement: issuer",
        Fill::Agreement,
        "Cơ quan ban hành văn bản.",
        "Who issued it.",
        &["co quan ban hanh van ban thong nhat"],
    ),
];

/// Where the facts stand among the others, and other titles of some.
const ORDER: &[&str] = &[
    "code",
    "name",
    "unit",
    "area",
    "address",
    "lat",
    "lon",
    "height_m",
    "direction_deg",
    "angle_deg",
    "range_m",
    "purposes",
    "place",
    "main_url",
    "sub_url",
    "username",
    "password",
    "transport",
    "ownership",
    "funding",
    "asset",
    "maker",
    "model",
    "firmware",
    "serial",
    "conformity",
    "device_from",
    "installed_on",
    "completed_on",
    "integrated_on",
    "update_form",
    "update_frequency",
    "recording_class",
    "sharing_class",
    "police",
    "other_names",
    "agreement_number",
    "agreement_date",
    "agreement_issuer",
    "note",
    "position",
];

fn fact_aliases(field: &str) -> &'static [&'static str] {
    match field {
        "address" => &["dia chi", "vi tri lap dat", "noi lap dat", "location"],
        "position" => &["toa do", "vi tri", "toa do gps", "gps", "coordinates"],
        "height_m" => &["do cao", "do cao lap dat", "chieu cao", "chieu cao lap dat", "height"],
        "direction_deg" => &["huong", "huong nhin", "direction"],
        "angle_deg" => &["goc nhin", "goc", "angle"],
        "range_m" => &["tam nhin", "tam xa", "range"],
        "purposes" => &["muc dich su dung", "purpose"],
        "place" => &["loai dia diem", "dia diem", "place"],
        "maker" => &["hang", "nha san xuat", "brand"],
        "model" => &["model", "chung loai", "kieu"],
        "serial" => &["serial", "so serial", "s/n"],
        "conformity" => &["hop quy", "qcvn 135", "so chung nhan hop quy"],
        "installed_on" => &["ngay lap", "thoi gian lap dat"],
        "completed_on" => &["ngay nghiem thu"],
        "integrated_on" => &["ngay ket noi"],
        "note" => &["ghi chu", "remark", "remarks"],
        _ => &[],
    }
}

fn help_of(kind: Kind) -> Said {
    match kind {
        Kind::Number(unit) => {
            Said::new(format!("Số ({unit}), ví dụ 7,5."), format!("A number ({unit}), for example 7.5."))
        }
        Kind::Direction => Said::new(
            "Độ theo chiều kim đồng hồ từ hướng bắc, hoặc tên hướng (đông bắc).",
            "Degrees clockwise from north, or a name (NE).",
        ),
        Kind::Item(_) => Said::new("Một mục của danh mục: tên hoặc mã.", "One entry of the register: name or code."),
        Kind::Items(_) => Said::new(
            "Một hoặc nhiều mục của danh mục, cách nhau bằng dấu chấm phẩy.",
            "One or several entries of the register, with semicolons between.",
        ),
        Kind::Names => Said::new("Nhiều tên cách nhau bằng dấu chấm phẩy.", "Several names with semicolons between."),
        Kind::Day => Said::new("Ngày/tháng/năm, ví dụ 24/11/2026.", "Day/month/year, for example 24/11/2026."),
        Kind::Yes => Said::new("“có” hoặc “không”.", "“yes” or “no”."),
        Kind::Position => {
            Said::new("Vĩ độ, kinh độ (WGS 84) hoặc VN-2000.", "Latitude, longitude (WGS 84), or VN-2000.")
        }
        Kind::Asset => {
            Said::new("Mã trên trụ, tủ hoặc vật gắn.", "The code on the pole, cabinet or whatever it is mounted on.")
        }
        Kind::Line | Kind::Remark | Kind::Documents => Said::new("", ""),
    }
}

/// Every column, in the order of the template; the last, `position`, is read and not offered.
pub static COLUMNS: LazyLock<Vec<Column>> = LazyLock::new(|| {
    let own = OWN.iter().map(|(field, vi, en, fill, help_vi, help_en, aliases)| Column {
        field,
        vi,
        en,
        fill: *fill,
        help: Said::new(*help_vi, *help_en),
        aliases,
    });
    let facts = FIELDS.iter().filter(|f| f.kind != Kind::Documents).map(|f| Column {
        field: f.name,
        vi: f.vi,
        en: f.en,
        fill: Fill::Fact(f.kind),
        help: help_of(f.kind),
        aliases: fact_aliases(f.name),
    });
    let mut all: Vec<Column> = own.chain(facts).collect();
    all.sort_by_key(|c| ORDER.iter().position(|o| *o == c.field).unwrap_or(ORDER.len()));
    all
});

/// The columns of the template and of exports.
pub fn offered() -> impl Iterator<Item = &'static Column> {
    COLUMNS.iter().filter(|c| c.field != "position")
}

/// A column by its field.
pub fn column(field: &str) -> Option<&'static Column> {
    COLUMNS.iter().find(|c| c.field == field)
}

/// A title as it is compared: folded, without marks of need and units behind it.
fn bare(title: &str) -> String {
    let folded = fold(&title.replace(['*', '\n', '\r', ':', '“', '”', '"'], " "));
    folded.trim().to_owned()
}

fn without_brackets(folded: &str) -> &str {
    folded.split(['(', '[']).next().unwrap_or("").trim()
}

/// Every way in which a title may be written, folded, and its column; of two that share one the first has it. Each row of a
/// list is looked at for titles that are repeated.
static TITLES: LazyLock<HashMap<String, &'static Column>> = LazyLock::new(|| {
    let mut titles = HashMap::new();
    for column in COLUMNS.iter() {
        let own = [column.vi, column.en].map(bare);
        let short = own.iter().map(|o| without_brackets(o).to_owned()).collect::<Vec<_>>();
        let aliases = column.aliases.iter().map(|a| (*a).to_owned());
        for title in own.into_iter().chain(short).chain(aliases).chain([column.field.to_owned()]) {
            titles.entry(title).or_insert(column);
        }
    }
    titles
});

/// The column of that title, in either language, or by its field.
pub fn recognised(title: &str) -> Option<&'static Column> {
    // No title is longer; a cell that is needs no folding.
    if title.len() > 400 {
        return None;
    }
    let full = bare(title);
    if full.is_empty() || full.len() > 80 {
        return None;
    }
    let short = without_brackets(&full);
    TITLES.get(&full).or_else(|| TITLES.get(short).filter(|_| !short.is_empty())).copied()
}

/// Is it the running number that office lists begin with, or the column of faults of a file that was sent back?
pub fn is_passed_over(title: &str) -> bool {
    let title = bare(title);
    ["stt", "so tt", "so thu tu", "tt", "no", "no.", "#"].contains(&title.as_str())
        || [fold(super::FAULT_TITLE.0), fold(super::FAULT_TITLE.1)].contains(&title)
}

/// The known title that looks most like it.
pub fn nearest(title: &str) -> Option<&'static Column> {
    let title = bare(title);
    let like = |c: &Column| {
        let own = [bare(c.vi), bare(c.en), c.field.to_owned()];
        own.iter().map(|o| strsim::jaro_winkler(o, &title)).fold(0.0_f64, f64::max)
    };
    COLUMNS.iter().map(|c| (like(c), c)).filter(|(n, _)| *n > 0.8).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, c)| c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_in_both_languages_and_as_offices_write_them() {
        for c in COLUMNS.iter() {
            assert_eq!(recognised(c.vi).map(|c| c.field), Some(c.field), "{}", c.vi);
            assert_eq!(recognised(c.en).map(|c| c.field), Some(c.field), "{}", c.en);
            assert_eq!(recognised(c.field).map(|c| c.field), Some(c.field));
            assert!(ORDER.contains(&c.field), "{} has no place", c.field);
        }
        let table = [
            ("MÃ CAMERA (*)", Some("code")),
            ("Tên\ncamera", Some("name")),
            ("Độ cao (m)", Some("height_m")),
            ("Kinh độ (WGS84)", Some("lon")),
            ("  don vi  quan ly ", Some("unit")),
            ("Số điện thoại", None),
            ("", None),
        ];
        for (title, field) in table {
            assert_eq!(recognised(title).map(|c| c.field), field, "{title:?}");
        }
        assert!(is_passed_over("STT") && is_passed_over("Lỗi cần sửa"));
        assert_eq!(nearest("Tên camra").map(|c| c.field), Some("name"));
        assert_eq!(nearest("Số điện thoại liên hệ").map(|c| c.field), None);
    }
}
