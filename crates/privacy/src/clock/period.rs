//! A length of time as laws and promises state it. How it is counted is another matter: see `count`.

use core::fmt;

/// How long. The day of the event is never counted, except that hours run from the moment itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Period {
    /// Calendar months: until the same date, or the last day of a month that does not have it.
    Months(u16),
    /// Calendar days, weekends and holidays among them.
    Days(u16),
    /// Days that are neither Saturday, Sunday nor a public holiday.
    BusinessDays(u16),
    /// Hours of sixty minutes, weekends and holidays among them, whatever the clocks on the wall do.
    Hours(u16),
}

/// As one says it: "one month", "30 days".
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, one, many) = match self {
            Self::Months(n) => (n, "month", "months"),
            Self::Days(n) => (n, "day", "days"),
            Self::BusinessDays(n) => (n, "business day", "business days"),
            Self::Hours(n) => (n, "hour", "hours"),
        };
        match count {
            1 => write!(f, "one {one}"),
            _ => write!(f, "{count} {many}"),
        }
    }
}
