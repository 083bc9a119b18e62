//! The one way in which preparation says no: a clear sentence of what is wrong and one of what to do.
//!
//! A problem must never hold a file name, a path or text out of a customer's file beyond a short safe word.

use core::fmt;
use serde::{Deserialize, Serialize};

/// Which kind of no, so that callers can react without reading sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The file is not what is needed, or is damaged.
    File,
    /// The file asks for more than the house gives one file.
    TooMuch,
    /// The work hit its limit of memory or time, or its process died; the server did not.
    Limit,
    /// The part does not suit the machine.
    Fit,
    /// Something must be installed or configured by the operator.
    Setup,
    /// The person stopped the work.
    Cancelled,
    /// This program is at fault.
    Internal,
}

/// Why the work was refused, and the remedy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Which kind of no.
    pub kind: Kind,
    /// What is wrong, one sentence.
    pub what: String,
    /// What the person can do, one sentence.
    pub remedy: String,
}

/// What a step of preparation answers.
pub type Outcome<T> = Result<T, Problem>;

impl Problem {
    /// A problem of the given kind.
    pub fn new(kind: Kind, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { kind, what: what.into(), remedy: remedy.into() }
    }
    /// The file is damaged or not what it should be.
    pub fn file(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(Kind::File, what, remedy)
    }
    /// The file is over a budget.
    pub fn too_much(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(Kind::TooMuch, what, remedy)
    }
    /// A fault of ours or of the machine we run on.
    pub fn internal(what: impl Into<String>) -> Self {
        Self::new(Kind::Internal, what, "Try again; if it happens again, tell the operator.")
    }
    /// The disk or a pipe failed while the work ran.
    pub fn io(doing: &str, error: &std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::StorageFull {
            return Self::new(
                Kind::Setup,
                format!("The disk is full ({doing})."),
                "Free space and try again.",
            );
        }
        // Only the kind: an error's own text can hold a path.
        Self::internal(format!("Could not finish {doing}: {}.", error.kind()))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.what, self.remedy)
    }
}

impl core::error::Error for Problem {}

/// A word out of a customer's file, made safe to show: at most 24 printable ASCII characters.
pub fn safe_word(bytes: &[u8]) -> String {
    bytes.iter().take(24).map(|&b| if b.is_ascii_graphic() { char::from(b) } else { '?' }).collect()
}
