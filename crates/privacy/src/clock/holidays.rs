//! Which days are worked.

use super::Error;
use jiff::civil::{Date, Weekday};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The public holidays of the place whose law is counted. Saturdays and Sundays are not worked either and need no
/// entry.
///
/// The operator supplies the dates, as the state publishes them: Regulation 1182/71 Art. 2(1) leaves them to each
/// Member State. A year without entries counts as one without holidays, which can only make a deadline earlier.
/// Clones share the dates.
#[derive(Clone, Debug, Default)]
pub struct Holidays(Arc<BTreeSet<Date>>);

impl Holidays {
    /// These dates.
    pub fn new(dates: impl IntoIterator<Item = Date>) -> Self {
        Self(Arc::new(dates.into_iter().collect()))
    }

    /// No public holidays, only weekends.
    pub fn none() -> Self {
        Self::default()
    }

    /// Whether this day is worked: neither Saturday, Sunday nor a public holiday (Regulation 1182/71 Art. 2(2)).
    pub fn is_working_day(&self, day: Date) -> bool {
        !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !self.0.contains(&day)
    }

    /// This day if it is worked, else the next that is.
    pub(super) fn working_day_from(&self, day: Date) -> Result<Date, Error> {
        let mut day = day;
        while !self.is_working_day(day) {
            day = day.tomorrow().map_err(|_| Error::OutOfCalendar)?;
        }
        Ok(day)
    }

    /// The day that is so many worked days after this one.
    pub(super) fn working_days_after(&self, day: Date, count: u16) -> Result<Date, Error> {
        let mut day = day;
        for _ in 0..count {
            day = self.working_day_from(day.tomorrow().map_err(|_| Error::OutOfCalendar)?)?;
        }
        Ok(day)
    }
}
