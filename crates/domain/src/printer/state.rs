//! The states of a printer that people see, and how one follows from what is known.
//!
//! Silence is a state of its own: a printer without contact is never shown as idle, finished or failed.

use crate::ids::JobId;
use crate::printer::report::{Activity, Question, Report};
use crate::time::Instant;

/// After this many seconds without a report a printer counts as without contact.
pub const SILENCE_SECONDS: i64 = 60;

/// What a person is shown.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// Would take a job now: idle, and a person said that the bed is clear.
    Ready,
    /// A file of ours is on its way to it.
    SendingFile,
    /// Printing.
    Printing,
    /// Coming to a pause.
    Pausing,
    /// Paused.
    Paused,
    /// Waits for an answer.
    NeedsYou(Question),
    /// Ending a print before its time.
    Cancelling,
    /// Idle, but nobody has said since its last print that the bed is clear.
    FinishedClearTheBed,
    /// At something that is not ours, or its controller says that the machine is switched off.
    Busy,
    /// Nothing heard. What it does is unknown.
    NoContact {
        /// When it was last heard; `None` if never.
        since: Option<Instant>,
        /// What it was last seen in; never itself `NoContact`.
        last_seen: Option<Box<State>>,
    },
    /// Taken out of service by a person.
    OffDuty,
}

/// Whether a person said that the bed is clear since something was last printed on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bed {
    /// A person said so, then.
    SaidClear(Instant),
    /// Nobody has said so: something may lie on it.
    NotSaidClear,
}

impl Bed {
    /// Whether a print may start on it.
    pub const fn is_clear(self) -> bool {
        matches!(self, Self::SaidClear(_))
    }
    /// What is still true of the bed after the printer was seen at this: whatever prints, ours or not, leaves
    /// something on it.
    pub const fn after_seeing(self, activity: &Activity) -> Self {
        if activity.is_printing() || matches!(activity, Activity::Busy) { Self::NotSaidClear } else { self }
    }
    /// What is still true of the bed after contact was lost: nothing, since anybody may have printed meanwhile.
    pub const fn after_silence(self) -> Self {
        Self::NotSaidClear
    }
}

/// Whether a person lets the printer take jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    /// It takes jobs.
    On,
    /// It takes none.
    Off,
}

/// Everything the house knows of a printer at one instant.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// Whether it takes jobs.
    pub duty: Duty,
    /// Whether its bed was said clear.
    pub bed: Bed,
    /// The job whose file somebody is sending to it at this moment; `None` again when that process is gone.
    pub sending: Option<JobId>,
    /// Whether a START went out to it after its last report: it prints, whatever it said before.
    pub started: bool,
    /// What it last said, if it ever did.
    pub report: Option<Report>,
    /// Whether the connection is known to be lost, although the last report is still young.
    pub contact_lost: bool,
}

impl Standing {
    /// A printer of which nothing is known yet.
    pub const fn unknown() -> Self {
        Self {
            duty: Duty::On,
            bed: Bed::NotSaidClear,
            sending: None,
            started: false,
            report: None,
            contact_lost: false,
        }
    }
    /// Whether what the printer last said still counts.
    pub fn in_contact(&self, now: Instant) -> bool {
        !self.contact_lost && self.report.as_ref().is_some_and(|r| now.seconds_since(r.at) < SILENCE_SECONDS)
    }
    /// Whether it prints, as far as anybody can know.
    pub fn is_printing(&self, now: Instant) -> bool {
        let seen = self.report.as_ref().is_some_and(|r| r.activity.is_printing());
        self.in_contact(now) && (seen || self.started)
    }
    /// What a person is shown at `now`.
    pub fn state(&self, now: Instant) -> State {
        if self.duty == Duty::Off {
            return State::OffDuty;
        }
        if self.in_contact(now) {
            return self.seen();
        }
        State::NoContact {
            since: self.report.as_ref().map(|r| r.at),
            last_seen: self.report.is_some().then(|| Box::new(self.seen())),
        }
    }
    fn seen(&self) -> State {
        let activity = self.report.as_ref().map(|r| &r.activity);
        match activity {
            None | Some(Activity::Busy | Activity::NotOperational) => State::Busy,
            Some(Activity::Printing) => State::Printing,
            Some(Activity::Pausing) => State::Pausing,
            Some(Activity::Paused) => State::Paused,
            Some(Activity::Asking(question)) => State::NeedsYou(question.clone()),
            Some(Activity::Cancelling) => State::Cancelling,
            Some(Activity::Idle | Activity::Finished | Activity::Cancelled | Activity::Failed) => {
                if self.started {
                    State::Printing
                } else if self.sending.is_some() {
                    State::SendingFile
                } else if self.bed.is_clear() {
                    State::Ready
                } else {
                    State::FinishedClearTheBed
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::printer::report::Temperatures;

    const NOON: Instant = Instant::from_micros(1_000_000_000_000);

    fn standing(activity: Activity) -> Standing {
        let report = Report { at: NOON, activity, print: None, temperatures: Temperatures::default() };
        Standing { report: Some(report), bed: Bed::SaidClear(NOON), ..Standing::unknown() }
    }

    #[test]
    fn silence_is_neither_idle_nor_failed() {
        let printing = standing(Activity::Printing);
        assert_eq!(printing.state(NOON.plus_seconds(59)), State::Printing);
        let lost = State::NoContact { since: Some(NOON), last_seen: Some(Box::new(State::Printing)) };
        assert_eq!(printing.state(NOON.plus_seconds(60)), lost);
        assert_eq!(Standing { contact_lost: true, ..printing }.state(NOON), lost);
        assert_eq!(Standing::unknown().state(NOON), State::NoContact { since: None, last_seen: None });
    }

    #[test]
    fn a_printer_that_was_told_to_start_is_not_asked_to_be_cleared() {
        let idle = Standing { bed: Bed::NotSaidClear, ..standing(Activity::Idle) };
        assert_eq!(idle.state(NOON), State::FinishedClearTheBed);
        let started = Standing { started: true, ..idle };
        assert_eq!(started.state(NOON), State::Printing);
        assert!(started.is_printing(NOON), "nobody says now that its bed is clear");
    }

    #[test]
    fn ready_needs_a_person_to_say_that_the_bed_is_clear() {
        for activity in [Activity::Idle, Activity::Finished, Activity::Cancelled, Activity::Failed] {
            let mut printer = standing(activity);
            assert_eq!(printer.state(NOON), State::Ready);
            printer.bed = Bed::NotSaidClear;
            assert_eq!(printer.state(NOON), State::FinishedClearTheBed);
        }
    }

    #[test]
    fn nothing_is_clear_after_a_print_or_after_silence() {
        let clear = Bed::SaidClear(NOON);
        for activity in [Activity::Printing, Activity::Paused, Activity::Cancelling, Activity::Busy] {
            assert!(!clear.after_seeing(&activity).is_clear(), "{activity:?}");
        }
        for activity in [Activity::Idle, Activity::Finished, Activity::NotOperational] {
            assert!(clear.after_seeing(&activity).is_clear(), "{activity:?}");
        }
        assert!(!clear.after_silence().is_clear());
    }

    #[test]
    fn off_duty_outranks_everything() {
        let mut printer = standing(Activity::Printing);
        printer.duty = Duty::Off;
        assert_eq!(printer.state(NOON), State::OffDuty);
    }
}
