//! The queue: what waits and goes on, why it waits, and what its people can do about it.
//!
//! Everybody sees every job; nobody is told whose another's is, nor its name or number (FL-29 to 31).

mod check;
mod intake;
mod leaving;
mod picture;
mod words;

pub use check::{Findings, Gate, Passed, Refused};
pub use intake::{Incoming, MOST_BYTES, Wish, add, add_file, begin, named_after, receive};
pub(crate) use leaving::Leaving;
pub use leaving::{put_back, take_out};
pub use picture::picture;
pub use words::{state_in_words, trouble_in_words, wait_in_words};

use crate::work::{World, happen, world};
use crate::{Context, Error, Refusal, SignedIn};
use domain::ids::{JobId, PrinterId};
use domain::job::{Event, JobState, Verdict};
use domain::printer::Progress;
use domain::queue::Wait;
use domain::time::Instant;
use privacy::{Act, Ask, Personal, Whose};
use std::collections::HashSet;
use store::jobs::{self, Facts, Job};
use uuid::Uuid;

/// A job, as one person may see it.
#[derive(Debug)]
pub struct Queued {
    /// Which; only of one's own, and for whoever keeps the printers running.
    pub id: Option<JobId>,
    /// Whether it is one's own.
    pub mine: bool,
    /// What it is called; only of one's own.
    pub name: Option<Personal<String>>,
    /// Whether it leaves no trace; told of one's own only.
    pub incognito: bool,
    /// Where it stands.
    pub state: JobState,
    /// Since when.
    pub since: Instant,
    /// The printer that has it, or for which it is meant.
    pub printer: Option<PrinterId>,
    /// Why it waits.
    pub wait: Option<Wait>,
    /// What went wrong, if something did.
    pub trouble: Option<String>,
    /// How far it is, as the printer last said.
    pub progress: Option<Progress>,
    /// What its toolpath says; only of one's own.
    pub facts: Option<Facts>,
    /// Whether it has a picture; told of one's own only.
    pub picture: bool,
    /// Whether its owner must look at some of its lines before it is printed; nobody else can let it go on.
    pub look_first: bool,
    /// Those lines; only of one's own.
    pub findings: Findings,
    /// Whether it was removed a moment ago and can still be put back; others do not see it any more.
    pub leaving: bool,
}

/// My own jobs with their names, and which of them have a picture.
async fn own(ctx: &Context, me: &SignedIn) -> Result<(Vec<Job>, HashSet<Uuid>), Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(crate::accounts::own(me, Act::Read, "job", "print")).await?;
    Ok((jobs::list(&grant).await?, grant.blob_owners("job-picture").await?))
}

/// The whole queue, in its order.
///
/// # Errors
/// A fault.
pub async fn list(ctx: &Context, me: &SignedIn) -> Result<Vec<Queued>, Error> {
    let world = world(ctx).await?;
    let plan = domain::queue::plan(&world.waiting(), &world.machines, ctx.store.clock().now());
    let runs_printers = may_run(ctx, me);
    let (mut own, pictured) = match own(ctx, me).await {
        // Whoever keeps the printers running does so for the others, whatever they have restricted of their own.
        Err(Error::Refused(Refusal::Restricted)) if runs_printers => (vec![], HashSet::new()),
        found => found?,
    };
    let mut queue = Vec::with_capacity(world.jobs.len());
    for job in &world.jobs {
        let leaving = ctx.leaving.has(job.id);
        let secret = ctx.fleet.secret(job.id).filter(|secret| secret.person == me.person);
        let mine = job.person == Some(me.person) || secret.is_some();
        if leaving && !mine && !runs_printers {
            continue;
        }
        let look_first = check::waits_for_a_look(job);
        let (name, lines) = match (&secret, own.iter_mut().find(|o| o.id == job.id)) {
            (Some(secret), _) => (Some(secret.name.clone()), secret.findings.clone()),
            (None, Some(job)) => (job.name.take(), Findings::kept(job.findings.as_ref())),
            (None, None) => (None, Findings::default()),
        };
        let wait = plan.waiting.iter().find(|(id, _)| *id == job.id).map(|(_, wait)| wait.clone());
        queue.push(Queued {
            id: (mine || runs_printers).then_some(job.id),
            mine,
            name,
            incognito: mine && job.incognito,
            state: job.state,
            since: job.since,
            printer: job.printer.or(job.wanted),
            wait,
            // What is in another's file is nobody's business but of whoever keeps the printers running.
            trouble: job.trouble.clone().filter(|_| mine || runs_printers || !look_first),
            progress: progress(&world, job),
            facts: mine.then(|| job.facts.clone()),
            picture: match &secret {
                Some(secret) => secret.picture.is_some(),
                None => pictured.contains(&job.id.uuid()),
            },
            look_first,
            findings: if look_first { lines } else { Findings::default() },
            leaving,
        });
    }
    Ok(queue)
}

/// One job of one's own, or any for whoever keeps the printers running.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn get(ctx: &Context, me: &SignedIn, id: JobId) -> Result<Queued, Error> {
    let found = list(ctx, me).await?.into_iter().find(|job| job.id == Some(id));
    Ok(found.ok_or(Refusal::NotFound)?)
}

/// Holds a job back.
///
/// # Errors
/// A refusal if it does not wait any more.
pub async fn hold(ctx: &Context, me: &SignedIn, id: JobId) -> Result<(), Error> {
    change(ctx, me, id, Event::HeldBack, "It has started already.").await
}

/// Lets a job that was held back go on waiting; one that was about to leave the queue stays in it. Where somebody has to
/// look at its lines first, this says that its owner has.
///
/// # Errors
/// A refusal if it is not held, or held for lines that only its owner can see.
pub async fn release(ctx: &Context, me: &SignedIn, id: JobId) -> Result<(), Error> {
    let job = mine_or_run(ctx, me, id).await?;
    if check::waits_for_a_look(&job) && !is_mine(ctx, me, &job) {
        return Err(Refusal::Conflict("Whoever sent it has to look at its lines and release it.").into());
    }
    ctx.leaving.end(id);
    change(ctx, me, id, Event::Released, "It is not held back.").await
}

/// Takes a job that has not started out of the queue; nothing is left of it.
///
/// # Errors
/// A refusal if it has started: then it can be ended at the printer.
pub async fn remove(ctx: &Context, me: &SignedIn, id: JobId) -> Result<(), Error> {
    let job = mine_or_run(ctx, me, id).await?;
    if job.state.may_be_on_the_bed() {
        return Err(Refusal::Conflict("It has started already. End the print instead.").into());
    }
    // Should it start in this very moment, it stays as it is: its end needs a command to the printer.
    let otherwise = "It has started or ended meanwhile. Look again.";
    change(ctx, me, id, Event::TakenOut, otherwise).await
}

/// Says what became of a print of which nobody knows.
///
/// # Errors
/// A refusal if it is known.
pub async fn say(ctx: &Context, me: &SignedIn, id: JobId, verdict: Verdict) -> Result<(), Error> {
    change(ctx, me, id, Event::PersonSaid(verdict), "The printer has told by now.").await
}

/// Where a job is to stand in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shift {
    /// Before the one before it.
    Up,
    /// Behind the one behind it.
    Down,
    /// Before every other.
    Top,
}

/// Gives a job another place. Among one's own, or among all for whoever keeps the printers running: nobody jumps
/// over others.
///
/// # Errors
/// A refusal if it does not wait.
pub async fn shift(ctx: &Context, me: &SignedIn, id: JobId, how: Shift) -> Result<(), Error> {
    let job = mine_or_run(ctx, me, id).await?;
    operates(ctx, me, &job).await?;
    let all = may_run(ctx, me);
    let tx = ctx.store.begin().await?;
    let waiting: Vec<Job> = {
        let grant = tx.authorise(crate::work::dispatcher(Act::Read, "job", Whose::Anyone)).await?;
        let jobs = jobs::list(&grant).await?.into_iter();
        jobs.filter(|j| matches!(j.state, JobState::Queued | JobState::Held))
            .filter(|j| all || is_mine(ctx, me, j))
            .collect()
    };
    let at = waiting.iter().position(|job| job.id == id);
    let at = at.ok_or(Refusal::Conflict("It has started already."))?;
    let order = shifted(waiting.len(), at, how);
    // The places stay the same set of numbers, so that nobody else's place changes.
    let places: Vec<i64> = waiting.iter().map(|job| job.place).collect();
    let grant = tx.authorise(crate::work::dispatcher(Act::Change, "job", Whose::Anyone)).await?;
    for (from, place) in order.into_iter().zip(places) {
        if let Some(job) = waiting.get(from).filter(|job| job.place != place) {
            jobs::set_place(&grant, job.id, place).await?;
        }
    }
    drop(grant);
    tx.commit().await?;
    ctx.fleet.changed();
    Ok(())
}

/// The order of `count` things after the one at `at` was shifted.
fn shifted(count: usize, at: usize, how: Shift) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).filter(|i| *i != at).collect();
    let to = match how {
        Shift::Up => at.saturating_sub(1),
        Shift::Down => (at + 1).min(order.len()),
        Shift::Top => 0,
    };
    order.insert(to, at);
    order
}

/// Whether somebody keeps the printers running.
pub(crate) fn may_run(ctx: &Context, me: &SignedIn) -> bool {
    ctx.store.book().roles().allows(me.role.name(), Act::Change, "job", false, "operate")
}

fn is_mine(ctx: &Context, me: &SignedIn, job: &Job) -> bool {
    job.person == Some(me.person) || ctx.fleet.secret(job.id).is_some_and(|secret| secret.person == me.person)
}

/// A job with which somebody may do something. What is another's does not exist.
pub(crate) async fn mine_or_run(ctx: &Context, me: &SignedIn, id: JobId) -> Result<Job, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(crate::work::dispatcher(Act::Read, "job", Whose::Anyone)).await?;
    let job = jobs::get(&grant, id).await?;
    let job = job.filter(|job| is_mine(ctx, me, job) || may_run(ctx, me));
    Ok(job.ok_or(Refusal::NotFound)?)
}

/// Writes into the access log that somebody who keeps the printers running does something with another's named job,
/// before it is done: its owner sees it. Of an incognito job nobody is named anywhere.
pub(crate) async fn operates(ctx: &Context, me: &SignedIn, job: &Job) -> Result<(), Error> {
    let Some(owner) = job.person.filter(|owner| *owner != me.person) else { return Ok(()) };
    let whose = Whose::Person(owner);
    let tx = ctx.store.begin().await?;
    let ask = Ask { actor: me.actor(), act: Act::Change, what: "job", whose, purpose: "operate" };
    drop(tx.authorise(ask).await?);
    Ok(tx.commit().await?)
}

async fn change(
    ctx: &Context,
    me: &SignedIn,
    id: JobId,
    event: Event,
    otherwise: &'static str,
) -> Result<(), Error> {
    let job = mine_or_run(ctx, me, id).await?;
    operates(ctx, me, &job).await?;
    if happen(ctx, id, event).await? { Ok(()) } else { Err(Refusal::Conflict(otherwise).into()) }
}

fn progress(world: &World, job: &Job) -> Option<Progress> {
    let machine = world.machines.iter().find(|m| Some(m.id) == job.printer)?;
    let print = machine.standing.report.as_ref()?.print.as_ref()?;
    (print.reference == job.reference).then_some(print.progress)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shift_moves_one_and_keeps_the_order_of_the_rest() {
        assert_eq!(shifted(3, 2, Shift::Up), [0, 2, 1]);
        assert_eq!(shifted(3, 0, Shift::Up), [0, 1, 2]);
        assert_eq!(shifted(3, 0, Shift::Down), [1, 0, 2]);
        assert_eq!(shifted(3, 2, Shift::Down), [0, 1, 2]);
        assert_eq!(shifted(3, 2, Shift::Top), [2, 0, 1]);
        assert_eq!(shifted(1, 0, Shift::Top), [0]);
    }
}
