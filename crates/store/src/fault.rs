//! What goes wrong in the store: faults, which nobody expects, beside refusals, which are answers.

use privacy::Refusal;

/// Something unexpected. Its words hold no values of people: they may be logged.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("the schema could not be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A file could not be read or written.
    #[error("{what}: {source}")]
    File {
        /// Which kind of file, and what was tried.
        what: &'static str,
        /// Why.
        source: std::io::Error,
    },
    /// The blob store failed.
    #[error("the file store failed: {0}")]
    Blobs(#[from] object_store::Error),
    /// A sealed value did not open: wrong key, wrong place, or altered bytes.
    #[error("a sealed value of {0} does not open: its key is gone, or its bytes were altered")]
    Sealed(&'static str),
    /// The policy cannot be put in force as it is; every reason with file, line and remedy.
    #[error("the policy was not put in force, so nothing was started:\n{0}")]
    Policy(String),
    /// What was found contradicts what must hold.
    #[error("{0}")]
    Corrupt(String),
}

impl Fault {
    pub(crate) fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt(what.into())
    }
    pub(crate) fn file(what: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::File { what, source }
    }
}

/// Why a use of the store did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The policy or the facts refuse it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Something unexpected.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Error {
    /// The refusal, if it is one.
    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::Fault(_) => None,
        }
    }
}
