//! Slicings: toolpaths of models, with the choices they were made by. The toolpath itself is a sealed file.

use crate::blobs::{Gone, ReadPass, Staged};
use crate::fault::{Error, Fault};
use crate::record::Record;
use crate::sql::Value;
use crate::tx::Grant;
use domain::ids::{ModelId, PrinterId, SlicingId};
use domain::time::Instant;
use privacy::Personal;

/// The kind of the toolpath's file.
const TOOLPATH: &str = "toolpath";

/// A toolpath that is to be made.
#[derive(Debug)]
pub struct NewSlicing {
    /// Which.
    pub id: SlicingId,
    /// Of which model.
    pub model: ModelId,
    /// For which printer; none if for a common one.
    pub printer: Option<PrinterId>,
    /// `draft`, `standard` or `fine`; none if it came ready-made.
    pub quality: Option<&'static str>,
    /// The name on the spool; none if it came ready-made.
    pub material: Option<&'static str>,
    /// Whether overhangs are propped up.
    pub supports: bool,
}

/// A toolpath.
#[derive(Debug)]
pub struct Slicing {
    /// Which.
    pub id: SlicingId,
    /// Of which model.
    pub model: ModelId,
    /// For which printer; none if for a common one.
    pub printer: Option<PrinterId>,
    /// `draft`, `standard` or `fine`; none if it came ready-made.
    pub quality: Option<String>,
    /// The name on the spool; none if it came ready-made.
    pub material: Option<String>,
    /// Whether overhangs are propped up.
    pub supports: bool,
    /// `waiting`, `ready`, `held`, `failed` or `cancelled`.
    pub state: String,
    /// Time, material, layers and findings: a JSON object.
    pub facts: Option<Personal<String>>,
    /// Why there is none, in words.
    pub failure: Option<Personal<String>>,
    /// When it was asked for.
    pub created_at: Option<Instant>,
}

/// Puts a slicing down as waiting; the grant is to create `slicing`.
///
/// # Errors
/// A refusal or a fault.
pub async fn insert(grant: &Grant<'_>, new: &NewSlicing) -> Result<(), Error> {
    let values: [(&str, Value); 7] = [
        ("model", new.model.uuid().into()),
        ("printer", new.printer.map(PrinterId::uuid).into()),
        ("quality", new.quality.into()),
        ("material", new.material.into()),
        ("supports", new.supports.into()),
        ("state", "waiting".into()),
        ("created_at", grant.now().into()),
    ];
    grant.insert(new.id.uuid(), &values).await
}

/// A slicing; the grant is to read `slicing`.
///
/// # Errors
/// A fault.
pub async fn get(grant: &Grant<'_>, id: SlicingId) -> Result<Option<Slicing>, Error> {
    Ok(grant.get(id.uuid()).await?.as_ref().map(to_slicing).transpose()?)
}

/// The slicings of a model, newest first; the grant is to read `slicing`.
///
/// # Errors
/// A fault.
pub async fn of_model(grant: &Grant<'_>, model: ModelId) -> Result<Vec<Slicing>, Error> {
    let tail = "ORDER BY created_at DESC, id LIMIT 100";
    let records = grant.list("model = $1", tail, &[model.uuid().into()]).await?;
    Ok(records.iter().map(to_slicing).collect::<Result<_, _>>()?)
}

/// The slicings of which nothing came, newest first; the grant is to read `slicing`.
///
/// # Errors
/// A fault.
pub async fn all_failed(grant: &Grant<'_>) -> Result<Vec<Slicing>, Error> {
    let records =
        grant.list("state = $1", "ORDER BY created_at DESC, id LIMIT 20", &["failed".into()]).await?;
    Ok(records.iter().map(to_slicing).collect::<Result<_, _>>()?)
}

/// The toolpath is there; the grant is to change `slicing`. `state` is `ready` or `held`. Returns false if it was
/// cancelled or erased meanwhile: then drop the transaction.
///
/// # Errors
/// A refusal or a fault.
pub async fn made(
    grant: &Grant<'_>,
    id: SlicingId,
    state: &'static str,
    facts: &str,
    toolpath: Staged,
) -> Result<bool, Error> {
    if !moves(grant, id, "waiting", state).await? {
        return Ok(false);
    }
    grant.update(id.uuid(), &[("facts", facts.into())]).await?;
    grant.blob_insert(TOOLPATH, id.uuid(), toolpath).await?;
    Ok(true)
}

/// There will be no toolpath; the grant is to change `slicing`. Returns false if it was cancelled or erased meanwhile.
///
/// # Errors
/// A refusal or a fault.
pub async fn failed(grant: &Grant<'_>, id: SlicingId, failure: &str) -> Result<bool, Error> {
    Ok(moves(grant, id, "waiting", "failed").await?
        && grant.update(id.uuid(), &[("failure", failure.into())]).await?)
}

/// Moves a slicing from one state to another; the grant is to change `slicing`. Returns whether it was in the first.
///
/// # Errors
/// A fault.
pub async fn moves(
    grant: &Grant<'_>,
    id: SlicingId,
    from: &'static str,
    to: &'static str,
) -> Result<bool, Error> {
    let sql = "UPDATE slicing SET state = $1 WHERE id = $2 AND person = $3 AND state = $4";
    let args: [Value; 4] = [to.into(), id.uuid().into(), grant.person()?.uuid().into(), from.into()];
    Ok(grant.tx.run(sql, &args).await? > 0)
}

/// Leave to read the toolpath; the grant is to read `slicing`.
///
/// # Errors
/// A refusal or a fault.
pub async fn pass(grant: &Grant<'_>, id: SlicingId) -> Result<Option<ReadPass>, Error> {
    grant.blob_pass(TOOLPATH, id.uuid()).await
}

/// Erases a slicing and its toolpath; the grant is to erase `slicing`. `None` if there is none.
///
/// # Errors
/// A fault.
pub async fn erase(grant: &Grant<'_>, id: SlicingId) -> Result<Option<Gone>, Error> {
    if grant.remove("id = $1", &[id.uuid().into()]).await? == 0 {
        return Ok(None);
    }
    Ok(Some(grant.blob_remove(id.uuid(), None).await?))
}

fn to_slicing(record: &Record) -> Result<Slicing, Fault> {
    let id = |name: &str| {
        record.id(name).ok_or_else(|| Fault::corrupt(format!("a slicing has no number in {name}")))
    };
    let text = |name: &str| record.text(name).map(str::to_owned);
    Ok(Slicing {
        id: SlicingId::from_uuid(id("id")?),
        model: ModelId::from_uuid(id("model")?),
        printer: record.id("printer").map(PrinterId::from_uuid),
        quality: text("quality"),
        material: text("material"),
        supports: record.flag("supports"),
        state: text("state").unwrap_or_default(),
        facts: record.personal("facts"),
        failure: record.personal("failure"),
        created_at: record.instant("created_at"),
    })
}
