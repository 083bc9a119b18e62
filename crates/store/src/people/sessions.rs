//! Sessions: browsers in which somebody is signed in. Only a digest of the token is kept; the address lives as long
//! as the session.

use crate::fault::{Error, Fault};
use crate::record::{Record, person_of};
use crate::sql::Value;
use crate::tx::Grant;
use domain::ids::{PersonId, SessionId};
use domain::time::Instant;
use privacy::Personal;

/// A new session.
#[derive(Debug)]
pub struct NewSession {
    /// Which.
    pub id: SessionId,
    /// The secret that the browser keeps.
    pub token: Vec<u8>,
    /// When it ends.
    pub ends_at: Instant,
    /// Whether the person proved here and now who they are.
    pub proven: bool,
    /// Whether the device is shared, so that the session ends with the browser.
    pub shared: bool,
    /// What the browser calls itself.
    pub agent: Personal<String>,
    /// Where it is.
    pub address: Personal<String>,
}

/// A session.
#[derive(Debug)]
pub struct Session {
    /// Which.
    pub id: SessionId,
    /// Whose.
    pub person: PersonId,
    /// Since when.
    pub created_at: Option<Instant>,
    /// When it was last used, to the minute.
    pub seen_at: Option<Instant>,
    /// When it ends.
    pub ends_at: Option<Instant>,
    /// When the person last proved who they are.
    pub proven_at: Option<Instant>,
    /// What the browser calls itself.
    pub agent: Option<Personal<String>>,
    /// Where it is.
    pub address: Option<Personal<String>>,
}

/// Stores a new session; the grant is to create `session`.
///
/// # Errors
/// A refusal or a fault.
pub async fn insert(grant: &Grant<'_>, new: &NewSession) -> Result<(), Error> {
    let now = grant.now();
    // Of whoever objected to it, no address is kept.
    let address =
        Some(new.address.reveal().as_str()).filter(|_| grant.categories().contains("network.address"));
    let values: [(&str, Value); 8] = [
        ("token", new.token.clone().into()),
        ("created_at", now.into()),
        ("seen_at", now.into()),
        ("proven_at", new.proven.then_some(now).into()),
        ("ends_at", new.ends_at.into()),
        ("shared", new.shared.into()),
        ("agent", new.agent.reveal().as_str().into()),
        ("address", address.into()),
    ];
    grant.insert(new.id.uuid(), &values).await
}

/// The session with this token, if it has not ended; the grant is to read `session` of anyone.
///
/// # Errors
/// A fault.
pub async fn by_token(grant: &Grant<'_>, token: &[u8]) -> Result<Option<Session>, Error> {
    let session = grant.find("token", token).await?.as_ref().map(to_session).transpose()?;
    Ok(session.filter(|session| session.ends_at.is_some_and(|end| end > grant.now())))
}

/// The person's sessions, newest first; the grant is to read `session`.
///
/// # Errors
/// A fault.
pub async fn list(grant: &Grant<'_>) -> Result<Vec<Session>, Error> {
    let records = grant.list("1 = 1", "ORDER BY seen_at DESC, id", &[]).await?;
    Ok(records.iter().map(to_session).collect::<Result<_, _>>()?)
}

/// Notes that a session was used; the grant is to change `session`.
///
/// # Errors
/// A fault.
pub async fn seen(grant: &Grant<'_>, id: SessionId) -> Result<bool, Error> {
    grant.update(id.uuid(), &[("seen_at", grant.now().into())]).await
}

/// Notes that the person proved again who they are; the grant is to change `session`.
///
/// # Errors
/// A fault.
pub async fn proven(grant: &Grant<'_>, id: SessionId) -> Result<bool, Error> {
    grant.update(id.uuid(), &[("proven_at", grant.now().into())]).await
}

/// Ends one session; the grant is to erase `session`. Returns whether there was one.
///
/// # Errors
/// A fault.
pub async fn end(grant: &Grant<'_>, id: SessionId) -> Result<bool, Error> {
    Ok(grant.remove("id = $1", &[id.uuid().into()]).await? > 0)
}

/// Ends every session of the person but one; the grant is to erase `session`.
///
/// # Errors
/// A fault.
pub async fn end_others(grant: &Grant<'_>, keep: Option<SessionId>) -> Result<u64, Error> {
    match keep {
        Some(id) => grant.remove("id <> $1", &[id.uuid().into()]).await,
        None => grant.remove("1 = 1", &[]).await,
    }
}

fn to_session(record: &Record) -> Result<Session, Fault> {
    let id = record.id("id").ok_or_else(|| Fault::corrupt("a session has no number"))?;
    Ok(Session {
        id: SessionId::from_uuid(id),
        person: person_of(record, "person")?,
        created_at: record.instant("created_at"),
        seen_at: record.instant("seen_at"),
        ends_at: record.instant("ends_at"),
        proven_at: record.instant("proven_at"),
        agent: record.personal("agent"),
        address: record.personal("address"),
    })
}
