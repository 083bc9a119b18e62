//! What rests on consent: every such purpose of the version of the policy that binds me, what I said to each, and saying yes or no.
//!
//! No is as easy as yes, silence is no, and a no is a word in the ledger like a yes.

use crate::accounts::own;
use crate::{Context, Error, Refusal, SignedIn, history};
use domain::time::Instant;
use privacy::{Act, Basis};
use store::people::consents;

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
}

/// Everything that rests on my consent.
///
/// # Errors
/// A fault.
pub async fn list(ctx: &Context, me: &SignedIn) -> Result<Vec<Consent>, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(own(me, Act::Read, "consent", "account")).await?;
    let words = consents::list(&grant).await?;
    let (versions, book) = (ctx.store.versions(), grant.book());
    let purposes = book.purposes_in_use();
    let optional = purposes.filter(|purpose| purpose.basis == Basis::Consent);
    Ok(optional
        .map(|purpose| {
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
            }
        })
        .collect())
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
    let status = match (yes, known.given || known.outgrown) {
        (true, _) => "given",
        (false, true) => "withdrawn",
        (false, false) => "refused",
    };
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(own(me, Act::Create, "consent", "account")).await?;
    consents::add(&grant, &**ctx.store.random(), purpose, status, &known.asks, "privacy").await?;
    drop(grant);
    Ok(tx.commit().await?)
}
