//! What the simulated machine says of itself.

use super::machine::{Doing, Machine};
use domain::printer::{Activity, Print, Progress, Report, Temperatures};
use domain::units::{Celsius, Millimetres, Seconds};

impl Machine {
    pub(super) fn report(&self) -> Report {
        let activity = match &self.doing {
            Doing::Nothing => Activity::Idle,
            Doing::Printing => Activity::Printing,
            Doing::Pausing { .. } => Activity::Pausing,
            Doing::Paused => Activity::Paused,
            Doing::Asking(question) => Activity::Asking(question.clone()),
            Doing::Cancelling { .. } => Activity::Cancelling,
            Doing::Ended(how) => how.clone(),
            Doing::SomethingElse => return crate::redact::foreign_print(self.at),
        };
        let print = self.print.map(|reference| Print { reference, progress: self.progress() });
        let temperatures = Temperatures {
            nozzle: Some(Celsius(self.nozzle.is)),
            nozzle_target: Some(Celsius(self.nozzle.target)),
            bed: Some(Celsius(self.bed.is)),
            bed_target: Some(Celsius(self.bed.target)),
        };
        Report { at: self.at, activity, print, temperatures }
    }

    fn progress(&self) -> Progress {
        let total = self.timeline.total.0;
        let through = self.file_position as f64 / self.timeline.bytes.max(1) as f64;
        let finished = self.doing == Doing::Ended(Activity::Finished);
        Progress {
            fraction: if finished { 1.0 } else { through.min(1.0) },
            elapsed: Some(Seconds(self.printed)),
            remaining: Some(Seconds((total - self.printed).max(0.0))),
            layer: (self.layer > 0).then_some(self.layer),
            layers: Some(self.timeline.layers),
            height: (self.layer > 0).then_some(Millimetres(self.height)),
        }
    }
}
