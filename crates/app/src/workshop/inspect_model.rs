//! Reads an upload in a confined child and makes a model of it; or reads a model again with its numbers in another
//! unit. Ready-made G-code goes through the gate and becomes a model with one toolpath.
//!
//! Model, files, and the end of upload and work are one transaction: there is never a model that was not read.

use super::{Report, Toolpath, Trouble, blocking, files, preparer, report};
use crate::{Context, Error};
use domain::ids::{ModelId, PersonId, SlicingId, UploadId};
use domain::machine::MachineLimits;
use domain::model::Unit;
use prepare::child::Stage;
use prepare::gcode::{Decision, Verdict};
use prepare::problem::Problem;
use prepare::{CancelToken, Gated, Inspection};
use privacy::Act;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use store::models::{self, NewModel};
use store::slicings::{self, NewSlicing};
use store::uploads::{self, Upload};
use store::work::Claim;
use store::{ReadPass, Staged};
use uuid::Uuid;

/// How long the sentence about a refused file waits for its owner.
const TOLD_SECONDS: i64 = 24 * 3600;
/// How many lines of a refused G-code are named in one sentence.
const LINES: usize = 5;

enum What {
    New(Box<Upload>, Vec<ReadPass>),
    Again(Box<models::Model>, ReadPass),
}

pub(super) async fn carry_out(
    ctx: &Context,
    claim: &Claim,
    person: PersonId,
    item: Uuid,
    cancel: &CancelToken,
) -> Result<(), Trouble> {
    match find(ctx, person, item).await? {
        What::New(upload, passes) => {
            let file = files::opened(ctx, passes).await?;
            if upload.format == "gcode" {
                toolpath(ctx, claim, person, &upload, file, cancel).await
            } else {
                shape(ctx, claim, person, &upload, file, cancel).await
            }
        }
        What::Again(model, pass) => {
            let file = files::opened(ctx, vec![pass]).await?;
            again(ctx, claim, person, &model, file, cancel).await
        }
    }
}

/// Whether somebody still waits for this.
pub(super) async fn wanted(ctx: &Context, person: PersonId, item: Uuid) -> Result<bool, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(preparer(Act::Read, "upload", person)).await?;
    if uploads::get(&grant, UploadId::from_uuid(item)).await?.is_some() {
        return Ok(true);
    }
    let grant = tx.authorise(preparer(Act::Read, "model", person)).await?;
    Ok(models::get(&grant, ModelId::from_uuid(item)).await?.is_some())
}

async fn find(ctx: &Context, person: PersonId, item: Uuid) -> Result<What, Trouble> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(preparer(Act::Read, "upload", person)).await?;
    if let Some(upload) = uploads::get(&grant, UploadId::from_uuid(item)).await? {
        if upload.state != "waiting" {
            return Err(Trouble::Moot);
        }
        let grant = tx.authorise(preparer(Act::Read, "upload_part", person)).await?;
        let passes = uploads::parts(&grant, upload.id).await?;
        return Ok(What::New(Box::new(upload), passes));
    }
    let grant = tx.authorise(preparer(Act::Read, "model", person)).await?;
    let model = models::get(&grant, ModelId::from_uuid(item)).await?;
    let model = model.filter(|m| m.state == "checking").ok_or(Trouble::Moot)?;
    let pass = grant.blob_pass("model-source", item).await?.ok_or(Trouble::Moot)?;
    Ok(What::Again(Box::new(model), pass))
}

async fn inspect(
    ctx: &Context,
    item: Uuid,
    file: File,
    unit: Option<Unit>,
    work: PathBuf,
    cancel: &CancelToken,
) -> Result<Inspection, Trouble> {
    let (desk, cancel) = (Arc::clone(&ctx.desk), cancel.clone());
    blocking(move || {
        let mut stage = |stage: Stage| desk.stage(item, in_words(stage), None);
        prepare::inspect(&desk.config, &file, unit, &[MachineLimits::GENERIC], &work, &mut stage, &cancel)
    })
    .await
}

const fn in_words(stage: Stage) -> &'static str {
    match stage {
        Stage::Reading => "Reading",
        Stage::Checking => "Checking",
        Stage::Drawing => "Making a picture",
        Stage::Writing => "Storing",
    }
}

async fn shape(
    ctx: &Context,
    claim: &Claim,
    person: PersonId,
    upload: &Upload,
    file: File,
    cancel: &CancelToken,
) -> Result<(), Trouble> {
    let item = upload.id.uuid();
    let folder = files::folder(ctx)?;
    let seen = inspect(ctx, item, file, None, folder.path().to_owned(), cancel).await?;
    let facts = report::text(&seen.found.facts)?;
    let kept = report::text(&Report::of(&seen.found))?;
    let sealed: Vec<(&str, Staged)> = vec![
        ("model-source", files::sealed(ctx, &seen.clean_stl).await?),
        ("model-view", files::sealed(ctx, &seen.viewer_mesh).await?),
        ("model-picture", files::sealed_bytes(ctx, &seen.picture_png).await?),
    ];
    drop(folder);
    let new = new_model(upload, Some(facts), kept)?;
    let tx = ctx.store.begin().await?;
    let gone = match end_upload(&tx, person, upload.id).await {
        Ok(gone) => gone,
        Err(trouble) => {
            drop(tx);
            let made = sealed.into_iter().map(|(_, staged)| staged).collect();
            return Err(let_go(ctx, made, trouble).await);
        }
    };
    let grant = tx.authorise(preparer(Act::Create, "model", person)).await?;
    models::insert(&grant, &new).await?;
    for (kind, staged) in sealed {
        grant.blob_insert(kind, item, staged).await?;
    }
    drop(grant);
    finish(ctx, claim, tx, gone).await
}

async fn toolpath(
    ctx: &Context,
    claim: &Claim,
    person: PersonId,
    upload: &Upload,
    file: File,
    cancel: &CancelToken,
) -> Result<(), Trouble> {
    let folder = files::folder(ctx)?;
    ctx.desk.stage(upload.id.uuid(), "Following every move", None);
    let (desk, work, stop) = (Arc::clone(&ctx.desk), folder.path().to_owned(), cancel.clone());
    let gated: Gated =
        blocking(move || prepare::gate(&desk.config, &file, &MachineLimits::GENERIC, &work, &stop)).await?;
    let state = match (gated.verdict.decision, &gated.stripped) {
        (Decision::Pass, Some(_)) => "ready",
        (Decision::Hold, Some(_)) => "held",
        _ => return Err(Trouble::Problem(refused_lines(&gated.verdict))),
    };
    let facts = report::text(&Toolpath::of(&gated.verdict))?;
    let path = gated.stripped.ok_or(Trouble::Moot)?;
    let sealed = files::sealed(ctx, &path).await?;
    drop(folder);
    let new = new_model(upload, None, report::text(&Report { printable: true, ..Report::default() })?)?;
    let slicing = NewSlicing {
        printer: None,
        id: SlicingId::fresh(&**ctx.store.random()),
        model: new.id,
        quality: None,
        material: None,
        supports: false,
    };
    let tx = ctx.store.begin().await?;
    let gone = match end_upload(&tx, person, upload.id).await {
        Ok(gone) => gone,
        Err(trouble) => {
            drop(tx);
            return Err(let_go(ctx, vec![sealed], trouble).await);
        }
    };
    let grant = tx.authorise(preparer(Act::Create, "model", person)).await?;
    models::insert(&grant, &new).await?;
    let grant = tx.authorise(preparer(Act::Create, "slicing", person)).await?;
    slicings::insert(&grant, &slicing).await?;
    let grant = tx.authorise(preparer(Act::Change, "slicing", person)).await?;
    slicings::made(&grant, slicing.id, state, &facts, sealed).await?;
    drop(grant);
    finish(ctx, claim, tx, gone).await
}

async fn again(
    ctx: &Context,
    claim: &Claim,
    person: PersonId,
    model: &models::Model,
    file: File,
    cancel: &CancelToken,
) -> Result<(), Trouble> {
    let item = model.id.uuid();
    let folder = files::folder(ctx)?;
    let unit = model.unit.as_deref().and_then(Unit::named);
    let seen = inspect(ctx, item, file, unit, folder.path().to_owned(), cancel).await?;
    // What the person's own file held was reported when it came; ours holds the shape alone.
    let before = Report::read(model.report.as_ref());
    let kept = Report {
        removed: before.removed,
        notes: before.notes,
        stated_unit: before.stated_unit,
        ..Report::of(&seen.found)
    };
    let view = files::sealed(ctx, &seen.viewer_mesh).await?;
    drop(folder);
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(preparer(Act::Change, "model", person)).await?;
    let (facts, kept) = (report::text(&seen.found.facts)?, report::text(&kept)?);
    if !models::checked(&grant, model.id, &facts, &kept).await? {
        ctx.store.discard(view).await?;
        return Err(Trouble::Moot);
    }
    let gone = grant.blob_remove(item, Some("model-view")).await?;
    grant.blob_insert("model-view", item, view).await?;
    drop(grant);
    finish(ctx, claim, tx, gone).await
}

fn new_model(upload: &Upload, facts: Option<String>, kept: String) -> Result<NewModel, Trouble> {
    let name = upload.name.as_ref().ok_or(Trouble::Moot)?;
    Ok(NewModel {
        id: ModelId::from_uuid(upload.id.uuid()),
        name: privacy::Personal::new(name.reveal().clone()),
        format: upload.format.clone(),
        size: upload.size.unwrap_or(upload.received),
        facts: facts.map(privacy::Personal::new),
        report: Some(privacy::Personal::new(kept)),
    })
}

async fn end_upload(tx: &store::Tx, person: PersonId, id: UploadId) -> Result<store::Gone, Trouble> {
    let upload = tx.authorise(preparer(Act::Change, "upload", person)).await?;
    let part = tx.authorise(preparer(Act::Change, "upload_part", person)).await?;
    // Given up meanwhile: then nothing of it is stored.
    uploads::end(&upload, &part, id).await?.ok_or(Trouble::Moot)
}

/// Removes what was made of a file that was given up meanwhile, and says why it was.
async fn let_go(ctx: &Context, made: Vec<Staged>, why: Trouble) -> Trouble {
    for staged in made {
        if let Err(fault) = ctx.store.discard(staged).await {
            return fault.into();
        }
    }
    why
}

async fn finish(ctx: &Context, claim: &Claim, tx: store::Tx, gone: store::Gone) -> Result<(), Trouble> {
    if !tx.work_finish(claim).await? {
        return Err(Trouble::Moot);
    }
    tx.commit().await?;
    Ok(ctx.store.unlink(gone).await?)
}

/// Tells the person why, and leaves nothing else: an upload loses its bytes, a model stays as it was.
pub(super) async fn refuse(
    ctx: &Context,
    claim: &Claim,
    person: PersonId,
    item: Uuid,
    words: &str,
) -> Result<(), Trouble> {
    let tx = ctx.store.begin().await?;
    let upload = tx.authorise(preparer(Act::Change, "upload", person)).await?;
    let known = uploads::get(&upload, UploadId::from_uuid(item)).await?;
    let gone = if let Some(known) = known {
        let part = tx.authorise(preparer(Act::Change, "upload_part", person)).await?;
        let until = tx.now().plus_seconds(TOLD_SECONDS);
        uploads::refuse(&upload, &part, known.id, words, until).await?
    } else {
        let grant = tx.authorise(preparer(Act::Change, "model", person)).await?;
        models::not_checked(&grant, ModelId::from_uuid(item), words).await?;
        store::Gone::default()
    };
    drop(upload);
    finish(ctx, claim, tx, gone).await
}

/// A refused G-code with the lines that are at fault.
fn refused_lines(verdict: &Verdict) -> Problem {
    let lines: Vec<String> = verdict
        .findings
        .iter()
        .filter(|f| f.decision == Decision::Refuse)
        .take(LINES)
        .map(|f| match f.line {
            0 => format!("{}.", f.what),
            line => format!("Line {line} ({}) {}.", f.command, f.what),
        })
        .collect();
    let remedy = verdict.findings.first().map_or_else(
        || "Slice the model for the printer it is meant for.".to_owned(),
        |finding| finding.remedy.clone(),
    );
    Problem::file(format!("This G-code must not go to a printer. {}", lines.join(" ")), remedy)
}
