//! Restrictions: times in which somebody's data is kept and not used. In force until it ends; nothing here decides what a
//! restriction bars.

use crate::fault::{Error, Fault};
use crate::people::{self, Change};
use crate::record::Record;
use crate::sql::Value;
use crate::tx::{Grant, Tx};
use domain::ids::{PersonId, RequestId, RestrictionId};
use domain::time::Instant;
use privacy::restriction::Ground;
use privacy::{Act, Personal};

/// A time in which data is kept and not used.
#[derive(Debug)]
pub struct Restriction {
    /// Which.
    pub id: RestrictionId,
    /// The purpose that it bars; every one if none.
    pub purpose: Option<String>,
    /// Why.
    pub ground: Ground,
    /// Since when.
    pub since: Instant,
    /// The day on which it is to end, if on one.
    pub ends_at: Option<Instant>,
    /// When its owner was told that it ends.
    pub told_at: Option<Instant>,
    /// When it ended.
    pub ended_at: Option<Instant>,
    /// The request that it came of.
    pub request: Option<RequestId>,
    /// For which claim of the house it is held.
    pub reference: Option<Personal<String>>,
}

/// One that begins.
#[derive(Clone, Debug)]
pub struct New {
    /// Which.
    pub id: RestrictionId,
    /// The purpose that it bars; every one if none.
    pub purpose: Option<String>,
    /// Why.
    pub ground: Ground,
    /// The day on which it is to end, if on one.
    pub ends_at: Option<Instant>,
    /// The request that it came of.
    pub request: Option<RequestId>,
    /// For which claim of the house it is held.
    pub reference: Option<Personal<String>>,
}

/// What happens to one in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It goes on, for this reason, and ends on no day.
    GoesOn(Ground),
    /// It is to end on this day, and its owner was not told yet.
    EndsOn(Instant),
    /// Its owner is told now that it ends.
    Told,
    /// It ends now.
    Ended,
}

/// The person's restrictions, the newest first; the grant is to read `restriction`.
///
/// # Errors
/// A fault.
pub async fn list(grant: &Grant<'_>) -> Result<Vec<Restriction>, Error> {
    let records = grant.list("1 = 1", "ORDER BY since DESC, id", &[]).await?;
    Ok(records.iter().map(to_restriction).collect::<Result<_, _>>()?)
}

/// Begins one; the grant is to create `restriction`.
///
/// # Errors
/// A refusal or a fault.
pub async fn begin(grant: &Grant<'_>, new: &New) -> Result<(), Error> {
    let reference = new.reference.as_ref().map(|reference| reference.reveal().as_str());
    let values: [(&str, Value); 6] = [
        ("reference", reference.into()),
        ("purpose", new.purpose.as_deref().into()),
        ("ground", new.ground.name().into()),
        ("since", grant.now().into()),
        ("ends_at", new.ends_at.into()),
        ("request", new.request.map(RequestId::uuid).into()),
    ];
    grant.insert(new.id.uuid(), &values).await
}

/// Changes one that is in force; the grant is to change `restriction`. Returns whether there was one.
///
/// # Errors
/// A refusal or a fault.
pub async fn turn(grant: &Grant<'_>, id: RestrictionId, turn: Turn) -> Result<bool, Error> {
    let now: Value = grant.now().into();
    let values = match turn {
        Turn::GoesOn(ground) => {
            vec![("ground", ground.name().into()), ("ends_at", Value::Null), ("told_at", Value::Null)]
        }
        Turn::EndsOn(day) => vec![("ends_at", day.into()), ("told_at", Value::Null)],
        Turn::Told => vec![("told_at", now)],
        Turn::Ended => vec![("ended_at", now)],
    };
    grant.update(id.uuid(), &values).await
}

/// Makes the account say whether all of its data is restricted; the grants are to read `restriction` and to change `person`
/// of the same person.
///
/// # Errors
/// A refusal or a fault.
pub async fn settle(restrictions: &Grant<'_>, person: &Grant<'_>) -> Result<bool, Error> {
    let all = list(restrictions).await?;
    let restricted = all.iter().any(|r| r.ended_at.is_none() && r.purpose.is_none() && r.ground.restricts());
    people::change(person, Change { restricted: Some(restricted), ..Change::default() }).await?;
    Ok(restricted)
}

/// Empties what the person's rows in this table hold of a category; the grant is to change the table.
///
/// # Errors
/// A fault.
pub async fn forget(grant: &Grant<'_>, category: &str) -> Result<(), Fault> {
    let person = grant.person()?;
    let table = grant.tx.inner.book.map().table(&grant.table);
    let Some((table, owner)) = table.and_then(|table| Some((table, table.person.as_deref()?))) else {
        return Err(Fault::corrupt("what is to be forgotten is in a table about nobody"));
    };
    let of_it = table.column.iter().filter(|(_, column)| column.category() == Some(category));
    let sets: Vec<String> = of_it.map(|(name, _)| format!("{name} = NULL")).collect();
    if grant.act != Act::Change || sets.is_empty() {
        return Err(Fault::corrupt("a grant for something else is to forget"));
    }
    let sql = format!("UPDATE {} SET {} WHERE {owner} = $1", grant.table, sets.join(", "));
    grant.tx.run(&sql, &[person.uuid().into()]).await?;
    grant.tx.removes();
    Ok(())
}

/// Whose restrictions end on a day that is near or past: their number and nothing else.
///
/// # Errors
/// A fault.
pub async fn ending_before(tx: &Tx, before: Instant) -> Result<Vec<PersonId>, Fault> {
    let sql = "SELECT DISTINCT person FROM restriction WHERE ended_at IS NULL AND ends_at <= $1";
    let rows = tx.rows(sql, &[before.into()]).await?;
    rows.iter().map(|row| row.id("person").map(PersonId::from_uuid)).collect()
}

fn to_restriction(record: &Record) -> Result<Restriction, Fault> {
    let broken = || Fault::corrupt("a restriction lacks what every one has");
    Ok(Restriction {
        id: RestrictionId::from_uuid(record.id("id").ok_or_else(broken)?),
        purpose: record.text("purpose").map(str::to_owned),
        ground: record.text("ground").and_then(|text| text.parse().ok()).ok_or_else(broken)?,
        since: record.instant("since").ok_or_else(broken)?,
        ends_at: record.instant("ends_at"),
        told_at: record.instant("told_at"),
        ended_at: record.instant("ended_at"),
        request: record.id("request").map(RequestId::from_uuid),
        reference: record.personal("reference"),
    })
}
