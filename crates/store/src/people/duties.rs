//! What the policy wants done again and again, as it was done: by whom, when, and what was found.

use crate::fault::{Error, Fault};
use crate::sql::Value;
use crate::tx::{Grant, Tx};
use domain::ids::{PersonId, RequestId};
use domain::random::Random;
use domain::time::Instant;
use privacy::Personal;
use std::collections::BTreeMap;

/// What was found when it was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing that needs mending.
    Nothing,
    /// Something, and it is mended.
    Mended,
    /// Something that is not mended yet.
    Open,
}

impl Found {
    /// Every answer.
    pub const ALL: [Self; 3] = [Self::Nothing, Self::Mended, Self::Open];

    /// The name in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Mended => "mended",
            Self::Open => "open",
        }
    }
    /// In words.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Nothing => "Nothing that needs mending",
            Self::Mended => "Something, and it is mended",
            Self::Open => "Something that is not mended yet",
        }
    }
}

/// A duty, done once.
#[derive(Debug)]
pub struct Done {
    /// Which duty.
    pub duty: String,
    /// When.
    pub at: Instant,
    /// Who did it; nobody any more if they were erased.
    pub by: Option<PersonId>,
    /// What was found.
    pub found: Found,
    /// What they wrote about it.
    pub note: Option<Personal<String>>,
}

/// Says that whoever has the grant did this now; it is to create `duty_done`.
///
/// # Errors
/// A refusal or a fault.
pub async fn done(
    grant: &Grant<'_>,
    random: &dyn Random,
    duty: &str,
    found: Found,
    note: &Personal<String>,
) -> Result<(), Error> {
    let values: [(&str, Value); 4] = [
        ("duty", duty.into()),
        ("at", grant.now().into()),
        ("found", found.name().into()),
        ("note", note.reveal().as_str().into()),
    ];
    grant.insert(RequestId::fresh(random).uuid(), &values).await
}

/// When each duty was done last, and what was found. It names nobody.
///
/// # Errors
/// A fault.
pub async fn last(tx: &Tx) -> Result<BTreeMap<String, (Instant, Found)>, Fault> {
    let rows = tx.rows("SELECT duty, at, found FROM duty_done ORDER BY at", &[]).await?;
    let done = rows.iter().map(|row| {
        let last = (Instant::from_micros(row.int("at")?), read(row.text("found")?)?);
        Ok((row.text("duty")?.to_owned(), last))
    });
    done.collect()
}

/// What was done by people who were erased since: that it was, and nothing of them.
///
/// # Errors
/// A fault.
pub async fn of_nobody(tx: &Tx) -> Result<Vec<Done>, Fault> {
    let rows = tx.rows("SELECT duty, at, found FROM duty_done WHERE person IS NULL", &[]).await?;
    let done = rows.iter().map(|row| {
        Ok(Done {
            duty: row.text("duty")?.to_owned(),
            at: Instant::from_micros(row.int("at")?),
            by: None,
            found: read(row.text("found")?)?,
            note: None,
        })
    });
    done.collect()
}

fn read(found: &str) -> Result<Found, Fault> {
    let known = Found::ALL.into_iter().find(|answer| answer.name() == found);
    known.ok_or_else(|| Fault::corrupt("a duty was done with a result that the program does not know"))
}

/// Who did anything of it. They are numbers and nothing else.
///
/// # Errors
/// A fault.
pub async fn people(tx: &Tx) -> Result<Vec<PersonId>, Fault> {
    let rows = tx.rows("SELECT DISTINCT person FROM duty_done WHERE person IS NOT NULL", &[]).await?;
    rows.iter().map(|row| Ok(PersonId::from_uuid(row.id("person")?))).collect()
}

/// Each time that the person of the grant did anything, the newest first; the grant is to read `duty_done`.
///
/// # Errors
/// A fault.
pub async fn list(grant: &Grant<'_>) -> Result<Vec<Done>, Error> {
    let lacks = |what: &str| Fault::corrupt(format!("a duty that was done has no {what}"));
    let records = grant.list("1 = 1", "ORDER BY at DESC, id", &[]).await?;
    let all = records.iter().map(|record| {
        Ok(Done {
            duty: record.text("duty").ok_or_else(|| lacks("name"))?.to_owned(),
            at: record.instant("at").ok_or_else(|| lacks("time"))?,
            by: record.id("person").map(PersonId::from_uuid),
            found: read(record.text("found").ok_or_else(|| lacks("result"))?)?,
            note: record.personal("note"),
        })
    });
    Ok(all.collect::<Result<_, Fault>>()?)
}
