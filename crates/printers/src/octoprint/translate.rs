//! Between OctoPrint's words and ours. Pure, both ways.
//!
//! A job whose file is not named exactly as one of ours is somebody else's: of it nothing is translated but
//! "busy".

use super::wire::{Current, EventOf, FileAnswer, FileOf, Heater};
use crate::driver::reference_of;
use crate::redact;
use domain::ids::PrintReference;
use domain::printer::{Activity, Print, Progress, Recollection, Refusal, Report, Temperatures};
use domain::time::Instant;
use domain::units::{Celsius, Millimetres, Seconds};

/// What one message says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Reading {
    /// All there is to know.
    Clear(Report),
    /// Idle, and a file of ours is still selected that did not come to its end: it may have been ended before its
    /// time or never begun. The file's own record tells. The report is right if it never began.
    Ended(PrintReference, Report),
}

/// The print of ours that this file is.
pub(super) fn ours(file: &FileOf) -> Option<PrintReference> {
    if file.origin.as_deref() != Some("local") {
        return None;
    }
    reference_of(file.path.as_deref()?)
}

/// What OctoPrint says it is at.
pub(super) fn reading(current: &Current, at: Instant) -> Reading {
    let flags = &current.state.flags;
    let reference = current.job.file.as_ref().and_then(ours);
    let temperatures = temperatures(current);
    let report = |activity, print| Reading::Clear(Report { at, activity, print, temperatures });
    if flags.closed_or_error || flags.error || !flags.operational {
        return report(Activity::NotOperational, None);
    }
    let active = if flags.cancelling {
        Some(Activity::Cancelling)
    } else if flags.pausing {
        Some(Activity::Pausing)
    } else if flags.paused {
        Some(Activity::Paused)
    } else if flags.printing || flags.resuming || flags.finishing {
        Some(Activity::Printing)
    } else {
        None
    };
    let print = reference.map(|reference| Print { reference, progress: progress(current) });
    match (active, print) {
        (Some(_), None) => Reading::Clear(redact::foreign_print(at)),
        (Some(activity), print) => report(activity, print),
        (None, None) => report(Activity::Idle, None),
        (None, Some(print)) if print.progress.fraction >= 1.0 => report(Activity::Finished, Some(print)),
        (None, Some(print)) => Reading::Ended(
            print.reference,
            Report { at, activity: Activity::Idle, print: None, temperatures },
        ),
    }
}

fn temperatures(current: &Current) -> Temperatures {
    let Some(last) = current.temps.last() else { return Temperatures::default() };
    let actual = |heater: Option<Heater>| heater.and_then(|h| h.actual).map(Celsius);
    let target = |heater: Option<Heater>| heater.and_then(|h| h.target).map(Celsius);
    Temperatures {
        nozzle: actual(last.tool0),
        nozzle_target: target(last.tool0),
        bed: actual(last.bed),
        bed_target: target(last.bed),
    }
}

fn progress(current: &Current) -> Progress {
    let progress = &current.progress;
    Progress {
        fraction: (progress.completion.unwrap_or_default() / 100.0).clamp(0.0, 1.0),
        elapsed: progress.print_time.map(Seconds),
        remaining: progress.print_time_left.map(Seconds),
        layer: None,
        layers: None,
        height: current.height.map(Millimetres),
    }
}

/// What the file's own record says of its print. OctoPrint writes it when a print ends, so that a print that was
/// cut off with OctoPrint itself leaves none.
pub(super) fn recollection(file: &FileAnswer) -> Recollection {
    match file.prints.as_ref().and_then(|p| p.last.as_ref()) {
        Some(last) if last.success => Recollection::Finished,
        Some(_) => Recollection::EndedEarly,
        None => Recollection::NothingKnown,
    }
}

/// How a print of ours ended, if this event tells. A cancelled print also "fails", with the reason "cancelled".
pub(super) fn ending(event: &EventOf) -> Option<(PrintReference, Activity)> {
    let payload = event.payload.as_ref()?;
    let file = FileOf { path: payload.path.clone(), origin: payload.origin.clone() };
    let cancelled = payload.reason.as_deref() == Some("cancelled");
    let activity = match event.kind.as_str() {
        "PrintDone" => Activity::Finished,
        "PrintCancelled" => Activity::Cancelled,
        "PrintFailed" if cancelled => Activity::Cancelled,
        "PrintFailed" => Activity::Failed,
        _ => return None,
    };
    Some((ours(&file)?, activity))
}

/// What a refusing status means, where the request itself does not give it another meaning.
pub(super) const fn refusal(status: u16) -> Refusal {
    match status {
        401 | 403 => Refusal::KeyRefused,
        404 => Refusal::NoSuchFile,
        409 => Refusal::WrongState,
        413 | 507 => Refusal::NoRoom,
        415 => Refusal::BadFile,
        _ => Refusal::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = "00112233445566778899aabbccddeeff.gcode";
    const AT: Instant = Instant::from_micros(7);

    fn current(flag: &str, path: &str, origin: &str, completion: &str) -> Current {
        serde_json::from_str(&format!(
            r#"{{"state": {{"text": "x", "flags": {{"operational": true, "{flag}": true}}}},
                "job": {{"file": {{"path": "{path}", "origin": "{origin}", "display": "x"}}, "user": "ada"}},
                "progress": {{"completion": {completion}, "printTime": 9}}, "currentZ": 1.2,
                "temps": [{{"time": 1, "tool0": {{"actual": 20.0, "target": 0}}}}, {{"tool0": {{"actual": 21.5}}}}],
                "logs": ["Send: M117 secret"]}}"#
        ))
        .unwrap()
    }

    fn check(flag: &str, path: &str, expected: &Activity) {
        match reading(&current(flag, path, "local", "40.0"), AT) {
            Reading::Clear(report) => assert_eq!(report.activity, *expected, "{flag} {path}"),
            Reading::Ended(..) => panic!("{flag} {path} is no end"),
        }
    }

    #[test]
    fn flags_become_activities() {
        check("printing", OURS, &Activity::Printing);
        check("resuming", OURS, &Activity::Printing);
        check("pausing", OURS, &Activity::Pausing);
        check("paused", OURS, &Activity::Paused);
        check("cancelling", OURS, &Activity::Cancelling);
        check("error", OURS, &Activity::NotOperational);
        check("closedOrError", OURS, &Activity::NotOperational);
        check("ready", "benchy.gcode", &Activity::Idle);
    }

    #[test]
    fn of_somebody_elses_print_nothing_is_known_but_that_the_printer_is_busy() {
        domain::proves!("AF-164", "AF-165", by = "printers::redact::foreign_print");
        for (path, origin) in [
            ("wedding ring.gcode", "local"),
            ("folder/00112233445566778899aabbccddeeff.gcode", "local"),
            ("00112233445566778899AABBCCDDEEFF.gcode", "local"),
            (OURS, "sdcard"),
        ] {
            let seen = reading(&current("printing", path, origin, "40.0"), AT);
            let Reading::Clear(report) = seen else { panic!("{path} is no end") };
            assert_eq!(report.activity, Activity::Busy, "{path} on {origin}");
            assert_eq!((report.print, report.temperatures), (None, Temperatures::default()));
        }
    }

    #[test]
    fn the_end_of_the_file_is_the_end_and_less_is_a_question() {
        let Reading::Clear(report) = reading(&current("ready", OURS, "local", "100.0"), AT) else {
            panic!("a whole print is no question")
        };
        assert_eq!(report.activity, Activity::Finished);
        let unclear = reading(&current("ready", OURS, "local", "null"), AT);
        assert!(matches!(unclear, Reading::Ended(..)), "{unclear:?}");
    }

    #[test]
    fn events_tell_how_a_print_of_ours_ended() {
        let event = |kind: &str, reason: &str| -> EventOf {
            serde_json::from_str(&format!(
                r#"{{"type": "{kind}", "payload": {{"path": "{OURS}", "origin": "local", "reason": "{reason}"}}}}"#
            ))
            .unwrap()
        };
        let how = |kind, reason| ending(&event(kind, reason)).map(|(_, activity)| activity);
        assert_eq!(how("PrintDone", ""), Some(Activity::Finished));
        assert_eq!(how("PrintFailed", "cancelled"), Some(Activity::Cancelled));
        assert_eq!(how("PrintFailed", "error"), Some(Activity::Failed));
        assert_eq!(how("ZChange", ""), None);
    }
}
