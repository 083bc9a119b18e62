//! Whoever asked sees how it stands: on their own page, or by the code that they were given.

use super::asking::MOST_WORDS;
use super::clerk;
use super::paper::{Paper, Told, parse, told};
use crate::accounts::{fold, own};
use crate::{Context, Error, Refusal, SignedIn, text};
use domain::ids::{PersonId, RequestId};
use privacy::clock::Need;
use privacy::request::Happened;
use privacy::{Act, Whose};
use store::requests::{self, Code};
use store::{Tx, people};

/// My requests, open ones first.
///
/// # Errors
/// A fault.
pub async fn mine(ctx: &Context, me: &SignedIn) -> Result<Vec<Told>, Error> {
    let tx = ctx.store.look().await?;
    let all = {
        let grant = tx.authorise(own(me, Act::Read, "request", "rights")).await?;
        requests::list(&grant).await?
    };
    let mut every = Vec::with_capacity(all.len());
    for request in all {
        every.push(told(ctx, &tx, request.id, None, |act, what| own(me, act, what, "rights")).await?);
    }
    Ok(every)
}

/// Takes one of my requests back.
///
/// # Errors
/// [`Refusal::NotFound`], or a refusal if it is decided already.
pub async fn take_back(ctx: &Context, me: &SignedIn, id: &str) -> Result<(), Error> {
    let id = parse(id)?;
    let tx = ctx.store.begin().await?;
    let mut paper = Paper::take(ctx, &tx, id, None, None, |act, what| own(me, act, what, "rights")).await?;
    paper.note(Happened::TakenBack, None).await?;
    drop(paper);
    Ok(tx.commit().await?)
}

/// Answers what I was asked for about one of my requests.
///
/// # Errors
/// [`Refusal::NotFound`], or a refusal that names the field.
pub async fn reply(ctx: &Context, me: &SignedIn, id: &str, words: &str) -> Result<(), Error> {
    let id = parse(id)?;
    let tx = ctx.store.begin().await?;
    let mut paper = Paper::take(ctx, &tx, id, None, None, |act, what| own(me, act, what, "rights")).await?;
    paper.said(&answer(words)?).await?;
    drop(paper);
    Ok(tx.commit().await?)
}

/// Answers what whoever has this code was asked for.
///
/// # Errors
/// As [`reply`].
pub async fn reply_without_account(
    ctx: &Context,
    code: &str,
    source: &str,
    words: &str,
) -> Result<(), Error> {
    ctx.limits.try_from_source(source)?;
    let tx = ctx.store.begin().await?;
    let (id, person) = by_code(ctx, &tx, Code::Follow, code, source).await?.ok_or(Refusal::NotFound)?;
    let mut paper = by_the_house(ctx, &tx, id, Whose::Person(person)).await?;
    paper.said(&answer(words)?).await?;
    drop(paper);
    Ok(tx.commit().await?)
}

fn answer(words: &str) -> Result<String, Refusal> {
    let words = text::words("words", words, MOST_WORDS)?;
    if words.is_empty() { Err(Refusal::field("words", "Write your answer.")) } else { Ok(words) }
}

/// How the request with this code stands. Whoever has the code typed the request, and need not be whom it is about: letters
/// go to the address and are not shown here.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::TooManyTries`].
pub async fn follow(ctx: &Context, code: &str, source: &str) -> Result<Told, Error> {
    seen(ctx, Code::Follow, code, source).await?.ok_or_else(|| Refusal::NotFound.into())
}

/// What whoever got this code by letter is asked to say yes to.
///
/// # Errors
/// [`Refusal::CodeInvalid`], [`Refusal::TooManyTries`].
pub async fn to_prove(ctx: &Context, code: &str, source: &str) -> Result<Told, Error> {
    seen(ctx, Code::Proof, code, source).await?.ok_or_else(|| Refusal::CodeInvalid.into())
}

async fn seen(ctx: &Context, which: Code, code: &str, source: &str) -> Result<Option<Told>, Error> {
    let tx = ctx.store.look().await?;
    let Some((id, person)) = by_code(ctx, &tx, which, code, source).await? else { return Ok(None) };
    let whose = Whose::Person(person);
    Ok(Some(told(ctx, &tx, id, None, |act, what| clerk(act, what, whose)).await?))
}

/// Whoever has this code read a letter that went to the address: the address is theirs (TP-82). If an account has that
/// address, the request is about it. Nobody is told whether one has.
///
/// # Errors
/// [`Refusal::CodeInvalid`], [`Refusal::TooManyTries`].
pub async fn prove(ctx: &Context, code: &str, source: &str) -> Result<(), Error> {
    let tx = ctx.store.begin().await?;
    let found = by_code(ctx, &tx, Code::Proof, code, source).await?;
    let (id, person) = found.ok_or(Refusal::CodeInvalid)?;
    let whose = Whose::Person(person);
    let mut paper = by_the_house(ctx, &tx, id, whose).await?;
    if paper.told.case.is_known() {
        return Ok(());
    }
    let account = match &paper.told.request.reply_to {
        Some(email) => {
            let grant = tx.authorise(clerk(Act::Read, "person", Whose::Anyone)).await?;
            people::by_email(&grant, email.reveal()).await?
        }
        None => None,
    };
    if let Some(account) = account {
        paper.is_about(account).await?;
    }
    paper.note(Happened::Given(Need::Identity), Some("by the address")).await?;
    drop(paper);
    Ok(tx.commit().await?)
}

/// Takes the request with this code back.
///
/// # Errors
/// As [`take_back`].
pub async fn take_back_without_account(ctx: &Context, code: &str, source: &str) -> Result<(), Error> {
    let tx = ctx.store.begin().await?;
    let (id, person) = by_code(ctx, &tx, Code::Follow, code, source).await?.ok_or(Refusal::NotFound)?;
    let mut paper = by_the_house(ctx, &tx, id, Whose::Person(person)).await?;
    paper.note(Happened::TakenBack, None).await?;
    drop(paper);
    Ok(tx.commit().await?)
}

/// The request that has this code. Whoever tries codes is slowed down; whoever has one is not.
async fn by_code(
    ctx: &Context,
    tx: &Tx,
    which: Code,
    code: &str,
    source: &str,
) -> Result<Option<(RequestId, PersonId)>, Error> {
    let grant = tx.authorise(clerk(Act::Read, "request", Whose::Anyone)).await?;
    let found = requests::by_code(&grant, which, fold(code).as_bytes()).await?;
    if found.is_none() {
        ctx.limits.try_from_source(source)?;
    }
    Ok(found)
}

/// The request in the hands of the house.
pub(super) async fn by_the_house<'t>(
    ctx: &'t Context,
    tx: &'t Tx,
    id: RequestId,
    whose: Whose,
) -> Result<Paper<'t>, Error> {
    Paper::take(ctx, tx, id, None, None, |act, what| clerk(act, what, whose)).await
}
