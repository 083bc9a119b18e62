//! Legal holds: the house needs somebody's data for a claim (GDPR Art. 17(3)(e)), and nothing of it goes until a day that is said when
//! the hold begins. It ends by itself.
//!
//! What is held is used as before, and the person reads for which claim and until when. That nothing goes is decided in
//! [`privacy::decide`], and for what has expired in the store.

use crate::{Context, Error, Refusal, SignedIn, people, text};
use domain::ids::{PersonId, RestrictionId};
use domain::person::Reason;
use privacy::restriction::Ground;
use privacy::{Act, Ask, Personal, Whose};
use store::people::restrictions::{self as stored, New, Restriction, Turn};

/// How long a hold may last, in seconds.
const LONGEST: i64 = 5 * 366 * 24 * 3600;

fn ask<'a>(me: &SignedIn, act: Act, person: PersonId) -> Ask<'a> {
    Ask { actor: me.actor(), act, what: "restriction", whose: Whose::Person(person), purpose: "rights" }
}

/// The holds on this person's data that are in force. The person reads that somebody looked.
///
/// # Errors
/// [`Refusal::NotFound`] to anyone who neither runs the house nor answers for its data; [`Refusal::ProveAgain`].
pub async fn of(ctx: &Context, me: &SignedIn, person: PersonId) -> Result<Vec<Restriction>, Error> {
    let tx = ctx.store.begin().await?;
    let all = {
        let grant = tx.authorise_because(ask(me, Act::Read, person), Reason::LegalDuty).await?;
        stored::list(&grant).await?
    };
    tx.commit().await?;
    Ok(all.into_iter().filter(|hold| hold.ground == Ground::HouseClaims && hold.ended_at.is_none()).collect())
}

/// Holds this person's data for the claim that is named, until a day such as 2027-12-24.
///
/// # Errors
/// As [`of`]; a refusal that names the field, or about oneself.
pub async fn hold(
    ctx: &Context,
    me: &SignedIn,
    person: PersonId,
    claim: &str,
    until: &str,
) -> Result<(), Error> {
    // The matrix lets everybody restrict their own data, which this is not: it is for whoever may open records.
    people::may_open(ctx, me, person).await?;
    nobody_about_themselves(me, person)?;
    let reference = Some(Personal::new(text::line("claim", claim, 200)?));
    let tx = ctx.store.begin().await?;
    let why = "Give the day on which it ends, such as 2027-12-24: to come, and at most five years from now.";
    let ends_at = Some(text::day("until", until, tx.now()..=tx.now().plus_seconds(LONGEST), why)?);
    {
        let grant = tx.authorise_because(ask(me, Act::Create, person), Reason::LegalDuty).await?;
        let id = RestrictionId::fresh(&**ctx.store.random());
        let ground = Ground::HouseClaims;
        stored::begin(&grant, &New { id, purpose: None, ground, ends_at, request: None, reference }).await?;
    }
    Ok(tx.commit().await?)
}

/// Ends a hold before its day.
///
/// # Errors
/// As [`of`]; [`Refusal::NotFound`] if none of this number is in force.
pub async fn release(ctx: &Context, me: &SignedIn, person: PersonId, id: &str) -> Result<(), Error> {
    people::may_open(ctx, me, person).await?;
    nobody_about_themselves(me, person)?;
    let held = of(ctx, me, person).await?;
    let id: RestrictionId = id.parse().map_err(|_| Refusal::NotFound)?;
    if held.iter().all(|hold| hold.id != id) {
        return Err(Refusal::NotFound.into());
    }
    let tx = ctx.store.begin().await?;
    {
        let grant = tx.authorise_because(ask(me, Act::Change, person), Reason::LegalDuty).await?;
        stored::turn(&grant, id, Turn::Ended).await?;
    }
    Ok(tx.commit().await?)
}

fn nobody_about_themselves(me: &SignedIn, person: PersonId) -> Result<(), Refusal> {
    let why = "This is about yourself: somebody else of the house holds it, or lets it go.";
    if me.person == person { Err(Refusal::Conflict(why)) } else { Ok(()) }
}
