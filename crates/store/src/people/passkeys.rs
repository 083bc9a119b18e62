//! Passkeys: keys that lie in people's own devices. Here lies the public half alone, sealed, and a digest of its number.

use crate::fault::{Error, Fault};
use crate::record::{Record, person_of};
use crate::sql::Value;
use crate::tx::Grant;
use domain::ids::{PasskeyId, PersonId};
use domain::time::Instant;
use privacy::Personal;

/// A passkey.
#[derive(Debug)]
pub struct Passkey {
    /// Which.
    pub id: PasskeyId,
    /// Whose.
    pub person: PersonId,
    /// The public half with its counter, as JSON.
    pub public: Option<Personal<String>>,
    /// What its owner calls it.
    pub name: Option<Personal<String>>,
    /// Since when.
    pub created_at: Option<Instant>,
    /// When it was last used.
    pub used_at: Option<Instant>,
}

/// Stores a passkey; the grant is to create `passkey`. `credential` is the number that the device gave it.
///
/// # Errors
/// A refusal or a fault.
pub async fn insert(
    grant: &Grant<'_>,
    id: PasskeyId,
    credential: &[u8],
    public: &Personal<String>,
    name: &str,
) -> Result<(), Error> {
    let values: [(&str, Value); 4] = [
        ("credential", credential.to_vec().into()),
        ("public", public.reveal().as_str().into()),
        ("name", name.into()),
        ("created_at", grant.now().into()),
    ];
    grant.insert(id.uuid(), &values).await
}

/// The person's passkeys, oldest first; the grant is to read `passkey`.
///
/// # Errors
/// A fault.
pub async fn list(grant: &Grant<'_>) -> Result<Vec<Passkey>, Error> {
    let records = grant.list("1 = 1", "ORDER BY created_at, id", &[]).await?;
    Ok(records.iter().map(to_passkey).collect::<Result<_, _>>()?)
}

/// The passkey with this number of a device, for the one who holds the grant to read or change `passkey`.
///
/// # Errors
/// A fault.
pub async fn by_credential(grant: &Grant<'_>, credential: &[u8]) -> Result<Option<Passkey>, Error> {
    Ok(grant.find("credential", credential).await?.as_ref().map(to_passkey).transpose()?)
}

/// Notes that a passkey was used, with its counter as it stands now; the grant is to change `passkey`.
///
/// # Errors
/// A refusal or a fault.
pub async fn used(grant: &Grant<'_>, id: PasskeyId, public: &Personal<String>) -> Result<bool, Error> {
    let values: [(&str, Value); 2] =
        [("public", public.reveal().as_str().into()), ("used_at", grant.now().into())];
    grant.update(id.uuid(), &values).await
}

/// Ends a passkey; the grant is to erase `passkey`. Returns whether there was one.
///
/// # Errors
/// A fault.
pub async fn end(grant: &Grant<'_>, id: PasskeyId) -> Result<bool, Error> {
    Ok(grant.remove("id = $1", &[id.uuid().into()]).await? > 0)
}

fn to_passkey(record: &Record) -> Result<Passkey, Fault> {
    let id = record.id("id").ok_or_else(|| Fault::corrupt("a passkey has no number"))?;
    Ok(Passkey {
        id: PasskeyId::from_uuid(id),
        person: person_of(record, "person")?,
        public: record.personal("public"),
        name: record.personal("name"),
        created_at: record.instant("created_at"),
        used_at: record.instant("used_at"),
    })
}
