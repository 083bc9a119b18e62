//! Whoever asked sees how it stands: on their own page, or by the code that they were given.

use super::clerk;
use super::paper::{Paper, Told, parse, tell};
use crate::accounts::own;
use crate::{Context, Error, Refusal, SignedIn};
use domain::ids::{PersonId, RequestId};
use privacy::clock::Need;
use privacy::request::Happened;
use privacy::{Act, Ask, Whose};
use store::requests::{self, Code};
use store::{Tx, people};

/// What whoever has the code sees: nothing that they did not type themselves, and the letters only once it is known that
/// it is they who asked.
#[derive(Debug)]
pub struct Sight {
    /// The request.
    pub told: Told,
    /// Whether letters may be shown.
    pub letters: bool,
}

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
    let events = tx.authorise(own(me, Act::Read, "request_event", "rights")).await?;
    let mut told = Vec::with_capacity(all.len());
    for request in all {
        let events = requests::events(&events, request.id).await?;
        told.push(tell(ctx.store.book(), request, events)?);
    }
    Ok(told)
}

/// One of my requests.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn one_of_mine(ctx: &Context, me: &SignedIn, id: &str) -> Result<Told, Error> {
    let tx = ctx.store.look().await?;
    told(ctx, &tx, parse(id)?, |what| own(me, Act::Read, what, "rights")).await
}

pub(super) async fn told<'a>(
    ctx: &Context,
    tx: &Tx,
    id: RequestId,
    ask: impl Fn(&'static str) -> Ask<'a>,
) -> Result<Told, Error> {
    let request = {
        let grant = tx.authorise(ask("request")).await?;
        requests::get(&grant, id).await?.ok_or(Refusal::NotFound)?
    };
    let grant = tx.authorise(ask("request_event")).await?;
    let events = requests::events(&grant, id).await?;
    Ok(tell(ctx.store.book(), request, events)?)
}

/// How the request with this code stands.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::TooManyTries`].
pub async fn follow(ctx: &Context, code: &str, source: &str) -> Result<Sight, Error> {
    let tx = ctx.store.look().await?;
    let (id, person) = by_code(ctx, &tx, Code::Follow, code, source).await?.ok_or(Refusal::NotFound)?;
    let told = told(ctx, &tx, id, |what| clerk(Act::Read, what, Whose::Person(person))).await?;
    let letters = told.case.is_known();
    Ok(Sight { told, letters })
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
    // For somebody else one's own address proves nothing about them.
    if paper.told.request.for_another {
        return Err(
            Refusal::Conflict("You ask for somebody else. We write to you what we need to see.").into()
        );
    }
    let account = match &paper.told.request.reply_to {
        Some(email) => {
            let grant = tx.authorise(clerk(Act::Read, "person", Whose::Anyone)).await?;
            people::by_email(&grant, email.reveal()).await?
        }
        None => None,
    };
    paper.note(Happened::Given(Need::Identity), Some("by the address")).await?;
    if let Some(account) = account {
        requests::about(&paper.request, id, account).await?;
    }
    drop(paper);
    Ok(tx.commit().await?)
}

/// Takes one of my requests back.
///
/// # Errors
/// [`Refusal::NotFound`], or a refusal if it is decided already.
pub async fn take_back(ctx: &Context, me: &SignedIn, id: &str) -> Result<(), Error> {
    let id = parse(id)?;
    let tx = ctx.store.begin().await?;
    let told = told(ctx, &tx, id, |what| own(me, Act::Read, what, "rights")).await?;
    let mut paper = Paper {
        told,
        book: ctx.store.book(),
        random: &**ctx.store.random(),
        request: tx.authorise(own(me, Act::Change, "request", "rights")).await?,
        event: tx.authorise(own(me, Act::Create, "request_event", "rights")).await?,
        by: None,
    };
    paper.note(Happened::TakenBack, None).await?;
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
    let code = code.trim().to_ascii_uppercase();
    let found = requests::by_code(&grant, which, code.as_bytes()).await?;
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
    Ok(Paper {
        told: told(ctx, tx, id, |what| clerk(Act::Read, what, whose)).await?,
        book: ctx.store.book(),
        random: &**ctx.store.random(),
        request: tx.authorise(clerk(Act::Change, "request", whose)).await?,
        event: tx.authorise(clerk(Act::Create, "request_event", whose)).await?,
        by: None,
    })
}
