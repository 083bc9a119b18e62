//! Withdrawing a consent for an account, because its owner asked for it by form, mail, telephone or letter: as good as saying
//! no on their own page (TP-57). What was done before stays as it was, and so does what rests on anything else.

use super::staff::may;
use crate::{Context, Error, Refusal, SignedIn};
use domain::ids::PersonId;
use domain::person::Reason;
use privacy::{Act, Basis, Whose};
use std::collections::BTreeMap;
use store::Tx;
use store::people::{self, Change, consents};

/// What rests on consent in any version of the policy that binds somebody, and what people were asked: for whoever withdraws for
/// them. Which of it they gave is theirs to know.
pub fn withdrawable(ctx: &Context) -> Vec<(String, String)> {
    let versions = ctx.store.versions();
    let books = [versions.newest()].into_iter().chain(versions.earlier().iter().map(|earlier| &earlier.book));
    let mut asked = BTreeMap::new();
    for purpose in books.flat_map(|book| book.purposes_in_use()).filter(|p| p.basis == Basis::Consent) {
        let words = purpose.asks.clone().unwrap_or_default();
        asked.entry(purpose.id.get_ref().clone()).or_insert(words);
    }
    asked.into_iter().collect()
}

/// Withdraws it under this name, and says what stops, in the words of the letter. It is a word of the ledger also where there
/// was no consent: it stands against any that comes from before.
///
/// # Errors
/// A refusal if nothing of this name rests on consent; [`Refusal::NotFound`] if there is no such account.
pub(super) async fn withdraw(
    ctx: &Context,
    tx: &Tx,
    me: &SignedIn,
    account: PersonId,
    purpose: &str,
) -> Result<String, Error> {
    let whose = Whose::Person(account);
    // The account first, in the order in which everybody takes it.
    let person = tx.authorise_because(may(me, Act::Change, "person", whose), Reason::DataRequest).await?;
    let rules = person.book();
    let purpose = rules
        .purposes_in_use()
        .find(|known| known.id.get_ref() == purpose && known.basis == Basis::Consent)
        .ok_or_else(|| Refusal::field("purpose", "Choose what is withdrawn."))?;
    if purpose.id.get_ref() == "history" {
        people::change(&person, Change { history: Some("off".to_owned()), ..Change::default() }).await?;
    }
    let grant = tx.authorise_because(may(me, Act::Create, "consent", whose), Reason::DataRequest).await?;
    let asks = purpose.asks.as_deref().unwrap_or_default();
    consents::add(&grant, &**ctx.store.random(), purpose.id.get_ref(), "withdrawn", asks, "request").await?;
    Ok(format!("Withdrawn: “{asks}” {}", purpose.stops.as_deref().unwrap_or_default()))
}
