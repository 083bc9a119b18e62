//! What is known of an incognito print beyond its random numbers: whose it is, its name and its files' keys. It lies
//! in this process's memory, is never written down, and is gone when the print ends or the process does.

use crate::queue::Findings;
use domain::ids::PersonId;
use privacy::Personal;
use std::sync::atomic::AtomicBool;
use store::Held;
use store::jobs::Facts;

/// What one process knows of an incognito print.
pub(crate) struct Secret {
    /// Whose it is.
    pub(crate) person: PersonId,
    /// What it is called.
    pub(crate) name: Personal<String>,
    /// Its file.
    pub(crate) file: Held,
    /// Its picture, if it has one.
    pub(crate) picture: Option<Held>,
    /// Whether its row was seen in the queue: if it is not there any more, the print is over.
    pub(crate) queued: AtomicBool,
    /// What its toolpath says.
    pub(crate) facts: Facts,
    /// Lines that its owner is to look at before it is printed.
    pub(crate) findings: Findings,
}
