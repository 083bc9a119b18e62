//! What the house does by itself while it serves: seals the access log, sends letters, sweeps what has expired, erases whose days of
//! grace are over, and changes the key epoch.

use app::Context;
use app::{privacy_centre, requests, restrictions};
use core::time::Duration;
use courier::Courier;
use domain::time::Instant;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

const LOG_EVERY: Duration = Duration::from_millis(250);
const SWEEP_EVERY: Duration = Duration::from_mins(1);
const POST_EVERY: Duration = Duration::from_secs(10);
const POST_ENDS_WITHIN: Duration = Duration::from_secs(5);

/// When the current key epoch began, as a setting of the house.
const EPOCH_BEGAN: &str = "epoch.began";

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
        match requests::deliver(&ctx, courier.as_ref(), &public_url).await {
            Ok(0) => {}
            Ok(gone) => tracing::info!(count = gone, "letters went out"),
            Err(error) => {
                tracing::error!(fault = %error, "letters could not be sent and will be tried again");
            }
        }
    }
}

/// Each chore by itself: one that fails does not keep the others waiting.
async fn sweep_once(ctx: &Context) -> Result<(), app::Error> {
    let swept = ctx.store.sweep().await.map_err(app::Error::from);
    let erased = privacy_centre::erase_due(ctx).await;
    let turned = restrictions::turn_due(ctx).await;
    let epoch = turn_epoch(ctx).await;
    let swept = swept?;
    let gone = swept.rows + swept.files + swept.keys;
    if gone > 0 {
        tracing::info!(count = gone, "swept what had expired");
    }
    let erased = erased?;
    if erased > 0 {
        tracing::info!(count = erased, "erased accounts whose days of grace were over");
    }
    let turned = turned?;
    if turned > 0 {
        tracing::info!(count = turned, "restrictions ended whose owners were told");
    }
    epoch
}

/// Starts a new key epoch when the current one has lived as long as the policy says.
async fn turn_epoch(ctx: &Context) -> Result<(), app::Error> {
    let period = ctx.store.versions().shortest(|p| p.keys.epoch.get_ref());
    let tx = ctx.store.begin().await?;
    let began = tx.house(EPOCH_BEGAN).await?.and_then(|text| text.parse().ok()).map(Instant::from_micros);
    let now = tx.now();
    let due = began.is_some_and(|began| began.plus_period(&period) <= now);
    if due {
        let epoch = ctx.store.rotate_keys().await?;
        tx.epoch_ended(ctx.store.clock().now()).await?;
        tracing::info!(count = epoch, "a new key epoch began");
    }
    if due || began.is_none() {
        tx.house_set(EPOCH_BEGAN, &now.micros().to_string()).await?;
        tx.commit().await?;
    }
    Ok(())
}
