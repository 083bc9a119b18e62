//! That the house passes to somebody else: what was recorded, announced and settled. It is about no person, and names those of the
//! house who acted by their numbers alone.

use super::lacks;
use crate::fault::Fault;
use crate::sql::{Row, Value};
use crate::tx::Tx;
use domain::ids::{AcquisitionId, PersonId};
use domain::person::Role;
use domain::time::Instant;

/// What somebody recorded.
#[derive(Debug)]
pub struct NewAcquisition<'a> {
    /// Which.
    pub id: AcquisitionId,
    /// Its kind, by its code.
    pub kind: &'static str,
    /// The legal name of whoever takes the house over, or negotiates to.
    pub acquirer: &'a str,
    /// Their postal address.
    pub address: &'a str,
    /// What happens, in words for everybody.
    pub says: &'a str,
    /// The ISO day on which a negotiation ends.
    pub ends_on: Option<&'a str>,
}

/// As it stands.
#[derive(Clone, Debug)]
pub struct Acquisition {
    /// Which.
    pub id: AcquisitionId,
    /// Its kind, by its code.
    pub kind: String,
    /// The legal name of whoever takes the house over, or negotiates to.
    pub acquirer: String,
    /// Their postal address.
    pub address: String,
    /// What happens, in words for everybody.
    pub says: String,
    /// The ISO day on which a negotiation ends.
    pub ends_on: Option<String>,
    /// When it was recorded.
    pub entered_at: Instant,
    /// By whom; nobody any more if they were erased.
    pub entered_by: Option<PersonId>,
    /// In which part of the house.
    pub entered_role: String,
    /// When everybody was told.
    pub announced_at: Option<Instant>,
    /// How it was settled, and when; none while it is open.
    pub settled: Option<(Settled, Instant)>,
    /// Who settled it.
    pub settled_by: Option<PersonId>,
    /// In which part of the house.
    pub settled_role: Option<String>,
    /// Of how many people data went, and of how many it stayed.
    pub counts: Option<(i64, i64)>,
}

/// How it was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// The data went.
    Released,
    /// It came to nothing, and nothing went.
    Dropped,
}

impl Settled {
    const fn name(self) -> &'static str {
        match self {
            Self::Released => "released",
            Self::Dropped => "dropped",
        }
    }
}

const COLUMNS: &str = "id, kind, acquirer, address, says, ends_on, entered_at, entered_by, entered_role, announced_at, settled, settled_at, settled_by, settled_role, taken, left_out";

/// Records it under the name of whoever did.
///
/// # Errors
/// A fault.
pub async fn enter(tx: &Tx, new: &NewAcquisition<'_>, by: (PersonId, Role)) -> Result<(), Fault> {
    let sql = "INSERT INTO acquisition (id, kind, acquirer, address, says, entered_at, entered_by, entered_role) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let (person, role) = by;
    let values: [Value; 8] = [
        new.id.uuid().into(),
        new.kind.into(),
        new.acquirer.into(),
        new.address.into(),
        new.says.into(),
        tx.now().into(),
        person.uuid().into(),
        role.name().into(),
    ];
    tx.run(sql, &values).await?;
    if let Some(day) = new.ends_on {
        let sql = "UPDATE acquisition SET ends_on = $1 WHERE id = $2";
        tx.run(sql, &[day.into(), new.id.uuid().into()]).await?;
    }
    Ok(())
}

/// Says that everybody is told from now on. False if it was announced or settled before.
///
/// # Errors
/// A fault.
pub async fn announce(tx: &Tx, id: AcquisitionId) -> Result<bool, Fault> {
    let sql =
        "UPDATE acquisition SET announced_at = $1 WHERE id = $2 AND announced_at IS NULL AND settled IS NULL";
    Ok(tx.run(sql, &[tx.now().into(), id.uuid().into()]).await? == 1)
}

/// Settles it under the name of whoever does. False if it was settled before: that happens once.
///
/// # Errors
/// A fault.
pub async fn settle(tx: &Tx, id: AcquisitionId, how: Settled, by: (PersonId, Role)) -> Result<bool, Fault> {
    let sql = "UPDATE acquisition SET settled = $1, settled_at = $2, settled_by = $3, settled_role = $4 WHERE id = $5 AND settled IS NULL";
    let (person, role) = by;
    let values: [Value; 5] =
        [how.name().into(), tx.now().into(), person.uuid().into(), role.name().into(), id.uuid().into()];
    Ok(tx.run(sql, &values).await? == 1)
}

/// Notes of how many people data went, and of how many it stayed.
///
/// # Errors
/// A fault.
pub async fn count(tx: &Tx, id: AcquisitionId, taken: i64, left_out: i64) -> Result<(), Fault> {
    let sql = "UPDATE acquisition SET taken = $1, left_out = $2 WHERE id = $3";
    tx.run(sql, &[taken.into(), left_out.into(), id.uuid().into()]).await.map(drop)
}

/// All of them, the newest first.
///
/// # Errors
/// A fault.
pub async fn all(tx: &Tx) -> Result<Vec<Acquisition>, Fault> {
    let sql = format!("SELECT {COLUMNS} FROM acquisition ORDER BY entered_at DESC, id");
    tx.rows(&sql, &[]).await?.iter().map(read).collect()
}

/// One of them.
///
/// # Errors
/// A fault.
pub async fn get(tx: &Tx, id: AcquisitionId) -> Result<Option<Acquisition>, Fault> {
    let sql = format!("SELECT {COLUMNS} FROM acquisition WHERE id = $1");
    tx.row(&sql, &[id.uuid().into()]).await?.as_ref().map(read).transpose()
}

/// Everybody whose data is held, also whoever asks without an account, and whether they are leaving: who waits for their erasure
/// goes nowhere else. They are numbers and nothing else.
///
/// # Errors
/// A fault.
pub async fn people(tx: &Tx) -> Result<Vec<(PersonId, bool)>, Fault> {
    let rows =
        tx.rows("SELECT id, erase_at FROM person WHERE fenced = $1 ORDER BY id", &[false.into()]).await?;
    let all = rows
        .iter()
        .map(|row| Ok((PersonId::from_uuid(row.id("id")?), row.value("erase_at")?.int().is_some())));
    all.collect()
}

fn read(row: &Row) -> Result<Acquisition, Fault> {
    let text = |name: &str| row.text(name).map(str::to_owned);
    let maybe_text = |name: &str| Ok::<_, Fault>(row.value(name)?.text().map(str::to_owned));
    let instant = |name: &str| Ok::<_, Fault>(row.value(name)?.int().map(Instant::from_micros));
    let person = |name: &str| Ok::<_, Fault>(row.value(name)?.id().map(PersonId::from_uuid));
    let how = match maybe_text("settled")?.as_deref() {
        None => None,
        Some("released") => Some(Settled::Released),
        Some("dropped") => Some(Settled::Dropped),
        Some(_) => return Err(lacks("known end")),
    };
    Ok(Acquisition {
        id: AcquisitionId::from_uuid(row.id("id")?),
        kind: text("kind")?,
        acquirer: text("acquirer")?,
        address: text("address")?,
        says: text("says")?,
        ends_on: maybe_text("ends_on")?,
        entered_at: Instant::from_micros(row.int("entered_at")?),
        entered_by: person("entered_by")?,
        entered_role: text("entered_role")?,
        announced_at: instant("announced_at")?,
        settled: how.zip(instant("settled_at")?),
        settled_by: person("settled_by")?,
        settled_role: maybe_text("settled_role")?,
        counts: row.value("taken")?.int().zip(row.value("left_out")?.int()),
    })
}
