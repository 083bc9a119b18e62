//! The house passes to somebody else, or somebody negotiates to take it over: recorded by one person, told to everybody, and released
//! by another when the time that people have to object or leave is over.
//!
//! What goes carries each person's version of the policy, consents and restrictions, which go on to bind (FL-76). It goes in one
//! transaction, of everybody or of nobody, and each person's ledger has its line. The data of whoever objected stays.

use super::law::may_enter;
use crate::letters::{self, Tally, Tells, Words};
use crate::{Context, Error, Refusal, SignedIn, text};
use domain::ids::{AcquisitionId, PersonId};
use domain::time::Instant;
use privacy::disclosure::{self, Class, Why, Wrong};
use privacy::{Act, Ask, Book, Ground, Personal, Whose};
use std::collections::BTreeSet;
use store::disclosures::acquisitions::{self as register, NewAcquisition};
use store::disclosures::{self as ledger, NewEntry};
use store::people;
use store::{Fault, File, Part, ReadPass, Tx};
use uuid::Uuid;

pub use store::disclosures::acquisitions::{Acquisition, Settled};

/// How long what is typed can be.
const MOST: usize = 300;
const MOST_WORDS: usize = 2000;

/// What somebody records, as they typed it.
#[derive(Debug, Default)]
pub struct Entered {
    /// Its kind, by its code.
    pub kind: String,
    /// The legal name of whoever takes the house over, or negotiates to.
    pub acquirer: String,
    /// Their postal address.
    pub address: String,
    /// What happens, for everybody to read.
    pub says: String,
    /// The day on which a negotiation ends, as 2026-11-22.
    pub ends_on: String,
}

/// One of them, and what can be done about it now.
#[derive(Debug)]
pub struct Open {
    /// As it stands.
    pub event: Acquisition,
    /// Its kind.
    pub kind: Ground,
    /// From when it can be released; none if it is not announced or is settled.
    pub from: Option<Instant>,
    /// How the letters stand that tell of it.
    pub letters: Tally,
    /// Whether whoever looks could release it now.
    pub mine_to_release: bool,
    /// Whether a negotiation is over by now: what was shown must be given back or destroyed.
    pub over: bool,
}

/// What everybody is told before anything goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announced {
    /// Who takes the house over, or negotiates to.
    pub acquirer: String,
    /// What happens.
    pub says: String,
    /// Whether it is still negotiated.
    pub negotiated: bool,
    /// Before when nothing goes.
    pub from: Instant,
    /// Whether that is over, so that it may go any day.
    pub may_go: bool,
}

/// One person's data, as it goes.
#[derive(Debug)]
pub struct OnePerson {
    /// Whose.
    pub person: PersonId,
    /// The version of the policy that binds them, and goes on to.
    pub policy: String,
    /// Its number.
    pub version: u32,
    /// Whether all of it is kept and not used.
    pub restricted: bool,
    /// Rows, by table: their consents and restrictions among them.
    pub parts: Vec<Part>,
    /// Files, each with leave to read it for a short while.
    pub files: Vec<(File, ReadPass)>,
}

/// What was released: to be handed over once, and kept nowhere.
#[derive(Debug)]
pub struct Everything {
    /// When.
    pub at: Instant,
    /// To whom, and why.
    pub event: Acquisition,
    /// Person by person.
    pub people: Vec<OnePerson>,
    /// The notice of each version that binds anybody, by its number (FL-76).
    pub notices: Vec<(u32, String)>,
    /// Of how many it stayed: they objected, restricted it or leave, or the version that binds them names no such ground.
    pub left_out: usize,
}

/// The kinds that the policy in force names.
pub fn kinds(ctx: &Context) -> Vec<Ground> {
    let served = |kind: &Ground| ctx.store.book().serves(kind.name());
    Ground::OF_THE_HOUSE.into_iter().filter(served).collect()
}

fn parse(id: &str) -> Result<AcquisitionId, Refusal> {
    id.parse().map_err(|_| Refusal::NotFound)
}

fn kind(event: &Acquisition) -> Result<Ground, Fault> {
    let known = Ground::OF_THE_HOUSE.into_iter().find(|kind| kind.name() == event.kind);
    known.ok_or_else(|| {
        Fault::Corrupt("an acquisition is of a kind that the program does not know".to_owned())
    })
}

/// Records it. Nobody is told and nothing goes by that.
///
/// # Errors
/// [`Refusal::NotFound`] to anyone who does not handle demands; a refusal that names the field: a kind that the policy does not
/// name, a negotiation without its end.
pub async fn enter(ctx: &Context, me: &SignedIn, entered: &Entered) -> Result<AcquisitionId, Error> {
    may_enter(ctx, me)?;
    let kind = kinds(ctx).into_iter().find(|kind| kind.name() == entered.kind);
    let kind =
        kind.ok_or_else(|| Refusal::field("kind", "Choose one of those that the policy in force names."))?;
    let acquirer = text::line("acquirer", &entered.acquirer, MOST)?;
    let address = text::line("address", &entered.address, MOST)?;
    let says = text::words("says", &entered.says, MOST_WORDS)?;
    if says.is_empty() {
        return Err(Refusal::field("says", "Write what happens, for everybody to read.").into());
    }
    let tx = ctx.store.begin().await?;
    let ends = entered.ends_on.trim();
    // Before their time is over nothing goes: what ends by then could never go.
    let first = disclosure::released_from(ctx.store.book(), tx.now());
    let to_come = Instant::on_day(ends).is_some_and(|day| day > first);
    let ends_on = match kind {
        // TP-39: named counterparty and end date.
        Ground::Negotiation if !to_come => {
            return Err(Refusal::field(
                "ends_on",
                "Name the day on which the negotiation ends: one after the time that people have to object or to leave.",
            )
            .into());
        }
        Ground::Negotiation => Some(ends),
        _ => None,
    };
    let id = AcquisitionId::fresh(&**ctx.store.random());
    let new = NewAcquisition {
        id,
        kind: kind.name(),
        acquirer: &acquirer,
        address: &address,
        says: &says,
        ends_on,
    };
    register::enter(&tx, &new, (me.person, me.role)).await?;
    tx.commit().await?;
    Ok(id)
}

/// Tells everybody: on their first page, at the door and in the notice, from now until it is settled, and by a letter each where
/// letters go out.
///
/// # Errors
/// [`Refusal::NotFound`] to anyone who does not handle demands, or if there is none; [`Refusal::Conflict`] if it was told or
/// settled already.
pub async fn announce(ctx: &Context, me: &SignedIn, id: &str) -> Result<(), Error> {
    may_enter(ctx, me)?;
    let (id, tx) = (parse(id)?, ctx.store.begin().await?);
    register::get(&tx, id).await?.ok_or(Refusal::NotFound)?;
    if !register::announce(&tx, id).await? {
        return Err(Refusal::Conflict("Everybody is told already, or it is settled.").into());
    }
    let people = register::people(&tx).await?.into_iter().map(|(person, _)| person);
    letters::write(ctx, &tx, (Tells::Acquisition, id.uuid()), people).await?;
    Ok(tx.commit().await?)
}

/// It comes to nothing: nothing goes, and nobody is told of it any more.
///
/// # Errors
/// As [`announce`].
pub async fn drop_it(ctx: &Context, me: &SignedIn, id: &str) -> Result<(), Error> {
    may_enter(ctx, me)?;
    let (id, tx) = (parse(id)?, ctx.store.begin().await?);
    register::get(&tx, id).await?.ok_or(Refusal::NotFound)?;
    settle(&tx, me, id, Settled::Dropped).await?;
    Ok(tx.commit().await?)
}

async fn settle(tx: &Tx, me: &SignedIn, id: AcquisitionId, how: Settled) -> Result<(), Error> {
    if register::settle(tx, id, how, (me.person, me.role)).await? {
        return Ok(());
    }
    Err(Refusal::Conflict("This was settled already. What goes, goes once.").into())
}

/// From when it can be released: the time that people have to object or leave counts from the day on which everybody was told,
/// the last by letter too (SP-24).
fn from(ctx: &Context, event: &Acquisition, letters: &Tally) -> Option<Instant> {
    let told = event.announced_at.filter(|_| event.settled.is_none());
    let told = told.map(|told| letters.last_sent_at.map_or(told, |last| last.max(told)));
    told.map(|told| disclosure::released_from(ctx.store.book(), told))
}

/// Whether the day on which a negotiation ends is there.
fn is_over(event: &Acquisition, now: Instant) -> bool {
    event.ends_on.as_deref().and_then(Instant::on_day).is_some_and(|day| day <= now)
}

async fn stands(ctx: &Context, me: &SignedIn, tx: &Tx, event: Acquisition) -> Result<Open, Fault> {
    let (now, letters) = (ctx.store.clock().now(), store::letters::tally(tx, event.id.uuid()).await?);
    let from = from(ctx, &event, &letters);
    let over = is_over(&event, now);
    let theirs = event.entered_by != Some(me.person);
    let mine_to_release = theirs && !over && letters.waiting == 0 && from.is_some_and(|from| from <= now);
    Ok(Open { kind: kind(&event)?, from, letters, mine_to_release, over, event })
}

/// Every one, the newest first.
///
/// # Errors
/// [`Refusal::NotFound`] to anyone who does not handle demands.
pub async fn all(ctx: &Context, me: &SignedIn) -> Result<Vec<Open>, Error> {
    may_enter(ctx, me)?;
    let tx = ctx.store.look().await?;
    let mut all = vec![];
    for event in register::all(&tx).await? {
        all.push(stands(ctx, me, &tx, event).await?);
    }
    Ok(all)
}

/// What everybody is told now. It names nobody of the house.
///
/// # Errors
/// A fault.
pub async fn announced(ctx: &Context) -> Result<Vec<Announced>, Error> {
    let tx = ctx.store.look().await?;
    let now = ctx.store.clock().now();
    let mut told = vec![];
    for event in register::all(&tx).await?.into_iter().filter(|event| !is_over(event, now)) {
        let letters = store::letters::tally(&tx, event.id.uuid()).await?;
        told.extend(from(ctx, &event, &letters).map(|from| Announced {
            acquirer: event.acquirer,
            says: event.says,
            negotiated: event.kind == Ground::Negotiation.name(),
            may_go: from <= now && letters.waiting == 0,
            from,
        }));
    }
    Ok(told)
}

/// What the letters of it say: what happens, and what whoever gets one can do. Nothing once it is settled.
pub(crate) async fn letter(ctx: &Context, public_url: &str, about: Uuid) -> Result<Option<Words>, Error> {
    let tx = ctx.store.look().await?;
    let event = register::get(&tx, AcquisitionId::from_uuid(about)).await?;
    let now = ctx.store.clock().now();
    let open = event.filter(|event| event.settled.is_none() && !is_over(event, now));
    Ok(open.map(|event| in_words(ctx.store.book(), public_url, now, &event)))
}

fn in_words(book: &Book, public_url: &str, now: Instant, event: &Acquisition) -> Words {
    let Acquisition { acquirer, address, says, .. } = event;
    let negotiated = event.kind == Ground::Negotiation.name();
    let (subject, happens, goes) = if negotiated {
        (
            "Somebody negotiates to take over the house that holds data about you",
            "negotiates to take this house over",
            "They are shown what the house holds about you",
        )
    } else {
        (
            "The house that holds data about you passes to somebody else",
            "takes this house over",
            "What the house holds about you goes to them",
        )
    };
    let from = disclosure::released_from(book, now).timestamp().strftime("%-d %B %Y").to_string();
    let controller = &book.profile().controller;
    let names = controller.names.iter().filter(|name| !name.is_empty());
    let signed: Vec<&str> = names.map(String::as_str).chain([controller.contact.as_str()]).collect();
    let page = if negotiated { "negotiation" } else { "acquisition" };
    let text = format!(
        "Good day,\n\n{acquirer}, {address}, {happens}.\n\n{says}\n\n{goes} on {from} at the earliest, and the rules that bind \
         this house towards you go along. Until then you can object, have your data restricted or leave:\n\
         {public_url}/privacy/restriction#{page}\n\nWithout an account, ask at {public_url}/ask\n\n{}\n",
        signed.join("\n").trim(),
    );
    Words { subject: subject.to_owned(), text }
}

/// Releases everything that is held of everybody, once, by somebody else than who recorded it. It is settled, each person's
/// ledger has its line and the access log its leaf in the transaction that reads what goes.
///
/// # Errors
/// As [`announce`]; [`Refusal::Conflict`] before everybody was told and had their time, to who recorded it, and once a
/// negotiation is over; the policy's refusal if it no longer names the ground.
pub async fn release(ctx: &Context, me: &SignedIn, id: &str) -> Result<Everything, Error> {
    may_enter(ctx, me)?;
    let (id, tx) = (parse(id)?, ctx.store.begin().await?);
    let event = register::get(&tx, id).await?.ok_or(Refusal::NotFound)?;
    let Open { event, kind, from, letters, over, .. } = stands(ctx, me, &tx, event).await?;
    if event.entered_by == Some(me.person) {
        let why = "You recorded this yourself: somebody else must look at it and release it.";
        return Err(Refusal::Conflict(why).into());
    }
    settle(&tx, me, id, Settled::Released).await?;
    if from.is_none_or(|from| from > tx.now()) {
        let why = "People must be told first, and have their time to object or to leave.";
        return Err(Refusal::Conflict(why).into());
    }
    if letters.sent == 0 && letters.failed > 0 {
        let why = "Not one letter that tells people of it has reached anybody: see what is wrong with the mail server, drop this and announce it anew.";
        return Err(Refusal::Conflict(why).into());
    }
    if letters.waiting > 0 {
        let why = "Letters that tell people of it have not gone yet. Nothing goes before they have.";
        return Err(Refusal::Conflict(why).into());
    }
    if over {
        return Err(Refusal::Conflict("The day on which the negotiation ends is past: nothing goes.").into());
    }
    let book = ctx.store.book();
    let along = disclosure::along(book, kind);
    let scope = disclosure::scope(book, kind, along.iter().map(String::as_str));
    let scope = scope.map_err(|wrong: Wrong| Refusal::Policy(format!("{wrong}.")))?;
    let (mut all, mut left_out) = (Vec::new(), 0);
    for (person, leaving) in register::people(&tx).await? {
        if leaving {
            left_out += 1;
            continue;
        }
        match one(ctx, &tx, me, &event, kind, &scope, person).await {
            Ok(one) => all.push(one),
            // They objected or restricted it; or the version that binds them names no such ground, and holds nobody else up.
            Err(Error::Refused(Refusal::Restricted | Refusal::Policy(_))) => left_out += 1,
            Err(error) => return Err(error),
        }
    }
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    register::count(&tx, id, count(all.len()), count(left_out)).await?;
    let at = tx.now();
    tx.commit().await?;
    let mut notices = Vec::new();
    for version in all.iter().map(|one| one.version).collect::<BTreeSet<_>>() {
        notices.extend(ctx.store.notice_then(version).await?.map(|notice| (version, notice)));
    }
    Ok(Everything { at, event, people: all, notices, left_out })
}

async fn one(
    ctx: &Context,
    tx: &Tx,
    me: &SignedIn,
    event: &Acquisition,
    kind: Ground,
    scope: &BTreeSet<String>,
    person: PersonId,
) -> Result<OnePerson, Error> {
    let whose = Whose::Person(person);
    let ask = Ask { actor: me.actor(), act: Act::Disclose, what: "person", whose, purpose: kind.name() };
    let grant = tx.authorise(ask).await?;
    let (policy, version) = (grant.book().reference(), grant.book().version());
    let restricted = people::account(&grant).await?.is_some_and(|account| account.restricted);
    let (parts, files) = store::disclose(&grant, scope).await?;
    drop(grant);
    let ask =
        Ask { actor: me.actor(), act: Act::Create, what: "disclosure", whose, purpose: "accountability" };
    let grant = tx.authorise_because(ask, domain::person::Reason::LegalDuty).await?;
    let named = Personal::new(event.acquirer.clone());
    let provision = event.ends_on.as_ref().map(|day| Personal::new(format!("until {day}")));
    let new = NewEntry {
        told_at: tx.now(),
        recipient: None,
        named: Some(&named),
        class: Class::Acquirer.name(),
        purpose: kind.name(),
        ground: Why::Ground(kind).name(),
        categories: scope,
        reference: None,
        provision: provision.as_ref(),
        barred_by: None,
    };
    ledger::add(&grant, &**ctx.store.random(), &new).await?;
    Ok(OnePerson { person, policy, version, restricted, parts, files })
}
