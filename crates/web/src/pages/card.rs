//! A printer as a card shows it: four facts, the rest one press away. No figure is invented: what is over its estimate
//! says so, and nothing stands at its end without a word.

use crate::words::{silence, span, state};
use app::printers::Printer;
use app::queue::Queued;
use domain::printer::{Progress, State as At};

/// A printer.
pub struct Card {
    pub id: String,
    pub name: String,
    pub state: &'static str,
    /// Since when nothing is heard of it, and at what it was last seen.
    pub silence: Option<String>,
    pub sign: &'static str,
    pub line: String,
    /// Where the picture of what it prints is, if that is one's own.
    pub picture: Option<String>,
    pub percent: Option<u32>,
    pub clear_the_bed: bool,
    pub question: Option<Question>,
}

/// What a printer asks.
pub struct Question {
    pub id: u32,
    pub text: String,
    pub choices: Vec<String>,
    /// The job it is about, if it is one's own.
    pub job: Option<String>,
}

impl Card {
    pub fn of(printer: &Printer, queue: &[Queued]) -> Self {
        let (word, sign) = state(&printer.state);
        let job = queue.iter().find(|job| job.printer == Some(printer.id) && job.state.may_be_on_the_bed());
        let progress = job.and_then(|job| job.progress);
        let mut parts: Vec<String> = job.into_iter().map(name_of).collect();
        if let Some(progress) = progress {
            if let (Some(layer), Some(layers)) = (progress.layer, progress.layers) {
                parts.push(format!("layer {layer} of {layers}"));
            }
            let heard = !matches!(printer.state, At::NoContact { .. });
            parts.extend(time(&progress, job.and_then(|job| job.facts.as_ref()?.seconds)).filter(|_| heard));
        }
        let warm = printer.report.as_ref().and_then(|r| r.temperatures.nozzle);
        if let Some(nozzle) = warm.filter(|_| parts.is_empty()) {
            parts.push(format!("nozzle {:.0} °C", nozzle.0));
        }
        let question = match &printer.state {
            At::NeedsYou(asked) => Some(Question {
                id: asked.id.0,
                text: asked.text.clone(),
                choices: asked.choices.iter().map(|c| c.label.clone()).collect(),
                job: job.and_then(|job| job.id).map(|id| id.to_string()),
            }),
            _ => None,
        };
        Self {
            id: printer.id.to_string(),
            name: printer.name.clone(),
            state: word,
            silence: silence(&printer.state),
            sign,
            line: parts.join(" · "),
            picture: job.and_then(picture_of),
            percent: progress.as_ref().map(percent),
            clear_the_bed: matches!(printer.state, At::FinishedClearTheBed),
            question,
        }
    }

    /// Whether it waits for something that whoever looks can do.
    pub fn needs_you(&self) -> bool {
        self.clear_the_bed || self.question.as_ref().is_some_and(|question| question.job.is_some())
    }
}

/// How far a print is, in whole percent; all of it is told only of one that is over.
pub fn percent(progress: &Progress) -> u32 {
    (progress.fraction.clamp(0.0, 1.0) * 100.0).floor() as u32
}

/// How long it still takes and who says so, or by how much it is over what slicing said.
fn time(progress: &Progress, estimate: Option<f64>) -> Option<String> {
    let over = estimate.zip(progress.elapsed).map(|(estimate, elapsed)| elapsed.0 - estimate);
    match (over, progress.remaining) {
        (Some(over), _) if over > 0.0 => Some(format!("{} over what slicing said", span(over))),
        (_, Some(left)) if left.0 > 0.0 => Some(format!("about {} left, says the printer", span(left.0))),
        _ if percent(progress) >= 99 => Some("finishing".to_owned()),
        _ => None,
    }
}

/// What to call a job before whoever looks: by its name if it is theirs, else by nothing.
pub fn name_of(job: &Queued) -> String {
    match (&job.name, job.mine) {
        (Some(name), true) => name.reveal().clone(),
        (None, true) => "Your print".to_owned(),
        (_, false) => "Someone’s print".to_owned(),
    }
}

/// Where the picture of one's own print is, if it has one.
pub fn picture_of(job: &Queued) -> Option<String> {
    job.id.filter(|_| job.picture).map(|id| format!("/jobs/{id}/picture"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::units::Seconds;

    fn at(fraction: f64, elapsed: f64, remaining: f64) -> Progress {
        Progress {
            fraction,
            elapsed: Some(Seconds(elapsed)),
            remaining: Some(Seconds(remaining)),
            layer: None,
            layers: None,
            height: None,
        }
    }

    #[test]
    fn a_print_past_its_estimate_says_by_how_much() {
        assert_eq!(time(&at(0.9, 720.0, 60.0), Some(600.0)).unwrap(), "2 min over what slicing said");
        assert_eq!(time(&at(0.5, 300.0, 300.0), Some(600.0)).unwrap(), "about 5 min left, says the printer");
    }

    #[test]
    fn nothing_stands_at_its_end_without_a_word_or_passes_it() {
        assert_eq!(time(&at(0.995, 10.0, 0.0), None).unwrap(), "finishing");
        assert_eq!(percent(&at(1.7, 0.0, 0.0)), 100);
    }
}
