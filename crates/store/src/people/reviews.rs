//! Reviews of the access log: who read it, up to which line. Nobody reviews their own looks: a line by somebody counts
//! as reviewed once another has signed beyond it (AF-116).

use crate::fault::{Error, Fault};
use crate::sql::Value;
use crate::tx::{Grant, Tx};
use domain::ids::{PersonId, RequestId};
use domain::person::Reason;
use domain::random::Random;
use domain::time::Instant;

/// What nobody has reviewed yet of people's looks at others' data. It names nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreviewed {
    /// How many looks.
    pub lines: u64,
    /// When the oldest of them was.
    pub oldest: Option<Instant>,
    /// How many of them were made since somebody's life was in danger: those wait for no interval (TP-25).
    pub vital: u64,
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

/// What nobody has reviewed yet, as this person may know it. A look stays due when whoever looked was erased meanwhile; then
/// anybody may sign. A look at whoever signs, of which a law forbade to tell them, is none that they reviewed; nor is it
/// counted for them while the bar lasts.
///
/// # Errors
/// A fault.
pub async fn unreviewed(tx: &Tx, viewer: PersonId) -> Result<Unreviewed, Fault> {
    let sql = "SELECT COUNT(*) AS lines, MIN(n.at) AS oldest, \
               COUNT(CASE WHEN n.reason = $3 THEN 1 END) AS vital FROM access_note n \
               WHERE n.role NOT LIKE 'house-%' AND (n.actor IS NULL OR n.actor <> n.person) \
               AND (n.person <> $1 OR n.told_at IS NULL OR n.told_at <= $2) AND NOT EXISTS \
               (SELECT 1 FROM log_review r WHERE r.upto >= n.leaf AND (n.actor IS NULL OR r.person <> n.actor) \
                AND (r.person <> n.person OR n.told_at IS NULL OR n.told_at <= r.at))";
    let args = [viewer.uuid().into(), tx.now().into(), Reason::VitalInterest.name().into()];
    let Some(row) = tx.row(sql, &args).await? else {
        return Ok(Unreviewed { lines: 0, oldest: None, vital: 0 });
    };
    let oldest = row.value("oldest")?.int().map(Instant::from_micros);
    Ok(Unreviewed { lines: row.int("lines")? as u64, oldest, vital: row.int("vital")? as u64 })
}
