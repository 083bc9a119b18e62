//! Rights that can be used once in a calendar year.

use super::Error;
use domain::time::Instant;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Whether somebody who asked at `previous` may ask again at `now`: California Civ. Code §1798.83 (disclosures for
/// others' direct marketing) gives the answer once in a calendar year, in the controller's zone.
///
/// # Errors
/// [`Error::OnceAYear`] with the first day on which it may be asked again.
pub fn once_a_calendar_year(previous: Instant, now: Instant, zone: &TimeZone) -> Result<(), Error> {
    let year = |at: Instant| at.timestamp().to_zoned(zone.clone()).year();
    if year(now) > year(previous) {
        return Ok(());
    }
    let next = year(previous).checked_add(1).and_then(|year| Date::new(year, 1, 1).ok());
    Err(next.map_or(Error::OutOfCalendar, Error::OnceAYear))
}
