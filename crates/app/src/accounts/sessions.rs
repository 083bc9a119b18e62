//! Sessions: who is behind a browser, and how people see and end them.

use super::second_factor::{self, Code};
use super::{door, door_anyone, own, password, unused};
use crate::{By, Context, Error, Refusal, SignedIn};
use domain::ids::SessionId;
use privacy::{Act, Personal};
use store::Tx;
use store::people::{self, Change, sessions as stored};

/// How often a session's last use is noted, in seconds.
const NOTED_EVERY: i64 = 60;
/// How long a proof of who somebody is lasts, in seconds: long enough for one errand, shorter than a meal.
const PROOF_LASTS: i64 = 15 * 60;

/// Who is behind this token; `None` if the session has ended.
///
/// # Errors
/// A fault.
pub async fn authenticate(ctx: &Context, token: &[u8]) -> Result<Option<SignedIn>, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(door_anyone("session")).await?;
    let Some(session) = stored::by_token(&grant, token).await? else { return Ok(None) };
    drop(grant);
    let role = match tx.authorise(door(Act::Read, "person", session.person, "security")).await {
        Ok(grant) => people::credentials(&grant).await?.map(|c| c.role),
        Err(store::Error::Refused(_)) => None,
        Err(e) => return Err(e.into()),
    };
    let Some(role) = role else { return Ok(None) };
    let now = tx.now();
    let stale = session.seen_at.is_none_or(|seen| now.seconds_since(seen) >= NOTED_EVERY);
    drop(tx);
    if stale {
        let tx = ctx.store.begin().await?;
        let grant = tx.authorise(door(Act::Change, "session", session.person, "security")).await?;
        stored::seen(&grant, session.id).await?;
        drop(grant);
        unused::used(&tx, session.person).await?;
        tx.commit().await?;
    }
    let proven = session.proven_at.is_some_and(|at| (0..PROOF_LASTS).contains(&now.seconds_since(at)));
    Ok(Some(SignedIn { person: session.person, role, by: By::Session(session.id), proven }))
}

/// My sessions, the latest used first.
///
/// # Errors
/// A fault.
pub async fn sessions(ctx: &Context, me: &SignedIn) -> Result<Vec<stored::Session>, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(own(me, Act::Read, "session", "security")).await?;
    Ok(stored::list(&grant).await?)
}

/// Ends one of my sessions.
///
/// # Errors
/// [`Refusal::NotFound`] if I have no such session.
pub async fn end_session(ctx: &Context, me: &SignedIn, id: SessionId) -> Result<(), Error> {
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(own(me, Act::Erase, "session", "security")).await?;
    let ended = stored::end(&grant, id).await?;
    drop(grant);
    tx.commit().await?;
    if ended { Ok(()) } else { Err(Refusal::NotFound.into()) }
}

/// Ends all my sessions but this one.
///
/// # Errors
/// A fault.
pub async fn end_other_sessions(ctx: &Context, me: &SignedIn) -> Result<u64, Error> {
    let keep = match me.by {
        By::Session(id) => Some(id),
        By::Key(_) => None,
    };
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(own(me, Act::Erase, "session", "security")).await?;
    let ended = stored::end_others(&grant, keep).await?;
    drop(grant);
    tx.commit().await?;
    Ok(ended)
}

/// Ends this session.
///
/// # Errors
/// A fault.
pub async fn sign_out(ctx: &Context, me: &SignedIn) -> Result<(), Error> {
    match me.by {
        By::Session(id) => end_session(ctx, me, id).await,
        By::Key(_) => Ok(()),
    }
}

/// Proves again who I am, by what a sign-in asks for: password, and a code where I want one asked for.
///
/// # Errors
/// As [`confirm`]; [`Refusal::CodeNeeded`] once the password is right, and a refusal that names the code.
pub async fn prove_again(
    ctx: &Context,
    me: &SignedIn,
    typed: &Personal<String>,
    code: Option<&str>,
) -> Result<(), Error> {
    confirm(ctx, me, typed).await?;
    let tx = ctx.store.begin().await?;
    {
        let grant = tx.authorise(own(me, Act::Change, "person", "security")).await?;
        let known = people::credentials(&grant).await?.ok_or(Refusal::NotFound)?;
        match second_factor::judge(&tx, me.person, &known, code).await? {
            Code::Good(None) => {}
            Code::Good(totp_step) => {
                people::change(&grant, Change { totp_step, ..Change::default() }).await?;
            }
            Code::Needed => return Err(Refusal::CodeNeeded.into()),
            Code::Wrong => return Err(wrong(ctx, me, "code")),
        }
    }
    proven(me, &tx).await?;
    Ok(tx.commit().await?)
}

/// Confirms by my password something that cannot be taken back. It is no proof for anything else.
///
/// Wrong tries count apart from those at the door, where strangers could keep me from my own account.
///
/// # Errors
/// A refusal that names the password; [`Refusal::TooManyTries`].
pub async fn confirm(ctx: &Context, me: &SignedIn, typed: &Personal<String>) -> Result<(), Error> {
    ctx.limits.may_prove(me.person, ctx.store.clock().now())?;
    let digest = {
        let tx = ctx.store.look().await?;
        let grant = tx.authorise(own(me, Act::Read, "person", "security")).await?;
        people::credentials(&grant).await?.and_then(|c| c.password)
    };
    if password::is_right(ctx, typed, digest).await? { Ok(()) } else { Err(wrong(ctx, me, "password")) }
}

fn wrong(ctx: &Context, me: &SignedIn, field: &'static str) -> Error {
    ctx.limits.proved_wrongly(me.person, ctx.store.clock().now());
    let why = "That is not right. After five wrong tries nobody can try again here for an hour.";
    Refusal::field(field, why).into()
}

/// Notes that somebody proved again who they are. A key for programs proves nobody's presence.
pub(super) async fn proven(me: &SignedIn, tx: &Tx) -> Result<(), Error> {
    if let By::Session(id) = me.by {
        let grant = tx.authorise(own(me, Act::Change, "session", "security")).await?;
        stored::proven(&grant, id).await?;
    }
    Ok(())
}
