//! The printers as this process is connected to them, and the dispatcher that carries out the queue's plan.
//!
//! | module | what for |
//! |---|---|
//! | [`machines`] | opens a connection to a machine of the house |
//! | [`checked`] | nothing is sent to a machine that the policy's list of outgoing fields does not name |
//! | [`secrets`] | what is known of incognito prints, in memory only |
//! | [`dispatch`] | one pass: leases, readings, plan, actions |
//! | [`actions`] | sends a file, starts once, asks |
//! | [`lost`] | incognito prints whose key or owner is gone |
//! | [`ending`] | what is left of a print that is over: an entry for who keeps a history, otherwise nothing |
//!
//! It never sends START before that is saved, and never twice.

mod actions;
mod checked;
mod dispatch;
mod ending;
mod lost;
mod machines;
mod secrets;

pub use checked::Checked;
pub(crate) use dispatch::{World, happen, world};
pub use dispatch::{pass, run};
pub(crate) use ending::note_deed;
pub use machines::{Machines, OfTheHouse};
pub(crate) use machines::{OCTOPRINT, SIMULATED};
pub(crate) use secrets::Secret;

use ::printers::Printer;
use ::printers::link::{Contact, Pace};
use ::printers::simulated::Simulated;
use ::printers::supervise::{Sighting, Supervised, supervise};
use domain::ids::{BlobId, JobId, PrinterId};
use domain::person::{Actor, Chore};
use domain::printer::{Bed, Duty, Standing};
use domain::time::Instant;
use lost::Lost;
use privacy::{Act, Ask, Whose};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use store::jobs::Job;
use store::printers::{Lease, Machine};
use store::{Held, Store};
use tokio::sync::{Notify, watch};
use uuid::Uuid;

/// The printers, as this process is connected to them. Clones share it.
#[derive(Clone)]
pub struct Fleet(Arc<Inner>);

struct Inner {
    /// This process, among those that work printers of the house.
    worker: Uuid,
    machines: Arc<dyn Machines>,
    state: Mutex<State>,
    wake: Notify,
    changes: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    posts: BTreeMap<PrinterId, Post>,
    secrets: HashMap<JobId, Arc<Secret>>,
    /// Printers at which an action is under way.
    busy: HashSet<PrinterId>,
    sending: HashMap<PrinterId, JobId>,
    /// When a START last went out to a printer; what it said before is no news of that.
    started: HashMap<PrinterId, Instant>,
    /// Incognito prints that were lost before they started.
    lost: Option<Lost>,
    /// A job's row went, and may still lie in the database's log.
    untidy: bool,
}

struct Post {
    /// Never a bare driver: whatever is sent goes through the policy first.
    printer: Arc<Checked>,
    watched: Supervised,
    lease: Option<(Lease, Instant)>,
    /// Passes its news on; ends with the watch.
    _news: tokio::task::JoinHandle<()>,
}

impl Fleet {
    pub(crate) fn new(store: &Store, machines: Arc<dyn Machines>) -> Self {
        let worker = domain::ids::WorkId::fresh(&**store.random()).uuid();
        let (changes, _) = watch::channel(0);
        Self(Arc::new(Inner { worker, machines, state: Mutex::default(), wake: Notify::new(), changes }))
    }

    /// Follows the fleet: the number grows with everything that pages may want to show anew.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.changes.subscribe()
    }

    /// Asks every printer now how it does.
    pub fn hurry(&self) {
        for post in self.state().posts.values() {
            post.watched.hurry();
        }
        self.0.wake.notify_one();
    }

    /// Somebody looks at printers of which nothing is heard: they are tried now, not when the next attempt is due.
    pub(crate) fn try_again(&self, silent: impl IntoIterator<Item = PrinterId>) {
        let state = self.state();
        for post in silent.into_iter().filter_map(|id| state.posts.get(&id)) {
            post.watched.hurry();
        }
    }

    /// The simulated printer of this number, if it is one.
    pub(crate) fn simulated(&self, id: PrinterId) -> Option<Arc<Simulated>> {
        self.0.machines.simulated(id)
    }

    /// What the house has to say about prints whose owner it does not know (any more), for as long as it may help them.
    pub fn notice(&self, now: Instant) -> Option<String> {
        self.state().lost.as_ref().and_then(|lost| lost.in_words(now))
    }

    pub(crate) fn printer(&self, id: PrinterId) -> Option<Arc<Checked>> {
        self.state().posts.get(&id).map(|post| Arc::clone(&post.printer))
    }

    /// All that is known of a machine now.
    pub(crate) fn standing(&self, machine: &Machine) -> Standing {
        let state = self.state();
        let seen = state.posts.get(&machine.id).map(|post| post.watched.sightings().borrow().clone());
        let seen = seen.unwrap_or(Sighting { contact: Contact::NotYet, report: None });
        Standing {
            duty: if machine.on_duty { Duty::On } else { Duty::Off },
            bed: machine.bed_clear_at.map_or(Bed::NotSaidClear, Bed::SaidClear),
            sending: state.sending.get(&machine.id).copied(),
            started: state
                .started
                .get(&machine.id)
                .is_some_and(|started| seen.report.as_ref().is_none_or(|report| report.at <= *started)),
            report: seen.report.map(|report| (*report).clone()),
            contact_lost: matches!(seen.contact, Contact::Lost { .. }),
        }
    }

    pub(crate) fn secret(&self, job: JobId) -> Option<Arc<Secret>> {
        self.state().secrets.get(&job).cloned()
    }

    pub(crate) fn keep_secret(&self, job: JobId, secret: Secret) {
        self.state().secrets.insert(job, Arc::new(secret));
    }

    /// Forgets what is known of an incognito print. Returns its picture's file, whose key goes with it, to be removed.
    pub(crate) fn drop_secret(&self, job: JobId) -> Option<BlobId> {
        let secret = self.state().secrets.remove(&job)?;
        secret.picture.as_ref().map(Held::id)
    }

    /// These jobs are in the queue now. Returns those of which there are secrets and that are not in it any more, though
    /// they were: another process has ended them.
    pub(crate) fn secrets_ended(&self, jobs: &[Job]) -> Vec<JobId> {
        let state = self.state();
        let is_here = |id: &JobId| jobs.iter().any(|job| job.id == *id);
        let (here, gone): (Vec<_>, Vec<_>) = state.secrets.iter().partition(|(id, _)| is_here(id));
        for (_, secret) in here {
            secret.queued.store(true, Ordering::Relaxed);
        }
        gone.iter().filter(|(_, secret)| secret.queued.load(Ordering::Relaxed)).map(|(id, _)| **id).collect()
    }

    pub(crate) fn worker(&self) -> Uuid {
        self.0.worker
    }

    /// Something changed: plan again, show anew.
    pub(crate) fn changed(&self) {
        self.0.changes.send_modify(|n| *n += 1);
        self.0.wake.notify_one();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets go of a machine, to connect to it anew at the next pass.
    pub(crate) fn reconnect(&self, printer: PrinterId) {
        self.state().posts.remove(&printer);
        self.changed();
    }

    /// Connects to machines that are new and lets go of those that are not in the house any more.
    fn connect(&self, store: &Store, machines: &[Machine]) {
        let mut state = self.state();
        state.posts.retain(|id, _| machines.iter().any(|m| m.id == *id));
        for machine in machines {
            if state.posts.contains_key(&machine.id) {
                continue;
            }
            let Ok(printer) = self.0.machines.open(machine) else { continue };
            let printer = Arc::new(Checked::new(printer, machines::destination(machine), store));
            let spread = machine.id.uuid().as_bytes().first().copied().unwrap_or(0);
            let watched = supervise(
                Arc::clone(&printer) as Arc<dyn Printer>,
                Arc::clone(store.clock()),
                Pace::default(),
                spread,
            );
            // It must not keep the fleet alive, which keeps the watch alive on which it waits.
            let (mut sightings, fleet) = (watched.sightings(), Arc::downgrade(&self.0));
            let news = tokio::spawn(async move {
                while sightings.changed().await.is_ok() {
                    let Some(fleet) = fleet.upgrade() else { return };
                    Self(fleet).changed();
                }
            });
            state.posts.insert(machine.id, Post { printer, watched, lease: None, _news: news });
        }
    }

    /// Does something with a printer, unless something is being done with it. Nothing waits for it.
    fn at(&self, printer: PrinterId, work: impl Future<Output = ()> + Send + 'static) {
        if !self.state().busy.insert(printer) {
            return;
        }
        let fleet = self.clone();
        tokio::spawn(async move {
            // Whatever happens in there, the printer is free afterwards.
            let _ = tokio::spawn(work).await;
            fleet.state().busy.remove(&printer);
            if let Some(post) = fleet.state().posts.get(&printer) {
                post.watched.hurry();
            }
            fleet.changed();
        });
    }
}

/// The dispatcher's question about prints.
pub(crate) const fn dispatcher(act: Act, what: &str, whose: Whose) -> Ask<'_> {
    Ask { actor: Actor::House(Chore::Dispatcher), act, what, whose, purpose: "print" }
}
