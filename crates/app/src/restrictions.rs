//! My data, kept and not used: restricting it, objecting to a purpose, lifting it; and the house telling people that a
//! restriction ends, before it does.
//!
//! People restrict and lift by themselves, at once and without staff. What is restricted is enforced where every act is
//! decided ([`privacy::decide`]); here it is only begun and ended.

use crate::accounts::own;
use crate::requests::{self, Told};
use crate::{Context, Error, Refusal, SignedIn, policy, text};
use domain::ids::{PersonId, RestrictionId};
use domain::person::{Actor, Chore};
use domain::random::Random;
use domain::time::Instant;
use privacy::request::Happened;
use privacy::restriction::{self, Due, Effect, Ground, NOTICE_DAYS, Objection};
use privacy::{Act, Ask, Book, Whose};
use std::collections::BTreeSet;
use store::Tx;
use store::people::restrictions::{self as stored, New, Turn};

pub use store::people::restrictions::Restriction;

const DAY: i64 = 24 * 3600;
/// A restriction that is to end has its end within this time; one without a day lasts until it is lifted.
const LONGEST_DAYS: i64 = 5 * 366;

/// A purpose, as somebody who may want to object to it reads it.
#[derive(Debug)]
pub struct Use {
    /// The purpose.
    pub purpose: String,
    /// What for, in words.
    pub says: String,
    /// Whether one can object, and if not, why.
    pub objection: Objection,
    /// What of their data is not kept for it once they have objected; nothing at all is done for a purpose that is not
    /// necessary.
    pub stops: Vec<String>,
    /// The objection of theirs that is in force.
    pub objected: Option<Restriction>,
    /// Whether it came of a request of theirs that is open: then they take that back, and it ends.
    pub asked: bool,
}

/// All of my restrictions, also those that ended, the newest first.
///
/// # Errors
/// A fault.
pub async fn mine(ctx: &Context, me: &SignedIn) -> Result<Vec<Restriction>, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(own(me, Act::Read, "restriction", "rights")).await?;
    Ok(stored::list(&grant).await?)
}

/// The restriction of all my data that is in force.
///
/// # Errors
/// A fault.
pub async fn in_force(ctx: &Context, me: &SignedIn) -> Result<Option<Restriction>, Error> {
    let holds = |r: &Restriction| r.ended_at.is_none() && r.purpose.is_none() && r.ground.restricts();
    Ok(mine(ctx, me).await?.into_iter().find(holds))
}

/// What my data is used for here, and to what of it I can object.
///
/// # Errors
/// A fault.
pub async fn uses(ctx: &Context, me: &SignedIn) -> Result<Vec<Use>, Error> {
    let mut mine = mine(ctx, me).await?;
    let open = open_objections(ctx, me, &mine).await?;
    let book = &*policy::mine(ctx, me).await?;
    let says = |id: &str| book.map().category(id).map_or_else(|| id.to_owned(), |c| c.says.clone());
    let uses = restriction::objections(book).map(|(purpose, objection)| {
        let id = purpose.id.get_ref();
        let at = mine.iter().position(|r| r.ended_at.is_none() && r.purpose.as_ref() == Some(id));
        let objected = at.map(|at| mine.swap_remove(at));
        Use {
            purpose: id.clone(),
            says: purpose.says.clone(),
            objection,
            asked: objected.as_ref().is_some_and(|r| open.contains(&r.id)),
            objected,
            stops: if purpose.necessary {
                restriction::dispensable(book, id).into_iter().map(says).collect()
            } else {
                vec!["everything that is done for it".to_owned()]
            },
        }
    });
    Ok(uses.collect())
}

/// Restricts the use of all my data, at once: `until` a day such as 2026-12-24, or until I lift it.
///
/// # Errors
/// A refusal that names the field, or if all of it is restricted already.
pub async fn restrict(ctx: &Context, me: &SignedIn, ground: &str, until: &str) -> Result<(), Error> {
    let chosen = Ground::CHOSEN.into_iter().find(|chosen| chosen.name() == ground);
    let ground = chosen.ok_or_else(|| Refusal::field("ground", "Choose why."))?;
    let tx = ctx.store.begin().await?;
    let ends_at = match until.trim() {
        "" => None,
        day => Some(a_day_to_come(day, tx.now())?),
    };
    let mine = By::Owner(me);
    if mine.in_force(&tx).await?.iter().any(|r| r.purpose.is_none() && r.ground.restricts()) {
        let why = "The use of your data is restricted already. Lift that first, and restrict it anew.";
        return Err(Refusal::Conflict(why).into());
    }
    let id = RestrictionId::fresh(&**ctx.store.random());
    mine.begin(&tx, &New { id, purpose: None, ground, ends_at, request: None, reference: None }).await?;
    mine.settle(&tx).await?;
    tx.commit().await?;
    ctx.fleet.changed();
    Ok(())
}

/// A restriction lasts for three days at least, since its end is told so long before.
fn a_day_to_come(typed: &str, now: Instant) -> Result<Instant, Refusal> {
    let within = now.plus_seconds(NOTICE_DAYS * DAY)..=now.plus_seconds(LONGEST_DAYS * DAY);
    let problem =
        "Give a day such as 2026-12-24, at least four days and at most five years from now; or none.";
    text::day("until", typed, within, problem)
}

/// Lifts one of my restrictions, at once.
///
/// # Errors
/// [`Refusal::NotFound`] if none of this number is in force; a refusal if it came of an objection of mine that is open: that is
/// taken back as a request.
pub async fn lift(ctx: &Context, me: &SignedIn, id: &str) -> Result<(), Error> {
    let id: RestrictionId = id.parse().map_err(|_| Refusal::NotFound)?;
    let open = open_objections(ctx, me, &mine(ctx, me).await?).await?;
    let tx = ctx.store.begin().await?;
    let mine = By::Owner(me);
    if mine.in_force(&tx).await?.iter().all(|r| r.id != id || !r.ground.restricts()) {
        return Err(Refusal::NotFound.into());
    }
    if open.contains(&id) {
        let why = "It lasts until your objection is decided. Take the objection back under My requests, and it ends.";
        return Err(Refusal::Conflict(why).into());
    }
    mine.turn(&tx, id, Turn::Ended).await?;
    mine.settle(&tx).await?;
    tx.commit().await?;
    ctx.fleet.changed();
    Ok(())
}

/// Those of my restrictions that last until an objection among my requests is decided. One that came by the public form,
/// mail or post is not among them, though it was found to be from me: it cannot be taken back, so that what it restricts is
/// lifted like anything else.
async fn open_objections(
    ctx: &Context,
    me: &SignedIn,
    mine: &[Restriction],
) -> Result<BTreeSet<RestrictionId>, Error> {
    let pending = |r: &&Restriction| r.ended_at.is_none() && r.ground == Ground::ObjectionPending;
    let pending: Vec<&Restriction> = mine.iter().filter(pending).collect();
    if pending.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut asked = requests::mine(ctx, me).await?;
    asked.retain(|told| told.case.allows(Happened::TakenBack));
    let asked = |r: &&&Restriction| asked.iter().any(|told| r.request == Some(told.request.id));
    Ok(pending.iter().filter(asked).map(|r| r.id).collect())
}

/// Begins the restriction of one purpose with an objection to it that stands in this transaction.
pub(crate) async fn object(
    tx: &Tx,
    book: &Book,
    random: &dyn Random,
    told: &Told,
    purpose: &str,
) -> Result<(), Error> {
    let known = restriction::objections(book).find(|(known, _)| known.id.get_ref() == purpose);
    match known {
        Some((_, Objection::Weighed)) => {}
        Some((_, Objection::No(why))) => return Err(Refusal::field("purpose", why).into()),
        None => return Err(Refusal::NotFound.into()),
    }
    let Some(account) = told.account() else { return Ok(()) };
    let house = By::House(account);
    if house.in_force(tx).await?.iter().any(|r| r.purpose.as_deref() == Some(purpose) && r.ends_at.is_none())
    {
        return Err(Refusal::Conflict("You have objected to this already.").into());
    }
    let new = New {
        id: RestrictionId::fresh(random),
        purpose: Some(purpose.to_owned()),
        ground: Ground::ObjectionPending,
        ends_at: None,
        request: Some(told.request.id),
        reference: None,
    };
    house.begin(tx, &new).await?;
    house.forget(tx, book, purpose).await
}

/// Does what follows for restrictions from what happened to a request, in its transaction.
pub(crate) async fn follow(
    tx: &Tx,
    book: &Book,
    random: &dyn Random,
    told: &Told,
    happened: Happened,
) -> Result<(), Error> {
    let signed_in = told.came == privacy::request::Came::Page;
    let (Some(account), Some(effect)) =
        (told.account(), restriction::effect(told.matter, happened, signed_in))
    else {
        return Ok(());
    };
    let house = By::House(account);
    let all = match house.in_force(tx).await {
        // The account is gone meanwhile, and so is what could be restricted.
        Err(Error::Refused(Refusal::NotFound)) => return Ok(()),
        all => all?,
    };
    let ours: Vec<&Restriction> = all.iter().filter(|r| r.request == Some(told.request.id)).collect();
    let turn = match effect {
        Effect::Begin(_) if !ours.is_empty() => return Ok(()),
        Effect::Begin(ground) => {
            let purposes: Vec<Option<String>> = if ground == Ground::ObjectionPending {
                let weighed = restriction::objections(book).filter(|(_, o)| *o == Objection::Weighed);
                weighed.map(|(purpose, _)| Some(purpose.id.get_ref().clone())).collect()
            } else {
                vec![None]
            };
            // What another request or they themselves restricted stays theirs, unless it runs out.
            let lasts = |p: &Option<String>| all.iter().any(|r| r.purpose == *p && r.ends_at.is_none());
            for purpose in purposes.into_iter().filter(|p| !lasts(p)) {
                let id = RestrictionId::fresh(random);
                let request = Some(told.request.id);
                let barred = purpose.clone();
                house
                    .begin(tx, &New { id, purpose, ground, ends_at: None, request, reference: None })
                    .await?;
                if let Some(purpose) = barred {
                    house.forget(tx, book, &purpose).await?;
                }
            }
            return house.settle(tx).await;
        }
        Effect::Uphold => Turn::GoesOn(Ground::ObjectionUpheld),
        Effect::EndSoon => Turn::EndsOn(tx.now()),
        Effect::End => Turn::Ended,
    };
    for restriction in ours {
        house.turn(tx, restriction.id, turn).await?;
    }
    house.settle(tx).await
}

/// Tells people that their restriction ends, and ends those whose owners were told in time. Returns how many ended.
///
/// # Errors
/// The first fault met, after all were tried.
pub async fn turn_due(ctx: &Context) -> Result<usize, Error> {
    let near = ctx.store.clock().now().plus_seconds(NOTICE_DAYS * DAY);
    let people = stored::ending_before(&ctx.store.look().await?, near).await?;
    let (mut ended, mut failed) = (0, None);
    for person in people {
        match turn_due_of(ctx, person).await {
            Ok(count) => ended += count,
            Err(Error::Refused(Refusal::NotFound)) => {}
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    if ended > 0 {
        ctx.fleet.changed();
    }
    failed.map_or(Ok(ended), Err)
}

async fn turn_due_of(ctx: &Context, person: PersonId) -> Result<usize, Error> {
    let tx = ctx.store.begin().await?;
    let house = By::House(person);
    let mut ended = 0;
    for restriction in house.in_force(&tx).await? {
        let (ends_at, told_at) = (restriction.ends_at, restriction.told_at);
        match restriction::due_on(restriction.ground, ends_at, told_at, tx.now()) {
            Due::Nothing => {}
            Due::Tell => house.turn(&tx, restriction.id, Turn::Told).await?,
            Due::End => {
                house.turn(&tx, restriction.id, Turn::Ended).await?;
                ended += 1;
            }
        }
    }
    house.settle(&tx).await?;
    tx.commit().await?;
    Ok(ended)
}

/// Who begins and ends a restriction: its owner, or the house for them.
enum By<'a> {
    Owner(&'a SignedIn),
    House(PersonId),
}

impl By<'_> {
    fn ask<'t>(&self, act: Act, what: &'t str) -> Ask<'t> {
        match self {
            Self::Owner(me) => own(me, act, what, "rights"),
            Self::House(person) => {
                let (actor, whose) = (Actor::House(Chore::Clerk), Whose::Person(*person));
                Ask { actor, act, what, whose, purpose: "rights" }
            }
        }
    }

    /// What is in force, with the account held alone until the transaction ends: what is decided of it holds then.
    async fn in_force(&self, tx: &Tx) -> Result<Vec<Restriction>, Error> {
        drop(tx.authorise(self.ask(Act::Change, "person")).await?);
        let grant = tx.authorise(self.ask(Act::Read, "restriction")).await?;
        let all = stored::list(&grant).await?;
        Ok(all.into_iter().filter(|r| r.ended_at.is_none()).collect())
    }

    async fn begin(&self, tx: &Tx, new: &New) -> Result<(), Error> {
        let grant = tx.authorise(self.ask(Act::Create, "restriction")).await?;
        Ok(stored::begin(&grant, new).await?)
    }

    async fn turn(&self, tx: &Tx, id: RestrictionId, turn: Turn) -> Result<(), Error> {
        let grant = tx.authorise(self.ask(Act::Change, "restriction")).await?;
        stored::turn(&grant, id, turn).await?;
        Ok(())
    }

    /// Forgets what is held for this purpose and what it can do without.
    async fn forget(&self, tx: &Tx, book: &Book, purpose: &str) -> Result<(), Error> {
        for category in restriction::dispensable(book, purpose) {
            let tables = book.map().tables().filter(|(_, t)| t.person.is_some());
            for (table, _) in tables.filter(|(_, t)| t.categories().contains(&category)) {
                let grant = tx.authorise(self.ask(Act::Change, table)).await?;
                stored::forget(&grant, category).await?;
            }
        }
        Ok(())
    }

    /// Makes the account say what is in force.
    async fn settle(&self, tx: &Tx) -> Result<(), Error> {
        let person = tx.authorise(self.ask(Act::Change, "person")).await?;
        let all = tx.authorise(self.ask(Act::Read, "restriction")).await?;
        stored::settle(&all, &person).await?;
        Ok(())
    }
}
