//! The policy as it stands for one person: which version binds them, what changed since they agreed, and their yes or no.
//!
//! A version that takes rights away waits for each person's own yes; no is as good an answer, takes nothing away, and is
//! kept like a yes. Using the house is neither (AF-124, FL-05).

use crate::accounts::own;
use crate::{Context, Error, Refusal, SignedIn};
use core::fmt::Write as _;
use domain::time::Instant;
use privacy::versions::Version;
use privacy::{Act, Book};
use std::sync::Arc;
use store::Tx;
use store::people::{self, Account, Change, agreements};

/// For how long the door tells of a version that was announced.
const AT_THE_DOOR_SECONDS: i64 = 90 * 24 * 3600;

/// The version that binds me.
///
/// # Errors
/// A fault.
pub async fn mine(ctx: &Context, me: &SignedIn) -> Result<Arc<Book>, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(own(me, Act::Read, "person", "account")).await?;
    Ok(Arc::clone(grant.book()))
}

/// An announced version that somebody has not read of yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// Since when it is in force.
    pub since: Instant,
    /// Why the policy changed.
    pub reason: String,
    /// Whether it waits for their yes.
    pub waits: bool,
}

/// What the owner of this account has not read of yet.
pub fn news(ctx: &Context, account: &Account) -> Option<News> {
    let versions = ctx.store.versions();
    let newest = versions.announced().filter(|version| version.number > account.informed)?;
    let waits = versions.binding(account.agreed).version() != versions.newest().version();
    Some(News { since: newest.since, reason: newest.reason.clone(), waits })
}

/// What whoever comes to the door is told: a version that was announced not long ago.
pub fn news_at_the_door(ctx: &Context) -> Option<News> {
    let now = ctx.store.clock().now();
    let newest = ctx.store.versions().announced()?;
    let fresh = now.seconds_since(newest.since) < AT_THE_DOOR_SECONDS;
    fresh.then(|| News { since: newest.since, reason: newest.reason.clone(), waits: false })
}

/// How the policy stands for somebody.
#[derive(Debug)]
pub struct Standing {
    /// The version that they agreed to last, or came under.
    pub agreed: u32,
    /// The version that binds them.
    pub bound: u32,
    /// The newest version.
    pub newest: u32,
    /// Whether the newest waits for their yes.
    pub waits: bool,
    /// Whether they have not said yet that they read what changed.
    pub unread: bool,
    /// What was published since they agreed, the first first.
    pub since: Vec<Version>,
    /// When they said no to the newest, if that was their last word on it.
    pub refused_at: Option<Instant>,
}

/// How the policy stands for me.
///
/// # Errors
/// A fault.
pub async fn standing(ctx: &Context, me: &SignedIn) -> Result<Standing, Error> {
    stands(ctx, &ctx.store.look().await?, me).await
}

async fn stands(ctx: &Context, tx: &Tx, me: &SignedIn) -> Result<Standing, Error> {
    let (account, bound) = {
        let grant = tx.authorise(own(me, Act::Read, "person", "account")).await?;
        (people::account(&grant).await?.ok_or(Refusal::NotFound)?, grant.book().version())
    };
    // What was agreed is shown by a law's duty: a version from before it was kept apart has no other rule for it.
    let grant = tx.authorise(own(me, Act::Read, "agreement", "rights")).await?;
    let last = agreements::last(&grant).await?;
    let versions = ctx.store.versions();
    let newest = versions.newest().version();
    let published = versions.all().last().map(|version| version.since);
    // A no to an earlier version says nothing of this one.
    let refused = last.filter(|word| !word.accepted && word.at >= published);
    Ok(Standing {
        agreed: account.agreed,
        bound,
        newest,
        waits: bound != newest,
        unread: news(ctx, &account).is_some(),
        since: versions.after(account.agreed).cloned().collect(),
        refused_at: refused.and_then(|word| word.at),
    })
}

/// What somebody says to what changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes: the newest version binds me.
    Yes,
    /// No: the version that bound me still does.
    No,
    /// I have read it. That is no consent to anything.
    Read,
}

/// Says it, of the version that was shown.
///
/// # Errors
/// A refusal if another version was published meanwhile, or there is nothing to say yes or no to.
pub async fn answer(ctx: &Context, me: &SignedIn, shown: u32, answer: Answer) -> Result<(), Error> {
    let tx = ctx.store.begin().await?;
    // Held alone before anything is read of it: of two answers at once, the second is weighed after the first.
    let grant = tx.authorise(own(me, Act::Change, "person", "account")).await?;
    let standing = stands(ctx, &tx, me).await?;
    if shown != standing.newest {
        let why = "The rules changed once more while you read. Read what is new, then answer.";
        return Err(Refusal::Conflict(why).into());
    }
    if answer != Answer::Read && !standing.waits {
        return Err(Refusal::Conflict("There is nothing to say yes or no to: these rules bind you.").into());
    }
    let agreed = (answer == Answer::Yes).then_some(shown);
    people::change(&grant, Change { agreed, informed: Some(shown), ..Change::default() }).await?;
    drop(grant);
    if answer != Answer::Read {
        // A yes is given under the version that binds from now on, a no under the one that still does.
        let grant = tx.authorise(own(me, Act::Create, "agreement", "rights")).await?;
        let accepted = answer == Answer::Yes;
        agreements::add(&grant, &**ctx.store.random(), accepted, &wording(&standing), "changes").await?;
    }
    Ok(tx.commit().await?)
}

/// What was shown, as it stands beside the answer.
fn wording(standing: &Standing) -> String {
    let mut out =
        format!("Version {} of the policy, in the place of version {}.", standing.newest, standing.bound);
    for version in standing.since.iter().filter(|version| version.number > standing.bound) {
        for change in &version.changes {
            let _ = write!(out, "\n{}: {}.", change.topic, change.says);
        }
    }
    out
}
