//! The grounds on which a request may be refused. The list is closed: whoever finds none of them carries the request out
//! (AF-089).

use super::Unknown;
use crate::book::Book;
use crate::clock::Matter;
use core::str::FromStr;
use serde::Deserialize;

/// Why a request is refused, or a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// The law gives no such right.
    NoSuchRight,
    /// It could not be found out who asks.
    IdentityUnverifiable,
    /// Whoever asks for somebody else did not show that they may.
    NoAuthority,
    /// What is asked cannot be verified, reaches beyond what the right covers, or repeats another request.
    OutOfScope,
    /// It concerns compensation in a dispute that goes on, and to disclose it would harm the operator.
    DisputeOverCompensation,
    /// The data is still needed for what it was collected for.
    StillNeeded,
    /// An interest that outweighs the person's, such as protection against fraud.
    OverridingInterest,
    /// A law demands that the data is kept.
    LegalDuty,
    /// The data is needed for legal claims, such as an open dispute over an account.
    LegalClaims,
    /// Another person's free speech.
    FreeSpeech,
    /// The data is needed against illegal activity.
    IllegalActivity,
    /// Another ground that a law sets, which is cited.
    OtherLaw,
}

impl Ground {
    /// Every ground.
    pub const ALL: [Self; 12] = [
        Self::NoSuchRight,
        Self::IdentityUnverifiable,
        Self::NoAuthority,
        Self::OutOfScope,
        Self::DisputeOverCompensation,
        Self::StillNeeded,
        Self::OverridingInterest,
        Self::LegalDuty,
        Self::LegalClaims,
        Self::FreeSpeech,
        Self::IllegalActivity,
        Self::OtherLaw,
    ];

    /// The name in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoSuchRight => "no-such-right",
            Self::IdentityUnverifiable => "identity-unverifiable",
            Self::NoAuthority => "no-authority",
            Self::OutOfScope => "out-of-scope",
            Self::DisputeOverCompensation => "dispute-over-compensation",
            Self::StillNeeded => "still-needed",
            Self::OverridingInterest => "overriding-interest",
            Self::LegalDuty => "legal-duty",
            Self::LegalClaims => "legal-claims",
            Self::FreeSpeech => "free-speech",
            Self::IllegalActivity => "illegal-activity",
            Self::OtherLaw => "other-law",
        }
    }
    /// A whole sentence for the letter.
    pub const fn says(self) -> &'static str {
        match self {
            Self::NoSuchRight => "The law does not give the right that you asked for.",
            Self::IdentityUnverifiable => "We could not find out whether it is you who asks.",
            Self::NoAuthority => "You did not show that you may act for this person.",
            Self::OutOfScope => {
                "What you asked for cannot be verified, reaches beyond what the right covers, or repeats an earlier request."
            }
            Self::DisputeOverCompensation => {
                "It concerns compensation in a dispute that goes on, and to disclose it would harm us in it."
            }
            Self::StillNeeded => "The data is still needed for what it was collected for.",
            Self::OverridingInterest => {
                "An interest that outweighs yours, which the letter names, demands it."
            }
            Self::LegalDuty => "A law, which the letter names, demands that we keep the data.",
            Self::LegalClaims => "The data is needed to establish, exercise or defend legal claims.",
            Self::FreeSpeech => "Erasing it would take away another person’s free speech.",
            Self::IllegalActivity => "The data is needed against illegal activity.",
            Self::OtherLaw => "A law that the letter cites sets a ground against it.",
        }
    }
    /// Whether the letter must say more: which law, which interest.
    pub const fn needs_words(self) -> bool {
        matches!(self, Self::OverridingInterest | Self::LegalDuty | Self::OtherLaw | Self::OutOfScope)
    }
    /// Whether this policy lets an erasure be refused on it: it may name fewer grounds than the law (AF-071 four, TP-78 two
    /// more), and then no other counts.
    pub fn is_named(self, book: &Book, matter: Matter) -> bool {
        let named = &book.profile().requests.erasure_grounds;
        // Those against answering at all: of what may be kept from erasure they say nothing (AF-087).
        let against_answering = matches!(
            self,
            Self::NoSuchRight | Self::IdentityUnverifiable | Self::NoAuthority | Self::OutOfScope
        );
        matter != Matter::Erasure || against_answering || named.is_empty() || named.contains(&self)
    }
    /// Whether a request of this kind can be refused on this ground.
    pub const fn fits(self, matter: Matter) -> bool {
        match self {
            Self::IdentityUnverifiable => super::needs_identity(matter),
            Self::StillNeeded
            | Self::OverridingInterest
            | Self::LegalDuty
            | Self::LegalClaims
            | Self::FreeSpeech
            | Self::IllegalActivity => {
                matches!(matter, Matter::Erasure | Matter::Objection | Matter::Restriction)
            }
            Self::DisputeOverCompensation => matches!(matter, Matter::Access | Matter::Portability),
            Self::NoSuchRight | Self::NoAuthority | Self::OutOfScope | Self::OtherLaw => {
                !super::is_answered(matter)
                    && (!matches!(matter, Matter::ConsentWithdrawal | Matter::OptOut)
                        || matches!(self, Self::NoAuthority))
            }
        }
    }
}

impl FromStr for Ground {
    type Err = Unknown;
    fn from_str(text: &str) -> Result<Self, Unknown> {
        Self::ALL.into_iter().find(|ground| ground.name() == text).ok_or(Unknown)
    }
}
