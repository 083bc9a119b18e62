//! What a policy covers: every part of the program that is on stands under it, or under terms of its own that people can read.
//!
//! A part that nobody put under either does not start (KA-01, AF-005): a new one waits until the operator has said which.

use super::{History, Profile};
use crate::profile::Accept;
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use toml::Spanned;

/// A part of the program that a policy covers by its name. Parts that are not there yet have their names in the data map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Module {
    /// Accounts, the website and the privacy centre.
    Accounts,
    /// Printers, the queue, cloud print.
    Printing,
    /// The print history.
    History,
    /// Models: taken in, checked, sliced.
    Models,
}

impl Module {
    /// Every part there is.
    pub const ALL: [Self; 4] = [Self::Accounts, Self::Printing, Self::History, Self::Models];

    /// As profiles write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accounts => "accounts",
            Self::Printing => "printing",
            Self::History => "history",
            Self::Models => "models",
        }
    }

    /// Whether it is on in a house with this policy.
    pub fn is_on(self, profile: &Profile) -> bool {
        match self {
            Self::Accounts | Self::Printing => true,
            Self::History => profile.printing.history != History::Off,
            Self::Models => profile.geometry.accept != Accept::Never,
        }
    }
}

/// Something that a policy covers.
#[derive(Debug)]
pub struct Covered {
    /// In words, after "It covers".
    pub says: String,
    /// The parts of the program that this is.
    pub modules: Vec<String>,
    /// What they stand under. A text from before parts were named says neither.
    pub under: Option<Under>,
}

/// What a part of the program stands under. Nothing is assumed: the operator picks one (AF-005).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Under {
    /// This policy.
    Policy,
    /// Terms of its own, this text; the policy's rules about data bind it all the same.
    Terms(String),
}

impl<'de> Deserialize<'de> for Covered {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Entry)
    }
}

/// Reads an entry; a bare text is what policies said before parts had names, and published ones stay readable.
struct Entry;

impl<'de> Visitor<'de> for Entry {
    type Value = Covered;

    fn expecting(&self, to: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        to.write_str("{ says = \"…\", modules = [\"…\"], under = \"policy\" }")
    }

    fn visit_str<E: Error>(self, says: &str) -> Result<Covered, E> {
        Ok(Covered { says: says.to_owned(), modules: vec![], under: None })
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Covered, M::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Named {
            says: String,
            #[serde(default)]
            modules: Vec<String>,
            under: Option<Under>,
        }
        let Named { says, modules, under } = Named::deserialize(MapAccessDeserializer::new(map))?;
        let under = under.ok_or_else(|| M::Error::missing_field("under"))?;
        Ok(Covered { says, modules, under: Some(under) })
    }
}

impl Profile {
    /// The parts that are on and that the policy does not put under anything.
    pub fn uncovered(&self) -> Vec<Module> {
        let covers = |module: &Module| {
            let entries = self.policy.covers.iter().map(Spanned::get_ref);
            entries
                .filter(|entry| entry.under.is_some())
                .any(|entry| entry.modules.iter().any(|name| name == module.name()))
        };
        Module::ALL.into_iter().filter(|module| module.is_on(self) && !covers(module)).collect()
    }
}
