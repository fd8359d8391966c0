//! Reading places on the globe as people write them: WGS 84 in decimal degrees or degrees, minutes and seconds, and the
//! plane coordinates of VN-2000, the country's reference system.
//!
//! All become WGS 84. The way from VN-2000 goes by the seven parameters of Decision 05/2007/QĐ-BTNMT and Gauss–Krüger zones
//! of 3° (scale 0.9999) or 6° (0.9996). Not here: areas (`area`), what a camera sees (`sector`).

use crate::camera_facts::Position;
use crate::text::{self, FieldFault};
use base::Said;
use proj4rs::Proj;

const FIELD: &str = "position";

fn fault(vi: &str, en: &str) -> FieldFault {
    FieldFault::new(FIELD, Said::new(vi, en))
}

fn unreadable() -> FieldFault {
    fault(
        "Không đọc được tọa độ. Ví dụ: 10.776889, 106.700806 hoặc 10°46'37\"N 106°42'03\"E hoặc VN2000 1191845.2 603940.7 \
         105°45'.",
        "The position cannot be read. Examples: 10.776889, 106.700806 or 10°46'37\"N 106°42'03\"E or VN2000 1191845.2 \
         603940.7 105°45'.",
    )
}

/// Reads one number with a decimal point or comma, and with or without marks between thousands: `1.191.845,2`.
pub fn decimal(text: &str) -> Option<f64> {
    let text: String = text.trim().replace('\u{2212}', "-").chars().filter(|c| !matches!(c, ' ' | '\u{a0}')).collect();
    let (points, commas) = (text.matches('.').count(), text.matches(',').count());
    let plain = match (points, commas) {
        (0 | 1, 0) => text,
        (0, 1) => text.replace(',', "."),
        (_, 0) => text.replace('.', ""),
        (0, _) => text.replace(',', ""),
        // Both: the later one is the decimal mark, and there is one of it.
        _ if text.rfind(',') > text.rfind('.') && commas == 1 => text.replace('.', "").replace(',', "."),
        _ if text.rfind('.') > text.rfind(',') && points == 1 => text.replace(',', ""),
        _ => return None,
    };
    let fits =
        !plain.is_empty() && plain.len() <= 32 && plain.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-'));
    fits.then(|| plain.parse().ok())?.filter(|n: &f64| n.is_finite())
}

/// Reads a place in any of the ways.
///
/// # Errors
/// A fault of `position`.
pub fn read(text: &str) -> Result<Position, FieldFault> {
    let folded = text::fold(text);
    let plane = ["vn2000", "vn-2000", "vn 2000"].into_iter().find_map(|name| folded.strip_prefix(name));
    match plane {
        Some(rest) => read_plane(rest.trim_start_matches([':', ' ', ','])),
        None => read_degrees(text),
    }
}

/// Latitude and longitude from their own fields, each decimal or in degrees, minutes and seconds.
///
/// # Errors
/// A fault of `position`.
pub fn from_lat_lon(lat: &str, lon: &str) -> Result<Position, FieldFault> {
    read_degrees(&format!("{} ; {}", one_mark(lat), one_mark(lon)))
}

/// A lone decimal comma as a point.
fn one_mark(text: &str) -> String {
    let text = text.trim();
    if text.matches(',').count() == 1 && !text.contains('.') { text.replace(',', ".") } else { text.to_owned() }
}

enum Token {
    Number(f64),
    Degree,
    /// Does it say east or west? Is it south or west?
    Side(bool, bool),
}

/// What stands in a pair of degrees. A comma is a decimal mark if the text has no point and it stands between digits.
fn tokens(text: &str) -> Option<Vec<Token>> {
    let chars: Vec<char> = text.trim().chars().take(200).collect();
    let comma_is_mark = !text.contains('.');
    let digit = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(char::is_ascii_digit);
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        if c.is_ascii_digit() || (matches!(c, '-' | '\u{2212}') && digit(Some(at + 1))) {
            let mut number = String::new();
            if !c.is_ascii_digit() {
                number.push('-');
                at += 1;
            }
            while let Some(&c) = chars.get(at) {
                let mark = (c == '.' || (c == ',' && comma_is_mark)) && digit(Some(at + 1));
                match c {
                    c if c.is_ascii_digit() => number.push(c),
                    _ if mark && !number.contains('.') => number.push('.'),
                    _ => break,
                }
                at += 1;
            }
            out.push(Token::Number(number.parse().ok()?));
            continue;
        }
        match c.to_uppercase().next().unwrap_or(c) {
            '°' | 'º' | '˚' | '*' => out.push(Token::Degree),
            // Vietnamese B, Đ, T; N is north, there is no southern half of the country.
            'N' | 'B' => out.push(Token::Side(false, false)),
            'S' => out.push(Token::Side(false, true)),
            'E' | 'Đ' => out.push(Token::Side(true, false)),
            'W' | 'T' => out.push(Token::Side(true, true)),
            '\'' | '’' | '′' | '"' | '”' | '″' | ',' | ';' | '/' | ' ' | '\t' | '\n' | '\r' | '\u{a0}' => {}
            _ => return None,
        }
        at += 1;
    }
    Some(out)
}

fn read_degrees(text: &str) -> Result<Position, FieldFault> {
    let tokens = tokens(text).ok_or_else(unreadable)?;
    let numbers: Vec<f64> =
        tokens.iter().filter_map(|t| if let Token::Number(n) = t { Some(*n) } else { None }).collect();
    // Each number that has a degree sign begins a coordinate; without signs both have as many numbers.
    let mut begins = Vec::new();
    for pair in tokens.windows(2) {
        if let [Token::Number(_), Token::Degree] = pair {
            begins.push(());
        }
    }
    let first = match (begins.len(), numbers.len()) {
        (0, 2 | 4 | 6) => numbers.len() / 2,
        (2, 2..=6) => numbers_before_second_degree(&tokens),
        _ => return Err(unreadable()),
    };
    let (one, two) = numbers.split_at_checked(first).ok_or_else(unreadable)?;
    let (one, two) = (angle(one).ok_or_else(unreadable)?, angle(two).ok_or_else(unreadable)?);
    let sides: Vec<(bool, bool)> = tokens
        .iter()
        .filter_map(|t| if let Token::Side(east, minus) = t { Some((*east, *minus)) } else { None })
        .collect();
    let signed = |value: f64, minus: bool| if minus { -value } else { value };
    let (lat, lon) = match sides.as_slice() {
        // Written the other way round: only one reading is a place.
        [] if one.abs() > 90.0 && two.abs() <= 90.0 => (two, one),
        [] => (one, two),
        [(false, south), (true, west)] => (signed(one, *south), signed(two, *west)),
        [(true, west), (false, south)] => (signed(two, *south), signed(one, *west)),
        _ => return Err(unreadable()),
    };
    let place = Position { lat, lon };
    if fits(place) { Ok(rounded(place)) } else { Err(outside()) }
}

/// How many numbers stand before the second number that has a degree sign.
fn numbers_before_second_degree(tokens: &[Token]) -> usize {
    let (mut numbers, mut degrees) = (0_usize, 0);
    for token in tokens {
        match token {
            Token::Number(_) => numbers += 1,
            Token::Degree => degrees += 1,
            Token::Side(..) => {}
        }
        if degrees == 2 {
            break;
        }
    }
    numbers.saturating_sub(1)
}

/// Degrees, or degrees and minutes, or degrees, minutes and seconds.
fn angle(parts: &[f64]) -> Option<f64> {
    let small = |n: f64| (0.0..60.0).contains(&n);
    let whole = |n: f64| n.fract() == 0.0;
    let (degrees, rest) = match parts {
        [d] => (*d, 0.0),
        [d, m] if whole(*d) && small(*m) => (*d, m / 60.0),
        [d, m, s] if whole(*d) && whole(*m) && small(*m) && small(*s) => (*d, m / 60.0 + s / 3600.0),
        _ => return None,
    };
    Some(if degrees.is_sign_negative() { degrees - rest } else { degrees + rest })
}

fn fits(p: Position) -> bool {
    (-90.0..=90.0).contains(&p.lat) && (-180.0..=180.0).contains(&p.lon)
}

fn outside() -> FieldFault {
    fault(
        "Vĩ độ nằm trong −90…90, kinh độ trong −180…180; vĩ độ đứng trước, ví dụ 10.776889, 106.700806.",
        "Latitude is within −90…90, longitude within −180…180; latitude comes first, for example 10.776889, 106.700806.",
    )
}

/// To 0.1 mm: what comes after is noise of the calculation.
fn rounded(p: Position) -> Position {
    let cut = |v: f64| (v * 1e9).round() / 1e9;
    Position { lat: cut(p.lat), lon: cut(p.lon) }
}

/// Width of a zone and scale on its central meridian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// 3°, scale 0.9999: the provinces' zones.
    Three,
    /// 6°, scale 0.9996: as UTM.
    Six,
}

/// The seven parameters of Decision 05/2007/QĐ-BTNMT from VN-2000 to WGS 84: metres, arc seconds, millionths. The decision's
/// rotations turn the axes (EPSG transformation 6960, method 9607 "coordinate frame"); `towgs84` turns the point, so that
/// their signs are the other way round here. Taking them over as they stand is a well-known slip of 1.3 m.
const TO_WGS84: &str = "-191.90441429,-39.30318279,-111.45032835,0.00928836,-0.01975479,0.00427372,0.252906278";
/// Northings and eastings of the country's land and sea, metres: they do not overlap, so that the order does not matter.
const NORTHING: std::ops::Range<f64> = 600_000.0..2_700_000.0;
const EASTING: std::ops::Range<f64> = 0.0..1_000_000.0;
/// Central meridians that occur: from the west of the country to the islands.
const MERIDIAN: std::ops::RangeInclusive<f64> = 102.0..=118.0;

/// From plane coordinates of VN-2000: `x` north and `y` east, in metres (the other way round is noticed), and the zone's
/// central meridian in degrees.
///
/// # Errors
/// A fault of `position` if that is no place in the country.
pub fn from_vn2000(x: f64, y: f64, meridian: f64, zone: Zone) -> Result<Position, FieldFault> {
    let (north, east) = if x < y { (y, x) } else { (x, y) };
    if !NORTHING.contains(&north) || !EASTING.contains(&east) || !MERIDIAN.contains(&meridian) {
        return Err(fault(
            "Tọa độ VN-2000 này không nằm trong nước. X là số mét về phía bắc (khoảng 900 000–2 600 000), Y là số mét về \
             phía đông (khoảng 500 000), kinh tuyến trục từ 102° đến 118°; TP. Hồ Chí Minh dùng 105°45'.",
            "These VN-2000 coordinates are not in the country. X is metres north (about 900,000 to 2,600,000), Y metres east \
             (about 500,000), the central meridian from 102° to 118°; Ho Chi Minh City uses 105°45'.",
        ));
    }
    let scale = match zone {
        Zone::Three => "0.9999",
        Zone::Six => "0.9996",
    };
    let plane = format!(
        "+proj=tmerc +lat_0=0 +lon_0={meridian} +k={scale} +x_0=500000 +y_0=0 +ellps=WGS84 +towgs84={TO_WGS84} +units=m +no_defs"
    );
    let globe = "+proj=longlat +datum=WGS84 +no_defs";
    let projections = Proj::from_proj_string(&plane).and_then(|p| Ok((p, Proj::from_proj_string(globe)?)));
    let mut point = (east, north, 0.0);
    let done = projections.and_then(|(from, to)| proj4rs::transform::transform(&from, &to, &mut point));
    let place = Position { lat: point.1.to_degrees(), lon: point.0.to_degrees() };
    if done.is_err() || !place.lat.is_finite() || !place.lon.is_finite() || !fits(place) {
        return Err(unreadable());
    }
    Ok(rounded(place))
}

/// From the texts of a form's fields.
///
/// # Errors
/// As [`from_vn2000`].
pub fn from_vn2000_texts(x: &str, y: &str, meridian: &str, zone: &str) -> Result<Position, FieldFault> {
    let metres = |t: &str| decimal(t.trim().trim_end_matches('m'));
    let (x, y) = metres(x).zip(metres(y)).ok_or_else(unreadable)?;
    from_vn2000(x, y, read_meridian(meridian)?, read_zone(zone)?)
}

/// `105°45'`, `105 45`, `105.75`, `105,75`.
fn read_meridian(text: &str) -> Result<f64, FieldFault> {
    let missing = || {
        fault(
            "Hãy ghi kinh tuyến trục của tọa độ VN-2000; TP. Hồ Chí Minh dùng 105°45'.",
            "Give the central meridian of the VN-2000 coordinates; Ho Chi Minh City uses 105°45'.",
        )
    };
    let tokens = tokens(&one_mark(text)).ok_or_else(missing)?;
    let numbers: Vec<f64> =
        tokens.iter().filter_map(|t| if let Token::Number(n) = t { Some(*n) } else { None }).collect();
    angle(&numbers).ok_or_else(missing)
}

fn read_zone(text: &str) -> Result<Zone, FieldFault> {
    match text.trim().trim_end_matches('°') {
        "" | "3" => Ok(Zone::Three),
        "6" => Ok(Zone::Six),
        _ => Err(fault("Múi chiếu là 3° hoặc 6°.", "A zone is 3° or 6° wide.")),
    }
}

/// `X Y meridian [3°|6°]`, after the name of the system; X and Y may be named.
fn read_plane(text: &str) -> Result<Position, FieldFault> {
    let bare = text.replace(['x', 'y', '=', ':', ';', '(', ')'], " ");
    let words: Vec<&str> = bare.split(' ').map(|w| w.trim_end_matches(',')).filter(|w| !w.is_empty()).collect();
    let [x, y, rest @ ..] = words.as_slice() else { return Err(unreadable()) };
    let (meridian, zone) = match rest {
        [.., last] if rest.len() > 1 && matches!(last.trim_end_matches('°'), "3" | "6") => {
            (rest.get(..rest.len() - 1).unwrap_or_default().join(" "), *last)
        }
        _ => (rest.join(" "), ""),
    };
    from_vn2000_texts(x, y, &meridian, zone)
}

#[cfg(test)]
#[path = "tests/place.rs"]
mod tests;
