//! Disclosures under law: a demand is recorded with its paper, looked at by a second person, and released once, or refused.

use crate::{Context, Error, Refusal, SignedIn, text};
use domain::ids::{DemandId, PersonId};
use domain::person::Reason;
use domain::time::Instant;
use privacy::disclosure::{self, Demand, Why, Wrong};
use privacy::{Act, Ask, Ground, Personal, Whose};
use std::collections::BTreeSet;
use store::disclosures::{self as ledger, NewDemand, NewEntry, Settled};
use store::{Fault, File, Part, ReadPass, Tx};

/// How long what is typed of a paper can be.
const MOST: usize = 300;

/// What somebody records of a demand, as they typed it.
#[derive(Debug, Default)]
pub struct Entered {
    /// Its kind, by its code.
    pub kind: String,
    /// Who demands it, and receives it.
    pub issuer: String,
    /// The number of the paper.
    pub reference: String,
    /// The provision that compels or permits it.
    pub provision: String,
    /// The day on the paper, as 2026-11-22.
    pub dated: String,
    /// What it names, by category.
    pub categories: Vec<String>,
    /// The law that forbids to tell the person; empty if none does.
    pub barred_by: String,
    /// The day on which they may be told.
    pub barred_until: String,
}

/// A demand in the list. It names nobody.
#[derive(Debug)]
pub struct Line {
    /// Which.
    pub id: DemandId,
    /// Its kind.
    pub kind: Demand,
    /// When it was recorded.
    pub entered_at: Instant,
    /// How it was settled; none while it waits.
    pub settled: Option<Settled>,
    /// Until when the person may not be told, if that is still to come.
    pub barred_until: Option<Instant>,
    /// Whether something of what was handed over reads otherwise now, and whoever received it is to be told by staff.
    pub corrected: bool,
}

/// A demand, opened.
#[derive(Debug)]
pub struct Opened {
    /// As it is stored.
    pub demand: ledger::Demand,
    /// Its kind.
    pub kind: Demand,
    /// Whether whoever looks could release it: somebody else recorded it, and it is about somebody else.
    pub mine_to_release: bool,
}

/// What was released: to be handed over once, and kept nowhere.
#[derive(Debug)]
pub struct Released {
    /// When.
    pub at: Instant,
    /// What demanded it.
    pub demand: ledger::Demand,
    /// Its kind.
    pub kind: Demand,
    /// The policy in force.
    pub policy: String,
    /// Rows, by table: the columns of what was named and no others.
    pub parts: Vec<Part>,
    /// Files, each with leave to read it for a short while.
    pub files: Vec<(File, ReadPass)>,
}

fn staff(me: &SignedIn, act: Act, what: &'static str, whose: Whose) -> Ask<'static> {
    Ask { actor: me.actor(), act, what, whose, purpose: "accountability" }
}

/// Whether whoever asks handles demands at all.
///
/// # Errors
/// [`Refusal::NotFound`] if not: nobody else learns that there are any.
pub fn may_enter(ctx: &Context, me: &SignedIn) -> Result<(), Error> {
    let roles = ctx.store.book().roles();
    match roles.permission(me.role.name(), Act::Create, "demand", false, "accountability") {
        privacy::Permission::Denied => Err(Refusal::NotFound.into()),
        privacy::Permission::Granted(_) => Ok(()),
    }
}

/// The kinds of demand that the policy in force lets be answered, and for each what can be named.
pub fn offered(ctx: &Context) -> (Vec<Demand>, Vec<(String, String)>) {
    let book = ctx.store.book();
    let kinds = Demand::ALL.into_iter().filter(|kind| disclosure::on(book, kind.ground()).is_ok()).collect();
    let all = disclosure::offered(book, Ground::LegalCompulsion).into_iter();
    (kinds, all.map(|(name, says)| (name.to_owned(), says.to_owned())).collect())
}

/// Records what demands data about somebody. Nothing is released by that.
///
/// # Errors
/// [`Refusal::NotFound`] to anyone who does not handle demands; a refusal that names the field: a ground that the policy does
/// not name, nothing chosen, a bar without its law or its end.
pub async fn enter(
    ctx: &Context,
    me: &SignedIn,
    person: PersonId,
    entered: &Entered,
) -> Result<DemandId, Error> {
    may_enter(ctx, me)?;
    not_about_me(me, person)?;
    let tx = ctx.store.begin().await?;
    let book = ctx.store.book();
    let kind: Demand = entered.kind.parse().map_err(|_| Refusal::field("kind", "Say what demands it."))?;
    disclosure::on(book, kind.ground()).map_err(|wrong| at_field("kind", &wrong))?;
    let line = |field, typed: &str| text::line(field, typed, MOST).map(Personal::new);
    let (issuer, reference) = (line("issuer", &entered.issuer)?, line("reference", &entered.reference)?);
    let provision = line("provision", &entered.provision)?;
    let dated = Instant::on_day(&entered.dated).filter(|day| *day <= tx.now());
    if dated.is_none() {
        return Err(Refusal::field("dated", "Give the day that stands on the paper.").into());
    }
    let scope = disclosure::scope(book, kind.ground(), entered.categories.iter().map(String::as_str));
    let (barred_by, until) = bar(entered)?;
    let new = NewDemand {
        id: DemandId::fresh(&**ctx.store.random()),
        kind: kind.name(),
        issuer,
        reference,
        provision,
        dated: entered.dated.clone(),
        categories: scope.map_err(|wrong| at_field("categories", &wrong))?,
        barred_by,
        told_at: disclosure::told_at(tx.now(), until).map_err(|wrong| at_field("barred_until", &wrong))?,
    };
    let ask = staff(me, Act::Create, "demand", Whose::Person(person));
    let grant = tx.authorise_untold(ask, Reason::LegalDuty, new.told_at).await?;
    ledger::enter(&grant, &new).await?;
    drop(grant);
    tx.commit().await?;
    Ok(new.id)
}

/// The law that forbids to tell the person, and the day on which they may be told: both or neither.
fn bar(entered: &Entered) -> Result<(Option<Personal<String>>, Option<Instant>), Refusal> {
    if entered.barred_by.trim().is_empty() && entered.barred_until.trim().is_empty() {
        return Ok((None, None));
    }
    let law = text::line("barred_by", &entered.barred_by, MOST)?;
    let until = Instant::on_day(entered.barred_until.trim());
    let until = until.ok_or_else(|| Refusal::field("barred_until", "Name the day on which the bar ends."))?;
    Ok((Some(Personal::new(law)), Some(until)))
}

fn at_field(field: &'static str, wrong: &Wrong) -> Refusal {
    Refusal::field(field, format!("{wrong}."))
}

fn not_about_me(me: &SignedIn, person: PersonId) -> Result<(), Refusal> {
    if me.person == person {
        return Err(Refusal::Conflict("This is about yourself: somebody else must handle it."));
    }
    Ok(())
}

/// Every demand, newest first. Nobody sees one about themselves that they may not be told of.
///
/// # Errors
/// [`Refusal::NotFound`] to anyone who does not handle demands.
pub async fn all(ctx: &Context, me: &SignedIn) -> Result<Vec<Line>, Error> {
    let tx = ctx.store.begin().await?;
    let demands = {
        let ask = staff(me, Act::Read, "demand", Whose::Anyone);
        let grant = tx.authorise_because(ask, Reason::LegalDuty).await?;
        ledger::list(&grant).await?
    };
    let now = tx.now();
    tx.commit().await?;
    let lines = demands.into_iter().map(|demand| {
        Ok(Line {
            id: demand.id,
            kind: kind(&demand)?,
            entered_at: demand.entered_at,
            settled: demand.settled,
            barred_until: Some(demand.told_at).filter(|told| *told > now),
            corrected: demand.corrected_at.is_some(),
        })
    });
    lines.collect()
}

fn kind(demand: &ledger::Demand) -> Result<Demand, Fault> {
    let unknown = |_| Fault::Corrupt("a demand is of a kind that the program does not know".to_owned());
    demand.kind.parse().map_err(unknown)
}

/// Opens a demand. The person it is about reads that somebody did, as soon as they may know of it.
///
/// # Errors
/// [`Refusal::NotFound`] to anyone who does not handle demands, or if there is none.
pub async fn open(ctx: &Context, me: &SignedIn, id: &str) -> Result<Opened, Error> {
    may_enter(ctx, me)?;
    let tx = ctx.store.begin().await?;
    let opened = at_hand(&tx, me, id).await?;
    tx.commit().await?;
    Ok(opened)
}

async fn at_hand(tx: &Tx, me: &SignedIn, id: &str) -> Result<Opened, Error> {
    let id: DemandId = id.parse().map_err(|_| Refusal::NotFound)?;
    let (person, told_at) = ledger::whose(tx, id).await?.ok_or(Refusal::NotFound)?;
    let ask = staff(me, Act::Read, "demand", Whose::Person(person));
    let grant = tx.authorise_untold(ask, Reason::LegalDuty, told_at).await?;
    let demand = ledger::get(&grant, id).await?.ok_or(Refusal::NotFound)?;
    let mine_to_release =
        me.person != person && demand.entered_by != Some(me.person) && demand.settled.is_none();
    Ok(Opened { kind: kind(&demand)?, mine_to_release, demand })
}

/// Refuses a demand: nothing goes.
///
/// # Errors
/// As [`open`]; [`Refusal::Conflict`] if it is about whoever asks, or was settled already.
pub async fn refuse(ctx: &Context, me: &SignedIn, id: &str) -> Result<(), Error> {
    may_enter(ctx, me)?;
    let tx = ctx.store.begin().await?;
    let Opened { demand, .. } = at_hand(&tx, me, id).await?;
    not_about_me(me, demand.person)?;
    settle(&tx, me, &demand, Settled::Refused).await?;
    Ok(tx.commit().await?)
}

/// Releases what a demand names, once: by somebody else than who recorded it, and about somebody else. The demand is settled,
/// the ledger has its line and the access log its leaf in the transaction that reads what goes.
///
/// # Errors
/// As [`open`]; [`Refusal::Conflict`] if it is not theirs to release or was settled already; the policy's refusal if it no
/// longer names the ground, or if the person has restricted the use of their data and the ground does not hold then.
pub async fn release(ctx: &Context, me: &SignedIn, id: &str) -> Result<Released, Error> {
    may_enter(ctx, me)?;
    let tx = ctx.store.begin().await?;
    let Opened { demand, kind, .. } = at_hand(&tx, me, id).await?;
    not_about_me(me, demand.person)?;
    if demand.entered_by == Some(me.person) {
        let why = "You recorded this yourself: somebody else must look at it and release it.";
        return Err(Refusal::Conflict(why).into());
    }
    settle(&tx, me, &demand, Settled::Released).await?;
    let (book, ground) = (ctx.store.book(), kind.ground());
    let scope = disclosure::scope(book, ground, demand.categories.iter().map(String::as_str));
    let scope = scope.map_err(|wrong| Refusal::Policy(format!("{wrong}.")))?;
    let whose = Whose::Person(demand.person);
    let ask = Ask { actor: me.actor(), act: Act::Disclose, what: "person", whose, purpose: ground.name() };
    let grant = tx.authorise_untold(ask, Reason::LegalDuty, demand.told_at).await?;
    let (parts, files) = store::disclose(&grant, &scope).await?;
    drop(grant);
    line(ctx, &tx, me, &demand, kind, &scope).await?;
    let at = tx.now();
    tx.commit().await?;
    Ok(Released { at, demand, kind, policy: book.reference(), parts, files })
}

async fn settle(tx: &Tx, me: &SignedIn, demand: &ledger::Demand, how: Settled) -> Result<(), Error> {
    let ask = staff(me, Act::Change, "demand", Whose::Person(demand.person));
    let grant = tx.authorise_untold(ask, Reason::LegalDuty, demand.told_at).await?;
    if ledger::settle(&grant, demand.id, how).await? {
        return Ok(());
    }
    Err(Refusal::Conflict("This was settled already. What goes, goes once.").into())
}

/// The line in the ledger.
async fn line(
    ctx: &Context,
    tx: &Tx,
    me: &SignedIn,
    demand: &ledger::Demand,
    kind: Demand,
    scope: &BTreeSet<String>,
) -> Result<(), Error> {
    let ask = staff(me, Act::Create, "disclosure", Whose::Person(demand.person));
    let grant = tx.authorise_untold(ask, Reason::LegalDuty, demand.told_at).await?;
    let new = NewEntry {
        told_at: demand.told_at,
        recipient: None,
        named: demand.issuer.as_ref(),
        class: kind.class().name(),
        purpose: kind.ground().name(),
        ground: Why::Ground(kind.ground()).name(),
        categories: scope,
        reference: demand.reference.as_ref(),
        provision: demand.provision.as_ref(),
        barred_by: demand.barred_by.as_ref(),
    };
    Ok(ledger::add(&grant, &**ctx.store.random(), &new).await?)
}
