//! The picture of a print: shown to its owner alone, and kept exactly as long as the print's other data. An incognito
//! print has none on the disk.

use super::mine_or_run;
use crate::accounts::own;
use crate::{Context, Error, Refusal, SignedIn};
use domain::ids::JobId;
use privacy::Act;
use store::ReadPass;

/// The largest picture that is taken, in bytes.
const MOST_BYTES: usize = 4 << 20;
/// How every PNG begins.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Gives one's own print a picture. Nothing is kept of an incognito print's.
///
/// # Errors
/// A refusal: no such print, not a PNG, or too large.
pub async fn set_picture(ctx: &Context, me: &SignedIn, id: JobId, png: &[u8]) -> Result<(), Error> {
    let job = mine_or_run(ctx, me, id).await?;
    if !png.starts_with(PNG) || png.len() > MOST_BYTES {
        return Err(Refusal::field("picture", "Give a PNG picture of 4 MB at most.").into());
    }
    if job.incognito {
        return Ok(());
    }
    if job.person != Some(me.person) {
        return Err(Refusal::NotFound.into());
    }
    let mut staging = ctx.store.stage().await?;
    staging.write(png).await?;
    let staged = staging.finish().await?;
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(own(me, Act::Create, "job", "print")).await?;
    grant.blob_insert("job-picture", id.uuid(), staged).await?;
    drop(grant);
    Ok(tx.commit().await?)
}

/// Leave to read the picture of one's own print; nothing if it has none.
///
/// # Errors
/// A fault.
pub async fn picture(ctx: &Context, me: &SignedIn, id: JobId) -> Result<Option<ReadPass>, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(own(me, Act::Read, "job", "print")).await?;
    Ok(grant.blob_pass("job-picture", id.uuid()).await?)
}
