//! The people of the house, as those see them who run it.

use crate::{Context, Error, Refusal, SignedIn};
use domain::ids::PersonId;
use domain::person::{Reason, Role};
use privacy::{Act, Ask, Basis, Book, Purpose, Whose};
use store::Tx;
use store::people::{self, Account, Change};

fn ask<'a>(me: &SignedIn, act: Act, whose: Whose, purpose: &'a str) -> Ask<'a> {
    Ask { actor: me.actor(), act, what: "person", whose, purpose }
}

/// Everybody, with names and parts. Each name that is shown is a look at that person's data, which they can see.
///
/// # Errors
/// [`Refusal::NotFound`] to anyone but the operator.
pub async fn list(ctx: &Context, me: &SignedIn) -> Result<Vec<Account>, Error> {
    let tx = ctx.store.begin().await?;
    let everybody = {
        let grant = tx.authorise(ask(me, Act::Read, Whose::Anyone, "administration")).await?;
        people::all(&grant).await?
    };
    let mut opened = Vec::with_capacity(everybody.len());
    for person in everybody {
        let whose = Whose::Person(person.id);
        match tx.authorise(ask(me, Act::Read, whose, "administration")).await {
            Ok(grant) => opened.extend(people::account(&grant).await?),
            // Whose data is kept and not used stands in the list, and their name does not.
            Err(store::Error::Refused(privacy::Refusal::Restricted)) => opened.push(person),
            Err(error) => return Err(error.into()),
        }
    }
    tx.commit().await?;
    Ok(opened)
}

/// The purpose for which a record is opened for this reason; none if the policy in force has none. A danger to somebody's life
/// has a basis of its own (TP-32).
fn purpose(book: &Book, reason: Reason) -> Option<&str> {
    if reason != Reason::VitalInterest {
        return Some("support");
    }
    let vital = |purpose: &&Purpose| purpose.basis == Basis::VitalInterest && purpose.ground.is_none();
    book.purposes_in_use().find(vital).map(|purpose| purpose.id.get_ref().as_str())
}

/// The reasons for which a record can be opened under the policy in force.
pub fn reasons(ctx: &Context) -> Vec<Reason> {
    Reason::ALL.into_iter().filter(|reason| purpose(ctx.store.book(), *reason).is_some()).collect()
}

/// Opens one person's record for this reason, which the person reads at once.
///
/// # Errors
/// [`Refusal::NotFound`] to anyone whom the role matrix does not let look; a refusal of a reason that the policy in force does
/// not have; a fault.
pub async fn open(ctx: &Context, me: &SignedIn, person: PersonId, reason: Reason) -> Result<Account, Error> {
    let tx = ctx.store.begin().await?;
    let purpose = purpose(ctx.store.book(), reason);
    let purpose = purpose.ok_or_else(|| Refusal::field("reason", "The policy does not have this reason."))?;
    let account = {
        let wanted = ask(me, Act::Read, Whose::Person(person), purpose);
        let grant = tx.authorise_because(wanted, reason).await?;
        people::account(&grant).await?.ok_or(Refusal::NotFound)?
    };
    tx.commit().await?;
    Ok(account)
}

/// Whether this person's record could be opened by whoever asks, once they give a reason.
///
/// # Errors
/// [`Refusal::NotFound`] if not, or if there is nobody of this number.
pub async fn may_open(ctx: &Context, me: &SignedIn, person: PersonId) -> Result<(), Error> {
    let tx = ctx.store.look().await?;
    match tx.authorise(ask(me, Act::Read, Whose::Person(person), "support")).await {
        Ok(_) | Err(store::Error::Refused(privacy::Refusal::ReasonMissing)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Whether one more may get a part in which they can look at others' data (AF-115).
pub(crate) async fn room_for_staff(ctx: &Context, tx: &Tx) -> Result<(), Error> {
    if people::count_staff(tx).await? < u64::from(ctx.store.versions().strictest(|p| p.people.staff_at_most))
    {
        return Ok(());
    }
    let why =
        "As many people as the policy allows can look at others' data. Take such a part from somebody first.";
    Err(Refusal::Conflict(why).into())
}

/// Gives somebody another part in the house.
///
/// # Errors
/// [`Refusal::NotFound`] to anyone but the operator; [`Refusal::Conflict`] if nobody would run the house any more.
pub async fn change_role(ctx: &Context, me: &SignedIn, person: PersonId, role: Role) -> Result<(), Error> {
    let tx = ctx.store.begin().await?;
    people::giving_parts(&tx).await?;
    let grant = tx.authorise(ask(me, Act::Change, Whose::Person(person), "administration")).await?;
    let before = people::account(&grant).await?.ok_or(Refusal::NotFound)?.role;
    if before == Role::Operator && role != before && people::count(&tx, Role::Operator).await? < 2 {
        let why = "Nobody would run this house any more. Make somebody else an operator first.";
        return Err(Refusal::Conflict(why).into());
    }
    if before == Role::Member && role != before {
        room_for_staff(ctx, &tx).await?;
    }
    people::change(&grant, Change { role: Some(role), ..Change::default() }).await?;
    drop(grant);
    Ok(tx.commit().await?)
}
