//! Commands to a printer about a print, by the danger ladder: a pause and its end at once, the end of a print only
//! when it is confirmed. What is asked for is saved first; what a printer certainly did not do is taken back.

use crate::queue::{mine_or_run, operates};
use crate::work::{dispatcher, happen, note_deed};
use crate::{Context, Error, Refusal, SignedIn};
use ::printers::Printer as _;
use domain::ids::{CommandId, JobId};
use domain::job::{Event, JobState, Move};
use domain::printer::{Activity, Command, QuestionId};
use privacy::{Act, Whose};
use store::jobs::{self, Beside, Job};

/// Pauses a print.
///
/// # Errors
/// A refusal: not there, not printing, or the printer's.
pub async fn pause(ctx: &Context, me: &SignedIn, id: JobId) -> Result<(), Error> {
    let job = mine_or_run(ctx, me, id).await?;
    operates(ctx, me, &job).await?;
    if !happen(ctx, id, Event::PauseAsked).await? {
        return Err(Refusal::Conflict("It is not printing now.").into());
    }
    send(ctx, me, &job, Command::Pause(job.reference), Some(JobState::Pausing)).await
}

/// Goes on with a paused print.
///
/// # Errors
/// A refusal: not there, not paused, or the printer's.
pub async fn resume(ctx: &Context, me: &SignedIn, id: JobId) -> Result<(), Error> {
    let job = mine_or_run(ctx, me, id).await?;
    if job.state != JobState::Paused {
        return Err(Refusal::Conflict("It is not paused.").into());
    }
    operates(ctx, me, &job).await?;
    send(ctx, me, &job, Command::Resume(job.reference), None).await
}

/// Ends a print before its time. It cannot be undone, so that it must be confirmed. Asked again while the printer is
/// still seen at the print, it tells the printer again: the command may never have reached it.
///
/// # Errors
/// A refusal: not there, not confirmed, over already, or the printer's.
pub async fn cancel(ctx: &Context, me: &SignedIn, id: JobId, confirmed: bool) -> Result<(), Error> {
    let job = mine_or_run(ctx, me, id).await?;
    if !job.state.may_be_on_the_bed() {
        return crate::queue::remove(ctx, me, id).await;
    }
    if !confirmed {
        return Err(Refusal::Confirm("This ends the print for good. The part stays unfinished.").into());
    }
    operates(ctx, me, &job).await?;
    if !happen(ctx, id, Event::CancelAsked).await? {
        let job = mine_or_run(ctx, me, id).await?;
        if job.state != JobState::Cancelling || is_ending(ctx, &job).await {
            return Err(Refusal::Conflict("It is ending already.").into());
        }
        return send(ctx, me, &job, Command::Cancel(job.reference), None).await;
    }
    send(ctx, me, &job, Command::Cancel(job.reference), Some(JobState::Cancelling)).await
}

/// Answers what the printer asks about a print.
///
/// # Errors
/// A refusal: not there, not asked any more, or the printer's.
pub async fn answer(
    ctx: &Context,
    me: &SignedIn,
    id: JobId,
    question: QuestionId,
    choice: u8,
) -> Result<(), Error> {
    let job = mine_or_run(ctx, me, id).await?;
    operates(ctx, me, &job).await?;
    send(ctx, me, &job, Command::Answer { question, choice }, None).await
}

/// Whether the printer says that it is ending this print, or has ended it.
async fn is_ending(ctx: &Context, job: &Job) -> bool {
    let Some(machine) = job.printer.and_then(|printer| ctx.fleet.printer(printer)) else { return false };
    machine.report().await.is_ok_and(|report| {
        report.print.is_some_and(|print| print.reference == job.reference)
            && (report.activity == Activity::Cancelling || report.activity.has_ended())
    })
}

/// Sends a command about a job; `asked` is the state in which it was saved before.
async fn send(
    ctx: &Context,
    me: &SignedIn,
    job: &Job,
    command: Command,
    asked: Option<JobState>,
) -> Result<(), Error> {
    let printer = job.printer.ok_or(Refusal::Conflict("It is on no printer."))?;
    let machine = ctx.fleet.printer(printer).ok_or(Refusal::Conflict("The printer is not connected."))?;
    let outcome = machine.command(CommandId::fresh(&**ctx.store.random()), command).await;
    if let Err(why) = outcome {
        if let Some(from) = asked.filter(|_| why.nothing_happened()) {
            take_back(ctx, job.id, Move { from, to: job.state }).await?;
        }
        return Err(Refusal::Printer(why).into());
    }
    // Of an incognito print nothing is noted anywhere.
    if !job.incognito {
        note_deed(ctx, me.person, printer, command.name()).await?;
    }
    ctx.fleet.hurry();
    Ok(())
}

async fn take_back(ctx: &Context, id: JobId, back: Move) -> Result<(), Error> {
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(dispatcher(Act::Change, "job", Whose::Anyone)).await?;
    jobs::step(&grant, id, back, &Beside::default()).await?;
    drop(grant);
    tx.commit().await?;
    ctx.fleet.changed();
    Ok(())
}
