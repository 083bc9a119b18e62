//! Letters that the house writes by itself to whom something concerns: of a sale, of a breach, of an account that goes unused. Who
//! has no address, or whose mail server takes no letter, reads the same on their pages; nothing waits for them.
//!
//! A letter's words are made when it goes, and stand nowhere else. Of a breach it says which kinds of data were concerned, as the law
//! wants it, and never their values: the page behind the sign-in says more.

use crate::disclosures::{self, NOTICE, acquisitions};
use crate::{Context, Error, Refusal, accounts, breaches};
use courier::{Courier, Delay, NotSent, SUBJECT, TEXT, TO};
use domain::ids::PersonId;
use domain::person::{Actor, Chore};
use privacy::{Act, Ask, Outbound, Whose};
use store::letters::{self, Letter, Stands};
use store::{Engine, Tx, people, requests};
use uuid::Uuid;

pub use store::letters::Tally;
pub(crate) use store::letters::Tells;

/// For how long one letter is tried at an address that asks to come again, in seconds.
const TRIED_FOR: i64 = 5 * 24 * 3600;

/// What a letter says.
pub(crate) struct Words {
    /// Its subject: one line.
    pub subject: String,
    /// Its text.
    pub text: String,
}

fn clerk(act: Act, what: &str, person: PersonId) -> Ask<'_> {
    Ask { actor: Actor::House(Chore::Clerk), act, what, whose: Whose::Person(person), purpose: "rights" }
}

/// Writes one to each of them, if letters go out by themselves here; they go with the next round.
pub(crate) async fn write(
    ctx: &Context,
    tx: &Tx,
    about: (Tells, Uuid),
    people: impl IntoIterator<Item = PersonId>,
) -> Result<(), Error> {
    if !ctx.sends_mail() {
        return Ok(());
    }
    for person in people {
        // Whoever has one about it that waits needs no second.
        if letters::waits(tx, about, person).await? {
            continue;
        }
        match tx.authorise(clerk(Act::Create, "letter", person)).await {
            Ok(grant) => letters::write(&grant, &**ctx.store.random(), about).await?,
            // They are being erased at this moment, and hold nobody else's letters up.
            Err(store::Error::Refused(privacy::Refusal::NotFound)) => {}
            Err(other) => return Err(other.into()),
        }
    }
    Ok(())
}

/// Gives every letter that waits to the courier. Returns how many went. One that cannot go does not keep the others waiting.
///
/// # Errors
/// A fault; what has gone by then has gone, and a letter sent again has the same number.
pub async fn deliver(ctx: &Context, courier: Option<&Courier>, public_url: &str) -> Result<usize, Error> {
    let alone = ctx.store.look().await?;
    if !requests::courier_is_mine(&alone).await? {
        return Ok(0);
    }
    let waiting = letters::waiting(&alone).await?;
    // As with the letters about requests: held until the last has gone where other processes wait for it.
    let alone = Some(alone).filter(|_| ctx.store.engine() == Engine::Postgres);
    let (mut gone, mut known) = (0, None);
    for letter in waiting {
        // They come one thing after the other, and all about one thing read alike.
        let about = (letter.tells, letter.about);
        if known.as_ref().is_none_or(|(of, _)| *of != about) {
            known = Some((about, words(ctx, public_url, letter).await));
        }
        let Some((_, Ok(words))) = &known else {
            tracing::error!("what a letter says could not be made; the others go");
            continue;
        };
        match one(ctx, courier, letter, words.as_ref()).await {
            Ok(Went::Yes) => gone += 1,
            // Whoever is being erased takes their letter along.
            Ok(Went::No) | Err(Error::Refused(Refusal::NotFound)) => {}
            // Neither would the next go, and those who wait for an answer have a day by which they get it.
            Ok(Went::NobodyCarries) => break,
            // One that went and could not be noted goes again: that must not happen to everybody in one round.
            Err(error) => {
                tracing::error!(fault = %error, "a letter could not be noted; the others wait for the next round");
                break;
            }
        }
    }
    drop(alone);
    Ok(gone)
}

/// What the letters about something say; nothing if it came to nothing meanwhile.
async fn words(ctx: &Context, public_url: &str, letter: Letter) -> Result<Option<Words>, Error> {
    match letter.tells {
        Tells::Acquisition => acquisitions::letter(ctx, public_url, letter.about).await,
        Tells::Breach => breaches::letter(ctx, public_url, letter.about).await,
        Tells::Unused => accounts::letter_of_unused(ctx, public_url, letter.person).await,
    }
}

/// What became of a letter in this round.
enum Went {
    Yes,
    No,
    /// It waits, as all others do: nobody carries letters now.
    NobodyCarries,
}

async fn one(
    ctx: &Context,
    courier: Option<&Courier>,
    letter: Letter,
    words: Option<&Words>,
) -> Result<Went, Error> {
    let went = |noted: bool| if noted { Went::Yes } else { Went::No };
    let Some(words) = words else {
        return settle(ctx, letter, Stands::Failed).await.map(went);
    };
    // Whoever carries letters may have lost their contract since this one was written, or was not named at this start. That says
    // nothing about whoever is to get it.
    let Some(courier) = courier.filter(|_| ctx.sends_mail()) else { return Ok(Went::NobodyCarries) };
    let Some(to) = address(ctx, letter.person).await? else {
        return settle(ctx, letter, Stands::Failed).await.map(went);
    };
    let (subject, text) = (words.subject.clone().into_bytes(), words.text.clone().into_bytes());
    let envelope = Outbound::to(ctx.store.book(), NOTICE, [(TO, to), (SUBJECT, subject), (TEXT, text)]).ok();
    let sent = match envelope.and_then(|envelope| courier::Letter::new(letter.id.uuid(), &envelope).ok()) {
        Some(letter) => courier.send(&letter).await,
        None => Err(NotSent::BadAddress),
    };
    match sent {
        Ok(_) => settle(ctx, letter, Stands::Sent).await.map(went),
        Err(NotSent::BadAddress | NotSent::Refused { .. }) => {
            settle(ctx, letter, Stands::Failed).await.map(went)
        }
        Err(NotSent::LaterAgain(Delay::Busy { .. } | Delay::BrokeOff)) if tried_long_enough(ctx, letter) => {
            settle(ctx, letter, Stands::Failed).await.map(went)
        }
        Err(NotSent::LaterAgain(why @ (Delay::Busy { .. } | Delay::BrokeOff))) => {
            tracing::warn!(fault = %why, "a letter waits");
            if letter.tried_at.is_none() {
                let tx = ctx.store.begin().await?;
                {
                    let grant = tx.authorise(clerk(Act::Change, "letter", letter.person)).await?;
                    letters::tried(&grant, letter.id).await?;
                }
                tx.commit().await?;
            }
            Ok(Went::No)
        }
        Err(NotSent::LaterAgain(why)) => {
            tracing::warn!(fault = %why, "letters wait");
            Ok(Went::NobodyCarries)
        }
    }
}

/// Whether an address that always asks to come again was asked for as long as mail servers ask (RFC 5321, 4.5.4.1): nobody's mailbox
/// holds up what everybody waits for.
fn tried_long_enough(ctx: &Context, letter: Letter) -> bool {
    letter.tried_at.is_some_and(|since| ctx.store.clock().now().seconds_since(since) > TRIED_FOR)
}

/// Where letters reach somebody: at the address of their account, or the one that they gave with a request.
async fn address(ctx: &Context, person: PersonId) -> Result<Option<Vec<u8>>, Error> {
    let tx = ctx.store.look().await?;
    let own = {
        let grant = tx.authorise(clerk(Act::Read, "person", person)).await?;
        people::account(&grant).await?.and_then(|account| account.email)
    };
    let mut known = own;
    if known.is_none() {
        let grant = tx.authorise(clerk(Act::Read, "request", person)).await?;
        known = requests::list(&grant).await?.into_iter().find_map(|request| request.reply_to);
    }
    Ok(known.map(|address| address.reveal().clone().into_bytes()))
}

/// Notes how a letter stands now, with its line in the ledger if it went. Returns whether it did.
async fn settle(ctx: &Context, letter: Letter, stands: Stands) -> Result<bool, Error> {
    let tx = ctx.store.begin().await?;
    let was_waiting = {
        let grant = tx.authorise(clerk(Act::Change, "letter", letter.person)).await?;
        letters::settle(&grant, letter.id, stands).await?
    };
    let went = was_waiting && stands == Stands::Sent;
    if went {
        disclosures::letter_went(ctx, &tx, letter.person, NOTICE).await?;
        if letter.tells == Tells::Unused {
            accounts::was_told(&tx, letter.person).await?;
        }
    }
    tx.commit().await?;
    Ok(went)
}
