//! Incognito prints whose key or owner is gone: what has not started can never be sent, and goes; what a printer is at
//! goes on until the printer says how it ended, and is never sent again.

use super::{World, dispatcher, ending};
use crate::{Context, Error};
use domain::job::JobState;
use domain::time::Instant;
use privacy::{Act, Whose};
use store::Engine;
use store::jobs::Job;

/// How long it is told that prints were lost. Whose they were nobody knows, so that it is told to all.
const TOLD_SECONDS: i64 = 24 * 3600;

/// Incognito prints that were lost before they started: how many within a day, and when the last.
pub(super) struct Lost {
    count: u64,
    at: Instant,
}

impl Lost {
    fn and_one_more(before: Option<Self>, now: Instant) -> Self {
        let count = before.filter(|lost| lost.is_told(now)).map_or(0, |lost| lost.count);
        Self { count: count + 1, at: now }
    }

    fn is_told(&self, now: Instant) -> bool {
        now.seconds_since(self.at) < TOLD_SECONDS
    }

    /// What is told of them, while it is.
    pub(super) fn in_words(&self, now: Instant) -> Option<String> {
        let (which, whose) = match self.count {
            1 => ("An incognito print that had not started was".to_owned(), "its file any more, and it was"),
            n => (
                format!("{n} incognito prints that had not started were"),
                "their files any more, and they were",
            ),
        };
        let words = format!(
            "{which} lost when the server stopped: nobody can read {whose} removed. Whoever sent one has to send it again."
        );
        self.is_told(now).then_some(words)
    }
}

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
            let now = ctx.store.clock().now();
            let lost = &mut ctx.fleet.state().lost;
            *lost = Some(Lost::and_one_more(lost.take(), now));
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
