//! The check before every printer, and what it says of a toolpath: refused, let through, or let through once its owner has
//! looked at lines that nobody here knows.

use domain::job::JobState;
use domain::machine::MachineLimits;
use prepare::gcode::LineFinding;
use privacy::Personal;
use serde::{Deserialize, Serialize};
use std::fs::File;
use store::Fault;
use store::jobs::{Facts, Job};

/// A toolpath that may be printed, at once or when somebody has looked at it.
#[derive(Debug)]
pub struct Passed {
    /// What is printed: the toolpath without comments, pictures and messages.
    pub gcode: File,
    /// What it says about the print.
    pub facts: Facts,
    /// Lines that nobody here knows: where there are any, it waits until somebody has looked at them.
    pub findings: Findings,
}

/// A toolpath that may not be printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What is wrong, in which line, and what to do.
    pub problem: String,
}

/// The check that every toolpath passes before a printer sees it. May take its time: it is called off the
/// dispatcher's tasks.
pub trait Gate: Send + Sync + 'static {
    /// Checks a toolpath, which starts at the file's beginning, against a machine's limits.
    ///
    /// # Errors
    /// It may not be printed.
    fn check(&self, gcode: &File, limits: &MachineLimits) -> Result<Passed, Refused>;
}

/// Why a job with such lines is held back, as the row of the job says it.
pub(super) const LOOK_FIRST: &str = "look-first";

/// What somebody is to look at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Findings {
    /// The first lines.
    pub lines: Vec<LineFinding>,
    /// How many more there are.
    pub more: u64,
}

impl Findings {
    /// Whether there is nothing to look at.
    pub const fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// As they are kept; nothing if there is nothing to look at.
    pub(super) fn to_keep(&self) -> Result<Option<Personal<String>>, Fault> {
        if self.is_empty() {
            return Ok(None);
        }
        let text = serde_json::to_string(self);
        let text = text.map_err(|_| Fault::Corrupt("findings could not be written".to_owned()))?;
        Ok(Some(Personal::new(text)))
    }

    /// As they were kept.
    pub(super) fn kept(text: Option<&Personal<String>>) -> Self {
        text.and_then(|text| serde_json::from_str(text.reveal()).ok()).unwrap_or_default()
    }
}

/// Whether the job waits for its owner to look at its lines.
pub(super) fn waits_for_a_look(job: &Job) -> bool {
    job.state == JobState::Held && job.trouble.as_deref() == Some(LOOK_FIRST)
}
