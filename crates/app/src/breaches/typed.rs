//! What somebody types about a breach, read: times, kinds of exposure, and where to show what is wrong.

use crate::Refusal;
use domain::time::Instant;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use privacy::breach::{Exposed, Exposure, Happened, Wrong};

/// Which field of its form something is wrong with.
pub(super) const fn field_of(wrong: Wrong, happened: Happened) -> &'static str {
    match (wrong, happened) {
        (Wrong::Future | Wrong::EndsBefore, Happened::Exposed(_)) => "until",
        (Wrong::Future | Wrong::TooEarly(_), _) => "at",
        (Wrong::NotFirst | Wrong::NothingBefore, _) => "phase",
        (Wrong::WordsMissing(_) | Wrong::LateWithoutReason(_), _) => "words",
        _ => "deed",
    }
}

/// A refusal beside this field.
pub(super) fn at_field(field: &'static str, wrong: Wrong) -> Refusal {
    Refusal::field(field, wrong.to_string())
}

/// What was exposed, each kind once, all in the same time.
pub(super) fn exposed(
    now: Instant,
    what: &[String],
    from: &str,
    until: &str,
) -> Result<Vec<Exposed>, Refusal> {
    let known: Result<Vec<Exposure>, _> = what.iter().map(|code| code.parse()).collect();
    let known = known.ok().filter(|known| !known.is_empty());
    let known = known.ok_or_else(|| Refusal::field("what", "Say what was exposed; tick all that apply."))?;
    let (from, until) = (time("from", from)?, time("until", until)?);
    // A minute is meant to its end: what came in its last second may have been there.
    let until = if until <= now { until.plus_seconds(59).min(now) } else { until };
    let all = Exposure::ALL.into_iter().filter(|what| known.contains(what));
    Ok(all.map(|what| Exposed { what, from, until }).collect())
}

/// A time as the form sends it.
pub(super) fn time(field: &'static str, typed: &str) -> Result<Instant, Refusal> {
    let at = typed.trim().parse::<DateTime>().ok().and_then(|at| at.to_zoned(TimeZone::UTC).ok());
    let at =
        at.ok_or_else(|| Refusal::field(field, "Give day and time in UTC, such as 2026-11-20T18:10."))?;
    Ok(Instant::from_micros(at.timestamp().as_microsecond()))
}
