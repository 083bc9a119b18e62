//! Toolpaths of models: asked for, watched, cancelled, looked at where the gate holds them, taken by the queue.

use super::{library, mine};
use crate::queue::{self, Wish};
use crate::workshop::{self, Progress, Toolpath};
use crate::{Context, Error, Refusal, SignedIn};
use domain::ids::{JobId, ModelId, PrinterId, SlicingId};
use domain::time::Instant;
use prepare::slice::profile::{Material, Quality};
use privacy::{Act, Personal};
use store::jobs::Facts;
use store::slicings::{self, NewSlicing};
use store::{ReadPass, Store};

/// A toolpath, as its owner sees it.
#[derive(Debug)]
pub struct Slicing {
    /// Which.
    pub id: SlicingId,
    /// Of which model.
    pub model: ModelId,
    /// For which printer; none if for a common one.
    pub printer: Option<PrinterId>,
    /// How finely; none if it came ready-made.
    pub quality: Option<String>,
    /// What of; none if it came ready-made.
    pub material: Option<String>,
    /// Whether overhangs are propped up.
    pub supports: bool,
    /// How far it is.
    pub state: State,
    /// Time, material, layers, lines to look at.
    pub facts: Toolpath,
    /// When it was asked for.
    pub created_at: Option<Instant>,
}

/// How somebody wants a model to be printed.
#[derive(Clone, Copy, Debug)]
pub struct Choices {
    /// On which printer, by whose limits it is made; a common one if none.
    pub printer: Option<PrinterId>,
    /// How finely.
    pub quality: Quality,
    /// What of.
    pub material: Material,
    /// Whether overhangs are propped up.
    pub supports: bool,
}

/// How far a toolpath is.
#[derive(Debug)]
pub enum State {
    /// It waits, or is being made.
    Running(Option<Progress>),
    /// It can be printed.
    Ready,
    /// Somebody must look at the named lines first.
    Held,
    /// It could not be made, for this reason.
    Failed(Personal<String>),
    /// It was cancelled.
    Cancelled,
}

impl State {
    /// Whether something goes on without the person.
    pub const fn runs(&self) -> bool {
        matches!(self, Self::Running(_))
    }
}

/// Asks for a toolpath of one of my models.
///
/// # Errors
/// A refusal: no slicer is installed, the model is no body, is being read or is ready-made G-code; or
/// [`Refusal::NotFound`], also of the printer.
pub async fn slice(
    ctx: &Context,
    me: &SignedIn,
    model: ModelId,
    choices: Choices,
) -> Result<SlicingId, Error> {
    let found = library::get(ctx, me, model).await?;
    if !found.has_shape() {
        return Err(Refusal::Conflict("This is ready-made G-code: there is no shape to slice.").into());
    }
    if found.checking {
        return Err(Refusal::Conflict("This model is being read right now. Wait until it is done.").into());
    }
    if !found.report.printable {
        return Err(Refusal::Conflict(
            "The triangles of this model do not form a body. Repair it in your CAD program and upload it again.",
        )
        .into());
    }
    ctx.desk.find_slicer().map_err(|p| Refusal::field("slicer", p.to_string()))?;
    let tx = ctx.store.begin().await?;
    if let Some(printer) = choices.printer {
        tx.printer(printer).await?.ok_or(Refusal::NotFound)?;
    }
    let grant = tx.authorise(mine(me, Act::Create, "slicing")).await?;
    let new = NewSlicing {
        id: SlicingId::fresh(&**ctx.store.random()),
        model,
        printer: choices.printer,
        quality: Some(choices.quality.name()),
        material: Some(choices.material.name()),
        supports: choices.supports,
    };
    slicings::insert(&grant, &new).await?;
    drop(grant);
    let payload = [("slicing".to_owned(), new.id.to_string())].into();
    tx.work_put(workshop::SLICE, Some(me.person), &payload, tx.now()).await?;
    tx.commit().await?;
    ctx.desk.wake();
    ctx.desk.tell(me.person, model.uuid());
    Ok(new.id)
}

/// The toolpaths of one of my models, newest first.
///
/// # Errors
/// A fault.
pub async fn slicings(ctx: &Context, me: &SignedIn, model: ModelId) -> Result<Vec<Slicing>, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(mine(me, Act::Read, "slicing")).await?;
    Ok(slicings::of_model(&grant, model).await?.into_iter().map(|s| seen(ctx, s)).collect())
}

/// My toolpaths of which nothing came and that I have not put aside yet, newest first.
///
/// # Errors
/// A fault.
pub async fn failed_slicings(ctx: &Context, me: &SignedIn) -> Result<Vec<Slicing>, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(mine(me, Act::Read, "slicing")).await?;
    Ok(slicings::all_failed(&grant).await?.into_iter().map(|s| seen(ctx, s)).collect())
}

/// Tries once more to make a toolpath of which nothing came, with the same choices.
///
/// # Errors
/// As [`slice`]; a refusal if it did not fail.
pub async fn slice_again(ctx: &Context, me: &SignedIn, id: SlicingId) -> Result<SlicingId, Error> {
    let old = slicing(ctx, me, id).await?;
    let quality = Quality::ALL.into_iter().find(|q| old.quality.as_deref() == Some(q.name()));
    let material = Material::ALL.into_iter().find(|m| old.material.as_deref() == Some(m.name()));
    let (State::Failed(_) | State::Cancelled, Some(quality), Some(material)) =
        (&old.state, quality, material)
    else {
        return Err(Refusal::Conflict("There is nothing to try again.").into());
    };
    let choices = Choices { printer: old.printer, quality, material, supports: old.supports };
    let new = slice(ctx, me, old.model, choices).await?;
    erase_slicing(ctx, me, id).await?;
    Ok(new)
}

/// One of my toolpaths.
///
/// # Errors
/// [`Refusal::NotFound`] if I have no such toolpath.
pub async fn slicing(ctx: &Context, me: &SignedIn, id: SlicingId) -> Result<Slicing, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(mine(me, Act::Read, "slicing")).await?;
    Ok(seen(ctx, slicings::get(&grant, id).await?.ok_or(Refusal::NotFound)?))
}

/// Stops the making of a toolpath; its processes are gone within two seconds.
///
/// # Errors
/// [`Refusal::NotFound`] if I have no such toolpath, [`Refusal::Conflict`] if it is not being made.
pub async fn cancel(ctx: &Context, me: &SignedIn, id: SlicingId) -> Result<(), Error> {
    step(ctx, me, id, ("waiting", "cancelled"), "This toolpath is not being made any more.").await?;
    ctx.desk.cancel(id.uuid());
    Ok(())
}

/// I have looked at the lines for which the gate holds this toolpath, and want it printed.
///
/// # Errors
/// [`Refusal::NotFound`] if I have no such toolpath, [`Refusal::Conflict`] if it is not held.
pub async fn accept(ctx: &Context, me: &SignedIn, id: SlicingId) -> Result<(), Error> {
    step(ctx, me, id, ("held", "ready"), "This toolpath is not held.").await
}

async fn step(
    ctx: &Context,
    me: &SignedIn,
    id: SlicingId,
    (from, to): (&'static str, &'static str),
    otherwise: &'static str,
) -> Result<(), Error> {
    slicing(ctx, me, id).await?;
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(mine(me, Act::Change, "slicing")).await?;
    let moved = slicings::moves(&grant, id, from, to).await?;
    drop(grant);
    tx.commit().await?;
    ctx.desk.tell(me.person, id.uuid());
    if moved { Ok(()) } else { Err(Refusal::Conflict(otherwise).into()) }
}

/// Erases one toolpath. If it is being made, that is stopped.
///
/// # Errors
/// [`Refusal::NotFound`] if I have no such toolpath.
pub async fn erase_slicing(ctx: &Context, me: &SignedIn, id: SlicingId) -> Result<(), Error> {
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(mine(me, Act::Erase, "slicing")).await?;
    let gone = slicings::erase(&grant, id).await?.ok_or(Refusal::NotFound)?;
    drop(grant);
    tx.commit().await?;
    ctx.desk.cancel(id.uuid());
    ctx.store.unlink(gone).await?;
    ctx.desk.tell(me.person, id.uuid());
    Ok(())
}

/// Puts a toolpath into the queue, for the printer for which it was made; it passes the gate once more, as that printer
/// is by now. The model's picture goes along.
///
/// # Errors
/// As [`toolpath`] and [`queue::add`]; a refusal if the printer is not in the house any more.
pub async fn print(ctx: &Context, me: &SignedIn, id: SlicingId, incognito: bool) -> Result<JobId, Error> {
    let made = slicing(ctx, me, id).await?;
    let model = library::get(ctx, me, made.model).await?;
    let (pass, found) = toolpath(ctx, me, id).await?;
    if let Some(printer) = made.printer {
        let gone = "The printer for which it was sliced is not in this house any more. Slice it anew.";
        ctx.store.look().await?.printer(printer).await?.ok_or(Refusal::Conflict(gone))?;
    }
    let name = model.name.reveal().clone();
    let known = Facts { size: None, material: made.material, seconds: found.seconds, grams: found.grams };
    // One that has such lines is ready only since they were looked at.
    let looked = !found.findings.is_empty();
    let wish = Wish { name, printer: made.printer, known, incognito, looked, hold: false };
    let picture = match library::picture(ctx, me, made.model).await {
        Ok(picture) => Some(picture),
        Err(Error::Refused(Refusal::NotFound)) => None,
        Err(error) => return Err(error),
    };
    queue::add_file(ctx, me, pass, picture, &wish).await
}

/// Leave to read a toolpath that may be printed, and what is known about it. It passed the gate for the printer for which
/// it was made.
///
/// # Errors
/// [`Refusal::NotFound`] if I have no such toolpath, [`Refusal::Conflict`] if it is not ready.
pub async fn toolpath(ctx: &Context, me: &SignedIn, id: SlicingId) -> Result<(ReadPass, Toolpath), Error> {
    let store: &Store = &ctx.store;
    let tx = store.look().await?;
    let grant = tx.authorise(mine(me, Act::Read, "slicing")).await?;
    let found = slicings::get(&grant, id).await?.ok_or(Refusal::NotFound)?;
    match found.state.as_str() {
        "ready" => {}
        "held" => {
            return Err(Refusal::Conflict("Look at the named lines of this toolpath first.").into());
        }
        _ => return Err(Refusal::Conflict("This toolpath is not ready.").into()),
    }
    let pass = slicings::pass(&grant, id).await?.ok_or(Refusal::NotFound)?;
    Ok((pass, Toolpath::read(found.facts.as_ref())))
}

fn seen(ctx: &Context, slicing: slicings::Slicing) -> Slicing {
    Slicing {
        state: match slicing.state.as_str() {
            "ready" => State::Ready,
            "held" => State::Held,
            "cancelled" => State::Cancelled,
            "failed" => {
                State::Failed(slicing.failure.unwrap_or_else(|| Personal::new("It failed.".to_owned())))
            }
            _ => State::Running(ctx.desk.progress(slicing.id.uuid())),
        },
        id: slicing.id,
        model: slicing.model,
        printer: slicing.printer,
        quality: slicing.quality,
        material: slicing.material,
        supports: slicing.supports,
        facts: Toolpath::read(slicing.facts.as_ref()),
        created_at: slicing.created_at,
    }
}
