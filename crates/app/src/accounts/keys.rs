//! Keys for programs: made by their owner, limited to scopes, shown once.

use super::{door, door_anyone, own, token, unused};
use crate::{By, Context, Error, Refusal, SignedIn, text};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::ids::ApiKeyId;
use privacy::Act;
use store::people;
use store::people::codes::{self, ApiKey};

/// What a key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Look.
    Read,
    /// Store models and print.
    Print,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 2] = [Self::Read, Self::Print];

    /// Its name in storage and in the JSON interface.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Print => "print",
        }
    }
}

/// A key that was made. Its secret is shown now and never again.
#[derive(Debug)]
pub struct NewKey {
    /// Which.
    pub id: ApiKeyId,
    /// The secret, as a program sends it.
    pub secret: String,
}

/// So that a leaked key is recognised as one.
const PREFIX: &str = "pk_";

/// Makes a key for programs.
///
/// # Errors
/// A refusal that names a field.
pub async fn make_key(ctx: &Context, me: &SignedIn, name: &str, scopes: &[Scope]) -> Result<NewKey, Error> {
    let name = text::line("name", name, 80)?;
    if scopes.is_empty() {
        return Err(Refusal::field("scopes", "Choose what the key may do.").into());
    }
    let scopes: Vec<&str> = scopes.iter().map(|s| s.name()).collect();
    let random = ctx.store.random();
    let (id, secret) = (ApiKeyId::fresh(&**random), token(&**random));
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(own(me, Act::Create, "api_key", "security")).await?;
    codes::api_key_insert(&grant, id, &secret, &name, &scopes.join(" ")).await?;
    drop(grant);
    tx.commit().await?;
    Ok(NewKey { id, secret: format!("{PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(secret)) })
}

/// My keys.
///
/// # Errors
/// A fault.
pub async fn keys(ctx: &Context, me: &SignedIn) -> Result<Vec<ApiKey>, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(own(me, Act::Read, "api_key", "security")).await?;
    Ok(codes::api_key_list(&grant).await?)
}

/// Ends one of my keys.
///
/// # Errors
/// [`Refusal::NotFound`] if I have no such key.
pub async fn end_key(ctx: &Context, me: &SignedIn, id: ApiKeyId) -> Result<(), Error> {
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(own(me, Act::Erase, "api_key", "security")).await?;
    let ended = codes::api_key_end(&grant, id).await?;
    drop(grant);
    tx.commit().await?;
    if ended { Ok(()) } else { Err(Refusal::NotFound.into()) }
}

/// Who is behind a key, and what it may do; `None` if there is no such key.
///
/// # Errors
/// A fault.
pub async fn authenticate_key(ctx: &Context, secret: &str) -> Result<Option<(SignedIn, Vec<Scope>)>, Error> {
    let Some(Ok(secret)) = secret.strip_prefix(PREFIX).map(|s| BASE64_URL_SAFE_NO_PAD.decode(s)) else {
        return Ok(None);
    };
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(door_anyone("api_key")).await?;
    let Some(key) = codes::api_key_by_token(&grant, &secret).await? else { return Ok(None) };
    let grant = match tx.authorise(door(Act::Read, "person", key.person, "security")).await {
        Ok(grant) => grant,
        Err(store::Error::Refused(_)) => return Ok(None),
        Err(e) => return Err(e.into()),
    };
    let Some(known) = people::credentials(&grant).await? else { return Ok(None) };
    drop(grant);
    drop(tx);
    unused::used_by_program(ctx, key.person).await?;
    let scopes = Scope::ALL.into_iter().filter(|s| key.scopes.split(' ').any(|w| w == s.name())).collect();
    Ok(Some((SignedIn { person: key.person, role: known.role, by: By::Key(key.id), proven: false }, scopes)))
}
