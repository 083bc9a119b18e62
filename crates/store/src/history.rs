//! The print history: one entry for each print of somebody who keeps one, and what they told printers to do.
//!
//! An entry is made under a grant for the purpose `history`, which rests on consent: without it there is none.

use crate::fault::{Error, Fault};
use crate::record::Record;
use crate::sql::Value;
use crate::tx::Grant;
use domain::ids::{JobId, PrinterId, RequestId};
use domain::job::{Outcome, SaidBy, Verdict};
use domain::random::Random;
use domain::time::Instant;
use privacy::Personal;

/// Entries on a page.
pub const PAGE: usize = 50;

/// An entry. It has the number of the job it was, so that a job leaves at most one.
#[derive(Debug)]
pub struct Entry {
    /// Which.
    pub id: JobId,
    /// On which printer.
    pub printer: Option<PrinterId>,
    /// What it is called.
    pub name: Option<Personal<String>>,
    /// When these data were collected: from then on their keep-time counts.
    pub collected_at: Instant,
    /// When it started.
    pub started_at: Option<Instant>,
    /// When it ended.
    pub ended_at: Instant,
    /// How long it took, in seconds.
    pub seconds: Option<f64>,
    /// How long the slicer said that it takes, in seconds.
    pub estimate: Option<f64>,
    /// How much material it took.
    pub grams: Option<f64>,
    /// What it was sliced for.
    pub material: Option<String>,
    /// How it ended, and who says so.
    pub outcome: Outcome,
}

/// Which entries.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// On this printer.
    pub printer: Option<PrinterId>,
    /// That ended like this.
    pub verdict: Option<Verdict>,
    /// That ended at or after this instant.
    pub since: Option<Instant>,
    /// That ended before this instant.
    pub until: Option<Instant>,
}

/// Adds an entry; the grant is to create `print_record`.
///
/// # Errors
/// A refusal or a fault.
pub async fn add(grant: &Grant<'_>, entry: &Entry) -> Result<(), Error> {
    let values: [(&str, Value); 11] = [
        ("printer", entry.printer.map(PrinterId::uuid).into()),
        ("name", entry.name.as_ref().map(|n| n.reveal().as_str()).into()),
        ("collected_at", entry.collected_at.into()),
        ("started_at", entry.started_at.into()),
        ("ended_at", entry.ended_at.into()),
        ("seconds", entry.seconds.into()),
        ("estimate", entry.estimate.into()),
        ("grams", entry.grams.into()),
        ("material", entry.material.clone().into()),
        ("verdict", entry.outcome.verdict.name().into()),
        ("said_by", said_by(entry.outcome.said_by).into()),
    ];
    grant.insert(entry.id.uuid(), &values).await
}

/// A page of entries, newest first, and whether more follow; the grant is to read `print_record`.
///
/// # Errors
/// A fault.
pub async fn list(grant: &Grant<'_>, filter: &Filter, page: usize) -> Result<(Vec<Entry>, bool), Error> {
    let (clause, args) = condition(filter);
    let records = grant.page(&clause, NEWEST_FIRST, &args, (page.saturating_mul(PAGE), PAGE + 1)).await?;
    let mut entries = records.iter().map(to_entry).collect::<Result<Vec<_>, _>>()?;
    let more = entries.len() > PAGE;
    entries.truncate(PAGE);
    Ok((entries, more))
}

/// Every entry, newest first; the grant is to read `print_record`.
///
/// # Errors
/// A fault.
pub async fn all(grant: &Grant<'_>, filter: &Filter) -> Result<Vec<Entry>, Error> {
    let (clause, args) = condition(filter);
    let records = grant.list(&clause, NEWEST_FIRST, &args).await?;
    Ok(records.iter().map(to_entry).collect::<Result<_, _>>()?)
}

/// One entry; the grant is to read `print_record`.
///
/// # Errors
/// A fault.
pub async fn get(grant: &Grant<'_>, id: JobId) -> Result<Option<Entry>, Error> {
    Ok(grant.get(id.uuid()).await?.as_ref().map(to_entry).transpose()?)
}

/// A person says how it ended; the grant is to change `print_record`. Returns whether there is such an entry.
///
/// # Errors
/// A refusal or a fault.
pub async fn say(grant: &Grant<'_>, id: JobId, verdict: Verdict) -> Result<bool, Error> {
    let values = [("verdict", verdict.name().into()), ("said_by", said_by(SaidBy::Person).into())];
    grant.update(id.uuid(), &values).await
}

/// Removes an entry; the grant is to erase `print_record`. Its files are removed with [`Grant::files_drop`].
///
/// # Errors
/// A fault.
pub async fn remove(grant: &Grant<'_>, id: JobId) -> Result<bool, Error> {
    Ok(grant.remove("id = $1", &[id.uuid().into()]).await? > 0)
}

/// Notes what somebody told a printer to do; the grant is to create `deed`.
///
/// # Errors
/// A refusal or a fault.
pub async fn deed(
    grant: &Grant<'_>,
    random: &dyn Random,
    printer: PrinterId,
    what: &'static str,
) -> Result<(), Error> {
    let values: [(&str, Value); 3] =
        [("printer", printer.uuid().into()), ("what", what.into()), ("at", grant.now().into())];
    grant.insert(RequestId::fresh(random).uuid(), &values).await
}

const NEWEST_FIRST: &str = "ORDER BY ended_at DESC, id DESC";

fn condition(filter: &Filter) -> (String, Vec<Value>) {
    let wanted: [(&str, Option<Value>); 4] = [
        ("printer =", filter.printer.map(|p| p.uuid().into())),
        ("verdict =", filter.verdict.map(|v| v.name().into())),
        ("ended_at >=", filter.since.map(Into::into)),
        ("ended_at <", filter.until.map(Into::into)),
    ];
    let mut clause = "1 = 1".to_owned();
    let mut args = Vec::new();
    for (condition, value) in wanted {
        if let Some(value) = value {
            args.push(value);
            clause.push_str(&format!(" AND {condition} ${}", args.len()));
        }
    }
    (clause, args)
}

const fn said_by(who: SaidBy) -> &'static str {
    match who {
        SaidBy::Printer => "printer",
        SaidBy::Person => "person",
    }
}

fn to_entry(record: &Record) -> Result<Entry, Fault> {
    let broken = || Fault::corrupt("an entry of the history lacks what every entry has");
    let verdict = record.text("verdict").and_then(Verdict::from_name).ok_or_else(broken)?;
    let said_by = if record.text("said_by") == Some("person") { SaidBy::Person } else { SaidBy::Printer };
    Ok(Entry {
        id: JobId::from_uuid(record.id("id").ok_or_else(broken)?),
        printer: record.id("printer").map(PrinterId::from_uuid),
        name: record.personal("name"),
        collected_at: record.instant("collected_at").ok_or_else(broken)?,
        started_at: record.instant("started_at"),
        ended_at: record.instant("ended_at").ok_or_else(broken)?,
        seconds: record.real("seconds"),
        estimate: record.real("estimate"),
        grams: record.real("grams"),
        material: record.text("material").map(str::to_owned),
        outcome: Outcome { verdict, said_by, bed_cleared: false },
    })
}
