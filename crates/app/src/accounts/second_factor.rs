//! One-time codes (RFC 6238) and the recovery codes that replace them once.

use super::{code, fold, own};
use crate::{Context, Error, Refusal, SignedIn};
use domain::time::Instant;
use privacy::{Act, Personal};
use store::people::{self, Change, Credentials, codes};
use totp_rs::{Builder, Secret, Totp};

/// What somebody needs to set up an app for one-time codes. Shown once.
#[derive(Debug)]
pub struct Enrolment {
    /// The secret to type, in base 32.
    pub secret: Personal<String>,
    /// The same as an `otpauth:` address, for a link or a QR code.
    pub address: Personal<String>,
}

const RECOVERY_CODES: usize = 10;

/// Codes are a lock: whoever puts one on or takes it off, and is not the owner, locks them out or comes in (a browser that was left open,
/// an account elsewhere).
fn lately(me: &SignedIn) -> Result<(), Refusal> {
    if me.proven { Ok(()) } else { Err(Refusal::ProveAgain) }
}

/// Whether one-time codes are asked for when I sign in.
///
/// # Errors
/// A fault.
pub async fn asks_for_codes(ctx: &Context, me: &SignedIn) -> Result<bool, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(own(me, Act::Read, "person", "security")).await?;
    Ok(people::credentials(&grant).await?.is_some_and(|known| known.totp_on))
}

/// Begins to ask for one-time codes: makes the secret. Nothing changes until a code is confirmed.
///
/// # Errors
/// A refusal if codes are asked for already.
pub async fn begin_totp(ctx: &Context, me: &SignedIn) -> Result<Enrolment, Error> {
    lately(me)?;
    let mut bytes = vec![0; 20];
    ctx.store.random().fill(&mut bytes);
    let secret = Secret::from(bytes);
    let text = secret.to_base32();
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(own(me, Act::Change, "person", "security")).await?;
    let known = people::credentials(&grant).await?.ok_or(Refusal::NotFound)?;
    if known.totp_on {
        return Err(Refusal::Conflict("One-time codes are on already. Switch them off first.").into());
    }
    let change = Change { totp: Some(Some(Personal::new(text.clone()))), ..Change::default() };
    people::change(&grant, change).await?;
    drop(grant);
    tx.commit().await?;
    let address = format!("otpauth://totp/Printkeep?secret={text}&issuer=Printkeep");
    Ok(Enrolment { secret: Personal::new(text), address: Personal::new(address) })
}

/// Asks for one-time codes from now on, if the code is right. Returns the recovery codes, shown once.
///
/// # Errors
/// A refusal if the code is not right.
pub async fn confirm_totp(ctx: &Context, me: &SignedIn, typed: &str) -> Result<Vec<String>, Error> {
    lately(me)?;
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(own(me, Act::Change, "person", "security")).await?;
    let known = people::credentials(&grant).await?.ok_or(Refusal::NotFound)?;
    let Some(step) = step(&known, typed, tx.now()) else {
        return Err(Refusal::field("code", "This code is not right. Type the one the app shows now.").into());
    };
    people::change(&grant, Change { totp_on: Some(true), totp_step: Some(step), ..Change::default() })
        .await?;
    let grant = tx.authorise(own(me, Act::Erase, "recovery_code", "security")).await?;
    codes::recovery_clear(&grant).await?;
    let random = ctx.store.random().clone();
    let shown: Vec<String> = (0..RECOVERY_CODES).map(|_| code(&*random, 2)).collect();
    let folded: Vec<String> = shown.iter().map(|c| fold(c)).collect();
    let grant = tx.authorise(own(me, Act::Create, "recovery_code", "security")).await?;
    codes::recovery_insert(&grant, &*random, &folded).await?;
    drop(grant);
    tx.commit().await?;
    Ok(shown)
}

/// Asks for one-time codes no longer.
///
/// # Errors
/// A fault.
pub async fn end_totp(ctx: &Context, me: &SignedIn) -> Result<(), Error> {
    lately(me)?;
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(own(me, Act::Change, "person", "security")).await?;
    people::change(&grant, Change { totp: Some(None), totp_on: Some(false), ..Change::default() }).await?;
    let grant = tx.authorise(own(me, Act::Erase, "recovery_code", "security")).await?;
    codes::recovery_clear(&grant).await?;
    drop(grant);
    Ok(tx.commit().await?)
}

/// How many recovery codes are left.
///
/// # Errors
/// A fault.
pub async fn recovery_codes_left(ctx: &Context, me: &SignedIn) -> Result<usize, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(own(me, Act::Read, "recovery_code", "security")).await?;
    Ok(codes::recovery_left(&grant).await?)
}

/// The step of a right code that was not used before.
pub(crate) fn step(known: &Credentials, typed: &str, now: Instant) -> Option<i64> {
    let typed: String = typed.chars().filter(char::is_ascii_digit).collect();
    let secret = Secret::try_from_base32(known.totp.as_ref()?.reveal()).ok()?;
    let totp: Totp = Builder::new().with_secret(secret).build().ok()?;
    let step = totp.check(&typed, u64::try_from(now.micros() / 1_000_000).ok()?)?;
    let step = i64::try_from(step).ok()?;
    known.totp_step.is_none_or(|used| step > used).then_some(step)
}
