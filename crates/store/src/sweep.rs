//! The retention sweep: removes what has expired by the version of the policy that binds each person, and what nobody owns.
//!
//! Reads refuse expired rows before the sweep comes; this only makes room. Bounded, repeatable, one at a time.

use crate::Store;
use crate::fault::Fault;
use crate::over_age;
use crate::sql::Value;
use crate::tx::Tx;
use domain::ids::PersonId;
use domain::time::Instant;
use std::collections::HashSet;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use uuid::Uuid;

/// What a sweep removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Rows whose time was over.
    pub rows: u64,
    /// Files whose row is gone, or that nobody took within a day.
    pub files: u64,
    /// Keys of people who do not exist.
    pub keys: u64,
}

/// How long a staged file may wait to be taken in.
const STAGED_SECONDS: i64 = 24 * 3600;
/// How long a key must have been seen without its person before it goes.
const ALONE_SECONDS: i64 = 3600;

impl Store {
    /// What a sweep would remove now, table by table; nothing is touched.
    ///
    /// # Errors
    /// A fault.
    pub async fn sweep_preview(&self) -> Result<Vec<(String, u64)>, Fault> {
        self.expired_by(self.clock().now()).await
    }

    /// What had expired by this instant and is still here, table by table.
    ///
    /// # Errors
    /// A fault.
    pub async fn expired_by(&self, then: Instant) -> Result<Vec<(String, u64)>, Fault> {
        let tx = self.look().await?;
        let mut due = Vec::new();
        for rows in over_age::of_all(&self.0, then) {
            let sql = format!("SELECT COUNT(*) AS n FROM {} WHERE {}", rows.table, rows.due(1));
            let row = tx.row(&sql, &[rows.horizon]).await?;
            let count = row.map_or(Ok(0), |r| r.int("n"))?;
            due.push((rows.table, count as u64));
        }
        Ok(due)
    }

    /// What went because its time was over since the day of this instant, table by table.
    ///
    /// # Errors
    /// A fault.
    pub async fn swept_since(&self, since: Instant) -> Result<Vec<(String, u64)>, Fault> {
        let sql = "SELECT what, CAST(SUM(removed) AS BIGINT) AS n FROM retention_outcome WHERE day >= $1 GROUP BY what ORDER BY what";
        let rows = self.look().await?.rows(sql, &[since.day().into()]).await?;
        rows.iter().map(|row| Ok((row.text("what")?.to_owned(), row.int("n")? as u64))).collect()
    }

    /// Removes what has expired, and clears away what any removal has left behind.
    ///
    /// # Errors
    /// A fault; the next sweep goes on.
    pub async fn sweep(&self) -> Result<Swept, Fault> {
        let mut swept = Swept::default();
        let tx = self.begin().await?;
        for rows in over_age::of_all(&self.0, tx.now()) {
            let sql = format!("DELETE FROM {} WHERE {}", rows.table, rows.due(1));
            let gone = tx.run(&sql, &[rows.horizon]).await?;
            note(&tx, &rows.table, gone).await?;
            swept.rows += gone;
        }
        for owner in self.owners_of_files() {
            let kinds: Vec<Value> = owner.kinds.iter().map(|k| Value::from(*k)).collect();
            let places: Vec<String> = (1..=kinds.len()).map(|n| format!("${n}")).collect();
            let sql = format!(
                "DELETE FROM blob WHERE kind IN ({}) AND NOT EXISTS (SELECT 1 FROM {} WHERE {}.id = blob.owner)",
                places.join(", "),
                owner.table,
                owner.table
            );
            tx.run(&sql, &kinds).await?;
        }
        tx.commit().await?;
        swept.files = self.sweep_files().await?;
        swept.keys = self.sweep_keys().await?;
        self.tidy().await?;
        Ok(swept)
    }

    /// Clears away what removed rows left in the embedded database's write-ahead log, if any were removed since this
    /// last succeeded. Returns false if somebody was reading from it: the next sweep tries again.
    pub(crate) async fn tidy(&self) -> Result<bool, Fault> {
        let untidy = &self.0.untidy;
        if !untidy.swap(false, Ordering::SeqCst) {
            return Ok(true);
        }
        let tidied = self.settle().await;
        if !matches!(tidied, Ok(true)) {
            untidy.store(true, Ordering::SeqCst);
        }
        tidied
    }

    fn owners_of_files(&self) -> Vec<Owner<'_>> {
        let mut owners: Vec<Owner<'_>> = Vec::new();
        for (kind, blob) in &self.0.book.map().blob {
            let table = blob.get_ref().owner.as_str();
            match owners.iter_mut().find(|o| o.table == table) {
                Some(owner) => owner.kinds.push(kind),
                None => owners.push(Owner { table, kinds: vec![kind] }),
            }
        }
        owners
    }

    /// Files without a row: expired, or staged and never taken in.
    async fn sweep_files(&self) -> Result<u64, Fault> {
        let files = self.0.blobs.all().await?;
        let tx = self.look().await?;
        // A print that leaves no trace has a file that stands in no row but its own: another process may hold its key.
        let rows =
            tx.rows("SELECT id FROM blob UNION SELECT file FROM job WHERE file IS NOT NULL", &[]).await?;
        let taken: HashSet<Uuid> = rows.iter().map(|r| r.id("id")).collect::<Result<_, _>>()?;
        let horizon = tx.now().plus_seconds(-STAGED_SECONDS);
        drop(tx);
        let mut gone = 0;
        for (id, modified) in files {
            let held = self.0.held.read().unwrap_or_else(PoisonError::into_inner).contains(&id);
            if !held && !taken.contains(&id) && modified <= horizon {
                self.0.blobs.delete(id).await?;
                gone += 1;
            }
        }
        Ok(gone)
    }

    /// Keys that were born for people who never came to be, because a crash or a fault undid their account.
    ///
    /// An account that is being made right now has its key and no row yet, so that a key counts as forsaken only when
    /// it was seen so for longer than a transaction can last.
    async fn sweep_keys(&self) -> Result<u64, Fault> {
        let tx = self.look().await?;
        let now = tx.now();
        let rows = tx.rows("SELECT id FROM person", &[]).await?;
        drop(tx);
        let living: HashSet<Uuid> = rows.iter().map(|r| r.id("id")).collect::<Result<_, _>>()?;
        let keys = self.0.keys.people().await?;
        let lonely: HashSet<PersonId> = keys.into_iter().filter(|p| !living.contains(&p.uuid())).collect();
        let forsaken: Vec<PersonId> = {
            let mut seen = self.0.keys_alone.lock().unwrap_or_else(PoisonError::into_inner);
            seen.retain(|person, _| lonely.contains(person));
            for person in &lonely {
                seen.entry(*person).or_insert(now);
            }
            seen.iter()
                .filter(|(_, since)| now.seconds_since(**since) >= ALONE_SECONDS)
                .map(|(p, _)| *p)
                .collect()
        };
        for person in &forsaken {
            self.0.keys.destroy(*person).await?;
        }
        Ok(forsaken.len() as u64)
    }
}

/// Notes that so many rows of this table went today (TP-44). It says of nobody that anything of theirs was there.
async fn note(tx: &Tx, table: &str, removed: u64) -> Result<(), Fault> {
    if removed > 0 {
        let sql = "INSERT INTO retention_outcome (day, what, removed) VALUES ($1, $2, $3) ON CONFLICT (day, what) DO UPDATE SET removed = retention_outcome.removed + $3";
        tx.run(sql, &[tx.now().day().into(), table.into(), (removed as i64).into()]).await?;
    }
    Ok(())
}

struct Owner<'a> {
    table: &'a str,
    kinds: Vec<&'a str>,
}
