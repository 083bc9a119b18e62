//! Legal holds: the house needs somebody's data for a claim (GDPR Art. 17(3)(e)), and nothing of it goes until a day that is said when
//! the hold begins. It ends by itself.
//!
//! What is held is used as before, and the person reads for which claim and until when. That nothing goes is decided in
//! [`privacy::decide`], and for what has expired in the store.

use crate::{Context, Error, Refusal, SignedIn, text};
use domain::ids::{PersonId, RestrictionId};
use domain::person::{Reason, Role};
use domain::time::Instant;
use privacy::restriction::Ground;
use privacy::{Act, Ask, Personal, Whose};
use store::people::restrictions::{self as stored, New, Restriction, Turn};

const DAY: i64 = 24 * 3600;
const LONGEST_DAYS: i64 = 5 * 366;

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
    let tx = ctx.store.begin().await?;
    {
        let grant = tx.authorise_because(ask(me, Act::Create, person), Reason::LegalDuty).await?;
        nobody_about_themselves(me, person)?;
        let reference = Some(Personal::new(text::line("claim", claim, 200)?));
        let ends_at = Some(a_day_to_come(until, tx.now())?);
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
    let held = of(ctx, me, person).await?;
    nobody_about_themselves(me, person)?;
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
    match me.role {
        _ if me.person != person => Ok(()),
        Role::Operator | Role::PrivacyOfficer => Err(Refusal::Conflict(why)),
        // The matrix lets everybody restrict their own data, which this is not.
        Role::Technician | Role::Member | Role::Requester => Err(Refusal::NotFound),
    }
}

fn a_day_to_come(text: &str, now: Instant) -> Result<Instant, Refusal> {
    let sane = now..=now.plus_seconds(LONGEST_DAYS * DAY);
    Instant::on_day(text.trim()).filter(|day| sane.contains(day)).ok_or_else(|| {
        let problem =
            "Give the day on which it ends, such as 2027-12-24: to come, and at most five years from now.";
        Refusal::field("until", problem)
    })
}
