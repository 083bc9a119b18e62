//! Where in the world data may be, and what makes a transfer safe.

use super::recipients::{Footing, holds_until};
use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

/// Where in the world data may be, and what makes that safe.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transfers {
    /// ISO 3166 codes of the countries where data may be without a safeguard: where the house is. `EEA` stands for all of it.
    #[serde(default)]
    pub home: Vec<String>,
    /// The only countries where data is gathered, handled or looked at (AF-002). Empty: the policy gives no list.
    #[serde(default)]
    pub countries: Vec<Spanned<String>>,
    /// Where the databases, files and backups of this house are, as the operator says. Empty: at home.
    #[serde(default)]
    pub stored_in: Vec<Spanned<String>>,
    /// Safeguards that the policy accepts. Silent: adequacy and clauses.
    #[serde(default)]
    pub allowed: Vec<Safeguard>,
    /// Whether the policy promises a copy of the safeguard to whoever asks. Then nobody abroad receives anything without one.
    #[serde(default)]
    pub copies: bool,
    /// Countries for which an adequacy decision stands, each with its days (AF-107).
    #[serde(default)]
    pub adequate: Vec<Spanned<Adequate>>,
    /// Frameworks under which recipients can be certified, each with its days (FL-74).
    #[serde(default)]
    pub frameworks: Vec<Spanned<Framework>>,
}

/// A country that an authority found to protect data well enough.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adequate {
    /// Its ISO 3166 code.
    pub country: String,
    /// For whom it was found so: `EEA`, `GB`, `CH`. It opens no transfer from anywhere else.
    pub from: String,
    /// The ISO day from which it counts.
    pub since: String,
    /// The ISO day after which it was withdrawn. Absent: it stands.
    #[serde(default)]
    pub until: Option<String>,
}

/// A framework of certificates.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Framework {
    /// Its name.
    pub name: String,
    /// The ISO day after which it is invalid. Absent: it is valid.
    #[serde(default)]
    pub until: Option<String>,
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
    /// Whether the list of countries has this one, where the policy gives one.
    pub fn lists(&self, country: &str) -> bool {
        let listed = self.countries.iter().map(Spanned::get_ref);
        let europe = country == "EEA" || EEA.contains(&country);
        self.countries.is_empty()
            || listed.into_iter().any(|known| known == country || (known == "EEA" && europe))
    }
    /// Whether this makes a transfer to this country safe on this day. A consent is each person's own: nobody is asked for
    /// one here, so that it never holds for all.
    pub fn holds(&self, footing: &Footing, country: &str, on: Date) -> bool {
        let stands = match footing.is {
            Safeguard::Adequacy => self.adequate.iter().map(Spanned::get_ref).any(|decision| {
                let begun = decision.since.parse::<Date>().is_ok_and(|since| since <= on);
                let here = self.is_home(&decision.from);
                decision.country == country && here && begun && holds_until(decision.until.as_ref(), on)
            }),
            Safeguard::Certified => self.frameworks.iter().map(Spanned::get_ref).any(|framework| {
                footing.framework.as_ref() == Some(&framework.name)
                    && holds_until(framework.until.as_ref(), on)
            }),
            Safeguard::Clauses | Safeguard::Contract => true,
            Safeguard::Consent => false,
        };
        stands && holds_until(footing.until.as_ref(), on)
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
