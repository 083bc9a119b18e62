//! How a print ended. The printer only knows whether it came to the end of the file; whether the part is good, and
//! whether the bed is clear, a person is asked.

use crate::job::JobState;

/// How a print ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The part is as it should be.
    Good,
    /// Usable in part.
    Partly,
    /// Not usable.
    Failed,
    /// Ended on purpose.
    Cancelled,
    /// Nobody knows what became of it.
    Lost,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 5] = [Self::Good, Self::Partly, Self::Failed, Self::Cancelled, Self::Lost];

    /// The name in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Partly => "partly",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Lost => "lost",
        }
    }
    /// The verdict with this name in storage.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|v| v.name() == name)
    }
    /// The state of a job of which a person says this.
    pub const fn state(self) -> JobState {
        match self {
            Self::Good | Self::Partly => JobState::Finished,
            Self::Failed | Self::Lost => JobState::Failed,
            Self::Cancelled => JobState::Cancelled,
        }
    }
}

/// Whose word a verdict is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SaidBy {
    /// The printer's: it came to the end of the file or it did not. A person may still say otherwise.
    Printer,
    /// A person's, who looked at the part.
    Person,
}

/// What is known of a print that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How it ended.
    pub verdict: Verdict,
    /// Who says so.
    pub said_by: SaidBy,
    /// Whether a person said, with it or since, that the bed is clear.
    pub bed_cleared: bool,
}

impl Outcome {
    /// What the printer's own word is worth for a job in this state; `None` while it is not over.
    pub const fn by_printer(state: JobState) -> Option<Self> {
        let verdict = match state {
            JobState::Finished => Verdict::Good,
            JobState::Failed => Verdict::Failed,
            JobState::Cancelled => Verdict::Cancelled,
            _ => return None,
        };
        Some(Self { verdict, said_by: SaidBy::Printer, bed_cleared: false })
    }
    /// A person's word, which replaces the printer's and is itself only replaced by a person's.
    pub const fn by_person(self, verdict: Verdict, bed_cleared: bool) -> Self {
        Self { verdict, said_by: SaidBy::Person, bed_cleared: self.bed_cleared || bed_cleared }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printer_never_says_that_the_bed_is_clear() {
        for state in JobState::ALL {
            let outcome = Outcome::by_printer(state);
            assert_eq!(outcome.is_some(), state.is_over(), "{state:?}");
            assert!(!outcome.is_some_and(|o| o.bed_cleared));
        }
    }

    #[test]
    fn a_person_has_the_last_word() {
        let printer = Outcome::by_printer(JobState::Finished).unwrap();
        let person = printer.by_person(Verdict::Failed, true);
        let expected = Outcome { verdict: Verdict::Failed, said_by: SaidBy::Person, bed_cleared: true };
        assert_eq!(person, expected);
        assert!(person.by_person(Verdict::Good, false).bed_cleared, "a clear bed stays cleared");
    }

    #[test]
    fn names_read_back() {
        for verdict in Verdict::ALL {
            assert_eq!(Verdict::from_name(verdict.name()), Some(verdict));
        }
        for state in JobState::ALL {
            assert_eq!(JobState::from_name(state.name()), Some(state));
        }
    }
}
