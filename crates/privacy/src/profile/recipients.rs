//! Who outside the house receives data, where they are, and what makes that safe.

use serde::Deserialize;
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
    /// What makes a transfer to its country safe, where the house is elsewhere.
    #[serde(default)]
    pub safeguard: Option<Spanned<Safeguard>>,
    /// The text of that safeguard: the clauses, the decision or the certificate, in the version in force. Whoever asks reads it
    /// on the notice page, also without an account (FL-73, AF-110).
    #[serde(default)]
    pub safeguard_text: String,
    /// Where its own policy can be read.
    #[serde(default)]
    pub policy: String,
    /// Its contract with the house: number and date. Empty: it receives nothing yet (KA-28, TP-73).
    #[serde(default)]
    pub contract: String,
}

impl Recipient {
    /// Whether the text of its safeguard can be read.
    pub fn has_safeguard_text(&self) -> bool {
        self.safeguard.is_some() && !self.safeguard_text.trim().is_empty()
    }
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

/// Where in the world data may be, and what makes that safe.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transfers {
    /// ISO 3166 codes of the countries where data may be without a safeguard: where the house is. `EEA` stands for all of it.
    #[serde(default)]
    pub home: Vec<String>,
    /// Safeguards that the policy accepts. Silent: adequacy and clauses.
    #[serde(default)]
    pub allowed: Vec<Safeguard>,
    /// Whether the policy promises a copy of the safeguard to whoever asks. Then nobody abroad receives anything without one.
    #[serde(default)]
    pub copies: bool,
}

/// The countries of the European Economic Area.
const EEA: [&str; 30] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT",
    "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
];

impl Transfers {
    /// Whether data may be in this country without a safeguard. Where the policy does not say where the house is, it is
    /// taken to be in the European Economic Area: the strictest reading.
    pub fn is_home(&self, country: &str) -> bool {
        let europe = country == "EEA" || EEA.contains(&country);
        if self.home.is_empty() {
            return europe;
        }
        self.home.iter().any(|home| home == country || (home == "EEA" && europe))
    }
}

/// What makes a transfer to another country safe (Art. 44 to 49 GDPR).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Safeguard {
    /// An adequacy decision (Art. 45).
    Adequacy,
    /// Standard contractual clauses (Art. 46(2)(c)).
    Clauses,
    /// The person's explicit consent (Art. 49(1)(a)).
    Consent,
    /// Needed for a contract with the person (Art. 49(1)(b)).
    Contract,
    /// A certification of the recipient, while it lasts (Art. 46(2)(f)).
    Certified,
}

impl Safeguard {
    /// Whether there is a text of which a copy can be asked for.
    pub const fn has_a_text(self) -> bool {
        matches!(self, Self::Adequacy | Self::Clauses | Self::Certified)
    }
    /// In words, for notices.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Adequacy => "an adequacy decision",
            Self::Clauses => "standard contractual clauses",
            Self::Consent => "your explicit consent",
            Self::Contract => "what was agreed with you",
            Self::Certified => "a certification of the recipient",
        }
    }
}
