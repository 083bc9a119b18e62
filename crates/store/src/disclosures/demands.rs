//! What demands a disclosure: recorded by one person, released or refused by another.

use super::{instant, joined, lacks, split, text, word};
use crate::fault::{Error, Fault};
use crate::record::{Record, person_of};
use crate::sql::Value;
use crate::tx::{Grant, Tx};
use domain::ids::{DemandId, PersonId};
use domain::time::Instant;
use privacy::Personal;
use std::collections::BTreeSet;

/// In which state a demand waits for a second person.
const WAITING: &str = "waiting";

/// A demand as somebody recorded it.
#[derive(Debug)]
pub struct NewDemand {
    /// Which.
    pub id: DemandId,
    /// Its kind, by its code.
    pub kind: &'static str,
    /// Who demands it, and receives it.
    pub issuer: Personal<String>,
    /// The number of the paper.
    pub reference: Personal<String>,
    /// The provision that compels or permits it.
    pub provision: Personal<String>,
    /// The day on the paper, as 2026-11-22.
    pub dated: String,
    /// What it names, by category.
    pub categories: BTreeSet<String>,
    /// The law that forbids to tell the person.
    pub barred_by: Option<Personal<String>>,
    /// From when the person may know.
    pub told_at: Instant,
}

/// A demand. What the grant does not open is empty.
#[derive(Debug)]
pub struct Demand {
    /// Which.
    pub id: DemandId,
    /// About whom.
    pub person: PersonId,
    /// Its kind, by its code.
    pub kind: String,
    /// Who demands it, and receives it.
    pub issuer: Option<Personal<String>>,
    /// The number of the paper.
    pub reference: Option<Personal<String>>,
    /// The provision that compels or permits it.
    pub provision: Option<Personal<String>>,
    /// The day on the paper.
    pub dated: String,
    /// What it names, by category.
    pub categories: Vec<String>,
    /// The law that forbids to tell the person.
    pub barred_by: Option<Personal<String>>,
    /// From when the person may know.
    pub told_at: Instant,
    /// How it was settled; none while it waits for a second person.
    pub settled: Option<Settled>,
    /// When it was recorded.
    pub entered_at: Instant,
    /// Who recorded it; nobody any more if they were erased.
    pub entered_by: Option<PersonId>,
    /// In which part of the house.
    pub entered_role: String,
    /// When it was settled.
    pub settled_at: Option<Instant>,
    /// Who settled it; nobody any more if they were erased.
    pub settled_by: Option<PersonId>,
    /// In which part of the house.
    pub settled_role: Option<String>,
    /// Since when something reads otherwise than it was handed over, while the person may not know of it.
    pub corrected_at: Option<Instant>,
}

/// How a demand was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// What it names was handed over.
    Released,
    /// It was refused, and nothing went.
    Refused,
}

impl Settled {
    const fn name(self) -> &'static str {
        match self {
            Self::Released => "released",
            Self::Refused => "refused",
        }
    }
    fn read(state: &str) -> Result<Option<Self>, Fault> {
        match state {
            WAITING => Ok(None),
            "released" => Ok(Some(Self::Released)),
            "refused" => Ok(Some(Self::Refused)),
            _ => Err(lacks("known state")),
        }
    }
}

/// Records a demand; the grant is to create `demand`.
///
/// # Errors
/// A refusal or a fault.
pub async fn enter(grant: &Grant<'_>, new: &NewDemand) -> Result<(), Error> {
    let values: [(&str, Value); 12] = [
        ("kind", new.kind.into()),
        ("issuer", text(Some(&new.issuer))),
        ("reference", text(Some(&new.reference))),
        ("provision", text(Some(&new.provision))),
        ("dated", new.dated.as_str().into()),
        ("categories", joined(&new.categories).into()),
        ("barred_by", text(new.barred_by.as_ref())),
        ("told_at", new.told_at.into()),
        ("state", WAITING.into()),
        ("entered_at", grant.now().into()),
        ("entered_by", grant.actor().person().map(PersonId::uuid).into()),
        ("entered_role", grant.actor().role_name().into()),
    ];
    grant.insert(new.id.uuid(), &values).await
}

/// Every demand, the newest first; the grant is to read `demand` of anyone. What names somebody stays sealed.
///
/// # Errors
/// A fault.
pub async fn list(grant: &Grant<'_>) -> Result<Vec<Demand>, Error> {
    let records = grant.list("1 = 1", "ORDER BY entered_at DESC, id", &[]).await?;
    Ok(records.iter().map(to_demand).collect::<Result<_, _>>()?)
}

/// One demand; the grant is to read `demand` of the person it is about.
///
/// # Errors
/// A fault.
pub async fn get(grant: &Grant<'_>, id: DemandId) -> Result<Option<Demand>, Error> {
    Ok(grant.get(id.uuid()).await?.as_ref().map(to_demand).transpose()?)
}

/// About whom a demand is, and from when they may know. It names a number and nothing else.
///
/// # Errors
/// A fault.
pub async fn whose(tx: &Tx, id: DemandId) -> Result<Option<(PersonId, Instant)>, Fault> {
    let row = tx.row("SELECT person, told_at FROM demand WHERE id = $1", &[id.uuid().into()]).await?;
    row.map(|row| Ok((PersonId::from_uuid(row.id("person")?), Instant::from_micros(row.int("told_at")?))))
        .transpose()
}

/// Settles a demand that waits; the grant is to change `demand`. Returns false if somebody else has settled it meanwhile: it
/// is settled once.
///
/// # Errors
/// A refusal or a fault.
pub async fn settle(grant: &Grant<'_>, id: DemandId, how: Settled) -> Result<bool, Error> {
    let values: [(&str, Value); 4] = [
        ("state", how.name().into()),
        ("settled_at", grant.now().into()),
        ("settled_by", grant.actor().person().map(PersonId::uuid).into()),
        ("settled_role", grant.actor().role_name().into()),
    ];
    grant.update_if(id.uuid(), &[("state", WAITING.into())], &values).await
}

/// Notes on what was handed over of the person of the grants, and of which they may not know yet, that this category reads otherwise
/// now: whoever received it is told by staff, and no case of the person's would show it (KA-39). The grants are to read and to change
/// `demand`.
///
/// # Errors
/// A refusal or a fault.
pub async fn corrected(reading: &Grant<'_>, grant: &Grant<'_>, category: &str) -> Result<(), Error> {
    for demand in list(reading).await? {
        let went = demand.settled == Some(Settled::Released) && demand.told_at > grant.now();
        if went && demand.categories.iter().any(|named| named == category) {
            grant.update(demand.id.uuid(), &[("corrected_at", grant.now().into())]).await?;
        }
    }
    Ok(())
}

fn to_demand(record: &Record) -> Result<Demand, Fault> {
    Ok(Demand {
        id: DemandId::from_uuid(record.id("id").ok_or_else(|| lacks("id"))?),
        person: person_of(record, "person")?,
        kind: word(record, "kind")?,
        issuer: record.personal("issuer"),
        reference: record.personal("reference"),
        provision: record.personal("provision"),
        dated: word(record, "dated")?,
        categories: split(record, "categories")?,
        barred_by: record.personal("barred_by"),
        told_at: instant(record, "told_at")?,
        settled: Settled::read(&word(record, "state")?)?,
        entered_at: instant(record, "entered_at")?,
        entered_by: record.id("entered_by").map(PersonId::from_uuid),
        entered_role: word(record, "entered_role")?,
        settled_at: record.instant("settled_at"),
        settled_by: record.id("settled_by").map(PersonId::from_uuid),
        settled_role: record.text("settled_role").map(str::to_owned),
        corrected_at: record.instant("corrected_at"),
    })
}
