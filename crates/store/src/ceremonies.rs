//! Proofs of who somebody is that were begun and wait for their answer: random challenges, good once and for a few minutes.
//! Never about anybody: who answers is known only from the answer.

use crate::fault::Fault;
use crate::tx::Tx;
use domain::ids::CeremonyId;

/// How long an answer may take, in seconds.
const LASTS: i64 = 300;

impl Tx {
    /// Keeps what the answer to a proof must fit, and forgets those that nobody answered in time.
    ///
    /// # Errors
    /// A fault.
    pub async fn begin_ceremony(&self, id: CeremonyId, state: &str) -> Result<(), Fault> {
        self.run("DELETE FROM ceremony WHERE ends_at <= $1", &[self.now().into()]).await?;
        let sql = "INSERT INTO ceremony (id, state, ends_at) VALUES ($1, $2, $3)";
        let ends_at = self.now().plus_seconds(LASTS);
        self.run(sql, &[id.uuid().into(), state.into(), ends_at.into()]).await.map(|_| ())
    }

    /// What the answer must fit; `None` if it was answered before, or too late. No second answer can fit it, once this is
    /// committed.
    ///
    /// # Errors
    /// A fault.
    pub async fn end_ceremony(&self, id: CeremonyId) -> Result<Option<String>, Fault> {
        let sql = "DELETE FROM ceremony WHERE id = $1 RETURNING state, ends_at";
        let Some(row) = self.rows(sql, &[id.uuid().into()]).await?.into_iter().next() else {
            return Ok(None);
        };
        let state = row.text("state")?.to_owned();
        Ok(Some(state).filter(|_| row.int("ends_at").is_ok_and(|end| end > self.now().micros())))
    }
}
