//! Who acts, and in which role.
//!
//! What a role may do is not decided here but in `policy/roles.toml`.

use crate::ids::{ApiKeyId, PersonId};
use core::fmt;
use core::str::FromStr;

/// The part a person plays in the house. What each may do stands in `policy/roles.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Runs the installation: printers, people, policy. Has no right to look at people's things by that alone.
    Operator,
    /// Keeps printers running: clears beds, starts and stops jobs.
    Technician,
    /// Answers for people's data: data map, access log, requests.
    PrivacyOfficer,
    /// Prints.
    Member,
    /// Has no account: somebody who asked for something about their data. Nobody can be given this part.
    Requester,
}

impl Role {
    /// Every role that an account can have.
    pub const ALL: [Self; 4] = [Self::Operator, Self::Technician, Self::PrivacyOfficer, Self::Member];

    /// The name in `roles.toml` and in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Technician => "technician",
            Self::PrivacyOfficer => "privacy-officer",
            Self::Member => "member",
            Self::Requester => "requester",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// No role has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no role `{0}`; the roles are operator, technician, privacy-officer and member")]
pub struct UnknownRole(pub String);

impl FromStr for Role {
    type Err = UnknownRole;
    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|r| r.name() == text).ok_or_else(|| UnknownRole(text.to_owned()))
    }
}

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// Nobody known: not signed in.
    Outsider,
    /// A signed-in person.
    Person {
        /// Who.
        id: PersonId,
        /// In which role.
        role: Role,
        /// Through which key for programs, if not through a browser.
        key: Option<ApiKeyId>,
        /// Whether they proved a short while ago who they are.
        proven: bool,
    },
    /// The house itself, doing one kind of background work for whoever caused it.
    House(Chore),
}

impl Actor {
    /// The person who acts, if it is one.
    pub const fn person(self) -> Option<PersonId> {
        match self {
            Self::Person { id, .. } => Some(id),
            Self::Outsider | Self::House(_) => None,
        }
    }
    /// Whether whoever acts proved a short while ago who they are. The house needs no proof of itself.
    pub const fn is_proven(self) -> bool {
        match self {
            Self::Person { proven, .. } => proven,
            Self::Outsider => false,
            Self::House(_) => true,
        }
    }
    /// The role in `roles.toml` that decides what this actor may do.
    pub const fn role_name(self) -> &'static str {
        match self {
            Self::Outsider => "outsider",
            Self::Person { role, .. } => role.name(),
            Self::House(chore) => chore.role_name(),
        }
    }
}

/// Why somebody of the house opens another person's record. A closed list: what staff could type freely would be more
/// data about the person, and often not theirs to judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// The person asked for help.
    AskedForHelp,
    /// The person asked for something about their data.
    DataRequest,
    /// Somebody may be misusing the account or the house.
    SuspectedMisuse,
    /// A law demands it.
    LegalDuty,
    /// Somebody's life or health is in danger. Each such look is reviewed at once by somebody else (TP-25).
    VitalInterest,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 5] =
        [Self::AskedForHelp, Self::DataRequest, Self::SuspectedMisuse, Self::LegalDuty, Self::VitalInterest];

    /// The name in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AskedForHelp => "asked-for-help",
            Self::DataRequest => "data-request",
            Self::SuspectedMisuse => "suspected-misuse",
            Self::LegalDuty => "legal-duty",
            Self::VitalInterest => "vital-interest",
        }
    }

    /// In words, for who gives it and for the person whose record it is.
    pub const fn says(self) -> &'static str {
        match self {
            Self::AskedForHelp => "they asked for help",
            Self::DataRequest => "they asked for something about their data",
            Self::SuspectedMisuse => "somebody may be misusing this account",
            Self::LegalDuty => "a law demands it",
            Self::VitalInterest => "somebody’s life or health is in danger",
        }
    }

    /// The reason of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

/// What the house does by itself. Each chore has a role of its own in `roles.toml` and one purpose, so that
/// background work may never do more than a person was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Chore {
    /// Lets people in: looks an account up by what was typed.
    Doorkeeper,
    /// Reads uploaded files, makes pictures and toolpaths.
    Preparer,
    /// Sends jobs to printers and keeps their outcome.
    Dispatcher,
    /// Removes what has expired.
    Sweeper,
    /// Carries out requests: archives and erasures.
    Clerk,
}

impl Chore {
    /// Every chore.
    pub const ALL: [Self; 5] =
        [Self::Doorkeeper, Self::Preparer, Self::Dispatcher, Self::Sweeper, Self::Clerk];

    /// The name in `roles.toml`.
    pub const fn role_name(self) -> &'static str {
        match self {
            Self::Doorkeeper => "house-doorkeeper",
            Self::Preparer => "house-preparer",
            Self::Dispatcher => "house-dispatcher",
            Self::Sweeper => "house-sweeper",
            Self::Clerk => "house-clerk",
        }
    }
}
