//! How the end of a period is found.
//!
//! Days are days of the controller's time zone. Regulation (EEC, Euratom) 1182/71 Art. 3 is the pattern, and the
//! other laws here differ only where their rule says so: (1) the day of the event is not counted; (2)(c) a period of
//! months ends with the same date, or with the last day of a month that does not have it; (3) weekends and holidays
//! are counted; (4) a last day that is not worked gives way to the next that is, and a period ends with the expiry of
//! the last hour of its last day.
//!
//! Hours run from the moment itself: Art. 3(1) would let them start with the next full hour, and whether Art. 3(5)
//! adds working days to a period in hours is disputed; the earlier end is taken.

use super::due::Step;
use super::{Error, Holidays, Period};
use domain::time::Instant;
use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A time during which a clock stood still.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) from: Instant,
    pub(super) to: Instant,
    /// Neither the first nor the last day is counted; else the clock runs again on the last.
    pub(super) both_days: bool,
    pub(super) article: &'static str,
}

/// Where a period ends.
pub(super) struct End {
    pub(super) at: Instant,
    pub(super) on: Date,
    pub(super) steps: Vec<Step>,
}

/// What the end of a period depends on besides its start and length.
pub(super) struct Count<'a> {
    pub(super) zone: &'a TimeZone,
    pub(super) holidays: &'a Holidays,
    pub(super) rolls: Option<&'static str>,
    pub(super) held: &'a [Held],
}

impl Count<'_> {
    pub(super) fn end(&self, from: Instant, period: Period) -> Result<End, Error> {
        let start = day_of(from, self.zone);
        match period {
            Period::Hours(hours) => self.end_in_hours(from, hours),
            Period::Months(months) => {
                let last = start.checked_add(i32::from(months).months()).map_err(beyond)?;
                let short = (last.day() < start.day()).then_some(Step::ShortMonth);
                self.end_of_day(start, last, period, short.into_iter().collect())
            }
            Period::Days(days) => {
                self.end_of_day(start, plus_days(start, i32::from(days))?, period, Vec::new())
            }
            Period::BusinessDays(days) => {
                let last = self.holidays.working_days_after(start, days)?;
                self.end_of_day(start, last, period, Vec::new())
            }
        }
    }

    fn end_in_hours(&self, from: Instant, hours: u16) -> Result<End, Error> {
        let mut at = from.plus_seconds(i64::from(hours) * 3600);
        let mut steps = Vec::new();
        for held in self.held {
            let (first, last) = (day_of(held.from, self.zone), day_of(held.to, self.zone));
            at = Instant::from_micros(at.micros().saturating_add(held.to.micros() - held.from.micros()));
            steps.push(Step::Held {
                from: first,
                to: last,
                days: days_between(first, last)?,
                article: held.article,
            });
        }
        let before = Instant::from_micros(at.micros().saturating_sub(1));
        Ok(End { at, on: day_of(before, self.zone), steps })
    }

    fn end_of_day(
        &self,
        start: Date,
        nominal: Date,
        period: Period,
        mut steps: Vec<Step>,
    ) -> Result<End, Error> {
        let mut last = nominal;
        let mut counted = start;
        for held in self.held {
            let (from, to) = (day_of(held.from, self.zone), day_of(held.to, self.zone));
            let days = self.days_held(held, counted, period)?;
            counted = counted.max(to);
            if days == 0 {
                continue;
            }
            // Asked on a day that was in time only because the end had moved: what was left then is left now.
            let base = if from > last { self.roll(last)? } else { last };
            last = match period {
                Period::BusinessDays(_) => {
                    self.holidays.working_days_after(base, u16::try_from(days).unwrap_or(u16::MAX))?
                }
                _ => plus_days(base, days)?,
            };
            steps.push(Step::Held { from, to, days, article: held.article });
        }
        let on = self.roll(last)?;
        if let Some(article) = self.rolls.filter(|_| on != last) {
            steps.push(Step::Rolled { from: last, article });
        }
        let midnight = on.tomorrow().and_then(|day| day.to_zoned(self.zone.clone())).map_err(beyond)?;
        Ok(End { at: Instant::from_micros(midnight.timestamp().as_microsecond()), on, steps })
    }

    /// On how many days after `counted` the clock stood still: days before the period, and those that an earlier
    /// question has already taken out, are not taken out again.
    fn days_held(&self, held: &Held, counted: Date, period: Period) -> Result<i32, Error> {
        let to = day_of(held.to, self.zone);
        let asked = day_of(held.from, self.zone);
        // The last day before those that are left out.
        let before = if held.both_days { asked.yesterday().map_err(beyond)? } else { asked }.max(counted);
        let calendar = days_between(before, to)?.max(0);
        if !matches!(period, Period::BusinessDays(_)) {
            return Ok(calendar);
        }
        let mut day = before;
        let mut worked = 0;
        for _ in 0..calendar {
            day = day.tomorrow().map_err(beyond)?;
            worked += i32::from(self.holidays.is_working_day(day));
        }
        Ok(worked)
    }

    fn roll(&self, day: Date) -> Result<Date, Error> {
        if self.rolls.is_some() { self.holidays.working_day_from(day) } else { Ok(day) }
    }
}

/// The day of an instant, where the controller is.
pub(super) fn day_of(at: Instant, zone: &TimeZone) -> Date {
    at.timestamp().to_zoned(zone.clone()).date()
}

fn plus_days(day: Date, days: i32) -> Result<Date, Error> {
    day.checked_add(days.days()).map_err(beyond)
}

fn days_between(from: Date, to: Date) -> Result<i32, Error> {
    from.until(to).map(|span| span.get_days()).map_err(beyond)
}

fn beyond(_: jiff::Error) -> Error {
    Error::OutOfCalendar
}
