//! Background work on models: claimed from the durable queue, done in confined children, finished in the same
//! transaction as its result.
//!
//! A piece of work may be done twice, by two processes, or be cut short at any point; its result is stored at most
//! once. This module never reads a stranger's file in this process.

mod desk;
mod files;
mod inspect_model;
mod report;
mod slice_model;

pub(crate) use desk::Desk;
pub use desk::{Change, Progress};
pub(crate) use report::measures;
pub use report::{Report, Toolpath};

use crate::{Context, Error, Refusal, models};
use core::convert::Infallible;
use core::time::Duration;
use domain::ids::{PersonId, WorkId};
use domain::person::{Actor, Chore};
use prepare::CancelToken;
use prepare::problem::{Kind, Problem};
use privacy::{Act, Ask, Whose};
use store::work::Claim;
use tokio::sync::{Notify, broadcast};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Reads an upload and makes a model of it, or reads a model again.
pub(crate) const INSPECT: &str = "inspect-model";
/// Makes a toolpath of a model.
pub(crate) const SLICE: &str = "slice-model";

/// How long a claim holds unless it is extended; work of a process that died is taken up after this.
const LEASE_SECONDS: i64 = 8;
/// How often a claim is extended.
const EXTEND: Duration = Duration::from_secs(2);
/// How often the database is asked whether the work is still wanted.
const LOOK: Duration = Duration::from_millis(500);
/// How often somebody who has nothing to do looks for work that another process put down.
const IDLE: Duration = Duration::from_secs(1);
/// How often what was abandoned is removed.
const TIDY: Duration = Duration::from_mins(1);
/// How often work is tried that fails for no fault of the file.
const TRIES: i64 = 3;

/// Hears of every change of anybody's models from now on; whoever shows them keeps to their own.
pub fn changes(ctx: &Context) -> broadcast::Receiver<Change> {
    ctx.desk.changes()
}

/// Works until told to stop. What is under way then is put back.
pub async fn run(ctx: Context, stop: CancellationToken) {
    if let Err(fault) = files::empty(&ctx) {
        tracing::error!(%fault, "the work folder could not be emptied");
    }
    tokio::join!(
        worker(&ctx, INSPECT, &ctx.desk.inspect, &stop),
        worker(&ctx, SLICE, &ctx.desk.slice, &stop),
        tidy(&ctx, &stop),
    );
}

async fn worker(ctx: &Context, kind: &'static str, wake: &Notify, stop: &CancellationToken) {
    let me = WorkId::fresh(&**ctx.store.random()).uuid();
    while !stop.is_cancelled() {
        match ctx.store.work_claim_of(me, kind, LEASE_SECONDS).await {
            Ok(Some(claim)) => one(ctx, &claim, stop).await,
            other => {
                if let Err(fault) = other {
                    tracing::error!(%fault, kind, "no work could be claimed");
                }
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = wake.notified() => {}
                    () = tokio::time::sleep(IDLE) => {}
                }
            }
        }
    }
}

async fn tidy(ctx: &Context, stop: &CancellationToken) {
    let mut tick = interval(TIDY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = tick.tick() => {
                if let Err(error) = models::give_up_overdue(ctx).await {
                    tracing::error!(fault = %error, "abandoned uploads could not be removed");
                }
            }
        }
    }
}

/// Why a piece of work has no result.
enum Trouble {
    /// The file or the machine is at fault, in words.
    Problem(Problem),
    /// We are; it may be tried again.
    Ours(Error),
    /// Nobody wants it any more, or somebody else does it.
    Moot,
}

impl Trouble {
    /// Whether its owner restricted the use of their data meanwhile. Then the work waits, unclaimed, until they lift that.
    const fn is_restricted(&self) -> bool {
        matches!(self, Self::Ours(Error::Refused(Refusal::Restricted)))
    }
}

impl<E: Into<Error>> From<E> for Trouble {
    fn from(error: E) -> Self {
        match error.into() {
            // What the work was about is gone, and so is the work.
            Error::Refused(Refusal::NotFound) => Self::Moot,
            error => Self::Ours(error),
        }
    }
}

/// Does one piece of work and keeps its claim meanwhile.
async fn one(ctx: &Context, claim: &Claim, stop: &CancellationToken) {
    let item = claim.payload.values().next().and_then(|text| Uuid::try_parse(text).ok());
    let (Some(person), Some(item)) = (claim.person, item) else {
        tracing::error!(kind = claim.kind, "work about nobody was dropped");
        return done(ctx, claim).await;
    };
    let cancel = CancelToken::default();
    ctx.desk.begin(person, item, cancel.clone());
    // Both go on while either waits: the work may hold, in the transaction that ends it, what the keeping waits for.
    let result = tokio::select! {
        result = carry_out(ctx, claim, person, item, &cancel) => result,
        never = keep(ctx, claim, person, item, &cancel, stop) => match never {},
    };
    settle(ctx, claim, person, item, result, stop).await;
    ctx.desk.end(item);
}

/// Keeps the claim, and ends the work when nobody wants it any more or the process is told to stop.
async fn keep(
    ctx: &Context,
    claim: &Claim,
    person: PersonId,
    item: Uuid,
    cancel: &CancelToken,
    stop: &CancellationToken,
) -> Infallible {
    let (mut extend, mut look) = (interval(EXTEND), interval(LOOK));
    loop {
        tokio::select! {
            () = stop.cancelled(), if !cancel.is_cancelled() => cancel.cancel(),
            _ = extend.tick() => {
                // A fault is not yet a lost claim: it shows at the end, where the fence counts.
                if matches!(ctx.store.work_extend(claim, LEASE_SECONDS).await, Ok(false)) {
                    cancel.cancel();
                }
            }
            _ = look.tick() => {
                let answer = wanted(ctx, claim, person, item).await;
                if is_restricted(&answer) || matches!(answer, Ok(false)) {
                    cancel.cancel();
                }
            }
        }
    }
}

async fn carry_out(
    ctx: &Context,
    claim: &Claim,
    person: PersonId,
    item: Uuid,
    cancel: &CancelToken,
) -> Result<(), Trouble> {
    match claim.kind.as_str() {
        INSPECT => inspect_model::carry_out(ctx, claim, person, item, cancel).await,
        _ => slice_model::carry_out(ctx, claim, person, item, cancel).await,
    }
}

async fn wanted(ctx: &Context, claim: &Claim, person: PersonId, item: Uuid) -> Result<bool, Error> {
    match claim.kind.as_str() {
        INSPECT => inspect_model::wanted(ctx, person, item).await,
        _ => slice_model::wanted(ctx, person, item).await,
    }
}

fn is_restricted(answer: &Result<bool, Error>) -> bool {
    matches!(answer, Err(Error::Refused(Refusal::Restricted)))
}

/// Says what became of the work, to the queue and to the person.
async fn settle(
    ctx: &Context,
    claim: &Claim,
    person: PersonId,
    item: Uuid,
    result: Result<(), Trouble>,
    stop: &CancellationToken,
) {
    let problem = match result {
        Ok(()) => return,
        Err(Trouble::Moot) => return done(ctx, claim).await,
        Err(Trouble::Problem(problem)) if problem.kind == Kind::Cancelled => {
            if stop.is_cancelled() {
                return later(ctx, claim).await;
            }
            // Whoever restricted the use of their data may have lifted that by now: only what nobody wants is dropped.
            return match wanted(ctx, claim, person, item).await {
                Ok(false) | Err(Error::Refused(Refusal::NotFound)) => done(ctx, claim).await,
                Ok(true) | Err(Error::Refused(_)) => later(ctx, claim).await,
                Err(_) => again(ctx, claim, "fault", 2).await,
            };
        }
        Err(trouble) if trouble.is_restricted() => return later(ctx, claim).await,
        Err(Trouble::Problem(problem)) if problem.kind != Kind::Internal => problem,
        Err(trouble) => {
            if let Trouble::Ours(error) = &trouble {
                tracing::error!(fault = %error, kind = claim.kind, "work failed");
            }
            if claim.attempts + 1 < TRIES {
                return again(ctx, claim, "fault", 2 << claim.attempts).await;
            }
            Problem::internal("The server met something it did not expect while it read this file.")
        }
    };
    let words = problem.to_string();
    let told = match claim.kind.as_str() {
        INSPECT => inspect_model::refuse(ctx, claim, person, item, &words).await,
        _ => slice_model::refuse(ctx, claim, person, item, &words).await,
    };
    match told {
        Ok(()) => {}
        Err(trouble) if trouble.is_restricted() => later(ctx, claim).await,
        Err(Trouble::Ours(error)) => {
            tracing::error!(fault = %error, kind = claim.kind, "a failure could not be told");
            again(ctx, claim, "fault", 5).await;
        }
        Err(_) => done(ctx, claim).await,
    }
}

async fn done(ctx: &Context, claim: &Claim) {
    if let Err(fault) = ctx.store.work_done(claim).await {
        tracing::error!(%fault, kind = claim.kind, "finished work could not be taken off the queue");
    }
}

/// Puts it down as if it had not been begun: the process stops, or its owner restricts the use of their data.
async fn later(ctx: &Context, claim: &Claim) {
    let now = ctx.store.clock().now();
    if let Err(fault) = ctx.store.work_put_back(claim, now).await {
        tracing::error!(%fault, kind = claim.kind, "work could not be put back");
    }
}

async fn again(ctx: &Context, claim: &Claim, reason: &'static str, seconds: i64) {
    let at = ctx.store.clock().now().plus_seconds(seconds);
    if let Err(fault) = ctx.store.work_failed(claim, reason, Some(at)).await {
        tracing::error!(%fault, kind = claim.kind, "work could not be put back");
    }
}

/// The preparer's question about one person.
pub(crate) fn preparer(act: Act, what: &str, person: PersonId) -> Ask<'_> {
    let actor = Actor::House(Chore::Preparer);
    Ask { actor, act, what, whose: Whose::Person(person), purpose: "print" }
}

/// Runs what blocks in a thread that may wait.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> prepare::problem::Outcome<T> + Send + 'static,
) -> Result<T, Trouble> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome.map_err(Trouble::Problem),
        Err(_) => Err(Trouble::Problem(Problem::internal("The reader broke."))),
    }
}
