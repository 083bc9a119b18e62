//! What the operator says about a new version of the policy: which kind of change it is, why, and how it is announced.
//!
//! Whether that is true of the text is found in [`crate::versions`]; here it is only said.

use super::Channel;
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// What a version changes, in the operator's own words (SP-53).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeNote {
    /// Which kind of change it is.
    pub kind: Spanned<Kind>,
    /// Why, in words that people read.
    pub reason: Spanned<String>,
    /// By which channels it is announced. Silent: on the site (TP-89).
    #[serde(default)]
    pub announce: Option<Spanned<Vec<Channel>>>,
}

/// Which kind of change a version is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Clearer words, or less than before.
    Minor,
    /// It reaches further than before, or the operator holds it to matter.
    Significant,
}

impl Kind {
    /// As profiles write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Minor => "minor",
            Self::Significant => "significant",
        }
    }
}
