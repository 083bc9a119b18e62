//! What rests on consent: every such purpose of the version of the policy that binds me, what I said to each, and saying yes or no. For
//! people in Canada also what rests there on implied consent.
//!
//! No is as easy as yes, silence is no, and a no is a word in the ledger like a yes.

use crate::accounts::own;
use crate::{Context, Error, Refusal, SignedIn, history};
use domain::person::{Actor, Chore};
use domain::time::Instant;
use privacy::request::Region;
use privacy::{Act, Ask, Basis, Whose, canada};
use store::Tx;
use store::people::{self, Change, consents};

/// A purpose that rests on consent.
#[derive(Debug)]
pub struct Consent {
    /// The purpose.
    pub purpose: String,
    /// What I am asked, in the words of the policy.
    pub asks: String,
    /// What stops when I take my yes back.
    pub stops: String,
    /// Whether I said yes and have not taken it back.
    pub given: bool,
    /// Whether I said yes, and more is asked now than was then.
    pub outgrown: bool,
    /// When I last said something.
    pub said_at: Option<Instant>,
    /// Whether my yes is implied by circumstances, which `asks` tells, until I say no (TP-33).
    pub implied: bool,
    /// Whether there is no account without it: to say no is to have the account erased.
    pub ends_account: bool,
}

/// Everything that rests on my consent.
///
/// # Errors
/// A fault.
pub async fn list(ctx: &Context, me: &SignedIn) -> Result<Vec<Consent>, Error> {
    let tx = ctx.store.look().await?;
    let lives = region(&tx, me).await?;
    let grant = tx.authorise(own(me, Act::Read, "consent", "account")).await?;
    let words = consents::list(&grant).await?;
    let (versions, book) = (ctx.store.versions(), grant.book());
    let purposes = book.purposes_in_use();
    let optional = purposes.filter(|purpose| purpose.basis == Basis::Consent);
    let asked = optional.map(|purpose| {
        let id = purpose.id.get_ref().clone();
        let last = words.iter().rev().find(|word| word.purpose == id);
        let yes = last.filter(|word| word.status == "given");
        let reaches = |policy: &str| versions.covers(policy, &id, book.version());
        Consent {
            given: yes.is_some_and(|word| reaches(&word.policy)),
            outgrown: yes.is_some_and(|word| !reaches(&word.policy)),
            said_at: last.and_then(|word| word.at),
            asks: purpose.asks.clone().unwrap_or_default(),
            stops: purpose.stops.clone().unwrap_or_default(),
            purpose: id,
            implied: false,
            ends_account: false,
        }
    });
    let implied = canada::implied(book, lives).map(|(purpose, by, ends_account)| {
        let id = purpose.id.get_ref().clone();
        let last = words.iter().rev().find(|word| word.purpose == id);
        let no = last.is_some_and(|word| matches!(word.status.as_str(), "withdrawn" | "refused"));
        Consent {
            asks: format!("To {}. {by}", purpose.says),
            stops: "what is held for it is kept and not used, until you say yes.".to_owned(),
            given: !no,
            outgrown: false,
            said_at: last.and_then(|word| word.at),
            purpose: id,
            implied: true,
            ends_account,
        }
    });
    Ok(asked.chain(implied).collect())
}

async fn region(tx: &Tx, me: &SignedIn) -> Result<Option<Region>, Error> {
    let grant = tx.authorise(own(me, Act::Read, "person", "account")).await?;
    let account = people::account(&grant).await?.ok_or(Refusal::NotFound)?;
    Ok(account.region.and_then(|name| name.parse().ok()))
}

/// Says where I live, or takes it back. Where the policy has rules of its own for people there, what they take for agreed
/// goes into the ledger as implied, with the circumstances (TP-33).
///
/// # Errors
/// A refusal that names the field.
pub async fn live_in(ctx: &Context, me: &SignedIn, lives: &str) -> Result<(), Error> {
    let lives: Region = lives.parse().map_err(|_| Refusal::field("region", "Choose one of the list."))?;
    let said = Some(lives).filter(|lives| *lives != Region::Unknown);
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(own(me, Act::Change, "person", "account")).await?;
    let change = Change { region: Some(said.map(Region::name)), ..Change::default() };
    people::change(&grant, change).await?;
    drop(grant);
    imply(ctx, &tx, said, |act| own(me, act, "consent", "account")).await?;
    tx.commit().await?;
    ctx.fleet.changed();
    Ok(())
}

/// What is implied for somebody who lives there and does not stand in their ledger yet goes into it. Returns how much it was.
async fn imply<'a>(
    ctx: &Context,
    tx: &Tx,
    lives: Option<Region>,
    ask: impl Fn(Act) -> Ask<'a>,
) -> Result<usize, Error> {
    let known = {
        let grant = tx.authorise(ask(Act::Read)).await?;
        consents::list(&grant).await?
    };
    let grant = tx.authorise(ask(Act::Create)).await?;
    let mut added = 0;
    for (purpose, by, _) in canada::implied(grant.book(), lives) {
        let id = purpose.id.get_ref();
        // What they have said themselves stands, and so does what was implied by the same circumstances.
        let stands =
            |word: &consents::Word| word.purpose == *id && (word.status != "implied" || word.wording == by);
        if !known.iter().rev().any(stands) {
            consents::add(&grant, &**ctx.store.random(), id, "implied", by, "settings").await?;
            added += 1;
        }
    }
    Ok(added)
}

/// Writes what is implied for people in Canada by the version of the policy that binds each of them, where it does not stand in
/// their ledger: the policy may have come to it after they said where they live (TP-33). Returns how much it was.
///
/// # Errors
/// A fault.
pub async fn imply_due(ctx: &Context) -> Result<usize, Error> {
    let tx = ctx.store.begin().await?;
    let mut added = 0;
    for (person, lives) in
        people::in_regions(&tx, &[Region::Canada, Region::Quebec].map(Region::name)).await?
    {
        let (actor, whose) = (Actor::House(Chore::Clerk), Whose::Person(person));
        let ask = |act| Ask { actor, act, what: "consent", whose, purpose: "rights" };
        added += imply(ctx, &tx, lives.parse().ok(), ask).await?;
    }
    tx.commit().await?;
    Ok(added)
}

/// Says yes or no to a purpose that rests on consent.
///
/// # Errors
/// [`Refusal::NotFound`] if no such purpose rests on consent under the version that binds me.
pub async fn say(ctx: &Context, me: &SignedIn, purpose: &str, yes: bool) -> Result<(), Error> {
    if purpose == "history" {
        return history::choose(ctx, me, yes).await;
    }
    let known = list(ctx, me).await?.into_iter().find(|c| c.purpose == purpose).ok_or(Refusal::NotFound)?;
    if known.ends_account {
        let why = "No account can do without this. To take it back, have the account erased.";
        return Err(Refusal::Conflict(why).into());
    }
    let status = match (yes, known.given || known.outgrown) {
        (true, _) => "given",
        (false, true) => "withdrawn",
        (false, false) => "refused",
    };
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(own(me, Act::Create, "consent", "account")).await?;
    consents::add(&grant, &**ctx.store.random(), purpose, status, &known.asks, "privacy").await?;
    drop(grant);
    tx.commit().await?;
    ctx.fleet.changed();
    Ok(())
}
