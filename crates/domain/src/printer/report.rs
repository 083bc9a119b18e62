//! One normalised reading of a printer, with the instant at which it was true.
//!
//! Holds machine facts only. Of a print that did not come from this house it holds nothing but that the printer
//! is busy: no name, no progress, no temperatures.

use crate::ids::PrintReference;
use crate::time::Instant;
use crate::units::{Celsius, Millimetres, Seconds};

/// What a printer said at one instant.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// When it said so.
    pub at: Instant,
    /// What it is doing.
    pub activity: Activity,
    /// The print of ours that it is at or has just ended; `None` when there is none.
    pub print: Option<Print>,
    /// How warm it is. Empty while it prints something of which we may know nothing.
    pub temperatures: Temperatures,
}

impl Report {
    /// Seconds since it was true; zero if the clock went back.
    pub fn age(&self, now: Instant) -> Seconds {
        Seconds((now.seconds_since(self.at)).max(0) as f64)
    }
    /// The reference of the print of ours that is going on, if one is.
    pub fn running(&self) -> Option<PrintReference> {
        if self.activity.is_printing() { self.print.as_ref().map(|p| p.reference) } else { None }
    }
}

/// What a printer says it is doing.
#[derive(Clone, Debug, PartialEq)]
pub enum Activity {
    /// Nothing, and it would take a print. Says nothing about whether the bed is clear.
    Idle,
    /// Printing a file of ours, heating for it included.
    Printing,
    /// Coming to a pause.
    Pausing,
    /// Paused.
    Paused,
    /// Waiting for somebody to answer.
    Asking(Question),
    /// Ending the print before its time.
    Cancelling,
    /// A print of ours ended well.
    Finished,
    /// A print of ours ended before its time, by a person at the printer or in another program.
    Cancelled,
    /// A print of ours ended badly.
    Failed,
    /// At something that is not ours: another program's print, a calibration, an update.
    Busy,
    /// Its controller answers, the machine behind it does not: switched off, unplugged, halted.
    NotOperational,
}

impl Activity {
    /// Whether a print of ours is going on, paused and asking included.
    pub const fn is_printing(&self) -> bool {
        matches!(self, Self::Printing | Self::Pausing | Self::Paused | Self::Asking(_) | Self::Cancelling)
    }
    /// Whether a print of ours has ended.
    pub const fn has_ended(&self) -> bool {
        matches!(self, Self::Finished | Self::Cancelled | Self::Failed)
    }
}

/// A print of ours, as the printer tells of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Print {
    /// The name under which the file was placed.
    pub reference: PrintReference,
    /// How far it is.
    pub progress: Progress,
}

/// How far a print is. What the printer does not tell is `None`; nothing is guessed.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Progress {
    /// Done, from 0 to 1.
    pub fraction: f64,
    /// Printing so far.
    pub elapsed: Option<Seconds>,
    /// Still to go, as the printer estimates.
    pub remaining: Option<Seconds>,
    /// The layer being printed, counted from 1.
    pub layer: Option<u32>,
    /// How many layers there are.
    pub layers: Option<u32>,
    /// Height of the nozzle over the bed.
    pub height: Option<Millimetres>,
}

/// How warm the machine is, and how warm it is told to be. A target of zero is "off".
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Temperatures {
    /// The nozzle's.
    pub nozzle: Option<Celsius>,
    /// The nozzle's target.
    pub nozzle_target: Option<Celsius>,
    /// The bed's.
    pub bed: Option<Celsius>,
    /// The bed's target.
    pub bed_target: Option<Celsius>,
}

/// Tells one question of a printer from the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct QuestionId(pub u32);

/// Something a printer asks of whoever is near.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// Which question this is.
    pub id: QuestionId,
    /// Its text, redacted.
    pub text: String,
    /// What can be answered; may be empty when only somebody at the printer can help.
    pub choices: Vec<Choice>,
}

/// One possible answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Its text, redacted.
    pub label: String,
}

/// What a printer can say about a print when it is asked after the connection was lost.
///
/// A printer that remembers nothing has *not* said that it never started: it may have been switched off since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recollection {
    /// It is at it.
    Running,
    /// It ended well.
    Finished,
    /// It ended before its time or badly, and the printer does not tell which.
    EndedEarly,
    /// The file is there, and the printer knows of no print of it.
    NothingKnown,
    /// There is no such file on it.
    NoSuchFile,
}
