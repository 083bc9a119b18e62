//! Codes and keys that stand for somebody: recovery codes, keys for programs, invitations. Only digests are kept.

use crate::fault::{Error, Fault};
use crate::record::person_of;
use crate::sql::Value;
use crate::tx::Grant;
use domain::ids::{ApiKeyId, InvitationId, PersonId};
use domain::person::Role;
use domain::random::Random;
use domain::time::Instant;
use privacy::Personal;
use uuid::Uuid;

/// A key for programs.
#[derive(Debug)]
pub struct ApiKey {
    /// Which.
    pub id: ApiKeyId,
    /// Whose.
    pub person: PersonId,
    /// What its owner calls it.
    pub name: Option<Personal<String>>,
    /// What it may do: words separated by spaces.
    pub scopes: String,
    /// Since when.
    pub created_at: Option<Instant>,
    /// When it was last used.
    pub used_at: Option<Instant>,
}

/// Stores recovery codes; the grant is to create `recovery_code`.
///
/// # Errors
/// A refusal or a fault.
pub async fn recovery_insert(grant: &Grant<'_>, random: &dyn Random, codes: &[String]) -> Result<(), Error> {
    for code in codes {
        grant.insert(fresh(random), &[("code", code.as_str().into())]).await?;
    }
    Ok(())
}

/// Uses up a recovery code; the grant is to change `recovery_code`. Returns whether it was good.
///
/// # Errors
/// A fault.
pub async fn recovery_use(grant: &Grant<'_>, code: &str) -> Result<bool, Error> {
    let Some(record) = grant.find("code", code.as_bytes()).await? else { return Ok(false) };
    let (Some(id), None) = (record.id("id"), record.instant("used_at")) else { return Ok(false) };
    grant.update(id, &[("used_at", grant.now().into())]).await
}

/// How many recovery codes are left; the grant is to read `recovery_code`.
///
/// # Errors
/// A fault.
pub async fn recovery_left(grant: &Grant<'_>) -> Result<usize, Error> {
    Ok(grant.list("used_at IS NULL", "", &[]).await?.len())
}

/// Forgets the person's recovery codes; the grant is to erase `recovery_code`.
///
/// # Errors
/// A fault.
pub async fn recovery_clear(grant: &Grant<'_>) -> Result<u64, Error> {
    grant.remove("1 = 1", &[]).await
}

/// Stores a key for programs; the grant is to create `api_key`.
///
/// # Errors
/// A refusal or a fault.
pub async fn api_key_insert(
    grant: &Grant<'_>,
    id: ApiKeyId,
    token: &[u8],
    name: &str,
    scopes: &str,
) -> Result<(), Error> {
    let values: [(&str, Value); 4] = [
        ("token", token.to_vec().into()),
        ("name", name.into()),
        ("scopes", scopes.into()),
        ("created_at", grant.now().into()),
    ];
    grant.insert(id.uuid(), &values).await
}

/// The key with this token; the grant is to read `api_key` of anyone.
///
/// # Errors
/// A fault.
pub async fn api_key_by_token(grant: &Grant<'_>, token: &[u8]) -> Result<Option<ApiKey>, Error> {
    Ok(grant.find("token", token).await?.as_ref().map(to_api_key).transpose()?)
}

/// The person's keys for programs; the grant is to read `api_key`.
///
/// # Errors
/// A fault.
pub async fn api_key_list(grant: &Grant<'_>) -> Result<Vec<ApiKey>, Error> {
    let records = grant.list("1 = 1", "ORDER BY created_at, id", &[]).await?;
    Ok(records.iter().map(to_api_key).collect::<Result<_, _>>()?)
}

/// Ends a key for programs; the grant is to erase `api_key`. Returns whether there was one.
///
/// # Errors
/// A fault.
pub async fn api_key_end(grant: &Grant<'_>, id: ApiKeyId) -> Result<bool, Error> {
    Ok(grant.remove("id = $1", &[id.uuid().into()]).await? > 0)
}

/// An invitation that has not been used.
#[derive(Debug)]
pub struct Invitation {
    /// Which.
    pub id: InvitationId,
    /// Who made it.
    pub made_by: PersonId,
    /// The part in the house that it offers.
    pub role: Role,
    /// When it ends.
    pub ends_at: Option<Instant>,
}

/// Stores an invitation; the grant is to create `invitation`.
///
/// # Errors
/// A refusal or a fault.
pub async fn invitation_insert(
    grant: &Grant<'_>,
    id: InvitationId,
    code: &[u8],
    role: Role,
    ends_at: Instant,
) -> Result<(), Error> {
    let values: [(&str, Value); 4] = [
        ("code", code.to_vec().into()),
        ("role", role.name().into()),
        ("created_at", grant.now().into()),
        ("ends_at", ends_at.into()),
    ];
    grant.insert(id.uuid(), &values).await
}

/// The invitation with this code; the grant is to read `invitation` of anyone.
///
/// # Errors
/// A fault.
pub async fn invitation_by_code(grant: &Grant<'_>, code: &[u8]) -> Result<Option<Invitation>, Error> {
    let Some(record) = grant.find("code", code).await? else { return Ok(None) };
    let found = to_invitation(&record)?;
    Ok(found.ends_at.is_some_and(|end| end > grant.now()).then_some(found))
}

/// The invitations the person made; the grant is to read `invitation`.
///
/// # Errors
/// A fault.
pub async fn invitation_list(grant: &Grant<'_>) -> Result<Vec<Invitation>, Error> {
    let records = grant.list("ends_at > $1", "ORDER BY created_at, id", &[grant.now().into()]).await?;
    Ok(records.iter().map(to_invitation).collect::<Result<_, _>>()?)
}

/// Takes an invitation back, or uses it up; the grant is to erase `invitation`. Returns whether there was one, so
/// that of two who use the same link one succeeds.
///
/// # Errors
/// A fault.
pub async fn invitation_end(grant: &Grant<'_>, id: InvitationId) -> Result<bool, Error> {
    Ok(grant.remove("id = $1", &[id.uuid().into()]).await? > 0)
}

fn fresh(random: &dyn Random) -> Uuid {
    domain::ids::RequestId::fresh(random).uuid()
}

fn to_api_key(record: &crate::Record) -> Result<ApiKey, Fault> {
    let id = record.id("id").ok_or_else(|| Fault::corrupt("a key has no number"))?;
    Ok(ApiKey {
        id: ApiKeyId::from_uuid(id),
        person: person_of(record, "person")?,
        name: record.personal("name"),
        scopes: record.text("scopes").unwrap_or_default().to_owned(),
        created_at: record.instant("created_at"),
        used_at: record.instant("used_at"),
    })
}

fn to_invitation(record: &crate::Record) -> Result<Invitation, Fault> {
    let id = record.id("id").ok_or_else(|| Fault::corrupt("an invitation has no number"))?;
    let role = record.text("role").unwrap_or_default().parse();
    Ok(Invitation {
        id: InvitationId::from_uuid(id),
        made_by: person_of(record, "made_by")?,
        role: role.map_err(|_| Fault::corrupt("an invitation has a role that the program does not know"))?,
        ends_at: record.instant("ends_at"),
    })
}
