//! Signing in: address, password, and a code where the person wants one asked for.
//!
//! Every wrong answer looks alike and takes alike, so that nobody learns which accounts exist.

use super::limits::lock_seconds;
use super::second_factor::{self, Code};
use super::{door, door_anyone, password, token, unused};
use crate::{By, Context, Error, Refusal, SignedIn};
use domain::ids::{PersonId, SessionId};
use domain::person::Role;
use privacy::{Act, Personal};
use store::Tx;
use store::people::sessions::{self, NewSession};
use store::people::{self, Change};

/// What somebody types to sign in.
#[derive(Debug)]
pub struct SignIn {
    /// Their address.
    pub email: String,
    /// Their password.
    pub password: Personal<String>,
    /// A one-time or recovery code, if they were asked for one.
    pub code: Option<String>,
}

/// Where somebody signs in.
#[derive(Debug)]
pub struct Device {
    /// What the browser calls itself.
    pub agent: String,
    /// Where it is.
    pub address: String,
    /// Whether others use it too, so that the session ends with the browser.
    pub shared: bool,
}

/// A session that was opened.
#[derive(Debug)]
pub struct Opened {
    /// Who.
    pub who: SignedIn,
    /// The secret for the browser to keep.
    pub token: [u8; 32],
}

/// How long a session lives on a device that others use too, and wherever its cookie ends with the visit. On a device of
/// one's own it lives as long as its cookie, which the data map says.
const VISIT_SECONDS: i64 = 12 * 3600;
/// The cookie that holds a session's secret, by its name in the data map.
pub const COOKIE: &str = "printkeep_session";

/// Signs somebody in.
///
/// # Errors
/// [`Refusal::WrongCredentials`], [`Refusal::CodeNeeded`] once the password is right, [`Refusal::TooManyTries`].
pub async fn sign_in(ctx: &Context, typed: SignIn, device: Device) -> Result<Opened, Error> {
    ctx.limits.try_from_source(&device.address)?;
    let email = typed.email.trim().to_lowercase();
    let found = {
        let tx = ctx.store.look().await?;
        let grant = tx.authorise(door_anyone("person")).await?;
        people::by_email(&grant, &email).await?
    };
    let Some(person) = found else {
        password::is_right(ctx, &typed.password, None).await?;
        return Err(Refusal::WrongCredentials.into());
    };
    let known = {
        let tx = ctx.store.look().await?;
        let grant = tx.authorise(door(Act::Read, "person", person, "security")).await?;
        people::credentials(&grant).await?.ok_or(Refusal::WrongCredentials)?
    };
    let right = password::is_right(ctx, &typed.password, known.password).await?;

    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(door(Act::Change, "person", person, "security")).await?;
    // Read again under the lock of this transaction, so that of two who use the same code one succeeds.
    let known = people::credentials(&grant).await?.ok_or(Refusal::WrongCredentials)?;
    let now = tx.now();
    if known.locked_until.is_some_and(|until| until > now) {
        // Like a wrong password, also for a right one: who guesses must learn neither that the account exists nor that
        // they guessed well. The page says that an account locks itself for a while.
        return Err(Refusal::WrongCredentials.into());
    }
    let code = if right {
        second_factor::judge(&tx, person, &known, typed.code.as_deref()).await?
    } else {
        Code::Wrong
    };
    let step = match code {
        Code::Good(step) => step,
        Code::Needed => return Err(Refusal::CodeNeeded.into()),
        Code::Wrong => {
            let failures = known.failures + 1;
            let lock = lock_seconds(failures);
            let until = (lock > 0).then(|| now.plus_seconds(lock));
            people::change(&grant, Change { failures: Some((failures, until)), ..Change::default() }).await?;
            drop(grant);
            tx.commit().await?;
            return Err(Refusal::WrongCredentials.into());
        }
    };
    let change = Change { failures: Some((0, None)), totp_step: step, ..Change::default() };
    people::change(&grant, change).await?;
    drop(grant);
    let opened = open(ctx, &tx, person, known.role, device, true).await?;
    tx.commit().await?;
    Ok(opened)
}

/// Opens a session for somebody who has proved who they are. `proven` says whether they did it here and now, or were vouched for
/// by a service that may have known them since this morning.
pub(super) async fn open(
    ctx: &Context,
    tx: &Tx,
    person: PersonId,
    role: Role,
    device: Device,
    proven: bool,
) -> Result<Opened, Error> {
    let random = ctx.store.random();
    let (id, secret) = (SessionId::fresh(&**random), token(&**random));
    let cookie = ctx.store.book().map().cookie.get(COOKIE).and_then(|cookie| cookie.get_ref().seconds());
    let seconds = cookie.filter(|_| !device.shared).unwrap_or(VISIT_SECONDS);
    let grant = tx.authorise(door(Act::Create, "session", person, "security")).await?;
    let new = NewSession {
        id,
        token: secret.to_vec(),
        ends_at: tx.now().plus_seconds(seconds),
        proven,
        shared: device.shared,
        agent: Personal::new(device.agent.chars().filter(|c| !c.is_control()).take(200).collect()),
        address: Personal::new(device.address),
    };
    sessions::insert(&grant, &new).await?;
    drop(grant);
    unused::used(tx, person).await?;
    Ok(Opened { who: SignedIn { person, role, by: By::Session(id), proven }, token: secret })
}
