//! One task per printer: does what [`crate::link`] decides and publishes what the printer says.
//!
//! The only place of this crate that waits by the operating system's timers. It never invents a reading: when the
//! link is lost, the last one stays, with its age, beside the word "lost".

use crate::driver::{Printer, Watch};
use crate::link::{Contact, Happened, Link, Pace, Step};
use domain::printer::{NotDone, Refusal, Report};
use domain::time::{Clock, Instant};
use futures::StreamExt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

/// No driver is waited for longer than this, whatever it does with its own time.
const PATIENCE: Duration = Duration::from_mins(1);

/// What is known of a printer through its link.
#[derive(Clone, Debug, PartialEq)]
pub struct Sighting {
    /// Whether it is in contact.
    pub contact: Contact,
    /// What it last said, however long ago.
    pub report: Option<Arc<Report>>,
}

/// A printer under watch. Dropping it ends the watch.
#[derive(Debug)]
pub struct Supervised {
    sightings: watch::Receiver<Sighting>,
    hurry: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Supervised {
    /// Follows what is known. Every change wakes the receiver; of many quick ones it sees the last.
    pub fn sightings(&self) -> watch::Receiver<Sighting> {
        self.sightings.clone()
    }
    /// Asks the printer now, for instance after a command.
    pub fn hurry(&self) {
        self.hurry.notify_one();
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Begins to watch a printer. `spread` is any number, best a random one: it keeps a fleet's retries apart.
pub fn supervise(printer: Arc<dyn Printer>, clock: Arc<dyn Clock>, pace: Pace, spread: u8) -> Supervised {
    let (publish, sightings) = watch::channel(Sighting { contact: Contact::NotYet, report: None });
    let hurry = Arc::new(Notify::new());
    let link = Link::new(pace, printer.abilities().watch, spread, clock.now());
    let post = Post { printer, clock, link, publish, pushed: None };
    let task = tokio::spawn(post.stand(Arc::clone(&hurry)));
    Supervised { sightings, hurry, task }
}

struct Post {
    printer: Arc<dyn Printer>,
    clock: Arc<dyn Clock>,
    link: Link,
    publish: watch::Sender<Sighting>,
    pushed: Option<Watch>,
}

impl Post {
    async fn stand(mut self, hurry: Arc<Notify>) {
        loop {
            match self.link.next(self.clock.now()) {
                Step::Introduce | Step::Poll => self.ask().await,
                Step::Watch => self.open_watch().await,
                Step::Wait(until) => {
                    let wait = self.until(until);
                    tokio::select! {
                        () = tokio::time::sleep(wait) => {}
                        () = hurry.notified() => self.link.hurry(self.clock.now()),
                        pushed = next(&mut self.pushed) => self.take(pushed),
                    }
                }
            }
        }
    }

    async fn ask(&mut self) {
        let answer = tokio::time::timeout(PATIENCE, self.printer.report()).await;
        self.heard(answer.unwrap_or(Err(NotDone::AnswerLost)));
    }

    async fn open_watch(&mut self) {
        let opening = tokio::time::timeout(PATIENCE, self.printer.watch()).await;
        let happened = match opening.unwrap_or(Err(NotDone::AnswerLost)) {
            Ok(watch) => {
                self.pushed = Some(watch);
                Happened::WatchOpened
            }
            Err(NotDone::Refused(Refusal::KeyRefused)) => Happened::KeyRefused,
            Err(_) => Happened::WatchRefused,
        };
        self.note(happened);
    }

    fn take(&mut self, pushed: Option<Result<Report, NotDone>>) {
        if let Some(Ok(report)) = pushed {
            self.heard(Ok(report));
        } else {
            self.note(Happened::WatchEnded);
        }
    }

    fn heard(&mut self, answer: Result<Report, NotDone>) {
        match answer {
            Ok(report) => {
                self.publish.send_modify(|sighting| sighting.report = Some(Arc::new(report)));
                self.note(Happened::Heard);
            }
            Err(NotDone::Refused(Refusal::KeyRefused)) => self.note(Happened::KeyRefused),
            Err(_) => self.note(Happened::Silence),
        }
    }

    fn note(&mut self, happened: Happened) {
        if matches!(happened, Happened::Silence | Happened::KeyRefused | Happened::WatchEnded) {
            // A socket may outlive the key that opened it. What it still says must not look like contact.
            self.pushed = None;
        }
        self.link.note(happened, self.clock.now());
        let contact = self.link.contact();
        self.publish.send_if_modified(|sighting| {
            let changed = sighting.contact != contact;
            sighting.contact = contact;
            changed
        });
    }

    /// How long the operating system is to wait, never longer than a second: the clock may be one that jumps.
    fn until(&self, instant: Instant) -> Duration {
        let micros = instant.micros().saturating_sub(self.clock.now().micros()).clamp(1_000, 1_000_000);
        Duration::from_micros(micros.unsigned_abs())
    }
}

/// The next push; never, where nothing is pushed.
async fn next(watch: &mut Option<Watch>) -> Option<Result<Report, NotDone>> {
    match watch {
        Some(watch) => watch.next().await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests;
