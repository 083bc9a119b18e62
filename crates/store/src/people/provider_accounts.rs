//! Accounts elsewhere by which people sign in: a digest of what the provider calls them, and nothing else of theirs.

use crate::fault::{Error, Fault};
use crate::record::{Record, person_of};
use crate::sql::Value;
use crate::tx::Grant;
use domain::ids::{PersonId, ProviderAccountId};
use domain::time::Instant;
use privacy::Personal;

/// An account elsewhere.
#[derive(Debug)]
pub struct ProviderAccount {
    /// Which.
    pub id: ProviderAccountId,
    /// Whose.
    pub person: PersonId,
    /// What the house calls the provider.
    pub provider: Option<Personal<String>>,
    /// Since when it signs in here.
    pub created_at: Option<Instant>,
    /// When it last did.
    pub used_at: Option<Instant>,
}

/// Stores an account elsewhere; the grant is to create `provider_account`. `subject` is what the provider calls it, behind the
/// provider's own name.
///
/// # Errors
/// A refusal or a fault.
pub async fn insert(
    grant: &Grant<'_>,
    id: ProviderAccountId,
    subject: &Personal<String>,
    provider: &str,
) -> Result<(), Error> {
    let values: [(&str, Value); 3] = [
        ("subject", subject.reveal().as_bytes().to_vec().into()),
        ("provider", provider.into()),
        ("created_at", grant.now().into()),
    ];
    grant.insert(id.uuid(), &values).await
}

/// The person's accounts elsewhere, oldest first; the grant is to read `provider_account`.
///
/// # Errors
/// A fault.
pub async fn list(grant: &Grant<'_>) -> Result<Vec<ProviderAccount>, Error> {
    let records = grant.list("1 = 1", "ORDER BY created_at, id", &[]).await?;
    Ok(records.iter().map(to_account).collect::<Result<_, _>>()?)
}

/// The account that a provider calls so; the grant is to read `provider_account` of anyone.
///
/// # Errors
/// A fault.
pub async fn by_subject(
    grant: &Grant<'_>,
    subject: &Personal<String>,
) -> Result<Option<ProviderAccount>, Error> {
    let found = grant.find("subject", subject.reveal().as_bytes()).await?;
    Ok(found.as_ref().map(to_account).transpose()?)
}

/// Notes that it signed somebody in; the grant is to change `provider_account`.
///
/// # Errors
/// A refusal or a fault.
pub async fn used(grant: &Grant<'_>, id: ProviderAccountId) -> Result<bool, Error> {
    grant.update(id.uuid(), &[("used_at", grant.now().into())]).await
}

/// Ends it; the grant is to erase `provider_account`. Returns whether there was one.
///
/// # Errors
/// A fault.
pub async fn end(grant: &Grant<'_>, id: ProviderAccountId) -> Result<bool, Error> {
    Ok(grant.remove("id = $1", &[id.uuid().into()]).await? > 0)
}

fn to_account(record: &Record) -> Result<ProviderAccount, Fault> {
    let id = record.id("id").ok_or_else(|| Fault::corrupt("an account elsewhere has no number"))?;
    Ok(ProviderAccount {
        id: ProviderAccountId::from_uuid(id),
        person: person_of(record, "person")?,
        provider: record.personal("provider"),
        created_at: record.instant("created_at"),
        used_at: record.instant("used_at"),
    })
}
