//! Letters on their way. What a letter brings about happens when it has gone, and not before: a refusal without its letter
//! is none, and neither is an extension (AF-084, AF-088).
//!
//! The code by which an address is proven is made here, when its letter goes, and stands nowhere else: whoever reads the
//! letter in the console cannot press the button for the person.

use super::clerk;
use super::following::by_the_house;
use super::letters::PROOF;
use super::paper::{Paper, Told, told};
use crate::accounts::{code, fold};
use crate::disclosures::{self, MAIL};
use crate::{Context, Error, Refusal};
use courier::{Courier, Letter, NotSent, SUBJECT, TEXT, TO};
use domain::ids::{PersonId, RequestId};
use privacy::request;
use privacy::{Act, Outbound, Whose};
use store::Engine;
use store::requests::{self, Post};

/// A letter that waits: of which request, whose, and its place there.
type Place = (RequestId, PersonId, i64);

/// Gives every letter that waits to the courier; without one, to staff. Returns how many went. One that cannot go does not
/// keep the others waiting.
///
/// # Errors
/// A fault; what has gone by then has gone, and a letter sent again has the same number.
pub async fn deliver(ctx: &Context, courier: Option<&Courier>, public_url: &str) -> Result<usize, Error> {
    let alone = ctx.store.look().await?;
    if !requests::courier_is_mine(&alone).await? {
        return Ok(0);
    }
    let waiting = requests::letters_waiting(&alone).await?;
    // Held until the last has gone where other processes wait for it; on the embedded engine it would keep the log of the
    // database from being cleared.
    let alone = Some(alone).filter(|_| ctx.store.engine() == Engine::Postgres);
    let mut gone = 0;
    for place in waiting {
        match one(ctx, courier, public_url, place).await {
            Ok(sent) => gone += usize::from(sent),
            Err(error) => {
                tracing::error!(fault = %error, "a letter could not be sent and will be tried again");
            }
        }
    }
    drop(alone);
    Ok(gone)
}

async fn one(
    ctx: &Context,
    courier: Option<&Courier>,
    public_url: &str,
    place: Place,
) -> Result<bool, Error> {
    let (id, person, step) = place;
    let tx = ctx.store.look().await?;
    let told = told(ctx, &tx, id, None, |act, what| clerk(act, what, Whose::Person(person))).await?;
    drop(tx);
    let Some(event) = told.events.iter().find(|event| event.step == step) else { return Ok(false) };
    if Told::effect(event).is_none_or(|effect| !told.case.allows(effect)) {
        settle(ctx, place, Post::Void).await?;
        return Ok(false);
    }
    let words = event.words.as_ref().map(|words| words.reveal().as_str()).unwrap_or_default();
    // A link that proves an address is nothing for another hand.
    let by_hand = if words.contains(PROOF) { Post::Void } else { Post::ByHand };
    // Whoever carries letters may have lost their contract since this one was written.
    let agreed = told.account().is_some();
    let courier = courier.filter(|_| if agreed { ctx.sends_mail() } else { ctx.sends_mail_to_anybody() });
    let Some((courier, to)) = courier.zip(told.request.reply_to.as_ref()) else {
        settle(ctx, place, by_hand).await?;
        return Ok(false);
    };
    let text = if words.contains(PROOF) {
        words.replace(PROOF, &format!("{public_url}/ask/prove/{}", new_proof(ctx, id, person).await?))
    } else {
        words.to_owned()
    };
    let subject = format!("Your request: {}", request::says(told.matter));
    let to = to.reveal().clone().into_bytes();
    let fields = [(TO, to), (SUBJECT, subject.into_bytes()), (TEXT, text.into_bytes())];
    let envelope = Outbound::to(ctx.store.book(), MAIL, fields).ok();
    // Sent twice, it is known for the same.
    let number = uuid::Uuid::from_u128(id.uuid().as_u128() ^ u128::from(step.unsigned_abs()));
    let sent = match envelope.and_then(|envelope| Letter::new(number, &envelope).ok()) {
        Some(letter) => courier.send(&letter).await,
        None => Err(NotSent::BadAddress),
    };
    match sent {
        Ok(_) => settle(ctx, place, Post::Sent).await.map(|()| true),
        Err(NotSent::BadAddress | NotSent::Refused { .. }) => {
            settle(ctx, place, by_hand).await.map(|()| false)
        }
        Err(NotSent::LaterAgain(why)) => {
            tracing::warn!(fault = %why, "a letter waits");
            Ok(false)
        }
    }
}

/// A code by which the address is proven, in the place of any before it.
async fn new_proof(ctx: &Context, id: RequestId, person: PersonId) -> Result<String, Error> {
    let proof = code(&**ctx.store.random(), 4);
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(clerk(Act::Change, "request", Whose::Person(person))).await?;
    requests::proof_is(&grant, id, fold(&proof).as_bytes()).await?;
    drop(grant);
    tx.commit().await?;
    Ok(proof)
}

/// Notes how a letter that waited stands now, with what it brings about if it went. Somebody may act on the same request at
/// this moment: then it is noted after them, and not sent again for that.
async fn settle(ctx: &Context, place: Place, stands: Post) -> Result<(), Error> {
    let mut tries = 0;
    loop {
        match settle_once(ctx, place, stands).await {
            Err(Error::Refused(Refusal::Conflict(_))) if tries < 5 => tries += 1,
            other => return other,
        }
    }
}

async fn settle_once(ctx: &Context, (id, person, step): Place, stands: Post) -> Result<(), Error> {
    let tx = ctx.store.begin().await?;
    let whose = Whose::Person(person);
    let mut paper: Paper<'_> = by_the_house(ctx, &tx, id, whose).await?;
    {
        let grant = tx.authorise(clerk(Act::Change, "request_event", whose)).await?;
        if !requests::letter_is(&grant, id, step, (Post::Waiting, stands)).await? {
            return Ok(());
        }
    }
    if stands == Post::Sent {
        paper.went(step).await?;
        // Whose data it is reads of it, as far as that is known and they are still here; else the number of whoever asked.
        let whose = paper.told.account().unwrap_or(person);
        match disclosures::letter_went(ctx, &tx, whose, MAIL).await {
            Err(Error::Refused(Refusal::NotFound)) => {
                disclosures::letter_went(ctx, &tx, person, MAIL).await?;
            }
            other => other?,
        }
    }
    drop(paper);
    Ok(tx.commit().await?)
}
