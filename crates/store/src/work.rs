//! The durable queue of background work. A piece of work is a value, put down in the transaction that caused it,
//! claimed under a lease with a fencing number, and safe to run twice.
//!
//! Payloads hold random numbers only; a field that the data map does not declare cannot be put down.

use crate::Store;
use crate::fault::Fault;
use crate::sql::{Engine, Value};
use crate::tx::Tx;
use domain::ids::{PersonId, WorkId};
use domain::time::Instant;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Fields of a payload.
pub type Payload = BTreeMap<String, String>;

/// A piece of work that a worker holds.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Which.
    pub id: WorkId,
    /// Its kind, of those under `[work]` in the data map.
    pub kind: String,
    /// Whose, if it is about somebody.
    pub person: Option<PersonId>,
    /// What it needs to know.
    pub payload: Payload,
    /// How often it was tried before.
    pub attempts: i64,
    fence: i64,
}

impl Tx {
    /// Puts work down, due at `run_at`. It exists if and only if this transaction commits.
    ///
    /// # Errors
    /// A fault if the kind or a field is not in the data map.
    pub async fn work_put(
        &self,
        kind: &str,
        person: Option<PersonId>,
        payload: &Payload,
        run_at: Instant,
    ) -> Result<WorkId, Fault> {
        let declared = self.inner.book.map().work.get(kind);
        let declared = declared.ok_or_else(|| Fault::corrupt(format!("the data map has no work {kind}")))?;
        if let Some(field) = payload.keys().find(|field| !declared.contains_key(*field)) {
            return Err(Fault::corrupt(format!("the data map has no field {field} in the work {kind}")));
        }
        let id = WorkId::fresh(&*self.inner.random);
        let text =
            serde_json::to_string(payload).map_err(|_| Fault::corrupt("a payload could not be written"))?;
        let (column, place) = if person.is_some() { (", person", ", $6") } else { ("", "") };
        let sql = format!(
            "INSERT INTO work (id, kind, payload, state, created_at, run_at{column}) \
             VALUES ($1, $2, $3, 'ready', $4, $5{place})"
        );
        let mut args: Vec<Value> =
            vec![id.uuid().into(), kind.into(), text.into(), self.now().into(), run_at.into()];
        args.extend(person.map(|p| Value::Id(p.uuid())));
        self.run(&sql, &args).await?;
        Ok(id)
    }

    /// The work is done in this very transaction, together with what it made. Returns false if the claim was lost to
    /// another worker: then drop the transaction.
    ///
    /// # Errors
    /// A fault.
    pub async fn work_finish(&self, claim: &Claim) -> Result<bool, Fault> {
        let sql = "DELETE FROM work WHERE id = $1 AND fence = $2";
        Ok(self.run(sql, &[claim.id.uuid().into(), claim.fence.into()]).await? > 0)
    }
}

impl Store {
    /// Claims the work that is due longest, for `lease_seconds`. Work whose lease ran out is due again.
    ///
    /// # Errors
    /// A fault.
    pub async fn work_claim(&self, worker: Uuid, lease_seconds: i64) -> Result<Option<Claim>, Fault> {
        self.claim(worker, None, lease_seconds).await
    }

    /// As [`Store::work_claim`], but only work of this kind.
    ///
    /// # Errors
    /// A fault.
    pub async fn work_claim_of(
        &self,
        worker: Uuid,
        kind: &str,
        lease_seconds: i64,
    ) -> Result<Option<Claim>, Fault> {
        self.claim(worker, Some(kind), lease_seconds).await
    }

    async fn claim(
        &self,
        worker: Uuid,
        kind: Option<&str>,
        lease_seconds: i64,
    ) -> Result<Option<Claim>, Fault> {
        let now = self.clock().now();
        let mut conn = self.0.pool.begin().await?;
        let skip = if conn.engine() == Engine::Postgres { " FOR UPDATE SKIP LOCKED" } else { "" };
        let of = if kind.is_some() { " AND kind = $5" } else { "" };
        // What is done with data whose use is restricted waits until that is lifted.
        let free = " AND NOT EXISTS (SELECT 1 FROM person p WHERE p.id = work.person AND p.restricted = $4)";
        let sql = format!(
            "UPDATE work SET state = 'running', worker = $1, lease_until = $2, attempts = attempts + 1, fence = fence + 1 \
             WHERE id = (SELECT id FROM work WHERE ((state = 'ready' AND run_at <= $3) \
                 OR (state = 'running' AND lease_until < $3)){of}{free} ORDER BY run_at, id LIMIT 1{skip}) \
             RETURNING id, kind, person, payload, attempts, fence"
        );
        let lease: Value = now.plus_seconds(lease_seconds).into();
        let mut args: Vec<Value> = vec![worker.into(), lease, now.into(), true.into()];
        args.extend(kind.map(Value::from));
        let row = conn.row(&sql, &args).await?;
        conn.commit().await?;
        let Some(row) = row else { return Ok(None) };
        let payload = serde_json::from_str(row.text("payload")?);
        Ok(Some(Claim {
            id: WorkId::from_uuid(row.id("id")?),
            kind: row.text("kind")?.to_owned(),
            person: row.value("person")?.id().map(PersonId::from_uuid),
            payload: payload.map_err(|_| Fault::corrupt("a payload could not be read"))?,
            attempts: row.int("attempts")? - 1,
            fence: row.int("fence")?,
        }))
    }

    /// Holds the work longer. Returns false if the claim was lost to another worker: stop then.
    ///
    /// # Errors
    /// A fault.
    pub async fn work_extend(&self, claim: &Claim, lease_seconds: i64) -> Result<bool, Fault> {
        let until: Value = self.clock().now().plus_seconds(lease_seconds).into();
        let sql = "UPDATE work SET lease_until = $1 WHERE id = $2 AND fence = $3 AND state = 'running'";
        self.work_run(sql, &[until, claim.id.uuid().into(), claim.fence.into()]).await
    }

    /// The work is done: its row goes. Returns false if the claim was lost to another worker.
    ///
    /// # Errors
    /// A fault.
    pub async fn work_done(&self, claim: &Claim) -> Result<bool, Fault> {
        let sql = "DELETE FROM work WHERE id = $1 AND fence = $2";
        self.work_run(sql, &[claim.id.uuid().into(), claim.fence.into()]).await
    }

    /// The work failed for a reason (of a closed list of words) and is tried again at `retry_at`, or never.
    ///
    /// # Errors
    /// A fault.
    pub async fn work_failed(
        &self,
        claim: &Claim,
        reason: &'static str,
        retry_at: Option<Instant>,
    ) -> Result<bool, Fault> {
        let state = if retry_at.is_some() { "ready" } else { "failed" };
        let run_at = retry_at.unwrap_or_else(|| self.clock().now());
        let sql = "UPDATE work SET state = $1, failure = $2, run_at = $3, lease_until = NULL WHERE id = $4 AND fence = $5";
        let args = [state.into(), reason.into(), run_at.into(), claim.id.uuid().into(), claim.fence.into()];
        self.work_run(sql, &args).await
    }

    /// The work was put down through no fault of its own, and is taken up again at `run_at`: the try does not count.
    ///
    /// # Errors
    /// A fault.
    pub async fn work_put_back(&self, claim: &Claim, run_at: Instant) -> Result<bool, Fault> {
        let sql = "UPDATE work SET state = 'ready', attempts = attempts - 1, run_at = $1, lease_until = NULL \
                   WHERE id = $2 AND fence = $3";
        self.work_run(sql, &[run_at.into(), claim.id.uuid().into(), claim.fence.into()]).await
    }

    async fn work_run(&self, sql: &str, args: &[Value]) -> Result<bool, Fault> {
        let mut conn = self.0.pool.begin().await?;
        let touched = conn.run(sql, args).await?;
        conn.commit().await?;
        Ok(touched > 0)
    }
}
