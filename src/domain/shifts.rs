//! Weekly shifts as people write them: `T2-T6 07:30-17:00`, one a line; `CN` is Sunday.
//!
//! A shift past midnight (`T2-T6 22:00-06:00`) is written as one and kept as two. Not here: when they are in force (`scope`).

use crate::{FieldFault, Shift};
use base::{Language, Said};

const DAY_MIN: u16 = 1_440;
const VI: [&str; 7] = ["T2", "T3", "T4", "T5", "T6", "T7", "CN"];
const EN: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

fn weekday(text: &str) -> Option<u8> {
    let text = text.trim();
    let at = |names: [&str; 7]| names.iter().position(|n| n.eq_ignore_ascii_case(text));
    at(VI).or_else(|| at(EN)).and_then(|n| u8::try_from(n + 1).ok())
}

fn minute(text: &str) -> Option<u16> {
    let (h, m) = text.trim().split_once([':', 'h'])?;
    let (h, m): (u16, u16) = (h.trim().parse().ok()?, if m.trim().is_empty() { 0 } else { m.trim().parse().ok()? });
    (h <= 24 && m < 60 && h * 60 + m <= DAY_MIN).then_some(h * 60 + m)
}

fn read_line(line: &str) -> Option<Vec<Shift>> {
    let line = line.replace(['–', '—'], "-");
    let (days, hours) = line.trim().split_once(char::is_whitespace)?;
    let (first, last) = days.split_once('-').unwrap_or((days, days));
    let (first, last) = (weekday(first)?, weekday(last)?);
    let (from, until) = hours.split_once('-')?;
    let (from, until) = (minute(from)?, minute(until)?);
    if from == until || from == DAY_MIN {
        return None;
    }
    let mut out = Vec::new();
    let mut day = first;
    loop {
        let shift = |weekday, from_min, until_min| Shift { weekday, from_min, until_min };
        if from < until {
            out.push(shift(day, from, until));
        } else {
            out.push(shift(day, from, DAY_MIN));
            if until > 0 {
                out.push(shift(day % 7 + 1, 0, until));
            }
        }
        if day == last {
            return Some(out);
        }
        day = day % 7 + 1;
    }
}

/// A shift on one weekday (1 is Monday), its hours as `HH:MM`; `24:00` ends a day, an end before the beginning is on the next.
///
/// # Errors
/// A fault of `shifts`.
pub fn on_day(day: u8, from: &str, until: &str) -> Result<Vec<Shift>, FieldFault> {
    let name = usize::from(day).checked_sub(1).and_then(|n| EN.get(n));
    name.and_then(|name| read_line(&format!("{name} {from}-{until}"))).ok_or_else(|| {
        FieldFault::new(
            "shifts",
            Said::new(
                "Một ca gồm weekday từ 1 (thứ Hai) đến 7, from và until dạng HH:MM.",
                "A shift has weekday from 1 (Monday) to 7, from and until as HH:MM.",
            ),
        )
    })
}

/// Minutes of a day as `HH:MM`.
pub fn clock(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Reads shifts, one a line; none of an empty text.
///
/// # Errors
/// A fault of `shifts` that shows how to write them.
pub fn read(text: &str) -> Result<Vec<Shift>, FieldFault> {
    let mut all = Vec::new();
    for line in text.lines().filter(|l| !l.trim().is_empty()) {
        all.extend(read_line(line).ok_or_else(|| {
            FieldFault::new(
                "shifts",
                Said::new(
                    "Mỗi dòng một ca, ví dụ: T2-T6 07:30-17:00 hoặc CN 22:00-06:00.",
                    "One shift a line, for example: Mon-Fri 07:30-17:00 or Sun 22:00-06:00.",
                ),
            )
        })?);
    }
    Ok(all)
}

/// Shifts as text, one a line for each; [`read`] reads it back.
pub fn lines(shifts: &[Shift], language: Language) -> Vec<String> {
    let names = if language == Language::Vi { VI } else { EN };
    let day = |n: u8| names.get(usize::from(n.saturating_sub(1))).copied().unwrap_or("?");
    let mut out: Vec<(u8, u8, &Shift)> = Vec::new();
    for s in shifts {
        match out.last_mut() {
            // The same hours on the next day go on the same line.
            Some((_, last, of))
                if (of.from_min, of.until_min) == (s.from_min, s.until_min) && *last + 1 == s.weekday =>
            {
                *last = s.weekday;
            }
            _ => out.push((s.weekday, s.weekday, s)),
        }
    }
    out.into_iter()
        .map(|(first, last, s)| {
            let days = if first == last { day(first).to_owned() } else { format!("{}-{}", day(first), day(last)) };
            format!("{days} {}-{}", clock(s.from_min), clock(s.until_min))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn as_people_write_them() {
        for (text, n, back) in [
            ("T2-T6 07:30-17:00", 5, "T2-T6 07:30-17:00"),
            ("mon-fri 7:30 – 17h", 5, "T2-T6 07:30-17:00"),
            ("CN 00:00-24:00", 1, "CN 00:00-24:00"),
            ("T7-T2 08:00-09:00", 3, "T7-CN 08:00-09:00\nT2 08:00-09:00"),
            ("T3 22:00-06:00", 2, "T3 22:00-24:00\nT4 00:00-06:00"),
            ("CN 22:00-06:00", 2, "CN 22:00-24:00\nT2 00:00-06:00"),
            ("T3 22:00-00:00", 1, "T3 22:00-24:00"),
            ("", 0, ""),
        ] {
            let shifts = read(text).expect(text);
            assert_eq!((shifts.len(), lines(&shifts, Language::Vi).join("\n").as_str()), (n, back), "{text}");
        }
        for text in
            ["T8 07:00-08:00", "T2", "T2 07:00", "T2 25:00-26:00", "T2 07:00-07:00", "7:00-8:00", "T2 07:60-08:00"]
        {
            assert_eq!(read(text).expect_err(text).field, "shifts");
        }
    }

    #[test]
    fn one_day_with_its_hours() {
        let of = |day, from, until| on_day(day, from, until).map(|s| lines(&s, Language::En).join("; "));
        assert_eq!(of(1, "07:30", "17:00").expect("day"), "Mon 07:30-17:00");
        assert_eq!(of(7, "22:00", "06:00").expect("night"), "Sun 22:00-24:00; Mon 00:00-06:00");
        for (day, from, until) in [(0, "07:00", "08:00"), (8, "07:00", "08:00"), (1, "07:00", ""), (1, "7", "8-9")] {
            assert_eq!(of(day, from, until).expect_err("none").field, "shifts");
        }
    }

    proptest! {
        #[test]
        fn read_back_and_never_panics(text in "\\PC{0,60}", days in proptest::collection::vec((1u8..8, 0u16..1_400, 1u16..40), 0..6)) {
            let _ = read(&text);
            let shifts: Vec<Shift> = days.into_iter().map(|(weekday, from_min, n)| Shift { weekday, from_min, until_min: from_min + n }).collect();
            for language in [Language::Vi, Language::En] {
                prop_assert_eq!(read(&lines(&shifts, language).join("\n")).expect("its own"), shifts.clone());
            }
        }
    }
}
