//! What can happen to a breach, as it is stored and told again.

use super::Exposed;
use crate::request::Unknown;
use core::str::FromStr;

/// What can happen to a breach after the house knows of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// It was found that this was exposed.
    Exposed(Exposed),
    /// Something that the authority and people are told was learned; the newest words on it count.
    Learned(Topic),
    /// Somebody said how great the risk for people is, and why.
    Assessed(Risk),
    /// The authority was told.
    ToldAuthority(Phase),
    /// The people concerned were told.
    ToldPeople,
    /// Everything is done; what was learned for the future stands in its words.
    Closed,
}

impl Happened {
    /// The name in storage, and what it was about.
    pub const fn code(&self) -> (&'static str, &'static str) {
        match self {
            Self::Exposed(exposed) => ("exposed", exposed.what.name()),
            Self::Learned(topic) => ("learned", topic.name()),
            Self::Assessed(risk) => ("assessed", risk.name()),
            Self::ToldAuthority(phase) => ("told-authority", phase.name()),
            Self::ToldPeople => ("told-people", ""),
            Self::Closed => ("closed", ""),
        }
    }
    /// What happened, from its name in storage; an exposure is told with its times.
    ///
    /// # Errors
    /// [`Unknown`].
    pub fn from_code(kind: &str, detail: &str, exposed: Option<Exposed>) -> Result<Self, Unknown> {
        Ok(match kind {
            "exposed" => Self::Exposed(exposed.ok_or(Unknown)?),
            "learned" => Self::Learned(detail.parse()?),
            "assessed" => Self::Assessed(detail.parse()?),
            "told-authority" => Self::ToldAuthority(detail.parse()?),
            "told-people" => Self::ToldPeople,
            "closed" => Self::Closed,
            _ => return Err(Unknown),
        })
    }
    /// In words.
    pub const fn says(&self) -> &'static str {
        match self {
            Self::Exposed(exposed) => exposed.what.says(),
            Self::Learned(topic) => topic.says(),
            Self::Assessed(risk) => risk.says(),
            Self::ToldAuthority(phase) => phase.says(),
            Self::ToldPeople => "the people concerned were told",
            Self::Closed => "closed",
        }
    }
}

/// What a notice to the authority and to people holds beside what is computed (GDPR Art. 33(3)(a), (c), (d) and 34(2)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Topic {
    /// What happened.
    Nature,
    /// What is likely to come of it.
    Consequences,
    /// What was done and will be done against it.
    Measures,
}

impl Topic {
    /// Every topic.
    pub const ALL: [Self; 3] = [Self::Nature, Self::Consequences, Self::Measures];

    /// The name in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nature => "nature",
            Self::Consequences => "consequences",
            Self::Measures => "measures",
        }
    }
    /// In words.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Nature => "what happened",
            Self::Consequences => "what is likely to come of it",
            Self::Measures => "what was done and will be done against it",
        }
    }
}

impl FromStr for Topic {
    type Err = Unknown;
    fn from_str(text: &str) -> Result<Self, Unknown> {
        Self::ALL.into_iter().find(|topic| topic.name() == text).ok_or(Unknown)
    }
}

/// How great the risk for the rights and freedoms of people is. A closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Risk {
    /// A risk is unlikely: nobody need be told (Art. 33(1)).
    Unlikely,
    /// A risk: the authority is told.
    Risk,
    /// A high risk: the people are told, too (Art. 34(1)).
    High,
}

impl Risk {
    /// Every answer.
    pub const ALL: [Self; 3] = [Self::Unlikely, Self::Risk, Self::High];

    /// The name in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unlikely => "unlikely",
            Self::Risk => "risk",
            Self::High => "high",
        }
    }
    /// In words.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Unlikely => "a risk for people is unlikely",
            Self::Risk => "there is a risk for people",
            Self::High => "there is a high risk for people",
        }
    }
    /// What follows.
    pub const fn means(self) -> &'static str {
        match self {
            Self::Unlikely => "nobody need be told; this record stays",
            Self::Risk => "the authority is told",
            Self::High => "the authority is told, and the people, unless nobody can read what was exposed",
        }
    }
}

impl FromStr for Risk {
    type Err = Unknown;
    fn from_str(text: &str) -> Result<Self, Unknown> {
        Self::ALL.into_iter().find(|risk| risk.name() == text).ok_or(Unknown)
    }
}

/// Which notice to the authority it was: they may come in phases (Art. 33(4)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Phase {
    /// The first, with what was known; more follows.
    First,
    /// A further one; more follows.
    Further,
    /// The last, or the only one.
    Final,
}

impl Phase {
    /// Every phase.
    pub const ALL: [Self; 3] = [Self::First, Self::Further, Self::Final];

    /// The name in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Further => "further",
            Self::Final => "final",
        }
    }
    /// In words.
    pub const fn says(self) -> &'static str {
        match self {
            Self::First => "the first notice to the authority went; more follows",
            Self::Further => "a further notice to the authority went; more follows",
            Self::Final => "the last notice to the authority went",
        }
    }
}

impl FromStr for Phase {
    type Err = Unknown;
    fn from_str(text: &str) -> Result<Self, Unknown> {
        Self::ALL.into_iter().find(|phase| phase.name() == text).ok_or(Unknown)
    }
}
