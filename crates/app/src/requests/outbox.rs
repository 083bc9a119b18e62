//! Letters on their way. What a letter brings about happens when it has gone, and not before: a refusal without its letter
//! is none, and neither is an extension (AF-084, AF-088).

use super::clerk;
use super::following::by_the_house;
use super::paper::{effect_of, is_letter};
use crate::{Context, Error};
use domain::ids::{PersonId, RequestId};
use privacy::request::{self, Came};
use privacy::{Act, Personal, Whose};
use store::people;
use store::requests;

/// A letter that waits to be sent.
#[derive(Debug)]
pub struct Letter {
    /// Of which request.
    pub request: RequestId,
    /// Whose.
    pub person: PersonId,
    /// Its place among what happened.
    pub step: i64,
    /// Where it goes.
    pub to: Personal<String>,
    /// What it is about; names nobody.
    pub subject: String,
    /// What it says.
    pub text: String,
}

/// Letters that wait, the oldest first.
///
/// # Errors
/// A fault.
pub async fn letters_waiting(ctx: &Context) -> Result<Vec<Letter>, Error> {
    let tx = ctx.store.look().await?;
    let mut letters = Vec::new();
    for (request, person, step) in requests::letters_waiting(&tx).await? {
        let told =
            super::following::told(ctx, &tx, request, |what| clerk(Act::Read, what, Whose::Person(person)))
                .await?;
        let to = match (&told.request.reply_to, told.came) {
            (Some(to), _) => Some(Personal::new(to.reveal().clone())),
            (None, Came::Page) => {
                let grant = tx.authorise(clerk(Act::Read, "person", Whose::Person(person))).await?;
                people::account(&grant).await?.and_then(|account| account.email)
            }
            (None, _) => None,
        };
        let written = told.events.iter().find(|event| event.step == step).filter(|event| is_letter(event));
        let text = written.and_then(|event| event.words.as_ref()).map(|words| words.reveal().clone());
        if let (Some(to), Some(text)) = (to, text) {
            let subject = format!("{}: {}", told.matter, request::says(told.matter));
            letters.push(Letter { request, person, step, to, subject, text });
        }
    }
    Ok(letters)
}

/// This letter has gone, and brings about what it says. A letter whose address takes no mail is for staff to send.
///
/// # Errors
/// A fault; then it is sent again, under the same number.
pub async fn sent(ctx: &Context, letter: &Letter, gone: bool) -> Result<(), Error> {
    let tx = ctx.store.begin().await?;
    let whose = Whose::Person(letter.person);
    let mut paper = by_the_house(ctx, &tx, letter.request, whose).await?;
    {
        let grant = tx.authorise(clerk(Act::Change, "request_event", whose)).await?;
        let how = if gone { "sent" } else { "by-hand" };
        if !requests::letter_is(&grant, letter.request, letter.step, how).await? {
            return Ok(());
        }
    }
    let effect = effect_of(&paper.told.events, letter.step).filter(|_| gone);
    if let Some(effect) = effect.filter(|effect| paper.told.case.allows(*effect)) {
        paper.note(effect, None).await?;
    }
    drop(paper);
    Ok(tx.commit().await?)
}
