//! One pass of the dispatcher: take or keep the work on printers, apply what they say, plan, and begin the actions.
//!
//! Whatever was cut short, the next pass goes on from what is saved. A silent printer's print is *unknown*.

use super::{Fleet, actions, dispatcher, ending, lost};
use crate::{Context, Error};
use ::printers::Printer as _;
use domain::ids::{CommandId, JobId, PrintReference, PrinterId};
use domain::job::reading::event_of;
use domain::job::{Event, JobState, step};
use domain::printer::state::Bed;
use domain::printer::{Activity, Command, Material, Report};
use domain::queue::{self, Action, Machine, Waiting};
use privacy::{Act, Whose};
use std::time::Duration;
use store::jobs::{self, Beside, Job};
use store::printers::{Lease, Machine as Row};
use store::{Engine, Fault};

/// Everything the planner looks at.
pub(crate) struct World {
    pub(crate) rows: Vec<Row>,
    pub(crate) jobs: Vec<Job>,
    pub(crate) machines: Vec<Machine>,
}

impl World {
    /// The queue as the planner sees it.
    pub(crate) fn waiting(&self) -> Vec<Waiting> {
        let every: Vec<PrinterId> = self.rows.iter().map(|row| row.id).collect();
        let waiting = self.jobs.iter().map(|job| Waiting {
            id: job.id,
            reference: job.reference,
            state: job.state,
            since: job.since,
            printers: job.wanted.map_or_else(|| every.clone(), |wanted| vec![wanted]),
            printer: job.printer,
            placed: job.placed_at,
            size: job.facts.size,
            material: job.facts.material.as_deref().map(Material::named),
            asked: job.asked_at,
        });
        waiting.collect()
    }
}

/// Looks at the whole queue and every printer.
pub(crate) async fn world(ctx: &Context) -> Result<World, Error> {
    let tx = ctx.store.look().await?;
    let rows = tx.printers().await?;
    let mut jobs = {
        let grant = tx.authorise(dispatcher(Act::Read, "job", Whose::Anyone)).await?;
        jobs::list(&grant).await?
    };
    for job in jobs.iter_mut().filter(|job| job.incognito) {
        if let Some(secret) = ctx.fleet.secret(job.id) {
            job.facts = secret.facts.clone();
        }
    }
    let machine = |row: &Row| Machine {
        id: row.id,
        standing: ctx.fleet.standing(row),
        volume: row.equipment.volume,
        material: row.equipment.material.as_deref().map(Material::named),
    };
    let machines: Vec<Machine> = rows.iter().map(machine).collect();
    Ok(World { rows, jobs, machines })
}

/// Works until `stop` is done.
pub async fn run(ctx: Context, stop: impl Future<Output = ()>) {
    let mut stop = std::pin::pin!(stop);
    loop {
        if let Err(error) = pass(&ctx).await {
            tracing::warn!(fault = %error, "a pass of the dispatcher failed");
        }
        tokio::select! {
            () = ctx.fleet.0.wake.notified() => {}
            // Time itself makes things due.
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
            () = &mut stop => return,
        }
    }
}

/// One pass. Safe to repeat at any time, and to run in several processes.
///
/// # Errors
/// A fault; the next pass goes on.
pub async fn pass(ctx: &Context) -> Result<(), Error> {
    let rows = ctx.store.look().await?.printers().await?;
    ctx.fleet.connect(&ctx.store, &rows);
    take_leases(ctx, &rows).await?;
    let seen = world(ctx).await?;
    apply(ctx, &seen).await?;
    lost::give_up(ctx, &seen).await?;
    let now = world(ctx).await?;
    let plan = queue::plan(&now.waiting(), &now.machines, ctx.store.clock().now());
    for action in plan.actions {
        begin(ctx, &now, action);
    }
    tidy_machines(ctx, &now).await?;
    if ctx.fleet.state().untidy && ctx.store.settle().await? {
        ctx.fleet.state().untidy = false;
    }
    Ok(())
}

/// How long a process may be silent before another takes its printers.
const fn lease_seconds(engine: Engine) -> i64 {
    match engine {
        Engine::Sqlite => 60,
        Engine::Postgres => 8,
    }
}

async fn take_leases(ctx: &Context, rows: &[Row]) -> Result<(), Fault> {
    let seconds = lease_seconds(ctx.store.engine());
    let soon = ctx.store.clock().now().plus_seconds(seconds / 2);
    let due = |fleet: &Fleet, id| {
        fleet.state().posts.get(&id).is_some_and(|post| post.lease.is_none_or(|(_, until)| until < soon))
    };
    let due: Vec<PrinterId> = rows.iter().map(|r| r.id).filter(|id| due(&ctx.fleet, *id)).collect();
    if due.is_empty() {
        return Ok(());
    }
    let tx = ctx.store.begin().await?;
    let mut taken = Vec::new();
    for id in due {
        taken.push((id, tx.printer_lease(id, ctx.fleet.worker(), seconds).await?));
    }
    if let Ok(grant) = tx.authorise(dispatcher(Act::Change, "job", Whose::Anyone)).await {
        let until = tx.now().plus_seconds(seconds);
        // The keys of incognito prints live as long as this process.
        let _ = jobs::keep(&grant, ctx.fleet.worker(), until).await;
    }
    let until = tx.now().plus_seconds(seconds);
    tx.commit().await?;
    let mut state = ctx.fleet.state();
    for (id, lease) in taken {
        if let Some(post) = state.posts.get_mut(&id) {
            post.lease = lease.map(|lease| (lease, until));
        }
    }
    Ok(())
}

/// The leave to work a printer, if this process has it now.
pub(super) fn lease(ctx: &Context, printer: PrinterId) -> Option<Lease> {
    let now = ctx.store.clock().now();
    let state = ctx.fleet.state();
    let (lease, until) = state.posts.get(&printer)?.lease?;
    (until > now).then_some(lease)
}

/// Applies what the printers say to their beds and their jobs.
async fn apply(ctx: &Context, seen: &World) -> Result<(), Error> {
    for (machine, row) in seen.machines.iter().zip(&seen.rows) {
        if lease(ctx, machine.id).is_none() {
            continue;
        }
        let standing = &machine.standing;
        let said = row.bed_clear_at;
        let bed = match &standing.report {
            _ if standing.contact_lost => standing.bed.after_silence(),
            // A reading from before the word was given says nothing against it.
            Some(report) if said.is_none_or(|at| report.at > at) => {
                standing.bed.after_seeing(&report.activity)
            }
            _ => standing.bed,
        };
        if said.is_some() && bed == Bed::NotSaidClear {
            let tx = ctx.store.begin().await?;
            tx.printer_bed_unsure(machine.id).await?;
            tx.commit().await?;
        }
        let on_it = seen.jobs.iter().filter(|j| j.printer == Some(machine.id) && j.state.may_be_on_the_bed());
        for job in on_it {
            let event = if standing.contact_lost {
                Some(Event::ContactLost)
            } else {
                standing.report.as_ref().and_then(|report| event_of(report, job.reference, job.since))
            };
            if let Some(event) = event {
                happen(ctx, job.id, event).await?;
            }
            if let Some(report) = standing.report.as_ref().filter(|_| !standing.contact_lost)
                && let Some(command) = asked_again(report, job)
            {
                tell_again(ctx, machine.id, command);
            }
        }
    }
    Ok(())
}

/// What was asked of a printer and saved, and by a later reading never reached it: the process may have ended before
/// it was sent, or it was lost on the way.
fn asked_again(report: &Report, job: &Job) -> Option<Command> {
    if report.at <= job.since || report.print.as_ref()?.reference != job.reference {
        return None;
    }
    match (job.state, &report.activity) {
        (JobState::Cancelling, Activity::Cancelling) => None,
        (JobState::Cancelling, activity) if activity.is_printing() => Some(Command::Cancel(job.reference)),
        (JobState::Pausing, Activity::Printing) => Some(Command::Pause(job.reference)),
        _ => None,
    }
}

/// Sends a command that is saved already once more. Whether it arrived, a later reading tells.
fn tell_again(ctx: &Context, id: PrinterId, command: Command) {
    let Some(printer) = ctx.fleet.printer(id) else { return };
    let command_id = CommandId::fresh(&**ctx.store.random());
    ctx.fleet.at(id, async move {
        let _ = printer.command(command_id, command).await;
    });
}

/// Lets something happen to a job. Returns whether it changed anything.
pub(crate) async fn happen(ctx: &Context, id: JobId, event: Event) -> Result<bool, Error> {
    // Another process, or a person, may have moved it in between: look again, three times at most.
    for _ in 0..3 {
        let tx = ctx.store.begin().await?;
        let job = {
            let grant = tx.authorise(dispatcher(Act::Read, "job", Whose::Anyone)).await?;
            jobs::get(&grant, id).await?
        };
        let Some(job) = job else { return Ok(false) };
        let Ok(moved) = step(job.state, event) else { return Ok(false) };
        if !moved.changes() {
            return Ok(false);
        }
        let done = if moved.to.is_over() {
            drop(tx);
            ending::end(ctx, &job, moved, event).await?
        } else {
            let grant = tx.authorise(dispatcher(Act::Change, "job", Whose::Anyone)).await?;
            let done = jobs::step(&grant, id, moved, &beside(ctx, &event, moved.to)).await?;
            drop(grant);
            tx.commit().await?;
            done
        };
        if done {
            ctx.fleet.changed();
            return Ok(true);
        }
    }
    Ok(false)
}

/// A job that waits again has no printer and never started, and has another name for its next attempt: what lies on a
/// machine under the old one is removed.
fn beside(ctx: &Context, event: &Event, to: JobState) -> Beside {
    let mut beside = Beside::default();
    if matches!(to, JobState::Held | JobState::Queued) {
        beside.printer = Some(None);
        beside.unstarted = true;
        beside.reference = Some(PrintReference::fresh(&**ctx.store.random()));
        beside.trouble = Some(actions::trouble(event));
    }
    beside
}

fn begin(ctx: &Context, world: &World, action: Action) {
    let (Action::Send { job, printer } | Action::Start { job, printer } | Action::Ask { job, printer }) =
        action;
    let Some(row) = world.jobs.iter().find(|j| j.id == job) else { return };
    let reference = row.reference;
    // Only the process with the key can send an incognito file; everything else is the leaseholder's.
    let mine = match action {
        Action::Send { .. } if row.incognito => ctx.fleet.secret(job).is_some(),
        _ => lease(ctx, printer).is_some(),
    };
    if !mine {
        return;
    }
    let ctx = ctx.clone();
    let fleet = ctx.fleet.clone();
    fleet.at(printer, async move {
        let done = match action {
            Action::Send { .. } => actions::send(&ctx, job, printer).await,
            Action::Start { .. } => actions::start(&ctx, job, printer, reference).await,
            Action::Ask { .. } => actions::ask(&ctx, job, printer).await,
        };
        if let Err(error) = done {
            tracing::warn!(fault = %error, "an action at a printer failed");
        }
    });
}

/// Removes files of prints that are over from machines that can be reached.
async fn tidy_machines(ctx: &Context, world: &World) -> Result<(), Error> {
    let left = ctx.store.look().await?.placements_left().await?;
    let now = ctx.store.clock().now();
    for (reference, printer) in left {
        let reachable = world.machines.iter().any(|m| m.id == printer && m.standing.in_contact(now));
        if reachable && lease(ctx, printer).is_some() {
            let ctx = ctx.clone();
            let fleet = ctx.fleet.clone();
            fleet.at(printer, async move { actions::tidy(&ctx, reference, printer).await });
        }
    }
    Ok(())
}
