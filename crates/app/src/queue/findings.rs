//! Lines of a toolpath that nobody here knows. They may be right: whoever brought it looks at them before it is printed.

use domain::job::JobState;
use prepare::gcode::LineFinding;
use privacy::Personal;
use serde::{Deserialize, Serialize};
use store::Fault;
use store::jobs::Job;

/// Why such a job is held back, as the row of the job says it.
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
