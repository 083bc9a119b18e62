//! What the house states about what it did, signed with the log's key as a C2SP signed note, for people to keep. The first
//! line says of which kind a statement is, so that none passes for another, nor for a checkpoint. The rest is JSON.

use super::note::{self, Signer};
use crate::fault::Fault;
use serde_json::Value;

/// The kinds of statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statement {
    /// That somebody was erased.
    Erasure,
    /// What somebody said to a purpose that rests on consent.
    Consent,
}

impl Statement {
    const ALL: [Self; 2] = [Self::Erasure, Self::Consent];

    /// The first line. It has spaces, which no name of a key has: no checkpoint begins so.
    const fn title(self) -> &'static str {
        match self {
            Self::Erasure => "printkeep erasure receipt v1",
            Self::Consent => "printkeep consent receipt v1",
        }
    }

    /// The kind of statement that this text is, by its first line alone.
    pub(super) fn of(text: &str) -> Option<Self> {
        let title = text.lines().next()?;
        Self::ALL.into_iter().find(|kind| kind.title() == title)
    }

    /// The statement, signed.
    pub(super) fn write(self, signer: &Signer, says: &Value) -> Result<String, Fault> {
        let says = serde_json::to_string_pretty(says)
            .map_err(|_| Fault::corrupt("a statement could not be written"))?;
        Ok(signer.note(&format!("{}\n{says}\n", self.title())))
    }

    /// What a signed statement of this kind says.
    pub(super) fn read(self, note: &str, verifier: &str) -> Result<Value, &'static str> {
        let (_, text) = note::text(note, verifier)?;
        let says = text.strip_prefix(self.title()).and_then(|rest| rest.strip_prefix('\n'));
        let says = says.ok_or("it is a statement of another kind")?;
        serde_json::from_str(says).map_err(|_| "what it says is not JSON")
    }
}
