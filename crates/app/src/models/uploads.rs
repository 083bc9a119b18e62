//! Files on their way in: begun, received part by part, resumed, given up.

use super::admission::{format_of, may_bring_a_shape};
use super::arriving::{Arriving, Stage};
use super::mine;
use crate::workshop::{self, preparer};
use crate::{Context, Error, Refusal, SignedIn, text};
use bytes::Bytes;
use domain::ids::{PersonId, UploadId};
use futures::{Stream, StreamExt as _};
use privacy::{Act, Personal};
use store::uploads::{self, NewUpload, Upload};

/// The largest file that is taken, in bytes.
pub const LARGEST: u64 = 1 << 30;
/// Bytes of one stored part: what a cut connection can lose.
const PART: usize = 8 << 20;
/// How long an upload may take before it is given up.
const DAY_SECONDS: i64 = 24 * 3600;
/// How many uploads one person may have open.
const OPEN: usize = 100;
/// Why nothing was kept of a file whose connection was lost.
pub const CUT: Refusal =
    Refusal::Conflict("The connection was cut before the whole file was here. Send it again.");
/// How long a name may be, in letters.
const NAME: usize = 200;

/// Announces a file of this name and, if it is known, size in bytes.
///
/// # Errors
/// A refusal that names what is wrong: the name, the kind of file, its size, or that the policy takes no shapes.
pub async fn begin(ctx: &Context, me: &SignedIn, name: &str, size: Option<u64>) -> Result<UploadId, Error> {
    // Some browsers send a whole path; where a file lay is nobody's business.
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = text::line("file", name, NAME)?;
    let format = format_of(&name)?;
    match size {
        Some(0) => return Err(Refusal::field("file", "This file is empty. Export it again.").into()),
        Some(size) if size > LARGEST => return Err(too_large().into()),
        _ => {}
    }
    if format != "gcode" {
        may_bring_a_shape(ctx, me).await?;
    }
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(mine(me, Act::Read, "upload")).await?;
    if uploads::list(&grant).await?.iter().filter(|u| u.state == "receiving").count() >= OPEN {
        return Err(Refusal::Conflict(
            "You have too many unfinished uploads. Finish or remove some, then try again.",
        )
        .into());
    }
    let new = NewUpload {
        id: UploadId::fresh(&**ctx.store.random()),
        name: Personal::new(name),
        format,
        size: size.map(|s| s as i64),
        ends_at: tx.now().plus_seconds(DAY_SECONDS),
    };
    let grant = tx.authorise(mine(me, Act::Create, "upload")).await?;
    uploads::insert(&grant, &new).await?;
    drop(grant);
    tx.commit().await?;
    ctx.desk.tell(me.person, new.id.uuid());
    Ok(new.id)
}

/// Takes in what comes from byte `offset` on, and returns how many bytes are there now. What came before a cut is
/// kept; once the announced size is there the file waits to be read.
///
/// # Errors
/// [`Refusal::Conflict`] if the file goes on elsewhere, also because somebody else sends the same upload;
/// [`Refusal::NotFound`] if there is none or its day is over; a refusal if more comes than was announced.
pub async fn append<E>(
    ctx: &Context,
    me: &SignedIn,
    id: UploadId,
    offset: u64,
    body: impl Stream<Item = Result<Bytes, E>> + Send,
) -> Result<u64, Error> {
    let upload = find(ctx, me, id).await?;
    if upload.state != "receiving" || upload.received as u64 != offset {
        return Err(elsewhere());
    }
    let most = upload.size.map_or(LARGEST, |size| size as u64);
    let mut at = offset;
    let mut body = std::pin::pin!(body);
    let mut staging = ctx.store.stage().await?;
    let mut staged = 0;
    let mut cut = false;
    while let Some(chunk) = body.next().await {
        // The rest comes in another request.
        let Ok(chunk) = chunk else {
            cut = true;
            break;
        };
        if at + staged as u64 + chunk.len() as u64 > most {
            ctx.store.discard(staging.finish().await?).await?;
            return Err(if upload.size.is_some() {
                Refusal::field("file", "More came than was announced. Choose the file again.").into()
            } else {
                too_large().into()
            });
        }
        staging.write(&chunk).await?;
        staged += chunk.len();
        if staged >= PART {
            let full = std::mem::replace(&mut staging, ctx.store.stage().await?);
            at = take_in(ctx, me, id, at, full).await?;
            staged = 0;
        }
    }
    if staged > 0 {
        at = take_in(ctx, me, id, at, staging).await?;
    } else {
        ctx.store.discard(staging.finish().await?).await?;
    }
    if !cut && upload.size == Some(at as i64) {
        complete(ctx, me, id).await?;
    }
    ctx.desk.tell(me.person, id.uuid());
    Ok(at)
}

/// Takes in a whole file whose size nobody knew before, as plain forms send it.
///
/// # Errors
/// As [`begin`] and [`append`]; a connection that was cut leaves nothing.
pub async fn receive<E>(
    ctx: &Context,
    me: &SignedIn,
    name: &str,
    body: impl Stream<Item = Result<Bytes, E>> + Send,
) -> Result<UploadId, Error> {
    let id = begin(ctx, me, name, None).await?;
    let mut cut = false;
    let counted = body.inspect(|chunk| cut |= chunk.is_err());
    let received = append(ctx, me, id, 0, counted).await;
    let refusal: Error = match received {
        Ok(0) if !cut => Refusal::field("file", "This file is empty. Export it again.").into(),
        Ok(_) if !cut => {
            complete(ctx, me, id).await?;
            return Ok(id);
        }
        Ok(_) => CUT.into(),
        Err(error) => error,
    };
    dismiss(ctx, me, id).await?;
    Err(refusal)
}

async fn take_in(
    ctx: &Context,
    me: &SignedIn,
    id: UploadId,
    at: u64,
    staging: store::Staging,
) -> Result<u64, Error> {
    let staged = staging.finish().await?;
    let end = at + staged.size();
    let tx = ctx.store.begin().await?;
    let upload = tx.authorise(mine(me, Act::Change, "upload")).await?;
    let part = tx.authorise(mine(me, Act::Create, "upload_part")).await?;
    if !uploads::add_part(&upload, &part, &**ctx.store.random(), id, at as i64, staged).await? {
        return Err(elsewhere());
    }
    drop((upload, part));
    tx.commit().await?;
    Ok(end)
}

async fn complete(ctx: &Context, me: &SignedIn, id: UploadId) -> Result<(), Error> {
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(mine(me, Act::Change, "upload")).await?;
    if !uploads::complete(&grant, id).await? {
        return Err(elsewhere());
    }
    drop(grant);
    let payload = [("model".to_owned(), id.to_string())].into();
    tx.work_put(workshop::INSPECT, Some(me.person), &payload, tx.now()).await?;
    tx.commit().await?;
    ctx.desk.wake();
    Ok(())
}

/// One of my uploads.
///
/// # Errors
/// [`Refusal::NotFound`] if I have no such upload, or it has become a model.
pub async fn arriving(ctx: &Context, me: &SignedIn, id: UploadId) -> Result<Arriving, Error> {
    Ok(seen(ctx, find(ctx, me, id).await?))
}

/// My files on their way in and those that were refused within the last day, newest first.
///
/// # Errors
/// A fault.
pub async fn in_progress(ctx: &Context, me: &SignedIn) -> Result<Vec<Arriving>, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(mine(me, Act::Read, "upload")).await?;
    Ok(uploads::list(&grant).await?.into_iter().map(|upload| seen(ctx, upload)).collect())
}

/// Gives an upload up, or takes note of why it was refused. Nothing of it is left.
///
/// # Errors
/// [`Refusal::NotFound`] if I have no such upload, or it has become a model.
pub async fn dismiss(ctx: &Context, me: &SignedIn, id: UploadId) -> Result<(), Error> {
    let tx = ctx.store.begin().await?;
    let upload = tx.authorise(mine(me, Act::Erase, "upload")).await?;
    let part = tx.authorise(mine(me, Act::Erase, "upload_part")).await?;
    let gone = uploads::end(&upload, &part, id).await?.ok_or(Refusal::NotFound)?;
    drop((upload, part));
    tx.commit().await?;
    ctx.desk.cancel(id.uuid());
    ctx.store.unlink(gone).await?;
    ctx.desk.tell(me.person, id.uuid());
    Ok(())
}

/// Gives up every upload whose day is over.
///
/// # Errors
/// The first fault met, after all were tried.
pub(crate) async fn give_up_overdue(ctx: &Context) -> Result<(), Error> {
    let due: Vec<(PersonId, UploadId)> = uploads::overdue(&ctx.store.look().await?).await?;
    let mut failed = None;
    for (person, id) in due {
        match give_up(ctx, person, id).await {
            // They are gone meanwhile, and their uploads with them.
            Ok(()) | Err(Error::Refused(Refusal::NotFound)) => {}
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    failed.map_or(Ok(()), Err)
}

async fn give_up(ctx: &Context, person: PersonId, id: UploadId) -> Result<(), Error> {
    let tx = ctx.store.begin().await?;
    let upload = tx.authorise(preparer(Act::Erase, "upload", person)).await?;
    let part = tx.authorise(preparer(Act::Erase, "upload_part", person)).await?;
    let gone = uploads::end(&upload, &part, id).await?;
    drop((upload, part));
    tx.commit().await?;
    Ok(ctx.store.unlink(gone.unwrap_or_default()).await?)
}

async fn find(ctx: &Context, me: &SignedIn, id: UploadId) -> Result<Upload, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(mine(me, Act::Read, "upload")).await?;
    Ok(uploads::get(&grant, id).await?.ok_or(Refusal::NotFound)?)
}

fn seen(ctx: &Context, upload: Upload) -> Arriving {
    let words = upload.failure.map(|f| f.reveal().clone());
    Arriving {
        stage: match upload.state.as_str() {
            "waiting" => Stage::Reading(ctx.desk.progress(upload.id.uuid())),
            "refused" => Stage::Refused(words.unwrap_or_default()),
            _ => Stage::Receiving,
        },
        id: upload.id,
        name: upload.name.unwrap_or_else(|| Personal::new(String::new())),
        received: upload.received as u64,
        size: upload.size.map(|s| s as u64),
        ends_at: upload.ends_at,
    }
}

fn too_large() -> Refusal {
    Refusal::field("file", "This file is larger than 1 GB. Simplify the model, or split it.")
}

fn elsewhere() -> Error {
    Refusal::Conflict("This upload goes on at another place. Ask for its offset and send from there.").into()
}
