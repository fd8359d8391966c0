//! Excel's serial numbers of days.

use base::CivilDate;

/// The day of a serial number: 1 is 1 January 1900, and 60 the 29 February 1900 that never was (Excel keeps Lotus's slip).
/// `None` outside 1900 to 2200, or for that day.
pub fn day_of_serial(serial: u32) -> Option<CivilDate> {
    let after_new_year = match serial {
        1..=59 => serial - 1,
        61..=109_939 => serial - 2,
        _ => return None,
    };
    let first = CivilDate::constant(1900, 1, 1);
    first.checked_add(std::time::Duration::from_secs(u64::from(after_new_year) * 86_400)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_by_their_numbers() {
        // As LibreOffice and Excel show them.
        let table = [
            (1, "1900-01-01"),
            (59, "1900-02-28"),
            (61, "1900-03-01"),
            (25_569, "1970-01-01"),
            (36_526, "2000-01-01"),
            (45_351, "2024-02-29"),
            (46_350, "2026-11-24"),
            (109_939, "2200-12-31"),
        ];
        for (serial, day) in table {
            assert_eq!(day_of_serial(serial).map(|d| d.to_string()).as_deref(), Some(day), "{serial}");
        }
        for serial in [0, 60, 109_940, u32::MAX] {
            assert_eq!(day_of_serial(serial), None, "{serial}");
        }
    }
}
