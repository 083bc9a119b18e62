//! The people of the house, as its operator sees them.

use crate::{Context, Error, SignedIn};
use privacy::{Act, Ask, Whose};
use store::people::{self, Account};

/// Everybody. Each name that is shown is a look at that person's data, which they can see.
///
/// # Errors
/// [`crate::Refusal::NotFound`] to anyone but the operator.
pub async fn list(ctx: &Context, me: &SignedIn) -> Result<Vec<Account>, Error> {
    let ask =
        |whose| Ask { actor: me.actor(), act: Act::Read, what: "person", whose, purpose: "administration" };
    let tx = ctx.store.begin().await?;
    let everybody = {
        let grant = tx.authorise(ask(Whose::Anyone)).await?;
        people::all(&grant).await?
    };
    let mut opened = Vec::with_capacity(everybody.len());
    for person in everybody {
        let grant = tx.authorise(ask(Whose::Person(person.id))).await?;
        opened.extend(people::account(&grant).await?);
    }
    tx.commit().await?;
    Ok(opened)
}
