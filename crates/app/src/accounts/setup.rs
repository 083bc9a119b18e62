//! The first operator: made by whoever holds the set-up code that the terminal showed.
//!
//! The code has 100 random bits. Only its digest is kept, for an hour and ten tries.

use super::{Joining, check_joining, code, fold, join, password};
use crate::{Context, Error, Refusal};
use domain::ids::PersonId;
use domain::person::Role;
use store::people;

const DIGEST: &str = "setup.digest";
const ENDS: &str = "setup.ends";
const TRIES: &str = "setup.tries";
const LIVES_SECONDS: i64 = 3600;
const MOST_TRIES: i64 = 10;

/// Whether nobody runs this house yet.
///
/// # Errors
/// A fault.
pub async fn needs_setup(ctx: &Context) -> Result<bool, Error> {
    let tx = ctx.store.look().await?;
    Ok(people::count(&tx, Role::Operator).await? == 0)
}

/// Makes a new set-up code; an older one is void from then on. Show it on the terminal, never in a log.
///
/// # Errors
/// A refusal if somebody runs this house already.
pub async fn begin_setup(ctx: &Context) -> Result<String, Error> {
    let tx = ctx.store.begin().await?;
    if people::count(&tx, Role::Operator).await? > 0 {
        return Err(
            Refusal::Conflict("This house has an operator already. Ask them for an invitation.").into()
        );
    }
    let setup = code(&**ctx.store.random(), 4);
    tx.house_set(DIGEST, &digest(&setup)).await?;
    tx.house_set(ENDS, &tx.now().plus_seconds(LIVES_SECONDS).micros().to_string()).await?;
    tx.house_set(TRIES, "0").await?;
    tx.commit().await?;
    Ok(setup)
}

/// Makes the operator's account with the set-up code.
///
/// # Errors
/// [`Refusal::CodeInvalid`] for a wrong, used or expired code; a refusal that names a field.
pub async fn finish_setup(ctx: &Context, setup: &str, joining: Joining) -> Result<PersonId, Error> {
    {
        // The try counts whatever comes of it.
        let tx = ctx.store.begin().await?;
        let number = async |name| -> Result<i64, Error> {
            Ok(tx.house(name).await?.and_then(|text| text.parse().ok()).unwrap_or(0))
        };
        let (tries, ends) = (number(TRIES).await?, number(ENDS).await?);
        tx.house_set(TRIES, &(tries + 1).to_string()).await?;
        let right = tx.house(DIGEST).await?.is_some_and(|kept| kept == digest(setup));
        let good = right && tries < MOST_TRIES && tx.now().micros() < ends;
        tx.commit().await?;
        if !good {
            return Err(Refusal::CodeInvalid.into());
        }
    }
    check_joining(ctx, &joining)?;
    let secret = password::digest(ctx, &joining.password).await?;
    let tx = ctx.store.begin().await?;
    if people::count(&tx, Role::Operator).await? > 0 || tx.house(DIGEST).await?.is_none() {
        return Err(Refusal::CodeInvalid.into());
    }
    let person = join(ctx, &tx, Role::Operator, &joining, secret).await?;
    for name in [DIGEST, ENDS, TRIES] {
        tx.house_unset(name).await?;
    }
    tx.commit().await?;
    Ok(person)
}

fn digest(setup: &str) -> String {
    store::digest("set-up code", fold(setup).as_bytes())
}
