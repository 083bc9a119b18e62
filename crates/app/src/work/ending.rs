//! What is left of a print that is over: an entry in the history of somebody who keeps one, and otherwise nothing.
//!
//! The entry appears and the job goes in one transaction, so that a job leaves at most one, whatever is cut short.

use super::dispatcher;
use crate::{Context, Error};
use domain::ids::{PersonId, PrinterId};
use domain::job::{Event, Move, Outcome, SaidBy};
use domain::person::{Actor, Chore};
use privacy::{Act, Ask, Whose};
use store::failpoint::hit;
use store::history::{self, Entry};
use store::jobs::{self, Job};
use store::{Grant, Tx};

/// Ends a job that is still where the move begins. Returns whether it was.
pub(super) async fn end(ctx: &Context, job: &Job, moved: Move, event: Event) -> Result<bool, Error> {
    let tx = ctx.store.begin().await?;
    let mut files = Vec::new();
    let entry = match job.person {
        Some(person) if job.started_at.is_some() => entry(&tx, job, person, moved, event).await?,
        _ => None,
    };
    {
        // Before the entry is made: of two who end the same job at once, one finds that it is over already.
        let grant = tx.authorise(dispatcher(Act::Change, "job", Whose::Anyone)).await?;
        if !jobs::end(&grant, job.id, moved.from).await? {
            return Ok(false);
        }
    }
    if let (Some(person), Some(entry)) = (job.person, entry) {
        remember(&tx, person, &entry).await?;
    }
    if let Some(person) = job.person {
        // Clearing away is running the machine: it goes on where the person has restricted the use of their data.
        let ask = Ask { purpose: "operate", ..dispatcher(Act::Change, "job", Whose::Person(person)) };
        let grant = tx.authorise(ask).await?;
        files = grant.files_drop(job.id.uuid()).await?;
    }
    files.extend(job.file);
    hit("print:ending");
    tx.commit().await?;
    hit("print:ended");
    files.extend(ctx.fleet.drop_secret(job.id));
    ctx.fleet.state().untidy = true;
    ctx.store.files_remove(&files).await?;
    Ok(true)
}

/// Ends an incognito job whose key is gone.
pub(super) async fn forget(ctx: &Context, job: &Job) -> Result<bool, Error> {
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(dispatcher(Act::Change, "job", Whose::Anyone)).await?;
    let gone = jobs::end(&grant, job.id, job.state).await?;
    drop(grant);
    tx.commit().await?;
    if gone {
        ctx.fleet.state().untidy = true;
        ctx.store.files_remove(job.file.as_slice()).await?;
    }
    Ok(gone)
}

/// What the entry will say; nothing if the person keeps no history.
async fn entry(
    tx: &Tx,
    job: &Job,
    person: PersonId,
    moved: Move,
    event: Event,
) -> Result<Option<Entry>, Error> {
    if for_history(tx, person, "print_record").await?.is_none() {
        return Ok(None);
    }
    let name = {
        let own = tx.authorise(dispatcher(Act::Read, "job", Whose::Person(person))).await?;
        jobs::get(&own, job.id).await?.and_then(|job| job.name)
    };
    let Some(by_printer) = Outcome::by_printer(moved.to) else { return Ok(None) };
    let outcome = match event {
        Event::PersonSaid(verdict) => by_printer.by_person(verdict, false),
        _ => by_printer,
    };
    let whole = outcome.verdict == domain::job::Verdict::Good && outcome.said_by == SaidBy::Printer;
    let now = tx.now();
    Ok(Some(Entry {
        id: job.id,
        printer: job.printer,
        name,
        collected_at: job.added_at,
        started_at: job.started_at,
        ended_at: now,
        seconds: job.started_at.map(|start| now.seconds_since(start) as f64),
        estimate: job.facts.seconds,
        material: job.facts.material.clone(),
        // How much a print took that ended early, nobody measured.
        grams: job.facts.grams.filter(|_| whole),
        outcome,
    }))
}

/// Makes the entry, with the files for printing again; the policy refuses the grant to whoever keeps no history.
async fn remember(tx: &Tx, person: PersonId, entry: &Entry) -> Result<(), Error> {
    let Some(grant) = for_history(tx, person, "print_record").await? else { return Ok(()) };
    history::add(&grant, entry).await?;
    for kind in ["toolpath", "picture"] {
        let (from, to) = (format!("job-{kind}"), format!("record-{kind}"));
        grant.files_adopt((&from, entry.id.uuid()), (&to, entry.id.uuid())).await?;
    }
    Ok(())
}

/// A grant to add to somebody's history; nothing if they keep none.
async fn for_history<'tx>(tx: &'tx Tx, person: PersonId, what: &str) -> Result<Option<Grant<'tx>>, Error> {
    let actor = Actor::House(Chore::Dispatcher);
    let ask = Ask { actor, act: Act::Create, what, whose: Whose::Person(person), purpose: "history" };
    // Asked first: that somebody keeps none is no use that was refused.
    match tx.would_refuse(ask).await? {
        None => Ok(Some(tx.authorise(ask).await?)),
        Some(_) => Ok(None),
    }
}

/// Notes what somebody told a printer to do, if they keep a history.
pub(crate) async fn note_deed(
    ctx: &Context,
    person: PersonId,
    printer: PrinterId,
    what: &'static str,
) -> Result<(), Error> {
    let tx = ctx.store.begin().await?;
    if let Some(grant) = for_history(&tx, person, "deed").await? {
        history::deed(&grant, &**ctx.store.random(), printer, what).await?;
        drop(grant);
        tx.commit().await?;
    }
    Ok(())
}
