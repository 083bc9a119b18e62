//! Points in time, and the [`Clock`] that everyone must be passed.
//!
//! Stored as whole microseconds since 1970 in UTC, the same on every engine. Calendar arithmetic (months are
//! not thirty days) goes through `jiff`.

#[cfg(any(test, feature = "test-clock"))]
mod standing;

#[cfg(any(test, feature = "test-clock"))]
pub use standing::Standing;

use core::fmt;
use jiff::{Span, Timestamp, tz::TimeZone};

/// A point in time, in microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Instant(i64);

impl Instant {
    /// The instant this many microseconds after 1970.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }
    /// Microseconds since 1970.
    pub const fn micros(self) -> i64 {
        self.0
    }
    /// This instant moved by so many seconds, which may be negative.
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }
    /// This instant moved by so many milliseconds.
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis.saturating_mul(1_000)))
    }
    /// Seconds from `earlier` to this instant, negative if it is later.
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0) / 1_000_000
    }
    /// The beginning of a day in UTC, written as 2026-11-22; `None` if there is no such day.
    pub fn on_day(day: &str) -> Option<Self> {
        let day: jiff::civil::Date = day.parse().ok()?;
        let zoned = day.to_zoned(TimeZone::UTC).ok()?;
        Some(Self(zoned.timestamp().as_microsecond()))
    }
    /// This instant moved by a calendar period in UTC: a month ends where the calendar says, so that the period
    /// from 31 January by one month ends on the last day of February.
    ///
    /// Saturates at the end of representable time, so that a keep-time of thousands of years stays "for ever".
    pub fn plus_period(self, period: &Span) -> Self {
        let zoned = self.timestamp().to_zoned(TimeZone::UTC);
        zoned.checked_add(*period).map_or(Self(i64::MAX), |z| Self(z.timestamp().as_microsecond()))
    }
    /// The beginning of its day in UTC: what is known to the day says nothing of the hour.
    #[must_use]
    pub const fn day(self) -> Self {
        const DAY: i64 = 24 * 3600 * 1_000_000;
        Self(self.0 - self.0.rem_euclid(DAY))
    }
    /// This instant moved back by a calendar period in UTC; saturates at the beginning.
    pub fn minus_period(self, period: &Span) -> Self {
        let zoned = self.timestamp().to_zoned(TimeZone::UTC);
        zoned.checked_sub(*period).map_or(Self(i64::MIN), |z| Self(z.timestamp().as_microsecond()))
    }
    /// As the calendar library knows it.
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or(if self.0 < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        })
    }
}

/// ISO 8601 in UTC, to the second.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ"))
    }
}

/// Tells the time. Nothing in the house asks the operating system itself.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Instant;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(start: &str, period: &str, end: &str) {
        let clock = Standing::at_iso(start);
        assert_eq!(clock.now().plus_period(&period.parse().unwrap()).to_string(), end, "{start} + {period}");
    }

    #[test]
    fn a_month_is_what_the_calendar_says() {
        check("2027-01-31T10:00:00Z", "P1M", "2027-02-28T10:00:00Z");
        check("2028-01-31T10:00:00Z", "P1M", "2028-02-29T10:00:00Z");
        check("2026-11-22T00:00:00Z", "P90D", "2027-02-20T00:00:00Z");
        check("2028-02-29T00:00:00Z", "P1Y", "2029-02-28T00:00:00Z");
    }

    #[test]
    fn for_ever_does_not_overflow() {
        let far = Instant::from_micros(0).plus_period(&"P9000Y".parse().unwrap());
        assert!(far.plus_period(&"P9000Y".parse().unwrap()) >= far);
    }
}
