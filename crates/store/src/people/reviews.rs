//! Reviews of the access log: who read it, up to which line. Nobody reviews their own looks: a line by somebody counts
//! as reviewed once another has signed beyond it (AF-116).

use crate::fault::{Error, Fault};
use crate::sql::Value;
use crate::tx::{Grant, Tx};
use domain::ids::RequestId;
use domain::random::Random;
use domain::time::Instant;

/// What nobody has reviewed yet of people's looks at others' data. It names nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreviewed {
    /// How many looks.
    pub lines: u64,
    /// When the oldest of them was.
    pub oldest: Option<Instant>,
}

/// Signs that every line up to this one was read; the grant is to create `log_review`.
///
/// # Errors
/// A refusal or a fault.
pub async fn sign(grant: &Grant<'_>, random: &dyn Random, upto: i64) -> Result<(), Error> {
    let values: [(&str, Value); 2] = [("at", grant.now().into()), ("upto", upto.into())];
    grant.insert(RequestId::fresh(random).uuid(), &values).await
}

/// The number of the newest line.
///
/// # Errors
/// A fault.
pub async fn newest(tx: &Tx) -> Result<i64, Fault> {
    let sql = "SELECT CAST(COALESCE(MAX(leaf), 0) AS BIGINT) AS newest FROM access_note";
    let row = tx.row(sql, &[]).await?;
    row.map_or(Ok(0), |row| row.int("newest"))
}

/// What nobody has reviewed yet. A look stays due when whoever looked was erased meanwhile; then anybody may sign.
///
/// # Errors
/// A fault.
pub async fn unreviewed(tx: &Tx) -> Result<Unreviewed, Fault> {
    let sql = "SELECT COUNT(*) AS lines, MIN(n.at) AS oldest FROM access_note n \
               WHERE n.role NOT LIKE 'house-%' AND (n.actor IS NULL OR n.actor <> n.person) AND NOT EXISTS \
               (SELECT 1 FROM log_review r WHERE r.upto >= n.leaf AND (n.actor IS NULL OR r.person <> n.actor))";
    let Some(row) = tx.row(sql, &[]).await? else { return Ok(Unreviewed { lines: 0, oldest: None }) };
    let oldest = row.value("oldest")?.int().map(Instant::from_micros);
    Ok(Unreviewed { lines: row.int("lines")? as u64, oldest })
}
