//! What is wrong with what is held: three kinds of correction (GDPR Art. 16, FL-91).

use super::Unknown;
use core::str::FromStr;

/// What a correction puts right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amends {
    /// It was never so.
    Error,
    /// It is so no longer.
    Outdated,
    /// Something is missing, and is added.
    Omission,
}

impl Amends {
    /// Every kind, as people are asked.
    pub const ALL: [Self; 3] = [Self::Error, Self::Outdated, Self::Omission];

    /// The name in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Outdated => "outdated",
            Self::Omission => "omission",
        }
    }

    /// In words.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Error => "It is wrong",
            Self::Outdated => "It is out of date",
            Self::Omission => "Something is missing",
        }
    }
}

impl FromStr for Amends {
    type Err = Unknown;
    fn from_str(text: &str) -> Result<Self, Unknown> {
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or(Unknown)
    }
}
