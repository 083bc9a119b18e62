//! What the house does by itself while it serves: seals the access log, sends letters, sweeps what has expired, erases whose days of
//! grace are over, and changes the key epoch.

use app::Context;
use app::{accounts, consents, letters, privacy_centre, requests, restrictions};
use core::time::Duration;
use courier::Courier;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

const LOG_EVERY: Duration = Duration::from_millis(250);
const SWEEP_EVERY: Duration = Duration::from_mins(1);
const POST_EVERY: Duration = Duration::from_secs(10);
const POST_ENDS_WITHIN: Duration = Duration::from_secs(5);

/// Runs until told to stop.
pub async fn run(ctx: Context, courier: Option<Courier>, public_url: String, stop: CancellationToken) {
    let mut post = tokio::spawn(post(ctx.clone(), courier, public_url, stop.clone()));
    let (mut log, mut sweep) = (interval(LOG_EVERY), interval(SWEEP_EVERY));
    log.set_missed_tick_behavior(MissedTickBehavior::Delay);
    sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let done = tokio::select! {
            () = stop.cancelled() => break,
            _ = log.tick() => ctx.store.integrate_log().await.map(|_| ()).map_err(app::Error::from),
            _ = sweep.tick() => sweep_once(&ctx).await,
        };
        if let Err(error) = done {
            tracing::error!(fault = %error, "a chore failed and will be tried again");
        }
    }
    // A letter that is being sent is noted as sent, if the mail server answers soon.
    if tokio::time::timeout(POST_ENDS_WITHIN, &mut post).await.is_err() {
        post.abort();
    }
    if let Err(fault) = ctx.store.integrate_log().await {
        tracing::error!(%fault, "the access log could not be sealed before the end");
    }
}

/// Letters go out apart from the other chores: a mail server may keep one waiting. Without one they are staff's to send.
async fn post(ctx: Context, courier: Option<Courier>, public_url: String, stop: CancellationToken) {
    let mut rounds = interval(POST_EVERY);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while tokio::select! { () = stop.cancelled() => false, _ = rounds.tick() => true } {
        let answers = requests::deliver(&ctx, courier.as_ref(), &public_url).await;
        let notices = letters::deliver(&ctx, courier.as_ref(), &public_url).await;
        for gone in [answers, notices] {
            match gone {
                Ok(0) => {}
                Ok(gone) => tracing::info!(count = gone, "letters went out"),
                Err(error) => {
                    tracing::error!(fault = %error, "letters could not be sent and will be tried again");
                }
            }
        }
    }
}

/// Each chore by itself: one that fails does not keep the others waiting.
async fn sweep_once(ctx: &Context) -> Result<(), app::Error> {
    let swept = ctx.store.sweep().await.map_err(app::Error::from);
    let unused = accounts::tell_unused(ctx).await;
    let erased = privacy_centre::erase_due(ctx).await;
    let turned = restrictions::turn_due(ctx).await;
    let implied = consents::imply_due(ctx).await;
    let epoch = ctx.store.turn_epoch().await;
    let swept = swept?;
    let gone = swept.rows + swept.files + swept.keys;
    if gone > 0 {
        tracing::info!(count = gone, "swept what had expired");
    }
    let unused = unused?;
    if unused > 0 {
        tracing::info!(count = unused, "people were told that their accounts go, since nobody uses them");
    }
    let erased = erased?;
    if erased > 0 {
        tracing::info!(count = erased, "erased accounts whose days of grace were over");
    }
    let turned = turned?;
    if turned > 0 {
        tracing::info!(count = turned, "restrictions ended whose owners were told");
    }
    let implied = implied?;
    if implied > 0 {
        tracing::info!(count = implied, "consents that the policy takes for implied were written down");
    }
    if let Some(epoch) = epoch? {
        tracing::info!(count = epoch, "a new key epoch began");
    }
    Ok(())
}
