//! The fields of a camera's facts: their names in forms, lists and the API, their words, and how each is read and shown.
//!
//! [`FIELDS`] is the one table of them. Not here: changing facts (`facts_patch`), places on the globe (`place`).

use crate::camera_facts::{CameraFacts, Device};
use crate::place;
use crate::register::Register;
use crate::text::{self, FieldFault};
use base::{CivilDate, Said};

/// How a field is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One line.
    Line,
    /// Several lines.
    Remark,
    /// Several names.
    Names,
    /// A place on the globe.
    Position,
    /// A number: lowest, highest, unit.
    Number(&'static str),
    /// A direction.
    Direction,
    /// One entry of a register.
    Item(Register),
    /// Several entries of a register.
    Items(Register),
    /// A mounting asset.
    Asset,
    /// A day.
    Day,
    /// Yes or no.
    Yes,
    /// Documents, by their ids.
    Documents,
}

/// A field of the record's facts.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Name in forms, lists and the API.
    pub name: &'static str,
    /// Vietnamese words.
    pub vi: &'static str,
    /// English words.
    pub en: &'static str,
    /// How it is read.
    pub kind: Kind,
}

impl Field {
    /// Its words.
    pub fn said(&self) -> Said {
        Said::new(self.vi, self.en)
    }
}

const fn f(name: &'static str, kind: Kind, vi: &'static str, en: &'static str) -> Field {
    Field { name, vi, en, kind }
}

/// Every field, in the order of forms and lists.
pub const FIELDS: &[Field] = &[
    f("other_names", Kind::Names, "Tên khác", "Other names"),
    f("address", Kind::Line, "Địa chỉ lắp đặt", "Address"),
    f("position", Kind::Position, "Vị trí (tọa độ)", "Position"),
    f("height_m", Kind::Number("m"), "Độ cao so với mặt đất", "Height above ground"),
    f("direction_deg", Kind::Direction, "Hướng quan sát", "Direction of view"),
    f("angle_deg", Kind::Number("°"), "Góc quan sát", "Angle of view"),
    f("range_m", Kind::Number("m"), "Tầm quan sát", "Range of view"),
    f("purposes", Kind::Items(Register::Purpose), "Mục đích", "Purposes"),
    f("place", Kind::Item(Register::Place), "Loại địa điểm", "Category of place"),
    f("ownership", Kind::Item(Register::Ownership), "Hình thức sở hữu", "Ownership"),
    f("funding", Kind::Item(Register::Funding), "Nguồn vốn", "Funding"),
    f("asset", Kind::Asset, "Trụ, tủ, vật gắn", "Mounting asset"),
    f("maker", Kind::Line, "Hãng sản xuất", "Maker"),
    f("model", Kind::Line, "Kiểu máy", "Model"),
    f("firmware", Kind::Line, "Phiên bản phần mềm", "Firmware"),
    f("serial", Kind::Line, "Số sê-ri", "Serial number"),
    f("conformity", Kind::Line, "Chứng nhận hợp quy QCVN 135", "Certificate of conformity (QCVN 135)"),
    f("device_from", Kind::Day, "Thiết bị lắp từ ngày", "Device in place since"),
    f("installed_on", Kind::Day, "Ngày lắp đặt", "Installed on"),
    f("completed_on", Kind::Day, "Ngày hoàn thành", "Completed on"),
    f("integrated_on", Kind::Day, "Ngày tích hợp", "Integrated on"),
    f("update_form", Kind::Item(Register::UpdateForm), "Hình thức cập nhật", "Form of update"),
    f("update_frequency", Kind::Item(Register::UpdateFrequency), "Tần suất cập nhật", "Frequency of update"),
    f("recording_class", Kind::Item(Register::RecordingClass), "Lớp lưu trữ", "Recording class"),
    f("sharing_class", Kind::Item(Register::SharingClass), "Lớp chia sẻ", "Sharing class"),
    f("police", Kind::Yes, "Camera chuyên dụng của lực lượng Công an", "Specialised camera of the police"),
    f("documents", Kind::Documents, "Văn bản, hồ sơ kèm theo", "Documents"),
    f("note", Kind::Remark, "Ghi chú", "Note"),
];

/// A field by its name.
pub fn field(name: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|f| f.name == name)
}

/// Fields that belong to the device and go with it when it is replaced.
pub const DEVICE_FIELDS: &[&str] = &["maker", "model", "firmware", "serial", "conformity", "device_from"];

pub(crate) fn fault(field: &'static str, vi: impl Into<String>, en: impl Into<String>) -> FieldFault {
    FieldFault::new(field, Said::new(vi, en))
}

/// Lowest and highest value of the numbers; the lowest one itself is out unless it is 0 metres of height.
fn bounds(field: &str) -> (f64, f64) {
    match field {
        "height_m" => (0.0, 1_000.0),
        "angle_deg" => (0.0, 360.0),
        _ => (0.0, 50_000.0),
    }
}

/// Reads a number as people write it: decimal point or comma, with or without its unit.
pub(crate) fn number(field: &'static Field, unit: &str, text: &str) -> Result<f64, FieldFault> {
    let bare = text.trim_end_matches(unit).trim_end_matches('m').trim();
    let (low, high) = bounds(field.name);
    let zero_fits = field.name == "height_m";
    match place::decimal(bare) {
        Some(n) if n <= high && (n > low || (zero_fits && n == low)) => Ok(n),
        _ => {
            let from_vi = if zero_fits { "từ 0" } else { "lớn hơn 0" };
            let from_en = if zero_fits { "from 0" } else { "above 0" };
            Err(fault(
                field.name,
                format!("Hãy ghi một số {from_vi} đến {high} ({unit}), ví dụ 7,5."),
                format!("Write a number {from_en} to {high} ({unit}), for example 7.5."),
            ))
        }
    }
}

/// Directions in words, folded, with their degrees.
const WINDS: &[(&str, f64)] = &[
    ("bac", 0.0),
    ("n", 0.0),
    ("dong bac", 45.0),
    ("ne", 45.0),
    ("dong", 90.0),
    ("e", 90.0),
    ("dong nam", 135.0),
    ("se", 135.0),
    ("nam", 180.0),
    ("s", 180.0),
    ("tay nam", 225.0),
    ("sw", 225.0),
    ("tay", 270.0),
    ("w", 270.0),
    ("tay bac", 315.0),
    ("nw", 315.0),
];

pub(crate) fn direction(text: &str) -> Result<f64, FieldFault> {
    let folded = text::fold(text).replace('-', " ");
    if let Some((_, deg)) = WINDS.iter().find(|(name, _)| *name == folded) {
        return Ok(*deg);
    }
    match place::decimal(text.trim_end_matches('°').trim()) {
        Some(360.0) => Ok(0.0),
        Some(deg) if (0.0..360.0).contains(&deg) => Ok(deg),
        _ => Err(fault(
            "direction_deg",
            "Hãy ghi số độ từ 0 đến 359, theo chiều kim đồng hồ từ hướng bắc, hoặc tên hướng như “đông bắc”.",
            "Write degrees from 0 to 359, clockwise from north, or a name such as “NE”.",
        )),
    }
}

/// Reads a day: `24/11/2026` or `2026-11-24`.
///
/// # Errors
/// A fault of `field`.
pub fn day(field: &'static str, text: &str) -> Result<CivilDate, FieldFault> {
    let parts: Vec<&str> = text.split(['/', '-', '.']).map(str::trim).collect();
    let digits = |t: &str, n: usize| !t.is_empty() && t.len() <= n && t.bytes().all(|b| b.is_ascii_digit());
    let read = match parts.as_slice() {
        [y, m, d] if y.len() == 4 => Some((*y, *m, *d)),
        [d, m, y] if y.len() == 4 => Some((*y, *m, *d)),
        _ => None,
    };
    read.filter(|(y, m, d)| digits(y, 4) && digits(m, 2) && digits(d, 2))
        .and_then(|(y, m, d)| CivilDate::new(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?).ok())
        .filter(|day| (1950..=2200).contains(&day.year()))
        .ok_or_else(|| match in_four_digits(&parts) {
            Some(meant) => fault(
                field,
                format!("Hãy ghi đủ bốn chữ số của năm: {meant}."),
                format!("Write the year with four digits: {meant}."),
            ),
            None => fault(
                field,
                "Hãy ghi ngày theo dạng ngày/tháng/năm, ví dụ 24/11/2026.",
                "Write the day as day/month/year, for example 24/11/2026.",
            ),
        })
}

/// What a day with a year of two digits most likely means; never taken for it unasked.
fn in_four_digits(parts: &[&str]) -> Option<String> {
    let [d, m, y] = parts else { return None };
    let number = |t: &str| (t.len() <= 2 && t.bytes().all(|b| b.is_ascii_digit())).then(|| t.parse::<i16>().ok())?;
    let (d, m, y) = (number(d)?, number(m)?, number(y).filter(|_| y.len() == 2)?);
    let year = if y < 80 { 2000 + y } else { 1900 + y };
    let day = CivilDate::new(year, i8::try_from(m).ok()?, i8::try_from(d).ok()?).ok()?;
    Some(day.strftime("%d/%m/%Y").to_string())
}

/// Several values in one text: by `;` or line breaks.
pub(crate) fn several(text: &str) -> Vec<&str> {
    text.split([';', '\n', '\r', '|']).map(str::trim).filter(|t| !t.is_empty()).collect()
}

pub(crate) fn yes(text: &str) -> Option<bool> {
    match text::fold(text).as_str() {
        "1" | "true" | "yes" | "on" | "co" | "x" => Some(true),
        "0" | "false" | "no" | "off" | "khong" => Some(false),
        _ => None,
    }
}

/// A field's value as text that [`FactsPatch::set_text`] reads back; empty if there is none. Codes stay codes.
pub fn text_of(facts: &CameraFacts, name: &str) -> String {
    let line = |t: &Option<String>| t.clone().unwrap_or_default();
    let number = |n: Option<f64>| n.map(|n| n.to_string()).unwrap_or_default();
    let day = |d: Option<CivilDate>| d.map(|d| d.strftime("%d/%m/%Y").to_string()).unwrap_or_default();
    let device = |of: fn(&Device) -> &String| facts.device.as_ref().map(of).cloned().unwrap_or_default();
    match name {
        "other_names" => facts.other_names.join("; "),
        "address" => line(&facts.address),
        "position" => facts.position.map(|p| format!("{}, {}", p.lat, p.lon)).unwrap_or_default(),
        "height_m" => number(facts.height_m),
        "direction_deg" => number(facts.direction_deg),
        "angle_deg" => number(facts.angle_deg),
        "range_m" => number(facts.range_m),
        "purposes" => facts.purposes.join("; "),
        "place" => line(&facts.place),
        "ownership" => line(&facts.ownership),
        "funding" => line(&facts.funding),
        "asset" => facts.asset.map(|a| a.to_string()).unwrap_or_default(),
        "maker" => device(|d| &d.maker),
        "model" => device(|d| &d.model),
        "firmware" => device(|d| &d.firmware),
        "serial" => device(|d| &d.serial),
        "conformity" => device(|d| &d.conformity),
        "device_from" => day(facts.device.as_ref().and_then(|d| d.from)),
        "installed_on" => day(facts.installed_on),
        "completed_on" => day(facts.completed_on),
        "integrated_on" => day(facts.integrated_on),
        "update_form" => line(&facts.update_form),
        "update_frequency" => line(&facts.update_frequency),
        "recording_class" => line(&facts.recording_class),
        "sharing_class" => line(&facts.sharing_class),
        "police" => {
            if facts.police {
                "true".to_owned()
            } else {
                Default::default()
            }
        }
        "documents" => facts.documents.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
        "note" => line(&facts.note),
        _ => String::new(),
    }
}
