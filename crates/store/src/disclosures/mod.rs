//! The ledger of disclosures: what was handed to whom, why, and when the person was told. A line is added and never
//! altered; nothing but retention and erasure takes it away.

pub mod acquisitions;
mod demands;

pub use demands::{Demand, NewDemand, Settled, corrected, enter, get, list, settle, whose};

use crate::fault::{Error, Fault};
use crate::record::Record;
use crate::sql::Value;
use crate::tx::{Grant, Tx};
use domain::ids::DemandId;
use domain::random::Random;
use domain::time::Instant;
use privacy::Personal;
use std::collections::BTreeSet;

/// When anything was last handed over: a fact about the house, which outlives the lines of those who are erased.
const LAST: &str = "disclosed-at";

/// A hand-over, as it goes into the ledger.
#[derive(Debug)]
pub struct NewEntry<'a> {
    /// When the person may know.
    pub told_at: Instant,
    /// Who receives it, by its id in the policy's register.
    pub recipient: Option<&'a str>,
    /// Who receives it, where the register does not name them: a court, an authority.
    pub named: Option<&'a Personal<String>>,
    /// Its class, by its code.
    pub class: &'a str,
    /// The purpose served.
    pub purpose: &'a str,
    /// The legal ground, by its code.
    pub ground: &'a str,
    /// What was sent, by category and never by value.
    pub categories: &'a BTreeSet<String>,
    /// The paper that compels or permits it.
    pub reference: Option<&'a Personal<String>>,
    /// The provision that it rests on (AF-100).
    pub provision: Option<&'a Personal<String>>,
    /// The law that forbids to tell the person at once.
    pub barred_by: Option<&'a Personal<String>>,
}

/// A line of the ledger.
#[derive(Debug)]
pub struct Entry {
    /// When it left.
    pub at: Instant,
    /// From when the person may know.
    pub told_at: Instant,
    /// Who received it, by its id in the register.
    pub recipient: Option<String>,
    /// Who received it, where the register does not name them.
    pub named: Option<Personal<String>>,
    /// Its class, by its code.
    pub class: String,
    /// The purpose served.
    pub purpose: String,
    /// The legal ground, by its code.
    pub ground: String,
    /// What was sent, by category.
    pub categories: Vec<String>,
    /// The paper that compelled or permitted it.
    pub reference: Option<Personal<String>>,
    /// The provision that it rests on.
    pub provision: Option<Personal<String>>,
    /// The law that forbade to tell the person at once.
    pub barred_by: Option<Personal<String>>,
    /// The part in the house of whoever released it, or the chore that did.
    pub role: String,
}

/// Adds a line; the grant is to create `disclosure`, and whoever has it is who released the data.
///
/// # Errors
/// A refusal or a fault.
pub async fn add(grant: &Grant<'_>, random: &dyn Random, new: &NewEntry<'_>) -> Result<(), Error> {
    let values: [(&str, Value); 13] = [
        ("at", grant.now().into()),
        ("told_at", new.told_at.max(grant.now()).into()),
        ("recipient", new.recipient.into()),
        ("named", text(new.named)),
        ("class", new.class.into()),
        ("purpose", new.purpose.into()),
        ("ground", new.ground.into()),
        ("categories", joined(new.categories).into()),
        ("reference", text(new.reference)),
        ("provision", text(new.provision)),
        ("barred_by", text(new.barred_by)),
        ("actor", grant.actor().person().map(domain::ids::PersonId::uuid).into()),
        ("role", grant.actor().role_name().into()),
    ];
    grant.insert(DemandId::fresh(random).uuid(), &values).await?;
    Ok(grant.tx.house_set(LAST, &grant.now().micros().to_string()).await?)
}

/// The lines about the person of the grant, newest first; it is to read `disclosure`. What a law forbids to tell them yet is
/// not among them.
///
/// # Errors
/// A fault.
pub async fn entries(grant: &Grant<'_>) -> Result<Vec<Entry>, Error> {
    let records = grant.list("1 = 1", "ORDER BY at DESC, id", &[]).await?;
    Ok(records.iter().map(to_entry).collect::<Result<_, _>>()?)
}

/// When anything was last handed over, whosever it was, also of those who are erased or may not be told yet. It names nobody.
///
/// # Errors
/// A fault.
pub async fn last(tx: &Tx) -> Result<Option<Instant>, Fault> {
    Ok(tx.house(LAST).await?.and_then(|text| text.parse().ok()).map(Instant::from_micros))
}

fn to_entry(record: &Record) -> Result<Entry, Fault> {
    Ok(Entry {
        at: instant(record, "at")?,
        told_at: instant(record, "told_at")?,
        recipient: record.text("recipient").map(str::to_owned),
        named: record.personal("named"),
        class: word(record, "class")?,
        purpose: word(record, "purpose")?,
        ground: word(record, "ground")?,
        categories: split(record, "categories")?,
        reference: record.personal("reference"),
        provision: record.personal("provision"),
        barred_by: record.personal("barred_by"),
        role: word(record, "role")?,
    })
}

/// Categories in a row: their names have no spaces.
fn joined(categories: &BTreeSet<String>) -> String {
    categories.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

fn split(record: &Record, column: &str) -> Result<Vec<String>, Fault> {
    Ok(word(record, column)?.split(' ').map(str::to_owned).collect())
}

fn text(text: Option<&Personal<String>>) -> Value {
    text.map(|text| text.reveal().as_str()).into()
}

fn lacks(column: &str) -> Fault {
    Fault::corrupt(format!("a line about a disclosure has no {column}"))
}

fn word(record: &Record, column: &str) -> Result<String, Fault> {
    record.text(column).map(str::to_owned).ok_or_else(|| lacks(column))
}

fn instant(record: &Record, column: &str) -> Result<Instant, Fault> {
    record.instant(column).ok_or_else(|| lacks(column))
}
