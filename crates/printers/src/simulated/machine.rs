//! The simulated machine itself: what it does as time goes by. Pure; time comes in as an argument.
//!
//! It behaves as a printer does that nobody watches: it goes on printing when its network is unplugged, forgets
//! what it did when it is switched off, and starts nothing by itself.

use super::heater::Heater;
use super::timeline::{Step, Timeline, Wait};
use domain::ids::PrintReference;
use domain::printer::{Activity, Choice, NotDone, Outcome, Question, QuestionId, Recollection, Refusal};
use domain::time::Instant;

/// Seconds that coming to a pause or to an early end takes.
const SETTLING: f64 = 1.5;

/// The choices a question offers; the place of each is its number.
pub(super) const CHOICES: [&str; 2] = ["Continue", "End the print"];

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Doing {
    Nothing,
    Printing,
    Pausing { settled_in: f64 },
    Paused,
    Asking(Question),
    Cancelling { settled_in: f64 },
    Ended(Activity),
    SomethingElse,
}

/// The machine's whole state.
#[derive(Debug)]
pub(super) struct Machine {
    pub(super) at: Instant,
    /// How many of its seconds pass in one of the clock's.
    pub(super) speed: f64,
    pub(super) doing: Doing,
    pub(super) print: Option<PrintReference>,
    pub(super) timeline: Timeline,
    next_step: usize,
    into_step: f64,
    pub(super) printed: f64,
    pub(super) file_position: u64,
    pub(super) layer: u32,
    pub(super) height: f64,
    pub(super) nozzle: Heater,
    pub(super) bed: Heater,
    questions: u32,
    remembered: Vec<(PrintReference, Recollection)>,
    /// Every print it ever started: what a test counts, since the machine itself cannot be told anything wrong.
    pub(super) started: Vec<PrintReference>,
}

impl Machine {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            at: now,
            speed: 1.0,
            doing: Doing::Nothing,
            print: None,
            timeline: Timeline::default(),
            next_step: 0,
            into_step: 0.0,
            printed: 0.0,
            file_position: 0,
            layer: 0,
            height: 0.0,
            nozzle: Heater::of_nozzle(),
            bed: Heater::of_bed(),
            questions: 0,
            remembered: Vec::new(),
            started: Vec::new(),
        }
    }

    /// Lets time pass until `now`.
    pub(super) fn advance(&mut self, now: Instant) {
        let micros = now.micros().saturating_sub(self.at.micros());
        if micros <= 0 {
            return;
        }
        self.at = now;
        let mut left = micros as f64 / 1e6 * self.speed;
        while left > 0.0 {
            let spent = self.act(left);
            self.nozzle.pass(spent);
            self.bed.pass(spent);
            left -= spent;
        }
    }

    /// Does one thing for at most so many seconds, and says how many it took.
    fn act(&mut self, seconds: f64) -> f64 {
        match &mut self.doing {
            Doing::Pausing { settled_in } | Doing::Cancelling { settled_in } => {
                let spent = settled_in.min(seconds);
                *settled_in -= spent;
                if *settled_in <= 0.0 {
                    if matches!(self.doing, Doing::Pausing { .. }) {
                        self.doing = Doing::Paused;
                    } else {
                        self.end(Activity::Cancelled);
                    }
                }
                spent
            }
            Doing::Printing => self.print(seconds),
            _ => seconds,
        }
    }

    fn print(&mut self, seconds: f64) -> f64 {
        let Some((step, done_at)) = self.timeline.steps.get(self.next_step).cloned() else {
            self.end(Activity::Finished);
            return 0.0;
        };
        let spent = match step {
            Step::Move { takes, layer, height } => {
                let spent = (takes.0 - self.into_step).min(seconds);
                self.into_step += spent;
                self.printed += spent;
                (self.layer, self.height) = (layer, height.0);
                if self.into_step < takes.0 - 1e-9 {
                    return spent;
                }
                spent
            }
            Step::HeatNozzle(target, wait) => {
                self.nozzle.target = target.0;
                let needs = if wait == Wait::UntilThere { self.nozzle.needs() } else { 0.0 };
                if needs > seconds {
                    return seconds;
                }
                needs
            }
            Step::HeatBed(target, wait) => {
                self.bed.target = target.0;
                let needs = if wait == Wait::UntilThere { self.bed.needs() } else { 0.0 };
                if needs > seconds {
                    return seconds;
                }
                needs
            }
            Step::Ask => {
                self.ask("The print needs somebody.");
                0.0
            }
        };
        self.file_position = done_at;
        self.next_step += 1;
        self.into_step = 0.0;
        spent
    }

    /// Stops and asks. Does nothing unless it prints.
    pub(super) fn ask(&mut self, text: &str) {
        if self.doing == Doing::Printing {
            self.questions += 1;
            let choices = CHOICES.iter().map(|label| Choice { label: (*label).to_owned() }).collect();
            self.doing = Doing::Asking(Question {
                id: QuestionId(self.questions),
                text: crate::redact::text(text),
                choices,
            });
        }
    }

    fn end(&mut self, how: Activity) {
        let remembered =
            if how == Activity::Finished { Recollection::Finished } else { Recollection::EndedEarly };
        if let Some(reference) = self.print {
            self.remembered.push((reference, remembered));
        }
        (self.nozzle.target, self.bed.target) = (0.0, 0.0);
        self.doing = Doing::Ended(how);
    }

    pub(super) fn is_busy(&self) -> bool {
        !matches!(self.doing, Doing::Nothing | Doing::Ended(_))
    }

    pub(super) fn start(&mut self, reference: PrintReference, timeline: Timeline) -> Outcome {
        if self.is_busy() {
            return Err(NotDone::Busy);
        }
        (self.next_step, self.into_step, self.printed) = (0, 0.0, 0.0);
        (self.file_position, self.layer, self.height) = (0, 0, 0.0);
        self.timeline = timeline;
        self.print = Some(reference);
        self.doing = Doing::Printing;
        self.started.push(reference);
        Ok(())
    }

    pub(super) fn pause(&mut self, reference: PrintReference) -> Outcome {
        self.at_print(reference)?;
        match self.doing {
            Doing::Printing => self.doing = Doing::Pausing { settled_in: SETTLING },
            _ => return Err(NotDone::Refused(Refusal::WrongState)),
        }
        Ok(())
    }

    pub(super) fn resume(&mut self, reference: PrintReference) -> Outcome {
        self.at_print(reference)?;
        match self.doing {
            Doing::Paused => self.doing = Doing::Printing,
            _ => return Err(NotDone::Refused(Refusal::WrongState)),
        }
        Ok(())
    }

    pub(super) fn cancel(&mut self, reference: PrintReference) -> Outcome {
        self.at_print(reference)?;
        if !self.is_busy() {
            return Err(NotDone::Refused(Refusal::WrongState));
        }
        self.doing = Doing::Cancelling { settled_in: SETTLING };
        Ok(())
    }

    pub(super) fn answer(&mut self, question: QuestionId, choice: u8) -> Outcome {
        match &self.doing {
            Doing::Asking(asked) if asked.id == question => {}
            _ => return Err(NotDone::Refused(Refusal::NoSuchQuestion)),
        }
        match choice {
            0 => self.doing = Doing::Printing,
            1 => self.doing = Doing::Cancelling { settled_in: SETTLING },
            _ => return Err(NotDone::Refused(Refusal::NoSuchQuestion)),
        }
        Ok(())
    }

    fn at_print(&self, reference: PrintReference) -> Outcome {
        match self.doing {
            Doing::SomethingElse => Err(NotDone::Busy),
            _ if self.print == Some(reference) => Ok(()),
            _ => Err(NotDone::Refused(Refusal::WrongState)),
        }
    }

    /// Somebody at the machine starts a print of their own.
    pub(super) fn occupy(&mut self) {
        if !self.is_busy() {
            self.doing = Doing::SomethingElse;
            self.print = None;
        }
    }

    pub(super) fn vacate(&mut self) {
        if self.doing == Doing::SomethingElse {
            self.doing = Doing::Nothing;
        }
    }

    /// Somebody switches it off and on: it knows nothing any more, and is cold.
    pub(super) fn power_cycle(&mut self) {
        let (at, speed, started) = (self.at, self.speed, std::mem::take(&mut self.started));
        *self = Self { speed, started, ..Self::new(at) };
    }

    /// Something breaks.
    pub(super) fn fail(&mut self) {
        if self.is_busy() && self.doing != Doing::SomethingElse {
            self.end(Activity::Failed);
        }
    }

    /// The file of this print was removed, and with it what the machine remembers.
    pub(super) fn forget(&mut self, reference: PrintReference) {
        self.remembered.retain(|(other, _)| *other != reference);
        if self.print == Some(reference) && !self.is_busy() {
            self.print = None;
            self.doing = Doing::Nothing;
        }
    }

    pub(super) fn is_at(&self, reference: PrintReference) -> bool {
        self.is_busy() && self.print == Some(reference)
    }

    pub(super) fn recall(&self, reference: PrintReference) -> Recollection {
        if self.is_at(reference) {
            return Recollection::Running;
        }
        let last = self.remembered.iter().rev().find(|(other, _)| *other == reference);
        last.map_or(Recollection::NothingKnown, |(_, what)| *what)
    }
}
