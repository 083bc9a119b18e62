//! A deadline and the reckoning that led to it.

use super::{Need, Period, Reason, Regime, Stage};
use core::fmt;
use domain::time::Instant;
use jiff::civil::Date;

/// Who set the limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// A law.
    Law(Regime),
    /// The company itself, under this name.
    Promise(String),
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Law(regime) => regime.fmt(f),
            Self::Promise(name) => write!(f, "promise {name}"),
        }
    }
}

/// What is due, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// What is owed.
    pub stage: Stage,
    /// From when the time runs.
    pub from: Instant,
    /// The first instant that is too late: what happens before it is in time.
    pub at: Instant,
    /// The last day that is in time, where the controller is.
    pub on: Date,
    /// The reckoning.
    pub why: Why,
}

impl Due {
    /// Whether something that happens at this instant is too late.
    pub fn is_over(&self, at: Instant) -> bool {
        at >= self.at
    }

    /// How much of the time has gone, in whole percent from 0 to 100: what an alarm is set by.
    pub fn spent(&self, now: Instant) -> u8 {
        let whole = i128::from(self.at.micros()) - i128::from(self.from.micros());
        let gone = i128::from(now.micros()) - i128::from(self.from.micros());
        if gone >= whole { 100 } else { (gone.max(0) * 100 / whole.max(1)) as u8 }
    }
}

/// The reckoning behind a deadline, for whoever has to show it (GDPR Art. 5(2)). Displays as a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// Who set the limit.
    pub by: By,
    /// Where it is written.
    pub article: &'static str,
    /// Within what time, an extension included.
    pub period: Period,
    /// The day from which it runs, which is not itself counted.
    pub from: Date,
    /// What else moved the end, in the order in which it was applied.
    pub steps: Vec<Step>,
}

/// One thing that moved the end of a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The period starts when the person gave what was needed, and not at the receipt.
    Restarted {
        /// What was outstanding.
        need: Need,
        /// When the request had come.
        received: Date,
        /// Where it is written.
        article: &'static str,
    },
    /// The longer period counts, since the person was told so in time.
    Extended {
        /// Why.
        reason: Reason,
        /// Where it is written.
        article: &'static str,
    },
    /// The last month does not have the date: its last day counts.
    ShortMonth,
    /// The clock stood still.
    Held {
        /// From the day of asking.
        from: Date,
        /// To the day of the answer.
        to: Date,
        /// By how many days the end moved: calendar days, or business days where the period is in those.
        days: i32,
        /// Where it is written.
        article: &'static str,
    },
    /// The last day was not a working day.
    Rolled {
        /// The day it would have been.
        from: Date,
        /// Where it is written.
        article: &'static str,
    },
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Restarted { need, received, article } => {
                write!(f, "received on {received}, but counted from when {need} was given ({article})")
            }
            Self::Extended { reason, article } => write!(f, "extended for {reason} ({article})"),
            Self::ShortMonth => write!(f, "the month ends before that date: its last day"),
            Self::Held { from, to, days, article } => {
                write!(f, "held from {from} to {to}, {days} day(s) later ({article})")
            }
            Self::Rolled { from, article } => {
                write!(f, "{from} is not a working day: the next that is ({article})")
            }
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.by {
            By::Law(law) => write!(f, "{law}: {} from {} ({})", self.period, self.from, self.article)?,
            By::Promise(_) => write!(f, "promised by this house: {} from {}", self.period, self.from)?,
        }
        self.steps.iter().try_for_each(|step| write!(f, "; {step}"))
    }
}
