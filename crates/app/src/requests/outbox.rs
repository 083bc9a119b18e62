//! Letters on their way. What a letter brings about happens when it has gone, and not before: a refusal without its letter
//! is none, and neither is an extension (AF-084, AF-088).

use super::clerk;
use super::following::{by_the_house, told};
use super::paper::{effect_of, is_letter};
use crate::{Context, Error};
use courier::{Courier, Letter, NotSent, SUBJECT, TEXT, TO};
use domain::ids::{PersonId, RequestId};
use privacy::request::{self, Came};
use privacy::{Act, Outbound, Personal, Whose};
use store::people;
use store::requests;

/// The mail server, among the places that data may go.
const MAIL: &str = "mail";

/// A letter that waits, and where it stands.
struct Waiting {
    request: RequestId,
    person: PersonId,
    step: i64,
    /// None where it can never go by mail: then it waits for a hand.
    letter: Option<Letter>,
}

/// Gives every letter that waits to the courier. Returns how many went. One that may go later does not keep the others
/// waiting; one whose address takes no mail is for staff to send.
///
/// # Errors
/// A fault; what has gone by then has gone, and a letter sent again has the same number.
pub async fn deliver(ctx: &Context, courier: &Courier) -> Result<usize, Error> {
    let mut gone = 0;
    for waiting in letters(ctx).await? {
        let sent = match &waiting.letter {
            Some(letter) => courier.send(letter).await,
            None => Err(NotSent::BadAddress),
        };
        match sent {
            Ok(_) => {
                settle(ctx, &waiting, true).await?;
                gone += 1;
            }
            Err(NotSent::LaterAgain(why)) => tracing::warn!(fault = %why, "a letter waits"),
            Err(NotSent::BadAddress | NotSent::Refused { .. }) => settle(ctx, &waiting, false).await?,
        }
    }
    Ok(gone)
}

async fn letters(ctx: &Context) -> Result<Vec<Waiting>, Error> {
    let tx = ctx.store.look().await?;
    let mut letters = Vec::new();
    for (request, person, step) in requests::letters_waiting(&tx).await? {
        let told = told(ctx, &tx, request, |what| clerk(Act::Read, what, Whose::Person(person))).await?;
        let to = match (&told.request.reply_to, told.came) {
            (Some(to), _) => Some(Personal::new(to.reveal().clone())),
            (None, Came::Page) => {
                let grant = tx.authorise(clerk(Act::Read, "person", Whose::Person(person))).await?;
                people::account(&grant).await?.and_then(|account| account.email)
            }
            (None, _) => None,
        };
        let written = told.events.iter().find(|event| event.step == step).filter(|event| is_letter(event));
        let subject = format!("Your request: {}", request::says(told.matter));
        let letter = to.zip(written.and_then(|event| event.words.as_ref())).and_then(|(to, text)| {
            let fields = [
                (TO, to.reveal().clone().into_bytes()),
                (SUBJECT, subject.into_bytes()),
                (TEXT, text.reveal().clone().into_bytes()),
            ];
            let envelope = Outbound::to(ctx.store.book(), MAIL, fields).ok()?;
            // Sent twice, it is known for the same.
            let id = uuid::Uuid::from_u128(request.uuid().as_u128() ^ u128::from(step.unsigned_abs()));
            Letter::new(id, &envelope).ok()
        });
        letters.push(Waiting { request, person, step, letter });
    }
    Ok(letters)
}

/// A letter has gone, and brings about what it says; or it will never go by itself.
async fn settle(ctx: &Context, waiting: &Waiting, gone: bool) -> Result<(), Error> {
    let tx = ctx.store.begin().await?;
    let whose = Whose::Person(waiting.person);
    let mut paper = by_the_house(ctx, &tx, waiting.request, whose).await?;
    {
        let grant = tx.authorise(clerk(Act::Change, "request_event", whose)).await?;
        let how = if gone { "sent" } else { "by-hand" };
        if !requests::letter_is(&grant, waiting.request, waiting.step, how).await? {
            return Ok(());
        }
    }
    let effect = effect_of(&paper.told.events, waiting.step).filter(|_| gone);
    if let Some(effect) = effect.filter(|effect| paper.told.case.allows(*effect)) {
        paper.note(effect, None).await?;
    }
    drop(paper);
    Ok(tx.commit().await?)
}
