//! What one reading of a printer means for the job that should be on it.
//!
//! A reading from before the job was started says nothing about it. A printer that is still idle a moment after it
//! took START is given time to begin.

use crate::ids::PrintReference;
use crate::job::{Event, Seen};
use crate::printer::report::Report;
use crate::time::Instant;

/// So many seconds after START a printer may still be seen without the print.
pub const GRACE_SECONDS: i64 = 15;

/// The event that `report` is for the job printed under `reference`, whose START was saved at `started`; `None` if
/// it says nothing about it.
pub fn event_of(report: &Report, reference: PrintReference, started: Instant) -> Option<Event> {
    if report.at <= started {
        return None;
    }
    match &report.print {
        Some(print) if print.reference == reference => Seen::of(&report.activity).map(Event::Seen),
        _ if report.at.seconds_since(started) < GRACE_SECONDS => None,
        _ => Some(Event::SeenWithoutIt),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::printer::report::{Activity, Print, Progress, Temperatures};
    use crate::random::Counting;

    #[test]
    fn only_a_reading_of_this_print_after_its_start_counts() {
        let random = Counting::default();
        let (ours, other) = (PrintReference::fresh(&random), PrintReference::fresh(&random));
        let started = Instant::from_micros(0);
        let check = |seconds, reference: Option<PrintReference>, activity: Activity, expected| {
            let report = Report {
                at: started.plus_seconds(seconds),
                activity,
                print: reference.map(|reference| Print { reference, progress: Progress::default() }),
                temperatures: Temperatures::default(),
            };
            assert_eq!(event_of(&report, ours, started), expected, "{report:?}");
        };
        check(0, Some(ours), Activity::Printing, None);
        check(1, Some(ours), Activity::Printing, Some(Event::Seen(Seen::Printing)));
        check(1, None, Activity::Idle, None);
        check(14, Some(other), Activity::Printing, None);
        check(15, Some(other), Activity::Printing, Some(Event::SeenWithoutIt));
        check(15, None, Activity::Busy, Some(Event::SeenWithoutIt));
        check(99, Some(ours), Activity::Finished, Some(Event::Seen(Seen::Finished)));
    }
}
