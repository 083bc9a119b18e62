//! What a clock refuses, and what to do instead.

use super::{Matter, Need, Reason};
use domain::time::Instant;
use jiff::civil::Date;

/// An event that cannot have happened, or may not. The clock is unchanged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No law and no promise sets a time for this.
    #[error("no rule sets a time for a request of kind `{0}`; promise one in the profile")]
    NothingApplies(Matter),
    /// Events come in the order of time.
    #[error("{at} is before {last}, the latest known event; record what happened in the order of time")]
    OutOfOrder {
        /// When it is said to have happened.
        at: Instant,
        /// The latest event so far, or the receipt.
        last: Instant,
    },
    /// The request is closed.
    #[error("the request was answered at {0}; open a new request for what comes after")]
    AlreadyAnswered(Instant),
    /// The receipt was confirmed before.
    #[error("the receipt was acknowledged at {0}; once is enough")]
    AlreadyAcknowledged(Instant),
    /// The same is outstanding already.
    #[error("the person was asked for this already ({0}); record the answer first")]
    AlreadyPaused(Need),
    /// Nothing of the kind is outstanding.
    #[error("the person was not asked for this ({0}); record the question before the answer")]
    NotPaused(Need),
    /// None of the rules lets this hold the clock.
    #[error("no rule here lets time stand still for this ({0}); ask, go on, and answer or refuse in time")]
    CannotPause(Need),
    /// The deadline has passed.
    #[error("the deadline ended at {0}, too late to hold it; answer now")]
    PausedTooLate(Instant),
    /// None of the rules can be extended.
    #[error("no rule here can be extended; answer in time")]
    CannotExtend,
    /// An extension is given once.
    #[error("the deadline was extended at {0}, and once only; answer within it")]
    AlreadyExtended(Instant),
    /// The reason is none that the rule knows.
    #[error("`{reason}` is no reason to extend here; the law knows: {}", list(allowed))]
    ReasonNotAllowed {
        /// What was given.
        reason: Reason,
        /// What would do.
        allowed: &'static [Reason],
    },
    /// The notice of an extension must go out before the first deadline.
    #[error("the first deadline ended at {0}, too late for a notice of extension; answer now")]
    ExtendedTooLate(Instant),
    /// The person has had this in this calendar year.
    #[error("this can be asked once in a calendar year; the next time from {0}")]
    OnceAYear(Date),
    /// The calendar ends in the year 9999.
    #[error("this is beyond the calendar; correct the date of the event or the length of the promise")]
    OutOfCalendar,
}

fn list(reasons: &[Reason]) -> String {
    reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
