//! Values of time. Nothing here reads a clock.

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;

/// A day of the calendar, without a zone (deadlines, document dates).
pub type CivilDate = jiff::civil::Date;

/// A moment in UTC, in microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WallTime(i64);

/// The zone in which the office counts and shows time.
const OFFICE_ZONE: &str = "Asia/Ho_Chi_Minh";

fn office() -> TimeZone {
    // The zone table is compiled in; the fixed offset (no daylight saving since 1975) stands in should it lack the name.
    TimeZone::get(OFFICE_ZONE).unwrap_or_else(|_| TimeZone::fixed(jiff::tz::offset(7)))
}

impl WallTime {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: WallTime = WallTime(0);

    /// From microseconds since 1970 (UTC).
    pub const fn from_unix_us(us: i64) -> Self {
        Self(us)
    }
    /// Microseconds since 1970 (UTC).
    pub const fn unix_us(self) -> i64 {
        self.0
    }
    /// Milliseconds since 1970 (UTC), rounded down.
    pub const fn unix_ms(self) -> i64 {
        self.0.div_euclid(1000)
    }
    /// The moment `d` later; stops at the end of time instead of overflowing.
    pub fn plus(self, d: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(d.as_micros()).unwrap_or(i64::MAX)))
    }
    /// The moment `d` earlier.
    pub fn minus(self, d: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(d.as_micros()).unwrap_or(i64::MAX)))
    }
    /// How long since `earlier`; zero if `earlier` is in fact later.
    pub fn since(self, earlier: WallTime) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
    fn timestamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or(if self.0 < 0 { Timestamp::MIN } else { Timestamp::MAX })
    }
    fn zoned(self) -> jiff::ZonedDateTime {
        self.timestamp().to_zoned_datetime(office())
    }
    /// The day in Asia/Ho_Chi_Minh.
    pub fn office_date(self) -> CivilDate {
        self.zoned().date()
    }
    /// `dd/mm/yyyy HH:MM:SS` in Asia/Ho_Chi_Minh, as the pages show it.
    pub fn office_text(self) -> String {
        self.zoned().strftime("%d/%m/%Y %H:%M:%S").to_string()
    }
    /// `HH:MM:SS` in Asia/Ho_Chi_Minh.
    pub fn office_time_text(self) -> String {
        self.zoned().strftime("%H:%M:%S").to_string()
    }
    /// Minutes since Monday 00:00 in Asia/Ho_Chi_Minh, 0 to 10,079.
    pub fn office_minute_of_week(self) -> u32 {
        let at = self.zoned();
        let part = |n: i8| u32::try_from(n).unwrap_or(0);
        (part(at.weekday().to_monday_zero_offset()) * 24 + part(at.hour())) * 60 + part(at.minute())
    }
    /// RFC 3339 in UTC with milliseconds, as the API shows it.
    pub fn rfc3339(self) -> String {
        self.timestamp().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
    }
    /// Reads RFC 3339 (any offset).
    pub fn parse_rfc3339(s: &str) -> Option<Self> {
        s.parse::<Timestamp>().ok().map(|t| Self(t.as_microsecond()))
    }
    /// The first moment of a day in Asia/Ho_Chi_Minh.
    pub fn start_of_office_day(day: CivilDate) -> Self {
        day.to_zoned_datetime(office()).map(|z| Self(z.timestamp().as_microsecond())).unwrap_or(Self::EPOCH)
    }
}

impl fmt::Display for WallTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}
impl fmt::Debug for WallTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_office_is_seven_hours_ahead() {
        let t = WallTime::parse_rfc3339("2026-11-24T17:30:00Z").expect("RFC 3339");
        assert_eq!(t.office_text(), "25/11/2026 00:30:00");
        assert_eq!(t.office_date(), jiff::civil::date(2026, 11, 25));
        // A Wednesday, half an hour after midnight.
        assert_eq!(t.office_minute_of_week(), 2 * 1_440 + 30);
        assert_eq!(WallTime::start_of_office_day(t.office_date()).rfc3339(), "2026-11-24T17:00:00.000Z");
    }

    #[test]
    fn extremes_do_not_panic() {
        for us in [i64::MIN, -1, 0, i64::MAX] {
            let t = WallTime::from_unix_us(us);
            let _ = (t.rfc3339(), t.office_text(), t.office_date(), t.unix_ms());
            let _ = (t.plus(Duration::MAX), t.minus(Duration::MAX), t.since(WallTime::EPOCH));
        }
    }
}
