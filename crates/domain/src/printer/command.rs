//! What may be asked of a printer, and every way the asking can end. Both lists are closed.
//!
//! "The answer was lost" is an ending of its own. It must never be treated as a refusal, since the printer may
//! well be doing what it was told.

use crate::ids::PrintReference;
use crate::printer::report::QuestionId;
use core::fmt;

/// One thing asked of one printer. Goes with a [`crate::ids::CommandId`], which is never carried out twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Print the file that was placed under this reference.
    Start(PrintReference),
    /// Pause the print with this reference, and no other.
    Pause(PrintReference),
    /// Go on with the print with this reference.
    Resume(PrintReference),
    /// End the print with this reference.
    Cancel(PrintReference),
    /// Answer the question with this number by its choice at this place, counted from zero.
    Answer {
        /// The question that was shown to the person. If the printer asks another by now, it refuses.
        question: QuestionId,
        /// Which choice.
        choice: u8,
    },
}

impl Command {
    /// Its name on the wire to an agent, in the log of commands and in `egress.toml`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Start(_) => "start",
            Self::Pause(_) => "pause",
            Self::Resume(_) => "resume",
            Self::Cancel(_) => "cancel",
            Self::Answer { .. } => "answer",
        }
    }
}

/// How a command, or another request to a printer, ended: done as far as the printer says, or not.
pub type Outcome = Result<(), NotDone>;

/// Why something asked of a printer was not done, or is not known to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum NotDone {
    /// The printer understood and said no. Nothing happened.
    #[error("the printer refused: {0}")]
    Refused(Refusal),
    /// The printer is at something else, perhaps somebody else's print. Nothing happened.
    #[error("the printer is busy with something else")]
    Busy,
    /// This printer has no such command. Nothing happened.
    #[error("the printer does not know this command")]
    UnknownCommand,
    /// No connection came about, so nothing was sent. Nothing happened.
    #[error("the printer cannot be reached")]
    Unreachable,
    /// It was sent, or may have been, and no answer came. It may have happened.
    #[error("no answer came: it may have happened or not")]
    AnswerLost,
}

impl NotDone {
    /// Whether it is certain that the printer did nothing. Only then may the same thing be asked once more
    /// without looking at the printer first.
    pub const fn nothing_happened(self) -> bool {
        !matches!(self, Self::AnswerLost)
    }
}

/// Why a printer says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// Our key is not accepted any more, or never was: somebody has to pair again.
    KeyRefused,
    /// Our key is good, but may not do this.
    NotPermitted,
    /// There is no file of this name on it.
    NoSuchFile,
    /// There is already a file of this name on it.
    FileExists,
    /// The file does not fit on it, or is larger than it takes.
    NoRoom,
    /// The file is one that it cannot print.
    BadFile,
    /// Its state does not allow this: nothing to pause, already paused, not connected to its machine.
    WrongState,
    /// It does not ask this any more.
    NoSuchQuestion,
    /// It has no camera.
    NoCamera,
    /// It gave a reason that we have no word for.
    Other,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::KeyRefused => "our key is no longer accepted; pair again",
            Self::NotPermitted => "our key may not do this",
            Self::NoSuchFile => "there is no such file on it",
            Self::FileExists => "a file of this name is already on it",
            Self::NoRoom => "the file does not fit on it",
            Self::BadFile => "it cannot print this file",
            Self::WrongState => "its state does not allow this now",
            Self::NoSuchQuestion => "it does not ask this any more",
            Self::NoCamera => "it has no camera",
            Self::Other => "for a reason of its own",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_lost_answer_leaves_doubt() {
        for ending in
            [NotDone::Refused(Refusal::Other), NotDone::Busy, NotDone::UnknownCommand, NotDone::Unreachable]
        {
            assert!(ending.nothing_happened(), "{ending}");
        }
        assert!(!NotDone::AnswerLost.nothing_happened());
    }
}
