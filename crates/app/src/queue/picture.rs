//! The picture of a print: its model's, copied when it is put into the queue. It is shown to the print's owner alone and kept
//! exactly as long as the print's other data; an incognito print's is sealed under a key that only memory holds.

use crate::accounts::own;
use crate::{Context, Error, Refusal, SignedIn};
use domain::ids::JobId;
use futures::StreamExt as _;
use privacy::{Act, Book};
use store::{ReadPass, Staged};

/// The largest picture that is taken along, in bytes.
const MOST_BYTES: u64 = 4 << 20;

/// A copy for a print, under a key of its own; nothing if it is too large or the policy lets prints have none.
pub(super) async fn copy(
    ctx: &Context,
    rules: &Book,
    picture: Option<ReadPass>,
) -> Result<Option<Staged>, Error> {
    let allowed = rules.allows("print.picture", "print");
    let Some(pass) = picture.filter(|pass| allowed && pass.size() <= MOST_BYTES) else { return Ok(None) };
    let mut staging = ctx.store.stage().await?;
    let mut pieces = std::pin::pin!(ctx.store.read(pass));
    while let Some(piece) = pieces.next().await {
        staging.write(&piece?).await?;
    }
    Ok(Some(staging.finish().await?))
}

/// Leave to read the picture of one's own print.
///
/// # Errors
/// [`Refusal::NotFound`] if it has none, or is another's.
pub async fn picture(ctx: &Context, me: &SignedIn, id: JobId) -> Result<ReadPass, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(own(me, Act::Read, "job", "print")).await?;
    let pass = match ctx.fleet.secret(id).filter(|secret| secret.person == me.person) {
        Some(secret) => secret.picture.as_ref().map(|picture| picture.pass(me.person)),
        None => grant.blob_pass("job-picture", id.uuid()).await?,
    };
    Ok(pass.ok_or(Refusal::NotFound)?)
}
