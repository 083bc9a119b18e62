//! Models: files with a shape that people stored on purpose, and what was found out about them.
//!
//! A row holds a name, measures and reports; the shape itself lies in sealed files that belong to the row.

use crate::blobs::Gone;
use crate::fault::{Error, Fault};
use crate::record::Record;
use crate::sql::Value;
use crate::tx::Grant;
use domain::ids::ModelId;
use domain::time::Instant;
use privacy::Personal;

/// A model that has been read.
#[derive(Debug)]
pub struct NewModel {
    /// Which.
    pub id: ModelId,
    /// What the person calls it.
    pub name: Personal<String>,
    /// `stl`, `3mf` or `gcode`: what was uploaded.
    pub format: String,
    /// Bytes of the uploaded file.
    pub size: i64,
    /// Measures, a JSON object; none for a ready-made toolpath.
    pub facts: Option<Personal<String>>,
    /// Findings, what was removed, notes: a JSON object.
    pub report: Option<Personal<String>>,
}

/// A model, as its owner sees it.
#[derive(Debug)]
pub struct Model {
    /// Which.
    pub id: ModelId,
    /// What the person calls it.
    pub name: Option<Personal<String>>,
    /// `stl`, `3mf` or `gcode`: what was uploaded.
    pub format: String,
    /// Bytes of the uploaded file.
    pub size: i64,
    /// `ready`, or `checking` while it is read again.
    pub state: String,
    /// The name of the unit in which a person said the file's numbers are meant.
    pub unit: Option<String>,
    /// Measures, a JSON object.
    pub facts: Option<Personal<String>>,
    /// Findings, what was removed, notes: a JSON object.
    pub report: Option<Personal<String>>,
    /// Why it could not be read again, in words.
    pub failure: Option<Personal<String>>,
    /// When it was stored.
    pub created_at: Option<Instant>,
}

/// Stores a model's row; the grant is to create `model`.
///
/// # Errors
/// A refusal or a fault.
pub async fn insert(grant: &Grant<'_>, new: &NewModel) -> Result<(), Error> {
    let text = |p: &Option<Personal<String>>| Value::from(p.as_ref().map(|p| p.reveal().as_str()));
    let values: [(&str, Value); 7] = [
        ("name", new.name.reveal().as_str().into()),
        ("format", new.format.as_str().into()),
        ("size", new.size.into()),
        ("state", "ready".into()),
        ("facts", text(&new.facts)),
        ("report", text(&new.report)),
        ("created_at", grant.now().into()),
    ];
    grant.insert(new.id.uuid(), &values).await
}

/// Stores a model's row value by value; the grant is to create `model`.
///
/// # Errors
/// A refusal or a fault.
pub async fn insert_raw(grant: &Grant<'_>, id: ModelId, values: &[(&str, Value)]) -> Result<(), Error> {
    grant.insert(id.uuid(), values).await
}

/// A model; the grant is to read `model`.
///
/// # Errors
/// A fault.
pub async fn get(grant: &Grant<'_>, id: ModelId) -> Result<Option<Model>, Error> {
    Ok(grant.get(id.uuid()).await?.as_ref().map(to_model).transpose()?)
}

/// The person's models, newest first, at most `most`; the grant is to read `model`.
///
/// # Errors
/// A fault.
pub async fn list(grant: &Grant<'_>, most: u32) -> Result<Vec<Model>, Error> {
    let tail = format!("ORDER BY created_at DESC, id LIMIT {most}");
    let records = grant.list("1 = 1", &tail, &[]).await?;
    Ok(records.iter().map(to_model).collect::<Result<_, _>>()?)
}

/// Calls a model something else; the grant is to change `model`. Returns whether there was one.
///
/// # Errors
/// A refusal or a fault.
pub async fn rename(grant: &Grant<'_>, id: ModelId, name: &str) -> Result<bool, Error> {
    grant.update(id.uuid(), &[("name", name.into())]).await
}

/// The model is to be read again with its numbers in this unit; the grant is to change `model`.
///
/// # Errors
/// A refusal or a fault.
pub async fn check_again(grant: &Grant<'_>, id: ModelId, unit: &str) -> Result<bool, Error> {
    let values: [(&str, Value); 3] =
        [("unit", unit.into()), ("state", "checking".into()), ("failure", Value::Null)];
    grant.update(id.uuid(), &values).await
}

/// The model has been read again; the grant is to change `model`.
///
/// # Errors
/// A refusal or a fault.
pub async fn checked(grant: &Grant<'_>, id: ModelId, facts: &str, report: &str) -> Result<bool, Error> {
    let values: [(&str, Value); 3] =
        [("facts", facts.into()), ("report", report.into()), ("state", "ready".into())];
    grant.update(id.uuid(), &values).await
}

/// The model could not be read again and stays as it was; the grant is to change `model`.
///
/// # Errors
/// A refusal or a fault.
pub async fn not_checked(grant: &Grant<'_>, id: ModelId, failure: &str) -> Result<bool, Error> {
    grant.update(id.uuid(), &[("failure", failure.into()), ("state", "ready".into())]).await
}

/// Erases a model and its files; the grant is to erase `model`. `None` if there is none. Its toolpaths are erased
/// apart, see [`crate::slicings`].
///
/// # Errors
/// A fault.
pub async fn erase(grant: &Grant<'_>, id: ModelId) -> Result<Option<Gone>, Error> {
    if grant.remove("id = $1", &[id.uuid().into()]).await? == 0 {
        return Ok(None);
    }
    Ok(Some(grant.blob_remove(id.uuid(), None).await?))
}

fn to_model(record: &Record) -> Result<Model, Fault> {
    let id = record.id("id").ok_or_else(|| Fault::corrupt("a model has no number"))?;
    let text = |name: &str| record.text(name).map(str::to_owned);
    Ok(Model {
        id: ModelId::from_uuid(id),
        name: record.personal("name"),
        format: text("format").unwrap_or_default(),
        size: record.int("size").unwrap_or(0),
        state: text("state").unwrap_or_default(),
        unit: text("unit"),
        facts: record.personal("facts"),
        report: record.personal("report"),
        failure: record.personal("failure"),
        created_at: record.instant("created_at"),
    })
}
