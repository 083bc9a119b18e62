//! The erasure ledger: who was erased, when, and the receipt as it was true then. It is written before anything is
//! destroyed and lies apart from what a backup brings back, so that no backup brings anybody back. It holds random
//! numbers, instants and the policy's name, never anything of a person.

use crate::erase::Receipt;
use crate::fault::Fault;
use crate::keys::KeyStore;
use crate::sql::{Row, Value};
use domain::ids::PersonId;
use domain::time::Instant;
use std::io::Write as _;
use std::path::PathBuf;

/// Somebody who was erased.
pub(crate) struct Erasure {
    /// Who: a random number that leads to nobody any more.
    pub(crate) person: PersonId,
    /// When.
    pub(crate) at: Instant,
    /// When it is final and under which policy, as it was true then; nothing if the ledger does not say.
    pub(crate) then: Option<(Instant, String)>,
}

fn instant(text: &str) -> Option<Instant> {
    Some(Instant::from_micros(text.parse().ok()?))
}

/// The erasure ledger: who was erased and when, written and durable before anything is destroyed. Random ids only. It
/// lies apart from data backups, so that a restore can replay it.
pub(crate) enum Ledger {
    /// A file, one line each.
    File(PathBuf),
    /// A table in the key database, where several processes share one house.
    Table,
}

impl Ledger {
    /// Writes that a person is being erased, with the receipt as it is true now: a policy may change later. Writing it
    /// twice is no fault.
    pub(crate) async fn write(
        &self,
        keys: &KeyStore,
        person: PersonId,
        receipt: &Receipt,
    ) -> Result<(), Fault> {
        let (at, final_at, policy) = (receipt.at.micros(), receipt.final_at.micros(), &receipt.policy);
        match self {
            Self::File(file) => {
                let mut handle = std::fs::OpenOptions::new()
                    .create(true)
                    .append(true)
                    .open(file)
                    .map_err(Fault::file("the erasure ledger could not be opened"))?;
                // A line that a crash cut short must not swallow this one.
                handle
                    .write_all(format!("\n{person} {at} {final_at} {policy}\n").as_bytes())
                    .and_then(|()| handle.sync_all())
                    .map_err(Fault::file("the erasure ledger could not be written"))
            }
            Self::Table => {
                let mut conn = keys.pool().begin().await?;
                let sql = "INSERT INTO erasure (person, at, final_at, policy) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
                let args =
                    [person.uuid().into(), Value::Int(at), Value::Int(final_at), policy.as_str().into()];
                conn.run(sql, &args).await?;
                conn.commit().await
            }
        }
    }

    /// Everybody who was erased.
    pub(crate) async fn all(&self, keys: &KeyStore) -> Result<Vec<Erasure>, Fault> {
        match self {
            Self::File(file) => {
                let text = match std::fs::read_to_string(file) {
                    Ok(text) => text,
                    Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(vec![]),
                    Err(e) => return Err(Fault::file("the erasure ledger could not be read")(e)),
                };
                let line = |line: &str| {
                    let mut words = line.splitn(4, ' ');
                    let (person, at) = (words.next()?.parse().ok()?, instant(words.next()?)?);
                    // Also a line that was cut short after these two is an erasure.
                    let then = words.next().and_then(instant).zip(words.next().map(str::to_owned));
                    Some(Erasure { person, at, then })
                };
                Ok(text.lines().filter_map(line).collect())
            }
            Self::Table => {
                let mut conn = keys.pool().begin_reading().await?;
                let rows = conn.rows("SELECT * FROM erasure ORDER BY at, person", &[]).await?;
                let one = |row: &Row| {
                    let final_at = row.value("final_at")?.int().map(Instant::from_micros);
                    let policy = row.value("policy")?.text().map(str::to_owned);
                    Ok(Erasure {
                        person: PersonId::from_uuid(row.id("person")?),
                        at: Instant::from_micros(row.int("at")?),
                        then: final_at.zip(policy),
                    })
                };
                rows.iter().map(one).collect()
            }
        }
    }
}
