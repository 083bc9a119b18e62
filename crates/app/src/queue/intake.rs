//! How a toolpath comes into the queue: taken in piece by piece into memory, checked by the gate, and sealed.
//!
//! The plain toolpath never touches the disk, and few lie in memory at once. Nothing that the gate refuses is stored.

use super::check::{Findings, LOOK_FIRST, Passed};
use super::picture::copy;
use crate::printers::limits_of;
use crate::work::{Secret, dispatcher};
use crate::{Context, Error, Refusal, SignedIn, policy, text};
use bytes::Bytes;
use core::time::Duration;
use domain::ids::{JobId, PrintReference, PrinterId};
use domain::job::JobState;
use domain::machine::MachineLimits;
use futures::{Stream, StreamExt as _};
use privacy::{Act, Personal, Whose};
use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use store::jobs::{self, Facts, NewJob};
use store::{Fault, ReadPass, Staged};
use tokio::sync::OwnedSemaphorePermit;

/// The largest toolpath that is taken, in bytes.
pub const MOST_BYTES: u64 = 256 << 20;

/// How long one waits for a place.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long a toolpath may take to arrive: a place is not held for ever.
const ARRIVAL: Duration = Duration::from_mins(10);

/// What somebody wants to be done with a toolpath.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// What the print is called.
    pub name: String,
    /// On which printer; any if none.
    pub printer: Option<PrinterId>,
    /// What is known of it from its making, where the toolpath itself does not say it: the material it is sliced for
    /// (it waits while another is loaded), how long it takes and how many grams.
    pub known: Facts,
    /// Leave no trace.
    pub incognito: bool,
    /// Wait until it is released.
    pub hold: bool,
    /// I have looked at the lines that nobody here knows, and want it printed all the same.
    pub looked: bool,
}

/// A toolpath on its way in, in memory.
#[derive(Debug)]
pub struct Incoming {
    file: File,
    bytes: u64,
    /// The picture that belongs to it, if the house has one.
    picture: Option<ReadPass>,
    /// One of the few places in memory, until it is sealed or refused.
    place: OwnedSemaphorePermit,
}

/// Begins to take a toolpath in, when there is a place for it.
///
/// # Errors
/// [`Refusal::Busy`] if there is none for a while; a fault of the operating system.
pub async fn begin(ctx: &Context) -> Result<Incoming, Error> {
    let place = tokio::time::timeout(PATIENCE, Arc::clone(&ctx.intake).acquire_owned()).await;
    let Ok(Ok(place)) = place else {
        let words = "Other files are being taken in and checked right now. Nothing was kept; send it again in a minute.";
        return Err(Refusal::Busy(words).into());
    };
    let file = rustix::fs::memfd_create("toolpath", rustix::fs::MemfdFlags::CLOEXEC);
    let file = file.map_err(|e| Fault::File { what: "memory for a toolpath", source: e.into() })?;
    Ok(Incoming { file: file.into(), bytes: 0, picture: None, place })
}

/// Takes a whole toolpath in.
///
/// # Errors
/// As [`begin`]; a refusal if it does not arrive whole and in time, or is too large.
pub async fn receive<E>(
    ctx: &Context,
    body: impl Stream<Item = Result<Bytes, E>> + Send,
) -> Result<Incoming, Error> {
    let mut incoming = begin(ctx).await?;
    let cut = || Refusal::field("file", "The file did not arrive whole. Nothing was kept; send it again.");
    let whole = async {
        let mut body = std::pin::pin!(body);
        while let Some(piece) = body.next().await {
            incoming.write(&piece.map_err(|_| cut())?)?;
        }
        Ok::<_, Error>(())
    };
    tokio::time::timeout(ARRIVAL, whole).await.map_err(|_| cut())??;
    Ok(incoming)
}

impl Incoming {
    /// Takes the next bytes.
    ///
    /// # Errors
    /// A refusal if there are too many.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.bytes += bytes.len() as u64;
        if self.bytes > MOST_BYTES {
            let most = MOST_BYTES >> 20;
            let problem = format!("This file is larger than {most} MB. Slice it coarser, or in parts.");
            return Err(Refusal::field("file", problem).into());
        }
        Ok(self.file.write_all(bytes).map_err(memory)?)
    }
}

/// What a print is called after its file: never with the folders in which it lay, which name people and their machines (FL-31).
pub fn named_after(file_name: &str) -> &str {
    file_name.rsplit(['/', '\\']).next().unwrap_or_default()
}

/// Puts a toolpath that was taken in into the queue. Nothing is stored if the gate refuses it; where nobody here knows
/// some of its lines, it is held back until its owner has looked at them.
///
/// # Errors
/// A refusal: the name, the gate's, an unknown printer, or the policy's.
pub async fn add(ctx: &Context, me: &SignedIn, mut incoming: Incoming, wish: &Wish) -> Result<JobId, Error> {
    let name = text::line("name", &wish.name, 120)?;
    let rules = policy::mine(ctx, me).await?;
    if wish.incognito && !rules.profile().printing.incognito {
        return Err(Refusal::Policy("The rules that bind you offer no incognito printing.".to_owned()).into());
    }
    let limits = limits(ctx, wish.printer).await?;
    let picture = incoming.picture.take();
    let (mut passed, _place) = check(ctx, incoming, limits).await?;
    let known = wish.known.clone();
    passed.facts.material = known.material.or(passed.facts.material);
    passed.facts.seconds = passed.facts.seconds.or(known.seconds);
    passed.facts.grams = passed.facts.grams.or(known.grams);
    let gcode = stage(ctx, passed.gcode).await?;
    let job = JobId::fresh(&**ctx.store.random());
    let print = Print {
        name: Personal::new(name),
        gcode,
        picture: copy(ctx, &rules, picture).await?,
        facts: passed.facts,
        findings: if wish.looked { Findings::default() } else { passed.findings },
    };
    if wish.incognito {
        add_incognito(ctx, me, job, wish, print).await?;
    } else {
        add_named(ctx, me, job, wish, print).await?;
    }
    store::failpoint::hit("print:queued");
    ctx.fleet.changed();
    Ok(job)
}

/// Puts a toolpath that is stored already into the queue, with a copy of the picture that belongs to it; it passes the
/// gate once more.
///
/// # Errors
/// As [`add`].
pub async fn add_file(
    ctx: &Context,
    me: &SignedIn,
    file: ReadPass,
    picture: Option<ReadPass>,
    wish: &Wish,
) -> Result<JobId, Error> {
    let mut incoming = begin(ctx).await?;
    incoming.picture = picture;
    let mut pieces = std::pin::pin!(ctx.store.read(file));
    while let Some(piece) = pieces.next().await {
        incoming.write(&piece?)?;
    }
    add(ctx, me, incoming, wish).await
}

/// The limits of the printer; if any may print it, those that hold on every one.
async fn limits(ctx: &Context, printer: Option<PrinterId>) -> Result<MachineLimits, Error> {
    let tx = ctx.store.look().await?;
    if let Some(printer) = printer {
        return Ok(limits_of(&tx.printer(printer).await?.ok_or(Refusal::NotFound)?.equipment));
    }
    let every = tx.printers().await?.into_iter().map(|machine| limits_of(&machine.equipment));
    Ok(every.reduce(MachineLimits::tightest).unwrap_or(MachineLimits::GENERIC))
}

/// The place in memory comes back with the answer, and stays taken for as long as the check goes on, whoever has left.
async fn check(
    ctx: &Context,
    mut incoming: Incoming,
    limits: MachineLimits,
) -> Result<(Passed, OwnedSemaphorePermit), Error> {
    if incoming.bytes == 0 {
        return Err(Refusal::field("file", "This file is empty. Choose another.").into());
    }
    incoming.file.rewind().map_err(memory)?;
    let gate = ctx.gate.clone();
    let checked = tokio::task::spawn_blocking(move || {
        let Incoming { file, place, .. } = incoming;
        (gate.check(&file, &limits), place)
    });
    let broken = |_| Fault::Corrupt("the check of a toolpath broke off".to_owned());
    let (checked, place) = checked.await.map_err(broken)?;
    Ok((checked.map_err(|refused| Refusal::field("file", refused.problem))?, place))
}

async fn stage(ctx: &Context, mut gcode: File) -> Result<Staged, Error> {
    gcode.rewind().map_err(memory)?;
    let mut staging = ctx.store.stage().await?;
    let mut piece = vec![0; 256 << 10];
    loop {
        let read = gcode.read(&mut piece).map_err(memory)?;
        let Some(piece) = piece.get(..read).filter(|piece| !piece.is_empty()) else { break };
        staging.write(piece).await?;
    }
    Ok(staging.finish().await?)
}

/// What comes into the queue, past the gate.
struct Print {
    name: Personal<String>,
    gcode: Staged,
    picture: Option<Staged>,
    facts: Facts,
    /// What its owner is to look at yet.
    findings: Findings,
}

async fn add_named(ctx: &Context, me: &SignedIn, job: JobId, wish: &Wish, print: Print) -> Result<(), Error> {
    let row = new(ctx, wish, &print);
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(crate::accounts::own(me, Act::Create, "job", "print")).await?;
    let findings = print.findings.to_keep()?;
    let new = NewJob { name: Some(print.name), findings, facts: print.facts, ..row };
    jobs::insert(&grant, job, &new).await?;
    grant.blob_insert("job-toolpath", job.uuid(), print.gcode).await?;
    if let Some(picture) = print.picture {
        grant.blob_insert("job-picture", job.uuid(), picture).await?;
    }
    drop(grant);
    Ok(tx.commit().await?)
}

/// The row is the house's and names nobody; whose it is, its name and its keys stay in this process.
async fn add_incognito(
    ctx: &Context,
    me: &SignedIn,
    job: JobId,
    wish: &Wish,
    print: Print,
) -> Result<(), Error> {
    let row = new(ctx, wish, &print);
    let file = ctx.store.hold(print.gcode);
    let picture = print.picture.map(|picture| ctx.store.hold(picture));
    let tx = ctx.store.begin().await?;
    // Whether this person may print at all is decided as for any print.
    drop(tx.authorise(crate::accounts::own(me, Act::Create, "job", "print")).await?);
    let grant = tx.authorise(dispatcher(Act::Create, "job", Whose::Anyone)).await?;
    let until = tx.now().plus_seconds(60);
    let incognito = Some((file.id(), ctx.fleet.worker(), until));
    jobs::insert(&grant, job, &NewJob { incognito, ..row }).await?;
    drop(grant);
    let Print { name, facts, findings, .. } = print;
    // In memory before the row can be seen by anybody.
    let queued = AtomicBool::new(false);
    let secret = Secret { person: me.person, name, file, picture, queued, facts, findings };
    ctx.fleet.keep_secret(job, secret);
    let committed = tx.commit().await;
    if committed.is_err() {
        // Its files are swept, as whatever was staged and never taken in.
        ctx.fleet.drop_secret(job);
    }
    Ok(committed?)
}

/// The row of a print, with nothing of its owner's in it.
fn new(ctx: &Context, wish: &Wish, print: &Print) -> NewJob {
    let look_first = !print.findings.is_empty();
    NewJob {
        state: if wish.hold || look_first { JobState::Held } else { JobState::Queued },
        wanted: wish.printer,
        reference: PrintReference::fresh(&**ctx.store.random()),
        name: None,
        facts: Facts::default(),
        trouble: look_first.then_some(LOOK_FIRST),
        findings: None,
        incognito: None,
    }
}

fn memory(source: std::io::Error) -> Fault {
    Fault::File { what: "memory for a toolpath", source }
}
