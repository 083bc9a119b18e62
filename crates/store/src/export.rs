//! A person's archive, derived from the data map: every row about them, column by column, and what is left out
//! with the reason.

use crate::Store;
use crate::fault::Error;
use crate::sql::Value;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use domain::ids::PersonId;
use domain::person::Actor;
use domain::time::Instant;
use privacy::{Act, Ask, Seal, Whose, plan};
use serde_json::{Map, Value as Json};
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
        let mut parts = Vec::new();
        let mut files = Vec::new();
        for part in plan::export(&book) {
            if part.columns.is_empty() {
                continue;
            }
            let grant = account.also(part.table)?;
            let mut rows = Vec::new();
            for record in grant.list("1 = 1", "", &[]).await? {
                let table = book.map().table(part.table);
                let mut row = Map::new();
                for (name, field) in record.fields() {
                    let column = table.and_then(|t| t.column.get(name));
                    let hidden = column.is_some_and(|c| matches!(c.seal, Seal::Blind | Seal::Digest));
                    if part.columns.contains(&name) && !hidden {
                        row.insert(name.to_owned(), json(name, field));
                    }
                }
                rows.push(row);
            }
            let withheld =
                part.withheld.iter().map(|(c, why)| ((*c).to_owned(), (*why).to_owned())).collect();
            parts.push(Part { table: part.table.to_owned(), says: part.says.to_owned(), rows, withheld });
        }
        for (kind, blob) in book.map().blob.iter().filter(|(_, b)| b.get_ref().withheld.is_none()) {
            let blob = blob.get_ref();
            let grant = account.also(&blob.owner)?;
            let sql = "SELECT owner, size FROM blob WHERE kind = $1 AND person = $2 ORDER BY created_at";
            for row in tx.rows(sql, &[kind.as_str().into(), person.uuid().into()]).await? {
                let owner = row.id("owner")?;
                // A file whose row has expired is gone for everybody, its owner included.
                if grant.blob_pass(kind, owner).await?.is_none() {
                    continue;
                }
                files.push(File {
                    kind: kind.clone(),
                    says: blob.says.clone(),
                    ending: blob.ending.clone(),
                    table: blob.owner.clone(),
                    owner,
                    size: row.int("size")? as u64,
                });
            }
        }
        let archive = Archive { at: tx.now(), policy: account.book().reference(), parts, files };
        drop(account);
        tx.commit().await?;
        Ok(archive)
    }
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
