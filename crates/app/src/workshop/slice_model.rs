//! Makes a toolpath of a model: our shape, our profile, a real slicer in a confined child, and the gate behind it.

use super::{Toolpath, Trouble, blocking, files, preparer, report};
use crate::printers::limits_of;
use crate::{Context, Error};
use domain::ids::{PersonId, SlicingId};
use domain::machine::MachineLimits;
use domain::model::Unit;
use prepare::problem::{Kind, Problem};
use prepare::slice::Progress;
use prepare::slice::profile::{Material, Quality};
use prepare::{CancelToken, SliceOrder};
use privacy::Act;
use std::sync::Arc;
use store::slicings::{self, Slicing};
use store::work::Claim;
use store::{ReadPass, models};
use uuid::Uuid;

pub(super) async fn carry_out(
    ctx: &Context,
    claim: &Claim,
    person: PersonId,
    item: Uuid,
    cancel: &CancelToken,
) -> Result<(), Trouble> {
    let id = SlicingId::from_uuid(item);
    let (order, pass) = find(ctx, person, id).await?;
    let file = files::opened(ctx, vec![pass]).await?;
    let folder = files::folder(ctx)?;
    let (desk, work, stop) = (Arc::clone(&ctx.desk), folder.path().to_owned(), cancel.clone());
    let sliced = blocking(move || {
        let mut progress = |now: Progress| match now {
            Progress::Placing => desk.stage(item, "Putting it on the bed", None),
            Progress::Slicing(percent, words) => desk.stage(item, &words, Some(percent)),
            Progress::Checking => desk.stage(item, "Following every move", None),
        };
        prepare::slice(&desk.config, &file, &order, &work, &mut progress, &stop)
    })
    .await?;
    let facts = report::text(&Toolpath::of(&sliced.verdict))?;
    let sealed = files::sealed(ctx, &sliced.gcode).await?;
    drop(folder);
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(preparer(Act::Change, "slicing", person)).await?;
    if !slicings::made(&grant, id, "ready", &facts, sealed).await? {
        return Err(Trouble::Moot);
    }
    drop(grant);
    if !tx.work_finish(claim).await? {
        return Err(Trouble::Moot);
    }
    Ok(tx.commit().await?)
}

/// Whether somebody still waits for this.
pub(super) async fn wanted(ctx: &Context, person: PersonId, item: Uuid) -> Result<bool, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(preparer(Act::Read, "slicing", person)).await?;
    let slicing = slicings::get(&grant, SlicingId::from_uuid(item)).await?;
    Ok(slicing.is_some_and(|s| s.state == "waiting"))
}

async fn find(ctx: &Context, person: PersonId, id: SlicingId) -> Result<(SliceOrder, ReadPass), Trouble> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(preparer(Act::Read, "slicing", person)).await?;
    let slicing = slicings::get(&grant, id).await?.filter(|s| s.state == "waiting").ok_or(Trouble::Moot)?;
    let grant = tx.authorise(preparer(Act::Read, "model", person)).await?;
    let model = models::get(&grant, slicing.model).await?.ok_or(Trouble::Moot)?;
    let pass = grant.blob_pass("model-source", slicing.model.uuid()).await?.ok_or(Trouble::Moot)?;
    let limits = match slicing.printer {
        Some(printer) => limits_of(&tx.printer(printer).await?.ok_or_else(printer_gone)?.equipment),
        None => MachineLimits::GENERIC,
    };
    Ok((order(&slicing, limits, model.unit.as_deref()), pass))
}

fn printer_gone() -> Trouble {
    Trouble::Problem(Problem::new(
        Kind::Fit,
        "The printer for which this was to be sliced is not in this house any more.",
        "Choose another.",
    ))
}

fn order(slicing: &Slicing, limits: MachineLimits, unit: Option<&str>) -> SliceOrder {
    let quality = Quality::ALL.into_iter().find(|q| slicing.quality.as_deref() == Some(q.name()));
    let material = Material::ALL.into_iter().find(|m| slicing.material.as_deref() == Some(m.name()));
    SliceOrder {
        limits,
        quality: quality.unwrap_or(Quality::Standard),
        material: material.unwrap_or(Material::Pla),
        supports: slicing.supports,
        unit: unit.and_then(Unit::named),
    }
}

/// Tells the person why there is no toolpath.
pub(super) async fn refuse(
    ctx: &Context,
    claim: &Claim,
    person: PersonId,
    item: Uuid,
    words: &str,
) -> Result<(), Trouble> {
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(preparer(Act::Change, "slicing", person)).await?;
    slicings::failed(&grant, SlicingId::from_uuid(item), words).await?;
    drop(grant);
    if !tx.work_finish(claim).await? {
        return Err(Trouble::Moot);
    }
    Ok(tx.commit().await?)
}
