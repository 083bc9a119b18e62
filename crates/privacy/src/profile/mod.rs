//! A policy profile: what one house (or company) does with which data, why, and for how long.

mod change;
mod recipients;
mod running;
mod scope;
mod terms;
mod transfers;

use crate::california::California;
use crate::canada::InCanada;
use jiff::Span;
use serde::Deserialize;
use toml::Spanned;

pub use change::{ChangeNote, Kind};
pub use recipients::{Footing, Idle, Recipient, RecipientRole};
pub use running::{Accept, Breach, Geometry, History, Keys, People, Printing, Source};
pub use scope::{Covered, Module, Under};
pub use terms::{
    Bases, Cap, Changes, Channel, Collect, ConsentTerms, Disclosure, Duty, Ground, Messages, Pairing,
    Requests, Signals,
};
pub use transfers::{Safeguard, Transfers};

/// `policy/profiles/<company>.toml`, as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Who wrote which version, in force since when.
    pub policy: Head,
    /// Who answers for the data. Empty texts are placeholders that the operator must fill in before people are
    /// invited.
    pub controller: Controller,
    /// Why data may be used.
    pub purpose: Vec<Spanned<Purpose>>,
    /// Which data may be used for which purpose, and for how long.
    pub rule: Vec<Spanned<Rule>>,
    /// Data locked to some purposes.
    #[serde(default)]
    pub lock: Vec<Spanned<Lock>>,
    /// Who outside the house receives data.
    #[serde(default)]
    pub recipient: Vec<Spanned<Recipient>>,
    /// How printing behaves.
    pub printing: Printing,
    /// Which geometry is accepted.
    pub geometry: Geometry,
    /// Who may have an account.
    pub people: People,
    /// Erasure, backups and keys.
    pub keys: Keys,
    /// What the company says it collects, and what not.
    #[serde(default)]
    pub collect: Collect,
    /// What it says of the categories of Californian law.
    #[serde(default)]
    pub california: Option<California>,
    /// Longest times, whatever the purpose.
    #[serde(default)]
    pub cap: Vec<Spanned<Cap>>,
    /// The bases that the policy names, where it names them in two places.
    #[serde(default)]
    pub bases: Option<Bases>,
    /// What consent may look like.
    #[serde(default)]
    pub consent: ConsentTerms,
    /// How a request is made and answered.
    #[serde(default)]
    pub requests: Requests,
    /// How the policy itself may change.
    #[serde(default)]
    pub changes: Changes,
    /// What this version changes. The first that a house publishes needs none.
    #[serde(default)]
    pub change: Option<Spanned<ChangeNote>>,
    /// To whom and why data may be disclosed.
    #[serde(default)]
    pub disclosure: Disclosure,
    /// Where in the world data may be.
    #[serde(default)]
    pub transfers: Transfers,
    /// Signals that a browser sends by itself.
    #[serde(default)]
    pub signals: Signals,
    /// Messages to people.
    #[serde(default)]
    pub messages: Messages,
    /// How a printer is linked to an account.
    #[serde(default)]
    pub pairing: Option<Pairing>,
    /// What is done when something went wrong with people's data.
    #[serde(default)]
    pub breach: Breach,
    /// What must be done again and again.
    #[serde(default)]
    pub duty: Vec<Spanned<Duty>>,
    /// Where the policy contradicts itself, the reading chosen and why.
    #[serde(default)]
    pub resolved: Vec<Spanned<Resolved>>,
}

/// Who wrote which version, in force since when.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The profile's id, equal to its file name.
    pub id: String,
    /// Whole numbers, counting up.
    pub version: u32,
    /// ISO date on which the text was written. A house shows the day on which it published the version instead, since it
    /// is in force from then (TP-90); see [`crate::Sources::since`].
    pub effective: String,
    /// One line for people.
    pub title: String,
    /// What the policy covers, and which parts of the program that is.
    pub covers: Vec<Spanned<Covered>>,
    /// The terms of use, paragraph by paragraph: one contract with the policy, under the same version, accepted together (AF-129).
    #[serde(default)]
    pub terms_of_use: Vec<String>,
    /// What people are told of the limits of every safeguard, in the notice and where uploads start (KA-35). It switches none
    /// off. Silent: that nothing is safe in every event.
    #[serde(default)]
    pub caution: Option<String>,
}

impl Head {
    /// What people are told of the limits of every safeguard.
    pub fn caution(&self) -> &str {
        self.caution
            .as_deref()
            .unwrap_or("No measure is perfect, and nobody can promise that data is safe in every event.")
    }
}

/// Who answers for the data.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Controller {
    /// Legal names of every entity responsible.
    pub names: Vec<String>,
    /// The one privacy address for all questions and requests.
    pub contact: String,
    /// Postal address with country; needed where letters are a channel.
    #[serde(default)]
    pub address: String,
    /// Telephone; needed where it is a channel.
    #[serde(default)]
    pub phone: String,
    /// Where rights may be complained about, with working contact details.
    #[serde(default)]
    pub authority: String,
}

/// Why data may be used.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    /// The name that rules and code use.
    pub id: Spanned<String>,
    /// In words a person understands, after "to …".
    pub says: String,
    /// The legal basis.
    pub basis: Basis,
    /// The basis where the first is not there: a consent that was not given, say (AF-058). Recorded each time.
    #[serde(default)]
    pub otherwise: Option<Basis>,
    /// A basis that another clause of the same policy names for it. One purpose has one basis.
    #[serde(default)]
    pub also: Option<Spanned<Basis>>,
    /// The only categories it may use (AF-063). Empty: the rules say which.
    #[serde(default)]
    pub only: Vec<String>,
    /// The law, for a legal obligation.
    #[serde(default)]
    pub law: Option<String>,
    /// The balancing assessment, for a legitimate interest.
    #[serde(default)]
    pub assessment: Option<String>,
    /// The wording a person agrees to, for consent.
    #[serde(default)]
    pub asks: Option<String>,
    /// Whether the service does not work without it.
    #[serde(default)]
    pub necessary: bool,
    /// For consent: what stops when it is taken back, shown before it is.
    #[serde(default)]
    pub stops: Option<String>,
    /// What it rests on for people in Canada, where the policy has rules of its own for them.
    #[serde(default)]
    pub canada: Option<InCanada>,
    /// The module that would use it, where that is not there yet: nothing is done for this purpose, and nobody is asked.
    #[serde(default)]
    pub module: Option<String>,
    /// The ground of a disclosure without consent. Such a purpose has no rules: it may use whatever is held, keeps nothing
    /// for itself, and is served only where the policy names its ground.
    #[serde(default)]
    pub ground: Option<Ground>,
    /// Its Fideslang data use.
    pub fides: String,
    /// Its W3C DPV purpose.
    pub dpv: String,
}

/// The legal bases (Art. 6(1) GDPR) that a house can have; the public task of authorities is none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// The person agreed to exactly this.
    Consent,
    /// Needed to do what was agreed with the person, or asked for before.
    Contract,
    /// A law demands it.
    LegalObligation,
    /// An interest that was weighed against the person's.
    LegitimateInterest,
    /// Somebody's life or safety (Art. 6(1)(d)); each use is an exception that is reviewed (TP-25, TP-32).
    VitalInterest,
}

impl Basis {
    /// As profiles write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Consent => "consent",
            Self::Contract => "contract",
            Self::LegalObligation => "legal-obligation",
            Self::LegitimateInterest => "legitimate-interest",
            Self::VitalInterest => "vital-interest",
        }
    }
    /// In words, for notices.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Consent => "your consent",
            Self::Contract => "what was agreed with you",
            Self::LegalObligation => "a legal obligation",
            Self::LegitimateInterest => "a legitimate interest that was weighed against yours",
            Self::VitalInterest => "somebody's vital interest",
        }
    }
}

/// Which data may be used for which purpose, and for how long.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The categories.
    pub data: Vec<Spanned<String>>,
    /// The purpose.
    #[serde(rename = "for")]
    pub purpose: Spanned<String>,
    /// How long.
    pub keep: Spanned<Keep>,
    /// The purpose can do without: of whoever objects to it, these are not kept (GDPR Art. 21).
    #[serde(default)]
    pub optional: bool,
    /// Recipients it may go to.
    #[serde(default)]
    pub share: Vec<Spanned<String>>,
}

/// How long data may and must be kept.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keep {
    /// The event from which time counts. Absent: until the person removes it or the account.
    #[serde(default)]
    pub from: Option<Spanned<String>>,
    /// Gone at the latest after this ISO 8601 period.
    #[serde(default)]
    pub at_most: Option<Spanned<String>>,
    /// Kept at least for this ISO 8601 period; needs `law`.
    #[serde(default)]
    pub at_least: Option<Spanned<String>>,
    /// The law that demands keeping.
    #[serde(default)]
    pub law: Option<String>,
    /// Why the operator may shorten the time of data that is already there (AF-172).
    #[serde(default)]
    pub may_change: Option<Spanned<String>>,
}

/// When something ends, as the profile says it.
#[derive(Clone, Debug)]
pub enum Ending {
    /// When the person removes it, or the account goes.
    Removed,
    /// This long after the event.
    After {
        /// The event.
        event: String,
        /// The period.
        period: Span,
    },
}

/// Data locked to some purposes: any other use of it needs consent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// The categories.
    pub data: Vec<Spanned<String>>,
    /// The only purposes (besides those resting on consent).
    pub only_for: Vec<Spanned<String>>,
    /// Whether not even consent opens another use.
    #[serde(default)]
    pub even_with_consent: bool,
    /// The promise it keeps.
    pub promise: String,
}

/// Where the policy contradicts itself, the reading chosen and why.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resolved {
    /// The contradiction's code, as `policy check` prints it.
    pub conflict: String,
    /// The reading chosen.
    pub reading: String,
    /// Why it is kinder to the person.
    pub reason: String,
    /// Whether a use that contradicts a promise stands all the same, as the reading says. It does not unless this is said:
    /// the data then serves that purpose as little as if no rule gave it.
    #[serde(default)]
    pub opens: bool,
}

impl Profile {
    /// The purpose of this id.
    pub fn purpose(&self, id: &str) -> Option<&Purpose> {
        self.purpose.iter().map(Spanned::get_ref).find(|p| p.id.get_ref() == id)
    }
    /// What somebody accepts who takes an account, in words.
    pub fn accepted(&self) -> String {
        let terms = if self.policy.terms_of_use.is_empty() { "" } else { ", and the terms of use" };
        format!("{}{terms}", self.policy.title)
    }
    /// The rules that name this category.
    pub fn rules_for<'a>(&'a self, category: &'a str) -> impl Iterator<Item = &'a Rule> + 'a {
        self.rule.iter().map(Spanned::get_ref).filter(move |r| r.data.iter().any(|d| d.get_ref() == category))
    }
    /// The rule that lets this category serve this purpose.
    pub fn rule(&self, category: &str, purpose: &str) -> Option<&Rule> {
        self.rule
            .iter()
            .map(Spanned::get_ref)
            .find(|r| r.purpose.get_ref() == purpose && r.data.iter().any(|d| d.get_ref() == category))
    }
    /// Safeguards of transfers that are accepted; where the policy is silent, those that the law prefers.
    pub fn safeguards(&self) -> &[Safeguard] {
        let strict: &[Safeguard] = &[Safeguard::Adequacy, Safeguard::Clauses];
        if self.transfers.allowed.is_empty() { strict } else { &self.transfers.allowed }
    }
    /// Who outside the house receives data: the register.
    pub fn recipients(&self) -> impl Iterator<Item = &Recipient> {
        self.recipient.iter().map(Spanned::get_ref)
    }
    /// The grounds on which data is disclosed without consent; where the policy is silent, legal compulsion alone.
    pub fn grounds(&self) -> &[Ground] {
        let strict: &[Ground] = &[Ground::LegalCompulsion];
        if self.disclosure.grounds.is_empty() { strict } else { &self.disclosure.grounds }
    }
    /// Whether data may go on this ground.
    pub fn names(&self, ground: Ground) -> bool {
        match ground {
            Ground::Negotiation => self.disclosure.negotiation.unwrap_or(false),
            ground => self.grounds().contains(&ground),
        }
    }
    /// What must be done again and again.
    pub fn duties(&self) -> impl ExactSizeIterator<Item = &Duty> {
        self.duty.iter().map(Spanned::get_ref)
    }
    /// Whether no right of a person is reduced without that person's consent (AF-124); where the policy is silent, yes.
    pub fn reduction_needs_consent(&self) -> bool {
        self.changes.reduction_needs_consent.unwrap_or(true)
    }
}

impl Keep {
    /// When data under this rule ends.
    pub fn ending(&self) -> Ending {
        match (&self.from, &self.at_most) {
            (Some(event), Some(period)) => match period.get_ref().parse() {
                Ok(period) => Ending::After { event: event.get_ref().clone(), period },
                // the compiler refuses such a book; until then nothing is kept by mistake
                Err(_) => Ending::After { event: event.get_ref().clone(), period: Span::new() },
            },
            _ => Ending::Removed,
        }
    }
}
