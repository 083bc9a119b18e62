//! One-time codes (RFC 6238) and the recovery codes that replace them once.

use super::{code, door, fold, own};
use crate::{Context, Error, Refusal, SignedIn};
use domain::ids::PersonId;
use domain::time::Instant;
use privacy::{Act, Personal};
use store::Tx;
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

/// What somebody typed besides their password, which is right.
pub(super) enum Code {
    /// Nothing more is asked of them, or it is right; with its step, which is used up.
    Good(Option<i64>),
    /// It is not right.
    Wrong,
    /// They want one asked for, and typed none.
    Needed,
}

/// Judges it. A recovery code is used up in the transaction.
pub(super) async fn judge(
    tx: &Tx,
    person: PersonId,
    known: &Credentials,
    typed: Option<&str>,
) -> Result<Code, Error> {
    if !known.totp_on {
        return Ok(Code::Good(None));
    }
    let Some(typed) = typed.filter(|typed| !typed.trim().is_empty()) else { return Ok(Code::Needed) };
    if let Some(step) = step(known, typed, tx.now()) {
        return Ok(Code::Good(Some(step)));
    }
    let grant = tx.authorise(door(Act::Change, "recovery_code", person, "security")).await?;
    Ok(if codes::recovery_use(&grant, &fold(typed)).await? { Code::Good(None) } else { Code::Wrong })
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
/// A refusal if codes are asked for already; [`Refusal::ProveAgain`].
pub async fn begin_totp(ctx: &Context, me: &SignedIn) -> Result<Enrolment, Error> {
    let mut bytes = vec![0; 20];
    ctx.store.random().fill(&mut bytes);
    let secret = Secret::from(bytes);
    let text = secret.to_base32();
    let tx = ctx.store.begin().await?;
    // What the end of it needs is asked for before anybody types a secret into an app.
    drop(tx.authorise(own(me, Act::Create, "recovery_code", "security")).await?);
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
/// A refusal if the code is not right; [`Refusal::ProveAgain`].
pub async fn confirm_totp(ctx: &Context, me: &SignedIn, typed: &str) -> Result<Vec<String>, Error> {
    let tx = ctx.store.begin().await?;
    drop(tx.authorise(own(me, Act::Create, "recovery_code", "security")).await?);
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
/// [`Refusal::ProveAgain`].
pub async fn end_totp(ctx: &Context, me: &SignedIn) -> Result<(), Error> {
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
fn step(known: &Credentials, typed: &str, now: Instant) -> Option<i64> {
    let typed: String = typed.chars().filter(char::is_ascii_digit).collect();
    let secret = Secret::try_from_base32(known.totp.as_ref()?.reveal()).ok()?;
    let totp: Totp = Builder::new().with_secret(secret).build().ok()?;
    let step = totp.check(&typed, u64::try_from(now.micros() / 1_000_000).ok()?)?;
    let step = i64::try_from(step).ok()?;
    known.totp_step.is_none_or(|used| step > used).then_some(step)
}
