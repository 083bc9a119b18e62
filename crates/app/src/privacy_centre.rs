//! The privacy centre: see, take, change, erase; who looked.

use crate::accounts::own;
use crate::{Context, Error, Refusal, SignedIn};
use domain::ids::PersonId;
use domain::person::{Actor, Chore, Role};
use domain::time::Instant;
use privacy::plan::{self, EraseStep};
use privacy::{Act, Ask, Whose};
use store::people::{self, Account, Change, log::Look};
use store::{Archive, ReadPass, Receipt};

/// How many lines one page shows; the archive holds all of them.
const MOST_LOOKS: u32 = 1000;

/// Where data may go, in words, and whether that place stands in this house.
pub fn destinations(ctx: &Context) -> Vec<(String, bool)> {
    let listed = ctx.store.book().egress().destination.values();
    listed.map(|d| (d.get_ref().says.clone(), d.get_ref().local)).collect()
}

/// Who looked at, took or changed my data, the newest first.
///
/// # Errors
/// A fault.
pub async fn looks(ctx: &Context, me: &SignedIn) -> Result<Vec<Look>, Error> {
    newest_looks(ctx, me, MOST_LOOKS).await
}

/// Every one of them that is kept.
///
/// # Errors
/// A fault.
pub(crate) async fn every_look(ctx: &Context, me: &SignedIn) -> Result<Vec<Look>, Error> {
    newest_looks(ctx, me, u32::MAX).await
}

async fn newest_looks(ctx: &Context, me: &SignedIn, most: u32) -> Result<Vec<Look>, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(own(me, Act::Read, "access_note", "rights")).await?;
    Ok(people::log::list(&grant, most).await?)
}

/// Everything about me, to take away.
///
/// # Errors
/// A fault: an archive is whole or not made.
pub async fn take(ctx: &Context, me: &SignedIn) -> Result<Archive, Error> {
    Ok(ctx.store.export(me.actor(), me.person).await?)
}

/// Why something is not among what can be carried to another service.
const NOT_CARRIED: &str = "it rests neither on your consent nor on a contract with you, so that it is not part of what you can carry to another \
     service; it is in the archive of everything about me";

/// What of it I can carry to another service: what rests on my consent or on a contract with me. The rest is left out and
/// named as left out (GDPR Art. 20, AF-076).
///
/// # Errors
/// As [`take`].
pub async fn carry(ctx: &Context, me: &SignedIn) -> Result<Archive, Error> {
    let mut archive = take(ctx, me).await?;
    let book = &*crate::policy::mine(ctx, me).await?;
    let portable = plan::portable(book);
    for part in &mut archive.parts {
        let Some(table) = book.map().table(&part.table) else { continue };
        let stays = |column: &str| {
            table.column.get(column).and_then(|c| c.category()).is_some_and(|c| !portable.contains(c))
        };
        let shown = table.column.keys().filter(|name| part.withheld.iter().all(|(known, _)| known != *name));
        let left_out: Vec<String> = shown.filter(|name| stays(name)).cloned().collect();
        for row in &mut part.rows {
            row.retain(|name, _| !stays(name));
        }
        // A row of which nothing but numbers is left says nothing.
        let says = |name: &String| {
            table.column.get(name).and_then(|c| c.category()).is_some_and(|c| c != "account.reference")
        };
        part.rows.retain(|row| row.keys().any(says));
        part.withheld.extend(left_out.into_iter().map(|name| (name, NOT_CARRIED.to_owned())));
    }
    archive
        .files
        .retain(|file| book.map().blob(&file.kind).is_some_and(|b| portable.contains(b.about.as_str())));
    Ok(archive)
}

/// How many files of mine are here, and their bytes in all: what an archive brings beside its pages.
///
/// # Errors
/// A fault.
pub async fn files(ctx: &Context, me: &SignedIn) -> Result<(u64, u64), Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(own(me, Act::Read, "blob", "rights")).await?;
    Ok(grant.files_held().await?)
}

/// Leave to read a file of my archive, for a short while.
///
/// # Errors
/// [`Refusal::NotFound`] if it is gone meanwhile.
pub async fn open(ctx: &Context, me: &SignedIn, file: &store::File) -> Result<ReadPass, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(own(me, Act::Read, &file.table, "rights")).await?;
    Ok(grant.blob_pass(&file.kind, file.owner).await?.ok_or(Refusal::NotFound)?)
}

/// What erasing my account does.
#[derive(Debug)]
pub struct ErasurePlan {
    /// What goes, in words.
    pub goes: Vec<String>,
    /// What stays, with the reason.
    pub stays: Vec<(String, String)>,
    /// Days in which I can take the wish back.
    pub grace_days: u16,
    /// When it will happen, if I have asked for it.
    pub erase_at: Option<Instant>,
}

/// What erasing my account would do, from the data map.
///
/// # Errors
/// A fault.
pub async fn erasure_plan(ctx: &Context, me: &SignedIn) -> Result<ErasurePlan, Error> {
    let (goes, stays) = kinds_erased(ctx);
    Ok(ErasurePlan {
        goes,
        stays,
        grace_days: crate::policy::mine(ctx, me).await?.profile().people.erase_grace_days,
        erase_at: crate::accounts::account(ctx, me).await?.erase_at,
    })
}

/// Why a row can stay of which an erasure empties what leads to its person.
const WITHOUT_YOU: &str = "that it was done has to be shown; nothing in it leads to you any more";

/// The kinds of things that an erasure takes away, and those that stay with the reason, from the data map.
fn kinds_erased(ctx: &Context) -> (Vec<String>, Vec<(String, String)>) {
    let book = ctx.store.book();
    let (mut goes, mut stays) = (vec![], vec![]);
    for step in plan::erase(book) {
        let says = |table: &str| book.map().table(table).map(|t| t.says.clone()).unwrap_or_default();
        match step {
            EraseStep::Rows { table, .. } => goes.push(says(table)),
            EraseStep::Stays { table, reason } => stays.push((says(table), reason.to_owned())),
            EraseStep::Columns { table, .. } => stays.push((says(table), WITHOUT_YOU.to_owned())),
            EraseStep::Mention { .. } => {}
        }
    }
    (goes, stays)
}

/// The receipt of an erasure. It names kinds and nobody.
#[derive(Debug)]
pub struct Erased {
    /// When, until when copies may be readable, and under which policy.
    pub receipt: Receipt,
    /// What went, in words.
    pub went: Vec<String>,
    /// What stayed, with the reason.
    pub stayed: Vec<(String, String)>,
}

/// The receipt of whoever had this random number. Whoever has the number may see it: it leads to nobody any more.
///
/// # Errors
/// [`Refusal::NotFound`] if nobody of this number was erased.
pub async fn receipt(ctx: &Context, person: PersonId) -> Result<Erased, Error> {
    let found = ctx.store.receipts().await?.into_iter().find(|(id, _)| *id == person);
    let (_, receipt) = found.ok_or(Refusal::NotFound)?;
    let (went, stayed) = kinds_erased(ctx);
    Ok(Erased { receipt, went, stayed })
}

/// Asks for my account to be erased when the days of grace are over.
///
/// # Errors
/// A refusal if I am the last operator of a house in which others live.
pub async fn ask_for_erasure(ctx: &Context, me: &SignedIn) -> Result<Instant, Error> {
    let tx = ctx.store.begin().await?;
    let erase_at = erase_after_grace(&tx, |act| own(me, act, "person", "account")).await?;
    tx.commit().await?;
    Ok(erase_at)
}

/// Says that this account is erased when its days of grace are over. A house in which people live keeps an operator.
///
/// # Errors
/// As [`ask_for_erasure`].
pub(crate) async fn erase_after_grace<'a>(
    tx: &store::Tx,
    ask: impl Fn(Act) -> Ask<'a>,
) -> Result<Instant, Error> {
    erase_after(tx, ask, |book| i64::from(book.profile().people.erase_grace_days)).await
}

/// Says that this account is erased now: nobody can take it back.
///
/// # Errors
/// As [`ask_for_erasure`].
pub(crate) async fn erase_at_once<'a>(tx: &store::Tx, ask: impl Fn(Act) -> Ask<'a>) -> Result<(), Error> {
    erase_after(tx, ask, |_| 0).await.map(drop)
}

/// Whether this house has no other operator.
pub(crate) async fn is_only_operator(tx: &store::Tx, account: &Account) -> Result<bool, Error> {
    // Who has asked to go does not count among the operators who stay.
    let needed = if account.erase_at.is_some() { 1 } else { 2 };
    Ok(account.role == Role::Operator && people::count(tx, Role::Operator).await? < needed)
}

async fn others_live_here(tx: &store::Tx) -> Result<bool, Error> {
    let mut others = 0;
    for role in [Role::Member, Role::Technician, Role::PrivacyOfficer] {
        others += people::count(tx, role).await?;
    }
    Ok(others > 0)
}

async fn erase_after<'a>(
    tx: &store::Tx,
    ask: impl Fn(Act) -> Ask<'a>,
    days: impl Fn(&privacy::Book) -> i64,
) -> Result<Instant, Error> {
    people::giving_parts(tx).await?;
    let account = {
        let grant = tx.authorise(ask(Act::Read)).await?;
        people::account(&grant).await?.ok_or(Refusal::NotFound)?
    };
    if is_only_operator(tx, &account).await? && others_live_here(tx).await? {
        let why = "This is the only operator, and others live here. Make somebody else an operator first.";
        return Err(Refusal::Conflict(why).into());
    }
    let grant = tx.authorise(ask(Act::Change)).await?;
    let erase_at = tx.now().plus_seconds(days(grant.book()) * 24 * 3600);
    let erase_at = account.erase_at.map_or(erase_at, |before| before.min(erase_at));
    // From here on it is their wish, which no visit takes back.
    let wish = Change { erase_at: Some(Some(erase_at)), told_unused_at: Some(None), ..Change::default() };
    people::change(&grant, wish).await?;
    drop(grant);
    Ok(erase_at)
}

/// Takes the wish to be erased back.
///
/// # Errors
/// A refusal once its time is over; a fault.
pub async fn cancel_erasure(ctx: &Context, me: &SignedIn) -> Result<(), Error> {
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(own(me, Act::Change, "person", "account")).await?;
    let reading = tx.authorise(own(me, Act::Read, "person", "account")).await?;
    let erase_at = people::account(&reading).await?.and_then(|account| account.erase_at);
    if erase_at.is_some_and(|at| at <= tx.now()) && !is_held(&tx, me.person).await? {
        return Err(Refusal::Conflict("It is too late: the erasure has begun.").into());
    }
    drop(reading);
    let stays = Change { erase_at: Some(None), told_unused_at: Some(None), ..Change::default() };
    people::change(&grant, stays).await?;
    drop(grant);
    Ok(tx.commit().await?)
}

/// Whether the house needs what it holds of this person for a claim, so that nothing of it goes.
pub(crate) async fn is_held(tx: &store::Tx, person: PersonId) -> Result<bool, Error> {
    let (actor, whose) = (Actor::House(Chore::Clerk), Whose::Person(person));
    let ask = Ask { actor, act: Act::Erase, what: "person", whose, purpose: "rights" };
    Ok(tx.would_refuse(ask).await? == Some(privacy::Refusal::Held))
}

/// Erases my account now, without days of grace. The receipt can be seen under my number from then on.
///
/// # Errors
/// As [`ask_for_erasure`].
pub async fn erase_now(ctx: &Context, me: &SignedIn) -> Result<(), Error> {
    if is_held(&ctx.store.look().await?, me.person).await? {
        return Err(Refusal::Held.into());
    }
    ask_for_erasure(ctx, me).await?;
    ctx.store.erase(me.actor(), me.person).await?;
    ctx.store.purge(me.person).await?;
    Ok(())
}

/// Erases everybody whose days of grace are over, and finishes erasures that were cut short. Returns how many. One that
/// fails does not keep the others waiting; it is tried again.
///
/// # Errors
/// The first fault met, after all were tried.
pub async fn erase_due(ctx: &Context) -> Result<usize, Error> {
    let due = people::due_for_erasure(&ctx.store.look().await?).await?;
    let (mut erased, mut failed) = (0, None);
    for (person, begun) in due {
        match erase_one(ctx, person, begun).await {
            Ok(()) => erased += 1,
            // The house needs it for a claim: it goes when that ends.
            Err(Error::Refused(Refusal::Held)) => {}
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    failed.map_or(Ok(erased), Err)
}

/// Erases an account that [`erase_at_once`] marked, unless the sweep has done so by now.
///
/// # Errors
/// A fault; the next sweep tries again.
pub(crate) async fn erase_marked(ctx: &Context, account: PersonId) -> Result<(), Error> {
    match erase_one(ctx, account, false).await {
        Err(Error::Refused(Refusal::NotFound)) => Ok(()),
        done => done,
    }
}

async fn erase_one(ctx: &Context, person: PersonId, begun: bool) -> Result<(), Error> {
    if !begun {
        ctx.store.erase(Actor::House(Chore::Clerk), person).await?;
    }
    ctx.store.purge(person).await?;
    Ok(())
}
