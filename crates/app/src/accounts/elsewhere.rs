//! Signing in by a service elsewhere, which the operator named: an OpenID provider says by a number of its own who somebody is.
//!
//! Nobody gets an account by it, and nothing about anybody is taken over from it: whoever has an account here connects the two under
//! Settings, and from then on that number signs them in. Who somebody is there is kept as a digest.

use super::sign_in::{Device, Opened, open};
use super::{ceremonies, door, door_anyone, own, token};
use crate::disclosures::{PROVIDER, Service, serves};
use crate::{By, Context, Error, Refusal, SignedIn};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use courier::{CODE, NONCE, NotSaid, Provider, STATE, VERIFIER};
use domain::ids::ProviderAccountId;
use privacy::{Act, Outbound, Personal};
use serde::{Deserialize, Serialize};
use std::time::SystemTime;
use store::people::provider_accounts::{self as stored, ProviderAccount};
use store::{Fault, people};
use url::Url;

/// How many accounts elsewhere somebody may have.
const AT_MOST: usize = 5;

/// A service elsewhere by which people may sign in.
pub struct Elsewhere {
    /// Asks it who somebody is.
    pub provider: Provider,
    /// What people know it as.
    pub name: String,
    /// Whether it is this house's own, so that nobody else learns that somebody signs in.
    pub own: bool,
}

/// On the way to the service.
#[derive(Debug)]
pub struct Leaving {
    /// Where to.
    pub url: Url,
    /// What the browser keeps meanwhile, to be known again.
    pub secret: String,
}

/// What the service said, with which it sent somebody back.
#[derive(Debug)]
pub struct Said {
    /// Which question it answers.
    pub state: String,
    /// What fetches the answer; `None` where it did not want to say who somebody is, or they did not.
    pub code: Option<String>,
    /// Who says so.
    pub issuer: Option<String>,
    /// What the browser kept.
    pub secret: String,
}

/// What came of it.
#[derive(Debug)]
pub enum CameBack {
    /// They are signed in.
    SignedIn(Opened),
    /// Their account there signs them in from now on.
    Connected,
}

/// What is kept until somebody comes back.
#[derive(Serialize, Deserialize)]
struct Waiting {
    /// For whoever connects, a digest of the session in which they began.
    connects: Option<String>,
    secret: String,
    nonce: String,
    verifier: String,
}

/// What people know the service as by which they may sign in today, if there is one.
pub fn elsewhere(ctx: &Context) -> Option<&str> {
    offered(ctx).ok().map(|elsewhere| elsewhere.name.as_str())
}

/// My accounts elsewhere.
///
/// # Errors
/// A fault.
pub async fn accounts_elsewhere(ctx: &Context, me: &SignedIn) -> Result<Vec<ProviderAccount>, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(own(me, Act::Read, "provider_account", "security")).await?;
    Ok(stored::list(&grant).await?)
}

/// Sends somebody at `source` elsewhere, to sign in.
///
/// # Errors
/// [`Refusal::TooManyTries`]; a refusal where there is no such service, or it does not answer.
pub async fn sign_in_elsewhere(ctx: &Context, source: &str) -> Result<Leaving, Error> {
    ctx.limits.try_from_source(source)?;
    leave(ctx, None).await
}

/// Sends me elsewhere, to connect my account there with mine here.
///
/// # Errors
/// [`Refusal::ProveAgain`] where I signed in a while ago; a refusal where there is no such service, or it does not answer.
pub async fn connect_elsewhere(ctx: &Context, me: &SignedIn) -> Result<Leaving, Error> {
    let tx = ctx.store.begin().await?;
    drop(tx.authorise(own(me, Act::Create, "provider_account", "security")).await?);
    drop(tx);
    room(accounts_elsewhere(ctx, me).await?.len())?;
    leave(ctx, Some(session_of(me))).await
}

async fn leave(ctx: &Context, connects: Option<String>) -> Result<Leaving, Error> {
    let elsewhere = offered(ctx)?;
    let fresh = || BASE64_URL_SAFE_NO_PAD.encode(token(&**ctx.store.random()));
    let waiting = Waiting { connects, secret: fresh(), nonce: fresh(), verifier: fresh() };
    let state = ceremonies::begin(ctx, ctx.store.begin().await?, &waiting).await?.to_string();
    let fields = [(STATE, state), (NONCE, waiting.nonce), (VERIFIER, waiting.verifier)];
    let url = elsewhere.provider.ask(&envelope(ctx, fields)?).await.map_err(refused)?;
    Ok(Leaving { url, secret: waiting.secret })
}

/// Takes what the service said, from whoever comes back from it.
///
/// # Errors
/// [`Refusal::ElsewhereUnknown`]; a refusal where an account there is connected already, with mine or with another.
pub async fn come_back(
    ctx: &Context,
    me: Option<&SignedIn>,
    said: Said,
    device: Device,
) -> Result<CameBack, Error> {
    let elsewhere = offered(ctx)?;
    let waiting: Waiting = ceremonies::end(ctx, &said.state).await?.ok_or(Refusal::ElsewhereUnknown)?;
    let from_it = said.issuer.is_none_or(|issuer| elsewhere.provider.is_called(&issuer));
    let code = said.code.filter(|_| from_it && said.secret == waiting.secret);
    let fields = [(CODE, code.ok_or(Refusal::ElsewhereUnknown)?), (VERIFIER, waiting.verifier)];
    let now = SystemTime::from(ctx.store.clock().now().timestamp());
    let answer = envelope(ctx, fields)?;
    let subject = elsewhere.provider.answered(&answer, &waiting.nonce, now).await.map_err(refused)?;
    if let Some(began) = waiting.connects {
        // Somebody else may sit at this browser by now.
        let me = me.filter(|me| session_of(me) == began).ok_or(Refusal::ElsewhereUnknown)?;
        connect(ctx, me, &elsewhere.name, &subject).await?;
        return Ok(CameBack::Connected);
    }
    Ok(CameBack::SignedIn(enter(ctx, &subject, device).await?))
}

async fn connect(ctx: &Context, me: &SignedIn, name: &str, subject: &Personal<String>) -> Result<(), Error> {
    let tx = ctx.store.begin().await?;
    {
        let grant = tx.authorise(own(me, Act::Read, "provider_account", "security")).await?;
        room(stored::list(&grant).await?.len())?;
        let grant = tx.authorise(door_anyone("provider_account")).await?;
        if stored::by_subject(&grant, subject).await?.is_some() {
            let why = "That account signs somebody in here already, you or somebody else.";
            return Err(Refusal::Conflict(why).into());
        }
        let grant = tx.authorise(own(me, Act::Create, "provider_account", "security")).await?;
        stored::insert(&grant, ProviderAccountId::fresh(&**ctx.store.random()), subject, name).await?;
    }
    Ok(tx.commit().await?)
}

async fn enter(ctx: &Context, subject: &Personal<String>, device: Device) -> Result<Opened, Error> {
    let tx = ctx.store.begin().await?;
    let known = {
        let grant = tx.authorise(door_anyone("provider_account")).await?;
        stored::by_subject(&grant, subject).await?.ok_or(Refusal::ElsewhereUnknown)?
    };
    let role = {
        let grant = tx.authorise(door(Act::Read, "person", known.person, "security")).await?;
        people::credentials(&grant).await?.ok_or(Refusal::ElsewhereUnknown)?.role
    };
    {
        let grant = tx.authorise(door(Act::Change, "provider_account", known.person, "security")).await?;
        stored::used(&grant, known.id).await?;
    }
    // The service may have known them since this morning: what needs a fresh proof needs one given here.
    let opened = open(ctx, &tx, known.person, role, device, false).await?;
    tx.commit().await?;
    Ok(opened)
}

/// Lets an account elsewhere sign me in no more.
///
/// # Errors
/// [`Refusal::NotFound`] if I have no such account.
pub async fn disconnect_elsewhere(ctx: &Context, me: &SignedIn, id: ProviderAccountId) -> Result<(), Error> {
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(own(me, Act::Erase, "provider_account", "security")).await?;
    let ended = stored::end(&grant, id).await?;
    drop(grant);
    tx.commit().await?;
    if ended { Ok(()) } else { Err(Refusal::NotFound.into()) }
}

/// The service, if this house has one and may send people there today.
fn offered(ctx: &Context) -> Result<&Elsewhere, Refusal> {
    let elsewhere = ctx.elsewhere.as_deref();
    let may = |elsewhere: &&Elsewhere| elsewhere.own || serves(ctx, Service::SignIn).is_ok();
    elsewhere
        .filter(may)
        .ok_or(Refusal::Conflict("This house has no other service by which you could sign in."))
}

fn session_of(me: &SignedIn) -> String {
    match me.by {
        By::Session(id) => store::digest("sign-in.elsewhere", id.uuid().as_bytes()),
        By::Key(_) => String::new(),
    }
}

fn envelope<const N: usize>(ctx: &Context, fields: [(&str, String); N]) -> Result<Outbound, Error> {
    let fields = fields.map(|(name, value)| (name, value.into_bytes()));
    Outbound::to(ctx.store.book(), PROVIDER, fields).map_err(|why| Fault::Corrupt(why.to_string()).into())
}

fn refused(why: NotSaid) -> Refusal {
    tracing::warn!(fault = %why, "nobody was signed in by the other service");
    match why {
        NotSaid::Unreachable => Refusal::Conflict(
            "The other service does not answer as it should. Try again later, or sign in with your password.",
        ),
        NotSaid::Refused | NotSaid::Unfit => Refusal::ElsewhereUnknown,
    }
}

fn room(has: usize) -> Result<(), Refusal> {
    let full = "You have as many accounts elsewhere as can sign you in. End one that you no longer use.";
    if has < AT_MOST { Ok(()) } else { Err(Refusal::Conflict(full)) }
}
