//! Erasing one kind of my things and keeping the rest: at once, by me or for me, from the groups of the data map.

use crate::accounts::own;
use crate::{Context, Error, Refusal, SignedIn};
use domain::ids::PersonId;
use domain::person::{Actor, Chore};
use privacy::{Act, Ask, Whose, plan};
use store::{Gone, Tx};

/// Things of mine that can be erased by themselves.
#[derive(Debug)]
pub struct Kind {
    /// The name of the group.
    pub group: String,
    /// What they are, in words.
    pub says: String,
}

/// What can be erased by itself.
pub fn kinds(ctx: &Context) -> Vec<Kind> {
    let groups = plan::apart(ctx.store.book()).into_iter();
    groups.map(|apart| Kind { group: apart.group.to_owned(), says: apart.says.to_owned() }).collect()
}

/// What stays as long as the account does, each with the ground.
pub fn with_account(ctx: &Context) -> Vec<(String, String)> {
    let stays = plan::with_account(ctx.store.book()).into_iter();
    stays.map(|(says, ground)| (says.to_owned(), ground)).collect()
}

/// Erases everything of mine of this group, at once. Returns how many things.
///
/// # Errors
/// [`Refusal::NotFound`] if there is no such group.
pub async fn erase(ctx: &Context, me: &SignedIn, group: &str) -> Result<u64, Error> {
    let tx = ctx.store.begin().await?;
    let (things, gone) = erase_in(ctx, &tx, group, |what| own(me, Act::Erase, what, "rights")).await?;
    tx.commit().await?;
    finish(ctx, me.person, gone).await?;
    Ok(things)
}

/// Erases what this person has of this group, in a transaction that says why. Its files are removed with [`finish`].
pub(crate) async fn erase_for(
    ctx: &Context,
    tx: &Tx,
    person: PersonId,
    group: &str,
) -> Result<(u64, Gone), Error> {
    let (actor, whose) = (Actor::House(Chore::Clerk), Whose::Person(person));
    erase_in(ctx, tx, group, |what| Ask { actor, act: Act::Erase, what, whose, purpose: "rights" }).await
}

/// Once it is committed: the files are noise by now, and go.
pub(crate) async fn finish(ctx: &Context, person: PersonId, gone: Gone) -> Result<(), Error> {
    ctx.store.unlink(gone).await?;
    ctx.desk.tell(person, person.uuid());
    Ok(())
}

async fn erase_in<'a>(
    ctx: &'a Context,
    tx: &Tx,
    group: &str,
    ask: impl Fn(&'a str) -> Ask<'a>,
) -> Result<(u64, Gone), Error> {
    let groups = plan::apart(ctx.store.book());
    let apart = groups.into_iter().find(|apart| apart.group == group).ok_or(Refusal::NotFound)?;
    let (mut things, mut gone) = (0, Gone::default());
    for table in apart.tables {
        let grant = tx.authorise(ask(table)).await?;
        let (rows, files) = grant.erase_all().await?;
        things += rows;
        gone = gone.and(files);
    }
    Ok((things, gone))
}
