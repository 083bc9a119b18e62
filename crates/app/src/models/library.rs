//! The library: list, look, rename, read in another unit, erase.

use super::mine;
use crate::workshop::{self, Progress, Report, measures};
use crate::{Context, Error, Refusal, SignedIn, text};
use domain::ids::ModelId;
use domain::machine::MachineLimits;
use domain::model::{MeshFacts, Unit};
use domain::time::Instant;
use privacy::{Act, Personal};
use store::{ReadPass, models, slicings};

/// How many models one list opens at most: names are sealed, and each is opened to be searched.
const MOST: u32 = 5000;

/// A model, as its owner sees it.
#[derive(Debug)]
pub struct Model {
    /// Which.
    pub id: ModelId,
    /// What the person calls it.
    pub name: Personal<String>,
    /// `stl`, `3mf` or `gcode`: what was uploaded.
    pub format: String,
    /// Bytes of the uploaded file.
    pub size: u64,
    /// Whether it is being read again.
    pub checking: bool,
    /// How far that is.
    pub progress: Option<Progress>,
    /// The unit in which the person said the file's numbers are meant.
    pub unit: Option<Unit>,
    /// Measures; none for ready-made G-code.
    pub facts: Option<MeshFacts>,
    /// Findings, what was removed, guesses at the unit.
    pub report: Report,
    /// Why it could not be read again.
    pub failure: Option<Personal<String>>,
    /// When it was stored.
    pub created_at: Option<Instant>,
}

impl Model {
    /// Whether there is a shape, with picture and view; ready-made G-code has none.
    pub const fn has_shape(&self) -> bool {
        self.facts.is_some()
    }
}

/// In which order models are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// The newest first.
    #[default]
    Newest,
    /// By name.
    Name,
    /// The largest file first.
    Largest,
}

/// My models.
///
/// # Errors
/// A fault.
pub async fn list(ctx: &Context, me: &SignedIn, sort: Sort) -> Result<Vec<Model>, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(mine(me, Act::Read, "model")).await?;
    let mut all: Vec<Model> =
        models::list(&grant, MOST).await?.into_iter().map(|model| seen(ctx, model)).collect();
    match sort {
        Sort::Newest => {}
        Sort::Name => all.sort_by_cached_key(|model| model.name.reveal().to_lowercase()),
        Sort::Largest => all.sort_by_key(|model| core::cmp::Reverse(model.size)),
    }
    Ok(all)
}

/// Those whose name holds every word of `words`, whatever the case. All of them if there is no word.
pub fn matching(mut models: Vec<Model>, words: &str) -> Vec<Model> {
    let words = words.to_lowercase();
    models.retain(|model| {
        let name = model.name.reveal().to_lowercase();
        words.split_whitespace().all(|word| name.contains(word))
    });
    models
}

/// One of my models.
///
/// # Errors
/// [`Refusal::NotFound`] if I have no such model.
pub async fn get(ctx: &Context, me: &SignedIn, id: ModelId) -> Result<Model, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(mine(me, Act::Read, "model")).await?;
    Ok(seen(ctx, models::get(&grant, id).await?.ok_or(Refusal::NotFound)?))
}

/// On which of these printers the model fits, turned about Z or not. Nobody can say for ready-made G-code here: the
/// gate does.
pub fn fits(model: &Model, machines: &[MachineLimits]) -> Vec<bool> {
    machines.iter().map(|m| model.facts.is_none_or(|facts| m.holds(facts.size_mm))).collect()
}

/// Calls a model something else.
///
/// # Errors
/// A refusal that names the field, or [`Refusal::NotFound`].
pub async fn rename(ctx: &Context, me: &SignedIn, id: ModelId, name: &str) -> Result<(), Error> {
    let name = text::line("name", name, 200)?;
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(mine(me, Act::Change, "model")).await?;
    let found = models::rename(&grant, id, &name).await?;
    drop(grant);
    tx.commit().await?;
    ctx.desk.tell(me.person, id.uuid());
    if found { Ok(()) } else { Err(Refusal::NotFound.into()) }
}

/// Says in which unit the numbers of an STL are meant; it is read again.
///
/// # Errors
/// A refusal if the file states its unit itself or is being read, or [`Refusal::NotFound`].
pub async fn read_as(ctx: &Context, me: &SignedIn, id: ModelId, unit: Unit) -> Result<(), Error> {
    let model = get(ctx, me, id).await?;
    if model.report.stated_unit.is_some() || !model.has_shape() {
        return Err(Refusal::Conflict("This file states its own unit.").into());
    }
    if model.checking {
        return Err(Refusal::Conflict("This model is being read right now. Wait until it is done.").into());
    }
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(mine(me, Act::Change, "model")).await?;
    if !models::check_again(&grant, id, unit.name()).await? {
        return Err(Refusal::NotFound.into());
    }
    drop(grant);
    let payload = [("model".to_owned(), id.to_string())].into();
    tx.work_put(workshop::INSPECT, Some(me.person), &payload, tx.now()).await?;
    tx.commit().await?;
    ctx.desk.wake();
    Ok(())
}

/// Erases a model with its shape, picture and toolpaths. What is being made of it is stopped.
///
/// # Errors
/// [`Refusal::NotFound`] if I have no such model.
pub async fn erase(ctx: &Context, me: &SignedIn, id: ModelId) -> Result<(), Error> {
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(mine(me, Act::Erase, "model")).await?;
    let mut gone = models::erase(&grant, id).await?.ok_or(Refusal::NotFound)?;
    let grant = tx.authorise(mine(me, Act::Read, "slicing")).await?;
    let made = slicings::of_model(&grant, id).await?;
    if !made.is_empty() {
        let grant = tx.authorise(mine(me, Act::Erase, "slicing")).await?;
        for slicing in &made {
            gone = gone.and(slicings::erase(&grant, slicing.id).await?.unwrap_or_default());
        }
    }
    drop(grant);
    tx.commit().await?;
    ctx.desk.cancel(id.uuid());
    for slicing in &made {
        ctx.desk.cancel(slicing.id.uuid());
    }
    ctx.store.unlink(gone).await?;
    ctx.desk.tell(me.person, id.uuid());
    Ok(())
}

/// Leave to read the still picture, a PNG.
///
/// # Errors
/// [`Refusal::NotFound`] if there is none.
pub async fn picture(ctx: &Context, me: &SignedIn, id: ModelId) -> Result<ReadPass, Error> {
    file(ctx, me, id, "model-picture").await
}

/// Leave to read the light mesh for the browser, laid out as [`prepare::neutral::write_viewer`] says.
///
/// # Errors
/// [`Refusal::NotFound`] if there is none.
pub async fn view_mesh(ctx: &Context, me: &SignedIn, id: ModelId) -> Result<ReadPass, Error> {
    file(ctx, me, id, "model-view").await
}

/// Leave to read the shape, a binary STL in the numbers of the uploaded file (millimetres for a 3MF).
///
/// # Errors
/// [`Refusal::NotFound`] if there is none.
pub async fn source(ctx: &Context, me: &SignedIn, id: ModelId) -> Result<ReadPass, Error> {
    file(ctx, me, id, "model-source").await
}

async fn file(ctx: &Context, me: &SignedIn, id: ModelId, kind: &str) -> Result<ReadPass, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(mine(me, Act::Read, "model")).await?;
    Ok(grant.blob_pass(kind, id.uuid()).await?.ok_or(Refusal::NotFound)?)
}

fn seen(ctx: &Context, model: models::Model) -> Model {
    Model {
        progress: ctx.desk.progress(model.id.uuid()),
        id: model.id,
        name: model.name.unwrap_or_else(|| Personal::new(String::new())),
        format: model.format,
        size: model.size as u64,
        checking: model.state == "checking",
        unit: model.unit.as_deref().and_then(Unit::named),
        facts: measures(model.facts.as_ref()),
        report: Report::read(model.report.as_ref()),
        failure: model.failure,
        created_at: model.created_at,
    }
}
