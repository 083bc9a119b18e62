//! OctoPrint, over its REST interface and its push socket.
//!
//! It needs a user of its own and a key that OctoPrint handed out for it ([`pairing`]). A print is started by
//! selecting its file and printing it in *one* request: two would let somebody else's file slip in between. What it
//! cannot do: tell layers, answer the firmware's questions, or listen to the push socket over TLS (it asks instead).

mod http;
mod outgoing;
pub mod pairing;
mod push;
mod toolpath;
mod traces;
mod translate;
mod wire;

pub use http::{Address, Key, NotAnAddress};
pub use traces::RESIDUE;

use crate::driver::{PrintOrder, Printer, Removal, Watch, file_name};
use crate::egress::{self, Field};
use crate::once::Once;
use domain::ids::{CommandId, PrintReference};
use domain::printer::{
    Abilities, Activity, Command, NotDone, Outcome, Print, Progress, Recollection, Refusal, Report,
};
use domain::time::Clock;
use futures::future::BoxFuture;
use http::Http;
use outgoing::{JobCommand, Outgoing};
use reqwest::multipart;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use translate::Reading;
use wire::{Current, FileAnswer, JobAnswer, MachineAnswer};

/// So often the record of a print that just ended is asked for: OctoPrint writes it a moment after it is idle.
const RECORD_ATTEMPTS: usize = 5;

/// One OctoPrint.
pub struct OctoPrint {
    inner: Arc<Inner>,
    once: Once,
}

/// What the driver and its push socket share.
struct Inner {
    http: Http,
    clock: Arc<dyn Clock>,
    memory: Mutex<Memory>,
}

/// What was seen since this process knows the printer; OctoPrint itself forgets how a print ended.
#[derive(Default)]
struct Memory {
    /// The print that was last seen going on.
    under_way: Option<PrintReference>,
    /// How a print ended, as the push socket told.
    ended: Option<(PrintReference, Activity)>,
}

impl OctoPrint {
    /// The OctoPrint at `address`, with the key it gave us. Nothing is sent yet.
    ///
    /// # Errors
    /// The network library could not be set up.
    pub fn new(address: Address, key: Key, clock: Arc<dyn Clock>) -> Result<Self, NotDone> {
        let http = Http::new(address, Some(key))?;
        Ok(Self { inner: Arc::new(Inner { http, clock, memory: Mutex::default() }), once: Once::default() })
    }

    async fn place(&self, order: PrintOrder) -> Result<(), NotDone> {
        let reference = order.reference;
        self.inner.make_way(reference).await?;
        let wrong = Arc::new(AtomicBool::new(false));
        let gcode = toolpath::stream(order.gcode, order.bytes, Arc::clone(&wrong));
        let file = multipart::Part::stream_with_length(reqwest::Body::wrap_stream(gcode), order.bytes)
            .file_name(file_name(reference))
            .mime_str("application/octet-stream")
            .map_err(|_| NotDone::Refused(Refusal::Other))?;
        let form = multipart::Form::new().part("file", file).text("noOverwrite", "true");
        let sent = self.inner.http.upload(&Outgoing::Upload(reference), order.bytes, form).await;
        if wrong.load(Ordering::SeqCst) {
            return Err(NotDone::Refused(Refusal::BadFile));
        }
        match sent?.yes() {
            Err(NotDone::Refused(Refusal::WrongState)) => Err(NotDone::Refused(Refusal::FileExists)),
            other => other,
        }
    }

    async fn carry_out(&self, command: Command) -> Outcome {
        match command {
            Command::Start(reference) => self.start(reference).await,
            Command::Pause(reference) => self.change(reference, JobCommand::Pause).await,
            Command::Resume(reference) => self.change(reference, JobCommand::Resume).await,
            Command::Cancel(reference) => self.change(reference, JobCommand::Cancel).await,
            Command::Answer { .. } => Err(NotDone::UnknownCommand),
        }
    }

    async fn start(&self, reference: PrintReference) -> Outcome {
        let seen = self.inner.ask().await.map_err(before_sending)?;
        match seen.activity {
            Activity::Idle | Activity::Finished | Activity::Cancelled | Activity::Failed => {}
            Activity::NotOperational => return Err(NotDone::Refused(Refusal::WrongState)),
            _ => return Err(NotDone::Busy),
        }
        match self.inner.http.send(&Outgoing::Start(reference)).await?.yes() {
            // It was idle a moment ago, so somebody else was quicker.
            Err(NotDone::Refused(Refusal::WrongState)) => Err(NotDone::Busy),
            other => other,
        }
    }

    /// OctoPrint's interface speaks of "the job", whosever it is, so we look first whose it is.
    async fn change(&self, reference: PrintReference, how: JobCommand) -> Outcome {
        let seen = self.inner.ask().await.map_err(before_sending)?;
        if seen.activity == Activity::Busy {
            return Err(NotDone::Busy);
        }
        let fitting = match how {
            JobCommand::Pause => seen.activity == Activity::Printing,
            JobCommand::Resume => seen.activity == Activity::Paused,
            JobCommand::Cancel => seen.activity.is_printing(),
        };
        if seen.running() != Some(reference) || !fitting {
            return Err(NotDone::Refused(Refusal::WrongState));
        }
        self.inner.http.send(&Outgoing::Command(how)).await?.yes()
    }

    async fn recall(&self, reference: PrintReference) -> Result<Recollection, NotDone> {
        let seen = self.inner.ask().await?;
        if seen.running() == Some(reference) {
            return Ok(Recollection::Running);
        }
        if seen.activity == Activity::Finished && seen.print.is_some_and(|p| p.reference == reference) {
            return Ok(Recollection::Finished);
        }
        self.inner.record(reference).await
    }
}

/// The question before a command got lost; the command itself was never sent.
const fn before_sending(why: NotDone) -> NotDone {
    match why {
        NotDone::AnswerLost => NotDone::Unreachable,
        other => other,
    }
}

impl Inner {
    /// What it is at, asked.
    async fn ask(&self) -> Result<Report, NotDone> {
        let job: JobAnswer = self.answer(&Outgoing::Job).await?;
        let machine = self.http.send(&Outgoing::Machine).await?;
        let mut current = Current { job: job.job, progress: job.progress, ..Current::default() };
        // Without a machine behind it, OctoPrint refuses this question; all flags stay down, which says the same.
        if machine.status() != 409 {
            let machine: MachineAnswer = machine.json()?;
            current.state = machine.state;
            current.temps = vec![machine.temperature];
        }
        self.understand(&current).await
    }

    async fn answer<T: serde::de::DeserializeOwned>(&self, request: &Outgoing<'_>) -> Result<T, NotDone> {
        self.http.send(request).await?.json()
    }

    /// What it says, made out with what is remembered.
    async fn understand(&self, current: &Current) -> Result<Report, NotDone> {
        let (reference, idle) = match translate::reading(current, self.clock.now()) {
            Reading::Clear(report) => {
                if let Some(reference) = report.running() {
                    self.memory().under_way = Some(reference);
                }
                return Ok(report);
            }
            Reading::Ended(reference, idle) => (reference, idle),
        };
        let activity = match self.record_of_ended(reference).await? {
            Recollection::Finished => Activity::Finished,
            Recollection::EndedEarly => match &self.memory().ended {
                Some((ended, activity)) if *ended == reference => activity.clone(),
                _ => Activity::Failed,
            },
            _ => return Ok(idle),
        };
        let fraction = if activity == Activity::Finished { 1.0 } else { 0.0 };
        let progress = Progress { fraction, ..Progress::default() };
        Ok(Report { activity, print: Some(Print { reference, progress }), ..idle })
    }

    /// How a print ended that is selected and idle. If it was seen going on and there is no record of it even after
    /// a moment, it ended before its time: OctoPrint writes the record of a whole print with its last byte.
    async fn record_of_ended(&self, reference: PrintReference) -> Result<Recollection, NotDone> {
        let expected = self.memory().under_way == Some(reference);
        let mut known = self.record(reference).await?;
        for _ in 1..RECORD_ATTEMPTS {
            if !expected || known != Recollection::NothingKnown {
                break;
            }
            known = self.record(reference).await?;
        }
        let untold = expected && known == Recollection::NothingKnown;
        Ok(if untold { Recollection::EndedEarly } else { known })
    }

    /// What the file's own record says.
    async fn record(&self, reference: PrintReference) -> Result<Recollection, NotDone> {
        match self.answer::<FileAnswer>(&Outgoing::File(reference)).await {
            Ok(file) => Ok(translate::recollection(&file)),
            Err(NotDone::Refused(Refusal::NoSuchFile)) => Ok(Recollection::NoSuchFile),
            Err(other) => Err(other),
        }
    }

    async fn holds(&self, reference: PrintReference) -> Result<bool, NotDone> {
        Ok(self.record(reference).await? != Recollection::NoSuchFile)
    }

    /// Removes what an earlier attempt may have left under this name, unless it was printed: a reference is for one
    /// print only.
    async fn make_way(&self, reference: PrintReference) -> Result<(), NotDone> {
        match self.record(reference).await.map_err(before_sending)? {
            Recollection::NoSuchFile => Ok(()),
            Recollection::NothingKnown => traces::remove(self, reference).await.map(drop),
            _ => Err(NotDone::Refused(Refusal::FileExists)),
        }
    }

    fn note_ending(&self, ending: (PrintReference, Activity)) {
        let mut memory = self.memory();
        // A cancelled print is told as cancelled first and as failed afterwards.
        if memory.ended.as_ref().is_none_or(|(reference, _)| *reference != ending.0) {
            memory.ended = Some(ending);
        }
    }

    fn forget(&self, reference: PrintReference) {
        let mut memory = self.memory();
        memory.under_way = memory.under_way.filter(|r| *r != reference);
        if memory.ended.as_ref().is_some_and(|(ended, _)| *ended == reference) {
            memory.ended = None;
        }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Printer for OctoPrint {
    fn abilities(&self) -> Abilities {
        let watch = self.inner.http.address.socket().is_some();
        Abilities { pause: true, cancel: true, answer: false, files: true, look: false, watch }
    }
    fn report(&self) -> BoxFuture<'_, Result<Report, NotDone>> {
        Box::pin(self.inner.ask())
    }
    fn command(&self, id: CommandId, command: Command) -> BoxFuture<'_, Outcome> {
        Box::pin(self.once.carry_out(id, self.carry_out(command)))
    }
    fn place(&self, order: PrintOrder) -> BoxFuture<'_, Result<(), NotDone>> {
        Box::pin(self.place(order))
    }
    fn remove(&self, reference: PrintReference) -> BoxFuture<'_, Result<Removal, NotDone>> {
        Box::pin(traces::remove(&self.inner, reference))
    }
    fn own_files(&self) -> BoxFuture<'_, Result<Vec<PrintReference>, NotDone>> {
        Box::pin(traces::own_files(&self.inner))
    }
    fn recall(&self, reference: PrintReference) -> BoxFuture<'_, Result<Recollection, NotDone>> {
        Box::pin(self.recall(reference))
    }
    fn watch(&self) -> BoxFuture<'_, Result<Watch, NotDone>> {
        Box::pin(push::open(Arc::clone(&self.inner)))
    }
    fn egress_fields(&self) -> &'static [Field] {
        egress::OCTOPRINT
    }
    fn residue(&self) -> &'static [&'static str] {
        RESIDUE
    }
}
