//! One's own account: what it says, and how it is changed.

use super::{own, password, sessions};
use crate::requests::{self, EMAIL, NAME, became};
use crate::{Context, Error, Refusal, SignedIn, text};
use privacy::{Act, Personal};
use store::people::{self, Account, Change};

/// My account.
///
/// # Errors
/// A fault.
pub async fn account(ctx: &Context, me: &SignedIn) -> Result<Account, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(own(me, Act::Read, "person", "account")).await?;
    Ok(people::account(&grant).await?.ok_or(Refusal::NotFound)?)
}

/// Goes by another name.
///
/// # Errors
/// A refusal that names the field.
pub async fn change_name(ctx: &Context, me: &SignedIn, name: &str) -> Result<(), Error> {
    let name = text::line("name", name, 80)?;
    let Some(done) = became("Your name", account(ctx, me).await?.name, &name) else { return Ok(()) };
    corrected(ctx, me, Change { name: Some(Personal::new(name)), ..Change::default() }, NAME, &done).await
}

/// Uses another address.
///
/// # Errors
/// A refusal that names the field.
pub async fn change_email(ctx: &Context, me: &SignedIn, email: &str) -> Result<(), Error> {
    let email = text::email("email", email)?;
    {
        let tx = ctx.store.look().await?;
        let grant = tx.authorise(super::door_anyone("person")).await?;
        if people::by_email(&grant, &email).await?.is_some_and(|other| other != me.person) {
            return Err(Refusal::field("email", "This address cannot be used here.").into());
        }
    }
    let Some(done) = became("Your e-mail address", account(ctx, me).await?.email, &email) else {
        return Ok(());
    };
    corrected(ctx, me, Change { email: Some(Some(Personal::new(email))), ..Change::default() }, EMAIL, &done)
        .await
}

/// Uses another password. Every other session ends.
///
/// # Errors
/// A refusal that names the field.
pub async fn change_password(
    ctx: &Context,
    me: &SignedIn,
    old: &Personal<String>,
    new: &Personal<String>,
) -> Result<(), Error> {
    sessions::confirm(ctx, me, old).await?;
    let mine = account(ctx, me).await?;
    let name = mine.name.as_ref().map(|n| n.reveal().as_str()).unwrap_or_default();
    text::password("new_password", new.reveal(), &[name])?;
    let digest = password::digest(ctx, new).await?;
    change(ctx, me, "security", Change { password: Some(digest), ..Change::default() }).await?;
    sessions::end_other_sessions(ctx, me).await.map(|_| ())
}

/// Wants pages light, dark, or as the system says (empty).
///
/// # Errors
/// A refusal if it is none of these.
pub async fn set_look(ctx: &Context, me: &SignedIn, look: &str) -> Result<(), Error> {
    if !matches!(look, "" | "light" | "dark" | "contrast") {
        return Err(Refusal::field("look", "Choose light, dark, high contrast, or like the system.").into());
    }
    change(ctx, me, "account", Change { look: Some(look.to_owned()), ..Change::default() }).await
}

/// Changes it, and has those told who received it as it was.
async fn corrected(
    ctx: &Context,
    me: &SignedIn,
    change: Change,
    category: &str,
    done: &str,
) -> Result<(), Error> {
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(own(me, Act::Change, "person", "account")).await?;
    people::change(&grant, change).await?;
    drop(grant);
    requests::after_correction(ctx, &tx, me.person, category, done).await?;
    Ok(tx.commit().await?)
}

async fn change(ctx: &Context, me: &SignedIn, purpose: &str, change: Change) -> Result<(), Error> {
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(own(me, Act::Change, "person", purpose)).await?;
    people::change(&grant, change).await?;
    drop(grant);
    Ok(tx.commit().await?)
}
