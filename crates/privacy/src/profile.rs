//! A policy profile: what one house (or company) does with which data, why, and for how long.

use jiff::Span;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

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
    /// ISO date from which it is in force; also the "last updated" of the notice.
    pub effective: String,
    /// One line for people.
    pub title: String,
    /// What the policy covers: websites, printers, modules.
    pub covers: Vec<String>,
}

/// Who answers for the data.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Controller {
    /// Legal names of every entity responsible.
    pub names: Vec<String>,
    /// The one privacy address for all questions and requests.
    pub contact: String,
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
    /// Its Fideslang data use.
    pub fides: String,
    /// Its W3C DPV purpose.
    pub dpv: String,
}

/// The legal bases (Art. 6(1) GDPR); no others exist.
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
}

impl Basis {
    /// In words, for notices.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Consent => "your consent",
            Self::Contract => "what was agreed with you",
            Self::LegalObligation => "a legal obligation",
            Self::LegitimateInterest => "a legitimate interest that was weighed against yours",
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
    /// The promise it keeps.
    pub promise: String,
}

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
    /// Country.
    pub country: String,
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

/// How printing behaves.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Printing {
    /// Whether a print history is kept, until a person chooses otherwise.
    pub history: History,
    /// Whether people may print without leaving a trace.
    pub incognito: bool,
    /// Whether an incognito print leaves a line with grams and minutes.
    pub incognito_ledger: Spanned<bool>,
    /// Who sees whose a queued job is: `owner` (nobody else) or `all`.
    pub queue_shows_owner: bool,
}

/// Whether a print history is kept, until a person chooses otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum History {
    /// Kept.
    On,
    /// Not kept.
    Off,
    /// Not kept until the person has answered one question at the first print.
    Asked,
}

/// Which geometry is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Geometry {
    /// never, consent, chosen or project.
    pub accept: Accept,
}

/// When geometry may come into the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Accept {
    /// Never: only picture and toolpath travel.
    Never,
    /// With a consent of its own.
    Consent,
    /// When a person chooses to upload a model.
    Chosen,
    /// Within a preparation project.
    Project,
}

/// Who may have an account.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct People {
    /// Youngest age, kept as "at least N: yes". 0: not asked.
    pub at_least_years: u8,
    /// Days between the wish to erase an account and the erasure, in which it can be taken back.
    pub erase_grace_days: u16,
    /// How many people at most may have a part in which they can look at others' data.
    pub staff_at_most: u16,
    /// How often the access log must be reviewed (ISO 8601).
    pub log_review: Spanned<String>,
}

/// Erasure, backups and keys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// How long an epoch key lives (ISO 8601); after two epochs a key backup is noise.
    pub epoch: Spanned<String>,
    /// How long backups are kept (ISO 8601).
    pub backups: Spanned<String>,
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
}

impl Profile {
    /// The purpose of this id.
    pub fn purpose(&self, id: &str) -> Option<&Purpose> {
        self.purpose.iter().map(Spanned::get_ref).find(|p| p.id.get_ref() == id)
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
    /// Purposes, by id.
    pub fn purposes(&self) -> BTreeMap<&str, &Purpose> {
        self.purpose.iter().map(|p| (p.get_ref().id.get_ref().as_str(), p.get_ref())).collect()
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
