//! The privacy centre: see, take, change, erase; who looked.

use crate::accounts::own;
use crate::{Context, Error, Refusal, SignedIn};
use domain::ids::PersonId;
use domain::person::{Actor, Chore, Role};
use domain::time::Instant;
use jiff::Span;
use privacy::plan::{self, EraseStep};
use privacy::{Act, Ending};
use store::people::{self, Change, log::Look};
use store::{Archive, ReadPass, Receipt};

/// One kind of data that the house may keep, as a person reads it.
#[derive(Debug)]
pub struct Kind {
    /// What it is, after "we keep …".
    pub says: String,
    /// Why, after "to …", with the basis; one for each purpose.
    pub purposes: Vec<(String, &'static str)>,
    /// How long, in words.
    pub until: String,
}

/// What this house may keep about anybody, from the policy in force: what is not listed cannot be stored.
pub fn kinds(ctx: &Context) -> Vec<Kind> {
    let book = ctx.store.book();
    let kinds = book.map().category.iter().filter(|(name, _)| book.may_store(name));
    kinds
        .map(|(name, category)| {
            let rules: Vec<_> =
                book.profile().rules_for(name).filter(|rule| book.serves(rule.purpose.get_ref())).collect();
            let mut whys: Vec<(String, &'static str)> = rules
                .iter()
                .filter_map(|rule| book.profile().purpose(rule.purpose.get_ref()))
                .map(|purpose| (purpose.says.clone(), purpose.basis.says()))
                .collect();
            whys.dedup();
            let until = rules.iter().map(|rule| match rule.keep.get_ref().ending() {
                Ending::Removed => "until you remove it or your account".to_owned(),
                Ending::After { event, period } => {
                    let event = event_in_words(&event);
                    if period.is_zero() {
                        format!("until {event}")
                    } else {
                        format!("{} after {event}", in_words(&period))
                    }
                }
            });
            let mut until: Vec<String> = until.collect();
            until.sort();
            until.dedup();
            Kind { says: category.get_ref().says.clone(), purposes: whys, until: until.join("; ") }
        })
        .collect()
}

/// A period as the policy says it: two years are not 731 days.
fn in_words(period: &Span) -> String {
    let parts = [
        (i64::from(period.get_years()), "year"),
        (i64::from(period.get_months()), "month"),
        (i64::from(period.get_weeks()), "week"),
        (i64::from(period.get_days()), "day"),
        (i64::from(period.get_hours()), "hour"),
    ];
    let words = parts
        .iter()
        .filter(|(n, _)| *n != 0)
        .map(|(n, unit)| format!("{n} {unit}{}", if *n == 1 { "" } else { "s" }));
    words.collect::<Vec<_>>().join(" and ")
}

fn event_in_words(event: &str) -> &str {
    match event {
        "session.ended" => "you sign out",
        "access.logged" => "it was written",
        "request.ended" => "your request was answered",
        "print.collected" => "it was collected",
        other => other,
    }
}

/// The legitimate interests that purposes rest on: the purpose, and how the interest was weighed against the person's.
pub fn assessments(ctx: &Context) -> Vec<(String, String)> {
    let purposes = ctx.store.book().purposes_in_use();
    purposes.filter_map(|p| Some((p.says.clone(), p.assessment.clone()?))).collect()
}

/// How many lines one page shows; the archive holds all of them.
const MOST_LOOKS: u32 = 1000;

/// Where data may go, in words, and whether that place stands in this house.
pub fn destinations(ctx: &Context) -> Vec<(String, bool)> {
    let listed = ctx.store.book().egress().destination.values();
    listed.map(|d| (d.get_ref().says.clone(), d.get_ref().local)).collect()
}

/// Who looked at, took or changed my data, the newest first.
///
/// # Errors
/// A fault.
pub async fn looks(ctx: &Context, me: &SignedIn) -> Result<Vec<Look>, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(own(me, Act::Read, "access_note", "rights")).await?;
    Ok(people::log::list(&grant, MOST_LOOKS).await?)
}

/// Everything about me, to take away.
///
/// # Errors
/// A fault: an archive is whole or not made.
pub async fn take(ctx: &Context, me: &SignedIn) -> Result<Archive, Error> {
    Ok(ctx.store.export(me.actor(), me.person).await?)
}

/// How many files of mine are here, and their bytes in all: what an archive brings beside its pages.
///
/// # Errors
/// A fault.
pub async fn files(ctx: &Context, me: &SignedIn) -> Result<(u64, u64), Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(own(me, Act::Read, "blob", "rights")).await?;
    Ok(grant.files_held().await?)
}

/// Leave to read a file of my archive, for a short while.
///
/// # Errors
/// [`Refusal::NotFound`] if it is gone meanwhile.
pub async fn open(ctx: &Context, me: &SignedIn, file: &store::File) -> Result<ReadPass, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(own(me, Act::Read, &file.table, "rights")).await?;
    Ok(grant.blob_pass(&file.kind, file.owner).await?.ok_or(Refusal::NotFound)?)
}

/// What erasing my account does.
#[derive(Debug)]
pub struct ErasurePlan {
    /// What goes, in words.
    pub goes: Vec<String>,
    /// What stays, with the reason.
    pub stays: Vec<(String, String)>,
    /// Days in which I can take the wish back.
    pub grace_days: u16,
    /// When it will happen, if I have asked for it.
    pub erase_at: Option<Instant>,
}

/// What erasing my account would do, from the data map.
///
/// # Errors
/// A fault.
pub async fn erasure_plan(ctx: &Context, me: &SignedIn) -> Result<ErasurePlan, Error> {
    let (goes, stays) = kinds_erased(ctx);
    Ok(ErasurePlan {
        goes,
        stays,
        grace_days: ctx.store.book().profile().people.erase_grace_days,
        erase_at: crate::accounts::account(ctx, me).await?.erase_at,
    })
}

/// The kinds of things that an erasure takes away, and those that stay with the reason, from the data map.
fn kinds_erased(ctx: &Context) -> (Vec<String>, Vec<(String, String)>) {
    let book = ctx.store.book();
    let (mut goes, mut stays) = (vec![], vec![]);
    for step in plan::erase(book) {
        let says = |table: &str| book.map().table(table).map(|t| t.says.clone()).unwrap_or_default();
        match step {
            EraseStep::Rows { table, .. } => goes.push(says(table)),
            EraseStep::Stays { table, reason } => stays.push((says(table), reason.to_owned())),
            EraseStep::Columns { .. } | EraseStep::Mention { .. } => {}
        }
    }
    (goes, stays)
}

/// The receipt of an erasure. It names kinds and nobody.
#[derive(Debug)]
pub struct Erased {
    /// When, until when copies may be readable, and under which policy.
    pub receipt: Receipt,
    /// What went, in words.
    pub went: Vec<String>,
    /// What stayed, with the reason.
    pub stayed: Vec<(String, String)>,
}

/// The receipt of whoever had this random number. Whoever has the number may see it: it leads to nobody any more.
///
/// # Errors
/// [`Refusal::NotFound`] if nobody of this number was erased.
pub async fn receipt(ctx: &Context, person: PersonId) -> Result<Erased, Error> {
    let found = ctx.store.receipts().await?.into_iter().find(|(id, _)| *id == person);
    let (_, receipt) = found.ok_or(Refusal::NotFound)?;
    let (went, stayed) = kinds_erased(ctx);
    Ok(Erased { receipt, went, stayed })
}

/// Asks for my account to be erased when the days of grace are over.
///
/// # Errors
/// A refusal if I am the last operator of a house in which others live.
pub async fn ask_for_erasure(ctx: &Context, me: &SignedIn) -> Result<Instant, Error> {
    let tx = ctx.store.begin().await?;
    people::giving_parts(&tx).await?;
    // Who has asked to go does not count among the operators who stay.
    let asked_already = crate::accounts::account(ctx, me).await?.erase_at.is_some();
    let needed = if asked_already { 1 } else { 2 };
    if me.role == Role::Operator && people::count(&tx, Role::Operator).await? < needed {
        let mut others = 0;
        for role in [Role::Member, Role::Technician, Role::PrivacyOfficer] {
            others += people::count(&tx, role).await?;
        }
        if others > 0 {
            let why =
                "You are the only operator, and others live here. Make somebody else an operator first.";
            return Err(Refusal::Conflict(why).into());
        }
    }
    let days = i64::from(ctx.store.book().profile().people.erase_grace_days);
    let erase_at = tx.now().plus_seconds(days * 24 * 3600);
    let grant = tx.authorise(own(me, Act::Change, "person", "account")).await?;
    people::change(&grant, Change { erase_at: Some(Some(erase_at)), ..Change::default() }).await?;
    drop(grant);
    tx.commit().await?;
    Ok(erase_at)
}

/// Takes the wish to be erased back.
///
/// # Errors
/// A fault.
pub async fn cancel_erasure(ctx: &Context, me: &SignedIn) -> Result<(), Error> {
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(own(me, Act::Change, "person", "account")).await?;
    people::change(&grant, Change { erase_at: Some(None), ..Change::default() }).await?;
    drop(grant);
    Ok(tx.commit().await?)
}

/// Erases my account now, without days of grace. The receipt can be seen under my number from then on.
///
/// # Errors
/// As [`ask_for_erasure`].
pub async fn erase_now(ctx: &Context, me: &SignedIn) -> Result<(), Error> {
    ask_for_erasure(ctx, me).await?;
    ctx.store.erase(me.actor(), me.person).await?;
    ctx.store.purge(me.person).await?;
    Ok(())
}

/// Erases everybody whose days of grace are over, and finishes erasures that were cut short. Returns how many. One that
/// fails does not keep the others waiting; it is tried again.
///
/// # Errors
/// The first fault met, after all were tried.
pub async fn erase_due(ctx: &Context) -> Result<usize, Error> {
    let due = people::due_for_erasure(&ctx.store.look().await?).await?;
    let (mut erased, mut failed) = (0, None);
    for (person, begun) in due {
        match erase_one(ctx, person, begun).await {
            Ok(()) => erased += 1,
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    failed.map_or(Ok(erased), Err)
}

async fn erase_one(ctx: &Context, person: PersonId, begun: bool) -> Result<(), Error> {
    if !begun {
        ctx.store.erase(Actor::House(Chore::Clerk), person).await?;
    }
    ctx.store.purge(person).await?;
    Ok(())
}
