//! What each person reads of a breach that concerned them (GDPR Art. 34): on their first page until they have read it, and on a page
//! of its own from then on. Nobody reads of one that did not concern them.

use super::{register, scope};
use crate::accounts::{self, own};
use crate::{Context, Error, SignedIn};
use domain::person::{Actor, Chore};
use domain::time::Instant;
use privacy::breach::{Finding, Happened, Topic};
use privacy::{Act, Ask, Whose};
use store::Tx;
use store::breaches::{self, Breach};
use store::people::{self, Change};

/// What somebody is told of a breach that concerned them.
#[derive(Debug)]
pub struct Notice {
    /// When they could read it.
    pub told_at: Instant,
    /// When the house became aware.
    pub aware_at: Instant,
    /// Since when and until when their data was exposed.
    pub exposed: (Instant, Instant),
    /// What happened.
    pub nature: String,
    /// What of theirs, kind by kind, the worst first.
    pub what: Vec<Finding>,
    /// What is likely to come of it.
    pub consequences: String,
    /// What was done and will be done against it.
    pub measures: String,
}

/// Every breach of the register, read by the house itself; who recorded it is nobody's business here.
pub(super) async fn known(tx: &Tx) -> Result<Vec<Breach>, Error> {
    let actor = Actor::House(Chore::Clerk);
    let ask = Ask { actor, act: Act::Read, what: "breach", whose: Whose::Anyone, purpose: "rights" };
    let grant = tx.authorise(ask).await?;
    Ok(breaches::all(&grant).await?)
}

/// What I am told of breaches that concerned me, the newest first.
///
/// # Errors
/// A fault.
pub async fn mine(ctx: &Context, me: &SignedIn) -> Result<Vec<Notice>, Error> {
    since(ctx, me, None).await
}

/// What of it I have not said yet that I read it: the first page says so until then.
///
/// # Errors
/// A fault.
pub async fn news(ctx: &Context, me: &SignedIn) -> Result<Vec<Notice>, Error> {
    since(ctx, me, accounts::account(ctx, me).await?.breach_read_at).await
}

async fn since(ctx: &Context, me: &SignedIn, read_at: Option<Instant>) -> Result<Vec<Notice>, Error> {
    let tx = ctx.store.look().await?;
    let mut notices = vec![];
    for breach in known(&tx).await? {
        // What was found after people were told last is theirs to know when somebody tells them again.
        let case = register::case_when_told(&ctx.store, &breach);
        let told_at = case.people_told_at().filter(|told| read_at.is_none_or(|read| *told > read));
        let (Some(told_at), Some(from), Some(until)) = (
            told_at,
            case.exposed().iter().map(|exposed| exposed.from).min(),
            case.exposed().iter().map(|exposed| exposed.until).max(),
        ) else {
            continue;
        };
        let Some(what) = scope::of_person(ctx, &tx, &case, breach.subject, me.person).await? else {
            continue;
        };
        // What is learned after people were told stands in their notice, too.
        let words = |topic| {
            let about = |event: &&breaches::Event| event.happened == Happened::Learned(topic);
            breach.events.iter().rev().find(about).map(|event| event.words.clone()).unwrap_or_default()
        };
        notices.push(Notice {
            told_at,
            aware_at: case.aware_at(),
            exposed: (from, until),
            nature: words(Topic::Nature),
            what,
            consequences: words(Topic::Consequences),
            measures: words(Topic::Measures),
        });
    }
    Ok(notices)
}

/// Says that I have read what I was told up to this instant, the newest that a page showed. What comes after stands there still.
///
/// # Errors
/// A fault.
pub async fn have_read(ctx: &Context, me: &SignedIn, shown: Instant) -> Result<(), Error> {
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(own(me, Act::Change, "person", "account")).await?;
    people::change(&grant, Change { breach_read_at: Some(shown.min(tx.now())), ..Change::default() }).await?;
    drop(grant);
    Ok(tx.commit().await?)
}
