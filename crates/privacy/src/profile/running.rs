//! How the house runs under a policy: printing, geometry, accounts, keys, breaches.

use serde::Deserialize;
use toml::Spanned;

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
    /// Prints of which the house promises to learn nothing (AF-163 to AF-165). The program learns of none of them anyway.
    #[serde(default)]
    pub unseen: Vec<Spanned<Source>>,
    /// Categories that what is sent to a printer never holds (AF-158).
    #[serde(default)]
    pub package_never_holds: Vec<String>,
    /// Categories that go when a print's time is over, beside its own (AF-173).
    #[serde(default)]
    pub expires_with_print: Vec<Spanned<String>>,
}

/// Where a print that the house did not send can come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The printer was in LAN mode.
    LanMode,
    /// A model on the printer's SD card.
    SdCard,
    /// The printer's own storage, with no card in it.
    BuiltInStorage,
    /// The printer's own storage, with a card in it.
    BuiltInStorageWithCard,
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

/// What the house does when something went wrong with people's data.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Breach {
    /// Within what time of becoming aware the authority is told (ISO 8601). Silent: 72 hours (GDPR Art. 33(1)).
    #[serde(default)]
    pub authority: Option<Spanned<String>>,
}

impl Breach {
    /// Within what time of becoming aware the authority is told.
    pub fn authority(&self) -> &str {
        self.authority.as_ref().map_or("PT72H", |period| period.get_ref())
    }
}
