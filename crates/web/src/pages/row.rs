//! A job as a row of the queue shows it.

use super::card::{name_of, percent, picture_of};
use crate::words::{findings, span};
use app::printers::Printer;
use app::queue::{self, Queued};
use domain::ids::PrinterId;
use domain::job::JobState;

/// A job as a row shows it.
pub struct Row {
    pub id: Option<String>,
    pub name: String,
    /// Where its picture is.
    pub picture: Option<String>,
    pub state: &'static str,
    pub printer: String,
    pub why: String,
    pub estimate: String,
    pub percent: Option<u32>,
    pub incognito: bool,
    pub waits: bool,
    pub held: bool,
    /// Whether whoever looks can let it go on.
    pub releasable: bool,
    /// Lines to look at before it is printed.
    pub lines: Vec<String>,
    pub on_the_bed: bool,
    pub unknown: bool,
    /// Removed a moment ago.
    pub leaving: bool,
}

impl Row {
    pub fn of(job: &Queued, printers: &[Printer]) -> Self {
        let called = |id: PrinterId| {
            printers.iter().find(|p| p.id == id).map_or_else(|| "a printer".to_owned(), |p| p.name.clone())
        };
        let trouble = job.trouble.as_deref().map(queue::trouble_in_words);
        let wait = job.wait.as_ref().map(|wait| queue::wait_in_words(wait, called));
        let facts = job.facts.as_ref();
        let estimate = [
            facts.and_then(|f| f.seconds).map(span),
            facts.and_then(|f| f.grams).map(|g| format!("{g:.0} g")),
        ];
        Self {
            id: job.id.map(|id| id.to_string()),
            name: name_of(job),
            picture: picture_of(job),
            state: queue::state_in_words(job.state),
            printer: job.printer.map_or_else(|| "any printer".to_owned(), called),
            why: trouble.map(str::to_owned).or(wait).unwrap_or_default(),
            estimate: estimate.into_iter().flatten().collect::<Vec<_>>().join(", "),
            percent: job.progress.as_ref().map(percent),
            incognito: job.incognito,
            waits: !job.leaving && matches!(job.state, JobState::Queued | JobState::Held),
            held: job.state == JobState::Held,
            releasable: job.state == JobState::Held && (job.mine || !job.look_first),
            lines: findings(&job.findings.lines, job.findings.more),
            on_the_bed: job.state.may_be_on_the_bed(),
            unknown: job.state == JobState::Unknown,
            leaving: job.leaving,
        }
    }
}

/// Where a job that was moved stands now, in words: for who hears the page.
pub fn place_of(rows: &[Row], moved: &str) -> Option<String> {
    let waiting: Vec<&Row> = rows.iter().filter(|row| row.waits).collect();
    let at = waiting.iter().position(|row| row.id.as_deref() == Some(moved))?;
    let name = waiting.get(at).map(|row| row.name.as_str())?;
    Some(format!("{name} is number {} of {} that wait.", at + 1, waiting.len()))
}
