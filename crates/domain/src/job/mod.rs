//! The life of a job: its states, and the only moves between them.
//!
//! A move is a compare-and-set: it names the state it starts from, and storage applies it only if the job is
//! still there. Two processes, or the same event twice, therefore move a job once.
//!
//! START goes to a printer only in the move from `Sending` to `Starting`, which is saved *before* the printer is
//! asked. From `Starting` on there is no way back to `Sending` or `Queued` except with the certainty that the
//! printer did nothing. A lost link leads to `Unknown`, never to `Failed`.

pub mod outcome;
pub mod reading;

pub use outcome::{Outcome, SaidBy, Verdict};

use crate::printer::command::NotDone;
use crate::printer::report::{Activity, Recollection};

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum JobState {
    /// Waits for a printer.
    Queued,
    /// Waits for a person: held by one, or because something went wrong before it started.
    Held,
    /// Has a printer; its file is on the way there, or already there and waiting for the start.
    Sending,
    /// The printer is being told to start, or was told so and has not been seen printing.
    Starting,
    /// Prints.
    Printing,
    /// Comes to a pause.
    Pausing,
    /// Paused, or waiting for an answer.
    Paused,
    /// Is being ended before its time.
    Cancelling,
    /// The printer may be at it or may have ended it; nobody knows. Only a printer or a person can tell.
    Unknown,
    /// Ended before its time on purpose.
    Cancelled,
    /// The printer went to the end of the file. Whether the part is good, only a person can say.
    Finished,
    /// The printer ended it badly, or a person said so.
    Failed,
}

impl JobState {
    /// Every state.
    pub const ALL: [Self; 12] = [
        Self::Queued,
        Self::Held,
        Self::Sending,
        Self::Starting,
        Self::Printing,
        Self::Pausing,
        Self::Paused,
        Self::Cancelling,
        Self::Unknown,
        Self::Cancelled,
        Self::Finished,
        Self::Failed,
    ];
    /// The name in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Held => "held",
            Self::Sending => "sending",
            Self::Starting => "starting",
            Self::Printing => "printing",
            Self::Pausing => "pausing",
            Self::Paused => "paused",
            Self::Cancelling => "cancelling",
            Self::Unknown => "unknown",
            Self::Cancelled => "cancelled",
            Self::Finished => "finished",
            Self::Failed => "failed",
        }
    }
    /// The state with this name in storage.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.name() == name)
    }
    /// Whether nothing more happens to it.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Cancelled | Self::Finished | Self::Failed)
    }
    /// Whether a printer has, or may have, been told to start it and it is not known to be over.
    pub const fn may_be_on_the_bed(self) -> bool {
        matches!(
            self,
            Self::Starting | Self::Printing | Self::Pausing | Self::Paused | Self::Cancelling | Self::Unknown
        )
    }
    /// Whether it keeps a printer to itself.
    pub const fn holds_a_printer(self) -> bool {
        matches!(self, Self::Sending) || self.may_be_on_the_bed()
    }
}

/// What can happen to a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A person holds it back.
    HeldBack,
    /// A person lets it go on waiting.
    Released,
    /// The planner gave it a printer.
    Assigned,
    /// Its file could not be placed; nothing of it will start.
    FileNotPlaced(NotDone),
    /// START is about to be sent. Saved before it is.
    StartSaved,
    /// The printer answered START, or no answer came.
    StartAnswered(Result<(), NotDone>),
    /// A person asked for a pause, and it is about to be sent.
    PauseAsked,
    /// A person takes it out of the queue before any printer was told to start it.
    TakenOut,
    /// A person asked for its end.
    CancelAsked,
    /// The printer was seen at this print, or having just ended it.
    Seen(Seen),
    /// The printer was asked about this print, and remembers this.
    Recalled(Recollection),
    /// The printer was seen idle or at something else while this print should have been going on.
    SeenWithoutIt,
    /// The printer has been silent for too long.
    ContactLost,
    /// A person looked and said how it ended.
    PersonSaid(Verdict),
}

/// What a printer was seen at, as far as a job minds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Printing.
    Printing,
    /// Coming to a pause.
    Pausing,
    /// Paused or asking.
    Paused,
    /// Ending it before its time.
    Cancelling,
    /// Came to the end of the file.
    Finished,
    /// Ended it before its time.
    Cancelled,
    /// Ended it badly.
    Failed,
}

impl Seen {
    /// What an activity of the printer means for the print it is at; `None` if it says nothing about it.
    pub const fn of(activity: &Activity) -> Option<Self> {
        match activity {
            Activity::Printing => Some(Self::Printing),
            Activity::Pausing => Some(Self::Pausing),
            Activity::Paused | Activity::Asking(_) => Some(Self::Paused),
            Activity::Cancelling => Some(Self::Cancelling),
            Activity::Finished => Some(Self::Finished),
            Activity::Cancelled => Some(Self::Cancelled),
            Activity::Failed => Some(Self::Failed),
            Activity::Idle | Activity::Busy | Activity::NotOperational => None,
        }
    }
    const fn state(self) -> JobState {
        match self {
            Self::Printing => JobState::Printing,
            Self::Pausing => JobState::Pausing,
            Self::Paused => JobState::Paused,
            Self::Cancelling => JobState::Cancelling,
            Self::Finished => JobState::Finished,
            Self::Cancelled => JobState::Cancelled,
            Self::Failed => JobState::Failed,
        }
    }
}

/// A legal move: storage sets `to` only where the job is still in `from`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// The state the job must still be in.
    pub from: JobState,
    /// The state it is in afterwards. May equal `from`, when the event changes nothing.
    pub to: JobState,
}

impl Move {
    /// Whether anything is to be stored.
    pub const fn changes(self) -> bool {
        self.from as u8 != self.to as u8
    }
}

/// The event cannot happen to a job in this state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a job that is {} cannot take {event:?}", from.name())]
pub struct Illegal {
    /// The job's state.
    pub from: JobState,
    /// What was to happen to it.
    pub event: Event,
}

/// Where a job in state `from` goes when `event` happens to it.
///
/// # Errors
/// The event is not one that a job in this state can meet. The job stays where it is.
pub fn step(from: JobState, event: Event) -> Result<Move, Illegal> {
    use JobState as S;
    let to = match (from, event) {
        (S::Queued, Event::HeldBack) | (S::Sending, Event::HeldBack | Event::FileNotPlaced(_)) => S::Held,
        (S::Held, Event::Released) => S::Queued,
        (S::Queued, Event::Assigned) => S::Sending,
        // Accepted is not yet printing: only a printer that is seen printing prints.
        (S::Sending, Event::StartSaved) | (S::Starting, Event::StartAnswered(Ok(()))) => S::Starting,
        // Whatever waits has not touched a printer, so its end is immediate.
        (S::Queued | S::Held | S::Sending, Event::TakenOut | Event::CancelAsked) => S::Cancelled,

        // Certain that nothing happened: a person looks, and may let it wait again.
        (S::Starting, Event::StartAnswered(Err(why))) if why.nothing_happened() => S::Held,
        (S::Starting, Event::StartAnswered(Err(_))) => S::Unknown,

        (S::Printing, Event::PauseAsked) => S::Pausing,
        (S::Starting | S::Printing | S::Pausing | S::Paused | S::Unknown, Event::CancelAsked) => {
            S::Cancelling
        }

        (state, Event::Seen(seen)) if state.may_be_on_the_bed() => after_seeing(state, seen),
        (state, Event::Recalled(what)) if state.may_be_on_the_bed() => match what {
            // It is at it, which does not say that it goes on: what a person asked for, and a pause, stay.
            Recollection::Running if matches!(state, S::Starting | S::Unknown) => S::Printing,
            Recollection::Running => state,
            Recollection::Finished => S::Finished,
            Recollection::EndedEarly if state == S::Cancelling => S::Cancelled,
            Recollection::EndedEarly => S::Failed,
            // It may have been switched off since, so knowing nothing proves nothing.
            Recollection::NothingKnown | Recollection::NoSuchFile => S::Unknown,
        },
        (state, Event::ContactLost | Event::SeenWithoutIt) if state.may_be_on_the_bed() => S::Unknown,
        (S::Unknown, Event::PersonSaid(verdict)) => verdict.state(),
        // An answer or a reading that comes late changes nothing.
        (state, Event::StartAnswered(_)) if state.may_be_on_the_bed() || state.is_over() => state,
        (state, Event::Seen(_) | Event::Recalled(_) | Event::ContactLost | Event::SeenWithoutIt)
            if state.is_over() =>
        {
            state
        }
        _ => return Err(Illegal { from, event }),
    };
    Ok(Move { from, to })
}

/// Asked to end, a print counts as ending until the printer says how it did, even if it is still seen printing.
const fn after_seeing(state: JobState, seen: Seen) -> JobState {
    match (state, seen) {
        (JobState::Cancelling, Seen::Printing | Seen::Pausing | Seen::Paused) => JobState::Cancelling,
        (JobState::Cancelling, Seen::Failed) => JobState::Cancelled,
        // The pause has been asked for; the last reading before it takes effect is not a step back.
        (JobState::Pausing, Seen::Printing) => JobState::Pausing,
        _ => seen.state(),
    }
}

#[cfg(test)]
mod tests;
