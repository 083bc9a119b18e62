//! What one rule demands: by when, what may hold its clock, what may lengthen it. Rules are data of these shapes.

use super::Period;
use core::fmt;

/// What is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// The person is told that the request has arrived.
    Acknowledge,
    /// The request is answered: done, or refused with reasons.
    Answer,
    /// The request is answered, and the person has been told that it takes longer.
    ExtendedAnswer,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Acknowledge => "acknowledge",
            Self::Answer => "answer",
            Self::ExtendedAnswer => "answer after extension",
        })
    }
}

/// What is asked of the person and outstanding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Need {
    /// Proof that they are the data subject.
    Identity,
    /// Proof that they may act for the data subject (TP-72). No law here lets it hold a clock.
    Authority,
    /// Which data or processing the request is about.
    Clarification,
    /// A fee that the law lets the controller charge.
    Fee,
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Identity => "identity",
            Self::Authority => "authority",
            Self::Clarification => "clarification",
            Self::Fee => "fee",
        })
    }
}

/// What an outstanding need does to a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The clock stands from the day of asking to the day of the answer, and goes on with the time that was left.
    Suspends,
    /// The same, but neither the day of asking nor the day of the answer is counted.
    SuspendsBothDays,
    /// The whole period starts when the person has given what was needed.
    Restarts,
}

/// That a rule lets a need hold its clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// What is outstanding.
    pub need: Need,
    /// What that does.
    pub effect: Effect,
    /// Where it is written.
    pub article: &'static str,
}

/// Why an answer takes longer. A closed list: there is no "other".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// The request is complex.
    Complexity,
    /// There are many requests of this person.
    NumberOfRequests,
    /// To meet the time limit would unreasonably interfere with the activities of the organisation.
    UnreasonableInterference,
    /// Consultations are necessary that cannot be had within the time limit.
    Consultation,
}

impl Reason {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Complexity, Self::NumberOfRequests, Self::UnreasonableInterference, Self::Consultation];
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Complexity => "complexity",
            Self::NumberOfRequests => "number of requests",
            Self::UnreasonableInterference => "unreasonable interference",
            Self::Consultation => "consultation",
        })
    }
}

/// That a rule lets its period be lengthened, once, by a notice with a reason before the first deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extension {
    /// The whole period then, counted from the same start as the first one.
    pub total: Period,
    /// The reasons that the rule accepts.
    pub reasons: &'static [Reason],
    /// Where it is written.
    pub article: &'static str,
}

/// One limit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duty {
    /// What is owed.
    pub stage: Stage,
    /// Within what time.
    pub period: Period,
    /// Where it is written.
    pub article: &'static str,
    /// Where it is written that a last day which is not worked moves to the next that is; `None` if it stays.
    pub rolls: Option<&'static str>,
    /// How it may be lengthened.
    pub extension: Option<Extension>,
    /// What may hold it.
    pub holds: &'static [Hold],
}
