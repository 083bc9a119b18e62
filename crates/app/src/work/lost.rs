//! Incognito prints whose key or owner is gone: what has not started can never be sent, and goes; what a printer is at
//! goes on until the printer says how it ended, and is never sent again.

use super::{World, dispatcher, ending};
use crate::{Context, Error};
use domain::job::JobState;
use privacy::{Act, Whose};
use store::Engine;
use store::jobs::Job;

const LOST: &str = "An incognito print that had not started was lost when the server stopped: nobody can read its file \
                    any more, and it was removed. Whoever sent it has to send it again.";

/// Lets go of what is lost.
pub(super) async fn give_up(ctx: &Context, seen: &World) -> Result<(), Error> {
    for ended in ctx.fleet.secrets_ended(&seen.jobs) {
        let picture = ctx.fleet.drop_secret(ended);
        ctx.store.files_remove(picture.as_slice()).await?;
    }
    for job in seen.jobs.iter().filter(|job| job.incognito) {
        let waits = matches!(job.state, JobState::Queued | JobState::Held | JobState::Sending);
        if let Some(secret) = ctx.fleet.secret(job.id) {
            let tx = ctx.store.look().await?;
            let gone = tx.authorise(dispatcher(Act::Read, "job", Whose::Person(secret.person))).await;
            let gone = gone.is_err_and(|e| e.refusal() == Some(&privacy::Refusal::NotFound));
            drop(tx);
            if gone {
                // Its owner was erased, and what this process knows of it goes with them.
                let picture = ctx.fleet.drop_secret(job.id);
                ctx.store.files_remove(picture.as_slice()).await?;
                if waits {
                    ending::forget(ctx, job).await?;
                }
            }
        } else if waits && is_orphaned(ctx, job) && ending::forget(ctx, job).await? {
            ctx.fleet.state().notices.push(LOST.to_owned());
        }
    }
    Ok(())
}

/// Whether no living process has its key. The embedded database has one process, which is this one.
fn is_orphaned(ctx: &Context, job: &Job) -> bool {
    let now = ctx.store.clock().now();
    let kept_by_another = job.keeper.is_some_and(|(by, until)| by != ctx.fleet.worker() && until > now);
    ctx.store.engine() == Engine::Sqlite || !kept_by_another
}
