//! What is being prepared in this process right now: how far it is, and the means to stop it.
//!
//! In memory only. It never holds a name or a shape, and what it says is gone with the process; the database says
//! what must not be lost.

use super::files::Place;
use domain::ids::PersonId;
use prepare::{CancelToken, Config};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, broadcast};
use uuid::Uuid;

/// How far a piece of work is, in words; with a percentage where the tool says one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The stage, such as `Checking`.
    pub words: String,
    /// From 0 to 100, as the slicer says.
    pub percent: Option<u8>,
}

/// Something about a person's models is not as it was: whoever shows it should fetch it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Whose.
    pub person: PersonId,
    /// Which upload, model or slicing.
    pub item: Uuid,
}

/// Where work lies while it is done.
pub struct Desk {
    pub(super) config: Config,
    /// Where files lie in the clear meanwhile.
    pub(super) place: Mutex<Option<Place>>,
    running: Mutex<HashMap<Uuid, Running>>,
    changed: broadcast::Sender<Change>,
    pub(super) inspect: Notify,
    pub(super) slice: Notify,
}

struct Running {
    person: PersonId,
    progress: Progress,
    cancel: CancelToken,
}

impl Desk {
    /// An empty desk.
    pub(crate) fn new(config: Config) -> Self {
        Self {
            config,
            place: Mutex::default(),
            running: Mutex::default(),
            changed: broadcast::channel(256).0,
            inspect: Notify::new(),
            slice: Notify::new(),
        }
    }

    /// Refuses with what to install if there is no slicer on this machine.
    pub(crate) fn find_slicer(&self) -> prepare::problem::Outcome<()> {
        prepare::slice::run::find_slicer(&self.config)
    }

    /// Work was put down: whoever waits for some looks again.
    pub(crate) fn wake(&self) {
        self.inspect.notify_one();
        self.slice.notify_one();
    }

    /// How far this is, if it is being worked on here.
    pub(crate) fn progress(&self, item: Uuid) -> Option<Progress> {
        self.running().get(&item).map(|running| running.progress.clone())
    }

    /// Stops this, if it is being worked on here; its processes are gone within two seconds.
    pub(crate) fn cancel(&self, item: Uuid) {
        if let Some(running) = self.running().get(&item) {
            running.cancel.cancel();
        }
    }

    /// Hears of changes from now on.
    pub(crate) fn changes(&self) -> broadcast::Receiver<Change> {
        self.changed.subscribe()
    }

    /// Says that something has changed.
    pub(crate) fn tell(&self, person: PersonId, item: Uuid) {
        // Nobody may be listening.
        let _ = self.changed.send(Change { person, item });
    }

    pub(super) fn begin(&self, person: PersonId, item: Uuid, cancel: CancelToken) {
        let progress = Progress { words: "Starting".to_owned(), percent: None };
        self.running().insert(item, Running { person, progress, cancel });
        self.tell(person, item);
    }

    pub(super) fn stage(&self, item: Uuid, words: &str, percent: Option<u8>) {
        let progress = Progress { words: words.to_owned(), percent };
        let person = self.running().get_mut(&item).filter(|r| r.progress != progress).map(|running| {
            running.progress = progress;
            running.person
        });
        if let Some(person) = person {
            self.tell(person, item);
        }
    }

    pub(super) fn end(&self, item: Uuid) {
        if let Some(ended) = self.running().remove(&item) {
            self.tell(ended.person, item);
        }
    }

    fn running(&self) -> MutexGuard<'_, HashMap<Uuid, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
