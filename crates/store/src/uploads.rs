//! Uploads: files on their way into the library, part by part, until they have been read or are given up.
//!
//! Each part is a sealed file of its own, so that a cut connection loses at most one part. An upload that has become
//! a model, was refused or was given up keeps no part.

use crate::blobs::{Gone, ReadPass, Staged};
use crate::fault::{Error, Fault};
use crate::record::Record;
use crate::sql::Value;
use crate::tx::{Grant, Tx};
use domain::ids::{PersonId, UploadId, UploadPartId};
use domain::random::Random;
use domain::time::Instant;
use privacy::Personal;

/// The kind of the parts' files.
const PART: &str = "upload-part";

/// An upload that begins.
#[derive(Debug)]
pub struct NewUpload {
    /// Which.
    pub id: UploadId,
    /// What the person calls the file.
    pub name: Personal<String>,
    /// `stl`, `3mf` or `gcode`, by the file's name.
    pub format: &'static str,
    /// Its size in bytes, if it is known before.
    pub size: Option<i64>,
    /// When it is given up.
    pub ends_at: Instant,
}

/// An upload.
#[derive(Debug)]
pub struct Upload {
    /// Which.
    pub id: UploadId,
    /// What the person calls the file.
    pub name: Option<Personal<String>>,
    /// `stl`, `3mf` or `gcode`, by the file's name.
    pub format: String,
    /// Its size in bytes, once it is known.
    pub size: Option<i64>,
    /// Bytes that have come.
    pub received: i64,
    /// `receiving`, `waiting` to be read, or `refused`.
    pub state: String,
    /// Why it was refused, in words.
    pub failure: Option<Personal<String>>,
    /// When it is given up.
    pub ends_at: Option<Instant>,
}

/// Begins an upload; the grant is to create `upload`.
///
/// # Errors
/// A refusal or a fault.
pub async fn insert(grant: &Grant<'_>, new: &NewUpload) -> Result<(), Error> {
    let values: [(&str, Value); 7] = [
        ("name", new.name.reveal().as_str().into()),
        ("format", new.format.into()),
        ("size", new.size.into()),
        ("received", 0.into()),
        ("state", "receiving".into()),
        ("created_at", grant.now().into()),
        ("ends_at", new.ends_at.into()),
    ];
    grant.insert(new.id.uuid(), &values).await
}

/// An upload that has not been given up; the grant is to read `upload`.
///
/// # Errors
/// A fault.
pub async fn get(grant: &Grant<'_>, id: UploadId) -> Result<Option<Upload>, Error> {
    let args = [id.uuid().into(), grant.now().into()];
    let records = grant.list("id = $1 AND (state = 'waiting' OR ends_at > $2)", "", &args).await?;
    Ok(records.first().map(to_upload).transpose()?)
}

/// The person's uploads that have not been given up, newest first; the grant is to read `upload`.
///
/// # Errors
/// A fault.
pub async fn list(grant: &Grant<'_>) -> Result<Vec<Upload>, Error> {
    let args = [grant.now().into()];
    let tail = "ORDER BY created_at DESC, id LIMIT 200";
    let records = grant.list("state = 'waiting' OR ends_at > $1", tail, &args).await?;
    Ok(records.iter().map(to_upload).collect::<Result<_, _>>()?)
}

/// Takes in the part that begins at byte `begins`; the grants are to change `upload` and to create `upload_part`.
/// Returns false if another part has come there first: then drop the transaction.
///
/// # Errors
/// A refusal or a fault.
pub async fn add_part(
    upload: &Grant<'_>,
    part: &Grant<'_>,
    random: &dyn Random,
    id: UploadId,
    begins: i64,
    staged: Staged,
) -> Result<bool, Error> {
    let size = staged.size() as i64;
    let sql = "UPDATE upload SET received = $1 WHERE id = $2 AND person = $3 AND received = $4 AND state = 'receiving'";
    let args: [Value; 4] =
        [(begins + size).into(), id.uuid().into(), upload.person()?.uuid().into(), begins.into()];
    if upload.tx.run(sql, &args).await? == 0 {
        return Ok(false);
    }
    let row = UploadPartId::fresh(random).uuid();
    part.insert(row, &[("upload", id.uuid().into()), ("begins", begins.into()), ("size", size.into())])
        .await?;
    part.blob_insert(PART, row, staged).await?;
    Ok(true)
}

/// Every byte has come; the grant is to change `upload`. Returns whether it was still being received.
///
/// # Errors
/// A refusal or a fault.
pub async fn complete(grant: &Grant<'_>, id: UploadId) -> Result<bool, Error> {
    let sql = "UPDATE upload SET state = 'waiting', size = received WHERE id = $1 AND person = $2 AND state = 'receiving'";
    Ok(grant.tx.run(sql, &[id.uuid().into(), grant.person()?.uuid().into()]).await? > 0)
}

/// Leave to read the parts, in their order; the grant is to read `upload_part`.
///
/// # Errors
/// A refusal or a fault.
pub async fn parts(grant: &Grant<'_>, id: UploadId) -> Result<Vec<ReadPass>, Error> {
    let mut passes = Vec::new();
    for record in grant.list("upload = $1", "ORDER BY begins", &[id.uuid().into()]).await? {
        let row = record.id("id").ok_or_else(|| Fault::corrupt("a part has no number"))?;
        let pass = grant.blob_pass(PART, row).await?;
        passes.push(pass.ok_or_else(|| Fault::corrupt("a part of an upload has no file"))?);
    }
    Ok(passes)
}

/// The file was refused; the sentence stays for its owner until `ends_at`, the parts go. The grants are to change
/// or to erase `upload` and `upload_part`.
///
/// # Errors
/// A refusal or a fault.
pub async fn refuse(
    upload: &Grant<'_>,
    part: &Grant<'_>,
    id: UploadId,
    failure: &str,
    ends_at: Instant,
) -> Result<Gone, Error> {
    let values: [(&str, Value); 3] =
        [("state", "refused".into()), ("failure", failure.into()), ("ends_at", ends_at.into())];
    upload.update(id.uuid(), &values).await?;
    drop_parts(part, id).await
}

/// The upload ends, because it has become a model or was given up: row and parts go. The grants are to change
/// or to erase `upload` and `upload_part`. `None` if there is none.
///
/// # Errors
/// A fault.
pub async fn end(upload: &Grant<'_>, part: &Grant<'_>, id: UploadId) -> Result<Option<Gone>, Error> {
    let args: [Value; 2] = [id.uuid().into(), upload.person()?.uuid().into()];
    if upload.tx.run("DELETE FROM upload WHERE id = $1 AND person = $2", &args).await? == 0 {
        return Ok(None);
    }
    Ok(Some(drop_parts(part, id).await?))
}

async fn drop_parts(part: &Grant<'_>, id: UploadId) -> Result<Gone, Error> {
    let mut gone = Gone::default();
    for record in part.list("upload = $1", "", &[id.uuid().into()]).await? {
        if let Some(row) = record.id("id") {
            gone = gone.and(part.blob_remove(row, None).await?);
        }
    }
    let args: [Value; 2] = [id.uuid().into(), part.person()?.uuid().into()];
    part.tx.run("DELETE FROM upload_part WHERE upload = $1 AND person = $2", &args).await?;
    Ok(gone)
}

/// Uploads whose day is over, with their owners.
///
/// # Errors
/// A fault.
pub async fn overdue(tx: &Tx) -> Result<Vec<(PersonId, UploadId)>, Fault> {
    let sql =
        "SELECT id, person FROM upload WHERE state <> 'waiting' AND ends_at <= $1 ORDER BY ends_at LIMIT 100";
    let rows = tx.rows(sql, &[tx.now().into()]).await?;
    rows.iter()
        .map(|row| Ok((PersonId::from_uuid(row.id("person")?), UploadId::from_uuid(row.id("id")?))))
        .collect()
}

fn to_upload(record: &Record) -> Result<Upload, Fault> {
    Ok(Upload {
        id: UploadId::from_uuid(record.id("id").ok_or_else(|| Fault::corrupt("an upload has no number"))?),
        name: record.personal("name"),
        format: record.text("format").unwrap_or_default().to_owned(),
        size: record.int("size"),
        received: record.int("received").unwrap_or(0),
        state: record.text("state").unwrap_or_default().to_owned(),
        failure: record.personal("failure"),
        ends_at: record.instant("ends_at"),
    })
}
