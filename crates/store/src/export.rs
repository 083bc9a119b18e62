//! A person's archive, derived from the data map: every row about them, column by column, and what is left out
//! with the reason. What is handed to somebody else is made in the same way, of the categories that were named and no others.

use crate::Store;
use crate::blobs::ReadPass;
use crate::fault::Error;
use crate::sql::Value;
use crate::tx::Grant;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use domain::ids::PersonId;
use domain::person::Actor;
use domain::time::Instant;
use privacy::{Act, Ask, Blob, Seal, Whose, disclosure, plan};
use serde_json::{Map, Value as Json};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Everything the house holds about a person.
#[derive(Debug)]
pub struct Archive {
    /// When it was made.
    pub at: Instant,
    /// Under which policy: the version that binds the person.
    pub policy: String,
    /// Table by table.
    pub parts: Vec<Part>,
    /// The person's files.
    pub files: Vec<File>,
}

/// What one table holds about the person.
#[derive(Debug)]
pub struct Part {
    /// The table.
    pub table: String,
    /// What a row is, in words a person understands.
    pub says: String,
    /// The rows: column to value. Instants are ISO 8601.
    pub rows: Vec<Map<String, Json>>,
    /// Columns left out, each with the reason.
    pub withheld: Vec<(String, String)>,
}

/// A file of the person's.
#[derive(Debug)]
pub struct File {
    /// Its kind, of those under `[blob]` in the data map.
    pub kind: String,
    /// What it is, in words a person understands.
    pub says: String,
    /// How its name ends, such as `gcode`.
    pub ending: String,
    /// The table with the row it belongs to.
    pub table: String,
    /// The row it belongs to.
    pub owner: Uuid,
    /// Size in bytes.
    pub size: u64,
}

impl Store {
    /// Collects a person's archive. One line in the access log says that it was made.
    ///
    /// # Errors
    /// A refusal if the actor may not, or a fault: an archive is whole or not made.
    pub async fn export(&self, actor: Actor, person: PersonId) -> Result<Archive, Error> {
        let tx = self.begin().await?;
        let book = self.book().clone();
        let ask =
            |what| Ask { actor, act: Act::Export, what, whose: Whose::Person(person), purpose: "rights" };
        let account = tx.authorise(ask("person")).await?;
        let parts = rows(&account, plan::export(&book)).await?;
        let kinds = book.map().blob.iter().filter(|(_, blob)| blob.get_ref().withheld.is_none());
        let files = files(&account, kinds.map(|(kind, blob)| (kind.as_str(), blob.get_ref()))).await?;
        let files = files.into_iter().map(|(file, _)| file).collect();
        let archive = Archive { at: tx.now(), policy: account.book().reference(), parts, files };
        drop(account);
        tx.commit().await?;
        Ok(archive)
    }
}

/// What the house hands over of one person, of these categories and no others: rows, and files with leave to read each for a
/// short while. The grant is to disclose `person`.
///
/// # Errors
/// A refusal or a fault: it is whole or not made.
pub async fn disclose(
    grant: &Grant<'_>,
    scope: &BTreeSet<String>,
) -> Result<(Vec<Part>, Vec<(File, ReadPass)>), Error> {
    let book = &grant.tx.inner.book;
    let parts = rows(grant, disclosure::parts(book, scope)).await?;
    let kinds = book.map().blob.iter().map(|(kind, blob)| (kind.as_str(), blob.get_ref()));
    let kinds = kinds.filter(|(_, blob)| blob.withheld.is_none() && scope.contains(&blob.about));
    let files = files(grant, kinds).await?.into_iter().map(|(file, pass)| (file, pass.for_a_download()));
    Ok((parts, files.collect()))
}

/// The rows of these parts, column by column.
async fn rows(account: &Grant<'_>, wanted: Vec<plan::ExportPart<'_>>) -> Result<Vec<Part>, Error> {
    let map = account.tx.inner.book.map();
    let mut parts = Vec::new();
    for part in wanted {
        if part.columns.is_empty() {
            continue;
        }
        let grant = account.also(part.table)?;
        let mut rows = Vec::new();
        for record in grant.list("1 = 1", "", &[]).await? {
            let table = map.table(part.table);
            let mut row = Map::new();
            for (name, field) in record.fields() {
                let column = table.and_then(|t| t.column.get(name));
                let hidden = column.is_some_and(|c| matches!(c.seal, Seal::Blind | Seal::Digest));
                if part.columns.contains(&name) && !hidden {
                    row.insert(name.to_owned(), json(name, field));
                }
            }
            // A row that holds nothing of what is wanted says that there is one, which nobody asked.
            if !row.is_empty() {
                rows.push(row);
            }
        }
        let withheld = part.withheld.iter().map(|(c, why)| ((*c).to_owned(), (*why).to_owned())).collect();
        parts.push(Part { table: part.table.to_owned(), says: part.says.to_owned(), rows, withheld });
    }
    Ok(parts)
}

/// The files of these kinds, with leave to read each.
async fn files<'m>(
    account: &Grant<'_>,
    kinds: impl Iterator<Item = (&'m str, &'m Blob)>,
) -> Result<Vec<(File, ReadPass)>, Error> {
    let (tx, person) = (account.tx, account.person()?);
    let mut files = Vec::new();
    for (kind, blob) in kinds {
        let grant = account.also(&blob.owner)?;
        let sql = "SELECT owner, size FROM blob WHERE kind = $1 AND person = $2 ORDER BY created_at";
        for row in tx.rows(sql, &[kind.into(), person.uuid().into()]).await? {
            let owner = row.id("owner")?;
            // A file whose row has expired is gone for everybody, its owner included.
            let Some(pass) = grant.blob_pass(kind, owner).await? else { continue };
            let file = File {
                kind: kind.to_owned(),
                says: blob.says.clone(),
                ending: blob.ending.clone(),
                table: blob.owner.clone(),
                owner,
                size: row.int("size")? as u64,
            };
            files.push((file, pass));
        }
    }
    Ok(files)
}

fn json(name: &str, field: Result<&Value, &[u8]>) -> Json {
    match field {
        Err(opened) => match core::str::from_utf8(opened) {
            Ok(text) => {
                serde_json::from_str(text).ok().filter(Json::is_object).unwrap_or_else(|| text.into())
            }
            Err(_) => BASE64_STANDARD.encode(opened).into(),
        },
        Ok(Value::Int(x)) if name == "at" || name.ends_with("_at") || name.ends_with("_until") => {
            Instant::from_micros(*x).to_string().into()
        }
        Ok(Value::Int(x)) => (*x).into(),
        Ok(Value::Real(x)) => (*x).into(),
        Ok(Value::Text(x)) => x.as_str().into(),
        Ok(Value::Flag(x)) => (*x).into(),
        Ok(Value::Id(x)) => x.simple().to_string().into(),
        Ok(Value::Bytes(x)) => match Uuid::from_slice(x) {
            Ok(id) => id.simple().to_string().into(),
            Err(_) => BASE64_STANDARD.encode(x).into(),
        },
        Ok(Value::Null) => Json::Null,
    }
}
