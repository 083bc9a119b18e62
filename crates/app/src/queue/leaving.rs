//! Out of the queue with a way back: a job that somebody removes is held for ten seconds and then goes for good.
//!
//! What is leaving is known in memory only. Should this process end meanwhile, the job is found held back: it never
//! prints, and whoever removed it can do so once more.

use super::{change, hold, mine_or_run, operates, release};
use crate::work::happen;
use crate::{Context, Error, Refusal, SignedIn};
use core::time::Duration;
use domain::ids::JobId;
use domain::job::{Event, JobState};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::task::AbortHandle;

/// How long there is a way back.
const WAY_BACK: Duration = Duration::from_secs(10);

/// The jobs that are leaving.
#[derive(Default)]
pub(crate) struct Leaving {
    all: Mutex<HashMap<JobId, Farewell>>,
    /// One job at a time is taken out: whoever presses twice finds that it is leaving already, and not that it is held.
    turn: tokio::sync::Mutex<()>,
}

struct Farewell {
    /// Whether it was held before, so that undoing leaves it held.
    was_held: bool,
    goes: AbortHandle,
}

impl Leaving {
    /// Whether this one is.
    pub(crate) fn has(&self, id: JobId) -> bool {
        self.all().contains_key(&id)
    }

    /// It leaves no more. Whether it was held before; nothing if it was not leaving.
    pub(super) fn end(&self, id: JobId) -> Option<bool> {
        let farewell = self.all().remove(&id)?;
        farewell.goes.abort();
        Some(farewell.was_held)
    }

    fn all(&self) -> MutexGuard<'_, HashMap<JobId, Farewell>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes a job that has not started out of the queue; for ten seconds it can be put back at the same place.
///
/// # Errors
/// A refusal if it has started: then it can be ended at the printer.
pub async fn take_out(ctx: &Context, me: &SignedIn, id: JobId) -> Result<(), Error> {
    let _turn = ctx.leaving.turn.lock().await;
    let job = mine_or_run(ctx, me, id).await?;
    if ctx.leaving.has(id) {
        return Ok(());
    }
    let was_held = job.state == JobState::Held;
    match job.state {
        JobState::Queued => hold(ctx, me, id).await?,
        JobState::Held => operates(ctx, me, &job).await?,
        state if state.may_be_on_the_bed() => {
            return Err(Refusal::Conflict("It has started already. End the print instead.").into());
        }
        // Its file is on the way to a printer: there is no time in which it could stand by.
        _ => {
            return change(ctx, me, id, Event::TakenOut, "It has started or ended meanwhile. Look again.")
                .await;
        }
    }
    let later = ctx.clone();
    let goes = tokio::spawn(async move {
        tokio::time::sleep(WAY_BACK).await;
        if later.leaving.all().remove(&id).is_some()
            && let Err(error) = happen(&later, id, Event::TakenOut).await
        {
            tracing::warn!(fault = %error, "a job that was removed could not go; it is held");
        }
    });
    ctx.leaving.all().insert(id, Farewell { was_held, goes: goes.abort_handle() });
    ctx.fleet.changed();
    Ok(())
}

/// Puts it back where it was.
///
/// # Errors
/// [`Refusal::NotFound`] if it is not leaving (any more).
pub async fn put_back(ctx: &Context, me: &SignedIn, id: JobId) -> Result<(), Error> {
    mine_or_run(ctx, me, id).await?;
    let was_held = ctx.leaving.end(id).ok_or(Refusal::NotFound)?;
    ctx.fleet.changed();
    if was_held { Ok(()) } else { release(ctx, me, id).await }
}
