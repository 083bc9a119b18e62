//! What the dispatcher does at a printer: send a file, start it once, ask what became of it, remove what is left.
//!
//! Each step is saved before the next begins, and the named failpoints between them are where tests pull the plug.

use super::dispatch::{happen, lease};
use super::dispatcher;
use crate::{Context, Error};
use ::printers::{PrintOrder, Printer as _};
use domain::ids::{CommandId, JobId, PersonId, PrintReference, PrinterId};
use domain::job::{Event, JobState, step};
use domain::printer::{Command, NotDone, Refusal};
use futures::StreamExt;
use privacy::{Act, Whose};
use std::io;
use store::failpoint::hit;
use store::jobs::{self, Beside, Job};
use store::{ReadPass, Store};
use tokio_util::io::StreamReader;

/// One job, as the dispatcher sees it.
pub(super) async fn look(ctx: &Context, id: JobId) -> Result<Option<Job>, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(dispatcher(Act::Read, "job", Whose::Anyone)).await?;
    Ok(jobs::get(&grant, id).await?)
}

/// Whose job it is; of an incognito one only this process knows it, and only while it waits.
fn owner(ctx: &Context, job: &Job) -> Option<PersonId> {
    job.person.or_else(|| ctx.fleet.secret(job.id).map(|secret| secret.person))
}

/// Whether the owner of a job lets their data be used for it. If not, it is held back, and its owner lets it go on.
async fn is_wanted(ctx: &Context, job: &Job) -> Result<bool, Error> {
    if let Some(person) = owner(ctx, job) {
        let tx = ctx.store.look().await?;
        if let Err(store::Error::Refused(privacy::Refusal::Restricted)) =
            tx.authorise(dispatcher(Act::Read, "job", Whose::Person(person))).await
        {
            drop(tx);
            happen(ctx, job.id, Event::HeldBack).await?;
            return Ok(false);
        }
    }
    Ok(true)
}

/// Gives the job to the printer and places its file there. Placing twice leaves one file.
pub(super) async fn send(ctx: &Context, id: JobId, printer: PrinterId) -> Result<(), Error> {
    let Some(job) = look(ctx, id).await? else { return Ok(()) };
    let Some(machine) = ctx.fleet.printer(printer) else { return Ok(()) };
    if !is_wanted(ctx, &job).await? {
        return Ok(());
    }
    let Some(pass) = pass_for(ctx, &job).await? else { return Ok(()) };
    if !assign(ctx, &job, printer).await? {
        return Ok(());
    }
    hit("print:assigned");
    ctx.fleet.state().sending.insert(printer, id);
    ctx.fleet.changed();
    let placed = machine.place(order(&ctx.store, job.reference, pass)).await;
    ctx.fleet.state().sending.remove(&printer);
    hit("print:placed");
    match placed {
        Ok(()) => {
            let tx = ctx.store.begin().await?;
            let grant = tx.authorise(dispatcher(Act::Change, "job", Whose::Anyone)).await?;
            jobs::placed(&grant, id).await?;
            drop(grant);
            tx.commit().await?;
            hit("print:placed-saved");
        }
        // Nothing has started and nothing will, so it is simply sent again when the printer is back.
        Err(NotDone::Unreachable | NotDone::AnswerLost) => {}
        Err(why) => drop(happen(ctx, id, Event::FileNotPlaced(why)).await?),
    }
    Ok(())
}

/// Leave to read the job's file; of an incognito job only where its key is.
async fn pass_for(ctx: &Context, job: &Job) -> Result<Option<ReadPass>, Error> {
    let Some(person) = job.person else {
        return Ok(ctx.fleet.secret(job.id).map(|secret| secret.file.pass(secret.person)));
    };
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(dispatcher(Act::Read, "job", Whose::Person(person))).await?;
    Ok(grant.blob_pass("job-toolpath", job.id.uuid()).await?)
}

/// Saves that the job has this printer, and that a file of ours will lie there.
async fn assign(ctx: &Context, job: &Job, printer: PrinterId) -> Result<bool, Error> {
    if job.state == JobState::Sending {
        return Ok(job.printer == Some(printer));
    }
    let Ok(moved) = step(job.state, Event::Assigned) else { return Ok(false) };
    let tx = ctx.store.begin().await?;
    if !tx.printer_hold(printer).await? {
        return Ok(false);
    }
    let grant = tx.authorise(dispatcher(Act::Change, "job", Whose::Anyone)).await?;
    let beside = Beside { printer: Some(Some(printer)), trouble: Some(None), ..Beside::default() };
    let ours = jobs::step(&grant, job.id, moved, &beside).await?;
    drop(grant);
    if ours {
        tx.placement_add(job.reference, printer).await?;
        tx.commit().await?;
    }
    Ok(ours)
}

fn order(store: &Store, reference: PrintReference, pass: ReadPass) -> PrintOrder {
    let bytes = pass.size();
    let pieces = store.read(pass).map(|piece| piece.map_err(|_| io::Error::other("the file does not open")));
    PrintOrder { reference, bytes, gcode: Box::new(StreamReader::new(Box::pin(pieces))) }
}

/// Saves the start and uses up the clear bed in one transaction; only then, and once, sends START. If the job was given
/// to another printer since this was planned, or sent anew, nothing happens.
pub(super) async fn start(
    ctx: &Context,
    id: JobId,
    printer: PrinterId,
    reference: PrintReference,
) -> Result<(), Error> {
    let Some(job) = look(ctx, id).await? else { return Ok(()) };
    let (Some(machine), Some(lease)) = (ctx.fleet.printer(printer), lease(ctx, printer)) else {
        return Ok(());
    };
    let Ok(moved) = step(job.state, Event::StartSaved) else { return Ok(()) };
    if !is_wanted(ctx, &job).await? {
        return Ok(());
    }
    let tx = ctx.store.begin().await?;
    if let Some(person) = owner(ctx, &job) {
        // Held to the end of the transaction: whoever restricts the use of their data waits for it, or it for them.
        drop(tx.authorise(dispatcher(Act::Read, "job", Whose::Person(person))).await?);
    }
    if !tx.printer_use_bed(printer, lease).await? {
        return Ok(());
    }
    let grant = tx.authorise(dispatcher(Act::Change, "job", Whose::Anyone)).await?;
    let ours = jobs::start(&grant, id, moved, (printer, reference)).await?;
    drop(grant);
    if !ours {
        return Ok(());
    }
    let now = tx.now();
    tx.commit().await?;
    ctx.fleet.state().started.insert(printer, now);
    hit("print:start-saved");
    let command = CommandId::fresh(&**ctx.store.random());
    let answer = machine.command(command, Command::Start(reference)).await;
    hit("print:start-sent");
    if answer.as_ref().is_err_and(|why| why.nothing_happened()) {
        ctx.fleet.state().started.remove(&printer);
    }
    happen(ctx, id, Event::StartAnswered(answer)).await?;
    hit("print:start-answered");
    Ok(())
}

/// Asks the printer what it knows of a print of which nobody knows.
pub(super) async fn ask(ctx: &Context, id: JobId, printer: PrinterId) -> Result<(), Error> {
    let (Some(job), Some(machine)) = (look(ctx, id).await?, ctx.fleet.printer(printer)) else {
        return Ok(());
    };
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(dispatcher(Act::Change, "job", Whose::Anyone)).await?;
    jobs::asked(&grant, id).await?;
    drop(grant);
    tx.commit().await?;
    if let Ok(what) = machine.recall(job.reference).await {
        happen(ctx, id, Event::Recalled(what)).await?;
    }
    Ok(())
}

/// Removes a file of a print that is over. The machine is asked again until it is seen to be gone.
pub(super) async fn tidy(ctx: &Context, reference: PrintReference, printer: PrinterId) {
    let Some(machine) = ctx.fleet.printer(printer) else { return };
    if machine.remove(reference).await.is_err() {
        return;
    }
    hit("print:removed");
    if let Ok(tx) = ctx.store.begin().await
        && tx.placement_gone(reference).await.is_ok()
    {
        // If this is not saved, the file is looked for once more.
        let _ = tx.commit().await;
        ctx.fleet.state().untidy = true;
    }
}

/// Why a job was held back, as one of a closed list of words.
pub(super) const fn trouble(event: &Event) -> Option<&'static str> {
    match event {
        Event::FileNotPlaced(why) | Event::StartAnswered(Err(why)) => Some(match why {
            NotDone::Refused(Refusal::KeyRefused) => "key-refused",
            NotDone::Refused(Refusal::NotPermitted) => "not-permitted",
            NotDone::Refused(Refusal::NoRoom) => "no-room",
            NotDone::Refused(Refusal::BadFile) => "bad-file",
            NotDone::Refused(_) => "refused",
            NotDone::Busy => "busy",
            NotDone::UnknownCommand => "unknown-command",
            NotDone::Unreachable | NotDone::AnswerLost => "unreachable",
        }),
        _ => None,
    }
}
