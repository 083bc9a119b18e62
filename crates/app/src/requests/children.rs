//! Erasing an account that is a child's, by two people: one decides that it is so, another erases it. Nobody can take it back, so
//! that nobody does it alone (AF-122).

use super::paper::Told;
use super::staff::{at_hand, numbered};
use crate::{Context, Error, Refusal, SignedIn, privacy_centre};
use domain::ids::PersonId;
use privacy::Whose;
use privacy::clock::Matter;
use privacy::request::Happened;
use store::{Tx, people};

/// Whether this case is one that this person can erase an account by: somebody else has decided it.
pub fn may_erase(me: &SignedIn, told: &Told) -> bool {
    let decided = Happened::Accepted.name().0;
    let decided = told.events.iter().find(|event| event.kind == decided);
    told.matter == Matter::ChildReport
        && told.case.allows(Happened::CarriedOut)
        && decided.is_some_and(|event| event.actor != Some(me.person))
}

/// Marks the account of this number to be erased at once. It is a line of the access log under the name of whoever does it.
///
/// # Errors
/// A refusal: somebody else must do it, there is no such account, or it is their own or the only operator's.
pub(super) async fn mark(tx: &Tx, me: &SignedIn, told: &Told, account: &str) -> Result<PersonId, Error> {
    if !may_erase(me, told) {
        let why = "One person decides that it is so, and another erases the account. Decide it first, or let somebody else erase it.";
        return Err(Refusal::Conflict(why).into());
    }
    // Before the account itself, in the order in which everybody takes them.
    people::giving_parts(tx).await?;
    let account = numbered(tx, me, account).await?;
    super::staff::not_held(tx, account).await?;
    let whose = Whose::Person(account);
    privacy_centre::erase_at_once(tx, |act| super::clerk(act, "person", whose)).await?;
    Ok(account)
}

/// Notes in the case that the account is gone, once it is.
///
/// # Errors
/// A fault.
pub(super) async fn note(ctx: &Context, me: &SignedIn, case: &str, account: PersonId) -> Result<(), Error> {
    let tx = ctx.store.begin().await?;
    let mut paper = match at_hand(ctx, &tx, me, super::paper::parse(case)?).await {
        // It came from the account itself, and has gone with it.
        Err(Error::Refused(Refusal::NotFound)) => return Ok(()),
        paper => paper?,
    };
    let done = format!("Erased: the account {account}, with everything in it.");
    paper.note(Happened::CarriedOut, Some(&done)).await?;
    drop(paper);
    Ok(tx.commit().await?)
}
