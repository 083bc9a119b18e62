//! Accounts that nobody uses: their owners are told that they go, and keep them by coming back (SP-42, TP-43).
//!
//! When an account was used last is known to the day: more would be a record of somebody's habits.

use super::door;
use crate::letters::{self, Tells, Words};
use crate::privacy_centre::{is_held, is_only_operator};
use crate::{Context, Error};
use domain::ids::{LetterId, PersonId};
use domain::person::{Actor, Chore};
use domain::time::Instant;
use privacy::{Act, Ask, Profile, Whose};
use std::cmp::Reverse;
use store::Tx;
use store::people::{self, Account, Change};

/// How often it is noted that an account is used, in seconds.
const NOTED_EVERY: i64 = 24 * 3600;

fn clerk<'a>(act: Act, person: PersonId) -> Ask<'a> {
    Ask {
        actor: Actor::House(Chore::Clerk),
        act,
        what: "person",
        whose: Whose::Person(person),
        purpose: "rights",
    }
}

/// Notes that somebody uses their account, which stays then. Returns whether that had to be noted.
pub(super) async fn used(tx: &Tx, person: PersonId) -> Result<bool, Error> {
    let account = {
        let grant = tx.authorise(door(Act::Read, "person", person, "account")).await?;
        people::account(&grant).await?
    };
    let Some(change) = account.and_then(|account| change_by_use(&account, tx.now())) else {
        return Ok(false);
    };
    let grant = tx.authorise(door(Act::Change, "person", person, "account")).await?;
    Ok(people::change(&grant, change).await?)
}

/// As [`used`], by a program, which asks often.
pub(super) async fn used_by_program(ctx: &Context, person: PersonId) -> Result<(), Error> {
    let account = {
        let tx = ctx.store.look().await?;
        let grant = tx.authorise(door(Act::Read, "person", person, "account")).await?;
        people::account(&grant).await?
    };
    if account.and_then(|account| change_by_use(&account, ctx.store.clock().now())).is_some() {
        let tx = ctx.store.begin().await?;
        used(&tx, person).await?;
        tx.commit().await?;
    }
    Ok(())
}

fn change_by_use(account: &Account, now: Instant) -> Option<Change> {
    let stays = account.told_unused_at.is_some();
    let known = account.used_at.is_some_and(|at| now.seconds_since(at) < NOTED_EVERY);
    (!known || stays).then(|| Change {
        used_at: Some(now.day()),
        told_unused_at: stays.then_some(None),
        erase_at: stays.then_some(None),
        ..Change::default()
    })
}

/// Tells everybody whose account goes because nobody uses it, by the version of the policy that binds them, and says when. Returns
/// how many.
///
/// # Errors
/// The first fault met, after all were tried.
pub async fn tell_unused(ctx: &Context) -> Result<usize, Error> {
    let now = ctx.store.clock().now();
    // Of all versions that bind anybody, the one that comes first.
    let unused =
        |p: &Profile| p.people.unused.as_ref().and_then(|unused| unused.get_ref().not_due_after(now));
    let Reverse(Some(then)) = ctx.store.versions().strictest(|p| Reverse(unused(p))) else { return Ok(0) };
    let people = people::unused_since(&ctx.store.look().await?, then).await?;
    let (mut told, mut failed) = (0, None);
    for person in people {
        match tell(ctx, person).await {
            Ok(now) => told += usize::from(now),
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    // Those who were to be told while nobody carried letters get theirs now.
    let late =
        if ctx.sends_mail() { people::going_untold(&ctx.store.look().await?, false).await? } else { vec![] };
    for person in late {
        if let Err(error) = write_late(ctx, person).await {
            failed = failed.or(Some(error));
        }
    }
    failed.map_or(Ok(told), Err)
}

async fn write_late(ctx: &Context, person: PersonId) -> Result<(), Error> {
    let tx = ctx.store.begin().await?;
    write(ctx, &tx, person).await?;
    Ok(tx.commit().await?)
}

/// Writes the letter. It is about nothing but whoever gets it.
async fn write(ctx: &Context, tx: &Tx, person: PersonId) -> Result<(), Error> {
    let about = LetterId::fresh(&**ctx.store.random()).uuid();
    letters::write(ctx, tx, (Tells::Unused, about), [person]).await
}

/// Notes that the letter has gone: from now on they have the time that the policy gives them.
pub(crate) async fn was_told(tx: &Tx, person: PersonId) -> Result<(), Error> {
    let change = {
        let grant = tx.authorise(clerk(Act::Read, person)).await?;
        let unused = grant.book().profile().people.unused.as_ref().map(|unused| unused.get_ref().clone());
        let account = people::account(&grant).await?.filter(|account| account.told_unused_at.is_some());
        let erase_at = account.and_then(|account| account.erase_at);
        let later = unused.and_then(|unused| unused.told_for(tx.now()));
        erase_at
            .zip(later)
            .map(|(day, later)| Change { erase_at: Some(Some(day.max(later))), ..Change::default() })
    };
    if let Some(change) = change {
        let grant = tx.authorise(clerk(Act::Change, person)).await?;
        people::change(&grant, change).await?;
    }
    Ok(())
}

async fn tell(ctx: &Context, person: PersonId) -> Result<bool, Error> {
    let tx = ctx.store.begin().await?;
    let Some(change) = due(&tx, person).await? else { return Ok(false) };
    let told = change.told_unused_at.is_some();
    {
        let grant = tx.authorise(clerk(Act::Change, person)).await?;
        people::change(&grant, change).await?;
    }
    if told {
        write(ctx, &tx, person).await?;
    }
    tx.commit().await?;
    Ok(told)
}

/// What is to be noted about this account now, if anything is.
async fn due(tx: &Tx, person: PersonId) -> Result<Option<Change>, Error> {
    people::giving_parts(tx).await?;
    let (account, unused) = {
        let grant = match tx.authorise(clerk(Act::Read, person)).await {
            Ok(grant) => grant,
            Err(store::Error::Refused(privacy::Refusal::NotFound)) => return Ok(None),
            Err(other) => return Err(other.into()),
        };
        let unused = grant.book().profile().people.unused.as_ref().map(|unused| unused.get_ref().clone());
        (people::account(&grant).await?, unused)
    };
    let (Some(account), Some(unused)) = (account, unused) else { return Ok(None) };
    let Some(used) = account.used_at else {
        // They were here before this was kept: it counts from today.
        return Ok(Some(Change { used_at: Some(tx.now().day()), ..Change::default() }));
    };
    let Some(goes) = unused.due(used, tx.now()) else { return Ok(None) };
    // Whoever restricted the use of their data may need them for a claim, and a house keeps its last operator.
    let kept = account.restricted || is_held(tx, person).await? || is_only_operator(tx, &account).await?;
    if account.erase_at.is_some() || kept {
        return Ok(None);
    }
    let told = Some(Some(tx.now()));
    Ok(Some(Change { erase_at: Some(Some(goes)), told_unused_at: told, ..Change::default() }))
}

/// What the letter to this person says; nothing once they came back.
pub(crate) async fn letter(
    ctx: &Context,
    public_url: &str,
    person: PersonId,
) -> Result<Option<Words>, Error> {
    let tx = ctx.store.look().await?;
    let grant = match tx.authorise(clerk(Act::Read, person)).await {
        Ok(grant) => grant,
        Err(store::Error::Refused(privacy::Refusal::NotFound)) => return Ok(None),
        Err(other) => return Err(other.into()),
    };
    let account = people::account(&grant).await?;
    let goes = account.filter(|account| account.told_unused_at.is_some()).and_then(|a| a.erase_at);
    Ok(goes.map(|goes| in_words(ctx, public_url, goes)))
}

fn in_words(ctx: &Context, public_url: &str, goes: Instant) -> Words {
    let controller = &ctx.store.book().profile().controller;
    let names = controller.names.iter().filter(|name| !name.is_empty());
    let signed: Vec<&str> = names.map(String::as_str).chain([controller.contact.as_str()]).collect();
    let day = goes.timestamp().strftime("%-d %B %Y");
    let text = format!(
        "Good day,\n\nyou have not used your account here for a long time. On {day} it is erased, with everything in it.\n\n\
         To keep it, sign in once before that day:\n{public_url}/sign-in\n\nTo take with you what is in it, sign in and press \
         “Take everything” under Privacy. Otherwise you need not do anything.\n\n{}\n",
        signed.join("\n").trim(),
    );
    Words { subject: format!("Your account is erased on {day}, since you do not use it"), text }
}
