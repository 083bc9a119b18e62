//! The print history: a person's own, only if they want one. It is theirs to see, to take, to correct and to delete.
//!
//! It rests on consent. Without it no entry is made; what was kept before stays until they delete it or it expires.

use crate::accounts::own;
use crate::queue::{self, Wish};
use crate::{Context, Error, Refusal, SignedIn, policy};
use domain::ids::{JobId, PrinterId};
use domain::job::{SaidBy, Verdict};
use privacy::{Act, Basis, Book};
use std::collections::{BTreeMap, BTreeSet};
use store::ReadPass;
use store::history::{self as records, Entry};
use store::jobs::Facts;
use store::people::{self, Change, consents};

pub use store::history::Filter;

/// Whether somebody wants a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Yes.
    On,
    /// No.
    Off,
    /// They have not been asked yet: one question with two equal buttons, at their first print.
    NotAsked,
}

/// A page of the history.
#[derive(Debug)]
pub struct Page {
    /// Its entries, newest first.
    pub entries: Vec<Entry>,
    /// Whether more follow.
    pub more: bool,
    /// Which of them have a picture.
    pub pictured: BTreeSet<JobId>,
}

/// What I chose.
///
/// # Errors
/// A fault.
pub async fn choice(ctx: &Context, me: &SignedIn) -> Result<Choice, Error> {
    let tx = ctx.store.look().await?;
    let chosen = {
        let grant = tx.authorise(own(me, Act::Read, "person", "account")).await?;
        people::account(&grant).await?.ok_or(Refusal::NotFound)?.history
    };
    // A yes that does not reach as far as what is asked now counts as not asked yet.
    let ask = own(me, Act::Read, "print_record", "history");
    let refused = tx.would_refuse(ask).await?;
    let reaches = !matches!(refused, Some(privacy::Refusal::ConsentMissing { .. }));
    Ok(match chosen.as_deref() {
        Some("on") if reaches => Choice::On,
        Some("on") | None => Choice::NotAsked,
        Some(_) => Choice::Off,
    })
}

/// The wording I am asked with, by the version of the policy that binds me.
pub fn question(rules: &Book) -> Option<String> {
    rules.profile().purpose("history").and_then(|purpose| purpose.asks.clone())
}

/// What stops when the history is switched off.
pub fn stops(rules: &Book) -> Option<String> {
    rules.profile().purpose("history").and_then(|purpose| purpose.stops.clone())
}

/// Keeps a history from now on, or none. What was kept before stays until it is deleted.
///
/// # Errors
/// A refusal if the policy in force knows no history.
pub async fn choose(ctx: &Context, me: &SignedIn, on: bool) -> Result<(), Error> {
    let (before, rules) = (choice(ctx, me).await?, policy::mine(ctx, me).await?);
    let wording = question(&rules)
        .ok_or_else(|| Refusal::Policy("The policy in force keeps no history.".to_owned()))?;
    let by_consent = rules.profile().purpose("history").is_some_and(|p| p.basis == Basis::Consent);
    let status = match (on, before) {
        (true, _) => "given",
        (false, Choice::On) => "withdrawn",
        (false, _) => "refused",
    };
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(own(me, Act::Change, "person", "account")).await?;
    let history = Some(if on { "on" } else { "off" }.to_owned());
    people::change(&grant, Change { history, ..Change::default() }).await?;
    drop(grant);
    if by_consent {
        let grant = tx.authorise(own(me, Act::Create, "consent", "account")).await?;
        consents::add(&grant, &**ctx.store.random(), "history", status, &wording, "history").await?;
    }
    Ok(tx.commit().await?)
}

/// A page of my history, 50 entries each, counted from 0.
///
/// # Errors
/// A fault.
pub async fn page(ctx: &Context, me: &SignedIn, filter: &Filter, page: usize) -> Result<Page, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(own(me, Act::Read, "print_record", "rights")).await?;
    let (entries, more) = records::list(&grant, filter, page).await?;
    let pictured = grant.blob_owners("record-picture").await?;
    let pictured = entries.iter().map(|entry| entry.id).filter(|id| pictured.contains(&id.uuid())).collect();
    Ok(Page { entries, more, pictured })
}

/// One entry.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn entry(ctx: &Context, me: &SignedIn, id: JobId) -> Result<Entry, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(own(me, Act::Read, "print_record", "rights")).await?;
    Ok(records::get(&grant, id).await?.ok_or(Refusal::NotFound)?)
}

/// Says how a print turned out: good, partly or failed. It replaces what the printer said.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn say(ctx: &Context, me: &SignedIn, id: JobId, verdict: Verdict) -> Result<(), Error> {
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(own(me, Act::Change, "print_record", "rights")).await?;
    if !records::say(&grant, id, verdict).await? {
        return Err(Refusal::NotFound.into());
    }
    drop(grant);
    Ok(tx.commit().await?)
}

/// Deletes an entry with its files, at once.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn delete(ctx: &Context, me: &SignedIn, id: JobId) -> Result<(), Error> {
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(own(me, Act::Erase, "print_record", "rights")).await?;
    if !records::remove(&grant, id).await? {
        return Err(Refusal::NotFound.into());
    }
    let files = grant.files_drop(id.uuid()).await?;
    drop(grant);
    tx.commit().await?;
    Ok(ctx.store.files_remove(&files).await?)
}

/// Prints an entry again, without slicing anew. It passes the gate once more.
///
/// # Errors
/// A refusal if its files are gone, or the history is off.
pub async fn print_again(
    ctx: &Context,
    me: &SignedIn,
    id: JobId,
    printer: Option<PrinterId>,
    incognito: bool,
) -> Result<JobId, Error> {
    let entry = entry(ctx, me, id).await?;
    let file = pass(ctx, me, id, "record-toolpath", "history").await?;
    let gone = "Its files are gone, so that it cannot be printed again. Slice the model anew.";
    let file = file.ok_or(Refusal::Conflict(gone))?;
    let picture = pass(ctx, me, id, "record-picture", "rights").await?;
    let name = entry.name.map_or_else(|| "Print".to_owned(), |name| name.reveal().clone());
    // How long it took last time, with its pauses, is no estimate.
    let known = Facts { size: None, material: entry.material, seconds: entry.estimate, grams: entry.grams };
    // It was let go for the printer that printed it; another may read the same lines differently.
    let looked = printer.is_some() && printer == entry.printer;
    let wish = Wish { name, printer, known, incognito, looked, hold: false };
    queue::add_file(ctx, me, file, picture, &wish).await
}

/// Leave to read an entry's picture.
///
/// # Errors
/// [`Refusal::NotFound`] if it has none.
pub async fn picture(ctx: &Context, me: &SignedIn, id: JobId) -> Result<ReadPass, Error> {
    Ok(pass(ctx, me, id, "record-picture", "rights").await?.ok_or(Refusal::NotFound)?)
}

/// Leave to read a file of an entry; nothing if it is gone.
async fn pass(
    ctx: &Context,
    me: &SignedIn,
    id: JobId,
    kind: &str,
    purpose: &str,
) -> Result<Option<ReadPass>, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(own(me, Act::Read, "print_record", purpose)).await?;
    Ok(grant.blob_pass(kind, id.uuid()).await?)
}

/// My history as a table for other programs.
///
/// # Errors
/// A fault.
pub async fn csv(ctx: &Context, me: &SignedIn, filter: &Filter) -> Result<String, Error> {
    let tx = ctx.store.look().await?;
    let printers: BTreeMap<PrinterId, String> =
        tx.printers().await?.into_iter().map(|machine| (machine.id, machine.name)).collect();
    let grant = tx.authorise(own(me, Act::Read, "print_record", "rights")).await?;
    let mut table = "name,printer,started,ended,minutes,grams,outcome,said_by\r\n".to_owned();
    for entry in records::all(&grant, filter).await? {
        let name = entry.name.as_ref().map(|n| n.reveal().as_str()).unwrap_or_default();
        let printer = entry.printer.and_then(|id| printers.get(&id)).map(String::as_str).unwrap_or_default();
        let by = if entry.outcome.said_by == SaidBy::Person { "person" } else { "printer" };
        let fields = [
            cell(name),
            cell(printer),
            entry.started_at.map(|at| at.to_string()).unwrap_or_default(),
            entry.ended_at.to_string(),
            entry.seconds.map(|s| format!("{:.0}", s / 60.0)).unwrap_or_default(),
            entry.grams.map(|g| format!("{g:.1}")).unwrap_or_default(),
            entry.outcome.verdict.name().to_owned(),
            by.to_owned(),
        ];
        table.push_str(&fields.join(","));
        table.push_str("\r\n");
    }
    Ok(table)
}

/// A text as one cell. A spreadsheet takes what begins like a formula for one, so that a quote goes before it.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', ';', '"', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_one_cell_and_no_formula() {
        assert_eq!(cell("bracket"), "bracket");
        assert_eq!(cell("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(cell("=cmd()"), "'=cmd()");
        assert_eq!(cell("a;b"), "\"a;b\"", "some spreadsheets part cells by it");
    }
}
