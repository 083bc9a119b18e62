//! Who outside the house receives data, where they are, and what makes that safe.

use super::{Basis, Profile, Safeguard};
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeSet;
use toml::Spanned;

/// Who outside the house receives data.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipient {
    /// The name that rules use.
    pub id: Spanned<String>,
    /// Legal name.
    pub name: String,
    /// On whose behalf it uses the data.
    pub role: RecipientRole,
    /// Country, as an ISO 3166 code.
    pub country: Spanned<String>,
    /// What it is: hosting, payment, mail, delivery, affiliate, …
    #[serde(default)]
    pub class: String,
    /// The purposes it serves.
    #[serde(default, rename = "for")]
    pub purposes: Vec<Spanned<String>>,
    /// The categories it may receive.
    #[serde(default)]
    pub receives: Vec<Spanned<String>>,
    /// What makes a transfer to its country safe, where the house is elsewhere. Each is recorded by itself, so that one that
    /// ends leaves the others (FL-72).
    #[serde(default)]
    pub safeguards: Vec<Spanned<Footing>>,
    /// One safeguard and its text, as earlier versions of this program had it written: texts that a house has published stay
    /// readable. Taken for one of `safeguards` as soon as it is read.
    #[serde(default)]
    safeguard: Option<Spanned<Safeguard>>,
    #[serde(default)]
    safeguard_text: String,
    /// Where its own policy can be read.
    #[serde(default)]
    pub policy: String,
    /// Its contract with the house: number and date. Empty: it receives nothing yet (KA-28, TP-73).
    #[serde(default)]
    pub contract: String,
    /// Whether that contract says that it acts on documented instructions alone and under data-protection law (Art. 28(3)).
    /// Whoever uses data on our behalf receives nothing without.
    #[serde(default)]
    pub on_instructions: bool,
    /// The ISO day after which that contract is none any more. Absent: it runs on.
    #[serde(default)]
    pub contract_until: Option<Spanned<String>>,
    /// Whether it has undertaken to keep what it receives confidential and to use it for `for` alone (FL-43, Art. 28(3)(b)).
    /// Nobody receives anything without.
    #[serde(default)]
    pub confidential: bool,
    /// The ISO day on which its measures were found no weaker than the house's own (SP-26).
    #[serde(default)]
    pub measures_checked: Option<Spanned<String>>,
    /// Whom it uses in its turn (AF-111).
    #[serde(default)]
    pub subprocessors: Vec<Spanned<Subprocessor>>,
    /// The version of this policy that it has acknowledged, and the ISO day on which it did (FL-57).
    #[serde(default)]
    pub acknowledged: Option<Spanned<Acknowledged>>,
}

/// Whom a recipient uses to do what it does for the house.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subprocessor {
    /// Legal name.
    pub name: String,
    /// Country, as an ISO 3166 code.
    pub country: String,
    /// What it does there, in words.
    pub does: String,
}

/// That a recipient has acknowledged a version of the policy.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acknowledged {
    /// Which.
    pub version: u32,
    /// When; an ISO day.
    pub on: String,
}

/// What makes a transfer to one recipient safe.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Footing {
    /// What it is.
    pub is: Safeguard,
    /// Its text: the clauses, the decision or the certificate, in the version in force. Whoever asks reads it on the notice
    /// page, also without an account (FL-73, AF-110).
    #[serde(default)]
    pub text: String,
    /// The framework under which the recipient is certified, by its name under `[transfers] frameworks` (FL-74).
    #[serde(default)]
    pub framework: Option<String>,
    /// The ISO day after which it holds no more: the end of a certificate, say.
    #[serde(default)]
    pub until: Option<String>,
}

/// Why a recipient receives nothing on a day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Idle {
    /// It has no contract (KA-28, TP-73).
    #[error("no contract with it is on record")]
    NoContract,
    /// Its contract does not bind it to our instructions (KA-28).
    #[error("its contract does not bind it to documented instructions and data-protection law")]
    NotBound,
    /// It has not undertaken to keep anything confidential (FL-43).
    #[error("it has not undertaken to keep what it receives confidential")]
    NotConfidential,
    /// Nobody has found its measures as strong as the house's own, as the policy promises (SP-26).
    #[error("its measures were not compared with this house's own")]
    NotCompared,
    /// Its contract is over.
    #[error("its contract ended with {0}")]
    ContractOver(String),
    /// It is abroad, and nothing makes the transfer safe on this day.
    #[error("nothing makes a transfer to {0} safe any more")]
    NotSafe(String),
    /// It has not acknowledged the version in force (FL-57).
    #[error("it has not acknowledged version {0} of the policy")]
    NotAcknowledged(u32),
}

impl Recipient {
    /// Takes what is written as it once was for what it is now.
    pub(crate) fn in_todays_words(&mut self) {
        if let Some(safeguard) = self.safeguard.take() {
            let (span, is) = (safeguard.span(), safeguard.into_inner());
            let text = core::mem::take(&mut self.safeguard_text);
            self.safeguards.push(Spanned::new(span, Footing { is, text, framework: None, until: None }));
        }
    }
    /// Whether it has a contract, and so can receive anything.
    pub fn is_active(&self) -> bool {
        !self.contract.trim().is_empty()
    }
    /// What the register does not say of it yet, of what people read in the notice (AF-178).
    pub fn unsaid(&self) -> Vec<&'static str> {
        let parts = [
            ("class", self.class.trim().is_empty()),
            ("name", self.name.trim().is_empty()),
            ("for", self.purposes.is_empty()),
            ("policy (https://…)", self.policy.is_empty()),
        ];
        parts.iter().filter(|(_, empty)| *empty).map(|(part, _)| *part).collect()
    }
    /// What makes a transfer to it safe.
    pub fn footings(&self) -> impl Iterator<Item = &Footing> {
        self.safeguards.iter().map(Spanned::get_ref)
    }
    /// Whether what people asked for cannot be done without it: it serves something that rests on more than an interest of the
    /// house. Whoever objects takes their data out of what is done by the others (FL-56).
    pub fn is_necessary(&self, profile: &Profile) -> bool {
        let served = self.purposes.iter().filter_map(|purpose| profile.purpose(purpose.get_ref()));
        served.into_iter().any(|purpose| purpose.necessary || purpose.basis != Basis::LegitimateInterest)
    }
    /// Those of its safeguards whose texts can be read.
    pub fn safeguard_texts(&self) -> impl Iterator<Item = &Footing> {
        self.footings().filter(|footing| !footing.text.trim().is_empty())
    }
    /// Whether its measures were compared with the house's own by this day (SP-26).
    fn is_compared(&self, on: Date) -> bool {
        let day = self.measures_checked.as_ref().and_then(|day| day.get_ref().parse::<Date>().ok());
        day.is_some_and(|day| day <= on)
    }
    /// Whether its contract runs on this day.
    fn contract_runs(&self, on: Date) -> Result<(), Idle> {
        if !self.is_active() {
            return Err(Idle::NoContract);
        }
        match &self.contract_until {
            Some(until) if !holds_until(Some(until.get_ref()), on) => {
                Err(Idle::ContractOver(until.get_ref().clone()))
            }
            _ if self.role == RecipientRole::Processor && !self.on_instructions => Err(Idle::NotBound),
            _ if !self.confidential => Err(Idle::NotConfidential),
            _ => Ok(()),
        }
    }
}

impl Acknowledged {
    /// Whether it is this version, and was acknowledged by this day.
    fn is_of(&self, version: u32, on: Date) -> bool {
        self.version == version && self.on.parse::<Date>().is_ok_and(|said| said <= on)
    }
}

impl Profile {
    /// Whether nothing but what was agreed with a person makes a transfer to this recipient safe on this day: it then carries the
    /// data of those who accepted the terms, and of nobody else (FL-75, Art. 49(1)(b)).
    pub fn rests_on_contract(&self, recipient: &Recipient, on: Date) -> bool {
        let country = recipient.country.get_ref();
        let stands = |footing: &&Footing| self.transfers.holds(footing, country, on);
        let mut standing = recipient.footings().filter(stands).peekable();
        let carried = standing.peek().is_some() && standing.all(|f| f.is == Safeguard::Contract);
        carried && !self.transfers.is_home(country)
    }
    /// Where data is gathered, handled or looked at: where the house has it, and where those are who receive something and whom
    /// they use (AF-002). Wherever somebody lives, theirs is gathered there too.
    pub fn places(&self) -> BTreeSet<&str> {
        let (home, stored) = (&self.transfers.home, &self.transfers.stored_in);
        let own: Vec<&str> = if stored.is_empty() {
            home.iter().map(String::as_str).collect()
        } else {
            stored.iter().map(|country| country.get_ref().as_str()).collect()
        };
        let active = self.recipients().filter(|recipient| recipient.is_active());
        let theirs = active.flat_map(|recipient| {
            let used = recipient.subprocessors.iter().map(|used| used.get_ref().country.as_str());
            used.chain([recipient.country.get_ref().as_str()])
        });
        own.into_iter().chain(theirs).collect()
    }
    /// Whether a recipient may receive anything on this day: its contract runs, it has acknowledged the policy in force where
    /// that is promised, and at least one of the safeguards of a transfer abroad holds.
    ///
    /// # Errors
    /// [`Idle`]: why it receives nothing.
    pub fn may_receive(&self, recipient: &Recipient, on: Date) -> Result<(), Idle> {
        recipient.contract_runs(on)?;
        let version = self.policy.version;
        let acknowledged =
            recipient.acknowledged.as_ref().is_some_and(|said| said.get_ref().is_of(version, on));
        if self.disclosure.acknowledged && !acknowledged {
            return Err(Idle::NotAcknowledged(version));
        }
        if self.disclosure.same_protection && !recipient.is_compared(on) {
            return Err(Idle::NotCompared);
        }
        let country = recipient.country.get_ref();
        if self.transfers.is_home(country)
            || recipient.footings().any(|f| self.transfers.holds(f, country, on))
        {
            return Ok(());
        }
        Err(Idle::NotSafe(country.clone()))
    }
}

/// Whether something that lasts until this ISO day, the day itself included, still does. What is no day has ended.
pub(super) fn holds_until(until: Option<&String>, on: Date) -> bool {
    until.is_none_or(|until| until.parse::<Date>().is_ok_and(|until| on <= until))
}

/// On whose behalf a recipient uses data. There is no buyer: nothing in a policy can sell data (TP-76).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecipientRole {
    /// On ours, as we instruct (Art. 28 GDPR).
    Processor,
    /// On its own.
    Controller,
    /// Together with us (Art. 26 GDPR).
    JointController,
}

impl RecipientRole {
    /// In words, for notices.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Processor => "on our behalf",
            Self::Controller => "on its own behalf",
            Self::JointController => "together with us",
        }
    }
}
