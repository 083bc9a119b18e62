//! Passkeys (W3C Web Authentication): a key in somebody's own device that proves who they are, instead of a password and a
//! code. The device asks for their finger, face or code first, and the key works for this house's address alone.
//!
//! No device is told more of anybody than the name they go by.

use super::sign_in::{Device, Opened, open};
use super::{ceremonies, door, own, sessions};
use crate::{Context, Error, Refusal, SignedIn};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::ids::{PasskeyId, PersonId};
use privacy::{Act, Personal};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use store::people::passkeys::{self as stored, Passkey};
use store::{Fault, Tx, people};
use webauthn_rs::prelude::{
    DiscoverableAuthentication, DiscoverableKey, Passkey as Key, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

/// How many passkeys somebody may have: one for each device, and more than anybody has devices.
const AT_MOST: usize = 20;

/// Makes and checks proofs for the address at which people reach this house.
pub struct Passkeys(Webauthn);

impl Passkeys {
    /// For a house at this address, such as `https://print.example.org`. `None` where browsers have no passkeys: without
    /// HTTPS, but for `localhost`, and where the address is numbers instead of a name.
    pub fn at(public_url: &str) -> Option<Self> {
        let url = url::Url::parse(public_url).ok()?;
        let name = url.domain()?;
        if url.scheme() != "https" && name != "localhost" {
            return None;
        }
        let builder = WebauthnBuilder::new(name, &url).ok()?.rp_name("Printkeep");
        builder.build().ok().map(Self)
    }
}

/// A proof that was begun.
#[derive(Debug, Serialize)]
pub struct Begun {
    /// Which; the answer names it.
    pub ceremony: String,
    /// What the browser needs to ask the device.
    pub options: Value,
}

/// My passkeys.
///
/// # Errors
/// A fault.
pub async fn passkeys(ctx: &Context, me: &SignedIn) -> Result<Vec<Passkey>, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(own(me, Act::Read, "passkey", "security")).await?;
    Ok(stored::list(&grant).await?)
}

/// Begins to add a passkey.
///
/// # Errors
/// [`Refusal::ProveAgain`] where I signed in a while ago; a refusal where this house has no address for passkeys.
pub async fn begin_passkey(ctx: &Context, me: &SignedIn) -> Result<Begun, Error> {
    let passkeys = of(ctx)?;
    let tx = ctx.store.begin().await?;
    let (name, has) = {
        drop(tx.authorise(own(me, Act::Create, "passkey", "security")).await?);
        let grant = tx.authorise(own(me, Act::Read, "passkey", "security")).await?;
        let has = stored::list(&grant).await?.iter().map(public).collect::<Result<Vec<Key>, Fault>>()?;
        room(has.len())?;
        let grant = tx.authorise(own(me, Act::Read, "person", "account")).await?;
        let account = people::account(&grant).await?.ok_or(Refusal::NotFound)?;
        (account.name.map(|name| name.reveal().clone()).unwrap_or_default(), has)
    };
    let (challenge, state) = passkeys
        .0
        .start_passkey_registration(me.person.uuid(), &name, &name, None)
        .map_err(|_| Fault::Corrupt("a passkey could not be begun".to_owned()))?;
    let mut options = json(&challenge)?;
    // Signing in starts from the device, without an address: only a key that the device itself can find is of use.
    if let Some(selection) = options.pointer_mut("/publicKey/authenticatorSelection") {
        *selection = serde_json::json!({
            "residentKey": "required", "requireResidentKey": true, "userVerification": "required"
        });
    }
    // A device that has one already would put the new one in its place. Said to the browser alone: what lies waiting here
    // names nobody.
    if let Some(asked) = options.pointer_mut("/publicKey").and_then(Value::as_object_mut) {
        let id = |key: &Key| BASE64_URL_SAFE_NO_PAD.encode(key.cred_id());
        let known = has.iter().map(|key| serde_json::json!({ "type": "public-key", "id": id(key) }));
        asked.insert("excludeCredentials".to_owned(), known.collect());
    }
    // By which finger or code the device knew its owner is nothing to the house.
    if let Some(extensions) = options.pointer_mut("/publicKey/extensions").and_then(Value::as_object_mut) {
        extensions.remove("uvm");
    }
    begin(ctx, tx, &state, options).await
}

/// Adds the passkey that the device made, and calls it `name`.
///
/// # Errors
/// A refusal of a name, of an answer that fits nothing, or of a key that is known already.
pub async fn add_passkey(
    ctx: &Context,
    me: &SignedIn,
    ceremony: &str,
    name: &str,
    answer: &Value,
) -> Result<(), Error> {
    let passkeys = of(ctx)?;
    let name = crate::text::line("passkey_name", name, 80)?;
    let state: PasskeyRegistration = end(ctx, ceremony).await?;
    let answer: RegisterPublicKeyCredential = read(answer)?;
    let key = passkeys.0.finish_passkey_registration(&answer, &state).map_err(|_| Refusal::PasskeyUnknown)?;
    let public = Personal::new(json(&key)?.to_string());
    let tx = ctx.store.begin().await?;
    {
        let grant = tx.authorise(own(me, Act::Read, "passkey", "security")).await?;
        room(stored::list(&grant).await?.len())?;
        let grant = tx.authorise(super::door_anyone("passkey")).await?;
        if stored::by_credential(&grant, key.cred_id()).await?.is_some() {
            return Err(Refusal::Conflict("This device has a passkey for this house already.").into());
        }
        let grant = tx.authorise(own(me, Act::Create, "passkey", "security")).await?;
        let id = PasskeyId::fresh(&**ctx.store.random());
        stored::insert(&grant, id, key.cred_id(), &public, &name).await?;
    }
    Ok(tx.commit().await?)
}

/// Ends one of my passkeys.
///
/// # Errors
/// [`Refusal::NotFound`] if I have no such passkey.
pub async fn end_passkey(ctx: &Context, me: &SignedIn, id: PasskeyId) -> Result<(), Error> {
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(own(me, Act::Erase, "passkey", "security")).await?;
    let ended = stored::end(&grant, id).await?;
    drop(grant);
    tx.commit().await?;
    if ended { Ok(()) } else { Err(Refusal::NotFound.into()) }
}

/// Begins a proof by passkey, for whoever `source` is: the same question for everybody, known here or not.
///
/// # Errors
/// [`Refusal::TooManyTries`]; a refusal where this house has no address for passkeys.
pub async fn begin_proof(ctx: &Context, source: &str) -> Result<Begun, Error> {
    ctx.limits.try_from_source(source)?;
    let (challenge, state) = of(ctx)?
        .0
        .start_discoverable_authentication()
        .map_err(|_| Fault::Corrupt("a proof by passkey could not be begun".to_owned()))?;
    let mut options = json(&challenge)?;
    if let Some(options) = options.as_object_mut() {
        // It is asked for by a button, not offered beside a field.
        options.remove("mediation");
    }
    if let Some(public) = options.pointer_mut("/publicKey").and_then(Value::as_object_mut) {
        public.remove("extensions");
    }
    begin(ctx, ctx.store.begin().await?, &state, options).await
}

/// Signs in whoever the passkey belongs to.
///
/// # Errors
/// [`Refusal::PasskeyUnknown`].
pub async fn sign_in_with_passkey(
    ctx: &Context,
    ceremony: &str,
    answer: &Value,
    device: Device,
) -> Result<Opened, Error> {
    let proof = Proof::read(ctx, ceremony, answer).await?;
    let tx = ctx.store.begin().await?;
    let person = proof.whose()?;
    proof.holds(ctx, &tx, person).await?;
    let role = {
        let grant = tx.authorise(door(Act::Read, "person", person, "security")).await?;
        people::credentials(&grant).await?.ok_or(Refusal::PasskeyUnknown)?.role
    };
    let opened = open(ctx, &tx, person, role, device, true).await?;
    tx.commit().await?;
    Ok(opened)
}

/// Proves again who I am, by passkey.
///
/// # Errors
/// [`Refusal::PasskeyUnknown`], also for somebody else's.
pub async fn prove_with_passkey(
    ctx: &Context,
    me: &SignedIn,
    ceremony: &str,
    answer: &Value,
) -> Result<(), Error> {
    let proof = Proof::read(ctx, ceremony, answer).await?;
    let tx = ctx.store.begin().await?;
    proof.holds(ctx, &tx, me.person).await?;
    sessions::proven(me, &tx).await?;
    Ok(tx.commit().await?)
}

/// A device's answer, with what it must fit.
struct Proof {
    answer: PublicKeyCredential,
    state: DiscoverableAuthentication,
}

impl Proof {
    async fn read(ctx: &Context, ceremony: &str, answer: &Value) -> Result<Self, Error> {
        let state = end(ctx, ceremony).await?;
        Ok(Self { answer: read(answer)?, state })
    }

    /// Whose passkey the device says it is. It may say anything; only [`Proof::holds`] shows it.
    fn whose(&self) -> Result<PersonId, Refusal> {
        let handle = self.answer.get_user_unique_id().ok_or(Refusal::PasskeyUnknown)?;
        let id = uuid::Uuid::from_slice(handle).map_err(|_| Refusal::PasskeyUnknown)?;
        Ok(PersonId::from_uuid(id))
    }

    /// Checks the answer against this person's passkey of that number, and notes that it was used.
    async fn holds(self, ctx: &Context, tx: &Tx, person: PersonId) -> Result<(), Error> {
        let grant = match tx.authorise(door(Act::Change, "passkey", person, "security")).await {
            // Whoever was erased, or never was, is told what anybody is told.
            Err(store::Error::Refused(_)) => return Err(Refusal::PasskeyUnknown.into()),
            grant => grant?,
        };
        let known = stored::by_credential(&grant, self.answer.get_credential_id()).await?;
        let known = known.ok_or(Refusal::PasskeyUnknown)?;
        let (id, mut key) = (known.id, public(&known)?);
        let result = of(ctx)?
            .0
            .finish_discoverable_authentication_v2(&self.answer, self.state, DiscoverableKey::from(&key))
            .map_err(|_| Refusal::PasskeyUnknown)?;
        key.update_credential(&result);
        stored::used(&grant, id, &Personal::new(json(&key)?.to_string())).await?;
        Ok(())
    }
}

/// The public half of a passkey, as the library knows it.
fn public(known: &Passkey) -> Result<Key, Fault> {
    let read = known.public.as_ref().and_then(|text| serde_json::from_str(text.reveal()).ok());
    read.ok_or_else(|| Fault::Corrupt("a passkey cannot be read".to_owned()))
}

fn of(ctx: &Context) -> Result<&Passkeys, Refusal> {
    let why = "This house is not reached in a way in which browsers have passkeys.";
    ctx.passkeys.as_deref().ok_or(Refusal::Conflict(why))
}

fn room(has: usize) -> Result<(), Refusal> {
    let full = "You have as many passkeys as there can be. End one that you no longer use.";
    if has < AT_MOST { Ok(()) } else { Err(Refusal::Conflict(full)) }
}

async fn begin(ctx: &Context, tx: Tx, state: &impl Serialize, options: Value) -> Result<Begun, Error> {
    let ceremony = ceremonies::begin(ctx, tx, state).await?.to_string();
    Ok(Begun { ceremony, options })
}

async fn end<T: DeserializeOwned>(ctx: &Context, ceremony: &str) -> Result<T, Error> {
    Ok(ceremonies::end(ctx, ceremony).await?.ok_or(Refusal::PasskeyUnknown)?)
}

fn read<T: DeserializeOwned>(answer: &Value) -> Result<T, Refusal> {
    serde_json::from_value(answer.clone()).map_err(|_| Refusal::PasskeyUnknown)
}

fn json(value: &impl Serialize) -> Result<Value, Fault> {
    serde_json::to_value(value).map_err(|_| Fault::Corrupt("a passkey could not be written".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::Passkeys;

    #[test]
    fn passkeys_need_a_name_and_a_way_that_nobody_listens_to() {
        for (url, has) in [
            ("https://print.example.org", true),
            ("https://print.example.org:8443", true),
            ("http://localhost:8080", true),
            ("http://print.example.org", false),
            ("http://127.0.0.1:8080", false),
            ("https://192.0.2.7", false),
            ("https://[2001:db8::1]", false),
            ("print.example.org", false),
        ] {
            assert_eq!(Passkeys::at(url).is_some(), has, "{url}");
        }
    }
}
