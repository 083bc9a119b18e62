//! The eleven categories of Californian law (Cal. Civ. Code § 1798.140(v)(1)(A) to (K)), each with a yes or no: computed from what
//! can be stored, and never typed (TP-67).
//!
//! A policy that states another answer contradicts itself, and nothing starts before that is resolved (TP-69).

use crate::book::Book;
use crate::disclosure::Class;
use serde::Deserialize;
use std::collections::BTreeSet;
use toml::Spanned;

/// A category of the statute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Statutory {
    /// (A) Names, addresses, account names, numbers that stand for somebody.
    Identifiers,
    /// (B) What customer records hold (§ 1798.80(e)): name, contact, education, employment, financial information.
    CustomerRecords,
    /// (C) Characteristics of protected classifications: age, sex, origin, beliefs.
    ProtectedCharacteristics,
    /// (D) What was bought, obtained or considered.
    Commercial,
    /// (E) Measures of the body.
    Biometric,
    /// (F) Interaction with websites, applications and advertisements.
    NetworkActivity,
    /// (G) Where a device is.
    Geolocation,
    /// (H) Sound, pictures, heat, smell.
    AudioVisual,
    /// (I) Work.
    Professional,
    /// (J) Education that is not public.
    Education,
    /// (K) What is concluded from the others about somebody's preferences and abilities.
    Inferences,
}

impl Statutory {
    /// In the order of the statute.
    pub const ALL: [Self; 11] = [
        Self::Identifiers,
        Self::CustomerRecords,
        Self::ProtectedCharacteristics,
        Self::Commercial,
        Self::Biometric,
        Self::NetworkActivity,
        Self::Geolocation,
        Self::AudioVisual,
        Self::Professional,
        Self::Education,
        Self::Inferences,
    ];

    /// As files write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Identifiers => "identifiers",
            Self::CustomerRecords => "customer-records",
            Self::ProtectedCharacteristics => "protected-characteristics",
            Self::Commercial => "commercial",
            Self::Biometric => "biometric",
            Self::NetworkActivity => "network-activity",
            Self::Geolocation => "geolocation",
            Self::AudioVisual => "audio-visual",
            Self::Professional => "professional",
            Self::Education => "education",
            Self::Inferences => "inferences",
        }
    }
    /// In words.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Identifiers => "A. Identifiers",
            Self::CustomerRecords => "B. What customer records hold",
            Self::ProtectedCharacteristics => "C. Characteristics protected by law",
            Self::Commercial => "D. Commercial information",
            Self::Biometric => "E. Biometric information",
            Self::NetworkActivity => "F. Internet or other network activity",
            Self::Geolocation => "G. Geolocation",
            Self::AudioVisual => "H. Sound, pictures and the like",
            Self::Professional => "I. Professional information",
            Self::Education => "J. Education information",
            Self::Inferences => "K. Inferences drawn from other data",
        }
    }
}

/// What a policy states about the categories of the statute.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct California {
    /// Those that it says are collected; of all others it says that they are not.
    pub collects: Spanned<Vec<Statutory>>,
}

/// The categories of the statute to which what this policy lets the house store belongs, and what could be stored besides in
/// the time that is told of.
pub(crate) fn collected<'a>(
    book: &'a Book,
    besides: impl IntoIterator<Item = &'a str>,
) -> BTreeSet<Statutory> {
    let map = book.map();
    let now = map.category.keys().map(String::as_str).filter(|name| book.may_store(name));
    now.chain(besides)
        .filter_map(|name| map.category(name))
        .flat_map(|category| category.ccpa.iter().copied())
        .collect()
}

/// One of the things that somebody can learn about the use of their data, with its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// What can be asked.
    pub asks: &'static str,
    /// The answer, computed.
    pub answer: String,
}

/// What somebody can learn who asks what the house does with data about them (Cal. Civ. Code §§ 1798.100, 1798.110, 1798.115;
/// TP-79): seven things, by what can be stored and by what was handed over, each hand-over as the class of its receiver and the
/// kinds of data, in words.
pub fn known<'a>(
    book: &'a Book,
    besides: impl IntoIterator<Item = &'a str>,
    handed: &[(Class, &[String])],
) -> [Known; 7] {
    let collected = collected(book, besides);
    let purposes: Vec<String> =
        book.purposes_in_use().map(|purpose| format!("to {}", purpose.says)).collect();
    let gone: BTreeSet<&str> = handed.iter().flat_map(|(_, what)| what.iter()).map(String::as_str).collect();
    let to: BTreeSet<&str> = handed.iter().map(|(class, _)| class.says()).collect();
    let list = |all: Vec<&str>, none: &str| if all.is_empty() { none.to_owned() } else { all.join("; ") };
    let answers = [
        ("Is data about you collected and used?", "Yes: that of your account, and what you bring into the house.".to_owned()),
        ("Which categories, by the statute?", list(collected.iter().map(|c| c.says()).collect(), "None.")),
        ("For which purposes?", list(purposes.iter().map(String::as_str).collect(), "For none.")),
        ("Is it sold?", "No, and no setting of this house permits it.".to_owned()),
        ("What was sold or handed over?", format!("Sold: nothing. Handed over: {}.", list(gone.into_iter().collect(), "nothing"))),
        ("Which kinds of others received it?", list(to.into_iter().collect(), "None.")),
        (
            "What is the commercial purpose of collecting or selling it?",
            "None beyond the purposes above: it is collected to do what you ask this house for, and not sold.".to_owned(),
        ),
    ];
    answers.map(|(asks, answer)| Known { asks, answer })
}
