//! A printer that is not there. It ships: for trying the house out, for its tests and its pictures.
//!
//! A driver like any other, so it is given no more than the others and promises the same. Time is what its clock
//! says: under a standing clock it stands still and its course is the same every time.

mod heater;
mod machine;
mod reading;
mod storage;
mod timeline;

use crate::driver::{PrintOrder, Printer, Removal, Watch};
use crate::egress::{self, Field};
use crate::once::Once;
use domain::ids::{CommandId, PrintReference};
use domain::printer::{Abilities, Command, NotDone, Outcome, Recollection, Refusal, Report};
use domain::time::Clock;
use futures::future::BoxFuture;
use machine::Machine;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use storage::Storage;
use timeline::Timeline;
use tokio::io::AsyncReadExt;

/// The largest file it takes, in bytes.
pub const LARGEST_FILE: u64 = 1 << 30;

/// A simulated printer, and the hands of somebody who stands beside it.
pub struct Simulated {
    clock: Arc<dyn Clock>,
    abilities: Abilities,
    once: Once,
    inner: Mutex<Inner>,
}

struct Inner {
    machine: Machine,
    storage: Storage,
    plugged_in: bool,
    lose_next_answer: bool,
    refuse_next: Option<Refusal>,
}

impl Simulated {
    /// A printer that keeps its files in memory.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self::with_storage(clock, Storage::Memory(Default::default()))
    }
    /// A printer that keeps its files in this folder, which is made when the first one comes.
    pub fn with_folder(clock: Arc<dyn Clock>, folder: PathBuf) -> Self {
        Self::with_storage(clock, Storage::Folder(folder))
    }
    fn with_storage(clock: Arc<dyn Clock>, storage: Storage) -> Self {
        let machine = Machine::new(clock.now());
        let abilities =
            Abilities { pause: true, cancel: true, answer: true, files: true, look: false, watch: false };
        let inner = Inner { machine, storage, plugged_in: true, lose_next_answer: false, refuse_next: None };
        Self { clock, abilities, once: Once::default(), inner: Mutex::new(inner) }
    }
    /// The same printer with fewer (or more) abilities.
    #[must_use]
    pub fn with_abilities(mut self, abilities: Abilities) -> Self {
        self.abilities = abilities;
        self
    }

    /// How many of its seconds pass in one of the clock's: 60 prints an hour's print in a minute.
    pub fn set_speed(&self, speed: f64) {
        self.now().machine.speed = speed.clamp(0.0, 1e6);
    }
    /// How many of its seconds pass in one of the clock's.
    pub fn speed(&self) -> f64 {
        self.now().machine.speed
    }
    /// Whether its network plug is in.
    pub fn is_plugged_in(&self) -> bool {
        self.now().plugged_in
    }
    /// Pulls its network plug. It goes on printing.
    pub fn unplug(&self) {
        self.now().plugged_in = false;
    }
    /// Plugs it in again.
    pub fn plug_in(&self) {
        self.now().plugged_in = true;
    }
    /// The answer to the next thing asked of it will not arrive; what was asked is done.
    pub fn lose_next_answer(&self) {
        self.now().lose_next_answer = true;
    }
    /// It will say no to the next thing that is asked of it.
    pub fn refuse_next(&self, why: Refusal) {
        self.now().refuse_next = Some(why);
    }
    /// It stops printing and asks what to do about it.
    pub fn run_out_of_filament(&self) {
        self.now().machine.ask("The filament ran out. Load a new spool.");
    }
    /// Somebody starts a print from its card.
    pub fn start_from_card(&self) {
        self.now().machine.occupy();
    }
    /// The print from its card ends.
    pub fn end_from_card(&self) {
        self.now().machine.vacate();
    }
    /// Something breaks in the middle of a print.
    pub fn fail(&self) {
        self.now().machine.fail();
    }
    /// Somebody presses "stop" on it.
    pub fn press_stop(&self) {
        let mut inner = self.now();
        if let Some(reference) = inner.machine.report().running() {
            // Refused only if there is nothing to stop.
            let _ = inner.machine.cancel(reference);
        }
    }
    /// Switches it off and on: whatever it did is over, and it remembers nothing. Its files stay.
    pub fn power_cycle(&self) {
        self.now().machine.power_cycle();
    }
    /// Every print it ever started, in order.
    pub fn started(&self) -> Vec<PrintReference> {
        self.now().machine.started.clone()
    }
    /// What a file on it holds, for searching.
    pub fn file(&self, reference: PrintReference) -> Option<Vec<u8>> {
        self.now().storage.read(reference)
    }

    /// Everything, brought up to the present.
    fn now(&self) -> MutexGuard<'_, Inner> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.machine.advance(self.clock.now());
        inner
    }

    /// One request over its network: it may not arrive, be refused, or its answer may be lost.
    fn request<T>(&self, act: impl FnOnce(&mut Inner) -> Result<T, NotDone>) -> Result<T, NotDone> {
        let mut inner = self.now();
        if !inner.plugged_in {
            return Err(NotDone::Unreachable);
        }
        if let Some(why) = inner.refuse_next.take() {
            return Err(NotDone::Refused(why));
        }
        let answer = act(&mut inner);
        if std::mem::take(&mut inner.lose_next_answer) { Err(NotDone::AnswerLost) } else { answer }
    }

    fn carry_out(&self, command: Command) -> Outcome {
        let able = match command {
            Command::Start(_) => true,
            Command::Pause(_) | Command::Resume(_) => self.abilities.pause,
            Command::Cancel(_) => self.abilities.cancel,
            Command::Answer { .. } => self.abilities.answer,
        };
        if !able {
            return Err(NotDone::UnknownCommand);
        }
        self.request(|inner| match command {
            Command::Start(reference) => {
                let gcode = inner.storage.read(reference).ok_or(NotDone::Refused(Refusal::NoSuchFile))?;
                inner.machine.start(reference, Timeline::read(&gcode))
            }
            Command::Pause(reference) => inner.machine.pause(reference),
            Command::Resume(reference) => inner.machine.resume(reference),
            Command::Cancel(reference) => inner.machine.cancel(reference),
            Command::Answer { question, choice } => inner.machine.answer(question, choice),
        })
    }

    async fn receive(&self, mut order: PrintOrder) -> Result<(), NotDone> {
        self.request(|_| {
            if order.bytes > LARGEST_FILE { Err(NotDone::Refused(Refusal::NoRoom)) } else { Ok(()) }
        })?;
        let mut bytes = Vec::new();
        let read = (&mut order.gcode).take(order.bytes.saturating_add(1)).read_to_end(&mut bytes).await;
        if read.is_err() || bytes.len() as u64 != order.bytes {
            return Err(NotDone::Refused(Refusal::BadFile));
        }
        self.request(|inner| {
            if inner.machine.is_at(order.reference) {
                return Err(NotDone::Busy);
            }
            inner.storage.put(order.reference, bytes).map_err(|_| NotDone::Refused(Refusal::NoRoom))
        })
    }
}

impl Printer for Simulated {
    fn abilities(&self) -> Abilities {
        self.abilities
    }
    fn report(&self) -> BoxFuture<'_, Result<Report, NotDone>> {
        Box::pin(async { self.request(|inner| Ok(inner.machine.report())) })
    }
    fn command(&self, id: CommandId, command: Command) -> BoxFuture<'_, Outcome> {
        Box::pin(self.once.carry_out(id, async move { self.carry_out(command) }))
    }
    fn place(&self, order: PrintOrder) -> BoxFuture<'_, Result<(), NotDone>> {
        Box::pin(self.receive(order))
    }
    fn remove(&self, reference: PrintReference) -> BoxFuture<'_, Result<Removal, NotDone>> {
        Box::pin(async move {
            self.request(|inner| {
                if inner.machine.is_at(reference) {
                    return Err(NotDone::Busy);
                }
                inner.machine.forget(reference);
                if !inner.storage.holds(reference) {
                    return Ok(Removal::WasAbsent);
                }
                inner.storage.remove(reference).map_err(|_| NotDone::Refused(Refusal::Other))?;
                if inner.storage.holds(reference) {
                    return Err(NotDone::Refused(Refusal::Other));
                }
                Ok(Removal::Removed)
            })
        })
    }
    fn own_files(&self) -> BoxFuture<'_, Result<Vec<PrintReference>, NotDone>> {
        Box::pin(async { self.request(|inner| Ok(inner.storage.list())) })
    }
    fn recall(&self, reference: PrintReference) -> BoxFuture<'_, Result<Recollection, NotDone>> {
        Box::pin(async move {
            self.request(|inner| {
                let known = inner.machine.recall(reference);
                let lost = known == Recollection::NothingKnown && !inner.storage.holds(reference);
                Ok(if lost { Recollection::NoSuchFile } else { known })
            })
        })
    }
    fn watch(&self) -> BoxFuture<'_, Result<Watch, NotDone>> {
        // A standing clock pushes nothing, so this printer is asked instead.
        Box::pin(async { Err(NotDone::UnknownCommand) })
    }
    fn egress_fields(&self) -> &'static [Field] {
        egress::SIMULATED
    }
    fn residue(&self) -> &'static [&'static str] {
        &[]
    }
}

#[cfg(test)]
mod tests;
