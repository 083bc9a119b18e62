//! What the policy in force wants done again and again: how each duty stands, and that it was done.
//!
//! Nobody is reminded by mail: whoever runs the house or answers for its data sees on the console what is overdue.

use crate::accounts::own;
use crate::{Context, Error, Refusal, SignedIn, text};
use domain::time::Instant;
use privacy::{Act, Ask, Duty, Personal, Whose};
use store::Tx;
use store::people::duties::{self, Done};

pub use store::people::duties::Found;

/// What can be written about it.
const MOST_WORDS: usize = 4000;

/// How one duty stands.
#[derive(Debug)]
pub struct Standing {
    /// Which.
    pub id: String,
    /// What is to be done.
    pub says: String,
    /// How often, in words.
    pub every: String,
    /// When it is due; none if it was never done, and so is due.
    pub due_at: Option<Instant>,
    /// Whether it should have been done by now.
    pub overdue: bool,
    /// Each time it was done, the newest first.
    pub past: Vec<Done>,
}

/// How many duties the policy in force has, and how many of them press: they should have been done by now, or what was found
/// last is not mended. It names nobody.
///
/// # Errors
/// A fault.
pub(crate) async fn count(ctx: &Context, tx: &Tx) -> Result<(usize, usize), Error> {
    let last = duties::last(tx).await?;
    let pressing = |duty: &&Duty| {
        let last = last.get(duty.id.get_ref());
        let open = last.is_some_and(|(_, found)| *found == Found::Open);
        open || duty.due_at(last.map(|(at, _)| *at)).is_none_or(|due| due <= tx.now())
    };
    let duties = ctx.store.book().profile().duties();
    Ok((duties.len(), duties.filter(pressing).count()))
}

/// Every duty of the policy in force, with what was found each time. Whoever did one reads that it was looked at.
///
/// # Errors
/// [`Refusal::NotFound`] to anyone who neither runs the house nor answers for its data.
pub async fn all(ctx: &Context, me: &SignedIn) -> Result<Vec<Standing>, Error> {
    let tx = ctx.store.begin().await?;
    let ask = |whose| Ask {
        actor: me.actor(),
        act: Act::Read,
        what: "duty_done",
        whose,
        purpose: "accountability",
    };
    drop(tx.authorise(ask(Whose::Anyone)).await?);
    let mut done = duties::of_nobody(&tx).await?;
    for person in duties::people(&tx).await? {
        match tx.authorise(ask(Whose::Person(person))).await {
            Ok(grant) => done.extend(duties::list(&grant).await?),
            // They are being erased: in a moment it stands here again, without them.
            Err(store::Error::Refused(privacy::Refusal::NotFound)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    done.sort_by_key(|done| std::cmp::Reverse(done.at));
    let now = tx.now();
    let declared = ctx.store.book().profile().duties();
    let standing = declared.map(|duty| {
        let id = duty.id.get_ref();
        let past: Vec<Done> = done.extract_if(.., |done| done.duty == *id).collect();
        let due_at = duty.due_at(past.first().map(|last| last.at));
        Standing {
            id: id.clone(),
            says: duty.says.clone(),
            every: duty.every_in_words(),
            overdue: due_at.is_none_or(|due| due <= now),
            due_at,
            past,
        }
    });
    let standing = standing.collect();
    tx.commit().await?;
    Ok(standing)
}

/// Says that I did this now, and what I found.
///
/// # Errors
/// A refusal that names the field; [`Refusal::NotFound`] if the policy has no such duty, or to anyone who neither runs the
/// house nor answers for its data.
pub async fn done(ctx: &Context, me: &SignedIn, id: &str, found: &str, note: &str) -> Result<(), Error> {
    let known = ctx.store.book().profile().duties().any(|duty| duty.id.get_ref() == id);
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(own(me, Act::Create, "duty_done", "accountability")).await?;
    if !known {
        return Err(Refusal::NotFound.into());
    }
    let found = Found::ALL.into_iter().find(|answer| answer.name() == found);
    let found = found.ok_or_else(|| Refusal::field("found", "Say what was found."))?;
    let note = Personal::new(text::words("note", note, MOST_WORDS)?);
    if found == Found::Open && note.reveal().is_empty() {
        return Err(Refusal::field("note", "Say what is not mended yet.").into());
    }
    duties::done(&grant, &**ctx.store.random(), id, found, &note).await?;
    drop(grant);
    Ok(tx.commit().await?)
}
