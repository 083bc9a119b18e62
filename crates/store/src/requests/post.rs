//! The letters among what happened to a request: which wait, and how each stands.

use super::lacks;
use crate::fault::{Error, Fault};
use crate::sql::Engine;
use crate::tx::{Grant, Tx};
use domain::ids::{PersonId, RequestId};

/// How a letter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Post {
    /// It waits for the courier.
    Waiting,
    /// It waits for somebody who sends it.
    ByHand,
    /// It has gone.
    Sent,
    /// It will not go: what it says holds no more.
    Void,
}

impl Post {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::ByHand => "by-hand",
            Self::Sent => "sent",
            Self::Void => "void",
        }
    }
    pub(super) fn read(name: &str) -> Result<Self, Fault> {
        let all = [Self::Waiting, Self::ByHand, Self::Sent, Self::Void];
        all.into_iter().find(|post| post.name() == name).ok_or_else(|| lacks("known letter"))
    }
}

/// Requests with letters that wait to be sent: which, whose, which step. It names numbers and nothing else.
///
/// # Errors
/// A fault.
pub async fn letters_waiting(tx: &Tx) -> Result<Vec<(RequestId, PersonId, i64)>, Fault> {
    let sql = "SELECT request, person, step FROM request_event WHERE letter = 'waiting' ORDER BY at, step";
    let rows = tx.rows(sql, &[]).await?;
    let letters = rows.iter().map(|row| {
        let request = RequestId::from_uuid(row.id("request")?);
        Ok((request, PersonId::from_uuid(row.id("person")?), row.int("step")?))
    });
    letters.collect()
}

/// A letter stands otherwise than it did; the grant is to change `request_event`. Returns false if it does not stand so any
/// more.
///
/// # Errors
/// A refusal or a fault.
pub async fn letter_is(
    grant: &Grant<'_>,
    request: RequestId,
    step: i64,
    (was, is): (Post, Post),
) -> Result<bool, Error> {
    let clause = "request = $1 AND step = $2";
    let found = grant.list(clause, "", &[request.uuid().into(), step.into()]).await?;
    let Some(id) = found.first().and_then(|record| record.id("id")) else { return Ok(false) };
    grant.update_if(id, &[("letter", was.name().into())], &[("letter", is.name().into())]).await
}

/// Whether this process alone gives letters to the courier until the transaction ends, of all that serve the house.
///
/// # Errors
/// A fault.
pub async fn courier_is_mine(tx: &Tx) -> Result<bool, Fault> {
    if tx.inner.pool.engine() == Engine::Sqlite {
        // One process serves such a house.
        return Ok(true);
    }
    let row = tx.row("SELECT CAST(pg_try_advisory_xact_lock(7236523) AS INT)::BIGINT AS mine", &[]).await?;
    Ok(row.map_or(Ok(0), |row| row.int("mine"))? == 1)
}
