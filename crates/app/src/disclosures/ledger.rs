//! What people read: what of theirs was handed to whom, and who looked. And what the house can say of itself, by its ledger.

use super::register::{self, MAIL, NOTICE};
use crate::accounts::own;
use crate::{Context, Error, Mail, Refusal, SignedIn, accounts, privacy_centre, requests};
use domain::ids::PersonId;
use domain::person::{Actor, Chore, Reason};
use domain::time::Instant;
use jiff::Span;
use privacy::california::{self, Known};
use privacy::disclosure::{Class, Why};
use privacy::notice::{Disclosed, Past};
use privacy::{Act, Ask, Book, Personal, Whose};
use std::collections::{BTreeMap, BTreeSet};
use store::disclosures::{self, Entry, NewEntry};
use store::people::Change;
use store::people::log::Look;
use store::{Fault, Grant, Tx, people};

/// A hand-over of data about me.
#[derive(Debug)]
pub struct Handed {
    /// When it left.
    pub at: Instant,
    /// From when I could know.
    pub told_at: Instant,
    /// Who received it.
    pub to: String,
    /// Its class.
    pub class: Class,
    /// The legal ground.
    pub why: Why,
    /// What it was for, after "to".
    pub purpose: String,
    /// What was sent, in words.
    pub what: Vec<String>,
    /// The paper.
    pub reference: Option<Personal<String>>,
    /// The provision.
    pub provision: Option<Personal<String>>,
    /// The law that forbade to tell me at once.
    pub barred_by: Option<Personal<String>>,
    /// The part in the house of whoever released it, or the chore that did.
    pub role: String,
}

/// What of mine was handed to whom, the newest first. What a law forbids to tell me yet comes when the bar ends.
///
/// # Errors
/// A fault.
pub async fn mine(ctx: &Context, me: &SignedIn) -> Result<Vec<Handed>, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(own(me, Act::Read, "disclosure", "rights")).await?;
    let entries = disclosures::entries(&grant).await?;
    Ok(entries.into_iter().map(|entry| handed(ctx.store.book(), entry)).collect::<Result<_, _>>()?)
}

/// Who received something of this category about the person of the grant, to read `disclosure`: each with the day. Whoever the
/// person may not know of yet is not among them.
pub(crate) async fn received(book: &Book, grant: &Grant<'_>, category: &str) -> Result<Vec<String>, Error> {
    let mut received = BTreeMap::new();
    for entry in disclosures::entries(grant).await? {
        // The house's own mail server is nobody else.
        let registered = |id: &str| book.profile().recipients().any(|r| r.id.get_ref() == id);
        let own = entry.recipient.as_deref().is_some_and(|id| id == MAIL && !registered(id));
        if !own && entry.told_at <= grant.now() && entry.categories.iter().any(|name| name == category) {
            let handed = handed(book, entry)?;
            let day = handed.at.timestamp().strftime("%Y-%m-%d").to_string();
            // The newest comes first.
            received.entry(format!("{} ({})", handed.to, handed.class.says())).or_insert(day);
        }
    }
    Ok(received.into_iter().map(|(who, day)| format!("{who}, last on {day}")).collect())
}

/// What was handed over and I have not said yet that I read it: the first page says so until then (SP-21).
///
/// # Errors
/// A fault.
pub async fn news(ctx: &Context, me: &SignedIn) -> Result<Vec<Handed>, Error> {
    let read = accounts::account(ctx, me).await?.handed_read_at;
    let unread =
        mine(ctx, me).await?.into_iter().filter(|handed| read.is_none_or(|read| handed.told_at > read));
    Ok(unread.collect())
}

/// Says that I have read what I could be told of up to this instant, the newest that a page showed. What I could be told of
/// since stands there still.
///
/// # Errors
/// A fault.
pub async fn have_read(ctx: &Context, me: &SignedIn, shown: Instant) -> Result<(), Error> {
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(own(me, Act::Change, "person", "account")).await?;
    people::change(&grant, Change { handed_read_at: Some(shown.min(tx.now())), ..Change::default() }).await?;
    drop(grant);
    Ok(tx.commit().await?)
}

/// How my data was really used and shared: every look of others, and every hand-over, with days, purposes and roles (SP-39).
#[derive(Debug)]
pub struct Report {
    /// When it was made.
    pub at: Instant,
    /// Who looked at, changed or took it.
    pub looks: Vec<Look>,
    /// To whom it was handed.
    pub handed: Vec<Handed>,
    /// What the law of California lets whoever asks know (TP-79).
    pub known: [Known; 7],
}

/// The report of the uses and hand-overs of my data.
///
/// # Errors
/// A fault.
pub async fn report(ctx: &Context, me: &SignedIn) -> Result<Report, Error> {
    let (looks, handed) = (privacy_centre::every_look(ctx, me).await?, mine(ctx, me).await?);
    Ok(with_answers(ctx, ctx.store.clock().now(), looks, handed))
}

/// The same about whoever asked for it by a request, for the answer. It is known by then whose data it is, the person reads
/// that it was looked up, and what a law forbids to tell them yet is not in it.
///
/// # Errors
/// [`Refusal::NotFound`] to anyone who does not handle requests; [`Refusal::Conflict`] if it is not known who asks, or if they
/// have no account.
pub async fn report_for(ctx: &Context, me: &SignedIn, request: &str) -> Result<Report, Error> {
    let told = requests::open(ctx, me, request).await?;
    let Some(person) = told.account().filter(|_| told.case.is_known()) else {
        return Err(Refusal::Conflict("It is not known yet whose account this is about.").into());
    };
    let tx = ctx.store.begin().await?;
    let ask = |what| {
        let (act, whose) = (Act::Export, Whose::Person(person));
        Ask { actor: me.actor(), act, what, whose, purpose: "rights" }
    };
    let looks = {
        let grant = tx.authorise_because(ask("access_note"), Reason::DataRequest).await?;
        people::log::list(&grant, u32::MAX).await?
    };
    let entries = {
        let grant = tx.authorise_because(ask("disclosure"), Reason::DataRequest).await?;
        disclosures::entries(&grant).await?
    };
    let at = tx.now();
    tx.commit().await?;
    let handed = entries.into_iter().map(|entry| handed(ctx.store.book(), entry));
    Ok(with_answers(ctx, at, looks, handed.collect::<Result<_, _>>()?))
}

fn with_answers(ctx: &Context, at: Instant, looks: Vec<Look>, handed: Vec<Handed>) -> Report {
    let stored = ctx.store.versions().stored_after(a_year_before(at));
    let gone: Vec<(Class, &[String])> = handed.iter().map(|one| (one.class, one.what.as_slice())).collect();
    let known = california::known(ctx.store.book(), stored.iter().map(String::as_str), &gone);
    Report { at, looks, handed, known }
}

fn a_year_before(now: Instant) -> Instant {
    now.minus_period(&Span::new().months(12))
}

fn handed(book: &Book, entry: Entry) -> Result<Handed, Fault> {
    let unknown = |_| Fault::Corrupt("a disclosure says something that the program does not know".to_owned());
    let purpose = book.profile().purpose(&entry.purpose);
    let what = entry
        .categories
        .iter()
        .map(|name| book.map().category(name).map_or_else(|| name.clone(), |category| category.says.clone()));
    let to = match (&entry.named, &entry.recipient) {
        (Some(name), _) => name.reveal().clone(),
        (None, Some(id)) => in_register(book, id),
        (None, None) => String::new(),
    };
    Ok(Handed {
        at: entry.at,
        told_at: entry.told_at,
        to,
        class: entry.class.parse().map_err(unknown)?,
        why: entry.ground.parse().map_err(unknown)?,
        purpose: purpose.map_or_else(|| entry.purpose.clone(), |purpose| purpose.says.clone()),
        what: what.collect(),
        reference: entry.reference,
        provision: entry.provision,
        barred_by: entry.barred_by,
        role: entry.role,
    })
}

/// Who that is, by the policy's register or, where it names nobody, by the list of places that data may go.
fn in_register(book: &Book, id: &str) -> String {
    let recipient = book.profile().recipients().find(|r| r.id.get_ref() == id);
    let place = || book.egress().place(id).map(|place| place.says.clone());
    recipient.map(|r| r.name.clone()).or_else(place).unwrap_or_else(|| id.to_owned())
}

/// What the house can say of its hand-overs in the last twelve months: by the ledger, not by the policy's word (TP-75).
///
/// # Errors
/// A fault.
pub async fn stated(ctx: &Context) -> Result<Disclosed, Error> {
    let tx = ctx.store.look().await?;
    let since = a_year_before(tx.now());
    let last = disclosures::last(&tx).await?;
    Ok(if last.is_some_and(|last| last > since) { Disclosed::Something } else { Disclosed::Nothing })
}

/// What the notice tells of the last twelve months, beside the policy in force.
///
/// # Errors
/// A fault.
pub async fn past(ctx: &Context) -> Result<Past, Error> {
    let now = ctx.store.clock().now();
    let since = a_year_before(now);
    let stored = ctx.store.versions().stored_after(since);
    Ok(Past { today: register::day(now), disclosed: stated(ctx).await?, stored })
}

/// What the policy says of itself and the ledger denies, for whoever runs the house; none if it says nothing untrue.
///
/// # Errors
/// A fault.
pub async fn denied(ctx: &Context) -> Result<Option<&'static str>, Error> {
    let states = ctx.store.book().profile().disclosure.states_nothing_disclosed.as_ref();
    if !states.is_some_and(|states| *states.get_ref()) || stated(ctx).await? == Disclosed::Nothing {
        return Ok(None);
    }
    Ok(Some(
        "the policy says that nothing is disclosed, and in the last twelve months something was: the notice must not say \
         so and does not (TP-75); take `states_nothing_disclosed` away",
    ))
}

/// Puts a letter that went through a place outside this house into the ledger, with the leaf of its act.
///
/// # Errors
/// A refusal or a fault.
pub(crate) async fn letter_went(
    ctx: &Context,
    tx: &Tx,
    person: PersonId,
    destination: &str,
) -> Result<(), Error> {
    let book = ctx.store.book();
    let Some(place) = book.egress().place(destination) else {
        return Err(Fault::Corrupt(format!("nothing may be sent to {destination}")).into());
    };
    let whose = Whose::Person(person);
    let clerk = |act, what| Ask { actor: Actor::House(Chore::Clerk), act, what, whose, purpose: "rights" };
    let held_by = if destination == NOTICE { "letter" } else { "request_event" };
    drop(tx.authorise(clerk(Act::Disclose, held_by)).await?);
    let grant = tx.authorise(clerk(Act::Create, "disclosure")).await?;
    let categories: BTreeSet<String> =
        place.field.values().filter_map(|field| field.category()).map(str::to_owned).collect();
    let carrier = register::carrier(ctx).ok().filter(|_| ctx.mail == Mail::Registered);
    let new = NewEntry {
        told_at: tx.now(),
        recipient: Some(carrier.as_deref().unwrap_or(MAIL)),
        named: None,
        class: Class::Provider.name(),
        purpose: &place.purpose,
        ground: Why::OnOurBehalf.name(),
        categories: &categories,
        reference: None,
        provision: None,
        barred_by: None,
    };
    Ok(disclosures::add(&grant, &**ctx.store.random(), &new).await?)
}
